"""Documents of word processors: Word's docx and OpenDocument's odt, both a zip with the text as XML.

The source is the XML of the text itself, so that every offset is exact; styles are looked up for headings and emphasis.
ECMA-376 part 1 (17.3), OpenDocument 1.3 part 3 (chapters 5, 6, 16).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from variorum.document import Document, Laid, Part, Span
from variorum.errors import MalformedItem
from variorum.intake.decode import decode
from variorum.intake.labelled import labelled
from variorum.intake.markup import Node, Root, left_out, parse, text_of
from variorum.intake.markup.entities import pieces_of, trimmed
from variorum.intake.markup.nodes import Text
from variorum.intake.merging import merged
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.intake.zips import Budget, MemberError, directory, names, read
from variorum.model import Creator, Metadata

__all__ = ["FORMATS", "chaptered", "detect_docx", "detect_odt", "read_docx", "read_odt"]

_LETTER = re.compile(r"\S")
_HEADING = re.compile(r"(?:heading|title|berschrift|titre|titolo|t[ií]tulo)[^\d]{0,20}(\d?)", re.IGNORECASE)
_SCENE = re.compile(r"\W{1,40}\Z")
_OFF = frozenset(("0", "false", "none", "off"))
_MARKS = {"w:i": "emphasis", "w:b": "strong", "w:u": "underline", "w:strike": "strikethrough"}


class _Words(NamedTuple):
    """How one kind of XML says what: tags of a paragraph, of text in it, of what is no text of the story."""

    paragraphs: frozenset[str]
    instead: Mapping[str, str]  #: empty elements that stand for a character
    skipped: Mapping[str, str]  #: element -> why it is left out


_DOCX = _Words(
    frozenset(("w:p",)),
    {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:nobreakhyphen": "\u2011"},
    {
        "w:del": "taken out by its author, with changes tracked",
        "w:movefrom": "moved elsewhere, with changes tracked",
        "w:instrtext": "a field's code",
    },
)
_ODT = _Words(
    frozenset(("text:p", "text:h")),
    {"text:tab": "\t", "text:line-break": "\n", "text:s": " "},
    {
        "text:tracked-changes": "taken out by its author, with changes tracked",
        "office:annotation": "a comment in the margin",
        "text:note": "a footnote",
        "text:table-of-content": "a table of contents",
    },
)


def detect_docx(sniff: Sniff) -> Detection:
    """A zip with Word's document in it."""
    return _detect(sniff, "word/document.xml", "a Word document")


def detect_odt(sniff: Sniff) -> Detection:
    """A zip with an OpenDocument text in it."""
    if b"opendocument.text" not in sniff.data[:200] and sniff.suffix not in (".odt", ".ott"):
        return Detection(0.0, "is no OpenDocument text")
    return _detect(sniff, "content.xml", "an OpenDocument text")


def _detect(sniff: Sniff, member: str, what: str) -> Detection:
    if sniff.data.startswith(b"PK\x03\x04") and member in names(sniff.data):
        return Detection(0.9, f"is {what}")
    return Detection(0.0, f"is not {what}")


def read_docx(task: Task) -> Opened:
    """The one copy a Word document is."""
    files = _files(task, ("word/document.xml", "word/styles.xml", "docProps/core.xml"))
    styles = _styles(files["word/styles.xml"])
    return _read(task, "docx", files, _DOCX, lambda p: _level(p, styles), _runs)


def read_odt(task: Task) -> Opened:
    """The one copy an OpenDocument text is."""
    files = _files(task, ("content.xml", "meta.xml"))
    return _read(task, "odt", files, _ODT, _outline, _spans)


def _files(task: Task, wanted: tuple[str, ...]) -> dict[str, bytes]:
    budget = Budget(len(task.data))
    found = dict.fromkeys(wanted, b"")
    for member in directory(task.name, task.data, budget).members:
        if member.name in found:
            try:
                found[member.name] = read(task.data, member, budget)
            except MemberError as error:
                if member.name != wanted[0]:
                    continue
                raise MalformedItem(task.name, f"is a document whose text {error.reason}", error.code) from error
    return found


def _read(
    task: Task,
    form: str,
    files: dict[str, bytes],
    words: _Words,
    level_of: Callable[[Node], int],
    spans_of: Callable[[Root], Iterator[Span]],
) -> Opened:
    path, about = next(iter(files)), list(files)[-1]
    text, encoding, bom = decode(files[path], "utf-8", recorded(task, path))
    root = parse(text, xml=True)
    skip = {id(n): words.skipped[n.tag] for n in root.walk() if n.tag in words.skipped}
    blocks: list[Laid] = []
    for node in root.walk():
        if node.tag not in words.paragraphs or any(id(a) in skip for a in node.ancestors()):
            continue
        pieces = trimmed(text, pieces_of(text, list(_runs_of(text, node, words, skip))))
        if not pieces:
            continue
        said = "".join(text[p.start : p.end] if p.text is None else p.text for p in pieces)
        level = level_of(node)
        kind = "heading" if level else "scene-break" if _SCENE.match(said) else "paragraph"
        blocks.append(Laid(kind, "story", tuple(pieces), None, 1.0, level))
    if not blocks:
        raise MalformedItem(task.name, "is a document without any text", "no-text")
    metadata = _about(files[about])
    laid, header = labelled(text, blocks, metadata.title)
    laid = chaptered(laid, metadata.title, text)
    if header is not None:
        metadata = merged(header, metadata)  # whose word processor it is says less than what stands above the story
    spans = tuple(sorted(spans_of(root), key=lambda s: s[:2]))
    gaps = left_out(
        text,
        root,
        laid,
        lambda node: next((skip[id(a)] for a in (node, *node.ancestors()) if id(a) in skip), "written for the word processor"),
    )
    document = Document(task.digest, text, (Part(path, 0, len(text), encoding, bom),), tuple(laid), spans, (), gaps)
    return Opened(form, (Copy("", metadata, document),))


def _runs_of(source: str, node: Node, words: _Words, skip: dict[int, str]) -> Iterator[tuple[int, int, str | None]]:
    """The text of a paragraph in its order, what stands for a character in its place; not that of paragraphs inside."""
    stack: list[Iterator[Node | Text]] = [iter(node.children)]
    while stack:
        for child in stack[-1]:
            if isinstance(child, Text):
                if (child.kind == "text" and _LETTER.search(source, child.start, child.end)) or (
                    child.kind == "text" and len(stack) > 1
                ):
                    yield child.start, child.end, None
            elif child.tag in words.instead:
                yield child.start, child.end, words.instead[child.tag]
            elif id(child) not in skip and child.tag not in words.paragraphs and child.children:
                stack.append(iter(child.children))
                break
        else:
            stack.pop()


def chaptered(blocks: list[Laid], title: str | None, source: str) -> list[Laid]:
    """Headings of the first rank begin chapters; a first heading that is the title is the title."""
    out: list[Laid] = []
    chapter: int | None = None
    top = min((b.level for b in blocks if b.kind == "heading" and b.part == "story"), default=0)
    for number, block in enumerate(blocks):
        if block.kind == "heading" and number == 0 and title and block.part == "story":
            said = "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)
            if said.strip().casefold() == title.casefold():
                out.append(block._replace(part="title", level=1))
                continue
        if block.kind == "heading" and block.level == top and block.part == "story":
            chapter = (chapter or 0) + 1
        out.append(block._replace(chapter=chapter))
    return out


# ---------------------------------------------------------------- Word


def _styles(data: bytes) -> dict[str, int]:
    """Style -> rank of the heading it is."""
    found: dict[str, int] = {}
    source = data.decode("utf-8", "replace")
    for node in parse(source, xml=True).find_all("w:style") if data else ():
        name = next((n.get("w:val") for n in node.elements() if n.tag == "w:name"), "")
        match = _HEADING.match(name)
        if match:
            found[node.get("w:styleid")] = int(match[1] or 1) or 1
    return found


def _level(node: Node, styles: dict[str, int]) -> int:
    style = next((n.get("w:val") for p in node.elements() if p.tag == "w:ppr" for n in p.elements() if n.tag == "w:pstyle"), "")
    match = _HEADING.match(style)
    return styles.get(style) or (int(match[1] or 1) or 1 if match else 0)


def _runs(root: Root) -> Iterator[Span]:
    for run in root.find_all("w:r"):
        for node in (n for p in run.elements() if p.tag == "w:rpr" for n in p.elements()):
            kind = _MARKS.get(node.tag)
            if kind and node.get("w:val").lower() not in _OFF:
                yield Span(run.inner, run.close, kind)


# ---------------------------------------------------------------- OpenDocument


def _outline(node: Node) -> int:
    level = node.get("text:outline-level")
    return (int(level) if level.isascii() and level.isdecimal() and 0 < len(level) < 3 else 1) if node.tag == "text:h" else 0


def _spans(root: Root) -> Iterator[Span]:
    kinds: dict[str, list[str]] = {}
    for style in root.find_all("style:style"):
        for looks in (n for n in style.elements() if n.tag == "style:text-properties"):
            found = [
                kind
                for name, value, kind in (
                    ("fo:font-style", "italic", "emphasis"),
                    ("fo:font-weight", "bold", "strong"),
                    ("style:text-underline-style", "solid", "underline"),
                    ("style:text-line-through-style", "solid", "strikethrough"),
                )
                if looks.get(name) == value
            ]
            if found:
                kinds[style.get("style:name")] = found
    # A paragraph may be set so as a whole; a heading is bold without being stressed.
    for node in (*root.find_all("text:span"), *root.find_all("text:p")):
        for kind in kinds.get(node.get("text:style-name"), ()):
            yield Span(node.inner, node.close, kind)


# ---------------------------------------------------------------- what is said of it


def _about(data: bytes) -> Metadata:
    """Title, author and last change, as the word processor keeps them (its user's name is often not the author's)."""
    source = data.decode("utf-8", "replace")
    found: dict[str, str] = {}
    for node in parse(source, xml=True).walk():
        found.setdefault(node.tag, text_of(source, node).strip()[:500])
    author = found.get("meta:initial-creator") or found.get("dc:creator") or ""
    title = found.get("dc:title") or None
    updated = (found.get("dcterms:modified") or found.get("dc:date") or "")[:10]
    return Metadata(
        title=title,
        creators=(Creator(author),)
        if author and author.lower() not in ("user", "owner", "admin", "microsoft office user")
        else (),
        updated=updated if re.fullmatch(r"\d{4}-\d\d-\d\d", updated) else None,
        trust={"title": "opf", "creators": "opf", "updated": "opf"},
    )


FORMATS = (Format("docx", detect_docx, read_docx), Format("odt", detect_odt, read_odt))
