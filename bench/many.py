"""A hundred thousand invented works straight into the tables of a catalogue: python bench/many.py FOLDER [WORKS] [--seed N].

FOLDER becomes a library (a vault without items, people, a catalogue) in which everything can be searched and read, and
nothing was ever added: entering so many one by one takes hours. Only benches use this.

Lengths are log-normal: median 400 words, sigma 0.9, at most 20,000 (mean about 600), which makes 100,000 works 0.35 GB of
text; the real median is five to ten times that, and the disk and the time of one run are not. The words are made of syllables,
Zipf-Mandelbrot over 150,000. Tags as an archive has them: fandoms, each with its own people, by Zipf (the first has a ninth of
the works), one to three pairings and one to six people of that fandom, three to twenty-five further tags, of which a quarter
stand on this work alone. Ratings 29/30/17/16/8 %. One work in twenty has a second copy that differs, one in seven a series.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from variorum.catalogue.blobs import DOCUMENT_SCHEMA, pack_document, pack_text
from variorum.catalogue.values import dump
from variorum.catalogue.viewers import key_of, tags_of
from variorum.document import Document, Laid, Piece
from variorum.library import Library
from variorum.model import Creator, Metadata, Series

_SYLLABLES = [
    a + b
    for a in ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "y", "sh", "th", "st", "br"]
    for b in ("a", "e", "i", "o", "u", "ai")
]
_RATINGS = ("General Audiences", "Teen And Up Audiences", "Mature", "Explicit", "Not Rated")
_SHARES = (0.29, 0.30, 0.17, 0.16, 0.08)
_CATEGORIES = ("M/M", "F/M", "Gen", "F/F", "Multi", "Other")
_WORDS, _FANDOMS, _TAGS, _AUTHORS = 150_000, 4000, 20_000, 30_000


def word(number: int) -> str:
    """The word of a rank: the commoner, the shorter; every one is another."""
    base = len(_SYLLABLES)
    out = _SYLLABLES[number % base]
    while number >= base:
        number = number // base - 1
        out += _SYLLABLES[number % base]
    return out


def ranks(size: int, exponent: float, shift: float) -> np.ndarray[Any, Any]:
    """The running sum of Zipf-Mandelbrot's shares, for drawing by bisection."""
    shares = 1.0 / (np.arange(size) + shift) ** exponent
    return np.cumsum(shares / shares.sum())


class Maker:
    """Draws works, one after the other, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.words = np.array([word(n) for n in range(_WORDS)], dtype=object)
        self.of_words = ranks(_WORDS, 1.05, 2.7)
        self.of_fandoms = ranks(_FANDOMS, 1.0, 1.5)
        self.of_tags = ranks(_TAGS, 0.95, 3.0)
        self.of_people = ranks(30, 1.0, 1.0)
        self.of_authors = ranks(_AUTHORS, 0.6, 5.0)
        self.tags = [" ".join(self.draw(self.of_words, 2 + n % 2)).title() for n in range(_TAGS)]
        self.names = [" ".join(self.words[600 + 2 * n : 602 + 2 * n]).title() for n in range(_FANDOMS)]

    def draw(self, shares: np.ndarray[Any, Any], count: int) -> list[str]:
        """So many words."""
        found: list[str] = self.words[np.searchsorted(shares, self.random.random(count))].tolist()
        return found

    def one(self, shares: np.ndarray[Any, Any]) -> int:
        """A rank."""
        return int(np.searchsorted(shares, self.random.random()))

    def story(self, length: int) -> str:
        """Sentences of about twelve words, paragraphs of about sixty."""
        said = self.draw(self.of_words, length)
        for at in range(11, length, 12):
            said[at] += "."
        for at in range(0, length, 12):
            said[at] = said[at].capitalize()
        return "\n\n".join(" ".join(said[at : at + 60]) for at in range(0, length, 60))

    def person(self, fandom: int, rank: int) -> str:
        """Somebody of a fandom."""
        at = 9000 + (fandom * 61 + rank * 2) % (_WORDS - 9010)
        return f"{self.words[at]} {self.words[at + 1]}".title()

    def about(self, number: int, text: str) -> Metadata:
        """What an archive says of a work."""
        random = self.random
        fandoms = list(dict.fromkeys(self.one(self.of_fandoms) for _ in range(1 + int(random.random() < 0.12))))
        people = list(
            dict.fromkeys(self.person(f, self.one(self.of_people)) for f in fandoms for _ in range(random.integers(1, 7)))
        )
        pairs = [
            f"{a}/{b}" if random.random() < 0.7 else f"{a} & {b}" for a, b in itertools.pairwise(people) if random.random() < 0.5
        ]
        tags = [self.tags[self.one(self.of_tags)] for _ in range(int(random.integers(3, 20)))]
        own = [f"{' '.join(self.draw(self.of_words, 3))} {number}" for _ in range(len(tags) // 3)]
        year, month = 2004 + int(20 * random.random() ** 0.6), 1 + number % 12
        return Metadata(
            title=" ".join(self.draw(self.of_words, int(random.integers(1, 6)))).title()
            + (f" {number}" if number % 3 == 0 else ""),
            creators=(Creator(f"{self.words[self.one(self.of_authors) + 300]}{number % 7 or ''}", site="archiveofourown.org"),),
            fandoms=tuple(self.names[f] + (" (TV)" if number % 40 == 0 else "") for f in fandoms),
            rating=_RATINGS[int(np.searchsorted(np.cumsum(_SHARES), random.random() * 0.9999))],
            warnings=("No Archive Warnings Apply" if random.random() < 0.7 else "Creator Chose Not To Use Archive Warnings",),
            categories=(_CATEGORIES[min(5, int(random.exponential(1.2)))],),
            relationships=tuple(pairs[:3]),
            characters=tuple(people),
            tags=tuple(dict.fromkeys((*tags, *own))),
            language="en" if random.random() < 0.93 else ("zh", "de", "es", "ru")[number % 4],
            summary=" ".join(text.split()[:35]),
            series=(Series(f"The {self.words[number // 50 + 100]} Series", 1 + number % 7),) if number % 7 == 0 else (),
            published=f"{year}-{month:02}-{1 + number % 28:02}",
            updated=f"{year}-{month:02}-{1 + number % 28:02}" if number % 2 else None,
            status="complete" if random.random() < 0.8 else "in-progress",
            site="archiveofourown.org",
            url=f"https://archiveofourown.org/works/{1000 + number}",
            extent="whole",
        )


def blocks_of(text: str) -> tuple[Laid, ...]:
    """Its paragraphs."""
    out, at = [], 0
    for paragraph in text.split("\n\n"):
        out.append(Laid("paragraph", "story", (Piece(at, at + len(paragraph)),), 1))
        at += len(paragraph) + 2
    return tuple(out)


def rows_of(maker: Maker, number: int) -> Iterator[tuple[str, dict[str, object]]]:
    """A work with its copies as rows: table and values."""
    length = int(np.clip(maker.random.lognormal(np.log(400), 0.9), 40, 20_000))
    text = maker.story(length)
    about = maker.about(number, text)
    texts = [text, text + "\n\n" + maker.story(40)] if number % 20 == 0 else [text]
    work = hashlib.sha256(f"work {number}".encode()).hexdigest()[:20]
    adult = about.rating in _RATINGS[2:]
    base = ""
    for n, one in enumerate(texts):
        digest = hashlib.sha256(one.encode()).hexdigest()
        witness = digest[:20]
        base = base or witness
        document = Document(f"sha256:{digest}", one, (), blocks_of(one))
        yield (
            "witnesses",
            {
                "witness": witness,
                "work": work,
                "siglum": "AB"[n],
                "order": 2 * number + n,
                "digest": f"sha256:{digest}",
                "place": "",
                "name": f"{number}.html",
                "format": "ao3-html",
                "accession": "bench",
                "added": "2026-01-01T00:00:00Z",
                "site": about.site,
                "url": about.url,
                "address": f"ao3:{1000 + number}",
                "captured": None,
                "words": len(one.split()),
                "chapters": 1,
                "extent": "whole",
                "version_key": digest[:40],
                "tokens": len(one.split()),
                "base": n == 0,
                "version": n + 1,
                "kinship": "revised" if n else "same",
                "applied": 0,
                "proposed": 0,
                "respelt": False,
                "metadata": dump(about),
            },
        )
        yield "witness_items", {"witness": witness, "position": 0, "digest": f"sha256:{digest}"}
        yield "documents", {"witness": witness, "schema": DOCUMENT_SCHEMA, "data": pack_document(document)}
        yield "texts", {"witness": witness, "data": pack_text(one)}
        yield "provenance", {"witness": witness, "data": '{"creators":[],"links":[],"wishes":[]}'}
    yield (
        "works",
        {
            "work": work,
            "order": 2 * number,
            "adult": adult,
            "base": base,
            "words": length,
            "chapters": 1,
            "versions": len(texts),
            "metadata": dump(about),
            "taken_from": '{"title":"A"}',
            "lost": 0,
            "change": 1,
        },
    )
    for kind, values in tags_of(about):
        for position, value in enumerate(values):
            yield "tags", {"work": work, "kind": kind, "position": position, "value": value, "key": key_of(value)}


def fill(folder: Path, count: int, seed: int = 7) -> None:
    """Makes the library; prints what it took."""
    with Library(folder, create=True):
        pass
    start = time.process_time()
    database = sqlite3.connect(folder / "catalogue.sqlite3", isolation_level=None)
    for said in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
        database.execute(f"PRAGMA {said}")
    maker = Maker(seed)
    for first in range(0, count, 1000):
        rows: dict[str, list[dict[str, object]]] = {}
        for number in range(first, min(first + 1000, count)):
            for table, values in rows_of(maker, number):
                rows.setdefault(table, []).append(values)
        database.execute("BEGIN")
        for table in ("works", "witnesses", "witness_items", "documents", "texts", "provenance", "tags"):
            names = list(rows[table][0])
            said = f"INSERT INTO {table} ({', '.join(map(_quoted, names))}) VALUES ({', '.join('?' * len(names))})"
            database.executemany(said, [tuple(row.values()) for row in rows[table]])
        database.execute("COMMIT")
    database.execute(
        "INSERT OR REPLACE INTO state (key, value) VALUES ('change', '1'), ('order', ?), ('named', '1')", (str(2 * count),)
    )
    database.close()
    print(f"{count:,} works: {time.process_time() - start:.0f} CPU s", flush=True)


def _quoted(name: str) -> str:
    return f'"{name}"'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("works", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    fill(given.folder, given.works, given.seed)


if __name__ == "__main__":
    main()
