"""What people said of pairs of copies, *same* or *different*, as it stands: asked about a few copies at a time, whatever else was said."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from variorum.library.rulings import standing
from variorum.model import Ruling

__all__ = ["Spoken"]


class Spoken:
    """The last word on each pair of copies, from every ruling in its order; what is ruled and taken back after is said to it."""

    def __init__(self, rulings: Sequence[Ruling]) -> None:
        self._place = {ruling.ruling: number for number, ruling in enumerate(rulings)}
        self._on: dict[tuple[str, str], dict[int, str]] = {}  # pair -> place of each ruling that stands, and its kind
        self._same: dict[str, dict[str, int]] = {}  # copy -> those said to be one work with it, and where that was said
        self._different: dict[str, set[str]] = {}
        for ruling in standing(rulings):
            self._note(ruling, self._place[ruling.ruling])

    def say(self, ruling: Ruling) -> None:
        """Takes in a new ruling."""
        self._note(ruling, self._place.setdefault(ruling.ruling, len(self._place)))

    def unsay(self, ruling: Ruling) -> None:
        """Takes out one that stood and was taken back: the word before it counts again."""
        pair = _pair(ruling)
        if pair is not None:
            self._on.get(pair, {}).pop(self._place.get(ruling.ruling, -1), None)
            self._settle(pair)

    def _note(self, ruling: Ruling, place: int) -> None:
        pair = _pair(ruling)
        if pair is not None:
            self._on.setdefault(pair, {})[place] = ruling.kind
            self._settle(pair)

    def _settle(self, pair: tuple[str, str]) -> None:
        said = self._on.get(pair, {})
        last = max(said, default=-1)
        for one, other in (pair, pair[::-1]):
            self._same.get(one, {}).pop(other, None)
            self._different.get(one, set()).discard(other)
            if said.get(last) == "same":
                self._same.setdefault(one, {})[other] = last
            elif said.get(last) == "different":
                self._different.setdefault(one, set()).add(other)

    def beside(self, witness: str) -> Collection[str]:
        """The copies said to be one work with this one."""
        return self._same.get(witness, {})

    def within(self, witnesses: Collection[str]) -> list[tuple[str, str]]:
        """The pairs among these that are said to be one work, in the order in which it was said; each with the lesser id first."""
        pairs = [
            (at, one, other)
            for one in witnesses
            for other, at in self._same.get(one, {}).items()
            if one < other and other in witnesses
        ]
        return [(one, other) for _, one, other in sorted(pairs)]

    def parts(self, one: Collection[str], two: Collection[str]) -> bool:
        """Whether any two of them, one from each side, are said not to be one work."""
        few, many = (one, two) if len(one) <= len(two) else (two, one)
        return any(other in many for witness in few for other in self._different.get(witness, ()))


def _pair(ruling: Ruling) -> tuple[str, str] | None:
    """The two copies a ruling is on, the lesser id first."""
    if ruling.kind not in ("same", "different") or len(ruling.on) != 2 or ruling.on[0] == ruling.on[1]:
        return None
    one, other = sorted(ruling.on)
    return one, other
