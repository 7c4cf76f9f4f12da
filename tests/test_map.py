"""The picture of the whole library: fandoms, people, what ties them; readable and the same every time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from test_catalogue import new

from variorum.catalogue import Catalogue
from variorum.doors.web.map_svg import map_svg, placed
from variorum.library import gathering
from variorum.model import Circle, Claim, Evidence, Overview

EVIL = '"><script>alert(1)</script>\u202e'


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "catalogue.sqlite3", tmp_path / "index")
    homes = [("Lamps",), ("Lamps",), ("Lamps", "Ferries"), ("Ferries",), (EVIL,), ()]
    with made.batch() as batch:
        for number, fandoms in enumerate(homes):
            witness = new(number, f"Story number {number} by the water.", fandoms=fandoms)
            batch.witness(witness)
            names = ["wen@tumblr.com"] if number in (0, 4) else ["mara@tumblr.com", "wen@tumblr.com"] if number == 1 else []
            claims = [
                Claim(f"c{number}{n}", witness.work, "author", name, Evidence(witness.witness, "words"), "test", 0.9)
                for n, name in enumerate(names)
            ]
            batch.provenance(witness.witness, claims=claims, named=gathering.names_in(claims, witness.work))
        gathering.gather(batch)
    yield made
    made.close()


def test_fandoms_are_tied_by_works_and_by_people(catalogue: Catalogue) -> None:
    """A work of two fandoms ties them; so does a person with works in both; what has no fandom is counted."""
    found = catalogue.people.overview()
    assert [(c.name, c.works) for c in found.circles] == [("Lamps", 3), ("Ferries", 2), (EVIL, 1)]
    assert set(found.ties) == {(0, 1, 1), (0, 2, 1)}
    assert (found.total, found.without, found.rest) == (6, 1, 0)


def test_a_fandom_has_its_people(catalogue: Catalogue) -> None:
    """The people whom its works name, by how many, tied by the works that name both; a fandom there is not has none."""
    found = catalogue.people.overview("Lamps")
    assert [(c.name, c.works) for c in found.circles] == [("wen", 2), ("mara", 1)]
    assert found.ties == ((0, 1, 1),)
    assert catalogue.people.overview("Nowhere").circles == ()


def test_no_circle_lies_over_another() -> None:
    """Many sizes, a narrow and a wide ground: all lie inside it and apart, the same every time."""
    sizes = [120.0, 80.0, 80.0, *(60.0 - n for n in range(40))]
    for across, some in ((950.0, sizes), (312.0, [60.0, 50.0, *([16.0] * 16)])):
        spots = placed(some, across)
        assert spots == placed(some, across)
        assert all(abs(s.x) + s.r <= across / 2 for s in spots)
        for i, a in enumerate(spots):
            assert all(math.hypot(a.x - b.x, a.y - b.y) >= a.r + b.r for b in spots[i + 1 :])


@pytest.mark.parametrize("many", [0, 1, 48])
def test_the_picture_is_links_and_text(many: int) -> None:
    """Every circle is inside a link, strangers' words are text, no style, no script; an empty library draws nothing."""
    circles = tuple(Circle(f"k{n}", f"{EVIL} {n}", 400 // (n + 1) + 1) for n in range(many))
    ties = tuple((a, a + 1, 50 - a) for a in range(many - 1))
    picture = map_svg(Overview(None, circles, ties, 900, 0, 0), lambda c: f"/map?fandom={c.key}", EVIL)
    drawings = list(ET.fromstring(f"<all>{picture}</all>"))
    assert len(drawings) == (2 if many else 0)
    for svg in drawings:
        assert {e.tag for e in svg.iter()} <= {"svg", "a", "circle", "text", "path", "title"}
        assert not any("style" in e.attrib for e in svg.iter())
        assert len(list(svg.iter("circle"))) == len(list(svg.iter("a"))) <= many
