"""Books that an outside program must open: the derivative is kept, used again, removed with its book, and never needed."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import packing
import pytest

from variorum.library import Library, converting
from variorum.library.chunk import Chunk
from variorum.library.converting import PROGRAM, book_kind

Sample = Callable[[str], Path]
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a script")


def kindle(words: bytes = b"", *, version: int = 8) -> bytes:
    """The outside of a Kindle book: enough to be taken for one."""
    head = b"A_Kettle".ljust(60, b"\0") + b"BOOKMOBI" + bytes(8) + b"\0\1" + (96).to_bytes(4, "big")
    return head.ljust(96, b"\0") + bytes(16) + b"MOBI" + bytes(16) + version.to_bytes(4, "big") + words


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> Path:
    """A program in place of calibre's, which notes each time it is called."""
    program = tmp_path / "stand-in"
    calls = tmp_path / "calls"
    head = f'#!{sys.executable}\nimport sys, pathlib\nif sys.argv[1] == "--version":\n    print("ebook-convert (calibre 9.8.7)")\n    sys.exit()\n'
    program.write_text(f"{head}with open({str(calls)!r}, 'a') as f:\n    f.write('called ')\n{does}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(PROGRAM, str(program))
    calls.write_text("")
    return calls


def pile(tmp_path: Path, data: bytes) -> Path:
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "kettle.azw3").write_bytes(data)
    return folder


@posix
def test_a_kindle_book_is_read_through_the_program(
    library: Library, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a copy of its own format; the derivative lies in the vault with who made it, and a rebuild asks nobody again."""
    book = tmp_path / "made.epub"
    book.write_bytes(packing.epub(sample("ao3-epub/by-calibre")))
    calls = stand_in(tmp_path, monkeypatch, f"pathlib.Path(sys.argv[2]).write_bytes(pathlib.Path({str(book)!r}).read_bytes())")
    accession = library.add([pile(tmp_path, kindle())])
    assert [(i.status, i.format) for i in accession.items] == [("added", "azw3")]
    (work,) = library.find("")
    witness = library.work(work.work).base
    assert work.title == "A Kettle for the Ferryman"
    assert (witness.metadata.tool or "").endswith("converted by calibre's ebook-convert 9.8.7")
    (derived,) = (r.data for r in library.register if r.kind == "derived")
    assert (derived["of"], derived["converter"], derived["version"]) == (witness.digest, "calibre's ebook-convert", "9.8.7")
    assert list(library.verify()) == []
    stand_in(tmp_path, monkeypatch, "sys.exit(3)")
    library.rebuild()
    assert calls.read_text() == ""
    assert library.work(work.work).base == witness
    library.remove(work.work)
    assert set(library.purge(days=0)) == {witness.digest, derived["digest"]}
    assert list(library.verify()) == []


def test_without_the_program_a_sentence_says_what_is_missing(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are kept, and the problem names the program that would read them."""
    monkeypatch.delenv(PROGRAM, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    accession = library.add([pile(tmp_path, kindle())])
    (item,) = accession.items
    assert item.problem is not None
    assert item.problem[0] == "no-converter"
    assert "calibre's ebook-convert, which would read it, is not on this machine" in item.problem[1]
    assert library.verify().intact == 1


@posix
@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("print('This book is locked by DRM', file=sys.stderr); sys.exit(1)", "could not read: This book is locked by DRM"),
        ("pass", "could not read"),
        ("sys.stderr.write('x' * 5_000_000); sys.exit(1)", "could not read"),
    ],
)
def test_a_program_that_fails_is_a_problem_of_that_book(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    """Its last words are in the sentence, cut; nothing of its own is kept."""
    stand_in(tmp_path, monkeypatch, does)
    (item,) = library.add([pile(tmp_path, kindle())]).items
    assert item.problem is not None
    assert item.problem[0] == "converter-failed"
    assert said in item.problem[1]
    assert len(item.problem[1]) < 600
    assert not any(r.kind == "derived" for r in library.register)


@posix
def test_what_the_program_makes_is_as_hostile_as_any_file(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Garbage out of it is a problem like garbage from anywhere."""
    stand_in(tmp_path, monkeypatch, "pathlib.Path(sys.argv[2]).write_bytes(b'PK\\x03\\x04' + bytes(range(256)) * 40)")
    (item,) = library.add([pile(tmp_path, kindle())]).items
    assert item.status == "problem"


def test_kinds_of_books() -> None:
    """The header tells the generations apart, and a cut or foreign file is none of them."""
    assert (book_kind(kindle()), book_kind(kindle(version=6))) == ("azw3", "mobi")
    assert book_kind(kindle()[:70]) == "mobi"
    assert book_kind(b"Not a book at all.") is None


def test_the_real_program_where_it_is(library: Library, sample: Sample, tmp_path: Path) -> None:
    """AO3's HTML put into AZW3 by calibre comes back as that work, typed from its preface."""
    program = shutil.which("ebook-convert")
    if program is None or os.environ.get(PROGRAM):
        pytest.skip("calibre's ebook-convert is not on this machine, so no real Kindle book can be made")
    folder = tmp_path / "pile"
    folder.mkdir()
    source = sample("ao3-html/several-chapters.html")
    command = [program, str(source), str(folder / "lamp.azw3")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (item,) = library.add([folder]).items
    assert (item.status, item.format) == ("added", "azw3")
    (work,) = library.find("")
    assert work.title == "The Lamp - Keeper"
    assert work.metadata.relationships == ("Ada Marsh/Wren Okafor",)
    assert library.add([source]).items[0].works == item.works


@posix
def test_what_was_made_is_on_record_though_the_import_is_cut_short(
    library: Library, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stray is left by a stop after the conversion, and the next run does not convert again."""
    book = tmp_path / "made.epub"
    book.write_bytes(packing.epub(sample("ao3-epub/by-calibre")))
    calls = stand_in(tmp_path, monkeypatch, f"pathlib.Path(sys.argv[2]).write_bytes(pathlib.Path({str(book)!r}).read_bytes())")

    finish = Chunk._finish

    def stopped(chunk: Chunk) -> None:
        if chunk.converted:
            raise KeyboardInterrupt
        finish(chunk)

    with monkeypatch.context() as cut:
        cut.setattr(Chunk, "_finish", stopped)
        with pytest.raises(KeyboardInterrupt):
            library.add([pile(tmp_path, kindle())])
    assert list(library.verify()) == []
    assert [r.kind for r in library.register if r.kind == "derived"] == ["derived"]
    library.add([tmp_path / "pile"])
    assert [work.title for work in library.find("")] == ["A Kettle for the Ferryman"]
    assert calls.read_text() == "called "


@posix
def test_a_stop_ends_the_program(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the program runs: it is not left running in a folder that is gone."""
    noted = tmp_path / "pid"
    stand_in(tmp_path, monkeypatch, f"import os, time\nopen({str(noted)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")

    def stopped(_process: int) -> None:
        end = time.monotonic() + 20
        while not (noted.is_file() and noted.read_text()) and time.monotonic() < end:
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(converting, "_limit", stopped)
    with pytest.raises(KeyboardInterrupt):
        library.add([pile(tmp_path, kindle())])
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one process limit another")
def test_a_program_that_writes_without_end_is_stopped(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the disk nor memory fills with what it makes or says."""
    monkeypatch.setattr(converting, "_LARGEST", 1 << 20)
    stand_in(
        tmp_path,
        monkeypatch,
        "import time\ntime.sleep(0.3)\nwith open(sys.argv[2], 'wb') as f:\n    for _ in range(64):\n        f.write(bytes(1 << 20))",
    )
    (item,) = library.add([pile(tmp_path, kindle())]).items
    assert item.problem is not None
    assert item.problem[0] == "converter-failed"
    assert "File too large" in item.problem[1]
