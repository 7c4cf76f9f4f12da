"""Who is named where: agents are kept in step with what changed, and a person's works are one question.

Revision 0005 after 0004. The library reads the names out of the claims when it is next opened.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "named",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("agent", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_named_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", "position", "side", name="pk_named"),
    )
    with op.batch_alter_table("named") as batch_op:
        batch_op.create_index("ix_named_key", ["key"], unique=False)
        batch_op.create_index("ix_named_name", ["name"], unique=False)
        batch_op.create_index("ix_named_agent", ["agent"], unique=False)
    op.execute("DELETE FROM state WHERE key IN ('agents', 'named')")


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("named")
    op.execute("DELETE FROM state WHERE key IN ('agents', 'named')")
