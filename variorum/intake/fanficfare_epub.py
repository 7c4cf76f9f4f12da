"""FanFicFare's EPUB: typed title page, a file for each chapter with the author's notes marked, and its update log.

As run with 4.62.0, and as files of older versions (FanFictionDownLoader) are. Its package escapes subjects twice
(undone once, opf.py). The log, where it is kept, tells the earlier states of the very file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from variorum.intake.ao3 import relation
from variorum.intake.book import peek
from variorum.intake.epub import is_epub, read_book
from variorum.intake.fanficfare import LABELS, metadata_of
from variorum.intake.lectern import Laying, Maker, Notes
from variorum.intake.markup import Node, Root, Text, decoded, folded, parse, text_of
from variorum.intake.values import Detection, Format, Opened, Sniff, Task
from variorum.model import Earlier, Metadata, Relation

__all__ = ["FANFICFARE", "FORMATS", "notes_of", "read_title"]

_MARK = re.compile(rb"fanficfare-uid|fanficdownloader-uid|FanFicFare \[|fanfictiondownloader", re.IGNORECASE)
_LABEL = "a label written by the download tool"
_MOST_LOGGED = 10_000
_LONGEST_LOGGED = 20_000  # characters of one value
_NUMBER = re.compile(r"\s*\d{1,5}\. ")
# Sites whose lists of chapters write a number before every title, which the tool takes over.
_LISTED = re.compile(r"https?://(?:www\.)?(?:archiveofourown\.org|fanfiction\.net|fictionpress\.com)/", re.IGNORECASE)
_NOTE_PARTS = {
    "author's note": ("", True),
    "summary for the chapter": ("summary", False),
    "notes for the chapter": ("", False),
}


def detect(sniff: Sniff) -> Detection:
    """Sure by the identifier in its package."""
    if is_epub(sniff) and _MARK.search(peek(sniff.name, sniff.data, "content.opf", "OEBPS/content.opf")):
        return Detection(0.9, "its package says that FanFicFare made it")
    return Detection(0.0, "is no EPUB of FanFicFare")


def read(task: Task) -> Opened:
    """The one copy; `MalformedItem` when nothing of it can be read."""
    return read_book(task, "fanficfare-epub", FANFICFARE)


def _title_page(source: str, root: Root, subjects: Sequence[str]) -> tuple[Metadata, tuple[Laying, ...]]:
    """``<b>Label:</b> value<br/>`` (or table rows, its wide form) below a heading of title and authors."""
    return read_title(source, root.find("h3") or root.find("h1"), root, subjects)


def read_title(source: str, heading: Node | None, box: Node, subjects: Sequence[str] = ()) -> tuple[Metadata, tuple[Laying, ...]]:
    """What a heading (title and authors as links) and a box of labels say, and the summary's nodes.

    ``subjects`` are those of the package, which has every tag whole.
    """
    fields: dict[str, str | Sequence[str]] = {"subject_tags": subjects}
    summary: tuple[Node | Text, ...] = ()
    if heading is not None:
        links = heading.find_all("a")
        story = next((a for a in links if not a.is_(cls="authorlink")), None)
        if story is not None:
            fields["title"], fields["storyUrl"] = text_of(source, story), story.get("href")
        fields["authorHTML"] = "".join(source[a.start : a.end] for a in links if a.is_(cls="authorlink"))
    for label in box.find_all("b"):
        name = text_of(source, label)
        key = LABELS.get(name.rstrip(": ").casefold()) if name.endswith(":") else None
        if key is None:
            continue
        nodes = _value(label, to_end=key == "description")
        value = "".join(source[n.start : n.end] for n in nodes)
        if key == "description":
            summary = tuple(nodes)
        if key in ("series", "series01") and key in fields:
            key = next((f"series{n:02}" for n in range(1, 10) if f"series{n:02}" not in fields), key)
        link = next((a for n in nodes if isinstance(n, Node) for a in ([n] if n.tag == "a" else n.find_all("a"))), None)
        if key.startswith("series") and link is not None:
            fields.setdefault(f"{key}Url", link.get("href"))
        fields.setdefault(key, value)
    if "storyUrl" in fields:
        fields["storyUrl"] = decoded(str(fields["storyUrl"]))
    return metadata_of(fields, "title-page"), (Laying(summary, "summary"),) if summary else ()


def _value(label: Node, *, to_end: bool) -> list[Node | Text]:
    """What stands after a label: up to the next one or the end of the line, or the next cell of a table."""
    parent = label.parent
    if parent is None:
        return []
    if parent.tag == "td" and parent.parent is not None:
        cells = [n for n in parent.parent.elements() if n.start >= parent.end]
        return list(cells[0].children) if cells else []
    found: list[Node | Text] = []
    for node in parent.children:
        if node.start < label.end:
            continue
        if isinstance(node, Node) and (node.tag == "b" or (node.tag == "br" and not to_end)):
            break
        found.append(node)
    return found


def notes_of(source: str, root: Node) -> Notes:
    """The notes it marks in a chapter, and the chapter's own title after the number it writes before it."""
    laid: list[Laying] = []
    why: list[tuple[Node, str]] = []
    ties: list[Relation] = []
    boxes = [n for n in root.find_all(cls="fff_chapter_notes") if not any(a.is_(cls="fff_chapter_notes") for a in n.ancestors())]
    for box in boxes:
        why.append((box, "written by the download tool"))
        usual = "notes-after" if box.is_(cls="fff_foot_notes") else "notes-before"
        part, whole = usual, False
        for node in box.children:
            if isinstance(node, Node) and node.tag == "b":
                said = folded(text_of(source, node)).rstrip(": ").casefold()
                own, whole = _NOTE_PARTS.get(said, ("", False))
                part = own or usual
                why.append((node, _LABEL))
            elif isinstance(node, Node) and (node.is_(cls="associations") or node.id == "children"):
                for item in node.find_all("li") or node.find_all("dd"):
                    tie = relation(source, item, ("inspired-by", "in") if node.id == "children" else None)
                    ties += [tie] if tie is not None else []
                    laid.append(Laying(tuple(item.children), "credits", whole=True))
            else:
                inner = tuple(node.children) if isinstance(node, Node) and node.tag == "blockquote" else (node,)
                laid.append(Laying(inner, part, whole))
    return Notes(tuple(laid), tuple(why), tuple(ties), _title(source, root))


def _title(source: str, root: Node) -> tuple[Node, int] | None:
    """The heading of the chapter and where the author's own title begins in it."""
    heading = root.find("h3", cls="fff_chapter_title")
    first = heading.children[0] if heading is not None and heading.children else None
    if heading is None or not isinstance(first, Text):
        return None
    said = {m.get("name"): m.get("content") for m in root.find_all("meta")}
    number = _NUMBER.match(source, first.start, first.end)
    listed = _LISTED.match(said.get("chapterurl", "")) is not None
    if number is None or (said.get("chapterorigtitle", "") == text_of(source, heading) and not listed):
        return None
    return heading, number.end()


def _log(source: str, root: Root) -> tuple[Earlier, ...]:
    """The update log: for each time the file was written, what was new then."""
    entries: list[list[tuple[str, str]]] = []
    for node in root.walk():  # in document order: a summary with paragraphs ends its entry's element early
        if node.tag == "p" and node.is_(cls="log_entry"):
            entries.append([])
        elif node.tag == "span" and node.id and entries:
            # A summary's own paragraphs end the element early; the tool's end tag is where the value ends.
            end = source.find("</span>", node.inner, node.inner + _LONGEST_LOGGED)
            inner = parse(source, node.inner, end if end >= 0 else node.close)
            if value := text_of(source, inner):
                entries[-1].append((node.id, value))
    found = [Earlier(dict(fields).get("dateCreated"), tuple(fields)) for fields in entries if fields]
    return tuple(found[-_MOST_LOGGED:])


#: The hands that read a book of FanFicFare's.
FANFICFARE = Maker("FanFicFare", _title_page, notes_of, _log)
FORMATS = (Format("fanficfare-epub", detect, read),)
