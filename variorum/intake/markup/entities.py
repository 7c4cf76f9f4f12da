"""From stretches of the source to pieces: entities decoded, white space folded as a browser folds it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from variorum.document import Piece
from variorum.intake.markup.nodes import Node, Text
from variorum.intake.markup.tags import BLOCK

__all__ = ["decoded", "folded", "pieces_of", "plain", "text_of", "trimmed", "verbatim"]

#: What does not read as it stands: an entity, or white space other than one space.
_ENTITY = r"&(?:#[0-9]{1,10}(?![0-9]);?|#[xX][0-9a-fA-F]{1,8}(?![0-9a-fA-F]);?|[a-zA-Z][a-zA-Z0-9]{1,31};?)"
_SPECIAL = re.compile(_ENTITY + r"|[\t\n\r\f][ \t\n\r\f]*+| [ \t\n\r\f]++")
_ENTITIES = re.compile(_ENTITY)
_MAYBE = re.compile(r"[&\t\n\r\f]")
_SPACE = " \t\n\r\f"
_SPACES = re.compile(r"[ \t\n\r\f]+")


def decoded(text: str) -> str:
    """The text with its entities as characters."""
    return _ENTITIES.sub(lambda m: unescape(m[0]), text) if "&" in text else text


def folded(text: str) -> str:
    """The text on one line: white space (no-break spaces too) folded, none at the ends."""
    return " ".join(text.split())


def text_of(source: str, node: Node) -> str:
    """The text of an element: entities decoded, white space folded, blocks and line breaks as a space."""
    out: list[str] = []
    stack: list[tuple[Node, Iterator[Node | Text]]] = [(node, iter(node.children))]
    while stack:
        inside, children = stack[-1]
        for child in children:
            if isinstance(child, Text):
                if child.kind == "text":
                    out.append(decoded(source[child.start : child.end]))
                elif child.kind == "literal":
                    out.append(source[child.start : child.end])
                continue
            if child.tag in BLOCK or child.tag == "br":
                out.append(" ")
            if child.children and child.tag not in ("script", "style"):
                stack.append((child, iter(child.children)))
                break
        else:
            stack.pop()
            if inside.tag in BLOCK:
                out.append(" ")
    return folded("".join(out))


def plain(source: str, run: tuple[int, int, str | None]) -> list[Piece] | None:
    """The one piece of a run that reads as it stands from end to end, as most do; else None."""
    start, end, text = run
    if text is not None or start >= end or source[start].isspace() or source[end - 1].isspace():
        return None
    if _MAYBE.search(source, start, end) or source.find("  ", start, end) >= 0:
        return None
    return [Piece(start, end)]


def pieces_of(source: str, runs: Iterable[tuple[int, int, str | None]]) -> list[Piece]:
    """The pieces of one line: runs ``(start, end, text or None)`` with entities decoded and white space folded."""
    out: list[Piece] = []
    search = _SPECIAL.search
    spaced = True  # white space at the beginning reads as nothing
    for start, end, text in runs:
        if text is not None:
            out.append(Piece(start, end, text))
            spaced = text[-1:].isspace() if text else spaced
            continue
        if (
            start < end
            and source[start] not in _SPACE
            and not _MAYBE.search(source, start, end)
            and source.find("  ", start, end) < 0
        ):
            out.append(Piece(start, end))
            spaced = source[end - 1] == " "
            continue
        if spaced:
            while start < end and source[start] in _SPACE:
                start += 1
        while start < end:
            match = search(source, start, end)
            if match is None:
                out.append(Piece(start, end))
                spaced = source[end - 1] == " "
                break
            at, after = match.span()
            if at > start:
                out.append(Piece(start, at))
                spaced = source[at - 1] == " "
            if source[at] == "&":
                read = unescape(match[0])
                out.append(Piece(at, after, None if read == match[0] else read))
                spaced = False
            elif not spaced:
                out.append(Piece(at, after, " "))
                spaced = True
            start = after
    return out


def verbatim(source: str, runs: Iterable[tuple[int, int, str | None]]) -> list[Piece]:
    """The pieces of preformatted text: entities decoded, white space as it stands."""
    out: list[Piece] = []
    for start, end, text in runs:
        if text is not None:
            out.append(Piece(start, end, text))
            continue
        for match in _ENTITIES.finditer(source, start, end):
            read = unescape(match[0])
            if read != match[0]:
                if match.start() > start:
                    out.append(Piece(start, match.start()))
                out.append(Piece(match.start(), match.end(), read))
                start = match.end()
        if start < end:
            out.append(Piece(start, end))
    return out


def trimmed(source: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces without the white space (no-break spaces too) at both ends."""
    first, last = 0, len(pieces)
    while first < last:
        piece = pieces[first]
        text = source[piece.start : piece.end] if piece.text is None else piece.text
        kept = text.lstrip()
        if kept:
            if len(kept) < len(text):
                pieces[first] = Piece(piece.end - len(kept), piece.end) if piece.text is None else piece._replace(text=kept)
            break
        first += 1
    while last > first:
        piece = pieces[last - 1]
        text = source[piece.start : piece.end] if piece.text is None else piece.text
        kept = text.rstrip()
        if kept:
            if len(kept) < len(text):
                pieces[last - 1] = (
                    Piece(piece.start, piece.start + len(kept)) if piece.text is None else piece._replace(text=kept)
                )
            break
        last -= 1
    return pieces[first:last]
