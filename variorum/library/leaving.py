"""What may leave the library for others, and why not: authors' wishes bind whatever a door hands to somebody else.

A book for one's own device is always made. What goes to others (an edition made for them, a shared shelf, a feed, a
bulk export) is asked about here first, by every door. Any copy's wish binds the work: a note that one copy lost is no
permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from variorum.catalogue import Catalogue
from variorum.errors import MayNotLeave
from variorum.model import Departure, Viewer, Wish, Work

__all__ = ["BINDING", "departures", "refuse", "sees_agents", "why_not", "without_agents"]

#: Wishes that keep a work from others, in words. The others (no-translation, no-goodreads ...) say nothing of passing on.
BINDING: Mapping[str, str] = {
    "no-reposting": "the author asks that it is not posted elsewhere",
    "do-not-import": "the author asks that it is not taken into other archives",
    "ask-first": "the author asks to be asked first",
    "tell-first": "the author asks to be told first",
    "locked": "it was posted for readers with an account, or for friends",
    "friends": "it was posted for friends only",
    "private": "it was posted for nobody but its author",
    "orphaned": "the author has given it up and cannot be asked any more",
}
_AUDIENCES = {"friends": "shown to friends only", "private": "shown to its author only"}


def departures(catalogue: Catalogue, works: Sequence[Work]) -> dict[str, Departure]:
    """For each work whether it may leave. One question to the catalogue for all of them."""
    stated = catalogue.wishes([work.work for work in works])
    return {work.work: Departure(work.work, tuple(_binding(work, stated.get(work.work, ())))) for work in works}


def _binding(work: Work, stated: Iterable[Wish]) -> Iterable[Wish]:
    found: dict[str, Wish] = {}
    for wish in stated:
        if wish.kind in BINDING:
            found.setdefault(wish.kind, wish)
    for about in (work.metadata, *(copy.metadata for copy in work.witnesses)):
        if about.audience in _AUDIENCES:
            found.setdefault(about.audience, Wish(about.audience, _AUDIENCES[about.audience]))
    return sorted(found.values(), key=lambda wish: list(BINDING).index(wish.kind))


def why_not(departure: Departure) -> str:
    """The reasons as a sentence of a refusal, the author's own words with them."""
    said = (
        f"{BINDING.get(wish.kind, wish.kind)} (\u201c{' '.join(wish.evidence.split())[:200]}\u201d)" for wish in departure.because
    )
    return "; ".join(said)


def refuse(work: Work, departure: Departure) -> None:
    """MayNotLeave when an author's wish keeps the work here."""
    if not departure.may:
        reason = f"work {work.work} may not go to others: {why_not(departure)}. A book for your own device is always made"
        raise MayNotLeave(work.work, reason)


def sees_agents(viewer: Viewer) -> bool:
    """Whether somebody is told which names are one person: the keeper, and nobody else."""
    return viewer.person == Viewer().person


def without_agents(work: Work) -> Work:
    """The work without what *we* joined: names stay as they were written, nobody says which of them are one person."""
    people = tuple(replace(c, agent=None) for c in work.metadata.creators)
    relations = tuple(replace(r, creators=tuple(replace(c, agent=None) for c in r.creators)) for r in work.relations)
    return replace(work, metadata=replace(work.metadata, creators=people), relations=relations)
