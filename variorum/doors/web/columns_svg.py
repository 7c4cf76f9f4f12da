"""Columns over time as a picture: one column for each year, month or day, written as SVG by us. The page has the same as a table.

Two drawings, wide and narrow, of which the style sheet shows one; each has its title and description, no script, no link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from variorum.doors.web.rendering import ours

__all__ = ["Column", "columns_svg", "short"]

_HEIGHT, _TOP, _FOOT = 170, 18, 24
_LABEL, _HALF = 64, 22  # units from one label to the next, and half of what one takes
_LEAST = 1.5  # of a column that is not nothing


class Column(NamedTuple):
    """One column: what stands beneath it, and how high it is."""

    label: str
    value: int


def columns_svg(name: str, title: str, about: str, columns: Sequence[Column]) -> Markup:
    """Both drawings; ``name`` is an id that no other picture of the page has."""
    return ours(_draw(f"{name}-w", "wide", 640, title, about, columns) + _draw(f"{name}-n", "narrow", 300, title, about, columns))


def short(value: int) -> str:
    """``950``, ``12k``, ``1.5m``: as much of a number as a picture has room for."""
    for size, sign in ((1_000_000, "m"), (1000, "k")):
        if value >= size:
            said = f"{value / size:.1f}".removesuffix(".0")
            return f"{said if value < 10 * size else round(value / size)}{sign}"
    return str(value)


def _draw(name: str, css: str, width: int, title: str, about: str, columns: Sequence[Column]) -> str:
    most = max((column.value for column in columns), default=0) or 1
    step = width / max(len(columns), 1)
    gap = min(step * 0.22, 6)
    thick = min(step - gap, 44)
    high = _HEIGHT - _TOP - _FOOT
    out = [
        f'<svg class="columns {css}" viewBox="0 0 {width} {_HEIGHT}" role="img" aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(about)}</desc>',
        f'<line class="rule" x1="0" x2="{width}" y1="{_TOP}" y2="{_TOP}"/><text class="most" x="0" y="{_TOP - 5}">{escape(short(most))}</text>',
        f'<line class="ground" x1="0" x2="{width}" y1="{_HEIGHT - _FOOT}" y2="{_HEIGHT - _FOOT}"/>',
    ]
    every = max(-(-len(columns) * _LABEL // width), 1)
    for number, column in enumerate(columns):
        middle = (number + 0.5) * step
        tall = max(high * column.value / most, _LEAST) if column.value else 0
        if tall:
            out.append(
                f'<rect x="{middle - thick / 2:.2f}" y="{_HEIGHT - _FOOT - tall:.2f}" width="{thick:.2f}" height="{tall:.2f}"/>'
            )
        if (len(columns) - 1 - number) % every == 0:
            out.append(f'<text x="{_inside(middle, width):.2f}" y="{_HEIGHT - 7}">{escape(column.label)}</text>')
    return "".join((*out, "</svg>"))


def _inside(x: float, width: int) -> float:
    """A label's middle, moved so that it does not stand out of the picture."""
    return min(max(x, _HALF), width - _HALF)
