"""The header an author wrote above a story on a page: ``Title:``, ``Rating:``, ``Pairing:`` ... in its first blocks.

Conservative, as for plain text (headers.py): at least two known labels, one of which tells something of a
story, before anything else stands. Its lines become blocks of the frame; what they say has trust ``text``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from variorum.document import Laid, Piece
from variorum.intake.labels import field_of, read_labels
from variorum.intake.markup import folded
from variorum.model import Metadata

__all__ = ["labelled", "lacking"]

_LABEL = re.compile(r"\s{0,8}[*_]{0,2}([A-Za-z][A-Za-z0-9 '’/()&.-]{0,29}?)\s{0,4}[*_]{0,2}:[*_]{0,2}(?:\s|\Z)")
# A name: few words, no sentence; "by the sea" is none.
_BY = re.compile(
    r"\s{0,40}(?:written )?by:?\s+((?!(?:the|an?|my|his|her|their|our|this|that|now|then) [a-z])\S[^\n]{0,58}[^\s.!?,;:…])\s*\Z",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:chapter|part|prologue|epilogue|book)\b", re.IGNORECASE)
_TELLING = frozenset(
    ("title", "author", "fandom", "rating", "pairing", "characters", "genre", "warnings", "summary", "disclaimer")
)
_LONG = frozenset(("summary", "notes", "disclaimer", "warnings"))  # labels whose value may run over several lines
_MOST = 30  # blocks looked at
_MOST_MORE = 4  # lines of one value after its first
_LONGEST = 1_000  # characters of such a line
_KINDS = frozenset(("paragraph", "verse", "list-item", "table"))


class _Line(NamedTuple):
    block: Laid
    text: str


def labelled(
    source: str, blocks: Sequence[Laid], title: str | None = None, *, book: bool = False
) -> tuple[list[Laid], Metadata | None]:
    """The blocks with the lines of a header taken out of the story, and what it says (None: there is no header).

    A line ``by NAME`` below the heading of the work (or below its ``title``, where that is known and stands there as a
    line) belongs to the header, and is one alone. In a ``book`` the first heading may be that of a chapter.
    """
    first = 0
    while first < len(blocks) and (blocks[first].part != "story" or blocks[first].kind in ("heading", "image")):
        first += 1  # the title of the page, a banner
    top = list(blocks[:first])
    if not top and blocks and title and folded(_said(source, blocks[0])).casefold() == folded(title).casefold():
        top, first = [blocks[0]._replace(part="title", kind="heading", level=1)], 1
    found: list[Laid] = []
    pairs: list[tuple[str, str]] = []
    fields: list[str] = []
    last = first
    by = ""
    for block in blocks[first : first + _MOST]:
        lines = _lines(source, block) if block.kind in _KINDS and block.part == "story" else []
        named = _BY.match(lines[0].text) if lines and not by and not fields and top else None
        if named is not None:
            by = folded(named[1])
            found.append(lines.pop(0).block._replace(part="title", kind="paragraph", level=0))
        here = _header_lines(lines) if lines or named is None else []
        if here is None:
            if named is not None:
                by, found = "", []  # more than a name: a line of the story
            break
        for line, label, field in here:
            if label:
                fields.append(field)
                pairs.append((label, folded(line.text[line.text.index(":") + 1 :].lstrip("*_"))))
            else:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\n{folded(line.text)}")
            found.append(line.block._replace(part=_part(field), kind="paragraph", level=0))
        last += 1
    if by and (len(set(fields)) < 2 or not _TELLING.intersection(fields)):
        found, fields, pairs, last = found[:1], [], [], first + 1
    elif not by and (len(set(fields)) < 2 or not _TELLING.intersection(fields)):
        return list(blocks), None
    if by and "author" not in fields:
        pairs.insert(0, ("author", by))
    if by and not book and "title" not in fields and top[-1].kind == "heading" and top[-1].part == "story" and len(top) == 1:
        said = folded(_said(source, top[0]))
        if not _NUMBERED.match(said):
            pairs.insert(0, ("title", said))
            top = [top[0]._replace(part="title", level=1, chapter=None)]
    return [*top, *found, *blocks[last:]], read_labels(pairs, "text")


def _said(source: str, block: Laid) -> str:
    return "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)


def _header_lines(lines: list[_Line]) -> list[tuple[_Line, str, str]] | None:
    """Each line with its label and field; None when a line is no line of a header."""
    out: list[tuple[_Line, str, str]] = []
    field = ""
    after = 0
    for line in lines:
        match = _LABEL.match(line.text)
        known = field_of(match[1]) if match else None
        after = 0 if known is not None else after + 1
        if match is not None and known is not None:
            field = known
            out.append((line, match[1].casefold(), field))
        elif field in _LONG and after <= _MOST_MORE and not _prose(line.text):
            out.append((line, "", field))
        else:
            return None
    return out or None


def _prose(text: str) -> bool:
    """Whether a line under a label is a paragraph of a story: long, or somebody speaks."""
    return len(text) > _LONGEST or text.lstrip().startswith(('"', "“", "«"))


def _lines(source: str, block: Laid) -> list[_Line]:
    """The lines of a block, each a block of its own."""
    lines: list[list[Piece]] = [[]]
    for piece in block.pieces:
        if piece.text == "\n":
            lines.append([])
        else:
            lines[-1].append(piece)
    return [
        _Line(
            block._replace(pieces=tuple(pieces)), "".join([source[p.start : p.end] if p.text is None else p.text for p in pieces])
        )
        for pieces in lines
        if pieces
    ]


def _part(field: str) -> str:
    if field == "summary":
        return "summary"
    return "notes-before" if field in ("notes", "disclaimer") else "title"


def lacking(own: Metadata, header: Metadata) -> Metadata:
    """What the page says, and what its author says above the story: the title and whatever the page does not say."""
    more = {
        name: getattr(header, name)
        for name, kind in header.trust.items()
        if kind == "text" and (name == "title" or getattr(own, name) == getattr(Metadata(), name))
    }
    return replace(own, **more, trust={**own.trust, **dict.fromkeys(more, "text")})
