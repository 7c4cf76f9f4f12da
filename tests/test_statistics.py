"""The library in numbers: every number is what its query finds, nothing of what a viewer may not see is counted, pictures are sound."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from xml.etree import ElementTree as ET

import pytest
from shelf_pile import titled
from web_client import Checker, Client

from variorum.doors.web import create_app
from variorum.doors.web.columns_svg import Column, columns_svg, short
from variorum.errors import QueryError
from variorum.library import Library
from variorum.model import Viewer

KEEPER = Viewer()
GUEST = Viewer("guest", adult=False)


@pytest.fixture
def library(shelf_library: Library) -> Library:
    """The library of the shelf's tests, with nobody's own things in it."""
    for profile in shelf_library.people.devices.profiles():
        shelf_library.people.forget(profile.person)
    return shelf_library


@pytest.fixture
def client(library: Library) -> Iterator[Client]:
    """The keeper's browser."""
    made = Client(create_app(library))
    yield made
    made.close()


@pytest.mark.parametrize("viewer", [KEEPER, GUEST, Viewer("x", hidden=("The Amber Atlas",))])
@pytest.mark.parametrize("query", ["", "lamp OR rain"])
def test_every_number_is_what_its_query_finds(library: Library, viewer: Viewer, query: str) -> None:
    """Each share's query, within the question, finds as many works with as many words as the share says, for each viewer."""
    held = library.statistics.holdings(query, viewer)
    whole = library.find(query, viewer=viewer)
    assert (held.works, held.words) == (whole.total, sum(hit.work.words for hit in whole.hits))
    shares = [share for shares in held.by.values() for share in shares]
    assert len(shares) > 25
    for share in shares[:: 1 if viewer == KEEPER and not query else 5]:
        found = library.find(f"({query}) {share.asks}" if query else share.asks or "", viewer=viewer)
        assert (found.total, sum(hit.work.words for hit in found.hits)) == (share.works, share.words), share


def test_what_does_not_exist_for_a_viewer_is_in_no_number(library: Library) -> None:
    """Not their works, words, creators, copies, files; for the keeper all of them are."""
    shut = [hit.work for hit in library.find().hits if hit.work.adult is not False]
    assert {work.title for work in shut} == {"The Banked Fire", "Undertow"}
    mine, theirs = library.statistics.holdings(), library.statistics.holdings("", GUEST)
    assert (mine.works - theirs.works, mine.words - theirs.words) == (2, sum(work.words for work in shut))
    assert (mine.copies - theirs.copies, mine.files - theirs.files) == (2, 2)
    size = sum(len(library.item_bytes(copy.digest)) for work in shut for copy in work.witnesses)
    assert mine.bytes - theirs.bytes == size
    assert "cinder" in {share.value for share in mine.by["author"]}
    assert "cinder" not in {share.value for share in theirs.by["author"]}
    with pytest.raises(QueryError):
        library.statistics.holdings("(")


def test_answers_are_kept_as_long_as_the_library_stays_the_same(library: Library) -> None:
    """The same question gives the very same answer; one about one's own things is asked anew; a ruling makes all anew."""
    assert library.statistics.holdings("lamp") is library.statistics.holdings("lamp")
    lamp = titled(library, "What the Lamp")
    assert library.statistics.holdings("is:rated").works == 0
    library.own.act(KEEPER, "rate", "5", [lamp])
    assert library.statistics.holdings("is:rated").works == 1
    before = library.statistics.holdings()
    ruling = library.rule("set", lamp.work, "rating", "Not Rated")
    library.find(limit=0)
    assert {s.value for s in library.statistics.holdings().by["rating"]} - {s.value for s in before.by["rating"]} == {"Not Rated"}
    library.rule("undo", ruling.ruling)
    library.find(limit=0)
    assert library.statistics.holdings() == before


def read(library: Library, person: str, rows: list[tuple[str, str, int]]) -> None:
    with closing(sqlite3.connect(library.people.path)) as db, db:
        db.executemany("INSERT INTO reading_day VALUES (?, ?, ?, ?)", [(person, *row) for row in rows])


def test_what_was_read_by_month_and_day(library: Library) -> None:
    """Words, works and finished works of every month, empty months too; only what exists for the reader, and only theirs."""
    lamp, fire = titled(library, "What the Lamp").base.witness, titled(library, "The Banked").base.witness
    library.people.settings("guest")
    read(
        library,
        "guest",
        [("2025-11-30", lamp, 100), ("2026-02-01", lamp, 50), ("2026-02-03", fire, 4000), ("2026-02-03", lamp, 7)],
    )
    library.people.mark("keeper", lamp, "read")
    over = library.statistics.read(GUEST)
    assert [(m.when, m.words, m.works) for m in over.months] == [
        ("2025-11", 100, 1),
        ("2025-12", 0, 0),
        ("2026-01", 0, 0),
        ("2026-02", 57, 1),
    ]
    assert (over.words, over.works, over.days[-1].when, over.days[-1].words, len(over.days)) == (157, 1, "2026-02-03", 7, 60)
    assert library.statistics.read(Viewer("guest")).words == 4157
    assert [(m.words, m.finished) for m in library.statistics.read(KEEPER).months] == [(0, 1)]
    assert library.statistics.read(Viewer("nobody")).months == ()


def test_the_page_of_numbers(library: Library, client: Client) -> None:
    """Sound HTML, pictures with a title and a description, tables beneath; every link leads to as many works as it says."""
    lamp = titled(library, "What the Lamp").base.witness
    library.people.settings("keeper")
    read(library, "keeper", [("2026-02-01", lamp, 500), ("2026-03-09", lamp, 70)])
    page = client.get("/statistics").text
    assert Checker(page).wrong == []
    assert page.count('<svg class="columns') == 6
    assert page.count('role="img"') == page.count("<desc ") == 6
    links = re.findall(r'<td><a href="([^"]+)"[^>]*>([\d,]+) works?</a>', page)
    assert len(links) > 20
    for address, count in links[::5]:
        assert f">{count} work" in client.get(html.unescape(address)).text
    assert "Cartographer" not in client.get("/statistics?q=lamp").text
    assert client.get("/statistics?q=(").status_code == 400
    assert client.get("/api/v1/statistics").json()["read"]["words"] == 570
    ada = library.people.devices.set_profile("Ada", adult=False)
    client.post("/who", data={"person": ada.person})
    theirs = client.get("/statistics").text
    assert "cinder" not in theirs
    assert client.get("/api/v1/statistics").json()["read"] == {"words": 0, "works": 0, "months": [], "days": []}


def test_columns_are_sound_whatever_they_show() -> None:
    """Nothing, one, many, and hostile labels: each is well-formed SVG, no column higher than the picture, labels escaped."""
    for columns in ([], [Column("<b>&", 0)], [Column("x", 7)], [Column(str(n), n * n) for n in range(300)]):
        drawn = str(columns_svg("a", "<Title> & more", '"about"', columns))
        for one in re.findall(r"<svg.*?</svg>", drawn):
            root = ET.fromstring(one)
            high = [float(rect.attrib["height"]) for rect in root.iter("rect")]
            assert len(high) == sum(1 for column in columns if column.value)
            assert all(0 < one <= 170 for one in high)
    assert [short(n) for n in (0, 950, 1000, 12_345, 1_500_000)] == ["0", "950", "1k", "12k", "1.5m"]
