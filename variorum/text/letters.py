"""Letters: what each code point is (letter, apostrophe, a word alone) and what it folds to, as tables."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = [
    "ALONE",
    "APOSTROPHE",
    "APOSTROPHES",
    "UNSPACED",
    "WORD",
    "Units",
    "classes",
    "codepoints",
    "every_letter",
    "fold",
    "folds",
    "units",
]

_U32 = npt.NDArray[np.uint32]
#: Code points of one, two or four bytes each.
Units = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | _U32

# Classes of code points.
OTHER, WORD, APOSTROPHE, ALONE = 0, 1, 2, 3

# Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar: written without spaces between words.
UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
APOSTROPHES = "'’"
codecs.lookup("utf-16-le")  # now, not when the first text is read
_PLANES = 0x40000  # no letter lies above this
_FOLDED_TO = 0x20000  # no script with letter case lies above this


def codepoints(text: str) -> _U32:
    """The code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def units(text: str) -> Units:
    """The code points of a text in the narrowest of one, two or four bytes that holds them all."""
    try:
        return np.frombuffer(text.encode("latin-1"), dtype=np.uint8)
    except UnicodeEncodeError:
        pass
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    return codes if len(codes) == len(text) else codepoints(text)


def every_letter() -> str:
    """Every code point of the planes that hold letters, in order."""
    return np.arange(_PLANES, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=1)
def classes() -> npt.NDArray[np.uint8]:
    """What each code point is: `OTHER`, `WORD`, `APOSTROPHE` or `ALONE`."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for run in re.finditer(r"[^\W_]+", every_letter()):
        table[run.start() : run.end()] = WORD
    for first, last in UNSPACED:
        inside = table[first : last + 1]
        inside[inside == WORD] = ALONE
    for apostrophe in APOSTROPHES:
        table[ord(apostrophe)] = APOSTROPHE  # ʼ (U+02BC) is a letter to `re` and joins as one
    return table


@lru_cache(maxsize=1)
def folds() -> _U32:
    """What each code point folds to."""
    table = np.arange(0x110000, dtype=np.uint32)
    # One letter alone has a small form of two code points; and sigma's is another one at the end of a word.
    table[:_FOLDED_TO] = codepoints("".join(map(chr, range(_FOLDED_TO))).replace("\u0130", "\0").lower())
    table[[0x130, 0x3A3]] = 0x130, 0x3C3
    for apostrophe in "’ʼ":
        table[ord(apostrophe)] = ord("'")
    return table


def fold(text: str) -> str:
    """The text with letter case and apostrophes folded, code point by code point: the length never changes."""
    if text.isascii():
        return text.lower()
    return folds()[codepoints(text)].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
