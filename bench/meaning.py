"""What searching by meaning gives and costs: python bench/meaning.py CORPUS/clean.jsonl.gz FOLDER [--windows 190:150,100:80] [--speed].

Over the questions of bench/thatfic: the weight of the model's vote, the k of the fusing, how many passages of a work are
counted together and how texts are cut are chosen on all authors but one and counted on that one (held out), beside the
values that are in the product; and what becomes of the answers while only a part of the works has vectors, when votes are
added plainly and as the product does it. With --speed: passages a CPU second, memory, a question, the scan by size. FOLDER keeps
the vectors. The model has to be installed (docs/search.md).
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
import resource
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import thatfic
from tantivy import Query

from variorum.catalogue import Catalogue, Heard, Voice, digest_of
from variorum.catalogue.compiling import like_query
from variorum.catalogue.finding import _by_passage
from variorum.catalogue.fusing import fuse
from variorum.catalogue.remembered import telling
from variorum.library.meaning import _Voice
from variorum.meaning import PART, Encoder, Nearest, Stand, Vectors, find, known, made_by, windows
from variorum.meaning.windows import SIZE, STEP

KS, WEIGHTS, SCENES = (5, 10, 20, 40, 60), (0.5, 1.0, 1.5, 2.0), (1, 2, 3, 5, 8)
CHOSEN = ((SIZE, STEP), 5, 1.0, 20)


def voice(catalogue: Catalogue, folder: Path) -> Voice:
    """The voter of the product over every work of a catalogue; its vectors are made where they are not in the folder."""
    vectors = Vectors(folder, made_by(known()))
    vectors.prepare()
    encoder = Encoder(find())
    with vectors.kept_open():
        for work in catalogue.works():
            copy = catalogue.work(work).base.witness
            text = catalogue.text(copy)
            digest = digest_of(text)
            vectors.stand([Stand(work, copy, digest)], (), "")
            spans = list(windows(text))
            for first in range(vectors.begin(digest, spans), len(spans), PART):
                vectors.add(digest, first, encoder.encode([text[a:b] for a, b in spans[first : first + PART]]))
    made = _Voice(vectors)
    made.load()
    return made


# ---------------------------------------------------------------- what was chosen


def texts(corpus: Path) -> dict[str, str]:
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        return {(one := thatfic.witness(0, line)).work: one.text for line in lines}


def by_words(corpus: Path) -> list[tuple[list[str], list[str]]]:
    """For each question the works by the two rankings of words."""
    out = []
    with tempfile.TemporaryDirectory(prefix="variorum-meaning-") as folder:
        catalogue = Catalogue(Path(folder) / "catalogue.sqlite3", Path(folder) / "index")
        with gzip.open(corpus, "rt", encoding="utf-8") as lines, catalogue.batch() as batch:
            for number, line in enumerate(lines):
                batch.witness(thatfic.witness(number, line))
        catalogue.catch_up()
        works, passages = catalogue.index.searchers(catalogue.state["identity"])
        for _, question in thatfic.questions():
            words = telling(question)
            hits = works.search(Query.boost_query(like_query(works, words), 1.0), 200, count=False).hits
            ranked = [work for work, _ in _by_passage(passages, words).works][:200]
            out.append(([works.doc(at)["work"][0] for _, at in hits], ranked))
        catalogue.close()
    return out


def cosines(held: Mapping[str, str], folder: Path, window: tuple[int, int]) -> list[dict[str, np.ndarray]]:
    """For each question, by work the cosines of its passages, the nearest first."""
    size, step = window
    kept = folder / f"corpus-{size}-{step}.npz"
    encoder = Encoder(find())
    if not kept.exists():
        rows = {name: encoder.encode([text[a:b] for a, b in windows(text, size, step)]) for name, text in held.items()}
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **{name: vectors.astype(np.float16) for name, vectors in rows.items()})
    with np.load(kept) as stored:
        rows = {name: stored[name].astype(np.float32) for name in held}
    asked = encoder.encode([question for _, question in thatfic.questions()])
    return [{name: np.sort(vectors @ one)[::-1] for name, vectors in rows.items()} for one in asked]


def ranked(near: Mapping[str, np.ndarray], scenes: int) -> list[str]:
    return sorted(near, key=lambda name: (-float(near[name][:scenes].mean()), name))


def fused(rankings: Sequence[Sequence[str]], weights: Sequence[float], k: int) -> list[str]:
    score: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, work in enumerate(ranking[:200]):
            score[work] = score.get(work, 0.0) + weight / (k + rank + 1)
    return sorted(score, key=lambda work: (-score[work], work))


def rank_of(order: Sequence[str], meant: str) -> int:
    return order.index(meant) + 1 if meant in order else 0


def quality(corpus: Path, folder: Path, cuts: Sequence[tuple[int, int]]) -> None:
    asked = thatfic.questions()
    held, words = texts(corpus), by_words(corpus)
    near = {cut: cosines(held, folder, cut) for cut in cuts}
    order = {(cut, n): [ranked(one, n) for one in near[cut]] for cut in cuts for n in SCENES}
    ranks: dict[Any, list[int]] = {}
    for cut, scenes, weight, k in itertools.product(cuts, SCENES, WEIGHTS, KS):
        voters = zip(words, order[cut, scenes], asked, strict=True)
        ranks[cut, scenes, weight, k] = [rank_of(fused([*w, m], (1, 1, weight), k), meant) for w, m, (meant, _) in voters]
    thatfic.say("words alone", [rank_of(fused(w, (1, 1), 20), meant) for w, (meant, _) in zip(words, asked, strict=True)])
    thatfic.say("meaning alone", [rank_of(m, meant) for m, (meant, _) in zip(order[CHOSEN[0], 5], asked, strict=True)])
    thatfic.say("fused, as it is", ranks[CHOSEN])
    author = [meant.partition("--")[0] for meant, _ in asked]
    out = [0] * len(asked)
    chosen = set()
    for name in dict.fromkeys(author):
        others = [n for n, one in enumerate(author) if one != name]
        best = max(ranks, key=lambda way: (sum(1 / ranks[way][n] for n in others if ranks[way][n]), way == CHOSEN))
        chosen.add(best)
        for n, one in enumerate(author):
            if one == name:
                out[n] = ranks[best][n]
    thatfic.say(f"held out ({len(set(author))} authors)", out)
    print("chosen without one author:", *sorted(map(str, chosen)))
    partly(words, order[CHOSEN[0], 5], sorted(held))


def partly(words: Sequence[tuple[list[str], list[str]]], meaning: Sequence[list[str]], works: Sequence[str]) -> None:
    """Recall@5 about works that have vectors and works that have none yet, a random part of the works having them."""
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        for way in ("words alone", "plainly", "as it is"):
            chance = random.Random(7)
            found: dict[bool, list[bool]] = {True: [], False: []}
            for _ in range(12):
                having = frozenset(chance.sample(works, int(share * len(works))))
                for (first, second), third, (meant, _) in zip(words, meaning, thatfic.questions(), strict=True):
                    knows = having if way == "as it is" else None
                    voters = [Heard([(work, None) for work in some[:200]]) for some in (first, second)]
                    voters += [Heard([(w, None) for w in third if w in having][:200], knows)] if way != "words alone" else []
                    order = [work for work, _ in fuse(voters).works]
                    found[meant in having].append(0 < rank_of(order, meant) <= 5)
            both = found[True] + found[False]
            print(f"{share:4.0%} have vectors, {way:12} recall@5 {np.mean(both):.3f}", end="")
            print(f"  of those with {np.mean(found[True]):.3f}  without {np.mean(found[False]):.3f}", flush=True)


# ---------------------------------------------------------------- what it costs


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def least(times: Iterable[float]) -> float:
    return min(times) * 1000


def speed(corpus: Path) -> None:
    held = list(texts(corpus).values())
    before = cpu()
    encoder = Encoder(find())
    print(f"loading {cpu() - before:.2f} CPU s")
    some = [text[a:b] for text in held for a, b in itertools.islice(windows(text), 2)][:240]
    rates = []
    for _ in range(3):
        before = cpu()
        encoder.encode(some)
        rates.append(len(some) / (cpu() - before))
    print(f"{max(rates):.1f} passages a CPU s; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB at the most")
    question = thatfic.questions()[0][1]
    print(f"a question {least(timed(lambda: encoder.encode([question]), 20)):.1f} CPU ms")
    rng = np.random.default_rng(4)
    for rows, exact in ((9_000, 10**9), (100_000, 10**9), (262_000, 10**9), (262_000, 0)):
        with tempfile.TemporaryDirectory(prefix="variorum-meaning-") as folder:
            vectors = Vectors(Path(folder), "bench")
            vectors.prepare()
            with vectors.kept_open():
                vectors.stand([Stand(f"w{number}", "c", number.to_bytes(16)) for number in range(rows // 26)], (), "")
                for number in range(rows // 26):
                    vectors.begin(number.to_bytes(16), [(0, 1)] * 26)
                    for first in range(0, 26, PART):
                        part = rng.standard_normal((min(PART, 26 - first), encoder.width)).astype(np.float32)
                        vectors.add(number.to_bytes(16), first, part / np.linalg.norm(part, axis=1, keepdims=True))
            nearest = Nearest(vectors, encoder.width, exact)
            before = cpu()
            nearest.renew()
            loaded = cpu() - before
            one = encoder.encode([question])[0]
            took = least(timed(lambda nearest=nearest, one=one: list(itertools.islice(nearest.ask(one), 500)), 12))
            said = "exactly" if exact else "by their bits"
            size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
            print(
                f"{rows} passages {said}: read in {loaded:.1f} CPU s, asked in {took:.1f} CPU ms, {size:.0f} MB on disk",
                flush=True,
            )


def timed(act: Any, times: int) -> Iterable[float]:
    for _ in range(times):
        before = cpu()
        act()
        yield cpu() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--windows", default=f"{SIZE}:{STEP}", help="size and step in words, several with commas")
    parser.add_argument("--speed", action="store_true")
    given = parser.parse_args()
    if given.speed:
        speed(given.corpus)
        return
    cuts = [(int(size), int(step)) for size, _, step in (one.partition(":") for one in given.windows.split(","))]
    before = time.process_time()
    quality(given.corpus, given.folder, cuts)
    print(f"{time.process_time() - before:.0f} CPU s")


if __name__ == "__main__":
    main()
