"""What the library asks while it enters: reads that see the open transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from variorum.catalogue import members, naming, pieces
from variorum.catalogue import schema as s
from variorum.catalogue.members import Member
from variorum.catalogue.pieces import PieceRow
from variorum.catalogue.rows import Sketch
from variorum.catalogue.sketches import CAP, Remembered, Sketches
from variorum.catalogue.sql import get_state
from variorum.model import Claim, Ruling

__all__ = ["Asking"]


class Asking:
    """Reads inside the transaction of a batch."""

    def __init__(self, connection: sa.Connection, remembered: Remembered | None = None) -> None:
        self.connection = connection
        self.sketches = Sketches(connection, remembered)
        self._rulings: tuple[Ruling, ...] | None = None  # until one is entered

    def candidates(self, sketch: Sketch, version_key: str | None, least: int = 4, cap: int = CAP) -> list[tuple[str, int, int]]:
        """As `Catalogue.candidates`, with what this batch has entered."""
        return self.sketches.candidates(sketch, version_key, least, cap)

    def boilerplate(self) -> Sketch:
        """Shingles that stand in too many texts of the library to make two of them kin: uint64, ascending.

        As it stands at the moment of asking, with what this batch has entered: kinship must not depend on where a
        transaction began.
        """
        return self.sketches.common()

    def work_of(self, witness: str) -> str | None:
        """The work of a witness, or None for an unknown one."""
        return members.work_of(self.connection, witness)

    def base_of(self, work: str) -> str | None:
        """The copy the others of a work are compared with, as it was last made out."""
        found: str | None = self.connection.execute(sa.select(s.works.c.base).where(s.works.c.work == work)).scalar()
        return found

    def pieces(self, ids: Sequence[str]) -> dict[str, PieceRow]:
        """The pieces with these ids that are entered."""
        return pieces.held(self.connection, ids)

    def has_piece(self, piece: str) -> bool:
        """Whether a piece is entered."""
        return bool(pieces.copies_of(self.connection, [piece]))

    def of_pieces(self, copies: Sequence[str]) -> set[str]:
        """Those of these copies that are made of pieces."""
        return pieces.under(self.connection, copies)

    def kin_of(self, witness: str) -> set[str]:
        """The witnesses on which, with this one, there is a verdict."""
        k = s.kin.c
        return {
            b if a == witness else a
            for a, b in self.connection.execute(sa.select(k.a, k.b).where((k.a == witness) | (k.b == witness)))
        }

    def work_of_emendation(self, item: str) -> str | None:
        """The work that holds a witness read from the item (digest, perhaps with a place) an emendation is on."""
        query = sa.select(s.witnesses.c.work).where(s.witnesses.c.digest == item.split("#", 1)[0])
        found: str | None = self.connection.execute(query.order_by(*members.IN_ORDER)).scalar()
        return found

    def work_of_claim(self, key: str) -> str | None:
        """The work in which a claim or an emendation with this whole id stands."""
        return members.work_of_claim(self.connection, key)

    def members(self, work: str) -> list[Member]:
        """The witnesses of a work in the order of the register."""
        return members.members(self.connection, work)

    def has_work(self, work: str) -> bool:
        """Whether there is a work of this very id."""
        return members.has_work(self.connection, work)

    def order_of(self, work: str) -> tuple[int, str]:
        """By which the older of two works is told: its earliest witness."""
        return members.order_of(self.connection, work)

    def resolve(self, work: str) -> str:
        """The id itself, or the one it was joined into."""
        return members.resolved(self.connection, work)

    def keys_of_claim(self, claim: str) -> set[str]:
        """The names (by key) that a claim with this whole id is about."""
        query = sa.select(s.named.c.key).join(
            s.claims, sa.and_(s.claims.c.witness == s.named.c.witness, s.claims.c.position == s.named.c.position)
        )
        return set(self.connection.execute(query.where(s.claims.c.claim == claim)).scalars())

    def keys_called(self, name: str) -> set[str]:
        """Every name (by key) that is spelled so, in lower case."""
        return naming.keys_called(self.connection, name)

    def beside(self, keys: Sequence[str]) -> set[str]:
        """The names (by key) that stand in one claim with one of these."""
        return naming.beside(self.connection, keys)

    def claims_naming(self, keys: Sequence[str]) -> list[tuple[int, str, Claim]]:
        """The claims that name one of these, in the order of the register: position, work, claim."""
        return naming.claims_naming(self.connection, keys)

    def every_claim(self) -> Iterator[tuple[int, str, Claim]]:
        """All claims, in the order of the register: position, work, claim."""
        return naming.every_claim(self.connection)

    def word(self, key: str) -> str | None:
        """A word of the library's own about the catalogue, as `Batch.state` keeps it."""
        return get_state(self.connection, key)

    def rulings(self) -> tuple[Ruling, ...]:
        """All rulings entered so far, in order."""
        if self._rulings is None:
            self._rulings = members.rulings(self.connection)
        return self._rulings

    def ruled(self, ruling: str) -> Ruling | None:
        """A ruling by its id."""
        return members.ruled(self.connection, ruling)

    def different_from(self, witness: str) -> set[str]:
        """The witnesses a person's standing rulings keep apart from this one."""
        return members.different_from(self.connection, witness)
