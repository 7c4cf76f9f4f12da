"""The shelf's question: what stands in the box, what is taken in and left out beside it, order and page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from starlette.datastructures import QueryParams

from variorum.doors.web.desk import with_query

__all__ = ["FACET_NAMES", "PER_PAGE", "SORTS", "STATES", "Question", "condition", "of_address", "question"]

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
    "shelf": "Shelves",
    "format": "Formats",
    "is": "Kept as",
    "has": "Holds",
}

#: Values that say what a work is or has, in words. They stand beside the list without counts.
STATES = {
    ("is", "read"): "marked as read",
    ("is", "reading"): "being read",
    ("is", "later"): "marked for later",
    ("is", "rated"): "rated by you",
    ("is", "noted"): "with a note of yours",
    ("is", "shelved"): "on a shelf of yours",
    ("is", "hidden"): "hidden by you",
    ("has", "copies"): "several copies",
    ("has", "versions"): "copies that differ",
    ("has", "lost"): "a lost copy known",
    ("has", "repairs"): "repairs",
    ("has", "doubts"): "repairs to look at",
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
    ("-read", "last read"),
    ("-rated", "your rating"),
    ("random", "chance"),
)
#: Orders that can be turned round.
_ORDERS = frozenset(name.lstrip("-") for name, _ in SORTS if name not in ("", "random"))


@dataclass(frozen=True, slots=True)
class Question:
    """What the shelf is asked. ``taken`` and ``left`` are (field, value) pairs."""

    text: str = ""
    taken: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    page: int = 1
    like: str = ""  #: what one remembers of a story, in any words
    seed: int = 0  #: of the order by chance

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
            ("seed", str(self.seed) if self.sort == "random" and self.seed else ""),
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

    def turned(self) -> Question | None:
        """The same question in the opposite order; None where there is none."""
        name = self.sort.lstrip("-")
        if name not in _ORDERS:
            return None
        return replace(self, sort=name if self.sort.startswith("-") else f"-{name}", page=1)

    def sorted(self, name: str) -> Question:
        """The same question in the order of a field, the way that field is usually asked for."""
        usual = next((sort for sort, _ in SORTS if sort.lstrip("-") == name), name)
        return replace(self, sort=usual, page=1)

    def shuffled(self, seed: int) -> Question:
        """The same question in an order of chance."""
        return replace(self, sort="random", seed=seed, page=1)

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
        sort if sort.removeprefix("-") in _ORDERS or sort == "random" else "",
        min(max(_whole(page, 1), 1), _LAST_PAGE),
        params.get("like", "")[:2000],
        _whole(params.get("seed", ""), 0),
    )


def _whole(said: str, otherwise: int) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else otherwise


def of_address(address: str) -> Question:
    """The question that an address of the shelf asks."""
    return question(QueryParams(address.partition("?")[2].partition("#")[0]))


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
