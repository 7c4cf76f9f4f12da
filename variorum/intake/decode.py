"""From bytes to text, so that the text gives back the very bytes: ``bom + text.encode(encoding, "surrogateescape")``.

The order: a BOM; strict UTF-8; UTF-16 without a BOM (every other byte is zero); nearly UTF-8; what the
item declares; signs of Windows-1252 or Mac Roman; charset-normalizer on a bounded sample; Windows-1252;
at last UTF-8 with surrogate escapes. Whatever was found is checked by encoding it again. Newlines stay as they are.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

__all__ = ["Decoded", "declared", "decode"]


class Decoded(NamedTuple):
    """Decoded text; ``bom`` is hexadecimal and not part of ``text``."""

    text: str
    encoding: str
    bom: str = ""


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its BOM begins with theirs
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What the web means by a label (the WHATWG Encoding Standard), as Python's codecs; only these are believed.
_LABELS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii", "ansi", "x-cp1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean", "windows-949", "ksc5601"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman", "mac-roman", "macroman"), "mac-roman"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    "iso-2022-jp": "iso2022_jp",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "cp866": "cp866",
    "ibm866": "cp866",
    "cp437": "cp437",
    "cp850": "cp850",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
_NUMBERED = re.compile(r"(?:windows-?|cp-?|x-cp)(125[0-8])|iso-?8859-(1[03-6]|[2-8])")
#: What a page or text of the last forty years may be in, where nothing says so (Mac Roman has a rule of its own).
_LIKELY = [
    *(f"cp125{n}" for n in range(9)),
    *("koi8_r", "cp866", "cp874", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "iso8859_2"),
]
_HEAD = 1 << 14
_SAMPLE = 1 << 14
_XML = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?([A-Za-z0-9._:-]{2,40})""")
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_ESCAPES = re.compile("[\udc80-\udcff]")
_BEYOND = re.compile(rb"[\x80-\xff]+")
_TYPOGRAPHIC = re.compile(rb"[\x85\x91-\x97\xa0\xa9\xb7\xe0\xe7-\xeb\xef\xf1\xf6\xfc]")
_MAC = re.compile(rb"[a-z]\xd5[a-z]|[\s(]\xd2[A-Z]|[.,!?]\xd3|[a-z]\xd1[a-z]|[a-z]\xc9[\s\xd3]")


def declared(data: bytes) -> str | None:
    """The encoding an HTML or XML item claims in its first 16 KB (XML declaration, meta), as a codec's name."""
    head = data[:_HEAD]
    for pattern in (_XML, _META):
        match = pattern.search(head)
        if match:
            return _codec(match[1].decode("ascii"))
    return None


def decode(data: bytes, declared: str | None = None, recorded: tuple[str, str] | None = None) -> Decoded:
    """Decodes bytes. ``declared`` is a claim that may be false; ``recorded`` (encoding, BOM) is used again exactly.

    Never raises: what no encoding explains is UTF-8 with surrogate escapes.
    """
    if recorded is not None:
        found = _again(data, *recorded)
        if found is not None:
            return found
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            found = _exactly(data[len(bom) :], encoding, bom)
            if found is not None:
                return found
    claimed = _codec(declared) if declared else None
    if claimed == "iso2022_jp" and b"\x1b$" in data:  # seven bits: it would pass for ASCII
        found = _exactly(data, claimed)
        if found is not None:
            return found
    try:
        return _wide(data) or Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    return _nearly_utf8(data) or _claimed(data, claimed) or _guessed(data)


def _again(data: bytes, encoding: str, bom: str) -> Decoded | None:
    mark = bytes.fromhex(bom)
    if not data.startswith(mark):
        return None
    try:
        return Decoded(data[len(mark) :].decode(encoding, "surrogateescape"), encoding, bom)
    except (LookupError, UnicodeError):
        return None


def _codec(label: str) -> str | None:
    label = label.strip().lower()
    if label in _LABELS:
        return _LABELS[label]
    match = _NUMBERED.fullmatch(label)
    if match:
        return f"cp{match[1]}" if match[1] else f"iso8859-{match[2]}"
    return label if label in _LABELS.values() else None


def _exactly(data: bytes, encoding: str, bom: bytes = b"") -> Decoded | None:
    """The text when this encoding explains every byte and gives the same bytes back."""
    try:
        text = data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
        if encoding != "utf-8" and text.encode(encoding, "surrogateescape") != data:
            return None
    except UnicodeError:
        return None
    return Decoded(text, encoding, bom.hex())


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a BOM: nearly every second byte of the beginning is zero."""
    head = data[:4096]
    if len(head) < 8 or len(data) % 2 or b"\0" not in head:
        return None
    half = len(head) // 2
    for encoding, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros.count(0) > half * 0.7 and others.count(0) < half * 0.05:
            return _exactly(data, encoding)
    return None


def _nearly_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken places: a file cut inside a character, or one foreign passage."""
    text = data.decode("utf-8", "surrogateescape")
    broken = len(_ESCAPES.findall(text))
    characters = sum(len(run) for run in re.findall("[^\x00-\x7f\udc80-\udcff]+", text))
    at_end = broken <= 3 and bool(_ESCAPES.fullmatch(text[-broken])) and len(_ESCAPES.findall(text[-broken:])) == broken
    if characters >= 10 * broken or (at_end and characters):
        return Decoded(text, "utf-8")
    return None


def _claimed(data: bytes, encoding: str | None) -> Decoded | None:
    if encoding is None or encoding == "utf-8":
        return None
    try:
        text = data.decode(encoding, "surrogateescape")
        if text.encode(encoding, "surrogateescape") != data:
            return None
    except UnicodeError:
        return None
    beyond = sum(map(len, _BEYOND.findall(data)))
    return Decoded(text, encoding) if len(_ESCAPES.findall(text)) <= beyond * 0.05 else None


def _guessed(data: bytes) -> Decoded:
    sample = _sample(data)
    beyond = b"".join(_BEYOND.findall(sample))
    if b"\0" not in sample:
        macs = len(_MAC.findall(sample))
        if macs > len(beyond) * 0.3:
            found = _exactly(data, "mac-roman")
        elif len(_TYPOGRAPHIC.findall(beyond)) >= len(beyond) * 0.6:
            found = _exactly(data, "cp1252")
        else:
            found = _normalised(data, sample)
        if found is not None:
            return found
    return _exactly(data, "cp1252") or Decoded(data.decode("utf-8", "surrogateescape"), "utf-8")


def _sample(data: bytes) -> bytes:
    """The surroundings of the first bytes beyond ASCII, at most 16 KB: all that says anything about an encoding."""
    pieces: list[bytes] = []
    size = at = 0
    for match in _BEYOND.finditer(data):
        if match.start() < at:
            continue
        first = max(at, match.start() - 100)
        at = match.end() + 100
        pieces.append(data[first:at])
        size += len(pieces[-1])
        if size > _SAMPLE:
            break
    return b" ".join(pieces)[:_SAMPLE]


def _normalised(data: bytes, sample: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415  (slow to import, rarely needed)

    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    encoding = _codec(best.encoding.replace("_", "-")) or best.encoding if best is not None else None
    if encoding is None or encoding in ("ascii", "utf_8", "utf-8") or encoding.startswith(("utf_16", "utf_32", "utf_7")):
        return None
    return _exactly(data, encoding)
