"""FanFicFare's plain text: title, ``by AUTHOR``, labels wrapped at 78 columns, indented chapter titles, ``End file.``"""

from __future__ import annotations

import re
from dataclasses import replace

from variorum.counting import ao3_words
from variorum.document import Document, Gap, Laid, Part, Piece
from variorum.intake.ao3 import extent
from variorum.intake.decode import decode
from variorum.intake.fanficfare import LABELS, metadata_of
from variorum.intake.headers import Header
from variorum.intake.lines import Line, runs_of
from variorum.intake.text import lay_text
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Metadata

__all__ = ["FORMATS"]

_LABEL = re.compile(r"([A-Z][A-Za-z0-9/ ]{1,30}): (.*)")
_MACHINE = re.compile(rb"^(?:Packaged: \d{4}-\d\d-\d\d|Story URL: http)", re.MULTILINE)
_BY = re.compile(rb"^by \S", re.MULTILINE)
# Notes as its converter to text writes them: a label in bold, then quotations and lists.
_NOTED = re.compile(r"\*\*(Author's Note|Summary|Notes)(?: for the Chapter)?:\*\*")
_MARKS = re.compile(r"(?:(?:\A|(?<=\n))|\s*\n)\s{0,4}(?:> ?|\* )")
_INDENTED = re.compile(r"(?:\t| {8})[ \t]*\S")
_CONTENTS = "TABLE OF CONTENTS"
_END = "End file."


def detect(sniff: Sniff) -> Detection:
    """Sure when an author's line and two labels only this tool writes stand near the top."""
    head = sniff.head[: 1 << 14].replace(b"\r\n", b"\n")
    if b"<" in head[:1] or not _BY.search(head):
        return Detection(0.0, "no line by an author")
    if len({m[0][:8] for m in _MACHINE.finditer(head)}) == 2:
        return Detection(0.9, "the labels Packaged and Story URL of FanFicFare")
    return Detection(0.0, "no labels of FanFicFare's")


def read(task: Task) -> Opened:
    """The one copy; without its last line it was cut off, and is partial."""
    text, encoding, bom = decode(task.data, None, recorded(task, ""))
    reader = _Reader(text)
    m = reader.metadata()
    words = ao3_words(*(_words(text, b) for b in reader.blocks if b.part == "story" and b.kind != "heading"))
    other_count = m.site != "archiveofourown.org"
    whole, why = extent(reader.chapter, m.chapters_stated, words, m.words_stated, other_count=other_count)
    if not reader.ended:
        whole, why = "partial", "the file ends before FanFicFare's last line" + (f"; {why}" if why else "")
    m = replace(m, chapters_held=reader.chapter or None, extent=whole, extent_why=why)
    parts = (Part("", 0, len(text), encoding, bom),)
    document = Document(task.digest, text, parts, tuple(reader.blocks), (), (), tuple(sorted(reader.gaps)))
    note = "" if reader.ended else "The file ends before FanFicFare's last line: it was cut off."
    return Opened("fanficfare-txt", (Copy("", m, document),), note=note)


def _words(text: str, block: Laid) -> str:
    return "".join(text[p.start : p.end] if p.text is None else p.text for p in block.pieces)


def _unmarked(text: str, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces of a note without the marks of a quotation or a list before its lines."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.text is not None:
            found.append(piece)
            continue
        start = piece.start
        for mark in _MARKS.finditer(text, piece.start, piece.end):
            if mark.start() > start:
                found += [Piece(start, mark.start()), Piece(mark.start(), mark.end(), "\n")]
            start = mark.end()
        if start < piece.end:
            found.append(Piece(start, piece.end))
    return tuple(found)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.fields: dict[str, str] = {}
        self.blocks: list[Laid] = []
        self.gaps: list[Gap] = []
        self.chapter = 0
        self.ended = False
        runs = list(runs_of(text))
        begins = self._header(runs)
        self._chapters(runs[begins:])

    def say(self, line: Line) -> str:
        return self.text[line.start : line.end].strip()

    def _header(self, runs: list[list[Line]]) -> int:
        """Title, author and labels; gives the number of the first run after them."""
        at = 0
        if runs and not self.say(runs[0][0]).startswith("by "):
            self.fields["title"] = " ".join(map(self.say, runs[0]))
            self._block(runs[0], "title", "heading")
            at = 1
        if at < len(runs) and self.say(runs[at][0]).startswith("by "):
            self.fields["author"] = " ".join(map(self.say, runs[at])).removeprefix("by ")
            self._block(runs[at], "title")
            at += 1
        key = ""
        while at < len(runs):
            run = runs[at]
            if self._labels(run):
                key = self._pairs(run)
            elif key != "description" or _INDENTED.match(self.text, run[0].start) or self.say(run[0]) == _CONTENTS:
                break
            else:  # the further paragraphs of a summary
                self.fields["description"] += "\n\n" + " ".join(map(self.say, run))
                self._block(run, "summary")
            at += 1
        return at

    def _labels(self, run: list[Line]) -> bool:
        match = _LABEL.match(self.say(run[0]) + " ")
        return match is not None and match[1].casefold() in LABELS and "description" not in self.fields

    def _pairs(self, run: list[Line]) -> str:
        """The pairs of a run of lines, values that were wrapped joined; gives the last field."""
        key, lines = "", list[Line]()
        for line in run:
            match = _LABEL.match(self.say(line) + " ")
            known = LABELS.get(match[1].casefold()) if match and key != "description" else None
            if match and (known or key != "description"):
                self._take(key, lines)
                key, lines = known or "", [line]
                if known:
                    self.fields.setdefault(known, match[2].strip())
            else:
                lines.append(line)
                if key:
                    self.fields[key] = f"{self.fields[key]} {self.say(line)}"
        self._take(key, lines)
        return key

    def _take(self, key: str, lines: list[Line]) -> None:
        if not lines:
            return
        if key != "description":
            self._block(lines, "title")
            return
        start = self.text.index(":", lines[0].start) + 1
        self.gaps.append(Gap(lines[0].start, start, "a label written by the download tool"))
        start += len(self.text[start : lines[0].end]) - len(self.text[start : lines[0].end].lstrip())
        if start < lines[-1].end:
            self.blocks.append(Laid("paragraph", "summary", (Piece(start, lines[-1].end),)))

    def _block(self, lines: list[Line], part: str, kind: str = "paragraph") -> None:
        self.blocks.append(Laid(kind, part, (Piece(lines[0].start, lines[-1].end),), None, 1.0, int(kind == "heading")))

    def _chapters(self, runs: list[list[Line]]) -> None:
        titles: list[list[Line]] = []
        at = 0
        contents = bool(runs) and self.say(runs[0][0]) == _CONTENTS
        while at < len(runs) and contents and not _INDENTED.match(self.text, runs[at][0].start):
            at += 1
        if at == len(runs):
            at = 0
        elif at:
            self.gaps.append(Gap(runs[0][0].start, runs[at - 1][-1].end, "the table of contents"))
        if runs and self.say(runs[-1][-1]) == _END:
            self.ended = True
            last = runs[-1].pop()
            self.gaps.append(Gap(last.start, last.end, "written by the download tool"))
        begins = [n for n in range(at, len(runs)) if runs[n] and self._is_title(runs, n)]
        if at < len(runs) and (not begins or begins[0] != at):
            begins.insert(0, at)
            titles.append([])
        for number, first in enumerate(begins):
            following = begins[number + 1] if number + 1 < len(begins) else len(runs)
            if runs[first] and self._is_title(runs, first):
                self.chapter += 1
                start = runs[first][0].start
                start += len(self.text[start : runs[first][0].end]) - len(self.text[start : runs[first][0].end].lstrip())
                piece = Piece(start, runs[first][-1].end)
                self.blocks.append(Laid("heading", "story", (piece,), self.chapter, 1.0, 1))
                first += 1
            end = runs[following][0].start if following < len(runs) else self._end(runs)
            begin = runs[first][0].start if first < len(runs) and runs[first] else end
            self.chapter = max(self.chapter, 1)
            self._story(begin, end)

    def _end(self, runs: list[list[Line]]) -> int:
        return next((run[-1].end for run in reversed(runs) if run), 0)

    def _is_title(self, runs: list[list[Line]], number: int) -> bool:
        """Indented as only titles are, and apart by more than one empty line from what stands before."""
        run = runs[number]
        if len(run) > 3 or not all(_INDENTED.match(self.text, line.start) for line in run[:1]):
            return False
        before = runs[number - 1][-1].after if number and runs[number - 1] else 0
        return number == 0 or self.text.count("\n", before, run[0].start) >= 2

    def _story(self, begin: int, end: int) -> None:
        """The paragraphs of a chapter, as any plain text is laid; marks of headings are those of its converter."""
        if begin >= end:
            return
        inner = self.text[begin:end]
        blocks, gaps = lay_text(inner, Header(0, (), Metadata()), markdown=True)
        noted = ""
        told = False
        for block in blocks:
            pieces = tuple(Piece(p.start + begin, p.end + begin, p.text) for p in block.pieces)
            said = _words(self.text, block._replace(pieces=pieces))
            if label := _NOTED.fullmatch(said):
                noted = label[1]
                self.gaps.append(Gap(pieces[0].start, pieces[-1].end, "a label written by the download tool"))
                continue
            if noted and (marked := said.lstrip()).startswith(("> ", "* ")):
                part = "summary" if noted == "Summary" else "notes-after" if told else "notes-before"
                part = "credits" if noted == "Author's Note" and marked[0] == "*" else part  # gifts and ties
                own = None if noted == "Author's Note" else self.chapter  # its label for the notes of the whole work
                self.blocks.append(Laid("paragraph", part, _unmarked(self.text, pieces), own))
                continue
            noted, told = "", True
            level = max(block.level, 2) if block.kind == "heading" else block.level
            self.blocks.append(block._replace(part="story", pieces=pieces, chapter=self.chapter, level=level))
        self.gaps += [Gap(g.start + begin, g.end + begin, g.reason) for g in gaps]

    def metadata(self) -> Metadata:
        return metadata_of(self.fields, "title-page")


FORMATS = (Format("fanficfare-txt", detect, read),)
