"""What people write below a story in journals and mails: where else it was posted, whom to write to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from variorum.document import Laid

__all__ = ["closing", "text_of_block"]

_POSTED = re.compile(
    r"\W{0,4}(?:x-?posted|cross-?posted|also (?:posted|archived)|originally posted)\b.{0,300}\Z", re.IGNORECASE | re.DOTALL
)
_MOST = 3  # blocks from the end
_LONGEST = 320


def closing(source: str, blocks: Sequence[Laid]) -> list[Laid]:
    """The blocks, with lines at the very end that say where the story was posted given to the end notes."""
    out = list(blocks)
    for at in range(len(out) - 1, max(len(out) - 1 - _MOST, -1), -1):
        block = out[at]
        if block.part != "story" or block.kind not in ("paragraph", "list-item", "verse"):
            break
        if not _POSTED.match(text_of_block(source, block)):
            break
        out[at] = block._replace(part="notes-after")
    return out


def text_of_block(source: str, block: Laid) -> str:
    """How a block reads, as far as anybody who judges it needs to see."""
    out: list[str] = []
    size = 0
    for piece in block.pieces:
        out.append(source[piece.start : piece.end] if piece.text is None else piece.text)
        size += len(out[-1])
        if size > _LONGEST:
            break
    return "".join(out).strip()
