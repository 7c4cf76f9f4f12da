"""WARC: what a crawler or an archive took, answer by answer, each with its address and its moment.

Pages that were answered with 200 are items of their own, named by their addresses (``crawl.warc.gz!https://...``); the
pictures they use are theirs. A page that was refused, moved or had not changed is said with its date. A file that is cut
off gives what came before, a damaged one what stands around the damage. ISO 28500:2017.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin

from variorum.errors import MalformedItem
from variorum.intake.beside import addresses
from variorum.intake.http import Answer, answer, is_markup, media_type
from variorum.intake.packing import LEARNT
from variorum.intake.raster import raster
from variorum.intake.records import Record, Records, begins, fields_of
from variorum.intake.sighted import is_works
from variorum.intake.values import Detection, Format, Inner, Opened, Part, Sniff, Taken, Task
from variorum.intake.zips import LIMITS
from variorum.model import Sighting

__all__ = ["FORMATS", "Archive", "detect", "members", "read", "stream"]

_BLOCK = 1 << 16
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)")
_PAGES = frozenset(["text/html", "application/xhtml+xml"])
_WANTED = 50_000  # addresses of pictures that pages used and that have not come yet
_WAITING = 16 << 20  # bytes of pictures that came before a page that uses them
_URL = 2000
_GONE = (404, 410)
_MOVED = (301, 302, 303, 307, 308)


def detect(sniff: Sniff) -> Detection:
    """By its first record, also under gzip or Zstandard, or by the dictionary its records are packed with."""
    if sniff.data.startswith(LEARNT):
        return Detection(0.95, "begins with the dictionary of a packed web archive")
    if begins(sniff.data):
        return Detection(0.98, "begins with a WARC record")
    return Detection(0.0, "does not begin with a WARC record")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The pages and the pictures they use: the address of each and its bytes."""
    for part in stream([data]):
        if part.data is not None:
            yield part.label, part.data


def stream(blocks: Iterable[bytes]) -> Iterator[Part]:
    """The parts of an archive of any size, out of blocks read one after the other."""
    return Archive(blocks).parts()


def read(task: Task) -> Opened:
    """The pages with their pictures; `MalformedItem` when not one record is whole."""
    archive = Archive((task.data[at : at + _BLOCK] for at in range(0, len(task.data), _BLOCK)), LIMITS.total)
    inner: list[Inner] = []
    skipped: list[tuple[str, str, str]] = []
    sightings = []
    for part in archive.parts():
        if part.sighting is not None:
            sightings.append(replace(part.sighting, name=f"{task.name}!{part.label}"))
        if part.data is None:
            skipped.append((f"{task.name}!{part.label}", part.code, part.reason))
        else:
            inner.append(part.inner(task.name))
    if not archive.records.count:
        raise MalformedItem(task.name, "is a web archive of which no record is whole", "truncated")
    return Opened("warc", (), tuple(inner), tuple(skipped), sightings=tuple(sightings))


class Archive:
    """One archive being read. Memory: one record, the pictures that wait for their page, and a few words for each page."""

    def __init__(self, blocks: Iterable[bytes], most: int | None = None) -> None:
        self.records = Records(blocks, most)
        self._seen: Counter[int] = Counter()
        self._tool: str | None = None
        self._wanted: dict[str, str] = {}  # address of a picture -> label of the page that uses it
        self._waiting: dict[str, bytes] = {}
        self._size = 0  # bytes of those that wait

    def parts(self) -> Iterator[Part]:
        """Pages in their order, each picture after the first page that uses it, and what is not given with its reason."""
        for record in self.records:
            yield from self._record(record)
        yield from self._ends()

    def _record(self, record: Record) -> Iterator[Part]:
        fields, block = record
        kind = fields.get("warc-type", "")
        if kind == "warcinfo" and block:
            said = fields_of(b"\r\n" + block).get("software", "")
            self._tool = "".join(c for c in said if c.isprintable())[:200] or None
        url = "".join(c for c in fields.get("warc-target-uri", "").strip("<>") if c.isprintable())[:_URL]
        if block is None or not url.startswith(("http://", "https://")):
            return
        captured = _moment(fields.get("warc-date", ""))
        if kind == "resource":
            found = Answer(200, media_type(fields.get("content-type", "")), block)
        elif kind == "response":
            found = answer(block)
        else:
            if kind == "revisit" and is_works(url):
                before = _moment(fields.get("warc-refers-to-date", ""))
                since = f" as on {before[:10]}" if before else ""
                seen = Sighting(url, captured, "unchanged", f"was the same{since}")
                yield Part(self._label(url), None, "unchanged", f"was the same{_on(captured)}{since}", sighting=seen)
            return
        yield from self._found(url, captured, found, fields, block)

    def _found(self, url: str, captured: str | None, found: Answer, fields: dict[str, str], block: bytes) -> Iterator[Part]:
        page = found.kind in _PAGES or (not found.kind and is_markup(found.body))
        if found.lost:
            if page:
                yield Part(self._label(url), None, "damaged-member", found.lost)
        elif page and found.status == 200 and found.body.strip():
            label = self._label(url)
            yield Part(label, found.body, taken=Taken(url, captured, self._tool))
            if "warc-truncated" in fields:
                yield Part(label, None, "truncated", "was cut off when it was archived; what is there was taken")
            elif not _is_sound(fields, block):
                reason = "does not match the checksum its archive has for it; it was taken as it stands"
                yield Part(label, None, "damaged-member", reason)
            yield from self._pictures_of(url, label, found.body)
        elif page and found.status >= 400:
            reason = f"was answered with {found.status}{_on(captured)}: no work, but evidence of its address"
            outcome = "gone" if found.status in _GONE else "refused"
            seen = Sighting(url, captured, outcome, f"was answered with {found.status}") if is_works(url) else None
            yield Part(self._label(url), None, "refused", reason, sighting=seen)
        elif found.status in _MOVED and is_works(url):
            leads = "".join(c for c in found.leads if c.isprintable())[:_URL] or "nowhere"
            reason = f"was answered with {found.status}{_on(captured)}, leading to {leads}: no work, but evidence of its address"
            seen = Sighting(url, captured, "moved", f"was answered with {found.status}, leading to {leads}")
            yield Part(self._label(url), None, "refused", reason, sighting=seen)
        elif found.status == 200 and raster(found.body) is not None:
            yield from self._picture(url, found.body)

    def _label(self, url: str) -> str:
        """The address; one that comes again is numbered."""
        key = int.from_bytes(hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        self._seen[key] += 1
        count = self._seen[key]
        return url if count == 1 else f"{url} ({count})"

    # ------------------------------------------------------------ pictures

    def _pictures_of(self, url: str, label: str, body: bytes) -> Iterator[Part]:
        for address in addresses(body):
            try:
                picture = urljoin(url, address).partition("#")[0]
            except ValueError:
                continue
            content = self._waiting.pop(picture, None)
            if content is not None:
                self._size -= len(content)
                yield Part(picture, content, beside=label)
            elif picture not in self._wanted and len(picture) <= _URL:
                self._wanted[picture] = label
                if len(self._wanted) > _WANTED:
                    del self._wanted[next(iter(self._wanted))]

    def _picture(self, url: str, content: bytes) -> Iterator[Part]:
        page = self._wanted.pop(url, None)
        if page is not None:
            yield Part(url, content, beside=page)
        elif url not in self._waiting and len(content) <= _WAITING:
            self._waiting[url] = content
            self._size += len(content)
            while self._size > _WAITING:
                self._size -= len(self._waiting.pop(next(iter(self._waiting))))

    # ------------------------------------------------------------ the end

    def _ends(self) -> Iterator[Part]:
        records = self.records
        if records.torn:
            places = "one place" if records.torn == 1 else f"{records.torn:,} places"
            yield Part(
                "(damaged)", None, "damaged-member", f"is lost: the archive is damaged in {places}; what stands around was read"
            )
        if records.bomb:
            yield Part(
                "(end)", None, "zip-bomb", "is not read: the archive unfolds to far more than its size; what came before was read"
            )
        elif records.over:
            reason = f"is not read: more than {LIMITS.total >> 20} MB come out of this archive inside another; what came before was read"
            yield Part("(end)", None, "too-large", reason)
        elif records.cut:
            reason = "is lost: the archive is cut off or damaged there; what came before was read"
            yield Part("(end)", None, "truncated", reason)


def _moment(said: str) -> str | None:
    found = _DATE.match(said)
    return f"{found[1]}T{found[2]}Z" if found else None


def _on(captured: str | None) -> str:
    return f" (taken {captured[:10]})" if captured else ""


def _is_sound(fields: dict[str, str], block: bytes) -> bool:
    """Whether a block is what its archive says it is; true where it says nothing that is known."""
    way, _, said = fields.get("warc-block-digest", "").partition(":")
    if way.lower() != "sha1":
        return True
    digest = hashlib.sha1(block, usedforsecurity=False).digest()
    return said.upper() in (base64.b32encode(digest).decode(), digest.hex().upper())


FORMATS = (Format("warc", detect, read),)
