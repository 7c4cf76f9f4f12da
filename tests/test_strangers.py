"""Two texts that cannot be kin are told without aligning them, and never two that could be."""

from __future__ import annotations

import importlib
import random

import pytest

from variorum.collation.strangers import strangers
from variorum.text import Tokens, tokenise

kinship = importlib.import_module("variorum.collation.kinship")
_WORDS = [a + b + c for a in "bdfgklmn" for b in "aeiou" for c in ("", "rn", "st", "lo")]


def _text(seed: int, size: int) -> list[str]:
    chance = random.Random(seed)
    weights = [1 / (rank + 2) for rank in range(len(_WORDS))]
    return chance.choices(_WORDS, weights, k=size)


def _strangers(a: Tokens, b: Tokens) -> bool:
    return strangers(a, b, None, bridge=kinship.BRIDGE, passage=kinship.LEAST_PASSAGE)


def test_two_texts_of_their_own_are_strangers() -> None:
    """Texts that share no more than five words in a row by chance need no alignment."""
    one, two = _text(1, 3000), _text(2, 3000)
    two[700:706] = one[100:106]
    assert _strangers(tokenise(" ".join(one)), tokenise(" ".join(two)))


@pytest.mark.parametrize("seed", range(12))
def test_strangers_are_never_kin(seed: int) -> None:
    """Whatever passes from one text into the other, edited or whole: where an alignment finds kin, they are no strangers."""
    chance = random.Random(seed)
    one, two = _text(100 + seed, 1500), _text(200 + seed, 1500)
    for size in (28, 31, 32, 34, 40, 80, 900):
        passage = one[300 : 300 + size]
        for _ in range(chance.randrange(4)):
            passage[chance.randrange(size)] = "changed"
        a, b = tokenise(" ".join(one)), tokenise(" ".join([*two[:400], *passage, *two[400:]]))
        alone = kinship.kinship(a, b, kinship.align(a, b))
        assert alone is None or not _strangers(a, b)
        assert kinship.kinship(a, b) == alone


def test_a_copy_is_no_stranger() -> None:
    """The same text, and most of it, are left to the alignment."""
    words = _text(7, 2000)
    whole = tokenise(" ".join(words))
    assert not _strangers(whole, whole)
    assert not _strangers(whole, tokenise(" ".join(words[:1200])))
