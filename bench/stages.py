#!/usr/bin/env python3
"""CPU seconds a megabyte of markup that each stage of `prepare`, and each repair, takes over a folder of pages and books.

usage: python bench/stages.py FOLDER      (a folder of bench/downloads.py; the best of two rounds of each stage)
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum import collation, preparing
from variorum.document import received
from variorum.intake import Task, open_item
from variorum.rescue import REPAIRS, rescue
from variorum.rescue.state import State
from variorum.text import tokenise

ROUNDS = 2


def markup(data: bytes) -> int:
    """Bytes of a page, or of a book once it is unpacked."""
    if not data.startswith(b"PK"):
        return len(data)
    return sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist())


def once(tasks: list[Task]) -> Counter[str]:
    """CPU seconds by stage; the repairs read each text as it came, which is how they read one that is whole."""
    spent: Counter[str] = Counter()

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        result = work()
        spent[name] += time.process_time() - began
        return result

    for task in tasks:
        for copy in timed("open", lambda task=task: open_item(task)).copies:
            came = timed("projection", lambda copy=copy: received(copy.document))
            words = timed("words", lambda came=came: tokenise(came.part("story").text))
            timed("words", lambda came=came: preparing.words_of(came))
            timed("sketch and key", lambda words=words: (collation.sketch(words), collation.version_key(words)))
            timed("rescue", lambda copy=copy, came=came: rescue(copy.document, came=came))
            state = State.begin(copy.document, (), came)
            for repair in REPAIRS:
                timed(f"  {repair.name}", lambda repair=repair, state=state: list(repair.propose(state)))
        timed("prepare, whole", lambda task=task: preparing.prepare(task))
    return spent


def main() -> None:
    files = sorted(Path(sys.argv[1]).iterdir())
    tasks = [Task(path.name, "sha256:0", path.read_bytes()) for path in files]
    size = sum(markup(task.data) for task in tasks) / 1e6
    for task in tasks[:6]:
        preparing.prepare(task)  # tables are made and patterns compiled
    rounds = [once(tasks) for _ in range(ROUNDS)]
    print(f"{len(tasks)} files, {size:.1f} MB of markup")
    for name in rounds[0]:
        print(f"{name:18s} {min(spent[name] for spent in rounds) / size:.4f}")


if __name__ == "__main__":
    main()
