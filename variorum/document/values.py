"""The values a document is made of. See the package for how they play together."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal, NamedTuple

__all__ = [
    "FRAME_PARTS",
    "SCENE",
    "Block",
    "Document",
    "Emendation",
    "Gap",
    "Laid",
    "Part",
    "Piece",
    "ReadingText",
    "Sibling",
    "Span",
    "State",
    "emendation_id",
    "length",
    "order",
    "rule_on",
]

#: How a scene break reads.
SCENE = "* * *"

#: The parts of a document that are not the story. ``comments`` are what readers wrote, kept where the copy holds them.
FRAME_PARTS = ("title", "summary", "notes-before", "notes-after", "credits", "comments")

State = Literal["applied", "proposed", "refused"]


class Part(NamedTuple):
    """One text part of an item: where it lies in the source and how its bytes were decoded.

    ``source[start:end].encode(encoding, "surrogateescape")`` with ``bom`` (hexadecimal) in front are its bytes.
    """

    name: str
    start: int
    end: int
    encoding: str
    bom: str = ""


class Piece(NamedTuple):
    """A stretch of the source and how it reads; ``text`` None means: as it stands."""

    start: int
    end: int
    text: str | None = None


class Span(NamedTuple):
    """Inline structure. On a `Document` it counts in the source, on a `Block` in the block's text."""

    start: int
    end: int
    kind: str  #: emphasis strong link strikethrough underline superscript subscript code ...
    href: str | None = None
    certainty: float = 1.0


class Gap(NamedTuple):
    """A stretch of the source that is not shown, and why."""

    start: int
    end: int
    reason: str


class Laid(NamedTuple):
    """A block as intake laid it over the source."""

    kind: str  #: paragraph heading scene-break quote verse image list-item table preformatted ...
    part: str  #: story, or one of FRAME_PARTS
    pieces: tuple[Piece, ...]
    chapter: int | None = None
    certainty: float = 1.0
    level: int = 0  #: of a heading (1 is a chapter) or the depth of a quote
    image: str | None = None  #: for an image: its address as written


class Emendation(NamedTuple):
    """One correction over ``[start, end)`` of the source.

    ``kind`` says what it does: ``text`` reads as ``reading`` instead; ``break`` starts a paragraph there
    (the white space it covers goes); ``scene`` reads as a scene break; ``heading`` makes a heading of it;
    ``part`` gives it to the part named in ``reading``; ``emphasis`` lays emphasis over it.
    """

    emendation: str
    kind: Literal["text", "break", "scene", "heading", "part", "emphasis"]
    start: int
    end: int
    source: str
    reading: str
    rule: str
    why: str
    group: str
    certainty: float
    state: State = "applied"
    ruling: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A source with what is laid over it. ``item`` names it: the digest, and ``#place`` inside the item."""

    item: str
    source: str
    parts: tuple[Part, ...] = ()
    blocks: tuple[Laid, ...] = ()
    spans: tuple[Span, ...] = ()
    emendations: tuple[Emendation, ...] = ()
    left_out: tuple[Gap, ...] = ()

    def with_emendations(self, emendations: Iterable[Emendation]) -> Document:
        """The same source with these corrections in place of the present ones, in source order."""
        return replace(self, emendations=tuple(sorted(emendations, key=order)))


class Block(NamedTuple):
    """A block of the reading text. ``start`` and ``end`` count in the source, its spans in ``text``."""

    kind: str
    part: str
    chapter: int | None
    text: str
    start: int
    end: int
    certainty: float
    spans: tuple[Span, ...]
    pieces: tuple[Piece, ...]
    level: int = 0
    image: str | None = None
    begun_by: Emendation | None = None  #: the emendation that made this block begin here


@dataclass(frozen=True, slots=True)
class ReadingText:
    """What a person reads: blocks, their text joined by empty lines, and the way back to the source."""

    blocks: tuple[Block, ...]
    text: str = field(init=False)
    starts: tuple[int, ...] = field(init=False)  #: where each block's text begins in ``text``
    # Where each piece begins in ``text``, and it: made when the way back is first asked for.
    _back: tuple[list[int], list[Piece]] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "text", "\n\n".join([block.text for block in self.blocks]))
        put(
            self,
            "starts",
            tuple(accumulate((len(block.text) + 2 for block in self.blocks[:-1]), initial=0)) if self.blocks else (),
        )
        put(self, "_back", None)

    def _way_back(self) -> tuple[list[int], list[Piece]]:
        at: list[int] = []
        pieces: list[Piece] = []
        for block, start in zip(self.blocks, self.starts, strict=True):
            inside = start
            for piece in block.pieces:
                at.append(inside)
                pieces.append(piece)
                inside += length(piece)
        object.__setattr__(self, "_back", (at, pieces))
        return at, pieces

    def part(self, *parts: str) -> ReadingText:
        """Only the blocks of these parts."""
        return ReadingText(tuple(b for b in self.blocks if b.part in parts))

    def source_of(self, offset: int, *, end: bool = False) -> int:
        """The source offset of a reading-text offset; ``end=True`` for the end of a stretch.

        Between two blocks the answer is the end of the first (``end=True``) or the beginning of the second.
        """
        starts, pieces = self._back or self._way_back()
        if not pieces:
            return 0
        index = bisect_right(starts, offset - 1 if end else offset) - 1
        piece = pieces[max(index, 0)]
        inside = offset - starts[max(index, 0)]
        if inside <= 0:
            return piece.start
        if inside >= length(piece):
            if not end and inside > length(piece) and index + 1 < len(pieces):
                return pieces[index + 1].start
            return piece.end
        if piece.text is None:
            return piece.start + inside
        return piece.end if end else piece.start

    def block_at(self, offset: int) -> int:
        """The number of the block in which a reading-text offset lies."""
        return max(bisect_right(self.starts, offset) - 1, 0)


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another copy whose words match, used to mend this one.

    ``matches`` are runs ``(a, b, length)``: token numbers of ``received(document)`` (all its blocks)
    and of ``text.text``.
    """

    name: str
    text: ReadingText
    matches: tuple[tuple[int, int, int], ...]


# ---------------------------------------------------------------- identity and rulings


def emendation_id(item: str, start: int, end: int, kind: str, reading: str) -> str:
    """The id of an emendation: what it does and where, without rule or certainty, so that a refusal outlives a better rule."""
    seed = "\x1f".join((item, str(start), str(end), kind, reading))
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def rule_on(
    document: Document, rulings: Mapping[str, tuple[State, str, str | None]], originals: Iterable[Emendation] = ()
) -> Document:
    """The document with a person's decisions applied: emendation id -> (state, ruling id, own reading or None).

    ``originals`` are the emendations that were ruled on, as they were then: one that was accepted stands even
    when nothing proposes it any more, and wins over whatever overlaps it and was not ruled on.
    """
    if not rulings:
        return document
    held = {e.emendation: e for e in document.emendations}
    for original in originals:
        state = rulings.get(original.emendation, ("refused", "", None))[0]
        if original.emendation in held or state == "applied":
            held[original.emendation] = held.get(original.emendation, original)._replace(reading=original.reading)
    for key, (state, ruling, own) in rulings.items():
        if key in held:
            held[key] = held[key]._replace(state=state, ruling=ruling, reading=held[key].reading if own is None else own)
    ruled = [e for e in held.values() if e.ruling and e.state == "applied" and e.kind == "text"]
    for key, e in held.items():
        if not e.ruling and e.kind == "text" and e.state == "applied" and any(_overlap(e, one) for one in ruled):
            held[key] = e._replace(state="proposed")
    return document.with_emendations(held.values())


def _overlap(a: Emendation, b: Emendation) -> bool:
    return a.start < b.end and b.start < a.end


def order(emendation: Emendation) -> tuple[int, int, str]:
    """Source order: the key emendations are sorted by."""
    return (emendation.start, emendation.end, emendation.kind)


def length(piece: Piece) -> int:
    """How many characters of reading text a piece gives."""
    return piece.end - piece.start if piece.text is None else len(piece.text)
