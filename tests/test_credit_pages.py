"""The pages of credit: the family as a picture and a list, a person, what is known and not held; rulings as buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from web_client import HOME, Client

from variorum.doors.web import create_app
from variorum.doors.web.family_svg import family_svg, fit
from variorum.library import Family, Library, Relative
from variorum.library.family import family
from variorum.model import Creator, LostWitness, Metadata, Relation, Series, Viewer, Work

EVIL = '"><script>alert(1)</script>\u202e<b onmouseover=x>'
STORY = """\
The lamp had been lit for thirty years and never asked a question. That evening it was asked one, and it burned lower.

"What is it you wait for?" said the keeper, and outside the sea went on folding and unfolding as it always had.

A boat he did not know was making for the point without a light, and somebody in it was singing to keep awake.

He went down the stairs two at a time, which he had promised his knees not to do, and stood in the wet grass until the
singing came near enough to have a face. "You are late," he said. "I know," she said. "Your lamp told me to take my time."

They carried the boat up between them, and the net, and a box of oranges that had come further than either of them, and
sat under the lamp until it was put out by the morning, as it had been on every other day of those years.
"""
NOTE = (
    "Notes: Inspired by a picture by Mara Quill (marrowquill on Tumblr): https://marrowquill.tumblr.com/post/61/keeper . "
    "Also posted at https://tidewrack.tumblr.com/post/613/lamp . Beta by Hollis_Wren."
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    pile = tmp_path / "pile"
    pile.mkdir()
    for name, year, words in (("a", "2016", "thirty"), ("b", "2015", "twenty")):
        body = "".join(f"<p>{part}</p>" for part in STORY.replace("thirty", words).strip().split("\n\n"))
        head = f'<title>The Lamp</title><link rel="canonical" href="https://example.org/{name}/{year}">'
        page = f"<html><head>{head}</head><body><h1>The Lamp</h1>{body}<p>{NOTE}</p></body></html>"
        (pile / f"{name}.html").write_text(page, encoding="utf-8")
    with Library(tmp_path / "library", create=True) as opened:
        opened.add([pile])
        yield opened


@pytest.fixture
def client(library: Library) -> Client:
    made = Client(create_app(library))
    made.cookies.set("variorum_adult", "yes")
    return made


def the_work(library: Library) -> Work:
    return library.work(next(library.find()).work)


def drawn(work: Work) -> list[ET.Element]:
    """Both drawings, read as XML: what is not well formed fails here."""
    picture = family_svg(family(work), lambda one: f"/somewhere?{one.kind}", "A title " + EVIL)
    return list(ET.fromstring(f"<all>{picture}</all>"))


def many(sources: int, made: int, lost: int) -> Work:
    relations = [
        Relation("inspired-by", "out", EVIL, f"https://example.org/s{n}", creators=(Creator(EVIL, "artist"),))
        for n in range(sources)
    ]
    relations += [
        Relation("translation-of", "in", f"Made {n}", work=f"{n:020x}", creators=(Creator("wen"),)) for n in range(made)
    ]
    about = Metadata(title=EVIL, series=(Series("Harbour", 2.0),))
    gone = tuple(LostWitness("tumblr.com", f"https://tumblr.com/{n}", EVIL) for n in range(lost))
    return Work("ab" * 10, about, 0, 0, None, {}, (), gone, tuple(relations))


@pytest.mark.parametrize(("sources", "made", "lost"), [(0, 0, 0), (1, 1, 1), (2, 0, 3), (40, 5000, 60)])
def test_every_node_of_the_picture_is_a_link_and_no_word_is_markup(sources: int, made: int, lost: int) -> None:
    """Two drawings; each box is inside a link; strangers' words are text; what does not fit is counted; nothing overlaps."""
    for svg in drawn(many(sources, made, lost)):
        assert {e.tag for e in svg.iter()} <= {"svg", "a", "rect", "text", "path", "circle"}
        assert not any("style" in e.attrib or any(k.startswith("on") for k in e.attrib) for e in svg.iter())
        boxes = [e for a in svg.iter("a") for e in a.iter("rect")]
        assert all(a.attrib["href"].startswith("/") for a in svg.iter("a"))
        frames = svg.findall("rect")
        assert [f.attrib["class"] for f in frames] == ["frame"]
        assert len([a for a in svg.iter("a") if a.attrib["class"] == "node lost"]) == min(lost, 14)
        said = " ".join(e.text or "" for e in svg.iter("text"))
        assert ("more made from it" in said) == (made > 6)
        edges = [[float(b.attrib[k]) for k in ("x", "y", "width", "height")] for b in boxes]
        for i, (x, y, w, h) in enumerate(edges):
            assert x >= 0
            assert x + w <= float(svg.attrib["viewBox"].split()[2])
            for x2, y2, w2, h2 in edges[i + 1 :]:
                assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_a_circle_is_shown_as_what_it_is() -> None:
    """A inspired by B and B inspired by A: B stands above and below, and nothing goes round for ever."""
    both = (Relation("inspired-by", "out", "B", work="b" * 20), Relation("inspired-by", "in", "B", work="b" * 20))
    found = family(Work("a" * 20, Metadata(title="A"), 0, 0, None, {}, relations=both))
    assert [one.title for one in (*found.sources, *found.made)] == ["B", "B"]


@pytest.mark.parametrize("text", ["", "plain", "wide 漢字漢字漢字漢字", "a\u0301" * 900, "\u202eevil", "x" * 10_000])
def test_a_line_fits(text: str) -> None:
    """What is too long ends in an ellipsis; direction marks do not get through."""
    got = fit(text, 120)
    assert len(got) <= 900
    assert "\u202e" not in got
    assert (got.endswith("…")) == (len(text) > 40 or "漢" in text)


def test_the_family_page_says_everything_twice(client: Client, library: Library) -> None:
    """The picture and the list name the same sites, copies and sources; the lost copy is dashed and has its sentence."""
    work = the_work(library)
    page = client.get(f"/works/{work.work}/family").text
    svg, rest = page.split("</figure>")
    for said in ("marrowquill", "Mara Quill", "tumblr.com", "version 1", "version 2"):
        assert said in svg
        assert said in rest
    assert 'class="node lost"' in svg
    assert "Also posted at" in rest
    assert page.count('<svg class="family') == 2
    assert "sha256:" in rest


def test_credit_is_handed_on_as_files(client: Client, library: Library) -> None:
    """Each form is a download that never runs; a form there is not is not found."""
    work = the_work(library)
    for form, start in (("prov", "{"), ("schema", "{"), ("csv", "\ufeffwork"), ("cite", "Anonymous"), ("csl", "[")):
        answer = client.get(f"/works/{work.work}/credit/{form}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content.decode().startswith(start)
    assert client.get(f"/works/{work.work}/credit/marc").status_code == 404


def test_a_person_has_all_names_works_and_evidence(client: Client, library: Library) -> None:
    """Both names, the work with the role, the sentence; the button parts them, taking it back joins them again."""
    agent = next(a for a in library.trace(the_work(library)).agents if len(a.names) > 1)
    page = client.get(f"/people/{agent.agent}").text
    for said in ("Mara Quill", "marrowquill", "on tumblr.com", "The Lamp", "artist", "Inspired by a picture"):
        assert said in page
    assert page.count("Not the same person") == 1
    ends = re.findall(r'name="on" value="([^"]+)"', page)[:2]
    answer = client.post(
        "/rulings", data={"kind": "not-alias", "on": ends, "back": f"/people/{agent.agent}"}, headers={"origin": HOME}
    )
    assert answer.status_code == 303
    apart = client.get(f"/people/{agent.agent}").text
    assert "One name." in apart
    assert "are not one person" in apart
    ruling = re.search(r'value="undo"><input type="hidden" name="on" value="([^"]+)"', apart)
    assert ruling is not None
    client.post("/rulings", data={"kind": "undo", "on": [ruling[1]], "back": "/"}, headers={"origin": HOME})
    assert "2 names" in client.get(f"/people/{agent.agent}").text


def test_people_are_found_by_name(client: Client) -> None:
    """One of that name: on to the page; nobody: said so."""
    answer = client.get("/people?name=marrowquill%40tumblr.com")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/people/")
    assert client.get("/people?name=nobody-here").status_code == 404
    assert client.get("/people/ffff").status_code == 404


def test_everybody_is_listed_with_their_works(client: Client, library: Library) -> None:
    """Those with the most works first, each a link to their page; a stretch at a time; nobody but the keeper is told of any."""
    total, makers = library.credit.everybody(limit=500)
    page = client.get("/people").text
    listed = re.findall(r'<li><a href="/people/(\w+)">[^<]+</a> <span class="site">(\d+) works?</span>', page)
    assert total == len(makers) == len(listed) > 1
    assert listed == [(one.agent, str(works)) for one, works in makers]
    assert [works for _, works in makers] == sorted((works for _, works in makers), reverse=True)
    for one, works in makers:
        parts = library.credit.person(one.agent, limit=500).parts
        assert works == sum(any(role not in ("thanked", "reader") for role in part.roles) for part in parts)
    assert library.credit.everybody(1, 1) == (total, makers[1:2])
    assert library.credit.everybody(viewer=Viewer("somebody")) == (0, ())


def test_what_is_known_and_not_held_has_a_page_and_a_list(client: Client) -> None:
    """The copy with its sentence and a link that shows where it goes; the addresses alone as a file."""
    page = client.get("/known").text
    assert "Also posted at" in page
    assert "/leaving?" in page
    assert client.get("/known.txt").content == b"https://tidewrack.tumblr.com/post/613/lamp\n"


def test_claims_stand_once_with_the_copies_that_say_them(client: Client, library: Library) -> None:
    """Two copies with the same note: one claim with both letters, no ids of works; refusing one says so and can be taken back."""
    work = the_work(library)
    page = client.get(f"/works/{work.work}").text
    claims = page[page.index('class="claims"') :]
    assert claims.count("<i>beta</i>") == 1
    beta = next(c for c in library.trace(work).claims if c.relation == "beta")
    assert work.work not in re.sub(r'(?:href|value|action)="[^"]*"', "", claims)
    client.post("/rulings", data={"kind": "refuse", "on": [beta.claim], "back": "/"}, headers={"origin": HOME})
    assert "you refused it" in client.get(f"/works/{work.work}").text


def test_a_relative_that_leads_nowhere_leads_to_its_place_in_the_list(client: Client, library: Library) -> None:
    """A source without address and not held: its node points to the list item that says all that is known."""
    work = the_work(library)
    source = Relative("source", "inspired-by", "Inspired by", "Salt Roads", ("Ione",))
    held = Family(work, (source,), (), (), (), ())
    from variorum.doors.web.credit import _address, _anchor

    assert _address(work, source) is None
    assert _anchor(held, source) == "r0"
