"""Small array verbs the aligner is built of: ragged ranges, common ends, runs.

Throughout the room a *run* is ``(a, b, length)``: that many tokens from ``a`` and from ``b`` on are equal.
Runs are kept as three integer arrays; no Python object per word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["U64", "Gaps", "Ints", "Runs", "gaps_between", "grow", "joined", "prefix", "spread", "suffix", "within"]

Ints = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

_FAR = np.iinfo(np.int64).max


class Runs(NamedTuple):
    """Runs of equal tokens, in order on both sides unless said otherwise."""

    a: Ints
    b: Ints
    n: Ints

    @staticmethod
    def none() -> Runs:
        """No run at all."""
        empty = np.zeros(0, dtype=np.int64)
        return Runs(empty, empty, empty)

    def take(self, which: npt.NDArray[np.bool_] | Ints) -> Runs:
        """The runs a mask or a list of numbers chooses."""
        return Runs(self.a[which], self.b[which], self.n[which])


class Gaps(NamedTuple):
    """Stretches ``[a0, a1)`` of one side against ``[b0, b1)`` of the other."""

    a0: Ints
    a1: Ints
    b0: Ints
    b1: Ints

    def take(self, which: npt.NDArray[np.bool_] | Ints) -> Gaps:
        """The gaps a mask or a list of numbers chooses."""
        return Gaps(self.a0[which], self.a1[which], self.b0[which], self.b1[which])


def spread(starts: Ints, lengths: Ints) -> Ints:
    """All the numbers of many ranges, one range after the other."""
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(total, dtype=np.int64)


def joined(*many: Runs) -> Runs:
    """Several sets of disjoint runs as one, in the order of the first side, neighbours on a diagonal made one."""
    a, b, n = (np.concatenate(parts) for parts in zip(*many, strict=True))
    kept = n > 0
    a, b, n = a[kept], b[kept], n[kept]
    order = np.argsort(a, kind="stable")
    a, b, n = a[order], b[order], n[order]
    if len(a) < 2:
        return Runs(a, b, n)
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = (a[1:] != a[:-1] + n[:-1]) | (b[1:] != b[:-1] + n[:-1])
    first = np.flatnonzero(begins)
    return Runs(a[first], b[first], np.add.reduceat(n, first))


def gaps_between(runs: Runs, size_a: int, size_b: int) -> Gaps:
    """What lies between the runs and at both ends; gaps empty on both sides are left out."""
    zero = np.zeros(1, dtype=np.int64)
    gaps = Gaps(
        np.concatenate([zero, runs.a + runs.n]),
        np.concatenate([runs.a, zero + size_a]),
        np.concatenate([zero, runs.b + runs.n]),
        np.concatenate([runs.b, zero + size_b]),
    )
    return gaps.take((gaps.a1 > gaps.a0) | (gaps.b1 > gaps.b0))


def within(gaps: Gaps) -> Gaps:
    """The gaps that have something on both sides."""
    return gaps.take((gaps.a1 > gaps.a0) & (gaps.b1 > gaps.b0))


def prefix(x: U64, y: U64, a0: Ints, b0: Ints, limit: Ints) -> Ints:
    """How many tokens are equal from ``a0`` and ``b0`` on, at most ``limit``, for many places at once."""
    # Most stretches differ at once or soon: look at a few tokens first, and far only where they were equal.
    out = _prefix(x, y, a0, b0, np.minimum(limit, 4))
    far = np.flatnonzero((out == 4) & (limit > 4))
    if len(far):
        out[far] += _prefix(x, y, a0[far] + 4, b0[far] + 4, limit[far] - 4)
    return out


def _prefix(x: U64, y: U64, a0: Ints, b0: Ints, limit: Ints) -> Ints:
    out = np.zeros(len(a0), dtype=np.int64)
    some = np.flatnonzero(limit > 0)
    if not len(some):
        return out
    lengths = limit[some]
    before = np.cumsum(lengths) - lengths
    differs = x[spread(a0[some], lengths)] != y[spread(b0[some], lengths)]
    at = np.where(differs, np.arange(len(differs)), _FAR)
    out[some] = np.minimum(np.minimum.reduceat(at, before) - before, lengths)
    return out


def suffix(x: U64, y: U64, a1: Ints, b1: Ints, limit: Ints) -> Ints:
    """How many tokens are equal before ``a1`` and ``b1``, at most ``limit``."""
    # The same thing on the reversed arrays (views, not copies).
    return prefix(x[::-1], y[::-1], len(x) - a1, len(y) - b1, limit)


def grow(x: U64, y: U64, runs: Runs, size_a: int, size_b: int) -> Runs:
    """The runs, each grown over the equal tokens at both ends of the gaps between them."""
    gaps = within(gaps_between(runs, size_a, size_b))
    if not len(gaps.a0):
        return runs
    head = prefix(x, y, gaps.a0, gaps.b0, np.minimum(gaps.a1 - gaps.a0, gaps.b1 - gaps.b0))
    a0, b0 = gaps.a0 + head, gaps.b0 + head
    tail = suffix(x, y, gaps.a1, gaps.b1, np.minimum(gaps.a1 - a0, gaps.b1 - b0))
    return joined(runs, Runs(gaps.a0, gaps.b0, head), Runs(gaps.a1 - tail, gaps.b1 - tail, tail))
