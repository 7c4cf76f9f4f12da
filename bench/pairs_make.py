"""Makes pairs of texts with planted edits of known place: python bench/pairs_make.py CORPUS.jsonl.gz FOLDER [WORDS ...]

The corpus has one document a line: {"blocks": [{"t", "text"}]}. Written are FOLDER/KIND-WORDS/{A.txt,B.txt,truth.json};
truth holds the runs [a, b, n] of equal tokens, in order and moved, and those of words put in the place of others. Always the same for the same corpus and ``--seed N``
(another seed begins at another document and draws other edits).
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from pathlib import Path

TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
KINDS = ("tiny", "typo", "wip", "moved", "heavy", "mixed", "repetitive", "rewritten")
NEW = -1
INSTEAD = -2  #: minus the number of the token of A in whose place it was put

Word = tuple[str, list[int]]  # what stands between two spaces, and which tokens of A its tokens are
Sentence = list[Word]
Text = list[list[Sentence]]  # paragraphs


class Maker:
    def __init__(self, paragraphs: list[str], seed: int) -> None:
        self.rng = random.Random(seed)
        self.text: Text = []
        self.count = 0
        for paragraph in paragraphs:
            sentences: list[Sentence] = [[]]
            for word in paragraph.split():
                size = len(TOKEN.findall(word))
                sentences[-1].append((word, list(range(self.count, self.count + size))))
                self.count += size
                if re.search(r"[.!?…][”’\"']*$", word) and len(sentences[-1]) > 3:
                    sentences.append([])
            self.text.append([s for s in sentences if s])
        self.vocabulary = TOKEN.findall(" ".join(paragraphs))

    def foreign(self, like: Sentence) -> Sentence:
        return [(text, [NEW for _ in origins]) for text, origins in map(self.other, like)]

    def other(self, word: Word) -> Word:
        """Another word between the same marks."""
        found = list(TOKEN.finditer(word[0]))
        if not found:
            return word
        new = self.rng.choice(self.vocabulary)
        while new.lower() == word[0][found[0].start() : found[-1].end()].lower():
            new = self.rng.choice(self.vocabulary)  # else nothing was changed, and the truth would say it was
        instead = [INSTEAD - n if n >= 0 else NEW for n in word[1][:1]]
        return word[0][: found[0].start()] + new + word[0][found[-1].end() :], instead

    def places(self) -> list[tuple[int, int]]:
        return [(p, s) for p, paragraph in enumerate(self.text) for s in range(len(paragraph))]

    def words(self, count: int) -> None:
        for p, s in self.rng.sample(self.places(), count):
            sentence = self.text[p][s]
            at = self.rng.randrange(len(sentence))
            sentence[at] = self.other(sentence[at])

    def rework(self, p: int, s: int, kept: float) -> None:
        self.text[p][s] = [w if self.rng.random() < kept else self.other(w) for w in self.text[p][s]]

    def move(self, count: int) -> None:
        for _ in range(count):
            paragraph = self.text.pop(self.rng.randrange(len(self.text)))
            self.text.insert(self.rng.randrange(len(self.text)), paragraph)

    def heavy(self) -> None:
        for paragraph in self.text:
            out: list[Sentence] = []
            for sentence in paragraph:
                draw = self.rng.random()
                if draw < 0.12:
                    kept = self.rng.choice((0.0, 0.35))
                    out.append([w if self.rng.random() < kept else self.other(w) for w in sentence])
                elif draw < 0.16:
                    continue
                elif draw < 0.20:
                    out += [self.foreign(sentence), sentence]
                elif draw < 0.23 and out:
                    out.insert(len(out) - 1, sentence)
                elif draw < 0.53:
                    new = list(sentence)
                    for _ in range(self.rng.choice((1, 2))):
                        at = self.rng.randrange(len(new))
                        new[at] = self.other(new[at])
                    out.append(new)
                else:
                    out.append(sentence)
            paragraph[:] = out

    def rewritten(self) -> None:
        """A writer's second draft, less even than `heavy`: words put in, left out and turned round, sentences joined
        and taken apart, paragraphs hardly touched beside paragraphs written anew, and some of them elsewhere, edited."""
        for paragraph in self.text:
            hand = self.rng.choice((0.0, 0.0, 0.02, 0.05, 0.12, 0.35))
            if self.rng.random() < 0.03:
                paragraph[:] = [[self.other(word) for word in s] for s in paragraph]
            for s, sentence in enumerate(paragraph):
                new: Sentence = []
                for word in sentence:
                    draw = self.rng.random()
                    if draw < hand * 0.5:
                        new.append(self.other(word))
                    elif draw < hand * 0.7:
                        continue
                    elif draw < hand * 0.9:
                        new += [word, self.other((self.rng.choice(self.vocabulary), [NEW]))]
                    elif draw < hand and new:
                        new.insert(len(new) - 1, word)
                    else:
                        new.append(word)
                paragraph[s] = new
            if len(paragraph) > 1 and self.rng.random() < 0.05:
                at = self.rng.randrange(len(paragraph) - 1)
                paragraph[at : at + 2] = [paragraph[at] + paragraph[at + 1]]
            paragraph[:] = [s for s in paragraph if s]
        for _ in range(max(2, len(self.text) // 60)):
            moved = self.text.pop(self.rng.randrange(len(self.text)))
            self.text.insert(self.rng.randrange(len(self.text)), moved)

    def flat(self) -> list[str]:
        rng, out = self.rng, []
        for paragraph in self.text:
            text = " ".join(w for s in paragraph for w, _ in s)
            text = text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'").replace("—", " -- ")
            text = re.sub(r" ", lambda _: "  " if rng.random() < 0.01 else " ", text)
            text = re.sub(r",", lambda _: " ," if rng.random() < 0.05 else ",", text)
            out.append(text.upper() if rng.random() < 0.005 else text)
        return [" ".join(out)]

    def plain(self) -> list[str]:
        return [" ".join(w for s in p for w, _ in s) for p in self.text if p]

    def origins(self) -> list[int]:
        return [n for p in self.text for s in p for _, origins in s for n in origins]


def make(kind: str, paragraphs: list[str], seed: int) -> tuple[str, str, list[int]]:
    if kind == "repetitive":
        return repetitive(paragraphs, seed)
    maker = Maker(paragraphs, seed)
    flat = False
    if kind == "wip":
        del maker.text[int(len(maker.text) * 0.46) :]
        maker.words(4)
    if kind in ("tiny", "mixed"):
        maker.words(2)
        maker.rework(*maker.rng.choice([(p, s) for p, s in maker.places() if len(maker.text[p][s]) > 8]), 0.3)
    if kind in ("moved", "mixed"):
        maker.move(3 if kind == "mixed" else 8)
    if kind == "heavy":
        maker.heavy()
    if kind == "rewritten":
        maker.rewritten()
    if kind in ("typo", "mixed"):
        flat = True
    return "\n\n".join(paragraphs), "\n\n".join(maker.flat() if flat else maker.plain()), maker.origins()


def repetitive(paragraphs: list[str], seed: int) -> tuple[str, str, list[int]]:
    """One chorus over and over; a few words and a few verses of it changed."""
    rng = random.Random(seed)
    size = sum(len(TOKEN.findall(p)) for p in paragraphs)
    chorus = ["Oh", "the", "lamp", "is", "lit", "and", "the", "boats", "come", "home"]
    verses = size // len(chorus)
    one = [list(chorus) for _ in range(verses)]
    other = [[(w, v * len(chorus) + n) for n, w in enumerate(verse)] for v, verse in enumerate(one)]
    for v in rng.sample(range(verses), 20):
        other[v][rng.randrange(len(chorus))] = ("storm", NEW)
    for v in sorted(rng.sample(range(verses), 3), reverse=True):
        del other[v]
    return (
        "\n\n".join(" ".join(v) for v in one),
        "\n\n".join(" ".join(w for w, _ in v) for v in other),
        [n for v in other for _, n in v],
    )


def truth(origins: list[int]) -> dict[str, list[list[int]]]:
    """Runs in order (the longest increasing stretch of origins by weight) and moved."""
    runs: list[list[int]] = []
    instead: list[list[int]] = []
    for b, origin in enumerate(origins):
        if origin == NEW:
            continue
        a, held = (origin, runs) if origin >= 0 else (INSTEAD - origin, instead)
        if held and a == held[-1][0] + held[-1][2] and b == held[-1][1] + held[-1][2]:
            held[-1][2] += 1
        else:
            held.append([a, b, 1])
    chain = set(heaviest(runs))
    return {
        "matches": [r for n, r in enumerate(runs) if n in chain],
        "moved": [r for n, r in enumerate(runs) if n not in chain],
        "instead": instead,
    }


def heaviest(runs: list[list[int]]) -> list[int]:
    from bisect import bisect_left

    ends: list[int] = []
    sums: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, (a, _, n) in enumerate(runs):
        at = bisect_left(ends, a) - 1
        total = n + (sums[at] if at >= 0 else 0)
        before.append(tops[at] if at >= 0 else -1)
        at = bisect_left(ends, a + n - 1)
        if at > 0 and sums[at - 1] >= total:
            continue
        stop = at
        while stop < len(ends) and sums[stop] <= total:
            stop += 1
        ends[at:stop], sums[at:stop], tops[at:stop] = [a + n - 1], [total], [number]
    out, at = [], tops[-1] if tops else -1
    while at >= 0:
        out.append(at)
        at = before[at]
    return out


def paragraphs_of(corpus: Path, seed: int = 0) -> list[str]:
    out = []
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        lines = list(file)
        first = seed * 7919 % len(lines)  # another seed begins elsewhere
        for line in lines[first:] + lines[:first]:
            out += [b["text"] for b in json.loads(line)["blocks"] if b["t"] in ("p", "h", "quote") and b["text"].strip()]
    return out


def main() -> None:
    seed = 0
    if "--seed" in sys.argv:
        at = sys.argv.index("--seed")
        seed = int(sys.argv[at + 1])
        del sys.argv[at : at + 2]
    corpus, folder, *sizes = sys.argv[1:]
    every = paragraphs_of(Path(corpus), seed)
    for size in map(int, sizes or ("20000", "100000")):
        chosen, total = [], 0
        for paragraph in every:
            if total >= size:
                break
            chosen.append(paragraph)
            total += len(TOKEN.findall(paragraph))
        for number, kind in enumerate(KINDS):
            one, other, origins = make(kind, chosen, 1000 * size + number + 100_003 * seed)
            where = Path(folder) / f"{kind}-{size}"
            where.mkdir(parents=True, exist_ok=True)
            (where / "A.txt").write_text(one, encoding="utf-8")
            (where / "B.txt").write_text(other, encoding="utf-8")
            (where / "truth.json").write_text(json.dumps(truth(origins)))
            print(where, len(TOKEN.findall(one)), len(TOKEN.findall(other)), len(origins))


if __name__ == "__main__":
    main()
