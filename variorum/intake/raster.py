"""What a picture's own header says: its type and its pixels, read without unpacking it.

PNG, JPEG, GIF and WebP: the pictures every browser shows and none of which can hold a script. The layouts are those of
the PNG specification (section 11.2.2), ITU T.81 (B.2.2), GIF89a and the WebP container specification.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

__all__ = ["MOST_PIXELS", "Raster", "raster"]

#: No picture with more pixels is opened or shown: unpacked it would fill the memory of whoever looks at it.
MOST_PIXELS = 64_000_000

_LENGTH = struct.Struct(">H")
_NO_SIZE = frozenset((0xC4, 0xC8, 0xCC))  # JPEG segments numbered among the frames that are none


class Raster(NamedTuple):
    """A picture of pixels; width and height are 0 where its header is cut off."""

    media: str
    width: int = 0
    height: int = 0

    @property
    def showable(self) -> bool:
        """Whether it may be handed to a browser."""
        return 0 < self.width * self.height <= MOST_PIXELS


def raster(data: bytes) -> Raster | None:
    """The picture these bytes begin as; None for anything but a PNG, JPEG, GIF or WebP."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Raster("image/png", *(struct.unpack_from(">II", data, 16) if data[12:16] == b"IHDR" and len(data) >= 24 else ()))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Raster("image/gif", *(struct.unpack_from("<HH", data, 6) if len(data) >= 10 else ()))
    if data.startswith(b"\xff\xd8\xff"):
        return Raster("image/jpeg", *_jpeg(data))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Raster("image/webp", *_webp(data))
    return None


def _jpeg(data: bytes) -> tuple[int, int]:
    """From segment to segment up to the first that opens a frame."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return 0, 0
        mark = data[at + 1]
        if mark == 0xFF:
            at += 1
        elif 0xC0 <= mark <= 0xCF and mark not in _NO_SIZE:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        elif mark == 0x01 or 0xD0 <= mark <= 0xD8:
            at += 2
        else:
            at += 2 + max(_LENGTH.unpack_from(data, at + 2)[0], 2)
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    if len(data) < 30:
        return 0, 0
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
