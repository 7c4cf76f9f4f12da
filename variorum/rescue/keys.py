"""Which of some thousand words stand in each of very many short texts: one pass over all of them, no object a word.

The texts are laid behind each other, a byte a character; every run of letters becomes one number made of its first sixteen, and
the numbers of the words that are looked for are told from the others by a table. What lies outside ASCII is no
letter here, so that a word may be found where a longer foreign one stands: one too many, never one too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.text import units

__all__ = ["Hits", "Keys"]

_Bytes = npt.NDArray[np.uint8]
_U64 = npt.NDArray[np.uint64]
_Places = npt.NDArray[np.intp]

_CHUNK = 1 << 18  # characters looked at together
#: The only ones outside ASCII that count: signs, and what `re` takes for a letter of ASCII where case is no matter.
_SIGNS = {"♥": 1, "❤": 2, "·": 3, "•": 4, "İ": ord("i"), "ı": ord("i"), "ſ": ord("s"), "\u212a": ord("k")}
_PIPE, _FACE = "PIPE", "FACE"
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_ROOM = 16  # zeros behind the bytes

_LETTER = bytes(ord("a") <= code <= ord("z") for code in range(256))
_SPACE = np.zeros(256, dtype=bool)
_SPACE[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = True
_STRANGE = ord("?")  # what any other character is
_LAST = 0x2800  # none of the signs lies here or above
_BEYOND = np.full(_LAST + 1, _STRANGE, dtype=np.uint8)
_BEYOND[[ord(sign) for sign in _SIGNS]] = list(_SIGNS.values())
_LOW = bytes(ord(chr(code).lower()) if code < 0x80 else int(_BEYOND[code]) for code in range(256))


class _Table:
    """Numbers and what they stand for: most others are told from them by one look."""

    def __init__(self, numbers: _U64, ids: Sequence[int]) -> None:
        order = np.argsort(numbers)
        self.numbers = numbers[order]
        self.ids = np.array(ids, dtype=np.intp)[order]
        self.maybe = np.zeros(1 << 16, dtype=bool)
        self.maybe[_short(numbers)] = True

    def find(self, numbers: _U64, near: _Places) -> tuple[_Places, _Places]:
        """Which of these numbers stand in the table, of those that are near, and for what."""
        if not len(self.numbers):
            return near[:0], near[:0]
        these = numbers[near]
        which = np.searchsorted(self.numbers, these)
        which[which == len(self.numbers)] = 0
        sure = self.numbers[which] == these
        return near[sure], self.ids[which[sure]]


class Hits(NamedTuple):
    """What stands where: the numbers of texts in ascending order with the number of a key each, and the first words."""

    texts: _Places
    keys: _Places
    first: _Places  #: for each text the key that is its first word, -1 for none


class Keys:
    """The keys to look for anywhere (words, ``a_b`` for two words side by side, signs) and the words to look for at the beginning.

    ``FACE`` is a colon or semicolon with something close behind it, ``PIPE`` is ``|``. ``names`` has a key by its number.
    """

    def __init__(self, anywhere: Iterable[str], first: Iterable[str]) -> None:
        keys = sorted(set(anywhere))
        begins = sorted(set(first))
        self.names = [*keys, *begins]
        self.number = {key: number for number, key in enumerate(keys)}
        self.first_number = {key: number for number, key in enumerate(begins, len(keys))}
        signs = [(key, ord("|") if key == _PIPE else _SIGNS.get(key, ord(key))) for key in keys if _is_sign(key)]
        translation = bytearray(256)
        for number, (_, code) in enumerate(signs, 1):
            translation[code] = number
        self._sign = bytes(translation)
        self._signs = np.array([0, *(self.number[key] for key, _ in signs)], dtype=np.intp)
        words = [key for key in keys if key.isalpha() and key.islower()]
        self._words = _Table(_numbers(*_laid(words)), [self.number[word] for word in words])
        self._first = _Table(_numbers(*_laid(begins)), [self.first_number[word] for word in begins])
        pairs = [key for key in keys if len(key) > 1 and "_" in key]
        both = _numbers(*_laid([word for pair in pairs for word in pair.split("_")]))
        self._pairs = _Table(_pair(both[::2], both[1::2]), [self.number[pair] for pair in pairs])
        self._left, self._right = np.zeros(1 << 16, dtype=bool), np.zeros(1 << 16, dtype=bool)
        self._left[_short(both[::2])] = True
        self._right[_short(both[1::2])] = True
        self._face = self.number.get(_FACE)

    def hits(self, texts: Sequence[str]) -> Hits:
        """What stands in which of the texts; a key as often as it stands there."""
        found: list[Hits] = []
        first = 0
        while first < len(texts):
            last, size = first, 0
            while last < len(texts) and (size < _CHUNK or last == first):
                size += len(texts[last]) + 1
                last += 1
            some = self._hits(texts[first:last])
            found.append(Hits(some.texts + first, some.keys, some.first))
            first = last
        if not found:
            return Hits(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.intp))
        return Hits(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def find(self, texts: Sequence[str]) -> Iterator[tuple[set[str], str]]:
        """For every text the keys it holds, and its first word when that is looked for (else ``""``)."""
        hits = self.hits(texts)
        held: list[set[str]] = [set() for _ in texts]
        for text, key in zip(hits.texts.tolist(), hits.keys.tolist(), strict=True):
            held[text].add(self.names[key])
        for some, key in zip(held, hits.first.tolist(), strict=True):
            yield some, self.names[key] if key >= 0 else ""

    def _hits(self, texts: Sequence[str]) -> Hits:
        data = _bytes("\n\n".join(texts))  # two, so that no pair of words reaches from one into the next
        begins = np.zeros(len(texts), dtype=np.intp)
        np.cumsum([len(text) + 2 for text in texts[:-1]], out=begins[1:])
        starts, ends = _runs(data)
        numbers = _numbers(data, starts, ends)
        short = _short(numbers)
        at, keys = self._words.find(numbers, np.flatnonzero(self._words.maybe[short]))
        places, names = [starts[at]], [keys]
        left = np.flatnonzero(self._left[short[:-1]] & self._right[short[1:]] & (starts[1:] - ends[:-1] == 1))
        pairs = _pair(numbers[left], numbers[left + 1])
        at, keys = self._pairs.find(pairs, np.arange(len(pairs)))
        places.append(starts[left[at]])
        names.append(keys)
        signs = np.frombuffer(data.tobytes().translate(self._sign), dtype=np.uint8)
        at = np.flatnonzero(signs != 0)
        places.append(at)
        names.append(self._signs[signs[at]])
        if self._face is not None:
            at = np.flatnonzero((data[:-_ROOM] == 58) | (data[:-_ROOM] == 59))
            at = at[~_SPACE[data[at + 1]] & (data[at + 1] != 0)]
            places.append(at)
            names.append(np.full(len(at), self._face))
        where = np.searchsorted(begins, np.concatenate(places), side="right") - 1
        order = np.argsort(where, kind="stable")
        return Hits(where[order], np.concatenate(names)[order], self._begun(begins, starts, numbers, short, len(data) - _ROOM))

    def _begun(self, begins: _Places, starts: _Places, numbers: _U64, short: _U64, end: int) -> _Places:
        """The first word of each text, when it is one to look for."""
        out = np.full(len(begins), -1, dtype=np.intp)
        which = np.searchsorted(starts, begins)
        inside = np.append(starts, end + 1)[which] < np.append(begins[1:], end + 1)
        texts = np.flatnonzero(inside)
        near = self._first.maybe[short[which[texts]]]
        texts = texts[near]
        at, keys = self._first.find(numbers[which[texts]], np.arange(len(texts)))
        out[texts[at]] = keys
        return out


def _is_sign(key: str) -> bool:
    return key == _PIPE or (len(key) == 1 and not key.isalpha())


def _laid(words: Sequence[str]) -> tuple[_Bytes, _Places, _Places]:
    data = _bytes("\n".join(words))
    return data, *_runs(data)


def _bytes(text: str) -> _Bytes:
    """One byte a character of the text in small letters, zeros behind them."""
    codes = units(text)
    low = bytearray(codes.astype(np.uint8).tobytes().translate(_LOW)) + bytes(_ROOM)
    data = np.frombuffer(low, dtype=np.uint8)
    if codes.dtype != np.uint8:
        beyond = np.flatnonzero(codes > 0xFF)
        data[beyond] = _BEYOND.take(np.minimum(codes[beyond], _LAST))
    return data


def _runs(data: _Bytes) -> tuple[_Places, _Places]:
    """Where the runs of letters begin and end."""
    letter = np.frombuffer(b"\0" + data.tobytes().translate(_LETTER), dtype=np.uint8)
    edges = np.flatnonzero(letter[1:] != letter[:-1])
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
