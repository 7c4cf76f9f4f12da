"""eFiction: a dump with its chapter files, what is in it and what must never come out of it, and printable pages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import packing
import pytest
from opening import mutants, only, opened, outline, reasons, refused, survives, texts

from variorum.document import reading, received
from variorum.doors.shapes import document_json, work_json
from variorum.errors import IntakeError
from variorum.intake import Task, open_inner, open_item
from variorum.intake.efiction.dump import members
from variorum.intake.efiction.packed import MAGIC, pack, unpack
from variorum.intake.efiction.sql import tables
from variorum.library import Library
from variorum.model import Series

Sample = Callable[[str], Path]
PRIVATE = re.compile(r"Real \w+name|@mail\.example|5f4dcc3b|0123456789abcdef|fedcba98")


def archive(sample: Sample) -> bytes:
    return packing.packed(sample("efiction-dump/archive"))


def stories(sample: Sample) -> dict[str, bytes]:
    """The stories in the zipped archive, by their place in it."""
    return {i.name.removeprefix("site.zip!"): i.data for i in opened(archive(sample), "site.zip", "zip").inner}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as held:
        yield held


def test_an_archive_becomes_its_stories(sample: Sample) -> None:
    """The dump and its chapter files are two stories, in the order of their numbers, that can be had again one by one."""
    found = stories(sample)
    assert list(found) == ["lamproom.sql!stories/12", "lamproom.sql!stories/13"]
    for place, data in found.items():
        assert open_inner("site.zip", archive(sample), place) == data


def test_every_typed_field_of_a_story(sample: Sample) -> None:
    """Co-authors said twice are there once; categories by their tree; classes by their type; dates of both kinds."""
    copy = only(stories(sample)["lamproom.sql!stories/12"], "x", "efiction-story")
    m = copy.metadata
    assert (m.title, m.url) == ("The Café of Wicks", "https://lamproom.example.org/viewstory.php?sid=12")
    assert [(c.name, c.account, c.url) for c in m.creators] == [
        ("Wick O'Lantern", "7", "https://lamproom.example.org/viewuser.php?uid=7"),
        ("Sn@ffer", "9", "https://lamproom.example.org/viewuser.php?uid=9"),
    ]
    assert (m.fandoms, m.relationships, m.categories) == (("Harrow Point",), ("Wick/Flame",), ("Gen",))
    assert (m.rating, m.warnings, m.tags) == ("Teen And Up Audiences", ("Major Character Death",), ("Drama", "Moths"))
    assert [(one.value, one.said) for one in m.mapped if one.field == "fandoms"] == [("Harrow Point", "Radio > Harrow Point")]
    assert m.characters == ("Wick", "Flame (Harrow Point)")
    assert m.series == (Series("Long Nights", 2.0, "https://lamproom.example.org/viewseries.php?seriesid=3"),)
    assert m.collections == ("Ten Matches",)
    assert (m.published, m.updated, m.status, m.restricted) == ("2006-01-06", "2014-03-14", "complete", False)
    assert (m.words_stated, m.chapters_stated, m.chapters_held) == (58, "3/3", 3)
    assert set(m.trust.values()) == {"site"}


def test_chapters_notes_end_notes_and_reviews_stay_apart(sample: Sample) -> None:
    """Chapters by their order, not their number; texts from the table or the file; end notes are notes; reviews comments."""
    copy = only(stories(sample)["lamproom.sql!stories/12"], "x", "efiction-story")
    assert outline(copy) == [
        ("summary", "paragraph", None, "Two wicks, one match."),
        ("notes-before", "paragraph", None, "For Flame; see also"),
        ("story", "heading", 1, "First Match"),
        ("notes-before", "paragraph", 1, "Bring a coat."),
        ("story", "paragraph", 1, "The first match lit"),
        ("story", "paragraph", 1, "It was seven o’clock."),
        ("notes-after", "paragraph", 1, "It was a short"),
        ("story", "heading", 2, "Second Match"),
        ("story", "paragraph", 2, "The second match lit"),
        ("story", "paragraph", 2, "“Damp,” said Wick, —"),
        ("story", "paragraph", 3, "The third went out;"),
        ("story", "paragraph", 3, "That was all."),
        ("comments", "paragraph", None, "somebody, 2006-03-01, on chapter"),
        ("comments", "paragraph", None, "I struck a light"),
        ("comments", "paragraph", None, "Author's Response: Mind your"),
        ("comments", "paragraph", None, "Sn@ffer, 2006-03-02, on chapter"),
        ("comments", "paragraph", None, "Reach me at"),
    ]


def test_each_text_has_its_own_encoding_and_gives_back_its_bytes(sample: Sample) -> None:
    """UTF-8 with a BOM beside Windows-1252 beside the table's own: no byte is deleted."""
    data = stories(sample)["lamproom.sql!stories/12"]
    parts = dict(unpack("x", data))
    document = only(data, "x", "efiction-story").document
    encodings = {p.name: (p.encoding, p.bom) for p in document.parts}
    assert encodings["chapters/1/text"] == ("utf-8", "efbbbf")
    assert encodings["chapters/2/text"][0] == "cp1252"
    for part in document.parts:
        if part.name in parts:
            text = document.source[part.start : part.end]
            assert bytes.fromhex(part.bom) + text.encode(part.encoding, "surrogateescape") == parts[part.name]


def test_bytes_no_encoding_reads_are_kept() -> None:
    """A byte that means nothing in the text's encoding stands in the source as it came."""
    said = json.dumps({"chapters": [{"n": 1, "held": True}]}).encode()
    odd = b"<p>All caf\xc3\xa9s were shut\x81, all but one caf\xc3\xa9 by the harbour, with a lamp in it.</p>"
    copy = only(pack([("story.json", said), ("chapters/1/text", odd)]), "x", "efiction-story")
    (part,) = copy.document.parts
    assert copy.document.source.encode(part.encoding, "surrogateescape") == odd


def test_a_text_without_tags_has_its_lines_as_breaks(sample: Sample) -> None:
    """As the archive showed it; a rating that is no word of AO3's sets no field and is kept."""
    copy = only(stories(sample)["lamproom.sql!stories/13"], "x", "efiction-story")
    assert texts(copy, "story") == ["Only", "Dark.\nStill dark, said nobody."]
    m = copy.metadata
    assert (m.rating, [(one.value, one.said) for one in m.mapped if one.field == "rating"]) == (None, [("", "Lanternlight")])
    assert (m.restricted, m.status, m.tags) == (True, "in-progress", ("Round Robin",))


def test_a_dump_without_its_files_says_which_texts_are_missing(sample: Sample) -> None:
    """The story is there with the chapter the table holds, and is partial."""
    data = sample("efiction-dump/archive/lamproom.sql").read_bytes()
    result = opened(data, "lamproom.sql", "efiction-dump")
    assert [i.name for i in result.inner] == ["lamproom.sql!stories/12", "lamproom.sql!stories/13"]
    m = only(result.inner[0].data, "x", "efiction-story").metadata
    assert (m.extent, m.extent_why) == ("partial", "1 of 3 chapters; 12 words found, 58 stated")
    assert open_inner("lamproom.sql", data, "stories/13") == result.inner[1].data


def test_what_nobody_may_see_never_leaves_the_dump(library: Library, sample: Sample, tmp_path: Path) -> None:
    """Neither the stories' own bytes nor anything the library shows holds an address, a real name or a password."""
    for data in stories(sample).values():
        about = dict(unpack("x", data))["story.json"].decode()
        assert not PRIVATE.search(about)
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "site.zip").write_bytes(archive(sample))
    library.add([pile])
    works = [library.work(w.work) for w in library.find("")]
    assert len(works) == 2
    for work in works:
        shown = json.dumps(work_json(work), default=list)
        for witness in work.witnesses:
            document = library.document(witness.witness)
            blocks = document_json(witness.witness, document, reading(document))["blocks"]
            shown += json.dumps(blocks, default=list)
        shown += repr(library.trace(work))
        assert not (found := PRIVATE.search(shown)), shown[found.start() - 200 : found.end() + 40]
    before = {w.work: [x.witness for x in w.witnesses] for w in works}
    library.rebuild()
    assert {w.work: [x.witness for x in w.witnesses] for w in (library.work(w.work) for w in library.find(""))} == before


def test_the_packed_form_never_changes(sample: Sample) -> None:
    """Witnesses are named after these bytes: whoever changes the form must add another beside it."""
    digests = [hashlib.sha256(data).hexdigest()[:16] for data in stories(sample).values()]
    assert digests == DIGESTS


# ---------------------------------------------------------------- the dump's own language


def test_rows_as_mysql_writes_them() -> None:
    """Escapes, doubled quotes, brackets and semicolons in strings, NULL, hexadecimal, introducers and a database's name."""
    sql = rb"""INSERT INTO `db`.`x_stories` (`sid`,`title`) VALUES (1,'a\'b''c\\'),(2,NULL),(3,0x4142),(4,'(;),('),(5,_binary 'q'),(6,"d\"e");
INSERT IGNORE INTO x_stories VALUES (7, X'43', 'more');"""
    found, torn = tables(sql, frozenset(["stories"]))
    rows = [tuple(row.values()) for row in found["x_stories"].rows()]
    assert rows[:6] == [(b"1", b"a'b'c\\"), (b"2", None), (b"3", b"AB"), (b"4", b"(;),("), (b"5", b"q"), (b"6", b'd"e')]
    assert (len(rows), torn) == (7, False)


def test_a_dump_that_is_cut_off_gives_what_came_whole(sample: Sample) -> None:
    """The rows before the cut are read, and a sentence says that the rest is lost."""
    data = sample("efiction-dump/archive/lamproom.sql").read_bytes()
    result = opened(data[: data.index(b"(2,12,42,") + 20], "cut.sql", "efiction-dump")
    assert len(result.inner) == 2
    assert [code for _, code, _ in result.skipped] == ["truncated"]
    assert refused(data[: data.index(b"(12,'The Caf")] + b"(12,'", "cut.sql")[0] == "not-yet-read"


def test_a_dump_of_anything_else_is_never_read_as_a_text(sample: Sample) -> None:
    """Whatever is about people in it is kept and not shown; a story about a table is a story."""
    data = sample("efiction-dump/archive/lamproom.sql").read_bytes()
    for name in ("members.sql", "members.txt"):
        code, reason = refused(data[: data.index(b"CREATE TABLE `lamp_categories`")], name)
        assert (code, "nothing of it is shown" in reason) == ("not-yet-read", True)
    assert only(b"Create table and chair, said the carpenter, and insert into them some love.", "x.txt", "text")


def test_a_dump_that_says_very_many_reviews_stays_small() -> None:
    """Rows are indexed by where they begin; of one story at most so many reviews are taken."""
    head = b"CREATE TABLE `chapters` (`chapid` int, `inorder` int, `storytext` text, `sid` int, `uid` int);\n"
    head += b"INSERT INTO chapters VALUES (1,1,'<p>It was long.</p>',1,1);\nINSERT INTO stories (sid,title,storynotes) VALUES (1,'Long','');\n"
    rows = b",".join(b"(%d,1,1,'somebody',0,'good',0,'ST')" % n for n in range(200_000))
    data = head + b"INSERT INTO reviews (reviewid,item,chapid,reviewer,uid,review,date,type) VALUES " + rows + b";\n"
    ((label, packed),) = members(data)
    assert label == "stories/1"
    assert packed.count(b"\nreviews/") == 20_000


@pytest.mark.parametrize(
    "sql",
    [
        b"INSERT INTO stories VALUES (1,'" + b"\\" * 200_000,
        b"INSERT INTO stories VALUES " + b"(" * 200_000,
        b"INSERT INTO stories (" + b"a," * 100_000 + b") VALUES (1);",
        b"INSERT INTO stories VALUES (1" + b",'x'" * 100_000 + b");",
        b"CREATE TABLE stories (" * 5_000,
        b"INSERT INTO stories VALUES (1,'" + b"''" * 300_000 + b"');",
    ],
)
def test_hostile_sql_costs_little(sql: bytes) -> None:
    """Unclosed strings, brackets without end, a hundred thousand columns: linear, and never an exception of Python's."""
    data = b"CREATE TABLE chapters (`storytext` text);\n" + sql
    assert list(members(data)) is not None


def test_categories_that_stand_below_each_other_in_a_ring(sample: Sample) -> None:
    """A tree that is none ends where it begins again."""
    about = json.loads(dict(unpack("x", stories(sample)["lamproom.sql!stories/13"]))["story.json"])
    assert about["categories"] == [["Round", "Ring"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (MAGIC + b"story.json 5000\n{}", "malformed"),
        (MAGIC + b"story.json 2\n[]\n", "malformed"),
        (MAGIC + b"story.json 2\n{]\n", "malformed"),
        (MAGIC + b"story.json 2\n{}\n", "no-text"),
        (MAGIC + b"nonsense", "malformed"),
    ],
)
def test_a_packed_story_that_is_broken_is_refused(data: bytes, code: str) -> None:
    """Whoever writes such a file gets a code and a sentence."""
    assert refused(data, "x")[0] == code


def test_mutants_of_a_dump_and_its_stories_are_read_or_refused(sample: Sample) -> None:
    """Broken dumps never crash a reader, nor do the stories that come out of them."""
    for broken in mutants(sample("efiction-dump/archive/lamproom.sql").read_bytes(), 60, "dump"):
        try:
            inner = open_item(Task("d.sql", "sha256:0", broken)).inner
        except IntakeError:
            continue
        for story in inner:
            if story.data.startswith(MAGIC):
                _read_or_refused(story.data)
    survives(stories(sample)["lamproom.sql!stories/12"], "x")


def _read_or_refused(data: bytes) -> None:
    try:
        (copy,) = open_item(Task("x", "sha256:0", data)).copies
    except IntakeError as error:
        reason = error.reason
        assert reason
        return
    assert received(copy.document).blocks


# ---------------------------------------------------------------- printable pages


def test_a_printable_page(sample: Sample) -> None:
    """Title and authors from their links, the box typed, notes by their labels, the archive's "by" no title."""
    copy = only(sample("efiction-page/printable.html").read_bytes(), "x.html", "efiction-page")
    m = copy.metadata
    assert (m.title, m.url) == ("The Café of Wicks", "https://lamproom.example.org/viewstory.php?sid=12")
    assert [(c.name, c.account) for c in m.creators] == [("Wick O'Lantern", "7"), ("Snuffer", "9")]
    assert (m.fandoms, m.characters, m.tags) == (("Harrow Point",), ("Wick", "Flame (Harrow Point)"), ("Drama",))
    assert (m.rating, m.warnings) == ("Teen And Up Audiences", ("Major Character Death",))
    assert [s.title for s in m.series] == ["Long Nights"]
    assert (m.chapters_stated, m.words_stated, m.status) == ("2/2", 24, "complete")
    assert (m.published, m.updated, m.extent) == ("2006-01-06", "2014-03-14", "whole")
    assert outline(copy) == [
        ("summary", "paragraph", None, "Two wicks, one match."),
        ("notes-before", "paragraph", None, "For Flame."),
        ("story", "heading", 1, "First Match"),
        ("notes-before", "paragraph", 1, "Bring a coat."),
        ("story", "paragraph", 1, "The first match lit"),
        ("notes-after", "paragraph", 1, "It was a short"),
        ("story", "heading", 2, "Second Match"),
        ("story", "paragraph", 2, "The second match lit"),
    ]
    assert "read as metadata" in reasons(copy)


def test_a_dump_and_a_printable_page_are_copies_of_one_work(library: Library, sample: Sample, tmp_path: Path) -> None:
    """They have one address and one text."""
    pile = tmp_path / "pile"
    pile.mkdir()
    page = sample("efiction-page/printable.html").read_bytes()
    (pile / "page.html").write_bytes(page)
    (pile / "site.zip").write_bytes(archive(sample))
    library.add([pile])
    urls = [{w.url for w in library.work(found.work).witnesses} for found in library.find("wicks")]
    assert {"https://lamproom.example.org/viewstory.php?sid=12"} in urls


def test_mutants_of_a_printable_page_are_read_or_refused(sample: Sample) -> None:
    """Broken pages never crash the reader."""
    survives(sample("efiction-page/printable.html").read_bytes(), "x.html")


DIGESTS = ["5995b6c5b4ab5516", "276aaa390afce77a"]
