"""RTF: the text among its control words, with emphasis; every offset is one of the file's own bytes.

The source is the file as Latin-1, so that it re-encodes to its bytes; letters written as code-page bytes (``\\'e9``) or as
``\\u8217`` read as what they stand for. Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from variorum.document import Document, Gap, Laid, Part, Piece, Span
from variorum.errors import MalformedItem
from variorum.intake.labelled import labelled
from variorum.intake.markup.entities import trimmed
from variorum.intake.merging import merged
from variorum.intake.office import chaptered
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.model import Creator, Metadata

__all__ = ["FORMATS", "detect", "read"]

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([\r\n\0]+)|([^\\{}\r\n\0]+)|(\\)", re.DOTALL
)
_SAID = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
}
_SAID |= {"emspace": "\u2003", "enspace": "\u2002", "~": "\u00a0", "_": "\u2011", "softline": "\n"}
_BREAKS = frozenset(("par", "sect", "page", "row", "cell"))
_PASSED = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "pict",
        "object",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "xmlnstbl",
        "themedata",
        "colorschememapping",
        "latentstyles",
        "datastore",
        "footnote",
        "annotation",
        "fldinst",
        "bkmkstart",
        "bkmkend",
        "info",
        "mmathpr",
        "pgdsctbl",
        "nonshppict",
        "shp",
        "wgrffmtfilter",
        "revtbl",
        "filetbl",
    ]
)
_KINDS = {"i": "emphasis", "b": "strong", "ul": "underline", "strike": "strikethrough"}
_ENDS = {"ulnone": "ul"}
_DEEPEST = 500
_TITLE = re.compile(r"\{\\(title|author)\s([^{}\\]{1,300})\}")
_SCENE = re.compile(r"[^\w\s](?:[\s]*[^\w\s]){0,40}\Z")
_LETTER = re.compile(r"\w")


@dataclass(slots=True)
class _State:
    """What a group inherits."""

    on: frozenset[str] = frozenset()
    passed: bool = False
    after: int = 1  #: characters that stand after a ``\\u`` for old readers
    outline: int | None = None


@dataclass(slots=True)
class _Reader:
    """One file being read."""

    source: str
    encoding: str
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    blocks: list[Laid] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    raw: list[tuple[int, int, int]] = field(default_factory=list)  # code-page bytes that may be one letter together
    skip: int = 0
    high: tuple[int, int] | None = None  # the first half of a pair, and where it stands
    first: bool = False  # whether a group has just begun

    def piece(self, start: int, end: int, text: str | None = None) -> None:
        self.flush()
        if self.state.passed:
            return
        self.pieces.append(Piece(start, end, text))
        self.spans.extend(Span(start, end, _KINDS[name]) for name in self.state.on)

    def flush(self) -> None:
        """Lays code-page bytes that were held back."""
        if not self.raw:
            return
        held, self.raw = self.raw, []
        data = bytes(value for _, _, value in held)
        said = data.decode(self.encoding, "replace")
        if len(said) == len(held):
            for (start, end, _), letter in zip(held, said, strict=True):
                self.piece(start, end, letter)
        else:
            self.piece(held[0][0], held[-1][1], said)

    def close(self) -> None:
        """Ends a paragraph."""
        self.flush()
        self.high = None
        kept, self.pieces = trimmed(self.source, self.pieces), []
        if not kept:
            return
        said = "".join(self.source[p.start : p.end] if p.text is None else p.text for p in kept)
        level = 0 if self.state.outline is None else self.state.outline + 1
        kind = "heading" if 0 < level < 7 else "scene-break" if _SCENE.match(said) else "paragraph"
        self.blocks.append(Laid(kind, "story", tuple(kept), None, 1.0, level if kind == "heading" else 0))

    def word(self, start: int, end: int, name: str, number: str | None) -> None:
        """One control word."""
        value = int(number) if number else None
        if self.first and name in _PASSED:
            self.state = replace(self.state, passed=True)
        elif name == "u" and value is not None:
            self.letter(start, end, value & 0xFFFF)
            self.skip = self.state.after
        elif name == "uc":
            self.state = replace(self.state, after=max(0, min(value or 0, 16)))
        elif name in _SAID:
            self.piece(start, end, _SAID[name])
        elif name in _BREAKS and not self.state.passed:
            self.close()
        elif name in _KINDS or name in _ENDS:
            key = _ENDS.get(name, name)
            off = value == 0 or name in _ENDS
            self.flush()
            self.state = replace(self.state, on=self.state.on - {key} if off else self.state.on | {key})
        elif name == "plain":
            self.flush()
            self.state = replace(self.state, on=frozenset())
        elif name == "pard":
            self.state = replace(self.state, outline=None)
        elif name == "outlinelevel":
            self.state = replace(self.state, outline=value)

    def letter(self, start: int, end: int, code: int) -> None:
        """A letter by its number; two halves of a pair are one."""
        if 0xD800 <= code < 0xDC00:
            self.high = (code, start)
        elif 0xDC00 <= code < 0xE000:
            if self.high is not None:
                (above, begin), self.high = self.high, None
                self.piece(begin, end, chr(0x10000 + ((above - 0xD800) << 10) + code - 0xDC00))
        else:
            self.piece(start, end, chr(code))

    def group(self, mark: str) -> None:
        """The beginning or end of a group."""
        self.flush()
        if mark == "{":
            if len(self.stack) < _DEEPEST:
                self.stack.append(self.state)
            self.first = True
        elif self.stack:
            self.state = self.stack.pop()
        self.skip = 0

    def run(self) -> None:
        """All of the file."""
        for match in _TOKEN.finditer(self.source):
            start, end = match.span()
            first, self.first = self.first, False
            if match[5]:
                self.group(match[5])
            elif match[3]:
                if self.skip:
                    self.skip -= 1
                elif not self.state.passed:
                    self.raw.append((start, end, int(match[3], 16)))
            elif match[4]:
                if match[4] == "*":
                    self.state = replace(self.state, passed=True)
                elif match[4] in "\r\n":
                    self.close()
                else:
                    self.piece(start, end, _SAID.get(match[4], "" if match[4] == "-" else match[4]))
            elif match[7]:
                begin = min(start + self.skip, end)
                self.skip -= begin - start
                if begin < end:
                    self.piece(begin, end)
            elif match[1]:
                self.first = first
                self.word(start, end, match[1], match[2])
                self.first = False
        self.close()


def detect(sniff: Sniff) -> Detection:
    """By its first five bytes."""
    return Detection(0.9, "begins as RTF") if sniff.data.startswith(b"{\\rtf") else Detection(0.0, "does not begin as RTF")


def read(task: Task) -> Opened:
    """The one copy an RTF document is; `MalformedItem` when it has no text."""
    source = task.data.decode("latin-1")
    found = re.search(r"\\ansicpg(\d{3,5})", source[:4096])
    reader = _Reader(source, _encoding(found[1] if found else "1252"))
    reader.run()
    if not any(_LETTER.search(source[p.start : p.end] if p.text is None else p.text) for b in reader.blocks for p in b.pieces):
        raise MalformedItem(task.name, "is a document without any text", "no-text")
    said = {name: value.strip() for name, value in _TITLE.findall(source[:65536])}
    metadata = Metadata(
        title=said.get("title") or None,
        creators=(Creator(said["author"]),) if said.get("author") else (),
        trust={"title": "opf", "creators": "opf"},
    )
    blocks, header = labelled(source, reader.blocks, metadata.title)
    blocks = chaptered(blocks, metadata.title, source)
    if header is not None:
        metadata = merged(header, metadata)  # whose word processor it is says less than what stands above the story
    document = Document(
        task.digest,
        source,
        (Part("", 0, len(source), "latin-1"),),
        tuple(blocks),
        tuple(sorted(set(reader.spans), key=lambda s: s[:3])),
        (),
        _gaps(source, blocks),
    )
    return Opened("rtf", (Copy("", metadata, document),))


def _encoding(page: str) -> str:
    name = "mac-roman" if page == "10000" else f"cp{page}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _gaps(source: str, blocks: list[Laid]) -> tuple[Gap, ...]:
    """What stands before, between and after the text: control words, tables of fonts and styles."""
    gaps: list[Gap] = []
    at = 0
    for piece in sorted(p for block in blocks for p in block.pieces):
        if piece.start > at and _LETTER.search(source, at, piece.start):
            gaps.append(Gap(at, piece.start, "written for the word processor"))
        at = max(at, piece.end)
    if _LETTER.search(source, at):
        gaps.append(Gap(at, len(source), "written for the word processor"))
    return tuple(gaps)


FORMATS = (Format("rtf", detect, read),)
