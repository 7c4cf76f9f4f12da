"""Peers of collation and kinship beside them, on the same texts, in the same run.

usage: python bench/peers_collation.py PEER_PYTHON PAIRS [CASE ...]        texts of pairs_make.py (CASE: heavy-20000 ...)
       python bench/peers_collation.py PEER_PYTHON --library FOLDER       works of library_make.py

PEER_PYTHON is an interpreter with what could be installed of ``collatex rapidfuzz datasketch rensa``, apart from ours so that
none of them is ever a dependency for this (CollateX is GPL); git, GNU diff and wdiff are run as processes where they are found.
Every peer of pairs gets our words, folded, one a line or a list, ready: tokenising is not counted for it, for ours it is. CPU
seconds of the work alone: no peer is charged for starting, nor for reading. In a library a peer of sketches gets the
texts and is charged for its shingles (words by white space, five in a row), as its users are.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

HERE = Path(__file__).resolve()
SLOW = {"collatex": 2_000, "difflib": 20_000, "rapidfuzz lcs": 20_000, "rapidfuzz levenshtein": 100_000}  # most words
PATIENCE = 600  # seconds of wall clock

Runs = list[tuple[int, int, int]]


# ---------------------------------------------------------------- what runs in the peers' interpreter


def difflib(a: list[str], b: list[str]) -> Runs:
    from difflib import SequenceMatcher

    return [tuple(block) for block in SequenceMatcher(None, a, b).get_matching_blocks()]


def lcs(a: list[str], b: list[str]) -> Runs:
    from rapidfuzz.distance import LCSseq

    return _equal(LCSseq.opcodes(a, b))


def levenshtein(a: list[str], b: list[str]) -> Runs:
    from rapidfuzz.distance import Levenshtein

    return _equal(Levenshtein.opcodes(a, b))


def _equal(opcodes: Any) -> Runs:
    return [(o.src_start, o.dest_start, o.src_end - o.src_start) for o in opcodes if o.tag == "equal"]


def collatex(a: list[str], b: list[str]) -> Runs:
    from collatex import Collation, collate

    made = Collation()
    for name, words in (("A", a), ("B", b)):
        made.add_plain_witness(name, " ".join(word.replace("'", "") for word in words))  # it takes an apostrophe for a word's end
    table = collate(made, segmentation=False)
    runs: Runs = []
    i = j = 0
    for column in table.columns:
        one, other = (column.tokens_per_witness.get(name) for name in "AB")
        if one and other and one[0].token_string.strip() == other[0].token_string.strip():
            runs.append((i, j, 1))
        i, j = i + bool(one), j + bool(other)
    return runs


PAIRED: dict[str, Callable[[list[str], list[str]], Runs]] = {
    "difflib": difflib,
    "rapidfuzz lcs": lcs,
    "rapidfuzz levenshtein": levenshtein,
    "collatex": collatex,
}


def datasketch(texts: list[str]) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    pairs = set()
    for number, text in enumerate(texts):
        made = MinHash(num_perm=128)
        made.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles(text)])
        pairs |= {(other, number) for other in index.query(made)}
        index.insert(number, made)
    return pairs


def rensa(texts: list[str]) -> set[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    pairs = set()
    for number, text in enumerate(texts):
        made = RMinHash(num_perm=128, seed=42)
        made.update(list(shingles(text)))
        pairs |= {(other, number) for other in index.query(made)}
        index.insert(number, made)
    return pairs


def shingles(text: str) -> set[str]:
    words = text.lower().split()
    return {" ".join(words[at : at + 5]) for at in range(max(len(words) - 4, 1))}


SKETCHED: dict[str, Callable[[list[str]], set[tuple[int, int]]]] = {"datasketch": datasketch, "rensa": rensa}


def child(name: str, file: str) -> None:
    """In the peer's interpreter: the answer and its CPU seconds as JSON."""
    work: Any = PAIRED.get(name) or SKETCHED[name]
    given = json.loads(Path(file).read_text("utf-8"))
    work(*(["a", "b"], ["a", "c"]) if name in PAIRED else [["one two three four five six"]])  # what is loaded at first need
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = work(*given) if name in PAIRED else work(given)
    used, after = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"found": list(found), "cpu": used, "mb": (after - before) / 1024}))


# ---------------------------------------------------------------- what runs in ours


def asked(python: str, name: str, given: object) -> dict[str, Any] | None:
    """What a peer answers; None where it is not installed, fails or takes too long."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(given, file)
        file.flush()
        command = [python, str(HERE), "--child", name, file.name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return None
    answer: dict[str, Any] | None = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
    return answer


def process(command: list[str], one: Path, other: Path) -> float | None:
    """CPU seconds of a program on two files; None where it is not installed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        subprocess.run([*command, str(one), str(other)], capture_output=True, check=False, timeout=PATIENCE)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pairs(python: str, folder: Path, cases: list[str]) -> None:
    from pairs import git, judge, spread, words_of

    print("| pair | tool | P | R | CPU s | times ours |\n|---|---|---|---|---|---|")
    for case in [folder / name for name in cases] if cases else sorted(folder.iterdir()):
        one, other = case / "A.txt", case / "B.txt"
        planted = json.loads((case / "truth.json").read_text())
        truth = spread(planted["matches"]) | spread(planted["moved"])
        size = int(case.name.split("-")[1])
        command = [sys.executable, str(HERE.with_name("pairs.py")), str(one), str(other)]
        ours = [json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3)]
        cpu = min(found["cpu"] for found in ours)
        told = spread(ours[0]["matches"]) | spread(ours[0]["moved"])
        show(case.name, "variorum", judge(case, told, truth), cpu, cpu)
        git_found, git_cpu = git(one, other)
        show(case.name, "git diff --patience", judge(case, git_found, truth), git_cpu, cpu)
        with tempfile.TemporaryDirectory() as made:
            lines = [Path(made) / name for name in "ab"]
            for file, path in zip(lines, (one, other), strict=True):
                file.write_text("\n".join(words_of(path)) + "\n", encoding="utf-8")
            show(case.name, "GNU diff", None, process(["diff"], *lines), cpu)
            show(case.name, "wdiff", None, process(["wdiff", "-s"], *lines), cpu)
        words = [words_of(one), words_of(other)]
        for name in PAIRED:
            if size <= SLOW[name] and (found := asked(python, name, words)) is not None:
                show(case.name, name, judge(case, spread(found["found"]), truth), found["cpu"], cpu, found["mb"])


def show(case: str, tool: str, quality: tuple[float, float] | None, cpu: float | None, ours: float, mb: float = 0.0) -> None:
    if cpu is not None:
        said = "- | -" if quality is None else "{:.4f} | {:.4f}".format(*quality)
        more = f" ({mb:.0f} MB more memory)" if mb > 100 else ""
        print(f"| {case} | {tool} | {said} | {cpu:.4f}{more} | {cpu / ours:.2f} |", flush=True)


def library(python: str, folder: Path) -> None:
    with (folder / "works.jsonl").open(encoding="utf-8") as lines:
        works = [json.loads(line) for line in lines]
    planted = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    known = {tuple(sorted((t["a"], t["b"]))): t["shared"] for t in planted}
    wanted = {pair for pair, shared in known.items() if shared >= 40}
    command = [sys.executable, str(HERE.with_name("library.py")), str(folder / "works.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ours = float(done.stderr.split()[0])
    found = {tuple(sorted((f["a"], f["b"]))) for f in map(json.loads, done.stdout.splitlines())}
    rows = [("variorum (read, sketched, verified)", found, ours)]
    for name in SKETCHED:
        answer = asked(python, name, [work["text"] for work in works])
        if answer is not None:
            ids = [work["id"] for work in works]
            rows.append((name, {tuple(sorted((ids[a], ids[b]))) for a, b in answer["found"]}, answer["cpu"]))
    print("| tool | recall (40 words shared and more) | precision | CPU s | times ours |\n|---|---|---|---|---|")
    for name, told, cpu in rows:
        right = sum(pair in known for pair in told)
        recall, precision = len(told & wanted) / len(wanted), right / max(len(told), 1)
        print(f"| {name} | {recall:.4f} | {precision:.4f} | {cpu:.2f} | {cpu / ours:.2f} |")


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        child(sys.argv[2], sys.argv[3])
    elif sys.argv[2] == "--library":
        library(sys.argv[1], Path(sys.argv[3]))
    else:
        pairs(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
