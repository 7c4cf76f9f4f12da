"""MHTML: a page a browser saved as one file, its pictures inside, with its address and the day it was taken.

The page and its pictures are items of their own, named by their addresses: ``page.mhtml!https://...``. RFC 2557, and
Chromium's ``Snapshot-Content-Location``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from variorum.errors import MalformedItem
from variorum.intake.raster import raster
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Taken, Task

__all__ = ["FORMATS", "detect", "members", "read"]

_FIELDS = re.compile(rb"\A(?:[!-9;-~]{1,60}:[^\n]{0,4000}\n(?:[ \t][^\n]{0,4000}\n){0,50}){1,60}\r?\n")
_RELATED = re.compile(rb"^content-type:\s{0,9}multipart/related", re.IGNORECASE | re.MULTILINE)
_SAVED = re.compile(rb"^(?:snapshot-content-location:|mime-version:|from:\s{0,9}<?saved by)", re.IGNORECASE | re.MULTILINE)
_BY_MAIL = re.compile(rb"^(?:received|message-id|return-path):", re.IGNORECASE | re.MULTILINE)
_MOST = 2000  # parts
_LONGEST = 2000  # characters of an address


def detect(sniff: Sniff) -> Detection:
    """The fields of a mail nobody sent, over parts that belong together."""
    match = _FIELDS.match(sniff.head.lstrip(b"\r\n")) if b"ultipart/related" in sniff.head else None
    if match and _RELATED.search(match[0]) and _SAVED.search(match[0]) and not _BY_MAIL.search(match[0]):
        return Detection(0.97, "begins as a page saved as MHTML")
    return Detection(0.0, "does not begin as MHTML")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The page and its pictures: the address of each and its bytes."""
    for label, content, _, _ in _parts(data):
        yield label, content


def read(task: Task) -> Opened:
    """The page, and its pictures as its own; `MalformedItem` when there is no page in it."""
    found = list(_parts(task.data))
    page = next((label for label, _, is_page, _ in found if is_page), None)
    if page is None:
        raise MalformedItem(task.name, "is a saved page without the page", "truncated")
    named = f"{task.name}!{page}"
    inner = [
        Inner(f"{task.name}!{label}", content, "" if is_page else named, taken if is_page else None)
        for label, content, is_page, taken in found
    ]
    skipped: tuple[tuple[str, str, str], ...] = ()
    if not _closed(task.data):
        skipped = ((f"{task.name}!(end)", "truncated", "is lost: the file is cut off; what came before was read"),)
    return Opened("mhtml", (), tuple(inner), skipped)


def _closed(data: bytes) -> bool:
    boundary = re.search(rb'boundary\s{0,9}=\s{0,9}"?([^\s";]{1,200})', data[: 1 << 16], re.IGNORECASE)
    return boundary is None or b"--" + boundary[1] + b"--" in data[-4096:]


def _parts(data: bytes) -> Iterator[tuple[str, bytes, bool, Taken]]:
    """Label, bytes, whether it is the page, and where and when that was taken."""
    message: Message = BytesParser(policy=policy.compat32).parsebytes(data.lstrip(b"\r\n"))
    address = _field(message, "Snapshot-Content-Location")
    captured = _moment(_field(message, "Date"))
    maker = "Chromium" if "blink" in _field(message, "From").lower() else None
    seen: set[str] = set()
    page = False
    for number, part in enumerate(message.walk()):
        if number >= _MOST:
            return
        if part.is_multipart():
            continue
        raw = part.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else b""
        kind = part.get_content_type()
        where = _field(part, "Content-Location")
        identity = _field(part, "Content-ID").strip("<>")
        label = where or (f"cid:{identity}" if identity else f"part-{number}")
        if label in seen or not content:
            continue
        is_page = not page and kind in ("text/html", "application/xhtml+xml") and address in ("", where)
        if is_page or (kind.startswith("image/") and raster(content) is not None):
            seen.add(label)
            page = page or is_page
            yield label, content, is_page, Taken(address or where or None, captured, maker)


def _moment(date: str) -> str | None:
    """A mail's date in UTC; None for what is none."""
    try:
        at = parsedate_to_datetime(date)
        return (at.astimezone(UTC) if at.tzinfo else at).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _field(message: Message, name: str) -> str:
    value = str(message.get(name) or "")
    return "".join(c for c in value if c.isprintable())[:_LONGEST].strip()


FORMATS = (Format("mhtml", detect, read),)
