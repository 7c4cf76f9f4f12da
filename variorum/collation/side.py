"""One copy made ready for comparing: its text as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import Ints
from variorum.collation.sentences import sentence_starts
from variorum.document import ReadingText
from variorum.model import Metadata
from variorum.text import Tokens, tokenise

__all__ = ["Copy", "Side", "prepare"]

_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Copy:
    """What collating needs of a witness: its names, its reading text, what it says of the work, whether it stops early."""

    siglum: str
    witness: str
    name: str
    text: ReadingText
    metadata: Metadata = field(default_factory=Metadata)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A copy with the part of its text that is compared, its tokens, and where sentences begin.

    ``opens[i]`` says that token ``i`` begins a sentence; one more, for the end of the text, is always true.
    """

    copy: Copy
    text: ReadingText
    tokens: Tokens
    starts: Ints
    ends: Ints
    opens: _Mask
    edges: Ints  #: the token numbers where ``opens`` is true
    sure: bool  #: no block of it was made by a repair that may be wrong

    def __len__(self) -> int:
        return len(self.starts)


def prepare(copy: Copy, *, notes: bool = False) -> Side:
    """The side of a copy: its story, or all its parts with ``notes``."""
    text = copy.text if notes else copy.text.part("story")
    tokens = tokenise(text.text)
    starts, ends = tokens.starts.astype(np.int64), tokens.ends.astype(np.int64)
    opens = sentence_starts(text.text, tokens, np.array(text.starts, dtype=np.int64))
    sure = all(block.certainty == 1.0 for block in text.blocks)
    return Side(copy, text, tokens, starts, ends, opens, np.flatnonzero(opens).astype(np.int64), sure)
