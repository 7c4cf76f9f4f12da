"""Bounded processes: whatever touches a stranger's bytes runs here, with limits on time and memory.

A worker that overruns its time, exhausts its memory or dies is a *finding* about the one item it held;
the others go on. Workers are spawned, never forked, so that the same code runs on every system. They
ignore Ctrl-C (the parent stops them) and may neither open a connection nor start a program.

Process pools that can kill one overdue worker and replace it are Pebble's (LGPL-3, kept since 2013);
`concurrent.futures` can only break the whole pool.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.context
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as Overdue
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Self, TypeVar

import pebble

from variorum.errors import IntakeError

__all__ = ["Failure", "Limits", "Outcome", "Workers"]

T = TypeVar("T")
R = TypeVar("R")

# What a worker may not do, whatever a parser is talked into: by CPython's audit events.
_PATIENCE = 4  # clock seconds for each second of processor time
_LOOK = 0.5  # seconds between two looks whether the pool still stands
_SLOW = "took longer than the {:.0f} seconds a file of its size may take"
_FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take."""

    seconds_per_megabyte: float = 10.0
    seconds_at_least: float = 10.0
    memory: int = 512 << 20  #: bytes of data a worker may hold (enforced where the system has resource limits)

    def seconds(self, size: int) -> float:
        """The time allowed for an item of this many bytes."""
        return max(self.seconds_at_least, self.seconds_per_megabyte * size / 1e6)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result; ``reason`` completes the sentence "NAME ..."."""

    code: str  #: too-slow, too-much-memory, crashed, or the code of an IntakeError
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T, R]):
    """One task with what came of it: ``result``, or a ``failure``."""

    task: T
    result: R | None = None
    failure: Failure | None = None


class Workers:
    """A handful of processes, started at the first task and stopped at the end of the ``with`` block."""

    def __init__(self, processes: int | None = None, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.processes = processes or max(1, min(os.cpu_count() or 1, 8))
        self._pool: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool is None:
            return
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()
        self._pool = None

    def run(self, function: Callable[[T], R], tasks: Iterable[T], size: Callable[[T], int]) -> Iterator[Outcome[T, R]]:
        """Outcomes in the order of the tasks. ``function`` is one a module has at its top level; ``size`` gives bytes.

        Only a few tasks are in flight at a time, so a long list of tasks may be a generator.
        """
        waiting: deque[_Flight[T, R]] = deque()
        for task in tasks:
            self._send(function, _Flight(task, self.limits.seconds(size(task))), waiting)
            if len(waiting) > 2 * self.processes:
                yield self._next(function, waiting)
        while waiting:
            yield self._next(function, waiting)

    def _next(self, function: Callable[[T], R], waiting: deque[_Flight[T, R]]) -> Outcome[T, R]:
        first = waiting[0]
        if first.outcome is None and not self._landed(first.future):
            self._one_by_one(function, waiting)
        waiting.popleft()
        return first.outcome or _outcome(first, self.limits.memory)

    def _send(self, function: Callable[[T], R], flight: _Flight[T, R], waiting: deque[_Flight[T, R]]) -> None:
        try:
            flight.future = self._schedule(function, flight)
        except RuntimeError:  # the pool broke since it was last asked
            self._one_by_one(function, waiting)
            flight.future = self._schedule(function, flight)
        waiting.append(flight)

    def _schedule(self, function: Callable[[T], R], flight: _Flight[T, R]) -> Any:
        if self._pool is None:
            self._pool = pebble.ProcessPool(
                max_workers=self.processes,
                context=_Spawn(),
                initializer=_settle,
                initargs=(self.limits.memory,),
            )
        # Processor time is what is measured out (a busy machine must not decide what a file is); the clock stands
        # behind it, for what waits or for systems that cannot limit processor time.
        arguments = (function, flight.task, flight.seconds)
        return self._pool.schedule(_guarded, args=arguments, timeout=flight.seconds * _PATIENCE)

    def _landed(self, future: Any) -> bool:
        """Waits for a task; False when the whole pool broke under it, in which case it may never end."""
        while not wait([future], timeout=_LOOK).done:
            if not self._pool.active:
                return future.done() and not isinstance(future.exception(), BrokenProcessPool)
        return future.cancelled() or not isinstance(future.exception(), BrokenProcessPool)

    def _one_by_one(self, function: Callable[[T], R], waiting: Iterable[_Flight[T, R]]) -> None:
        """After the pool broke: every task that was in flight again, alone, so that only the guilty one is blamed.

        Pebble gives up a pool when a worker dies in the moment between taking a task and the parent's hearing of it,
        or holding the lock on their pipe: rare, and nothing that the other tasks should pay for.
        """
        for flight in waiting:
            if flight.outcome is not None or (flight.future.done() and self._landed(flight.future)):
                continue
            self._renew()
            flight.future = self._schedule(function, flight)
            if not self._landed(flight.future):
                flight.outcome = Outcome(flight.task, failure=Failure("crashed", "made its reader stop"))
        if self._pool is not None and not self._pool.active:
            self._renew()

    def _renew(self) -> None:
        if self._pool is not None and not self._pool.active:
            self._pool.stop()
            self._pool.join()
            self._pool = None


class _Flight(Generic[T, R]):
    """A task that was handed out, with what it may take and what will come of it."""

    __slots__ = ("future", "outcome", "seconds", "task")

    def __init__(self, task: T, seconds: float) -> None:
        self.task = task
        self.seconds = seconds
        self.future: Any = None
        self.outcome: Outcome[T, R] | None = None


def _outcome(flight: _Flight[T, R], memory: int) -> Outcome[T, R]:
    """What came of a task that has ended."""
    task = flight.task
    try:
        result = flight.future.result()
        if isinstance(result, _OutOfMemory):
            raise MemoryError  # noqa: TRY004  (it is one, told by a value)
        return Outcome(task, result=result)
    except IntakeError as error:
        return Outcome(task, failure=Failure(error.code, error.reason))
    except Overdue:
        return Outcome(task, failure=Failure("too-slow", _SLOW.format(flight.seconds)))
    except MemoryError:
        return Outcome(task, failure=Failure("too-much-memory", f"needs more than the {memory >> 20} MB a file may take"))
    except RecursionError:
        return Outcome(task, failure=Failure("too-deep", "is nested too deeply to be read"))
    except pebble.ProcessExpired as error:
        if error.exitcode == -getattr(signal, "SIGXCPU", 0) != 0:
            return Outcome(task, failure=Failure("too-slow", _SLOW.format(flight.seconds)))
        return Outcome(task, failure=Failure("crashed", f"made its reader stop (exit code {error.exitcode})"))
    except Exception as error:
        # A bug of ours, not of the file: say so, keep the bytes, go on with the rest.
        return Outcome(task, failure=Failure("reader-failed", f"met a fault in Variorum ({type(error).__name__}: {error})"))


class _OutOfMemory(NamedTuple):
    """Said instead of raised: with no memory left even the traceback of a MemoryError cannot be formatted."""


_OUT_OF_MEMORY = _OutOfMemory()


def _guarded(function: Callable[[T], R], task: T, seconds: float) -> R | _OutOfMemory:
    _allow(seconds)
    try:
        return function(task)
    except MemoryError:
        return _OUT_OF_MEMORY


def _allow(seconds: float) -> None:
    """Gives this process so much more processor time; the system ends it when that is used up."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (absent on Windows)

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 2, hard))


class _Process(multiprocessing.context.SpawnProcess):
    """A spawned process that does not run its parent's script again.

    All it will run stands in modules. Spawning as usual would import the script that called us, and one without
    the ``__main__`` guard would begin to add files in every worker.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  (multiprocessing's name for it)
        main = sys.modules["__main__"]
        kept: dict[str, Any] = {name: main.__dict__[name] for name in ("__spec__", "__file__") if name in main.__dict__}
        try:
            main.__dict__["__spec__"] = None
            main.__dict__.pop("__file__", None)
            return multiprocessing.context.SpawnProcess._Popen(process_obj)  # noqa: SLF001
        finally:
            main.__dict__.update(kept)


class _Spawn(multiprocessing.context.SpawnContext):
    Process = _Process


def _settle(memory: int) -> None:
    """First thing in every worker: deaf to Ctrl-C, bounded, without network or programs."""
    # Trees of pages are many small objects and few cycles: looking for those as often as Python does costs a tenth.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (absent on Windows)

        for limit, value in (("RLIMIT_DATA", memory), ("RLIMIT_FSIZE", 16 << 20), ("RLIMIT_NOFILE", 256), ("RLIMIT_CORE", 0)):
            which = getattr(resource, limit)
            _, hard = resource.getrlimit(which)
            resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    sys.addaudithook(_refuse)


def _refuse(event: str, _args: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"a worker may not do {event}")
