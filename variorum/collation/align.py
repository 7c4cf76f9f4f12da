"""The pair aligner: which words of two texts are the same, in order and moved.

Common ends are trimmed; k-grams that stand once in both sides become anchors; the heaviest chain of them
is kept; common runs outside the chain are moves; the gaps are treated the same way with shorter k-grams,
then exactly; coincidences are dropped; what is left over is searched for moves again.

Sources: Heckel 1978 (unique words as fixed points, block moves); patience diff (Cohen); collation.md sections 2 and 5.
Linear memory, O(n log n) time but for large gaps without any anchor, which are bounded (see ``fill``).
"""

from __future__ import annotations

import numpy as np

from variorum.collation.anchors import anchor
from variorum.collation.arrays import U64, Runs, gaps_between, grow, joined, within
from variorum.collation.coincidence import Rarity, drop_coincidences
from variorum.collation.fill import fill
from variorum.collation.lend import lend
from variorum.collation.moves import claim, edited, inner, left_over, settle
from variorum.collation.short_moves import nearby, sentences
from variorum.collation.slide import Words, slide, words_with_pauses
from variorum.model import Alignment
from variorum.text import Tokens

__all__ = ["align", "as_alignment", "as_runs", "match"]

#: The k-grams of each level; the first is sampled when the texts are long: anchors grow over what lies between.
_LEVELS = (6, 4, 2, 1)
_SAMPLE = 4
_SAMPLED_FROM = 1 << 13


def align(a: Tokens, b: Tokens) -> Alignment:
    """The alignment of two texts. Never raises; deterministic."""
    return as_alignment(*match(words_with_pauses(a), words_with_pauses(b)))


def as_alignment(runs: Runs, moved: Runs) -> Alignment:
    """Runs in order and moved runs as the noun of the model."""
    return Alignment(
        tuple(zip(runs.a.tolist(), runs.b.tolist(), runs.n.tolist(), strict=True)),
        tuple(zip(moved.a.tolist(), moved.b.tolist(), moved.n.tolist(), strict=True)),
    )


def as_runs(alignment: Alignment) -> tuple[Runs, Runs]:
    """The noun of the model as arrays: runs in order, moved runs."""
    matches, moved = (np.array(runs, dtype=np.int64).reshape(-1, 3).T for runs in (alignment.matches, alignment.moved))
    return Runs(*matches), Runs(*moved)


def match(one: Words, other: Words) -> tuple[Runs, Runs]:
    """Runs in order and moved runs of two texts; disjoint on each side."""
    rarity = Rarity(one.names, other.names)
    runs, moved = _match(one.names, other.names, rarity)
    incomplete = int(runs.n.sum() + moved.n.sum()) < min(len(one.names), len(other.names))
    if incomplete:
        moved = joined(moved, nearby(one, other, runs, moved))
    runs = slide(one, other, runs, moved)
    if incomplete:
        # Only now: a gap "what? A" is slid to "A what?", which is a sentence.
        moved = joined(moved, sentences(one, other, runs, moved, rarity))
    return runs, moved


def _match(x: U64, y: U64, rarity: Rarity) -> tuple[Runs, Runs]:
    size_a, size_b = len(x), len(y)
    runs = grow(x, y, Runs.none(), size_a, size_b)
    if not len(within(gaps_between(runs, size_a, size_b)).a0):
        return runs, Runs.none()
    runs, moved = _anchored(x, y, runs)
    runs = drop_coincidences(rarity, runs)
    held = joined(runs, moved)
    more = settle(x, y, held, left_over(x, y, held))
    runs, moved = lend(x, y, runs, joined(moved, more))
    moved = joined(moved, inner(x, y, runs, moved))
    moved = joined(moved, edited(x, y, runs, moved))
    return runs, moved


def _anchored(x: U64, y: U64, runs: Runs) -> tuple[Runs, Runs]:
    """Level after level of anchors, then what lies between them; and the moves found on the way."""
    size_a, size_b = len(x), len(y)
    moved, whole = Runs.none(), x
    for k in _LEVELS:
        gaps = within(gaps_between(runs, size_a, size_b))
        if not len(gaps.a0):
            break
        large = int((gaps.a1 - gaps.a0).sum() + (gaps.b1 - gaps.b0).sum()) > _SAMPLED_FROM
        found = anchor(x, y, gaps, k, _SAMPLE if k == _LEVELS[0] and large else 1)
        if len(found.chain.a):
            runs = grow(x, y, joined(runs, found.chain), size_a, size_b)
        if k >= 4 and len(found.rest.a):
            more = settle(x, y, runs, found.rest)
            if len(more.a):
                if x is whole:
                    x, y = x.copy(), y.copy()
                claim(x, y, more)
                moved = joined(moved, more)
    return joined(runs, fill(x, y, gaps_between(runs, size_a, size_b))), moved
