"""How sure each match is, and each entry that stands on it: a number, and what it rests on.

The number is how often such a match was right, measured on synthetic revisions whose truth is known and checked on others
(``bench/certainty.py``; docs/collation.md has both). What it rests on:

- *anchored*: in order, and somewhere in it stands a word or a phrase that stands once in both texts;
- *filled*: in order, found between such places;
- *paired*: sentences of which fewer than half of the words match, put against each other for where they stand;
- *moved*: the same passage elsewhere.

A match in order weighs the rarity of its words against the places in which chance would have found them too (as the
filter of coincidences does, `coincidence`), and whether as many words stand unmatched beside it on both sides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.anchors import unique_pairs
from variorum.collation.arrays import Gaps, Ints, Runs
from variorum.collation.coincidence import Rarity
from variorum.collation.script import KINDS, Edits, Script
from variorum.collation.side import Side
from variorum.model import Basis, Match

__all__ = ["BASES", "Weighed", "matches", "weigh"]

#: What a match can rest on; columns hold their numbers.
BASES: tuple[Basis, ...] = ("anchored", "filled", "paired", "moved")
_ANCHORED, _FILLED, _PAIRED, _MOVED = range(4)

# Fitted on the synthetic revisions (logistic regression), rounded.
_BASE, _RARER, _LEVEL = 1.0, 0.4, 1.6
_BEYOND = 20.0  #: more rarity over chance says no more
_MOST = 0.999
_FEW, _HALF = 0.8, 0.5  #: of the few for which the sum says less than this, half were right
_PHRASES = (1, 2, 3, 4, 6)  #: words of a phrase that stands once
# Shares that were right there.
_MOVE, _SHORT_MOVE, _SHORT = 0.995, 0.98, 6
_WORD = 0.97  #: both ends of a few words: a word put in beside its like may be either of the two
_PASSAGE, _LACUNA = 0.9, 0.99
_SENTENCE = ((0.9, 0.99), (0.5, 0.95), (0.0, 0.5))  #: by how long the shorter side is beside the longer one

_Floats = npt.NDArray[np.float64]


class Weighed(NamedTuple):
    """A script with its certainties: of the runs in order, and of the edits."""

    runs: Runs
    certainty: _Floats
    basis: Ints  #: numbers of `BASES`
    edits: Edits

    def at(self, tokens: Ints) -> tuple[list[float], list[Basis]]:
        """How sure the matches in order are in which (or behind which) these tokens of the base stand, and what they rest on."""
        if not len(self.runs.a):
            return [_MOST] * len(tokens), ["filled"] * len(tokens)
        run = np.maximum(self.runs.a.searchsorted(tokens, side="right") - 1, 0)
        return self.certainty.take(run).tolist(), [BASES[number] for number in self.basis.take(run).tolist()]


def weigh(base: Side, other: Side, script: Script) -> Weighed:
    """The script with the certainty of its runs in order and of its edits."""
    x, y, runs = base.tokens.hashes, other.tokens.hashes, script.runs
    certainty = _in_order(Rarity(x, y), runs)
    basis = np.where(_anchored(base, other, runs), _ANCHORED, _FILLED)
    edits = script.edits
    beside, weakest = _beside(runs, certainty, basis, edits)
    sentence, moved, passage = (edits.kind == KINDS.index(kind) for kind in ("sentence", "moved", "passage"))
    lemma, reading = edits.i1 - edits.i0, edits.j1 - edits.j0
    lengths = np.minimum(lemma, reading) / np.maximum(np.maximum(lemma, reading), 1)
    sure = np.minimum(beside, _WORD)
    sure[passage] = np.where(edits.lacuna, _LACUNA, _PASSAGE)[passage]
    sure[sentence] = np.select([lengths >= least for least, _ in _SENTENCE], [share for _, share in _SENTENCE])[sentence]
    sure[moved] = np.where(np.maximum(lemma, reading) >= _SHORT, _MOVE, _SHORT_MOVE)[moved]
    how = np.where(moved, _MOVED, np.where(sentence, _PAIRED, weakest))
    return Weighed(runs, certainty, basis, edits._replace(certainty=sure.round(3), basis=how))


def matches(base: Side, other: Side, script: Script) -> tuple[Match, ...]:
    """Every match of a script with how sure it is: those in order, then the moved ones."""
    weighed = weigh(base, other, script)
    ordered = zip(*(column.tolist() for column in (*script.runs, weighed.basis, weighed.certainty)), strict=True)
    moved = zip(*(column.tolist() for column in script.moved), strict=True)
    return (
        *(Match(a, b, n, BASES[how], sure) for a, b, n, how, sure in ordered),
        *(Match(a, b, n, "moved", _MOVE if n >= _SHORT else _SHORT_MOVE) for a, b, n in moved),
    )


def _in_order(rarity: Rarity, runs: Runs) -> _Floats:
    zero = np.zeros(1, dtype=np.int64)
    rooms = [
        np.concatenate([at, zero + len(names)]) - np.concatenate([zero, at + runs.n])
        for at, names in zip((runs.a, runs.b), rarity.texts, strict=True)
    ]
    chances = sum(np.log(room[:-1] + room[1:] + 1.0) for room in rooms)
    level = (rooms[0] == rooms[1]).astype(np.int64)
    rarer = np.clip(rarity.of(runs) - chances, -_BEYOND, _BEYOND)
    sure = 1 / (1 + np.exp(-(_BASE + _RARER * rarer + _LEVEL * (level[:-1] + level[1:]))))
    out: _Floats = np.where(sure < _FEW, _HALF, np.minimum(sure, _MOST)).round(3)
    return out


def _anchored(base: Side, other: Side, runs: Runs) -> npt.NDArray[np.bool_]:
    """Which runs hold a phrase that stands once in each text."""
    out = np.zeros(len(runs.a), dtype=bool)
    if not len(out):
        return out
    x, y = base.tokens.hashes, other.tokens.hashes
    whole = Gaps(*(np.array([edge], dtype=np.int64) for edge in (0, len(x), 0, len(y))))
    for size in _PHRASES:
        a, b = unique_pairs(x, y, whole, size)
        run = runs.a.searchsorted(a, side="right") - 1
        held = (run >= 0) & (a + size <= (runs.a + runs.n).take(run)) & (b - a == (runs.b - runs.a).take(run))
        out[run.compress(held)] = True
    return out


def _beside(runs: Runs, certainty: _Floats, basis: Ints, edits: Edits) -> tuple[_Floats, Ints]:
    """For each edit the least certainty of the matches on both sides of it, and what that match rests on."""
    if not len(runs.a):
        return np.full(len(edits.i0), _MOST), np.full(len(edits.i0), _FILLED)
    before = np.maximum(runs.a.searchsorted(edits.i0) - 1, 0)
    after = np.minimum(runs.a.searchsorted(edits.i1), len(runs.a) - 1)
    weaker = np.where(certainty.take(before) <= certainty.take(after), before, after)
    return certainty.take(weaker), basis.take(weaker)
