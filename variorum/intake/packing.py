"""Streams packed with gzip, bzip2, xz or Zstandard, by one interface: so many bytes at most for each step.

Zstandard is the backport of the standard library's own module (RFC 8878). A window of more than 128 MB is refused by it, so
that no stranger's number decides how much memory is taken.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from typing import Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "BROKEN",
    "DICTIONARY",
    "LEARNT",
    "MARKS",
    "SKIPPABLE",
    "ZSTANDARD",
    "Unpack",
    "bunzip",
    "deflated",
    "dictionary",
    "named",
    "packing",
    "unxz",
    "zstandard",
]

#: What a damaged stream raises.
BROKEN = (zlib.error, OSError, EOFError, lzma.LZMAError, zstd.ZstdError)

#: First bytes of a frame of Zstandard.
ZSTANDARD = b"\x28\xb5\x2f\xfd"

#: First bytes of frames of it that hold no data.
SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
#: Bytes the dictionary of a web archive may have.
DICTIONARY = 8 << 20

#: First bytes of the frame that holds a web archive's dictionary.
LEARNT = b"\x5d\x2a\x4d\x18"
_NAMES = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (ZSTANDARD, "Zstandard"),
    *((mark, "Zstandard") for mark in SKIPPABLE),
)

#: First bytes of what is packed here.
MARKS = tuple(mark for mark, _ in _NAMES)


class Unpack:
    """One stream being unfolded. ``starved``: no more comes out until more is put in."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self._tails = hasattr(stream, "unconsumed_tail")  # zlib's hands back what it did not use, the others keep it

    def step(self, data: bytes | memoryview, most: int) -> bytes:
        """At most ``most`` bytes; what was given before and is not used yet is used first. One of `BROKEN` for damage."""
        if self.stream.eof:
            return b""
        if self._tails:
            data = self.stream.unconsumed_tail + bytes(data) if self.stream.unconsumed_tail else data
        out: bytes = self.stream.decompress(data, most)
        return out

    @property
    def starved(self) -> bool:
        """Whether all that was put in is used up."""
        return not self.stream.unconsumed_tail if self._tails else bool(self.stream.eof or self.stream.needs_input)

    @property
    def done(self) -> bool:
        """Whether the stream has come to its end."""
        return bool(self.stream.eof)

    @property
    def rest(self) -> bytes:
        """What was put in and stands after the end."""
        rest: bytes = self.stream.unused_data
        return rest


def named(data: bytes) -> str:
    """By which of the four bytes are packed; empty for none."""
    return next((name for mark, name in _NAMES if data.startswith(mark)), "")


def packing(data: bytes) -> Unpack:
    """For a stream that begins with these bytes; ValueError for one that is none of the four."""
    name = named(data)
    if name == "gzip":
        return Unpack(zlib.decompressobj(31))
    if name == "bzip2":
        return bunzip()
    if name == "xz":
        return unxz()
    if name == "Zstandard":
        return zstandard()
    raise ValueError("packed by none of the four")


def deflated() -> Unpack:
    """Deflate without a header."""
    return Unpack(zlib.decompressobj(-15))


def bunzip() -> Unpack:
    """A stream of bzip2."""
    return Unpack(bz2.BZ2Decompressor())


def unxz() -> Unpack:
    """A stream of xz; one that wants more than 128 MB is damage."""
    return Unpack(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=128 << 20))


def zstandard(learnt: Any = None) -> Unpack:
    """A frame of Zstandard, with the dictionary it was packed with."""
    return Unpack(zstd.ZstdDecompressor(learnt))


def dictionary(data: bytes) -> tuple[Any, int]:
    """What a web archive's frames were packed with, out of the frame it begins with, and how long that frame is.

    None and 0 where there is none. A frame that is not all there, or whose dictionary cannot be one, is none.
    Format: "Using Zstandard in WARC files", a draft of the IIPC.
    """
    size = int.from_bytes(data[4:8], "little")
    if not data.startswith(LEARNT) or size > DICTIONARY or len(data) < 8 + size:
        return None, 0
    content = data[8 : 8 + size]
    try:
        if content.startswith(ZSTANDARD):
            content = zstd.ZstdDecompressor().decompress(content, DICTIONARY)
        return zstd.ZstdDict(content), 8 + size
    except (*BROKEN, ValueError):
        return None, 0
