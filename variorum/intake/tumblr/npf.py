"""Tumblr's Neue Post Format: blocks of text with formatting by code points, laid as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from variorum.document import Laid, Piece, Span
from variorum.intake.markup import OBJECT
from variorum.intake.sheets import Sheet, sound

__all__ = ["CUT", "Ask", "asked", "lay_blocks", "listed", "mapping", "title_of", "word", "words_of"]

#: The most code points a block of text may have: one that has just as many was cut there, and is no paragraph's end.
CUT = 4096

_KINDS = {
    "heading1": ("heading", 1),
    "heading2": ("heading", 2),
    "quote": ("quote", 1),
    "indented": ("quote", 1),
    "ordered-list-item": ("list-item", 1),
    "unordered-list-item": ("list-item", 1),
}
_SPANS = {"bold": "strong", "italic": "emphasis", "strikethrough": "strikethrough", "link": "link", "mention": "link"}
_MOST = 1000  # blocks of a post, as Tumblr allows


class Ask(NamedTuple):
    """The blocks of a post that are a question to its blog, and who asked (None: nobody says)."""

    blocks: frozenset[int]
    asker: str | None


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, if it is an object."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> Sequence[Any]:
    """The value, if it is a list."""
    return value if isinstance(value, list) else ()


def word(value: Any) -> str:
    """The value, if it is text or a number."""
    return (
        sound(value) if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
    )


def asked(layout: Any) -> Ask | None:
    """The question a post answers, if its layout has one."""
    for one in listed(layout):
        one = mapping(one)
        if one.get("type") == "ask":
            blocks = frozenset(n for n in listed(one.get("blocks")) if isinstance(n, int))
            blog = mapping(mapping(one.get("attribution")).get("blog"))
            return Ask(blocks, word(blog.get("name")) or None)
    return None


def title_of(content: Any) -> str | None:
    """The first block, where it is a heading."""
    first = mapping(next(iter(listed(content)), None))
    if first.get("type") == "text" and first.get("subtype") == "heading1" and word(first.get("text")).strip():
        return " ".join(word(first["text"]).split())
    return None


def words_of(content: Any) -> int:
    """How many words the text blocks have."""
    return sum(len(word(mapping(b).get("text")).split()) for b in listed(content)[:_MOST])


def lay_blocks(sheet: Sheet, name: str, content: Any, part: str, ask: Ask | None = None) -> None:
    """Lays the blocks as one part of the source, apart by empty lines; pictures by what describes them."""
    blocks = [mapping(block) for block in listed(content)[:_MOST]]
    begins, texts, at = [], [], len(sheet.source)
    for number, block in enumerate(blocks):
        text = _text(block)
        begins.append(at)
        texts.append(text)
        at += len(text)
        # What was cut at Tumblr's limit goes on in the next block.
        if number + 1 < len(blocks) and not _continued(block, text, blocks[number + 1]):
            texts.append("\n\n")
            at += 2
    sheet.add(name, "".join(texts))
    running: list[Piece] = []
    for number, block in enumerate(blocks):
        start, text = begins[number], _text(block)
        own = "notes-before" if ask is not None and number in ask.blocks else part
        if not number and part == "story" and title_of(blocks):
            own = "title"
        _spans(sheet, block, start, len(text))
        if block.get("type") == "image":
            below = _caption(block)
            said = " ".join(word(block.get("alt_text") or block.get("caption")).split())
            address = _address(block)
            if text:
                end = start + len(text) - len(below)
                piece = Piece(start, end, None if said == sheet.source[start:end] else said or OBJECT)
                sheet.blocks.append(Laid("image", own, (piece,), image=address or None))
            if below.strip():
                sheet.blocks.append(Laid("paragraph", own, (Piece(end + 2, start + len(text)),)))
            continue
        stripped = text.strip()
        if not stripped:
            continue
        first = start if running else start + text.index(stripped)
        piece = Piece(first, start + text.index(stripped) + len(stripped))
        if number + 1 < len(blocks) and _continued(block, text, blocks[number + 1]):
            running.append(Piece(start, start + len(text)))
            continue
        kind, level = _KINDS.get(word(block.get("subtype")), ("paragraph", 0))
        sheet.blocks.append(Laid(kind, own, (*running, piece), None, 1.0, level))
        running = []


def _continued(block: Mapping[str, Any], text: str, following: Mapping[str, Any]) -> bool:
    """Whether a block was cut at the limit and goes on in the next one."""
    plain = block.get("type") == following.get("type") == "text" and not block.get("subtype") and not following.get("subtype")
    return plain and len(text) == CUT and bool(_text(following))


def _text(block: Mapping[str, Any]) -> str:
    kind = block.get("type")
    if kind == "text":
        return word(block.get("text"))
    if kind == "image":
        return (word(block.get("alt_text") or block.get("caption")) or _address(block)) + _caption(block)
    if kind == "link":
        return word(block.get("title")) or word(block.get("url"))
    return word(block.get("title")) if kind in ("audio", "video") else ""


def _caption(block: Mapping[str, Any]) -> str:
    """What is written below a picture that is described besides, after the empty line that sets it apart."""
    said = word(block.get("caption")).strip() if block.get("alt_text") else ""
    return f"\n\n{said}" if said and said != word(block.get("alt_text")).strip() else ""


def _address(block: Mapping[str, Any]) -> str:
    """The widest picture's address: the first of the media."""
    media = block.get("media")
    return word(mapping(media[0] if isinstance(media, list) and media else media).get("url"))


def _spans(sheet: Sheet, block: Mapping[str, Any], start: int, size: int) -> None:
    if block.get("type") == "link" and word(block.get("url")):
        sheet.spans.append(Span(start, start + size, "link", word(block["url"])))
    for form in listed(block.get("formatting"))[:2000]:
        form = mapping(form)
        kind = _SPANS.get(word(form.get("type")))
        first, last = form.get("start"), form.get("end")
        if kind is None or not isinstance(first, int) or not isinstance(last, int) or not 0 <= first < min(last, size):
            continue
        last = min(last, size)
        href = word(form.get("url")) or word(mapping(form.get("blog")).get("url")) or None if kind == "link" else None
        if kind != "link" or href:
            sheet.spans.append(Span(start + first, start + last, kind, href))
