"""Who is speaking where: the role of every quotation mark, the stretches of speech, and the turns of a dialogue.

    dialogue(text) -> Dialogue(marks, speech, turns)

Annotation only: nothing of it is shown, nothing is changed, and no emendation is made. A mark is read from what
stands beside it, and where that can be both, from whether speech is open in its paragraph; an apostrophe that
begins a word (``'tis``, ``'em``, ``'90s``) from a list. Which of the two signs a text speaks with, ``"`` or ``'``,
is counted once for the whole of it. Straight, curly, mixed and typewriter (two backticks, two apostrophes) alike; English use.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from variorum.document import ReadingText, Span
from variorum.rescue.words import shipped

__all__ = ["Dialogue", "Mark", "Role", "Turn", "annotate", "dashes", "dialogue", "ellipses", "marks", "speech"]

#: What a mark does: it opens or closes speech, opens or closes a quotation inside it, or stands for letters left out.
Role: TypeAlias = Literal["opens", "closes", "opens-inner", "closes-inner", "apostrophe"]


class Mark(NamedTuple):
    """A quotation mark or apostrophe: where it begins, how many code points it has, its role."""

    at: int
    length: int
    role: Role


class Turn(NamedTuple):
    """What one speaker says before another does: the first and last paragraph, and the speech (start, end) in them."""

    first: int
    last: int
    speech: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Annotation of a text. Offsets count in its text, paragraphs are its blocks."""

    marks: tuple[Mark, ...]
    speech: tuple[tuple[int, int], ...]
    turns: tuple[Turn, ...]


_SIGN = re.compile(r"[\"'“”„‟‘’‚‛`´«»]")
_TYPED = re.compile(r"``|''(?!')|[\"'“”„‟‘’‚‛`´«»]")  # of a text that sets two backticks for an opening mark
_DOUBLE = {"“": "opens", "„": "opens", "``": "opens", "”": "closes", "''": "closes"}
_OPENING = " \xa0\n\t([{—–-/*_…"
_CLOSING = " \xa0\n\t)]}—–-/*_.,;:!?…"
_STOPS = ".,;:!?…—–-*_)"
# Never a word of their own: an apostrophe stands for what is left out.
_ELIDED = re.compile(
    r"(?:em|e|tis|twas|twere|twill|twould|tisn|twasn|til|bout|neath|gainst|mongst|tween|un|im|ave|ow|ouse|alf|ead|eard|eaven|"
    r"ope|orse|urry|ome|n|nuff|cept|scuse|spect|pon|ud|s|d|ll|re|fess|\d\ds?)\b",
    re.IGNORECASE,
)
_LINE_BEGINS = re.compile(r"^(?:(?P<double>[\"“]|``)|['‘]\w)", re.MULTILINE)
_SINGLES = re.compile(r"(?:(?<=[\s—–(]))['‘](?=\w)|(?<=[.,!?…—–])['’](?=\s|$|[—–])", re.MULTILINE)
_DOUBLES = re.compile(r"[\"“”]|``")
_WORD = re.compile(r"[^\W\d_]+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
_DASH = re.compile(r" (?:-{1,3}|[–—]{1,2}) |-{2,3}|[–—]{1,2}")
_RANGE = re.compile(r"\d[–]\d")
_DOTS = re.compile(r"…\.?|\.(?: \.){2,3}|\.{2,5}")


def dialogue(text: ReadingText) -> Dialogue:
    """The annotation of a reading text; speech never reaches over the end of a block. Linear, never raises."""
    whole = text.text
    ends = [start + len(block.text) for start, block in zip(text.starts, text.blocks, strict=True)]
    bounds = list(zip(text.starts, ends, strict=True))
    single, typed = _speaks_single(whole), "``" in whole
    found: list[Mark] = []
    said: list[tuple[int, int]] = []
    turns: list[Turn] = []
    goes_on = False
    for number, (start, end) in enumerate(bounds):
        here = list(_paragraph(whole, start, end, single=single, typed=typed))
        spoken = list(_speech(whole, here, end))
        found += here
        said += spoken
        if not spoken:
            goes_on = False
            continue
        if goes_on and turns and turns[-1].last == number - 1:
            turns[-1] = Turn(turns[-1].first, number, (*turns[-1].speech, *spoken))
        else:
            turns.append(Turn(number, number, tuple(spoken)))
        # A paragraph whose speech is not closed is taken up by the next one: the same speaker.
        goes_on = not any(m.role == "closes" and m.at + m.length == spoken[-1][1] for m in here[-40:])
    return Dialogue(tuple(found), tuple(said), tuple(turns))


def annotate(text: ReadingText) -> tuple[Span, ...]:
    """The speech of a text as spans of kind ``speech``, in offsets of the source."""
    return tuple(Span(text.source_of(a), text.source_of(b, end=True), "speech") for a, b in dialogue(text).speech)


def marks(text: str) -> Iterator[Mark]:
    """The marks of a plain text whose paragraphs stand apart by an empty line."""
    single, typed = _speaks_single(text), "``" in text
    for paragraph in _PARAGRAPH.finditer(text):
        yield from _paragraph(text, *paragraph.span(), single=single, typed=typed)


def speech(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of speech of such a text, with their marks; one that is not closed ends with its paragraph."""
    single, typed = _speaks_single(text), "``" in text
    for paragraph in _PARAGRAPH.finditer(text):
        yield from _speech(text, _paragraph(text, *paragraph.span(), single=single, typed=typed), paragraph.end())


def dashes(text: str) -> Iterator[tuple[int, int]]:
    """Dashes between words, however typed, with the spaces that belong to them; hyphens and ranges are none."""
    for match in _DASH.finditer(text):
        start, end = match.span()
        if text[start - 1 : start] == text[end : end + 1] == "-" or _RANGE.match(text, max(start - 1, 0)):
            continue
        yield start, end


def ellipses(text: str) -> Iterator[tuple[int, int]]:
    """Ellipses, however typed: ``…``, two dots and more, dots with spaces between them."""
    for match in _DOTS.finditer(text):
        yield match.span()


def _speech(text: str, found: Iterable[Mark], end: int) -> Iterator[tuple[int, int]]:
    begun = -1
    for mark in found:
        if mark.role == "opens":
            if begun >= 0:
                # Opened twice: a paragraph of one long speech began here, and its mark is all that is left of it.
                yield begun, begun + len(text[begun : mark.at].rstrip())
            begun = mark.at
        elif mark.role == "closes" and begun >= 0:
            yield begun, mark.at + mark.length
            begun = -1
    if begun >= 0:
        yield begun, end


def _speaks_single(text: str) -> bool:
    """Whether speech stands in single marks: paragraphs begin with them, or else they outnumber the double ones."""
    head = text[:400_000]
    begun = [bool(match.group("double")) for match in _LINE_BEGINS.finditer(head)]
    if len(begun) > 2 and begun.count(True) != begun.count(False):
        return begun.count(False) > begun.count(True)
    doubles = [match.start() for match in _DOUBLES.finditer(head)]
    # What stands inside of double marks is quoted by a speaker, and where that is much of the text they are speech.
    inside = sum(b - a for a, b in zip(doubles[::2], doubles[1::2], strict=False))
    outside = sum(1 for match in _SINGLES.finditer(head) if bisect_left(doubles, match.start()) % 2 == 0)
    return outside > len(doubles) and inside < 0.25 * len(head)


# ---------------------------------------------------------------- one paragraph


class _Sign(NamedTuple):
    """A mark and what stands beside it (a line break at the ends of the paragraph)."""

    at: int
    sign: str
    before: str
    after: str
    double: bool


def _paragraph(text: str, start: int, end: int, *, single: bool, typed: bool) -> Iterator[Mark]:
    """The marks of one paragraph, in order."""
    signs = []
    for match in (_TYPED if typed else _SIGN).finditer(text, start, end):
        at, sign, stop = match.start(), match.group(), match.end()
        before, after = text[at - 1] if at > start else "\n", text[stop] if stop < end else "\n"
        signs.append(_Sign(at, sign, before, after, sign in _DOUBLE or sign in '"«»‟'))
    closed = _closed(text, signs) if signs else []
    outer, inner, brief = False, False, False
    for one, is_closed in zip(signs, closed, strict=True):
        main = one.double != single
        is_open = outer if main else inner
        if one.double:
            what = "opens" if _double_opens(one, is_open=is_open) else "closes"
        else:
            what = _single(text, one, is_open=is_open, closed=is_closed, brief=brief)
            brief = brief and what != "closes" if what != "opens" else not _may_open(text, one)
        role: Role = what if main or what == "apostrophe" else "opens-inner" if what == "opens" else "closes-inner"  # type: ignore[assignment]
        if main and role != "apostrophe":
            outer, inner = role == "opens", False
        elif role != "apostrophe":
            inner = role == "opens-inner"
        yield Mark(one.at, len(one.sign), role)


def _double_opens(one: _Sign, *, is_open: bool) -> bool:
    sign, before, after = one.sign, one.before, one.after
    if sign in _DOUBLE:
        return _DOUBLE[sign] == "opens"
    if sign in "«»":
        return sign == "«"
    if before.isspace() and not after.isspace():
        return after not in ",.;:!?)" or not is_open
    if after.isspace() and not before.isspace():
        return False
    left, right = before in _OPENING or before in "'‘`", after in _CLOSING or after in "'’"
    if left != right and not (is_open and before in "—–-…*_"):
        return left
    return not is_open


def _closed(text: str, signs: list[_Sign]) -> list[tuple[bool, bool]]:
    """For every mark: whether a single mark behind it surely closes, and whether one may, before another opens."""
    out = [(False, False)] * len(signs)
    sure = may = False
    for index in range(len(signs) - 1, -1, -1):
        _, sign, before, after, double = one = signs[index]
        out[index] = sure, may
        if double or sign not in "'’‘":
            continue
        if (before in _OPENING or before in '"“') and after.isalnum() and _may_open(text, one):
            sure = may = False
        elif not before.isspace() and (after in _CLOSING or after in '"”'):
            may = True
            sure = sure or before in _STOPS or before in '"”'
    return out


def _may_open(text: str, one: _Sign) -> bool:
    """Whether a single mark before a word opens something: not before a word cut short, nor amid a sentence before a small letter."""
    if one.sign in "’´" or _ELIDED.match(text, one.at + 1, one.at + 10):
        return False
    return not one.after.islower() or not (one.before == " " and text[one.at - 2 : one.at - 1].isalnum())


def _dropped(text: str, one: _Sign) -> bool:
    """Whether the word behind a mark is one that has lost its first letter (``'ighly``)."""
    word = _WORD.match(text, one.at + 1, one.at + 24)
    known = shipped().counts
    low = word.group().lower() if word is not None else ""
    return known.get("h" + low, 0) > 2 * known.get(low, 0)


def _single(
    text: str, one: _Sign, *, is_open: bool, closed: tuple[bool, bool], brief: bool
) -> Literal["opens", "closes", "apostrophe"]:
    """What a single mark does. ``brief``: what is open was opened amid a sentence, a word or two in quotation marks."""
    sign, before, after = one.sign, one.before, one.after
    if sign in "‘‚‛`":
        return "opens"
    if before.isalnum() and after.isalnum():
        return "apostrophe"
    sure, may = closed
    ends = after in _CLOSING or after in '"”'
    if (before in _OPENING or before in "'\"“") and not after.isspace() and not (ends and is_open):
        if sign in "’´" or _ELIDED.match(text, one.at + 1, one.at + 10) or _dropped(text, one):
            return "apostrophe"
        if not _may_open(text, one):
            return "opens" if not is_open and (sure or may) else "apostrophe"
        begins = text[max(one.at - 4, 0) : one.at].rstrip()[-1:] in (".", "!", "?", ":", "")
        return "opens" if not is_open or (after.isupper() and (sure or begins)) else "apostrophe"
    if not is_open or not ends:
        return "apostrophe"
    if before.isalpha():
        if brief:
            return "closes"
        # "the boys' room", "doin' it": where speech ends later it does not end here.
        follows = text[one.at + 2 : one.at + 3]
        return "apostrophe" if sure or (before == "s" and after == " " and follows.islower()) else "closes"
    return "closes"
