"""Tar archives, and single files under gzip, bzip2, xz or Zstandard. Read into counted buffers, never written out.

Members are items of their own as those of a zip are; links, devices and names that lead elsewhere are passed over. What is
cut off gives the members that came whole.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from variorum.errors import MalformedItem
from variorum.intake.beside import belonging
from variorum.intake.kinds import HEAD, by_content, by_ending, unwanted
from variorum.intake.packing import BROKEN, MARKS, named, packing
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Task
from variorum.intake.zips import LIMITS, Budget

__all__ = ["FORMATS", "detect", "detect_packed", "members", "read"]

_STEP = 1 << 20
_DEEP = 2  # containers a packed one may lie in


class _Tar(NamedTuple):
    """What came out: (label, bytes), what was passed over, whether the end is missing."""

    members: list[tuple[str, bytes]]
    skipped: list[tuple[str, str, str]]
    cut: bool


def detect(sniff: Sniff) -> Detection:
    """By the mark of a tar's first header."""
    return (
        Detection(0.9, "is a tar archive") if sniff.data[257:262] == b"ustar" else Detection(0.0, "has no mark of a tar archive")
    )


def detect_packed(sniff: Sniff) -> Detection:
    """By the first bytes of gzip, bzip2, xz and Zstandard; a WARC is surer of itself."""
    name = named(sniff.data)
    return Detection(0.7, f"is packed with {name}") if name else Detection(0.0, "is not packed")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What an archive gives, by the names of its members; a single file by its own or the archive's."""
    yield from _open("", data).members


def read(task: Task) -> Opened:
    """The members; `MalformedItem` when nothing comes out, or too much."""
    if task.name.count("!") >= _DEEP and task.data[257:262] != b"ustar":
        raise MalformedItem(task.name, f"is a container inside {_DEEP} others; no more are opened", "too-deep")
    found = _open(task.name, task.data)
    skipped = [(f"{task.name}!{label}", code, reason) for label, code, reason in found.skipped]
    if found.cut:
        if not found.members and not skipped:
            raise MalformedItem(task.name, "is an archive that is cut off or damaged before anything in it is whole", "truncated")
        reason = "is lost: the archive is cut off or damaged there; its members that came whole were taken"
        skipped.append((f"{task.name}!(end)", "truncated", reason))
    inner = [Inner(f"{task.name}!{label}", data) for label, data in found.members]
    return Opened("tar" if _is_tar(task.data) else "packed", (), tuple(belonging(inner)), tuple(skipped))


def _is_tar(data: bytes) -> bool:
    return data[257:262] == b"ustar" or _unfolded("", data, Budget(len(data)), 512)[0][257:262] == b"ustar"


def _open(name: str, data: bytes) -> _Tar:
    budget = Budget(len(data))
    cut = False
    if data[257:262] != b"ustar":
        data, cut = _unfolded(name, data, budget)
        if data[257:262] != b"ustar":
            own = name.rpartition("!")[2].rpartition("/")[2]
            label = own.rpartition(".")[0] or "content"
            return _Tar([(label, data)] if data and not cut else [], [], cut)
    out, skipped = [], []
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
            for member in archive:
                label = member.name.replace("\\", "/").lstrip("/")
                if not member.isreg() or ".." in label.split("/") or not label:
                    if not member.isdir():
                        skipped.append((label, "special", "is a link or device, or lies outside of the archive"))
                    continue
                refused = next((found for part in label.split("/") if (found := unwanted(part))), None)
                if refused is None and member.size > LIMITS.member:
                    refused = ("too-large", f"is larger than the {LIMITS.member >> 20} MB a member may have")
                if refused is None and label in seen:
                    label = f"{label} ({len(seen)})"
                content = b"" if refused else _content(archive, member)
                if refused is None and by_ending(label) is None and by_content(content[:HEAD]) is None:
                    refused = ("not-a-work", "is neither text, page, book, picture nor container")
                if refused:
                    skipped.append((label, *refused))
                    continue
                if len(content) < member.size:
                    cut = True
                    break
                seen.add(label)
                out.append((label, content))
                if len(out) > LIMITS.members:
                    raise MalformedItem(name, f"holds more than {LIMITS.members:,} members", "too-many-members")
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError):
        cut = True
    return _Tar(out, skipped, cut)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    handle = archive.extractfile(member)
    return handle.read() if handle is not None else b""


def _unfolded(name: str, data: bytes, budget: Budget, most: int | None = None) -> tuple[bytes, bool]:
    """What a packed file gives, stream after stream, and whether its end is missing. ``most``: only so much of it."""
    chunks: list[bytes] = []
    got, rest = 0, data
    while rest.startswith(MARKS):
        unpack = packing(rest)
        while not unpack.done:
            try:
                chunk = unpack.step(rest, _STEP)
            except BROKEN:
                return b"".join(chunks), True
            rest = b""
            if not chunk and not unpack.done and unpack.starved:
                return b"".join(chunks), True
            got += len(chunk)
            chunks.append(chunk)
            budget.take(len(chunk))
            if most is not None and got >= most:
                return b"".join(chunks), False
            if budget.by_ratio < 0:
                raise MalformedItem(name, f"unfolds to more than {LIMITS.ratio} times its size, as a bomb does", "zip-bomb")
            if budget.left < 0:
                raise MalformedItem(
                    name, f"unfolds to more than the {LIMITS.total >> 20} MB taken out of one container", "too-large"
                )
        rest = unpack.rest
    return b"".join(chunks), False


FORMATS = (Format("tar", detect, read), Format("packed", detect_packed, read))
