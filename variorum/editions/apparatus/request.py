"""What a form of an apparatus is written from, and what the words were compared by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from variorum.editions import safe
from variorum.model import Apparatus, Segment, Table

__all__ = ["SUBSTANTIVE", "Collated", "Numbered", "normalisation", "numbered"]

#: The kinds that change words; the others are accidentals (Greg 1950).
SUBSTANTIVE = frozenset(("word", "sentence", "passage", "moved"))


@dataclass(frozen=True, slots=True)
class Collated:
    """A collation with everything a form needs: the entries, the whole texts side by side, what it is called."""

    apparatus: Apparatus
    table: Table
    title: str
    language: str | None = None
    notes: bool = False  #: whether summary and notes were compared too

    def name(self, number: int) -> str:
        """What a witness is called: the name of its file, never its folder."""
        inner = self.table.strands[number].name.replace("\\", "/").rpartition("!")[2]
        return safe.line(PurePosixPath(inner).name) or self.table.strands[number].siglum


def normalisation(collated: Collated) -> tuple[tuple[str, str], ...]:
    """By what rules two words are the same: name and value, the same in every form."""
    return (
        ("token", r"[^\W_]+(?:['’ʼ][^\W_]+)*; one character where a script has no spaces"),
        ("case", "folded"),
        ("apostrophes", "folded"),
        ("punctuation", "typographic"),
        ("white-space", "typographic"),
        ("paragraphs", "markup"),
        ("emphasis", "markup"),
        ("text", "as it reads with the repairs that stand"),
        ("parts", "all" if collated.notes else "story"),
        ("base", collated.table.base),
    )


class Numbered(NamedTuple):
    """A segment with its number (from 1 among those that differ, 0 where all agree) and the ends of its move."""

    segment: Segment
    number: int
    end: str | None = None  #: ``m1.2``: the second end of the first move
    others: tuple[str, ...] = ()


def numbered(table: Table) -> Iterator[Numbered]:
    """The segments in order, differing ones counted, the ends of a move named and tied to those on its other side."""
    ends: dict[str, dict[bool, list[str]]] = {}
    for segment in table.segments:
        if segment.move is not None:
            sides = ends.setdefault(segment.move, {True: [], False: []})
            sides[_leaves(segment)].append(f"{segment.move}.{len(sides[True]) + len(sides[False]) + 1}")
    at: dict[str, int] = dict.fromkeys(ends, 0)
    number = 0
    for segment in table.segments:
        number += segment.kind is not None
        if segment.move is None:
            yield Numbered(segment, number if segment.kind is not None else 0)
            continue
        at[segment.move] += 1
        others = ends[segment.move][not _leaves(segment)]
        yield Numbered(segment, number, f"{segment.move}.{at[segment.move]}", tuple(others))


def _leaves(segment: Segment) -> bool:
    """Whether the base has the moved words here."""
    return segment.cells[0][0] < segment.cells[0][1]
