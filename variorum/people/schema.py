"""The schema of the people's database and the steps from one version to the next.

``PRAGMA user_version`` holds the version. A step is SQL text, run inside one transaction together with the new
number: a cut leaves the old state or the new. Steps are never edited once released; a new one is appended.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from variorum.errors import SchemaTooNew
from variorum.sqlite import into_wal

__all__ = ["VERSION", "migrate"]

_STEPS: tuple[str, ...] = (
    # 1: places by offset, settings.
    """
    CREATE TABLE place (
        person TEXT NOT NULL,
        witness TEXT NOT NULL,
        start INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, witness)
    ) WITHOUT ROWID;
    CREATE INDEX place_recent ON place (person, at);
    CREATE TABLE setting (
        person TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 2: a short quotation anchors a place to the text, so that it outlives another copy; marks.
    """
    ALTER TABLE place ADD COLUMN quote TEXT NOT NULL DEFAULT '';
    CREATE TABLE mark (
        person TEXT NOT NULL,
        witness TEXT NOT NULL,
        mark TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, witness)
    ) WITHOUT ROWID;
    CREATE INDEX mark_by_kind ON mark (person, mark, at);
    """,
    # 3: the words before and after a place and how far into the copy it is; settings for one work; highlights and notes.
    """
    ALTER TABLE place ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
    ALTER TABLE place ADD COLUMN suffix TEXT NOT NULL DEFAULT '';
    ALTER TABLE place ADD COLUMN progress REAL NOT NULL DEFAULT 0;
    ALTER TABLE place ADD COLUMN device TEXT NOT NULL DEFAULT '';
    CREATE TABLE work_setting (
        person TEXT NOT NULL,
        witness TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (person, witness)
    ) WITHOUT ROWID;
    CREATE TABLE annotation (
        person TEXT NOT NULL,
        annotation TEXT NOT NULL,
        witness TEXT NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        exact TEXT NOT NULL,
        prefix TEXT NOT NULL,
        suffix TEXT NOT NULL,
        note TEXT NOT NULL,
        colour TEXT NOT NULL,
        created TEXT NOT NULL,
        modified TEXT NOT NULL,
        PRIMARY KEY (person, annotation)
    ) WITHOUT ROWID;
    CREATE INDEX annotation_by_witness ON annotation (person, witness, start);
    CREATE INDEX annotation_recent ON annotation (person, created);
    """,
    # 4: profiles and what exists for them, passwords of devices, books served, places in a device's own words.
    """
    CREATE TABLE profile (
        person TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        adult INTEGER NOT NULL,
        hidden TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE word (salt BLOB NOT NULL, proof BLOB NOT NULL);
    CREATE TABLE signing (value BLOB NOT NULL);
    CREATE TABLE password (
        password TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        label TEXT NOT NULL,
        proof TEXT NOT NULL,
        md5_proof TEXT NOT NULL,
        created TEXT NOT NULL,
        used TEXT
    ) WITHOUT ROWID;
    CREATE INDEX password_by_proof ON password (proof);
    CREATE INDEX password_by_md5 ON password (md5_proof);
    CREATE TABLE served (
        document TEXT PRIMARY KEY,
        witness TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX served_witness ON served (witness);
    CREATE TABLE told_place (
        person TEXT NOT NULL,
        document TEXT NOT NULL,
        value TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, document)
    ) WITHOUT ROWID;
    """,
    # 5: shelves and what stands on them, ratings and notes on works, works put out of sight, words read by day, what can be undone.
    """
    CREATE TABLE shelf (
        person TEXT NOT NULL,
        shelf TEXT NOT NULL,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (person, shelf)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX shelf_by_name ON shelf (person, key);
    CREATE TABLE shelved (
        person TEXT NOT NULL,
        shelf TEXT NOT NULL,
        witness TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, shelf, witness)
    ) WITHOUT ROWID;
    CREATE INDEX shelved_by_witness ON shelved (person, witness);
    CREATE TABLE opinion (
        person TEXT NOT NULL,
        witness TEXT NOT NULL,
        rating INTEGER,
        note TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, witness)
    ) WITHOUT ROWID;
    CREATE TABLE hidden (
        person TEXT NOT NULL,
        witness TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, witness)
    ) WITHOUT ROWID;
    CREATE TABLE reading_day (
        person TEXT NOT NULL,
        day TEXT NOT NULL,
        witness TEXT NOT NULL,
        words INTEGER NOT NULL,
        PRIMARY KEY (person, day, witness)
    ) WITHOUT ROWID;
    CREATE TABLE undo (
        person TEXT NOT NULL,
        undo TEXT NOT NULL,
        said TEXT NOT NULL,
        value TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (person, undo)
    ) WITHOUT ROWID;
    """,
)

#: The version this Variorum writes.
VERSION = len(_STEPS)


def migrate(connection: sqlite3.Connection, name: str, patience: float) -> None:
    """Brings a database to `VERSION`; `SchemaTooNew`, with nothing changed, for one of a later Variorum.

    Several processes may come at once: the first does the work, the others wait and find it done.
    The connection is in autocommit mode.
    """
    if _version(connection, name) == VERSION:
        return
    into_wal(connection, patience)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(_version(connection, name), VERSION):
            for statement in _STEPS[number].split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, name: str) -> int:
    with closing(connection.execute("PRAGMA user_version")) as cursor:
        version = int(cursor.fetchone()[0])
    if version > VERSION:
        raise SchemaTooNew(name, version, VERSION)
    return version
