r"""Words: one tokeniser for sketching, aligning, counting and display.

A *token* is a match of ``[^\W_]+(?:['’ʼ][^\W_]+)*``; in scripts that put no spaces between words every
character is one. A whole text becomes four numpy arrays, no Python object per word; offsets point into
the untouched text. Folding is per code point, never on the string, because `str.casefold` changes lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from variorum import kernel
from variorum.text.letters import ALONE, APOSTROPHE, APOSTROPHES, UNSPACED, WORD, Units, classes, codepoints, folds, units

__all__ = ["NO_WORDS", "TOKEN", "Tokens", "mix", "tokenise"]

#: A token, as CONTRACT.md has it (scripts without spaces are split further, by character).
TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")

_U32 = npt.NDArray[np.uint32]
_U64 = npt.NDArray[np.uint64]
_Bools = npt.NDArray[np.bool_]
_Places = npt.NDArray[np.intp]
_CHUNK = 1 << 18  # code points; measured best between 64 and 256 k
_LONGEST = 1 << 20  # a "word" of a million letters is divided: memory stays bounded
_BETWEEN = re.compile(r"[^\w'’]|_")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so it has an inverse modulo 2**64
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))

# The narrow way (`_narrow`): a token's folded letters as bytes, whose values begin at "0".
_NO_LETTER, _TOO_WIDE, _JOINING = 0, 1, ord("'")
_UNKNOWN, _KNOWN_NO_LETTER = 0, 2  # in the table of what is worked out when it is met
_LETTERS = 24  #: letters taken by pairs, for all tokens at once; the few longer tokens are named apart


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, as arrays of equal length.

    ``starts`` and ``ends`` (uint32) are code points of the text; ``hashes`` (uint64) are equal exactly
    for tokens that are the same word after folding case and apostrophes (up to a 64-bit collision).
    """

    starts: _U32
    ends: _U32
    hashes: _U64

    def __len__(self) -> int:
        return len(self.starts)


#: No words at all.
NO_WORDS = Tokens(np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint64))


def tokenise(text: str) -> Tokens:
    """The tokens of a text, in order. Linear in time and memory; never raises on any string."""
    if kernel.compiled is not None:
        starts, ends, hashes = kernel.compiled.tokenise(text)
        return Tokens(np.frombuffer(starts, np.uint32), np.frombuffer(ends, np.uint32), np.frombuffer(hashes, np.uint64))
    chunks = [_tokenise(text[first:last], first) for first, last in _chunks(text)]
    if not chunks:
        return NO_WORDS
    return Tokens(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that fit a processor's cache, cut at white space so that no token is divided."""
    first = 0
    while first < len(text):
        last = first + _CHUNK
        if last < len(text):
            space = max(text.rfind(" ", first, last), text.rfind("\n", first, last))
            if space < first:
                between = _BETWEEN.search(text, last, last + _LONGEST)
                space = between.start() if between else last + _LONGEST
            last = space + 1
        yield first, min(last, len(text))
        first = last


def _tokenise(text: str, offset: int) -> tuple[_U32, _U32, _U64]:
    codes = units(text)
    found = _narrow(codes)
    starts, ends, hashes = found if found is not None else _wide(codepoints(text))
    return (starts + offset).astype(np.uint32), (ends + offset).astype(np.uint32), hashes


def _narrow(codes: Units) -> tuple[_Places, _Places, _U64] | None:
    """Starts, ends and names where every letter folds to one byte, as in most texts in Latin letters; else None.

    Three to five times faster than `_wide`, with the same answer: letters are looked at two at a time.
    """
    if not len(codes):
        return None
    letters = _letters(codes)
    if (letters == _TOO_WIDE).any():
        return None
    marks = np.flatnonzero(letters == _JOINING)
    if len(marks):
        beside = np.minimum(marks + 1, len(letters) - 1)
        joins = (letters[np.maximum(marks - 1, 0)] > _JOINING) & (letters[beside] > _JOINING)
        letters[marks[~joins]] = _NO_LETTER
    inside = np.zeros(len(letters) + 2, dtype=bool)
    np.not_equal(letters, _NO_LETTER, out=inside[1:-1])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2].copy(), edges[1::2].copy()
    return starts, ends, _hash_narrow(letters, starts, ends)


def _letters(codes: Units) -> npt.NDArray[np.uint8]:
    """Each code point as the byte that stands for it in a token."""
    low = np.frombuffer(bytearray(codes.astype(np.uint8)).translate(_latin()), dtype=np.uint8)
    if codes.dtype == np.uint8:
        return low
    beyond = np.flatnonzero(codes > 0xFF)
    table = _beyond_latin()
    those = codes[beyond]
    found = table.take(those)
    if (found == _UNKNOWN).any():
        for code in set(those[found == _UNKNOWN].tolist()):
            table[code] = _letter(code) or _KNOWN_NO_LETTER
        found = table.take(those)
    low[beyond] = np.where(found == _KNOWN_NO_LETTER, _NO_LETTER, found)
    return low


def _letter(code: int) -> int:
    """The byte for one code point; the same rules as `classes` and `folds`."""
    char = chr(code)
    if char in APOSTROPHES:
        return _JOINING
    if not char.isalnum():
        return _NO_LETTER
    if any(first <= code <= last for first, last in UNSPACED):
        return _TOO_WIDE
    lower = char.lower()
    folded = ord(lower) if len(lower) == 1 else code
    return folded if folded <= 0xFF and char != "ʼ" else _TOO_WIDE


@lru_cache(maxsize=1)
def _latin() -> bytes:
    return bytes(map(_letter, range(0x100)))


@lru_cache(maxsize=1)
def _beyond_latin() -> npt.NDArray[np.uint8]:
    """The same for all other code points, each worked out when it is first met."""
    return np.zeros(0x110000, dtype=np.uint8)


def _hash_narrow(letters: npt.NDArray[np.uint8], starts: _Places, ends: _Places) -> _U64:
    """The names `_hash` gives, from two letters at once: all first pairs, then all second ones."""
    pairs = np.zeros(len(letters) + 1, dtype=np.uint16)
    pairs[:-2] = letters[1:]
    pairs <<= np.uint16(8)
    pairs[:-1] |= letters
    table = _of_pairs()
    sizes = ends - starts
    sums = table.take(pairs.take(starts))
    # Most words have a third letter: where there is none, the place behind the word counts nothing.
    sums += table.take(pairs.take(np.minimum(starts + 2, ends))) * _power(2)
    longer = np.flatnonzero(sizes > 4)
    for step in range(4, _LETTERS, 2):
        if not len(longer):
            break
        sums[longer] += table.take(pairs.take(starts.take(longer) + step)) * _power(step)
        longer = longer.compress(sizes.take(longer) > step + 2)
    if len(longer):
        # A few very long ones: put side by side, named from prefix sums.
        size = sizes[longer]
        last = np.cumsum(size)
        at = np.repeat(starts[longer] - last + size, size) + np.arange(int(last[-1]))
        sums[longer] = _sums(letters[at], last - size, last)
    return mix(sums + sizes.astype(np.uint64))


@lru_cache(maxsize=1)
def _of_pairs() -> _U64:
    """What two letters (the first in the low byte) put into the sum; 0 is none."""
    with np.errstate(over="ignore"):
        first = np.arange(1, 0x101, dtype=np.uint64)
        second = first * _MULTIPLIER
        second[0] = 0
        table = second[:, None] + first[None, :]
        table[:, 0] = 0
        return table.ravel()


def _power(exponent: int) -> np.uint64:
    return np.uint64(pow(int(_MULTIPLIER), exponent, 1 << 64))


def _wide(codes: _U32) -> tuple[_Places, _Places, _U64]:
    """Starts, ends and names in any script."""
    kinds = classes()[codes]
    letter = (kinds == WORD) | (kinds == ALONE)
    # An apostrophe joins when a letter stands on both sides.
    joins = np.zeros(len(codes), dtype=bool)
    if len(codes) > 2:
        joins[1:-1] = (kinds[1:-1] == APOSTROPHE) & letter[:-2] & letter[2:]
    inside = letter | joins
    alone = kinds == ALONE
    if alone.any():
        inside, begins = _split_alone(inside, joins, alone)
    else:
        begins = inside.copy()
        begins[1:] &= ~inside[:-1]
    starts = np.flatnonzero(begins)
    ends = _ends(inside, starts, len(codes))
    return starts, ends, _hash(codes, starts, ends)


def _split_alone(inside: _Bools, joins: _Bools, alone: _Bools) -> tuple[_Bools, _Bools]:
    """Makes every character of an unspaced script a token; an apostrophe beside one joins nothing."""
    beside = np.zeros(len(inside), dtype=bool)
    beside[1:] |= alone[:-1]
    beside[:-1] |= alone[1:]
    inside = inside & ~(joins & beside)
    begins = inside.copy()
    begins[1:] &= ~inside[:-1] | alone[1:] | alone[:-1]
    return inside, begins


def _ends(inside: _Bools, starts: _Places, length: int) -> _Places:
    outside = np.flatnonzero(~inside)
    gap = np.searchsorted(outside, starts)
    limits = np.append(outside, length)[gap]
    following = np.append(starts[1:], length)
    ends: _Places = np.minimum(limits, following)
    return ends


def _hash(codes: _U32, starts: _Places, ends: _Places) -> _U64:
    """A polynomial hash of each token from prefix sums, then mixed: one pass, no loop over words."""
    return mix(_sums(folds()[codes], starts, ends) + (ends - starts).astype(np.uint64))


def _sums(folded: _U32 | npt.NDArray[np.uint8], starts: _Places, ends: _Places) -> _U64:
    """For each token the sum of its letters (one more each) times powers of the multiplier."""
    with np.errstate(over="ignore"):
        powers, inverses = _powers(max(_CHUNK, len(folded)))
        sums = np.zeros(len(folded) + 1, dtype=np.uint64)
        np.cumsum((folded.astype(np.uint64) + np.uint64(1)) * powers[: len(folded)], out=sums[1:])
        out: _U64 = (sums[ends] - sums[starts]) * inverses[starts]
        return out


@lru_cache(maxsize=2)
def _powers(length: int) -> tuple[_U64, _U64]:
    """The powers of the multiplier and of its inverse modulo 2**64, from 0 to ``length``."""
    with np.errstate(over="ignore"):
        powers = np.full(length + 1, _MULTIPLIER, dtype=np.uint64)
        inverses = np.full(length + 1, _INVERSE, dtype=np.uint64)
        powers[0] = inverses[0] = 1
        return np.multiply.accumulate(powers), np.multiply.accumulate(inverses)


def mix(values: _U64) -> _U64:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))
