"""What a work is published as, and several of them as one book: a series, a shelf, what a question found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from variorum import editions
from variorum.errors import PublishError
from variorum.library.leaving import without_agents
from variorum.library.pictures import MOST_BYTES
from variorum.model import Witness, Work

if TYPE_CHECKING:
    from variorum.library.keeper import Library

__all__ = ["MOST", "book_of", "edition_of", "in_series"]

#: Works in one book: readers open a book of hundreds slowly, and a slip of the pen should not make one of everything.
MOST = 300


def book_of(library: Library, works: Sequence[Work], title: str) -> bytes:
    """One EPUB of the bases of these works, in this order; PublishError for none, or for more than `MOST`."""
    held = [library.work(work.work) for work in works if work.witnesses]
    if not held:
        raise PublishError("there is no work to make a book of")
    if len(held) > MOST:
        raise PublishError(f"a book takes {MOST} works at most, and these are {len(held):,}; ask for fewer")
    requests = []
    room = MOST_BYTES
    for work in held:
        copy = work.base
        pictures = library.pictures.of_edition(copy, room)
        room -= sum(len(picture.data) for picture in pictures.files())
        emendations = library.document(copy.witness).emendations
        requests.append(editions.Request(without_agents(work), copy, library.text(copy.witness), emendations, pictures))
    return editions.render_anthology(title, requests)


def edition_of(library: Library, work: Work, copy: Witness, ending: str) -> bytes:
    """One copy of one work as an edition; PublishError for an ending nobody makes."""
    emendations = library.document(copy.witness).emendations
    pictures = partial(library.pictures.of_edition, copy)
    return editions.render(without_agents(work), copy, library.text(copy.witness), emendations, ending, pictures)


def in_series(works: Sequence[Work], title: str) -> list[Work]:
    """Works in the order of a series, when all of them are in one that is called so; else as they stand."""
    wanted = " ".join(title.split()).casefold()
    places = []
    for work in works:
        at = [s.position for s in work.metadata.series if " ".join(s.title.split()).casefold() == wanted]
        if not at or at[0] is None:
            return list(works)
        places.append(at[0])
    return [work for _, work in sorted(zip(places, works, strict=True), key=lambda pair: pair[0])]
