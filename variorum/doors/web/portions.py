"""A long text in portions: by chapter where chapters are short enough, else at a paragraph; never one huge page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from variorum.doors.web.chapters import Book

__all__ = ["Portion", "Portions", "portions"]

_WHOLE = 24_000  #: weight (words) up to which nothing is divided
_SHORT = 24  #: characters of a chapter's title that may stand in a link
_LIMIT = 12_000  #: weight of a portion


class Portion(NamedTuple):
    """Blocks ``first`` to ``last`` (by their place in the list they came in), what it is called, its number from 1."""

    number: int
    first: int
    last: int
    label: str


class Portions(NamedTuple):
    """All portions of a text; always one at least."""

    all: tuple[Portion, ...]
    starts: tuple[int, ...]

    def of(self, place: int) -> Portion:
        """The portion in which the block at this place of the list lies."""
        return self.all[max(bisect_right(self.starts, place) - 1, 0)]


def portions(numbers: Sequence[int], book: Book, weight: Callable[[int], int]) -> Portions:
    """Divides these blocks (numbers, in order); ``weight`` gives what a block weighs on the page."""
    weights = [weight(number) for number in numbers]
    if sum(weights) <= _WHOLE:
        return Portions((Portion(1, 0, max(len(numbers) - 1, 0), ""),), (0,))
    opens = {chapter.story[0] for chapter in book.chapters if chapter.story}
    cuts = [0]
    held = 0
    ahead = _ahead(numbers, weights, opens)
    for place, number in enumerate(numbers):
        heavy = held + weights[place] > _LIMIT
        if held and (heavy or (number in opens and held + ahead[place] > _LIMIT)):
            cuts.append(place)
            held = 0
        held += weights[place]
    ends = [*(cut - 1 for cut in cuts[1:]), len(numbers) - 1]
    made = [Portion(n, a, b, _label(numbers, book, a, b)) for n, (a, b) in enumerate(zip(cuts, ends, strict=True), 1)]
    return Portions(tuple(made), tuple(cuts))


def _ahead(numbers: Sequence[int], weights: Sequence[int], opens: set[int]) -> list[int]:
    """For each block, what it and the rest of its chapter weigh."""
    out = [0] * len(numbers)
    held = 0
    for place in range(len(numbers) - 1, -1, -1):
        held += weights[place]
        out[place] = held
        if numbers[place] in opens:
            held = 0
    return out


def _label(numbers: Sequence[int], book: Book, first: int, last: int) -> str:
    if len(book.chapters) < 2:
        return "the text"
    one, two = book.chapter_of(numbers[first]), book.chapter_of(numbers[last])
    titles = [book.chapters[number - 1].title for number in (one, two)]
    if all(title and len(title) <= _SHORT for title in titles):
        return str(titles[0]) if one == two else f"{titles[0]} – {titles[1]}"
    return f"chapter {one}" if one == two else f"chapters {one}–{two}"
