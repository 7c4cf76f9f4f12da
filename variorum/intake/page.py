"""Any other saved HTML page: the story among its furniture, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from variorum.document import Document, Laid, Part, Span
from variorum.errors import MalformedItem, UnknownFormat
from variorum.intake import refusals
from variorum.intake.ao3 import trusted
from variorum.intake.decode import declared, decode
from variorum.intake.labelled import labelled, lacking
from variorum.intake.markup import Node, Root, folded, lay, left_out, parse, reasons, text_of
from variorum.intake.origin import Origin, moment, origin
from variorum.intake.quirks import Quirk
from variorum.intake.story import Found, find_story
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Creator, Metadata

__all__ = ["FORMATS", "Read", "read_page"]

_DOCUMENT = re.compile(rb"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
_ELEMENTS = re.compile(
    rb"<(?:/?p|br|div|/?font|/?span|/?em|/?i|/?b|h[1-6]|hr|table|a|center|blockquote|pre)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ENDINGS = frozenset((".html", ".htm", ".xhtml", ".xht", ".shtml", ".php", ".asp", ".aspx", ".mht_"))
_CONTROL = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_HOST = re.compile(r"^https?://[^/]+")
_NO_WALL = 20_000  # characters: a page with more text is no log-in page
_OUTSIDE = "stands outside the text of the story"
_FURTHER = re.compile(r"\s+(?:[|»«·–—-]|::)\s+")


def detect(sniff: Sniff) -> Detection:
    """An HTML document, a file named like one that holds markup, or text with many HTML elements."""
    head = sniff.head
    if len(head) - len(head.translate(None, _CONTROL)) > len(head) * 0.02 + 8 or head.startswith(
        (b"PK\x03\x04", b"%PDF", b"{\\rtf")
    ):
        return Detection(0.0, "holds bytes that no page holds")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:2048]
    if start.startswith(b"<?xml") and not _DOCUMENT.search(start):
        return Detection(0.0, "XML that is no page")
    if _DOCUMENT.search(head):
        return Detection(0.6, "an HTML document")
    elements = len(_ELEMENTS.findall(head))
    if sniff.suffix in _ENDINGS and (elements or b"<" not in head):
        return Detection(0.5, "named like a page")
    if elements >= 6 and elements * 400 >= len(head):
        return Detection(0.45, "text with HTML elements in it")
    return Detection(0.0, "no HTML")


class Read(NamedTuple):
    """A page as it was read, for readers that know its site better: ``subject`` is its title, before any header."""

    root: Root
    where: Origin
    found: Found
    subject: str | None
    metadata: Metadata
    document: Document
    note: str = ""


def read(task: Task) -> Opened:
    """Reads the page. Raises MalformedItem when it is a log-in page or the like, or holds no text at all."""
    page = read_page(task)
    return Opened("html", (Copy("", page.metadata, page.document),), note=page.note)


def read_page(task: Task) -> Read:
    """As `read`, with everything that was found on the way."""
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    where = origin(text, root)
    found = find_story(text, root, comments=bool(where.url and "thread=" in where.url))
    if found.letters < _NO_WALL:
        _refuse(task.name, text, root, where, found)
    blocks, spans = lay(text, found.nodes, skip=frozenset(found.why))
    note = ""
    if not any(block.kind != "scene-break" for block in blocks):
        # Rather all of it than a word lost.
        blocks, spans = lay(text, root.children)
        found = Found(list(root.elements()), {}, None, sure=False)
        note = "The story could not be told from the rest of the page: all of it was taken."
    metadata = _metadata(text, root, where, found)
    subject = metadata.title
    if metadata.title:
        blocks = [_entitled(text, block, metadata.title) for block in blocks]
        for node in root.walk():
            if node.tag in ("h1", "h2", "h3", "title") and text_of(text, node) == metadata.title:
                found.why.setdefault(id(node), "read as metadata")
    blocks, header = labelled(text, blocks, metadata.title)
    if header is not None:
        metadata = lacking(metadata, header)
    document = _document(task, text, root, found, blocks, spans, Part("", 0, len(text), encoding, bom))
    return Read(root, where, found, subject, metadata, document, note)


def _refuse(name: str, text: str, root: Root, where: Origin, found: Found) -> None:
    """Raises for a page without text, a log-in page and the like."""
    everything, _ = lay(text, root.children)
    refusals.check(name, text, root, where.site, everything, contained=found.quirk is not None)
    if not text.strip():
        raise UnknownFormat(name, "holds nothing but white space", "empty-file")
    if not everything:
        raise MalformedItem(name, "is a page without any text", "no-text")


def _entitled(source: str, block: Laid, title: str) -> Laid:
    """A heading that is the title of the page is the work's title, not part of the story."""
    if block.kind != "heading" or block.part != "story":
        return block
    words = "".join([source[p.start : p.end] if p.text is None else p.text for p in block.pieces])
    return block._replace(part="title") if folded(words) == title else block


def _document(task: Task, text: str, root: Root, found: Found, blocks: list[Laid], spans: list[Span], part: Part) -> Document:
    gaps = left_out(text, root, blocks, _reason(found))
    ordered = tuple(sorted(spans, key=lambda s: s[:2]))
    return Document(task.digest, text, (part,), tuple(blocks), ordered, (), gaps)


def _reason(found: Found) -> Callable[[Node], str]:
    return reasons(found.why, _OUTSIDE)


# ---------------------------------------------------------------- what the page says


def _metadata(source: str, root: Root, where: Origin, found: Found) -> Metadata:
    meta = _meta(root)
    names = [meta[key] for key in ("author", "article:author", "dc.creator", "dcterms.creator", "byl") if meta.get(key)]
    if not names:
        begins = found.quirk.author if found.quirk is not None else ""
        links = root.find_all("a")
        by_address = [n for n in links if begins and _HOST.sub("", n.get("href")).startswith(begins)]
        names = [text_of(source, n) for n in by_address[:1] or [n for n in links if "author" in n.get("rel").split()]]
    creators = dict.fromkeys(
        Creator(folded(name), "author", where.site) for name in names if name and "://" not in name and len(name) < 120
    )
    posted = where.address
    if not creators and posted and posted.site == "tumblr.com" and posted.account and not root.find(cls="tumblr_blog"):
        # A post that is no reblog is its blog's own.
        creators = {Creator(posted.account, "author", posted.site, posted.account): None}
    published = moment(meta.get("article:published_time", "") or meta.get("date", "") or meta.get("dc.date", ""))
    updated = moment(meta.get("article:modified_time", ""))
    language = next(
        (
            n.get("lang")
            for node in found.nodes
            for n in (node, *node.ancestors())
            if n.tag not in ("html", "body") and n.get("lang")
        ),
        None,
    )
    metadata = Metadata(
        title=_title(source, root, meta, found),
        creators=tuple(creators),
        language=language,
        published=published,
        updated=updated,
        site=where.site,
        url=where.url,
        captured=where.captured,
        tool=where.tool or _generator(meta),
    )
    # Read by general rules, so a reader that knows the site outranks it in every field.
    return replace(metadata, trust=trusted(metadata, "title-page"))


def _meta(root: Root) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in root.walk():
        if node.tag == "meta" and node.raw:
            name = (node.get("property") or node.get("name")).lower()
            if name and name not in found:
                found[name] = folded(node.get("content"))
    return found


def _generator(meta: dict[str, str]) -> str | None:
    name = meta.get("generator", "")
    return name[:80] or None


def _title(source: str, root: Root, meta: dict[str, str], found: Found) -> str | None:
    known: list[str] = [text_of(source, node) for node in _selected(root, found.quirk)]
    headings: list[str] = [text_of(source, node) for node in root.find_all("h1")]
    written = next((text_of(source, node) for node in root.walk() if node.tag == "title"), "")
    site = meta.get("og:site_name", "").casefold()
    candidates: list[str] = [*known[:1], meta.get("og:title", ""), *(headings if len(headings) == 1 else [])]
    for title in candidates:
        if title and title.casefold() != site and len(title) < 300:
            return title
    first = next((h for h in headings if h and h in written), "")
    if first:
        return first
    parts = _FURTHER.split(written)
    if len(parts) > 1 and site and parts[-1].casefold() == site:
        written = written[: written.rfind(parts[-1])].rstrip(" |»«·–—-:")
    return written[:300] or next((h for h in headings if h), None)


def _selected(root: Root, quirk: Quirk | None) -> list[Node]:
    selectors = () if quirk is None else quirk.title
    return [node for node in root.walk() if node.raw and any(node.is_(*selector) for selector in selectors)]


FORMATS = (Format("html", detect, read),)
