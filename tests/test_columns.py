"""Many witnesses side by side: one table for all, whatever order they come in, and no witness the measure of the others."""

from __future__ import annotations

import random

import numpy as np
from test_collation import WORDS, assert_rebuilds, copy, edited

from variorum.collation import collate, compare, merge
from variorum.collation.align import match
from variorum.collation.slide import Words, words_with_pauses
from variorum.text import tokenise


def family(rng: random.Random) -> list[str]:
    """A story and four revisions, two of them revised once more."""

    def written(sentences: list[list[str]]) -> str:
        return " ".join(" ".join(s).capitalize() + "." for s in sentences)

    first = [[rng.choice([*WORDS, "gull", "tide", "Ines"]) for _ in range(rng.randint(3, 9))] for _ in range(14)]
    one, other = edited(rng, first), edited(rng, first)
    return [written(s) for s in (first, one, other, edited(rng, one), edited(rng, other))]


def words(text: str) -> Words:
    """What merging needs of a text."""
    return words_with_pauses(tokenise(text))


def test_the_order_of_witnesses_says_nothing():
    """Twenty orders give the same columns, the same pairs, and the same apparatus."""
    rng = random.Random(4)
    texts = [words(text) for text in family(rng)]
    copies = [copy(siglum, text) for siglum, text in zip("ABCDE", family(random.Random(4)), strict=True)]
    table, apparatus = merge(texts), collate(copies, "A")
    for _ in range(20):
        order = rng.sample(range(5), 5)
        again = merge([texts[number] for number in order])
        assert again.count == table.count
        for place, number in enumerate(order):
            assert again.columns[place].tolist() == table.columns[number].tolist()
            for to, other in enumerate(order):
                for one, two in zip(again.pair(place, to), table.pair(number, other), strict=True):
                    assert [side.tolist() for side in one] == [side.tolist() for side in two]
        shuffled = collate([copies[number] for number in order], "A")
        assert shuffled.entries == apparatus.entries
        assert shuffled.summary == apparatus.summary


def test_a_column_holds_one_word_once_of_each_witness():
    """Columns go upwards in every witness, and all words of one column are the same word."""
    for seed in range(20):
        texts = [words(text) for text in family(random.Random(seed))]
        table = merge(texts)
        said = np.zeros(table.count, dtype=np.uint64)
        filled = np.zeros(table.count, dtype=bool)
        for text, columns in zip(texts, table.columns, strict=True):
            assert (np.diff(columns) > 0).all()
            assert ((said[columns] == text.names) | ~filled[columns]).all()
            said[columns] = text.names
            filled[columns] = True
        assert filled.all()


def test_what_two_share_and_the_base_lacks_is_seen():
    """A passage that both revisions have and the first text has not is matched between them."""
    base = "The lamp was lit before the rain came. She waited by the door all night. Nobody came."
    extra = "A boat lay on the sand with its oars gone and a net full of stones."
    one = f"The lamp was lit before the rain came. {extra} She waited by the door all night. Nobody came."
    other = f"The lamp was lit before rain came. {extra.replace('stones', 'shells')} She waited by the door. Nobody came."
    found = compare([copy("A", base), copy("B", one), copy("C", other)], "A")
    there = {i + k: j + k for i, j, n in found.alignment("C", against="B").matches for k in range(n)}
    assert [there.get(number) for number in range(8, 22)] == list(range(7, 21))
    assert {
        (b, c)
        for c, b, n in found.alignment("B", against="C").matches
        for c, b in zip(range(c, c + n), range(b, b + n), strict=False)
    } == set(there.items())


def test_pairs_are_read_out_as_well_as_they_are_aligned():
    """Merging loses next to nothing of what any two have in common."""
    lost = total = 0
    for seed in range(20):
        texts = [words(text) for text in family(random.Random(seed))]
        table = merge(texts)
        for v in range(5):
            for w in range(v + 1, 5):
                direct, read = (sum(int(runs.n.sum()) for runs in both) for both in (match(texts[v], texts[w]), table.pair(v, w)))
                lost += max(direct - read, 0)
                total += direct
    assert lost <= total // 200


def test_the_tree_begins_with_the_nearest():
    """Two copies that differ by a word are put together first, the stranger last; equal copies are one leaf."""
    story = " ".join(f"The {w} was cold and the {v} lay by it." for w in WORDS[2:8] for v in WORDS[8:12])
    texts = [story, story.replace("cold", "warm", 1), story.replace("lay", "stood"), story]
    tree = merge([words(text) for text in texts]).tree
    assert [(a, b) for a, b, _ in tree] in (
        [((0, 3), (1,)), ((0, 1, 3), (2,))],
        [((1,), (0, 3)), ((0, 1, 3), (2,))],
        [((0, 3), (1,)), ((2,), (0, 1, 3))],
        [((1,), (0, 3)), ((2,), (0, 1, 3))],
    )
    assert tree[0][2] > tree[1][2] > 0.5


def test_many_witnesses_rebuild():
    """Base and entries give every one of five witnesses back, whichever is the base."""
    for seed in range(12):
        copies = [copy(siglum, text) for siglum, text in zip("ABCDE", family(random.Random(seed)), strict=True)]
        for base in "ABCDE":
            assert_rebuilds(collate(copies, base), copies)
    empty = [copy("A", ""), copy("B", "The lamp."), copy("C", "The lamp was lit."), copy("D", "")]
    for base in "ABCD":
        assert_rebuilds(collate(empty, base), empty)
