"""Short moves: a sentence of a few words that stands elsewhere, too short to be looked for like a passage.

Close by, three words are sure enough. Far off a sentence counts when it stands between pauses in both texts and chance
does not explain it: so many pairs of places are left over on the two sides, times how often its words are said.
"""

from __future__ import annotations

import numpy as np

from variorum.collation.arrays import Ints, Runs, joined
from variorum.collation.coincidence import Rarity
from variorum.collation.moves import left_over, settle
from variorum.collation.slide import Words

__all__ = ["nearby", "sentences"]

_SHORT = 3  #: tokens of a sentence that only changed places with its neighbour
_NEAR = 48  #: tokens between its two places
_LEAST = (2, 1)  #: tokens of a sentence that stands anywhere else; first the longer ones
_LEFT = 1 << 12  #: tokens left over on a side; among more a few words say nothing
_SURE = 2.0  #: natural logarithm of how much rarer than chance a sentence must be


def nearby(x: Words, y: Words, matched: Runs, moved: Runs) -> Runs:
    """Short common stretches that changed places with their neighbours.

    ``matched`` are the runs in order, ``moved`` the moves found so far.
    """
    held = joined(matched, moved)
    found = left_over(x.names, y.names, held, _SHORT)
    run = np.searchsorted(matched.b, found.b, side="right") - 1
    facing: Ints = np.zeros(len(found.b), dtype=np.int64)
    if len(matched.a):
        facing = np.where(run >= 0, matched.a[run] + matched.n[run], 0)
    return settle(x.names, y.names, held, found.take(np.abs(facing - found.a) <= _NEAR), _SHORT)


def sentences(x: Words, y: Words, matched: Runs, moved: Runs, rarity: Rarity) -> Runs:
    """Whole short sentences that stand anywhere else."""
    out = Runs.none()
    for least in _LEAST:
        held = joined(matched, moved, out)
        left = [len(side.names) - int(held.n.sum()) for side in (x, y)]
        if not 0 < min(left) <= max(left) <= _LEFT:
            break
        found = settle(x.names, y.names, held, left_over(x.names, y.names, held, least), least)
        if len(found.a):
            whole = x.opens[found.a] & x.opens[found.a + found.n] & y.opens[found.b] & y.opens[found.b + found.n]
            found = found.take(whole)
            out = joined(out, found.take(rarity.of(found) >= np.log(left[0]) + np.log(left[1]) + _SURE))
    return out
