"""The nouns of the library's duplicates: copies that stand together, and copies that only share text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from variorum.model.compared import Kinship
from variorum.model.kept import Ruling
from variorum.model.works import Work

__all__ = ["Apart", "Duplicates", "Group"]


@dataclass(frozen=True, slots=True)
class Apart:
    """Two copies of different works that share text; the verdict is the first's to the second."""

    copies: tuple[str, str]
    works: tuple[str, str]
    titles: tuple[str | None, str | None]
    kinship: Kinship


@dataclass(frozen=True, slots=True)
class Group:
    """A work of which several copies are held, and how each of them stands to the base in plain words."""

    work: Work
    said: Mapping[str, str]  #: siglum -> sentence; the base has none


@dataclass(frozen=True, slots=True)
class Duplicates:
    """One page of the library's duplicates."""

    total: int  #: works with several copies
    groups: tuple[Group, ...]
    apart_total: int  #: pairs of copies of different works that share text
    apart: tuple[Apart, ...]
    rulings: tuple[Ruling, ...]  #: those on copies that stand, the latest first
