"""Markup: no word is lost, every offset is exact, every convention of line breaks is read, and nothing hangs."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.document import Document, Gap, Laid, Span, received
from variorum.intake.markup import DEEPEST, OBJECT, Node, lay, left_out, paragraphs, parse, text_of, tree

FRAGMENTS = [
    *[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<br>",
        "<br/>",
        "<i>",
        "</i>",
        "<b>",
        "</b>",
        "<span style='font-style:italic'>",
        "</span>",
    ],
    *[
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<blockquote>",
        "</blockquote>",
        "<hr>",
        "<pre>",
        "</pre>",
    ],
    *[
        "<h2>",
        "</h2>",
        "<a href='http://example.org/x'>",
        "</a>",
        "<font size=2>",
        "<P ALIGN=center>",
        "</body>",
        "<o:p>",
        "</o:p>",
    ],
    *[
        "</3",
        "<she ",
        "<! ",
        "<? ",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<",
        ">",
        "&",
        "&amp;",
        "&nbsp;",
        "&#8212;",
        "&bogus;",
        "\n",
        "\n\n",
        "  ",
    ],
    *[
        "<script>var code = '<p>';</script>",
        "<style>p {}</style>",
        "<script>",
        "<style>",
        "<title>",
        "</title>",
        "<img src=x alt=y>",
    ],
    *[
        "<q>",
        "</q>",
        "<select>",
        "</select>",
        "<div hidden>",
        "<p style='display:none'>",
        "<textarea>",
        "</textarea>",
        "<br><br>",
        "\0",
        "\ud800",
    ],
]
WORDS = st.integers(0, 999).map(lambda n: f"word{n:03}x")
SOUP = st.lists(st.one_of(WORDS, st.sampled_from(FRAGMENTS)), max_size=60)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def laid(source: str) -> tuple[list[Laid], list[Span], tuple[Gap, ...], Node]:
    root = parse(source)
    blocks, spans = lay(source, root.children)
    return blocks, spans, left_out(source, root, blocks, "elsewhere"), root


@given(SOUP)
def test_every_word_is_in_a_block_or_left_out_with_a_reason(parts: list[str]) -> None:
    """Words outside tags, scripts and style sheets are never lost, whatever soup they swim in."""
    source = " ".join(parts)
    blocks, _, gaps, _ = laid(source)
    inside = [(p.start, p.end) for b in blocks for p in b.pieces] + [(g.start, g.end) for g in gaps]
    position = 0
    for part in parts:
        if part.startswith("word"):
            end = position + len(part)
            assert any(s <= position and end <= e for s, e in inside), (part, source)
        position += len(part) + 1
    assert all(gap.reason for gap in gaps)


@given(SOUP, st.randoms(use_true_random=False))
def test_offsets_are_exact_and_nothing_overlaps(parts: list[str], random: object) -> None:
    """Pieces are disjoint, in the source, and outside every tag of a known kind; gaps and pieces never meet."""
    letters = list("".join(parts))
    for _ in range(3):
        if letters:
            letters[random.randrange(len(letters))] = random.choice("<>'\"=/ a&!-")  # type: ignore[attr-defined]
    source = "".join(letters)
    blocks, spans, gaps, _ = laid(source)
    taken = sorted([(p.start, p.end) for b in blocks for p in b.pieces if p.end > p.start] + [(g.start, g.end) for g in gaps])
    assert all(0 <= s < e <= len(source) for s, e in taken)
    assert all(before[1] <= after[0] for before, after in pairwise(taken))
    assert all(0 <= s.start < s.end <= len(source) for s in spans)
    received(Document("x", source, blocks=tuple(blocks), spans=tuple(sorted(spans, key=lambda s: s[:2]))))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("I love this </3 and you", "I love this </3 and you"),
        ("So <she said> he went", "So <she said> he went"),
        ("a <! b > c <? d ?> e", "a <! b > c <? d ?> e"),
        ("before <!-- never closed", "before never closed"),
        ("one < two and three > two", "one < two and three > two"),
        ("a &amp; b &#8212; c &nosuch; d &lt;i&gt;", "a & b — c &nosuch; d <i>"),
        ("a &#150; b &#x2014; &#99999999999999;", "a – b — &#99999999999999;"),
        ("<![CDATA[x < y & z]]>", "x < y & z"),
        ("see <well-meaning person> there", "see <well-meaning person> there"),
        ("<p <b>unfinished tag</b>", "<p unfinished tag"),
        ("for <lj user=gullcry> with love", "for gullcry with love"),
        ("<q>quoted</q>", "“quoted”"),
    ],
)
def test_words_that_parsers_lose_are_kept(source: str, text: str) -> None:
    """What is no tag is text."""
    assert "\n".join(b.text for b in paragraphs(source)) == text


def test_a_script_that_is_never_closed_takes_no_prose_with_it() -> None:
    """Its code is left out with a reason; the story after it stays."""
    source = "<script>var a=1;var b=a;<p>The story goes on, of course.</p>"
    blocks, _, gaps, _ = laid(source)
    assert [source[p.start : p.end] for b in blocks for p in b.pieces] == ["The story goes on, of course."]
    assert [g.reason for g in gaps] == ["a script or style sheet that is never closed"]
    prose = "<style>It rained all day and nobody minded at all. <p>Then it stopped.</p>"
    assert [b.text for b in paragraphs(prose)] == ["It rained all day and nobody minded at all.", "Then it stopped."]


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    """An address whose quote is missing ends with its tag."""
    source = '<p><a href="http://example.org>the link</a> and <b class="x">more</b> words</p>'
    assert [b.text for b in paragraphs(source)] == ["the link and more words"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("br-br", "<div>One here.<br><br>Two there.<br /><br />\nThree now.</div>"),
        ("empty paragraphs", "<p>One here.</p><p></p><p>Two there.</p><p>&nbsp;</p><p><br></p><p>Three now.</p>"),
        ("indents", "<p>&nbsp;&nbsp;&nbsp; One here.</p><P>&nbsp; &nbsp;Two there.</p><p>Three now."),
        ("br and indents", "One here.<br>&nbsp;&nbsp;&nbsp;Two there.<br>&nbsp;&nbsp;&nbsp;Three now."),
        ("divs", "<div><div>One here.</div><div><br></div><div>Two there.</div><div>Three now.</div></div>"),
        ("fonts", "<font><p><font size=2>One here.</font><p><b></b>Two there.<p><font>Three now.</font></font>"),
        ("end tags only", "One here.</p>Two there.</p>Three now.</p>"),
        ("a line with a space", "One here.<br> &nbsp; <br>Two there.<br>\n<br>Three now."),
        ("table cells", "<table><tr><td><p>One here.</p><p>Two there.</p></td></tr><tr><td>Three now.</td></tr></table>"),
    ],
)
def test_conventions_of_paragraphs(name: str, source: str) -> None:
    """Each convention gives the same three paragraphs."""
    found = paragraphs(source)
    assert [b.text for b in found] == ["One here.", "Two there.", "Three now."], name
    assert {b.kind for b in found} == {"paragraph"}


def test_a_break_after_every_sentence_parts_paragraphs() -> None:
    """Where every line ends a sentence and is long, a single break is meant as a paragraph."""
    lines = [f"This is line number {n}, and it goes on for as long as a paragraph would, to its end." for n in range(5)]
    assert [b.text for b in paragraphs("<div>" + "<br>".join(lines) + "</div>")] == lines


def test_lines_wrapped_by_a_mail_program_are_joined() -> None:
    """A break where the next word no longer fitted is a space; an empty line parts paragraphs."""
    wrapped = (
        "It was the third letter that week, and like the other two it had<br>"
        "been opened, read, corrected in green ink and closed again with<br>rather better glue.<br><br>She sighed."
    )
    assert [b.text for b in paragraphs(wrapped)] == [
        (
            "It was the third letter that week, and like the other two it had been opened, read, corrected in green ink "
            "and closed again with rather better glue."
        ),
        "She sighed.",
    ]
    assert [b.text for b in paragraphs("<pre>" + wrapped.replace("<br>", "\n") + "</pre>")] == [
        b.text for b in paragraphs(wrapped)
    ]


def test_verse_keeps_its_lines() -> None:
    """Short lines that end no sentence are verse, each on its own line of one block."""
    (block,) = paragraphs("<p>Roses are read,<br>Violets are due,<br>The library called<br>It is waiting for you</p>")
    assert (block.kind, block.text.count("\n")) == ("verse", 3)


def test_a_drawing_in_letters_is_left_as_it_stands() -> None:
    """Preformatted text that is no prose keeps every space."""
    source = "<pre> /\\_/\\\n( o.o )\n &gt; ^ &lt;</pre>"
    (block,) = paragraphs(source)
    assert (block.kind, block.text) == ("preformatted", " /\\_/\\\n( o.o )\n > ^ <")


def test_newlines_count_where_there_is_no_markup_for_paragraphs() -> None:
    """Text with empty lines and no paragraph element is read as plain text."""
    parts = [
        f"Paragraph {n} of a text that somebody pasted into a page as it was, newlines and all, one long line each."
        for n in range(5)
    ]
    assert [b.text for b in paragraphs("<body>" + "\n\n".join(parts) + "</body>")] == parts


def test_kinds_of_blocks() -> None:
    """Headings, quotes, lists, tables, rules and pictures keep their kind; a picture keeps its words and its address."""
    source = (
        "<h2>Part</h2><blockquote>Said.<blockquote>Deeper.</blockquote></blockquote><ul><li>one<li>two</ul><hr>"
        "<table><tr><td>Name</td><td>A <i>cat</i></td></tr></table><img src=a.png alt='A heron'><img src=b.png>"
    )
    found = [(b.kind, b.level, b.text, b.image) for b in paragraphs(source)]
    assert found == [
        ("heading", 2, "Part", None),
        ("quote", 1, "Said.", None),
        ("quote", 2, "Deeper.", None),
        ("list-item", 1, "one", None),
        ("list-item", 1, "two", None),
        ("scene-break", 0, "* * *", None),
        ("table", 0, "Name\tA cat", None),
        ("image", 0, "A heron", "a.png"),
        ("image", 0, OBJECT, "b.png"),
    ]


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<em>word</em>", "emphasis"),
        ("<I>word</I>", "emphasis"),
        ("<span style='font-style: italic'>word</span>", "emphasis"),
        ("<b>word</b>", "strong"),
        ("<font style='font-weight:700'>word</font>", "strong"),
        ("<u>word</u>", "underline"),
        ("<del>word</del>", "strikethrough"),
        ("<span style='text-decoration: line-through'>word</span>", "strikethrough"),
        ("<sup>word</sup>", "superscript"),
        ("<sub>word</sub>", "subscript"),
        ("<tt>word</tt>", "code"),
        ("<a href=' http://example.org/a?b=1&amp;c=2 '>word</a>", "link"),
    ],
)
def test_spans(markup: str, kind: str) -> None:
    """Inline structure lies over exactly its words."""
    (block,) = paragraphs(f"<p>A {markup} here.</p>")
    (span,) = block.spans
    assert (block.text[span.start : span.end], span.kind) == ("word", kind)
    assert span.href == ("http://example.org/a?b=1&c=2" if kind == "link" else None)


def test_emphasis_across_paragraphs_ends_where_it_was_ended() -> None:
    """An end tag that comes after the paragraph still ends the emphasis; one that never comes ends with its paragraph."""
    crossed = paragraphs("<p>a <i>b</p><p>c</i> d</p>")
    assert [[b.text[s.start : s.end] for s in b.spans] for b in crossed] == [["b"], ["c"]]
    never = paragraphs("<p>a <i>b</p><p>c d</p>")
    assert [[b.text[s.start : s.end] for s in b.spans] for b in never] == [["b"], []]
    misnested = paragraphs("<p><i>a <b>b</i> c</b> d</p>")
    assert [(b.text[s.start : s.end], s.kind) for b in misnested for s in b.spans] == [("a b", "emphasis"), ("b c", "strong")]


def test_hidden_text_is_left_out_with_its_reason() -> None:
    """What the page hides is not read, and is listed."""
    source = (
        "<p>Seen.</p><div style='color:red; display : none'>Not seen.</div><p hidden>Nor this.</p><noscript>Nor that.</noscript>"
    )
    blocks, _, gaps, _ = laid(source)
    assert [source[p.start : p.end] for b in blocks for p in b.pieces] == ["Seen."]
    assert {g.reason for g in gaps} == {"hidden on the page", "shown only where scripts are off"}


def test_a_menu_that_is_never_closed_conceals_nothing() -> None:
    """A browser would lose the rest of the page in it; here its words stay."""
    assert [b.text for b in paragraphs("<select>All the <p>words of the rest")] == ["All the", "words of the rest"]
    assert [b.text for b in paragraphs("<p>a</p><select><option>one</select><p>b")] == ["a", "b"]


def test_xhtml_is_read_as_such() -> None:
    """Elements that close themselves hold nothing, CDATA is text, named entities are known."""
    source = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p id="a"/><p>One&nbsp;two &eacute;<![CDATA[ & <three>]]></p></body></html>'
    assert [b.text for b in paragraphs(source)] == ["One\xa0two é & <three>"]


def test_nodes_know_where_they_stand() -> None:
    """Start, inner, close and end cut the very tags out of the source."""
    source = "x<div id=a class='b c'>y<p>z</div>w"
    root = parse(source)
    div = root.ids["a"]
    assert source[div.start : div.end] == "<div id=a class='b c'>y<p>z</div>"
    assert source[div.inner : div.close] == "y<p>z"
    assert root.find(cls="c") is div
    assert root.find("p") is div.elements()[0]
    assert text_of(source, root) == "x y z w"
    part = parse(source, 1, len(source) - 1)
    assert part.ids["a"].start == 1


def test_the_tree_is_never_deeper_than_its_limit() -> None:
    """Elements below the limit are laid flat, their words and their ends of block kept."""
    source = "<div>" * 100_000 + "deep<p>words</p>" + "</div>" * 100_000 + "after"
    depth = max(sum(1 for _ in node.ancestors()) for node in parse(source[: 5 * 2_000]).walk())
    assert DEEPEST <= depth <= DEEPEST + 1
    assert [b.text for b in paragraphs(source)] == ["deep", "words", "after"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("30,000 unfinished tags", "<a " * 30_000),
        ("40,000 comments", "<!--" * 40_000),
        ("40,000 scripts", "<script>" * 40_000),
        ("quotes that never end", '<a =""="' * 20_000),
        ("5 MB in an attribute", "<p class='" + "x" * 5_000_000 + "'>word</p>"),
        ("5 MB in an attribute that never ends", "<p class='" + "x" * 5_000_000),
        ("a million ampersands", "&a" * 500_000),
        ("a number of a million digits", "&#" + "9" * 1_000_000),
        ("document types", "<!doctype [" * 20_000),
        ("unclosed emphasis", "<b><p>word " * 20_000),
        ("breaks", "word<br>" * 40_000),
        ("one long line", "word " * 1_000_000),
        ("nothing but marks", "e" + "\u0301" * 500_000),
        ("cells in cells", "<table><tr><td>a<td>" * 10_000),
        ("NULs", "\0" * 500_000),
    ],
)
def test_small_files_that_hang_other_parsers(name: str, source: str) -> None:
    """Time is linear: all of these together take a few seconds."""
    begun = time.process_time()
    laid(source)
    assert time.process_time() - begun < 8, name


def _told(node: Node) -> tuple[object, ...]:
    """Everything of a tree."""
    inside = tuple(_told(child) if isinstance(child, Node) else child for child in node.children)
    return (node.tag, node.raw, node.start, node.inner, node.close, node.end, inside)


_TAGS = st.sampled_from(
    [
        *FRAGMENTS,
        *[
            '<p class="a">',
            '<em class="id b">',
            "</em>",
            "<em>",
            '</p class="x">',
            "<p>one</p>",
            '<p class="c">two</p>',
            "<p></p>",
        ],
        *["<head>", "</head>", "<title>", "<table>", "<td>", "<button>", "</button>", "<q>"],
        *["<div>" * 210, "</div>" * 9, "<p>" * 3, " "],
    ]
)


@given(st.lists(_TAGS, max_size=25).map("".join))
def test_what_is_read_at_one_look_is_read_as_tag_by_tag(source: str) -> None:
    """Whole paragraphs and plain tags taken at once give the tree that every tag by itself gives, and the same blocks."""
    quick = parse(source)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tree, "_QUICK", re.compile(r"(?!)"))
        slow = parse(source)
    assert _told(quick) == _told(slow)
    assert quick.ids.keys() == slow.ids.keys()
    assert lay(source, quick.children) == lay(source, slow.children)
