"""What a person ruled on copies, step by step: what was ruled at once is one step, and is taken back at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.members import ruling_of
from variorum.catalogue.sql import chunks
from variorum.model import Ruled

__all__ = ["one_step", "steps"]

_KINDS = ("same", "different", "base")
_SHOWN = 4  # rulings of a step that are told one by one

_R = s.rulings.c


def steps(connection: sa.Connection, limit: int, offset: int) -> tuple[int, list[Ruled]]:
    """How many steps stand, and some of them, the latest first."""
    by_step: dict[str, list[Any]] = {}
    for row in _standing(connection):
        by_step.setdefault(row.step or row.ruling, []).append(row)
    page = list(by_step.items())[::-1][offset : offset + limit]
    return len(by_step), [_ruled(connection, step, rows) for step, rows in page]


def one_step(connection: sa.Connection, step: str) -> tuple[Ruled | None, list[str]]:
    """A step and the rulings of it that stand."""
    rows = [row for row in _standing(connection) if (row.step or row.ruling) == step]
    return (_ruled(connection, step, rows), [row.ruling for row in rows]) if rows else (None, [])


def _standing(connection: sa.Connection) -> list[Any]:
    """The rulings on copies that stand, without what they are on: there may be thousands."""
    columns = (_R.ruling, _R.kind, _R.undoes, _R.step, _R.at, _R.why)
    query = sa.select(*columns).where(_R.kind.in_((*_KINDS, "undo"))).order_by(_R.position)
    rows = connection.execute(query).all()
    undone: set[str] = set()
    for row in reversed(rows):
        if row.kind == "undo" and row.ruling not in undone:
            undone.add(row.undoes)
    return [row for row in rows if row.kind != "undo" and row.ruling not in undone]


def _ruled(connection: sa.Connection, step: str, rows: Sequence[Any]) -> Ruled:
    kinds = {row.kind for row in rows}
    first = _whole(connection, [row.ruling for row in rows[:_SHOWN]])
    kind = kinds.pop() if len(kinds) == 1 else "several"
    return Ruled(step, kind, len(rows), rows[0].at, rows[0].why, tuple(first))


def _whole(connection: sa.Connection, rulings: Sequence[str]) -> Iterable[Any]:
    for some in chunks(rulings):
        yield from map(ruling_of, connection.execute(sa.select(s.rulings).where(_R.ruling.in_(some)).order_by(_R.position)))
