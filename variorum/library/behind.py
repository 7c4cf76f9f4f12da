"""Making vectors while the reader is open: in a process of its own, of low priority, that ends with the reader.

A process, not a thread: a thread of low priority would hold Python's lock while others wait for it, the memory of the model
is given back when all is made, and what a native library does wrong stays there.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from variorum.errors import VariorumError
from variorum.library.meaning import Meaning

__all__ = ["Behind"]

_LOOK = 10.0  # seconds between two looks whether there is something to be made
_AGAIN = 120.0  # and after a run that left something undone
_GRACE = 3.0  # seconds it may take to stop by itself


class Behind:
    """Keeps one process at work as long as something is wanted and lacking. Use it as a context: it ends with the block."""

    def __init__(self, meaning: Meaning, path: Path, command: Sequence[str] | None = None, *, look: float = _LOOK) -> None:
        self._meaning = meaning
        own = [sys.executable, "-m", "variorum", "--library", str(path.absolute()), "meaning", "build", "--behind"]
        self._command = list(command or own)
        self._look = look
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="meaning-behind", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        pause = self._look
        while not self._ended.wait(pause):
            pause = self._look
            if self._has_work() and not self._work():
                pause = max(_AGAIN, self._look)

    def _has_work(self) -> bool:
        try:
            return self._meaning.wanted and self._meaning.lacking() is None and self._meaning.is_behind()
        except VariorumError:  # a disk that gives nothing: the next look may find it mended
            return False

    def _work(self) -> bool:
        """One run of the process; whether it made all there was to make, or was not wanted any more."""
        off = False
        with subprocess.Popen(  # noqa: S603  (our own program)
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is the reader's
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows; elsewhere the process sees to it
        ) as process:
            while process.poll() is None and not self._ended.wait(0.2):
                if not self._wanted():
                    off = True
                    break
            assert process.stdin is not None
            process.stdin.close()
            try:
                return process.wait(_GRACE) == 0 or off
            except subprocess.TimeoutExpired:
                process.kill()  # what it had in hand is made again
                return off

    def _wanted(self) -> bool:
        try:
            return self._meaning.wanted
        except VariorumError:
            return True
