"""Reads zip files a stranger made: real bytes are counted, names are labels, a torn file gives what it still has.

`zipfile` is not used: it believes the sizes a file states, cuts names at NUL, refuses a file whose directory
is torn off, and in Python before 3.11.8 accepts entries that lie over one another (CVE-2024-0450).
Layout after PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.4.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from variorum.errors import MalformedItem
from variorum.intake.packing import BROKEN, Unpack, bunzip, deflated, unxz, zstandard

__all__ = [
    "CENTRAL",
    "END",
    "LIMITS",
    "Budget",
    "Directory",
    "Member",
    "MemberError",
    "ZipLimits",
    "directory",
    "name_of",
    "names",
    "read",
    "wide",
]


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What one container may unfold to. Sizes in bytes."""

    ratio: int = 200  #: times the container's own size
    at_least: int = 4 << 20  #: the ratio is not held against small containers below this
    member: int = 96 << 20
    total: int = 128 << 20  #: a worker may hold 512 MB: the container, its members and their pickled copy
    members: int = 100_000
    depth: int = 3


LIMITS = ZipLimits()

_END, _END64, _FIND64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_CENTRAL, _LOCAL, _DESCRIPTOR = b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL_FIELDS = struct.Struct("<4s5H3I2H")
END = struct.Struct("<4s4H2IH")
_ALL_ONES = 0xFFFFFFFF
_STEP = 1 << 20  # bytes of output asked of a decompressor at a time
_FEED = 1 << 16  # bytes of input given to it at a time

_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 14: "LZMA", 97: "WavPack", 98: "PPMd"}
_STORED = 0
_UNPACK: dict[int, Callable[[], Unpack]] = {8: deflated, 12: bunzip, 93: zstandard, 95: unxz}


class MemberError(Exception):
    """One member that cannot be read; the others can. ``data`` is what came out before it broke."""

    def __init__(self, code: str, reason: str, data: bytes = b"") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.data = data


@dataclass(frozen=True, slots=True)
class Member:
    """One entry: where its packed bytes lie in the container and what is said of it."""

    raw: bytes  #: its name, as it stands
    name: str
    flags: int
    method: int
    crc: int
    start: int  #: of the packed bytes
    end: int  #: of the packed bytes; for an entry found without a directory, where they must end at the latest
    header: int  #: where its local header begins
    sure: bool = True  #: False: its size was not known, the packed bytes end where their stream ends

    @property
    def is_folder(self) -> bool:
        """Whether it only names a folder."""
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class Directory:
    """The members of a container, in the byte order of their names. ``torn``: its own directory is missing."""

    members: tuple[Member, ...]
    torn: bool = False


class Budget:
    """How many bytes may still come out of one outermost container, however deep they lie."""

    def __init__(self, size: int, limits: ZipLimits = LIMITS) -> None:
        self.limits = limits
        self.by_ratio = max(limits.ratio * size, limits.at_least)
        self.left = limits.total
        self.work = 2 * limits.total  # bytes that may be unfolded at all, thrown away or not
        self.members = limits.members

    def take(self, size: int) -> None:
        """Counts bytes that came out."""
        self.left -= size
        self.waste(size)

    def waste(self, size: int) -> None:
        """Counts bytes that came out and were thrown away: they cost time all the same."""
        self.by_ratio -= size
        self.work -= size


def directory(name: str, data: bytes, budget: Budget) -> Directory:
    """The members of a zip file; `MalformedItem` for a bomb, for too many, or when nothing of it can be found."""
    members = _by_directory(data, budget.members)
    torn = members is None
    if members is None:
        members = _by_scan(data, budget.members)
        if not members:
            raise MalformedItem(name, "is a container whose directory is missing, and nothing in it can be found", "truncated")
    if len(members) > budget.members:
        raise MalformedItem(name, f"holds more than {budget.limits.members:,} members", "too-many-members")
    budget.members -= len(members)
    if not torn:
        previous = None
        for member in sorted(members, key=lambda m: m.header):
            if previous is not None and member.header < previous.end:
                raise MalformedItem(name, "has members that lie over one another, as a zip bomb does", "zip-bomb")
            previous = member
    return Directory(tuple(sorted(members, key=lambda m: (m.raw, m.header))), torn)


def names(data: bytes) -> tuple[str, ...]:
    """The members' names alone, in file order, to recognise what kind of zip this is; nothing is refused."""
    members = _by_directory(data, LIMITS.members)
    return tuple(m.name for m in (_by_scan(data, LIMITS.members) if members is None else members))


# ---------------------------------------------------------------- finding the members


def _by_directory(data: bytes, most: int) -> list[Member] | None:
    """The members its directory lists (at most one more than ``most``); None when there is no whole directory."""
    at = data.rfind(_END, max(0, len(data) - 65557))
    if at < 0 or at + END.size > len(data):
        return None
    *_, count, size, offset, _ = END.unpack_from(data, at)
    end = at
    if count == 0xFFFF or size == _ALL_ONES or offset == _ALL_ONES:
        wide = data.rfind(_END64, max(0, at - 4096), at)
        if wide >= 0 and wide + 56 <= len(data):
            count, size, offset = struct.unpack_from("<3Q", data, wide + 32)
            end = wide
    # Bytes put before the container (a self-extractor, a mail header) shift all offsets by the same amount.
    shift = end - size - offset
    position = end - size
    if shift < 0 or position < 0:
        return None
    members: list[Member] = []
    while position < end and len(members) <= most:
        if data[position : position + 4] != _CENTRAL or position + CENTRAL.size > end:
            return None
        member, position = _central(data, position, shift)
        if member is None:
            return None
        members.append(member)
    return members


def _central(data: bytes, position: int, shift: int) -> tuple[Member | None, int]:
    """One entry of the directory and where the next begins; None when it points outside."""
    fields = CENTRAL.unpack_from(data, position)
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_size, extra_size, comment_size, header = fields[10], fields[11], fields[12], fields[16]
    at = position + CENTRAL.size
    raw = data[at : at + name_size]
    extra = data[at + name_size : at + name_size + extra_size]
    packed, header = wide(extra, size, packed, header)
    header += shift
    if header + _LOCAL_FIELDS.size > len(data) or data[header : header + 4] != _LOCAL:
        return None, 0
    local = _LOCAL_FIELDS.unpack_from(data, header)
    start = header + _LOCAL_FIELDS.size + local[9] + local[10]
    if start + packed > len(data):
        return None, 0
    member = Member(raw, name_of(raw, flags), flags, method, crc, start, start + packed, header)
    return member, at + name_size + extra_size + comment_size


def wide(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int]:
    """Packed size and header offset, from the Zip64 extra field where the narrow ones are full."""
    if _ALL_ONES not in (size, packed, header):
        return packed, header
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            values = list(struct.unpack_from(f"<{length // 8}Q", extra.ljust(at + 4 + length, b"\0"), at + 4))
            if size == _ALL_ONES and values:
                values.pop(0)
            if packed == _ALL_ONES and values:
                packed = values.pop(0)
            if header == _ALL_ONES and values:
                header = values.pop(0)
            break
        at += 4 + length
    return packed, header


def _by_scan(data: bytes, most: int) -> list[Member]:
    """The members whose own headers can still be found, in file order."""
    members: list[Member] = []
    at = data.find(_LOCAL)
    while at >= 0 and len(members) <= most:
        if at + _LOCAL_FIELDS.size > len(data):
            break
        _, _, flags, method, _, _, crc, packed, _, name_size, extra_size = _LOCAL_FIELDS.unpack_from(data, at)
        start = at + _LOCAL_FIELDS.size + name_size + extra_size
        raw = data[at + _LOCAL_FIELDS.size : at + _LOCAL_FIELDS.size + name_size]
        if start > len(data):
            break
        sure = not flags & 8 and packed != _ALL_ONES and start + packed <= len(data)
        following = data.find(_LOCAL, start + packed if sure else start)
        last = following if following >= 0 else _before_directory(data, start)
        members.append(Member(raw, name_of(raw, flags), flags, method, crc, start, start + packed if sure else last, at, sure))
        at = following
    return members


def _before_directory(data: bytes, start: int) -> int:
    at = data.find(_CENTRAL, start)
    return at if at >= 0 else len(data)


def name_of(raw: bytes, flags: int) -> str:
    """The name as text: by its flag UTF-8; else UTF-8 where it is (macOS never sets the flag), else code page 437."""
    if not flags & 0x800:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("cp437")
    return raw.decode("utf-8", "surrogateescape")


# ---------------------------------------------------------------- reading one


def read(data: bytes, member: Member, budget: Budget) -> bytes:
    """The bytes of one member, counted as they come out; `MemberError` with a code, a reason and what was got."""
    if member.flags & 1:
        raise MemberError("encrypted", "is encrypted; only its password opens it")
    if member.method != _STORED and member.method not in _UNPACK:
        known = _METHODS.get(member.method, f"no. {member.method}")
        raise MemberError("unknown-method", f"is packed by a method ({known}) that is not read here")
    packed = memoryview(data)[member.start : member.end]
    out, whole, stated = _stored(packed, member, budget) if member.method == _STORED else _unpacked(packed, member, budget)
    if not whole:
        raise MemberError("truncated", "is cut off inside its container", out)
    crc = member.crc if member.sure or not member.flags & 8 else stated
    if crc is not None and zlib.crc32(out) != crc:
        raise MemberError("damaged-member", "does not match the checksum its container has for it", out)
    return out


def _stored(packed: memoryview, member: Member, budget: Budget) -> tuple[bytes, bool, int | None]:
    _allow(len(packed), budget, len(packed))
    budget.take(len(packed))
    out = bytes(packed)
    if not member.sure and member.flags & 8:
        # Its length stood after it: take the descriptor off when it fits.
        for tail in (16, 24, 12, 20):
            body = out[:-tail] if len(out) >= tail else b""
            stated = out[len(body) :].removeprefix(_DESCRIPTOR)
            if len(stated) >= 4 and struct.unpack_from("<I", stated)[0] == zlib.crc32(body):
                return body, True, None
        return out, False, None
    return out, member.sure, None


def _unpacked(packed: memoryview, member: Member, budget: Budget) -> tuple[bytes, bool, int | None]:
    """What a decompressor gives, in steps, whether its stream came to its end, and the checksum said after it."""
    chunks: list[bytes] = []
    got = at = 0
    unpack = _UNPACK[member.method]()
    for at in range(0, len(packed), _FEED):
        given = packed[at : at + _FEED]
        while True:
            try:
                chunk = unpack.step(given, _STEP)
            except BROKEN:
                budget.take(got)
                raise MemberError("damaged-member", "is damaged inside its container", b"".join(chunks)) from None
            given = packed[:0]
            if not chunk:
                break
            got += len(chunk)
            _allow(got, budget, len(packed))
            chunks.append(chunk)
        if unpack.done:
            break
    budget.take(got)
    end = at + min(_FEED, len(packed) - at) - len(unpack.rest) if unpack.done else len(packed)
    return b"".join(chunks), unpack.done, _checksum(bytes(packed[end : end + 8]))


def _checksum(after: bytes) -> int | None:
    """The checksum of a descriptor; its mark may be missing. None where the file ends, or where another header begins."""
    stated = after.removeprefix(_DESCRIPTOR)
    return None if len(stated) < 4 or stated.startswith((_LOCAL, _CENTRAL)) else int(struct.unpack_from("<I", stated)[0])


def _allow(got: int, budget: Budget, packed: int) -> None:
    """Stops what unfolds too far: a bomb by its proportion, or one member that is too large."""
    limits = budget.limits
    if got > budget.by_ratio or (got > limits.member and got > limits.ratio * packed):
        raise MemberError("zip-bomb", f"unfolds to more than {limits.ratio} times its size, as a zip bomb does")
    if got > limits.member:
        budget.waste(got)
        raise MemberError("too-large", f"unfolds to more than the {limits.member >> 20} MB a member may have")
    if got > min(budget.left, budget.work):
        budget.waste(got)
        raise MemberError("too-large", f"does not fit into the {limits.total >> 20} MB that are taken out of one container")
