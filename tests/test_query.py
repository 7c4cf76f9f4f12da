"""The query language: what each piece means, where an error is, and that nothing else is ever raised."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from variorum.catalogue.analysis import folded, pattern, terms
from variorum.catalogue.compiling import compile_query, wanted
from variorum.catalogue.query import FIELDS, FLAGS, SORTS, All, Any, Flag, Not, Range, Term, parse, parse_sort
from variorum.catalogue.snippets import snippet
from variorum.errors import QueryError


def read(text: str) -> list[object]:
    """The parts of a query, terms as short tuples."""

    def brief(node: object) -> object:
        if isinstance(node, Term):
            marks = "".join(m for m, on in (("q", node.whole), ("=", node.exact), ("*", node.begins)) if on)
            return (node.field, node.text, marks)
        if isinstance(node, Not):
            return ("not", brief(node.node))
        if isinstance(node, Any):
            return ("any", *map(brief, node.nodes))
        if isinstance(node, All):
            return ("all", *map(brief, node.nodes))
        return node

    return [brief(node) for node in parse(text).nodes]


MEANINGS = [
    ("", []),
    ("lamp harbour", [(None, "lamp", ""), (None, "harbour", "")]),
    ('"on the pier" lamp', [(None, "on the pier", "q"), (None, "lamp", "")]),
    ("“on the pier”", [(None, "on the pier", "q")]),
    ("-storm", [("not", (None, "storm", ""))]),
    ('-"dark and stormy"', [("not", (None, "dark and stormy", "q"))]),
    ("NOT storm", [("not", (None, "storm", ""))]),
    ("a OR b", [("any", (None, "a", ""), (None, "b", ""))]),
    ("a b OR c OR d e", [(None, "a", ""), ("any", (None, "b", ""), (None, "c", ""), (None, "d", "")), (None, "e", "")]),
    ("a AND b", [(None, "a", ""), (None, "b", "")]),
    ("or and", [(None, "or", ""), (None, "and", "")]),
    ("(a b) OR c", [("any", ("all", (None, "a", ""), (None, "b", "")), (None, "c", ""))]),
    ("-(a b)", [("not", ("all", (None, "a", ""), (None, "b", "")))]),
    ("fandom:'The Keeper's Lamp'", [("fandom", "The Keeper's Lamp", "q")]),
    ('author:"Wren & Finch" lamp', [("author", "Wren & Finch", "q"), (None, "lamp", "")]),
    ("FANDOM:lamp", [("fandom", "lamp", "")]),
    ("rating:teen", [("rating", "teen", "")]),
    ('tag:="Slow Burn"', [("tag", "Slow Burn", "q=")]),
    ("-tag:fluff", [("not", ("tag", "fluff", ""))]),
    ("light*", [(None, "light", "*")]),
    ("don't", [(None, "don't", "")]),
    ("Re: the lamp", [(None, "Re:", ""), (None, "the", ""), (None, "lamp", "")]),
    ("https://example.org/a", [(None, "https://example.org/a", "")]),
    ("12:30", [(None, "12:30", "")]),
    ("lamp - harbour & -- …", [(None, "lamp", ""), (None, "harbour", "")]),
    ("words:>10k", [Range("words", 10_001, None)]),
    ("words:>=10k", [Range("words", 10_000, None)]),
    ("words:<1,500", [Range("words", None, 1499)]),
    ("words:1k..5k", [Range("words", 1000, 5000)]),
    ("words:1.5k..", [Range("words", 1500, None)]),
    ("words:..2m", [Range("words", None, 2_000_000)]),
    ("words:100", [Range("words", 100, 100)]),
    ("updated:2016..2018", [Range("updated", 20_160_000, 20_189_999)]),
    ("updated:>2016", [Range("updated", 20_170_000, None)]),
    ("published:<2016-03", [Range("published", None, 20_160_299)]),
    ("published:2016-02-29", [Range("published", 20_160_229, 20_160_229)]),
    ("is:partial has:versions -is:wip", [Flag("is", "partial"), Flag("has", "versions"), ("not", Flag("is", "wip"))]),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS, ids=[text or "nothing" for text, _ in MEANINGS])
def test_a_query_means_what_the_docs_say(text: str, meaning: list[object]) -> None:
    """Words, phrases, exclusions, OR, fields, ranges and flags are read as docs/search.md describes them."""
    assert read(text) == meaning


ERRORS = [
    ('lamp "on the', 5, "not closed"),
    ("fandom:'The Lamp", 7, "not closed"),
    ("lamp colour:red", 5, "no field 'colour'"),
    ("lamp fandom: x", 12, "needs a value"),
    ("fandom:", 7, "needs a value"),
    ("words:many", 6, "no number"),
    ("words:..", 6, "one end"),
    ("words:1k..x", 10, "no number"),
    ("updated:2016-13", 8, "no date"),
    ("updated:2015-02-29", 8, "no date"),
    ("is:blue", 3, "partial"),
    ("OR a", 0, "between"),
    ("a OR", 2, "between"),
    ("a OR OR b", 5, "between"),
    ("(a", 0, "without its )"),
    ("a)", 1, "without its ("),
    ("fandom:!!", 7, "needs a word"),
    ("(" * 40 + "a" + ")" * 40, 20, "deep"),
    ("a " * 200, 256, "128 parts"),
    ('"' + "a " * 70 + '"', 0, "64 words"),
]


@pytest.mark.parametrize(("text", "position", "says"), ERRORS, ids=[text[:20] for text, _, _ in ERRORS])
def test_an_error_points_at_its_place(text: str, position: int, says: str) -> None:
    """A query that cannot be read says what is wrong and where, counted from 0."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert says in str(caught.value)
    assert caught.value.position == position


def test_a_query_may_not_be_endless() -> None:
    """A query of more than 4,000 characters is refused before it is read."""
    with pytest.raises(QueryError, match="4000"):
        parse("lamp " * 1000)


@given(st.text(st.sampled_from("ab \"'“():-*=.><ORisk0123k\x00\ud800雨\n") | st.characters(), max_size=200))
@example("fandom:" * 50)
@example("-" * 500)
@example("is:partial" + "\x00")
@example("'" * 30)
@example("words:99999999999999999999..")
@example("words:999999999999m")
@example("updated:9999")
def test_hostile_text_gives_a_tree_or_a_query_error(text: str) -> None:
    """Whatever is typed, nothing but QueryError comes out, its place lies in the text, and every tree can be asked of the index."""
    try:
        tree = parse(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017
        str(error).encode()
        return
    compile_query(tree)
    pattern(wanted(tree))


@pytest.mark.parametrize("sort", SORTS)
def test_sorts_are_read_with_their_direction(sort: str) -> None:
    """A minus in front makes an order descend."""
    assert parse_sort(sort) == (sort, False)
    assert parse_sort(f"-{sort}") == (sort, True)


def test_an_unknown_sort_is_a_query_error() -> None:
    """What works cannot be sorted by is refused with what they can be."""
    assert parse_sort(None) is None
    with pytest.raises(QueryError, match="relevance, title"):
        parse_sort("-colour")


def test_every_field_flag_and_sort_is_documented() -> None:
    """docs/search.md names each thing the language knows."""
    text = (Path(__file__).parents[1] / "docs" / "search.md").read_text("utf-8")
    flags = [f"{kind}:{name}" for kind, names in FLAGS.items() for name in names]
    fields = [f"{name}:" for name in FIELDS]
    assert [name for name in (*fields, *flags, *SORTS) if f"`{name}" not in text] == []


# ---------------------------------------------------------------- terms and snippets


def test_terms_do_not_mind_case_accents_or_apostrophes() -> None:
    """The forms people type and the forms that stand in texts become the same terms."""
    assert terms("Café Don’t") == terms("cafe don't") == ["cafe", "don", "t"]


def test_scripts_without_spaces_are_terms_by_character() -> None:
    """Any stretch of Japanese, Chinese or Thai is found as a phrase of its characters."""
    assert terms("雨の日 abc雨") == ["雨", "の", "日", "abc", "雨"]


@given(st.text(max_size=80))
def test_folding_never_changes_the_length(text: str) -> None:
    """Offsets in the folded text are offsets in the text."""
    assert len(folded(text)) == len(text)


def test_folding_keeps_every_code_point_in_its_place() -> None:
    """Not one character of Unicode becomes two when it is folded."""
    everything = "".join(map(chr, range(0x110000)))
    assert len(folded(everything)) == len(everything)


def marks(*phrases: tuple[str, bool]) -> re.Pattern[str] | None:
    return pattern([(terms(text), begins) for text, begins in phrases])


def test_a_snippet_marks_what_was_found_and_escapes_the_rest() -> None:
    """Finds are in <mark>, everything of the text is HTML-escaped."""
    text = 'The <b>Lamp</b> & the "harbour" were dark.'
    assert snippet(text, marks(("lamp", False), ("harbour", False))) == (
        "The &lt;b&gt;<mark>Lamp</mark>&lt;/b&gt; &amp; the &quot;<mark>harbour</mark>&quot; were dark."
    )


def test_a_snippet_shows_the_place_with_most_of_the_words() -> None:
    """Of many finds the stretch with the most different ones is shown, cut at words."""
    text = "lamp " + "grey water and nothing else " * 40 + "the lamp by the harbour wall" + " and more of it" * 40
    shown = snippet(text, marks(("lamp", False), ("harbour", False)))
    assert "<mark>lamp</mark> by the <mark>harbour</mark> wall" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(re.sub("<[^>]*>", "", shown)) < 330


def test_a_snippet_finds_phrases_prefixes_accents_and_japanese() -> None:
    """What the index finds the snippet finds: across punctuation and line ends too."""
    assert "<mark>well,\u2014 known</mark>".replace("\u2014", "—") in snippet(
        "a well,— known place", marks(("well known", False))
    )
    assert "<mark>lighthouse</mark>" in snippet("the lighthouse", marks(("light", True)))
    assert snippet("the lighthouse", marks(("light", False))) == ""
    assert "<mark>Hárbour</mark>" in snippet("Hárbour", marks(("harbour", False)))
    assert "<mark>雨の日</mark>" in snippet("昨日は雨の日だった", marks(("雨の日", False)))


@given(st.text(max_size=300), st.lists(st.tuples(st.text(max_size=12), st.booleans()), max_size=4))
def test_a_snippet_is_safe_whatever_the_text(text: str, phrases: list[tuple[str, bool]]) -> None:
    """Without our marks a snippet holds no tag, and its words are the text's."""
    shown = snippet(text, marks(*phrases))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    body = html.unescape(bare.removeprefix("… ").removesuffix(" …"))
    assert "".join(body.split()) in "".join(text.split())
