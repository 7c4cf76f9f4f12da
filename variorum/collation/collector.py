"""What the interpreter and the C library do with memory, for work that makes a great many values and large arrays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np

__all__ = ["collector_resting", "keep_freed_memory"]

_BLOCK = 31 << 20  #: bytes; the largest block by whose freeing glibc learns is 32 MB


@lru_cache(maxsize=1)
def keep_freed_memory() -> None:
    """Lets the C library keep what large arrays free for the next ones, up to about 60 MB.

    glibc gives blocks back to the system at once until it has seen one of their size freed, and every page that is
    taken anew costs more than the sums done in it (measured: a seventh of the time of comparing 400,000 words in a
    fresh process). So it is shown one, untouched. Elsewhere this does nothing.
    """
    np.empty(_BLOCK, dtype=np.uint8)


@contextmanager
def collector_resting() -> Iterator[None]:
    """Within it no cycles are looked for: fifty thousand entries would be walked through again and again (a quarter of the time).

    Entries are trees, so nothing is lost by waiting. The collector is left as it was found.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
