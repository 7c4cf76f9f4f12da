"""Which witness belongs to which work: a pure function of what the register holds.

Witnesses are the nodes of a graph. Kinship found when a witness was entered is an edge, written down with it;
a *same* ruling that stands is a stronger one; a *different* ruling keeps two witnesses apart whatever joins
them. The works are the components of that graph, and the id of a work derives from its earliest witness. So
joining, parting, undoing and rebuilding need no rules of their own: the graph is looked at again. Witnesses
that were removed, or cannot be read any more, stay in it unseen, so that a work does not change its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from variorum.catalogue import Batch, Member
from variorum.library.recorded import Recorded, work_id
from variorum.library.rulings import as_ruling
from variorum.library.spoken import Spoken
from variorum.model import Kinship, Ruling
from variorum.vault import Record

__all__ = ["Families"]

_ONE_WORK = frozenset({"same", "revised", "contained", "contains"})
#: Kinds of ruling -> how many of the things they are on are witnesses.
_ON_WITNESSES = {"same": 2, "different": 2, "base": 1, "set": 1}


class Families:
    """The works of one transaction. What it settles anew it appends to ``out`` for the register."""

    def __init__(self, batch: Batch, recorded: Recorded, out: list[dict[str, Any]]) -> None:
        self.batch = batch
        self.recorded = recorded
        self.out = out
        self.touched: dict[str, None] = {}  # works to compute anew, in order
        self.regrouped: dict[str, None] = {}  # works whose members changed
        self.judged: dict[str, None] = {}  # works about whose copies somebody spoke, whatever came of it
        self._spoken: Spoken | None = None

    def knows(self, witness: str) -> bool:
        """Whether a witness, or a piece of one, is entered."""
        if witness in self.recorded.bundles.places:
            return self.batch.has_piece(witness)
        return self.batch.work_of(witness) is not None

    def work_of(self, witness: str) -> str:
        """The work of an entered witness; KeyError for an unknown one."""
        work = self.batch.work_of(self.recorded.bundles.copy_of(witness))
        if work is None:
            raise KeyError(witness)
        return work

    def works_of(self, witnesses: Iterable[str]) -> tuple[str, ...]:
        """The works of these witnesses, each once; a piece is meant by its copy."""
        copies = map(self.recorded.bundles.copy_of, witnesses)
        return tuple(dict.fromkeys(w for w in map(self.batch.work_of, copies) if w is not None))

    def members(self, work: str) -> list[Member]:
        """The witnesses of a work in register order."""
        return self.batch.members(work)

    def touch(self, work: str) -> None:
        """Notes a work to be computed anew at the end of the transaction."""
        self.touched[work] = None

    def refresh(self) -> None:
        """The end of the transaction: computes anew what was touched, and of what was only spoken about whether it was."""
        self.batch.refresh(self.touched)
        self.batch.judge(work for work in self.judged if work not in self.touched)

    # ------------------------------------------------------------ placing

    def place(
        self, witness: str, digest: str, sequence: int, kin: Mapping[str, Kinship], tied: Iterable[str] = ()
    ) -> tuple[str, str]:
        """The work and siglum of a new witness, given its kin; afterwards `regroup` moves whom it joins.

        ``tied``: witnesses of its work by other signs than their words.
        """
        near = {other: k.resemblance for other, k in kin.items() if k.verdict in _ONE_WORK}
        for other in tied:
            near.setdefault(other, 1.0)
        fresh = self.recorded.learn(witness, sequence, near)
        work = next(w for group, w in self._groups({witness}) if witness in group)
        siglum, given = self.recorded.siglum(work, witness)
        if given or fresh:
            self._record(witness, work, siglum, digest=digest, sequence=self.recorded.sequences[witness], kin=fresh)
        return work, siglum

    def regroup(self, witnesses: Iterable[str], *, quiet: bool = False) -> None:
        """Moves entered witnesses to where the graph has them; ``quiet``: a work from and to which none moves is left as it is."""
        for group, work in self._groups(set(witnesses)):
            here = [(w, self.batch.work_of(w)) for w in sorted(group, key=self._sequence)]
            held = [(w, now) for w, now in here if now is not None]
            if held and not (quiet and all(now == work for _, now in held)):
                self.touch(work)
            for old in dict.fromkeys(now for _, now in held if now is not None and now != work):
                moving = [w for w, now in held if now == old]
                sigla = {w: self._siglum(work, w) for w in moving}
                if len(moving) == len(self.members(old)):
                    self.batch.join(work, old, sigla)
                    self.touched.pop(old, None)
                else:
                    for w in moving:
                        self.batch.move(w, work, sigla[w])
                    self.touch(old)
                    self.regrouped[old] = None
                self.regrouped[work] = None

    def _siglum(self, work: str, witness: str) -> str:
        siglum, given = self.recorded.siglum(work, witness)
        if given:
            self._record(witness, work, siglum)
        return siglum

    def _record(self, witness: str, work: str, siglum: str, **more: Any) -> None:
        self.out.append({"kind": "entered", "witness": witness, "work": work, "siglum": siglum, **more})

    # ------------------------------------------------------------ the graph

    def _sequence(self, witness: str) -> tuple[int, str]:
        return (self.recorded.sequences.get(witness, 1 << 62), witness)

    def _groups(self, seeds: set[str]) -> list[tuple[set[str], str]]:
        """The components around these witnesses, each with the id of its work; the earliest first."""
        spoken = self.spoken
        around: set[str] = set()
        todo = list(seeds)
        while todo:
            witness = todo.pop()
            if witness not in around:
                around.add(witness)
                todo += [*self.recorded.edges.get(witness, ()), *spoken.beside(witness)]
        groups = {witness: {witness} for witness in around}
        # A person's word first, then the nearest kin: whom a *different* keeps out of one work goes to the other.
        for a, b in (*spoken.within(around), *self._edges(around)):
            one, two = groups[a], groups[b]
            if one is not two and not spoken.parts(one, two):
                one |= two
                for witness in two:
                    groups[witness] = one
        found = {id(group): group for group in groups.values()}.values()
        named = [(group, work_id(min(group, key=self._sequence))) for group in found]
        return sorted(named, key=lambda g: self._sequence(min(g[0], key=self._sequence)))

    def _edges(self, around: set[str]) -> list[tuple[str, str]]:
        edges = {(a, b): weight for a in around for b, weight in self.recorded.edges.get(a, {}).items() if a < b}
        return sorted(edges, key=lambda e: (-edges[e], *sorted(map(self._sequence, e))))

    @property
    def spoken(self) -> Spoken:
        """What stands as *same* and as *different*, rulings of this transaction included."""
        if self._spoken is None:
            self._spoken = Spoken(self.batch.rulings())
        return self._spoken

    # ------------------------------------------------------------ rulings and removals

    def rule(self, record: Record) -> list[Ruling]:
        """Applies a ruling of the register; gives it and, for an *undo*, everything it takes back or brings back."""
        chain = [as_ruling(record)]
        self.batch.ruling(chain[0])
        while chain[-1].kind == "undo" and (undone := self.batch.ruled(chain[-1].on[0])) is not None:
            chain.append(undone)
        if len(chain) > 2:  # an undo was taken back, and there may have been two of them
            self._spoken = None
        elif self._spoken is not None and len(chain) == 2:
            self._spoken.unsay(chain[1])
        elif self._spoken is not None:
            self._spoken.say(chain[0])
        subject = chain[-1]
        witnesses = subject.on[: _ON_WITNESSES.get(subject.kind, 0)]
        works = self.works_of(witnesses)
        for work in works:
            self.judged[work] = None
            if subject.kind == "set" or (subject.kind == "base" and not self._is_base(chain, work)):
                self.touch(work)
        if subject.kind in {"same", "different"}:
            self.regroup([*witnesses, *(m.witness for work in works for m in self.members(work))], quiet=True)
        return chain

    def _is_base(self, chain: Sequence[Ruling], work: str) -> bool:
        """Whether a ruling says of a copy only what it is already."""
        return len(chain) == 1 and work not in self.touched and self.batch.base_of(work) == chain[0].on[0]

    def remove(self, witnesses: Iterable[str]) -> None:
        """Takes witnesses out of the catalogue; their bytes stay until the second step."""
        for witness in witnesses:
            work = self.batch.work_of(witness)
            if work is not None:
                self.batch.remove(witness)
                self.touch(work)
                self.regrouped[work] = None
