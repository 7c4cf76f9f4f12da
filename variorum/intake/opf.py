"""The package document of an EPUB (OPF 2 and 3): what the book says of itself, and in which order it is read.

XML is parsed without entities, external files or network; a broken document is read as far as it goes. What a
tool wrote into the package (its own name, its own dates) is never taken for the author's.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any
from urllib.parse import unquote

from lxml import etree

from variorum.addresses import identify
from variorum.intake.labels import date_of
from variorum.intake.markup import paragraphs
from variorum.model import Creator, Metadata, Series

__all__ = [
    "TOOL_SUBJECTS",
    "Package",
    "PackageItem",
    "SpineItem",
    "plain_html",
    "read_package",
    "rootfile",
    "toc_of_ncx",
    "xml_of",
]

_DC = "http://purl.org/dc/elements/1.1/"
_OPF = "http://www.idpf.org/2007/opf"
_ROLES = {
    "aut": "author", "cre": "author", "art": "artist", "ill": "artist", "trl": "translator", "edt": "editor", "nrt": "narrator",
    "cov": "artist", "": "author",
}  # fmt: skip
_TOOLS = (
    ("FanFicFare", re.compile(r"fanficfare|fanficdownloader", re.IGNORECASE)),
    ("FicHub", re.compile(r"fichub", re.IGNORECASE)),
    ("WebToEpub", re.compile(r"webtoepub", re.IGNORECASE)),
    ("EpubMerge", re.compile(r"epubmerge", re.IGNORECASE)),
    ("calibre", re.compile(r"calibre", re.IGNORECASE)),
    ("Sigil", re.compile(r"\bsigil\b", re.IGNORECASE)),
    ("pandoc", re.compile(r"\bpandoc\b", re.IGNORECASE)),
)
_NOBODY = frozenset({"", "unknown", "unknown author", "n/a", "none", "anonymous author", "author unknown"})
#: Subjects that tools add on their own.
TOOL_SUBJECTS = re.compile(r"(?:fanworks|fanfiction|last update(?: year/month)?:.*)\Z", re.IGNORECASE)
_STATUS = {"completed": "complete", "complete": "complete", "in-progress": "in-progress", "in progress": "in-progress"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z")
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31});)?")


@dataclass(frozen=True, slots=True)
class PackageItem:
    """One file the package lists."""

    path: str  #: inside the container
    media: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class SpineItem:
    """One part in reading order."""

    path: str
    linear: bool
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Package:
    """What a package document says. Paths are those of the container's members."""

    path: str
    version: str = ""
    items: tuple[PackageItem, ...] = ()
    spine: tuple[SpineItem, ...] = ()
    guide: Mapping[str, str] = field(default_factory=dict)  #: path -> type: cover toc title-page ...
    ncx: str | None = None
    nav: str | None = None
    subjects: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    publisher: str | None = None
    metadata: Metadata = field(default_factory=Metadata)


def xml_of(data: bytes) -> etree._Element | None:
    """The root of an XML document, read strictly or else as far as it goes; None when it is none at all."""
    for recover in (False, True):
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=recover, remove_comments=True
        )
        try:
            root = etree.fromstring(_ENTITY.sub(_named, data) if recover else data, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root is not None:
            return root
    return None


def _named(match: re.Match[bytes]) -> bytes:
    """An entity of HTML, which XML does not know, as numbers; a bare ampersand escaped."""
    characters = html5.get(f"{(match[1] or b'').decode('ascii')};")
    if characters is None:
        return b"&amp;" + match[0][1:]
    return "".join(f"&#{ord(c)};" for c in characters).encode("ascii")


def rootfile(container: bytes) -> str | None:
    """The path of the first package document that META-INF/container.xml names."""
    root = xml_of(container)
    if root is None:
        return None
    for element in root.iter("{*}rootfile"):
        path = element.get("full-path")
        if path:
            return posixpath.normpath(unquote(path)).lstrip("/")
    return None


def read_package(path: str, data: bytes) -> Package | None:
    """The package document at this path of the container; None when it is no XML."""
    root = xml_of(data)
    if root is None:
        return None
    folder = posixpath.dirname(path)
    by_id: dict[str, PackageItem] = {}
    for element in root.iter("{*}item"):
        href = element.get("href")
        if href:
            item = PackageItem(_resolve(folder, href), element.get("media-type", ""), _words(element.get("properties")))
            by_id.setdefault(element.get("id", href), item)
    spine = []
    for element in root.iter("{*}itemref"):
        listed = by_id.get(element.get("idref", ""))
        if listed is not None:
            linear = element.get("linear", "yes").strip().lower() != "no"
            spine.append(SpineItem(listed.path, linear, listed.properties))
    guide = {
        _resolve(folder, element.get("href", "")): element.get("type", "").lower()
        for element in root.iter("{*}reference")
        if element.get("href")
    }
    toc = next((element.get("toc") for element in root.iter("{*}spine")), None)
    ncx = by_id.get(toc or "") or next((i for i in by_id.values() if i.media == "application/x-dtbncx+xml"), None)
    nav = next((i for i in by_id.values() if "nav" in i.properties), None)
    said = _Said(root)
    return Package(
        path=path,
        version=root.get("version", ""),
        items=tuple(by_id.values()),
        spine=tuple(spine),
        guide=guide,
        ncx=ncx.path if ncx else None,
        nav=nav.path if nav else None,
        subjects=tuple(said.texts("subject")),
        identifiers=tuple(said.texts("identifier")),
        publisher=next(iter(said.texts("publisher")), None),
        metadata=said.metadata(),
    )


def toc_of_ncx(path: str, data: bytes) -> dict[str, str]:
    """Path -> title of an EPUB 2 table of contents; of several entries into one file the first counts."""
    root = xml_of(data)
    titles: dict[str, str] = {}
    if root is None:
        return titles
    for point in root.iter("{*}navPoint"):
        label = next(point.iter("{*}text"), None)
        content = next(point.iter("{*}content"), None)
        if content is not None and content.get("src"):
            titles.setdefault(_resolve(posixpath.dirname(path), content.get("src", "")), _text(label))
    return titles


def plain_html(html: str) -> str | None:
    """The text of a piece of HTML, paragraphs apart by an empty line."""
    text = "\n\n".join(block.text for block in paragraphs(html))
    return text.strip() or None


def _resolve(folder: str, href: str) -> str:
    href = unquote(href.split("#", 1)[0])
    return posixpath.normpath(posixpath.join(folder, href)).lstrip("/") if href else ""


def _inside(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _words(value: str | None) -> frozenset[str]:
    return frozenset((value or "").split())


def _text(element: etree._Element | None) -> str:
    return " ".join(_inside(element).split()) if element is not None else ""


class _Said:
    """The metadata element, its Dublin Core and its refinements."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.refined: dict[str, dict[str, str]] = {}  # id -> property -> value (EPUB 3)
        self.named: dict[str, str] = {}  # name or property -> value of metas that refine nothing
        for meta in root.iter("{*}meta"):
            name = meta.get("name") or meta.get("property") or ""
            value = meta.get("content") if meta.get("name") else _text(meta)
            refines = meta.get("refines")
            if refines:
                self.refined.setdefault(refines.lstrip("#"), {}).setdefault(name, value or "")
            else:
                self.named.setdefault(name, value or "")

    def elements(self, name: str) -> Iterator[etree._Element]:
        yield from self.root.iter(f"{{{_DC}}}{name}")

    def texts(self, name: str) -> list[str]:
        return [text for text in map(_text, self.elements(name)) if text]

    def of(self, element: etree._Element, attribute: str) -> str:
        """An attribute of EPUB 2 (``opf:role``) or the refinement of EPUB 3 that took its place."""
        own = element.get(f"{{{_OPF}}}{attribute}") or element.get(attribute)
        return (own or self.refined.get(element.get("id", ""), {}).get(attribute, "")).strip()

    def metadata(self) -> Metadata:
        tool = self.tool()
        subjects = self.texts("subject")
        if tool == "FanFicFare":
            subjects = [s.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">") for s in subjects]  # escaped twice
        found: dict[str, Any] = {
            "title": next(iter(self.texts("title")), None),
            "creators": tuple(self.creators()),
            "tags": tuple(dict.fromkeys(s for s in subjects if not TOOL_SUBJECTS.match(s) and s.casefold() not in _STATUS)),
            "language": next((t for t in self.texts("language") if _LANGUAGE.match(t) and t.lower() != "und"), None),
            "summary": self.summary(),
            "series": tuple(self.series()),
        }
        status = next((_STATUS[s.casefold()] for s in subjects if s.casefold() in _STATUS), None)
        if status is not None and tool == "FanFicFare":
            found["status"] = status
        found.update(self.dates(), **self.address())
        found = {name: value for name, value in found.items() if value}
        return Metadata(**found, tool=tool, trust=dict.fromkeys(found, "opf"))

    def tool(self) -> str | None:
        hints = [*self.texts("contributor"), *self.texts("identifier"), self.named.get("generator", "")]
        hints.extend(self.texts("publisher"))
        hints.extend(name for name in self.named if name.startswith("calibre:"))
        for tool, pattern in _TOOLS:
            if any(pattern.search(hint) for hint in hints):
                return tool
        return None

    def creators(self) -> Iterator[Creator]:
        seen = set()
        for element in (*self.elements("creator"), *self.elements("contributor")):
            name = _text(element)
            code = self.of(element, "role").lower()
            if element.tag.endswith("contributor") and code not in _ROLES.keys() - {""}:
                continue
            if name.casefold() in _NOBODY or any(pattern.search(name) for _, pattern in _TOOLS[:5]):
                continue
            creator = Creator(name, _ROLES.get(code, "author"))
            if creator not in seen:
                seen.add(creator)
                yield creator

    def summary(self) -> str | None:
        text = next((t for t in map(_inside, self.elements("description")) if t.strip()), None)
        return plain_html(text) if text is not None else None

    def series(self) -> Iterator[Series]:
        name = self.named.get("calibre:series", "").strip()
        if name:
            yield Series(name, _number(self.named.get("calibre:series_index", "")))
        for meta in self.root.iter("{*}meta"):
            if meta.get("property") == "belongs-to-collection":
                more = self.refined.get(meta.get("id", ""), {})
                title = _text(meta)
                if more.get("collection-type", "series") == "series" and title and title != name:
                    yield Series(title, _number(more.get("group-position", "")))

    def dates(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for element in self.elements("date"):
            field_ = {"": "published", "publication": "published", "original-publication": "published", "modification": "updated"}
            name = field_.get(self.of(element, "event").lower())
            if name is not None:
                found.setdefault(name, date_of(_text(element)))
        return found

    def address(self) -> dict[str, str | None]:
        """The address of the work: a source or identifier that is one."""
        for text in (*self.texts("source"), *self.texts("identifier")):
            url = text.removeprefix("url:").strip()
            if url.startswith(("http://", "https://")) and (address := identify(url)) is not None:
                return {"url": address.url, "site": address.site}
        return {}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None
