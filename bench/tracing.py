"""How long tracing takes in a large library, and keeping agents in step while it grows; CPU in this process.

    python bench/tracing.py [WORKS] [--keep FOLDER]

Builds a catalogue of WORKS (default 100,000) works with one copy each and six to ten claims: an author (Zipf: a few have
thousands of works), a beta, sometimes an artist under two names, a gift, a wish, links. Then traces 200 works spread
over it, the ones of the busiest author among them, and adds one more work of that author.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from variorum.catalogue import Catalogue, NewWitness
from variorum.document import Document, Laid, Piece
from variorum.library import gathering
from variorum.library.tracing import trace
from variorum.model import Claim, Creator, Evidence, Metadata

_BATCH = 2000


def witness(number: int, author: int) -> NewWitness:
    text = f"Work number {number} stands here."
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    about = Metadata(
        title=f"Work {number}", creators=(Creator(f"author{author}", site="archiveofourown.org"),), site="archiveofourown.org"
    )
    return NewWitness(
        witness=f"{number:032x}",
        order=number,
        digest=digest,
        items=(digest,),
        place="",
        name=f"{number}.html",
        format="ao3-html",
        accession="a",
        added="2026-11-24T00:00:00Z",
        metadata=about,
        document=Document(digest, text, (), (Laid("paragraph", "story", (Piece(0, len(text)),)),)),
        words=5,
        chapters=1,
        extent="whole",
        version_key=digest,
        sketch=np.zeros(0, np.uint64),
        tokens=5,
        work=f"{number + 1:020x}",
        siglum="A",
        text=text,
    )


def claims(random: np.random.Generator, made: NewWitness, author: int) -> list[Claim]:
    said = [
        ("author", f"author{author}@archiveofourown.org"),
        ("beta", f"beta{int(random.integers(3000))}@tumblr.com"),
        ("thanked", f"Anna{int(random.integers(50))}"),
        ("links-to", f"https://example.org/{made.order}"),
        ("wish", "ask-first"),
        ("also-at", "tumblr.com"),
    ]
    out = [
        Claim(f"{made.order:012x}{n:02x}", made.work, r, o, Evidence(made.witness, "words of a note"), "bench", 0.9)
        for n, (r, o) in enumerate(said)
    ]
    if random.random() < 0.2:
        artist = int(random.integers(2000))
        name = Evidence(made.witness, f"art by Artist {artist} (artist{artist} on Tumblr)")
        out.append(Claim(f"{made.order:012x}a0", made.work, "artist", f"Artist {artist}", name, "bench", 0.9))
        out.append(
            Claim(f"{made.order:012x}a1", f"Artist {artist}", "also-known-as", f"artist{artist}@tumblr.com", name, "bench", 0.9)
        )
    return out


def enter(catalogue: Catalogue, random: np.random.Generator, numbers: range, authors: np.ndarray) -> None:
    with catalogue.batch() as batch:
        for number in numbers:
            made = witness(number, int(authors[number]))
            batch.witness(made)
            said = claims(random, made, int(authors[number]))
            batch.provenance(made.witness, claims=said, named=gathering.names_in(said, made.work))
        gathering.gather(batch)
        batch.entered(numbers[-1])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("works", nargs="?", type=int, default=100_000)
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="tracing-"))
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    authors = np.minimum(random.zipf(1.3, given.works + 1), 20_000)
    authors[-1] = 1
    catalogue = Catalogue(folder / "catalogue.sqlite3", folder / "index")
    began = time.process_time()
    if catalogue.highest_order() < given.works - 1:
        for start in range(catalogue.highest_order() + 1, given.works, _BATCH):
            enter(catalogue, random, range(start, min(start + _BATCH, given.works)), authors)
        print(
            f"{given.works} works entered, {(time.process_time() - began) / given.works * 1e3:.2f} CPU ms a work, agents with them"
        )
    busiest = [n for n in range(given.works) if authors[n] == 1]
    print(f"the busiest author has {len(busiest)} works")
    wanted = [*range(0, given.works, max(1, given.works // 150)), *busiest[:: max(1, len(busiest) // 50)]]
    costs = []
    for number in wanted:
        began = time.process_time()
        work = catalogue.work(f"{number + 1:020x}")
        trace(catalogue, work)
        costs.append((time.process_time() - began) * 1e3)
    costs.sort()
    print(
        f"trace: {statistics.median(costs):.1f} ms median, {costs[int(len(costs) * 0.95)]:.1f} ms p95, {costs[-1]:.1f} ms worst of {len(costs)}"
    )
    began = time.process_time()
    number = given.works
    enter(catalogue, random, range(number, number + 1), authors)
    print(f"one more work of the busiest author: {(time.process_time() - began) * 1e3:.0f} ms, agents gathered")
    catalogue.close()


if __name__ == "__main__":
    main()
