"""Documents of word processors: paragraphs, chapters and emphasis with exact offsets; bad ones are refused with a reason."""

from __future__ import annotations

import random

import packing
import pytest

from variorum.document import received
from variorum.errors import IntakeError, MalformedItem
from variorum.intake import Copy, Task, open_item

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WORD = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document {W}><w:body>
<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Low Water</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">She said &amp; meant </w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>never</w:t></w:r><w:r><w:t>, again.</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>
<w:p><w:r><w:t>***</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:i w:val="0"/></w:rPr><w:t>One line,</w:t><w:br/><w:t>and two.</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>High Water</w:t></w:r></w:p>
<w:p><w:r><w:t>It came back in the night.</w:t></w:r></w:p>
</w:body></w:document>"""
STYLES = f'<w:styles {W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
CORE = "<cp><dc:title>The Tide Table</dc:title><dc:creator>Anna Lee</dc:creator><dcterms:modified>2011-05-06T07:08:09Z</dcterms:modified></cp>"
OPEN = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content><office:automatic-styles><style:style style:name="T1"><style:text-properties fo:font-style="italic"/></style:style></office:automatic-styles>
<office:body><office:text><text:h text:outline-level="1">Low Water</text:h>
<text:p>She said &amp; meant <text:span text:style-name="T1">never</text:span>, again.<office:annotation><text:p>really?</text:p></office:annotation></text:p>
<text:p>***</text:p><text:p>One line,<text:line-break/>and two.</text:p><text:h text:outline-level="1">High Water</text:h><text:p>It came back in the night.</text:p></office:text></office:body></office:document-content>"""
META = "<m><dc:title>The Tide Table</dc:title><meta:initial-creator>Anna Lee</meta:initial-creator><dc:date>2011-05-06T07:08:09</dc:date></m>"
RICH = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}{\info{\title The Tide Table}{\author Anna Lee}}{\*\generator Invented;}
\pard\outlinelevel0 Low Water\par\pard She said & meant {\i never}, again.\par ***\par One line,\line and two.\par
\pard\outlinelevel0 High Water\par\pard It came back in the night.\par}"""


def docx(text: str = WORD) -> bytes:
    members = (
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", text),
        ("word/styles.xml", STYLES),
        ("docProps/core.xml", CORE),
    )
    return packing.zipped(*((name, said.encode()) for name, said in members))


def odt(text: str = OPEN) -> bytes:
    return packing.zipped(
        ("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", text.encode()), ("meta.xml", META.encode())
    )


def copy_of(name: str, data: bytes) -> Copy:
    (copy,) = open_item(Task(name, "sha256:00", data)).copies
    return copy


@pytest.mark.parametrize(("name", "data"), [("tide.docx", docx()), ("tide.odt", odt()), ("tide.rtf", RICH)])
def test_a_document_is_read_as_it_was_written(name: str, data: bytes) -> None:
    """Three word processors, one story: chapters, emphasis, a scene break, a line break, title and author."""
    opened = open_item(Task(name, "sha256:00", data))
    assert opened.format == name.rpartition(".")[2]
    (copy,) = opened.copies
    blocks = received(copy.document).blocks
    assert [(b.kind, b.text) for b in blocks] == [
        ("heading", "Low Water"),
        ("paragraph", "She said & meant never, again."),
        ("scene-break", "***"),
        ("paragraph", "One line,\nand two."),
        ("heading", "High Water"),
        ("paragraph", "It came back in the night."),
    ]
    assert [(s.kind, blocks[1].text[s.start : s.end]) for b in blocks for s in b.spans] == [("emphasis", "never")]
    assert [b.chapter for b in blocks] == [1, 1, 1, 1, 2, 2]
    assert (copy.metadata.title, [c.name for c in copy.metadata.creators]) == ("The Tide Table", ["Anna Lee"])
    for part in copy.document.parts:
        assert part.end == len(copy.document.source)
    reasons = {
        gap.reason for gap in copy.document.left_out if copy.document.source[gap.start : gap.end].strip() in ("gone", "really?")
    }
    assert reasons == {"docx": {"taken out by its author, with changes tracked"}, "odt": {"a comment in the margin"}}.get(
        opened.format, set()
    )


def test_letters_of_rtf() -> None:
    """Bytes of a code page, letters by number with what old readers show, pairs, quotation marks, escaped braces; a file gives back its bytes."""
    data = rb"{\rtf1\ansi\ansicpg1251\uc1 \'cf\'f0\'e8\'e2\'e5\'f2 \u8220?yes\u8221? \{caf\u233\'e9\} \ldblquote no\rdblquote\u-10179?\u-9008?{\uc0\u12354}\~end{\*\unknown hidden}\par}"
    copy = copy_of("letters.rtf", data)
    (block,) = received(copy.document).blocks
    assert block.text == "Привет “yes” {café} “no”\U0001f4d0あ\u00a0end"
    assert copy.document.source.encode("latin-1") == data


BAD = [
    (
        "a Word document without text",
        "empty.docx",
        docx(f"<w:document {W}><w:body><w:p><w:r/></w:p></w:body></w:document>"),
        "no-text",
    ),
    ("an OpenDocument text without text", "empty.odt", odt("<office:document-content/>"), "no-text"),
    ("RTF without a word", "empty.rtf", rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\par\par}", "no-text"),
    ("RTF that is nothing but its beginning", "cut.rtf", rb"{\rtf1", "no-text"),
    ("a Word document cut off in its text", "cut.docx", docx()[:400], "truncated"),
]


@pytest.mark.parametrize(("name", "data", "code"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_documents_are_refused_with_a_reason(name: str, data: bytes, code: str) -> None:
    """Each has its code."""
    with pytest.raises(MalformedItem) as refused:
        open_item(Task(name, "sha256:00", data))
    assert refused.value.code == code


def test_deep_and_endless_documents_are_read() -> None:
    """A hundred thousand groups, a hundred thousand elements inside each other, a paragraph of a million letters."""
    assert copy_of("deep.rtf", rb"{\rtf1 words" + b"{" * 100_000 + rb" deep\par").document.blocks
    assert copy_of("long.rtf", rb"{\rtf1 " + b"a word " * 150_000).document.blocks
    assert copy_of("deep.docx", docx(WORD.replace("<w:br/>", "<w:r>" * 100_000))).document.blocks


@pytest.mark.parametrize(("name", "data"), [("a.docx", docx()), ("a.odt", odt()), ("a.rtf", RICH)])
def test_mutants_of_documents_are_read_or_refused(name: str, data: bytes) -> None:
    """Two hundred mutants of each: a text or one of our own errors; the text inside a zip is changed too."""
    drawn = random.Random(20261124)
    for number in range(200):
        inside = {"a.docx": WORD, "a.odt": OPEN}.get(name)
        mutant = bytearray(inside.encode() if inside and number % 2 else data)
        for _ in range(drawn.randint(1, 9)):
            at = drawn.randrange(len(mutant))
            how = drawn.randrange(3)
            if how == 0:
                mutant[at] = drawn.randrange(256)
            elif how == 1:
                del mutant[at : at + drawn.randrange(1, 60)]
            else:
                mutant[at:at] = drawn.choice([b"<w:p>", b"</w:r>", rb"\u-1", b"{", b"}", rb"\'", b"&#0;", b"<!--"])
        given = bytes(mutant)
        if inside and number % 2:
            text = given.decode("utf-8", "replace")
            given = docx(text) if name == "a.docx" else odt(text)
        try:
            opened = open_item(Task(name, "sha256:00", given))
        except IntakeError:
            continue
        assert all(received(copy.document).blocks for copy in opened.copies)
