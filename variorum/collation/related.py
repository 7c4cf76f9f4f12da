"""A whole set of texts: which are related, and how. The same steps a library takes one work at a time.

Exact copies are put together first, so that they neither crowd the join nor make a passage look frequent; then every
pair of sketches that shares enough rare hashes is aligned and judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from variorum import kernel
from variorum.collation.align import align
from variorum.collation.arrays import U64, Ints
from variorum.collation.kin_many import kinships
from variorum.collation.kinship import kinship, turned
from variorum.collation.sketch import FREQUENT, LEAST_SHARED, least_shared, sketch_many, version_key
from variorum.collation.telling import among
from variorum.model import Kinship
from variorum.text import Tokens, tokenise

__all__ = ["Related", "boilerplate", "candidates", "related", "tokenise_many"]

_BATCH = 1 << 17  #: characters tokenised at once: numpy's fixed cost is shared by short texts, the processor's cache suffices
_ALL_PAIRS = 64  #: of a larger group of exact copies only the pairs with its first are told


class Related(NamedTuple):
    """Texts number ``a`` and ``b`` (``a`` < ``b``) and how ``a`` stands to ``b``."""

    a: int
    b: int
    kinship: Kinship


def related(texts: Sequence[Tokens], *, frequent: int = FREQUENT) -> Iterator[Related]:
    """All related pairs of the texts, in order of the first text with such words."""
    groups: dict[str, list[int]] = {}
    for number, tokens in enumerate(texts):
        if len(tokens):
            groups.setdefault(version_key(tokens), []).append(number)
    members = list(groups.values())
    for group in members:
        yield from _copies(texts, group)
    sketches = sketch_many([texts[group[0]] for group in members])
    table = _table(sketches)
    known = _frequent(table, sketches, frequent)
    pairs = _pairs(table, [len(one) for one in sketches], frequent)
    del table, sketches
    laid = [(texts[members[one][0]], texts[members[other][0]], shared) for one, other, shared in pairs]
    for (one, other, _), found in zip(pairs, kinships(laid, boilerplate=known), strict=True):
        if found is not None:
            yield from _between(members[one], members[other], found)


def _copies(texts: Sequence[Tokens], group: list[int]) -> Iterator[Related]:
    if len(group) < 2:
        return
    one = texts[group[0]]
    found = kinship(one, one, align(one, one))
    if found is None:
        return
    for at, a in enumerate(group if len(group) <= _ALL_PAIRS else group[:1]):
        for b in group[at + 1 :]:
            yield Related(a, b, found)


def _between(group: list[int], others: list[int], found: Kinship) -> Iterator[Related]:
    small = len(group) * len(others) <= _ALL_PAIRS
    for a in group if small else group[:1]:
        for b in others if small else others[:1]:
            yield Related(a, b, found) if a < b else Related(b, a, turned(found))


def candidates(sketches: Sequence[U64], *, frequent: int = FREQUENT) -> list[tuple[int, int, int]]:
    """Pairs of sketches that share enough hashes: ``(a, b, shared)``; hashes in more than ``frequent`` sketches do not count."""
    return _pairs(_table(sketches), [len(one) for one in sketches], frequent)


def boilerplate(sketches: Sequence[U64], *, frequent: int = FREQUENT) -> U64:
    """The hashes that stand in more than ``frequent`` of the sketches (of distinct texts), ascending."""
    return _frequent(_table(sketches), sketches, frequent)


class _Table(NamedTuple):
    """Which sketch holds which hash: the first bits of a hash and the sketch's number in one word, ascending, each once.

    Sorting one array of words is several times faster than sorting numbers by hashes; with 2**20 sketches 44 bits of a
    hash are left, and a pair needs four of them to be alike.
    """

    rows: U64
    bits: np.uint64

    def names(self) -> U64:
        return self.rows >> self.bits

    def owners(self, at: Ints) -> Ints:
        return (self.rows[at] & ((np.uint64(1) << self.bits) - np.uint64(1))).astype(np.int64)


def _table(sketches: Sequence[U64]) -> _Table:
    bits = np.uint64(max(len(sketches) - 1, 1).bit_length())
    if not sketches:
        return _Table(np.zeros(0, dtype=np.uint64), bits)
    rows = np.concatenate(list(sketches))
    rows >>= bits
    rows <<= bits
    rows |= np.repeat(np.arange(len(sketches), dtype=np.uint64), [len(one) for one in sketches])
    rows.sort()
    return _Table(rows, bits)


def _often(table: _Table, frequent: int) -> U64:
    """The names that stand in more sketches than that."""
    names = table.names()
    return np.unique(names[frequent:][names[frequent:] == names[:-frequent]]) if len(names) > frequent else names[:0]


def _frequent(table: _Table, sketches: Sequence[U64], frequent: int) -> U64:
    often = _often(table, frequent)
    if not len(often):
        return often
    # The whole hashes: look into the sketches that hold them.
    names = table.names()
    first = np.searchsorted(names, often)
    held = [sketches[owner] for owner in np.unique(table.owners(first)).tolist()]
    every = np.concatenate(held)
    return np.unique(every[among(every >> table.bits << table.bits, often << table.bits)])


def _pairs(table: _Table, sizes: Sequence[int], frequent: int) -> list[tuple[int, int, int]]:
    names = table.names()
    shared = np.zeros(len(names) + 1, dtype=bool)
    shared[1:-1] = names[1:] == names[:-1]
    at = np.flatnonzero(shared[:-1] | shared[1:])  # most hashes stand in one text alone
    names = names[at]
    rare = ~among(names << table.bits, _often(table, frequent) << table.bits)
    names, owners = names[rare], table.owners(at[rare])
    count = np.int64(len(sizes))
    keys: list[Ints] = []
    for step in range(1, frequent):
        same = np.flatnonzero(names[step:] == names[:-step])
        if not len(same):
            break
        keys.append(owners[same] * count + owners[same + step])
    if not keys:
        return []
    pairs, times = np.unique(np.concatenate(keys), return_counts=True)
    likely = (
        times >= 1
        if count < 2
        else times >= np.minimum(LEAST_SHARED, np.minimum(*(np.array(sizes)[side] for side in (pairs // count, pairs % count))))
    )
    found = zip((pairs[likely] // count).tolist(), (pairs[likely] % count).tolist(), times[likely].tolist(), strict=True)
    return [(a, b, n) for a, b, n in found if n >= least_shared(sizes[a], sizes[b])]


def tokenise_many(texts: Iterable[str]) -> Iterator[Tokens]:
    """The tokens of many texts, in order; short texts are taken together."""
    if kernel.compiled is not None:
        yield from map(tokenise, texts)
        return
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH:
            yield from _batch(batch)
            batch, size = [], 0
    yield from _batch(batch)


def _batch(texts: list[str]) -> Iterator[Tokens]:
    if len(texts) < 2:
        yield from map(tokenise, texts)
        return
    tokens = tokenise("\n".join(texts))
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    bounds = np.searchsorted(tokens.starts, begins)
    for begin, low, high in zip(begins[:-1].tolist(), bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        shift = np.uint32(begin)
        yield Tokens(tokens.starts[low:high] - shift, tokens.ends[low:high] - shift, tokens.hashes[low:high])
