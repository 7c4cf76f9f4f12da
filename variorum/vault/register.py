"""The register: the append-only book of everything that happened in a library.

JSON-lines segments ``register/000001.jsonl``, ``000002.jsonl`` ... One writer at a time (the library-wide
lock). A segment is continued while it is clean and under 4 MB; else the next is begun, whose first line is
a header that names the segment before, how many records it holds, its last digest, and from which line on
a segment is *void*: an unfinished line left by a power cut is never cut off, it is declared void. The order
of records is that of the segments and lines, never a clock's.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from variorum.vault import disk
from variorum.vault.lock import Lock
from variorum.vault.records import digest_of, encode
from variorum.vault.segments import Header, Tail, header_data, header_of, rows, segment_name, segment_paths, tail_of, voids

__all__ = ["Record", "Register", "now"]

#: Bytes after which a segment is closed.
SEGMENT = 4 << 20


class Record(NamedTuple):
    """One record of the register, in the present schema whatever it was written in."""

    schema: int  #: as it was written
    id: str
    kind: str
    by: str
    at: str  #: UTC, with Z
    prev: str
    order: int  #: 0, 1, 2 ... over the whole register
    data: Mapping[str, Any]


class _Mark(NamedTuple):
    """How far the last segment was read: where the next record's line begins."""

    path: Path
    offset: int
    number: int
    order: int


class _Doubt(NamedTuple):
    """An append that failed: what it may have left behind must not count."""

    before: Tail
    path: Path
    line: int  #: the first of the failed batch
    size: int  #: of the segment when it had failed


def now() -> str:
    """The present instant as the register writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Register:
    """The register of the vault at ``root`` (a library's ``vault`` folder).

    Safe to use from several threads and processes. Nothing is written before the first append; what other
    processes append is seen by the next reading. ``clock`` gives the instant written into records.
    """

    def __init__(self, root: Path | str, by: str = "keeper", clock: Callable[[], str] = now) -> None:
        self.root = Path(root)
        self.folder = self.root / "register"
        self.by = by
        self.clock = clock
        disk.check_layout(self.root)
        self._lock = Lock(self.root / "lock")
        self._prepared = False
        self._headers: dict[str, Header] = {}
        self._mark: _Mark | None = None
        self._tail: Tail | None = None  # as this object left it
        self._doubt: _Doubt | None = None

    # ------------------------------------------------------------ reading

    def __iter__(self) -> Iterator[Record]:
        return self.since(0)

    def since(self, order: int) -> Iterator[Record]:
        """The records from this order on. Cheap when they are the newest: where one stopped reading is remembered.

        An unfinished line at the end is passed over (it may be finished at the next reading), and so is a
        damaged record, which keeps its place in the order; `verify` names it. SchemaTooNew for a record of
        a later Variorum.
        """
        paths = segment_paths(self.folder)
        headers = [self._header(path) for path in paths]
        void = voids(headers)
        begin = max((i for i, header in enumerate(headers) if header is not None and header.first <= order), default=0)
        at = 0
        for index in range(begin, len(paths)):
            path, header = paths[index], headers[index]
            place = _Mark(path, 0, 1, at if header is None else header.first)
            if self._mark is not None and self._mark.path == path and self._mark.order <= order:
                place = self._mark
            for row in rows(path, place.order, offset=place.offset, number=place.number, stop=void.get(path.name)):
                place = _Mark(path, row.end, row.number + 1, row.order + 1)
                if row.order >= order:
                    yield Record(*row.envelope[:-1], row.order, row.envelope.data)
            at = place.order
            if index == len(paths) - 1 and place.offset:
                self._mark = place

    def _header(self, path: Path) -> Header | None:
        known = self._headers.get(path.name)
        if known is None and (known := header_of(path)) is not None:
            self._headers[path.name] = known
        return known

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def writing(self, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Holds the library-wide writer lock, re-entrant. ``waiting`` is called once when another process has it.

        Hold it over the put *and* the append of a batch: so `verify` can tell what is on its way from what is stray.
        """
        if not self._prepared:
            disk.prepare(self.root)
            self._prepared = True
        with self._lock.holding(waiting):
            yield

    def trying(self) -> contextlib.AbstractContextManager[bool]:
        """Yields whether nobody else is writing; if so the writer lock is held for the block. OSError on a read-only disk."""
        return self._lock.trying()

    def append(self, records: Sequence[Mapping[str, Any]]) -> list[Record]:
        """Adds records: each a mapping with ``kind``, its own keys, and ``by`` where it is not the register's.

        Durable when it returns: one fsync for the batch (a batch longer than a segment is written segment by
        segment). OSError when the disk will not have it: then what was not returned does not count. ValueError
        for what cannot be a record (no ``kind``, a key of the envelope, what JSON cannot hold, above 32 MB).
        """
        plain = [_apart(record, self.by) for record in records]
        out: list[Record] = []
        if plain:
            with self.writing():
                while len(out) < len(plain):
                    out += self._append(plain, len(out))
        return out

    def _append(self, plain: Sequence[_Apart], start: int) -> list[Record]:
        """Writes as many records as a segment takes, from the one numbered ``start`` on."""
        tail = self._current()
        path, line, at = tail.path, tail.lines + 1, self.clock()
        lines: list[bytes] = []
        last, size = tail.last, tail.size
        begins = path is None or not tail.clean or tail.size >= SEGMENT
        if begins:
            path, line, size = self.folder / segment_name(tail.number + 1), 1, 0
            header, _ = encode("segment", header_data(tail), by=self.by, at=at, prev=last)
            lines.append(header)
            last, size = digest_of(header), len(header) + 1
        assert path is not None
        out: list[Record] = []
        for kind, by, data in plain[start:]:
            encoded, envelope = encode(kind, data, by=by, at=at, prev=last)
            lines.append(encoded)
            out.append(Record(*envelope[:-1], tail.order + len(out), envelope.data))
            last, size = digest_of(encoded), size + len(encoded) + 1
            if size >= SEGMENT:
                break
        try:
            self._write(path, b"\n".join([*lines, b""]), begins=begins)
        except BaseException:
            self._tail, self._doubt = None, _Doubt(tail, path, line, _size(path))
            raise
        number = tail.number + 1 if begins else tail.number
        self._tail = Tail(path, number, True, size, line - 1 + len(lines), last, tail.order + len(out), {})
        self._doubt = None
        return out

    def _write(self, path: Path, data: bytes, *, begins: bool) -> None:
        flags = os.O_WRONLY | os.O_APPEND | disk.BINARY
        fd = os.open(path, flags | os.O_CREAT | os.O_EXCL if begins else flags, 0o666)
        try:
            os.lseek(fd, 0, os.SEEK_END)  # for whoever follows the system calls; appending needs no telling
            disk.write_all(fd, data)
            disk.sync(fd)
        finally:
            os.close(fd)
        if begins:
            disk.sync_folder(self.folder)

    def _current(self) -> Tail:
        """Where the register ends now; to be asked under the lock."""
        paths = segment_paths(self.folder)
        newest = paths[-1] if paths else None
        if self._tail is not None and self._tail.path == newest and newest is not None and _size(newest) == self._tail.size:
            return self._tail
        doubt = self._doubt
        if doubt is not None and doubt.path == newest and _size(newest) == doubt.size:
            # Nobody has built on it: what the failed append left is declared void by the next header. (It may even
            # look whole: after a failed fsync the system forgets what it could not write.)
            void = {**doubt.before.void, newest.name: doubt.line}
            return doubt.before._replace(path=newest, number=int(newest.stem), clean=False, lines=doubt.line - 1, void=void)
        return tail_of(paths)


_Apart: TypeAlias = tuple[str, str, dict[str, Any]]


def _apart(record: Mapping[str, Any], by: str) -> _Apart:
    """A mapping as kind, by and data; ValueError when it cannot become a record."""
    data = dict(record)
    kind, by = data.pop("kind", None), data.pop("by", by)
    if not isinstance(kind, str) or not kind or kind == "segment" or not isinstance(by, str):
        raise ValueError(f"a record needs a kind (other than 'segment') and an agent, this one has {kind!r} and {by!r}")
    encode(kind, data, by=by, at="", prev="")  # all of a batch is known to be good before any of it is written
    return kind, by, data


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
