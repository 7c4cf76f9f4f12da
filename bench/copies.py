"""The page of duplicates over a large library: python bench/copies.py [WORKS] [GROUPS]

Enters WORKS (default 10,000) invented works of about 300 words, GROUPS (default 2,000) of them in two copies that differ in a word,
and prints CPU milliseconds (median of 10) of the first page of ``Library.duplicates``, of one in the middle and of the last.
"""

from __future__ import annotations

import dataclasses
import statistics
import sys
import tempfile
import time
from pathlib import Path

import find
import numpy as np

from variorum.library import Library


def main() -> None:
    """Builds, asks, prints."""
    works, groups = (int(sys.argv[n]) if len(sys.argv) > n else usual for n, usual in ((1, 10_000), (2, 2_000)))
    random = np.random.default_rng(5)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library", create=True) as library:
        for first in range(0, works, 500):
            with library.catalogue.batch() as batch:
                for number in range(first, min(first + 500, works)):
                    new = find.work(random, number, 300)
                    batch.witness(new)
                    if number < groups:
                        other = {"witness": f"{new.witness[:-2]}zz", "siglum": "B", "version_key": f"{number} again"}
                        batch.witness(dataclasses.replace(new, **other))
        library.catalogue.catch_up()
        for offset in (0, groups // 2, max(groups - 20, 0)):
            taken = []
            for _ in range(10):
                begun = time.process_time()
                page = library.duplicates(limit=20, offset=offset)
                taken.append(1000 * (time.process_time() - begun))
            print(
                f"groups {offset} to {offset + len(page.groups)} of {page.total}: {statistics.median(taken):.1f} ms, first {taken[0]:.1f}"
            )


if __name__ == "__main__":
    main()
