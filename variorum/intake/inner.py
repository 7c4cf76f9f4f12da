"""The bytes of a member of any container: what a zip holds, or a text that holds others (an export, a mailbox)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from variorum.errors import MalformedItem
from variorum.intake import containers, efiction, journals, mhtml, sevenzip, tars, wacz, warc
from variorum.intake.mail import letter, mailbox
from variorum.intake.tumblr import posts, saved
from variorum.intake.values import Detection, Part, Sniff, Source
from variorum.intake.zips import LIMITS, Budget, MemberError, directory, read

__all__ = ["SPLITS", "Split", "can_stream", "member", "open_inner", "stream"]

_DEEPEST = 5
_SURE = 0.5


class Split(NamedTuple):
    """A text container: how it is recognised, and its members as (label, bytes) in their order."""

    detect: Callable[[Sniff], Detection]
    members: Callable[[bytes], Iterator[tuple[str, bytes]]]


#: Every container that is no zip.
SPLITS: tuple[Split, ...] = (
    Split(warc.detect, warc.members),
    Split(mhtml.detect, mhtml.members),
    Split(sevenzip.detect, sevenzip.members),
    Split(tars.detect, tars.members),
    Split(tars.detect_packed, tars.members),
    Split(mailbox.detect, mailbox.members),
    Split(letter.detect, letter.members),
    Split(posts.detect_posts, posts.members),
    Split(saved.detect_backup, saved.members),
    Split(journals.detect_export, journals.members),
    Split(efiction.dump.detect, efiction.dump.members),
)


def can_stream(name: str, head: bytes) -> str | None:
    """The format of a file that begins so, where it can be read as a stream of its members; else None."""
    sniff = Sniff(name, head)
    for form, detect, _ in _STREAMS:
        if detect(sniff).confidence >= _SURE:
            return form
    return None


def stream(form: str, source: Source) -> Iterator[Part]:
    """The members of a file of a format that `can_stream` gave."""
    for name, _, parts in _STREAMS:
        if name == form:
            yield from parts(source)


def _messages(source: Source) -> Iterator[Part]:
    for label, data in mailbox.stream(source.blocks()):
        yield Part(label, data, "too-large", "is larger than a member may be")


_STREAMS: tuple[tuple[str, Callable[[Sniff], Detection], Callable[[Source], Iterator[Part]]], ...] = (
    ("warc", warc.detect, lambda source: warc.stream(source.blocks())),
    ("wacz", wacz.detect, wacz.stream),
    ("mailbox", mailbox.detect, _messages),
)


def open_inner(name: str, data: bytes, place: str) -> bytes:
    """The bytes of one member, addressed by its place inside (``member`` or ``member!member``).

    `MalformedItem` when there is no such member any more or it cannot be read.
    """
    return _open(name, data, place, _DEEPEST)


def _open(name: str, data: bytes, place: str, deepest: int) -> bytes:
    if deepest:
        sniff = Sniff(name, data)
        for split in SPLITS:
            if split.detect(sniff).confidence < _SURE:
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
