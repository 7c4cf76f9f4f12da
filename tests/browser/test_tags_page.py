"""The page of tags and the box that suggests, driven in Chromium: by keyboard, on a phone without script, and by axe."""

from __future__ import annotations

import pytest
from test_tags import PAGE

from variorum import Library


@pytest.fixture(scope="module")
def tagged(serve, tmp_path_factory):
    """The address of a library with two spellings of a fandom and three of a tag."""
    root = tmp_path_factory.mktemp("tagged")
    pile = root / "pile"
    pile.mkdir()
    works = (
        ("Lanterns", "The Lighthouse Chronicles", "slow burn", "Mara carried the lantern down to the quay before the rain."),
        ("Gulls", "Lighthouse Chronicles (TV)", "Slow Burn", "The gulls had learned to open the bread bin at the station."),
        ("Kettle", "Orchard Road", "Slow-burn", "Piet set the kettle down and the pear tree dropped one pear on it."),
    )
    for number, (title, fandom, tag, text) in enumerate(works, 81):
        page = PAGE.format(title=title, fandom=fandom, who="Mara Quill", tag=tag, text=text, by="wren", id=number)
        (pile / f"{number}.html").write_text(page, "utf-8")
    with Library(root / "library", create=True) as library:
        library.add([pile])
        yield serve(library)


def test_the_box_suggests_by_keyboard(tagged, tab) -> None:
    """Typed, chosen with the arrows and taken with Enter, a suggestion stands in the box; Escape closes the list."""
    page = tab()
    page.goto(tagged)
    box = page.locator("#q")
    box.press_sequentially("rain mara q")
    page.wait_for_selector("#suggestions li")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "suggestion-0"
    page.keyboard.press("Enter")
    assert box.input_value() == 'rain character:="Mara Quill" '
    box.fill("")
    box.press_sequentially("light")
    page.wait_for_selector("#suggestions li")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden()


def test_tags_on_a_phone_without_script(tagged, tab) -> None:
    """At 320 pixels nothing scrolls sideways, and a ticked suggestion is accepted by its button."""
    probe = tab(320, 800)
    probe.goto(f"{tagged}/tags")
    assert probe.evaluate("document.documentElement.scrollWidth") <= 320
    page = tab(320, 800, java_script_enabled=False)
    page.goto(f"{tagged}/tags?kind=fandom")
    page.locator(".might input").first.check()
    page.locator("button[value=accept]").click()
    assert "1 thing said" in page.locator(".done").inner_text()
    assert page.locator(".groups h3").count() == 1


def test_axe_finds_nothing_on_the_page_of_tags(tagged, tab) -> None:
    """axe finds nothing, and all of a list can be ticked at once with script."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (pip install -e .[test])")
    page = tab(bypass_csp=True)
    page.goto(f"{tagged}/tags")
    assert axe.Axe().run(page).response["violations"] == []
    page.goto(f"{tagged}/tags?kind=tag")
    boxes = page.locator(".might input[name=on]").count()
    assert boxes == 2
    page.locator(".all input").first.check()
    assert page.locator(".might input[name=on]:checked").count() == boxes
