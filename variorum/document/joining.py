"""Several documents as one: the sources one after the other, everything laid over them moved along.

Emendations keep their ids, so that what was decided about one holds wherever the piece comes to stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from variorum.document.values import FRAME_PARTS, Document, Emendation, Gap, Laid, Part

__all__ = ["Joint", "joined", "moved", "piece_at", "starts_of"]

_MARK = ":"
_ABOVE = frozenset({"title", "summary", "notes-before", "credits"})


class Joint(NamedTuple):
    """One piece of a joined document: its id, its number, what it holds."""

    piece: str
    number: int
    document: Document


def joined(item: str, joints: Sequence[Joint]) -> Document:
    """One document of these pieces, in the order given. ``item`` names the whole.

    A piece whose text has no chapters becomes one. What stands around a later piece belongs to its chapter; where it
    only repeats what an earlier one said, it is left out with that reason.
    """
    parts: list[Part] = []
    blocks: list[Laid] = []
    spans, emendations, gaps = [], [], []
    said: set[tuple[str, str]] = set()
    used: set[int] = set()
    for number, joint in enumerate(joints):
        by = parts[-1].end if parts else 0
        document = joint.document
        own = {p.name: p for p in document.parts} or {"": Part("", 0, len(document.source), "utf-8")}
        parts += [p._replace(name=f"{joint.piece}{_MARK}{p.name}", start=p.start + by, end=p.end + by) for p in own.values()]
        for block in _numbered(document, joint, used, first=number == 0):
            words = _words(document.source, block)
            key = (block.part, words)
            if number and block.part in FRAME_PARTS and key in said and block.pieces:
                gaps.append(Gap(block.pieces[0].start + by, block.pieces[-1].end + by, "said in another piece of this copy too"))
                continue
            said.add(key)
            moved_pieces = tuple(p._replace(start=p.start + by, end=p.end + by) for p in block.pieces)
            blocks.append(block._replace(pieces=moved_pieces))
        spans += [s._replace(start=s.start + by, end=s.end + by) for s in document.spans]
        emendations += moved(document.emendations, by)
        gaps += [Gap(g.start + by, g.end + by, g.reason) for g in document.left_out]
    source = "".join(joint.document.source for joint in joints)
    whole = Document(item, source, tuple(parts), tuple(blocks), tuple(spans), (), tuple(sorted(gaps)))
    return whole.with_emendations(emendations)


def moved(emendations: Iterable[Emendation], by: int) -> list[Emendation]:
    """Emendations so many characters further on; their ids stay."""
    return [e._replace(start=e.start + by, end=e.end + by) for e in emendations]


def starts_of(document: Document) -> dict[str, int]:
    """Where each piece of a joined document begins."""
    starts: dict[str, int] = {}
    for part in document.parts:
        piece, mark, _ = part.name.partition(_MARK)
        if mark:
            starts.setdefault(piece, part.start)
    return starts


def piece_at(document: Document, offset: int) -> tuple[str, int]:
    """The piece an offset of a joined document lies in, and where that piece begins."""
    best = ("", 0)
    for piece, start in starts_of(document).items():
        if start <= offset and start >= best[1]:
            best = (piece, start)
    return best


def _numbered(document: Document, joint: Joint, used: set[int], *, first: bool) -> Iterator[Laid]:
    own = {b.chapter for b in document.blocks if b.part == "story" and b.chapter is not None}
    most = max(used, default=0)
    if own:
        further = 0 if own.isdisjoint(used) else most
        used |= {n + further for n in own}
        here = min(own) + further
    else:
        further = 0
        here = joint.number if joint.number > 0 and joint.number not in used else most + 1
        used.add(here)
    for block in document.blocks:
        if block.chapter is not None:
            yield block._replace(chapter=block.chapter + further)
        elif block.part == "story" or not (first and block.part in _ABOVE):
            yield block._replace(chapter=here)
        else:
            yield block


def _words(source: str, block: Laid) -> str:
    return "".join([source[p.start : p.end] if p.text is None else p.text for p in block.pieces])
