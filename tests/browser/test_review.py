"""Repairs looked at from the keyboard, in a real Chromium over a real library."""

from __future__ import annotations

import re
from collections.abc import Iterator

import first_minute
import pytest

from variorum.library import Library

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("review") / "library", create=True) as made:
        made.add([first_minute.HERE / "1-an-old-laptop"])
        yield made


@pytest.fixture(scope="module")
def place(library, serve) -> tuple[str, str]:
    """The address of the repairs page with the most to look at, and the id of its copy."""
    copies = [library.work(found.work).base for found in library.find()]
    copy = max(copies, key=lambda c: len(library.document(c.witness).emendations))
    work = library.work_of(copy.witness)
    return f"{serve(library)}/works/{work.work}/repairs", copy.witness


@pytest.fixture
def page(tab, place):
    opened = tab()
    opened.context.add_cookies([{"name": "variorum_adult", "value": "yes", "url": place[0]}])
    return opened


def _ruled(library: Library, witness: str) -> dict[str, str]:
    return {e.emendation: e.state for e in library.document(witness).emendations if e.ruling}


def _settled(page, condition: str) -> None:
    page.locator(condition).wait_for(state="attached")
    page.locator("#review-bar:not([aria-busy])").wait_for(state="attached")


def test_repairs_are_ruled_on_from_the_keyboard(page, place, library) -> None:
    """j goes on, r refuses and goes on, u takes back, g accepts the whole kind: each in the register, the page never left."""
    address, witness = place
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}?view=all")
    lines = page.locator("#review .lines > li")
    before = page.locator(".verdict").inner_text()
    page.keyboard.press("j")
    first = lines.nth(0).get_attribute("id")
    assert page.evaluate("document.activeElement.id") == first
    assert f"1 of {lines.count()}" in page.locator("#review-bar").inner_text()

    page.keyboard.press("r")
    _settled(page, f"#{first}.refused")
    assert _ruled(library, witness) == {first.removeprefix("e-"): "refused"}
    assert page.evaluate("document.activeElement.id") == lines.nth(1).get_attribute("id")
    assert page.locator(".verdict").inner_text() != before

    page.keyboard.press("k")
    page.keyboard.press("u")
    _settled(page, f"#{first}:not(.refused)")
    assert _ruled(library, witness) == {}
    assert page.locator(".verdict").inner_text() == before

    group = page.locator(f"#{first}").get_attribute("data-group")
    members = {e.emendation for e in library.document(witness).emendations if e.group == group}
    assert len(members) > 1
    page.keyboard.press("g")
    _settled(page, f"#{first} .state:text('ruled')")
    assert _ruled(library, witness) == dict.fromkeys(members, "applied")
    following = page.evaluate("document.activeElement.dataset.group")
    assert following != group
    if page.locator(".groups:not([open])").count():
        page.locator(".groups summary").click()
    page.get_by_role("button", name=re.compile("^Take back")).click()
    _settled(page, f"#{first} .state:not(:text('ruled'))")
    assert _ruled(library, witness) == {}
    assert said == []


def test_keys_can_be_switched_off_and_the_buttons_stay(page, place, library) -> None:
    """With single keys switched off nothing happens at a letter; a button of the bar still rules."""
    address, witness = place
    page.context.add_cookies([{"name": "variorum_reading", "value": "keys:off", "url": address}])
    page.goto(address)
    assert page.get_attribute("html", "data-keys") == "off"
    page.keyboard.press("j")
    assert page.locator("#review-bar").is_hidden()
    line = page.locator("#review .lines > li").first
    line.locator(".why").click()
    bar = page.locator("#review-bar")
    assert bar.is_visible()
    name = line.get_attribute("id")
    bar.get_by_role("button", name="Accept", exact=False).first.click()
    _settled(page, f"#{name} .state:text('ruled')")
    assert _ruled(library, witness) == {name.removeprefix("e-"): "applied"}
    page.locator(f"#{name}").get_by_role("button", name="Undo the ruling").click()
    _settled(page, f"#{name} .state:not(:text('ruled'))")
    assert _ruled(library, witness) == {}


@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_with_its_bar_is_accessible(page, place, width) -> None:
    """axe finds nothing while a repair is looked at, and nothing runs out of the window at 320 pixels or more."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page.set_viewport_size({"width": width, "height": 800})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(place[0])
        page.keyboard.press("j")
        found = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
