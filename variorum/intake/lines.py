"""Lines and the runs between empty lines, whatever a line ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Line", "runs_of"]

_LINE = re.compile("[^\n\r\f\u2028\u2029]*(?:\r\n|[\n\r\f\u2028\u2029]|\\Z)")
_MOST = 2000  # lines in one block; a longer run is divided at a line end, to bound memory


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
