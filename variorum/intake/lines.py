"""Lines and the runs between empty lines, whatever a line ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Line", "runs_of", "singled"]

_LINE = re.compile("[^\n\r\f\u2028\u2029]*(?:\r\n|[\n\r\f\u2028\u2029]|\\Z)")
_MOST = 2000  # lines in one block; a longer run is divided at a line end, to bound memory


# A text with an empty line after every line, as some mailers and converters leave it: lines that were cut at a width.
_CUT, _NARROW = 100, 38
_FEWEST = 6
_LETTER = re.compile(r"\w")
_STOPPED = re.compile(r"[.!?…:—*_\-][\"”’')\]*_]{0,3}[ \t]*\Z")


class Line(NamedTuple):
    """One line: ``[start, end)`` without its line end, ``after`` where the next begins."""

    start: int
    end: int
    after: int


def runs_of(text: str) -> Iterator[list[Line]]:
    """The lines between empty lines, run after run, lazily; a run has at most `_MOST` lines."""
    run: list[Line] = []
    for match in _LINE.finditer(text):
        start, after = match.span()
        end = after
        while end > start and text[end - 1] in "\n\r\f\u2028\u2029":
            end -= 1
        if start == end or text[start:end].isspace():
            if run:
                yield run
                run = []
        else:
            run.append(Line(start, end, after))
            if len(run) >= _MOST:
                yield run
                run = []
    if run:
        yield run


def singled(text: str, runs: Iterator[list[Line]]) -> Iterator[list[Line]]:
    """The same runs, where every line of a wrapped text stands alone between empty lines brought together again.

    What is brought together is a stretch of runs of one line, none longer than a wrapped line gets, many of which stop
    in the middle of a sentence near the full width. A divider ends the stretch.
    """
    held: list[Line] = []
    for run in runs:
        line = run[0]
        short = len(run) == 1 and line.end - line.start <= _CUT and _LETTER.search(text, line.start, line.end)
        if short:
            held.append(line)
        if held and (not short or len(held) >= _MOST):
            yield from _together(text, held)
            held = []
        if not short:
            yield run
    if held:
        yield from _together(text, held)


def _together(text: str, lines: list[Line]) -> Iterator[list[Line]]:
    if len(lines) < _FEWEST or not _was_cut(text, lines):
        yield from ([line] for line in lines)
    else:
        yield lines


def _was_cut(text: str, lines: list[Line]) -> bool:
    words = [text[line.start : line.end].strip() for line in lines]
    width = max(map(len, words))
    if width < _NARROW:
        return False
    open_ended = [len(a) for a, b in pairwise(words) if b[0].islower() and not _STOPPED.search(a)]
    return len(open_ended) >= 0.3 * len(lines) and sum(size > 0.75 * width for size in open_ended) >= 0.8 * len(open_ended)
