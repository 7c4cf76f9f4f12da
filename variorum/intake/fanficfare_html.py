"""FanFicFare's single HTML page: a heading of links, a table of labels, and a named anchor before each chapter."""

from __future__ import annotations

import re
from dataclasses import replace

from variorum.counting import ao3_words
from variorum.document import Document, Laid, Part, Span
from variorum.errors import MalformedItem
from variorum.intake.ao3 import extent, once
from variorum.intake.decode import declared, decode
from variorum.intake.fanficfare_epub import notes_of, read_title
from variorum.intake.markup import Node, Root, Text, lay, left_out, parse, reasons
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Relation

__all__ = ["FORMATS"]

_SECTION = re.compile(rb"""<a name=["']section0*1["']>\s*<h2""")
_AUTHOR = re.compile(rb"""<h1>.{0,20000}?class=["']authorlink["']""", re.DOTALL)
_NAME = re.compile(r"section(\d{4,7})\Z")
_TOOL = "written by FanFicFare"


def detect(sniff: Sniff) -> Detection:
    """Sure when the authors' links, the table of labels and the first chapter's anchor are there."""
    if b"authorlink" not in sniff.head or not _AUTHOR.search(sniff.head) or sniff.data.startswith(b"PK"):
        return Detection(0.0, "no heading of FanFicFare's")
    if b'<table class="full">' in sniff.head and _SECTION.search(sniff.searched):
        return Detection(0.9, "h1 with a.authorlink, table.full and section0001 of FanFicFare")
    return Detection(0.0, "no table and chapters of FanFicFare's")


def read(task: Task) -> Opened:
    """The one copy; cut inside its chapters it is read as far as it goes."""
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    page = _Page(text, root)
    if not any(block.part == "story" for block in page.blocks):
        raise MalformedItem(task.name, "is a page of FanFicFare's that was cut off before the story begins", "cut-off")
    blocks = once(page.blocks)
    words = ao3_words(*(_words(text, b) for b in blocks if b.part == "story" and (b.kind, b.level) != ("heading", 1)))
    m = page.metadata
    other_count = m.site != "archiveofourown.org"
    whole, why = extent(page.chapter, m.chapters_stated, words, m.words_stated, other_count=other_count)
    trust = {**m.trust, **({"relations": "title-page"} if page.relations else {})}
    m = replace(m, chapters_held=page.chapter, extent=whole, extent_why=why, relations=tuple(page.relations), trust=trust)
    gaps = left_out(text, root, blocks, reasons(page.why, _TOOL))
    spans = tuple(sorted(page.spans, key=lambda s: s[:2]))
    document = Document(task.digest, text, (Part("", 0, len(text), encoding, bom),), blocks, spans, (), gaps)
    return Opened("fanficfare-html", (Copy("", m, document),))


def _words(source: str, block: Laid) -> str:
    return "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)


class _Page:
    def __init__(self, source: str, root: Root) -> None:
        self.source = source
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.relations: list[Relation] = []
        self.why: dict[int, str] = {}
        self.chapter = 0
        heading = root.find("h1")
        table = next((t for t in root.find_all("table") if t.is_(cls="full")), None)
        for said in (heading, table):
            if said is not None:
                self.why[id(said)] = f"{_TOOL}, read as metadata"
        self.metadata, layings = read_title(source, heading, table if table is not None else Root(0, 0))
        for laying in layings:
            self.lay(laying.nodes, laying.part, None)
        story: list[Node | Text] = []
        for node in _level(root):
            name = _NAME.match(node.get("name")) if isinstance(node, Node) and node.tag == "a" else None
            if name is not None and isinstance(node, Node):
                self.story(story)
                story = []
                self.chapter += 1
                self.title(node)
            elif self.chapter:
                story.append(node)
        self.story(story)

    def lay(self, nodes: tuple[Node | Text, ...], part: str, chapter: int | None, skip: frozenset[int] = frozenset()) -> None:
        blocks, spans = lay(self.source, nodes, part, chapter, skip=skip)
        # Headings inside a chapter are below its title.
        self.blocks += [b._replace(level=max(b.level, 2)) if b.kind == "heading" else b for b in blocks]
        self.spans += spans

    def title(self, anchor: Node) -> None:
        blocks, spans = lay(self.source, anchor.children, "story", self.chapter)
        self.blocks += [b._replace(kind="heading", level=1) for b in blocks]
        self.spans += spans

    def story(self, nodes: list[Node | Text]) -> None:
        for node in nodes:
            notes = notes_of(self.source, node) if isinstance(node, Node) else None
            if notes is None:
                continue
            self.why.update({id(inner): reason for inner, reason in notes.why})
            self.relations += notes.relations
            for laying in notes.laid:
                self.lay(laying.nodes, laying.part, None if laying.whole else self.chapter)
        self.lay(tuple(nodes), "story", self.chapter, frozenset(self.why))


def _level(root: Root) -> list[Node | Text]:
    """The children of the element in which the chapters' anchors stand."""
    anchor = next((a for a in root.find_all("a") if _NAME.match(a.get("name"))), None)
    return list(anchor.parent.children) if anchor is not None and anchor.parent is not None else []


FORMATS = (Format("fanficfare-html", detect, read),)
