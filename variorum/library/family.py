"""A work's family as values: what it was made from, its copies in time, what was made from it, the series it stands in.

One step in every direction, so a circle (A inspired by B, B inspired by A) is shown as what it is: B stands above and below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from variorum.model import Relation, Witness, Work

__all__ = ["Family", "Relative", "family"]

_MAKERS = ("author", "co-author", "artist", "translator", "podficcer")
_FROM = ("inspired-by", "translation-of", "podfic-of", "remix-of")

Kind = Literal["source", "copy", "lost", "made", "series", "other"]


@dataclass(frozen=True, slots=True)
class Relative:
    """One member of the family. ``relation`` is the word of the claim; ``how`` says it from here."""

    kind: Kind
    relation: str
    how: str
    title: str | None = None
    names: tuple[str, ...] = ()
    site: str | None = None
    date: str | None = None  #: as precise as it is known
    dated: str = ""  #: what the date is of: posted, taken, received
    url: str | None = None
    work: str | None = None  #: when it is held, or known
    siglum: str | None = None
    version: int | None = None
    words: int | None = None
    partial: bool = False
    evidence: str = ""
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Family:
    """The family of one work, each part in the order in which it is drawn: copies by date, the others as they are stated."""

    work: Work
    sources: tuple[Relative, ...]
    copies: tuple[Relative, ...]  #: held and lost ones; those without a date come last
    made: tuple[Relative, ...]
    series: tuple[Relative, ...]
    others: tuple[Relative, ...]


_HOW = {
    ("inspired-by", "out"): "Inspired by",
    ("inspired-by", "in"): "Inspired by this",
    ("translation-of", "out"): "Translated from",
    ("translation-of", "in"): "A translation",
    ("podfic-of", "out"): "Read aloud from",
    ("podfic-of", "in"): "A podfic",
    ("remix-of", "out"): "A remix of",
    ("remix-of", "in"): "A remix",
    ("quotes", "out"): "Quotes",
    ("quotes", "in"): "Quoted in",
    ("anthology", "out"): "Gathers",
    ("anthology", "in"): "Gathered in",
}


def family(work: Work) -> Family:
    """The family of a work."""
    sources: list[Relative] = []
    made: list[Relative] = []
    others: list[Relative] = []
    for relation in work.relations:
        if relation.relation in ("gift-to", "part-of"):
            continue
        one = _relative(relation)
        {"source": sources, "made": made}.get(one.kind, others).append(one)
    return Family(work, tuple(sources), tuple(_copies(work)), tuple(made), tuple(_series(work)), tuple(others))


def _relative(relation: Relation) -> Relative:
    kind: Kind = "other"
    if relation.relation in _FROM:
        kind = "source" if relation.direction == "out" else "made"
    return Relative(
        kind,
        relation.relation,
        _HOW.get((relation.relation, relation.direction), relation.relation.replace("-", " ").capitalize()),
        relation.title,
        tuple(dict.fromkeys(c.name for c in relation.creators if c.role in _MAKERS)),
        next((c.site for c in relation.creators if c.site), None),
        url=relation.url,
        work=relation.work,
        evidence=relation.evidence,
        certainty=relation.certainty,
    )


def _copies(work: Work) -> Iterator[Relative]:
    held = [_copy(copy) for copy in work.witnesses]
    lost = [
        Relative("lost", "also-at", "Known, not held", site=one.site, url=one.url, evidence=one.evidence) for one in work.lost
    ]
    yield from sorted(held, key=lambda copy: copy.date or "9")
    yield from lost


def _copy(copy: Witness) -> Relative:
    m = copy.metadata
    date, dated = next(
        ((date, dated) for date, dated in ((m.updated, "updated"), (m.published, "posted"), (copy.captured, "taken")) if date),
        (copy.added[:10], "received"),
    )
    return Relative(
        "copy",
        copy.kinship,
        f"Copy {copy.siglum}",
        title=m.title,
        site=copy.site,
        date=date[:10],
        dated=dated,
        url=copy.url,
        work=copy.work,
        siglum=copy.siglum,
        version=copy.version,
        words=copy.words,
        partial=copy.extent == "partial",
    )


def _series(work: Work) -> Iterator[Relative]:
    seen: set[str] = set()
    for one in work.metadata.series:
        seen.add(one.title.casefold())
        place = f"Part {one.position:g} of" if one.position is not None else "Part of"
        yield Relative("series", "part-of", place, one.title, url=one.url)
    for relation in work.relations:
        if relation.relation == "part-of" and (relation.title or "").casefold() not in seen:
            yield Relative(
                "series",
                "part-of",
                "Part of" if relation.direction == "out" else "Holds",
                relation.title,
                url=relation.url,
                work=relation.work,
                evidence=relation.evidence,
                certainty=relation.certainty,
            )
