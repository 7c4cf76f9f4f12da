"""The nouns of the library's duplicates: copies that stand together, copies that only share text, and what is ruled on many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from variorum.model.compared import Kinship
from variorum.model.kept import Ruling
from variorum.model.works import Work

__all__ = ["DIFFERS", "GROUP_ORDERS", "SURENESS", "Apart", "Duplicates", "Group", "Plan", "Ruled", "Sought", "sought"]

#: What the copies of a work differ in: at most marks and layout; words; one is a part of another.
DIFFERS = ("marks", "words", "part")
#: How sure it is by their words that they are one work: from .9 on, from .6 on, less.
SURENESS = ("sure", "likely", "doubtful")
GROUP_ORDERS = ("title", "sure", "copies", "added")
_ASKED = {"differ": DIFFERS, "sure": SURENESS, "copies": ("2", "3", "4"), "ruled": ("yes", "no"), "sort": GROUP_ORDERS}


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
    ruled: bool = False  #: a person has said that these copies are one work, or which is the base
    sure: float = 1.0  #: how much of the least certain copy stands in another one


@dataclass(frozen=True, slots=True)
class Sought:
    """Which groups are meant, and in which order; what is None is not asked for."""

    words: str = ""  #: in the title or a creator's name, each the beginning of a word or inside one
    differ: str | None = None  #: one of `DIFFERS`
    copies: int | None = None  #: 2, 3, or 4 and more
    sure: str | None = None  #: one of `SURENESS`
    ruled: bool | None = None
    sort: str = "title"  #: one of `GROUP_ORDERS`; title, the least sure, the most copies or the latest first


def sought(text: str) -> Sought:
    """A filter as one writes it: ``differ:marks sure:sure copies:2 ruled:no sort:copies`` and words; ValueError for a value there is not."""
    asked: dict[str, str] = {}
    words = []
    for word in text.split():
        name, colon, value = word.partition(":")
        if colon and name in _ASKED:
            if value not in _ASKED[name]:
                raise ValueError(f"{name}: takes {', '.join(_ASKED[name])}, not {value!r}")
            asked[name] = value
        else:
            words.append(word)
    return Sought(
        words=" ".join(words),
        differ=asked.get("differ"),
        copies=int(asked["copies"]) if "copies" in asked else None,
        sure=asked.get("sure"),
        ruled=asked["ruled"] == "yes" if "ruled" in asked else None,
        sort=asked.get("sort", "title"),
    )


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a person ruled in one step and has not taken back."""

    step: str  #: what takes it back
    kind: str  #: same, different, base; ``several`` where a step has more than one
    count: int
    at: str
    why: str | None
    rulings: tuple[Ruling, ...]  #: the first few


@dataclass(frozen=True, slots=True)
class Duplicates:
    """One page of the library's duplicates."""

    total: int  #: groups that answer
    groups: tuple[Group, ...]
    every: int = 0  #: works with several copies
    #: By what is asked (``differ``, ``copies``, ``sure``, ``ruled``), how many groups each answer would find beside the others asked.
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A ruling on many groups, before it is made: what would be written down."""

    act: Literal["same", "different", "base", "latest", "longest"]
    works: tuple[str, ...]  #: that it is about
    titles: tuple[str, ...]  #: of the first few of them
    rulings: tuple[tuple[str, tuple[str, ...]], ...]  #: kind and copies
