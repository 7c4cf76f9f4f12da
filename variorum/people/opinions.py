"""What somebody thinks of works: a rating, a private note, and which they put out of their sight. On copies; of several the latest counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from variorum.people.opening import PeopleFile, column, now

__all__ = ["Opinion", "Opinions"]

_NOTE = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Opinion:
    """A rating (1 to 5, or none) and a note (which may be empty) on a copy, for the work it belongs to."""

    witness: str
    rating: int | None
    note: str
    at: str


class Opinions:
    """Everybody's opinions. Safe to use from several threads and processes at once."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def all(self, person: str) -> list[Opinion]:
        """Every opinion of a person, the latest first."""
        with self._file.open() as db:
            query = "SELECT witness, rating, note, at FROM opinion WHERE person = ? ORDER BY at DESC, witness"
            return [Opinion(*row) for row in db.execute(query, (person,))]

    def of(self, person: str, witnesses: Sequence[str]) -> Opinion | None:
        """What a person thinks of a work with these copies, or None."""
        with self._file.open() as db:
            return _latest(db, person, witnesses)

    def note(self, person: str, witnesses: Sequence[str], note: str) -> None:
        """Keeps a note on a work with these copies (the first of them has it), in place of the one before; the rating stays."""
        said = column(note).replace("\r\n", "\n").strip()[:_NOTE]
        with self._file.change() as db:
            held = _latest(db, person, witnesses)
            rating = held.rating if held is not None else None
            for witness in witnesses:
                db.execute("DELETE FROM opinion WHERE person = ? AND witness = ?", (person, witness))
            if witnesses and (said or rating is not None):
                db.execute("INSERT INTO opinion VALUES (?, ?, ?, ?, ?)", (person, witnesses[0], rating, said, now()))

    def hidden(self, person: str) -> list[str]:
        """The copies of works a person put out of their sight, the latest first."""
        with self._file.open() as db:
            rows = db.execute("SELECT witness FROM hidden WHERE person = ? ORDER BY at DESC, witness", (person,))
            return [row[0] for row in rows]


def _latest(db: sqlite3.Connection, person: str, witnesses: Sequence[str]) -> Opinion | None:
    query = "SELECT witness, rating, note, at FROM opinion WHERE person = ? AND witness = ?"
    rows = (db.execute(query, (person, witness)).fetchone() for witness in witnesses)
    return max((Opinion(*row) for row in rows if row is not None), key=lambda one: one.at, default=None)
