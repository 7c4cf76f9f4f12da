"""What items say of the addresses of works.

Revision 0011 after 0010. Empty in a library that was there before, until the next `rebuild` reads its archives again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "sightings",
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "position", name="pk_sightings"),
    )
    with op.batch_alter_table("sightings") as batch_op:
        batch_op.create_index("ix_sightings_address", ["address"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("sightings")
