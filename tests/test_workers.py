"""Bounded processes: one bad task never stops the rest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from pebble.pool.base_pool import PoolStatus

from variorum.errors import MalformedItem
from variorum.workers import Limits, Workers


def act(task: str) -> str:
    """What a worker is told to do in these tests."""
    if task == "sleep":
        time.sleep(60)
    elif task == "spin":
        while True:
            pass
    elif task == "eat":
        return str(len(bytearray(2 << 30)))
    elif task == "die":
        os.kill(os.getpid(), 9)
    elif task == "connect":
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    elif task == "start":
        subprocess.run([sys.executable, "-c", ""], check=True)
    elif task == "recurse":
        return act(task)
    elif task == "refuse":
        raise MalformedItem("x", "is broken")
    return task.upper()


BAD = {
    "sleep": ("too-slow", "took longer than the 2 seconds"),
    "spin": ("too-slow", "took longer than the 2 seconds"),
    "eat": ("too-much-memory", "more than the 256 MB"),
    "die": ("crashed", "exit code -9"),
    "connect": ("reader-failed", "socket.connect"),
    "start": ("reader-failed", "subprocess.Popen"),
    "recurse": ("too-deep", "nested too deeply"),
    "refuse": ("malformed", "is broken"),
}


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no resource limits: memory is unbounded there, as docs/limits.md says"
)
def test_every_kind_of_failure_is_a_finding_and_the_rest_goes_on() -> None:
    """Overtime, memory, death, network, programs, recursion: each a sentence, the good tasks before and after are done."""
    tasks = [t for bad in BAD for t in ("good", bad)] + ["good"]
    with Workers(2, Limits(seconds_at_least=2, memory=256 << 20)) as workers:
        outcomes = list(workers.run(act, tasks, len))
    assert [o.task for o in outcomes] == tasks
    for outcome in outcomes:
        if outcome.task == "good":
            assert outcome.result == "GOOD"
        else:
            code, reason = BAD[outcome.task]
            assert outcome.failure is not None
            assert outcome.failure.code == code
            assert reason in outcome.failure.reason


@pytest.mark.parametrize("registered", [True, False], ids=["while tasks run", "before the tasks are handed on"])
def test_a_broken_pool_costs_no_task(registered: bool) -> None:
    """The pool breaks under the tasks in flight: each is done all the same, in order, and so are those that come after."""
    tasks = [f"good {number}" for number in range(12)]
    with Workers(2) as workers:

        def handed_out() -> Iterator[str]:
            for number, task in enumerate(tasks):
                if number in (4, 9):
                    pool = workers._pool
                    if registered:
                        pool._pool_manager.handle_broken_pool(BrokenProcessPool("as when a worker dies at a bad moment"))
                    else:
                        pool._context.status = PoolStatus.ERROR  # nobody will ever answer what is in its queue
                yield task

        outcomes = list(workers.run(act, handed_out(), len))
    assert [o.task for o in outcomes] == tasks
    assert [o.failure for o in outcomes] == [None] * len(tasks)
    assert [o.result for o in outcomes] == [task.upper() for task in tasks]


def test_a_task_that_breaks_the_pool_alone_is_the_guilty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the tasks in flight when the pool broke, the one that breaks it again when it runs alone is named, and no other."""
    with Workers(2) as workers:
        landed = workers._landed

        def breaks(future: object) -> bool:
            there = landed(future)
            if there and future.result() == "GOOD 2":  # type: ignore[attr-defined]
                workers._pool._context.status = PoolStatus.ERROR
                return False
            return there

        monkeypatch.setattr(workers, "_landed", breaks)
        outcomes = list(workers.run(act, [f"good {number}" for number in range(6)], len))
    assert [o.failure.code if o.failure else None for o in outcomes] == [None, None, "crashed", None, None, None]


def test_no_process_is_started_before_there_is_a_task() -> None:
    """Opening and closing costs nothing."""
    with Workers() as workers:
        assert list(workers.run(act, [], len)) == []
        assert workers._pool is None


def test_time_grows_with_size() -> None:
    """Ten seconds at least, ten a megabyte beyond."""
    assert Limits().seconds(10) == 10
    assert Limits().seconds(5_000_000) == 50


def test_a_script_without_a_guard_can_add_files(tmp_path: Path) -> None:
    """Workers do not run the script that called us again: no `if __name__ == "__main__"` is needed."""
    (tmp_path / "story.txt").write_text("A story came to a house where nobody was guarding the door.\n\nIt went in.\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import variorum\nprint('once')\n"
        f"library = variorum.open({str(tmp_path / 'library')!r}, create=True)\n"
        f"print(library.add([{str(tmp_path / 'story.txt')!r}]).count('added'))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=100)
    assert done.stdout.split() == ["once", "1"]
