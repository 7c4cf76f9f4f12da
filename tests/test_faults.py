"""What was acknowledged survives: an import killed, failed and cut off the power at many points.

The tools are tests/tools/kill_points.py and power_cut.py (strace, no root). Each test has its control: the same
import with one guard taken away, which must fail, so that a fault test that tests nothing shows.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent / "tools"
DRIVER = f"{sys.executable} -B {TOOLS / 'vault_import.py'}"
PROVE = f"{DRIVER} verify {{lib}} {{src}}"

#: Who does the import: the bare vault (many points in little time), or the command line as people use it. The proof looks at
#: the vault in both cases.
IMPORTS = {
    "vault": f"{DRIVER} import {{lib}} {{src}}",
    "cli": f"{sys.executable} -B -m variorum --library {{lib}} add {{src}}",
}


def _traceable() -> bool:
    try:
        return subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True).returncode == 0
    except OSError:
        return False


pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        not _traceable(), reason="strace is not here or may not follow processes; install strace to run the fault tests"
    ),
]


@pytest.fixture(scope="module")
def pile(tmp_path_factory):
    """A dozen mixed small files: two equal ones, an empty one, one of several hundred kilobytes, odd names, a folder."""
    folder = tmp_path_factory.mktemp("pile")
    rng = random.Random(12)
    words = re.findall(
        r"\w+", "the lamp was lit before any boat came home and nobody asked who had carried oil up all those stairs"
    )
    (folder / "old mail").mkdir()
    for i in range(12):
        text = " ".join(rng.choice(words) for _ in range(rng.randint(20, 2500)))
        name = f"old mail/{i:02}.txt" if i % 3 == 0 else f"{i:02} story - ünïcode.txt"
        (folder / name).write_text(f"Tale {i}\n\n{text}\n", encoding="utf-8")
    shutil.copy(folder / "01 story - ünïcode.txt", folder / "01 story again.txt")
    (folder / "empty.txt").touch()
    (folder / "old mail" / "page.html").write_text("<html><body>" + "<p>The tide turned.</p>" * 20_000 + "</body></html>")
    return folder


@pytest.fixture(scope="module")
def stories(pile, tmp_path_factory):
    """A few of the pile, none of which `add` would name as a problem: the tools need an import that ends with exit code 0."""
    folder = tmp_path_factory.mktemp("stories") / "a pile"
    folder.mkdir()
    for name in ("01 story - ünïcode.txt", "01 story again.txt", "02 story - ünïcode.txt", "10 story - ünïcode.txt"):
        shutil.copy(pile / name, folder)
    (folder / "page.html").write_text(
        "<html><body><h1>The Tide</h1>" + "<p>The tide turned, and nobody saw it.</p>" * 40 + "</body></html>"
    )
    return folder


def tool(name, pile, work, command, *options):
    """Runs a fault tool; its exit code (0: nothing lost) and its last line."""
    given = ["--import", command, "--verify", PROVE, "--src", pile, "--work", work, *map(str, options)]
    env = {**os.environ, "PYTHONPATH": str(TOOLS.parents[1])}
    done = subprocess.run([sys.executable, TOOLS / name, *given], capture_output=True, text=True, env=env)
    print(done.stdout, done.stderr)
    return done.returncode, done.stdout.strip().rpartition("\n")[2]


def felt(pile, work, command, fault, points, sign):
    """Runs an import with a fault at so many points: nothing may be lost at any. Whether any fault was felt, in some rounds.

    Threads do not make the same calls in the same order twice, so a point can fall behind the last call, or on one
    whose failure is borne (a leftover not deleted); then other points are taken.
    """
    for seed in range(7, 13):
        code, last = tool("kill_points.py", pile, work, command, "--fault", fault, "--max", points, "--seed", seed)
        assert code == 0, last
        exits = re.search(r"exits \{(.*)\}", last)
        assert exits is not None, last
        if sign in exits[1]:
            return True
    return False


@pytest.mark.parametrize(
    ("fault", "points"),
    [
        ("kill", 4),
        ("enospc", 3),
        ("eio", 3),
        *(pytest.param(fault, 500, marks=pytest.mark.slow) for fault in ("kill", "enospc", "eio")),
    ],
)
def test_an_import_that_fails_at_any_call_loses_nothing(pile, tmp_path, fault, points):
    """Killed, or told "disk full" or "input/output error", at any system call: nothing lost, nothing twice, resumed to the end."""
    assert felt(pile, tmp_path, IMPORTS["vault"], fault, points, "-9" if fault == "kill" else "1:")


@pytest.mark.parametrize("states", [18, pytest.param(3000, marks=pytest.mark.slow)])
def test_a_power_cut_at_any_point_loses_nothing(pile, tmp_path, states):
    """Whatever the disk had not yet written: what was acknowledged is there and whole, and the import can be resumed."""
    code, last = tool("power_cut.py", pile, tmp_path, IMPORTS["vault"], "--states", states)
    assert code == 0, last
    assert f"{states} power cuts" in last


@pytest.mark.parametrize("points", [2, pytest.param(200, marks=pytest.mark.slow)])
def test_the_command_line_killed_at_any_call_loses_nothing(stories, tmp_path, points):
    """`variorum add` as a person runs it, killed anywhere: what it had recorded is whole, and running it again goes on."""
    assert felt(stories, tmp_path, IMPORTS["cli"], "kill", points, "-9")


@pytest.mark.parametrize("states", [9, pytest.param(600, marks=pytest.mark.slow)])
def test_the_command_line_survives_the_power_cut(stories, tmp_path, states):
    """`variorum add`, catalogue and index included: no record without its file, and a library that can be gone on with."""
    code, last = tool("power_cut.py", stories, tmp_path, IMPORTS["cli"], "--states", states)
    assert code == 0, last


@pytest.mark.parametrize("broken", ["fsync", "folder", "order", "place"])
def test_control_a_broken_vault_does_not_survive_the_power_cut(pile, tmp_path, broken):
    """Without fsync, without the folder's fsync, with the record before the file, or written in place: the tool must see it."""
    for states in (9, 60, 240):  # few cuts can all miss the place; a broken vault is seen by more of them
        code, last = tool("power_cut.py", pile, tmp_path, f"{IMPORTS['vault']} --broken {broken}", "--states", states)
        if code == 1:
            break
    assert code == 1, last
    assert not last.endswith(" 0 bad")


def test_control_a_vault_without_order_does_not_survive_the_kill(pile, tmp_path):
    """A record written before its file is found out by a kill between the two."""
    code, last = tool("kill_points.py", pile, tmp_path, f"{IMPORTS['vault']} --broken order", "--max", 4, "--seed", 3)
    assert code == 1, last
