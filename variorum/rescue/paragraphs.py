"""The paragraphs of a flattened line.

A break is possible after a sentence. How likely it is depends first on what stands on both sides, D for a
quotation mark and N for narration: close quote followed by open quote is a change of speaker and sure; the
other three are judged by a small trained model (`model.py`). Only blocks that are flattened are touched, and nothing where
a sibling copy already says where the paragraphs are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from variorum.document import Emendation
from variorum.rescue.model import Candidate, probabilities
from variorum.rescue.siblings import covered
from variorum.rescue.state import Passage, State

__all__ = ["Candidate", "candidates", "is_glued", "propose"]

_BOUNDARY = re.compile(r"(?P<left>(?:[.!?…]|--|—|:|-)[\"”’'»)\]*_]{0,3})(?P<gap>\s+)(?P<right>[\"“‘'«(\[*_]{0,3}[\w—–-])")
_GLUED = re.compile(r"(?<=[\w\"”’')])(?P<left>[.!?…]|--|—)(?P<close>[”’]{0,2})(?P<quote>\"{0,2})(?=(?P<right>[“‘]{0,2}[A-Z“]))")
_ABBREVIATED = re.compile(r"(?:^|\s)(?:Mrs?|Ms|Dr|St|Mme|Mlle|Prof|Capt|Col|Gen|Lt|Sgt|Rev|Jr|Sr|vs|etc|No|[A-Z])\.$")


def candidates(text: str) -> Iterator[Candidate]:
    """Every place of a flattened line where a paragraph can begin: after a sentence, also one that is broken off."""
    for match in _BOUNDARY.finditer(text):
        left, right = match.group("left"), match.group("right")
        begins = right[-1]
        if begins.islower() or (begins.isdigit() and len(right) == 1 and left[0] == "-"):
            continue
        if left == "." and _ABBREVIATED.search(text, max(match.start() - 8, 0), match.end("left")):
            continue
        closed = left[-1] in '"”' or (left[-1] in "'’" and right[0] in "'‘")
        opened = right[0] in '"“‘' or (right[0] == "'" and len(right) > 1)
        if not opened and (left in ("-", ":") or (left in ("--", "—") and not begins.isupper())):
            continue
        yield Candidate(match.start("gap"), match.end("gap"), ("D" if closed else "N") + ("D" if opened else "N"))


def propose(state: State) -> Iterator[Emendation]:
    """Break emendations inside flattened blocks."""
    if not state.flat:
        return
    settled = covered(state)
    for passage in state.prose:
        if not state.is_flat(passage):
            continue
        if is_glued(passage.text):
            yield from _glued(state, passage, settled)
            continue
        possible = candidates(passage.text)
        while found := list(islice(possible, _BATCH)):
            yield from _judged(state, passage, found, settled)


def _judged(state: State, passage: Passage, found: list[Candidate], settled: list[tuple[int, int]]) -> Iterator[Emendation]:
    for candidate, chance in zip(found, probabilities(passage.text, found).tolist(), strict=True):
        certainty = 0.99 if candidate.kind == "DD" else min(chance, 0.94)
        if certainty < _OFFERED:
            continue
        start, end = state.source(passage, candidate.start, candidate.end)
        if not _inside(settled, start, end):
            rule, why = _WHY[candidate.kind]
            yield state.emend("break", start, end, "", rule, why, rule, certainty)


_BATCH = 20_000  # candidates judged at a time: about 5 MB of features
_OFFERED = 0.3
_WHY = {
    "DD": ("paragraphs.turn", "a closing quote is followed by an opening one: another speaker"),
    "DN": ("paragraphs.after-speech", "speech ends here and the sentence after it looks like a new paragraph"),
    "ND": ("paragraphs.before-speech", "speech begins here and looks like a speaker's own paragraph"),
    "NN": ("paragraphs.narration", "the next sentence looks like the first of a paragraph"),
}


def _inside(settled: list[tuple[int, int]], start: int, end: int) -> bool:
    index = bisect_right(settled, (start, len(settled) and settled[-1][1])) - 1
    return index >= 0 and settled[index][0] < start and end <= settled[index][1]


# ---------------------------------------------------------------- glued


def is_glued(text: str) -> bool:
    """Whether the paragraphs were joined by nothing at all."""
    head = text[:200_000]
    glued = sum(1 for m in _GLUED.finditer(head) if m.group("left") in ".!?")
    spaced = sum(1 for m in _BOUNDARY.finditer(head) if m.group("left")[-1] in '"”' and m.group("right")[0] in '"“')
    return glued >= 5 and glued > 3 * spaced


def _glued(state: State, passage: Passage, settled: list[tuple[int, int]]) -> Iterator[Emendation]:
    text = passage.text
    position, inside = 0, False
    why = "a sentence ends and the next begins without a space: two paragraphs were joined by nothing"
    for match in _GLUED.finditer(text):
        if text.count('"', position, match.start()) % 2:
            inside = not inside
        position = match.end()
        quote = match.group("quote")
        at = match.end()
        if quote == '"' and not inside:
            at -= 1
            inside = True
        elif quote == '"':
            inside = False
        elif quote == '""':
            at -= 1
            inside = True
        if match.group("left") in ("--", "—") and not (quote or match.group("close") or match.group("right")[0] in "“‘"):
            continue
        if not quote and not match.group("close") and _ABBREVIATED.search(text, max(at - 8, 0), at):
            continue
        start, _ = state.source(passage, at, at)
        if not _inside(settled, start, start):
            yield state.emend("break", start, start, "", "paragraphs.glued", why, "paragraphs.glued", 0.95)
        if not quote:
            inside = inside and not match.group("close")
