"""A small trained model of where paragraphs begin: what is seen of every possible break, and what that is worth.

What is seen: how the sentences on both sides begin and end, whether somebody speaks, who is in them, what the
neighbouring candidates look like (`features` here, `sentences.cohesion`), and to some of its networks the commonest
words. Names are never seen, so that the model does not learn its novelists by heart; beside speech a plain rule
has its share of every answer. Weights are `paragraphs.npz` (16 bit), made by bench/train_paragraphs.py from
public-domain novels; docs/rescue.md is the model card.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from variorum.rescue.network import Trained, judge, trained
from variorum.rescue.sentences import Candidate, cohesion, encode, plain, tokens

__all__ = ["LEANING", "RULED", "SURENESS", "Candidate", "features", "log_odds", "probabilities", "rule", "seen"]

_CLASSES = ("DD", "DN", "ND", "NN")
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
RULED = 0.4  #: the rule's share of an answer beside speech
SURENESS = 0.9  #: what the log odds are worth for authors not read: one figure, from answers in five folds
#: A break too few costs as much as one too many, so a place is worth one from about .4 on; the answers lean that way, as far
#: as their calibration bears.
LEANING = 0.15
_LIMIT = 700  # characters of a sentence that are looked at
_OWN, _WINDOW = 20, 31

_Floats = npt.NDArray[np.float32]
_Ids = npt.NDArray[np.int64]


def features(text: str, found: Sequence[Candidate]) -> _Floats:
    """One row of features for each candidate of one flattened text."""
    count = len(found)
    own: list[list[float]] = []
    starts = np.asarray([0, *(c.end for c in found)], dtype=np.int64)
    ends = np.asarray([*(c.start for c in found), len(text)], dtype=np.int64)
    base = max(found[0].start - _LIMIT, 0) if found else 0
    near = plain(text[base : found[-1].end + _LIMIT] if found else "")
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
    return np.hstack([rows, _around(found, ends - starts)])


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


def _around(found: Sequence[Candidate], sizes: npt.NDArray[np.int64]) -> _Floats:
    """What the neighbours and the wider surroundings look like at each candidate."""
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
    return np.hstack(columns).astype(np.float32)


def _since(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many candidates ago the last one was that is marked."""
    index = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, index, -1))
    previous = np.concatenate([[-1], last[:-1]])
    gap: npt.NDArray[np.int64] = index - previous
    return gap


def rule(candidate: Candidate, text: str) -> float:
    """What stands on both sides, and nothing else: how likely a break is by rule."""
    if candidate.kind == "DN" and _SAID.match(plain(text[candidate.end : candidate.end + 120])):
        return 0.25
    return {"DD": 0.99, "DN": 0.72, "ND": 0.66, "NN": 0.15}[candidate.kind]


def seen(text: str, found: Sequence[Candidate], model: Trained) -> tuple[_Floats, tuple[_Ids, _Ids, _Ids]]:
    """What the networks see: the features of every candidate, and the words of every sentence."""
    words = tokens(text, found)
    rows = np.hstack([features(text, found), cohesion(words, found, len(text), model.common)])
    return rows, encode(words, model.places)


def probabilities(text: str, found: Sequence[Candidate]) -> _Floats:
    """How likely each candidate of a flattened text begins a paragraph."""
    if not found:
        return np.zeros(0, dtype=np.float32)
    model = trained()
    learnt = judge(model, *seen(text, found, model))
    ruled = log_odds(np.asarray([rule(c, text) for c in found], dtype=np.float32))
    # Beside speech the plain rule has its say: of authors not read this knows more than the networks alone.
    share = np.asarray([0.0 if c.kind == "NN" else RULED for c in found], dtype=np.float32)
    odds = SURENESS * ((1 - share) * learnt + share * ruled) + LEANING
    answer: _Floats = (1 / (1 + np.exp(-np.clip(odds, -30, 30)))).astype(np.float32)
    return answer


def log_odds(chance: _Floats) -> _Floats:
    """The log odds of chances, kept away from 0 and 1."""
    kept = np.clip(chance, 1e-3, 1 - 1e-3)
    odds: _Floats = np.log(kept / (1 - kept))
    return odds
