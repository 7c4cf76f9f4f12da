"""The people's database: places, marks and settings, each question for itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from variorum.people.acting import Acting
from variorum.people.annotations import Annotations
from variorum.people.days import Days
from variorum.people.devices import Devices
from variorum.people.opening import PeopleFile, column, now
from variorum.people.opinions import Opinions
from variorum.people.shelves import Shelves

__all__ = ["MARKS", "Mark", "People", "ReadingPlace"]

MarkKind: TypeAlias = Literal["read", "reading", "later"]

#: What a person may mark a copy as.
MARKS: tuple[str, ...] = get_args(MarkKind)

_QUOTE = 80  # characters of the text kept as an anchor
_AROUND = 64  # and of what stands before and after it
#: Every table with rows of a person.
_OWN = (
    "place",
    "mark",
    "setting",
    "work_setting",
    "annotation",
    "told_place",
    "password",
    "profile",
    "shelf",
    "shelved",
    "opinion",
    "hidden",
    "reading_day",
    "undo",
)
_PLACE = "person, witness, start, quote, at, prefix, suffix, progress, device"


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Where somebody is in a copy: a source offset, and the words that stand there as an anchor.

    ``prefix`` and ``suffix`` stand just before and after ``quote``, so that the place is found again in another copy;
    ``progress`` is how much of the copy's words lie before it, 0 to 1; ``device`` is what it was read on, or empty.
    """

    person: str
    witness: str
    start: int
    quote: str
    at: str
    prefix: str = ""
    suffix: str = ""
    progress: float = 0.0
    device: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody marked a copy as: one of `MARKS`."""

    person: str
    witness: str
    mark: str
    at: str


class People:
    """Places, marks and settings of everybody who reads in one library; ``root`` is its ``people`` folder.

    Safe to use from several threads and processes at once. Raises `CatalogueError` when the file is damaged
    or cannot be written, `SchemaTooNew` when a later Variorum wrote it.
    """

    def __init__(self, root: Path) -> None:
        self._file = PeopleFile(root)
        self.path = self._file.path
        self.annotations = Annotations(self._file)
        self.devices = Devices(self._file)
        self.shelves = Shelves(self._file)
        self.opinions = Opinions(self._file)
        self.acting = Acting(self._file)
        self.days = Days(self._file)

    # ------------------------------------------------------------ places

    def keep_place(
        self,
        person: str,
        witness: str,
        start: int,
        quote: str = "",
        *,
        prefix: str = "",
        suffix: str = "",
        progress: float = 0.0,
        device: str = "",
        words: int = 0,
    ) -> ReadingPlace:
        """Remembers where a person is; the place before it is forgotten. ``start`` is a source offset.

        ``words`` are those of the whole copy: what lies between the two places is then counted as read today (`Days`).
        """
        around = column(prefix)[-_AROUND:], column(suffix)[:_AROUND]
        share = min(max(progress, 0.0), 1.0)
        place = ReadingPlace(
            person, witness, max(start, 0), column(quote)[:_QUOTE], now(), *around, share, column(device)[:_QUOTE]
        )
        names = _PLACE.split(", ")
        renewed = ", ".join(f"{name} = excluded.{name}" for name in names[2:])
        with self._file.change(lasting=False) as db:  # it is kept anew with every page
            if words:
                self.days.count(db, _place(db, person, witness), place, words)
            db.execute(
                f"INSERT INTO place ({_PLACE}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 (names of ours)
                f" ON CONFLICT (person, witness) DO UPDATE SET {renewed}",
                [getattr(place, name) for name in names],
            )
        return place

    def place(self, person: str, witness: str) -> ReadingPlace | None:
        """Where a person is in a copy, or None when they never opened it."""
        with self._file.open() as db:
            return _place(db, person, witness)

    def places(self, person: str, witnesses: Sequence[str]) -> list[ReadingPlace]:
        """Where a person is in these copies (of one work, say), the latest first."""
        with self._file.open() as db:
            found = [_place(db, person, witness) for witness in witnesses]
        return sorted((p for p in found if p is not None), key=lambda p: p.at, reverse=True)

    def recent(self, person: str, limit: int = 20) -> list[ReadingPlace]:
        """The places a person was at last, the latest first."""
        with self._file.open() as db:
            rows = db.execute(
                f"SELECT {_PLACE} FROM place WHERE person = ? ORDER BY at DESC, witness LIMIT ?",  # noqa: S608 (names of ours)
                (person, limit),
            ).fetchall()
        return [ReadingPlace(*row) for row in rows]

    def forget_place(self, person: str, witness: str) -> bool:
        """Forgets where a person was in a copy; whether there was a place."""
        with self._file.open() as db:
            return db.execute("DELETE FROM place WHERE person = ? AND witness = ?", (person, witness)).rowcount > 0

    # ------------------------------------------------------------ marks

    def mark(self, person: str, witness: str, mark: str | None) -> None:
        """Marks a copy as one of `MARKS`; None takes the mark away. `ValueError` for any other word."""
        if mark is not None and mark not in MARKS:
            raise ValueError(f"a mark is one of {', '.join(MARKS)}, not {mark!r}")
        with self._file.open() as db:
            if mark is None:
                db.execute("DELETE FROM mark WHERE person = ? AND witness = ?", (person, witness))
            else:
                db.execute(
                    "INSERT INTO mark (person, witness, mark, at) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (person, witness) DO UPDATE SET mark = excluded.mark, at = excluded.at",
                    (person, witness, mark, now()),
                )

    def marks(self, person: str, mark: str | None = None) -> list[Mark]:
        """A person's marks (or those of one kind), the latest first."""
        with self._file.open() as db:
            rows = db.execute(
                "SELECT person, witness, mark, at FROM mark WHERE person = ? AND (? IS NULL OR mark = ?)"
                " ORDER BY at DESC, witness",
                (person, mark, mark),
            ).fetchall()
        return [Mark(*row) for row in rows]

    # ------------------------------------------------------------ settings

    def settings(self, person: str) -> dict[str, Any]:
        """A person's settings; empty when nothing was set."""
        with self._file.open() as db:
            row = db.execute("SELECT value FROM setting WHERE person = ?", (person,)).fetchone()
        value = json.loads(row[0]) if row is not None else {}
        return value if isinstance(value, dict) else {}

    def settings_for(self, person: str, witnesses: Sequence[str]) -> dict[str, Any]:
        """What a person set for one work alone, kept by its copies: the first of ``witnesses`` for which there is something."""
        with self._file.open() as db:
            for witness in witnesses:
                row = db.execute("SELECT value FROM work_setting WHERE person = ? AND witness = ?", (person, witness)).fetchone()
                if row is not None:
                    value = json.loads(row[0])
                    return value if isinstance(value, dict) else {}
        return {}

    def set_settings_for(self, person: str, witnesses: Sequence[str], settings: Mapping[str, Any]) -> None:
        """Sets what holds for one work alone, in place of what held; empty settings take it away. Kept by the first copy."""
        with self._file.change() as db:
            for witness in witnesses:
                db.execute("DELETE FROM work_setting WHERE person = ? AND witness = ?", (person, witness))
            if settings and witnesses:
                value = json.dumps(dict(settings), ensure_ascii=True, sort_keys=True)
                db.execute("INSERT INTO work_setting (person, witness, value) VALUES (?, ?, ?)", (person, witnesses[0], value))

    def set_settings(self, person: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Sets the named settings and leaves the others; a value of None takes a setting away. Returns all of them."""
        with self._file.change() as db:
            row = db.execute("SELECT value FROM setting WHERE person = ?", (person,)).fetchone()
            kept = json.loads(row[0]) if row is not None else {}
            kept = {k: v for k, v in {**kept, **settings}.items() if v is not None}
            db.execute(
                "INSERT INTO setting (person, value) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET value = excluded.value",
                (person, json.dumps(kept, ensure_ascii=True, sort_keys=True)),
            )
        return kept

    # ------------------------------------------------------------ leaving

    def forget(self, person: str) -> int:
        """Erases everything kept for a person, for good (the pages are overwritten); how many rows that were."""
        gone = 0
        with self._file.change() as db:
            for table in _OWN:
                gone += db.execute(f"DELETE FROM {table} WHERE person = ?", (person,)).rowcount  # noqa: S608 (fixed names)
        with self._file.open() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()


def _place(db: sqlite3.Connection, person: str, witness: str) -> ReadingPlace | None:
    query = f"SELECT {_PLACE} FROM place WHERE person = ? AND witness = ?"  # noqa: S608 (names of ours)
    row = db.execute(query, (person, witness)).fetchone()
    return None if row is None else ReadingPlace(*row)
