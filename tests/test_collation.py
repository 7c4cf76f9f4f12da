"""Collation: words matched exactly, changes told by kind, every witness rebuilt from base and entries."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.collation import Copy, align, collate, compare, rebuild, summarise
from variorum.collation.minimal import at_the_beginning, at_the_end, least
from variorum.document import Document, Laid, Piece, ReadingText, Span, reading
from variorum.document.values import Emendation
from variorum.errors import CollationError
from variorum.model import Apparatus, Difference, Metadata
from variorum.text import fold, tokenise

CASES = sorted((Path(__file__).parent / "collation").glob("*.txt"))


def lay(text: str, part: str = "story") -> ReadingText:
    """A reading text of paragraphs apart by an empty line; ``# `` makes a heading, ``*x*`` is emphasis, ``* * *`` a scene break."""
    blocks: list[Laid] = []
    spans: list[Span] = []
    at = 0
    for block in text.split("\n\n"):
        start, end = at, at + len(block)
        at = end + 2
        if block.strip() == "* * *":
            blocks.append(Laid("scene-break", part, (Piece(start, end),)))
            continue
        kind = "heading" if block.startswith("# ") else "paragraph"
        start += 2 if kind == "heading" else 0
        pieces: list[Piece] = []
        last = start
        for found in re.finditer(r"\*([^*\n]+)\*", text[start:end]):
            low, high = start + found.start(), start + found.end()
            pieces += [Piece(last, low), Piece(low + 1, high - 1)]
            spans.append(Span(low + 1, high - 1, "emphasis"))
            last = high
        pieces.append(Piece(last, end))
        blocks.append(Laid(kind, part, tuple(p for p in pieces if p.end > p.start)))
    return reading(Document("item", text, blocks=tuple(b for b in blocks if b.pieces), spans=tuple(spans)))


def copy(siglum: str, text: str | ReadingText, *, partial: bool = False, **metadata: object) -> Copy:
    """A copy of which only the text matters."""
    text = text if isinstance(text, ReadingText) else lay(text)
    return Copy(siglum, f"witness-{siglum}", f"{siglum}.txt", text, Metadata(**metadata), partial)  # type: ignore[arg-type]


def words(text: ReadingText, *, notes: bool = False) -> list[str]:
    """The normal forms of the story's words."""
    string = text.text if notes else text.part("story").text
    found = tokenise(string)
    folded = fold(string)
    return [folded[s:e] for s, e in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]


def assert_rebuilds(apparatus: Apparatus, copies: list[Copy]) -> None:
    """Base and entries give every witness back, word for word."""
    base = next(c for c in copies if c.siglum == apparatus.base)
    for one in copies:
        assert rebuild(apparatus, base, one.siglum) == words(one.text), one.siglum


# ---------------------------------------------------------------- alignment


def matched(one: str, other: str) -> tuple[set[tuple[str, str]], list[str]]:
    """The words of the matches in order with what they face, and the moved passages."""
    a, b = tokenise(one), tokenise(other)
    found = align(a, b)

    def said(text: str, tokens: object, at: int, n: int) -> str:
        return text[tokens.starts[at] : tokens.ends[at + n - 1]]  # type: ignore[attr-defined]

    pairs = {(i + k, j + k) for i, j, n in found.matches for k in range(n)}
    return pairs, [said(one, a, i, n) for i, _, n in found.moved]


def test_words_that_face_each_other_were_kept():
    """A sentence replaced word for word but for a few: the few match, though they are common, and no other does."""
    tail = " ".join(
        f"So {name} went home along a wall, as he had always done in rain." for name in ("Ines", "Corin", "Odo", "Wren")
    )
    one = f"Before it all the captain of that second boat had looked at our sky. {tail}"
    other = f"Beside us both the keeper by my seventh boat was saying on this sky. {tail}"
    pairs, _ = matched(one, other)
    kept = {(i, j) for i, j in pairs if i < 14}  # the, boat, sky
    assert kept == {(i, i) for i in (3, 8, 13)}


def test_an_insertion_begins_where_a_sentence_does():
    """Of two equal choices the gap that begins behind a stop is taken, without knowing more than where words stand."""
    one = "She was tired. By night she slept in the boat."
    other = "She was tired. By milk alone no one lives, he said. By night she slept in the boat."
    pairs, _ = matched(one, other)
    assert (3, 11) in pairs


def test_a_short_sentence_that_moved_far_is_found():
    """Two words between stops, said once in each text and far apart, are the same two words."""
    middle = " ".join(
        f"The {w} of the harbour was cold and the {v} lay by it." for w, v in zip(WORDS[2:14], WORDS[14:], strict=False)
    )
    one, other = f"Quite so. {middle} They went home.", f"{middle} They went home. Quite so."
    _, moved = matched(one, other)
    assert moved == ["Quite so"]


# ---------------------------------------------------------------- fixtures


def shown(apparatus: Apparatus) -> list[str]:
    """Entries as the fixture files write them; line ends as a mark, the spaces kept."""
    out = []
    for entry in apparatus:
        for r in entry.readings:
            flags = (" lacuna" if r.lacuna else "") + (f" {entry.move}" if entry.move else "")
            out.append(f"{entry.kind}{flags} [{entry.lemma}] {','.join(r.sigla)} [{r.text}]".replace("\n", "|"))
    return out


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_entries_are_those_expected(path):
    """Every fixture: two witnesses or more, the summary in words, and exactly the entries expected."""
    parts = re.split(r"^=== ?(.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    copies, summaries, expected = [], {}, []
    for head, body in zip(parts[::2], parts[1::2], strict=True):
        what, *rest = head.split()
        if what == "witness":
            copies.append(copy(rest[0], body.strip("\n"), partial="partial" in rest))
        elif what == "summary":
            summaries[rest[0]] = body.strip()
        elif what == "entries":
            expected = body.strip("\n").splitlines() if body.strip() else []
    apparatus = collate(copies, copies[0].siglum)
    assert shown(apparatus) == expected
    assert {siglum: summarise(d) for siglum, d in apparatus.summary.items()} == summaries
    assert_rebuilds(apparatus, copies)
    for other in copies[1:]:
        assert_rebuilds(collate(copies, other.siglum), copies)


# ---------------------------------------------------------------- laws

WORDS = re.findall(r"\w+", "the a lamp harbour rain she he said kettle light was and to boat stair warm salt old key door")


def edited(rng: random.Random, sentences: list[list[str]]) -> list[list[str]]:
    """A revision: words changed, sentences dropped, added, moved, doubled."""
    out = [list(s) for s in sentences]
    for _ in range(rng.randint(0, 6)):
        if not out:
            out.append([rng.choice(WORDS)])
        at = rng.randrange(len(out))
        match rng.randrange(6):
            case 0:
                out[at][rng.randrange(len(out[at]))] = rng.choice([*WORDS, "gull", "tide"])
            case 1:
                del out[at]
            case 2:
                out.insert(at, [rng.choice([*WORDS, "gull"]) for _ in range(rng.randint(1, 12))])
            case 3:
                out.insert(rng.randrange(len(out)), out.pop(at))
            case 4:
                out.insert(rng.randrange(len(out)), list(out[at]))
            case 5:
                block = out[at : at + 3]
                del out[at : at + 3]
                to = rng.randint(0, len(out))
                out[to:to] = block
    return out


def as_text(rng: random.Random, sentences: list[list[str]]) -> str:
    """Sentences with other capitals, breaks and emphasis every time."""
    out = ""
    for s in sentences:
        text = " ".join(s)
        if rng.random() < 0.2:
            text = f"*{text}*"
        elif rng.random() < 0.7:
            text = text.capitalize()
        out += text + rng.choice([". ", "! ", ".\n\n", ", ", ".\n\n* * *\n\n", " "])
    return out.strip()


def family(seed: int, count: int) -> list[Copy]:
    """A base and some revisions of it, some of them of each other."""
    rng = random.Random(seed)
    first = [[rng.choice(WORDS) for _ in range(rng.randint(1, 14))] for _ in range(rng.randint(0, 14))]
    versions = [first]
    for _ in range(count - 1):
        versions.append(edited(rng, rng.choice(versions)))
    return [copy(chr(65 + n), as_text(rng, v), partial=rng.random() < 0.2) for n, v in enumerate(versions)]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.booleans())
def test_base_and_entries_rebuild_every_witness(seed, count, last):
    """Whatever the edits and however many copies: base and entries give back each witness's words."""
    copies = family(seed, count)
    assert_rebuilds(collate(copies, copies[-1 if last else 0].siglum), copies)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_copies_says_nothing(seed, count, rng):
    """The same entries, summary and frame for the same copies in any order."""
    copies = family(seed, count)
    one = collate(copies, "A")
    rng.shuffle(copies)
    other = collate(copies, "A")
    assert (one.entries, one.summary, one.frame) == (other.entries, dict(other.summary), other.frame)
    assert {w.siglum for w in one.witnesses} == {w.siglum for w in other.witnesses}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_collated(one, other):
    """No string raises, and even nonsense is rebuilt."""
    copies = [copy("A", one.replace("*", "")), copy("B", other.replace("*", ""))]
    assert_rebuilds(collate(copies, "A"), copies)


GAPS = st.text(alphabet="\n\n\n  .,—-…“”\"'’*", max_size=12)


@settings(max_examples=400, deadline=None)
@given(GAPS, GAPS)
def test_the_least_that_differs_makes_one_of_the_other(one, other):
    """Differences are in order and apart, and putting them in gives the other stretch, but for white space around blocks."""
    once = least(one, other)
    for found in (once, at_the_beginning(one, other), at_the_end(one, other)):
        out, at, there = "", 0, 0
        for d in found:
            assert (d.a0, d.b0) >= (at, there)
            assert one[d.a0 : d.a1] != other[d.b0 : d.b1]
            out += one[at : d.a0] + other[d.b0 : d.b1]
            at, there = d.a1, d.b1
        out += one[at:]
        exact = found is once and ("\n\n" not in one or "\n\n" not in other)
        assert out == other if exact else "".join(out.split()) == "".join(other.split())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (".\n\n“", '.\n\n"', [("“", '"', "typographic")]),
        (".”\n\n“", '."\n\n"', [("”", '"', "typographic"), ("“", '"', "typographic")]),
        (".”\n\n“", '." "', [("”", '"', "typographic"), ("\n\n", " ", "markup"), ("“", '"', "typographic")]),
        (".”\n\n“", '.""', [("”", '"', "typographic"), ("\n\n", "", "markup"), ("“", '"', "typographic")]),
        (". — ", ".\n\n— ", [(" ", "\n\n", "markup")]),
        (".\n\n* * *\n\n“", ".\n\n“", [("* * *", "", "markup")]),
        (".\n\n* * *\n\n“", ".\n\n~\n\n“", [("* * *", "~", "typographic")]),
        (",\n", ", ", [("\n", " ", "markup")]),
        (", “", ' , "', [("", " ", "typographic"), ("“", '"', "typographic")]),
        ("Don’t", "don't", [("Don’", "don'", "typographic")]),
        (" — ", "--", [(" — ", "--", "typographic")]),
    ],
)
def test_what_differs_between_two_words_is_cut_to_its_least(one, other, expected):
    """Quotes, dashes and spaces by the character; a block's end or a scene break alone; nothing reaches over a block's end."""
    assert [(one[d.a0 : d.a1], other[d.b0 : d.b1], d.kind) for d in least(one, other)] == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=400), st.lists(st.integers(0, 6), max_size=400))
def test_an_alignment_matches_equal_words_once(one, other):
    """Runs hold equal words, in order, and no word of either side twice, moves included."""
    a, b = (tokenise(" ".join(WORDS[n] for n in ns)) for ns in (one, other))
    found = align(a, b)
    for i, j, n in (*found.matches, *found.moved):
        assert n > 0
        assert (a.hashes[i : i + n] == b.hashes[j : j + n]).all()
    for side, size in ((0, len(a)), (1, len(b))):
        held = [k for run in (*found.matches, *found.moved) for k in range(run[side], run[side] + run[2])]
        assert len(held) == len(set(held))
        assert all(0 <= k < size for k in held)
    assert list(found.matches) == sorted(found.matches)
    assert [r[1] for r in found.matches] == sorted(r[1] for r in found.matches)


def test_a_chorus_repeated_five_thousand_times():
    """No phrase stands once; all the same every common word is matched, in bounded time."""
    chorus = "Oh the lamp is lit tonight my love, and the boats come home. "
    one, other = tokenise(chorus * 5000), tokenise(chorus * 2500 + "Storm! " + chorus * 2498)
    found = align(one, other)
    assert sum(n for _, _, n in found.matches) >= 0.999 * 4998 * 13


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rain " * 200_000, "tea " * 200_000),
        ("x" * 2_000_000, "x" * 1_999_999),
        (". ' " * 100_000, "... " * 100_000),
        ("", "rain " * 100_000),
        ("雨" * 50_000, "雨" * 40_000),
        ("\ud800\x00 lamp \udfff", "\ud800 lamp"),
    ],
    ids=["nothing in common", "one word", "no word", "empty", "one character", "no text at all"],
)
def test_odd_texts_take_bounded_time(one, other):
    """Texts no writer wrote are answered exactly, and soon (the time limit of the tests is the bound)."""
    copies = [copy("A", one), copy("B", other)]
    apparatus = collate(copies, "A")
    assert_rebuilds(apparatus, copies)
    assert collate(list(reversed(copies)), "A").entries == apparatus.entries


def test_half_finished_against_finished_is_matched_whole():
    """46 of 100 of a long text with four new words: every common word, nothing else, in order."""
    rng = random.Random(1)
    finished = [f"w{rng.randrange(900)}" for _ in range(20_000)]
    half = finished[:9_200]
    for at in (100, 3000, 5000, 9000):
        half[at] = "gull"
    found = align(tokenise(" ".join(finished)), tokenise(" ".join(half)))
    pairs = [(a + k, b + k) for a, b, n in found.matches for k in range(n)]
    assert pairs == [(k, k) for k in range(9_200) if half[k] != "gull"]
    assert not found.moved


def test_a_move_keeps_its_own_first_word():
    """The word before a moved passage that its new neighbour shares is not taken from it."""
    one = lay(
        "The tea was cold.\n\nI will set down the story of the lamp as I heard it told.\n\nI had come home.\n\nShe slept at last."
    )
    other = lay(
        "The tea was cold.\n\nI had come home.\n\nShe slept at last.\n\nI will set down the story of the lamp as I heard it told."
    )
    apparatus = collate([copy("A", one), copy("B", other)], "A")
    assert [e.kind for e in apparatus if e.kind not in ("typographic", "markup")] == ["moved", "moved"]
    assert summarise(apparatus.summary["B"]) == "1 passage moved"


def test_comparing_is_collating_without_the_entries():
    """The numbers and the matches are at hand at once; the entries are those of the apparatus."""
    copies = [copy("A", "The lamp was lit, and she waited."), copy("B", "The lantern was lit - and she waited.")]
    found, apparatus = compare(copies, "A"), collate(copies, "A")
    assert found.summary() == apparatus.summary
    assert found.entries() == apparatus.entries
    assert found.alignment("B").matches == ((0, 0, 1), (2, 2, 5))
    with pytest.raises(KeyError):
        found.alignment("C")


def test_places_point_at_the_words_in_every_source():
    """An entry's place and its readings' places are the very words in each document's source."""
    one, other = (
        lay("# One\n\nThe old lamp was lit, and she waited."),
        lay("# One\n\nSo the *old* lantern was lit, and she waited."),
    )
    entries = [e for e in collate([copy("A", one), copy("B", other)], "A") if e.kind == "word"]
    source_a, source_b = (
        "# One\n\nThe old lamp was lit, and she waited.",
        "# One\n\nSo the *old* lantern was lit, and she waited.",
    )
    lamp = next(e for e in entries if e.lemma == "lamp")
    assert source_a[lamp.place.start : lamp.place.end] == "lamp"
    place = lamp.readings[0].places["B"]
    assert source_b[place.start : place.end] == "lantern"
    assert lamp.context == "The old lamp was lit, and she waited."


def test_a_paragraphs_end_has_its_place_in_the_source():
    """What parts two blocks lies between them; quotes at both sides of it keep to their own paragraph."""
    one = "It rained.\n\n“Yes,” said Odo.\n\nHe slept."
    other = 'It rained.\n\n"Yes," said Odo. He slept.'
    found = list(collate([copy("A", one), copy("B", other)], "A"))
    assert [(e.kind, one[e.place.start : e.place.end], e.lemma) for e in found] == [
        ("typographic", "“", "“"),
        ("typographic", "”", "”"),
        ("markup", "\n\n", "\n\n"),
    ]
    assert [other[r.start : r.end] for e in found for r in e.readings[0].places.values()] == ['"', '"', " "]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He saw a lamp. “Wait,” she said.", "He saw a lamp."),
        ("“He saw a lamp.” “Wait,” she said.", "“He saw a lamp.”"),
        ('"He saw a lamp." "Wait," she said.', '"He saw a lamp."'),
        ("He saw a lamp. — Wait, she said.", "He saw a lamp."),
        ("He saw a lamp.\n\n* * *\n\nShe slept.", "He saw a lamp."),
        ("He saw « a lamp. » Wait, she said.", "He saw « a lamp. »"),
        ("He saw a lamp…", "He saw a lamp…"),
    ],
)
def test_a_context_is_its_sentence_and_no_more(text, expected):
    """It takes the quotes that close it and leaves those that open the next one."""
    (entry,) = [e for e in collate([copy("A", text), copy("B", text.replace("saw", "has"))], "A") if e.kind == "word"]
    assert entry.context == expected


@pytest.mark.parametrize("base", ["A", "B"])
def test_what_a_partial_copy_lacks_is_told_apart(base):
    """Either way round: the words beyond the end of a partial copy are counted apart from what an author took out."""
    copies = [
        copy("A", "The lamp was lit. She slept. It rained.\n\nThe end came soon after."),
        copy("B", "The lamp was lit. It rained."),
    ]
    copies[1] = replace(copies[1], partial=True)
    found = collate(copies, base)
    assert_rebuilds(found, copies)
    (difference,) = found.summary.values()
    if base == "A":
        assert (difference.words_removed, difference.words_lacking, difference.words_beyond) == (7, 5, 0)
        assert summarise(difference) == "2 words removed; stops early: 5 words are not in this copy"
    else:
        assert (difference.words_added, difference.words_lacking, difference.words_beyond) == (7, 0, 5)
        assert summarise(difference) == "2 words added; goes on for 5 words where the base stops"


def test_words_that_share_one_place_of_the_source_are_one_entry():
    """Three words put in by one correction: a change to one of them names them all, and still rebuilds."""
    source = "The lamp by the door."
    document = Document("item", source, blocks=(Laid("paragraph", "story", (Piece(0, len(source)),)),))
    given_back = Emendation("e", "text", 9, 9, "", "that stood ready ", "sibling.gap", "", "", 0.9)
    one = copy("A", reading(document.with_emendations([given_back])))
    other = copy("B", "The lamp that hung ready by the door.")
    apparatus = collate([one, other], "A")
    assert_rebuilds(apparatus, [one, other])
    assert [e.lemma for e in apparatus if e.kind == "word"] == ["that stood ready by"]


def test_notes_count_only_when_asked_for():
    """The story alone is compared; notes differ in the frame, or with notes=True as entries."""

    def make(note: str) -> ReadingText:
        return ReadingText(lay("The lamp was lit.").blocks + lay(note, "notes-after").blocks)

    copies = [copy("A", make("Thank you, all.")), copy("B", make("Thank you, Wren."))]
    plain = collate(copies, "A")
    assert not plain.entries
    assert [(f.field, f.lemma, f.readings) for f in plain.frame] == [
        ("notes-after", "Thank you, all.", ((("B",), "Thank you, Wren."),))
    ]
    whole = collate(copies, "A", notes=True)
    assert [e.lemma for e in whole] == ["all"]
    assert rebuild(whole, copies[0], "B", notes=True) == words(copies[1].text, notes=True)


def test_a_sites_template_is_no_edit():
    """What only one format states, the order of tags, quotes and a printed label are no difference; a tag is."""

    def make(note: str) -> ReadingText:
        return ReadingText(lay("The lamp was lit.").blocks + lay(note, "notes-after").blocks)

    one = copy("A", make("Notes:\n\nIt's for Wren."), tags=("Rain", "Tea"), summary="“Rain.”", rating="Mature")
    same = copy("B", make("It’s for Wren."), tags=("tea", "Rain"), summary='"Rain."')
    assert collate([one, same], "A").frame == ()
    more = replace(same, metadata=Metadata(tags=("Rain", "Tea", "Fog"), title="Lamp"))
    assert [f.field for f in collate([one, more], "A").frame] == ["tags"]


def test_a_summary_line_is_plain_words():
    """Each count has its words, singular and plural; equal texts say so."""
    assert summarise(Difference()) == "the same words"
    assert summarise(Difference(words_changed=2, sentences_reworked=1, typographic=14)) == (
        "2 words changed, 1 sentence reworked; quotes and spacing differ in 14 places"
    )
    assert summarise(Difference(words_removed=168, words_lacking=168)) == "stops early: 168 words are not in this copy"
    assert summarise(Difference(words_added=1, words_removed=2000, moved=1, typographic=1)) == (
        "1 word added, 2,000 words removed, 1 passage moved; quotes and spacing differ in 1 place"
    )


def test_collating_needs_two_copies_and_a_base_among_them():
    """What a caller did wrong is a CollationError with a plain sentence."""
    one, other = copy("A", "x"), copy("B", "y")
    for copies, base in (([one], "A"), ([one, other], "C"), ([one, one], "A")):
        with pytest.raises(CollationError):
            collate(copies, base)
    with pytest.raises(CollationError):
        rebuild(collate([one, other], "A"), one, "Z")
