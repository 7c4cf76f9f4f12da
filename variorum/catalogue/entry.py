"""What is entered, as rows: nouns in, dictionaries by column out."""

from __future__ import annotations

from typing import Any

from variorum.catalogue import schema as s
from variorum.catalogue.fields import address
from variorum.catalogue.rows import ItemRow, NewWitness
from variorum.catalogue.values import dump
from variorum.document import Document, Packed, mended
from variorum.model import Agent, Claim, LostWitness, Metadata, Relation, Ruling
from variorum.text import fold

__all__ = [
    "RECEPTION",
    "agent_key",
    "agent_keys",
    "claim_row",
    "item_row",
    "lost_row",
    "mending_row",
    "place_row",
    "relation_row",
    "ruling_row",
    "witness_row",
]

RECEPTION = ("accession", "digest", "name", "status", "problem_code", "problem_reason", "order")


def item_row(row: ItemRow) -> dict[str, Any]:
    """A reception, with what the items table takes from it."""
    return {
        "digest": row.digest,
        "size": row.size,
        "name": s.clean(row.name),
        "accession": row.accession,
        "status": row.status,
        "format": row.format,
        "problem_code": row.problem_code,
        "problem_reason": None if row.problem_reason is None else s.clean(row.problem_reason),
        "order": row.order,
    }


def mending_row(document: Document | Packed) -> dict[str, Any]:
    """How much of a document is mended."""
    return (document.mended if isinstance(document, Packed) else mended(document))._asdict()


def witness_row(new: NewWitness) -> dict[str, Any]:
    """A witness's row, before anything is computed from its siblings."""
    about = new.metadata
    return {
        "witness": new.witness,
        "work": new.work,
        "siglum": new.siglum,
        "order": new.order,
        "digest": new.digest,
        "place": s.clean(new.place),
        "name": s.clean(new.name),
        "format": new.format,
        "accession": new.accession,
        "added": new.added,
        **place_row(about),
        "words": new.words,
        "chapters": new.chapters,
        "extent": new.extent,
        "version_key": new.version_key,
        "tokens": new.tokens,
        "base": False,
        "version": 0,
        "kinship": "same",
        "metadata": dump(about),
        **mending_row(new.document),
    }


def place_row(about: Metadata) -> dict[str, Any]:
    """Where and when a copy says it was taken."""
    return {
        "site": None if about.site is None else s.clean(about.site),
        "url": None if about.url is None else s.clean(about.url),
        "address": None if (where := address(about.url)) is None else s.clean(where),
        "captured": None if about.captured is None else s.clean(about.captured),
    }


def claim_row(claim: Claim) -> dict[str, Any]:
    """A claim's row, without its witness."""
    return {
        "claim": claim.claim,
        "subject": s.clean(claim.subject),
        "relation": claim.relation,
        "object": s.clean(claim.object),
        "evidence": dump(claim.evidence),
        "rule": claim.rule,
        "certainty": claim.certainty,
        "ruling": claim.ruling,
    }


def relation_row(relation: Relation) -> dict[str, Any]:
    """A relation with the address it leads to."""
    where = address(relation.url)
    return {"address": None if where is None else s.clean(where), "relation": dump(relation)}


def lost_row(one: LostWitness) -> dict[str, Any]:
    """A lost copy's row."""
    return {
        "site": s.clean(one.site),
        "url": None if one.url is None else s.clean(one.url),
        "evidence": s.clean(one.evidence),
    }


def ruling_row(ruling: Ruling, position: int) -> dict[str, Any]:
    """A ruling's row."""
    return {
        "ruling": ruling.ruling,
        "position": position,
        "kind": ruling.kind,
        "on": dump(ruling.on),
        "by": s.clean(ruling.by),
        "at": ruling.at,
        "why": None if ruling.why is None else s.clean(ruling.why),
        "undoes": ruling.undoes,
        "step": ruling.step,
    }


def agent_keys(agent: Agent) -> list[str]:
    """What an agent may be mentioned as: each name alone, and at its site."""
    said = (text for name in agent.names for text in (name.name, f"{name.name}@{name.site}" if name.site else name.name))
    return list(dict.fromkeys(map(agent_key, said)))


def agent_key(mentioned: str) -> str:
    """A name as it is compared: letter case and an ``@`` in front do not matter."""
    return s.clean(fold(mentioned.strip().removeprefix("@")))[:200]
