"""Several processes that answer at one address: Python does one thing at a time in each, however many processors there are.

The first process listens, starts the others and looks after them; each of those has the library open for itself, with
its own memory of what was read, and sees in the catalogue's change counter when that no longer holds. What is to run
once and not once a process belongs into the first. When the first ends, however it ends, all do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from variorum.doors.web.app import create_app
from variorum.library import Library

__all__ = ["Reader", "Several"]


@dataclass(frozen=True, slots=True)
class Reader:
    """The application of one process, made there: everything it needs to know is sent along."""

    folder: Path
    hint: str
    sample: bool
    hosts: tuple[str, ...]

    def __call__(self) -> Any:
        """Opens the library and gives the application; the process ends with the one that started it."""
        threading.Thread(target=_end_with_the_first, name="variorum-first", daemon=True).start()
        return create_app(Library(self.folder), hint=self.hint, sample=self.sample, hosts=self.hosts)


def _end_with_the_first() -> None:
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os.kill(os.getpid(), signal.SIGTERM)


class Several(Multiprocess):
    """Starts the processes, says so once all of them answer, and replaces one that died."""

    _PATIENCE = 60.0  # seconds until a process has to answer

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], said: Callable[[], None]) -> None:
        super().__init__(config, sockets=sockets)
        self._said = said

    def init_processes(self) -> None:
        """Starts them."""
        super().init_processes()
        if all(process.wait_until_ready(self._PATIENCE, self.should_exit) for process in self.processes):
            self._said()
