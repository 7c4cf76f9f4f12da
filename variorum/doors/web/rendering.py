"""Blocks of a reading text as HTML: written from our own values, every character escaped.

Nothing of a stranger's markup comes through here: the elements are ours, the text is escaped, addresses
go to the leaving page. Spans may overlap each other and the marks laid over them; elements are closed and
opened again so that they nest. No loop over characters: a block costs its spans, not its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from variorum.addresses import find_urls
from variorum.document import Block
from variorum.text import shown

__all__ = [
    "Held",
    "Layer",
    "Link",
    "Overlay",
    "Point",
    "blocks_html",
    "clip",
    "inline",
    "joined",
    "ours",
    "paragraphs",
    "span_layers",
    "text_html",
]

#: Makes a local address of a link of the text, or None where there is nothing to follow.
Link = Callable[[str], str | None]
#: The local address of the picture in a block, by its number and itself; None where none is held.
Held = Callable[[int, Block], str | None]

_ELEMENTS = {
    "emphasis": "em",
    "strong": "strong",
    "strikethrough": "s",
    "underline": "u",
    "superscript": "sup",
    "subscript": "sub",
    "code": "code",
    "small": "small",
}


class Layer(NamedTuple):
    """An element laid over ``[start, end)`` of a block's text; ``lead`` stands at its very beginning, once."""

    start: int
    end: int
    opening: str
    closing: str
    lead: str = ""


class Point(NamedTuple):
    """HTML of ours put in at one offset, after what ends there and before what begins there."""

    at: int
    html: str


class Overlay(NamedTuple):
    """What a page lays over one block: marks in its text, HTML before and after it, and in its margin."""

    layers: Sequence[Layer] = ()
    points: Sequence[Point] = ()
    before: str = ""
    after: str = ""
    margin: str = ""
    css: str = ""
    tail: str = ""  #: HTML at the very end of the block


_NOTHING = Overlay()


def joined(*laid: Mapping[int, Overlay]) -> dict[int, Overlay]:
    """What several pages' worth of marks lay over the same blocks, one after the other."""
    out: dict[int, Overlay] = {}
    for overlays in laid:
        for number, new in overlays.items():
            old = out.get(number, _NOTHING)
            out[number] = Overlay(
                (*old.layers, *new.layers),
                (*old.points, *new.points),
                old.before + new.before,
                old.after + new.after,
                old.margin + new.margin,
                old.css + new.css,
                old.tail + new.tail,
            )
    return out


def text_html(text: str) -> str:
    """Escaped text, single line breaks kept; what cannot stand in UTF-8 is U+FFFD."""
    return str(escape(shown(text))).replace("\n", "<br>\n")


def ours(html: str) -> Markup:
    """HTML that was written here, every stranger's character in it escaped: the one door by which it reaches a template."""
    return Markup(html)  # noqa: S704 (that is its purpose)


def paragraphs(text: str | None) -> Markup:
    """Plain text with paragraphs apart by empty lines (a summary) as paragraphs."""
    if not text:
        return Markup()
    parts = (text_html(part.strip()) for part in text.split("\n\n") if part.strip())
    return ours("\n".join(f"<p>{part}</p>" for part in parts))


def inline(text: str, layers: Sequence[Layer], points: Sequence[Point] = (), start: int = 0, end: int | None = None) -> str:
    """``text[start:end]`` with elements over it. Layers that overlap are divided where they cross."""
    end = len(text) if end is None else end
    if not layers and not points:
        return text_html(text[start:end])
    events: dict[int, tuple[list[Layer], list[Point]]] = {}
    cuts: set[int] = {start, end}
    for layer in sorted(layers, key=lambda x: (x.start, -x.end)):
        low, high = max(layer.start, start), min(layer.end, end)
        if low < high:
            events.setdefault(low, ([], []))[0].append(layer._replace(start=low, end=high))
            cuts.update((low, high))
    for point in points:
        if start <= point.at <= end:
            events.setdefault(point.at, ([], []))[1].append(point)
            cuts.add(point.at)
    return "".join(_walk(text, sorted(cuts), events))


def _walk(text: str, cuts: list[int], events: Mapping[int, tuple[list[Layer], list[Point]]]) -> Iterator[str]:
    opened: list[Layer] = []
    for index, at in enumerate(cuts):
        if any(layer.end <= at for layer in opened):
            lowest = next(n for n, layer in enumerate(opened) if layer.end <= at)
            again = [layer for layer in opened[lowest:] if layer.end > at]
            for layer in reversed(opened[lowest:]):
                yield layer.closing
            del opened[lowest:]
            for layer in again:
                yield layer.opening
                opened.append(layer)
        starting, points = events.get(at, ((), ()))
        for point in points:
            yield point.html
        for layer in starting:
            yield layer.opening + layer.lead
            opened.append(layer)
        if index + 1 < len(cuts):
            yield text_html(text[at : cuts[index + 1]])
    for layer in reversed(opened):
        yield layer.closing


def span_layers(block: Block, link: Link) -> list[Layer]:
    """The spans of a block as elements, and addresses written out in its text as links."""
    layers = []
    for span in block.spans:
        if span.kind == "link":
            address = link(span.href) if span.href else None
            if address is not None:
                layers.append(Layer(span.start, span.end, f'<a href="{escape(address)}" rel="noopener noreferrer">', "</a>"))
        elif span.kind in _ELEMENTS:
            name = _ELEMENTS[span.kind]
            layers.append(Layer(span.start, span.end, f"<{name}>", f"</{name}>"))
    if "://" in block.text:
        taken = [(span.start, span.end) for span in block.spans if span.kind == "link"]
        for start, end, written in find_urls(block.text):
            address = link(written)
            if address is not None and not any(start < last and first < end for first, last in taken):
                layers.append(Layer(start, end, f'<a href="{escape(address)}" rel="noopener noreferrer">', "</a>"))
    return layers


def blocks_html(
    blocks: Sequence[Block],
    numbers: Iterable[int],
    link: Link,
    overlays: Mapping[int, Overlay] | None = None,
    *,
    heading: int = 2,
    held: Held | None = None,
) -> Markup:
    """The blocks of these numbers (0 is the first of the whole reading text), each with its anchor ``p1`` … ``pn``.

    ``held`` gives the local address of a picture that is held with the copy.

    ``heading`` is the level a chapter's title gets. Quotes and lists are gathered from the blocks that follow each other.
    """
    laid = overlays or {}
    out: list[str] = []
    for group, run in groupby(numbers, key=lambda n: _GROUPS.get(blocks[n].kind)):
        if group == "quote":
            out.extend(_quotes(blocks, list(run), link, laid, heading, held))
            continue
        items = "".join(_block(blocks[n], n, link, laid.get(n, _NOTHING), heading, held) for n in run)
        out.append(f"<ul>\n{items}</ul>\n" if group == "list" else items)
    return ours("".join(out))


_GROUPS = {"quote": "quote", "list-item": "list"}


def _quotes(
    blocks: Sequence[Block], numbers: list[int], link: Link, laid: Mapping[int, Overlay], heading: int, held: Held | None
) -> Iterator[str]:
    depth = 0
    for number in numbers:
        wanted = min(max(blocks[number].level, 1), 8)
        while depth < wanted:
            yield "<blockquote>\n"
            depth += 1
        while depth > wanted:
            yield "</blockquote>\n"
            depth -= 1
        yield _block(blocks[number], number, link, laid.get(number, _NOTHING), heading, held)
    yield "</blockquote>\n" * depth


def _block(block: Block, number: int, link: Link, overlay: Overlay, heading: int, held: Held | None = None) -> str:
    anchor = f'id="p{number + 1}"'
    kind = block.kind
    if kind == "scene-break":
        # A separator may hold nothing to click on: with a mark in it, it is a line of text.
        role = "" if overlay.margin or overlay.tail else ' role="separator"'
        body = f'<div {anchor} class="scene{overlay.css}"{role}>{overlay.margin}<span>* * *</span>{overlay.tail}</div>\n'
        return overlay.before + body + overlay.after
    if kind == "image":
        own = held(number, block) if held is not None else None
        shown = _figure(block, anchor, own, overlay) if own else _picture(block, anchor, link, overlay)
        return overlay.before + shown + overlay.after
    layers = span_layers(block, link)
    layers.extend(overlay.layers)
    body = overlay.margin + inline(block.text, layers, overlay.points) + overlay.tail
    name, css = _NAMES.get(kind, ("p", ""))
    if kind == "heading":
        name = f"h{min(max(block.level, 1) + heading - 1, 6)}"
    css = (css + overlay.css).strip()
    attribute = f' class="{css}"' if css else ""
    return f"{overlay.before}<{name} {anchor}{attribute}>{body}</{name}>\n{overlay.after}"


_NAMES = {
    "verse": ("p", "verse"),
    "preformatted": ("pre", ""),
    "list-item": ("li", ""),
    "table": ("p", "table"),
}


def _figure(block: Block, anchor: str, address: str, overlay: Overlay) -> str:
    """A picture that is held with its copy, from this library's own address, with its description under it."""
    words = block.text.replace("\ufffc", "").strip()
    said = f"<figcaption>{text_html(words)}</figcaption>" if words else ""
    image = f'<img src="{escape(address)}" alt="{escape(shown(words[:300]))}" loading="lazy" decoding="async">'
    return f'<figure {anchor} class="held{overlay.css}">{overlay.margin}{image}{said}{overlay.tail}</figure>\n'


def _picture(block: Block, anchor: str, link: Link, overlay: Overlay) -> str:
    """A picture is named, never fetched: opening a work asks nothing of any other computer."""
    said = text_html(block.text) if block.text.strip() else "A picture stands here."
    address = link(block.image) if block.image else None
    where = ""
    if block.image:
        name = text_html(block.image if len(block.image) < 120 else block.image[:119] + "…")
        where = f' <a href="{escape(address)}" rel="noopener noreferrer">{name}</a>' if address else f" <span>{name}</span>"
    return f'<p {anchor} class="picture{overlay.css}">{overlay.margin}<span class="label">Picture</span> {said}{where}{overlay.tail}</p>\n'


def clip(text: str, start: int, end: int, around: int = 160) -> tuple[int, int]:
    """A window around ``[start, end)`` of a block's text, cut at spaces; the whole when little is left out."""
    low, high = max(start - around, 0), min(end + around, len(text))
    if low < 40:
        low = 0
    else:
        space = text.find(" ", low, start)
        low = space + 1 if space >= 0 else low
    if len(text) - high < 40:
        high = len(text)
    else:
        space = text.rfind(" ", end, high)
        high = space if space >= 0 else high
    return low, high
