"""What is a person's own about works: shelves, ratings, notes, marks; asked for, done in bulk, taken back, kept within a profile's limits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from shelf_pile import titled

from variorum.doors.cli import main
from variorum.errors import NotFound, QueryError
from variorum.library import Library
from variorum.model import Act, Viewer
from variorum.people import People

KEEPER = Viewer()
GUEST = Viewer("guest", adult=False)


@pytest.fixture
def library(shelf_library: Library) -> Library:
    """The library of the shelf's tests, with nobody's own things in it."""
    for person in ("keeper", "guest"):
        shelf_library.people.forget(person)
    return shelf_library


def titles(library: Library, query: str, **more: object) -> list[str]:
    return [hit.work.title or "" for hit in library.find(query, **more).hits]  # type: ignore[arg-type]


LAMP, RAIN, CAT = "What the Lamp Was For", "Nine Kinds of Rain", "The Cartographer's Cat"


# ---------------------------------------------------------------- the people's room


def test_a_database_of_version_4_is_brought_forward(tmp_path: Path, sample: Callable[[str], Path]) -> None:
    """Its place, mark and profile are there; shelves, opinions and days of reading work."""
    with closing(sqlite3.connect(tmp_path / "people.sqlite3")) as old:
        old.executescript(sample("people/version-4.sql").read_text("utf-8"))
    people = People(tmp_path)
    assert [m.mark for m in people.marks("keeper")] == ["later"]
    assert [p.name for p in people.devices.profiles()] == ["Keeper", "Robin"]
    people.keep_place("keeper", "w-lamp", 900, progress=0.6, words=500)
    assert [(day.witness, day.words) for day in people.days.all("keeper")] == [("w-lamp", 50)]
    shelf = people.shelves.make("keeper", "winter")
    people.acting.do("keeper", Act("put", shelf.shelf), [["w-lamp"]])
    assert [w for w, _ in people.shelves.contents("keeper")[shelf.shelf]] == ["w-lamp"]


def test_shelves_have_names_and_an_order(tmp_path: Path) -> None:
    """A name is taken once per person, whatever its letter case; shelves stand in the order they are put in."""
    shelves = People(tmp_path).shelves
    first, second, third = (shelves.make("keeper", name) for name in ("winter", "  to   reread ", "Ærlig\0"))
    assert second.name == "to reread"
    with pytest.raises(ValueError, match="already"):
        shelves.make("keeper", "WINTER")
    with pytest.raises(ValueError, match="a shelf has a name"):
        shelves.make("keeper", " … ")
    assert shelves.make("guest", "winter").shelf != first.shelf
    shelves.move("keeper", third.shelf, 0)
    shelves.rename("keeper", first.shelf, "Winter")
    assert [s.name for s in shelves.all("keeper")] == ["Ærlig\ufffd", "Winter", "to reread"]
    assert not shelves.rename("guest", first.shelf, "mine now")
    assert not shelves.drop("guest", first.shelf)
    assert shelves.drop("keeper", first.shelf)
    assert [s.name for s in shelves.all("guest")] == ["winter"]


def test_what_was_done_is_taken_back(tmp_path: Path) -> None:
    """An undo gives each work what it had before: its mark, its rating, its place on the shelf; only the last ten steps can be."""
    people = People(tmp_path)
    shelf = people.shelves.make("keeper", "winter")
    works = [["a", "a2"], ["b"], ["c"]]
    people.acting.do("keeper", Act("rate", "2"), [["b"]])
    people.opinions.note("keeper", ["b"], "kept")
    people.mark("keeper", "a2", "later")
    done = [
        people.acting.do("keeper", act, works)
        for act in (Act("rate", "5"), Act("mark", "read"), Act("put", shelf.shelf), Act("hide"))
    ]
    assert {o.witness: o.rating for o in people.opinions.all("keeper")} == {"a": 5, "b": 5, "c": 5}
    assert people.opinions.of("keeper", ["b"]).note == "kept"  # type: ignore[union-attr]
    assert sorted(m.witness for m in people.marks("keeper", "read")) == ["a", "b", "c"]
    assert people.acting.undo("guest", done[0].undo) is False
    assert all(people.acting.undo("keeper", one.undo) for one in done)
    assert not people.acting.undo("keeper", done[0].undo)
    assert {o.witness: o.rating for o in people.opinions.all("keeper")} == {"b": 2}
    assert [(m.witness, m.mark) for m in people.marks("keeper")] == [("a2", "later")]
    assert people.shelves.contents("keeper") == {shelf.shelf: []}
    assert people.opinions.hidden("keeper") == []
    many = [people.acting.do("keeper", Act("rate", "1"), [["a"]]) for _ in range(12)]
    assert [people.acting.done("keeper", one.undo) is not None for one in many] == [False] * 2 + [True] * 10


@pytest.mark.parametrize("act", [Act("rate", "6"), Act("mark", "burnt"), Act("put", None), Act("put", "nowhere"), Act("eat")])  # type: ignore[arg-type]
def test_an_act_that_makes_no_sense_is_refused(tmp_path: Path, act: Act) -> None:
    """ValueError, and nothing is written."""
    people = People(tmp_path)
    with pytest.raises(ValueError):
        people.acting.do("keeper", act, [["a"]])
    assert people.forget("keeper") == 0


def test_forgetting_a_person_leaves_no_row_of_theirs(tmp_path: Path) -> None:
    """Whatever table has a person in it, after `forget` none of its rows is theirs; others keep theirs."""
    people = People(tmp_path)
    for person in ("guest", "keeper"):
        shelf = people.shelves.make(person, "winter")
        for act in (Act("put", shelf.shelf), Act("rate", "3"), Act("hide"), Act("mark", "later")):
            people.acting.do(person, act, [["w"]])
        for progress in (0.1, 0.2):
            people.keep_place(person, "w", 1, progress=progress, words=100)
    people.forget("guest")
    left: dict[str, set[str]] = {}
    with closing(sqlite3.connect(people.path)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if "person" in {row[1] for row in db.execute(f"PRAGMA table_info({table})")}:
                left[table] = {row[0] for row in db.execute(f"SELECT DISTINCT person FROM {table}")}
    assert set().union(*left.values()) == {"keeper"}
    assert {table for table, rows in left.items() if rows} >= {
        "shelf",
        "shelved",
        "opinion",
        "hidden",
        "mark",
        "reading_day",
        "undo",
    }


def test_what_is_read_is_counted_by_day(tmp_path: Path) -> None:
    """What lies between two places counts; a leap, going back and the first place count for nothing; a person's own alone."""
    people = People(tmp_path)
    for progress in (0.10, 0.11, 0.12, 0.05, 0.06, 0.95):
        people.keep_place("keeper", "w", 1, progress=progress, words=10_000)
    people.keep_place("keeper", "unknown length", 1, progress=0.1)
    people.keep_place("keeper", "unknown length", 1, progress=0.2)
    assert sum(day.words for day in people.days.all("keeper")) == 300
    assert {day.witness for day in people.days.all("keeper")} == {"w"}
    assert people.days.all("guest") == []


# ---------------------------------------------------------------- one box


def test_the_box_asks_for_what_is_ones_own(library: Library) -> None:
    """shelf:, rated:, noted: and the flags find one's own works, alone, negated and with other words; nobody else's question does."""
    lamp, rain = titled(library, "What the Lamp"), titled(library, "Nine Kinds")
    shelf = library.own.make(KEEPER, "to reread")
    library.own.act(KEEPER, "put", shelf.shelf, [lamp, rain])
    library.own.act(KEEPER, "rate", "4", [lamp])
    library.own.note(KEEPER, rain, "Nine is the right number.")
    every = library.find().total
    assert sorted(titles(library, 'shelf:"to reread"')) == [RAIN, LAMP]
    assert sorted(titles(library, "shelf:read OR rated:5")) == []
    assert sorted(titles(library, "shelf:to")) == sorted(titles(library, "is:shelved")) == [RAIN, LAMP]
    assert library.find("-shelf:to").total == every - 2
    assert titles(library, "shelf:to rated:>=3") == titles(library, "is:rated") == titles(library, "rated:4") == [LAMP]
    assert library.find("rated:none").total == every - 1
    assert titles(library, "noted:right") == titles(library, 'noted:"right number"') == titles(library, "is:noted") == [RAIN]
    for query in ("shelf:to", "is:rated", "noted:right"):
        assert library.find(query, viewer=GUEST).total == 0
    with pytest.raises(QueryError):
        library.find("rated:much")


def test_what_is_hidden_is_found_when_asked_for(library: Library) -> None:
    """A hidden work has the flag; the library itself leaves nothing out."""
    cat = titled(library, "The Cart")
    library.own.act(KEEPER, "hide", None, [cat])
    assert titles(library, "is:hidden") == [CAT]
    assert CAT in titles(library, "")
    library.own.act(KEEPER, "show", None, [cat])
    assert titles(library, "is:hidden") == []


def test_orders_of_ones_own(library: Library) -> None:
    """By rating and by the last reading, both ways, the others after; page by page it is the same list; chance has seeds."""
    lamp, rain, cat = (titled(library, beginning) for beginning in (LAMP[:8], RAIN[:8], CAT[:8]))
    library.own.act(KEEPER, "rate", "5", [rain])
    library.own.act(KEEPER, "rate", "2", [lamp])
    for work in (cat, lamp):
        library.people.keep_place("keeper", work.base.witness, 3)
    assert titles(library, "", sort="-rated")[:2] == [RAIN, LAMP]
    assert titles(library, "", sort="rated")[:2] == [LAMP, RAIN]
    assert titles(library, "", sort="-read")[:2] == [LAMP, CAT]
    assert titles(library, "lamp", sort="-read")[0] == LAMP
    for sort in ("-rated", "read", "random"):
        whole = titles(library, "", sort=sort, seed=3)
        assert sorted(whole) == sorted(titles(library, ""))
        paged = [titles(library, "", sort=sort, seed=3, limit=1, offset=at)[0] for at in range(len(whole))]
        assert paged == whole
    assert len({tuple(titles(library, "", sort="random", seed=seed)) for seed in range(40)}) > 1


def test_a_shelf_counts_what_exists_for_its_owner(library: Library) -> None:
    """A work that is hidden from a profile by its tags leaves the profile's shelf, its count and its export; others see nothing of it."""
    lamp, cat = titled(library, "What the Lamp"), titled(library, "The Cart")
    guest = Viewer("guest", adult=True)
    shelf = library.own.make(guest, "mine")
    library.own.act(guest, "put", shelf.shelf, [lamp, cat])
    assert [s.works for s in library.own.shelves(guest)] == [2]
    shut = Viewer("guest", adult=True, hidden=lamp.metadata.fandoms)
    assert [s.works for s in library.own.shelves(shut)] == [1]
    assert library.own.everything(shut) == [cat.work]
    assert titles(library, "shelf:mine", viewer=shut) == [CAT]
    assert library.own.shelves(KEEPER) == ()
    with pytest.raises(NotFound):
        library.own.shelf(KEEPER, "mine")


# ---------------------------------------------------------------- the command line


def run(capsys: pytest.CaptureFixture[str], library: Library, *args: str) -> tuple[int, str]:
    code = main(["--library", str(library.path), *args])
    return code, capsys.readouterr().out


def test_the_verbs_of_ones_own(capsys: pytest.CaptureFixture[str], library: Library, tmp_path: Path) -> None:
    """Works go on a shelf and off it, are rated and noted, and everything comes out as JSON and Markdown; nothing is overwritten."""
    cat = titled(library, "The Cart").work
    assert run(capsys, library, "shelves", "winter", cat, "--json")[0] == 0
    code, out = run(capsys, library, "shelves", "winter", "--find", "lamp", "--json")
    undo = json.loads(out)["undo"]
    assert json.loads(run(capsys, library, "shelves", "--json")[1])["shelves"][0]["works"] == 3
    assert run(capsys, library, "shelves", "--undo", undo)[0] == 0
    assert run(capsys, library, "shelves", "--undo", undo)[0] == 2
    assert "Cartographer" in run(capsys, library, "shelves", "WINTER")[1]
    code, out = run(capsys, library, "mine", cat, "--rate", "5", "--mark", "read", "--note", "A *fine* cat.")
    assert (code, "5 of 5; read; on winter" in out) == (0, True)
    file = tmp_path / "mine.md"
    assert run(capsys, library, "mine", "--to", "markdown", "--out", str(file))[0] == 0
    assert "> A \\*fine\\* cat." in file.read_text("utf-8")
    assert run(capsys, library, "mine", "--to", "json", "--out", str(file))[0] == 2
    kept = json.loads(run(capsys, library, "mine", "--json")[1])
    assert (kept["works"][0]["rating"], kept["works"][0]["shelves"]) == (5, ["winter"])
    assert run(capsys, library, "shelves", "winter", "--rename", "deep winter", "--place", "1")[0] == 0
    assert run(capsys, library, "shelves", "deep winter", cat, "--take")[0] == 0
    assert run(capsys, library, "shelves", "deep winter", "--drop")[0] == 0
    assert json.loads(run(capsys, library, "shelves", "--json")[1]) == {"shelves": []}
    for wrong in (("shelves", "--drop"), ("shelves", "nowhere"), ("mine", "--rate", "3"), ("mine", cat, "--rate", "9")):
        assert run(capsys, library, *wrong)[0] == 2
