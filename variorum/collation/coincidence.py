"""The rarity filter: common words that happen to match between two passages that have nothing to do with each other.

A short matched run between unmatched stretches of A tokens on one side and B on the other is dropped when so many
pairs of places would give such a match by chance: (A + 1)(B + 1) times the frequencies of its words. "the" between
two rewritten halves of a sentence goes, a rare name stays, and so does any word between true neighbours, which has
next to nothing unmatched beside it. (Editors ask for this: CollateX issue 69.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import U64, Runs, spread

__all__ = ["drop_coincidences"]

LONGEST = 6  #: runs longer than this are never coincidence
CHANCE = 1.0  #: natural logarithm of how much likelier than once a match by chance is taken to be
SPARED = 16  #: (A + 1)(B + 1) up to which every match is one between neighbours
_BINS = 20  # bits of the frequency table at most; two words in one bin only look a little commoner than they are
_PASSES = 12

_Floats = npt.NDArray[np.float64]


def drop_coincidences(x: U64, y: U64, runs: Runs) -> Runs:
    """The runs without those that look like coincidence."""
    if not len(runs.n) or not (runs.n <= LONGEST).any():
        return runs
    weights = _weights(x, y, runs)
    for _ in range(_PASSES):
        kept = weights >= _chances(runs, len(x), len(y))
        if kept.all():
            break
        runs, weights = runs.take(kept), weights[kept]
    return runs


def _chances(runs: Runs, size_a: int, size_b: int) -> _Floats:
    zero = np.zeros(1, dtype=np.int64)
    pairs: _Floats = np.ones(len(runs.n))
    for start, size in ((runs.a, size_a), (runs.b, size_b)):
        edges = np.concatenate([start, zero + size]) - np.concatenate([zero, start + runs.n])
        pairs *= edges[:-1] + edges[1:] + 1
    # What lacks on one side only is an insertion or a deletion: the words beside it match truly.
    return np.where(pairs <= SPARED, -np.inf, np.log(pairs) + CHANCE)


def _weights(x: U64, y: U64, runs: Runs) -> _Floats:
    """The sum of log(inverse frequency) of each short run's words; of long runs, without end."""
    bits = min(max(int(len(x) + len(y)).bit_length() + 4, 10), _BINS)
    shift = np.uint64(64 - bits)
    counts = np.bincount((x >> shift).astype(np.int64), minlength=1 << bits)
    counts += np.bincount((y >> shift).astype(np.int64), minlength=1 << bits)
    weights: _Floats = np.full(len(runs.n), np.inf)
    short = np.flatnonzero(runs.n <= LONGEST)
    sizes = runs.n[short]
    words = (x[spread(runs.a[short], sizes)] >> shift).astype(np.int64)
    rarity = np.log((len(x) + len(y)) / counts[words])
    weights[short] = np.add.reduceat(rarity, np.cumsum(sizes) - sizes)
    return weights
