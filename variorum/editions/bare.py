"""Pictures without what programs wrote into them: no place on a map, no camera's number, no thumbnail of what was cut off.

Nothing is unpacked and no pixel is touched: of each container only the parts that are needed to draw the picture are kept,
in their order, so that the same picture always gives the same bytes. What stands behind a picture's end goes too. Layouts:
the PNG specification (section 5.3), ITU T.81 (annex B), GIF89a (section 15 on), the WebP container specification.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

__all__ = ["ENDINGS", "bare"]

#: Media type -> ending of a file of that type. These four are core media types of EPUB 3.3.
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split())
_JPEG_KEPT = frozenset((0xC4, 0xCC, 0xDB, 0xDC, 0xDD, *(m for m in range(0xC0, 0xD0) if m != 0xC8)))
#: The end of a scan: a marker that is neither a stuffed byte nor a restart.
_MARK = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_MOST_PIECES = 1_000_000  # parts of one file: more is no picture anybody drew


def bare(data: bytes, media: str) -> bytes | None:
    """The picture with nothing but its drawing; None when its parts do not hold together, or for another media type."""
    make = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}.get(media)
    try:
        return b"".join(make(data)) if make is not None else None
    except (_Broken, struct.error, IndexError):
        return None


class _Broken(Exception):
    """The picture's parts do not hold together."""


def _png(data: bytes) -> Iterator[bytes]:
    if not data.startswith(_PNG):
        raise _Broken
    yield _PNG
    at, drawn = len(_PNG), False
    for number in range(_MOST_PIECES):
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or (number == 0) != (kind == b"IHDR"):
            raise _Broken
        if kind in _PNG_KEPT:
            if zlib.crc32(data[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
                raise _Broken
            yield data[at:end]
        drawn = drawn or kind == b"IDAT"
        if kind == b"IEND":
            break
        at = end
    else:
        raise _Broken
    if not drawn:
        raise _Broken


def _jpeg(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"\xff\xd8"):
        raise _Broken
    yield b"\xff\xd8"
    at, scans, turned = 2, 0, 0
    for _ in range(_MOST_PIECES):
        if at + 2 > len(data) and scans:
            break  # cut off: what there is of it can be drawn
        if data[at] != 0xFF:
            raise _Broken
        mark = data[at + 1]
        if mark in (0x01, 0xFF) or 0xD0 <= mark <= 0xD7:
            at += 1 if mark == 0xFF else 2
            continue
        if mark == 0xD9:
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if mark == 0xDA:
            found = _MARK.search(data, end)
            end = found.start() if found is not None else len(data)
            scans += 1
            yield data[at:end]
        elif mark in _JPEG_KEPT:
            yield data[at:end]
        else:
            segment = data[at + 4 : end]
            yield _kept_segment(mark, segment)
            if mark == 0xE1 and segment.startswith(b"Exif\0\0") and not turned:
                turned = _orientation(segment[6:])
                yield _turning(turned)
        at = max(end, at + 4)
    if not scans:
        raise _Broken
    yield b"\xff\xd9"


def _kept_segment(mark: int, segment: bytes) -> bytes:
    """What a program's own segment gives to the drawing: the unit of its pixels, its colours; else nothing."""
    if mark == 0xE0 and segment.startswith(b"JFIF\0") and len(segment) >= 14:
        segment = segment[:12] + b"\0\0"  # without its thumbnail
    elif not ((mark == 0xE2 and segment.startswith(b"ICC_PROFILE\0")) or (mark == 0xEE and segment.startswith(b"Adobe"))):
        return b""
    return struct.pack(">BBH", 0xFF, mark, len(segment) + 2) + segment


def _orientation(tiff: bytes) -> int:
    """Which way up a camera says the picture is: 2 to 8, or 0 when it says nothing, or that it is upright."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 0
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    if first + 2 > len(tiff):
        return 0
    (entries,) = struct.unpack_from(order + "H", tiff, first)
    for at in range(first + 2, min(first + 2 + 12 * min(entries, 500), len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at)
        if tag == 0x0112 and kind == 3:
            return value if 2 <= value <= 8 else 0
    return 0


def _turning(way: int) -> bytes:
    """A segment that says which way up the picture is, and nothing else."""
    if not way:
        return b""
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, way, 0, 0)
    return struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif


def _gif(data: bytes) -> Iterator[bytes]:
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        raise _Broken
    at = 13 + _table(data[10])
    yield data[:at]
    pictures, budget = 0, [_MOST_PIECES]
    while at < len(data) and data[at] != 0x3B:
        begin = at
        if data[at] == 0x2C:
            at = _blocks(data, at + 11 + _table(data[at + 9]), budget)
            kept = True
            pictures += at <= len(data)
        elif data[at] == 0x21:
            label, name = data[at + 1], data[at + 3 : at + 14]
            kept = label == 0xF9 or (label == 0xFF and name in _LOOPS)
            at = _blocks(data, at + 2, budget)
        else:
            break  # what stands here is no part of the picture
        if at > len(data):
            break  # cut off
        if kept:
            yield data[begin:at]
    if not pictures:
        raise _Broken
    yield b";"


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int, budget: list[int]) -> int:
    """Behind a chain of sub-blocks; behind the data when it is cut off."""
    while at < len(data):
        size = data[at]
        at += 1 + size
        budget[0] -= 1
        if not size:
            return at
        if budget[0] < 0:
            raise _Broken
    return len(data) + 1


def _webp(data: bytes) -> Iterator[bytes]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise _Broken
    kept: list[bytes] = []
    at = 12
    until = min(8 + struct.unpack_from("<I", data, 4)[0], len(data))
    while at + 8 <= until:
        kind, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        end = at + 8 + length
        if end > until or len(kept) > _MOST_PIECES:
            raise _Broken
        if kind in _WEBP_KEPT:
            body = data[at + 8 : end]
            if kind == b"VP8X":
                body = bytes((body[0] & ~0x0C & 0xFF,)) + body[1:]  # it said that EXIF and XMP would follow
            kept.append(kind + struct.pack("<I", length) + body + b"\0" * (length & 1))
        at = end + (length & 1)
    if not any(part[:4] in (b"VP8 ", b"VP8L", b"ANMF") for part in kept):
        raise _Broken
    body = b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
