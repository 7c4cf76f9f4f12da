"""The query language: one box of text into a tree. docs/search.md describes it for people.

``parse`` never raises anything but QueryError, whatever the text is; the error says where.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from variorum.errors import QueryError
from variorum.text import shown

__all__ = [
    "FIELDS",
    "FLAGS",
    "PERSONAL",
    "PERSONAL_FIELDS",
    "SORTS",
    "All",
    "Among",
    "Any",
    "Flag",
    "Node",
    "Not",
    "Range",
    "Term",
    "parse",
    "parse_sort",
]

_LONGEST = 4000  # characters; nobody types more
_MOST_TERMS = 128
_DEEPEST = 20
_MOST_WORDS = 64  # in one phrase

#: Fields whose values are words; ``text`` is the story alone.
WORD_FIELDS = frozenset(
    [
        "fandom",
        "author",
        "rating",
        "warning",
        "category",
        "relationship",
        "character",
        "tag",
        "title",
        "language",
        "status",
        "site",
        "format",
        "series",
        "text",
        "summary",
        "shelf",
        "noted",
    ]
)
#: Fields that are compared, and how their values are read.
RANGE_FIELDS = frozenset({"words", "chapters", "copies", "published", "updated", "rated"})
_DATES = frozenset({"published", "updated"})
FLAGS: Mapping[str, frozenset[str]] = {
    "is": frozenset(
        {"partial", "complete", "wip", "restricted", "adult", "known"}
        | {"read", "reading", "later", "rated", "noted", "shelved", "hidden"}
    ),
    "has": frozenset({"versions", "copies", "lost", "repairs", "doubts", "series", "summary"}),
}
#: What a work is to one person: flags, and fields that are a person's own.
PERSONAL = frozenset({"read", "reading", "later", "rated", "noted", "shelved", "hidden"})
PERSONAL_FIELDS = frozenset({"shelf", "noted", "rated"})
#: Every name that may stand before a colon.
FIELDS = WORD_FIELDS | RANGE_FIELDS | frozenset(FLAGS)
SORTS = ("relevance", "title", "author", "words", "updated", "published", "added", "read", "rated", "random")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together. Without a field: anywhere."""

    text: str
    field: str | None = None
    whole: bool = False  #: quoted: the words as they stand; else the last may go on
    exact: bool = False  #: written with ``=``: the whole value
    begins: bool = False  #: ended with ``*``
    position: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """A number (dates as YYYYMMDD) between two bounds, both included; None is open."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Flag:
    """What a work is or has."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Among:
    """One of these works. Never written by anybody: what stands for what is a person's own when the question is asked."""

    works: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these; none of them is everything."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these."""

    nodes: tuple[Node, ...]


Node: TypeAlias = "Term | Range | Flag | Among | Not | All | Any"


def parse(text: str) -> All:
    """The tree of a query; QueryError with the place."""
    if len(text) > _LONGEST:
        raise QueryError(shown(text[:40]) + "…", _LONGEST, f"a query may have {_LONGEST} characters")
    return _Reader(shown(text).replace("\x00", " ")).read()


def parse_sort(sort: str | None) -> tuple[str, bool] | None:
    """Field and whether it descends; None for nothing given."""
    if not sort:
        return None
    name = sort.removeprefix("-").strip().lower()
    if name not in SORTS:
        raise QueryError(
            shown(sort), int(sort.startswith("-")), f"works are sorted by {', '.join(SORTS)}, not by {shown(name)!r}"
        )
    return name, sort.startswith("-")


_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r"([^\W\d_]+):")
_BARE = re.compile(r'[^\s()"“”]+')
_VALUE = re.compile(r"[^\s()]+")
_CLOSERS = {'"': '"”“', "“": '”"', "”": '”"', "'": "'’", "‘": "’'", "’": "’'"}


class _Reader:
    """Recursive descent over the text, one character position at a time forward."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms = 0

    def fail(self, reason: str, at: int | None = None) -> QueryError:
        return QueryError(self.text, self.at if at is None else at, reason)

    def read(self) -> All:
        found = self.sequence(0)
        if self.at < len(self.text):
            raise self.fail("a ) without its (")
        return found

    def sequence(self, depth: int) -> All:
        """Terms up to the end or a closing bracket. OR joins its two neighbours and binds tighter than standing together."""
        out: list[Node] = []
        joining = -1  # where the last OR stood
        while True:
            self.space()
            if self.at >= len(self.text) or self.text[self.at] == ")":
                break
            start = self.at
            if self.word("OR"):
                if not out or joining >= 0:
                    raise self.fail("OR stands between two things", start)
                joining = start
                continue
            if self.word("AND"):
                continue
            node = self.term(depth)
            if node is None:
                continue
            if joining >= 0:
                before = out.pop()
                node = Any((*before.nodes, node) if isinstance(before, Any) else (before, node))
                joining = -1
            out.append(node)
        if joining >= 0:
            raise self.fail("OR stands between two things", joining)
        return All(tuple(out))

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def word(self, word: str) -> bool:
        end = self.at + len(word)
        if self.text.startswith(word, self.at) and (end == len(self.text) or self.text[end] in " \t\r\n("):
            self.at = end
            return True
        return False

    def term(self, depth: int) -> Node | None:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise self.fail(f"a query may have {_MOST_TERMS} parts")
        # A run of minus signs is a loop, not a recursion: -- is a dash people type.
        negative = False
        while self.at < len(self.text) and self.text[self.at] == "-":
            negative = not negative if self.at + 1 < len(self.text) and not self.text[self.at + 1].isspace() else negative
            self.at += 1
        if self.word("NOT"):
            negative = not negative
            self.space()
        if self.at >= len(self.text) or self.text[self.at].isspace():
            return None
        node = self.positive(depth)
        return Not(node) if negative and node is not None else node

    def positive(self, depth: int) -> Node | None:
        start = self.at
        head = self.text[start]
        if head == "(":
            if depth >= _DEEPEST:
                raise self.fail(f"brackets may stand {_DEEPEST} deep")
            self.at += 1
            inside = self.sequence(depth + 1)
            if self.at >= len(self.text):
                raise self.fail("a ( without its )", start)
            self.at += 1
            return inside if inside.nodes else None
        if head == ")":
            return None
        if head in '"“”':
            return self.plain(self.quoted(), start, whole=True)
        named = _FIELD.match(self.text, start)
        if named is not None and self.is_field(named[1].lower(), named.end()):
            return self.field(named[1].lower(), start, named.end())
        found = _BARE.match(self.text, start)
        if found is None:  # cannot be: every other character was taken above
            raise self.fail("this cannot be read")
        self.at = found.end()
        return self.plain(found[0], start)

    def is_field(self, name: str, after: int) -> bool:
        """A word before a colon is a field, unless it is an address or a colon of prose ("Re: the lamp")."""
        if name in FIELDS:
            return True
        return after < len(self.text) and not self.text[after].isspace() and not self.text.startswith("//", after)

    def quoted(self) -> str:
        """What stands in quotes. A single quote closes only before a space, a bracket or the end: it is an apostrophe too."""
        start = self.at
        closers = _CLOSERS[self.text[start]]
        single = "'" in closers
        at = start + 1
        while at < len(self.text):
            if self.text[at] in closers and (not single or at + 1 == len(self.text) or self.text[at + 1] in " \t\r\n)("):
                self.at = at + 1
                return self.text[start + 1 : at]
            at += 1
        raise self.fail("a quote that is not closed", start)

    def plain(self, text: str, start: int, *, field: str | None = None, whole: bool = False, exact: bool = False) -> Term | None:
        begins = not whole and text.endswith("*")
        text = text.rstrip("*") if begins else text
        if not any(c.isalnum() for c in text) and not exact:
            return None
        if len(text.split()) > _MOST_WORDS:
            raise self.fail(f"a phrase may have {_MOST_WORDS} words", start)
        return Term(text, field, whole, exact, begins, start)

    def field(self, name: str, start: int, value_at: int) -> Node | None:
        if name not in FIELDS:
            known = ", ".join(sorted(FIELDS))
            raise self.fail(f"there is no field {name!r} (there are {known}); put quotes around it to look for the words", start)
        self.at = value_at
        exact = self.text.startswith("=", self.at) and name in WORD_FIELDS
        self.at += exact
        if self.at >= len(self.text) or self.text[self.at].isspace() or self.text[self.at] in "()":
            raise self.fail(f"{name}: needs a value right after the colon")
        at = self.at
        if self.text[at] in _CLOSERS:
            value, whole = self.quoted(), True
        else:
            found = _VALUE.match(self.text, at)
            value, whole = (found[0] if found else ""), False
            self.at += len(value)
        if name in FLAGS:
            return self.flag(name, value.strip().lower(), at)
        if name in RANGE_FIELDS:
            return self.range(name, value.strip(), at)
        term = self.plain(value, at, field=name, whole=whole, exact=exact)
        if term is None:
            raise self.fail(f"{name}: needs a word", at)
        return term

    def flag(self, kind: str, name: str, at: int) -> Flag:
        if name not in FLAGS[kind]:
            raise self.fail(f"{kind}: takes {', '.join(sorted(FLAGS[kind]))}", at)
        return Flag(kind, name)

    def range(self, name: str, value: str, at: int) -> Node:
        if name == "rated" and value.lower() == "none":
            return Not(Flag("is", "rated"))
        read: Callable[[str, int], tuple[int, int]] = self.date if name in _DATES else self.number
        if ".." in value:
            low, _, high = value.partition("..")
            if not low and not high:
                raise self.fail(f"{name}: a range needs one end at least", at)
            first = read(low, at)[0] if low else None
            last = read(high, at + len(low) + 2)[1] if high else None
            return Range(name, first, last)
        for mark in (">=", "<=", ">", "<", "="):
            if value.startswith(mark):
                first, last = read(value[len(mark) :].strip(), at + len(mark))
                bounds = {">=": (first, None), "<=": (None, last), ">": (last + 1, None), "<": (None, first - 1)}
                return Range(name, *bounds.get(mark, (first, last)))
        return Range(name, *read(value, at))

    def number(self, value: str, at: int) -> tuple[int, int]:
        found = re.fullmatch(r"(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,3}))?([km]?)", value.lower(), re.ASCII)
        if found is None or (found[2] and not found[3]):
            raise self.fail(f"{value!r} is no number (5000, 5k, 1.5k, 1k..5k, >10k)", at)
        scale = {"": 1, "k": 1000, "m": 1_000_000}[found[3]]
        whole = int(found[1].replace(",", "")) * scale + int((found[2] or "0").ljust(6, "0")) * scale // 1_000_000
        return whole, whole

    def date(self, value: str, at: int) -> tuple[int, int]:
        """A year, a month or a day as the first and the last number it covers."""
        found = re.fullmatch(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", value, re.ASCII)
        year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        try:
            dt.date(year, month or 1, day or 1)
        except ValueError:
            raise self.fail(f"{value!r} is no date (2016, 2016-02, 2016-02-28, 2016..2018, >2016)", at) from None
        first = year * 10_000 + month * 100 + day
        return first, first if day else first + 99 if month else first + 9_999
