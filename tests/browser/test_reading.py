"""The reading page as somebody reads on it: places, notes, keys, settings, pages, the voice, a kept work, and all of it without script."""

from __future__ import annotations

import re
import socket
import threading
import time

import pytest
import web_fakes
from test_reader import RULES, _watch

from variorum.model import Metadata, Work

pytestmark = pytest.mark.browser

WORDS = (
    "The keeper of the lamp had written to nobody for eleven winters, and then she wrote to everybody at once, in a hand that "
    "leaned as if the wind were in it, and asked each of them the same small question in different words. "
)


def long_work():
    """A work of three chapters, each longer than a window, with words that tell every paragraph."""
    chapters = [
        (f"Part {number}", [f"Chapter {number}, paragraph {n}. " + WORDS for n in range(1, 31)])
        for number in ("One", "Two", "Three")
    ]
    document = web_fakes.chaptered("long-a", chapters)
    copy = web_fakes.witness("long.epub", "w9", "A", document, format="ao3-epub")
    metadata = Metadata(title="Eleven Winters", rating="General Audiences", language="en")
    return Work("w9", metadata, copy.words, 3, False, {}, (copy,)), {"A": document}


def told(name, story, language=None, title="Told"):
    """A work of one chapter in some language."""
    document = web_fakes.page(f"{name}-a", story)
    copy = web_fakes.witness(f"{name}.html", name, "A", document, format="html")
    return Work(name, Metadata(title=title, rating="General Audiences", language=language), 9, 1, False, {}, (copy,)), {
        "A": document
    }


@pytest.fixture
def library():
    return web_fakes.FakeLibrary(web_fakes.bees(), web_fakes.letters(), web_fakes.hostile(), long_work())


@pytest.fixture
def own(serve, library):
    """A library of the test's own: places and notes are not another test's."""
    return serve(library)


def select(page, paragraph: str, words: str) -> None:
    """Selects words of a paragraph as a person would with a mouse."""
    page.evaluate(
        """([id, words]) => {
          const walker = document.createTreeWalker(document.getElementById(id), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
          throw new Error(words);
        }""",
        [paragraph, words],
    )


def until(page, said: str) -> None:
    """Waits until an expression is true; not by Playwright's own function, which the policy stops (it makes code of a string)."""
    patience = time.monotonic() + 8
    while not page.evaluate(said):
        assert time.monotonic() < patience, said
        page.wait_for_timeout(40)


def paragraph_with(page, words: str) -> str:
    return page.evaluate(
        "(w) => [...document.querySelectorAll('#work [id^=p]')].find((p) => p.textContent.includes(w)).id", words
    )


def top_of(page, name: str) -> float:
    return page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", name)


# ---------------------------------------------------------------- the place


def test_going_on_leads_to_the_very_line(tab, own, library):
    """Scrolled into the middle of a paragraph, left, and gone on with: the same words stand at the top, on any device."""
    page = tab()
    asked, said = _watch(page)
    page.goto(own + "/works/w9/read/2")
    name = paragraph_with(page, "Chapter Two, paragraph 14.")
    with page.expect_request(re.compile("/place$")) as sent:
        page.evaluate("(id) => scrollTo(0, document.getElementById(id).getBoundingClientRect().top + scrollY + 40)", name)
    assert sent.value.response().status == 204
    place = library.people.place("keeper", "wit-w9-A")
    assert place.prefix
    assert 0.4 < place.progress < 0.6
    other = tab(390, 844)
    other.goto(own)
    other.get_by_role("link", name="Eleven Winters").first.click()
    assert other.url.endswith(f"/works/w9/read/2#{name}")
    until(other, "document.getElementById('share')?.value > 0")
    line = other.evaluate(
        """() => { const at = document.caretPositionFromPoint(40, 40); return at.offsetNode.data.slice(at.offset, at.offset + 400) }"""
    )
    assert place.quote[:20] in other.inner_text("#" + name)
    assert top_of(other, name) < 60
    assert line
    assert said == []
    assert [url for url in asked if not url.startswith(own)] == []


def test_a_look_at_an_earlier_chapter_moves_nothing(tab, own, library):
    """Opening the first chapter to check a name leaves the place where it was; reading on there moves it."""
    page = tab()
    page.goto(own + "/works/w9/read/3")
    page.goto(own + "/works/w9/read/1")
    page.wait_for_timeout(300)
    assert library.people.place("keeper", "wit-w9-A").quote.startswith("Chapter Three")
    with page.expect_request(re.compile("/place$")):
        page.mouse.wheel(0, 900)
    page.wait_for_timeout(200)
    assert library.people.place("keeper", "wit-w9-A").quote != "Chapter Three"
    assert library.people.place("keeper", "wit-w9-A").progress < 0.3


def test_leaving_the_page_keeps_the_place(tab, own, library):
    """Closing or leaving at once, before anything came to rest, still keeps the place."""
    page = tab()
    page.goto(own + "/works/w9/read/1")
    page.evaluate("scrollTo(0, 2500)")
    page.wait_for_timeout(100)
    page.goto(own + "/about")
    patience = time.monotonic() + 8
    while library.people.place("keeper", "wit-w9-A").progress < 0.03:
        assert time.monotonic() < patience
        page.wait_for_timeout(50)


def test_what_is_left_is_told(tab, own):
    """The foot of the window says how long the chapter still is and how far one is in the work, and ends at its end."""
    page = tab()
    page.goto(own + "/works/w9/read/3")
    first = page.inner_text("#where")
    assert re.fullmatch(r"Part Three · \d+ minutes left · 6\d %", first)
    with page.expect_response(re.compile("/place$")):
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    until(page, "document.getElementById('where').innerText.endsWith('100 %')")
    page.goto(own + "/works/w9")
    assert "Read to the end" in page.inner_text("main")
    assert page.get_by_role("button", name="Read ✓").is_visible()
    page.goto(own + "/")
    assert page.locator(".continue").count() == 0


# ---------------------------------------------------------------- keys and settings


def test_keys_turn_chapters_and_open_sheets(tab, own):
    """n and p turn chapters, t and s open their sheets, + and - change the size at once; Escape closes; all of it is listed."""
    page = tab()
    _asked, said = _watch(page)
    page.goto(own + "/works/w9/read/1")
    page.keyboard.press("n")
    page.wait_for_url(own + "/works/w9/read/2")
    page.keyboard.press("p")
    page.wait_for_url(own + "/works/w9/read/1")
    page.keyboard.press("t")
    assert page.get_by_role("link", name="Part Three").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Part Three").is_visible()
    page.keyboard.press("s")
    assert page.get_by_text("Line length").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close"
    page.keyboard.press("s")
    assert not page.get_by_text("Line length").is_visible()
    with page.expect_request(re.compile("/settings$")) as sent:
        page.keyboard.press("+")
    assert page.get_attribute("html", "data-size") == "110"
    assert sent.value.response().status == 204
    page.keyboard.press("?")
    listed = page.inner_text("#keys-help")
    for what in ("Next chapter", "Chapter index", "Reading settings", "Larger type", "Highlight what is selected", "Listen"):
        assert what in listed
    page.keyboard.press("Escape")
    page.reload()
    assert page.get_attribute("html", "data-size") == "110"
    page.keyboard.press("-")
    assert page.get_attribute("html", "data-size") is None
    assert said == []


def test_a_setting_shows_at_once_and_holds_for_this_work(tab, own):
    """A paper is chosen by pressing it and seen behind the sheet; for this work alone it stays with this work."""
    page = tab(390, 844)
    page.goto(own + "/works/w9/read/1")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("radio", name="for this work").check()
    with page.expect_request(re.compile("/settings$")):
        page.get_by_role("radio", name="sepia").check()
    assert page.get_attribute("html", "data-theme") == "sepia"
    page.wait_for_timeout(200)
    page.goto(own + "/works/w9/read/2")
    assert page.get_attribute("html", "data-theme") == "sepia"
    page.goto(own + "/works/w1/read")
    assert page.get_attribute("html", "data-theme") is None


@pytest.mark.parametrize(("face", "family"), [("hyperlegible", "Atkinson Hyperlegible"), ("dyslexic", "OpenDyslexic")])
def test_faces_that_are_files_are_loaded_when_chosen(tab, own, face, family):
    """The face is fetched from here when it is used, and not before."""
    page = tab()
    asked, said = _watch(page)
    page.goto(own + "/works/w9/read/1")
    assert not [url for url in asked if url.endswith(".woff2")]
    page.context.add_cookies([{"name": "variorum_reading", "value": f"face:{face}", "url": own}])
    page.reload()
    until(page, "document.fonts.status == 'loaded'")
    assert page.evaluate(f"document.fonts.check('16px \"{family}\"')")
    loaded = [url for url in asked if url.endswith(".woff2")]
    assert loaded
    assert all(url.startswith(own + "/static/") for url in loaded)
    assert said == []


# ---------------------------------------------------------------- highlights and notes


def test_words_are_highlighted_and_noted(tab, own, library):
    """h marks what is selected; a press on the mark opens its note; it is changed, outlives a reload, stands in the list, goes away."""
    page = tab()
    _asked, said = _watch(page)
    page.goto(own + "/works/w9/read/2")
    name = paragraph_with(page, "Chapter Two, paragraph 3.")
    select(page, name, "leaned as if the wind were in it")
    page.wait_for_timeout(150)
    page.keyboard.press("h")
    page.wait_for_selector(f"#{name} mark.hl")
    assert page.inner_text(f"#{name} mark.hl") == "leaned as if the wind were in it"
    held = library.people.annotations.all("keeper")[0]
    assert (held.exact, held.note) == ("leaned as if the wind were in it", "")
    assert held.prefix.endswith("in a hand that ")
    page.click(f"#{name} mark.hl")
    page.get_by_label("Note", exact=True).fill("As <b>she</b> does.\nLater, more.")
    page.get_by_role("radio", name="sky").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_selector(f"#{name} mark.hl.sky")
    assert "As <b>she</b> does." in page.inner_text("#yours")
    page.reload()
    assert page.locator(f"#{name} mark.hl.sky").count() == 1
    page.goto(own + "/notes")
    assert "As <b>she</b> does." in page.inner_text("main")
    page.get_by_role("link", name="leaned as if the wind were in it", exact=True).click()
    page.wait_for_url(re.compile(r"/read/2#note-"))
    assert abs(top_of(page, name)) < 120
    page.click(f"#{name} mark.hl")
    page.get_by_role("button", name="Take away").click()
    until(page, "document.querySelectorAll('mark.hl').length == 0")
    assert library.people.annotations.all("keeper") == []
    assert said == []


def test_a_note_is_made_with_the_keyboard_over_two_paragraphs(tab, own, library):
    """m asks for the note at once; words from one paragraph to the next are marked in both and quoted whole."""
    page = tab()
    page.goto(own + "/works/w9/read/1")
    first, last = paragraph_with(page, "Chapter One, paragraph 5."), paragraph_with(page, "Chapter One, paragraph 6.")
    page.evaluate(
        """([a, b]) => { const r = document.createRange(); r.setStart(document.getElementById(a).lastChild, 200);
           r.setEnd(document.getElementById(b).firstChild, 24); getSelection().addRange(r); }""",
        [first, last],
    )
    page.wait_for_timeout(150)
    page.keyboard.press("m")
    page.keyboard.type("Both of them.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Keep", exact=True).press("Enter")
    page.wait_for_selector(f"#{last} mark.hl")
    assert page.locator(f"#{first} mark.hl").count() == 1
    held = library.people.annotations.all("keeper")[0]
    assert held.exact.endswith("\n\nChapter One, paragraph 6")
    assert page.locator("a.note-sign").count() == 1
    assert "Both of them." in page.inner_text("#yours")


def test_a_highlight_shows_in_another_copy(tab, own, library):
    """What was marked in the damaged copy is marked in the clean one, at its words."""
    page = tab()
    page.goto(own + "/works/w1/read?copy=C")
    name = paragraph_with(page, "don’t know how to say this")
    select(page, name, "know how to say this")
    page.wait_for_timeout(150)
    page.get_by_role("button", name="Highlight").click()
    page.wait_for_selector("mark.hl")
    page.goto(own + "/works/w1/read")
    assert page.inner_text("mark.hl") == "know how to say this"


# ---------------------------------------------------------------- pages


def test_pages_are_turned(tab, own):
    """In pages: arrows, Space and taps turn, the place stays, nothing scrolls, and past the last page comes the next chapter."""
    page = tab()
    _asked, said = _watch(page)
    page.context.add_cookies([{"name": "variorum_reading", "value": "flow:paged", "url": own}])
    page.goto(own + "/works/w9/read/1")
    left = "document.getElementById('work').scrollLeft"
    assert page.evaluate(left) == 0
    page.keyboard.press("ArrowRight")
    once = page.evaluate(left)
    assert once > 300
    page.keyboard.press(" ")
    assert page.evaluate(left) == 2 * once
    page.mouse.click(40, 300)
    assert page.evaluate(left) == once
    with page.expect_request(re.compile("/place$")) as sent:
        page.mouse.click(1160, 300)
    assert sent.value.response().status == 204
    number = re.search(r"p=(\d+)", sent.value.post_data)[1]
    box = page.evaluate(f"JSON.parse(JSON.stringify([...document.getElementById('p{number}').getClientRects()].at(-1)))")
    assert -10 < box["left"] < 1200
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1200
    page.goto(own + "/works/w9/continue")
    until(page, f"{left} === {2 * once}")
    page.evaluate("document.getElementById('work').scrollLeft = 700")  # as a found word would
    until(page, f"{left} === 0")
    page.keyboard.press("End")
    assert page.evaluate(left) % once == 0
    page.keyboard.press("ArrowRight")
    page.wait_for_url(own + "/works/w9/read/2")
    assert said == []


# ---------------------------------------------------------------- the voice

VOICE = """
  window.heard = []; window.ending = null;
  class Utterance { constructor(text) { this.text = text; } }
  const speech = { getVoices: () => [{ name: 'Ada', lang: 'en-GB', voiceURI: 'ada' }, { name: 'Ole', lang: 'da', voiceURI: 'ole' }],
    speak: (said) => { window.heard.push({ text: said.text, rate: said.rate, voice: said.voice?.name, lang: said.lang }); window.ending = () => said.onend(); },
    cancel: () => { window.ending = null; } };
  Object.defineProperty(window, 'speechSynthesis', { value: speech });
  window.SpeechSynthesisUtterance = Utterance;
"""


@pytest.mark.parametrize("width", [390, 1200])
def test_it_reads_aloud_with_the_sentence_marked(tab, own, width):
    """Sentence after sentence is spoken in the work's language and marked; back, on, pause, a voice and its pace; then silence."""
    page = tab(width, 844)
    page.add_init_script(VOICE)
    _asked, said = _watch(page)
    page.goto(own + "/works/w9/read/1")
    page.get_by_role("button", name="Listen").click()
    heard = lambda: page.evaluate("window.heard.map((h) => h.text)")  # noqa: E731
    marked = lambda: page.evaluate("[...CSS.highlights.get('spoken')].map(String).join('')")  # noqa: E731
    assert heard() == ["Chapter One, paragraph 1."]
    assert marked() == "Chapter One, paragraph 1."
    page.evaluate("window.ending()")
    assert heard()[-1].startswith("The keeper of the lamp")
    assert marked().endswith("in different words.")
    page.get_by_role("button", name="The sentence before").click()
    assert heard()[-1] == "Chapter One, paragraph 1."
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("window.ending") is None
    page.get_by_role("button", name="Voice").click()
    page.get_by_role("combobox", name="Voice").select_option("ada")
    page.get_by_role("slider", name="Pace").fill("1.5")
    page.get_by_role("button", name="Keep", exact=True).click()
    until(page, "window.heard.at(-1).voice === 'Ada'")
    last = page.evaluate("window.heard.at(-1)")
    assert (last["voice"], last["rate"], last["lang"]) == ("Ada", 1.5, "en")
    for _ in range(5):
        page.get_by_role("button", name="The next sentence").click()
    assert heard()[-1] == "Chapter One, paragraph 3." or heard()[-1].startswith("The keeper")
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate("CSS.highlights.has('spoken')") is False
    assert page.get_by_role("button", name="Listen").is_visible()
    assert said == []


# ---------------------------------------------------------------- a kept work


def test_a_kept_work_opens_with_the_library_gone(tab, library):
    """Kept, then the server is stopped: every chapter opens, set as it was; what is not kept is said to be away; notes of places wait."""
    import uvicorn

    from variorum.doors.web import create_app

    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(create_app(library), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    page = tab()
    page.goto(address + "/works/w9/read/1")
    page.get_by_role("button", name="Keep on this device").click()
    page.get_by_role("button", name="Kept on this device").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    until(page, "navigator.serviceWorker.controller !== null")
    names = page.evaluate("caches.keys()")
    assert "variorum-kept-w9" in names
    assert library.people.place("keeper", "wit-w9-A").quote.startswith("Chapter One")  # keeping is not reading
    server.should_exit = True
    thread.join(10)
    listening.close()
    page.goto(address + "/works/w9/read/2")
    assert "Chapter Two, paragraph 3." in page.inner_text("#work")
    assert page.evaluate("getComputedStyle(document.querySelector('.text p:nth-child(3)')).textIndent") != "0px"
    page.keyboard.press("n")
    page.wait_for_url(address + "/works/w9/read/3")
    page.evaluate("scrollTo(0, 3000)")
    until(page, "Object.keys(localStorage).some((k) => k.includes('places'))")
    page.goto(address + "/works/w1/read")
    assert page.get_by_role("heading", name="On this device").is_visible()
    page.get_by_role("link", name="Eleven Winters").click()
    assert page.url == address + "/works/w9/read/1"
    page.goto(address + "/")
    page.get_by_role("button", name="Keep Eleven Winters no longer").click()
    time.sleep(0.2)
    assert "variorum-kept-w9" not in page.evaluate("caches.keys()")


# ---------------------------------------------------------------- scripts of the world


def test_hebrew_and_arabic_are_set_from_the_right(tab, serve):
    """By the language the metadata name, or by the letters where they name none: direction, language, no slanted letters."""
    stories = (
        told("w11", "המגדלור היה חשוך *אחת עשרה* שנים.\n\nואז בא מכתב."),
        told("w12", "كان المنار مظلما *إحدى عشرة* سنة.\n\nثم جاءت رسالة.", "ar"),
    )
    own = serve(web_fakes.FakeLibrary(*stories))
    page = tab(390, 844)
    for work, lang in (("w11", "he"), ("w12", "ar")):
        page.goto(f"{own}/works/{work}/read")
        text = page.locator(".text")
        assert (text.get_attribute("dir"), text.get_attribute("lang")) == ("rtl", lang)
        first = page.evaluate(
            "JSON.parse(JSON.stringify(document.createRange().selectNodeContents ? (() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('.text p')); return r.getClientRects()[0]; })() : 0))"
        )
        assert first["right"] > 300
        assert page.evaluate("getComputedStyle(document.querySelector('.text em')).fontStyle") == "normal"
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_japanese_is_emphasised_with_dots(tab, serve):
    """Kana and Han are not slanted: sesame dots stand beside them, lines break by Japanese rules, paragraphs begin one character in."""
    own = serve(web_fakes.FakeLibrary(told("w13", "灯台は*十一*年の間、暗かった。\n\nそれから手紙が来た。短い手紙だった。")))
    page = tab()
    page.goto(own + "/works/w13/read")
    style = page.evaluate(
        """() => { const e = getComputedStyle(document.querySelector('.text em')), p = getComputedStyle(document.querySelectorAll('.text p')[1]);
           return [e.fontStyle, e.textEmphasisStyle, p.lineBreak, parseFloat(p.textIndent) / parseFloat(p.fontSize)] }"""
    )
    assert style[0] == "normal"
    assert "sesame" in style[1]
    assert style[2:] == ["strict", 1]


# ---------------------------------------------------------------- without script


def test_all_of_it_works_without_script(tab, own, library):
    """No script: chapters, settings for a work, words marked with a note by a form, the list, going on by chapter."""
    page = tab(390, 844, java_script_enabled=False)
    page.goto(own + "/works/w9/read/1")
    assert not page.locator("#bar").is_visible()
    assert not page.get_by_role("button", name="Keep on this device").is_visible()
    page.get_by_text("Chapter Index").click()
    page.get_by_role("link", name="Part Two").click()
    assert page.url == own + "/works/w9/read/2"
    page.get_by_text("Reading settings").first.click()
    page.get_by_role("radio", name="dark").check()
    page.get_by_role("radio", name="for this work").check()
    page.get_by_role("button", name="Set", exact=True).click()
    assert page.get_attribute("html", "data-theme") == "dark"
    page.get_by_role("link", name="Mark words").click()
    page.get_by_role("link", name=re.compile("Mark words of paragraph 3[6-9]")).first.click()
    words = page.input_value("#said")
    assert WORDS[:40] in words
    page.fill("#said", "wrote to everybody at once")
    page.fill("#note", "All of them?")
    page.get_by_role("button", name="Mark").click()
    assert "#note-" in page.url
    assert page.inner_text("mark.hl") == "wrote to everybody at once"
    assert "All of them?" in page.inner_text("#yours")
    page.get_by_role("link", name="Change").click()
    page.get_by_role("button", name="Take away").click()
    assert page.locator("mark.hl").count() == 0
    page.goto(own)
    page.get_by_role("link", name="Eleven Winters").first.click()
    assert "/works/w9/read/2#p" in page.url


def test_axe_finds_nothing_in_what_script_adds(tab, own, library):
    """Sheets, dialogs, marks, notes and the foot of the window: WCAG 2.2 AA by axe, phone and desktop, light and dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    library.people.annotations.add(
        "keeper", "wit-w9-A", 0, 1, "asked each of them the same small question", note="Which?", colour="rose"
    )

    def clean(page):
        found = axe.Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []

    for width, scheme in ((390, "dark"), (390, "light"), (1200, "light")):
        page = tab(width, 844, color_scheme=scheme)
        page.add_init_script(VOICE)
        page.goto(own + "/works/w9/read/1")
        assert page.locator("mark.hl").count() >= 1
        clean(page)
        for key, close in (("s", "Escape"), ("t", "Escape"), ("?", "Escape"), ("l", "l")):
            page.keyboard.press(key)
            page.wait_for_timeout(80)
            clean(page)
            page.keyboard.press(close)
        page.locator("mark.hl").first.click()
        page.locator("dialog[open]").wait_for()
        clean(page)
        for path in ("/notes", "/offline", "/works/w9/note?copy=A&p=4", "/works/w9/read/1?marking=1", "/settings"):
            page.goto(own + path)
            clean(page)
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_nothing_of_the_reading_page_scrolls_sideways(tab, own):
    """At 320 pixels, with the largest type, the sheets, the foot of the window and the notes stay within the window."""
    page = tab(320, 640)
    page.context.add_cookies(
        [{"name": "variorum_reading", "value": "size:250.letters:wider.words:wider.face:dyslexic", "url": own}]
    )
    page.add_init_script(VOICE)
    for path in ("/works/w9/read/1", "/works/w4/read", "/notes", "/settings", "/offline", "/works/w9/note?copy=A&p=4"):
        page.goto(own + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path
    page.goto(own + "/works/w9/read/1")
    for key in ("s", "t", "l"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        wide = page.evaluate(
            "[...document.querySelectorAll('#bar, .sheet')].filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.className)"
        )
        assert wide == []
        page.keyboard.press("Escape")
