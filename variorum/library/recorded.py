"""What the register has settled once and for all: decodes, works, sigla, joins, removals.

Read before anything is entered, so that a rebuild gives back the very ids it had. Kept up incrementally:
the register only grows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from variorum.intake import Recorded as Decode
from variorum.vault import Record

__all__ = ["Recorded", "next_siglum", "witness_id", "work_id"]


@dataclass(slots=True)
class Recorded:
    """Facts of the register, by what they are about."""

    order: int = -1  #: of the last record noted
    decodes: dict[str, Decode] = field(default_factory=dict)  #: item digest -> its parts
    homes: dict[str, str] = field(default_factory=dict)  #: witness -> the work it was first entered in
    sigla: dict[tuple[str, str], str] = field(default_factory=dict)  #: (work, witness) -> siglum
    given: dict[str, set[str]] = field(default_factory=dict)  #: work -> sigla ever given
    removed: dict[str, str] = field(default_factory=dict)  #: item digest -> "asked" or "done"
    hidden: set[str] = field(default_factory=set)  #: witnesses that were removed
    problems: set[str] = field(default_factory=set)  #: digests of items whose problem is written down

    def note(self, records: Iterable[Record]) -> None:
        """Takes in records; those noted before are passed over."""
        for record in records:
            if record.order <= self.order:
                continue
            self.order = record.order
            data = record.data
            if record.kind == "opened":
                self.decodes.setdefault(data["digest"], tuple((n, e, b) for n, e, b in data["decode"]))
            elif record.kind == "entered":
                self.homes.setdefault(data["witness"], data["work"])
                self.sigla[data["work"], data["witness"]] = data["siglum"]
                self.given.setdefault(data["work"], set()).add(data["siglum"])
            elif record.kind == "problem":
                self.problems.add(data["digest"])
            elif record.kind == "removal":
                gone = data["state"] != "withdrawn"
                (self.hidden.update if gone else self.hidden.difference_update)(data["witnesses"])
                for digest in data["digests"]:
                    if gone:
                        self.removed[digest] = data["state"]
                    else:
                        self.removed.pop(digest, None)

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


def witness_id(digests: Iterable[str], place: str) -> str:
    """The id of a witness: the items it was read from and its place inside them."""
    seed = "\x1f".join([*digests, place])
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def work_id(witness: str) -> str:
    """The id of a work: derived from its earliest witness."""
    return hashlib.sha256(f"work {witness}".encode()).hexdigest()[:20]
