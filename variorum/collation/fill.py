"""Gaps without anchors: exact alignment of small ones, bounded alignment of large ones.

Small: the longest common subsequence (rapidfuzz's bit-parallel one, Hyyrö 2004). Large and plainly
related (a chorus repeated without a unique phrase in it): Levenshtein by a window that slides along.
Large and unrelated: nothing, at the price of counting.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import LCSseq, Levenshtein

from variorum import kernel
from variorum.collation.arrays import U64, Gaps, Ints, Runs, handed, joined, spread, within

__all__ = ["fill"]

_SMALL = 1 << 18  #: cells; up to here the exact table is cheap (32 kB of bits)
_TINY = 1 << 6  #: cells; up to here whole columns of gaps are compared at once
_LONG = 1 << 13  #: tokens a side; the few words of one side find each other by chance in so much text
_WINDOW = 1 << 14  #: tokens a side of the sliding window (4 M machine words of work a step)
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
            names = _names(x[a0:a1], y[b0:b1])
            found = _slide(_text(names[: a1 - a0]), _text(names[a1 - a0 :]))
            out += [(a0 + i, b0 + j, n) for i, j, n in found]
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


def _slide(one: str, other: str) -> list[tuple[int, int, int]]:
    """Levenshtein in a window; the first half of each answer is kept, the window moves to where that ends."""
    out: list[tuple[int, int, int]] = []
    i = j = 0
    while i < len(one) and j < len(other):
        ends = i + _WINDOW >= len(one) and j + _WINDOW >= len(other)
        step = Levenshtein.opcodes(one[i : i + _WINDOW], other[j : j + _WINDOW])
        half = _WINDOW if ends else _WINDOW // 2
        at_i = at_j = 0
        for o in step:
            if o.src_start >= half or o.dest_start >= half:
                break
            at_i, at_j = o.src_end, o.dest_end
            if not ends:
                at_i, at_j = min(at_i, o.src_start + half), min(at_j, o.dest_start + half)
            if o.tag == "equal":
                at_i = o.src_start + min(at_i - o.src_start, at_j - o.dest_start)
                at_j = o.dest_start + at_i - o.src_start
                out.append((i + o.src_start, j + o.dest_start, at_i - o.src_start))
        if ends:
            break
        i += max(at_i, 1)
        j += max(at_j, 1)
    return out
