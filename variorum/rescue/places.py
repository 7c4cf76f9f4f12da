"""Where certain characters stand in a long text, all at once: what is cheap to look for before anything dear is.

A text is *looked at* once: every character becomes one byte, itself where it is one of Latin-1, a byte of its own where it is
one of the few typographic signs that matter here, and one and the same byte for all the rest. Each question is then one
translation of these bytes. What follows from such a look is certain: where it says no, no pattern of the repair can match.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from variorum.text import units

__all__ = ["OTHER", "Look", "Mask", "ahead", "kinds", "of", "sorts"]

Mask = npt.NDArray[np.bool_]

_SIGNS = "“”‘’—–…"  # as 0x80 and on, where Latin-1 has only control characters
OTHER = 0x9F  #: every other character beyond Latin-1, and those control characters themselves
_CONTROL = bytes(OTHER if 0x80 <= code < 0xA0 else code for code in range(256))
_LAST = 0x2100  # no sign lies here or above
_BEYOND = np.full(_LAST + 1, OTHER, dtype=np.uint8)
_BEYOND[[ord(sign) for sign in _SIGNS]] = range(0x80, 0x80 + len(_SIGNS))


class Look:
    """A text as one byte a character."""

    __slots__ = ("data",)

    def __init__(self, text: str) -> None:
        codes = units(text)
        data = codes.astype(np.uint8).tobytes().translate(_CONTROL)
        beyond = np.flatnonzero(codes > 0xFF) if codes.dtype != np.uint8 else ()
        if len(beyond):
            low = np.frombuffer(bytearray(data), dtype=np.uint8)
            low[beyond] = _BEYOND.take(np.minimum(codes[beyond], _LAST))
            data = low.tobytes()
        self.data = data

    def count(self, characters: str) -> int:
        """How many of these characters the text has."""
        return sum(self.data.count(_code(character)) for character in characters)

    def holds(self, table: bytes) -> bool:
        """Whether any of these characters stands in the text."""
        return b"\1" in self.data.translate(table)


def of(characters: str, *, others: bool = False) -> bytes:
    """These characters (Latin-1 and typographic signs) as a table for `kinds`; ``others``: all but these."""
    inside = {_code(character) for character in characters}
    return bytes((code in inside) != others for code in range(256))


def sorts(*characters: str) -> bytes:
    """A translation that numbers the sorts of characters from 1 on in the order given; all others are 0."""
    table = bytearray(256)
    for number, some in enumerate(characters, 1):
        for character in some:
            table[_code(character)] = number
    return bytes(table)


def _code(character: str) -> int:
    return 0x80 + _SIGNS.index(character) if character in _SIGNS else ord(character)


def kinds(look: Look, *tables: bytes) -> list[Mask]:
    """For each table (at most eight) which characters of the text are in it."""
    found = np.frombuffer(look.data.translate(_together(tables)), dtype=np.uint8)
    return [(found & np.uint8(1 << number)) != 0 for number in range(len(tables))]


@lru_cache(maxsize=32)
def _together(tables: tuple[bytes, ...]) -> bytes:
    return bytes(sum(table[code] << number for number, table in enumerate(tables)) for code in range(256))


def ahead(mask: Mask, by: int = 1) -> Mask:
    """At each place what the mask says of the one so many characters on; nothing stands behind the end."""
    out = np.zeros(len(mask), dtype=bool)
    out[: len(mask) - by] = mask[by:]
    return out
