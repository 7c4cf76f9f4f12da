"""Words joined by nothing (``pokerparties``, ``said,Really``): the space goes back where a text is damaged that way.

When inline markup is dropped and its pieces joined by nothing, words run together at both its ends. A text is
taken to be damaged when such joints show that no writer sets: a comma, a stop or a quotation mark between letters,
a capital inside a word, a word that only falls apart into common ones. Then every word that neither the list
(`words.py`) nor the text itself knows is weighed: as words run together, or as one nobody has heard of.
Texts without such joints are left wholly alone; where whole paragraphs were joined it is `paragraphs.py` that parts them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from string import ascii_letters
from typing import NamedTuple

import numpy as np

from variorum.document import Emendation
from variorum.rescue.paragraphs import is_glued
from variorum.rescue.places import ahead, kinds, of
from variorum.rescue.state import Passage, State
from variorum.rescue.words import Words, shipped

__all__ = ["joints", "propose"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# A sign between two words that wants a space behind it.
_SIGN = re.compile(
    r"(?<=[^\W\d_]{2})(?:[,;?!]|(?<=[a-zß-ÿ])\.(?=[\"“‘]?[A-ZÀ-Þ])|\.(?=[^\W\d_]{2}))(?=[\"“‘]?[^\W\d_])|(?<=[a-z]{2}[,.!?])[\"”](?=[a-zA-Z]{2})"
)
_BEFORE, _AFTER = of(",.;?!"), of(ascii_letters)
_NAMES = re.compile(r"(?:Mc|Mac|Fitz|De|Di|Du|La|Le|Van|Von|O['’]|D['’]|L['’])[A-ZÀ-Þ]")
_PLACE = re.compile(r"(?:https?:|www\.|@|\.(?:com|net|org|co|uk|html?|txt)\b)", re.IGNORECASE)
_NEVER = -1e9
_SEEN = 3  # a word the text has so often on its own is a word
_FEW = 2  # joints a text must show
_JOINT = math.log(0.03)  # how often two words of a damaged text run together
_LONGEST = 22  # letters of a word
_OFFERED = 0.3
_MOST = 40  # letters of words run together
# Words that hardly ever are half of a compound: where one of them is a part, words have run together.
_PLAIN = _set(
    "and the her his he she of was is are had it that you i my me we they them him been but not has were which this what your our "
    "would could should will did do does if or as at an with for their there then than who when how can said so no now just very "
    "have about again only came went know think it's i'm i'll i've i'd don't didn't that's he'd she'd couldn't wouldn't you're"
)
# Words made of two of these all the same, and beginnings and ends that words are formed with.
_ONE = _set(
    "therefrom thereto therein thereof thereon thereby thereat thereupon hereto herein hereof hereby heretofore wherefrom wherein "
    "whereof whereat whereas whereupon whatsoever whosoever whomsoever howsoever wheresoever hitherto anyhow anymore nonetheless "
    "forthwith withal insomuch asleep aswim atop amen notwithstanding sofar forasmuch hereabout thereabout hereabouts thereabouts "
    "passersby himself herself itself myself yourself themselves ourselves theirs hers"
)
_FORMED = re.compile(r"(?:ing|ed|ly|'s|[^s]s)$")


class _Joint(NamedTuple):
    at: int  #: in the passage's text
    certainty: float
    why: str


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations that set a space."""
    if not _suspect(state):
        return
    passages = [p for p in state.prose if not (state.is_flat(p) and is_glued(p.text))]
    words = shipped()
    for passage, found in joints(passages, words):
        for joint in found:
            yield from state.edit(passage, joint.at, joint.at, " ", "glue.words", joint.why, "glue", joint.certainty)


def _suspect(state: State) -> bool:
    """Whether a sign stands between two words anywhere: one cheap pass over a text that is whole."""
    text = state.text.text
    before, after = kinds(state.look, _BEFORE, _AFTER)
    places = np.flatnonzero(before & ahead(after)).tolist()
    return any(_SIGN.match(text, at) for at in places if not _PLACE.search(text, max(at - 30, 0), at + 30))


def joints(passages: list[Passage], words: Words) -> Iterator[tuple[Passage, list[_Joint]]]:
    """The joints of every passage, when the text shows enough of them to be damaged so."""
    own: Counter[str] = Counter()
    for passage in passages:
        for match in _WORD.finditer(passage.text):
            own[match.group().replace("’", "'").lower()] += 1
    found = [(passage, list(_of(passage.text, words, own))) for passage in passages]
    sure = sum(1 for _, some in found for joint in some if joint.certainty >= 0.9)
    if sure < _FEW:
        return
    yield from ((passage, some) for passage, some in found if some)


def _of(text: str, words: Words, own: Counter[str]) -> Iterator[_Joint]:
    line, marks, position = 0, 0, 0
    for match in _SIGN.finditer(text):
        if _PLACE.search(text, max(match.start() - 30, 0), match.end() + 30):
            continue
        at = match.end()
        if text.count("\n", position, at):
            line = text.rindex("\n", position, at) + 1
            marks = 0
        marks += text.count('"', max(line, position), at)
        position = at
        if text[at] == '"' and marks % 2:
            at += 1  # the mark closes: the space belongs behind it
        yield _Joint(at, 0.93, f"{match.group()} stands between two words without a space")
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) < 3 or len(word) > _MOST:
            continue
        folded = word.replace("’", "'")
        if _is_word(folded, words, own):
            continue
        parts, odds = _apart(folded, words, own)
        chance = _worth(parts, odds)
        if chance < _OFFERED:
            continue
        position, whole = match.start(), " ".join(parts)
        for part in parts[:-1]:
            position += len(part)
            yield _Joint(position, chance, f"{word} is no word, {whole} are")


def _is_word(word: str, words: Words, own: Counter[str]) -> bool:
    low, inner = word.lower(), word[1:]
    if inner != inner.lower():
        # A capital inside: a name of its own, or two words.
        return word.isupper() or bool(_NAMES.match(word)) or own[low] >= _SEEN
    return own[low] >= (2 if word[0].isupper() and word[0] != "I" else _SEEN) or low in _ONE or words.knows(low)


def _worth(parts: list[str], odds: float) -> float:
    """How sure it is that a word is these, run together."""
    if not parts:
        return 0.0
    chance = min(1 / (1 + math.exp(-max(min(odds, 30.0), -30.0))), 0.97)
    low = [part.lower() for part in parts]
    if any(part[0].isupper() for part in parts[1:]) or parts[0] == "I":
        return chance
    plain = sum(part in _PLAIN for part in low)
    if len(parts) == 2 and "a" in low:
        return min(chance, 0.45)
    if plain or len(parts) > 2:
        return chance if plain else min(chance, 0.8)
    # Two words of meaning: most often a compound the list does not hold.
    return min(chance, 0.72 if _FORMED.search(low[0]) else 0.4)


def _apart(word: str, words: Words, own: Counter[str]) -> tuple[list[str], float]:
    """The most likely words a word runs together, and the log odds that it does."""
    size = len(word)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(_NEVER, 0)] * size
    for end in range(1, size + 1):
        for start in range(max(0, end - _LONGEST), end):
            if best[start][0] < -1e8 or (start == 0 and end == size):
                continue
            chance = _part(word[start:end], words, own, first=start == 0)
            total = best[start][0] + chance + (_JOINT if start else 0.0)
            if chance > _NEVER and total > best[end][0]:
                best[end] = (total, start)
    if best[size][0] < -1e8:
        return [], 0.0
    parts, end = [], size
    while end:
        start = best[end][1]
        parts.append(word[start:end])
        end = start
    return parts[::-1], best[size][0] - words.unseen(word.lower())


def _part(part: str, words: Words, own: Counter[str], *, first: bool) -> float:
    """The logarithm of how often a part is met as a word by itself."""
    low = part.lower()
    if len(part) == 1 and part not in ("I", "a") and not (first and part == "A"):
        return _NEVER
    if (part[0].isupper() and not first and part != "I" and len(part) < 3) or part[1:] != part[1:].lower():
        return _NEVER
    if part == "i" or "'" in (part[0], part[-1]) or (low.startswith("i'") and part[0] != "I"):
        return _NEVER
    here = own[low]
    count = words.counts.get(low, 0.0) + 8.0 * max(here - (1 if part == low else 0), 0)
    if count:
        return math.log(count / (words.total + 8.0 * own.total()))
    if len(part) > 3 and words.knows(low):
        return words.unseen(low)
    return words.unseen(low) - 2.0 if len(part) > 4 else _NEVER
