"""The repairs of one copy: what came beside what is read, each repair with its reason, and a person's last word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from variorum.document import Block, Document, Emendation, ReadingText
from variorum.doors.web import words
from variorum.doors.web.chapters import Book
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.mends import repair_overlays
from variorum.doors.web.rendering import Link, blocks_html, ours, text_html
from variorum.doors.web.review import VIEWS, groups, tally, verdict, view

__all__ = ["repairs"]

_PER_PAGE = 40  # paragraphs with repairs on one page
_AROUND = 16  # characters shown on both sides of a mended place
_AROUND_BREAK = 44  # and of a paragraph's beginning: enough to see whether one begins
_LONG = 4000  # characters of source shown for one paragraph

_KINDS = {
    "text": "characters mended",
    "break": "a paragraph begins here",
    "scene": "a scene break",
    "heading": "a heading",
    "part": "not the story",
    "emphasis": "emphasis",
}
_STATES = {"applied": "in the text", "proposed": "proposed, not in the text", "refused": "refused"}
_PARTS = {
    "title": "title",
    "summary": "summary",
    "notes-before": "notes before the story",
    "notes-after": "notes after the story",
    "credits": "credits",
    "story": "story",
}


def repairs(desk: Desk, request: Request) -> Response:
    """``/works/ID/repairs?copy=A&page=1``."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    copy = desk.copy(work, request.query_params.get("copy"))
    document = desk.library.document(copy.witness)
    book = desk.book(copy.witness)
    chosen, group = view(request.query_params.get("view")), request.query_params.get("group")
    wanted = [e for e in document.emendations if chosen.holds(e) and (not group or e.group == group)]
    found = _by_block(wanted, book.text)
    given = request.query_params.get("page", "1")
    pages = max((len(found) + _PER_PAGE - 1) // _PER_PAGE, 1)
    page = min(max(int(given), 1), pages) if given.isascii() and given.isdecimal() and len(given) < 7 else 1

    def address(number: int = 1, name: str = chosen.name, only: str | None = group) -> str:
        at = number if number > 1 else None
        return with_query(
            f"/works/{work.work}/repairs", copy=copy.siglum, view=None if name == "all" else name, group=only, page=at
        )

    context = {
        "work": work,
        "title": words.title_of(work),
        "copy": copy,
        "copies": work.witnesses,
        "verdict": verdict(tally(document.emendations)),
        "views": [(v, sum(map(v.holds, document.emendations))) for v in VIEWS],
        "view": chosen,
        "groups": [(g, _KINDS.get(g.kind, g.kind)) for g in groups(document.emendations)],
        "group": group,
        "page": page,
        "pages": pages,
        "back": address(page),
        "address": address,
        "left_out": _left_out(document),
        "blocks": _rows(desk.linker(work, copy), document, book, found[(page - 1) * _PER_PAGE : page * _PER_PAGE]),
    }
    return desk.page(request, "repairs.html", context)


def _rows(link: Link, document: Document, book: Book, shown: Sequence[tuple[int, list[Emendation]]]) -> list[dict[str, Any]]:
    """Paragraph by paragraph: what came, how it reads, and the repairs between the two."""
    applied = [e for e in document.emendations if e.state == "applied"]
    marks = repair_overlays(book, [number for number, _ in shown], applied, "")
    blocks = book.text.blocks
    return [
        {
            "number": number + 1,
            "source": _source(document, blocks[number]),
            "reading": blocks_html(blocks, [number], link, marks),
            "repairs": [_line(document, e) for e in emendations],
        }
        for number, emendations in shown
    ]


def _by_block(emendations: Iterable[Emendation], text: ReadingText) -> list[tuple[int, list[Emendation]]]:
    """Block numbers that have repairs, with them, in source order."""
    order = sorted(range(len(text.blocks)), key=lambda n: text.blocks[n].start)
    starts = [text.blocks[n].start for n in order]
    groups: dict[int, list[Emendation]] = {}
    for emendation in emendations:
        # A break covers the white space before the block that it begins, a scene break that on both sides of it.
        offset = emendation.end if emendation.kind == "break" else emendation.start
        if emendation.kind in ("scene", "heading"):
            offset = (emendation.start + emendation.end) // 2
        index = max(bisect_left(starts, offset + 1) - 1, 0)
        if order:
            groups.setdefault(order[index], []).append(emendation)
    return [(number, groups[number]) for number in order if number in groups]


def _source(document: Document, block: Block) -> Markup:
    piece = document.source[block.start : min(block.end, block.start + _LONG)]
    return ours(text_html(piece) + (" …" if block.end - block.start > _LONG else ""))


def _line(document: Document, emendation: Emendation) -> dict[str, Any]:
    if emendation.kind == "break":
        left, right = _around_break(document, emendation)
    else:
        left = _beside(document, emendation.start - _AROUND, emendation.start)
        right = _beside(document, emendation.end, emendation.end + _AROUND)
    return {
        "emendation": emendation,
        "kind": _KINDS.get(emendation.kind, emendation.kind),
        "state": _STATES[emendation.state],
        "band": words.band(emendation.certainty, applied=emendation.state == "applied"),
        "css": words.band(emendation.certainty, applied=emendation.state == "applied").split()[-1],
        "percent": round(emendation.certainty * 100),
        "before": _visible(emendation.source),
        "after": _PARTS.get(emendation.reading, emendation.reading)
        if emendation.kind == "part"
        else _visible(emendation.reading),
        "left": left,
        "right": right,
    }


def _beside(document: Document, start: int, end: int) -> str:
    """The words next to a mended place, as they came, to see what it is about; nothing where markup stands."""
    piece = document.source[max(start, 0) : end]
    if "<" in piece or ">" in piece:
        return ""
    return " ".join(piece.split()) if piece.strip() == piece else piece


def _around_break(document: Document, emendation: Emendation) -> tuple[str, str]:
    """The last words before a paragraph's beginning and its first ones, none of them cut."""
    left = _beside(document, emendation.start - _AROUND_BREAK, emendation.start).split()
    right = _beside(document, emendation.end, emendation.end + _AROUND_BREAK).split()
    return " ".join(left[1:] if len(left) > 2 else left), " ".join(right[:-1] if len(right) > 2 else right)


def _visible(text: str) -> str:
    """White space as signs, so that one sees what is taken out or put in."""
    return text.replace("\n", "⏎").replace(" ", "␣")[:20] if text.isspace() else _clip(text)


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:70] + " … " + text[-40:]


def _left_out(document: Document) -> Sequence[tuple[str, int]]:
    """What of the file is not shown: reasons, with the number of places."""
    reasons: dict[str, int] = {}
    for gap in document.left_out:
        reasons[gap.reason] = reasons.get(gap.reason, 0) + 1
    return sorted(reasons.items(), key=lambda item: -item[1])
