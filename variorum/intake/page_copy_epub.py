"""Books of tools that copy an archive's pages: FicHub, WebToEpub, and those with ``titlepage.html`` and ``notes.html``.

Each is recognised by how it names its files. Whoever packed the book is neither its author nor its publisher; a raw
header of FanFiction.net's in a book of WebToEpub's is typed; a status line of the page-copy tools is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from variorum.addresses import identify
from variorum.intake.ao3 import relation, status
from variorum.intake.epub import is_epub, read_book
from variorum.intake.ffn import is_line, read_line
from variorum.intake.labels import field_of, read_labels
from variorum.intake.lectern import Laying, Maker, Notes
from variorum.intake.markup import Node, Root, folded, lay, text_of
from variorum.intake.values import Detection, Format, Opened, Sniff, Task
from variorum.intake.zips import names
from variorum.model import Creator, Metadata, Relation

__all__ = ["FORMATS"]

_LABELLED = re.compile(r"\s*([A-Za-z][A-Za-z ]{0,29}):\s*(.*)", re.DOTALL)
_BY = re.compile(r"by\s+(\S.{0,120})\Z", re.IGNORECASE)
_SEEN = 200  # lines of a title page that are looked at


def _lines(source: str, root: Node) -> list[tuple[str, Node | None]]:
    """The lines of a title page, each with the element it came from where that is one paragraph."""
    found: list[tuple[str, Node | None]] = []
    for node in root.walk():
        if node.tag in ("p", "h1", "h2", "h3", "td", "li", "dd", "dt") and not any(n.tag in ("p", "li") for n in node.walk()):
            blocks, _ = lay(source, node.children)
            for block in blocks:
                text = "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)
                found += [(line, node) for line in text.split("\n") if line.strip()]
    return found[:_SEEN]


def _fichub(source: str, root: Root, _subjects: Sequence[str] = ()) -> tuple[Metadata, tuple[Laying, ...]]:
    """``<p>Label: value</p>`` below the title and ``by AUTHOR``; what follows unlabelled is the summary."""
    pairs: list[tuple[str, str]] = []
    summary: list[Node] = []
    for line, node in _lines(source, root):
        match, by = _LABELLED.match(line), _BY.match(line.strip())
        if match is not None and field_of(match[1]) is not None:
            pairs.append((match[1], match[2]))
        elif node is not None and node.tag in ("h1", "h2"):
            pairs.append(("title", line))
        elif by is not None and not any(label == "author" for label, _ in pairs):
            pairs.append(("author", by[1]))
        elif node is not None and node.tag == "p" and "FicHub" not in line and pairs and node not in summary:
            summary.append(node)
    found = read_labels(pairs, "title-page")
    count = next((value.replace(",", "") for label, value in pairs if label.casefold() == "chapters"), "")
    if found.chapters_stated is None and count.isdecimal() and len(count) < 6:
        stated = f"{count}/{count if found.status == 'complete' else '?'}"
        found = replace(found, chapters_stated=stated, trust={**found.trust, "chapters_stated": "title-page"})
    if summary and found.summary is None:
        said = "\n\n".join(text_of(source, n) for n in summary)
        found = replace(found, summary=said, trust={**found.trust, "summary": "title-page"})
    return found, tuple(Laying(tuple(n.children), "summary") for n in summary)


def _webtoepub(source: str, root: Root, _subjects: Sequence[str] = ()) -> tuple[Metadata, tuple[Laying, ...]]:
    """A page of information; from FanFiction.net it is the site's raw header."""
    lines = _lines(source, root)
    spoken = [folded(line) for line, _ in lines]
    for node in root.walk():
        if node.tag in ("span", "div") and is_line(text_of(source, node)):
            spoken.append(text_of(source, node))
            break
    said = next((text for text in spoken if is_line(text)), None)
    times = [n.get("data-xutime") for n in root.find_all("span") if n.get("data-xutime")]
    found = read_labels([(m[1], m[2]) for text in spoken if not is_line(text) and (m := _LABELLED.match(text))], "title-page")
    if said is not None:
        fields = read_line(said, times)
        trust = {**found.trust, **dict.fromkeys(fields.keys() - {"mapped"}, "title-page")}
        found = replace(found, **fields, trust=trust)
    links = [(a.get("href"), text_of(source, a)) for a in root.find_all("a")]
    for href, text in links:
        address = identify(href) or identify("https://www.fanfiction.net" + href if href.startswith("/") else "")
        if address is None:
            continue
        if address.kind == "work" and found.url is None:
            found = replace(found, url=address.url, site=address.site, trust={**found.trust, "url": "title-page"})
        elif address.kind in ("user", "pseud") and text and not found.creators:
            who = Creator(text, "author", address.site, address.account or address.id, address.url)
            found = replace(found, creators=(who,), trust={**found.trust, "creators": "title-page"})
    title = next((b for b in root.find_all("b") if b.is_(cls="xcontrast_txt")), None)
    if title is not None and found.title is None:
        found = replace(found, title=text_of(source, title), trust={**found.trust, "title": "title-page"})
    summary = next((n for n in root.find_all("div") if "margin-top:2px" in n.get("style").replace(" ", "")), None)
    if summary is not None:
        found = replace(found, summary=text_of(source, summary), trust={**found.trust, "summary": "title-page"})
    return found, (Laying(tuple(summary.children), "summary"),) if summary is not None else ()


def _page_copy(source: str, root: Root, _subjects: Sequence[str] = ()) -> tuple[Metadata, tuple[Laying, ...]]:
    """A title page of labels, whose Status line is known to be wrong: the chapters say it."""
    metadata, layings = _fichub(source, root)
    said = status(metadata.chapters_stated, finished=False, has_stats=False)
    trust = {name: kind for name, kind in metadata.trust.items() if name != "status" or said != "unknown"}
    return replace(metadata, status=said, trust=trust), layings


def _archive_notes(source: str, root: Root) -> Notes:
    """The archive's own boxes of notes inside a copied page."""
    laid: list[Laying] = []
    why: list[tuple[Node, str]] = []
    ties: list[Relation] = []
    for box in root.find_all("div"):
        if not box.is_(cls="module") or not (box.is_(cls="notes") or box.is_(cls="summary")):
            continue
        if any(a.is_(cls="module") for a in box.ancestors()):
            continue
        why.append((box, "written by the archive's software"))
        part = "summary" if box.is_(cls="summary") else "notes-after" if box.is_(cls="end") else "notes-before"
        for item in (n for ul in box.find_all("ul") if ul.is_(cls="associations") for n in ul.find_all("li")):
            tie = relation(source, item)
            ties += [tie] if tie is not None else []
            laid.append(Laying(tuple(item.children), "credits"))
        quotes = (q for q in box.find_all("blockquote") if not any(a.tag == "blockquote" for a in q.ancestors()))
        laid += [Laying(tuple(quote.children), part) for quote in quotes]
    return Notes(tuple(laid), tuple(why), tuple(ties))


_FICHUB = Maker("FicHub", _fichub)
_WEBTOEPUB = Maker("WebToEpub", _webtoepub)
_PAGES = Maker("a tool that copies pages", _page_copy, _archive_notes)


def _by_names(sniff: Sniff, what: str, *patterns: str) -> Detection:
    if not is_epub(sniff):
        return Detection(0.0, "is no EPUB")
    listed = [name.lower() for name in names(sniff.data)]
    found = all(any(re.search(pattern, name) for name in listed) for pattern in patterns)
    return Detection(0.85, f"names its files as {what} does") if found else Detection(0.0, f"is no book of {what}")


def detect_fichub(sniff: Sniff) -> Detection:
    """``introduction.xhtml`` beside ``chap_1.xhtml``."""
    return _by_names(sniff, "FicHub", r"(?:^|/)introduction\.xhtml\Z", r"(?:^|/)chap_\d+\.xhtml\Z")


def detect_webtoepub(sniff: Sniff) -> Detection:
    """``Text/0000_Information.xhtml``."""
    return _by_names(sniff, "WebToEpub", r"text/0+_information\.xhtml\Z")


def detect_pages(sniff: Sniff) -> Detection:
    """``titlepage.html`` with ``notes.html`` or ``endnotes.html``, and ``chapter1.html``."""
    return _by_names(
        sniff,
        "a tool that copies pages",
        r"(?:^|/)titlepage\.x?html\Z",
        r"(?:^|/)(?:end)?notes\.x?html\Z",
        r"(?:^|/)chapter\d+\.x?html\Z",
    )


def read_fichub(task: Task) -> Opened:
    """A book of FicHub's."""
    return read_book(task, "fichub-epub", _FICHUB)


def read_webtoepub(task: Task) -> Opened:
    """A book of WebToEpub's."""
    return read_book(task, "webtoepub-epub", _WEBTOEPUB)


def read_pages(task: Task) -> Opened:
    """A book that a page-copy tool made."""
    return read_book(task, "page-copy-epub", _PAGES)


FORMATS = (
    Format("fichub-epub", detect_fichub, read_fichub),
    Format("webtoepub-epub", detect_webtoepub, read_webtoepub),
    Format("page-copy-epub", detect_pages, read_pages),
)
