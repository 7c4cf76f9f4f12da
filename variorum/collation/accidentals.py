"""What differs where the words are the same: quotes, dashes, spaces, letter case, blocks, emphasis.

Compared in a second pass over the words that stand in both (editors call these accidentals, Greg 1950): inside each
word, and between one word and the next; what differs is cut to its least (`minimal`). Stretches that are equal as
strings are passed over at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import Ints, Runs, covered, spread
from variorum.collation.minimal import Least, at_the_beginning, at_the_end, least
from variorum.collation.script import Script
from variorum.collation.side import Side
from variorum.model import ReadingKind
from variorum.text import Units, units

__all__ = ["Accidental", "accidentals", "standing"]

_EMPHASIS = {
    kind: 1 << number
    for number, kind in enumerate(("emphasis", "strong", "strikethrough", "underline", "superscript", "subscript"))
}
_SAME_AS = {"em": "emphasis", "i": "emphasis", "b": "strong", "s": "strikethrough", "u": "underline"}
_CHUNK = 1 << 17  #: tokens compared at once
_Mask = npt.NDArray[np.bool_]


class Accidental(NamedTuple):
    """Characters ``[a0, a1)`` of the base's text and ``[b0, b1)`` of the witness's; ``token`` is where in the base."""

    token: int
    a0: int
    a1: int
    b0: int
    b1: int
    kind: ReadingKind
    certainty: float


def standing(script: Script, size_a: int) -> Runs:
    """The stretches of the base that stand in the witness: all that no edit covers."""
    a = np.append(np.zeros(1, dtype=np.int64), script.edits.i1)
    b = np.append(np.zeros(1, dtype=np.int64), script.edits.j1)
    n = np.append(script.edits.i0, size_a) - a
    return Runs(a, b, n).take(n > 0)


def accidentals(base: Side, other: Side, script: Script) -> list[Accidental]:
    """The accidentals of a witness in the order of the base."""
    runs = standing(script, len(base))
    out = [*_ends(base, other, runs), *_emphasis(base, other, runs), *_kinds(base, other, runs)]
    codes = units(base.text.text), units(other.text.text)
    changed = _unequal(base, other, runs, codes)
    if len(changed.a):
        words = _Words(base, other, codes)
        for begin in range(0, len(changed.a), _CHUNK):
            for part in _portions(changed.take(np.arange(begin, min(begin + _CHUNK, len(changed.a))))):
                out += words.differences(part)
    out.sort(key=itemgetter(0, 1, 2))
    return out


def _unequal(base: Side, other: Side, runs: Runs, codes: tuple[Units, Units]) -> Runs:
    """The runs whose text is not the same string."""
    first_a, first_b = base.starts.take(runs.a), other.starts.take(runs.b)
    size = base.ends.take(runs.a + runs.n - 1) - first_a
    unequal = size != other.ends.take(runs.b + runs.n - 1) - first_b
    alike = (~unequal).nonzero()[0]
    size = size.take(alike)
    one, two = (text[covered(len(text), first.take(alike), size)] for text, first in zip(codes, (first_a, first_b), strict=True))
    differs = (one != two).nonzero()[0]
    unequal[alike.take(size.cumsum().searchsorted(differs, side="right"))] = True
    return runs.take(unequal)


def _portions(runs: Runs) -> Iterator[Runs]:
    """Runs in portions of bounded size; a long run is cut (the pair of words at the cut is compared with both)."""
    a: list[int] = []
    b: list[int] = []
    n: list[int] = []
    size = 0
    for i, j, m in zip(runs.a.tolist(), runs.b.tolist(), runs.n.tolist(), strict=True):
        at = 0
        while at < m:
            some = min(m - at, _CHUNK)
            # One more token than is counted, so that what stands before the next portion is compared too.
            a.append(i + at)
            b.append(j + at)
            n.append(min(some + 1, m - at))
            at += some
            size += some
            if size >= _CHUNK:
                yield Runs(np.array(a), np.array(b), np.array(n))
                a, b, n, size = [], [], [], 0
    if a:
        yield Runs(np.array(a), np.array(b), np.array(n))


class _Words:
    """Compares words and what stands between them, many at a time."""

    def __init__(self, base: Side, other: Side, codes: tuple[Units, Units]) -> None:
        self.base, self.other = base, other
        self.codes_a, self.codes_b = codes
        self.seen = -1

    def differences(self, runs: Runs) -> list[Accidental]:
        at_a, at_b = spread(runs.a, runs.n), spread(runs.b, runs.n)
        base, other = self.base, self.other
        inside = self._differs(base.starts[at_a], base.ends[at_a], other.starts[at_b], other.ends[at_b])
        last = np.zeros(len(at_a), dtype=bool)
        last[np.cumsum(runs.n) - 1] = True
        between = np.flatnonzero(~last)
        gap_a, gap_b = at_a[between], at_b[between]
        after = self._differs(base.ends[gap_a], base.starts[gap_a + 1], other.ends[gap_b], other.starts[gap_b + 1])
        new = inside & (at_a > self.seen)  # the word at a cut is in two portions
        out = self._least(at_a[new], base.starts[at_a[new]], base.ends[at_a[new]], other.starts[at_b[new]], other.ends[at_b[new]])
        gap_a, gap_b = gap_a[after], gap_b[after]
        out += self._least(gap_a, base.ends[gap_a], base.starts[gap_a + 1], other.ends[gap_b], other.starts[gap_b + 1])
        self.seen = max(self.seen, int(at_a[-1]))
        return out

    def _least(self, tokens: Ints, *edges: Ints) -> list[Accidental]:
        """What differs at each of these places, given the characters from and to on both sides."""
        one, two = self.base.text.text, self.other.text.text
        sure = self.base.sure and self.other.sure
        out: list[Accidental] = []
        for token, a0, a1, b0, b1 in zip(tokens.tolist(), *(edge.tolist() for edge in edges), strict=True):
            found = least(one[a0:a1], two[b0:b1])
            if sure:
                out += [Accidental(token, a0 + w, a0 + x, b0 + y, b0 + z, kind, 1.0) for w, x, y, z, kind in found]
            else:
                out += _accidentals(self.base, self.other, token, a0, b0, found)
        return out

    def _differs(self, a0: Ints, a1: Ints, b0: Ints, b1: Ints) -> _Mask:
        """Which of these stretches are not the same characters."""
        size = a1 - a0
        out: _Mask = size != b1 - b0
        alike = np.flatnonzero(~out & (size > 0))
        if len(alike):
            sizes = size[alike]
            unequal = self.codes_a[spread(a0[alike], sizes)] != self.codes_b[spread(b0[alike], sizes)]
            out[alike] = np.logical_or.reduceat(unequal, np.cumsum(sizes) - sizes)
        return out


def certainty_at(side: Side, offset: int) -> float:
    """How sure the block is in which an offset of the text lies."""
    if side.sure:
        return 1.0
    blocks = side.text.blocks
    return blocks[max(bisect_right(side.text.starts, offset) - 1, 0)].certainty


def _accidentals(base: Side, other: Side, token: int, a: int, b: int, found: Sequence[Least]) -> Iterator[Accidental]:
    for a0, a1, b0, b1, kind in found:
        certainty = min(certainty_at(base, a + a1), certainty_at(other, b + b1))
        yield Accidental(token, a + a0, a + a1, b + b0, b + b1, kind, certainty)


def _ends(base: Side, other: Side, runs: Runs) -> Iterator[Accidental]:
    """What stands before the first word and after the last."""
    if not len(runs.a):
        return
    one, two = base.text.text, other.text.text
    if runs.a[0] == 0 and runs.b[0] == 0:
        a, b = int(base.starts[0]), int(other.starts[0])
        if one[:a] != two[:b]:
            yield from _accidentals(base, other, -1, 0, 0, at_the_beginning(one[:a], two[:b]))
    if runs.a[-1] + runs.n[-1] == len(base) and runs.b[-1] + runs.n[-1] == len(other):
        a, b = int(base.ends[-1]), int(other.ends[-1])
        if one[a:] != two[b:]:
            yield from _accidentals(base, other, len(base) - 1, a, b, at_the_end(one[a:], two[b:]))


def _emphasis(base: Side, other: Side, runs: Runs) -> Iterator[Accidental]:
    masks = [_emphasised(side) for side in (base, other)]
    if masks[0] is None and masks[1] is None:
        return
    at_a, at_b = spread(runs.a, runs.n), spread(runs.b, runs.n)
    one = masks[0][at_a] if masks[0] is not None else np.zeros(len(at_a), dtype=np.uint8)
    two = masks[1][at_b] if masks[1] is not None else np.zeros(len(at_b), dtype=np.uint8)
    yield from _stretches(base, other, at_a, at_b, one.astype(np.int64), two.astype(np.int64))


def _kinds(base: Side, other: Side, runs: Runs) -> Iterator[Accidental]:
    """Words that stand in another kind of block: a heading that is a paragraph elsewhere."""
    tables = []
    for side in (base, other):
        kinds = np.array([_KINDS.get(block.kind, 1) for block in side.text.blocks], dtype=np.int64)
        tables.append(kinds)
    if not any(len(kinds) and (kinds != 1).any() for kinds in tables):
        return
    at_a, at_b = spread(runs.a, runs.n), spread(runs.b, runs.n)
    one, two = (kinds[_blocks(side, at)] for side, kinds, at in ((base, tables[0], at_a), (other, tables[1], at_b)))
    yield from _stretches(base, other, at_a, at_b, one, two)


_KINDS = {"paragraph": 1, "heading": 2, "quote": 3, "verse": 4, "list-item": 5, "table": 6, "preformatted": 7}


def _stretches(base: Side, other: Side, at_a: Ints, at_b: Ints, one: Ints, two: Ints) -> Iterator[Accidental]:
    """Neighbouring words of one block with the same difference, as one accidental each."""
    differs = np.flatnonzero(one != two)
    if not len(differs):
        return
    begins = np.ones(len(differs), dtype=bool)
    begins[1:] = (
        (np.diff(at_a[differs]) != 1)
        | (np.diff(at_b[differs]) != 1)
        | (np.diff(_blocks(base, at_a[differs])) != 0)
        | (np.diff(_blocks(other, at_b[differs])) != 0)
        | (np.diff(one[differs]) != 0)
        | (np.diff(two[differs]) != 0)
    )
    first = differs[begins]
    last = differs[np.append(np.flatnonzero(begins)[1:], len(differs)) - 1]
    for i, k, j, m in zip(at_a[first].tolist(), at_a[last].tolist(), at_b[first].tolist(), at_b[last].tolist(), strict=True):
        a0, a1, b0, b1 = int(base.starts[i]), int(base.ends[k]), int(other.starts[j]), int(other.ends[m])
        yield Accidental(i, a0, a1, b0, b1, "markup", min(certainty_at(base, a0), certainty_at(other, b0)))


def _blocks(side: Side, at: Ints) -> Ints:
    """The numbers of the blocks in which these tokens stand."""
    return np.searchsorted(np.array(side.text.starts), side.starts[at], side="right") - 1


def _emphasised(side: Side) -> npt.NDArray[np.uint8] | None:
    """One bit a kind of emphasis, for every token; None when the text has none."""
    out: npt.NDArray[np.uint8] | None = None
    for begin, block in zip(side.text.starts, side.text.blocks, strict=True):
        for span in block.spans:
            bit = _EMPHASIS.get(_SAME_AS.get(span.kind, span.kind), 0)
            if bit:
                if out is None:
                    out = np.zeros(len(side), dtype=np.uint8)
                low = np.searchsorted(side.ends, begin + span.start, side="right")
                out[low : np.searchsorted(side.starts, begin + span.end)] |= bit
    return out
