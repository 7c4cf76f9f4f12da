"""Measures credits on the development corpus: people (exact spans), people with role, links.

    python bench/credits.py CORPUS [KIND ...]

CORPUS is the folder that holds ``notes.jsonl.gz`` and ``composite.jsonl.gz``; KIND is notes or composite (both).
Only the text of each item is used. Its lines become paragraphs of the story part: no notes stand apart, as in a
file nobody has mended, so what is read are the two ends. With ``--predictions FILE`` the entities are also written
as the corpus's own scorer reads them. Roles are mapped to the scorer's words: cheerleaders, the thanked and
betas are "beta" there, readers "person".
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from variorum import provenance
from variorum.document import Document, Laid, Piece, ReadingText, received

ROLES = {
    "cheerleader": "beta",
    "thanked": "beta",
    "britpicker": "beta",
    "reader": "person",
    "gift-to": "prompter",
    "author-of": "author",
}


def reading_text(text: str) -> ReadingText:
    laid, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            laid.append(Laid("paragraph", "story", (Piece(at, at + len(line)),)))
        at += len(line) + 1
    return received(Document("item", text, (), tuple(laid)))


_HOSTS = re.compile(r"(archiveofourown|tumblr|livejournal|dreamwidth|deviantart|fanfiction|wattpad)\.example")
_REAL = {"archiveofourown": "org", "dreamwidth": "org", "fanfiction": "net"}


def with_real_hosts(text: str) -> tuple[str, list[int]]:
    """The text with the corpus's invented hosts as real ones, and for every offset the one it came from."""
    out, at, back = [], 0, []
    for found in _HOSTS.finditer(text):
        ending = _REAL.get(found[1], "com")
        out += [text[at : found.end(1) + 1], ending]
        back += range(at, found.end(1) + 1 + len(ending))
        at = found.end()
    back += range(at, len(text) + 1)
    return "".join([*out, text[at:]]), back


def entities(text: str) -> list[dict[str, object]]:
    text, back = with_real_hosts(text)
    return [{**e, "start": back[e["start"]], "end": back[e["end"]]} for e in entities_of(reading_text(text))]


def entities_of(read: ReadingText) -> list[dict[str, Any]]:
    """The people with their roles and the links of a reading text, in offsets of its source."""
    statements, links = provenance.statements_in(read)
    found: dict[tuple[int, int], str] = {}
    certainty: dict[tuple[int, int], float] = {}
    for s in statements:
        if s.mention is None or s.relation not in provenance.ROLES:
            continue
        role = ROLES.get(s.relation, s.relation)
        _put(found, certainty, (s.mention.start, s.mention.end), role, s.certainty)
        for alias in s.mention.aliases:
            if (alias.start, alias.end) != (s.mention.start, s.mention.end):
                _put(found, certainty, (alias.start, alias.end), f"{role}-alias", s.certainty)
    for start, end, _ in links:
        found[start, end] = "url"
    return [
        {"start": read.source_of(a), "end": read.source_of(b, end=True), "role": role} for (a, b), role in sorted(found.items())
    ]


def _put(found: dict, certainty: dict, at: tuple[int, int], role: str, how_sure: float) -> None:
    if how_sure > certainty.get(at, 0):
        found[at], certainty[at] = role, how_sure


class Score:
    def __init__(self) -> None:
        self.right = self.found = self.gold = 0

    def add(self, gold: set, found: set) -> None:
        self.right += len(gold & found)
        self.found += len(found)
        self.gold += len(gold)

    def __str__(self) -> str:
        p = self.right / self.found if self.found else 0.0
        r = self.right / self.gold if self.gold else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        return f"P {p:.3f} R {r:.3f} F1 {f:.3f} (gold {self.gold})"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("kinds", nargs="*", default=["notes", "composite"])
    arguments.add_argument("--predictions", type=Path)
    arguments.add_argument("--errors", action="store_true", help="print what was missed and what was wrong, most frequent first")
    given = arguments.parse_args()
    for kind in given.kinds:
        measure(given.corpus / f"{kind}.jsonl.gz", kind, given.predictions, show=given.errors)


def measure(path: Path, kind: str, predictions: Path | None, *, show: bool) -> None:
    scores: dict[str, Score] = defaultdict(Score)
    errors: Counter[str] = Counter()
    size, began = 0, time.process_time()
    lines = []
    with gzip.open(path, "rt", encoding="utf-8") as items:
        for line in items:
            item = json.loads(line)
            text = item["text"]
            size += len(text)
            found = entities(text)
            lines.append(json.dumps({"id": item["id"], "entities": found}))
            gold = item["gold"]["entities"]
            _score(scores, gold, found)
            if show:
                _explain(errors, text, gold, found)
    used = time.process_time() - began
    if predictions is not None:
        predictions.with_name(f"{kind}-{predictions.name}").write_text("\n".join(lines), "utf-8")
    for name, score in scores.items():
        print(f"{kind:10s} {name:14s} {score}")
    print(f"{kind:10s} {used:.2f} CPU s for {size / 1e6:.2f} M characters")
    for what, count in errors.most_common(60):
        print(f"{count:4d} {what}")


def _score(scores: dict[str, Score], gold: list[dict], found: list[dict]) -> None:
    def spans(entities: list[dict], *, url: bool, role: bool = False) -> set:
        return {
            (e["start"], e["end"], e["role"]) if role else (e["start"], e["end"]) for e in entities if (e["role"] == "url") is url
        }

    scores["links"].add(spans(gold, url=True), spans(found, url=True))
    scores["people"].add(spans(gold, url=False), spans(found, url=False))
    scores["people+role"].add(spans(gold, url=False, role=True), spans(found, url=False, role=True))


def _explain(errors: Counter[str], text: str, gold: list[dict], found: list[dict]) -> None:
    g = {(e["start"], e["end"]): e["role"] for e in gold}
    f = {(e["start"], e["end"]): str(e["role"]) for e in found}
    for (a, b), role in g.items():
        around = f"{text[max(0, a - 34) : a]}<{role}>{text[b : b + 24]}".replace("\n", "|")
        if (a, b) not in f:
            errors[f"missed {around}"] += 1
        elif f[a, b] != role:
            errors[f"role {f[a, b]} for {around}"] += 1
    for (a, b), role in f.items():
        if (a, b) not in g:
            errors[f"wrong {role}: {text[max(0, a - 40) : a]}[{text[a:b]}]{text[b : b + 24]}".replace("\n", "|")] += 1


if __name__ == "__main__":
    main()
