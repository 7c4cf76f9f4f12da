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

_Bytes = npt.NDArray[np.uint8]
_U64 = npt.NDArray[np.uint64]

_CHUNK = 1 << 18  # characters looked at together
_SIGNS = {"♥": "\x01", "❤": "\x02", "·": "\x03", "•": "\x04", "İ": "i", "ı": "i"}  # the only ones outside ASCII that count
_PIPE, _FACE = "PIPE", "FACE"
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)

_LETTER = np.zeros(256, dtype=bool)
_LETTER[ord("a") : ord("z") + 1] = True
_SPACE = np.zeros(256, dtype=bool)
_SPACE[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = True


class _Table:
    """Numbers and what they stand for: most others are told from them by one look."""

    def __init__(self, numbers: _U64, names: Sequence[str]) -> None:
        order = np.argsort(numbers)
        self.numbers = numbers[order]
        self.names = [names[n] for n in order.tolist()]
        self.maybe = np.zeros(1 << 16, dtype=bool)
        self.maybe[_short(numbers)] = True

    def find(self, numbers: _U64) -> tuple[npt.NDArray[np.intp], list[str]]:
        """Which of these numbers stand in the table, and for what."""
        near = np.flatnonzero(self.maybe[_short(numbers)])
        which = np.searchsorted(self.numbers, numbers[near])
        which[which == len(self.numbers)] = 0
        sure = self.numbers[which] == numbers[near]
        return near[sure], [self.names[n] for n in which[sure].tolist()]


class Keys:
    """The keys to look for anywhere (words, ``a_b`` for two words side by side, signs) and the words to look for at the beginning.

    ``FACE`` is a colon or semicolon with something close behind it, ``PIPE`` is ``|``.
    """

    def __init__(self, anywhere: Iterable[str], first: Iterable[str]) -> None:
        keys, self._first = sorted(set(anywhere)), frozenset(first)
        self._signs = [key for key in keys if len(key) == 1 and not key.isalpha()] + [_PIPE]
        self._sign = np.full(256, -1, dtype=np.int16)
        for number, key in enumerate(self._signs):
            self._sign[ord("|" if key == _PIPE else _SIGNS.get(key, key))] = number
        self._anywhere = frozenset(key for key in keys if key.isalpha() and key.islower())
        words = sorted({*self._anywhere, *self._first})
        self._words = _Table(_numbers(*_laid(words)), words)
        pairs = [key for key in keys if len(key) > 1 and "_" in key]
        both = _numbers(*_laid([word for pair in pairs for word in pair.split("_")]))
        self._pairs = _Table(_pair(both[::2], both[1::2]), pairs)

    def find(self, texts: Sequence[str]) -> Iterator[tuple[set[str], str]]:
        """For every text the keys it holds, and its first word when that is looked for (else ``""``)."""
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
        bounds = np.flatnonzero(data == 10)  # the end of each text but the last
        starts, ends = _runs(data)
        numbers = _numbers(data, starts, ends)
        held: list[set[str]] = [set() for _ in texts]
        near, words = self._words.find(numbers)
        places = starts[near].tolist()
        for text, word in zip(np.searchsorted(bounds, places).tolist(), words, strict=True):
            if word in self._anywhere:
                held[text].add(word)
        # Side by side with one sign between them; the end of a text is none.
        beside = np.flatnonzero((starts[1:] - ends[:-1] == 1) & (data[np.minimum(ends[:-1], len(data) - 1)] != 10))
        near, pairs = self._pairs.find(_pair(numbers[beside], numbers[beside + 1]))
        for text, pair in zip(np.searchsorted(bounds, starts[beside[near]]).tolist(), pairs, strict=True):
            held[text].add(pair)
        signs = self._sign[data]
        at = np.flatnonzero(signs >= 0)
        for text, sign in zip(np.searchsorted(bounds, at).tolist(), signs[at].tolist(), strict=True):
            held[text].add(self._signs[sign])
        face = np.flatnonzero(((data[:-1] == 58) | (data[:-1] == 59)) & ~_SPACE[data[1:]] & (data[1:] != 0))
        for text in np.searchsorted(bounds, face).tolist():
            held[text].add(_FACE)
        return zip(held, self._begun(bounds, starts, dict(zip(places, words, strict=True)), len(data)), strict=True)

    def _begun(
        self, bounds: npt.NDArray[np.intp], starts: npt.NDArray[np.intp], words: dict[int, str], end: int
    ) -> Iterator[str]:
        """The first word of each text, when it is one to look for."""
        begins = np.append(starts, end)[np.searchsorted(starts, np.concatenate(([0], bounds)))]
        for at, last in zip(begins.tolist(), [*bounds.tolist(), end], strict=True):
            word = words.get(at, "") if at < last else ""
            yield word if word in self._first else ""


def _laid(words: Sequence[str]) -> tuple[_Bytes, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    data = _bytes("\n".join(words))
    return data, *_runs(data)


def _bytes(text: str) -> _Bytes:
    """One byte a character of the text in small letters, sixteen zeros behind them."""
    if not text.isascii():
        for sign, code in _SIGNS.items():
            text = text.replace(sign, code)
    return np.frombuffer(text.casefold().encode("ascii", "replace") + bytes(16), dtype=np.uint8)


def _runs(data: _Bytes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where the runs of letters begin and end."""
    letter = _LETTER[data]
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    if letter[0]:
        edges = np.concatenate(([0], edges))
    return edges[::2], edges[1::2]


def _numbers(data: _Bytes, starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> _U64:
    """A number for each run: its first eight letters, mixed with the next eight and its length where it has more."""
    eight = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    sizes = ends - starts
    numbers: _U64 = eight[starts] & _MASKS[np.minimum(sizes, 8)]
    long = np.flatnonzero(sizes > 8)
    with np.errstate(over="ignore"):
        rest = eight[starts[long] + 8] & _MASKS[np.minimum(sizes[long] - 8, 8)]
        numbers[long] ^= (rest + sizes[long].astype(np.uint64)) * _MIX
    return numbers


def _short(numbers: _U64) -> _U64:
    with np.errstate(over="ignore"):
        short: _U64 = (numbers * _MIX) >> np.uint64(48)
        return short


def _pair(left: _U64, right: _U64) -> _U64:
    with np.errstate(over="ignore"):
        pair: _U64 = (left * _MIX) ^ (right + (left >> np.uint64(29)))
        return pair
