"""eFiction's printable page (``viewstory.php?action=printable``): title, author, box of information, chapters with notes.

Layout after eFiction 3's default templates: ``#pagetitle`` with two links, ``.infobox .content`` with ``span.label``,
``div.noteinfo``, ``div.chapter``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from variorum.addresses import identify
from variorum.counting import ao3_words
from variorum.document import Document, Laid, Part, Span
from variorum.errors import MalformedItem
from variorum.intake import refusals
from variorum.intake.ao3 import extent, once
from variorum.intake.decode import declared, decode
from variorum.intake.labels import read_labels
from variorum.intake.markup import Node, Root, Text, decoded, lay, left_out, parse, reasons, text_of
from variorum.intake.origin import origin
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Creator, Metadata

__all__ = ["FORMATS"]

_TITLE = re.compile(rb"""\bid=["']?pagetitle\b""")
_CHAPTER = re.compile(rb"""class=["']?(?:chapter|story)\b""")
_BOX = re.compile(rb"""class=["'](?:infobox|noteinfo|listbox)\b""")
_STORY_LINK = re.compile(r"viewstory\.php\?(?:[^#]*&)?(?:amp;)?sid=(\d{1,10})", re.IGNORECASE)
_USER_LINK = re.compile(r"viewuser\.php\?(?:[^#]*&)?(?:amp;)?uid=(\d{1,10})", re.IGNORECASE)
_READ = "read as metadata"
_NOTED = {"end notes": "notes-after", "story notes": "notes-before", "author's chapter notes": "notes-before"}


def detect(sniff: Sniff) -> Detection:
    """The title of a page of eFiction's, a box of information, and chapters."""
    data = sniff.searched
    if sniff.data.startswith(b"PK") or not sniff.holds(b"pagetitle", b"viewuser.php") or not _TITLE.search(data):
        return Detection(0.0, "no #pagetitle of eFiction's")
    if _CHAPTER.search(data) and _BOX.search(data):
        return Detection(0.87, "#pagetitle, .infobox and .chapter of eFiction's printable page")
    return Detection(0.0, "no printable page of eFiction's")


def read(task: Task) -> Opened:
    """The copy; a page without any chapter is refused."""
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    page = _Page(text, root)
    metadata = page.metadata()
    if not any(block.part == "story" and block.kind != "heading" for block in page.blocks):
        refusals.check(task.name, text, root, page.where.site)
        raise MalformedItem(task.name, "is a page of an archive that holds no text of a work", "no-story")
    blocks = once(page.blocks)
    gaps = left_out(text, root, blocks, reasons(page.why, "part of the archive's page, not of the work"))
    spans = tuple(sorted(page.spans, key=lambda s: s[:2]))
    document = Document(task.digest, text, (Part("", 0, len(text), encoding, bom),), blocks, spans, (), gaps)
    return Opened("efiction-page", (Copy("", metadata, document),))


class _Page:
    def __init__(self, source: str, root: Root) -> None:
        self.source = source
        self.root = root
        self.where = origin(source, root)
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.why: dict[int, str] = {}
        self.told: list[Node] = []
        self.number = 0
        self.chapters()
        self.notes()

    def lay(self, nodes: Iterable[Node | Text], part: str, chapter: int | None, skip: frozenset[int] = frozenset()) -> None:
        blocks, spans = lay(self.source, nodes, part, chapter, skip=skip)
        self.blocks += [b._replace(level=max(b.level, 2)) if b.kind == "heading" else b for b in blocks]
        self.spans += spans

    def chapters(self) -> None:
        """``div.chapter``, each below its ``div.chaptertitle``; one without any is one chapter in ``#story``."""
        found = [n for n in self.root.find_all("div") if n.is_(cls="chapter")]
        if not found and (story := self.root.ids.get("story")) is not None:
            found = [story]
        titles = [n for n in self.root.walk() if n.is_(cls="chaptertitle")]
        passed = 0
        for node in found:
            if node.start < passed:
                continue
            passed = node.end
            self.number += 1
            self.told.append(node)
            title = next((t for t in reversed(titles) if t.end <= node.start), None)
            if title is not None:
                titles = [t for t in titles if t.start > title.start]
                blocks, _ = lay(self.source, _own_title(self.source, title), "story", self.number)
                self.blocks += [b._replace(kind="heading", level=1) for b in blocks[:1]]
                self.why[id(title)] = "written by the archive's software"
            inner = frozenset(id(n) for n in node.walk() if n.is_(cls="noteinfo") or n.is_(cls="notes"))
            self.lay(node.children, "story", self.number, inner)

    def notes(self) -> None:
        """``div.noteinfo`` (its label in ``div.title``): before the first chapter the story's, else of the chapter it follows."""
        for node in self.root.find_all("div"):
            if not (node.is_(cls="noteinfo") or node.is_(cls="notes")) or any(a.is_(cls="noteinfo") for a in node.ancestors()):
                continue
            label = next((n for n in node.walk() if n.is_(cls="title") or n.is_(cls="label")), None)
            said = text_of(self.source, label).rstrip(": ").casefold() if label is not None else ""
            part = _NOTED.get(said) or ("notes-after" if "end" in said else "notes-before")
            before = sum(1 for chapter in self.told if chapter.start < node.start)
            chapter = None if said.startswith("story") else max(before, 1) if part == "notes-after" else before + 1
            skip = frozenset() if label is None else frozenset([id(label)])
            if label is not None:
                self.why[id(label)] = "a label written by the archive's software"
            self.lay(node.children, part, chapter if self.number > 1 or part == "notes-after" else None, skip)

    def metadata(self) -> Metadata:
        labels = [
            label
            for label in self.root.find_all("span")
            if label.is_(cls="label") and any(a.is_(cls="infobox") or a.is_(cls="content") for a in label.ancestors())
        ]
        pairs = [(text_of(self.source, label).rstrip(": "), self.after(label)) for label in labels]
        for label, (name, _) in zip(labels, pairs, strict=True):
            if name.casefold() == "summary":
                self.lay(self.value(label), "summary", None)
        for box in self.root.find_all("div"):
            if box.is_(cls="infobox"):
                self.why[id(box)] = _READ
        found = read_labels([(_named(name), value) for name, value in pairs], "site")
        title = self.root.ids.get("pagetitle")
        if title is not None:
            self.why[id(title)] = _READ
            found = self.titled(found, title)
        counts = {name.casefold(): value.replace(",", "") for name, value in pairs}
        done = counts.get("completed", "").casefold().startswith("y")
        stated = counts.get("chapters", "")
        if stated.isdecimal() and len(stated) < 6:
            fields: dict[str, Any] = {"chapters_stated": f"{stated}/{stated if done else '?'}"}
            fields["status"] = "complete" if done else "in-progress"
            found = replace(found, **fields, trust={**found.trust, **dict.fromkeys(fields, "site")})
        words = ao3_words(*(decoded(self.source[t.start : t.end]) for n in self.told for t, _ in n.texts() if t.kind == "text"))
        whole, why = extent(self.number, found.chapters_stated, words, found.words_stated, other_count=True)
        captured, tool = self.where.captured, self.where.tool
        return replace(found, captured=captured, tool=tool, chapters_held=self.number, extent=whole, extent_why=why)

    def titled(self, found: Metadata, title: Node) -> Metadata:
        """``TITLE by AUTHOR``, both links into the archive, which give its address."""
        base = "/".join((self.where.url or "").split("/")[:3])
        fields: dict[str, Any] = {}
        creators = []
        for link in title.find_all("a"):
            href = link.get("href")
            if story := _STORY_LINK.search(href):
                fields["title"] = text_of(self.source, link) or None
                fields["url"] = self.address(base, href, f"viewstory.php?sid={story[1]}")
            elif user := _USER_LINK.search(href):
                site = self.where.site
                url = self.address(base, href, f"viewuser.php?uid={user[1]}")
                creators.append(Creator(text_of(self.source, link), "author", site, user[1], url))
        fields["creators"] = tuple(creators)
        fields["url"] = fields.get("url") or self.where.url
        fields["site"] = self.where.site
        fields = {name: value for name, value in fields.items() if value}
        return replace(found, **fields, trust={**found.trust, **dict.fromkeys(fields, "site")})

    def address(self, base: str, href: str, path: str) -> str | None:
        whole = href if href.startswith("http") else f"{base}/{path}" if base else ""
        found = identify(whole) if whole else None
        return found.url if found is not None else None

    def after(self, label: Node) -> str:
        """What stands after a label, up to the next one or the end of the line."""
        said = (
            text_of(self.source, n) if isinstance(n, Node) else decoded(self.source[n.start : n.end]) for n in self.value(label)
        )
        return " ".join("".join(said).split())

    def value(self, label: Node) -> list[Node | Text]:
        out: list[Node | Text] = []
        for node in label.parent.children if label.parent is not None else ():
            if node.start < label.end:
                continue
            if isinstance(node, Node) and (node.tag == "br" or node.is_(cls="label")):
                break
            out.append(node)
        return out


def _named(label: str) -> str:
    """What eFiction calls otherwise than people do: its categories are fandoms, "Completed" is no date."""
    return {"categories": "fandom", "category": "fandom", "completed": "packaged", "word count": "words"}.get(
        label.casefold(), label
    )


def _own_title(source: str, title: Node) -> list[Node | Text]:
    """A chapter's title without the "by AUTHOR" the archive writes after it."""
    out: list[Node | Text] = []
    for child in title.children:
        if isinstance(child, Node) and _USER_LINK.search(child.get("href")):
            break
        out.append(child)
    if len(out) < len(title.children) and out and isinstance(last := out[-1], Text):
        said = source[last.start : last.end].rstrip()
        if said.endswith(" by"):
            out[-1] = Text(last.start, last.start + len(said) - 3)
    return out


FORMATS = (Format("efiction-page", detect, read),)
