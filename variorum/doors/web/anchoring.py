"""Finds a quotation again: where it stood, where its words stand now, or where most of them do.

A place of a reader and a highlight name their words and a little of what stands around them (the TextQuoteSelector of
the W3C Web Annotation model), beside an offset of the source. The offset is right for as long as the copy is the same;
in another copy of the work the words decide. Offsets here count in `ReadingText.text`.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.document import ReadingText
from variorum.doors.web.places import PlaceMap
from variorum.text import Tokens, fold, tokenise

__all__ = ["Finder", "Quote", "Spot"]

_AROUND = 48  # code points of what stands before and after
_OFTEN = 64  # a sentence that stands more often in one text is told apart by its first places alone
_SLIP = 4  # words that may have come in or gone within a quotation
_ENOUGH = 0.5  # of its words must stand in line
_SPACE = re.compile(r"\s+")

_Ints = npt.NDArray[np.int64]


class Quote(NamedTuple):
    """Words of a text, and what stands just before and after them."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class Spot(NamedTuple):
    """``[start, end)`` of ``ReadingText.text``; ``sure`` when the very words stand there."""

    start: int
    end: int
    sure: bool


class Finder:
    """One reading text, made ready for finding when the first question comes."""

    def __init__(self, text: ReadingText) -> None:
        self.text = text

    @cached_property
    def places(self) -> PlaceMap:
        """The way from the source to the blocks."""
        return PlaceMap(self.text.blocks)

    @cached_property
    def _folded(self) -> str:
        return fold(self.text.text)

    @cached_property
    def _tokens(self) -> Tokens:
        return tokenise(self.text.text)

    def quote(self, start: int, end: int) -> Quote:
        """The words of a stretch and what stands around them."""
        text = self.text.text
        return Quote(text[start:end], text[max(start - _AROUND, 0) : start], text[end : end + _AROUND])

    def at(self, source: int) -> int:
        """The offset that a place of the source has now."""
        found = self.places.stretches(source, source)
        return self.text.starts[found[0].block] + found[0].start if found else 0

    def find(self, quote: Quote, source: int | None = None, near: float = 0.0) -> Spot | None:
        """Where a quotation stands: at ``source`` (an offset of this copy's source) if its words stand there, else by its words.

        ``near`` (0 to 1, how far into the text it stood) decides between places that are equally good. None when no
        place has half of its words.
        """
        exact = quote.exact.strip()
        if not exact:
            return None
        if source is not None:
            start = self.at(source)
            if _same(self.text.text[start : start + len(quote.exact)], quote.exact):
                return Spot(start, start + len(quote.exact), sure=True)
        found = self._exactly(exact, quote, near)
        return found if found is not None else self._nearly(quote, near)

    def _exactly(self, exact: str, quote: Quote, near: float) -> Spot | None:
        wanted = fold(exact)
        at = self._folded.find(wanted)
        places: list[int] = []
        while at >= 0 and len(places) < _OFTEN:
            places.append(at)
            at = self._folded.find(wanted, at + 1)
        if not places:
            return None
        before, after = fold(quote.prefix.strip()), fold(quote.suffix.strip())

        def fit(start: int) -> tuple[int, float]:
            end = start + len(exact)
            around = _alike(self._folded[max(start - _AROUND, 0) : start].rstrip()[::-1], before[::-1])
            around += _alike(self._folded[end : end + _AROUND].lstrip(), after)
            return around, -abs(start / max(len(self._folded), 1) - near)

        best = max(places, key=fit)
        return Spot(best, best + len(exact), sure=True)

    def _nearly(self, quote: Quote, near: float) -> Spot | None:
        """By votes: each word of the quotation that stands in the text votes for where the quotation would begin, rare words more."""
        asked = tokenise(f"{quote.prefix} {quote.exact} {quote.suffix}")
        first, last = len(quote.prefix) + 1, len(quote.prefix) + 1 + len(quote.exact)
        inside = np.flatnonzero((asked.starts < last) & (asked.ends > first))
        if not len(inside) or not len(self._tokens):
            return None
        stood = np.flatnonzero(np.isin(self._tokens.hashes, asked.hashes))
        places = [stood[self._tokens.hashes[stood] == word] for word in asked.hashes]
        weights = [1.0 / (1.0 + math.log(max(len(where), 1))) for where in places]
        size = len(self._tokens) + len(asked) + 2 * _SLIP
        votes = np.zeros(size)
        for number, (where, weight) in enumerate(zip(places, weights, strict=True)):
            np.add.at(votes, where - number + len(asked) + _SLIP, weight)
        if not votes.any():
            return None
        sums = np.concatenate(([0.0], np.cumsum(votes)))
        window = sums[2 * _SLIP + 1 :] - sums[: -2 * _SLIP - 1]
        top = window.max()
        best = np.flatnonzero(window >= top - 1e-9)
        wanted = near * len(self._tokens)
        diagonal = int(best[np.argmin(np.abs(best - len(asked) - wanted))]) - len(asked)
        near_by = [bool((np.abs(where - number - diagonal) <= _SLIP).any()) for number, where in enumerate(places)]
        return self._spot(places, inside, diagonal) if sum(near_by) >= _ENOUGH * len(asked) else None

    def _spot(self, places: list[_Ints], inside: _Ints, diagonal: int) -> Spot | None:
        """The stretch from the first to the last word of the quotation that stands in line."""
        held = []
        for number in inside:
            near = places[number][np.abs(places[number] - number - diagonal) <= _SLIP]
            if len(near):
                held.append(int(near[np.argmin(np.abs(near - number - diagonal))]))
        if not held:
            return None
        low, high = min(held), max(held)
        return Spot(int(self._tokens.starts[low]), int(self._tokens.ends[high]), sure=False)


def _same(a: str, b: str) -> bool:
    return a == b or _SPACE.sub(" ", fold(a)) == _SPACE.sub(" ", fold(b))


def _alike(a: str, b: str) -> int:
    """How many characters two strings have in common from their beginning."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
