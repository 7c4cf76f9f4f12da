"""The library: adding, ruling, removing, rebuilding, and what a pile of bad files does to it (nothing)."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from variorum.errors import CollationError, NotALibrary, NotFound, PublishError, QueryError, RulingError, SchemaTooNew
from variorum.library import Library
from variorum.model import Work

RIVER = """\
The river had been straightened before anybody living was born, and it had never quite forgiven them.

On quiet evenings it still leaned towards the old bed, so that the barges drifted to the left and had to be spoken to.

"She wants the orchard back," said the ferryman, and nobody asked him how he knew.

In the ninth year of the flood they gave it to her. It was only an orchard, after all, and the apples had always been small.
"""
HILL = """\
There was a bell on the hill that rang by itself, and the village had stopped hearing it a long time ago.

Only the postman still counted the strokes. He was paid by the hour, and he liked to be sure.

When it rang thirteen he put down his bag, took off his cap, and went up to see who had been wanting him for so many years.
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def put(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def works(library: Library) -> list[Work]:
    return [library.work(w.work) for w in library.find(sort="added")]


# ---------------------------------------------------------------- opening


def test_a_library_is_made_only_in_an_absent_or_empty_folder(tmp_path: Path) -> None:
    """A folder with something in it stays as it is."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotALibrary, match="not empty"):
        Library(tmp_path, create=True)
    with pytest.raises(NotALibrary, match="variorum init"):
        Library(tmp_path / "absent")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_library_of_a_later_version_is_refused_untouched(tmp_path: Path) -> None:
    """Nothing is written when variorum.json says a version we do not know."""
    with Library(tmp_path / "l", create=True):
        pass
    mark = tmp_path / "l" / "variorum.json"
    mark.write_text(json.dumps({"variorum": "library", "version": 99}))
    before = sorted((str(p), p.stat().st_mtime_ns) for p in (tmp_path / "l").rglob("*"))
    with pytest.raises(SchemaTooNew, match="99"):
        Library(tmp_path / "l", create=True)
    assert sorted((str(p), p.stat().st_mtime_ns) for p in (tmp_path / "l").rglob("*")) == before


# ---------------------------------------------------------------- adding


def test_adding_twice_adds_an_event_and_no_copy(library: Library, tmp_path: Path) -> None:
    """The same bytes under the same or another name are known; one work, one copy, one item."""
    pile = put(tmp_path / "pile", river=RIVER)
    first = library.add([pile])
    assert [(i.status, i.format) for i in first.items] == [("added", "text")]
    put(pile, again=RIVER)
    second = library.add([pile], source="the same folder")
    assert [(i.name, i.status) for i in second.items] == [("pile/again.txt", "known"), ("pile/river.txt", "known")]
    assert second.items[0].works == first.items[0].works
    assert (library.counts().items, library.counts().witnesses) == (1, 1)
    kinds = [r.kind for r in library.register]
    assert kinds.count("received") == 1
    assert kinds.count("known") == 2


def test_equal_bytes_in_one_batch_are_one_item(library: Library, tmp_path: Path) -> None:
    """Two files with the same bytes in one folder: the first in byte order is the item."""
    accession = library.add([put(tmp_path / "pile", b=RIVER, a=RIVER)])
    assert [(i.name, i.status) for i in accession.items] == [("pile/a.txt", "added"), ("pile/b.txt", "known")]


def test_looking_takes_nothing(library: Library, tmp_path: Path) -> None:
    """`look` names what would be taken; the vault and the register stay empty."""
    accession = library.add([put(tmp_path / "pile", river=RIVER)], look=True)
    assert [(i.name, i.status) for i in accession.items] == [("pile/river.txt", "added")]
    assert list(library.register) == []
    assert library.counts().items == 0


def test_a_zip_is_kept_once_and_its_members_are_items(library: Library, tmp_path: Path) -> None:
    """Members are named container!inner, each with its own digest; the container's bytes are the only ones kept."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stories/river.txt", RIVER)
        archive.writestr("stories/hill.txt", HILL)
        archive.writestr("style.css", "p { margin: 0 }")
    (tmp_path / "pile.zip").write_bytes(packed.getvalue())
    accession = library.add([tmp_path / "pile.zip"])
    named = {i.name: i for i in accession.items}
    assert {"pile.zip", "pile.zip!stories/river.txt", "pile.zip!stories/hill.txt"} <= named.keys()
    assert len(works(library)) == 2
    assert len(list(library.store.digests())) == 1
    assert not list(library.verify())
    inner = named["pile.zip!stories/hill.txt"]
    assert inner.digest
    assert library.item_bytes(inner.digest) == HILL.encode()
    again = library.add([put(tmp_path / "loose", river=RIVER)])
    assert again.items[0].status == "known"


def test_a_pile_of_bad_files_costs_one_sentence_each(library: Library, tmp_path: Path) -> None:
    """Every bad file is kept with a reason that names it; the good ones around it are read."""
    pile = put(tmp_path / "pile", a_river=RIVER, z_hill=HILL)
    (pile / "empty.txt").write_bytes(b"")
    (pile / "binary.html").write_bytes(bytes(range(256)) * 64)
    (pile / "truncated.epub").write_bytes(b"PK\x03\x04" + b"\x14\x00" * 20)
    (pile / "line\nbreak.html").write_text("<div>" * 100_000 + "x")
    (pile / "folder.txt").mkdir()
    (pile / "program.exe").write_bytes(b"MZ\x90\x00" + bytes(100))
    accession = library.add([pile])
    by_name = {i.name: i for i in accession.items}
    assert by_name["pile/a_river.txt"].status == by_name["pile/z_hill.txt"].status == "added"
    for name in ("pile/empty.txt", "pile/binary.html", "pile/truncated.epub"):
        item = by_name[name]
        assert item.status == "problem", item
        assert item.problem
        assert name.rsplit("/", 1)[1] in item.problem[1]
        assert "\n" not in item.problem[1]
        assert item.digest
        assert library.item_bytes(item.digest) == (tmp_path / name).read_bytes()
    assert by_name["pile/program.exe"].status == "skipped"
    assert by_name["pile/line\nbreak.html"].status in {"added", "problem"}
    assert accession.problems
    assert not list(library.verify())
    assert len(works(library)) >= 2


def test_a_zip_that_is_cut_off_is_a_problem_and_gives_its_whole_members(library: Library, tmp_path: Path) -> None:
    """The member that was cut is named as a problem and becomes no copy; so is the lost end of the container."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            rng = random.Random(number)
            archive.writestr(f"{number}.txt", " ".join("".join(rng.choices("abcdefghij", k=5)) for _ in range(80)))
    (tmp_path / "half.zip").write_bytes(made.getvalue()[: len(made.getvalue()) // 2])
    accession = library.add([tmp_path / "half.zip"])
    taken = [i for i in accession.items if i.witnesses]
    assert {i.name.rpartition("!")[2] for i in taken} < {f"{n}.txt" for n in range(9)}
    assert all(len(library.document(w).source) == 479 for i in taken for w in i.witnesses)
    said = {i.name: i.problem[0] for i in accession.items if i.status == "problem" and i.problem}
    assert said == {"half.zip!(end)": "truncated", f"half.zip!{len(taken)}.txt": "truncated"}


def test_a_vanished_file_stops_nothing(library: Library, tmp_path: Path) -> None:
    """A path that is not there is a problem with a sentence, the other path is added."""
    accession = library.add([tmp_path / "gone.txt", put(tmp_path / "pile", river=RIVER)])
    statuses = {i.name: i.status for i in accession.items}
    assert statuses == {"gone.txt": "problem", "pile/river.txt": "added"}


def test_fifty_megabytes_on_one_line_are_read_within_bounds(library: Library, tmp_path: Path) -> None:
    """A huge flattened text is added, in time and memory, or set aside with its reason; its bytes are kept."""
    (tmp_path / "huge.txt").write_text("The lamp was lit. " * 2_800_000)
    (accession_item,) = library.add([tmp_path / "huge.txt"]).items
    assert accession_item.status in {"added", "problem"}
    assert accession_item.digest
    assert library.store.path(accession_item.digest).stat().st_size == 18 * 2_800_000


# ---------------------------------------------------------------- rulings


def test_different_parts_and_same_joins_and_undo_takes_back(library: Library, tmp_path: Path) -> None:
    """A person's word moves copies between works; every id resolves, and a rebuild says the same."""
    library.add([put(tmp_path / "one", river=RIVER)])
    library.add([put(tmp_path / "two", revised=RIVER.replace("barges", "boats"))])
    (work,) = works(library)
    a, b = work.witnesses
    parted = library.rule("different", a.witness, b.witness, why="two authors")
    left, right = works(library)
    assert (left.work, [w.witness for w in left.witnesses]) == (work.work, [a.witness])
    assert [w.witness for w in right.witnesses] == [b.witness]
    library.rule("undo", parted.ruling)
    assert [w.witness for w in works(library)[0].witnesses] == [a.witness, b.witness]
    assert library.work(right.work).work == work.work
    library.rule("different", a.witness, b.witness)
    joined = library.rule("same", left.work, right.work)
    assert len(works(library)) == 1
    library.rule("undo", joined.ruling)
    assert len(works(library)) == 2
    before = works(library)
    library.rebuild()
    assert works(library) == before


def test_a_joined_work_answers_to_its_old_id(library: Library, tmp_path: Path) -> None:
    """Two unrelated works ruled the same are one; the younger id resolves to the older."""
    library.add([put(tmp_path / "pile", hill=HILL, river=RIVER)])
    hill, river = works(library)
    library.rule("same", hill.work, river.work)
    assert library.work(river.work).work == hill.work
    assert [w.siglum for w in library.work(hill.work).witnesses] == ["A", "B"]


def test_a_field_that_was_set_stays_set(library: Library, tmp_path: Path) -> None:
    """`set` outranks every copy, says so in `taken_from`, and outlives a rebuild."""
    library.add([put(tmp_path / "pile", river=RIVER)])
    (work,) = works(library)
    assert work.title is None
    library.rule("set", work.work, "title", "The Straightened River")
    library.rebuild()
    (work,) = works(library)
    assert work.title == "The Straightened River"
    assert work.taken_from["title"] == "ruling"
    assert [w.title for w in library.find("straightened")] == ["The Straightened River"]


def test_an_emendation_that_was_refused_stays_refused(library: Library, tmp_path: Path) -> None:
    """Refused, the reading is the source's; edited, it is the person's; undone, it is the machine's again. Rebuilt, the same."""
    (tmp_path / "pile").mkdir()
    (tmp_path / "pile" / "moji.txt").write_text("It was the captainâ€™s hat, and it wasnâ€™t. " * 30 + "\n")
    library.add([tmp_path / "pile"])
    (work,) = works(library)
    witness = work.base.witness
    first = library.document(witness).emendations[0]
    assert first.state == "applied"
    assert "captain’s" in library.text(witness).text
    refusal = library.rule("refuse", first.emendation[:8])
    assert library.document(witness).emendations[0].state == "refused"
    assert library.document(witness).emendations[0].ruling == refusal.ruling
    assert library.text(witness).text.startswith("It was the captainâ€™s hat")
    library.rebuild()
    assert library.text(witness).text.startswith("It was the captainâ€™s hat")
    library.rule("undo", refusal.ruling)
    assert library.text(witness).text.startswith("It was the captain’s hat")
    library.rule("edit", first.emendation, "'")
    assert library.text(witness).text.startswith("It was the captain's hat")


@pytest.mark.parametrize(
    ("kind", "on", "says"),
    [
        ("perhaps", ["a", "b"], "there is no ruling"),
        ("same", ["a"], "takes WORK WORK"),
        ("undo", ["zzzz"], "no ruling"),
        ("base", ["zzzz"], "no witness"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused(library: Library, kind: str, on: list[str], says: str) -> None:
    """Nothing is written for it."""
    with pytest.raises((RulingError, NotFound), match=says):
        library.rule(kind, *on)
    assert list(library.register) == []


# ---------------------------------------------------------------- removing, publishing, asking


def test_removing_takes_two_steps_and_leaves_a_line(library: Library, tmp_path: Path) -> None:
    """Hidden at once, bytes kept; withdrawn it is back with its ids; purged the bytes are gone and verify knows."""
    library.add([put(tmp_path / "pile", river=RIVER, hill=HILL)])
    hill, river = works(library)
    library.remove(river.work, why="the author asked")
    assert works(library) == [hill]
    assert library.purge(days=30) == []
    assert library.store.has(river.base.digest)
    library.remove(river.work, withdraw=True)
    assert works(library) == [hill, river]
    library.remove(river.work)
    assert library.purge(days=0) == [river.base.digest]
    assert not library.store.has(river.base.digest)
    assert not list(library.verify())
    library.rebuild()
    assert works(library) == [hill]
    with pytest.raises(NotFound):
        library.work(river.work)


def test_publishing_refuses_to_overwrite(library: Library, tmp_path: Path) -> None:
    """A file that exists is left alone without force; the same copy gives the same bytes."""
    library.add([put(tmp_path / "pile", river=RIVER)])
    (work,) = works(library)
    made = library.publish(work.work, tmp_path / "river.epub")
    with pytest.raises(PublishError, match="--force"):
        library.publish(work, tmp_path / "river.epub")
    assert library.publish(work, tmp_path / "river.epub", force=True).digest == made.digest
    with pytest.raises(PublishError):
        library.publish(work, tmp_path / "river.docx")
    assert not (tmp_path / "river.docx").exists()


def test_questions_nobody_can_answer_are_plain_errors(library: Library, tmp_path: Path) -> None:
    """One copy cannot be collated; a broken query says where."""
    library.add([put(tmp_path / "pile", river=RIVER)])
    (work,) = works(library)
    with pytest.raises(CollationError, match="needs two"):
        library.collate(work)
    with pytest.raises(QueryError) as caught:
        library.find("words:>many")
    assert caught.value.position >= 5
    with pytest.raises(NotFound):
        library.work("0000")


# ---------------------------------------------------------------- interruptions


def test_the_catalogue_catches_up_with_the_register(library: Library, tmp_path: Path) -> None:
    """Bytes that were kept and written down but never entered (a kill between) are entered by the next add."""
    digest, _ = library.store.put(RIVER.encode())
    said = {"kind": "received", "accession": "a1", "name": "river.txt", "digest": digest, "size": len(RIVER.encode())}
    library.register.append([{"kind": "accession", "accession": "a1", "source": "cut short"}, said])
    assert works(library) == []
    library.add([put(tmp_path / "pile", hill=HILL)])
    assert {w.base.name for w in works(library)} == {"river.txt", "pile/hill.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_leaves_a_sound_library_and_the_same_call_goes_on(tmp_path: Path) -> None:
    """Interrupted in the middle it exits 130 without a traceback; verify is clean; run again, everything is there once."""
    pile = tmp_path / "pile"
    pile.mkdir()
    for n in range(300):
        (pile / f"{n:03}.txt").write_text(f"Story number {n}.\n\n" + RIVER.replace("river", f"river{n}") * 20)
    command = [sys.executable, "-m", "variorum", "--library", str(tmp_path / "library"), "add", str(pile), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list((tmp_path / "library").glob("vault/items/*/*"))) < 20:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert b"Traceback" not in errors
    with Library(tmp_path / "library") as library:
        assert not list(library.verify())
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0
    with Library(tmp_path / "library") as library:
        assert library.counts().items == 300
        assert library.counts().witnesses == 300
        assert not list(library.verify())


def test_an_accession_names_works_as_they_are_at_its_end(library: Library, tmp_path: Path) -> None:
    """Two halves added before the whole are works of their own for a moment; what is told at the end is the one work they are."""
    said = [
        f"In the {n}th year of the {n}th harbour the {n * 7}th boat came home with {n * 3} lamps, and nobody had asked it to."
        for n in range(60)
    ]
    pile = tmp_path / "halves"
    pile.mkdir()
    (pile / "a-first-half.txt").write_text("\n\n".join(said[:30]))
    (pile / "b-second-half.txt").write_text("\n\n".join(said[30:]))
    (pile / "c-whole.txt").write_text("\n\n".join(said))
    accession = library.add([pile])
    named = {work for item in accession.items for work in item.works}
    assert named == {work.work for work in library.find()}
    assert len(named) == 1


# ---------------------------------------------------------------- one item under two names


@pytest.mark.parametrize("together", [True, False], ids=["one accession", "two"])
@pytest.mark.parametrize("inside", [True, False], ids=["in a zip", "as a file"])
def test_what_a_false_name_kept_from_being_read_is_read_under_a_true_one(tmp_path: Path, together: bool, inside: bool) -> None:
    """A text first met as ``x.epub`` becomes a work when the same bytes come as ``x.txt``, and a rebuild says the same."""
    false, true = tmp_path / "pile" / "a-river.epub", tmp_path / "pile" / "b-river"
    false.parent.mkdir()
    false.write_text(RIVER)
    if inside:
        with zipfile.ZipFile(true.with_suffix(".zip"), "w") as archive:
            archive.writestr("river.txt", RIVER)
            archive.writestr("again/river.txt", RIVER)
    else:
        true.with_suffix(".txt").write_text(RIVER)
    with Library(tmp_path / "library", create=True) as library:
        if together:
            items = library.add([false.parent]).items
        else:
            items = (*library.add([false]).items, *library.add([true.with_suffix(".zip" if inside else ".txt")]).items)
        read = [item for item in items if item.witnesses]
        assert [item.status for item in items if item.name.endswith("a-river.epub")] == ["problem"]
        assert sorted(item.status for item in read) == (["added", "known"] if inside else ["added"])
        assert all(item.name.endswith("river.txt") for item in read)
        (work,) = works(library)
        assert library.counts().problems == 0
        again = library.add([false])
        assert again.items[0].witnesses == read[0].witnesses
        library.rebuild()
        (rebuilt,) = works(library)
        assert (rebuilt.work, rebuilt.witnesses) == (work.work, work.witnesses)
        assert not list(library.verify())
