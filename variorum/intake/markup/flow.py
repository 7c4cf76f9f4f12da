"""The line breaks of one run of text: paragraphs, verse, or lines wrapped by a mail program?

A *flow* is what stands between two block boundaries. Its lines (ended by ``<br>``, or by newlines in
preformatted text) are read by the conventions people wrote with before editors made paragraphs for them:
an empty line between paragraphs, an indent, each line a paragraph, lines wrapped at a width, verse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from variorum.document import Piece
from variorum.intake.markup.entities import pieces_of, trimmed

__all__ = ["BREAK", "Line", "Run", "lines_of", "paragraphs_of"]

#: ``(start, end, text)``: text None means as it stands; BREAK means a line break.
Run = tuple[int, int, str | None]
BREAK = "\n"

_ENDS = re.compile(r"""[.!?…:;—"”’')\]*~-]\s*$""")
_WRAP = range(50, 100)  # the widths mail programs and people wrapped at


class Line(NamedTuple):
    """One line: its pieces without white space at the ends, its text, whether it was indented, the breaks after it."""

    pieces: list[Piece]
    text: str
    indented: bool
    gap: int  #: line breaks up to the next line that is not empty
    at: tuple[int, int]  #: where the first of those breaks stands


def lines_of(source: str, runs: Iterable[Run]) -> list[Line]:
    """The lines of a flow that are not empty."""
    lines: list[Line] = []
    current: list[Run] = []
    breaks: list[tuple[int, int]] = []

    def close() -> None:
        pieces = pieces_of(source, current)
        kept = trimmed(source, list(pieces))
        if kept:
            if lines and breaks:
                lines[-1] = lines[-1]._replace(gap=len(breaks), at=breaks[0])
            elif lines:
                lines[-1] = lines[-1]._replace(gap=1)
            breaks.clear()
            text = "".join([source[p.start : p.end] if p.text is None else p.text for p in kept])
            lines.append(Line(kept, text, _indented(source, current, kept[0].start), 0, (kept[-1].end, kept[-1].end)))
        current.clear()

    for run in runs:
        if run[2] == BREAK:
            close()
            breaks.append((run[0], run[1]))
        else:
            current.append(run)
    close()
    return lines


def _indented(source: str, runs: Sequence[Run], first: int) -> bool:
    """Whether white space that a browser shows (two no-break spaces, a tab in preformatted text) stands before the text."""
    before = "".join(source[s : min(e, first)] for s, e, _ in runs if s < first)
    return before.count("&nbsp;") + before.count("\xa0") + before.count("&#160;") >= 2 or "\t" in before or "   " in before


def paragraphs_of(lines: list[Line], *, in_paragraph: bool) -> list[tuple[str, list[Piece]]]:
    """The blocks of a flow as (kind, pieces). ``in_paragraph``: the writer made a paragraph element around it."""
    if len(lines) == 1:
        return [("paragraph", lines[0].pieces)]
    between = lines[:-1]
    singles = [line for line in between if line.gap == 1]
    if not singles:
        return [("paragraph", line.pieces) for line in lines]
    wrapped = _wrapped(lines)
    indents = sum(line.indented for line in lines)
    if not wrapped and indents >= 2 and indents * 4 >= len(lines):
        return _join(_groups(lines, by_indent=True), as_text="\n")
    if wrapped:
        return _join(_groups(lines, by_indent=indents >= 2 and indents * 12 >= len(lines)), as_text=" ")
    if _each_a_paragraph(lines, singles, in_paragraph=in_paragraph):
        return [("paragraph", line.pieces) for line in lines]
    return _join(_groups(lines, by_indent=False), as_text="\n")


def _groups(lines: list[Line], *, by_indent: bool) -> list[list[Line]]:
    groups: list[list[Line]] = [[]]
    for line in lines:
        if by_indent and line.indented and groups[-1]:
            groups.append([])
        groups[-1].append(line)
        if line.gap > 1:
            groups.append([])
    return [group for group in groups if group]


def _join(groups: list[list[Line]], as_text: str) -> list[tuple[str, list[Piece]]]:
    blocks: list[tuple[str, list[Piece]]] = []
    for group in groups:
        pieces: list[Piece] = []
        for number, line in enumerate(group):
            pieces.extend(line.pieces)
            if number < len(group) - 1:
                pieces.append(Piece(line.at[0], line.at[1], as_text))
        blocks.append(("verse" if as_text == "\n" and _verse(group) else "paragraph", pieces))
    return blocks


def _verse(lines: list[Line]) -> bool:
    """Four or more short lines of which few end a sentence, most begin with a capital letter."""
    if len(lines) < 4 or max(len(line.text) for line in lines) > 70:
        return False
    open_ended = sum(line.text[-1] not in ".!?…\"”'’" for line in lines)
    return open_ended * 3 >= len(lines)


def _wrapped(lines: list[Line]) -> bool:
    """Whether lines end where the next word would no longer have fitted: a machine, not a writer, broke them."""
    width = max(len(line.text) for line in lines)
    if width not in _WRAP:
        return False
    full = broken = ended = 0
    for line, following in pairwise(lines):
        if line.gap == 1:
            broken += 1
            ended += bool(_ENDS.search(line.text))
            word = following.text.split(" ", 1)[0]
            full += len(line.text) + 1 + len(word) > width - 3
    return broken >= 2 and full >= broken * 0.8 and ended <= broken * 0.7


def _each_a_paragraph(lines: list[Line], singles: list[Line], *, in_paragraph: bool) -> bool:
    """Whether a single break parts paragraphs here: lines that end sentences, some of them long."""
    least = 6 if in_paragraph else 3
    if len(lines) < least or len(singles) * 3 < len(lines) * 2:
        return False
    ended = sum(bool(_ENDS.search(line.text)) for line in lines)
    long = sum(len(line.text) > 90 for line in lines)
    return ended * 10 >= len(lines) * 8 and (long * 8 >= len(lines) or sum(len(line.text) for line in lines) > 45 * len(lines))
