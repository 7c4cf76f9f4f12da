"""Which of two copies is newer, answered in words with what speaks for it.

Each sign has a weight, how likely it alone is right; signs for one copy are put together as independent
(``1 - product of (1 - w)``). Dates that a copy states say most. Words say something too: an author mends slips,
and adds more than is taken out. Where the signs disagree, or are none, no copy is called newer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from variorum.collation.progress import progress
from variorum.collation.side import Copy
from variorum.model import Apparatus, Difference, Entry, Newer
from variorum.text import day, fold, tokenise

__all__ = ["newer"]

_LEAST = 0.3  #: how much more must speak for one copy than for the other
_ADDED = 20  #: words; fewer added say nothing
_TIMES = 3  #: as many words added as taken out
_SLIPS = 400  #: one-word changes looked at
_POSTED = re.compile(r"\s*(\d{1,5})\s*/")


class _Sign(NamedTuple):
    for_: str  #: siglum of the copy that seems newer
    weight: float
    said: str


def newer(apparatus: Apparatus, base: Copy, other: Copy) -> Newer:
    """Whether ``other`` is newer than the apparatus's base or older, why, and what the newer one brings."""
    difference = apparatus.summary.get(other.siglum, Difference())
    signs = [*_dates(base, other), *_stated(base, other), *_grown(base, other, difference), *_slips(apparatus, base, other)]
    for_other = 1 - prod(1 - sign.weight for sign in signs if sign.for_ == other.siglum)
    for_base = 1 - prod(1 - sign.weight for sign in signs if sign.for_ == base.siglum)
    if abs(for_other - for_base) < _LEAST:
        return _untold(signs, difference)
    one, two = (other, base) if for_other > for_base else (base, other)
    spoken = sorted((sign for sign in signs if sign.for_ == one.siglum), key=lambda sign: -sign.weight)
    against = [sign for sign in signs if sign.for_ == two.siglum]
    sentence = f"{one.siglum} is the newer one: {'; '.join(sign.said for sign in spoken)}"
    if against:
        sentence += f". Against it: {'; '.join(sign.said for sign in against)}"
    certainty = round(max(for_other, for_base) * (1 - min(for_other, for_base)), 3)
    reasons = tuple(sign.said for sign in (*spoken, *against))
    brings = progress(apparatus, base, other, newer_is_other=one is other)
    return Newer(one.siglum, two.siglum, certainty, reasons, sentence + ".", brings)


def _untold(signs: Sequence[_Sign], difference: Difference) -> Newer:
    if difference.same == 1.0 and not signs:
        return Newer(None, None, 0.0, (), "Both have the same words; neither is newer by its text.")
    if not signs:
        return Newer(
            None, None, 0.0, (), "Which one is newer cannot be told: neither states a date, and no word speaks for either."
        )
    said = tuple(sign.said for sign in signs)
    return Newer(None, None, 0.0, said, f"Which one is newer cannot be told: the signs disagree ({'; '.join(said)}).")


# ---------------------------------------------------------------- what the copies say


def _dates(base: Copy, other: Copy) -> Iterator[_Sign]:
    for one, two in ((base, other), (other, base)):
        if _before(two.metadata.captured, one.metadata.updated):
            said = f"{one.siglum} was updated on {day(one.metadata.updated)}, after {two.siglum} was taken on {day(two.metadata.captured)}"
            yield _Sign(one.siglum, 0.95, said)
        if _before(two.metadata.updated, one.metadata.updated):
            said = f"{one.siglum} says it was updated on {day(one.metadata.updated)}, {two.siglum} on {day(two.metadata.updated)}"
            yield _Sign(one.siglum, 0.9, said)
        if _before(two.metadata.captured, one.metadata.captured):
            same = one.metadata.site is not None and one.metadata.site == two.metadata.site
            said = f"{one.siglum} was taken on {day(one.metadata.captured)}, {two.siglum} on {day(two.metadata.captured)}"
            yield _Sign(one.siglum, 0.8 if same else 0.4, said + (f", both from {one.metadata.site}" if same else ""))
        if _before(two.metadata.published, one.metadata.published):
            said = f"{one.siglum} was posted on {day(one.metadata.published)}, {two.siglum} on {day(two.metadata.published)}"
            yield _Sign(one.siglum, 0.4, said)


def _before(first: str | None, second: str | None) -> bool:
    """Whether one date is certainly before another: as far as both are precise."""
    if not first or not second:
        return False
    size = min(len(first), len(second), 10)
    return first[:size] < second[:size]


def _stated(base: Copy, other: Copy) -> Iterator[_Sign]:
    for one, two in ((base, other), (other, base)):
        more, fewer = _posted(one), _posted(two)
        if more is not None and fewer is not None and more > fewer:
            yield _Sign(one.siglum, 0.85, f"{one.siglum} says it has {_chapters(more)}, {two.siglum} {_chapters(fewer)}")
        if (one.metadata.status, two.metadata.status) == ("complete", "in-progress"):
            yield _Sign(one.siglum, 0.75, f"{one.siglum} is complete, {two.siglum} was a work in progress")


def _posted(copy: Copy) -> int | None:
    found = _POSTED.match(copy.metadata.chapters_stated or "")
    return int(found[1]) if found else None


def _chapters(count: int) -> str:
    return "1 chapter" if count == 1 else f"{count:,} chapters"


# ---------------------------------------------------------------- what the words say


def _grown(base: Copy, other: Copy, d: Difference) -> Iterator[_Sign]:
    if d.words_lacking and other.partial:
        yield _Sign(base.siglum, 0.6, f"{other.siglum} stops where {base.siglum} goes on for {d.words_lacking:,} words")
    if d.words_beyond and base.partial:
        yield _Sign(other.siglum, 0.6, f"{base.siglum} stops where {other.siglum} goes on for {d.words_beyond:,} words")
    added, removed = d.words_added - d.words_beyond, d.words_removed - d.words_lacking
    for one, two, more, less in ((other, base, added, removed), (base, other, removed, added)):
        if more >= _ADDED and more >= _TIMES * less:
            lost = f" and lacks {less:,} of its words" if less else ""
            yield _Sign(one.siglum, 0.3, f"{one.siglum} has {more:,} words that {two.siglum} has not{lost}")


def _slips(apparatus: Apparatus, base: Copy, other: Copy) -> Iterator[_Sign]:
    """Words that stand once in one copy, and in the other as a word both use elsewhere: slips that were mended."""
    pairs = list(_one_word(apparatus.entries, other.siglum))[:_SLIPS]
    if not pairs:
        return
    counted = [_counts(copy, [word for pair in pairs for word in pair]) for copy in (base, other)]
    for one, two, own, others, turned in ((other, base, 1, 0, False), (base, other, 0, 1, True)):
        mended = []
        for lemma, reading in pairs:
            right, wrong = (lemma, reading) if turned else (reading, lemma)
            once = counted[others].get(wrong, 0) == 1 and not counted[own].get(wrong, 0)
            if once and counted[others].get(right, 0) >= 1 and counted[own].get(right, 0) >= 2:
                mended.append((wrong, right))
        if mended:
            shown = ", ".join(f"{wrong} → {right}" for wrong, right in mended[:3])
            slips = "1 slip" if len(mended) == 1 else f"{len(mended)} slips"
            weight = min(0.2 + 0.15 * len(mended), 0.75)
            yield _Sign(
                one.siglum,
                weight,
                f"{slips} of {two.siglum} {'is' if len(mended) == 1 else 'are'} right in {one.siglum} ({shown})",
            )


def _one_word(entries: Sequence[Entry], siglum: str) -> Iterator[tuple[str, str]]:
    """Lemma and reading of one word each that look like one word spelt in two ways."""
    for entry in entries:
        if entry.kind != "word" or not entry.lemma.isalpha():
            continue
        for reading in entry.readings:
            if siglum in reading.sigla and reading.text.isalpha():
                lemma, text = fold(entry.lemma), fold(reading.text)
                if len(lemma) > 2 and OSA.distance(lemma, text, score_cutoff=2) <= (1 if len(lemma) < 5 else 2):
                    yield lemma, text


def _counts(copy: Copy, words: Sequence[str]) -> dict[str, int]:
    """How often these words stand in a copy's story."""
    wanted = {word: int(tokenise(word).hashes[0]) for word in set(words) if len(tokenise(word)) == 1}
    hashes = np.sort(tokenise(copy.text.part("story").text).hashes)
    sought = np.array(list(wanted.values()), dtype=np.uint64)
    counts = np.searchsorted(hashes, sought, side="right") - np.searchsorted(hashes, sought)
    return dict(zip(wanted, counts.tolist(), strict=True))
