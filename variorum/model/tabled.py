"""The nouns of a collation table: whole texts side by side, cut where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from variorum.model.compared import ReadingKind

__all__ = ["Segment", "Strand", "Table"]


@dataclass(frozen=True, slots=True)
class Strand:
    """One witness's compared text with what is laid over it. Offsets are code points of ``text``."""

    siglum: str
    witness: str
    name: str
    text: str
    blocks: tuple[tuple[int, str, int, int | None], ...] = ()  #: start, kind, level, chapter
    spans: tuple[tuple[int, int, str], ...] = ()  #: start, end, kind of emphasis


class Segment(NamedTuple):
    """A stretch of the table: for each witness, in the order of the table, ``[start, end)`` of its text.

    ``kind`` is None where all have the same characters. Segments of one witness follow each other without a gap, so
    their texts one after another are its whole text, to the character.
    """

    cells: tuple[tuple[int, int], ...]
    kind: ReadingKind | None = None
    move: str | None = None
    lacks: frozenset[str] = frozenset()  #: sigla of partial witnesses that have not got this far
    certainty: float = 1.0  #: of the least sure reading here whose words differ


@dataclass(frozen=True, slots=True)
class Table:
    """Witnesses (the base first) and the segments that make up every one of them."""

    base: str
    strands: tuple[Strand, ...]
    segments: tuple[Segment, ...]

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def text(self, number: int, segment: Segment) -> str:
        """What the witness of this number (0 is the base) has in a segment."""
        start, end = segment.cells[number]
        return self.strands[number].text[start:end]
