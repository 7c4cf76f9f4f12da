"""Kinship: how two texts stand to each other.

The verdict comes from an alignment: how much of each text stands in the other (both containments) and the
longest passage they share. What says nothing is left out of the account on both sides: numbering
("Chapter II"), and shingles the library knows as boilerplate. A collection is told from a finished work by the
people in it: when a text stands in a larger one whose rest never speaks of the same people, that is an anthology.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from variorum.collation.align import align
from variorum.collation.arrays import U64, Ints, Runs, spread
from variorum.collation.common_words import COMMON_WORDS
from variorum.collation.sketch import SHINGLE
from variorum.collation.strangers import strangers
from variorum.collation.telling import among, hashes_of, leave_out, notes_among, numbering, telling
from variorum.model import Alignment, Kinship, Verdict
from variorum.text import Tokens

__all__ = [
    "BRIDGE",
    "CONTAINED",
    "FACING",
    "LEAST_PASSAGE",
    "LEAST_WORDS",
    "REVISED",
    "Measures",
    "kinship",
    "measures",
    "shared_notes",
    "turned",
    "verdict_of",
]

CONTAINED = 0.6  #: this much of the shorter text stands in the other: part of it
EXCESS = 0.9  #: and the other is longer: its containment is below this share of the first's
REVISED = 0.4  #: resemblance from which two texts of about one length are revisions of each other
LEAST_PASSAGE = 32  #: tokens of one shared passage that make a quotation worth telling
LEAST_WORDS = 5  #: different telling words two texts must share at all
FACING = 10  #: a stretch that the other text lacks is so many times longer than what stands there
BRIDGE = 3  #: unmatched tokens that do not end a passage
_THANKS = 120  #: tokens of a passage in two texts that may be a note; a longer one has a story in it
_NAMES = 8  #: the people of a text: at most so many words are asked for
_OFTEN = 3

_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers behind a verdict."""

    matched: int  #: telling tokens that are the same in both
    different: int  #: different ones among them
    longest: int  #: tokens of the longest passage shared, small edits bridged
    equal: bool  #: all telling tokens of both are the same, in the same order
    containment: tuple[float, float]
    resemblance: float


def kinship(a: Tokens, b: Tokens, alignment: Alignment | None = None, *, boilerplate: U64 | None = None) -> Kinship | None:
    """How ``a`` stands to ``b``; None when they are not related.

    ``boilerplate`` are the shingles (as `names_of_shingles` names them, sorted) that the library knows from too
    many texts: they count on neither side.
    """
    if alignment is None:
        if strangers(a, b, boilerplate, bridge=BRIDGE, passage=LEAST_PASSAGE):
            return None
        alignment = align(a, b)
    found = measures(a, b, alignment, boilerplate=boilerplate)
    verdict = verdict_of(a, b, found, lambda: as_all_runs(alignment))
    return None if verdict is None else Kinship(verdict, found.resemblance, found.containment)


def turned(found: Kinship) -> Kinship:
    """The same kinship seen from the other text."""
    other: dict[Verdict, Verdict] = {"contained": "contains", "contains": "contained"}
    return Kinship(other.get(found.verdict, found.verdict), found.resemblance, found.containment[::-1])


def measures(a: Tokens, b: Tokens, alignment: Alignment, *, boilerplate: U64 | None = None) -> Measures:
    """What an alignment says about two texts, over the words that tell something."""
    telling_a, telling_b = telling(a.hashes, boilerplate), telling(b.hashes, boilerplate)
    _leave_out_notes(a, b, alignment, telling_a, telling_b)
    runs = np.array([*alignment.matches, *alignment.moved], dtype=np.int64).reshape(-1, 3)
    passages = _passages(runs)
    said = shared_notes(a.hashes, Runs(*passages[:, :3].T), passages[:, 3])
    leave_out(telling_a, said.a, said.a + said.n)
    leave_out(telling_b, said.b, said.b + said.n)
    solid = passages[:, 2] >= np.minimum(SHINGLE, max(1, min(len(a), len(b))))
    held = np.zeros(len(a), dtype=bool)
    longest = 0
    keep = np.isin(passages[:, 3], np.unique(passages[solid, 3])) if len(passages) else np.zeros(0, dtype=bool)
    at_a, at_b = _tokens(passages[keep])
    both = telling_a[at_a] & telling_b[at_b]
    held[at_a[both]] = True
    if both.any():
        group = np.repeat(passages[keep, 3], passages[keep, 2])[both]
        longest = int(np.bincount(group).max())
    matched = int(both.sum())
    of_a, of_b = int(telling_a.sum()), int(telling_b.sum())
    share = (matched / of_a if of_a else 0.0, matched / of_b if of_b else 0.0)
    resemblance = 2 * matched / (of_a + of_b) if of_a + of_b else 0.0
    equal = matched == of_a == of_b and matched > 0 and np.array_equal(a.hashes[telling_a], b.hashes[telling_b])
    different = len(np.unique(a.hashes[held]))
    return Measures(matched, different, longest, equal, (round(share[0], 6), round(share[1], 6)), round(resemblance, 6))


def shared_notes(words: U64, runs: Runs, passage: Ints) -> Runs:
    """The runs of passages that both texts have and that are notes: an author's word of thanks under two stories.

    ``passage`` is the number of the passage of each run, ascending.
    """
    if not len(runs.a):
        return runs
    first = np.flatnonzero(np.diff(passage, prepend=-1))
    last = np.append(first[1:], len(passage)) - 1
    short = runs.a[last] + runs.n[last] - runs.a[first] <= _THANKS
    first, last = first[short], last[short]
    said = notes_among(words, runs.a[first], runs.a[last] + runs.n[last])
    return runs.take(np.isin(passage, passage[first[said]]))


def _leave_out_notes(a: Tokens, b: Tokens, alignment: Alignment, telling_a: _Mask, telling_b: _Mask) -> None:
    """Notes that one copy has run into its text, as far as the other has nothing in their place, tell nothing. In place."""
    table = np.array(alignment.matches, dtype=np.int64).reshape(-1, 3)
    low_a, low_b = (np.concatenate([[0], table[:, at] + table[:, 2]]) for at in (0, 1))
    high_a, high_b = np.append(table[:, 0], len(a)), np.append(table[:, 1], len(b))
    room_a, room_b = high_a - low_a, high_b - low_b
    for tokens, own, low, high, room, facing in (
        (a, telling_a, low_a, high_a, room_a, room_b),
        (b, telling_b, low_b, high_b, room_b, room_a),
    ):
        alone = np.flatnonzero(facing * FACING <= room)
        alone = alone[notes_among(tokens.hashes, low[alone], high[alone])]
        leave_out(own, low[alone], high[alone])


def verdict_of(a: Tokens, b: Tokens, found: Measures, runs: Callable[[], Runs]) -> Verdict | None:
    """What the numbers say; ``runs`` gives all that is matched, when the people in the rest must be asked."""
    if found.matched and len(a) == len(b) and np.array_equal(a.hashes, b.hashes):
        return "same"
    if found.different < LEAST_WORDS:
        return None
    if found.equal:
        return "same"
    in_b, in_a = found.containment
    if in_b >= CONTAINED and in_a <= EXCESS * in_b:
        return "anthology" if _other_people(a, b, runs().b, runs().n) else "contained"
    if in_a >= CONTAINED and in_b <= EXCESS * in_a:
        return "anthology" if _other_people(b, a, runs().a, runs().n) else "contains"
    if found.resemblance >= REVISED:
        return "revised"
    return "quotes" if found.longest >= LEAST_PASSAGE else None


def as_all_runs(alignment: Alignment) -> Runs:
    """Everything that is matched, in order and moved."""
    table = np.array([*alignment.matches, *alignment.moved], dtype=np.int64).reshape(-1, 3)
    return Runs(*table.T)


def _tokens(runs: Ints) -> tuple[Ints, Ints]:
    return spread(runs[:, 0], runs[:, 2]), spread(runs[:, 1], runs[:, 2])


def _passages(runs: Ints) -> Ints:
    """The runs in order of the first side with the number of their passage: runs near each other on both sides are one."""
    if not len(runs):
        return np.zeros((0, 4), dtype=np.int64)
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    begins = np.ones(len(runs), dtype=bool)
    if len(runs) > 1:
        room_a = runs[1:, 0] - runs[:-1, 0] - runs[:-1, 2]
        room_b = runs[1:, 1] - runs[:-1, 1] - runs[:-1, 2]
        begins[1:] = (room_a > BRIDGE) | (room_b > BRIDGE) | (room_b < 0)
    return np.column_stack([runs, np.cumsum(begins) - 1])


def _common() -> U64:
    return hashes_of(COMMON_WORDS)


# ---------------------------------------------------------------- collection or continuation


def _other_people(part: Tokens, whole: Tokens, starts: Ints, lengths: Ints) -> bool:
    """Whether the rest of ``whole`` never speaks of the people of ``part``.

    People are the words ``part`` uses at least three times (and once in five hundred) that are not common words. At least two such words
    must be known, the rest must be at least half as long as the part, and of all times the part says them, at most a
    quarter may be of words that the rest says twice or more.
    """
    rest = np.ones(len(whole), dtype=bool)
    rest[spread(starts, lengths)] = False
    remaining = whole.hashes[rest]
    if len(remaining) * 2 < len(part):
        return False
    words, counts = np.unique(part.hashes, return_counts=True)
    often = (counts >= max(_OFTEN, len(part) // 500)) & ~among(words, _common()) & ~among(words, numbering())
    words, counts = words[often], counts[often]
    most = np.argsort(-counts, kind="stable")[:_NAMES]
    names, said = words[most], counts[most]
    if len(names) < 2:
        return False
    spoken = np.array([np.count_nonzero(remaining == name) for name in names])
    return bool(said[spoken >= 2].sum() * 4 <= said.sum())
