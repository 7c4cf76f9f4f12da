"""schema.org as JSON-LD: what search tools and reference managers read off a page about a work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from variorum.model import Claim, Work
from variorum.provenance.exports.values import copy_id, dump, is_address, title_of, work_id
from variorum.provenance.values import is_nobody, split_key

__all__ = ["schema_org"]

#: Role -> property of CreativeWork; the other makers are contributors with a role.
_PROPERTIES = {"author": "author", "co-author": "author", "artist": "illustrator", "translator": "translator", "editor": "editor"}
_CONTRIBUTORS = ("beta", "britpicker", "cheerleader", "podficcer", "prompter", "archivist")


def schema_org(work: Work, claims: Sequence[Claim]) -> bytes:
    """A CreativeWork with its makers, what it is based on and its copies."""
    m = work.metadata
    out: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": work_id(work),
        "name": title_of(work),
        "abstract": m.summary,
        "inLanguage": m.language,
        "datePublished": m.published,
        "dateModified": m.updated,
        "contentRating": m.rating,
        "keywords": [*m.fandoms, *m.relationships, *m.characters, *m.tags],
        "url": m.url if m.url and is_address(m.url) else None,
        "isPartOf": [{"@type": "CreativeWorkSeries", "name": s.title, "position": s.position, "url": s.url} for s in m.series],
    }
    out.update(_makers(work, claims))
    out["isBasedOn"] = list(_sources(work, claims, ("inspired-by", "podfic-of", "remix-of")))
    out["translationOfWork"] = list(_sources(work, claims, ("translation-of",)))
    out["workExample"] = [_copy(copy) for copy in work.witnesses]
    return dump(out)


def _person(key: str, claims: Sequence[Claim]) -> dict[str, Any]:
    name, site = split_key(key)
    page = next((c.object for c in claims if c.relation == "page" and c.subject == key and is_address(c.object)), None)
    also = [split_key(c.object)[0] for c in claims if c.relation == "also-known-as" and c.subject == key]
    return {"@type": "Person", "name": name, "alternateName": also, "url": page, "affiliation": {"name": site} if site else None}


def _makers(work: Work, claims: Sequence[Claim]) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    seen: set[tuple[str, str]] = set()
    for claim in claims:
        if claim.subject != work.work or (claim.relation, claim.object) in seen or is_nobody(split_key(claim.object)[0]):
            continue
        seen.add((claim.relation, claim.object))
        if claim.relation in _PROPERTIES:
            out.setdefault(_PROPERTIES[claim.relation], []).append(_person(claim.object, claims))
        elif claim.relation in _CONTRIBUTORS:
            role = {"@type": "Role", "roleName": claim.relation, "contributor": _person(claim.object, claims)}
            out.setdefault("contributor", []).append(role)
    return out


def _sources(work: Work, claims: Sequence[Claim], relations: Iterable[str]) -> Iterable[dict[str, Any]]:
    wanted = dict.fromkeys(c.object for c in claims if c.subject == work.work and c.relation in relations)
    for text in wanted:
        made = [
            _person(c.object, claims) for c in claims if c.subject == text and c.relation in ("author-of", "artist", "author")
        ]
        at = {"url": text} if is_address(text) else {"name": split_key(text)[0]}
        yield {"@type": "CreativeWork", **at, "creator": made}


def _copy(copy: Any) -> dict[str, Any]:
    return {
        "@type": "DigitalDocument",
        "@id": copy_id(copy.witness),
        "name": f"copy {copy.siglum}",
        "encodingFormat": copy.format,
        "url": copy.url if copy.url and is_address(copy.url) else None,
        "dateCreated": copy.captured,
        "publisher": {"@type": "Organization", "name": copy.site} if copy.site else None,
        "identifier": {"@type": "PropertyValue", "propertyID": "sha256", "value": copy.digest.removeprefix("sha256:")},
    }
