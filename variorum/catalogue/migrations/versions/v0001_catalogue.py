"""The catalogue: items, works, witnesses with their documents, and what they claim.

Revision 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    _kept()
    _works()
    _witnesses()
    _credit()


def _kept() -> None:
    op.create_table(
        "state",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_state"),
    )
    op.create_table(
        "items",
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("accession", sa.String(length=128), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=True),
        sa.Column("problem_code", sa.String(length=64), nullable=True),
        sa.Column("problem_reason", sa.Text(), nullable=True),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_items"),
    )
    op.create_table(
        "receptions",
        sa.Column("accession", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=128), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("problem_code", sa.String(length=64), nullable=True),
        sa.Column("problem_reason", sa.Text(), nullable=True),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("accession", "number", name="pk_receptions"),
    )
    with op.batch_alter_table("receptions") as batch_op:
        batch_op.create_index("ix_receptions_digest", ["digest"], unique=False)
    op.create_table(
        "agents",
        sa.Column("agent", sa.String(length=128), nullable=False),
        sa.Column("certainty", sa.Float(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name="pk_agents"),
    )
    op.create_table(
        "rulings",
        sa.Column("ruling", sa.String(length=128), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("on", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("undoes", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("ruling", name="pk_rulings"),
        sa.UniqueConstraint("position", name="uq_rulings_position"),
    )


def _works() -> None:
    op.create_table(
        "works",
        sa.Column("work", sa.String(length=128), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("adult", sa.Boolean(), nullable=True),
        sa.Column("base", sa.String(length=128), nullable=True),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("chapters", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("taken_from", sa.Text(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("work", name="pk_works"),
    )
    with op.batch_alter_table("works") as batch_op:
        batch_op.create_index("ix_works_change", ["change"], unique=False)
        batch_op.create_index("ix_works_order", ["order"], unique=False)
    op.create_table(
        "retired",
        sa.Column("work", sa.String(length=128), nullable=False),
        sa.Column("kept", sa.String(length=128), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("work", name="pk_retired"),
    )
    with op.batch_alter_table("retired") as batch_op:
        batch_op.create_index("ix_retired_change", ["change"], unique=False)
        batch_op.create_index("ix_retired_kept", ["kept"], unique=False)
    op.create_table(
        "tags",
        sa.Column("work", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["works.work"], name="fk_tags_work_works", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("work", "kind", "position", name="pk_tags"),
    )
    with op.batch_alter_table("tags") as batch_op:
        batch_op.create_index("ix_tags_kind_key", ["kind", "key"], unique=False)


def _witnesses() -> None:
    op.create_table(
        "witnesses",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("work", sa.String(length=128), nullable=False),
        sa.Column("siglum", sa.String(length=16), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("accession", sa.String(length=128), nullable=False),
        sa.Column("added", sa.String(length=40), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("captured", sa.Text(), nullable=True),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("chapters", sa.Integer(), nullable=False),
        sa.Column("extent", sa.String(length=16), nullable=False),
        sa.Column("version_key", sa.String(length=128), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kinship", sa.String(length=16), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["works.work"], name="fk_witnesses_work_works"),
        sa.PrimaryKeyConstraint("witness", name="pk_witnesses"),
        sa.UniqueConstraint("work", "siglum", name="uq_witnesses_work_siglum"),
    )
    with op.batch_alter_table("witnesses") as batch_op:
        batch_op.create_index("ix_witnesses_address", ["address"], unique=False)
        batch_op.create_index("ix_witnesses_digest", ["digest"], unique=False)
        batch_op.create_index("ix_witnesses_version_key", ["version_key"], unique=False)
    op.create_table(
        "witness_items",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["witness"], ["witnesses.witness"], name="fk_witness_items_witness_witnesses", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("witness", "position", name="pk_witness_items"),
    )
    with op.batch_alter_table("witness_items") as batch_op:
        batch_op.create_index("ix_witness_items_digest", ["digest"], unique=False)
    op.create_table(
        "documents",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_documents_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", name="pk_documents"),
    )
    op.create_table(
        "texts",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_texts_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", name="pk_texts"),
    )


def _credit() -> None:
    op.create_table(
        "claims",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(length=64), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=128), nullable=False),
        sa.Column("certainty", sa.Float(), nullable=False),
        sa.Column("ruling", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_claims_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", "position", name="pk_claims"),
    )
    with op.batch_alter_table("claims") as batch_op:
        batch_op.create_index("ix_claims_claim", ["claim"], unique=False)
    op.create_table(
        "relations",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_relations_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", "position", name="pk_relations"),
    )
    with op.batch_alter_table("relations") as batch_op:
        batch_op.create_index("ix_relations_address", ["address"], unique=False)
    op.create_table(
        "lost",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_lost_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", "position", name="pk_lost"),
    )
    op.create_table(
        "provenance",
        sa.Column("witness", sa.String(length=128), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["witness"], ["witnesses.witness"], name="fk_provenance_witness_witnesses", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("witness", name="pk_provenance"),
    )


def downgrade() -> None:
    """Back to the one before."""
    for table in (
        "provenance",
        "lost",
        "relations",
        "claims",
        "texts",
        "documents",
        "witness_items",
        "witnesses",
        "tags",
        "retired",
        "works",
        "rulings",
        "agents",
        "receptions",
        "items",
        "state",
    ):
        op.drop_table(table)
