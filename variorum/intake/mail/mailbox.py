"""Mailboxes and archives of lists: a file of messages, each an item of its own named by its place.

A message begins with a ``From `` line (mbox in all its kinds, Usenet archives, Mailman's text archives). A sentence of a
story that begins with "From" begins none: the line must have a date or a number, and fields must follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from variorum.errors import MalformedItem
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Task

__all__ = ["FORMATS", "FROM", "LARGEST", "detect", "members", "read", "stream"]

#: The line before a message: an address and a date in C's form, or the number Usenet archives have.
FROM = re.compile(
    rb"^From (?:-?\d{5,25}|[^\r\n]{0,200}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)?,?[ ]{0,2}"
    rb"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,2}\d{1,2}|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
    rb"[^\r\n]{0,80}\d{2}:\d{2}[^\r\n]{0,80})\r?\n(?=[!-9;-~]{1,60}:|>?From )",
    re.MULTILINE,
)
_MOST = 100_000
_LINE = 4096  # bytes that a From line and the field after it stand in

#: Bytes one message may have.
LARGEST = 96 << 20


def detect(sniff: Sniff) -> Detection:
    """A ``From `` line with a date, and fields under it, at the very beginning."""
    if sniff.data.startswith(b"From ") and FROM.match(sniff.data):
        return Detection(0.95, "begins with the From line of a mailbox")
    return Detection(0.0, "does not begin with the From line of a mailbox")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The messages in their order: a name by their place, and their bytes without the From line."""
    start: int | None = None
    number = 0
    for match in FROM.finditer(data):
        if start is not None:
            yield f"{number:06}.eml", data[start : match.start()]
        start = match.end()
        number += 1
    if start is not None:
        yield f"{number:06}.eml", data[start:]


def stream(blocks: Iterable[bytes], most: int = LARGEST) -> Iterator[tuple[str, bytes | None]]:
    """As `members`, out of blocks read one after the other; None for a message of more than ``most`` bytes.

    Memory: one message and one block; time is linear, also where a message is long.
    """
    message = bytearray()
    number = searched = 0
    over = False
    for block in blocks:
        message += block
        while (match := FROM.search(message, searched, max(len(message) - _LINE, 0))) is not None:
            if number:
                yield f"{number:06}.eml", None if over else bytes(message[: match.start()])
            del message[: match.end()]
            number, searched, over = number + 1, 0, False
        # A From line may begin in this block and end in the next: what could be one is looked at again.
        searched = max(searched, _line_start(message, len(message) - 2 * _LINE))
        if len(message) > most:
            over = True
            del message[:searched]
            searched = 0
    while (match := FROM.search(message, searched)) is not None:
        if number:
            yield f"{number:06}.eml", None if over else bytes(message[: match.start()])
        del message[: match.end()]
        number, searched, over = number + 1, 0, False
    if number:
        yield f"{number:06}.eml", None if over else bytes(message)


def _line_start(message: bytearray, at: int) -> int:
    """Where the line begins in which a place lies."""
    return message.rfind(b"\n", 0, max(at, 0)) + 1


def read(task: Task) -> Opened:
    """The messages, each an item of its own."""
    inner: list[Inner] = []
    for number, (name, content) in enumerate(members(task.data)):
        if number >= _MOST:
            raise MalformedItem(task.name, f"holds more than {_MOST:,} messages", "too-many-members")
        if content.strip():
            inner.append(Inner(f"{task.name}!{name}", content))
    return Opened("mailbox", (), tuple(inner))


FORMATS = (Format("mailbox", detect, read),)
