"""Where a person is in a work: kept by the words that stand there, found again in whichever copy is opened.

A place belongs to a copy. When the library has got a newer copy of the work since, going on leads into that one, to the
same words; what was read is asked of all copies of the work together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from variorum.doors.web.anchoring import Quote
from variorum.doors.web.chapters import Book
from variorum.doors.web.desk import Desk, with_query
from variorum.errors import CatalogueError
from variorum.library import ReadingPlace
from variorum.model import Witness, Work

__all__ = ["Begun", "address_of", "address_of_spot", "begun", "keep", "keep_chapter", "mark_of", "offset_of", "spot_in"]

_WORDS = 60  # code points of the text that anchor a place
_FINISHED = 0.999  # kept only where the last words were in sight


class Begun(NamedTuple):
    """That somebody has begun a work: where going on leads, how far they are, whether they have come to its end.

    ``own`` is false where going on leads into another copy than the one that was read.
    """

    address: str
    copy: Witness
    progress: float
    finished: bool
    quote: str
    own: bool


def keep(desk: Desk, copy: Witness, book: Book, offset: int, *, finished: bool = False) -> None:
    """Keeps a place: an offset of the reading text of a copy; ``finished`` when its last words were in sight."""
    block = book.text.blocks[book.text.block_at(offset)]
    start = book.text.starts[book.text.block_at(offset)]
    quote = book.finder.quote(offset, min(offset + _WORDS, start + len(block.text)))
    source = book.text.source_of(offset)
    progress = 1.0 if finished else min(book.progress(offset), _FINISHED - 0.001)
    desk.library.people.keep_place(
        desk.person,
        copy.witness,
        source,
        quote.exact,
        prefix=quote.prefix,
        suffix=quote.suffix,
        progress=progress,
        words=copy.words,
    )
    if finished:
        desk.library.people.mark(desk.person, copy.witness, "read")


def keep_chapter(desk: Desk, work: Work, copy: Witness, book: Book, numbers: Sequence[int]) -> None:
    """Opening chapters keeps the place, as far as one can know without script: a place in them stands, and so does a later one.

    Whoever had come to the end begins again with the first chapter.
    """
    story = [n for number in numbers for n in book.sheets[number - 1].story]
    if not story:
        return
    try:
        places = desk.library.people.places(desk.person, [c.witness for c in work.witnesses])
        again = numbers[0] == 1 and len(numbers) < len(book.sheets)
        if places and (places[0].progress < _FINISHED or not again):
            spot = spot_in(book, places[0], own=places[0].witness == copy.witness)
            if book.sheet_of(book.text.block_at(spot)) >= numbers[0]:
                return
        said = next((n for n in story if book.text.blocks[n].kind == "paragraph"), story[0])
        keep(desk, copy, book, book.text.starts[said])
    except CatalogueError:
        # A full or read-only disk must not stop anyone from reading.
        return


def spot_in(book: Book, place: ReadingPlace, *, own: bool) -> int:
    """The offset in ``book.text.text`` where a kept place stands; ``own`` when it was kept in this very copy."""
    around = Quote(place.quote, place.prefix, place.suffix)
    found = book.finder.find(around, place.start if own else None, place.progress)
    if found is not None:
        return found.start
    return book.finder.at(place.start) if own else book.at_progress(place.progress)


def begun(desk: Desk, work: Work, key: str | None = None) -> Begun | None:
    """Where somebody is in a work: in the copy they read last, or in the work's own when that came later. None: not begun."""
    held = {copy.witness: copy for copy in work.witnesses}
    try:
        places = desk.library.people.places(desk.person, list(held))
    except CatalogueError:
        return None
    if not places:
        return None
    last = places[0]
    copy = held[last.witness]
    if key is not None:
        copy = desk.copy(work, key)
    elif not copy.base and work.base.added > last.at:
        copy = work.base
    own = last.witness == copy.witness
    progress = last.progress
    if not own:
        book = desk.book(copy.witness)
        progress = book.progress(spot_in(book, last, own=False))
    query = with_query(f"/works/{work.work}/continue", copy=None if copy.base else copy.siglum)
    return Begun(query, copy, progress, own and progress >= _FINISHED, last.quote, own)


def address_of(desk: Desk, work: Work, copy: Witness) -> str:
    """The address of the very paragraph in which somebody was, in this copy; of its beginning when they never were."""
    book = desk.book(copy.witness)
    offset = offset_of(desk, work, copy, book)
    if offset is None or not book.sheets:
        chapter = "/1" if len(book.sheets) > 1 else ""
        return with_query(f"/works/{work.work}/read{chapter}", copy=None if copy.base else copy.siglum)
    return address_of_spot(work, copy, book, offset)


def offset_of(desk: Desk, work: Work, copy: Witness, book: Book) -> int | None:
    """The offset of a copy's reading text at which somebody is, also when they read another copy last; None: not begun."""
    try:
        places = desk.library.people.places(desk.person, [c.witness for c in work.witnesses])
    except CatalogueError:
        return None
    return spot_in(book, places[0], own=places[0].witness == copy.witness) if places else None


def address_of_spot(work: Work, copy: Witness, book: Book, offset: int) -> str:
    """The address of the paragraph of a copy in which an offset of its reading text lies."""
    block = book.text.block_at(offset)
    chapter = f"/{book.sheet_of(block)}" if len(book.sheets) > 1 else ""
    return with_query(f"/works/{work.work}/read{chapter}", copy=None if copy.base else copy.siglum) + f"#p{block + 1}"


def mark_of(desk: Desk, work: Work) -> str | None:
    """What somebody marked a work as (read, reading, later), by whichever of its copies they marked last."""
    held = {copy.witness for copy in work.witnesses}
    try:
        return next((mark.mark for mark in desk.library.people.marks(desk.person) if mark.witness in held), None)
    except CatalogueError:
        return None
