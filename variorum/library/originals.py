"""The bytes of an item as they were received."""

from __future__ import annotations

import hashlib

from variorum.catalogue import Catalogue
from variorum.errors import NotFound
from variorum.text import plain
from variorum.vault import Register, Store
from variorum.workers import Workers

__all__ = ["item_bytes"]


def item_bytes(store: Store, register: Register, catalogue: Catalogue, digest: str) -> bytes:
    """The bytes with this digest, checked; a container's member is taken out of the container again.

    NotFound for an item that is not held, FixityError for one that is damaged.
    """
    item = catalogue.item(digest)
    if item is None or store.has(digest):
        return store.read(digest)
    from variorum.library.dumps import chapter_files  # noqa: PLC0415
    from variorum.library.streaming import member_of, streamed  # noqa: PLC0415
    from variorum.preparing import Member, size_of, take_out  # noqa: PLC0415  (intake is slow to import, and reading must not wait for it)

    record = next(iter(register.since(item.order)))
    container = record.data
    place = item.name.removeprefix(container["name"] + "!")
    form = streamed(store, container["name"], container["digest"], container["size"])
    found: bytes | None
    if form is not None:
        found = member_of(store, container["digest"], container["size"], form, place)
    else:
        member = Member(container["name"], store.read(container["digest"]), place, chapter_files(store, record))
        with Workers(1) as workers:
            (outcome,) = workers.run(take_out, [member], size_of)
        found = outcome.result
    if found is None or "sha256:" + hashlib.sha256(found).hexdigest() != digest:
        raise NotFound("item", digest, f"{plain(item.name)} cannot be taken out of its container again")
    return found
