"""Markup as a light tree whose every node knows where it stands in the source, and the way from it to blocks.

    root = parse(source)
    blocks, spans = lay(source, root.children)
    gaps = left_out(source, root, blocks, lambda node: "navigation")

No word is lost on the way: what is no tag stays text, and what is in no block is in a gap with a reason.
"""

from __future__ import annotations

from variorum.document import Block, Document, received
from variorum.intake.markup.entities import decoded, folded, text_of
from variorum.intake.markup.gaps import Covered, left_out, reasons
from variorum.intake.markup.layout import OBJECT, concealed, hidden, lay
from variorum.intake.markup.nodes import Node, Root, Text
from variorum.intake.markup.tree import DEEPEST, parse

__all__ = [
    "DEEPEST",
    "OBJECT",
    "Covered",
    "Node",
    "Root",
    "Text",
    "concealed",
    "decoded",
    "folded",
    "hidden",
    "lay",
    "left_out",
    "paragraphs",
    "parse",
    "reasons",
    "text_of",
]


def paragraphs(html: str) -> list[Block]:
    """The blocks of a piece of HTML as they read, all of it taken for story."""
    root = parse(html)
    blocks, spans = lay(html, root.children)
    return list(received(Document("", html, blocks=tuple(blocks), spans=tuple(sorted(spans, key=lambda s: s[:2])))).blocks)
