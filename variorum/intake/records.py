"""The records of a web archive out of blocks read one after the other: memory is that of one record.

What is damaged is passed over: after a broken record, or a broken stretch of gzip or Zstandard, the next record that can be
told is read. ISO 28500:2017; RFC 1952, RFC 8878.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from variorum.intake.packing import BROKEN, DICTIONARY, SKIPPABLE, ZSTANDARD, Unpack, dictionary, packing, zstandard
from variorum.intake.zips import LIMITS

__all__ = ["LARGEST", "RECORD", "Record", "Records", "begins", "fields_of"]

#: Bytes one record may have; a larger one is passed over.
LARGEST = 48 << 20

#: The line that begins a record.
RECORD = re.compile(rb"WARC/\d\.\d\r?\n")

_GZIP = b"\x1f\x8b\x08"
_BLOCK = 1 << 16
_FEED = 1 << 15  # bytes given to a decompressor at a time
_STEP = 1 << 20  # bytes asked of it at a time
_HEAD = 1 << 16  # bytes of the fields of one record
_FRAME = 4  # bytes in which the kind of packing shows
_TRIES = {_GZIP: 10_000, ZSTANDARD: 100}  # places looked at that may be the beginning of a member and are none
_PROBE = {_GZIP: 512, ZSTANDARD: 1 << 17}  # packed bytes in which the first line of a record shows: Zstandard gives whole blocks


class Record(NamedTuple):
    """One record: its fields by their names in lower case, its block; None for one too large to be read."""

    fields: dict[str, str]
    block: bytes | None


class _Gap(Exception):
    """A stretch of the archive is damaged; what was being read is lost."""


class Records:
    """One pass over an archive. ``torn``: damaged stretches passed over. ``cut``: its end is missing. ``bomb``: it was
    left because it unfolds to far more than its size. ``most``: bytes that may come out of it.
    """

    def __init__(self, blocks: Iterable[bytes], most: int | None = None) -> None:
        self.cut = self.bomb = self.over = False
        self.torn = self.count = 0
        self.most = most
        self._buffer = bytearray()
        self._chunks = self._opened(iter(blocks))

    def __iter__(self) -> Iterator[Record]:
        """The records in their order."""
        while True:
            try:
                record = self._next()
            except _Gap:
                self._buffer.clear()
                self.torn += 1
                continue
            if record is None:
                return
            self.count += 1
            yield record

    def _next(self) -> Record | None:
        while True:
            while self._fill(1) and self._buffer[0] in b"\r\n":
                del self._buffer[:1]
            if not self._buffer:
                return None
            self._fill(16)
            head = self._until(b"\r\n\r\n", _HEAD) if RECORD.match(self._buffer) else None
            fields = fields_of(head) if head is not None else {}
            length = fields.get("content-length", "")
            if length.isascii() and length.isdecimal() and len(length) <= 15:
                break
            if not self._search():
                return None
        size = int(length)
        if size > LARGEST or fields.get("warc-type") in ("request", "metadata"):
            self.cut = not self._skip(size) or self.cut
            return None if self.cut else Record(fields, None)
        if not self._fill(size):
            self.cut = True
            return None
        block = bytes(self._buffer[:size])
        del self._buffer[:size]
        return Record(fields, block)

    def _search(self) -> bool:
        """Goes to the next record that can be told, if there is one."""
        del self._buffer[:1]
        while True:
            match = re.search(rb"\nWARC/\d\.\d\r?\n", self._buffer)
            if match:
                del self._buffer[: match.start() + 1]
                self.torn += 1
                return True
            del self._buffer[:-16]
            if not self._fill(len(self._buffer) + _BLOCK) and len(self._buffer) <= 16:
                self.cut = True
                return False

    # ------------------------------------------------------------ bytes

    def _fill(self, size: int) -> bool:
        """Whether so many bytes are at hand."""
        while len(self._buffer) < size:
            chunk = next(self._chunks, b"")
            if chunk is None:
                raise _Gap
            if not chunk:
                return False
            self._buffer += chunk
        return True

    def _until(self, mark: bytes, most: int) -> bytes | None:
        """Up to and with the mark; None, and nothing taken, where it does not come in time."""
        searched = 0
        while (at := self._buffer.find(mark, max(searched - len(mark), 0))) < 0:
            searched = len(self._buffer)
            if searched > most or not self._fill(searched + 1):
                return None
        out = bytes(self._buffer[: at + len(mark)])
        del self._buffer[: at + len(mark)]
        return out

    def _skip(self, size: int) -> bool:
        """Passes over bytes without holding them."""
        while size > 0:
            if not self._buffer and not self._fill(1):
                return False
            step = min(size, len(self._buffer))
            del self._buffer[:step]
            size -= step
        return True

    def _opened(self, blocks: Iterator[bytes]) -> Iterator[bytes | None]:
        """What the blocks give, unfolded where they are packed; None stands for a stretch that is damaged."""
        first = next(blocks, b"")
        while len(first) < _FRAME and (more := next(blocks, b"")):
            first += more
        chunks: Iterator[bytes | None] = _pieces(first, blocks)
        if first.startswith((_GZIP[:2], ZSTANDARD, *SKIPPABLE)):
            chunks = _Packed(self, first, blocks).chunks()
        came = 0
        for chunk in chunks:
            came += len(chunk or b"")
            if self.most is not None and came > self.most:
                self.over = self.cut = True
                return
            yield chunk


def _pieces(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    block = first
    while block:
        for at in range(0, len(block), _BLOCK):
            yield block[at : at + _BLOCK]
        block = next(blocks, b"")


class _Packed:
    """Members of gzip, or frames of Zstandard, one after the other; after a damaged one, the next that begins a record."""

    def __init__(self, said: Records, first: bytes, blocks: Iterator[bytes]) -> None:
        self.said = said
        self.block, self.at, self.blocks = first, 0, blocks
        self.taken = self.given = self.tried = 0
        self.mark = _GZIP if first.startswith(_GZIP[:2]) else ZSTANDARD
        self.others: tuple[bytes, ...] = () if self.mark == _GZIP else SKIPPABLE
        self.learnt: Any = None
        if self.others:
            # The frames of a web archive may be packed with a dictionary, which stands before the first.
            self._more(8)
            self._more(8 + min(int.from_bytes(self.block[4:8], "little"), DICTIONARY))
            self.learnt, self.at = dictionary(self.block)

    def chunks(self) -> Iterator[bytes | None]:
        while self._more(_FRAME):
            if not self.block.startswith((self.mark, *self.others), self.at):
                if not self.block[self.at :].strip(b"\0") and not self._more(len(self.block) - self.at + 1):
                    return  # padding
                yield None
                if not self._find():
                    return
            yield from self._member()
            if self.said.bomb or self.said.cut:
                return
        self.said.cut = self.said.cut or self.at < len(self.block)

    def _member(self) -> Iterator[bytes | None]:
        unpack = self._unpack()
        fed = b""
        while not unpack.done:
            given = b""
            if unpack.starved:
                given = fed = self._feed()
                if not given:
                    self.said.cut = True
                    return
            try:
                chunk = unpack.step(given, _STEP)
            except BROKEN:
                self.at -= len(fed) - 1  # a member may begin in what was given last
                yield None
                self._find()
                return
            self.given += len(chunk)
            if self.given > LIMITS.ratio * self.taken + LIMITS.at_least:
                self.said.bomb = self.said.cut = True
                return
            if chunk:
                yield chunk
        self.at -= len(unpack.rest)
        self.taken -= len(unpack.rest)

    def _unpack(self) -> Unpack:
        return zstandard(self.learnt) if self.others else packing(_GZIP)

    def _feed(self) -> bytes:
        if not self._more(1):
            return b""
        out = self.block[self.at : self.at + _FEED]
        self.at += len(out)
        self.taken += len(out)
        return out

    def _more(self, size: int) -> bool:
        """Whether so many bytes stand at the place reached."""
        while len(self.block) - self.at < size:
            block = next(self.blocks, b"")
            if not block:
                return False
            self.block, self.at = self.block[self.at :] + block, 0
        return True

    def _find(self) -> bool:
        """Goes to the next member that begins a record."""
        probe = _PROBE[self.mark]
        while True:
            at = self.block.find(self.mark, self.at)
            if at < 0:
                self.at = max(len(self.block) - len(self.mark) + 1, self.at)
                if not self._more(len(self.mark)):
                    self.said.cut = True
                    return False
                continue
            self.at = at
            self._more(probe)
            try:
                head = self._unpack().step(self.block[self.at : self.at + probe], 64)
            except BROKEN:
                head = b""
            if RECORD.match(head):
                return True
            self.at += 1
            self.tried += 1
            if self.tried > _TRIES[self.mark]:
                self.said.cut = True
                return False


def begins(data: bytes) -> bool:
    """Whether bytes are the beginning of a web archive, packed or not."""
    if data.startswith((_GZIP[:2], ZSTANDARD, *SKIPPABLE)):
        data = next((chunk for chunk in _Packed(Records(()), data, iter(())).chunks() if chunk), b"")
    return RECORD.match(data) is not None


def fields_of(head: bytes) -> dict[str, str]:
    """The fields of a record or of HTTP, by their names in lower case; a wrapped one is one line."""
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, mark, value in pairs if mark}
