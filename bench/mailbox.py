"""Memory and processor time of adding one large mailbox: `python bench/mailbox.py MEGABYTES` (in a new folder under the temporary one)."""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from variorum.library import Library

WORDS = ["lamp", "harbour", "quiet", "morning", "window", "letter", "garden", "winter", "kettle", "sailor", "bridge", "silver"]


def write(path: Path, megabytes: int) -> int:
    """A mailbox of replies of about 280 KB each; how many."""
    chance = random.Random(1)
    count = 0
    with path.open("wb") as file:
        while file.tell() < megabytes << 20:
            count += 1
            body = "".join("> " + " ".join(chance.choices(WORDS, k=10)) + "\n" for _ in range(4000))
            head = f"From a@b.example Sun Mar  4 20:11:00 2001\nMessage-ID: <{count}@b>\nFrom: o{count}@b.example\n"
            file.write(f"{head}Subject: Re: weir {count}\n\n{body}\n".encode())
    return count


def main() -> None:
    """Prints one line."""
    megabytes = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder, "list.mbox")
        count = write(box, megabytes)
        begin = time.process_time()
        with Library(Path(folder, "library"), create=True) as library:
            library.add([box])
        seconds = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{megabytes} MB, {count} messages: peak {peak} MB, {seconds:.1f} s of processor time outside the workers")


if __name__ == "__main__":
    main()
