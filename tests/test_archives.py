"""Web archives, saved pages and packed archives: members by their addresses, with the day they were taken; damage gives what came before."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import quopri
import random
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import packing
import pytest
from packing import zstd

from variorum.errors import IntakeError, MalformedItem
from variorum.intake import Opened, Task, open_inner, open_item
from variorum.library import Library

Sample = Callable[[str], Path]
PLACE = "https://www.fanfiction.net/s/4711/1/"
STORY = (
    b"<html><head><title>The Ferry at Night</title></head><body><h1>The Ferry at Night</h1><p>Nobody crossed after dark, the ferryman "
    b"said, and then he took the lamp down from its hook.</p><p><img src='../../art/boat.jpg' alt='a boat'></p><p>They went over without a word "
    b"between them, and the river was very wide.</p></body></html>"
)


def opened(data: bytes, name: str) -> Opened:
    return open_item(Task(name, "sha256:00", data))


def warc(kind: str, url: str, block: bytes, more: str = "") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2014-03-02T10:11:12Z\r\n{more}Content-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, status: int = 200, kind: str = "text/html", more: str = "") -> bytes:
    return f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = (body[i : i + size] for i in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


def crawl(picture: bytes) -> list[bytes]:
    """An archive of one story in four ways, its picture, a picture nobody uses, and what is no work."""
    return [
        warc("warcinfo", "", b"software: invented\r\n"),
        warc("request", PLACE, b"GET / HTTP/1.1\r\n\r\n"),
        warc("response", PLACE, http(STORY)),
        warc("response", PLACE + "chunked", http(chunked(STORY), more="Transfer-Encoding: chunked\r\n")),
        warc(
            "response",
            PLACE + "packed",
            http(chunked(gzip.compress(STORY)), more="Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
        ),
        warc("resource", PLACE + "resource", STORY, "Content-Type: text/html\r\n"),
        warc("response", "https://www.fanfiction.net/s/art/boat.jpg", http(picture, kind="image/jpeg")),
        warc("response", "https://www.fanfiction.net/unused.jpg", http(picture, kind="image/jpeg")),
        warc("response", PLACE + "gone", http(b"<html>Not here</html>", 404)),
        warc("response", PLACE + "style.css", http(b"p {}", kind="text/css")),
        warc("revisit", PLACE, b""),
    ]


@pytest.fixture
def records(sample: Sample) -> list[bytes]:
    return crawl(sample("picture/lamp-smaller.jpg").read_bytes())


@pytest.mark.parametrize("pack", [b"".join, lambda rs: b"".join(map(gzip.compress, rs)), lambda rs: gzip.compress(b"".join(rs))])
def test_a_warc_gives_its_pages_and_their_pictures(records: list[bytes], pack: Callable[[list[bytes]], bytes]) -> None:
    """Plain or packed record by record: bodies as meant, the address and date of each, refused pages as dated evidence."""
    found = opened(pack(records), "crawl.warc.gz")
    assert found.format == "warc"
    assert [i.name for i in found.inner] == [
        *(f"crawl.warc.gz!{PLACE}{tail}" for tail in ("", "chunked", "packed", "resource")),
        "crawl.warc.gz!https://www.fanfiction.net/s/art/boat.jpg",
    ]
    assert {i.data for i in found.inner[:4]} == {STORY}
    assert found.inner[0].taken is not None
    assert (found.inner[0].taken.url, found.inner[0].taken.captured) == (PLACE, "2014-03-02T10:11:12Z")
    assert found.inner[-1].beside == found.inner[0].name
    assert [(n, c, r) for n, c, r in found.skipped] == [
        (
            f"crawl.warc.gz!{PLACE}gone",
            "refused",
            "was answered with 404 (taken 2014-03-02): no work, but evidence of its address",
        ),
        (f"crawl.warc.gz!{PLACE} (2)", "unchanged", "was the same (taken 2014-03-02)"),
    ]


def test_a_warc_that_is_cut_off_gives_what_came_before(records: list[bytes]) -> None:
    """At every cut the whole pages before it come, and a loss is said; never an error but one of ours."""
    whole = b"".join(map(gzip.compress, records))
    before = 0
    refused: list[tuple[str, int]] = []
    for end in range(60, len(whole), 97):
        try:
            found = opened(whole[:end], "cut.warc.gz")
        except MalformedItem as error:
            refused.append((error.code, before))
            continue
        assert len(found.inner) >= before
        before = len([i for i in found.inner if i.data == STORY])
    assert before == 4
    assert set(refused) == {("truncated", 0)}
    cut = opened(whole[:-30], "cut.warc.gz")
    assert cut.skipped[-1][1] == "truncated"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


def test_an_archive_in_a_library(library: Library, records: list[bytes], tmp_path: Path) -> None:
    """Address and day are the copy's, its picture is shown with it, its bytes come back, a WACZ holds no lists as works."""
    pile = tmp_path / "pile"
    pile.mkdir()
    pages = b'{"url": "https://www.fanfiction.net/s/4711/1/", "title": "The Ferry at Night"}\n' * 30
    inside = ("archive/data.warc.gz", b"".join(map(gzip.compress, records[:3] + records[6:7])))
    (pile / "site.wacz").write_bytes(packing.zipped(("datapackage.json", b"{}"), inside, ("pages/pages.jsonl", pages)))
    accession = library.add([pile])
    assert [p.reason for p in accession.problems] == []
    (hit,) = library.find("")
    copy = library.work(hit.work).base
    assert copy.name == f"pile/site.wacz!archive/data.warc.gz!{PLACE}"
    assert (copy.captured, copy.site) == ("2014-03-02T10:11:12Z", "fanfiction.net")
    assert library.item_bytes(copy.digest) == STORY
    (number,) = (n for n, b in enumerate(library.text(copy.witness).blocks) if b.kind == "image")
    shown = library.pictures.shown(copy, number)
    assert shown is not None
    assert shown.media == "image/jpeg"


MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://www.fanfiction.net/s/4711/1/
Subject: The Ferry at Night
Date: Sun, 2 Mar 2014 10:11:12 +0100
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----Bound"

------Bound
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable
Content-Location: https://www.fanfiction.net/s/4711/1/

%s
------Bound
Content-Type: image/jpeg
Content-Transfer-Encoding: base64
Content-Location: https://www.fanfiction.net/s/art/boat.jpg

%s
------Bound--
"""


def saved(picture: bytes) -> bytes:
    return (MHTML % (quopri.encodestring(STORY), base64.encodebytes(picture))).replace(b"\n", b"\r\n")


def test_mhtml_gives_the_page_with_its_address_and_its_picture(library: Library, sample: Sample, tmp_path: Path) -> None:
    """The page's bytes as they were, the day in UTC, the picture shown with it; one that is cut off says so."""
    picture = sample("picture/lamp-smaller.jpg").read_bytes()
    data = saved(picture)
    found = opened(data, "ferry.mhtml")
    assert found.format == "mhtml"
    assert [i.name for i in found.inner] == [f"ferry.mhtml!{PLACE}", "ferry.mhtml!https://www.fanfiction.net/s/art/boat.jpg"]
    assert found.inner[0].taken == (PLACE, "2014-03-02T09:11:12Z", "Chromium")
    assert opened(data[:-500], "cut.mhtml").skipped[-1][1] == "truncated"
    (tmp_path / "ferry.mhtml").write_bytes(data)
    library.add([tmp_path / "ferry.mhtml"])
    (hit,) = library.find("")
    copy = library.work(hit.work).base
    assert (copy.captured, copy.metadata.tool, copy.site) == ("2014-03-02T09:11:12Z", "Chromium", "fanfiction.net")
    (number,) = (n for n, b in enumerate(library.text(copy.witness).blocks) if b.kind == "image")
    shown = library.pictures.shown(copy, number)
    assert shown is not None
    assert shown.data == picture


def tarred(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


TAR = (
    ("stories/ferry.html", STORY),
    ("../outside.txt", b"no"),
    (".hidden/x.txt", b"no"),
    ("program", bytes(range(256)) * 40),
    ("stories/b.txt", b"Words of a story."),
)


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, lzma.compress, zstd.compress, lambda d: gzip.compress(d[:900]) + gzip.compress(d[900:])],
)
def test_a_tar_gives_its_safe_members(pack: Callable[[bytes], bytes]) -> None:
    """Packed or not: files by their names; links, what leads outside, hidden files and programs are passed over with a reason."""
    data = pack(tarred(*TAR))
    found = opened(data, "pile.tar.gz")
    assert found.format == "tar"
    assert [(i.name, i.data) for i in found.inner] == [
        ("pile.tar.gz!stories/ferry.html", STORY),
        ("pile.tar.gz!stories/b.txt", b"Words of a story."),
    ]
    assert [c for _, c, _ in found.skipped] == ["special", "hidden", "not-a-work", "special"]
    assert open_inner("pile.tar.gz", data, "stories/ferry.html") == STORY


def test_one_file_under_gzip_is_that_file() -> None:
    """Its name is the archive's without the ending; cut off it is a problem, and a bomb is one."""
    (inner,) = opened(gzip.compress(STORY), "a/ferry.html.gz").inner
    assert (inner.name, inner.data) == ("a/ferry.html.gz!ferry.html", STORY)
    with pytest.raises(MalformedItem) as cut:
        opened(gzip.compress(STORY)[:-40], "ferry.html.gz")
    assert cut.value.code == "truncated"
    bomb = zlib.compressobj(9, wbits=31)
    with pytest.raises(MalformedItem) as burst:
        opened(bomb.compress(bytes(64 << 20)) + bomb.flush(), "bomb.txt.gz")
    assert burst.value.code == "zip-bomb"
    with pytest.raises(MalformedItem) as deep:
        opened(gzip.compress(STORY), "a.tar!b.gz!c.gz")
    assert deep.value.code == "too-deep"


def test_a_torn_tar_gives_the_members_that_came_whole() -> None:
    """Cut inside the second of two: the first comes, and the loss is said."""
    data = tarred(("a.html", STORY), ("b.html", STORY * 9))
    found = opened(data[:2500], "torn.tar")
    assert [i.name for i in found.inner] == ["torn.tar!a.html"]
    assert found.skipped[-1][1] == "truncated"


def test_mutants_of_archives_are_read_or_refused(sample: Sample, records: list[bytes]) -> None:
    """A hundred mutants of each kind: a result or one of our own errors, and never anything else."""
    picture = sample("picture/lamp-smaller.jpg").read_bytes()
    samples = {
        "a.warc": b"".join(records),
        "a.warc.gz": b"".join(map(gzip.compress, records)),
        "a.mhtml": saved(picture),
        "a.tar": tarred(*TAR),
        "a.tar.xz": lzma.compress(tarred(*TAR)),
        "a.tar.zst": zstd.compress(tarred(*TAR)),
        "a.warc.zst": b"".join(map(zstd.compress, records)),
        "a.jpg": picture,
        "a.png": sample("picture/lamp-with-texts.png").read_bytes(),
        "a.gif": sample("picture/lamp-plain.gif").read_bytes(),
        "a.webp": sample("picture/tide-with-xmp.webp").read_bytes(),
    }
    drawn = random.Random(20261124)
    for name, data in samples.items():
        for _ in range(100):
            mutant = bytearray(data)
            for _ in range(drawn.randint(1, 8)):
                at = drawn.randrange(len(mutant))
                how = drawn.randrange(3)
                if how == 0:
                    mutant[at] = drawn.randrange(256)
                elif how == 1:
                    del mutant[at : at + drawn.randrange(1, 200)]
                else:
                    mutant[at:at] = drawn.randbytes(drawn.randrange(1, 60))
                mutant = mutant or bytearray(b"x")
            try:
                found = opened(bytes(mutant), name)
            except IntakeError:
                continue
            assert all(isinstance(i.data, bytes) and i.name.startswith(name) for i in found.inner)
