"""What goes into a reader and what comes out of it: frozen values, safe to send to another process."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from variorum.document import Document
from variorum.intake.bundles import Bundle
from variorum.model import Metadata, Sighting

__all__ = ["Copy", "Detection", "Format", "Inner", "Opened", "Part", "Recorded", "Sniff", "Source", "Taken", "Task", "recorded"]

#: How the parts of an item were decoded at its first opening: (part name, encoding, BOM as hexadecimal).
Recorded = tuple[tuple[str, str, str], ...]

_BLOCK = 1 << 20
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Taken(NamedTuple):
    """Where a page was taken and when (UTC), as the archive that holds it says, and what made the archive."""

    url: str | None = None
    captured: str | None = None
    tool: str | None = None


class Task(NamedTuple):
    """One item to open. ``decode`` is a recorded decode that is used again exactly; ``inner``: it came out of a container.

    ``beside`` names the page that uses this picture. ``taken``: what the container says of where and when it was taken.
    ``about``: what stands beside it and says something about it (a tool's metadata, calibre's record of the book).
    ``files``: those that belong to it, by their paths below its folder (the chapters of a dump).
    """

    name: str
    digest: str
    data: bytes
    decode: Recorded | None = None
    inner: bool = False
    beside: str = ""
    taken: Taken | None = None
    about: tuple[bytes, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


class Copy(NamedTuple):
    """One copy of a work found in an item; ``place`` names it inside the item (empty when it is the whole of it).

    ``bundle``: it is one piece of a copy that lies in several items.
    """

    place: str
    metadata: Metadata
    document: Document
    bundle: Bundle | None = None


class Inner(NamedTuple):
    """A member of a container, to be opened as an item of its own. ``name`` is ``container!member``."""

    name: str
    data: bytes
    beside: str = ""
    taken: Taken | None = None


class Source(NamedTuple):
    """A file too large for memory: its size, and a way to its bytes from a place on (fewer than asked for at its end)."""

    size: int
    at: Callable[[int, int], bytes]

    def blocks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes, or a stretch of them, a megabyte at a time."""
        last = self.size if end is None else min(end, self.size)
        while start < last and (block := self.at(start, min(_BLOCK, last - start))):
            yield block
            start += len(block)


class Part(NamedTuple):
    """One part of a container that is read as a stream: a member with its bytes, or (without) why one is not given."""

    label: str  #: its name inside the container
    data: bytes | None = None
    code: str = ""
    reason: str = ""  #: completes the sentence "NAME ..."
    beside: str = ""  #: the label of the page that uses this picture
    taken: Taken | None = None
    sighting: Sighting | None = None  #: what it says of a work's address

    def inner(self, container: str) -> Inner:
        """The member as an item of its own."""
        return Inner(
            f"{container}!{self.label}", self.data or b"", f"{container}!{self.beside}" if self.beside else "", self.taken
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What an item held. ``skipped`` are members not taken: (name, code, reason); ``note`` says what a person should know.

    ``told`` are works it tells of without holding them: the lines of a list, a tool's metadata. ``sightings``: what it says of
    the addresses of works.
    """

    format: str
    copies: tuple[Copy, ...] = ()
    inner: tuple[Inner, ...] = ()
    skipped: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    told: tuple[Metadata, ...] = ()
    sightings: tuple[Sighting, ...] = ()


class Sniff:
    """What a format looks at to recognise an item: its name, its first bytes, and searches over all of it."""

    __slots__ = ("_searched", "data", "head", "name")

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self._searched: bytes | None = None
        self.head = self.searched[: 1 << 16]  #: the first 64 KB, as UTF-8 when the item is UTF-16 or UTF-32 with a BOM

    @property
    def searched(self) -> bytes:
        """All bytes of the item, made UTF-8 when they are UTF-16 or UTF-32 with a BOM, else as they are."""
        if self._searched is None:
            self._searched = self.data
            for bom, encoding in _WIDE:
                if self.data.startswith(bom):
                    self._searched = self.data.decode(encoding, "replace").encode("utf-8", "replace")
                    break
        return self._searched

    @property
    def suffix(self) -> str:
        """The ending of the name in lower case, with its dot; empty when there is none."""
        last = self.name.replace("\\", "/").rsplit("/", 1)[-1].rsplit("!", 1)[-1]
        dot = last.rfind(".")
        return last[dot:].lower() if dot > 0 else ""

    def holds(self, *needles: bytes) -> bool:
        """Whether all of these byte strings stand somewhere in the item."""
        return all(needle in self.searched for needle in needles)


class Detection(NamedTuple):
    """How sure a format is that an item is its own (0 to 1), and why, in words."""

    confidence: float
    reason: str


class Format(NamedTuple):
    """One format: how it is recognised and how it is read. Registered in the package's ``FORMATS``."""

    name: str
    detect: Callable[[Sniff], Detection]
    read: Callable[[Task], Opened]


def recorded(task: Task, part: str) -> tuple[str, str] | None:
    """The encoding and BOM recorded for one part of an item, if there is a record."""
    for name, encoding, bom in task.decode or ():
        if name == part:
            return encoding, bom
    return None
