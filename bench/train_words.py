#!/usr/bin/env python3
"""Makes the list of words (variorum/rescue/words.txt.gz) from the clean texts of the rescue corpus.

usage: python bench/train_words.py CLEAN.jsonl.gz OUT.txt.gz

A line is a word in small letters and its level: twice the logarithm to base 2 of how often the corpus has it. A word
that only one author has and only once is left out. Nothing of the texts but these counts goes into the package.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def counts(path: str, without: str = "") -> dict[str, int]:
    """How often each word is met, without those of the author named ``without`` (for measuring)."""
    by: dict[str, Counter[str]] = defaultdict(Counter)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            if item["author"] == without:
                continue
            for block in item["blocks"]:
                words = (m.group().replace("’", "'") for m in _WORD.finditer(block.get("text", "")))
                # What stands in capitals is an acronym or stressed: neither says how a word is written.
                by[item["author"]].update(w.lower() for w in words if len(w) == 1 or not w.isupper())
    total = sum(by.values(), Counter())
    return {word: n for word, n in total.items() if n > 1 or sum(word in some for some in by.values()) > 1}


def level(count: int) -> int:
    """A count as it is kept, to half a power of two."""
    return round(2 * math.log2(count))


def main() -> None:
    found = counts(sys.argv[1])
    lines = "".join(f"{word} {level(found[word])}\n" for word in sorted(found))
    with open(sys.argv[2], "wb") as out, gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
        packed.write(lines.encode())


if __name__ == "__main__":
    main()
