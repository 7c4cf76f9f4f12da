"""How long the shelf takes on many works: pages, facet changes, suggestions, the build of the index; SQLite FTS5 beside it.

    python bench/shelf.py [WORKS] [--words N] [--seed N] [--keep FOLDER]

Builds a catalogue of WORKS (default 5,000) invented works of about WORDS (default 300) words with AO3-like tags (Zipf; as
bench/find.py), indexes it, asks each page 30 times as the shelf does (20 works, facets, total), and prints CPU milliseconds of the
process (median). With --keep the catalogue is used again. FTS5 gets the same texts and tags as one table, and answers the same
words with a count and 20 rows, without facets.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import find
import numpy as np

from variorum.catalogue import Catalogue
from variorum.model import Viewer

PAGES: list[tuple[str, dict[str, object]]] = [
    ("the shelf, by date added", {"sort": "-added"}),
    ("the shelf, by title", {"sort": "title"}),
    ("page 50, longest first", {"sort": "-words", "offset": 980}),
    ("a common word", {"query": "w8x"}),
    ("two words", {"query": "w30x w52x"}),
    ("by chance", {"sort": "random", "seed": 5}),
    ("a facet", {"query": 'fandom:="Fandom 1"'}),
    ("a facet and one left out", {"query": 'fandom:="Fandom 1" -tag:="Tag 1"'}),
    ("three facets and a range", {"query": 'fandom:="Fandom 1" -tag:="Tag 2" rating:="Mature" words:>100', "sort": "-updated"}),
]
#: Of a reader with a thousand works on a shelf, all of them read.
OWN: list[tuple[str, dict[str, object]]] = [
    ("a shelf of a thousand", {"query": "shelf:winter", "sort": "title"}),
    ("all but what is read", {"query": "-is:read", "sort": "title"}),
    ("by the last reading", {"sort": "-read"}),
]
TYPED = ("fa", "fandom 1", "tag", "char", "author 2", "story")


class Reader:
    """Somebody to whom every fifth work, a thousand at most, is whatever is asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._works = list(catalogue.works())[::5][:1000]

    def works(self, _asked: object) -> list[str]:
        """These works."""
        return self._works

    def order(self, _name: str) -> list[str]:
        """These works, in an order that is nobody's."""
        return self._works[::-1]


def cpu(times: int, what: Callable[[], object]) -> float:
    """The median of the process's CPU time, in milliseconds, after one unmeasured turn."""
    what()
    taken = []
    for _ in range(times):
        start = time.process_time()
        what()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def build(catalogue: Catalogue, works: int, words: int, seed: int) -> None:
    """Enters and indexes the works, and says what it cost."""
    random = np.random.default_rng(seed)
    start = time.process_time()
    for first in range(0, works, 500):
        with catalogue.batch() as batch:
            for number in range(first, min(first + 500, works)):
                batch.witness(find.work(random, number, words))
    print(f"entered {works:,} works: {time.process_time() - start:.1f} CPU s", flush=True)
    start = time.process_time()
    catalogue.catch_up()
    taken = time.process_time() - start
    size = sum(len(catalogue.text(w)) for w in _witnesses(catalogue))
    print(f"indexed {size / 1e6:.0f} MB: {taken:.1f} CPU s, {size / 1e6 / taken:.1f} MB per CPU s", flush=True)


def _witnesses(catalogue: Catalogue) -> list[str]:
    return [copy.witness for work in catalogue.works() for copy in catalogue.work(work).witnesses]


def beside(catalogue: Catalogue, file: Path) -> sqlite3.Connection:
    """The same works in SQLite's own full-text search."""
    start = time.process_time()
    database = sqlite3.connect(file)
    database.execute("CREATE VIRTUAL TABLE works USING fts5(work UNINDEXED, title, tags, text)")
    size = 0
    for key in catalogue.works():
        work = catalogue.work(key)
        text = catalogue.text(work.base.witness)
        about = work.metadata
        tags = " ; ".join((*about.fandoms, *about.relationships, *about.characters, *about.tags))
        database.execute("INSERT INTO works VALUES (?, ?, ?, ?)", (key, about.title, tags, text))
        size += len(text)
    database.commit()
    print(f"FTS5, entered from the catalogue: {time.process_time() - start:.1f} CPU s for {size / 1e6:.0f} MB", flush=True)
    return database


def fts(database: sqlite3.Connection, match: str) -> object:
    """A count and the 20 best."""
    count = database.execute("SELECT count(*) FROM works WHERE works MATCH ?", (match,)).fetchone()
    best = "SELECT work, snippet(works, 3, '<', '>', '…', 12) FROM works WHERE works MATCH ? ORDER BY rank LIMIT 20"
    return count, database.execute(best, (match,)).fetchall()


def main() -> None:
    """Builds, asks, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="?", type=int, default=5000)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with find.place(given.keep) as folder:
        fresh = not (folder / "catalogue.sqlite3").exists()
        catalogue = Catalogue(folder / "catalogue.sqlite3", folder / "index")
        if fresh:
            build(catalogue, given.works, given.words, given.seed)
        for name, question in PAGES:
            taken = cpu(30, lambda q=question: catalogue.find(limit=20, **q))  # type: ignore[misc,arg-type]
            print(f"{name:32} {taken:8.1f} ms", flush=True)
        reader = Reader(catalogue)
        for name, question in OWN:
            taken = cpu(30, lambda q=question: catalogue.find(limit=20, own=reader, **q))  # type: ignore[misc,arg-type]
            print(f"{name:32} {taken:8.1f} ms", flush=True)
        print(f"{'in numbers':32} {cpu(10, catalogue.holdings):8.1f} ms", flush=True)
        start = time.process_time()
        catalogue.typing.suggest("fa", Viewer())
        print(f"{'suggestions, the list made':32} {(time.process_time() - start) * 1000:8.1f} ms", flush=True)
        for typed in TYPED:
            print(f"{'suggestions for ' + typed:32} {cpu(30, lambda t=typed: catalogue.typing.suggest(t, Viewer())):8.2f} ms")  # type: ignore[misc]
        start = time.process_time()
        found = catalogue.tagged.suggestions()
        print(f"{'what tags might be one':32} {(time.process_time() - start) * 1000:8.1f} ms ({len(found):,})", flush=True)
        database = beside(catalogue, folder / "fts.sqlite3")
        for match in ("w8x", "w30x AND w52x"):
            print(f"{'FTS5: ' + match:32} {cpu(10, lambda m=match: fts(database, m)):8.1f} ms", flush=True)  # type: ignore[misc]
        database.close()
        catalogue.close()


if __name__ == "__main__":
    main()
