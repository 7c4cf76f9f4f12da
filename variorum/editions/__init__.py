"""PUBLISH: what is made for readers.

`EDITIONS` lists them by the ending of the file; a new edition is one file here and one line in the list. An edition is a
function of values to bytes, the same bytes for the same values. `blocks_html` shows a reading text as safe HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from variorum.document import Emendation, ReadingText
from variorum.editions.anthology import render_anthology
from variorum.editions.apparatus import FORMS, Collated, render_apparatus
from variorum.editions.bare import bare
from variorum.editions.blocks import Mark, blocks_html, inline_html
from variorum.editions.cover import cover_svg
from variorum.editions.epub import render_epub
from variorum.editions.html import render_html
from variorum.editions.loose import loose_html, loose_markdown
from variorum.editions.pictured import NO_PICTURES, Picture, Pictured, picture
from variorum.editions.plain import plain_text, render_plain
from variorum.editions.pointers import Pointers, pointers
from variorum.editions.request import Request, story_blocks
from variorum.errors import PublishError
from variorum.model import Witness, Work

__all__ = [
    "EDITIONS",
    "FORMS",
    "Collated",
    "Edition",
    "Mark",
    "Picture",
    "Pictured",
    "Pointers",
    "Request",
    "bare",
    "blocks_html",
    "cover",
    "drawn_cover",
    "inline_html",
    "loose_html",
    "loose_markdown",
    "picture",
    "plain_text",
    "pointers",
    "render",
    "render_anthology",
    "render_apparatus",
    "story_blocks",
]


class Edition(NamedTuple):
    """One kind of edition."""

    name: str  #: as in the answer of ``publish``
    media_type: str
    render: Callable[[Request], bytes]


#: Ending of the file -> edition.
EDITIONS: Mapping[str, Edition] = {
    ".html": Edition("html", "text/html; charset=utf-8", render_html),
    ".epub": Edition("epub", "application/epub+zip", render_epub),
    ".txt": Edition("txt", "text/plain; charset=utf-8", render_plain),
}


def render(
    work: Work,
    witness: Witness,
    text: ReadingText,
    emendations: Sequence[Emendation],
    ending: str,
    pictures: Callable[[], Pictured] = Pictured,
) -> bytes:
    """An edition of one copy of a work, by the ending of its file (``.epub``, or ``epub``).

    ``pictures`` gives those that are held with the copy; an edition without pictures does not ask for them.

    PublishError when there is no edition of that ending, or nothing to read.
    """
    edition = EDITIONS.get("." + ending.lower().lstrip("."))
    if edition is None:
        known = ", ".join(EDITIONS)
        raise PublishError(f"there is no edition with the ending {ending!r}; there are {known}")
    if not any(block.part == "story" and (block.text or block.kind == "image") for block in text.blocks):
        raise PublishError(f"copy {witness.siglum} has no story to read, so there is nothing to publish")
    held = NO_PICTURES if edition.name == "txt" else pictures()
    return edition.render(Request(work, witness, text, emendations, held))


def cover(work: Work, width: int = 600) -> bytes:
    """A work's cover as PNG, ``width`` pixels wide: the title, the names, a colour that is always the same for this work."""
    # Drawing costs 60 ms to import: only who asks for a picture waits for it.
    from variorum.editions.cover_png import cover_png  # noqa: PLC0415

    request = Request(work, work.base, ReadingText(()))
    return cover_png(request.title, request.byline, work.work, width)


def drawn_cover(work: Work) -> str:
    """The same cover as a drawing (SVG)."""
    request = Request(work, work.base, ReadingText(()))
    return cover_svg(request.title, request.byline, work.work)
