"""Journals turn a bare newline of an entry into a line break, except where markup already arranges the lines."""

from __future__ import annotations

import re

from variorum.intake.markup.nodes import Node, Root, Text

__all__ = ["breaks_for_newlines"]

_NEWLINE = re.compile(r"\r\n|\n|\r")
#: Inside these a newline is white space or stands for itself (LiveJournal's and Dreamwidth's auto-formatting).
_ARRANGED = frozenset(
    ["table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl", "pre", "lj-raw", "select", "script", "style", "lj-poll"]
)


def breaks_for_newlines(source: str, root: Root) -> None:
    """Puts a ``br`` into the tree for every newline of the text, exactly where it stands. Linear in the source."""
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if node.tag in _ARRANGED:
            continue
        children: list[Node | Text] = []
        for child in node.children:
            if isinstance(child, Node):
                children.append(child)
                stack.append(child)
            elif child.kind != "text":
                children.append(child)
            else:
                start = child.start
                for match in _NEWLINE.finditer(source, child.start, child.end):
                    if match.start() > start:
                        children.append(Text(start, match.start()))
                    children.append(_break(match.start(), match.end(), node))
                    start = match.end()
                if start < child.end:
                    children.append(Text(start, child.end))
        node.children = children


def _break(start: int, end: int, parent: Node) -> Node:
    return Node("br", "", start, end, parent)
