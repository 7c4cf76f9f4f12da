"""FanFicFare: its book with log and notes, page, text, metadata without a story, and EpubMerge's anthologies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import packing
import pytest
from opening import only, opened, outline, reasons, refused, survives, texts

from variorum.document import received
from variorum.intake.fanficfare_json import read_column
from variorum.model import Earlier, Mapped, Series

Sample = Callable[[str], Path]


def test_a_book_of_fanficfare_is_typed_from_its_title_page(sample: Sample) -> None:
    """Fields come from the title page, both authors from their links, commas inside brackets divide nothing."""
    m = only(packing.epub(sample("fanficfare-epub/history-commas-and-ties")), "x.epub", "fanficfare-epub").metadata
    assert (m.title, m.url, m.site) == (
        "The Lighthouse Keeper's Ledger",
        "https://www.fanfiction.net/s/9000778",
        "fanfiction.net",
    )
    assert [(c.name, c.account, c.url) for c in m.creators] == [
        ("Quillwort", "Quillwort", "https://www.fanfiction.net/u/9000777"),
        ("Tansy Hob", "Tansy-Hob", "https://www.fanfiction.net/u/9000779"),
    ]
    assert m.fandoms == ("Salt Road", "Weather Office (TV, 1998)")
    assert m.tags == ("Hurt/Comfort", "Salt & Oil (Verse, the First)", "Gulls")
    assert (m.characters, m.relationships) == (("The Keeper", "The Gull"), ("The Keeper/The Gull",))
    assert m.series == (Series("Lamps", None, "https://www.fanfiction.net/community/Lamps/9000123"),)
    assert (m.language, m.status, m.published, m.updated) == ("en", "in-progress", "2011-05-01", "2014-02-03")
    assert (m.captured, m.tool) == ("2014-02-09", "FanFicFare")
    assert (m.words_stated, m.chapters_stated, m.chapters_held) == (57, "2/?", 2)
    assert (m.extent, m.extent_why) == ("whole", "2 of 2 chapters; 52 words found, 57 stated")
    assert m.summary == "An entry a day, oil & weather.\n\nNobody reads it: everybody signs."
    assert {m.trust[name] for name in ("title", "creators", "fandoms", "rating", "summary", "relations")} == {"title-page"}


def test_what_other_sites_call_ratings_and_warnings_keeps_its_reason(sample: Sample) -> None:
    """AO3's word stands in the field, the source's own beside it with the reason."""
    m = only(packing.epub(sample("fanficfare-epub/history-commas-and-ties")), "x.epub", "fanficfare-epub").metadata
    assert (m.rating, m.warnings) == ("Teen And Up Audiences", ("Major Character Death",))
    assert [(one.field, one.value, one.said) for one in m.mapped] == [
        ("rating", "Teen And Up Audiences", "T"),
        ("warnings", "Major Character Death", "Character Death"),
    ]
    assert all(one.why for one in m.mapped)


def test_notes_marked_in_a_chapter_are_notes_of_the_work_or_of_the_chapter(sample: Sample) -> None:
    """The labels tell: an author's note is the work's, the rest the chapter's; ties are relations; numbers are the tool's."""
    copy = only(packing.epub(sample("fanficfare-epub/history-commas-and-ties")), "x.epub", "fanficfare-epub")
    assert outline(copy)[2:] == [
        ("story", "heading", 1, "Oil"),
        ("credits", "paragraph", None, "Inspired by The Gull's"),
        ("notes-before", "paragraph", None, "For the keeper of"),
        ("summary", "paragraph", 1, "Three cans arrive."),
        ("notes-before", "paragraph", 1, "A can holds five"),
        ("story", "paragraph", 1, "Received, of the supply"),
        ("story", "heading", 1, "Noon"),
        ("story", "paragraph", 1, "The gull has the"),
        ("notes-after", "paragraph", 1, "The chair is real."),
        ("story", "heading", 2, "Weather"),
        ("story", "paragraph", 2, "Fog at four, fog"),
        ("notes-after", "paragraph", None, "Thank you for keeping"),
    ]
    assert [(r.relation, r.direction, r.title, r.creators[0].name) for r in copy.metadata.relations] == [
        ("inspired-by", "out", "The Gull's Account", "tern")
    ]
    spans = [b.text[s.start : s.end] for b in received(copy.document).blocks for s in b.spans if s.kind == "emphasis"]
    assert spans == ["signed"]
    assert "the number of the chapter, written by the download tool" in reasons(copy)


def test_the_log_page_is_the_history_of_the_file(sample: Sample) -> None:
    """Each time the file was written is a state of it with what was new; the log is no text of the work."""
    copy = only(packing.epub(sample("fanficfare-epub/history-commas-and-ties")), "x.epub", "fanficfare-epub")
    first, second = copy.metadata.history
    assert (first.at, second.at) == ("2012-06-30 09:00:00", "2014-02-09 20:15:00")
    assert dict(first.fields)["title"] == "The Keeper's Ledger"
    assert dict(first.fields)["description"] == "Oil. And no weather yet."
    assert (dict(first.fields)["numWords"], dict(second.fields)["numWords"]) == ("31", "57")
    assert "the download tool's own log, read as the history of the file" in reasons(copy)
    assert not any("Update Log" in text for text in texts(copy, "story", "title", "credits"))


def test_subjects_that_were_escaped_twice_are_undone_once(sample: Sample) -> None:
    """Without its title page the book falls back to its package, whose ampersands are ampersands again."""
    data = packing.epub(sample("fanficfare-epub/history-commas-and-ties"), without=lambda name: name.endswith("title_page.xhtml"))
    m = only(data, "x.epub", "fanficfare-epub").metadata
    assert m.tags == ("Hurt/Comfort", "Salt & Oil (Verse, the First)")
    assert (m.trust["tags"], m.status, m.extent) == ("opf", "in-progress", "partial")
    assert [c.name for c in m.creators] == ["Quillwort", "Tansy Hob"]


def test_a_single_page_of_fanficfare(sample: Sample) -> None:
    """Labels from the table, chapters from the anchors, contents left out, notes apart."""
    copy = only(sample("fanficfare-html/toc-and-notes.html").read_bytes(), "x.html", "fanficfare-html")
    m = copy.metadata
    assert (m.title, [c.account for c in m.creators]) == ("Two Letters to a Heron", ["bramwell"])
    assert (m.fandoms, m.categories, m.tags) == (("Herons & Other Clerks",), ("Gen",), ("Epistolary", "Slow Reply"))
    assert (m.rating, m.warnings) == ("General Audiences", ("Creator Chose Not To Use Archive Warnings",))
    assert (m.status, m.chapters_stated, m.words_stated, m.extent) == ("complete", "2/2", 37, "whole")
    assert (m.published, m.updated, m.captured, m.language) == ("2019-04-02", "2019-04-09", "2023-10-11", "en")
    assert outline(copy) == [
        ("summary", "paragraph", None, "He answers by return"),
        ("story", "heading", 1, "The First"),
        ("notes-before", "paragraph", None, "Herons are slow readers."),
        ("story", "paragraph", 1, "Dear Sir, you have"),
        ("story", "heading", 2, "The Second"),
        ("story", "paragraph", 2, "Dear Sir, thank you"),
    ]
    assert {"written by FanFicFare, read as metadata", "written by FanFicFare"} <= reasons(copy)


def test_a_single_page_that_is_cut_off(sample: Sample) -> None:
    """Inside its chapters it is read and partial; before them it is refused with a sentence."""
    data = sample("fanficfare-html/toc-and-notes.html").read_bytes()
    copy = only(data[: data.index(b"The Second</h2>") - 30], "x.html", "fanficfare-html")
    assert (copy.metadata.extent, copy.metadata.chapters_held) == ("partial", 1)
    code, reason = refused(data[: data.index(b'section0001"><h2>') + 17], "x.html")
    assert (code, "cut off" in reason) == ("cut-off", True)


def test_a_text_of_fanficfare(sample: Sample) -> None:
    """Wrapped labels are joined, contents and the last line are the tool's, indented lines are the chapters' titles."""
    copy = only(sample("fanficfare-txt/two-wrapped-chapters.txt").read_bytes(), "x.txt", "fanficfare-txt")
    m = copy.metadata
    assert (m.title, [(c.name, c.account) for c in m.creators]) == (
        "A Short Guide to Borrowed Umbrellas",
        [("Ottoline Reed", "Ottoline-Reed")],
    )
    assert m.characters == ("The Clerk", "A Gentleman Who Has Certainly Never Seen That Umbrella Before")
    assert m.series == (Series("Lost Property", 3.0),)
    assert (m.rating, m.status, m.chapters_stated, m.words_stated) == ("General Audiences", "complete", "2/2", 60)
    assert m.url == "https://www.fanfiction.net/s/9000888"
    assert m.summary is not None
    assert m.summary.startswith("Every umbrella goes home: not always the same day, nor with the same hand.")
    assert [line for line in outline(copy) if line[0] in ("summary", "story")] == [
        ("summary", "paragraph", None, "Every umbrella goes home:"),
        ("summary", "paragraph", None, "Complete in two wet"),
        ("story", "heading", 1, "The Handle"),
        ("story", "paragraph", 1, "An umbrella is known"),
        ("story", "paragraph", 1, '"Not mine," said the'),
        ("story", "heading", 2, "The Ferrule"),
        ("story", "heading", 2, "A Ferrule Is Not"),
        ("story", "paragraph", 2, "It came back on"),
    ]
    assert (m.extent, m.chapters_held) == ("whole", 2)


def test_a_text_without_its_last_line_was_cut_off(sample: Sample) -> None:
    """The tool ends every file with one line; where it is missing the copy is partial and says why."""
    data = sample("fanficfare-txt/two-wrapped-chapters.txt").read_bytes()
    result = opened(data[: data.index(b"It came back") + 30], "x.txt", "fanficfare-txt")
    assert result.copies[0].metadata.extent == "partial"
    assert "cut off" in result.note


def test_metadata_without_a_story_tells_of_a_work(sample: Sample) -> None:
    """Its JSON holds no text, so it is no copy: every typed field is there, with the trust of a tool's JSON."""
    result = opened(sample("fanficfare-json/ao3-work.json").read_bytes(), "x.json", "fanficfare-json")
    assert result.copies == ()
    (m,) = result.told
    assert [(c.name, c.account) for c in m.creators] == [("Marchpane", "marchpane"), ("Anonymous Finch", "finch")]
    assert (m.title, m.url) == ("What Rises Before the Sun", "https://archiveofourown.org/works/90000901")
    assert (m.fandoms, m.categories) == (("The Bakery at the End of the Line",), ("F/F", "Gen"))
    assert m.tags == ("Alternate Universe - Trains", "Yeast & Other Patience")  # ambiguous where it wrote one list
    assert [(s.title, s.position) for s in m.series] == [("Night Shifts", 2.0), ("End of the Line", 5.0)]
    assert (m.chapters_stated, m.words_stated, m.status, m.restricted) == ("4/9", 12345, "in-progress", True)
    assert (m.summary, m.collections) == ("Bread at five, trains at six.\n\n& one of them late.", ("Crumbs 2021",))
    assert set(m.trust.values()) == {"tool-json"}


def test_the_saved_column_of_calibre(sample: Sample) -> None:
    """Lists are lists there, so commas inside values divide nothing."""
    (m,) = opened(sample("fanficfare-column/saved-metadata.html").read_bytes(), "x.html", "fanficfare-column").told
    assert [(c.name, c.account) for c in m.creators] == [("Pell, of the Weir", "pell")]
    assert m.fandoms == ("The Weir, the Mill, and the Miller",)
    assert (m.published, m.captured, m.chapters_stated, m.words_stated) == ("2016-02-28", "2020-08-09", "3/3", 4321)
    assert (m.summary, m.status) == ("The water goes round twice.", "complete")
    assert read_column("<div class='metadata' id='title'>A &amp; B</div>").title == "A & B"


def test_an_anthology_gives_back_each_story_with_its_own_package(sample: Sample) -> None:
    """Two copies, each with its own source, title page and package; nothing of the anthology's package is believed."""
    result = opened(packing.epub(sample("epubmerge-epub/two-stories")), "x.epub", "epubmerge-epub")
    assert [(c.place, c.metadata.title, c.metadata.tool) for c in result.copies] == [
        ("1", "Letters to the Weather Office", "FanFicFare"),
        ("2", "The Lighthouse Keeper's Ledger", "FanFicFare"),
    ]
    first, second = (c.document for c in result.copies)
    assert {p.name.partition("/")[0] for p in first.parts} == {"1"}
    assert {p.name.partition("/")[0] for p in second.parts} == {"2"}
    assert "lighthouse" not in first.source.lower()
    assert result.copies[0].metadata.summary == "A complaint about the rain, & the answer."


def test_an_anthology_that_lost_a_story_gives_the_other(sample: Sample) -> None:
    """A folder whose pages are gone is a sentence, not the end of the other."""
    data = packing.epub(sample("epubmerge-epub/two-stories"), without=lambda name: name.startswith("1/OEBPS/"))
    result = opened(data, "x.epub", "epubmerge-epub")
    assert [c.place for c in result.copies] == ["2"]
    assert {code for _, code, _ in result.skipped} == {"missing-part"}


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b'{"storyUrl": "http://x.example", "siteabbrev": "x", "zchapters": [], "storyId": ', "cut.json", "malformed"),
        (b'{"storyUrl": 1, "siteabbrev": [], "zchapters": [], "storyId": {}, "title": ""}', "none.json", "no-story"),
        (b'{"storyUrl": 1, "siteabbrev": 2, "zchapters": ' + b"[" * 200_000, "deep.json", "too-deep"),
        (b"<div class='metadata' id='title'></div><div class='metadata' id='author'></div>", "none.html", "no-story"),
    ],
)
def test_metadata_that_is_broken_is_refused_with_a_reason(data: bytes, name: str, code: str) -> None:
    """Cut off, empty or nested without end: a code and a sentence."""
    if code == "too-deep":
        data = data.replace(b'"siteabbrev"', b'"storyId": 1, "numChapters": 3, "siteabbrev"')
    assert refused(data, name)[0] == code


def test_foreign_keys_without_number_cost_little() -> None:
    """A file with half a million keys of others is read for what it says; one too large for any metadata is refused."""
    said = {f"k{n}": n for n in range(500_000)} | {"storyUrl": "https://archiveofourown.org/works/1", "title": "Long"}
    data = json.dumps(said | {"siteabbrev": "ao3", "storyId": "1", "numChapters": "1"}).encode()
    assert opened(data, "x.json", "fanficfare-json").told[0].title == "Long"
    assert refused(data[:-1] + b" " * (16 << 20) + b"}", "x.json")[0] == "too-large"


@pytest.mark.parametrize("name", ["fanficfare-epub/history-commas-and-ties", "epubmerge-epub/two-stories"])
def test_mutants_of_books_are_read_or_refused(sample: Sample, name: str) -> None:
    """Broken books never crash a reader."""
    survives(packing.epub(sample(name)), "x.epub")


@pytest.mark.parametrize(
    "name",
    [
        "fanficfare-html/toc-and-notes.html",
        "fanficfare-txt/two-wrapped-chapters.txt",
        "fanficfare-json/ao3-work.json",
        "fanficfare-column/saved-metadata.html",
    ],
)
def test_mutants_of_files_are_read_or_refused(sample: Sample, name: str) -> None:
    """Broken pages, texts and metadata never crash a reader."""
    survives(sample(name).read_bytes(), name.rsplit("/", 1)[-1])


def test_the_new_nouns_are_values() -> None:
    """History and mapped values compare by what they say."""
    assert Earlier("2012", (("title", "A"),)) == Earlier("2012", (("title", "A"),))
    assert Mapped("rating", "Mature", "R", "x") != Mapped("rating", "Mature", "M", "x")
