"""Taking one folder in, with Variorum and with calibre, in one run: `python bench/beside_calibre.py --megabytes 40 --corpus RESCUE_CORPUS`.

CPU seconds of each command with its children, and the ratio; `cp` of the same files is the floor. What each does with a file is
not the same, and that is printed with the figures.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import downloads
from piles import Language

WHAT = """\
variorum add: keeps the bytes (fsync), reads metadata, chapters and notes, rescues, counts words, finds copies of one work by their
words, reads credits, keeps the reading text. It makes no text index (the first find does).
calibredb add: copies each file into its library, reads title and author, renders the first page of a book as its cover; it zips an HTML
page with what it links to. It does not read the text, and tells copies by title and author alone."""


# Chromium inside calibre refuses to render as root otherwise.
ENVIRONMENT = os.environ | {"QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox", "QTWEBENGINE_DISABLE_SANDBOX": "1"}


def compiled(folder: Path) -> None:
    """What an installation has done: Python keeps the modules it has compiled, and calls for them again."""
    ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)
    ENVIRONMENT["PYTHONPYCACHEPREFIX"] = str(folder)
    modules = "variorum.doors.cli, variorum.library.adding, variorum.preparing, variorum.rescue"
    subprocess.run([sys.executable, "-c", f"import {modules}"], check=True, env=ENVIRONMENT)


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command with its children; what it says is not looked at."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=False, stdout=quiet, stderr=quiet, env=ENVIRONMENT)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=40, help="of markup, the books unpacked")
    parser.add_argument("--corpus", type=Path, help="where clean.jsonl.gz is: English sentences instead of invented words")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        compiled(folder / "compiled")
        source = downloads.English(options.corpus) if options.corpus else Language()
        files, size, unpacked = downloads.make(folder / "pile", options.megabytes, source.paragraphs)
        print(f"{files} files, {size / 1e6:.1f} MB ({unpacked / 1e6:.1f} MB with the books unpacked), {os.cpu_count()} cores")
        variorum = [sys.executable, "-m", "variorum", "--library", str(folder / "library"), "add", str(folder / "pile")]
        calibre = ["calibredb", "add", "--recurse", "--with-library", str(folder / "calibre"), str(folder / "pile")]
        commands = {"variorum add": variorum, "variorum add, the same folder again": variorum}
        if shutil.which("calibredb"):
            (folder / "calibre").mkdir()
            commands |= {"calibredb add": calibre, "calibredb add, the same folder again": calibre}
        commands["cp -r"] = ["cp", "-r", str(folder / "pile"), str(folder / "copy")]
        used = {}
        for name, command in commands.items():
            wall, used[name] = timed(command)
            rates = f"{size / 1e6 / used[name]:8.2f} MB a CPU second ({unpacked / 1e6 / used[name]:.2f} unpacked)"
            print(f"{name:38} {wall:7.1f} s wall {used[name]:7.2f} CPU s {rates}", flush=True)
        if "calibredb add" in used:
            print(f"variorum / calibredb: {used['variorum add'] / used['calibredb add']:.2f} of its CPU seconds")
        print(WHAT)


if __name__ == "__main__":
    main()
