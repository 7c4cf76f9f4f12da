"""Colours of one's own for reading: two are chosen, the ink and the paper; all others are mixed from them.

The Content-Security-Policy forbids style attributes, so the colours come as a style sheet of ours, written from the numbers
in its address and from nothing else. Contrast is WCAG 2.2's: (lighter + 0.05) / (darker + 0.05) of the relative luminances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web import settings

if TYPE_CHECKING:
    from variorum.doors.web.desk import Desk

__all__ = ["contrast", "sheet", "sheet_address", "warning"]

_ENOUGH = 4.5
_RUBRICS = ("a02c18", "ec8a6c")
_DARK = 0.18  # relative luminance of a paper below which it is night


def sheet(_desk: Desk, request: Request) -> Response:
    """``/colours/fbf7ee-231d17.css``: the paper and the ink as a style sheet."""
    found = settings.taken(request.path_params)
    if not settings.OWN.keys() <= found.keys():
        raise HTTPException(404, "Colours are six hexadecimal digits each: the paper and the ink.")
    paper, ink = found["ground"], found["ink"]
    rubric = next((c for c in _RUBRICS if contrast(c, paper) >= _ENOUGH), ink)
    dark = _luminance(paper) < _DARK
    told = {
        "paper": paper,
        "page": _mixed(paper, ink, 0.05),
        "ink": ink,
        "soft": _soft(paper, ink),
        "rule": _mixed(paper, ink, 0.22),
        "rubric": rubric,
        "wash": _mixed(paper, rubric, 0.16),
    }
    tokens = " ".join(f"--{name}: #{value};" for name, value in told.items())
    text = f'@media screen {{\n:root[data-theme="own"] {{ color-scheme: {"dark" if dark else "light"}; {tokens} }}\n'
    text += f".is-own > span {{ background: #{paper}; color: #{ink} }}\n"
    if dark:
        text += ':root[data-theme="own"][data-pictures="dim"] .held img { filter: brightness(.72) }\n'
    text += "}\n"
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(text, media_type="text/css; charset=utf-8", headers=headers)


def sheet_address(chosen: dict[str, str]) -> str:
    """The address of the sheet of somebody's colours."""
    return f"/colours/{chosen['ground']}-{chosen['ink']}.css"


def warning(chosen: dict[str, str]) -> str:
    """What is to be said of two colours that are hard to tell apart; empty for two that are not."""
    ratio = contrast(chosen["ground"], chosen["ink"])
    if ratio >= _ENOUGH:
        return ""
    return f"These two are hard to tell apart: {ratio:.1f} to 1. Text wants 4.5 to 1 at least."


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (0, 2, 4))
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _soft(paper: str, ink: str) -> str:
    """As pale as what stands beside the text may be: never harder to read than 4.5 to 1, unless the ink itself is."""
    for share in (0.68, 0.76, 0.84, 0.92):
        soft = _mixed(paper, ink, share)
        if min(contrast(soft, paper), contrast(soft, _mixed(paper, ink, 0.05))) >= _ENOUGH:
            return soft
    return ink
