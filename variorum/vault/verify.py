"""Reading every byte of the vault: what is damaged, what is missing, what is stray.

A check that does not read the data finds nothing (trust.md, section 1), so this one has no quick mode.
Nothing is repaired or deleted here. It may run beside an import: what another process is just bringing in
is not called stray.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from variorum.model import Finding, Verification
from variorum.vault import disk
from variorum.vault.chain import Ledger, audit
from variorum.vault.codes import finding
from variorum.vault.register import Register
from variorum.vault.segments import SEGMENT_NAME
from variorum.vault.store import OLD, Store, hash_file

__all__ = ["verify"]

Progress = Callable[[int, int], None]

_TICK = 0.2  # seconds between two words about a large file
_HEX = frozenset("0123456789abcdef")
_OURS = frozenset({"items", "register", "tmp", "lock", disk.LAYOUT_FILE, disk.README_FILE})
# What operating systems leave in every folder somebody looked into.
_FURNITURE = frozenset({".ds_store", "thumbs.db", "desktop.ini", "lost+found", ".nfs", ".localized"})


class _Place(NamedTuple):
    """A file that is named like an item and lies where it belongs."""

    path: Path
    name: str
    size: int
    age: float  #: seconds since it was last changed; away from now in either direction


class _Read(NamedTuple):
    place: _Place
    found: str | None
    error: OSError | None


@dataclass(slots=True)
class _State:
    root: Path
    ledger: Ledger
    findings: list[Finding] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    strays: list[Path] = field(default_factory=list)  #: files among the items that are no items
    unrecorded: list[tuple[_Place, bool]] = field(default_factory=list)  #: items of no record, and whether they are whole
    intact: int = 0

    def report(self, code: str, path: Path, reason: str, digest: str | None = None) -> None:
        """Notes a finding; its path counts from the vault's folder, with forward slashes."""
        self.findings.append(finding(code, path.relative_to(self.root).as_posix(), reason, digest))


def verify(store: Store, register: Register, progress: Progress | None = None, threads: int | None = None) -> Verification:
    """Reads every item and every record; the findings, coded as docs/vault.md explains them.

    ``progress`` is told the bytes read and those expected. ``items`` counts what the register says is kept,
    ``intact`` those of them that are whole. SchemaTooNew when a later Variorum has written here.
    """
    disk.check_layout(store.root)
    ledger, findings, order = audit(register.folder)
    state = _State(store.root, ledger, findings)
    total = sum(max(size, 0) for size in ledger.kept.values())
    read = 0
    for outcome in _hashed(_places(store, state), total, progress, threads or min(os.cpu_count() or 1, 8)):
        read += outcome.place.size
        _judge(outcome, state)
    items = len(ledger.kept)
    _settle(store, register, order, state)
    _folders(store, state)
    # One order of findings, whatever the threads did: by code, then by place.
    state.findings.sort(key=lambda f: (f.code, f.path, f.reason))
    return Verification(items, read, state.intact, tuple(state.findings))


# ---------------------------------------------------------------- the items


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted((e for e in found if not _is_furniture(e.name)), key=lambda e: e.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_furniture(name: str) -> bool:
    return name.lower() in _FURNITURE or name.startswith(("._", ".nfs", ".fuse_hidden"))


def _places(store: Store, state: _State) -> Iterator[_Place]:
    """The items one after another, a folder at a time; what is no item is noted as stray."""
    for folder in _entries(store.items):
        if not (len(folder.name) == 2 and _HEX.issuperset(folder.name) and folder.is_dir(follow_symlinks=False)):
            state.strays.extend(_files(Path(folder.path)))
            continue
        for entry in _entries(Path(folder.path)):
            about = entry.stat(follow_symlinks=False)
            named = len(entry.name) == 64 and _HEX.issuperset(entry.name) and entry.name.startswith(folder.name)
            if named and stat.S_ISREG(about.st_mode):
                yield _Place(Path(entry.path), entry.name, about.st_size, abs(time.time() - about.st_mtime))
            else:
                state.strays.extend(_files(Path(entry.path)))


def _files(path: Path) -> list[Path]:
    """The path, or for a folder what lies in it (an empty folder: itself)."""
    if path.is_dir() and not path.is_symlink():
        inside = [Path(top) / name for top, _, names in os.walk(path) for name in names]
        return inside or [path]
    return [path]


def _hashed(places: Iterable[_Place], total: int, progress: Progress | None, threads: int) -> Iterator[_Read]:
    """Every place with the digest found there, in order; read by threads, for hashing lets others run meanwhile."""
    waiting: deque[Future[_Read]] = deque()
    counter = _Counter()

    def read(place: _Place) -> _Read:
        try:
            return _Read(place, hash_file(place.path, counter.add), None)
        except OSError as error:
            return _Read(place, None, error)

    def oldest() -> _Read:
        while True:
            try:
                outcome = waiting[0].result(_TICK if progress is not None else None)
                break
            except NotYet:
                counter.tell(progress, total)
        waiting.popleft()
        counter.tell(progress, total)
        return outcome

    pool = ThreadPoolExecutor(threads, "variorum-verify")
    try:
        for place in places:
            waiting.append(pool.submit(read, place))
            if len(waiting) > 4 * threads:
                yield oldest()
        while waiting:
            yield oldest()
    finally:
        pool.shutdown(cancel_futures=True)


class _Counter:
    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.done = 0

    def add(self, count: int) -> None:
        with self.guard:
            self.done += count

    def tell(self, progress: Progress | None, total: int) -> None:
        if progress is not None:
            progress(self.done, max(total, self.done))


def _judge(outcome: _Read, state: _State) -> None:
    place, found, error = outcome
    digest = bytes.fromhex(place.name)
    state.seen.add(digest)
    if digest not in state.ledger.kept:
        state.unrecorded.append((place, found == place.name))
    elif found == place.name:
        state.intact += 1
    else:
        code, reason = _damage(place, found, error, state.ledger)
        state.report(code, place.path, reason, "sha256:" + place.name)


def _damage(place: _Place, found: str | None, error: OSError | None, ledger: Ledger) -> tuple[str, str]:
    """Which damage it is: the kinds tell what happened (a cut, a swap, a bad sector)."""
    if found is None:
        return "V006", f"the file cannot be read: {error.strerror if error is not None else 'unknown error'}"
    size = ledger.kept[bytes.fromhex(place.name)]
    if _is_zeros(place.path):
        return "V004", f"the file holds nothing but {place.size} zero bytes" if place.size else "the file is empty"
    if bytes.fromhex(found) in ledger.kept:
        return "V005", f"the file holds the bytes of another item, sha256:{found}"
    if 0 <= size != place.size:
        what = ("V002", "shorter") if place.size < size else ("V003", "longer")
        return what[0], f"the file is {what[1]} than it was received: {place.size} bytes instead of {size}"
    return "V001", f"the bytes have changed: their SHA-256 is now {found}"


def _is_zeros(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            while chunk := handle.read(1 << 20):
                if chunk.count(0) != len(chunk):
                    return False
    except OSError:
        return False
    return True


# ---------------------------------------------------------------- what is not there, and what should not be


def _settle(store: Store, register: Register, order: int, state: _State) -> None:
    """Missing and stray items, judged when the register cannot change: an import may be running beside us."""
    with contextlib.ExitStack() as stack:
        try:
            quiet = stack.enter_context(register.trying())
        except OSError:
            quiet = True  # a read-only disk has no lock file to open, and nobody who writes either
        for record in register.since(order):
            state.ledger.take(record.kind, record.data)
        _missing(store, state)
        _unrecorded(state, quiet=quiet)


def _missing(store: Store, state: _State) -> None:
    absent = [d for d in state.ledger.kept if d not in state.seen]
    absent = [d for d in absent if not _is_plain(store.path("sha256:" + d.hex()))]  # it may have come while we read
    sizes = {state.ledger.kept[d] for d in absent}
    elsewhere: dict[str, Path] = {}
    for path in state.strays if absent else ():
        try:
            if path.is_file() and (path.stat().st_size in sizes or -1 in sizes):
                elsewhere[hash_file(path)] = path
        except OSError:
            continue
    for digest in absent:
        name = digest.hex()
        where = store.items / name[:2] / name
        if name in elsewhere:
            reason = f"the item is not at its place; its bytes are in {elsewhere[name].relative_to(store.root).as_posix()}"
            state.report("V012", where, reason, "sha256:" + name)
        else:
            state.report("V011", where, "the item is gone", "sha256:" + name)


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _unrecorded(state: _State, *, quiet: bool) -> None:
    for place, whole in state.unrecorded:
        digest = bytes.fromhex(place.name)
        if digest in state.ledger.kept:
            state.seen.add(digest)  # recorded while we read
            continue
        if not quiet and place.age < OLD:
            continue  # somebody is writing just now: its record may be on the way
        if digest in state.ledger.removed:
            reason = "this item was removed by ruling and is still there"
            state.report("V024", place.path, reason, "sha256:" + place.name)
            continue
        reason = "no record speaks of this item; an import was cut short, or somebody put it here"
        if not whole:
            reason += " (and its bytes do not fit its name)"
        state.report("V021", place.path, reason, "sha256:" + place.name)
    for path in state.strays:
        reason = (
            "the file lies among the items and is none: an item is a plain file named by its digest, in the folder of its kind"
        )
        state.report("V022", path, reason)


def _folders(store: Store, state: _State) -> None:
    """The vault's other folders: leftovers of writing, and what does not belong."""
    for entry in _entries(store.root):
        if entry.name.startswith("."):  # a small file before it gets its name
            _leftover(Path(entry.path), state)
        elif entry.name not in _OURS:
            state.report("V025", Path(entry.path), "nothing of Variorum's is called so")
    for entry in _entries(store.root / "register"):
        if SEGMENT_NAME.fullmatch(entry.name) is None:
            state.report("V025", Path(entry.path), "this is no segment of the register")
    for entry in _entries(store.tmp):
        _leftover(Path(entry.path), state)
    if not disk.has_layout(store.root) and (state.ledger.kept or state.seen):
        state.report("V034", store.root / disk.LAYOUT_FILE, "the file is missing or cannot be read")


def _leftover(path: Path, state: _State) -> None:
    try:
        age = abs(time.time() - path.lstat().st_mtime)
    except OSError:
        return
    if age > OLD:
        state.report("V023", path, "unfinished writing that was never acknowledged; it may be deleted")
