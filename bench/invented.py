#!/usr/bin/env python3
"""Notes and headings nobody tuned the rules to: invented ones around invented stories, in two halves.

usage: python bench/invented.py [--half A|B] [--errors] [notes|chapters]

`bench/invented/*.txt` were written before the rules that had to meet them. Half A was looked at while the rules were
improved, half B only as a total. Items are put together by a fixed shuffle: notes before, after and inside a story, as
lines, as single lines and as one flat line. Nothing is random, nothing is fetched.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import rescue as bench

FOLDER = Path(__file__).resolve().parent / "invented"
LAYOUTS = {"lines": "\n\n", "br-lines": "\n", "flat": " "}
_PERSON = re.compile(r"\{([a-z-]+)=([^}]+)\}")


class Line(NamedTuple):
    where: str
    label: str
    text: str
    people: tuple[tuple[int, int, str], ...]


class Item(NamedTuple):
    text: str
    notes: list[tuple[int, int, str]]
    people: set[tuple[int, int, str]]


def banks(half: str) -> list[Line]:
    lines = [line for line in (FOLDER / "notes.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    out = []
    for line in lines[0 if half == "A" else 1 :: 2]:
        where, label, marked = line.split("|", 2)
        people, text, at = [], "", 0
        for match in _PERSON.finditer(marked):
            text += marked[at : match.start()]
            name = match[2].removeprefix("@")
            text += "@" * (len(match[2]) - len(name))
            people.append((len(text), len(text) + len(name), match[1]))
            text += name
            at = match.end()
        out.append(Line(where, label, text + marked[at:], tuple(people)))
    return out


def stories() -> list[list[str]]:
    text = (FOLDER / "stories.txt").read_text("utf-8")
    return [[p for p in s.split("\n")[1:] if p] for s in re.split(r"^== ", text, flags=re.MULTILINE)[1:]]


def items(half: str, layout: str) -> Iterator[Item]:
    joint = LAYOUTS[layout]
    bank = banks(half)
    dice = random.Random(f"{half}{layout}")
    for story in stories() * 12:
        before = dice.sample([n for n in bank if n.where == "b"], dice.randint(0, 4))
        after = dice.sample([n for n in bank if n.where == "e"], dice.randint(0 if before else 1, 4))
        inside = dice.sample([n for n in bank if n.where == "m"], dice.random() < 0.15)
        cut = len(story) // 2
        parts: list[str | Line] = [*before, *story[:cut], *inside, *story[cut:], *after]
        text, notes, people = "", [], set()
        for part in parts:
            text += joint if text else ""
            if isinstance(part, Line):
                notes.append((len(text), len(text) + len(part.text), part.label))
                people |= {(len(text) + a, len(text) + b, role) for a, b, role in part.people}
                text += part.text
            else:
                text += part
        yield Item(text, notes, people)


def controls(layout: str) -> Iterator[str]:
    yield from (LAYOUTS[layout].join(story) for story in stories())


def f1(right: int, found: int, gold: int) -> str:
    p, r = right / found if found else 0.0, right / gold if gold else 0.0
    return f"P {p:.3f} R {r:.3f} F1 {2 * p * r / (p + r) if p + r else 0.0:.3f}"


def measure_notes(half: str, *, errors: bool) -> None:
    wrong: Counter[str] = Counter()
    for layout in LAYOUTS:
        tp = fp = fn = same = story = 0
        people: Counter[str] = Counter()
        for item in items(half, layout):
            found = bench.on_real_hosts(bench.notes, item.text)
            gold = _labels(item.text, [{"start": a, "end": b, "label": label} for a, b, label in item.notes])
            mine = _labels(item.text, found["apparatus"])
            for at, character in enumerate(item.text):
                if not character.isspace():
                    tp += bool(gold[at] and mine[at])
                    same += bool(gold[at] and gold[at] == mine[at])
                    fp += bool(mine[at] and not gold[at])
                    fn += bool(gold[at] and not mine[at])
                    story += not gold[at]
            _people(people, item, found["entities"])
            _explain(wrong, item, gold, mine)
        alone = sum(not bench.on_real_hosts(bench.notes, text)["apparatus"] for text in controls(layout))
        print(
            f"notes {half} {layout:9s} {f1(tp, tp + fp, tp + fn)}  story taken {fp / story:.3%}  label {same / max(tp, 1):.3f}  "
            f"people {f1(people['right'], people['found'], people['gold'])}  with role {f1(people['role'], people['found'], people['gold'])}  "
            f"controls left alone {alone}/{len(stories())}"
        )
    for what, count in wrong.most_common(80) if errors else ():
        print(f"{count:4d} {what}")


def measure_chapters(half: str, *, errors: bool) -> None:
    works = [line for line in (FOLDER / "chapters.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    for layout in ("lines", "flat"):
        right = found = gold = 0
        for number, work in enumerate(works[0 if half == "A" else 1 :: 2]):
            text, places = "", set()
            for heading, story in zip(work.split(" | "), (stories() * 3)[number % 6 :], strict=False):
                text += LAYOUTS[layout] if text else ""
                places.add((len(text), len(text) + len(heading)))
                text += LAYOUTS[layout].join([heading, *story])
            mine = {(h["start"], h["end"]) for h in bench.chapters(bench.rescue(bench.laid(text)))["headings"]}
            right, found, gold = right + len(mine & places), found + len(mine), gold + len(places)
            for a, b in sorted(mine ^ places) if errors else ():
                print("    ", "missed" if (a, b) in places else "wrong", repr(text[a:b]), "of", work)
        print(f"chapters {half} {layout:9s} {f1(right, found, gold)}")


def _labels(text: str, spans: list[dict[str, Any]]) -> list[str | None]:
    out: list[str | None] = [None] * len(text)
    for span in spans:
        out[span["start"] : span["end"]] = [span["label"]] * (span["end"] - span["start"])
    return out


def _people(counts: Counter[str], item: Item, entities: list[dict[str, Any]]) -> None:
    found = {(e["start"], e["end"]): e["role"] for e in entities if e["role"] != "url"}
    gold = {(a, b): role for a, b, role in item.people}
    counts["gold"] += len(gold)
    counts["found"] += len(found)
    counts["right"] += len(gold.keys() & found.keys())
    counts["role"] += sum(gold.get(place) == role for place, role in found.items())


def _explain(wrong: Counter[str], item: Item, gold: list[str | None], mine: list[str | None]) -> None:
    for a, b, label in item.notes:
        got = Counter(mine[a:b]).most_common(1)[0][0]
        if got != label:
            wrong[f"{label} as {got}: {item.text[a:b]}"] += 1
    taken = "".join(c if m and not g else "\n" for c, g, m in zip(item.text, gold, mine, strict=True))
    for piece in re.findall(r"[^\n]{4,}", taken):
        wrong[f"story taken: {piece.strip()[:160]}"] += 1


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--half", choices=["A", "B"])
    arguments.add_argument("--errors", action="store_true", help="what went wrong, most frequent first (of half A)")
    arguments.add_argument("kind", nargs="?", choices=["notes", "chapters"], default="notes")
    given = arguments.parse_args()
    for half in given.half or "AB":
        (measure_notes if given.kind == "notes" else measure_chapters)(half, errors=given.errors)


if __name__ == "__main__":
    main()
