"""Containers too large for memory: read once from the vault, their members entered a few at a time.

How far a container has come is kept in the catalogue with each transaction, so that a kill loses nothing and nothing is
entered twice. Memory grows with the stories that are held, never with the bytes of the container.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from variorum import intake
from variorum.errors import NotFound
from variorum.vault import Record, Store

__all__ = ["LARGE", "Batchful", "batches", "is_streamed", "member_of"]

#: Bytes from which on a container that can be read as a stream is.
LARGE = 32 << 20

_BLOCK = 1 << 20
_HEAD = 1 << 16
_MEMBERS = 256  # entered in one transaction
_BYTES = 16 << 20


class Batchful(NamedTuple):
    """Some members, in their order. ``first``: how many came before them. ``sound``: None until the last, then whether the
    vault's bytes are what they were.
    """

    first: int
    members: tuple[intake.Inner, ...]
    skipped: tuple[tuple[str, str, str], ...] = ()
    sound: bool | None = None


def is_streamed(store: Store, name: str, digest: str, size: int) -> bool:
    """Whether an item is read as a stream: large, and of a format whose members can be told apart on the way."""
    if size < LARGE or not store.has(digest):
        return False
    with store.open(digest) as handle:
        return intake.can_stream(name, handle.read(_HEAD))


def batches(store: Store, record: Record, passed: int) -> Iterator[Batchful]:
    """The members of a streamed container after the first ``passed``, some at a time; the last may be empty."""
    name, digest = record.data["name"], record.data["digest"]
    hashed = hashlib.sha256()
    members: list[intake.Inner] = []
    skipped: list[tuple[str, str, str]] = []
    first, size, count = passed, 0, 0
    for place, data in intake.stream(_blocks(store, digest, hashed)):
        count += 1
        if count <= passed:
            continue
        if data is None:
            skipped.append((f"{name}!{place}", "too-large", "is larger than a member may be"))
        else:
            members.append(intake.Inner(f"{name}!{place}", data))
            size += len(data)
        if len(members) + len(skipped) >= _MEMBERS or size >= _BYTES:
            yield Batchful(first, tuple(members), tuple(skipped))
            members, skipped, first, size = [], [], count, 0
    yield Batchful(first, tuple(members), tuple(skipped), f"sha256:{hashed.hexdigest()}" == digest)


def member_of(store: Store, digest: str, place: str) -> bytes:
    """One member of a streamed container, or of a container in it; NotFound."""
    for name, data in intake.stream(_blocks(store, digest, hashlib.sha256())):
        if data is not None and place == name:
            return data
        if data is not None and place.startswith(name + "!"):
            return intake.open_inner(name, data, place[len(name) + 1 :])
    raise NotFound("item", place)


def _blocks(store: Store, digest: str, hashed: hashlib._Hash) -> Iterator[bytes]:
    with store.open(digest) as handle:
        while block := handle.read(_BLOCK):
            hashed.update(block)
            yield block
