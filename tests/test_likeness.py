"""The same picture elsewhere: told by how it looks, with what the credits say, and nobody joined for it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, PngImagePlugin
from web_client import Client

from variorum.doors.web import create_app
from variorum.library import Library
from variorum.model import Viewer


def drawn(seed: int) -> Image.Image:
    """A picture of blocks and rings that is like no other."""
    picture = Image.new("RGB", (320, 240), (30 * seed % 255, 90, 140))
    draw = ImageDraw.Draw(picture)
    for n in range(9):
        x, y = (n * 67 * seed) % 300, (n * 41 + seed * 29) % 220
        draw.ellipse((x, y, x + 60, y + 50), fill=((n * 50) % 255, (seed * 80) % 255, (n * 90) % 255))
        draw.rectangle((y, x % 200, y + 30, x % 200 + 20), fill=(255 - n * 20, n * 25, 60))
    return picture


def png(picture: Image.Image, artist: str | None) -> bytes:
    said = PngImagePlugin.PngInfo()
    if artist:
        said.add_text("Artist", artist)
    out = BytesIO()
    picture.save(out, "PNG", pnginfo=said)
    return out.getvalue()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "a.png").write_bytes(png(drawn(3), "Mara Quill"))
    drawn(3).resize((200, 150)).save(pile / "b.jpg", quality=60)
    (pile / "c.png").write_bytes(png(drawn(7), "Tam Osei"))
    (pile / "story.txt").write_text("A story of no picture at all.\n\nIt goes on for a while, and ends.\n" * 4)
    with Library(tmp_path / "library", create=True) as made:
        made.add([pile])
        yield made


def by_name(library: Library) -> dict[str, str]:
    return {Path(library.work(w.work).base.name).name: w.work for w in library.find()}


def test_a_repost_is_told_with_what_its_credits_lack(library: Library) -> None:
    """The smaller, uncredited copy is found from both sides; the other picture and the story have no likeness; works stay apart."""
    works = by_name(library)
    assert len(works) == 4
    (there,) = library.likenesses.of(library.work(works["a.png"]), Viewer())
    assert there.work.work == works["b.jpg"]
    assert there.says == "there it is not credited to Mara Quill, as it is here"
    (back,) = library.likenesses.of(library.work(works["b.jpg"]), Viewer())
    assert back.work.work == works["a.png"]
    assert back.says == "here it is not credited to Mara Quill, as it is there"
    for name in ("c.png", "story.txt"):
        assert library.likenesses.of(library.work(works[name]), Viewer()) == ()


def test_a_hidden_picture_is_not_told_of(library: Library) -> None:
    """For a viewer for whom the other work does not exist there is no likeness; what is added later is found."""
    works = by_name(library)
    assert library.likenesses.of(library.work(works["a.png"]), Viewer("p", adult=False)) == ()
    more = library.path.parent / "d.png"
    more.write_bytes(png(drawn(7).resize((640, 480)), "Tam Osei"))
    library.add([more])
    (there,) = library.likenesses.of(library.work(works["c.png"]), Viewer())
    assert there.says == "credited alike"


def test_the_page_says_it(library: Library) -> None:
    """The work's page links to the other place and says what its credits lack."""
    works = by_name(library)
    client = Client(create_app(library))
    client.cookies.set("variorum_adult", "yes")
    try:
        text = client.get(f"/works/{works['a.png']}").text
        assert "The same picture elsewhere" in text
        assert f"/works/{works['b.jpg']}" in text
        assert "not credited to Mara Quill" in text
        assert "The same picture elsewhere" not in client.get(f"/works/{works['c.png']}").text
    finally:
        client.close()
