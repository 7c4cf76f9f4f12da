"""The nouns of comparing: kinship, alignment, apparatus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

__all__ = [
    "Alignment",
    "Apparatus",
    "Basis",
    "CollatedWitness",
    "Difference",
    "Entry",
    "FrameDifference",
    "Kinship",
    "Match",
    "Place",
    "Reading",
    "ReadingKind",
    "Verdict",
]

Verdict: TypeAlias = Literal["same", "revised", "contained", "contains", "anthology", "quotes"]
ReadingKind: TypeAlias = Literal["word", "sentence", "passage", "moved", "typographic", "markup"]
#: What a match rests on: a phrase that stands once in both texts, a place between such phrases, sentences put against
#: each other, a passage found elsewhere.
Basis: TypeAlias = Literal["anchored", "filled", "paired", "moved"]


@dataclass(frozen=True, slots=True)
class Place:
    """``[start, end)`` in a document's source."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Kinship:
    """How two texts stand to each other, and the numbers behind it (Broder 1997)."""

    verdict: Verdict
    resemblance: float  #: matched tokens * 2 / tokens of both
    containment: tuple[float, float]  #: of the first in the second, of the second in the first


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which tokens of two texts are the same words: runs ``(a, b, length)`` in token numbers.

    ``matches`` run in order on both sides; ``moved`` are the same passage elsewhere. Disjoint on each side.
    """

    matches: tuple[tuple[int, int, int], ...]
    moved: tuple[tuple[int, int, int], ...] = ()


class Match(NamedTuple):
    """``length`` tokens from ``a`` and from ``b`` on are the same words; ``certainty`` is how often such a match is right."""

    a: int
    b: int
    length: int
    basis: Basis
    certainty: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What other witnesses have at one place."""

    sigla: tuple[str, ...]
    kind: ReadingKind
    text: str
    certainty: float
    lacuna: bool
    places: Mapping[str, Place]  #: siglum -> where in that witness's source
    basis: Basis = "filled"  #: what the weakest match rests on that it stands on


@dataclass(frozen=True, slots=True)
class Entry:
    """One place where the witnesses differ; ``kind`` is its gravest reading's."""

    kind: ReadingKind
    place: Place
    lemma: str
    context: str
    readings: tuple[Reading, ...]
    move: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One witness against the base, in numbers (tokens).

    Two of them tell what a partial copy cannot have from what an author took out: ``words_lacking`` of
    ``words_removed`` lie where this witness stops, ``words_beyond`` of ``words_added`` where the base does.
    """

    words_changed: int = 0
    words_added: int = 0
    words_removed: int = 0
    sentences_reworked: int = 0
    moved: int = 0
    typographic: int = 0
    same: float = 1.0
    words_lacking: int = 0
    words_beyond: int = 0


@dataclass(frozen=True, slots=True)
class FrameDifference:
    """What differs around the story: tags, summary, notes."""

    field: str
    lemma: str
    readings: tuple[tuple[tuple[str, ...], str], ...]  #: (sigla, text)


@dataclass(frozen=True, slots=True)
class CollatedWitness:
    siglum: str
    witness: str
    name: str
    words: int


@dataclass(frozen=True, slots=True)
class Apparatus:
    """The result of a collation. Base and entries rebuild the reading-text tokens of every witness."""

    base: str
    witnesses: tuple[CollatedWitness, ...]
    summary: Mapping[str, Difference]
    entries: tuple[Entry, ...]
    frame: tuple[FrameDifference, ...] = ()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
