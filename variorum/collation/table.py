"""An apparatus as a table: the texts of all witnesses side by side, cut where they differ.

What scholars' formats are written from. Every witness's text is cut into the same number of stretches; a cut
falls only where a word begins, so a stretch is words with what follows them (CollateX's ``t``). Stretches that
only one witness lacks are cut wherever the others differ, so that a half-finished copy never makes one reading
of the rest of the book.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import Ints
from variorum.collation.entries import GRAVITY
from variorum.collation.placing import source_starts
from variorum.collation.side import Copy, Side, prepare
from variorum.collation.standing import Stand, stands
from variorum.model import Apparatus, ReadingKind, Segment, Strand, Table

__all__ = ["tabulate"]

_WEIGHT = {kind: number for number, kind in enumerate(GRAVITY)}
_MARKS = {"emphasis": 1, "em": 1, "i": 1, "strong": 2, "b": 2, "strikethrough": 4, "s": 4, "underline": 8, "u": 8}
_MARKS |= {"superscript": 16, "subscript": 32}


def tabulate(apparatus: Apparatus, copies: Sequence[Copy], *, notes: bool = False) -> Table:
    """The table of an apparatus and the copies it was made of; ``notes`` as the apparatus was made with."""
    named = {copy.siglum: copy for copy in copies}
    order = [apparatus.base, *(w.siglum for w in apparatus.witnesses if w.siglum != apparatus.base)]
    sides = [prepare(named[siglum], notes=notes) for siglum in order]
    places = source_starts(sides[0].text, sides[0].starts)
    rows = [stands(apparatus, sides[0], side, places) for side in sides[1:]]
    cutter = _Cutter(sides)
    segments = tuple(cutter.segments(_pieces(rows, len(sides[0])), rows))
    return Table(apparatus.base, tuple(_strand(side) for side in sides), segments)


def _strand(side: Side) -> Strand:
    blocks, spans = [], []
    for begin, block in zip(side.text.starts, side.text.blocks, strict=True):
        blocks.append((begin, block.kind, block.level, block.chapter))
        spans += [(begin + s.start, begin + s.end, s.kind) for s in block.spans if s.kind in _MARKS]
    return Strand(side.copy.siglum, side.copy.witness, side.copy.name, side.text.text, tuple(blocks), tuple(spans))


class _Piece(NamedTuple):
    """Base tokens ``[i0, i1)``, and which stands of each row lie in it (their numbers)."""

    i0: int
    i1: int
    held: tuple[tuple[int, int], ...]  #: (row, number of the stand)


def _pieces(rows: Sequence[Sequence[Stand]], size: int) -> list[_Piece]:
    """Base cut into what all have and what some have otherwise; stands that overlap are one piece.

    A stand without words (something left out) is only a cut at its ends.
    """
    worded: list[tuple[int, bool, int, int, int, int]] = []
    cuts: set[int] = {0, size}
    for row, held in enumerate(rows):
        ordinal, point = 0, -1
        for number, stand in enumerate(held):
            if stand.j0 == stand.j1:
                cuts.update((stand.i0, stand.i1))
                continue
            ordinal = ordinal + 1 if stand.i0 == stand.i1 == point else 0
            point = stand.i0 if stand.i0 == stand.i1 else -1
            worded.append((stand.i0, stand.i1 > stand.i0, ordinal, stand.i1, row, number))
    worded.sort()
    grouped: list[tuple[int, int, int, list[tuple[int, int]]]] = []
    for i0, wide, ordinal, i1, row, number in worded:
        if grouped:
            g0, g1, nth, held_here = grouped[-1]
            if (wide and i0 < g1) or (not wide and (i0 < g1 or (g0 == g1 == i0 and nth == ordinal))):
                grouped[-1] = (g0, max(g1, i1), nth, [*held_here, (row, number)])
                continue
        grouped.append((i0, i1, ordinal, [(row, number)]))
    return list(_filled(grouped, sorted(cuts), size))


def _filled(grouped: list[tuple[int, int, int, list[tuple[int, int]]]], cuts: list[int], size: int) -> Iterator[_Piece]:
    at = 0
    marks = np.array(cuts, dtype=np.int64)
    for i0, i1, _, held in [*grouped, (size, size, 0, [])]:
        inner = marks[np.searchsorted(marks, at, side="right") : np.searchsorted(marks, i0)].tolist()
        edges = [at, *inner, i0]
        for low, high in pairwise(edges):
            if low < high:
                yield _Piece(low, high, ())
        if held:
            yield _Piece(i0, i1, tuple(held))
        at = max(at, i1)


class _Cutter:
    """Turns pieces into segments, witness by witness."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = sides
        self.bounds = [_bounds(side) for side in sides]
        self.marks = [_marks(side) for side in sides]

    def segments(self, pieces: list[_Piece], rows: Sequence[Sequence[Stand]]) -> Iterator[Segment]:
        size = len(self.sides[0])
        kept = [_kept(held, size) for held in rows]
        lost = [_Lost(held) for held in rows]
        at = [0] * len(self.sides)
        yield from self._wordless()
        for piece in pieces:
            ranges = [(piece.i0, piece.i1)]
            for row, held in enumerate(rows):
                here = [held[number] for owner, number in piece.held if owner == row]
                count = int(kept[row][piece.i1] - kept[row][piece.i0]) + sum(stand.j1 - stand.j0 for stand in here)
                ranges.append((at[row + 1], at[row + 1] + count))
                at[row + 1] += count
            told = [rows[row][number] for row, number in piece.held]
            told += [stand for one in lost for stand in one.over(piece.i0, piece.i1)]
            if piece.held:
                yield self._differing(ranges, told, piece)._replace(cells=self._cells(ranges))
                continue
            parts = self._same(ranges)
            if told:
                yield from (self._differing(ranges, told, piece)._replace(cells=cells) for cells, _ in parts)
            else:
                yield from (Segment(cells, kind) for cells, kind in parts)

    def _differing(self, ranges: list[tuple[int, int]], told: list[Stand], piece: _Piece) -> Segment:
        kind = max((stand.kind for stand in told), key=_WEIGHT.__getitem__)
        move = next((stand.move for stand in told if stand.move is not None), None)
        empty = {side.copy.siglum for side, (low, high) in zip(self.sides, ranges, strict=True) if low == high}
        lacks = {stand.siglum for stand in told if stand.lacuna} & empty
        if piece.i0 == piece.i1 and piece.i0 in (0, len(self.sides[0])):
            # What others have before the base begins, or after it stops: a partial copy that stands there too lacks it.
            for side, (low, high) in zip(self.sides, ranges, strict=True):
                if side.copy.partial and low == high == (0 if piece.i0 == 0 else len(side)):
                    lacks.add(side.copy.siglum)
        return Segment((), kind, move, frozenset(lacks), min(stand.certainty for stand in told))

    def _cells(self, ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        return tuple((bound[low], bound[high]) for bound, (low, high) in zip(self.bounds, ranges, strict=True))

    def _wordless(self) -> Iterator[Segment]:
        """Texts without any word stand at the head: they have no word to stand beside."""
        whole = tuple((0, len(side.text.text) if not len(side) else 0) for side in self.sides)
        if any(end for _, end in whole):
            yield Segment(whole, "typographic")

    def _same(self, ranges: list[tuple[int, int]]) -> Iterator[tuple[tuple[tuple[int, int], ...], ReadingKind | None]]:
        """The same words in all that have any: cut where marks, spaces or emphasis differ."""
        cells = self._cells(ranges)
        there = [number for number, (low, high) in enumerate(ranges) if low < high]
        texts = [self.sides[number].text.text[slice(*cells[number])] for number in there]
        marks = [self.marks[number][slice(*ranges[number])] for number in there]
        if all(text == texts[0] for text in texts) and all(np.array_equal(mark, marks[0]) for mark in marks):
            yield cells, None
            return
        count = ranges[0][1] - ranges[0][0]
        kinds = [self._kind(there, [ranges[number][0] + n for number in there]) for n in range(count)]
        first = 0
        for n in range(1, count + 1):
            if n == count or kinds[n] != kinds[first]:
                part = [(low + first, low + n) if low < high else (low, high) for low, high in ranges]
                yield self._cells(part), kinds[first]
                first = n

    def _kind(self, there: list[int], at: list[int]) -> ReadingKind | None:
        """How one word (its number in each witness that has it) differs."""
        texts = [
            self.sides[number].text.text[self.bounds[number][n] : self.bounds[number][n + 1]]
            for number, n in zip(there, at, strict=True)
        ]
        kind: ReadingKind | None = None
        for number, n, other in zip(there[1:], at[1:], texts[1:], strict=True):
            if other != texts[0]:
                if "".join(other.split()) != "".join(texts[0].split()) or ("\n" in other) == ("\n" in texts[0]):
                    return "typographic"
                kind = "markup"
            elif self.marks[number][n] != self.marks[there[0]][at[0]]:
                kind = "markup"
        return kind


class _Lost:
    """Which stands without words lie over a piece; asked in ascending order."""

    def __init__(self, held: Sequence[Stand]) -> None:
        self.held = [stand for stand in held if stand.j0 == stand.j1]
        self.at = 0

    def over(self, i0: int, i1: int) -> list[Stand]:
        while self.at < len(self.held) and self.held[self.at].i1 <= i0:
            self.at += 1
        return [stand for stand in self.held[self.at : self.at + 1] if stand.i0 < i1]


def _kept(held: Sequence[Stand], size: int) -> Ints:
    """How many of the base's first words a witness has one for one."""
    steps = np.zeros(size + 1, dtype=np.int64)
    for stand in held:
        steps[stand.i0] += 1
        steps[stand.i1] -= 1
    own = (np.cumsum(steps[:size]) == 0).astype(np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(own)])


def _bounds(side: Side) -> list[int]:
    """Where the stretch of each token begins, and the end of the text; the first also has what stands before it."""
    size = len(side.text.text)
    return [0, *side.starts[1:].tolist(), size] if len(side) else [0]


def _marks(side: Side) -> npt.NDArray[np.uint8]:
    """One bit a kind of emphasis for every token."""
    out = np.zeros(len(side), dtype=np.uint8)
    for begin, block in zip(side.text.starts, side.text.blocks, strict=True):
        for span in block.spans:
            if bit := _MARKS.get(span.kind, 0):
                low = np.searchsorted(side.ends, begin + span.start, side="right")
                out[low : np.searchsorted(side.starts, begin + span.end)] |= bit
    return out
