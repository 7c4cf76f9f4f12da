"""Which witness belongs to which work: placing, joining, parting, in the order of the register.

A person's rulings bind: *same* joins whatever kinship says, *different* parts, and a later ruling on the
same pair replaces the earlier. The older work's id stays; the retired one resolves to it for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from variorum.catalogue import Batch, Member
from variorum.library.recorded import Recorded, work_id
from variorum.library.rulings import as_ruling
from variorum.model import Kinship
from variorum.vault import Record

__all__ = ["Families"]

_ONE_WORK = frozenset({"same", "revised", "contained", "contains"})


class Families:
    """The works of one transaction. What it decides anew it appends to ``out`` for the register."""

    def __init__(self, batch: Batch, recorded: Recorded, out: list[dict[str, Any]]) -> None:
        self.batch = batch
        self.recorded = recorded
        self.out = out
        self.touched: set[str] = set()
        self.mended: set[str] = set()

    def knows(self, witness: str) -> bool:
        """Whether a witness is entered."""
        return self.batch.work_of(witness) is not None

    def work_of(self, witness: str) -> str:
        """The work of an entered witness."""
        work = self.batch.work_of(witness)
        assert work is not None, witness
        return work

    def members(self, work: str) -> list[Member]:
        """The witnesses of a work in register order."""
        return self.batch.members(work)

    # ------------------------------------------------------------ placing

    def place(self, witness: str, kin: Mapping[str, Kinship]) -> tuple[str, str]:
        """The work and siglum of a new witness, given its kin. Joins works that turn out to be one."""
        parted = self.batch.different_from(witness)
        near = sorted(
            (other for other, k in kin.items() if k.verdict in _ONE_WORK and other not in parted),
            key=lambda other: -kin[other].resemblance,
        )
        works = list(dict.fromkeys(self.work_of(other) for other in near))
        works = [w for w in works if not parted & {m.witness for m in self.members(w)}]
        home = self.recorded.homes.get(witness)
        if home is not None:
            home = self.batch.resolve(home)
            works = [home, *(w for w in works if w != home)]
        if not works:
            work = work_id(witness)
        else:
            work = self._join(works)
        siglum = self._siglum(work, witness)
        self.touched.add(work)
        return work, siglum

    def settle(self, witness: str, work: str) -> None:
        """After a witness was entered: a recorded home that nobody else lives in yet is its own."""
        self.touched.add(work)
        self.recorded.homes.setdefault(witness, work)

    def _siglum(self, work: str, witness: str) -> str:
        siglum, new = self.recorded.siglum(work, witness)
        if new:
            self.out.append({"kind": "entered", "witness": witness, "work": work, "siglum": siglum})
        return siglum

    def _join(self, works: Iterable[str]) -> str:
        """Makes these works one; the one with the earliest witness keeps its id."""
        held = [w for w in dict.fromkeys(works) if self.batch.has_work(w)]
        if not held:
            return next(iter(works))
        kept, *others = sorted(held, key=self.batch.order_of)
        for retired in others:
            parted = {w for m in self.members(kept) for w in self.batch.different_from(m.witness)}
            moving = self.members(retired)
            if parted & {m.witness for m in moving}:
                continue  # a person said they are different: *different* beats kinship
            sigla = {m.witness: self._siglum(kept, m.witness) for m in moving}
            self.batch.join(kept, retired, sigla)
            self.out.append({"kind": "joined", "kept": kept, "retired": retired, "witnesses": sorted(sigla)})
            self.touched.discard(retired)
        self.touched.add(kept)
        return kept

    # ------------------------------------------------------------ rulings and removals

    def rule(self, record: Record) -> None:
        """Applies a ruling of the register."""
        ruling = as_ruling(record)
        self.batch.ruling(ruling)
        if ruling.kind == "same":
            self._same(*ruling.on)
        elif ruling.kind == "different":
            self._different(*ruling.on)
        elif ruling.kind == "undo":
            undone = self.batch.ruled(ruling.on[0])
            if undone is not None and undone.kind == "same":
                self._part_again(*undone.on)
            elif undone is not None and undone.kind == "different":
                self._same(*undone.on)
        for key in ruling.on:
            work = self._work(key) or self.batch.work_of_claim(key)
            if work is not None:
                self.touched.add(work)
                self.mended |= {m.witness for m in self.members(work)} if ruling.kind in ("alias", "not-alias") else set()

    def _work(self, key: str) -> str | None:
        """The work a ruling's key means: a witness's, or the work itself."""
        work = self.batch.work_of(key)
        if work is not None:
            return work
        resolved = self.batch.resolve(key)
        return resolved if self.batch.has_work(resolved) else None

    def _same(self, a: str, b: str) -> None:
        works = [w for w in (self._work(a), self._work(b)) if w is not None]
        if len(set(works)) == 2:
            self._join(works)

    def _different(self, a: str, b: str) -> None:
        """Parts ``b`` (and what was entered with it as its own work) from ``a``."""
        work = self._work(a)
        if work is None or work != self._work(b):
            return
        leaving = b if self.batch.work_of(b) else None
        if leaving is None:
            return
        members = self.members(work)
        if leaving == members[0].witness:
            # The part with the earliest witness keeps the id: the other one leaves.
            leaving = a if self.batch.work_of(a) and a != leaving else members[-1].witness
        self._move(leaving, work_id(leaving))

    def _part_again(self, a: str, b: str) -> None:
        """Undoes a *same*: each side that was a work of its own is one again."""
        for key in (a, b):
            retired = key if self.batch.resolve(key) != key else None
            if retired is None:
                continue
            for witness, home in self.recorded.homes.items():
                if home == retired and self.knows(witness):
                    self._move(witness, retired)

    def _move(self, witness: str, work: str) -> None:
        left = self.work_of(witness)
        self.batch.move(witness, work, self._siglum(work, witness))
        self.touched |= {left, work}

    def remove(self, witnesses: Iterable[str]) -> None:
        """Takes witnesses out of the catalogue; their bytes stay until the second step."""
        for witness in witnesses:
            work = self.batch.work_of(witness)
            if work is not None:
                self.batch.remove(witness)
                self.touched.add(work)
