"""Comparisons kept at hand: a page by part asks for the same one again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from variorum.doors.web.marking import Marked, mark
from variorum.model import Witness, Work

if TYPE_CHECKING:
    from variorum.library import Comparison, Library

__all__ = ["Comparisons", "Held"]

_KEPT = 6


class Held:
    """A comparison and, when they are first asked for, its marks on the base's blocks."""

    def __init__(self, comparison: Comparison, texts: tuple[object, ...]) -> None:
        self.comparison = comparison
        self.texts = texts
        self._marked: dict[bool, Marked] = {}
        self._lock = threading.Lock()

    def marked(self, sigla: Sequence[str], *, small: bool) -> Marked:
        """The marks; with ``small`` also those that change no word."""
        with self._lock:
            if small not in self._marked:
                base = next(copy for copy in self.comparison.copies if copy.siglum == self.comparison.base)
                self._marked[small] = mark(base.text, self.comparison.apparatus, sigla, small=small)
            return self._marked[small]


class Comparisons:
    """The last few, for as long as the library gives the same texts. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._held: OrderedDict[tuple[str, ...], Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, work: Work, base: Witness, others: Sequence[Witness]) -> Held:
        """The comparison of these copies with the base."""
        key = (work.work, base.witness, *(other.witness for other in others))
        texts = tuple(self.library.text(copy.witness) for copy in (base, *others))
        with self._lock:
            held = self._held.get(key)
            if held is not None and all(a is b for a, b in zip(held.texts, texts, strict=True)):
                self._held.move_to_end(key)
                return held
        made = Held(self.library.compare(work, base.siglum, [other.siglum for other in others]), texts)
        with self._lock:
            self._held[key] = made
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return made
