"""What might be said of tags, kept up in memory: after a change only what the changed works' tags touch is worked out again.

The rules are those of `suggesting`; what is held here is which work has which tags under their canonical names, the groups of
`spelled`, the company of `company`, and of each person the fandom most of their works are in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.company import Company
from variorum.catalogue.connect import reading
from variorum.catalogue.spelled import Spelled
from variorum.catalogue.sql import chunks, get_state
from variorum.catalogue.suggesting import STAGES, Spoken, by_company, home_of, said_of, under_fandoms, why_spelled
from variorum.catalogue.wrangled import Names, words_on
from variorum.model import TagSuggestion, TagWord

__all__ = ["KINDS", "Suggested"]

KINDS = ("fandom", "relationship", "character", "tag")  #: warnings and categories are AO3's few words
_PEOPLE = ("character", "relationship")


class _Row(NamedTuple):
    number: int
    tags: tuple[tuple[str, str], ...]  # kind and canonical name, each once

    def of(self, *kinds: str) -> list[str]:
        return [name if len(kinds) == 1 else f"{kind}:{name}" for kind, name in self.tags if kind in kinds]


class Suggested:
    """The suggestions of one catalogue. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._empty()

    def _empty(self) -> None:
        self._at: tuple[str | None, int] = (None, -1)
        self._rows: dict[str, _Row] = {}
        self._next = 0
        self._fresh: set[str] = set()  # works that came in just now
        self._having: dict[str, dict[str, set[int]]] = {kind: {} for kind in KINDS}
        self._spelled = {kind: Spelled(kind) for kind in KINDS}
        self._company = Company()
        self._fandoms: dict[int, list[str]] = {}  # of each work
        #: Of who may stand under a fandom: it, how many of their works are in it, and how many they have.
        self._home: dict[str, dict[str, tuple[str, int, int]]] = {kind: {} for kind in _PEOPLE}
        self._found: list[TagSuggestion] = []

    def all(self) -> list[TagSuggestion]:
        """Everything that might be said, the surest first; nothing on which a person has spoken."""
        with self._lock, reading(self._engine) as connection:
            now = (get_state(connection, "identity"), int(get_state(connection, "change") or 0))
            if now != self._at:
                if now[0] != self._at[0]:
                    self._empty()
                self._bring_up(connection)
                self._found = self._assembled(words_on(connection))
                self._at = now
            return self._found

    # ------------------------------------------------------------ keeping it up

    def _bring_up(self, connection: sa.Connection) -> None:
        touched: dict[str, set[str]] = {kind: set() for kind in KINDS}
        before: dict[str, _Row] = {}
        t = s.tags.c
        query = sa.select(t.work, t.kind, t.value).where(t.kind.in_(KINDS)).order_by(t.work, t.kind, t.position)
        names = Names(connection)
        if self._at[1] < 0:
            self._enter(connection.execution_options(yield_per=5000).execute(query), names, touched)
        else:
            since = self._at[1]
            changed = list(connection.execute(sa.select(s.works.c.work).where(s.works.c.change > since)).scalars())
            gone = connection.execute(sa.select(s.retired.c.work).where(s.retired.c.change > since)).scalars()
            for work in (*changed, *gone):
                self._leave(work, touched, before)
            for some in chunks(changed, 500):
                self._enter(connection.execute(query.where(t.work.in_(some))), names, touched)
        self._stand_beside(before)
        for kind, tags in touched.items():
            self._spelled[kind].change({tag: len(self._having[kind].get(tag, ())) for tag in tags})
        for kind in _PEOPLE:
            for tag in touched[kind]:
                works = self._having[kind].get(tag, ())
                home = home_of(works, self._fandoms)
                self._home[kind].pop(tag, None)
                if home is not None:
                    self._home[kind][tag] = (*home, len(works))

    def _stand_beside(self, before: Mapping[str, _Row]) -> None:
        """Takes the works that left and those that came into the company; one that stands beside the same as before changes nothing."""
        first = self._at[1] < 0
        for work, row in (self._rows if first else before).items():
            now = None if first else self._rows.get(work)
            stood = [(one.of("fandom"), one.of(*_PEOPLE)) for one in (row, now) if one is not None]
            if len(stood) == 1 or stood[0] != stood[1]:
                self._company.work(*stood[0], 1 if first else -1)
                for fandoms, people in stood[1:]:
                    self._company.work(fandoms, people, 1)
        for work in () if first else self._fresh.difference(before):
            self._company.work(self._rows[work].of("fandom"), self._rows[work].of(*_PEOPLE), 1)
        self._fresh = set()

    def _leave(self, work: str, touched: Mapping[str, set[str]], before: dict[str, _Row]) -> None:
        row = self._rows.pop(work, None)
        if row is None:
            return
        before[work] = row
        self._fandoms.pop(row.number, None)
        for kind, name in row.tags:
            touched[kind].add(name)
            held = self._having[kind][name]
            held.discard(row.number)
            if not held:
                del self._having[kind][name]

    def _enter(self, rows: Iterable[Any], names: Names, touched: Mapping[str, set[str]]) -> None:
        called: dict[tuple[str, str], str] = {}
        for work, tags in _by_work(rows):
            for tag in tags:
                if tag not in called:
                    called[tag] = names.canonical(*tag)
            row = _Row(self._next, tuple(dict.fromkeys((kind, called[kind, value]) for kind, value in tags)))
            self._next += 1
            self._rows[work] = row
            self._fresh.add(work)
            if fandoms := row.of("fandom"):
                self._fandoms[row.number] = fandoms
            for kind, name in row.tags:
                touched[kind].add(name)
                self._having[kind].setdefault(name, set()).add(row.number)

    # ------------------------------------------------------------ what follows

    def _assembled(self, spoken: Spoken) -> list[TagSuggestion]:
        out: list[TagSuggestion] = []
        for kind in KINDS:
            counts = self._spelled[kind].counts
            for (tag, of), said in self._spelled[kind].pairs.items():
                stage = next(number for number, groups in enumerate(said) if groups)
                word = TagWord("synonym", kind, tag, kind, of)
                if not said_of(word, spoken):
                    out.append(TagSuggestion(word, STAGES[stage], why_spelled(kind, stage), counts[tag], counts[of]))
        known = {(one.word.tag, one.word.of) for one in out}
        known |= {(of, tag) for tag, of in known}
        fandoms = self._having["fandom"]
        company = by_company("fandom", fandoms, self._company.alike(fandoms), spoken)
        out += [one for one in company if (one.word.tag, one.word.of) not in known]
        counts = {fandom: len(works) for fandom, works in fandoms.items()}
        for kind in _PEOPLE:
            out += under_fandoms(kind, self._home[kind], counts, len(self._fandoms), spoken)
        return sorted(out, key=lambda one: (-one.certainty, -one.of_works, one.word.kind, one.word.of, one.word.tag))


def _by_work(rows: Iterable[Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Rows of work, kind and value, in the order of works, by work."""
    now: str | None = None
    tags: list[tuple[str, str]] = []
    for work, kind, value in rows:
        if work != now:
            if now is not None:
                yield now, tags
            now, tags = work, []
        tags.append((kind, value))
    if now is not None:
        yield now, tags
