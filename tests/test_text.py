"""Words: the tokeniser, folding and AO3's count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.counting import ao3_words
from variorum.text import TOKEN, codepoints, fold, plain, shown, tokenise, units
from variorum.text import tokens as words

LETTERS = st.text(alphabet="ab'’ʼ _-.é1\n\u0301\udc80Ω", max_size=40)


@given(LETTERS)
def test_tokens_are_the_matches_of_the_expression(text: str) -> None:
    """In scripts with spaces the arrays hold exactly what the regular expression of the contract finds."""
    tokens = tokenise(text)
    assert list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)) == [m.span() for m in TOKEN.finditer(text)]


@given(LETTERS)
def test_cutting_a_text_into_chunks_changes_nothing(text: str) -> None:
    """The chunk size is a matter of speed alone."""
    whole = tokenise(text * 3)
    size = words._CHUNK
    try:
        words._CHUNK = 7
        parts = tokenise(text * 3)
    finally:
        words._CHUNK = size
    assert (whole.starts == parts.starts).all()
    assert (whole.hashes == parts.hashes).all()


def test_scripts_without_spaces_go_by_character() -> None:
    """Han, kana and Thai give a token a character, also beside Latin words and apostrophes."""
    text = "日本語 x語'a ก'ก"
    tokens = tokenise(text)
    spans = zip(tokens.starts, tokens.ends, strict=True)
    assert [text[a:b] for a, b in spans] == ["日", "本", "語", "x", "語", "a", "ก", "ก"]


def test_equal_words_have_equal_hashes_whatever_their_case_and_apostrophe() -> None:
    """DON’T, don't and donʼt are one word; dont is another."""
    hashes = tokenise("DON’T don't donʼt dont").hashes
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]


def test_a_word_keeps_its_hash_wherever_it_stands() -> None:
    """The prefix-sum hash does not depend on the position."""
    hashes = tokenise("lamp " + "x " * 5000 + "lamp").hashes
    assert hashes[0] == hashes[-1]


@given(st.text(max_size=60))
def test_folding_never_changes_the_length(text: str) -> None:
    """Offsets survive folding, also where casefold would lengthen (ß, İ)."""
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It's a well-known--fact", 4),
        ("don’t ‘stop’", 2),
        ("日本語 and English", 5),
        ("snake_case counts once", 3),
        ("- - -", 0),
        ("", 0),
        ("ก็ดี", 4),
    ],
)
def test_words_are_counted_as_ao3_counts(text: str, count: int) -> None:
    """Dashes divide, apostrophes and hyphens do not, unspaced scripts go by character."""
    assert ao3_words(text) == count


def test_words_of_several_nodes_are_counted_one_by_one() -> None:
    """No word reaches from one text node into the next, nor a dash; a mark belongs to the letter before it, over any length."""
    assert ao3_words("un", "done", "", "it-", "-s") == 4
    assert ao3_words("e\u0301te\u0301 \u0d05\u0d02 \u203f") == 3
    assert ao3_words("ab" * 200_000 + " c漢字" * 100_000) == 1 + 300_000


def test_what_cannot_stand_in_utf8_is_shown_as_such() -> None:
    """A byte that could not be decoded is U+FFFD when it leaves us; control characters do not reach a message."""
    assert shown("caf\udce9") == "caf\ufffd"
    assert plain("a\x00b\nc\u202ed") == "a\ufffdb c\ufffdd"
    for character in "\x1b\x7f\x80\x85\x9b\x9d\x9f\u2028\u2029":
        assert plain(f"a{character}31mb") == "a\ufffd31mb"


def test_a_million_letters_without_a_space_stay_within_bounds() -> None:
    """An endless word is divided instead of filling memory."""
    assert 1 <= len(tokenise("x" * 3_000_000)) <= 4


@given(st.text(alphabet=st.sampled_from("abcXYZ0_'’ʼ é ÿŸKÅſßµ²½“— \n😀\ud800Їя日ก"), max_size=80))
def test_the_quick_way_of_latin_letters_gives_what_the_general_one_gives(text: str) -> None:
    """Texts whose letters fold to one byte are looked at two letters at a time: starts, ends and names are those of any script."""
    quick = words._narrow(units(text))
    if quick is None:
        return
    general = words._wide(codepoints(text))
    assert [side.tolist() for side in quick] == [side.tolist() for side in general]


def test_every_letter_that_folds_to_a_byte_keeps_its_name() -> None:
    """One word with each code point in it, and words of up to sixty letters, have the same name both ways."""
    those = [chr(code) for code in range(0x11000) if words._letter(code) > 1]
    text = " ".join(
        [*(f"a{char}b" for char in those), *("abcdefghij" * 6)[:60], *("abcdefghij"[: n % 10] * 6 for n in range(60))]
    )
    quick, general = words._narrow(units(text)), words._wide(codepoints(text))
    assert quick is not None
    assert len(those) > 128
    assert [side.tolist() for side in quick] == [side.tolist() for side in general]


@pytest.mark.parametrize(("text", "width"), [("", 1), ("café", 1), ("“cat”", 2), ("\ud800", 2), ("cat 😀", 4)])
def test_a_text_stands_in_the_narrowest_array_that_holds_it(text: str, width: int) -> None:
    """One, two or four bytes a code point, each of them the code point itself."""
    codes = units(text)
    assert (codes.dtype.itemsize, codes.tolist()) == (width, [ord(char) for char in text])
