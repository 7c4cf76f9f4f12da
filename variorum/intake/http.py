"""An answer of a server as an archive holds it: its status, and its body without chunks and packing. RFC 9112, RFC 9110."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

import brotli

from variorum.intake.packing import BROKEN, ZSTANDARD, zstandard
from variorum.intake.records import LARGEST, fields_of
from variorum.intake.zips import LIMITS

__all__ = ["Answer", "answer", "is_markup", "media_type"]

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_PAGE = re.compile(rb"\s{0,512}<(?:!doctype html|html|\?xml|head|body)", re.IGNORECASE)
_STEP = 1 << 16
_SPACE = 4 << 20  # bytes a body may unfold to whatever its size


class Answer(NamedTuple):
    """``kind``: its media type; ``leads``: where a redirect leads; ``lost`` completes "NAME ..." where there is no body."""

    status: int
    kind: str
    body: bytes
    leads: str = ""
    lost: str = ""


def answer(block: bytes) -> Answer:
    """The status, type and body of one answer; status 0 for what is none."""
    match = _STATUS.match(block)
    head, mark, body = block.partition(b"\r\n\r\n")
    if not mark:
        head, mark, body = block.partition(b"\n\n")
    fields = fields_of(head)
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    lost = ""
    # The packing that was put on last stands last.
    for packed in reversed([one.strip().lower() for one in fields.get("content-encoding", "").split(",")][:3]):
        if packed in ("", "identity") or not body or lost:
            continue
        if packed in ("gzip", "x-gzip", "deflate", "br", "zstd"):
            body, lost = _unpacked(body, packed)
        elif not is_markup(body):
            body, lost = b"", f"is packed as {packed[:20]}, which is not read here"
    return Answer(
        int(match[1]) if match else 0, media_type(fields.get("content-type", "")), body, fields.get("location", ""), lost
    )


def media_type(value: str) -> str:
    """A media type without its parameters."""
    return value.partition(";")[0].strip().lower()


def is_markup(body: bytes) -> bool:
    """Whether bytes begin as a page does."""
    return _PAGE.match(body) is not None


def _unchunked(body: bytes) -> bytes:
    """A body without its chunks; as it stands where it is not in chunks after all (archives often took them out)."""
    out = bytearray()
    at = 0
    while (end := body.find(b"\r\n", at, at + 64)) >= 0:
        size = body[at:end].partition(b";")[0].strip()
        if not size or len(size) > 8 or size.translate(None, b"0123456789abcdefABCDEF"):
            return bytes(out) if out else body
        length = int(size, 16)
        if not length:
            return bytes(out)
        out += body[end + 2 : end + 2 + length]
        at = end + 2 + length + 2
    return bytes(out) if out else body


def _unpacked(body: bytes, packed: str) -> tuple[bytes, str]:
    most = min(LIMITS.ratio * len(body) + _SPACE, LARGEST)
    out = _UNFOLD.get(packed, _inflated)(body, most)
    if out is not None and len(out) > most:
        return b"", "unfolds to far more than its size"
    if out is not None:
        return out, ""
    # Archives that took the packing off and left the field.
    return (body, "") if is_markup(body) else (b"", "is damaged inside its archive")


def _inflated(body: bytes, most: int) -> bytes | None:
    for way in (47, -15):
        unpack = zlib.decompressobj(way)
        try:
            return unpack.decompress(body, most + 1)
        except zlib.error:
            continue
    return None


def _brotli(body: bytes, most: int) -> bytes | None:
    unpack = brotli.Decompressor()
    out = bytearray()
    given = body
    try:
        while not unpack.is_finished() and len(out) <= most:
            chunk = unpack.process(given, output_buffer_limit=_STEP)
            given = b""
            if not chunk and unpack.can_accept_more_data():
                break  # its end is missing: what came is given
            out += chunk
    except brotli.error:
        return None
    return bytes(out)


def _zstandard(body: bytes, most: int) -> bytes | None:
    out = bytearray()
    while body.startswith(ZSTANDARD) and len(out) <= most:
        unpack, given = zstandard(), body
        try:
            while not unpack.done and len(out) <= most:
                chunk = unpack.step(given, _STEP)
                given = b""
                if not chunk and unpack.starved and not unpack.done:
                    return bytes(out)  # its end is missing: what came is given
                out += chunk
        except BROKEN:
            return None
        body = unpack.rest
    return bytes(out) or None


_UNFOLD = {"br": _brotli, "zstd": _zstandard}
