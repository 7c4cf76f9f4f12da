"""What became of the addresses of works: told by archives, kept with day and source, shown where credit is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_archives import STORY, http, warc
from test_cli import ask, said
from web_client import Client

from variorum.catalogue import seen_at
from variorum.doors.web.app import create_app
from variorum.library import Library, streaming
from variorum.model import Viewer

pytestmark = pytest.mark.usefixtures("workers_here")

PLACE = "https://www.fanfiction.net/s/4711/1/The-Ferry-at-Night"
SAME = "http://m.fanfiction.net/s/4711/1/"
LATER = b"2019-07-08T09:10:11Z"
WALL = b"<html><head><title>Log in</title></head><body><h1>Log In</h1><p>You must log in to see this.</p></body></html>"
CROSSPOST = "https://archiveofourown.org/works/882211"


def later(kind: str, url: str, block: bytes, more: str = "") -> bytes:
    return warc(kind, url, block, more).replace(b"2014-03-02T10:11:12Z", LATER)


AFTER = [
    later("response", SAME, http(b"<html>Story not found</html>", 404)),
    later("response", PLACE, http(b"", 301, more="Location: https://www.fanfiction.net/\r\n")),
    later("response", CROSSPOST, http(WALL)),
    later("response", "https://www.fanfiction.net/u/12/somebody", http(b"<html>gone</html>", 404)),
    later("revisit", "https://www.fanfiction.net/s/99/1/", b""),
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    pile = tmp_path / "pile"
    pile.mkdir()
    story = STORY.replace(b"<body>", b"<body><p>Notes: also posted at " + CROSSPOST.encode() + b"</p>", 1)
    (pile / "a.warc.gz").write_bytes(gzip.compress(warc("response", PLACE, http(story))))
    (pile / "b.warc.gz").write_bytes(b"".join(map(gzip.compress, AFTER)))
    with Library(tmp_path / "library", create=True) as made:
        made.add([pile])
        yield made


def told(library: Library) -> list[tuple[str, str | None, str]]:
    (hit,) = library.find("")
    return [(one.outcome, one.day, one.said) for one in library.trace(hit.work).sightings]


def test_a_work_says_what_became_of_its_addresses(library: Library) -> None:
    """Gone and moved on that day, under any form of the address, and what its lost copy's address gave; others say nothing."""
    assert told(library) == [
        ("gone", LATER.decode(), "was answered with 404"),
        ("locked", LATER.decode(), "gave a log-in page"),
        ("moved", LATER.decode(), "was answered with 301, leading to https://www.fanfiction.net/"),
    ]
    (hit,) = library.find("")
    first = library.trace(hit.work).sightings[0]
    assert first.name == f"pile/b.warc.gz!{SAME}"
    assert first.item.startswith("sha256:")


def test_a_copy_that_is_known_and_not_held_says_it_too(library: Library) -> None:
    """The address a note gives answered with a log-in page on a day: said where the copy is listed as known."""
    (known,) = library.credit.known()
    assert known.url == CROSSPOST
    assert [(one.outcome, one.said) for one in known.sightings] == [("locked", "gave a log-in page")]
    assert seen_at(library.catalogue.engine, [CROSSPOST + "/chapters/5", "nowhere"])[CROSSPOST + "/chapters/5"] == list(
        known.sightings
    )


def test_nobody_but_the_keeper_is_told(library: Library) -> None:
    """The names of a keeper's files stay with the keeper."""
    (hit,) = library.find("")
    assert library.trace(hit.work, viewer=Viewer(adult=True, person="guest")).sightings == ()


def test_a_rebuild_and_a_second_adding(library: Library, tmp_path: Path) -> None:
    """The same after adding again and after a rebuild."""
    before = told(library)
    library.add([tmp_path / "pile"])
    assert told(library) == before
    library.rebuild()
    assert told(library) == before


def test_a_streamed_archive_says_the_same(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read some records at a time: each sighting once, in their order."""
    before = told(library)
    monkeypatch.setattr(streaming, "LARGE", 8)
    monkeypatch.setattr(streaming, "_MEMBERS", 1)
    library.rebuild()
    assert told(library) == before


def test_the_doors_show_it(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """The page of the work, `trace` in words and as JSON."""
    (hit,) = library.find("")
    client = Client(create_app(library))
    client.cookies.set("variorum_adult", "yes")
    page = client.get(f"/works/{hit.work}").text
    assert "What became of its addresses" in page
    assert "was answered with 404" in page
    at = ["--library", str(library.path)]
    assert "2019-07-08  gone" in said(capsys, *at, "trace", hit.work)[0]
    assert [one["outcome"] for one in ask(capsys, *at, "trace", hit.work)["sightings"]] == ["gone", "locked", "moved"]
