"""Editions as files: written whole or not at all."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from variorum.errors import PublishError

__all__ = ["Published", "published", "put"]


@dataclass(frozen=True, slots=True)
class Published:
    """An edition that was made."""

    file: Path
    edition: str
    siglum: str
    digest: str


def published(target: Path, siglum: str, data: bytes, *, force: bool) -> Published:
    """Writes an edition; PublishError when the file exists (without ``force``)."""
    try:
        put(target, data, force=force)
    except FileExistsError:
        raise PublishError(f"{target} exists; --force overwrites it") from None
    return Published(target, target.suffix.lstrip(".").lower(), siglum, "sha256:" + hashlib.sha256(data).hexdigest())


def put(target: Path, data: bytes, *, force: bool) -> None:
    """Writes a file whole or not at all; FileExistsError when it is there (without ``force``)."""
    if not force:
        target.open("xb").close()  # takes the name, so that nobody else can
    place = target.resolve()
    beside = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        beside.write_bytes(data)
        if place.exists():
            shutil.copymode(place, beside)
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        if not force:
            place.unlink(missing_ok=True)
        raise
