"""Gaps without anchors: exact alignment of small ones, bounded alignment of large ones.

Small: the longest common subsequence (rapidfuzz's bit-parallel one, Hyyrö 2004). Large and plainly
related (a chorus repeated without a unique phrase in it): Levenshtein by a window that slides along.
Large and unrelated: nothing, at the price of counting.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import LCSseq, Levenshtein

from variorum import kernel
from variorum.collation.anchors import anchor
from variorum.collation.arrays import U64, Gaps, Ints, Runs, gaps_between, grow, handed, joined, spread, within

__all__ = ["fill"]

_SMALL = 1 << 18  #: cells; up to here the exact table is cheap (32 kB of bits)
_TINY = 1 << 6  #: cells; up to here whole columns of gaps are compared at once
_LONG = 1 << 13  #: tokens a side; the few words of one side find each other by chance in so much text
_WINDOWS = (
    1 << 16,
    1 << 14,
)  #: tokens a side of the sliding window (the exact way takes 4 M machine words a step of the smaller)
_ANCHOR, _SAMPLE = 6, 4  #: words of an anchor in a window, and one in how many of them is taken
_SHORTER = (4, 2, 1)  #: and of those between them
_COVERED = 4  #: one word in so many must lie in an anchor, else they have found no way
_RELATED = 0.1  #: share of common trigrams below which a large gap is taken as two different texts
_TRIGRAM = 3
_SLOTS = 22  #: bits of the table of trigrams, at least; a million tokens and more get a larger one, else chance fills it
_FACTORS = [np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1342543DE82EF95), np.uint64(0xBF58476D1CE4E5B9)]


def fill(x: U64, y: U64, gaps: Gaps) -> Runs:
    """Matches inside gaps, each gap by what it can bear. Deterministic; memory stays within a few MB a gap."""
    if kernel.compiled is not None:
        filled, left = kernel.compiled.fill(x, y, *gaps)
        if not len(left):
            return handed(filled)
        large = Gaps(*np.frombuffer(left, np.int64).reshape(-1, 4).T)
        return joined(handed(filled), _large(x, y, large))
    gaps = within(gaps)
    size_a, size_b = gaps.a1 - gaps.a0, gaps.b1 - gaps.b0
    cells = size_a * size_b
    tiny = cells <= _TINY
    single, others = _tiny(x, y, gaps.take(tiny))
    small = ~tiny & (cells <= _SMALL) & (np.maximum(size_a, size_b) <= _LONG)
    out = _small(x, y, Gaps(*map(np.concatenate, zip(others, gaps.take(small), strict=True))))
    return joined(single, _as_runs(out), _large(x, y, gaps.take(~(tiny | small))))


def _as_runs(found: list[tuple[int, int, int]]) -> Runs:
    return Runs(*np.array(found, dtype=np.int64).reshape(-1, 3).T)


def _large(x: U64, y: U64, gaps: Gaps) -> Runs:
    """Matches inside gaps too large for the exact way."""
    out: list[tuple[int, int, int]] = []
    for a0, a1, b0, b1 in zip(*(side.tolist() for side in gaps), strict=True):
        if _related(x[a0:a1], y[b0:b1]):
            out += [(a0 + i, b0 + j, n) for i, j, n in _slide(x[a0:a1], y[b0:b1])]
    return _as_runs(out)


def _tiny(x: U64, y: U64, gaps: Gaps) -> tuple[Runs, Gaps]:
    """Gaps of a few words, every word compared with every one: the matches of those that have but one, and those with more."""
    size_b = gaps.b1 - gaps.b0
    cells = (gaps.a1 - gaps.a0) * size_b
    ends = cells.cumsum()
    if not len(ends):
        return Runs.none(), gaps
    inside = np.arange(int(ends[-1])) - np.repeat(ends - cells, cells)
    row, column = np.divmod(inside, np.repeat(size_b, cells))
    row += np.repeat(gaps.a0, cells)
    column += np.repeat(gaps.b0, cells)
    equal = (x.take(row) == y.take(column)).nonzero()[0]
    gap = ends.searchsorted(equal, side="right")
    counts = np.bincount(gap, minlength=len(cells))
    alone = equal.compress(counts.take(gap) == 1)
    return Runs(row.take(alone), column.take(alone), np.ones(len(alone), dtype=np.int64)), gaps.take(counts > 1)


def _small(x: U64, y: U64, gaps: Gaps) -> list[tuple[int, int, int]]:
    if not len(gaps.a0):
        return []
    size_a, size_b = gaps.a1 - gaps.a0, gaps.b1 - gaps.b0
    at_a, at_b = spread(gaps.a0, size_a), spread(gaps.b0, size_b)
    names = _names(x.take(at_a), y.take(at_b))
    text_a, text_b = _text(names[: len(at_a)]), _text(names[len(at_a) :])
    out: list[tuple[int, int, int]] = []
    inside_a = inside_b = 0
    for a0, b0, na, nb in zip(gaps.a0.tolist(), gaps.b0.tolist(), size_a.tolist(), size_b.tolist(), strict=True):
        found = _exact(text_a[inside_a : inside_a + na], text_b[inside_b : inside_b + nb])
        out += [(a0 + i, b0 + j, n) for i, j, n in found]
        inside_a += na
        inside_b += nb
    return out


def _names(one: U64, other: U64) -> Ints:
    """Small numbers for tokens, equal for equal ones; 0 for tokens that only one side has... on that side, 1 on the other."""
    both = np.concatenate([one, other])
    order = both.argsort()
    sorted_ = both.take(order)
    first = np.ones(len(both), dtype=bool)
    np.not_equal(sorted_[1:], sorted_[:-1], out=first[1:])
    heads = first.nonzero()[0]
    # Of the places of each name, how many are of the one side.
    ones = np.add.reduceat((order < len(one)).astype(np.int64), heads)
    sizes = np.append(heads[1:], len(both)) - heads
    shared = (ones > 0) & (ones < sizes)
    number = np.where(shared, shared.cumsum() + 1, np.where(ones > 0, 0, 1))
    out: Ints = np.empty(len(both), dtype=np.int64)
    out[order] = number.repeat(sizes)
    return out


def _text(names: Ints) -> str:
    """The tokens as characters: rapidfuzz works fastest on strings. A million different shared words wrap round."""
    return (names % 0x110000).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def _exact(one: str, other: str) -> list[tuple[int, int, int]]:
    if len(one) == 1:
        at = other.find(one)
        return [(0, at, 1)] if at >= 0 else []
    if len(other) == 1:
        at = one.find(other)
        return [(at, 0, 1)] if at >= 0 else []
    if not set(one) & set(other):
        return []
    blocks = LCSseq.opcodes(one, other)
    return [(o.src_start, o.dest_start, o.src_end - o.src_start) for o in blocks if o.tag == "equal"]


def _related(one: U64, other: U64) -> bool:
    """Whether the shorter side's trigrams are to a tenth in the longer one."""
    if min(len(one), len(other)) < _TRIGRAM:
        return False
    if len(one) > len(other):
        one, other = other, one
    bits = max(_SLOTS, len(other).bit_length() + 2)
    table = np.zeros(1 << bits, dtype=bool)
    table[_trigrams(other, bits)] = True
    return float(table[_trigrams(one, bits)].mean()) >= _RELATED + len(other) / (1 << bits)  # so many are there by chance


def _trigrams(names: U64, bits: int) -> Ints:
    """Slots of a table for the trigrams."""
    with np.errstate(over="ignore"):
        out = names[:-2] * _FACTORS[0] + names[1:-1] * _FACTORS[1] + names[2:] * _FACTORS[2]
    slots: Ints = (out >> np.uint64(64 - bits)).astype(np.int64)
    return slots


def _slide(x: U64, y: U64) -> list[tuple[int, int, int]]:
    """A window that slides along both; the first half of each answer is kept, the window moves to where that ends."""
    out: list[tuple[int, int, int]] = []
    i = j = 0
    while i < len(x) and j < len(y):
        size, found = _window(x, y, i, j)
        ends = i + size >= len(x) and j + size >= len(y)
        half = size if ends else size // 2
        at_i = at_j = end_i = end_j = 0
        for a, b, n in [*found, (size, size, 0)]:
            # What lies before a match belongs to this half when it begins in it, and so does the match.
            if end_i < half and end_j < half:
                at_i, at_j = min(a, end_i + half), min(b, end_j + half)
            if a >= half or b >= half:
                break
            kept = n if ends else min(n, half)
            out.append((i + a, j + b, kept))
            at_i, at_j, end_i, end_j = a + kept, b + kept, a + n, b + n
        if ends:
            break
        i += max(at_i, 1)
        j += max(at_j, 1)
    return out


def _window(x: U64, y: U64, i: int, j: int) -> tuple[int, list[tuple[int, int, int]]]:
    """How large a window from here on is, and the matches in it.

    Of a book that stands there five times no phrase is unique, but in a window smaller than the book most are: anchors
    find their way there. Where they do not (a chorus), the window is aligned exactly.
    """
    for size in _WINDOWS:
        one, other = x[i : i + size], y[j : j + size]
        found = anchor(one, other, _whole(one, other), _ANCHOR, _SAMPLE).chain
        if int(found.n.sum()) * _COVERED >= min(len(one), len(other)):
            runs = _through(one, other, found)
            return size, list(zip(runs.a.tolist(), runs.b.tolist(), runs.n.tolist(), strict=True))
    names = _names(one, other)
    opcodes = Levenshtein.opcodes(_text(names[: len(one)]), _text(names[len(one) :]))
    return size, [(o.src_start, o.dest_start, o.src_end - o.src_start) for o in opcodes if o.tag == "equal"]


def _through(x: U64, y: U64, runs: Runs) -> Runs:
    """The chain grown, its gaps anchored by shorter phrases, then filled."""
    size_a, size_b = len(x), len(y)
    runs = grow(x, y, runs, size_a, size_b)
    for k in _SHORTER:
        found = anchor(x, y, within(gaps_between(runs, size_a, size_b)), k).chain
        runs = grow(x, y, joined(runs, found), size_a, size_b)
    return joined(runs, fill(x, y, gaps_between(runs, size_a, size_b)))


def _whole(x: U64, y: U64) -> Gaps:
    return Gaps(*(np.array([place]) for place in (0, len(x), 0, len(y))))
