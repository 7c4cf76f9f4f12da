"""What a file promises to be by its ending, what it shows by its first bytes, and what is never taken.

Used for files of a folder and for members of a container alike. A file is taken when its ending *or* its
content says that it is text, a page, a book, a picture, a container or an asset of one of these.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["FAULTS", "HEAD", "Kind", "by_content", "by_ending", "ending", "leftover", "strangeness", "unwanted"]

Kind: TypeAlias = Literal["text", "page", "book", "picture", "container", "asset"]

#: Codes that mean something was wanted and could not be read or not whole: a problem to be counted. Everything
#: else that is not taken was passed over on purpose (hidden, a link, a leftover, no work).
FAULTS = frozenset(
    {
        "cut-off",
        "damaged-member",
        "encrypted",
        "folder-not-file",
        "malformed",
        "missing-part",
        "name-too-long",
        "not-found",
        "too-deep",
        "too-large",
        "too-many-members",
        "truncated",
        "unknown-method",
        "unreadable",
        "vanished",
        "zip-bomb",
    }
)

#: How many bytes of a file are looked at when its ending says nothing.
HEAD = 8192

_ENDINGS: dict[Kind, str] = {
    "text": "txt text md markdown mkd rst asc me eml mbox mbx news nfo xml json jsonl csv tsv log tex sql",
    "page": "html htm xhtml xht shtml shtm mht mhtml maff webarchive php asp aspx cgi",
    "book": "epub mobi azw azw3 kf8 prc pdb pdf fb2 fbz odt ott doc docx rtf lit lrf djvu chm sxw wpd wps pages cbz",
    "picture": "jpg jpeg jpe png gif webp svg svgz bmp tif tiff avif heic jxl ico",
    "container": "zip warc wacz gz bz2 xz zst tar tgz 7z rar",
    "asset": "css opf ncx js mjs map ttf otf woff woff2 eot",
}
_CALIBRE = "metadata.db"
_KINDS: dict[str, Kind] = {word: kind for kind, words in _ENDINGS.items() for word in words.split()}

# (offset, bytes): the file signatures of what we may meet under any name.
_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"PK\x03\x04", "container"),
    (0, b"PK\x05\x06", "container"),
    (0, b"\x1f\x8b", "container"),
    (0, b"WARC/", "container"),
    (0, b"BZh", "container"),
    (0, b"\xfd7zXZ\x00", "container"),
    (0, b"\x28\xb5\x2f\xfd", "container"),
    (0, b"\x5d\x2a\x4d\x18", "container"),
    (0, b"7z\xbc\xaf\x27\x1c", "container"),
    (0, b"Rar!\x1a\x07", "container"),
    (257, b"ustar", "container"),
    (0, b"%PDF-", "book"),
    (0, b"{\\rtf", "book"),
    (60, b"BOOKMOBI", "book"),
    (60, b"TEXtREAd", "book"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "book"),
    (0, b"ITOLITLS", "book"),
    (0, b"\x89PNG\r\n\x1a\n", "picture"),
    (0, b"\xff\xd8\xff", "picture"),
    (0, b"GIF8", "picture"),
    (8, b"WEBP", "picture"),
    (0, b"BM", "picture"),
    (0, b"II*\x00", "picture"),
    (0, b"MM\x00*", "picture"),
    (4, b"ftypavif", "picture"),
    (4, b"ftypheic", "picture"),
    (0, b"bplist00", "page"),
)
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_PAGE_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<p>", b"<div")
# Bytes that stand in no text of any single-byte or multi-byte encoding people saved stories in
# (0x1A ends files of CP/M and DOS, 0x1B begins ISO-2022 sequences, 0x0C and 0x08 come from printers).
_NEVER_TEXT = bytes(c for c in range(32) if c not in (0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B))

_LEFTOVERS = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin", "system volume information", "lost+found"}
)


def ending(name: str) -> str:
    """The ending of a name, in lower case and without its dot; ``""`` when there is none."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, tail = last.rpartition(".")
    return tail.lower() if dot and stem else ""


def by_ending(name: str) -> Kind | None:
    """What the ending of a name promises, or None; a library of calibre's is known by its whole name."""
    if name.replace("\\", "/").rsplit("/", 1)[-1] == _CALIBRE:
        return "container"
    return _KINDS.get(ending(name))


def by_content(head: bytes) -> Kind | None:
    """What the first bytes show, or None when they are neither a known signature nor text."""
    for offset, signature, kind in _SIGNATURES:
        # Two letters are no proof: a text may begin with BM.
        if head.startswith(signature, offset) and (signature != b"BM" or b"\x00" in head[:64]):
            return kind
    if head.startswith(_TEXT_MARKS) or not head:
        return "text"
    start = head[:512].lstrip().lower()
    if start.startswith(_PAGE_MARKS):
        return "page"
    # A text with a few stray control characters is still one; a program or a database has hundreds.
    return "text" if strangeness(head) < 0.005 or _sixteen_bits(head) else None


def strangeness(head: bytes) -> float:
    """The share of bytes that stand in no text: 0 in texts, about .1 in noise."""
    return (len(head) - len(head.translate(None, _NEVER_TEXT))) / max(len(head), 1)


def _sixteen_bits(head: bytes) -> bool:
    """UTF-16 without its mark: nearly every second byte is zero, the others are letters."""
    odd, even = head[1::2], head[::2]
    for zeros, letters in ((odd, even), (even, odd)):
        if zeros.count(0) * 10 > len(zeros) * 9 and letters.count(0) * 20 < len(letters) and len(head) > 16:
            return True
    return False


def leftover(name: str) -> bool:
    """Whether a name (without its folder) is what an editor or a system leaves behind, never a work."""
    lower = name.lower()
    return (
        lower in _LEFTOVERS
        or lower.endswith(("~", ".swp", ".swo"))
        or lower.startswith(("~$", ".~"))
        or (lower.startswith("#") and lower.endswith("#") and len(lower) > 2)
    )


def unwanted(name: str) -> tuple[str, str] | None:
    """Why a name alone (without its folder) keeps a file or folder out: a code and a reason, or None."""
    if leftover(name):
        return ("leftover", "is left behind by a program, not a work")
    if name.startswith(".") and name not in (".", ".."):
        return ("hidden", "is hidden")
    return None
