"""How sure matches and readings are: what each number stands for, and that it is as often right as it says."""

from __future__ import annotations

import csv
import io
import random

import numpy as np
import pytest
from lxml import etree
from test_apparatus import collated
from test_collation import copy

import variorum
from variorum.collation import certainty, compare
from variorum.collation.arrays import Runs
from variorum.collation.coincidence import Rarity
from variorum.doors.shapes import comparison_json
from variorum.editions.apparatus import render_apparatus

BEGINS, ENDS = "The keeper lit the lamp.", "Nobody had seen the boat. A gull cried over the wall. Then the bell rang twice."
SHORT = f"{BEGINS} She went down to the harbour in the rain. {ENDS}"
LONG = f"{BEGINS} In the harbour it had rained all of the long winter night, and she was cold to the bone. {ENDS}"
MOVED = "Then the whole town went quiet at once, as a room does when somebody lets a tray fall."


def readings(one: str, other: str):
    """The readings of the other text, by kind."""
    return {reading.kind: reading for entry in variorum.collate([one, other]) for reading in entry.readings}


def test_a_phrase_that_stands_once_in_both_is_sure():
    """Long common stretches are anchored and all but certain; what they frame is as sure as they are, up to its limit."""
    matches = variorum.compare([SHORT, SHORT.replace("gull", "crow")]).matches["B"]
    assert [(m.basis, m.certainty > 0.99) for m in matches] == [("anchored", True)] * 2
    word = readings(SHORT, SHORT.replace("gull", "crow"))["word"]
    assert (word.certainty, word.basis) == (0.97, "anchored")


def test_rare_words_among_matches_are_surer_than_common_ones_among_changes():
    """One matched word: surer when it is rare, when little is unmatched beside it, and when as much is on both sides."""

    def sure(word: int, before: tuple[int, int], after: tuple[int, int]) -> float:
        one, other = (
            [*range(100 + side, 100 + 9 * before[side], 9), word, *range(900 + side, 900 + 9 * after[side], 9)] for side in (0, 1)
        )
        told = [*([1] * 60), *([2] * 3), *range(10, 90)]
        x, y = (np.array([*told, *side], dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) for side in (one, other))
        at = [len(told) + before[side] for side in (0, 1)]
        runs = Runs(*(np.array(column, dtype=np.int64) for column in ([0, at[0]], [0, at[1]], [len(told), 1])))
        return float(certainty._in_order(Rarity(x, y), runs)[1])

    rare, level = sure(2, (4, 4), (4, 4)), sure(1, (4, 4), (4, 4))
    assert rare > level > sure(1, (4, 3), (3, 4))
    assert sure(10, (2, 1), (1, 2)) > sure(1, (9, 8), (8, 9)) == 0.5


@pytest.mark.parametrize(
    ("other", "sure"),
    [
        (LONG, 0.5),
        (SHORT.replace("She went down to the harbour in the rain", "He came in from another road late by night"), 0.99),
    ],
)
def test_sentences_put_against_each_other_are_sure_by_their_lengths(other, sure):
    """Where one is more than twice as long as the other, half of such pairs are wrong; alike in length they are right."""
    found = readings(SHORT, other)["sentence"]
    assert (found.certainty, found.basis) == (sure, "paired")


def test_moves_and_what_is_wanting_have_the_shares_that_were_right():
    """A passage elsewhere, a passage left out, and one that a partial copy has not got to."""
    one, other = f"{MOVED}\n\n{BEGINS}\n\n{SHORT}", f"{BEGINS}\n\n{SHORT}\n\n{MOVED}"
    assert (readings(one, other)["moved"].certainty, readings(one, other)["moved"].basis) == (0.995, "moved")
    assert readings(f"{SHORT} {MOVED} {ENDS}", f"{SHORT} {ENDS}")["passage"].certainty == 0.9
    stops = compare([copy("A", f"{SHORT} {MOVED}"), copy("B", SHORT, partial=True)], "A").entries()
    assert [reading.certainty for entry in stops for reading in entry.readings] == [0.99]


def test_a_mark_is_as_sure_as_the_words_it_stands_by():
    """A quote that differs beside a sure match is sure; nothing is told of it otherwise."""
    found = readings(SHORT, SHORT.replace("boat.", "boat!"))["typographic"]
    assert (found.basis, found.certainty > 0.99) == ("anchored", True)


def test_texts_without_a_word_have_no_match_to_weigh():
    """Nothing, marks alone, nothing in common: no match, and readings all the same."""
    for one, other in (("", "A lamp."), ("—", "…"), ("A lamp.", "Rain fell")):
        assert variorum.compare([one, other]).matches == {"B": ()}
        assert all(0 < r.certainty <= 1 for entry in variorum.collate([one, other]) for r in entry.readings)


def _revision(seed: int) -> tuple[list[str], list[str], dict[int, int]]:
    """A text of invented words, some often said, and a revision of it: for each word of it that stayed, which one it was."""
    rng = random.Random(seed)
    names = ["".join(rng.choice("bdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randrange(1, 4))) for _ in range(700)]
    said = [1 / (rank + 1) for rank in range(len(names))]
    one = rng.choices(names, said, k=3000)
    other: list[str] = []
    stayed: dict[int, int] = {}
    hand = 0.0
    for at, word in enumerate(one):
        if at % 40 == 0:
            hand = rng.choice((0.0, 0.02, 0.1, 0.4, 0.7))
        draw = rng.random()
        if draw < hand * 0.6:
            other.append(rng.choices(names, said)[0])
        elif draw < hand * 0.8:
            other += [rng.choices(names, said)[0], word]
            stayed[len(other) - 1] = at
        elif draw >= hand:
            stayed[len(other)] = at
            other.append(word)
    return one, other, stayed


def test_matches_are_right_as_often_as_they_say():
    """On revisions made here, not those the numbers were fitted on: the surer a match, the more often it is right."""
    bands: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for seed in range(4):
        one, other, stayed = _revision(seed)
        found = compare([copy("A", " ".join(one)), copy("B", " ".join(other))], "A")
        for match in found.matches("B"):
            assert one[match.a : match.a + match.length] == other[match.b : match.b + match.length]
            right = sum(stayed.get(match.b + k) == match.a + k for k in range(match.length)) / match.length
            bands[match.certainty >= 0.99].append((match.certainty, right))
    sure, doubtful = (tuple(sum(column) / len(rows) for column in zip(*rows, strict=True)) for rows in bands.values())
    assert sure[1] > 0.97
    assert doubtful[1] < sure[1] - 0.05
    assert abs(doubtful[0] - doubtful[1]) < 0.1


def test_every_form_tells_what_is_doubtful():
    """TEI says ``cert`` where a reading is not sure, in both forms; CSV and JSON the number and what it rests on."""
    copies = [copy("A", SHORT), copy("B", LONG)]
    tei = etree.fromstring(render_apparatus(collated(copies), "tei"))
    assert tei.xpath("//*[local-name()='app']/@cert") == ["low"]
    spine = etree.fromstring(render_apparatus(collated(copies), "tei-spine"))
    assert spine.xpath("//*[local-name()='rdg']/@cert") == ["low"]
    (row,) = csv.DictReader(io.StringIO(render_apparatus(collated(copies), "csv").decode("utf-8-sig")))
    assert (row["certainty"], row["basis"]) == ("0.5", "paired")
    (entry,) = comparison_json(variorum.compare([SHORT, LONG]))["entries"]
    assert [(r["certainty"], r["basis"]) for r in entry["readings"]] == [(0.5, "paired")]


def test_a_text_longer_than_a_name_may_be_is_words():
    """A string of several hundred characters on one line is a text, not a file that is too long to name."""
    assert [entry.kind for entry in variorum.collate([f"{SHORT} {MOVED} {ENDS}", f"{SHORT} {ENDS}"])] == ["passage"]
