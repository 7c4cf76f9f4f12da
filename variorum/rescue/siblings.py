"""What another copy of the same text still has: its paragraphs, scene breaks, headings, emphasis and parts.

The tokens that match are given (`variorum.document.Sibling`); where two neighbouring tokens match two
neighbouring tokens of the copy, what stands between them there also stands here. It is right for 99 of 100
breaks even where the copy differs in every fortieth word, which no rule or model comes near.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.document import Block, Emendation, ReadingText, Sibling, received
from variorum.rescue.state import State
from variorum.text import Tokens, tokenise

__all__ = ["covered", "propose"]

_FEW = 3  # a part of fewer words can match by chance
_CLOSED = re.compile(r"[^\w\s]{0,8}(?: [.,;:!?…)\]]{1,3}(?=\s|\Z))?")
_NEAR = 6  # unmatched tokens around a break that may differ


class _Link(NamedTuple):
    """The tokens of this document and of a sibling, matched one by one (-1: no match)."""

    own: Tokens
    other: Tokens
    to_other: npt.NDArray[np.int64]


def propose(state: State) -> Iterator[Emendation]:
    """Breaks, scenes, headings, emphasis and parts as in the siblings; the first sibling that knows wins."""
    if not state.siblings:
        return
    plain = received(state.document)
    own = tokenise(plain.text)
    if not len(own):
        return
    decided: set[int] = set()
    for sibling in state.siblings:
        link = _link(own, sibling)
        if link is None:
            continue
        yield from _breaks(state, plain, link, sibling, decided)
        yield from _frame(state, plain, link, sibling)
        yield from _emphases(state, plain, link, sibling)


def _link(own: Tokens, sibling: Sibling) -> _Link | None:
    other = tokenise(sibling.text.text)
    to_other = np.full(len(own), -1, dtype=np.int64)
    for a, b, length in sibling.matches:
        if a >= 0 and b >= 0 and length > 0 and a + length <= len(own) and b + length <= len(other):
            to_other[a : a + length] = np.arange(b, b + length)
    return _Link(own, other, to_other) if (to_other >= 0).any() else None


def covered(state: State) -> list[tuple[int, int]]:
    """Source stretches whose paragraphs a sibling settles: no rule needs to guess there. Sorted, disjoint."""
    if not state.siblings:
        return []
    plain = received(state.document)
    own = tokenise(plain.text)
    found: list[tuple[int, int]] = []
    for sibling in state.siblings:
        other = tokenise(sibling.text.text)
        for a, b, length in sibling.matches:
            if length >= 3 and a >= 0 and a + length <= len(own) and b + length <= len(other):
                first = plain.source_of(int(own.starts[a]))
                last = plain.source_of(int(own.ends[a + length - 1]), end=True)
                found.append((first, last))
    found.sort()
    merged: list[tuple[int, int]] = []
    for first, last in found:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


# ---------------------------------------------------------------- breaks


def _breaks(state: State, plain: ReadingText, link: _Link, sibling: Sibling, decided: set[int]) -> Iterator[Emendation]:
    """For every block of the sibling: the place where its first word stands here."""
    back = _back(link)
    other = sibling.text
    first_tokens = np.searchsorted(link.other.starts, np.asarray(other.starts, dtype=np.int64))
    pending: list[Block] = []
    for index, block in enumerate(other.blocks):
        token = int(first_tokens[index])
        if not block.text or block.kind == "image":
            continue
        if block.kind == "scene-break" or token >= len(link.other) or not _holds(other, index, link, token):
            pending.append(block)
            continue
        scene = any(p.kind == "scene-break" for p in pending)
        pending = []
        place = _place(back, token)
        if place is None or place[0] in decided:
            continue
        at, exact = place
        decided.add(at)
        if at == 0:
            continue
        lead = int(link.other.starts[token]) - other.starts[index]
        yield from _break_before(state, plain, link, at, sibling.name, scene=scene, exact=exact, lead=lead)


def _back(link: _Link) -> npt.NDArray[np.int64]:
    back = np.full(len(link.other), -1, dtype=np.int64)
    matched = np.flatnonzero(link.to_other >= 0)
    back[link.to_other[matched]] = matched
    return back


def _holds(other: ReadingText, index: int, link: _Link, token: int) -> bool:
    """Whether the token lies inside this block (a block without words has none)."""
    return int(link.other.starts[token]) < other.starts[index] + len(other.blocks[index].text)


def _place(back: npt.NDArray[np.int64], token: int) -> tuple[int, bool] | None:
    """Our token at which the sibling's block begins, and whether both its neighbours match."""
    here = int(back[token])
    before = int(back[token - 1]) if token else -1
    if here >= 0 and (token == 0 or before == here - 1):
        return here, True
    if here >= 0:
        # One word alone can match by chance (an address ends in "for", the next note begins with it).
        goes_on = all(token + k < len(back) and back[token + k] == here + k for k in (1, 2))
        return (here, False) if goes_on else None
    if before >= 0:
        # The first word differs here: it is the one after the last word that matches, if matching goes on soon.
        for ahead in range(1, _NEAR):
            if token + ahead < len(back) and back[token + ahead] >= 0:
                gap = int(back[token + ahead]) - before
                return (before + 1, False) if 1 < gap <= _NEAR else None
    return None


def _break_before(
    state: State,
    plain: ReadingText,
    link: _Link,
    at: int,
    name: str,
    *,
    scene: bool,
    exact: bool,
    lead: int,
) -> Iterator[Emendation]:
    text = plain.text
    end = int(link.own.starts[at])
    start = int(link.own.ends[at - 1])
    number = plain.block_at(end)
    if plain.block_at(start) != number or plain.starts[number] >= start:
        return
    between = text[start:end]
    gap = _gap(between, lead)
    a, b = plain.source_of(start + gap[0]), plain.source_of(start + gap[1], end=True)
    if gap[0] == gap[1]:
        b = a
    certainty = 0.99 if exact else 0.9
    mark = between[gap[0] : gap[1]].strip()
    if scene and mark:
        lead = between[gap[0] : gap[1]].index(mark)
        first = plain.source_of(start + gap[0] + lead)
        last = plain.source_of(start + gap[0] + lead + len(mark), end=True)
        why = f"same scene break in copy {name}"
        yield state.emend("scene", first, last, "", "siblings.scene", why, "siblings", certainty)
        return
    yield state.emend("break", a, b, "", "siblings.break", f"same break in copy {name}", "siblings", certainty)


# What ends a sentence is no mark between two scenes, even where a lost italic left a space before it.
_CLOSING = ".,;:!?…\"”“'’‘)]} \t\n"


def _gap(between: str, lead: int) -> tuple[int, int]:
    """Where between two words a paragraph begins, when ``lead`` signs stand before its first word.

    The white space there; with a mark inside (a lone dash, three stars) all of it; where there is none, the place.
    """
    spaces = [m.span() for m in re.finditer(r"\s+", between)]
    if not spaces:
        at = max(len(between) - lead, 0)
        return at, at
    first, last = spaces[0], spaces[-1]
    mark = between[first[1] : last[0]]
    if len(spaces) > 1 and mark.strip(_CLOSING):
        return first[0], last[1]
    return min(spaces, key=lambda span: abs(span[1] - (len(between) - lead)))


# ---------------------------------------------------------------- headings and what is not story


def _frame(state: State, plain: ReadingText, link: _Link, sibling: Sibling) -> Iterator[Emendation]:
    """Headings and notes of the sibling, where our words for them are (nearly) the same and stand as story."""
    back, other = _back(link), sibling.text
    for first_block, last_block in _stretches(other):
        block = other.blocks[first_block]
        first = int(np.searchsorted(link.other.starts, other.starts[first_block]))
        last = int(np.searchsorted(link.other.ends, other.starts[last_block] + len(other.blocks[last_block].text), "right")) - 1
        if last < first or back[first] < 0 or back[last] < back[first]:
            continue
        ours = back[first : last + 1]
        a, b = int(ours[0]), int(ours[-1])
        number = plain.block_at(int(link.own.starts[a]))
        ends_in = plain.block_at(int(link.own.starts[b]))
        if any(o.part != "story" or o.kind == "heading" for o in plain.blocks[number : ends_in + 1]):
            continue  # intake knows better
        whole = b - a == last - first and bool((ours >= 0).all())
        start, end = _with_marks(plain, link.own, a, b)
        if block.part == "story":
            beside = (first > 0 and back[first - 1] == a - 1) or (last + 1 < len(back) and back[last + 1] == b + 1)
            if whole and beside and number == ends_in:
                why = f"a heading in copy {sibling.name}"
                yield state.emend("heading", start, end, "", "siblings.heading", why, "siblings", 0.97)
            continue
        size = last - first + 1
        if size < _FEW or b - a + 1 > 1.2 * size or (ours >= 0).sum() < 0.8 * size:
            continue
        why = f"no part of the story in copy {sibling.name}"
        yield state.emend("part", start, end, block.part, "siblings.part", why, "siblings", 0.97 if whole else 0.9)


def _stretches(other: ReadingText) -> Iterator[tuple[int, int]]:
    """The headings of the story and the stretches of blocks of one part that is not story: first and last block."""
    first = 0
    for index, block in enumerate(other.blocks):
        if block.part == "story":
            first = index + 1
            if block.kind == "heading" and block.text:
                yield index, index
        elif index + 1 == len(other.blocks) or other.blocks[index + 1].part != block.part:
            yield first, index
            first = index + 1


def _with_marks(plain: ReadingText, own: Tokens, a: int, b: int) -> tuple[int, int]:
    """The source stretch of tokens with the signs that open and close it; a stop behind a space closes it too."""
    text, start, end = plain.text, int(own.starts[a]), int(own.ends[b])
    while start > 0 and not text[start - 1].isspace() and not text[start - 1].isalnum():
        start -= 1
    limit = int(own.starts[b + 1]) if b + 1 < len(own) else len(text)
    found = _CLOSED.match(text, end, limit)
    end = found.end() if found else end
    return plain.source_of(start), plain.source_of(end, end=True)


# ---------------------------------------------------------------- emphasis


def _emphases(state: State, plain: ReadingText, link: _Link, sibling: Sibling) -> Iterator[Emendation]:
    back = _back(link)
    starts, ends = link.other.starts, link.other.ends
    why = f"emphasis in copy {sibling.name}"
    held = [(s.start, s.end) for s in state.document.spans if s.kind in ("emphasis", "strong")]
    held.sort()
    for index, block in enumerate(sibling.text.blocks):
        for span in block.spans:
            if span.kind not in ("emphasis", "strong"):
                continue
            at = sibling.text.starts[index]
            first = bisect_left(starts, at + span.start)
            last = bisect_right(ends, at + span.end) - 1
            if last < first:
                continue
            ours = back[first : last + 1]
            if ours[0] < 0 or ours[-1] < 0 or ours[-1] - ours[0] != last - first:
                continue
            a = plain.source_of(int(link.own.starts[ours[0]]))
            b = plain.source_of(int(link.own.ends[ours[-1]]), end=True)
            near = bisect_right(held, (a, b)) - 1
            if near >= 0 and held[near][0] <= a and held[near][1] >= b:
                continue
            yield state.emend("emphasis", a, b, "", "siblings.emphasis", why, "siblings.emphasis", 0.97)
