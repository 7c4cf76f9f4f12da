"""How a story is packed when it is taken out of a dump: a line of its own form, then named parts with their bytes.

The bytes of each text are those of the dump or the chapter file, so that no encoding is decided twice. This is a
stored form (version 1): a witness is named after these bytes, so the form is never changed, only followed by another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from variorum.errors import MalformedItem

__all__ = ["MAGIC", "pack", "unpack"]

MAGIC = b"variorum efiction story 1\n"
_MOST_PARTS = 1_000_000


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """The parts in their order; names hold neither a space nor a line end."""
    out = [MAGIC]
    for name, data in parts:
        out += [f"{name} {len(data)}\n".encode(), data, b"\n"]
    return b"".join(out)


def unpack(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of what `pack` made; `MalformedItem` where it is cut off or is none."""
    at = len(MAGIC)
    for _ in range(_MOST_PARTS):
        if at >= len(data):
            return
        end = data.find(b"\n", at, at + 200)
        label, _, size = data[at:end].rpartition(b" ")
        if end < 0 or not label or not size.isdigit() or len(size) > 12 or end + 1 + int(size) > len(data):
            raise MalformedItem(name, "is a story out of an archive's dump that is cut off or broken", "malformed")
        yield label.decode("utf-8", "replace"), data[end + 1 : end + 1 + int(size)]
        at = end + 1 + int(size) + 1
