"""Makes a library with planted relations: python bench/library_make.py CORPUS.jsonl.gz FOLDER WORKS [--seed N] [--short]

Written are FOLDER/works.jsonl (lines {"id", "text"}, for bench/library.py) and FOLDER/truth.jsonl (lines {"a", "b",
"shared": words of common origin, "kind": how b was made}). The texts are made anew by a model of which word follows which
two in the corpus, so that no two share a passage unless it was planted; half of the works carry one archive's template,
one in ten a long note. With --short works have some 180 words, not some 660. Always the same for the same corpus, size and seed.

    python bench/library_make.py --score FOLDER FOUND.jsonl        what bench/library.py found, against the truth
"""

from __future__ import annotations

import bisect
import json
import random
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from pairs_make import TOKEN, paragraphs_of

KINDS = ("copy", "words", "typo", "heavy", "partial", "unfinished", "quote", "notes")
LEAST, CERTAIN = 24, 40  #: words: fewer shared are no relation, more must be found; between them either is right
NOTES = (
    "Hello again, and thank you all for {1} lovely comments on the last part!",
    "This one is for {0}, who betaed it in {1} minutes flat; every slip left in it is mine.",
    "A/N: sorry about the wait, real life ate the whole of my week and then asked for seconds.",
    "I own nothing here but the bad jokes.",
    "If you would like to leave kudos or a line about {0}, it makes my day.",
    "Chapter {1} is half written, so the next update should come sooner than this one did.",
    "The prompt asked for {0} and rain, and this fic got rather out of hand.",
    "Come and shout at me on tumblr about {0} if you feel like it.",
    "Warnings for this part: some swearing, one funeral, no goats.",
    "English is my third language, so tell me about the typos, please.",
)
Piece = tuple[int, int, int]  # source work, from word, to word


class Model:
    """Prose nobody wrote: the next word by the last two, so that five words in a row are seldom twice the same."""

    def __init__(self, paragraphs: list[str], rng: random.Random) -> None:
        self.rng = rng
        words = " ".join(paragraphs).split()
        self.follow: dict[str, list[str]] = defaultdict(list)
        for one, two in pairwise(words):
            self.follow[one].append(two)
        self.words = words

    def text(self, size: int, names: list[str]) -> list[str]:
        rng, out = self.rng, [self.rng.choice(self.words)]
        while len(out) < size:
            draw = rng.random()
            if draw < 0.02:
                out.append(rng.choice(names))
            elif draw < 0.25:
                out.append(self.words[int(rng.random() * len(self.words))])
            else:
                after = self.follow.get(out[-1])
                out.append(after[int(rng.random() * len(after))] if after else rng.choice(self.words))
        return out


class Maker:
    def __init__(self, corpus: Path, seed: int, short: bool) -> None:
        self.rng = random.Random(seed)
        self.short = short
        self.model = Model(paragraphs_of(corpus, seed), self.rng)
        self.works: list[tuple[list[str], list[Piece], str]] = []  # words, where they come from, how it was made
        self.notice = self.model.text(60, ["the", "archive"])
        self.thanks = self.model.text(25, ["kudos"])

    def size(self) -> int:
        if self.short:
            return min(int(self.rng.lognormvariate(5.0, 0.7)) + 30, 4_000)
        return min(int(self.rng.lognormvariate(6.4, 0.9)) + 60, 40_000)

    def fresh(self) -> None:
        names = ["".join(self.rng.choice("bdfgklmnprstv") + self.rng.choice("aeiou") for _ in range(3)).title() for _ in range(4)]
        size = self.size()
        self.works.append((self.model.text(size, names), [(len(self.works), 0, size)], "new"))

    def derived(self, kind: str) -> None:
        rng = self.rng
        source = rng.randrange(len(self.works))
        words, pieces, _ = self.works[source]
        low, high = 0, len(words)
        if kind == "partial":
            low = int(len(words) * rng.random() * 0.5)
            high = low + max(int(len(words) * rng.uniform(0.1, 0.5)), 45)
        elif kind == "unfinished":
            high = int(len(words) * rng.uniform(0.2, 0.8))
        elif kind == "quote":
            size = rng.randint(45, 120)
            low = rng.randrange(max(1, len(words) - size))
            high = low + size
        high = min(high, len(words))
        new = words[low:high]
        came = cut(pieces, low, high)
        if kind in ("words", "unfinished", "notes"):
            for _ in range(2):
                new[rng.randrange(len(new))] = rng.choice(self.model.words)
        elif kind == "heavy":
            new = [w if rng.random() > 0.07 else rng.choice(self.model.words) for w in new]
        elif kind == "typo":
            new = [w.replace("“", '"').replace("”", '"').replace("’", "'").replace("—", " -- ") for w in new]
        elif kind == "quote":
            host = self.model.text(self.size() + 200, ["Odo", "Wren"])
            at = rng.randrange(len(host))
            came = [(len(self.works), 0, at), *came, (len(self.works), at, len(host))]
            new = host[:at] + new + host[at:]
        if kind == "notes":
            note = self.note(rng.randint(40, 600))
            new = [*note, *new]
            came = [(-len(self.works), 0, len(note)), *came]  # below 0: notes, which nobody has to find again
        self.works.append((new, came, kind))

    def note(self, size: int) -> list[str]:
        """What authors say before a chapter: thanks, excuses, their week, and what belongs to whom."""
        words: list[str] = []
        while len(words) < size:
            said = self.rng.choice(NOTES) if self.rng.random() < 0.6 else " ".join(self.model.text(18, ["beta"]))
            words += said.format(self.rng.choice(self.model.words), self.rng.randint(2, 40)).split()
        return words

    def anthology(self) -> None:
        chosen = self.rng.sample(range(len(self.works)), self.rng.randint(3, 6))
        self.works.append(
            ([w for n in chosen for w in self.works[n][0]], [p for n in chosen for p in self.works[n][1]], "anthology")
        )

    def fill(self, count: int) -> None:
        for number in range(count):
            draw = self.rng.random()
            if number < count // 10 or draw < 0.75:
                self.fresh()
            elif draw < 0.76:
                self.anthology()
            else:
                self.derived(self.rng.choice(KINDS))

    def written(self, number: int) -> str:
        words = self.works[number][0]
        text = " ".join(words)
        if number % 2:
            text = f"{' '.join(self.notice)}\n\n{text}\n\n{' '.join(self.thanks)}"
        return text


def cut(pieces: list[Piece], low: int, high: int) -> list[Piece]:
    """The pieces of words ``[low, high)`` of a work."""
    out, at = [], 0
    for source, a, b in pieces:
        first, last = max(low - at, 0), min(high - at, b - a)
        if first < last:
            out.append((source, a + first, a + last))
        at += b - a
    return out


def truth(works: list[tuple[list[str], list[Piece], str]]) -> dict[tuple[int, int], int]:
    """Pairs of works with the words of common origin in the longest piece they share."""
    by_source: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for number, (_, pieces, _) in enumerate(works):
        for source, a, b in pieces:
            by_source[source].append((a, b, number))
    found: dict[tuple[int, int], int] = {}
    for source, held in by_source.items():
        held.sort()
        starts = [a for a, _, _ in held]
        for at, (_, b, one) in enumerate(held):
            for c, d, other in held[at + 1 : bisect.bisect_left(starts, b)]:
                pair = (min(one, other), max(one, other))
                shared = min(b, d) - c
                if one != other:
                    found[pair] = max(found.get(pair, 0), shared if source >= 0 else min(shared, LEAST))
    return found


def score(folder: Path, found: Path) -> None:
    planted = {(t["a"], t["b"]): t for t in map(json.loads, (folder / "truth.jsonl").open(encoding="utf-8"))}
    pairs = {
        (f["a"], f["b"]) if (f["a"], f["b"]) in planted else (f["b"], f["a"]): f
        for f in map(json.loads, found.open(encoding="utf-8"))
    }
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    verdicts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for pair, t in planted.items():
        if t["shared"] >= CERTAIN:
            told[t["kind"]][0] += pair in pairs
            told[t["kind"]][1] += 1
            if pair in pairs:
                verdicts[t["kind"]][pairs[pair]["kind"]] += 1
            elif told[t["kind"]][1] - told[t["kind"]][0] <= 3:
                print("missed", pair, t)
    right = sum(1 for pair in pairs if pair in planted and planted[pair]["shared"] >= LEAST)
    for kind, (n, of) in sorted(told.items()):
        print(f"{kind:12} {n} of {of}  {n / of:.4f}  {dict(verdicts[kind])}")
    n, of = (sum(c[at] for c in told.values()) for at in (0, 1))
    print(
        f"recall {n / of:.4f} ({of - n} of {of} missed), precision {right / max(len(pairs), 1):.4f} ({len(pairs) - right} of {len(pairs)} wrong)"
    )


def main() -> None:
    if sys.argv[1] == "--score":
        score(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    seed = 0
    if "--seed" in sys.argv:
        at = sys.argv.index("--seed")
        seed = int(sys.argv[at + 1])
        del sys.argv[at : at + 2]
    short = "--short" in sys.argv
    if short:
        sys.argv.remove("--short")
    maker = Maker(Path(sys.argv[1]), seed, short)
    maker.fill(int(sys.argv[3]))
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    with (folder / "works.jsonl").open("w", encoding="utf-8") as out:
        for number in range(len(maker.works)):
            text = maker.written(number)
            size += len(text)
            out.write(json.dumps({"id": f"w{number}", "text": text}, ensure_ascii=False) + "\n")
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as out:
        for (a, b), shared in sorted(truth(maker.works).items()):
            kind = maker.works[b][2] if any(p[0] in {q[0] for q in maker.works[a][1]} for p in maker.works[b][1]) else "new"
            out.write(
                json.dumps(
                    {
                        "a": f"w{a}",
                        "b": f"w{b}",
                        "shared": shared,
                        "kind": f"{maker.works[a][2]}-{kind}" if maker.works[a][2] != "new" else kind,
                    }
                )
                + "\n"
            )
    print(
        len(maker.works),
        "works",
        size,
        "characters",
        sum(len(TOKEN.findall(maker.written(n))) for n in range(0, len(maker.works), 50)) * 50,
        "words about",
    )


if __name__ == "__main__":
    main()
