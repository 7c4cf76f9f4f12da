"""The compiled kernel where one is installed: the same answers as in numpy, sooner; else None, and nothing is missed.

It is a distribution of its own (the folder ``kernel``): C against CPython alone. ``VARIORUM_KERNEL=off`` in the
environment leaves it out. One of another version is not used.
"""

from __future__ import annotations

import os
from types import ModuleType

__all__ = ["WANTED", "compiled", "load"]

WANTED = 3  #: the version whose functions are called here; the same number as in kernel/src/module.c


def load() -> ModuleType | None:
    """The kernel, when it is there, of this version and not turned off."""
    if os.environ.get("VARIORUM_KERNEL", "").lower() in {"off", "0", "no"}:
        return None
    try:
        import variorum_kernel  # noqa: PLC0415
    except ImportError:
        return None
    return variorum_kernel if variorum_kernel.VERSION == WANTED else None


#: Asked for at every call (``kernel.compiled``), so that a test can go both ways.
compiled = load()
