"""Which texts have passages that say much the same: an exact scan of every vector, held in memory in 32 bits.

A text is as near as its five nearest passages are on average.

Beyond `_EXACT` passages (11,000 works of 4,000 words; 460 MB) only one bit of each number is held (48 bytes a passage): the
passages whose bits differ least are fetched and compared exactly. Texts that come are added as a block, those that went are
passed over; nothing is built.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.meaning.vectors import Rows, Vectors

__all__ = ["Near", "Nearest"]

_EXACT = 300_000  # passages of which every number is held
_FETCHED = 4096  # passages compared exactly beyond that
_BLOCKS = 24  # more are read anew as one
_SCENES = 5  # of one text that are counted together: a story is remembered by several of its scenes
_STRIDE = 65_536  # passages whose bits are counted together

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int64]


class Near(NamedTuple):
    """A text, by its digest, with its nearest passage, and how near its nearest few are (their mean cosine)."""

    digest: bytes
    start: int
    end: int
    nearness: float


class _Block(NamedTuple):
    """Some texts: ids and digests, the first row of each; spans and vectors (or their bits) by row."""

    texts: Sequence[int]
    digests: Sequence[bytes]
    first: _Ints
    spans: npt.NDArray[np.int32]
    vectors: _Floats | None
    bits: npt.NDArray[np.uint64] | None


class Nearest:
    """The vectors of one file, held for asking. Safe to use from several threads: a question sees one state of it."""

    def __init__(self, vectors: Vectors, width: int, exact: int = _EXACT) -> None:
        self._vectors = vectors
        self._width = width
        self._exact = exact
        self._blocks: tuple[_Block, ...] = ()
        self._gone: frozenset[bytes] = frozenset()
        self._guard = threading.Lock()

    @property
    def passages(self) -> int:
        """How many are held."""
        return sum(len(block.spans) for block in self._blocks)

    def digests(self) -> set[bytes]:
        """The texts that can be found."""
        return {digest for block in self._blocks for digest in block.digests} - self._gone

    def renew(self) -> None:
        """Takes in what was made since the last time, and forgets what was dropped."""
        with self._guard:
            ready = [row for row in self._vectors.ready() if row[2]]
            held = {(text, digest) for block in self._blocks for text, digest in zip(block.texts, block.digests, strict=True)}
            come = [text for text, digest, _ in ready if (text, digest) not in held]
            total = sum(passages for _, _, passages in ready)
            whole = total <= self._exact
            was_whole = all(block.vectors is not None for block in self._blocks)
            if len(self._blocks) >= _BLOCKS or whole != was_whole or self.passages > 2 * total:
                self._blocks, come = (), [text for text, _, _ in ready]
            if come:
                made = _block(list(self._vectors.rows(come, self._width)), self._width, whole=whole)
                self._blocks = (*self._blocks, made) if len(made.spans) else self._blocks
            standing = {digest for _, digest, _ in ready}
            self._gone = frozenset(digest for block in self._blocks for digest in block.digests if digest not in standing)

    def ask(self, question: _Floats) -> Iterator[Near]:
        """Every text that is held (or that has one of the nearest passages), the nearest first."""
        blocks, gone = self._blocks, self._gone
        if not blocks:
            return
        by_text = self._by_bits(blocks, question) if blocks[0].vectors is None else _exactly(blocks, question)
        near = np.concatenate([mean for mean, _ in by_text])
        rows = np.concatenate([row for _, row in by_text])
        starts = np.cumsum([0, *(len(mean) for mean, _ in by_text)])
        for place in np.argsort(-near, kind="stable").tolist():
            if near[place] == -np.inf:
                return
            number = int(np.searchsorted(starts, place, side="right")) - 1
            block = blocks[number]
            digest = block.digests[int(place - starts[number])]
            if digest not in gone:
                start, end = block.spans[rows[place]].tolist()
                yield Near(digest, start, end, float(near[place]))

    def _by_bits(self, blocks: Sequence[_Block], question: _Floats) -> list[tuple[_Floats, _Ints]]:
        """The same from the passages whose bits differ least; what was not fetched counts as the farthest that was."""
        asked = _bits(question[None, :])[0]
        apart = np.concatenate([_differing(block.bits, asked) for block in blocks if block.bits is not None])
        few = np.argpartition(apart, _FETCHED)[:_FETCHED] if len(apart) > _FETCHED else np.arange(len(apart))
        starts = np.cumsum([0, *(len(block.spans) for block in blocks)])
        out = []
        for block, start, end in zip(blocks, starts[:-1], starts[1:], strict=True):
            rows = np.sort(few[(few >= start) & (few < end)]) - start
            texts = np.searchsorted(block.first, rows, side="right") - 1
            wanted = [(block.texts[text], int(row - block.first[text])) for text, row in zip(texts, rows, strict=True)]
            out.append((rows, self._vectors.some(wanted, self._width) @ question))
        least = min((float(cosines.min()) for _, cosines in out if len(cosines)), default=-1.0)
        found = []
        for block, (rows, cosines) in zip(blocks, out, strict=True):
            every = np.full(len(block.spans), least, dtype=np.float32)
            every[rows] = cosines
            mean, row = _scenes(every, block.first)
            named = np.zeros(len(block.first), dtype=bool)
            named[np.searchsorted(block.first, rows, side="right") - 1] = True
            found.append((np.where(named, mean, -np.inf).astype(np.float32), row))
        return found


def _exactly(blocks: Sequence[_Block], question: _Floats) -> list[tuple[_Floats, _Ints]]:
    return [_scenes(block.vectors @ question, block.first) for block in blocks if block.vectors is not None]


def _scenes(cosines: _Floats, first: _Ints) -> tuple[_Floats, _Ints]:
    """Of each text (its rows begin at ``first``) the mean of its nearest few passages, and the row of the nearest."""
    counts = np.diff(first, append=len(cosines))
    left = cosines.copy()
    total = np.zeros(len(first), dtype=np.float32)
    taken = np.zeros(len(first), dtype=np.float32)
    nearest = np.zeros(len(first), dtype=np.int64)
    for scene in range(min(_SCENES, int(counts.max()))):
        best = np.maximum.reduceat(left, first)
        at = np.flatnonzero(left == np.repeat(best, counts))  # of equals all, in the order of rows
        text = np.searchsorted(first, at, side="right") - 1
        one = np.flatnonzero(np.diff(text, prepend=-1))
        if scene == 0:
            nearest[text[one]] = at[one]
        there = best > -np.inf
        total[there] += best[there]
        taken[there] += 1
        left[at[one]] = -np.inf
    return total / taken, nearest


def _block(read: Sequence[Rows], width: int, *, whole: bool) -> _Block:
    """Widened once: a scan of 16 bits takes ten times as long."""
    rows = sum(len(one.spans) for one in read)
    vectors = np.empty((rows, width), dtype=np.float32) if whole else None
    bits = None if whole else np.empty((rows, -(-width // 64)), dtype=np.uint64)
    firsts, at = [], 0
    for one in read:
        firsts.append(one.first + at)
        here = slice(at, at + len(one.spans))
        if vectors is not None:
            vectors[here] = one.vectors
        if bits is not None:
            bits[here] = _bits(one.vectors)
        at += len(one.spans)
    return _Block(
        [text for one in read for text in one.texts],
        [digest for one in read for digest in one.digests],
        np.concatenate(firsts) if firsts else np.zeros(0, dtype=np.int64),
        np.concatenate([one.spans for one in read]) if read else np.zeros((0, 2), dtype=np.int32),
        vectors,
        bits,
    )


def _bits(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.uint64]:
    """One bit a number: whether it is above 0."""
    packed = np.packbits(vectors > 0, axis=1)
    missing = -packed.shape[1] % 8
    return np.pad(packed, ((0, 0), (0, missing))).view(np.uint64) if missing else np.ascontiguousarray(packed).view(np.uint64)


def _differing(bits: npt.NDArray[np.uint64], asked: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    out = np.empty(len(bits), dtype=np.uint16)
    for start in range(0, len(bits), _STRIDE):
        some = slice(start, start + _STRIDE)
        np.sum(np.bitwise_count(bits[some] ^ asked), axis=1, dtype=np.uint16, out=out[some])
    return out
