"""The library in numbers, for one viewer: what it holds, and what they read over time.

What is held is worked out once for each state of the catalogue, viewer and question; what was read is a person's own, and is
asked anew each time. Works that do not exist for the viewer are in no number.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from variorum.catalogue import Catalogue
from variorum.library.marked import Marked
from variorum.model import Holdings, Month, ReadOver, Share, Viewer
from variorum.people import People

__all__ = ["Statistics"]

_KEPT = 12  # answers remembered
_DAYS = 60  # days shown one by one
_MONTHS = 1200  # a clock that was wrong once must not make a century of empty months


class Statistics:
    """Answers in numbers. Safe to use from several threads."""

    def __init__(self, people: People, catalogue: Catalogue) -> None:
        self._people, self._catalogue = people, catalogue
        self._held: OrderedDict[tuple[object, ...], Holdings] = OrderedDict()
        self._lock = threading.Lock()

    def holdings(self, query: str = "", viewer: Viewer = Viewer()) -> Holdings:  # noqa: B008 (frozen)
        """What the works that answer a query are; QueryError when it cannot be read."""
        own = _Watched(self._people, self._catalogue, viewer.person)
        key = (self._catalogue.change(), query, viewer.adult, viewer.hidden)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = self._catalogue.holdings(query, viewer, own)
        if not own.asked:  # what is somebody's own changes without the catalogue
            with self._lock:
                self._held[key] = found
                while len(self._held) > _KEPT:
                    self._held.popitem(last=False)
        return found

    def values(self, name: str, viewer: Viewer, most: int = 1000) -> tuple[Share, ...]:
        """The values of one field (author, series, fandom ...) among the works that exist for a viewer, the commonest first."""
        return self._catalogue.values(name, viewer, most)

    def read(self, viewer: Viewer) -> ReadOver:
        """What the viewer read, by month and by day, on this machine's calendar."""
        days = self._people.days.all(viewer.person)
        marks = self._people.marks(viewer.person, "read")
        works = self._catalogue.seen(list({*(d.witness for d in days), *(m.witness for m in marks)}), viewer)
        read = [(d.day, works[d.witness], d.words) for d in days if d.witness in works]
        finished = {(_day(m.at), works[m.witness]) for m in marks if m.witness in works}
        months = _tally(((day[:7], work, words) for day, work, words in read), ((day[:7], work) for day, work in finished))
        by_day = _tally(read, finished)
        whole = {work for _, work, _ in read} | {work for _, work in finished}
        return ReadOver(
            sum(words for _, _, words in read),
            len(whole),
            tuple(months.get(when, Month(when, 0, 0, 0)) for when in _months(months)),
            tuple(by_day.get(when, Month(when, 0, 0, 0)) for when in _days(by_day)),
        )


class _Watched(Marked):
    """One person's own things, that notices whether it was asked."""

    asked = False

    def works(self, asked: object) -> tuple[str, ...]:
        self.asked = True
        return tuple(super().works(asked))  # type: ignore[arg-type]


def _day(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().date().isoformat()


def _tally(read: Iterable[tuple[str, str, int]], finished: Iterable[tuple[str, str]]) -> dict[str, Month]:
    words: dict[str, int] = defaultdict(int)
    works: dict[str, set[str]] = defaultdict(set)
    done: dict[str, set[str]] = defaultdict(set)
    for when, work, count in read:
        words[when] += count
        works[when].add(work)
    for when, work in finished:
        done[when].add(work)
    return {when: Month(when, words[when], len(works[when]), len(done[when])) for when in {*words, *done}}


def _months(held: Mapping[str, Month]) -> list[str]:
    """Every month from the first to the last."""
    if not held:
        return []
    year, month = map(int, max(held).split("-"))
    out: list[str] = []
    while len(out) < _MONTHS and (not out or out[-1] > min(held)):
        out.append(f"{year:04}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return out[::-1]


def _days(held: Mapping[str, Month]) -> list[str]:
    """The days up to the last on which anything was read."""
    if not held:
        return []
    last = date.fromisoformat(max(held))
    return [(last - timedelta(days=back)).isoformat() for back in range(_DAYS - 1, -1, -1)]
