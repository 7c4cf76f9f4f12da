"""Makes containers out of folders of text files, so that samples can be read and their changes reviewed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

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
