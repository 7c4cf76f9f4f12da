"""How fast a pile is taken in: `python bench/adding.py --files 1000`.

Prints wall and CPU seconds, how many cores were busy, the largest resident size of any process of ours, and beside it, in
the same run, what `cp` and `sha256sum` take for the same files: the floor that nothing can be below.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import piles


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def watch(root: int, peaks: dict[int, int], stop: threading.Event) -> None:
    """Notes the largest resident size of every process below ``root``, ten times a second."""
    while not stop.wait(0.1):
        for pid in below(root):
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except (OSError, IndexError):
                continue
            peaks[pid] = max(peaks.get(pid, 0), pages * resource.getpagesize())


def below(root: int) -> list[int]:
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                todo += [int(p) for p in (thread / "children").read_text().split()]
        except OSError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        size = piles.make(folder / "pile", options.files) / 1e6
        print(f"{options.files} files, {size:.1f} MB, {os.cpu_count()} cores")
        command = [sys.executable, "-m", "variorum", "--library", str(folder / "library"), "add", str(folder / "pile")]
        peaks: dict[int, int] = {}
        stop = threading.Event()
        watcher = threading.Thread(target=watch, args=(os.getpid(), peaks, stop))
        watcher.start()
        wall, cpu = timed(command)
        stop.set()
        watcher.join()
        peaks.pop(os.getpid(), None)
        largest = max(peaks.values()) / (1 << 20)
        print(
            f"add      {wall:7.1f} s wall {cpu:7.1f} CPU s  {cpu / wall:.2f} cores busy  {size / cpu:.2f} MB/CPU s  largest process {largest:.0f} MB"
        )
        for name in ("find", "verify", "rebuild"):
            wall, cpu = timed([sys.executable, "-m", "variorum", "--library", str(folder / "library"), name, "--json"])
            print(f"{name:8} {wall:7.1f} s wall {cpu:7.1f} CPU s")
        wall, cpu = timed(["cp", "-r", str(folder / "pile"), str(folder / "copy")])
        print(f"cp       {wall:7.1f} s wall {cpu:7.1f} CPU s")
        wall, cpu = timed(["sh", "-c", f"sha256sum {folder}/pile/*"])
        print(f"sha256   {wall:7.1f} s wall {cpu:7.1f} CPU s")
        shutil.rmtree(folder / "copy")


if __name__ == "__main__":
    main()
