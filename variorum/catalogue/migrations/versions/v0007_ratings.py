"""Ratings stand among the tags, so that a profile can be kept from them as from any tag.

Revision 0007 after 0006. No table changes: rows of the kind ``rating`` are written for the works there are.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WORKS = sa.table("works", sa.column("work", sa.String), sa.column("metadata", sa.Text))
_TAGS = sa.table(
    "tags",
    sa.column("work", sa.String),
    sa.column("kind", sa.String),
    sa.column("position", sa.Integer),
    sa.column("value", sa.Text),
    sa.column("key", sa.String),
)


def upgrade() -> None:
    """To this revision."""
    connection = op.get_bind()
    rows = []
    for work, text in connection.execute(sa.select(_WORKS.c.work, _WORKS.c.metadata)):
        rating = json.loads(text).get("rating")
        if rating:
            rows.append({"work": work, "kind": "rating", "position": 0, "value": rating, "key": rating.lower()[:100]})
    if rows:
        connection.execute(sa.insert(_TAGS), rows)


def downgrade() -> None:
    """Back to the one before."""
    op.get_bind().execute(sa.delete(_TAGS).where(_TAGS.c.kind == "rating"))
