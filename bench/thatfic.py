"""Whether "that fic where" finds what people half remember: python bench/thatfic.py CORPUS/clean.jsonl.gz [--meaning FOLDER] [--misses].

bench/thatfic/asked.tsv has vague descriptions of works of the corpus of rescue (docs/benchmarks.md), written from memory before any
ranking was looked at. Every work of the corpus is entered with its title and text, each question is asked, and the rank of the
work that was meant is counted: by whole works alone, by passages alone, and fused as `find --like` gives it. With --meaning also by the
optional model alone and as one more voter, as `find --like` gives it when it is switched on; FOLDER keeps the vectors.
bench/meaning.py says what was chosen and how.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import many
import numpy as np
from tantivy import Query

from variorum.catalogue import Catalogue, NewWitness
from variorum.catalogue.compiling import like_query
from variorum.catalogue.finding import _by_passage
from variorum.catalogue.fusing import Voice
from variorum.catalogue.remembered import telling
from variorum.document import Document
from variorum.model import Metadata

ASKED = Path(__file__).resolve().parent / "thatfic" / "asked.tsv"


def witness(number: int, line: str) -> NewWitness:
    """A work of the corpus."""
    one = json.loads(line)
    text = "\n\n".join(" ".join(block.get("text", "").split()) for block in one["blocks"])
    digest = hashlib.sha256(text.encode()).hexdigest()
    return NewWitness(
        witness=digest[:20],
        order=number,
        digest=f"sha256:{digest}",
        items=(f"sha256:{digest}",),
        place="",
        name=f"{number}.html",
        format="other-html",
        accession="bench",
        added="2026-01-01T00:00:00Z",
        metadata=Metadata(title=one["title"], extent="whole"),
        document=Document(f"sha256:{digest}", text, (), many.blocks_of(text)),
        words=len(text.split()),
        chapters=1,
        extent="whole",
        version_key=digest[:40],
        sketch=np.array([], dtype=np.uint64),
        tokens=len(text.split()),
        work=one["id"],
        siglum="A",
        text=text,
    )


def say(name: str, ranks: Sequence[int]) -> None:
    """Recall and the mean reciprocal rank; a rank of 0 is not found."""
    at = {n: sum(0 < rank <= n for rank in ranks) / len(ranks) for n in (1, 5, 10)}
    mean = sum(1 / rank for rank in ranks if rank) / len(ranks)
    print(f"{name:24} recall@1 {at[1]:.2f}  @5 {at[5]:.2f}  @10 {at[10]:.2f}  MRR {mean:.3f}", flush=True)


def questions() -> list[tuple[str, str]]:
    """The work that is meant, and what is remembered of it."""
    lines = ASKED.read_text("utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if line and not line.startswith("#")]


def alone(voice: Voice, question: str) -> list[str]:
    """The works as one voter ranks them."""
    heard = voice.hear(question)
    return [work for work, _ in heard.works] if heard else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--meaning", type=Path, metavar="FOLDER", help="with the optional model, whose vectors are kept there")
    parser.add_argument("--misses", action="store_true", help="print the questions whose work is not among the first five")
    given = parser.parse_args()
    asked = questions()
    with tempfile.TemporaryDirectory(prefix="variorum-thatfic-") as folder:
        catalogue = Catalogue(Path(folder) / "catalogue.sqlite3", Path(folder) / "index")
        with gzip.open(given.corpus, "rt", encoding="utf-8") as corpus, catalogue.batch() as batch:
            count = sum(1 for number, line in enumerate(corpus) if batch.witness(witness(number, line)))
        catalogue.catch_up()
        voice = None
        if given.meaning:
            import meaning  # it needs the model, and asks this file for the questions

            voice = meaning.voice(catalogue, given.meaning)
        print(f"{count} works, {len(asked)} questions")
        works, passages = catalogue.index.searchers(catalogue.state["identity"])
        ranks: dict[str, list[int]] = {"works alone": [], "passages alone": [], "fused": []}
        if voice is not None:
            ranks |= {"meaning alone": [], "with meaning": []}
        shown = Counter[bool]()
        for meant, question in asked:
            words = telling(question)
            hits = works.search(Query.boost_query(like_query(works, words), 1.0), 200, count=False).hits
            found = catalogue.find(like=question, limit=200)
            orders = {
                "works alone": [works.doc(at)["work"][0] for _, at in hits],
                "passages alone": [work for work, _ in _by_passage(passages, words).works],
                "fused": [hit.work.work for hit in found.hits],
            }
            if voice is not None:
                found = catalogue.find(like=question, limit=200, voices=(voice,))
                orders |= {"meaning alone": alone(voice, question), "with meaning": [hit.work.work for hit in found.hits]}
            shown.update(bool(hit.snippet) for hit in found.hits[:5])
            for name, order in orders.items():
                ranks[name].append(order.index(meant) + 1 if meant in order else 0)
            last = list(ranks)[-1]
            if given.misses and not 0 < ranks[last][-1] <= 5:
                print(f"  {ranks[last][-1]:3} {meant}: {question}")
        for name, own in ranks.items():
            say(name, own)
        print(f"of the first five answers {shown[True]} of {shown.total()} show a passage")
        catalogue.close()


if __name__ == "__main__":
    main()
