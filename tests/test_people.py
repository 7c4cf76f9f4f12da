"""What is each person's own: places, marks and settings, from several threads and processes, and from an older version."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from variorum.errors import CatalogueError, SchemaTooNew
from variorum.people import People
from variorum.people.schema import VERSION


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_place_is_kept_with_the_words_that_stand_there(tmp_path: Path) -> None:
    """The last place of a person in a copy is what was kept last; nobody else sees it."""
    people = People(tmp_path / "people")
    people.keep_place("keeper", "w1", 10, "the first words")
    people.keep_place("keeper", "w1", 871, "and the lamp")
    place = people.place("keeper", "w1")
    assert place is not None
    assert (place.start, place.quote) == (871, "and the lamp")
    assert place.at.endswith("Z")
    assert people.place("guest", "w1") is None
    assert people.place("keeper", "w2") is None


def test_recent_places_come_latest_first(tmp_path: Path) -> None:
    """The list is as long as asked for and in the order of reading."""
    people = People(tmp_path)
    for number in range(5):
        people.keep_place("keeper", f"w{number}", number)
    people.keep_place("keeper", "w1", 99)
    assert [p.witness for p in people.recent("keeper", 3)] == ["w1", "w4", "w3"]
    assert people.recent("guest") == []


def test_marks_are_one_word_each(tmp_path: Path) -> None:
    """A copy has one mark; another word replaces it, None takes it away, an unknown word is refused."""
    people = People(tmp_path)
    people.mark("keeper", "w1", "later")
    people.mark("keeper", "w1", "reading")
    people.mark("keeper", "w2", "read")
    assert [(m.witness, m.mark) for m in people.marks("keeper")] == [("w2", "read"), ("w1", "reading")]
    assert [m.witness for m in people.marks("keeper", "read")] == ["w2"]
    people.mark("keeper", "w2", None)
    assert people.marks("keeper", "read") == []
    with pytest.raises(ValueError, match="read, reading, later"):
        people.mark("keeper", "w1", "burnt")


def test_settings_are_merged_and_taken_away(tmp_path: Path) -> None:
    """Setting one leaves the others; None removes; what cannot stand in UTF-8 comes through all the same."""
    people = People(tmp_path)
    assert people.settings("keeper") == {}
    people.set_settings("keeper", {"theme": "dark", "measure": 66})
    assert people.set_settings("keeper", {"theme": None, "odd": "a\0b\udc80"}) == {"measure": 66, "odd": "a\0b\udc80"}
    assert people.settings("keeper") == {"measure": 66, "odd": "a\0b\udc80"}


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    """After `forget` no byte of what a person read is in any file of the folder; others keep theirs."""
    people = People(tmp_path)
    people.keep_place("guest", "w-secret-witness", 4, "an unmistakable quotation")
    people.mark("guest", "w-secret-witness", "later")
    people.keep_place("keeper", "w1", 1)
    assert people.forget("guest") == 2
    assert people.recent("guest") == []
    assert people.place("keeper", "w1") is not None
    everything = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"unmistakable" not in everything
    assert b"secret" not in everything


def test_hostile_text_is_kept(tmp_path: Path) -> None:
    """NULs and lone surrogates in a quotation are replaced, a long one is cut; nothing raises."""
    people = People(tmp_path)
    people.keep_place("keeper", "w1", -5, "a\0b\udcff" + "x" * 500)
    place = people.place("keeper", "w1")
    assert place is not None
    assert place.start == 0
    assert place.quote.startswith("a\ufffdb\ufffd")
    assert len(place.quote) == 80


def test_places_of_one_work_come_latest_first(tmp_path: Path) -> None:
    """Where somebody is in each copy of a work: the copy read last stands first, with its words and how far it was."""
    people = People(tmp_path)
    people.keep_place("keeper", "w1", 10, "one", prefix="x" * 99, suffix="y" * 99, progress=7.0, device="a phone")
    people.keep_place("keeper", "w2", 20, "two", progress=0.25)
    found = people.places("keeper", ["w1", "w2", "w3"])
    assert [(p.witness, p.progress) for p in found] == [("w2", 0.25), ("w1", 1.0)]
    assert (len(found[1].prefix), len(found[1].suffix), found[1].device) == (64, 64, "a phone")
    assert people.forget_place("keeper", "w2")
    assert not people.forget_place("keeper", "w2")
    assert [p.witness for p in people.places("keeper", ["w1", "w2"])] == ["w1"]


def test_settings_of_one_work_are_its_own(tmp_path: Path) -> None:
    """What is set for one work is found by any of its copies, leaves the others alone, and is taken back by setting nothing."""
    people = People(tmp_path)
    people.set_settings_for("keeper", ["w1", "w2"], {"size": "150"})
    assert people.settings_for("keeper", ["w9", "w2", "w1"]) == {"size": "150"}
    assert people.settings_for("keeper", ["w3"]) == {}
    assert people.settings("keeper") == {}
    people.set_settings_for("keeper", ["w2", "w1"], {"size": "85"})
    assert people.settings_for("keeper", ["w1", "w2"]) == {"size": "85"}
    people.set_settings_for("keeper", ["w1", "w2"], {})
    assert people.settings_for("keeper", ["w1", "w2"]) == {}


def test_annotations_are_kept_changed_and_removed(tmp_path: Path) -> None:
    """A highlight has the words, what stands around them, a note and a colour; each person has their own."""
    people = People(tmp_path)
    notes = people.annotations
    first = notes.add("keeper", "w1", 40, 52, "the lamp went", prefix="before ", suffix=" round", note="Here\0it turns.")
    second = notes.add("keeper", "w1", 4, 9, "Maren", colour="sky")
    assert first.note == "Here\ufffdit turns."
    assert [a.annotation for a in notes.of("keeper", ["w1"])] == [second.annotation, first.annotation]
    assert [a.annotation for a in notes.all("keeper")] == [second.annotation, first.annotation]
    changed = notes.change("keeper", first.annotation, note="Later: no.", colour="rose")
    assert changed is not None
    assert (changed.note, changed.colour, changed.exact) == ("Later: no.", "rose", "the lamp went")
    assert changed.modified > changed.created
    assert notes.change("guest", first.annotation, note="x") is None
    assert notes.one("guest", first.annotation) is None
    assert notes.one("keeper", first.annotation) == changed
    assert not notes.remove("guest", first.annotation)
    assert notes.remove("keeper", first.annotation)
    assert [a.annotation for a in notes.all("keeper")] == [second.annotation]
    for wrong in ({"exact": "  "}, {"exact": "x", "colour": "plaid"}):
        with pytest.raises(ValueError):
            notes.add("keeper", "w1", 1, 2, **wrong)
    assert people.forget("keeper") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Who reads what is nobody else's business."""
    People(tmp_path / "people").settings("keeper")
    assert stat.S_IMODE((tmp_path / "people").stat().st_mode) & 0o077 == 0


def test_an_older_database_is_brought_forward(tmp_path: Path, sample: Callable[[str], Path]) -> None:
    """A file of version 1 opens: its places and settings are there, and what version 2 added works."""
    path = tmp_path / "people.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(sample("people/version-1.sql").read_text("utf-8"))
    assert version_of(path) == 1
    people = People(tmp_path)
    assert [(p.witness, p.start, p.quote) for p in people.recent("keeper")] == [("w-kettle", 12, ""), ("w-lamp", 871, "")]
    assert people.settings("keeper") == {"theme": "dark"}
    people.mark("keeper", "w-lamp", "read")
    people.keep_place("keeper", "w-lamp", 900, "a quotation")
    assert version_of(path) == VERSION == 5


def test_a_database_of_version_2_is_brought_forward(tmp_path: Path, sample: Callable[[str], Path]) -> None:
    """Its place, mark and setting are there; what version 3 added (words around a place, notes, settings of a work) works."""
    with closing(sqlite3.connect(tmp_path / "people.sqlite3")) as old:
        old.executescript(sample("people/version-2.sql").read_text("utf-8"))
    people = People(tmp_path)
    place = people.place("keeper", "w-lamp")
    assert place is not None
    assert (place.start, place.quote, place.prefix, place.progress) == (871, "and the lamp went round", "", 0.0)
    assert [m.mark for m in people.marks("keeper")] == ["later"]
    assert people.settings("keeper") == {"theme": "dark"}
    people.keep_place("keeper", "w-lamp", 900, "words", prefix="before", suffix="after", progress=0.5)
    people.annotations.add("keeper", "w-lamp", 3, 9, "a lamp")
    assert version_of(tmp_path / "people.sqlite3") == VERSION


def test_a_later_database_is_left_alone(tmp_path: Path) -> None:
    """What a later Variorum wrote is refused, and not one byte of it changes."""
    People(tmp_path).settings("keeper")
    path = tmp_path / "people.sqlite3"
    with closing(sqlite3.connect(path)) as later:
        later.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew):
        People(tmp_path).place("keeper", "w1")
    assert path.read_bytes() == before


def test_a_migration_cut_short_leaves_the_old_state(
    tmp_path: Path, sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that fails in its middle is taken back whole; the next opening finishes it."""
    path = tmp_path / "people.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(sample("people/version-1.sql").read_text("utf-8"))
    from variorum.people import schema

    good = schema._STEPS
    monkeypatch.setattr(schema, "_STEPS", (good[0], good[1] + "; CREATE TABLE mark (twice TEXT)"))
    with pytest.raises(CatalogueError, match="cannot be used"):
        People(tmp_path).settings("keeper")
    assert version_of(path) == 1
    monkeypatch.setattr(schema, "_STEPS", good)
    assert len(People(tmp_path).recent("keeper")) == 2


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    """Garbage where the database should be raises our own error, not sqlite3's."""
    (tmp_path / "people.sqlite3").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(CatalogueError, match="cannot be used"):
        People(tmp_path).settings("keeper")


def test_threads_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Sixteen threads on one object: every write arrives, nothing is locked away."""
    people = People(tmp_path)

    def read(number: int) -> None:
        for page in range(10):
            people.keep_place("keeper", f"w{number}", page)
            assert people.place("keeper", f"w{number}") is not None

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(read, range(16)))
    assert sorted(p.start for p in people.recent("keeper", 100)) == [9] * 16


def _write(root: str, name: str) -> None:
    people = People(Path(root))
    for page in range(20):
        people.keep_place(name, "w1", page)
        people.set_settings("shared", {name: page})


def test_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Four processes that open a fresh database at once all find it made, and no write is lost."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(str(tmp_path), f"p{n}")) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [w.exitcode for w in workers] == [0, 0, 0, 0]
    assert People(tmp_path).settings("shared") == {f"p{n}": 19 for n in range(4)}


def test_another_file_in_its_place_is_the_one_that_is_read(tmp_path: Path) -> None:
    """Connections are used again only for the file they opened: a copy put in its place, or over it, is what is read and written next."""
    people, other = People(tmp_path / "a"), People(tmp_path / "b")
    people.keep_place("keeper", "w1", 10, "of the first")
    other.keep_place("keeper", "w1", 20, "of the second")
    people.close()
    other.close()
    spare = other.path.read_bytes()
    assert people.place("keeper", "w1") is not None
    other.path.replace(people.path)
    place = people.place("keeper", "w1")
    assert place is not None
    assert place.quote == "of the second"
    people.keep_place("keeper", "w1", 30, "of nobody")
    people.close()
    people.path.write_bytes(spare)
    place = people.place("keeper", "w1")
    assert place is not None
    assert place.quote == "of the second"
