"""What holds a text together: cut lines, mail, headings, notes, and texts no rule was made for."""

from __future__ import annotations

import textwrap

import pytest

from variorum.document import Document, ReadingText, reading, received
from variorum.intake import Task, open_item
from variorum.rescue import rescue

STORY = (
    (
        "The keeper put the kettle on and listened to the wind go round the tower, once, twice, three times, like a cat "
        "choosing a bed. It had been doing so since the middle of the afternoon."
    ),
    '"It will blow itself out by four," his sister said, and she was right, as she was about most weather.',
    '"You said so yesterday."',
    '"Yesterday it did."',
    (
        "He poured the tea, and neither of them said another word until the lamp was trimmed and the glass was clean and the "
        "boats that had been waiting behind the bar came in one after the other with their lights low on the water."
    ),
    (
        "Then he laughed. He had not laughed since the old keeper went down the hill with his box of matches, and it came out "
        "rusty, like the hinge of the third gate, which nobody had oiled since nobody used it."
    ),
    '"What?" said his sister, who was counting boats and did not like to be put off it by anybody.',
)


def opened(text: str, name: str = "story.txt") -> Document:
    """A text as intake opens it."""
    return open_item(Task(name, "sha256:test", text.encode())).copies[0].document


def mended(text: str, name: str = "story.txt") -> ReadingText:
    """And as it reads after rescue."""
    return reading(rescue(opened(text, name)))


def story_of(text: ReadingText) -> tuple[str, ...]:
    return tuple(b.text for b in text.blocks if b.part == "story")


def wrapped(width: int) -> list[list[str]]:
    return [textwrap.wrap(p, width) for p in STORY]


# ---------------------------------------------------------------- cut lines


@pytest.mark.parametrize("width", [60, 65, 72])
@pytest.mark.parametrize(
    "joint",
    [
        pytest.param(("\n", "\n\n"), id="blank"),
        pytest.param(("\n", "\n"), id="none"),
        pytest.param(("\n\n", "\n\n"), id="doubled"),
    ],
)
def test_cut_lines_are_paragraphs_again(width: int, joint: tuple[str, str]) -> None:
    """Whatever stands between paragraphs (an empty line, nothing, an empty line after every line), the lines join."""
    line, paragraph = joint
    text = paragraph.join(line.join(lines) for lines in wrapped(width))
    assert story_of(mended(text)) == STORY


def test_doubled_lines_come_as_they_stood() -> None:
    """Bringing doubled lines together changes no letter of the text as it came."""
    text = "\n\n".join(line for lines in wrapped(65) for line in lines)
    assert received(opened(text)).text == text


def test_short_lines_set_apart_are_left_apart() -> None:
    """Lines of verse or of talk with empty lines between them are not taken for a cut text."""
    lines = ["the tide went out", "and nobody saw it go", "the lamp stayed lit", "until four", "then it was day", "and we slept"]
    text = "\n\n".join(lines)
    assert story_of(mended(text)) == tuple(lines)


def test_a_divider_among_doubled_lines_is_a_scene_break() -> None:
    """The lines on both sides of a divider are brought together apart."""
    half = "\n\n".join(line for lines in wrapped(65) for line in lines)
    kinds = [b.kind for b in mended(f"{half}\n\n* * *\n\n{half}").blocks]
    assert kinds == ["paragraph"] * 7 + ["scene-break"] + ["paragraph"] * 7


def test_a_story_quoted_whole_loses_its_marks_and_keeps_its_words() -> None:
    """A forwarded story is no quotation of somebody else's mail."""
    text = "\n>\n".join("\n".join(f"> {line}" for line in lines) for lines in wrapped(65))
    assert story_of(mended(f"On Monday, Pim wrote:\n{text}")) == STORY


# ---------------------------------------------------------------- notes of today

VOICES = (
    ("no beta we die like lighthouse keepers", "note"),
    ("Title from a song the bell buoys sing.", "credit"),
    ("Gift for @ferrymoth, happy birthday!", "credit"),
    ("inspired by @gullandgorse's gorgeous art of the two of them", "credit"),
    ("CW: heights, cold water, one rude gull", "warning"),
    ("hope u enjoy <3", "note"),
    ("comments feed the author!", "feedback"),
    ("come yell at me on tumblr @gullandgorse", "link"),
    ("Characters belong to their respective owners, the kettle is mine.", "disclaimer"),
)


@pytest.mark.parametrize(("note", "label"), VOICES)
def test_notes_of_today_are_told_from_the_story(note: str, label: str) -> None:
    """Alone before or after a story, on its own line: the line is a note of its kind, the story is whole."""
    for text in ("\n\n".join([note, *STORY]), "\n\n".join([*STORY, note])):
        document = rescue(opened(text))
        assert [e.rule for e in document.emendations if e.kind == "part"] == [f"notes.{label}"]
        assert story_of(reading(document)) == STORY


def test_a_story_that_talks_like_notes_is_left_alone() -> None:
    """Thanks, chapters, readers and updates are what people in stories talk of, too."""
    lines = (
        "The man downstairs is a writer. Pim knows this because he types at night.",
        '"Thank you for reading it," the man said. "Let me know what you think of the ending."',
        '"I hope you enjoyed writing it," said Pim.',
        "He read the last chapter twice. There were mistakes in it, about the lamp and about the tides.",
        "Pim left a note on the stairs: more pigeon, please.",
    )
    assert not [e for e in rescue(opened("\n\n".join(lines))).emendations if e.kind == "part"]


def test_a_note_without_a_stop_ends_where_the_story_begins() -> None:
    """On one line, where nobody typed a full stop after the note."""
    note = "this got so long i'm sorry, hope you like it <3"
    text = f"{note} {' '.join(STORY)} {' '.join(STORY)}"
    story = " ".join(story_of(mended(text)))
    assert story.startswith("The keeper put the kettle on")
    assert story.endswith("by anybody.")


# ---------------------------------------------------------------- headings


@pytest.mark.parametrize(
    "headings",
    [
        ("Chapter the First", "Chapter the Second"),
        ("1/3", "2/3"),
        ("i.", "ii."),
        ("~*~ Chapter One ~*~", "~*~ Chapter Two ~*~"),
        ("{ one }", "{ two }"),
        ("Then", "Now"),
        ("Chapter 1/3: Ferry", "Chapter 2/3: Kettle"),
        ("Interlude: The Third Gate", "Coda"),
        ("Ives's POV", "Odile's POV"),
        ("chapter four", "chapter two"),
    ],
)
def test_headings_of_every_style_on_their_own_line(headings: tuple[str, str]) -> None:
    """Numbers of any kind, ornaments around them, whose view it is, when it is: the lines are headings."""
    text = "\n\n".join([headings[0], *STORY, headings[1], *STORY])
    blocks = mended(text).blocks
    assert [b.text for b in blocks if b.kind == "heading"] == list(headings)
    assert story_of(mended(text)) == (headings[0], *STORY, headings[1], *STORY)


def test_initials_and_dates_in_a_flat_line_are_no_headings() -> None:
    """A signature, a name with initials, "a week later Maren": none of them begins a chapter."""
    story = f"{' '.join(STORY)} I remain, V. The gate was shut. A week later Maren came. May I ask? " * 3
    assert not [e for e in rescue(opened(story)).emendations if e.kind == "heading" and e.state == "applied"]


# ---------------------------------------------------------------- HTML soup

_ONE, _TWO, _THREE = STORY[0], STORY[1].replace("right", "<i>right</i>"), STORY[4]
_NAV = "<ul><li><a href=/>Home</a></li><li><a href=/new>New</a></li><li><a href=/tags>Tags</a></li></ul>"
_REVIEW = "<div class=review><p>Guest: I loved the kettle, update soon, the wind was so good in this one.</p></div>"
SOUP = {
    "br br": f"<div>{_ONE}<br /><br />\n{_TWO}<br><br>{_THREE}</div>",
    "one br": f"<div>{_ONE}<br/>\n{_TWO}<br/>\n{_THREE}</div>",
    "nbsp indents": f"<div>&nbsp;&nbsp;&nbsp;{_ONE}<br>&nbsp;&nbsp;&nbsp;{_TWO}<br>&nbsp;&nbsp;&nbsp;{_THREE}</div>",
    "empty paragraphs": f"<p>{_ONE}</p><p>&nbsp;</p><p>{_TWO}</p><p></p><p><br></p><p>{_THREE}</p>",
    "Word": "".join(
        f"<p class=MsoNormal style='mso-margin-top-alt:auto'><span lang=EN-GB style='font-family:Calibri'>{p}<o:p></o:p></span></p>"
        for p in (_ONE, _TWO, _THREE)
    ),
    "Tumblr": "".join(f'<p><span style="font-size:14px">{p}</span></p><p><b></b><br></p>' for p in (_ONE, _TWO, _THREE)),
    "fonts": f"<font face=Georgia><font size=2>{_ONE}</font><p><font size=2>{_TWO}</font><p>{_THREE}</font>",
    "pre": f"<pre>{_ONE}\n\n{_TWO}\n\n{_THREE}</pre>",
    "div soup": "".join(f"<div><div><div>{p}</div></div></div>" for p in (_ONE, _TWO, _THREE)),
    "mixed": f"<p>{_ONE}<br><br>{_TWO}</p><div>&nbsp;&nbsp;{_THREE}</div>",
    "a whole page": (
        f"<html><body><div id=header>{_NAV}</div><div id=storytext>{''.join(f'<p>{p}</p>' for p in (_ONE, _TWO, _THREE))}</div>"
        f"<h3>Reviews</h3>{_REVIEW * 3}<div id=footer>{_NAV}</div></body></html>"
    ),
}


@pytest.mark.parametrize("soup", list(SOUP))
def test_every_kind_of_soup_is_paragraphs(soup: str) -> None:
    """Opened as a page and rescued: the three paragraphs and nothing else, the emphasis on its word."""
    text = mended(SOUP[soup], "page.html")
    blocks = [b for b in text.blocks if b.part == "story"]
    assert [b.text for b in blocks] == [STORY[0], STORY[1], STORY[4]]
    assert [(b.text[s.start : s.end]) for b in blocks for s in b.spans if s.kind == "emphasis"] == ["right"]
