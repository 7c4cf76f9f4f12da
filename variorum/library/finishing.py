"""A Ctrl-C waits until what is being kept is also written down."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["finishing"]


@contextmanager
def finishing() -> Iterator[None]:
    """Puts a Ctrl-C off until what is being kept is also written down, so that no item is without its record.

    A second Ctrl-C is not put off: then `verify` names the items whose record is missing, and adding again makes it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt
