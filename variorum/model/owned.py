"""What is a person's own about works: shelves, ratings, notes, marks; and what is done to many works at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["ACTS", "RATINGS", "Act", "ActKind", "Done", "Owned", "Shelf"]

#: What a person may give a work; nothing given is None.
RATINGS = (1, 2, 3, 4, 5)

ActKind: TypeAlias = Literal["put", "take", "mark", "rate", "hide", "show"]

#: What can be done to many works at once.
ACTS: tuple[str, ...] = get_args(ActKind)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list of a person's own, by name; ``works`` is how many works on it exist for them."""

    shelf: str
    name: str
    works: int = 0


@dataclass(frozen=True, slots=True)
class Owned:
    """One work as it is to one person, over all of its copies. Nothing of it is shown to anybody else."""

    rating: int | None = None  #: one of `RATINGS`
    note: str = ""
    at: str | None = None  #: when rating or note were last changed
    mark: str | None = None  #: read, reading, later
    shelves: tuple[str, ...] = ()  #: names, in the person's order
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to works: ``value`` is the shelf's id, the mark (None takes it away), the rating (None likewise)."""

    kind: ActKind
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and the id by which it can be taken back."""

    undo: str
    said: str
