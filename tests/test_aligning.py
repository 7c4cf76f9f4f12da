"""The aligner's array verbs against plain loops that say the same."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.collation import anchors, fill, moves, sentences
from variorum.collation.align import match
from variorum.collation.arrays import Gaps, covered, prefix, suffix
from variorum.collation.slide import Words, words_with_pauses
from variorum.text import tokenise

_NAMES = st.lists(st.integers(0, 4), max_size=40)


def _names(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array(values, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


@given(_NAMES, _NAMES, st.data())
def test_common_ends_are_counted_as_a_loop_counts_them(one: list[int], other: list[int], data: st.DataObject) -> None:
    """From many places at once, forwards and back, never beyond the limit."""
    places = data.draw(st.lists(st.tuples(st.integers(0, len(one)), st.integers(0, len(other))), min_size=1, max_size=4))
    a, b = (np.array(side, dtype=np.int64) for side in zip(*places, strict=True))

    def common(left: list[int], right: list[int]) -> int:
        return next((at for at, (p, q) in enumerate(zip(left, right, strict=False)) if p != q), min(len(left), len(right)))

    ahead = prefix(_names(one), _names(other), a, b, np.minimum(len(one) - a, len(other) - b))
    back = suffix(_names(one), _names(other), a, b, np.minimum(a, b))
    assert ahead.tolist() == [common(one[i:], other[j:]) for i, j in places]
    assert back.tolist() == [common(one[:i][::-1], other[:j][::-1]) for i, j in places]


@given(st.lists(st.integers(0, 900), max_size=1500), st.lists(st.integers(0, 900), max_size=1500))
def test_names_that_stand_once_are_found_by_table_as_by_sorting(one: list[int], other: list[int]) -> None:
    """Every name that stands once on each side, at its two places, and no other; in whatever way they were looked for."""
    found = anchors._once_in_each(_names(one), _names(other))
    alone = sorted(value for value in set(one) & set(other) if one.count(value) == other.count(value) == 1)
    assert sorted(zip(*(side.tolist() for side in found), strict=True)) == sorted(
        (one.index(value), other.index(value)) for value in alone
    )


def test_a_table_with_many_names_in_one_slot_loses_none() -> None:
    """Names that share their upper bits, and so a slot, are told apart by sorting."""
    names = np.arange(3000, dtype=np.uint64) << np.uint64(16)
    low, high = anchors._once_in_each(names, names[::-1].copy())
    assert sorted(low.tolist()) == list(range(3000))
    assert (low + high == 2999).all()


@given(st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=6))
def test_gaps_of_a_few_words_hold_as_many_matches_as_they_can(gaps: list[tuple[list[int], list[int]]]) -> None:
    """What is compared in columns and what is compared one by one: the longest common subsequence of each gap."""
    one, other = [v for a, _ in gaps for v in a], [v for _, b in gaps for v in b]
    ends_a, ends_b = np.cumsum([len(a) for a, _ in gaps]), np.cumsum([len(b) for _, b in gaps])
    sizes_a, sizes_b = (np.array([len(side[which]) for side in gaps]) for which in (0, 1))
    x, y = _names(one), _names(other)
    found = fill.fill(x, y, Gaps(ends_a - sizes_a, ends_a, ends_b - sizes_b, ends_b))
    assert all(one[a + k] == other[b + k] for a, b, n in zip(*found, strict=True) for k in range(n))
    assert int(found.n.sum()) == sum(_longest(a, b) for a, b in gaps)


def _longest(one: list[int], other: list[int]) -> int:
    row = [0] * (len(other) + 1)
    for a in one:
        before, row = row, [0]
        for at, b in enumerate(other):
            row.append(before[at] + 1 if a == b else max(before[at + 1], row[at]))
    return row[-1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=8), st.randoms(use_true_random=False))
def test_what_runs_hold_is_marked_whatever_their_order(parts: list[tuple[int, int]], random: object) -> None:
    """Stretches in any order cover their places; a stretch with none of them in it is unheld."""
    runs, at = [], 0
    for gap, size in parts:
        runs.append((at + gap, size))
        at += gap + size
    held = {place for start, size in runs for place in range(start, start + size)}
    random.shuffle(runs)  # type: ignore[attr-defined]
    starts, sizes = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    assert np.flatnonzero(covered(at + 2, starts, sizes)).tolist() == sorted(held)
    low, high = (side.ravel() for side in np.meshgrid(np.arange(at + 2), np.arange(at + 2)))
    low, high = low[low <= high], high[low <= high]
    empty = [held.isdisjoint(range(i, j)) for i, j in zip(low.tolist(), high.tolist(), strict=True)]
    assert moves.unheld(starts, sizes, low, high).tolist() == empty


def test_long_texts_without_a_unique_phrase_are_still_known_as_related(monkeypatch):
    """The table of trigrams grows with the text: chance does not fill it, and a repeated book is not told to be another one."""
    monkeypatch.setattr(fill, "_SLOTS", 6)
    verse, other = _names(list(range(40)) * 25), _names(list(range(100, 140)) * 25)
    assert fill._related(verse, verse[40:])
    assert not fill._related(verse, other)


def test_white_space_is_what_the_expression_calls_so() -> None:
    """The list written out is every character ``\\s`` matches."""
    assert set(sentences.WHITE_SPACE) == set(re.findall(r"\s", "".join(map(chr, range(0x110000)))))


@given(st.text(alphabet=st.sampled_from("aBI. \n!?“”…。é_"), max_size=120), st.integers(1, 9))
def test_sentences_begin_where_they_begin_however_the_text_is_portioned(text: str, portion: int) -> None:
    """Looked at a few words at a time, a text has the same sentences as looked at in one."""
    tokens = tokenise(text)
    whole = sentences.sentence_starts(text, tokens, np.zeros(1, dtype=np.int64))
    kept = sentences._PORTION
    try:
        sentences._PORTION = portion
        parted = sentences.sentence_starts(text, tokens, np.zeros(1, dtype=np.int64))
    finally:
        sentences._PORTION = kept
    assert parted.tolist() == whole.tolist()


def test_a_book_that_stands_there_five_times_is_followed_through_a_lost_chapter() -> None:
    """No phrase is unique in the whole, but in a window most are: also behind five thousand words that are gone."""
    rng = np.random.default_rng(3)
    words = rng.integers(0, 2**64, 8000, dtype=np.uint64)
    book = words[rng.integers(0, len(words), 30_000)]
    one = np.tile(book, 3)
    other = np.concatenate([one[:35_000], one[40_000:]])
    other[::500] = rng.integers(0, 2**64, len(other[::500]), dtype=np.uint64)
    opens = [np.ones(len(side) + 1, dtype=bool) for side in (one, other)]
    runs, moved = match(Words(one, opens[0]), Words(other, opens[1]))
    assert int(runs.n.sum()) == len(other) - len(other[::500])
    assert not len(moved.n)
    assert set((runs.a - runs.b).tolist()) == {0, 5_000}


def test_names_that_differ_in_their_low_bits_alone_are_two() -> None:
    """Sorting by the upper bits puts them side by side, whichever came first; each is still found."""
    many = np.arange(1, 40, dtype=np.uint64) << np.uint64(58)
    one, other = np.concatenate([[7, 8, 9], many]).astype(np.uint64), np.concatenate([many, [9, 7, 8]]).astype(np.uint64)
    low, high = anchors._by_sorting(one, other)
    assert {(int(one[a]), int(other[b])) for a, b in zip(low, high, strict=True)} >= {(7, 7), (8, 8), (9, 9)}


def test_a_reply_of_one_word_that_stands_elsewhere_is_a_move() -> None:
    """Also where the gap it left could as well have been that of its neighbours: it is whole where it went."""
    lines = [f"Number {at} of the lamps on pier {at * 7} was lit before the boats came home." for at in range(40)]
    one = [*lines[:9], "A what?", "A l-l-lamp.", *lines[9:25], "Never!", *lines[25:]]
    other = ["A what?", *lines[:9], "A l-l-lamp.", *lines[9:25], *lines[25:33], "Never!", *lines[33:]]
    tokens = [tokenise("\n\n".join(text)) for text in (one, other)]
    runs, moved = match(*map(words_with_pauses, tokens))
    assert int(runs.n.sum() + moved.n.sum()) == len(tokens[0])
    assert sorted(moved.n.tolist()) == [1, 2]
