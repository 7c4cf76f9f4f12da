"""The page of duplicates over a large library, through the product: python bench/copies.py [WORKS] [GROUPS] [--keep FOLDER] [--rule N...] [--url URL]

Writes WORKS (default 10,000) invented stories of 60 to 300 words as pages, GROUPS (default 2,000) of them in two copies or three:
word for word the same, in other quotes and dashes, with a few words changed, with sentences reworked, or the first part only. The
product takes them in (``Library.add``), and then the web reader's own ``/copies`` is asked 20 times a page: the first, one in
the middle, the last, each filter and order. Prints CPU milliseconds of the process (median, and the first time).
With --rule N... the first N groups are ruled on at once, and taken back.
With --url the catalogue is in that (empty) PostgreSQL database, and the time of its server is not counted.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from many import Maker

from variorum.doors.web import create_app
from variorum.library import Library
from variorum.library.folder import make
from variorum.model import Sought, Viewer

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from web_client import Client

KINDS = ("same", "marks", "words", "sentences", "part")
ASKED = (
    *("", "page=50", "page=100", "differ=marks", "differ=words&sort=sure&page=3", "differ=part", "copies=3&sort=copies"),
    *("sure=doubtful", "ruled=no&sort=added", "q=ba&page=2", "view=apart", "view=ruled"),
)


def page(title: str, author: str, paragraphs: list[str]) -> str:
    """A story as a saved page."""
    told = "\n".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>\n<p>by {author}</p>\n{told}\n</body></html>\n"


def changed(kind: str, told: list[str], chance: random.Random, maker: Maker) -> list[str]:
    """Another copy of a story."""
    if kind == "same":
        return told
    if kind == "marks":
        return [p.replace(" - ", " — ").replace('"', "”") for p in told]
    if kind == "part":
        return told[: max(2, len(told) * 3 // 5)]
    out = list(told)
    at = chance.randrange(len(out))
    words = out[at].split(" ")
    if kind == "words":
        for place in chance.sample(range(len(words)), min(2, len(words))):
            words[place] = maker.words[chance.randrange(2000, 9000)]
    else:
        words[:12] = [*maker.draw(maker.of_words, 11), "anew."]
    out[at] = " ".join(words)
    return out


def stories(works: int, groups: int, seed: int = 3) -> Iterator[tuple[str, str]]:
    """File names and pages."""
    maker, chance = Maker(seed), random.Random(seed)
    for number in range(works):
        length = chance.randrange(60, 300)
        told = maker.story(length).split("\n\n")
        told[0] = f'"{told[0]}" - said the {maker.words[300 + number % 4000]}'
        title = " ".join(maker.draw(maker.of_words, 3)).title() + f" {number}"
        author = f"{maker.words[maker.one(maker.of_authors) + 300]}"
        yield f"{number // 1000:02}/{number:05}.html", page(title, author, told)
        for copy in range(0 if number >= groups else 2 if number % 10 == 9 else 1):
            other = changed(KINDS[(number + copy) % len(KINDS)], told, chance, maker)
            yield f"again/{number // 1000:02}/{number:05}-{copy}.html", page(title, author, other) + "\n" * (copy + 1)


def fill(folder: Path, works: int, groups: int, url: str | None) -> None:
    """Makes the library; prints what it took."""
    pile = folder / "pile"
    for name, text in stories(works, groups):
        (pile / name).parent.mkdir(parents=True, exist_ok=True)
        (pile / name).write_text(text, "utf-8")
    begun = time.process_time()
    make(folder / "library", catalogue=url)
    with Library(folder / "library") as library:
        library.add([pile])
        library.catalogue.catch_up()
    print(f"{works:,} works taken in: {time.process_time() - begun:.0f} CPU s of the library's own process", flush=True)


def measured(what: Callable[[], object], times: int = 20) -> str:
    """CPU milliseconds: the median, and the first time."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        what()
        taken.append(1000 * (time.process_time() - begun))
    return f"{statistics.median(taken):.1f} ms, first {taken[0]:.1f}"


def main() -> None:
    """Builds, asks, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="?", type=int, default=10_000)
    parser.add_argument("groups", nargs="?", type=int, default=2_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rule", type=int, nargs="*", default=[])
    parser.add_argument("--url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        if not (folder / "library").exists():
            fill(folder, given.works, given.groups, given.url)
        begun = time.process_time()
        with Library(folder / "library") as library:
            print(f"opened: {time.process_time() - begun:.2f} CPU s", flush=True)
            asking(library)
            for number in given.rule:
                ruling(library, number)


def asking(library: Library) -> None:
    """Each page in turn."""
    client = Client(create_app(library))
    client.cookies.set("variorum_adult", "yes")
    for asked in ASKED:
        said = measured(lambda asked=asked: client.get(f"/copies?{asked}"))
        print(f"/copies?{asked}: {said}", flush=True)
    for address in ("/", "/?sort=title&page=50", "/?q=ba", "/statistics", "/people"):
        print(f"{address}: {measured(lambda address=address: client.get(address))}", flush=True)
    print(f"/copies/next: {measured(lambda: client.get('/copies/next', follow_redirects=False))}", flush=True)
    fresh = []
    for page_number in range(2, 40):
        begun = time.process_time()
        client.get(f"/copies?page={page_number}")
        fresh.append(1000 * (time.process_time() - begun))
    print(f"pages 2 to 39, each for the first time: {statistics.median(fresh):.1f} ms", flush=True)
    client.close()


def ruling(library: Library, number: int) -> None:
    """Rules on so many groups at once, looks at the next page and at the works found, and takes it back."""
    works = library.catalogue.several.answering(Viewer(), Sought())[:number]
    for act in ("same", "latest", "different"):
        taken = []

        def timed(what: Callable[[], Any], taken: list[float] = taken) -> Any:
            begun = time.process_time()
            made = what()
            taken.append(time.process_time() - begun)
            return made

        plan = timed(lambda act=act: library.copies.plan(act, None, works))
        done = timed(lambda plan=plan: library.copies.rule(plan.rulings))
        timed(lambda: library.find(limit=1))
        timed(lambda done=done: library.copies.undo(done.step))
        timed(lambda: library.find(limit=1))
        said = ", ".join(
            f"{what} {spent:.2f}" for what, spent in zip(("plan", "rule", "index", "undo", "index"), taken, strict=True)
        )
        print(f"{act} on {len(plan.works):,} groups ({len(plan.rulings):,} rulings), CPU s: {said}", flush=True)


if __name__ == "__main__":
    main()
