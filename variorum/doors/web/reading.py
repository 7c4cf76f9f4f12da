"""The reading page: a chapter or the entire work, with what stands before and after it as AO3 has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.bookmarks import address_of, begun, keep, keep_chapter, mark_of, offset_of
from variorum.doors.web.chapters import Book, Chapter
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.highlights import Highlights
from variorum.doors.web.mends import repair_overlays
from variorum.doors.web.rendering import Held, Link, Overlay, blocks_html, joined
from variorum.doors.web.scripts import script_of
from variorum.doors.web.variants import Variants, variants
from variorum.model import Witness, Work

_ROOM = 150  # characters: two lines of a long measure

__all__ = ["continued", "placed", "read"]


def read(desk: Desk, request: Request) -> Response:
    """``/works/ID/read`` (entire work) and ``/works/ID/read/N`` (chapter by chapter)."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    copy = desk.copy(work, request.query_params.get("copy"))
    book = desk.book(copy.witness)
    if not book.sheets:
        context = {"work": work, "title": words.title_of(work), "copy": copy}
        return desk.page(request, "no_text.html", context, status=404)
    number = request.path_params.get("chapter")
    if number is not None and not 1 <= number <= len(book.sheets):
        raise HTTPException(404, f"This copy has {words.count(len(book.sheets), 'chapter')}; there is no chapter {number}.")
    shown = book.sheets if number is None else [book.sheets[number - 1]]
    flags = {name: request.query_params.get(name) == "1" for name in ("repairs", "marking")}
    asked = "0" if flags["repairs"] or flags["marking"] else request.query_params.get("variants")
    other = variants(desk, work, copy, book, [n for chapter in shown for n in chapter.story], asked)
    if _opened(request):
        keep_chapter(desk, work, copy, book, [chapter.number for chapter in shown])
    context = {
        "work": work,
        "title": words.title_of(work),
        "byline": words.byline(work.metadata),
        "copy": copy,
        "copies": work.witnesses,
        "book": book,
        "number": number,
        "sheets": book.sheets,
        "name": _name,
        "entire": number is None,
        "variants": other,
        "address": _addresser(work, copy, flags),
        "script": script_of(book.text.blocks, copy.metadata.language or work.metadata.language),
        "mark": mark_of(desk, work),
        "place": _line(desk, work, copy, book),
        **flags,
        **_parts(desk, work, copy, book, shown, other, flags),
    }
    return desk.page(request, "read.html", context, of=work)


def _opened(request: Request) -> bool:
    """Whether somebody opened this page: not a script that keeps the work on a device, nor a browser that fetches ahead."""
    return request.headers.get("sec-fetch-mode", "navigate") == "navigate" and "sec-purpose" not in request.headers


def _line(desk: Desk, work: Work, copy: Witness, book: Book) -> str | None:
    """The very line where somebody was, as a page names it: number of the paragraph, code points into it."""
    offset = offset_of(desk, work, copy, book)
    if offset is None:
        return None
    block = book.text.block_at(offset)
    return f"{block + 1}:{offset - book.text.starts[block]}"


def _parts(
    desk: Desk, work: Work, copy: Witness, book: Book, shown: list[Chapter], other: Variants, flags: Mapping[str, bool]
) -> dict[str, Any]:
    """The HTML of what is printed, part by part."""
    link = desk.linker(work, copy)
    held = desk.pictures(work, copy)
    numbers = [n for chapter in shown for n in chapter.blocks]
    overlays: Mapping[int, Overlay] = other.overlays
    if flags["repairs"]:
        emendations = [e for e in desk.library.document(copy.witness).emendations if e.state == "applied"]
        overlays = repair_overlays(book, numbers, emendations, with_query(f"/works/{work.work}/repairs", copy=copy.siglum))
    first = shown[0].number == 1
    last = shown[-1].number == len(book.sheets)
    front_numbers = {
        part: blocks
        for part, blocks in book.front.items()
        if (part in ("summary", "notes-before") and first) or (part in ("notes-after", "credits") and last)
    }
    printed = [*numbers, *(n for blocks in front_numbers.values() for n in blocks)]
    highlights = Highlights(desk, work, copy, book)
    overlays = joined(overlays, highlights.overlays(printed))
    if flags["marking"]:
        overlays = joined(overlays, highlights.invitations(numbers))
    return {
        "front": {
            part: blocks_html(book.text.blocks, n, link, overlays, heading=4, held=held) for part, n in front_numbers.items()
        },
        "chapters": [_chapter(book, chapter, link, overlays, held) for chapter in shown],
        "notes": highlights.noted(printed),
        "inspired": [r for r in work.relations if r.relation == "inspired-by"] if last else [],
        "first": first,
        "last": last,
        "words_shown": sum(chapter.words for chapter in shown),
        "words_before": sum(chapter.words for chapter in book.sheets[: shown[0].number - 1]),
    }


def _chapter(book: Book, chapter: Chapter, link: Link, overlays: Mapping[int, Overlay], held: Held) -> dict[str, Any]:
    blocks = book.text.blocks
    named = 1 if chapter.titled else 0
    return {
        "number": chapter.number,
        "heading": blocks_html(blocks, chapter.story[:named], link, overlays),
        "title": chapter.title,
        "titled": chapter.titled,
        "name": _name(chapter),
        "words": chapter.words,
        "before": blocks_html(blocks, chapter.before, link, overlays, heading=4, held=held),
        "story": blocks_html(blocks, chapter.story[named:], link, overlays, held=held),
        "after": blocks_html(blocks, chapter.after, link, overlays, heading=4, held=held),
        "opening": _opens(book, chapter.story[named:]),
    }


def _name(chapter: Chapter) -> str:
    """What a chapter is called where it has no title of its own."""
    return chapter.title or f"{'Part' if chapter.part else 'Chapter'} {chapter.number}"


def _opens(book: Book, story: list[int]) -> bool:
    """Whether a large first letter has room: beside a line or two it would stand in the next paragraph."""
    return bool(story) and book.text.blocks[story[0]].kind == "paragraph" and len(book.text.blocks[story[0]].text) > _ROOM


def _addresser(work: Work, copy: Witness, flags: Mapping[str, bool]) -> Any:
    """Makes addresses of this copy's chapters that keep what was chosen; the base needs no naming."""

    def address(chapter: int | None = None, **other: bool) -> str:
        path = f"/works/{work.work}/read" + (f"/{chapter}" if chapter is not None else "")
        wanted = {**flags, **other}
        query = {name: "1" for name, on in wanted.items() if on}
        return with_query(path, [("copy", None if copy.base else copy.siglum), *query.items()])

    return address


# ---------------------------------------------------------------- the place


def continued(desk: Desk, request: Request) -> Response:
    """``/works/ID/continue``: to the paragraph where the keeper was, in the copy asked for or the one to go on with."""
    work = desk.work(request)
    named = request.query_params.get("copy")
    held = begun(desk, work, named)
    copy = held.copy if held is not None else desk.copy(work, named)
    return RedirectResponse(address_of(desk, work, copy), 303)


def placed(desk: Desk, request: Request, form: Mapping[str, list[str]]) -> Response:
    """``POST /works/ID/place``: copy, p (number of the paragraph), at (code points into it), said (the words there), end, when.

    ``end`` is 1 when the last words of the page are in sight. ``said`` decides where the text has changed since the page was made. ``when`` (ISO, UTC) is given by a page that
    could not send at once: an older place never replaces a newer one.
    """

    def one(name: str) -> str:
        return form.get(name, [""])[-1]

    work = desk.work(request)
    copy = desk.copy(work, one("copy") or None)
    book = desk.book(copy.witness)
    offset = book.offset(one("p"), one("at"), one("said"))
    if offset is None:
        raise HTTPException(400, "There is no such place in this copy.")
    when = one("when")
    held = desk.library.people.place(desk.person, copy.witness) if when else None
    if held is None or held.at < when:
        last = book.sheet_of(book.text.block_at(offset)) == len(book.sheets)
        keep(desk, copy, book, offset, finished=last and one("end") == "1")
    return Response(status_code=204)
