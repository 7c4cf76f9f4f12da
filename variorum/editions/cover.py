"""A cover made of type: the title, the names and a colour that is always the same for the same work."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence

from variorum.editions import safe

__all__ = ["colours", "cover_svg", "fitted"]

_WIDTH, _HEIGHT = 1200, 1800
_TEXT = 960  # width of a line

# Ground and ink; each pair has a contrast above 7 to 1.
_COLOURS = (
    ("#22313f", "#f3e9d2"),
    ("#3b2a2f", "#f4e3d7"),
    ("#25382e", "#eef0dc"),
    ("#3a2e4a", "#efe6f3"),
    ("#4a2c20", "#f7ead9"),
    ("#1f3a44", "#e6f1ee"),
    ("#40321e", "#f6edd6"),
    ("#2f2f33", "#f1efe9"),
)


def colours(work: str) -> tuple[str, str]:
    """Ground and ink, always the same for the same work."""
    return _COLOURS[hashlib.sha256(work.encode("utf-8", "replace")).digest()[0] % len(_COLOURS)]


def cover_svg(title: str, names: str, work: str, direction: str = "ltr", language: str | None = None) -> str:
    """The picture as SVG; ``work`` decides the colour."""
    ground, ink = colours(work)
    title, names = safe.undirected(title), safe.undirected(names)
    size, lines = fitted(title, (150, 120, 96, 76, 60), 6)
    below = 560 + int(size * 1.25 * len(lines))
    name_size, name_lines = fitted(names, (58, 46, 38), 4)
    spoken = safe.html(f"{title}, by {names}" if names else title)
    tongue = f' xml:lang="{safe.html(language)}"' if language else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        f'{tongue} role="img" aria-label="{spoken}">\n<title>{spoken}</title>\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{ground}"/>\n'
        f'<rect x="60" y="60" width="{_WIDTH - 120}" height="{_HEIGHT - 120}" fill="none" stroke="{ink}" stroke-width="3"/>\n'
        f'<g fill="{ink}" font-family="Georgia, serif" text-anchor="middle" direction="{direction}">\n'
        f"{''.join(_text(lines, 520, size))}"
        f'<rect x="{_WIDTH // 2 - 60}" y="{below}" width="120" height="3"/>\n'
        f"{''.join(_text(name_lines, below + 130, name_size))}</g>\n</svg>\n"
    )


def _text(lines: Sequence[str], top: int, size: int) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f'<text x="{_WIDTH // 2}" y="{top + int(number * size * 1.25)}" font-size="{size}">{safe.html(line)}</text>\n'


def fitted(text: str, sizes: Sequence[int], most: int) -> tuple[int, list[str]]:
    """The largest size in which the text takes at most so many lines; cut with an ellipsis when none does."""
    size, lines = sizes[-1], [""]
    for size in sizes:
        lines = _wrapped(text[:400], _TEXT / size)
        if len(lines) <= most - (size >= 120) * 2:
            return size, lines
    return size, [*lines[: most - 1], lines[most - 1].rstrip() + "…"] if len(lines) > most else lines


def _wrapped(text: str, limit: float) -> list[str]:
    """Lines of at most ``limit`` ems; a word that is longer is divided."""
    lines: list[str] = []
    line, width = "", 0.0
    for word in text.split(" "):
        needed = sum(map(_ems, word))
        if line and width + 0.25 + needed > limit:
            lines.append(line)
            line, width = "", 0.0
        for character in (" " + word) if line else word:
            wide = _ems(character)
            if wide and width + wide > limit:
                lines.append(line)
                line, width = "", 0.0
            line, width = line + character, width + wide
    return [*lines, line]


def _ems(character: str) -> float:
    """About how wide a character is, in ems of a bookish face."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.25 if character == " " else 0.72 if character.isupper() else 0.5
