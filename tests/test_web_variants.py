"""Other copies' readings on the reading page: where they hang, what they say, and that the text itself stays as it is."""

from __future__ import annotations

import re

import pytest
from web_client import Checker, Client
from web_versions import VersionedLibrary

from variorum.doors.web import create_app


@pytest.fixture
def client():
    made = Client(create_app(VersionedLibrary.of()))
    yield made
    made.close()


def test_a_changed_paragraph_has_its_readings_behind_it(client):
    """The word is underlined, the readings stand in a details behind the paragraph, with the sigla and the way on."""
    page = client.get("/works/w8/read/1").text
    seen = Checker(page)
    assert not seen.wrong
    assert not seen.open
    assert '<span class="varies">rain</span>' in page
    found = re.search(r'<details class="variants" id="v\d+">.*?</details>', page, re.DOTALL)[0]
    assert 'rain<span class="bracket">]</span> sleet <span class="sig">B C</span>' in found
    assert "/works/w8/changes?base=A&amp;with=B&amp;with=C#c1" in found


def test_the_words_of_the_text_are_the_same_with_marks_and_without(client):
    """Nothing is put into a paragraph: places count in its characters."""
    plain = re.findall(r'<p id="p\d+"[^>]*>(.*?)</p>', client.get("/works/w8/read?variants=0").text, re.DOTALL)
    marked = re.findall(r'<p id="p\d+"[^>]*>(.*?)</p>', client.get("/works/w8/read").text, re.DOTALL)
    assert [re.sub("<[^>]+>", "", p) for p in marked] == [re.sub("<[^>]+>", "", p) for p in plain]
    assert plain != marked


def test_what_a_partial_copy_lacks_is_no_reading(client):
    """Chapter 5 is not in C: that is no mark behind every paragraph."""
    page = client.get("/works/w8/read/5").text
    assert "wanting" not in page


def test_the_marks_can_be_switched_off_and_on(client):
    """By links in the head, and a work with one version has neither."""
    assert "Hide other readings" in client.get("/works/w8/read/1").text
    off = client.get("/works/w8/read/1?variants=0").text
    assert "Show other readings" in off
    assert 'class="variants"' not in off


def test_a_long_work_is_compared_only_when_asked():
    """Above 150,000 words of all copies the page offers the marks and does not wait for them."""
    made = Client(create_app(VersionedLibrary.of(24, 70)))
    try:
        page = made.get("/works/w8/read/1").text
        assert ('class="variants"' in page) == ("Hide other readings" in page)
        assert 'class="variants"' in made.get("/works/w8/read/1?variants=1").text
    finally:
        made.close()


def test_repairs_and_readings_do_not_mix(client):
    """With repairs marked the readings step back."""
    assert 'class="variants"' not in client.get("/works/w1/read?repairs=1").text
