"""The reader over a real library: the stories of the first minute, added, mended, collated, and read page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import first_minute
import pytest
from web_client import Checker, Client

from variorum.doors.web import create_app
from variorum.library import Library
from variorum.text import tokenise

_TITLE = "What the Lamp Was For"


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("real") / "sample-library", create=True) as made:
        made.add([first_minute.HERE])
        yield made


@pytest.fixture(scope="module")
def client(library) -> Iterator[Client]:
    made = Client(create_app(library, sample=True))
    yield made
    made.close()


@pytest.fixture
def lamp(library) -> str:
    return next(work.work for work in library.find() if work.title == _TITLE)


def test_every_link_of_every_page_leads_somewhere(client):
    """From the shelf on, each local link is followed once: no page is missing, none has a fault, all are sound HTML."""
    waiting, seen = ["/"], set()
    while waiting and len(seen) < 150:
        path = waiting.pop(0).partition("#")[0] or "/"
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code in (200, 303), path
        if not answer.headers.get("content-type", "").startswith("text/html") or path.startswith("/publish"):
            continue
        page = Checker(answer.text)
        assert not page.wrong, path
        assert not page.open, path
        assert len(set(page.ids)) == len(page.ids), path
        links = [value for name, value in page.attributes if name == "href"]
        waiting += [link for link in links if link.startswith("/") and link not in seen]
    assert len(seen) > 60
    assert any("/changes" in path for path in seen)
    assert any(path.startswith("/leaving") for path in seen)


def test_two_words_and_a_sentence(client, library, lamp):
    """The founding case on the page: which words, which sentence, and nothing else."""
    work = library.work(lamp)
    other = next(copy.siglum for copy in work.witnesses if copy.site == "tumblr.com")
    text = client.get(f"/works/{lamp}/changes?with={other}").text
    assert "2 words changed, 1 sentence reworked" in text
    struck = [_plain(found) for found in re.findall(r'<del class="old">(.*?)</del>', text.split("</header>")[-1])]
    put = [_plain(found) for found in re.findall(r'<ins class="new">(.*?)</ins>', text.split("</header>")[-1])]
    assert [len(words.split()) for words in struck[:2]] == [1, 1]
    pairs = {(now.split()[-1], then.split()[-1]) for now, then in first_minute.EARLIER[:1]}
    assert (struck[0], put[0]) in pairs
    assert put[2].rstrip(".") == first_minute.EARLIER[2][1].rstrip(".")
    assert text.count('class="changed"') == 3


def test_the_right_column_is_the_other_copy(client, library, lamp):
    """Word for word: what stands in the right column is the other copy's story."""
    work = library.work(lamp)
    for copy in work.witnesses:
        if copy.base:
            continue
        text = client.get(f"/works/{lamp}/changes?with={copy.siglum}&view=columns").text
        right = "\n".join(
            _plain(cell)
            for cell in re.findall(r'<div class="right"[^>]*>(.*?)</div>(?=</div>|<span class="hang")', text, re.DOTALL)
        )
        story = library.text(copy.witness).part("story").text
        assert tokenise(right).hashes.tolist() == tokenise(story).hashes.tolist()


def test_the_rescued_line_reads_as_a_story(client, library, lamp):
    """The flattened copy: paragraphs, emphasis, a scene break, notes apart, both of the artist's names, live links."""
    flat = next(copy.siglum for copy in library.work(lamp).witnesses if copy.format == "text")
    text = client.get(f"/works/{lamp}/read?copy={flat}").text
    story = text.split('class="text')[1].split("</section>")[0]
    assert story.count("<p ") > 15
    assert "<em>saving</em>" in story
    assert 'role="separator"' in story
    assert "Mara Quill" not in story
    assert "Mara Quill (marrowquill" in text
    assert "/leaving?work=" in text


def test_a_refused_repair_is_refused_in_the_library(client, library, lamp):
    """The form on the repairs page reaches the register, and undoing it gives the text back."""
    flat = next(copy for copy in library.work(lamp).witnesses if copy.format == "text")
    before = library.text(flat.witness).text
    repair = next(e for e in library.document(flat.witness).emendations if e.kind == "emphasis" and e.state == "applied")
    sent = {"kind": "refuse", "on": repair.emendation, "back": f"/works/{lamp}/repairs?copy={flat.siglum}"}
    assert client.post("/rulings", data=sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    held = next(e for e in library.document(flat.witness).emendations if e.emendation == repair.emendation)
    assert held.state == "refused"
    library.rule("undo", held.ruling)
    assert library.text(flat.witness).text == before


def test_reading_is_kept_and_continued(client, library):
    """A chapter opened is remembered by the library and offered on the shelf."""
    work = next(work for work in library.find() if work.chapters > 1)
    client.get(f"/works/{work.work}/read/3")
    assert client.get(f"/works/{work.work}/continue").headers["location"].startswith(f"/works/{work.work}/read/3#p")
    assert "Continue reading" in client.get("/").text


def test_facets_and_questions_reach_the_search(client):
    """Words, a facet taken in, a state left out, a place remembered: each gives the works one expects."""
    assert _TITLE in client.get("/?q=causeway").text
    assert "<mark>" in client.get("/?q=causeway").text
    assert "1 work" in client.get("/", params={"take": "fandom:The Weather Office"}).text
    assert _TITLE not in client.get("/", params={"leave": "fandom:The Keepers of Sorrel Point (Radio)"}).text
    assert _TITLE in client.get("/", params={"take": "has:versions", "sort": "-words"}).text
    assert _TITLE in client.get("/", params={"like": "they light the old lighthouse lamp together"}).text
    for value in ("Say \"hi\" to it's end'", "'", '"', "a ” b", "\\", "(", "x" * 300):
        assert client.get("/", params={"take": f"tag:{value}"}).status_code == 200, value
    assert client.get("/", params={"q": "wrods:100"}).status_code == 400


def _plain(html: str) -> str:
    html = re.sub(r'<span class="vh">.*?</span>|<a class="move".*?</a>|<sup.*?</sup>', "", html)
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</p>|<br>", "\n", html))).strip()
