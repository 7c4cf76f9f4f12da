"""What stands beside a work without being one: style sheets, fonts, package files. Kept, and no problem."""

from __future__ import annotations

import re

from variorum.errors import UnknownFormat
from variorum.intake.kinds import HEAD, by_content, by_ending, ending
from variorum.intake.values import Detection, Format, Opened, Sniff, Task

__all__ = ["FORMATS", "detect_asset", "detect_unread"]

_FONTS = (b"\x00\x01\x00\x00", b"OTTO", b"wOFF", b"wOF2", b"true", b"ttcf")
_CALIBRES = "metadata_db_prefs_backup.json"
_WRITTEN = frozenset({"css", "js", "mjs", "map"})
_PACKAGE = re.compile(rb"<(?:\w{1,20}:)?(?:package|ncx)[\s>]")
# What people hold and we keep, but do not read yet: by signature, then by ending.
_RAR = "a RAR archive"
_UNREAD_CONTENT = (
    (0, b"%PDF-", "a PDF"),
    (60, b"BOOKMOBI", "a Kindle book"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document of the old kind"),
    (0, b"ITOLITLS", "a Microsoft Reader book"),
    (0, b"Rar!\x1a\x07", _RAR),
    (0, b"bplist00", "a Safari web archive"),
)
_UNREAD_ENDINGS = {"docx": "a Word document", "odt": "an OpenDocument text", "pages": "a Pages document", "cbz": "a comic book"}


def detect_asset(sniff: Sniff) -> Detection:
    """By its ending, where the content does not contradict it."""
    name = ending(sniff.name)
    if sniff.name.endswith(_CALIBRES):
        return Detection(0.95, "is calibre's own copy of its settings")
    kind = by_content(sniff.head[:HEAD])
    if sniff.data.startswith(_FONTS) and (by_ending(sniff.name) == "asset" or sniff.data.startswith((b"wOF", b"OTTO"))):
        return Detection(0.9, "is a font")
    if name in _WRITTEN and kind == "text":
        return Detection(0.7, "is a style sheet or script")
    if name in ("opf", "ncx") and _PACKAGE.search(sniff.head):
        return Detection(0.9, "is the package file of a book")
    if name in ("eot", "ttf", "otf", "woff", "woff2") and kind is None:
        return Detection(0.6, "is named like a font")
    return Detection(0.0, "is no style sheet, font or package file")


def detect_unread(sniff: Sniff) -> Detection:
    """A kind of file that is known and not read yet."""
    what = _unread(sniff.name, sniff.data)
    return Detection(0.5, f"is {what}") if what else Detection(0.0, "is no such kind")


def _unread(name: str, data: bytes) -> str | None:
    for offset, signature, what in _UNREAD_CONTENT:
        if data.startswith(signature, offset):
            return what
    if data.startswith(b"PK\x03\x04"):
        return _UNREAD_ENDINGS.get(ending(name))
    return None


def _asset(_task: Task) -> Opened:
    return Opened("asset")


def _refuse(task: Task) -> Opened:
    what = _unread(task.name, task.data) or "of a kind"
    further = "; unpack it and add what was in it" if what == _RAR else ""
    raise UnknownFormat(task.name, f"is {what}, which is kept and not read{further or ' yet'}", "not-yet-read")


FORMATS = (
    Format("asset", detect_asset, _asset),
    Format("unread", detect_unread, _refuse),
)
