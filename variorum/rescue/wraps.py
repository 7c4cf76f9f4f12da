"""How the lines of a text were cut, and what the place of a line's end says about the end of a paragraph.

Two kinds of cutting are told apart by the lines that surely go on (their sentence does). *Filled*: a line is cut only
where the next word did not fit; then a line that had room for it was ended by somebody. *Uneven*: lines are cut here and
there; then the length of a line is weighed against how often lines that go on have that length. Where both could be,
the words on both sides decide: the chance of a paragraph there, as the paragraph model gives it, is what the weighing
starts from (Bayes' rule on odds).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Wrapping", "fits", "piece", "weight", "wrapping"]

_NARROWEST, _WIDEST = 38, 100
_FIRST = re.compile(r"[^\s—-]{1,60}(?:--?|—)?|--?|—")
_SPREAD = 2.5  # characters over which one seen length speaks for its neighbours


class Wrapping(NamedTuple):
    """The width lines were cut at, whether they were filled, and how often lines that go on have each length.

    The width is the longest seen; it may have been as much as ``most``, the least at which no line that goes on had
    room for the next word.
    """

    width: int
    most: int
    filled: bool
    lengths: npt.NDArray[np.float64]


def wrapping(sizes: Sequence[int], going_on: Sequence[tuple[int, int]]) -> Wrapping | None:
    """How a text was cut, None when it was not.

    ``sizes`` are the lengths of all lines before a break, ``going_on`` of those whose sentence goes on, each with the
    length of the piece of a word that comes next.
    """
    if len(sizes) < 3:
        return None
    width = sorted(sizes)[min(len(sizes) - 1, len(sizes) * 98 // 100)]
    # Much talk makes many short lines: what counts is that lines which go on are near the full width.
    near = sum(size > 0.6 * width for size, _ in going_on)
    if not _NARROWEST <= width <= _WIDEST or len(going_on) < max(2, 0.12 * len(sizes)) or near < 0.7 * len(going_on):
        return None
    longest = sorted(size for size, _ in going_on)[min(len(going_on) - 1, len(going_on) * 99 // 100)]
    width = max(width, longest)
    needed = sorted(size + 1 + word for size, word in going_on)
    filled = sum(need > width for need in needed) >= 0.97 * len(going_on) - 1
    most = max(needed[len(needed) // 50] - 1, width)
    return Wrapping(width, most, filled, _density([size for size, _ in going_on], width))


def _density(sizes: Sequence[int], width: int) -> npt.NDArray[np.float64]:
    """How likely each length up to twice the widest is for a line that goes on; smoothed, never nothing."""
    places = np.arange(2 * _WIDEST + 1)
    found = np.zeros(len(places))
    seen, counts = np.unique(np.minimum(np.asarray(sizes, dtype=np.int64), 2 * _WIDEST), return_counts=True)
    for size, count in zip(seen.tolist(), counts.tolist(), strict=True):
        found += count * np.exp(-0.5 * ((places - size) / _SPREAD) ** 2)
    found /= max(found.sum(), 1e-9)
    flat = np.where(places <= width, 1.0 / width, 0.0)
    share = len(sizes) / (len(sizes) + 4)
    result: npt.NDArray[np.float64] = share * found + (1 - share) * flat + 1e-5
    return result


def fits(size: int, after: str, width: int) -> bool:
    """Whether the first word of the next line, or its first piece, would have found room on this one."""
    word = _FIRST.match(after)
    return size + 1 + (len(word.group()) if word else 0) <= width


def piece(after: str) -> int:
    """The length of the piece of a word that stands first in the next line."""
    word = _FIRST.match(after)
    return len(word.group()) if word else 0


def weight(how: Wrapping, size: int, after: str) -> float:
    """How many times likelier the end of a sentence is to be the end of a line when a paragraph ends with it.

    The last word of a paragraph always is; a word inside one is where the line happened to be cut: never, where there
    was room in a filled text, always, where the next word did not fit.
    """
    if how.filled:
        return 400.0 if fits(size, after, how.width) else 6.0 if fits(size, after, how.most) else 1.0
    at = min(size, len(how.lengths) - 1)
    reached = float(how.lengths[at:].sum())  # the share of lines that come as far as this
    cut = float(how.lengths[at]) / max(reached, 1e-9) * (1 + piece(after))
    return 1 / min(max(cut, 0.0025), 1.0)
