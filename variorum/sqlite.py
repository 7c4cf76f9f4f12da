"""What every SQLite database of ours needs done once: the change to a write-ahead log."""

from __future__ import annotations

import sqlite3
import time

__all__ = ["into_wal"]


def into_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Changes the journal to WAL, waiting at most `patience` seconds; nothing to do on all but the first opening.

    Two processes that change it at the same moment would wait for each other, so SQLite refuses one of them
    at once, whatever its busy timeout says (sqlite3_busy_handler's documentation): that one asks again.
    Raises `sqlite3.OperationalError` when the database stays busy.
    """
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
