"""The reader as a browser has it: accessibility, narrow screens, hostile works, the keyboard, forms under the policy."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "shelf": "/",
    "found": "/?q=bees&take=rating:General+Audiences",
    "bad query": "/?q=bees+(",
    "work": "/works/w1",
    "read": "/works/w1/read",
    "read, repairs marked": "/works/w1/read?copy=C&repairs=1",
    "chapter": "/works/w2/read/2",
    "entire work": "/works/w2/read",
    "what changed": "/works/w1/changes",
    "what changed, small": "/works/w1/changes?small=1",
    "what changed, columns": "/works/w1/changes?view=columns",
    "what changed, only": "/works/w1/changes?view=changes",
    "what changed, all": "/works/w1/changes?with=all",
    "what changed, partial": "/works/w2/changes",
    "one copy": "/works/w5/changes",
    "repairs": "/works/w1/repairs?copy=C",
    "gate": "/works/w3",
    "leaving": "/leaving?work=w1&to=https%3A%2F%2Fpictures.example%2Finkwell%2Fpost%2F4471",
    "devices": "/devices",
    "who": "/who",
    "settings": "/settings",
    "about": "/about",
    "not here": "/nothing",
    "hostile work": "/works/w4",
    "hostile text": "/works/w4/read",
}


def _watch(page):
    """Everything a page asks for, and every script that speaks."""
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return asked, said


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(tab, home, name):
    """WCAG 2.2 AA by axe: no violation on any page, in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    for scheme in ("light", "dark"):
        page = tab(390, 844, color_scheme=scheme)
        page.goto(home + PAGES[name])
        for details in page.query_selector_all("details:not([open]):not(.panel) > summary"):
            details.click()
        found = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("theme", ["light", "sepia", "grey", "dark", "black"])
def test_every_theme_has_contrast(tab, home, theme):
    """Each paper with its inks passes axe's contrast rules on the pages with the most colours."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = tab()
    page.context.add_cookies([{"name": "variorum_reading", "value": f"theme:{theme}", "url": home}])
    for path in ("/", "/works/w1/changes?small=1", "/works/w1/repairs?copy=C"):
        page.goto(home + path)
        assert page.get_attribute("html", "data-theme") == theme
        found = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(tab, home, name):
    """The narrowest screen shows every page whole, also with the text spacing of WCAG 1.4.12."""
    page = tab(320, 640)
    page.goto(home + PAGES[name])
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    page.evaluate(
        """() => { for (const e of document.querySelectorAll('*')) {
             e.style.lineHeight = '1.5'; e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em'; } }"""
    )
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_every_setting_fits_a_phone(tab, home):
    """The largest type on the narrowest screen still stays within it."""
    page = tab(320, 640)
    for value in ("size:180.face:typewriter.measure:full.leading:double", "size:180.align:justified.measure:wide"):
        page.context.add_cookies([{"name": "variorum_reading", "value": value, "url": home}])
        for path in ("/works/w1/read", "/works/w1/changes", "/works/w1/changes?view=columns", "/settings"):
            page.goto(home + path)
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_a_hostile_work_does_nothing(tab, home):
    """Script, style, SVG, meta refresh, remote pictures and javascript: links in every field: nothing runs, nothing is asked."""
    import web_fakes

    page = tab()
    asked, said = _watch(page)
    for path in (
        "/",
        "/?q=img",
        "/works/w4",
        "/works/w4/read",
        "/works/w4/read?repairs=1",
        "/works/w4/repairs",
        "/works/w4/changes",
    ):
        page.goto(home + path)
        page.wait_for_timeout(150)
        assert page.url == home + path
        assert web_fakes.HOSTILE_MARK not in page.title() or "<" in page.title()
        for link in page.query_selector_all("a[href]"):
            assert link.get_attribute("href").startswith(("/", "#"))
    assert [url for url in asked if not url.startswith(home)] == []
    assert said == []
    page.goto(home + "/works/w4/read")
    page.get_by_text("there", exact=True).click()
    assert page.url.startswith(home + "/leaving")
    assert page.locator("code").inner_text() == 'https://elsewhere.invalid/a?b="c'


def test_the_control_runs_without_the_policy(tab, home):
    """The same payloads in a page without policy and escaping do run: the test above can fail."""
    import web_fakes

    page = tab()
    page.set_content("<p>" + web_fakes.HOSTILE[1] + "</p>")
    page.wait_for_timeout(300)
    assert page.title() == web_fakes.HOSTILE_MARK


def test_a_script_that_gets_in_is_stopped(tab, home):
    """Were something to slip through the escaping, the policy holds: no inline script, no file of a stranger, no markup from strings."""
    page = tab()
    asked, _ = _watch(page)
    slipped = (
        "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
        "<script src='/works/w1/original?copy=B'></script><script type=module src='/works/w1/original?copy=B'></script>"
        "<script src='/publish/w1.html'></script><script src='/api/v1/works'></script>"
        "<script src='https://elsewhere.invalid/x.js'></script><link rel=stylesheet href='/works/w1/original?copy=B'><article"
    )

    def answer(route):
        fetched = route.fetch()
        route.fulfill(response=fetched, body=fetched.text().replace("<article", slipped, 1))

    page.route("**/works/w1/read", answer)
    page.goto(home + "/works/w1/read")
    page.wait_for_timeout(300)
    assert any("original" in url for url in asked)  # it was asked for, and not run: its bytes set the title
    assert page.title() == "What the Bees Were Told · Variorum"
    assert (
        page.evaluate("() => { try { document.body.innerHTML = '<b>x</b>'; return 'made' } catch (e) { return e.name } }")
        == "TypeError"
    )


def test_bytes_as_received_run_nowhere(tab, home):
    """The file as received is neither a page nor a script nor a frame of ours, whatever asks for it."""
    page = tab()
    page.goto(home + "/about")
    worker = "navigator.serviceWorker.register('/works/w1/original?copy=B').then(() => 'ran', (e) => e.name)"
    assert page.evaluate(worker) in ("TypeError", "SecurityError")
    said = page.evaluate("import('/works/w1/original?copy=B').then(() => 'ran', (e) => e.name)")
    assert said == "TypeError"
    assert "zzhostilezz" not in page.title()


def test_forms_links_and_downloads_work_under_the_policy(tab, home, serve):
    """Under the policy settings are saved, repairs refused and taken back, files and editions downloaded."""
    import web_fakes

    own = serve(web_fakes.FakeLibrary.full())
    page = tab()
    asked, said = _watch(page)
    page.goto(own + "/works/w1/read?copy=C")
    page.get_by_text("Reading settings").first.click()
    page.get_by_role("radio", name="sepia").check()
    page.get_by_role("radio", name="125 %").check()
    assert page.get_attribute("html", "data-theme") == "sepia"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Show repairs").click()
    page.locator("a.mend").first.click()
    assert "/repairs?copy=C#e-" in page.url
    name = page.url.split("#e-")[1]
    page.locator(f"#e-{name}").get_by_role("button", name="Refuse").click()
    page.locator(f"#e-{name} .state:text('ruled')").wait_for()
    assert page.url.endswith(f"#e-{name}")
    line = page.locator(f"#e-{name}")
    assert "refused, ruled" in line.inner_text()
    line.get_by_role("button", name="Undo the ruling").click()
    page.locator(f"#e-{name} .state:not(:text('ruled'))").wait_for()
    assert "in the text" in page.locator(f"#e-{name}").inner_text()
    page.goto(own + "/works/w1")
    for link in ("EPUB", "The file as received of copy B"):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        assert download.value.suggested_filename in ("What the Bees Were Told.epub", "journal 11 june.html")
    assert [url for url in asked if not url.startswith(own)] == []
    assert said == []


def test_the_gate_asks_once(tab, home):
    """The warning stands before an adult work, and after "Proceed" it does not come back."""
    page = tab()
    page.goto(home + "/works/w3/read")
    assert "could have adult content" in page.inner_text("main")
    page.get_by_role("button", name="Proceed").click()
    assert page.url == home + "/works/w3/read"
    assert "lamps went out" in page.inner_text("main")
    page.goto(home + "/works/w3")
    assert page.get_by_role("heading", name="After the Lamps").is_visible()


def test_the_keyboard_is_enough(tab, home):
    """Without a mouse: skip to the text, search, open a work, see what changed, walk from change to change."""
    page = tab()
    page.goto(home)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("bees")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=bees"))
    _tab_to(page, "What the Bees Were Told")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/works/w1$"))
    _tab_to(page, "What changed")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/changes"))
    _tab_to(page, "To the first of 4 changes ↓")
    page.keyboard.press("Enter")
    assert page.url.endswith("#c1")
    page.keyboard.press("Tab")
    for number in (2, 3):
        for _ in range(6):
            label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
            if "next change" in label:
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith(f"#c{number}")


def _tab_to(page, name: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == name:
            return
    pytest.fail(f"{name!r} cannot be reached with Tab")


def test_it_prints(tab, home):
    """On paper there is the text, and no navigation."""
    page = tab()
    page.emulate_media(media="print")
    page.goto(home + "/works/w1/read")
    assert not page.get_by_role("link", name="Settings").is_visible()
    assert page.get_by_text("Somebody has to tell the bees, and").is_visible()
    assert not page.get_by_text("Reading settings").first.is_visible()
    assert not page.locator("#bar").is_visible()


def test_a_form_served_over_plain_http_by_another_name_works(tab, serve):
    """Where the browser sends no Sec-Fetch-Site (plain http by a name), Origin is sent and the form is taken."""
    import web_fakes

    address = serve(web_fakes.FakeLibrary.full())
    page = tab(java_script_enabled=False)
    sent = []
    page.on("request", lambda r: sent.append(r.headers) if r.method == "POST" else None)
    page.goto(address + "/settings")
    page.get_by_role("radio", name="dark").check()
    page.get_by_role("button", name="Set", exact=True).click()
    assert page.get_attribute("html", "data-theme") == "dark"
    assert sent[0].get("origin") == address


def test_keys_are_listed_and_can_be_switched_off(tab, home):
    """`?` opens the list, Escape closes it, `/` goes to the search box; typing and a reader who wants none are left alone."""
    page = tab()
    _asked, said = _watch(page)
    page.goto(home)
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    assert "Search" in page.inner_text("#keys-help")
    page.keyboard.press("Escape")
    assert not page.locator("#keys-help").is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("w?")
    assert page.input_value("#q") == "w?"
    assert not page.locator("#keys-help").is_visible()
    page.goto(home + "/works/w1")
    page.keyboard.press("/")
    page.wait_for_url(home + "/#q")
    assert page.evaluate("document.activeElement.id") == "q"
    page.goto(home + "/settings")
    with page.expect_response(re.compile("/settings$")):
        page.locator("#s-keys").get_by_role("radio", name="off").check()
    page.reload()
    page.keyboard.press("?")
    assert page.locator("#keys-help").count() == 0
    assert said == []
