"""Words that an alignment in order took from the head or tail of a moved passage, given back to it.

"I had tea. I will come. I had rain" without its second sentence: the first "I" may match the "I" of either. Where
the second sentence stands elsewhere, it is whole there; the gap it left is slid until it is whole here too.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from variorum import kernel
from variorum.collation.arrays import U64, Runs, handed, joined
from variorum.collation.moves import free

__all__ = ["lend"]

_MOST = 64  #: words at each end


def lend(x: U64, y: U64, runs: Runs, moved: Runs) -> tuple[Runs, Runs]:
    """The runs and moves with as many matches in order, and moves grown where a gap could be slid."""
    if not len(moved.a):
        return runs, moved
    if kernel.compiled is not None:
        lent, moved_on = kernel.compiled.lend(x, y, *runs, *moved)
        return runs if lent is None else handed(lent), handed(moved_on)
    table = _Table(x, y, runs, moved)
    grown = [table.grow(*move) for move in zip(moved.a.tolist(), moved.b.tolist(), moved.n.tolist(), strict=True)]
    return table.runs(), joined(Runs(*np.array(grown, dtype=np.int64).T))


class _Table:
    def __init__(self, x: U64, y: U64, runs: Runs, moved: Runs) -> None:
        self.words = (x, y)
        both = joined(runs, moved)
        self.free = (free(len(x), both.a, both.n), free(len(y), both.b, both.n))
        self.starts = (runs.a.tolist(), runs.b.tolist())
        self.sizes = runs.n.tolist()
        self.given = runs
        self.changed: set[int] = set()

    def runs(self) -> Runs:
        """The runs as they now are."""
        if not self.changed:
            return self.given
        at = np.array(sorted(self.changed), dtype=np.int64)
        columns = []
        for given, values in zip(self.given, (*self.starts, self.sizes), strict=True):
            column = given.copy()
            column[at] = [values[number] for number in at.tolist()]
            columns.append(column)
        return joined(Runs(*columns))

    def grow(self, a: int, b: int, n: int) -> tuple[int, int, int]:
        x, y = self.words
        for _ in range(_MOST):
            if a == 0 or b == 0 or x[a - 1] != y[b - 1] or not (self._before(0, a, try_only=True) and self._before(1, b)):
                break
            self._before(0, a)
            a, b, n = a - 1, b - 1, n + 1
            self.free[0][a] = self.free[1][b] = False
        for _ in range(_MOST):
            p, q = a + n, b + n
            if p >= len(x) or q >= len(y) or x[p] != y[q] or not (self._after(0, p, try_only=True) and self._after(1, q)):
                break
            self._after(0, p)
            n += 1
            self.free[0][p] = self.free[1][q] = False
        return a, b, n

    def _before(self, side: int, at: int, *, try_only: bool = False) -> bool:
        """Frees the word before ``at``: the run that ends there gives it up and the run behind the gap takes its like."""
        if self.free[side][at - 1]:
            return True
        own, other, sizes, words = self.starts[side], self.starts[1 - side], self.sizes, self.words[side]
        run = bisect_left(own, at) - 1
        if run < 0 or run + 1 >= len(own) or own[run] + sizes[run] != at or sizes[run] < 2:
            return False
        taken = own[run + 1] - 1
        if other[run] + sizes[run] != other[run + 1] or not self.free[side][taken] or words[taken] != words[at - 1]:
            return False
        if not try_only:
            self.changed |= {run, run + 1}
            sizes[run] -= 1
            sizes[run + 1] += 1
            own[run + 1] -= 1
            other[run + 1] -= 1
            self.free[side][at - 1], self.free[side][taken] = True, False
        return True

    def _after(self, side: int, at: int, *, try_only: bool = False) -> bool:
        """Frees the word at ``at``: the run that begins there gives it up and the run before the gap takes its like."""
        if self.free[side][at]:
            return True
        own, other, sizes, words = self.starts[side], self.starts[1 - side], self.sizes, self.words[side]
        run = bisect_left(own, at)
        if run == 0 or run >= len(own) or own[run] != at or sizes[run] < 2:
            return False
        taken = own[run - 1] + sizes[run - 1]
        if other[run - 1] + sizes[run - 1] != other[run] or not self.free[side][taken] or words[taken] != words[at]:
            return False
        if not try_only:
            self.changed |= {run - 1, run}
            sizes[run - 1] += 1
            sizes[run] -= 1
            own[run] += 1
            other[run] += 1
            self.free[side][at], self.free[side][taken] = True, False
        return True
