"""Pieces of pages that were printed, kept for the next page that has the very same in it.

A piece is a function of what it is printed from, and it stands beside all of that: it is given again only for values
that are equal, so that whoever asks sees what would have been printed for them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from markupsafe import Markup

__all__ = ["Fragments"]

_ROOM = 8 << 20  # characters


class Fragments:
    """The pieces of one process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[object, Markup]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable, of: object, make: Callable[[], Markup]) -> Markup:
        """The piece printed from ``of`` under this key; ``make`` prints it. ``of`` needs not be hashable and never changes."""
        with self._guard:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
        if held is not None and (held[0] is of or held[0] == of):
            return held[1]
        made = make()
        with self._guard:
            before = self._held.pop(key, None)
            self._held[key] = of, made
            self._size += len(made) - (len(before[1]) if before else 0)
            while self._size > _ROOM and len(self._held) > 1:
                _, (_, gone) = self._held.popitem(last=False)
                self._size -= len(gone)
        return made
