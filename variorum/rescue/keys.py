"""Which of a few hundred words stand in each of very many short texts: one pass over all of them, no object a word.

The texts are laid behind each other as bytes; every run of letters becomes one number made of its first sixteen, and
the numbers of the words that are looked for are told from the others by a table. What lies outside ASCII is no
letter here, so that a word may be found where a longer foreign one stands: one too many, never one too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Keys"]

_CHUNK = 1 << 18  # characters looked at together
_SIGNS = {"♥": "\x01", "❤": "\x02", "·": "\x03", "•": "\x04", "İ": "i", "ı": "i"}  # the only ones outside ASCII that count
_PIPE, _FACE = "PIPE", "FACE"
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)

_LETTER = np.zeros(256, dtype=bool)
_LETTER[ord("a") : ord("z") + 1] = True
_SPACE = np.zeros(256, dtype=bool)
_SPACE[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = True


class Keys:
    """The words and signs to look for. ``FACE`` is a colon or semicolon with something close behind it, ``PIPE`` is ``|``."""

    def __init__(self, keys: Iterable[str]) -> None:
        wanted = sorted(set(keys))
        words = [key for key in wanted if key.isalpha() and key.islower()]
        data = np.frombuffer("\n".join(words).encode() + bytes(16), dtype=np.uint8)
        starts, ends = _runs(data)
        numbers = _numbers(data, starts, ends)
        order = np.argsort(numbers)
        self._numbers = numbers[order]
        self._words = [words[n] for n in order.tolist()]
        self._maybe = np.zeros(1 << 16, dtype=bool)
        self._maybe[_short(numbers)] = True
        self._sign = np.full(256, -1, dtype=np.int16)
        self._signs = [key for key in wanted if len(key) == 1 and not key.isalpha()] + [_PIPE]
        for number, key in enumerate(self._signs):
            self._sign[ord("|" if key == _PIPE else _SIGNS.get(key, key))] = number

    def find(self, texts: Sequence[str]) -> Iterator[tuple[set[str], str]]:
        """For every text the keys it holds, and its first word when that is one of them (else ``""``)."""
        first = 0
        while first < len(texts):
            last, size = first, 0
            while last < len(texts) and (size < _CHUNK or last == first):
                size += len(texts[last]) + 1
                last += 1
            yield from self._find(texts[first:last])
            first = last

    def _find(self, texts: Sequence[str]) -> Iterator[tuple[set[str], str]]:
        data = _bytes("\n".join([text.replace("\n", " ") for text in texts]))
        bounds = np.flatnonzero(data[:-16] == 10)  # the end of each text but the last
        starts, ends = _runs(data)
        numbers = _numbers(data, starts, ends)
        near = np.flatnonzero(self._maybe[_short(numbers)])
        which = np.searchsorted(self._numbers, numbers[near])
        which[which == len(self._numbers)] = 0
        sure = self._numbers[which] == numbers[near]
        near, which = near[sure], which[sure]
        held: list[set[str]] = [set() for _ in texts]
        for text, word in zip(np.searchsorted(bounds, starts[near]).tolist(), which.tolist(), strict=True):
            held[text].add(self._words[word])
        signs = self._sign[data]
        at = np.flatnonzero(signs >= 0)
        for text, sign in zip(np.searchsorted(bounds, at).tolist(), signs[at].tolist(), strict=True):
            held[text].add(self._signs[sign])
        face = np.flatnonzero(((data[:-1] == 58) | (data[:-1] == 59)) & ~_SPACE[data[1:]] & (data[1:] != 0))
        for text in np.searchsorted(bounds, face).tolist():
            held[text].add(_FACE)
        known = dict(zip(starts[near].tolist(), which.tolist(), strict=True))
        begins = np.searchsorted(starts, np.concatenate(([0], bounds)))
        ended = [*bounds.tolist(), len(data)]
        for keys, at_first, end in zip(held, np.append(starts, len(data))[begins].tolist(), ended, strict=True):
            word = known.get(at_first) if at_first < end else None
            yield keys, "" if word is None else self._words[word]


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    """One byte a character of the text in small letters, sixteen zeros behind them."""
    if not text.isascii():
        for sign, code in _SIGNS.items():
            text = text.replace(sign, code)
    return np.frombuffer(text.casefold().encode("ascii", "replace") + bytes(16), dtype=np.uint8)


def _runs(data: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where the runs of letters begin and end."""
    letter = _LETTER[data]
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    if letter[0]:
        edges = np.concatenate(([0], edges))
    return edges[::2], edges[1::2]


def _numbers(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> npt.NDArray[np.uint64]:
    """A number for each run: its first eight letters, mixed with the next eight and its length where it has more."""
    eight = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    sizes = ends - starts
    numbers: npt.NDArray[np.uint64] = eight[starts] & _MASKS[np.minimum(sizes, 8)]
    long = np.flatnonzero(sizes > 8)
    with np.errstate(over="ignore"):
        rest = eight[starts[long] + 8] & _MASKS[np.minimum(sizes[long] - 8, 8)]
        numbers[long] ^= (rest + sizes[long].astype(np.uint64)) * _MIX
    return numbers


def _short(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        short: npt.NDArray[np.uint64] = (numbers * _MIX) >> np.uint64(48)
        return short
