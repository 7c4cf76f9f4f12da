"""What lies in another folder than the page it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_streaming import _inline  # noqa: F401  (workers run in this process)

from variorum.library import Library

Sample = Callable[[str], Path]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


@pytest.mark.parametrize("folder", ["posts", "archive"])
def test_the_media_of_a_tumblr_backup_are_shown_with_their_posts(
    tmp_path: Path, library: Library, sample: Sample, folder: str
) -> None:
    """A picture in media/ that a post names by ../media/ is the post's and no work; one that no post names is a work of its own."""
    backup = tmp_path / "tidewrack"
    (backup / folder).mkdir(parents=True)
    (backup / "media").mkdir()
    lamp = sample("picture/lamp-smaller.jpg").read_bytes()
    (backup / "media" / "lamp.jpg").write_bytes(lamp)
    (backup / "media" / "alone.png").write_bytes(sample("picture/lamp-with-texts.png").read_bytes())
    post = sample("tumblr/backup-post.html").read_bytes()
    (backup / folder / "612118204.html").write_bytes(
        post.replace(b"</p><p>The third", b"</p><p><img src='../media/lamp.jpg'></p><p>The third")
    )
    library.add([backup])
    copies = [copy for hit in library.find("").hits for copy in library.work(hit.work.work).witnesses]
    assert sorted(copy.name for copy in copies) == sorted([f"tidewrack/{folder}/612118204.html", "tidewrack/media/alone.png"])
    (copy,) = (one for one in copies if one.format != "picture")
    (number,) = (n for n, block in enumerate(library.text(copy.witness).blocks) if block.kind == "image")
    shown = library.pictures.shown(copy, number)
    assert shown is not None
    assert shown.data == lamp
