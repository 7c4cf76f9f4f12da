"""Anchors: k-grams that stand exactly once in both sides of a gap, and the heaviest chain of them.

Unique common words as fixed points are Heckel's (1978), the longest increasing chain of them Cohen's
patience diff; here the chain weighs by words matched, so that one long chapter moved does not make the
whole rest "moved". All gaps of a level are done at once: the number of the gap is part of the key.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import U64, Gaps, Ints, Runs, joined, spread

__all__ = ["Anchored", "anchor", "heaviest", "unique_pairs"]

_FACTOR = 0xD1342543DE82EF95  # odd; its powers set the places of a k-gram apart
_SIFTED_FROM = 1 << 10
_GAP = np.uint64(0x9E3779B97F4A7C15)


class Anchored(NamedTuple):
    """Runs that stand in order, and common runs that do not (candidates for moves)."""

    chain: Runs
    rest: Runs


def grams(x: U64, at: Ints, k: int) -> U64:
    """A 64-bit name for the k tokens from each place on."""
    with np.errstate(over="ignore"):
        out = x[at].copy()
        for step in range(1, k):
            out += x[at + step] * np.uint64(pow(_FACTOR, step, 1 << 64))
    return out


def unique_pairs(x: U64, y: U64, gaps: Gaps, k: int, keep: int = 1) -> tuple[Ints, Ints]:
    """Where k-grams stand that occur once in both sides of one gap, ordered by the first side.

    ``keep`` n takes only 1 k-gram in n, chosen by its value, so the same ones on both sides.
    """
    count_a = np.maximum(gaps.a1 - gaps.a0 - (k - 1), 0)
    count_b = np.maximum(gaps.b1 - gaps.b0 - (k - 1), 0)
    both = (count_a > 0) & (count_b > 0)
    gaps, count_a, count_b = gaps.take(both), count_a[both], count_b[both]
    at_a, at_b = spread(gaps.a0, count_a), spread(gaps.b0, count_b)
    numbers = np.arange(len(count_a), dtype=np.uint64)
    with np.errstate(over="ignore"):
        salt = numbers * _GAP
        key_a = grams(x, at_a, k) + np.repeat(salt, count_a)
        key_b = grams(y, at_b, k) + np.repeat(salt, count_b)
    if keep > 1:
        limit = np.uint64((1 << 64) // keep)
        kept_a, kept_b = key_a < limit, key_b < limit
        at_a, key_a, at_b, key_b = at_a[kept_a], key_a[kept_a], at_b[kept_b], key_b[kept_b]
    if len(key_a) + len(key_b) > _SIFTED_FROM:
        kept_a, kept_b = _sift(key_a, key_b)
        at_a, key_a, at_b, key_b = at_a[kept_a], key_a[kept_a], at_b[kept_b], key_b[kept_b]
    low, high = _once_in_each(key_a, key_b)
    place_a, place_b = at_a[low], at_b[high]
    sequence = np.argsort(place_a)
    return place_a[sequence], place_b[sequence]


def _once_in_each(key_a: U64, key_b: U64) -> tuple[Ints, Ints]:
    """Where the names stand that occur once on each side."""
    keys = np.concatenate([key_a, key_b])
    if len(keys) < 2:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    # Sorting values is several times faster than sorting numbers by value: put the number into the low bits.
    bits = np.uint64(int(len(keys) - 1).bit_length())
    packed = (keys >> bits << bits) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    names = packed >> bits
    same = np.zeros(len(keys) + 1, dtype=bool)
    same[1:-1] = names[1:] == names[:-1]
    # names[i] and names[i + 1] are equal, and neither neighbour is: exactly two of this name.
    twice = np.flatnonzero(same[1:-1] & ~same[:-2] & ~same[2:])
    number = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    low, high = number[twice], number[twice + 1]  # the lower number sorts first
    apart = (low < len(key_a)) & (high >= len(key_a))
    low, high = low[apart], high[apart] - len(key_a)
    true = key_a[low] == key_b[high]  # the low bits, too
    return low[true], high[true]


def _sift(key_a: U64, key_b: U64) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Leaves out most names that only one side has: what is not in the other side's table of hashed names."""
    bits = min(max(int(len(key_a) + len(key_b)).bit_length() + 2, 12), 22)
    shift = np.uint64(64 - bits)
    slot_a, slot_b = (key_a >> shift).astype(np.int64), (key_b >> shift).astype(np.int64)
    in_a, in_b = np.zeros(1 << bits, dtype=bool), np.zeros(1 << bits, dtype=bool)
    in_a[slot_a] = True
    in_b[slot_b] = True
    return in_b[slot_a], in_a[slot_b]


def anchor(x: U64, y: U64, gaps: Gaps, k: int, keep: int = 1) -> Anchored:
    """The heaviest chain of unique k-grams in all gaps, as disjoint runs, and the runs outside it."""
    a, b = unique_pairs(x, y, gaps, k, keep)
    if not len(a):
        return Anchored(Runs.none(), Runs.none())
    # Segments: anchors that follow each other on one diagonal.
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = (a[1:] - a[:-1]) != (b[1:] - b[:-1])
    first = np.flatnonzero(begins)
    sizes = np.diff(np.append(first, len(a)))
    last = first + sizes - 1
    weights = np.minimum(a[last] - a[first] + k, sizes * k * keep)
    chosen = heaviest(b[first], b[last], weights)
    member = np.repeat(chosen, sizes)
    chain = _disjoint(_runs(a[member], b[member], k))
    return Anchored(chain, _runs(a[~member], b[~member], k))


def _runs(a: Ints, b: Ints, k: int) -> Runs:
    """Anchors whose k-grams touch or overlap on one diagonal, as runs."""
    if not len(a):
        return Runs.none()
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = ((a[1:] - a[:-1]) != (b[1:] - b[:-1])) | (a[1:] - a[:-1] > k)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(a)) - 1
    return Runs(a[first], b[first], a[last] - a[first] + k)


def _disjoint(runs: Runs) -> Runs:
    """Cuts the head of a run that overlaps the one before it (k-grams of neighbours on two diagonals do)."""
    while len(runs.a) > 1:
        over = np.maximum(runs.a[:-1] + runs.n[:-1] - runs.a[1:], runs.b[:-1] + runs.n[:-1] - runs.b[1:])
        over = np.maximum(np.concatenate([[0], over]), 0)
        if not over.any():
            break
        over = np.minimum(over, runs.n)
        runs = Runs(runs.a + over, runs.b + over, runs.n - over)
        runs = runs.take(runs.n > 0)
    return joined(runs)


def heaviest(first: Ints, last: Ints, weights: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which segments (ordered by the first side; ``first``..``last`` on the second) make the heaviest increasing chain."""
    count = len(first)
    chosen = np.ones(count, dtype=bool)
    if count < 2:
        return chosen
    # Where everything so far lies before everything to come, the problem falls apart: only tangles need work.
    high = np.maximum.accumulate(last)
    low = np.minimum.accumulate(first[::-1])[::-1]
    cuts = np.flatnonzero(high[:-1] < low[1:]) + 1
    begins = np.concatenate([[0], cuts])
    ends = np.concatenate([cuts, [count]])
    for begin, end in zip(begins[ends - begins > 1].tolist(), ends[ends - begins > 1].tolist(), strict=True):
        chosen[begin:end] = False
        chosen[begin + _tangle(first[begin:end], last[begin:end], weights[begin:end])] = True
    return chosen


def _tangle(first: Ints, last: Ints, weights: Ints) -> Ints:
    """The heaviest increasing chain: a frontier of best sums by where they end, kept sorted. O(r log r) steps."""
    ends: list[int] = []  # ascending
    sums: list[int] = []  # ascending too: a chain that ends later must weigh more to be kept
    tops: list[int] = []
    before: list[int] = []
    for number, (start, end, weight) in enumerate(zip(first.tolist(), last.tolist(), weights.tolist(), strict=True)):
        at = bisect_left(ends, start) - 1
        total = weight + (sums[at] if at >= 0 else 0)
        before.append(tops[at] if at >= 0 else -1)
        at = bisect_left(ends, end)
        if at > 0 and sums[at - 1] >= total:
            continue
        stop = at
        while stop < len(ends) and sums[stop] <= total:
            stop += 1
        ends[at:stop], sums[at:stop], tops[at:stop] = [end], [total], [number]
    chain = []
    at = tops[-1]
    while at >= 0:
        chain.append(at)
        at = before[at]
    return np.array(chain[::-1], dtype=np.int64)
