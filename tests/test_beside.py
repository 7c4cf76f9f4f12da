"""What lies in another folder than the page it belongs to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import packing
import pytest

from variorum.intake.efiction.packed import MAGIC
from variorum.library import Library
from variorum.model import Witness

pytestmark = pytest.mark.usefixtures("workers_here")

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


def test_a_dump_in_a_bare_folder_is_joined_with_its_chapter_files(tmp_path: Path, library: Library, sample: Sample) -> None:
    """The same stories, with the same ids, as out of a zip; whole, had again one by one, and the same after a rebuild."""
    source = sample("efiction-dump/archive")
    folder = tmp_path / "lamproom"
    shutil.copytree(source, folder)
    (tmp_path / "site.zip").write_bytes(packing.packed(source))
    with Library(tmp_path / "other", create=True) as other:
        other.add([tmp_path / "site.zip"])
        expected = {w.witness: other.text(w.witness).text for w in copies_of(other)}
    done = library.add([folder])
    assert done.problems == ()
    assert {w.witness: library.text(w.witness).text for w in copies_of(library)} == expected
    for copy in copies_of(library):
        assert copy.format == "efiction-story"
        assert library.item_bytes(copy.digest).startswith(MAGIC)
    library.rebuild()
    assert {w.witness: library.text(w.witness).text for w in copies_of(library)} == expected


def test_numbered_texts_without_a_dump_are_texts(tmp_path: Path, library: Library) -> None:
    """A folder of numbers is no archive by itself, nor with a dump of something else."""
    folder = tmp_path / "pile" / "stories" / "7"
    folder.mkdir(parents=True)
    (folder / "12.txt").write_text("The lamp was lit, and nobody came, and she read until the oil was gone.\n")
    (tmp_path / "pile" / "a.sql").write_text("CREATE TABLE songs (id INT);\nINSERT INTO songs VALUES (1);\n")
    library.add([tmp_path / "pile"])
    assert [copy.name for copy in copies_of(library)] == ["pile/stories/7/12.txt"]


def copies_of(library: Library) -> list[Witness]:
    return [copy for hit in library.find("").hits for copy in library.work(hit.work.work).witnesses]
