"""The change strip: the whole text as a line, a mark wherever it differs, drawn by the server as SVG.

Marks are links to their change. Many at one place are one mark; a passage is as wide as it is long; the two ends of a
move are joined by an arc. The strip is for the eye: the same places are in the list by chapter, and in the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import NamedTuple

from markupsafe import Markup, escape

from variorum.doors.web.chapters import Book
from variorum.doors.web.lacking import Lack
from variorum.doors.web.marking import SMALL, Change, Marked
from variorum.doors.web.portions import Portion
from variorum.doors.web.rendering import ours

__all__ = ["Row", "by_chapter", "strip_svg"]

_WIDTH, _HEIGHT, _TOP, _FOOT = 1000.0, 46.0, 20.0, 40.0
_BINS = 250
_LEAST = 3.0  #: width of the narrowest mark
_WEIGHT = ("small", "word", "moved", "sentence", "passage")


class Row(NamedTuple):
    """One chapter of the list: what it is called, how many changes stand in it, where the first is."""

    number: int
    title: str
    changes: int
    href: str


class _Ruler:
    """From places in the blocks to places on the strip, by characters."""

    def __init__(self, marked: Marked, texts: Mapping[int, str]) -> None:
        self.order = {block.number: place for place, block in enumerate(marked.blocks)}
        sizes = [len(texts[block.number]) + 1 for block in marked.blocks]
        self.before = [0, *accumulate(sizes)]

    def at(self, block: int, offset: int) -> float:
        return round(_WIDTH * (self.before[self.order[block]] + offset) / max(self.before[-1], 1), 2)

    def edge(self, place: int) -> float:
        return round(_WIDTH * self.before[place] / max(self.before[-1], 1), 2)


def strip_svg(marked: Marked, book: Book, lacks: Mapping[int, Lack], here: Portion | None, href: Callable[[int], str]) -> Markup:
    """The strip as SVG; ``here`` is the portion on this page, where it is not all of the text."""
    ruler = _Ruler(marked, {block.number: book.text.blocks[block.number].text for block in marked.blocks})
    out = [
        f'<svg class="strip" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    ]
    if here is not None:
        low, high = ruler.edge(here.first), ruler.edge(here.last + 1)
        out.append(f'<rect class="here" x="{low}" y="{_TOP - 4}" width="{max(high - low, 1):g}" height="{_FOOT - _TOP + 8}"/>')
    out.append(f'<line class="text" x1="0" x2="{_WIDTH:g}" y1="{(_TOP + _FOOT) / 2}" y2="{(_TOP + _FOOT) / 2}"/>')
    for chapter in book.chapters[1:]:
        if chapter.story and chapter.story[0] in ruler.order:
            x = ruler.at(chapter.story[0], 0)
            out.append(f'<line class="tick" x1="{x}" x2="{x}" y1="{_FOOT}" y2="{_FOOT + 5}"/>')
    ends = _ends(marked, ruler)
    moves = [(change.number, change.partner or 0) for change in marked.changes if (change.partner or 0) > change.number]
    out += [_arc(ends[one][0], ends[two][0], href(one)) for one, two in moves]
    out += _bars(marked, ends, lacks, href)
    out.append("</svg>")
    return ours("".join(out))


def _ends(marked: Marked, ruler: _Ruler) -> dict[int, tuple[float, float]]:
    """Where each change begins and ends on the strip."""
    out = {change.number: (x := ruler.at(change.block, change.at), x) for change in marked.changes}
    for block in marked.blocks:
        for strike in block.strikes:
            low, high = out[strike.change]
            out[strike.change] = (min(low, ruler.at(block.number, strike.start)), max(high, ruler.at(block.number, strike.end)))
    return out


def _arc(x1: float, x2: float, href: str) -> str:
    height = max(1.0, _TOP - 2 - min(abs(x2 - x1) / 12, _TOP - 4) * 1.6)
    path = f"M{x1} {_TOP} C{x1} {height:g} {x2} {height:g} {x2} {_TOP}"
    return f'<a href="{escape(href)}" tabindex="-1"><path class="arc" d="{path}"/></a>'


def _bars(
    marked: Marked, ends: Mapping[int, tuple[float, float]], lacks: Mapping[int, Lack], href: Callable[[int], str]
) -> list[str]:
    """Wide changes as they are, the others gathered by place, the gravest of them giving the colour."""
    wide: list[str] = []
    bins: dict[int, tuple[int, str, int]] = {}  # bin -> weight, class, first change
    for change in marked.changes:
        low, high = ends[change.number]
        css = "lacuna" if change.number in lacks else _css(change)
        if high - low > 2 * _LEAST:
            wide.append(_bar(low, high - low, css, href(change.number), change.number))
            continue
        place = min(int(low * _BINS / _WIDTH), _BINS - 1)
        weight = _WEIGHT.index(css) if css in _WEIGHT else 0
        if place not in bins:
            bins[place] = (weight, css, change.number)
        elif weight > bins[place][0]:
            bins[place] = (weight, css, bins[place][2])
    step = _WIDTH / _BINS
    narrow = [_bar(place * step, _LEAST, css, href(first), first) for place, (_, css, first) in sorted(bins.items())]
    return wide + narrow


def _css(change: Change) -> str:
    return "small" if change.entry.kind in SMALL else change.entry.kind


def _bar(x: float, width: float, css: str, href: str, number: int) -> str:
    high = _FOOT - _TOP if css not in ("small", "word") else (_FOOT - _TOP) * 0.7
    y = (_TOP + _FOOT - high) / 2
    return (
        f'<a href="{escape(href)}" tabindex="-1" data-change="{number}">'
        f'<rect class="{css}" x="{x:g}" y="{y:g}" width="{width:g}" height="{high:g}"/></a>'
    )


def by_chapter(marked: Marked, book: Book, href: Callable[[int], str]) -> list[Row]:
    """The chapters in which something differs."""
    counts: dict[int, list[int]] = {}
    for change in marked.changes:
        counts.setdefault(book.chapter_of(change.block), []).append(change.number)
    titles = {chapter.number: chapter.title for chapter in book.chapters}
    return [
        Row(number, titles.get(number) or f"Chapter {number}", len(numbers), href(numbers[0]))
        for number, numbers in sorted(counts.items())
    ]
