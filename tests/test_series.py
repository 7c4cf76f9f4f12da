"""Series in order with the parts that are missing, and the badge that counts repairs to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from test_own_pages import shown
from web_client import Client

from variorum.catalogue.connect import migrate, reading
from variorum.doors.web import create_app
from variorum.errors import CatalogueError
from variorum.library import Library


@pytest.fixture
def library(shelf_library: Library) -> Library:
    """Parts 1, 4 and 5 of a series; a list of bookmarks tells of part 2; part 3 is known to nobody."""
    return shelf_library


@pytest.fixture
def client(library: Library) -> Iterator[Client]:
    """A browser of nobody's in particular, which has passed the gate."""
    made = Client(create_app(library))
    made.cookies.set("variorum_adult", "yes")
    yield made
    for profile in library.people.devices.profiles():
        library.people.forget(profile.person)
    made.close()


def rows(page: str) -> list[str]:
    """The parts as they stand on a page, without markup."""
    listed = re.search(r'<ol class="parts">(.*?)</ol>', page, re.DOTALL)
    found = re.findall(r"<li.*?</li>", listed[1], re.DOTALL) if listed else []
    return [" ".join(re.sub(r"<[^>]+>", "", row).split()) for row in found]


def test_missing_parts_are_shown_with_what_is_known(library: Library, client: Client) -> None:
    """Parts in order; one that is told of has its title and where it was posted, one nobody knows says so; on both pages."""
    first = next(hit.work for hit in library.find("title:gauge").hits)
    page = client.get(f"/works/{first.work}").text
    told = library.find("series:water is:known").hits[0].work
    assert rows(page) == [
        "1 Zero Gauge",
        f"2 {told.title} not held where it was posted",
        "3 not held, and nothing is known of it",
        "4 An Ebb",
        "5 Undertow",
    ]
    assert "Parts 2 and 3 of 5 are not held." in page
    assert client.get(f"/works/{told.work}").status_code == 200
    listed = client.get("/?take=series:High+Water").text
    assert rows(listed) == rows(page)
    assert shown(listed) == ["Zero Gauge", "An Ebb", "Undertow"]
    assert shown(client.get("/?take=series:High+Water&sort=title").text) == ["An Ebb", "Undertow", "Zero Gauge"]


def test_a_part_that_does_not_exist_for_a_profile_is_not_there(library: Library, client: Client) -> None:
    """The explicit last part and the list's part of an unknown rating are neither held nor missing: nothing after part 4 is spoken of."""
    ada = library.people.devices.set_profile("Ada", adult=False)
    client.post("/who", data={"person": ada.person})
    first = next(hit.work for hit in library.find("title:gauge").hits)
    page = client.get(f"/works/{first.work}").text
    assert [row[0] for row in rows(page)] == ["1", "2", "3", "4"]
    assert "Undertow" not in page
    assert "of 5" not in page


def test_creators_and_series_in_the_catalogue_for_devices(client: Client) -> None:
    """OPDS can be walked by creator and by series; a series' works come in their order."""
    assert "damp_clerk" in client.get("/opds/by/author").text
    assert "High Water" in client.get("/opds/by/series").text
    feed = client.get("/opds/works?take=series:High+Water").text
    titles = re.findall(r"<entry>.*?<title[^>]*>([^<]*)", feed, re.DOTALL)
    assert titles == ["Zero Gauge", "An Ebb", "Undertow"]


def test_repairs_to_look_at_are_counted_and_lead_to_them(library: Library, client: Client) -> None:
    """The badge has the number of the review's page, for each copy that has any, and has:doubts finds these works; a ruling lowers it."""
    found = library.find("has:doubts").hits
    assert found
    for hit in library.find().hits:
        for copy in hit.work.witnesses:
            held = library.document(copy.witness).emendations
            look = sum(1 for e in held if e.state == "applied" and e.ruling is None and e.certainty < 0.95)
            assert copy.look == look
        assert any(copy.look for copy in hit.work.witnesses) == (hit.work.work in {one.work.work for one in found})
    work = found[0].work
    copy = max(work.witnesses, key=lambda one: (one.base and one.look > 0, one.look))
    link = re.search(rf'<a href="(/works/{work.work}/repairs[^"]*)">{copy.look} repairs? to look at', client.get("/").text)
    assert link is not None
    assert f"{copy.look} to look at" in client.get(link[1].replace("&amp;", "&")).text
    doubtful = next(e for e in library.document(copy.witness).emendations if e.state == "applied" and e.certainty < 0.95)
    ruling = library.rule("accept", doubtful.emendation)
    assert library.work(work.work).witness(copy.witness).look == copy.look - 1
    assert library.statistics.holdings().look == sum(c.look for h in library.find().hits for c in h.work.witnesses)
    library.rule("undo", ruling.ruling)
    assert library.work(work.work).witness(copy.witness).look == copy.look


def test_an_older_catalogue_learns_what_is_to_be_looked_at(library: Library) -> None:
    """A catalogue of revision 0008 has no such count; brought forward it has what it had."""

    def counts() -> list[tuple[str, int]]:
        with reading(library.catalogue.engine) as connection:
            return [tuple(row) for row in connection.execute(sa.text("SELECT witness, look FROM witnesses ORDER BY witness"))]

    before = counts()
    assert any(look for _, look in before)
    migrate(library.catalogue.engine, "0008")
    with pytest.raises(CatalogueError, match="no such column"):
        counts()
    migrate(library.catalogue.engine)
    assert counts() == before
