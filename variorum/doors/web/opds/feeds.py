"""What a feed says, before it is written: navigation, publications, facets, in values of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from variorum.doors.web import words
from variorum.doors.web.desk import with_query
from variorum.doors.web.facets import said
from variorum.doors.web.querying import FACET_NAMES, PER_PAGE, Question
from variorum.model import Found, Shelf, Work

__all__ = [
    "NAVIGATION",
    "ROOT",
    "SEARCH",
    "Facet",
    "Feed",
    "Group",
    "Image",
    "Step",
    "browsing",
    "images",
    "listed",
    "root",
    "shelves",
    "works_address",
]

#: Where the catalogue begins; the bare path answers.
ROOT = "/opds"
SEARCH = "/opds/search.xml"

#: Facets one can walk through from the first feed: field -> what the entry says.
NAVIGATION = {
    "fandom": "By fandom",
    "author": "By creator",
    "series": "By series",
    "relationship": "By relationship",
    "character": "By character",
    "tag": "By additional tag",
    "rating": "By rating",
    "status": "Complete or not",
    "language": "By language",
    "site": "By site",
}
#: Endings of the pictures that OPDS 1.2 names; WebP is not among them.
_SHOWN_BY_ALL = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
_SORTS = (("title", "Title"), ("author", "Creator"), ("-updated", "Updated"), ("-added", "Added"), ("-words", "Longest"))
_FACETS = ("rating", "status", "fandom", "relationship", "language")
_VALUES = 12  # of one facet


class Step(NamedTuple):
    """One entry of a navigation feed."""

    title: str
    address: str
    about: str
    acquisition: bool = True  #: it leads to works, not to more navigation
    rel: str = "subsection"
    number: int | None = None


class Facet(NamedTuple):
    """One choice beside a list of works."""

    title: str
    address: str
    number: int | None = None
    active: bool = False


class Group(NamedTuple):
    """Choices of one kind."""

    title: str
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: either ``steps`` or ``works``; ``total`` counts what there is, of which this is one page."""

    title: str
    address: str
    steps: tuple[Step, ...] = ()
    works: tuple[Work, ...] = ()
    total: int | None = None
    page: int = 1
    groups: tuple[Group, ...] = ()
    pages: dict[str, str] = field(default_factory=dict)  #: rel (first, previous, next, last) -> address
    updated: str = ""

    @property
    def acquisition(self) -> bool:
        """Whether it lists works."""
        return self.total is not None


def works_address(asked: Question) -> str:
    """The address of a list of works: the shelf's own question under another path."""
    return ROOT + "/works" + asked.address().removeprefix("/")


def root(updated: str) -> Feed:
    """The first feed."""
    steps = [
        Step("All works", works_address(Question(sort="title")), "Every work, by title"),
        Step("Newest here", works_address(Question(sort="-added")), "What was added last", rel="http://opds-spec.org/sort/new"),
        Step("Went on reading", ROOT + "/reading", "Works you are in, the last one first"),
        Step("Your shelves", ROOT + "/shelves", "Works on your own lists", acquisition=False),
        *(
            Step(said, f"{ROOT}/by/{name}", f"The library, {said.lower()}", acquisition=False)
            for name, said in NAVIGATION.items()
        ),
    ]
    return Feed("Variorum", ROOT, tuple(steps), updated=updated)


def shelves(held: Sequence[Shelf], updated: str) -> Feed:
    """The shelves of whoever asks, in their order."""
    steps = [
        Step(
            shelf.name,
            works_address(Question(sort="title").take("shelf", shelf.name)),
            words.count(shelf.works, "work"),
            number=shelf.works,
        )
        for shelf in held
    ]
    return Feed("Your shelves", f"{ROOT}/shelves", tuple(steps), updated=updated)


def browsing(name: str, values: Sequence[tuple[str, int]], updated: str) -> Feed:
    """The values of one field; a series leads to its parts in their order."""
    steps = [
        Step(
            said(name, value),
            works_address(Question(sort="" if name == "series" else "title").take(name, value)),
            words.count(count, "work"),
            number=count,
        )
        for value, count in values
    ]
    return Feed(NAVIGATION[name], f"{ROOT}/by/{name}", tuple(steps), updated=updated)


def listed(asked: Question, found: Found, updated: str) -> Feed:
    """One page of the works that answer a question, with the choices beside it."""
    last = max((found.total + PER_PAGE - 1) // PER_PAGE, 1)
    pages = {"first": works_address(asked.at(1)), "last": works_address(asked.at(last))}
    if asked.page > 1:
        pages["previous"] = works_address(asked.at(min(asked.page - 1, last)))
    if asked.page < last:
        pages["next"] = works_address(asked.at(asked.page + 1))
    return Feed(
        title=_called(asked),
        address=works_address(asked),
        works=tuple(hit.work for hit in found.hits),
        total=found.total,
        page=asked.page,
        groups=tuple(_groups(asked, found)),
        pages=pages,
        updated=updated,
    )


def _called(asked: Question) -> str:
    parts = [asked.text.strip(), *(said(name, value) for name, value in asked.taken)]
    parts += [f"without {said(name, value)}" for name, value in asked.left]
    return ", ".join(filter(None, parts)) or "All works"


def _groups(asked: Question, found: Found) -> Iterator[Group]:
    def ordered(sort: str) -> Question:
        return Question(asked.text, asked.taken, asked.left, sort, 1, asked.like)

    yield Group("Order", tuple(Facet(name, works_address(ordered(sort)), None, asked.sort == sort) for sort, name in _SORTS))
    for name in _FACETS:
        chosen = [
            Facet(said(name, value), works_address(asked.drop(name, value)), None, True) for n, value in asked.taken if n == name
        ]
        offered = [
            Facet(said(name, value), works_address(asked.take(name, value)), count)
            for value, count in found.facets.get(name, ())[:_VALUES]
            if (name, value) not in asked.taken
        ]
        if chosen or len(offered) > 1:
            yield Group(FACET_NAMES[name], (*chosen, *offered))


def edition(work: Work, ending: str = "epub") -> str:
    """Where a work's edition is."""
    return f"{ROOT}/books/{work.work}.{ending}"


class Image(NamedTuple):
    """A picture that stands for a work; its pixels where they are known without opening it."""

    address: str
    media: str
    width: int | None = None
    height: int | None = None


def images(work: Work) -> tuple[Image, Image]:
    """The large one and the small one: of a work that is a picture the picture itself, else its cover as every reader can show it."""
    ending = PurePosixPath(work.base.name).suffix.lower() if work.witnesses and work.base.format == "picture" else ""
    if ending in _SHOWN_BY_ALL:
        own = Image(f"{ROOT}/pictures/{work.work}", _SHOWN_BY_ALL[ending])
        return own, own
    address = f"{ROOT}/covers/{work.work}.png"
    return Image(address, "image/png", 600, 900), Image(with_query(address, small="1"), "image/png", 200, 300)
