"""Other copies' readings on the reading page: a quiet mark where versions differ, the readings behind it.

Behind a paragraph that other copies have otherwise hangs a small `details` with their sigla; opened it lists what
they read, as an apparatus does. The words themselves are only underlined with dots, and stand as they are: places and
highlights count in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import escape

from variorum.doors.web import words
from variorum.doors.web.chapters import Book
from variorum.doors.web.desk import Desk
from variorum.doors.web.foot import Notes, notes
from variorum.doors.web.marked_html import Page
from variorum.doors.web.marking import Change, MarkedBlock
from variorum.doors.web.rendering import Layer, Overlay, text_html
from variorum.model import Witness, Work

__all__ = ["Variants", "others_of", "variants"]

_ASKED = 150_000  #: words of all copies together up to which marks stand unasked: comparing more takes a moment
_MOST = 6  #: other copies compared
_INSIDE = frozenset(("list-item", "quote", "table", "image"))  #: blocks that stand inside an element of their group


class Variants(NamedTuple):
    """What a page needs: the overlays by block, how many places differ on it, whether marks are shown at all."""

    overlays: Mapping[int, Overlay]
    places: int
    shown: bool
    offered: bool  #: whether there is another version to be had


_NONE = Variants({}, 0, False, False)


def others_of(work: Work, copy: Witness) -> list[Witness]:
    """The copies whose words are not this one's, one of each version."""
    seen = {copy.version}
    out = []
    for other in work.witnesses:
        if other.version not in seen:
            seen.add(other.version)
            out.append(other)
    return out[:_MOST]


def variants(desk: Desk, work: Work, copy: Witness, book: Book, numbers: Sequence[int], asked: str | None) -> Variants:
    """The marks for these blocks of a copy; ``asked`` is ``1`` or ``0`` where the address says so."""
    others = others_of(work, copy)
    if not others:
        return _NONE
    short = copy.words + sum(other.words for other in others) <= _ASKED
    if asked == "0" or (asked != "1" and not short):
        return Variants({}, 0, False, True)
    held = desk.comparisons.get(work, copy, others)
    sigla = [other.siglum for other in others]
    marked = held.marked(sigla, small=False)
    page = Page(work, copy, sigla, desk.linker(work, copy), marked, book.text)
    wanted = set(numbers)
    blocks = [block for block in marked.blocks if block.number in wanted and block.changes]
    here = {
        number: change for block in blocks for number in block.changes for change in [marked.change(number)] if not change.lacuna
    }
    told = {note.number: note for note in notes(page, here.values())}
    address = f"/works/{work.work}/changes?base={copy.siglum}" + "".join(f"&with={siglum}" for siglum in sigla)
    overlays = {}
    for block in blocks:
        own = [told[number] for number in block.changes if number in told]
        if own and book.text.blocks[block.number].kind not in _INSIDE:
            overlays[block.number] = _overlay(block, here, own, address)
    return Variants(overlays, len(here), True, True)


def _overlay(block: MarkedBlock, here: Mapping[int, Change], own: Sequence[Notes], address: str) -> Overlay:
    layers = [Layer(s.start, s.end, '<span class="varies">', "</span>") for s in block.strikes if s.change in here]
    sigla = words.unique(siglum for note in own for _, _, named in note.readings for siglum in named.split())
    lines = "".join(f"<li>{_line(note)}</li>" for note in own)
    first = own[0].number
    after = (
        f'<details class="variants" id="v{block.number + 1}"><summary><span class="vh">Other readings of this paragraph, in '
        f'{escape(words.listed(sigla))}</span><span aria-hidden="true">{escape(" ".join(sigla))}</span></summary>'
        f'<ul>{lines}</ul><p><a href="{escape(address)}#c{first}">What changed</a></p></details>\n'
    )
    return Overlay(layers=layers, after=after)


def _line(note: Notes) -> str:
    """``lemma] reading B``, as at the foot of an edition."""
    lemma = text_html(note.lemma or note.added_after or "at the beginning")
    told = "; ".join(
        (f"<i>{escape(what)}</i> " if what else "")
        + (f"{text_html(text)} " if text else "")
        + f'<span class="sig">{escape(sigla)}</span>'
        for what, text, sigla in note.readings
    )
    return f'{lemma}<span class="bracket">]</span> {told}'
