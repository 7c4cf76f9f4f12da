"""The bytes of a member of any container: what a zip holds, or a text that holds others (an export, a mailbox)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from variorum.errors import MalformedItem
from variorum.intake import containers, efiction, journals, mhtml, tars, warc
from variorum.intake.mail import letter, mailbox
from variorum.intake.tumblr import posts, saved
from variorum.intake.values import Detection, Sniff
from variorum.intake.zips import LIMITS, Budget, MemberError, directory, read

__all__ = ["SPLITS", "Split", "can_stream", "member", "open_inner", "stream"]

_DEEPEST = 5


class Split(NamedTuple):
    """A text container: how it is recognised, and its members as (label, bytes) in their order."""

    detect: Callable[[Sniff], Detection]
    members: Callable[[bytes], Iterator[tuple[str, bytes]]]


#: Every container that is no zip.
SPLITS: tuple[Split, ...] = (
    Split(warc.detect, warc.members),
    Split(mhtml.detect, mhtml.members),
    Split(tars.detect, tars.members),
    Split(tars.detect_packed, tars.members),
    Split(mailbox.detect, mailbox.members),
    Split(letter.detect, letter.members),
    Split(posts.detect_posts, posts.members),
    Split(saved.detect_backup, saved.members),
    Split(journals.detect_export, journals.members),
    Split(efiction.dump.detect, efiction.dump.members),
)


def can_stream(name: str, head: bytes) -> bool:
    """Whether a file that begins so can be read as a stream of its members."""
    return mailbox.detect(Sniff(name, head)).confidence >= 0.5


def stream(blocks: Iterable[bytes]) -> Iterator[tuple[str, bytes | None]]:
    """The members of a file for which `can_stream` holds, out of its blocks: (label, bytes), None for one too large."""
    return mailbox.stream(blocks)


def open_inner(name: str, data: bytes, place: str) -> bytes:
    """The bytes of one member, addressed by its place inside (``member`` or ``member!member``).

    `MalformedItem` when there is no such member any more or it cannot be read.
    """
    return _open(name, data, place, _DEEPEST)


def _open(name: str, data: bytes, place: str, deepest: int) -> bytes:
    if deepest:
        sniff = Sniff(name, data)
        for split in SPLITS:
            if split.detect(sniff).confidence < 0.5:
                continue
            for label, content in split.members(data):
                if label == place:
                    return content
                if place.startswith(label + "!"):
                    return _open(name, content, place[len(label) + 1 :], deepest - 1)
            raise MalformedItem(name, "has no member of that name", "not-found")
    return containers.open_inner(name, data, place, further=lambda n, d, p: _open(n, d, p, deepest - 1))


def member(name: str, data: bytes, path: str, most: int) -> bytes:
    """One member of a zip (a picture of a book) by its path, at most so many bytes of it; empty when there is none."""
    budget = Budget(len(data), replace(LIMITS, member=most, total=2 * most))
    for found in directory(name, data, budget).members:
        if found.name == path:
            try:
                return read(data, found, budget)
            except MemberError:
                return b""
    return b""
