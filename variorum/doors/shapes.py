"""The machine-readable face: nouns as the JSON objects that CONTRACT.md (docs/contract.md) fixes.

The command line's ``--json`` and the HTTP API give the same objects. Fields may be added here, never renamed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from variorum.document import Document, ReadingText
from variorum.model import (
    Accession,
    Apparatus,
    Creator,
    Departure,
    Found,
    Picture,
    Reading,
    Relation,
    Ruling,
    Verification,
    Witness,
    Work,
)
from variorum.text import shown

if TYPE_CHECKING:
    from variorum.library import Comparison

__all__ = [
    "accession_json",
    "apparatus_json",
    "comparison_json",
    "departure_json",
    "document_json",
    "dump",
    "error_json",
    "found_json",
    "ruling_json",
    "verification_json",
    "work_json",
]

Json = dict[str, Any]


def dump(value: object, *, pretty: bool = False) -> str:
    """One JSON value as UTF-8 text; what cannot stand in UTF-8 is U+FFFD."""
    return json.dumps(_clean(value), ensure_ascii=False, indent=2 if pretty else None)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, Iterable):
        return [_clean(inner) for inner in value]
    return value


def error_json(code: str, reason: str) -> Json:
    """What stands in place of an answer."""
    return {"error": {"code": code, "reason": reason}}


def accession_json(accession: Accession) -> Json:
    """``add``."""
    return {
        "accession": accession.accession,
        "source": accession.source,
        **{status: accession.count(status) for status in ("added", "known", "skipped")},
        "problems": accession.count("problem"),
        "items": [
            {
                "name": item.name,
                "digest": item.digest,
                "status": item.status,
                "format": item.format,
                "witnesses": item.witnesses,
                "works": item.works,
                "problem": {"code": item.problem[0], "reason": item.problem[1]} if item.problem else None,
                "note": item.note or None,
            }
            for item in accession.items
        ],
    }


def found_json(found: Found) -> Json:
    """``find``."""
    return {
        "query": found.query,
        "total": found.total,
        "works": [
            {
                **_fields(hit.work),
                "score": round(hit.score, 4),
                "snippet": hit.snippet,
                "lost": _lost(hit.work),
                "links": hit.work.links,
            }
            for hit in found.hits
        ],
        "facets": {name: [{"value": value, "count": count} for value, count in counts] for name, counts in found.facets.items()},
    }


def work_json(work: Work, own: Work | None = None) -> Json:
    """``show``; the fields are those of ``own`` where it is given (`Library.copy_fields`: one copy's own)."""
    return {
        **_fields(own or work),
        "witnesses": [_witness(w) for w in work.witnesses],
        "lost": _lost(work),
        "relations": [_relation(r) for r in work.relations],
        "links": work.links,
    }


def _fields(work: Work) -> Json:
    m = work.metadata
    return {
        "work": work.work,
        "title": m.title,
        "creators": [_creator(c) for c in m.creators],
        "fandoms": m.fandoms,
        "rating": m.rating,
        "warnings": m.warnings,
        "categories": m.categories,
        "relationships": m.relationships,
        "characters": m.characters,
        "tags": m.tags,
        "language": m.language,
        "summary": m.summary,
        "series": [{"title": s.title, "position": _number(s.position), "url": s.url} for s in m.series],
        "gifts": m.gifts,
        "published": m.published,
        "updated": m.updated,
        "words": work.words,
        "words_stated": m.words_stated,
        "chapters": work.chapters,
        "chapters_stated": m.chapters_stated,
        "status": m.status,
        "restricted": m.restricted,
        "audience": m.audience,
        "wishes": [{"kind": w.kind, "evidence": w.evidence} for w in m.wishes],
        "adult": work.adult,
        "from": dict(work.taken_from),
    }


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _creator(creator: Creator) -> Json:
    return {
        "name": creator.name,
        "account": creator.account,
        "site": creator.site,
        "role": creator.role,
        "url": creator.url,
        "agent": creator.agent,
    }


def _witness(w: Witness) -> Json:
    return {
        "witness": w.witness,
        "siglum": w.siglum,
        "base": w.base,
        "version": w.version,
        "digest": w.digest,
        "items": w.items,
        "name": w.name,
        "format": w.format,
        "site": w.site,
        "url": w.url,
        "captured": w.captured,
        "added": w.added,
        "words": w.words,
        "chapters": w.chapters,
        "extent": w.extent,
        "extent_why": w.metadata.extent_why,
        "kinship": w.kinship,
        "tool": w.metadata.tool,
        "mapped": [{"field": m.field, "value": m.value, "said": m.said, "why": m.why} for m in w.metadata.mapped],
        "history": [{"at": e.at, "fields": dict(e.fields)} for e in w.metadata.history],
        "picture": _picture(w.metadata.picture),
        "kept": [{"source": k.source, "name": k.name, "label": k.label, "values": k.values} for k in w.metadata.kept],
    }


def _picture(p: Picture | None) -> Json | None:
    return None if p is None else {"media": p.media, "width": p.width, "height": p.height, "frames": p.frames, "look": p.look}


def _lost(work: Work) -> list[Json]:
    return [{"site": lost.site, "url": lost.url, "evidence": lost.evidence} for lost in work.lost]


def _relation(relation: Relation) -> Json:
    return {
        "relation": relation.relation,
        "direction": relation.direction,
        "title": relation.title,
        "url": relation.url,
        "work": relation.work,
        "creators": [{"name": c.name, "site": c.site, "role": c.role, "agent": c.agent} for c in relation.creators],
        "certainty": relation.certainty,
        "evidence": relation.evidence,
    }


def document_json(witness: str, document: Document, text: ReadingText) -> Json:
    """``show --document``: the reading text's blocks, every emendation, and what is not shown."""
    return {
        "witness": witness,
        "source_chars": len(document.source),
        "blocks": [
            {
                "kind": b.kind,
                "part": b.part,
                "chapter": b.chapter,
                "text": b.text,
                "start": b.start,
                "end": b.end,
                "certainty": b.certainty,
                "spans": [
                    {"start": s.start, "end": s.end, "kind": s.kind, "href": s.href, "certainty": s.certainty} for s in b.spans
                ],
            }
            for b in text.blocks
        ],
        "emendations": [e._asdict() for e in document.emendations],
        "left_out": [g._asdict() for g in document.left_out],
    }


def apparatus_json(apparatus: Apparatus) -> Json:
    """``collate``."""
    return {
        "base": apparatus.base,
        "witnesses": [{"siglum": w.siglum, "witness": w.witness, "name": w.name, "words": w.words} for w in apparatus.witnesses],
        "summary": {
            siglum: {
                "words_changed": d.words_changed,
                "words_added": d.words_added,
                "words_removed": d.words_removed,
                "sentences_reworked": d.sentences_reworked,
                "moved": d.moved,
                "typographic": d.typographic,
                "same": round(d.same, 4),
                "words_lacking": d.words_lacking,
                "words_beyond": d.words_beyond,
            }
            for siglum, d in apparatus.summary.items()
        },
        "entries": [
            {
                "kind": e.kind,
                "place": {"start": e.place.start, "end": e.place.end},
                "lemma": e.lemma,
                "context": e.context,
                "move": e.move,
                "readings": [_reading(r) for r in e.readings],
            }
            for e in apparatus.entries
        ],
        "frame": [
            {"field": f.field, "lemma": f.lemma, "readings": [{"sigla": sigla, "text": text} for sigla, text in f.readings]}
            for f in apparatus.frame
        ],
    }


def comparison_json(comparison: Comparison) -> Json:
    """``collate``, with which copy is newer and the tree of versions."""
    return {
        **apparatus_json(comparison.apparatus),
        "newer": {
            siglum: {
                "newer": n.newer,
                "certainty": n.certainty,
                "reasons": n.reasons,
                "sentence": n.sentence,
                "progress": None
                if n.progress is None
                else {
                    "new": n.progress.new,
                    "revised": n.progress.revised,
                    "words": n.progress.words,
                    "sentence": n.progress.sentence,
                },
            }
            for siglum, n in comparison.newer.items()
        },
        "versions": {
            "branches": [
                {"sigla": b.sigla, "parent": b.parent, "distance": b.distance, "date": b.date, "stated": b.stated}
                for b in comparison.versions.branches
            ],
            "newick": comparison.versions.newick,
            "why": comparison.versions.why,
        },
    }


def _reading(r: Reading) -> Json:
    return {
        "sigla": r.sigla,
        "kind": r.kind,
        "text": r.text,
        "certainty": r.certainty,
        "basis": r.basis,
        "lacuna": r.lacuna,
        "places": {siglum: {"start": p.start, "end": p.end} for siglum, p in r.places.items()},
    }


def departure_json(departure: Departure) -> Json:
    """Whether a work may leave for others, and what keeps it here."""
    because = [{"kind": wish.kind, "evidence": wish.evidence} for wish in departure.because]
    return {"work": departure.work, "may_leave": departure.may, "because": because}


def ruling_json(ruling: Ruling) -> Json:
    """``rule``."""
    return {
        "ruling": ruling.ruling,
        "kind": ruling.kind,
        "on": ruling.on,
        "by": ruling.by,
        "at": ruling.at,
        "why": ruling.why,
        "undoes": ruling.undoes,
    }


def verification_json(verification: Verification) -> Json:
    """``verify``."""
    findings: dict[str, list[Json]] = {"damaged": [], "missing": [], "stray": []}
    for finding in verification.findings:
        findings[finding.kind].append(
            {"digest": finding.digest, "path": finding.path, "reason": finding.reason, "code": finding.code}
        )
    return {"items": verification.items, "bytes": verification.bytes, "intact": verification.intact, **findings}
