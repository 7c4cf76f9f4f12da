"""Kinship: copies of one work are found by their words; boilerplate, quotes and numbering make nobody kin."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from variorum.collation import (
    FREQUENT,
    align,
    boilerplate,
    candidates,
    kinship,
    least_shared,
    related,
    sketch,
    tokenise_many,
    version_key,
)
from variorum.collation.kin_many import kinships
from variorum.collation.sketch import sketch_many
from variorum.model import Alignment
from variorum.text import Tokens, tokenise

COMMON = re.findall(
    r"\w+",
    "the and of to a in he she it was that had with for on at as but his her not they from by then there when down out up over into",
)


def prose(seed: int, size: int, *, people: str = "", first: int = 0) -> str:
    """A story nobody wrote: common words, a vocabulary of its own, and its people."""
    rng = random.Random(seed)
    own = [f"w{first + rng.randrange(4000)}" for _ in range(900)]
    names = people.split()
    out = []
    while len(out) < size:
        draw = rng.random()
        word = rng.choice(names) if names and draw < 0.03 else rng.choice(COMMON if draw < 0.5 else own)
        out.append(word + ("." if rng.random() < 0.08 else ""))
    return " ".join(out)


def kin(one: str, other: str) -> str | None:
    found = kinship(tokenise(one), tokenise(other))
    return None if found is None else found.verdict


STORY = prose(1, 1200, people="Ines Corin")


def test_the_same_words_are_the_same_text():
    """Case, quotes, punctuation and paragraphs do not count; the numbers are whole."""
    other = STORY.upper().replace(" ", "\n\n").replace(".", "!")
    found = kinship(tokenise(STORY), tokenise(other))
    assert (found.verdict, found.resemblance, found.containment) == ("same", 1.0, (1.0, 1.0))
    assert version_key(tokenise(STORY)) == version_key(tokenise(other))
    assert version_key(tokenise(STORY)) != version_key(tokenise(STORY + " end"))


def test_a_revision_is_revised():
    """Two words changed, or every twelfth: the same work, revised."""
    words = STORY.split()
    few = [*words]
    few[100] = few[700] = "gull"
    many = [w if n % 12 else "tide" for n, w in enumerate(words)]
    assert kin(STORY, " ".join(few)) == kin(STORY, " ".join(many)) == "revised"


def test_a_half_finished_copy_is_contained():
    """46 of 100 with a few small edits is part of the finished text, seen from both."""
    words = STORY.split()[:550]
    words[50] = words[300] = "gull"
    half = " ".join(words)
    assert kin(half, STORY) == "contained"
    assert kin(STORY, half) == "contains"
    found = kinship(tokenise(half), tokenise(STORY))
    assert found.containment[0] > 0.98
    assert 0.4 < found.containment[1] < 0.5


def test_a_tenth_of_a_text_is_contained():
    """A slice from the middle is part of the whole."""
    assert kin(" ".join(STORY.split()[400:530]), STORY) == "contained"


def test_a_story_in_a_collection_is_no_copy_of_it():
    """A text whose people the rest of the larger text never names stands in an anthology; both ways round."""
    others = [prose(seed, 1000, people=people, first=5000 * seed) for seed, people in ((2, "Wren Odo"), (3, "Marit Sol Juna"))]
    whole = "\n\n".join([others[0], STORY, others[1]])
    assert kin(STORY, whole) == kin(whole, STORY) == "anthology"
    same_people = "\n\n".join([STORY, prose(9, 1500, people="Ines Corin", first=9000)])
    assert kin(STORY, same_people) == "contained"


@pytest.mark.parametrize(("size", "verdict"), [(12, None), (20, None), (45, "quotes"), (90, "quotes")])
def test_only_a_long_quotation_relates_two_works(size, verdict):
    """An epigraph of a line or two says nothing; forty words and more are a quotation."""
    passage = " ".join(STORY.split()[200 : 200 + size])
    other = prose(4, 1500, people="Wren", first=20000).split()
    assert kin(STORY, " ".join([*other[:700], passage, *other[700:]])) == verdict


def test_unrelated_texts_are_not_kin():
    """The same common words in another order are nothing."""
    assert kin(STORY, prose(5, 1200, people="Wren Odo", first=30000)) is None
    assert kin(STORY, "") is None
    assert kin("", "") is None


def test_numbering_makes_nobody_kin():
    """Tables of contents are alike and say nothing, equal ones included."""
    one = "\n".join(f"Chapter {n}" for n in range(1, 40))
    other = "CONTENTS\n" + "\n".join(f"Chapter {n}" for n in range(1, 31))
    roman = "\n".join(f"CHAPTER {n}" for n in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"))
    assert kin(one, other) is None
    assert kin(one, one) is None
    assert kin(roman, roman + "\nCHAPTER XI") is None


def test_known_boilerplate_counts_on_neither_side():
    """A disclaimer that the library knows makes no kinship and does not dilute one."""
    notice = prose(77, 60, first=70000)
    one, other = f"{notice} {prose(6, 150, first=40000)}", f"{notice} {prose(7, 150, first=50000)}"
    crowd = [sketch(tokenise(f"{notice} {prose(100 + n, 80, first=100000 + 5000 * n)}")) for n in range(FREQUENT + 5)]
    known = boilerplate(crowd)
    assert kin(one, other) == "quotes"
    assert kinship(tokenise(one), tokenise(other), boilerplate=known) is None
    drabble = prose(8, 100, first=60000)
    found = kinship(tokenise(f"{notice} {drabble}"), tokenise(drabble), boilerplate=known)
    assert found.containment[0] > 0.9


NOTE = (
    "Hello again, and thank you for all the comments on the last chapter! Wren betaed this in a day, so every slip left in it "
    "is mine. Sorry for the wait, real life ate my week. Kudos and reviews make my day, and the next update is half written. "
)


def test_notes_run_into_one_copy_do_not_hide_that_the_stories_are_equal():
    """A long note before the story, or between two chapters of it, tells nothing; without its cues it would be a part."""
    words = STORY.split()
    before, between = f"{NOTE * 4} {STORY}", f"{' '.join(words[:600])} {NOTE} {' '.join(words[600:])}"
    for other in (before, between):
        found = kinship(tokenise(STORY), tokenise(other))
        assert (found.verdict, found.containment) == ("same", (1.0, 1.0))
    assert kin(STORY, f"{prose(31, 500, first=90000)} {STORY}") == "contained"
    assert kin(STORY, f"{STORY} {NOTE} {prose(32, 900, people='Ines Corin', first=95000)}") == "contained"


def test_two_stories_with_one_authors_thanks_are_not_kin():
    """The same note under two stories quotes nothing."""
    one, other = (f"{prose(seed, 700, people=who, first=30000 * seed)} {NOTE}" for seed, who in ((41, "Odo"), (42, "Marit")))
    assert kin(one, other) is None


def test_a_sites_template_is_known_without_a_library():
    """What an archive prints before and behind a work counts on neither side, also in a drabble."""
    drabble = prose(8, 100, first=60000)
    page = f"Posted originally on the Archive of Our Own at http://archiveofourown.org/works/. {drabble} Please drop by the archive and comment to let the author know if you enjoyed their work!"
    found = kinship(tokenise(drabble), tokenise(page))
    assert found.containment[1] > 0.97
    assert found.containment[0] == 1.0


def test_many_pairs_at_once_are_judged_like_each_alone():
    """Laid end to end, pairs get the verdicts they get alone, and numbers that are nearly the same."""
    words = STORY.split()
    texts = [
        STORY,
        " ".join([*words[:300], "gull", *words[301:]]),
        " ".join(words[:550]),
        " ".join(words[400:530]),
        f"{NOTE * 3} {STORY}",
        prose(4, 1500, people="Wren", first=20000) + " " + " ".join(words[200:290]),
        " ".join([prose(2, 1000, people="Wren Odo", first=10000), STORY, prose(3, 1000, people="Marit Sol", first=15000)]),
        prose(5, 1200, people="Wren Odo", first=30000),
        "la la la oh the lamp is lit and the boats come home " * 60,
        "la la la oh the lamp is lit and the boats come home " * 50 + "at last we come home to the lamp again",
        " ".join([*words[600:], *words[:600]]),
    ]
    tokens = list(tokenise_many(texts))
    pairs = [(a, b) for a in range(len(tokens)) for b in range(len(tokens)) if a != b]
    shared = [len(np.intersect1d(sketch(tokens[a]), sketch(tokens[b]))) for a, b in pairs]
    found = list(kinships([(tokens[a], tokens[b], n) for (a, b), n in zip(pairs, shared, strict=True)]))
    for (a, b), many in zip(pairs, found, strict=True):
        alone = kinship(tokens[a], tokens[b])
        assert (many and many.verdict) == (alone and alone.verdict), (a, b)
        if many and alone:
            assert np.allclose(many.containment, alone.containment, atol=0.05)


def test_sketching_together_is_sketching_alone():
    """A batch gives each text the hashes it keeps alone, short and repeated ones too."""
    texts = ["", "rain", STORY, "la la la " * 500, prose(3, 300), "one two three four five", prose(4, 5000), ""]
    tokens = [tokenise(text) for text in texts]
    for one, many in zip(tokens, sketch_many(tokens), strict=True):
        assert sketch(one).tolist() == many.tolist()


def test_an_alignment_at_hand_is_used():
    """The verdict comes from the alignment given, not from a second one."""
    a, b = tokenise(STORY), tokenise(STORY + " end")
    assert kinship(a, b, align(a, b)).verdict == "revised"
    assert kinship(a, b, Alignment(())) is None


# ---------------------------------------------------------------- sketches


def test_a_sketch_keeps_a_quarter_of_a_long_text_and_all_of_a_short_one():
    """uint64, ascending, each once; short texts are not starved."""
    long, short = tokenise(prose(1, 20000, first=0)), tokenise(prose(2, 100))
    kept = sketch(long)
    assert kept.dtype == np.uint64
    assert (np.diff(kept.astype(object)) > 0).all()
    assert 0.22 < len(kept) / len(long) < 0.28
    assert len(sketch(short)) == 96
    assert [len(sketch(tokenise(t))) for t in ("", "rain", "rain and tea", "one two three four five six")] == [0, 1, 1, 2]


def test_a_drabble_shares_hashes_with_the_book_that_holds_it():
    """What a short text keeps and what a long text keeps meet."""
    book = prose(1, 30000)
    drabble = " ".join(book.split()[5000:5100])
    a, b = sketch(tokenise(drabble)), sketch(tokenise(book))
    assert len(np.intersect1d(a, b)) >= least_shared(len(a), len(b)) == 4
    assert least_shared(1, 500) == 1


def test_candidates_share_rare_hashes():
    """Pairs by shared hashes; what too many have is not counted."""
    texts = [STORY, STORY + " end", *(prose(n, 300, first=9000 * n) for n in range(2, 6))]
    found = candidates([sketch(tokenise(t)) for t in texts])
    assert [pair[:2] for pair in found] == [(0, 1)]
    notice = prose(77, 40, first=70000)
    crowd = [sketch(tokenise(f"{notice} {prose(200 + n, 60, first=100000 + 5000 * n)}")) for n in range(FREQUENT + 1)]
    assert candidates(crowd) == []
    assert candidates([]) == []
    assert len(boilerplate([])) == 0


def test_relations_of_a_whole_shelf():
    """Copies, revisions and parts are told, others not; ten thousand copies of one page are no trouble."""
    words = STORY.split()
    shelf = [
        STORY,
        STORY.upper(),
        " ".join(words[:500]),
        prose(12, 900, first=80000),
        " ".join([*words[:600], "gull", *words[601:]]),
    ]
    found = {(r.a, r.b): r.kinship.verdict for r in related(list(tokenise_many(shelf)))}
    assert found == {
        (0, 1): "same",
        (0, 2): "contains",
        (1, 2): "contains",
        (0, 4): "revised",
        (1, 4): "revised",
        (2, 4): "contained",
    }
    many = list(tokenise_many(["The lamp was lit, and she waited by the door."] * 10_000))
    assert sum(1 for _ in related(many)) == 9_999


def test_texts_tokenised_together_are_tokenised_alike():
    """A batch gives each text the tokens it has alone."""
    texts = ["", "Rain, and tea.", "雨が降る", "'tis", "a" * 300, "x\ny", "", "\ud800 lone"]
    for one, text in zip(tokenise_many(texts), texts, strict=True):
        alone: Tokens = tokenise(text)
        for field in ("starts", "ends", "hashes"):
            assert (getattr(one, field) == getattr(alone, field)).all()
