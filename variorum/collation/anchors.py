"""Anchors: k-grams that stand exactly once in both sides of a gap, and the heaviest chain of them.

Unique common words as fixed points are Heckel's (1978), the longest increasing chain of them Cohen's
patience diff; here the chain weighs by words matched, so that one long chapter moved does not make the
whole rest "moved". All gaps of a level are done at once: the number of the gap is part of the key.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from variorum import kernel
from variorum.collation.arrays import U64, Gaps, Ints, Runs, handed, joined, spread

__all__ = ["Anchored", "anchor", "heaviest", "unique_pairs"]

_FACTOR = 0xD1342543DE82EF95  # odd; its powers set the places of a k-gram apart
_TABLED_FROM = 1 << 10  #: names; fewer are sorted
_PORTION = 1 << 15  #: tokens named at once
_GAP = np.uint64(0x9E3779B97F4A7C15)


class Anchored(NamedTuple):
    """Runs that stand in order, and common runs that do not (candidates for moves)."""

    chain: Runs
    rest: Runs


def grams(x: U64, k: int) -> U64:
    """A 64-bit name for the k tokens from each place on: the sum of their names times powers of a factor."""
    if k == 1:
        return x
    with np.errstate(over="ignore"):
        out = x[1:] * np.uint64(_FACTOR)
        out += x[:-1]
        done = 2
        while done < k:
            # Names of 2 and 2 make 4, of 4 and 2 make 6.
            more = min(done, k - done)
            tail = out if more == done else grams(x, more)
            size = len(x) - done - more + 1
            longer = tail[done : done + size] * np.uint64(pow(_FACTOR, done, 1 << 64))
            longer += out[:size]
            out, done = longer, done + more
    return out


def unique_pairs(x: U64, y: U64, gaps: Gaps, k: int, keep: int = 1) -> tuple[Ints, Ints]:
    """Where k-grams stand that occur once in both sides of one gap, ordered by the first side.

    ``keep`` n takes only 1 k-gram in n, chosen by its value, so the same ones on both sides.
    """
    gaps = gaps.take((gaps.a1 - gaps.a0 >= k) & (gaps.b1 - gaps.b0 >= k))
    if not len(gaps.a0):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    at_a, key_a = _keys(x, gaps.a0, gaps.a1, k, keep)
    at_b, key_b = _keys(y, gaps.b0, gaps.b1, k, keep)
    low, high = _once_in_each(key_a, key_b)
    sequence = low.argsort(kind="stable")
    return at_a.take(low.take(sequence)), at_b.take(high.take(sequence))


def _keys(x: U64, low: Ints, high: Ints, k: int, keep: int) -> tuple[Ints, U64]:
    """Where k-grams stand within stretches of one side, and their names, salted with the number of the stretch."""
    if len(low) == 1:
        return _of_one(x, int(low[0]), int(high[0]), k, keep)
    sizes = high - low
    at = spread(low, sizes)
    names = grams(x.take(at), k)
    with np.errstate(over="ignore"):
        salt = np.arange(len(low), dtype=np.uint64) * _GAP
    # Only k-grams that do not reach beyond their stretch.
    ends = sizes.cumsum()
    inside = np.ones(len(at), dtype=bool)
    for step in range(1, k):
        inside[ends - step] = False
    inside = inside[: len(names)]
    names = (names + np.repeat(salt, sizes)[: len(names)]).compress(inside)
    at = at[: len(inside)].compress(inside)
    if keep > 1:
        kept = (names < np.uint64((1 << 64) // keep)).nonzero()[0]
        at, names = at.take(kept), names.take(kept)
    return at, names


def _of_one(x: U64, low: int, high: int, k: int, keep: int) -> tuple[Ints, U64]:
    """The same for one long stretch, a portion at a time: fresh memory costs more than the names."""
    ats: list[Ints] = []
    every: list[U64] = []
    for begin in range(low, high - k + 1, _PORTION):
        names = grams(x[begin : min(begin + _PORTION + k - 1, high)], k)
        if keep > 1:
            kept = (names < np.uint64((1 << 64) // keep)).nonzero()[0]
            names = names.take(kept)
            kept += begin
        else:
            kept = np.arange(begin, begin + len(names))
        ats.append(kept)
        every.append(names)
    return np.concatenate(ats), np.concatenate(every)


def _once_in_each(key_a: U64, key_b: U64) -> tuple[Ints, Ints]:
    """Where the names stand that occur once on each side."""
    if len(key_a) + len(key_b) <= _TABLED_FROM:
        return _by_sorting(key_a, key_b)
    # A table of slots answers for most names at once; only those that share a slot with another need sorting.
    bits = min(max(int(len(key_a) + len(key_b)).bit_length() + 1, 12), 22)
    slots = [(key >> np.uint64(64 - bits)).astype(np.int64) for key in (key_a, key_b)]
    last = [np.zeros(1 << bits, dtype=np.int32) for _ in slots]
    shared = np.zeros(1 << bits, dtype=bool)
    for slot, where in zip(slots, last, strict=True):
        numbers = np.arange(1, len(slot) + 1, dtype=np.int32)
        where[slot] = numbers
        shared[slot.compress(where.take(slot) != numbers)] = True
    facing = last[1].take(slots[0])
    sharing = shared.take(slots[0])
    low = ((facing > 0) & ~sharing).nonzero()[0]
    high = facing.take(low).astype(np.int64) - 1
    true = (key_a.take(low) == key_b.take(high)).nonzero()[0]
    rest_a = ((facing > 0) & sharing).nonzero()[0]
    rest_b = ((last[0].take(slots[1]) > 0) & shared.take(slots[1])).nonzero()[0]
    more_a, more_b = _by_sorting(key_a.take(rest_a), key_b.take(rest_b))
    return (
        np.concatenate([low.take(true), rest_a.take(more_a)]),
        np.concatenate([high.take(true), rest_b.take(more_b)]),
    )


def _by_sorting(key_a: U64, key_b: U64) -> tuple[Ints, Ints]:
    """The same for a few names."""
    keys = np.concatenate([key_a, key_b])
    if len(keys) < 2:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    # Sorting values is several times faster than sorting numbers by value: put the number into the low bits.
    bits = np.uint64(int(len(keys) - 1).bit_length())
    packed = (keys >> bits << bits) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    number = (np.uint64(1) << bits) - np.uint64(1)
    names, order = packed >> bits, (packed & number).astype(np.int64)
    same = np.zeros(len(keys) + 1, dtype=bool)
    np.equal(names[1:], names[:-1], out=same[1:-1])
    at = same[1:-1].nonzero()[0]
    if (keys.take(order.take(at)) != keys.take(order.take(at + 1))).any():
        # Two names that differ in their low bits alone: these must be sorted whole.
        order = keys.argsort(kind="stable")
        names = keys.take(order)
        np.equal(names[1:], names[:-1], out=same[1:-1])
    # names[i] and names[i + 1] are equal, and neither neighbour is: exactly two of this name.
    twice = (same[1:-1] & ~same[:-2] & ~same[2:]).nonzero()[0]
    # The lower number sorts first.
    low, high = order.take(twice), order.take(twice + 1)
    apart = ((low < len(key_a)) & (high >= len(key_a))).nonzero()[0]
    return low.take(apart), high.take(apart) - len(key_a)


def anchor(x: U64, y: U64, gaps: Gaps, k: int, keep: int = 1) -> Anchored:
    """The heaviest chain of unique k-grams in all gaps, as disjoint runs, and the runs outside it."""
    if kernel.compiled is not None:
        return Anchored(*map(handed, kernel.compiled.anchor(x, y, *gaps, k, keep)))
    a, b = unique_pairs(x, y, gaps, k, keep)
    if not len(a):
        return Anchored(Runs.none(), Runs.none())
    # Segments: anchors that follow each other on one diagonal.
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = (a[1:] - a[:-1]) != (b[1:] - b[:-1])
    first = begins.nonzero()[0]
    sizes = np.append(first[1:], len(a)) - first
    last = first + sizes - 1
    weights = np.minimum(a.take(last) - a.take(first) + k, sizes * k * keep)
    chosen = heaviest(b.take(first), b.take(last), weights)
    if chosen.all():
        return Anchored(_disjoint(_runs(a, b, k)), Runs.none())
    member = np.repeat(chosen, sizes)
    chain = _disjoint(_runs(a.compress(member), b.compress(member), k))
    return Anchored(chain, _runs(a.compress(~member), b.compress(~member), k))


def _runs(a: Ints, b: Ints, k: int) -> Runs:
    """Anchors whose k-grams touch or overlap on one diagonal, as runs."""
    if not len(a):
        return Runs.none()
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = ((a[1:] - a[:-1]) != (b[1:] - b[:-1])) | (a[1:] - a[:-1] > k)
    first = begins.nonzero()[0]
    last = np.append(first[1:], len(a)) - 1
    heads = a.take(first)
    return Runs(heads, b.take(first), a.take(last) - heads + k)


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
    cuts = (high[:-1] < low[1:]).nonzero()[0] + 1
    if len(cuts) == count - 1:
        return chosen
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
