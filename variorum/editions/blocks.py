"""Blocks of a reading text as HTML, written from our own values only: no markup of a stranger comes through.

The result is valid both as HTML and as XHTML. Each block is one element with an id; neighbouring list
items, quotes and table rows are gathered. Spans and marks may overlap; they are closed and opened again
so that elements nest. A picture is shown when it comes with the edition; any other is named and never loaded: opening a work
asks nothing of any other computer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from variorum.document import Block, Span
from variorum.editions import safe

__all__ = ["LinkTo", "Mark", "Marks", "PictureOf", "Printing", "blocks_html", "inline_html"]

#: Turns an address of the text into one that may be followed, or None: then its words stand without a link.
LinkTo = Callable[[str], "str | None"]
#: Gives the address of an image block's picture inside the edition, or None: then it is named.
PictureOf = Callable[[Block], "str | None"]


class Printing(NamedTuple):
    """How the blocks of one edition are printed."""

    link: LinkTo
    direction: str = "ltr"
    picture: PictureOf | None = None


class Mark(NamedTuple):
    """Something laid over ``[start, end)`` of a block's text: ``<mark class="css" title="title">``."""

    start: int
    end: int
    css: str = ""
    title: str = ""


#: Gives the marks of a block, by its number in the list handed over (from 0).
Marks = Callable[[int, Block], Iterable[Mark]]

_SPANS = {
    "emphasis": "em",
    "strong": "strong",
    "strikethrough": "s",
    "underline": "u",
    "superscript": "sup",
    "subscript": "sub",
    "code": "code",
    "small": "small",
}
_GATHERED = {"list-item": "list", "quote": "quote", "table": "table"}
_PLAIN = {"verse": ("p", "verse"), "preformatted": ("pre", ""), "heading": ("", ""), "scene-break": ("", "")}
_DEEPEST = 6  # lists and quotes nested deeper are shown at this depth
_WIDEST = 100  # a row of more cells is no table
_NO_ALT = "\ufffc"


class _Element(NamedTuple):
    start: int
    end: int
    opening: str
    closing: str


def blocks_html(
    blocks: Sequence[Block],
    *,
    prefix: str = "p",
    first: int = 1,
    heading: int = 2,
    link: LinkTo = safe.address,
    marks: Marks | None = None,
    direction: str = "ltr",
    picture: PictureOf | None = None,
) -> str:
    """The blocks as HTML elements, one after another; a block without text is left out.

    prefix, first: the id of a block is ``prefix`` and its number, counted from ``first`` (left-out blocks count).
    heading: the level of a chapter's title (1 to 6); a heading is never more than one level below the one before it.
    link: see `LinkTo`; the default lets http, https and mailto through.
    marks: see `Marks`; a mark's ``css`` becomes a class, its ``title`` an attribute.
    direction: of the page; blocks that run the other way say so.
    picture: see `PictureOf`.
    """
    page = _Page(prefix, first, heading, Printing(link, direction, picture), marks)
    numbered = [(n, block) for n, block in enumerate(blocks) if block.text or block.kind in ("image", "scene-break")]
    out: list[str] = []
    for group, run in groupby(numbered, key=lambda pair: _GATHERED.get(pair[1].kind)):
        if group == "list":
            out.extend(_list(page, run))
        elif group == "quote":
            out.extend(_quotes(page, run))
        elif group == "table":
            out.append("<table>\n")
            out.extend(_row(page, n, block) for n, block in run)
            out.append("</table>\n")
        else:
            out.extend(page.block(n, block) for n, block in run)
    return "".join(out)


def inline_html(
    text: str,
    spans: Iterable[Span] = (),
    *,
    link: LinkTo = safe.address,
    marks: Iterable[Mark] = (),
    start: int = 0,
    end: int | None = None,
    breaks: bool = True,
) -> str:
    """``text[start:end]`` with its spans and marks as inline HTML; a line feed is a line break unless ``breaks`` is off."""
    end = len(text) if end is None else end
    elements = [*_elements(spans, link), *(_mark(mark) for mark in marks)]
    inside = [e._replace(start=max(e.start, start), end=min(e.end, end)) for e in elements if e.start < end and e.end > start]
    return "".join(_nested(text, [e for e in inside if e.start < e.end], start, end, breaks=breaks))


# ---------------------------------------------------------------- one line


def _elements(spans: Iterable[Span], link: LinkTo) -> Iterator[_Element]:
    """Spans as elements, of which no two of one name overlap: however many there are, few are open at a time."""
    reached: dict[str, _Element] = {}
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        name = "a" if span.kind == "link" else _SPANS.get(span.kind)
        if name is None:
            continue
        open_one = reached.get(name)
        begin = max(span.start, open_one.end) if open_one is not None else span.start
        if begin >= span.end:
            continue
        opening = f"<{name}>"
        if name == "a":
            target = link(span.href) if span.href else None
            if target is None:
                continue
            opening = f'<a href="{safe.html(target)}" rel="noopener noreferrer">'
        reached[name] = _Element(begin, span.end, opening, f"</{name}>")
        yield reached[name]


def _mark(mark: Mark) -> _Element:
    css = f' class="{safe.html(mark.css)}"' if mark.css else ""
    title = f' title="{safe.html(mark.title)}"' if mark.title else ""
    return _Element(mark.start, mark.end, f"<mark{css}{title}>", "</mark>")


def _nested(text: str, elements: list[_Element], start: int, end: int, *, breaks: bool) -> Iterator[str]:
    """The text with the elements, divided where they cross."""
    opening = sorted(elements, key=lambda e: (e.start, -e.end))
    cuts = sorted({start, end, *(e.start for e in elements), *(e.end for e in elements)})
    opened: list[_Element] = []
    index = 0
    for position, cut in enumerate(cuts):
        ended = next((depth for depth, e in enumerate(opened) if e.end <= cut), None)
        if ended is not None:
            again = [e for e in opened[ended:] if e.end > cut]
            yield from (e.closing for e in reversed(opened[ended:]))
            yield from (e.opening for e in again)
            opened[ended:] = again
        while index < len(opening) and opening[index].start == cut:
            opened.append(opening[index])
            yield opening[index].opening
            index += 1
        if position + 1 < len(cuts):
            stretch = safe.html(text[cut : cuts[position + 1]])
            yield stretch.replace("\n", "<br/>\n") if breaks else stretch
    yield from (e.closing for e in reversed(opened))


# ---------------------------------------------------------------- one block, and blocks that belong together


class _Page:
    """The options, and how deep the last heading stood."""

    def __init__(self, prefix: str, first: int, heading: int, how: Printing, marks: Marks | None) -> None:
        self.prefix = safe.html(prefix)
        self.first = first
        self.heading = heading
        self.link, self.direction, self.shown = how
        self.marks = marks
        self.last = heading - 1

    def tag(self, number: int, block: Block, css: str = "") -> str:
        """The attributes of a block's element."""
        turned = ""
        if self.direction == "ltr" and safe.is_rtl(block.text):
            turned = ' dir="auto"'
        elif self.direction == "rtl" and not safe.is_rtl(block.text) and any(map(str.isalpha, block.text[:200])):
            turned = ' dir="ltr"'
        named = f' class="{css}"' if css else ""
        return f' id="{self.prefix}{self.first + number}"{named}{turned}'

    def text(self, number: int, block: Block, start: int = 0, end: int | None = None) -> str:
        marks = self.marks(number, block) if self.marks is not None else ()
        verbatim = block.kind == "preformatted"
        return inline_html(block.text, block.spans, link=self.link, marks=marks, start=start, end=end, breaks=not verbatim)

    def block(self, number: int, block: Block) -> str:
        kind = block.kind
        if kind == "scene-break":
            return f'<div{self.tag(number, block, "scene")} role="separator">* * *</div>\n'
        if kind == "image":
            return self.picture(number, block)
        name, css = _PLAIN.get(kind, ("p", ""))
        if kind == "heading":
            self.last = min(self.heading + max(block.level, 1) - 1, self.last + 1, 6)
            name = f"h{self.last}"
        return f"<{name}{self.tag(number, block, css)}>{self.text(number, block)}</{name}>\n"

    def picture(self, number: int, block: Block) -> str:
        said = block.text.replace(_NO_ALT, "").strip()
        held = self.shown(block) if self.shown is not None else None
        if held is not None:
            # The same element as for one that is only named: e-readers count them to keep a place.
            alt = safe.html(said or "A picture without a description")
            return f'<p{self.tag(number, block, "picture")}><img src="{safe.html(held)}" alt="{alt}"/></p>\n'
        words = f"Picture: {safe.html(said)}" if said else "A picture stood here."
        target = self.link(block.image) if block.image else None
        if target is not None:
            words += f' <a href="{safe.html(target)}" rel="noopener noreferrer">{safe.html(target)}</a>'
        return f"<p{self.tag(number, block, 'picture')}>[{words}]</p>\n"


def _list(page: _Page, run: Iterable[tuple[int, Block]]) -> Iterator[str]:
    levels: list[int] = []
    for number, block in run:
        level = min(max(block.level, 1), _DEEPEST)
        while len(levels) > 1 and level < levels[-1]:
            yield "</li>\n</ul>\n"
            levels.pop()
        if not levels or level > levels[-1]:
            yield "\n<ul>\n" if levels else "<ul>\n"
            levels.append(level)
        else:
            levels[-1] = level
            yield "</li>\n"
        yield f"<li{page.tag(number, block)}>{page.text(number, block)}"
    yield "</li>\n</ul>\n" * len(levels)


def _quotes(page: _Page, run: Iterable[tuple[int, Block]]) -> Iterator[str]:
    depth = 0
    for number, block in run:
        level = min(max(block.level, 1), _DEEPEST)
        yield "<blockquote>\n" * (level - depth)
        yield "</blockquote>\n" * (depth - level)
        depth = level
        yield page.block(number, block)
    yield "</blockquote>\n" * depth


def _row(page: _Page, number: int, block: Block) -> str:
    if block.text.count("\t") > _WIDEST:
        return f"<tr{page.tag(number, block)}><td>{page.text(number, block)}</td></tr>\n"
    cells = []
    start = 0
    while start <= len(block.text):
        stop = block.text.find("\t", start)
        stop = len(block.text) if stop < 0 else stop
        cells.append(f"<td>{page.text(number, block, start, stop)}</td>")
        start = stop + 1
    return f"<tr{page.tag(number, block)}>{''.join(cells)}</tr>\n"
