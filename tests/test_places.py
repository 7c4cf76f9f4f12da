"""Places of entries: whoever reads an apparatus finds each change where it is, and no two changes in one place."""

from __future__ import annotations

import itertools
import random

import pytest
from test_collation import WORDS, assert_rebuilds, copy

from variorum.collation import collate, summarise
from variorum.model import Apparatus, Place


def places(apparatus: Apparatus) -> tuple[list[Place], list[Place]]:
    """The places of what changes words, in the base and in B."""
    told = [entry for entry in apparatus.entries if entry.kind not in ("typographic", "markup")]
    return [entry.place for entry in told], [entry.readings[0].places["B"] for entry in told]


def sentence(rng: random.Random) -> str:
    """A sentence that may begin with a quotation mark or a bracket and may end with one."""
    words = [rng.choice([*WORDS, "gull", "Ines"]) for _ in range(rng.randint(2, 9))]
    said = " ".join([words[0].capitalize(), *words[1:]]) + rng.choice(".!?")
    return rng.choice(("{}", "{}", "“{}”", "({})", "“{}")).format(said)


def written(rng: random.Random, sentences: list[str]) -> str:
    """Sentences put together, some of them with a dash and no space."""
    return "".join(one + rng.choice((" ", " ", "\n\n", "—", "— ")) for one in sentences).strip("— \n")


@pytest.mark.parametrize("seed", range(4))
def test_places_never_overlap(seed):
    """Whatever marks open or close what was put in, left out, written anew or moved."""
    rng = random.Random(seed)
    for _ in range(60):
        before = [sentence(rng) for _ in range(rng.randint(2, 12))]
        after = list(before)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(after) + 1)
            match rng.randrange(4):
                case 0:
                    after.insert(at, sentence(rng))
                case 1 if len(after) > 1 and at < len(after):
                    del after[at]
                case 2 if at < len(after):
                    after[at] = sentence(rng)
                case 3 if at < len(after):
                    after.insert(rng.randrange(len(after)), after.pop(at))
        copies = [copy("A", written(rng, before)), copy("B", written(rng, after))]
        apparatus = collate(copies, "A")
        assert_rebuilds(apparatus, copies)
        for there in places(apparatus):
            assert all(one.end <= two.start for one, two in itertools.pairwise(there))


def test_words_put_in_before_a_quotation_stand_before_its_mark():
    """The place of a sentence put in before a reworked quotation is not inside that."""
    base = "The lamp was lit at six. “Nobody came down the stair,” said Ines. Rain fell on the harbour."
    other = "The lamp was lit at six. Corin waited. “Someone sang up the road,” cried Odo. Rain fell on the harbour."
    apparatus = collate([copy("A", base), copy("B", other)], "A")
    for there in places(apparatus):
        assert all(one.end <= two.start for one, two in itertools.pairwise(there))


def test_a_rewritten_last_paragraph_faces_what_follows_there():
    """An unfinished copy whose last paragraph was written anew stops there; no chapter to come is taken for it."""
    paragraphs = [
        "The kettle sang, and the lamp was lit before the rain came over the harbour wall.",
        "She put the letter by the clock and went down to the boats to look for the old man.",
        "He was mending a net under the eaves, and he would not look at her at all.",
        "In the morning the door stood open, and the letter was gone from its place by the clock.",
        "Corin said that nobody had come down the stair; the salt on the step told another story.",
        "So they walked along the wall together, and the gulls went up before them one by one.",
        "At the end of it stood the keeper with a lamp in his hand, and the letter in the other.",
    ]
    wip = [*paragraphs[:2], "Under the porch an uncle of hers sat over his rope; never once did he lift the chin."]
    whole, half = "\n\n".join(paragraphs), "\n\n".join(wip)
    apparatus = collate([copy("A", whole), copy("B", half, partial=True)], "A")
    assert summarise(apparatus.summary["B"]).startswith("1 sentence reworked; stops early: ")
    reworked = next(entry for entry in apparatus.entries if entry.kind == "sentence")
    assert reworked.lemma == paragraphs[2]
    assert [entry.kind for entry in apparatus.entries] == ["sentence", "passage"]
    assert apparatus.entries[1].readings[0].lacuna
