"""The postings of the latest texts lie together until there are enough of them to be sorted into the buckets.

Revision 0012 after 0011. Going back sorts them in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BUCKETS = sa.table("buckets", sa.column("bucket", sa.Integer), sa.column("data", sa.LargeBinary))
_FRESH = sa.table("fresh", sa.column("names", sa.LargeBinary), sa.column("numbers", sa.LargeBinary))
_COMMON = sa.table("common", sa.column("hash", sa.BigInteger))


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "fresh",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", name="pk_fresh"),
    )


def downgrade() -> None:
    """Back to the one before."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(_FRESH.c.names, _FRESH.c.numbers)).all()
    names = np.frombuffer(b"".join(bytes(row.names) for row in rows), dtype="<u8").astype(np.uint64)
    numbers = np.frombuffer(b"".join(bytes(row.numbers) for row in rows), dtype="<u4").astype(np.uint64)
    hashes = np.array(connection.execute(sa.select(_COMMON.c.hash)).scalars().all(), dtype=np.int64)
    kept = ~np.isin(names, hashes.view(np.uint64) >> np.uint64(24))  # what became common since stands in no bucket
    for bucket, data in _packed(names[kept], numbers[kept]):
        here = _BUCKETS.c.bucket == bucket
        before = connection.execute(sa.select(_BUCKETS.c.data).where(here)).scalar()
        if before is None:
            connection.execute(sa.insert(_BUCKETS), {"bucket": bucket, "data": data})
        else:
            connection.execute(sa.update(_BUCKETS).where(here).values(data=bytes(before) + data))
    op.drop_table("fresh")


def _packed(names: npt.NDArray[np.uint64], numbers: npt.NDArray[np.uint64]) -> Iterator[tuple[int, bytes]]:
    """Postings as revision 0010 packs them: 18 bits of a name a bucket, then 22 above 26 of the text."""
    if not len(names):
        return
    order = np.argsort(names, kind="stable")
    names = names[order]
    entries = ((names & np.uint64((1 << 22) - 1)) << np.uint64(26)) | numbers[order]
    data = entries.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :6].tobytes()
    of = names >> np.uint64(22)
    first = np.flatnonzero(np.diff(of, prepend=of[:1] + np.uint64(1)))
    last = np.append(first[1:], len(of))
    for bucket, low, high in zip(of[first].tolist(), first.tolist(), last.tolist(), strict=True):
        yield bucket, data[low * 6 : high * 6]
