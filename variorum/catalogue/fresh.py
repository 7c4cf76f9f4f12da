"""The postings of the latest texts, which lie together before they are sorted into buckets.

A text of some length has postings in thousands of buckets, and each is a row. So what a transaction adds is kept as two sorted
columns, a *level*; levels of about one size are merged into one, and when all of them together hold a million they go
into the buckets at once, a posting then costing a fraction of a row (a log-structured merge: O'Neil et al. 1996). A level is
a row that is never changed, under a number that is never given again: what a process has read it need not read twice.

A hash that has become common since stays in its levels; nobody may ask for it, and it goes when the buckets are written.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from variorum.catalogue import postings
from variorum.catalogue import schema as s
from variorum.catalogue.driver import Quick

__all__ = ["LIMIT", "Fresh", "Levels"]

_U64 = npt.NDArray[np.uint64]
_U32 = npt.NDArray[np.uint32]

#: Postings that lie outside the buckets at most: 12 bytes each, in the database and in memory.
LIMIT = 1 << 20


class _Level(NamedTuple):
    number: int  #: 0 for one that is not in the database
    names: _U64  #: ascending
    texts: _U32


Levels = dict[int, _Level]

_NUMBERS = Quick(sa.select(s.fresh.c.level))
_READ = Quick(sa.select(s.fresh.c.names, s.fresh.c.numbers).where(s.fresh.c.level == sa.bindparam("level")))
_WRITE = Quick(sa.insert(s.fresh))
_DELETE = Quick(sa.delete(s.fresh).where(s.fresh.c.level == sa.bindparam("one")))


class Fresh:
    """The levels as one transaction has them. ``known``: those this process has read, which is kept up to date."""

    def __init__(self, connection: sa.Connection, known: Levels) -> None:
        self._connection = connection
        self._known = known
        self._levels: list[_Level] | None = None  # the largest first
        self._gone: list[int] = []  # that were merged into others since

    def find(self, names: _U64) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Every posting of these names (ascending): the place of its name among them, and the number of its text."""
        places, texts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for level in self._read():
            low = np.searchsorted(level.names, names)
            hit = np.flatnonzero(level.names[np.minimum(low, len(level.names) - 1)] == names)
            if len(hit):
                low = low[hit]
                counts = np.searchsorted(level.names, names[hit], side="right") - low
                before = np.cumsum(counts) - counts
                places.append(np.repeat(hit, counts))
                texts.append(level.texts[np.arange(counts.sum()) + np.repeat(low - before, counts)].astype(np.int64))
        return np.concatenate(places), np.concatenate(texts)

    def add(self, names: _U64, texts: npt.NDArray[np.int64]) -> None:
        """Adds postings: a name and the number of a text each."""
        if not len(names):
            return
        levels = self._read()
        fresh = _sorted(0, names, texts.astype(np.uint32))
        while levels and len(levels[-1].names) < 2 * len(fresh.names):
            last = levels.pop()
            self._gone += [last.number] if last.number else []
            fresh = _sorted(0, np.concatenate([last.names, fresh.names]), np.concatenate([last.texts, fresh.texts]))
        levels.append(fresh)

    def keep(self, common: _U64) -> None:
        """Writes what was added; into the buckets, when it is time. ``common``: the names nobody may ask for any more."""
        if self._levels is None:
            return
        if sum(len(level.names) for level in self._levels) >= LIMIT:
            self.settle(common)
        for place, level in enumerate(self._levels):
            if not level.number:
                self._levels[place] = level = level._replace(number=secrets.randbits(62) or 1)
                data = level.names.astype("<u8").tobytes(), level.texts.astype("<u4").tobytes()
                _WRITE.run(self._connection, level=level.number, names=data[0], numbers=data[1])
        self._forget()

    def settle(self, common: _U64) -> None:
        """Sorts everything into the buckets."""
        levels = self._read()
        self._gone += [level.number for level in levels if level.number]
        if levels:
            names = np.concatenate([level.names for level in levels])
            texts = np.concatenate([level.texts for level in levels])
            kept = ~np.isin(names, common)
            postings.append(self._connection, names[kept], texts[kept].astype(np.int64))
        levels.clear()
        self._forget()

    def _forget(self) -> None:
        _DELETE.many(self._connection, [{"one": number} for number in self._gone])
        self._gone.clear()

    def _read(self) -> list[_Level]:
        if self._levels is None:
            held = {number: self._known.get(number) or self._one(number) for (number,) in _NUMBERS.rows(self._connection)}
            for number in set(self._known) - set(held):
                self._known.pop(number, None)
            self._known.update(held)
            self._levels = sorted(held.values(), key=lambda level: -len(level.names))
        return self._levels

    def _one(self, number: int) -> _Level:
        ((names, texts),) = _READ.rows(self._connection, level=number)
        return _Level(number, np.frombuffer(names, "<u8").astype(np.uint64), np.frombuffer(texts, "<u4").astype(np.uint32))


def _sorted(number: int, names: _U64, texts: _U32) -> _Level:
    order = np.argsort(names, kind="stable")
    return _Level(number, names[order], texts[order])
