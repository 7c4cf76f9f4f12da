"""Repairs marked in the text they mended: what was inferred, how sure it is, and the way to rule on it."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from variorum.document import Emendation
from variorum.doors.web import words
from variorum.doors.web.chapters import Book
from variorum.doors.web.places import PlaceMap
from variorum.doors.web.rendering import Layer, Overlay

__all__ = ["repair_overlays"]

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
                f'<a class="mend-sign" data-own href="{escape(address)}#e-{escape(by.emendation)}" title="{_title(by)}">'
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
    return escape(f"{what}, {words.band(emendation.certainty, applied=emendation.state == 'applied')}: {emendation.why}{before}")
