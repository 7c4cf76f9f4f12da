"""A web archive of any size added to a library: the most memory that is held. `python bench/warc.py MEGABYTES [--packed] [--other BYTES]`.

Invented pages of 3,200 words (20 kB), each followed by a film of so many bytes of noise, which is passed over.
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import tempfile
import time
from pathlib import Path

from variorum.library import Library


def record(url: str, body: bytes, kind: str) -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2014-03-02T10:11:12Z\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def make(path: Path, megabytes: int, other: int, *, packed: bool) -> int:
    """Writes the archive; gives how many pages it has."""
    drawn = random.Random(7)
    words = ["".join(drawn.choices("abcdefghijklmnoprstuvw", k=drawn.randint(2, 9))) for _ in range(20_000)]
    noise = drawn.randbytes(other + (1 << 20))
    size = pages = 0
    with path.open("wb") as out:
        while size < megabytes << 20:
            prose = "".join(f"<p>{' '.join(drawn.choices(words, k=80)).capitalize()}.</p>" for _ in range(40))
            page = f"<html><head><title>Night {pages}</title></head><body><h1>Night {pages}</h1>{prose}</body></html>"
            at = drawn.randrange(1 << 20)
            both = (
                record(f"https://invented.example/story/{pages}", page.encode(), "text/html"),
                record(f"https://invented.example/film/{pages}", noise[at : at + other], "video/mp4"),
            )
            for one in both:
                size += out.write(gzip.compress(one, 1) if packed else one)
            pages += 1
    return pages


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("megabytes", type=int)
    asked.add_argument("--other", type=int, default=220_000)
    asked.add_argument("--packed", action="store_true")
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("crawl.warc.gz" if args.packed else "crawl.warc")
        pages = make(path, args.megabytes, args.other, packed=args.packed)
        begun = time.process_time()
        with Library(Path(folder) / "library", create=True) as library:
            library.add([path])
            works = library.counts().works
        spent = time.process_time() - begun
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{args.megabytes} MB, {pages} pages, {works} works: {own.ru_maxrss >> 10} MB at the peak, a worker {workers.ru_maxrss >> 10} MB;"
    )
    print(f"{spent:.0f} s of processor time here, {workers.ru_utime:.0f} s in the workers")


if __name__ == "__main__":
    main()
