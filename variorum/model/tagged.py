"""The nouns of the second layer over the authors' tags: what a person said of them, and what might be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["TAG_RELATIONS", "TagGroup", "TagRelation", "TagSuggestion", "TagWord", "Typed"]

TagRelation: TypeAlias = Literal["synonym", "parent", "not-synonym", "not-parent"]

#: What may be said of two tags: the first is another name for the second, or stands under it, or is neither.
TAG_RELATIONS: tuple[str, ...] = get_args(TagRelation)


@dataclass(frozen=True, slots=True)
class TagWord:
    """One thing said of a tag: "HP" (a fandom) is a *synonym* of "Harry Potter" (a fandom). Tags as people spell them."""

    relation: str  #: one of `TAG_RELATIONS`
    kind: str  #: fandom, relationship, character, tag, warning or category
    tag: str
    of_kind: str
    of: str


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Tags that are one: the canonical name, the other spellings, what it stands under, and how many works have any of them."""

    kind: str
    canonical: str
    synonyms: tuple[tuple[str, int], ...]  #: spelling, and the works that have it so
    parents: tuple[tuple[str, str], ...]  #: kind and name
    works: int


@dataclass(frozen=True, slots=True)
class TagSuggestion:
    """What might be said of two tags, and why; nothing of it holds until a person says so."""

    word: TagWord
    certainty: float
    why: str
    works: int  #: that have the tag
    of_works: int  #: that have the other


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody who is typing may mean: a value of a field, and how many works have it."""

    field: str  #: title, author, or a kind of tag
    value: str
    works: int
