"""Plain text, as `show --text` prints it: paragraphs apart by an empty line, emphasis in asterisks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from variorum.document import SCENE, Block
from variorum.editions.request import Request
from variorum.text import shown

__all__ = ["plain_text", "render_plain"]

_LABELS = {"summary": "Summary", "notes-before": "Notes", "notes-after": "End Notes", "credits": "Credits"}


def plain_text(blocks: Iterable[Block], *, notes: bool = False) -> str:
    """The story; with ``notes`` also what stands around it, where it stands, under its label. Ends in a newline.

    The work's title and byline are no part of it, wherever the source has them.
    """
    out: list[str] = []
    label = None
    for block in blocks:
        if block.part == "story":
            label = None
        elif not notes or block.part in ("title", "comments"):  # what readers wrote is no part of the work
            continue
        elif block.part != label:
            label = block.part
            if label in _LABELS:
                out.append(f"{_LABELS[label]}:")
        text = _block(block)
        if text:
            out.append(text)
    return "\n\n".join(out) + "\n" if out else ""


def render_plain(request: Request) -> bytes:
    """The edition: title, byline, and the text with its notes, in UTF-8."""
    head = [request.title, *([f"by {request.byline}"] if request.byline else [])]
    return shown("\n".join(head) + "\n\n" + plain_text(request.text.blocks, notes=True)).encode()


def _block(block: Block) -> str:
    if block.kind == "scene-break":
        return SCENE
    if block.kind == "image":
        return f"[{block.text}]" if block.text else ""
    text = _marked(block)
    return f"# {text}" if block.kind == "heading" else text


def _marked(block: Block) -> str:
    """The text with what is emphasised in ``*`` and what is strong in ``**``.

    Marks are balanced and nested, those of one kind never touch, and none has white space on its inner side.
    """
    text = block.text
    outer = [s for s in (_trimmed(text, *s) for s in _union(block, "emphasis")) if s is not None]
    strong = [s for s in (_trimmed(text, *s) for s in _union(block, "strong")) if s is not None]
    inner = [s for s in (_trimmed(text, *s) for s in _cut(strong, outer)) if s is not None]
    if not outer and not inner:
        return text
    # At one place the closing marks come first, the inner one before the outer; of the opening ones the outer first.
    marks: list[tuple[int, bool, int, int, str]] = []
    for rank, mark, stretches in ((0, "*", outer), (1, "**", inner)):
        for start, end in stretches:
            marks.append((start, True, -end, rank, mark))
            marks.append((end, False, -start, -rank, mark))
    out: list[str] = []
    position = 0
    for at, _, _, _, mark in sorted(marks):
        out += [text[position:at], mark]
        position = at
    return "".join([*out, text[position:]])


def _union(block: Block, kind: str) -> list[tuple[int, int]]:
    """What the spans of a kind cover: disjoint stretches in order, those that overlap or touch made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted((s.start, s.end) for s in block.spans if s.kind == kind):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A stretch without the white space at its ends; None when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _cut(stretches: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches, cut where one of the ``others`` (disjoint, in order) begins in it and ends outside, or the reverse."""
    starts = [start for start, _ in others]
    ends = [end for _, end in others]
    for start, end in stretches:
        cuts = [start]
        first = bisect_right(ends, start)
        if first < len(others) and starts[first] < start and ends[first] < end:
            cuts.append(ends[first])
        last = bisect_left(starts, end) - 1
        if last >= 0 and start < starts[last] and end < ends[last]:
            cuts.append(starts[last])
        yield from zip(cuts, [*cuts[1:], end], strict=True)
