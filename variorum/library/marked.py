"""What a person's own things answer to a query: marks, shelves, ratings, notes and what was read when. All are on copies; any copy speaks for its work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from variorum.catalogue import Catalogue, Flag, Range, Term, says
from variorum.errors import CatalogueError
from variorum.people import People
from variorum.people.opinions import Opinion

__all__ = ["Marked"]

_Key: TypeAlias = tuple[int, str]  #: a rating or nothing, and a moment


class Marked:
    """One person's; asks the people's file only when a question is about them, and takes nothing for an answer when it gives none."""

    def __init__(self, people: People, catalogue: Catalogue, person: str) -> None:
        self._people, self._catalogue, self._person = people, catalogue, person

    def works(self, asked: Flag | Term | Range) -> Sequence[str]:
        """The works that a flag, a shelf's name, a word of a note or a range of ratings means."""
        try:
            return self._catalogue.works_of(list(self._copies(asked)))
        except CatalogueError:
            return ()

    def order(self, name: str) -> Sequence[str]:
        """Works by when they were read last, or by rating; the earliest or lowest first."""
        try:
            return self._works_by(self._read() if name == "read" else self._rated())
        except CatalogueError:
            return ()

    def _copies(self, asked: Flag | Term | Range) -> Iterable[str]:
        people, person = self._people, self._person
        if isinstance(asked, Range):
            low, high = asked.low or 0, 5 if asked.high is None else asked.high
            return self._opinions(lambda one: one.rating is not None and low <= one.rating <= high)
        if isinstance(asked, Term):
            if asked.field == "noted":
                return self._opinions(lambda one: bool(one.note) and says(asked, [one.note]))
            meant = {shelf.shelf for shelf in people.shelves.all(person) if says(asked, [shelf.name])}
            return self._shelved(meant)
        if asked.name == "rated":
            return self._opinions(lambda one: one.rating is not None)
        if asked.name == "noted":
            return self._opinions(lambda one: bool(one.note))
        if asked.name == "shelved":
            return self._shelved(None)
        if asked.name == "hidden":
            return people.opinions.hidden(person)
        return (mark.witness for mark in people.marks(person, asked.name))

    def _shelved(self, shelves: set[str] | None) -> Iterable[str]:
        held = self._people.shelves.contents(self._person)
        return (witness for shelf, rows in held.items() if shelves is None or shelf in shelves for witness, _ in rows)

    def _opinions(self, holds: Callable[[Opinion], bool]) -> Iterable[str]:
        """The copies of works of which the latest opinion is so: what an older copy of the work says no longer counts."""
        latest: dict[str, Opinion] = {}
        held = self._people.opinions.all(self._person)
        works = self._catalogue.seen([one.witness for one in held])
        for one in held:
            latest.setdefault(works.get(one.witness, one.witness), one)
        return (one.witness for one in latest.values() if holds(one))

    def _read(self) -> list[tuple[str, _Key]]:
        times = {place.witness: place.at for place in self._people.recent(self._person, -1)}
        for mark in self._people.marks(self._person, "read"):
            times[mark.witness] = max(mark.at, times.get(mark.witness, ""))
        return [(witness, (0, at)) for witness, at in times.items()]

    def _rated(self) -> list[tuple[str, _Key]]:
        opinions = self._people.opinions.all(self._person)
        return [(one.witness, (one.rating, one.at)) for one in opinions if one.rating is not None]

    def _works_by(self, keyed: Sequence[tuple[str, _Key]]) -> list[str]:
        """Works in the order of their copies' greatest keys."""
        works = self._catalogue.seen([witness for witness, _ in keyed])
        best: dict[str, _Key] = {}
        for witness, key in keyed:
            work = works.get(witness)
            if work is not None and (work not in best or best[work] < key):
                best[work] = key
        return sorted(best, key=lambda work: best[work])
