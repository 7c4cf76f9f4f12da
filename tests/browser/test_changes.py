"""Reading two versions in a browser: every change by key, by button and by link, with and without script, narrow and wide."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "whole": "/works/w8/changes?base=A&with=B",
    "columns": "/works/w8/changes?base=A&with=B&view=columns",
    "only": "/works/w8/changes?base=A&with=B&view=changes",
    "partial": "/works/w8/changes?base=A&with=C&small=1",
    "all": "/works/w8/changes?base=A&with=all",
    "copies": "/copies",
    "reading": "/works/w8/read/1",
}


@pytest.fixture(scope="session")
def versions(serve):
    """The address of the library with real versions."""
    from web_versions import VersionedLibrary

    return serve(VersionedLibrary.of())


@pytest.fixture(scope="session")
def long_versions(serve):
    """The same, 60,000 words long."""
    from web_versions import VersionedLibrary

    return serve(VersionedLibrary.of(24, 70))


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(tab, versions, name):
    """WCAG 2.2 AA by axe, light and dark, phone and desktop, with the bar that script adds."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    for scheme, width in (("light", 390), ("dark", 1200)):
        page = tab(width, 844, color_scheme=scheme)
        page.goto(versions + PAGES[name])
        # The panels of the reading page lie over the text; they have tests of their own (test_reading).
        for details in page.query_selector_all("details:not([open]):not(.panel) > summary"):
            details.click()
        found = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways(tab, versions, name):
    """320 pixels show all of it."""
    page = tab(320, 640)
    page.goto(versions + PAGES[name])
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_keys_walk_from_change_to_change(tab, versions):
    """n and p go forth and back, the bar counts, and the address keeps the place."""
    page = tab(reduced_motion="reduce")
    page.goto(versions + PAGES["whole"])
    total = int(page.locator(".marked").get_attribute("data-total"))
    page.keyboard.press("n")
    assert page.locator("#walk .where").inner_text() == f"change 1 of {total}"
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("p")
    assert page.locator("#walk .where").inner_text() == f"change 2 of {total}"
    assert page.url.endswith("#c2")
    assert page.locator(".current-change").count() == 1
    assert page.locator(".current-change").first.is_visible()


def test_the_bar_walks_with_the_pointer(tab, versions):
    """The same by its buttons, which have names."""
    page = tab(390, 844, reduced_motion="reduce")
    page.goto(versions + PAGES["only"])
    assert not page.locator("#walk").is_visible()  # it does not cover the head of the page
    page.locator(".marked").scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    page.get_by_role("button", name="Previous").click()
    first = int(page.url.rpartition("#c")[2])
    page.get_by_role("button", name="Next").click()
    assert page.locator("#walk .where").inner_text().startswith(f"change {first + 1} of")


def test_the_walk_goes_on_in_the_next_part(tab, long_versions):
    """At the last change of a part the next key opens the following part, at its first change."""
    page = tab(reduced_motion="reduce")
    page.goto(long_versions + PAGES["whole"] + "&view=whole")
    last = max(
        int(re.sub(r"\D", "", found))
        for found in page.eval_on_selector_all("[id^=c]", "e => e.map(x => x.id)")
        if re.fullmatch(r"c\d+", found)
    )
    page.goto(long_versions + PAGES["whole"] + f"&view=whole#c{last}")
    page.keyboard.press("n")
    page.wait_for_url("**part=2**")
    assert page.locator("#walk .where").inner_text().startswith(f"change {last + 1} of")


def test_the_margin_walks_without_script(tab, versions):
    """No script: the links of the margin lead through every change, one after the other."""
    page = tab(java_script_enabled=False)
    page.goto(versions + PAGES["whole"])
    page.get_by_text("To the first of").click()
    seen = []
    for _ in range(40):
        seen.append(int(page.url.rpartition("#c")[2]))
        links = page.locator(".hang a.down[href^='#c']").all()
        after = [link for link in links if int(link.get_attribute("href")[2:]) > seen[-1]]
        if not after:
            break
        after[0].click()
    assert seen == sorted(set(seen))
    assert len(seen) > 3
    assert page.locator("#walk").count() == 0


def test_keys_change_the_view(tab, versions):
    """2 is two columns, 3 only the changes, s the small differences; the copies stay chosen."""
    page = tab()
    page.goto(versions + PAGES["partial"].replace("&small=1", ""))
    page.keyboard.press("2")
    page.wait_for_url("**view=columns**")
    page.keyboard.press("s")
    page.wait_for_url("**small=1**")
    assert "with=C" in page.url
    assert page.locator("ins.small, del.small").count() > 0


def test_a_mark_of_the_strip_leads_to_its_change(tab, versions):
    """A click on the strip goes to the place."""
    page = tab(reduced_motion="reduce")
    page.goto(versions + PAGES["whole"])
    page.locator(".strip [data-change]").last.click()
    number = int(page.url.rpartition("#c")[2])
    assert number > 1
    assert page.locator(f"#c{number}").count() == 1


def test_the_ends_of_a_move_are_joined_by_a_line(tab, versions):
    """Where both ends stand on the page a line in the margin joins them; the links do it without script."""
    page = tab()
    page.goto(versions + PAGES["whole"])
    assert page.locator(".tie").count() >= 1
    box = page.locator(".tie").first.bounding_box()
    assert box["height"] > 100


def test_copies_are_ticked_and_ruled_from_the_keyboard(tab, versions):
    """Space and Enter: what cannot be meant yet is not offered, and the ruling is on the page afterwards."""
    page = tab()
    page.goto(versions + "/copies")
    assert page.get_by_role("button", name="One work").is_disabled()
    page.locator("input[name=copy]").nth(1).focus()
    page.keyboard.press("Space")
    assert page.locator(".ticked").inner_text() == "1 ticked"
    page.get_by_role("button", name="Compare others with these").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**done=s**")
    assert page.get_by_role("status").inner_text().startswith("1 ruling kept")
    page.get_by_role("button", name="Take back").first.click()
    assert page.get_by_role("status").inner_text().startswith("1 ruling taken back")
    page.goto(versions + "/copies?view=ruled")
    assert page.locator(".ruled li").count() == 0


def test_groups_are_gone_through_by_key_and_ruled_on_at_once(tab, versions):
    """`n` goes to one nobody ruled on, `x` ticks it; how many are meant is asked, and the step taken back."""
    page = tab()
    page.goto(versions + "/copies")
    page.keyboard.press("n")
    page.wait_for_url("**#g-**")
    page.keyboard.press("x")
    page.get_by_role("button", name="Of the 1 ticked").click()
    assert page.get_by_role("heading", name="The copies of 1 work are one work?").is_visible()
    page.get_by_role("button", name="Yes").click()
    assert page.locator(".isruled").count() == 1
    page.get_by_role("button", name="Take back").first.click()
    assert page.locator(".isruled").count() == 0


def test_copies_are_ruled_without_script(tab, versions):
    """The form alone does it."""
    page = tab(java_script_enabled=False)
    page.goto(versions + "/copies")
    page.locator("input[name=copy]").nth(1).check()
    page.get_by_role("button", name="Compare others with these").click()
    assert page.get_by_text("1 ruling kept").is_visible()
    page.get_by_role("button", name="Take back").first.click()


def test_v_opens_the_other_readings_in_place(tab, versions):
    """The key opens the first paragraph's readings, again closes them and goes on; the focus is there."""
    page = tab(reduced_motion="reduce")
    page.goto(versions + "/works/w8/read")
    page.keyboard.press("v")
    first = page.locator("details.variants[open]")
    assert first.count() == 1
    name = first.get_attribute("id")
    assert "sleet" in first.inner_text()
    page.keyboard.press("v")
    assert page.locator("details.variants[open]").get_attribute("id") != name


def test_readings_open_without_script(tab, versions):
    """A details element does it, on a phone too, and the page stays within its width."""
    page = tab(320, 640, java_script_enabled=False)
    page.goto(versions + "/works/w8/read/1")
    page.locator("details.variants > summary").first.click()
    assert page.locator("details.variants[open] .sig").first.is_visible()
    page = tab(320, 640)
    page.goto(versions + "/works/w8/read/1")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
