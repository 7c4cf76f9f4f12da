"""Home-made scene breaks: ``***``, ``~~~``, ``oOo`` on a line of their own or lost inside a flattened one.

A mark that can mean nothing else counts wherever it stands alone between spaces. A dash counts only between
the end of one sentence and the beginning of another, and only where the text is not in the habit of setting
such dashes between words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from variorum.document import Emendation
from variorum.rescue.state import MOST, Passage, Standing, State, standing

__all__ = ["MARK", "propose"]

_SHAPES = (
    r"\*(?: ?\*){1,30}"  # *** and * * *
    r"|~(?: ?~){1,30}|~ ?\*{1,3} ?~(?:\*~){0,9}|(?:~\*){2,9}|\*~\*(?:~\*){0,9}"
    r"|#(?: ?#){0,30}|=(?: ?=){2,80}|_(?: ?_){2,80}|\+(?: ?\+){2,30}"
    r"|[-–—](?: ?[-–—]){1,80}|—|–"
    r"|o(?:O|0)o|O(?:o|0)O|[oO]0[oO]|0[oO]0|xXx|XxX|x{3}|X{3}|-?[xX]-[xX]-[xX]-?|[oO]-[oO]-[oO]|\.[oO]\.|-[xX]-|-[oO]-|(?:[xX] ){2}[xX]"
    r"|(?:[oO]0){2,20}[oO]?|(?:xo){2,20}x?"
    r"|<hr ?/?>|&lt;hr ?/?&gt;|⁂|❧|☙|§|◊|•(?: ?•){2,9}|♦(?: ?♦){0,9}"
)
#: A whole line that is a scene break.
MARK = re.compile(rf"(?:{_SHAPES}|[-xXoO•+])")
_FIRST = frozenset("*~#=_+-–—oOxX0.<&⁂❧☙§◊•♦")  # no mark begins otherwise
_IN_LINE = standing(rf"(?:{_SHAPES}|-)(?=\s)")
_WEAK = re.compile(r"[-–—]{1,2}")
_TRIPLE = re.compile(r"-{3,}|—{2,}|–{2,}")
_ENDED = re.compile(r"[.!?…—:\-][\"”’')\]>*_~/]{0,3}$|[.!?…][\"”’')]{0,2}(?:</i>|\[/i\])$|[.?!][,:]{2}$|(?:[-—–]|\.\.\.) [\"”’]$")
_BEGINS = re.compile(r"[\"“‘'(\[<*_~/:]{0,4}(?:i>)?[\"“‘']?(?:[A-Z0-9À-Þ]|—)")
_TAKEN_UP = re.compile(r"(?:the|a|an|of|and|in|to|with|was|is|or|at|on)$")


def propose(state: State) -> Iterator[Emendation]:
    """Scene emendations over the marks."""
    for passage in state.prose:
        text = passage.text
        if len(text) <= 120 and text.lstrip()[:1] in _FIRST and MARK.fullmatch(text.strip()):
            yield _scene(
                state, passage, 0, len(text), "scenes.line", "the line holds nothing but a divider", _line_certainty(text.strip())
            )
            continue
        if "\n" in text:
            yield from _in_lines(state, passage)
        if state.flat and state.is_flat(passage):
            yield from _in_flat(state, passage)


def _line_certainty(mark: str) -> float:
    return 0.7 if mark in "xXoO+" else 0.97


def _scene(state: State, passage: Passage, start: int, end: int, rule: str, why: str, certainty: float) -> Emendation:
    first, last = state.source(passage, start, end)
    return state.emend("scene", first, last, "", rule, why, "scenes", certainty)


def _in_lines(state: State, passage: Passage) -> Iterator[Emendation]:
    position = 0
    for line in passage.text.split("\n"):
        mark = line.strip()
        if mark and len(mark) <= 120 and MARK.fullmatch(mark):
            start = position + line.index(mark)
            why = "the line holds nothing but a divider"
            yield _scene(state, passage, start, start + len(mark), "scenes.line", why, _line_certainty(mark))
        position += len(line) + 1


def _in_flat(state: State, passage: Passage) -> Iterator[Emendation]:
    text = passage.text
    found = list(islice(_IN_LINE(text), MOST))
    habit = _habit(text, found)
    last = 0
    for match in found:
        start, end, _ = match
        if start < last:
            continue
        mark = text[start:end]
        left = text[max(start - 24, 0) : start].rstrip()
        right = text[end : end + 24].lstrip()
        if not right and not left:
            continue
        certainty = _certainty(mark, left, right, habit)
        if certainty:
            last = end
            why = f"{mark} stands alone between two sentences of a flattened line"
            yield _scene(state, passage, start, end, "scenes.flat", why, certainty)


def _habit(text: str, found: list[Standing]) -> frozenset[str]:
    """Dashes this text sets between words as a matter of style."""
    inside: dict[str, int] = {}
    for start, end, _ in found:
        mark = text[start:end]
        if _WEAK.fullmatch(mark):
            left = text[max(start - 12, 0) : start].rstrip()
            right = text[end : end + 4].lstrip()
            if left[-1:].isalnum() or left[-1:] == "," or right[:1].islower():
                inside[mark] = inside.get(mark, 0) + 1
    return frozenset(mark for mark, count in inside.items() if count >= 3)


def _certainty(mark: str, left: str, right: str, habit: frozenset[str]) -> float:
    ended = bool(_ENDED.search(left))
    begins = bool(_BEGINS.match(right))
    if _WEAK.fullmatch(mark):
        if not ended or not begins:
            return 0.0
        if left[-1:] in "-—–:" or right[:1] in "-—–":
            return 0.0
        sure = left[-1:] in '"”.!?…'
        if mark in habit:
            return 0.75 if sure and right[:1] in '"“' and left[-1:] in '"”' else 0.5
        return 0.9 if sure else 0.62
    if mark in ("*", "**", "+", "x", "X", "o", "O"):
        return 0.0
    if mark in ("x" * 3, "X" * 3):
        return 0.9 if ended and begins else 0.0
    if _TRIPLE.fullmatch(mark):
        return 0.93 if ended and begins else 0.4
    if ended and begins:
        return 0.97
    return 0.9 if ended or begins or not _TAKEN_UP.search(left) else 0.5
