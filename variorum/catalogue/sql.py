"""Small things in SQL that both databases do, each in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from variorum.catalogue import schema as s
from variorum.catalogue.driver import Quick

__all__ = ["among", "chunks", "get_state", "insert", "put_state", "upsert"]

T = TypeVar("T")

_STATE = Quick(sa.select(s.state.c.value).where(s.state.c.key == sa.bindparam("word")))


_WRITING: dict[tuple[str, ...], Quick] = {}  # by table, what becomes of a row that is there, and columns


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, which all have the same columns."""
    if rows:
        key = (table.name, "", *rows[0])
        if key not in _WRITING:
            _WRITING[key] = Quick(sa.insert(table), tuple(rows[0]))
        _WRITING[key].many(connection, rows)


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str]) -> None:
    """Inserts rows, or gives what is there under this key their values. They all have the same columns."""
    name = (table.name, connection.dialect.name, *key, *rows[0])
    if name not in _WRITING:
        statement: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
        others = {column: statement.excluded[column] for column in rows[0] if column not in key}
        if others:
            statement = statement.on_conflict_do_update(index_elements=list(key), set_=others)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(key))
        _WRITING[name] = Quick(statement, tuple(rows[0]))
    _WRITING[name].many(connection, rows)


def get_state(connection: sa.Connection, key: str) -> str | None:
    """A value of the catalogue's own."""
    value: str | None = _STATE.value(connection, word=key)
    return value


def put_state(connection: sa.Connection, key: str, value: str) -> None:
    """Keeps a value of the catalogue's own."""
    upsert(connection, s.state, [{"key": key, "value": value}], ("key",))


def chunks(values: Sequence[T], size: int = 2000) -> Iterator[Sequence[T]]:
    """Pieces that fit one statement on either database."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def among(connection: sa.Connection, column: sa.Column[int], numbers: Sequence[int]) -> sa.ColumnElement[bool]:
    """Whether a column is one of very many numbers: one parameter, where IN would make a statement of thousands."""
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.literal(list(numbers), postgresql.ARRAY(sa.BigInteger)))
    values = sa.func.json_each("[" + ",".join(map(str, numbers)) + "]").table_valued("value")
    return column.in_(sa.select(values.c.value))
