"""AO3's EPUB download, of both generations: typed tags from the preface page, the package only where that is silent.

Since 2019-01-31 it is the HTML download put through calibre: ``TITLE_split_000.xhtml`` holds the preface, the next
page title, summary and notes, then come the chapters (long ones in several files) and the afterword. Before that,
AO3 wrote ``OEBPS/preface.xhtml``, ``chapterN_M.xhtml`` (a chapter in M parts) and ``afterword.xhtml`` itself, and
never wrote the end notes of chapters. What is read is read by the same code as the HTML download.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace

from variorum.document import Span
from variorum.errors import MalformedItem
from variorum.intake.ao3 import Download, Flat, creators, tidy_url
from variorum.intake.book import Book, Page, open_book
from variorum.intake.epub import damage, is_epub, read_epub
from variorum.intake.markup import Node, Root, Text, parse, text_of
from variorum.intake.merging import merged
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.intake.zips import Budget, Member, MemberError, directory, read
from variorum.model import Metadata

__all__ = ["FORMATS", "detect", "read_ao3_epub"]

_OLD = re.compile(r"chapter(\d{1,6})(?:_(\d{1,6}))?\Z")
_FIRST = re.compile(r"(?:.*split_00[01]|preface|.*0000|.*0001)\.x?html?\Z", re.IGNORECASE)
_MARKS = re.compile(rb"""id=["']preface["']|Posted originally on the""")
_LOOKED_AT = 6  # pages of a book that are looked at to recognise it


def detect(sniff: Sniff) -> Detection:
    """Sure when one of the first pages is AO3's preface."""
    if not is_epub(sniff):
        return Detection(0.0, "is no EPUB")
    budget = Budget(len(sniff.data))
    try:
        members = directory(sniff.name, sniff.data, budget).members
    except MalformedItem:
        return Detection(0.0, "cannot be looked into")
    likely = [m for m in members if _FIRST.match(m.name.rsplit("/", 1)[-1])]
    for member in likely[:_LOOKED_AT]:
        data = _peek(sniff.data, member, budget)
        if _MARKS.search(data) and (b"archiveofourown.org" in data or b"Archive of Our Own" in data):
            return Detection(0.95, f"{posixpath.basename(member.name)} is the preface of an AO3 download")
    return Detection(0.0, "has no preface of AO3's")


def read_ao3_epub(task: Task) -> Opened:
    """The one copy; `MalformedItem` when nothing of it can be read. Without a story page it is read as any EPUB."""
    book = open_book(task)
    reader = _Reader(book)
    for page in book.pages:
        reader.page(page)
    download = reader.download
    if not any(block.part == "story" for block in download.blocks):
        download = _flat(book) or download
    if not any(block.part == "story" for block in download.blocks):
        if not book.whole:
            raise MalformedItem(task.name, "is an AO3 download that was cut off before the story begins", "cut-off")
        return read_epub(task)
    metadata = _checked(download.metadata(), book)
    document = download.document(task.digest, book.parts)
    document = replace(document, left_out=tuple(sorted((*document.left_out, *book.gaps))))
    return Opened("ao3-epub", (Copy("", metadata, document),), skipped=damage(task.name, book))


FORMATS = (Format("ao3-epub", detect, read_ao3_epub),)


def _flat(book: Book) -> Download | None:
    """The download out of a book that kept only its order; None when there is no story in that either."""
    download = Download(book.source)
    flat = Flat(download, book.package.metadata.title)
    for page in book.pages:
        root = parse(book.source, page.start, page.end)
        download.roots.append(root)
        _emphasised(download, book, root)
        flat.page(root)
    return download if any(block.part == "story" for block in download.blocks) else None


def _emphasised(download: Download, book: Book, root: Root) -> None:
    """Emphasis that a converter put into a class of its style sheet."""
    for node in root.walk():
        if node.tag == "span" and node.raw and node.inner < node.close:
            kinds = [kind for cls in node.classes for kind in book.classes.get(cls, ())]
            download.spans.extend(Span(node.inner, node.close, kind) for kind in kinds)


def _peek(data: bytes, member: Member, budget: Budget) -> bytes:
    try:
        return read(data, member, budget)
    except MemberError as error:
        return error.data


def _checked(own: Metadata, book: Book) -> Metadata:
    """What the preface says; the package fills what an older or damaged preface does not say (language, title)."""
    package = replace(book.package.metadata, tags=(), series=(), published=None, updated=None, tool=None)
    found = merged(own, package)
    # A byline cut in the middle of its tag is no name.
    found = replace(found, creators=tuple(c for c in found.creators if "<" not in c.name))
    if not book.whole and found.extent == "unknown":
        found = replace(found, extent="partial")
    return found


class _Reader:
    """Feeds the pages of a book to the reader of AO3's download, in their order."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.download = Download(book.source)
        self.begun = False  # whether the chapters have begun

    def page(self, page: Page) -> None:
        root = parse(self.book.source, page.start, page.end)
        download = self.download
        download.roots.append(root)
        _emphasised(download, self.book, root)
        stem = posixpath.splitext(posixpath.basename(page.path))[0]
        if "nav" in page.properties or page.guide == "toc":
            download.why[id(root)] = "the table of contents"
            return
        old = _OLD.match(stem.lower())
        preface, chapters = root.ids.get("preface"), root.ids.get("chapters")
        afterword: Node | None = root.ids.get("afterword") or self.headed(root, "afterword")
        if preface is not None or (not self.begun and chapters is None and old is None and not self.is_chapter(root)):
            self.preface(preface or _body(root))
            if chapters is None:
                return
        if afterword is None and chapters is None and stem.lower() == "afterword":
            afterword = _body(root)
        if chapters is not None:
            heads = [n for n in (chapters.parent or root).elements() if n.end <= chapters.start and _has(n, "meta")]
            self.chapters([*heads, *chapters.children], old)
        elif afterword is None:
            self.chapters(_unwrapped(_body(root)), old)
        if afterword is not None:
            download.afterword(afterword)

    def preface(self, node: Node) -> None:
        """AO3's preface, in one page or two; an address or byline that lost its class is found by its link."""
        download = self.download
        download.preface(node)
        if "url" not in download.fields:
            for link in node.find_all("a"):
                if re.search(r"archiveofourown\.org/works/\d", link.get("href")):
                    download.fields["url"] = tidy_url(link.get("href"))
                    download.site = download.site or "archiveofourown.org"
                    break
        if not download.fields.get("creators"):
            author = next((a for a in node.find_all("a") if a.get("rel") == "author"), None)
            if author is not None and author.parent is not None:
                download.fields["creators"] = creators(self.book.source, author.parent, download.site)

    def chapters(self, nodes: Iterable[Node | Text], old: re.Match[str] | None) -> None:
        """One file of the chapters. In the old generation its name says which chapter it is part of."""
        nodes = list(nodes)
        self.begun = True
        if old is not None:
            number, part = int(old[1]), int(old[2] or 1)
            titled = any(isinstance(n, Node) and _has(n, "meta") and _heading(n) for n in nodes)
            self.download.chapter = number - 1 if titled and part == 1 else number
        self.download.body(nodes)

    def headed(self, root: Root, words: str) -> Node | None:
        """The body of a page whose hidden heading is this."""
        heading = root.find("h2")
        if heading is not None and _has(heading, "toc-heading") and text_of(self.book.source, heading).strip().lower() == words:
            return _body(root)
        return None

    def is_chapter(self, root: Root) -> bool:
        """Whether a page without ids holds text of the story: ``div.userstuff``, or the head of a chapter."""
        for node in root.walk():
            if (node.tag == "div" and _has(node, "userstuff")) or (node.tag == "h2" and _has(node, "heading")):
                return True
        return False


def _body(root: Root) -> Node:
    return root.find("body") or root


def _unwrapped(node: Node) -> list[Node | Text]:
    """The children below the boxes a converter cloned around a cut: boxes of one element that hold other boxes."""
    while True:
        elements = node.elements()
        if len(elements) != 1 or elements[0].tag != "div" or _has(elements[0], "meta"):
            return node.children
        if any(isinstance(c, Text) and c.kind == "text" and c.end - c.start > 200 for c in node.children):
            return node.children
        inside = elements[0].elements()
        boxes = any(n.tag == "div" and (_has(n, "meta") or _has(n, "userstuff")) for n in inside)
        if _has(elements[0], "userstuff") and not boxes:
            return node.children
        node = elements[0]


def _heading(node: Node) -> bool:
    return any(n.tag in ("h1", "h2", "h3", "h4") for n in node.walk())


def _has(node: Node, name: str) -> bool:
    """Whether a class is this one, also as calibre numbers it."""
    return name in node.raw and any(cls.rstrip("0123456789") == name for cls in node.classes)
