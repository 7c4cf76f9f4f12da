"""Opening the database: pragmas, transactions, migrations; the same for SQLite and PostgreSQL.

SQLite runs with WAL, synchronous=FULL and no memory map (a damaged file then gives an error, not a
signal). The driver's own transactions are switched off: reads begin deferred, writes begin immediate, so
that a writer waits at the start and is never refused in the middle.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from variorum.catalogue.schema import HEAD, REVISIONS, metadata
from variorum.catalogue.sql import get_state, put_state
from variorum.errors import CatalogueError, SchemaTooNew
from variorum.sqlite import into_wal

__all__ = ["identify", "make_engine", "migrate", "reading", "revision", "writing"]

_BUSY_MS = 60_000
_WRITERS_KB = 32 << 10
_WRITING_KB = 65_536  # of the catalogue's pages, held while one writes
_LOCK = 0x76617269  # PostgreSQL advisory lock: one process migrates, the others wait


def make_engine(url: str | Path) -> sa.Engine:
    """An engine for this URL (a path is an SQLite file), safe to use from many threads: each use takes its own connection."""
    where = sa.URL.create("sqlite", database=str(url.absolute())) if isinstance(url, Path) else sa.make_url(url)
    if where.get_backend_name() != "sqlite":
        return sa.create_engine(where, pool_size=8, max_overflow=56, pool_pre_ping=True)
    engine = sa.create_engine(where, pool_size=8, max_overflow=56, connect_args={"timeout": _BUSY_MS / 1000})
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin)
    return engine


def _settle(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={_BUSY_MS}", "synchronous=FULL", "mmap_size=0", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    into_wal(connection, _BUSY_MS / 1000)


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("variorum_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One connection that sees one state of the catalogue."""
    with _told(), engine.connect() as connection:
        # SQLite's readers always do; PostgreSQL's would see each statement a state of its own.
        one = connection if engine.dialect.name == "sqlite" else connection.execution_options(isolation_level="REPEATABLE READ")
        yield one


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that is kept whole or not at all."""
    with _told(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Postings fall all over their tree: with SQLite's own 2 MB pages are written out and read again in one transaction.
            connection.exec_driver_sql(f"PRAGMA cache_size=-{_WRITERS_KB}")
            connection.rollback()
        writer = connection.execution_options(variorum_write=True)
        with _room(engine, connection), writer.begin():
            yield writer


@contextmanager
def _room(engine: sa.Engine, connection: sa.Connection) -> Iterator[None]:
    """Memory for the pages a transaction changes: each text goes into hundreds, which SQLite would write out again and again."""
    if engine.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    (before,) = driver.execute("PRAGMA cache_size").fetchone()
    driver.execute(f"PRAGMA cache_size=-{_WRITING_KB}").close()
    try:
        yield
    finally:
        with contextlib.suppress(sqlite3.Error):  # a connection that broke is not used again
            driver.execute(f"PRAGMA cache_size={before}").close()


@contextmanager
def _told() -> Iterator[None]:
    """A damaged or unreachable database as an error of ours."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.DatabaseError) as error:
        if isinstance(error, (sa.exc.IntegrityError, sa.exc.ProgrammingError, sa.exc.DataError, sa.exc.InternalError)):
            raise
        raise CatalogueError(f"the catalogue cannot be read: {error.orig}; `variorum rebuild` makes it anew") from error


def revision(connection: sa.Connection) -> str | None:
    """The revision a database stands at; None when it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    return found[0] if found else None


def migrate(engine: sa.Engine, target: str = HEAD) -> None:
    """Creates the tables or brings them to ``target``; SchemaTooNew, with nothing touched, when they are newer than we are."""
    with reading(engine) as connection:
        if _checked(connection) == target:
            return
    with _migrating(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _checked(connection)
        if found == target:  # another process was quicker
            return
        if found is None and target == HEAD:
            _create(connection)
            return
        up = found is None or (target in REVISIONS and REVISIONS.index(found) < REVISIONS.index(target))
        _alembic(connection, "upgrade" if up else "downgrade", target)


@contextmanager
def _migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A writing transaction in which SQLite may rebuild a table without its dependants being deleted with it."""
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with _told(), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection  # PRAGMA foreign_keys is deaf inside a transaction
        driver.execute("PRAGMA foreign_keys=OFF").close()
        try:
            writer = connection.execution_options(variorum_write=True)
            with writer.begin():
                yield writer
                broken = writer.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise CatalogueError(f"a row of {broken[0]} lost what it belongs to; nothing was migrated")
        finally:
            driver.execute("PRAGMA foreign_keys=ON").close()


def _create(connection: sa.Connection) -> None:
    """A new database as all migrations would leave it (a test compares them), without loading Alembic."""
    metadata.create_all(connection)
    own = "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    connection.execute(sa.text(f"CREATE TABLE alembic_version ({own})"))
    connection.execute(sa.text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def _checked(connection: sa.Connection) -> str | None:
    found = revision(connection)
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew("the catalogue", found, HEAD)
    return found


def _alembic(connection: sa.Connection, verb: str, *arguments: str) -> None:
    # Imported here: it takes a tenth of a second, and only a database to be made or migrated needs it.
    command: Any = importlib.import_module("alembic.command")
    getattr(command, verb)(configuration(connection), *arguments)


def configuration(connection: sa.Connection) -> Any:
    """Alembic's configuration for this connection."""
    # By default it would speak to what standard output was when Alembic was first imported, which may be closed by now.
    config: Any = importlib.import_module("alembic.config").Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def identify(engine: sa.Engine) -> None:
    """Gives a new catalogue its name, by which what was made from another is told."""
    with reading(engine) as connection:
        if get_state(connection, "identity") is not None:
            return
    with writing(engine) as connection:
        if get_state(connection, "identity") is None:
            put_state(connection, "identity", secrets.token_hex(8))
