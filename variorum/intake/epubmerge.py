"""An anthology made by EpubMerge: every story that was put into it is a copy of its own again.

It keeps each book in a numbered folder with its own package (``1/content.opf``); the package on top speaks of the
whole and is believed in nothing about a story.
"""

from __future__ import annotations

from variorum.errors import MalformedItem
from variorum.intake.book import Book, open_books, peek
from variorum.intake.epub import copy_of, damage, is_epub, read_book
from variorum.intake.fanficfare_epub import FANFICFARE
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task

__all__ = ["FORMATS"]


def detect(sniff: Sniff) -> Detection:
    """Sure by the identifier in the package on top."""
    if is_epub(sniff) and b"epubmerge-uid" in peek(sniff.name, sniff.data, "content.opf").lower():
        return Detection(0.92, "its package says that EpubMerge made it")
    return Detection(0.0, "is no anthology of EpubMerge's")


def read(task: Task) -> Opened:
    """A copy for each story; a folder without any story page is none. A book of one folder is read as a whole."""
    books = open_books(task)
    copies: list[Copy] = []
    skipped: list[tuple[str, str, str]] = []
    for folder, book in books.items():
        skipped += damage(task.name, book)
        if book.source:
            copy = copy_of(task, book, FANFICFARE if _fanficfare(book) else None, folder)
            if any(block.part == "story" for block in copy.document.blocks):
                copies.append(copy)
    if not copies:
        if books:
            raise MalformedItem(task.name, "is an anthology whose stories are missing or damaged", "malformed")
        return read_book(task, "epubmerge-epub", None)
    # A lost end of the file is said once, not for every story.
    return Opened("epubmerge-epub", tuple(copies), skipped=tuple(dict.fromkeys(skipped)))


def _fanficfare(book: Book) -> bool:
    made = book.package.metadata.tool == "FanFicFare"
    return made or "fff_titlepage" in book.source


FORMATS = (Format("epubmerge-epub", detect, read),)
