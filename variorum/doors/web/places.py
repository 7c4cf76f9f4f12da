"""From places in the source back to what is on the page: source offsets -> block and offset in its text.

`ReadingText.source_of` goes one way; an apparatus and the emendations of a document name places in the
*source*, so the reader needs the other. One sorted table of pieces, one binary search per place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from variorum.document import Block

__all__ = ["PlaceMap", "Stretch"]


class Stretch(NamedTuple):
    """``[start, end)`` in the text of block number ``block`` (0 is the first of the reading text)."""

    block: int
    start: int
    end: int


class PlaceMap:
    """The way from a source to the blocks of a reading text made from it.

    ``only`` limits it to some block numbers (one chapter, the story), so that a page maps no more than it shows.
    """

    def __init__(self, blocks: Sequence[Block], only: Iterable[int] | None = None) -> None:
        table: list[tuple[int, int, int, int, int, bool]] = []
        for number in range(len(blocks)) if only is None else only:
            at = 0
            for start, end, text in blocks[number].pieces:
                size = end - start if text is None else len(text)
                table.append((start, end, number, at, size, text is None))
                at += size
        table.sort()
        self._table = table
        self._starts = [row[0] for row in table]
        self._sizes = {row[2]: len(blocks[row[2]].text) for row in table}

    def stretches(self, start: int, end: int) -> tuple[Stretch, ...]:
        """Where ``[start, end)`` of the source stands on the page: one stretch for each block it touches, in source order.

        A place without length gives one stretch without length: where something would be put in. What
        is in no block (markup, white space between paragraphs) gives the nearest place before it.
        """
        if start >= end:
            return self._point(start)
        found: dict[int, tuple[int, int]] = {}
        index = max(bisect_right(self._starts, start) - 1, 0)
        # A stretch replaced as a whole, or a piece without length, may begin at the same offset just before.
        while index > 0 and self._table[index - 1][1] > start:
            index -= 1
        for first, last, block, at, size, literal in self._table[index:]:
            if first >= end:
                break
            if last <= start:
                continue
            low = at + max(start - first, 0) if literal else at
            high = at + min(end - first, size) if literal else at + size
            if block in found:
                low, high = min(found[block][0], low), max(found[block][1], high)
            found[block] = (low, high)
        if not found:
            return self._point(start)
        return tuple(Stretch(block, low, high) for block, (low, high) in found.items())

    def _point(self, offset: int) -> tuple[Stretch, ...]:
        if not self._table:
            return ()
        index = max(bisect_right(self._starts, offset) - 1, 0)
        first, last, block, at, size, literal = self._table[index]
        if offset == first and index and self._table[index - 1][1] == offset and self._table[index - 1][2] != block:
            # Between two blocks that touch: it belongs to the end of the first, as `source_of(end=True)` says.
            first, last, block, at, size, literal = self._table[index - 1]
        if offset <= first:
            inside = at
        elif offset >= last or not literal:
            inside = at + size
        else:
            inside = at + offset - first
        inside = min(inside, self._sizes[block])
        return (Stretch(block, inside, inside),)
