"""How many words a text has, as AO3 counts them: the one count that copies of a work can be told whole by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from variorum.text import every_letter, units

__all__ = ["ao3_words"]

_WORD, _ALONE, _NOTHING = 1, 2, 3
_TOGETHER = 1 << 18  # code points looked at together
_DROPPED = "'’‘-"
_ALONE_ONES = re.compile("[一-鿿㐀-䶿\U00020000-\U000323af豈-﫿々〇぀-ヿㇰ-ㇿ฀-๿]+")
# Where marks can stand: Han, Hangul, surrogates and private planes have none (each range without its end).
_MARKED = ((0x300, 0x3400), (0xA000, 0xAC00), (0xFB00, 0x20000), (0xE0100, 0xE01F0))


@lru_cache(maxsize=1)
def _classes() -> npt.NDArray[np.uint8]:
    """Runs of Ruby's ``[[:word:]]``: letters, numbers, joining punctuation and marks, which Python's ``\\w`` leaves out."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for run in re.finditer(r"\w+", every_letter()):
        table[run.start() : run.end()] = _WORD
    for first, last in _MARKED:
        table[[c for c in range(first, last) if unicodedata.category(chr(c)) in ("Mn", "Mc", "Me", "Pc")]] = _WORD
    for run in _ALONE_ONES.finditer(every_letter()):
        table[run.start() : run.end()] = _ALONE
    table[[ord(mark) for mark in _DROPPED]] = _NOTHING
    return table


def ao3_words(*texts: str) -> int:
    """The words of some text nodes as AO3 counts them, one by one: no word reaches from one into the next.

    Two hyphens are a dash; apostrophes and single hyphens do not divide; Han, Hiragana, Katakana and Thai
    count by character (the rule of otwarchive's ``word_counter.rb``, as docs/formats.md states it).
    """
    text = "\n".join(texts)
    if "--" in text:
        text = text.replace("--", "—")
    table, count, before = _classes(), 0, False
    for first in range(0, len(text), _TOGETHER):
        kinds = table.take(units(text[first : first + _TOGETHER]))
        kinds = kinds.compress(kinds != _NOTHING)
        if not len(kinds):
            continue
        inside = kinds == _WORD
        count += int(np.count_nonzero(kinds == _ALONE)) + int(np.count_nonzero(inside[1:] & ~inside[:-1]))
        count += bool(inside[0]) and not before
        before = bool(inside[-1])
    return count
