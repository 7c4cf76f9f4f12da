"""What rescue looks for before anything dear: characters and keys found in whole texts at once are those a plain search finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from variorum.rescue.keys import Keys
from variorum.rescue.places import Look, ahead, kinds, of

_TEXTS = st.text("aAbB ’'“”—\n.é漢\U0001f600", max_size=30)


@given(_TEXTS)
def test_characters_are_found_where_they_stand(text: str) -> None:
    """A table of characters, and one looked at some places on, say what the text says at every place."""
    quote, letter = kinds(Look(text), of("’'“"), of("abAB"))
    assert quote.tolist() == [c in "’'“" for c in text]
    assert ahead(letter).tolist() == [c in "abAB" for c in [*text[1:], " "]][: len(text)]
    assert ahead(letter, 2).tolist() == [c in "abAB" for c in [*text[2:], " ", " "]][: len(text)]


_WORD = st.sampled_from(
    ["own", "Let", "me", "know", "owner", "thankfulness", "thankfulnesses", "é", ":", ":)", "|", "…", "7", "♥"]
)


@given(st.lists(st.lists(_WORD, max_size=6).map(" ".join), max_size=6))
def test_keys_are_found_in_the_text_they_stand_in(texts: list[str]) -> None:
    """Words, pairs of words and signs are told of the text that holds them and of no other, and the first word of each."""
    keys = Keys(["own", "thankfulnesses", "me_know", ":", "FACE", "PIPE", "♥", "7"], ["let", "own"])
    found = list(keys.find(texts))
    assert len(found) == len(texts)
    for text, (held, first) in zip(texts, found, strict=True):
        words = re.findall(r"[a-z]+", text.lower())
        wanted = {key for key in ("own", "thankfulnesses") if key in words} | {key for key in (":", "♥", "7") if key in text}
        wanted |= {"FACE"} if re.search(r":\S", text) else set()
        wanted |= {"PIPE"} if "|" in text else set()
        wanted |= {"me_know"} if re.search(r"\bme know\b", text) else set()
        assert held == wanted
        assert first == (words[0] if words and words[0] in ("let", "own") else "")


def test_no_text_is_too_many_for_the_keys() -> None:
    """Keys are found across the bounds at which texts are taken together."""
    keys = Keys(["own"], ["own"])
    texts = ["a" * 200_000 + " own", "own", "", "x" * 300_000, "own it"]
    assert list(keys.find(texts)) == [({"own"}, ""), ({"own"}, "own"), (set(), ""), (set(), ""), ({"own"}, "own")]
