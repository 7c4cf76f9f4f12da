"""The working state of a rescue: the text as mended so far, and the way to say what else to mend.

A repair reads `State.text` (the reading text with everything applied before it), finds places in it and
proposes emendations over the *source*. It never sees or changes anything else.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from variorum.document import (
    Block,
    Document,
    Emendation,
    ReadingText,
    Sibling,
    emendation_id,
    reading,
    received,
)
from variorum.rescue.places import Look

__all__ = [
    "APPLIED",
    "APPLIED_BREAK",
    "LONGEST",
    "MOST",
    "SURE",
    "Kind",
    "Passage",
    "Standing",
    "State",
    "flattened",
    "settle",
    "standing",
]

Kind: TypeAlias = Literal["text", "break", "scene", "heading", "part", "emphasis"]

#: From this certainty on an emendation is applied, below it is only proposed.
APPLIED = 0.60
#: A paragraph break changes no word, and one that is missing costs a reader as much as one too many: it is applied
#: as soon as it is more likely than not.
APPLIED_BREAK = 0.50
#: From this certainty on it is called sure.
SURE = 0.95
#: A document has at most this many emendations: memory stays bounded on any text (a novel has a few thousand).
MOST = 100_000
#: A block longer than this can be a flattened text (clean paragraphs of five novelists: 3,587 at most).
LONGEST = 4_000

_PROSE = frozenset({"paragraph", "quote", "list-item"})


class Passage(NamedTuple):
    """A block of the reading text and where its text begins in `ReadingText.text`."""

    block: Block
    at: int

    @property
    def text(self) -> str:
        return self.block.text


@dataclass(frozen=True, slots=True)
class State:
    """What a repair works on. ``flat`` are the source stretches of blocks that are flattened."""

    document: Document
    text: ReadingText
    siblings: tuple[Sibling, ...] = ()
    flat: tuple[tuple[int, int], ...] = ()
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # what several repairs ask for

    @staticmethod
    def begin(document: Document, siblings: Iterable[Sibling], came: ReadingText | None = None) -> State:
        """The state before the first repair; ``came``: the text as it came, where it is at hand."""
        text = came or received(document)
        return State(document, text, tuple(siblings), flattened(text))

    @staticmethod
    def at(document: Document, siblings: Iterable[Sibling], flat: tuple[tuple[int, int], ...]) -> State:
        """The state after some repairs, whose emendations the document holds; ``flat`` as it was in the beginning."""
        return State(document, reading(document), tuple(siblings), flat)

    @property
    def look(self) -> Look:
        """The text looked at: made once for all repairs that read the same text."""
        if "look" not in self._kept:
            self._kept["look"] = Look(self.text.text)
        found: Look = self._kept["look"]
        return found

    @property
    def prose(self) -> list[Passage]:
        """The blocks of running prose of the story."""
        if "prose" not in self._kept:
            text = self.text
            pairs = zip(text.blocks, text.starts, strict=True)
            self._kept["prose"] = [Passage(b, at) for b, at in pairs if b.kind in _PROSE and b.part == "story"]
        found: list[Passage] = self._kept["prose"]
        return found

    def passages(self, *, story: bool = True, kinds: frozenset[str] = _PROSE) -> Iterator[Passage]:
        """The blocks of running prose; ``story=False`` for those of every part."""
        for block, at in zip(self.text.blocks, self.text.starts, strict=True):
            if block.kind in kinds and (block.part == "story" or not story):
                yield Passage(block, at)

    @staticmethod
    def holding(passages: Sequence[Passage], places: npt.NDArray[np.intp]) -> list[Passage]:
        """Those of the passages in which one of these places lies; both in their order."""
        if not len(places) or not passages:
            return []
        starts = np.array([passage.at for passage in passages])
        ends = starts + np.array([len(passage.text) for passage in passages])
        held = np.flatnonzero(np.searchsorted(places, starts) < np.searchsorted(places, ends))
        return [passages[number] for number in held.tolist()]

    def is_flat(self, passage: Passage) -> bool:
        """Whether a passage comes from a block that has lost its paragraphs."""
        index = bisect_right(self.flat, (passage.block.start, len(self.document.source) + 1)) - 1
        return index >= 0 and passage.block.start < self.flat[index][1]

    def source(self, passage: Passage, start: int, end: int) -> tuple[int, int]:
        """A stretch of a passage's text as a stretch of the source."""
        first = self.text.source_of(passage.at + start)
        if start == end:
            return first, first
        return first, max(first, self.text.source_of(passage.at + end, end=True))

    def emend(
        self, kind: Kind, start: int, end: int, reading: str, rule: str, why: str, group: str, certainty: float
    ) -> Emendation:
        """An emendation over ``[start, end)`` of the source, applied or proposed as its certainty says."""
        document = self.document
        certainty = round(certainty, 3)
        line = APPLIED_BREAK if kind == "break" else APPLIED
        return Emendation(
            emendation_id(document.item, start, end, kind, reading),
            kind,
            start,
            end,
            document.source[start:end],
            reading,
            rule,
            why,
            group,
            certainty,
            "applied" if certainty >= line else "proposed",
        )

    def edit(
        self, passage: Passage, start: int, end: int, reading: str, rule: str, why: str, group: str, certainty: float
    ) -> Iterator[Emendation]:
        """Text emendations that make ``[start, end)`` of a passage's text read as ``reading``.

        Where the stretch runs over pieces that already read differently from the source (entities), each
        piece has its own: a piece is replaced whole or not at all.
        """
        first, last = self.source(passage, start, end)
        pieces = passage.block.pieces
        low = bisect_right(pieces, first, key=lambda p: p.start) - 1
        high = bisect_left(pieces, last, key=lambda p: p.start)
        inside = pieces[max(low, 0) : high]
        if len(inside) < 2 or all(piece.text is None for piece in inside):
            yield self.emend("text", first, last, reading, rule, why, group, certainty)
            return
        for piece in inside:
            a, b = max(piece.start, first), min(piece.end, last)
            if a < b:
                yield self.emend("text", a, b, reading, rule, why, group, certainty)
                reading = ""


_TURN = re.compile(r"[”\"»]\s+[“\"«]")
_STOP = re.compile(r"[.!?…][\"”’»)]?(?:\s+|(?=[\"“«]?[A-Z]))")
_TURNS = 3
_STOPS = 12


def flattened(text: ReadingText) -> tuple[tuple[int, int], ...]:
    """The source stretches of the story blocks that have lost their paragraphs.

    A block is flattened when a line of it is far longer than a paragraph gets and holds many sentences, or is
    long and has speakers answering each other in it. Blocks of ordinary size in a text of many blocks never are.
    """
    found = []
    prose = [b for b in text.blocks if b.part == "story" and b.kind in _PROSE]
    whole = sum(len(b.text) for b in prose)
    for block in prose:
        size = len(block.text)
        if size < 600 or size // (block.text.count("\n") + 1) < 400:
            continue
        alone = size > 0.7 * whole
        by_turns, by_stops = alone or size > 1_500, size > LONGEST or (alone and size > 2_500)
        if (by_stops and _at_least(_STOP, block.text, _STOPS)) or (by_turns and _at_least(_TURN, block.text, _TURNS)):
            found.append((block.start, block.end))
    found.sort()
    return tuple(found)


class Standing(NamedTuple):
    """Something that stands between white space: where, and which of its named shapes it has."""

    start: int
    end: int
    shape: str | None


def standing(shapes: str) -> Callable[[str], Iterator[Standing]]:
    """A search for one of these shapes between white space; ``shapes`` says itself what must follow.

    The search begins at the white space: `re` finds that many times faster than the place behind it.
    """
    inside, first = re.compile(rf"\s(?:{shapes})"), re.compile(shapes)

    def find(text: str) -> Iterator[Standing]:
        begins = first.match(text)
        if begins:
            yield Standing(0, begins.end(), begins.lastgroup)
        for match in inside.finditer(text, begins.end() if begins else 0):
            yield Standing(match.start() + 1, match.end(), match.lastgroup)

    return find


def _at_least(pattern: re.Pattern[str], text: str, count: int) -> bool:
    return any(number >= count for number, _ in enumerate(pattern.finditer(text), 1))


def settle(held: dict[str, Emendation], proposals: Iterable[Emendation], ruled: dict[str, Emendation]) -> None:
    """Takes what a repair proposes into ``held``: no two text emendations overlap, a person's ruling stands.

    Where two overlap, what was held before or begins first stays.
    """
    taken = sorted((e.start, e.end) for e in held.values() if e.kind == "text")
    for proposal in proposals:
        if len(held) >= MOST:
            break
        if proposal.emendation in held or (proposal.kind != "text" and proposal.start > proposal.end):
            continue
        if proposal.kind == "text":
            place = (proposal.start, proposal.end)
            if proposal.source == proposal.reading or _overlaps(taken, place):
                continue
            insort(taken, place)
        decided = ruled.get(proposal.emendation)
        if decided is not None:
            proposal = proposal._replace(state=decided.state, ruling=decided.ruling, reading=decided.reading)
        held[proposal.emendation] = proposal


def _overlaps(taken: list[tuple[int, int]], place: tuple[int, int]) -> bool:
    index = bisect_left(taken, place)
    if index < len(taken) and (taken[index] == place or taken[index][0] < place[1]):
        return True
    return index > 0 and taken[index - 1][1] > place[0]
