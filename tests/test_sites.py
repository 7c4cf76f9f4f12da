"""Saved pages of sites: FanFiction.net's chapters, AO3's lists and single chapters, and when a download's template was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from opening import only, opened, outline, refused, survives

from variorum.intake.ao3.template import age_of, marks_of
from variorum.intake.bundles import Bundle
from variorum.intake.ffn import crossover, day_of, read_line
from variorum.model import Creator, Series

Sample = Callable[[str], Path]


# ---------------------------------------------------------------- FanFiction.net


def test_a_chapter_of_a_crossover(sample: Sample) -> None:
    """Every field of the header, both fandoms, the pairing in its box, dates from seconds; the page is chapter two of three."""
    copy = only(sample("ffn-page/crossover-chapter-two.html").read_bytes(), "x.html", "ffn-page")
    m = copy.metadata
    assert (m.title, m.url, m.site) == ("The Ferry Goes Over", "https://www.fanfiction.net/s/9000456", "fanfiction.net")
    assert m.creators == (
        Creator(
            "Anselm of the Landing",
            "author",
            "fanfiction.net",
            "Anselm-of-the-Landing",
            "https://www.fanfiction.net/u/9000457",
        ),
    )
    assert m.fandoms == ("Salt Road", "Herons & Clerks")
    assert m.relationships == ("Anselm/The Ferryman",)
    assert m.characters == ("Anselm", "The Ferryman", "Heron No. 3", "Mrs. Ley")
    assert m.tags == ("Hurt/Comfort", "Family")
    assert (m.rating, m.mapped[0].said, m.language) == ("Mature", "M", "en")
    assert (m.published, m.updated) == ("2012-04-28", "2014-03-14")
    assert (m.words_stated, m.chapters_stated, m.status) == (9870, "3/3", "complete")
    assert (m.extent, m.extent_why) == ("partial", "1 of 3 chapters; 35 words found, 9,870 stated")
    assert m.summary == "Two banks, one boat & a heron who does not pay. Sequel to Low Lamp."
    assert set(m.trust.values()) == {"site"}
    assert copy.bundle == Bundle("work https://www.fanfiction.net/s/9000456", 2, 3)
    assert outline(copy) == [
        ("summary", "paragraph", None, "Two banks, one boat"),
        ("story", "heading", 2, "Low Water"),
        ("story", "paragraph", 2, "Disclaimer: I own neither"),
        ("story", "scene-break", 2, "* * *"),
        ("story", "paragraph", 2, "At low water the"),
        ("story", "paragraph", 2, '"She knows the way,"'),
    ]


def test_a_story_of_one_chapter_is_whole(sample: Sample) -> None:
    """No menu, no "Chapters": one chapter, all of it here; the capture is the saving tool's."""
    copy = only(sample("ffn-page/one-chapter-single-file.html").read_bytes(), "x.html", "ffn-page")
    m = copy.metadata
    assert (m.fandoms, m.language, m.rating) == (("Fairy Tales",), "de", "General Audiences")
    assert (m.chapters_stated, m.extent, copy.bundle) == ("1/?", "whole", None)
    assert (m.captured, m.tool) == ("2016-02-28T11:00:00Z", "SingleFile")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Rated: Fiction T - English - Adventure/Sci-Fi - Cy - Chapters: 2 - Words: 9 - id: 1",
            (("Adventure", "Sci-Fi"), ("Cy",)),
        ),
        ("Rated: K - English - Hurt/Comfort - Words: 9 - Complete - id: 1", (("Hurt/Comfort",), ())),
        ("Rated: K - English - Ann - the Younger, Bo - Words: 9 - id: 1", ((), ("Ann - the Younger", "Bo"))),
        ("Rated: K - English - Humor/Nonsense - Words: 9 - id: 1", ((), ("Humor/Nonsense",))),
    ],
)
def test_the_line_of_statistics(line: str, expected: tuple[object, object]) -> None:
    """Hurt/Comfort is one genre, a part that is no list of genres is people, and " - " may stand in a name."""
    found = read_line(line)
    assert (found.get("tags", ()), found.get("characters", ())) == expected


def test_fandoms_of_a_crossover_and_days() -> None:
    """Two fandoms where there are two; one that has a plus of its own stays whole; seconds that are none are no day."""
    assert crossover("A + B Crossover") == ("A", "B")
    assert crossover("A + B + C Crossover") == ("A + B + C",)
    assert crossover("Fairy Tales") == ("Fairy Tales",)
    assert (day_of("1394755200"), day_of("soon"), day_of("9" * 12)) == ("2014-03-14", None, None)


def test_a_page_of_the_site_without_a_story_is_refused() -> None:
    """A header whose text is empty holds no work."""
    page = b'<html><div id="profile_top"><b class="xcontrast_txt">T</b></div><div id="storytext"></div></html>'
    assert refused(page, "x.html")[0] == "no-story"


# ---------------------------------------------------------------- AO3


def test_a_list_of_bookmarks_tells_of_works(sample: Sample) -> None:
    """Each work once with every typed field; the owner's own tags and notes, series and deleted works are none of it."""
    result = opened(sample("ao3-list/bookmarks.html").read_bytes(), "x.html", "ao3-list")
    assert result.copies == ()
    first, second = result.told
    assert [(c.name, c.account) for c in first.creators] == [("Damp Clerk", "damp_clerk"), ("weir", "weir")]
    assert (first.title, first.url) == ("Ink for the Flood Register", "https://archiveofourown.org/works/90000701")
    assert (first.gifts, first.restricted) == (("oakum",), True)
    assert first.fandoms == ("The Flood Office", "Salt, Road and Ferry")
    assert (first.rating, first.categories, first.status) == ("Mature", ("F/F", "Gen"), "in-progress")
    assert first.warnings == ("Major Character Death", "Underage Sex")
    assert [(m.said, m.value) for m in first.mapped] == [("Underage", "Underage Sex")]
    assert (first.relationships, first.characters) == (("Ada/Ottoline",), ("Ada (Flood Office)", "Ottoline"))
    assert first.tags == ("Ink, Water and Other Stains",)
    assert first.summary == "The register is wet.\n\nSo is the clerk & the river."
    assert first.series == (Series("High Water", 2.0, "https://archiveofourown.org/series/900070"),)
    assert (first.updated, first.words_stated, first.chapters_stated, first.language) == ("2019-11-12", 31415, "7/?", "en")
    assert set(first.trust.values()) == {"site"}
    assert [(c.name, c.account) for c in second.creators] == [("Anonymous", None)]
    assert (second.rating, second.status, second.categories) == ("Not Rated", "complete", ())


def test_a_list_of_works_marked_for_later(sample: Sample) -> None:
    """The capture date of the page is that of what it says; deleted works have no line."""
    (m,) = opened(sample("ao3-list/marked-for-later.html").read_bytes(), "x.html", "ao3-list").told
    assert (m.title, m.language, m.captured) == ("A Short Report on Eels", "fr", "2024-05-01T18:00:00Z")


def test_a_long_list_is_read_in_one_pass() -> None:
    """Ten thousand lines, unclosed, give ten thousand works."""
    line = '<li class="work blurb group work-{0}"><h4 class="heading"><a href="/works/{0}">W{0}</a> by Anonymous</h4>'
    data = ("<html><ol>" + "".join(line.format(n) for n in range(1, 10_001))).encode()
    assert len(opened(data, "x.html", "ao3-list").told) == 10_000


def test_a_single_chapter_of_many_is_a_piece_of_its_work(sample: Sample) -> None:
    """A saved chapter page says which chapter of which work it is, so that the others can join it; a whole work does not."""
    copy = only(sample("ao3-page/one-chapter-of-many.html").read_bytes(), "x.html", "ao3-page")
    assert copy.bundle is not None
    assert copy.bundle.key == f"work {copy.metadata.url}"
    assert copy.bundle.of == int((copy.metadata.chapters_stated or "").partition("/")[0])
    assert only(sample("ao3-page/entire-work.html").read_bytes(), "x.html", "ao3-page").bundle is None


def test_a_template_tells_when_a_download_was_made(sample: Sample) -> None:
    """The archive's own words around a work date the file, and are no difference between two copies of it."""
    before = only(sample("ao3-html/before-2019-template.html").read_bytes(), "x.html", "ao3-html").metadata
    after = only(sample("ao3-html/several-chapters.html").read_bytes(), "x.html", "ao3-html").metadata
    assert before.tool == "Archive of Our Own's download, until 2019-01-31"
    assert after.tool == "Archive of Our Own's download, since 2025-10-12"


def test_marks_of_a_template_that_contradict_each_other_say_nothing() -> None:
    """A file somebody edited is not dated."""
    marks = marks_of(["Rating:", "Language:"], "Words: 1,234 Chapters: 2/2", ["Choose Not To Use Archive Warnings"], "")
    assert age_of(marks, numbered=None) is None
    marks = marks_of(["Rating:", "Language:"], "Words: 1234 Chapters: 2/2", [], "let the author know")
    assert age_of(marks, numbered=False) == "Archive of Our Own's download, since 2022-06-12, until 2023-04-12"


@pytest.mark.parametrize(
    "name",
    ["ffn-page/crossover-chapter-two.html", "ao3-list/bookmarks.html", "ao3-page/one-chapter-of-many.html"],
)
def test_mutants_of_pages_are_read_or_refused(sample: Sample, name: str) -> None:
    """Broken pages never crash a reader."""
    survives(sample(name).read_bytes(), "x.html")
