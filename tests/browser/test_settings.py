"""The look of the reader as somebody sets it: an app that can be installed, colours of one's own; and a book's pages as they show."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
import web_fakes
from PIL import Image
from test_editions import block, made, request
from test_reader import RULES, _watch
from test_reading import until

from variorum.document import Span
from variorum.editions import Pictured, picture

pytestmark = pytest.mark.browser


def test_it_can_be_installed_and_set_in_colours_of_ones_own(tab, serve):
    """The browser finds nothing wrong with the manifest; two colours show at once, are warned of when too near, and stay; axe has nothing to say."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    home = serve(web_fakes.FakeLibrary(web_fakes.bees()))
    page = tab(390, 844)
    _asked, said = _watch(page)
    page.goto(home + "/settings")
    devtools = page.context.new_cdp_session(page)
    told = devtools.send("Page.getAppManifest")
    assert told["url"].endswith("/manifest.webmanifest")
    assert told["errors"] == []
    assert [
        e for e in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] if e["errorId"] != "in-incognito"
    ] == []

    page.get_by_label("your own", exact=True).check()
    page.get_by_label("Paper", exact=True).fill("#102030")
    until(page, "getComputedStyle(document.documentElement).backgroundColor == 'rgb(16, 32, 48)'")
    assert "hard to tell apart" in page.inner_text("#hard")
    with page.expect_response(re.compile("/settings$")):
        page.get_by_label("Ink", exact=True).fill("#ffeedd")
    assert page.inner_text("#hard") == ""
    page.goto(home + "/works/w1/read")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(255, 238, 221)"
    found = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert said == []


def test_a_books_pages_show_their_pictures_and_their_script(tab, tmp_path):
    """Opened as an e-reader opens them: the picture is drawn within the page, Kana are marked with dots and do not lean."""
    drawn = io.BytesIO()
    Image.new("RGB", (900, 600), (40, 60, 90)).save(drawn, "JPEG")
    blocks = [block("灯台守は階段を数えた。", spans=[Span(0, 3, "emphasis")]), block("灯台", "image", image="a.jpg")]
    held = picture(drawn.getvalue(), "image/jpeg", "picture001")
    book = made(replace(request(blocks, language="ja"), pictures=Pictured({blocks[1]: held})), ".epub")
    with zipfile.ZipFile(io.BytesIO(book)) as members:
        for name in members.namelist():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(members.read(name))
    page = tab(320, 600)
    page.goto((tmp_path / "EPUB" / "chapter001.xhtml").as_uri())
    until(page, "document.images[0].complete")
    assert page.evaluate("document.images[0].naturalWidth") == 900
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    style = page.evaluate(
        "(() => { const s = getComputedStyle(document.querySelector('em')); return [s.fontStyle, s.textEmphasisStyle] })()"
    )
    assert style == ["normal", "sesame"]
