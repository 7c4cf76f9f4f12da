"""The people's one file: one question at a time to a connection, so that threads and processes need no agreement.

Opening SQLite's file and reading its tables takes longer than nearly every question put to it: connections that were
given back are used again, by one thread at a time, for as long as the file is the one they opened.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from variorum.errors import CatalogueError
from variorum.people.schema import migrate
from variorum.text import shown

__all__ = ["PeopleFile", "column", "now"]

_PATIENCE = 10.0  # seconds another writer may take
_IDLE = 8  # connections kept for the next question


class PeopleFile:
    """``people.sqlite3`` in a folder, brought to the present version at the first opening."""

    def __init__(self, root: Path) -> None:
        self.path = Path(root) / "people.sqlite3"
        self._ready = False
        self._guard = threading.Lock()
        self._turn = threading.RLock()
        self._idle: list[tuple[sqlite3.Connection, tuple[int, ...]]] = []

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection in autocommit mode, for one question; `CatalogueError` when the file is damaged or cannot be written."""
        try:
            connection = self._taken()
            sound = False
            try:
                yield connection
                sound = True
            finally:
                self._given_back(connection, sound=sound)
        except (sqlite3.Error, OSError) as error:
            raise CatalogueError(f"people/people.sqlite3 cannot be used: {error}") from error

    @contextmanager
    def change(self, *, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """The same, inside one transaction: all of it or nothing.

        What is not ``lasting`` is not waited for until it is on the disk: a power cut, and nothing less, may take back the last few of these.
        """
        # One after the other here: SQLite's own way of waiting for another writer is to sleep and look again.
        with self._turn, self.open() as connection:
            connection.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            finally:
                if not lasting:
                    connection.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        """Lets go of the file; the next question opens it again."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    def _taken(self) -> sqlite3.Connection:
        there = self._which()
        while True:
            with self._guard:
                found = self._idle.pop() if self._idle else None
            if found is None:
                return self._made()
            if found[1] == there:
                return found[0]
            found[0].close()  # another file stands in its place

    def _made(self) -> sqlite3.Connection:
        # Who reads what is nobody else's business: the folder opens to its owner only.
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            if not self._ready:
                migrate(connection, "people/people.sqlite3", _PATIENCE)
                self._ready = True
        except BaseException:
            connection.close()
            raise
        return connection

    def _given_back(self, connection: sqlite3.Connection, *, sound: bool) -> None:
        there = self._which() if sound and not connection.in_transaction else None
        if there is not None:
            with self._guard:
                if len(self._idle) < _IDLE:
                    self._idle.append((connection, there))
                    return
        with suppress(sqlite3.Error):
            connection.close()

    def _which(self) -> tuple[int, ...] | None:
        """What tells this file from another under its name, or from one that somebody copied over it."""
        try:
            found = os.stat(self.path)  # noqa: PTH116  (thrice as quick, and asked before every question)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def now() -> str:
    """The moment, as every row has it: UTC, to the microsecond, so that rows sort by it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def column(text: str) -> str:
    """What a column can hold: no NUL, no lone surrogate."""
    return shown(text).replace("\0", "\ufffd")
