"""The directory of a 7z archive: its members, and the solid blocks they lie in. Layout after 7-Zip's 7zFormat.txt.

Every number of a stranger's is checked before it is believed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from variorum.intake.solid import Broken, Folder, unfolded

__all__ = ["MAGIC", "Entry", "Table", "table"]

MAGIC = b"7z\xbc\xaf\x27\x1c"

_START = struct.Struct("<IQQI")
_MOST = 100_000  # members, folders and streams
_CODERS = 8  # of one folder
_HEADER = 64 << 20  # bytes a packed directory may have


class Entry(NamedTuple):
    """One member: its name, its bytes' number and checksum, and the folder (a solid block) they lie in; None without any."""

    name: str
    size: int = 0
    crc: int | None = None
    folder: int | None = None
    is_folder: bool = False
    special: bool = False  #: a link, or the mark of something that was deleted


class Table(NamedTuple):
    """Everything an archive lists, in its order."""

    entries: list[Entry]
    folders: list[Folder]


def table(data: bytes) -> Table:
    """The directory of an archive; `Broken` where it has none that can be read."""
    if len(data) < 32:
        raise Broken("truncated", "is a 7z archive that is cut off before its directory")
    checked, offset, size, crc = _START.unpack_from(data, 8)
    if zlib.crc32(data[12:32]) != checked:
        raise Broken("malformed", "is a 7z archive whose beginning is damaged")
    if not size:
        return Table([], [])
    if offset + size > len(data) - 32:
        raise Broken("truncated", "is a 7z archive that is cut off: its directory stood at its end")
    header = data[32 + offset : 32 + offset + size]
    if zlib.crc32(header) != crc:
        raise Broken("malformed", "is a 7z archive whose directory is damaged")
    for _ in range(4):
        reader = _Reader(header)
        try:
            kind = reader.byte()
            if kind == 1:
                return _header(reader)
            if kind != 0x17:
                break
            header = _packed_header(data, reader)
        except (struct.error, IndexError, OverflowError) as error:
            raise Broken("malformed", "is a 7z archive whose directory is damaged") from error
    raise Broken("malformed", "is a 7z archive whose directory is damaged")


def _packed_header(data: bytes, reader: _Reader) -> bytes:
    folders, _, _ = _streams(reader)
    if not folders or folders[0].size > _HEADER:
        raise Broken("malformed", "is a 7z archive whose directory is damaged")
    out = b"".join(unfolded(data, folders[0]))
    if folders[0].crc is not None and zlib.crc32(out) != folders[0].crc:
        raise Broken("malformed", "is a 7z archive whose directory is damaged")
    return out


# ---------------------------------------------------------------- the directory


class _Reader:
    """Bytes of the directory, from its beginning to its end; IndexError and struct.error where they are not there."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        value = self.data[self.at]
        self.at += 1
        return value

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise IndexError
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self) -> int:
        """A number: the bits set at the head of its first byte say how many bytes follow."""
        first, value, mask = self.byte(), 0, 0x80
        for place in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * place)
            value |= self.byte() << (8 * place)
            mask >>= 1
        return value

    def count(self, most: int = _MOST) -> int:
        number = self.number()
        if number > most:
            raise Broken("too-many-members", f"holds more than {most:,} members")
        return number

    def bits(self, count: int) -> list[bool]:
        row = self.take((count + 7) // 8)
        return [bool(row[i // 8] & 0x80 >> i % 8) for i in range(count)]

    def defined(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        return [struct.unpack("<I", self.take(4))[0] if known else None for known in self.defined(count)]


def _header(reader: _Reader) -> Table:
    folders: list[Folder] = []
    sizes: list[int] = []
    crcs: list[int | None] = []
    while (kind := reader.byte()) != 0:
        if kind == 2:
            while reader.byte():
                reader.take(reader.number())
        elif kind == 3:
            _streams(reader)
        elif kind == 4:
            folders, sizes, crcs = _streams(reader)
        elif kind == 5:
            return Table(_files(reader, folders, sizes, crcs), folders)
        else:
            raise IndexError
    return Table([], folders)


def _streams(reader: _Reader) -> tuple[list[Folder], list[int], list[int | None]]:
    """The folders, and of each stream in them its size and checksum."""
    position, packed, folders = 0, list[int](), list[Folder]()
    listed = False
    sizes: list[int] = []
    crcs: list[int | None] = []
    while (kind := reader.byte()) != 0:
        if kind == 6:
            position, count = reader.number(), reader.count()
            while (kind := reader.byte()) != 0:
                if kind == 9:
                    packed = [reader.number() for _ in range(count)]
                elif kind == 10:
                    reader.digests(count)
        elif kind == 7:
            folders = _folders(reader)
        elif kind == 8:
            sizes, crcs = _substreams(reader, folders)
            listed = True
        else:
            raise IndexError
    if not listed:
        sizes, crcs = [f.size for f in folders], [f.crc for f in folders]
    at = 0
    for folder in folders:
        folder.start = position
        folder.packed = packed[at] if at < len(packed) else 0
        step = sum(packed[at : at + folder.inputs])
        position, at = position + step, at + folder.inputs
    return folders, sizes, crcs


def _folders(reader: _Reader) -> list[Folder]:
    if reader.byte() != 11:
        raise IndexError
    count = reader.count()
    if reader.byte():
        raise Broken("unknown-method", "is a 7z archive of a form that is not read here")
    folders = []
    outs = []
    for _ in range(count):
        folder, out = _folder(reader)
        folders.append(folder)
        outs.append(out)
    if reader.byte() != 12:
        raise IndexError
    for folder, (amount, main) in zip(folders, outs, strict=True):
        sizes = [reader.number() for _ in range(amount)]
        folder.size = sizes[main]
    while (kind := reader.byte()) != 0:
        if kind != 10:
            raise IndexError
        for folder, crc in zip(folders, reader.digests(count), strict=True):
            folder.crc = crc
    return folders


def _folder(reader: _Reader) -> tuple[Folder, tuple[int, int]]:
    """A folder; the number of its coders' outputs, and which of them is its own."""
    coders = []
    ins = outs = 0
    for _ in range(reader.count(_CODERS)):
        flags = reader.byte()
        method = reader.take(flags & 15)
        many = (reader.number(), reader.number()) if flags & 16 else (1, 1)
        settings = reader.take(reader.number()) if flags & 32 else b""
        coders.append((method, settings))
        ins, outs = ins + many[0], outs + many[1]
    if not coders or ins > 32 or outs > 32:
        raise IndexError
    bound = [(reader.number(), reader.number()) for _ in range(outs - 1)]
    streams = ins - len(bound)
    if streams < 1:
        raise IndexError
    first = [reader.number() for _ in range(streams)] if streams > 1 else []
    taken = {out for _, out in bound}
    main = next((n for n in range(outs) if n not in taken), 0)
    folder = Folder([], inputs=streams, plain=ins == outs == len(coders) and not first)
    if folder.plain:
        after = dict(bound)  # input -> the output it takes
        place, order = main, [main]
        while place in after and len(order) < len(coders):
            place = after[place]
            order.append(place)
        if any(not 0 <= n < len(coders) for n in order) or len(set(order)) != len(coders):
            raise IndexError
        folder.coders = [coders[n] for n in order]
    else:
        folder.coders = coders
    return folder, (outs, main)


def _substreams(reader: _Reader, folders: list[Folder]) -> tuple[list[int], list[int | None]]:
    sizes: list[int] = []
    crcs: list[int | None] = []
    kind = reader.byte()
    if kind == 13:
        for folder in folders:
            folder.streams = reader.count()
        kind = reader.byte()
    if sum(folder.streams for folder in folders) > _MOST:
        raise Broken("too-many-members", f"holds more than {_MOST:,} members")
    for folder in folders:
        stated = [reader.number() for _ in range(folder.streams - 1)] if kind == 9 else [0] * (folder.streams - 1)
        if folder.streams:
            sizes += [*stated, folder.size - sum(stated)]
    if any(size < 0 for size in sizes):
        raise IndexError
    if kind == 9:
        kind = reader.byte()
    unknown = sum(f.streams for f in folders if f.streams != 1 or f.crc is None)
    said: Iterator[int | None] = iter(())
    while kind != 0:
        if kind != 10:
            raise IndexError
        said = iter(reader.digests(unknown))
        kind = reader.byte()
    for folder in folders:
        alone = folder.streams == 1 and folder.crc is not None
        crcs += [folder.crc] if alone else [next(said, None) for _ in range(folder.streams)]
    return sizes, crcs


def _files(reader: _Reader, folders: list[Folder], sizes: list[int], crcs: list[int | None]) -> list[Entry]:
    count = reader.count()
    empty, hollow, anti = [False] * count, list[bool](), list[bool]()
    names = [""] * count
    modes: list[int | None] = [None] * count
    while (kind := reader.number()) != 0:
        inside = _Reader(reader.take(reader.number()))
        if kind == 14:
            empty = inside.bits(count)
        elif kind == 15:
            hollow = inside.bits(sum(empty))
        elif kind == 16:
            anti = inside.bits(sum(empty))
        elif kind == 17 and not inside.byte():
            names = inside.data[1:].decode("utf-16-le", "surrogatepass").split("\0")[:count]
        elif kind == 21:
            known = inside.defined(count)
            modes = [struct.unpack("<I", inside.take(4))[0] if one else None for one in known] if not inside.byte() else modes
    if len(names) < count:
        raise IndexError
    homes = iter([(n, size, crc) for n, (size, crc) in zip(_homes(folders), zip(sizes, crcs, strict=True), strict=True)])
    blank = iter(range(count))
    out = []
    for name, without, mode in zip(names, empty, modes, strict=True):
        special = mode is not None and bool(mode & 0x8000) and (mode >> 28) not in (0, 4, 8)
        if without:
            number = next(blank)
            is_folder = not (number < len(hollow) and hollow[number])
            out.append(Entry(name, is_folder=is_folder, special=special or (number < len(anti) and anti[number])))
            continue
        home, size, crc = next(homes, (None, 0, None))
        if home is None:
            raise IndexError
        out.append(Entry(name, size, crc, home, special=special))
    return out


def _homes(folders: list[Folder]) -> Iterator[int]:
    for number, folder in enumerate(folders):
        for _ in range(folder.streams):
            yield number
