"""EPUB 3.3: one file a chapter, front matter as on AO3, notes, credits, and the copy it was made from.

The same request gives the same bytes on every machine: members in a fixed order with a fixed date, the
identifier from the copy and its text, the date of change from the copy. For that reason members are stored and not
compressed: two builds of zlib need not agree on how to squeeze.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from variorum.document import Block
from variorum.editions import safe
from variorum.editions.blocks import Printing, blocks_html
from variorum.editions.cover import cover_svg
from variorum.editions.matter import back_html, before_html, front_html, heading_html, notes_html
from variorum.editions.ncx import ncx
from variorum.editions.package import CONTAINER, PICTURES, STYLE, Page, nav_xhtml, package_opf, page_xhtml
from variorum.editions.request import Outline, Request, outline
from variorum.editions.tongues import style_of

__all__ = ["printing", "render_epub", "work_pages", "zipped"]

#: Bytes of text after which a chapter goes on in another file: readers lay out a whole file at a time.
SPLIT = 200_000

_EPOCH = (1980, 1, 1, 0, 0, 0)


def render_epub(request: Request) -> bytes:
    """The book; the same bytes for the same request."""
    parts = outline(request.text)
    pages = [_cover(request), *work_pages(request, parts, printing(request))]
    drawn: list[tuple[str, str | bytes]] = [("EPUB/cover.svg", _cover_picture(request))] if request.pictures.cover is None else []
    members: list[tuple[str, str | bytes]] = [
        ("META-INF/container.xml", CONTAINER),
        ("EPUB/package.opf", package_opf(request, pages)),
        ("EPUB/nav.xhtml", nav_xhtml(request, pages)),
        ("EPUB/toc.ncx", ncx(request.title, request.uuid, pages)),
        *drawn,
        ("EPUB/style.css", STYLE + (PICTURES if request.pictures.at else "") + style_of([request])),
        *((f"EPUB/{page.name}", page_xhtml(request, page)) for page in pages),
        *((f"EPUB/{picture.name}", picture.data) for picture in request.pictures.files()),
    ]
    return zipped(members)


def printing(request: Request) -> Printing:
    """How the pages of a book are printed: links as they are followed on the web, pictures as files beside the page."""

    def picture(block: Block) -> str | None:
        held = request.pictures.at.get(block)
        return None if held is None else held.name

    return Printing(partial(safe.address, base=request.witness.url), request.direction, picture)


def work_pages(request: Request, parts: Outline, how: Printing) -> list[Page]:
    """A work's title page, chapters and afterword, in reading order."""
    return [_front(request, parts, how), *_chapters(request, parts, how), _back(request, parts, how)]


def zipped(members: Sequence[tuple[str, str | bytes]]) -> bytes:
    """The members as an EPUB, ``mimetype`` first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as book:
        for name, data in (("mimetype", "application/epub+zip"), *members):
            about = zipfile.ZipInfo(name, _EPOCH)
            about.create_system = 3
            about.external_attr = 0o100644 << 16
            book.writestr(about, data.encode() if isinstance(data, str) else data)
    return out.getvalue()


# ---------------------------------------------------------------- pages


def _cover_picture(request: Request) -> str:
    return cover_svg(request.title, request.byline, request.work.work, request.direction, request.language)


def _cover(request: Request) -> Page:
    said = f"{request.title}, by {request.byline}" if request.byline else request.title
    own = request.pictures.cover
    source = "cover.svg" if own is None else own.name
    body = f'<section class="cover" epub:type="cover">\n<img src="{source}" alt="Cover: {safe.html(said)}"/>\n</section>\n'
    return Page("cover.xhtml", "Cover", body, "cover")


def _front(request: Request, parts: Outline, how: Printing) -> Page:
    body = (
        '<section class="front" epub:type="titlepage">\n'
        f"<h1><bdi>{safe.html(request.title)}</bdi></h1>\n{front_html(request, parts, 2, how)}</section>\n"
    )
    return Page("front.xhtml", request.title, body, "titlepage")


def _back(request: Request, parts: Outline, how: Printing) -> Page:
    body = f'<section class="back" epub:type="afterword" role="doc-afterword">\n<h1>Afterword</h1>\n{back_html(request, parts, 2, how)}</section>\n'
    return Page("back.xhtml", "Afterword", body, "afterword")


class _Piece(NamedTuple):
    blocks: list[Block]
    first: int  #: number of the first block in the whole story


def _chapters(request: Request, parts: Outline, how: Printing) -> Iterator[Page]:
    first = 1
    digits = max(len(str(len(parts.chapters))), 3)
    for index, chapter in enumerate(parts.chapters):
        name = f"chapter{index + 1:0{digits}}"
        title = parts.name(index) if chapter.heading is not None or len(parts.chapters) > 1 else request.title
        pieces = list(_pieces(chapter.story, first))
        first += len(chapter.story)
        for number, piece in enumerate(pieces):
            begins, ends = number == 0, number == len(pieces) - 1
            body = _story(parts, index, piece, how, begins=begins, ends=ends)
            kind = "chapter" if begins else ""
            yield Page(name + (".xhtml" if begins else f"-{number + 1}.xhtml"), title, body, kind)


def _story(parts: Outline, index: int, piece: _Piece, how: Printing, *, begins: bool, ends: bool) -> str:
    chapter = parts.chapters[index]
    named = chapter.heading is not None or len(parts.chapters) > 1
    level = 2 if named else 1
    out = []
    label = 'aria-labelledby="title"' if named and begins else f'aria-label="{safe.html(parts.name(index))}"'
    out.append(f'<section class="chapter" epub:type="chapter" role="doc-chapter" {label}>\n')
    if begins:
        if named:
            out.append(f'<h1 id="title">{heading_html(parts, index, how.link)}</h1>\n')
        out.append(before_html(chapter, "", level, how))
    out.append(blocks_html(piece.blocks, first=piece.first, heading=level, **how._asdict()))
    if ends:
        out.append(notes_html("Notes", chapter.after, level, "after", how))
    out.append("</section>\n")
    return "".join(out)


def _pieces(blocks: Sequence[Block], first: int) -> Iterator[_Piece]:
    """A chapter's blocks in portions of about `SPLIT` bytes; at least one portion."""
    held: list[Block] = []
    size = 0
    for block in blocks:
        weight = len(block.text.encode("utf-8", "replace")) + 60 + 40 * len(block.spans)
        if held and size + weight > SPLIT:
            yield _Piece(held, first)
            first += len(held)
            held, size = [], 0
        held.append(block)
        size += weight
    yield _Piece(held, first)
