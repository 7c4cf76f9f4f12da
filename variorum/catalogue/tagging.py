"""The tags of the library gathered for `suggesting`: under their canonical names, with the works that have them."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.connect import reading
from variorum.catalogue.suggested import Suggested
from variorum.catalogue.viewers import TAG_KINDS
from variorum.catalogue.wrangled import groups, said
from variorum.model import TagGroup, TagSuggestion, TagWord

__all__ = ["Tagged", "values"]


class Tagged:
    """The second layer over the tags of one catalogue, for reading. `Batch.tag_words` writes it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._suggested = Suggested(engine)

    def words(self) -> list[TagWord]:
        """Everything that was said of tags and stands."""
        with reading(self._engine) as connection:
            return said(connection)

    def groups(self) -> list[TagGroup]:
        """The tags that have other names or stand under something."""
        with reading(self._engine) as connection:
            return groups(connection)

    def values(self) -> Mapping[str, set[str]]:
        """The tags there are, by kind, as the authors spell them."""
        with reading(self._engine) as connection:
            return values(connection)

    def suggestions(self) -> list[TagSuggestion]:
        """What might be said of tags, the surest first."""
        return list(self._suggested.all())


def values(connection: sa.Connection) -> Mapping[str, set[str]]:
    """The tags there are, by kind, as the authors spell them."""
    out: dict[str, set[str]] = {kind: set() for kind in TAG_KINDS}
    for kind, value in connection.execute(sa.select(s.tags.c.kind, s.tags.c.value).distinct()):
        out.setdefault(kind, set()).add(value)
    return out
