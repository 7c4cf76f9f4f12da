"""The library's connections as a picture: circles by size, ties by strength, every circle a link. SVG made here, no script.

Circles are put down the largest first, each at the first free place of a spiral (the golden angle) around the middle; ties are
drawn beneath them, the strongest sixty. Two drawings, wide and narrow; the list on the page has the same in words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup, escape

from variorum.doors.web.family_svg import fit
from variorum.doors.web.rendering import ours
from variorum.model import Circle, Overview
from variorum.text import plain

__all__ = ["map_svg", "placed"]

_GOLDEN = math.pi * (3 - math.sqrt(5))
_GAP = 7
_MOST_TIES = 60
_INSIDE = 34  #: circles larger than this have their name inside
_NAME = 40  #: half the room of a name beneath a circle


class Spot(NamedTuple):
    """Where a circle lies."""

    x: float
    y: float
    r: float


def map_svg(overview: Overview, where: Callable[[Circle], str], label: str) -> Markup:
    """Both drawings."""
    return ours(_draw(overview, where, label, "wide", 960, 150, 48) + _draw(overview, where, label, "narrow", 320, 66, 18))


def placed(sizes: list[float], across: float) -> list[Spot]:
    """Circles of these radii, none over another, flattened to fit ``across`` better than a disc would. Deterministic."""
    out: list[Spot] = []
    for r in sizes:
        step = 0
        while True:
            away, turn = 3.1 * math.sqrt(step), step * _GOLDEN
            x, y = 1.35 * away * math.cos(turn), away * math.sin(turn)
            if abs(x) + r <= across / 2 and all(math.hypot(x - o.x, y - o.y) >= r + o.r + _GAP for o in out):
                out.append(Spot(x, y, r))
                break
            step += 1
    return out


def _draw(overview: Overview, where: Callable[[Circle], str], label: str, name: str, width: int, largest: int, most: int) -> str:
    circles = overview.circles[:most]
    if not circles:
        return ""
    top = math.sqrt(circles[0].works)
    least = 9
    sizes = [max(least, largest * math.sqrt(c.works) / top / (1 + len(circles) / 60)) for c in circles]
    # A small circle's name stands beneath it, and wants its room.
    room = [r if r > _INSIDE else max(r + 14, _NAME) for r in sizes]
    spots = [Spot(s.x, s.y, r) for s, r in zip(placed(room, width - 8), sizes, strict=True)]
    up, down = min(s.y - s.r for s in spots) - 8, max(s.y + s.r + (0 if s.r > _INSIDE else 16) for s in spots) + 8
    ties = [tie for tie in overview.ties if tie[0] < len(circles) and tie[1] < len(circles)][:_MOST_TIES]
    body = "".join(_tie(spots[a], spots[b], weight, ties[0][2]) for a, b, weight in reversed(ties))
    body += "".join(_circle(c, s, where(c)) for c, s in zip(circles, spots, strict=True))
    box = f"{-width / 2:.0f} {up:.0f} {width} {down - up:.0f}"
    return f'<svg class="map {name}" viewBox="{box}" role="group" aria-label="{escape(plain(label))}">{body}</svg>\n'


def _tie(a: Spot, b: Spot, weight: int, strongest: int) -> str:
    thick = 0.8 + 4.2 * math.sqrt(weight / max(1, strongest))
    # Bent towards the middle, so that ties past each other are told apart.
    mx, my = (a.x + b.x) / 2 * 0.72, (a.y + b.y) / 2 * 0.72
    return f'<path class="tie" stroke-width="{thick:.1f}" d="M{a.x:.0f} {a.y:.0f}Q{mx:.0f} {my:.0f} {b.x:.0f} {b.y:.0f}"/>'


def _circle(circle: Circle, spot: Spot, address: str) -> str:
    x, y, r = spot
    works = f"{circle.works:,} work" + ("" if circle.works == 1 else "s")
    if r <= _INSIDE:
        name = fit(circle.name, 2 * _NAME + 4, 12)
        text = f'<text class="s12" x="{x:.0f}" y="{y + r + 13:.0f}" text-anchor="middle">{escape(name)}</text>'
    else:
        size = 16 if r > 60 else 13
        lines = _lines(circle.name, r * 1.7, size)
        high = y - (6 if len(lines) > 1 else 0)
        text = "".join(
            f'<text class="s{size}" x="{x:.0f}" y="{high + n * (size + 2):.0f}" text-anchor="middle">{escape(line)}</text>'
            for n, line in enumerate(lines)
        )
        below = high + len(lines) * (size + 2)
        text += f'<text class="by" x="{x:.0f}" y="{below:.0f}" text-anchor="middle">{circle.works:,}</text>'
    said = escape(plain(f"{circle.name}, {works}"))
    return (
        f'<a class="node" href="{escape(address)}" aria-label="{said}"><title>{said}</title>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.0f}"/>{text}</a>'
    )


def _lines(name: str, width: float, size: int) -> list[str]:
    """A name in one line or two, broken between words."""
    whole = fit(name, width, size)
    words = plain(name).split(" ")
    if not whole.endswith("…") or len(words) < 2:
        return [whole]
    first = 1
    while first < len(words) - 1 and not fit(" ".join(words[: first + 1]), width, size).endswith("…"):
        first += 1
    return [fit(" ".join(words[:first]), width, size), fit(" ".join(words[first:]), width, size)]
