"""Pages: AO3's download and page, any other saved page, and pages that are no works."""

from __future__ import annotations

import ast
import random
import re
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import variorum
from variorum.counting import ao3_words
from variorum.document import Document, received
from variorum.errors import IntakeError, MalformedItem
from variorum.intake import FAULTS, FORMATS, Copy, Opened, Task, open_item, refusals
from variorum.intake.ao3 import extent, relation, stats
from variorum.intake.markup import parse
from variorum.model import Creator, Series

SAMPLES = Path(__file__).parent / "samples"
PAGES = sorted(p for folder in ("ao3-html", "ao3-page", "html") for p in (SAMPLES / folder).iterdir())
Sample = Callable[[str], Path]


def opened(path: Path, data: bytes | None = None) -> Opened:
    return open_item(Task(path.name, "sha256:0", path.read_bytes() if data is None else data))


def only(path: Path) -> Copy:
    (copy,) = opened(path).copies
    return copy


def story(document: Document) -> list[str]:
    return [b.text for b in received(document).blocks if b.part == "story"]


def parts(document: Document, part: str) -> list[tuple[int | None, str]]:
    return [(b.chapter, b.text) for b in received(document).blocks if b.part == part]


def left(document: Document) -> dict[str, str]:
    found: dict[str, str] = {}
    for gap in document.left_out:
        found[gap.reason] = found.get(gap.reason, "") + document.source[gap.start : gap.end]
    return found


# ---------------------------------------------------------------- laws, over every sample


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_letter_of_a_page_is_read_or_left_out_with_a_reason(path: Path) -> None:
    """Outside tags, scripts and style sheets nothing is missing, and nothing is taken twice."""
    document = only(path).document
    source = document.source
    taken = bytearray(len(source))
    for block in document.blocks:
        for piece in block.pieces:
            assert not any(taken[piece.start : piece.end]) or source[piece.start] == "<"
            taken[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    for gap in document.left_out:
        assert gap.reason
        taken[gap.start : gap.end] = b"\1" * (gap.end - gap.start)
    for tag in re.finditer(
        r"""<(?:style|script)\b.*?</(?:style|script)>|</?[a-zA-Z](?:"[^"]*"|'[^']*'|[^<>"'])*>""", source, re.DOTALL
    ):
        taken[tag.start() : tag.end()] = b"\1" * (tag.end() - tag.start())
    missing = "".join(c for c, there in zip(source, taken, strict=True) if not there and c.isalnum())
    assert missing == ""


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_source_gives_the_bytes_back_and_a_record_is_used_again(path: Path) -> None:
    """Each part re-encodes to the bytes; opening with the recorded decode gives the same document."""
    data = path.read_bytes()
    copy = only(path)
    (part,) = copy.document.parts
    text = copy.document.source[part.start : part.end]
    assert bytes.fromhex(part.bom) + text.encode(part.encoding, "surrogateescape") == data
    again = open_item(Task(path.name, "sha256:0", data, ((part.name, part.encoding, part.bom),)))
    assert again.copies[0].document == copy.document


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_damage_never_stops_a_reader(path: Path) -> None:
    """Cut, flipped and doubled bytes end in a document or in an IntakeError with a code, never in anything else."""
    data = path.read_bytes()
    dice = random.Random(path.name)
    for _ in range(25):
        damaged = bytearray(data)
        kind = dice.randrange(3)
        at = dice.randrange(len(damaged))
        if kind == 0:
            del damaged[at:]
        elif kind == 1:
            for _ in range(20):
                damaged[dice.randrange(len(damaged))] = dice.choice(b"<>&\"'/=\0\xff -!")
        else:
            damaged[at:at] = damaged[at : at + 500]
        problem, copies = attempted(path, bytes(damaged))
        if problem is not None:
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.code)
            assert problem.reason
        for copy in copies:
            received(copy.document)


def attempted(path: Path, data: bytes) -> tuple[IntakeError | None, tuple[Copy, ...]]:
    try:
        return None, opened(path, data).copies
    except IntakeError as error:
        return error, ()


SOUP = st.lists(
    st.one_of(
        st.integers(0, 999).map(lambda n: f"word{n:03}x"),
        st.sampled_from(
            [
                *["<p>", "</p>", "<br>", "<br><br>", "<i>", "</i>", "<div>", "</div>", "<div class=comments>", "<nav>", "</nav>"],
                *[
                    "<h2>",
                    "</h2>",
                    "<blockquote>",
                    "</blockquote>",
                    "<hr>",
                    "<ul><li>",
                    "</ul>",
                    "<!--",
                    "-->",
                    "</3",
                    "<she ",
                    "&amp;",
                ],
                *[
                    "<a href=/x>",
                    "</a>",
                    "<table><tr><td>",
                    "</table>",
                    "<pre>",
                    "</pre>",
                    "\n\n",
                    "Title: ",
                    "Rating: PG<br>",
                    "<hr/>",
                ],
                *["<div class=meta>", "<div id=afterword>", "<h2 class=toc-heading>", "<div style='display:none'>", "&nbsp;"],
                *[
                    "<div class='notes module'>",
                    "<blockquote class=userstuff>",
                    "<li>Inspired by <a href=/works/1>",
                    "<select>",
                    "</select>",
                ],
            ]
        ),
    ),
    max_size=40,
)
PLACES = {
    "ao3-html/several-chapters.html": "<p>The oil came on Tuesdays",
    "ao3-page/entire-work.html": "<p>The oil came on Tuesdays",
    "html/ffn-story-with-reviews.html": "<p>There were forms for hail",
    "html/livejournal-brbr.html": "Title: The Ferry",
    "html/fragment-pre.html": "It was the third letter",
}


@pytest.mark.parametrize("name", PLACES)
@given(parts=SOUP)
def test_no_word_is_lost_in_any_soup(name: str, parts: list[str]) -> None:
    """Whatever stands where the story should, each of its words is in a block or left out with a reason."""
    before, after = (SAMPLES / name).read_text("utf-8").split(PLACES[name], 1)
    source = before + " ".join(parts) + " " + PLACES[name] + after
    problem, copies = attempted(Path("soup.html"), source.encode())
    if problem is not None:
        assert problem.code in ("no-text", "no-story")  # all of it in a menu, or hidden by the page: the bytes are kept
        return
    document = copies[0].document
    inside = [(p.start, p.end) for b in document.blocks for p in b.pieces] + [(g.start, g.end) for g in document.left_out]
    position = len(before)
    for part in parts:
        if part.startswith("word"):
            end = position + len(part)
            assert any(s <= position and end <= e for s, e in inside), (part, source)
        position += len(part) + 1
    pieces = sorted((p.start, p.end) for b in document.blocks for p in b.pieces if p.end > p.start)
    assert all(one[1] <= other[0] for one, other in pairwise(pieces))


def test_every_format_of_this_file_has_a_sample() -> None:
    """A format without a sample is a claim without evidence."""
    seen = {opened(path).format for path in PAGES}
    assert {"ao3-html", "ao3-page", "html"} <= seen
    assert seen <= {form.name for form in FORMATS}


# ---------------------------------------------------------------- AO3's HTML download


def test_a_download_of_several_chapters(sample: Sample) -> None:
    """Typed tags in the source's spelling and order, never split; people, series, dates, ties."""
    copy = only(sample("ao3-html/several-chapters.html"))
    m = copy.metadata
    assert m.title == "The Lamp - Keeper"
    assert [(c.name, c.account, c.role) for c in m.creators] == [
        ("tidewrack", "tidewrack", "author"),
        ("inkfinch", "quillbird", "author"),
    ]
    assert m.fandoms == ("Harrow Point (Radio)", "Lamps, Oil & Glass")
    assert m.rating == "Teen And Up Audiences"
    assert m.warnings == ("Creator Chose Not To Use Archive Warnings", "Major Character Death")
    assert m.categories == ("F/F", "Gen")
    assert m.relationships == ("Ada Marsh/Wren Okafor",)
    assert m.characters == ("Ada Marsh", "Wren Okafor", "The Cat")
    assert m.tags == ("Lighthouses", "no beta, we drown like sailors", "Letters")
    assert m.language == "en"
    assert m.series == (
        Series("Lights, and Other Signals", 2.0, "https://archiveofourown.org/series/811"),
        Series("The Cat's Year", 1.0, "https://archiveofourown.org/series/812"),
    )
    assert m.collections == ("Lantern Fest 2024", "Quiet Stories")
    assert (m.published, m.updated, m.status, m.chapters_stated, m.chapters_held) == (
        "2024-01-05",
        "2024-02-11",
        "complete",
        "3/3",
        3,
    )
    assert m.summary == "Ada keeps the lamp. The lamp, it turns out, keeps Ada.\n\nOr: six letters & one cat."
    assert (m.site, m.url) == ("archiveofourown.org", "https://archiveofourown.org/works/70001")
    assert [(r.relation, r.direction, r.title, [c.name for c in r.creators]) for r in m.relations] == [
        ("inspired-by", "out", "Fog Signals", ["gullcry"]),
        ("translation-of", "out", None, ["brume"]),
        ("inspired-by", "in", "The Cat's Account", ["mewl"]),
    ]
    assert m.gifts == ()
    assert {m.trust[f] for f in ("title", "fandoms", "series", "summary")} == {"site"}


def test_the_words_of_a_download_are_counted_as_ao3_counts_them(sample: Sample) -> None:
    """The stated number is near the counted one, so the copy is whole."""
    copy = only(sample("ao3-html/several-chapters.html"))
    counted = sum(ao3_words(b.text) for b in received(copy.document).blocks if b.part == "story" and b.level != 1)
    assert copy.metadata.words_stated is not None
    assert abs(copy.metadata.words_stated - counted) <= 3
    assert copy.metadata.extent == "whole"


def test_chapters_notes_and_titles_stand_apart(sample: Sample) -> None:
    """Titles are headings of the title alone; notes, summaries and bylines are parts of their chapter."""
    document = only(sample("ao3-html/several-chapters.html")).document
    heads = [(b.chapter, b.level, b.text) for b in received(document).blocks if b.kind == "heading"]
    assert heads == [(1, 1, "Oil"), (2, 3, "A list of what the cat ate"), (3, 1, "Chapter and Verse")]
    assert parts(document, "summary")[-1] == (1, "In which a tin is dented.")
    assert parts(document, "notes-before") == [(None, "For everybody who ever waited for a boat."), (1, "Written on a train.")]
    assert parts(document, "notes-after") == [
        (1, "The tins are real; my aunt had four."),
        (None, "Thank you to gullcry for reading it twice."),
    ]
    assert (2, "Chapter by inkfinch (quillbird)") in parts(document, "credits")
    told = "\n".join(story(document))
    assert "Neither am I" in told
    assert "<3" in told
    for written_by_the_site in ("Chapter 1", "Chapter Notes", "drop by the Archive", "Posted originally", "Summary"):
        assert written_by_the_site not in told
    reasons = left(document)
    assert "Rating:" in reasons["read as metadata"]
    assert "Chapter 3: " in reasons["the number of the chapter, written by the archive's software"]
    assert "drop by the Archive" in reasons["written by the archive's software"]


def test_an_imported_work_names_author_and_archivist(sample: Sample) -> None:
    """In "NAME [archived by X]" X is not the author; a quotation that says "Summary" is story."""
    copy = only(sample("ao3-html/one-chapter-archived.html"))
    assert [(c.name, c.role) for c in copy.metadata.creators] == [("Marigold", "author"), ("tablekeeper", "archivist")]
    assert copy.metadata.language == "pt-BR"
    assert (copy.metadata.chapters_stated, copy.metadata.status, copy.metadata.extent) == ("1/1", "complete", "whole")
    assert story(copy.document)[2:4] == ["Summary", "Dear all, I shall be late. Begin without me."]
    assert left(copy.document)["a hidden heading written by the archive's software"] == "Nine Teacups"


def test_the_template_before_2019(sample: Sample) -> None:
    """Singular labels, chapters before words, titles without numbers, the old wording of the warning, Anonymous."""
    copy = only(sample("ao3-html/before-2019-template.html"))
    m = copy.metadata
    assert m.warnings == ("Creator Chose Not To Use Archive Warnings",)
    assert m.creators == (Creator("Anonymous", "author", "archiveofourown.org"),)
    assert (m.chapters_stated, m.words_stated, m.status, m.extent) == ("2/?", 80, "in-progress", "whole")
    assert story(copy.document)[0] == "A Debt of Nine Shells"
    assert {b.chapter for b in received(copy.document).blocks} == {1, 2}


def test_a_download_cut_off_is_partial_and_says_so(sample: Sample) -> None:
    """What is there is read; two of three chapters are not the whole."""
    result = opened(sample("ao3-html/cut-off-in-chapter-two.html"))
    assert result.copies[0].metadata.extent == "partial"
    assert "cut off" in result.note
    assert story(result.copies[0].document)[-1].startswith("On the tenth day")


def test_a_download_cut_off_before_the_story_is_malformed(sample: Sample) -> None:
    """A preface alone is no copy."""
    path = sample("ao3-html/several-chapters.html")
    data = path.read_bytes()
    with pytest.raises(MalformedItem) as caught:
        opened(path, data[: data.index(b'<div id="chapters"')])
    assert caught.value.code == "cut-off"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "Inspired by <a href='/works/5'>Fog by Night</a> by <a rel=author href='/users/a'>a</a>",
            ("inspired-by", "out", "Fog by Night", ["a"]),
        ),
        ("Inspired by [Restricted Work] by brume", ("inspired-by", "out", None, ["brume"])),
        ("Inspired by a work in an unrevealed collection", ("inspired-by", "out", None, [])),
        ("Inspired by a deleted work", ("inspired-by", "out", None, [])),
        (
            "Inspired by <a href='https://example.org/x'>Elsewhere</a> by Somebody Else",
            ("inspired-by", "out", "Elsewhere", ["Somebody Else"]),
        ),
        (
            "Translation into Deutsch available: <a href='/works/6'>Licht</a> by <a rel=author href='/users/b'>b</a>",
            ("translation-of", "in", "Licht", ["b"]),
        ),
        (
            "A translation of <a href='/works/7'>[Redacted]</a> by Anonymous",
            ("translation-of", "out", "[Redacted]", ["Anonymous"]),
        ),
    ],
)
def test_ties_to_other_works(item: str, expected: tuple[str, str, str | None, list[str]]) -> None:
    """Each sentence AO3 writes, with what is restricted, unrevealed or deleted left nameless."""
    source = f"<li>{item}</li>"
    tie = relation(source, parse(source).elements()[0])
    assert tie is not None
    assert (tie.relation, tie.direction, tie.title, [c.name for c in tie.creators]) == expected


def test_statistics_of_every_age() -> None:
    """Separators, order, "Completed", a work without chapters."""
    assert stats("Published: 2006-07-09 Updated: 2007-06-25 Words: 7,526 Chapters: 3/?") == {
        "published": "2006-07-09",
        "updated": "2007-06-25",
        "words_stated": 7526,
        "chapters_stated": "3/?",
        "status": "in-progress",
    }
    assert stats("Published: 2010-01-01 Completed: 2010-02-01 Chapters: 8/8 Words: 12345")["status"] == "complete"
    assert stats("Published: 2010-01-01 Words: 800") == {"published": "2010-01-01", "words_stated": 800, "status": "complete"}


@pytest.mark.parametrize(
    ("held", "chapters", "words", "stated", "verdict"),
    [
        (3, "3/?", 1000, 1004, "whole"),
        (2, "3/3", 1000, 1500, "partial"),
        (1, None, 99, 100, "whole"),
        (3, "3/3", 400, 1000, "partial"),
        (4, "3/3", 1000, 1000, "unknown"),
        (3, "3/3", 1000, None, "unknown"),
        (3, "3/3", 1400, 1000, "unknown"),
    ],
)
def test_how_much_of_a_work_a_copy_holds(held: int, chapters: str | None, words: int, stated: int | None, verdict: str) -> None:
    """Whole when chapters and words agree with what is stated, partial when there is clearly less, else unknown."""
    assert extent(held, chapters, words, stated)[0] == verdict


# ---------------------------------------------------------------- AO3's page


def test_a_saved_page_of_an_entire_work(sample: Sample) -> None:
    """The page says what a download never does: gifts, prompts; comments and navigation are left out."""
    copy = only(sample("ao3-page/entire-work.html"))
    m = copy.metadata
    assert (m.title, m.url, m.language) == ("The Lamp-Keeper", "https://archiveofourown.org/works/70001", "en")
    assert m.fandoms == ("Harrow Point (Radio)", "Lamps, Oil & Glass")
    assert m.tags == ("Lighthouses", "no beta, we drown like sailors")
    assert m.series == (Series("Lights, and Other Signals", 2.0, "https://archiveofourown.org/series/811"),)
    assert m.gifts == ("gullcry", "mewl")
    assert m.collections == ("Lantern Fest 2024", "Quiet Stories")
    assert (m.words_stated, m.chapters_stated, m.updated, m.status, m.extent) == (55, "2/3", "2024-01-20", "in-progress", "whole")
    assert [(r.relation, r.direction) for r in m.relations] == [
        ("inspired-by", "out"),
        ("prompted-by", "out"),
        ("inspired-by", "in"),
    ]
    assert [c.account for c in m.creators] == ["tidewrack", "quillbird"]
    assert not m.restricted
    assert story(copy.document) == [
        "Oil",
        "The oil came on Tuesdays, in square tins that Wren carried up two steps at a time.",
        "“You could rest,” said Ada, not looking up.",
        "Fog, for nine days. The cat slept on the charts.",
        "Ada wrote letters that could not be posted, and put them in the empty tins, one to a tin.",
    ]
    assert parts(copy.document, "notes-after") == [
        (1, "The tins are real."),
        (None, "Thank you to gullcry for reading it twice."),
    ]
    reasons = left(copy.document)
    assert "the cat is still my favourite" in reasons["comments and kudos"]
    assert "Fandoms" in reasons["navigation"]
    places = [b.start for b in received(copy.document).blocks]
    assert places == sorted(places)


def test_one_chapter_of_many_is_partial_and_keeps_its_number(sample: Sample) -> None:
    """A page of chapter 2 is chapter 2, of a work of three; its address is found in its links."""
    copy = only(sample("ao3-page/one-chapter-of-many.html"))
    assert {b.chapter for b in received(copy.document).blocks if b.part == "story"} == {2}
    m = copy.metadata
    assert (m.chapters_held, m.chapters_stated, m.status, m.extent, m.words_stated) == (1, "3/3", "complete", "partial", 1055)
    assert m.url == "https://archiveofourown.org/works/70001"


def test_a_restricted_work_saved_with_single_file(sample: Sample) -> None:
    """The lock is seen, the moment of saving is read, missing quotes and end tags do no harm."""
    copy = only(sample("ao3-page/restricted-one-chapter-single-file.html"))
    m = copy.metadata
    assert (m.title, m.restricted, m.extent, m.gifts) == ("Enough", True, "whole", ("a friend",))
    assert (m.captured, m.tool) == ("2024-03-10T20:15:40Z", "SingleFile")
    assert story(copy.document) == [
        "A lamp, a cat, a letter.",
        "It was enough; it was, if anything, one more than they had asked for.",
    ]


# ---------------------------------------------------------------- any other page


def test_a_livejournal_entry(sample: Sample) -> None:
    """The author's header is read and stands apart, paragraphs by empty lines, a user's name out of its tag."""
    copy = only(sample("html/livejournal-brbr.html"))
    told = story(copy.document)
    assert told[0] == "On Sundays the ferry ran twice, and Ilse took the second."
    assert told[3].startswith("It was eleven miles round by the bridge. She had — once — walked it")
    assert len(told) == 6
    assert [t for _, t in parts(copy.document, "title")] == ["Title: The Ferry, Sundays", "Rating: PG"]
    assert [t for _, t in parts(copy.document, "notes-before")] == ["Dedication: gullcry, who asked"]
    assert (copy.metadata.title, copy.metadata.rating) == ("The Ferry, Sundays", "General Audiences")
    assert (copy.metadata.site, copy.metadata.trust["title"], copy.metadata.trust["url"]) == (
        "livejournal.com",
        "text",
        "title-page",
    )
    assert "in any shoes at all" in left(copy.document)["comments"]


def test_a_page_with_reviews(sample: Sample) -> None:
    """The story is found by its container; the author by the address of a link."""
    copy = only(sample("html/ffn-story-with-reviews.html"))
    assert story(copy.document)[0] == "Forms"
    assert story(copy.document)[1].startswith("There were forms for hail")
    assert len(story(copy.document)) == 5
    assert [c.name for c in copy.metadata.creators] == ["umbrellastand"]
    assert copy.metadata.title == "The Weather Clerk"


def test_a_post_saved_with_single_file(sample: Sample) -> None:
    """Title, author, dates and address from what the page says of itself; the picture is a block with its words."""
    copy = only(sample("html/single-file-blog.html"))
    m = copy.metadata
    assert (m.title, [c.name for c in m.creators], m.site) == ("the heron (a drabble)", ["lampwick"], "tumblr.com")
    assert (m.published, m.captured) == ("2014-09-02T10:00:00Z", "2021-05-04T15:05:00Z")
    blocks = received(copy.document).blocks
    picture = next(b for b in blocks if b.kind == "image")
    assert (picture.text, picture.image) == ("A heron, in blue ink", "data:image/png;base64")
    assert [b.text[s.start : s.end] for b in blocks for s in b.spans] == ["ours", "good"]
    assert "large birds" in left(copy.document)["other things on the site"]


def test_a_post_of_a_blog_is_its_own_unless_it_is_a_reblog() -> None:
    """The address names who posted it; in a reblog its lines name who wrote it."""
    head = "<html><head><link rel=canonical href='https://lampwick.tumblr.com/post/123456789012'></head><body>"
    words = "<p>The heron came at six, as it did, and stood on one leg in the shallow end of the swimming pool.</p>"
    own = opened(Path("own.html"), f"{head}{words}".encode()).copies[0]
    assert [(c.name, c.account) for c in own.metadata.creators] == [("lampwick", "lampwick")]
    reblog = f"{head}<p><a class=tumblr_blog href=https://gullcry.tumblr.com>gullcry</a>:</p><blockquote>{words}</blockquote>"
    (passed_on,) = opened(Path("reblog.html"), reblog.encode()).copies
    assert [(c.name, c.account) for c in passed_on.metadata.creators] == [("gullcry", "gullcry")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("utf-16.html", "It snowed twice that night: once outside, and once, — very gently — in the hall."),
        ("windows-1251-called-utf-8.html", "Фонарь горел до утра, и никто его не зажигал."),
        ("windows-1252-called-latin-1.html", "“It’s naïve,” she said – “and I like it…”"),
        ("lost-by-other-parsers.html", "I love this </3 said the note <she said> and <! then x > and <? why x ?> it stopped."),
        (
            "fragment-pre.html",
            "It was the third letter that week, and like the other two it had been opened, read, corrected in green ink and closed again with rather better glue.",
        ),
        (
            "word-export.htm",
            "Nobody had built the orchard wall; it had been left, said Old Brand, by people who were going to build something else.",
        ),
    ],
)
def test_the_first_words_of_odd_pages(name: str, words: str) -> None:
    """Each oddity is read through to the story behind it."""
    assert story(only(SAMPLES / "html" / name).document)[0] == words


def test_a_page_whose_story_cannot_be_found_is_taken_whole() -> None:
    """Rather all of it than a word lost."""
    page = "<html><body><div class=menu><div class=comments>Only this stands here, twice over.</div></div></body></html>"
    copy = opened(Path("odd.html"), page.encode()).copies[0]
    assert story(copy.document) == ["Only this stands here, twice over."]


def test_furniture_is_told_from_story_without_names() -> None:
    """Without classes and ids, lists of links and forms are still furniture."""
    prose = "".join(
        f"<p>The {n}th day of rain, and nobody in the house had yet said the word umbrella aloud.</p>" for n in range(4, 9)
    )
    page = (
        "<html><body><ul><li><a href=/a>Home</a></li><li><a href=/b>Stories</a></li><li><a href=/c>Authors</a></li></ul>"
        f"<div><h1>Rain, a comedy</h1><div>{prose}</div></div><form><select><option>Chapter 1</select></form>"
        "<div><a href=/d>Terms</a> | <a href=/e>Privacy</a> | <a href=/f>Contact</a></div></body></html>"
    )
    copy = opened(Path("rain.html"), page.encode()).copies[0]
    assert [t[:4] for t in story(copy.document)] == ["The "] * 5
    assert copy.metadata.title == "Rain, a comedy"


# ---------------------------------------------------------------- no works


@pytest.mark.parametrize(
    ("name", "code", "site"),
    [
        ("ao3-login-wall.html", "login-wall", "archiveofourown.org"),
        ("ao3-adult-gate.html", "adult-gate", "archiveofourown.org"),
        ("ao3-not-found.html", "not-found", "archiveofourown.org"),
        ("ao3-unrevealed.html", "unrevealed", "archiveofourown.org"),
        ("ao3-retry-later.html", "rate-limited", "an unnamed site"),
        ("cloudflare-challenge.html", "challenge", "fanfiction.net"),
        ("ffn-story-not-found.html", "not-found", "fanfiction.net"),
        ("dreamwidth-protected.html", "login-wall", "dreamwidth.org"),
        ("livejournal-adult.html", "adult-gate", "livejournal.com"),
        ("tumblr-sensitive-media.html", "adult-gate", "tumblr.com"),
        ("anywhere-404.html", "not-found", "an unnamed site"),
    ],
)
def test_walls_and_gates_are_refused_by_name(name: str, code: str, site: str) -> None:
    """A page that stands in a work's place is a problem with a code and a sentence that names the site."""
    with pytest.raises(MalformedItem) as caught:
        opened(SAMPLES / "refusals" / name)
    assert caught.value.code == code
    assert site in caught.value.reason
    assert "not a work" in caught.value.reason


def test_a_story_that_mentions_the_words_is_a_story(sample: Sample) -> None:
    """A short story called "404 Not Found", in which a machine says everything a wall says, is read."""
    copy = only(sample("html/story-that-mentions-404.html"))
    assert len(story(copy.document)) == 6
    assert copy.metadata.title == "404 Not Found"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_sample_story_is_refused_for_a_sentence(path: Path) -> None:
    """Every sign of a wall, spoken inside a story, leaves it a story."""
    data = path.read_bytes()
    spoken = "<p>You must log in to continue. 404 not found. Just a moment...</p>".encode(
        "utf-16-le" if path.name == "utf-16.html" else "ascii"
    )
    marker = "</p>".encode("utf-16-le" if path.name == "utf-16.html" else "ascii")
    if marker in data and path.stat().st_size > 1500:
        at = data.rindex(marker) + len(marker)
        assert opened(path, data[:at] + spoken + data[at:]).copies


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b" \n\t \r\n", "empty-file"),
        (b"<html><head></head><body><script>go()</script></body></html>", "no-text"),
        (bytes(range(256)) * 200, "unknown-format"),
    ],
)
def test_what_is_no_page_is_a_problem_not_a_crash(data: bytes, code: str) -> None:
    """Empty, blank, only scripts, a binary called .html: a code and a sentence."""
    with pytest.raises(IntakeError) as caught:
        opened(Path("x.html"), data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>" + b"<div>" * 100_000 + b"the words at the bottom" + b"</div>" * 100_000,
        b"<p title='" + b"x" * 5_000_000 + b"'>the words at the bottom</p><br><br><i>x</i><b>y</b>",
        b"<html>\0<body>\0<p>the words at the bottom\0</p>",
        b"<html><body>" + b"<a " * 30_000 + b"<p>the words at the bottom",
        b"<html><body>" + b"<!--" * 40_000 + b"<p>the words at the bottom",
    ],
    ids=["nested", "attribute", "nul", "unfinished tags", "comments"],
)
def test_pages_that_hang_or_break_other_readers(page: bytes) -> None:
    """Each is read within seconds, and the words at the bottom are there."""
    begun = time.process_time()
    copy = opened(Path("odd.html"), page).copies[0]
    assert "the words at the bottom" in "\n".join(story(copy.document))
    assert time.process_time() - begun < 10


# ---------------------------------------------------------------- the docs


def codes() -> set[str]:
    """Every problem code in the source of intake and its workers: arguments of its errors, and the tables."""
    package = Path(variorum.__file__).parent
    found = {sign.code for sign in refusals._SIGNS} | set(FAULTS)
    for path in [*(package / "intake").rglob("*.py"), package / "workers.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"UnknownFormat": 2, "MalformedItem": 2, "IntakeError": 2, "MemberError": 0, "Failure": 0}.get(
                    node.func.id
                )
                given = node.args[place : place + 1] if place is not None else []
                found |= {n.value for n in given if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found


def test_every_problem_code_is_documented() -> None:
    """docs/formats.md has a row for each code, and none that no longer exists."""
    text = (Path(__file__).parents[1] / "docs" / "formats.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
    assert codes() - rows == set()
    quoted = {
        word for path in (Path(variorum.__file__).parent).rglob("*.py") for word in re.findall(r'"([a-z-]+)"', path.read_text())
    }
    assert rows - quoted == set()


def test_every_format_of_the_registry_is_documented() -> None:
    """docs/formats.md names each format in a heading."""
    text = (Path(__file__).parents[1] / "docs" / "formats.md").read_text("utf-8")
    heads = " ".join(re.findall(r"^## (.*)$", text, re.MULTILINE))
    assert [form.name for form in FORMATS if f"`{form.name}`" not in heads] == []
