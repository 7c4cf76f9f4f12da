"""The nouns of credit: claims, evidence, agents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from variorum.model.copies import Wish

__all__ = [
    "Agent",
    "Circle",
    "Claim",
    "Departure",
    "Evidence",
    "Known",
    "Name",
    "Overview",
    "Part",
    "Person",
    "Sighting",
    "Trace",
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a claim is made: the very words and where they stand in a witness's source, or a field of its metadata."""

    witness: str
    text: str
    start: int | None = None
    end: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """subject - relation - object, with evidence. Never without."""

    claim: str
    subject: str
    relation: str
    object: str
    evidence: Evidence
    rule: str
    certainty: float
    ruling: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    site: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """A person, group or program, with the names that evidence or a ruling makes one."""

    agent: str
    names: tuple[Name, ...]
    certainty: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """What became of a work's address by a day, as an archive that was taken in has it: evidence of the address alone.

    ``outcome``: gone, refused, moved, unchanged, locked or unrevealed. ``said`` completes "ADDRESS ...".
    """

    url: str
    day: str | None  #: when the archive asked, as it says; a date with or without its time
    outcome: str
    said: str
    item: str = ""  #: digest of what says so
    name: str = ""  #: and its name, with the place in it


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a work comes from, and what became of its addresses."""

    claims: tuple[Claim, ...]
    agents: tuple[Agent, ...]
    sightings: tuple[Sighting, ...] = ()

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)


@dataclass(frozen=True, slots=True)
class Departure:
    """Whether a work may leave the library for others, and what its author asks that keeps it here."""

    work: str
    because: tuple[Wish, ...] = ()

    @property
    def may(self) -> bool:
        """Whether nothing keeps it here."""
        return not self.because


@dataclass(frozen=True, slots=True)
class Known:
    """A copy that is known of and not held, with the work it is a copy of and the words that say so."""

    work: str
    title: str | None
    site: str
    url: str | None
    evidence: str
    copy: str  #: siglum of the copy that says so
    sightings: tuple[Sighting, ...] = ()  #: what became of its address


@dataclass(frozen=True, slots=True)
class Part:
    """What a person did for one work: roles as the claims have them, in the order of the claims."""

    work: str
    title: str | None
    roles: tuple[str, ...]
    adult: bool | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person's names and works. ``parts`` may be a stretch of them; ``total`` counts the works."""

    agent: Agent
    parts: tuple[Part, ...]
    total: int
    joins: tuple[tuple[str, Claim], ...]  #: the claims by which two of the names are one, each with its work


@dataclass(frozen=True, slots=True)
class Circle:
    """A fandom, or a person of one, by how many works it has."""

    key: str
    name: str
    works: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The connections of a library, or of one fandom: the largest circles, and the ties between them by their numbers."""

    fandom: str | None
    circles: tuple[Circle, ...]
    ties: tuple[tuple[int, int, int], ...]  #: (circle, circle, how often), the strongest first
    total: int  #: works
    without: int  #: works in no circle
    rest: int  #: circles that are smaller than these
