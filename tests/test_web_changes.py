"""The *what changed* page over the real collation: portions, the strip, who is newer, downloads."""

from __future__ import annotations

import json
import re

import pytest
import web_fakes as fakes
from lxml import etree
from web_client import Checker, Client
from web_versions import MOVED, VersionedLibrary

from variorum.doors.web import create_app
from variorum.doors.web.chapters import book
from variorum.doors.web.portions import portions
from variorum.model import Metadata, Work


@pytest.fixture
def client():
    made = Client(create_app(VersionedLibrary.of()))
    yield made
    made.close()


@pytest.fixture
def long():
    """A work of 60,000 words."""
    made = Client(create_app(VersionedLibrary.of(24, 70)))
    yield made
    made.close()


def test_the_page_says_which_copy_is_newer_and_why(client):
    """The verdict, the dates it rests on, and for a half-finished copy which chapters are new."""
    page = client.get("/works/w8/changes?base=A&with=B").text
    assert "A is the newer one: A was updated on 1 February 2014, after B was taken on 1 May 2011" in page
    for asked in ("base=A&with=C", "base=C&with=A"):
        page = client.get(f"/works/w8/changes?{asked}").text
        verdict = re.search(r'<p class="verdict">.*?</p>', page)[0]
        assert "Chapters 3–6 are new since your copy of 1 March 2010; chapters 1 and 2 were revised." in verdict
    assert "Copy C stops after chapter 2; A goes on." in page.partition("</header>\n\n")[0]


def test_what_a_copy_lacks_is_in_the_head(client):
    """The sentence of `lacking`, with the way there."""
    page = client.get("/works/w8/changes?base=A&with=C").text
    head = page.partition("</header>\n\n")[0]
    assert "are not in copy C." in head
    assert re.search(r'class="lacking"><li>[^<]+<a href="#c\d+"', head)


def test_the_strip_has_a_mark_for_each_place_and_an_arc_for_a_move(client):
    """Every mark leads to a change on the page; the two ends of the move are joined; nothing in it can be tabbed to."""
    page = client.get("/works/w8/changes?base=A&with=B").text
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
    root = etree.fromstring(svg)
    links = root.findall(".//a")
    ids = set(Checker(page).ids)
    assert links
    assert all(link.get("href")[1:] in ids and link.get("tabindex") == "-1" for link in links)
    assert len(root.findall(".//path")) == 1
    assert root.get("aria-hidden") == "true"


def test_a_move_leads_from_each_end_to_the_other(client):
    """The passage stands struck where it left and marked where it stands, each with a link to the other place."""
    page = client.get("/works/w8/changes?base=A&with=B").text
    for view in ("whole", "columns", "changes"):
        page = client.get(f"/works/w8/changes?base=A&with=B&view={view}").text.partition('class="apparatus"')[0]
        ends = re.findall(r'class="move" href="#c(\d+)"', page)
        assert len(ends) == 2
        assert all(f'id="c{end}"' in page for end in ends)
        assert page.count(MOVED[:40]) == 2


def test_a_long_text_comes_in_portions(long):
    """No portion is huge; together they are the whole text; each change stands in exactly one."""
    address = "/works/w8/changes?base=A&with=B&view=whole"
    first = long.get(address).text
    count = int(re.search(r'data-total="(\d+)"', first)[1])
    parts = int(re.search(r"\(1 of (\d+)\)", first)[1])
    assert parts > 3
    seen: list[str] = []
    paragraphs: list[str] = []
    for number in range(1, parts + 1):
        page = long.get(f"{address}&part={number}").text
        assert len(page) < 400_000
        seen += re.findall(r'id="c(\d+)"', page)
        paragraphs += re.findall(r'id="(p\d+)"', page)
    assert sorted(map(int, seen)) == list(range(1, count + 1))
    assert len(set(paragraphs)) == len(paragraphs)


def test_the_way_to_the_next_change_crosses_portions(long):
    """The last change of a portion leads to the next one's page; the strip and the list by chapter do too."""
    page = long.get("/works/w8/changes?base=A&with=B&view=whole&part=1").text
    last = max(map(int, re.findall(r'id="c(\d+)"', page)))
    assert re.search(rf'href="/works/w8/changes\?base=A&amp;with=B&amp;view=whole&amp;part=\d+#c{last + 1}"', page)
    assert 'class="here"' in page


def test_only_the_changes_of_a_long_text_are_few_pages(long):
    """Portions of that view are by changes, not by words."""
    page = long.get("/works/w8/changes?base=A&with=B&view=changes").text
    assert "(1 of" not in page


@pytest.mark.parametrize("part", ["0", "99999", "x", "-1", "²"])
def test_a_part_there_is_not_is_the_nearest(long, part):
    """Nonsense in the address is no error."""
    assert long.get(f"/works/w8/changes?base=A&with=B&view=whole&part={part}").status_code == 200


@pytest.mark.parametrize(
    ("form", "media"), [("tei", "tei+xml"), ("tei-spine", "tei+xml"), ("collatex", "json"), ("csv", "csv"), ("html", "html")]
)
def test_the_apparatus_is_a_download(client, form, media):
    """Every form, as an attachment that no browser runs."""
    answer = client.get(f"/works/w8/apparatus?base=A&with=B&to={form}")
    assert answer.status_code == 200
    assert media in answer.headers["content-type"]
    assert answer.headers["content-disposition"].startswith('attachment; filename="apparatus-A-B.')
    assert "sandbox" in answer.headers["content-security-policy"]
    if form == "collatex":
        assert json.loads(answer.text)["witnesses"] == ["A", "B"]


def test_a_form_there_is_not_is_a_sentence(client):
    """404, naming those there are."""
    answer = client.get("/works/w8/apparatus?to=stone")
    assert answer.status_code == 404
    assert "tei-spine" in answer.text


def test_versions_of_three_copies_are_a_tree(client):
    """With all copies the tree is on the page, and calls itself a proposal."""
    page = client.get("/works/w8/changes?base=A&with=all").text
    assert 'class="versions"' in page
    assert "is a proposal" in page


def test_portions_cut_at_chapters_where_they_can(client):
    """Short chapters stand together, and none is cut; a chapter longer than a portion is cut at a paragraph."""
    library = VersionedLibrary.of(12, 40)
    held = book(library.text("wit-w8-A"))
    numbers = list(held.story())
    divided = portions(numbers, held, lambda n: held.text.blocks[n].text.count(" ") + 1)
    opens = {chapter.story[0] for chapter in held.chapters}
    assert len(divided.all) > 1
    assert all(numbers[part.first] in opens for part in divided.all)
    heavy = portions(numbers, held, lambda n: 5_000)
    assert all(part.last - part.first <= 1 for part in heavy.all)
    assert [part.first for part in heavy.all][1:] == [part.last + 1 for part in heavy.all][:-1]
    assert heavy.of(len(numbers) - 1) == heavy.all[-1]


def test_what_may_be_put_against_the_wrong_words_is_said_so():
    """A sentence against one twice as long is dashed, *perhaps* to the ear and in the apparatus; sure changes are not."""
    begins, ends = "The keeper lit the lamp. Nobody had asked her.", "Nobody had seen the boat. A gull cried over the wall."
    texts = {
        "A": f"{begins} She went down to the harbour in the rain. {ends}",
        "B": f"{begins} In the harbour it had rained all of the long winter night, and she was cold to the bone. {ends}",
        "C": f"{begins} She went down to the harbour in the sleet. {ends}",
    }
    documents = {siglum: fakes.page(f"lamp-{siglum}", text) for siglum, text in texts.items()}
    copies = tuple(fakes.witness(f"lamp-{siglum}.html", "w9", siglum, documents[siglum]) for siglum in texts)
    library = VersionedLibrary((Work("w9", Metadata(title="The Lamp"), 30, 3, False, {}, copies), documents))
    made = Client(create_app(library))
    unsure, certain = (made.get(f"/works/w9/changes?base=A&with={siglum}&view=whole").text for siglum in "BC")
    made.close()
    assert 'class="old unsure"' in unsure
    assert 'class="new unsure"' in unsure
    assert "[A, perhaps:]" in unsure
    assert "<i>perhaps</i>" in unsure
    assert "where the line is dashed, other words may belong together" in unsure
    assert "unsure" not in certain
    assert "perhaps" not in certain
