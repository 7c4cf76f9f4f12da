"""The shelf's question: what stands in the box, what is taken in and left out beside it, order and page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from starlette.datastructures import QueryParams

from variorum.doors.web.desk import with_query

__all__ = ["FACET_NAMES", "PER_PAGE", "SORTS", "STATES", "Question", "condition", "question"]

PER_PAGE = 20
_LAST_PAGE = 100_000

#: Fields of the query language that stand beside the list, in AO3's order, with the words over them.
FACET_NAMES = {
    "rating": "Ratings",
    "warning": "Warnings",
    "category": "Categories",
    "fandom": "Fandoms",
    "character": "Characters",
    "relationship": "Relationships",
    "tag": "Additional tags",
    "status": "Completion",
    "language": "Languages",
    "author": "Creators",
    "site": "Sites",
    "series": "Series",
    "is": "Kept as",
    "has": "Holds",
}

#: Values that say what a work is or has, in words. They stand beside the list without counts.
STATES = {
    ("is", "read"): "marked as read",
    ("is", "later"): "marked for later",
    ("has", "copies"): "several copies",
    ("has", "versions"): "copies that differ",
    ("has", "lost"): "a lost copy known",
    ("has", "repairs"): "repairs",
    ("is", "partial"): "partial",
    ("is", "restricted"): "restricted",
}

SORTS = (
    ("", "best match"),
    ("title", "title"),
    ("author", "creator"),
    ("-updated", "date updated"),
    ("-published", "date posted"),
    ("-added", "date added"),
    ("-words", "word count"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What the shelf is asked. ``taken`` and ``left`` are (field, value) pairs."""

    text: str = ""
    taken: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    page: int = 1
    like: str = ""  #: what one remembers of a story, in any words

    @property
    def query(self) -> str:
        """The whole question in the query language; what stands in the box comes first, so that positions in it hold."""
        terms = [self.text.strip()] if self.text.strip() else []
        terms += [condition(name, value) for name, value in self.taken]
        terms += ["-" + condition(name, value) for name, value in self.left]
        return " ".join(terms)

    @property
    def plain(self) -> bool:
        """Nothing asked: the shelf as it stands."""
        return not (self.text.strip() or self.taken or self.left or self.like.strip())

    def address(self) -> str:
        """The address of this question."""
        pairs = [
            ("q", self.text.strip()),
            *(("take", f"{name}:{value}") for name, value in self.taken),
            *(("leave", f"{name}:{value}") for name, value in self.left),
            ("like", self.like.strip()),
            ("sort", self.sort),
            ("page", str(self.page) if self.page > 1 else ""),
        ]
        return with_query("/", pairs)

    def take(self, name: str, value: str) -> Question:
        """With this value taken in."""
        pair = (name, value)
        return replace(self, taken=(*(p for p in self.taken if p != pair), pair), left=_without(self.left, pair), page=1)

    def leave(self, name: str, value: str) -> Question:
        """With this value left out."""
        pair = (name, value)
        return replace(self, left=(*(p for p in self.left if p != pair), pair), taken=_without(self.taken, pair), page=1)

    def drop(self, name: str, value: str) -> Question:
        """Without a word about this value."""
        pair = (name, value)
        return replace(self, taken=_without(self.taken, pair), left=_without(self.left, pair), page=1)

    def at(self, page: int) -> Question:
        """The same question, another page of its answer."""
        return replace(self, page=page)

    def only(self, text: str) -> Question:
        """Another text in the box, nothing else."""
        return Question(text, sort=self.sort)


def _without(pairs: tuple[tuple[str, str], ...], pair: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(p for p in pairs if p != pair)


def question(params: QueryParams) -> Question:
    """Reads the question out of an address; what makes no sense is as if it were not there."""
    sort = params.get("sort", "")
    page = params.get("page", "1")
    return Question(
        params.get("q", "")[:2000],
        _pairs(params.getlist("take")),
        _pairs(params.getlist("leave")),
        sort if any(sort == name for name, _ in SORTS) else "",
        min(max(int(page), 1), _LAST_PAGE) if page.isascii() and page.isdecimal() and len(page) < 9 else 1,
        params.get("like", "")[:2000],
    )


def _pairs(given: list[str]) -> tuple[tuple[str, str], ...]:
    split = [item.partition(":") for item in given[:40]]
    return tuple(dict.fromkeys((name, value) for name, _, value in split if name in FACET_NAMES and value and known(name, value)))


def known(name: str, value: str) -> bool:
    """Whether a flag is one we offer; of other fields every value may be asked for."""
    return name not in ("is", "has") or (name, value) in STATES


def condition(name: str, value: str) -> str:
    """One value of one field in the query language (docs/search.md): the whole value, to the letter."""
    if name in ("is", "has"):
        return f"{name}:{value}"
    if not any(mark in value for mark in '"“”'):
        return f'{name}:="{value}"'
    if not _ENDS_SINGLE.search(value):
        return f"{name}:='{value}'"
    # Both kinds of quote stand in it: its words side by side are the nearest that can be asked.
    return f'{name}:"' + re.sub('["“”]', " ", value) + '"'


_ENDS_SINGLE = re.compile(r"['’](?=[\s)(]|$)")
