"""The reader as an app, and the colours around and on its pages: what a browser is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import web_fakes
from PIL import Image
from test_editions import block, opened, request
from web_client import Client

from variorum.doors.web import assets, colours, create_app, settings

STATIC = Path(assets.__file__).parent / "static"
SAME = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def client():
    made = Client(create_app(web_fakes.FakeLibrary.full()))
    yield made
    made.close()


def test_the_manifest_has_all_that_installing_wants(client):
    """Name, start, standing alone, icons of the sizes they say (one to be cut by a mask), shortcuts that answer; every page leads to it."""
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    told = answer.json()
    assert (told["name"], told["start_url"], told["scope"], told["display"]) == ("Variorum", "/", "/", "standalone")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        held = client.get(icon["src"])
        assert held.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            with Image.open(STATIC / icon["src"].rpartition("/")[2]) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
    for shortcut in told["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200
    page = client.get("/works/w1/read").text
    assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in page
    assert re.search(r'<meta name="description" content="[^"]{3,}">', page)


def test_the_edge_of_the_window_has_the_colour_of_the_paper(client):
    """Light and dark as the system has it, one where a paper was chosen: the very colours of the style sheet."""
    sheet = (STATIC / "variorum.css").read_text("utf-8")
    for theme, colour in settings.PAPERS.items():
        rule = re.search(rf'\[data-theme="{theme}"\] {{[^}}]*?--paper: (#[0-9a-f]+);', sheet)
        assert rule is not None
        assert colour in (rule[1], "#" + "".join(c * 2 for c in rule[1][1:]))
    page = client.get("/").text
    assert '<meta name="theme-color" content="#fbf7ee" media="(prefers-color-scheme: light)">' in page
    assert '<meta name="theme-color" content="#1a1714" media="(prefers-color-scheme: dark)">' in page


def test_colours_of_ones_own_come_as_a_sheet(client):
    """Two are chosen; the others are mixed so that they can be read; colours that cannot be told apart are said to be so."""
    sent = {"theme": "own", "ground": "#102030", "ink": "#FFEEDD", "for": "everywhere"}
    client.post("/settings", data=sent, headers=SAME)
    page = client.get("/works/w1/read").text
    assert '<link rel="stylesheet" href="/colours/102030-ffeedd.css" id="own-colours">' in page
    assert '<meta name="theme-color" content="#102030">' in page
    assert "hard to tell apart" not in page
    sheet = client.get("/colours/102030-ffeedd.css")
    assert sheet.headers["content-type"].startswith("text/css")
    tokens = dict(re.findall(r"--([a-z]+): #([0-9a-f]{6});", sheet.text))
    assert (tokens["paper"], tokens["ink"]) == ("102030", "ffeedd")
    assert "color-scheme: dark" in sheet.text
    for ground, ink in (
        ("102030", "ffeedd"),
        ("fbf7ee", "231d17"),
        ("ffffff", "000000"),
        ("f0e0c0", "5a4020"),
        ("336699", "ffffff"),
    ):
        tokens = dict(re.findall(r"--([a-z]+): #([0-9a-f]{6});", client.get(f"/colours/{ground}-{ink}.css").text))
        for name in ("ink", "soft", "rubric"):
            assert colours.contrast(tokens[name], tokens["paper"]) >= 4.5
    client.post("/settings", data={"theme": "own", "ground": "888888", "ink": "777777", "for": "device"}, headers=SAME)
    assert "hard to tell apart: 1.3 to 1" in client.get("/works/w1/read").text
    assert client.get("/colours/888888-777777.css").status_code == 200
    for wrong in ("red-blue", "12345-123456", "}body{-000000", "102030-ffeedd%22"):
        assert client.get(f"/colours/{wrong}.css").status_code == 404


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("ja", "灯台守は階段を数えた。", ":lang(ja) em"),
        (None, "灯台守は毎晩その階段を数えていました。", ":lang(und) em"),
        ("he", "היא ספרה את המדרגות.", ":lang(he) em"),
        ("fa-IR", "او پله‌ها را شمرد.", ":lang(fa) em"),
        ("en", "She counted the stairs.", ""),
        (None, "She counted the stairs.", ""),
        ("xx-<b>", "\udc80", ""),
    ],
)
def test_scripts_with_ways_of_their_own_have_them_in_a_book(language, text, said):
    """Emphasis in Kana or Hebrew is not slanted, lines break by their rules; a book in English has none of these rules."""
    style = opened(request([block(text)], language=language))["EPUB/style.css"]
    assert ("font-style: normal" in style) == bool(said)
    assert said in style


def test_contrast_is_wcags():
    """Black and white are 21 to 1, a colour and itself 1 to 1, and the order does not matter."""
    assert round(colours.contrast("000000", "ffffff"), 2) == 21
    assert colours.contrast("777777", "777777") == 1
    assert round(colours.contrast("777777", "ffffff"), 2) == round(colours.contrast("ffffff", "777777"), 2) == 4.48
