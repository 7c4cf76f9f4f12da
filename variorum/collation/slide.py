"""Sliding: an insertion or deletion between equal words is put where a sentence begins, when it may stand there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum import kernel
from variorum.collation.arrays import U64, Runs, handed
from variorum.collation.moves import free
from variorum.collation.side import Side
from variorum.text import Tokens

__all__ = ["Words", "slide", "words_of", "words_with_pauses"]

_FAR = 64  #: tokens a gap is moved at most
_PAUSE = 2  #: characters between two words: more than a space, so most likely a stop or a comma


class Words(NamedTuple):
    """Names of tokens and where a gap may begin well: one more of these, for the end."""

    names: U64
    opens: npt.NDArray[np.bool_]


def words_of(side: Side) -> Words:
    """The words of a side with its sentences."""
    return Words(side.tokens.hashes, side.opens)


def words_with_pauses(tokens: Tokens) -> Words:
    """The words of a text of which no more is known: a pause is where more than a space stands between two."""
    opens = np.ones(len(tokens) + 1, dtype=bool)
    if len(tokens) > 1:
        opens[1:-1] = tokens.starts[1:] - tokens.ends[:-1] >= _PAUSE
    return Words(tokens.hashes, opens)


def slide(base: Words, other: Words, runs: Runs, moved: Runs) -> Runs:
    """The same number of matches, with one-sided gaps beginning at a sentence where equal words allow it.

    "The cat sat. The cat ran" against "The cat ran" may lose ``cat sat The`` or ``The cat sat``: the second is
    what happened. Gaps that hold a moved passage stay.
    """
    if len(runs.a) < 2:
        return runs
    if kernel.compiled is not None:
        return handed(kernel.compiled.slide(*base, *other, *runs, *moved))
    a, b, n = runs.a.copy(), runs.b.copy(), runs.n.copy()
    room_a, room_b = a[1:] - a[:-1] - n[:-1], b[1:] - b[:-1] - n[:-1]
    for side, room, bare, start, taken in ((base, room_a, room_b, a, moved.a), (other, room_b, room_a, b, moved.b)):
        names = side.names
        gap = start[1:] - room  # where the gap begins; it ends at start[1:]
        one_sided = (bare == 0) & (room > 0) & ~(side.opens[gap] & side.opens[start[1:]])
        if not one_sided.any():
            continue
        if len(taken):
            held = np.concatenate([[0], np.cumsum(~free(len(names), taken, moved.n))])
            one_sided &= held[gap] == held[start[1:]]
        back = one_sided & (names[np.maximum(gap - 1, 0)] == names[start[1:] - 1])
        ahead = one_sided & (names[np.minimum(gap, len(names) - 1)] == names[np.minimum(start[1:], len(names) - 1)])
        for at in np.flatnonzero(back | ahead).tolist():
            shift = _shift(side, int(start[at + 1] - room[at]), int(start[at + 1]), int(n[at]) - 1, int(n[at + 1]) - 1)
            n[at] += shift
            a[at + 1] += shift
            b[at + 1] += shift
            n[at + 1] -= shift
    return Runs(a, b, n)


def _shift(side: Words, low: int, high: int, before: int, after: int) -> int:
    """How far the stretch ``[low, high)`` is moved (less than 0: back) so that it begins at a sentence; 0: stays."""
    names, opens = side
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
