"""A copy as an e-reader holds it: names of the file it was served as, and places in it, there and back."""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from variorum import editions
from variorum.counting import ao3_words
from variorum.document import Block, ReadingText
from variorum.model import Work

__all__ = ["BookPlace", "DeviceBooks", "names_of"]

_KEPT = 4  # books whose pointers are remembered


class BookPlace(NamedTuple):
    """A place in a copy: a source offset, the words there, how much of the story's words lie before it, 0 to 1."""

    start: int
    quote: str
    share: float


class _Held(NamedTuple):
    text: ReadingText
    blocks: list[Block]
    before: list[int]  #: words before each block, and after the last
    pointers: editions.Pointers
    names: frozenset[str]


def names_of(data: bytes, name: str) -> tuple[str, ...]:
    """What KOReader may call a file: the MD5 of samples of it ("binary" matching), or of its name ("filename" matching).

    The samples are 1 kB each at 0, 1, 4, 16 kB ... up to 1 GB (koreader, util.partialMD5).
    """
    sampled = hashlib.md5(usedforsecurity=False)
    for at in (0, *(1024 << (2 * n) for n in range(11))):
        piece = data[at : at + 1024]
        if not piece:
            break
        sampled.update(piece)
    return sampled.hexdigest(), hashlib.md5(name.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


class DeviceBooks:
    """Places in the EPUBs of copies; ``text`` and ``book`` give a copy's reading text and its EPUB."""

    def __init__(self, text: Callable[[str], ReadingText], book: Callable[[Work, str], bytes]) -> None:
        self._text = text
        self._book = book
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._guard = threading.Lock()

    def place(self, work: Work, witness: str, pointer: str | None, share: float, document: str | None = None) -> BookPlace | None:
        """Where a pointer leads, exactly to the paragraph; without one that fits, where this share of the words is.

        ``document`` is what the device calls the file: a pointer into an older edition of the copy counts elsewhere, and
        is not followed.
        """
        held = self._get(work, witness)
        if not held.blocks:
            return None
        number = None
        if pointer and (document is None or document in held.names):
            number = held.pointers.block(pointer)
        if number is None or not 1 <= number <= len(held.blocks):
            wanted = min(max(share, 0.0), 1.0) * held.before[-1]
            number = min(max(bisect_right(held.before, wanted), 1), len(held.blocks))
        block = held.blocks[number - 1]
        return BookPlace(block.start, block.text[:80], held.before[number - 1] / max(held.before[-1], 1))

    def pointer(self, work: Work, witness: str, start: int) -> tuple[str, float] | None:
        """The pointer to the block at a source offset, and its share; None for a copy without a story."""
        held = self._get(work, witness)
        order = sorted(range(len(held.blocks)), key=lambda n: held.blocks[n].start)
        if not order:
            return None
        at = bisect_right([held.blocks[n].start for n in order], start)
        number = order[max(at - 1, 0)] + 1
        found = held.pointers.pointer(number)
        return None if found is None else (found, held.before[number - 1] / max(held.before[-1], 1))

    def _get(self, work: Work, witness: str) -> _Held:
        text = self._text(witness)
        with self._guard:
            held = self._held.get(witness)
            if held is not None and held.text is text:
                self._held.move_to_end(witness)
                return held
        book = self._book(work, witness)
        blocks = editions.story_blocks(text)
        before = [0, *accumulate(ao3_words(block.text) for block in blocks)]
        held = _Held(text, blocks, before, editions.pointers(book), frozenset(names_of(book, "")[:1]))
        with self._guard:
            self._held[witness] = held
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return held
