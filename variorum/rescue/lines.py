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
from itertools import groupby
from typing import NamedTuple

from variorum.document import Emendation
from variorum.rescue.model import probabilities
from variorum.rescue.paragraphs import candidates
from variorum.rescue.state import Passage, State
from variorum.rescue.wraps import Wrapping, fits, piece, weight, wrapping

__all__ = ["propose"]

_NEWLINE = re.compile(r"[ \t]{0,200}(?:\n[ \t]{0,80}(?:>[ \t]?){0,8}){1,9}[ \t]{0,80}")
_QUOTED = re.compile(r"(?:>[ \t]?){1,8}")
_ENDED = re.compile(r"[.!?…:—\-*][\"”’')\]*_]{0,3} ?[\"”]?$")
_BEGINS = re.compile(r"[\"“‘'(\[*_]{0,3}[A-Z0-9—]")
_HEADER = re.compile(r"[A-Z][\w' /-]{1,24}: ?\S")
_SIGNATURE = re.compile(r"--? ?$|[-_=*~]{3,}$")


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
    passages = [p for p in state.prose if "\n" in p.text]
    lines = [line for number, passage in enumerate(passages) for line in _lines(state, number, passage)]
    if len(lines) < 3:
        return
    quoted = {line.passage for line in lines if ">" in line.mark}
    for number in sorted(quoted):
        lead = _QUOTED.match(passages[number].text)
        if lead:
            why = "the mark of a quoted line in a mail"
            yield from state.edit(passages[number], 0, lead.end(), "", "lines.quoted", why, "lines.quoted", 0.93)
    how = _wrapping(lines)
    if how is None:
        yield from _unquoted(state, passages, [line for line in lines if ">" in line.mark])
        yield from _paragraph_lines(state, passages, [line for line in lines if ">" not in line.mark])
        return
    spaced = _is_spaced(len(state.prose), lines)
    indented = sum(line.indented for line in lines)
    by_indent = not spaced and 0.03 * len(lines) < indented < 0.7 * len(lines)
    verse = _verse(lines, how.width)
    for number, group in groupby(lines, key=lambda line: line.passage):
        if number in verse:
            continue
        inside = list(group)
        empty = sum(line.mark.count("\n") > 1 for line in inside)
        doubled = empty == len(inside) and not any(">" in line.mark for line in inside)
        apart = (spaced or empty * 14 > len(inside)) and not doubled
        chances = [0.0] * len(inside) if by_indent or apart else _chances(passages[number].text, inside)
        for line, chance in zip(inside, chances, strict=True):
            if _SIGNATURE.match(line.before) or _SIGNATURE.match(line.after):
                continue
            if line.mark.count("\n") > 1 and not doubled:
                yield from _emend(state, passages[number], line, _EMPTY)
                continue
            judged = _judge(line, how, chance, spaced=apart, by_indent=by_indent)
            if judged is not None:
                yield from _emend(state, passages[number], line, judged)


def _is_spaced(blocks: int, lines: Sequence[_Line]) -> bool:
    """Whether empty lines stand between the paragraphs: many blocks, or none of them long."""
    sizes = Counter(line.passage for line in lines).values()
    return blocks > 1 and (blocks * 14 > len(lines) or sum(n * n for n in sizes) < 24 * len(lines))


def _unquoted(state: State, passages: Sequence[Passage], lines: Sequence[_Line]) -> Iterator[Emendation]:
    """Quoted lines that nobody cut: their marks go, the lines stay."""
    for line in lines:
        if line.mark.count("\n") > 1:
            yield from _emend(state, passages[line.passage], line, _EMPTY)
        else:
            why = "the mark of a quoted line in a mail"
            yield from state.edit(passages[line.passage], line.start, line.end, "\n", "lines.quoted", why, "lines.quoted", 0.93)


def _chances(text: str, lines: Sequence[_Line]) -> list[float]:
    """How likely a paragraph begins in the next line, by the words on both sides alone."""
    joined: list[str] = []
    places: list[int] = []
    size = position = 0
    for line in lines:
        part = text[position : line.start]
        joined.append(part)
        size += len(part)
        places.append(size)
        size += 1
        position = line.end
    whole = " ".join([*joined, text[position:]])
    found = list(candidates(whole))
    chances = dict(zip((c.start for c in found), probabilities(whole, found).tolist() if found else (), strict=True))
    for candidate in found:
        if candidate.kind == "DD":
            chances[candidate.start] = 0.99
    return [chances.get(place, 0.0) for place in places]


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


def _wrapping(lines: Sequence[_Line]) -> Wrapping | None:
    """How the text was cut, None when it was not: by the lines whose sentence goes on in the next."""
    going_on = [
        (len(line.before), piece(line.after))
        for line in lines
        if line.after[:1].islower() or not (_ENDED.search(line.before) or _BEGINS.match(line.after))
    ]
    return wrapping([len(line.before) for line in lines], going_on)


def _verse(lines: Sequence[_Line], width: int) -> set[int]:
    """The passages whose lines were broken on purpose: short, nearly all with room left and a capital."""
    breaks: Counter[int] = Counter()
    short: Counter[int] = Counter()
    capital: Counter[int] = Counter()
    for line in lines:
        breaks[line.passage] += 1
        short[line.passage] += fits(len(line.before), line.after, width - 3) and len(line.before) < 0.85 * width
        capital[line.passage] += bool(_BEGINS.match(line.after) or _HEADER.match(line.after))
    # Many short lines with capitals in one block are dialogue without empty lines, not a poem.
    return {n for n, count in breaks.items() if count < 60 and short[n] > 0.7 * count and capital[n] > 0.7 * count}


_EMPTY = _Judged("break", "lines.quoted", "an empty quoted line stands between two paragraphs", 0.97)


def _judge(line: _Line, how: Wrapping, chance: float, *, spaced: bool, by_indent: bool) -> _Judged | None:
    wrap = "lines.wrap"
    if by_indent:
        if line.indented:
            return _Judged("break", "lines.indent", "the next line is indented, as the paragraphs of this text are", 0.97)
        return _Judged("text", wrap, "the line goes on: only indented lines begin paragraphs in this text", 0.96)
    if _HEADER.match(line.before) and _HEADER.match(line.after):
        return None
    room = fits(len(line.before), line.after, how.width)
    ended = bool(_ENDED.search(line.before))
    begins = bool(_BEGINS.match(line.after))
    if not ended or not begins:
        if how.filled and room and not line.after[:1].islower() and len(line.before) < 0.7 * how.width:
            return None  # a heading, a divider, a line of verse: somebody ended it
        return _Judged("text", wrap, "the sentence goes on in the next line", 0.96)
    if spaced:
        why = "paragraphs are apart by empty lines in this text, this is none"
        return _Judged("text", wrap, why, 0.8 if room else 0.9)
    if line.before[-1:] in '"”' and line.after[:1] in '"“':
        return _Judged("break", "lines.turn", "one speaker ends in this line, the next begins another", 0.97)
    chance = min(max(chance, 0.03), 0.97)
    odds = chance / (1 - chance) * weight(how, len(line.before), line.after)
    certainty = odds / (1 + odds)
    if certainty >= 0.5:
        why = "a sentence ends in a line that had room for more"
        if not room:
            why = "a sentence ends with this line, and the next looks like the first of a paragraph"
        return _Judged("break", "lines.short", why, min(max(certainty, 0.6), 0.97))
    why = f"the line is full at {how.width} characters" if not room else "the text was cut in lines of uneven length"
    return _Judged("text", wrap, why, min(max(1 - certainty, 0.6), 0.93))


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
