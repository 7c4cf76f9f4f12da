"""The catalogue on SQLite, and the same tests on PostgreSQL where its server programs are."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres import database, postgres_server  # noqa: F401  (a fixture)

from variorum.catalogue import FACETS, Catalogue, Heard, ItemRow, Naming, NewWitness, Passage, Told, digest_of
from variorum.catalogue import schema as s
from variorum.catalogue.blobs import pack_document, unpack_document
from variorum.catalogue.connect import configuration, make_engine, migrate, reading, revision, writing
from variorum.catalogue.fields import Held, adult, base_of, merge, still_lost, value_of, versions_of
from variorum.document import Document, Emendation, Gap, Laid, Part, Piece, Span, emendation_id
from variorum.errors import CatalogueError, NotFound, SchemaTooNew
from variorum.model import (
    Agent,
    Claim,
    Creator,
    Evidence,
    Kinship,
    LostWitness,
    Metadata,
    Name,
    Relation,
    Ruling,
    Series,
    Viewer,
    Wish,
)

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
NOON = "2026-03-04T12:00:00Z"


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalogue.sqlite3'}"
        return
    with database(request.getfixturevalue("postgres_server")) as made:
        yield made


@pytest.fixture
def catalogue(url: str, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue."""
    opened = Catalogue(url, tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue on SQLite alone, for what does not touch the database's own ways."""
    opened = Catalogue(f"sqlite:///{tmp_path / 'light.sqlite3'}", tmp_path / "light-index")
    yield opened
    opened.close()


def document(text: str, emendations: tuple[Emendation, ...] = ()) -> Document:
    """One paragraph of story."""
    blocks = (Laid("paragraph", "story", (Piece(0, len(text)),)),)
    return Document("sha256:" + "0" * 64, text, (Part("a.txt", 0, len(text), "utf-8"),), blocks, emendations=emendations)


def hashes(text: str) -> Any:
    """A sketch of our own: one hash for every three words."""
    words = text.split()
    grams = {" ".join(words[i : i + 3]) for i in range(max(0, len(words) - 2))}
    return np.array(
        sorted(int.from_bytes(hashlib.sha256(g.encode("utf-8", "surrogatepass")).digest()[:8], "big") for g in grams),
        dtype=np.uint64,
    )


def new(number: int, text: str, work: str | None = None, siglum: str = "A", **more: Any) -> NewWitness:
    """A witness with this text; ``more`` goes to its metadata, or to the witness where it has the field."""
    own = {f.name for f in dataclasses.fields(NewWitness)} - {"metadata"}
    said: dict[str, Any] = {
        "witness": f"{number:04d}aaaa{number:04d}",
        "order": number,
        "digest": f"sha256:{number:064d}",
        "items": (f"sha256:{number:064d}",),
        "place": "",
        "name": f"file{number}.html",
        "format": "other-html",
        "accession": "acc1",
        "added": NOON,
        "document": document(text),
        "words": len(text.split()),
        "chapters": 1,
        "extent": "whole",
        "version_key": f"v-{text}"[:100],
        "sketch": hashes(text),
        "tokens": len(text.split()),
        "work": work or f"w{number:04d}bbbb",
        "siglum": siglum,
    }
    said |= {name: more.pop(name) for name in list(more) if name in own}
    return NewWitness(**said, metadata=Metadata(**more))


LAMP = "The keeper wound the clock twice that night and nobody on the quay saw the lamp go out"
TIDE = "The tide came up the stairs of the old customs house and took one chair with it"


def enter(catalogue: Catalogue, *witnesses: NewWitness) -> None:
    """Enters witnesses in one batch and brings the index up."""
    with catalogue.batch() as batch:
        for witness in witnesses:
            batch.witness(witness)
    assert catalogue.catch_up()


def titles(catalogue: Catalogue, query: str = "", **more: Any) -> list[str | None]:
    """The titles a query finds, in their order."""
    return [hit.work.title for hit in catalogue.find(query, **more).hits]


# ---------------------------------------------------------------- migrations


def test_migrations_go_up_down_and_up_again(url: str) -> None:
    """Every revision applies, comes off, and applies again; then the schema is what the tables say."""
    command = pytest.importorskip("alembic.command")
    engine = make_engine(url)
    for target in (*s.REVISIONS, *reversed(s.REVISIONS), s.HEAD):
        migrate(engine, target)
        with reading(engine) as connection:
            assert revision(connection) == target
    with writing(engine) as connection:
        command.check(configuration(connection))
    engine.dispose()


def test_the_list_of_revisions_is_what_the_folder_holds(tmp_path: Path) -> None:
    """REVISIONS, by which a database is judged without loading Alembic, names the files in their order."""
    script = pytest.importorskip("alembic.script")
    engine = make_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with reading(engine) as connection:
        folder = script.ScriptDirectory.from_config(configuration(connection))
    engine.dispose()
    assert tuple(r.revision for r in reversed(list(folder.walk_revisions()))) == s.REVISIONS


def test_an_older_database_with_rows_is_migrated_when_it_is_opened(tmp_path: Path, sample: Callable[[str], Path]) -> None:
    """A catalogue of revision 0001 opens, and every row that was in it is still there, documents included."""
    path = tmp_path / "catalogue.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(sample("catalogue/revision-0001.sql").read_text("utf-8"))
    old.close()
    opened = Catalogue(f"sqlite:///{path}", tmp_path / "index")
    work = opened.work("9999888877")
    assert (work.work, work.title, work.lost) == (
        "0a1b2c3d4e5f60718293",
        "The Keeper's Clock",
        (LostWitness("tumblr.com", None, "Also on my tumblr."),),
    )
    assert [opened.document(w.witness).source[:17] for w in work.witnesses] == ["The keeper wound "] * 2
    assert [c.claim for c in opened.claims(work.work)] == ["c0ffee00c0ffee00c0ff"]
    assert opened.candidates(np.zeros(0, np.uint64), "v1") == [("dddd3333eeee4444ffff", 0, 17)]
    assert opened.highest_order() == 4
    assert opened.catch_up()
    assert titles(opened, "quay") == ["The Keeper's Clock"]
    opened.close()


def test_going_back_keeps_the_rows(url: str, tmp_path: Path) -> None:
    """A downgrade rebuilds a table on SQLite and must not take along what hangs on it."""
    opened = Catalogue(url, tmp_path / "index")
    enter(opened, new(1, LAMP))
    migrate(opened.engine, "0001")
    migrate(opened.engine)
    assert opened.document("0001aaaa0001") == document(LAMP)
    opened.close()


def test_a_newer_database_is_left_alone(url: str, tmp_path: Path) -> None:
    """A schema from the future is refused with what to do, and nothing is changed."""
    Catalogue(url, tmp_path / "index").close()
    engine = make_engine(url)
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(SchemaTooNew, match=r"0999.*nothing was changed"):
        Catalogue(url, tmp_path / "index")
    with reading(engine) as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "0999"
    engine.dispose()


def test_opening_at_the_same_time_migrates_once(url: str, tmp_path: Path) -> None:
    """Four openers of a new database all get a catalogue."""
    opened: list[Catalogue] = []
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            opened.append(Catalogue(url, tmp_path / "index"))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [one.counts().works for one in opened] == [0] * 4
    assert len({one.state["identity"] for one in opened}) == 1
    for one in opened:
        one.close()


def test_sqlite_is_opened_as_promised(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation, no memory map, foreign keys and a patient lock, on every connection."""
    engine = make_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with reading(engine) as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "mmap_size": 0, "foreign_keys": 1, "busy_timeout": 60_000}
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    engine.dispose()
    assert found == wanted


def test_a_damaged_database_is_an_error_of_ours(tmp_path: Path) -> None:
    """A file that is no database says so and names the way out."""
    path = tmp_path / "catalogue.sqlite3"
    path.write_bytes(b"this is no database at all, but long enough to look like one" * 40)
    with pytest.raises(CatalogueError, match="rebuild"):
        Catalogue(f"sqlite:///{path}", tmp_path / "index")


# ---------------------------------------------------------------- documents


surrogates = st.characters(categories=("Cs", "Lu", "Cc", "Zs", "So"))
anything = st.text(st.characters() | surrogates | st.sampled_from("\x00\ud800\udfff\U0001f642"), max_size=30)
numbers = st.integers(0, 2**31 - 1)
pieces = st.builds(Piece, numbers, numbers, st.none() | anything)
documents = st.builds(
    Document,
    item=anything,
    source=anything,
    parts=st.lists(st.builds(Part, anything, numbers, numbers, anything, anything), max_size=2).map(tuple),
    blocks=st.lists(
        st.builds(
            Laid,
            anything,
            anything,
            st.lists(pieces, max_size=3).map(tuple),
            st.none() | numbers,
            st.floats(0, 1),
            st.integers(0, 9),
            st.none() | anything,
        ),
        max_size=3,
    ).map(tuple),
    spans=st.lists(st.builds(Span, numbers, numbers, anything, st.none() | anything, st.floats(0, 1)), max_size=3).map(tuple),
    emendations=st.lists(
        st.builds(
            Emendation,
            anything,
            st.just("text"),
            numbers,
            numbers,
            *[anything] * 5,
            st.floats(0, 1),
            st.just("refused"),
            st.none() | anything,
        ),
        max_size=2,
    ).map(tuple),
    left_out=st.lists(st.builds(Gap, numbers, numbers, anything), max_size=2).map(tuple),
)


@given(documents)
def test_a_document_comes_back_exactly(given_document: Document) -> None:
    """Packing and unpacking changes nothing: not a lone surrogate, not a NUL, not a certainty."""
    assert unpack_document(pack_document(given_document)) == given_document


def test_a_document_of_an_unknown_form_is_refused() -> None:
    """Bytes that a later version wrote are not guessed at."""
    with pytest.raises(ValueError, match="form 63"):
        unpack_document(b"\x63" + pack_document(document("x"))[1:])


# ---------------------------------------------------------------- entering and reading


def test_what_is_entered_can_be_read(catalogue: Catalogue) -> None:
    """A work comes back with its fields, witnesses, document, claims, links and lost copies."""
    claim = Claim(
        "c1c1c1", "w0001bbbb", "inspired-by", "a picture", Evidence("0001aaaa0001", "for a picture", 3, 9), "notes.for", 0.9
    )
    witness = new(
        1,
        LAMP,
        title="The Keeper's Clock",
        creators=(Creator("Wren", account="wren"),),
        series=(Series("Harbour Lights", 2.0),),
        rating="General Audiences",
        site="archiveofourown.org",
        url="https://archiveofourown.org/works/12",
        trust={"title": "site"},
    )
    with catalogue.batch() as batch:
        batch.items([ItemRow(witness.digest, 99, "file1.html", "acc1", "added", "other-html", order=1)])
        assert batch.witness(witness) == 1
        batch.provenance(
            witness.witness,
            claims=[claim],
            creators=[Creator("Finch", "artist")],
            lost=[LostWitness("tumblr.com", None, "Also on my tumblr.")],
            links=["https://example.org/a", "https://example.org/a"],
            wishes=[Wish("ask-first", "Please ask first.")],
            named=[Naming(0, 0, Told("finch", None, "w0001bbbb")), Naming(0, 1, Told("wren", "tumblr.com", ""))],
        )
        batch.agents([Agent("agent2", (Name("Owl"),), 1.0)])
        batch.agents([Agent("agent2", (Name("Heron"),), 1.0)])
        assert batch.renamed == {"finch@@w0001bbbb", "wren@tumblr.com@"}
        gathered = [
            Agent("agent1", (Name("Finch"), Name("finchdraws", "tumblr.com")), 0.8),
            Agent("agent3", (Name("WREN", "tumblr.com"),), 0.6),
        ]
        batch.agents_behind(gathered, {"finch@@w0001bbbb": "agent1", "wren@tumblr.com@": "agent3"}, batch.renamed)
        batch.entered(7)
    work = catalogue.work("w0001bbbb")
    assert catalogue.catch_up()
    (hit,) = catalogue.find("clock").hits
    assert (hit.work.lost, hit.work.links, hit.work.metadata) == (work.lost, work.links, work.metadata)
    assert [w.siglum for w in hit.work.witnesses] == ["A"]
    assert work.title == "The Keeper's Clock"
    assert work.metadata.creators == (Creator("Wren", account="wren"), Creator("Finch", "artist"))
    assert work.metadata.series == (Series("Harbour Lights", 2.0),)
    assert work.metadata.wishes == (Wish("ask-first", "Please ask first."),)
    assert work.taken_from["title"] == "A"
    assert (work.adult, work.words, work.chapters) == (False, 18, 1)
    (held,) = work.witnesses
    assert (held.siglum, held.base, held.version, held.kinship, held.items) == ("A", True, 1, "same", (witness.digest,))
    assert held.metadata == witness.metadata
    assert work.lost == (LostWitness("tumblr.com", None, "Also on my tumblr."),)
    assert work.links == ("https://example.org/a",)
    assert catalogue.claims("w0001bbbb") == (claim,)
    assert [a.agent for a in catalogue.agents("w0001bbbb")] == ["agent1", "agent3"]
    with catalogue.batch() as batch:
        nine = Agent("agent9", (Name("Finch"), Name("Wren", "tumblr.com")), 1.0)
        keys = {"finch@@w0001bbbb": "agent9", "wren@tumblr.com@": "agent9"}
        batch.agents_behind([nine], keys, set(keys))
    assert catalogue.agents(work) == (nine,)
    assert catalogue.people.called(["finchdraws"]) == ()
    assert catalogue.people.called(["heron"]) == (Agent("agent2", (Name("Heron"),), 1.0),)
    assert catalogue.document(witness.witness) == witness.document
    assert catalogue.text(witness.witness) == LAMP
    assert catalogue.witness("0001aaaa") == held
    assert catalogue.works_of([witness.witness, "nobody"]) == ("w0001bbbb",)
    assert catalogue.witnesses_from(witness.digest) == (witness.witness,)
    assert catalogue.highest_order() == 7
    counts = catalogue.counts()
    assert (counts.works, counts.witnesses, counts.items, counts.bytes, counts.problems) == (1, 1, 1, 99, 0)


def test_items_keep_their_first_name_and_their_problem(catalogue: Catalogue) -> None:
    """What is received again under another name is the same item; a problem stays with its reason."""
    with catalogue.batch() as batch:
        batch.items(
            [
                ItemRow("sha256:a", 5, "first.html", "acc1", "problem", None, "login-wall", "first.html is a log-in page", 1),
                ItemRow("sha256:a", 5, "again\x00\ud800.html", "acc1", "known", order=2),
                ItemRow(None, 0, ".hidden", "acc1", "skipped", None, "hidden", ".hidden is a hidden file", 3),
            ]
        )
    with catalogue.batch() as batch:
        batch.items([ItemRow("sha256:a", 5, "third.html", "acc1", "known", order=4)])
    item = catalogue.item("sha256:a")
    assert item is not None
    assert (item.name, item.problem, item.status) == ("first.html", ("login-wall", "first.html is a log-in page"), "problem")
    assert catalogue.item("sha256:b") is None
    assert [one.digest for one in catalogue.items("problem")] == ["sha256:a"]
    assert catalogue.counts().problems == 1


def test_text_no_column_can_hold_is_replaced_and_the_document_keeps_it(catalogue: Catalogue) -> None:
    """NUL and lone surrogates in every field are U+FFFD in the catalogue; the document has them as they came."""
    nasty = "a\x00b\ud800c"
    witness = new(
        1,
        f"{nasty} {LAMP}",
        version_key="v-nasty",
        name=nasty,
        place=nasty,
        title=nasty,
        creators=(Creator(nasty, account=nasty, url=nasty),),
        fandoms=(nasty,),
        tags=(nasty * 2000,),
        summary=nasty,
        site=nasty,
        url=f"https://example.org/{nasty}",
        captured=nasty,
        language=nasty,
        published=nasty,
    )
    with catalogue.batch() as batch:
        batch.witness(witness)
        evidence = Evidence(witness.witness, nasty)
        batch.provenance(
            witness.witness,
            claims=[Claim("c1", nasty, "says", nasty, evidence, "r", 0.5)],
            relations=[Relation("inspired-by", title=nasty, url=f"https://example.org/{nasty}", evidence=nasty)],
            lost=[LostWitness(f"{nasty}.com", nasty, nasty)],
            links=[nasty],
        )
        batch.ruling(Ruling("r1", "alias", (nasty, nasty), "keeper", NOON, nasty))
    work = catalogue.work(witness.work)
    clean = "a\ufffdb\ufffdc"
    assert work.title == clean
    assert work.witnesses[0].name == clean
    assert work.links == (clean,)
    assert work.lost[0].evidence == clean
    assert work.relations[0].title == clean
    assert catalogue.claims(witness.work)[0].subject == clean
    assert catalogue.document(witness.witness).source.startswith(nasty)
    assert catalogue.catch_up()
    assert catalogue.find('fandom:="a\ufffdb\ufffdc"').total == 1
    assert catalogue.find("keeper").hits[0].work.title == clean


def test_a_failed_batch_leaves_nothing(catalogue: Catalogue) -> None:
    """A transaction is kept whole or not at all."""
    before = catalogue.change()
    with pytest.raises(RuntimeError, match="stop"), catalogue.batch() as batch:  # noqa: PT012
        batch.witness(new(1, LAMP))
        batch.entered(5)
        raise RuntimeError("stop")
    assert catalogue.counts().witnesses == 0
    assert (catalogue.highest_order(), catalogue.change()) == (-1, before)


def test_ids_answer_to_an_unambiguous_beginning(catalogue: Catalogue) -> None:
    """One character is enough where it is enough; an ambiguous or unknown beginning is NotFound and says which."""
    enter(catalogue, new(1, LAMP, "abcd1111"), new(2, TIDE, "abcd2222"), new(11, TIDE + " and ebb", "b2222222"))
    assert catalogue.work("b").work == "b2222222"
    assert catalogue.witness("0011").witness == catalogue.witness("001").witness == "0011aaaa0011"
    assert catalogue.work("b").witness("0").witness == "0011aaaa0011"
    with pytest.raises(KeyError):
        catalogue.work("b").witness("")
    assert catalogue.work("abcd1").work == "abcd1111"
    with pytest.raises(NotFound, match="more than one work begins with 'abcd'"):
        catalogue.work("abcd")
    with pytest.raises(NotFound, match="more than one work begins with 'a'"):
        catalogue.work("a")
    with pytest.raises(NotFound, match="more than one witness begins with '00'"):
        catalogue.witness("00")
    for hostile in ("ffff", "%%%%", "____", "abcd'--", "\x00\x00\x00\x00", "\ud800abc", ""):
        with pytest.raises(NotFound):
            catalogue.work(hostile)
    with pytest.raises(NotFound):
        catalogue.witness("zzzz")
    with pytest.raises(NotFound):
        catalogue.document("zzzz")


def test_a_joined_work_answers_to_its_retired_id_for_ever(catalogue: Catalogue) -> None:
    """Witnesses move with new sigla, and the retired id and those retired into it lead to the one that stays."""
    enter(catalogue, new(1, LAMP, "aaaa1111"), new(2, LAMP + " again", "bbbb2222"), new(3, LAMP + " and again", "cccc3333"))
    with catalogue.batch() as batch:
        batch.join("bbbb2222", "cccc3333", {"0003aaaa0003": "B"})
    with catalogue.batch() as batch:
        batch.join("aaaa1111", "bbbb2222", {"0002aaaa0002": "B", "0003aaaa0003": "C"})
    work = catalogue.work("aaaa1111")
    assert [(w.siglum, w.witness[:4]) for w in work.witnesses] == [
        ("A", "0001"),
        ("B", "0002"),
        ("C", "0003"),
    ]
    assert catalogue.work("bbbb2222").work == catalogue.work("cccc").work == "aaaa1111"
    assert catalogue.catch_up()
    assert catalogue.find().total == 1


def test_a_parted_witness_is_a_work_of_its_own(catalogue: Catalogue) -> None:
    """Moving the last witness away forgets a work; moving one back to its retired id revives that id."""
    enter(catalogue, new(1, LAMP, "aaaa1111", title="Lamp"), new(2, TIDE, "bbbb2222", title="Tide"))
    with catalogue.batch() as batch:
        batch.join("aaaa1111", "bbbb2222", {"0002aaaa0002": "B"})
    with catalogue.batch() as batch:
        batch.move("0002aaaa0002", "bbbb2222", "A")
    assert catalogue.work("bbbb2222").title == "Tide"
    assert [w.siglum for w in catalogue.work("aaaa1111").witnesses] == ["A"]
    with catalogue.batch() as batch:
        batch.move("0002aaaa0002", "aaaa1111", "B")
    with pytest.raises(NotFound):
        catalogue.work("bbbb2222")
    assert catalogue.catch_up()
    assert titles(catalogue, "tide") == ["Lamp"]


def test_removing_a_witness_takes_everything_of_it(catalogue: Catalogue) -> None:
    """Document, claims, sketch and index entry go; the work goes with its last witness."""
    enter(catalogue, new(1, LAMP), new(2, TIDE))
    with catalogue.batch() as batch:
        batch.provenance("0001aaaa0001", claims=[Claim("c1", "a", "b", "c", Evidence("0001aaaa0001", "x"), "r", 0.5)])
    with catalogue.batch() as batch:
        batch.remove("0001aaaa0001")
    with pytest.raises(NotFound):
        catalogue.work("w0001bbbb")
    assert catalogue.candidates(hashes(LAMP), new(1, LAMP).version_key) == []
    assert catalogue.catch_up()
    assert catalogue.find().total == 1
    with reading(catalogue.engine) as connection:
        left = {
            t.name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in (s.claims, s.texts, s.marks)
        }
    assert left == {"claims": 0, "texts": 1, "marks": 1}


def test_a_document_rescued_anew_replaces_the_old(catalogue: Catalogue) -> None:
    """Text, words, counts of repairs and the version change; the sketch stays that of the words as they came."""
    witness = new(1, "The lamp wnet out", title="Lamp")
    enter(catalogue, witness)
    start = witness.document.source.index("wnet")
    own = emendation_id(witness.document.item, start, start + 4, "text", "went")
    emendation = Emendation(
        own, "text", start, start + 4, "wnet", "went", "letters.swap", "Two letters changed places.", "g", 0.9
    )
    rescued = witness.document.with_emendations([emendation])
    assert titles(catalogue, "went") == []
    assert titles(catalogue, "has:repairs") == []
    with catalogue.batch() as batch:
        batch.document(witness.witness, rescued, 4, "v-new")
    assert catalogue.document(witness.witness) == rescued
    assert catalogue.text(witness.witness) == "The lamp went out"
    assert catalogue.candidates(witness.sketch, None, least=1) == [(witness.witness, len(witness.sketch), 4)]
    nothing = np.zeros(0, np.uint64)
    assert catalogue.candidates(nothing, "v-new") == [(witness.witness, 0, 4)]
    assert catalogue.candidates(nothing, witness.version_key) == []
    assert catalogue.catch_up()
    assert titles(catalogue, "went") == titles(catalogue, "wnet") == titles(catalogue, "has:repairs") == ["Lamp"]
    assert catalogue.emendation_or_claim(own[:6]) == own
    with catalogue.batch() as batch:
        assert batch.work_of_claim(own) == witness.work
    with pytest.raises(NotFound):
        catalogue.emendation_or_claim("ffffffff")


def test_clearing_empties_everything_and_the_index_notices(catalogue: Catalogue) -> None:
    """After `clear` nothing is found, and the change counter still grows, so that caches elsewhere notice."""
    enter(catalogue, new(1, LAMP, title="Lamp"))
    before = catalogue.change()
    catalogue.clear()
    assert catalogue.change() > before
    assert catalogue.highest_order() == -1
    assert catalogue.counts().works == 0
    assert catalogue.find("lamp").total == 0
    enter(catalogue, new(1, LAMP, title="Lamp again"))
    assert titles(catalogue, "lamp") == ["Lamp again"]


# ---------------------------------------------------------------- candidates


def test_copies_are_found_by_what_they_share(catalogue: Catalogue) -> None:
    """A changed copy, a part and an equal text are candidates, the likeliest first; a stranger is none."""
    long = f"{LAMP} {TIDE}"
    enter(
        catalogue,
        new(1, long, "aaaa1111"),
        new(2, LAMP, "bbbb2222"),
        new(3, "A stranger sat in the corner eating plums in silence all day"),
    )
    found = catalogue.candidates(hashes(long.replace("twice", "once")), None)
    assert [(witness[:4], tokens) for witness, _, tokens in found] == [("0001", 35), ("0002", 18)]
    assert found[0][1] > found[1][1] >= 4
    assert catalogue.candidates(np.zeros(0, np.uint64), f"v-{LAMP}"[:100]) == [("0002aaaa0002", 0, 18)]


def test_equal_texts_stand_for_each_other(catalogue: Catalogue) -> None:
    """Of equal copies in one work the earliest is named; an equal copy in another work is named too."""
    same = {"version_key": "same", "sketch": hashes(LAMP)}
    enter(catalogue, new(1, LAMP, "aaaa1111", **same), new(2, LAMP, "aaaa1111", "B", **same), new(3, LAMP, "cccc3333", **same))
    assert [w[:4] for w, _, _ in catalogue.candidates(hashes(LAMP), "same")] == ["0001", "0003"]


def test_what_stands_everywhere_does_not_count(catalogue: Catalogue) -> None:
    """A hash in more than 64 distinct texts makes no candidates, however many copies each text has; fewer do."""
    chorus = "oh the wind and the rain and the wind and the lamp in the window"
    few = [new(n, f"{chorus} {n}", version_key=f"v{n}", sketch=hashes(chorus)) for n in range(1, 65)]
    copies = [new(100 + n, chorus, version_key="v1", sketch=hashes(chorus)) for n in range(9)]
    enter(catalogue, *few, *copies)
    assert len({w for w, _, _ in catalogue.candidates(hashes(chorus), None)}) == 73
    with catalogue.batch() as batch:
        assert len(batch.boilerplate()) == 0
    enter(catalogue, new(999, chorus + " more", version_key="v999", sketch=hashes(chorus)))
    with catalogue.batch() as batch:
        assert batch.boilerplate().tolist() == sorted(hashes(chorus).tolist())
    assert catalogue.candidates(hashes(chorus), None) == []
    assert [w for w, _, _ in catalogue.candidates(hashes(chorus), "v999")] == ["0999aaaa0999"]


def test_what_stood_everywhere_counts_again_when_texts_go(catalogue: Catalogue) -> None:
    """A hash is common no longer once at most 64 texts have it: those that stay find each other, and a new one finds them."""
    chorus = "oh the wind and the rain and the wind and the lamp in the window"
    some = [new(n, f"{chorus} {n}", version_key=f"v{n}", sketch=hashes(chorus)) for n in range(1, 68)]
    enter(catalogue, *some)
    enter(catalogue, new(900, TIDE))
    assert catalogue.candidates(hashes(chorus), None) == []
    with catalogue.batch() as batch:
        assert len(batch.boilerplate()) == len(hashes(chorus))
        batch.remove(some[0].witness)
        batch.remove(some[30].witness)
        assert len(batch.boilerplate()) == len(hashes(chorus))
        batch.remove(some[66].witness)
        assert len(batch.boilerplate()) == 0
    stayed = {one.witness for n, one in enumerate(some) if n not in (0, 30, 66)}
    found = catalogue.candidates(hashes(chorus), None)
    assert {witness for witness, _, _ in found} == stayed
    assert {shared for _, shared, _ in found} == {len(hashes(chorus))}
    assert [w for w, _, _ in catalogue.candidates(hashes(TIDE), None)] == ["0900aaaa0900"]
    enter(catalogue, new(901, chorus, version_key="v901", sketch=hashes(chorus)))
    assert catalogue.candidates(hashes(chorus), None) == []
    with catalogue.batch() as batch:
        assert batch.boilerplate().tolist() == sorted(hashes(chorus).tolist())


def test_a_text_of_a_few_words_is_found_by_all_it_has(catalogue: Catalogue) -> None:
    """Where one of two texts has fewer than four hashes, sharing those few is enough, whichever came first; a long one needs four."""
    three, many = np.array([7, 8, 9], np.uint64) << np.uint64(40), np.arange(2, 40, dtype=np.uint64) << np.uint64(40)
    enter(
        catalogue,
        new(1, "six words about a lamp", version_key="few", sketch=three, tokens=7),
        new(2, "many words about a lamp", version_key="many", sketch=many, tokens=42),
    )
    assert {w[:4]: n for w, n, _ in catalogue.candidates(three, None)} == {"0001": 3, "0002": 3}
    assert {w[:4]: n for w, n, _ in catalogue.candidates(many, None)} == {"0001": 3, "0002": 38}
    more = np.concatenate([three, np.arange(900, 940, dtype=np.uint64) << np.uint64(40)])
    assert [w[:4] for w, _, _ in catalogue.candidates(more, None)] == ["0001"]


def test_sketches_of_an_older_catalogue_are_packed(url: str, tmp_path: Path) -> None:
    """Postings of revision 0009, with first bits of both signs, find the same copies after the migration; what was common stays so."""
    engine = make_engine(url)
    migrate(engine, "0009")
    generator = np.random.default_rng(8)
    sketches = [np.unique(generator.integers(0, 1 << 64, 300, dtype=np.uint64)) for _ in range(5)]
    sketches[3] = np.unique(np.concatenate([sketches[0][:150], sketches[3][:9]]))
    with writing(engine) as connection:
        for number, sketch in enumerate(sketches):
            connection.execute(sa.text("INSERT INTO versions VALUES (:k, :n, 300)"), {"k": f"v{number}", "n": number})
            rows = [{"h": h, "n": number} for h in sketch.view(np.int64).tolist()]
            connection.execute(sa.text("INSERT INTO postings VALUES (:h, :n)"), rows)
        connection.execute(sa.text("INSERT INTO common VALUES (5)"))
    engine.dispose()
    opened = Catalogue(url, tmp_path / "index")
    enter(opened, *(new(n + 1, f"text {n}", version_key=f"v{n}", sketch=sketch) for n, sketch in enumerate(sketches)))
    assert [(w[:4], n) for w, n, _ in opened.candidates(sketches[0], None)] == [("0001", 300), ("0004", 150)]
    assert [(w[:4], n) for w, n, _ in opened.candidates(sketches[4], None)] == [("0005", 300)]
    with opened.batch() as batch:
        assert batch.boilerplate().tolist() == [5]
        batch.remove("0001aaaa0001")
    assert [(w[:4], n) for w, n, _ in opened.candidates(sketches[0], None)] == [("0004", 150)]
    opened.close()


def test_a_new_catalogue_is_what_the_migrations_make(url: str) -> None:
    """Tables, columns with their types and defaults, keys and indexes of a new database are those of one that went through every revision."""

    def told(engine: sa.Engine) -> dict[str, Any]:
        look = sa.inspect(engine)
        return {
            table: (
                sorted((c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in look.get_columns(table)),
                look.get_pk_constraint(table),
                sorted(map(str, look.get_foreign_keys(table))),
                sorted(map(str, look.get_indexes(table))),
                sorted(map(str, look.get_unique_constraints(table))),
            )
            for table in look.get_table_names()
        }

    engine = make_engine(url)
    migrate(engine)
    new = told(engine)
    migrate(engine, s.REVISIONS[0])
    migrate(engine)
    assert new == told(engine)
    assert len(new) > 25
    engine.dispose()


def test_postings_that_lie_together_are_found_like_those_in_buckets(url: str, tmp_path: Path, monkeypatch: Any) -> None:
    """Whether the latest texts lie in levels, in buckets, or went from one to the other, the same copies are found; a failed batch leaves none."""
    generator = np.random.default_rng(5)
    # The last hashes end in the bytes 0 and 255, which no text column would take.
    some = [np.unique(generator.integers(0, 1 << 64, 40, dtype=np.uint64)) for _ in range(40)]
    for n in range(1, 40):
        some[n] = np.unique(np.concatenate([some[n], some[n - 1][:9]]))
    answers = []
    for limit in (1 << 20, 1, 500):
        monkeypatch.setattr("variorum.catalogue.fresh.LIMIT", limit)
        catalogue = Catalogue(url, tmp_path / "index")
        catalogue.clear()
        for n in range(0, 40, 4):
            enter(catalogue, *(new(k + 1, f"t{k}", version_key=f"v{k}", sketch=some[k]) for k in range(n, n + 4)))
        with contextlib.suppress(KeyError), catalogue.batch() as batch:
            batch.witness(new(900, "lost", version_key="v900", sketch=some[3]))
            raise KeyError("lost")
        with reading(catalogue.engine) as connection:
            together = connection.execute(sa.select(sa.func.count()).select_from(s.fresh)).scalar_one()
            rows = connection.execute(sa.select(sa.func.count()).select_from(s.buckets)).scalar_one()
        answers.append([catalogue.candidates(sketch, None) for sketch in some])
        assert (together > 0, rows > 0) == {1 << 20: (True, False), 1: (False, True), 500: (True, True)}[limit]
        migrate(catalogue.engine, "0010")
        migrate(catalogue.engine)
        assert [catalogue.candidates(sketch, None) for sketch in some] == answers[-1]
        with catalogue.batch() as batch:
            batch.remove(new(5, "t4").witness)
        answers.append([catalogue.candidates(sketch, None) for sketch in some])
        catalogue.close()
    assert len(answers[0][3]) >= 3
    assert answers[0::2] == [answers[0]] * 3
    assert answers[1::2] == [answers[1]] * 3
    assert answers[0] != answers[1]


def test_texts_without_words_are_not_equal_to_each_other(catalogue: Catalogue) -> None:
    """Two picture posts with no word of story are no copies of one another."""
    enter(catalogue, new(1, "…", version_key="empty", tokens=0, sketch=np.zeros(0, np.uint64)))
    assert catalogue.candidates(np.zeros(0, np.uint64), "empty") == []


# ---------------------------------------------------------------- merged fields


def held(siglum: str, order: int, metadata: Metadata | None = None, **more: Any) -> Held:
    """A witness as merging sees it."""
    said: dict[str, Any] = {"extent": "whole", "version_key": siglum, "words": 100 + order, "chapters": 1} | more
    return Held(witness=f"wit-{siglum}", siglum=siglum, order=order, metadata=metadata or Metadata(), **said)


def trusted(kind: str, **fields: Any) -> Metadata:
    """Metadata whose every given field comes from one kind of source."""
    return Metadata(**fields, trust=dict.fromkeys(fields, kind))


MERGES = [
    ("the site beats the file's name", [("file-name", None, "lamp_v2"), ("site", None, "The Lamp")], "The Lamp", "B"),
    ("the tool's JSON beats the OPF", [("opf", "2020-01-01", "A"), ("tool-json", "2001-01-01", "B")], "B", "B"),
    ("of equals the latest captured", [("site", "2016-01-01", "Old"), ("site", "2019-01-01", "New")], "New", "B"),
    ("a dated one before an undated", [("site", None, "Undated"), ("site", "2016-01-01", "Dated")], "Dated", "B"),
    ("of equals the earliest accession", [("site", None, "First"), ("site", None, "Second")], "First", "A"),
    ("what is unset gives nothing", [("site", "2020-01-01", None), ("file-name", None, "lamp")], "lamp", "B"),
    ("a source without a kind comes last", [(None, "2020-01-01", "Loose"), ("file-name", None, "lamp")], "lamp", "B"),
    ("nobody knows", [("site", None, None)], None, None),
]


@pytest.mark.parametrize(("sources", "title", "siglum"), [m[1:] for m in MERGES], ids=[m[0] for m in MERGES])
def test_a_field_comes_from_the_most_trusted_source(sources: list[Any], title: str | None, siglum: str | None) -> None:
    """A ruling, else the most trusted kind, within it the latest captured, else the earliest accession."""
    witnesses = [
        held("ABC"[n], n, Metadata(title=value, captured=captured, trust={"title": kind} if kind and value else {}))
        for n, (kind, captured, value) in enumerate(sources)
    ]
    merged = merge(witnesses)
    assert (merged.metadata.title, merged.taken_from.get("title")) == (title, siglum)


def test_a_ruling_beats_every_source() -> None:
    """What a person set is the work's, and is said to be a ruling."""
    merged = merge([held("A", 0, trusted("site", title="The Lamp"))], {"title": "My Lamp", "fandoms": ("X", "Y")})
    assert (merged.metadata.title, merged.metadata.fandoms) == ("My Lamp", ("X", "Y"))
    assert (merged.taken_from["title"], merged.taken_from["fandoms"]) == ("ruling", "ruling")


def test_lists_are_taken_whole_from_one_witness() -> None:
    """Tags are never merged; each field may come from another witness."""
    a = trusted("site", tags=("one", "two"), rating="Explicit")
    b = trusted("title-page", tags=("three",), fandoms=("F",))
    merged = merge([held("A", 0, a), held("B", 1, b)])
    assert (merged.metadata.tags, merged.metadata.fandoms) == (("one", "two"), ("F",))
    assert merged.taken_from == {"tags": "A", "rating": "A", "fandoms": "B"}


def test_a_stated_false_is_a_statement() -> None:
    """A site page that says a work is open outranks an older tool's file that had it locked."""
    locked, opened = trusted("opf", restricted=True), trusted("site", restricted=False)
    assert merge([held("A", 0, locked), held("B", 1, opened)]).metadata.restricted is False
    assert merge([held("A", 0, locked), held("B", 1, Metadata())]).metadata.restricted is True


def test_wishes_of_every_copy_bind() -> None:
    """A wish in the notes of any copy is the work's, each once."""
    wish, other = Wish("no-reposting", "Do not repost."), Wish("ask-first", "Ask me.")
    merged = merge([held("A", 0, Metadata(wishes=(wish,))), held("B", 1, Metadata(), wishes=(other, wish))])
    assert merged.metadata.wishes == (wish, other)


def test_notes_credit_more_creators_and_fill_in_what_is_missing() -> None:
    """The artist in the notes stands after the author, and the author's agent is filled in."""
    said = Metadata(creators=(Creator("Wren"),))
    noted = (Creator("Wren", agent="agent1", site="tumblr.com"), Creator("Finch", "artist"))
    merged = merge([held("A", 0, said, creators=noted)])
    assert merged.metadata.creators == (Creator("Wren", agent="agent1", site="tumblr.com"), Creator("Finch", "artist"))


BASES = [
    ("whole before partial", [{"extent": "partial"}, {"extent": "whole", "applied": 9}], "B"),
    ("unknown before partial", [{"extent": "partial"}, {"extent": "unknown"}], "B"),
    ("whole before unknown", [{"extent": "unknown"}, {"extent": "whole"}], "B"),
    ("fewest emendations", [{"applied": 3}, {"applied": 0}], "B"),
    ("latest stated update", [{"updated": "2016"}, {"updated": "2018-01-02"}], "B"),
    ("published where no update is stated", [{"published": "2016"}, {"updated": "2015"}], "A"),
    ("earliest accession", [{}, {}], "A"),
]


@pytest.mark.parametrize(("given_witnesses", "siglum"), [b[1:] for b in BASES], ids=[b[0] for b in BASES])
def test_the_base_is_chosen_by_contract(given_witnesses: list[dict[str, Any]], siglum: str) -> None:
    """Whole before partial, fewest emendations, latest stated update, earliest accession."""
    dates = ("updated", "published")
    witnesses = [
        held(
            "AB"[n],
            n,
            Metadata(**{k: v for k, v in one.items() if k in dates}),
            **{k: v for k, v in one.items() if k not in dates},
        )
        for n, one in enumerate(given_witnesses)
    ]
    assert base_of(witnesses).siglum == siglum
    other = "A" if siglum == "B" else "B"
    assert base_of(witnesses, f"wit-{other}").siglum == other  # a ruling beats it all


def test_equal_texts_have_equal_version_numbers() -> None:
    """Dated texts are counted by date, then the others by accession; a text is as old as its oldest copy."""
    witnesses = [
        held("A", 0, Metadata(), version_key="x"),
        held("B", 1, Metadata(updated="2018-05-01"), version_key="y"),
        held("C", 2, Metadata(published="2016"), version_key="z"),
        held("D", 3, Metadata(updated="2015-01-01"), version_key="y"),
        held("E", 4, Metadata(), version_key="w"),
    ]
    assert versions_of(witnesses) == {"wit-D": 1, "wit-B": 1, "wit-C": 2, "wit-A": 3, "wit-E": 4}


@pytest.mark.parametrize(
    ("rating", "answer"),
    [
        ("Mature", True),
        ("Explicit", True),
        ("not rated", True),
        ("General Audiences", False),
        ("Teen And Up Audiences", False),
        ("NC-17", True),
        ("K+", False),
        ("Spicy", None),
        (None, None),
    ],
)
def test_adult_is_known_or_unknown_never_guessed(rating: str | None, answer: bool | None) -> None:
    """True for Mature, Explicit and Not Rated; a rating nobody knows is unknown."""
    assert adult(rating) is answer


AO3 = "https://archiveofourown.org/works/12"
LOST = [
    ("nothing is held from there", [("tumblr.com", None)], [("archiveofourown.org", AO3)], ["tumblr.com"]),
    ("a copy from that site is held", [("archiveofourown.org", None)], [("archiveofourown.org", AO3)], []),
    (
        "the very address is held, in another form",
        [("archiveofourown.org", AO3 + "/chapters/3?view=1")],
        [("archiveofourown.org", AO3)],
        [],
    ),
    (
        "another work of that site is held",
        [("archiveofourown.org", AO3 + "3")],
        [("archiveofourown.org", AO3)],
        ["archiveofourown.org"],
    ),
    ("a copy of that site without address is held", [("archiveofourown.org", AO3)], [("archiveofourown.org", None)], []),
    (
        "two mentions are one, the addressed stays",
        [("tumblr.com", None), ("tumblr.com", "https://a.tumblr.com/post/1")],
        [],
        ["tumblr.com"],
    ),
]


@pytest.mark.parametrize(("mentioned", "places", "left"), [one[1:] for one in LOST], ids=[one[0] for one in LOST])
def test_a_lost_copy_is_lost_until_it_is_held(mentioned: list[Any], places: list[Any], left: list[str]) -> None:
    """What is known of and not held is listed once, and no longer when it turns up."""
    found = still_lost([LostWitness(site, url, f"{site} {url}") for site, url in mentioned], places)
    assert [one.site for one in found] == left


def test_a_person_s_value_becomes_the_field_s_kind() -> None:
    """Tags are divided at commas, as AO3 divides them; what cannot be set is refused."""
    assert value_of("tags", "Fluff, Slow Burn") == ("Fluff", "Slow Burn")
    assert value_of("creators", "Wren, Finch") == (Creator("Wren"), Creator("Finch"))
    assert value_of("title", " The Lamp ") == "The Lamp"
    assert value_of("words_stated", "2,102") == 2102
    assert value_of("restricted", "yes") is True
    assert [value_of("restricted", word) for word in ("No", "YES", "false")] == [False, True, False]
    assert [value_of("published", text) for text in ("2016", "2016-02", "2016-02-29", "")] == [
        "2016",
        "2016-02",
        "2016-02-29",
        None,
    ]
    assert [value_of("language", text) for text in ("en", "pt-BR", "zh-Hant")] == ["en", "pt-BR", "zh-Hant"]
    assert value_of("rating", "teen and up  audiences") == "Teen And Up Audiences"
    assert value_of("rating", "NOT RATED") == "Not Rated"
    for name, text in (("colour", "red"), ("status", "done"), ("relations", "x"), ("words_stated", "many")):
        with pytest.raises(ValueError):
            value_of(name, text)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("published", "9999-99-99", "2016-02-28"),
        ("published", "2015-02-29", "2016-02-28"),
        ("updated", "2016-13", "2016-02"),
        ("updated", "yesterday", "2016"),
        ("updated", "２０１６", "2016"),
        ("language", "English", "pt-BR"),
        ("language", "en_GB", "pt-BR"),
        ("rating", "spicy", "Teen And Up Audiences, Mature or Explicit"),
        ("restricted", "perhaps", "yes or no"),
        ("restricted", "", "yes or no"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(name: str, text: str, said: str) -> None:
    """Dates are of the calendar, languages are tags, ratings are AO3's five; the error says what may be written."""
    with pytest.raises(ValueError, match=said):
        value_of(name, text)


# ---------------------------------------------------------------- rulings


def rule(catalogue: Catalogue, number: int, kind: str, *on: str, undoes: str | None = None) -> None:
    """Enters a ruling and computes every work anew."""
    with catalogue.batch() as batch:
        batch.ruling(Ruling(f"ruling{number}", kind, on, "keeper", NOON, None, undoes))
        batch.refresh(list(catalogue.works()))


def test_rulings_set_fields_and_base_until_they_are_undone(catalogue: Catalogue) -> None:
    """A later ruling replaces an earlier one, an undone one counts for nothing, and an undone undo lets it stand again."""
    enter(catalogue, new(1, LAMP, "aaaa1111", title="Lamp"), new(2, LAMP + " again", "aaaa1111", "B", title="Lamp"))

    def state() -> tuple[str | None, str]:
        work = catalogue.work("aaaa1111")
        return work.title, work.base.siglum

    assert state() == ("Lamp", "A")
    rule(catalogue, 1, "set", "aaaa1111", "title", "Mine")
    rule(catalogue, 2, "base", "0002aaaa0002")
    assert state() == ("Mine", "B")
    rule(catalogue, 3, "set", "0001aaaa0001", "title", "Mine too")
    rule(catalogue, 4, "base", "0001aaaa0001")
    assert state() == ("Mine too", "A")  # the later word counts, on whichever of its copies it was spoken
    rule(catalogue, 5, "undo", "ruling1", undoes="ruling1")
    assert state() == ("Mine too", "A")
    rule(catalogue, 6, "undo", "ruling4", undoes="ruling4")
    assert state() == ("Mine too", "B")
    rule(catalogue, 7, "undo", "ruling6", undoes="ruling6")
    assert state() == ("Mine too", "A")
    assert [r.kind for r in catalogue.rulings()] == ["set", "base", "set", "base", "undo", "undo", "undo"]
    with catalogue.batch() as batch:
        assert batch.ruled("ruling2") == catalogue.rulings()[1]
        assert batch.ruled("nothing") is None


def test_a_claim_carries_the_ruling_on_it(catalogue: Catalogue) -> None:
    """A refused claim is shown with the ruling that refused it."""
    enter(catalogue, new(1, LAMP))
    with catalogue.batch() as batch:
        batch.provenance("0001aaaa0001", claims=[Claim("c0ffee", "a", "b", "c", Evidence("0001aaaa0001", "x"), "r", 0.5)])
        assert batch.work_of_claim("c0ffee") == "w0001bbbb"
    rule(catalogue, 1, "refuse", "c0ffee")
    assert catalogue.claims("w0001bbbb")[0].ruling == "ruling1"
    assert catalogue.emendation_or_claim("c0ff") == "c0ffee"


def test_rulings_keep_witnesses_apart(catalogue: Catalogue) -> None:
    """`different` names the other side's witnesses, whether it is on works or on witnesses, until `same` is said later."""
    enter(catalogue, new(1, LAMP, "aaaa1111"), new(2, TIDE, "bbbb2222"), new(3, TIDE + " again", "bbbb2222", "B"))

    def apart(witness: str) -> set[str]:
        with catalogue.batch() as batch:
            return {other[:4] for other in batch.different_from(witness)}

    rule(catalogue, 1, "different", "aaaa1111", "bbbb2222")
    assert apart("0001aaaa0001") == {"0002", "0003"}
    assert apart("0003aaaa0003") == {"0001"}
    rule(catalogue, 2, "same", "bbbb2222", "aaaa1111")
    assert apart("0001aaaa0001") == set()
    rule(catalogue, 3, "different", "0002aaaa0002", "0003aaaa0003")
    assert (apart("0002aaaa0002"), apart("0003aaaa0003")) == ({"0003"}, {"0002"})


# ---------------------------------------------------------------- ties


def test_kinship_is_told_to_the_base_from_either_side(catalogue: Catalogue) -> None:
    """A verdict entered base-first is turned round; one that nobody gave follows from what is known of the copies."""
    part = {"extent": "partial"}
    enter(
        catalogue,
        new(1, f"{LAMP} {TIDE}", "aaaa1111", "A"),
        new(2, LAMP, "aaaa1111", "B", **part),
        new(3, TIDE, "aaaa1111", "C", **part),
        new(4, f"{LAMP} {TIDE}", "aaaa1111", "D"),
    )
    with catalogue.batch() as batch:
        batch.kin("0001aaaa0001", "0002aaaa0002", Kinship("contains", 0.6, (0.5, 1.0)))
    assert [w.kinship for w in catalogue.work("aaaa1111").witnesses] == ["same", "contained", "contained", "same"]


def test_works_are_tied_in_both_directions(catalogue: Catalogue) -> None:
    """What one work's copy says of another is shown on both, by id where a copy from that address is held."""
    there = {"site": "archiveofourown.org", "url": AO3}
    enter(catalogue, new(1, LAMP, title="Lamp", **there), new(2, TIDE, title="Tide", creators=(Creator("Wren"),)))
    with catalogue.batch() as batch:
        said = Relation("inspired-by", url=AO3 + "/chapters/9", title="a story", evidence="for that story")
        batch.provenance("0002aaaa0002", relations=[said, said])
    (out,) = catalogue.work("w0002bbbb").relations
    assert (out.relation, out.direction, out.work, out.evidence) == ("inspired-by", "out", "w0001bbbb", "for that story")
    (back,) = catalogue.work("w0001bbbb").relations
    assert (back.relation, back.direction, back.work, back.title) == ("inspired-by", "in", "w0002bbbb", "Tide")
    assert back.creators == (Creator("Wren"),)


def test_a_tie_by_address_alone_has_the_title_of_what_is_held_there(catalogue: Catalogue) -> None:
    """A bare link to a held work says its title and its makers; until it is held there is nothing but the link."""
    enter(catalogue, new(2, TIDE, title="Tide"))
    with catalogue.batch() as batch:
        batch.provenance("0002aaaa0002", relations=[Relation("inspired-by", url=AO3)])
    (out,) = catalogue.work("w0002bbbb").relations
    assert (out.work, out.title, out.creators) == (None, None, ())
    enter(catalogue, new(3, LAMP, title="Lamp", creators=(Creator("Wren"),), site="archiveofourown.org", url=AO3))
    (out,) = catalogue.work("w0002bbbb").relations
    assert (out.work, out.title, out.creators) == ("w0003bbbb", "Lamp", (Creator("Wren"),))


def test_quotes_and_anthologies_are_ties_of_separate_works(catalogue: Catalogue) -> None:
    """A verdict on witnesses of two works shows on both."""
    enter(catalogue, new(1, LAMP, title="Lamp"), new(2, f"{LAMP} {TIDE}", title="All of it"))
    with catalogue.batch() as batch:
        batch.kin("0002aaaa0002", "0001aaaa0001", Kinship("anthology", 0.6, (0.5, 1.0)))
    (out,) = catalogue.work("w0002bbbb").relations
    (back,) = catalogue.work("w0001bbbb").relations
    assert (out.relation, out.direction, out.work, out.certainty) == ("anthology", "out", "w0001bbbb", 1.0)
    assert (back.direction, back.work) == ("in", "w0002bbbb")


def test_works_only_known_of_come_when_asked_for(catalogue: Catalogue) -> None:
    """What a copy was made from and nobody holds is a work without witness, until a copy of it is held."""
    enter(catalogue, new(1, LAMP, title="Lamp"))
    picture = Relation(
        "inspired-by", title="The Long Pier", url="https://finch.tumblr.com/post/99", creators=(Creator("Finch", "artist"),)
    )
    others = [
        Relation("inspired-by", title="Untitled"),  # by nobody, nowhere: could be anything
        Relation("part-of", title="A Series", url="https://example.org/s"),
        Relation("inspired-by", direction="in", title="Later", url="https://example.org/later"),
    ]
    with catalogue.batch() as batch:
        batch.provenance("0001aaaa0001", relations=[picture, picture, *others])
    assert catalogue.catch_up()
    assert titles(catalogue) == ["Lamp"]
    assert titles(catalogue, known=True) == ["Lamp", "The Long Pier"]
    assert titles(catalogue, "is:known") == titles(catalogue, "title:pie", known=True) == ["The Long Pier"]
    assert (
        titles(catalogue, 'author:="Finch" -lamp', known=True)
        == titles(catalogue, "site:tumblr", known=True)
        == ["The Long Pier"]
    )
    assert titles(catalogue, "words:>1 OR nothing", known=True) == ["Lamp"]
    assert [titles(catalogue, known=True, limit=1, offset=n) for n in (0, 1, 2)] == [["Lamp"], ["The Long Pier"], []]
    assert catalogue.find(known=True, limit=1).total == 2
    assert catalogue.find(known=True, viewer=Viewer(adult=False)).total == 0
    key = catalogue.find("is:known").hits[0].work.work
    work = catalogue.work(key[:6])
    assert (work.work, work.title, work.witnesses, work.adult) == (key, "The Long Pier", (), None)
    assert [(r.relation, r.direction, r.title) for r in work.relations] == [("inspired-by", "in", "Lamp")]
    with pytest.raises(NotFound):
        catalogue.work(key, viewer=Viewer(adult=False))
    enter(catalogue, new(2, TIDE, title="The Long Pier", site="tumblr.com", url="https://finch.tumblr.com/post/99/pier"))
    assert titles(catalogue, known=True) == ["Lamp", "The Long Pier"]
    assert titles(catalogue, "is:known") == []


# ---------------------------------------------------------------- finding


def shelf(catalogue: Catalogue) -> None:
    """Four works to look for."""
    enter(
        catalogue,
        new(
            1,
            LAMP,
            title="The Keeper's Lamp",
            creators=(Creator("Wren"),),
            fandoms=("The Lamp",),
            rating="Teen And Up Audiences",
            tags=("Slow Burn", "Fluff"),
            status="complete",
            language="en-GB",
            updated="2016-05-01",
            site="archiveofourown.org",
        ),
        new(
            2,
            TIDE,
            title="A Tide",
            creators=(Creator("Wrenfield", account="finch"),),
            fandoms=("The Lamp Relit", "Harbour Café"),
            rating="Explicit",
            tags=("Fluff",),
            status="in-progress",
            published="2018",
            words=12_000,
            extent="partial",
        ),
        new(3, "昨日は雨の日だった。灯台の光が消えた。", title="雨の日", language="ja", rating="General Audiences", words=20),
        new(4, "Nobody said a word about the plums.", rating=None, name="plums_final.txt", captured="2019-01-01"),
    )


FINDS = [
    ("", ["The Keeper's Lamp", "A Tide", "雨の日", None]),
    ("keeper lamp", ["The Keeper's Lamp"]),
    ("KEEPER’S", ["The Keeper's Lamp"]),
    ('"on the quay saw"', ["The Keeper's Lamp"]),
    ('"quay the on"', []),
    ("clock OR customs", ["A Tide", "The Keeper's Lamp"]),
    ("the -clock", ["A Tide", None]),
    ("-the", ["雨の日"]),
    ("custom*", ["A Tide"]),
    ("custom", []),
    ("fandom:'the lamp'", ["The Keeper's Lamp", "A Tide"]),
    ('fandom:="The Lamp"', ["The Keeper's Lamp"]),
    ("fandom:cafe", ["A Tide"]),
    ("author:wren", ["The Keeper's Lamp", "A Tide"]),
    ('author:"wren"', ["The Keeper's Lamp"]),
    ("author:finch", ["A Tide"]),
    ('author:="Wren"', ["The Keeper's Lamp"]),
    ('author:="wren"', []),
    ("title:='The Keeper's Lamp'", ["The Keeper's Lamp"]),
    ('title:="Lamp"', []),
    ('text:="the old customs house"', ["A Tide"]),
    ("rating:teen", ["The Keeper's Lamp"]),
    ("rating:'teen and up'", ["The Keeper's Lamp"]),
    ("rating:up", ["The Keeper's Lamp"]),
    ("tag:burn", ["The Keeper's Lamp"]),
    ("-tag:fluff", ["雨の日", None]),
    ("title:tide", ["A Tide"]),
    ("text:tide title:tide", ["A Tide"]),
    ("text:wrenfield", []),
    ("language:en", ["The Keeper's Lamp"]),
    ("status:in-progress", ["A Tide"]),
    ("site:ao3", ["The Keeper's Lamp"]),
    ("format:other-html", ["The Keeper's Lamp", "A Tide", "雨の日", None]),
    ("words:>10k", ["A Tide"]),
    ("words:..20", ["The Keeper's Lamp", "雨の日", None]),
    ("updated:2016..2018", ["The Keeper's Lamp", "A Tide"]),
    ("published:2018", ["A Tide"]),
    ("updated:<2016-06", ["The Keeper's Lamp"]),
    ("is:partial", ["A Tide"]),
    ("is:complete", ["The Keeper's Lamp"]),
    ("is:wip -is:complete", ["A Tide"]),
    ("is:adult", ["A Tide"]),
    ("-is:adult", ["The Keeper's Lamp", "雨の日", None]),
    ("雨の日", ["雨の日"]),
    ("灯台", ["雨の日"]),
    ("台灯", []),
    ("plums_final", [None]),
    ("(clock keeper) OR (tide stairs)", ["A Tide", "The Keeper's Lamp"]),
    ("words:5..2", []),
    ("x" * 500, []),
    ("&", ["The Keeper's Lamp", "A Tide", "雨の日", None]),
]


def test_queries_find_what_the_docs_say(catalogue: Catalogue) -> None:
    """Each form of docs/search.md, on four works; what is not ranked by relevance stands in register order."""
    shelf(catalogue)
    for query, expected in FINDS:
        found = titles(catalogue, query)
        assert sorted(map(str, found)) == sorted(map(str, expected)), query
        if not expected or query.startswith(("fandom", "-", "words", "updated", "format")) or query == "":
            assert found == expected, query
        assert catalogue.find(query).total == len(expected), query


def test_an_answer_has_facets_of_everything_it_found(light: Catalogue) -> None:
    """Counts are over the whole answer, whatever is on the page, the most frequent first, values as they are spelled."""
    shelf(light)
    found = light.find("", limit=1)
    assert (found.total, len(found.hits)) == (4, 1)
    assert tuple(found.facets) == FACETS
    assert found.facets["tag"] == (("Fluff", 2), ("Slow Burn", 1))
    assert found.facets["fandom"] == (("Harbour Café", 1), ("The Lamp", 1), ("The Lamp Relit", 1))
    assert found.facets["status"] == (("unknown", 2), ("complete", 1), ("in-progress", 1))
    assert light.find("rating:teen").facets["tag"] == (("Fluff", 1), ("Slow Burn", 1))
    assert light.find("nothingatall").facets["tag"] == ()


def test_answers_are_sorted_and_paged(light: Catalogue) -> None:
    """Every order, both ways; pages follow each other; what has no date comes last either way."""
    shelf(light)
    assert titles(light, sort="title") == ["A Tide", None, "The Keeper's Lamp", "雨の日"]
    assert titles(light, sort="-title") == ["雨の日", "The Keeper's Lamp", None, "A Tide"]
    assert titles(light, sort="author")[:2] == ["The Keeper's Lamp", "A Tide"]
    assert titles(light, sort="-words")[0] == "A Tide"
    assert titles(light, sort="words")[0] == None  # noqa: E711  (the work without a title is the shortest)
    assert titles(light, sort="updated")[:2] == ["The Keeper's Lamp", "A Tide"]
    assert titles(light, sort="-updated")[:2] == ["A Tide", "The Keeper's Lamp"]
    assert titles(light, sort="-published")[0] == "A Tide"
    assert titles(light, sort="-added") == titles(light)[::-1]
    pages = [titles(light, sort="title", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 0]
    assert pages[0] + pages[1] == titles(light, sort="title")
    assert light.find("", limit=0).total == 4
    assert light.find("", limit=0).hits == ()
    assert light.find("", limit=-3, offset=-3).total == 4


def test_hits_carry_score_snippet_and_copies(light: Catalogue) -> None:
    """A snippet marks what was found in the story; a work without a title still has its file's name."""
    shelf(light)
    (hit,) = light.find("quay clock").hits
    assert hit.score > 0
    assert "<mark>clock</mark>" in hit.snippet
    assert "<mark>quay</mark>" in hit.snippet
    (nameless,) = light.find("plums").hits
    assert nameless.work.base.name == "plums_final.txt"
    assert light.find("fandom:lamp").hits[0].snippet == ""
    (rain,) = light.find("雨の日").hits
    assert "<mark>雨の日</mark>" in rain.snippet


def test_a_better_match_ranks_higher(light: Catalogue) -> None:
    """A word of the title outweighs the same word in a text."""
    enter(light, new(1, f"a lamp and {TIDE}", title="Stairs"), new(2, TIDE, title="Lamp"))
    assert titles(light, "lamp") == ["Lamp", "Stairs"]


def test_words_of_an_older_copy_are_found(light: Catalogue) -> None:
    """A word that the base lost and another version has leads to the work, and the snippet shows it there."""
    enter(light, new(1, LAMP, "aaaa1111", title="Lamp"), new(2, LAMP + " plums", "aaaa1111", "B", title="Lamp"))
    (hit,) = light.find("plums").hits
    assert hit.work.title == "Lamp"
    assert "<mark>plums</mark>" in hit.snippet
    assert titles(light, "has:versions") == titles(light, "has:copies") == ["Lamp"]


def test_that_fic_where_ranks_by_what_is_remembered(light: Catalogue) -> None:
    """Any of the words counts, the passage that was found is the snippet, a query beside it filters."""
    filler = "Grey water and a long road and nothing to be said about either of them at all. " * 60
    shelf(light)
    enter(light, new(5, filler + LAMP + ". " + filler, title="A Long Road"))
    found = light.find("", like="the keeper forgets his clock and the lamp goes out on the quay")
    assert {hit.work.title for hit in found.hits[:2]} == {"The Keeper's Lamp", "A Long Road"}
    long = next(hit for hit in found.hits if hit.work.title == "A Long Road")
    assert "<mark>lamp</mark>" in long.snippet
    assert "<mark>quay</mark>" in long.snippet
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert {hit.work.title for hit in light.find("rating:teen", like="lamp").hits} == {"The Keeper's Lamp"}
    assert light.find("", like="zzzzz").total == 0
    assert light.find("", like="…").total == 5  # nothing to remember by: everything
    assert light.find("", like="lamp tide", viewer=Viewer(adult=False)).total == 1


def test_what_a_viewer_may_not_see_does_not_exist(catalogue: Catalogue) -> None:
    """Adult works and those of unknown rating: not found, not counted, not in a facet, not by id, not named in a tie."""
    shelf(catalogue)
    child = Viewer(person="guest", adult=False)
    with catalogue.batch() as batch:
        batch.provenance("0002aaaa0002", relations=[Relation("inspired-by", title="Lamp", url=AO3)])
        batch.kin("0002aaaa0002", "0001aaaa0001", Kinship("quotes", 0.2, (0.9, 0.1)))
    assert titles(catalogue, viewer=child) == ["The Keeper's Lamp", "雨の日"]
    assert catalogue.find("tide", viewer=child).total == 0
    assert catalogue.find("is:adult", viewer=child).total == 0
    assert catalogue.find("", viewer=child).facets["tag"] == (("Fluff", 1), ("Slow Burn", 1))
    assert catalogue.counts(child).works == 2
    assert catalogue.counts(child).witnesses == 2
    assert list(catalogue.works(child)) == ["w0001bbbb", "w0003bbbb"]
    assert len(catalogue.work("w0001bbbb").relations) == 1
    assert catalogue.work("w0001bbbb", viewer=child).relations == ()
    for key in ("w0002bbbb", "w0002", "w0004bbbb"):
        with pytest.raises(NotFound):
            catalogue.work(key, viewer=child)
    assert catalogue.work("w0002").title == "A Tide"


def test_an_ambiguous_beginning_does_not_tell_of_what_is_hidden(catalogue: Catalogue) -> None:
    """A prefix that only a hidden work shares is unambiguous for who may not see that work."""
    enter(catalogue, new(1, LAMP, "abcd1111", rating="General Audiences"), new(2, TIDE, "abcd2222", rating="Explicit"))
    assert catalogue.work("abcd", viewer=Viewer(adult=False)).work == "abcd1111"


# ---------------------------------------------------------------- the index as a cache


def test_the_index_is_made_again_from_the_catalogue(light: Catalogue, tmp_path: Path) -> None:
    """Deleted, damaged or of another catalogue: it is made anew, and finds the same."""
    shelf(light)
    before = titles(light, "lamp")
    folder = tmp_path / "light-index"

    def spoil() -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                path.write_bytes(b"not this")

    def delete() -> None:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def spoil_segments() -> None:
        for path in folder.rglob("*"):
            if path.suffix in {".idx", ".term", ".pos", ".fast", ".store", ".fieldnorm"}:
                path.write_bytes(b"not this")

    for harm in (spoil, spoil_segments, delete):
        light.close()
        harm()
        again = Catalogue(str(light.engine.url), folder)
        assert titles(again, "lamp") == before, harm
        assert again.catch_up()
        assert titles(again, "lamp") == before, harm
        again.close()


def test_an_index_of_another_version_is_left_and_swept(light: Catalogue, tmp_path: Path) -> None:
    """A folder of another schema or tantivy is never read, and goes when the index is next written."""
    other = tmp_path / "light-index" / "0123456789ab-0.1.0-feedfeed"
    other.mkdir(parents=True)
    (other / "meta.json").write_text("{}")
    shelf(light)
    assert titles(light, "clock") == ["The Keeper's Lamp"]
    assert not other.exists()


def test_catching_up_does_only_what_changed(light: Catalogue) -> None:
    """A second call does nothing, and a change puts the changed work alone into the index."""
    with light.batch() as batch:
        batch.witness(new(1, LAMP))
        batch.witness(new(2, TIDE))
    steps: list[tuple[int, int]] = []
    assert light.catch_up(lambda done, total: steps.append((done, total)))
    assert steps == [(2, 2)]
    assert light.catch_up(lambda done, total: steps.append((done, total)))
    assert len(steps) == 1
    with light.batch() as batch:
        batch.witness(new(3, "Something else"))
    assert light.catch_up(lambda done, total: steps.append((done, total)))
    assert steps[1:] == [(1, 1)]


def test_who_does_not_get_the_writer_reads_on(light: Catalogue, tmp_path: Path) -> None:
    """While one catalogue writes the index another one answers, and says that it did not catch up."""
    shelf(light)
    other = Catalogue(str(light.engine.url), tmp_path / "light-index")
    with light.batch() as batch:
        batch.witness(new(9, "A new one about plums", title="Plums"))
    with light.index.writing(light.state["identity"]):
        assert other.catch_up() is False
        assert titles(other, "clock") == ["The Keeper's Lamp"]
    assert other.catch_up() is True
    assert titles(light, "new") == ["Plums"]
    other.close()


def test_many_threads_may_read_while_one_writes(catalogue: Catalogue) -> None:
    """The web server's threads find and read while works are being added; nobody sees an error or half a work."""
    shelf(catalogue)
    stop = threading.Event()
    failed: list[BaseException] = []

    def look() -> None:
        while not stop.is_set():
            try:
                for hit in catalogue.find("the").hits:
                    assert catalogue.work(hit.work.work).base.witness
            except BaseException as error:
                failed.append(error)
                return
            stop.wait(0.002)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10, 15):
        enter(catalogue, new(number, f"the {number} th story of the harbour", title=f"No {number}"))
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert catalogue.find("harbour", limit=1).total == 6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None)
@given(query=st.text(st.sampled_from("ab \"'():-*=.><ORfandomtext雨\x00\ud800") | st.characters(), max_size=60))
def test_hostile_queries_are_answered_or_refused(hostile: Catalogue, query: str) -> None:
    """Whatever is asked, there is an answer or a QueryError, also as a memory of a story."""
    from variorum.errors import QueryError

    for question in ({"query": query}, {"like": query}):
        try:
            hostile.find(limit=3, **question)
        except QueryError as error:
            assert error.position <= len(query)  # noqa: PT017


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """A shelf that is only read."""
    folder = tmp_path_factory.mktemp("hostile")
    opened = Catalogue(f"sqlite:///{folder / 'c.sqlite3'}", folder / "index")
    shelf(opened)
    yield opened
    opened.close()


# ---------------------------------------------------------------- what others make of every text


def test_the_bases_say_what_changed_since(catalogue: Catalogue) -> None:
    """Every work with its base copy and language, then only those that changed; the digest is that of the text as it reads."""
    enter(catalogue, new(1, LAMP, title="Lamp", language="en"), new(2, TIDE, title="Tide"))
    state, every, works = catalogue.bases.works()
    assert state == catalogue.bases.state()
    assert every == {"w0001bbbb", "w0002bbbb"}
    assert [(one.work, one.witness, one.language) for one in works] == [
        ("w0002bbbb", "0002aaaa0002", None),
        ("w0001bbbb", "0001aaaa0001", "en"),
    ]
    assert dict(catalogue.bases.digests([one.witness for one in works])) == {
        "0001aaaa0001": digest_of(LAMP),
        "0002aaaa0002": digest_of(TIDE),
    }
    enter(catalogue, new(3, f"{LAMP} again", title="Third"))
    _, every, works = catalogue.bases.works(since=state[1])
    assert len(every) == 3
    assert [one.work for one in works] == ["w0003bbbb"]
    catalogue.clear()
    assert catalogue.bases.state()[0] != state[0]
    assert catalogue.bases.works()[1:] == (set(), [])


class Said:
    """A voter that ranks these works, whatever is asked."""

    def __init__(self, *works: tuple[str, Passage | None], knows: frozenset[str] | None = None) -> None:
        self.heard = Heard(works, knows)

    def hear(self, memory: str) -> Heard | None:
        return self.heard if memory != "nothing" else None


def test_another_voter_is_heard_within_what_exists_for_the_viewer(light: Catalogue) -> None:
    """What it ranks counts, its passage is shown if it is of this text, and no voter brings what the query or a viewer excludes."""
    enter(
        light,
        new(1, LAMP, title="Lamp", rating="General Audiences"),
        new(2, TIDE, title="Tide", rating="General Audiences"),
        new(3, "Somebody else altogether sat there", title="Third", rating="Explicit"),
    )
    right, wrong = Passage(4, 30, digest_of(TIDE)), Passage(0, 8, digest_of(LAMP))
    voice = Said(("w0003bbbb", wrong), ("w0002bbbb", right), ("w0001bbbb", Passage(0, 9999)), ("gone", None))
    found = light.find(like="the clock", voices=(voice,))
    assert [hit.work.title for hit in found.hits] == ["Lamp", "Third", "Tide"]
    assert {hit.work.title: hit.place for hit in found.hits}["Tide"] == (4, 30)
    assert {hit.work.title: hit.place for hit in found.hits}["Third"] is None
    assert next(hit for hit in found.hits if hit.work.title == "Tide").snippet.startswith("… tide came up")
    found = light.find(like="the clock", voices=(voice,), viewer=Viewer(adult=False))
    assert (found.total, [hit.work.title for hit in found.hits]) == (2, ["Lamp", "Tide"])
    assert sum(count for _, count in found.facets["rating"]) == 2
    assert titles(light, "title:tide", like="the clock", voices=(voice,)) == ["Tide"]
    assert titles(light, like="nothing", voices=(voice,)) == titles(light, like="nothing")
    many = Said(*((f"none{n}", None) for n in range(3000)), ("w0002bbbb", right))
    assert titles(light, like="the clock", voices=(many,)) == ["Lamp", "Tide"]
