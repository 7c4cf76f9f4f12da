"""How common English words are, and what a word looks like: a compact list of our own.

`words.txt.gz` is made by bench/train_words.py from the clean texts of the rescue corpus alone: every lower-case word
that two of its authors use, or one uses twice, with the logarithm of its count. What a text has of its own is
counted in the text. A word of neither is judged by its letters (a trigram model over the same list).
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Words", "shipped"]

_ENDINGS = (
    "'s",
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "ers",
    "est",
    "ness",
    "less",
    "like",
    "n't",
    "'d",
    "'ll",
    "'ve",
    "'re",
    "ings",
)
_PREFIXES = ("un", "re", "over", "under", "out", "dis", "mis", "non", "fore")
_COMMON = 0.0008  # of running words: such a word is not the rest of a longer one
_UNSEEN = 0.02  # the share of running words that no list holds


@dataclass(frozen=True, slots=True)
class Words:
    """Counts of words and, of their letters, of trigrams and the bigrams these begin with."""

    counts: Mapping[str, float]
    total: float
    threes: Mapping[str, int]
    twos: Mapping[str, int]

    @staticmethod
    def of(counts: Mapping[str, float]) -> Words:
        """The list with these counts."""
        threes: Counter[str] = Counter()
        for word in counts:
            held = f"^^{word}$"
            threes.update(held[i : i + 3] for i in range(len(held) - 2))
        twos: Counter[str] = Counter()
        for three, count in threes.items():
            twos[three[:2]] += count
        return Words(counts, sum(counts.values()), threes, twos)

    def knows(self, word: str) -> bool:
        """Whether the list holds a lower-case word, or one it is formed from."""
        counts = self.counts
        if word in counts:
            return True
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) > 2:
                stem = word[: -len(ending)]
                if stem in counts or stem + "e" in counts or (stem[-1] == "i" and stem[:-1] + "y" in counts):
                    return True
                if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in counts:
                    return True
        rests = (word[len(p) :] for p in _PREFIXES if word.startswith(p) and len(word) - len(p) > 3)
        return any(0 < counts.get(rest, 0) < _COMMON * self.total for rest in rests)

    def chance(self, word: str) -> float:
        """The logarithm of how often a word of the list is met; -30 when it is in no list."""
        count = self.counts.get(word)
        return math.log(count / self.total) if count else -30.0

    def unseen(self, word: str) -> float:
        """The logarithm of how often a word is met that is in no list, by its letters."""
        held = f"^^{word}$"
        out = math.log(_UNSEEN)
        for i in range(len(held) - 2):
            three = held[i : i + 3]
            out += math.log((self.threes.get(three, 0) + 0.05) / (self.twos.get(three[:2], 0) + 1.5))
        return out


@lru_cache(maxsize=1)
def shipped() -> Words:
    """The list of the package."""
    with gzip.open(Path(__file__).with_name("words.txt.gz"), "rt", encoding="utf-8") as lines:
        counts = {}
        for line in lines:
            word, _, level = line.rstrip("\n").rpartition(" ")
            counts[word] = 2.0 ** (int(level) / 2)
    return Words.of(counts)
