"""The rarity filter: common words that happen to match between two passages that have nothing to do with each other.

A short matched run between unmatched stretches of A tokens on one side and B on the other is dropped when so many
pairs of places would give such a match by chance: (A + 1)(B + 1) times the frequencies of its words. "the" between
two rewritten halves of a sentence goes, a rare name stays, and so does any word between true neighbours, which has
next to nothing unmatched beside it. Where as many words stand between it and the next match on both sides, words were
replaced one for one, and chance has only as many places as there are words. (Editors ask for this: CollateX issue 69.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from variorum import kernel
from variorum.collation.arrays import U64, Ints, Runs, spread

__all__ = ["Rarity", "drop_coincidences"]

LONGEST = 6  #: runs longer than this are never coincidence
CHANCE = 2.0  #: natural logarithm of how much likelier than once a match by chance is taken to be
FACING = 1.0  #: the same where the words on one side of it were replaced one for one
LEVEL = 0.0  #: and where those on both sides were
UNEVEN = 3.0  #: natural logarithm of the ratio of the two unmatched stretches from which it counts against a match
SPARED = 9  #: (A + 1)(B + 1) up to which every match is one between neighbours
_BINS = 20  # bits of the frequency table at most; two words in one bin only look a little commoner than they are
_PASSES = 12

_Floats = npt.NDArray[np.float64]


class Rarity:
    """How rare the words of two texts are, counted when that is first asked for."""

    def __init__(self, x: U64, y: U64) -> None:
        self.texts = (x, y)
        self._shift = np.uint64(0)
        self._counts: Ints | None = None
        self._table: object = None

    def of(self, runs: Runs) -> _Floats:
        """The sum of log(inverse frequency) of the words of each run."""
        if not len(runs.n):
            return np.zeros(0)
        size = len(self.texts[0]) + len(self.texts[1])
        bits = min(max(int(size).bit_length() + 4, 10), _BINS)
        rare = np.log(size / self._said(runs, bits))
        sums: _Floats = np.add.reduceat(rare, runs.n.cumsum() - runs.n)
        return sums

    def _said(self, runs: Runs, bits: int) -> Ints:
        """How often each word of these runs is said in both texts."""
        if kernel.compiled is not None:
            if self._table is None:
                self._table = kernel.compiled.counts(*self.texts, bits)
            return np.frombuffer(kernel.compiled.counted(self._table, bits, self.texts[0], runs.a, runs.n), np.int64)
        if self._counts is None:
            self._shift = np.uint64(64 - bits)
            bins = np.concatenate(self.texts)
            bins >>= self._shift
            self._counts = np.bincount(bins.view(np.int64), minlength=1 << bits)
        words = self.texts[0].take(spread(runs.a, runs.n)) >> self._shift
        return self._counts.take(words.astype(np.int64))


def drop_coincidences(rarity: Rarity, runs: Runs) -> Runs:
    """The runs without those that look like coincidence."""
    if not len(runs.n) or not (runs.n <= LONGEST).any():
        return runs
    size_a, size_b = map(len, rarity.texts)
    weights = _weights(rarity, runs)
    for _ in range(_PASSES):
        kept = weights >= _chances(runs, size_a, size_b)
        if kept.all():
            break
        at = kept.nonzero()[0]
        runs, weights = runs.take(at), weights.take(at)
    return runs


def _chances(runs: Runs, size_a: int, size_b: int) -> _Floats:
    """The least weight with which each run is taken for more than chance."""
    zero = np.zeros(1, dtype=np.int64)
    ends = ((runs.a, size_a), (runs.b, size_b))
    room_a, room_b = (np.concatenate([at, zero + size]) - np.concatenate([zero, at + runs.n]) for at, size in ends)
    beside_a, beside_b = (room[:-1] + room[1:] + 1 for room in (room_a, room_b))
    pairs: _Floats = beside_a.astype(np.float64) * beside_b
    level = room_a == room_b
    sides = level[:-1].astype(np.int64) + level[1:]
    facing = np.log(np.minimum(beside_a, beside_b)) + np.where(sides == 2, LEVEL, FACING)
    # Far more words on one side: whoever matches there leaves out all that lies before, which takes more than a rare word.
    uneven = np.log(np.maximum(beside_a, beside_b) / np.minimum(beside_a, beside_b))
    far = np.where(uneven > UNEVEN, uneven, 0.0)
    needed = np.where(sides == 0, np.log(pairs) + CHANCE + far, facing)
    # What lacks on one side only is an insertion or a deletion: the words beside it match truly.
    return np.where(pairs <= SPARED, -np.inf, needed)


def _weights(rarity: Rarity, runs: Runs) -> _Floats:
    """The rarity of each short run; of long runs, without end."""
    weights: _Floats = np.full(len(runs.n), np.inf)
    short = (runs.n <= LONGEST).nonzero()[0]
    weights[short] = rarity.of(runs.take(short))
    return weights
