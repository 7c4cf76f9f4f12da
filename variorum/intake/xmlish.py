"""The plain XML that export tools write: elements that hold escaped text or other elements, never both.

No XML parser is used: these files are often cut off, hold characters XML forbids, or entities of HTML; and a
parser that expands entities is a bomb. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Element", "children", "texts", "value"]

_OPENING = re.compile(r"<([A-Za-z_][\w.-]{0,60})((?:\s[^<>]{0,2000})?)>")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_MOST = 400  # elements of one parent that are looked at
_UNCLOSED = 20  # of them without an end


class Element(NamedTuple):
    """One element: its name, its attributes as written, and where what it holds stands."""

    name: str
    attributes: str
    start: int
    end: int


def children(text: str, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """The elements right below a stretch; one that is not closed is passed over."""
    last = len(text) if end is None else end
    position, count, unclosed = start, 0, 0
    while count < _MOST and unclosed < _UNCLOSED:
        match = _OPENING.search(text, position, last)
        if match is None:
            return
        position = match.end()
        if match[2].endswith("/"):
            count += 1
            yield Element(match[1], match[2][:-1], position, position)
            continue
        close = text.find(f"</{match[1]}>", position, last)
        if close < 0:
            unclosed += 1
            continue
        count += 1
        yield Element(match[1], match[2], position, close)
        position = close + len(match[1]) + 3


def texts(text: str, start: int = 0, end: int | None = None) -> dict[str, str]:
    """What the elements right below a stretch hold, by name, the first of each name."""
    found: dict[str, str] = {}
    for element in children(text, start, end):
        found.setdefault(element.name, value(text[element.start : element.end]))
    return found


def value(text: str) -> str:
    """The text of an element: XML's own entities and CDATA undone, once; HTML's entities stay for the HTML inside."""
    if "<![CDATA[" in text:
        return _CDATA.sub(lambda m: m[1], text)
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"
