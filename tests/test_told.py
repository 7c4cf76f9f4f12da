"""Works that lists and tools tell of: known until a copy turns up, gone with the item that told of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from variorum.library import Library
from variorum.model import Viewer

URL = "https://archiveofourown.org/works/90000901"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def told(folder: Path, **more: str) -> Path:
    """A file of FanFicFare's metadata in a folder."""
    folder.mkdir(exist_ok=True)
    said = {"storyUrl": URL, "siteabbrev": "ao3", "storyId": "90000901", "numChapters": "4", "title": "What Rises"}
    (folder / "meta.json").write_text(json.dumps({**said, "author": "Marchpane", "fandoms": "The Bakery", **more}))
    return folder


def test_a_work_that_metadata_tells_of_is_known_and_not_held(library: Library, tmp_path: Path) -> None:
    """It is found only when asked for, by its words, with all that was said of it."""
    accession = library.add([told(tmp_path / "pile", rating="Mature")])
    assert [(i.status, i.format, i.witnesses) for i in accession.items] == [("added", "fanficfare-json", ())]
    assert library.find("").total == 0
    (work,) = library.find("fandom:bakery", known=True)
    assert (work.title, work.metadata.url, work.adult) == ("What Rises", URL, True)
    assert work.metadata.chapters_stated == "4/?"
    assert library.find("fandom:mill", known=True).total == 0
    assert library.work(work.work).metadata.fandoms == ("The Bakery",)


def test_a_work_of_a_grown_up_rating_does_not_exist_for_a_guest(library: Library, tmp_path: Path) -> None:
    """The rating a list states decides; one it does not state is gated like an adult one."""
    library.add([told(tmp_path / "pile", rating="Mature")])
    guest = Viewer("guest", adult=False)
    assert library.find("", known=True, viewer=guest).total == 0
    library.add([told(tmp_path / "other", rating="General Audiences", storyUrl=URL[:-1] + "2", title="Crumbs")])
    assert [w.title for w in library.find("", known=True, viewer=guest)] == ["Crumbs"]


def test_a_copy_from_that_address_takes_its_place(library: Library, tmp_path: Path) -> None:
    """When the work itself is added, it is held and no longer only known of; a rebuild says the same."""
    pile = told(tmp_path / "pile")
    library.add([pile])
    (pile / "work.txt").write_text(
        f"What Rises\n\nby Marchpane\n\nPackaged: 2020-01-01 00:00:00\nStory URL: {URL}\n\n\n        One\n\n\nBread at five.\n\nEnd file.\n"
    )
    library.add([pile])
    assert [(w.title, len(w.witnesses)) for w in library.find("", known=True)] == [("What Rises", 1)]
    library.rebuild()
    assert [(w.title, len(w.witnesses)) for w in library.find("", known=True)] == [("What Rises", 1)]
