"""Moves: common passages that stand elsewhere, also edited ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from variorum import kernel
from variorum.collation.anchors import unique_pairs
from variorum.collation.arrays import U64, Gaps, Ints, Runs, covered, handed, joined
from variorum.collation.fill import fill

__all__ = ["LEAST", "MOST_INSIDE", "claim", "edited", "free", "inner", "left_over", "settle", "unheld"]

LEAST = 6  #: tokens; a shorter common passage elsewhere is chance
MOST_INSIDE = 24  #: unmatched tokens between two runs of one moved passage
_SKIPS = ((1, 1), (0, 1), (1, 0), (1, 2), (2, 1), (2, 2))  #: unmatched words that may stand between a move and its ends
_BEYOND = 2  #: equal words that must follow them


def claim(x: U64, y: U64, runs: Runs) -> None:
    """Makes the tokens of these runs equal to nothing, in place."""
    for start, n in zip(runs.a.tolist(), runs.n.tolist(), strict=True):
        x[start : start + n] = np.arange(start, start + n, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    for start, n in zip(runs.b.tolist(), runs.n.tolist(), strict=True):
        y[start : start + n] = np.arange(start, start + n, dtype=np.uint64) * np.uint64(2)


def free(size: int, starts: Ints, lengths: Ints) -> npt.NDArray[np.bool_]:
    """Which tokens of a side no run holds."""
    return ~covered(size, starts, lengths)


def unheld(starts: Ints, lengths: Ints, low: Ints, high: Ints) -> npt.NDArray[np.bool_]:
    """Which of the stretches ``[low, high)`` no run lies in; the runs of a side are disjoint, in any order."""
    if not len(starts):
        return np.ones(len(low), dtype=bool)
    if (starts[1:] < starts[:-1]).any():
        order = starts.argsort(kind="stable")
        starts, lengths = starts.take(order), lengths.take(order)
    # The first run that ends behind ``low`` must not begin before ``high``.
    following = (starts + lengths).searchsorted(low, side="right")
    begins = np.append(starts, np.iinfo(np.int64).max).take(following)
    return (begins >= high) | (low >= high)


def settle(x: U64, y: U64, matched: Runs, candidates: Runs, least: int = LEAST) -> Runs:
    """The candidates as moves: each grown as far as it is equal and free, the longest first, disjoint."""
    if not len(candidates.a):
        return Runs.none()
    if kernel.compiled is not None:
        return handed(kernel.compiled.settle(x, y, *matched, *candidates, least))
    free_a, free_b = free(len(x), matched.a, matched.n), free(len(y), matched.b, matched.n)
    grown: set[tuple[int, int, int]] = set()
    last = (0, 0, 0)
    for a, b, n in zip(candidates.a.tolist(), candidates.b.tolist(), candidates.n.tolist(), strict=True):
        if a - b == last[1] - last[2] and a + n <= last[1] + last[0]:
            continue  # inside the passage just found
        found = _grow(x, y, free_a, free_b, a, b, least)
        if found is not None:
            last = (found[2], found[0], found[1])
            grown.add(found)
    out: list[tuple[int, int, int]] = []
    for a, b, n in sorted(grown, key=lambda run: (-run[2], run[0], run[1])):
        for i, j, m in _free_parts(free_a, free_b, a, b, n, least):
            free_a[i : i + m] = False
            free_b[j : j + m] = False
            out.append((i, j, m))
    if not out:
        return Runs.none()
    i, j, m = np.array(out, dtype=np.int64).T
    return joined(Runs(i, j, m))


def _grow(
    x: U64, y: U64, free_a: npt.NDArray[np.bool_], free_b: npt.NDArray[np.bool_], a: int, b: int, least: int
) -> tuple[int, int, int] | None:
    if not (free_a[a] and free_b[b] and x[a] == y[b]):
        # A candidate's head may be taken by a match that grew into it: begin where both are free.
        limit = min(LEAST, len(x) - a, len(y) - b)
        good = free_a[a : a + limit] & free_b[b : b + limit] & (x[a : a + limit] == y[b : b + limit])
        if not good.any():
            return None
        skip = int(np.argmax(good))
        a, b = a + skip, b + skip
    after = _reach(x[a:], y[b:], free_a[a:], free_b[b:])
    before = _reach(x[:a][::-1], y[:b][::-1], free_a[:a][::-1], free_b[:b][::-1])
    size = before + after
    return (a - before, b - before, size) if size >= least else None


def _reach(x: U64, y: U64, free_a: npt.NDArray[np.bool_], free_b: npt.NDArray[np.bool_]) -> int:
    limit = min(len(x), len(y))
    at, step = 0, 16
    while at < limit:
        end = min(at + step, limit)
        good = (x[at:end] == y[at:end]) & free_a[at:end] & free_b[at:end]
        if not good.all():
            return at + int(np.argmin(good))
        at, step = end, min(step * 4, 1 << 16)
    return limit


def _free_parts(
    free_a: npt.NDArray[np.bool_], free_b: npt.NDArray[np.bool_], a: int, b: int, n: int, least: int
) -> list[tuple[int, int, int]]:
    good = free_a[a : a + n] & free_b[b : b + n]
    if good.all():
        return [(a, b, n)]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    return [(a + s, b + s, e - s) for s, e in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True) if e - s >= least]


def left_over(x: U64, y: U64, matched: Runs, k: int = LEAST) -> Runs:
    """Candidates among the tokens nobody holds: k-grams that stand once in what is left of both sides."""
    if kernel.compiled is not None:
        return handed(kernel.compiled.left_over(x, y, *matched, k))
    rest = _rest(matched.a, matched.n, len(x), k), _rest(*_by_b(matched), len(y), k)
    a, b = _pairs(x, y, *rest, k)
    return Runs(a, b, np.full(len(a), k, dtype=np.int64))


def _by_b(runs: Runs) -> tuple[Ints, Ints]:
    order = runs.b.argsort(kind="stable")
    return runs.b.take(order), runs.n.take(order)


def _rest(starts: Ints, lengths: Ints, size: int, least: int) -> tuple[Ints, Ints]:
    low = np.concatenate([[0], starts + lengths])
    high = np.concatenate([starts, [size]])
    long = (high - low >= least).nonzero()[0]
    return low.take(long), high.take(long)


def _pairs(x: U64, y: U64, rest_a: tuple[Ints, Ints], rest_b: tuple[Ints, Ints], k: int) -> tuple[Ints, Ints]:
    """Unique k-grams of the two left-overs, taken as one gap: the stretches are put side by side with walls between."""
    if not len(rest_a[0]) or not len(rest_b[0]):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    packed_a, at_a = _pack(x, *rest_a, wall=1)
    packed_b, at_b = _pack(y, *rest_b, wall=0)
    one = np.zeros(1, dtype=np.int64)
    whole = Gaps(one, one + len(packed_a), one, one + len(packed_b))
    a, b = unique_pairs(packed_a, packed_b, whole, k)
    return at_a.take(a), at_b.take(b)


def _pack(x: U64, low: Ints, high: Ints, wall: int) -> tuple[U64, Ints]:
    sizes = high - low + 1  # one more: the wall
    before = np.cumsum(sizes) - sizes
    at = np.repeat(low - before, sizes) + np.arange(int(sizes.sum()), dtype=np.int64)
    walls = before + sizes - 1
    packed = x.take(at, mode="clip")
    packed[walls] = walls.astype(np.uint64) * np.uint64(2) + np.uint64(wall)
    return packed, at


def inner(x: U64, y: U64, matched: Runs, moved: Runs) -> Runs:
    """Equal words between two runs of one moved passage that was also edited."""
    if len(moved.a) < 2:
        return Runs.none()
    both = joined(matched, moved)
    end_a, end_b = moved.a[:-1] + moved.n[:-1], moved.b[:-1] + moved.n[:-1]
    room_a, room_b = moved.a[1:] - end_a, moved.b[1:] - end_b
    near = (room_a > 0) & (room_b > 0) & (room_a <= MOST_INSIDE) & (room_b <= MOST_INSIDE)
    if not near.any():
        return Runs.none()
    near &= unheld(matched.a, matched.n, end_a, moved.a[1:])
    near &= unheld(both.b, both.n, end_b, moved.b[1:])
    return fill(x, y, Gaps(end_a[near], moved.a[1:][near], end_b[near], moved.b[1:][near]))


def edited(x: U64, y: U64, matched: Runs, moved: Runs) -> Runs:
    """Equal words beyond the ends of moved runs, over a word or two that was changed there."""
    if not len(moved.a):
        return moved
    if kernel.compiled is not None:
        return handed(kernel.compiled.edited(x, y, *matched, *moved))
    both = joined(matched, moved)
    held = free(len(x), both.a, both.n), free(len(y), both.b, both.n)
    back = x[::-1], y[::-1], held[0][::-1], held[1][::-1]
    out: list[tuple[int, int, int]] = []
    for a, b, n in zip(moved.a.tolist(), moved.b.tolist(), moved.n.tolist(), strict=True):
        out += _beyond(x, y, *held, a + n, b + n)
        out += [(len(x) - i - m, len(y) - j - m, m) for i, j, m in _beyond(*back, len(x) - a, len(y) - b)]
    return joined(Runs(*np.array(out, dtype=np.int64).reshape(-1, 3).T))


def _beyond(
    x: U64, y: U64, free_a: npt.NDArray[np.bool_], free_b: npt.NDArray[np.bool_], a: int, b: int
) -> list[tuple[int, int, int]]:
    """From where a move ends: runs behind it, each claimed in the tables of what is free."""
    out: list[tuple[int, int, int]] = []
    going = True
    while going:
        going = False
        for skip_a, skip_b in _SKIPS:
            i, j = a + skip_a, b + skip_b
            if i >= len(x) or j >= len(y) or x[i] != y[j] or not (free_a[a : i + 1].all() and free_b[b : j + 1].all()):
                continue
            size = _reach(x[i:], y[j:], free_a[i:], free_b[j:])
            if size >= _BEYOND:
                free_a[i : i + size] = False
                free_b[j : j + size] = False
                out.append((i, j, size))
                a, b, going = i + size, j + size, True
                break
    return out
