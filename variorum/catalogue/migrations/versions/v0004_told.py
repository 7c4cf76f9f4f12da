"""Works that a list or a tool's metadata tells of, whether a copy of them is held or not.

Revision 0004 after 0003. Items that were read before it tell nothing until the next `rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "told",
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "position", name="pk_told"),
    )
    with op.batch_alter_table("told") as batch_op:
        batch_op.create_index("ix_told_address", ["address"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("told")
