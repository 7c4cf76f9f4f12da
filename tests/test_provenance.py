"""Provenance: what notes and metadata say of where a work comes from, and which names are one person."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum import provenance
from variorum.document import Document, Laid, Piece, Span, received
from variorum.model import Claim, Creator, Evidence, Metadata, Relation, Ruling, Series
from variorum.provenance import copies, cues, doers, gifts, sentences, sources, statements, words
from variorum.provenance import credits as credits_module
from variorum.provenance import names as names_module

FIXTURES = Path(__file__).parent / "provenance"
OPTIONAL = {"links-to", "page"}


@dataclass(frozen=True)
class Case:
    half: str
    text: str
    site: str | None
    expected: frozenset[str]


def cases(half: str) -> list[Case]:
    out = []
    for chunk in (FIXTURES / f"{half}.txt").read_text("utf-8").split("\n\n"):
        lines = [line for line in chunk.splitlines() if line and not line.startswith("#")]
        text = "\n\n".join(line[2:] for line in lines if line.startswith("> "))
        site = next((line[2:] for line in lines if line.startswith("< ")), None)
        expected = frozenset(line for line in lines if line[:2] not in ("> ", "< ") and line != "-")
        if text:
            out.append(Case(half, text, site, expected))
    return out


def document(*blocks: tuple[str, str], spans: tuple[Span, ...] = ()) -> Document:
    """A document of (part, text) blocks whose source is their texts, line by line."""
    source = "\n".join(text for _, text in blocks)
    laid, at = [], 0
    for part, text in blocks:
        laid.append(Laid("paragraph", part, (Piece(at, at + len(text)),)))
        at += len(text) + 1
    return Document("sha256:00#", source, (), tuple(laid), spans)


def read(*blocks: tuple[str, str], metadata: Metadata | None = None, spans: tuple[Span, ...] = ()) -> provenance.Provenance:
    text = received(document(*blocks, spans=spans))
    return provenance.read_claims(work="w1", witness="A", item="sha256:00#", metadata=metadata or Metadata(), text=text)


def found_in(case: Case) -> frozenset[str]:
    """The claims of a case, written as its file writes them."""
    author = Creator("the author")
    blocks = [("story", "Once there was a lamp."), *(("notes-after", text) for text in case.text.split("\n\n"))]
    got = read(*blocks, metadata=Metadata(creators=(author,), site=case.site))
    out = set()
    for claim in got.claims:
        if claim.relation in OPTIONAL or claim.evidence.field:
            continue
        object_, site = provenance.split_key(claim.object)
        if claim.relation == "also-known-as":
            subject = provenance.split_key(claim.subject)[0]
            out.add(f"also-known-as: {subject} = {claim.object}")
        else:
            out.add(f"{claim.relation}: {object_ if site and claim.relation in provenance.ROLES else claim.object}")
    return frozenset(out)


def measure(half: str) -> tuple[float, float, list[str]]:
    """Precision and recall over the claims of a half, and what went wrong."""
    right = wrong = missed = 0
    report = []
    for case in cases(half):
        found = {f.replace("inspired-by: ", "inspired-by: ") for f in found_in(case)}
        right += len(found & case.expected)
        wrong += len(found - case.expected)
        missed += len(case.expected - found)
        if found != case.expected:
            report.append(f"{case.text}\n    missed {sorted(case.expected - found)}\n    wrong  {sorted(found - case.expected)}")
    return right / max(1, right + wrong), right / max(1, right + missed), report


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize("case", [*cases("notes"), *cases("later")], ids=lambda case: case.text[:60])
def test_a_sentence_of_the_notes_states_what_its_file_says(case):
    """Each sentence of tests/provenance/notes.txt and later.txt gives exactly the claims written under it."""
    assert found_in(case) == case.expected


@pytest.mark.parametrize(
    ("half", "least_precision", "least_recall"),
    [("fresh", 0.95, 0.85), ("held-out", 0.97, 0.97), ("today", 0.98, 0.96), ("today-apart", 0.98, 0.97)],
)
def test_sentences_are_read_well_enough(half, least_precision, least_recall):
    """`fresh` was run once after the rules stood, and nothing was changed for it: its figures are the honest ones. None may sink."""
    precision, recall, report = measure(half)
    assert precision >= least_precision, "\n".join(report)
    assert recall >= least_recall, "\n".join(report)


def test_half_of_the_sentences_were_kept_apart():
    """At least 150 invented sentences the rules were made with, and at least half as many that they were not."""
    assert len(cases("today")) >= 150
    assert len(cases("fresh")) * 2 >= 150


# ---------------------------------------------------------------- the founding case

ART = "https://marrowquill.tumblr.com/post/612/the-keeper"
FIRST = "https://tidewrack.tumblr.com/post/613/what-the-lamp-was-for"
NOTES = (
    f"Inspired by a picture by Mara Quill (marrowquill on Tumblr): {ART} . Go and look at it, it is better than this. "
    f"First posted on Tumblr: {FIRST} . This version has one or two word changes and a rework of one sentence."
)
AO3 = Metadata(
    title="The Lamp",
    creators=(Creator("tidewrack", url="https://archiveofourown.org/users/tidewrack/pseuds/tidewrack"),),
    site="archiveofourown.org",
    url="https://archiveofourown.org/works/5",
)


@pytest.mark.parametrize("part", ["notes-after", "story"])
def test_the_founding_case_is_credited(part):
    """Artist under both names, the picture, two links, the first posting as lost with its sentences; notes apart or not."""
    blocks = [("story", "Wren climbed the stairs. " * 40)] if part == "notes-after" else []
    text = NOTES if part == "notes-after" else "Wren climbed the stairs. " * 40 + NOTES
    got = read(*blocks, (part, text), metadata=AO3)
    assert got.links == (ART, FIRST)
    (inspired,) = [r for r in got.relations if r.relation == "inspired-by"]
    assert inspired.url == ART
    assert {(c.name, c.role, c.site) for c in inspired.creators} == {
        ("Mara Quill", "artist", None),
        ("marrowquill", "artist", "tumblr.com"),
    }
    (lost,) = got.lost
    assert (lost.site, lost.url) == ("tumblr.com", FIRST)
    assert "First posted on Tumblr" in lost.evidence
    assert "one or two word changes" in lost.evidence
    differs = [c for c in got.claims if c.relation == "differs-from"]
    assert [c.object for c in differs] == [FIRST]
    assert "rework of one sentence" in differs[0].evidence.text
    people = provenance.agents(got.claims)
    artist = provenance.find_agent(people, "Mara Quill")
    assert {n.name for n in artist.names} == {"Mara Quill", "marrowquill"}
    assert provenance.find_agent(people, "tidewrack", "archiveofourown.org") != artist


def test_evidence_is_the_very_words_of_the_source():
    """A claim's offsets point at its words in the source, whatever part they stand in."""
    doc = document(("story", "Once."), ("notes-after", NOTES), ("credits", "Beta: Hollis_Wren"))
    got = provenance.read_claims(work="w", witness="A", item="i", metadata=AO3, text=received(doc))
    spans = [c.evidence for c in got.claims if c.evidence.field is None]
    assert spans
    assert all(doc.source[e.start : e.end] == e.text for e in spans)
    assert {c.evidence.witness for c in got.claims} == {"A"}


def test_a_claim_keeps_its_id_when_its_work_is_joined_to_another():
    """The id is of item, place, kind and reading: rulings on claims must outlive joins, rules and certainty."""
    text = received(document(("notes-after", NOTES)))
    one = provenance.read_claims(work="w1", witness="A", item="i", metadata=AO3, text=text)
    two = provenance.read_claims(work="w2", witness="A", item="i", metadata=AO3, text=text)
    assert [c.claim for c in one.claims] == [c.claim for c in two.claims]
    assert len({c.claim for c in one.claims}) == len(one.claims)
    other = provenance.read_claims(work="w1", witness="A", item="j", metadata=AO3, text=text)
    assert not {c.claim for c in one.claims} & {c.claim for c in other.claims}


def test_a_name_that_is_a_link_is_that_account():
    """<a href=page>name</a>: the page says which account the name is."""
    text = "Beta by hollis. Art by Mara."
    spans = (
        Span(8, 14, "link", "https://archiveofourown.org/users/hollis/pseuds/hollis"),
        Span(23, 27, "link", "https://www.tumblr.com/marrowquill"),
    )
    got = read(("notes-after", text), spans=spans)
    found = {(c.subject, c.relation, c.object) for c in got.claims}
    assert ("w1", "beta", "hollis@archiveofourown.org") in found
    assert ("Mara", "also-known-as", "marrowquill@tumblr.com") in found
    assert got.links == ("https://archiveofourown.org/users/hollis/pseuds/hollis", "https://www.tumblr.com/marrowquill")


def test_the_copy_itself_is_not_lost():
    """A statement that leads to this very copy, or to its site without an address, is no lost witness."""
    here = Metadata(site="tumblr.com", url=FIRST)
    assert read(("notes-after", NOTES), metadata=here).lost == ()
    assert read(("notes-after", "Also posted on AO3."), metadata=AO3).lost == ()
    elsewhere = read(("notes-after", "Also at https://archiveofourown.org/works/6"), metadata=AO3)
    assert [x.url for x in elsewhere.lost] == ["https://archiveofourown.org/works/6"]


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        (
            (
                "Also posted on my LJ at https://fern.livejournal.com/41.html and inspired by the lovely art of greensleeves"
                " (https://greensleeves.tumblr.com/post/77)."
            ),
            ["https://fern.livejournal.com/41.html"],
        ),
        (
            (
                "Inspired by the lovely art of greensleeves (https://greensleeves.tumblr.com/post/77) and also posted"
                " at https://fern.livejournal.com/41.html."
            ),
            ["https://fern.livejournal.com/41.html"],
        ),
        (
            "Crossposted to Dreamwidth, and it was inspired by a drawing on Tumblr (https://greensleeves.tumblr.com/post/77).",
            ["dreamwidth.org"],
        ),
        (
            "Inspired by the art of greensleeves (https://greensleeves.tumblr.com/post/77), and also posted on Dreamwidth.",
            ["dreamwidth.org"],
        ),
        (
            "Also posted at https://fern.livejournal.com/41.html and https://fern.dreamwidth.org/9.html.",
            ["https://fern.livejournal.com/41.html", "https://fern.dreamwidth.org/9.html"],
        ),
    ],
)
def test_what_is_said_of_a_copy_ends_with_its_clause(text: str, copies: list[str]) -> None:
    """The art that a work was inspired by is no other copy of it, though one sentence speaks of both."""
    got = read(("notes-after", text), metadata=AO3)
    assert [x.url or x.site for x in got.lost] == copies
    inspired = {c.object for c in got.claims if c.relation == "inspired-by"}
    assert ("greensleeves" in text) == ("https://greensleeves.tumblr.com/post/77" in inspired)


def test_speech_and_narration_are_no_credits():
    """The ends of a story are read with care: people in it draw, thank and are thanked without a credit."""
    story = (
        "For Anne it was the first winter. “Thanks to Mary for the soup,” said Tom. He drew a long breath. Mary drew the curtain. "
        "The painting by the door was of Ilse. She wrote for Matilda, and her love for Tom was great. He was inspired by the sea. "
        "“This was painted by Ilse,” he said. Ilse gave him the idea. Merry Christmas, Tom! To Tom: thank you."
    )
    assert [c for c in read(("story", story)).claims if c.relation in provenance.ROLES] == []


def test_notes_apart_leave_the_story_alone():
    """When notes stand apart, the story is not searched for credits."""
    got = read(("story", "Beta by hollis_wren."), ("notes-after", "Thank you for reading."))
    assert got.claims == ()
    (claim,) = read(("story", "It was over. Beta by hollis_wren.")).claims
    assert claim.certainty < read(("notes-after", "Beta by hollis_wren.")).claims[0].certainty


# ---------------------------------------------------------------- metadata


def test_metadata_makes_claims_with_their_field():
    """Creators, gifts, series, relations, tags and locks: each claim names its field and the very words."""
    metadata = replace(
        AO3,
        creators=(
            Creator("Mara", url="https://archiveofourown.org/users/maraq/pseuds/Mara"),
            Creator("Elspeth [archived by MoorArchivist]"),
            Creator("Anonymous"),
            Creator("orphan_account"),
        ),
        gifts=("stoneheron", "Anonymous"),
        series=(Series("Harbour Lights", 2, "https://archiveofourown.org/series/9"),),
        relations=(
            Relation(
                "inspired-by",
                title="Low Water",
                url="https://archiveofourown.org/works/9",
                creators=(Creator("ashgrove"),),
                evidence="Inspired by",
            ),
            Relation("inspired-by", "in", "Higher Water", "https://archiveofourown.org/works/10", creators=(Creator("rook"),)),
        ),
        tags=("Fluff", "Don't copy to another site"),
        restricted=True,
    )
    got = read(metadata=metadata)
    found = {(c.subject, c.relation, c.object, c.evidence.field) for c in got.claims}
    assert {
        ("w1", "author", "Mara@archiveofourown.org", "creators"),
        ("Mara@archiveofourown.org", "also-known-as", "maraq@archiveofourown.org", "creators"),
        ("w1", "author", "Elspeth@archiveofourown.org", "creators"),
        ("w1", "archivist", "MoorArchivist@archiveofourown.org", "creators"),
        ("w1", "gift-to", "stoneheron@archiveofourown.org", "gifts"),
        ("w1", "part-of", "https://archiveofourown.org/series/9", "series"),
        ("w1", "inspired-by", "https://archiveofourown.org/works/9", "relations"),
        ("https://archiveofourown.org/works/9", "author", "ashgrove@archiveofourown.org", "relations"),
        ("https://archiveofourown.org/works/10", "inspired-by", "w1", "relations"),
        ("w1", "wish", "no-reposting", "tags"),
        ("w1", "wish", "locked", "restricted"),
    } <= found
    assert not any("nonymous" in c.object or "orphan" in c.object for c in got.claims)
    assert [(w.kind, w.evidence) for w in got.wishes] == [
        ("no-reposting", "Don't copy to another site"),
        ("locked", "shown to readers with an account only"),
    ]
    assert [(c.name, c.role) for c in got.creators] == [
        ("Mara", "author"),
        ("Elspeth", "author"),
        ("MoorArchivist", "archivist"),
        ("Anonymous", "author"),
        ("orphan_account", "author"),
    ]
    assert [(r.relation, r.direction) for r in got.relations] == [
        ("gift-to", "out"),
        ("inspired-by", "out"),
        ("inspired-by", "in"),
        ("part-of", "out"),
    ]


def test_a_credit_that_repeats_the_metadata_is_the_same_person():
    """ "Author: tidewrack" in the text of a copy whose metadata names tidewrack is one name, not two."""
    got = read(("notes-before", "Author: Tidewrack"), metadata=AO3)
    assert {c.object for c in got.claims if c.relation == "author"} == {"tidewrack@archiveofourown.org"}
    assert [c.name for c in got.creators] == ["tidewrack"]


# ---------------------------------------------------------------- agents


def claim(subject: str, relation: str, object_: str, *, witness: str = "A", certainty: float = 0.9, number: int = 0) -> Claim:
    return Claim(
        f"c{number}-{subject}-{relation}-{object_}", subject, relation, object_, Evidence(witness, "words"), "test", certainty
    )


def names(people) -> set[frozenset[tuple[str, str | None]]]:
    return {frozenset((n.name, n.site) for n in agent.names) for agent in people}


def test_names_are_one_agent_on_evidence_only():
    """Two names given as one are one agent; names that are only alike are not."""
    claims = [
        claim("w1", "artist", "Mara Quill"),
        claim("Mara Quill", "also-known-as", "marrowquill@tumblr.com"),
        claim("w2", "artist", "marrowquill@tumblr.com", witness="B"),
        claim("w2", "author", "marrowquill@archiveofourown.org", witness="B"),
        claim("w3", "beta", "Mara Quill", witness="C"),
    ]
    assert names(provenance.agents(claims)) == {
        frozenset({("Mara Quill", None), ("marrowquill", "tumblr.com")}),
        frozenset({("marrowquill", "archiveofourown.org")}),
        frozenset({("Mara Quill", None)}),
    }


def test_a_name_without_site_is_one_person_within_its_work():
    """Two copies of one work that both thank "Anna" thank one Anna; another work thanks another."""
    claims = [
        claim("w1", "beta", "Anna"),
        claim("w1", "beta", "anna", witness="B", number=1),
        claim("w2", "beta", "Anna", witness="C"),
    ]
    assert len(provenance.agents(claims)) == 2


def ruling(kind: str, *on: str, number: int = 0, undoes: str | None = None) -> Ruling:
    return Ruling(f"r{number}", kind, on, "keeper", "2026-01-01T00:00:00Z", None, undoes)


PAIR = [
    claim("w1", "artist", "Mara"),
    claim("w1", "author", "marrow@tumblr.com"),
    claim("Mara", "also-known-as", "marrow@tumblr.com"),
]


def test_a_ruling_outranks_evidence():
    """not-alias parts what evidence joins; alias joins what nothing joins; the later on a pair wins; undo takes it back."""
    assert len(provenance.agents(PAIR)) == 1
    apart = ruling("not-alias", "Mara", "marrow@tumblr.com", number=1)
    assert len(provenance.agents(PAIR, [apart])) == 2
    assert len(provenance.agents(PAIR, [apart, ruling("alias", "marrow@tumblr.com", "mara", number=2)])) == 1
    assert len(provenance.agents(PAIR, [apart, ruling("undo", "r1", number=3, undoes="r1")])) == 1
    assert len(provenance.agents(PAIR, [ruling("refuse", PAIR[2].claim)])) == 2
    assert len(provenance.agents(PAIR[:2], [ruling("alias", "Mara", "marrow@tumblr.com")])) == 1


def test_not_alias_beats_a_chain_of_evidence():
    """A = B and B = C do not make A = C when a person said that A is not C; the surest join stands."""
    claims = [
        *(claim("w1", "artist", f"{n}@tumblr.com") for n in "abc"),
        claim("a@tumblr.com", "also-known-as", "b@tumblr.com", certainty=0.7),
        claim("b@tumblr.com", "also-known-as", "c@tumblr.com", certainty=0.95),
    ]
    assert len(provenance.agents(claims)) == 1
    people = provenance.agents(claims, [ruling("not-alias", "a@tumblr.com", "c@tumblr.com")])
    assert names(people) == {frozenset({("a", "tumblr.com")}), frozenset({("b", "tumblr.com"), ("c", "tumblr.com")})}
    assert min(a.certainty for a in provenance.agents(claims)) == 0.7


def test_a_ruling_on_a_name_without_site_can_mean_one_work():
    """`Anna@WORK` is the Anna of that work; the Anna another work thanks stays somebody else."""
    one, two = "ab12cd34ef", "ff00ff00ff"
    claims = [
        claim(one, "beta", "Anna"),
        claim(two, "beta", "Anna", witness="B"),
        claim(one, "author", "anna@tumblr.com", number=1),
    ]
    people = provenance.agents(claims, [ruling("alias", f"Anna@{one[:8]}", "anna@tumblr.com")])
    assert names(people) == {frozenset({("Anna", None), ("anna", "tumblr.com")}), frozenset({("Anna", None)})}
    assert len(provenance.agents(claims, [ruling("alias", "Anna", "anna@tumblr.com")])) == 1


@pytest.mark.parametrize("name", ["Anonymous", "anonymous", "orphan_account", "Guest", " Anon "])
def test_nobody_is_no_agent(name):
    """Names that say that there is nobody gather no works and join nobody."""
    claims = [
        claim("w1", "author", f"{name}@archiveofourown.org"),
        claim("Mara", "also-known-as", name),
        claim("w1", "artist", "Mara"),
    ]
    assert names(provenance.agents(claims)) == {frozenset({("Mara", None)})}


def test_the_id_of_an_agent_comes_from_its_earliest_name():
    """More evidence adds names and keeps the id."""
    assert provenance.agents(PAIR[:1])[0].agent == provenance.agents(PAIR)[0].agent


NAMES = st.one_of(
    st.sampled_from(
        [
            "mara",
            "Mara",
            "marа",
            "mara_",
            "mara quill",
            "maraquill",
            "m@ra",
            "mara@tumblr.com",
            "<b>mara</b>",
            "ma\u202era",
            "MARA ",
        ]
    ),
    st.text(min_size=1, max_size=12),
)
WHO = st.builds(provenance.who, NAMES, st.sampled_from([None, "tumblr.com", "archiveofourown.org"]))
LIBRARY = st.lists(
    st.one_of(
        st.builds(
            lambda w, r, n: claim(f"w{w}", r, n, witness=f"A{w}"),
            st.integers(0, 3),
            st.sampled_from(["author", "artist", "beta"]),
            WHO,
        ),
        st.builds(lambda a, b, w: claim(a, "also-known-as", b, witness=f"A{w}"), WHO, WHO, st.integers(0, 3)),
    ),
    max_size=24,
)


def check_library(claims, parted) -> None:
    """Two names share an agent exactly when a chain of stated pairs leads from one to the other."""
    people = provenance.agents(claims)
    works = {c.evidence.witness: c.subject for c in claims if c.relation != "also-known-as"}

    def node(key: str, c: Claim) -> tuple[str, str | None, str]:
        name, site = provenance.split_key(key)
        return name.lower(), site, "" if site else works.get(c.evidence.witness, c.evidence.witness)

    stated = [(node(c.subject, c), node(c.object, c)) for c in claims if c.relation == "also-known-as"]
    seen = {n for c in claims for n in ([node(c.object, c)] + ([node(c.subject, c)] if c.relation == "also-known-as" else []))}
    component = {n: n for n in seen}
    for _ in seen:
        for a, b in stated:
            if not (provenance.is_nobody(a[0]) or provenance.is_nobody(b[0])):
                low = min(component[a], component[b], key=repr)
                component[a] = component[b] = low
    expected = {component[n] for n in seen if not provenance.is_nobody(n[0])}
    assert len(people) == len(expected)
    listed = {(component[n], n[:2]) for n in seen if not provenance.is_nobody(n[0])}
    assert sum(len(a.names) for a in people) == len(listed)
    held = provenance.agents(claims, [ruling("not-alias", a, b, number=i) for i, (a, b) in enumerate(parted)])
    for a, b in parted:
        (name_a, site_a), (name_b, site_b) = provenance.split_key(a), provenance.split_key(b)
        if site_a and site_b and (name_a.lower(), site_a) != (name_b.lower(), site_b):
            one = provenance.find_agent(held, name_a, site_a)
            assert one is None or one != provenance.find_agent(held, name_b, site_b)


PARTED = st.lists(st.tuples(WHO, WHO), max_size=3)


@settings(max_examples=300, deadline=None)
@given(LIBRARY, PARTED)
def test_no_alias_is_joined_without_evidence(claims, parted):
    """Over 300 generated libraries no two names are one without evidence, none held apart are one."""
    check_library(claims, parted)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(LIBRARY, PARTED)
def test_no_alias_is_joined_without_evidence_in_ten_thousand_libraries(claims, parted):
    """The long form: 10,000 generated libraries."""
    check_library(claims, parted)


@given(NAMES, st.sampled_from([None, "tumblr.com", "archiveofourown.org"]))
def test_a_written_name_reads_back(name, site):
    """`who` and `split_key` are inverse: no name without a site can pose as an account."""
    assert provenance.split_key(provenance.who(name, site)) == (name, site)


# ---------------------------------------------------------------- hostile text


@pytest.mark.parametrize(
    "name", ["<b>mara</b>", "mar\u202ea", "marа", "m" * 10_000, "mara\x00", "\ud800", "mara\nquill", "@", "mara@tumblr.com"]
)
def test_hostile_names_are_shown_as_they_are_and_never_merged(name):
    """Markup, bidi marks, look-alike letters, NULs and 10 kB: kept as written, an agent of their own."""
    metadata = replace(AO3, creators=(Creator("mara"), Creator(name)))
    got = read(("notes-after", f"Beta by {name}"), metadata=metadata)
    people = provenance.agents(got.claims)
    held = [n.name for a in people for n in a.names if n.site == "archiveofourown.org"]
    assert held[:2] == ["mara", name]
    assert len({a.agent for a in people}) == len(people)
    assert all(len(a.names) == 1 for a in people)


HOSTILE = [
    "inspired by " * 9_000,
    "thanks to a, b and c for the beta and to " * 2_500,
    "art by the lovely " * 6_000,
    "For Mara/" * 12_000,
    "(a.k.a. (a.k.a. " * 6_000,
    "Beta: x, " * 12_000,
    "x-posted to LJ, DW, AO3 " * 4_500,
    "podfic of The The The " * 5_000,
    "Mara's " * 15_000,
    "don't, " * 15_000,
    "a" * 100_000,
    "A a " * 25_000,
    "her lovely drawing " * 5_500,
    "http://a.tumblr.com/ by @x " * 4_000,
    "who is also known as " * 5_000,
    "\u202e\u200b" * 50_000,
    "version of this has changed from the one on " * 2_300,
    "\n".join(["find me on tumblr as x"] * 4_500),
    "part one of the " * 6_500,
    "\x00\ud800" * 50_000,
    ("by" + " " * 1_000) * 100,
    "thanks " + "\u00a0" * 100_000 + "x",
    "@x/" * 33_000,
    "Author: " * 12_000,
    "the lovely " * 9_000,
    "_" * 100_000,
    "don't archive " * 7_000 + "without",
    '."' * 50_000,
    "K. " * 33_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:16].encode("ascii", "replace").decode())
@pytest.mark.parametrize("part", ["notes-after", "story"])
def test_hostile_notes_are_read_in_linear_time(text, part):
    """100 kB twice as long takes about twice as long, and both end soon; nothing raises."""

    def cost(of: str) -> float:
        blocks = document((part, of))
        began = time.process_time()
        provenance.read_claims(work="w", witness="A", item="i", metadata=Metadata(), text=received(blocks))
        return time.process_time() - began

    whole = cost(text)
    assert whole < 4.0
    if whole > 0.3:  # measured again: the first one pays for what is made when it is first needed
        assert min(whole, cost(text)) < 3.5 * cost(text[: len(text) // 2]) + 0.1


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every expression of the room, compiled already or not."""
    out = []
    for module in (copies, credits_module, cues, doers, gifts, names_module, sentences, sources, statements):
        for name, value in vars(module).items():
            nested = [x for row in value if isinstance(row, tuple) for x in row] if isinstance(value, tuple) else [value]
            out += [(f"{module.__name__}.{name}", x) for x in nested if isinstance(x, re.Pattern | words._Later)]
    return out


def test_every_expression_is_found() -> None:
    """However a rule keeps its expressions, those below are all of them."""
    assert len(patterns()) > 200


@pytest.mark.parametrize(("name", "pattern"), patterns(), ids=[name.rpartition("provenance.")[2] for name, _ in patterns()])
def test_every_expression_is_quick_on_hostile_text(name, pattern):
    """No expression of a rule takes long on text made against it: 10 kB, in the pieces in which rules read (100 kB: ten times that)."""

    def cost(text: str) -> float:
        began = time.process_time()
        for at in range(0, 10_500, 1500):
            for _ in pattern.finditer(text[at : at + 1500]):
                pass
        return time.process_time() - began

    for text in HOSTILE:  # the better of two: a neighbour on the machine makes one of them slow, a bad expression both
        assert cost(text) < 0.2 or cost(text) < 0.2, (name, text[:20])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["notes-after", "story", "summary", "title"]), st.text(max_size=200)), max_size=4))
def test_no_text_raises(blocks):
    """Any text in any part is read without an error, and every span of evidence is in the source."""
    doc = document(*blocks)
    got = provenance.read_claims(work="w", witness="A", item="i", metadata=Metadata(), text=received(doc))
    assert all(0 <= c.evidence.start <= c.evidence.end <= len(doc.source) for c in got.claims)


if __name__ == "__main__":
    import sys

    for half in sys.argv[1:] or ("notes",):
        p, r, report = measure(half)
        print(half, f"P {p:.3f} R {r:.3f}", len(cases(half)))
        if half == "notes" or "-v" in sys.argv:
            print("\n".join(report))
