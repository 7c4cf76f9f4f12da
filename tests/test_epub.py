"""EPUBs: AO3's of both generations, others of both versions, torn ones, locked ones and bombs."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import packing
import pytest

from variorum.document import Document, received
from variorum.errors import IntakeError, MalformedItem
from variorum.intake import FAULTS, Copy, Sniff, Task, open_item
from variorum.intake.ao3_epub import detect as detect_ao3
from variorum.intake.epub import detect
from variorum.model import Series

Sample = Callable[[str], Path]


def opened(data: bytes, name: str = "story.epub", form: str | None = None) -> Copy:
    result = open_item(Task(name, "sha256:0", data))
    assert form is None or result.format == form
    (copy,) = result.copies
    assert_conserved(copy.document)
    return copy


def attempt(data: bytes) -> Copy | None:
    """The copy, or None when it is refused with a reason; anything else that is raised is a fault."""
    try:
        return open_item(Task("story.epub", "sha256:0", data)).copies[0]
    except IntakeError as error:
        refused = error.reason
    assert refused
    return None


def texts(copy: Copy, *parts: str) -> list[str]:
    return [b.text for b in received(copy.document).blocks if b.part in parts]


def assert_conserved(document: Document) -> None:
    """Every run of letters outside tags and styles is in a block or listed as left out, and every part gives back its bytes."""
    covered = bytearray(len(document.source))
    for block in document.blocks:
        for piece in block.pieces:
            covered[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    for gap in document.left_out:
        covered[gap.start : gap.end] = b"\1" * (gap.end - gap.start)
    source = document.source
    for markup in re.finditer(r"<(style|script)\b.*?</\1\s*>|<[^<>]*>|&[#\w]+;", source, re.DOTALL):
        covered[markup.start() : markup.end()] = b"\1" * (markup.end() - markup.start())
    lost = [m[0] for m in re.finditer(r"[^\W\d_]+", source) if not all(covered[m.start() : m.end()])]
    assert lost == []
    for one, other in zip(document.parts, document.parts[1:], strict=False):
        assert other.start == one.end + 1
        assert source[one.end] == "\n"


# ---------------------------------------------------------------- AO3


def test_ao3_epub_since_2019(sample: Sample) -> None:
    """Typed tags from the preface, spelled and ordered as there; chapters joined from their files; notes in their parts."""
    copy = opened(packing.epub(sample("ao3-epub/by-calibre")), form="ao3-epub")
    m = copy.metadata
    assert m.title == "A Kettle for the Ferryman"
    assert [(c.name, c.account, c.role) for c in m.creators] == [("Bramble_Low", "Bramble_Low", "author")]
    assert (m.rating, m.warnings, m.categories) == ("Teen And Up Audiences", ("No Archive Warnings Apply",), ("Gen",))
    assert (m.fandoms, m.relationships) == (("The Long Ferry",), ("Anselm & The Ferryman",))
    assert m.characters == ("Anselm", "The Ferryman")
    assert m.tags == ("Tea, Weather and Other Consolations",)
    assert [(s.title, s.position) for s in m.series] == [("Crossings", 2.0)]
    assert (m.published, m.updated, m.words_stated, m.chapters_stated) == ("2021-02-28", "2021-03-04", 83, "2/2")
    assert (m.status, m.extent, m.chapters_held) == ("complete", "whole", 2)
    assert m.url == "https://archiveofourown.org/works/90000451"
    assert m.summary == "The ferry goes over at six. The kettle goes with it."
    assert [(r.relation, r.direction, r.title) for r in m.relations] == [("inspired-by", "in", "The Far Bank")]
    assert m.trust["rating"] == "site"
    blocks = received(copy.document).blocks
    assert [(b.chapter, b.text) for b in blocks if b.kind == "heading"] == [(1, "Six O'Clock")]
    story = [b for b in blocks if b.part == "story" and b.kind == "paragraph"]
    assert [b.chapter for b in story] == [1, 1, 1, 2, 2]
    assert [(s.kind, b.text[s.start : s.end]) for b in story for s in b.spans] == [
        ("emphasis", "early"),
        ("emphasis", "opinions"),
    ]
    assert texts(copy, "notes-before") == ["For the reader who asked what the ferryman drinks."]
    assert texts(copy, "notes-after") == ["The kettle is real. It was my aunt’s.", "Thank you for crossing with me."]


def test_ao3_epub_before_2019(sample: Sample) -> None:
    """The parts of a chapter are one chapter; the older wording of a warning is today's value; the OPF gives the language."""
    copy = opened(packing.epub(sample("ao3-epub/before-2019")), form="ao3-epub")
    m = copy.metadata
    assert (m.title, m.rating, m.chapters_stated, m.status) == ("Salt for the Stairs", "General Audiences", "2/?", "in-progress")
    assert m.warnings == ("Creator Chose Not To Use Archive Warnings",)
    assert (m.language, m.trust["language"]) == ("en", "opf")
    assert (m.chapters_held, m.extent) == (2, "whole")
    blocks = [b for b in received(copy.document).blocks if b.part == "story"]
    assert [(b.kind, b.chapter) for b in blocks] == [
        ("heading", 1),
        ("paragraph", 1),
        ("paragraph", 1),
        ("heading", 2),
        ("paragraph", 2),
    ]
    assert texts(copy, "notes-after") == ["Salt your own stairs."]


def test_ao3_epub_without_its_second_chapter_is_partial(sample: Sample) -> None:
    """A file that lacks a part says so, and what it holds is read."""
    data = packing.epub(sample("ao3-epub/by-calibre"), without=lambda name: "split_004" in name)
    copy = opened(data, form="ao3-epub")
    assert copy.metadata.extent == "partial"
    assert copy.metadata.chapters_held == 1
    result = open_item(Task("a.epub", "sha256:0", data))
    lost = [("a.epub!A_Kettle_for_the_Ferryman_split_004.xhtml", "missing-part", "is named by the book and not there")]
    assert list(result.skipped) == lost
    assert {code for _, code, _ in result.skipped} <= FAULTS


def test_ao3_epub_is_told_from_others(sample: Sample) -> None:
    """Only AO3's own preface makes an AO3 download, not its address in a package."""
    assert detect_ao3(Sniff("a.epub", packing.epub(sample("ao3-epub/by-calibre")))).confidence > 0.9
    other = Sniff("a.epub", packing.epub(sample("epub/epub3")))
    assert detect_ao3(other).confidence == 0
    assert detect(other).confidence > 0.5


# ---------------------------------------------------------------- others


def test_epub_3(sample: Sample) -> None:
    """Reading order, chapters, emphasis by class, roles, series; cover, title page and contents left out with reasons."""
    copy = opened(packing.epub(sample("epub/epub3")), form="epub")
    m = copy.metadata
    assert m.title == "The Clockmaker’s Day Off"
    assert [(c.name, c.role) for c in m.creators] == [("Fenn Larkspur", "author"), ("Odd Juniper", "artist")]
    assert (m.tool, m.language, m.published) == ("calibre", "en-GB", "2019-05-06")
    assert m.tags == ("Clocks", "Slow Mornings, Mostly")
    assert m.summary == "He means to rest.\n\nThe clocks do not."
    assert m.series == (Series("Small Repairs", 3.0),)
    assert m.url == "https://archiveofourown.org/works/90000555"
    assert set(m.trust.values()) == {"opf"}
    blocks = received(copy.document).blocks
    assert [(b.text, b.chapter, b.level) for b in blocks if b.kind == "heading"] == [("Morning", 1, 1), ("Afternoon", 2, 1)]
    emphasis = [b.text[s.start : s.end] for b in blocks for s in b.spans if s.kind == "emphasis"]
    assert emphasis == ["Patience", "backwards"]
    assert blocks[-1].part == "notes-after"  # linear="no" comes last, although the spine has it second
    reasons = {gap.reason for gap in copy.document.left_out}
    assert {"the title page", "the table of contents"} <= reasons


def test_epub_of_fanficfare(sample: Sample) -> None:
    """Its title page is trusted before its package; tool subjects are no tags; its log is left out; notes are notes."""
    copy = opened(packing.epub(sample("fanficfare-epub/from-an-archive")), form="fanficfare-epub")
    m = copy.metadata
    assert m.tool == "FanFicFare"
    assert [(c.name, c.account) for c in m.creators] == [("Hollis Fennimore", "hollisfen")]
    assert (m.fandoms, m.categories, m.tags) == (("The Weather Office",), ("Gen",), ("Epistolary",))
    assert m.relationships == ("The Clerk & Miss Dapple",)
    assert (m.rating, m.status, m.chapters_stated, m.words_stated) == ("General Audiences", "complete", "2/2", 61)
    assert m.series == (Series("Public Services", 4.0),)
    assert m.trust["rating"] == "title-page"
    assert texts(copy, "summary") == ["A complaint about the rain, & the answer."]
    assert texts(copy, "notes-before") == ["Posted on a wet Tuesday."]
    assert "the download tool's own log, read as the history of the file" in {gap.reason for gap in copy.document.left_out}
    chapters = [b.chapter for b in received(copy.document).blocks if b.kind == "heading" and b.part == "story"]
    assert chapters == [1, 2]


def book(*pages: tuple[str, str], metadata: str = "") -> bytes:
    """An EPUB 2 of these pages (path, body) in this order."""
    items = "".join(f'<item id="i{n}" href="{path}" media-type="application/xhtml+xml"/>' for n, (path, _) in enumerate(pages))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="2.0" xmlns:opf="http://www.idpf.org/2007/opf">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    shell = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    return packing.zipped(
        ("META-INF/container.xml", _CONTAINER),
        ("content.opf", opf.encode()),
        *((path, shell.format(body).encode()) for path, body in pages),
    )


def test_an_anthology_of_epubmerge_is_split_back() -> None:
    """Each numbered folder is a story with its own title page; the others' words are listed as theirs."""
    title = '<h3><a href="https://archiveofourown.org/works/{0}">{1}</a> by <a class="authorlink">{2}</a></h3><p><b>Rating:</b> Mature</p>'
    pages = [("toc.xhtml", '<a href="1/OEBPS/file0001.xhtml">Frost</a><a href="2/OEBPS/file0001.xhtml">Thaw</a>')]
    for number, name, author in ((1, "Frost", "Ada Sedge"), (2, "Thaw", "Bo Rush")):
        pages.append((f"{number}/OEBPS/title_page.xhtml", title.format(9000 + number, name, author)))
        pages.append((f"{number}/OEBPS/file0001.xhtml", f"<h3>{name}</h3><p>The words of {name}.</p>"))
    data = book(*pages, metadata="<dc:title>Both</dc:title><dc:identifier>epubmerge-uid-1234</dc:identifier>")
    # The body's class is what tells FanFicFare's title page.
    shell = packing.members(data)
    shell = {n: d.replace(b"<body><h3><a", b'<body class="fff_titlepage"><h3><a') for n, d in shell.items()}
    result = open_item(Task("both.epub", "sha256:0", packing.zipped(*shell.items())))
    assert [(c.place, c.metadata.title, [a.name for a in c.metadata.creators]) for c in result.copies] == [
        ("1", "Frost", ["Ada Sedge"]),
        ("2", "Thaw", ["Bo Rush"]),
    ]
    for copy in result.copies:
        assert_conserved(copy.document)
        assert copy.document.item == f"sha256:0#{copy.place}"
        assert texts(copy, "story")[-1] == f"The words of {copy.metadata.title}."


def test_a_header_above_the_first_chapter_is_frame() -> None:
    """Labels an author wrote on top of a saved entry fill what the package lacks, and are no story."""
    head = "<p>Title: The Wrong Boat</p><p>Rating: PG</p><p>Pairing: Ash/Elder</p><p>Summary: They take it.</p>"
    data = book(("a.html", head + "<p>It was the wrong boat.</p>"), metadata="<dc:title>wrong_boat</dc:title>")
    copy = opened(data)
    assert (copy.metadata.title, copy.metadata.rating) == ("wrong_boat", "General Audiences")
    assert copy.metadata.trust["rating"] == "text"
    assert texts(copy, "story") == ["It was the wrong boat."]
    assert texts(copy, "summary") == ["Summary: They take it."]


def test_parts_of_one_chapter_are_one_chapter() -> None:
    """Files a converter cut out of a chapter have no heading and no entry in the contents: the chapter goes on."""
    data = book(
        ("a_split_000.html", "<h2>One</h2><p>First half,</p>"),
        ("a_split_001.html", "<p>second half.</p>"),
        ("b.html", "<h2>Two</h2><p>The end.</p>"),
    )
    assert [b.chapter for b in received(opened(data).document).blocks] == [1, 1, 1, 2, 2]


def test_files_without_headings_are_chapters() -> None:
    """Where nothing says what a chapter is, each file is one."""
    data = book(*((f"p{n}.html", f"<p>Part {n}.</p>") for n in range(3)))
    assert [b.chapter for b in received(opened(data).document).blocks] == [1, 2, 3]


def test_ao3_epub_put_through_calibre_once_more(sample: Sample) -> None:
    """A cover page in front and other file names do not hide AO3's preface."""
    folder = sample("ao3-epub/by-calibre")
    pages = [("titlepage.xhtml", '<div><img src="cover.jpeg" alt="cover"/></div>')]
    for number in range(6):
        text = (folder / f"A_Kettle_for_the_Ferryman_split_00{number}.xhtml").read_text("utf-8")
        pages.append((f"text/part000{number}.html", text[text.index("<body") : text.rindex("</body>")].split(">", 1)[1]))
    copy = opened(book(*pages), form="ao3-epub")
    assert (copy.metadata.title, copy.metadata.extent) == ("A Kettle for the Ferryman", "whole")
    assert copy.metadata.tags == ("Tea, Weather and Other Consolations",)


def test_one_file_with_many_headings_is_a_book_of_chapters() -> None:
    """Chapters are numbered by the headings of the highest rank; the book's own title on top is no chapter."""
    body = "<h1>The Book</h1><h2>One</h2><p>First words.</p><h3>A pause</h3><p>More.</p><h2>Two</h2><p>Last words.</p>"
    copy = opened(minimal(body, title="The Book"))
    blocks = received(copy.document).blocks
    assert [(b.part, b.chapter, b.text) for b in blocks if b.kind == "heading"] == [
        ("title", None, "The Book"),
        ("story", 1, "One"),
        ("story", 1, "A pause"),
        ("story", 2, "Two"),
    ]


def test_tools_are_never_authors() -> None:
    """A package whose creator is its program, or nobody, has no creator."""
    opf = "<dc:creator>calibre (5.0)</dc:creator><dc:creator>Unknown</dc:creator><dc:publisher>A Publisher</dc:publisher>"
    copy = opened(minimal("<p>Some words of a story.</p>", extra=opf))
    assert copy.metadata.creators == ()


def test_titles_of_a_part_are_no_reason_to_lose_the_rest() -> None:
    """`<title/>` in XHTML, on which a known parser returns an empty body, leaves the text whole."""
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>All of it stands.</p></body></html>'
    assert texts(opened(minimal("", page=page)), "story") == ["All of it stands."]


# ---------------------------------------------------------------- damage

_OPF = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{title}</dc:title>{extra}</metadata>
<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>"""
_CONTAINER = b"""<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def minimal(
    body: str, *, title: str = "A Title", extra: str = "", page: str | None = None, more: tuple[tuple[str, bytes], ...] = ()
) -> bytes:
    page = page if page is not None else f'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>{body}</body></html>'
    return packing.zipped(
        ("META-INF/container.xml", _CONTAINER),
        ("content.opf", _OPF.format(title=title, extra=extra).encode()),
        ("a.xhtml", page.encode()),
        *more,
    )


@pytest.mark.parametrize("name", ["epub/epub3", "fanficfare-epub/from-an-archive", "ao3-epub/by-calibre", "ao3-epub/before-2019"])
def test_an_epub_cut_anywhere_is_read_as_far_as_it_goes(sample: Sample, name: str) -> None:
    """Cut at any length, an EPUB gives a partial copy, or one plain reason; a cut near the end loses little."""
    data = packing.epub(sample(name))
    whole = texts(opened(data), "story")
    for size in range(1, len(data), len(data) // 40):
        copy = attempt(data[:size])
        # AO3 states the number of words: where they are all there, the story is whole though the file is not.
        assert copy is None or copy.metadata.extent == "partial" or texts(copy, "story") == whole
    assert texts(opened(data[: len(data) - 30]), "story") == whole
    torn = open_item(Task("a.epub", "sha256:0", data[: len(data) - 30]))
    assert [(n, code) for n, code, _ in torn.skipped] == [("a.epub!(end)", "truncated")]


def test_a_cut_chapter_gives_its_beginning() -> None:
    """The last member of a torn file is read up to the cut."""
    body = "".join(f"<p>Sentence number {n} of {random.Random(n).random()} in all.</p>" for n in range(3000))
    whole = minimal(body)
    at = whole.index(b"a.xhtml")
    copy = opened(whole[: at + (len(whole) - at) // 2])
    found = texts(copy, "story")
    assert 100 < len(found) < 3000
    assert found[0].startswith("Sentence number 0")
    assert copy.metadata.extent == "partial"


def test_an_epub_of_which_nothing_is_left_says_so() -> None:
    """Cut before its text, an EPUB is a problem with a reason."""
    whole = minimal("<p>Gone.</p>")
    with pytest.raises(MalformedItem, match="cut off") as caught:
        open_item(Task("a.epub", "sha256:0", whole[: whole.index(b"a.xhtml") - 20]))
    assert caught.value.code == "truncated"


def test_without_its_package_the_names_give_the_order(sample: Sample) -> None:
    """An EPUB that lost its OPF is read in the order of its file names, numbers as numbers."""
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Part {}.</p></body></html>"
    members = [(f"c{n}.xhtml", page.format(n).encode()) for n in (10, 9, 1)]
    copy = opened(packing.zipped(("META-INF/container.xml", b"<container"), *members))
    assert texts(copy, "story") == ["Part 1.", "Part 9.", "Part 10."]


def test_a_locked_epub_is_refused_with_the_reason() -> None:
    """Copy protection is a problem "encrypted"; muddled fonts are none."""
    entry = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">'
        '<enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/><enc:CipherData><enc:CipherReference URI="{}"/>'
        "</enc:CipherData></enc:EncryptedData></encryption>"
    )
    locked = entry.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "a.xhtml").encode()
    with pytest.raises(MalformedItem, match="encrypted") as caught:
        opened(minimal("<p>x</p>", more=(("META-INF/encryption.xml", locked),)))
    assert caught.value.code == "encrypted"
    fonts = entry.format("http://www.idpf.org/2008/embedding", "font.otf").encode()
    assert texts(opened(minimal("<p>Plain.</p>", more=(("META-INF/encryption.xml", fonts),))), "story") == ["Plain."]


def test_entities_of_strangers_do_nothing() -> None:
    """A package that includes a local file or laughs a billion times gives neither."""
    evil = '<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    opf = _OPF.format(title="&f;&b;", extra="").replace('<?xml version="1.0"?>', '<?xml version="1.0"?>' + evil)
    page = b"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Still here.</p></body></html>"
    data = packing.zipped(("META-INF/container.xml", _CONTAINER), ("content.opf", opf.encode()), ("a.xhtml", page))
    copy = opened(data)
    assert "root" not in (copy.metadata.title or "")
    assert texts(copy, "story") == ["Still here."]


def test_a_recorded_decode_is_used_again(sample: Sample) -> None:
    """Opening again with the recorded encodings gives the same source, offset for offset."""
    data = packing.epub(sample("epub/epub3"))
    first = opened(data).document
    decode = tuple((p.name, p.encoding, p.bom) for p in first.parts)
    again = open_item(Task("story.epub", "sha256:0", data, decode)).copies[0].document
    assert again.source == first.source
    assert again.parts == first.parts


def test_parts_give_back_their_bytes(sample: Sample) -> None:
    """Every text part of the source, encoded as recorded, is the member's bytes."""
    data = packing.epub(sample("ao3-epub/by-calibre"))
    document = opened(data).document
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in document.parts:
            text = document.source[part.start : part.end]
            assert bytes.fromhex(part.bom) + text.encode(part.encoding, "surrogateescape") == archive.read(part.name)


def test_mutants_of_an_epub_never_crash(sample: Sample) -> None:
    """Bytes changed at random: a copy or an IntakeError, nothing else."""
    rng = random.Random(20261124)
    for name in ("ao3-epub/by-calibre", "epub/epub3"):
        data = packing.epub(sample(name))
        for _ in range(60):
            mutant = bytearray(data)
            for _ in range(rng.choice((1, 3, 30))):
                mutant[rng.randrange(len(mutant))] = rng.randrange(256)
            attempt(bytes(mutant))
