"""Makes containers out of folders of text files, so that samples can be read and their changes reviewed."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["STAMP", "by_method", "epub", "members", "packed", "zipped", "zstd"]

STAMP = (2020, 1, 1, 0, 0, 0)


def packed(folder: Path, *, without: Callable[[str], bool] = lambda name: False) -> bytes:
    """The files of a folder as a zip, in byte order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*"), key=lambda p: p.as_posix()):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not without(name):
                archive.writestr(zipfile.ZipInfo(name, STAMP), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def by_method(name: str, content: bytes, method: int, pack: Callable[[bytes], bytes]) -> bytes:
    """A zip of one member packed by a method that the standard library's module may not know."""
    said, raw = pack(content), name.encode()
    fields = struct.pack("<HHHHHIII", 63, 0, method, 0, 33, zlib.crc32(content), len(said), len(content))
    local = b"PK\x03\x04" + fields + struct.pack("<HH", len(raw), 0) + raw + said
    entry = b"PK\x01\x02" + struct.pack("<H", 63) + fields + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, 0) + raw
    return local + entry + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)


def epub(folder: Path, *, without: Callable[[str], bool] = lambda name: False) -> bytes:
    """The files of a folder as an EPUB: the type first and unpacked, then the rest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", STAMP), "application/epub+zip", zipfile.ZIP_STORED)
        for path in sorted(folder.rglob("*"), key=lambda p: p.as_posix()):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not without(name):
                archive.writestr(zipfile.ZipInfo(name, STAMP), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip of these members, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """The members of a zip by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
