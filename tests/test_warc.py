"""Web archives of any size: read in memory that does not grow, whatever is packed, damaged, moved or taken twice in them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from packing import zstd
from test_archives import PLACE, STORY, crawl, http, opened, warc

from variorum.intake import Opened, Source, wacz
from variorum.intake.records import Records
from variorum.intake.values import Part
from variorum.intake.warc import stream
from variorum.library import Library, streaming

pytestmark = pytest.mark.usefixtures("workers_here")

Sample = Callable[[str], Path]
Packing = Callable[[list[bytes]], bytes]
WORDS = ("lamp", "ferry", "river", "weir", "gull", "salt", "rope", "tide", "harbour", "bread", "letter", "winter")


def learnt(records: list[bytes], packed: bool = False) -> bytes:
    """As Zstandard stands in web archives: a dictionary first, then each record by it, and a frame that says nothing."""
    words = zstd.train_dict([page(n, 300) for n in range(40)], 2000)
    said = zstd.compress(words.dict_content) if packed else words.dict_content
    frames = [zstd.compress(record, zstd_dict=words) for record in records]
    nothing = b"\x53\x2a\x4d\x18" + struct.pack("<I", 3) + b"abc"
    return b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(said)) + said + frames[0] + nothing + b"".join(frames[1:])


PACKINGS = [
    b"".join,
    lambda rs: b"".join(map(gzip.compress, rs)),
    lambda rs: gzip.compress(b"".join(rs)),
    lambda rs: b"".join(map(zstd.compress, rs)),
    learnt,
    lambda rs: learnt(rs, packed=True),
]
EACH: Packing = PACKINGS[1]


def page(number: int, words: int = 60) -> bytes:
    drawn = random.Random(number)
    text = " ".join(drawn.choice(WORDS) for _ in range(words))
    return f"<html><head><title>Night {number}</title></head><body><p>Night {number}. {text}.</p></body></html>".encode()


def labels(found: Opened) -> list[str]:
    return [one.name.partition("!")[2] for one in found.inner]


@pytest.mark.parametrize("pack", PACKINGS)
@pytest.mark.parametrize("step", [1, 7, 1000, 1 << 20])
def test_records_are_told_apart_whatever_the_blocks(sample: Sample, pack: Packing, step: int) -> None:
    """Blocks of any size give what the whole gives: pages, pictures, reasons and their order."""
    data = pack(crawl(sample("picture/lamp-smaller.jpg").read_bytes()[:3000]))
    blocks = (data[at : at + step] for at in range(0, len(data), step))
    assert list(stream(blocks)) == list(stream([data]))


@pytest.mark.parametrize("packed", [False, True])
def test_memory_is_that_of_a_record(packed: bool) -> None:
    """16 MB of pages pass through less than 4."""
    one = [warc("response", f"https://invented.example/{n}", http(page(n, 3000))) for n in range(20)]
    block = (EACH if packed else b"".join)(one)
    count = 0
    tracemalloc.start()
    for part in stream(block for _ in range(40)):
        count += part.data is not None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 800
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", brotli.compress(STORY)),
        ("deflate", zlib.compress(STORY)),
        ("gzip, br", brotli.compress(gzip.compress(STORY))),
        ("zstd", zstd.compress(STORY)),
        ("zstd", zstd.compress(STORY[:50]) + zstd.compress(STORY[50:])),
        ("br", STORY),  # the packing was taken off and the field left
    ],
)
def test_a_body_comes_out_of_every_packing(coding: str, body: bytes) -> None:
    """Brotli, deflate, Zstandard, one upon the other, and none in spite of the field."""
    found = opened(warc("response", PLACE, http(body, more=f"Content-Encoding: {coding}\r\n")), "a.warc")
    assert [one.data for one in found.inner] == [STORY]
    assert found.skipped == ()


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("compress", b"\x1f\x9d" * 9, "is packed as compress, which is not read here"),
        ("zstd", b"\x28\xb5\x2f\xfd" * 9, "is damaged inside its archive"),
        ("zstd", zstd.compress(b" " * (60 << 20)), "unfolds to far more than its size"),
        ("br", b"\xff" * 40, "is damaged inside its archive"),
        ("br", brotli.compress(b" " * (60 << 20)), "unfolds to far more than its size"),
        ("gzip", gzip.compress(b" " * (60 << 20)), "unfolds to far more than its size"),
    ],
)
def test_a_body_that_cannot_be_had_is_said(coding: str, body: bytes, reason: str) -> None:
    """An unknown packing, a broken one and a bomb: one sentence each, and the next page is read."""
    first = warc("response", PLACE, http(body, more=f"Content-Encoding: {coding}\r\n"))
    found = opened(first + warc("response", PLACE + "b", http(STORY)), "a.warc")
    assert found.skipped == ((f"a.warc!{PLACE}", "damaged-member", reason),)
    assert labels(found) == [PLACE + "b"]


def test_what_is_damaged_is_passed_over_and_what_stands_around_is_read() -> None:
    """A page in the middle made noise, plain and packed: the others come, and the loss is said once."""
    records = [warc("response", f"https://invented.example/{n}", http(page(n))) for n in range(5)]
    for pack in (b"".join, EACH, PACKINGS[3]):
        noise = random.Random(3).randbytes
        parts = [pack([one]) for one in records]
        parts[2] = (
            parts[2][:30] + noise(len(parts[2]) - 60) + parts[2][-30:]
            if pack in (EACH, PACKINGS[3])
            else noise(len(parts[2]) - 4) + b"\r\n\r\n"
        )
        found = opened(b"".join(parts), "a.warc")
        assert labels(found) == [f"https://invented.example/{n}" for n in (0, 1, 3, 4)]
        ((name, code, reason),) = found.skipped
        assert (name, code) == ("a.warc!(damaged)", "damaged-member")
        assert "in one place" in reason


def test_a_dictionary_that_is_none_costs_nothing_but_what_needs_it() -> None:
    """Noise in the frame of the dictionary: the archive is one, its records are lost, and that is said."""
    data = learnt([warc("response", PLACE, http(STORY))])
    size = struct.unpack_from("<I", data, 4)[0]
    found = list(stream([data[:8] + bytes(size) + data[8 + size :]]))
    assert [part.label for part in found][-1] == "(end)"
    assert found[-1].data is None


def test_a_wrong_length_costs_one_record() -> None:
    """Bytes lost inside a page: the next page that can be told is read."""
    records = [warc("response", f"https://invented.example/{n}", http(page(n))) for n in range(4)]
    records[1] = records[1][:-40]
    assert labels(opened(b"".join(records), "a.warc"))[-1] == "https://invented.example/3"


def test_a_page_that_is_not_what_its_archive_says_is_taken_and_said() -> None:
    """The checksum of a block is looked at; a capture that was cut off is said too."""
    block = http(STORY)
    right = base64.b32encode(hashlib.sha1(block).digest()).decode()
    good = warc("response", PLACE, block, f"WARC-Block-Digest: sha1:{right}\r\n")
    bad = warc("response", PLACE + "b", block, f"WARC-Block-Digest: sha1:{'A' * 32}\r\n")
    cut = warc("response", PLACE + "c", block, "WARC-Truncated: length\r\n")
    found = opened(good + bad + cut, "a.warc")
    assert labels(found) == [PLACE, PLACE + "b", PLACE + "c"]
    assert [(name.partition("!")[2], code) for name, code, _ in found.skipped] == [
        (PLACE + "b", "damaged-member"),
        (PLACE + "c", "truncated"),
    ]


def test_an_address_that_moved_or_had_not_changed_is_dated_evidence() -> None:
    """Redirects and revisits are said where the address is a work's, with their day, and not where it is any other."""
    records = [
        warc("response", PLACE, http(b"", 301, more="Location: https://elsewhere.example/4711\r\n")),
        warc("response", "https://invented.example/old", http(b"", 302, more="Location: /new\r\n")),
        warc("revisit", PLACE, http(b""), "WARC-Refers-To-Date: 2012-01-01T00:00:00Z\r\n"),
        warc("revisit", "https://invented.example/style.css", b""),
    ]
    found = opened(b"".join(records), "a.warc")
    assert found.inner == ()
    assert [(code, reason) for _, code, reason in found.skipped] == [
        (
            "refused",
            "was answered with 301 (taken 2014-03-02), leading to https://elsewhere.example/4711: no work, but evidence of its address",
        ),
        ("unchanged", "was the same (taken 2014-03-02) as on 2012-01-01"),
    ]


def test_a_picture_that_came_before_its_page_is_the_pages(sample: Sample) -> None:
    """The picture first, the page after it: it waits, and is the page's; the software of the archive is the tool."""
    picture = sample("picture/lamp-smaller.jpg").read_bytes()
    records = crawl(picture)
    info = warc("warcinfo", "", b"software: Invented Crawler 1.2\r\nformat: WARC File Format 1.0\r\n")
    found = opened(b"".join([info, records[6], records[2]]), "a.warc")
    assert labels(found) == [PLACE, "https://www.fanfiction.net/s/art/boat.jpg"]
    assert found.inner[1].beside == found.inner[0].name
    assert found.inner[0].taken is not None
    assert found.inner[0].taken.tool == "Invented Crawler 1.2"


def test_a_bomb_of_gzip_is_left() -> None:
    """A record that unfolds to thousands of times its size ends the reading, and what came before is kept."""
    bomb = gzip.compress(warc("metadata", PLACE, b"\0" * (40 << 20)))
    found = opened(EACH([warc("response", PLACE, http(STORY))]) + bomb, "a.warc.gz")
    assert labels(found) == [PLACE]
    assert [code for _, code, _ in found.skipped] == ["zip-bomb"]


def test_a_thousand_lines_that_begin_records_and_are_none_are_passed_over() -> None:
    """No depth and no square of time: the page behind them is read."""
    found = opened(
        warc("response", PLACE, http(STORY)) + b"WARC/1.0\r\nX: y\r\n\r\n" * 20_000 + warc("response", PLACE, http(STORY)),
        "a.warc",
    )
    assert labels(found) == [PLACE, PLACE + " (2)"]


def packed_zip(*members: tuple[str, bytes], deflate: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as box:
        for name, data in members:
            box.writestr(name, data)
    return out.getvalue()


def source(data: bytes) -> Source:
    return Source(len(data), lambda at, size: data[at : at + size])


@pytest.mark.parametrize("deflate", [False, True])
def test_a_wacz_gives_the_parts_of_its_archives(deflate: bool) -> None:
    """Each archive in it, stored or packed, its members under the name of the archive; lists and indexes are left."""
    one, two = EACH(captures()[:3]), b"".join(captures()[3:5])
    members = (("datapackage.json", b"{}"), ("archive/a.warc.gz", one), ("pages/pages.jsonl", b"{}"), ("archive/b.warc", two))
    found = list(wacz.stream(source(packed_zip(*members, deflate=deflate))))
    assert [part.label for part in found] == [
        *(f"archive/a.warc.gz!{PLACE}{tail}" for tail in ("", " (2)", " (3)")),
        "archive/b.warc!https://invented.example/0",
        "archive/b.warc!https://invented.example/1",
    ]


def test_a_wacz_that_is_cut_off_says_so() -> None:
    """Its directory stands at the end: without it one sentence, and never an error, wherever it ends."""
    data = packed_zip(("datapackage.json", b"{}"), ("archive/a.warc.gz", EACH(captures())))
    for end in range(0, len(data) - 1, 53):
        found = list(wacz.stream(source(data[:end])))
        assert [part.code for part in found] == ["truncated"]
    drawn = random.Random(20261124)
    for _ in range(200):
        mutant = bytearray(data)
        mutant[drawn.randrange(len(mutant) - 200, len(mutant))] = drawn.randrange(256)
        assert all(isinstance(part, Part) for part in wacz.stream(source(bytes(mutant))))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


def captures() -> list[bytes]:
    later = STORY.replace(b"very wide", b"as wide as the sea that night")
    return [
        warc("response", PLACE, http(STORY)),
        warc("response", PLACE, http(STORY)),
        warc("response", PLACE, http(later)).replace(b"2014-03-02", b"2019-05-06", 1),
        *(warc("response", f"https://invented.example/{n}", http(page(n, 300))) for n in range(6)),
    ]


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.wacz"])
def test_a_streamed_archive_gives_what_one_that_fits_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library, name: str
) -> None:
    """Several captures of one address are copies of one work with their days; members come out again, checked; a rebuild agrees."""
    path = tmp_path / name
    box = packed_zip(("datapackage.json", b"{}"), ("archive/data.warc.gz", EACH(captures())))
    path.write_bytes(EACH(captures()) if name == "crawl.warc.gz" else box)
    monkeypatch.setattr(streaming, "LARGE", 8)
    monkeypatch.setattr(streaming, "_MEMBERS", 3)
    done = library.add([path])
    assert [(i.name, i.format) for i in done.items] == [(name, name.removeprefix("crawl.").removesuffix(".gz"))]
    work = library.work(library.find("", sort="title").hits[-1].work.work)
    assert [w.captured for w in work.witnesses] == ["2014-03-02T10:11:12Z", "2019-05-06T10:11:12Z"]
    assert library.item_bytes(work.witnesses[0].digest) == STORY
    before = {w.witness for hit in library.find("").hits for w in library.work(hit.work.work).witnesses}
    library.rebuild()
    assert {w.witness for hit in library.find("").hits for w in library.work(hit.work.work).witnesses} == before
    monkeypatch.setattr(streaming, "LARGE", 1 << 30)
    with Library(tmp_path / "whole", create=True) as whole:
        whole.add([path])
        assert {w.witness for hit in whole.find("").hits for w in whole.work(hit.work.work).witnesses} == before


def test_evidence_of_a_works_address_is_in_the_answer_of_a_large_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    """Of what was passed over only that: a work that was gone, not a picture or a page of no work."""
    monkeypatch.setattr(streaming, "LARGE", 8)
    path = tmp_path / "crawl.warc"
    gone = [warc("response", place, http(b"<html>Gone</html>", 410)) for place in (PLACE, "https://invented.example/a")]
    path.write_bytes(b"".join([*captures()[4:], *gone]))
    done = library.add([path])
    assert [(i.name, i.problem[0] if i.problem else None) for i in done.items] == [
        ("crawl.warc", None),
        (f"crawl.warc!{PLACE}", "refused"),
    ]


def test_a_member_that_is_another_now_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    """A byte changed behind our back inside a streamed archive: its page is not given for what was received."""
    from variorum.errors import NotFound

    monkeypatch.setattr(streaming, "LARGE", 8)
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(captures()))
    done = library.add([path])
    (item,) = (i for i in library.catalogue.items() if i.name.endswith("example/3"))
    assert library.item_bytes(item.digest) == page(3, 300)
    held = library.store.path(done.items[0].digest or "")
    held.chmod(0o644)
    held.write_bytes(held.read_bytes().replace(b"Night 3.", b"Light 3."))
    with pytest.raises(NotFound):
        library.item_bytes(item.digest)


def test_records_count_what_was_read() -> None:
    """A cut archive says so and has its whole records counted."""
    data = EACH(captures())
    records = Records([data[:-20]])
    assert len(list(records)) == records.count == 8
    assert records.cut
    assert [type(one) for one in stream([data[:-20]])][-1] is Part
