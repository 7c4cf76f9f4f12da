"""Scholars' forms of an apparatus: each read back, every witness rebuilt to the character."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from test_collation import copy, family

from variorum.collation import Comparison, collate, tabulate
from variorum.editions import FORMS, Collated, render_apparatus
from variorum.errors import PublishError
from variorum.model import Table

HERE = Path(__file__).parent / "collation"
TEI = "{http://www.tei-c.org/ns/1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"

LAMP = """# The Lamp

“I *know* the lamp,” she said. Nobody on the harbour wall had asked her about it & nobody would.

The boat came in late and slow. It was raining on every roof from here to the old stairs, and the keeper counted the drops.

Then the whole town went quiet at once, as a room does when somebody lets a tray fall.

* * *

In the morning the light was out."""


def lamps():
    """Three copies: one with a moved passage and changed words, one that stops early."""
    moved = "Then the whole town went quiet at once, as a room does when somebody lets a tray fall.\n\n"
    other = LAMP.replace(moved, "").replace("“I", moved + "“I").replace("“I *know* the lamp,”", '"I know the lantern,"')
    early = LAMP.split("In the morning", maxsplit=1)[0].replace("late", "very late").removesuffix("\n\n* * *\n\n")
    return [copy("A", LAMP, title="The Lamp", language="en"), copy("B", other), copy("C", early, partial=True)]


def collated(copies, base="A", *, notes=False):
    """What a form is written from."""
    found = Comparison(copies, base, notes=notes)
    return Collated(found.apparatus, found.table, "The Lamp & the Stairs", "en", notes)


# ---------------------------------------------------------------- reading the forms back


def from_tei(data: bytes, siglum: str) -> str:
    """A witness's text out of parallel segmentation: what stands in no app, and from each app the reading that names it."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    out: list[str] = []

    def walk(node):
        out.append(node.text or "")
        for child in node:
            if child.tag == TEI + "app":
                for reading in child:
                    if f"#{siglum}" in reading.get("wit").split():
                        walk(reading)
            elif child.tag == TEI + "milestone":
                out.append("\n\n")
            elif child.tag == TEI + "lb":
                out.append("\n")
            elif child.tag in (TEI + "lacunaStart", TEI + "lacunaEnd"):
                pass
            else:
                walk(child)
            out.append(child.tail or "")

    walk(root.find(f".//{TEI}ab"))
    return "".join(out)


def from_table(data: bytes, siglum: str) -> str:
    """A witness's text out of the collation table."""
    value = json.loads(data)
    row = value["table"][value["witnesses"].index(siglum)]
    return "".join(token["t"] for cell in row if cell is not None for token in cell)


SCHEMA = etree.RelaxNG(etree.parse(str(HERE / "apparatus.rng")))


def assert_valid(data: bytes) -> etree._Element:
    """Well formed, as tests/collation/apparatus.rng has it, every pointer leading to an element."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    SCHEMA.assertValid(root)
    ids = {node.get(ID) for node in root.iter() if node.get(ID)}
    for node in root.iter(etree.Element):
        for name in ("wit", "corresp", "target"):
            for pointer in node.get(name, "").split():
                assert not pointer.startswith("#") or pointer[1:] in ids, (node.tag, pointer)
    return root


# ---------------------------------------------------------------- laws


def test_the_table_holds_every_text_to_the_character():
    """Stretches of one witness one after another are its text; where nothing differs all have the same characters."""
    for seed in range(120):
        copies = family(seed, 2 + seed % 4)
        base = copies[seed % len(copies)].siglum
        table = tabulate(collate(copies, base), copies)
        for number, strand in enumerate(table.strands):
            assert "".join(table.text(number, segment) for segment in table) == strand.text
        for segment in table:
            if segment.kind is None:
                assert len({table.text(number, segment) for number in range(len(table.strands))}) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5))
def test_tei_gives_every_witness_back(seed, count):
    """Whatever the edits, moves and lacunae: parallel segmentation is valid and holds each text exactly."""
    copies = family(seed, count)
    data = render_apparatus(collated(copies), "tei")
    assert_valid(data)
    for one in copies:
        assert from_tei(data, one.siglum) == one.text.text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5))
def test_the_json_table_gives_every_witness_back(seed, count):
    """Rows of equal length, and the tokens of a row are the witness's text."""
    copies = family(seed, count)
    data = render_apparatus(collated(copies), "collatex")
    value = json.loads(data)
    assert {len(row) for row in value["table"]} == {len(value["columns"])}
    for one in copies:
        assert from_table(data, one.siglum) == one.text.text


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_written_in_every_form(one, other):
    """Nothing a text may hold breaks a form: XML stays XML, CSV stays a rectangle, what cannot be written is U+FFFD."""
    copies = [copy("A", one.replace("*", "")), copy("B", other.replace("*", ""))]
    value = collated(copies)
    for form in ("tei", "tei-spine"):
        assert_valid(render_apparatus(value, form))
    json.loads(render_apparatus(value, "collatex"))
    rows = list(csv.reader(io.StringIO(render_apparatus(value, "csv").decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    etree.fromstring(render_apparatus(value, "html"), etree.HTMLParser())


def test_lines_tabs_and_returns_survive_xml():
    """A verse's line ends and a carriage return come back from the XML as they were."""
    text = "One line here\nand another\tone\r\nwith a return in it.\n\nAnd a paragraph <of> & “marks”."
    copies = [copy("A", text), copy("B", text.replace("another", "some other"))]
    data = render_apparatus(collated(copies), "tei")
    assert [from_tei(data, one.siglum) for one in copies] == [one.text.text for one in copies]


# ---------------------------------------------------------------- golden files


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_those_expected(form):
    """Three invented copies in every form, to the byte, twice the same; tests/collation/lamp.* is read by a person first."""
    data = render_apparatus(collated(lamps()), form)
    assert data == render_apparatus(collated(lamps()), form)
    expected = HERE / f"lamp.{form}{FORMS[form].ending}"
    assert data.decode() == expected.read_bytes().decode()


def test_moves_are_two_places_tied_to_each_other():
    """Both TEI forms: a moved passage is two entries that point to each other, and a link between them."""
    for form in ("tei", "tei-spine"):
        root = assert_valid(render_apparatus(collated(lamps()[:2]), form))
        ends = [app for app in root.iter(TEI + "app") if app.get("subtype") == "moved"]
        assert [(app.get(ID), app.get("corresp")) for app in ends] == [("m1.1", "#m1.2"), ("m1.2", "#m1.1")]
        assert [link.get("target") for link in root.iter(TEI + "link")] == ["#m1.1 #m1.2"]


def test_entries_say_whether_words_or_spelling_differ():
    """`@type` tells substantive from orthographic, `@subtype` the kind; one listWit names the witnesses."""
    root = assert_valid(render_apparatus(collated(lamps()), "tei"))
    kinds = {(app.get("type"), app.get("subtype")) for app in root.iter(TEI + "app")}
    assert ("substantive", "word") in kinds
    assert ("orthographic", "markup") in kinds
    assert [w.get(ID) for w in root.iter(TEI + "witness")] == ["A", "B", "C"]
    assert len(list(root.iter(TEI + "listWit"))) == 1


def test_where_a_partial_copy_stops_is_a_lacuna():
    """A copy that stops has one `lacunaStart`, and no reading behind it; it is not called an omission."""
    for form in ("tei", "tei-spine"):
        root = assert_valid(render_apparatus(collated(lamps()), form))
        starts = list(root.iter(TEI + "lacunaStart"))
        assert [start.getparent().get("wit") for start in starts] == ["#C"]


def test_a_half_finished_copy_does_not_hide_where_the_others_differ():
    """Behind the place where C stops, a word that A and B have differently is still an entry of its own."""
    paragraphs = [f"This is paragraph {n}, which says its own thing about the harbour and the rain of day {n}." for n in range(9)]
    whole = "\n\n".join(paragraphs)
    copies = [copy("A", whole), copy("B", whole.replace("rain of day 7", "snow of day 7"))]
    copies.append(copy("C", "\n\n".join(paragraphs[:4]), partial=True))
    table: Table = Comparison(copies, "A").table
    changed = [segment for segment in table if table.text(0, segment).strip() == "rain"]
    assert [(table.text(1, s).strip(), table.text(2, s), s.lacks) for s in changed] == [("snow", "", frozenset("C"))]


def test_how_words_were_compared_is_in_every_form():
    """Each form says by which rules two words are the same, and which parts were compared."""
    for form in FORMS:
        for notes, parts in ((False, "story"), (True, "all")):
            text = render_apparatus(collated(lamps(), notes=notes), form).decode()
            assert "apostrophes" in text
            assert f'parts":"{parts}' in text or f"parts={parts}" in text or f">{parts}<" in text or f"</label> {parts}" in text


def test_a_spreadsheet_takes_no_word_for_a_formula():
    """Words of strangers that begin like a formula stand behind an apostrophe."""
    copies = [copy("A", "One two three four. =HYPERLINK(1) five six seven"), copy("B", "One two three four. five six seven")]
    rows = list(csv.DictReader(io.StringIO(render_apparatus(collated(copies), "csv").decode("utf-8-sig"), newline="")))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_hostile_text_is_only_text_on_the_page():
    """Markup in a title, a name or a reading is printed, never followed."""
    bad = "<script>alert(1)</script> & <img src=x onerror=alert(2)>"
    copies = [copy("A", f"A word {bad} here."), copy("B", f"A term {bad} there.")]
    found = Comparison(copies, "A")
    page = render_apparatus(Collated(found.apparatus, found.table, bad), "html").decode()
    assert "<script" not in page
    assert "<img" not in page


def test_a_form_there_is_not_is_refused():
    """The sentence names those there are."""
    with pytest.raises(PublishError, match="tei-spine"):
        render_apparatus(collated(lamps()), "stone")


class TestBounds:
    """Long and odd texts in linear time."""

    WORDS: ClassVar = [
        "the",
        "lamp",
        "harbour",
        "rain",
        "she",
        "said",
        "kettle",
        "light",
        "stair",
        "warm",
        "salt",
        "key",
        "door",
        "gull",
        "boat",
    ]

    def test_emphasis_on_every_other_word(self):
        """Twenty thousand emphasised words cost no more than they are."""
        rng = random.Random(4)
        text = " ".join(f"*{w}*" if n % 2 else w for n, w in enumerate(rng.choices(self.WORDS, k=40_000)))
        copies = [copy("A", text), copy("B", text + " And an end.")]
        data = render_apparatus(collated(copies), "tei")
        assert from_tei(data, "B") == copies[1].text.text

    def test_ten_copies(self):
        """Ten copies, each with words of its own, are one table."""
        rng = random.Random(5)
        words = rng.choices(self.WORDS, k=3_000)
        copies = []
        for n in range(10):
            own = list(words)
            for at in rng.sample(range(len(own)), 60):
                own[at] = f"own{n}"
            copies.append(copy(chr(65 + n), " ".join(own)))
        data = render_apparatus(collated(copies), "collatex")
        assert [from_table(data, one.siglum) for one in copies] == [one.text.text for one in copies]
