"""Hard wraps: a line break inside a paragraph becomes a space, where the whole text shows that lines were cut.

A text was wrapped when its lines stop at one width and sentences run on from line to line. Then a line break
after a full line is no break at all, and one after a short line may be the end of a paragraph. Texts whose
paragraphs are single long lines without empty lines between them get breaks instead. The ``>`` of quoted mail
goes with the break. Verse, headers and lists keep their lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from variorum.document import Emendation
from variorum.rescue.state import Passage, State

__all__ = ["propose"]

_NEWLINE = re.compile(r"[ \t]{0,200}(?:\n[ \t]{0,80}(?:>[ \t]?){0,8}){1,9}[ \t]{0,80}")
_QUOTED = re.compile(r"(?:>[ \t]?){1,8}")
_WORD = re.compile(r"\S{1,60}")
_ENDED = re.compile(r"[.!?…:—\-*][\"”’')\]*_]{0,3} ?[\"”]?$")
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
    after: str  #: the beginning of the line after it
    indented: bool
    mark: str  #: what the break itself is made of


class _Judged(NamedTuple):
    kind: str  #: break, or text for a space
    rule: str
    why: str
    certainty: float


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations for hard wraps, break emendations for paragraphs on lines of their own."""
    passages = [p for p in state.passages() if "\n" in p.text]
    lines = [line for number, passage in enumerate(passages) for line in _lines(state, number, passage)]
    if len(lines) < 3:
        return
    quoted = {line.passage for line in lines if ">" in line.mark}
    for number in sorted(quoted):
        lead = _QUOTED.match(passages[number].text)
        if lead:
            why = "the mark of a quoted line in a mail"
            yield from state.edit(passages[number], 0, lead.end(), "", "lines.quoted", why, "lines.quoted", 0.93)
    width = _width(lines)
    if width is None:
        yield from _paragraph_lines(state, passages, lines)
        return
    blocks = sum(1 for _ in state.passages())
    spaced = blocks > 1 and blocks * 14 > len(lines)
    indented = sum(line.indented for line in lines)
    by_indent = not spaced and 0.03 * len(lines) < indented < 0.7 * len(lines)
    verse = _verse(lines, width)
    for line in lines:
        if line.passage in verse or _SIGNATURE.match(line.before) or _SIGNATURE.match(line.after):
            continue
        found = _judge(line, width, spaced=spaced, by_indent=by_indent)
        if found is not None:
            yield from _emend(state, passages[line.passage], line, found)


def _emend(state: State, passage: Passage, line: _Line, found: _Judged) -> Iterator[Emendation]:
    _, rule, why, certainty = found
    if found.kind == "text":
        yield from state.edit(passage, line.start, line.end, _joint(line.before), rule, why, rule, certainty)
        return
    start, end = state.source(passage, line.start, line.end)
    if ">" not in line.mark:
        yield state.emend("break", start, end, "", rule, why, rule, certainty)
        return
    # A quote mark is no white space: it goes by an edit of its own, the break stands behind it.
    yield from state.edit(passage, line.start, line.end, "", rule, why, rule, certainty)
    yield state.emend("break", end, end, "", rule, why, rule, certainty)


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
            indent.isspace() and "\n" not in indent,
            match.group(),
        )
        position = match.end()


def _width(lines: Sequence[_Line]) -> int | None:
    """The width the text was wrapped at, or None when it was not."""
    sizes = sorted(len(line.before) for line in lines)
    width = sizes[min(len(sizes) - 1, len(sizes) * 98 // 100)]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    near = sum(1 for line in lines if len(line.before) > 0.6 * width)
    open_ended = sum(1 for line in lines if not _ENDED.search(line.before) or line.after[:1].islower())
    return width if near > 0.4 * len(lines) and open_ended > 0.4 * len(lines) else None


def _fits(line: _Line, width: int) -> bool:
    """Whether the first word of the next line would have found room on this one."""
    word = _WORD.match(line.after)
    return len(line.before) + 1 + (len(word.group()) if word else 0) <= width


def _verse(lines: Sequence[_Line], width: int) -> set[int]:
    """The passages whose lines were broken on purpose: short, nearly all with room left and a capital."""
    breaks: Counter[int] = Counter()
    short: Counter[int] = Counter()
    capital: Counter[int] = Counter()
    for line in lines:
        breaks[line.passage] += 1
        short[line.passage] += _fits(line, width - 3) and len(line.before) < 0.85 * width
        capital[line.passage] += bool(_BEGINS.match(line.after) or _HEADER.match(line.after))
    # Many short lines with capitals in one block are dialogue without empty lines, not a poem.
    return {n for n, count in breaks.items() if count < 60 and short[n] > 0.7 * count and capital[n] > 0.7 * count}


def _judge(line: _Line, width: int, *, spaced: bool, by_indent: bool) -> _Judged | None:
    wrap = "lines.wrap"
    if line.mark.count("\n") > 1:
        return _Judged("break", "lines.quoted", "an empty quoted line stands between two paragraphs", 0.97)
    if by_indent:
        if line.indented:
            return _Judged("break", "lines.indent", "the next line is indented, as the paragraphs of this text are", 0.97)
        return _Judged("text", wrap, "the line goes on: only indented lines begin paragraphs in this text", 0.96)
    if _HEADER.match(line.before) and _HEADER.match(line.after):
        return None
    ended = bool(_ENDED.search(line.before))
    begins = bool(_BEGINS.match(line.after))
    if not ended or not begins:
        return _Judged("text", wrap, "the sentence goes on in the next line", 0.96)
    if spaced:
        why = "paragraphs are apart by empty lines in this text, this is none"
        return _Judged("text", wrap, why, 0.9 if not _fits(line, width - 1) else 0.8)
    turn = line.before[-1:] in '"”' and line.after[:1] in '"“'
    if turn:
        return _Judged("break", "lines.turn", "one speaker ends in this line, the next begins another", 0.97)
    if not _fits(line, width - 1):
        return _Judged("text", wrap, f"the line is full at {width} characters: the next word did not fit", 0.85)
    room = len(line.before) / width
    if room < 0.95:
        certainty = 0.93 if room < 0.7 else 0.8 if room < 0.85 else 0.65
        return _Judged("break", "lines.short", "a sentence ends in a line that had room for more", certainty)
    return _Judged("text", wrap, "the text was cut at a fixed width", 0.65)


def _joint(before: str) -> str:
    # The mail programs that wrapped these texts cut at spaces only, but some cut after a dash, which takes none.
    return "" if before.endswith("—") else " "


def _paragraph_lines(state: State, passages: Sequence[Passage], lines: Sequence[_Line]) -> Iterator[Emendation]:
    """Texts whose paragraphs are lines: breaks at every line break, if the lines are prose."""
    prose = sum(1 for line in lines if len(line.before) > 120)
    ended = sum(1 for line in lines if _ENDED.search(line.before) and not line.after[:1].islower())
    if prose < max(2, len(lines) // 12) or ended < 0.75 * len(lines):
        return
    number: Counter[int] = Counter(line.passage for line in lines)
    size: Counter[int] = Counter()
    for line in lines:
        size[line.passage] += len(line.before)
    why = "every paragraph of this text is a line of its own, without empty lines between them"
    for line in lines:
        if number[line.passage] >= 4 and size[line.passage] >= 60 * number[line.passage]:
            yield from _emend(state, passages[line.passage], line, _Judged("break", "lines.single", why, 0.93))
