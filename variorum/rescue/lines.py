"""Hard wraps: a line break inside a paragraph becomes a space, where the whole text shows that lines were cut.

A text was wrapped when its lines stop at one width and the next word would not have fitted. Then a line break
after a full line is no break at all, and one after a short line may be the end of a paragraph. Texts whose
paragraphs are single long lines without empty lines between them get breaks instead. Verse, headers and lists
keep their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from variorum.document import Emendation
from variorum.rescue.state import Passage, State

__all__ = ["propose"]

_NEWLINE = re.compile(r"[ \t]{0,80}\n[ \t\n]{0,80}(?:> ?){0,8}[ \t]{0,80}")
_WORD = re.compile(r"\S{1,60}")
_ENDED = re.compile(r"[.!?…:—\-*][\"”’')\]*_]{0,3}$")
_BEGINS = re.compile(r"[\"“‘'(\[*_]{0,3}[A-Z0-9—]")
_HEADER = re.compile(r"[A-Z][\w' /-]{1,24}: ?\S")
_SIGNATURE = re.compile(r"--? ?$|[-_=*~]{3,}$")
_NARROWEST, _WIDEST = 38, 100


class _Line(NamedTuple):
    """A line break in a passage: where, and what stands on both sides of it."""

    passage: int
    start: int
    end: int
    before: str  #: the line before the break
    after: str  #: the line after it
    indented: bool


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations for hard wraps, break emendations for paragraphs on lines of their own."""
    passages = [p for p in state.passages() if "\n" in p.text]
    lines = [line for number, passage in enumerate(passages) for line in _lines(state, number, passage)]
    if len(lines) < 3:
        return
    width = _width(lines)
    if width is None:
        yield from _paragraph_lines(state, passages, lines)
        return
    blocks = sum(1 for _ in state.passages())
    spaced = blocks * 14 > len(lines)
    indented = sum(line.indented for line in lines)
    by_indent = not spaced and 0.03 * len(lines) < indented < 0.7 * len(lines)
    verse = _verse(lines, width)
    for line in lines:
        if line.passage in verse or _SIGNATURE.match(line.before) or _SIGNATURE.match(line.after):
            continue
        found = _judge(line, width, spaced=spaced, by_indent=by_indent)
        if found is None:
            continue
        passage = passages[line.passage]
        kind, rule, why, certainty = found
        if kind == "break":
            start, end = state.source(passage, line.start, line.end)
            yield state.emend("break", start, end, "", rule, why, rule, certainty)
        else:
            yield from state.edit(passage, line.start, line.end, _joint(line.before), rule, why, rule, certainty)


def _lines(state: State, number: int, passage: Passage) -> Iterator[_Line]:
    text, position = passage.text, 0
    source = state.document.source
    breaks = list(_NEWLINE.finditer(text))
    for index, match in enumerate(breaks):
        following = breaks[index + 1].start() if index + 1 < len(breaks) else len(text)
        place = state.text.source_of(passage.at + match.end())
        indent = source[max(place - 2, 0) : place]
        yield _Line(
            number,
            match.start(),
            match.end(),
            text[position : match.start()].lstrip(),
            text[match.end() : min(following, match.end() + 200)],
            bool(indent) and indent.isspace() and "\n" not in indent[-1:],
        )
        position = match.end()


def _width(lines: list[_Line]) -> int | None:
    """The width the text was wrapped at, or None when it was not."""
    sizes = sorted(len(line.before) for line in lines)
    width = sizes[min(len(sizes) - 1, len(sizes) * 98 // 100)]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    full = sum(1 for line in lines if not _fits(line, width - 2))
    near = sum(1 for line in lines if len(line.before) > 0.72 * width)
    open_ended = sum(1 for line in lines if not _ENDED.search(line.before) or line.after[:1].islower())
    return width if full > 0.3 * len(lines) and near > 0.4 * len(lines) and open_ended > 0.5 * len(lines) else None


def _fits(line: _Line, width: int) -> bool:
    """Whether the first word of the next line would have found room on this one."""
    word = _WORD.match(line.after)
    return len(line.before) + 1 + (len(word.group()) if word else 0) <= width


def _verse(lines: list[_Line], width: int) -> set[int]:
    """The passages whose lines were broken on purpose: short, and nearly all with room left."""
    counted: dict[int, list[int]] = {}
    for line in lines:
        count = counted.setdefault(line.passage, [0, 0, 0])
        count[0] += 1
        count[1] += _fits(line, width - 3) and len(line.before) < 0.85 * width
        count[2] += bool(_BEGINS.match(line.after)) or bool(_HEADER.match(line.after))
    return {number for number, (all_, short, capital) in counted.items() if short > 0.7 * all_ and capital > 0.7 * all_}


def _judge(line: _Line, width: int, *, spaced: bool, by_indent: bool) -> tuple[str, str, str, float] | None:
    wrap = "lines.wrap"
    if by_indent:
        if line.indented:
            return "break", "lines.indent", "the next line is indented, as the paragraphs of this text are", 0.97
        return "text", wrap, "the line goes on: only indented lines begin paragraphs in this text", 0.96
    if _HEADER.match(line.before) and _HEADER.match(line.after):
        return None
    if not _fits(line, width - 1):
        return "text", wrap, f"the line is full at {width} characters: the next word did not fit", 0.96
    ended = bool(_ENDED.search(line.before))
    begins = bool(_BEGINS.match(line.after))
    if not ended or line.after[:1].islower():
        return "text", wrap, "the sentence goes on in the next line", 0.93
    if spaced:
        return "text", wrap, "paragraphs are apart by empty lines in this text, this is none", 0.8
    if begins and len(line.before) < width - 4:
        sure = 0.9 if len(line.before) < 0.8 * width else 0.7
        return "break", "lines.short", "a sentence ends in a line that had room for more", sure
    return "text", wrap, "the text was cut at a fixed width", 0.65


def _joint(before: str) -> str:
    # A word divided at the end of a line was never hyphenated by the mail programs that wrapped these texts.
    return "" if before.endswith(("—", "--")) else " "


def _paragraph_lines(state: State, passages: list[Passage], lines: list[_Line]) -> Iterator[Emendation]:
    """Texts whose paragraphs are lines: breaks at every line break, if the lines are prose."""
    prose = [line for line in lines if len(line.before) > 120]
    ended = sum(1 for line in lines if _ENDED.search(line.before) and not line.after[:1].islower())
    if len(prose) < max(2, len(lines) // 12) or ended < 0.75 * len(lines):
        return
    counted: dict[int, list[int]] = {}
    for line in lines:
        count = counted.setdefault(line.passage, [0, 0])
        count[0] += 1
        count[1] += len(line.before)
    for line in lines:
        number, size = counted[line.passage]
        if number < 4 or size < 60 * number:
            continue
        start, end = state.source(passages[line.passage], line.start, line.end)
        why = "every paragraph of this text is a line of its own, without empty lines between them"
        yield state.emend("break", start, end, "", "lines.single", why, "lines.single", 0.93)
