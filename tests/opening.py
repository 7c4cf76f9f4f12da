"""Opens samples and looks at what came out, for every test of a format."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from variorum.document import Document, received
from variorum.errors import IntakeError
from variorum.intake import Copy, Opened, Task, open_item
from variorum.model import Metadata

EMPTY = Metadata()


def opened(data: bytes, name: str, form: str) -> Opened:
    """An item that is read, by this format; every document in it keeps every letter and gives back its bytes."""
    result = open_item(Task(name, "sha256:0", data))
    assert result.format == form
    for copy in result.copies:
        conserved(copy.document)
    return result


def only(data: bytes, name: str, form: str) -> Copy:
    """The one copy of an item."""
    (copy,) = opened(data, name, form).copies
    return copy


def refused(data: bytes, name: str) -> tuple[str, str]:
    """The code and the sentence an item is refused with."""
    try:
        result = open_item(Task(name, "sha256:0", data))
    except IntakeError as error:
        return error.code, error.reason
    raise AssertionError(f"{name} was read as {result.format}")


def said(metadata: Metadata) -> dict[str, object]:
    """The fields that are set."""
    names = (n for n in Metadata.__dataclass_fields__ if n != "trust")
    return {n: getattr(metadata, n) for n in names if getattr(metadata, n) != getattr(EMPTY, n)}


def texts(copy: Copy, *parts: str) -> list[str]:
    """The texts of the blocks of some parts."""
    return [b.text for b in received(copy.document).blocks if b.part in parts]


def outline(copy: Copy) -> list[tuple[str, str, int | None, str]]:
    """Every block as (part, kind, chapter, its first words)."""
    return [(b.part, b.kind, b.chapter, " ".join(b.text.split()[:4])) for b in received(copy.document).blocks]


def reasons(copy: Copy) -> set[str]:
    """Why things are left out."""
    return {gap.reason for gap in copy.document.left_out}


def conserved(document: Document) -> None:
    """Every run of letters outside tags and styles is in a block or listed as left out; parts lie one after another."""
    covered = bytearray(len(document.source))
    for block in document.blocks:
        for piece in block.pieces:
            covered[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    for gap in document.left_out:
        covered[gap.start : gap.end] = b"\1" * (gap.end - gap.start)
    for markup in re.finditer(r"<(style|script)\b.*?</\1\s*>|<[^<>]*>|&[#\w]+;", document.source, re.DOTALL):
        covered[markup.start() : markup.end()] = b"\1" * (markup.end() - markup.start())
    lost = [m[0] for m in re.finditer(r"[^\W\d_]+", document.source) if not all(covered[m.start() : m.end()])]
    assert lost == []
    assert all(p.start <= p.end <= len(document.source) for p in document.parts)
    for one, other in zip(document.parts, document.parts[1:], strict=False):
        assert one.end <= other.start


def mutants(data: bytes, count: int, seed: str) -> Iterator[bytes]:
    """Copies of a file with bytes flipped, cut out, doubled, cut off or made nothing: always the same ones."""
    chance = random.Random(seed)
    for number in range(count):
        broken = bytearray(data)
        for _ in range(1 + number % 5):
            at, size = chance.randrange(len(broken)), chance.randrange(1, 40)
            match chance.randrange(5):
                case 0:
                    broken[at] = chance.randrange(256)
                case 1:
                    del broken[at : at + size]
                case 2:
                    broken[at:at] = broken[at : at + size]
                case 3:
                    broken[at:at] = bytes(chance.choice((0, 0x3C, 0xFF, 0x26)) for _ in range(size))
                case _:
                    del broken[max(at, 1) :]
            if not broken:
                broken[:] = b"x"
        yield bytes(broken)


def _attempt(data: bytes, name: str) -> Opened | str:
    try:
        return open_item(Task(name, "sha256:0", data))
    except IntakeError as error:
        return error.reason


def survives(data: bytes, name: str, count: int = 40) -> None:
    """Each mutant is read or refused with a sentence; what is read lies in order and within its source."""
    for broken in mutants(data, count, name):
        result = _attempt(broken, name)
        if isinstance(result, str):
            assert result
            continue
        for copy in result.copies:
            size = len(copy.document.source)
            assert all(0 <= p.start <= p.end <= size for b in copy.document.blocks for p in b.pieces)
            assert received(copy.document).blocks is not None
