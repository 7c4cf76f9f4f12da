"""The library-wide writer lock: one writer at a time, whichever process or thread it is.

A lock of the operating system on a file (flock on POSIX, a byte range on Windows), so that it ends with
the process that held it, however that process ended. Within a process it is re-entrant for the thread
that holds it and keeps other threads out, across all objects that lock the same file.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Lock"]

_POLL = 0.05  # seconds between two tries, on Windows, which has no waiting lock worth the name


class _Held:
    """What this process knows of one lock file."""

    def __init__(self) -> None:
        self.thread = threading.RLock()
        self.depth = 0
        self.fd = -1


_ALL: dict[str, _Held] = {}
_ALL_GUARD = threading.Lock()


def _forget() -> None:
    # A forked child holds nothing, whatever its parent held.
    for held in _ALL.values():
        if held.fd >= 0:
            os.close(held.fd)
    _ALL.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


class Lock:
    """The lock on one file, which is made when missing and never removed (removing it would let two in)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def holding(self, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Holds the lock for the ``with`` block, waiting for it as long as it takes.

        ``waiting`` is called once when somebody else has it, so that a door can say so.
        """
        held = self._held()
        if not held.thread.acquire(blocking=False):
            if waiting is not None:
                waiting()
            held.thread.acquire()
        try:
            if held.depth == 0:
                self._take(held, waiting)
            held.depth += 1
            try:
                yield
            finally:
                held.depth -= 1
                if held.depth == 0:
                    _release(held)
        finally:
            held.thread.release()

    @contextlib.contextmanager
    def trying(self) -> Iterator[bool]:
        """Yields whether the lock could be had at once; when it could, it is held for the ``with`` block."""
        held = self._held()
        if not held.thread.acquire(blocking=False):
            yield False
            return
        try:
            if held.depth == 0 and not self._take(held, None, wait=False):
                yield False
                return
            held.depth += 1
            try:
                yield True
            finally:
                held.depth -= 1
                if held.depth == 0:
                    _release(held)
        finally:
            held.thread.release()

    def _held(self) -> _Held:
        # By its real path: two names of one library are one lock.
        key = os.path.realpath(self.path)
        with _ALL_GUARD:
            return _ALL.setdefault(key, _Held())

    def _take(self, held: _Held, waiting: Callable[[], None] | None, *, wait: bool = True) -> bool:
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            got = _lock(fd, wait=False)
            if not got and wait:
                if waiting is not None:
                    waiting()
                got = _lock(fd, wait=True)
        except BaseException:
            os.close(fd)
            raise
        if got:
            held.fd = fd
        else:
            os.close(fd)
        return got


def _lock(fd: int, *, wait: bool) -> bool:
    if sys.platform == "win32":
        while True:
            try:
                os.lseek(fd, 0, os.SEEK_SET)
                msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
            time.sleep(_POLL)
    else:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _release(held: _Held) -> None:
    fd, held.fd = held.fd, -1
    if sys.platform == "win32":
        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)
    os.close(fd)
