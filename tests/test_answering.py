"""Answers that are kept: the same as those that are not, for everybody, and gone as soon as anything changes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from variorum.errors import NotFound
from variorum.library import Library
from variorum.model import TagWord, Viewer

QUESTIONS = ("", "lamp", "the", "-the", 'rating:="Explicit"', "is:adult", "has:versions", 'fandom:="The Flood Office"')
VIEWERS = (
    Viewer(),
    Viewer("ada", adult=True),
    Viewer("ada", adult=False),
    Viewer("ada", adult=False, hidden=("The Flood Office",)),
    Viewer("bob", adult=True, hidden=("Explicit",)),
)


@pytest.fixture
def fresh(shelf_library: Library) -> Iterator[Library]:
    """The same library opened by somebody who keeps nothing."""
    with Library(shelf_library.path) as library:

        def made(_key: object, make: Callable[[], Any], *_: object, **__: object) -> Any:
            return make()

        library.catalogue.kept.get = made  # type: ignore[method-assign]
        yield library


def test_nobody_is_given_what_was_kept_for_somebody_else(shelf_library: Library, fresh: Library) -> None:
    """Whoever asks whatever, in whatever order, and again, gets what a library that keeps nothing tells them: works, counts, facets, snippets."""
    asked = [(q, v, sort) for q in QUESTIONS for v in VIEWERS for sort in (None, "title")] * 2
    random.Random(5).shuffle(asked)
    for query, viewer, sort in asked:
        kept = shelf_library.find(query, viewer=viewer, sort=sort, limit=20)
        told = fresh.find(query, viewer=viewer, sort=sort, limit=20)
        assert (kept.total, kept.hits, kept.facets) == (told.total, told.hits, told.facets)
    for work in [*fresh.find(limit=50)] * 2:
        for viewer in VIEWERS:
            assert read(shelf_library, work.work, viewer) == read(fresh, work.work, viewer)
            assert shelf_library.work_of(work.base.witness, viewer=viewer) == fresh.work_of(work.base.witness, viewer=viewer)


def read(library: Library, work: str, viewer: Viewer) -> object:
    try:
        return library.work(work, viewer=viewer)
    except NotFound:
        return None


def test_an_answer_is_read_from_its_beginning(shelf_library: Library) -> None:
    """Who walks through an answer, or writes into its counts, takes nothing from who asks next."""
    first = shelf_library.find("the", limit=5)
    many = len(list(first))
    first.facets.clear()  # type: ignore[attr-defined]
    again = shelf_library.find("the", limit=5)
    assert len(list(again)) == many > 0
    assert again.facets


def test_what_somebody_else_entered_is_seen_at_once(shelf_library: Library, fresh: Library) -> None:
    """Another opening of the library says that two tags are one: a profile that may not see the one no longer finds, or opens, works of the other."""
    child = Viewer("ada", hidden=("No Such Office",))
    work = next(iter(shelf_library.find('fandom:="The Flood Office"', viewer=child))).work
    assert shelf_library.work(work, viewer=child).work == work
    fresh.tags.say([word := TagWord("synonym", "fandom", "The Flood Office", "fandom", "No Such Office")])
    try:
        assert shelf_library.find('fandom:="The Flood Office"', viewer=child).total == 0
        assert read(shelf_library, work, child) is None
    finally:
        fresh.tags.say([word], back=True)
    assert shelf_library.find('fandom:="The Flood Office"', viewer=child).total > 0


def test_what_is_ones_own_is_asked_for_every_time(shelf_library: Library) -> None:
    """A work marked as read is in the next answer about what is read, and out of it when the mark is taken away; nobody else's is."""
    copy = next(iter(shelf_library.find("the"))).base.witness
    ada, bob = Viewer("ada"), Viewer("bob")
    before = shelf_library.find("is:read", viewer=ada).total
    shelf_library.people.mark("ada", copy, "read")
    assert shelf_library.find("is:read", viewer=ada).total == before + 1
    assert next(iter(shelf_library.find(sort="-read", viewer=ada))).base.witness == copy
    assert shelf_library.find("is:read", viewer=bob).total == 0
    shelf_library.people.mark("ada", copy, None)
    assert shelf_library.find("is:read", viewer=ada).total == before
