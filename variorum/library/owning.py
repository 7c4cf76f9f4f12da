"""What is a person's own about works: shelves, ratings, notes, marks. Works in, works out; people keep it by copies.

What a viewer may not see is not counted on their shelves and cannot be put on one: every work that comes in was found for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from variorum.catalogue import parse
from variorum.errors import CatalogueError, NotFound
from variorum.model import Act, ActKind, Done, Owned, Shelf, Viewer, Work
from variorum.people import MARKS, People

__all__ = ["Owning"]


class _Seeing(Protocol):
    def seen(self, witnesses: Sequence[str], viewer: Viewer = ...) -> dict[str, str]:
        """By copy its work, where that exists for the viewer."""
        ...


class Owning:
    """Shelves, ratings and notes of everybody, over the works of one library."""

    def __init__(self, people: People, catalogue: _Seeing) -> None:
        self._people = people
        self._catalogue = catalogue

    # ------------------------------------------------------------ shelves

    def shelves(self, viewer: Viewer) -> tuple[Shelf, ...]:
        """The viewer's shelves in their order, each with the number of works on it that exist for them."""
        held = self._people.shelves.contents(viewer.person)
        works = self._catalogue.seen([witness for rows in held.values() for witness, _ in rows], viewer)
        counted = {shelf: len({works[w] for w, _ in rows if w in works}) for shelf, rows in held.items()}
        return tuple(replace(shelf, works=counted.get(shelf.shelf, 0)) for shelf in self._people.shelves.all(viewer.person))

    def shelf(self, viewer: Viewer, name: str) -> Shelf:
        """The viewer's shelf of this name (letter case does not matter) or id; NotFound."""
        wanted = " ".join(name.split())
        for shelf in self.shelves(viewer):
            if shelf.shelf == wanted or shelf.name.casefold() == wanted.casefold():
                return shelf
        raise NotFound("shelf", name, f"there is no shelf called {name!r}")

    def make(self, viewer: Viewer, name: str) -> Shelf:
        """A new shelf; ValueError for a name that is empty or taken."""
        return self._people.shelves.make(viewer.person, name)

    def rename(self, viewer: Viewer, shelf: Shelf, name: str) -> None:
        """Gives a shelf another name; ValueError as in `make`."""
        self._people.shelves.rename(viewer.person, shelf.shelf, name)

    def move(self, viewer: Viewer, shelf: Shelf, place: int) -> None:
        """Puts a shelf at a place in the order, 0 the first."""
        self._people.shelves.move(viewer.person, shelf.shelf, place)

    def drop(self, viewer: Viewer, shelf: Shelf) -> None:
        """Takes a shelf away; the works stay."""
        self._people.shelves.drop(viewer.person, shelf.shelf)

    # ------------------------------------------------------------ works

    def of(self, viewer: Viewer, works: Sequence[Work]) -> dict[str, Owned]:
        """By work id, what each of these is to the viewer; every one is in the answer."""
        names = {shelf.shelf: shelf.name for shelf in self._people.shelves.all(viewer.person)}
        rows = self._people.acting.standing(viewer.person, [copy.witness for work in works for copy in work.witnesses])
        on: dict[str, set[str]] = {}
        for witness, shelf, _ in rows["shelved"]:
            on.setdefault(witness, set()).add(shelf)
        marks = {witness: (at, mark) for witness, mark, at in rows["mark"]}
        said = {witness: (at, rating, note) for witness, rating, note, at in rows["opinion"]}
        hidden = {witness for witness, _ in rows["hidden"]}
        out: dict[str, Owned] = {}
        for work in works:
            copies = [copy.witness for copy in work.witnesses]
            at, rating, note = max((said[c] for c in copies if c in said), key=lambda one: str(one[0]), default=(None, None, ""))
            _, mark = max((marks[c] for c in copies if c in marks), default=(None, None))
            shelves = {shelf for copy in copies for shelf in on.get(copy, ())}
            placed = tuple(name for shelf, name in names.items() if shelf in shelves)
            out[work.work] = Owned(rating, note, at, mark, placed, not hidden.isdisjoint(copies))
        return out

    def act(self, viewer: Viewer, kind: ActKind, value: str | None, works: Sequence[Work]) -> Done:
        """Does one thing to works: ``put``, ``take`` (a shelf's id), ``mark`` (one of `MARKS`, or None), ``rate`` (1 to 5, or None), ``hide``, ``show``.

        Works of which no copy is held are left as they are. ValueError for what makes no sense.
        """
        held = [work for work in works if work.witnesses]
        names = {shelf.shelf: shelf.name for shelf in self._people.shelves.all(viewer.person)}
        copies = [[c.witness for c in sorted(work.witnesses, key=lambda c: not c.base)] for work in held]
        return self._people.acting.do(viewer.person, Act(kind, value), copies, _said(kind, value, len(held), names))

    def done(self, viewer: Viewer, undo: str) -> Done | None:
        """What was done under this id, while it can be taken back."""
        return self._people.acting.done(viewer.person, undo)

    def undo(self, viewer: Viewer, undo: str) -> bool:
        """Takes it back; whether it could be."""
        return self._people.acting.undo(viewer.person, undo)

    def note(self, viewer: Viewer, work: Work, note: str) -> None:
        """Keeps a private note on a work; an empty one takes it away."""
        copies = [c.witness for c in sorted(work.witnesses, key=lambda c: not c.base)]
        self._people.opinions.note(viewer.person, copies, note)

    def hides(self, viewer: Viewer) -> bool:
        """Whether the viewer put any work out of sight."""
        return bool(self._people.opinions.hidden(viewer.person))

    def in_sight(self, viewer: Viewer, query: str) -> str:
        """A query without the works the viewer put out of sight, unless it asks for them (``is:hidden``) or for works only known of.

        Every door that lists works asks here; a work named by its id is shown all the same. QueryError as `Library.find`.
        """
        try:
            if "is:hidden" in query or "is:known" in query or not self.hides(viewer):
                return query
        except CatalogueError:  # their file gives nothing
            return query
        if not query.strip():
            return "-is:hidden"
        parse(query)  # a query that cannot be read says so about itself
        return f"({query}) -is:hidden"

    def everything(self, viewer: Viewer) -> list[str]:
        """The ids of the works the viewer rated, noted or put on a shelf, those touched last first, as far as they exist for them."""
        people, person = self._people, viewer.person
        rows = [(witness, at) for held in people.shelves.contents(person).values() for witness, at in held]
        rows += [(one.witness, one.at) for one in people.opinions.all(person)]
        works = self._catalogue.seen([witness for witness, _ in rows], viewer)
        latest = sorted(rows, key=lambda row: row[1], reverse=True)
        return list(dict.fromkeys(works[witness] for witness, _ in latest if witness in works))


def _said(kind: ActKind, value: str | None, count: int, names: dict[str, str]) -> str:
    """What was done, as a sentence without its end: ``42 works put on \u201cwinter\u201d``."""
    works = f"{count:,} work{'' if count == 1 else 's'}"
    shelf = names.get(value or "", "")
    if kind == "mark" and value in (*MARKS, None):
        return f"{works} {'marked as ' + value if value in ('read', 'reading') else 'marked for later' if value else 'marked as unread'}"
    if kind == "rate":
        return f"{works} rated {value} of 5" if value else f"The rating of {works} taken away"
    return {
        "put": f"{works} put on \u201c{shelf}\u201d",
        "take": f"{works} taken off \u201c{shelf}\u201d",
        "hide": f"{works} hidden",
        "show": f"{works} shown again",
    }.get(kind, works)
