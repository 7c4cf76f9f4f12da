"""Finding in large libraries: what is counted from memory says what the tables say, deep pages, memories of stories."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from variorum.catalogue import Catalogue, NewWitness, tally, typed
from variorum.catalogue.connect import reading
from variorum.catalogue.facets import _by_index, facets
from variorum.catalogue.finding import Question as Asked
from variorum.catalogue.finding import _asked
from variorum.catalogue.index import FACETS
from variorum.catalogue.query import parse
from variorum.catalogue.recalled import recalled
from variorum.catalogue.remembered import forms, roots, telling
from variorum.catalogue.shelving import passages_of
from variorum.catalogue.viewers import hidden_values
from variorum.catalogue.wrangled import meant
from variorum.document import Document, Emendation, Laid, Part, Piece
from variorum.model import Creator, Found, Metadata, TagWord, Viewer

NOON = "2026-01-01T12:00:00Z"
RATINGS = ("General Audiences", "Teen And Up Audiences", "Mature", "Explicit", None)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}", tmp_path / "index")
    yield opened
    opened.close()


def new(number: int, text: str = "", emendations: tuple[Emendation, ...] = (), **about: Any) -> NewWitness:
    """A work with one copy; paragraphs are parted by an empty line."""
    text = text or f"story {number}"
    blocks, at = [], 0
    for paragraph in text.split("\n\n"):
        blocks.append(Laid("paragraph", "story", (Piece(at, at + len(paragraph)),), 1))
        at += len(paragraph) + 2
    document = Document(
        "sha256:" + "0" * 64, text, (Part("a.txt", 0, len(text), "utf-8"),), tuple(blocks), emendations=emendations
    )
    return NewWitness(
        witness=f"{number:05d}aaaa",
        order=number,
        digest=f"sha256:{number:064d}",
        items=(f"sha256:{number:064d}",),
        place="",
        name=f"file{number}.html",
        format="other-html",
        accession="one",
        added=NOON,
        metadata=Metadata(**{"title": f"Title {number}", "extent": "whole", **about}),
        document=document,
        words=len(text.split()),
        chapters=1,
        extent="whole",
        version_key=f"v{number}",
        sketch=np.array([], dtype=np.uint64),
        tokens=len(text.split()),
        work=f"w{number:05d}",
        siglum="A",
    )


def enter(catalogue: Catalogue, *works: NewWitness) -> None:
    with catalogue.batch() as batch:
        for work in works:
            batch.witness(work)
    catalogue.catch_up()


def some(count: int, seed: int = 3, first: int = 0) -> list[NewWitness]:
    """Works with tags by chance."""
    chance = random.Random(seed)
    titles = ("Untitled", "The Lamp", "the lamp", "Émigré", "雨の日", "A Tide", "Zebra", "")

    def few(name: str, size: int, most: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{name} {int(chance.paretovariate(1.0)) % size}" for _ in range(chance.randint(0, most))))

    return [
        new(
            number,
            f"a story of {number % 5} lamps and {number % 3} tides",
            title=(chance.choice(titles) + f" {chance.randint(0, 9)}").strip() if number % 4 else chance.choice(titles),
            creators=(Creator(f"Author {chance.randint(0, 12)}"),),
            rating=chance.choice(RATINGS),
            fandoms=few("Fandom", 20, 2),
            relationships=few("A/B", 30, 3),
            characters=few("Character", 40, 4),
            tags=few("Tag", 60, 9),
        )
        for number in range(first, first + count)
    ]


def counted(found: Found) -> dict[str, dict[str, int]]:
    """Facets from the works themselves."""
    names = {"fandom": "fandoms", "relationship": "relationships", "character": "characters", "tag": "tags"}
    return {
        kind: dict(Counter(v for hit in found.hits for v in set(getattr(hit.work.metadata, name))))
        for kind, name in names.items()
    }


# ---------------------------------------------------------------- facets


def agree(catalogue: Catalogue, query: str, viewer: Viewer | None = None, limit: int = 100) -> None:
    found = catalogue.find(query, viewer=viewer or Viewer())
    own = counted(found)
    for kind, values in own.items():
        given = dict(found.facets[kind])
        assert given.items() <= values.items(), (kind, query)
        # All there are, or as many as are given, and these the commonest.
        assert sorted(given.values()) == sorted(sorted(values.values())[-len(given) :] if given else values.values()), (
            kind,
            query,
        )
        assert len(given) == min(len(values), limit), (kind, query)


QUERIES = (
    "",
    "lamps",
    "tag:='Tag 1'",
    "-tag:='Tag 1'",
    "rating:teen fandom:='Fandom 2'",
    "rating:mature OR tag:='Tag 3'",
    "nothing",
    "tag:='Tag 2' -rating:='Explicit'",
    "(tag:='Tag 3' OR fandom:='Fandom 1') -character:='Character 1'",
    "-(tag:='Tag 1' fandom:='Fandom 0')",
    "tag:='tag 1'",
    "-tag:='Nobody has this'",
    "language:='en' tag:='Tag 1'",
)


def test_facets_count_the_works_that_are_found(catalogue: Catalogue) -> None:
    """Whatever is asked and by whom, each tag's number is that of the works in the answer; also where most answer, or none."""
    enter(catalogue, *some(90))
    guest = Viewer("guest", adult=False, hidden=("Tag 2", "fandom 1"))
    for query in QUERIES:
        agree(catalogue, query)
        agree(catalogue, query, Viewer("child", adult=False))
        agree(catalogue, query, guest)
    assert "Tag 2" not in dict(catalogue.find(viewer=guest).facets["tag"])


def test_facets_are_the_same_from_memory_and_from_the_index(catalogue: Catalogue) -> None:
    """What is counted in memory is what the text index would have counted: synonyms and what stands above a tag too."""
    enter(catalogue, *some(60))
    with catalogue.batch() as batch:
        said = [TagWord("synonym", "tag", "Tag 2", "tag", "Tag 1"), TagWord("parent", "fandom", "Fandom 2", "fandom", "Fandom 1")]
        batch.tag_words(said, NOON)
    catalogue.catch_up()
    identity = catalogue.state["identity"]
    works, _ = catalogue.index.searchers(identity)
    for query in QUERIES:
        asked = _asked(parse(query), Asked(query), ())
        assert facets(works, asked, catalogue.tally, catalogue.index.stamp(identity)) == _by_index(works, asked, FACETS)
    assert catalogue.tally.at() == catalogue.change()


def test_questions_of_whole_values_are_answered_from_memory_as_by_the_index(catalogue: Catalogue) -> None:
    """Which works have these values and not those, for whoever asks: the same works, after every change, with other names and without; and it is memory that tells."""
    told = 0
    viewers = (Viewer(), Viewer("child", adult=False), Viewer("guest", adult=False, hidden=("Tag 2", "fandom 1")))

    def same() -> None:
        nonlocal told
        catalogue.tally.ready(wait=True)
        for query in QUERIES:
            for viewer in viewers:
                with reading(catalogue.engine) as connection:
                    all_of_them = meant(connection, viewer)
                    hidden = hidden_values(connection, all_of_them)
                mask = recalled(catalogue.tally, parse(query), all_of_them, hidden)
                if mask is not None:
                    told += 1
                    rows = set(np.flatnonzero(mask).tolist())
                    assert {w for w, row in catalogue.tally._row.items() if row in rows} == {
                        w.work for w in catalogue.find(query, viewer=viewer)
                    }, (query, viewer)

    enter(catalogue, *some(60))
    same()
    enter(catalogue, *some(30, seed=4, first=60))
    with catalogue.batch() as batch:
        batch.remove("00002aaaa")
    catalogue.catch_up()
    same()
    assert told > 40
    with catalogue.batch() as batch:
        said = [TagWord("synonym", "tag", "tag 1", "tag", "Tag 3"), TagWord("parent", "fandom", "Fandom 2", "fandom", "Fandom 1")]
        batch.tag_words(said, NOON)
    catalogue.catch_up()
    same()
    assert recalled(catalogue.tally, parse("tag:='Tag 1'"), Viewer(), ()) is None


def test_kept_counts_are_of_the_very_question(catalogue: Catalogue) -> None:
    """Questions that differ in little, or by what the asker marked, have each their own counts, asked again and again."""
    enter(catalogue, new(1, "a lamp", tags=("One",)), new(2, "a lamplight", tags=("Two",)))
    for _ in range(2):
        assert dict(catalogue.find('"a lamp"').facets["tag"]) == {"One": 1}
        assert dict(catalogue.find("lamp*").facets["tag"]) == {"One": 1, "Two": 1}
        assert dict(catalogue.find("lamp").facets["tag"]) == {"One": 1}
        assert dict(catalogue.find(like="a lamp").facets["tag"]) == {"One": 1}
        assert dict(catalogue.find(like="lamplight").facets["tag"]) == {"Two": 1}


def test_facets_follow_every_change(catalogue: Catalogue) -> None:
    """Works that come, change their tags or go are counted as they are now, without everything being read anew."""
    enter(catalogue, *some(40))
    agree(catalogue, "")
    forms_before = catalogue.tally.forms
    enter(catalogue, *some(12, seed=5, first=30))  # ten of them in place of what was there
    agree(catalogue, "")
    agree(catalogue, "lamps -tag:='Tag 1'")
    with catalogue.batch() as batch:
        batch.remove("00003aaaa", "00035aaaa")
        batch.join("w00001", "w00002", {"00002aaaa": "B"})
    catalogue.catch_up()
    agree(catalogue, "")
    assert catalogue.tally.forms is forms_before
    catalogue.clear()
    enter(catalogue, *some(5, seed=8))
    agree(catalogue, "")
    assert catalogue.tally.forms is not forms_before


def test_rows_of_what_went_are_let_go(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Works that change again and again do not make the list grow for ever, and the counts stay right."""
    monkeypatch.setattr(tally, "_AT_ONCE", 20)
    enter(catalogue, *some(15))
    for seed in range(8):
        enter(catalogue, *some(15, seed=seed))
        assert catalogue.tally.ready(wait=True)
    assert catalogue.tally._rows <= 60
    agree(catalogue, "")


def test_many_works_are_counted_by_what_they_have(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where most works answer the counts are the same, also with works that came or went after the columns were made."""
    monkeypatch.setattr(tally, "_FEW", 4)
    monkeypatch.setattr(tally, "_OFTEN", 4)
    monkeypatch.setattr("variorum.catalogue.facets._VALUES", 3)
    enter(catalogue, *some(50), *[new(n, tags=("Rare", "Tag 1")) for n in (60, 61)])
    for query in QUERIES:
        agree(catalogue, query, limit=3)
    enter(catalogue, *some(6, seed=5, first=47), *[new(n, tags=("Rare",)) for n in range(70, 80)])
    with catalogue.batch() as batch:
        batch.remove("00003aaaa")
    catalogue.catch_up()
    assert catalogue.tally._columns is not None
    for query in QUERIES:
        agree(catalogue, query, limit=3)
    agree(catalogue, "", Viewer("guest", adult=False, hidden=("Tag 2",)), 3)


def test_a_large_library_is_read_behind_ones_back(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is read the index counts, and typing suggests nothing; afterwards memory does, with the same answer."""
    monkeypatch.setattr(tally, "_AT_ONCE", 10)
    enter(catalogue, *some(30))
    before = catalogue.find("lamps").facets
    thread = catalogue.tally._reading
    assert thread is not None
    thread.join()
    assert catalogue.tally.at() == catalogue.change()
    assert catalogue.find("lamps").facets == before
    assert [one.value for one in catalogue.typing.suggest("tag 1", field="tag")][:1] == ["Tag 1"]


def test_of_very_many_values_the_commonest_are_given() -> None:
    """The largest of many small numbers, with ties in the order they come."""
    counts = np.array([1, 5, 1, 1, 9, 5, 1], dtype=np.int32)
    assert sorted(tally._largest(counts, 3).tolist()) == [1, 4, 5]
    assert sorted(tally._largest(counts, 5).tolist()) == [0, 1, 2, 4, 5]


# ---------------------------------------------------------------- typing


def test_suggestions_follow_every_change(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """New values are suggested, what nothing has any more is not, and nobody is told what they may not see; merged or not yet."""
    monkeypatch.setattr(typed, "_FRESH", 3)
    child = Viewer("child", adult=False)
    enter(catalogue, new(1, rating="General Audiences", fandoms=("Harbour Lights",), tags=("Slow Burn",)))
    assert [o.value for o in catalogue.typing.suggest("har", child)] == ["Harbour Lights"]
    enter(catalogue, new(2, rating="Explicit", fandoms=("Harbour Lights", "Harlequin Road"), tags=("(Hard) Winter",)))
    assert [(o.value, o.works) for o in catalogue.typing.suggest("har")] == [
        ("Harbour Lights", 2),
        ("(Hard) Winter", 1),
        ("Harlequin Road", 1),
    ]
    assert [(o.value, o.works) for o in catalogue.typing.suggest("har", child)] == [("Harbour Lights", 1)]
    hidden = Viewer("k", hidden=("slow burn",))
    assert [(o.value, o.works) for o in catalogue.typing.suggest("harbour", hidden)] == [("Harbour Lights", 1)]
    with catalogue.batch() as batch:
        batch.tag_words([TagWord("synonym", "fandom", "Harlequin Road", "fandom", "Harbour Lights")], NOON)
    assert [(o.value, o.works) for o in catalogue.typing.suggest("harlequin")] == [("Harbour Lights", 2)]
    with catalogue.batch() as batch:
        batch.tag_words([TagWord("synonym", "fandom", "Harlequin Road", "fandom", "Harbour Lights")], NOON, back=True)
    assert [(o.value, o.works) for o in catalogue.typing.suggest("harlequin")] == [("Harlequin Road", 1)]
    with catalogue.batch() as batch:
        batch.remove("00002aaaa")
    assert catalogue.typing.suggest("harlequin") == catalogue.typing.suggest("hard") == []
    assert [(o.value, o.works) for o in catalogue.typing.suggest("har")] == [("Harbour Lights", 1)]


def test_suggestions_of_many_values_are_those_that_begin_so(catalogue: Catalogue) -> None:
    """Every suggestion has a word that begins with what was typed, the commonest first, as counting by hand says."""
    works = some(80)
    enter(catalogue, *works)
    for asked in ("tag", "tag 1", "fandom 1", "a", "auth", "雨"):
        found = catalogue.typing.suggest(asked, limit=100)
        by_hand = Counter(
            value
            for work in works
            for value in {
                *(
                    (k, v)
                    for k, n in (("tag", "tags"), ("fandom", "fandoms"), ("character", "characters"))
                    for v in getattr(work.metadata, n)
                ),
                ("author", work.metadata.creators[0].name),
            }
            if any(" ".join(value[1].lower().split()[at:]).startswith(asked) for at in range(2))
        )
        own = {(o.field, o.value): o.works for o in found if o.field not in ("title", "relationship", "rating")}
        assert own == dict(by_hand)
        assert [o.works for o in found] == sorted((o.works for o in found), reverse=True)


# ---------------------------------------------------------------- pages


def test_a_page_far_down_is_the_same_stretch_of_the_whole_order(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """By title or creator, up or down, with many that begin alike: a deep page is what the whole list has there."""
    monkeypatch.setattr("variorum.catalogue.finding._SHALLOW", 0)
    enter(catalogue, *some(70), *[new(n, title="Untitled") for n in range(100, 115)])
    for sort in ("title", "-title", "author", "-author", "-words", "added"):
        whole = [hit.work.title for hit in catalogue.find(sort=sort).hits]
        keys = sorted((w or "").lower() for w in whole)
        assert len(keys) == 85
        for offset in (0, 7, 33, 60, 80, 84, 85, 500):
            page = catalogue.find(sort=sort, offset=offset, limit=9)
            assert [hit.work.title for hit in page.hits] == whole[offset : offset + 9], (sort, offset)
            assert page.total == 85


def test_pages_follow_each_other_without_gap(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page after page every work comes once, also among those of one title."""
    monkeypatch.setattr("variorum.catalogue.finding._SHALLOW", 0)
    enter(catalogue, *some(30), *[new(n, title="Untitled") for n in range(100, 130)])
    seen = [
        hit.work.work for at in range(0, 60, 7) for hit in catalogue.find("-tag:='Tag 5'", sort="title", offset=at, limit=7).hits
    ]
    assert len(seen) == len(set(seen)) == catalogue.find("-tag:='Tag 5'").total


# ---------------------------------------------------------------- the index


def test_passages_are_the_whole_text_one_after_another() -> None:
    """No letter is in two passages or in none, and words are not cut where there is white space."""
    text = " ".join(f"word{n}" for n in range(2000))
    stretches = list(passages_of(text))
    assert "".join(text[a:b] for a, b in stretches) == text
    assert all(text[b - 1] == " " for _, b in stretches[:-1])
    rain = "雨" * 5000
    assert "".join(rain[a:b] for a, b in passages_of(rain)) == rain


def test_the_original_spelling_is_found_beside_the_mended_one(catalogue: Catalogue) -> None:
    """A word that rescue changed is found as it came, also with the words beside it; paragraphs far away are not indexed twice."""
    paragraphs = [f"paragraph {n} about tides and nothing else" for n in range(9)]
    paragraphs[4] = "she lit the lÃ¤mp and went out"
    text = "\n\n".join(paragraphs)
    at = text.index("lÃ¤mp")
    mend = Emendation("e1", "text", at, at + 5, "lÃ¤mp", "lämp", "mojibake", "it reads so", "", 0.99, "applied", None)
    enter(catalogue, new(1, text, (mend,)))
    assert catalogue.find('"lit the lämp"').total == 1
    assert catalogue.find('"lit the lÃ¤mp"').total == 1
    assert catalogue.find('"nothing else she lit the lÃ¤mp"').total == 1


# ---------------------------------------------------------------- what is remembered


def test_of_a_memory_the_telling_words_are_looked_for() -> None:
    """Little words and those people describe stories with are left out, unless there is nothing else."""
    assert telling("that fic where she sells her hair") == ["sells", "hair"]
    assert telling("the one where someone cooks in a story") == ["cooks"]
    assert telling("the one where") == ["one"]
    assert telling("who is it") == ["who", "is", "it"]
    assert telling("") == []


def test_a_word_is_looked_for_in_its_other_forms() -> None:
    """Regular forms of a verb or a noun lead to each other, and what is no word of letters stays alone."""
    for word, other in (
        *(("shrinks", "shrinking"), ("stopped", "stop"), ("stop", "stopping"), ("baking", "bakes"), ("stories", "story")),
        *(("carried", "carry"), ("lamps", "lamp"), ("glass", "glasses"), ("dancer", "dancing")),
    ):
        assert other in forms(word)
        assert forms(word)[0] == word
        assert roots(word) & roots(other)
    assert forms("abc") == ["abc"]
    assert forms("été2") == ["été2"]


def test_a_memory_in_other_forms_finds_the_work_and_its_passage(catalogue: Catalogue) -> None:
    """Other forms of the words find the work, several scenes count together, and the passage that made it is shown with marks."""
    filler = "The kettle stood on the stove and the rain went on. " * 30
    told = filler + "He shrank from it, yet the city was shrinking in the jar, and she smuggled it aboard. " + filler
    enter(
        catalogue,
        new(1, told, title="The Jar"),
        new(2, filler + "They sailed at dawn. " + filler, title="Dawn"),
        new(3, filler + "A smuggler drank tea. " + filler, title="Tea"),
    )
    found = catalogue.find(like="that fic where they shrink the cities and smuggle them away")
    assert found.hits[0].work.title == "The Jar"
    assert "<mark>shrinking</mark>" in found.hits[0].snippet
    assert "<mark>smuggled</mark>" in found.hits[0].snippet
    assert all(hit.snippet for hit in found.hits)
    assert catalogue.find(like="shrinking cities", viewer=Viewer("child", adult=False)).total == 0
