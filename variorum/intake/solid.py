"""What a solid block of a 7z archive unfolds to, by the methods of the standard library and Zstandard; others are said by their names.

LZMA, LZMA2, branch filters, Delta, bzip2, Deflate and Zstandard. Nothing of a stranger's decides how much memory is taken.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from variorum.intake.packing import BROKEN, zstandard

__all__ = ["Broken", "Folder", "unfolded"]

_FEED, _STEP = 1 << 16, 1 << 20
_AES = b"\x06\xf1\x07\x01"
_BRANCH: dict[bytes, int] = {
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x06": lzma.FILTER_IA64,
    b"\x07": lzma.FILTER_ARM,
    b"\x08": lzma.FILTER_ARMTHUMB,
    b"\x09": lzma.FILTER_SPARC,
}
_NAMES = {
    b"\x03\x04\x01": "PPMd",
    b"\x03\x03\x01\x1b": "BCJ2",
    b"\x04\x01\x09": "Deflate64",
    b"\x04\xf7\x11\x02": "Brotli",
}


class Broken(Exception):
    """An archive that cannot be read, or not further. ``code`` is a problem's, ``reason`` completes "NAME ..."."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Folder:
    """One solid block: how it is packed (method and its settings, in the order of packing), where, and what it unfolds to."""

    coders: list[tuple[bytes, bytes]]
    start: int = 0
    packed: int = 0
    size: int = 0
    crc: int | None = None
    streams: int = 1
    plain: bool = True  #: a chain of coders, one after the other
    inputs: int = 1  #: packed streams it takes


def unfolded(data: bytes, folder: Folder) -> Iterator[bytes]:
    """What a folder unfolds to, a step at a time, never more than it says; `Broken` for what cannot be unpacked."""
    unpack = _unpacker(folder)
    left = folder.size
    end = min(32 + folder.start + folder.packed, len(data))
    at = 32 + folder.start
    while left > 0:
        rest = data[at : min(at + _FEED, end)]
        at += len(rest)
        try:
            chunk = unpack(rest, min(_STEP, left))
        except (*BROKEN, ValueError, MemoryError) as error:
            raise Broken("damaged-member", "is damaged inside its archive") from error
        if not chunk and not rest:
            raise Broken("truncated", "is cut off inside its archive")
        left -= len(chunk)
        if chunk:
            yield chunk


def _unpacker(folder: Folder) -> Any:
    methods = [method for method, _ in folder.coders]
    if _AES in methods:
        raise Broken("encrypted", "is encrypted; only its password opens it")
    if not folder.plain:
        raise Broken("unknown-method", "is packed by a chain of methods that is not read here")
    if methods in ([b"\0"], [b""]):
        return _held(lambda data, _: data)
    if methods == [b"\x04\x01\x08"]:
        return _held(_inflate())
    if methods == [b"\x04\x02\x02"]:
        return _held(_stepping(bz2.BZ2Decompressor()))
    if methods == [b"\x04\xf7\x11\x01"]:
        return _held(_stepping(zstandard().stream))
    filters = [_filter(method, settings, folder.size) for method, settings in folder.coders]
    try:
        return _held(_stepping(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)))
    except (lzma.LZMAError, ValueError, MemoryError) as error:
        raise Broken("malformed", "is packed with settings that cannot be") from error


def _filter(method: bytes, settings: bytes, size: int) -> dict[str, int]:
    """What liblzma must know of one method. A dictionary larger than what comes out is never needed."""
    if method == b"\x21" and len(settings) == 1 and settings[0] <= 40:
        stated = 0xFFFFFFFF if settings[0] == 40 else (2 | (settings[0] & 1)) << (settings[0] // 2 + 11)
        return {"id": lzma.FILTER_LZMA2, "dict_size": max(min(stated, size), 4096)}
    if method == b"\x03\x01\x01" and len(settings) == 5 and settings[0] < 225:
        lc, rest = settings[0] % 9, settings[0] // 9
        stated = int.from_bytes(settings[1:], "little")
        return {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": rest % 5, "pb": rest // 5, "dict_size": max(min(stated, size), 4096)}
    if method == b"\x03" and len(settings) == 1:
        return {"id": lzma.FILTER_DELTA, "dist": settings[0] + 1}
    if method in _BRANCH:
        return {"id": _BRANCH[method]}
    known = _NAMES.get(method, method.hex() or "none")
    raise Broken("unknown-method", f"is packed by a method ({known}) that is not read here")


def _held(step: Any) -> Any:
    """Gives no more than asked for and keeps the rest."""
    held = bytearray()

    def unpack(data: bytes, most: int) -> bytes:
        held.extend(step(data, most))
        out = bytes(held[:most])
        del held[:most]
        return out

    return unpack


def _stepping(unpack: Any) -> Any:
    waiting = bytearray()

    def step(data: bytes, most: int) -> bytes:
        waiting.extend(data)
        if unpack.eof:
            return b""
        given = bytes(waiting) if unpack.needs_input else b""
        if unpack.needs_input:
            waiting.clear()
        out: bytes = unpack.decompress(given, most)
        return out

    return step


def _inflate() -> Any:
    unpack = zlib.decompressobj(-15)
    return lambda data, most: unpack.decompress(unpack.unconsumed_tail + data, most)
