"""Which witness belongs to which work: placing, joining, parting, in the order of the register.

A person's rulings bind: *same* joins whatever kinship says, *different* parts, and a later ruling on the
same pair replaces the earlier. The older work's id stays; the retired one resolves to it for ever.
Rulings are on witnesses, never on works, so that they mean the same after works were joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from variorum.catalogue import Batch, Member
from variorum.library.recorded import Recorded, work_id
from variorum.library.rulings import as_ruling, standing
from variorum.model import Kinship, Ruling
from variorum.vault import Record

__all__ = ["Families"]

_ONE_WORK = frozenset({"same", "revised", "contained", "contains"})


class Families:
    """The works of one transaction. What it decides anew it appends to ``out`` for the register."""

    def __init__(self, batch: Batch, recorded: Recorded, out: list[dict[str, Any]]) -> None:
        self.batch = batch
        self.recorded = recorded
        self.out = out
        self.touched: dict[str, None] = {}  # works to compute anew, in order

    def knows(self, witness: str) -> bool:
        """Whether a witness is entered."""
        return self.batch.work_of(witness) is not None

    def work_of(self, witness: str) -> str:
        """The work of an entered witness; KeyError for an unknown one."""
        work = self.batch.work_of(witness)
        if work is None:
            raise KeyError(witness)
        return work

    def works_of(self, witnesses: Iterable[str]) -> tuple[str, ...]:
        """The works of these witnesses, each once."""
        return tuple(dict.fromkeys(w for w in map(self.batch.work_of, witnesses) if w is not None))

    def members(self, work: str) -> list[Member]:
        """The witnesses of a work in register order."""
        return self.batch.members(work)

    def touch(self, work: str) -> None:
        """Notes a work to be computed anew at the end of the transaction."""
        self.touched[work] = None

    # ------------------------------------------------------------ placing

    def place(self, witness: str, kin: Mapping[str, Kinship]) -> tuple[str, str]:
        """The work and siglum of a new witness, given its kin. Joins works that turn out to be one."""
        near = sorted((o for o, k in kin.items() if k.verdict in _ONE_WORK), key=lambda o: -kin[o].resemblance)
        works = [w for w in self.works_of(near) if not self._parted({witness}, w)]
        home = self.recorded.homes.get(witness)
        if home is not None:
            # Where the register says it stands; what kinship has learnt since can join more to it.
            home = self.batch.resolve(home)
            works = [home, *(w for w in works if w != home and self.batch.has_work(home))]
        work = works[0] if works else work_id(witness)
        for other in works[1:]:
            work = self._join(work, other)
        self.recorded.homes.setdefault(witness, work)
        self.touch(work)
        return work, self._siglum(work, witness)

    def _siglum(self, work: str, witness: str) -> str:
        siglum, new = self.recorded.siglum(work, witness)
        if new:
            self.out.append({"kind": "entered", "witness": witness, "work": work, "siglum": siglum})
        return siglum

    def _join(self, a: str, b: str) -> str:
        """Makes two works one, unless a person parted them; gives the id that stays: the older work's."""
        if a == b or self._parted({m.witness for m in self.members(a)}, b):
            return a
        kept, retired = sorted((a, b), key=self.batch.order_of)
        sigla = {m.witness: self._siglum(kept, m.witness) for m in self.members(retired)}
        self.batch.join(kept, retired, sigla)
        self.touched.pop(retired, None)
        self.touch(kept)
        return kept

    def _parted(self, witnesses: set[str], work: str) -> bool:
        """Whether a standing ruling says *different* of one of these and one of the work's witnesses."""
        members = {m.witness for m in self.members(work)}
        return any(self.batch.different_from(witness) & members for witness in witnesses)

    # ------------------------------------------------------------ rulings and removals

    def rule(self, record: Record) -> Ruling:
        """Applies a ruling of the register and gives what was ruled (for an *undo*, what it takes back)."""
        ruling = as_ruling(record)
        self.batch.ruling(ruling)
        subject = ruling
        if ruling.kind == "undo":
            subject = self.batch.ruled(ruling.on[0]) or ruling
        back = subject is not ruling
        if subject.kind in {"same", "different"}:
            self._sort(subject, back=back)
        for work in (*self.works_of(subject.on), self.batch.work_of_claim(subject.on[0])):
            if work is not None:
                self.touch(work)
        return subject

    def _sort(self, subject: Ruling, *, back: bool) -> None:
        """Joins or parts a pair by the last word that stands on it, or as it was before anybody ruled."""
        pair = frozenset(subject.on)
        last = [r.kind for r in standing(self.batch.rulings()) if r.kind in {"same", "different"} and frozenset(r.on) == pair]
        if last:
            (self._same if last[-1] == "same" else self._different)(*subject.on)
        elif back:
            (self._same if subject.kind == "different" else self._part_again)(*subject.on)

    def _same(self, a: str, b: str) -> None:
        works = self.works_of((a, b))
        if len(works) == 2:
            self._join(*works)

    def _different(self, a: str, b: str) -> None:
        """Parts two witnesses of one work: the part with the earliest witness keeps the id, the later one leaves."""
        works = self.works_of((a, b))
        if len(works) == 1:
            order = {m.witness: n for n, m in enumerate(self.members(works[0]))}
            leaving = max((a, b), key=lambda w: order.get(w, -1))
            self._move(leaving, work_id(leaving))

    def _part_again(self, a: str, b: str) -> None:
        """Undoes a *same*: what was a work of its own before is one again."""
        homes = self.recorded.homes
        works = self.works_of((a, b))
        if len(works) == 1 and homes.get(a) != homes.get(b):
            leaving = next((h for h in (homes.get(b), homes.get(a)) if h is not None and h != works[0]), None)
            for member in self.members(works[0]):
                if leaving is not None and homes.get(member.witness) == leaving:
                    self._move(member.witness, leaving)

    def _move(self, witness: str, work: str) -> None:
        self.touch(self.work_of(witness))
        self.batch.move(witness, work, self._siglum(work, witness))
        self.touch(work)

    def remove(self, witnesses: Iterable[str]) -> None:
        """Takes witnesses out of the catalogue; their bytes stay until the second step."""
        for witness in witnesses:
            work = self.batch.work_of(witness)
            if work is not None:
                self.batch.remove(witness)
                self.touch(work)
