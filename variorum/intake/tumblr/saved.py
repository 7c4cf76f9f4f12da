"""Posts saved as pages: the backup tool's articles and a post on its blog, reblog chains taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from variorum.addresses import identify
from variorum.document import Document, Gap, Part
from variorum.errors import MalformedItem
from variorum.intake.bundles import as_piece, bundle
from variorum.intake.decode import declared, decode
from variorum.intake.labelled import labelled, lacking
from variorum.intake.labels import date_of
from variorum.intake.markup import Node, Root, left_out, parse, reasons, text_of
from variorum.intake.markup import lay as lay_nodes
from variorum.intake.page import read_page
from variorum.intake.sheets import Sheet
from variorum.intake.tails import closing
from variorum.intake.tumblr.chain import SITE, Turn, creator, inspiration, lay_turn, part_of, read_more, split, work_of
from variorum.intake.values import Copy, Detection, Format, Inner, Opened, Sniff, Task, recorded
from variorum.model import Extent, Metadata

__all__ = ["FORMATS", "detect_backup", "members"]

_ARTICLE = re.compile(rb"<article class=[\"']?[\w-]{1,40}[\"']? id=[\"']?p-(\d{1,25})[\"']?>")
_INDEX = re.compile(rb"<a href=[\"']?archive/\d{4}-\d\d")
_TAG_INDEX = re.compile(rb"<body class=[\"']?tag-index\b")
_ID = re.compile(r"p-\d{1,25}\Z")
_POST = re.compile(
    rb"""class=["'](?:[^"'<>]{0,200}\s)?(?:post-content|body-text|post_body|post-body|npf_content)[\s"']|class=["']?tumblr_blog\b"""
)
_TAGGED = re.compile(r"/tagged/")
_FURNITURE = "part of the blog's page, not of the post"


def detect_backup(sniff: Sniff) -> Detection:
    """The ``<article class=TYPE id=p-ID>`` of tumblr-backup, one or many; or its index."""
    if _ARTICLE.search(sniff.searched):
        return Detection(0.9, "an article of tumblr-backup")
    if _INDEX.search(sniff.head) and b"tumblr" in sniff.searched.lower():
        return Detection(0.85, "the index of a blog made by tumblr-backup")
    if _TAG_INDEX.search(sniff.head) and b"backup.css" in sniff.head:
        return Detection(0.85, "the index of tags of a blog made by tumblr-backup")
    return Detection(0.0, "no article of tumblr-backup")


def detect_page(sniff: Sniff) -> Detection:
    """Tumblr's name and a container of a post, or a reblog's line."""
    if sniff.data.startswith(b"PK") or b"<" not in sniff.head or b"tumblr.com" not in sniff.searched:
        return Detection(0.0, "no page of Tumblr's")
    if _POST.search(sniff.searched) and (b"<html" in sniff.head.lower() or b"<body" in sniff.head.lower()):
        return Detection(0.72, "a post on a page of Tumblr's")
    return Detection(0.0, "no post on a page of Tumblr's")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The articles of a month's page: a name by the post's number, and the bytes from tag to tag."""
    seen: dict[bytes, int] = {}
    for match in _ARTICLE.finditer(data):
        end = data.find(b"</article>", match.end())
        following = _ARTICLE.search(data, match.end())
        if end < 0 or (following and following.start() < end):
            continue
        seen[match[1]] = seen.get(match[1], 0) + 1
        name = f"post-{match[1].decode('ascii')}"
        yield (f"{name}.html" if seen[match[1]] == 1 else f"{name} ({seen[match[1]]}).html"), data[match.start() : end + 10]


def read_backup(task: Task) -> Opened:
    """One article as a copy; several as items of their own; an index is no work."""
    articles = list(members(task.data)) if len(_ARTICLE.findall(task.data)) > 1 else []
    if articles:
        return Opened("tumblr-backup", (), tuple(Inner(f"{task.name}!{name}", content) for name, content in articles))
    if not _ARTICLE.search(task.data):
        return Opened("tumblr-backup", note="the index of a blog's backup: kept, and no work")
    text, encoding, bom = decode(task.data, declared(task.data), recorded(task, ""))
    root = parse(text)
    article = next(n for n in root.walk() if n.tag == "article" and _ID.match(n.id))
    copy = _Article(task, text, root, article, Part("", 0, len(text), encoding, bom)).copy()
    if copy is None:
        raise MalformedItem(task.name, "is a post without text or pictures", "no-text")
    return Opened("tumblr-backup", (copy,))


class _Article:
    """One ``<article>`` of tumblr-backup."""

    def __init__(self, task: Task, source: str, root: Root, article: Node, part: Part) -> None:
        self.task = task
        self.root = root
        self.article = article
        self.sheet = Sheet(source, [part])
        self.why: dict[int, str] = {}
        tags = [a for a in article.find_all("a") if _TAGGED.search(a.get("href")) and _within(a, "footer")]
        self.tags = tuple(dict.fromkeys(text_of(source, a).lstrip("#").strip() for a in tags))
        own = identify(tags[0].get("href")) if tags else None
        self.blog = own.account if own is not None and own.site == SITE else None
        self.number = article.id.removeprefix("p-")

    def copy(self) -> Copy | None:
        source = self.sheet.source
        head = next((n for n in self.article.elements() if n.tag == "header"), None)
        foot = next((n for n in self.article.elements() if n.tag == "footer"), None)
        title = next((n for n in self.article.elements() if n.tag == "h2"), None)
        for node, why in ((head, "about the post, by the backup tool"), (foot, "tags and notes of the post"), (title, "")):
            if node is not None and why:
                self.why[id(node)] = why
        inside = [n for n in self.article.children if n not in (head, foot, title)]
        box = Node("div", "", self.article.inner, self.article.close, None)
        box.children = list(inside)
        skip = read_more(box, self.why)
        turns = split(source, box, self.blog)
        work = work_of(turns)
        if title is not None:
            blocks, spans = lay_nodes(source, [title], "title")
            self.sheet.take([b._replace(level=1) for b in blocks], spans)
        for number, turn in enumerate(turns):
            lay_turn(self.sheet, turn, part_of(turns, number, work), skip)
        if not any(b.part == "story" and b.kind != "scene-break" for b in self.sheet.blocks):
            return None
        blocks, header = labelled(source, closing(source, self.sheet.blocks))
        self.sheet.blocks = blocks
        self.sheet.gaps += left_out(source, self.root, blocks, reasons(self.why, _FURNITURE))
        metadata = self._metadata(turns, work, head, title, partial=bool(skip))
        subject = metadata.title
        if header is not None:
            metadata = lacking(metadata, header)
        author = turns[work].blog or self.blog
        piece = bundle(f"tumblr {author}", subject) if author else None
        return Copy("", as_piece(metadata, piece, subject), self.sheet.document(self.task.digest), piece)

    def _metadata(self, turns: list[Turn], work: int, head: Node | None, title: Node | None, *, partial: bool) -> Metadata:
        found: dict[str, Any] = {"site": SITE}
        if title is not None:
            found["title"] = text_of(self.sheet.source, title) or None
        if self.blog:
            found["url"] = f"https://{self.blog}.tumblr.com/post/{self.number}"
        time = head.find("time") if head is not None else None
        own = turns[work].blog is None or turns[work].blog == self.blog
        if time is not None and own:
            found["published"] = date_of(time.get("datetime")[:10])
        author = creator(turns[work].blog or self.blog)
        found["creators"] = (author,) if author else ()
        found["tags"] = self.tags if own else ()
        found["relations"] = inspiration(turns, work)
        found = {key: value for key, value in found.items() if value not in (None, ())}
        extent: Extent = "partial" if partial else "unknown"
        return Metadata(**found, extent=extent, tool="tumblr-backup", trust=dict.fromkeys(found, "site"))


def read_saved(task: Task) -> Opened:
    """A post on its blog: as `html`, with the chain taken apart and its tags given to whom they belong."""
    page = read_page(task)
    source = page.document.source
    address = page.where.address
    blog = address.account if address is not None and address.site == SITE and address.kind == "post" else None
    nodes = [_around_chain(node) for node in page.found.nodes[:1]] + page.found.nodes[1:]
    why = dict(page.found.why)
    box = Node("div", "", page.root.inner, page.root.close, None)
    box.children = [child for node in nodes for child in node.children]
    skip = read_more(box, why) | frozenset(why)
    turns = split(source, box, blog)
    work = work_of(turns)
    if turns[work].blog not in (None, blog):
        why.update({id(n): "tags of the blog that passed it on" for n in page.root.find_all(cls="tags")})
    chained = any(turn.label is not None for turn in turns)
    document, metadata = page.document, page.metadata
    if chained:
        sheet = Sheet(source, list(document.parts))
        for number, turn in enumerate(turns):
            lay_turn(sheet, turn, part_of(turns, number, work), skip)
        sheet.blocks, header = labelled(source, sheet.blocks)
        sheet.gaps += left_out(source, page.root, sheet.blocks, reasons(why, _FURNITURE))
        document = sheet.document(task.digest)
        metadata = lacking(metadata, header) if header is not None else metadata
    own = turns[work].blog is None or turns[work].blog == blog
    tags = _tags(source, page.root) if own else ()
    author = creator(turns[work].blog or blog)
    if metadata.title and blog and metadata.title.casefold() == blog.casefold():
        metadata = replace(metadata, title=None)  # the blog's name, not the post's
    found: dict[str, Any] = {"tags": tags, "relations": inspiration(turns, work), "site": SITE}
    if author is not None and metadata.trust.get("creators") != "text":
        found["creators"] = (author,)
    found = {key: value for key, value in found.items() if value != ()}
    cut = any(n.is_(cls="read_more") for node in page.found.nodes for n in node.walk())
    metadata = replace(metadata, **found, extent="partial" if cut else metadata.extent)
    metadata = replace(metadata, trust={**metadata.trust, **dict.fromkeys(found, "site")})
    document = replace(document, blocks=tuple(closing(source, document.blocks)))
    piece = bundle(f"tumblr {turns[work].blog or blog}", page.subject) if turns[work].blog or blog else None
    return Opened("tumblr-page", (Copy("", as_piece(metadata, piece, page.subject), _sorted(document), piece),), note=page.note)


def _around_chain(node: Node) -> Node:
    """The container of the whole chain, where only the innermost quotation was taken for the story."""
    outer = node
    for around in (node, *node.ancestors()):
        if around.tag == "blockquote" and around.parent is not None:
            outer = around.parent
    return outer


def _sorted(document: Document) -> Document:
    gaps: list[Gap] = sorted(document.left_out)
    return replace(document, left_out=tuple(gaps))


def _tags(source: str, root: Root) -> tuple[str, ...]:
    """The tags under a post: links to what its blog tagged alike."""
    links = (n for n in root.find_all("a") if _TAGGED.search(n.get("href")) and not _within(n, "nav"))
    return tuple(dict.fromkeys(t for t in (text_of(source, n).lstrip("#").strip() for n in links) if t))


def _within(node: Node, tag: str) -> bool:
    return any(ancestor.tag == tag for ancestor in node.ancestors())


FORMATS = (Format("tumblr-backup", detect_backup, read_backup), Format("tumblr-page", detect_page, read_saved))
