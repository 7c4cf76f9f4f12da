"""The reading page: a chapter or the entire work, with what stands before and after it as AO3 has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.document import Emendation
from variorum.doors.web import words
from variorum.doors.web.chapters import Book, Chapter
from variorum.doors.web.desk import KEEPER, Desk, with_query
from variorum.doors.web.places import PlaceMap
from variorum.doors.web.rendering import Layer, Link, Overlay, blocks_html
from variorum.doors.web.variants import Variants, variants
from variorum.errors import CatalogueError
from variorum.model import Witness, Work

__all__ = ["continued", "read", "repair_overlays"]


def read(desk: Desk, request: Request) -> Response:
    """``/works/ID/read`` (entire work) and ``/works/ID/read/N`` (chapter by chapter)."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    copy = desk.copy(work, request.query_params.get("copy"))
    book = desk.book(copy.witness)
    if not book.chapters:
        context = {"work": work, "title": words.title_of(work), "copy": copy}
        return desk.page(request, "no_text.html", context, status=404)
    number = request.path_params.get("chapter")
    if number is not None and not 1 <= number <= len(book.chapters):
        raise HTTPException(404, f"This copy has {words.count(len(book.chapters), 'chapter')}; there is no chapter {number}.")
    shown = book.chapters if number is None else [book.chapters[number - 1]]
    repairs = request.query_params.get("repairs") == "1"
    asked = request.query_params.get("variants")
    other = variants(desk, work, copy, book, [n for chapter in shown for n in chapter.story], "0" if repairs else asked)
    _keep_place(desk, copy, book, shown[0], entire=number is None and len(book.chapters) > 1)
    context = {
        "work": work,
        "title": words.title_of(work),
        "byline": words.byline(work.metadata),
        "copy": copy,
        "copies": work.witnesses,
        "book": book,
        "number": number,
        "entire": number is None,
        "repairs": repairs,
        "variants": other,
        "address": _addresser(work, copy, repairs=repairs),
        **_parts(desk, work, copy, book, shown, other, repairs=repairs),
    }
    return desk.page(request, "read.html", context)


def _parts(
    desk: Desk, work: Work, copy: Witness, book: Book, shown: list[Chapter], other: Variants, *, repairs: bool
) -> dict[str, Any]:
    """The HTML of what is printed, part by part."""
    link = desk.linker(work, copy)
    overlays = other.overlays
    if repairs:
        numbers = [n for chapter in shown for n in chapter.blocks]
        emendations = [e for e in desk.library.document(copy.witness).emendations if e.state == "applied"]
        overlays = repair_overlays(book, numbers, emendations, with_query(f"/works/{work.work}/repairs", copy=copy.siglum))
    first = shown[0].number == 1
    last = shown[-1].number == len(book.chapters)
    front = {
        part: blocks_html(book.text.blocks, numbers, link, overlays, heading=4)
        for part, numbers in book.front.items()
        if (part in ("summary", "notes-before") and first) or (part in ("notes-after", "credits") and last)
    }
    return {
        "front": front,
        "chapters": [_chapter(book, chapter, link, overlays) for chapter in shown],
        "inspired": [r for r in work.relations if r.relation == "inspired-by"] if last else [],
        "first": first,
        "last": last,
        "words_shown": sum(chapter.words for chapter in shown),
    }


def _chapter(book: Book, chapter: Chapter, link: Link, overlays: Mapping[int, Overlay]) -> dict[str, Any]:
    blocks = book.text.blocks
    named = 1 if chapter.titled else 0
    return {
        "number": chapter.number,
        "heading": blocks_html(blocks, chapter.story[:named], link, overlays),
        "title": chapter.title,
        "titled": chapter.titled,
        "before": blocks_html(blocks, chapter.before, link, overlays, heading=4),
        "story": blocks_html(blocks, chapter.story[named:], link, overlays),
        "after": blocks_html(blocks, chapter.after, link, overlays, heading=4),
    }


def _addresser(work: Work, copy: Witness, *, repairs: bool) -> Any:
    """Makes addresses of this copy's chapters that keep what was chosen; the base needs no naming."""

    def address(chapter: int | None = None, marked: bool | None = None) -> str:
        path = f"/works/{work.work}/read" + (f"/{chapter}" if chapter is not None else "")
        wanted = repairs if marked is None else marked
        return with_query(path, copy=None if copy.base else copy.siglum, repairs="1" if wanted else None)

    return address


# ---------------------------------------------------------------- the place


def _keep_place(desk: Desk, copy: Witness, book: Book, chapter: Chapter, *, entire: bool) -> None:
    """Opening a chapter keeps the place. The entire work has no place finer than its beginning: it never moves one back."""
    if not chapter.story:
        return
    people = desk.library.people
    try:
        if entire and people.place(KEEPER, copy.witness) is not None:
            return
        block = book.text.blocks[chapter.story[0]]
        said = next((book.text.blocks[n].text for n in chapter.story if book.text.blocks[n].kind == "paragraph"), block.text)
        people.keep_place(KEEPER, copy.witness, block.start, said[:80])
    except CatalogueError:
        # A full or read-only disk must not stop anyone from reading.
        return


def continued(desk: Desk, request: Request) -> Response:
    """``/works/ID/continue``: to the chapter where the keeper was, of the copy it was in."""
    work = desk.work(request)
    copy = desk.copy(work, request.query_params.get("copy"))
    place = desk.library.people.place(KEEPER, copy.witness)
    book = desk.book(copy.witness)
    address = _addresser(work, copy, repairs=False)
    if place is None or len(book.chapters) < 2:
        return RedirectResponse(address(), 303)
    return RedirectResponse(address(book.chapter_of(book.block_at(place.start))), 303)


# ---------------------------------------------------------------- repairs, marked in the text

_SIGNS = {"break": "¶", "scene": "✻", "heading": "§"}


def repair_overlays(book: Book, numbers: Iterable[int], emendations: Iterable[Emendation], address: str) -> dict[int, Overlay]:
    """Marks of the repairs in these blocks: where a paragraph, a scene or emphasis was inferred, which characters were mended."""
    numbers = list(numbers)
    blocks = book.text.blocks
    layers: dict[int, list[Layer]] = {}
    places = PlaceMap(blocks, numbers)
    for emendation in emendations:
        if emendation.kind not in ("text", "emphasis"):
            continue
        for stretch in places.stretches(emendation.start, emendation.end):
            if stretch.start < stretch.end:
                # A link of ours inside a link of the text would end it: there the mark only tells.
                linked = any(span.kind == "link" for span in blocks[stretch.block].spans)
                name = "span" if linked else "a"
                where = "" if linked else f' href="{escape(address)}#e-{escape(emendation.emendation)}"'
                opening = f'<{name} class="mend"{where} title="{_title(emendation)}">'
                layers.setdefault(stretch.block, []).append(Layer(stretch.start, stretch.end, opening, f"</{name}>"))
    overlays: dict[int, Overlay] = {}
    for number in numbers:
        by = blocks[number].begun_by
        margin = ""
        if by is not None and (by.kind == "break" or blocks[number].kind in ("scene-break", "heading")):
            margin = (
                f'<a class="mend-sign" href="{escape(address)}#e-{escape(by.emendation)}" title="{_title(by)}">'
                f'<span aria-hidden="true">{_SIGNS.get(by.kind, "¶")}</span>'
                f'<span class="vh">{_WHAT.get(by.kind, "Repair")} </span></a>'
            )
        if margin or number in layers:
            overlays[number] = Overlay(layers=layers.get(number, ()), margin=margin, css=" mended")
    return overlays


_WHAT = {
    "break": "Paragraph inferred",
    "scene": "Scene break inferred",
    "heading": "Heading inferred",
    "part": "Taken as notes",
    "text": "Characters mended",
    "emphasis": "Emphasis inferred",
}


def _title(emendation: Emendation) -> Markup:
    """What a mark says when one rests on it."""
    before = f" It stood as “{emendation.source[:60]}”." if emendation.kind == "text" and emendation.source else ""
    what = _WHAT.get(emendation.kind, "Repair")
    return escape(f"{what}, {words.band(emendation.certainty)}: {emendation.why}{before}")
