"""Kinship of many pairs at once: their texts laid end to end, walls between them, and aligned as one.

For a whole shelf the fixed cost of some hundred array operations a pair would be most of the work. Here a batch of pairs
shares it. The alignment is the coarse part of `align` (words in runs of four and more, moved ones too), which is enough to
tell relations apart; a pair that it does not relate, or only just, is looked at again alone and in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from variorum.collation.anchors import anchor
from variorum.collation.arrays import U64, Ints, Runs, gaps_between, grow, joined, spread, within
from variorum.collation.kinship import (
    BRIDGE,
    CONTAINED,
    EXCESS,
    FACING,
    LEAST_PASSAGE,
    LEAST_WORDS,
    REVISED,
    Measures,
    kinship,
    shared_notes,
    verdict_of,
)
from variorum.collation.moves import claim, settle
from variorum.collation.sketch import SHINGLE
from variorum.collation.telling import leave_out, notes_among, telling
from variorum.model import Kinship
from variorum.text import Tokens

__all__ = ["kinships"]

_BATCH = 1 << 18  #: tokens of both sides laid end to end: the arrays stay in a processor's cache
_LEVELS = ((6, 4), (4, 1))  #: words of an anchor, and one in how many of them is taken
_LOOKED = 256  #: matched words among which the different ones are counted
_FIRST_LOOKED = 16  #: of them first
_NEAR = 0.02  #: a number this near to the edge of a verdict is not trusted
_SHORT = 24  #: words of a passage that may be a quotation when its edges are looked at

_Mask = npt.NDArray[np.bool_]
Pair = tuple[Tokens, Tokens, int]


def kinships(pairs: Sequence[Pair], *, boilerplate: U64 | None = None) -> Iterator[Kinship | None]:
    """As `kinship` of each pair (two texts, and how many hashes their sketches share), in order.

    Memory follows the longest pair, not their number.
    """
    first = 0
    while first < len(pairs):
        last, size = first, 0
        while last < len(pairs) and size < _BATCH:
            size += len(pairs[last][0]) + len(pairs[last][1])
            last += 1
        some = pairs[first:last]
        if len(some) == 1:
            yield kinship(some[0][0], some[0][1], boilerplate=boilerplate)
        else:
            yield from _Batch(some, boilerplate).kinships()
        first = last


def _doubtful(found: Measures) -> bool:
    """Whether a few words more or less would make another verdict."""
    less, more = sorted(found.containment)
    if more >= CONTAINED - _NEAR and (more < CONTAINED + _NEAR or abs(less - EXCESS * more) < _NEAR):
        return not found.equal
    if more < CONTAINED and abs(found.resemblance - REVISED) < _NEAR:
        return True
    return found.resemblance < REVISED and more < CONTAINED and _SHORT <= found.longest < LEAST_PASSAGE


class _Batch:
    """Pairs laid end to end. Token ``starts[k] + i`` of a side is token i of pair k's text."""

    def __init__(self, pairs: Sequence[Pair], boilerplate: U64 | None) -> None:
        self.pairs = pairs
        self.boilerplate = boilerplate
        (self.x, self.start_a), (self.y, self.start_b) = (
            _laid(texts) for texts in ([pair[0] for pair in pairs], [pair[1] for pair in pairs])
        )
        self.walls = Runs(self.start_a[1:] - 1, self.start_b[1:] - 1, np.ones(len(pairs), dtype=np.int64))
        self.runs, self.moved = self._align()
        self.both = joined(self.runs, self.moved) if len(self.moved.a) else self.runs
        self.held: Ints = np.zeros(len(pairs), dtype=np.int64)  #: words of each pair that the alignment found, telling or not

    def _align(self) -> tuple[Runs, Runs]:
        x, y = self.x, self.y
        size_a, size_b = len(x), len(y)
        runs, moved = grow(x, y, self.walls, size_a, size_b), Runs.none()
        for k, keep in _LEVELS:
            gaps = within(gaps_between(runs, size_a, size_b))
            found = anchor(x, y, gaps, k, keep)
            runs = grow(x, y, joined(runs, found.chain), size_a, size_b)
            if len(found.rest.a):
                more = settle(x, y, runs, found.rest)
                if len(more.a):
                    x, y = x.copy(), y.copy()
                    claim(x, y, more)
                    moved = joined(moved, more)
        return runs, moved

    def kinships(self) -> Iterator[Kinship | None]:
        for number, found in enumerate(self._measures()):
            a, b, shared = self.pairs[number]
            if self.held[number] < shared or _doubtful(found):
                yield kinship(a, b, boilerplate=self.boilerplate)
                continue
            verdict = verdict_of(a, b, found, partial(self._runs_of, number))
            yield None if verdict is None else Kinship(verdict, found.resemblance, found.containment)

    def _runs_of(self, number: int) -> Runs:
        """The runs of one pair, in its own numbers."""
        low, high = self.start_a[number], self.start_a[number + 1] - 1
        both = self.both
        end = both.a + both.n
        first, last = np.searchsorted(end, low, side="right"), np.searchsorted(both.a, high)
        a0, a1 = np.maximum(both.a[first:last], low), np.minimum(end[first:last], high)
        return Runs(a0 - low, both.b[first:last] + a0 - both.a[first:last] - self.start_b[number], a1 - a0)

    # ------------------------------------------------------------ the numbers, of all pairs in one go

    def _measures(self) -> Iterator[Measures]:
        count = len(self.pairs)
        told_a, told_b = self._told()
        runs = self._cut(self.both)
        owner = np.searchsorted(self.start_a, runs.a, side="right") - 1
        passage = _passages(runs, owner)
        self.held = np.bincount(owner, weights=runs.n, minlength=count).astype(np.int64)
        said = shared_notes(self.x, runs, passage)
        leave_out(told_a, said.a, said.a + said.n)
        leave_out(told_b, said.b, said.b + said.n)
        of_a, of_b = (
            np.add.reduceat(told.astype(np.int64), start[:-1]) for told, start in ((told_a, self.start_a), (told_b, self.start_b))
        )
        size = np.bincount(passage, weights=runs.n) if len(passage) else np.zeros(0)
        shortest = np.minimum([len(a) for a, _, _ in self.pairs], [len(b) for _, b, _ in self.pairs])
        solid = size[passage] >= np.minimum(SHINGLE, np.maximum(shortest[owner], 1))
        runs, owner, passage = runs.take(solid), owner[solid], passage[solid]
        at_a, at_b = spread(runs.a, runs.n), spread(runs.b, runs.n)
        both = told_a[at_a] & told_b[at_b]
        at_a = at_a[both]
        owners = np.repeat(owner, runs.n)[both]
        matched = np.bincount(owners, minlength=count)
        longest = np.zeros(count, dtype=np.int64)
        sizes = np.bincount(np.repeat(passage, runs.n)[both], minlength=len(size))
        np.maximum.at(longest, owner, sizes[passage])
        first = np.searchsorted(owners, np.arange(count + 1))
        for number in range(count):
            n, a, b = int(matched[number]), int(of_a[number]), int(of_b[number])
            different = 0
            for looked in (_FIRST_LOOKED, _LOOKED):
                if different < LEAST_WORDS:
                    some = self.x.take(at_a[first[number] : min(first[number + 1], first[number] + looked)])
                    different = len(set(some.tolist()))
            equal = n == a == b and n > 0 and different >= LEAST_WORDS and self._equal(number, told_a, told_b)
            share = (round(n / a, 6) if a else 0.0, round(n / b, 6) if b else 0.0)
            yield Measures(n, different, int(longest[number]), equal, share, round(2 * n / (a + b), 6) if a + b else 0.0)

    def _equal(self, number: int, told_a: _Mask, told_b: _Mask) -> bool:
        a, b = (slice(start[number], start[number + 1] - 1) for start in (self.start_a, self.start_b))
        return np.array_equal(self.x[a][told_a[a]], self.y[b][told_b[b]])

    def _told(self) -> tuple[_Mask, _Mask]:
        """Which tokens tell something; walls do not, nor notes that the other text of the pair lacks."""
        told = telling(self.x, self.boilerplate), telling(self.y, self.boilerplate)
        gaps = gaps_between(self.runs, len(self.x), len(self.y))  # every wall is in a run
        room_a, room_b = gaps.a1 - gaps.a0, gaps.b1 - gaps.b0
        for own, names, low, high, room, facing in (
            (told[0], self.x, gaps.a0, gaps.a1, room_a, room_b),
            (told[1], self.y, gaps.b0, gaps.b1, room_b, room_a),
        ):
            alone = np.flatnonzero(facing * FACING <= room)
            alone = alone[notes_among(names, low[alone], high[alone])]
            leave_out(own, low[alone], high[alone])
        told[0][self.walls.a] = False
        told[1][self.walls.b] = False
        return told

    def _cut(self, runs: Runs) -> Runs:
        """The runs without the walls, which may stand in the middle of one."""
        wall = self.walls.a
        inside = np.searchsorted(runs.a, wall, side="right") - 1
        offset = wall - runs.a[inside]
        tail = Runs(runs.a[inside] + offset + 1, runs.b[inside] + offset + 1, runs.n[inside] - offset - 1)
        low, high = (
            np.searchsorted(inside, np.arange(len(runs.a)), side="left"),
            np.searchsorted(inside, np.arange(len(runs.a)), side="right"),
        )
        held = high > low
        n = runs.n.copy()
        n[held] = offset[low[held]]
        # Of a run over several walls each tail ends at the next one.
        following = np.append(wall[1:], len(self.x))
        tail = Runs(tail.a, tail.b, np.minimum(tail.n, np.maximum(following - tail.a, 0)))
        pieces = [np.concatenate(parts) for parts in zip(Runs(runs.a, runs.b, n), tail, strict=True)]
        kept = pieces[2] > 0
        order = np.argsort(pieces[0][kept], kind="stable")
        return Runs(*(part[kept][order] for part in pieces))


def _laid(texts: Sequence[Tokens]) -> tuple[U64, Ints]:
    """The names of all texts, a wall behind each (the same on both sides, and like no word), and where each text begins."""
    start = np.cumsum([0, *(len(text) + 1 for text in texts)])
    names = np.empty(int(start[-1]), dtype=np.uint64)
    for text, low in zip(texts, start.tolist(), strict=False):
        names[low : low + len(text)] = text.hashes
    names[start[1:] - 1] = np.arange(len(texts), dtype=np.uint64)
    return names, start


def _passages(runs: Runs, owner: Ints) -> Ints:
    """The number of each run's passage: runs near each other on both sides are one."""
    begins = np.ones(len(runs.a), dtype=bool)
    if len(runs.a) > 1:
        room_a = runs.a[1:] - runs.a[:-1] - runs.n[:-1]
        room_b = runs.b[1:] - runs.b[:-1] - runs.n[:-1]
        begins[1:] = (room_a > BRIDGE) | (room_b > BRIDGE) | (room_b < 0) | (owner[1:] != owner[:-1])
    out: Ints = np.cumsum(begins) - 1
    return out
