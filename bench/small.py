"""Very many small files: `python bench/small.py --files 100000`.

Texts of four sentences of made-up words, a thousand to a folder. Prints, for each so many files, the CPU seconds of the library's own
process and of its one worker, the milliseconds a file, and how much memory the process holds: what is to be seen is whether they stay
level. With `--again` the same folder is then added once more.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path

from piles import Language

import variorum


def make(folder: Path, files: int) -> int:
    """Writes the files; gives their bytes."""
    language = Language(7)
    size = 0
    for number in range(files):
        text = "\n\n".join(language.sentence() for _ in range(4)) + "\n"
        into = folder / f"{number // 1000:03}"
        into.mkdir(parents=True, exist_ok=True)
        size += (into / f"{number:06}.txt").write_text(text)
    return size


def held() -> float:
    """Megabytes of memory this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / (1 << 20)


def add(library: variorum.Library, pile: Path, step: int) -> None:
    """Adds the folder, saying what each ``step`` files took."""
    begun = last = time.process_time()
    before = [0]

    def told(done: int, _total: int, _name: str) -> None:
        nonlocal last
        if done - before[0] >= step:
            now = time.process_time()
            each = 1000 * (now - last) / (done - before[0])
            print(f"{done:8} files {now - begun:8.1f} CPU s {each:6.2f} ms a file {held():6.0f} MB", flush=True)
            before[0], last = done, now

    accession = library.add([pile], progress=told)
    print(f"{len(accession.items):8} in all {time.process_time() - begun:7.1f} CPU s {held():22.0f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--step", type=int, default=10_000)
    parser.add_argument("--again", action="store_true", help="and the same folder once more")
    options = parser.parse_args()
    os.cpu_count = lambda: 1  # one worker
    folder = Path(tempfile.mkdtemp())
    try:
        size = make(folder / "pile", options.files)
        print(f"{options.files} files, {size / 1e6:.1f} MB")
        with variorum.open(str(folder / "library"), create=True) as library:
            add(library, folder / "pile", options.step)
            workers = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(f"the worker {workers.ru_utime + workers.ru_stime:8.1f} CPU s")
            if options.again:
                add(library, folder / "pile", options.step)
        catalogue = sum(file.stat().st_size for file in (folder / "library").glob("catalogue*"))
        print(f"catalogue {catalogue / 1e6:.0f} MB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
