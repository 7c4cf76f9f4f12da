"""Searching the words of the same works with Variorum, calibre's full-text search and SQLite FTS5: python bench/fulltext.py CORPUS/clean.jsonl.gz [--works N].

N works (default 140) of about 4,000 words, cut from the texts of the rescue corpus one after the other and written as text
files, are taken in by `variorum add` and by `calibredb add`; then each makes its index and is asked the same words. CPU seconds of each
with its children (calibre's indexing starts a process a book, to turn it into text), and CPU milliseconds of one search. A search of
calibre's is a whole `calibredb fts_search`, which starts a program: `calibredb fts_search` for a word that stands nowhere is printed
too, so that what starting costs can be taken off. FTS5 gets the same texts out of Variorum's catalogue, in this process.
What each does is not the same, and that is printed with the figures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from variorum.library import Library

WORDS = 4000
ASKED = (("a common word", "house"), ("two words", "house window"), ("a phrase", '"old man"'), ("a rare word", "lighthouse"))
NOWHERE = "zyxwvutq"
WHAT = """\
variorum: index of works (positions, every form as it stands) and of passages for "that fic where"; answers with 20 works, all of them
counted, facets and a snippet each. calibre: FTS5 in two tables, as the words stand and stemmed; answers with the ids of all books (with
--include-snippets: and where). FTS5 alone: one table, answers with a count and the 20 best with snippets."""


def cpu() -> float:
    """CPU seconds of this process and of those it started and that ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def works(corpus: Path, count: int) -> list[str]:
    """Stretches of the corpus of about so many words; when it ends it begins again, elsewhere."""
    said: list[str] = []
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            for block in json.loads(line)["blocks"]:
                said += [*block.get("text", "").split(), "\n\n"]
    out, at = [], 0
    for number in range(count):
        if at + WORDS > len(said):
            at = 1000 + number
        out.append(" ".join(said[at : at + WORDS]).replace(" \n\n ", "\n\n"))
        at += WORDS
    return out


def run(*command: str | Path, home: Path) -> str:
    """A program to its end; what it said. calibre's own settings are in a folder of this run."""
    environment = os.environ | {"CALIBRE_CONFIG_DIRECTORY": str(home), "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox"}
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, env=environment)
    return done.stdout if done.returncode == 0 else f"failed ({done.returncode}): {done.stderr.strip()[-200:]}"


def each(times: int, what: Callable[[], object]) -> float:
    """The median of CPU milliseconds, after one unmeasured turn."""
    what()
    taken = []
    for _ in range(times):
        start = cpu()
        what()
        taken.append((cpu() - start) * 1000)
    return statistics.median(taken)


def own(folder: Path, pile: Path, size: int) -> None:
    """Variorum and FTS5."""
    run(sys.executable, "-m", "variorum", "--library", folder / "library", "add", pile, home=folder)
    with Library(folder / "library") as library:
        start = cpu()
        library.find(limit=0)
        say("variorum, index", size, cpu() - start)
        library.catalogue.tally.ready(wait=True)

        def ask(words: str) -> object:
            library.catalogue.kept.forget()
            return library.find(words, limit=20)

        for name, words in ASKED:
            print(
                f"  {name:16} {each(20, lambda w=words: ask(w)):8.1f} ms, {library.find(words, limit=1).total} works", flush=True
            )  # type: ignore[misc]
        start = cpu()
        database = sqlite3.connect(folder / "fts.sqlite3")
        database.execute("CREATE VIRTUAL TABLE works USING fts5(work UNINDEXED, text)")
        for key in library.catalogue.works():
            text = library.catalogue.text(library.work(key).base.witness)
            database.execute("INSERT INTO works VALUES (?, ?)", (key, text))
        database.commit()
        say("FTS5, entered from the catalogue", size, cpu() - start)
    best = "SELECT work, snippet(works, 1, '<', '>', '…', 12) FROM works WHERE works MATCH ? ORDER BY rank LIMIT 20"

    def match(words: str) -> int:
        (count,) = database.execute("SELECT count(*) FROM works WHERE works MATCH ?", (words,)).fetchone()
        database.execute(best, (words,)).fetchall()
        return int(count)

    for name, words in ASKED:
        print(f"  {name:16} {each(20, lambda w=words: match(w)):8.1f} ms, {match(words)} works", flush=True)  # type: ignore[misc]
    database.close()


def calibre(folder: Path, pile: Path, size: int) -> None:
    """calibre's full-text search over a library of this run alone."""
    home, held = folder / "calibre-settings", folder / "calibre"
    home.mkdir()
    held.mkdir()
    print(
        "calibredb add:", run("calibredb", "add", "--recurse", "--with-library", held, pile, home=home)[:60].strip(), flush=True
    )
    start, wall = cpu(), time.perf_counter()
    options = ("--with-library", held, "--wait-for-completion", "--indexing-speed", "fast")
    said = run("calibredb", "fts_index", *options, "enable", home=home).strip().splitlines()
    say("calibre, fts_index", size, cpu() - start)
    print(f"  {time.perf_counter() - wall:.0f} s wall; it says: {said[-1] if said else 'nothing'}", flush=True)
    for name, words in (*ASKED, ("nowhere", NOWHERE)):
        ask = ("calibredb", "fts_search", "--with-library", held, "--output-format", "json", words)
        found = run(*ask, home=home)
        try:
            count = str(len({one["book_id"] for one in json.loads(found)}))
        except (ValueError, TypeError, KeyError):
            count = "refused (another calibre program is open?) for"
        plain = each(3, lambda: run(*ask, home=home))  # noqa: B023 (asked at once)
        marked = each(3, lambda: run(*ask[:-1], "--include-snippets", words, home=home))  # noqa: B023
        print(f"  {name:16} {plain:8.0f} ms, with snippets {marked:.0f} ms; {count} works", flush=True)


def say(name: str, size: int, taken: float) -> None:
    print(f"{name:34} {taken:8.1f} CPU s, {size / 1e6 / taken:6.2f} MB a CPU second", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--works", type=int, default=140)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pile = folder / "pile"
        pile.mkdir()
        texts = works(given.corpus, given.works)
        for number, text in enumerate(texts):
            (pile / f"{number:04}.txt").write_text(f"Story {number}\nby Somebody {number % 40}\n\n{text}\n", "utf-8")
        size = sum(map(len, texts))
        print(f"{len(texts)} works, {size / 1e6:.1f} MB of text")
        own(folder, pile, size)
        if shutil.which("calibredb"):
            calibre(folder, pile, size)
        print(WHAT)


if __name__ == "__main__":
    main()
