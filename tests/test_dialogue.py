"""Dialogue: what every quotation mark does, what is speech, whose turn it is. Annotation, never a change."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.document import Document, Laid, Piece, ReadingText, received
from variorum.rescue.dialogue import annotate, dashes, dialogue, ellipses, marks, speech

SIGNS = {"opens": "“", "closes": "”", "opens-inner": "‘", "closes-inner": "’", "apostrophe": "'"}


def reading_of(*paragraphs: str) -> ReadingText:
    """Paragraphs as a reading text."""
    source = "\n\n".join(paragraphs)
    blocks, at = [], 0
    for paragraph in paragraphs:
        blocks.append(Laid("paragraph", "story", (Piece(at, at + len(paragraph)),)))
        at += len(paragraph) + 2
    return received(Document("sha256:test", source, blocks=tuple(blocks)))


def roles(text: str) -> str:
    """A text with every mark written as what it does."""
    out, position = [], 0
    for mark in marks(text):
        out += [text[position : mark.at], SIGNS[mark.role]]
        position = mark.at + mark.length
    return "".join([*out, text[position:]])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"Come in," he said. "It\'s late."', "“Come in,” he said. “It's late.”"),
        ("\"He told me, 'Wait for 'em,'\" she said.", "“He told me, ‘Wait for 'em,’” she said."),
        (
            "'Come in,' he said. 'It's late, and the boys' room is cold.'",
            "“Come in,” he said. “It's late, and the boys' room is cold.”",
        ),
        ("'He said \"wait\" twice,' she said. 'Twice!'", "“He said ‘wait’ twice,” she said. “Twice!”"),
        ("``Come in,'' he said. ``It's late.''", "“Come in,” he said. “It's late.”"),
        ("“Come in,” he said. “It’s late.”", "“Come in,” he said. “It's late.”"),
        ('"I never—" She stopped. "Never."', "“I never—” She stopped. “Never.”"),
        ("\"'Tis the 'eaviest lamp in all the '90s.\"", "“'Tis the 'eaviest lamp in all the '90s.”"),
    ],
)
def test_every_mark_has_its_role(typed: str, meant: str) -> None:
    """Straight, single, typewriter and curly marks are told apart, and apostrophes from all of them."""
    assert roles(typed) == meant


def test_speech_ends_with_its_mark_or_its_paragraph() -> None:
    """Speech is given with its marks; one that is not closed ends where the paragraph does, or another mark opens."""
    text = '"One," he said.\n\n"Two goes on.\n\n"Three." He left. "Four. "Five."'
    assert [text[a:b] for a, b in speech(text)] == ['"One,"', '"Two goes on.', '"Three."', '"Four.', '"Five."']


def test_a_turn_goes_on_over_paragraphs() -> None:
    """A paragraph whose speech stays open is one turn with the next; another speaker is another turn."""
    found = dialogue(reading_of('"One.', '"And more," he said.', '"No," she said.', "Nobody spoke.", '"Yes."'))
    assert [(turn.first, turn.last, len(turn.speech)) for turn in found.turns] == [(0, 1, 2), (2, 2, 1), (4, 4, 1)]


def test_speech_as_spans_of_the_source() -> None:
    """The annotation counts in the source, under its own kind, and only when asked for."""
    text = reading_of('He said "wait" once.')
    (span,) = annotate(text)
    assert (span.start, span.end, span.kind) == (8, 14, "speech")
    assert not any(block.spans for block in text.blocks)


def test_dashes_and_ellipses_however_typed() -> None:
    """Dashes with the spaces that belong to them; hyphens, ranges and full stops are none."""
    text = "A well-known -- well, known – man—so he said... from 1–2 o'clock . . . perhaps… or - not. End."
    assert [text[a:b] for a, b in dashes(text)] == [" -- ", " – ", "—", " - "]
    assert [text[a:b] for a, b in ellipses(text)] == ["...", ". . .", "…"]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="\"'“”‘’`«» aTs.,—\n\ud800\u0301", max_size=200))
def test_laws_of_marks(text: str) -> None:
    """On any text: every quotation mark has one role, in order; speech lies in order, apart, inside the text."""
    found = list(marks(text))
    covered = [i for mark in found for i in range(mark.at, mark.at + mark.length)]
    assert covered == sorted(set(covered))
    assert set(covered) == {m.start() for m in re.finditer("[\"'“”‘’`«»]", text)}
    position = 0
    for start, end in speech(text):
        assert position <= start < end <= len(text)
        position = end
