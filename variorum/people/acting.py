"""Something done to many works in one step, and taken back in one: put on a shelf, marked, rated, put out of sight.

Before anything changes, what stood there is written down beside it, in the same transaction; taking back puts that in place of
whatever stands there now. The last few steps of each person can be taken back.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from variorum.model import RATINGS, Act, Done
from variorum.people.opening import PeopleFile, column, now

__all__ = ["COLUMNS", "Acting"]

_KEPT = 10  # steps of one person that can be taken back
_AT_ONCE = 500  # ids in one statement

#: What each act changes.
_TABLES = {"put": "shelved", "take": "shelved", "mark": "mark", "rate": "opinion", "hide": "hidden", "show": "hidden"}
#: A table's columns after the person.
COLUMNS = {
    "shelved": ("witness", "shelf", "at"),
    "mark": ("witness", "mark", "at"),
    "opinion": ("witness", "rating", "note", "at"),
    "hidden": ("witness", "at"),
}
_MARKS = ("read", "reading", "later")


class Acting:
    """What people do to works, step by step. Safe to use from several threads and processes at once."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def do(self, person: str, act: Act, works: Sequence[Sequence[str]], said: str = "") -> Done:
        """Does it to works, each given by its copies (the first is the one that will have it). ValueError for what makes no sense."""
        _check(act)
        table = _TABLES[act.kind]
        witnesses = [witness for copies in works for witness in copies]
        done = Done(secrets.token_hex(8), column(said))
        with self._file.change() as db:
            shelf = act.value if table == "shelved" else None
            if shelf is not None and not _has_shelf(db, person, shelf):
                raise ValueError("there is no such shelf")
            before = _stand(db, person, table, shelf, witnesses)
            _apply(db, person, act, works, before)
            kept = {"table": table, "shelf": shelf, "witnesses": witnesses, "rows": before}
            db.execute("INSERT INTO undo VALUES (?, ?, ?, ?, ?)", (person, done.undo, done.said, json.dumps(kept), now()))
            old = "SELECT undo FROM undo WHERE person = ? ORDER BY at DESC, undo LIMIT -1 OFFSET ?"
            for (undo,) in db.execute(old, (person, _KEPT)).fetchall():
                db.execute("DELETE FROM undo WHERE person = ? AND undo = ?", (person, undo))
        return done

    def standing(self, person: str, witnesses: Sequence[str]) -> dict[str, list[list[Any]]]:
        """By table (``shelved``, ``mark``, ``opinion``, ``hidden``) the rows of these copies, in the order of `COLUMNS`."""
        with self._file.open() as db:
            return {table: _stand(db, person, table, None, witnesses) for table in COLUMNS}

    def done(self, person: str, undo: str) -> Done | None:
        """What was done under this id, while it can be taken back; else None."""
        with self._file.open() as db:
            row = db.execute("SELECT undo, said FROM undo WHERE person = ? AND undo = ?", (person, undo)).fetchone()
        return None if row is None else Done(*row)

    def undo(self, person: str, undo: str) -> bool:
        """Takes it back; whether it could be."""
        with self._file.change() as db:
            row = db.execute("SELECT value FROM undo WHERE person = ? AND undo = ?", (person, undo)).fetchone()
            if row is None:
                return False
            kept = json.loads(row[0])
            table, shelf = kept["table"], kept["shelf"]
            if shelf is None or _has_shelf(db, person, shelf):
                _clear(db, person, table, shelf, kept["witnesses"])
                _write(db, person, table, kept["rows"])
            db.execute("DELETE FROM undo WHERE person = ? AND undo = ?", (person, undo))
        return True


def _check(act: Act) -> None:
    value = act.value
    if act.kind not in _TABLES:
        raise ValueError(f"one can {', '.join(_TABLES)}, not {act.kind!r}")
    if act.kind == "rate" and value is not None and value not in map(str, RATINGS):
        raise ValueError(f"a rating is {RATINGS[0]} to {RATINGS[-1]}, or none")
    if act.kind == "mark" and value is not None and value not in _MARKS:
        raise ValueError(f"a mark is one of {', '.join(_MARKS)}, or none")
    if act.kind in ("put", "take") and not value:
        raise ValueError("there is no such shelf")


def _has_shelf(db: sqlite3.Connection, person: str, shelf: str) -> bool:
    return db.execute("SELECT 1 FROM shelf WHERE person = ? AND shelf = ?", (person, shelf)).fetchone() is not None


def _apply(db: sqlite3.Connection, person: str, act: Act, works: Sequence[Sequence[str]], before: list[list[Any]]) -> None:
    table = _TABLES[act.kind]
    stood: dict[str, list[Any]] = {row[0]: row for row in before}
    at = now()
    rows: list[list[Any]] = []
    for copies in works:
        mine = [stood[witness] for witness in copies if witness in stood]
        if act.kind in ("put", "hide"):
            rows += mine or [[copies[0], act.value, at] if act.kind == "put" else [copies[0], at]]
        elif act.kind == "mark" and act.value is not None:
            rows.append([copies[0], act.value, at])
        elif act.kind == "rate":
            note = max(mine, key=lambda row: str(row[3]))[2] if mine else ""
            if act.value is not None or note:
                rows.append([copies[0], None if act.value is None else int(act.value), note, at])
    _clear(db, person, table, act.value if table == "shelved" else None, [w for copies in works for w in copies])
    _write(db, person, table, rows)


def _stand(db: sqlite3.Connection, person: str, table: str, shelf: str | None, witnesses: Sequence[str]) -> list[list[Any]]:
    """The rows of these copies as they stand."""
    out: list[list[Any]] = []
    for some, which, values in _chunks(person, shelf, witnesses):
        query = f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE {which} AND witness IN ({some})"  # noqa: S608 (names of ours)
        out += [list(row) for row in db.execute(query, values)]
    return out


def _clear(db: sqlite3.Connection, person: str, table: str, shelf: str | None, witnesses: Sequence[str]) -> None:
    for some, which, values in _chunks(person, shelf, witnesses):
        db.execute(f"DELETE FROM {table} WHERE {which} AND witness IN ({some})", values)  # noqa: S608 (names of ours)


def _write(db: sqlite3.Connection, person: str, table: str, rows: Sequence[Sequence[Any]]) -> None:
    columns = COLUMNS[table]
    query = f"INSERT INTO {table} (person, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"  # noqa: S608 (names of ours)
    db.executemany(query, [(person, *row) for row in rows])


def _chunks(person: str, shelf: str | None, witnesses: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    which = "person = ?" if shelf is None else "person = ? AND shelf = ?"
    fixed = [person] if shelf is None else [person, shelf]
    chunks = (witnesses[at : at + _AT_ONCE] for at in range(0, len(witnesses), _AT_ONCE))
    return [(", ".join("?" * len(some)), which, [*fixed, *some]) for some in chunks]
