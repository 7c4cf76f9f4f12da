"""The least that differs between two stretches without a word: a quote, a dash, a space, a paragraph's end.

What stands between two matched words is parted where a block ends, then at its marks or its white space, then trimmed to the
characters that are not the same. So no difference reaches from the end of one paragraph into the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from variorum.model import ReadingKind

__all__ = ["Least", "at_the_beginning", "at_the_end", "least"]

_BREAK = "\n\n"
_SPACE, _MARK = re.compile(r"\s+"), re.compile(r"\S")
_SHORT = 64  #: characters of both; what is longer is not remembered
_PARTED = 4  #: marks or white spaces that may part what differs; more of them are one difference
_LIKE = str.maketrans("“”„«»‘’‚‹›ʼ—–―", "\"\"\"\"\"''''''---")
_LOOK = 16  #: characters looked at to tell which white space stands for a paragraph's end


class Least(NamedTuple):
    """Characters ``[a0, a1)`` of the one stretch and ``[b0, b1)`` of the other that differ."""

    a0: int
    a1: int
    b0: int
    b1: int
    kind: ReadingKind


def least(one: str, other: str) -> tuple[Least, ...]:
    """The differences of two stretches between the same words (or of two spellings of one word), in order.

    ``markup`` where only blocks or lines end otherwise, else ``typographic``. Linear time.
    """
    return _remembered(one, other) if len(one) + len(other) <= _SHORT else tuple(_least(one, other))


def at_the_beginning(one: str, other: str) -> tuple[Least, ...]:
    """The same for what stands before the first word: a text begins with a block."""
    back = len(_BREAK)
    return tuple(_shifted(_least(_BREAK + one, _BREAK + other), -back, len(one), len(other)))


def at_the_end(one: str, other: str) -> tuple[Least, ...]:
    """The same for what stands after the last word: a text ends with a block."""
    return tuple(_shifted(_least(one + _BREAK, other + _BREAK), 0, len(one), len(other)))


def _shifted(found: Iterator[Least], by: int, size_a: int, size_b: int) -> Iterator[Least]:
    """Without the block's end that was put beside both stretches."""
    for a0, a1, b0, b1, kind in found:
        a0, a1 = (min(max(at + by, 0), size_a) for at in (a0, a1))
        b0, b1 = (min(max(at + by, 0), size_b) for at in (b0, b1))
        if a0 < a1 or b0 < b1:
            yield Least(a0, a1, b0, b1, kind)


@lru_cache(maxsize=4096)
def _remembered(one: str, other: str) -> tuple[Least, ...]:
    return tuple(_least(one, other))


def _least(one: str, other: str) -> Iterator[Least]:
    first, second = _break(one), _break(other)
    if first is None and second is None:
        yield from _inline(one, 0, len(one), other, 0, len(other))
        return
    if first is not None and second is not None:
        at_break = _both(one, first, other, second)
    else:
        # One side alone has a block's end: the white space that stands for it is the other side's.
        first = _widened(one, first) if first is not None else _facing(one, other, _widened(other, second or (0, 0)))
        second = _widened(other, second) if second is not None else _facing(other, one, first)
        at_break = Least(*first, *second, "markup")
    yield from _inline(one, 0, first[0], other, 0, second[0])
    if at_break is not None:
        yield at_break
    yield from _inline(one, first[1], len(one), other, second[1], len(other))


def _break(text: str) -> tuple[int, int] | None:
    """From the end of the first block to the beginning of the last: between them lie blocks without words."""
    low = text.find(_BREAK)
    return None if low < 0 else (low, text.rfind(_BREAK) + len(_BREAK))


def _widened(text: str, there: tuple[int, int]) -> tuple[int, int]:
    """With the white space around."""
    low, high = len(text[: there[0]].rstrip()), len(text) - len(text[there[1] :].lstrip())
    return low, high


def _both(one: str, first: tuple[int, int], other: str, second: tuple[int, int]) -> Least | None:
    """Blocks without words (a scene break, a picture) between two blocks that both sides have."""
    if one[slice(*first)] == other[slice(*second)]:
        return None
    size = len(_BREAK)
    a0, a1 = _stripped(one, first[0] + size, first[1])
    b0, b1 = _stripped(other, second[0] + size, second[1])
    if one[a0:a1] == other[b0:b1]:  # only the white space around them
        return Least(first[0] + size, first[1], second[0] + size, second[1], "typographic")
    return Least(a0, a1, b0, b1, "typographic" if one[a0:a1].strip() and other[b0:b1].strip() else "markup")


def _stripped(text: str, low: int, high: int) -> tuple[int, int]:
    """Without the white space at both ends; as it is when there is nothing else."""
    inner = text[low:high]
    if not inner.strip():
        return low, high
    return low + len(inner) - len(inner.lstrip()), low + len(inner.rstrip())


def _facing(flat: str, text: str, there: tuple[int, int]) -> tuple[int, int]:
    """The white space of ``flat`` (or the place) that stands where ``text`` has its block's end."""
    spaces = [found.span() for found in _SPACE.finditer(flat)]
    if len(spaces) == 1:
        return spaces[0]
    before = text[max(there[0] - _LOOK, 0) : there[0]].translate(_LIKE)
    after = text[there[1] : there[1] + _LOOK].translate(_LIKE)
    folded = flat.translate(_LIKE)
    best, most = (0, 0), -1
    for low, high in spaces or [(at, at) for at in range(len(flat) + 1)]:
        alike = _alike(folded[max(low - _LOOK, 0) : low][::-1], before[::-1]) + _alike(folded[high : high + _LOOK], after)
        if alike > most:
            best, most = (low, high), alike
    return best


def _alike(one: str, other: str) -> int:
    """How many characters are the same from the beginning on."""
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return size
    return next(at for at in range(size) if one[at] != other[at])


def _inline(one: str, a0: int, a1: int, other: str, b0: int, b1: int) -> Iterator[Least]:
    """The differences of two stretches within a block."""
    head = _alike(one[a0:a1], other[b0:b1])
    a0, b0 = a0 + head, b0 + head
    tail = _alike(one[a0:a1][::-1], other[b0:b1][::-1])
    a1, b1 = a1 - tail, b1 - tail
    if a0 == a1 and b0 == b1:
        return
    cuts_a, cuts_b = _cuts(one[a0:a1], other[b0:b1])
    held: Least | None = None
    for c0, c1, d0, d1 in zip(cuts_a, cuts_a[1:], cuts_b, cuts_b[1:], strict=False):
        here, there = one[a0 + c0 : a0 + c1], other[b0 + d0 : b0 + d1]
        if here == there:
            continue
        head = _alike(here, there)
        tail = _alike(here[head:][::-1], there[head:][::-1])
        kind = _kind(here[head : len(here) - tail], there[head : len(there) - tail])
        part = Least(a0 + c0 + head, a0 + c1 - tail, b0 + d0 + head, b0 + d1 - tail, kind)
        if held is not None and held.kind == part.kind and (held.a1, held.b1) == (part.a0, part.b0):
            held = Least(held.a0, part.a1, held.b0, part.b1, held.kind)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held


def _cuts(one: str, other: str) -> tuple[list[int], list[int]]:
    """Where two stretches are parted so that like faces like: the same number of cuts in each, ends included.

    At every mark where the marks are the same but for their form, else at white space where both have as much.
    """
    if "".join(one.split()).translate(_LIKE) == "".join(other.split()).translate(_LIKE):
        pattern = _MARK
    else:
        pattern = _SPACE
    found = [[at for space in pattern.finditer(text) for at in space.span()] for text in (one, other)]
    if not 0 < len(found[0]) == len(found[1]) <= 2 * _PARTED:
        return [0, len(one)], [0, len(other)]
    return [0, *found[0], len(one)], [0, *found[1], len(other)]


def _kind(one: str, other: str) -> ReadingKind:
    only_lines = not (one.strip() or other.strip()) and ("\n" in one) != ("\n" in other)
    return "markup" if only_lines else "typographic"
