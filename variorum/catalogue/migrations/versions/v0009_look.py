"""How many repairs of a copy are to be looked at: likely, not sure, and not ruled on.

Revision 0009 after 0008. Counted from the documents of copies in which something was mended.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from variorum.catalogue.blobs import unpack_document

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WITNESSES = sa.table(
    "witnesses", sa.column("witness", sa.String), sa.column("applied", sa.Integer), sa.column("look", sa.Integer)
)
_DOCUMENTS = sa.table("documents", sa.column("witness", sa.String), sa.column("data", sa.LargeBinary))


def upgrade() -> None:
    """To this revision."""
    op.add_column("witnesses", sa.Column("look", sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    mended = connection.execute(sa.select(_WITNESSES.c.witness).where(_WITNESSES.c.applied > 0)).scalars().all()
    for witness in mended:
        data = connection.execute(sa.select(_DOCUMENTS.c.data).where(_DOCUMENTS.c.witness == witness)).scalar()
        held = unpack_document(data).emendations if data is not None else ()
        look = sum(1 for e in held if e.state == "applied" and e.ruling is None and e.certainty < 0.95)
        if look:
            connection.execute(sa.update(_WITNESSES).where(_WITNESSES.c.witness == witness).values(look=look))


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("witnesses") as batch_op:
        batch_op.drop_column("look")
