"""Two texts that cannot be kin, told without aligning them.

Long works of one language share five words in a row here and there, so that a sketch proposes pairs that have nothing
in common. Whatever an alignment found, a passage that counts holds a run of five equal words, and from word to equal
word in it there are at most `BRIDGE` others on either side. So all words that could ever be matched are reached from
the shared 5-grams by such steps. Where too few are reached for any verdict, there is none, and nothing need be aligned.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from variorum.collation.arrays import U64, Ints, spread
from variorum.collation.sketch import SHINGLE, names_of_shingles
from variorum.collation.telling import NOTE_SHARE, among, note_words, telling
from variorum.text import Tokens

__all__ = ["strangers"]

_SHORT = 256  # tokens; aligning less costs nothing
_SHARED = 1_000  # pairs of equal 5-grams from which two texts are no strangers at first sight
_REACHED = 20_000  # words reached, the same
_HIGH = np.uint64(42)
_SHARE = 0.2  # of what tells something; the least share that makes a verdict is twice that


def strangers(a: Tokens, b: Tokens, boilerplate: U64 | None, *, bridge: int, passage: int) -> bool:
    """Whether no alignment could make these two texts kin; False when it takes one to tell.

    ``bridge`` is how many unmatched tokens do not end a passage, ``passage`` the matched ones that make one worth telling.
    """
    if min(len(a), len(b)) < _SHORT:
        return False
    seeds = _shared(a.hashes, b.hashes)
    if seeds is None:
        return False
    reached = _reached(a.hashes, b.hashes, *seeds, bridge)
    if reached is None:
        return False
    sides = [np.unique(side) for side in reached]
    if min(_longest(side, bridge) for side in sides) >= passage:
        return False
    matched = min(map(len, sides))
    return all(matched < _SHARE * _least_told(tokens.hashes, boilerplate, matched) for tokens in (a, b))


def _shared(x: U64, y: U64) -> tuple[Ints, Ints] | None:
    """Where on both sides the same 5-gram stands, every pair; None when there are many."""
    names_x, names_y = names_of_shingles(x), names_of_shingles(y)
    at_x, at_y = _maybe_in(names_x, names_y), _maybe_in(names_y, names_x)
    if max(len(at_x), len(at_y)) > _SHARED + max(len(x), len(y)) // 8:
        return None
    at_x = at_x[among(names_x[at_x], np.sort(names_y[at_y]))]
    at_y = at_y[among(names_y[at_y], np.sort(names_x[at_x]))]
    if max(len(at_x), len(at_y)) > _SHARED:
        return None
    at_y = at_y[np.argsort(names_y[at_y], kind="stable")]
    low = np.searchsorted(names_y[at_y], names_x[at_x])
    each = np.searchsorted(names_y[at_y], names_x[at_x], side="right") - low
    if each.sum() > _SHARED:
        return None
    return np.repeat(at_x, each), at_y[spread(low, each)]


def _maybe_in(names: U64, others: U64) -> Ints:
    """Which of these stand among the others, and a few that do not."""
    table = np.zeros(1 << 22, dtype=bool)
    table[(others >> _HIGH).astype(np.int64)] = True
    return np.flatnonzero(table[(names >> _HIGH).astype(np.int64)])


def _reached(x: U64, y: U64, at_x: Ints, at_y: Ints, bridge: int) -> tuple[Ints, Ints] | None:
    """All pairs of equal words that are reached from these 5-grams; None when there are very many."""
    steps = np.array([(p * sign, q * sign) for p, q in product(range(1, bridge + 2), repeat=2) for sign in (1, -1)])
    width = len(y)
    every = np.arange(SHINGLE)
    new = np.unique(((at_x[:, None] + every) * width + at_y[:, None] + every).ravel())
    held = new
    while len(new):
        next_x, next_y = ((side[:, None] + steps[:, axis]).ravel() for axis, side in enumerate(np.divmod(new, width)))
        inside = (next_x >= 0) & (next_x < len(x)) & (next_y >= 0) & (next_y < width)
        next_x, next_y = next_x[inside], next_y[inside]
        equal = x[next_x] == y[next_y]
        new = np.setdiff1d(next_x[equal] * width + next_y[equal], held)
        held = np.union1d(held, new)
        if len(held) > _REACHED:
            return None
    return np.divmod(held, width)


def _longest(places: Ints, bridge: int) -> int:
    """The most tokens one passage could have of these (ascending)."""
    if not len(places):
        return 0
    begins = np.flatnonzero(np.diff(places, prepend=-bridge - 2) > bridge + 1)
    return int(np.diff(begins, append=len(places)).max())


def _least_told(words: U64, boilerplate: U64 | None, matched: int) -> float:
    """How many words tell something at least, whatever is taken for notes: a note says so many of its words."""
    sure, likely = note_words(words)
    return float(telling(words, boilerplate).sum() - matched - (sure | likely).sum() / NOTE_SHARE)
