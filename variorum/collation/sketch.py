"""Sketches: what a text leaves in the library so that its kin find it again.

FracMinHash (Irber et al. 2022; Broder 1997 for containment): the hashes of word 5-grams, of which every
text keeps the same quarter, chosen by value. Two texts that share a passage share its kept hashes whatever
their lengths, which plain MinHash cannot promise. Short texts keep all of theirs: a quarter of a drabble is nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from variorum import kernel
from variorum.collation.arrays import U64
from variorum.text import Tokens, mix

__all__ = [
    "FREQUENT",
    "LEAST_SHARED",
    "SHINGLE",
    "SHORT",
    "least_shared",
    "names_of_shingles",
    "sketch",
    "sketch_many",
    "version_key",
]

SHINGLE = 5  #: words
KEEP = 4  #: one shingle in so many
SHORT = 256  #: a text of fewer different shingles (as near as its sketch tells) keeps them all
LEAST_SHARED = 4  #: shared hashes that make a candidate pair (fewer where a sketch has fewer: `least_shared`)
FREQUENT = 64  #: a hash that stands in more *distinct* texts of the library than this is boilerplate

_BATCH = 1 << 15  #: words sketched at once
_LIMIT = np.uint64((1 << 64) // KEEP)
_FACTORS = [np.uint64(pow(0xD1342543DE82EF95, step, 1 << 64)) for step in range(SHINGLE)]


def names_of_shingles(hashes: U64) -> U64:
    """The name of the 5-gram at each token; a text of fewer words is one shingle, an empty one has none."""
    if kernel.compiled is not None:
        return np.frombuffer(kernel.compiled.shingles(hashes), np.uint64)
    if not len(hashes):
        return hashes[:0]
    size = min(len(hashes), SHINGLE)
    count = len(hashes) - size + 1
    with np.errstate(over="ignore"):
        out = hashes[:count].copy()
        for step in range(1, size):
            out += hashes[step : step + count] * _FACTORS[step]
        if size < SHINGLE:
            out += np.uint64(size)
    return mix(out)


def sketch(tokens: Tokens) -> U64:
    """The hashes a text keeps: uint64, ascending, each once. Empty only for a text without words."""
    if kernel.compiled is not None:
        return np.frombuffer(kernel.compiled.sketch(tokens.hashes), np.uint64)
    names = names_of_shingles(tokens.hashes)
    if len(names) >= SHORT:
        kept = np.unique(names[names < _LIMIT])
        if len(kept) * KEEP >= SHORT:
            return kept
    return np.unique(names)  # short, or the same few phrases over and over


def sketch_many(texts: Sequence[Tokens]) -> list[U64]:
    """The sketches of many texts: numpy's fixed cost is shared by short ones."""
    if kernel.compiled is not None:
        return [sketch(text) for text in texts]
    out: list[U64] = []
    first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and size < _BATCH:
            size += len(texts[last])
            last += 1
        out += _batch(texts[first:last])
        first = last
    return out


def _batch(texts: Sequence[Tokens]) -> list[U64]:
    """The same as `sketch` of each."""
    if len(texts) < 2:
        return [sketch(text) for text in texts]
    sizes = np.array([len(text) for text in texts])
    ends = np.cumsum(sizes)
    names = names_of_shingles(np.concatenate([text.hashes for text in texts]))  # those over a text's end are left out below
    numbers = np.repeat(np.arange(len(texts)), sizes)[: len(names)]
    inside = np.arange(len(names)) + SHINGLE <= np.repeat(ends, sizes)[: len(names)]
    kept = np.flatnonzero(inside & (names < _LIMIT))
    values, owners = names[kept], numbers[kept]
    every = np.arange(len(texts) + 1)
    bounds = np.searchsorted(owners, every)
    for low, high in pairwise(bounds.tolist()):
        values[low:high].sort()
    new = np.ones(len(values), dtype=bool)
    new[1:] = (values[1:] != values[:-1]) | (owners[1:] != owners[:-1])
    values, bounds = values[new], np.searchsorted(owners[new], every)
    out = []
    for text, low, high in zip(texts, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        long = len(text) - SHINGLE + 1 >= SHORT and (high - low) * KEEP >= SHORT
        out.append(values[low:high] if long else sketch(text))
    return out


def least_shared(size: int, other: int) -> int:
    """How many hashes two sketches of these sizes must share to be a candidate pair."""
    return max(1, min(LEAST_SHARED, size, other))


def version_key(tokens: Tokens) -> str:
    """One name for all texts of the same words in the same order: hexadecimal, stable between machines."""
    return hashlib.sha256(tokens.hashes.astype("<u8").tobytes()).hexdigest()[:32]
