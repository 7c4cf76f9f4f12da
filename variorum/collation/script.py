"""What an alignment comes to: the edits of one witness against the base, as columns; no object per edit until one is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import Ints, Runs
from variorum.collation.passages import Moved
from variorum.model import ReadingKind

__all__ = ["KINDS", "NO_MOVE", "Collected", "Edit", "Edits", "Script"]

#: Kinds of edits; columns hold their numbers.
KINDS: tuple[ReadingKind, ...] = ("word", "sentence", "passage", "moved")
_NUMBER = {kind: number for number, kind in enumerate(KINDS)}
NO_MOVE = -1


class Edit(NamedTuple):
    """Base tokens ``[i0, i1)`` stand as tokens ``[j0, j1)`` in the witness."""

    i0: int
    i1: int
    j0: int
    j1: int
    kind: ReadingKind
    move: int | None = None  #: which passage of `Script.moves`
    lacuna: bool = False  #: one of the two lacks it because it is partial
    certainty: float = 1.0  #: this and the next are worked out by `certainty.weigh`, when entries are written
    basis: int = 0  #: a number of `certainty.BASES`


class Edits(NamedTuple):
    """Edits in order, a column for each field of `Edit`; ``kind`` are numbers of `KINDS`, ``move`` is `NO_MOVE` for none."""

    i0: Ints
    i1: Ints
    j0: Ints
    j1: Ints
    kind: Ints
    move: Ints
    lacuna: npt.NDArray[np.bool_]
    certainty: npt.NDArray[np.float64]
    basis: Ints

    def listed(self) -> list[Edit]:
        """Each as a value of its own."""
        columns = (column.tolist() for column in self)
        return [
            Edit(i0, i1, j0, j1, KINDS[kind], None if move == NO_MOVE else move, lacuna, certainty, basis)
            for i0, i1, j0, j1, kind, move, lacuna, certainty, basis in zip(*columns, strict=True)
        ]


class Script(NamedTuple):
    """One witness against the base: edits in order; all base tokens outside them are the same in the witness."""

    edits: Edits
    moves: list[Moved]
    runs: Runs  #: the words that are the same, in order
    moved: Runs  #: and elsewhere

    @property
    def matched(self) -> int:
        """How many words of each text stand in the other."""
        return int(self.runs.n.sum() + self.moved.n.sum())


class Collected:
    """Edits as they are found, many at a time or one by one, in any order."""

    def __init__(self) -> None:
        self._columns: list[Edits] = []
        self._rows: list[Edit] = []

    def add(self, i0: Ints, i1: Ints, j0: Ints, j1: Ints, kind: ReadingKind | Ints) -> None:
        """Many edits, all of one kind or each of its own (numbers of `KINDS`)."""
        size = len(i0)
        if size:
            kinds = np.full(size, _NUMBER[kind]) if isinstance(kind, str) else kind
            rest = np.full(size, NO_MOVE), np.zeros(size, dtype=bool), np.ones(size), np.zeros(size, dtype=np.int64)
            self._columns.append(Edits(i0, i1, j0, j1, kinds, *rest))

    def append(self, edit: Edit) -> None:
        """One edit."""
        self._rows.append(edit)

    def in_order(self) -> Edits:
        """All of them in the order of the base."""
        parts = [*self._columns, _columns_of(self._rows)]
        # Edits lie one after the other on one path through both texts, so these sums order them.
        order = np.concatenate([part.i0 + part.j0 for part in parts]).argsort(kind="stable")
        columns = (np.concatenate(column).take(order) for column in zip(*parts, strict=True))
        return Edits(*columns)


def _columns_of(rows: Sequence[Edit]) -> Edits:
    i0, i1, j0, j1 = np.array([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4).T
    return Edits(
        *(i0, i1, j0, j1),
        np.array([_NUMBER[row.kind] for row in rows], dtype=np.int64),
        np.array([NO_MOVE if row.move is None else row.move for row in rows], dtype=np.int64),
        np.array([row.lacuna for row in rows], dtype=bool),
        np.ones(len(rows)),
        np.zeros(len(rows), dtype=np.int64),
    )
