"""Many witnesses side by side: a table of columns in which each word of each witness has its place.

Every pair of witnesses is aligned; then the nearest two are merged, and so on up a tree of likeness, each time by the
heaviest chain of columns that the pairs agree on. So no witness is the measure of the others, what two share that a
third lacks is kept, and no column can come before itself. All choices follow from the texts, none from the order in
which they were given (collation.md sections 2.1 and 5; the tree is average linkage, Sokal and Michener 1958).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from operator import itemgetter

import numpy as np

from variorum.collation.align import match
from variorum.collation.anchors import heaviest
from variorum.collation.arrays import Ints, Runs, joined, spread
from variorum.collation.moves import free
from variorum.collation.slide import Words

__all__ = ["Columns", "Tree", "merge", "worth_merging"]

_MANY = 24  #: different texts; beyond that every pair is too many
_MOST = 24_000_000  #: words to be aligned, each as often as it is in a pair; beyond that pairs of all are too many

#: Two witnesses (or groups of them) that were merged, the likest first, with their likeness from 0 to 1.
Tree = tuple[tuple[tuple[int, ...], tuple[int, ...], float], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Witnesses by number: ``columns[w][t]`` is the column of token t of witness w, ascending without gaps overall.

    ``links`` are words that are the same and cannot stand in one column, by pair of texts (numbers of ``texts``, the lower
    first): passages that stand elsewhere in one of the two, or that a third witness has in another order.
    """

    columns: tuple[Ints, ...]
    count: int
    texts: tuple[int, ...]  #: which of the different texts a witness has, in an order that follows from the texts alone
    links: dict[tuple[int, int], Runs]
    tree: Tree

    def pair(self, one: int, other: int) -> tuple[Runs, Runs]:
        """Which words of two witnesses are the same: runs in order, and moved runs."""
        if self.texts[one] > self.texts[other]:
            runs, moved = self.pair(other, one)
            return _turned(runs), _turned(moved)
        runs = _facing(self.columns[one], self.columns[other], self.count)
        links = self.links.get((self.texts[one], self.texts[other]), Runs.none())
        if not len(links.a):
            return runs, links
        both = joined(runs, links)
        in_order = heaviest(both.b, both.b + both.n - 1, both.n)
        return joined(both.take(in_order)), both.take(~in_order)


def worth_merging(texts: Sequence[Words]) -> bool:
    """Whether there are three different texts or more, and few or short enough that every pair can be aligned."""
    if len(texts) < 3:
        return False
    different = {_name(text): len(text.names) for text in texts}
    return 3 <= len(different) <= _MANY and (len(different) - 1) * sum(different.values()) <= _MOST


def merge(witnesses: Sequence[Words]) -> Columns:
    """The columns of these witnesses; the same for the same texts in any order. Memory: a few words a token and pair."""
    names = [_name(one) for one in witnesses]
    # Of witnesses with the same words one stands for all: whichever it is, its sentences must not depend on the order.
    chosen = {
        name: one
        for name, _, one in sorted(
            zip(names, (w.opens.tobytes() for w in witnesses), witnesses, strict=True), key=itemgetter(0, 1), reverse=True
        )
    }
    order = sorted(chosen)
    texts = [chosen[name] for name in order]
    which = tuple(order.index(name) for name in names)
    found = {(v, w): match(texts[v], texts[w]) for v, w in combinations(range(len(texts)), 2)}
    columns, count, tree = _merge(texts, {pair: runs for pair, (runs, _) in found.items()}, _likeness(texts, found))
    links = {(v, w): _links(columns[v], columns[w], count, joined(*both)) for (v, w), both in found.items()}
    own = [tuple(number for number, text in enumerate(which) if text == v) for v in range(len(texts))]
    named = [
        (tuple(sorted(chain.from_iterable(own[v] for v in a))), tuple(sorted(chain.from_iterable(own[w] for w in b))), like)
        for a, b, like in tree
    ]
    return Columns(tuple(columns[text] for text in which), count, which, links, tuple(named))


def _name(text: Words) -> bytes:
    return hashlib.sha256(text.names.tobytes()).digest()


def _turned(runs: Runs) -> Runs:
    order = np.argsort(runs.b, kind="stable")
    return Runs(runs.b[order], runs.a[order], runs.n[order])


def _facing(one: Ints, other: Ints, count: int) -> Runs:
    """The tokens that stand in one column."""
    place = np.full(count, -1, dtype=np.int64)
    place[other] = np.arange(len(other))
    there = place[one]
    at = np.flatnonzero(there >= 0)
    return _runs(at, there[at])


def _links(one: Ints, other: Ints, count: int, found: Runs) -> Runs:
    """Of the matches of a pair those that the columns do not have, where neither word has found another."""
    held = _facing(one, other, count)
    a, b = spread(found.a, found.n), spread(found.b, found.n)
    left = free(len(one), held.a, held.n)[a] & free(len(other), held.b, held.n)[b]
    return _runs(a[left], b[left])


def _runs(a: Ints, b: Ints) -> Runs:
    """Pairs of tokens as runs, in their order."""
    if not len(a):
        return Runs.none()
    begins = np.ones(len(a), dtype=bool)
    begins[1:] = (np.diff(a) != 1) | (np.diff(b) != 1)
    first = np.flatnonzero(begins)
    return Runs(a[first], b[first], np.diff(np.append(first, len(a))))


def _likeness(texts: Sequence[Words], found: dict[tuple[int, int], tuple[Runs, Runs]]) -> dict[tuple[int, int], float]:
    out = {}
    for (v, w), (runs, moved) in found.items():
        both = len(texts[v].names) + len(texts[w].names)
        out[v, w] = 2 * int(runs.n.sum() + moved.n.sum()) / both if both else 1.0
    return out


class _Group:
    """Witnesses that are merged: the columns of each, and how many columns there are."""

    def __init__(self, columns: dict[int, Ints], count: int) -> None:
        self.columns = columns
        self.count = count


def _merge(
    texts: Sequence[Words], found: dict[tuple[int, int], Runs], likeness: dict[tuple[int, int], float]
) -> tuple[list[Ints], int, Tree]:
    groups = [_Group({number: np.arange(len(text.names))}, len(text.names)) for number, text in enumerate(texts)]
    tree = []
    while len(groups) > 1:
        near = {(v, w): _between(groups[v], groups[w], likeness) for v, w in combinations(range(len(groups)), 2)}
        one, other = max(near, key=lambda pair: (near[pair], -pair[0], -pair[1]))
        tree.append((tuple(groups[one].columns), tuple(groups[other].columns), round(near[one, other], 6)))
        groups[one] = _joined(groups[one], groups.pop(other), found)
    columns = groups[0].columns
    return [columns[number] for number in range(len(texts))], groups[0].count, tuple(tree)


def _between(one: _Group, other: _Group, likeness: dict[tuple[int, int], float]) -> float:
    pairs = [likeness[min(v, w), max(v, w)] for v in one.columns for w in other.columns]
    return sum(pairs) / len(pairs)


def _joined(one: _Group, other: _Group, found: dict[tuple[int, int], Runs]) -> _Group:
    """Two groups as one: columns that the pairs between them match become one, along the heaviest chain."""
    keys = []
    for v, own in one.columns.items():
        for w, theirs in other.columns.items():
            runs = found[v, w] if v < w else found[w, v]
            a, b = (runs.a, runs.b) if v < w else (runs.b, runs.a)
            keys.append(own[spread(a, runs.n)] * np.int64(max(other.count, 1)) + theirs[spread(b, runs.n)])
    pairs, weights = np.unique(np.concatenate(keys), return_counts=True)
    p, q = pairs // max(other.count, 1), pairs % max(other.count, 1)
    order = np.lexsort((-q, p))  # of the columns that one could match, none can follow another in a chain
    p, q, weights = p[order], q[order], weights[order]
    chosen = heaviest(q, q, weights)
    p, q = p[chosen], q[chosen]
    # Between two columns matched, those of the first group stand before those of the second.
    stands = np.ones(other.count, dtype=bool)
    stands[q] = False
    alone = np.concatenate([[0], np.cumsum(stands)])  # of the second group alone, before each of its columns
    into = np.searchsorted(p, np.arange(one.count), side="right")
    reached = np.concatenate([[0], alone[q]]) if len(q) else np.zeros(1, dtype=np.int64)
    new_p = np.arange(one.count) + reached[into]
    new_q = np.zeros(other.count, dtype=np.int64)
    new_q[q] = new_p[p]
    rest = np.flatnonzero(stands)
    follows = np.searchsorted(q, rest)  # the matched column that comes next
    next_p = np.append(p, one.count)[follows]
    new_q[rest] = next_p + alone[rest]
    columns = {number: new_p[own] for number, own in one.columns.items()}
    columns |= {number: new_q[theirs] for number, theirs in other.columns.items()}
    return _Group(columns, one.count + int(stands.sum()))
