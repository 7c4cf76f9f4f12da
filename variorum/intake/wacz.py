"""WACZ of any size: a zip of web archives, of which only the directory is read whole. WACZ 1.1.1; layout of zips after APPNOTE 6.3.10."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from variorum.intake import warc
from variorum.intake.values import Detection, Part, Sniff, Source
from variorum.intake.zips import CENTRAL, END, LIMITS, name_of, wide

__all__ = ["detect", "stream"]

_TAIL = 65557 + 76  # bytes in which the end of the directory stands, the wide one and its signpost before it
_DIRECTORY = 32 << 20  # bytes
_LOCAL = struct.Struct("<4s5H3I2H")
_END64 = b"PK\x06\x06"
_ALL_ONES = 0xFFFFFFFF
_STEP = 1 << 20
_STORED, _DEFLATE = 0, 8


class _Entry(NamedTuple):
    name: str
    flags: int
    method: int
    start: int
    size: int


def detect(sniff: Sniff) -> Detection:
    """A zip by the name of a WACZ, or one that begins with its table and a web archive."""
    head = sniff.head
    if head.startswith(b"PK\x03\x04") and (sniff.suffix == ".wacz" or (b"datapackage.json" in head and b"archive/" in head)):
        return Detection(0.9, "is a zip of web archives")
    return Detection(0.0, "is no zip of web archives")


def stream(source: Source) -> Iterator[Part]:
    """The parts of every archive in it, named ``archive/data.warc.gz!https://...``."""
    entries = _entries(source)
    if entries is None:
        yield Part(
            "(end)", None, "truncated", "is lost: the directory of this WACZ, which stood at its end, is missing or damaged"
        )
        return
    for entry in entries:
        if entry.flags & 1:
            yield Part(entry.name, None, "encrypted", "is encrypted; only its password opens it")
        elif entry.method not in (_STORED, _DEFLATE):
            yield Part(entry.name, None, "unknown-method", "is packed by a method that is not read here")
        else:
            blocks = source.blocks(entry.start, entry.start + entry.size)
            for part in warc.stream(blocks if entry.method == _STORED else _inflated(blocks)):
                beside = f"{entry.name}!{part.beside}" if part.beside else ""
                yield part._replace(label=f"{entry.name}!{part.label}", beside=beside)


def _inflated(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """A packed archive, as far as it unfolds, and no further than a bomb would begin."""
    unpack = zlib.decompressobj(-15)
    taken = given = 0
    for block in blocks:
        taken += len(block)
        rest = block
        while rest:
            try:
                chunk = unpack.decompress(rest, _STEP)
            except zlib.error:
                return
            rest = unpack.unconsumed_tail
            given += len(chunk)
            if given > LIMITS.ratio * taken + LIMITS.at_least:
                return
            if chunk:
                yield chunk


def _entries(source: Source) -> list[_Entry] | None:
    """The web archives its directory lists, in their order in the file."""
    tail_at = max(source.size - _TAIL, 0)
    tail = source.at(tail_at, source.size - tail_at)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + END.size > len(tail):
        return None
    *_, count, size, offset, _ = END.unpack_from(tail, at)
    end = tail_at + at
    if count == 0xFFFF or _ALL_ONES in (size, offset):
        far = tail.rfind(_END64, 0, at)
        if far >= 0 and far + 56 <= len(tail):
            count, size, offset = struct.unpack_from("<3Q", tail, far + 32)
            end = tail_at + far
    begins = end - size
    if begins < 0 or size > _DIRECTORY or begins < offset:
        return None
    found = []
    data = source.at(begins, size)
    at = 0
    while at + CENTRAL.size <= len(data) and data[at : at + 4] == b"PK\x01\x02":
        fields = CENTRAL.unpack_from(data, at)
        names, extras, comment = fields[10], fields[11], fields[12]
        raw = data[at + CENTRAL.size : at + CENTRAL.size + names]
        extra = data[at + CENTRAL.size + names : at + CENTRAL.size + names + extras]
        packed, header = wide(extra, fields[9], fields[8], fields[16])
        at += CENTRAL.size + names + extras + comment
        name = name_of(raw, fields[3])
        if name.startswith("archive/") and name.lower().endswith((".warc", ".warc.gz")):
            if header + packed > source.size:
                return None
            local = source.at(header + begins - offset, _LOCAL.size)
            if len(local) < _LOCAL.size or local[:4] != b"PK\x03\x04":
                return None
            values = _LOCAL.unpack(local)
            start = header + begins - offset + _LOCAL.size + values[9] + values[10]
            found.append(_Entry(name, fields[3], fields[4], start, packed))
    return sorted(found, key=lambda entry: entry.start)
