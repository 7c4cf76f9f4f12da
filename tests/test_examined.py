"""What an examiner found who had not seen the readers: files written from the generators' own layouts, read to the letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import packing
import pytest
from opening import only, outline, reasons, texts

from variorum.document import reading
from variorum.doors.cli import main
from variorum.intake import Copy, Task, open_item
from variorum.intake.efiction.sql import tables
from variorum.model import Series
from variorum.rescue import rescue

Sample = Callable[[str], Path]


def told(copy: Copy) -> list[str]:
    """What is story in the copy once it is mended."""
    return [b.text for b in reading(rescue(copy.document)).blocks if b.part == "story"]


def page(*paragraphs: str) -> Copy:
    """A page of these paragraphs below its title."""
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    data = f"<html><head><title>The Tea Shop</title></head><body><h1>The Tea Shop</h1>{body}</body></html>".encode()
    return open_item(Task("page.html", "sha256:0", data)).copies[0]


# ---------------------------------------------------------------- words

SHOP = (
    "The kettle sang before anybody had asked it to, and Ada, who had only just come in, stood still and listened to it.",
    "On the door of the shop there was a card that had not been there in the morning, and Bea read it out, word by word.",
)


def test_header_lines_inside_a_story_are_told_in_it() -> None:
    """A card that somebody reads looks like a header; a header above the story is still one."""
    card = "Title: The Sign on the Door<br/>Author: nobody in particular<br/>Rating: five stars"
    assert told(page(*SHOP, card, *SHOP))[2].split("\n") == [
        "Title: The Sign on the Door",
        "Author: nobody in particular",
        "Rating: five stars",
    ]
    assert not [one for one in told(page("Tuesday", card, *SHOP)) if "Rating" in one]


def test_a_part_with_its_own_header_inside_a_text_keeps_it() -> None:
    """Where the story begins with a header, one in its midst is that of the next part."""
    header = "Title: The Tea Shop\nRating: PG\n\n"
    data = (header + "\n\n".join(SHOP) + "\n\n" + header + "\n\n".join(SHOP[::-1]) + "\n").encode()
    story = told(open_item(Task("two.txt", "sha256:0", data)).copies[0])
    assert story == [*SHOP, *SHOP[::-1]]


def test_a_story_made_of_mails_keeps_them(sample: Sample) -> None:
    """After the header and an empty line From and To are the first letter's; those of the next are told too."""
    copy = open_item(Task("letters.eml", "sha256:0", sample("mail/a-story-of-mails.eml").read_bytes())).copies[0]
    assert copy.metadata.title == "Letters Between Lamps"
    story = "\n".join(told(copy)).split("\n")
    assert [one for one in story if one.startswith(("From:", "To:", "Subject:"))] == [
        "From: ada@hall.example",
        "To: bea@hall.example",
        "Subject: the lamp",
        "From: bea@hall.example",
        "To: ada@hall.example",
        "Subject: Re: the lamp",
    ]


def test_french_keeps_its_spaces_inside_guillemets() -> None:
    """A text that sets a space inside them does so on purpose; one that does not had something taken out there."""
    french = "« Vous êtes trempée », dit Ada, et elle ferma la porte."
    assert told(page(french, "« Oui », dit Bea."))[0] == french
    spanish = told(page(*("«Estoy mojada», dijo Bea." for _ in range(4)), "« Ya», dijo Ada , y cerró la puerta ."))
    assert spanish[-1].startswith("«Ya»")


def test_numbers_that_somebody_says_are_no_headings() -> None:
    """Two lone number words that begin with neither one nor two are speech; one, two and three count the chapters."""
    assert [b.kind for b in reading(rescue(page(SHOP[0], "Four.", SHOP[1], "Five.", SHOP[0]).document)).blocks][1:] == [
        "paragraph"
    ] * 5
    counted = reading(rescue(page("One.", SHOP[0], "Two.", SHOP[1], "Three.", SHOP[0]).document)).blocks
    assert [b.text for b in counted if b.kind == "heading" and b.part == "story"] == ["One.", "Two.", "Three."]


def test_the_only_line_of_a_last_chapter_is_story(sample: Sample) -> None:
    """Notes at the end of one chapter reach no further than it."""
    copy = only(packing.epub(sample("fanficfare-epub/commas-pairings-and-numbers")), "x.epub", "fanficfare-epub")
    assert told(copy)[-2:] == ["Second - Bell", "It rang thrice."]
    assert "A/N: please review!" not in told(copy)


def test_notes_of_a_book_whose_style_sheet_took_their_class_away() -> None:
    """An EPUB maker keeps one of two classes that look alike: the label before a note tells what it is."""
    preface = (
        '<div id="preface" class="c"><h2 class="toc-heading">Preface</h2><p class="message">Posted originally on the '
        '<a href="https://archiveofourown.org/">Archive of Our Own</a> at <a href="https://archiveofourown.org/works/81">x</a>.</p>'
        '<div class="meta"><dl class="tags"><dt>Rating:</dt><dd><a href="https://archiveofourown.org/tags/Not%20Rated">Not Rated</a></dd>'
        "<dt>Stats:</dt><dd>Published: 2024-01-03 Words: 6 Chapters: 1/1</dd></dl></div></div>"
    )
    front = (
        '<div id="preface" class="c"><div class="meta"><h1>Letters</h1><div class="c">by Anonymous</div><p>Summary</p>'
        '<blockquote class="meta"><p>A letter comes.</p></blockquote><p>Notes</p><blockquote class="meta"><p>Thank you, Pell.</p></blockquote></div></div>'
    )
    chapter = (
        '<div id="chapters" class="c"><div class="meta"><h2 class="heading">Chapter 1: One</h2><p>Chapter Notes</p>'
        '<blockquote class="meta"><p>Before one.</p></blockquote></div><div class="c"><p>The letter came on Monday morning.</p></div></div>'
    )
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>Letters</dc:title><dc:publisher>Archive of Our Own</dc:publisher></metadata><manifest>"
        + "".join(f'<item id="i{n}" href="a_split_00{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(3))
        + "</manifest><spine>"
        + "".join(f'<itemref idref="i{n}"/>' for n in range(3))
        + "</spine></package>"
    )
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="content.opf"/></rootfiles></container>'
    shell = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    pages = [(f"a_split_00{n}.xhtml", shell.format(body).encode()) for n, body in enumerate((preface, front, chapter))]
    data = packing.zipped(("META-INF/container.xml", container.encode()), ("content.opf", opf.encode()), *pages)
    copy = only(data, "a.epub", "ao3-epub")
    assert texts(copy, "summary") == ["A letter comes."]
    assert texts(copy, "notes-before") == ["Thank you, Pell.", "Before one."]
    assert texts(copy, "story") == ["One", "The letter came on Monday morning."]


def test_a_kindle_book_of_the_old_kind_keeps_its_frame_apart(sample: Sample) -> None:
    """Through MOBI ids, classes and lists are lost; the words of the template still say what is tag, note and story."""
    copy = only(packing.epub(sample("ao3-epub/by-way-of-mobi")), "letters.epub", "ao3-epub")
    m = copy.metadata
    assert (m.title, [c.name for c in m.creators], m.url) == (
        "Three Letters Home",
        ["Anonymous"],
        "https://archiveofourown.org/works/8100002",
    )
    assert (m.rating, m.fandoms, m.characters, m.tags) == ("Not Rated", ("Original Work",), ("A Postman",), ("Epistolary",))
    assert (m.published, m.updated, m.chapters_stated, m.chapters_held, m.extent) == (
        "2024-01-03",
        "2024-02-04",
        "3/?",
        3,
        "whole",
    )
    assert texts(copy, "summary") == ["Ein Brief.", "Kapitel eins kurz."]
    assert texts(copy, "notes-before") == ["Vorwort.", "Notiz vor eins."]
    assert texts(copy, "notes-after") == ["Notiz nach eins.", "Notiz nach drei.", "Nachwort."]
    assert texts(copy, "credits") == ["Chapter by Gast, Wirt (hauswirt)"]
    assert texts(copy, "story") == [
        "Eins",
        "Der erste Brief kam am Montag.",
        "From: Oma\nTo: mich\nSubject: Kuchen",
        "Der zweite Brief kam nicht.",
        "Warum?",
        "Chapter 3: Drei & Schluss",
        "Der dritte Brief.",
        "Ende?",
        "Nein.",
    ]
    assert "the table of contents" in reasons(copy)


def test_notes_in_a_text_of_fanficfare_are_apart(sample: Sample) -> None:
    """Its converter writes a label in bold and quotes the note below it; a quotation without a label is the story's."""
    copy = only(sample("fanficfare-txt/notes-as-quotations.txt").read_bytes(), "x.txt", "fanficfare-txt")
    assert outline(copy)[-11:] == [
        ("story", "heading", 1, "Boats"),
        ("credits", "paragraph", None, "For [lark](https://archiveofourown.org/users/lark/gifts)."),
        ("notes-before", "paragraph", None, "For the whole work,"),
        ("summary", "paragraph", 1, "Counting."),
        ("notes-before", "paragraph", 1, "Chapter one note, which"),
        ("story", "paragraph", 1, "One boat, two boats,"),
        ("notes-after", "paragraph", 1, "Chapter one after."),
        ("story", "heading", 2, "Hearths"),
        ("story", "paragraph", 2, "Five, said the gull,"),
        ("story", "paragraph", 2, "> Six, said the"),
        ("notes-after", "paragraph", None, "For the whole work,"),
    ]
    assert texts(copy, "notes-before")[1] == "Chapter one note, which is long enough to\nbe two lines."
    assert (copy.metadata.extent, copy.metadata.extent_why) == ("whole", "2 of 2 chapters; 16 words found, 17 stated")


def test_what_is_written_below_a_picture_that_is_described(sample: Sample) -> None:
    """The alternative text stands for the picture, the caption below it."""
    copy = only(sample("tumblr/npf-caption-below-a-picture.json").read_bytes(), "902.json", "tumblr-post")
    assert outline(copy)[2:4] == [
        ("story", "image", None, "A lamp on a"),
        ("story", "paragraph", None, "drawn for me by"),
    ]


# ---------------------------------------------------------------- what is said of a pile


def test_what_became_of_a_pile_is_said_in_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str], sample: Sample) -> None:
    """How many copies are only a part, what is alike said once with how much of it, and nothing passed over in silence."""
    pile = tmp_path / "pile"
    pile.mkdir()
    for name, title in (("a.html", "Quay"), ("b.html", "Tide")):
        (pile / name).write_text(
            f"<html><body><h1>{title}</h1>" + "".join(f"<p>{title}: {one}</p>" for one in SHOP) + "</body></html>"
        )
    (pile / "part 2.eml").write_bytes(sample("mail/part-2-of-3.eml").read_bytes())
    for name in ("Thumbs.db", "desktop.ini", "one.exe", "two.exe"):
        (pile / name).write_bytes(b"MZ\x90\0" * 9)
    for number in (1, 2, 3):
        (pile / f"C-{number}").write_text(
            f'<?xml version="1.0"?><comments><comment><id>{number}</id><subject/><body>Oh, the lamp!</body></comment></comments>'
        )
    main(["--library", str(tmp_path / "library"), "add", str(pile)])
    said = capsys.readouterr().out
    assert "6 files added: 3 copies of 2 works; 1 copy is only a part." in said
    assert "3 files kept with a remark:\n  pile/C-1: comments on a journal: kept, and no work (and 2 more like it)\n" in said
    assert "4 files not taken:" in said
    assert "  pile/one.exe is neither text, page, book, picture nor container (and 1 more like it)\n" in said
    assert "  pile/Thumbs.db is left behind by a program, not a work (and 1 more like it)\n" in said


def test_the_indexes_of_a_backed_up_blog_are_no_works() -> None:
    """Of months and of tags, as tumblr-backup writes them: kept with a remark, for there may be one for every tag."""
    head = "<!DOCTYPE html>\n\n<meta charset=utf-8>\n<title>Lamp Blog</title>\n<link rel=stylesheet href={}backup.css>\n\n<body class={}>\n\n"
    months = '<h3>2015</h3>\n<ul>\n    <li><a href=archive/2015-03-p1.html title="2 post(s)">March</a></li>\n</ul>\n'
    made = "<footer><p>Generated on 03/05/15 by <a href=https://github.com/bbolli/tumblr-utils>tumblr-utils</a>.</p></footer>\n"
    tags = "<ul>\n    <li><a href=0cc1/index.html>lamps</a></li>\n</ul>\n"
    for text in (head.format("", "index") + months + made, head.format("../", "tag-index") + tags):
        result = open_item(Task("index.html", "sha256:0", text.encode()))
        assert (result.format, result.copies, result.note) == (
            "tumblr-backup",
            (),
            "the index of a blog's backup: kept, and no work",
        )


# ---------------------------------------------------------------- what is said of a work


def test_lists_with_commas_are_divided_by_the_subjects_of_the_package(sample: Sample) -> None:
    """The package has every tag whole, the title page a list of them; pairings are relationships under FanFicFare's usual label."""
    m = only(packing.epub(sample("fanficfare-epub/commas-pairings-and-numbers")), "x.epub", "fanficfare-epub").metadata
    assert m.fandoms == ("Ropes, Various", "Towers; Bells, Both")
    assert (m.relationships, m.characters, m.tags) == (("Ann B./Cam - D.",), ("Ann B.", "Cam - D."), ("Romance",))
    assert m.series == (
        Series("Towers", 2.0, "https://www.fanfiction.net/community/Towers/1"),
        Series("Ropes", 1.0, None),
        Series("Knots", 3.0, None),
    )


def test_numbers_a_site_writes_before_titles_are_not_the_authors(sample: Sample) -> None:
    """The lists of chapters of two sites number every title, and the tool takes that over."""
    copy = only(packing.epub(sample("fanficfare-epub/commas-pairings-and-numbers")), "x.epub", "fanficfare-epub")
    assert [text for part, kind, _, text in outline(copy) if (part, kind) == ("story", "heading")] == [
        "The First Bell",
        "Second - Bell",
    ]


def test_a_byline_between_the_title_and_the_header(sample: Sample) -> None:
    """``by NAME`` below the title belongs to the header that follows it; a line of the story with a colon does not."""
    copy = only(sample("html/byline-above-the-header.html").read_bytes(), "quay.html", "html")
    m = copy.metadata
    assert (m.title, [c.name for c in m.creators], m.rating) == ("The Crate on the Quay", ["Cratewright"], "General Audiences")
    assert (m.fandoms, m.summary) == (("Quays and Crates",), "A crate is left on a quay, and nobody asks for it.")
    assert [b for b in told(copy) if b != "* * *"] == [
        "The crate stood on the quay from Monday to Thursday, and nobody asked for it.",
        "Author: unknown, said the label. Rating: heavy, said the porter, who had tried.",
    ]


def test_authors_in_a_list_are_each_as_they_stand() -> None:
    """A name with a comma, in quotes in the list, is one name."""
    data = b'---\ntitle: A Crate\nauthor: [Markwright, "Second, The"]\nbeta: Pell\n---\n\nThe crate was marked, and nobody knew by whom.\n'
    m = open_item(Task("crate.md", "sha256:0", data)).copies[0].metadata
    assert [(c.name, c.role) for c in m.creators] == [("Markwright", "author"), ("Second, The", "author"), ("Pell", "beta")]


def test_tables_made_on_one_line_have_their_columns() -> None:
    """Whether each column stands on a line of its own or not; keys are none, nor is what brackets and quotes hold."""
    data = (
        b"CREATE TABLE `a_stories` (`sid` int(11) NOT NULL, `kind` enum('x,y','z'), `title` varchar(9) DEFAULT 'a, b', PRIMARY KEY (`sid`,`kind`));\n"
        b"INSERT INTO `a_stories` VALUES (1,'z','Lit');\n"
    )
    found, torn = tables(data, frozenset({"stories"}))
    assert (found["a_stories"].columns, torn) == (("sid", "kind", "title"), False)
    assert found["a_stories"].row(0) == {"sid": b"1", "kind": b"z", "title": b"Lit"}
