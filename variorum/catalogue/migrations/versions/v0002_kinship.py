"""Copies are found by their text: sketches, verdicts on pairs, which copies are respelt, emendations by id.

Revision 0002 after 0001. Witnesses entered before it have no sketch: until `variorum rebuild` makes them,
their equal copies are found and their near ones are not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("witnesses") as batch_op:
        batch_op.add_column(sa.Column("respelt", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("witnesses") as batch_op:
        batch_op.alter_column("respelt", server_default=None)
    op.create_table(
        "marks",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("emendations", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_marks_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", name="pk_marks"),
    )
    op.create_table(
        "versions",
        sa.Column("version_key", sa.String(length=128), nullable=False),
        sa.Column("sketch", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version_key", name="pk_versions"),
    )
    with op.batch_alter_table("versions") as batch_op:
        batch_op.create_index("ix_versions_sketch", ["sketch"], unique=False)
    op.execute(
        'INSERT INTO versions (version_key, sketch, tokens) SELECT version_key, row_number() OVER (ORDER BY MIN("order")) - 1, '
        "MAX(tokens) FROM witnesses GROUP BY version_key"
    )
    op.create_table(
        "postings",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sketch", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "sketch", name="pk_postings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "common",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_common"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kin",
        sa.Column("a", sa.String(length=128), nullable=False),
        sa.Column("b", sa.String(length=128), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("resemblance", sa.Float(), nullable=False),
        sa.Column("a_in_b", sa.Float(), nullable=False),
        sa.Column("b_in_a", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["a"], ["witnesses.witness"], name="fk_kin_a_witnesses", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b"], ["witnesses.witness"], name="fk_kin_b_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a", "b", name="pk_kin"),
    )
    with op.batch_alter_table("kin") as batch_op:
        batch_op.create_index("ix_kin_b", ["b"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    for table in ("kin", "common", "postings", "versions", "marks"):
        op.drop_table(table)
    with op.batch_alter_table("witnesses") as batch_op:
        batch_op.drop_column("respelt")
