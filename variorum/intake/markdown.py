"""Markdown: headings, emphasis, links, rules, lists, quotations and code by CommonMark, and the fields some tools put on top.

What a person reads is never lost to a rule: see `marks.parser`. A first heading is the title, those of the first two ranks are chapters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from markdown_it.token import Token

from variorum.document import SCENE, Document, Gap, Laid, Part, Piece, Span
from variorum.errors import UnknownFormat
from variorum.intake.decode import decode
from variorum.intake.headers import Header, read_header
from variorum.intake.kinds import HEAD, by_content, ending
from variorum.intake.labels import field_of, read_labels
from variorum.intake.lines import Line, runs_of
from variorum.intake.marks import parser, said
from variorum.intake.text import read_text
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Creator, Metadata

__all__ = ["FORMATS", "detect", "read"]

_ENDINGS = frozenset({"md", "markdown", "mkd"})
_LARGEST = 8 << 20  # characters; what is larger is read as plain text
_FRONT = re.compile(r"---[ \t]*\r?\n(.{0,65536}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9 _-]{0,40}):(?:[ \t]+(.*))?\Z")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)\Z")
_IN_LIST = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,]*))\s*(?:,|\Z)""")
_LISTS = {"tags": "tags", "fandom": "fandoms", "pairing": "relationships", "characters": "characters", "genre": "tags"}
_LINE = re.compile(r"\r\n?|\n")
_LETTER = re.compile(r"\w")
_MARKS = re.compile(r"[ \t]{0,8}#{1,6}[ \t]+")
_SENTENCE = re.compile(r"[.!?…][\"”’')\]*_]{0,3}\s*\Z")
_TITLE = 100  # characters a heading underlined with dashes may have


def detect(sniff: Sniff) -> Detection:
    """A text with the ending of Markdown."""
    if ending(sniff.name) in _ENDINGS and by_content(sniff.head[:HEAD]) == "text":
        return Detection(0.4, "is a text with the ending of Markdown")
    return Detection(0.0, "has no ending of Markdown")


def read(task: Task) -> Opened:
    """The one copy a file of Markdown is."""
    text, encoding, bom = decode(task.data, None, recorded(task, ""))
    if len(text) > _LARGEST:
        return read_text(task)
    front = _front(text)
    header = _header(text, front.end)
    laying = _Laying(text, max(front.end, header.end))
    laying.lay()
    blocks = [*front.blocks, *header.blocks, *laying.blocks]
    if not blocks:
        raise UnknownFormat(task.name, "holds nothing but white space", "empty-file")
    metadata = header.metadata
    if metadata.title is None and laying.title:
        metadata = replace(metadata, title=laying.title, trust={**metadata.trust, "title": "text"})
    metadata = _first(front.metadata, metadata)
    gaps = sorted([*front.gaps, *laying.gaps, *_rest(text, max(front.end, header.end), laying)])
    parts = (Part("", 0, len(text), encoding, bom),)
    spans = tuple(sorted(laying.spans, key=lambda span: span[:2]))
    document = Document(task.digest, text, parts, tuple(blocks), spans, (), tuple(gaps))
    return Opened("markdown", (Copy("", metadata, document),))


def _first(one: Metadata, other: Metadata) -> Metadata:
    """The fields on top, and where they say nothing the header's."""
    empty = Metadata()
    values: dict[str, Any] = {
        name: getattr(other, name)
        for name in Metadata.__dataclass_fields__
        if name != "trust" and getattr(one, name) == getattr(empty, name)
    }
    return replace(one, **values, trust={**other.trust, **one.trust})


# ---------------------------------------------------------------- above the story


class _Front(NamedTuple):
    end: int
    metadata: Metadata
    blocks: tuple[Laid, ...] = ()
    gaps: tuple[Gap, ...] = ()


def _front(text: str) -> _Front:
    """The fields between two lines of dashes at the very top, as site generators and Obsidian write them (a little of YAML)."""
    match = _FRONT.match(text)
    pairs: list[tuple[str, str]] = []
    lists: dict[str, list[str]] = {}
    prose: dict[str, list[Piece]] = {}
    if match is None:
        return _Front(0, Metadata())
    key = ""
    at = match.start(1)
    for line in match[1].split("\n"):
        start, end, at = at, at + len(line.rstrip()), at + len(line) + 1
        stripped = line.strip()
        said_key, item = _KEY.match(line.rstrip()), _ITEM.match(line.rstrip())
        if not stripped or stripped.startswith("#"):
            continue
        if said_key:
            key = said_key[1].replace("_", " ")
            value = (said_key[2] or "").strip()
            if value.startswith("[") and value.endswith("]"):
                lists[key] = [one for one in _listed(value[1:-1]) if one]
            elif value not in ("", "|", ">", "|-", ">-"):
                pairs.append((key, _unquoted(value)))
                prose[key] = [Piece(start + said_key.start(2), end)]
        elif item and key:
            lists.setdefault(key, []).append(_unquoted(item[1].strip()))
        elif line[:1] in " \t" and key:
            pairs.append((key, stripped))
            begins = start + len(line) - len(line.lstrip())
            before = prose.setdefault(key, [])
            prose[key] += [*([Piece(before[-1].end, begins, " ")] if before else []), Piece(begins, end)]
        else:
            return _Front(0, Metadata())  # a rule, a line, a rule: a story
    together: dict[str, str] = {}
    for key, value in pairs:
        together[key] = f"{together[key]} {value}" if key in together else value
    together.update({key: ", ".join(values) for key, values in lists.items() if field_of(key) not in _LISTS})
    metadata = read_labels(together.items(), "text")
    for key, values in lists.items():
        name = _LISTS.get(field_of(key) or "")
        if name and values:
            metadata = replace(metadata, **{name: tuple(dict.fromkeys(values))}, trust={**metadata.trust, name: "text"})  # type: ignore[arg-type]
    authors = [name for key, values in lists.items() if field_of(key) == "author" for name in values]
    if authors:  # each as it stands: a name may hold a comma
        others = (one for one in metadata.creators if one.role != "author")
        metadata = replace(metadata, creators=tuple(dict.fromkeys((*map(Creator, authors), *others))))
    parts = {"summary": "summary", "notes": "notes-before", "disclaimer": "notes-before"}
    blocks = tuple(
        Laid("paragraph", parts[field], tuple(pieces)) for key, pieces in prose.items() if (field := field_of(key) or "") in parts
    )
    edges = [0, *(edge for block in blocks for edge in (block.pieces[0].start, block.pieces[-1].end)), match.end()]
    gaps = tuple(Gap(a, b, "read as metadata") for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a)
    return _Front(match.end(), metadata, blocks, gaps)


def _listed(value: str) -> Iterator[str]:
    for match in _IN_LIST.finditer(value):
        yield (match[1] if match[1] is not None else match[2] if match[2] is not None else match[3] or "").strip()


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _header(text: str, start: int) -> Header:
    """The header below an offset, its title without the mark of a heading."""
    header = read_header(text, _below(runs_of(text), start))
    title = header.metadata.title
    if title is None or not _MARKS.match(title):
        return header
    metadata = replace(header.metadata, title=_MARKS.sub("", title, count=1))
    blocks = list(header.blocks)
    first = blocks[0].pieces[0] if blocks else None
    if first is not None and (marks := _MARKS.match(text, first.start, first.end)):
        blocks[0] = blocks[0]._replace(pieces=(Piece(marks.end(), first.end),))
    return Header(header.end, tuple(blocks), metadata)


def _below(runs: Iterator[list[Line]], start: int) -> Iterator[list[Line]]:
    for run in runs:
        if lines := [line for line in run if line.start >= start]:
            yield lines


# ---------------------------------------------------------------- the story


class _Laying:
    """The blocks of one text from an offset on."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.gaps: list[Gap] = []
        self.title: str | None = None
        self._chapter: int | None = None
        self._depth = 0  # of quotations
        self._items = 0  # lists one stands in
        self._marker: tuple[int, str] | None = None  # of a list's item that has not begun: its line, its number
        self._heading: Token | None = None
        ends = [(match.start(), match.end()) for match in _LINE.finditer(text, start)]
        starts = [start, *(end for _, end in ends)]
        self._lines = list(zip(starts, [*(begin for begin, _ in ends), len(text)], strict=True))

    def lay(self) -> None:
        """Lays everything."""
        for token in parser().parse(self.text[self.start :]):
            kind = token.type
            if kind.startswith("blockquote"):
                self._depth += token.nesting
            elif kind.startswith(("bullet_list", "ordered_list")):
                self._items += token.nesting
            elif kind == "list_item_open" and token.map:
                self._marker = (token.map[0], token.info + token.markup if token.info else "")
            elif kind.startswith("heading"):
                self._heading = token if token.nesting > 0 else None
            elif kind == "inline":
                self._inline(token)
            elif kind == "fence" and token.map:
                self._code(token.map[0] + 1, token.map[1])
            elif kind == "hr" and token.map:
                start, end = self._lines[token.map[0]]
                self.blocks.append(Laid("scene-break", "story", (Piece(start, end, SCENE),), self._chapter))

    def _inline(self, token: Token) -> None:
        places = self._places(token)
        if not places:
            return
        found = said(token, places)
        if not found.pieces:
            return
        self.spans += found.spans
        words = "".join(self.text[p.start : p.end] if p.text is None else p.text for p in found.pieces)
        if self._heading is not None and self._is_heading(self._heading, token):
            self._head(self._heading, token, found.pieces, words.strip())
            return
        pieces = found.pieces
        marker, self._marker = self._marker, None
        if marker is not None and marker[1] and token.map and marker[0] == token.map[0]:
            # The number of an item is text: a paragraph may begin with a year.
            line = self._lines[marker[0]][0]
            at = self.text.rfind(marker[1], line, pieces[0].start)
            pieces = (Piece(at, pieces[0].start), *pieces) if at >= 0 else pieces
        kind = "image" if found.image else "list-item" if self._items else "quote" if self._depth else "paragraph"
        self.blocks.append(Laid(kind, "story", pieces, self._chapter, 1.0, self._depth if kind == "quote" else 0, found.image))
        if self._heading is not None and token.map:
            # A paragraph with a line of dashes right under it is a paragraph and a rule.
            start, end = self._lines[min(token.map[1], len(self._lines) - 1)]
            self.blocks.append(Laid("scene-break", "story", (Piece(start, end, SCENE),), self._chapter))

    def _is_heading(self, heading: Token, token: Token) -> bool:
        underlined = heading.markup in ("-", "=")
        content = token.content
        return not underlined or ("\n" not in content and len(content) <= _TITLE and not _SENTENCE.search(content))

    def _head(self, heading: Token, token: Token, pieces: tuple[Piece, ...], words: str) -> None:
        level = int(heading.tag[1:])
        if heading.markup.startswith("#") and token.map:
            self.gaps.append(Gap(self._lines[token.map[0]][0], pieces[0].start, "the mark of a Markdown heading"))
        part = "story"
        if level == 1 and not any(block.part in ("story", "title") for block in self.blocks):
            part, self.title = "title", words  # the first heading of a file, above everything, is its title
        elif level <= 2:
            self._chapter = (self._chapter or 0) + 1
        self.blocks.append(Laid("heading", part, pieces, self._chapter if part == "story" else None, 1.0, 1))

    def _places(self, token: Token) -> list[tuple[int, int]]:
        """For each line of a paragraph: where it begins in the paragraph and in the source."""
        found: list[tuple[int, int]] = []
        at = 0
        for number, line in enumerate(token.content.split("\n"), token.map[0] if token.map else len(self._lines)):
            if number >= len(self._lines):
                break
            start, end = self._lines[number]
            words = line.strip(" \t")
            stands = self.text[start:end].replace("\0", "\ufffd").rfind(words)
            if stands < 0:
                break
            found.append((at, start + stands - (len(line) - len(line.lstrip(" \t")))))
            at += len(line) + 1
        return found

    def _code(self, first: int, last: int) -> None:
        lines = self._lines[first:last]
        if lines and self.text[slice(*lines[-1])].strip(" \t>`") == "":
            lines.pop()
        if lines and (words := self.text[lines[0][0] : lines[-1][1]]).strip():
            start = lines[0][0]
            self.blocks.append(Laid("preformatted", "story", (Piece(start, start + len(words.rstrip())),), self._chapter))


def _rest(text: str, start: int, laying: _Laying) -> Iterator[Gap]:
    """What is in no block and has a letter: addresses of links, tags, words for programs."""
    covered = sorted((p.start, p.end) for block in laying.blocks for p in block.pieces)
    at = start
    for begin, end in [*covered, (len(text), len(text))]:
        if begin > at and _LETTER.search(text, at, begin):
            stretch = text[at:begin]
            reason = "the address of a link" if "](" in stretch else "a tag of HTML" if "<" in stretch else "a mark of Markdown"
            yield Gap(at, begin, reason)
        at = max(at, end)


FORMATS = (Format("markdown", detect, read),)
