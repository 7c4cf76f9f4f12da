"""PROV-O (W3C Recommendation, 30 April 2013) as JSON-LD: entities, people, and every claim with the words it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from variorum.model import Claim, Work
from variorum.provenance.agents import PEOPLE
from variorum.provenance.exports.values import agent_of, copy_id, dump, is_address, thing_id, title_of, work_id

__all__ = ["prov"]

_CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "v": "urn:variorum:term:",
}
#: Relation of a claim -> the property of PROV that says it, the claim's own relation beside it.
_DERIVED = {
    "inspired-by": "prov:wasInfluencedBy",
    "translation-of": "prov:wasDerivedFrom",
    "podfic-of": "prov:wasDerivedFrom",
    "remix-of": "prov:wasDerivedFrom",
    "also-at": "prov:alternateOf",
}


def prov(work: Work, claims: Sequence[Claim]) -> bytes:
    """The work, its copies, whom the claims name, and the claims."""
    graph: list[dict[str, Any]] = [_work(work, claims), *(_copy(work, copy) for copy in work.witnesses)]
    named: dict[str, dict[str, Any]] = {}
    for claim in claims:
        for end in _people(claim):
            found = agent_of(work, end)
            named.setdefault(
                found["@id"],
                {
                    "@id": found["@id"],
                    "@type": ["prov:Agent", "prov:SoftwareAgent" if claim.relation == "tool" else "prov:Person"],
                    "rdfs:label": found["name"],
                    "dcterms:isPartOf": found["site"],
                },
            )
    graph += named.values()
    things = {c.object: c for c in claims if c.relation in _DERIVED and c.object not in named}
    graph += [_thing(work, text) for text in things if not is_address(text)]
    graph += [_claim(work, claim) for claim in claims]
    return dump({"@context": _CONTEXT, "@graph": graph})


def _people(claim: Claim) -> tuple[str, ...]:
    if claim.relation in PEOPLE or claim.relation == "tool":
        return (claim.object,)
    if claim.relation == "also-known-as":
        return (claim.subject, claim.object)
    return (claim.subject,) if claim.relation == "page" else ()


def _work(work: Work, claims: Sequence[Claim]) -> dict[str, Any]:
    out: dict[str, Any] = {"@id": work_id(work), "@type": "prov:Entity", "dcterms:title": title_of(work)}
    m = work.metadata
    out["dcterms:language"] = m.language
    out["dcterms:issued"] = m.published
    of_work = [claim for claim in claims if claim.subject == work.work]
    credited = {
        c.object: None
        for c in of_work
        if c.relation in PEOPLE and c.relation not in ("author-of", "thanked", "reader", "gift-to")
    }
    out["prov:wasAttributedTo"] = [{"@id": thing_id(work, end)} for end in credited]
    out["prov:qualifiedAttribution"] = [
        {"@type": "prov:Attribution", "prov:agent": {"@id": thing_id(work, c.object)}, "prov:hadRole": {"@id": f"v:{c.relation}"}}
        for c in of_work
        if c.relation in PEOPLE and c.relation != "author-of"
    ]
    for relation, said in _DERIVED.items():
        ends = dict.fromkeys(thing_id(work, c.object) for c in of_work if c.relation == relation)
        out[said] = [*out.get(said, ()), *({"@id": end} for end in ends)]
    return out


def _copy(work: Work, copy: Any) -> dict[str, Any]:
    return {
        "@id": copy_id(copy.witness),
        "@type": "prov:Entity",
        "rdfs:label": f"copy {copy.siglum}",
        "prov:specializationOf": {"@id": work_id(work)},
        "dcterms:identifier": copy.digest,
        "dcterms:format": copy.format,
        "dcterms:publisher": copy.site,
        "prov:hadPrimarySource": {"@id": copy.url} if copy.url and is_address(copy.url) else None,
        "prov:generatedAtTime": {"@type": "xsd:dateTime", "@value": copy.captured}
        if copy.captured and "T" in copy.captured
        else None,
        "dcterms:created": copy.captured,
        "dcterms:dateAccepted": copy.added,
    }


def _thing(work: Work, text: str) -> dict[str, Any]:
    return {"@id": thing_id(work, text), "@type": "prov:Entity", "rdfs:label": text}


def _claim(work: Work, claim: Claim) -> dict[str, Any]:
    """A claim is an entity itself: made by a rule out of a copy, with the words that say so."""
    e = claim.evidence
    return {
        "@id": f"urn:variorum:claim:{claim.claim}",
        "@type": ["prov:Entity", "rdf:Statement"],
        "rdf:subject": {"@id": thing_id(work, claim.subject)},
        "rdf:predicate": {"@id": f"v:{claim.relation}"},
        "rdf:object": {"@id": thing_id(work, claim.object)},
        "prov:value": e.text,
        "prov:wasDerivedFrom": {"@id": copy_id(e.witness)},
        "prov:wasGeneratedBy": {"@id": f"v:rule/{claim.rule}", "@type": "prov:Activity"},
        "v:start": e.start,
        "v:end": e.end,
        "v:field": e.field,
        "v:certainty": claim.certainty,
    }
