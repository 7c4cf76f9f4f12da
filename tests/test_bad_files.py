"""A folder of bad files of every kind goes in whole: each is read or refused as foreseen, nothing crashes, hangs or is lost."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import bad_files
import pytest
from opening import mutants
from packing import epub, packed

from variorum.library import Library
from variorum.model import Accession, Added

SAMPLES = Path(__file__).resolve().parent / "samples"

#: What becomes of each: ``read`` (a copy), ``opened`` (a container or page without a copy of its own), or a problem's code.
OUTCOMES = {
    "text/empty.txt": "empty-file",
    "text/white-space.txt": "empty-file",
    "text/only-a-byte-order-mark.txt": "empty-file",
    "text/noughts.txt": "unknown-format",
    "text/noughts-between-letters.txt": "read",
    "text/surrogates.txt": "read",
    "text/marks-on-one-letter.txt": "read",
    "text/one-line.txt": "read",
    "text/right-to-left-override.txt": "read",
    "text/random.txt": "unknown-format",
    "text/utf-16-cut-in-a-letter.txt": "read",
    "page/deep.html": "read",
    "page/links-never-closed.html": "read",
    "page/comments-never-closed.html": "read",
    "page/script-never-closed.html": "read",
    "page/entities.html": "read",
    "page/attributes.html": "read",
    "page/hearts.html": "read",
    "page/no-words.html": "no-text",
    "page/picture-as-page.html": "opened",
    "page/says-utf-8-is-not.html": "read",
    "book/no-container.epub": "read",
    "book/container-to-nowhere.epub": "read",
    "book/chapter-missing.epub": "read",
    "book/package-no-xml.epub": "read",
    "book/entities-of-entities.epub": "read",
    "book/entity-from-the-disk.epub": "read",
    "book/chapter-is-a-bomb.epub": "zip-bomb",
    "book/names-that-climb.epub": "read",
    "book/spine-of-a-thousand-the-same.epub": "read",
    "book/locked.epub": "encrypted",
    "book/cut-off.epub": "read",
    "book/only-the-name.epub": "malformed",
    "book/kindle.azw3": "converter-failed|no-converter",
    "book/cut-off.pdf": "converter-failed|no-converter",
    "zip/bomb.zip": "zip-bomb",
    "zip/overlapping.zip": "zip-bomb",
    "zip/inside-itself-nine-times.zip": "opened",
    "zip/locked.zip": "opened",
    "zip/wrong-sum.zip": "opened",
    "zip/names-that-climb.zip": "opened",
    "zip/cut-off.zip": "opened",
    "zip/nothing-in-it.zip": "opened",
    "zip/only-the-name.zip": "truncated",
    "tar/names-that-climb.tar": "opened",
    "tar/devices-and-links.tar": "opened",
    "tar/cut-off.tar": "opened",
    "tar/bomb.tar.gz": "zip-bomb",
    "packed/bomb.txt.gz": "zip-bomb",
    "packed/bomb.txt.bz2": "zip-bomb",
    "packed/bomb.txt.xz": "zip-bomb",
    "packed/cut-off.txt.gz": "truncated",
    "7z/locked.7z": "opened",
    "7z/bomb.7z": "zip-bomb",
    "7z/names-that-climb.7z": "opened",
    "7z/cut-off.7z": "truncated",
    "7z/a-rar.rar": "not-yet-read",
    "web/cut-off.warc": "opened",
    "web/length-of-minus-one.warc": "truncated",
    "web/length-of-a-million-million.warc": "truncated",
    "web/body-is-a-bomb.warc": "opened",
    "web/headers-without-end.warc": "truncated",
    "web/no-boundary.mhtml": "truncated",
    "mail/brackets.eml": "read",
    "mail/encoded-words.eml": "read",
    "mail/mails-in-mails.eml": "read",
    "mail/no-such-charset.eml": "read",
    "mail/base64-that-is-none.eml": "read",
    "mail/ends-in-its-headers.mbox": "opened",
    "mail/ten-thousand-empty.mbox": "read",
    "journal/entities-of-entities.xml": "read",
    "journal/cut-off.xml": "truncated",
    "data/deep.json": "read",
    "data/cut-off.json": "read",
    "data/numbers.json": "read",
    "data/quotes-never-closed.sql": "not-yet-read",
    "data/no-database.db": "not-a-work",
    "document/empty.docx": "not-yet-read",
    "document/bomb.docx": "zip-bomb",
    "document/entities-of-entities.odt": "no-text",
    "document/groups.rtf": "read",
    "document/binary-without-end.rtf": "read",
    "document/old-word.doc": "not-yet-read",
    "picture/huge.png": "too-large",
    "picture/words-are-a-bomb.png": "opened",
    "picture/cut-off.png": "read",
    "picture/no-size.gif": "malformed",
    "picture/acting.svg": "opened",
    "names/a\nnew line.txt": "read",
    "names/\u202egnp.exe.txt": "read",
    "names/-rf.txt": "read",
    "names/con.txt": "read",
    "names/" + "n" * 240 + ".txt": "read",
    "names/program.exe": "not-a-work",
    "whole.txt": "read",
}
#: Files that hold the whole sample story somewhere, whatever is wrong with them. It has to be readable.
WHOLE = {
    "text/surrogates.txt", "text/right-to-left-override.txt", "page/deep.html", "page/comments-never-closed.html",
    "page/script-never-closed.html", "page/entities.html", "page/hearts.html", "book/no-container.epub",
    "book/container-to-nowhere.epub", "book/chapter-missing.epub", "book/package-no-xml.epub",
    "book/entities-of-entities.epub", "book/entity-from-the-disk.epub", "book/names-that-climb.epub",
    "book/spine-of-a-thousand-the-same.epub", "book/cut-off.epub", "mail/brackets.eml", "mail/mails-in-mails.eml",
    "mail/no-such-charset.eml", "document/groups.rtf",
}  # fmt: skip


def _put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def _digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()
    }


class Taken:
    """The folder added once, for all that is asked about it."""

    def __init__(self, library: Library, accession: Accession, outside: list[str], put: dict[str, str]) -> None:
        self.library, self.accession, self.outside, self.put = library, accession, outside, put
        self.items = {item.name.removeprefix("bad/"): item for item in accession.items}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """A library that was given every bad file at once, deep inside a folder that names which climb could leave."""
    home = tmp_path_factory.mktemp("bad")
    files = bad_files.files()
    folder = _put(home / "deep" / "down" / "bad", files)
    before = _digests(home)
    with Library(home / "library", create=True) as library:
        accession = library.add([folder])
        after = {name: digest for name, digest in _digests(home).items() if not name.startswith("library/")}
        assert {name: after.get(name) for name in before} == before, "a file of the person's own was touched"
        outside = sorted(set(after) - set(before))
        yield Taken(library, accession, outside, {n: hashlib.sha256(d).hexdigest() for n, d in files.items()})


def test_the_table_knows_every_file() -> None:
    """A bad file without an outcome, or an outcome without a file, is a mistake here."""
    assert set(bad_files.files()) == set(OUTCOMES)


def test_each_comes_out_as_foreseen(taken: Taken) -> None:
    """Read, opened, or refused with the code foreseen."""
    found = {}
    for name, item in taken.items.items():
        if name in OUTCOMES:
            problem = item.problem[0] if item.problem else None
            found[name] = problem or (item.status if item.status != "added" else "read" if item.witnesses else "opened")
    assert set(found) == set(OUTCOMES)
    assert {name: code for name, code in found.items() if code not in OUTCOMES[name].split("|")} == {}


def test_every_reason_is_a_line_that_names_its_file(taken: Taken) -> None:
    """No traceback, no line break, and the name of the file in each sentence."""
    for name in OUTCOMES:
        item = taken.items[name]
        if item.problem is not None:
            code, reason = item.problem
            assert name.rpartition("/")[2] in reason
            assert "\n" not in reason
            assert "Traceback" not in reason
            assert item.status == ("skipped" if code == "not-a-work" else "problem")


def test_a_story_inside_is_read_whole(taken: Taken) -> None:
    """Whatever is wrong with the file, every sentence of the story in it can be read."""
    lost = {}
    for name in WHOLE:
        text = " ".join(taken.library.text(taken.items[name].witnesses[0]).text.split()).lower()
        found = text.count("the lamp at sorrel point had been lit for nine nights when the letter came")
        if found < 12:
            lost[name] = found
    assert lost == {}


def test_what_members_of_containers_come_to(taken: Taken) -> None:
    """Inside containers: names that climb are labels or passed over, what is locked, cut or damaged is named, the rest is read."""
    said = {name: item.problem[0] if item.problem else item.status for name, item in taken.items.items() if "!" in name}
    assert said["zip/locked.zip!story.txt"] == "encrypted"
    assert said["zip/wrong-sum.zip!story.txt"] == "damaged-member"
    assert said["zip/cut-off.zip!b.txt"] == "truncated"
    assert said["zip/inside-itself-nine-times.zip!in.zip!in.zip!in.zip"] == "too-deep"
    assert said["tar/devices-and-links.tar!host"] == said["tar/devices-and-links.tar!pipe"] == "special"
    assert said["tar/names-that-climb.tar!../../climbed-4.txt"] == "special"
    assert said["7z/locked.7z!a/bread.txt"] == "encrypted"
    assert said["web/cut-off.warc!(end)"] == "truncated"
    assert said["web/body-is-a-bomb.warc!http://example.org/a"] == "damaged-member"
    assert said["book/chapter-missing.epub!c2.xhtml"] == "missing-part"


def test_nothing_leaves_the_folder_and_every_byte_is_kept(taken: Taken) -> None:
    """No name in a container wrote a file anywhere; each file that is no program is in the vault, byte for byte; verify is clean."""
    assert taken.outside == []
    kept = {digest.removeprefix("sha256:") for digest in taken.library.store.digests()}
    passed = {name for name, code in OUTCOMES.items() if code == "not-a-work"}
    assert {name for name, digest in taken.put.items() if digest not in kept} <= passed
    assert not list(taken.library.verify())


def test_the_disk_is_not_read_for_a_book(taken: Taken) -> None:
    """An entity that names a file of this machine gives nothing of it: neither in the text nor in a title."""
    host = Path("/etc/hostname").read_text(encoding="utf-8").strip() if Path("/etc/hostname").exists() else "root:"
    (witness,) = taken.items["book/entity-from-the-disk.epub"].witnesses
    (work,) = taken.items["book/entity-from-the-disk.epub"].works
    assert host not in taken.library.document(witness).source
    assert host not in str(taken.library.work(work).metadata)


# ---------------------------------------------------------------- mutants


def _whole() -> list[tuple[str, bytes]]:
    """Every sample as one file: folders of books and archives are packed."""
    out = []
    for form in sorted(p for p in SAMPLES.iterdir() if p.is_dir() and p.name not in ("register", "catalogue", "people")):
        for path in sorted(form.iterdir()):
            if path.is_file():
                out.append((f"{form.name}-{path.name}", path.read_bytes()))
            elif form.name.endswith("epub"):
                out.append((f"{form.name}-{path.name}.epub", epub(path)))
            elif any(p.is_file() for p in path.rglob("*")):
                out.append((f"{form.name}-{path.name}.zip", packed(path)))
    return out


def _goes_in(library: Library, folder: Path, count: int, seed: str) -> list[Added]:
    chance = random.Random(seed)
    samples = _whole()
    chance.shuffle(samples)
    files = {}
    for number in range(count):
        name, data = samples[number % len(samples)]
        *_, broken = mutants(data, 1 + number % 5, f"{seed} {number} {name}")
        files[f"{number:05}-{name}"] = broken
    _put(folder, files)
    items = list(library.add([folder]).items)
    kept = {digest.removeprefix("sha256:") for digest in library.store.digests()}
    named = {item.name.removeprefix(f"{folder.name}/"): item for item in items if "!" not in item.name}
    assert set(named) >= set(files)
    for name, data in files.items():
        item = named[name]
        assert item.status == "skipped" or hashlib.sha256(data).hexdigest() in kept, name
        if item.status == "problem":
            assert item.problem is not None
            assert item.problem[0] not in ("crashed", "reader-failed", "too-slow", "too-much-memory"), item
            assert name in item.problem[1]
    assert not list(library.verify())
    return items


def test_mutants_of_every_sample_go_in_whole(tmp_path: Path) -> None:
    """Samples with bytes flipped, cut, doubled or lost, one of each: read or refused by name, none lost, no reader dies."""
    with Library(tmp_path / "library", create=True) as library:
        _goes_in(library, tmp_path / "mutants", 120, "2026-11-24")


@pytest.mark.slow
def test_a_thousand_mutants_go_in_whole(tmp_path: Path) -> None:
    """The same with a thousand."""
    with Library(tmp_path / "library", create=True) as library:
        items = _goes_in(library, tmp_path / "mutants", 1000, "a thousand")
        assert sum(bool(item.witnesses) for item in items) > 400
