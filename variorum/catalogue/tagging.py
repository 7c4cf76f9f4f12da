"""The tags of the library gathered for `suggesting`: under their canonical names, with the works that have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.connect import reading
from variorum.catalogue.suggesting import by_company, by_spelling, under_fandoms
from variorum.catalogue.viewers import TAG_KINDS
from variorum.catalogue.wrangled import Names, groups, said, words_on
from variorum.model import TagGroup, TagSuggestion, TagWord

__all__ = ["Tagged", "suggestions", "values"]

_KINDS = ("fandom", "relationship", "character", "tag")  # warnings and categories are AO3's few words
_PEOPLE = ("character", "relationship")


class Tagged:
    """The second layer over the tags of one catalogue, for reading. `Batch.tag_words` writes it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

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
        with reading(self._engine) as connection:
            return suggestions(connection)


def values(connection: sa.Connection) -> Mapping[str, set[str]]:
    """The tags there are, by kind, as the authors spell them."""
    out: dict[str, set[str]] = {kind: set() for kind in TAG_KINDS}
    for kind, value in connection.execute(sa.select(s.tags.c.kind, s.tags.c.value).distinct()):
        out.setdefault(kind, set()).add(value)
    return out


def suggestions(connection: sa.Connection) -> list[TagSuggestion]:
    """What might be said of tags, the surest first; nothing on which a person has spoken."""
    spoken = words_on(connection)
    having = _works(connection)
    out: list[TagSuggestion] = []
    for kind in _KINDS:
        out += by_spelling(kind, {tag: len(works) for tag, works in having[kind].items()}, spoken)
    company: dict[int, list[str]] = defaultdict(list)
    for kind in _PEOPLE:
        for tag, works in having[kind].items():
            for work in works:
                company[work].append(f"{kind}:{tag}")
    known = {(one.word.tag, one.word.of) for one in out}
    known |= {(of, tag) for tag, of in known}
    out += [one for one in by_company("fandom", having["fandom"], company, spoken) if (one.word.tag, one.word.of) not in known]
    total = len({work for works in having["fandom"].values() for work in works})
    for kind in _PEOPLE:
        out += under_fandoms(kind, having[kind], having["fandom"], total, spoken)
    return sorted(out, key=lambda one: (-one.certainty, -one.of_works, one.word.kind, one.word.of, one.word.tag))


def _works(connection: sa.Connection) -> dict[str, dict[str, set[int]]]:
    """Kind -> canonical name -> the works that have any spelling of it, by number."""
    names = Names(connection)
    numbers: dict[str, int] = {}
    out: dict[str, dict[str, set[int]]] = {kind: {} for kind in _KINDS}
    called: dict[tuple[str, str], str] = {}
    t = s.tags.c
    for work, kind, value in connection.execute(sa.select(t.work, t.kind, t.value).where(t.kind.in_(_KINDS))):
        name = called.get((kind, value))
        if name is None:
            name = called[kind, value] = names.canonical(kind, value)
        out[kind].setdefault(name, set()).add(numbers.setdefault(work, len(numbers)))
    return out
