"""A mended text for a pipe: one plain HTML page, or Markdown, from the blocks alone and nothing else.

For `variorum rescue`, which has a file and no work. The HTML is written from our own values and escaped, as every page
of the house is. The Markdown is CommonMark: read by any of its readers it gives the same words, emphasis and headings;
whatever sign of the text could mean something to such a reader stands behind a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from variorum.document import Block
from variorum.editions import safe
from variorum.editions.blocks import blocks_html
from variorum.text import shown

__all__ = ["loose_html", "loose_markdown"]

_LABELS = {"summary": "Summary", "notes-before": "Notes", "notes-after": "End notes", "credits": "Credits"}
_LEFT_OUT = ("title", "comments")  # title and byline are said above; what readers wrote is no part of the work
_SIGNS = re.compile(r"[\\`*_\[\]<>&~|$^]")
_BEGINS = re.compile(r"(?P<sign>[#+=>:-])|(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)")
_ENDS = re.compile(r"#+$|!$")
_SPACE = re.compile(r"[ \t\r\f\v\u2028\u2029]+")


def loose_html(blocks: Sequence[Block], title: str, *, notes: bool = False) -> str:
    """A page that stands alone, without script or anything loaded; ``title`` is what the tab says."""
    text = "".join(b.text for b in blocks if b.part == "story")
    direction = safe.direction(None, text)
    body: list[str] = []
    first = 1
    for part, group in groupby(_read(blocks, notes=notes), key=lambda block: block.part):
        inside = list(group)
        shown_blocks = blocks_html(inside, first=first, link=safe.address, direction=direction)
        first += len(inside)
        if part == "story":
            body.append(shown_blocks)
        else:
            body.append(f"<aside>\n<p><strong>{_LABELS.get(part, 'Notes')}</strong></p>\n{shown_blocks}</aside>\n")
    return (
        f'<!DOCTYPE html>\n<html dir="{direction}">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"/>\n'
        f"<title>{safe.html(safe.line(title))}</title>\n</head>\n<body>\n{''.join(body)}</body>\n</html>\n"
    )


def loose_markdown(blocks: Sequence[Block], *, notes: bool = False) -> str:
    """CommonMark: paragraphs apart by empty lines, ``# `` before a heading, ``***`` for a scene break. Ends in a newline."""
    out: list[str] = []
    for part, group in groupby(_read(blocks, notes=notes), key=lambda block: block.part):
        label = _LABELS.get(part)
        if label is not None:
            out.append(f"**{label}**")
        out.extend(text for text in map(_block, group) if text)
    return "\n\n".join(out) + "\n" if out else ""


def _read(blocks: Iterable[Block], *, notes: bool) -> list[Block]:
    return [b for b in blocks if b.part == "story" or (notes and b.part not in _LEFT_OUT)]


def _block(block: Block) -> str:
    if block.kind == "scene-break":
        return "***"
    if block.kind == "image":
        return f"\\[{_plain(block.text)}\\]" if block.text else ""
    lines = _lines(block)
    if not lines:
        return ""
    if block.kind == "heading":
        return f"{'#' * min(max(block.level, 1), 6)} {_ENDS.sub(lambda m: chr(92) + m.group(), ' '.join(lines))}"
    # The end of a line inside a block is the text's own: a backslash keeps it.
    return "\\\n".join("> " + line if block.kind == "quote" else line for line in lines)


def _lines(block: Block) -> list[str]:
    """The lines of a block with everything escaped and its emphasis marked; none of them empty."""
    out, position = [], 0
    for line in block.text.split("\n"):
        if line.strip():
            made, at = "", 0
            for first, last, mark in _disjoint(block, line, position):
                made += _plain(line[at:first]) + mark + _plain(line[first:last]) + mark
                at = last
            out.append(_beginning(_SPACE.sub(" ", made + _plain(line[at:])).strip()))
        position += len(line) + 1
    return out


def _disjoint(block: Block, line: str, offset: int) -> list[tuple[int, int, str]]:
    """Stretches of a line that a reader of Markdown takes for emphasis: apart, no white space inside their ends.

    A mark is only a mark where a word begins or ends beside it; elsewhere (inside a word, beside a quotation mark of
    the wrong side) the emphasis is left out rather than a star left standing.
    """
    out: list[tuple[int, int, str]] = []
    last = -2
    for span in sorted(block.spans):
        if span.kind not in ("emphasis", "strong"):
            continue
        start, end = max(span.start - offset, 0), min(span.end - offset, len(line))
        while start < end and line[start].isspace():
            start += 1
        while end > start and line[end - 1].isspace():
            end -= 1
        if start >= end or start <= last or not _flanked(line, start, end):
            continue
        out.append((start, end, "*" if span.kind == "emphasis" else "**"))
        last = end
    return out


def _flanked(text: str, start: int, end: int) -> bool:
    """CommonMark's rule of left and right flanking, for a stretch whose ends are no white space."""
    before, after = text[start - 1 : start], text[end : end + 1]
    opens = text[start].isalnum() or not before or not before.isalnum()
    closes = text[end - 1].isalnum() or not after or not after.isalnum()
    return opens and closes


def _plain(text: str) -> str:
    """Text with every sign that could mean something behind a backslash."""
    return _SIGNS.sub(lambda match: "\\" + match.group(), shown(text))


def _beginning(line: str) -> str:
    """A line that does not begin like a list, a heading, a quotation or a rule."""
    match = _BEGINS.match(line)
    if match is None:
        return line
    if match["sign"]:
        return "\\" + line
    return f"{match['number']}\\{line[match.end('number') :]}"
