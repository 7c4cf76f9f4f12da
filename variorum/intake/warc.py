"""WARC: what a crawler or an archive took, response by response, each with its address and its moment.

Pages that were answered with 200 are items of their own, named by their addresses (``crawl.warc.gz!https://...``); the
pictures they use are theirs. A page that was refused is said with its date. A file that is cut off, or damaged on the
way, gives what came before. ISO 28500:2017; HTTP bodies after RFC 9112.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from variorum.errors import MalformedItem
from variorum.intake.beside import addresses
from variorum.intake.raster import raster
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Taken, Task
from variorum.intake.zips import LIMITS, Budget

__all__ = ["FORMATS", "Response", "detect", "members", "read", "responses"]

_BLOCK = 1 << 16
_HEAD = 1 << 16  # bytes of the fields of one record
_LARGEST = 48 << 20  # bytes of one record
_RECORD = re.compile(rb"WARC/\d\.\d\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_PAGE = re.compile(rb"\s{0,512}<(?:!doctype html|html|\?xml|head|body)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)")
_MOST = 100_000


class Response(NamedTuple):
    """One answer of a server: its body as it was meant, or why it is not given."""

    url: str
    captured: str | None
    status: int
    kind: str  #: its media type
    body: bytes
    lost: str = ""  #: completes the sentence "NAME ..."


def detect(sniff: Sniff) -> Detection:
    """By its first record, also under gzip."""
    data = sniff.data
    if data.startswith(b"\x1f\x8b"):
        try:
            data = zlib.decompressobj(31).decompress(data[:_BLOCK], 256)
        except zlib.error:
            data = b""
    if _RECORD.match(data):
        return Detection(0.98, "begins with a WARC record")
    return Detection(0.0, "does not begin with a WARC record")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The pages, then the pictures they use: the address of each and its bytes."""
    for label, content, _, _ in _Archive(data).found():
        yield label, content


def read(task: Task) -> Opened:
    """The pages with their pictures; `MalformedItem` when not one record is whole."""
    archive = _Archive(task.data)
    inner = [
        Inner(f"{task.name}!{label}", content, f"{task.name}!{page}" if page else "", taken)
        for label, content, page, taken in archive.found()
    ]
    if not archive.records:
        raise MalformedItem(task.name, "is a web archive of which no record is whole", "truncated")
    skipped = [(f"{task.name}!{label}", code, reason) for label, code, reason in archive.skipped]
    if archive.cut:
        skipped.append(
            (f"{task.name}!(end)", "truncated", "is lost: the archive is cut off or damaged there; what came before was read")
        )
    return Opened("warc", (), tuple(inner), tuple(skipped))


class _Archive:
    """One archive being read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.skipped: list[tuple[str, str, str]] = []
        self.records = 0
        self.cut = False

    def found(self) -> Iterator[tuple[str, bytes, str, Taken | None]]:
        """Label, bytes, the page it belongs to, where and when it was taken."""
        pictures: dict[str, bytes] = {}
        wanted: dict[str, str] = {}
        seen: Counter[str] = Counter()
        stream = _Stream([self.data])
        for response in responses(stream):
            self.records += 1
            seen[response.url] += 1
            label = response.url if seen[response.url] == 1 else f"{response.url} ({seen[response.url]})"
            page = response.kind in ("text/html", "application/xhtml+xml") or (
                not response.kind and _PAGE.match(response.body) is not None
            )
            on = f" (taken {response.captured[:10]})" if response.captured else ""
            if response.lost:
                if page:
                    self.skipped.append((label, "damaged-member", response.lost))
            elif page and response.status == 200 and response.body.strip():
                for address in addresses(response.body):
                    wanted.setdefault(urljoin(response.url, address), label)
                yield label, response.body, "", Taken(response.url, response.captured)
            elif page and response.status >= 400:
                self.skipped.append(
                    (label, "refused", f"was answered with {response.status}{on}: no work, but evidence of its address")
                )
            elif response.status == 200 and raster(response.body) is not None:
                pictures.setdefault(response.url, response.body)
        self.cut = stream.cut
        self.records += stream.records
        for url, content in pictures.items():
            if url in wanted:
                yield url, content, wanted[url], None


# ---------------------------------------------------------------- records


class _Stream:
    """Bytes as they come, unfolded where they are gzip, one member after another, and counted."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        data = b"".join(blocks)
        self.budget = Budget(len(data))
        self.cut = False
        self.records = 0
        self.buffer = bytearray()
        self._chunks = (
            _unfolded(data, self.budget, self)
            if data.startswith(b"\x1f\x8b")
            else (data[i : i + _BLOCK] for i in range(0, len(data), _BLOCK))
        )

    def fill(self, size: int) -> bool:
        """Whether so many bytes are at hand."""
        while len(self.buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self.buffer += chunk
        return True

    def until(self, mark: bytes, most: int) -> bytes | None:
        """Up to and with the mark."""
        searched = 0
        while (at := self.buffer.find(mark, max(searched - len(mark), 0))) < 0:
            searched = len(self.buffer)
            if searched > most or not self.fill(searched + 1):
                return None
        return self.take(at + len(mark))

    def take(self, size: int) -> bytes:
        """The next bytes."""
        out = bytes(self.buffer[:size])
        del self.buffer[:size]
        return out

    def skip(self, size: int) -> bool:
        """Passes over bytes without holding them."""
        while size > 0:
            if not self.buffer and not self.fill(1):
                return False
            step = min(size, len(self.buffer))
            del self.buffer[:step]
            size -= step
        return True


def _unfolded(data: bytes, budget: Budget, stream: _Stream) -> Iterator[bytes]:
    at = 0
    while data.startswith(b"\x1f\x8b", at):
        unpack = zlib.decompressobj(31)
        rest: bytes = b""
        while not unpack.eof:
            if not rest:
                rest = data[at : at + _BLOCK]
                at += len(rest)
                if not rest:
                    stream.cut = True
                    return
            try:
                chunk = unpack.decompress(rest, 1 << 20)
            except zlib.error:
                stream.cut = True
                return
            rest = unpack.unconsumed_tail
            budget.take(len(chunk))
            if budget.by_ratio < 0 or budget.left < 0:
                stream.cut = True
                return
            yield chunk
        at -= len(unpack.unused_data)


def responses(stream: _Stream) -> Iterator[Response]:
    """The responses and resources of an archive, in their order."""
    for _ in range(_MOST):
        while stream.fill(1) and stream.buffer[0] in b"\r\n":
            stream.take(1)
        if not stream.fill(1):
            return
        head = (
            stream.until(b"\r\n\r\n", _HEAD)
            if _RECORD.match(stream.buffer[:16]) or (stream.fill(16) and _RECORD.match(stream.buffer[:16]))
            else None
        )
        if head is None:
            stream.cut = True
            return
        fields = _fields(head)
        length = fields.get("content-length", "")
        if not length.isascii() or not length.isdecimal() or len(length) > 15:
            stream.cut = True
            return
        kind, size = fields.get("warc-type", ""), int(length)
        url = "".join(c for c in fields.get("warc-target-uri", "").strip("<>") if c.isprintable())[:2000]
        if kind not in ("response", "resource") or not url.startswith(("http://", "https://")) or size > _LARGEST:
            if not stream.skip(size):
                stream.cut = True
                return
            stream.records += 1
            continue
        whole = stream.fill(size)
        block = stream.take(size)
        if not whole:
            stream.cut = True
            return
        found = _DATE.match(fields.get("warc-date", ""))
        captured = f"{found[1]}T{found[2]}Z" if found else None
        if kind == "resource":
            yield Response(url, captured, 200, _type(fields.get("content-type", "")), block)
        else:
            yield _http(url, captured, block)


def _fields(head: bytes) -> dict[str, str]:
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, mark, value in pairs if mark}


def _type(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _http(url: str, captured: str | None, block: bytes) -> Response:
    match = _STATUS.match(block)
    head, mark, body = block.partition(b"\r\n\r\n")
    if not mark:
        head, mark, body = block.partition(b"\n\n")
    status = int(match[1]) if match else 0
    fields = _fields(head)
    kind = _type(fields.get("content-type", ""))
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    packed = fields.get("content-encoding", "").strip().lower()
    lost = ""
    if packed in ("gzip", "x-gzip", "deflate") and body:
        body, lost = _unpacked(body)
    elif packed and packed != "identity" and not _PAGE.match(body):
        lost = f"is packed as {packed[:20]}, which is not read here"
    return Response(url, captured, status, kind, body, lost)


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


def _unpacked(body: bytes) -> tuple[bytes, str]:
    for way in (47, -15):
        unpack = zlib.decompressobj(way)
        try:
            out = unpack.decompress(body, min(LIMITS.ratio * len(body) + (4 << 20), _LARGEST))
        except zlib.error:
            continue
        return (out, "") if not unpack.unconsumed_tail else (b"", "unfolds to far more than its size")
    # Archives that took the packing off and left the field.
    return (body, "") if _PAGE.match(body) else (b"", "is damaged inside its archive")


FORMATS = (Format("warc", detect, read),)
