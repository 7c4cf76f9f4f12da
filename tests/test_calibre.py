"""calibre's libraries: read out of the bytes of their database, never opened, written or locked; what they say ranks below the files."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from variorum.errors import MalformedItem
from variorum.intake import Task, books, open_item
from variorum.intake.calibre import said
from variorum.library import Library
from variorum.model import Metadata, Work

pytestmark = pytest.mark.usefixtures("workers_here")

SCHEMA = """
CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, sort TEXT, timestamp TEXT, pubdate TEXT, series_index REAL, author_sort TEXT,
  path TEXT, uuid TEXT, has_cover BOOL, last_modified TEXT);
CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE books_authors_link (id INTEGER PRIMARY KEY, book INT, author INT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE books_tags_link (id INTEGER PRIMARY KEY, book INT, tag INT);
CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE books_series_link (id INTEGER PRIMARY KEY, book INT, series INT);
CREATE TABLE publishers (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE books_publishers_link (id INTEGER PRIMARY KEY, book INT, publisher INT);
CREATE TABLE ratings (id INTEGER PRIMARY KEY, rating INT); CREATE TABLE books_ratings_link (id INTEGER PRIMARY KEY, book INT, rating INT);
CREATE TABLE languages (id INTEGER PRIMARY KEY, lang_code TEXT);
CREATE TABLE books_languages_link (id INTEGER PRIMARY KEY, book INT, lang_code INT, item_order INT);
CREATE TABLE comments (id INTEGER PRIMARY KEY, book INT, text TEXT);
CREATE TABLE identifiers (id INTEGER PRIMARY KEY, book INT, type TEXT, val TEXT);
CREATE TABLE data (id INTEGER PRIMARY KEY, book INT, format TEXT, uncompressed_size INT, name TEXT);
CREATE TABLE custom_columns (id INTEGER PRIMARY KEY, label TEXT, name TEXT, datatype TEXT, mark_for_delete BOOL DEFAULT 0, is_multiple BOOL, normalized BOOL);
"""
MAREN = (
    "The barge came down on the last of the flood with nobody at the tiller, and Maren put a boathook through its rail before it could "
    "take the bridge. There was a kettle on the stove, still warm, and a cat that would not be carried. She wrote it all in the book."
)
ODILE = (
    "Odile kept the tables of the tide in a drawer with the knives, since both were for emergencies, and when the letter came she took "
    "out one and left the other. It was nine in the evening and the water had an hour to fall before anybody could cross."
)
OTHER = (
    "Nobody who kept the ledger had ever crossed out a line, and so when the clerk found one he sat a long while with the page held up to "
    "the window, reading the other side of the ink. It said a name, and the name was that of the clerk before him, who had not died."
)
COLUMN = (
    '<div class="metadata" id="title">The Barge</div><div class="metadata" id="storyUrl">https://archiveofourown.org/works/4712</div>'
    '<div class="metadata list" id="fandoms"><ul><li>Lock &amp; Weir, Ltd</li></ul></div><div class="metadata" id="rating">Mature</div>'
)


def database(path: Path, **more: str) -> None:
    """A library of two books and one without a file."""
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    rows: dict[str, list[tuple[Any, ...]]] = {
        "books": [
            (1, "The Barge", "Barge, The", "2019-01-02 10:00:00+00:00", "2016-02-28 00:00:00+00:00", 2.5, "", "Maren/The Barge (1)", "u-1", 1, "x"),
            (2, "Tide Tables", "", "2019-01-03 10:00:00+00:00", "0101-01-01 00:00:00+00:00", 1.0, "", "Odile/Tide Tables (2)", "u-2", 0, "x"),
            (3, "Never Held", "", "2019-01-03 10:00:00+00:00", None, 1.0, "", "Nobody/Never Held (3)", "u-3", 0, "x"),
        ],
        "authors": [(1, "Holt| Maren"), (2, "Odile Farr"), (3, "Unknown")],
        "books_authors_link": [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 3, 3)],
        "tags": [(1, "slow burn"), (2, "Boats, and More Boats"), (3, "Last Update: 2020/03/04"), (4, "Lock & Weir, Ltd")],
        "books_tags_link": [(1, 1, 2), (2, 1, 1), (3, 1, 3), (4, 1, 4)],
        "series": [(1, "The Flood")],
        "books_series_link": [(1, 1, 1)],
        "ratings": [(1, 9)],
        "books_ratings_link": [(1, 1, 1)],
        "languages": [(1, "eng")],
        "books_languages_link": [(1, 1, 1, 0)],
        "comments": [(1, 1, "<p>A cat is rescued.</p><p>So is a bridge.</p>")],
        "identifiers": [(1, 1, "url", more.get("url", "http|//archiveofourown.org/works/4712/chapters/1")), (2, 2, "ffnet", "815"), (3, 3, "ao3", "99")],
        "data": [(1, 1, "TXT", 9, "The Barge"), (2, 1, "HTML", 9, "The Barge"), (3, 2, "TXT", 9, "Tide Tables")],
        "custom_columns": [
            (1, "status", "Stand", "text", 0, 0, 1), (2, "ships", "Ships", "text", 0, 1, 1), (3, "read", "Read", "bool", 0, 0, 0),
            (4, "gone", "Gone", "text", 1, 0, 1), (5, "fff", "Saved", "comments", 0, 0, 0),
        ],
    }  # fmt: skip
    for name, values in rows.items():
        for row in values:
            connection.execute(f"INSERT INTO {name} VALUES ({','.join('?' * len(row))})", row)
    for number, values in ((1, ["Abandoned"]), (2, ["Maren/Cat", "Cat & Bridge"])):
        connection.execute(f"CREATE TABLE custom_column_{number} (id INTEGER PRIMARY KEY, value TEXT)")
        connection.execute(f"CREATE TABLE books_custom_column_{number}_link (id INTEGER PRIMARY KEY, book INT, value INT)")
        for n, value in enumerate(values, 1):
            connection.execute(f"INSERT INTO custom_column_{number} VALUES (?, ?)", (n, value))
            connection.execute(f"INSERT INTO books_custom_column_{number}_link VALUES (?, 1, ?)", (n, n))
    for number, value in ((3, 1), (5, more.get("column", ""))):
        connection.execute(f"CREATE TABLE custom_column_{number} (id INTEGER PRIMARY KEY, book INT, value)")
        connection.execute(f"INSERT INTO custom_column_{number} VALUES (1, 1, ?)", (value,))
    connection.commit()
    connection.close()


def make(root: Path, **more: str) -> Path:
    for folder in ("Maren/The Barge (1)", "Odile/Tide Tables (2)", "Nobody/Never Held (3)"):
        (root / folder).mkdir(parents=True)
        (root / folder / "metadata.opf").write_text('<package xmlns="http://www.idpf.org/2007/opf"/>')
    (root / "Maren/The Barge (1)/The Barge.txt").write_text(MAREN)
    (root / "Maren/The Barge (1)/The Barge.html").write_text(f"<html><body><p>{OTHER}</p></body></html>")
    (root / "Odile/Tide Tables (2)/Tide Tables.txt").write_text(f"Tide Tables, Revised\nby O. Farr\n\n{ODILE}\n")
    (root / "metadata_db_prefs_backup.json").write_text('{"a setting": "of calibre"}')
    database(root / "metadata.db", **more)
    return root


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


def works(library: Library) -> dict[str, Work]:
    return {work.metadata.title or "": work for work in (library.work(hit.work.work) for hit in library.find("").hits)}


def hashes(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "" for p in root.rglob("*")}


def kept(metadata: Metadata) -> dict[str, tuple[str, ...]]:
    return {one.name: one.values for one in metadata.kept}


def test_a_library_is_read_and_is_the_same_afterwards(tmp_path: Path, library: Library) -> None:
    """Title, authors, tags, series, summary, language, dates, address and the person's columns are a book's; no byte changed."""
    root = make(tmp_path / "calibre")
    before = hashes(root)
    done = library.add([root])
    assert hashes(root) == before
    assert done.problems == ()
    m = works(library)["The Barge"].witnesses[0].metadata
    assert [c.name for c in m.creators] == ["Holt, Maren", "Odile Farr"]
    assert m.tags == ("Boats, and More Boats", "slow burn", "Lock & Weir, Ltd")
    assert (m.series[0].title, m.series[0].position) == ("The Flood", 2.5)
    assert (m.summary, m.language, m.published) == ("A cat is rescued.\n\nSo is a bridge.", "en", "2016-02-28")
    assert (m.url, m.site) == ("https://archiveofourown.org/works/4712", "archiveofourown.org")
    assert set(m.trust.values()) == {"calibre"}
    assert (m.relationships, m.status) == (("Maren/Cat", "Cat & Bridge"), "unknown"), "a column for ships; a status of one's own"
    assert kept(m) | {"timestamp": (), "last_modified": (), "uuid": (), "identifiers": ()} == {
        "rating": ("4.5",),
        "#status": ("Abandoned",),
        "#ships": ("Maren/Cat", "Cat & Bridge"),
        "#read": ("yes",),
        "timestamp": (),
        "last_modified": (),
        "uuid": (),
        "identifiers": (),
    }
    assert m.kept[0].source == "calibre library"


def test_the_formats_of_a_book_are_copies_of_one_work(tmp_path: Path, library: Library) -> None:
    """Also where their words are not alike, and after a rebuild; what a person rules apart is apart."""
    library.add([make(tmp_path / "calibre")])
    work = works(library)["The Barge"]
    assert sorted(w.format for w in work.witnesses) == ["html", "text"]
    library.rebuild()
    again = works(library)["The Barge"]
    assert (again.work, [w.siglum for w in again.witnesses]) == (work.work, [w.siglum for w in work.witnesses])
    library.rule("different", *(w.witness for w in work.witnesses))
    assert len(library.find("").hits) == 3


def test_what_a_file_says_itself_stands_above(tmp_path: Path, library: Library) -> None:
    """Title and author of the text are the text's, the address is calibre's, which the text does not say."""
    library.add([make(tmp_path / "calibre")])
    m = works(library)["Tide Tables, Revised"].witnesses[0].metadata
    assert [c.name for c in m.creators] == ["O. Farr"]
    assert m.url == "https://www.fanfiction.net/s/815"
    assert (m.trust["title"], m.trust["url"]) == ("text", "calibre")
    assert m.published is None


def test_what_fanficfare_saved_in_a_column_stands_above_calibre(tmp_path: Path, library: Library) -> None:
    """Fandom and rating are the tool's, a tag that only repeats the fandom is none."""
    library.add([make(tmp_path / "calibre", column=COLUMN)])
    m = works(library)["The Barge"].witnesses[0].metadata
    assert (m.fandoms, m.rating, m.trust["fandoms"], m.trust["tags"]) == (("Lock & Weir, Ltd",), "Mature", "tool-json", "calibre")
    assert m.tags == ("Boats, and More Boats", "slow burn")


def test_a_book_without_a_file_is_a_work_known_of(tmp_path: Path, library: Library) -> None:
    """Its address and title, under find --known."""
    library.add([make(tmp_path / "calibre")])
    known = [hit.work.metadata for hit in library.find("is:known", known=True).hits]
    assert [(m.title, m.url, m.creators) for m in known] == [("Never Held", "https://archiveofourown.org/works/99", ())]


@pytest.mark.parametrize("harm", ["cut", "noise", "other"])
def test_a_database_that_cannot_be_read_is_said_and_the_books_are_taken(tmp_path: Path, library: Library, harm: str) -> None:
    """Cut off, overwritten, or somebody else's: one sentence, and plain files."""
    root = make(tmp_path / "calibre")
    path = root / "metadata.db"
    data = path.read_bytes()
    if harm == "other":
        path.unlink()
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE songs (id INTEGER)")
        other.commit()
        other.close()
    else:
        path.write_bytes(data[:3000] if harm == "cut" else data[:100] + b"\x77" * (len(data) - 100))
    done = library.add([root])
    (problem,) = done.problems
    assert problem.code == "malformed"
    assert "cannot be read as calibre's" in problem.reason
    assert "the books beside it were taken as plain files" in problem.reason
    assert "Tide Tables, Revised" in works(library)


def test_an_older_schema_gives_what_it_has() -> None:
    """No languages, ratings or custom columns yet: the rest is read."""
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, path TEXT, series_index REAL);")
    connection.executescript(
        "CREATE TABLE authors (id INTEGER, name TEXT); CREATE TABLE books_authors_link (id INTEGER, book INT, author INT);"
    )
    connection.execute("INSERT INTO books VALUES (1, 'The Barge', 'M/The Barge (1)', 1.0)")
    connection.execute("INSERT INTO authors VALUES (1, 'Maren')")
    connection.execute("INSERT INTO books_authors_link VALUES (1, 1, 1)")
    connection.commit()
    (found,) = books("metadata.db", connection.serialize()).values()
    (m,) = said(found)
    assert (m.title, [c.name for c in m.creators], m.kept) == ("The Barge", ["Maren"], ())


def test_a_database_with_a_log_beside_it_is_read(tmp_path: Path) -> None:
    """Write-ahead logging, which a database in memory cannot have, is no obstacle."""
    database(tmp_path / "metadata.db")
    connection = sqlite3.connect(tmp_path / "metadata.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    data = (tmp_path / "metadata.db").read_bytes()
    assert data[18:20] == b"\x02\x02"
    assert set(books("metadata.db", data)) == {"Maren/The Barge (1)", "Odile/Tide Tables (2)", "Nobody/Never Held (3)"}


def test_mutants_of_a_database_are_read_or_refused(tmp_path: Path) -> None:
    """Two hundred damaged databases: books or one of our own errors, and never anything else."""
    database(tmp_path / "metadata.db")
    data = (tmp_path / "metadata.db").read_bytes()
    drawn = random.Random(20261124)
    for _ in range(200):
        mutant = bytearray(data)
        for _ in range(drawn.randint(1, 40)):
            mutant[drawn.randrange(16, len(mutant))] = drawn.choice([0, 1, 0x7F, 0xFF, drawn.randrange(256)])
        try:
            found = open_item(Task("metadata.db", "sha256:00", bytes(mutant)))
        except MalformedItem:
            continue
        assert found.copies == ()


JSON = '{"title": "The Barge", "author": "Maren Holt", "storyUrl": "https://archiveofourown.org/works/%s", "siteabbrev": "ao3", "storyId": "1", "numChapters": "1", "fandoms": ["Lock & Weir"], "rating": "Mature"}'


@pytest.mark.parametrize("name", ["barge.json", "barge.txt.json"])
def test_metadata_of_fanficfare_beside_a_copy_is_the_copys(tmp_path: Path, library: Library, name: str) -> None:
    """The same stem in the same folder: fandom, rating and address are the copy's, also after a rebuild."""
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "barge.txt").write_text(f"The Barge at Night\nby M. Holt\n\n{MAREN}\n")
    (pile / name).write_text(JSON % 4712)
    library.add([pile])
    for _ in range(2):
        (work,) = works(library).values()
        m = work.witnesses[0].metadata
        assert (m.title, m.fandoms, m.rating, m.trust["title"]) == ("The Barge", ("Lock & Weir",), "Mature", "tool-json")
        assert m.url == "https://archiveofourown.org/works/4712"
        assert not library.find("is:known", known=True).hits
        library.rebuild()


def test_metadata_of_another_name_is_the_copys_of_its_address(tmp_path: Path, library: Library) -> None:
    """In the same folder, by the address alone; a copy that names none, or another, has nothing of it."""
    pile = tmp_path / "pile"
    pile.mkdir()
    for name, address, words in (("a", "4712", MAREN), ("b", "1", ODILE), ("c", "", OTHER)):
        said = f"Story URL: https://archiveofourown.org/works/{address}\n" if address else ""
        (pile / f"{name}.txt").write_text(f"Title: Tale {name}\nAuthor: M. Holt\n{said}\n{words}\n")
    (pile / "ao3_4712.json").write_text(JSON % 4712)
    library.add([pile])
    assert {title: work.metadata.fandoms for title, work in works(library).items()} == {
        "The Barge": ("Lock & Weir",),
        "Tale b": (),
        "Tale c": (),
    }


def test_metadata_of_another_address_is_not_the_copys(tmp_path: Path, library: Library) -> None:
    """A name alone is no proof against two addresses."""
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "barge.txt").write_text(
        f"Title: The Barge at Night\nAuthor: M. Holt\nStory URL: https://archiveofourown.org/works/1\n\n{MAREN}\n"
    )
    (pile / "barge.json").write_text(JSON % 4712)
    library.add([pile])
    (work,) = works(library).values()
    assert work.metadata.fandoms == (("Lock & Weir",) if work.metadata.url is None else ())
