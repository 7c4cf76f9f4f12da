"""Any EPUB, 2 or 3, from whatever tool: its parts in reading order, the story apart from what surrounds it.

Covers, tables of contents and bare title pages are left out with the reason; title pages that say something
become part of the frame and typed metadata, more trusted than the package. Books of known tools have formats of
their own, which read with the same hands.
"""

from __future__ import annotations

from dataclasses import replace

from variorum.counting import ao3_words
from variorum.document import Document
from variorum.errors import MalformedItem
from variorum.intake.ao3 import extent as extent_of
from variorum.intake.book import Book, open_book
from variorum.intake.lectern import Lectern, Maker, laid_text
from variorum.intake.merging import merged
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.intake.zips import names
from variorum.model import Extent

__all__ = ["FORMATS", "copy_of", "damage", "detect", "is_epub", "read_book", "read_epub"]


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
    return read_book(task, "epub", None)


def read_book(task: Task, form: str, maker: Maker | None) -> Opened:
    """The one copy of a book, made by a tool that is known or by any other."""
    book = open_book(task)
    return Opened(form, (copy_of(task, book, maker),), skipped=damage(task.name, book))


def copy_of(task: Task, book: Book, maker: Maker | None = None, place: str = "") -> Copy:
    """One copy out of a book; ``place`` names it where the book holds several."""
    laid = Lectern(book, maker)
    for page in book.pages:
        laid.page(page)
    laid.settle()
    metadata = merged(laid.title_page, book.package.metadata)
    if laid.header is not None:
        metadata = merged(metadata, laid.header)
    extent: Extent = "unknown"
    why: str | None = None
    if maker is not None:
        told = (b for b in laid.blocks if b.part == "story" and (b.kind, b.level) != ("heading", 1))
        found = ao3_words(*(laid_text(book.source, b) for b in told))
        other_count = metadata.site != "archiveofourown.org"
        extent, why = extent_of(laid.chapter, metadata.chapters_stated, found, metadata.words_stated, other_count=other_count)
    metadata = replace(
        metadata,
        relations=(*metadata.relations, *laid.relations),
        chapters_held=laid.chapter or None,
        extent=extent if book.whole else "partial",
        extent_why=why if book.whole else "parts of the book are lost" + (f"; {why}" if why else ""),
        history=laid.history,
        tool=laid.tool or metadata.tool,
    )
    if laid.relations:
        metadata = replace(metadata, trust={**metadata.trust, "relations": "title-page"})
    spans = tuple(sorted(laid.spans, key=lambda s: s[:2]))
    item = f"{task.digest}#{place}" if place else task.digest
    return Copy(place, metadata, Document(item, book.source, book.parts, tuple(laid.blocks), spans, (), laid.gaps()))


FORMATS = (Format("epub", detect, read_epub),)


def damage(name: str, book: Book) -> tuple[tuple[str, str, str], ...]:
    """What is lost of a book, as ``Opened.skipped`` has it: one plain sentence for each part, one for a lost end."""
    found = [(f"{name}!{path}", "truncated", "is damaged, and read as far as it goes") for path in book.cut]
    found += [(f"{name}!{path}", "missing-part", "is named by the book and not there") for path in book.missing]
    if book.torn:
        found.append((f"{name}!(end)", "truncated", "is lost: the file is cut off; what could be found in it was read"))
    return tuple(found)
