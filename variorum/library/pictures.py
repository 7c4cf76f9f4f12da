"""The pictures of a copy, from where they are held: in the page itself, in the book, beside the page, or the item.

Nothing is ever fetched. A picture is handed on only when its own header says that it is a PNG, JPEG, GIF or WebP of a
bearable size; it is not unpacked here. Books are opened with `variorum.intake`'s own bounded reader of zips. What goes into
an edition leaves behind what cameras and programs wrote into it (`variorum.editions`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from variorum import editions
from variorum.catalogue import Catalogue
from variorum.document import Block, Document
from variorum.errors import VariorumError
from variorum.library.texts import Texts
from variorum.model import Witness

__all__ = ["MOST_BYTES", "Pictures", "Shown"]

_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp)[^,]{0,100};base64,([A-Za-z0-9+/=\\s%]{1,})", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|jpe|gif|webp)\Z", re.IGNORECASE)
_LARGEST = 24 << 20  # bytes

#: What the pictures of one edition may weigh together, and how many it takes: more is a book that no e-reader opens.
MOST_BYTES = 48 << 20
_MOST = 500


class Shown(NamedTuple):
    """A picture that may be shown."""

    data: bytes
    media: str
    width: int
    height: int


class Pictures:
    """What the reader asks of the pictures of a library."""

    def __init__(self, catalogue: Catalogue, texts: Texts, item_bytes: Callable[[str], bytes]) -> None:
        self._catalogue = catalogue
        self._texts = texts
        self._item_bytes = item_bytes

    def held(self, copy: Witness, block: Block) -> bool:
        """Whether the picture of an image block is held with its copy, told without opening anything."""
        address = block.image or ""
        if block.kind != "image" or not address:
            return False
        if copy.format == "picture" or address.startswith("data:image/"):
            return not address.startswith("data:image/svg")
        if _is_book(copy):
            return ":" not in address.split("/", 1)[0] and _PICTURE.search(address.partition("#")[0]) is not None
        return any(self._catalogue.item_named(name) is not None for name in _beside(copy.name, address))

    def shown(self, copy: Witness, number: int) -> Shown | None:
        """The picture in the block of this number (from 0) of a copy's text.

        None where there is none, it is not held, is of another kind, or larger than may be shown.
        """
        from variorum.intake import raster  # noqa: PLC0415  (intake is slow to import, and most pages show no picture)

        blocks = self._texts.text(copy.witness).blocks
        if not 0 <= number < len(blocks):
            return None
        document = self._texts.document(copy.witness)
        try:
            data = _bytes(self._catalogue, self._item_bytes, copy, document, blocks[number])
        except VariorumError:
            return None
        found = raster(data) if data and len(data) <= _LARGEST else None
        return Shown(data, *found) if found is not None and found.showable else None

    def of_edition(self, copy: Witness, room: int = MOST_BYTES) -> editions.Pictured:
        """The pictures of a copy as they go into an edition of it, at most ``room`` bytes; the first ones come first."""
        text, document = self._texts.text(copy.witness), self._texts.document(copy.witness)
        wanted = [block for block in text.blocks if self.held(copy, block)]
        book = _is_book(copy)
        if not wanted and not book:
            return editions.Pictured()
        item_bytes = lru_cache(2)(self._item_bytes)  # one book holds many pictures, and is read and checked as a whole
        cover = self._cover(copy, item_bytes) if book else None
        room -= len(cover.data) if cover is not None else 0
        at: dict[Block, editions.Picture] = {}
        names: dict[bytes, editions.Picture] = {}
        left = 0
        for block in wanted:
            one = self._taken(copy, document, block, item_bytes)
            if one is None:
                continue
            known = cover if cover is not None and cover.data == one.data else names.get(one.data)
            if known is None:
                if len(one.data) > room or len(names) >= _MOST:
                    left += 1
                    continue
                room -= len(one.data)
                known = names[one.data] = one._replace(name=f"picture{len(names) + 1:03}.{one.name.rpartition('.')[2]}")
            at[block] = known
        if copy.metadata.picture is not None:
            cover = next(iter(at.values()), None)
        return editions.Pictured(at, cover, left)

    def _taken(
        self, copy: Witness, document: Document, block: Block, item_bytes: Callable[[str], bytes]
    ) -> editions.Picture | None:
        try:
            return _fit(_bytes(self._catalogue, item_bytes, copy, document, block), "picture")
        except VariorumError:
            return None

    @staticmethod
    def _cover(copy: Witness, item_bytes: Callable[[str], bytes]) -> editions.Picture | None:
        """The cover a book came with."""
        from variorum.intake import cover_of  # noqa: PLC0415

        try:
            return _fit(cover_of(copy.name, item_bytes(copy.digest), _LARGEST), "cover-own")
        except VariorumError:
            return None


def _fit(data: bytes, name: str) -> editions.Picture | None:
    """A picture for an edition; None for what may not be shown, or whose parts do not hold together."""
    from variorum.intake import raster  # noqa: PLC0415

    found = raster(data) if data and len(data) <= _LARGEST else None
    return editions.picture(data, found.media, name) if found is not None and found.showable else None


def _bytes(catalogue: Catalogue, item_bytes: Callable[[str], bytes], copy: Witness, document: Document, block: Block) -> bytes:
    address = block.image or ""
    if block.kind != "image" or not address:
        return b""
    if copy.format == "picture":
        return item_bytes(copy.digest)
    if address.startswith("data:"):
        match = _DATA.search(document.source, block.start, block.end)
        try:
            return base64.b64decode(match[1].replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")) if match else b""
        except (binascii.Error, ValueError):
            return b""
    if _is_book(copy):
        page = next((part.name for part in document.parts if part.start <= block.start < part.end), "")
        from variorum.intake import member, resolved  # noqa: PLC0415

        path = resolved(page, address)
        return member(copy.name, item_bytes(copy.digest), path, _LARGEST) if path else b""
    for name in _beside(copy.name, address):
        digest = catalogue.item_named(name)
        if digest is not None:
            return item_bytes(digest)
    return b""


def _is_book(copy: Witness) -> bool:
    return copy.format.endswith("epub")


def _beside(page: str, address: str) -> tuple[str, ...]:
    """The names under which a page's picture may be held: its path beside the page, its own address in a web archive."""
    from variorum.intake import resolved  # noqa: PLC0415

    container = page.rpartition("!")[0]
    path = resolved(page, address)
    whole = (f"{container}!{address}",) if container and (":" in address or address.startswith("//")) else ()
    return (*whole, *((path,) if path else ()))
