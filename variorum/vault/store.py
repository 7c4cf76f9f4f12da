"""The store: bytes by SHA-256, in plain files a person can read without us.

An item lies at ``items/ab/<its 64 hexadecimal digits>``. It is written to ``tmp/``, fsynced, linked to
its name and its folder fsynced before anybody is told, so an item that has a name is whole. Two
processes may put the same bytes at once. The files one adds are only ever read.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from variorum.errors import FixityError, IntakeError, NotFound
from variorum.vault import disk

__all__ = ["OLD", "Kept", "Store", "hash_file"]

#: Seconds after which a file in ``tmp/`` is a leftover: nothing of ours writes to one file without pause for so long.
OLD = 24 * 3600.0

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_NAME = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
_WHOLE = 4 << 20  # up to this many bytes a file is read once into memory, and known bytes are never written again
_THREADS = 8  # measured: docs/vault.md
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


class Kept(NamedTuple):
    """What became of a file that was put: its digest, its size in bytes, and whether the store did not have it yet."""

    digest: str
    size: int
    new: bool


class Store:
    """The items of the vault at ``root`` (a library's ``vault`` folder). Nothing is written before the first put.

    Safe to use from several threads and processes. ``new`` in an answer speaks of the store only: whether an
    item was *received* before is for the register to say (a crash may have come between the two).
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self.items = self.root / "items"
        self.tmp = self.root / "tmp"
        disk.check_layout(self.root)
        self._guard = threading.Lock()
        self._prepared = False
        self._settled: set[str] = set()  # folders of items whose own name is known to be on the disk

    # ------------------------------------------------------------ putting

    def put(self, data: bytes) -> tuple[str, bool]:
        """Keeps ``data``; its digest, and True when the store did not have it. Durable when it returns."""
        self._prepare()
        name = hashlib.sha256(data).hexdigest()
        new = self._place(name, data)
        self._settle({name[:2]})
        return "sha256:" + name, new

    def put_file(self, path: Path | str) -> Kept:
        """Keeps the bytes of a file, in constant memory. Durable when it returns.

        OSError when it cannot be read (or the store not written), IntakeError when it is no plain file or
        changed while it was read (its size or time of change did).
        """
        self._prepare()
        kept = self._take(Path(path))
        self._settle({kept.digest[7:9]})
        return kept

    def put_many(self, paths: Sequence[Path | str]) -> list[Kept | OSError | IntakeError]:
        """Keeps many files; for each, in order, what `put_file` would return or raise. Durable when it returns.

        Several are written at a time, so that the disk can settle them together, and each folder is
        fsynced once. Of equal files the first in order is the new one.
        """
        if not paths:
            return []
        self._prepare()
        pool = ThreadPoolExecutor(min(_THREADS, len(paths)), "variorum-put")
        try:
            taken = list(pool.map(_caught(self._take), map(Path, paths)))
            failed = self._settle({k.digest[7:9] for k in taken if isinstance(k, Kept)}, pool)
        finally:
            # After Ctrl-C the files not yet begun are not begun.
            pool.shutdown(cancel_futures=True)
        out = [failed.get(k.digest[7:9], k) if isinstance(k, Kept) else k for k in taken]
        return _first_is_new(out)

    # ------------------------------------------------------------ getting

    def has(self, digest: str) -> bool:
        """Whether there is an item of this digest (its bytes are not read)."""
        match = _DIGEST.fullmatch(digest)
        return match is not None and self._at(match[1]).is_file()

    def path(self, digest: str) -> Path:
        """Where the item lies or would lie; NotFound for what is no digest."""
        match = _DIGEST.fullmatch(digest)
        if match is None:
            raise NotFound("item", digest)
        return self._at(match[1])

    def open(self, digest: str) -> BinaryIO:
        """The item's bytes as a stream, unchecked; NotFound when there is no such item."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound("item", digest) from None

    def read(self, digest: str) -> bytes:
        """The item's bytes, checked; NotFound when absent, FixityError when they are not what was received."""
        with self.open(digest) as handle:
            data = handle.read()
        found = "sha256:" + hashlib.sha256(data).hexdigest()
        if found != digest:
            raise FixityError(str(self.path(digest)), digest, found)
        return data

    def digests(self) -> Iterator[str]:
        """The digests of all items, ascending."""
        for folder in _listed(self.items):
            for name in _listed(self.items / folder):
                if name.startswith(folder) and _NAME.fullmatch(name):
                    yield "sha256:" + name

    # ------------------------------------------------------------ clearing away

    def discard(self, digest: str) -> None:
        """Deletes an item for good; an absent one is no error. Only the second step of a removal may ask for this."""
        target = self.path(digest)
        with contextlib.suppress(FileNotFoundError):
            _unlink(target)
            disk.sync_folder(target.parent)

    def sweep(self) -> int:
        """Deletes leftovers in ``tmp/`` (our own unfinished writing) that are older than a day; how many.

        Happens by itself at the first put. Nothing in ``tmp/`` was ever acknowledged.
        """
        count = 0
        now = time.time()
        for name in _listed(self.tmp):
            with contextlib.suppress(OSError):
                if abs(now - (self.tmp / name).lstat().st_mtime) > OLD:
                    _unlink(self.tmp / name)
                    count += 1
        return count

    # ------------------------------------------------------------ inside

    def _at(self, name: str) -> Path:
        return self.items / name[:2] / name

    def _prepare(self) -> None:
        if self._prepared:
            return
        with self._guard:
            if not self._prepared:
                disk.prepare(self.root)
                self.sweep()
                self._prepared = True

    def _take(self, path: Path) -> Kept:
        """`put_file` up to, and without, the settling of the folder."""
        with _opened(path) as (source, before):
            if before.st_size > _WHOLE:
                return self._stream(path, source, before)
            data = bytearray()
            for chunk in _chunks(path, source, before):
                data += chunk
        name = hashlib.sha256(data).hexdigest()
        return Kept("sha256:" + name, len(data), self._place(name, data))

    def _stream(self, path: Path, source: int, before: os.stat_result) -> Kept:
        digest = hashlib.sha256()
        with _Temp(self.tmp) as temp:
            for chunk in _chunks(path, source, before):
                digest.update(chunk)
                temp.write(chunk)
            name = digest.hexdigest()
            state = self._state(name, before.st_size)
            new = state != "whole" and self._name(temp.sealed(), name, replace=state == "damaged")
        return Kept("sha256:" + name, before.st_size, new)

    def _place(self, name: str, data: bytes | bytearray) -> bool:
        state = self._state(name, len(data))
        if state == "whole":
            return False
        with _Temp(self.tmp) as temp:
            temp.write(data)
            return self._name(temp.sealed(), name, replace=state == "damaged")

    def _state(self, name: str, size: int) -> str:
        """``absent``, ``whole`` or ``damaged``: "known" is only said of bytes that were read again."""
        target = self._at(name)
        try:
            return "whole" if target.stat().st_size == size and hash_file(target) == name else "damaged"
        except FileNotFoundError:
            return "absent"

    def _name(self, temp: Path, name: str, *, replace: bool) -> bool:
        """Gives a durable temporary file its name; whether the store gained an item by it."""
        target = self._at(name)
        target.parent.mkdir(exist_ok=True)
        if not replace:
            return _link(temp, target)
        # The item there is damaged and here are its true bytes.
        if sys.platform == "win32":
            target.chmod(0o666)
        temp.replace(target)
        return False

    def _settle(self, folders: Iterable[str], pool: ThreadPoolExecutor | None = None) -> dict[str, OSError]:
        """Makes the names in these folders of items durable; without a pool an OSError is raised, else returned."""
        wanted = sorted(folders)
        with self._guard:
            fresh = not self._settled.issuperset(wanted)
        # A folder of items may be another process's, made a moment ago: its own name is settled here as well.
        todo = [self.items / folder for folder in wanted] + ([self.items] if fresh else [])
        if pool is None:
            for folder in todo:
                disk.sync_folder(folder)
            failed: dict[str, OSError] = {}
        else:
            outcomes = dict(zip([*wanted, ""], pool.map(_caught(disk.sync_folder), todo), strict=False))
            failed = {folder: error for folder, error in outcomes.items() if isinstance(error, OSError)}
            if "" in failed:
                failed = dict.fromkeys(wanted, failed[""])
        with self._guard:
            self._settled.update(folder for folder in wanted if folder not in failed)
        return failed


class _Temp:
    """A file being written in ``tmp/``; gone at the end of the ``with`` block unless it was renamed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        self.fd = -1

    def __enter__(self) -> Self:
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | disk.BINARY, 0o666)
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        with contextlib.suppress(OSError):
            _unlink(self.path)

    def write(self, data: bytes | bytearray) -> None:
        disk.write_all(self.fd, data)

    def sealed(self) -> Path:
        """The file's path, its bytes on the disk. Closed, for Windows renames no open file."""
        disk.sync(self.fd)
        self._close()
        with contextlib.suppress(OSError):
            # Read-only guards against a slip of the hand; whoever may not read the folder still may not.
            self.path.chmod(self.path.stat().st_mode & 0o444)
        return self.path

    def _close(self) -> None:
        if self.fd >= 0:
            fd, self.fd = self.fd, -1
            os.close(fd)


# ---------------------------------------------------------------- helpers


def hash_file(path: Path, told: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file's bytes, hexadecimal, in constant memory; ``told`` hears how many bytes were read."""
    digest = hashlib.sha256()
    buffer = bytearray(_CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as handle:
        while count := handle.readinto(buffer):
            digest.update(view[:count])
            if told is not None:
                told(count)
    return digest.hexdigest()


def _caught(function: Callable[..., Kept | None]) -> Callable[..., Kept | OSError | IntakeError | None]:
    def call(argument: Path) -> Kept | OSError | IntakeError | None:
        try:
            return function(argument)
        except (OSError, IntakeError) as error:
            return error

    return call


def _first_is_new(results: Sequence[Kept | OSError | IntakeError | None]) -> list[Kept | OSError | IntakeError]:
    """Among equal files put at once chance decides whose bytes were linked; order shall."""
    new = {k.digest for k in results if isinstance(k, Kept) and k.new}
    out: list[Kept | OSError | IntakeError] = []
    for result in results:
        assert result is not None
        if isinstance(result, Kept):
            result = result._replace(new=result.digest in new)
            new.discard(result.digest)
        out.append(result)
    return out


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    # Not to block: a pipe without a writer would hold us for ever.
    flags = os.O_RDONLY | disk.BINARY | getattr(os, "O_NONBLOCK", 0)
    try:
        fd = os.open(path, flags)
    except ValueError:
        raise IntakeError(str(path), "has a name no file can have", "bad-name") from None
    try:
        before = os.fstat(fd)
        if not stat.S_ISREG(before.st_mode):
            what = "a folder" if stat.S_ISDIR(before.st_mode) else "a device or a pipe"
            raise IntakeError(str(path), f"is {what}, not a file", "not-a-file")
        yield fd, before
    finally:
        os.close(fd)


def _chunks(path: Path, fd: int, before: os.stat_result) -> Iterator[bytes]:
    """A file's bytes; IntakeError at the end of them when they changed under our hands."""
    left = before.st_size
    while chunk := os.read(fd, _CHUNK):
        left -= len(chunk)
        if left < 0:
            break
        yield chunk
    after = os.fstat(fd)
    if left or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        reason = "changed while it was being read; add it again when no other program is writing it"
        raise IntakeError(str(path), reason, "changed-while-read")


def _link(temp: Path, target: Path) -> bool:
    """Names ``temp`` ``target`` unless there is one; whether it did. Exclusive where the file system can be."""
    try:
        if sys.platform == "win32":
            temp.rename(target)  # refuses to replace, there
        else:
            os.link(temp, target)
        return True
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    # No hard links here (exFAT, some network folders): equal bytes replace equal bytes.
    temp.replace(target)
    return True


def _unlink(path: Path) -> None:
    if sys.platform == "win32":
        path.chmod(0o666)
    path.unlink()


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
