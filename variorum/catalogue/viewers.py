"""What exists for a viewer: the one place that decides it, for rows as for the text index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.model import Metadata, Viewer
from variorum.text import fold

__all__ = ["ADULT_CODE", "TAG_KINDS", "for_rows", "hidden_values", "key_of", "sees", "shut_out", "tags_of"]

#: How the text index writes down whether a work is adult.
ADULT_CODE = {True: "yes", False: "no", None: "unknown"}

#: Kinds of the table of tags -> the field of a work they are from; the rating is a kind of its own.
TAG_KINDS: Mapping[str, str] = {
    "fandom": "fandoms",
    "warning": "warnings",
    "category": "categories",
    "relationship": "relationships",
    "character": "characters",
    "tag": "tags",
}


def key_of(value: str) -> str:
    """A tag as the catalogue compares it: without letter case, its first hundred characters."""
    return s.clean(fold(value))[:100]


def sees(viewer: Viewer, adult: bool | None, about: Metadata | None = None) -> bool:
    """Whether a work exists for this viewer: an unknown rating is gated like an adult one, and so is what is hidden from them."""
    if not (viewer.adult or adult is False):
        return False
    if not viewer.hidden or about is None:
        return True
    hidden = set(map(key_of, viewer.hidden))
    return hidden.isdisjoint(key_of(value) for _, values in tags_of(about) for value in values)


def tags_of(about: Metadata) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Everything one may hide a work by: kind and values. The rating is a tag among others."""
    yield "rating", (about.rating,) if about.rating else ()
    for kind, name in TAG_KINDS.items():
        yield kind, getattr(about, name)


def for_rows(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The same as a condition on `schema.works`."""
    rated: sa.ColumnElement[bool] = sa.true() if viewer.adult else s.works.c.adult.is_(False)
    if not viewer.hidden:
        return rated
    keys = sorted(set(map(key_of, viewer.hidden)))
    one = s.tags.alias()  # whoever asks may have the table of tags in hand
    return sa.and_(rated, ~sa.exists().where(one.c.work == s.works.c.work, one.c.key.in_(keys)).correlate(s.works))


def shut_out(viewer: Viewer) -> tuple[str, ...]:
    """The same for the text index: the codes of ratings that do not exist for this viewer."""
    return tuple(code for adult, code in ADULT_CODE.items() if not sees(viewer, adult))


def hidden_values(connection: sa.Connection, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """What else does not: (kind, value) of each spelling of a hidden tag that a work has."""
    if not viewer.hidden:
        return ()
    keys = sorted(set(map(key_of, viewer.hidden)))
    query = sa.select(s.tags.c.kind, s.tags.c.value).where(s.tags.c.key.in_(keys))
    # The kinds are named because the index begins with them.
    found = connection.execute(query.where(s.tags.c.kind.in_(["rating", *TAG_KINDS])).distinct())
    return tuple((str(kind), str(value)) for kind, value in found)
