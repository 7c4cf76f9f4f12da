"""Where sentences begin: by stops that a small letter does not follow, and by blocks. Arrays, no loop over stops."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from variorum import kernel
from variorum.collation.arrays import U64, Ints, spread
from variorum.text import Tokens, Units, tokenise, units

__all__ = ["WHITE_SPACE", "sentence_starts"]

_Mask = npt.NDArray[np.bool_]
_Kinds = npt.NDArray[np.uint8]

_STOPS, _WIDE_STOPS = ".!?…", "。！？"
_CLOSES = "\"'”’»)]*_"
_OPENS = "\"'“‘«„([*_—–-"  # what may stand between a stop and the next word
_LINE = ord("\n")
#: Every character ``\s`` matches, written out: asking for them takes longer than a short text.
WHITE_SPACE = "".join(
    map(
        chr,
        (
            *range(0x09, 0x0E),
            *range(0x1C, 0x21),
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x200B),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x3000,
        ),
    )
)
_STOP, _WIDE, _SPACE, _CLOSE, _OPEN = (1 << bit for bit in range(5))
_STEPS = 32  #: marks looked at one by one; the few longer rows of marks are looked at by an expression
_PORTION = 1 << 15  #: tokens looked at at once
_TABLE = 0x10000  # no mark of ours, and no white space, lies above
_REST = re.compile(r"[\"'”’»)\]*_]*(\s*)[\"'“‘«„(\[*_—–-]*")
_ABBREVIATED = "mr mrs ms dr st prof jr sr mme mlle messrs rev capt col lt sgt gen hon vs etc no vol"


def sentence_starts(text: str, tokens: Tokens, blocks: Ints) -> _Mask:
    """Which tokens begin a sentence, and one more for the end; ``blocks`` are the characters where blocks begin.

    A stop counts with white space behind it and what closes behind it, unless a small letter follows or the word
    before it is an abbreviation or an initial. An empty line counts always.
    """
    starts = tokens.starts
    opens = np.zeros(len(starts) + 1, dtype=bool)
    opens[0] = opens[-1] = True
    opens[starts.searchsorted(blocks)] = True
    if kernel.compiled is not None:
        kernel.compiled.sentences(text, starts, tokens.ends, tokens.hashes, _abbreviations(), opens)
        return opens
    for first in range(0, len(starts) - 1, _PORTION):
        part = slice(first, first + _PORTION + 1)  # one token more, before which the last gap of the portion ends
        words = Tokens(starts[part], tokens.ends[part], tokens.hashes[part])
        _mark(text, words, opens[first : first + len(words)])
    return opens


def _mark(text: str, tokens: Tokens, opens: _Mask) -> None:
    """The same for some tokens of a text, between the first and the last of which it looks; in place."""
    # Between words stands a space or more; only where it is more can a sentence begin.
    wider = (tokens.starts[1:] - tokens.ends[:-1] > 1).nonzero()[0]
    if not len(wider):
        return
    origin = int(tokens.ends[0]) - 1
    codes = units(text[origin : int(tokens.starts[-1]) + 1])
    low = tokens.ends.take(wider).astype(np.int64) - origin
    size = tokens.starts.take(wider + 1) - origin - low
    at, gap = spread(low, size), np.repeat(np.arange(len(wider)), size)
    here = codes.take(at)
    lines = (here == _LINE).nonzero()[0]
    if len(lines) > 1:
        doubled = (np.diff(at[lines]) == 1).nonzero()[0]
        opens[wider[gap[lines[doubled + 1]]] + 1] = True
    kinds = _kinds_of(here)
    opens[wider[gap[(kinds & _WIDE).nonzero()[0]]] + 1] = True
    stops = (kinds & _STOP).nonzero()[0]
    stops, ends = _stops(text, kinds, stops, size.cumsum()[gap[stops]], at, origin)
    words = wider[gap[stops]]
    opens[words[_divides(codes, tokens, words, at[stops], ends, origin)] + 1] = True


def _kinds_of(codes: Units) -> _Kinds:
    table = _kinds()
    # A byte finds every place of the table, two bytes all but the last; only four may lie beyond it.
    out: _Kinds = table.take(codes if codes.dtype != np.uint32 else np.minimum(codes, _TABLE))
    return out


@lru_cache(maxsize=1)
def _kinds() -> _Kinds:
    table = np.zeros(_TABLE + 1, dtype=np.uint8)
    for marks, kind in (
        (_STOPS, _STOP),
        (_WIDE_STOPS, _WIDE),
        (_CLOSES, _CLOSE),
        (_OPENS, _OPEN),
        (WHITE_SPACE, _SPACE),
    ):
        table[[ord(mark) for mark in marks]] |= np.uint8(kind)
    return table


@lru_cache(maxsize=1)
def _abbreviations() -> U64:
    return np.sort(tokenise(_ABBREVIATED).hashes)


def _behind(kinds: _Kinds, at: Ints, limit: Ints, kind: int) -> Ints:
    """From each place on, behind the marks of a kind (at most `_STEPS` of them)."""
    out = at.copy()
    going = np.flatnonzero(out < limit)
    for _ in range(_STEPS):
        going = going[(kinds[out[going]] & kind) > 0]
        if not len(going):
            break
        out[going] += 1
        going = going[out[going] < limit[going]]
    return out


def _stops(text: str, kinds: _Kinds, stops: Ints, limit: Ints, at: Ints, origin: int) -> tuple[Ints, Ints]:
    """The stops that have white space behind them, and the character at which what opens the next sentence ends.

    Stops and their limits are numbers of ``kinds`` and ``at`` (the characters, counted from ``origin``).
    """
    closed = _behind(kinds, stops + 1, limit, _CLOSE)
    spaced = _behind(kinds, closed, limit, _SPACE)
    opened = _behind(kinds, spaced, limit, _OPEN)
    found = spaced > closed
    ends = at[stops] + opened - stops
    long = np.flatnonzero(np.maximum(np.maximum(closed - stops - 1, spaced - closed), opened - spaced) >= _STEPS)
    last = -1
    for one in long.tolist():
        place = int(at[stops[one]])
        if place < last:
            found[one] = False  # inside the row of marks just looked at: no second look
            continue
        rest = _REST.match(text, origin + place + 1)
        assert rest is not None  # every part of it may be empty
        last = ends[one] = rest.end() - origin
        found[one] = bool(rest.group(1))
    return stops[found], ends[found]


def _divides(codes: Units, tokens: Tokens, words: Ints, stops: Ints, ends: Ints, origin: int) -> _Mask:
    """Which of these stops (each with the word it stands behind) end a sentence."""
    following = codes.take(np.minimum(ends, len(codes) - 1))
    small = (following >= ord("a")) & (following <= ord("z"))
    other = (following >= 0x80).nonzero()[0]
    if len(other):
        small[other] = [chr(code).islower() for code in following[other].tolist()]
    small &= ends < len(codes)
    behind = tokens.ends.take(words).astype(np.int64) - origin
    said = ((behind == stops) & (codes.take(stops) == ord("."))).nonzero()[0]
    before = words[said]
    names = tokens.hashes.take(before)
    known = _abbreviations()
    small[said[known.take(known[:-1].searchsorted(names)) == names]] = True
    alone = said[tokens.ends.take(before) - tokens.starts.take(before) == 1]
    if len(alone):
        small[alone] |= [chr(code).isupper() and code != ord("I") for code in codes.take(stops[alone] - 1).tolist()]
    return ~small
