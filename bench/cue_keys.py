"""What must stand in a unit for a cue of notes to match it, read off the cue's own pattern: the file ``variorum/rescue/cues.txt``.

    python bench/cue_keys.py RESCUE_CORPUS

Each way through a pattern (the branches of its outermost choice) is walked from left to right. What stands side by side in it is
spelled out; each such run of spellings is a *clause*: one of them stands in whatever matches. Of a spelling two whole words side by
side are the key, else one whole word; a clause with a spelling that has neither is no clause. The corpus (``clean.jsonl.gz``) says which
clauses are rare; of each way the two rarest are kept.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum.rescue.scoring import ALL, named

MOST = 600  # spellings of a clause
_RUN = re.compile("[a-z]+")
WAYS = 300  # through one pattern


def keys_of(text: str, left: bool, right: bool) -> set[str]:
    """The whole words of a spelling, and the pairs of them side by side (one character between)."""
    runs = [(m.start(), m.end(), m[0]) for m in _RUN.finditer(text)]
    if runs and runs[0][0] == 0 and not left:
        runs = runs[1:]
    if runs and runs[-1][1] == len(text) and not right:
        runs = runs[:-1]
    return {r[2] for r in runs} | {f"{a[2]}_{b[2]}" for a, b in pairwise(runs) if b[0] - a[1] == 1}


class Walk:
    """One way through a pattern: the clauses met, and what is being spelled."""

    def __init__(self) -> None:
        self.clauses: list[set[tuple[str, bool, bool]]] = []
        self.now: set[tuple[str, bool]] = {("", False)}  # spelled so far; whether it begins at a boundary
        self.apart = False  # whether what comes next surely has no letter before it

    def close(self, right: bool) -> None:
        """Ends the spelling; ``right``: surely no letter follows."""
        if all(text for text, _ in self.now):
            self.clauses.append({(text, left, right) for text, left in self.now})
        self.now = {("", False)}

    def gap(self, before: bool, after: bool) -> None:
        """Something that is not spelled; ``before``: it surely begins with no letter (or is nothing before a boundary)."""
        self.close(before)
        self.now = {("", after)}


def finite(items) -> set[str] | None:
    """All spellings of a sequence of items, in small letters, any white space a space; None when there are too many."""
    out = {""}
    for op, av in items:
        some = one(op, av)
        if some is None:
            return None
        out = {a + b for a in out for b in some}
        if len(out) > MOST:
            return None
    return out


def one(op, av) -> set[str] | None:
    if op is c.LITERAL:
        return {chr(av).lower()}
    if op is c.IN:
        return of_set(av)
    if op is c.BRANCH:
        out: set[str] = set()
        for branch in av[1]:
            some = finite(branch)
            if some is None:
                return None
            out |= some
        return out if len(out) <= MOST else None
    if op is c.SUBPATTERN:
        return finite(av[3])
    if op in (c.MAX_REPEAT, c.MIN_REPEAT):
        low, high, sub = av
        some = finite(sub)
        if some is None or high is c.MAXREPEAT or high > 3:
            return None
        out = {""} if low == 0 else set()
        power = {""}
        for number in range(1, high + 1):
            power = {a + b for a in power for b in some}
            if len(power) > MOST:
                return None
            if number >= low:
                out |= power
        return out
    return None


def of_set(items) -> set[str] | None:
    out = set()
    for op, av in items:
        if op is c.LITERAL:
            out.add(chr(av).lower())
        elif op is c.RANGE and av[1] - av[0] < 12:
            out |= {chr(code).lower() for code in range(av[0], av[1] + 1)}
        elif op is c.CATEGORY and av is c.CATEGORY_SPACE:
            out.add(" ")
        else:
            return None
    return out


def letterless(op, av, side: int) -> bool:
    """Whether an item surely begins (``side`` 0) or ends (-1) with a character that is no letter from a to z."""
    if op is c.LITERAL:
        return not chr(av).lower().isalpha()
    if op is c.IN:
        some = of_set(av)
        return some is not None and not any(char.isalpha() for char in some)
    if op is c.BRANCH:
        return all(branch and letterless(*branch[side], side) for branch in av[1])
    if op is c.SUBPATTERN:
        return bool(av[3]) and letterless(*av[3][side], side)
    return False


def walk(items, state: Walk) -> None:
    items = list(items)
    for op, av in items:
        if op is c.AT:
            bound = av in (c.AT_BOUNDARY, c.AT_BEGINNING, c.AT_BEGINNING_STRING, c.AT_END, c.AT_END_STRING)
            if bound:
                # A boundary beside a letter: none on its other side. Beside anything else it says nothing.
                state.now = {(text + "\0" * text[-1].isalpha(), left) if text else ("", True) for text, left in state.now}
            continue
        if op in (c.ASSERT, c.ASSERT_NOT):
            continue
        some = one(op, av)
        if some is not None:
            found = {joined(text, left, more) for text, left in state.now for more in some}
            if len(found) <= MOST:
                state.now = found
                continue
            state.close(right=False)  # too many: another clause begins here, side by side with the last
            state.now = {("", False)}
            state.now = {joined("", False, more) for more in some}
            continue
        if op is c.SUBPATTERN:
            walk(av[3], state)
            continue
        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            low, _, sub = av
            sub = list(sub)
            ends = bool(sub) and letterless(*sub[-1], -1)
            begins = bool(sub) and letterless(*sub[0], 0)
            before = all(bounded(text, left) for text, left in state.now)
            state.gap(before=begins and low > 0, after=ends and (low > 0 or before))
            continue
        if op is c.BRANCH:  # one of several that are not finite: nothing is said of it
            state.gap(before=False, after=False)
            continue
        state.gap(before=False, after=False)


def bounded(text: str, left: bool) -> bool:
    """Whether after this spelling surely no letter has just been."""
    return left if not text else text[-1] == "\0" or not text[-1].isalpha()


def joined(text: str, left: bool, more: str) -> tuple[str, bool]:
    """A spelling that goes on. A boundary (``\\0``) between a letter and a sign says nothing new, between letters it cannot be."""
    if not more:
        return text, left
    return text.removesuffix("\0") + ("" if not text.endswith("\0") or not more[0].isalpha() else "\1") + more, left


def expanded(items) -> list[list]:
    """The ways through a sequence: every choice that is too wide to be spelled is made."""
    out: list[list] = [[]]
    for op, av in items:
        some = [[(op, av)]]
        if one(op, av) is None and op in (c.BRANCH, c.SUBPATTERN):
            some = [way for branch in av[1] for way in expanded(branch)] if op is c.BRANCH else expanded(av[3])
        if len(out) * len(some) <= WAYS:
            out = [a + b for a in out for b in some]
        else:
            out = [[*a, (op, av)] for a in out]
    return out


def ways_of(pattern: str, flags: int) -> list[list[set[str]]] | None:
    """For each way to match the pattern its clauses, each a set of keys; None when some way has none."""
    out = []
    for branch in expanded(parser.parse(pattern, flags & ~re.UNICODE)):
        state = Walk()
        walk(branch, state)
        state.close(right=False)
        clauses = []
        for clause in state.clauses:
            keys: list[set[str]] = []
            for text, left, right in clause:
                if "\1" in text:
                    continue  # a boundary between two letters: never
                ended = text.endswith("\0")
                some = keys_of(text.removesuffix("\0"), left, right or ended)
                keys.append({key for key in some if "_" in key} or some)
            if keys and all(keys):
                clauses.append(keys)
        if not clauses:
            return None
        out.append(clauses)
    return out


def spelled(pattern: str, flags: int, counts: Counter[str]) -> list[list[set[str]]] | None:
    """The ways with, of each spelling, its rarest key, and of the clauses the two rarest."""
    ways = ways_of(pattern, flags)
    if ways is None:
        return None
    out = []
    for clauses in ways:
        plain = [{min(sorted(keys), key=lambda key: counts[key]) for keys in clause} for clause in clauses]
        plain.sort(key=lambda keys: sum(counts[key] for key in keys))
        out.append(plain[:2])
    return out


def main() -> None:
    counts: Counter[str] = Counter()  # of words, pairs of words and signs
    with gzip.open(Path(sys.argv[1]) / "clean.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            for block in json.loads(line)["blocks"]:
                runs = [(m.start(), m.end(), m[0]) for m in _RUN.finditer(block.get("text", "").lower())]
                counts.update(r[2] for r in runs)
                counts.update(char for char in block.get("text", "") if not char.isalpha())
                counts.update(f"{a[2]}_{b[2]}" for a, b in pairwise(runs) if b[0] - a[1] == 1)
    lines = []
    for cue in ALL:
        ways = spelled(cue.pattern.pattern, cue.pattern.flags, counts)
        told = None if ways is None else " | ".join(" & ".join(" ".join(sorted(keys)) for keys in way) for way in ways)
        seen = 0 if ways is None else sum(min(sum(counts[k] for k in keys) for keys in way) for way in ways)
        by_hand = sum(counts[":" if key == "FACE" else key] for way in cue.ways for key in way.keys)
        told = told and f"{'+' if seen < by_hand and not cue.first else '-'} {told}"
        print(f"{seen:6d} {cue.pattern.pattern[:70]!r}", file=sys.stderr)
        if told is not None:
            lines.append(f"{named(cue)} {told}\n")
    path = Path(__file__).resolve().parent.parent / "variorum/rescue/cues.txt"
    path.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} of {len(ALL)} cues, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
