"""Two texts, their matches and what differs: python bench/pairs.py A.txt B.txt

Prints {"matches": [[a, b, n], ...], "moved": [...], "summary": {...}, "cpu": seconds}. Tokens are the matches of
``[^\\W_]+(?:['’ʼ][^\\W_]+)*`` over the whole file, numbered from 0. The CPU seconds run from reading the files to the
grouped result; starting Python and filling the tokeniser's tables (once a process) are apart.

    python bench/pairs.py --score FOLDER       the pairs that pairs_make.py wrote, against their truth and their peers
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from variorum import collation
from variorum.collation import Copy
from variorum.document import Block, Piece, ReadingText
from variorum.model import Alignment, Difference
from variorum.text import TOKEN, Tokens, tokenise


def text_of(string: str) -> ReadingText:
    """The whole file as one block; empty lines still part its paragraphs."""
    return ReadingText((Block("preformatted", "story", None, string, 0, len(string), 1.0, (), (Piece(0, len(string)),)),))


def compare(one: str, other: str) -> tuple[Alignment, Difference]:
    """Both texts aligned, every difference told by its kind, moves joined, and the whole in numbers."""
    copies = [Copy("A", "A", "A", text_of(one)), Copy("B", "B", "B", text_of(other))]
    found = collation.compare(copies, "A")
    return found.alignment("B"), found.summary()["B"]


def written(one: str, other: str) -> int:
    """The same with every entry written out: lemma, readings, places in both sources, context."""
    return len(collation.collate([Copy("A", "A", "A", text_of(one)), Copy("B", "B", "B", text_of(other))], "A").entries)


def measure(one: Path, other: Path) -> dict[str, object]:
    tokenise("tables")
    begun = time.process_time()
    text_a, text_b = (path.read_text(encoding="utf-8", errors="surrogateescape") for path in (one, other))
    alignment, summary = compare(text_a, text_b)
    cpu = time.process_time() - begun
    number = Numbering(text_a, text_b)
    return {
        "matches": number.runs(alignment.matches),
        "moved": number.runs(alignment.moved),
        "summary": dataclasses.asdict(summary),
        "cpu": round(cpu, 4),
    }


class Numbering:
    """From our tokens to those of the expression: the same, but where a script without spaces is split by character."""

    def __init__(self, one: str, other: str) -> None:
        self.sides = [self._side(text) for text in (one, other)]

    @staticmethod
    def _side(text: str) -> tuple[Tokens, np.ndarray | None]:
        tokens = tokenise(text)
        starts = np.array([m.start() for m in TOKEN.finditer(text)], dtype=np.int64)
        return tokens, None if len(starts) == len(tokens) else np.searchsorted(starts, tokens.starts, side="right") - 1

    def runs(self, runs: tuple[tuple[int, int, int], ...]) -> list[list[int]]:
        (_, group_a), (_, group_b) = self.sides
        if group_a is None and group_b is None:
            return [list(run) for run in runs]
        group_a, group_b = (np.arange(len(t)) if g is None else g for t, g in self.sides)
        size_a, size_b = np.bincount(group_a), np.bincount(group_b)
        facing: dict[int, list[int]] = {}
        for a, b, n in runs:
            for step in range(n):
                facing.setdefault(int(group_a[a + step]), []).append(int(group_b[b + step]))
        out: list[list[int]] = []
        for a, bs in sorted(facing.items()):
            b = bs[0]
            if len(bs) == size_a[a] == size_b[b] and len(set(bs)) == 1:
                if out and out[-1][0] + out[-1][2] == a and out[-1][1] + out[-1][2] == b:
                    out[-1][2] += 1
                else:
                    out.append([a, b, 1])
        return out


# ---------------------------------------------------------------- scoring


def spread(runs: list[list[int]]) -> set[tuple[int, int]]:
    return {(a + k, b + k) for a, b, n in runs for k in range(n)}


def score(found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> tuple[float, float]:
    right = len(found & truth)
    return (right / len(found) if found else 1.0), (right / len(truth) if truth else 1.0)


def judge(case: Path, found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> tuple[float, float]:
    """Of one chorus over and over any verse may be any other: there only how many words are matched counts."""
    if case.name.startswith("repetitive"):
        return 1.0, len(found) / len(truth)
    return score(found, truth)


def words_of(path: Path) -> list[str]:
    return [m.group().lower().replace("’", "'") for m in TOKEN.finditer(path.read_text(encoding="utf-8"))]


def git(one: Path, other: Path) -> tuple[set[tuple[int, int]], float]:
    """git diff --patience on ready word-per-line files; only git's own CPU counts."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("a", "b")]
        for file, path in zip(files, (one, other), strict=True):
            file.write_text("\n".join(words_of(path)) + "\n", encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = ["git", "diff", "--no-index", "--patience", "--no-color", "-U0", "--", *map(str, files)]
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size_a = len(words_of(one))
    pairs: set[tuple[int, int]] = set()
    a = b = 0
    for line in output.splitlines():
        if line.startswith("@@"):
            old, new = line.split()[1:3]
            (at, n), (to, m) = (span(old), span(new))
            pairs |= {(a + k, b + k) for k in range(at - a)}
            a, b = at + n, to + m
    pairs |= {(a + k, b + k) for k in range(size_a - a)}
    return pairs, cpu


def span(text: str) -> tuple[int, int]:
    start, _, count = text[1:].partition(",")
    size = int(count or 1)
    return int(start) - (size > 0), size


def by_difflib(one: Path, other: Path) -> tuple[set[tuple[int, int]], float]:
    a, b = words_of(one), words_of(other)
    begun = time.process_time()
    blocks = difflib.SequenceMatcher(None, a, b).get_matching_blocks()
    return spread([list(block) for block in blocks]), time.process_time() - begun


def table(folder: Path, *, peers: bool) -> None:
    print("| pair | P | R | moved R | substantive | CPU s | git patience P / R | CPU s | difflib P / R | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for case in sorted(folder.iterdir(), key=lambda p: (int(p.name.split("-")[1]), p.name)):
        one, other = case / "A.txt", case / "B.txt"
        planted = json.loads((case / "truth.json").read_text())
        moved, truth = spread([r for r in planted["moved"] if r[2] >= 6]), spread(planted["moved"]) | spread(planted["matches"])
        command = [sys.executable, __file__, str(one), str(other)]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        pairs = spread(found["matches"]) | spread(found["moved"])
        p, r = judge(case, pairs, truth)
        s = found["summary"]
        words = s["words_changed"] + s["words_added"] + s["words_removed"]
        changes = f"{words} w, {s['sentences_reworked']} s, {s['moved']} m"
        row = (
            f"| {case.name} | {p:.4f} | {r:.4f} | {score(pairs, moved)[1] if moved else 1:.3f} | {changes} | {found['cpu']:.3f} |"
        )
        if peers:
            for pairs, cpu in (git(one, other), by_difflib(one, other) if "-20000" in case.name else (None, 0.0)):
                row += " - | - |" if pairs is None else " {:.4f} / {:.4f} |".format(*judge(case, pairs, truth)) + f" {cpu:.3f} |"
        print(row, flush=True)


def main() -> None:
    if sys.argv[1] == "--score":
        table(Path(sys.argv[2]), peers="--alone" not in sys.argv)
    else:
        print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
