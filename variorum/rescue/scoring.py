"""How much of a cue stands in a line or sentence: the log odds that it is a note and no story.

Most sentences of most texts hold no cue, and seventy searches in each of them were most of the work of a rescue.
So all sentences are read once for the keys of the cues (`keys.py`), and only cues that have their keys in one are searched. A unit
without any cue scores `BASE` and less, which is in favour of story.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.rescue.cues import CUES, Cue
from variorum.rescue.keys import Keys
from variorum.rescue.readers import READERS
from variorum.rescue.voices import VOICES

__all__ = ["ALL", "BASE", "classify", "cues_of", "found_in", "named", "neutral", "possible", "read_off", "score"]

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


class _Way(NamedTuple):
    """Keys of which one must stand, keys of which one must stand beside it (none: nothing), letters that must stand as well."""

    keys: frozenset[int]
    beside: frozenset[int]
    others: tuple[tuple[str, ...], ...]


class _Index(NamedTuple):
    """The keys of all cues. A cue may stand where one of its keys says so (``needs``) and one of its other ways is there too."""

    keys: Keys
    needs: dict[int, list[tuple[int, _Way]]]  #: number of a key -> cues, with the way the key belongs to
    others: list[tuple[frozenset[int], tuple[_Way, ...]]]  #: for each cue, with the keys of all of them
    drives: npt.NDArray[np.bool_]  #: whether a key says anything at all


def named(cue: Cue) -> str:
    """What a cue's pattern is known by in ``cues.txt``."""
    return f"{zlib.crc32(f'{int(cue.pattern.flags & re.IGNORECASE)} {cue.pattern.pattern}'.encode()):08x}"


def read_off() -> dict[str, tuple[bool, list[list[list[str]]]]]:
    """The keys read off the patterns themselves (``bench/cue_keys.py``): by name, for each way its clauses, the rarest first.

    With it goes whether these keys are rarer than those written beside the pattern, and so are looked for first.
    """
    lines = Path(__file__).with_name("cues.txt").read_text(encoding="utf-8").splitlines()
    parts = (line.split(" ", 2) for line in lines)
    return {
        name: (rarer == "+", [[keys.split() for keys in way.split(" & ")] for way in ways.split(" | ")])
        for name, rarer, ways in parts
    }


def _own(clauses: Sequence[frozenset[int]]) -> _Way:
    return _Way(clauses[0], clauses[1] if len(clauses) > 1 else frozenset(), ())


def _index() -> _Index:
    told = read_off()
    either = [told.get(named(cue), (False, [])) for cue in ALL]  # of a pattern that is not read off yet there are none
    anywhere = {key for _, ways in either for way in ways for keys in way for key in keys}
    anywhere |= {key for cue in ALL if not cue.first for way in cue.ways for key in way.keys}
    keys = Keys(anywhere, {key for cue in ALL if cue.first for way in cue.ways for key in way.keys})
    needs: dict[int, list[tuple[int, _Way]]] = {}
    others: list[tuple[frozenset[int], tuple[_Way, ...]]] = []
    for number, (cue, (rarer, ways)) in enumerate(zip(ALL, either, strict=True)):
        names = keys.first_number if cue.first else keys.number
        by_hand = tuple(_Way(frozenset(names[key] for key in way.keys), frozenset(), way.others) for way in cue.ways)
        own = tuple(_own([frozenset(keys.number[key] for key in some) for some in way]) for way in ways)
        drive, rest = (own, by_hand) if rarer else (by_hand, own)
        others.append((frozenset[int]().union(*(way.keys for way in rest)), rest))
        for way in drive:
            for key in way.keys:
                needs.setdefault(key, []).append((number, way))
    drives = np.zeros(len(keys.names), dtype=bool)
    drives[list(needs)] = True
    return _Index(keys, needs, others, drives)


_INDEX = _index()


def _numbers(texts: Sequence[str]) -> dict[int, set[int]]:
    """For every text in which a cue may stand, the numbers of those that may."""
    keys, needs, others, drives = _INDEX
    hits = keys.hits(texts)
    found: dict[int, set[int]] = {}
    every = hits.keys.tolist()
    driving = np.flatnonzero(drives[hits.keys])
    first = np.flatnonzero(hits.first >= 0)
    ends = np.searchsorted(hits.texts, np.arange(len(texts) + 1)).tolist()
    known, held = -1, frozenset[int]()
    for text, key in chain(
        zip(hits.texts[driving].tolist(), hits.keys[driving].tolist(), strict=True),
        zip(first.tolist(), hits.first[first].tolist(), strict=True),
    ):
        if text != known:
            known, held = text, frozenset(every[ends[text] : ends[text + 1]])
        for number, way in needs[key]:
            if way.beside and way.beside.isdisjoint(held):
                continue
            together, rest = others[number]
            if rest and (together.isdisjoint(held) or not any(_stands(other, held, texts[text]) for other in rest)):
                continue
            if not way.others or _holds(way.others, texts[text]):
                found.setdefault(text, set()).add(number)
    return found


def _stands(way: _Way, held: frozenset[int], text: str) -> bool:
    return (
        not way.keys.isdisjoint(held)
        and (not way.beside or not way.beside.isdisjoint(held))
        and (not way.others or _holds(way.others, text))
    )


def _holds(others: tuple[tuple[str, ...], ...], text: str) -> bool:
    """Whether one of each of these letters stands in a text; case is no matter, as it is none to `re`."""
    low = text.casefold()
    if not low.isascii():
        low = low.replace("\u0131", "i").replace("i\u0307", "i")
    return all(any(some in low for some in other) for other in others)


def possible(*texts: str) -> Iterator[list[Cue]]:
    """For every unit the cues whose keys stand in it: few of them, and none for most sentences of a story."""
    found = _numbers(texts)
    for number in range(len(texts)):
        yield [ALL[n] for n in sorted(found.get(number, ()))]


def cues_of(text: str) -> list[Cue]:
    """The cues a unit holds, in the order of `ALL`."""
    return found_in([text]).get(0, [])


def found_in(texts: Sequence[str]) -> dict[int, list[Cue]]:
    """For every unit that holds a cue those it holds, in the order of `ALL`: of a story there are few."""
    seen = [text[:_SEEN] for text in texts]
    out: dict[int, list[Cue]] = {}
    for number, numbers in sorted(_numbers(seen).items()):
        text = seen[number]
        cues = [ALL[n] for n in sorted(numbers)]
        held = [cue for cue in cues if (cue.pattern.match(text) if cue.anchored else cue.pattern.search(text))]
        if held:
            out[number] = held
    return out


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


def neutral_of(sizes: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """The same of many lengths."""
    return -1.0 - np.minimum(sizes, 300) / 150


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
