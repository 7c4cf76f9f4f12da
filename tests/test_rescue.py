"""Rescue: every repair on before/after pairs, and the laws no repair may break."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.document import SCENE, Document, Laid, Piece, ReadingText, Sibling, Span, reading, received
from variorum.rescue import APPLIED, APPLIED_BREAK, REPAIRS, SURE, model, network, rescue
from variorum.rescue.paragraphs import candidates
from variorum.rescue.scoring import ALL, possible
from variorum.rescue.state import MOST
from variorum.text import tokenise

FIXTURES = Path(__file__).parent / "rescue"


def laid(source: str, *, part: str = "story") -> Document:
    """A source as intake lays plain text: paragraphs apart by empty lines."""
    blocks = [
        Laid("paragraph", part, (Piece(m.start(), m.end()),))
        for m in re.finditer(r"[^\n]+(?:\n[^\n]+)*", source)
        if m.group().strip()
    ]
    return Document("sha256:test", source, blocks=tuple(blocks))


def shown(text: ReadingText) -> str:
    """A reading text as the fixtures write it: parts named when they are not story, emphasis in stars."""
    out = []
    for block in text.blocks:
        body = block.text
        for span in sorted(block.spans, key=lambda s: s.start, reverse=True):
            body = f"{body[: span.start]}*{body[span.start : span.end]}*{body[span.end :]}"
        lead = "# " if block.kind == "heading" else "" if block.part == "story" else f"[{block.part}] "
        out.append(lead + body)
    return "\n\n".join(out)


# ---------------------------------------------------------------- before and after


class Case(NamedTuple):
    name: str
    before: str
    after: str


def cases() -> Iterator[Case]:
    """The pairs of tests/rescue/*.txt: ``== name``, the source, ``--``, the reading text."""
    for path in sorted(FIXTURES.glob("*.txt")):
        for chunk in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, body = chunk.partition("\n")
            before, _, after = body.partition("\n--\n")
            before = before.replace("\\\n", "")  # a backslash at a line end: the line goes on
            before = before.replace("\\u0020", " ")  # a space that an editor would take away
            after = after.replace("\\u0020", " ").replace("\\\n", "")
            yield Case(f"{path.stem}: {name}", before.strip("\n"), after.strip("\n"))


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in cases()])
def test_before_and_after(case: Case) -> None:
    """Every pair reads after rescue as its second half says."""
    assert shown(reading(rescue(laid(case.before)))) == case.after


def test_every_repair_has_a_fixture() -> None:
    """A repair without a before/after file is one nobody sees fail (siblings need two texts, they have tests below)."""
    assert {r.name for r in REPAIRS} - {"siblings"} <= {p.stem for p in FIXTURES.glob("*.txt")}


# ---------------------------------------------------------------- siblings

WITH_PARAGRAPHS = """The keeper put the kettle on. The wind went round the tower.

Maren came up the last stair and said nothing. She had said it all on the way.

"You came back," said the keeper.

* * *

In the morning the wind had gone. They looked for the boat together, and it was not there.

Nobody spoke of it that week. The lamp was trimmed by four."""
FLATTENED = re.sub(r"\n+", " ", WITH_PARAGRAPHS.replace("\n\n* * *", "")).replace("looked for", "searched for")


def sibling_of(document: Document, other: ReadingText, name: str = "B") -> Sibling:
    """A sibling matched word by word, greedily: enough for texts that differ in a word."""
    ours, theirs = tokenise(received(document).text).hashes.tolist(), tokenise(other.text).hashes.tolist()
    runs = []
    b = 0
    for a, word in enumerate(ours):
        for ahead in range(b, min(b + 3, len(theirs))):
            if theirs[ahead] == word:
                runs.append((a, ahead, 1))
                b = ahead + 1
                break
    return Sibling(name, other, tuple(runs))


def test_a_sibling_gives_its_paragraphs() -> None:
    """Where a copy of the same words has a paragraph, the flattened text gets it, and says from which copy."""
    document = laid(FLATTENED)
    mended = rescue(document, [sibling_of(document, received(laid(WITH_PARAGRAPHS)))])
    blocks = [b.text for b in reading(mended).blocks]
    assert blocks == [
        "The keeper put the kettle on. The wind went round the tower.",
        "Maren came up the last stair and said nothing. She had said it all on the way.",
        '"You came back," said the keeper.',
        "In the morning the wind had gone. They searched for the boat together, and it was not there.",
        "Nobody spoke of it that week. The lamp was trimmed by four.",
    ]
    breaks = [e for e in mended.emendations if e.kind == "break"]
    assert all(e.certainty == 0.99 and e.why == "same break in copy B" for e in breaks)


def test_a_sibling_gives_its_emphasis_and_scene() -> None:
    """Emphasis is laid over the words that the copy stresses; a mark where the copy has a scene break is one."""
    document = laid(FLATTENED.replace("In the morning", "- In the morning"))
    other = laid(WITH_PARAGRAPHS)
    at = WITH_PARAGRAPHS.index("not there")
    scene = WITH_PARAGRAPHS.index("* * *")
    blocks = tuple(b._replace(kind="scene-break") if b.pieces[0].start == scene else b for b in other.blocks)
    stressed = replace(other, blocks=blocks, spans=(Span(at, at + 3, "emphasis"),))
    mended = reading(rescue(document, [sibling_of(document, received(stressed))]))
    assert [b.kind for b in mended.blocks].count("scene-break") == 1
    (block,) = [b for b in mended.blocks if b.spans]
    assert block.text[block.spans[0].start : block.spans[0].end] == "not"


# ---------------------------------------------------------------- laws

_LETTERS = st.sampled_from(
    [
        "a",
        "He",
        "she said",
        "“",
        "”",
        '"',
        "'",
        "’",
        "*",
        "_",
        "/",
        "~",
        "-",
        "—",
        " ",
        "  ",
        "\n",
        "\n\n",
        ".",
        "?",
        "!",
        ",",
        "…",
        "\ud800",
        "\x00",
        "é",
        "Ã©",
        "â€™",
        "\u0301",
        "שלום",
        "A/N:",
        "Chapter 1",
        "oOo",
        "&amp;",
        "&rdquo;",
        "http://a.example",
        "> ",
        "I.",
        "2",
    ]
)
_TEXTS = st.lists(_LETTERS, max_size=120).map("".join)
_STORIES = st.lists(
    st.sampled_from(
        [
            "The lamp went out.",
            '"Who is there?"',
            '"Nobody," he said.',
            "She was , really, gone.",
            "It was *cold* that year.",
            "***",
            "Thanks to Brindle for the beta!",
            "Chapter 2",
            "(A/N: sorry!)",
            "He _ran_.",
            "donâ€™t",
            "Gil— I mean it.",
            "Sheâ€™d gone\nhome.",
        ]
    ),
    min_size=1,
    max_size=150,
).flatmap(lambda parts: st.sampled_from([" ", "\n", "\n\n", ""]).map(lambda joint: joint.join(parts)))


@settings(max_examples=150, deadline=None)
@given(st.one_of(_TEXTS, _STORIES))
def test_laws_of_every_text(source: str) -> None:
    """Source unchanged; refusing all gives what was received; ids repeat; offsets lie inside, in order, apart."""
    document = laid(source)
    mended = rescue(document)
    assert mended.source == source
    assert mended.blocks == document.blocks
    refused = mended.with_emendations(e._replace(state="refused") for e in mended.emendations)
    assert reading(refused) == received(document)
    assert rescue(document) == mended
    assert rescue(mended) == mended
    keys = [(e.start, e.end, e.kind) for e in mended.emendations]
    assert keys == sorted(keys)
    assert len({e.emendation for e in mended.emendations}) == len(keys)
    for e in mended.emendations:
        assert 0 <= e.start <= e.end <= len(source)
        assert e.source == source[e.start : e.end]
        assert 0 < e.certainty <= 1
        assert (e.state == "applied") == (e.certainty >= (APPLIED_BREAK if e.kind == "break" else APPLIED))
        assert e.why
        assert e.rule
        assert e.group
    edits = [e for e in mended.emendations if e.kind == "text"]
    assert all(a.end <= b.start and (a.start, a.end) != (b.start, b.end) for a, b in pairwise(edits))


@settings(max_examples=150, deadline=None)
@given(st.one_of(_TEXTS, _STORIES))
def test_no_letter_is_lost(source: str) -> None:
    """But for the places of text emendations, marks of scenes among them, every letter received is read, in order."""
    document = laid(source)
    mended = rescue(document)
    touched = [(e.start, e.end) for e in mended.emendations if e.kind in ("text", "scene") and e.state == "applied"]

    def letters(text: ReadingText) -> list[tuple[int, str]]:
        found = []
        for block in text.blocks:
            for piece in block.pieces:
                if piece.text is None:
                    found += [(i, source[i]) for i in range(piece.start, piece.end) if source[i].isalnum()]
        return [f for f in found if not any(a <= f[0] < b for a, b in touched)]

    assert letters(reading(mended)) == letters(received(document))


@settings(max_examples=60, deadline=None)
@given(_STORIES)
def test_a_rescued_text_needs_no_rescue(source: str) -> None:
    """What rescue gives, kept as a new text, gets no sure text emendation and no sure break."""
    text = reading(rescue(laid(source)))
    exported = "\n\n".join(block.text for block in text.blocks if block.part == "story")
    again = rescue(laid(exported))
    assert not [e for e in again.emendations if e.certainty >= SURE and e.kind in ("break", "text")]


def test_a_refusal_stands() -> None:
    """What a person refused is refused again, and what a person accepted stays; nobody's ruling is lost."""
    mended = rescue(laid("She was , really, gone. It is *so* cold , said he, and *so* late and *so* far."))
    space = next(e for e in mended.emendations if e.kind == "text")
    first = space._replace(state="refused", ruling="r1")
    held = mended.with_emendations([first, *(e for e in mended.emendations if e != space)])
    again = rescue(held)
    assert first in again.emendations
    assert "was , really" in reading(again).text
    lost = first._replace(emendation="0" * 20, start=3, end=4)
    assert lost in rescue(held.with_emendations([*held.emendations, lost])).emendations


def test_entities_of_a_page_are_mended_whole() -> None:
    """A character whose bytes came as three entities is one character, whatever pieces the page was laid in."""
    source = "It&acirc;&euro;&trade;s late"
    pieces = (Piece(0, 2), Piece(2, 9, "â"), Piece(9, 15, "€"), Piece(15, 22, "™"), Piece(22, len(source)))
    document = Document("sha256:test", source, blocks=(Laid("paragraph", "story", pieces),))
    assert reading(rescue(document)).text == "It’s late"


@pytest.mark.parametrize(
    "source",
    [
        "",
        " ",
        "\n" * 5_000,
        '"' * 20_000,
        "* " * 20_000,
        "*a" * 20_000,
        "/a " * 20_000,
        "~" * 20_000,
        "\u0301" * 20_000,
        "\ud800\udfff" * 10_000,
        "a\x00 , b. " * 5_000,
        "“" * 20_000,
        ". " * 20_000,
        'A. "B" ' * 5_000,
        "&amp;" * 10_000,
        "â" * 20_000,
        "I. " * 10_000,
        "> \n" * 10_000,
        "שלום abc. ",
        "www." * 10_000,
        "A/N: (" * 5_000,
        "Chapter 1 " * 5_000,
    ],
)
def test_no_text_is_too_bad(source: str) -> None:
    """Nothing raises and nothing takes more than linear time, whatever a file holds."""
    mended = rescue(laid(source))
    assert mended.source == source
    assert len(mended.emendations) <= MOST


def test_scene_breaks_read_alike() -> None:
    """However a scene break was typed it reads as `SCENE`."""
    blocks = reading(rescue(laid("One.\n\n~~~\n\nTwo.\n\nxXx\n\nThree."))).blocks
    assert [b.text for b in blocks if b.kind == "scene-break"] == [SCENE, SCENE]


def test_a_sibling_gives_its_headings_and_what_is_no_story() -> None:
    """A chapter heading and an end note of a copy are told apart here too, with the signs that close them."""
    story = "The keeper put the kettle on and the wind went round the tower. " * 3
    note = "Written in a week of rain, for the keeper of the other lamp ."
    document = laid(f"Ashes {story}{note}")
    blocks = [
        Laid("heading", "story", (Piece(0, 5),), None, 1.0, 2),
        Laid("paragraph", "story", (Piece(6, 5 + len(story)),)),
        Laid("paragraph", "notes-after", (Piece(6 + len(story), 6 + len(story) + len(note)),)),
    ]
    other = received(Document("sha256:b", document.source, blocks=tuple(blocks)))
    text = reading(rescue(document, [sibling_of(document, other)]))
    assert [(b.kind, b.part, b.text) for b in text.blocks] == [
        ("heading", "story", "Ashes"),
        ("paragraph", "story", story.strip()),
        ("paragraph", "notes-after", note),
    ]


def test_a_full_stop_behind_a_link_belongs_to_its_sentence() -> None:
    """Credits in a flattened line end with their own stop, and a sentence that says nothing of its own goes with them."""
    story = "The keeper put the kettle on and the wind went round the tower, once and twice and three times. " * 50
    thanks = "Inspired by a drawing: https://quill.example/post/61 . Go and look at it. Also posted on https://tide.example/1 ."
    text = reading(rescue(laid(story + thanks)))
    assert " ".join(b.text for b in text.part("credits").blocks) == thanks
    assert {b.part for b in text.blocks} == {"story", "credits"}


# ---------------------------------------------------------------- what is looked at, and what need not be


@pytest.mark.parametrize("number", range(len(ALL)))
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_cue_is_found_by_its_keys(number: int, data: st.DataObject) -> None:
    """Whatever a cue matches holds one of its keys: looking for keys first never misses a cue."""
    cue = ALL[number]
    try:
        text = data.draw(st.from_regex(re.compile(cue.pattern.pattern, cue.pattern.flags & ~re.UNICODE | re.ASCII)))
    except re.error:  # pragma: no cover - a pattern hypothesis cannot write
        return
    text = text[:1_000]
    if "\n" not in text and (cue.pattern.match(text) if cue.anchored else cue.pattern.search(text)):
        assert cue in next(possible(text))


def test_typography_alone_is_no_damage() -> None:
    """Marks that are passed over without asking ftfy are never bad to it, whatever they stand beside."""
    marks = "“”‘’—–…\xa0"
    assert not any(is_bad("".join(some)) for some in product(marks + "aZ1. ", repeat=4))


def test_a_verb_of_saying_is_found_as_by_the_whole_pattern() -> None:
    """The quick search for ``said`` answers as the whole expression does, on every way to name a speaker."""
    names = ("she", "Maren", "Mr. Pike", "the 5th", "old Mrs. Pike", "50", "Élodie", "x—", '"No,"', "O'Hara", "Pike,", "é")
    for name, verb in product(names, ("said", "softly said", "went on", "saith", "said.", "stood")):
        text = f"It was so. {name} {verb} it"
        verbs = [m.start() for m in model._VERB.finditer(text)]
        assert model._said_before(text, verbs, 0, len(text)) == bool(model._SAID.search(text)), text
        assert model._said_here(text, verbs, 11, len(text)) == bool(model._SAID.match(text, 11)), text


def test_capitals_are_offered_where_they_are_words() -> None:
    """Words in capitals amid small ones are offered as stress, whole sentences where the text does so; acronyms and signs are not."""
    story = "It was NOT her lamp. Had she EVER said so? The HMS Tern lay off the point. A sign said KEEP OUT in red. I KNOW it. SHE DID NOT ANSWER HIM."
    found = [e for e in rescue(laid(story)).emendations if e.rule == "emphasis.capitals"]
    assert [e.source for e in found] == ["NOT", "EVER", "KNOW", "SHE DID NOT ANSWER HIM"]
    assert {e.state for e in found} == {"proposed"}


@settings(max_examples=60, deadline=None)
@given(_STORIES, st.randoms(use_true_random=False))
def test_undo_in_any_order_ends_alike(source: str, chance: random.Random) -> None:
    """Refusing the same emendations in whatever order gives the same text, and refusing all of them the one that came."""
    mended = rescue(laid(source))
    refused = [e for e in mended.emendations if chance.random() < 0.5]
    readings = []
    for _ in range(2):
        chance.shuffle(refused)
        document = mended
        for one in refused:
            document = document.with_emendations(
                e._replace(state="refused") if e.emendation == one.emendation else e for e in document.emendations
            )
        readings.append(reading(document))
    assert readings[0] == readings[1]
    everything = mended.with_emendations(e._replace(state="refused") for e in mended.emendations)
    assert reading(everything) == received(mended)


_CLEAN = st.lists(
    st.sampled_from(
        [
            "The keeper put the kettle on, and the wind went round the tower – twice, by the sound of it.",
            "“You came back,” said Maren. “I said I would.”",
            "“’Twas the lamp—” She stopped.",
            "Nobody spoke of it that week; the lamp was trimmed by four.",
            "He’d read The Keeper’s Daughter twice, and liked the well-kept third chapter best of all.",
            "“Mon ami, it is half past four o’clock,” he said… and it was.",
            "Was it that late? It was 4:30 p.m., or 16.30, by the U.S. clock.",
            "She counted: one, two, three. NASA had not.",
        ]
    ),
    min_size=2,
    max_size=40,
).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(_CLEAN)
def test_a_clean_text_gets_no_sure_edit(source: str) -> None:
    """A text that is whole is left alone: no word, break or scene of it is changed, surely or likely."""
    found = [e for e in rescue(laid(source)).emendations if e.kind in ("text", "break", "scene")]
    assert not [e for e in found if e.state == "applied"]


def test_a_sentence_broken_off_can_end_a_paragraph() -> None:
    """A dash before a capital is a place where a paragraph can begin, an abbreviation and a small letter are none."""
    text = "He ran— The lamp fell. Mr. Pike said -- well, nothing-- Then he left."
    assert [text[c.end :].split(maxsplit=1)[0] for c in candidates(text)] == ["The", "Mr.", "Then"]


def test_the_weights_are_those_of_the_model_card() -> None:
    """The version in the file is the one docs/rescue.md describes; the weights take a megabyte at most."""
    weights = Path(network.__file__).with_name("paragraphs.npz")
    card = (Path(__file__).parent.parent / "docs" / "rescue.md").read_text(encoding="utf-8")
    assert f"version {network.trained().version}," in card.partition("## The paragraph model")[2]
    assert weights.stat().st_size <= 1_000_000


def test_the_model_judges_long_texts_in_windows() -> None:
    """A text of many windows is judged like its beginning by itself, and every chance lies between 0 and 1."""
    text = " ".join(f'The lamp went out at {n}. "Who is there?" she said. Maren did not answer him.' for n in range(300))
    found = list(candidates(text))
    chances = model.probabilities(text, found)
    assert len(chances) == len(found) > 700
    assert ((chances > 0) & (chances < 1)).all()
    half = [c for c in found if c.end < len(text) // 2]
    again = model.probabilities(text[: half[-1].end + 60], half)
    assert abs(again[100:250] - chances[100:250]).max() < 0.02
