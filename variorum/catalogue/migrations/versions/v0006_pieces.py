"""The pieces of copies that lie in several items: chapter pages, parts of a story on a list.

Revision 0006 after 0005. Pieces that were entered before it are copies of their own until the next `rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "pieces",
        sa.Column("piece", sa.String(length=128), nullable=False),
        sa.Column("copy", sa.String(length=128), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("version_key", sa.String(length=128), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["copy"], ["witnesses.witness"], name="fk_pieces_copy_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("piece", name="pk_pieces"),
    )
    with op.batch_alter_table("pieces") as batch_op:
        batch_op.create_index("ix_pieces_copy", ["copy"], unique=False)
        batch_op.create_index("ix_pieces_version_key", ["version_key"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("pieces")
