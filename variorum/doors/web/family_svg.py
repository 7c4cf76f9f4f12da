"""A work's family as a picture: SVG made here, every node a link, no script, colours from the page's own sheet.

Above, what the work was made from; in the frame, its copies along time, the lost ones dashed; beside it, series and other
ties; below, what was made from it. Drawn twice, wide and narrow: the sheet shows the one that fits. What does not fit into the
picture is counted in it, and stands in the list beneath.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from variorum.doors.web.rendering import ours
from variorum.library import Family, Relative
from variorum.text import day, plain

__all__ = ["Shape", "family_svg", "fit"]

#: Gives the local address a node leads to.
Where = Callable[[Relative], str]


class Shape(NamedTuple):
    """The measures of one drawing, in units that are pixels at full size."""

    name: str
    width: int
    columns: int
    card: int  #: width of a card above and below
    frame: int  #: width of the frame with the copies
    line: int  #: where time runs, from the frame's left
    copy: int  #: left edge of a copy's card, from the frame's left
    beside: bool  #: series stand to the right of the frame, else below it
    most: int  #: cards above, and below


WIDE = Shape("wide", 960, 3, 296, 644, 150, 178, beside=True, most=6)
NARROW = Shape("narrow", 320, 1, 312, 312, 18, 38, beside=False, most=4)

_HIGH, _GAP, _TIE = 76, 18, 46
_COPY = 62
_MOST_COPIES = 14


def family_svg(family: Family, where: Where, title: str) -> Markup:
    """Both drawings."""
    return ours("".join(_Drawing(family, where, title, shape).draw() for shape in (WIDE, NARROW)))


def fit(text: str, width: float, size: float = 15) -> str:
    """As much of a line as fits into so many units, by how wide its characters are in most faces; the rest is an ellipsis."""
    line = plain(text)
    room = width / (size * 0.5)
    used = 0.0
    for at, char in enumerate(line):
        used += (
            0
            if unicodedata.combining(char)
            else 2
            if unicodedata.east_asian_width(char) in "WF"
            else 1.25
            if char.isupper()
            else 1
        )
        if used > room:
            return line[: max(1, at - 1)].rstrip() + "…"
        if at > 400:
            break
    return line


class _Drawing:
    def __init__(self, family: Family, where: Where, title: str, shape: Shape) -> None:
        self.family, self.where, self.title, self.shape = family, where, title, shape
        self.ties: list[str] = []
        self.cards: list[str] = []

    def draw(self) -> str:
        s = self.shape
        y = 8
        tops = self._rows(self.family.sources[: s.most], y)
        y = max((top + _HIGH for _, top in tops), default=y)
        y = self._more(len(self.family.sources) - s.most, y, "more it was made from") if len(self.family.sources) > s.most else y
        y += _TIE if tops else 0
        middle = 4 + s.frame // 2 if s.beside else s.width // 2
        for x, top in tops:
            self._tie(x + s.card // 2, top + _HIGH, middle, y)
        low = self._frame(y)
        beside = (*self.family.series, *self.family.others)
        foot = self._beside(beside, y, low)
        if self.family.made:
            begin = max(low, foot) + _TIE
            below = self._rows(self.family.made[: s.most], begin)
            for x, top in below:
                self._tie(middle, low, x + s.card // 2, top)
            foot = max(top + _HIGH for _, top in below)
            if len(self.family.made) > s.most:
                foot = self._more(len(self.family.made) - s.most, foot, "more made from it")
        high = max(low, foot) + 8
        label = escape(plain(f"The family of {self.title}"))
        body = "".join((*self.ties, *self.cards))
        return f'<svg class="family {s.name}" viewBox="0 0 {s.width} {high}" role="group" aria-label="{label}">{body}</svg>\n'

    # ------------------------------------------------------------ cards in rows

    def _rows(self, people: Sequence[Relative], y: int) -> list[tuple[int, int]]:
        """Cards in rows, each row in the middle; gives their left upper corners."""
        s = self.shape
        places = []
        for start in range(0, len(people), s.columns):
            row = people[start : start + s.columns]
            left = (s.width - len(row) * s.card - (len(row) - 1) * 28) // 2
            for number, one in enumerate(row):
                x = left + number * (s.card + 28)
                self._card(one, x, y, s.card)
                places.append((x, y))
            y += _HIGH + _GAP
        return places

    def _card(self, one: Relative, x: int, y: int, width: int) -> None:
        name = one.title or (
            f"a work at {one.site}" if one.site and not one.names else "a work without a name" if not one.names else ""
        )
        by = "by " + ", ".join(one.names) if one.names else one.site or ""
        lines = [name or by, by if name else one.site or ""]
        held = " held" if one.work and not one.work.startswith("k") else ""
        said = f"{one.how} {name} {by}"
        self._node(one, f"{one.kind}{held}", (x, y, width, _HIGH), one.how, lines, said)

    def _node(self, one: Relative, css: str, box: tuple[int, int, int, int], label: str, lines: Sequence[str], said: str) -> None:
        x, y, width, high = box
        room = width - 28
        text = f'<text class="how" x="{x + 14}" y="{y + 21}">{escape(fit(label, room, 13))}</text>'
        for number, line in enumerate(lines[:2]):
            css_line = "name" if number == 0 else "by"
            size = 16 if number == 0 else 13
            text += f'<text class="{css_line}" x="{x + 14}" y="{y + 43 + 20 * number}">{escape(fit(line, room, size))}</text>'
        self.cards.append(
            f'<a class="node {css}" href="{escape(self.where(one))}" aria-label="{escape(plain(said))}">'
            f'<rect x="{x}" y="{y}" width="{width}" height="{high}" rx="5"/>{text}</a>'
        )

    def _more(self, number: int, y: int, what: str) -> int:
        if number <= 0:
            return y
        x = self.shape.width // 2
        self.cards.append(
            f'<text class="by more" x="{x}" y="{y + 20}" text-anchor="middle">and {number} {what}, in the list</text>'
        )
        return y + 26

    def _tie(self, x1: int, y1: int, x2: int, y2: int) -> None:
        half = (y1 + y2) // 2
        self.ties.append(f'<path class="tie" d="M{x1} {y1}C{x1} {half} {x2} {half} {x2} {y2}"/>')

    # ------------------------------------------------------------ the frame with the copies

    def _frame(self, y: int) -> int:
        s, left = self.shape, 4
        copies = self.family.copies[:_MOST_COPIES]
        top = y + 46
        rest = len(self.family.copies) - len(copies)
        low = top + len(copies) * (_COPY + 14) + (24 if rest else 0) + 4
        work = self.family.work
        self.ties.append(f'<rect class="frame" x="{left}" y="{y}" width="{s.frame}" height="{low - y}" rx="8"/>')
        size = 20
        title = escape(fit(self.title, s.frame - 34, size))
        self.cards.append(
            f'<a class="node whole" href="/works/{work.work}"><text class="title" x="{left + 16}" y="{y + 30}">{title}</text></a>'
        )
        if copies:
            line = left + s.line
            end = top + (len(copies) - 1) * (_COPY + 14) + _COPY // 2
            self.ties.append(f'<path class="time" d="M{line} {top + _COPY // 2}V{end}"/>')
        for number, one in enumerate(copies):
            self._copy(one, left, top + number * (_COPY + 14))
        if rest:
            more = f"and {rest} more copies, in the list"
            self.cards.append(f'<text class="by more" x="{left + s.copy}" y="{low - 14}">{more}</text>')
        return low

    def _copy(self, one: Relative, left: int, y: int) -> None:
        s = self.shape
        line, middle = left + s.line, y + _COPY // 2
        lost = one.kind == "lost"
        mark = "dot open" if lost else "dot"
        self.ties.append(f'<circle class="{mark}" cx="{line}" cy="{middle}" r="5"/>')
        when = f"{one.dated} {day(one.date)}" if one.date else "no date known"
        if s.beside:
            self.cards.append(
                f'<text class="date" x="{line - 16}" y="{middle - 3}" text-anchor="end">{escape(fit(day(one.date) if one.date else "", 130, 13))}</text>'
                f'<text class="by" x="{line - 16}" y="{middle + 14}" text-anchor="end">{escape(one.dated if one.date else "no date")}</text>'
            )
        x, width = left + s.copy, s.frame - s.copy - 16
        room = width - (64 if one.siglum else 28)
        if lost:
            head, below = f"{one.site} · known, not held", one.url or "no address is known"
        else:
            head = one.site or one.title or "a copy"
            told = [f"version {one.version}"] if one.version else []
            told += [f"{one.words:,} words"] if one.words else []
            told += ["incomplete"] if one.partial else []
            below = " · ".join(told) if s.beside else when  # the narrow one has room for the time; the list says the rest
        start = x + (50 if one.siglum else 14)
        siglum = f'<text class="siglum" x="{x + 14}" y="{y + 41}">{escape(plain(one.siglum))}</text>' if one.siglum else ""
        said = f"{one.how}: {head}, {when}"
        self.cards.append(
            f'<a class="node {one.kind}" href="{escape(self.where(one))}" aria-label="{escape(plain(said))}">'
            f'<rect x="{x}" y="{y}" width="{width}" height="{_COPY}" rx="5"/>{siglum}'
            f'<text class="name" x="{start}" y="{y + 26}">{escape(fit(head, room, 16))}</text>'
            f'<text class="by" x="{start}" y="{y + 47}">{escape(fit(below, room, 13))}</text></a>'
        )

    # ------------------------------------------------------------ beside

    def _beside(self, beside: Sequence[Relative], y: int, low: int) -> int:
        """Series and other ties: to the right of the frame where there is room, else below it. Gives where they end."""
        s = self.shape
        if not beside:
            return y
        x = 4 + s.frame + 40 if s.beside else (s.width - s.card) // 2
        top = y if s.beside else low + _GAP
        width = s.width - x - 4 if s.beside else s.card
        for number, one in enumerate(beside[:4]):
            at = top + number * (_HIGH + _GAP)
            self._card(one, x, at, width)
            if s.beside:
                self.ties.append(f'<path class="tie" d="M{4 + s.frame} {at + _HIGH // 2}H{x}"/>')
        return top + min(len(beside), 4) * (_HIGH + _GAP) - _GAP
