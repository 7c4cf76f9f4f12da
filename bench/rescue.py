#!/usr/bin/env python3
"""Predictions of the product's own rescue for the rescue corpus, in the form its score.py reads.

usage: python bench/rescue.py KIND < items.jsonl > predictions.jsonl

Every line is {"id", "text"}, for kind flat optionally "sibling" (another copy's text, paragraphs apart by empty
lines); nothing else of an item is read. KIND is one of flat inline mojibake mail markup notes html chapters
typography composite.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from credits import entities_of, with_real_hosts

from variorum.document import Document, Emendation, Laid, ReadingText, Sibling, reading, received
from variorum.intake import Task, open_item
from variorum.intake.headers import read_header
from variorum.intake.lines import runs_of
from variorum.intake.text import lay_text
from variorum.rescue import rescue
from variorum.rescue.dialogue import dashes, ellipses, marks, speech
from variorum.rescue.scoring import classify, cues_of
from variorum.text import tokenise

SHOWN = 0.5  # the scorer's own threshold: offered emendations from here on count as predictions


def laid(text: str) -> Document:
    """A plain text as intake lays it."""
    blocks, gaps = lay_text(text, read_header(text, runs_of(text)))
    return Document("sha256:0", text, blocks=tuple(blocks), left_out=tuple(gaps))


def matches(a: str, b: str) -> tuple[tuple[int, int, int], ...]:
    """Runs of equal tokens: by the product's own alignment, or by difflib where that room is not built."""
    ours, theirs = tokenise(a), tokenise(b)
    try:
        from variorum.collation import align
    except ImportError:
        blocks = SequenceMatcher(None, ours.hashes.tolist(), theirs.hashes.tolist(), autojunk=False).get_matching_blocks()
        return tuple((m.a, m.b, m.size) for m in blocks if m.size)
    return tuple(align(ours, theirs).matches)


def of(document: Document, *rules: str, state: bool = False) -> Iterator[Emendation]:
    """The emendations of these rules that are applied, or (``state``) sure enough to count."""
    for emendation in document.emendations:
        if emendation.rule.split(".")[0] in rules and (
            emendation.state == "applied" or (state and emendation.certainty >= SHOWN)
        ):
            yield emendation


def breaks(document: Document) -> list[list[Any]]:
    found: dict[int, float] = {}
    source = document.source
    for e in document.emendations:
        if e.kind == "break":
            place = e.end
        elif e.kind in ("scene", "heading"):
            place = e.end + len(source[e.end : e.end + 200]) - len(source[e.end : e.end + 200].lstrip())
        else:
            continue
        found[place] = max(found.get(place, 0.0), e.certainty)
    return [[place, certainty] for place, certainty in sorted(found.items())]


def flat(document: Document) -> dict[str, Any]:
    return {"breaks": breaks(document)}


def inline(document: Document) -> dict[str, Any]:
    return {
        "spurious_spaces": [e.start for e in of(document, "spaces") if e.kind == "text" and not e.reading and e.start < e.end],
        "missing_spaces": [e.start for e in of(document, "glue") if e.kind == "text" and e.start == e.end],
        "spans": [[e.start, e.end] for e in of(document, "spaces", state=True) if e.kind == "emphasis"],
    }


def mojibake(document: Document) -> dict[str, Any]:
    """The source with the text emendations of the characters stage and no other."""
    text, position, out = document.source, 0, []
    for e in document.emendations:
        if e.kind == "text" and e.rule.startswith("characters") and e.state == "applied":
            out += [text[position : e.start], e.reading]
            position = e.end
    return {"text": "".join([*out, text[position:]])}


def scenes(document: Document) -> list[list[int]]:
    return [[e.start, e.end] for e in document.emendations if e.kind == "scene" and e.certainty >= SHOWN]


def markup(document: Document) -> dict[str, Any]:
    """Emphasis with its markers: the emphasis emendation, widened by the text emendations that touch it."""
    gone_at = {e.end: e.start for e in of(document, "emphasis", state=True) if e.kind == "text"}
    gone_from = {e.start: e.end for e in of(document, "emphasis", state=True) if e.kind == "text"}
    spans = [
        [gone_at.get(e.start, e.start), gone_from.get(e.end, e.end)]
        for e in of(document, "emphasis", state=True)
        if e.kind == "emphasis"
    ]
    return {"emphasis": spans, "scenes": scenes(document)}


def notes(document: Document) -> dict[str, Any]:
    found = [
        {"start": e.start, "end": e.end, "label": e.rule.partition(".")[2]}
        for e in document.emendations
        if e.kind == "part" and e.state == "applied"
    ]
    found.extend(  # what intake itself read as a header
        {"start": block.pieces[0].start, "end": block.pieces[-1].end, "label": of_header(document, block)}
        for block in document.blocks
        if block.part != "story" and block.pieces
    )
    return {"apparatus": found, "entities": entities_of(reading(document))}


def of_header(document: Document, block: Laid) -> str:
    """What a line of a header is, as rescue would call it had intake not read it."""
    found = classify(cues_of(document.source[block.pieces[0].start : block.pieces[-1].end]))
    return "meta" if found in ("title", "summary", "note") and block.part != "notes-before" else found


def mail(document: Document) -> dict[str, Any]:
    """Where paragraphs begin, and of every line what it is: hdr, quote, note, sig, footer, scene, body or blank."""
    source = document.source
    starts = [0, *(m.end() for m in re.finditer("\n", source))]
    blocks = reading(document).blocks
    lines = {bisect_right(starts, b.start) - 1 for b in blocks if b.kind != "scene-break"}
    # What intake laid in no block, though it is not blank, is the divider under a header.
    classes = ["blank" if not line.strip(" \t>") else "scene" for line in source.split("\n")]

    def put(start: int, end: int, name: str) -> None:
        for number in range(bisect_right(starts, start) - 1, bisect_right(starts, max(end - 1, start))):
            if classes[number] != "blank":
                classes[number] = name

    for laid_block in document.blocks:
        if laid_block.part != "story" and laid_block.pieces:
            start, end = laid_block.pieces[0].start, laid_block.pieces[-1].end
            put(start, end, "hdr" if MAIL_FIELD.match(source, start) else "note")
        elif laid_block.pieces:
            put(laid_block.pieces[0].start, laid_block.pieces[-1].end, "scene" if laid_block.kind == "scene-break" else "body")
    for e in document.emendations:
        if e.state == "applied" and e.kind in ("scene", "part"):
            put(e.start, e.end, "scene" if e.kind == "scene" else CLASSES.get(e.rule, "note"))
    return {"para_start": sorted(lines), "line_class": classes}


CLASSES = {"mail.header": "hdr", "mail.quote": "quote", "mail.signature": "sig", "mail.footer": "footer"}
MAIL_FIELD = re.compile(
    r"(?:From|To|Cc|Subject|Date|Sent|Message-ID|In-Reply-To|References|Reply-To|Newsgroups|Organi[sz]ation|X-[\w-]+): ?",
    re.IGNORECASE,
)


def html(document: Document) -> dict[str, Any]:
    """As a page is opened: the story found among its furniture, laid, and rescued."""
    opened = open_item(Task("page.html", "sha256:0", document.source.encode("utf-8", "surrogatepass")))
    mended = rescue(opened.copies[0].document)
    found = [
        {"text": b.text, "spans": [[s.start, s.end] for s in b.spans if s.kind in ("emphasis", "strong")]}
        for b in reading(mended).blocks
        if b.kind not in ("scene-break", "image", "heading") and b.part == "story"
    ]
    return {"blocks": found}


def chapters(document: Document) -> dict[str, Any]:
    return {
        "headings": [
            {"start": e.start, "end": e.end} for e in document.emendations if e.kind == "heading" and e.certainty >= SHOWN
        ]
    }


def composite(document: Document) -> dict[str, Any]:
    return {"breaks": breaks(document), "scenes": scenes(document), **inline(document), **notes(document)}


_ROLES = {"opens": "od", "closes": "cd", "opens-inner": "os", "closes-inner": "cs", "apostrophe": "ap"}


def typography(document: Document) -> dict[str, Any]:
    """The annotation of the text as it stands; nothing is mended for it."""
    text = document.source
    return {
        "quotes": [[mark.at, _ROLES[mark.role]] for mark in marks(text)],
        "speech": list(speech(text)),
        "ellipses": list(ellipses(text)),
        "dashes": list(dashes(text)),
    }


KINDS = {f.__name__: f for f in (flat, inline, mojibake, mail, markup, notes, html, chapters, typography, composite)}


def on_real_hosts(kind: Callable[[Document], dict[str, Any]], text: str) -> dict[str, Any]:
    """Notes are read with the corpus's invented hosts as real ones, as it asks; offsets are the item's own again."""
    shown, back = with_real_hosts(text)
    found = kind(rescue(laid(shown)))

    def own(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: back[v] if key in ("start", "end") else v for key, v in value.items()}
        if isinstance(value, list):
            return [own(v) for v in value]
        return back[value] if isinstance(value, int) else value

    return {key: own(value) for key, value in found.items()}


def main() -> None:
    kind = KINDS[sys.argv[1]]
    for line in sys.stdin:
        item = json.loads(line)
        if kind in (notes, composite):
            print(json.dumps({"id": item["id"], **on_real_hosts(kind, item["text"])}))
            continue
        document = laid(item["text"]) if kind is not html else Document("sha256:0", item["text"])
        siblings = []
        if item.get("sibling"):
            other: ReadingText = received(laid(item["sibling"]))
            siblings = [Sibling("sibling", other, matches(received(document).text, other.text))]
        mended = rescue(document, siblings) if kind is not html else document
        print(json.dumps({"id": item["id"], **kind(mended)}))


if __name__ == "__main__":
    main()
