"""Where a cheap look says that nothing of a repair's is in a text, the patterns of that repair say so too, and counts are those of the patterns."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from ftfy.badness import is_bad
from hypothesis import given
from hypothesis import strategies as st

from variorum import preparing
from variorum.document import Document, Laid, Piece
from variorum.errors import IntakeError
from variorum.intake import Task
from variorum.rescue import characters, emphasis, glue, habits, headings, mail, notes, scenes, scoring
from variorum.rescue.state import State

_SIGNS = st.text("abÀ漢ǆ,.;:!?…—–-“”’‘'\")] \xa0\u2003\x85\t", max_size=40)
_COUNTED = re.compile(r"(?<=[\w\"”’')\]])(?P<gap>[ \xa0]?)(?P<sign>\.\.\.|…|[,.!?;:]|--|[—–])(?P<after>[ \xa0]?)")
_ENDS = re.compile(r"[.!?][\"”’')]{0,2}( {1,3})(?=\S)")
_INNER = re.compile(r"(?<=[\w,;])  (?=\w)")


def state_of(*paragraphs: str, kinds: str = "paragraph") -> State:
    """A text of these paragraphs, before any repair; every third is a heading where ``kinds`` says so."""
    source = "\n\n".join(paragraphs)
    at, blocks = 0, []
    for number, paragraph in enumerate(paragraphs):
        if paragraph:
            kind = "heading" if kinds == "mixed" and number % 3 == 2 else "paragraph"
            blocks.append(Laid(kind, "story", (Piece(at, at + len(paragraph)),)))
        at += len(paragraph) + 2
    return State.begin(Document("sha256:0", source, blocks=tuple(blocks)), ())


@given(st.lists(_SIGNS, max_size=5))
def test_the_habits_of_a_writer_are_counted_as_the_patterns_count_them(paragraphs: list[str]) -> None:
    """Signs with and without a space, ends of sentences and double spaces: all at once as one by one, in prose alone."""
    state = state_of(*paragraphs, kinds="mixed")
    total: Counter[str] = Counter()
    spaced: Counter[str] = Counter()
    sizes: Counter[int] = Counter()
    both = inner = 0
    for passage in state.passages():
        for gap, sign, after in _COUNTED.findall(passage.text):
            kind = habits.CLASSES.get(sign, sign)
            total[kind] += 1
            spaced[kind] += bool(gap)
            both += kind == "—" and bool(gap) and bool(after)
        sizes.update(map(len, _ENDS.findall(passage.text)))
        inner += len(_INNER.findall(passage.text))
    found = habits._count(state)
    assert found.total == total
    assert found.spaced == {kind: spaced[kind] for kind in total}
    assert (found.both, found.ends, found.doubled, found.inner) == (both, sizes.total(), sizes.total() - sizes[1], inner)


_MAIL = re.compile(
    r"^(?:> ?){0,3}(?:--[ \t]?$|From: |[_=*~-]{10,}[ \t]?$|To unsubscribe)|(?:wrote|writes):[ \t]*$|Original Message|=\n|=[0-9A-F]{2}",
    re.MULTILINE,
)
_MAILED = st.sampled_from(
    [
        "\n",
        "> ",
        "--",
        " ",
        "From: ",
        "To unsubscribe",
        "=",
        "_~*-=_~*-=",
        "wrote:",
        "writes:",
        "Original Message",
        "A",
        "=3D",
        "T",
    ]
)


@given(st.lists(_MAILED, max_size=8).map("".join))
def test_a_hint_of_mail_is_seen_wherever_it_stands(text: str) -> None:
    """The words looked for first give the same answer as the one pattern of all hints."""
    assert mail._hinted(text) == bool(_MAIL.search(text))


_ACCENTED = st.sampled_from(
    [
        "a",
        "Z",
        " ",
        ".",
        "é",
        "Ã",
        "©",
        "â",
        "€",
        "à²",
        " Â ",
        "œ",
        "°",
        "“",
        "”",
        "…",
        "\x81",
        "Ø",
        "Ù",
        "ГўВЂВ",
        "‚Ä",
        "ì",
        "×²",
        "A",
    ]
)


@given(st.lists(_ACCENTED, max_size=30).map("".join))
def test_what_is_bad_is_found_beside_its_letters(text: str) -> None:
    """Looking at few strange letters one by one gives the answer the whole passage gives."""
    if characters._STRANGE.search(text):  # of any other passage it is never asked
        assert characters._suspicious(text) == ("\ufffd" in text or "â€" in text or is_bad(text))


@given(st.lists(st.text("AZbé 漢'’-.&", max_size=20), max_size=4))
def test_words_in_capitals_stand_where_capitals_follow_each_other(paragraphs: list[str]) -> None:
    """A passage that holds words in capitals is never passed over."""
    state = state_of(*paragraphs)
    held = {passage.at for passage in emphasis._with_capitals(state)}
    for passage in state.passages():
        if any(len(match.group()) > 1 for match in emphasis._CAPS.finditer(passage.text)):
            assert passage.at in held


@given(st.lists(st.text('ab,.;?!A“" é', max_size=20), max_size=4))
def test_a_sign_between_two_words_is_suspected_where_it_stands(paragraphs: list[str]) -> None:
    """Words run together at a sign make the whole text suspect, where a plain letter follows the sign."""
    state = state_of(*paragraphs)
    text = state.text.text
    assert glue._suspect(state) == any(
        glue._SIGN.match(text, at)
        for at, two in enumerate(pairwise(text))
        if two[0] in ",.;?!" and two[1].isascii() and two[1].isalpha()
    )


@given(st.from_regex(scenes.MARK, fullmatch=True))
def test_a_divider_begins_with_one_of_a_few_signs(mark: str) -> None:
    """No line that holds nothing but a divider is passed over for the sign it begins with."""
    assert mark[0] in scenes._FIRST


@pytest.mark.parametrize(
    "shape", ["_LINE", "_SMALL", "_COUNTED", "_ALONE", "_DATE_LINE", "_LATER_LINE", "_WHEN_LINE", "_TITLE_LINE"]
)
@pytest.mark.parametrize("quote", sorted(headings._SPOKEN))
def test_no_heading_begins_with_a_quotation_mark(shape: str, quote: str) -> None:
    """A short line that begins as speech does is of no shape of a heading, with ornament around it neither."""
    pattern = getattr(headings, shape)
    for text in ("Chapter 1", "1", "IV.", "Prologue", "Monday", "A week later", "Then", "THE END", "3/5", "", "x"):
        line = quote + text
        assert headings._bare(line) == line
        assert not pattern.fullmatch(line)


def _generator() -> ModuleType:
    """The program that reads the keys of cues off their patterns."""
    path = Path(__file__).parent.parent / "bench/cue_keys.py"
    spec = importlib.util.spec_from_file_location("cue_keys", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_keys_read_off_the_patterns_are_those_of_the_patterns_as_they_are() -> None:
    """Each pattern whose ways can be spelled is in the file, each of its ways with clauses of that way and one key a spelling."""
    generator, held = _generator(), scoring.read_off()
    spelled = {scoring.named(cue): generator.ways_of(cue.pattern.pattern, cue.pattern.flags) for cue in scoring.ALL}
    assert held.keys() == {name for name, ways in spelled.items() if ways}
    for name, (_, ways) in held.items():
        assert len(ways) == len(spelled[name])
        for clauses, wanted in zip(ways, spelled[name], strict=True):
            for keys in clauses:
                assert any(
                    all(not some.isdisjoint(keys) for some in spellings) and set(keys) <= set().union(*spellings)
                    for spellings in wanted
                )


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"\bcome (?:and )?(?:yell|cry)\b", [[[{"come_yell"}, {"come_cry"}, {"come_and", "and_yell"}, {"come_and", "and_cry"}]]]),
        (r"\bwrit(?:e|ing) .{0,9}\bsoon\b", [[[{"write"}, {"writing"}], [{"soon"}]]]),
        (r"fic\b|\btags?", [[], []]),  # a word may go on before it, or behind it
        (r"\blet me(?: really)? know\b|^r&r\b", [[[{"let_me", "me_know"}, {"let_me", "me_really", "really_know"}]], [[{"r_r"}]]]),
        (r"\b(?:\w+ ){0,3}art\b", [[[{"art"}]]]),
        (r"\b(?:\w+ ?){0,3}art\b", [[]]),
    ],
)
def test_what_must_stand_is_read_off_a_pattern(pattern: str, wanted: list[list[list[set[str]]]]) -> None:
    """Whole words and pairs of them, of each way and each stretch that can be spelled; none where a word may go on."""
    found = _generator().ways_of(pattern, re.IGNORECASE)
    if not all(wanted):
        assert found is None
        return
    assert [[sorted(map(sorted, clause)) for clause in way] for way in found] == [
        [sorted(map(sorted, clause)) for clause in way] for way in wanted
    ]


_WORD = st.sampled_from(
    ["the", "chapter", "is", "on", "hiatus", "lamp", "I", "wrote", "this", "thank", "you", "for", "reading", "he", "said", "."]
)


@given(st.lists(st.lists(_WORD, min_size=1, max_size=40).map(" ".join), min_size=3, max_size=12))
def test_no_note_is_lost_where_none_is_looked_for(texts: list[str]) -> None:
    """Where the sums say that nothing can be a note, the best path through all units says so too."""
    cut = [notes.Unit(number, 0, len(text), text) for number, text in enumerate(texts)]
    held = scoring.found_in([unit.text for unit in cut])
    scored = {number: scoring.score(texts[number], cues) for number, cues in held.items()}
    edges = notes._edges(np.array([len(text) for text in texts]))
    emission = [value + edge for value, edge in zip(notes._scores(cut, scored), edges.tolist(), strict=True)]
    assert [note is not None for note in notes.decide(cut)] == notes._viterbi(emission)


def test_python_looks_for_garbage_again_when_an_item_is_ready() -> None:
    """While an item is made ready no garbage is looked for; afterwards it is, also where the item was refused."""
    for data in (b"<p>The keeper went up the stairs with the lamp.</p>", b""):
        with contextlib.suppress(IntakeError):
            preparing.prepare(Task("tower.html", "sha256:0", data))
        assert gc.isenabled()
