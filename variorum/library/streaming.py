"""Containers too large for memory: read once from the vault, their members entered a few at a time.

How far a container has come is kept in the catalogue with each transaction, so that a kill loses nothing and nothing is
entered twice. Memory grows with the stories that are held, never with the bytes of the container.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from variorum import intake
from variorum.errors import NotFound
from variorum.model import Sighting
from variorum.vault import Record, Store

__all__ = ["LARGE", "Batchful", "batches", "is_large", "is_listed", "member_of", "streamed"]

#: Bytes from which on a container that can be read as a stream is.
LARGE = 32 << 20

_HEAD = 1 << 16
_BLOCK = 1 << 20
_UNFOLDS = 8  # times its size that a packed container is taken for
_MEMBERS = 256  # entered in one transaction
_BYTES = 16 << 20


class Batchful(NamedTuple):
    """Some parts of a container of format ``form``, in their order. ``first``: how many came before them. ``sound``: None
    until the last, then whether the vault's bytes are what they were.
    """

    form: str
    first: int
    members: tuple[intake.Inner, ...]
    skipped: tuple[tuple[str, str, str], ...] = ()
    sound: bool | None = None
    sightings: tuple[Sighting, ...] = ()


def streamed(store: Store, name: str, digest: str, size: int) -> str | None:
    """The format of an item that is read as a stream: large, and of a kind whose members can be told apart on the way."""
    if not is_large(name, size) or not store.has(digest):
        return None
    with store.open(digest) as handle:
        return intake.can_stream(name, handle.read(_HEAD))


def is_large(name: str, size: int) -> bool:
    """Whether a container of this size may be too large for memory: one that is packed may unfold to many times its size."""
    return size >= (LARGE // _UNFOLDS if name.lower().endswith((".gz", ".zst", ".wacz")) else LARGE)


def is_listed(size: int) -> bool:
    """Whether the answer of `add` names every member of a streamed container of this size."""
    return size < LARGE


def batches(store: Store, record: Record, form: str, passed: int) -> Iterator[Batchful]:
    """The parts of a streamed container after the first ``passed``, some at a time; the last is empty and says whether the bytes are sound."""
    with _source(store, record.data["digest"], record.data["size"]) as source:
        for some in _some(record.data["name"], intake.stream(form, source), form, passed):
            yield some
            passed = some.first + len(some.members) + len(some.skipped)
    yield Batchful(form, passed, (), (), _is_sound(store, record.data["digest"]))


def _some(name: str, parts: Iterator[intake.Part], form: str, passed: int) -> Iterator[Batchful]:
    members: list[intake.Inner] = []
    skipped: list[tuple[str, str, str]] = []
    seen: list[Sighting] = []
    first, size, count = passed, 0, 0
    for part in parts:
        count += 1
        if count <= passed:
            continue
        if part.sighting is not None:
            seen.append(replace(part.sighting, name=f"{name}!{part.label}"))
        if part.data is None:
            skipped.append((f"{name}!{part.label}", part.code, part.reason))
        else:
            members.append(part.inner(name))
            size += len(part.data)
        if len(members) + len(skipped) >= _MEMBERS or size >= _BYTES:
            yield Batchful(form, first, tuple(members), tuple(skipped), sightings=tuple(seen))
            members, skipped, seen, first, size = [], [], [], count, 0
    if members or skipped:
        yield Batchful(form, first, tuple(members), tuple(skipped), sightings=tuple(seen))


def member_of(store: Store, digest: str, size: int, form: str, place: str) -> bytes:
    """One member of a streamed container, or of a container in it; NotFound. The caller checks its digest."""
    with _source(store, digest, size) as source:
        for part in intake.stream(form, source):
            if part.data is not None and place == part.label:
                return part.data
            if part.data is not None and place.startswith(part.label + "!"):
                return intake.open_inner(part.label, part.data, place[len(part.label) + 1 :])
    raise NotFound("item", place)


@contextmanager
def _source(store: Store, digest: str, size: int) -> Iterator[intake.Source]:
    with store.open(digest) as handle:

        def at(place: int, length: int) -> bytes:
            handle.seek(place)
            return handle.read(length)

        yield intake.Source(size, at)


def _is_sound(store: Store, digest: str) -> bool:
    hashed = hashlib.sha256()
    with store.open(digest) as handle:
        while block := handle.read(_BLOCK):
            hashed.update(block)
    return f"sha256:{hashed.hexdigest()}" == digest
