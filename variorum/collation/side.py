"""One copy made ready for comparing: its text as arrays."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import Ints
from variorum.document import ReadingText
from variorum.model import Metadata
from variorum.text import Tokens, tokenise

__all__ = ["Copy", "Side", "prepare", "sentence_starts"]

_Mask = npt.NDArray[np.bool_]

# One stop, what closes behind it, white space, what opens: no part can be matched in two ways, so the time is linear.
_STOP = re.compile(r"[.!?…][\"'”’»)\]*_]*\s+[\"'“‘«„(\[*_—–-]*|[。！？][”’」』）]*|\n\n+")
_ABBREVIATED = frozenset(
    re.findall(r"\w+", "mr mrs ms dr st prof jr sr mme mlle messrs rev capt col lt sgt gen hon vs etc no vol")
)
_LETTERS = re.compile(r"[^\W\d_]+\Z")


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
    opens = sentence_starts(text, starts)
    sure = all(block.certainty == 1.0 for block in text.blocks)
    return Side(copy, text, tokens, starts, ends, opens, np.flatnonzero(opens).astype(np.int64), sure)


def sentence_starts(text: ReadingText, starts: Ints) -> _Mask:
    """Which tokens begin a sentence: by stops that a small letter does not follow, and by blocks."""
    string = text.text
    places = [m.end() for m in _STOP.finditer(string) if _divides(string, m)]
    opens = np.zeros(len(starts) + 1, dtype=bool)
    opens[np.searchsorted(starts, np.array(places, dtype=np.int64))] = True
    opens[np.searchsorted(starts, np.array(text.starts, dtype=np.int64))] = True
    opens[0] = opens[-1] = True
    return opens


def _divides(text: str, stop: re.Match[str]) -> bool:
    end, at = stop.end(), stop.start()
    if "\n\n" in stop.group():
        return True
    if end < len(text) and text[end].islower():
        return False
    if text[at] != ".":
        return True
    word = _LETTERS.search(text[max(at - 8, 0) : at])
    if word is None:
        return True
    found = word.group()
    return found.lower() not in _ABBREVIATED and (len(found) > 1 or not found.isupper() or found == "I")
