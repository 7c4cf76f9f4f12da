"""The pictures of a work in its editions: in their places, with nothing in them but their drawing."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import packing
import pytest
from lxml import etree
from PIL import Image
from test_editions import block, made, request
from web_client import Client

from variorum.doors.web import create_app
from variorum.editions import Pictured, bare, picture
from variorum.editions.ncx import ncx_of
from variorum.library import Library
from variorum.library import pictures as library_pictures

Sample = Callable[[str], Path]
PAGE = b"<html><title>The Pier</title><body><h1>The Pier</h1><p>They walked out on the pier until the lamps came on behind them.</p>%s<p>Then they went home, and nobody said that it was late.</p></body></html>"


def drawn(form: str = "JPEG", *, exif: bool = False, **more: object) -> bytes:
    """A small picture; with ``exif`` one that says where it was taken, and that it lies on its side."""
    image = Image.new("RGB", (120, 80), (40, 60, 90))
    image.paste((220, 200, 120), (10, 10, 60, 40))
    said = Image.Exif()
    if exif:
        said[0x0112] = 6
        said[0x010F] = "Camera of Mara Quill"
        said.get_ifd(0x8825)[2] = (54.0, 12.0, 7.5)
        more["exif"] = said
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# ---------------------------------------------------------------- nothing but the drawing


@pytest.mark.parametrize(
    ("media", "data"),
    [
        ("image/jpeg", drawn(exif=True, quality=90, icc_profile=b"a profile")),
        ("image/jpeg", drawn(exif=True, progressive=True)),
        ("image/webp", drawn("WEBP", exif=True, xmp=b"<x>Mara Quill</x>")),
        ("image/png", drawn("PNG").replace(b"IDAT", b"IDAT", 1)[:33] + chunk(b"tEXt", b"Author\0Mara Quill") + drawn("PNG")[33:]),
        ("image/gif", drawn("GIF", comment=b"drawn by Mara Quill")),
    ],
)
def test_a_picture_keeps_its_pixels_and_loses_what_it_says(media: str, data: bytes) -> None:
    """Neither the place nor the camera nor a name nor what was hung on behind stays; every pixel and the upright side do."""
    assert b"Quill" in data
    out = bare(data + b"Quill: hung on behind", media)
    assert out is not None
    assert b"Quill" not in out
    assert out == bare(out, media)
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(out))
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    assert not after.getexif().get_ifd(0x8825)
    if media == "image/jpeg":
        assert dict(after.getexif()) == {0x0112: 6}
        assert after.info.get("icc_profile") == before.info.get("icc_profile")


def test_no_broken_picture_is_a_fault_or_goes_through_whole() -> None:
    """Cut anywhere, or with any byte changed, it gives a picture or none, and never an error; other types give none."""
    for media, data in (
        ("image/jpeg", drawn(exif=True)),
        ("image/png", drawn("PNG")),
        ("image/gif", drawn("GIF")),
        ("image/webp", drawn("WEBP")),
    ):
        assert bare(data, media) is not None
        for at in range(0, len(data), 3):
            bare(data[:at], media)
            bare(data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :], media)
        assert bare(data[:20], media) is None
        assert bare(b"<svg onload='x()'/>", media) is None
    assert bare(b"<svg/>", "image/svg+xml") is None
    assert bare(drawn("PNG").replace(b"IDAT", b"IDAX"), "image/png") is None
    assert picture(b"GIF89a", "image/gif", "x") is None


# ---------------------------------------------------------------- on the page and in the book


def pictured(**more: object):
    """A request of a story with two pictures, one of them described, and of one that is not held."""
    blocks = [
        block("The lamp keeper counted the stairs."),
        block('A lamp, and "a stair"', "image", image="lamp.jpg"),
        block("\ufffc", "image", image="stair.png"),
        block("Elsewhere", "image", image="https://example.org/a.png"),
    ]
    one, two = picture(drawn(), "image/jpeg", "picture001"), picture(drawn("PNG"), "image/png", "picture002")
    assert one is not None
    assert two is not None
    return replace(request(blocks), pictures=Pictured({blocks[1]: one, blocks[2]: two}, **more))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_pictures_stand_in_their_places_in_the_book() -> None:
    """Each with its description, listed once; what is not held is named; the book says what it needs eyes for."""
    asked = pictured(left=2)
    book = members(made(asked, ".epub"))
    page = etree.fromstring(book["EPUB/chapter001.xhtml"])
    rows = page.xpath("//*[local-name()='p']")
    assert [(row.get("id"), *(img.get("src") for img in row)) for row in rows[:3]] == [
        ("p1",), ("p2", "picture001.jpg"), ("p3", "picture002.png"),
    ]  # fmt: skip
    assert [img.get("alt") for img in page.iter("{*}img")] == ['A lamp, and "a stair"', "A picture without a description"]
    assert "[Picture: Elsewhere" in rows[3].text
    assert book["EPUB/picture001.jpg"] == drawn_bare("image/jpeg")
    package = book["EPUB/package.opf"].decode()
    assert '<item id="picture001" href="picture001.jpg" media-type="image/jpeg"/>' in package
    assert '<meta property="schema:accessMode">visual</meta>' in package
    assert "alternativeText" not in package
    assert "It has 2 pictures, not all of which are described in words." in package
    assert "2 pictures of this copy would have made the edition too large" in book["EPUB/back.xhtml"].decode()
    described = replace(asked, pictures=Pictured(dict(list(asked.pictures.at.items())[:1])))
    package = members(made(described, ".epub"))["EPUB/package.opf"].decode()
    assert '<meta property="schema:accessibilityFeature">alternativeText</meta>' in package
    assert '<meta property="schema:accessModeSufficient">textual</meta>' in package


def drawn_bare(media: str) -> bytes:
    data = bare(drawn(), media)
    assert data is not None
    return data


def test_the_one_page_has_its_pictures_written_into_it() -> None:
    """As data of the page itself, which the page's policy allows then and only then."""
    page = made(pictured(), ".html").decode()
    assert page.count('<img src="data:image/') == 2
    assert "img-src data:" in page
    assert "img-src" not in made(request(), ".html").decode()
    assert b"data:image" not in made(pictured(), ".txt")


def test_a_cover_of_its_own_stands_for_the_drawn_one() -> None:
    """It is the picture of the cover page and of the package, for old readers too; the drawn one is not there."""
    cover = picture(drawn(), "image/jpeg", "cover-own")
    book = members(made(replace(request(), pictures=Pictured({}, cover)), ".epub"))
    assert "EPUB/cover.svg" not in book
    assert b'<img src="cover-own.jpg" alt="Cover: The Stair Too Many, by tidewrack"/>' in book["EPUB/cover.xhtml"]
    package = book["EPUB/package.opf"].decode()
    assert '<item id="cover-picture" href="cover-own.jpg" media-type="image/jpeg" properties="cover-image"/>' in package
    assert '<meta name="cover" content="cover-picture"/>' in package


def test_old_readers_have_a_table_of_contents() -> None:
    """The NCX has what the navigation has, under the identifier of the package, and numbers its entries."""
    book = members(made(request(), ".epub"))
    contents = etree.fromstring(book["EPUB/toc.ncx"])
    entries = [(p.findtext("{*}navLabel/{*}text"), p.find("{*}content").get("src")) for p in contents.iter("{*}navPoint")]
    nav = etree.fromstring(book["EPUB/nav.xhtml"])
    assert entries == [(a.text, a.get("href")) for a in nav.xpath("//*[@role='doc-toc']//*[local-name()='a']")]
    uid = contents.xpath("//*[@name='dtb:uid']/@content")[0]
    assert f">{uid}</dc:identifier>" in book["EPUB/package.opf"].decode()
    inner = etree.fromstring(
        ncx_of("<T>", "urn:x", [("A", "a.xhtml", [("\u202e", "b.xhtml", ())]), ("C", "c.xhtml", ())]).encode()
    )
    assert [p.get("playOrder") for p in inner.iter("{*}navPoint")] == ["1", "2", "3"]


# ---------------------------------------------------------------- out of a library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def test_a_librarys_books_have_the_pictures_it_holds(
    library: Library, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A book's own cover and pictures, a page's picture, a picture that is a work; twice the same bytes; no more than may be."""
    lamp = drawn(exif=True)
    pile = tmp_path / "pile"
    (pile / "i").mkdir(parents=True)
    (pile / "page.html").write_bytes(PAGE % b'<img alt="the lamp" src="i/lamp.jpg"><img src="i/lamp.jpg"><img src="i/sun.png">')
    (pile / "i" / "lamp.jpg").write_bytes(lamp)
    (pile / "i" / "sun.png").write_bytes(drawn("PNG"))
    (pile / "alone.png").write_bytes(sample("picture/lamp-with-texts.png").read_bytes())
    opf = b'<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Hill</dc:title><meta name="cover" content="k"/></metadata><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/><item id="k" href="art/front.jpg" media-type="image/jpeg"/></manifest><spine><itemref idref="c"/></spine></package>'
    box = b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="O/x.opf"/></rootfiles></container>'
    chapter = b'<html><body><h1>The Hill</h1><p>Every spring somebody had to carry the bell up.</p><img alt="the hill" src="art/front.jpg"/><p>That year it was Anna.</p></body></html>'
    parts = (("META-INF/container.xml", box), ("O/x.opf", opf), ("O/c.xhtml", chapter), ("O/art/front.jpg", lamp))
    (pile / "b.epub").write_bytes(packing.zipped(("mimetype", b"application/epub+zip"), *parts))
    library.add([pile])
    works = {w.title: library.work(w.work) for w in library.find("")}

    page = members(library.publish_bytes(works["The Pier"], "epub"))
    assert [name for name in page if "picture" in name] == ["EPUB/picture001.jpg", "EPUB/picture002.png"]
    assert page["EPUB/chapter001.xhtml"].count(b"picture001.jpg") == 2
    assert b"Quill" not in page["EPUB/picture001.jpg"]
    hill = members(library.publish_bytes(works["The Hill"], "epub"))
    assert [name for name in hill if name.endswith(".jpg")] == ["EPUB/cover-own.jpg"]
    assert b'<img src="cover-own.jpg" alt="the hill"/>' in hill["EPUB/chapter001.xhtml"]
    alone = members(library.publish_bytes(works["The Lamp Before Rain"], "epub"))
    assert b'<img src="picture001.png" alt="Cover: The Lamp Before Rain"/>' in alone["EPUB/cover.xhtml"]
    assert b"picture001.png" in alone["EPUB/chapter001.xhtml"]
    assert b"Artist: Mara Quill" in alone["EPUB/back.xhtml"]
    for ending in ("epub", "html"):
        assert library.publish_bytes(works["The Pier"], ending) == library.publish_bytes(works["The Pier"], ending)

    _, held = library.publish_together("", tmp_path / "all.epub", title="All")
    together = members((tmp_path / "all.epub").read_bytes())
    assert len(held) == 3
    listed = together["EPUB/package.opf"].decode()
    shown = [name for name in together if name.endswith((".jpg", ".png"))]
    assert len(shown) == 4
    assert all(f'href="{name.removeprefix("EPUB/")}"' in listed for name in shown)

    monkeypatch.setattr(library_pictures, "_MOST", 1)
    page = members(library.publish_bytes(works["The Pier"], "epub"))
    assert [name for name in page if "picture" in name] == ["EPUB/picture001.jpg"]
    assert b"1 picture of this copy would have made the edition too large" in page["EPUB/back.xhtml"]


def test_a_picture_stands_for_itself_in_the_catalogue_of_devices(library: Library, sample: Sample) -> None:
    """In both forms its image is the picture, of its own type, without what was written into it; a story's is its cover."""
    library.add([sample("picture/lamp-smaller.jpg"), sample("picture/used")])
    client = Client(create_app(library))
    listed = client.get("/opds/works", headers={"Accept": "application/opds+json"}).json()["publications"]
    (drawing,) = (p for p in listed if p["images"][0]["type"] == "image/jpeg")
    (one,) = drawing["images"]
    answer = client.get(one["href"])
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (180, 126)
    assert b"Quill" not in answer.content
    assert b"Quill" in sample("picture/lamp-smaller.jpg").read_bytes()
    story = next(p for p in listed if p["metadata"]["title"] == "The Shore Road")
    assert [image["type"] for image in story["images"]] == ["image/png"] * 2
    entry = client.get(f"/opds/works/{drawing['links'][0]['href'].rpartition('/')[2]}").text
    assert f'<link rel="http://opds-spec.org/image" href="{one["href"]}" type="image/jpeg"/>' in entry
    missing = client.get(f"/opds/pictures/{story['links'][0]['href'].rpartition('/')[2]}")
    assert missing.headers["content-type"] == "image/png"
    client.close()
