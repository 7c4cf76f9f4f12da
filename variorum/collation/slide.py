"""Sliding: an insertion or deletion between equal words is put where a sentence begins, when it may stand there."""

from __future__ import annotations

import numpy as np

from variorum.collation.arrays import Runs
from variorum.collation.moves import free
from variorum.collation.side import Side

__all__ = ["slide"]

_FAR = 64  #: tokens a gap is moved at most


def slide(base: Side, other: Side, runs: Runs, moved: Runs) -> Runs:
    """The same number of matches, with one-sided gaps beginning at a sentence where equal words allow it.

    "The cat sat. The cat ran" against "The cat ran" may lose ``cat sat The`` or ``The cat sat``: the second is
    what happened. Gaps that hold a moved passage stay.
    """
    if len(runs.a) < 2:
        return runs
    a, b, n = runs.a.copy(), runs.b.copy(), runs.n.copy()
    room_a, room_b = a[1:] - a[:-1] - n[:-1], b[1:] - b[:-1] - n[:-1]
    for side, room, bare, start in ((base, room_a, room_b, a), (other, room_b, room_a, b)):
        names = side.tokens.hashes
        gap = start[1:] - room  # where the gap begins; it ends at start[1:]
        held = np.concatenate([[0], np.cumsum(~free(len(side), moved.a if side is base else moved.b, moved.n))])
        one_sided = (bare == 0) & (room > 0) & (held[gap] == held[start[1:]]) & ~(side.opens[gap] & side.opens[start[1:]])
        back = one_sided & (names[np.maximum(gap - 1, 0)] == names[start[1:] - 1])
        ahead = one_sided & (names[np.minimum(gap, len(names) - 1)] == names[np.minimum(start[1:], len(names) - 1)])
        for at in np.flatnonzero(back | ahead).tolist():
            shift = _shift(side, int(start[at + 1] - room[at]), int(start[at + 1]), int(n[at]) - 1, int(n[at + 1]) - 1)
            n[at] += shift
            a[at + 1] += shift
            b[at + 1] += shift
            n[at + 1] -= shift
    return Runs(a, b, n)


def _shift(side: Side, low: int, high: int, before: int, after: int) -> int:
    """How far the stretch ``[low, high)`` is moved (less than 0: back) so that it begins at a sentence; 0: stays."""
    names, opens = side.tokens.hashes, side.opens
    for step in range(1, min(before, _FAR) + 1):
        if names[low - step] != names[high - step]:
            break
        if opens[low - step]:
            return -step
    for step in range(1, min(after, _FAR) + 1):
        if names[low + step - 1] != names[high + step - 1]:
            break
        if opens[low + step]:
            return step
    return 0
