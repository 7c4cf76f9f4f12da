"""The parts of an AO3 download (its HTML, and the EPUB made of that): preface, chapters, afterword.

Fed node by node, so that a file cut into pieces by an EPUB maker is read by the same code: `preface`,
`body` for each stretch of chapters, `afterword`, then `metadata` and `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from variorum.addresses import identify
from variorum.counting import ao3_words
from variorum.document import Document, Gap, Laid, Part, Span
from variorum.intake.ao3.fields import creators, extent, relation, stats, tags, trusted
from variorum.intake.ao3.template import age_of, marks_of
from variorum.intake.markup import Covered, Node, Root, Text, decoded, lay, left_out, reasons, text_of
from variorum.model import Metadata, Relation

__all__ = ["Download", "once"]

_CHAPTER = re.compile(r"\s*Chapter\s+(\d{1,6})\s*(?::\s*|$)")
_LABELS = ("summary", "notes", "chapter summary", "chapter notes", "chapter end notes", "end notes", "note", "end note")
_READ = "read as metadata"
_SITE = "written by the archive's software"


class Download:
    """Gathers blocks, spans, gaps and metadata over one source. ``chapter`` is the number of the chapter being read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.why: dict[int, str] = {}  #: id of a node -> why its text is left out
        self.roots: list[Root] = []  #: kept: the ids above are theirs
        self.fields: dict[str, Any] = {}
        self.relations: list[Relation] = []
        self.site: str | None = None
        self.chapter = 0
        self._told: list[Node | Text] = []  # the nodes of the story
        self._labels: list[str] = []
        self._stats = self._request = ""
        self._warned: list[str] = []
        self._numbered: bool | None = None

    # ---------------------------------------------------------------- preface

    def preface(self, node: Node) -> None:
        """Reads ``div#preface``: where it was posted, the typed tags, title, byline, summary, notes."""
        self.why[id(node)] = _SITE
        self._posted(node)
        for dl in node.find_all("dl"):
            if self._tags(dl):
                self.why[id(dl)] = _READ
        title = node.find("h1")
        if title is None:
            message = node.find(cls="message")
            title = message.find("b") if message is not None else None
        if title is not None:
            self.fields.setdefault("title", text_of(self.source, title) or None)
            self.why[id(title)] = _READ
        byline = next((n for n in node.walk() if _has(n, "byline")), None)
        if byline is not None:
            self.fields.setdefault("creators", creators(self.source, byline, self.site))
            self.why[id(byline)] = _READ
        self._frame(node, None)

    def _posted(self, node: Node) -> None:
        message = next((n for n in node.walk() if _has(n, "message")), None)
        if message is None:
            return
        for link in message.find_all("a"):
            address = identify(link.get("href"))
            if address is not None and address.kind in ("work", "chapter"):
                self.fields.setdefault("url", address.url)
                self.site = self.site or address.site
            elif address is not None and self.site is None:
                self.site = address.site

    def _tags(self, dl: Node) -> bool:
        pairs: list[tuple[str, Node]] = []
        label = ""
        for child in dl.walk():
            if child.tag == "dt":
                label = text_of(self.source, child)
            elif child.tag == "dd":
                pairs.append((label, child))
        return self.typed(pairs)

    def typed(self, pairs: list[tuple[str, Node]]) -> bool:
        """Takes what stands after each label as typed; False when these are no labels of AO3's."""
        if not any(label.strip(": ").lower() in ("rating", "fandom", "fandoms", "stats", "language") for label, _ in pairs):
            return False
        for name, value in tags(self.source, pairs).items():
            self.fields.setdefault(name, value)
        for label, dd in pairs:
            self._labels.append(label)
            if "warning" in label.lower():
                self._warned += [text_of(self.source, node) for node in (dd.find_all("a") or [dd])]
            if label.lower().startswith("stat"):
                self._stats = text_of(self.source, dd)
                for name, value in stats(self._stats).items():
                    self.fields.setdefault(name, value)
        return True

    def _frame(self, node: Node, chapter: int | None) -> None:
        """Summary, notes and ties: a label, then a ``blockquote``, in the preface, a chapter's head or an afterword."""
        label = ""
        passed = node.start
        for child in node.walk():
            if child.start < passed:
                continue  # inside what was read as a whole
            if child.tag == "p" and not child.elements() and not _inside(child, node, "blockquote"):
                words = text_of(self.source, child).rstrip(":").lower()
                if words in _LABELS:
                    label = words
                    self.why[id(child)] = "a label " + _SITE
            elif child.tag == "blockquote" and (label or _has(child, "userstuff")) and not _inside(child, node, "blockquote"):
                # Where two classes look alike an EPUB maker keeps one: then the label before it tells what it is.
                part = "summary" if "summary" in label else "notes-after" if "end" in label else "notes-before"
                self.lay([child], part, chapter)
                passed = child.end
            elif child.tag == "li" and not _inside(child, node, "blockquote"):
                tie = relation(self.source, child)
                passed = child.end
                if tie is not None:
                    self.relations.append(tie)
                    self.lay(child.children, "credits", chapter)
                else:
                    self.why[id(child)] = _SITE

    # ---------------------------------------------------------------- chapters

    def body(self, nodes: Iterable[Node | Text]) -> None:
        """Reads a stretch of chapters: what lies in ``div#chapters``, or in one file an EPUB maker cut out of it."""
        story: list[Node | Text] = []
        for node in nodes:
            if isinstance(node, Text):
                story.append(node)
            elif _has(node, "toc-heading"):
                self.why[id(node)] = "a hidden heading " + _SITE
            elif _has(node, "meta") or (node.id.startswith("endnotes") and _frames(node)):
                self._story(story)
                story = []
                self._head(node)
            else:
                story.append(node)
        self._story(story)

    def _story(self, nodes: list[Node | Text]) -> None:
        before = len(self.blocks)
        if any(isinstance(node, Node) or self.source[node.start : node.end].strip() for node in nodes):
            self.lay(nodes, "story", max(self.chapter, 1))
        if len(self.blocks) > before:
            self.chapter = max(self.chapter, 1)

    def _head(self, node: Node) -> None:
        """The head of a chapter (``div.meta``) or its end notes."""
        self.why[id(node)] = _SITE
        heading = next((n for n in node.walk() if n.tag in ("h1", "h2", "h3", "h4") and not _has(n, "toc-heading")), None)
        if heading is not None and not _inside(heading, node, "blockquote"):
            self.chapter += 1
            self._title(heading)
        byline = next((n for n in node.walk() if _has(n, "byline") and not _inside(n, node, "blockquote")), None)
        if byline is not None:
            self.lay([byline], "credits", self.chapter)
        if node.id.startswith("endnotes"):
            for quote in (n for n in node.walk() if n.tag == "blockquote" and not _inside(n, node, "blockquote")):
                self.lay([quote], "notes-after", self.chapter or None)
            for label in (n for n in node.walk() if n.tag == "p" and not _inside(n, node, "blockquote")):
                self.why[id(label)] = "a label " + _SITE
        else:
            self._frame(node, self.chapter or None)

    def _title(self, heading: Node) -> None:
        """The title of a chapter without the "Chapter N: " the site writes before it; no title, no block."""
        nodes: list[Node | Text] = list(heading.children)
        self.why[id(heading)] = "the number of the chapter, " + _SITE
        if nodes and isinstance(nodes[0], Text):
            match = _CHAPTER.match(self.source, nodes[0].start, nodes[0].end)
            if match is None or ":" in match[0]:  # "Chapter 2" alone is older than the numbers before titles
                self._numbered = match is not None and self._numbered is not False
            if match:
                nodes[0] = Text(match.end(), nodes[0].end)
        blocks, spans = lay(self.source, nodes, "story", self.chapter)
        self.blocks.extend(block._replace(kind="heading", level=1) for block in blocks)
        self.spans.extend(spans)

    # ---------------------------------------------------------------- afterword

    def afterword(self, node: Node) -> None:
        """Reads ``div#afterword``: the work's end notes and the works inspired by it; the rest is the site's."""
        self._request = next((text_of(self.source, n) for n in node.find_all("p") if _has(n, "message")), "")
        self.why[id(node)] = _SITE
        for quote in (n for n in node.walk() if n.tag == "blockquote" and not _inside(n, node, "blockquote")):
            self.lay([quote], "notes-after", None)
        for dl in (n for n in node.find_all("dl") if not _inside(n, node, "blockquote")):
            self.why[id(dl)] = _SITE
            for dd in dl.find_all("dd"):
                tie = relation(self.source, dd, ("inspired-by", "in"))
                if tie is not None:
                    self.relations.append(tie)
                    self.lay(dd.children, "credits", None)

    # ---------------------------------------------------------------- results

    def lay(self, nodes: Iterable[Node | Text], part: str, chapter: int | None, *, counted: bool = True) -> None:
        """Lays nodes as blocks of a part. A blockquote around all of a note is the site's, not a quotation."""
        nodes = list(nodes)
        if part == "story" and counted:
            self._told += nodes
        inner: list[Node | Text] = []
        for node in nodes:
            if isinstance(node, Node) and node.tag == "blockquote" and part != "story":
                inner.extend(node.children)
            else:
                inner.append(node)
        blocks, spans = lay(self.source, inner, part, chapter)
        # Headings inside a chapter are below its title.
        self.blocks.extend(b._replace(level=max(b.level, 2)) if b.kind == "heading" else b for b in blocks)
        self.spans.extend(spans)

    def words(self) -> int:
        """The words of the story exactly as AO3 counts them: text node by text node, so ``<i>un</i>done`` is two."""
        source = self.source
        texts = [text for node in self._told for text in ((node,) if isinstance(node, Text) else [t for t, _ in node.texts()])]
        return ao3_words(*[decoded(source[t.start : t.end]) for t in texts if t.kind in ("text", "literal")])

    def metadata(self) -> Metadata:
        """What the file says of the work, with the extent of the copy."""
        fields = dict(self.fields)
        fields.setdefault("status", "unknown")
        summary = "\n\n".join(_text(self.source, b) for b in self.blocks if b.part == "summary" and b.chapter is None)
        held = len({b.chapter for b in self.blocks if b.part == "story" and b.chapter is not None})
        found = Metadata(
            **fields, summary=summary or None, relations=tuple(self.relations), site=self.site, chapters_held=held or None
        )
        if found.tool is None:
            marks = marks_of(self._labels, self._stats, self._warned, self._request)
            found = replace(found, tool=age_of(marks, numbered=self._numbered) if self._labels else None)
        whole, why = extent(held, found.chapters_stated, self.words(), found.words_stated)
        return replace(found, extent=whole, extent_why=why, trust=trusted(found, "site"))

    def document(self, item: str, parts: tuple[Part, ...]) -> Document:
        """The document over the source; everything in no block is left out with its reason."""
        gaps: list[Gap] = []
        self.blocks = list(once(self.blocks))
        reason, covered = reasons(self.why, _SITE), Covered.by(self.blocks)
        for root in self.roots:
            gaps.extend(left_out(self.source, root, covered, reason))
        spans = tuple(sorted(self.spans, key=lambda s: s[:2]))
        return Document(item, self.source, parts, tuple(self.blocks), spans, (), tuple(gaps))


def once(blocks: Iterable[Laid]) -> tuple[Laid, ...]:
    """The blocks in source order, without one that takes what an earlier one has taken: damaged markup can offer it twice."""
    kept: list[Laid] = []
    taken = 0
    for block in sorted((b for b in blocks if b.pieces), key=lambda b: (b.pieces[0].start, b.pieces[-1].end)):
        if block.pieces[0].start >= taken:
            kept.append(block)
            taken = block.pieces[-1].end
    return tuple(kept)


def _text(source: str, block: Laid) -> str:
    return "".join([source[p.start : p.end] if p.text is None else p.text for p in block.pieces])


def _has(node: Node, name: str) -> bool:
    """Whether a class is this one, also as an EPUB maker numbers it ("userstuff1")."""
    return name in node.raw and any(cls.rstrip("0123456789") == name for cls in node.classes)


def _inside(node: Node, limit: Node, tag: str) -> bool:
    """Whether an element of this kind stands between a node and ``limit``."""
    for ancestor in node.ancestors():
        if ancestor is limit:
            return False
        if ancestor.tag == tag:
            return True
    return False


def _frames(node: Node) -> bool:
    return any(child.tag == "blockquote" for child in node.walk())
