"""An EPUB as a book: its text parts in reading order, decoded and joined into one source, and its package.

What is torn is read as far as it goes: members are found without the container's directory, the order is taken
from the names when the package is lost, and a part that is cut gives its beginning. Nothing leaves memory.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from lxml import etree

from variorum.document import Gap, Part
from variorum.errors import MalformedItem
from variorum.intake.decode import declared, decode
from variorum.intake.markup import parse, text_of
from variorum.intake.opf import Package, SpineItem, read_package, rootfile, toc_of_ncx, xml_of
from variorum.intake.styles import class_kinds
from variorum.intake.values import Task, recorded
from variorum.intake.zips import Budget, Member, MemberError, directory, read

__all__ = ["Book", "Page", "open_book", "open_books", "peek"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_TEXTS = (".xhtml", ".html", ".htm", ".xht", ".xml")
_TEXT_MEDIA = frozenset({"application/xhtml+xml", "text/html", "application/xml", "text/xml", "application/x-dtbook+xml"})
# Fonts are muddled, not locked, by these two.
_FONT_ONLY = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Page:
    """One text part: where it lies in the source, and what the package says of it."""

    path: str
    start: int
    end: int
    linear: bool = True
    properties: frozenset[str] = frozenset()
    guide: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A whole EPUB, opened. ``missing`` are parts that should be there; ``cut`` those whose end is lost."""

    source: str
    parts: tuple[Part, ...]
    pages: tuple[Page, ...]
    package: Package
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    toc: dict[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()  #: what is in no page
    missing: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    torn: bool = False  #: the container's own directory is lost

    @property
    def whole(self) -> bool:
        """Whether every part the package names is there to its end."""
        return not (self.missing or self.cut or self.torn)


def open_book(task: Task) -> Book:
    """Opens an EPUB; `MalformedItem` when it is encrypted, a bomb, or nothing of its text can be read."""
    shelf = _Shelf(task)
    shelf.refuse_locked()
    package = shelf.package()
    spine = [s for s in package.spine if s.linear] + [s for s in package.spine if not s.linear]
    if not spine:
        spine = [SpineItem(path, linear=True, properties=frozenset()) for path in shelf.texts()]
    return _bound(task, shelf, package, spine)


def open_books(task: Task) -> dict[str, Book]:
    """The books an anthology was made of, by the numbered folder each lies in; empty when there are fewer than two.

    Each has its own package, where the tool that joined them kept it (``1/content.opf``).
    """
    shelf = _Shelf(task)
    shelf.refuse_locked()
    package = shelf.package()
    spines: dict[str, list[SpineItem]] = {}
    for listed in package.spine or [SpineItem(path, linear=True, properties=frozenset()) for path in shelf.texts()]:
        folder = listed.path.partition("/")[0]
        if folder.isdecimal() and "/" in listed.path:
            spines.setdefault(folder, []).append(listed)
    books: dict[str, Book] = {}
    for folder, spine in spines.items() if len(spines) > 1 else ():
        data = shelf.read(f"{folder}/content.opf", wanted=False)
        own = read_package(f"{folder}/content.opf", data) if data is not None else None
        shelf.missing, shelf.cut, shelf.errors = [], [], []
        try:
            books[folder] = _bound(task, shelf, own or Package(""), spine)
        except MalformedItem as error:
            if error.code == "zip-bomb":
                raise
            books[folder] = Book("", (), (), own or Package(""), missing=tuple(s.path for s in spine))
    return books


def _bound(task: Task, shelf: _Shelf, package: Package, spine: list[SpineItem]) -> Book:
    """The parts of this spine as one book."""
    texts: list[str] = []
    parts: list[Part] = []
    pages: list[Page] = []
    gaps: list[Gap] = []
    position = 0
    for listed in dict.fromkeys(spine):
        data = shelf.read(listed.path)
        if data is None or any(p.path == listed.path for p in pages):
            continue
        text, encoding, bom = decode(data, declared(data), recorded(task, listed.path))
        texts.append(text)
        # A part that is cut may end inside a tag, which is no text.
        last = text.rfind("<")
        shown = last if listed.path in shelf.cut and last > text.rfind(">") else len(text)
        if shown < len(text):
            gaps.append(Gap(position + shown, position + len(text), "a tag that is cut off"))
        parts.append(Part(listed.path, position, position + len(text), encoding, bom))
        pages.append(
            Page(listed.path, position, position + shown, listed.linear, listed.properties, package.guide.get(listed.path, ""))
        )
        position += len(text) + 1
    if not any(_LETTER.search(text) for text in texts):
        raise MalformedItem(task.name, *shelf.why_nothing())
    return Book(
        source="\n".join(texts),
        parts=tuple(parts),
        pages=tuple(pages),
        package=package,
        classes=class_kinds(shelf.sheets(package)),
        toc=shelf.toc(package),
        gaps=tuple(gaps),
        missing=tuple(shelf.missing),
        cut=tuple(shelf.cut),
        torn=shelf.torn,
    )


class _Shelf:
    """The members of one EPUB by name."""

    def __init__(self, task: Task) -> None:
        self.name = task.name
        self.data = task.data
        self.budget = Budget(len(task.data))
        found = directory(task.name, task.data, self.budget)
        self.torn = found.torn
        self.members: dict[str, Member] = {}
        self.folded: dict[str, Member] = {}
        for member in found.members:
            path = posixpath.normpath(member.name.replace("\\", "/")).lstrip("/")
            self.members.setdefault(path, member)
            self.folded.setdefault(path.casefold(), member)
        self.missing: list[str] = []
        self.cut: list[str] = []
        self.errors: list[MemberError] = []

    def read(self, path: str, *, wanted: bool = True) -> bytes | None:
        """The bytes of a member, or its beginning; None (and noted, when wanted) when there are none."""
        member = self.members.get(path) or self.folded.get(path.casefold())
        if member is None:
            if wanted:
                self.missing.append(path)
            return None
        try:
            return read(self.data, member, self.budget)
        except MemberError as error:
            if error.code == "zip-bomb":
                raise MalformedItem(self.name, error.reason, error.code) from error
            if wanted:
                self.errors.append(error)
                (self.cut if error.data else self.missing).append(path)
            return error.data or None

    def refuse_locked(self) -> None:
        """An EPUB whose texts are encrypted is kept and not read; muddled fonts are no matter."""
        data = self.read(_ENCRYPTION, wanted=False)
        root = xml_of(data) if data is not None else None
        if root is None:
            return
        for entry in root.iter("{*}EncryptedData"):
            method = next(entry.iter("{*}EncryptionMethod"), None)
            algorithm = method.get("Algorithm", "") if method is not None else ""
            if algorithm not in _FONT_ONLY and any(_is_text(reference) for reference in entry.iter("{*}CipherReference")):
                raise MalformedItem(
                    self.name, "is encrypted (a shop's copy protection); only that shop's program opens it", "encrypted"
                )

    def package(self) -> Package:
        container = self.read(_CONTAINER, wanted=False)
        path = rootfile(container) if container is not None else None
        candidates = [path] if path else []
        candidates.extend(p for p in self.members if p.lower().endswith(".opf"))
        for candidate in candidates:
            data = self.read(candidate, wanted=False)
            package = read_package(candidate, data) if data is not None else None
            if package is not None:
                return package
        return Package(path or "")

    def texts(self) -> list[str]:
        """The text members in the order of their names, numbers as numbers: what is left when the package is lost."""
        names = [n for n in self.members if n.lower().endswith(_TEXTS) and not n.startswith("META-INF/")]
        return sorted(names, key=_natural)

    def sheets(self, package: Package) -> list[str]:
        paths = [i.path for i in package.items if i.media == "text/css"] or [
            n for n in self.members if n.lower().endswith(".css")
        ]
        found = (self.read(path, wanted=False) for path in paths)
        return [data.decode("utf-8", "replace") for data in found if data]

    def toc(self, package: Package) -> dict[str, str]:
        """Path -> title, from the navigation document or else the NCX."""
        data = self.read(package.nav, wanted=False) if package.nav else None
        if data and package.nav:
            titles = _toc_of_nav(package.nav, data.decode("utf-8", "replace"))
            if titles:
                return titles
        data = self.read(package.ncx, wanted=False) if package.ncx else None
        return toc_of_ncx(package.ncx, data) if data and package.ncx else {}

    def why_nothing(self) -> tuple[str, str]:
        locked = next((e for e in self.errors if e.code in ("encrypted", "unknown-method", "too-large")), None)
        if locked is not None:
            return f"is an EPUB whose text {locked.reason}", locked.code
        if self.torn or self.cut:
            return "is an EPUB that is cut off before any of its text", "truncated"
        if self.missing:
            return "is an EPUB whose text parts are missing or damaged", "malformed"
        return "is an EPUB without any text", "no-text"


def peek(name: str, data: bytes, *wanted: str) -> bytes:
    """The first of these members that is there, or its beginning, to recognise a book by; empty when none is."""
    budget = Budget(len(data))
    try:
        members = {m.name: m for m in directory(name, data, budget).members}
    except MalformedItem:
        return b""
    member = next((members[path] for path in wanted if path in members), None)
    if member is None:
        return b""
    try:
        return read(data, member, budget)
    except MemberError as error:
        return error.data


def _is_text(reference: etree._Element) -> bool:
    return reference.get("URI", "").lower().endswith(_TEXTS)


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Sorts chapter10 after chapter9."""
    pieces = re.findall(r"\d{1,18}|\D+", name)
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in pieces], name


def _toc_of_nav(path: str, source: str) -> dict[str, str]:
    root = parse(source)
    navs = root.find_all("nav")
    nav = next((n for n in navs if "toc" in n.get("epub:type").split()), navs[0] if navs else root)
    titles: dict[str, str] = {}
    for link in nav.find_all("a"):
        href = link.get("href").split("#", 1)[0]
        if href:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), href)).lstrip("/")
            titles.setdefault(target, text_of(source, link))
    return titles
