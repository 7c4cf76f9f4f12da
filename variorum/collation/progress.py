"""What a newer copy brings: which chapters are new since the older one, which were revised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from variorum.collation.placing import source_starts
from variorum.collation.side import Copy, Side, prepare
from variorum.collation.standing import Stand, stands
from variorum.model import Apparatus, Progress
from variorum.text import day

__all__ = ["chapters_of", "progress", "spoken"]

_NEW = 0.9  #: of a chapter's words, that the older copy has not


def progress(apparatus: Apparatus, base: Copy, other: Copy, *, newer_is_other: bool) -> Progress:
    """The chapters of the newer copy that are new or revised, told as a person says it; empty where nothing is."""
    one, two = prepare(base), prepare(other)
    held = stands(apparatus, one, two, source_starts(one.text, one.starts))
    if not newer_is_other:
        held = [Stand(s.siglum, s.j0, s.j1, s.i0, s.i1, s.kind, s.move, s.lacuna) for s in held]
        one, two = two, one
    chapter = chapters_of(two)
    fresh = np.zeros(len(two), dtype=bool)
    touched: set[int] = set()
    for stand in held:
        if stand.move is None and stand.i0 == stand.i1:
            fresh[stand.j0 : stand.j1] = True
        at = min(stand.j0, max(len(two) - 1, 0))
        if len(two):
            touched.update((int(chapter[at]), int(chapter[max(min(stand.j1, len(two)) - 1, at)])))
    count = int(chapter[-1]) if len(two) else 0
    sizes = np.bincount(chapter, minlength=count + 1)
    news = np.bincount(chapter, weights=fresh, minlength=count + 1)
    new = tuple(n for n in range(1, count + 1) if sizes[n] and news[n] >= _NEW * sizes[n])
    revised = tuple(sorted(n for n in touched if n not in new))
    since = one.copy
    taken = since.metadata.captured or since.metadata.updated
    named = f"your copy of {day(taken)}" if taken else f"copy {since.siglum}"
    words = int(fresh.sum())
    return Progress(new, revised, words, _sentence(new, revised, words, named, count))


def chapters_of(side: Side) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of the chapter (from 1, in the order of the text) in which each token stands."""
    numbers: dict[int | None, int] = {}
    # What stands before the first chapter (a title) is of that chapter.
    current = next((block.chapter for block in side.text.blocks if block.chapter is not None), None)
    of_block = []
    for block in side.text.blocks:
        current = block.chapter if block.chapter is not None else current
        of_block.append(numbers.setdefault(current, len(numbers) + 1))
    if not of_block:
        return np.zeros(len(side), dtype=np.int64)
    at = np.searchsorted(np.array(side.text.starts, dtype=np.int64), side.starts, side="right") - 1
    out: np.ndarray[tuple[int], np.dtype[np.int64]] = np.array(of_block, dtype=np.int64)[np.maximum(at, 0)]
    return out


def _sentence(new: Sequence[int], revised: Sequence[int], words: int, since: str, count: int) -> str:
    if count < 2:
        return f"{words:,} words are new since {since}" if words > 1 else ""
    said = []
    if new:
        said.append(f"{spoken(new)} {'is' if len(new) == 1 else 'are'} new since {since}")
    if revised:
        said.append(f"{spoken(revised)} {'was' if len(revised) == 1 else 'were'} revised" + ("" if new else f" since {since}"))
    return "; ".join(said)


def spoken(numbers: Sequence[int]) -> str:
    """``chapter 2``, ``chapters 4–12``, ``chapters 1, 3 and 5–7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    parts = [str(a) if a == b else f"{a}–{b}" if b > a + 1 else f"{a}, {b}" for a, b in runs]
    flat = ", ".join(parts).split(", ")
    listed = flat[0] if len(flat) == 1 else ", ".join(flat[:-1]) + " and " + flat[-1]
    return f"chapter{'s' if len(numbers) > 1 else ''} {listed}"
