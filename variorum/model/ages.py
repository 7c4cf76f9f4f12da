"""The nouns of age: which of two copies is newer, what a newer one brings, and a tree of versions."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Branch", "Newer", "Progress", "Versions"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What the newer of two copies has that the older has not, by chapters of the newer (from 1)."""

    new: tuple[int, ...] = ()
    revised: tuple[int, ...] = ()
    words: int = 0  #: words that are new
    sentence: str = ""  #: "chapters 4-12 are new since your copy of 3 March 2013; chapter 2 was revised"


@dataclass(frozen=True, slots=True)
class Newer:
    """Which of two copies is newer, with what speaks for it; ``newer`` is None when it cannot be told."""

    newer: str | None
    older: str | None
    certainty: float
    reasons: tuple[str, ...]
    sentence: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One version: the copies that have it word for word, and the version it stands nearest to on the way from the root."""

    sigla: tuple[str, ...]
    parent: str | None  #: the first siglum of that version; None for the root
    distance: float  #: words that are not the same, of those both could have (0-1)
    date: str | None = None  #: the earliest that any of these copies states
    stated: str = ""  #: what the date is: "updated", "published", "taken"


@dataclass(frozen=True, slots=True)
class Versions:
    """A tree of versions proposed from the distances, the root first; ``why`` says by what it was rooted."""

    branches: tuple[Branch, ...]
    newick: str  #: the same distances as an unrooted tree (neighbour joining), for other tools
    why: str
