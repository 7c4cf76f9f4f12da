"""A whole set of texts: which are related, and how. The same steps a library takes one work at a time.

Exact copies are put together first, so that they neither crowd the join nor make a passage look frequent; then every
pair of sketches that shares enough rare hashes is aligned and judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from variorum.collation.align import align
from variorum.collation.arrays import U64, Ints
from variorum.collation.kinship import kinship, turned
from variorum.collation.sketch import FREQUENT, least_shared, sketch, version_key
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
    sketches = [sketch(texts[group[0]]) for group in members]
    known = boilerplate(sketches, frequent=frequent)
    for one, other, _ in candidates(sketches, frequent=frequent):
        a, b = texts[members[one][0]], texts[members[other][0]]
        found = kinship(a, b, align(a, b), boilerplate=known)
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
    sizes = [len(one) for one in sketches]
    hashes, owners = _table(sketches)
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    rare = ~np.isin(hashes, _frequent(hashes, frequent))
    hashes, owners = hashes[rare], owners[rare]
    count = np.int64(len(sketches))
    keys: list[Ints] = []
    for step in range(1, frequent):
        same = hashes[step:] == hashes[:-step]
        if not same.any():
            break
        keys.append(owners[:-step][same] * count + owners[step:][same])
    if not keys:
        return []
    pairs, shared = np.unique(np.concatenate(keys), return_counts=True)
    found = zip((pairs // count).tolist(), (pairs % count).tolist(), shared.tolist(), strict=True)
    return [(a, b, n) for a, b, n in found if n >= least_shared(sizes[a], sizes[b])]


def boilerplate(sketches: Sequence[U64], *, frequent: int = FREQUENT) -> U64:
    """The hashes that stand in more than ``frequent`` of the sketches (of distinct texts), ascending."""
    hashes, _ = _table(sketches)
    return _frequent(np.sort(hashes), frequent)


def _table(sketches: Sequence[U64]) -> tuple[U64, Ints]:
    if not sketches:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    owners = np.repeat(np.arange(len(sketches), dtype=np.int64), [len(one) for one in sketches])
    return np.concatenate(list(sketches)), owners


def _frequent(hashes: U64, frequent: int) -> U64:
    """Of hashes in ascending order those that occur more often than that."""
    if len(hashes) <= frequent:
        return hashes[:0]
    return np.unique(hashes[frequent:][hashes[frequent:] == hashes[:-frequent]])


def tokenise_many(texts: Iterable[str]) -> Iterator[Tokens]:
    """The tokens of many texts, in order; short texts are taken together."""
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
