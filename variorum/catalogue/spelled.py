"""Tags of one kind that differ only in how they are written, kept up as tags come and go.

The same answer as `suggesting.by_spelling` gives, from memory: when some tags change, only the groups they stand in are looked
at. Tags that are one letter apart share a form with one letter left out; those forms are kept as numbers of 64 bits
(a rolling hash of the form, computed for all places of all tags at once), and compared as letters where the numbers agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.catalogue.suggesting import LONGEST_TYPO, MOST_TYPOS, STAGES, TYPO, apart, bare, one_plain, ranked, short

__all__ = ["Spelled"]

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_FRESH = 4000  # tags that wait beside the table before it is made anew


class _Table(NamedTuple):
    """Forms with one letter left out: numbers ascending, and beside each the tag it is of and the place (-1: none left out)."""

    forms: npt.NDArray[np.uint64]
    tags: npt.NDArray[np.int32]
    places: npt.NDArray[np.int16]


class Spelled:
    """The tags of one kind with how many works each has, and which pairs of them are likely one."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.counts: dict[str, int] = {}
        #: Pair (tag, the tag it is another name for) -> by stage, how many groups say so.
        self.pairs: dict[tuple[str, str], list[int]] = {}
        self._bare: dict[str, str] = {}
        self._alike: tuple[dict[str, dict[str, None]], dict[str, dict[str, None]]] = (defaultdict(dict), defaultdict(dict))
        self._number: dict[str, int] = {}
        self._tags: list[str] = []
        self._table = _table([])
        self._waiting: dict[int, list[tuple[int, int]]] = defaultdict(list)  # form -> tags and places not in the table yet
        self._fresh = 0

    def change(self, counts: Mapping[str, int]) -> None:
        """Takes in how many works these tags have now; none: the tag is gone."""
        changed = [tag for tag, works in counts.items() if self.counts.get(tag, 0) != works]
        if not changed:
            return
        fresh = [tag for tag in changed if tag not in self._bare]
        for tag in fresh:
            self._bare[tag] = bare(self.kind, tag)
        at_once = len(fresh) + self._fresh > _FRESH
        if at_once and not self.counts:
            self._enter(changed, counts)
            self._number_all(fresh)
            self._say(self._every_group(), 1)
            return
        self._number_all(fresh) if at_once else self._wait(fresh)
        self._say(self._groups_of(changed), -1)
        self._enter(changed, counts)
        self._say(self._groups_of(changed), 1)

    def _enter(self, changed: Iterable[str], counts: Mapping[str, int]) -> None:
        shorter = self.kind in ("fandom", "character", "relationship")
        for tag in changed:
            works = counts[tag]
            if works:
                self.counts[tag] = works
                self._alike[0][self._bare[tag]][tag] = None
                if shorter:
                    self._alike[1][short(self.kind, tag)][tag] = None
            elif self.counts.pop(tag, None) is not None:
                self._alike[0][self._bare[tag]].pop(tag, None)
                if shorter:
                    self._alike[1][short(self.kind, tag)].pop(tag, None)

    # ------------------------------------------------------------ groups

    def _say(self, groups: Iterable[tuple[int, Sequence[str]]], by: int) -> None:
        for stage, group in groups:
            first, *others = ranked(group, self.counts)
            for other in others:
                said = self.pairs.setdefault((other, first), [0] * len(STAGES))
                said[stage] += by
                if not any(said):
                    del self.pairs[other, first]

    def _every_group(self) -> Iterator[tuple[int, Sequence[str]]]:
        for stage in (0, 1):
            for name, group in self._alike[stage].items():
                yield from self._checked(stage, name, group)
        forms = self._table.forms
        same = np.flatnonzero(forms[1:] == forms[:-1])
        for form in np.unique(forms[same]).tolist():
            yield from self._near(form)

    def _groups_of(self, tags: Iterable[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """The groups in which any of these stands, each once, as they are now."""
        tags = list(tags)
        for name in dict.fromkeys(self._bare[tag] for tag in tags):
            yield from self._checked(0, name, self._alike[0].get(name, {}))
        if self.kind in ("fandom", "character", "relationship"):
            for name in dict.fromkeys(short(self.kind, tag) for tag in tags):
                yield from self._checked(1, name, self._alike[1].get(name, {}))
        names = [self._bare[tag] for tag in tags]
        for form in np.unique(_table([(0, name) for name in dict.fromkeys(names)]).forms).tolist():
            yield from self._near(form)

    def _checked(self, stage: int, name: str, group: Mapping[str, None]) -> Iterator[tuple[int, Sequence[str]]]:
        if name and len(group) > 1:
            found = [list(group)] if stage == 0 else list(one_plain(self.kind, [list(group)]))
            yield from ((stage, one) for one in found)

    def _near(self, form: int) -> Iterator[tuple[int, Sequence[str]]]:
        """The tags of which a form with this number is left when one letter is; apart where the numbers agree by chance."""
        low, high = (
            np.searchsorted(self._table.forms, np.uint64(form), "left"),
            np.searchsorted(self._table.forms, np.uint64(form), "right"),
        )
        held = list(zip(self._table.tags[low:high].tolist(), self._table.places[low:high].tolist(), strict=True))
        by_letters: dict[str, dict[str, None]] = defaultdict(dict)
        for number, place in (*held, *self._waiting.get(form, ())):
            tag = self._tags[number]
            if tag in self.counts:
                name = self._bare[tag]
                by_letters[name if place < 0 else name[:place] + name[place + 1 :]][tag] = None
        for group in by_letters.values():
            if 1 < len(group) <= MOST_TYPOS and len({apart(tag) for tag in group}) == 1:
                yield 2, list(group)

    # ------------------------------------------------------------ the table

    def _named(self, tags: Iterable[str]) -> list[tuple[int, str]]:
        out = []
        for tag in tags:
            if tag not in self._number:
                self._number[tag] = len(self._tags)
                self._tags.append(tag)
            out.append((self._number[tag], self._bare[tag]))
        return out

    def _number_all(self, fresh: Iterable[str]) -> None:
        self._named(fresh)
        self._table = _table([(number, self._bare[tag]) for tag, number in self._number.items()])
        self._waiting.clear()
        self._fresh = 0

    def _wait(self, fresh: Sequence[str]) -> None:
        table = _table(self._named(fresh))
        for form, number, place in zip(table.forms.tolist(), table.tags.tolist(), table.places.tolist(), strict=True):
            self._waiting[form].append((number, place))
        self._fresh += len(fresh)


def _table(named: Sequence[tuple[int, str]]) -> _Table:
    """The forms of tags, given by number and bare name: each letter left out in turn, and none."""
    named = [(number, name) for number, name in named if TYPO <= len(name) <= LONGEST_TYPO]
    sizes = np.array([len(name) for _, name in named], dtype=np.int64)
    numbers = np.array([number for number, _ in named], dtype=np.int32)
    forms, tags, places = [], [], []
    for size in np.unique(sizes).tolist():
        which = np.flatnonzero(sizes == size)
        joined = "".join(named[at][1] for at in which.tolist())
        letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4").reshape(len(which), size)
        whole, short_of = _hashes(letters.astype(np.uint64) + np.uint64(1))
        forms += [whole, short_of.ravel()]
        tags += [numbers[which], np.repeat(numbers[which], size)]
        places += [np.full(len(which), -1, np.int16), np.tile(np.arange(size, dtype=np.int16), len(which))]
    if not forms:
        return _Table(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int16))
    found = np.concatenate(forms)
    order = np.argsort(found, kind="stable")
    return _Table(found[order], np.concatenate(tags)[order], np.concatenate(places)[order])


def _hashes(letters: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Of equally long rows: the number of each, and of each with one letter left out (one column for each letter)."""
    rows, size = letters.shape
    before = np.zeros((rows, size + 1), dtype=np.uint64)
    for at in range(size):
        before[:, at + 1] = before[:, at] * _BASE + letters[:, at]
    after = np.zeros((rows, size + 1), dtype=np.uint64)
    power = np.uint64(1)
    powers = [power]
    for at in range(size - 1, -1, -1):
        after[:, at] = after[:, at + 1] + letters[:, at] * power
        with np.errstate(over="ignore"):
            power = np.uint64(power * _BASE)
        powers.append(power)
    short_of = np.empty((rows, size), dtype=np.uint64)
    for at in range(size):
        short_of[:, at] = before[:, at] * powers[size - 1 - at] + after[:, at + 1]
    return before[:, size], short_of
