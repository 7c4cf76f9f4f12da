"""Markdown: what its marks mean is read, every place is exact, and nothing a person reads is lost to a rule of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from variorum.document import Document, received
from variorum.errors import IntakeError
from variorum.intake import Copy, Task, markdown, open_item

Sample = Callable[[str], Path]


def opened(text: str) -> Copy:
    return markdown.read(Task("a.md", "sha256:00", text.encode("utf-8", "surrogateescape"))).copies[0]


def blocks(text: str) -> list[tuple[str, str]]:
    return [(b.kind, b.text) for b in received(opened(text).document).blocks]


def spans(text: str) -> list[tuple[str, str, str | None]]:
    (block,) = received(opened(text).document).blocks
    return [(s.kind, block.text[s.start : s.end], s.href) for s in block.spans]


def accounted(document: Document) -> None:
    """Every letter of the source is in a block or left out with a reason, and no piece lies wrong."""
    held = bytearray(len(document.source))
    for block in document.blocks:
        for piece in block.pieces:
            assert 0 <= piece.start <= piece.end <= len(document.source)
            held[piece.start : piece.end] = b"x" * (piece.end - piece.start)
    for gap in document.left_out:
        assert gap.reason
        held[gap.start : gap.end] = b"x" * (gap.end - gap.start)
    lost = [match[0] for match in re.finditer(r"\w+", document.source) if not all(held[match.start() : match.end()])]
    assert lost == []


def test_the_sample_is_read_as_its_marks_say(sample: Sample) -> None:
    """Fields on top, title, chapters, emphasis, a quotation, a list, a rule, a picture: all of them, in their order."""
    found = open_item(Task("orchard.md", "sha256:00", sample("markdown/orchard.md").read_bytes()))
    (copy,) = found.copies
    m = copy.metadata
    assert (found.format, m.title, [c.name for c in m.creators], m.fandoms) == (
        "markdown",
        "The Orchard, Again",
        ["Maren Holt"],
        ("Lock & Weir",),
    )
    assert m.tags == ("slow burn", "Bees, and More Bees")
    assert m.summary == "A keeper of bees goes away, and comes back."
    read = received(copy.document).blocks
    assert [(b.kind, b.part, b.chapter) for b in read] == [
        ("paragraph", "summary", None),
        ("heading", "title", None),
        ("heading", "story", 1),
        ("paragraph", "story", 1),
        ("quote", "story", 1),
        ("scene-break", "story", 1),
        ("list-item", "story", 1),
        ("list-item", "story", 1),
        ("heading", "story", 2),
        ("image", "story", 2),
        ("paragraph", "story", 2),
    ]
    assert read[0].text == "A keeper of bees goes away, and comes back."
    assert [(s.kind, read[3].text[s.start : s.end]) for s in read[3].spans] == [("emphasis", "told"), ("strong", "not once")]
    accounted(copy.document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a *b* c", [("emphasis", "b", None)]),
        ("a **b *c* d** e", [("emphasis", "c", None), ("strong", "b c d", None)]),
        ("***both***", [("emphasis", "both", None), ("strong", "both", None)]),
        ("snake_case_name and 2*3*4", [("emphasis", "3", None)]),
        ("~~gone~~ and `kept *so*`", [("strikethrough", "gone", None), ("code", "kept *so*", None)]),
        ("[there](https://a.example/b_c_d 'x')", [("link", "there", "https://a.example/b_c_d")]),
        ("<https://a.example/x>", [("link", "https://a.example/x", "https://a.example/x")]),
        ("<i>in *both*</i> <u>kinds", [("emphasis", "both", None), ("emphasis", "in both", None), ("underline", "kinds", None)]),
    ],
)
def test_marks_inside_a_paragraph(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    """Emphasis, code, links and the tags of HTML that mean the same; an underscore inside a word is none."""
    assert sorted(spans(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("one\ntwo\\\nthree  \nfour", "one two\nthree\nfour"),
        ("\\*not\\* &amp; &lt;so&gt;", "*not* & <so>"),
        ("> a\n> b", "a b"),
        ("1988. A good year.", "1988. A good year."),
        ("    She indented it.", "She indented it."),
        ("[Maren]: yes", "[Maren]: yes"),
        ("~~~ never code", "~~~ never code"),
        ("a<br>b", "a\nb"),
        ("<center>in the middle</center>", "in the middle"),
    ],
)
def test_a_paragraph_reads_as_a_person_reads_it(text: str, reads: str) -> None:
    """Line ends, escapes and entities; and what a rule of Markdown would have swallowed in a story."""
    assert [words for _, words in blocks(text)] == [reads]


def test_a_line_of_dashes_under_a_paragraph_is_a_rule() -> None:
    """Under a sentence it parts scenes; under a few words without a stop it makes a heading."""
    assert blocks("He went home, and slept.\n---\nMorning.") == [
        ("paragraph", "He went home, and slept."),
        ("scene-break", "* * *"),
        ("paragraph", "Morning."),
    ]
    assert blocks("Morning\n-------\nHe woke.") == [("heading", "Morning"), ("paragraph", "He woke.")]


def test_what_stands_between_two_rules_is_no_metadata() -> None:
    """A story that begins with a rule: its lines have no keys, and stay."""
    assert ("paragraph", "Nobody spoke, and the lamp went out.") in blocks(
        "---\nNobody spoke, and the lamp went out.\n\n---\n\nThen day."
    )


def test_a_header_of_labels_is_read_in_markdown_too() -> None:
    """A heading with by NAME under it: title and author, the mark of the heading is not the title's."""
    copy = opened("# The Weir\nby Odile Farr\n\nThe water stood.\n")
    assert (copy.metadata.title, [c.name for c in copy.metadata.creators]) == ("The Weir", ["Odile Farr"])
    assert received(copy.document).blocks[0].text == "The Weir"


def test_line_ends_of_windows_and_odd_characters_keep_their_places() -> None:
    """CR LF, a NUL, tabs, letters of two units: every piece stands where it says, and reads what stands there."""
    copy = opened("# A\r\n\r\none *tw\U0001f600o*\r\n\tthree \0 four\r\n\r\n- x\r\n\ty\r\n")
    accounted(copy.document)
    assert [b.text for b in received(copy.document).blocks] == ["A", "one tw\U0001f600o three \0 four", "x y"]


def test_any_text_is_read_and_accounted_for() -> None:
    """Six hundred heaps of marks: no error, every letter accounted for."""
    drawn = random.Random(20261124)
    marks = ["*", "**", "_", "`", "```", "~~", "# ", "> ", "- ", "1. ", "[", "](", ")", "![", "<b>", "</b>", "<", "&amp;", "\\", "\n", "\n\n", "    ", "\t", "---\n", "===\n", "\r\n", "\0", "|"]  # fmt: skip
    for _ in range(600):
        text = "".join(
            drawn.choice([drawn.choice(marks), drawn.choice(["word ", "salt", " and ", "é "])])
            for _ in range(drawn.randint(1, 60))
        )
        try:
            copy = opened("w " + text)
        except IntakeError:
            continue
        accounted(copy.document)


@pytest.mark.parametrize("heap", ["[", "*a ", "`", "> ", "- ", "<a ", "![", "_", "a*", "[a](", "\\", "&#"])
def test_a_heap_of_one_mark_is_read(heap: str) -> None:
    """Twelve thousand of any mark on one line: read, and accounted for."""
    copy = opened("word " + heap * (12_000 // len(heap)))
    accounted(copy.document)
