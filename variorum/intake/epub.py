"""Any EPUB, 2 or 3, from whatever tool: its parts in reading order, the story apart from what surrounds it.

Covers, tables of contents and bare title pages are left out with the reason; title pages that say something
(FanFicFare, FicHub) become part of the frame and typed metadata, more trusted than the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from variorum.document import Document, Gap, Laid, Span
from variorum.errors import MalformedItem
from variorum.intake.book import Book, Page, open_book
from variorum.intake.labelled import labelled
from variorum.intake.labels import read_labels
from variorum.intake.markup import Node, Root, lay, left_out, parse, text_of
from variorum.intake.roles import Role, role_of
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.intake.zips import names
from variorum.model import Metadata

__all__ = ["FORMATS", "detect", "is_epub", "laid_text", "merged", "read_epub"]

_LINE = re.compile(r"\s*([^:\n]{1,30}):[ \t]*(.*)")
_BEFORE = ("fff_head_notes",)
_AFTER = ("fff_foot_notes",)


def is_epub(sniff: Sniff) -> bool:
    """Whether the bytes are a zip with the marks of an EPUB, or one by its name."""
    if not sniff.data.startswith(b"PK\x03\x04"):
        return False
    if sniff.data[30:58] == b"mimetypeapplication/epub+zip" or sniff.suffix == ".epub":
        return True
    return any(name.lower() == "meta-inf/container.xml" for name in names(sniff.data))


def detect(sniff: Sniff) -> Detection:
    """An EPUB by its marks; one in name only is claimed weakly, so that it can be refused with a reason."""
    if is_epub(sniff):
        return Detection(0.8, "is a zip with the marks of an EPUB")
    if sniff.suffix == ".epub":
        return Detection(0.25, "is named like an EPUB")
    return Detection(0.0, "has no mark of an EPUB")


def read_epub(task: Task) -> Opened:
    """The one copy an EPUB holds; `MalformedItem` when it is none, locked, or nothing of it can be read."""
    if not task.data.startswith(b"PK"):
        raise MalformedItem(task.name, "is named like an EPUB and is none")
    book = open_book(task)
    groups = _stories(book)
    copies = tuple(_copy(task, book, pages, place) for place, pages in groups.items())
    # A group of an anthology may be nothing but a title page.
    copies = tuple(c for c in copies if any(b.part == "story" for b in c.document.blocks)) or copies[:1]
    return Opened("epub", copies, skipped=damage(task.name, book))


def _copy(task: Task, book: Book, pages: Sequence[Page], place: str) -> Copy:
    laid = _Lectern(book)
    for page in pages:
        laid.page(page)
    laid.settle()
    # In an anthology the package speaks of the whole, the title page of the story.
    package = Metadata(tool=book.package.metadata.tool) if place else book.package.metadata
    metadata = merged(laid.title_page, package)
    if laid.header is not None:
        metadata = merged(metadata, laid.header)
    metadata = replace(
        metadata,
        chapters_held=laid.chapter or None,
        extent="unknown" if book.whole else "partial",
        tool=laid.tool or metadata.tool,
    )
    others = [Gap(p.start, p.end, "another story of this book") for p in book.pages if p not in pages]
    gaps = tuple(sorted((*laid.gaps(), *others)))
    spans = tuple(sorted(laid.spans, key=lambda s: s[:2]))
    item = f"{task.digest}#{place}" if place else task.digest
    return Copy(place, metadata, Document(item, book.source, book.parts, tuple(laid.blocks), spans, (), gaps))


def _stories(book: Book) -> dict[str, list[Page]]:
    """The pages of each story: EpubMerge keeps each in a numbered folder of its own; any other book is one (place "")."""
    pages = list(book.pages)
    if not any("epubmerge" in identifier.lower() for identifier in book.package.identifiers):
        return {"": pages}
    groups: dict[str, list[Page]] = {}
    for page in pages:
        folder = page.path.split("/", 1)[0] if "/" in page.path else ""
        groups.setdefault(folder if folder.isdecimal() else "", []).append(page)
    numbered = {folder: found for folder, found in groups.items() if folder}
    return numbered if len(numbered) > 1 else {"": pages}


FORMATS = (Format("epub", detect, read_epub),)


def damage(name: str, book: Book) -> tuple[tuple[str, str, str], ...]:
    """What is lost of a book, as ``Opened.skipped`` has it: one plain sentence for each part, one for a lost end."""
    found = [(f"{name}!{path}", "truncated", "is damaged, and read as far as it goes") for path in book.cut]
    found += [(f"{name}!{path}", "missing-part", "is named by the book and not there") for path in book.missing]
    if book.torn:
        found.append((f"{name}!(end)", "truncated", "is lost: the file is cut off; what could be found in it was read"))
    return tuple(found)


def merged(first: Metadata, second: Metadata) -> Metadata:
    """Both metadata as one, field by field, lists never mixed: the first's where it says anything."""
    values: dict[str, Any] = {}
    trust: dict[str, str] = {}
    empty = Metadata()
    for name in Metadata.__dataclass_fields__:
        if name == "trust":
            continue
        own = getattr(first, name)
        giver = first if own != getattr(empty, name) else second
        values[name] = getattr(giver, name)
        if name in giver.trust:
            trust[name] = giver.trust[name]
    typed = {t.casefold() for name in ("fandoms", "relationships", "characters", "categories", "warnings") for t in values[name]}
    if trust.get("tags") == "opf" and typed:
        values["tags"] = tuple(t for t in values["tags"] if t.casefold() not in typed)
        if not values["tags"]:
            trust.pop("tags")
    return Metadata(**values, trust=trust)


def laid_text(source: str, block: Laid) -> str:
    """A block's text as it was laid."""
    return "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)


class _Lectern:
    """Lays one page after another; what is known only at the end (chapter numbers) is settled then."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.source = book.source
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.title_page = Metadata()
        self.header: Metadata | None = None  #: what an author wrote above the first chapter
        self.tool: str | None = None
        self.chapter = 0
        self._story: list[tuple[Page, list[Laid]]] = []  # pages of the story with their blocks
        self._before: list[Laid] = []
        self._after: list[Laid] = []
        self._parsed: list[tuple[Root, list[Laid], str]] = []

    def page(self, page: Page) -> None:
        root = parse(self.source, page.start, page.end)
        role = role_of(self.book, page, root, any_story=bool(self._story))
        if role.part is None:
            self._parsed.append((root, [], role.reason))
            return
        inner: list[Laid] = []
        skip: set[int] = set()
        if role.part == "story":
            inner, skip = self.notes(root)
        own = self.lay(root.children, role.part, frozenset(skip))
        blocks = sorted([*own, *inner], key=lambda b: b.pieces[0].start)
        if role.part == "title":
            blocks = self.titles(root, blocks, role)
        self._parsed.append((root, blocks, "not part of the work"))
        if role.part == "story":
            self._story.append((page, blocks))
        else:
            (self._after if self._story else self._before).extend(blocks)

    def lay(self, nodes: Iterable[Any], part: str, skip: frozenset[int] = frozenset()) -> list[Laid]:
        blocks, spans = lay(self.source, nodes, part, skip=skip, classes=self.book.classes)
        self.spans.extend(spans)
        return [b for b in blocks if b.pieces]

    def notes(self, root: Node) -> tuple[list[Laid], set[int]]:
        """An author's notes that a tool marked inside a chapter."""
        blocks: list[Laid] = []
        skip: set[int] = set()
        for classes, part in ((_BEFORE, "notes-before"), (_AFTER, "notes-after")):
            for cls in classes:
                for node in root.find_all(cls=cls):
                    skip.add(id(node))
                    blocks.extend(self.lay([node], part))
        return blocks, skip

    def titles(self, root: Node, blocks: list[Laid], role: Role) -> list[Laid]:
        """A title page that says something: its labels are read, its summary is the summary."""
        pairs: list[tuple[str, str]] = []
        out: list[Laid] = []
        summary = False  # whether the label of the summary stood last, alone
        for block in blocks:
            lines = [m for m in map(_LINE.match, laid_text(self.source, block).split("\n")) if m]
            found = [(_FANFICFARE.get(m[1].strip().casefold(), m[1]) if role.tool == "FanFicFare" else m[1], m[2]) for m in lines]
            if summary and not lines:
                pairs.append(("summary", laid_text(self.source, block)))
            begins = bool(found) and found[0][0].strip().casefold() == "summary"
            out.append(block._replace(part="summary") if begins or (summary and not lines) else block)
            pairs.extend(found)
            summary = summary if not lines else found[-1][0].strip().casefold() == "summary" and not found[-1][1].strip()
        if role.tool == "FanFicFare":
            author = root.find("a", cls="authorlink")
            heading = root.find("h3") or root.find("h1")
            story = heading.find("a") if heading is not None else None
            if author is not None:
                pairs[:0] = [("author", text_of(self.source, author)), ("author url", author.get("href"))]
            if story is not None:
                pairs[:0] = [("title", text_of(self.source, story)), ("story url", story.get("href"))]
        self.title_page = merged(self.title_page, read_labels(pairs, "title-page"))
        self.tool = self.tool or role.tool
        return out

    # ------------------------------------------------------------ at the end

    def settle(self) -> None:
        """Puts all blocks in reading order and numbers the chapters."""
        if not self._story and self._before:
            # Nothing looked like a story: then what there is, is one.
            self._story = [(self.book.pages[0], [b._replace(part="story") for b in self._before])]
            self._before = []
        if self._story:
            page, blocks = self._story[0]
            blocks, self.header = labelled(self.source, blocks)
            self._story[0] = (page, blocks)
        title = (self.title_page.title or self.book.package.metadata.title or "").casefold()
        headed = sum(1 for _, blocks in self._story if _first_story(blocks) is not None and _heads(blocks))
        listed = sum(1 for page, _ in self._story if page.path in self.book.toc)
        self.blocks = list(self._before)
        for page, blocks in self._story:
            heads = _heads(blocks)
            begins = not self.chapter or heads or (listed > 1 and page.path in self.book.toc) or (headed == 0 and listed <= 1)
            self.number(blocks, title, begins=bool(begins), alone=len(self._story) == 1)
        self.blocks.extend(self._after)

    def number(self, blocks: Sequence[Laid], title: str, *, begins: bool, alone: bool) -> None:
        headings = [n for n, b in enumerate(blocks) if b.kind == "heading" and b.part == "story"]
        top = min((blocks[n].level for n in headings), default=0)
        first_is_title = (
            bool(headings)
            and headings[0] == 0
            and not self.chapter
            and laid_text(self.source, blocks[0]).strip().casefold() == title
        )
        rest = headings[1:] if first_is_title else headings
        if first_is_title:
            top = min((blocks[n].level for n in rest), default=0)
        tops = [n for n in rest if blocks[n].level == top]
        # One file with several headings of one rank is a book of chapters; else a file is a chapter.
        inside = set(tops[1:]) if len(tops) > 1 and (alone or tops[0] <= (1 if first_is_title else 0)) else set()
        if begins:
            self.chapter += 1
        for n, block in enumerate(blocks):
            if n in inside:
                self.chapter += 1
            if n == 0 and first_is_title:
                self.blocks.append(block._replace(part="title", level=1))
                continue
            heads = n in inside or (tops and n == tops[0])
            self.blocks.append(block._replace(chapter=self.chapter, level=1 if heads else block.level))

    def gaps(self) -> tuple[Gap, ...]:
        found = list(self.book.gaps)
        for root, blocks, reason in self._parsed:
            found.extend(left_out(self.source, root, blocks, reason))
        return tuple(sorted(found))


# What FanFicFare calls otherwise than people do.
_FANFICFARE = {"category": "fandom"}


def _first_story(blocks: Sequence[Laid]) -> Laid | None:
    return next((b for b in blocks if b.part == "story"), None)


def _heads(blocks: Sequence[Laid]) -> bool:
    """Whether a page's story begins with a heading."""
    first = _first_story(blocks)
    return first is not None and first.kind == "heading"
