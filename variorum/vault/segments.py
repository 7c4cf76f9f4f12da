"""The register's files: in which order they come, what their headers say, where the last one ends."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from variorum.vault.records import GENESIS, Envelope, decode, digest_of, lines

__all__ = [
    "SEGMENT_NAME",
    "Header",
    "Row",
    "Tail",
    "header_data",
    "header_of",
    "read_header",
    "rows",
    "segment_name",
    "segment_paths",
    "tail_of",
    "voids",
]

SEGMENT_NAME = re.compile(r"([0-9]{6,})\.jsonl")


class Header(NamedTuple):
    """What the first line of a segment says."""

    number: int
    first: int  #: the order of the segment's first record
    previous: str | None  #: name of the segment before
    records: int  #: how many records count in it
    void: dict[str, int]  #: earlier segment -> the line from which on nothing in it counts


class Tail(NamedTuple):
    """Where the register ends, for whoever writes next."""

    path: Path | None
    number: int
    clean: bool  #: the last segment has a header and ends in a whole record
    size: int  #: bytes of the last segment
    lines: int  #: lines of the last segment that count, its header among them
    last: str  #: digest of the last line that counts
    order: int  #: of the next record
    void: dict[str, int]  #: what the next header must declare void


class Row(NamedTuple):
    """One line of a segment that holds a record."""

    number: int  #: of the line, from 1
    order: int
    envelope: Envelope
    end: int  #: byte offset of the next line


def segment_name(number: int) -> str:
    """The file name of a segment."""
    return f"{number:06}.jsonl"


def segment_paths(folder: Path) -> list[Path]:
    """The segments in their order; none when there is no register yet."""
    found = []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        found = [(int(match[1]), path) for path in folder.iterdir() if (match := SEGMENT_NAME.fullmatch(path.name))]
    return [path for _, path in sorted(found)]


def header_data(tail: Tail) -> dict[str, Any]:
    """The data of the header that begins the segment after ``tail``."""
    previous = None
    if tail.path is not None:
        previous = {"segment": tail.path.name, "records": max(tail.lines - 1, 0), "last": tail.last}
    return {"segment": tail.number + 1, "first": tail.order, "previous": previous, "void": tail.void}


def read_header(envelope: Envelope) -> Header:
    """ValueError when the record is no header."""
    data = envelope.data
    try:
        if envelope.kind != "segment":
            raise ValueError
        before = data["previous"] or {"segment": None, "records": 0}
        void = {str(name): int(line) for name, line in data["void"].items()}
        return Header(int(data["segment"]), int(data["first"]), before["segment"], int(before["records"]), void)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("it is not the header of a segment") from None


def header_of(path: Path) -> Header | None:
    """The header of a segment; None when it is damaged, or not written yet. SchemaTooNew passes through."""
    try:
        with path.open("rb") as handle:
            line = next(lines(handle), None)
        return read_header(decode(line.text, path.name)) if line is not None and line.whole else None
    except (ValueError, FileNotFoundError):
        return None


def voids(headers: Sequence[Header | None]) -> dict[str, int]:
    """Segment -> first void line, from all headers."""
    out: dict[str, int] = {}
    for header in headers:
        if header is not None:
            for name, line in header.void.items():
                out[name] = min(line, out.get(name, line))
    return out


def rows(path: Path, order: int, *, offset: int = 0, number: int = 1, stop: int | None = None) -> Iterator[Row]:
    """The records of one segment from ``offset`` on (where line ``number`` and record ``order`` begin).

    ``stop`` is the first void line. A damaged line keeps its place in the order and is passed over; so is
    a tail that is not finished (yet).
    """
    with path.open("rb") as handle:
        handle.seek(offset)
        for line in lines(handle):
            if not line.whole or (stop is not None and number >= stop):
                return
            offset += line.length
            envelope = None
            with contextlib.suppress(ValueError):
                envelope = decode(line.text, path.name)
            if envelope is not None and envelope.kind != "segment":
                yield Row(number, order, envelope, offset)
            if number > 1:
                order += 1
            number += 1


class _Scan(NamedTuple):
    header: Header | None
    good: int
    last: str | None
    torn: bool
    size: int


def _scan(path: Path) -> _Scan:
    """Where the part of a segment ends that can be built on."""
    data = path.read_bytes()
    parts = data.split(b"\n")
    torn = parts.pop() != b""
    good = len(parts)
    while good:
        with contextlib.suppress(ValueError):
            decode(parts[good - 1], path.name)
            break
        good -= 1
    header = None
    if good:
        with contextlib.suppress(ValueError):
            header = read_header(decode(parts[0], path.name))
    return _Scan(header, good, digest_of(parts[good - 1]) if good else None, torn or good < len(parts), len(data))


def tail_of(paths: Sequence[Path]) -> Tail:
    """Where the register ends. Only the last segment is read, and those before it that have no sound header."""
    void: dict[str, int] = {}
    newest: _Scan | None = None
    last: str | None = None
    order = 0
    for path in reversed(paths):
        scan = _scan(path)
        newest = newest or scan
        last = last or scan.last
        if scan.torn or not scan.good:
            void[path.name] = scan.good + 1
        order += max(scan.good - 1, 0)
        if scan.header is not None:
            order += scan.header.first
            break
    if newest is None:
        return Tail(None, 0, False, 0, 0, GENESIS, 0, {})
    number = int(paths[-1].stem)
    clean = newest.header is not None and not newest.torn
    return Tail(paths[-1], number, clean, newest.size, newest.good, last or GENESIS, order, void)
