"""Duplicates over the whole library: groups, what differs, rulings on many at once, nothing ever deleted."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import web_fakes as fakes
from web_client import Client

from variorum.doors.cli import main
from variorum.doors.web import create_app
from variorum.errors import NotFound, RulingError
from variorum.library import Library, duplicates
from variorum.model import GROUP_ORDERS, Sought, Viewer

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
    found = library.copies.page()
    assert (found.total, len(found.groups)) == (1, 1)
    said = {w.name.rpartition("/")[2][0]: found.groups[0].said.get(w.siglum) for w in found.groups[0].work.witnesses}
    assert said == {"a": None, "b": "word for word the same", "c": "2 words changed"}


def test_long_works_are_not_collated_for_the_page(library, monkeypatch):
    """Their numbers come from the kinship on record."""
    monkeypatch.setattr("variorum.library.duplicates._COLLATED", 10)
    monkeypatch.setattr("variorum.library.duplicates.compare", None)
    said = library.copies.page().groups[0].said
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
    assert answer.status_code == 303
    assert sets(library) == ["a", "bc", "d"]
    page = client.get(answer.headers["location"]).text
    assert "3 rulings kept." in page
    assert "3 rulings at once on copies" in client.get("/copies?view=ruled").text
    assert client.get("/copies?view=apart").text.count('name="copy"') == 4
    client.post("/copies", data={"act": "same", "copy": [copies["a"], copies["b"], copies["c"]]})
    assert sets(library) == ["abc", "d"]
    for step in library.copies.ruled()[1]:
        assert client.post("/copies/undo", data={"step": step.step}).status_code == 303
    assert sets(library) == ["abc", "d"]
    assert library.copies.ruled() == (0, [])
    assert library.counts().items == 4


def test_the_base_is_set_for_several_works_at_once(client, library):
    """One copy of each work; two of one work are refused with a sentence, and nothing is ruled."""
    copies = by_name(library)
    assert client.post("/copies", data={"act": "base", "copy": [copies["b"], copies["c"]]}).status_code == 400
    assert library.copies.ruled() == (0, [])
    assert client.post("/copies", data={"act": "base", "copy": [copies["c"], copies["d"]]}).status_code == 303
    assert library.copies.page().groups[0].work.base.witness == copies["c"]
    for step in library.copies.ruled()[1]:
        library.copies.undo(step.step)


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
    assert library.copies.ruled() == (0, [])


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


def test_a_group_is_found_by_what_one_asks(library):
    """By title, by what differs, by the number of copies, by how sure it is, by whether one ruled on it; counts say what else would be found."""
    copies = library.copies
    found = copies.page()
    assert found.counts == {"differ": {"words": 1}, "copies": {"3": 1}, "sure": {"sure": 1}, "ruled": {"no": 1}}
    for sought, total in (
        (Sought(words="FOG a-"), 1),
        (Sought(words="heron"), 0),
        (Sought(differ="words", copies=3, sure="sure", ruled=False), 1),
        (Sought(differ="marks"), 0),
        (Sought(copies=2), 0),
        (Sought(copies=4), 0),
        (Sought(sure="doubtful"), 0),
        (Sought(ruled=True), 0),
    ):
        for sort in GROUP_ORDERS:
            asked = dataclasses.replace(sought, sort=sort)
            assert (copies.page(sought=asked).total, len(copies.page(sought=asked).groups)) == (total, total), asked
    assert copies.page(sought=Sought(differ="marks")).counts["differ"] == {"words": 1}, "what another answer would find"
    assert copies.page(sought=Sought(words="heron")).every == 1


def test_a_group_that_was_ruled_on_is_passed_over(client, library):
    """*One work* on the whole group rules on it; the next one not ruled on is none, and a copy fewer in the ruling leaves it open."""
    copies, (work,) = by_name(library), [group.work.work for group in library.copies.page().groups]
    assert client.get("/copies/next").headers["location"] == f"/copies#g-{work}"
    half = library.copies.rule([("same", (copies["a"], copies["b"]))]).step
    assert library.copies.following(Sought(), None) == (0, work)
    form = {"many": "ticked", "what": "same", "group": [work], "asked": "/copies?sort=copies"}
    asks = client.post("/copies", data=form)
    assert asks.status_code == 200
    assert "The copies of 1 work are one work?" in asks.text
    assert library.copies.ruled()[0] == 1, "nothing is ruled before it is asked"
    answer = client.post("/copies", data={**form, "sure": "2"})
    assert answer.headers["location"].startswith("/copies?sort=copies&done=s")
    assert library.copies.page().groups[0].ruled
    assert client.get("/copies/next").headers["location"] == "/copies?none=1"
    assert "Every group is ruled on." in client.get("/copies?none=1").text
    for step in (answer.headers["location"].rpartition("=")[2], half):
        library.copies.undo(step)
    assert not library.copies.page().groups[0].ruled
    assert library.counts().items == 4, "nothing is deleted"


@pytest.mark.parametrize(("act", "then"), [("same", ["abc", "d"]), ("different", ["a", "b", "c", "d"]), ("base", ["abc", "d"])])
def test_many_groups_are_ruled_on_and_given_back(folder, tmp_path, act, then):
    """In one step, through a rebuild, with who and when; taken back, every group, base and id is what it was."""
    where = tmp_path / "library"
    shutil.copytree(folder, where)
    with Library(where) as library:
        before = [(hit.work.work, hit.work.base.witness, [w.siglum for w in hit.work.witnesses]) for hit in library.find().hits]
        plan = library.copies.plan(act, Sought())
        assert (len(plan.works), len(plan.rulings)) == (1, {"same": 2, "different": 3, "base": 1}[act])
        step = library.copies.rule(plan.rulings, why="looked through")
        assert (step.count, step.why, {ruling.by for ruling in step.rulings}) == (len(plan.rulings), "looked through", {"keeper"})
        assert sets(library) == then
        held = [(row.work, row.ruled, row.sure) for row, _ in library.catalogue.several.page(Viewer(), Sought(), 9, 0).groups]
        library.rebuild()
        assert sets(library) == then
        again = [(row.work, row.ruled, row.sure) for row, _ in library.catalogue.several.page(Viewer(), Sought(), 9, 0).groups]
        assert again == held
        assert library.copies.step(step.step) == step
        assert library.copies.undo(step.step) == len(plan.rulings)
        with pytest.raises(NotFound):
            library.copies.undo(step.step)
        assert sets(library) == ["abc", "d"]
        assert [
            (hit.work.work, hit.work.base.witness, [w.siglum for w in hit.work.witnesses]) for hit in library.find().hits
        ] == before
        assert library.counts().items == 4


def test_the_base_is_the_latest_or_the_longest_copy(library):
    """What a plan on many says of one group; an act there is not is refused."""
    named = {witness: name for name, witness in by_name(library).items()}
    longest = library.copies.plan("longest", Sought()).rulings
    assert [(kind, named[on[0]]) for kind, on in longest] == [("base", "a")]
    assert len(library.copies.plan("latest", Sought()).rulings) == 1
    with pytest.raises(RulingError, match="one can rule"):
        library.copies.plan("delete", Sought())
    with pytest.raises(RulingError, match="one step takes 0 groups"):
        library.copies.plan("same", Sought(), most=0)


def test_many_are_ruled_on_from_the_command_line(folder, tmp_path, capsys):
    """--look rules nothing; the step is taken back by its id; a filter that is none is said to be."""
    where = tmp_path / "library"
    shutil.copytree(folder, where)

    def said(*words: str, code: int = 0) -> dict:
        capsys.readouterr()
        assert main(["rule", *words, "--library", str(where), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    looked = said("same", "--groups", "differ:words", "--look")
    assert looked == {"act": "same", "groups": 1, "rulings": 2, "titles": looked["titles"], "step": None}
    assert said("same", "--groups", "differ:marks")["groups"] == 0
    step = said("same", "--groups", "ruled:no fog", "--why", "looked through")["step"]
    assert said("same", "--groups", "ruled:no")["groups"] == 0
    assert said("undo", step) == {"undone": step, "rulings": 2}
    assert said("same", "--groups", "ruled:no", "--look")["groups"] == 1
    assert "differ: takes marks, words, part" in said("same", "--groups", "differ:all", code=2)["error"]["reason"]
    assert said("same", code=2)["error"]


def test_programs_rule_on_many(folder, tmp_path):
    """The number of rulings has to be said, and to be right; a filter that is none is 400, and a profile has no say."""
    where = tmp_path / "library"
    shutil.copytree(folder, where)
    with Library(where) as library:
        client = Client(create_app(library))
        there = client.get("/api/v1/copies?q=fog").json()
        assert (there["total"], there["groups"][0]["copies"][2]["said"]) == (1, "2 words changed")
        asked = {"act": "same", "q": "differ:words"}
        assert client.post("/api/v1/copies", json=asked).json()["step"] is None
        assert client.post("/api/v1/copies", json={**asked, "sure": 3}).status_code == 409
        assert library.copies.ruled()[0] == 0
        done = client.post("/api/v1/copies", json={**asked, "sure": 2}).json()
        assert client.get("/api/v1/copies?q=ruled:yes").json()["total"] == 1
        assert client.post("/api/v1/copies", json={"undo": done["step"]}).json() == {"undone": done["step"], "rulings": 2}
        for wrong in (
            {"act": "same"},
            {"act": "same", "q": 7},
            {"act": "same", "works": "x"},
            {"act": "same", "q": "sure:maybe"},
        ):
            assert client.post("/api/v1/copies", json=wrong).status_code == 400
        assert client.get("/api/v1/copies?q=differ:all").status_code == 400
        client.close()


def test_all_is_written_down_or_nothing(library):
    """One copy that is not there among many: not one ruling is made."""
    copies = by_name(library)
    with pytest.raises(NotFound):
        library.copies.rule([("same", (copies["a"], copies["b"])), ("same", (copies["a"], "nobody"))])
    assert library.copies.ruled() == (0, [])


def test_a_page_remembers_its_sentences_until_a_work_changes(library, monkeypatch):
    """What was collated once is not collated again; after a ruling that makes the work anew it is."""
    library.copies.page()
    compared = []
    real = duplicates.compare
    monkeypatch.setattr(duplicates, "compare", lambda *given, **named: compared.append(given) or real(*given, **named))
    library.copies.page()
    assert compared == []
    step = library.copies.rule([("base", (by_name(library)["c"],))]).step
    assert library.copies.page().groups[0].said
    assert len(compared) == 1
    library.copies.undo(step)


def test_a_page_behind_the_last_is_empty_and_sound():
    """Any number in the address."""
    made = Client(create_app(fakes.FakeLibrary.full()))
    try:
        for page in ("2", "999999", "x", "0", "-3"):
            assert made.get(f"/copies?page={page}").status_code == 200
    finally:
        made.close()
