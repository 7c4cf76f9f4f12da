"""Whole sentences on both sides without a match in order: which one was reworked into which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from variorum.collation.side import Side
from variorum.model import ReadingKind

__all__ = ["MOST", "reworked"]

MOST = 12  #: sentences a side; beyond that it is other text, not sentences reworked
_ALIKE = 0.25  #: common words, of the longer sentence, that make a pair
_FACTOR = 3  #: one sentence for several: their lengths may differ by this

_Found = tuple[int, int, int, int, ReadingKind]


def reworked(base: Side, other: Side, i0: int, i1: int, j0: int, j1: int) -> Iterator[_Found]:
    """The stretch as sentences reworked and passages that one side lacks; all of both sides, in order."""
    if i0 == i1 or j0 == j1:
        if i1 > i0 or j1 > j0:
            yield i0, i1, j0, j1, "passage"
        return
    marks_a, marks_b = _marks(base, i0, i1), _marks(other, j0, j1)
    if len(marks_a) == len(marks_b) == 2:
        yield i0, i1, j0, j1, "sentence"
        return
    if max(len(marks_a), len(marks_b)) > MOST + 1:
        yield i0, i1, j0, j0, "passage"
        yield i1, i1, j0, j1, "passage"
        return
    last_a = last_b = 0
    for at_a, at_b in _alike(base, other, marks_a, marks_b):
        yield from _rest(marks_a[last_a : at_a + 1], marks_b[last_b : at_b + 1])
        yield marks_a[at_a], marks_a[at_a + 1], marks_b[at_b], marks_b[at_b + 1], "sentence"
        last_a, last_b = at_a + 1, at_b + 1
    yield from _rest(marks_a[last_a:], marks_b[last_b:])


def _marks(side: Side, low: int, high: int) -> list[int]:
    inside = side.edges[np.searchsorted(side.edges, low, side="right") : np.searchsorted(side.edges, high)]
    return [low, *inside.tolist(), high]


def _rest(marks_a: list[int], marks_b: list[int]) -> Iterator[_Found]:
    """Sentences between two pairs, none of which is like another."""
    i0, i1, j0, j1 = marks_a[0], marks_a[-1], marks_b[0], marks_b[-1]
    if i0 == i1 or j0 == j1:
        if i1 > i0 or j1 > j0:
            yield i0, i1, j0, j1, "passage"
    elif len(marks_a) == len(marks_b):
        for at in range(len(marks_a) - 1):
            yield marks_a[at], marks_a[at + 1], marks_b[at], marks_b[at + 1], "sentence"
    elif max(i1 - i0, j1 - j0) <= _FACTOR * min(i1 - i0, j1 - j0):
        yield i0, i1, j0, j1, "sentence"
    else:
        yield i0, i1, j0, j0, "passage"
        yield i1, i1, j0, j1, "passage"


def _alike(base: Side, other: Side, marks_a: list[int], marks_b: list[int]) -> list[tuple[int, int]]:
    """The pairs of sentences with most words in common, in order (a table of at most 12 by 12)."""
    bags_a, bags_b = _bags(base, marks_a), _bags(other, marks_b)
    rows, columns = len(bags_a), len(bags_b)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    likeness = [[_likeness(a, b) for b in bags_b] for a in bags_a]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    pairs = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _bags(side: Side, marks: list[int]) -> list[Counter[int]]:
    return [Counter(side.tokens.hashes[low:high].tolist()) for low, high in pairwise(marks)]


def _likeness(a: Counter[int], b: Counter[int]) -> float:
    longer = max(a.total(), b.total(), 1)
    shared = sum(min(count, b[word]) for word, count in a.items() if word in b) / longer
    return shared if shared >= _ALIKE else 0.0
