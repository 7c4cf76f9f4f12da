"""Plain text: what `show --text` prints, and the edition that ends in .txt."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.document import Block, Piece, ReadingText, Span
from variorum.editions import plain_text, render
from variorum.model import Creator, Metadata, Witness, Work

TEXT = "abcdefghij klmnopqrst"
E, S = "emphasis", "strong"


def block(text: str, *spans: tuple[int, int, str], kind: str = "paragraph", part: str = "story") -> Block:
    """A block as the projection gives it."""
    laid = tuple(Span(start, end, of) for start, end, of in spans)
    return Block(kind, part, None, text, 0, len(text), 1.0, laid, (Piece(0, len(text), text),))


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([(0, 5, E), (5, 10, E)], "*abcdefghij* klmnopqrst"),
        ([(0, 6, E), (4, 10, E)], "*abcdefghij* klmnopqrst"),
        ([(0, 10, E), (3, 5, E)], "*abcdefghij* klmnopqrst"),
        ([(0, 11, E), (11, 21, E)], "*abcdefghij klmnopqrst*"),
        ([(0, 5, E), (6, 10, E)], "*abcde*f*ghij* klmnopqrst"),
        ([(0, 10, E), (2, 5, S)], "*ab**cde**fghij* klmnopqrst"),
        ([(0, 10, S), (2, 5, E)], "**ab*cde*fghij** klmnopqrst"),
        ([(0, 10, S), (0, 10, E)], "***abcdefghij*** klmnopqrst"),
        ([(0, 6, E), (4, 10, S)], "*abcd**ef*****ghij** klmnopqrst"),
        ([(4, 10, E), (0, 6, S)], "**abcd*****ef**ghij* klmnopqrst"),
        ([(8, 13, E), (0, 11, S)], "**abcdefgh*****ij** kl*mnopqrst"),
        ([(10, 11, E), (2, 2, S), (3, 6, "link")], "abcdefghij klmnopqrst"),
    ],
)
def test_marks_are_as_few_as_they_can_be(spans: list[tuple[int, int, str]], shown: str) -> None:
    """Spans of one kind that touch are one; crossing ones are cut; marks hold no white space at their ends."""
    assert plain_text([block(TEXT, *spans)]) == shown + "\n"


SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from([E, S])), max_size=8)


@given(st.text(alphabet="ab \n", min_size=12, max_size=12), SPANS)
def test_marks_are_balanced_and_nested(text: str, spans: list[tuple[int, int, str]]) -> None:
    """Without the marks it is the text; they nest; every letter is inside exactly the marks of its own spans."""
    own = [(start, end, kind) for start, end, kind in spans if start < end]
    made = plain_text([block("x" + text + "x", *((a + 1, b + 1, kind) for a, b, kind in own))])[:-1]
    assert made.replace("*", "") == "x" + text + "x"
    assert tuple((E in kinds, S in kinds) for kinds in covering(text, own)) in readings(made)


def covering(text: str, spans: list[tuple[int, int, str]]) -> list[set[str]]:
    """The kinds over each letter that is no white space."""
    return [{kind for start, end, kind in spans if start <= at < end} for at, char in enumerate(f"{text}x") if not char.isspace()]


def readings(made: str) -> set[tuple[tuple[bool, bool], ...]]:
    """Every way of reading the asterisks as nested marks that hold something, as (emphasis, strong) of each letter.

    A run of asterisks may be divided in several ways; all that are nested are followed, and those kept that close everything.
    """
    pieces = re.findall(r"\*+|[^*]+", made)
    states: set[tuple[tuple[str, ...], tuple[tuple[bool, bool], ...]]] = {((), ())}
    for piece in pieces:
        if piece[0] == "*":
            states = {(after, seen) for stack, seen in states for after in divided(piece, stack)}
        else:
            letters = [char for char in piece if not char.isspace()]
            states = {(stack, (*seen, *([("*" in stack, "**" in stack)] * len(letters)))) for stack, seen in states}
    return {seen[1:] for stack, seen in states if not stack}


def divided(run: str, stack: tuple[str, ...], *, opening: bool = False) -> set[tuple[str, ...]]:
    """The stacks a run of asterisks can lead to: first closings, then openings."""
    if not run:
        return {stack}
    out: set[tuple[str, ...]] = set()
    for mark in ("*", "**"):
        if not run.startswith(mark):
            continue
        rest = run[len(mark) :]
        if stack and stack[-1] == mark and not opening:
            out |= divided(rest, stack[:-1])
        if mark not in stack:
            out |= divided(rest, (*stack, mark), opening=True)
    return out


def test_the_title_of_the_work_is_no_note() -> None:
    """With notes come summary, notes and credits under their labels, and never the title and byline of the source."""
    blocks = [
        block("The Lamp", kind="heading", part="title"),
        block("by inkfinch", part="title"),
        block("A lamp, and who lights it.", part="summary"),
        block("One", kind="heading"),
        block("It was lit."),
        block("Thank you.", part="notes-after"),
    ]
    assert plain_text(blocks) == "# One\n\nIt was lit.\n"
    assert plain_text(blocks, notes=True) == (
        "Summary:\n\nA lamp, and who lights it.\n\n# One\n\nIt was lit.\n\nEnd Notes:\n\nThank you.\n"
    )


def test_the_edition_is_title_byline_and_the_text_with_its_notes() -> None:
    """UTF-8, what cannot stand in it as U+FFFD, and the same bytes every time."""
    witness = Witness(
        "w" * 20, "k" * 20, "A", True, 1, "sha256:0", (), "lamp.txt", "text", None, None, None, "2020", 3, 1, "whole", "same"
    )
    about = Metadata(title="The\nLämp", creators=(Creator("inkfinch"), Creator("tidewrack"), Creator("a friend", role="beta")))
    work = Work("k" * 20, about, 3, 1, None, {}, (witness,))
    text = ReadingText(
        (block("The Lämp", part="title"), block("It was lit\udc80.", (3, 6, E)), block("Done.", part="notes-after"))
    )
    made = render(work, witness, text, (), ".txt")
    assert made.decode() == "The Lämp\nby inkfinch and tidewrack\n\nIt *was* lit\ufffd.\n\nEnd Notes:\n\nDone.\n"
    assert made == render(work, witness, text, (), "TXT")
    nobody = Work("k" * 20, Metadata(), 3, 1, None, {}, (witness,))
    assert render(nobody, witness, text, (), ".txt").startswith(b"lamp\n\nIt ")
