"""A saved page of a story on FanFiction.net or FictionPress: one chapter, its number and title, typed metadata.

Layout of the site's pages as FanFicFare's adapter reads them. The story is the text alone: what authors write above
and below it (disclaimers, notes, requests for reviews) is rescue's to tell apart.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from variorum.counting import ao3_words
from variorum.document import Document, Laid, Part, Span
from variorum.errors import MalformedItem
from variorum.intake import page as any_page
from variorum.intake import refusals
from variorum.intake.ao3 import extent, trusted
from variorum.intake.bundles import Bundle
from variorum.intake.decode import declared, decode
from variorum.intake.ffn import crossover, read_line
from variorum.intake.markup import Node, Root, Text, decoded, lay, left_out, parse, reasons, text_of
from variorum.intake.origin import origin
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Creator, Metadata

__all__ = ["FORMATS"]

_STORY = re.compile(rb"""\bid=["']?storytext\b""")
_HEADER = re.compile(rb"""\bid=["']?profile_top\b""")
_USER = re.compile(r"(?:https?://[^/]{1,60})?/u/(\d{1,12})(?:/([^/?#]{1,100}))?")
_OPTION = re.compile(r"\s*(\d{1,5})\.\s*")
_SITES = {"fictionpress.com": "fictionpress.com"}
_READ = "read as metadata"
_AREAS = {"review_success": "comments", "p_footer": "the site's footer", "top": "navigation", "pre_story_links": _READ}


def detect(sniff: Sniff) -> Detection:
    """Sure when the header of a story and its text are both there."""
    data = sniff.searched
    if sniff.data.startswith(b"PK") or not sniff.holds(b"storytext", b"profile_top"):
        return Detection(0.0, "no #profile_top and #storytext")
    if not _STORY.search(data) or not _HEADER.search(data):
        return Detection(0.0, "no #profile_top and #storytext")
    if b"xcontrast_txt" in data:
        return Detection(0.92, "#profile_top and #storytext of FanFiction.net")
    return Detection(0.0, "no page of FanFiction.net's")


def read(task: Task) -> Opened:
    """Reads the chapter; a page without a word of story is refused."""
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    if "storytext" not in root.ids:  # damaged beyond that: rather all of the page than a word lost
        return any_page.read(task)
    page = _Page(text, root)
    if not any(block.part == "story" and block.kind != "heading" for block in page.blocks):
        refusals.check(task.name, text, root, page.site)
        if not lay(text, root.children)[0]:
            raise MalformedItem(task.name, "is a page without any text", "no-text")
        raise MalformedItem(task.name, f"is a page of {page.site} that holds no text of a story", "no-story")
    gaps = left_out(text, root, page.blocks, reasons(page.why, "part of the site's page, not of the work"))
    spans = tuple(sorted(page.spans, key=lambda s: s[:2]))
    part = Part("", 0, len(text), encoding, bom)
    document = Document(task.digest, text, (part,), tuple(page.blocks), spans, (), gaps)
    return Opened("ffn-page", (Copy("", page.metadata(), document, page.bundle()),))


class _Page:
    def __init__(self, source: str, root: Root) -> None:
        self.source = source
        self.root = root
        self.where = origin(source, root)
        self.site = self.where.site if self.where.site in _SITES else "fanfiction.net"
        self.fields: dict[str, Any] = {}
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.why: dict[int, str] = {id(area): why for name, why in _AREAS.items() if (area := root.ids.get(name)) is not None}
        self.story: list[Node] = [n for n in (root.ids.get("storytext"),) if n is not None]
        if (top := root.ids.get("profile_top")) is not None:
            self.header(top)
        self.category()
        self.number, self.listed = self.chapters()
        for node in self.story:
            self.lay(node.children, "story", self.number)
        self.blocks.sort(key=lambda b: b.pieces[0].start)

    def lay(self, nodes: list[Node | Text], part: str, chapter: int | None = None) -> None:
        blocks, spans = lay(self.source, nodes, part, chapter)
        self.blocks += [b._replace(level=max(b.level, 2)) if b.kind == "heading" else b for b in blocks if b.pieces]
        self.spans += spans

    def header(self, top: Node) -> None:
        self.why[id(top)] = _READ
        title = next((n for n in top.find_all("b") if n.is_(cls="xcontrast_txt")), None) or top.find("b")
        self.fields["title"] = text_of(self.source, title) if title is not None else None
        author = next((a for a in top.find_all("a") if _USER.match(a.get("href"))), None)
        if author is not None and (match := _USER.match(author.get("href"))):
            url = f"https://www.{self.site}/u/{match[1]}"
            self.fields["creators"] = (Creator(text_of(self.source, author), "author", self.site, match[2] or match[1], url),)
        summary = next((n for n in top.find_all("div") if "margin-top:2px" in n.get("style").replace(" ", "")), None)
        if summary is not None:
            self.fields["summary"] = text_of(self.source, summary) or None
            self.lay(summary.children, "summary")
        line = next((n for n in top.find_all("span") if n.is_(cls="xgray") and "Rated" in text_of(self.source, n)), None)
        if line is not None:
            times = [n.get("data-xutime") for n in line.find_all("span") if n.get("data-xutime")]
            self.fields |= read_line(text_of(self.source, line), times, site=self.site)

    def category(self) -> None:
        """``Books > Title`` or ``A + B Crossover`` above the header."""
        box = self.root.ids.get("pre_story_links")
        links = [text_of(self.source, a) for a in box.find_all("a")] if box is not None else []
        links = [link for link in links if link]
        if len(links) > 1:
            self.fields["fandoms"] = (links[-1],)
        elif links:
            self.fields["fandoms"] = crossover(links[0])

    def chapters(self) -> tuple[int, int]:
        """The number of this chapter and of how many; its title from the list becomes its heading."""
        number, listed = 1, 1
        menu = next((s for s in self.root.find_all("select") if "chap" in (s.get("name") + s.id)), None)
        if menu is None:
            return number, listed
        options = menu.find_all("option")
        listed = max(len(options), 1)
        address = self.where.address
        chosen = next((o for o in options if "selected" in o.attrs), None)
        if chosen is None and address is not None and address.chapter:
            chosen = next((o for o in options if o.get("value") == address.chapter), None)
        if chosen is None:
            return number, listed
        first = chosen.children[0] if chosen.children else None
        match = _OPTION.match(self.source, first.start, first.end) if isinstance(first, Text) else None
        if match is not None and isinstance(first, Text):
            number = int(match[1])
            if decoded(self.source[match.end() : first.end]).strip():
                blocks, _ = lay(self.source, [Text(match.end(), first.end)], "story", number)
                self.blocks += [b._replace(kind="heading", level=1) for b in blocks]
        return number, listed

    def metadata(self) -> Metadata:
        address = self.where.address
        found = Metadata(
            **self.fields | {"site": self.site},
            url=address.url if address is not None and address.kind == "work" else self.by_id(),
            captured=self.where.captured,
            tool=self.where.tool,
            chapters_held=1,
        )
        # The statistics count the story when the page was saved; its menu counts too, where they are silent.
        words = ao3_words(*(decoded(self.source[t.start : t.end]) for node in self.story for t, _ in node.texts()))
        stated = found.chapters_stated or f"{self.listed}/?"
        whole, why = extent(1, stated, words, found.words_stated, other_count=True)
        return replace(found, chapters_stated=stated, extent=whole, extent_why=why, trust=trusted(found, "site"))

    def by_id(self) -> str | None:
        line = next((text_of(self.source, n) for n in self.root.find_all("span") if n.is_(cls="xgray")), "")
        match = re.search(r"\bid: (\d{1,12})", line)
        return f"https://www.{self.site}/s/{match[1]}" if match else None

    def bundle(self) -> Bundle | None:
        """Chapters saved one by one are pieces of one copy, by the story's own number."""
        url = self.metadata().url
        posted = int(self.fields.get("chapters_stated", "1").partition("/")[0])
        if url is None or max(self.listed, posted) < 2:
            return None
        return Bundle(f"work {url}", self.number, max(self.listed, posted))


FORMATS = (Format("ffn-page", detect, read),)
