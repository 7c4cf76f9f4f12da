"""What a library holds and what was read of it, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Holdings", "Month", "ReadOver", "Share"]


class Share(NamedTuple):
    """One value and the works that have it; ``asks`` is the condition of the query language that finds exactly these, or None."""

    value: str
    works: int
    words: int
    asks: str | None


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the works that answer a question are, counted as the search counts them: for one viewer, under canonical names."""

    query: str
    works: int
    words: int
    copies: int
    files: int
    bytes: int  #: of these files; what lies in a container counts with its own size
    look: int  #: repairs to look at, in all copies
    by: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)  #: fandom, rating, year, length ... -> shares


class Month(NamedTuple):
    """A month (``2026-11``) or a day of it: words read, works read in, works marked as read."""

    when: str
    words: int
    works: int
    finished: int


@dataclass(frozen=True, slots=True)
class ReadOver:
    """What one person read over time; only what exists for them now."""

    words: int
    works: int
    months: tuple[Month, ...] = ()  #: every month from the first to the last, the empty ones too
    days: tuple[Month, ...] = ()  #: every day of the last stretch, the empty ones too
