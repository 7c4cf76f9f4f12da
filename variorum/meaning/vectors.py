"""The vectors that were made, in one SQLite file: a cache, which may be deleted at any time and costs processor time alone.

A text is named by the digest of its words as they read, so that what was made for it holds as long as it reads so, whatever
becomes of works, copies and catalogue. Its passages come in parts, each a transaction: a kill loses the part in hand. Vectors
are kept in 16 bits. Which work stands on which text is kept beside them, and texts on which none stands are dropped.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.errors import CatalogueError, SchemaTooNew
from variorum.sqlite import into_wal

__all__ = ["PART", "Made", "Rows", "Stand", "Vectors"]

#: Passages of a part: half a second of work.
PART = 16
_VERSION = 1
_PATIENCE = 10.0  # seconds another writer may take
_AT_ONCE = 500  # texts read in one statement

_SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE text (
    text INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    passages INTEGER NOT NULL,
    spans BLOB NOT NULL,
    made INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX text_underway ON text (text) WHERE made < passages;
CREATE TABLE part (
    text INTEGER NOT NULL REFERENCES text (text) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    vectors BLOB NOT NULL,
    UNIQUE (text, number)
);
CREATE TABLE stand (
    work TEXT PRIMARY KEY,
    witness TEXT NOT NULL,
    digest BLOB NOT NULL,
    turn INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX stand_by_digest ON stand (digest);
"""


class Stand(NamedTuple):
    """A work, its copy whose text counts, and that text's digest; ``turn``: works with a higher one come first."""

    work: str
    witness: str
    digest: bytes
    turn: int = 0


class Made(NamedTuple):
    """How much there is: works that are to have vectors, those that have all of theirs, passages made, bytes on disk."""

    works: int
    ready: int
    passages: int
    size: int


class Rows(NamedTuple):
    """Texts with their vectors: ids and digests, the first row of each, spans (start, end) and vectors by row."""

    texts: Sequence[int]
    digests: Sequence[bytes]
    first: npt.NDArray[np.int64]
    spans: npt.NDArray[np.int32]
    vectors: npt.NDArray[np.float16]


class Vectors:
    """``vectors.sqlite3`` in a folder. ``made_by`` names the model and the way texts are cut: what others made is not used.

    Safe to use from several threads and processes, each question by a connection of its own; one process at a time should make
    vectors. Raises `CatalogueError` when the file cannot be used, `SchemaTooNew` when a later Variorum wrote it.
    """

    def __init__(self, root: Path, made_by: str) -> None:
        self.root = Path(root)
        self.path = self.root / "vectors.sqlite3"
        self.made_by = made_by

    # ------------------------------------------------------------ opening

    def exists(self) -> bool:
        """Whether anything was ever made."""
        return self.path.exists()

    def mark(self) -> tuple[tuple[str, int, int], ...]:
        """What differs once anything was written: names, sizes and times of the files."""
        with contextlib.suppress(OSError):
            files = sorted(self.root.glob("vectors.sqlite3*"))
            return tuple(
                (path.name, (told := path.stat()).st_size, told.st_mtime_ns) for path in files if "-shm" not in path.name
            )
        return ()

    def forget(self) -> None:
        """Deletes everything that was made; the folder stays, for the lock in it."""
        self._discard()

    def prepare(self) -> None:
        """Makes the file ready for `add`: what another model, another version or a damage left is thrown away."""
        try:
            with self._open() as db:
                if _state(db, "made_by") == self.made_by:
                    return
        except SchemaTooNew:
            raise
        except CatalogueError:
            self._discard()
        with self._change() as db:
            for table in ("part", "text", "stand", "state"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 (fixed names)
            db.execute("INSERT INTO state VALUES ('made_by', ?)", (self.made_by,))

    def _discard(self) -> None:
        for name in ("vectors.sqlite3", "vectors.sqlite3-wal", "vectors.sqlite3-shm"):
            with contextlib.suppress(OSError):
                (self.root / name).unlink()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)) as db:
                # A cut of power may lose the last parts, which are made again; it damages nothing.
                db.execute("PRAGMA synchronous = NORMAL")
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("PRAGMA trusted_schema = OFF")
                _settle(db)
                yield db
        except (sqlite3.Error, OSError) as error:
            raise CatalogueError(f"meaning/vectors.sqlite3 cannot be used: {error}") from error

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keeps the file open for the block: whenever nobody has it open, everything is written through to the disk."""
        with self._open():
            yield

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    # ------------------------------------------------------------ which works stand on which texts

    def stamp(self) -> str:
        """Up to where the catalogue is known here, in the caller's words; empty for nowhere."""
        with self._open() as db:
            return _state(db, "stamp") if _state(db, "made_by") == self.made_by else ""

    def stand(self, stands: Iterable[Stand], gone: Iterable[str], stamp: str, *, drop: bool = True) -> None:
        """Takes down which works stand on which texts, and that those ``gone`` do not any more; ``drop``s what nothing stands on."""
        with self._change() as db:
            db.executemany("DELETE FROM stand WHERE work = ?", ((work,) for work in gone))
            db.executemany("INSERT OR REPLACE INTO stand VALUES (?, ?, ?, ?)", stands)
            if drop:
                db.execute("DELETE FROM text WHERE digest NOT IN (SELECT digest FROM stand)")
            db.execute("INSERT OR REPLACE INTO state VALUES ('stamp', ?)", (stamp,))

    def turns(self, turns: Mapping[str, int]) -> None:
        """Which works come first from now on; the others keep their turn."""
        with self._change() as db:
            db.executemany("UPDATE stand SET turn = ? WHERE work = ?", ((turn, work) for work, turn in turns.items()))

    def stands(self) -> list[Stand]:
        """Every work with its text."""
        with self._open() as db:
            return [Stand(*row) for row in db.execute("SELECT work, witness, digest, turn FROM stand ORDER BY work")]

    def waiting(self, limit: int) -> list[Stand]:
        """The works whose texts come next; none when all have their vectors."""
        with self._open() as db:
            rows = db.execute(
                "SELECT stand.work, witness, stand.digest, turn FROM stand LEFT JOIN text ON text.digest = stand.digest"
                " WHERE text.text IS NULL OR made < passages ORDER BY turn DESC, work LIMIT ?",
                (limit,),
            ).fetchall()
        return [Stand(*row) for row in rows]

    # ------------------------------------------------------------ making

    def begin(self, digest: bytes, spans: Sequence[tuple[int, int]]) -> int:
        """How many passages of a text are made already; its ``spans`` are taken down where it is new."""
        with self._change() as db:
            packed = np.array(spans, dtype="<i4").reshape(-1, 2).tobytes()
            db.execute("INSERT OR IGNORE INTO text (digest, passages, spans) VALUES (?, ?, ?)", (digest, len(spans), packed))
            (made,) = db.execute("SELECT made FROM text WHERE digest = ?", (digest,)).fetchone()
        return int(made)

    def add(self, digest: bytes, first: int, vectors: npt.NDArray[np.float32]) -> None:
        """The vectors of at most `PART` passages, the first of which has this number (a multiple of `PART`)."""
        small = vectors.astype("<f2").tobytes()
        with self._change() as db:
            row = db.execute("SELECT text FROM text WHERE digest = ?", (digest,)).fetchone()
            if row is None:  # its work went while it was made
                return
            db.execute("INSERT OR REPLACE INTO part (text, number, vectors) VALUES (?, ?, ?)", (row[0], first // PART, small))
            db.execute("UPDATE text SET made = ? WHERE text = ?", (first + len(vectors), row[0]))

    # ------------------------------------------------------------ reading

    def made(self) -> Made:
        """How much there is."""
        with self._open() as db:
            if _state(db, "made_by") != self.made_by:
                return Made(0, 0, 0, self._size())
            (works,) = db.execute("SELECT COUNT(*) FROM stand").fetchone()
            (ready,) = db.execute("SELECT COUNT(*) FROM stand JOIN text USING (digest) WHERE made = passages").fetchone()
            (passages,) = db.execute("SELECT COALESCE(SUM(made), 0) FROM text").fetchone()
        return Made(works, ready, passages, self._size())

    def _size(self) -> int:
        return sum(path.stat().st_size for path in self.root.glob("vectors.sqlite3*"))

    def ready(self) -> list[tuple[int, bytes, int]]:
        """Texts that have all their vectors: id, digest and passages."""
        with self._open() as db:
            if _state(db, "made_by") != self.made_by:
                return []
            return list(db.execute("SELECT text, digest, passages FROM text WHERE made = passages ORDER BY text"))

    def rows(self, texts: Sequence[int], width: int) -> Iterator[Rows]:
        """The vectors of these texts, some texts at a time; one that is gone meanwhile is left out."""
        with self._open() as db:
            for start in range(0, len(texts), _AT_ONCE):
                yield _rows(db, texts[start : start + _AT_ONCE], width)

    def some(self, wanted: Sequence[tuple[int, int]], width: int) -> npt.NDArray[np.float32]:
        """The vectors of single passages (text, number in it), in this order; zeros for one that is gone."""
        out = np.zeros((len(wanted), width), dtype=np.float32)
        with self._open() as db:
            for at, (text, number) in enumerate(wanted):
                where = (1 + (number % PART) * 2 * width, 2 * width, text, number // PART)
                row = db.execute("SELECT SUBSTR(vectors, ?, ?) FROM part WHERE text = ? AND number = ?", where).fetchone()
                if row is not None and len(row[0]) == 2 * width:
                    out[at] = np.frombuffer(row[0], dtype="<f2")
        return out


def _rows(db: sqlite3.Connection, texts: Sequence[int], width: int) -> Rows:
    marks = ", ".join("?" * len(texts))
    db.execute("BEGIN")  # one state of the file
    heads = db.execute(f"SELECT text, digest, passages, spans FROM text WHERE text IN ({marks}) ORDER BY text", texts).fetchall()  # noqa: S608
    parts = db.execute(f"SELECT vectors FROM part WHERE text IN ({marks}) ORDER BY text, number", texts).fetchall()  # noqa: S608
    db.execute("COMMIT")
    counts = [head[2] for head in heads]
    if len(b"".join(part[0] for part in parts)) != sum(counts) * 2 * width:
        raise CatalogueError("meaning/vectors.sqlite3 is damaged; `variorum meaning forget` throws it away")
    return Rows(
        [head[0] for head in heads],
        [head[1] for head in heads],
        np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64) if counts else np.zeros(0, dtype=np.int64),
        np.frombuffer(b"".join(head[3] for head in heads), dtype="<i4").reshape(-1, 2),
        np.frombuffer(b"".join(part[0] for part in parts), dtype="<f2").reshape(-1, width),
    )


def _settle(db: sqlite3.Connection) -> None:
    """Makes the tables in a new file; one of an earlier version is emptied, for it is a cache."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == _VERSION:
        return
    if version > _VERSION:
        raise SchemaTooNew("meaning/vectors.sqlite3", version, _VERSION)
    into_wal(db, _PATIENCE)
    db.execute("BEGIN IMMEDIATE")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version < _VERSION:  # nobody was quicker
        for table in ("part", "text", "stand", "state"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {_VERSION}")
    db.execute("COMMIT")


def _state(db: sqlite3.Connection, key: str) -> str:
    row = db.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])
