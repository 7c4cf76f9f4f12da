"""Duplicates over the whole library: groups, what differs, rulings on many at once, nothing ever deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
import web_fakes as fakes
from web_client import Client

from variorum.doors.web import create_app
from variorum.library import Library

FOG = "\n\n".join(
    f"The fog came up the rope walk on evening {n}, and Mara lit the lamp before anybody asked. Note {n} in the log says so."
    for n in range(12)
)
TRAM = "\n\n".join(
    f"Tram number {n} was late, and its driver told a story about a heron and a hat, the {n}. of that week." for n in range(12)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A library of two works, one of them in three copies."""
    pile = tmp_path_factory.mktemp("pile")
    (pile / "a-fog.txt").write_text(FOG, "utf-8")
    (pile / "b-fog-again.txt").write_text(FOG + "\n", "utf-8")
    (pile / "c-fog-old.txt").write_text(FOG.replace("Mara", "Tamsin", 2), "utf-8")
    (pile / "d-tram.txt").write_text(TRAM, "utf-8")
    where = tmp_path_factory.mktemp("fic") / "library"
    with Library(where, create=True) as library:
        library.add([pile])
    return where


@pytest.fixture
def library(folder):
    with Library(folder) as opened:
        yield opened


@pytest.fixture
def client(library):
    made = Client(create_app(library))
    made.cookies.set("variorum_adult", "yes")
    yield made
    made.close()


def by_name(library: Library) -> dict[str, str]:
    """Name of a file -> id of its copy."""
    return {w.name.rpartition("/")[2][0]: w.witness for hit in library.find().hits for w in hit.work.witnesses}


def sets(library: Library) -> list[str]:
    """Which files stand together, by their first letters."""
    return sorted("".join(sorted(w.name.rpartition("/")[2][0] for w in hit.work.witnesses)) for hit in library.find().hits)


def test_groups_say_what_differs_in_words(library):
    """The same words, and two words changed; a work held once is no group."""
    found = library.duplicates()
    assert (found.total, len(found.groups)) == (1, 1)
    said = {w.name.rpartition("/")[2][0]: found.groups[0].said.get(w.siglum) for w in found.groups[0].work.witnesses}
    assert said == {"a": None, "b": "word for word the same", "c": "2 words changed"}


def test_long_works_are_not_collated_for_the_page(library, monkeypatch):
    """Their numbers come from the kinship on record."""
    monkeypatch.setattr("variorum.library.duplicates._COLLATED", 10)
    monkeypatch.setattr("variorum.library.duplicates.compare", None)
    said = library.duplicates().groups[0].said
    assert any("of its words stand in the base" in text for text in said.values())


def test_the_page_shows_every_copy_once(client, library):
    """Each copy has its box, its file's name and the way to what changed."""
    page = client.get("/copies").text
    for witness in by_name(library).values():
        assert page.count(f'value="{witness}"') == (0 if witness == by_name(library)["d"] else 1)
    assert "1 work is held more than once." in page
    assert "/changes?base=" in page


def test_rulings_on_many_part_join_and_are_taken_back(client, library):
    """Two ticked copies leave the work together; ticked again with the third they are one; undone, all is as it was."""
    assert sets(library) == ["abc", "d"]
    copies = by_name(library)
    answer = client.post("/copies", data={"act": "different", "copy": [copies["b"], copies["c"]]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/copies?done=3")
    assert sets(library) == ["a", "bc", "d"]
    page = client.get("/copies?done=3").text
    assert "3 rulings kept." in page
    assert "Related, and kept apart" in page
    client.post("/copies", data={"act": "same", "copy": [copies["a"], copies["b"], copies["c"]]})
    assert sets(library) == ["abc", "d"]
    for ruling in library.duplicates().rulings:
        client.post("/rulings", data={"kind": "undo", "on": ruling.ruling, "back": "/copies"})
    assert sets(library) == ["abc", "d"]
    assert library.duplicates().rulings == ()
    assert library.counts().items == 4


def test_the_base_is_set_for_several_works_at_once(client, library):
    """One copy of each work; two of one work are refused with a sentence, and nothing is ruled."""
    copies = by_name(library)
    assert client.post("/copies", data={"act": "base", "copy": [copies["b"], copies["c"]]}).status_code == 400
    assert library.duplicates().rulings == ()
    assert client.post("/copies", data={"act": "base", "copy": [copies["c"], copies["d"]]}).status_code == 303
    assert library.duplicates().groups[0].work.base.witness == copies["c"]
    for ruling in library.duplicates().rulings:
        library.rule("undo", ruling.ruling)


@pytest.mark.parametrize(
    "form",
    [
        {"act": "same", "copy": ["none-such", "nor-this"]},
        {"act": "same"},
        {"act": "delete", "copy": ["a"]},
        {"act": "same", "copy": ["x"] * 1},
        {"act": "same", "copy": [f"k{n}" for n in range(300)]},
    ],
)
def test_what_cannot_be_meant_is_refused(client, library, form):
    """Unknown copies, no copies, another act, too many: a sentence, and nothing is ruled."""
    answer = client.post("/copies", data=form)
    assert answer.status_code in (400, 404)
    assert library.duplicates().rulings == ()


def test_parting_all_copies_is_refused(client, library):
    """Someone has to stay."""
    copies = by_name(library)
    answer = client.post("/copies", data={"act": "different", "copy": [copies[name] for name in "abc"]})
    assert answer.status_code == 400
    assert sets(library) == ["abc", "d"]


def test_another_site_may_rule_on_nothing(client, library):
    """The guard of every POST holds here too."""
    copies = by_name(library)
    answer = client.post("/copies", data={"act": "base", "copy": [copies["c"]]}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_page_behind_the_last_is_empty_and_sound():
    """Any number in the address."""
    made = Client(create_app(fakes.FakeLibrary.full()))
    try:
        for page in ("2", "999999", "x", "0", "-3"):
            assert made.get(f"/copies?page={page}").status_code == 200
    finally:
        made.close()
