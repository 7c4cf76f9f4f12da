"""Every work of which several copies are held, page by page: what is the same, what differs, and what a person rules on one or many.

A page costs what stands on it, not what the library holds: groups come from a table of them, sentences from the collation of
short works and from the kinship on record for long ones, each worked out once until its work changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import combinations
from typing import Literal, TypeAlias

from variorum import collation
from variorum.catalogue import Catalogue
from variorum.document import ReadingText, reading
from variorum.errors import NotFound, RulingError
from variorum.library.collating import compare
from variorum.library.deciding import Deciding
from variorum.library.texts import Texts
from variorum.model import Apart, Duplicates, Group, Kinship, Plan, Ruled, Sought, Viewer, Witness, Work

__all__ = ["ACTS", "Copies"]

#: What may be ruled on many groups: their copies are one work; each is a work of its own; what the others are compared with
#: stays that, or is the copy that is the latest, or the longest.
ACTS: Mapping[str, str] = {
    "same": "are one work",
    "different": "are each a work of their own",
    "base": "keep what they are compared with",
    "latest": "are compared with the latest copy",
    "longest": "are compared with the longest copy",
}
Act: TypeAlias = Literal["same", "different", "base", "latest", "longest"]

_COLLATED = 40_000  #: words of all copies together up to which they are collated for the page
_REMEMBERED = 5000  # groups whose sentences are kept
_NAMED = 12  # works whose titles a plan gives
_MOST = 24  # copies of one work that are parted from each other
_KEEPER = Viewer()
_ALL = Sought()

_Key: TypeAlias = tuple[str, int]  # a work, and the change of the catalogue that made it last
Settling: TypeAlias = Callable[[], AbstractContextManager[Callable[..., None]]]


class Copies:
    """The duplicates of one library. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, texts: Texts, deciding: Deciding, settling: Settling) -> None:
        self._catalogue, self._texts = catalogue, texts
        self._deciding, self._settling = deciding, settling
        self._said: OrderedDict[_Key, Mapping[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    # ------------------------------------------------------------ looking

    def page(self, *, limit: int = 20, offset: int = 0, viewer: Viewer = _KEEPER, sought: Sought = _ALL) -> Duplicates:
        """Some of the groups that answer, how their copies stand to each other, and how many each other question would find."""
        found = self._catalogue.several.page(viewer, sought, limit, offset)
        said = self._sentences({(work.work, row.change): work for row, work in found.groups})
        groups = tuple(Group(work, said[work.work, row.change], row.ruled, row.sure) for row, work in found.groups)
        return Duplicates(found.total, groups, found.every, found.counts)

    def following(self, sought: Sought, after: str | None, viewer: Viewer = _KEEPER) -> tuple[int, str] | None:
        """The place and work of the next group nobody ruled on; None where every one is ruled on."""
        return self._catalogue.several.following(viewer, sought, after)

    def apart(self, *, limit: int = 20, offset: int = 0, viewer: Viewer = _KEEPER) -> tuple[int, list[Apart]]:
        """Copies of different works that share text: how many pairs there are, and some."""
        return self._catalogue.several.apart(limit, offset, viewer)

    def ruled(self, *, limit: int = 20, offset: int = 0) -> tuple[int, list[Ruled]]:
        """What was ruled on copies and stands, step by step: how many steps, and some, the latest first."""
        return self._catalogue.several.ruled(limit, offset)

    def step(self, step: str) -> Ruled | None:
        """What was ruled in one step, while any of it stands."""
        return self._catalogue.several.in_step(step)[0]

    def _sentences(self, works: Mapping[_Key, Work]) -> Mapping[_Key, Mapping[str, str]]:
        """What is said of the copies of each work, worked out for those of which it is not remembered."""
        with self._lock:
            said = {key: self._said[key] for key in works if key in self._said}
        fresh = {key: work for key, work in works.items() if key not in said}
        documents = self._catalogue.several.documents([copy for work in fresh.values() for copy in _read(work)])
        for key, work in fresh.items():
            said[key] = _said(self._catalogue, work, lambda witness: reading(documents[witness]))
        with self._lock:
            for key in works:
                self._said[key] = said[key]
                self._said.move_to_end(key)
            while len(self._said) > _REMEMBERED:
                self._said.popitem(last=False)
        return said

    # ------------------------------------------------------------ ruling on many

    def plan(
        self, act: str, sought: Sought | None = None, works: Sequence[str] = (), viewer: Viewer = _KEEPER, most: int = 100_000
    ) -> Plan:
        """What a ruling on all groups that answer, or on these works, would write down; nothing is ruled yet.

        RulingError for an act there is not, or more than ``most`` groups.
        """
        if act not in ACTS:
            raise RulingError(f"one can rule {', '.join(ACTS)} on groups, not {act!r}")
        keys = works if sought is None else self._catalogue.several.answering(viewer, sought)
        if len(keys) > most:
            raise RulingError(f"one step takes {most:,} groups, and these are {len(keys):,}; ask for fewer")
        found = self._catalogue.several.of(list(dict.fromkeys(keys)), viewer, light=act != "latest")
        held = [work for work in found if len(work.witnesses) > 1]
        rulings = tuple(pair for work in held for pair in _rulings(act, work))
        titles = tuple(work.title or work.base.name.rpartition("/")[2] for work in held[:_NAMED])
        return Plan(act, tuple(work.work for work in held), titles, rulings)  # type: ignore[arg-type]

    def rule(
        self,
        rulings: Sequence[tuple[str, Sequence[str]]],
        why: str | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Ruled:
        """Rulings on copies in one step: all of them are written down, or none. RulingError, NotFound as `Library.rule`."""
        if not rulings:
            raise RulingError("there is nothing to rule on")
        with self._settling() as settle:
            step = self._deciding.rule_in_step(rulings, why)
            settle(progress)
        self._texts.forget()
        ruled, _ = self._catalogue.several.in_step(step)
        if ruled is None:
            raise NotFound("step", step)
        return ruled

    def undo(self, step: str, progress: Callable[[int, int, str], None] | None = None) -> int:
        """Takes back what was ruled in a step, as far as it stands; how many rulings that were. NotFound for an unknown one."""
        with self._settling() as settle:
            _, rulings = self._catalogue.several.in_step(step)
            if not rulings:
                raise NotFound("step", step, f"nothing that stands was ruled in the step {step}")
            self._deciding.rule_in_step([("undo", [ruling]) for ruling in rulings], None)
            settle(progress)
        self._texts.forget()
        return len(rulings)


def _rulings(act: str, work: Work) -> list[tuple[str, tuple[str, ...]]]:
    """What an act is on one group, copy by copy."""
    copies = [copy.witness for copy in work.witnesses]
    if act == "same":
        return [("same", (copies[0], other)) for other in copies[1:]]
    if act == "different":
        if len(copies) > _MOST:
            raise RulingError(
                f"{work.title or work.work} has {len(copies)} copies; at most {_MOST} of one work are parted in one step"
            )
        return [("different", pair) for pair in combinations(copies, 2)]
    if act == "longest":
        return [("base", (max(work.witnesses, key=lambda copy: (copy.words, copy.base)).witness,))]
    if act == "latest":
        return [("base", (max(work.witnesses, key=_as_of).witness,))]
    return [("base", (work.base.witness,))]


def _as_of(copy: Witness) -> tuple[str, str, bool]:
    """When a copy was taken or updated, where it says so; else when it came."""
    m = copy.metadata
    return (m.updated or copy.captured or m.published or "", copy.added, copy.base)


def _read(work: Work) -> list[str]:
    """The copies whose texts are compared for the sentences; none where all have the same words, or there are too many."""
    differing = [copy for copy in work.witnesses if copy.version != work.base.version]
    few = work.base.words + sum(copy.words for copy in differing) <= _COLLATED
    return [copy.witness for copy in (work.base, *differing)] if differing and few else []


def _said(catalogue: Catalogue, work: Work, text: Callable[[str], ReadingText]) -> dict[str, str]:
    """How each copy stands to the base, as a sentence part."""
    base = work.base
    others = [copy for copy in work.witnesses if copy.siglum != base.siglum]
    differing = [copy for copy in others if copy.version != base.version]
    said = {copy.siglum: "word for word the same" for copy in others if copy.version == base.version}
    if not differing:
        return said
    if _read(work):
        found = compare(work, base.siglum, [copy.siglum for copy in differing], text)
        summary = collation.compare(found.copies, found.base).summary()
        return said | {siglum: collation.summarise(difference) for siglum, difference in summary.items()}
    kin = {(a, b): kinship for a, b, kinship in catalogue.kin_of([copy.witness for copy in work.witnesses])}
    for copy in differing:
        one, two = kin.get((base.witness, copy.witness)), kin.get((copy.witness, base.witness))
        said[copy.siglum] = _shares(one, two)
    return said


def _shares(base_first: Kinship | None, copy_first: Kinship | None) -> str:
    """The two numbers of a verdict in words."""
    if base_first is not None:
        in_copy, in_base = base_first.containment
    elif copy_first is not None:
        in_base, in_copy = copy_first.containment
    else:
        return "the same work by way of another copy, or by your ruling"
    return f"{in_base:.1%} of its words stand in the base, {in_copy:.1%} of the base’s in it"
