"""Containers: a zip becomes its members, each an item of its own named ``container!member``.

Members are read into counted buffers, never extracted. The rules of what is passed over are those of a folder.
Zips inside zips are opened here (to a depth of three), so that one budget holds for all that comes out.
Every member that is not given has one sentence in ``skipped``; the container's own bytes are kept in any case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from variorum.errors import MalformedItem
from variorum.intake.beside import belonging
from variorum.intake.efiction import dump
from variorum.intake.kinds import FAULTS, HEAD, by_content, by_ending, unwanted
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Task
from variorum.intake.zips import LIMITS, Budget, Directory, Member, MemberError, ZipLimits, directory, names, read

__all__ = ["FORMATS", "detect", "is_plain_zip", "open_inner", "read_zip"]

_TABLE = re.compile(r"!datapackage\.json(?:\0|\Z)")
_BETWEEN = "!"
_LIBRARY = "variorum.json"
# Formats that are zips themselves: what is in them is not a pile of files.
_BOOKS = frozenset({"meta-inf/container.xml", "[content_types].xml", "mimetype"})


def detect(sniff: Sniff) -> Detection:
    """A zip that is no book: by its first bytes, or by its ending and its directory."""
    data = sniff.data
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return (
            Detection(0.6, "begins as a zip container") if is_plain_zip(data) else Detection(0.1, "is a zip that holds one book")
        )
    if sniff.suffix == ".zip":
        if b"PK\x05\x06" in data[-65557:]:
            return Detection(0.6, "ends as a zip container")
        return Detection(0.2, "is named like a zip container")
    return Detection(0.0, "has no mark of a zip container")


def is_plain_zip(data: bytes) -> bool:
    """Whether the bytes are a zip that is a pile of files, not a book or office document made as one."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    return _BOOKS.isdisjoint(name.lower() for name in names(data))


def read_zip(task: Task, limits: ZipLimits = LIMITS) -> Opened:
    """The members of a zip, in byte order of their names; `MalformedItem` when it is a bomb or nothing can be found."""
    if b"PK\x03\x04" not in task.data and b"PK\x05\x06" not in task.data:
        raise MalformedItem(task.name, "is named like a zip container and is none")
    opening = _Opening(task.name, Budget(len(task.data), limits))
    opening.open(task.name, task.data, 1)
    if _TABLE.search("\0".join(one.name for one in opening.inner)) and any("!archive/" in one.name for one in opening.inner):
        # A WACZ: its archives are what it holds; lists and indexes of its pages are only ways to them.
        archives = tuple(one for one in opening.inner if "!archive/" in one.name)
        return Opened("wacz", (), archives, tuple(opening.skipped), opening.note())
    return Opened("zip", (), tuple(belonging(_joined(opening.inner))), tuple(opening.skipped), opening.note())


def _joined(inner: list[Inner]) -> list[Inner]:
    """The members, the dump of an archive and the chapter files beside it as the archive's stories."""
    dumps = [
        one for one in inner if by_ending(one.name) in ("text", None) and dump.detect(Sniff(one.name, one.data)).confidence > 0.5
    ]
    for one in dumps:
        container = one.name.rpartition(_BETWEEN)[0] + _BETWEEN
        files = {i.name: i.data for i in inner if i.name.startswith(container) and dump.CHAPTER_FILE.search(i.name)}
        stories = [Inner(f"{one.name}{_BETWEEN}{label}", data) for label, data in dump.members(one.data, files)]
        if files and stories:
            used = {one.name, *files}
            inner = [i for i in inner if i.name not in used] + stories
    return inner


def open_inner(
    name: str, data: bytes, place: str, limits: ZipLimits = LIMITS, further: Callable[[str, bytes, str], bytes] | None = None
) -> bytes:
    """The bytes of one member, addressed as `read_zip` named it, without the container's name and its ``!``.

    ``further`` opens a container that lies in this one and is no zip. `MalformedItem` when there is no such member any more
    or it cannot be read.
    """
    budget = Budget(len(data), limits)
    for _ in range(limits.depth):
        whole = data
        listed = list(_labelled(directory(name, data, budget)))
        for label, member in listed:
            if label == place:
                return _bytes(name, data, member, budget)
        # A `!` may stand in a name: the longest member name that fits is the container meant.
        outer = [(label, m) for label, m in listed if place.startswith(label + _BETWEEN)]
        if not outer:
            break
        label, member = max(outer, key=lambda pair: len(pair[0]))
        files = {n: m for n, m in listed if dump.CHAPTER_FILE.search(n)}
        data, place = _bytes(name, data, member, budget), place[len(label) + 1 :]
        if files and not is_plain_zip(data) and dump.detect(Sniff(label, data)).confidence > 0.5:
            beside = {n: _bytes(name, whole, m, budget) for n, m in files.items()}
            return next((found for story, found in dump.members(data, beside) if story == place), b"") or _nothing(name)
        if further is not None and not is_plain_zip(data):
            return further(name, data, place)
    return _nothing(name)


def _nothing(name: str) -> bytes:
    raise MalformedItem(name, "has no member of that name", "not-found")


def _bytes(name: str, data: bytes, member: Member, budget: Budget) -> bytes:
    try:
        return read(data, member, budget)
    except MemberError as error:
        if error.data:
            return error.data
        raise MalformedItem(name, f"has a member that {error.reason}", error.code) from error


def _labelled(found: Directory) -> Iterator[tuple[str, Member]]:
    """Members with their names; a name that comes again is numbered, so that each can be addressed."""
    seen: Counter[str] = Counter()
    for member in found.members:
        seen[member.name] += 1
        count = seen[member.name]
        yield (member.name if count == 1 else f"{member.name} ({count})"), member


@dataclass
class _Opening:
    """One outermost container being opened."""

    name: str
    budget: Budget
    inner: list[Inner] = field(default_factory=list)
    skipped: list[tuple[str, str, str]] = field(default_factory=list)
    torn: bool = False
    passed: set[str] = field(default_factory=set)

    def open(self, name: str, data: bytes, depth: int) -> None:
        found = directory(name, data, self.budget)
        self.torn = self.torn or found.torn
        if found.torn:
            reason = "is lost: the container is cut off; its members that came whole were taken"
            self.skipped.append((f"{name}{_BETWEEN}(end)", "truncated", reason))
        listed = list(_labelled(found))
        libraries = {m.name[: -len(_LIBRARY)] for _, m in listed if m.name.rsplit("/", 1)[-1] == _LIBRARY}
        for label, member in listed:
            if member.is_folder:
                continue
            where, refused = _refused(member.name, libraries)
            if refused is None:
                self._member(name, label, data, member, depth)
            elif (full := f"{name}{_BETWEEN}{where or label}") not in self.passed:
                self.passed.add(full)
                self.skipped.append((full, *refused))

    def _member(self, container: str, label: str, data: bytes, member: Member, depth: int) -> None:
        name = f"{container}{_BETWEEN}{label}"
        try:
            content = read(data, member, self.budget)
        except MemberError as error:
            if error.code == "zip-bomb":
                raise MalformedItem(self.name, error.reason, error.code) from error
            self.skipped.append((name, error.code, error.reason))
            self.budget.left += len(error.data)  # given back: it is not kept
            # Part of a member is no copy. Of a container's part the members that came whole are.
            if not is_plain_zip(error.data) or by_ending(label) not in (None, "container"):
                return
            self.budget.left -= len(error.data)
            content = error.data
        if by_ending(label) is None and by_content(content[:HEAD]) is None:
            self.budget.left += len(content)  # given back: it is not kept
            self.skipped.append((name, "not-a-work", "is neither text, page, book, picture nor container"))
        elif by_ending(label) in (None, "container") and is_plain_zip(content):
            self._nested(name, content, depth)
        else:
            self.inner.append(Inner(name, content))

    def _nested(self, name: str, content: bytes, depth: int) -> None:
        if depth >= self.budget.limits.depth:
            reason = f"is a container inside {depth} others; no more than {depth} are opened"
            self.skipped.append((name, "too-deep", reason))
            return
        try:
            self.open(name, content, depth + 1)
        except MalformedItem as error:
            if error.code in ("zip-bomb", "too-many-members"):
                raise MalformedItem(self.name, error.reason, error.code) from error
            self.skipped.append((name, error.code, error.reason))

    def note(self) -> str:
        unread = sum(1 for _, code, _ in self.skipped if code in FAULTS)
        notes = ["its directory is torn off; its members were found one by one"] if self.torn else []
        if unread:
            notes.append(f"{unread:,} of its members could not be read whole")
        if not self.inner and not self.skipped:
            notes.append("it is empty")
        return "; ".join(notes)


def _refused(name: str, libraries: Iterable[str]) -> tuple[str | None, tuple[str, str] | None]:
    """Why a member is passed over, and the folder that is the reason (None when it is the member itself)."""
    for prefix in libraries:
        if name.startswith(prefix):
            return (prefix or None), ("library", "is a Variorum library itself")
    parts = name.replace("\\", "/").split("/")
    for number, part in enumerate(parts):
        refused = unwanted(part)
        if refused is not None:
            where = "/".join(parts[: number + 1]) if number + 1 < len(parts) else None
            return where, refused
    return None, None


FORMATS = (Format("zip", detect, read_zip),)
