"""Named shelves: a person's own lists of works, in an order of their own; a work may stand on several.

What stands on a shelf are copies, like everything that is a person's: whichever works they belong to now are the works on it.
"""

from __future__ import annotations

import secrets
import sqlite3

from variorum.model import Shelf
from variorum.people.opening import PeopleFile, column

__all__ = ["Shelves"]

_MOST = 200  # shelves of one person
_NAME = 80  # characters


class Shelves:
    """Everybody's shelves. Safe to use from several threads and processes at once."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def all(self, person: str) -> tuple[Shelf, ...]:
        """A person's shelves in their order."""
        with self._file.open() as db:
            return tuple(Shelf(*row) for row in _rows(db, person))

    def make(self, person: str, name: str) -> Shelf:
        """A new shelf, the last in order. ValueError for a name that is empty or taken, or when there are too many."""
        name, key = _named(name)
        made = Shelf(secrets.token_hex(8), name)
        with self._file.change() as db:
            _free(db, person, key, None)
            count, last = db.execute(
                "SELECT count(*), coalesce(max(position), 0) FROM shelf WHERE person = ?", (person,)
            ).fetchone()
            if count >= _MOST:
                raise ValueError(f"{_MOST} shelves are as many as are kept")
            db.execute(
                "INSERT INTO shelf (person, shelf, name, key, position) VALUES (?, ?, ?, ?, ?)",
                (person, made.shelf, name, key, last + 1),
            )
        return made

    def rename(self, person: str, shelf: str, name: str) -> bool:
        """Gives a shelf another name; False when the person has no such shelf, ValueError for a name as in `make`."""
        name, key = _named(name)
        with self._file.change() as db:
            _free(db, person, key, shelf)
            values = (name, key, person, shelf)
            return db.execute("UPDATE shelf SET name = ?, key = ? WHERE person = ? AND shelf = ?", values).rowcount > 0

    def move(self, person: str, shelf: str, place: int) -> bool:
        """Puts a shelf at a place in the order, 0 the first; False when the person has no such shelf."""
        with self._file.change() as db:
            order = [row[0] for row in _rows(db, person)]
            if shelf not in order:
                return False
            order.remove(shelf)
            order.insert(max(place, 0), shelf)
            for position, one in enumerate(order):
                db.execute("UPDATE shelf SET position = ? WHERE person = ? AND shelf = ?", (position, person, one))
        return True

    def drop(self, person: str, shelf: str) -> bool:
        """Takes a shelf away; the works stay where they are. Whether there was one."""
        with self._file.change() as db:
            db.execute("DELETE FROM shelved WHERE person = ? AND shelf = ?", (person, shelf))
            return db.execute("DELETE FROM shelf WHERE person = ? AND shelf = ?", (person, shelf)).rowcount > 0

    def contents(self, person: str) -> dict[str, list[tuple[str, str]]]:
        """By shelf, the copies on it and when each was put there, the latest first; every shelf is in the answer."""
        found: dict[str, list[tuple[str, str]]] = {shelf.shelf: [] for shelf in self.all(person)}
        with self._file.open() as db:
            rows = db.execute("SELECT shelf, witness, at FROM shelved WHERE person = ? ORDER BY at DESC, witness", (person,))
            for shelf, witness, at in rows:
                if shelf in found:
                    found[shelf].append((witness, at))
        return found


def _rows(db: sqlite3.Connection, person: str) -> list[tuple[str, str]]:
    return db.execute("SELECT shelf, name FROM shelf WHERE person = ? ORDER BY position, name", (person,)).fetchall()


def _named(name: str) -> tuple[str, str]:
    name = " ".join(column(name).split())[:_NAME].strip()
    if not any(c.isalnum() for c in name):
        raise ValueError("a shelf has a name")
    return name, name.casefold()


def _free(db: sqlite3.Connection, person: str, key: str, shelf: str | None) -> None:
    taken = db.execute("SELECT shelf FROM shelf WHERE person = ? AND key = ?", (person, key)).fetchone()
    if taken is not None and taken[0] != shelf:
        raise ValueError("there is a shelf of that name already")
