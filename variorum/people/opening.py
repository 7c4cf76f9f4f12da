"""The people's one file: opened for each question anew, so that threads and processes need no agreement."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from variorum.errors import CatalogueError
from variorum.people.schema import migrate
from variorum.text import shown

__all__ = ["PeopleFile", "column", "now"]

_PATIENCE = 10.0  # seconds another writer may take


class PeopleFile:
    """``people.sqlite3`` in a folder, brought to the present version at the first opening."""

    def __init__(self, root: Path) -> None:
        self.path = Path(root) / "people.sqlite3"
        self._ready = False

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A short connection in autocommit mode; `CatalogueError` when the file is damaged or cannot be written."""
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

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """The same, inside one transaction: all of it or nothing."""
        with self.open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def now() -> str:
    """The moment, as every row has it: UTC, to the microsecond, so that rows sort by it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def column(text: str) -> str:
    """What a column can hold: no NUL, no lone surrogate."""
    return shown(text).replace("\0", "\ufffd")
