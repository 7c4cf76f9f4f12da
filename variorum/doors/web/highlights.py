"""Highlights and notes laid over the text they are about, in whichever copy of the work is open.

A highlight made in this copy stands where it was made; one made in another copy of the work stands where its words are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import escape

from variorum.document import Block
from variorum.doors.web.anchoring import Quote, Spot
from variorum.doors.web.chapters import Book
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.rendering import Layer, Overlay, Point, span_layers
from variorum.errors import CatalogueError
from variorum.library import Annotation
from variorum.model import Witness, Work

__all__ = ["Highlights", "Noted", "locate", "noted"]


class Noted(NamedTuple):
    """An annotation that stands on this page: its paragraph, and whether the very words were found."""

    held: Annotation
    block: int
    sure: bool


def locate(book: Book, held: Annotation, copy: str) -> Spot | None:
    """Where an annotation stands in a copy's text; None where its words are not in it."""
    quote = Quote(held.exact, held.prefix, held.suffix)
    near = book.finder.at(held.start) / max(len(book.text.text), 1) if held.witness == copy else 0.0
    return book.finder.find(quote, held.start if held.witness == copy else None, near)


def noted(desk: Desk, work: Work) -> list[Annotation]:
    """The highlights and notes in all copies of a work; none where the disk gives none."""
    try:
        return desk.library.people.annotations.of(desk.person, [copy.witness for copy in work.witnesses])
    except CatalogueError:
        return []


class Highlights:
    """The annotations of one work, found in one of its copies."""

    def __init__(self, desk: Desk, work: Work, copy: Witness, book: Book) -> None:
        self._work, self._copy, self._book = work, copy, book
        self._found = [(a, spot) for a in noted(desk, work) if (spot := locate(book, a, copy.witness)) is not None]
        self._found.sort(key=lambda pair: pair[1])

    def overlays(self, numbers: Sequence[int]) -> dict[int, Overlay]:
        """The marks of these blocks; a note has a sign after its last word that leads to it."""
        printed = set(numbers)
        layers: dict[int, list[Layer]] = {}
        points: dict[int, list[Point]] = {}
        text = self._book.text
        for held, spot in self._found:
            first, last = text.block_at(spot.start), text.block_at(max(spot.end - 1, spot.start))
            name, colour = escape(held.annotation), escape(held.colour)
            for number in range(first, last + 1):
                start = max(spot.start - text.starts[number], 0)
                end = min(spot.end - text.starts[number], len(text.blocks[number].text))
                if number not in printed or start >= end:
                    continue
                lead = f'<span class="at" data-own id="note-{name}"></span>' if number == first else ""
                opening = f'<mark class="hl {colour}" data-note="{name}">'
                layers.setdefault(number, []).append(Layer(start, end, opening, "</mark>", lead))
                if number == last:
                    points.setdefault(number, []).append(Point(_outside(text.blocks[number], end), self._sign(held)))
        return {number: Overlay(layers=laid, points=points.get(number, ())) for number, laid in layers.items()}

    def _sign(self, held: Annotation) -> str:
        """The link to a note or highlight: a dagger for a note, and for a highlight without one what only Tab finds."""
        said = "Your note" if held.note else "Your highlight"
        css = "note-sign" if held.note else "note-sign bare"
        return f'<a class="{css}" data-own href="/notes/{escape(held.annotation)}" aria-label="{said}">†</a>'

    def noted(self, numbers: Sequence[int]) -> list[Noted]:
        """The annotations with a note among these blocks, in the order of the text."""
        printed = set(numbers)
        at = [Noted(held, self._book.text.block_at(spot.start), spot.sure) for held, spot in self._found if held.note]
        return [noted for noted in at if noted.block in printed]

    def invitations(self, numbers: Iterable[int]) -> dict[int, Overlay]:
        """A sign in the margin of each block that leads to the form for marking words of it: how one marks without script."""
        out = {}
        for number in numbers:
            if not self._book.text.blocks[number].text.strip():
                continue
            where = with_query(f"/works/{self._work.work}/note", copy=self._copy.siglum, p=number + 1)
            sign = f'<a class="mend-sign" data-own href="{escape(where)}"><span aria-hidden="true">+</span>'
            out[number] = Overlay(
                margin=sign + f'<span class="vh">Mark words of paragraph {number + 1} </span></a>', css=" mended"
            )
        return out


def _outside(block: Block, at: int) -> int:
    """Where a link of ours may stand: not inside a link of the text, which it would end."""
    for layer in span_layers(block, str):
        if layer.closing == "</a>" and layer.start < at < layer.end:
            at = layer.end
    return at
