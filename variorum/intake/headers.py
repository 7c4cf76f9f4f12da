"""The header people wrote above a story: a title with its author, and ``Label: value`` lines, as in journals and mail.

Conservative: only what stands before the first paragraph, and only when a title is followed by ``by NAME`` or at
least two labels are known. A story that begins with a colon is a story. Its lines become blocks of the frame as
they stand; what they say becomes `Metadata` with trust ``text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from variorum.document import Laid, Piece
from variorum.intake.labels import field_of, read_labels
from variorum.intake.lines import Line
from variorum.model import Creator, Metadata

__all__ = ["Header", "read_header"]

# At the start of a line: a label of a few words, a colon, its value. Marks of emphasis around labels are common.
_LABEL = re.compile(
    r"[ \t]{0,8}[*_]{0,2}([A-Za-z][A-Za-z0-9 '’/()&.-]{0,29}?)[ \t]{0,4}[*_]{0,2}:[*_]{0,2}(?:[ \t]+|\Z|(?=[\n\r]))"
)
_BY = re.compile(r"[ \t]{0,40}(?:written )?by:?[ \t]+([^\n\r]{1,80})\Z", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*[-=_*~+#.•·oO\u2010-\u2015 \t]{3,200}\Z")
_NUMBERED = re.compile(r"(?:chapter|part|prologue|epilogue|book)\b", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:(?:re|fwd?|fic|new|repost|story|xpost):[ \t]*){0,4}", re.IGNORECASE)
_REMARKS = re.compile(r"[\[(][^\[\]()]{0,60}[\])]|\b\d{1,3}/\d{1,3}\b")
_LONGEST = 2000  # characters of one value; a summary or note may have ten times as many
_MOST_LINES = 120
_MOST_WRAPPED = 4  # lines of one value after its first
_NARROWEST, _WIDEST = 45, 110  # characters of a line that was cut at a width
_SPEECH = ('"', "“", "«", "‘")
_ENDED = re.compile(r"[.!?…][\"”’')\]*_]{0,3}\Z")
_BEGINS = re.compile(r"\s{0,40}[\"“‘'(\[*_]{0,3}[A-ZÀ-Þ0-9—]")
# Fields of which one at least must be there, or a line that only a machine writes.
_TELLING = frozenset(
    [
        "title",
        "author",
        "artist",
        "translator",
        "beta",
        "gift",
        "fandom",
        "rating",
        "pairing",
        "characters",
        "category",
        "genre",
        "warnings",
        "tags",
        "series",
        "summary",
        "disclaimer",
        "archive",
        "url",
    ]
)
_TRANSPORT = frozenset(
    {"message-id", "newsgroups", "received", "mime-version", "content-type", "nntp-posting-host", "return-path"}
)

# The date of a mail: with its hour and how far it is from Greenwich nobody writes it by hand.
_STAMP = re.compile(r"(?:\w{3}, )?\d{1,2} \w{3} \d{2,4} \d{1,2}:\d\d(?::\d\d)? ?(?:[+-]\d{4}|GMT|UTC)")


class Header(NamedTuple):
    """What stands above the story: ``[0, end)`` of the text, its blocks and what it says."""

    end: int
    blocks: tuple[Laid, ...]
    metadata: Metadata


class _Field(NamedTuple):
    field: str
    label: str
    start: int
    value: int  #: where the value begins
    end: int


def read_header(text: str, runs: Iterator[list[Line]]) -> Header:
    """The header of a text, empty when there is none; only as many runs are drawn as are looked at."""
    first = next(runs, None)
    if first is None:
        return Header(0, (), Metadata())
    titled, author, rest, stream = _titled(text, first, runs)
    if not titled and len(first) == 1 and _stands_alone(text, first[0]):
        # A line alone above the labels is the title; without labels it is the first line of a story.
        titled, rest = first, []
    fields, end = _fields(text, chain((rest,), stream) if rest else stream)
    # A story may begin with a letter, a mail or a log: From, To and Date alone make no header.
    if len({f.label for f in fields}) < 2 or not any(_tells(text, f) for f in fields):
        fields, end = [], 0
        titled = titled if author is not None else []
    blocks = [
        Laid("heading" if n == 0 else "paragraph", "title", (Piece(line.start, line.end),)) for n, line in enumerate(titled)
    ]
    if not titled and not fields:
        return Header(0, (), Metadata())
    blocks.extend(Laid("paragraph", _part(f.field), (Piece(f.start, f.end),)) for f in fields)
    metadata = _metadata(text, fields, text[titled[0].start : titled[0].end].strip() if titled else None, author)
    return Header(max(end, titled[-1].after if titled else 0), tuple(blocks), metadata)


def _titled(
    text: str, first: list[Line], stream: Iterator[list[Line]]
) -> tuple[list[Line], str | None, list[Line], Iterator[list[Line]]]:
    """Title and author when the first line is short, alone or directly above ``by NAME``; and the lines after them."""
    line = first[0]
    title = text[line.start : line.end].strip() if line.end - line.start <= 120 else ""
    if not title or _LABEL.match(title + "\n"):
        return [], None, first, stream
    if len(first) > 1:
        following, rest = first[1], first[2:]
    else:
        second = next(stream, None)
        if second is None:
            return [], None, first, stream
        following, rest = second[0], second[1:]
    match = _BY.match(text[following.start : following.end]) if following.end - following.start <= 130 else None
    name = match[1].strip(" \t*_") if match else ""
    # A sentence is no name: "by the time she woke, it was over".
    if (
        name
        and len(name.split()) <= 8
        and not re.search(r"[.!?…][\"'”’]?\Z|[,;:]\s", name.replace("Jr.", "Jr").replace("St. ", "St "))
    ):
        return [line, following], name, rest, stream
    if len(first) > 1:
        return [], None, first, stream
    return [], None, first, chain(([following, *rest],), stream)


def _stands_alone(text: str, line: Line) -> bool:
    """Whether a line could be a title: short, no label, no sentence, no number of a chapter."""
    words = text[line.start : line.end].strip()
    return (
        0 < len(words) <= 100
        and not _LABEL.match(words + "\n")
        and not _RULE.match(words)
        and words[-1] not in '.,;:!?…-"”'
        and not _NUMBERED.match(words)
    )


def _fields(text: str, runs: Iterator[list[Line]]) -> tuple[list[_Field], int]:
    """The labelled lines on top, and where the story begins after them."""
    fields: list[_Field] = []
    end = 0
    lines = 0
    for run in runs:
        opened = False
        for at, line in enumerate(run):
            lines += 1
            if lines > _MOST_LINES or line.end - line.start > 10 * _LONGEST:
                return (fields, end)
            stretch = text[line.start : line.end]
            match = _LABEL.match(stretch)
            field = field_of(match[1]) if match else None
            if field == "mail" and not at and any(f.field in _TELLING for f in fields):
                return fields, end  # an empty line, then From and To: the story begins with a letter
            if match is not None and field is not None and _believable(field, stretch[match.end() :]):
                fields.append(_Field(field, match[1].casefold(), line.start, line.start + match.end(), line.end))
                opened = True
            elif opened and not _RULE.match(stretch) and _goes_on(text, run, at, fields[-1]):
                fields[-1] = fields[-1]._replace(end=line.end)
            elif _RULE.match(stretch) and fields:
                return fields, line.after  # the rule under a header is no part of the story
            else:
                return fields, end
            end = line.after
    return fields, end


def _goes_on(text: str, run: list[Line], at: int, field: _Field) -> bool:
    """Whether a value goes on in this line: a line cut at a width, or one that stands between two labels.

    Where paragraphs are single lines the story begins right under the labels, and every line could go on.
    """
    before, line = run[at - 1], run[at]
    value = text[field.value : field.end]
    following = run[at + 1 : at + 1 + _MOST_WRAPPED]
    held = value.strip().count("\n") + 1
    if line.end - field.start >= 10 * _LONGEST or held > _MOST_WRAPPED:
        return False
    if any(_known(text, after) for after in following[: _MOST_WRAPPED - held + 1]):
        return True
    stretch = text[line.start : line.end]
    if not value.strip():
        return not stretch.lstrip().startswith(_SPEECH)  # the label has a line for itself
    width = max(one.end - one.start for one in run[max(at - 12, 0) : at + 24])
    word = re.match(r"\s{0,8}\S{1,60}", stretch)
    full = before.end - before.start + 1 + (word.end() if word else 0) > width
    if width > _WIDEST or before.end - before.start < _NARROWEST or not full:
        return False
    # A new sentence is the value's only where the whole of it is short: an empty line comes soon.
    sentence = _ENDED.search(value.rstrip()) is not None and _BEGINS.match(stretch) is not None
    return not sentence or len(run) - at + held <= _MOST_WRAPPED


def _tells(text: str, field: _Field) -> bool:
    """Whether a field shows that this is the header of a work, or of a mail as machines write it."""
    return (
        field.field in _TELLING
        or field.label in _TRANSPORT
        or (field.label == "date" and _STAMP.match(text[field.value : field.end]) is not None)
    )


def _known(text: str, line: Line) -> bool:
    """Whether a line begins with a label that headers have."""
    match = _LABEL.match(text[line.start : min(line.end, line.start + 60)])
    return match is not None and field_of(match[1]) is not None


def _believable(field: str, value: str) -> bool:
    return len(value) <= (10 * _LONGEST if field in ("summary", "notes", "disclaimer") else _LONGEST)


def _part(field: str) -> str:
    if field == "summary":
        return "summary"
    return "notes-before" if field in ("notes", "disclaimer") else "title"


def _metadata(text: str, fields: list[_Field], title: str | None, author: str | None) -> Metadata:
    pairs = [(f.label, text[f.value : f.end]) for f in fields if f.field != "mail"]
    if title is not None and not any(f.field == "title" for f in fields):
        pairs.insert(0, ("title", title))
    if not any(f.field == "title" for f in fields) and title is None:
        for f in fields:
            if f.label == "subject":
                subject = _REMARKS.sub("", text[f.value : f.end][_SUBJECT.match(text[f.value : f.end]).end() :])  # type: ignore[union-attr]
                pairs.append(("title", subject.strip(" \t-:,")))
    metadata = read_labels(pairs, "text")
    if author is not None and not any(c.role == "author" for c in metadata.creators):
        creators = (Creator(author), *metadata.creators)
        metadata = replace(metadata, creators=creators, trust={**metadata.trust, "creators": "text"})
    return metadata
