"""The people's database: one short connection for each question, so that threads and processes need no agreement."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from variorum.errors import CatalogueError
from variorum.people.schema import migrate
from variorum.text import shown

__all__ = ["MARKS", "Mark", "People", "ReadingPlace"]

MarkKind: TypeAlias = Literal["read", "reading", "later"]

#: What a person may mark a copy as.
MARKS: tuple[str, ...] = get_args(MarkKind)

_QUOTE = 80  # characters of the text kept as an anchor
_PATIENCE = 10.0  # seconds another writer may take


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Where somebody is in a copy: a source offset, and the words that stand there as an anchor."""

    person: str
    witness: str
    start: int
    quote: str
    at: str


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
        self.path = Path(root) / "people.sqlite3"
        self._ready = False

    # ------------------------------------------------------------ places

    def keep_place(self, person: str, witness: str, start: int, quote: str = "") -> ReadingPlace:
        """Remembers where a person is; the place before it is forgotten. ``start`` is a source offset."""
        place = ReadingPlace(person, witness, max(start, 0), _plain(quote)[:_QUOTE], _now())
        with self._open() as db:
            db.execute(
                "INSERT INTO place (person, witness, start, quote, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (person, witness) DO UPDATE SET start = excluded.start, quote = excluded.quote, at = excluded.at",
                (person, witness, place.start, place.quote, place.at),
            )
        return place

    def place(self, person: str, witness: str) -> ReadingPlace | None:
        """Where a person is in a copy, or None when they never opened it."""
        with self._open() as db:
            row = db.execute(
                "SELECT person, witness, start, quote, at FROM place WHERE person = ? AND witness = ?", (person, witness)
            ).fetchone()
        return None if row is None else ReadingPlace(*row)

    def recent(self, person: str, limit: int = 20) -> list[ReadingPlace]:
        """The places a person was at last, the latest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT person, witness, start, quote, at FROM place WHERE person = ? ORDER BY at DESC, witness LIMIT ?",
                (person, limit),
            ).fetchall()
        return [ReadingPlace(*row) for row in rows]

    # ------------------------------------------------------------ marks

    def mark(self, person: str, witness: str, mark: str | None) -> None:
        """Marks a copy as one of `MARKS`; None takes the mark away. `ValueError` for any other word."""
        if mark is not None and mark not in MARKS:
            raise ValueError(f"a mark is one of {', '.join(MARKS)}, not {mark!r}")
        with self._open() as db:
            if mark is None:
                db.execute("DELETE FROM mark WHERE person = ? AND witness = ?", (person, witness))
            else:
                db.execute(
                    "INSERT INTO mark (person, witness, mark, at) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (person, witness) DO UPDATE SET mark = excluded.mark, at = excluded.at",
                    (person, witness, mark, _now()),
                )

    def marks(self, person: str, mark: str | None = None) -> list[Mark]:
        """A person's marks (or those of one kind), the latest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT person, witness, mark, at FROM mark WHERE person = ? AND (? IS NULL OR mark = ?)"
                " ORDER BY at DESC, witness",
                (person, mark, mark),
            ).fetchall()
        return [Mark(*row) for row in rows]

    # ------------------------------------------------------------ settings

    def settings(self, person: str) -> dict[str, Any]:
        """A person's settings; empty when nothing was set."""
        with self._open() as db:
            row = db.execute("SELECT value FROM setting WHERE person = ?", (person,)).fetchone()
        value = json.loads(row[0]) if row is not None else {}
        return value if isinstance(value, dict) else {}

    def set_settings(self, person: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Sets the named settings and leaves the others; a value of None takes a setting away. Returns all of them."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            row = db.execute("SELECT value FROM setting WHERE person = ?", (person,)).fetchone()
            kept = json.loads(row[0]) if row is not None else {}
            kept = {k: v for k, v in {**kept, **settings}.items() if v is not None}
            db.execute(
                "INSERT INTO setting (person, value) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET value = excluded.value",
                (person, json.dumps(kept, ensure_ascii=True, sort_keys=True)),
            )
            db.execute("COMMIT")
        return kept

    # ------------------------------------------------------------ leaving

    def forget(self, person: str) -> int:
        """Erases everything kept for a person, for good (the pages are overwritten); how many rows that were."""
        gone = 0
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            for table in ("place", "mark", "setting"):
                gone += db.execute(f"DELETE FROM {table} WHERE person = ?", (person,)).rowcount  # noqa: S608 (three fixed names)
            db.execute("COMMIT")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def close(self) -> None:
        """Nothing stays open between two questions; kept so that a library can close all its rooms alike."""

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            # Who reads what is nobody else's business: the folder opens to its owner only.
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA trusted_schema = OFF")
                if not self._ready:
                    migrate(connection, "people/people.sqlite3", _PATIENCE)
                    self._ready = True
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise CatalogueError(f"people/people.sqlite3 cannot be used: {error}") from error


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(text: str) -> str:
    """What a column can hold: no NUL, no lone surrogate."""
    return shown(text).replace("\0", "\ufffd")
