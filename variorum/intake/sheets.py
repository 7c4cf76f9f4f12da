"""A source made of the text parts of one item, in reading order: what a format does whose text is packed up.

The value of a JSON string, the text of an XML element, the body of a mail under its transfer encoding: each is
unpacked, as a book's pages are out of its zip, and is a `Part` of its own whose text gives back its (unpacked) bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from variorum.document import Document, Gap, Laid, Part, Piece, Span
from variorum.intake.markup import Root, lay, left_out, parse
from variorum.intake.markup.newlines import breaks_for_newlines

__all__ = ["Sheet", "hide", "shift", "sound", "words_in"]

_LETTER = re.compile(r"\w")
_LONE = re.compile("[\ud800-\udfff]")


def sound(text: str) -> str:
    """Text out of JSON that UTF-8 can hold: half of a pair that stands alone is U+FFFD, as JSON's own rule has it."""
    return _LONE.sub("\ufffd", text)


def words_in(text: str) -> bool:
    """Whether there is a letter or digit in a text."""
    return _LETTER.search(text) is not None


@dataclass(slots=True)
class Sheet:
    """Parts as they are laid, one after the other. Offsets count code points of the source as it is so far."""

    source: str = ""
    parts: list[Part] = field(default_factory=list)
    blocks: list[Laid] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, name: str, text: str, encoding: str = "utf-8", bom: str = "") -> tuple[int, int]:
        """Appends a part; where it stands. A name that comes again is numbered."""
        names = {part.name for part in self.parts}
        label, count = name, 1
        while label in names:
            count += 1
            label = f"{name}-{count}"
        start = len(self.source)
        self.source += text
        self.parts.append(Part(label, start, len(self.source), encoding, bom))
        return start, len(self.source)

    def line(self, name: str, text: str, kind: str, part: str, *, level: int = 0) -> None:
        """A part that is one block as it stands (a title, a question)."""
        start, _ = self.add(name, text)
        stripped = text.strip()
        if stripped:
            first = start + text.index(stripped)
            self.blocks.append(Laid(kind, part, (Piece(first, first + len(stripped)),), None, 1.0, level))

    def aside(self, name: str, text: str, reason: str) -> None:
        """A part that is no text of the work."""
        start, end = self.add(name, text)
        if words_in(text):
            self.gaps.append(Gap(start, end, reason))

    def html(self, name: str, text: str, part: str = "story", *, breaks: bool = False) -> Root:
        """A part that is HTML, laid whole. ``breaks``: a bare newline is a line break, as journals have it."""
        root = self.parsed(name, text, breaks=breaks)
        self.lay(root, part)
        return root

    def parsed(self, name: str, text: str, *, breaks: bool = False) -> Root:
        """A part that is HTML, as a tree that is not laid yet."""
        start, end = self.add(name, text)
        root = parse(self.source, start, end, xml=False)
        if breaks:
            breaks_for_newlines(self.source, root)
        return root

    def lay(
        self, root: Root, part: str = "story", *, skip: frozenset[int] = frozenset(), reason: str = "not part of the work"
    ) -> None:
        """Lays a tree of `parsed`; what of it is in no block is left out with the reason."""
        blocks, spans = lay(self.source, root.children, part, skip=skip)
        self.take(blocks, spans)
        self.gaps.extend(left_out(self.source, root, blocks, reason))

    def take(self, blocks: Iterable[Laid], spans: Iterable[Span] = (), gaps: Iterable[Gap] = ()) -> None:
        """Blocks laid over this source by others."""
        self.blocks.extend(blocks)
        self.spans.extend(spans)
        self.gaps.extend(gaps)

    def document(self, item: str) -> Document:
        """The document of what was laid."""
        spans = tuple(sorted(self.spans, key=lambda s: s[:2]))
        return Document(item, self.source, tuple(self.parts), tuple(self.blocks), spans, (), tuple(sorted(self.gaps)))


def shift(blocks: Iterable[Laid], by: int) -> Iterator[Laid]:
    """The blocks of a stretch, counted in the text it stands in."""
    for block in blocks:
        if by:
            block = block._replace(pieces=tuple(p._replace(start=p.start + by, end=p.end + by) for p in block.pieces))
        yield block


def hide(blocks: Sequence[Laid], gaps: Sequence[Gap]) -> list[Laid]:
    """The blocks without these stretches (in source order); a block of which nothing stays is gone."""
    if not gaps:
        return list(blocks)
    out: list[Laid] = []
    ordered = sorted(gaps)
    ends = [gap.end for gap in ordered]
    for block in blocks:
        pieces = list(_without(block.pieces, ordered, ends))
        if pieces:
            out.append(block._replace(pieces=tuple(pieces)))
    return out


def _without(pieces: Sequence[Piece], gaps: Sequence[Gap], ends: Sequence[int]) -> Iterator[Piece]:
    for piece in pieces:
        start = piece.start
        hidden = False
        for at in range(bisect_right(ends, start), len(gaps)):
            gap = gaps[at]
            if gap.start >= piece.end:
                break
            hidden = True
            if piece.text is None and gap.start > start:
                yield Piece(start, gap.start)
            start = max(start, gap.end)
        if not hidden:
            yield piece
        elif piece.text is None and start < piece.end:
            yield Piece(start, piece.end)
