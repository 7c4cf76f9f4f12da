"""Quotations found again: where they stood, where their words stand, where most of them do; and nowhere."""

from __future__ import annotations

import random

import pytest
import web_fakes as fakes

from variorum.document import reading
from variorum.doors.web.anchoring import Finder, Quote, Spot
from variorum.doors.web.chapters import book, reading_words

STORY = (
    "The lamp on the point had been dark for eleven winters when the letter came.",
    "It was short. It asked only that somebody go up, on the first clear evening, and look.",
    "“I don’t know how to say this,” she said, “so I shall say it quickly.”",
    "Maren went. She took the long path, because the short one was under water.",
    "“I don’t know how to say this,” said the lamp, “so I shall say it slowly.”",
)


def finder(*story: str) -> Finder:
    return Finder(reading(fakes.page("x", "\n\n".join(story))))


def words_at(found: Finder, spot: Spot | None) -> str:
    assert spot is not None
    return found.text.text[spot.start : spot.end]


def test_a_place_is_found_where_it_stood():
    """With its offset the same words are found at once, though they stand twice."""
    text = finder(*STORY)
    start = text.text.text.index("said the lamp")
    quote = text.quote(start, start + 13)
    spot = text.find(quote, text.text.source_of(start))
    assert spot == Spot(start, start + 13, sure=True)


@pytest.mark.parametrize("which", [2, 4])
def test_what_stands_around_tells_equal_words_apart(which):
    """The same sentence stands twice: what follows it decides, also in a copy that has one more paragraph before it."""
    text = finder(*STORY)
    start = text.text.starts[which]
    quote = text.quote(start, start + 30)
    other = finder("A paragraph that came in later.", *STORY)
    spot = other.find(quote)
    assert spot is not None
    assert other.text.block_at(spot.start) == which + 1
    assert spot.sure


def test_another_spelling_is_the_same_place():
    """Straight quotes, a corrected word and a word more: most of the words are there, in their order."""
    text = finder(*STORY)
    start = text.text.text.index("It asked only")
    quote = text.quote(start, start + 60)
    other = finder(
        STORY[0].lower(),
        'It was so short! It only asked that somebody should go up, on the first "clear" evening & look.',
        *STORY[3:],
    )
    spot = other.find(quote)
    assert spot is not None
    assert not spot.sure
    assert other.text.block_at(spot.start) == 1
    assert words_at(other, spot).startswith(("asked", "only", "It"))


def test_what_is_not_there_is_not_found():
    """Words of another story, no words, a text without words: None, and nothing raises."""
    text = finder(*STORY)
    assert text.find(Quote("An entirely different sentence about bicycles, gravel and regret", "", "")) is None
    assert text.find(Quote("   ")) is None
    assert finder("— * —").find(Quote("the lamp on the point")) is None


@pytest.mark.parametrize(
    "odd", ["\udc80\ud800", "\0\0", "\u0301" * 500, "\u202e\u0622\u0645\u0646\u0629", "😀😀 lamp 😀", "a" * 100_000]
)
def test_any_text_can_be_asked_for(odd):
    """Lone surrogates, NULs, marks, other directions, emoji, one word without end: found where they stand, in either way."""
    text = finder(STORY[0], f"before {odd} after", STORY[1])
    start = text.text.starts[1] + 7
    quote = text.quote(start, start + len(odd))
    for spot in (text.find(quote), text.find(quote, text.text.source_of(start))):
        if odd.strip("\0"):
            assert spot is not None
            assert text.text.block_at(spot.start) == 1


@pytest.mark.timeout(60)
def test_words_that_stand_everywhere_cost_no_more():
    """A text that says one thing a hundred thousand times is searched in the time of its length: a loop over pairs would take hours."""
    text = finder(*("and the lamp went round and round " * 20 for _ in range(2500)))
    exact = text.find(Quote("lamp went round and", "and the ", " round"), near=0.5)
    nearly = text.find(Quote("lamp that went round and round", "and the ", " round"), near=0.5)
    assert words_at(text, exact) == "lamp went round and"
    assert words_at(text, nearly).startswith("lamp went round")


def test_progress_and_back():
    """How far a place is and the place that is so far agree to the paragraph, in Latin and in Han."""
    for words in ("lamp", "灯"):
        chance = random.Random(3)
        story = book(
            reading(fakes.page("x", "\n\n".join(" ".join([words] * chance.randint(5, 60)) + f" {n}." for n in range(200))))
        )
        for block in (0, 1, 57, 120, 199):
            offset = story.text.starts[block]
            again = story.at_progress(story.progress(offset))
            assert abs(story.text.block_at(again) - block) <= 1
        assert story.progress(len(story.text.text)) > 0.99


def test_han_is_counted_as_it_is_read():
    """Two characters of a script without spaces take as long as a word."""
    assert reading_words("the lamp went round") == 4
    assert reading_words("灯台は十一年の間") == 1 + 4
    assert reading_words("") == 0
