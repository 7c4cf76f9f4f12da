"""The pages of what is one's own: shelves, the form on a work's page, many works at once, and what a profile may not touch."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
import web_fakes
from shelf_pile import titled
from web_client import Checker, Client

from variorum.doors.cli import main
from variorum.doors.web import create_app
from variorum.library import Library
from variorum.model import Viewer

KEEPER = Viewer()
LAMP, RAIN, CAT = "What the Lamp Was For", "Nine Kinds of Rain", "The Cartographer's Cat"


@pytest.fixture
def library(shelf_library: Library) -> Iterator[Library]:
    """The library of the shelf's tests, with nobody's own things in it, before and after."""

    def clear() -> None:
        for profile in shelf_library.people.devices.profiles():
            shelf_library.people.forget(profile.person)

    clear()
    yield shelf_library
    clear()


@pytest.fixture
def client(library: Library) -> Iterator[Client]:
    """The keeper's browser."""
    made = Client(create_app(library))
    yield made
    made.close()


def shown(page: str) -> list[str]:
    """The titles on a page of the shelf, in order, however it is shown."""
    found = re.findall(r'<h3 id="w\d+"><a [^>]*>([^<]*)|<th scope="row"><a [^>]*>([^<]*)|<span class="name">([^<]*)', page)
    return [html.unescape("".join(parts)) for parts in found]


def test_shelves_are_made_renamed_ordered_and_taken_away(library: Library, client: Client) -> None:
    """Each by a form of the page; a name that is taken is said, a shelf that is not there is 404."""
    for name in ("winter", "to <b>reread", "beach"):
        assert client.post("/shelf/shelves", data={"make": name}).headers["location"] == "/shelves"
    assert client.post("/shelf/shelves", data={"make": "Winter"}).status_code == 400
    held = {shelf.name: shelf.shelf for shelf in library.own.shelves(KEEPER)}
    client.post("/shelf/shelves", data={"shelf": held["beach"], "place": "1"})
    client.post("/shelf/shelves", data={"shelf": held["winter"], "rename": "deep winter"})
    page = client.get("/shelves").text
    assert "to &lt;b&gt;reread" in page
    assert [shelf.name for shelf in library.own.shelves(KEEPER)] == ["beach", "deep winter", "to <b>reread"]
    client.post("/shelf/shelves", data={"shelf": held["beach"], "drop": "1"})
    assert client.post("/shelf/shelves", data={"shelf": held["beach"], "drop": "1"}).status_code == 404
    assert [shelf.name for shelf in library.own.shelves(KEEPER)] == ["deep winter", "to <b>reread"]


def test_the_form_on_a_works_page(library: Library, client: Client) -> None:
    """Rating, note, shelves and a new shelf are kept by one form, and taken away by it; the blurb shows them."""
    lamp = titled(library, "What the Lamp")
    shelf = library.own.make(KEEPER, "winter")
    where = f"/works/{lamp.work}/own"
    note = "The tide <i>knows</i>."
    answer = client.post(where, data={"rating": "4", "note": note, "shelf": shelf.shelf, "new": "gifts", "back": "/"})
    assert answer.status_code == 303
    own = library.own.of(KEEPER, [lamp])[lamp.work]
    assert (own.rating, own.note, own.shelves, own.hidden) == (4, note, ("winter", "gifts"), False)
    assert "The tide &lt;i&gt;knows&lt;/i&gt;." in client.get(f"/works/{lamp.work}").text
    assert "you gave it 4 of 5" in client.get("/").text
    assert "The tide \\<i\\>knows" in client.get("/shelves.md").text
    assert client.get("/shelves.json").json()["works"][0]["note"] == note
    client.post(where, data={"rating": "", "note": "", "hidden": "1"})
    own = library.own.of(KEEPER, [lamp])[lamp.work]
    assert (own.rating, own.note, own.shelves, own.hidden) == (None, "", (), True)
    assert client.post(where, data={"rating": "11"}).status_code == 400


def test_many_works_at_once_without_script(library: Library, client: Client) -> None:
    """Ticked works are named and counted before anything happens; yes does it, the shelf says so, and undo takes it back."""
    lamp, rain = titled(library, "What the Lamp"), titled(library, "Nine Kinds")
    ticked = {"address": "/?sort=title", "which": "ticked", "work": [lamp.work, rain.work], "new": "winter", "do": "put"}
    asked = client.post("/shelf/act", data=ticked)
    assert "Put 2 works on “winter”?" in asked.text
    assert library.find("is:shelved").total == 0
    hidden = dict[str, list[str]]()
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text):
        hidden.setdefault(name, []).append(html.unescape(value))
    done = client.post("/shelf/act", data=hidden)
    assert done.headers["location"].startswith("/?sort=title&done=")
    assert shown(client.get("/?take=shelf:winter&sort=title").text) == [RAIN, LAMP]
    page = client.get(done.headers["location"]).text
    assert "2 works put on “winter”." in page
    undo = re.search(r'name="undo" value="(\w+)"', page)
    assert undo is not None
    assert client.post("/shelf/undo", data={"undo": undo[1], "back": "/"}).status_code == 303
    assert library.find("is:shelved").total == 0
    assert client.post("/shelf/undo", data={"undo": undo[1], "back": "/"}).status_code == 404


def test_all_that_answer(library: Library, client: Client) -> None:
    """All that answer to the question are meant, as many as the page said; when it is another number by now, it is asked again."""
    every = {"address": "/?q=lamp", "which": "all"}
    total = library.find("lamp").total
    assert f"Mark {total} work" in client.post("/shelf/act", data={**every, "do": "mark:read", "sure": "99"}).text
    assert library.find("is:read").total == 0
    assert client.post("/shelf/act", data={**every, "do": "mark:read", "sure": str(total)}).status_code == 303
    assert library.find("is:read").total == total
    assert client.post("/shelf/act", data={**every, "do": "rate", "rating": "3", "sure": str(total)}).status_code == 303
    assert library.find("rated:3").total == total
    assert client.post("/shelf/act", data={**every, "do": "mark:unread", "sure": str(total)}).status_code == 303
    assert library.find("is:read").total == 0
    for wrong in ({"do": "burn"}, {"do": "put"}, {"do": "put", "shelf": "nowhere"}):
        assert client.post("/shelf/act", data={**every, **wrong}).status_code == 400
    assert client.post("/shelf/act", data={"address": "/", "do": "hide"}).status_code == 400
    assert client.post("/shelf/act", data={"address": "//elsewhere.invalid/?", "which": "all", "do": "hide"}).status_code in (
        200,
        303,
    )


def test_what_is_hidden_leaves_the_shelf_and_the_feeds(library: Library, client: Client) -> None:
    """It is not in the list, whatever is asked, nor in the feed; it is where is:hidden is asked for, and back when shown again."""
    cat = titled(library, "The Cart")
    library.own.act(KEEPER, "hide", None, [cat])
    for address in ("/", "/?q=cat+OR+lamp", "/?sort=random", "/opds/works"):
        assert cat.work not in client.get(address).text
    assert shown(client.get("/?take=is:hidden").text) == [CAT]
    wrong = client.get("/?q=lamp+OR")
    assert (wrong.status_code, "OR stands between two things" in wrong.text) == (400, True)
    library.own.act(KEEPER, "show", None, [cat])
    assert cat.work in client.get("/").text


def test_what_is_hidden_leaves_every_list(library: Library, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """API, numbers and command line leave it out and show it when it is asked for; its id shows it, and nobody else misses it."""
    cat = titled(library, "The Cart")
    every = library.find().total
    assert library.own.in_sight(KEEPER, "cat") == "cat"

    def said(*words: str) -> dict:
        capsys.readouterr()
        assert main([*words, "--library", str(library.path), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    def counted() -> tuple[int, ...]:
        api = [client.get(f"/api/v1/{what}").json() for what in ("works?q=", "statistics?q=")]
        assert [one["query"] for one in api] == ["", ""], "what was asked is what is said"
        return (api[0]["total"], api[1]["works"], said("find")["total"], said("statistics")["works"])

    assert counted() == (every,) * 4
    library.own.act(KEEPER, "hide", None, [cat])
    assert counted() == (every - 1,) * 4
    assert client.get("/api/v1/works?hidden=1").json()["total"] == said("find", "--hidden")["total"] == every
    assert client.get("/api/v1/statistics?hidden=1").json()["works"] == said("statistics", "--hidden")["works"] == every
    assert said("find", "is:hidden")["works"][0]["work"] == cat.work
    assert said("find", "-is:hidden", "OR", "cat")["total"] == every, "a question about it is answered"
    assert client.get(f"/api/v1/works/{cat.work}").status_code == 200
    assert library.own.in_sight(Viewer("guest"), "cat") == "cat"
    library.own.act(KEEPER, "show", None, [cat])


def test_one_book_of_a_shelf(library: Library, client: Client) -> None:
    """The works of a shelf, or those ticked, as one EPUB under the shelf's name; an adult work asks first; none is a sentence."""
    lamp, rain, fire = (titled(library, name) for name in ("What the Lamp", "Nine Kinds", "The Banked"))
    shelf = library.own.make(KEEPER, "winter")
    library.own.act(KEEPER, "put", shelf.shelf, [lamp, rain])
    book = client.get("/shelf/book.epub?take=shelf:winter")
    assert 'filename="winter.epub"' in book.headers["content-disposition"]
    names = "".join(zipfile.ZipFile(io.BytesIO(book.content)).namelist())
    assert names.startswith("mimetype")
    ticked = client.post("/shelf/act", data={"address": "/", "work": [rain.work, lamp.work], "do": "book"})
    assert client.get(ticked.headers["location"]).headers["content-type"] == "application/epub+zip"
    asks = client.get(f"/shelf/book.epub?work={fire.work}")
    assert asks.headers["content-type"].startswith("text/html")
    assert client.get("/shelf/book.epub?q=nosuchwordatall").status_code == 400
    assert "/shelf/book.epub?take=shelf%3Awinter" in client.get("/shelves").text


def test_how_the_shelf_is_shown_is_each_ones_own(library: Library, client: Client) -> None:
    """Blurbs, covers or a list, kept until another is chosen; the same works in the same order; every order turns round."""
    blurbs = shown(client.get("/?sort=title").text)
    for view in ("list", "covers"):
        assert client.post("/shelf/view", data={"view": view, "back": "/?sort=title"}).status_code == 303
        assert shown(client.get("/?sort=title").text) == blurbs
    assert client.post("/shelf/view", data={"view": "list"}).status_code == 303
    assert 'aria-sort="descending"' in client.get("/?sort=-title").text
    assert shown(client.get("/?sort=-title").text) == blurbs[::-1]
    assert client.post("/shelf/view", data={"view": "heap"}).status_code == 400
    drawn = client.get(f"/works/{titled(library, 'The Cart').work}/cover.svg")
    assert (drawn.headers["content-type"], "Cartographer" in drawn.text) == ("image/svg+xml", True)


def test_reading_in_the_browser_and_on_a_device_is_counted(library: Library, client: Client) -> None:
    """The words between two places of a copy, told by the page or by a device, are words read; the same place again adds none."""
    lamp = titled(library, "What the Lamp")
    where = f"/works/{lamp.work}/place"
    last = next(n for n in range(200, 0, -1) if client.post(where, data={"p": str(n), "at": "0"}).status_code == 204)
    for number in (1, last // 2, last // 2):
        assert client.post(where, data={"p": str(number), "at": "0"}).status_code == 204
    read = library.statistics.read(KEEPER)
    assert 0 < read.words < lamp.words
    assert read.works == 1
    told = {"modified": "2126-01-01T00:00:00Z", "progression": 0.9, "device": {"id": "x", "name": "Kobo"}}
    assert client.request("PUT", f"/opds/progression/{lamp.work}", json=told).status_code == 200
    assert read.words < library.statistics.read(KEEPER).words < lamp.words


def test_the_box_suggests_shelves(library: Library, client: Client) -> None:
    """After shelf: the names of one's own shelves that have a word beginning so; nobody else's."""
    library.own.make(KEEPER, "to reread")
    library.own.make(Viewer("guest"), "reading aloud")
    answer = client.get("/api/v1/suggest?q=lamp+shelf:rer").json()
    assert answer["before"] == "lamp "
    assert answer["suggestions"] == [{"field": "shelf", "value": "to reread", "works": 0, "insert": 'shelf:="to reread"'}]
    assert client.get('/api/v1/suggest?q=shelf:"aloud').json()["suggestions"] == []


def test_nothing_of_a_stranger_passes_as_markup() -> None:
    """Whatever stands in a work's fields, the list, the covers, the page that asks and a drawn cover are sound and hold none of it."""
    held = web_fakes.FakeLibrary.full()
    client = Client(create_app(held))
    asked = {"address": "/", "work": ["w4", "w1"], "new": web_fakes.HOSTILE[1], "do": "put"}
    pages = [client.post("/shelf/act", data=asked).text, client.get("/shelves").text]
    for view in ("list", "covers"):
        client.post("/shelf/view", data={"view": view})
        pages.append(client.get("/?choose=page").text)
    client.close()
    for page in pages:
        checked = Checker(page)
        assert checked.wrong == []
        assert "svg" not in checked.names
        assert not any(name.startswith("on") for name, _ in checked.attributes)
    assert "<script>document" not in "".join(pages)
    assert ET.fromstring(held.cover_svg(held.works["w4"])).tag.endswith("svg")


def test_a_profile_has_its_own_and_touches_nothing_it_may_not_see(library: Library, client: Client) -> None:
    """The keeper's shelves are not there for it; a work that does not exist for it cannot be put on one, rated, drawn or made a book of."""
    fire, cat = titled(library, "The Banked"), titled(library, "The Cart")
    assert fire.adult is not False
    library.own.act(KEEPER, "put", library.own.make(KEEPER, "the keeper's own").shelf, [fire, cat])
    ada = library.people.devices.set_profile("Ada", adult=False)
    client.post("/who", data={"person": ada.person})
    for page in ("/", "/shelves", "/api/v1/mine", "/api/v1/shelves", "/opds/shelves", "/?choose=1"):
        assert "keeper" not in client.get(page).text.replace("The Keepers", "").replace("the-keeper", ""), page
    for page in ("/opds/by/author", "/statistics", "/api/v1/statistics"):
        assert "cinder" not in client.get(page).text, page
    both = {"address": "/", "work": [fire.work, cat.work], "new": "mine", "do": "put", "sure": "1"}
    assert client.post("/shelf/act", data=both).status_code == 303
    seen = Viewer(ada.person, adult=False)
    assert [shelf.works for shelf in library.own.shelves(Viewer(ada.person))] == [1]
    assert [shelf.name for shelf in library.own.shelves(seen)] == ["mine"]
    for refused in (f"/works/{fire.work}/cover.svg", f"/shelf/book.epub?work={fire.work}"):
        assert client.get(refused).status_code == 404
    assert client.post(f"/works/{fire.work}/own", data={"rating": "5"}).status_code == 404
    assert library.own.everything(Viewer(ada.person)) == [cat.work]
    assert client.get("/api/v1/shelves").json()["shelves"][0]["works"] == 1
