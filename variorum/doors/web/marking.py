"""The apparatus laid over the base's text: which words of which block are struck, and what stands there instead.

Values in, values out, no HTML: `mark` merges the entries of a collation (places in the base's *source*)
into the blocks of its reading text. The template of the *what changed* page prints the result, so what
is tested here is what is seen there.

- A lemma that runs over several paragraphs is divided among them.
- A passage that another copy has at the edge of a paragraph becomes paragraphs of its own.
- The ends of one move point to each other.
- What cannot be seen (a paragraph's end, a space) has a sign.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from variorum.document import ReadingText
from variorum.doors.web.places import PlaceMap, Stretch
from variorum.model import Apparatus, Entry, Reading

__all__ = [
    "LINE",
    "PARAGRAPH",
    "SMALL",
    "SPACE",
    "Change",
    "Insert",
    "Marked",
    "MarkedBlock",
    "Strike",
    "mark",
    "relevant",
    "sign",
]

#: What is shown only on request: it changes no word.
SMALL = ("typographic", "markup")

PARAGRAPH, LINE, SPACE = "¶", "↵", "␣"
_ENDS = (PARAGRAPH, LINE)
_ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")
_SURE = 0.8  #: below this a reading is marked as one that may be wrong
_WORD = re.compile(r"[^\W_]")
_PARAGRAPHS = re.compile(r"\n\s*\n")


class Strike(NamedTuple):
    """``[start, end)`` of a block's text that other copies have otherwise, or not at all."""

    start: int
    end: int
    change: int  #: number of the change, from 1
    first: bool  #: the first stretch of that change: its anchor stands here


class Insert(NamedTuple):
    """What other copies have at one offset of a block's text."""

    at: int
    change: int
    reading: int  #: number of the reading within the change
    text: str
    first: bool  #: nothing of the base stands here: the anchor of the change is this
    sign: str = ""  #: printed for what cannot be seen: a paragraph's end, a line's, a space
    lost: bool = False  #: the sign stands for what the base has, and the others have not


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as the page shows it: its number, where it is and, for a move, the other end."""

    number: int
    entry: Entry
    readings: tuple[Reading, ...]  #: those of the copies asked for
    block: int
    at: int  #: offset in the text of that block
    lacuna: bool  #: the others lack it because they are partial
    partner: int | None = None

    @property
    def unsure(self) -> bool:
        """Whether it may well be that other words belong together here."""
        return self.entry.kind not in SMALL and min(reading.certainty for reading in self.readings) < _SURE


@dataclass(slots=True)
class MarkedBlock:
    """One block of the base with its marks, in order; ``before`` and ``after`` are whole paragraphs of other copies."""

    number: int
    strikes: list[Strike] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    before: list[Insert] = field(default_factory=list)
    after: list[Insert] = field(default_factory=list)

    @property
    def changes(self) -> tuple[int, ...]:
        """The numbers of the changes that are anchored here."""
        marks: Iterable[Strike | Insert] = (*self.before, *self.strikes, *self.inserts, *self.after)
        return tuple(sorted({mark.change for mark in marks if mark.first}))

    @property
    def marked(self) -> bool:
        """Whether anything at all differs here."""
        return bool(self.strikes or self.inserts or self.before or self.after)


@dataclass(frozen=True, slots=True)
class Marked:
    """The result: blocks in reading order (all of them, marked or not) and the changes by number."""

    blocks: tuple[MarkedBlock, ...]
    changes: tuple[Change, ...]

    def change(self, number: int) -> Change:
        """The change of this number (from 1)."""
        return self.changes[number - 1]


def relevant(entry: Entry, sigla: Collection[str], *, small: bool) -> tuple[Reading, ...]:
    """The readings of an entry that are to be shown for these copies."""
    return tuple(
        reading
        for reading in entry.readings
        if (small or reading.kind not in SMALL) and any(siglum in sigla for siglum in reading.sigla)
    )


def mark(
    text: ReadingText,
    apparatus: Apparatus,
    sigla: Collection[str],
    *,
    small: bool = False,
    parts: Collection[str] = ("story",),
) -> Marked:
    """Lays the entries that concern ``sigla`` over the base's blocks of ``parts``; linear but for one search per entry."""
    shown = [number for number, block in enumerate(text.blocks) if block.part in parts]
    blocks = {number: MarkedBlock(number) for number in shown}
    places = PlaceMap(text.blocks, shown)
    reached = dict.fromkeys(shown, 0)
    changes: list[Change] = []
    for entry in sorted(apparatus.entries, key=lambda e: (e.place.start, e.place.end)):
        readings = relevant(entry, sigla, small=small)
        if not readings:
            continue
        where = places.stretches(entry.place.start, entry.place.end)
        if not where:
            continue
        number = len(changes) + 1
        lacuna = all(reading.lacuna for reading in readings)
        changes.append(Change(number, entry, readings, where[0].block, where[0].start, lacuna))
        _lay(blocks, text, where, changes[-1], reached)
    return Marked(tuple(blocks[number] for number in shown), _pair(changes))


def _lay(
    blocks: dict[int, MarkedBlock], text: ReadingText, where: Sequence[Stretch], change: Change, reached: dict[int, int]
) -> None:
    first = True
    for stretch in where:
        # Entries of different copies may overlap; a word is struck once.
        start = max(stretch.start, reached[stretch.block])
        if start < stretch.end:
            blocks[stretch.block].strikes.append(Strike(start, stretch.end, change.number, first))
            reached[stretch.block] = stretch.end
            first = False
    last = where[-1]
    block = blocks[last.block]
    source = text.blocks[last.block].text
    if not any(reading.text for reading in change.readings):
        _widen(blocks, text, where)
    gone = sign(change.entry.lemma)
    if gone in _ENDS:
        block.inserts.append(Insert(where[0].start, change.number, 0, "", first, gone, lost=True))
        first = False
    for index, reading in enumerate(change.readings):
        if not reading.text or reading.text == change.entry.lemma:
            continue  # left out there, or only set otherwise: the strike says it all
        come = sign(reading.text)
        if gone in _ENDS and come == SPACE:
            come = ""  # the space that stands between two paragraphs run together
        insert = Insert(last.end, change.number, index, reading.text, first, come)
        first = False
        edge = _edge(source, last, reading)
        (block.before if edge < 0 else block.after if edge > 0 else block.inserts).append(insert)
    if first:
        # Nothing to show (a break between paragraphs, words another copy's entry struck): the anchor stands all the same.
        block.inserts.append(Insert(last.end, change.number, 0, "", True))


def sign(text: str) -> str:
    """What is printed for text that cannot be seen; nothing for text that can."""
    if not text or text.strip():
        return ""
    return PARAGRAPH if "\n\n" in text else LINE if "\n" in text else SPACE


def _widen(blocks: dict[int, MarkedBlock], text: ReadingText, where: Sequence[Stretch]) -> None:
    """When every word of a paragraph is gone, its full stop is gone too: tokens are words, paragraphs are not."""
    for number in {stretch.block for stretch in where}:
        strikes, whole = blocks[number].strikes, text.blocks[number].text
        if len(strikes) == 1 and not _WORD.search(whole[: strikes[0].start] + " " + whole[strikes[0].end :]):
            strikes[0] = strikes[0]._replace(start=0, end=len(whole))


def _edge(source: str, where: Stretch, reading: Reading) -> int:
    """-1 and +1: paragraphs of their own before or after the block; 0: inside its text."""
    if where.start == where.end and reading.kind == "markup" and reading.text.strip():
        return -1 if where.start == 0 else 1  # a scene break: a line of its own
    if where.start != where.end or not (_PARAGRAPHS.search(reading.text) or _whole(source, where.start, reading.text)):
        return 0
    if not source[where.start :].strip():
        return 1
    if not source[: where.start].strip():
        return -1
    return 0


def _whole(source: str, at: int, text: str) -> bool:
    """Whether an insertion at a paragraph's edge looks like a paragraph rather than like a word more."""
    return bool(_ENDS_SENTENCE.search(text)) and (at == 0 or bool(_ENDS_SENTENCE.search(source[max(at - 8, 0) : at])))


def _pair(changes: list[Change]) -> tuple[Change, ...]:
    """Ties the two ends of each move to each other."""
    ends: dict[str, list[int]] = {}
    for change in changes:
        if change.entry.move is not None:
            ends.setdefault(change.entry.move, []).append(change.number)
    partners: dict[int, int] = {}
    for numbers in ends.values():
        around = zip(numbers, numbers[1:] + numbers[:1], strict=True)
        partners.update({here: there for here, there in around if here != there})
    return tuple(replace(change, partner=partners.get(change.number)) for change in changes)
