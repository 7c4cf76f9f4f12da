"""A few words around what was found, HTML-escaped, the finds in ``<mark>``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from variorum.catalogue.analysis import folded

__all__ = ["opening", "snippet", "snippet_at"]

#: Characters of a snippet, about.
_LENGTH = 240
_SLICE = 1 << 17  # a long text is folded and searched piece by piece, up to the first piece with a find
_MOST = 64  # finds that are weighed against each other
_SPACES = re.compile(r"\s+")


def snippet(text: str, pattern: re.Pattern[str] | None) -> str:
    """The stretch of the text with the most different finds; empty when there is none."""
    found = snippet_at(text, pattern)
    return found[0] if found else ""


def snippet_at(text: str, pattern: re.Pattern[str] | None) -> tuple[str, int, int] | None:
    """The same, with where the first of its finds begins and the last ends; None when there is none."""
    finds = list(_finds(text, pattern)) if pattern is not None else []
    if not finds:
        return None
    start, end = _best(finds)
    first = max(0, start - max(0, _LENGTH - (end - start)) // 3)
    last = min(len(text), max(end, first + _LENGTH))
    first, last = _whole_words(text, first, last, start, end)
    inside = [(a, b) for a, b, _ in finds if a >= first and b <= last]
    body = "".join(_marked(text, first, last, inside)).strip()
    return ("… " if first > 0 else "") + body + (" …" if last < len(text) else ""), start, end


def opening(text: str, start: int, end: int) -> str:
    """How a passage begins, for one in which no word was found."""
    last = min(end, start + _LENGTH)
    first, last = _whole_words(text, start, last, start, start)
    body = html.escape(_SPACES.sub(" ", text[first:last])).strip()
    return ("… " if first > 0 else "") + body + (" …" if last < len(text) else "")


def _finds(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    count = 0
    for offset in range(0, len(text), _SLICE):
        # The next slice's first characters come along, so that a find over the edge is seen.
        piece = folded(text[offset : offset + _SLICE + 512])
        for found in pattern.finditer(piece):
            if found.start() < _SLICE and found.end() > found.start():
                yield offset + found.start(), offset + found.end(), found[0]
                count += 1
                if count >= _MOST:
                    return
        if count:
            return


def _best(finds: list[tuple[int, int, str]]) -> tuple[int, int]:
    """The window with the most different finds, the earliest of several."""
    best = (0, 0, finds[0][0], finds[0][1])
    first = 0
    for index, (_, end, _) in enumerate(finds):
        while end - finds[first][0] > _LENGTH and first < index:
            first += 1
        different = len({words for _, _, words in finds[first : index + 1]})
        if (different, index - first + 1) > best[:2]:
            best = (different, index - first + 1, finds[first][0], end)
    return best[2], best[3]


def _whole_words(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Moves the edges to white space, where some is near."""
    if first > 0:
        space = re.compile(r"\s").search(text, first, min(start, first + 30))
        first = space.end() if space else first
    if last < len(text):
        cut = max(text.rfind(" ", max(end, last - 30), last), text.rfind("\n", max(end, last - 30), last))
        last = cut if cut > end else last
    return first, last


def _marked(text: str, first: int, last: int, inside: list[tuple[int, int]]) -> Iterator[str]:
    position = first
    for start, end in inside:
        if start < position:
            continue
        yield html.escape(_SPACES.sub(" ", text[position:start]))
        yield f"<mark>{html.escape(_SPACES.sub(' ', text[start:end]))}</mark>"
        position = end
    yield html.escape(_SPACES.sub(" ", text[position:last]))
