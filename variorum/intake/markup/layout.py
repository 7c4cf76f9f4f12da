"""Laying blocks over the source: which stretches read as a paragraph, a heading, a scene break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from variorum.document import SCENE, Laid, Piece, Span
from variorum.intake.markup.entities import decoded, folded, pieces_of, plain, trimmed, verbatim
from variorum.intake.markup.flow import BREAK, Run, lines_of, paragraphs_of
from variorum.intake.markup.nodes import Node, Text
from variorum.intake.markup.tags import BLOCK, NOT_SHOWN, SPAN_KINDS

__all__ = ["OBJECT", "concealed", "hidden", "lay"]

#: How an image without a description reads: Unicode's object replacement character, no letter and no word.
OBJECT = "\ufffc"

_HIDDEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_STYLES = (
    (re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE), "emphasis"),
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE), "strong"),
    (re.compile(r"text-decoration[^;:]*:[^;]*underline", re.IGNORECASE), "underline"),
    (re.compile(r"text-decoration[^;:]*:[^;]*line-through", re.IGNORECASE), "strikethrough"),
    (re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE), "superscript"),
    (re.compile(r"vertical-align\s*:\s*sub\b", re.IGNORECASE), "subscript"),
)
_HEADING = {f"h{n}": n for n in range(1, 7)}
_NEWLINES = re.compile(r"\r\n|\n|\r")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_SMALL = 32  # pixels: an image no larger stands in the line


def hidden(node: Node) -> bool:
    """Whether the page itself hides this element."""
    return bool(node.raw) and ("hidden" in node.attrs or bool(_HIDDEN.search(node.get("style"))))


def concealed(node: Node) -> str | None:
    """Why a reader of the page does not see this element, or None.

    A menu, drawing or the like whose end tag is missing conceals nothing: a browser would lose the rest of the page in it.
    """
    if node.tag in NOT_SHOWN and (node.close < node.end or node.tag in ("head", "title")):
        return NOT_SHOWN[node.tag]
    return "hidden on the page" if hidden(node) else None


def lay(
    source: str,
    nodes: Iterable[Node | Text],
    part: str = "story",
    chapter: int | None = None,
    *,
    skip: frozenset[int] = frozenset(),
    classes: Mapping[str, Sequence[str]] | None = None,
) -> tuple[list[Laid], list[Span]]:
    """The blocks and spans of these nodes, in document order, offsets exact.

    ``skip`` holds ``id()`` of nodes that are not laid; ``classes`` says which class means which kinds of
    span (from a style sheet). Linear in time; never raises on any tree of `parse`.
    """
    layer = _Layer(source, part, chapter, skip, classes or {})
    layer.run(nodes)
    return layer.blocks, layer.spans


class _Layer:
    def __init__(
        self, source: str, part: str, chapter: int | None, skip: frozenset[int], classes: Mapping[str, Sequence[str]]
    ) -> None:
        self.source = source
        self.part = part
        self.chapter = chapter
        self.skip = skip
        self.classes = classes
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.flow: list[Run] = []
        self.breaks = False  # whether a line break is in the flow
        self.kinds: list[tuple[str, int]] = [("paragraph", 0)]
        self.pre = 0
        self.paragraphs = 0  # open <p>
        self.quotes = 0
        self.lists = 0

    def run(self, nodes: Iterable[Node | Text]) -> None:
        stack: list[tuple[Node | None, Iterator[Node | Text]]] = [(None, iter(nodes))]
        while stack:
            node, children = stack[-1]
            for child in children:
                if isinstance(child, Text):
                    start, end, what = child
                    if what == "text":
                        self.flow.append((start, end, None))
                    elif what == "literal":
                        self.flow.append((start, end, self.source[start:end]))
                elif child.tag == "p" and id(child) not in self.skip and not (child.raw and hidden(child)):  # most of a story
                    self.flush()
                    self.paragraphs += 1
                    if child.raw and child.inner < child.close:
                        self.span(child)
                    only = child.children[0] if len(child.children) == 1 else None
                    if isinstance(only, Text) and only.kind == "text":
                        self.flow.append((only.start, only.end, None))
                        self.flush()
                        self.paragraphs -= 1
                    else:
                        stack.append((child, iter(child.children)))
                        break
                elif self.enter(child):
                    stack.append((child, iter(child.children)))
                    break
            else:
                stack.pop()
                if node is not None:
                    self.leave(node)
        self.flush()

    # ---------------------------------------------------------------- elements

    def enter(self, node: Node) -> bool:
        """Begins an element; False when nothing of it is laid (or all was)."""
        tag = node.tag
        if tag == "br":
            self.flow.append((node.start, node.end, BREAK))
            self.breaks = True
            return False
        if (self.skip and id(node) in self.skip) or tag in ("script", "style"):
            return False
        if (node.raw or tag in NOT_SHOWN) and concealed(node):
            return False
        if tag == "img":
            self.image(node)
            return False
        if tag == "hr":
            self.flush()
            self.blocks.append(Laid("scene-break", self.part, (Piece(node.start, node.inner, SCENE),), self.chapter))
            return False
        if tag == "tr" and self.row(node):
            return False
        if tag in BLOCK:
            self.begin_block(node)
        elif tag in ("q", "lj", "user"):
            self.say(node)
        if node.inner < node.close:
            self.span(node)
        return True

    def begin_block(self, node: Node) -> None:
        self.flush()
        tag = node.tag
        if tag in _HEADING:
            self.kinds.append(("heading", _HEADING[tag]))
        elif tag == "blockquote":
            self.quotes += 1
            self.kinds.append(("quote", self.quotes))
        elif tag in ("ul", "ol", "menu", "dir"):
            self.lists += 1
        elif tag == "li":
            self.kinds.append(("list-item", max(self.lists, 1)))
        elif tag in ("pre", "listing", "xmp", "plaintext"):
            self.pre += 1
        elif tag == "p":
            self.paragraphs += 1

    def leave(self, node: Node) -> None:
        tag = node.tag
        if tag == "q":
            self.flow.append((node.close, node.end, "”"))
        if tag not in BLOCK:
            return
        self.flush()
        if tag in _HEADING or tag == "li":
            self.kinds.pop()
        elif tag == "blockquote":
            self.kinds.pop()
            self.quotes -= 1
        elif tag in ("ul", "ol", "menu", "dir"):
            self.lists -= 1
        elif tag in ("pre", "listing", "xmp", "plaintext"):
            self.pre -= 1
        elif tag == "p":
            self.paragraphs -= 1

    def say(self, node: Node) -> None:
        """Elements whose tag itself is read: quotation marks, a journal user's name."""
        if node.tag == "q":
            self.flow.append((node.start, node.inner, "“"))
        else:
            name = node.get("user") or node.get("comm") or node.get("name")
            if name:
                self.flow.append((node.start, node.inner, name))

    def span(self, node: Node) -> None:
        kind = SPAN_KINDS.get(node.tag)
        if kind is not None:
            self.spans.append(Span(node.inner, node.close, kind))
        if not node.raw:
            return
        if node.tag == "a":
            href = node.get("href").strip()
            if href:
                self.spans.append(Span(node.inner, node.close, "link", href))
        style = node.get("style")
        if style:
            self.spans.extend(Span(node.inner, node.close, name) for pattern, name in _STYLES if pattern.search(style))
        if self.classes:
            for cls in node.classes:
                self.spans.extend(Span(node.inner, node.close, name) for name in self.classes.get(cls, ()))

    def image(self, node: Node) -> None:
        alt = folded(decoded(node.get("alt")))
        address = node.get("src") or node.get("data-src")
        if address.startswith("data:"):
            address = address[: max(address.find(",", 0, 200), 5)]  # the bytes stand in the source
        sizes = [node.get(name).rstrip("px") for name in ("width", "height")]
        small = any(size.isdigit() and int(size[:6]) <= _SMALL for size in sizes)
        if small or any(cls in ("emoji", "wp-smiley", "ContextualPopup", "i-ljuser-userhead") for cls in node.classes):
            if alt and not alt.isspace():
                self.flow.append((node.start, node.inner, alt))
            return
        self.flush()
        self.blocks.append(
            Laid("image", self.part, (Piece(node.start, node.inner, alt or OBJECT),), self.chapter, image=address or None)
        )

    def row(self, node: Node) -> bool:
        """A row of short cells is one block, its cells apart by tabs; other tables only arrange the page."""
        cells = [child for child in node.elements() if child.tag in ("td", "th")]
        if len(cells) < 2 or any(cell.close - cell.inner > 600 for cell in cells):
            return False
        runs: list[Run] = []
        filled = 0
        for cell in cells:
            texts: list[Run] = []
            for inner in cell.walk():
                if (inner.tag in BLOCK and inner.tag != "p") or inner.tag in NOT_SHOWN or inner.tag in ("img", "br", "hr"):
                    return False
                if id(inner) in self.skip or inner.tag in ("script", "style") or hidden(inner):
                    return False
            texts = [(t.start, t.end, None) for t, _ in cell.texts() if t.kind == "text"]
            pieces = trimmed(self.source, pieces_of(self.source, texts))
            if pieces:
                if filled:
                    runs.append((runs[-1][1], pieces[0].start, "\t"))
                filled += 1
                runs.extend((p.start, p.end, self.source[p.start : p.end] if p.text is None else p.text) for p in pieces)
        if filled < 2:
            return False
        self.flush()
        pieces_ = tuple(Piece(s, e, None if t == self.source[s:e] else t) for s, e, t in runs)
        self.blocks.append(Laid("table", self.part, pieces_, self.chapter))
        for inner in node.walk():
            if inner.inner < inner.close:
                self.span(inner)
        return True

    # ---------------------------------------------------------------- flows

    def flush(self) -> None:
        """Ends a flow: its runs become blocks."""
        flow = self.flow
        if not flow:
            return
        self.flow = []
        breaks, self.breaks = self.breaks, False
        if len(flow) == 1 and flow[0][2] is None and self.source[flow[0][0] : flow[0][1]].isspace():
            return  # what stands between two blocks
        kind, level = self.kinds[-1]
        if self.pre or (not breaks and self.newlines(flow)):
            self.preformatted(flow, kind, level)
            return
        if not breaks:
            pieces = plain(self.source, flow[0]) if len(flow) == 1 else None
            pieces = pieces or trimmed(self.source, pieces_of(self.source, flow))
            if pieces:
                self.blocks.append(Laid(kind, self.part, tuple(pieces), self.chapter, 1.0, level))
            return
        self.put(paragraphs_of(lines_of(self.source, flow), in_paragraph=self.paragraphs > 0), kind, level)

    def put(self, found: list[tuple[str, list[Piece]]], kind: str, level: int) -> None:
        for name, pieces in found:
            own = name if kind == "paragraph" else kind
            self.blocks.append(Laid(own, self.part, tuple(pieces), self.chapter, 1.0, level))

    def newlines(self, flow: list[Run]) -> bool:
        """Text without any paragraph markup that uses empty lines, as in plain text: they are meant."""
        if self.paragraphs or sum(end - start for start, end, text in flow if text is None) < 400:
            return False
        return sum(len(_EMPTY_LINE.findall(self.source, s, e)) for s, e, text in flow if text is None) >= 2

    def preformatted(self, flow: list[Run], kind: str, level: int) -> None:
        runs: list[Run] = []
        for start, end, text in flow:
            if text is not None:
                runs.append((start, end, text))
                continue
            for match in _NEWLINES.finditer(self.source, start, end):
                if match.start() > start:
                    runs.append((start, match.start(), None))
                runs.append((match.start(), match.end(), BREAK))
                start = match.end()
            if start < end:
                runs.append((start, end, None))
        lines = lines_of(self.source, runs)
        if not lines:
            return
        found = paragraphs_of(lines, in_paragraph=False)
        if self.pre and not _prose(lines, found):
            pieces = verbatim(self.source, flow)
            self.blocks.append(Laid("preformatted", self.part, tuple(pieces), self.chapter, 1.0, level))
            return
        self.put(found, kind, level)


def _prose(lines: Sequence[tuple[object, ...]], found: list[tuple[str, list[Piece]]]) -> bool:
    """Whether preformatted text is a story that was only wrapped: mostly words, no drawing and no code."""
    text = "\n".join(str(line[1]) for line in lines)
    letters = sum(map(str.isalpha, text))
    spaces = text.count(" ")
    if letters < (len(text) - spaces) * 0.75 or "   " in text:
        return False
    if len(lines) == 1:
        return len(text) > 100
    return len(found) > 1 or len(text) > 300
