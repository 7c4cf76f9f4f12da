"""Sketches are packed, and how many texts have a common hash is counted.

Revision 0010 after 0009. A hash that was common before stays so: who had it is not known until the next `rebuild`. Going
back leaves postings empty, since half of each hash is no longer kept: near copies are found again after a `rebuild`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROWS = 200_000


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "buckets",
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_buckets"),
    )
    op.create_table(
        "worn",
        sa.Column("sketch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sketch", name="pk_worn"),
    )
    op.add_column("common", sa.Column("texts", sa.BigInteger(), nullable=True))
    _pack(op.get_bind())
    op.drop_table("postings")


def _pack(connection: sa.Connection) -> None:
    buckets = sa.table("buckets", sa.column("bucket", sa.Integer), sa.column("data", sa.LargeBinary))
    query = sa.text("SELECT hash, sketch FROM postings ORDER BY hash")
    open_bucket, data = -1, b""  # a bucket may go on in the next rows
    with connection.execute(query, execution_options={"yield_per": _ROWS}) as result:
        for rows in result.partitions():
            table = np.array([tuple(row) for row in rows], dtype=np.int64)
            done = []
            # Below zero, an ordering by sign is one by the first bit: the buckets of each half are in order.
            for half in (table[table[:, 0] < 0], table[table[:, 0] >= 0]):
                for bucket, more in _packed(half[:, 0].astype(np.uint64) >> np.uint64(24), half[:, 1]):
                    if bucket != open_bucket and data:
                        done.append({"bucket": open_bucket, "data": data})
                        data = b""
                    open_bucket, data = bucket, data + more
            if done:
                connection.execute(sa.insert(buckets), done)
    if data:
        connection.execute(sa.insert(buckets), [{"bucket": open_bucket, "data": data}])


def _packed(names: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int64]) -> Iterator[tuple[int, bytes]]:
    """Postings as this revision packs them, whatever a later one does: 18 bits of a name a bucket, then 22 above 26 of the text."""
    if not len(names):
        return
    entries = ((names & np.uint64((1 << 22) - 1)) << np.uint64(26)) | numbers.astype(np.uint64)
    data = entries.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :6].tobytes()
    of = names >> np.uint64(22)
    first = np.flatnonzero(np.diff(of, prepend=of[:1] + np.uint64(1)))
    last = np.append(first[1:], len(of))
    for bucket, low, high in zip(of[first].tolist(), first.tolist(), last.tolist(), strict=True):
        yield bucket, data[low * 6 : high * 6]


def downgrade() -> None:
    """Back to the one before."""
    op.create_table(
        "postings",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sketch", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "sketch", name="pk_postings"),
        sqlite_with_rowid=False,
    )
    op.drop_column("common", "texts")
    for table in ("worn", "buckets"):
        op.drop_table(table)
