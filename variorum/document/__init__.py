"""Document: structure and corrections laid over a source that is never altered.

The *source* is the decoded text of an item as it was received, markup and all; every offset here is
a code point of it. Intake lays *blocks* over it (which stretches of the source read as a paragraph),
rescue adds *emendations*, and `reading` projects both into the text a person reads, keeping for every
character the place it came from. Nothing in this module raises on any text.

The overlay follows TEI's stand-off markup; the projection is a piece table.
"""

from __future__ import annotations

from variorum.document.joining import Joint, joined, moved, piece_at, starts_of
from variorum.document.packing import Packed, mended, pack
from variorum.document.projection import reading, received
from variorum.document.values import (
    FRAME_PARTS,
    SCENE,
    Block,
    Document,
    Emendation,
    Gap,
    Laid,
    Part,
    Piece,
    ReadingText,
    Sibling,
    Span,
    State,
    emendation_id,
    rule_on,
)

__all__ = [
    "FRAME_PARTS",
    "SCENE",
    "Block",
    "Document",
    "Emendation",
    "Gap",
    "Joint",
    "Laid",
    "Packed",
    "Part",
    "Piece",
    "ReadingText",
    "Sibling",
    "Span",
    "State",
    "emendation_id",
    "joined",
    "mended",
    "moved",
    "pack",
    "piece_at",
    "reading",
    "received",
    "rule_on",
    "starts_of",
]
