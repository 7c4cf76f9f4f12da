"""Tags as a second layer: what is said of them, what is suggested, tables, and what search makes of it."""

from __future__ import annotations

import html
import json
import random
import re
from pathlib import Path

import pytest
from web_client import Client

from variorum import Library, RulingError
from variorum.catalogue.company import Company
from variorum.catalogue.spelled import Spelled
from variorum.catalogue.suggested import Suggested
from variorum.catalogue.suggesting import STAGES, bare, by_company, by_spelling, home_of, under_fandoms
from variorum.doors.web import create_app
from variorum.library.tag_tables import read_table, write_table
from variorum.model import TagWord, Viewer

PAGE = """<html><head><title>{title} - {by} - {fandom}</title></head><body>
<div id="preface"><p class="message">Posted originally on the <a href="http://archiveofourown.org/">Archive of Our Own</a> at
<a href="http://archiveofourown.org/works/{id}">http://archiveofourown.org/works/{id}</a>.</p>
<div class="meta"><dl class="tags"><dt>Rating:</dt><dd><a href="#">General Audiences</a></dd>
<dt>Fandom:</dt><dd><a href="#">{fandom}</a></dd><dt>Character:</dt><dd><a href="#">{who}</a></dd>
<dt>Additional Tags:</dt><dd><a href="#">{tag}</a></dd></dl><h1>{title}</h1>
<div class="byline">by <a rel="author" href="http://archiveofourown.org/users/{by}/pseuds/{by}">{by}</a></div></div></div>
<div id="chapters" class="userstuff"><p>{text}</p></div></body></html>"""


def synonym(tag: str, of: str, kind: str = "fandom") -> TagWord:
    return TagWord("synonym", kind, tag, kind, of)


@pytest.fixture
def library(tmp_path: Path):
    """Three works: two of one fandom under two names, one of another."""
    pile = tmp_path / "pile"
    pile.mkdir()
    works = (
        (
            "Lanterns",
            "The Lighthouse Chronicles",
            "Mara Quill",
            "slow burn",
            "Mara carried the lantern down to the quay before the rain came in over the harbour wall.",
        ),
        (
            "Gulls",
            "Lighthouse Chronicles (TV)",
            "Mara Quill",
            "Slow Burn",
            "The gulls had learned to open the bread bin, and nobody at the station minded any more.",
        ),
        (
            "Orchard",
            "Orchard Road",
            "Piet Vane",
            "fluff",
            "Piet pruned the old pear tree on a Sunday because his grandmother had always done so.",
        ),
    )
    for number, (title, fandom, who, tag, text) in enumerate(works, 71):
        page = PAGE.format(title=title, fandom=fandom, who=who, tag=tag, text=text, by="wren", id=number)
        (pile / f"{number}.html").write_text(page, "utf-8")
    with Library(tmp_path / "library", create=True) as made:
        made.add([pile])
        yield made


def titles(library: Library, query: str) -> list[str]:
    return sorted(work.title or "" for work in library.find(query))


def test_one_fandom_under_two_names_is_one_facet(library: Library) -> None:
    """After a synonym both works are counted under the canonical name, either name finds both, and the work keeps its own words."""
    assert dict(library.find().facets["fandom"])["Lighthouse Chronicles (TV)"] == 1
    assert library.tags.say([synonym("Lighthouse Chronicles (TV)", "The Lighthouse Chronicles")]) == 1
    found = library.find()
    assert dict(found.facets["fandom"]) == {"The Lighthouse Chronicles": 2, "Orchard Road": 1}
    both = ["Gulls", "Lanterns"]
    assert titles(library, 'fandom:="Lighthouse Chronicles (TV)"') == both
    assert titles(library, 'fandom:="The Lighthouse Chronicles"') == both
    assert titles(library, "fandom:'chronicles tv'") == both
    (gulls,) = list(library.find("Gulls"))
    assert gulls.metadata.fandoms == ("Lighthouse Chronicles (TV)",)
    assert titles(library, '-fandom:="The Lighthouse Chronicles"') == ["Orchard"]


def test_what_was_said_outlives_a_rebuild(library: Library) -> None:
    """A rebuild from the vault gives the same words, in the same groups."""
    library.tags.say(
        [
            synonym("Lighthouse Chronicles (TV)", "The Lighthouse Chronicles"),
            TagWord("parent", "character", "Mara Quill", "fandom", "The Lighthouse Chronicles"),
        ]
    )
    words, groups = library.tags.words(), library.tags.groups()
    library.rebuild()
    assert library.tags.words() == words
    assert library.tags.groups() == groups
    assert dict(library.find().facets["fandom"])["The Lighthouse Chronicles"] == 2


def test_a_word_can_be_taken_back(library: Library) -> None:
    """Taken back, both names are facets again; saying a thing twice is no news."""
    word = synonym("Lighthouse Chronicles (TV)", "The Lighthouse Chronicles")
    assert library.tags.say([word]) == 1
    assert library.tags.say([word]) == 0
    assert library.tags.say([word], back=True) == 1
    assert len(library.find().facets["fandom"]) == 3
    assert library.tags.groups() == []


def test_the_last_word_counts(library: Library) -> None:
    """A ring of synonyms is cut where the last word says; a refusal takes the place of what it refuses."""
    library.tags.say([synonym("A", "B")])
    library.tags.say([synonym("B", "C")])
    assert [g.canonical for g in library.tags.groups()] == ["C"]
    assert {s for s, _ in library.tags.groups()[0].synonyms} == {"A", "B"}
    library.tags.say([synonym("C", "A")])
    (group,) = library.tags.groups()
    assert (group.canonical, {s for s, _ in group.synonyms}) == ("B", {"A", "C"})
    library.tags.say([TagWord("not-synonym", "fandom", "A", "fandom", "B")])
    (group,) = library.tags.groups()
    assert (group.canonical, {s for s, _ in group.synonyms}) == ("A", {"C"})


def test_a_fandom_above_counts_what_stands_under_it(library: Library) -> None:
    """A work of a fandom that stands under another is found and counted under both."""
    library.tags.say([TagWord("parent", "fandom", "Orchard Road", "fandom", "Tales of the Coast")])
    assert dict(library.find().facets["fandom"])["Tales of the Coast"] == 1
    assert titles(library, "fandom:coast") == ["Orchard"]


def test_a_hidden_tag_hides_its_other_names(library: Library) -> None:
    """From whom one name is hidden, works with another name of it, or with what stands under it, do not exist."""
    library.tags.say([synonym("Lighthouse Chronicles (TV)", "The Lighthouse Chronicles")])
    library.tags.say([TagWord("parent", "fandom", "Orchard Road", "fandom", "Tales of the Coast")])
    for hidden in ("lighthouse chronicles (tv)", "The Lighthouse Chronicles"):
        guest = Viewer("guest", hidden=(hidden,))
        assert [w.title for w in library.find(viewer=guest)] == ["Orchard"]
        assert library.catalogue.counts(guest).works == 1
        assert len(list(library.catalogue.works(guest))) == 1
    assert sorted(w.title or "" for w in library.find(viewer=Viewer("guest", hidden=("Tales of the Coast",)))) == [
        "Gulls",
        "Lanterns",
    ]


def test_suggestions_come_and_go(library: Library) -> None:
    """Two spellings are suggested with a reason; what was refused or accepted is suggested no more."""
    first = {(one.word.tag, one.word.of) for one in library.tags.suggestions("fandom", "synonym")}
    pair = next(p for p in first if "Lighthouse Chronicles (TV)" in p)
    assert {(o.word.tag, o.word.of) for o in library.tags.suggestions("tag")} & {
        ("Slow Burn", "slow burn"),
        ("slow burn", "Slow Burn"),
    }
    library.tags.say([TagWord("not-synonym", "fandom", pair[0], "fandom", pair[1])])
    assert library.tags.suggestions("fandom", "synonym") == []


@pytest.mark.parametrize(
    "word",
    [
        TagWord("twin", "fandom", "A", "fandom", "B"),
        TagWord("synonym", "colour", "A", "colour", "B"),
        TagWord("synonym", "fandom", "A", "character", "B"),
        TagWord("synonym", "fandom", "A", "fandom", " A "),
        TagWord("synonym", "fandom", "", "fandom", "B"),
        TagWord("synonym", "fandom", "A\x00", "fandom", "B"),
        TagWord("parent", "fandom", "A\ud800", "fandom", "B"),
    ],
)
def test_what_cannot_be_said_is_refused(library: Library, word: TagWord) -> None:
    """A relation or kind there is not, tags across kinds, a tag of itself, no text: refused, and nothing of the rest is kept."""
    with pytest.raises(RulingError):
        library.tags.say([synonym("X", "Y"), word])
    assert library.tags.words() == []


def test_tables_go_out_and_come_in(library: Library) -> None:
    """What is exported is taken in again, word for word, in both forms; a second time nothing is new."""
    words = [synonym("=HP", 'Harry, the "Lamp"'), TagWord("parent", "character", "'Quill", "fandom", "Ünder\nWay")]
    library.tags.say(words)
    held = library.tags.words()
    for form in ("csv", "json"):
        assert read_table(write_table(held, form), {}) == held
        assert library.tags.take(library.tags.export(form)) == 0
    assert "\n'=HP" in library.tags.export("csv").replace("synonym,fandom,", "\n")
    with pytest.raises(RulingError):
        library.tags.export("xml")


def test_the_archives_own_dump_is_understood() -> None:
    """Of AO3's table of tags what was merged into what is taken, where the library has one of the two."""
    table = (
        "id,type,name,canonical,cached_count,merger_id\n"
        "1,Fandom,The Lighthouse Chronicles,true,9,\n2,Fandom,lighthouse tv,false,2,1\n3,Fandom,Redacted,false,0,1\n"
        "4,Rating,Explicit,true,3,\n5,Freeform,Pining,true,5,\n6,Freeform,so much pining,false,5,5\n"
    )
    assert read_table(table, {"fandom": ["Lighthouse TV"], "tag": []}) == [synonym("lighthouse tv", "The Lighthouse Chronicles")]


@pytest.mark.parametrize(
    "text",
    ["", "hello", "{", '{"words": 3}', '[{"kind": "fandom"}]', "kind,tag,of\nfandom,a", '{"variorum-tags": 99, "words": []}'],
)
def test_a_table_that_is_none_is_refused(text: str) -> None:
    """A sentence says what is wrong with it."""
    with pytest.raises(RulingError):
        read_table(text, {})


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("fandom", "Quay & Harbour", "quay and harbour"),
        ("relationship", "Mara Quill/Piet Vane", "piet vane / Mara Quill"),
        ("tag", "Slow-Burn!", "slow burn"),
        ("character", "Zoë", "Zoe"),
    ],
)
def test_spellings_that_are_one(kind: str, a: str, b: str) -> None:
    """Case, accents, punctuation, & and the order of a pairing do not matter."""
    assert bare(kind, a) == bare(kind, b)
    assert len(by_spelling(kind, {a: 2, b: 1})) == 1


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("relationship", "Mara/Piet", "Mara & Piet"),
        ("character", "Sam (Orchard Road)", "Sam (Quayside)"),
        ("tag", "Chapter 2 spoilers", "Chapter 3 spoilers"),
        ("tag", "fluff", "fluffy"),
    ],
)
def test_spellings_that_are_two(kind: str, a: str, b: str) -> None:
    """Love and friendship, namesakes told apart, other numbers and short words are not suggested."""
    assert by_spelling(kind, {a: 2, b: 1}) == []


def test_company_tells() -> None:
    """Two names of one fandom never on one work, beside the same people, are suggested; people of one fandom go under it."""
    works = {"HP": {1, 2, 3, 4}, "Harbour Pilots": {5, 6, 7, 8, 9}, "Orchard Road": {10, 11, 12, 13}}
    company = {n: ["Mara", "Piet"] for n in range(1, 10)} | {n: ["Ilse"] for n in range(10, 14)}
    beside = Company()
    for name, held in works.items():
        for work in held:
            beside.work([name], company[work], 1)
    (one,) = by_company("fandom", works, beside.alike(works))
    assert (one.word.tag, one.word.of) == ("HP", "Harbour Pilots")
    fandoms = {work: [name] for name, held in works.items() for work in held}
    assert home_of(set(range(1, 10)), fandoms) is None, "Mara stands in two"
    home = home_of({10, 11, 12, 13}, fandoms)
    assert home == ("Orchard Road", 4)
    (under,) = under_fandoms("character", {"Ilse": (*home, 4)}, {name: len(held) for name, held in works.items()}, 13)
    assert (under.word.relation, under.word.of) == ("parent", "Orchard Road")


@pytest.mark.parametrize("kind", ["fandom", "relationship", "character", "tag"])
def test_spelling_is_kept_up_as_tags_come_and_go(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any change the pairs and their certainty are those that all the tags together give, from the table and from beside it."""
    monkeypatch.setattr("variorum.catalogue.spelled._FRESH", 40)
    chance = random.Random(kind)
    words = [
        "harbour",
        "Harbor",
        "lamp",
        "Lamps",
        "keeper",
        "T\u00edde",
        "the tide",
        "Rain (TV)",
        "Rain",
        "rain & wind",
        "wind/rain",
        "Mara (A)",
        "Mara",
    ]
    kept, counts = Spelled(kind), {}
    for _ in range(40):
        change = {}
        for _ in range(chance.randint(1, 12)):
            tag = " ".join(chance.choice(words) for _ in range(chance.randint(1, 3)))
            at = chance.randrange(len(tag))
            tag = tag[:at] + chance.choice("abc") + tag[at + chance.randint(0, 1) :] if chance.random() < 0.4 else tag
            change[tag] = chance.choice([0, 1, 2, 5])
        kept.change(change)
        counts = {tag: works for tag, works in (counts | change).items() if works}
        told = {
            pair: next(sure for sure, said in zip(STAGES, groups, strict=True) if said) for pair, groups in kept.pairs.items()
        }
        assert told == {(one.word.tag, one.word.of): one.certainty for one in by_spelling(kind, counts)}


def test_suggestions_kept_up_are_those_worked_out_anew(library: Library) -> None:
    """After works were hidden, changed and said to be otherwise called: what memory holds is what a fresh look finds."""
    engine = library.catalogue.engine
    held = Suggested(engine)
    first = held.all()
    assert first == library.tags.suggestions()
    said = [one.word for one in first[:2]]
    library.tags.say(said)
    work = library.find(limit=1).hits[0].work
    library.rule("set", work.work, "fandoms", "Harbour Pilot, Lamps & Keepers")
    assert held.all() == Suggested(engine).all()
    assert not {one.word for one in held.all()} & set(said)
    removed = library.remove(work.work)
    assert held.all() == Suggested(engine).all()
    library.remove(removed, withdraw=True)
    library.tags.say(said, back=True)
    assert held.all() == Suggested(engine).all()


def test_nonsense_is_no_trouble() -> None:
    """Tags that are signs, combining marks or very long are compared like any other."""
    odd = {"": 1, "!!!": 2, "\u0301" * 50: 1, "\ud800": 1, "a" * 5000: 1, "/" * 40: 1, "&": 1}
    for kind in ("fandom", "relationship", "character", "tag"):
        assert isinstance(by_spelling(kind, odd), list)


def test_a_table_of_the_first_version_is_read(sample_words: str) -> None:
    """A table as the first version wrote it gives the same words for ever."""
    assert read_table(sample_words, {}) == [synonym("HP", "Harbour Pilots")]


@pytest.fixture
def sample_words() -> str:
    return json.dumps(
        {
            "variorum-tags": 1,
            "words": [{"relation": "synonym", "kind": "fandom", "tag": "HP", "of_kind": "fandom", "of": "Harbour Pilots"}],
        }
    )


def test_the_page_says_and_takes_back(library: Library) -> None:
    """Ticked suggestions are accepted, the group can be taken back, a table goes round, and a wrong one is answered with a sentence."""
    client = Client(create_app(library))
    same = {"Sec-Fetch-Site": "same-origin"}
    try:
        page = client.get("/tags?kind=fandom&relation=synonym")
        value = html.unescape(re.findall(r'name="on" value="([^"]+)"', page.text)[0])
        answer = client.post("/tags", data={"act": "accept", "on": value, "back": "/tags?kind=fandom"}, headers=same)
        assert (answer.status_code, answer.headers["location"]) == (303, "/tags?kind=fandom&said=1")
        assert len(library.tags.groups()) == 1
        assert "What you said" in client.get("/tags").text
        table = client.get("/tags.csv").text
        assert "Lighthouse Chronicles (TV)" in table
        assert client.post("/tags", data={"act": "back", "on": value}, headers=same).status_code == 303
        assert library.tags.groups() == []
        client.post("/tags", data={"act": "take", "table": table}, headers=same)
        assert len(library.tags.groups()) == 1
        wrong = client.post("/tags", data={"act": "take", "table": "<script>"}, headers=same)
        assert wrong.status_code == 400
        assert "begins with a line of names" in wrong.text
        assert "<script>" not in wrong.text.split("<main")[1]
        assert client.post("/tags", data={"act": "accept", "on": "nonsense"}, headers=same).status_code == 400
    finally:
        client.close()


def test_typing_suggests_what_there_is(library: Library) -> None:
    """A word of a tag, a creator or a title brings it, under its canonical name; what a viewer may not see is not suggested."""
    library.tags.say([synonym("Lighthouse Chronicles (TV)", "The Lighthouse Chronicles")])
    (one,) = library.suggest("lighth")
    assert (one.field, one.value, one.works) == ("fandom", "The Lighthouse Chronicles", 2)
    assert [o.value for o in library.suggest("chronicles (t")] == ["The Lighthouse Chronicles"]
    assert {o.field for o in library.suggest("or")} == {"fandom", "title"}
    assert [o.value for o in library.suggest("quil", field="character")] == ["Mara Quill"]
    assert library.suggest("quil", field="fandom") == []
    assert library.suggest("lighth", viewer=Viewer("guest", hidden=("Lighthouse Chronicles (TV)",))) == []
    assert library.suggest("  ") == library.suggest("zzz") == library.suggest("\ud800") == []


def test_the_box_is_told_what_to_write(library: Library) -> None:
    """The end of the box is answered: as one value of up to four words, or of the field that is named; what stands before it stays."""
    client = Client(create_app(library))
    try:
        answer = client.get("/api/v1/suggest", params={"q": "rain mara qui"}).json()
        assert answer["before"] == "rain "
        assert answer["suggestions"][0]["insert"] == 'character:="Mara Quill"'
        answer = client.get("/api/v1/suggest", params={"q": "rain -fandom:'orchard"}).json()
        assert answer["before"] == "rain -"
        assert [o["insert"] for o in answer["suggestions"]] == ['fandom:="Orchard Road"']
        assert client.get("/api/v1/suggest").json() == {"query": "", "before": "", "suggestions": []}
    finally:
        client.close()


def test_what_is_read_can_be_left_out(library: Library) -> None:
    """A work whose copy somebody marked is found by the mark, and left out by it; another person's marks are theirs."""
    (gulls,) = list(library.find("gulls"))
    library.people.mark("keeper", gulls.base.witness, "read")
    assert titles(library, "is:read") == ["Gulls"]
    assert titles(library, "-is:read") == ["Lanterns", "Orchard"]
    assert titles(library, "is:later") == []
    assert titles(library, "is:later OR (orchard -is:read)") == ["Orchard"]
    assert list(library.find("is:read", viewer=Viewer("guest"))) == []
    assert dict(library.find("-is:read").facets["fandom"]) == {"The Lighthouse Chronicles": 1, "Orchard Road": 1}


def test_a_question_is_saved_under_a_name(library: Library) -> None:
    """A saved search stands on the shelf, leads to its question, takes a new one under the same name, and is forgotten."""
    client = Client(create_app(library))
    same = {"Sec-Fetch-Site": "same-origin"}
    try:
        address = "/?q=lantern"
        assert (
            client.post("/shelf/searches", data={"name": "  By the <b>sea", "address": address}, headers=same).headers["location"]
            == address
        )
        shelf = client.get("/").text
        assert 'href="/?q=lantern">By the &lt;b&gt;sea</a>' in shelf
        client.post("/shelf/searches", data={"name": "By the <b>sea", "address": "/?q=gulls"}, headers=same)
        assert library.people.settings("keeper")["searches"] == [["By the <b>sea", "/?q=gulls"]]
        for name, where in (("", address), ("x", "https://elsewhere.example/"), ("x", "/tags")):
            assert client.post("/shelf/searches", data={"name": name, "address": where}, headers=same).status_code == 400
        client.post("/shelf/searches", data={"drop": "By the <b>sea", "address": "/?q=gulls"}, headers=same)
        assert "searches" not in library.people.settings("keeper")
    finally:
        client.close()


def test_every_word_of_a_group_can_be_taken_back(library: Library) -> None:
    """A name two steps from the canonical one, one that differs in letter case only, and a parent: each has its box, and goes."""
    said = [
        synonym("A", "B"),
        synonym("B", "C"),
        synonym("fluff", "Fluff", "tag"),
        TagWord("parent", "fandom", "A", "fandom", "D"),
    ]
    for word in said:
        library.tags.say([word])
    client = Client(create_app(library))
    try:
        page = client.get("/tags").text.split('id="h-are"')[1]
        values = [html.unescape(value) for value in re.findall(r'name="on" value="([^"]+)"', page)]
        assert {tuple(json.loads(value)) for value in values} == {(w.relation, w.kind, w.tag, w.of_kind, w.of) for w in said}
        client.post("/tags", data={"act": "back", "on": values}, headers={"Sec-Fetch-Site": "same-origin"})
        assert library.tags.words() == []
    finally:
        client.close()
