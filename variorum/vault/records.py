"""One record of the register as one line of text: how it is written, read, checked and brought up to date.

A line is a JSON object: ``schema id kind by at prev``, then the record's own keys, then ``sum``. ``prev``
is the SHA-256 of the line before (over the whole register, without its line end), ``id`` the first 20
digits of a hash of ``prev``, ``kind`` and the data; ``sum`` is a checksum of the rest of this very line,
so that any changed bit shows at once, in the last line too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from variorum.errors import SchemaTooNew

__all__ = ["GENESIS", "LONGEST", "SCHEMA", "UPGRADES", "Envelope", "Line", "decode", "digest_of", "encode", "lines"]

#: The version of a record this Variorum writes, and the newest it reads.
SCHEMA = 1

#: ``prev`` of the very first line.
GENESIS = "0" * 64

#: Bytes a line may have at most; a longer one is damage (and is never written).
LONGEST = 32 << 20

_ENVELOPE = ("schema", "id", "kind", "by", "at", "prev", "sum")
_SUM = re.compile(rb',"sum":"([0-9a-f]{16})"\}')
_SUM_LENGTH = 26
_TEXTS = ("id", "kind", "by", "at", "prev")

# Raw in the file these would move the cursor or turn the line of whoever reads it in a terminal.
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Envelope(NamedTuple):
    """A record as read from its line, already in the present schema."""

    schema: int  #: as written
    id: str
    kind: str
    by: str
    at: str
    prev: str
    data: dict[str, Any]


def _from_0(raw: dict[str, Any]) -> dict[str, Any]:
    """Schema 0 (before the first release) said ``time`` for ``at`` and did not say by whom."""
    out = {key: value for key, value in raw.items() if key != "time"}
    return {**out, "at": raw.get("time"), "by": "keeper"}


#: How a record of an older schema becomes one of the next: schema -> function of the raw object.
UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_0}


def encode(kind: str, data: Mapping[str, Any], *, by: str, at: str, prev: str) -> tuple[bytes, Envelope]:
    """The line (without its end) and the record as it will be read back.

    ValueError for data JSON cannot hold, for the envelope's own names as keys, and above `LONGEST`.
    """
    taken = sorted(set(data) & set(_ENVELOPE))
    if taken:
        raise ValueError(f"a record of kind {kind!r} cannot have the key {taken[0]!r}: it belongs to the register")
    # Through JSON once, so that what is returned is what will be read (tuples are lists there).
    own = json.loads(json.dumps(dict(data), allow_nan=False))
    envelope = Envelope(SCHEMA, _id(prev, kind, own), kind, by, at, prev, own)
    head = {"schema": SCHEMA, "id": envelope.id, "kind": kind, "by": by, "at": at, "prev": prev}
    body = _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", _json({**head, **own}))
    # A file name that is no UTF-8 has lone surrogates; escaped, they are good JSON.
    line = body.encode("utf-8", "backslashreplace")
    line = line[:-1] + b',"sum":"' + _sum(line) + b'"}'
    if len(line) >= LONGEST:
        raise ValueError(f"a record of kind {kind!r} is {len(line)} bytes long; the register takes {LONGEST} at most")
    return line, envelope


def decode(line: bytes, where: str, *, strict: bool = False) -> Envelope:
    """Reads one line; ValueError with the reason when it is damaged, SchemaTooNew when it is from the future.

    ``strict`` also checks the id of a line whose checksum is right, which only a forger can get wrong.
    """
    match = _SUM.fullmatch(line, max(len(line) - _SUM_LENGTH, 0))
    if match is not None and _sum(line[:-_SUM_LENGTH] + b"}") != match[1]:
        raise ValueError("its checksum is wrong")
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it cannot be read as JSON") from None
    if not isinstance(raw, dict) or type(raw.get("schema")) is not int:
        raise ValueError("it is no record")
    schema = raw["schema"]
    if schema > SCHEMA:
        raise SchemaTooNew(f"{where} (a record of the register)", schema, SCHEMA)
    if schema == SCHEMA and match is None:
        raise ValueError("its checksum is missing")
    own = {key: value for key, value in raw.items() if key not in (*_ENVELOPE, "time" if schema == 0 else "")}
    if (strict or match is None) and raw.get("id") != _id(raw.get("prev"), raw.get("kind"), own):
        raise ValueError("its id does not fit what it says")
    for older in range(schema, SCHEMA):
        if older not in UPGRADES:
            raise ValueError(f"there never was a schema {older}")
        raw = UPGRADES[older](raw)
    if not all(isinstance(raw.get(key), str) for key in _TEXTS):
        raise ValueError("a part of it is missing")
    return Envelope(schema, raw["id"], raw["kind"], raw["by"], raw["at"], raw["prev"], own)


def digest_of(line: bytes) -> str:
    """What the next line's ``prev`` must be."""
    return hashlib.sha256(line).hexdigest()


class Line(NamedTuple):
    """One line of a segment."""

    text: bytes  #: without its end; of one longer than `LONGEST` only the beginning, enough to be no record
    whole: bool  #: has its end; the last line may not, yet
    length: int  #: bytes in the file, its end included


def lines(handle: BinaryIO) -> Iterator[Line]:
    """The lines of a segment, while somebody may be writing it."""
    while line := handle.readline(LONGEST):
        length, end = len(line), line
        while not end.endswith(b"\n"):
            # Never more is read after a short line: the rest may have been written since, and is not its own line.
            end = handle.readline(LONGEST) if len(end) == LONGEST else b""
            if not end:
                yield Line(line, False, length)
                return
            length += len(end)
        yield Line(line.removesuffix(b"\n"), True, length)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _id(prev: object, kind: object, data: object) -> str:
    seed = json.dumps([prev, kind, data], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(seed.encode()).hexdigest()[:20]


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:16].encode()
