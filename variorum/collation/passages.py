"""Moved passages: runs of one move put together, and cut out of the gaps they lie in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import Gaps, Ints, Runs, joined
from variorum.collation.moves import MOST_INSIDE, unheld
from variorum.collation.side import Side

__all__ = ["Moved", "holding", "moved_passages", "pieces_of"]


class Moved(NamedTuple):
    """Base tokens ``[a0, a1)`` stand elsewhere in the witness, as ``[b0, b1)``, maybe edited."""

    a0: int
    a1: int
    b0: int
    b1: int


def moved_passages(base: Side, other: Side, runs: Runs, moved: Runs) -> list[Moved]:
    """The moves worth telling: at least half of the sentences they lie in, at both ends."""
    if not len(moved.a):
        return []
    a1, b1 = moved.a + moved.n, moved.b + moved.n
    begins = np.ones(len(moved.a), dtype=bool)
    if len(moved.a) > 1:
        both = joined(runs, moved)
        room_a, room_b = moved.a[1:] - a1[:-1], moved.b[1:] - b1[:-1]
        near = (room_a <= MOST_INSIDE) & (room_b <= MOST_INSIDE) & (room_b >= 0)
        near &= unheld(runs.a, runs.n, a1[:-1], moved.a[1:])
        near &= unheld(both.b, both.n, b1[:-1], moved.b[1:])
        begins[1:] = ~near
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins)) - 1
    same = np.add.reduceat(moved.n, first)
    ends = (moved.a[first], a1[last], moved.b[first], b1[last])
    longer = np.maximum(ends[1] - ends[0], ends[3] - ends[2])
    told = (2 * (ends[1] - ends[0]) >= _around(base, ends[0], ends[1])) & (
        2 * (ends[3] - ends[2]) >= _around(other, ends[2], ends[3])
    )
    told &= 2 * same >= longer
    return [Moved(*row) for row in np.column_stack([*ends])[told].tolist()]


def _around(side: Side, low: Ints, high: Ints) -> Ints:
    """Tokens of the sentences a stretch touches."""
    first = side.edges[np.searchsorted(side.edges, low, side="right") - 1]
    last = side.edges[np.searchsorted(side.edges, high)]
    out: Ints = last - first
    return out


def holding(gaps: Gaps, moves: list[Moved]) -> npt.NDArray[np.bool_]:
    """Which gaps hold an end of a move."""
    begins_a, begins_b = (np.sort(np.array([move[at] for move in moves], dtype=np.int64)) for at in (0, 2))
    some: npt.NDArray[np.bool_] = np.searchsorted(begins_a, gaps.a0) < np.searchsorted(begins_a, gaps.a1)
    some |= np.searchsorted(begins_b, gaps.b0) < np.searchsorted(begins_b, gaps.b1)
    return some


def pieces_of(gaps: Gaps, moves: list[Moved]) -> Iterator[tuple[int, int, int, int, int | None]]:
    """The gaps in order, parted at the moved passages: ``(i0, i1, j0, j1, move)``."""
    by_a = sorted((m.a0, m.a1, number) for number, m in enumerate(moves))
    by_b = sorted((m.b0, m.b1, number) for number, m in enumerate(moves))
    keys_a, keys_b = [m[0] for m in by_a], [m[0] for m in by_b]
    for i0, i1, j0, j1 in zip(*(side.tolist() for side in gaps), strict=True):
        here_a = by_a[bisect_left(keys_a, i0) : bisect_left(keys_a, i1)] if i1 > i0 else []
        here_b = by_b[bisect_left(keys_b, j0) : bisect_left(keys_b, j1)] if j1 > j0 else []
        if not here_a and not here_b:
            yield i0, i1, j0, j1, None
        else:
            yield from _parts(i0, i1, j0, j1, here_a, here_b)


def _parts(
    i0: int, i1: int, j0: int, j1: int, here_a: list[tuple[int, int, int]], here_b: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int, int, int, int | None]]:
    between_a, between_b = _between(i0, i1, here_a), _between(j0, j1, here_b)
    pairs = _pairing([high - low for low, high in between_a], [high - low for low, high in between_b])
    i, j = i0, j0
    for at_a, at_b in pairs:
        end_i = between_a[at_a][1] if at_a is not None else i
        end_j = between_b[at_b][1] if at_b is not None else j
        if end_i > i or end_j > j:
            yield i, end_i, j, end_j, None
        i, j = end_i, end_j
        if at_a is not None and at_a < len(here_a):
            yield i, here_a[at_a][1], j, j, here_a[at_a][2]
            i = here_a[at_a][1]
        if at_b is not None and at_b < len(here_b):
            yield i, i, j, here_b[at_b][1], here_b[at_b][2]
            j = here_b[at_b][1]


def _between(low: int, high: int, here: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    lows = [low, *(end for _, end, _ in here)]
    highs = [*(start for start, _, _ in here), high]
    return list(zip(lows, highs, strict=True))


def _pairing(sizes_a: list[int], sizes_b: list[int]) -> list[tuple[int | None, int | None]]:
    """Which stretches between moves face each other, in order; the longest of the longer list faces a lone one."""
    if len(sizes_b) == 1 and len(sizes_a) > 1:
        chosen = max(range(len(sizes_a)), key=lambda at: (sizes_a[at], -at))
        return [(at, 0 if at == chosen else None) for at in range(len(sizes_a))]
    if len(sizes_a) == 1 and len(sizes_b) > 1:
        chosen = max(range(len(sizes_b)), key=lambda at: (sizes_b[at], -at))
        return [(0 if at == chosen else None, at) for at in range(len(sizes_b))]
    most = max(len(sizes_a), len(sizes_b))
    return [(at if at < len(sizes_a) else None, at if at < len(sizes_b) else None) for at in range(most)]
