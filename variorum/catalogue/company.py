"""Who stands beside whom: for each fandom the people of its works, counted, and kept up as works come and go.

Two fandoms that stand beside the same people, and hardly ever on one work, are likely one: the cosine of the shares of their
works in which each of those people stands, the people weighed by how few fandoms they stand beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Company"]

_LEAST = 3  # works a tag must have before its company says anything
_MOST = 400  # fandoms compared by their company
_COMPANY = 4000  # tags of that company looked at
_ALIKE = 0.6  # cosine

_Ints = npt.NDArray[np.int64]


class Company:
    """Counts of people by fandom."""

    def __init__(self) -> None:
        self._beside: dict[str, Counter[str]] = {}
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._arrays: dict[str, tuple[_Ints, _Ints]] = {}  # of a fandom: people by number, and in how many of its works
        self._last: tuple[object, list[tuple[str, str, float]]] = (None, [])  # of what, and what was found
        self._changes: Counter[str] = Counter()

    def work(self, fandoms: Iterable[str], people: Collection[str], by: int) -> None:
        """Takes a work in (``by`` 1) or out (-1)."""
        for fandom in fandoms:
            held = self._beside.setdefault(fandom, Counter())
            self._arrays.pop(fandom, None)
            self._changes[fandom] += 1
            for one in people:
                held[one] += by
                if not held[one]:
                    del held[one]

    def alike(self, works: Mapping[str, Collection[int]]) -> list[tuple[str, str, float]]:
        """Pairs of the largest fandoms, the larger first, whose company is alike, and how much. ``works``: fandom -> its works."""
        tags = sorted((t for t in works if len(works[t]) >= _LEAST), key=lambda t: (-len(works[t]), t))[:_MOST]
        now = [(tag, len(works[tag]), self._changes[tag]) for tag in tags]
        if now != self._last[0]:
            self._last = (now, self._compared(tags, works))
        return self._last[1]

    def _compared(self, tags: Sequence[str], works: Mapping[str, Collection[int]]) -> list[tuple[str, str, float]]:
        held = [self._array(tag) for tag in tags]
        if len(tags) < 2 or not any(len(people) for people, _ in held):
            return []
        often = np.bincount(
            np.concatenate([people for people, _ in held]),
            weights=np.concatenate([times for _, times in held]),
            minlength=len(self._names),
        )
        column = np.full(len(self._names), -1, dtype=np.int64)
        chosen = self._commonest(often)
        column[chosen] = np.arange(len(chosen))
        shares = np.zeros((len(tags), len(chosen)), dtype=np.float32)
        for row, (tag, (people, times)) in enumerate(zip(tags, held, strict=True)):
            which = column[people] >= 0
            shares[row, column[people][which]] = times[which] / len(works[tag])
        # What stands beside everything says nothing.
        shares *= np.log(len(tags) / np.maximum(1, (shares > 0).sum(axis=0)) + 1.0).astype(np.float32)
        shares /= np.maximum(np.linalg.norm(shares, axis=1, keepdims=True), 1e-9)
        found = shares @ shares.T
        return [(tags[a], tags[b], float(found[a, b])) for a, b in np.argwhere(np.triu(found >= _ALIKE, 1)).tolist()]

    def _array(self, fandom: str) -> tuple[_Ints, _Ints]:
        if fandom not in self._arrays:
            held = self._beside.get(fandom, Counter())
            for one in held:
                if one not in self._numbers:
                    self._numbers[one] = len(self._names)
                    self._names.append(one)
            people = np.array([self._numbers[one] for one in held], dtype=np.int64)
            self._arrays[fandom] = (people, np.array(list(held.values()), dtype=np.int64))
        return self._arrays[fandom]

    def _commonest(self, often: npt.NDArray[Any]) -> list[int]:
        """The people who stand most often beside them, in the order of their names; among equals those whose names come first."""
        there = np.flatnonzero(often)
        if len(there) > _COMPANY:
            least = np.partition(often[there], -_COMPANY)[-_COMPANY]
            sure = there[often[there] > least]
            equal = sorted(there[often[there] == least].tolist(), key=self._names.__getitem__)
            there = np.concatenate([sure, np.array(equal[: _COMPANY - len(sure)], dtype=np.int64)])
        return sorted(there.tolist(), key=self._names.__getitem__)
