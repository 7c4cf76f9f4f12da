"""Many witnesses, one apparatus: edits against the base put together by place.

Every witness is aligned with the base alone; edits of the very same base tokens become one entry, whose readings
agree or differ. Edits that only overlap stay entries of their own, so that a reading is never wider than what its
witness changed. Base and the entries that name a witness rebuild it, and the order in which the copies were given
says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.placing import source_starts
from variorum.collation.script import Edit
from variorum.collation.side import Side

__all__ = ["Cluster", "Stands", "clusters"]


class Stands(NamedTuple):
    """How one witness (a number) reads in a cluster: its tokens ``[j0, j1)`` and the edits inside."""

    witness: int
    j0: int
    j1: int
    edits: tuple[Edit, ...]


class Cluster(NamedTuple):
    """Base tokens ``[i0, i1)`` and every witness that differs there."""

    i0: int
    i1: int
    stands: tuple[Stands, ...]


class _Ordered(NamedTuple):
    i0: int
    i1: int
    ordinal: int  #: of several insertions of one witness at one point
    witness: int
    numbers: tuple[int, ...]


def clusters(base: Side, edits: Sequence[Sequence[Edit]]) -> Iterator[Cluster]:
    """The clusters in the order of the base."""
    widen = _Widen(base)
    if len(edits) == 1 and widen.cuts is None:
        for edit in edits[0]:
            yield Cluster(edit.i0, edit.i1, (Stands(0, edit.j0, edit.j1, (edit,)),))
        return
    every: list[_Ordered] = []
    for witness, own in enumerate(edits):
        every += _of_one(widen, witness, own)
    every.sort(key=lambda e: (e.i0, e.i1 > e.i0, e.ordinal, e.i1, e.witness, e.numbers))
    held: list[_Ordered] = []
    for one in every:
        if held and (one.i0, one.i1, one.ordinal) != (held[-1].i0, held[-1].i1, held[-1].ordinal):
            yield _cluster(held, edits)
            held = []
        held.append(one)
    if held:
        yield _cluster(held, edits)


def _of_one(widen: _Widen, witness: int, edits: Sequence[Edit]) -> list[_Ordered]:
    """The edits of one witness; those that were widened into each other are one."""
    out: list[_Ordered] = []
    ordinal, point = 0, -1
    for number, edit in enumerate(edits):
        i0, i1 = widen(edit.i0, edit.i1)
        if out and i1 > i0 and out[-1].i1 > out[-1].i0 and i0 < out[-1].i1:
            last = out.pop()
            out.append(_Ordered(last.i0, max(last.i1, i1), 0, witness, (*last.numbers, number)))
            continue
        if i0 == i1:
            ordinal = ordinal + 1 if i0 == point else 0
            point = i0
        out.append(_Ordered(i0, i1, ordinal if i0 == i1 else 0, witness, (number,)))
    return out


def _cluster(held: list[_Ordered], every: Sequence[Sequence[Edit]]) -> Cluster:
    start, end = held[0].i0, held[0].i1
    stands = []
    for one in held:
        edits = tuple(every[one.witness][number] for number in one.numbers)
        # Outside its edits a witness has the base's words one for one.
        j0 = edits[0].j0 - (edits[0].i0 - start)
        j1 = edits[-1].j1 + (end - edits[-1].i1)
        stands.append(Stands(one.witness, j0, j1, edits))
    return Cluster(start, end, tuple(stands))


class _Widen:
    """Makes edits begin and end where the source can tell one token from the next.

    A correction may put several words into one place of the source; an entry then takes all of them, else its
    place would not say which it means.
    """

    def __init__(self, base: Side) -> None:
        self.cuts: npt.NDArray[np.int64] | None = None
        if not any(piece.text is not None and len(piece.text) > 1 for block in base.text.blocks for piece in block.pieces):
            return
        at = source_starts(base.text, base.starts)
        parted = np.ones(len(at) + 1, dtype=bool)
        parted[1:-1] = at[1:] != at[:-1]
        if not parted.all():
            self.cuts = np.flatnonzero(parted)

    def __call__(self, i0: int, i1: int) -> tuple[int, int]:
        if self.cuts is None:
            return i0, i1
        low = int(self.cuts[np.searchsorted(self.cuts, i0, side="right") - 1])
        high = int(self.cuts[np.searchsorted(self.cuts, i1)])
        if i0 == i1 and low == high:
            return i0, i1
        return low, high
