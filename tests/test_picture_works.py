"""Pictures: a work on its own, a page's when a page uses it; shown from here alone, and only what is a picture."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import packing
import pytest
from PIL import Image
from web_client import Client

from variorum.document import reading
from variorum.doors.web import create_app
from variorum.errors import MalformedItem
from variorum.intake import Task, named_by, open_item, raster
from variorum.library import Library
from variorum.preparing import prepare
from variorum.provenance.pictures import NEAR, Fingerprint, distance

Sample = Callable[[str], Path]
PAGE = b"<html><title>The Road</title><body><h1>The Road</h1><p>They walked the road until the lamps came on behind them.</p>%s<p>Then they went home, and nobody said that it was late.</p></body></html>"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def opened(path: Path, name: str | None = None):
    return open_item(Task(name or path.name, "sha256:00", path.read_bytes()))


def test_a_png_says_who_drew_it_and_what_it_shows(sample: Sample) -> None:
    """Its own texts are title, artist, description and credit; the tool's name is the tool's."""
    (copy,) = opened(sample("picture/lamp-with-texts.png")).copies
    said = copy.metadata
    assert (said.title, said.tool) == ("The Lamp Before Rain", "GIMP 2.10")
    assert [(c.name, c.role) for c in said.creators] == [("Mara Quill", "artist")]
    assert said.picture is not None
    assert (said.picture.media, said.picture.width, said.picture.height, said.picture.frames) == ("image/png", 240, 168, 1)
    assert [(b.kind, b.part, b.text) for b in reading(copy.document).blocks] == [
        ("heading", "title", "The Lamp Before Rain"),
        ("image", "story", "A lighthouse at dusk, its lamp just lit, and a moon that is nearly full."),
        ("paragraph", "credits", "Artist: Mara Quill"),
        ("paragraph", "credits", "Copyright: Mara Quill, please do not repost"),
    ]


def test_exif_xmp_and_comments_are_read(sample: Sample) -> None:
    """EXIF's fields, XMP's title and both creators, a GIF's comment and its frames."""
    (jpeg,) = opened(sample("picture/lamp-smaller.jpg")).copies
    assert (jpeg.metadata.summary, [c.name for c in jpeg.metadata.creators]) == ("The same lamp, scanned", ["Mara Quill"])
    (webp,) = opened(sample("picture/tide-with-xmp.webp")).copies
    assert (webp.metadata.title, [c.name for c in webp.metadata.creators]) == ("Low Tide", ["Mara Quill", "Tam Osei"])
    (gif,) = opened(sample("picture/lamp-plain.gif")).copies
    assert gif.metadata.summary == "for Anna, with love"
    assert gif.metadata.picture is not None
    assert gif.metadata.picture.frames == 2


def look(path: Path) -> Fingerprint:
    """What a worker notes of how a picture looks, as provenance compares it."""
    (copy,) = prepare(Task(path.name, "sha256:00", path.read_bytes())).copies
    assert copy.metadata.picture is not None
    assert copy.metadata.picture.look is not None
    return Fingerprint(int(copy.metadata.picture.look[:16], 16), int(copy.metadata.picture.look[16:], 16))


def test_the_same_drawing_looks_the_same_however_it_is_packed(sample: Sample) -> None:
    """PNG, smaller JPEG and GIF are within a few bits; another drawing is far; one plain colour looks like nothing."""
    lamp = look(sample("picture/lamp-with-texts.png"))
    assert distance(lamp, look(sample("picture/lamp-smaller.jpg"))) <= NEAR
    assert distance(lamp, look(sample("picture/lamp-plain.gif"))) <= NEAR
    assert distance(lamp, look(sample("picture/tide-with-xmp.webp"))) > 2 * NEAR
    plain = BytesIO()
    Image.new("RGB", (200, 200), (9, 9, 9)).save(plain, "PNG")
    (copy,) = prepare(Task("plain.png", "sha256:00", plain.getvalue())).copies
    assert copy.metadata.picture is not None
    assert copy.metadata.picture.look is None


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_bombs_and_broken_pictures(sample: Sample) -> None:
    """More pixels than may be opened are refused, a cut picture is partial, what only begins as one is malformed."""
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)) + chunk(b"IDAT", b"")
    with pytest.raises(MalformedItem) as refused:
        open_item(Task("bomb.png", "sha256:00", bomb))
    assert refused.value.code == "too-large"
    whole = sample("picture/lamp-smaller.jpg").read_bytes()
    (cut,) = open_item(Task("cut.jpg", "sha256:00", whole[: len(whole) * 2 // 3])).copies
    assert (cut.metadata.extent, cut.metadata.extent_why) == ("partial", "the picture is cut off or damaged")
    with pytest.raises(MalformedItem) as broken:
        open_item(Task("broken.png", "sha256:00", whole.replace(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", 1)))
    assert broken.value.code == "malformed"


def test_no_beginning_of_a_picture_is_a_fault(sample: Sample) -> None:
    """Cut anywhere, a header gives a size, none, or no picture; never an error."""
    for path in sorted(sample("picture").glob("*.*")):
        data = path.read_bytes()
        whole = raster(data)
        assert whole is not None
        assert whole.showable
        for end in range(min(len(data), 600)):
            found = raster(data[:end])
            assert found is None or found.media == whole.media
            assert found is None or (found.width, found.height) in ((0, 0), (whole.width, whole.height))


def test_covers_and_icons_are_no_works(sample: Sample) -> None:
    """A cover, a small icon and a picture beside its page give no copy, and no problem."""
    path = sample("picture/lamp-with-texts.png")
    assert opened(path, "books/cover.png").copies == ()
    small = BytesIO()
    Image.new("RGB", (64, 64)).save(small, "PNG")
    assert open_item(Task("smile.png", "sha256:00", small.getvalue())).copies == ()
    assert open_item(Task("a/lamp.png", "sha256:00", path.read_bytes(), beside="a/page.html")).copies == ()


def test_addresses_of_a_page_lead_to_names() -> None:
    """Relative ones do, escaped or not; those of other sites, of scripts, and those that leave the top do not."""
    page = b"""<img src="x_files/a%20b.png"><img src='../up.jpg'><a href="sub/c.gif?x=1#y">c</a><img src="https://e.org/d.png">
    <img src="data:image/png;base64,AA"><img src="../../../e.png"><img src="f&amp;g.png"><a href="next.html">next</a>"""
    assert named_by([("pile/page.html", page)]) == dict.fromkeys(
        ("pile/x_files/a b.png", "up.jpg", "pile/sub/c.gif", "pile/f&g.png"), "pile/page.html"
    )


def test_a_folder_gives_works_and_keeps_a_pages_pictures_with_it(library: Library, sample: Sample) -> None:
    """Of page, its picture and a picture alone come two works; the page shows its own; a rebuild gives the same."""
    library.add([sample("picture/used")])
    works = {w.title or w.witnesses[0].name: library.work(w.work) for w in library.find("")}
    assert set(works) == {"The Shore Road", "used/alone.png"}
    page, alone = works["The Shore Road"], works["used/alone.png"]
    assert alone.words == 0
    number = next(n for n, b in enumerate(library.text(page.base.witness).blocks) if b.kind == "image")
    shown = library.pictures.shown(page.base, number)
    assert shown is not None
    assert shown.data == sample("picture/used/shore_files/shore.png").read_bytes()
    library.rebuild()
    assert {w.work for w in library.find("")} == {w.work for w in works.values()}


def test_pictures_in_containers_books_and_pages_are_shown_with_their_story(
    library: Library, sample: Sample, tmp_path: Path
) -> None:
    """A zip's page, an EPUB's chapter and a page with its picture written into it give the bytes of the picture."""
    lamp = sample("picture/lamp-smaller.jpg").read_bytes()
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "a.zip").write_bytes(packing.zipped(("r/page.html", PAGE % b'<img src="i/lamp.jpg">'), ("r/i/lamp.jpg", lamp)))
    written = base64.b64encode(lamp)
    (pile / "b.html").write_bytes(
        (PAGE % (b'<img alt="the lamp" src="data:image/jpeg;base64,' + written + b'">'))
        .replace(b"Road", b"Pier")
        .replace(b"They", b"All of us slowly")
    )
    opf = b'<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Hill</dc:title></metadata><manifest><item id="c" href="text/c.xhtml" media-type="application/xhtml+xml"/><item id="p" href="art/lamp.jpg" media-type="image/jpeg"/></manifest><spine><itemref idref="c"/></spine></package>'
    box = b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="O/x.opf"/></rootfiles></container>'
    chapter = (PAGE % b'<p><img alt="the hill" src="../art/lamp.jpg"/></p>').replace(b"road", b"hill path with its many stones")
    (pile / "c.epub").write_bytes(
        packing.zipped(
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", box),
            ("O/x.opf", opf),
            ("O/text/c.xhtml", chapter),
            ("O/art/lamp.jpg", lamp),
        )
    )
    library.add([pile])
    copies = [w for work in library.find("") for w in library.work(work.work).witnesses]
    assert len(copies) == 3
    for copy in copies:
        (number,) = (n for n, b in enumerate(library.text(copy.witness).blocks) if b.kind == "image")
        assert library.pictures.held(copy, library.text(copy.witness).blocks[number])
        shown = library.pictures.shown(copy, number)
        assert shown is not None, copy.name
        assert (shown.data, shown.media) == (lamp, "image/jpeg")


def test_the_reader_shows_pictures_and_nothing_else(library: Library, sample: Sample, tmp_path: Path) -> None:
    """With the right type, nosniff and a policy; what is no picture, SVG and other blocks are not served; the page has it."""
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "lamp.png").write_bytes(sample("picture/lamp-with-texts.png").read_bytes())
    evil = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    (pile / "page.html").write_bytes(
        PAGE
        % (
            b'<p>One.</p><img src="data:image/png;base64,'
            + evil
            + b'"><img src="data:image/svg+xml;base64,'
            + evil
            + b'"><img src="https://example.org/a.png">'
        )
    )
    library.add([pile])
    client = Client(create_app(library))
    client.cookies.set("variorum_adult", "yes")
    works = {w.title: w.work for w in library.find("")}
    lamp, page = works["The Lamp Before Rain"], works["The Road"]
    front = client.get(f"/works/{lamp}").text
    address = f"/works/{lamp}/picture/2?copy=A"
    assert f'<img src="{address}" width="240" height="168" alt="A lighthouse at dusk' in front
    assert f'<img src="{address}"' in client.get(f"/works/{lamp}/read").text
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.content == sample("picture/lamp-with-texts.png").read_bytes()
    assert [client.get(f"/works/{lamp}/picture/{n}").status_code for n in (0, 1, 99)] == [404] * 3
    blocks = library.text(library.work(page).base.witness).blocks
    pictures = [n for n, b in enumerate(blocks, 1) if b.kind == "image"]
    assert len(pictures) == 3
    assert [client.get(f"/works/{page}/picture/{n}").status_code for n in pictures] == [404] * 3
    text = client.get(f"/works/{page}/read").text
    assert "example.org/a.png" in text
    assert '<img src="https' not in text
    client.cookies.clear()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><title>A lamp</title></svg>", "SVG drawings"),
        ("drawing", b"<?xml version='1.0'?>\n<!-- by hand -->\n<svg><text>A lamp</text></svg>", "SVG drawings"),
        ("a.tiff", b"II*\0" + b"\1" * 200, "TIFF"),
        ("a.jxl", b"\xff\x0a" + b"\1\2" * 40, "JPEG XL"),
        ("a.avif", b"\0\0\0\x20ftypavif" + b"\0" * 90, "AVIF"),
    ],
)
def test_a_picture_without_a_reader_is_kept_and_said(name: str, data: bytes, what: str) -> None:
    """No witness and no problem: a remark that names the kind."""
    found = open_item(Task(name, "sha256:00", data))
    assert (found.format, found.copies, found.note) == ("picture", (), f"kept; no picture reader for {what}")
