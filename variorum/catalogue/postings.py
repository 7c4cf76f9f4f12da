"""Which text holds which hash, packed: the part of the index that grows with every word of the library.

A hash is known here by its first 40 bits, its *name*: two texts are looked at only when they share several, so that now and
then two hashes of one name do no harm. The first 18 bits are a bucket, a row; its bytes are entries of 48 bits, little
endian: 22 bits of the name above the 26 bits of a text's number, in the order they came. So a posting takes 6 bytes and its
share of a row's head, where a row each took more than twice that, and 67 million texts can be told apart. Those of the latest
texts are not here yet (`fresh.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.driver import cursor
from variorum.catalogue.sql import among, chunks

__all__ = ["MOST", "Found", "append", "entries_of", "find", "name", "names_of", "packed", "take_out", "without", "write"]

_U64 = npt.NDArray[np.uint64]
_Numbers = npt.NDArray[np.int64]

_BITS = 40  #: of a hash that are kept
_ROWS = 18  #: and of these the bits that name the bucket
_REST = np.uint64(_BITS - _ROWS)
_NUMBER = np.uint64(26)
#: Texts are numbered below this.
MOST = 1 << int(_NUMBER)
_SIZE = 6  #: bytes of an entry
_REST_MASK = np.uint64((1 << int(_REST)) - 1)
_NUMBER_MASK = np.uint64(MOST - 1)

# What writes a bucket, for SQLite and for PostgreSQL. SQLite makes text of two blobs that are joined, byte for byte.
_ROWS_OF = "INSERT INTO buckets (bucket, data) SELECT unnest(%s::integer[]), unnest(%s::bytea[])"
_ROW = "INSERT INTO buckets (bucket, data) VALUES (?, ?)"
_CONFLICT = "ON CONFLICT (bucket) DO UPDATE SET data ="
_WRITE = (f"{_ROW} {_CONFLICT} excluded.data", f"{_ROWS_OF} {_CONFLICT} excluded.data")
_APPEND = (
    f"{_ROW} {_CONFLICT} CAST(buckets.data || excluded.data AS BLOB)",
    f"{_ROWS_OF} {_CONFLICT} buckets.data || excluded.data",
)


class Found(NamedTuple):
    """Which of the names asked for stands in which text, and the buckets that were read."""

    names: _U64  #: that were asked for, ascending
    at: _Numbers  #: place among them of each that was found
    number: _Numbers  #: of the text
    buckets: dict[int, bytes]


def names_of(hashes: _U64) -> _U64:
    """The names of these hashes, ascending, each once."""
    return np.unique(name(hashes))


def name(hashes: _U64) -> _U64:
    """The name of each hash."""
    return hashes >> np.uint64(64 - _BITS)


def find(connection: sa.Connection, names: _U64) -> Found:
    """Every text with one of these names (ascending), by what is in the buckets."""
    buckets = _read(connection, np.unique(names >> _REST).tolist())
    held, number = entries_of(buckets)
    at = np.searchsorted(names, held)
    known = np.flatnonzero(names[np.minimum(at, len(names) - 1)] == held) if len(names) else at[:0]
    return Found(names, at[known], number[known], buckets)


def _read(connection: sa.Connection, wanted: Sequence[int]) -> dict[int, bytes]:
    """These buckets, through the driver: a text of a thousand words asks for hundreds."""
    out: dict[int, bytes] = {}
    with cursor(connection) as driver:
        for some in chunks(wanted, 50_000):
            if connection.dialect.name == "postgresql":
                driver.execute("SELECT bucket, data FROM buckets WHERE bucket = ANY(%s::integer[])", [list(some)])
            else:
                query = "SELECT bucket, data FROM buckets WHERE bucket IN (SELECT value FROM json_each(?))"
                driver.execute(query, ["[" + ",".join(map(str, some)) + "]"])
            out.update(driver.fetchall())
    return out


def append(connection: sa.Connection, names: _U64, numbers: _Numbers) -> None:
    """Writes postings (a name and a text's number each) behind those that are in the buckets."""
    _put(connection, list(packed(names, numbers)), _APPEND)


def packed(names: _U64, numbers: _Numbers) -> Iterator[tuple[int, bytes]]:
    """These postings as buckets and the bytes that belong in them."""
    if not len(names):
        return
    order = np.argsort(names, kind="stable")
    names = names[order]
    entries = ((names & _REST_MASK) << _NUMBER) | numbers[order].astype(np.uint64)
    data = entries.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :_SIZE].tobytes()
    of = names >> _REST
    first = np.flatnonzero(np.diff(of, prepend=np.uint64(1 << 63)))
    last = np.append(first[1:], len(of))
    for bucket, low, high in zip(of[first].tolist(), first.tolist(), last.tolist(), strict=True):
        yield bucket, data[low * _SIZE : high * _SIZE]


def entries_of(buckets: Mapping[int, bytes]) -> tuple[_U64, _Numbers]:
    """The name and the text's number of every posting of these buckets, bucket after bucket."""
    data = b"".join(buckets.values())
    sizes = [len(one) // _SIZE for one in buckets.values()]
    words = np.frombuffer(data, dtype="<u2").reshape(-1, 3).astype(np.uint64)
    entries = words[:, 0] | words[:, 1] << np.uint64(16) | words[:, 2] << np.uint64(32)
    of = np.repeat(np.fromiter(buckets, dtype=np.uint64, count=len(buckets)), sizes)
    return of << _REST | entries >> _NUMBER, (entries & _NUMBER_MASK).astype(np.int64)


def without(buckets: Mapping[int, bytes], names: _U64) -> dict[int, bytes]:
    """The buckets among these that hold one of the names (ascending), with the postings of those left out."""
    out = {}
    for bucket in np.unique(names >> _REST).tolist():
        if bucket in buckets:
            held, number = entries_of({bucket: buckets[bucket]})
            kept = ~np.isin(held, names)
            out[bucket] = dict(packed(held[kept], number[kept])).get(bucket, b"")
    return out


def take_out(connection: sa.Connection, numbers: Sequence[int]) -> None:
    """Takes the postings of these texts away. Reads all buckets once."""
    gone = np.array(sorted(numbers), dtype=np.int64)
    changed: dict[int, bytes] = {}
    query = sa.select(s.buckets.c.bucket, s.buckets.c.data)
    if len(gone) == 1:
        # A bucket without the number's bytes need not come out of the database.
        inside = "position(:low IN data)" if connection.dialect.name == "postgresql" else "instr(data, :low)"
        low = sa.bindparam("low", int(gone[0] & 0xFFFFFF).to_bytes(3, "little"), sa.LargeBinary)
        query = query.where(sa.text(f"{inside} > 0").bindparams(low))
    for some in connection.execute(query, execution_options={"yield_per": 5000}).partitions():
        buckets = {bucket: bytes(data) for bucket, data in some}
        held, number = entries_of(buckets)
        for bucket in np.unique(held[np.isin(number, gone)] >> _REST).tolist():
            name, own = entries_of({bucket: buckets[bucket]})
            kept = ~np.isin(own, gone)
            changed[bucket] = dict(packed(name[kept], own[kept])).get(bucket, b"")
    write(connection, changed)


def write(connection: sa.Connection, buckets: Mapping[int, bytes]) -> None:
    """Writes buckets as they are to be."""
    _put(connection, [(bucket, data) for bucket, data in buckets.items() if data], _WRITE)
    empty = [bucket for bucket, data in buckets.items() if not data]
    if empty:
        connection.execute(sa.delete(s.buckets).where(among(connection, s.buckets.c.bucket, empty)))


def _put(connection: sa.Connection, rows: Sequence[tuple[int, bytes]], statements: tuple[str, str]) -> None:
    """Writes rows through the driver."""
    with cursor(connection) as driver:
        for some in chunks(rows, 20_000):
            if connection.dialect.name == "postgresql":
                driver.execute(statements[1], [[row[0] for row in some], [row[1] for row in some]])
            else:
                driver.executemany(statements[0], some)
