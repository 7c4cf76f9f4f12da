"""Small array verbs the aligner is built of: ragged ranges, common ends, runs.

Throughout the room a *run* is ``(a, b, length)``: that many tokens from ``a`` and from ``b`` on are equal.
Runs are kept as three integer arrays; no Python object per word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum import kernel

__all__ = [
    "U64",
    "Gaps",
    "Ints",
    "Runs",
    "covered",
    "gaps_between",
    "grow",
    "handed",
    "joined",
    "prefix",
    "spread",
    "suffix",
    "within",
]

Ints = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

_FIRST = 4  #: tokens looked at first where two stretches are compared
_FARTHER = 8  #: so many times more of them each time


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
        at = _numbers(which)
        return Runs(self.a.take(at), self.b.take(at), self.n.take(at))


def handed(array: object) -> Runs:
    """The runs that the kernel answers with: all ``a``, all ``b``, all ``n``."""
    return Runs(*np.frombuffer(array, np.int64).reshape(3, -1))  # type: ignore[call-overload]


class Gaps(NamedTuple):
    """Stretches ``[a0, a1)`` of one side against ``[b0, b1)`` of the other."""

    a0: Ints
    a1: Ints
    b0: Ints
    b1: Ints

    def take(self, which: npt.NDArray[np.bool_] | Ints) -> Gaps:
        """The gaps a mask or a list of numbers chooses."""
        at = _numbers(which)
        return Gaps(self.a0.take(at), self.a1.take(at), self.b0.take(at), self.b1.take(at))


def _numbers(which: npt.NDArray[np.bool_] | Ints) -> Ints:
    """The numbers a mask chooses: taking by numbers is several times faster than by a mask."""
    return which.nonzero()[0] if which.dtype == np.bool_ else which  # type: ignore[return-value]


def spread(starts: Ints, lengths: Ints) -> Ints:
    """All the numbers of many ranges, one range after the other."""
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(total, dtype=np.int64)


def covered(size: int, starts: Ints, lengths: Ints) -> npt.NDArray[np.bool_]:
    """Which of ``size`` places lie in any of these stretches, which are disjoint."""
    if (starts[1:] < starts[:-1]).any():
        order = starts.argsort()
        starts, lengths = starts.take(order), lengths.take(order)
    bounds = np.zeros(2 * len(starts) + 2, dtype=np.int64)
    bounds[1:-1:2] = starts
    bounds[2:-1:2] = starts + lengths
    bounds[-1] = size
    inside = np.zeros(len(bounds) - 1, dtype=bool)
    inside[1::2] = True
    return np.repeat(inside, bounds[1:] - bounds[:-1])


def joined(*many: Runs) -> Runs:
    """Several sets of disjoint runs as one, in the order of the first side, neighbours on a diagonal made one."""
    if kernel.compiled is not None:
        return handed(kernel.compiled.joined(*(column for runs in many for column in runs)))
    a, b, n = (np.concatenate(parts) for parts in zip(*many, strict=True))
    kept = n.nonzero()[0]
    order = kept.take(a.take(kept).argsort(kind="stable"))
    a, b, n = a.take(order), b.take(order), n.take(order)
    if len(a) < 2:
        return Runs(a, b, n)
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = (a[1:] != a[:-1] + n[:-1]) | (b[1:] != b[:-1] + n[:-1])
    first = begins.nonzero()[0]
    if len(first) == len(a):
        return Runs(a, b, n)
    return Runs(a.take(first), b.take(first), np.add.reduceat(n, first))


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
    return _reach(x, y, a0, b0, limit, 1)


def suffix(x: U64, y: U64, a1: Ints, b1: Ints, limit: Ints) -> Ints:
    """How many tokens are equal before ``a1`` and ``b1``, at most ``limit``."""
    return _reach(x, y, a1 - 1, b1 - 1, limit, -1)


def _reach(x: U64, y: U64, a: Ints, b: Ints, limit: Ints, way: int) -> Ints:
    out = np.zeros(len(a), dtype=np.int64)
    going = limit.nonzero()[0]
    step = _FIRST
    # Most stretches differ at once or soon: look at a few tokens first, and farther only where they were equal.
    while len(going):
        done = out.take(going)
        size = np.minimum(limit.take(going) - done, step)
        found = _equal(x, y, a.take(going) + way * done, b.take(going) + way * done, size, way)
        out[going] = done + found
        going = going.compress((found == step) & (done + step < limit.take(going)))
        step *= _FARTHER
    return out


def _equal(x: U64, y: U64, a: Ints, b: Ints, sizes: Ints, way: int) -> Ints:
    """How many tokens are equal from each place on (``way`` 1) or back (-1); sizes are 1 and more."""
    if len(a) == 1:
        i, j, n = int(a[0]), int(b[0]), int(sizes[0])
        one, two = (x[i : i + n], y[j : j + n]) if way > 0 else (x[i - n + 1 : i + 1][::-1], y[j - n + 1 : j + 1][::-1])
        differs = one != two
        return np.array([int(differs.argmax()) if differs.any() else n])
    ends = sizes.cumsum()
    before = ends - sizes
    numbers = np.arange(int(ends[-1]))
    if way < 0:
        numbers = -numbers
    at_a, at_b = np.repeat(a - way * before, sizes), np.repeat(b - way * before, sizes)
    at_a += numbers
    at_b += numbers
    places = (x.take(at_a) != y.take(at_b)).nonzero()[0]
    # The first difference at or after the head of each stretch.
    first = np.append(places, ends[-1]).take(places.searchsorted(before))
    out: Ints = np.minimum(first - before, sizes)
    return out


def grow(x: U64, y: U64, runs: Runs, size_a: int, size_b: int) -> Runs:
    """The runs, each grown over the equal tokens at both ends of the gaps between them."""
    if kernel.compiled is not None and size_a == len(x) and size_b == len(y):
        grown = kernel.compiled.grow(x, y, *runs)
        return runs if grown is None else handed(grown)
    gaps = within(gaps_between(runs, size_a, size_b))
    if not len(gaps.a0):
        return runs
    head = prefix(x, y, gaps.a0, gaps.b0, np.minimum(gaps.a1 - gaps.a0, gaps.b1 - gaps.b0))
    a0, b0 = gaps.a0 + head, gaps.b0 + head
    tail = suffix(x, y, gaps.a1, gaps.b1, np.minimum(gaps.a1 - a0, gaps.b1 - b0))
    return joined(runs, Runs(gaps.a0, gaps.b0, head), Runs(gaps.a1 - tail, gaps.b1 - tail, tail))
