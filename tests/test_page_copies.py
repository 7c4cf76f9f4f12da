"""Books of tools that copy pages, and Wattpad's JSON: what is the author's, what the packager's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import packing
import pytest
from opening import only, opened, outline, reasons, refused, survives, texts

Sample = Callable[[str], Path]


def test_a_book_of_fichub(sample: Sample) -> None:
    """Labels typed, the unlabelled paragraph is the summary; FicHub is the tool, and no author."""
    copy = only(packing.epub(sample("fichub-epub/packager-as-publisher")), "x.epub", "fichub-epub")
    m = copy.metadata
    assert (m.title, [c.name for c in m.creators], m.tool) == ("The Moth Census", ["Tam Ragwort"], "FicHub")
    assert (m.rating, m.mapped[0].said, m.language) == ("General Audiences", "Fiction K+", "en")
    assert (m.characters, m.status, m.published, m.updated) == (("Tam", "The Lantern"), "complete", "2010-05-06", "2010-06-07")
    assert (m.words_stated, m.chapters_stated, m.extent) == (12, "2/2", "whole")
    assert (m.url, m.site, m.trust["url"]) == ("https://www.fanfiction.net/s/9000123", "fanfiction.net", "title-page")
    assert m.summary == "Somebody has to count them."
    assert outline(copy) == [
        ("summary", "paragraph", None, "Somebody has to count"),
        ("story", "heading", 1, "1. Dusk"),
        ("story", "paragraph", 1, "Eleven at the lantern,"),
        ("story", "heading", 2, "2. Dawn"),
        ("story", "paragraph", 2, "None. They had gone"),
    ]
    assert "written by FicHub, read as metadata" in reasons(copy)


def test_a_book_of_webtoepub_with_a_raw_header(sample: Sample) -> None:
    """The site's own line of statistics is typed as the site's pages are."""
    copy = only(packing.epub(sample("webtoepub-epub/raw-header-of-a-site")), "x.epub", "webtoepub-epub")
    m = copy.metadata
    assert (m.title, [(c.name, c.account) for c in m.creators]) == ("The Second Tide Table", [("Oxlip", "Oxlip")])
    assert (m.tags, m.relationships, m.characters) == (("Humor", "Hurt/Comfort"), ("Oxlip/Tern",), ("Oxlip", "Tern"))
    assert (m.rating, m.status, m.chapters_stated, m.words_stated) == ("Teen And Up Audiences", "complete", "2/2", 21)
    assert (m.published, m.updated, m.language) == ("2012-04-28", "2014-03-14", "en")
    assert (m.url, m.extent, m.tool) == ("https://www.fanfiction.net/s/9000124", "whole", "WebToEpub")
    assert texts(copy, "summary") == ["High water comes twice."]
    assert [c for _, kind, c, _ in outline(copy) if kind == "heading"] == [1, 2]


def test_a_book_of_copied_pages(sample: Sample) -> None:
    """Its status line is not believed beside 1/1; the archive's boxes are notes, and ties are relations."""
    copy = only(packing.epub(sample("page-copy-epub/status-that-is-wrong")), "x.epub", "page-copy-epub")
    m = copy.metadata
    assert (m.status, m.chapters_stated, m.rating, m.fandoms) == ("complete", "1/1", "Teen And Up Audiences", ("The Weir",))
    assert [c.name for c in m.creators] == ["Sallow"]
    assert [(r.relation, r.title) for r in m.relations] == [("inspired-by", "The Weir Sings")]
    assert texts(copy, "notes-before")[-1] == "Wet socks ahead."
    assert "For the eels." in texts(copy, "notes-before")
    assert texts(copy, "notes-after") == ["No eels were asked."]
    assert len([t for t in texts(copy, "story") if t.startswith("It rained")]) == 1


@pytest.mark.parametrize(
    "name",
    ["fichub-epub/packager-as-publisher", "webtoepub-epub/raw-header-of-a-site", "page-copy-epub/status-that-is-wrong"],
)
def test_mutants_of_books_are_read_or_refused(sample: Sample, name: str) -> None:
    """Broken books never crash a reader."""
    survives(packing.epub(sample(name)), "x.epub")


# ---------------------------------------------------------------- Wattpad


def test_wattpad_json_tells_of_a_work(sample: Sample) -> None:
    """Without a text it is no copy; every typed field is there, the full name of the person is not."""
    result = opened(sample("wattpad-json/metadata-only.json").read_bytes(), "x.json", "wattpad-json")
    (m,) = result.told
    assert (m.title, m.url, m.site) == ("The Night Ferry", "https://www.wattpad.com/story/9000321", "wattpad.com")
    assert [(c.name, c.account, c.url) for c in m.creators] == [("lowtide", "lowtide", "https://www.wattpad.com/user/lowtide")]
    assert (m.tags, m.language, m.summary) == (("ferry", "slow burn"), "en", "Two tickets.\nOne seat.")
    assert (m.published, m.updated, m.chapters_stated, m.status) == ("2018-03-04", "2020-05-06", "2/?", "in-progress")
    assert (m.rating, m.mapped[0].said) == ("Mature", "mature")
    assert "Realname" not in repr(m)
    assert set(m.trust.values()) == {"tool-json"}


def test_wattpad_json_with_texts_is_a_copy(sample: Sample) -> None:
    """Where the parts hold their HTML it is one; a part without makes it partial."""
    said = json.loads(sample("wattpad-json/metadata-only.json").read_text("utf-8"))
    said["parts"][0]["text"] = "<p>The gangway was <i>up</i>.</p><p>She jumped.</p>"
    copy = only(json.dumps(said).encode(), "x.json", "wattpad-json")
    assert (copy.metadata.extent, copy.metadata.extent_why) == ("partial", "1 of 2 chapters")
    assert outline(copy) == [
        ("story", "heading", 1, "Gangway"),
        ("story", "paragraph", 1, "The gangway was up."),
        ("story", "paragraph", 1, "She jumped."),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"parts": [], "user": {}, "mature": 1, "completed": 2, "url": "https://www.wattpad.com/story/1"', "malformed"),
        (b'{"parts": [], "user": {}, "mature": 1, "completed": 2, "url": "https://www.wattpad.com/story/1"}', "no-story"),
        (b'{"user": 1, "mature": 1, "completed": 2, "wattpad.com": "createDate", "parts": ' + b"[" * 300_000, "too-deep"),
    ],
)
def test_broken_wattpad_json_is_refused(data: bytes, code: str) -> None:
    """Cut off, empty or nested without end: a code and a sentence."""
    assert refused(data, "x.json")[0] == code


def test_mutants_of_wattpad_json_are_read_or_refused(sample: Sample) -> None:
    """Broken JSON never crashes the reader."""
    survives(sample("wattpad-json/metadata-only.json").read_bytes(), "x.json")
