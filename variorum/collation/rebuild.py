"""The proof of an apparatus: a witness's words again, from the base and the entries alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from variorum.collation.placing import source_starts
from variorum.collation.side import Copy, prepare
from variorum.errors import CollationError
from variorum.model import Apparatus, Entry
from variorum.text import fold, tokenise

__all__ = ["rebuild"]

_UNWORDED = ("typographic", "markup")


def rebuild(apparatus: Apparatus, base: Copy, siglum: str, *, notes: bool = False) -> list[str]:
    """The normal forms of the tokens of witness ``siglum``; ``notes`` as the apparatus was made with.

    Raises `CollationError` when the apparatus has no such witness.
    """
    if siglum not in {witness.siglum for witness in apparatus.witnesses}:
        raise CollationError(f"no witness {siglum!r} in this apparatus")
    side = prepare(base, notes=notes)
    words = _words(side.text.text)
    told = [entry for entry in apparatus.entries if any(siglum in r.sigla and r.kind not in _UNWORDED for r in entry.readings)]
    if not told:
        return words
    places = source_starts(side.text, side.starts)
    order = np.argsort(places, kind="stable")
    ranked = places[order]
    sizes = _sizes([entry.lemma for entry in told])
    out: list[str] = []
    at = 0
    for entry, size in zip(told, sizes, strict=True):
        rank = int(np.searchsorted(ranked, entry.place.start))
        first = int(order[rank]) if rank < len(order) else len(words)
        out += words[at:first]
        out += _words(_text(entry, siglum))
        at = first + size
    out += words[at:]
    return out


def _text(entry: Entry, siglum: str) -> str:
    return next(reading.text for reading in entry.readings if siglum in reading.sigla)


def _words(text: str) -> list[str]:
    tokens = tokenise(text)
    folded = fold(text)
    return [folded[start:end] for start, end in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)]


def _sizes(texts: Sequence[str]) -> list[int]:
    """How many tokens each text has, counted in one go."""
    tokens = tokenise("\n".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    return np.diff(np.searchsorted(tokens.starts, ends), prepend=0).tolist()  # type: ignore[no-any-return]
