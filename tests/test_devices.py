"""Devices: profiles and passwords, the catalogue for e-readers, places that follow from one device to the next."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import first_minute
import pytest
from lxml import etree
from web_client import Client

from variorum.doors.web import create_app
from variorum.editions import pointers, story_blocks
from variorum.errors import CatalogueError, NotFound
from variorum.library import KEEPER, Library, names_of
from variorum.model import Viewer
from variorum.people import People

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("devices") / "library", create=True) as made:
        made.add([first_minute.HERE])
        yield made


@pytest.fixture
def client(library: Library) -> Iterator[Client]:
    made = Client(create_app(library))
    yield made
    made.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Library, Client]]:
    """A library for one test alone."""
    with Library(tmp_path / "library", create=True) as made:
        made.add([first_minute.HERE])
        client = Client(create_app(made))
        yield made, client
        client.close()


# ---------------------------------------------------------------- profiles and passwords


def test_a_password_is_its_owners_and_nobody_elses(tmp_path: Path) -> None:
    """The right name with the right password, plain or as MD5, is that profile; any other pair is nobody; revoked it is worth nothing."""
    held = People(tmp_path).devices
    ada = held.set_profile("Ada", adult=False, hidden=["Ghosts"])
    kept, word = held.make_password(ada.person, "the kitchen")
    assert len(word.replace("-", "")) == 16
    md5 = hashlib.md5(word.encode()).hexdigest()
    assert held.who("ada", word) == held.who("ADA ", f" {word.upper()} ") == held.who_by_md5("Ada", md5) == ada
    for name, said in (("Keeper", word), ("Ada", word[:-1]), ("Ada", md5), ("", word), ("Ada", "")):
        assert held.who(name, said) is None
    assert held.who_by_md5("Ada", word) is None
    assert (tmp_path / "people.sqlite3").read_bytes().find(word.encode()) < 0
    assert held.passwords()[0].used is not None
    assert held.revoke(kept.password)
    assert held.who("Ada", word) is None


def test_a_profile_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Names are told apart without letter case; the keeper's is taken; a forgotten profile takes its passwords with it."""
    people = People(tmp_path)
    ada = people.devices.set_profile(" Ada  Byron ", adult=True, hidden=["a", "a", " "])
    assert (ada.name, ada.hidden) == ("Ada Byron", ("a",))
    for name in ("", "  ", "ada byron", "KEEPER"):
        with pytest.raises(ValueError, match="profile"):
            people.devices.set_profile(name, adult=False)
    changed = people.devices.set_profile("Ada B", adult=False, person=ada.person)
    assert people.devices.profile(ada.person) == changed
    people.devices.make_password(ada.person, "x")
    people.forget(ada.person)
    assert [p.person for p in people.devices.profiles()] == [KEEPER]
    assert people.devices.passwords() == ()


def test_the_keepers_word_and_the_tokens(tmp_path: Path) -> None:
    """A token is worth something as long as the word stands; one that was made up never is."""
    held = People(tmp_path).devices
    assert held.is_word("anything")
    token = held.token(KEEPER)
    assert held.person_of(token) == KEEPER
    held.set_word("a lamp")
    assert held.person_of(token) is None
    assert held.is_word("a lamp")
    assert not held.is_word("a lamp ")
    token = held.token("p1")
    assert held.person_of(token) == "p1"
    for wrong in ("", "p1", "p1.", KEEPER + token[2:], token + "0", "p1." + "\udcff" * 3):
        assert held.person_of(wrong) is None


def test_what_is_hidden_does_not_exist(library: Library) -> None:
    """Neither found nor counted nor opened nor named in a facet: by rating, by any tag, and by adult or not."""
    everything = {work.work: work for work in library.find()}
    tagged = next(w for w in everything.values() if w.metadata.fandoms)
    fandom = tagged.metadata.fandoms[0]
    hiding = Viewer("p", adult=True, hidden=(fandom.upper(),))
    gone = {w.work for w in everything.values() if fandom in w.metadata.fandoms}
    found = library.find(viewer=hiding)
    assert {w.work for w in found} == set(everything) - gone
    assert found.total == len(everything) - len(gone)
    assert fandom not in dict(found.facets["fandom"])
    assert library.catalogue.counts(hiding).works == len(everything) - len(gone)
    assert library.catalogue.people.overview(None, hiding).total == len(everything) - len(gone)
    for key in gone:
        with pytest.raises(NotFound):
            library.work(key, viewer=hiding)
    rated = next(w for w in everything.values() if w.metadata.rating)
    without = {w.work for w in library.find(viewer=Viewer("p", hidden=(rated.metadata.rating or "",)))}
    assert without == {w.work for w in everything.values() if w.metadata.rating != rated.metadata.rating}
    tame = {w.work for w in library.find(viewer=Viewer("p", adult=False))}
    assert tame == {w.work for w in everything.values() if w.adult is False}


# ---------------------------------------------------------------- who is asking


def basic(name: str, word: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{word}".encode()).decode()}


def test_a_profiles_browser_sees_what_exists_for_it(own: tuple[Library, Client]) -> None:
    """Given to a profile, the browser finds, opens, downloads and collates only its works, and decides nothing."""
    library, client = own
    fandom = next(w.metadata.fandoms[0] for w in library.find() if w.metadata.fandoms)
    ada = library.people.devices.set_profile("Ada", adult=False, hidden=[fandom])
    seen = {w.work for w in library.find(viewer=Viewer(ada.person, adult=False, hidden=(fandom,)))}
    hidden = next(w for w in library.find() if w.work not in seen)
    answer = client.post("/who", data={"person": ada.person, "back": "/"})
    assert answer.status_code == 303
    shelf = client.get("/").text
    assert hidden.work not in shelf
    assert 'href="/copies"' not in shelf
    assert 'href="/copies"' not in client.get("/works/nowhere").text
    assert all(key in shelf for key in seen)
    for path in ("", "/read", "/changes", "/repairs", "/original", "/continue"):
        assert client.get(f"/works/{hidden.work}{path}").status_code in (403, 404)
    assert client.get(f"/publish/{hidden.work}.epub").status_code == 404
    assert client.get(f"/api/v1/works/{hidden.work}").status_code == 404
    assert client.get(f"/api/v1/works/{hidden.work}/collate").status_code == 404
    assert client.get(f"/opds/works/{hidden.work}").status_code == 404
    assert client.get(f"/opds/covers/{hidden.work}.png").status_code == 404
    some = next(iter(seen))
    assert client.get(f"/works/{some}/read").status_code == 200
    for path in ("/devices", f"/works/{some}/original", f"/api/v1/works/{some}/trace"):
        assert client.get(path).status_code == 403
    assert client.post("/rulings", data={"kind": "same", "on": [some, hidden.work]}).status_code == 403
    client.post("/who", data={"person": KEEPER})
    assert hidden.work in client.get("/").text


def test_every_page_of_the_library_can_be_reached_from_about(own: tuple[Library, Client]) -> None:
    """The page about the library leads to all the others, and each of them opens; a profile is led to none that refuses it."""
    library, client = own
    pages = {
        "/copies",
        "/known",
        "/people",
        "/map",
        "/tags",
        "/shelves",
        "/statistics",
        "/notes",
        "/devices",
        "/offline",
        "/who",
    } | {"/meaning"}
    about = client.get("/about").text
    for page in pages:
        assert f'href="{page}"' in about
        assert client.get(page).status_code == 200, page
    ada = library.people.devices.set_profile("Ada", adult=False)
    client.post("/who", data={"person": ada.person, "back": "/"})
    led = re.findall(r'href="(/[a-z]*)"', client.get("/about").text)
    assert "/notes" in led
    assert {client.get(page).status_code for page in led} == {200}


def test_no_page_leads_a_profile_to_what_refuses_it(own: tuple[Library, Client]) -> None:
    """Every link on a profile's shelf, its works' pages and the pages these lead to opens; where nothing is, the keeper's pages are not named."""
    library, client = own
    ada = library.people.devices.set_profile("Ada", adult=True)
    client.post("/who", data={"person": ada.person, "back": "/"})
    assert 'href="/copies"' not in client.get("/nothing-here").text
    works = [f"/works/{work.work}" for work in library.find()][:4]
    led: set[str] = set()
    for page in ("/", *works, *(f"{work}/read" for work in works), *(f"{work}/changes" for work in works)):
        led |= {html.unescape(link).split("#")[0] for link in re.findall(r'href="(/[^"#]*)', client.get(page).text)}
    refused = {link for link in led if client.get(link).status_code in (403, 404)}
    assert len(led) > 30
    assert refused == set()


def test_what_is_not_there_is_said_in_a_sentence(client: Client) -> None:
    """An error on a page begins with a capital and ends with a full stop."""
    assert "There is no work &#39;nope&#39; in this library.</p>" in client.get("/works/nope").text


def test_with_a_word_a_browser_says_who_it_is(own: tuple[Library, Client]) -> None:
    """Nobody's browser is asked; the wrong word makes no keeper; the right one does, and any profile needs none."""
    library, client = own
    library.people.devices.set_word("a lamp")
    ada = library.people.devices.set_profile("Ada", adult=False)
    first = client.get("/")
    assert first.status_code == 303
    assert first.headers["location"].startswith("/who")
    assert client.post("/who", data={"person": KEEPER, "word": "a lamb"}).status_code == 403
    assert client.get("/").status_code == 303
    assert client.post("/who", data={"person": ada.person}).status_code == 303
    assert client.get("/").status_code == 200
    assert client.get("/devices").status_code == 403
    assert client.post("/who", data={"person": KEEPER, "word": "a lamp"}).status_code == 303
    assert client.get("/devices").status_code == 200


def test_a_disk_that_gives_nothing_makes_nobody_the_keeper_where_a_word_is_asked_for(own: tuple[Library, Client]) -> None:
    """The people's file fails: without a word one goes on reading as the keeper, with one the page says what is wrong."""
    library, client = own
    devices = library.people.devices

    def failing(*_: object) -> None:
        raise CatalogueError("people/people.sqlite3 cannot be used: disk I/O error")

    has_word = devices.has_word
    devices.has_word = failing  # type: ignore[method-assign]
    assert client.get("/about").status_code == 200
    devices.has_word = has_word  # type: ignore[method-assign]
    devices.set_word("a lamp")
    assert client.get("/").status_code == 303
    devices.has_word = failing  # type: ignore[method-assign]
    refused = client.get("/about")
    assert refused.status_code == 409
    assert "disk I/O error" in refused.text
    assert 'href="/copies"' not in refused.text


def test_from_another_machine_a_password_is_wanted_once_there_is_one(own: tuple[Library, Client]) -> None:
    """Without any password the door is as open as before; with one, everything asks for it, covers and books too."""
    library, _ = own
    away = Client(create_app(library), peer="192.0.2.7")
    try:
        work = next(library.find()).work
        assert away.get("/opds").status_code == 200
        _, word = library.people.devices.make_password(KEEPER, "a reader")
        for path in (
            "/",
            "/opds",
            f"/opds/covers/{work}.png",
            f"/opds/books/{work}.epub",
            f"/works/{work}",
            "/api/v1/works",
            "/who",
        ):
            answer = away.get(path)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Basic"), path
            assert away.get(path, headers=basic("Keeper", word)).status_code == 200, path
            assert away.get(path, headers=basic("Keeper", word + "x")).status_code == 401, path
        assert away.get("/opds", headers={"Authorization": "Basic =ff="}).status_code == 401
        assert away.get("/opds", headers={"Authorization": "Bearer x"}).status_code == 401
    finally:
        away.close()


# ---------------------------------------------------------------- the catalogue


def test_koreaders_own_sequence(own: tuple[Library, Client]) -> None:
    """HEAD first, then 2.0 if it is there, then a list, a cover and a book: each answers the same login."""
    library, client = own
    _, word = library.people.devices.make_password(KEEPER, "KOReader")
    headers = {**basic("keeper", word), "Accept": "application/opds+json, application/atom+xml;q=0.8, */*;q=0.5"}
    assert client.head("/opds", headers=headers).status_code == 200
    root = client.get("/opds", headers=headers)
    assert root.headers["content-type"].startswith("application/opds+json")
    way = next(step for step in root.json()["navigation"] if step["title"] == "All works")
    listed = client.get(way["href"], headers=headers).json()
    assert listed["metadata"]["numberOfItems"] == library.find().total == len(listed["publications"])
    one = listed["publications"][0]
    picture = client.get(one["images"][1]["href"], headers=headers)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    book = client.get(one["links"][1]["href"], headers=headers)
    assert book.headers["content-type"] == "application/epub+zip"
    assert book.content.startswith(b"PK")
    assert client.head(one["links"][1]["href"], headers=headers).status_code == 200


def test_what_asks_for_nothing_gets_the_old_form(client: Client) -> None:
    """`*/*`, no Accept at all and Atom get 1.2; an equal wish for both gets 2.0."""
    for accept, kind in (
        ("*/*", "application/atom+xml"),
        ("application/atom+xml", "application/atom+xml"),
        ("application/opds+json;q=0.3, application/atom+xml", "application/atom+xml"),
        ("application/opds+json, application/atom+xml", "application/opds+json"),
    ):
        assert client.get("/opds", headers={"Accept": accept}).headers["content-type"].startswith(kind), accept
        assert client.get("/opds/", headers={"Accept": accept}).status_code == 200


def test_every_link_of_the_old_form_leads_somewhere(client: Client) -> None:
    """From the root on, each link is followed: feeds are Atom with ids, titles and dates; pictures and books answer."""
    waiting, seen = ["/opds"], set()
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        kind = answer.headers["content-type"]
        if "atom" not in kind:
            continue
        top = etree.fromstring(answer.content)
        for element in (top, *top.iter(ATOM + "entry")):
            assert element.findtext(ATOM + "id"), path
            assert element.findtext(ATOM + "title"), path
            assert element.findtext(ATOM + "updated"), path
        waiting += [link.get("href") for link in top.iter(ATOM + "link")]
    assert any(path.startswith("/opds/by/") for path in seen)
    assert any(path.endswith(".epub") for path in seen)
    assert any(path.endswith(".png") for path in seen)


def test_search_and_facets(client: Client, library: Library) -> None:
    """The template of the description finds by words; a facet narrows the list and says that it does; a bad query is a 400."""
    top = etree.fromstring(client.get("/opds/search.xml").content)
    template = next(url.get("template") for url in top.iter("{*}Url") if "atom" in url.get("type"))
    path = template.replace("{searchTerms}", "lamp").replace("{startPage?}", "1")
    found = etree.fromstring(client.get(path).content)
    assert len(found.findall(ATOM + "entry")) == library.find("lamp").total > 0
    listed = etree.fromstring(client.get("/opds/works?sort=title").content)
    links = [link for link in listed.iter(ATOM + "link") if link.get("rel") == "http://opds-spec.org/facet"]
    narrowed = next(link for link in links if link.get("{http://opds-spec.org/2010/catalog}facetGroup") == "Fandoms")
    count = int(narrowed.get("{http://purl.org/syndication/thread/1.0}count"))
    some = etree.fromstring(client.get(narrowed.get("href")).content)
    assert len(some.findall(ATOM + "entry")) == count
    assert any(link.get("{http://opds-spec.org/2010/catalog}activeFacet") == "true" for link in some.iter(ATOM + "link"))
    assert client.get("/opds/works?q=(").status_code == 400
    assert (
        client.get("/opds/works?query=lamp", headers={"Accept": "application/opds+json"}).json()["metadata"]["numberOfItems"] > 0
    )
    assert client.get("/opds/by/nothing").status_code == 404


# ---------------------------------------------------------------- places


def _long(library: Library):
    works = list(library.find())
    return library.work(max(works, key=lambda w: w.words).work)


def test_pointers_lead_to_every_paragraph_and_back(library: Library) -> None:
    """For every work: each block of the story has a pointer, and the pointer leads back to that block; rough ones lead near."""
    for found in library.find():
        work = library.work(found.work)
        held = pointers(library.publish_bytes(work, "epub"))
        blocks = story_blocks(library.text(work.base.witness))
        numbers = [n for n, block in enumerate(blocks, 1) if block.text]
        for number in numbers:
            pointer = held.pointer(number)
            assert pointer is not None
            assert held.block(pointer) == number
            assert held.block(pointer.replace("[1]", "")) == number
            assert held.block(pointer.replace("text().0", "em[1]/text()[1].17")) == number
        for wrong in ("", "/body", "/body/DocFragment[999]/body", "12", "/body/DocFragment[0]/body/p[1]"):
            assert held.block(wrong) is None
        assert held.block("/body/DocFragment[1]/body/div[7]") in (numbers[0], None)


def _serve(library: Library, client: Client, work: str, headers: dict[str, str]) -> tuple[str, bytes]:
    data = client.get(f"/opds/books/{work}.epub", headers=headers).content
    return names_of(data, "x")[0], data


def test_koreader_and_the_web_reader_share_one_place(own: tuple[Library, Client]) -> None:
    """What KOReader says is the web reader's place to the paragraph; what the web reader says is a pointer for KOReader."""
    library, client = own
    _, word = library.people.devices.make_password(KEEPER, "KOReader")
    key = {"x-auth-user": "Keeper", "x-auth-key": hashlib.md5(word.encode()).hexdigest()}
    work = _long(library)
    document, data = _serve(library, client, work.work, {})
    assert client.get("/kosync/users/auth", headers=key).json() == {"authorized": "OK"}
    assert client.get(f"/kosync/syncs/progress/{document}", headers=key).json() == {}

    blocks = story_blocks(library.text(work.base.witness))
    there = len(blocks) // 2
    pointer = pointers(data).pointer(there)
    said = {
        "document": document,
        "progress": pointer,
        "percentage": 0.41,
        "device": "Kobo",
        "device_id": "K1",
        "metadata": {"title": "x"},
    }
    answer = client.request("PUT", "/kosync/syncs/progress", json=said, headers=key)
    assert answer.status_code == 200
    assert answer.json()["document"] == document
    place = library.people.place(KEEPER, work.base.witness)
    assert place is not None
    assert (place.start, place.device) == (blocks[there - 1].start, "Kobo")
    again = client.get(f"/kosync/syncs/progress/{document}", headers=key).json()
    assert {k: again[k] for k in said} == said

    later = blocks[there + 3]
    library.people.keep_place(KEEPER, work.base.witness, later.start, later.text[:80], progress=0.6)
    web = client.get(f"/kosync/syncs/progress/{document}", headers=key).json()
    assert pointers(data).block(web["progress"]) == there + 4
    assert web["device"] == "Variorum"
    assert 0 < web["percentage"] < 1


def test_a_device_that_is_nobodys_is_told_so(own: tuple[Library, Client]) -> None:
    """Wrong keys are 401, accounts are not made from a device (402), nonsense is 400, a stranger's book keeps its own place."""
    library, client = own
    _, word = library.people.devices.make_password(KEEPER, "KOReader")
    key = {"x-auth-user": "keeper", "x-auth-key": hashlib.md5(word.encode()).hexdigest()}
    assert client.get("/kosync/users/auth", headers={**key, "x-auth-key": word}).status_code == 401
    assert client.get("/kosync/users/auth").status_code == 401
    assert client.request("POST", "/kosync/users/create", json={"username": "a", "password": "b"}).status_code == 402
    for value in (
        {},
        {"document": "d"},
        {"document": "d", "progress": "1", "percentage": "much"},
        {"document": 3, "progress": "1", "percentage": 0.1},
    ):
        assert client.request("PUT", "/kosync/syncs/progress", json=value, headers=key).status_code == 400
    assert (
        client.request(
            "PUT", "/kosync/syncs/progress", content=b"[[[", headers={**key, "content-type": "application/json"}
        ).status_code
        == 400
    )
    stranger = {"document": "f" * 32, "progress": "17", "percentage": 0.2, "device": "K", "device_id": "1"}
    assert client.request("PUT", "/kosync/syncs/progress", json=stranger, headers=key).status_code == 200
    assert client.get(f"/kosync/syncs/progress/{'f' * 32}", headers=key).json()["progress"] == "17"
    assert library.people.recent(KEEPER) == []


def test_progression_keeps_what_it_does_not_understand(own: tuple[Library, Client]) -> None:
    """The later moment wins, the earlier gets 409 with what stands; unknown references come back as they went."""
    library, client = own
    work = _long(library)
    path = f"/opds/progression/{work.work}"
    assert client.get(path).json() == {}
    said = {
        "modified": "2026-05-01T10:00:00Z",
        "device": {"id": "urn:x", "name": "Reader"},
        "progression": 0.5,
        "references": ["odd#1"],
    }
    assert client.request("PUT", path, json=said).status_code == 200
    assert client.get(path).json() == said
    place = library.people.place(KEEPER, work.base.witness)
    assert place is not None
    assert abs(place.progress - 0.5) < 0.2
    earlier = client.request("PUT", path, json={**said, "modified": "2025-01-01T00:00:00Z", "progression": 0.1})
    assert earlier.status_code == 409
    assert earlier.json() == said
    library.people.keep_place(KEEPER, work.base.witness, place.start, progress=0.7)
    assert client.get(path).json()["progression"] == 0.7
    assert client.request("PUT", path, json={"progression": 2}).status_code == 400


def test_names_of_a_book_are_koreaders(tmp_path: Path) -> None:
    """Samples of 1 kB at 0, 1, 4, 16 ... kB: a byte in a sample changes the name, one between two samples does not."""
    data = bytes(range(256)) * 80
    name = names_of(data, "a.epub")
    assert name[1] == hashlib.md5(b"a.epub").hexdigest()
    sampled = data[:1024] + data[1024:2048] + data[4096:5120] + data[16384:17408]
    assert name[0] == hashlib.md5(sampled).hexdigest()
    between = bytearray(data)
    between[3000] ^= 1
    assert names_of(bytes(between), "")[0] == name[0]
    between[4100] ^= 1
    assert names_of(bytes(between), "")[0] != name[0]
    assert json.dumps(names_of(b"", ""))


def test_numbers_and_names_no_column_can_hold(library: Library, client: Client) -> None:
    """A percentage of 400 digits, a name that is half a character, a number that is none: refused or kept, never a fault."""
    _, word = library.people.devices.make_password(KEEPER, "odd numbers")
    key = {"x-auth-user": "keeper", "x-auth-key": hashlib.md5(word.encode()).hexdigest()}
    send = {**key, "content-type": "application/json"}
    path = "/kosync/syncs/progress"

    def put(content: str) -> int:
        return client.request("PUT", path, content=content.encode(), headers=send).status_code

    assert put('{"document": "a", "progress": "1", "percentage": ' + "9" * 400 + "}") == 200
    assert put('{"document": "a", "progress": "1", "percentage": NaN}') == 400
    assert put('{"document": "\\ud800", "progress": "1", "percentage": 0.5}') == 200
    assert put('{"document": "odd", "progress": "1", "percentage": 0.5, "more": NaN, "\\udc00": "\\udc00"}') == 200
    said = client.get(f"{path}/odd", headers=key)
    assert json.loads(said.content, parse_constant=pytest.fail)["percentage"] == 0.5
    assert client.get(f"{path}/%ED%A0%80", headers=key).status_code == 200
    work = next(iter(library.find())).work
    at = f"/opds/progression/{work}"
    for modified in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00"):
        said = {"progression": 0.5, "modified": modified}
        assert client.request("PUT", at, json=said).status_code in (200, 400, 409), modified


def test_a_profile_does_not_become_the_keeper_when_the_file_cannot_be_read(own: tuple[Library, Client]) -> None:
    """A browser or device that said whose it is gets an error then, and nothing that is hidden from it."""
    library, client = own
    held = library.people.devices
    kid = held.set_profile("Kid", adult=False)
    _, word = held.make_password(kid.person, "reader")
    basic = {"authorization": "Basic " + base64.b64encode(f"Kid:{word}".encode()).decode()}
    for headers in ({"cookie": f"variorum_who={held.token(kid.person)}"}, basic):
        assert client.get("/copies", headers=headers).status_code == 403
    library.people.close()
    path = library.path / "people" / "people.sqlite3"
    for file in path.parent.iterdir():
        file.unlink()
    path.write_bytes(b"no database" * 1000)
    for headers in ({"cookie": f"variorum_who={'p' * 16}.0"}, basic):
        assert client.get("/copies", headers=headers).status_code >= 400
    assert client.get("/").status_code == 200
