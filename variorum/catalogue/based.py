"""The text that stands for each work, its base copy's, for whoever makes something of every text and keeps it elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.blobs import unpack_text
from variorum.catalogue.connect import reading
from variorum.catalogue.sql import chunks, get_state
from variorum.catalogue.values import load_metadata

__all__ = ["BasedWork", "Bases", "digest_of"]

_AT_ONCE = 100


class BasedWork(NamedTuple):
    """A work, its base copy, its language where it is known, and where it stands in the order of things."""

    work: str
    witness: str
    language: str | None
    order: int


def digest_of(text: str) -> bytes:
    """What names a text by its words as they read."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


class Bases:
    """Works with their base copies, and what changed of them; for reading."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def state(self) -> tuple[str, int]:
        """Which catalogue this is (a rebuild makes another), and its change counter."""
        with reading(self._engine) as connection:
            return get_state(connection, "identity") or "", int(get_state(connection, "change") or 0)

    def works(self, since: int = -1) -> tuple[tuple[str, int], set[str], list[BasedWork]]:
        """The `state`, the ids of all works, and those that changed after a change, all as of one moment."""
        columns = (s.works.c.work, s.works.c.base, s.works.c.metadata, s.works.c.order)
        with reading(self._engine) as connection:
            state = get_state(connection, "identity") or "", int(get_state(connection, "change") or 0)
            every = set(connection.execute(sa.select(s.works.c.work)).scalars())
            query = sa.select(*columns).where(s.works.c.change > since, s.works.c.base.is_not(None))
            found = connection.execute(query.order_by(s.works.c.order.desc(), s.works.c.work))
            return state, every, [BasedWork(work, base, load_metadata(data).language, order) for work, base, data, order in found]

    def digests(self, witnesses: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The digest of each copy's text."""
        for some in chunks(witnesses, _AT_ONCE):
            with reading(self._engine) as connection:
                rows = connection.execute(sa.select(s.texts.c.witness, s.texts.c.data).where(s.texts.c.witness.in_(some))).all()
            for witness, data in rows:
                yield witness, digest_of(unpack_text(data))
