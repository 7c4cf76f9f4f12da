"""The pictures of an edition: those that are held with the copy, where they stand, and what stands for them on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from variorum.document import Block
from variorum.editions.bare import ENDINGS, bare

__all__ = ["NO_PICTURES", "Picture", "Pictured", "described", "picture"]


class Picture(NamedTuple):
    """A picture as it goes into an edition; its name is that of a file in a book."""

    name: str
    media: str
    data: bytes

    @property
    def may_move(self) -> bool:
        """Whether it may have several frames."""
        return self.media == "image/gif" or any(mark in self.data[:4096] for mark in (b"acTL", b"ANIM"))


@dataclass(frozen=True, slots=True)
class Pictured:
    """What is held of a copy's pictures."""

    at: Mapping[Block, Picture] = field(default_factory=dict)  #: an image block of the text -> its picture
    cover: Picture | None = None  #: the work's own; without one a cover is drawn
    left: int = 0  #: pictures that are held and were too many or too large to be taken in

    def files(self) -> list[Picture]:
        """Every picture once, in the order in which they stand."""
        held = [*((self.cover,) if self.cover is not None else ()), *self.at.values()]
        return list({picture.name: picture for picture in held}.values())

    def prefixed(self, prefix: str) -> Pictured:
        """The same under other names, so that those of several works can be in one book."""
        at = {block: one._replace(name=prefix + one.name) for block, one in self.at.items()}
        return Pictured(at, None, self.left)


NO_PICTURES = Pictured()


def picture(data: bytes, media: str, name: str) -> Picture | None:
    """A picture made fit for an edition: nothing in it but its drawing. None when it cannot be. ``name`` is without ending."""
    drawn = bare(data, media)
    return None if drawn is None else Picture(f"{name}.{ENDINGS[media]}", media, drawn)


def described(blocks: Iterable[Block]) -> bool:
    """Whether each of these image blocks has words of its author's that say what is to be seen."""
    return all(block.text.replace("\ufffc", "").strip() for block in blocks)
