"""Pictures: one that a page uses stays that page's; one on its own is a work, with what it says of itself.

A work has one image block, its description as the words beside it, and whoever it names as its artist. What is embedded
is read from PNG's and GIF's texts, EXIF, and XMP (whose words are the most precise). SVG can hold scripts: it is kept
and has no witness.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from variorum.document import Laid, Piece
from variorum.errors import MalformedItem
from variorum.intake.kinds import HEAD, by_content, by_ending, ending
from variorum.intake.raster import MOST_PIXELS, Raster, raster
from variorum.intake.sheets import Sheet
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.model import Creator, Metadata, Picture
from variorum.text import plain

__all__ = ["FORMATS", "detect", "read"]

_SVG = re.compile(rb"<svg[\s>]")
_IS_SVG = re.compile(
    rb"\s{0,64}(?:<\?xml[^>]{0,200}>\s{0,64})?(?:<!--.{0,1000}?-->\s{0,64})?(?:<!DOCTYPE svg[^>]{0,300}>\s{0,64})?<svg[\s>]",
    re.DOTALL,
)
_KINDS = {
    "svg": "SVG drawings", "svgz": "SVG drawings", "tif": "TIFF", "tiff": "TIFF", "bmp": "BMP", "avif": "AVIF", "heic": "HEIC",
    "jxl": "JPEG XL", "ico": "icons",
}  # fmt: skip
_XMP = re.compile(rb"<x:xmpmeta[\s>].{0,262144}?</x:xmpmeta>", re.DOTALL)
_COVER = re.compile(r"(?:cover|folder|thumb(?:nail)?|avatar|favicon|icon|logo|banner)[-_ ]?\d{0,4}\Z", re.IGNORECASE)
_SMALL = 96  # pixels: what is no larger either way is an icon, an avatar or a smiley
_MOST_SAID = 4000  # characters of one embedded text
_OBJECT = "\ufffc"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
# What programs and cameras write where a person could have: no words about the picture.
_SAYS_NOTHING = re.compile(
    r"(?:screenshot|image|picture|untitled|created with .*|ole?ympus digital camera|default|photoshop.*|.{0,3})\Z", re.IGNORECASE
)


def detect(sniff: Sniff) -> Detection:
    """By its signature; SVG by its root element."""
    shown = by_content(sniff.data[:HEAD])
    if shown == "picture":
        return Detection(0.9, "begins as a picture")
    if _IS_SVG.match(sniff.head[:4096]) or (ending(sniff.name) == "svg" and _SVG.search(sniff.head[:4096])):
        return Detection(0.9, "is an SVG drawing")
    if shown is None and by_ending(sniff.name) == "picture":
        return Detection(0.3, "is named like a picture")
    return Detection(0.0, "does not begin as a picture")


def read(task: Task) -> Opened:
    """The one copy a picture is; none for one that stands beside a page, an icon, or a kind that is only kept.

    `MalformedItem` for one that no reader of pictures opens, or of more pixels than any screen.
    """
    found = raster(task.data)
    if found is None and not task.beside:
        return Opened("picture", note=f"kept; no picture reader for {_what(task)}")
    if found is None or task.beside:
        return Opened("picture")
    stem = task.name.rpartition("!")[2].rpartition("/")[2].rpartition(".")[0]
    if _COVER.match(stem):
        return Opened("picture")
    if found.width * found.height > MOST_PIXELS:
        reason = (
            f"states {found.width:,} by {found.height:,} pixels, more than the {MOST_PIXELS // 1_000_000} million that are opened"
        )
        raise MalformedItem(task.name, reason, "too-large")
    if 0 < max(found.width, found.height) <= _SMALL:
        return Opened("picture")
    seen = _open(task, found)
    sheet = Sheet()
    if seen.title:
        sheet.line("title", seen.title, "heading", "title", level=1)
    name = task.name.rpartition("!")[2].rpartition("/")[2]
    start, end = sheet.add("description" if seen.words else "name", seen.words or plain(name))
    # Without a description its name is what stands in the source, and an object what is read.
    sheet.blocks.append(Laid("image", "story", (Piece(start, end, None if seen.words else _OBJECT),), image=name))
    for label, text in seen.credits:
        sheet.line(label, text, "paragraph", "credits")
    metadata = Metadata(
        title=seen.title or None,
        creators=tuple(Creator(name, "artist") for name in seen.artists),
        summary=seen.words or None,
        tool=seen.tool or None,
        picture=seen.picture,
        extent="whole" if seen.whole else "partial",
        extent_why=None if seen.whole else "the picture is cut off or damaged",
        trust={"title": "opf", "creators": "opf", "summary": "opf"},
    )
    return Opened("picture", (Copy("", metadata, sheet.document(task.digest)),))


def _what(task: Task) -> str:
    """The kind of a picture that no reader opens."""
    if _IS_SVG.match(task.data[:4096]):
        return "SVG drawings"
    return _KINDS.get(ending(task.name.rpartition("!")[2]), "pictures of this kind")


@dataclass(slots=True)
class _Seen:
    """What a picture showed."""

    picture: Picture
    whole: bool = True
    title: str = ""
    words: str = ""
    artists: tuple[str, ...] = ()
    credits: tuple[tuple[str, str], ...] = ()
    tool: str = ""


def _open(task: Task, found: Raster) -> _Seen:
    """Opens a picture with Pillow, which is imported here: it is heavy, and few items are pictures."""
    from PIL import Image  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(task.data), formats=("PNG", "JPEG", "GIF", "WEBP"))
    except Exception as error:  # (its readers raise whatever they meet)
        raise MalformedItem(task.name, "begins as a picture and cannot be read as one") from error
    said = dict(_exif(image))
    whole = False
    try:
        frames = int(getattr(image, "n_frames", 1))
        image.draft("L", (64, 64))
        image.load()
        whole = True
    except MemoryError:
        raise
    except Exception:
        frames = 1
    said = {**_written(image.info), **said, **_xmp(task.data)}
    seen = _Seen(Picture(found.media, found.width, found.height, frames), whole)
    seen.title, seen.words = said.get("title", ""), said.get("description", "")
    seen.tool = said.get("software", "")[:80]
    seen.artists = tuple(dict.fromkeys(n.strip() for n in said.get("artist", "").split(";") if n.strip() and len(n) < 120))
    labelled = (("artist", "Artist"), ("copyright", "Copyright"))
    seen.credits = tuple((key, f"{label}: {said[key]}") for key, label in labelled if said.get(key))
    return seen


# ---------------------------------------------------------------- what is embedded

_TEXTS = {"title": "title", "author": "artist", "artist": "artist", "creator": "artist", "description": "description"}
_TEXTS |= {"comment": "description", "copyright": "copyright", "software": "software"}
_TAGS = {0x010E: "description", 0x013B: "artist", 0x8298: "copyright", 0x0131: "software"}
_WIDE_TAGS = {0x9C9B: "title", 0x9C9D: "artist", 0x9C9C: "description"}  # as Windows writes them, in UTF-16


def _clean(value: object) -> str:
    """An embedded text in the letters it has; empty when a program wrote it."""
    if isinstance(value, bytes):
        raw = value
        try:
            value = raw.decode()
        except UnicodeDecodeError:
            value = raw.decode("cp1252", "replace")
    if not isinstance(value, str):
        return ""
    text = value[:_MOST_SAID].replace("\r\n", "\n").strip("\0 \t\r\n")
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return "" if _SAYS_NOTHING.match(text) else text


def _written(info: Mapping[Any, Any]) -> dict[str, str]:
    """The texts of a PNG, the comments of a GIF or JPEG."""
    found: dict[str, str] = {}
    for key, value in info.items():
        name = _TEXTS.get(str(key).lower())
        text = _clean(value) if name else ""
        if name and text:
            found.setdefault(name, text)
    return found


def _exif(image: Any) -> Iterator[tuple[str, str]]:
    try:
        tags = dict(image.getexif())
    except Exception:
        return
    for number, name in _TAGS.items():
        value = tags.get(number)
        # Pillow gives bytes as Latin-1 where the standard says ASCII; what people wrote there is UTF-8.
        text = _clean(value.encode("latin-1", "replace") if isinstance(value, str) and value.isprintable() else value)
        if text:
            yield name, text
    for number, name in _WIDE_TAGS.items():
        value = tags.get(number)
        text = _clean(bytes(value).decode("utf-16-le", "replace")) if isinstance(value, (bytes, tuple)) else ""
        if text:
            yield name, text


def _xmp(data: bytes) -> dict[str, str]:
    """Title, description, creators and rights of an XMP packet, which stands as it is in every kind of picture."""
    match = _XMP.search(data)
    if match is None:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(match[0], parser)
    except etree.XMLSyntaxError:
        return {}
    found: dict[str, str] = {}
    for tag, name in (("title", "title"), ("description", "description"), ("creator", "artist"), ("rights", "copyright")):
        values = [_clean(li.text) for li in root.iterfind(f".//{_DC}{tag}//{_RDF}li")]
        text = "; ".join(filter(None, values if name == "artist" else values[:1]))
        if text:
            found[name] = text
    return found


FORMATS = (Format("picture", detect, read),)
