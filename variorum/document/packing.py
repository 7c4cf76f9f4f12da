"""Documents and texts as bytes: compact, compressed, exact to the last lone surrogate.

A document is ``V`` (one byte, the version of this form) and a zlib stream of: a 12-byte head (three
uint32: bytes of the source, numbers, bytes of the rest), the source in UTF-8 (surrogates passed), one
int32 array with every offset, and JSON with every other value. Offsets as an array are what makes a
document of 600 kB decode in a few milliseconds.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

import numpy as np

from variorum.document.values import Document, Emendation, Gap, Laid, Part, Piece, Span

__all__ = [
    "DOCUMENT_SCHEMA",
    "SURE",
    "Mended",
    "Packed",
    "mended",
    "pack",
    "pack_document",
    "pack_text",
    "unpack_document",
    "unpack_text",
]

#: The version of the form above; a later one decodes the earlier ones too.
DOCUMENT_SCHEMA = 1

#: Certainty from which a repair need not be looked at (docs/rescue.md: *sure*).
SURE = 0.95

_HEAD = struct.Struct("<III")
_LEVEL = 3  # of zlib: 6 takes three times as long for 6 % less


class Mended(NamedTuple):
    """How much of a document is mended."""

    applied: int
    proposed: int
    look: int  #: that stand, are not sure, and on which nobody ruled
    respelt: bool  #: whether a word reads differently


class Packed(NamedTuple):
    """A document as it is kept: who only hands it on need not open it."""

    data: bytes
    text: bytes  #: its story as it reads, packed
    marks: str  #: the ids of its emendations, with a space before each
    mended: Mended

    def document(self) -> Document:
        """The document again."""
        return unpack_document(self.data)


def mended(document: Document) -> Mended:
    """Counts what is mended in a document."""
    applied = [e for e in document.emendations if e.state == "applied"]
    return Mended(
        applied=len(applied),
        proposed=sum(1 for e in document.emendations if e.state == "proposed"),
        look=sum(1 for e in applied if e.ruling is None and e.certainty < SURE),
        respelt=any(e.kind == "text" for e in applied),
    )


def pack(document: Document, story: str) -> Packed:
    """A document and its story as it reads, as they are kept."""
    marks = "".join(f" {e.emendation}" for e in document.emendations)
    return Packed(pack_document(document), pack_text(story), marks, mended(document))


class _Distinct:
    """Strings as numbers: most pieces read as one of a few strings, or as they stand (-1)."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.known: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        if text is None:
            return -1
        number = self.known.get(text)
        if number is None:
            number = self.known[text] = len(self.values)
            self.values.append(text)
        return number


def pack_document(document: Document) -> bytes:
    """The document as bytes."""
    strings = _Distinct()
    pieces = list(chain.from_iterable([block.pieces for block in document.blocks]))
    columns: list[list[int]] = [
        [p.start for p in pieces],
        [p.end for p in pieces],
        [-1 if p.text is None else strings(p.text) for p in pieces],
        [len(b.pieces) for b in document.blocks],
        [-1 if b.chapter is None else b.chapter for b in document.blocks],
        [b.level for b in document.blocks],
        [strings(b.kind) for b in document.blocks],
        [strings(b.part) for b in document.blocks],
        [strings(b.image) for b in document.blocks],
        [s.start for s in document.spans],
        [s.end for s in document.spans],
        [strings(s.kind) for s in document.spans],
        [strings(s.href) for s in document.spans],
        [g.start for g in document.left_out],
        [g.end for g in document.left_out],
        [strings(g.reason) for g in document.left_out],
    ]
    numbers = b"".join([np.array(column, dtype="<i4").tobytes() for column in columns])
    rest = {
        "item": document.item,
        "counts": [len(pieces), len(document.blocks), len(document.spans), len(document.left_out)],
        "strings": strings.values,
        "parts": document.parts,
        "emendations": document.emendations,
        "block_certainty": [[i, b.certainty] for i, b in enumerate(document.blocks) if b.certainty != 1.0],
        "span_certainty": [[i, s.certainty] for i, s in enumerate(document.spans) if s.certainty != 1.0],
    }
    text = _bytes(json.dumps(rest, ensure_ascii=False, separators=(",", ":")))
    source = _bytes(document.source)
    head = _HEAD.pack(len(source), len(numbers), len(text))
    return bytes([DOCUMENT_SCHEMA]) + zlib.compress(b"".join((head, source, numbers, text)), _LEVEL)


def unpack_document(data: bytes) -> Document:
    """The document again; ValueError when the bytes are not of a form this version knows."""
    if not data or data[0] != DOCUMENT_SCHEMA:
        raise ValueError(f"a document of form {data[:1].hex()}, this Variorum knows 01")
    whole = zlib.decompress(memoryview(data)[1:])
    size, numbers, length = _HEAD.unpack_from(whole)
    at = _HEAD.size
    source = whole[at : at + size].decode("utf-8", "surrogatepass")
    at += size
    values = iter(np.frombuffer(whole, dtype="<i4", count=numbers // 4, offset=at).tolist())
    at += numbers
    rest = json.loads(whole[at : at + length].decode("utf-8", "surrogatepass"))
    pieces, blocks, spans, gaps = rest["counts"]
    strings: list[str | None] = [*rest["strings"], None]  # -1 is the last

    def whole_numbers(count: int) -> list[int]:
        return list(islice(values, count))

    def words(count: int) -> list[Any]:
        return [strings[n] for n in islice(values, count)]

    laid_pieces = list(map(Piece, whole_numbers(pieces), whole_numbers(pieces), words(pieces)))
    laid = _laid(laid_pieces, rest, *(whole_numbers(blocks) for _ in range(3)), *(words(blocks) for _ in range(3)))
    columns = (whole_numbers(spans), whole_numbers(spans), words(spans), words(spans))
    certainty = _certainty(spans, rest["span_certainty"])
    return Document(
        item=rest["item"],
        source=source,
        parts=tuple(Part(*part) for part in rest["parts"]),
        blocks=laid,
        spans=tuple(map(Span, *columns, certainty)),
        emendations=tuple(Emendation(*emendation) for emendation in rest["emendations"]),
        left_out=tuple(map(Gap, whole_numbers(gaps), whole_numbers(gaps), words(gaps))),
    )


def _laid(
    pieces: Sequence[Piece],
    rest: dict[str, Any],
    counts: list[int],
    chapters: list[int],
    levels: list[int],
    kinds: list[Any],
    parts: list[Any],
    images: list[Any],
) -> tuple[Laid, ...]:
    ends = np.cumsum(counts).tolist() if counts else []
    groups = [tuple(pieces[end - count : end]) for count, end in zip(counts, ends, strict=True)]
    known = [None if c < 0 else c for c in chapters]
    certainty = _certainty(len(counts), rest["block_certainty"])
    return tuple(map(Laid, kinds, parts, groups, known, certainty, levels, images))


def _certainty(count: int, exceptions: Sequence[Sequence[float]]) -> Iterable[float]:
    if not exceptions:
        return repeat(1.0, count)
    values = [1.0] * count
    for index, certainty in exceptions:
        values[int(index)] = certainty
    return values


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def pack_text(text: str) -> bytes:
    """A text, compressed."""
    return zlib.compress(_bytes(text), 1)


def unpack_text(data: bytes) -> str:
    """The text again."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")
