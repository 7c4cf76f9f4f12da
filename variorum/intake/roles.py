"""What a page of an EPUB is for: the story, its frame, or what a tool put around it.

A page is given away only on more than its name: a "cover" that holds a chapter is a chapter.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from variorum.intake.book import Book, Page
from variorum.intake.markup import Node, Root, decoded

__all__ = ["Role", "role_of"]


class Role(NamedTuple):
    """``part`` of the document the page is laid as, or None with the ``reason`` why it is left out."""

    part: str | None
    reason: str = ""
    tool: str | None = None


STORY = Role("story")

_COVER = re.compile(r"(?:.*[_-])?cover(?:[_-]?page|image)?\Z")
_TITLE = re.compile(r"(?:\d+_)?(?:title[_-]?page|title|information|introduction|halftitle)\Z")
_TOC = re.compile(r"(?:nav|toc|contents|table[_-]?of[_-]?contents|toc[_-]?page|inline[_-]?toc)\Z")
_NOTES = re.compile(r"(?:author'?s?[_-]?)?notes?\Z")
_END_NOTES = re.compile(r"(?:end[_-]?notes?|afterword|work[_-]?end[_-]?notes)\Z")
_LABELLED = re.compile(
    r"(?:^|\n)\s*(?:Story URL|Original source|Source|Rating|Rated|Status|Published|Packaged|Words|Chapters|Category|Fandom|Author)\s*:"
)
_COVER_MOST, _TITLE_MOST, _NOTES_MOST = 120, 6000, 20_000  # letters

# EPUB's own words for parts of a book (structural semantics) -> what they are here.
_TYPES = {
    "cover": Role(None, "the cover"),
    "toc": Role(None, "the table of contents"),
    "landmarks": Role(None, "a list of places in the book"),
    "page-list": Role(None, "a list of pages"),
    "loi": Role(None, "a list of pictures"),
    "copyright-page": Role("credits"),
    "colophon": Role("credits"),
    "acknowledgments": Role("credits"),
    "contributors": Role("credits"),
    "dedication": Role("notes-before"),
    "footnotes": Role("notes-after"),
    "endnotes": Role("notes-after"),
    "rearnotes": Role("notes-after"),
}


def role_of(book: Book, page: Page, root: Root, *, any_story: bool) -> Role:
    """The role of one page. ``any_story``: whether a page of the story came before it."""
    source = book.source
    text = _text(source, root)
    letters = sum(map(str.isalpha, text))
    types = _types(root) | _words(page.guide)
    if "nav" in page.properties:
        return Role(None, "the table of contents")
    if not letters:
        return STORY if root.find("img") is not None and any_story else Role(None, "the cover")
    stem = posixpath.splitext(posixpath.basename(page.path))[0].lower()
    if (types & {"cover", "cover-page"} or _COVER.match(stem)) and letters <= _COVER_MOST:
        return Role(None, "the cover")
    for name, role in _TYPES.items():
        if name in types and name != "cover" and (role.part is not None or letters <= _NOTES_MOST):
            return role
    return _tools(stem, root, text) or _by_name(book, page, root, stem, types, text, letters, any_story=any_story)


def _tools(stem: str, root: Root, text: str) -> Role | None:
    """Pages that a known tool puts into every book."""
    body = root.find("body")
    classes = body.classes if body is not None else ()
    if "fff_titlepage" in classes:
        return Role("title", tool="FanFicFare")
    if "fff_tocpage" in classes or stem == "toc_page":
        return Role(None, "the table of contents")
    if stem == "log_page" or "fff_log_page" in classes:
        return Role(None, "the download tool's own log", "FanFicFare")
    if stem == "introduction" and "FicHub" in text:
        return Role("title", tool="FicHub")
    if re.fullmatch(r"0*_information", stem):
        return Role("title", tool="WebToEpub")
    return None


def _by_name(
    book: Book, page: Page, root: Root, stem: str, types: frozenset[str], text: str, letters: int, *, any_story: bool
) -> Role:
    if types & {"titlepage", "title-page", "halftitlepage"} or _TITLE.match(stem):
        if letters <= _TITLE_MOST and _LABELLED.search(text):
            return Role("title")
        if letters <= 400 and not any_story:
            return Role(None, "the title page")
    if letters <= _NOTES_MOST:
        if _TOC.match(stem) and _links(book, page, root, text) > 0.4:
            return Role(None, "the table of contents")
        if _END_NOTES.match(stem):
            return Role("notes-after")
        if _NOTES.match(stem):
            return Role("notes-after" if any_story else "notes-before")
        if _links(book, page, root, text) > 0.8:
            return Role(None, "the table of contents")
    if not page.linear and letters <= _NOTES_MOST:
        return Role("notes-after")
    return STORY


def _types(root: Root) -> frozenset[str]:
    """The types of the body and of the one section that holds the page."""
    found: set[str] = set()
    node: Node | None = root.find("body") or root
    while node is not None:
        found |= _words(node.get("epub:type"))
        elements = node.elements()
        node = elements[0] if len(elements) == 1 else None
    return frozenset(found)


def _words(value: str) -> frozenset[str]:
    return frozenset(value.lower().split())


def _text(source: str, root: Node) -> str:
    """The page's text without its head, roughly: enough to judge it by."""
    head = root.find("head")
    first = head.end if head is not None else 0
    return "\n".join(decoded(source[t.start : t.end]) for t, _ in root.texts() if t.kind == "text" and t.start >= first)


def _links(book: Book, page: Page, root: Root, text: str) -> float:
    """The share of the page's words that are links to other pages of the book; 0 for fewer than two links."""
    paths = {p.path for p in book.pages}
    folder = posixpath.dirname(page.path)
    linked = count = 0
    for link in root.find_all("a"):
        target = posixpath.normpath(posixpath.join(folder, link.get("href").split("#", 1)[0])).lstrip("/")
        if link.get("href") and target in paths:
            count += 1
            linked += len(_text(book.source, link).split())
    return linked / max(len(text.split()), 1) if count >= 2 else 0.0
