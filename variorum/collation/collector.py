"""The interpreter's collector of cycles, left at rest while many values are made that hold none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_resting"]


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
