"""A saved page of one entry on LiveJournal, Dreamwidth or their kin, in any style, ``?format=light`` included.

The text is found by the containers of `quirks`; here is read what the page says around it: who posted, when, for whom,
the entry's tags, and whether a cut hides the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from variorum.addresses import Address, identify
from variorum.document import Document, Gap
from variorum.intake.bundles import as_piece, bundle
from variorum.intake.labels import date_of
from variorum.intake.markup import Node, folded, text_of
from variorum.intake.page import Read, read_page
from variorum.intake.tails import closing, text_of_block
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.model import Audience, Creator, Metadata

__all__ = ["FORMATS"]

_SITES = ("livejournal.com", "dreamwidth.org", "insanejournal.com", "deadjournal.com", "journalfen.net", "greatestjournal.com")
_HOSTS = tuple(site.encode() for site in _SITES)
_MARKS = (
    b"b-singlepost",
    b"aentry-post",
    b"entry-wrapper",
    b"entry-content",
    b'class="contents"',
    b"class='contents'",
    b"ljuser",
)
_TEXTS = re.compile(
    rb"""class=["'](?:[^"'<>]{0,200}\s)?(?:b-singlepost-body|aentry-post__text|entry-content|entry-text|contents|entry_text)[\s"']"""
)
_CUT = re.compile(r"#cutid\d{1,3}\Z")
_TIME = re.compile(r",?\s*(?:at\s+)?\d{1,2}:\d\d.*\Z", re.DOTALL)
_SECURITY = re.compile(r"\bsecurity-(public|protected|private|usemask|custom|friends)\b")
#: Words in the description of the little lock beside a title -> for whom the entry stood there.
_LOCKS: tuple[tuple[str, Audience], ...] = (
    ("protected", "friends"),
    ("friends", "friends"),
    ("access list", "friends"),
    ("access filter", "friends"),
    ("custom", "friends"),
    ("private", "private"),
)
_CLASSED: dict[str, Audience] = {"public": "public", "private": "private"}
_NAVIGATION = re.compile(r"controlstrip|navstrip|\bnav|menu|header-bar|s-header|sidebar|userpic|comment", re.IGNORECASE)
_TAGGED = re.compile(r"tag", re.IGNORECASE)
_DATED = ("datetime", "date", "entry-date", "b-singlepost-author-date", "aentry-head__date", "dt-published", "time", "published")


def detect(sniff: Sniff) -> Detection:
    """A journal's host in it, a container of an entry's text, and another mark of a journal."""
    if sniff.data.startswith(b"PK") or b"<" not in sniff.head:
        return Detection(0.0, "no page")
    data = sniff.searched
    if not any(host in data for host in _HOSTS) or not _TEXTS.search(data):
        return Detection(0.0, "no entry of a journal")
    marks = sum(mark in data for mark in _MARKS)
    if marks >= 2:
        return Detection(0.75, "the text of an entry in a container of a journal's page")
    return Detection(0.0, "no marks of a journal's entry")


def read(task: Task) -> Opened:
    """Reads the entry; as `html` does, with what a journal says of it."""
    page = read_page(task)
    entry = _Entry(page)
    metadata = entry.metadata()
    scope = f"journal {metadata.site} {entry.account}" if entry.account else ""
    piece = bundle(scope, page.subject)
    copy = Copy("", as_piece(metadata, piece, page.subject), entry.document(), piece)
    return Opened("journal-page", (copy,), note=page.note)


class _Entry:
    def __init__(self, page: Read) -> None:
        self.page = page
        self.source = page.document.source
        self.story = min((n.start for n in page.found.nodes), default=0)
        address = page.where.address
        self.address = address if address is not None and address.kind == "post" else self._linked()
        self.poster = self._poster()
        self.account = self.address.account if self.address is not None and self.address.account else self.poster

    def _linked(self) -> Address | None:
        """The address in the entry's own title, where the page itself does not say where it was."""
        for node in self.page.root.walk():
            if node.tag == "a" and "title" in _around(node, 2):
                address = identify(node.get("href"))
                if address is not None and address.kind == "post" and address.site in _SITES:
                    return address
        return None

    def _before(self) -> Iterator[Node]:
        for node in self.page.root.walk():
            if node.start >= self.story:
                return
            if node.raw:
                yield node

    def _poster(self) -> str | None:
        """The first journal's user named above the text, the bar of the site aside."""
        for node in self._before():
            name = node.get("lj:user") or node.get("data-ljuser")
            if name and not _NAVIGATION.search(_around(node)):
                return name
        return None

    def audience(self) -> Audience | None:
        for node in self.page.root.walk():
            found = _SECURITY.search(node.get("class")) if node.raw and "security-" in node.raw else None
            if found and node.start <= self.story < node.end:
                return _CLASSED.get(found[1], "friends")
        for node in self._before():
            if node.tag in ("img", "svg", "i", "span") and ("alt" in node.raw or "title" in node.raw):
                words = f"{node.get('alt')} {node.get('title')}".lower()
                for word, audience in _LOCKS:
                    if word in words and len(words) < 80 and not _NAVIGATION.search(_around(node)):
                        return audience
        return None

    def published(self) -> str | None:
        for node in self._before():
            if node.tag == "time" and (found := date_of(node.get("datetime")[:10])):
                return found
            if any(node.is_(cls=name) for name in _DATED) and not _NAVIGATION.search(_around(node)):
                text = text_of(self.source, node)
                if found := date_of(_TIME.sub("", text).strip()):
                    return found
        return None

    def tags(self) -> tuple[str, ...]:
        """The entry's tags, as its author wrote them."""
        found: dict[str, None] = {}
        for node in self.page.root.walk():
            if node.tag != "a" or not node.raw or _NAVIGATION.search(_around(node)):
                continue
            own = "tag" in node.get("rel").split() or "/tag/" in node.get("href")
            if own and _TAGGED.search(_around(node, 5)):
                found[text_of(self.source, node)] = None
        return tuple(tag for tag in found if tag)

    def cuts(self) -> list[Node]:
        """The links that lead to the rest, which is then not on this page."""
        return [n for story in self.page.found.nodes for n in story.walk() if n.tag == "a" and _CUT.search(n.get("href"))]

    def document(self) -> Document:
        """The document with the links of cuts left out of the story, and with what closes it as end notes."""
        document = self.page.document
        blocks, gaps = list(document.blocks), list(document.left_out)
        for link in self.cuts():
            said = text_of(self.source, link)
            for block in blocks:
                first, last = block.pieces[0].start, block.pieces[-1].end
                if first <= link.start < last and text_of_block(self.source, block).strip("()[] \xa0") == said:
                    blocks.remove(block)
                    gaps.append(Gap(first, last, "a link to the rest, which is not on this page"))
                    break
        return replace(document, blocks=tuple(closing(self.source, blocks)), left_out=tuple(sorted(gaps)))

    def metadata(self) -> Metadata:
        found: dict[str, Any] = {}
        if self.address is not None:
            found |= {"url": self.address.url, "site": self.address.site}
        site = found.get("site") or self.page.metadata.site
        own = [c for c in self.page.metadata.creators if self.page.metadata.trust.get("creators") == "text"]
        name = self.poster or self.account
        if name and own:
            # The header names the author; that it is the poster too is said only where the names are one.
            found["creators"] = tuple(
                replace(c, site=site, account=name) if c.role == "author" and _same(c.name, name) else c for c in own
            )
        elif name:
            found["creators"] = (Creator(name, "author", site, name),)
        audience = self.audience()
        if audience is not None:
            found |= {"audience": audience, "restricted": audience != "public"}
        found["published"] = self.published()
        found["tags"] = self.tags()
        found = {key: value for key, value in found.items() if value not in (None, ())}
        extent = "partial" if self.cuts() else self.page.metadata.extent
        metadata = replace(self.page.metadata, **found, extent=extent)
        return replace(metadata, trust={**self.page.metadata.trust, **dict.fromkeys(found, "site")})


def _same(name: str, account: str) -> bool:
    return re.sub(r"[\W_]", "", name).casefold() == re.sub(r"[\W_]", "", account).casefold()


def _around(node: Node, most: int = 50) -> str:
    """The classes and ids of an element and of so many around it."""
    names = [node.get("class"), node.id]
    for number, ancestor in enumerate(node.ancestors()):
        if number >= most:
            break
        names += [ancestor.get("class"), ancestor.id]
    return folded(" ".join(names))


FORMATS = (Format("journal-page", detect, read),)
