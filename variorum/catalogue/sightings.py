"""What items say of the addresses of works: gone, moved, unchanged or behind a log-in on a day. Made again by a `rebuild`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.connect import reading
from variorum.catalogue.fields import address
from variorum.catalogue.sql import chunks
from variorum.model import Sighting

__all__ = ["enter", "seen_at", "table"]

#: One row for each thing said, in the item's order. Since revision 0011.
table = sa.Table(
    "sightings",
    s.metadata,
    sa.Column("digest", sa.String(128), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("order", sa.BigInteger, nullable=False),
    sa.Column("address", sa.String(300), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("day", sa.String(40), nullable=True),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
)


def enter(connection: sa.Connection, digest: str, order: int, found: Sequence[Sighting], first: int) -> None:
    """What an item says, from its part ``first`` on; from 0 on it replaces what the item said before."""
    if not first:
        connection.execute(sa.delete(table).where(table.c.digest == digest))
    rows = [
        {
            "digest": digest, "position": first + n, "order": order, "address": where,
            "url": one.url, "day": one.day, "outcome": one.outcome, "said": one.said, "name": one.name,
        }
        for n, one in enumerate(found)
        if (where := address(one.url))
    ]  # fmt: skip
    for some in chunks(rows):
        connection.execute(sa.insert(table), some)


def seen_at(engine: sa.Engine, urls: Sequence[str]) -> Mapping[str, Sequence[Sighting]]:
    """By each of these addresses as it is written, what is said of it in any of its forms, in the order in which it came."""
    written: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        if where := address(url):
            written[where].append(url)
    out: dict[str, list[Sighting]] = defaultdict(list)
    with reading(engine) as connection:
        for some in chunks(list(written)):
            query = sa.select(table).where(table.c.address.in_(some)).order_by(table.c.order, table.c.digest, table.c.position)
            for row in connection.execute(query):
                one = Sighting(row.url, row.day, row.outcome, row.said, row.digest, row.name)
                for url in written[row.address]:
                    out[url].append(one)
    return out
