"""Statements that are run thousands of times: compiled once, and run by the database's driver itself.

SQLAlchemy's own way of running one small statement takes ten times as long as the statement. What is run here is still
written in its words, so that SQLite and PostgreSQL are given the same question; only plain columns (text, whole numbers,
floats, bytes, truth values that are written and not read) may come in or out, since nobody converts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

__all__ = ["Quick", "cursor"]


class Quick:
    """One statement. Its parameters are the names of its ``sa.bindparam`` or, of an insert, of these columns (all of them)."""

    __slots__ = ("_columns", "_compiled", "statement")

    def __init__(self, statement: sa.ClauseElement, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, tuple[str, Sequence[str] | None]] = {}

    def rows(self, connection: sa.Connection, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        text, names = self._in(connection)
        with cursor(connection) as driver:
            driver.execute(text, values if names is None else [values[name] for name in names])
            found: list[tuple[Any, ...]] = driver.fetchall()
        return found

    def value(self, connection: sa.Connection, **values: Any) -> Any:
        """The first column of the first row, None when there is no row."""
        found = self.rows(connection, **values)
        return found[0][0] if found else None

    def run(self, connection: sa.Connection, **values: Any) -> None:
        """Runs it once, for what it does."""
        self.many(connection, [values])

    def many(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Runs it for each of these."""
        text, names = self._in(connection)
        given = list(rows) if names is None else [[row[name] for name in names] for row in rows]
        if given:
            with cursor(connection) as driver:
                driver.executemany(text, given)

    def _in(self, connection: sa.Connection) -> tuple[str, Sequence[str] | None]:
        """The words of this database, and the order of the parameters where it goes by their places."""
        dialect = connection.dialect
        known = self._compiled.get(dialect.name)
        if known is None:
            compiled: Any = self.statement.compile(dialect=dialect, column_keys=self._columns)
            order = None if compiled.positiontup is None else tuple(compiled.positiontup)
            known = self._compiled[dialect.name] = (str(compiled), order)
        return known


@contextmanager
def cursor(connection: sa.Connection) -> Iterator[Any]:
    """The driver's own cursor, inside the transaction of the connection; its errors are those of SQLAlchemy."""
    own: Any = connection.dialect.dbapi
    driver = connection.connection.cursor()
    try:
        yield driver
    except own.Error as error:
        raise sa.exc.DBAPIError.instance("", (), error, own.Error, dialect=connection.dialect) from error
    finally:
        driver.close()
