"""An inbox: what has stopped changing is taken in, what is still coming waits, and nothing of the person's is touched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from variorum.doors.cli import cli, watching
from variorum.library import Library
from variorum.library.watching import is_underway

pytestmark = pytest.mark.usefixtures("workers_here")

STORY = (
    "The Ferry\nby Maren Holt\n\nNobody crossed after dark, the ferryman said, and then he took the lamp down from its hook.\n"
)
OTHER = "Salt Bread\nby Ossian Reed\n\nHe baked two loaves every morning of that winter and gave the larger one away.\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


def test_a_file_is_taken_when_it_has_stopped_changing(library: Library, inbox: Path) -> None:
    """Not at the first look, nor while it grows; then once, and never again until it is another."""
    watched = library.watch(inbox)
    path = inbox / "a.txt"
    path.write_text(STORY[:60])
    assert watched.look() == (None, 1, True)
    path.write_text(STORY)
    assert watched.look() == (None, 1, True)
    found = watched.look()
    assert found.accession is not None
    assert [(i.name, i.status) for i in found.accession.items] == [("inbox/a.txt", "added")]
    assert watched.look() == (None, 0, True)
    path.write_text(OTHER)
    assert watched.look() == (None, 1, True)
    again = watched.look().accession
    assert again is not None
    assert again.count("added") == 1
    assert len(library.find("").hits) == 2


def test_only_what_is_ready_is_added(library: Library, inbox: Path) -> None:
    """One still, one growing: the one is taken, with its place in the folder, the other waits."""
    (inbox / "deep").mkdir()
    (inbox / "deep" / "still.txt").write_text(STORY)
    (inbox / "growing.txt").write_text(OTHER[:40])
    watched = library.watch(inbox)
    watched.look()
    (inbox / "growing.txt").write_text(OTHER[:80])
    found = watched.look()
    assert found.waiting == 1
    assert found.accession is not None
    assert [i.name for i in found.accession.items] == ["inbox/deep/still.txt"]


def test_a_time_that_changes_without_the_size_waits(library: Library, inbox: Path) -> None:
    """Written over in place: the time tells it."""
    path = inbox / "a.txt"
    path.write_text(STORY)
    watched = library.watch(inbox)
    watched.look()
    os.utime(path, ns=(1, 1))
    assert watched.look().accession is None
    assert watched.look().accession is not None


@pytest.mark.parametrize(
    "name", ["a.txt.part", "b.epub.crdownload", "Unconfirmed 12.crdownload", "c.download/c.txt", "D.TXT.PARTIAL", "e.txt.tmp"]
)
def test_a_download_that_is_underway_is_left(library: Library, inbox: Path, name: str) -> None:
    """By its ending, in either case, also as a folder; and the empty file a browser puts beside it."""
    assert is_underway(name)
    path = inbox / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(STORY)
    (inbox / "a.txt").write_text("" if name == "a.txt.part" else STORY)
    watched = library.watch(inbox)
    watched.look()
    found = watched.look().accession
    assert [i.name for i in found.items] == ["inbox/a.txt"] if found else name == "a.txt.part"


def test_what_is_held_already_leaves_no_line_in_the_register(library: Library, inbox: Path) -> None:
    """Watching anew after a stop: nothing is added again."""
    (inbox / "a.txt").write_text(STORY)
    first = library.watch(inbox)
    first.look()
    first.look()
    before = len(list(library.register.since(0)))
    second = library.watch(inbox)
    second.look()
    assert second.look() == (None, 0, True)
    assert len(list(library.register.since(0))) == before


def test_a_folder_that_vanishes_is_looked_for_again(library: Library, inbox: Path) -> None:
    """Gone and back: no error, and what comes then is taken."""
    watched = library.watch(inbox)
    watched.look()
    inbox.rmdir()
    assert watched.look() == (None, 0, False)
    inbox.mkdir()
    (inbox / "a.txt").write_text(STORY)
    assert watched.look().is_there
    assert watched.look().accession is not None


def test_what_is_passed_over_is_said_once(library: Library, inbox: Path) -> None:
    """A hidden file and noise: in the first answer, and in no other; the files are as they were."""
    (inbox / ".hidden").write_text("x")
    (inbox / "noise.bin").write_bytes(bytes(range(256)) * 40)
    watched = library.watch(inbox)
    first = watched.look().accession
    assert first is not None
    assert {i.problem[0] for i in first.items if i.problem} == {"hidden"}
    second = watched.look().accession
    assert second is not None
    assert {i.name for i in second.items} == {"inbox/noise.bin"}
    assert watched.look() == (None, 0, True)
    assert (inbox / "noise.bin").read_bytes() == bytes(range(256)) * 40


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(args))
    return result.exit_code, result.output


def test_watch_once_speaks_as_add_does(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks and an end; the same lines as add; JSON one value a line."""
    slept: list[int] = []
    monkeypatch.setattr(watching.time, "sleep", slept.append)
    (inbox / "a.txt").write_text(STORY)
    where = str(tmp_path / "kept")
    code, said = run("watch", str(inbox), "--once", "--every", "3", "--library", where)
    assert (code, slept) == (0, [3])
    assert said.startswith("1 file added: 1 copy of 1 work.")
    (inbox / "b.txt").write_text(OTHER)
    code, said = run("watch", str(inbox), "--once", "--library", where, "--json")
    (line,) = map(json.loads, said.splitlines())
    assert (code, line["added"], line["items"][0]["name"]) == (0, 1, "inbox/b.txt")


def test_a_remark_is_said_with_its_file(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing that no reader opens: kept, a line of its own, and in the JSON."""
    monkeypatch.setattr(watching.time, "sleep", lambda _: None)
    (inbox / "lamp.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    code, said = run("watch", str(inbox), "--once", "--library", str(tmp_path / "kept"))
    assert code == 0
    assert "1 file kept with a remark:\n  inbox/lamp.svg: kept; no picture reader for SVG drawings\n" in said
    code, said = run("watch", str(inbox), "--once", "--library", str(tmp_path / "again"), "--json")
    assert json.loads(said)["items"][0]["note"] == "kept; no picture reader for SVG drawings"


def test_watch_goes_on_until_it_is_stopped(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder vanishes and comes back, each said once; Ctrl-C between two looks ends it with nothing wrong."""
    steps = iter([inbox.rmdir, lambda: None, inbox.mkdir])

    def sleep(_seconds: int) -> None:
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(watching.time, "sleep", sleep)
    code, said = run("watch", str(inbox), "--library", str(tmp_path / "kept"), "--json")
    assert code == 0
    assert [json.loads(line)["note"]["code"] for line in said.splitlines()] == ["vanished", "back"]


def test_watch_needs_a_folder(tmp_path: Path) -> None:
    """A name that is none, and no library made for it."""
    code, _ = run("watch", str(tmp_path / "none"), "--library", str(tmp_path / "kept"))
    assert code != 0
    assert not (tmp_path / "kept").exists()
