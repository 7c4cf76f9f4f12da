"""Bounded processes: one bad task never stops the rest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
