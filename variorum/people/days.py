"""How much was read on which day: words of each copy, counted as the place in it moves forward.

Counted is what lies between two places of one copy, when it could have been read in the time between them; a leap (to a
chapter near the end, to look something up) counts for nothing, and so does the first place one is found at. Days are those of
this machine's own calendar.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple, Protocol

from variorum.people.opening import PeopleFile

__all__ = ["Day", "Days"]

_FASTEST = 1000  # words a minute: more is leafing, not reading
_SLACK = 400  # words: a place is kept a little after it is reached


class _Place(Protocol):
    """Where somebody is, as far as counting needs it."""

    @property
    def person(self) -> str: ...
    @property
    def witness(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def progress(self) -> float: ...


class Day(NamedTuple):
    """Words of a copy that were read on a day (``2026-11-24``)."""

    day: str
    witness: str
    words: int


class Days:
    """Everybody's days of reading. Safe to use from several threads and processes at once."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def all(self, person: str) -> list[Day]:
        """A person's days, the earliest first."""
        with self._file.open() as db:
            rows = db.execute("SELECT day, witness, words FROM reading_day WHERE person = ? ORDER BY day, witness", (person,))
            return [Day(*row) for row in rows]

    def by_copy(self) -> dict[str, int]:
        """How many words of each copy were read, by everybody together."""
        with self._file.open() as db:
            return dict(db.execute("SELECT witness, SUM(words) FROM reading_day GROUP BY witness").fetchall())

    @staticmethod
    def count(db: sqlite3.Connection, before: _Place | None, after: _Place, words: int) -> None:
        """Counts what was read from one place of a copy to the next, inside the transaction that keeps the new place."""
        if before is None or after.progress <= before.progress:
            return
        read = round((after.progress - before.progress) * words)
        between = datetime.fromisoformat(after.at) - datetime.fromisoformat(before.at)
        if read <= 0 or read > _SLACK + _FASTEST * max(between.total_seconds(), 0.0) / 60:
            return
        day = datetime.fromisoformat(after.at).astimezone().date().isoformat()
        db.execute(
            "INSERT INTO reading_day (person, day, witness, words) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (person, day, witness) DO UPDATE SET words = words + excluded.words",
            (after.person, day, after.witness, read),
        )
