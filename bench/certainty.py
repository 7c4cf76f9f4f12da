"""How sure matches are, against how often they are right: python bench/certainty.py FOLDER...

The folders hold pairs that ``pairs_make.py`` wrote. For every match and every entry its certainty is put beside the truth:
a match is right by the share of its words that are the same words; a few words (*word*) when the words on both sides of
them are; a sentence or a move when at least half of its words came from there; a passage when its words stand nowhere
else. Printed, for each kind: from what certainty to what, how many, their mean certainty, how many were right.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from variorum import collation
from variorum.collation import Copy
from variorum.collation.certainty import weigh
from variorum.document import Block, Piece, ReadingText

BANDS = (0.0, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.01)


def main() -> None:
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for folder in map(Path, sys.argv[1:]):
        for case in sorted(folder.iterdir()):
            if not case.name.startswith("repetitive"):  # of one chorus over and over any verse may be any other
                for kind, certainty, right in judged(case):
                    found[kind].append((certainty, right))
    print("| what | certainty | how many | mean | right |\n|---|---|---|---|---|")
    for kind, rows in sorted(found.items()):
        sure, right = np.array(rows).T
        for low, high in pairwise(BANDS):
            inside = (sure >= low) & (sure < high)
            if inside.any():
                print(
                    f"| {kind} | {low:g} to {high:g} | {inside.sum()} | {sure[inside].mean():.3f} | {right[inside].mean():.3f} |"
                )


def judged(case: Path) -> Iterator[tuple[str, float, float]]:
    """Every match and entry of one pair: what it is, how sure, how right."""
    one, other = ((case / name).read_text(encoding="utf-8") for name in ("A.txt", "B.txt"))
    truth = json.loads((case / "truth.json").read_text())
    found = collation.compare([Copy("A", "A", "A", text_of(one)), Copy("B", "B", "B", text_of(other))], "A")
    there = origins(len(found.others[0]), truth["matches"] + truth["moved"])
    back = origins(len(found.base), [[b, a, n] for a, b, n in truth["matches"] + truth["moved"]])
    placed = there.copy()
    for a, b, n in truth["instead"]:
        placed[b : b + n] = np.arange(a, a + n)
    for match in found.matches("B"):
        same = there[match.b : match.b + match.length] == np.arange(match.a, match.a + match.length)
        yield f"match, {match.basis}", match.certainty, float(same.mean())
    edits = weigh(found.base, found.others[0], found.scripts[0]).edits.listed()
    moves = found.scripts[0].moves
    for edit in edits:
        i0, i1, j0, j1 = edit[:4]
        if edit.kind == "word":
            before = i0 == 0 or j0 == 0 or there[j0 - 1] == i0 - 1
            after = i1 == len(back) or j1 == len(there) or there[j1] == i1
            yield "word", edit.certainty, float(before and after)
        elif edit.kind == "sentence" or (edit.move is not None and j0 < j1):
            low, high = (i0, i1) if edit.move is None else moves[edit.move][:2]
            known = placed[j0:j1][placed[j0:j1] >= 0]
            if len(known):
                yield edit.kind, edit.certainty, float(((known >= low) & (known < high)).mean() >= 0.5)
        elif edit.kind == "passage":
            elsewhere = np.concatenate([back[i0:i1], there[j0:j1]]) >= 0
            yield "passage", edit.certainty, float(elsewhere.mean() < 0.5)


def origins(size: int, runs: list[list[int]]) -> np.ndarray:
    """For each token of the second side the token of the first that it is, or -1."""
    out = np.full(size, -1)
    for a, b, n in runs:
        out[b : b + n] = np.arange(a, a + n)
    return out


def text_of(string: str) -> ReadingText:
    return ReadingText((Block("preformatted", "story", None, string, 0, len(string), 1.0, (), (Piece(0, len(string)),)),))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
