"""From an alignment to the edits of one witness against the base: words, sentences, passages, moves.

A *sync* is a point where a sentence begins on both sides; between two syncs lies a *unit*. A unit in which
fewer than half of the longer side's tokens match is a sentence reworked; else its gaps are word edits. Whole
sentences without any match are paired with each other or reported as passages.
"""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

import numpy as np

from variorum.collation.align import match
from variorum.collation.arrays import Gaps, Ints, Runs, gaps_between
from variorum.collation.passages import Moved, holding, moved_passages, pieces_of
from variorum.collation.rework import reworked
from variorum.collation.side import Side
from variorum.collation.slide import slide, words_of
from variorum.model import ReadingKind

__all__ = ["Edit", "Script", "compare"]

_GOES_ON = 3  #: so many times longer is one side of a gap at the end of both texts when the other copy stops there
_LONG = 40  #: tokens; what one has and the other lacks is a passage from here on even where no sentence ends


class Edit(NamedTuple):
    """Base tokens ``[i0, i1)`` stand as tokens ``[j0, j1)`` in the witness."""

    i0: int
    i1: int
    j0: int
    j1: int
    kind: ReadingKind
    certainty: float = 1.0
    move: int | None = None  #: which passage of `Script.moves`
    lacuna: bool = False  #: one of the two lacks it because it is partial


class Script(NamedTuple):
    """One witness against the base: edits in order; all base tokens outside them are the same in the witness."""

    edits: list[Edit]
    moves: list[Moved]
    runs: Runs  #: the words that are the same, in order
    moved: Runs  #: and elsewhere

    @property
    def matched(self) -> int:
        """How many words of each text stand in the other."""
        return int(self.runs.n.sum() + self.moved.n.sum())


_Piece = tuple[int, int, int, int]  # base tokens from and to, witness tokens from and to


def compare(base: Side, other: Side, found: tuple[Runs, Runs] | None = None) -> Script:
    """The edits that make the witness of the base; ``found`` are the runs in order and the moved ones, when they are known."""
    x, y = base.tokens.hashes, other.tokens.hashes
    words = words_of(base), words_of(other)
    runs, moved = match(*words) if found is None else found
    if found is not None:
        runs = slide(*words, runs, moved)
    moves = moved_passages(base, other, runs, moved)
    gaps = gaps_between(runs, len(x), len(y))
    edits: list[Edit] = []
    syncs: list[tuple[int, int]] = [(0, 0), (len(x), len(y))]
    pending: list[_Piece] = []
    if moves:
        gaps = _cut_moves(gaps, moves, edits, syncs)
    gaps = _cut_lacunas(_cut_ends(gaps, base, other, syncs), base, other, edits, syncs)
    _split(base, other, gaps, edits, syncs, pending)
    _units(base, other, runs, edits, syncs, pending)
    edits.sort(key=itemgetter(0, 1, 2, 3))
    return Script(edits, moves, runs, moved)


def _cut_moves(gaps: Gaps, moves: list[Moved], edits: list[Edit], syncs: list[tuple[int, int]]) -> Gaps:
    """Takes the moved passages out of the gaps; what stands between them stays."""
    touched = holding(gaps, moves)
    rest: list[tuple[int, int, int, int]] = []
    for i0, i1, j0, j1, move in pieces_of(gaps.take(touched), moves):
        if move is None:
            rest.append((i0, i1, j0, j1))
            continue
        edits.append(Edit(i0, i1, j0, j1, "moved", moves[move].certainty, move))
        syncs += [(i0, j0), (i1, j1)]
    parted = np.array(rest, dtype=np.int64).reshape(-1, 4).T
    return Gaps(*(np.concatenate([side[~touched], part]) for side, part in zip(gaps, parted, strict=True)))


def _cut_ends(gaps: Gaps, base: Side, other: Side, syncs: list[tuple[int, int]]) -> Gaps:
    """Where one copy stops with words of its own and the other goes on: those words face as many that follow there.

    Else the last paragraph of an unfinished copy, rewritten later, would be looked for all over the chapters to come.
    """
    ends = (gaps.a1 == len(base)) & (gaps.b1 == len(other))
    size_a, size_b = gaps.a1 - gaps.a0, gaps.b1 - gaps.b0
    ends &= (np.minimum(size_a, size_b) > 0) & (np.maximum(size_a, size_b) > _GOES_ON * np.minimum(size_a, size_b))
    if not ends.any():
        return gaps
    (at,) = np.flatnonzero(ends).tolist()
    i0, i1, j0, j1 = (int(side[at]) for side in gaps)
    i = _nearest(base.edges, i0, i1, j1 - j0) if i1 - i0 > j1 - j0 else i1
    j = _nearest(other.edges, j0, j1, i1 - i0) if i == i1 else j1
    if (i, j) == (i1, j1):
        return gaps
    syncs.append((i, j))
    rest = np.array([[i0, i, j0, j], [i, i1, j, j1]], dtype=np.int64)
    return Gaps(*(np.concatenate([side[~ends], cut]) for side, cut in zip(gaps, rest.T, strict=True)))


def _nearest(edges: Ints, low: int, high: int, size: int) -> int:
    """The sentence's end in ``(low, high]`` that is nearest to ``low + size``."""
    inside = edges[np.searchsorted(edges, low, side="right") : np.searchsorted(edges, high, side="right")]
    return int(inside[np.argmin(np.abs(inside - low - size))]) if len(inside) else high


def _cut_lacunas(gaps: Gaps, base: Side, other: Side, edits: list[Edit], syncs: list[tuple[int, int]]) -> Gaps:
    """What a partial copy lacks where it stops (or begins) is one lacuna, however its last sentence was cut."""
    size_a, size_b = len(base), len(other)
    begins = (gaps.a0 == 0) & (gaps.b0 == 0)
    ends = (gaps.a1 == size_a) & (gaps.b1 == size_b)
    lacks = np.zeros(len(gaps.a0), dtype=bool)
    if other.copy.partial:
        lacks |= (gaps.b0 == gaps.b1) & (begins | ends)
    if base.copy.partial:
        lacks |= (gaps.a0 == gaps.a1) & (begins | ends)
    for at in np.flatnonzero(lacks).tolist():
        i0, i1, j0, j1 = (int(side[at]) for side in gaps)
        edits.append(Edit(i0, i1, j0, j1, "passage", lacuna=True))
        syncs += [(i0, j0), (i1, j1)]
    return gaps.take(~lacks)


def _split(base: Side, other: Side, gaps: Gaps, edits: list[Edit], syncs: list[tuple[int, int]], pending: list[_Piece]) -> None:
    """Parts every gap at the sentence boundaries that both sides have: tail, whole sentences, head."""
    p0, p1 = _inner_edges(base.edges, gaps.a0, gaps.a1)
    q0, q1 = _inner_edges(other.edges, gaps.b0, gaps.b1)
    parted = (p0 <= p1) & (q0 <= q1)
    pending += zip(*(side[~parted].tolist() for side in gaps), strict=True)
    columns = (side[parted].tolist() for side in (*gaps, p0, p1, q0, q1))
    for i0, i1, j0, j1, s0, s1, t0, t1 in zip(*columns, strict=True):
        syncs.append((s0, t0))
        if s0 > i0 or t0 > j0:
            pending.append((i0, s0, j0, t0))
        if s1 > s0 or t1 > t0:
            syncs.append((s1, t1))
            edits += [Edit(*found) for found in reworked(base, other, s0, s1, t0, t1)]
        if i1 > s1 or j1 > t1:
            pending.append((s1, i1, t1, j1))


def _inner_edges(edges: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """The first edge at or after ``low`` and the last at or before ``high``."""
    return edges[np.searchsorted(edges, low)], edges[np.searchsorted(edges, high, side="right") - 1]


def _units(base: Side, other: Side, runs: Runs, edits: list[Edit], syncs: list[tuple[int, int]], pending: list[_Piece]) -> None:
    if not pending:
        return
    pieces = np.array(pending, dtype=np.int64)
    bounds = _bounds(base, other, runs, syncs)
    sums = bounds.sum(axis=1)
    unit = np.searchsorted(sums, pieces[:, 0] + pieces[:, 2], side="right") - 1
    lost_a = np.bincount(unit, weights=pieces[:, 1] - pieces[:, 0], minlength=len(bounds)).astype(np.int64)
    units = np.unique(unit)
    start, end = bounds[units], bounds[np.minimum(units + 1, len(bounds) - 1)]
    size = end - start
    stands = size[:, 0] - lost_a[units]
    rework = 2 * stands < size.max(axis=1)
    whole = rework & (size.min(axis=1) > 0)
    for (i0, j0), (i1, j1) in zip(start[whole].tolist(), end[whole].tolist(), strict=True):
        edits.append(Edit(i0, i1, j0, j1, "sentence", 0.95))
    alone = rework & ~whole
    for (i0, j0), (i1, j1) in zip(start[alone].tolist(), end[alone].tolist(), strict=True):
        edits.append(Edit(i0, i1, j0, j1, "passage"))
    inside = ~np.isin(unit, units[rework])
    for i0, i1, j0, j1 in pieces[inside].tolist():
        edits.append(Edit(i0, i1, j0, j1, _kind(i1 - i0, j1 - j0)))


def _kind(lemma: int, reading: int) -> ReadingKind:
    if max(lemma, reading) <= _LONG:
        return "word"
    return "passage" if min(lemma, reading) == 0 else "sentence"


def _bounds(base: Side, other: Side, runs: Runs, syncs: list[tuple[int, int]]) -> Ints:
    """All syncs in order: those found while splitting, and matched tokens that begin a sentence on both sides."""
    opening = base.edges[:-1]
    run = np.searchsorted(runs.a, opening, side="right") - 1
    opening, run = opening[run >= 0], run[run >= 0]
    matched = opening < runs.a[run] + runs.n[run]
    opening, run = opening[matched], run[matched]
    facing = opening - runs.a[run] + runs.b[run]
    both = other.opens[facing]
    out = np.concatenate([np.array(syncs, dtype=np.int64), np.column_stack([opening[both], facing[both]])])
    # All lie on one path, so their sums order them and are equal only for one and the same point.
    _, first = np.unique(out.sum(axis=1), return_index=True)
    result: Ints = out[first]
    return result
