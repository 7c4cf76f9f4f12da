"""A second layer over the authors' tags: what a person said of them, and the names that follow.

Revision 0008 after 0007. Both are made again by a `rebuild`, from the register.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "wrangled",
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("of_kind", sa.String(length=16), nullable=False),
        sa.Column("of_key", sa.String(length=100), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("relation", "kind", "key", "of_kind", "of_key", name="pk_wrangled"),
    )
    op.create_table(
        "tag_names",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("canonical_key", sa.String(length=100), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_tag_names"),
    )
    with op.batch_alter_table("tag_names") as batch_op:
        batch_op.create_index("ix_tag_names_kind_canonical_key", ["kind", "canonical_key"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("tag_names")
    op.drop_table("wrangled")
