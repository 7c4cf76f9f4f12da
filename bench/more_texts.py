#!/usr/bin/env python3
"""Makes training texts for the paragraph model of public-domain books in plain text, beside those of the rescue corpus.

usage: python bench/more_texts.py OUT.jsonl.gz AUTHOR BOOK FILE.txt [FILE.txt ...] [--and AUTHOR BOOK FILE.txt ...]

A file has its paragraphs between empty lines, wrapped or not. A line of OUT is a chapter: ``{"author", "book",
"paragraphs": [...]}``, normalised as the corpus is: straight quotation marks, double ones also where speech was set in
single ones, a dash of one sign, no marks of emphasis. Left out are the licence, headings, verse and other set lines,
and what stands before the first heading. The texts are no part of Variorum: only what is learned from them is.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from variorum.rescue.dialogue import marks

_CHAPTER = re.compile(
    r"(?:CHAPTER|Chapter|VOLUME|ADVENTURE)\b.{0,60}|[IVXLC]+\.? ?[A-Z' \-]{0,50}|(?:THE )?[A-Z' \-]{4,50}|CONCLUSION", re.DOTALL
)
_NUMBERED = re.compile(r"(?:CHAPTER|Chapter|ADVENTURE|[IVXLC]+\.)(?!\w)(?=.{0,70}$)")
_LICENCE = re.compile(r"\*\*\* ?START OF|\*END\*?THE SMALL PRINT")
_END = re.compile(r"\*\*\* ?END OF|^End of (?:the )?Project|^\s*THE END\b|^FINIS\b", re.MULTILINE)
_MARKS = (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("…", "..."))
_DASHES = re.compile(r" ?-{2,}(?: (?=[a-z]))?| ?—(?: (?=[a-z]))?")
_STRESSED = re.compile(r"\b_([^_\n]{1,200})_\b|(?<![\w_])_([^_\n]{1,200})_(?![\w_])")
_SHORT, _WIDTH = 40, 45  # signs of a line of verse; of the longest line of a block that is prose
_LEAST = 12  # paragraphs of a chapter


def blocks(text: str) -> Iterator[str]:
    """The paragraphs and headings of a text, each on one line; verse and other set lines are left out."""
    text = text.replace("\r\n", "\n").expandtabs()
    if start := _LICENCE.search(text):
        text = text[text.index("\n", start.end()) :]
    if end := _END.search(text, len(text) // 2):
        text = text[: end.start()]
    for block in re.split(r"\n\s*\n+", text):
        lines = [line for line in block.split("\n") if line.strip()]
        inside = lines[1:-1] if len(lines) > 2 else []
        if lines and _NUMBERED.match(lines[0].strip()):
            yield " ".join(" ".join(lines).split())
            continue
        if not lines or (inside and max(map(len, inside)) < _WIDTH) or all(line.startswith("     ") for line in lines[:2]):
            continue
        yield re.sub(r"(?<=\w-) (?=\w)", "", " ".join(" ".join(lines).split()))


def chapters(text: str) -> Iterator[list[str]]:
    """The paragraphs of each chapter; what stands before the first heading is left out where there are headings."""
    found: list[str] = []
    headed = False
    for block in blocks(text):
        if _CHAPTER.fullmatch(block) and '"' not in block and len(block) < 80:
            if _NUMBERED.match(block):
                if headed and len(found) >= _LEAST:
                    yield found
                found, headed = [], True
            continue
        if not block.startswith(("[", "*")) and any(c.islower() for c in block):
            found.append(block)
    if len(found) >= _LEAST:
        yield found


def normal(paragraphs: list[str]) -> list[str]:
    """The paragraphs of a chapter as the corpus writes them."""
    whole = "\n\n".join(paragraphs).replace("`", "‘")
    if whole.count("‘") > whole.count('"') + whole.count("“"):
        whole = _doubled(whole)
    for mark, straight in _MARKS:
        whole = whole.replace(mark, straight)
    whole = _STRESSED.sub(lambda m: m[1] or m[2], whole)
    return [_DASHES.sub("—", paragraph).strip() for paragraph in whole.split("\n\n")]


def _doubled(text: str) -> str:
    """Speech in single marks gets double ones, quotations inside it single ones."""
    out, last = [], 0
    for mark in marks(text):
        out += (text[last : mark.at], '"' if mark.role in ("opens", "closes") else "'")
        last = mark.at + mark.length
    return "".join((*out, text[last:]))


def main() -> None:
    out, *rest = sys.argv[1:]
    books: list[list[str]] = [[]]
    for word in rest:
        if word == "--and":
            books.append([])
        else:
            books[-1].append(word)
    with gzip.open(out, "wt", encoding="utf-8") as lines:
        for author, book, *files in books:
            count = size = 0
            for path in files:
                text = Path(path).read_text(encoding="utf-8", errors="replace")
                for paragraphs in chapters(text):
                    made = {"author": author, "book": book, "paragraphs": normal(paragraphs)}
                    lines.write(json.dumps(made, ensure_ascii=False) + "\n")
                    count, size = count + 1, size + sum(map(len, paragraphs))
            print(f"{author}, {book}: {count} chapters, {size} characters")


if __name__ == "__main__":
    main()
