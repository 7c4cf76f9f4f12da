"""The rarity filter: common words that happen to match between two passages that have nothing to do with each other.

A short matched run is dropped when it weighs less than the unmatched text around it: the sum of
log(inverse frequency) of its words, twice, against the unmatched tokens beside it on the emptier side.
A single word between true neighbours has next to nothing unmatched beside it and stays.
"""

from __future__ import annotations

import numpy as np

from variorum.collation.arrays import U64, Ints, Runs, spread

__all__ = ["drop_coincidences"]

LONGEST = 6  #: runs longer than this are never coincidence
FACTOR = 2.0
_BINS = 20  # bits of the frequency table; two words in one bin only look a little commoner than they are
_PASSES = 12


def drop_coincidences(x: U64, y: U64, runs: Runs) -> Runs:
    """The runs without those that look like coincidence."""
    if not len(runs.n) or not (runs.n <= LONGEST).any():
        return runs
    weights = _weights(x, y, runs)
    for _ in range(_PASSES):
        kept = ~_coincidental(runs, weights, len(x), len(y))
        if kept.all():
            break
        runs, weights = runs.take(kept), weights[kept]
    return runs


def _coincidental(
    runs: Runs, weights: np.ndarray[tuple[int], np.dtype[np.float64]], size_a: int, size_b: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    zero = np.zeros(1, dtype=np.int64)
    around: list[Ints] = []
    for start, size in ((runs.a, size_a), (runs.b, size_b)):
        edges = np.concatenate([start, zero + size]) - np.concatenate([zero, start + runs.n])
        around.append(edges[:-1] + edges[1:])
    # What lacks on one side only is an insertion or a deletion: the words beside it match truly.
    return (runs.n <= LONGEST) & (weights * FACTOR < np.minimum(around[0], around[1]))


def _weights(x: U64, y: U64, runs: Runs) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    shift = np.uint64(64 - _BINS)
    counts = np.bincount((x >> shift).astype(np.int64), minlength=1 << _BINS)
    counts += np.bincount((y >> shift).astype(np.int64), minlength=1 << _BINS)
    weights = np.full(len(runs.n), np.inf)
    short = np.flatnonzero(runs.n <= LONGEST)
    sizes = runs.n[short]
    words = (x[spread(runs.a[short], sizes)] >> shift).astype(np.int64)
    rarity = np.log((len(x) + len(y)) / counts[words])
    weights[short] = np.add.reduceat(rarity, np.cumsum(sizes) - sizes)
    return weights
