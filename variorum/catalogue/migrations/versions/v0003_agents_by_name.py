"""Agents are found by what they are called: every page of a work asks.

Revision 0003 after 0002. The agents themselves are gathered anew by the library, which is told so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "agent_names",
        sa.Column("agent", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["agents.agent"], name="fk_agent_names_agent_agents", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent", "position", name="pk_agent_names"),
    )
    with op.batch_alter_table("agent_names") as batch_op:
        batch_op.create_index("ix_agent_names_key", ["key"], unique=False)
    op.execute("DELETE FROM agents")
    op.execute("DELETE FROM state WHERE key = 'agents'")


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("agent_names")
