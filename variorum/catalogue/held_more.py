"""What the library asks of works held more than once: groups, what is related and kept apart, what was ruled in which step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.blobs import unpack_document
from variorum.catalogue.connect import reading
from variorum.catalogue.members import known_ids
from variorum.catalogue.read import works_of
from variorum.catalogue.several import Row, answering, cube, following, page
from variorum.catalogue.sql import chunks
from variorum.catalogue.steps import one_step, steps
from variorum.catalogue.ties import apart
from variorum.catalogue.wrangled import meant
from variorum.document import Document
from variorum.model import Apart, Ruled, Sought, Viewer, Work

__all__ = ["Listed", "Several"]

_KEEPER = Viewer()


class Listed(NamedTuple):
    """One page: how many groups there are, how many answer, how many each other question would find, and some of those that answer."""

    every: int
    total: int
    counts: Mapping[str, Mapping[str, int]]
    groups: Sequence[tuple[Row, Work]]


class Several:
    """The works of one catalogue that are held more than once, for reading."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def page(self, viewer: Viewer, sought: Sought, limit: int, offset: int) -> Listed:
        """Some of the groups that answer, with their works (copies in brief), and how many there are."""
        with reading(self._engine) as connection:
            viewer = meant(connection, viewer)
            every, total, counts = cube(connection, viewer, sought)
            rows = page(connection, viewer, sought, limit, offset)
            works = {work.work: work for work in works_of(connection, [row.work for row in rows], viewer, light=True)}
            return Listed(every, total, counts, [(row, works[row.work]) for row in rows if row.work in works])

    def answering(self, viewer: Viewer, sought: Sought) -> list[str]:
        """All groups that answer, by their works."""
        with reading(self._engine) as connection:
            return answering(connection, meant(connection, viewer), sought)

    def following(self, viewer: Viewer, sought: Sought, after: str | None) -> tuple[int, str] | None:
        """The place and work of the next group nobody ruled on, beginning again at the end; None where every one is ruled on."""
        with reading(self._engine) as connection:
            return following(connection, meant(connection, viewer), sought, after)

    def of(self, works: Sequence[str], viewer: Viewer, *, light: bool = True) -> list[Work]:
        """These works as far as they exist for a viewer, in this order; ``light``: their copies in brief."""
        with reading(self._engine) as connection:
            viewer = meant(connection, viewer)
            return [work for some in chunks(works, 500) for work in works_of(connection, list(some), viewer, light=light)]

    def documents(self, witnesses: Sequence[str]) -> dict[str, Document]:
        """The documents of these copies."""
        with reading(self._engine) as connection:
            d = s.documents.c
            found = (
                connection.execute(sa.select(d.witness, d.data).where(d.witness.in_(some))) for some in chunks(witnesses, 500)
            )
            return {row.witness: unpack_document(row.data) for rows in found for row in rows}

    def ruled(self, limit: int, offset: int) -> tuple[int, list[Ruled]]:
        """What was ruled on copies and stands, step by step: how many steps, and some, the latest first."""
        with reading(self._engine) as connection:
            return steps(connection, limit, offset)

    def in_step(self, step: str) -> tuple[Ruled | None, list[str]]:
        """A step, and the rulings made in it that stand; nothing and none for an unknown one or one taken back."""
        with reading(self._engine) as connection:
            return one_step(connection, step)

    def apart(self, limit: int, offset: int = 0, viewer: Viewer = _KEEPER) -> tuple[int, list[Apart]]:
        """Copies of different works that share text: how many pairs there are, and some of them in the order of things."""
        with reading(self._engine) as connection:
            return apart(connection, meant(connection, viewer), limit, offset)

    def rulings(self) -> int:
        """How many rulings there are, of any kind, undone ones too."""
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(s.rulings)).scalar_one())

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of these that are the whole id of a copy or of a ruling."""
        with reading(self._engine) as connection:
            return known_ids(connection, ids)
