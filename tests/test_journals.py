"""LiveJournal, Dreamwidth and their kin: exports, ljdump, saved entries; and numbers in titles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest

from variorum.document import Document, received
from variorum.errors import MalformedItem
from variorum.intake import Copy, Opened, Task, open_inner, open_item
from variorum.intake.bundles import Bundle, numbered
from variorum.intake.journals import audience_of, entry_fields
from variorum.intake.markup import lay, parse
from variorum.intake.markup.newlines import breaks_for_newlines
from variorum.intake.xmlish import children, value
from variorum.model import Creator

Sample = Callable[[str], Path]


def opened(path: Path, data: bytes | None = None) -> Opened:
    return open_item(Task(path.name, "sha256:0", path.read_bytes() if data is None else data))


def entries(path: Path) -> dict[str, Copy]:
    """The entries of an export by the name of their item."""
    out = {}
    for inner in opened(path).inner:
        (out[inner.name.partition("!")[2]],) = open_item(Task(inner.name, "sha256:1", inner.data)).copies
    return out


def part(document: Document, name: str) -> list[str]:
    return [b.text for b in received(document).blocks if b.part == name]


# ---------------------------------------------------------------- exports


def test_an_export_is_a_container_of_its_entries(sample: Sample) -> None:
    """Each entry is an item of its own, named by its itemid, its bytes those between its tags."""
    path = sample("journal/export-three-securities.xml")
    found = opened(path)
    assert (found.format, found.copies, found.skipped) == ("journal-export", (), ())
    assert [i.name for i in found.inner] == [f"{path.name}!entry-{n}.xml" for n in (41, 42, 43)]
    assert b"".join(i.data for i in found.inner) == b"".join(
        b"<entry>" + piece.partition(b"</entry>")[0] + b"</entry>" for piece in path.read_bytes().split(b"<entry>")[1:]
    )


def test_a_member_of_an_export_can_be_had_again(sample: Sample) -> None:
    """`open_inner` gives the entry's bytes; a place that is not there is not found."""
    path = sample("journal/export-three-securities.xml")
    inner = opened(path).inner[1]
    assert open_inner(path.name, path.read_bytes(), "entry-42.xml") == inner.data
    with pytest.raises(MalformedItem) as caught:
        open_inner(path.name, path.read_bytes(), "entry-99.xml")
    assert caught.value.code == "not-found"


def test_public_friends_and_private_stay_three_things(sample: Sample) -> None:
    """Each entry keeps whom it was for; what was not for everybody is restricted."""
    found = [
        (c.metadata.audience, c.metadata.restricted) for c in entries(sample("journal/export-three-securities.xml")).values()
    ]
    assert found == [("public", False), ("friends", True), ("private", True)]


@pytest.mark.parametrize(
    ("said", "audience"),
    [
        ({}, None),
        ({"anum": "3"}, "public"),
        ({"security": "usemask", "allowmask": "1"}, "friends"),
        ({"security": "usemask", "allowmask": "8"}, "friends"),
        ({"security": "private"}, "private"),
        ({"security": "", "allowmask": "1"}, "friends"),
        ({"security": "", "allowmask": "0"}, "public"),
        ({"security": "somethingnew"}, "private"),
    ],
)
def test_a_lock_we_do_not_know_is_never_shown_as_public(said: dict[str, str], audience: str | None) -> None:
    """A custom group is friends, an unknown word is private, silence is unknown (but public in ljdump)."""
    assert audience_of(said) == audience


def test_the_header_of_an_entry_is_read(sample: Sample) -> None:
    """Title, fandom, pairing, rating and summary of the header; the date of the entry; its text by bare newlines."""
    copy = entries(sample("journal/export-three-securities.xml"))["entry-41.xml"]
    about = copy.metadata
    assert about.title == "The Kettle on the Sill"
    assert (about.fandoms, about.relationships, about.rating) == (("The Lamp",), ("Maren/Odile",), "Teen And Up Audiences")
    assert about.summary == "Two people & one kettle."
    assert (about.published, about.extent) == ("2005-03-12", "partial")
    assert about.trust["published"] == "site"
    assert about.trust["rating"] == "text"
    assert part(copy.document, "story") == [
        "The kettle had stood on the sill all winter, and nobody had asked it to.\nMaren said so to the room, which did not answer.",
        "You might have asked tidewrack, said Odile — who was, it turned out, behind the door.",
    ]
    assert part(copy.document, "notes-after") == ["x-posted to lampfic"]
    assert {g.reason for g in copy.document.left_out} == {"mood and music"}


def test_numbered_entries_are_pieces_of_one_copy(sample: Sample) -> None:
    """(1/2) and (2/2) share a bundle, in the folder of the export where it does not say whose journal it is."""
    found = entries(sample("journal/export-three-securities.xml"))
    one, two = found["entry-41.xml"].bundle, found["entry-42.xml"].bundle
    assert one is not None
    assert two is not None
    assert one.key == two.key
    assert [(b.number, b.of) for b in (one, two)] == [(1, 2), (2, 2)]
    assert found["entry-43.xml"].bundle is None


def test_an_export_that_is_cut_off_gives_what_came_whole(sample: Sample) -> None:
    """The entries before the cut, and one sentence about the rest; cut before the first ends, it is malformed."""
    path = sample("journal/export-cut-off.xml")
    found = opened(path)
    assert len(found.inner) == path.read_bytes().count(b"</entry>")
    assert [code for _, code, _ in found.skipped] == ["truncated"]
    with pytest.raises(MalformedItem) as caught:
        opened(path, path.read_bytes()[:300])
    assert caught.value.code == "truncated"


def test_an_export_in_another_encoding_says_so_in_every_entry() -> None:
    """The declaration is put before each entry, so that its bytes are read as what they are."""
    text = "<entry><itemid>1</itemid><eventtime>2004-01-01 00:00:00</eventtime><event>Щука говорит тихо.</event></entry>"
    data = b"<?xml version='1.0' encoding='windows-1251'?>\n<livejournal>" + text.encode("cp1251") + b"</livejournal>"
    (inner,) = open_item(Task("x.xml", "sha256:0", data)).inner
    (copy,) = open_item(Task(inner.name, "sha256:1", inner.data)).copies
    assert part(copy.document, "story") == ["Щука говорит тихо."]


def test_an_entry_without_text_is_refused(sample: Sample) -> None:
    """An entry that is nothing but a line break is `no-text`."""
    with pytest.raises(MalformedItem) as caught:
        opened(sample("journal/entry-without-text.xml"))
    assert caught.value.code == "no-text"


# ---------------------------------------------------------------- ljdump


def test_an_entry_of_ljdump_knows_its_journal(sample: Sample) -> None:
    """Address, account, tags out of the nested props; preformatted text keeps to its markup."""
    (copy,) = opened(sample("journal/L-17")).copies
    about = copy.metadata
    assert about.url == "https://tidewrack.livejournal.com/4401.html"
    assert about.creators == (Creator("tidewrack", "author", "livejournal.com", "tidewrack"),)
    assert about.tags == ("fic", "gulls", "rated: g")
    assert (about.title, about.published, about.audience) == ("The Gull Who Kept Accounts", "2007-08-01", "public")
    assert (about.tool, about.site) == ("ljdump", "livejournal.com")
    assert part(copy.document, "story") == ["The gull kept accounts.", "Three herring owed, one forgiven."]
    assert part(copy.document, "title") == ["The Gull Who Kept Accounts"]


def test_comments_are_kept_and_are_no_works(sample: Sample) -> None:
    """ldjump's comments and `export_comments.bml` give no copy and no problem."""
    assert opened(sample("journal/C-17")).copies == ()
    bml = b"<?xml version='1.0'?><livejournal><maxid>9</maxid><comments><comment id='1' posterid='2'></comment></comments></livejournal>"
    assert opened(sample("journal/C-17"), bml).format == "journal-comments"


# ---------------------------------------------------------------- saved pages


def test_a_locked_entry_of_dreamwidth(sample: Sample) -> None:
    """Poster (not the reader in the site's bar), date, tags whole with their commas, header, lock, part 2 of 3."""
    found = opened(sample("journal/dreamwidth-access-locked.html"))
    (copy,) = found.copies
    about = copy.metadata
    assert found.format == "journal-page"
    assert about.creators == (Creator("Tidewrack", "author", "dreamwidth.org", "tidewrack"),)
    assert (about.audience, about.restricted) == ("friends", True)
    assert (about.title, about.rating, about.published) == ("The Harbour Ledger", "General Audiences", "2012-03-05")
    assert about.tags == ("fic", "the ledger, entire")
    assert about.url == "https://tidewrack.dreamwidth.org/8123.html"
    assert copy.bundle == Bundle("journal dreamwidth.org tidewrack the harbour ledger", 2, 3)
    assert len(part(copy.document, "story")) == 2
    assert part(copy.document, "notes-before") == ["Disclaimer: The harbour belongs to itself."]
    assert "comments" in {g.reason for g in copy.document.left_out}


def test_a_cut_hides_the_rest_of_an_entry(sample: Sample) -> None:
    """A link to #cutid1 is no story, and the copy is partial; nothing says for whom it was, so nothing is said."""
    (copy,) = opened(sample("journal/livejournal-light-cut.html")).copies
    assert copy.metadata.extent == "partial"
    assert copy.metadata.audience is None
    assert copy.metadata.published == "2009-03-03"
    assert part(copy.document, "story")[-1] == "Somebody had stopped it with a boot."
    assert "a link to the rest, which is not on this page" in {g.reason for g in copy.document.left_out}


# ---------------------------------------------------------------- small parts


@pytest.mark.parametrize(
    ("title", "stem", "number", "of"),
    [
        ("The Lamp (2/5)", "The Lamp", 2, 5),
        ("FIC: The Lamp (1/3) [PG-13]", "The Lamp", 1, 3),
        ("NEW: The Lamp 2/5", "The Lamp", 2, 5),
        ("The Lamp, part 2 of 5", "The Lamp", 2, 5),
        ("The Lamp - Part Two", "The Lamp", 2, None),
        ("The Lamp: Chapter 12", "The Lamp", 12, None),
        ("The Lamp pt. iv", "The Lamp", 4, None),
        ("The Lamp (2/?)", "The Lamp", 2, None),
        ("The Lamp (0/5)", "The Lamp", 0, 5),
    ],
)
def test_a_number_at_the_end_of_a_title(title: str, stem: str, number: int, of: int | None) -> None:
    """What people wrote where a list or a site had a limit."""
    assert numbered(title) == (stem, number, of)


@pytest.mark.parametrize(
    "title", ["The Lamp", "Apartment 3", "24/7", "Nine Lives", "Chapter", "1/1 of a kind", "The Lamp (7/3)", ""]
)
def test_a_title_that_only_looks_numbered(title: str) -> None:
    """No number, an impossible one, or one that has no title before it is none of a part."""
    found = numbered(title)
    assert found is None or not found.stem


def test_a_bare_newline_breaks_a_line_but_not_in_a_table() -> None:
    """Journals make a break of a newline; inside lists and tables it is white space."""
    source = "One line\nand another.\n\n<table><tr><td>a\nb</td></tr></table>"
    root = parse(source)
    breaks_for_newlines(source, root)
    blocks, _ = lay(source, root.children)
    document = Document("x", source, blocks=tuple(blocks))
    assert [b.text for b in received(document).blocks] == ["One line\nand another.", "a b"]


def test_entities_of_xml_are_undone_once() -> None:
    """&amp;amp; is &amp;, as the HTML inside has it; a number beyond Unicode is U+FFFD; CDATA stands as it is."""
    assert value("&lt;p&gt; &amp;amp; &#8212; &#xD800; &unknown;") == "<p> &amp; — \ufffd &unknown;"
    assert value("<![CDATA[<p>&amp;</p>]]>") == "<p>&amp;</p>"


def _hostile() -> Iterator[str]:
    yield "<a>" * 200_000
    yield "".join(f"<a{n}>" for n in range(100_000))
    yield "<entry><event>" + "&lt;" * 300_000
    yield "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><entry><event>&b;&b;</event></entry>"


@pytest.mark.parametrize("text", list(_hostile()), ids=["unclosed", "many names", "entities", "bomb"])
def test_hostile_xml_costs_little(text: str) -> None:
    """Unclosed tags by the hundred thousand, entities in entities: linear, and nothing is expanded."""
    begin = process_time()
    list(children(text))
    found = entry_fields(text)
    assert len(found.get("event", "")) <= len(text)
    assert process_time() - begin < 20  # a hang, not a speed
