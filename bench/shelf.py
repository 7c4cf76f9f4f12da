"""How long the shelf takes on many works: pages, facet changes, suggestions, the build of the index; SQLite FTS5 and calibre beside it.

    python bench/shelf.py [WORKS] [--seed N] [--keep FOLDER] [--beside] [--pages]

Makes a library of WORKS (default 5,000) invented works (bench/many.py says which), indexes it, asks each page 30 times as the
shelf does (20 works, facets, total; the counts kept from the time before are thrown away each time), and prints CPU milliseconds
of the process (median). With --keep the library is used again. With --beside FTS5 gets the same texts and tags as one table, and
answers the same words with a count and 20 rows, without facets.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import find
import many
import sqlalchemy as sa

from variorum.catalogue import Catalogue, schema
from variorum.catalogue.blobs import unpack_text
from variorum.catalogue.connect import reading
from variorum.model import Viewer


def pages(catalogue: Catalogue) -> list[tuple[str, dict[str, object]]]:
    """What is asked: with the commonest tags there are."""
    there = catalogue.find(limit=0).facets
    fandom, tag, other = there["fandom"][0][0], there["tag"][0][0], there["tag"][9][0]
    some = next(catalogue.works())
    memory = " ".join(catalogue.text(catalogue.work(some).base.witness).split()[30:42])
    guest = Viewer("guest", adult=False)
    return [
        ("the shelf, by date added", {"sort": "-added"}),
        ("the shelf, by title", {"sort": "title"}),
        ("page 50, longest first", {"sort": "-words", "offset": 980}),
        ("a page four fifths down, by title", {"sort": "title", "offset": catalogue.counts().works * 4 // 5}),
        ("the shelf without adult works", {"sort": "-added", "viewer": guest}),
        ("and without two hidden tags", {"sort": "-added", "viewer": Viewer("guest", adult=False, hidden=(tag, fandom))}),
        ("the commonest word", {"query": "ba"}),
        ("two words", {"query": "ke bada"}),
        ("a rare word", {"query": "bababa"}),
        ("by chance", {"sort": "random", "seed": 5}),
        ("facet: the commonest fandom", {"query": f'fandom:="{fandom}"'}),
        ("facet: a rating (three tenths)", {"query": 'rating:="Teen And Up Audiences"'}),
        ("facet: two ratings left out", {"query": '-rating:="Explicit" -rating:="Mature"'}),
        ("facet: the commonest tag left out", {"query": f'-tag:="{tag}"'}),
        ("facets: a fandom without a tag", {"query": f'fandom:="{fandom}" -tag:="{tag}"'}),
        (
            "facets: three and a range",
            {"query": f'fandom:="{fandom}" -tag:="{other}" rating:="Mature" words:>100', "sort": "-updated"},
        ),
        ("that fic where, twelve words", {"like": memory}),
    ]


#: Of a reader with a thousand works on a shelf, all of them read.
OWN: list[tuple[str, dict[str, object]]] = [
    ("a shelf of a thousand", {"query": "shelf:winter", "sort": "title"}),
    ("all but what is read", {"query": "-is:read", "sort": "title"}),
    ("by the last reading", {"sort": "-read"}),
]
TYPED = ("ba", "fa", "bada", "ke bada", "shai r", "the ba")


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


def build(catalogue: Catalogue) -> None:
    """Indexes the works, and says what it cost."""
    start = time.process_time()
    catalogue.catch_up()
    taken = time.process_time() - start
    with reading(catalogue.engine) as connection:
        size = sum(len(unpack_text(row.data)) for row in connection.execute(sa.select(schema.texts.c.data)))
    print(f"indexed {size / 1e6:.0f} MB: {taken:.1f} CPU s, {size / 1e6 / taken:.1f} MB per CPU s", flush=True)


def forgotten(catalogue: Catalogue, question: dict[str, object]) -> object:
    """An answer for which nothing was counted or read before."""
    catalogue.kept.forget()
    for key in [key for key in catalogue.tally.known if isinstance(key, tuple) and key[0] == "facets"]:
        del catalogue.tally.known[key]
    return catalogue.find(limit=20, **question)  # type: ignore[arg-type]


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
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--pages", action="store_true", help="the pages alone")
    given = parser.parse_args()
    with find.place(given.keep) as folder:
        fresh = not (folder / "catalogue.sqlite3").exists()
        if fresh:
            many.fill(folder, given.works, given.seed)
        catalogue = Catalogue(folder / "catalogue.sqlite3", folder / "index")
        if fresh:
            build(catalogue)
        start = time.process_time()
        catalogue.tally.ready(wait=True)
        print(f"{'what every work has, read':36} {time.process_time() - start:8.2f} s", flush=True)
        start = time.process_time()
        catalogue.typing.suggest("fa", Viewer())
        print(f"{'all values placed for typing':36} {time.process_time() - start:8.2f} s", flush=True)
        for name, question in pages(catalogue):
            print(f"{name:36} {cpu(30, lambda q=question: forgotten(catalogue, q)):8.1f} ms", flush=True)  # type: ignore[misc]
        if given.pages:
            catalogue.close()
            return
        reader = Reader(catalogue)
        for name, question in OWN:
            taken = cpu(30, lambda q=question: catalogue.find(limit=20, own=reader, **q))  # type: ignore[misc,arg-type]
            print(f"{name:36} {taken:8.1f} ms", flush=True)
        print(f"{'in numbers':36} {cpu(10, catalogue.holdings):8.1f} ms", flush=True)
        for typed in TYPED:
            print(f"{'suggestions for ' + typed:36} {cpu(30, lambda t=typed: catalogue.typing.suggest(t, Viewer())):8.2f} ms")  # type: ignore[misc]
        with catalogue.batch() as batch:
            batch.refresh(list(catalogue.works())[:64])
        start = time.process_time()
        catalogue.typing.suggest("fa", Viewer())
        print(f"{'suggestions after 64 works changed':36} {(time.process_time() - start) * 1000:8.1f} ms", flush=True)
        start = time.process_time()
        found = catalogue.tagged.suggestions()
        print(f"{'what tags might be one':36} {(time.process_time() - start) * 1000:8.1f} ms ({len(found):,})", flush=True)
        if given.beside:
            database = beside(catalogue, folder / "fts.sqlite3")
            for match in ("ba", "ke AND bada", "bababa"):
                print(f"{'FTS5: ' + match:36} {cpu(10, lambda m=match: fts(database, m)):8.1f} ms", flush=True)  # type: ignore[misc]
            database.close()
        catalogue.close()


if __name__ == "__main__":
    main()
