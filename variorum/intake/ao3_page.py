"""A saved page of a work on AO3: the entire work, one chapter of many, or a work of one chapter."""

from __future__ import annotations

import re
from typing import Any

from variorum.document import Document, Part
from variorum.errors import MalformedItem
from variorum.intake import refusals
from variorum.intake.ao3 import ARCHIVE, Download, creators, number, once, relation, status, tags, tidy_url
from variorum.intake.bundles import Bundle
from variorum.intake.decode import declared, decode
from variorum.intake.markup import Node, Root, left_out, parse, reasons, text_of
from variorum.intake.origin import Origin, origin
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Metadata

__all__ = ["FORMATS"]

_META = re.compile(rb"""<dl\b[^>]{0,100}class=["']?work meta""")
_SKIN = re.compile(rb"""\bid=["']?workskin\b""")
_CHAPTERS = re.compile(rb"""\bid=["']?chapters\b""")
_CHAPTER = re.compile(r"chapter\s+(\d{1,6})", re.IGNORECASE)
_WORK_LINK = re.compile(r"/(?:works|downloads)/(\d{1,12})/")
_FURNITURE = "part of the archive's page, not of the work"
_LABEL = "a label written by the archive's software"
_AREAS = {
    "header": "navigation",
    "footer": "the site's footer",
    "feedback": "comments and kudos",
    "comments": "comments and kudos",
    "comments_placeholder": "comments and kudos",
    "kudos": "comments and kudos",
    "outer-navigation": "navigation",
    "series": "the archive's list of series",
}


def detect(sniff: Sniff) -> Detection:
    """Sure when the work's header and its text are both there."""
    data = sniff.searched
    if sniff.data.startswith(b"PK") or not sniff.holds(b"workskin") or not _SKIN.search(data):
        return Detection(0.0, "no #workskin")
    if _META.search(data) and _CHAPTERS.search(data):
        return Detection(0.94, "dl.work.meta, #workskin and #chapters of an AO3 page")
    if _CHAPTERS.search(data):
        return Detection(0.8, "#workskin and #chapters of an AO3 page")
    return Detection(0.0, "a #workskin without chapters")


def read(task: Task) -> Opened:
    """Reads the page; what stands around the work is left out with its reason."""
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    page = _Page(text, root, origin(text, root))
    page.read()
    if not any(block.part == "story" for block in page.parts.blocks):
        refusals.check(task.name, text, root, page.origin.site)
        raise MalformedItem(task.name, "is a page of an archive that holds no text of a work", "no-story")
    document = page.document(task.digest, Part("", 0, len(text), encoding, bom))
    metadata = page.metadata()
    return Opened("ao3-page", (Copy("", metadata, document, _piece(metadata, page.parts.chapter)),))


def _piece(metadata: Metadata, chapter: int) -> Bundle | None:
    """A page of one chapter of many is a piece of the work at its address."""
    posted = number((metadata.chapters_stated or "").partition("/")[0])
    if metadata.chapters_held != 1 or metadata.url is None or posted is None or posted < 2:
        return None
    return Bundle(f"work {metadata.url}", chapter, posted)


class _Page:
    def __init__(self, source: str, root: Root, found: Origin) -> None:
        self.source = source
        self.root = root
        self.origin = found
        self.parts = Download(source)
        self.fields: dict[str, Any] = {}
        self.gifts: tuple[str, ...] = ()
        self.base = ARCHIVE
        if found.url and found.address and found.address.kind in ("work", "chapter", "page"):
            self.base = "/".join(found.url.split("/")[:3])

    def read(self) -> None:
        skin = self.root.ids.get("workskin", self.root)
        self.header()
        title = next((n for n in skin.walk() if n.tag == "h2" and n.is_(cls="title")), None)
        if title is not None:
            self.fields["title"] = text_of(self.source, title) or None
            self.fields["restricted"] = any("restricted" in i.get("alt", i.get("title")).lower() for i in title.find_all("img"))
            self.parts.why[id(title)] = "read as metadata"
        chapters = self.root.ids.get("chapters")
        passed = 0
        for node in skin.walk():
            if node.start < passed:
                continue
            if node.is_(cls="byline") and node.tag in ("h3", "h4") and not _within(node, chapters):
                site = self.origin.site or "archiveofourown.org"
                self.fields.setdefault("creators", creators(self.source, node, site, self.base))
                self.parts.why[id(node)] = "read as metadata"
            elif (node.is_(cls="module") or node.id == "work_endnotes") and not _within(node, chapters):
                self.module(node, None)
                passed = node.end
        if chapters is not None:
            self.chapters(chapters)

    def header(self) -> None:
        """``dl.work.meta``: typed tags and statistics."""
        meta = next((n for n in self.root.walk() if n.tag == "dl" and n.is_(cls="work") and n.is_(cls="meta")), None)
        if meta is None:
            return
        self.parts.why[id(meta)] = "read as metadata"
        pairs = [(_label(dd), dd) for dd in meta.find_all("dd")]
        self.fields.update(tags(self.source, [(label, dd) for label, dd in pairs if label]))
        stats: dict[str, Any] = {}
        finished = False
        for dd in (dd for dl in meta.find_all("dl") for dd in dl.find_all("dd")):
            value = text_of(self.source, dd)
            if dd.is_(cls="published"):
                stats["published"] = value
            elif dd.is_(cls="status"):
                stats["updated"] = value
            elif dd.is_(cls="words"):
                stats["words_stated"] = number(value)
            elif dd.is_(cls="chapters"):
                stats["chapters_stated"] = value.replace(",", "").replace(" ", "")
        for dt in meta.find_all("dt", cls="status"):
            finished = finished or "completed" in text_of(self.source, dt).lower()
        stats["status"] = status(stats.get("chapters_stated"), finished=finished, has_stats=bool(stats))
        self.fields.update(stats)

    def module(self, node: Node, chapter: int | None) -> None:
        """Summary, notes or end notes of the work or of a chapter, with the ties listed in the notes."""
        part = "notes-before"
        if node.is_(cls="summary"):
            part = "summary"
        elif node.is_(cls="end") or "endnotes" in node.id:
            part = "notes-after"
        elif node.is_(cls="series") or node.id == "series":
            return
        quotes = [
            n
            for n in node.walk()
            if n.tag == "blockquote" and not _within(n.parent, node, "blockquote") and not _within(n, node, "li")
        ]
        passed = node.start
        for item in (n for n in node.walk() if n.tag == "li" and not _within(n, node, "blockquote")):
            if item.start < passed:
                continue
            passed = item.end
            self.tie(item, children=node.id == "children" or node.is_(cls="children"))
        for quote in quotes:
            self.parts.lay([quote], part, chapter)
        for heading in node.elements():
            if heading.tag in ("h2", "h3", "h4"):
                self.parts.why[id(heading)] = _LABEL

    def tie(self, item: Node, *, children: bool) -> None:
        words = text_of(self.source, item)
        if not children and words.startswith("For "):
            names = [text_of(self.source, a) for a in item.find_all("a")] or words[4:].rstrip(".").split(", ")
            self.gifts += tuple(name for name in names if name)
        else:
            found = relation(self.source, item, ("inspired-by", "in") if children else None, self.base)
            if found is None:
                return
            self.parts.relations.append(found)
        self.parts.lay(item.children, "credits", None)

    # ---------------------------------------------------------------- chapters

    def chapters(self, node: Node) -> None:
        several = [n for n in node.walk() if n.is_(cls="chapter") and n.id.startswith("chapter-")]
        if not several:
            several = [node]
        for count, chapter in enumerate(several, 1):
            self.chapter(chapter, count)

    def chapter(self, node: Node, count: int) -> None:
        content = next((n.start for n in node.walk() if n.tag == "div" and n.is_(cls="userstuff")), node.end)
        heads = (n for n in node.walk() if n.tag in ("h2", "h3") and n.is_(cls="title") and n.start < content)
        title = next(heads, None)
        said = _CHAPTER.match(text_of(self.source, title)) if title is not None else None
        digits = node.id.removeprefix("chapter-")
        self.parts.chapter = int(said[1]) if said else int(digits) if digits.isdigit() and len(digits) < 7 else count
        if title is not None:
            self.title(title)
        passed = node.start
        for inner in node.walk():
            if inner.start < passed:
                continue  # inside what was read as a whole: the author's own markup
            if inner.is_(cls="landmark"):
                self.parts.why[id(inner)] = _LABEL
            elif inner.is_(cls="byline"):
                self.parts.lay([inner], "credits", self.parts.chapter)
                passed = inner.end
            elif inner.tag == "div" and inner.is_(cls="userstuff"):
                nodes = [n for n in inner.children if not (isinstance(n, Node) and n.is_(cls="landmark"))]
                self.parts.why.update({id(n): _LABEL for n in inner.elements() if n.is_(cls="landmark")})
                self.parts.lay(nodes, "story", self.parts.chapter)
                passed = inner.end
            elif inner.is_(cls="module"):
                self.module(inner, self.parts.chapter)
                passed = inner.end

    def title(self, title: Node) -> None:
        """``<h3 class="title"><a>Chapter 2</a>: Title</h3>``: the title alone is the author's."""
        self.parts.why[id(title)] = "the number of the chapter, written by the archive's software"
        before = len(self.parts.blocks)
        nodes = [n for n in title.children if not (isinstance(n, Node) and n.tag == "a")]
        self.parts.lay(nodes, "story", self.parts.chapter, counted=False)
        for index in range(before, len(self.parts.blocks)):
            block = self.parts.blocks[index]
            first = block.pieces[0]
            if index == before and first.text is None:
                words = self.source[first.start : first.end]
                first = first._replace(start=first.end - len(words.lstrip(": \n\t")))
            pieces = tuple(p for p in (first, *block.pieces[1:]) if p.end > p.start)
            self.parts.blocks[index] = block._replace(kind="heading", level=1, pieces=pieces)
        self.parts.blocks[before:] = [b for b in self.parts.blocks[before:] if b.pieces]

    # ---------------------------------------------------------------- results

    def url(self) -> str | None:
        if self.origin.address is not None and self.origin.address.kind in ("work", "chapter"):
            return self.origin.url
        for node in self.root.walk():
            match = _WORK_LINK.search(node.get("href") + "/") if node.tag == "a" and node.raw else None
            if match and (_within(node, self.root.ids.get("chapters"), cls="title") or "navigation" in _around(node)):
                return tidy_url(f"{self.base}/works/{match[1]}")
        return None

    def metadata(self) -> Metadata:
        self.parts.site = self.origin.site or "archiveofourown.org"
        more = {"gifts": self.gifts, "url": self.url(), "captured": self.origin.captured, "tool": self.origin.tool}
        self.parts.fields = {**self.fields, **more}
        return self.parts.metadata()

    def document(self, item: str, part: Part) -> Document:
        why = {**self.parts.why}
        for name, reason in _AREAS.items():
            area = self.root.ids.get(name)
            if area is not None:
                why[id(area)] = reason
        for node in self.root.walk():
            if node.is_(cls="navigation") or node.tag == "nav":
                why.setdefault(id(node), "navigation")
        blocks = once(self.parts.blocks)
        gaps = left_out(self.source, self.root, blocks, reasons(why, _FURNITURE))
        spans = tuple(sorted(self.parts.spans, key=lambda s: s[:2]))
        return Document(item, self.source, (part,), blocks, spans, (), gaps)


def _label(dd: Node) -> str:
    return next((cls for cls in dd.classes if cls not in ("tags", "work")), "")


def _around(node: Node) -> str:
    return " ".join(ancestor.get("class") for ancestor in node.ancestors())


def _within(node: Node | None, limit: Node | None, tag: str | None = None, cls: str | None = None) -> bool:
    """Whether ``limit`` is the node or above it; with a tag or class: whether such an element stands between."""
    seen = False
    while node is not None:
        if (tag or cls) and node is not limit and node.is_(tag, cls):
            seen = True
        if node is limit:
            return seen or not (tag or cls)
        node = node.parent
    return False


FORMATS = (Format("ao3-page", detect, read),)
