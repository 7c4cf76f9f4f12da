"""The cover as PNG: what e-readers show on their shelf, since few of them draw SVG."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from variorum.editions.cover import colours, fitted

__all__ = ["cover_png"]

_WIDTH, _HEIGHT = 1200, 1800


def cover_png(title: str, names: str, work: str, width: int = 600) -> bytes:
    """The same cover as `cover_svg`'s, ``width`` pixels wide (at most 1200) and half as high again.

    It is set in the face that comes with Pillow; letters it does not have are left out, so that no row of boxes stands for a
    name. The bytes are the same for the same words and the same version of Pillow.
    """
    ground, ink = colours(work)
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 60, _WIDTH - 60, _HEIGHT - 60), outline=ink, width=4)
    size, lines = fitted(_drawable(title), (150, 120, 96, 76, 60), 6)
    top = 520 - size
    for number, line in enumerate(lines):
        draw.text((_WIDTH // 2, top + int(number * size * 1.25)), line, fill=ink, font=_face(size), anchor="mt")
    below = 560 + int(size * 1.25 * len(lines))
    draw.rectangle((_WIDTH // 2 - 60, below, _WIDTH // 2 + 60, below + 3), fill=ink)
    size, lines = fitted(_drawable(names), (58, 46, 38), 4)
    for number, line in enumerate(lines):
        draw.text((_WIDTH // 2, below + 80 + int(number * size * 1.25)), line, fill=ink, font=_face(size), anchor="mt")
    width = min(max(width, 16), _WIDTH)
    small = picture.resize((width, width * _HEIGHT // _WIDTH), Image.Resampling.LANCZOS) if width != _WIDTH else picture
    out = io.BytesIO()
    small.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _face(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _drawable(text: str) -> str:
    """What the face has letters for: Latin, with the quotes and dashes of a title."""
    return "".join(c for c in text if c < "\u0250" or c in "‘’“”–—…").strip()
