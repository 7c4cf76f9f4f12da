"""Works held more than once have a row for the page of duplicates, and what was ruled at once is one step.

Revision 0013 after 0012. The rows are made from the copies, their kinship and the rulings that stand.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from variorum.text import fold

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "several",
        sa.Column("work", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("differ", sa.String(length=16), nullable=False),
        sa.Column("sure", sa.Float(), nullable=False),
        sa.Column("ruled", sa.Boolean(), nullable=False),
        sa.Column("added", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["works.work"], name="fk_several_work_works", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("work", name="pk_several"),
    )
    with op.batch_alter_table("rulings") as batch_op:
        batch_op.add_column(sa.Column("step", sa.String(length=128), nullable=True))
        batch_op.create_index("ix_rulings_step", ["step"], unique=False)
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    held = sa.text("SELECT work FROM witnesses GROUP BY work HAVING count(*) > 1 ORDER BY work")
    works = list(connection.execute(held).scalars())
    same, based = _ruled(connection)
    table = sa.table("several", *map(sa.column, ("work", "title", "said", "copies", "differ", "sure", "ruled", "added")))
    copies = sa.text(
        "SELECT w.work, w.witness, w.extent, w.version_key, w.version, w.kinship, w.base, w.added, w.name, s.metadata AS about "
        "FROM witnesses w JOIN works s ON s.work = w.work WHERE w.work IN :works"
    ).bindparams(sa.bindparam("works", expanding=True))
    near = sa.text(
        "SELECT a, b, resemblance, a_in_b, b_in_a FROM kin WHERE a IN (SELECT witness FROM witnesses WHERE work IN :works)"
    ).bindparams(sa.bindparam("works", expanding=True))
    for first in range(0, len(works), _AT_ONCE):
        some = works[first : first + _AT_ONCE]
        by_work: dict[str, list[Any]] = defaultdict(list)
        for row in connection.execute(copies, {"works": some}):
            by_work[row.work].append(row)
        kin = {(r.a, r.b): max(r.resemblance, r.a_in_b, r.b_in_a) for r in connection.execute(near, {"works": some})}
        connection.execute(sa.insert(table), [_row(work, rows, kin, same, based) for work, rows in by_work.items()])


def _row(
    work: str,
    rows: Sequence[Any],
    kin: Mapping[tuple[str, str], float],
    same: Mapping[str, set[str]],
    based: Mapping[str, str],
) -> dict[str, Any]:
    base = next((row for row in rows if row.base), rows[0])
    about = json.loads(base.about)
    title = about.get("title") or base.name.rpartition("/")[2]
    said = " ".join([title, *(creator["name"] for creator in about.get("creators", ()))])
    added = max(row.added for row in rows)
    parts = any(r.kinship in ("contained", "contains") or (r.extent == "partial") != (base.extent == "partial") for r in rows)
    ids = [row.witness for row in rows]
    reached, todo = {ids[0]}, [ids[0]]
    while todo:
        for other in same.get(todo.pop(), set()) & set(ids):
            if other not in reached:
                reached.add(other)
                todo.append(other)
    return {
        "work": work,
        "title": fold(title)[:100],
        "said": fold(said),
        "copies": len(rows),
        "differ": "marks" if len({row.version for row in rows}) == 1 else "part" if parts else "words",
        "sure": min(_near(row, rows, kin) for row in rows),
        "ruled": len(reached) == len(ids) or any(based.get(one, "") >= added for one in ids),
        "added": added,
    }


def _near(row: Any, rows: Sequence[Any], kin: Mapping[tuple[str, str], float]) -> float:
    others = [other for other in rows if other.witness != row.witness]
    if any(other.version_key == row.version_key for other in others):
        return 1.0
    pairs = [(row.witness, other.witness) for other in others]
    return max((kin.get(pair, kin.get(pair[::-1], 0.0)) for pair in pairs), default=0.0)


def _ruled(connection: sa.Connection) -> tuple[dict[str, set[str]], dict[str, str]]:
    """By copy, those ruled to be one work with it; and when it was ruled to be a base."""
    given = connection.execute(sa.text('SELECT ruling, kind, "on", at, undoes FROM rulings ORDER BY position')).all()
    undone: set[str] = set()
    for row in reversed(given):
        if row.kind == "undo" and row.ruling not in undone:
            undone.add(row.undoes or json.loads(row.on)[0])
    last: dict[frozenset[str], str] = {}
    based: dict[str, str] = {}
    for row in given:
        if row.ruling in undone:
            continue
        if row.kind in ("same", "different"):
            last[frozenset(json.loads(row.on))] = row.kind
        elif row.kind == "base":
            based[json.loads(row.on)[-1]] = row.at
    same: dict[str, set[str]] = defaultdict(set)
    for pair, kind in last.items():
        if kind == "same":
            for one in pair:
                same[one] |= pair
    return same, based


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("rulings") as batch_op:
        batch_op.drop_index("ix_rulings_step")
        batch_op.drop_column("step")
    op.drop_table("several")
