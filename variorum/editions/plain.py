"""Plain text, as `show --text` prints it: paragraphs apart by an empty line, emphasis in asterisks."""

from __future__ import annotations

from collections.abc import Iterable

from variorum.document import SCENE, Block

__all__ = ["plain_text"]

_MARKS = {"emphasis": "*", "strong": "**"}
_LABELS = {"summary": "Summary", "notes-before": "Notes", "notes-after": "End Notes", "credits": "Credits"}


def plain_text(blocks: Iterable[Block], *, notes: bool = False) -> str:
    """The story; with ``notes`` also what stands around it, where it stands, under its label. Ends in a newline."""
    out: list[str] = []
    label = None
    for block in blocks:
        if block.part == "story":
            label = None
        elif not notes:
            continue
        elif block.part != label:
            label = block.part
            if label in _LABELS:
                out.append(f"{_LABELS[label]}:")
        shown = _block(block)
        if shown:
            out.append(shown)
    return "\n\n".join(out) + "\n" if out else ""


def _block(block: Block) -> str:
    if block.kind == "scene-break":
        return SCENE
    if block.kind == "image":
        return f"[{block.text}]" if block.text else ""
    text = _marked(block)
    return f"# {text}" if block.kind == "heading" else text


def _marked(block: Block) -> str:
    """The text with its emphasis and strong spans marked; a mark never stands against white space inside it."""
    marks: list[tuple[int, int, str]] = []
    for span in block.spans:
        mark = _MARKS.get(span.kind)
        if mark is None:
            continue
        start, end = span.start, span.end
        while start < end and block.text[start].isspace():
            start += 1
        while end > start and block.text[end - 1].isspace():
            end -= 1
        if start < end:
            # Of marks at one place the inner closes first and opens last.
            marks.append((start, -end, mark))
            marks.append((end, 1, mark))
    if not marks:
        return block.text
    out: list[str] = []
    position = 0
    for at, order, mark in sorted(marks, key=lambda m: (m[0], m[1] != 1, m[1])):
        out += [block.text[position:at], mark]
        position = at
        _ = order
    return "".join([*out, block.text[position:]])
