"""What the paragraph model sees of the sentences of a flattened text: their words, and how they hang together.

A *sentence* is what stands between two places where a paragraph can begin (`Candidate`). Names are never kept as
words: a name counts by when it was last met, so that the model learns of newcomers and of people who stay, not who
its novelists wrote about. The vocabulary of the rest is given by the caller.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log1p
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["FIRST", "LAST", "MOST", "SHAPES", "Candidate", "cohesion", "encode", "plain", "tokens"]

Sentence = list[str]
_Floats = npt.NDArray[np.float32]
_Ids = npt.NDArray[np.int64]


class Candidate(NamedTuple):
    """A place where a paragraph can begin: ``[start, end)`` is the white space, ``kind`` DD, DN, ND or NN."""

    start: int
    end: int
    kind: str


_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|\.\.\.|--|[^\w\s]")
_MARKS = (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("«", '"'), ("»", '"'))
_LIMIT = 700  # characters of a sentence that are looked at
FIRST, LAST, MOST = 8, 4, 32  #: how many words of a sentence are seen from its beginning, from its end, and at all
_ENDINGS = ("ed", "ing", "ly", "s", "er", "ion", "y", "e", "t", "n")
_NAMES = tuple(f"<N{seen}{owns}>" for seen in range(5) for owns in ("", "s"))
#: What stands for words that are no words of the vocabulary; the first is nothing at all.
SHAPES = ("<pad>", "<punct>", "<num>", "<oov>", *(f"<oov:{e}>" for e in _ENDINGS), *_NAMES)


def plain(text: str) -> str:
    """The text with every quotation mark straight; lengths stay."""
    if not text.isascii():
        for mark, straight in _MARKS:
            text = text.replace(mark, straight)
    return text


def tokens(text: str, found: Sequence[Candidate]) -> list[Sentence]:
    """The words and signs of every sentence, one more than candidates; names as ``<Nk>``, k from new (0) to far (4).

    >>> tokens("Maren sat. Then Maren rose.", [Candidate(10, 11, "NN")])
    [['<N0>', 'sat', '.'], ['then', '<N3>', 'rose', '.']]
    """
    starts = [max(found[0].start - _LIMIT, 0) if found else 0, *(c.end for c in found)]
    ends = [*(c.start for c in found), len(text)]
    raw: list[Sentence] = []
    capitals: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for start, end in zip(starts, ends, strict=True):
        words = _TOKEN.findall(_spelled(text[start : min(end, start + _LIMIT)]))
        raw.append(words)
        begins = True
        for word in words:
            if word[0].isalpha():
                if not word[0].isupper():
                    small[word] += 1
                elif not begins and word != "I" and not word.startswith("I'"):
                    capitals[word] += 1
                begins = False
            elif word in '.!?"':
                begins = True
    names = {word for word, count in capitals.items() if small[word.lower()] <= 0.1 * count}
    met: dict[str, int] = {}
    return [[_token(word, number, names, met) for word in words] for number, words in enumerate(raw)]


def _spelled(text: str) -> str:
    return plain(text).replace("—", "--").replace("…", "...")


def _token(word: str, number: int, names: Collection[str], met: dict[str, int]) -> str:
    base = word.removesuffix("'s")
    if base in names:
        last = met.get(base)
        met[base] = number
        ago = 0 if last is None else 1 if last == number else 2 if number - last <= 1 else 3 if number - last <= 5 else 4
        return f"<N{ago}{'s' if base != word else ''}>"
    return "<num>" if word[0].isdigit() else word.lower()


def encode(sentences: Sequence[Sentence], places: Mapping[str, int]) -> tuple[_Ids, _Ids, _Ids]:
    """Every sentence as numbers of words: its first, its last (from the end), all of them; 0 where there is none."""
    count = len(sentences)
    first, last, every = (np.zeros((count, size), dtype=np.int64) for size in (FIRST, LAST, MOST))
    for row, words in enumerate(sentences):
        ids = [_place(word, places) for word in words]
        head, tail, most = ids[:FIRST], ids[-LAST:][::-1], ids[:MOST]
        first[row, : len(head)] = head
        last[row, : len(tail)] = tail
        every[row, : len(most)] = most
    return first, last, every


def _place(word: str, places: Mapping[str, int]) -> int:
    place = places.get(word)
    if place is not None:
        return place
    if not word[0].isalpha():
        return 1
    if len(word) > 4:
        for ending in _ENDINGS:
            if word.endswith(ending):
                return places[f"<oov:{ending}>"]
    return places["<oov>"]


# ---------------------------------------------------------------- how sentences hang together


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KINDS = (
    _set("he she they it his her its their"),
    _set("i we my our i'd i'll i've i'm"),
    _set("the a an this that these those"),
    _set("in on at from with through by for under over across into out behind down up beside of to as"),
    _set("and but or so yet nor for because if though"),
    _set("then when after before now once soon later presently suddenly meanwhile next finally again still already while until"),
    _set("there here"),
    _set("what who how why where which"),
    _set("you your"),
)
_SAID = _set(
    "said says asked asks cried answered replied whispered murmured shouted added exclaimed continued demanded remarked repeated "
    "returned muttered sighed snapped told called agreed admitted suggested explained began"
)
_NOW = _set("is are has says")


def cohesion(sentences: Sequence[Sentence], found: Sequence[Candidate], size: int, common: Collection[str]) -> _Floats:
    """A row for every candidate: how the sentences beside it begin, what they share, who is in them, how far speech is.

    ``size`` is the length of the text, ``common`` are words too frequent to tie sentences together.
    """
    content = [{w[:5] for w in s if len(w) >= 4 and w[0].isalpha() and w not in common} for s in sentences]
    opening = [next((w for w in s if w[0].isalpha() or w[0] == "<"), "") for s in sentences]
    people = ["".join(w[2] for w in s if w.startswith("<N")) for s in sentences]
    begins = [_begins(word) for word in opening]
    holds = [_holds(s) for s in sentences]
    near = _distances(found, size)
    rows = []
    for here in range(len(found)):
        after = here + 1
        past, coming = set().union(*content[max(0, here - 2) : after]), set().union(*content[after : after + 3])
        left, right = content[here], content[after]
        row = [*begins[after], *begins[here], float(opening[here] == opening[after])]
        row.append(len(left & right) / (1 + min(len(left), len(right))))
        row.append(len(right & past) / (1 + len(right)))
        row.append(len(coming & past) / (1 + min(len(coming), len(past))))
        for seen in "0234":
            row += (float(seen in people[after]), float(seen in people[here]))
        row.append(float(any("0" in some for some in people[after : after + 3])))
        for one, other in zip(holds[here], holds[after], strict=True):
            row += (one, other)
        row += (float(opening[after].startswith("<N")), float(people[after][:1] == "2"), *near[here])
        rows.append(row)
    return np.asarray(rows, dtype=np.float32).reshape(len(found), _COLUMNS)


def _begins(word: str) -> list[float]:
    kinds = [float(word in kind) for kind in _KINDS]
    return [*kinds, float(word.startswith("<N")), float(word.endswith("ing")), float(word.endswith("ly"))]


def _holds(words: Sentence) -> tuple[float, ...]:
    held = set(words)
    return (
        float("had" in held),
        float("was" in held or "were" in held),
        float(not _NOW.isdisjoint(held) and '"' not in held),
        float(not _SAID.isdisjoint(held)),
        log1p(len(words)),
        float(words.count(",")),
    )


_COLUMNS = 2 * 12 + 4 + 8 + 1 + 12 + 2 + 6


def _distances(found: Sequence[Candidate], size: int) -> list[tuple[float, ...]]:
    """For each candidate the characters back and on to the next that touches speech, that is DD, that is ND, in thousands."""
    places = [c.end for c in found]
    columns: list[list[float]] = []
    for kinds in (("DD", "DN", "ND"), ("DD",), ("ND",)):
        marked = [c.kind in kinds for c in found]
        columns.append(_since(places, marked, 0))
        back = _since([size - p for p in reversed(places)], marked[::-1], 0)
        columns.append(back[::-1])
    return list(zip(*columns, strict=True))


def _since(places: Sequence[int], marked: Sequence[bool], last: int) -> list[float]:
    out = []
    for place, is_marked in zip(places, marked, strict=True):
        out.append(min(place - last, 3_000) / 1_000)
        if is_marked:
            last = place
    return out
