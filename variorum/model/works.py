"""Works, their copies, and the answers to a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from variorum.model.compared import Verdict
from variorum.model.copies import Extent, Metadata, Relation

__all__ = ["Found", "LostWitness", "Viewer", "Witness", "Work", "WorkHit"]


@dataclass(frozen=True, slots=True)
class Witness:
    """One copy of a work as it stood at one place and time."""

    witness: str
    work: str
    siglum: str
    base: bool
    version: int
    digest: str
    items: tuple[str, ...]
    name: str
    format: str
    site: str | None
    url: str | None
    captured: str | None
    added: str
    words: int
    chapters: int
    extent: Extent
    kinship: Verdict
    metadata: Metadata = field(default_factory=Metadata)
    look: int = 0  #: repairs in its text that are to be looked at: likely, not sure, and not ruled on


@dataclass(frozen=True, slots=True)
class LostWitness:
    """A copy that is known of and not held."""

    site: str
    url: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Work:
    """The story as such. Its fields come from its witnesses; ``taken_from`` says which gave which."""

    work: str
    metadata: Metadata
    words: int
    chapters: int
    adult: bool | None
    taken_from: Mapping[str, str]  #: field -> siglum, or "ruling"
    witnesses: tuple[Witness, ...] = ()
    lost: tuple[LostWitness, ...] = ()
    relations: tuple[Relation, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def title(self) -> str | None:
        """The title, or None: doors then show the file's name."""
        return self.metadata.title

    @property
    def base(self) -> Witness:
        """The witness the others are compared against; LookupError for a work of which no copy is held."""
        for witness in self.witnesses:
            if witness.base:
                return witness
        raise LookupError(f"work {self.work} has no witness")

    def witness(self, key: str) -> Witness:
        """The witness with this siglum or id (any unambiguous prefix); KeyError when there is none."""
        for witness in self.witnesses:
            if witness.siglum == key or witness.witness == key:
                return witness
        close = [w for w in self.witnesses if key and w.witness.startswith(key)]
        if len(close) == 1:
            return close[0]
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class WorkHit:
    """A work that answers a query, with why it did."""

    work: Work
    score: float
    snippet: str  #: HTML-escaped, the words found in ``<mark>``
    place: tuple[int, int] | None = None  #: where in the base copy's story it stands, if it is from there


@dataclass(slots=True)
class Found(Iterator[Work]):
    """The answer to a query: an iterator over works that also knows the whole count and the facets."""

    query: str
    total: int
    hits: tuple[WorkHit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    _next: int = 0

    def __iter__(self) -> Found:
        return self

    def __next__(self) -> Work:
        if self._next >= len(self.hits):
            raise StopIteration
        self._next += 1
        return self.hits[self._next - 1].work


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a question is asked. The keeper sees everything."""

    person: str = "keeper"
    adult: bool = True  #: may see works rated Mature, Explicit or Not Rated, and those of unknown rating
    hidden: tuple[str, ...] = ()  #: values of tags of any kind, a rating too, whose works do not exist for them
