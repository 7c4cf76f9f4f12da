"""Choosing several works and the pages of one's own, driven in Chromium: with script nothing is asked twice; by axe, on a phone, in the dark."""

from __future__ import annotations

import pytest

from variorum.model import Viewer


@pytest.fixture(scope="session")
def served(serve, shelf_library):
    """The address of the library of the shelf's tests."""
    return serve(shelf_library)


@pytest.fixture
def shelved(served, shelf_library):
    """The same with two shelves, a rating and a day of reading, for one test."""
    library = shelf_library
    library.people.forget("keeper")
    works = [hit.work for hit in library.find("-is:adult").hits][:3]
    for name in ("winter", "to reread"):
        library.own.act(Viewer(), "put", library.own.make(Viewer(), name).shelf, works[:2])
    library.own.act(Viewer(), "rate", "4", works[:1])
    library.people.keep_place("keeper", works[0].base.witness, 3, progress=0.1, words=100)
    library.people.keep_place("keeper", works[0].base.witness, 9, progress=0.8, words=100)
    yield served
    library.people.forget("keeper")


def test_choosing_with_script_and_taking_back(shelved, tab) -> None:
    """Ticks are counted as they are set; the step is done at once, said, and taken back by its button."""
    page = tab()
    page.goto(f"{shelved}/?choose=1&sort=title")
    boxes = page.locator("input[name=work]")
    boxes.nth(0).check()
    boxes.nth(2).check()
    assert page.locator("[data-count]").inner_text() == "(2)"
    page.locator("button[value='mark:later']").click()
    assert page.locator(".done p").inner_text() == "2 works marked for later."
    assert page.locator(".kept", has_text="for later").count() == 2
    page.locator(".done button").click()
    assert page.locator(".kept", has_text="for later").count() == 0
    page.goto(f"{shelved}/?choose=1&sort=title")
    page.locator("input[value=all]").check()
    total = page.locator("input[name=work]").count()
    page.locator("button[value='mark:read']").click()
    assert f"{total} works marked as read." in page.locator(".done p").inner_text()
    page.locator(".done button").click()


def test_axe_finds_nothing_on_ones_own_pages(shelved, tab) -> None:
    """The shelf being chosen from, its list, one's shelves and the numbers: no violation, no sideways scroll, at 320 pixels in the dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (pip install -e .[test])")
    page = tab(320, 800, bypass_csp=True, color_scheme="dark")
    page.goto(f"{shelved}/?sort=title")
    page.locator("button[value=list]").click()
    for path in ("/?choose=page", "/shelves", "/statistics", "/meaning"):
        page.goto(shelved + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert axe.Axe().run(page).response["violations"] == [], path


def test_an_answer_leads_to_its_words(shelved, shelf_library, tab) -> None:
    """From a shelf of found blurbs, by keyboard as by hand, to the paragraph that has the words; no violation on the way."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (pip install -e .[test])")
    shelf_library.people.set_settings("keeper", {"shelf_view": None})
    hit = next(hit for hit in shelf_library.find("the", sort="title", limit=20).hits if hit.place and hit.work.adult is False)
    page = tab(320, 800, bypass_csp=True)
    page.goto(f"{shelved}/?q=the&sort=title")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe.Axe().run(page).response["violations"] == []
    page.locator(f"a.there[href^='/works/{hit.work.work}/']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/works/{hit.work.work}/read**")
    words = shelf_library.story(hit.work.base.witness)[slice(*hit.place)]
    assert " ".join(words.split()) in " ".join(page.locator(":target").inner_text().split())
