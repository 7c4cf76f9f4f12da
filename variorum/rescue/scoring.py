"""How much of a cue stands in a line or sentence: the log odds that it is a note and no story.

Most sentences of most texts hold no cue, and seventy searches in each of them were most of the work of a rescue.
So a sentence is read once for the keys of the cues, and only cues that have a key in it are searched. A unit
without any cue scores `BASE` and less, which is in favour of story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from variorum.rescue.cues import CUES, Cue

__all__ = ["BASE", "classify", "cues_of", "neutral", "possible", "score"]

BASE = -2.0
_SEEN = 1_200  # characters of a unit that are looked at
_SPEECH = re.compile(r"[\"“”]")
_AGAINST = (
    (re.compile(r"^[\"“].*[\"”]$", re.DOTALL), -2.5),
    (
        re.compile(
            r"[\"”],? (?:[A-Z]\w+|he|she|they|I) (?:said|asked|cried|replied|answered|whispered|murmured|added|says|asks)\b|\bsaid\b|\basked\b"
        ),
        -2.5,
    ),
    (re.compile(r"\b(?:he|she|his|her|him|they|their) (?:\w+ed|was|were|had)\b"), -0.8),
)


# Words of letters alone, digits and the signs cues are made of, each by itself.
_WORDS = re.compile(r"[^\W\d_]+|[\d_@:;<^*(\[/]")


def _by_key(*, first: bool) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for number, cue in enumerate(CUES):
        if cue.first == first:
            for key in cue.keys:
                found.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


_ANYWHERE, _FIRST = _by_key(first=False), _by_key(first=True)
_KEYS = frozenset(_ANYWHERE)


def possible(text: str) -> list[Cue]:
    """The cues whose keys stand in a unit: few of them, and none for most sentences of a story."""
    words = _WORDS.findall(text.casefold())
    keys = _KEYS.intersection(words)
    first = _FIRST.get(next(filter(str.isalpha, words), ""), ())
    if not keys:
        return [CUES[n] for n in first]
    return [CUES[n] for n in sorted({*first, *(n for key in keys for n in _ANYWHERE[key])})]


def cues_of(text: str) -> list[Cue]:
    """The cues a unit holds, in the order of `CUES`."""
    text = text[:_SEEN]
    return [cue for cue in possible(text) if (cue.pattern.match(text) if cue.anchored else cue.pattern.search(text))]


def score(text: str, found: Sequence[Cue]) -> float:
    """How much speaks for a note (positive) or for story (negative), in log odds; ``found`` are its cues."""
    text = text[:_SEEN]
    total = BASE
    weights = sorted((cue.weight for cue in found), reverse=True)
    # Cues of one unit are not independent: the strongest counts whole, the others half and less.
    for weight, share in zip(weights, (1.0, 0.6, 0.4, 0.3, 0.2), strict=False):
        total += weight * share
    for pattern, weight in _AGAINST:
        if pattern.search(text):
            total += weight
    if _SPEECH.search(text):
        total -= 1.2
    return total if found else total + neutral(text)


def neutral(text: str) -> float:
    """What speaks for story where there is no cue at all."""
    return -1.0 - min(len(text), 300) / 150


def classify(found: Sequence[Cue]) -> str:
    """What kind of note a unit is, by its strongest cue."""
    best = max(found, key=lambda cue: cue.weight, default=None)
    return best.label if best is not None else "note"
