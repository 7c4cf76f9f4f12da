"""Reads the rows of a MySQL dump as bytes: linear, bounded, and never believing an encoding.

Tables are indexed by where each row begins; a row is taken apart when it is asked for, so that a dump of a million
reviews costs eight bytes a row. A dump that is cut off gives the rows that came whole.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Table", "tables"]

_MOST_ROWS = 5_000_000
_STRING = rb"'(?:[^'\\]++|\\.|'')*+'"
_STATEMENT = re.compile(
    rb"^[ \t]*+(?:(?P<create>CREATE\s+TABLE)|(?P<insert>(?:INSERT|REPLACE)\s+(?:IGNORE\s+|DELAYED\s+)?INTO|REPLACE\s+INTO))"
    rb"\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:[`\"]?[\w$-]{1,64}[`\"]?\.)?[`\"]?(?P<name>[\w$-]{1,64})[`\"]?\s*",
    re.IGNORECASE | re.MULTILINE,
)
# What tells where a definition begins: strings, brackets (``int(11)``, ``PRIMARY KEY (a, b)``) and the commas between columns.
_DEFINED = re.compile(_STRING + rb"|\"(?:[^\"]++|\"\")*+\"|`[^`]*+`|[(),]", re.DOTALL)
_COLUMN = re.compile(rb"\s*(?:(?:--|#)[^\n]*\n\s*)*[`\"]?([A-Za-z_]\w{0,63})[`\"]?\s+[a-zA-Z]")
_NO_COLUMN = frozenset((b"primary", b"key", b"unique", b"index", b"constraint", b"fulltext", b"foreign", b"check"))
_LISTED = re.compile(rb"\(([^()']{1,20000})\)\s*")
_VALUES = re.compile(rb"VALUES?\s*", re.IGNORECASE)
_VALUE = re.compile(
    rb"\s*+(?:(?P<null>NULL)\b|(?:_\w{1,20}\s*+)?(?P<text>" + _STRING + rb")|(?P<double>\"(?:[^\"\\]++|\\.|\"\")*+\")"
    rb"|0x(?P<hex>[0-9A-Fa-f]*+)|[xX]'(?P<hex2>[0-9A-Fa-f]*+)'|(?P<word>[-+.\w]{1,64}+))\s*+",
    re.DOTALL | re.IGNORECASE,
)
_ROW = re.compile(rb"\s*+\((?:[^()'\"]++|" + _STRING + rb"|\"(?:[^\"\\]++|\\.|\"\")*+\"|\([^()']*+\))*+\)\s*+", re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)|''", re.DOTALL)
_MEANT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"b": b"\b", b"Z": b"\x1a"}


@dataclass(slots=True)
class Table:
    """The rows of one table by where they begin in the dump. ``columns`` are lower case."""

    name: str
    data: bytes
    columns: tuple[str, ...] = ()
    starts: array[int] = field(default_factory=lambda: array("Q"))
    orders: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)  #: from which row on which columns are listed

    def __len__(self) -> int:
        return len(self.starts)

    def row(self, number: int, *wanted: str) -> dict[str, bytes | None]:
        """The values of one row by column; with ``wanted``, only those."""
        known = bisect_right(self.orders, number, key=lambda order: order[0])
        columns = self.orders[known - 1][1] if known else self.columns
        found: dict[str, bytes | None] = {}
        at = self.data.index(b"(", self.starts[number]) + 1
        for column in columns:
            match = _VALUE.match(self.data, at)
            if match is None:
                break
            if not wanted or column in wanted:
                found[column] = _meant(match)
                if len(found) == len(wanted):
                    break
            at = match.end() + 1
        return found

    def rows(self, *wanted: str) -> Iterator[dict[str, bytes | None]]:
        """Every row in its order."""
        for number in range(len(self.starts)):
            yield self.row(number, *wanted)


def tables(data: bytes, names: frozenset[str]) -> tuple[dict[str, Table], bool]:
    """The tables whose names end in one of these (the longest counts), and whether the last statement is cut off.

    Where several prefixes stand in one dump, each table has its whole name.
    """
    found: dict[str, Table] = {}
    at, torn = 0, False
    while (match := _STATEMENT.search(data, at)) is not None:
        at = match.end()
        name = match["name"].decode("ascii", "replace").lower()
        if not any(name.endswith(suffix) for suffix in names):
            continue
        table = found.setdefault(name, Table(name, data))
        if match["create"]:
            table.columns = table.columns or _created(data, at)
            continue
        at, torn = _insert(table, at)
    return found, torn


def _created(data: bytes, at: int) -> tuple[str, ...]:
    """The columns a table is made with, whether each stands on a line of its own or all on one."""
    end = data.find(b";\n", at)
    body = data[at : min(end if end >= 0 else len(data), at + 40_000)].partition(b"(")[2]
    names, start, depth = [], 0, 0
    for mark in _DEFINED.finditer(body):
        depth += (mark[0] == b"(") - (mark[0] == b")")
        if depth < 0 or (depth == 0 and mark[0] == b","):
            names.append(_COLUMN.match(body, start, mark.start()))
            start = mark.end()
        if depth < 0:
            break
    else:
        names.append(_COLUMN.match(body, start))
    return tuple(n[1].decode("ascii", "replace").lower() for n in names if n and n[1].lower() not in _NO_COLUMN)


def _insert(table: Table, at: int) -> tuple[int, bool]:
    """Notes where the rows of one INSERT begin; where it ends, and whether it broke off."""
    data = table.data
    listed = _LISTED.match(data, at)
    columns = table.columns
    if listed is not None:
        columns = tuple(c.strip(b' `"\r\n\t').decode("ascii", "replace").lower() for c in listed[1].split(b","))
        at = listed.end()
    table.orders.append((len(table), columns))
    values = _VALUES.match(data, at)
    if values is None:
        return at, False
    at = values.end()
    while len(table) < _MOST_ROWS:
        row = _ROW.match(data, at)
        if row is None:
            return at, b"(" in data[at : at + 4]
        table.starts.append(at)
        at = row.end()
        if data[at : at + 1] != b",":
            return at, at >= len(data)
        at += 1
    return at, True


def _meant(match: re.Match[bytes]) -> bytes | None:
    text = match["text"] or match["double"]
    if text is not None:
        inner = text[1:-1]
        return _ESCAPE.sub(_unescaped, inner) if b"\\" in inner or b"''" in inner else inner
    digits = match["hex"] if match["hex"] is not None else match["hex2"]
    if digits is not None:
        return bytes.fromhex((digits if len(digits) % 2 == 0 else b"0" + digits).decode("ascii"))
    return None if match["null"] else match["word"]


def _unescaped(match: re.Match[bytes]) -> bytes:
    mark = match[1]
    return b"'" if mark is None else _MEANT.get(mark, mark)
