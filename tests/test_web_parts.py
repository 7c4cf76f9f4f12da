"""The reader's pure parts: the apparatus laid over blocks, places in the source, HTML of blocks, plain words."""

from __future__ import annotations

import re
import time

import web_fakes as fakes
from web_client import Checker

from variorum.collation import Comparison, Copy
from variorum.collation.progress import chapters_of
from variorum.collation.side import prepare
from variorum.document import Block, Emendation, Piece, ReadingText, Span, reading
from variorum.doors.web import words
from variorum.doors.web.chapters import book
from variorum.doors.web.lacking import lacking
from variorum.doors.web.marking import mark
from variorum.doors.web.places import PlaceMap
from variorum.doors.web.querying import question
from variorum.doors.web.rendering import Layer, Point, blocks_html, clip, inline
from variorum.model import Apparatus, Difference, Entry, Metadata, Place, Reading


def _text(*paragraphs: str) -> ReadingText:
    """A reading text whose source is its paragraphs in tags of three characters and four."""
    blocks, at = [], 0
    for paragraph in paragraphs:
        start = at + 3
        pieces = (Piece(start, start + len(paragraph)),)
        blocks.append(Block("paragraph", "story", None, paragraph, start, start + len(paragraph), 1.0, (), pieces))
        at = start + len(paragraph) + 4
    return ReadingText(tuple(blocks))


def _apparatus(*entries: Entry) -> Apparatus:
    return Apparatus("A", (), {"B": Difference()}, entries)


def _entry(start, end, lemma, text, kind="word", move=None, lacuna=False, siglum="B") -> Entry:
    return Entry(kind, Place(start, end), lemma, "", (Reading((siglum,), kind, text, 1.0, lacuna, {}),), move)


def test_an_entry_over_two_paragraphs_is_divided():
    """A lemma that crosses a paragraph's end is struck in both, with one anchor, and its reading stands once."""
    text = _text("One two three.", "Four five.")
    first, second = mark(text, _apparatus(_entry(11, 28, "three.\n\nFour", "3 4")), ["B"]).blocks
    assert [(s.start, s.end, s.first) for s in first.strikes] == [(8, 14, True)]
    assert [(s.start, s.end, s.first) for s in second.strikes] == [(0, 4, False)]
    assert [(i.at, i.text) for i in second.inserts] == [(4, "3 4")]
    assert first.changes == (1,)


def test_a_passage_at_a_paragraphs_edge_is_a_paragraph():
    """What another copy has between two paragraphs stands between them; a word more stays in its sentence."""
    text = _text("One two three.", "Four five.")
    passage = _entry(17, 17, "", "A whole new sentence stood here.", "passage")
    block, _ = mark(text, _apparatus(passage), ["B"]).blocks
    assert [i.text for i in block.after] == ["A whole new sentence stood here."]
    block, _ = mark(text, _apparatus(_entry(16, 16, "", "and a half")), ["B"]).blocks
    assert [(i.at, i.text) for i in block.inserts] == [(13, "and a half")]
    block, _ = mark(text, _apparatus(_entry(3, 3, "", "Before anything.\n\nAnd more.", "passage")), ["B"]).blocks
    assert [i.text for i in block.before] == ["Before anything.\n\nAnd more."]


def test_the_ends_of_a_move_point_to_each_other():
    """Both ends of a moved passage know each other's number."""
    text = _text("One two three.", "Four five.")
    away = _entry(3, 17, "One two three.", "", "moved", "m1")
    here = _entry(34, 34, "", "One two three.", "moved", "m1")
    marked = mark(text, _apparatus(away, here), ["B"])
    assert [change.partner for change in marked.changes] == [2, 1]


def test_entries_that_overlap_strike_a_word_once():
    """Two copies' entries over the same words: no stretch is struck twice, and each keeps an anchor."""
    text = _text("One two three four.")
    both = _apparatus(_entry(3, 10, "One two", "1 2"), _entry(7, 16, "two three", "zwei drei", siglum="C"))
    block = mark(text, both, ["B", "C"]).blocks[0]
    ends = [(s.start, s.end) for s in block.strikes]
    assert ends == [(0, 7), (7, 13)]
    assert block.changes == (1, 2)
    covered = mark(text, _apparatus(_entry(3, 16, "One two three", "x"), _entry(7, 10, "two", "", siglum="C")), ["B", "C"])
    assert covered.blocks[0].changes == (1, 2)


def test_what_cannot_be_seen_has_a_sign():
    """A paragraph's end that only the base has stands struck at its end; one that another copy has, and a space, in their place."""
    text = _text("One two.", "Three four.")
    ends = _entry(11, 18, "\n\n", " ", "markup")
    first, second = mark(text, _apparatus(ends), ["B"], small=True).blocks
    assert [(i.at, i.sign, i.lost) for i in first.inserts] == [(8, "¶", True), (8, "", False)]
    assert not second.marked
    begins = _entry(6, 7, " ", "\n\n", "markup")
    block = mark(text, _apparatus(begins), ["B"], small=True).blocks[0]
    assert [(i.at, i.sign, i.lost) for i in block.inserts] == [(4, "¶", False)]
    block = mark(text, _apparatus(_entry(10, 10, "", " ", "typographic")), ["B"], small=True).blocks[0]
    assert [(i.at, i.sign) for i in block.inserts] == [(7, "␣")]


def test_a_scene_break_of_another_copy_is_a_line_of_its_own():
    """It stands between the paragraphs, not in one of them."""
    text = _text("One two.", "Three four.")
    _, block = mark(text, _apparatus(_entry(18, 18, "", "* * *", "markup")), ["B"], small=True).blocks
    assert [i.text for i in block.before] == ["* * *"]
    assert not block.inserts


def _chapters(*chapters: tuple[str, ...]) -> ReadingText:
    """A reading text of chapters; every paragraph a block."""
    blocks = _text(*(paragraph for chapter in chapters for paragraph in chapter)).blocks
    numbers = [number for number, chapter in enumerate(chapters, 1) for _ in chapter]
    return ReadingText(tuple(block._replace(chapter=number) for block, number in zip(blocks, numbers, strict=True)))


def _lacks(text: ReadingText, first: int, at: int = 0) -> str:
    start, end = text.blocks[first].start + at, text.blocks[-1].end
    lacuna = _entry(start, end, "x", "", "passage", lacuna=True)
    marked = mark(text, _apparatus(lacuna), ["B"])
    return lacking(marked, book(text), "A", partial=False)[1].sentence


def test_what_a_partial_copy_lacks_is_said_by_chapter():
    """Whole chapters by their numbers, the end of one in words; a text without chapters has an end."""
    text = _chapters(("One two.", "Three."), ("Four five.", "Six."), ("Seven.",), ("Eight.",))
    assert _lacks(text, 5) == "Chapter 4 is not in copy B."
    assert _lacks(text, 4) == "Chapters 3 and 4 are not in copy B."
    assert _lacks(text, 2) == "Chapters 2–4 are not in copy B."
    assert _lacks(text, 2, 5) == "The end of chapter 2 and chapters 3 and 4 are not in copy B."
    assert _lacks(_text("One two.", "Three."), 1) == "The end of the text is not in copy B."


def test_what_goes_on_where_a_partial_base_stops():
    """The other way round nothing was added either; a passage in the middle was."""
    text = _text("One two.", "Three.")
    beyond = _entry(24, 24, "", "Four five six.\n\nSeven.", "passage")
    assert (
        lacking(mark(text, _apparatus(beyond), ["B"]), book(text), "A", partial=True)[1].sentence
        == "Copy A stops here; B goes on."
    )
    assert not lacking(mark(text, _apparatus(beyond), ["B"]), book(text), "A", partial=False)
    middle = _entry(11, 11, "", "Four five six.", "passage")
    assert not lacking(mark(text, _apparatus(middle), ["B"]), book(text), "A", partial=True)


def test_only_the_copies_asked_for_are_marked():
    """Readings of other copies, and small ones unasked, leave no mark."""
    text = _text("One two three.")
    given = _apparatus(_entry(3, 6, "One", "1", siglum="C"), _entry(7, 10, "two", "TWO", "typographic"))
    assert mark(text, given, ["B"]).changes == ()
    assert len(mark(text, given, ["B"], small=True).changes) == 1
    assert len(mark(text, given, ["C"]).changes) == 1


def test_marks_are_laid_in_linear_time():
    """Ten thousand entries in ten thousand paragraphs are laid in well under two seconds."""
    text = _text(*(f"Paragraph {n} of a long story, with some words in it." for n in range(10_000)))
    entries = [_entry(b.start, b.start + 9, "Paragraph", "Absatz") for b in text.blocks]
    before = time.process_time()
    marked = mark(text, _apparatus(*entries), ["B"])
    assert time.process_time() - before < 2
    assert len(marked.changes) == 10_000


# ---------------------------------------------------------------- places, rendering, words


def test_places_lead_back_through_replaced_pieces():
    """Entities and mended characters map as a whole, plain stretches by the character, gaps to what is before them."""
    blocks = (
        Block("paragraph", "story", None, "a&b", 3, 10, 1.0, (), (Piece(3, 4), Piece(4, 9, "&"), Piece(9, 10))),
        Block("paragraph", "story", None, "cd", 20, 22, 1.0, (), (Piece(20, 22),)),
    )
    places = PlaceMap(blocks)
    assert places.stretches(5, 6) == ((0, 1, 2),)
    assert places.stretches(9, 21) == ((0, 2, 3), (1, 0, 1))
    assert places.stretches(15, 15) == ((0, 3, 3),)
    assert places.stretches(11, 19) == ((0, 3, 3),)
    assert places.stretches(0, 0) == ((0, 0, 0),)
    assert PlaceMap(()).stretches(1, 2) == ()
    text = ReadingText(blocks)
    for offset in range(2):
        at = text.source_of(text.starts[1] + offset)
        assert places.stretches(at, at + 1) == ((1, offset, offset + 1),)


def test_overlapping_elements_nest():
    """Elements that cross are closed and opened again; text and order stay."""
    layers = [Layer(0, 6, "<em>", "</em>"), Layer(3, 9, "<del>", "</del>", "!"), Layer(3, 6, "<s>", "</s>")]
    out = inline("abcdefghi & <", layers, [Point(6, "|"), Point(13, ".")])
    assert out == "<em>abc<del>!<s>def</s></del></em><del>|ghi</del> &amp; &lt;." or Checker(out).wrong == []
    assert re.sub(r"<[^>]+>|[!|.]", "", out) == "abcdefghi &amp; &lt;"
    assert inline("abcdef", [Layer(1, 5, "<b>", "</b>")], [], 2, 4) == "<b>cd</b>"


def test_kinds_of_block_become_their_elements():
    """Headings, quotes in quotes, lists, verse, pictures: each as itself, with its anchor."""

    def block(kind, text, level=0, image=None, spans=()):
        return Block(kind, "story", None, text, 0, len(text), 1.0, spans, (Piece(0, len(text)),), level, image)

    given = (
        block("heading", "One", 1),
        block("quote", "said", 1),
        block("quote", "said within", 2),
        block("list-item", "first"),
        block("list-item", "second"),
        block("verse", "a\nb"),
        block("scene-break", "* * *"),
        block("image", "A picture of a hive", image="https://x.example/y.png"),
        block("paragraph", "linked", spans=(Span(0, 6, "link", "https://x.example"), Span(2, 4, "emphasis"))),
        block("unheard-of", "text"),
    )
    out = blocks_html(given, range(len(given)), lambda address: f"/leaving?to={address}")
    assert '<h2 id="p1">One</h2>' in out
    assert out.count("<blockquote>") == 2
    assert '<ul>\n<li id="p4">first</li>\n<li id="p5">second</li>\n</ul>' in out
    assert 'class="verse">a<br>\nb' in out
    assert 'role="separator"' in out
    assert "<img" not in out
    assert '<a href="/leaving?to=https://x.example" rel="noopener noreferrer">li<em>nk</em>ed</a>' in out
    assert '<p id="p10">text</p>' in out
    assert not Checker(out).wrong


def test_no_text_raises():
    """Lone surrogates, NULs, combining marks and a very long line are printed, in little time."""
    for text in ("\ud800\x00", "\u0301" * 100_000, "x" * 5_000_000, "<" * 500_000, "\n" * 100_000):
        block = Block("paragraph", "story", None, text, 0, len(text), 1.0, (), (Piece(0, len(text)),))
        before = time.process_time()
        out = blocks_html((block,), [0], lambda _: None)
        assert time.process_time() - before < 1
        out.encode()


def test_a_window_is_cut_at_words():
    """Around a change some words are kept, whole ones; little left out is not left out."""
    text = "word " * 200
    low, high = clip(text, 500, 504)
    assert 300 < low < 500
    assert text[low - 1] == " "
    assert text[high] == " "
    assert clip("short text", 2, 3) == (0, 10)


def test_a_book_without_story_and_one_with_stray_notes():
    """No story block: no chapter. Notes of a chapter that has no story go to the front."""
    assert book(ReadingText(())).chapters == []
    note = Block("paragraph", "notes-after", 7, "note", 0, 4, 1.0, (), (Piece(0, 4),))
    story = Block("paragraph", "story", None, "story", 5, 10, 1.0, (), (Piece(5, 10),))
    made = book(ReadingText((note, story)))
    assert made.front == {"notes-after": [0]}
    assert [c.story for c in made.chapters] == [[1]]


def test_words_say_it_plainly():
    """Dates as precise as they are, counts with their plural, certainty as a band."""
    assert words.day("2016-02-28") == "28 February 2016"
    assert words.day("2016-02") == "February 2016"
    assert words.day("2016") == "2016"
    assert words.day("2016-13-40") == "2016"
    assert words.day(None) == ""
    assert words.day("a while ago") == "a while ago"
    assert words.count(1, "copy", "copies") == "1 copy"
    assert words.count(1200, "copy", "copies") == "1,200 copies"
    assert words.listed(["A", "B", "C"]) == "A, B and C"
    assert words.listed([]) == ""
    assert [words.band(c) for c in (0.97, 0.7, 0.1)] == ["sure", "likely", "a guess"]
    assert words.status(Metadata()) == ""
    assert words.minutes(10) == "1 minute"
    assert words.minutes(120_000) == "8 hours"


def test_questions_of_any_shape_are_read():
    """No query string makes the shelf fail."""
    from starlette.datastructures import QueryParams

    for given in ("page=-1", "page=%C2%B2", "take=:&take=x&leave=:x", "q=" + "%00" * 50, "sort=" + "x" * 5000):
        question(QueryParams(given)).address()


def test_emendation_marks_survive_links():
    """A repair inside a link of the text is told, not linked: a link in a link would end both."""
    from variorum.doors.web.mends import repair_overlays

    block = Block("paragraph", "story", None, "linked", 0, 6, 1.0, (Span(0, 6, "link", "https://x.example"),), (Piece(0, 6),))
    repair = Emendation("id1", "emphasis", 0, 6, "linked", "", "r", "why", "g", 0.9)
    overlay = repair_overlays(book(ReadingText((block,))), [0], [repair], "/works/w1/repairs")[0]
    assert overlay.layers[0].opening.startswith("<span")


def test_the_fakes_are_sound():
    """The handmade library's own copies: the flattened line reads as the story again, but for one italic."""
    _, documents = fakes.bees()
    flat, page = reading(documents["C"]), reading(documents["A"])
    assert flat.part("story").text == page.part("story").text


def test_chapters_have_one_number_whoever_counts_them():
    """A preface before the first chapter is of that chapter: the page, the change list and the verdict of what is new agree."""

    def written(chapters: int):
        writer = fakes.Writer()
        writer.add("This was told to me on the sea wall by a keeper who had it from her aunt.")
        for number in range(1, chapters + 1):
            writer.add(f"The {number}. Landing", chapter=number, kind="heading", level=1)
            for n in range(3):
                writer.add(
                    f"Evening {number}.{n} began with rain, and the lamp on landing {number} was lit {n} times.", chapter=number
                )
        return reading(writer.document(f"stair-{chapters}"))

    whole, early = written(4), written(2)
    held = book(whole)
    assert [(c.number, c.title, c.titled) for c in held.chapters] == [(n, f"The {n}. Landing", True) for n in range(1, 5)]
    side = prepare(Copy("A", "A", "A", whole))
    blocks = [whole.block_at(start) for start in side.starts.tolist()]
    assert [held.chapter_of(block) for block in blocks] == chapters_of(side).tolist()
    copies = [Copy("A", "A", "A", whole), Copy("B", "B", "B", early, Metadata(captured="2010-03-01"), partial=True)]
    found = Comparison(copies, "A")
    brings = found.newer["B"].progress
    assert brings is not None
    assert brings.new == (3, 4)
    lacks = lacking(mark(whole, found.apparatus, ["B"]), held, "A", partial=False)
    assert [lack.sentence for lack in lacks.values()] == ["Chapters 3 and 4 are not in copy B."]
