"""From an alignment to the edits of one witness against the base: words, sentences, passages, moves.

A *sync* is a point where a sentence begins on both sides; between two syncs lies a *unit*. A unit in which
fewer than half of the longer side's tokens match is a sentence reworked; else its gaps are word edits. Whole
sentences without any match are paired with each other or reported as passages.
"""

from __future__ import annotations

import numpy as np

from variorum.collation.align import match
from variorum.collation.arrays import Gaps, Ints, Runs, gaps_between
from variorum.collation.passages import Moved, holding, moved_passages, pieces_of
from variorum.collation.rework import MOST, reworked
from variorum.collation.script import KINDS, Collected, Edit, Script
from variorum.collation.side import Side
from variorum.collation.slide import slide, words_of

__all__ = ["compare"]

_GOES_ON = 3  #: so many times longer is one side of a gap at the end of both texts when the other copy stops there
_LONG = 40  #: tokens; what one has and the other lacks is a passage from here on even where no sentence ends
_WORD, _SENTENCE, _PASSAGE = map(KINDS.index, ("word", "sentence", "passage"))

_Syncs = list[tuple[Ints, Ints]]  # points where a sentence begins in both, as pairs of columns


def compare(base: Side, other: Side, found: tuple[Runs, Runs] | None = None) -> Script:
    """The edits that make the witness of the base; ``found`` are the runs in order and the moved ones, when they are known."""
    x, y = base.tokens.hashes, other.tokens.hashes
    words = words_of(base), words_of(other)
    runs, moved = match(*words) if found is None else found
    if found is not None:
        runs = slide(*words, runs, moved)
    moves = moved_passages(base, other, runs, moved)
    gaps = gaps_between(runs, len(x), len(y))
    edits = Collected()
    syncs: _Syncs = [_points((0, 0), (len(x), len(y)))]
    if moves:
        gaps = _cut_moves(gaps, moves, edits, syncs)
    gaps = _cut_lacunas(_cut_ends(gaps, base, other, syncs), base, other, edits, syncs)
    pending = _split(base, other, gaps, edits, syncs)
    _units(base, other, runs, edits, syncs, pending)
    return Script(edits.in_order(), moves, runs, moved)


def _points(*points: tuple[int, int]) -> tuple[Ints, Ints]:
    i, j = np.array(points, dtype=np.int64).reshape(-1, 2).T
    return i, j


def _cut_moves(gaps: Gaps, moves: list[Moved], edits: Collected, syncs: _Syncs) -> Gaps:
    """Takes the moved passages out of the gaps; what stands between them stays."""
    touched = holding(gaps, moves)
    rest: list[tuple[int, int, int, int]] = []
    points: list[tuple[int, int]] = []
    for i0, i1, j0, j1, move in pieces_of(gaps.take(touched), moves):
        if move is None:
            rest.append((i0, i1, j0, j1))
            continue
        edits.append(Edit(i0, i1, j0, j1, "moved", move))
        points += [(i0, j0), (i1, j1)]
    syncs.append(_points(*points))
    parted = np.array(rest, dtype=np.int64).reshape(-1, 4).T
    return Gaps(*map(np.concatenate, zip(gaps.take(~touched), parted, strict=True)))


def _cut_ends(gaps: Gaps, base: Side, other: Side, syncs: _Syncs) -> Gaps:
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
    syncs.append(_points((i, j)))
    rest = np.array([[i0, i, j0, j], [i, i1, j, j1]], dtype=np.int64)
    return Gaps(*(np.concatenate([side[~ends], cut]) for side, cut in zip(gaps, rest.T, strict=True)))


def _nearest(edges: Ints, low: int, high: int, size: int) -> int:
    """The sentence's end in ``(low, high]`` that is nearest to ``low + size``."""
    inside = edges[np.searchsorted(edges, low, side="right") : np.searchsorted(edges, high, side="right")]
    return int(inside[np.argmin(np.abs(inside - low - size))]) if len(inside) else high


def _cut_lacunas(gaps: Gaps, base: Side, other: Side, edits: Collected, syncs: _Syncs) -> Gaps:
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
        syncs.append(_points((i0, j0), (i1, j1)))
    return gaps.take(~lacks)


def _split(base: Side, other: Side, gaps: Gaps, edits: Collected, syncs: _Syncs) -> Gaps:
    """Parts every gap at the sentence boundaries that both sides have: tail, whole sentences, head. Answers tails and heads."""
    p0, p1 = _inner_edges(base.edges, gaps.a0, gaps.a1)
    q0, q1 = _inner_edges(other.edges, gaps.b0, gaps.b1)
    parted = ((p0 <= p1) & (q0 <= q1)).nonzero()[0]
    whole = gaps.take((p0 > p1) | (q0 > q1))
    i0, i1, j0, j1 = gaps.take(parted)
    s0, s1, t0, t1 = (edge.take(parted) for edge in (p0, p1, q0, q1))
    some = (s1 > s0) | (t1 > t0)
    syncs += [(s0, t0), (s1.compress(some), t1.compress(some))]
    _sentences(base, other, Gaps(s0, s1, t0, t1).take(some), edits)
    tails = Gaps(i0, s0, j0, t0).take((s0 > i0) | (t0 > j0))
    heads = Gaps(s1, i1, t1, j1).take((i1 > s1) | (j1 > t1))
    return Gaps(*map(np.concatenate, zip(whole, tails, heads, strict=True)))


def _sentences(base: Side, other: Side, there: Gaps, edits: Collected) -> None:
    """Whole sentences without a match: the plain cases in columns, the others one by one."""
    i0, i1, j0, j1 = there
    inner_a, inner_b = (
        side.edges.searchsorted(high) - side.edges.searchsorted(low, side="right")
        for side, low, high in ((base, i0, i1), (other, j0, j1))
    )
    lacks = (i0 == i1) | (j0 == j1)
    one = ~lacks & (inner_a == 0) & (inner_b == 0)
    many = ~lacks & (np.maximum(inner_a, inner_b) >= MOST)
    edits.add(*there.take(lacks), "passage")
    edits.add(*there.take(one), "sentence")
    i0, i1, j0, j1 = there.take(many)
    edits.add(i0, i1, j0, j0, "passage")
    edits.add(i1, i1, j0, j1, "passage")
    for i, k, j, m in zip(*(side.tolist() for side in there.take(~(lacks | one | many))), strict=True):
        for found in reworked(base, other, i, k, j, m):
            edits.append(Edit(*found))


def _inner_edges(edges: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """The first edge at or after ``low`` and the last at or before ``high``."""
    return edges[np.searchsorted(edges, low)], edges[np.searchsorted(edges, high, side="right") - 1]


def _units(base: Side, other: Side, runs: Runs, edits: Collected, syncs: _Syncs, pending: Gaps) -> None:
    if not len(pending.a0):
        return
    bound_a, bound_b = _bounds(base, other, runs, syncs)
    unit = (bound_a + bound_b).searchsorted(pending.a0 + pending.b0, side="right") - 1
    lost_a = np.bincount(unit, weights=pending.a1 - pending.a0, minlength=len(bound_a)).astype(np.int64)
    touched = np.zeros(len(bound_a), dtype=bool)
    touched[unit] = True
    units = touched.nonzero()[0]
    following = np.minimum(units + 1, len(bound_a) - 1)
    start = bound_a.take(units), bound_b.take(units)
    end = bound_a.take(following), bound_b.take(following)
    size_a, size_b = end[0] - start[0], end[1] - start[1]
    stands = size_a - lost_a.take(units)
    rework = 2 * stands < np.maximum(size_a, size_b)
    both = np.minimum(size_a, size_b) > 0
    found = Gaps(start[0], end[0], start[1], end[1])
    edits.add(*found.take(rework & both), "sentence")
    edits.add(*found.take(rework & ~both), "passage")
    touched[units[rework]] = False
    inside = pending.take(touched.take(unit))
    lemma, reading = inside.a1 - inside.a0, inside.b1 - inside.b0
    long = np.where(np.minimum(lemma, reading) == 0, _PASSAGE, _SENTENCE)
    edits.add(*inside, np.where(np.maximum(lemma, reading) <= _LONG, _WORD, long))


def _bounds(base: Side, other: Side, runs: Runs, syncs: _Syncs) -> tuple[Ints, Ints]:
    """All syncs in order: those found while splitting, and matched tokens that begin a sentence on both sides."""
    opening = base.edges[:-1]
    run = runs.a.searchsorted(opening, side="right") - 1
    some = (run >= 0).nonzero()[0]
    opening, run = opening.take(some), run.take(some)
    heads = runs.a.take(run)
    matched = (opening < heads + runs.n.take(run)).nonzero()[0]
    opening, run = opening.take(matched), run.take(matched)
    facing = opening - heads.take(matched) + runs.b.take(run)
    both = other.opens.take(facing).nonzero()[0]
    i, j = map(np.concatenate, zip(*syncs, (opening.take(both), facing.take(both)), strict=True))
    # All lie on one path, so their sums order them and are equal only for one and the same point.
    order = (i + j).argsort(kind="stable")
    i, j = i.take(order), j.take(order)
    new = np.ones(len(i), dtype=bool)
    np.not_equal((i + j)[1:], (i + j)[:-1], out=new[1:])
    return i.compress(new), j.compress(new)
