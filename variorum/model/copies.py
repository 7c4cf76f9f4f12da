"""What a copy says of its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "TRUST",
    "Audience",
    "Creator",
    "Earlier",
    "Extent",
    "Kept",
    "Mapped",
    "Metadata",
    "Picture",
    "Relation",
    "Series",
    "Wish",
]

Extent: TypeAlias = Literal["whole", "partial", "unknown"]

#: Whom a journal entry or post was shown to.
Audience: TypeAlias = Literal["public", "friends", "private"]

#: Kinds of source for a field of metadata, the most trusted first (formats.md, "Order of trust").
TRUST = ("site", "tool-json", "title-page", "opf", "text", "calibre", "file-name")


@dataclass(frozen=True, slots=True)
class Creator:
    """One name as shown, on one site, with what it did for the work."""

    name: str
    role: str = "author"  #: author artist translator beta archivist giftee prompter podficcer ...
    site: str | None = None
    account: str | None = None
    url: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    title: str
    position: float | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie between this work and another; ``cross-posted`` is none of them: that is two witnesses of one work."""

    relation: str  #: inspired-by translation-of gift-to part-of ...
    direction: Literal["out", "in"] = "out"
    title: str | None = None
    url: str | None = None
    work: str | None = None
    creators: tuple[Creator, ...] = ()
    certainty: float = 1.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the author asked of those who keep the work."""

    kind: str  #: no-reposting ask-first ...
    evidence: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier state of the very file a copy is, as the tool that updated it noted: what was new then."""

    at: str | None  #: when the file was written
    fields: tuple[tuple[str, str], ...]  #: the tool's names and values, in its order


@dataclass(frozen=True, slots=True)
class Mapped:
    """A value in AO3's words that the source says in its own, and why the one stands for the other."""

    field: str
    value: str
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that is none of AO3's, as another program kept it: the person's own columns, stars, numbers of books."""

    source: str  #: ``calibre library``
    name: str  #: the program's name for it: ``#status``, ``rating``
    label: str  #: what the person sees
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be said of a picture that is a work: its type, its pixels, its frames, and how it looks."""

    media: str  #: ``image/png`` ...
    width: int  #: pixels, as stored
    height: int
    frames: int = 1  #: more than one: it moves
    look: str | None = None  #: its fingerprint and its mirror image's, 64 bits each in hexadecimal; near for what looks alike


@dataclass(frozen=True, slots=True)
class Metadata:
    """What one copy says of its work: AO3's words and values, the source's spelling and order.

    ``trust`` says from which kind of source (one of ``TRUST``) each field that is set was taken.
    """

    title: str | None = None
    creators: tuple[Creator, ...] = ()
    fandoms: tuple[str, ...] = ()
    rating: str | None = None
    warnings: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    relationships: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None  #: BCP 47
    summary: str | None = None  #: plain text, paragraphs apart by an empty line
    series: tuple[Series, ...] = ()
    collections: tuple[str, ...] = ()
    gifts: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    words_stated: int | None = None
    chapters_held: int | None = None
    chapters_stated: str | None = None  #: as AO3 writes it: ``3/?``
    status: Literal["complete", "in-progress", "unknown"] = "unknown"
    restricted: bool = False
    audience: Audience | None = None  #: for whom it stood where it was posted; the last two are restricted
    wishes: tuple[Wish, ...] = ()
    relations: tuple[Relation, ...] = ()
    site: str | None = None  #: the site's name in the address table: ``archiveofourown.org``
    url: str | None = None  #: address of the work
    captured: str | None = None  #: when the copy was taken, where the file says so
    tool: str | None = None  #: the program that made the file
    extent: Extent = "unknown"
    extent_why: str | None = None  #: what was stated against what was found
    mapped: tuple[Mapped, ...] = ()
    history: tuple[Earlier, ...] = ()  #: of this file, the oldest first
    picture: Picture | None = None  #: of a copy that is a picture
    kept: tuple[Kept, ...] = ()  #: fields that are none of these
    trust: Mapping[str, str] = field(default_factory=dict)
