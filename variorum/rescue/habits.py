"""How a writer spaces the signs of a text, counted: what is done throughout is a habit, and no damage.

All signs are counted at once, from one byte a character (`places.py`); of the few characters that byte does not tell, each is asked
by itself. The counts are those of these patterns, in every passage of prose: ``(?<=[\\w"”’')\\]])[ \\xa0]?SIGN[ \\xa0]?`` for the signs,
``[.!?]["”’')]{0,2} {1,3}(?=\\S)`` for the ends of sentences, ``(?<=[\\w,;])  (?=\\w)`` for two spaces inside one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.rescue.places import OTHER, Mask, of
from variorum.rescue.state import Passage, State

__all__ = ["CLASSES", "NO_HABITS", "Habits", "habits"]

#: A sign -> its class: signs whose spacing is one habit.
CLASSES = {"!": "!?", "?": "!?", ";": ";:", ":": ";:", "...": "…", "…": "…", "—": "—", "--": "—", "–": "—", "-": "-"}
_NAMES = (",", ".", "!?", ";:", "…", "—")

_Places = npt.NDArray[np.intp]
_ROOM = 4  # characters looked at beyond either end of the text
_LATIN = "".join(map(chr, range(256)))


def _table(characters: str) -> Mask:
    return np.frombuffer(of(characters), dtype=bool)


def _class(*classes: str) -> npt.NDArray[np.uint8]:
    table = np.full(256, 255, dtype=np.uint8)
    for number, characters in enumerate(classes):
        table[_table(characters)] = number
    return table


_WORDS = "".join(re.findall(r"\w", _LATIN))
_SIGN, _GAP, _BEFORE = _table(",.!?;:…—–-"), _table(" \xa0"), _table(_WORDS + "\"”’')]")
_CLASS = _class(",", ".", "!?", ";:", "…", "—–-")
_END, _QUOTE, _SHOWN = _table(".!?"), _table("\"”’')"), _table("“”‘’—–…" + "".join(re.findall(r"\S", _LATIN)))
_WORD, _RUNNING = _table(_WORDS), _table(_WORDS + ",;")
_GUILLEMET = re.compile(r"«([ \xa0\u202f]?)[^\s«»]")
_WORD_OR, _SHOWN_OR = re.compile(r"\w"), re.compile(r"\S")


class Habits(NamedTuple):
    """What a writer does on purpose, and how much there is beside it."""

    classes: frozenset[str]  #: classes of signs this writer spaces on purpose
    doubled: bool  #: two spaces after a sentence are this writer's way
    damaged: int  #: stray spaces that are no habit


#: Of a writer without habits in a text that is damaged throughout: with these no trace is passed over.
NO_HABITS = Habits(frozenset(), doubled=False, damaged=1_000_000)


class _Counted(NamedTuple):
    total: dict[str, int]  #: class -> how often
    spaced: dict[str, int]  #: class -> how often with a space before it
    both: int  #: dashes with a space on both sides
    ends: int  #: ends of sentences
    doubled: int  #: those with two spaces or three
    inner: int  #: two spaces inside a sentence


def habits(state: State) -> Habits:
    """The habits of a text's prose."""
    total, spaced, both, ends, doubled, inner = _count(state)
    irregular = sum(count for kind, count in spaced.items() if count <= 0.4 * total[kind])
    classes = set()
    for kind in total:
        rate = spaced[kind] / total[kind]
        if rate > 0.4 and (total[kind] >= 5 or rate > 0.75) and (total[kind] >= 4 or irregular < 2):
            classes.add(kind)
    dashes = spaced.get("—", 0)
    if both >= 3 or (dashes and both >= 0.5 * dashes and irregular < 2):
        classes.add("—")
    inside = [gap for p in state.prose if "«" in p.text for gap in _GUILLEMET.findall(p.text)]
    if 2 * inside.count("") <= len(inside):
        classes.update("«»")  # French sets a space inside them, German and Spanish set none
    return Habits(frozenset(classes), doubled > 0.25 * max(ends, 1), irregular + inner)


class _Text:
    """The text as bytes with some room around it, to be looked at by place."""

    def __init__(self, state: State) -> None:
        self.text = state.text.text
        self.bytes = np.frombuffer(b"\n" * _ROOM + state.look.data + b"\n" * _ROOM, dtype=np.uint8)[_ROOM:]
        self.size = len(self.text)

    def places(self, table: Mask, passages: list[Passage]) -> _Places:
        """Where these characters stand in the passages."""
        found: _Places = np.flatnonzero(table[self.bytes[: self.size]])
        starts = np.array([passage.at for passage in passages], dtype=np.intp)
        if not len(starts):
            return found[:0]
        ends = starts + np.array([len(passage.text) for passage in passages], dtype=np.intp)
        inside = found < ends[np.searchsorted(starts, found, side="right") - 1]
        kept: _Places = found[inside & (found >= starts[0])]
        return kept

    def __call__(self, at: _Places, table: Mask, otherwise: re.Pattern[str]) -> Mask:
        """Whether each of these places has a character of the table, or one the bytes do not tell and the pattern does."""
        codes = self.bytes[at]
        found: Mask = table[codes]
        for number in np.flatnonzero(codes == OTHER).tolist():
            found[number] = otherwise.match(self.text, int(at[number])) is not None
        return found


def _count(state: State) -> _Counted:
    text = _Text(state)
    data, prose = text.bytes, state.prose
    at = text.places(_SIGN, prose)
    sign = data[at]
    at = at[(sign != ord("-")) | (data[at + 1] == ord("-"))]
    sign = data[at]
    dots = (sign == ord(".")) & (data[at + 1] == ord(".")) & (data[at + 2] == ord("."))
    size = np.where(dots, 3, np.where(sign == ord("-"), 2, 1))
    gap, after = _GAP[data[at - 1]], _GAP[data[at + size]]
    stands = text(at - 1 - gap, _BEFORE, _WORD_OR)
    kind = np.where(dots, _NAMES.index("…"), _CLASS[sign])
    counts = np.bincount(kind[stands], minlength=len(_NAMES)).tolist()
    spaced = np.bincount(kind[stands & gap], minlength=len(_NAMES)).tolist()
    met = [number for number, count in enumerate(counts) if count]
    sizes = _between(text, at[_END[sign]])
    inside = text.places(_table(" "), prose)
    inside = inside[data[inside + 1] == ord(" ")]
    inside = inside[text(inside - 1, _RUNNING, _WORD_OR)]
    inner = int(np.count_nonzero(text(inside + 2, _WORD, _WORD_OR)))
    return _Counted(
        {_NAMES[number]: counts[number] for number in met},
        {_NAMES[number]: spaced[number] for number in met},
        int(np.count_nonzero(stands & gap & after & (kind == _NAMES.index("—")))),
        sum(sizes),
        sum(sizes[1:]),
        inner,
    )


def _between(text: _Text, at: _Places) -> list[int]:
    """How many sentences end with one space behind them, with two, with three, another sentence following."""
    data = text.bytes
    behind = at + 1
    for _ in range(2):
        behind = behind + _QUOTE[data[behind]]
    run = data[behind] == ord(" ")
    sizes = []
    for _ in range(3):
        behind, run = behind[run] + 1, data[behind[run] + 1] == ord(" ")
        sizes.append(int(np.count_nonzero(text(behind, _SHOWN, _SHOWN_OR))))
    return sizes
