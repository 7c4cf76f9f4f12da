"""Where certain characters stand in a long text, all at once: what is cheap to look for before anything dear is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from variorum.text import units

__all__ = ["Mask", "ahead", "kinds", "of"]

Mask = npt.NDArray[np.bool_]

_LAST = 0x2100  # no character that is looked for lies here or above


def of(characters: str) -> Mask:
    """These characters as a table for `kinds`."""
    table = np.zeros(_LAST + 1, dtype=bool)
    table[[ord(character) for character in characters]] = True
    return table


def kinds(text: str, *tables: Mask) -> list[Mask]:
    """For each table which characters of the text are in it."""
    codes = units(text)
    if codes.dtype != np.uint8:
        codes = np.minimum(codes, _LAST)
    return [table[codes] for table in tables]


def ahead(mask: Mask, by: int = 1) -> Mask:
    """At each place what the mask says of the one so many characters on; nothing stands behind the end."""
    out = np.zeros(len(mask), dtype=bool)
    out[: len(mask) - by] = mask[by:]
    return out
