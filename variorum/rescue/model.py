"""A small trained model of where paragraphs begin: features of every possible break and a numpy forward pass.

What is seen: how the sentences on both sides begin and end, whether somebody speaks, what the neighbouring
candidates look like, how much of the text is dialogue, and how long the paragraph would be. A second network sees
the first one's answers for the neighbours. No words are stored, only what kind of word stands there, so that the
model does not learn its novelists by heart; half of every answer is the plain rule. Weights are `paragraphs.npz` (16 bit, a few kB), made by
bench/train_paragraphs.py from public-domain novels; docs/rescue.md is the model card.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["CALIBRATED", "Candidate", "features", "forward", "log_odds", "neighbours", "probabilities", "rule"]

_CLASSES = ("DD", "DN", "ND", "NN")
_MARKS = (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("«", '"'), ("»", '"'))
_VERBS = (
    r"(?:said|says|asked|asks|cried|answered|replied|whispered|murmured|shouted|added|exclaimed|went on|continued|demanded|"
    r"remarked|repeated|returned|muttered|sighed|snapped|laughed|told|called|agreed|admitted|suggested|explained|began|nodded|"
    r"shook|smiled|shrugged|grinned|frowned|paused)\b"
)
_SAID = re.compile(
    rf"(?:[A-Z][\w'-]*|he|she|they|I|we|it|the \w+)(?: [A-Z][\w'-]*\.?){{0,3}},? (?:\w+ly )?{_VERBS}",
    re.IGNORECASE,
)
_VERB = re.compile(f" {_VERBS}", re.IGNORECASE)
_PRONOUN = re.compile(r"\"?'?(?:He|She|They|It|His|Her|Their|Its|This|That|These|Those)\b")
_FIRST = re.compile(r"\"?'?(?:I|We|My|Our)\b")
_NAME = re.compile(r"[A-Z][a-z]+")
_TIME = re.compile(
    r"\"?'?(?:Then|When|After|Before|At last|At length|At first|Presently|Suddenly|Next|Later|Meanwhile|Now|One |The next|That "
    r"|In the |On the |It was|There was|Once|Soon|For a )"
)
_NAMED = 240  # characters in which a verb of saying stands after its names
CALIBRATED = ("DN", "ND", "NN")  # what is judged; DD is a rule of its own
_LIMIT = 700  # characters of a sentence that are looked at
_OWN, _WINDOW = 20, 31

_Floats = npt.NDArray[np.float32]


class Candidate(NamedTuple):
    """A place where a paragraph can begin: ``[start, end)`` is the white space, ``kind`` DD, DN, ND or NN."""

    start: int
    end: int
    kind: str


def features(text: str, found: Sequence[Candidate]) -> _Floats:
    """One row of features for each candidate of one flattened text."""
    count = len(found)
    own: list[list[float]] = []
    starts = np.asarray([0, *(c.end for c in found)], dtype=np.int64)
    ends = np.asarray([*(c.start for c in found), len(text)], dtype=np.int64)
    base = max(found[0].start - _LIMIT, 0) if found else 0
    near = _plain(text[base : found[-1].end + _LIMIT] if found else "")
    verbs = [match.start() for match in _VERB.finditer(near)]
    firsts, lasts = (starts - base).tolist(), (ends - base).tolist()
    quoted, since = False, 0
    for index, candidate in enumerate(found):
        here, after = candidate.start - base, candidate.end - base
        first, last = max(firsts[index], here - _LIMIT, 0), min(lasts[index + 1], after + _LIMIT)
        left, right = near[first:here], near[after:last]
        quoted ^= bool(left.count('"') % 2)
        if candidate.kind == "DD":
            quoted, since = False, 0
        since += len(left)
        said = _said_here(near, verbs, after, last), _said_before(near, verbs, max(first, here - 80), here)
        own.append(_one(left, right, said, quoted=quoted, since=since))
        if candidate.kind == "DN":
            quoted = False
    rows = np.asarray(own, dtype=np.float32).reshape(count, _OWN)
    return np.hstack([rows, _around(found, ends - starts, rows)])


def _plain(text: str) -> str:
    """The text with every quotation mark straight; lengths stay."""
    if not text.isascii():
        for mark, straight in _MARKS:
            text = text.replace(mark, straight)
    return text


def _said_here(near: str, verbs: Sequence[int], start: int, end: int) -> bool:
    """Whether a sentence begins with ``Maren said``; ``verbs`` are where the verbs of saying stand, sorted."""
    if not (near[start : start + 1].isalpha() and bisect_left(verbs, start) < bisect_left(verbs, start + _NAMED)):
        return False
    return _SAID.match(near, start, end) is not None


def _said_before(near: str, verbs: Sequence[int], start: int, end: int) -> bool:
    """Whether somebody ``said`` something in a stretch: a verb of saying after a name or any other word."""
    for verb in verbs[bisect_left(verbs, start) : bisect_left(verbs, end)]:
        last = near[start:verb].removesuffix(",")[-1:]
        if last.isascii() and last.isalpha():
            return True
        if last and (last in ".'-_" or last.isalnum()):
            return _SAID.search(near, start, end) is not None
    return False


def _names(left: str, first: re.Match[str] | None) -> bool:
    """Whether a sentence begins with a name that stands in the one before."""
    return first is not None and first.group() in left and first.group() in _NAME.findall(left, 2)


def _one(left: str, right: str, said: tuple[bool, bool], *, quoted: bool, since: int) -> list[float]:
    end = left.rstrip("\"')")[-1:]
    first = _NAME.match(right.lstrip("\"'"))
    return [
        quoted,
        min(since, 3_000) / 1_000,
        end == "?",
        end == "!",
        end in "-—",
        end == "…" or left.rstrip("\"'").endswith("..."),
        end == ":",
        '"' in left,
        '"' in right,
        right.count('"') >= 2,
        *said,
        bool(_PRONOUN.match(right)),
        bool(_FIRST.match(right)),
        bool(_TIME.match(right)),
        _names(left, first),
        _NAME.search(left, 2) is not None,
        right.rstrip("\"' ")[-1:] == ",",
        ", and " in right,
        right.startswith(("And ", "But ", "So ", '"And ', '"But ', '"So ')),
    ]


def _around(found: Sequence[Candidate], sizes: npt.NDArray[np.int64], own: _Floats) -> _Floats:
    """What the neighbours, the wider surroundings and the whole text look like at each candidate."""
    count = len(found)
    kinds = np.asarray([_CLASSES.index(c.kind) for c in found], dtype=np.int64)
    classes = np.eye(5, dtype=np.float32)
    padded = np.pad(kinds, 2, constant_values=4)
    columns = [classes[padded[2 + step : 2 + step + count]] for step in (-2, -1, 1, 2)]
    columns.append(classes[kinds][:, :4])
    lengths = np.pad(np.log1p(np.minimum(sizes, 2_000)).astype(np.float32) / 4, 1)
    columns.append(np.stack([lengths[i : i + count] for i in range(4)], axis=1))
    window = np.ones(_WINDOW) / _WINDOW
    one_hot = classes[kinds][:, :4]
    # "same" gives the longer of the two lengths: a short text is padded first.
    columns.append(np.stack([np.convolve(np.pad(one_hot[:, i], _WINDOW // 2), window, "valid") for i in range(4)], axis=1))
    columns.append(np.log1p(np.stack([_since(kinds != 3), _since((kinds != 3)[::-1])[::-1]], axis=1)))
    whole = [
        *one_hot.mean(axis=0),
        np.log(sizes.mean() + 1) / 4,
        sizes.std() / (sizes.mean() + 1),
        own[:, 10].mean(),
        own[:, 11].mean(),
    ]
    columns.append(np.tile(np.asarray(whole, dtype=np.float32), (count, 1)))
    return np.hstack(columns).astype(np.float32)


def _since(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many candidates ago the last one was that is marked."""
    index = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, index, -1))
    previous = np.concatenate([[-1], last[:-1]])
    gap: npt.NDArray[np.int64] = index - previous
    return gap


def neighbours(first: _Floats, sizes: npt.NDArray[np.int64]) -> _Floats:
    """What the second network sees of the first one's answers: the neighbours' and the paragraph to expect."""
    count = len(first)
    chance = np.clip(first, 1e-4, 1 - 1e-4)
    logits = np.pad((np.log(chance / (1 - chance)) / 3).astype(np.float32), 3)
    out = np.zeros((count, 9), dtype=np.float32)
    for column in range(7):
        out[:, column] = logits[column : column + count]
    widths, chances = sizes.tolist(), first.tolist()
    out[:, 7] = _expected(widths[:-1], chances)
    out[:, 8] = _expected(widths[:0:-1], chances[::-1])[::-1]
    return out


def _expected(widths: Sequence[float], chances: Sequence[float]) -> list[float]:
    """The characters since the last break, as far as breaks can be expected, in thousands."""
    out, passed = [], 0.0
    for width, chance in zip(widths, chances, strict=True):
        passed += width
        out.append(min(passed, 3_000) / 1_000)
        passed *= 1 - chance
    return out


def forward(weights: Sequence[_Floats], rows: _Floats) -> _Floats:
    """One network: answer = sigmoid(relu((rows - mean) / scale @ w + b) @ v + c)."""
    mean, scale, inner, bias, outer, last = weights
    hidden = np.maximum((rows - mean) / scale @ inner + bias, 0)
    answer: _Floats = (1 / (1 + np.exp(-np.clip(hidden @ outer + last, -30, 30)))).ravel().astype(np.float32)
    return answer


@lru_cache(maxsize=1)
def _networks() -> tuple[tuple[_Floats, ...], ...]:
    """The networks of the file: all but the last look at the features, the last at the answers as well."""
    with np.load(Path(__file__).with_name("paragraphs.npz"), allow_pickle=False) as held:
        count = sum(1 for name in held.files if name.endswith("_0"))
        return tuple(tuple(held[f"{n}_{i}"].astype(np.float32) for i in range(6)) for n in range(count))


@lru_cache(maxsize=1)
def _calibration() -> tuple[tuple[float, float], ...]:
    with np.load(Path(__file__).with_name("paragraphs.npz"), allow_pickle=False) as held:
        return tuple((float(slope), float(offset)) for slope, offset in held["calibration"])


def rule(candidate: Candidate, text: str) -> float:
    """What stands on both sides, and nothing else: how likely a break is by rule."""
    if candidate.kind == "DN" and _SAID.match(_plain(text[candidate.end : candidate.end + 120])):
        return 0.25
    return {"DD": 0.99, "DN": 0.72, "ND": 0.66, "NN": 0.15}[candidate.kind]


def probabilities(text: str, found: Sequence[Candidate]) -> _Floats:
    """How likely each candidate of a flattened text begins a paragraph."""
    if not found:
        return np.zeros(0, dtype=np.float32)
    rows = features(text, found)
    *first, second = _networks()
    answers = np.mean([forward(weights, rows) for weights in first], axis=0)
    sizes = np.diff([0, *(c.end for c in found), len(text)])
    learnt = (answers + forward(second, np.hstack([rows, neighbours(answers, sizes)]))) / 2
    # Half rule, half model: for authors it has not read this is better than either (docs/rescue.md).
    ruled: _Floats = np.asarray([rule(c, text) for c in found], dtype=np.float32)
    return _calibrated(found, (learnt + ruled) / 2)


def log_odds(chance: _Floats) -> _Floats:
    """The log odds of chances, kept away from 0 and 1."""
    kept = np.clip(chance, 1e-3, 1 - 1e-3)
    odds: _Floats = np.log(kept / (1 - kept))
    return odds


def _calibrated(found: Sequence[Candidate], raw: _Floats) -> _Floats:
    """What the answers were worth for authors the model had not read (Platt 1999, a line for each class)."""
    lines = dict(zip(CALIBRATED, _calibration(), strict=True))
    slopes = np.asarray([lines[c.kind][0] if c.kind in lines else 1.0 for c in found], dtype=np.float32)
    offsets = np.asarray([lines[c.kind][1] if c.kind in lines else 0.0 for c in found], dtype=np.float32)
    answer: _Floats = (1 / (1 + np.exp(-(log_odds(raw) * slopes + offsets)))).astype(np.float32)
    return answer
