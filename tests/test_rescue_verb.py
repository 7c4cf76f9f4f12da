"""`variorum rescue`: any file or a pipe in; text, HTML, Markdown or the operations out; and files that are nothing but trouble."""

from __future__ import annotations

import html
import io
import json
import re
import sys
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum import workbench
from variorum.document import Document, Laid, Piece, Span, received
from variorum.doors.cli import main
from variorum.editions import loose_html, loose_markdown
from variorum.errors import IntakeError

MESSY = "A/N: hope u enjoy <3\n\nShe *meant* it & more: 1 < 2, snake_case, <script>alert(1)</script>.\n\n***\n\n# 4. isnâ€™t a heading\n"


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, *options: str) -> str:
    """What the verb writes for these bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["rescue", "-", *options]) == 0
    return capsys.readouterr().out


def test_a_pipe_gives_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Mended, paragraphs apart, without the note; with --notes it stands where it stood."""
    out = run(monkeypatch, capsys, MESSY.encode())
    assert out.startswith("She *meant* it & more")
    assert "* * *" in out
    assert "isn’t a heading" in out
    assert "hope u enjoy" in run(monkeypatch, capsys, MESSY.encode(), "--notes")


def test_a_pipe_gives_html(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One page of our own elements; nothing of the text is markup there, and a reader of it finds the words again."""
    out = run(monkeypatch, capsys, MESSY.encode(), "--to", "html", "--notes")
    assert out.startswith("<!DOCTYPE html>")
    assert "<script" not in out
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in out
    assert "<em>meant</em>" in out
    assert "<aside>" in out
    (copy,) = workbench.read("again.html", out.encode())
    assert "snake_case, <script>alert(1)</script>." in copy.text.text


def test_a_pipe_gives_markdown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """CommonMark with every telling sign of the text behind a backslash."""
    out = run(monkeypatch, capsys, MESSY.encode(), "--to", "markdown")
    assert out == (
        "She *meant* it \\& more: 1 \\< 2, snake\\_case, \\<script\\>alert(1)\\</script\\>.\n\n***\n\n\\# 4. isn’t a heading\n"
    )


def test_a_pipe_gives_the_operations(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON value: for each copy its blocks and every emendation with its place, rule, reason and state."""
    (copy,) = json.loads(run(monkeypatch, capsys, MESSY.encode(), "--json"))
    mended = {e["rule"]: e for e in copy["emendations"]}
    assert mended["characters.mojibake"]["source"] == "â€™"
    assert mended["characters.mojibake"]["reading"] == "’"
    assert mended["notes.note"]["state"] == "applied"
    assert all(e["why"] and 0 <= e["start"] <= e["end"] <= copy["source_chars"] for e in copy["emendations"])


def test_an_empty_pipe_and_a_form_there_is_not_are_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage errors are exit code 2."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert main(["rescue", "-"]) == 2
    assert main(["rescue", "-", "--to", "pdf"]) == 2
    capsys.readouterr()


# ---------------------------------------------------------------- forms


_PIECES = st.sampled_from(
    [
        "word",
        "*",
        "**",
        "_",
        "`",
        "[x](y)",
        "<b>",
        "&amp;",
        "# ",
        "- ",
        "1. ",
        "> ",
        "---",
        "\\",
        "~",
        " ",
        '"',
        "’",
        "\n",
        "|",
        "!",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=12).map("".join), st.integers(0, 20), st.integers(0, 20))
def test_markdown_gives_the_words_back(source: str, a: int, b: int) -> None:
    """Without its marks and its backslashes every line of Markdown is the line of the text."""
    start, end = sorted((min(a, len(source)), min(b, len(source))))
    spans = (Span(start, end, "emphasis"),) if start < end else ()
    text = received(Document("x", source, blocks=(Laid("paragraph", "story", (Piece(0, len(source)),)),), spans=spans))
    lines = loose_markdown(text.blocks).rstrip("\n").split("\\\n")
    plain = [re.sub(r"\\(.)|\*", lambda m: m[1] or "", line) for line in lines]
    wanted = [re.sub(r"[ \t]+", " ", line).strip() for b in text.blocks for line in b.text.split("\n") if line.strip()]
    assert plain == (wanted or [""])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_html_gives_the_words_back(source: str) -> None:
    """No sign of the text is markup on the page."""
    text = received(Document("x", source, blocks=(Laid("paragraph", "story", (Piece(0, len(source)),)),)))
    page = loose_html(text.blocks, source)
    body = page[page.index("<body>") : page.index("</body>")]
    shown = html.unescape(re.sub(r"<[^>]*>", "", body))
    assert "".join(shown.split()).count("<") == source.count("<") if text.blocks else True


# ---------------------------------------------------------------- trouble

MEGABYTES = 50  # of the one line in the long form


def test_fifty_megabytes_on_one_line(request: pytest.FixtureRequest) -> None:
    """One line of any length is read and mended; of the short form (0.3 MB) memory is a small multiple of the text."""
    long = bool(request.config.getoption("--long"))
    size = MEGABYTES if long else 0.3
    sentence = '"Who is there?" asked the keeper. Nobody was. The wind went round the tower once more and was gone. '
    data = (sentence * (int(size * 1_000_000) // len(sentence))).encode()
    if not long:  # tracing takes ten times as long as reading
        tracemalloc.start()
    (copy,) = workbench.read("wall.txt", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(b.text) for b in copy.text.blocks) > 0.95 * len(data)
    assert peak < 100 * len(data) + 50_000_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("?!.,;:…—\"'()[]{}" * 20_000, id="punctuation"),
        pytest.param("\u0301\u0308\u0327" * 60_000, id="combining marks"),
        pytest.param("a" + "\u0301" * 200_000, id="one letter under many marks"),
        pytest.param("שלום abc. \u202eevil\u202c مرحبا " * 8_000, id="mixed direction"),
        pytest.param("\ud800\udfff She said nothing. " * 8_000, id="lone surrogates"),
        pytest.param("\x00\x01 The lamp went out.\n" * 8_000, id="control characters"),
        pytest.param("=\n" * 20_000, id="soft breaks and nothing else"),
        pytest.param("-- \n" * 8_000, id="signatures without a mail"),
        pytest.param("From: a\nTo: b\n\n" * 5_000, id="headers without a mail"),
        pytest.param("On Monday, Pim wrote:\n> " * 5_000, id="quotations of quotations"),
        pytest.param("the tide went out\n\n" * 5_000, id="doubled lines"),
        pytest.param("A/N: thanks lol <3 " * 20_000, id="notes without a story"),
        pytest.param("Chapter 1/3: " * 20_000, id="headings without a story"),
    ],
)
def test_text_that_is_nothing_but_trouble(text: str) -> None:
    """No exception, and it ends: what is read is written in every form."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        copies = workbench.read("trouble.txt", data)
    except IntakeError:
        return  # a plain reason: what holds no letter may be no text to intake
    for form in workbench.FORMS:
        assert isinstance(workbench.written(copies, form, notes=True), str)


@pytest.mark.parametrize("tag", ["div", "p", "ul", "font", "em"])
def test_a_hundred_thousand_nested_tags(tag: str) -> None:
    """Nesting of any depth is linear in the length of the page, and no word is lost."""
    page = f"<html><body>{f'<{tag}>' * 100_000}The lamp went out, and the boats came in one after the other.</body></html>"
    (copy,) = workbench.read("deep.html", page.encode())
    assert "The lamp went out" in copy.text.text
    assert "The lamp went out" in workbench.written([copy], "html")
