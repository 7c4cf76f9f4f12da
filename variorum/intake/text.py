"""Plain text in any encoding, Markdown headings included: paragraphs by empty lines, and the header people write on top.

Hard wraps stay as they came (taking them out is rescue's work, where it is recorded and can be undone). A file
without any line end is one paragraph. Every character that is not white space is in a block or listed as left out.
Time is linear; a line of 50 MB is one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from variorum.document import Document, Gap, Laid, Part, Piece
from variorum.errors import UnknownFormat
from variorum.intake.decode import decode
from variorum.intake.headers import Header, read_header
from variorum.intake.kinds import HEAD, by_content, by_ending, ending, strangeness
from variorum.intake.lines import Line, runs_of, singled
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded

__all__ = ["FORMATS", "detect", "lay_text", "read_text"]

_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
_NOISE = 0.05  # of bytes that stand in no text; what is called .txt is believed up to here
_MARKDOWN = frozenset({"md", "markdown", "mkd"})
_UNWRAPPED = 120  # no text that was wrapped by hand or by a mailer has a line this long
_VERSE = 60  # nor has a verse
_BLOCKS = 250_000  # paragraphs of one text; more than any novel has
_SOME = 500  # lines, up to which a line end that is no newline is read as one
_INDENTED = (" " * 2, "\t", "\xa0\xa0", "\u3000")


def detect(sniff: Sniff) -> Detection:
    """Whether the bytes look like text, whatever the name says; a name helps a little."""
    kind = by_content(sniff.head[:HEAD])
    named = by_ending(sniff.name)
    if kind in ("text", "page"):
        return Detection(0.3 if named == "text" else 0.2, "holds nothing but text")
    if named == "text" and kind is None:
        return Detection(0.1, "is named like a text")
    return Detection(0.0, "holds bytes that stand in no text")


def read_text(task: Task) -> Opened:
    """The one copy a text file is; `UnknownFormat` when it is a text in name only."""
    head = task.data[:HEAD]
    if by_content(head) is None and strangeness(head) > _NOISE:
        raise UnknownFormat(task.name, "is named like a text and holds something else")
    text, encoding, bom = decode(task.data, None, recorded(task, ""))
    header = read_header(text, runs_of(text))
    blocks, gaps = lay_text(text, header, markdown=ending(task.name) in _MARKDOWN)
    if not blocks:
        raise UnknownFormat(task.name, "holds nothing but white space", "empty-file")
    parts = (Part("", 0, len(text), encoding, bom),)
    document = Document(task.digest, text, parts, tuple(blocks), (), (), tuple(gaps))
    return Opened("text", (Copy("", header.metadata, document),))


FORMATS = (Format("text", detect, read_text),)


def lay_text(text: str, header: Header, *, markdown: bool = False) -> tuple[list[Laid], list[Gap]]:
    """The blocks of a text, those of its header first, and what is left out (the marks of Markdown headings)."""
    blocks = list(header.blocks)
    gaps: list[Gap] = []
    chapter: int | None = None
    together: int | None = None
    last = 0
    for run in singled(text, _below(runs_of(text), header.end)):
        while markdown and run and together is None and _HEADING.match(text, run[0].start, run[0].end):
            chapter = _heading(text, run.pop(0), chapter, blocks, gaps)
        if len(blocks) >= _BLOCKS and run:
            # Memory is bounded: what comes after so many paragraphs stays together, empty lines and all.
            together = run[0].start if together is None else together
            last = run[-1].end
            continue
        for kind, lines in _divide(text, run):
            blocks.append(Laid(kind, "story", tuple(_pieces(text, lines)), chapter))
    if together is not None:
        blocks.append(Laid("paragraph", "story", (Piece(together, last),), chapter))
    return blocks, gaps


def _below(runs: Iterator[list[Line]], start: int) -> Iterator[list[Line]]:
    """The runs from an offset on."""
    for run in runs:
        if run[-1].after > start:
            yield run if run[0].start >= start else [line for line in run if line.start >= start]


def _heading(text: str, line: Line, chapter: int | None, blocks: list[Laid], gaps: list[Gap]) -> int | None:
    marks = _HEADING.match(text, line.start, line.end)
    level = len(marks[1]) if marks else 1
    start = line.start + level
    while text[start] in " \t":
        start += 1
    gaps.append(Gap(line.start, start, "the mark of a Markdown heading"))
    part = "story"
    if level == 1 and not any(b.part == "story" or b.kind == "heading" for b in blocks):
        part = "title"  # the first heading of a file, above everything, is its title
    else:
        chapter = (chapter or 0) + 1 if level <= 2 else chapter
    blocks.append(Laid("heading", part, (Piece(start, line.end),), chapter if part == "story" else None, 1.0, 1))
    return chapter


def _divide(text: str, run: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The blocks of one run of lines: ``(kind, lines)``."""
    if not run:
        return
    indented = [text.startswith(_INDENTED, line.start) for line in run]
    longest = max(line.end - line.start for line in run)
    if len(run) > 1 and longest > _UNWRAPPED:
        # Nobody wrapped this: a line is a paragraph.
        for line in run:
            yield "paragraph", [line]
    elif len(run) > 1 and all(indented) and longest < _VERSE:
        yield "verse", run
    elif len(run) > 1 and indented[0] and not all(indented):
        # Paragraphs marked by an indent alone.
        first = 0
        for at in range(1, len(run)):
            if indented[at]:
                yield "paragraph", run[first:at]
                first = at
        yield "paragraph", run[first:]
    else:
        yield "paragraph", run


def _pieces(text: str, lines: list[Line]) -> Iterator[Piece]:
    """The stretch of some lines; a line end that is not a mere newline reads as one."""
    start = lines[0].start
    # A run of many lines is no paragraph a person sees; as it stands it costs one piece, not thousands.
    for line in lines[:-1] if len(lines) <= _SOME else ():
        if text[line.end : line.after] != "\n":
            yield Piece(start, line.end)
            yield Piece(line.end, line.after, "\n")
            start = line.after
    yield Piece(start, lines[-1].end)
