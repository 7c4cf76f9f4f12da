"""How much of a cue stands in a line or sentence: the log odds that it is a note and no story.

Most sentences of most texts hold no cue, and seventy searches in each of them were most of the work of a rescue.
So all sentences are read once for the keys of the cues (`keys.py`), and only cues that have their keys in one are searched. A unit
without any cue scores `BASE` and less, which is in favour of story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from variorum.rescue.cues import CUES, Cue, Way
from variorum.rescue.keys import Keys
from variorum.rescue.readers import READERS
from variorum.rescue.voices import VOICES

__all__ = ["ALL", "BASE", "classify", "cues_of", "neutral", "possible", "score"]

#: Every cue there is.
ALL: tuple[Cue, ...] = (*CUES, *VOICES, *READERS)
BASE = -2.0
_LONG = 140  # characters for every cue: what goes on for longer with so few is likelier a paragraph of the story
_SHARED = 0.6  # what a second cue on the same words counts
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
    (re.compile(r"^(?:The|An?|He|She|They|It|[A-Z]\w+) (?:\w+ ){0,3}(?:said|says|asked|read)\b"), -2.0),
    (re.compile(r"\b(?:he|she|his|her|him|they|their) (?:\w+ed|was|were|had)\b"), -0.8),
    (re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Hh]im)\b.{1,200}\b(?:he|she|his|her|him)\b", re.DOTALL), -1.0),
    (re.compile(r"^[\"“‘']\w"), -1.5),
    (re.compile(r"^(?:He|She|They|His|Her|Their) [a-z*_]"), -1.2),
    (re.compile(r"^(?:My )?[Dd]ear(?:est)? [A-Z]"), -3.0),  # a letter in the story
)


def _by_key(*, first: bool) -> dict[str, list[tuple[int, Way]]]:
    """Cues by the keys of their ways."""
    found: dict[str, list[tuple[int, Way]]] = {}
    for number, cue in enumerate(ALL):
        for way in cue.ways if cue.first == first else ():
            for key in way.keys:
                found.setdefault(key, []).append((number, way))
    return found


_ANYWHERE, _FIRST = _by_key(first=False), _by_key(first=True)
_KEYS = Keys(_ANYWHERE, _FIRST)


def possible(*texts: str) -> Iterator[list[Cue]]:
    """For every unit the cues whose keys stand in it: few of them, and none for most sentences of a story."""
    for text, (held, begins) in zip(texts, _KEYS.find(texts), strict=True):
        if not held and not begins:
            yield []
            continue
        numbers = {n for n, _ in _FIRST.get(begins, ())}
        for key in held:
            numbers.update(n for n, way in _ANYWHERE[key] if not way.others or all(o.search(text) for o in way.others))
        yield [ALL[n] for n in sorted(numbers)]


def cues_of(*texts: str) -> list[list[Cue]]:
    """For every unit the cues it holds, in the order of `ALL`."""
    seen = [text[:_SEEN] for text in texts]
    return [
        [cue for cue in cues if (cue.pattern.match(text) if cue.anchored else cue.pattern.search(text))]
        for text, cues in zip(seen, possible(*seen), strict=True)
    ]


def score(text: str, found: Sequence[Cue]) -> float:
    """How much speaks for a note (positive) or for story (negative), in log odds; ``found`` are its cues."""
    text = text[:_SEEN]
    total = BASE
    weights, apart = _apart(text, found)
    # Cues of one unit are not independent: the strongest counts whole, the others half and less.
    for weight, share in zip(weights, (1.0, 0.6, 0.4, 0.3, 0.2), strict=False):
        total += weight * share
    for pattern, weight in _AGAINST:
        if pattern.search(text):
            total += weight
    if _SPEECH.search(text):
        total -= 1.2
    if not found:
        return total + neutral(text)
    if weights[0] < 6:
        total -= min(max(len(text) - _LONG * apart, 0) / 100, 5.0)
    return total


def _apart(text: str, found: Sequence[Cue]) -> tuple[list[float], int]:
    """The weights of the cues, the strongest first, and how many stand apart; of two on the same words one counts half."""
    if len(found) < 2:
        return [cue.weight for cue in found], len(found)
    weights: list[float] = []
    taken: list[tuple[int, int]] = []
    for cue in sorted(found, key=lambda cue: -cue.weight):
        match = cue.pattern.search(text)
        start, end = match.span() if match else (0, 0)
        apart = all(end <= a or b <= start for a, b in taken)
        weights.append(cue.weight if apart else cue.weight * _SHARED)
        if apart:
            taken.append((start, end))
    return sorted(weights, reverse=True), len(taken)


def neutral(text: str) -> float:
    """What speaks for story where there is no cue at all."""
    return -1.0 - min(len(text), 300) / 150


def classify(found: Sequence[Cue]) -> str:
    """What kind of note a unit is, by its strongest cue."""
    best = max(found, key=lambda cue: cue.weight, default=None)
    if best is None:
        return "note"
    if best.label == "link":  # where the art or the beta is to be found: a credit with its address
        told = (
            cue for cue in found if cue.label == "credit" and cue.weight >= 2.5 and "@" not in cue.keys and "_" not in cue.keys
        )
        return next((cue.label for cue in told), "link")
    return best.label
