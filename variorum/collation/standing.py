"""What the entries of an apparatus say of one witness, as token numbers: base ``[i0, i1)`` stands as ``[j0, j1)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from variorum.collation.arrays import Ints
from variorum.collation.side import Side
from variorum.model import Apparatus, ReadingKind
from variorum.text import tokenise

__all__ = ["Stand", "stands"]

_UNWORDED = ("typographic", "markup")


class Stand(NamedTuple):
    """One entry as a witness has it."""

    siglum: str
    i0: int
    i1: int
    j0: int
    j1: int
    kind: ReadingKind
    move: str | None = None
    lacuna: bool = False
    certainty: float = 1.0


def stands(apparatus: Apparatus, base: Side, other: Side, places: Ints) -> list[Stand]:
    """The places where a witness's words are not the base's, in order; ``places`` are the base's tokens in its source.

    Outside them its words are the base's one for one. An apparatus that does not fit the texts (made of others)
    gives one stand that covers both whole.
    """
    siglum = other.copy.siglum
    told = [
        (entry, reading)
        for entry in apparatus.entries
        for reading in entry.readings
        if siglum in reading.sigla and reading.kind not in _UNWORDED
    ]
    order = np.argsort(places, kind="stable")
    ranks = np.searchsorted(places[order], np.array([entry.place.start for entry, _ in told], dtype=np.int64))
    lemmas = _sizes([entry.lemma for entry, _ in told])
    readings = _sizes([reading.text for _, reading in told])
    out: list[Stand] = []
    i = j = 0
    for (entry, reading), rank, lemma, words in zip(told, ranks.tolist(), lemmas, readings, strict=True):
        start = int(order[rank]) if rank < len(order) else len(base)
        j += start - i
        out.append(Stand(siglum, start, start + lemma, j, j + words, reading.kind, entry.move, reading.lacuna, reading.certainty))
        i, j = start + lemma, j + words
    if _fits(out, base, other):
        return out
    return [Stand(siglum, 0, len(base), 0, len(other), "passage")]


def _fits(held: list[Stand], base: Side, other: Side) -> bool:
    """Whether everything outside the stands is the same words."""
    i = j = 0
    for stand in [*held, Stand("", len(base), len(base), len(other), len(other), "word")]:
        if stand.i0 - i != stand.j0 - j or stand.i0 < i:
            return False
        if not np.array_equal(base.tokens.hashes[i : stand.i0], other.tokens.hashes[j : stand.j0]):
            return False
        i, j = stand.i1, stand.j1
    return True


def _sizes(texts: Sequence[str]) -> list[int]:
    """How many tokens each text has, counted in one go."""
    tokens = tokenise("\n".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    out: list[int] = np.diff(np.searchsorted(tokens.starts, ends), prepend=0).tolist()
    return out
