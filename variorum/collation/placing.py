"""Where things stand: characters, places of the source and contexts of many stretches at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from variorum.collation.arrays import Ints
from variorum.collation.side import Side
from variorum.document import ReadingText
from variorum.model import Place, ReadingKind

__all__ = ["Locator", "contexts", "extents", "source_starts", "stretches"]

_AROUND = 240  #: characters of context on each side at most (a text without stops is one sentence)
_WHOLE = frozenset(("sentence", "passage", "moved"))  #: kinds whose text takes the punctuation that is joined to it
_OPENS = re.compile(r"(?:\s[\"'“‘«„(\[*_—–\s-]*|[“‘«„「『（(\[]+)\Z")  #: what opens the next sentence
_JOINED = 8  #: characters of punctuation at most


class Locator:
    """`ReadingText.source_of` for arrays of offsets."""

    def __init__(self, text: ReadingText) -> None:
        at: list[int] = []
        start: list[int] = []
        end: list[int] = []
        size: list[int] = []
        fixed: list[bool] = []
        for begin, block in zip(text.starts, text.blocks, strict=True):
            for piece in block.pieces:
                length = piece.end - piece.start if piece.text is None else len(piece.text)
                at.append(begin)
                start.append(piece.start)
                end.append(piece.end)
                size.append(length)
                fixed.append(piece.text is not None)
                begin += length
        self.at, self.start, self.end, self.size = (np.array(values, dtype=np.int64) for values in (at, start, end, size))
        self.fixed = np.array(fixed, dtype=bool)
        self.begins = np.array(text.starts, dtype=np.int64)

    def starts(self, offsets: Ints) -> Ints:
        """Where stretches that begin at these offsets begin in the source."""
        return self._source(offsets, offsets, end=False)

    def ends(self, offsets: Ints) -> Ints:
        """Where stretches that end at these offsets end in the source."""
        return self._source(offsets, offsets - 1, end=True)

    def _source(self, offsets: Ints, sought: Ints, *, end: bool) -> Ints:
        if not len(self.at):
            return np.zeros(len(offsets), dtype=np.int64)
        index = np.maximum(np.searchsorted(self.at, sought, side="right") - 1, 0)
        inside = offsets - self.at[index]
        size = self.size[index]
        edge = self.end[index] if end else self.start[index]
        out = np.where(self.fixed[index], edge, self.start[index] + inside)
        beyond = self.end[index]
        if not end:
            following = np.minimum(index + 1, len(self.at) - 1)
            beyond = np.where((inside > size) & (following > index), self.start[following], beyond)
        out = np.where(inside >= size, beyond, out)
        result: Ints = np.where(inside <= 0, self.start[index], out)
        return result

    def places(self, low: Ints, high: Ints, last: int) -> list[Place]:
        """Places of stretches ``[low, high)``; an empty one stands before what follows, at ``last`` behind the text.

        A stretch that ends with a block's end goes on to the next block: what parts the two lies between them.
        """
        start, end = self.starts(low), self.ends(high)
        if len(self.begins) > 1:
            following = np.searchsorted(self.begins, high)
            parting = (low < high) & (high > 0) & (self.begins[np.minimum(following, len(self.begins) - 1)] == high)
            end = np.where(parting, np.maximum(end, self.starts(high)), end)
        empty = low == high
        start = np.where(empty & (low >= last), end, start)
        end = np.where(empty, start, end)
        return [Place(a, b) for a, b in zip(np.minimum(start, end).tolist(), np.maximum(start, end).tolist(), strict=True)]


def source_starts(text: ReadingText, starts: Ints) -> Ints:
    """Where tokens that begin at these offsets begin in the source."""
    return Locator(text).starts(starts)


def stretches(side: Side, first: Ints, last: Ints, kinds: Sequence[ReadingKind]) -> tuple[Ints, Ints]:
    """The characters of tokens ``[first, last)``; whole sentences with the marks that stand close to them."""
    text, count = side.text.text, len(side)
    starts = np.append(side.starts, len(text))
    low = starts[first]
    high = np.where(last > first, side.ends[np.maximum(last - 1, 0)], low) if count else low.copy()
    whole = np.fromiter((kind in _WHOLE for kind in kinds), dtype=bool, count=len(kinds))
    for at in np.flatnonzero(whole & (last > first)).tolist():
        low[at], high[at] = extents(side, int(first[at]), int(last[at]), int(low[at]), int(high[at]))
    _part(first, last, low, high)
    return low, high


def _part(first: Ints, last: Ints, low: Ints, high: Ints) -> None:
    """Neighbours that both took the marks between them: they are the earlier one's, but for a mark that opens what follows.

    A point (where words were put in) before a stretch that begins with its opening marks stands before those. In place.
    """
    words = np.flatnonzero(last > first)
    words = words[np.argsort(first[words], kind="stable")]
    if not len(words):
        return
    before, after = words[:-1], words[1:]
    over = (high[before] > low[after]) & (last[before] == first[after])
    for one, two in zip(before[over].tolist(), after[over].tolist(), strict=True):
        low[two] = high[one]
    points = np.flatnonzero(last == first)
    begins, ends = first[words], np.sort(last[words])
    following = np.minimum(np.searchsorted(begins, first[points]), len(words) - 1)
    opened = np.where(begins[following] == first[points], low[words[following]], low[points])
    leading = np.maximum(np.searchsorted(ends, first[points], side="right") - 1, 0)
    closed = np.where(ends[leading] == first[points], high[words[np.argsort(last[words], kind="stable")[leading]]], 0)
    low[points] = high[points] = np.maximum(np.minimum(low[points], opened), closed)


def extents(side: Side, first: int, last: int, low: int, high: int) -> tuple[int, int]:
    """A stretch of tokens with the marks that no space parts from it."""
    text = side.text.text
    floor = max(int(side.ends[first - 1]) if first else 0, low - _JOINED)
    ceiling = min(int(side.starts[last]) if last < len(side) else len(text), high + _JOINED)
    while low > floor and not text[low - 1].isspace():
        low -= 1
    while high < ceiling and not text[high].isspace():
        high += 1
    return low, high


def contexts(side: Side, first: Ints, last: Ints, low: Ints, high: Ints) -> list[str]:
    """The sentence around each stretch (tokens ``[first, last)``, characters ``[low, high)``), of bounded length.

    It ends with what closes it; what opens the next sentence, and a scene break, are left to that.
    """
    text, count = side.text.text, len(side)
    if not count:
        return [text[:_AROUND].strip()] * len(first)
    starts = np.append(side.starts, len(text))
    opening = side.edges[np.searchsorted(side.edges, np.minimum(first, count - 1), side="right") - 1]
    closing = side.edges[np.searchsorted(side.edges, np.minimum(np.maximum(last, first + 1), count))]
    said = side.ends[closing - 1]
    begin = np.maximum(starts[opening], low - _AROUND)
    end = np.minimum(np.minimum(starts[closing], high + _AROUND), begin + 4 * _AROUND)
    out = []
    for a, b, c, d in zip(begin.tolist(), end.tolist(), low.tolist(), said.tolist(), strict=True):
        while a > 0 and c - a < _AROUND and not text[a - 1].isspace():
            a -= 1
        if d < b:
            b = d + _closed(text[d:b])
        out.append(text[a:b].strip())
    return out


def _closed(marks: str) -> int:
    """How many of the marks between two sentences close the first."""
    end = marks.find("\n\n")
    if end >= 0:
        return end
    opens = _OPENS.search(marks)
    return opens.start() if opens else len(marks)
