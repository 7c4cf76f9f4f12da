"""The document: what is laid over a source, and the text it gives."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from variorum.document import (
    Block,
    Document,
    Emendation,
    Laid,
    Piece,
    Span,
    emendation_id,
    reading,
    received,
    rule_on,
)
from variorum.document.projection import _project

LINE = '"Hello there." "Yes," he said. He was , you know, tired . - She left. Notes: thanks to me.'


def emend(kind: str, start: int, end: int, text: str, source: str = LINE, certainty: float = 0.9) -> Emendation:
    return Emendation(
        emendation_id("x", start, end, kind, text), kind, start, end, source[start:end], text, "r", "w", "g", certainty
    )


def flat(source: str = LINE) -> Document:
    return Document("x", source, blocks=(Laid("paragraph", "story", (Piece(0, len(source)),)),))


def everything() -> Document:
    at = LINE.index
    return flat().with_emendations(
        [
            emend("break", 14, 15, "\n\n"),
            emend("text", at(" ,"), at(" ,") + 1, ""),
            emend("emphasis", at("was"), at("was") + 3, "was"),
            emend("text", at(" ."), at(" .") + 1, ""),
            emend("scene", at(" - "), at(" - ") + 3, "* * *"),
            emend("part", at("Notes"), len(LINE), "notes-after"),
        ]
    )


def brief(blocks: tuple[Block, ...]) -> list[tuple[str, str, str]]:
    return [(b.kind, b.part, b.text) for b in blocks]


def test_every_kind_of_emendation_does_what_it_says() -> None:
    """A break, an edit, an emphasis, a scene and a part each show in the blocks."""
    text = reading(everything())
    assert brief(text.blocks) == [
        ("paragraph", "story", '"Hello there."'),
        ("paragraph", "story", '"Yes," he said. He was, you know, tired.'),
        ("scene-break", "story", "* * *"),
        ("paragraph", "story", "She left."),
        ("paragraph", "notes-after", "Notes: thanks to me."),
    ]
    assert text.blocks[1].spans == (Span(19, 22, "emphasis", None, 0.9),)
    assert text.blocks[1].begun_by is not None
    assert text.blocks[1].begun_by.kind == "break"


def test_refusing_everything_gives_the_text_as_it_came() -> None:
    """With every emendation refused the reading is the received text."""
    document = everything()
    refused = rule_on(document, {e.emendation: ("refused", "r1", None) for e in document.emendations})
    assert reading(refused).text == received(document).text == LINE
    assert all(e.ruling == "r1" for e in refused.emendations)


def test_a_person_may_put_another_reading() -> None:
    """An edit ruling replaces the reading and keeps the id."""
    document = flat().with_emendations([emend("text", 1, 6, "Hullo")])
    own = rule_on(document, {document.emendations[0].emendation: ("applied", "r2", "Heyo")})
    assert reading(own).text.startswith('"Heyo there."')
    assert own.emendations[0].emendation == document.emendations[0].emendation


def test_an_entity_is_taken_whole() -> None:
    """An edit that begins inside a replaced piece replaces the piece, never half of it."""
    source = "fish &amp; chips"
    document = Document(
        "x", source, blocks=(Laid("paragraph", "story", (Piece(0, 5), Piece(5, 10, "&"), Piece(10, 16))),)
    ).with_emendations([emend("text", 5, 10, "and", source)])
    assert reading(document).text == "fish and chips"
    assert received(document).text == "fish & chips"
    assert received(document).source_of(5) == 5
    assert received(document).source_of(6, end=True) == 10


def test_an_edit_over_several_pieces_is_read_once() -> None:
    """An edit that covers letters, an entity and more letters replaces all of them with one reading."""
    source = "fish &amp; chips and peas"
    laid = Laid("paragraph", "story", (Piece(0, 5), Piece(5, 10, "&"), Piece(10, 25)))
    document = Document("x", source, blocks=(laid,)).with_emendations(
        [emend("text", 5, 16, "peas", source), emend("text", 21, 25, "chips", source)]
    )
    assert reading(document).text == "fish peas and chips"
    over = Document("x", source, blocks=(laid,)).with_emendations([emend("text", 2, 18, "nd", source)])
    assert reading(over).text == "fi" + "nd" + source[18:]


def test_spans_follow_the_text_through_breaks_and_edits() -> None:
    """A span over a break is in both paragraphs; its ends follow a deletion before them."""
    source = "One  two. Three four."
    document = Document(
        "x", source, blocks=(Laid("paragraph", "story", (Piece(0, len(source)),)),), spans=(Span(5, 15, "strong"),)
    ).with_emendations([emend("text", 3, 4, "", source), emend("break", 9, 10, "\n\n", source)])
    first, second = reading(document).blocks
    assert first.text[first.spans[0].start : first.spans[0].end] == "two."
    assert second.text[second.spans[0].start : second.spans[0].end] == "Three"


def test_the_id_of_an_emendation_knows_no_rule() -> None:
    """Equal place, kind and reading give an equal id whatever rule proposed it."""
    assert emendation_id("x", 1, 2, "text", "a") == emendation_id("x", 1, 2, "text", "a")
    assert emendation_id("x", 1, 2, "text", "a") != emendation_id("x", 1, 2, "text", "b")
    assert emendation_id("x", 1, 2, "break", "\udcff") != emendation_id("y", 1, 2, "break", "\udcff")


def test_blocks_out_of_source_order_keep_their_spans_and_parts() -> None:
    """An end note printed before the story: spans and parts are those of each block, in whatever order blocks stand."""
    source = "abcdefghij klmnopqrst"
    blocks = tuple(Laid("paragraph", "story", (Piece(*at),)) for at in ((11, 21), (0, 5), (5, 10), (11, 21)))
    spans = (Span(0, 21, "link"), Span(2, 5, "emphasis"), Span(6, 8, "strong"), Span(12, 14, "emphasis"))
    parts = [emend("part", 0, 10, "summary", source), emend("part", 11, 21, "notes-after", source)]
    text = reading(Document("x", source, blocks=blocks, spans=spans).with_emendations(parts))
    assert [b.part for b in text.blocks] == ["notes-after", "summary", "summary", "notes-after"]
    assert [[(s.start, s.end, s.kind) for s in b.spans if s.kind != "link"] for b in text.blocks] == [
        [(1, 3, "emphasis")],
        [(2, 5, "emphasis")],
        [(1, 3, "strong")],
        [(1, 3, "emphasis")],
    ]
    assert all(any(s.kind == "link" for s in b.spans) for b in text.blocks)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=5),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=5),
    st.permutations(range(5)),
)
def test_the_order_of_blocks_decides_nothing(
    spans: list[tuple[int, int]], stretches: list[tuple[int, int]], turn: list[int]
) -> None:
    """Each block reads the same in whatever order the blocks stand."""
    source = "abcdefghijkl"
    laid = [Laid("paragraph", "story", (Piece(a, b),)) for a, b in stretches if a < b]
    marked = tuple(Span(a, b, "emphasis") for a, b in spans if a < b)
    regions = [emend("part", a, b, f"notes-{a}", source) for a, b in spans if a < b]

    def shown(order: list[Laid]) -> list[Block]:
        edges = Document("x", source, blocks=tuple(order), spans=marked).with_emendations(regions)
        return sorted(reading(edges).blocks)

    assert shown([laid[i] for i in turn if i < len(laid)]) == shown(laid)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    source = draw(st.text(alphabet='ab ."\n*\udc80é', max_size=60))
    count = draw(st.integers(0, 8))
    marks = []
    for _ in range(count):
        start = draw(st.integers(0, len(source)))
        end = draw(st.integers(start, min(len(source), start + 6)))
        kind = draw(st.sampled_from(["text", "break", "scene", "heading", "part", "emphasis"]))
        text = draw(st.sampled_from(["", "z", "notes-after"])) if kind in {"text", "part"} else ""
        marks.append(emend(kind, start, end, text or ("notes-after" if kind == "part" else ""), source))
    middle = draw(st.integers(0, len(source)))
    laid = tuple(Laid("paragraph", "story", (Piece(a, b),)) for a, b in ((0, middle), (middle, len(source))) if a < b)
    return Document("x", source, blocks=laid).with_emendations(marks)


@given(documents())
def test_no_overlay_breaks_the_projection(document: Document) -> None:
    """Any emendations at all: blocks hold their pieces' text, in source order, and letters only go where an edit took them."""
    text = reading(document)
    for block in text.blocks:
        made = "".join(document.source[p.start : p.end] if p.text is None else p.text for p in block.pieces)
        assert made == block.text
        assert all(0 <= s.start < s.end <= len(block.text) for s in block.spans)
    offsets = [(p.start, p.end) for b in text.blocks for p in b.pieces]
    assert offsets == sorted(offsets)
    lost = set("".join(document.source[e.start : e.end] for e in document.emendations if e.kind in {"text", "scene"}))
    for letter in set(document.source) - lost - set(" \n"):
        assert text.text.count(letter) >= document.source.count(letter)


@given(documents(), st.data())
def test_every_place_leads_back_to_the_source(document: Document, data: st.DataObject) -> None:
    """An offset of the reading text maps into the source, and where the text stands as it came it is the same character."""
    text = received(document)
    for at, char in enumerate(text.text):
        if not char.isspace():
            assert document.source[text.source_of(at)] == char
            assert document.source[text.source_of(at + 1, end=True) - 1] == char


def test_an_edit_is_read_in_its_own_block_alone() -> None:
    """What was mended in one block, at its end too, is not said again at the beginning of the blocks after it."""
    source = "One ,\n\nTwo\n\nThree"
    blocks = tuple(Laid("paragraph", "story", (Piece(a, b),)) for a, b in ((0, 5), (7, 10), (12, 17)))
    mended = [emend("text", 3, 5, "!", source), emend("text", 5, 7, "?", source)]
    document = Document("x", source, blocks=blocks).with_emendations(mended)
    assert [b.text for b in reading(document).blocks][1:] == ["Two", "Three"]
    assert reading(document).blocks[0].text.startswith("One!")


@st.composite
def laid_documents(draw: st.DrawFn) -> Document:
    """A source with blocks of pieces, some of them replaced, empty or nothing but white space, and spans over any of it."""
    source = draw(st.text("ab \n\xa0é", min_size=1, max_size=40))
    marks = sorted(draw(st.lists(st.integers(0, len(source)), min_size=2, max_size=12)))
    pieces = [Piece(a, b, draw(st.sampled_from([None, None, " ", "x", "", "\n"]))) for a, b in pairwise(marks)]
    blocks, at = [], 0
    while at < len(pieces):
        size = draw(st.integers(0, 3))
        kind = draw(st.sampled_from(["paragraph", "preformatted", "heading"]))
        blocks.append(Laid(kind, "story", tuple(pieces[at : at + size]), draw(st.sampled_from([None, 1])), 0.9, 2, None))
        at += max(size, 1)
    ends = st.tuples(st.integers(0, len(source)), st.integers(0, len(source)), st.sampled_from(["emphasis", "strong"]))
    spans = sorted(Span(min(a, b), max(a, b), kind) for a, b, kind in draw(st.lists(ends, max_size=4)))
    return Document("sha256:0", source, blocks=tuple(blocks), spans=tuple(spans))


@given(laid_documents())
def test_the_text_as_it_came_is_the_projection_without_emendations(document: Document) -> None:
    """The quick way through a document without emendations gives what the projection of any document gives."""
    assert received(document) == reading(document) == _project(document, ())
