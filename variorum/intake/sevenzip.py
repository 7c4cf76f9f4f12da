"""7z archives: members are items of their own as those of a zip are, by the same limits; nothing is written out.

What is cut off or damaged gives the members that came whole before it in their solid block, and those of the others.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from variorum.errors import MalformedItem
from variorum.intake.beside import belonging
from variorum.intake.kinds import HEAD, by_content, by_ending, unwanted
from variorum.intake.sevens import MAGIC, Entry, table
from variorum.intake.solid import Broken, unfolded
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Task
from variorum.intake.zips import LIMITS, Budget

__all__ = ["FORMATS", "detect", "members", "read"]

_DEEP = 2  # containers an archive may lie in
_SPECIAL = ("special", "is a link or device, or lies outside of the archive")


def detect(sniff: Sniff) -> Detection:
    """By its first bytes."""
    return Detection(0.9, "is a 7z archive") if sniff.data.startswith(MAGIC) else Detection(0.0, "has no mark of a 7z archive")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The names of the members and their bytes."""
    yield from _Opening("", data).found()


def read(task: Task) -> Opened:
    """The members; `MalformedItem` when there is no directory, or too much comes out."""
    if task.name.count("!") >= _DEEP:
        raise MalformedItem(task.name, f"is a container inside {_DEEP} others; no more are opened", "too-deep")
    opening = _Opening(task.name, task.data)
    inner = [Inner(f"{task.name}!{label}", data) for label, data in opening.found()]
    skipped = tuple((f"{task.name}!{label}", code, reason) for label, code, reason in opening.skipped)
    return Opened("7z", (), tuple(belonging(inner)), skipped)


class _Opening:
    """One archive being opened."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.budget = Budget(len(data))
        self.skipped: list[tuple[str, str, str]] = []
        self._seen: Counter[str] = Counter()

    def found(self) -> Iterator[tuple[str, bytes]]:
        """The members that are taken, block after block."""
        try:
            listed = table(self.data)
        except Broken as error:
            raise MalformedItem(self.name, error.reason, error.code) from error
        if len(listed.entries) > LIMITS.members:
            raise MalformedItem(self.name, f"holds more than {LIMITS.members:,} members", "too-many-members")
        by_block: dict[int, list[Entry]] = {}
        for entry in listed.entries:
            if entry.folder is not None:
                by_block.setdefault(entry.folder, []).append(entry)
            elif not entry.is_folder and self._is_wanted(entry):
                yield self._label(entry.name), b""
        for number, entries in by_block.items():
            wanted = [self._is_wanted(entry) for entry in entries]
            if any(wanted):
                yield from self._block(_Block(unfolded(self.data, listed.folders[number])), entries, wanted)

    def _is_wanted(self, entry: Entry) -> bool:
        parts = entry.name.replace("\\", "/").split("/")
        if entry.special or ".." in parts or not entry.name.strip("/"):
            refused: tuple[str, str] | None = _SPECIAL
        elif entry.size > LIMITS.member:
            refused = ("too-large", f"is larger than the {LIMITS.member >> 20} MB a member may have")
        else:
            refused = next((found for part in parts if (found := unwanted(part))), None)
        if refused is not None:
            self.skipped.append((entry.name, *refused))
        return refused is None

    def _block(self, block: _Block, entries: Sequence[Entry], wanted: Sequence[bool]) -> Iterator[tuple[str, bytes]]:
        """The members of one solid block that are taken. What lies before one must be unfolded to reach it."""
        last = max(place for place, take in enumerate(wanted) if take)
        for place in range(last + 1):
            entry, take = entries[place], wanted[place]
            try:
                self._allow(entry.size, keep=take)
                content = block.take(entry.size, keep=take)
            except Broken as error:
                lost = (entries[n].name for n in range(place, last + 1) if wanted[n])
                self.skipped += [(name, error.code, error.reason) for name in lost]
                return
            if take and self._is_whole(entry, content):
                yield self._label(entry.name), content

    def _allow(self, size: int, *, keep: bool) -> None:
        """Counts what is about to come out: a directory says how much that is, and no more is unfolded."""
        budget = self.budget
        if size > budget.by_ratio:
            reason = f"unfolds to more than {LIMITS.ratio} times its size, as a bomb does"
            raise MalformedItem(self.name, reason, "zip-bomb")
        if size > min(budget.left, budget.work):
            raise Broken("too-large", f"does not fit into the {LIMITS.total >> 20} MB that are taken out of one container")
        (budget.take if keep else budget.waste)(size)

    def _is_whole(self, entry: Entry, content: bytes) -> bool:
        refused = None
        if entry.crc is not None and zlib.crc32(content) != entry.crc:
            refused = ("damaged-member", "does not match the checksum its container has for it")
        elif by_ending(entry.name) is None and by_content(content[:HEAD]) is None:
            refused = ("not-a-work", "is neither text, page, book, picture nor container")
        if refused is not None:
            self.budget.left += len(content)  # given back: it is not kept
            self.skipped.append((entry.name, *refused))
        return refused is None

    def _label(self, name: str) -> str:
        """The name; one that comes again is numbered."""
        label = name.replace("\\", "/").lstrip("/")
        self._seen[label] += 1
        return label if self._seen[label] == 1 else f"{label} ({self._seen[label]})"


class _Block:
    """What a solid block unfolds to, taken in pieces."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()

    def take(self, size: int, *, keep: bool) -> bytes:
        """The next bytes; with ``keep`` False they are passed over."""
        out = bytearray()
        while size:
            if not self._held:
                chunk = next(self._chunks, b"")
                if not chunk:
                    raise Broken("truncated", "is cut off inside its archive")
                self._held += chunk
            step = min(size, len(self._held))
            if keep:
                out += self._held[:step]
            del self._held[:step]
            size -= step
        return bytes(out)


FORMATS = (Format("7z", detect, read),)
