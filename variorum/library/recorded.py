"""What the register has settled once and for all: decodes, kin, sigla, removals, rulings on emendations.

Read before anything is entered, so that a rebuild gives back the very ids it had. Kept up incrementally:
the register only grows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from variorum.document import Emendation
from variorum.library.bundled import Bundles
from variorum.library.derived import Derived
from variorum.vault import Record

if TYPE_CHECKING:
    from variorum.intake import Recorded as Decode

__all__ = ["Recorded", "book_of", "next_siglum", "sequence_of", "witness_id", "work_id"]

_POSITIONS = 20  # bits for the place inside one item: a container may hold a million


@dataclass(slots=True)
class Recorded:
    """Facts of the register, by what they are about."""

    order: int = -1  #: of the last record noted
    received: dict[str, int] = field(default_factory=dict)  #: item digest -> order of its last reception
    decodes: dict[str, Decode] = field(default_factory=dict)  #: item digest -> its parts
    problems: set[str] = field(default_factory=set)  #: digests of items whose problem is written down
    sequences: dict[str, int] = field(default_factory=dict)  #: witness -> its place in the order of things
    digests: dict[str, str] = field(default_factory=dict)  #: witness -> the item it was read from
    edges: dict[str, dict[str, float]] = field(default_factory=dict)  #: witness -> its kin of one work, and how near
    sigla: dict[tuple[str, str], str] = field(default_factory=dict)  #: (work, witness) -> siglum
    given: dict[str, set[str]] = field(default_factory=dict)  #: work -> sigla ever given
    removed: set[str] = field(default_factory=set)  #: digests of items that were removed
    hidden: set[str] = field(default_factory=set)  #: witnesses that were removed
    emendations: dict[str, Emendation] = field(default_factory=dict)  #: those a person ruled on, as they were then
    ruled_on: dict[str, str] = field(default_factory=dict)  #: their ids -> the witness they lie over
    derived: dict[str, Derived] = field(default_factory=dict)  #: item digest -> what an outside program made of it
    books: dict[str, list[str]] = field(default_factory=dict)  #: folder of a book of calibre's -> the digests of its formats
    bundles: Bundles = field(default_factory=Bundles)  #: which pieces make up which copy

    def reset(self) -> None:
        """Forgets everything: a transaction failed, and what it settled in memory was never written down."""
        self.order = -1
        for name in self.__slots__:
            if name != "order":
                getattr(self, name).clear()

    def note(self, records: Iterable[Record]) -> None:
        """Takes in records; those noted before are passed over."""
        for record in records:
            if record.order > self.order:
                self.order = record.order
                self._note(record)

    def _note(self, record: Record) -> None:
        data = record.data
        if record.kind in ("received", "known") and (book := book_of(record)) is not None:
            self.books.setdefault(book, []).append(data["digest"])
        if record.kind == "received":
            # Adding again what was removed takes the removal back.
            self.received[data["digest"]] = record.order
            self.removed.discard(data["digest"])
            self.hidden -= {w for w in self.hidden if self.digests.get(w) == data["digest"]}
        elif record.kind == "opened":
            self.decodes.setdefault(data["digest"], tuple((n, e, b) for n, e, b in data["decode"]))
        elif record.kind == "derived":
            self.derived[data["of"]] = Derived(data["digest"], data["converter"], data["version"])
        elif record.kind == "problem":
            self.problems.add(data["digest"])
        elif record.kind == "entered":
            self._entered(data)
        elif record.kind == "joined":
            self.bundles.note(data)
            self._stands(str(data["witness"]), data)
        elif record.kind == "removal":
            gone = data["state"] != "withdrawn"
            (self.hidden.update if gone else self.hidden.difference_update)(data["witnesses"])
            (self.removed.update if gone else self.removed.difference_update)(data["digests"])
        elif record.kind == "ruling" and data.get("emendation"):
            emendation = Emendation(**data["emendation"])
            self.emendations.setdefault(emendation.emendation, emendation)
            self.ruled_on.setdefault(emendation.emendation, data["witness"])

    def _entered(self, data: Mapping[str, object]) -> None:
        witness, work, siglum = str(data["witness"]), str(data["work"]), str(data["siglum"])
        self.sigla[work, witness] = siglum
        self.given.setdefault(work, set()).add(siglum)
        self._stands(witness, data)

    def _stands(self, witness: str, data: Mapping[str, object]) -> None:
        if isinstance(at := data.get("sequence"), int):
            self.digests[witness] = str(data.get("digest"))
            kin = data.get("kin")
            self.learn(witness, at, kin if isinstance(kin, dict) else {})

    def learn(self, witness: str, sequence: int, kin: Mapping[str, float]) -> dict[str, float]:
        """Takes in where a witness stands and its kin; gives the kin that was not on record."""
        self.sequences.setdefault(witness, sequence)
        known = self.edges.setdefault(witness, {})
        fresh = {other: round(weight, 6) for other, weight in kin.items() if other not in known}
        for other, weight in fresh.items():
            known[other] = weight
            self.edges.setdefault(other, {})[witness] = weight
        return fresh

    def siglum(self, work: str, witness: str) -> tuple[str, bool]:
        """The siglum of a witness in a work, and whether it is given only now."""
        known = self.sigla.get((work, witness))
        if known is not None:
            return known, False
        given = self.given.setdefault(work, set())
        siglum = next_siglum(given)
        given.add(siglum)
        self.sigla[work, witness] = siglum
        return siglum, True


def book_of(record: Record) -> str | None:
    """The folder of a book of calibre's in which a file lies: its formats are copies of one work. None for any other file."""
    about: Iterable[Sequence[str]] = record.data.get("about", ())
    if not any("/" in place for _, place in about):
        return None
    return str(record.data["name"]).rpartition("/")[0]


def next_siglum(given: set[str]) -> str:
    """The next free letter: A ... Z, AA, AB ..."""
    number = len(given)
    while True:
        siglum, rest = "", number
        while True:
            siglum = chr(ord("A") + rest % 26) + siglum
            rest = rest // 26 - 1
            if rest < 0:
                break
        if siglum not in given:
            return siglum
        number += 1


def sequence_of(order: int, position: int) -> int:
    """A witness's place in the order of things: the record that received it, then its position inside the item."""
    return (order << _POSITIONS) + position


def witness_id(digests: Iterable[str], place: str) -> str:
    """The id of a witness: the items it was read from and its place inside them."""
    seed = "\x1f".join([*digests, place])
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def work_id(witness: str) -> str:
    """The id of a work: derived from its earliest witness."""
    return hashlib.sha256(f"work {witness}".encode()).hexdigest()[:20]
