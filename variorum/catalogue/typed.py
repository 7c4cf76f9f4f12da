"""What somebody who is typing may mean: tags, creators and titles that have a word beginning so, the commonest first.

A sorted list of every value from each of its first words on, in memory, worked out anew when the catalogue changed: a question
is two bisections and the best of a stretch, whatever the size of the library. What a viewer may not see is not in their list.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.analysis import folded
from variorum.catalogue.connect import reading
from variorum.catalogue.sql import get_state
from variorum.catalogue.values import load
from variorum.catalogue.viewers import for_rows
from variorum.catalogue.wrangled import Names, meant
from variorum.model import Typed, Viewer
from variorum.text import shown

__all__ = ["Typing"]

_KEY = 48  # characters of a value that are compared
_WORDS = 6  # words of a value at which a question may begin
_KEPT = 4  # viewers whose lists are kept
_LOOKED = 32  # of a stretch, before one value is counted once
_END = "\U0010ffff"
_KEEPER = Viewer()


@dataclass(frozen=True, slots=True)
class _List:
    keys: list[str]
    entries: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int32]
    values: list[Typed]


class Typing:
    """Answers while one types. Safe to use from many threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lists: OrderedDict[tuple[bool, tuple[str, ...]], tuple[int, _List]] = OrderedDict()
        self._lock = threading.Lock()

    def suggest(self, text: str, viewer: Viewer = _KEEPER, field: str | None = None, limit: int = 8) -> list[Typed]:
        """Values of which a word, and what follows it, begins with the text; of one ``field`` only, where it is named."""
        asked = " ".join(folded(shown(text)).split())[:_KEY]
        if not asked:
            return []
        held = self._list(viewer)
        first, last = bisect_left(held.keys, asked), bisect_left(held.keys, asked + _END)
        weights = held.weights[first:last]
        entries = held.entries[first:last]
        if field is not None and len(weights):
            same = np.fromiter((held.values[e].field == field for e in entries.tolist()), dtype=bool, count=len(entries))
            weights, entries = weights[same], entries[same]
        if len(weights) > _LOOKED * limit:
            best = np.argpartition(weights, -_LOOKED * limit)[-_LOOKED * limit :]
            weights, entries = weights[best], entries[best]
        found: dict[int, int] = {}
        for entry, weight in zip(entries.tolist(), weights.tolist(), strict=True):
            found[entry] = max(weight, found.get(entry, 0))
        ranked = sorted(found, key=lambda e: (-found[e], len(held.values[e].value), held.values[e].value))
        return [held.values[e] for e in ranked[:limit]]

    def _list(self, viewer: Viewer) -> _List:
        key = (viewer.adult, viewer.hidden)
        with self._lock, reading(self._engine) as connection:
            change = int(get_state(connection, "change") or 0)
            held = self._lists.get(key)
            if held is None or held[0] != change:
                held = (change, _made(connection, meant(connection, viewer)))
                self._lists[key] = held
            self._lists.move_to_end(key)
            while len(self._lists) > _KEPT:
                self._lists.popitem(last=False)
            return held[1]


def _made(connection: sa.Connection, viewer: Viewer) -> _List:
    names = Names(connection)
    counts: Counter[tuple[str, str]] = Counter()
    also: dict[tuple[str, str], set[str]] = {}
    t = s.tags.c
    query = sa.select(t.kind, t.value, sa.func.count()).join(s.works, s.works.c.work == t.work).where(for_rows(viewer))
    for kind, value, count in connection.execute(query.group_by(t.kind, t.value)):
        name = names.canonical(kind, value)
        counts[kind, name] += count
        if name != value:
            also.setdefault((kind, name), set()).add(value)
    for row in connection.execute(sa.select(s.works.c.metadata).where(for_rows(viewer))):
        about = load(row.metadata)
        if about.get("title"):
            counts["title", about["title"]] += 1
        for creator in about.get("creators") or ():
            if creator.get("name"):
                counts["author", creator["name"]] += 1
    values: list[Typed] = []
    rows: list[tuple[str, int, int]] = []
    for (field, value), count in counts.items():
        for spelling in (value, *also.get((field, value), ())):
            rows += [(key, len(values), count) for key in _keys(spelling, 2 if field == "title" else _WORDS)]
        values.append(Typed(field, value, count))
    rows.sort()
    return _List(
        [key for key, _, _ in rows],
        np.array([entry for _, entry, _ in rows], dtype=np.int32),
        np.array([weight for _, _, weight in rows], dtype=np.int32),
        values,
    )


def _keys(value: str, most: int) -> Iterator[str]:
    """A value from each of its first words on; a bracket or quote before a word is passed over."""
    words = folded(shown(value)[:400]).split()
    for at in range(min(len(words), most)):
        yield " ".join(words[at:])[:_KEY].lstrip("([{\"'“‘«#*")
