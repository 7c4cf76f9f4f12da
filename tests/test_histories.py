"""Whatever happened to a library, and in whatever order: a rebuild from the vault gives the same works, ids and texts."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from first_minute import LAMP, straight
from first_minute import paragraphs as story_paragraphs

import variorum.catalogue.sketches
import variorum.library.entering
import variorum.workers
from variorum.catalogue import schema
from variorum.errors import NotFound, RulingError, VariorumError
from variorum.library import Library
from variorum.model import Work

WORDS = [
    "lamp",
    "harbour",
    "quiet",
    "morning",
    "window",
    "letter",
    "garden",
    "winter",
    "kettle",
    "sailor",
    "bridge",
    "silver",
    "copper",
    "meadow",
    "thunder",
    "pocket",
    "ladder",
    "candle",
    "mirror",
    "basket",
    "orchard",
    "violin",
    "station",
    "market",
    "captain",
    "sister",
    "brother",
    "doctor",
    "teacher",
    "baker",
    "river",
    "mountain",
    "valley",
    "forest",
    "island",
    "lantern",
    "blanket",
    "teapot",
    "button",
    "ribbon",
    "feather",
    "stone",
    "cloud",
    "shadow",
    "whisper",
    "promise",
    "secret",
    "journey",
    "supper",
]


pytestmark = pytest.mark.usefixtures("workers_here")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def paragraphs(seed: int, count: int = 8) -> list[str]:
    """Invented paragraphs, the same for the same seed and unlike those of any other."""
    chance = random.Random(seed)

    def sentence() -> str:
        words = chance.choices(WORDS, k=chance.randint(6, 12))
        return f"{' '.join(words).capitalize()}."

    return [" ".join(sentence() for _ in range(5)) for _ in range(count)]


A, B, C = paragraphs(1), paragraphs(2), paragraphs(3)


def write(library: Library, name: str, story: list[str] | str) -> Path:
    path = library.path.parent / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(story if isinstance(story, str) else "\n\n".join(story) + "\n", encoding="utf-8")
    return path


def pack(library: Library, name: str, members: dict[str, list[str]]) -> Path:
    path = library.path.parent / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member, story in members.items():
            archive.writestr(zipfile.ZipInfo(member), "\n\n".join(story) + "\n")
    path.write_bytes(out.getvalue())
    return path


def take(library: Library, name: str, story: list[str] | str) -> str:
    """Adds one text and gives its witness."""
    (item,) = library.add([write(library, name, story)]).items
    return item.witnesses[0]


def works(library: Library) -> list[Work]:
    return [library.work(work) for work in library.catalogue.works()]


def state(library: Library) -> dict[str, object]:
    """Everything a rebuild has to give back."""
    held = works(library)
    return {
        "works": held,
        "documents": {w.witness: library.document(w.witness) for work in held for w in work.witnesses},
        "claims": {work.work: library.trace(work).claims for work in held},
        "counts": library.counts(),
    }


def rebuilds(library: Library) -> None:
    before = state(library)
    library.rebuild()
    after = state(library)
    for part, value in before.items():
        assert after[part] == value, part


def groups(library: Library) -> list[list[str]]:
    return [[w.witness for w in work.witnesses] for work in works(library)]


# ---------------------------------------------------------------- rulings


def test_undoing_an_undo_brings_the_ruling_back(library: Library) -> None:
    """different, undo, undo of the undo: parted again."""
    a, b = take(library, "a.txt", A), take(library, "b.txt", [*A[:7], B[0]])
    assert groups(library) == [[a, b]]
    first = library.rule("different", a, b)
    second = library.rule("undo", first.ruling)
    assert groups(library) == [[a, b]]
    library.rule("undo", second.ruling)
    assert groups(library) == [[a], [b]]
    rebuilds(library)


def test_undoing_a_ruling_that_changed_nothing_changes_nothing(library: Library) -> None:
    """A *different* between strangers and a *same* between kin: undone, all is as it was."""
    a, b, c = take(library, "a.txt", A), take(library, "b.txt", [*A[:7], B[0]]), take(library, "c.txt", C)
    for kind, pair in (("different", (a, c)), ("same", (a, b))):
        ruling = library.rule(kind, *pair)
        assert groups(library) == [[a, b], [c]]
        library.rule("undo", ruling.ruling)
        assert groups(library) == [[a, b], [c]]


def test_undoing_one_same_leaves_the_others(library: Library) -> None:
    """same B C, same A B, undo the second: B and C are still one."""
    a, b, c = take(library, "a.txt", A), take(library, "b.txt", B), take(library, "c.txt", C)
    library.rule("same", b, c)
    second = library.rule("same", a, b)
    assert groups(library) == [[a, b, c]]
    library.rule("undo", second.ruling)
    assert groups(library) == [[a], [b, c]]
    rebuilds(library)


def test_different_beats_same_by_transitivity_and_says_so(library: Library) -> None:
    """A and C are ruled different; same A B stands; same B C cannot have its way and names what is against it."""
    a, b, c = take(library, "a.txt", A), take(library, "b.txt", B), take(library, "c.txt", C)
    apart = library.rule("different", a, c)
    assert library.rule("same", a, b).contradicts == ()
    blocked = library.rule("same", b, c)
    assert blocked.contradicts == (apart.ruling,)
    assert groups(library) == [[a, b], [c]]
    rebuilds(library)


def test_a_third_copy_goes_to_its_nearest_kin_when_two_were_parted(library: Library) -> None:
    """Kin to both sides of a *different*, it joins the one it resembles more, and joins nothing to the other."""
    a, b = take(library, "a.txt", A), take(library, "b.txt", [*A[:6], *B[:2]])
    library.rule("different", a, b)
    c = take(library, "c.txt", [*A[:6], *B[:2], C[0]])
    assert groups(library) == [[a], [b, c]]
    rebuilds(library)


def test_a_later_value_wins_on_whichever_copy_it_was_set(library: Library) -> None:
    """Two *set* rulings on one field: the later one counts; what is no field or no value is refused."""
    a = take(library, "a.txt", A)
    take(library, "b.txt", [*A[:7], B[0]])
    (work,) = works(library)
    library.rule("set", work.witnesses[1].witness, "title", "Earlier")
    library.rule("set", a, "title", "Later")
    assert works(library)[0].title == "Later"
    with pytest.raises(RulingError, match="no field"):
        library.rule("set", a, "nosuchfield", "x")
    with pytest.raises((RulingError, VariorumError)):
        library.rule("set", a, "words_stated", "many")


@pytest.mark.parametrize("text", ["caf\udce9", "nul\x00", "x" * 200_000])
def test_a_ruling_that_cannot_be_written_down_is_refused_and_nothing_breaks(library: Library, text: str) -> None:
    """Bytes that are no text, NUL, endless names: one sentence, and the library goes on."""
    a = take(library, "a.txt", A)
    for ruling in (("alias", text, "Zed"), ("set", a, "title", text)):
        with pytest.raises(RulingError):
            library.rule(*ruling)
    take(library, "b.txt", B)
    rebuilds(library)


# ---------------------------------------------------------------- mending and emendations

GOOD = [straight(p).replace("*", "") for p in story_paragraphs(LAMP) if p != "* * *"]
FLAT = " ".join(GOOD)


def test_an_accepted_emendation_stands_when_a_sibling_arrives(library: Library) -> None:
    """Every break a person accepted is still there, applied, after a better copy has mended the rest; rebuilt, the same."""
    flat = take(library, "flat.txt", FLAT)
    accepted = [e.emendation for e in library.document(flat).emendations if e.kind == "break"][:4]
    assert accepted
    for emendation in accepted:
        library.rule("accept", emendation)
    take(library, "good.txt", GOOD)
    held = {e.emendation: e for e in library.document(flat).emendations}
    assert all(held[e].state == "applied" and held[e].ruling for e in accepted)
    assert any(e.rule.startswith("siblings.") for e in held.values())
    rebuilds(library)


def test_a_short_wall_of_text_is_mended_by_a_copy_that_has_its_paragraphs(library: Library) -> None:
    """Too short and too plain for any inference alone; beside a whole copy its paragraphs are known, whichever came first."""
    story = A[:6]
    flat = take(library, "flat.txt", " ".join(story))
    assert len(library.text(flat).blocks) == 1
    good = take(library, "good.txt", story)
    assert [b.text for b in library.text(flat).blocks] == story
    assert library.text(good).text == library.text(flat).text
    assert works(library)[0].base.witness == good
    rebuilds(library)


def test_edit_then_accept_reads_as_the_machine_proposed(library: Library) -> None:
    """An *accept* after an *edit* gives the proposed reading back; only a change of text can be edited."""
    witness = take(library, "a.txt", ("It was the captainâ€™s hat, and it wasnâ€™t. " * 20) + "\n")
    first = library.document(witness).emendations[0]
    library.rule("edit", first.emendation, "MINE")
    assert "captainMINEs" in library.text(witness).text
    library.rule("accept", first.emendation)
    assert "captainMINEs" not in library.text(witness).text
    assert "captain’s" in library.text(witness).text
    rebuilds(library)
    flat = take(library, "flat.txt", FLAT)
    break_ = next(e for e in library.document(flat).emendations if e.kind == "break")
    with pytest.raises(RulingError, match="accept or refuse"):
        library.rule("edit", break_.emendation, "x")


def test_joining_by_ruling_mends_and_parting_unmends(library: Library) -> None:
    """A damaged and a good copy ruled the same mend each other at once; ruled different, the damaged one is alone again."""
    flat, good = take(library, "flat.txt", FLAT), take(library, "good.txt", GOOD)
    (work,) = works(library)
    mended = library.text(flat).text
    library.rule("different", flat, good)
    assert not [e for e in library.document(flat).emendations if e.rule.startswith("siblings.")]
    rebuilds(library)
    library.rule("same", flat, good)
    assert library.text(flat).text == mended
    assert works(library)[0].work == work.work
    rebuilds(library)


# ---------------------------------------------------------------- removing


def test_adding_again_what_was_removed_brings_it_back(library: Library) -> None:
    """Removed, then added again: the same witness and work, and a purge leaves it alone."""
    a = take(library, "a.txt", A)
    (work,) = works(library)
    library.remove(work.work)
    assert works(library) == []
    assert take(library, "a.txt", A) == a
    assert groups(library) == [[a]]
    assert library.purge(days=0) == []
    rebuilds(library)


def test_a_work_out_of_a_container_can_be_removed_and_brought_back(library: Library) -> None:
    """Its bytes stay inside the container: purge says so by deleting nothing, and withdrawing works."""
    library.add([pack(library, "z.zip", {"2.txt": A, "1.txt": B})])
    first, second = works(library)
    library.remove(second.work)
    assert [w.work for w in works(library)] == [first.work]
    rebuilds(library)
    library.remove(second.work, withdraw=True)
    assert works(library) == [first, second]
    library.remove(second.work)
    assert library.purge(days=0) == []
    with pytest.raises(NotFound, match="for good"):
        library.remove(second.work, withdraw=True)
    assert not list(library.verify())
    rebuilds(library)


def test_kin_that_came_while_a_work_was_removed_joins_it_when_it_is_back(library: Library) -> None:
    """The older id stays."""
    a = take(library, "a.txt", A)
    (work,) = works(library)
    library.remove(work.work)
    b = take(library, "b.txt", [*A[:7], B[0]])
    library.remove(work.work, withdraw=True)
    assert groups(library) == [[a, b]]
    assert works(library)[0].work == work.work
    rebuilds(library)


def test_a_ruling_and_a_removal_cut_short_together_do_not_stop_the_library(library: Library) -> None:
    """Both in one transaction after a kill: the next add goes on."""
    witness = take(library, "a.txt", ("It was the captainâ€™s hat, and it wasnâ€™t. " * 20) + "\n")
    emendation = library.document(witness).emendations[0]
    (work,) = works(library)
    said = {"kind": "ruling", "ruling": "r1", "kind_of": "refuse", "on": [emendation.emendation], "why": None, "undoes": None}
    gone = {"kind": "removal", "work": work.work, "witnesses": [witness], "digests": [work.base.digest], "inside": []}
    with library.register.writing():
        library.register.append([{**said, "emendation": emendation._asdict(), "witness": witness}])
        library.register.append([{**gone, "state": "asked", "why": None}])
    take(library, "b.txt", B)
    assert len(works(library)) == 1
    rebuilds(library)


def test_bytes_known_from_a_container_are_received_when_they_come_loose(library: Library) -> None:
    """A loose file whose bytes lie in a zip is known, and verify knows of it."""
    library.add([pack(library, "z.zip", {"1.txt": A})])
    (item,) = library.add([write(library, "a.txt", A)]).items
    assert (item.status, len(item.witnesses)) == ("known", 1)
    assert not list(library.verify())
    assert len(works(library)) == 1
    rebuilds(library)


def test_a_copy_is_named_by_its_work_and_letter(library: Library) -> None:
    """`base WORK:B` makes B the base."""
    take(library, "a.txt", A)
    take(library, "b.txt", [*A[:7], B[0]])
    (work,) = works(library)
    library.rule("base", f"{work.work[:6]}:B")
    assert works(library)[0].base.siglum == "B"
    with pytest.raises(NotFound):
        library.rule("base", f"{work.work}:Z")


def test_a_rebuild_that_was_killed_is_finished_by_whoever_opens_the_library(library: Library) -> None:
    """A cleared catalogue is behind its register: `finish` enters what is missing."""
    take(library, "a.txt", A)
    before = works(library)
    library.catalogue.clear()
    assert works(library) == []
    assert library.finish()
    assert works(library) == before
    assert not library.finish()


# ---------------------------------------------------------------- what goes wrong in between


def test_a_transaction_that_failed_leaves_nothing_in_memory(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in the middle of entering, then the same call again: every siglum is in the register."""
    take(library, "a.txt", A)
    from variorum.library import entering

    real = entering.Chunk.enter

    def fails(self: Any, step: Any) -> None:
        real(self, step)
        raise KeyboardInterrupt

    monkeypatch.setattr(entering.Chunk, "enter", fails)
    with pytest.raises(KeyboardInterrupt):
        take(library, "b.txt", [*A[:7], B[0]])
    monkeypatch.undo()
    # Workers are real again now: only the count matters.
    library.add([write(library, "c.txt", C)])
    entered = {(r.data["witness"], r.data["siglum"]) for r in library.register if r.kind == "entered"}
    assert {(w.witness, w.siglum) for work in works(library) for w in work.witnesses} == entered


def test_a_damaged_catalogue_is_made_anew(library: Library) -> None:
    """`rebuild` of a library whose catalogue cannot be read, and of one that is nothing but its vault."""
    take(library, "a.txt", A)
    before = works(library)
    library.close()
    (library.path / "catalogue.sqlite3").write_bytes(b"this is no database" * 100)
    with Library(library.path, anew=True) as again:
        again.rebuild()
        assert works(again) == before
    for path in library.path.iterdir():
        if path.name not in {"vault", "people"} and path.is_file():
            path.unlink()
    with Library(library.path, anew=True) as again:
        again.rebuild()
        assert works(again) == before


# ---------------------------------------------------------------- at random


@pytest.mark.parametrize("seed", range(6))
def test_any_history_can_be_rebuilt(library: Library, seed: int) -> None:
    """Adds, zips, rulings, undos, removals and withdrawals in any order: rebuilt, everything is the same."""
    chance = random.Random(seed)
    stories = [A, B, C, [*A[:7], B[0]], [*B[:7], C[0]], A[:5], [*A, *B], [FLAT], GOOD]
    for number in range(9):
        held = [w for work in works(library) for w in work.witnesses]
        act = chance.choice(["add", "add", "zip", "same", "different", "base", "undo", "remove", "withdraw", "refuse"])
        try:
            if act == "add":
                library.add([write(library, f"{number}.txt", chance.choice(stories))])
            elif act == "zip":
                library.add([pack(library, f"{number}.zip", {f"{n}.txt": chance.choice(stories) for n in (2, 1)})])
            elif act in {"same", "different"} and len(held) > 1:
                library.rule(act, *(w.witness for w in chance.sample(held, 2)))
            elif act == "base" and held:
                library.rule("base", chance.choice(held).witness)
            elif act == "undo" and library.catalogue.rulings():
                library.rule("undo", chance.choice(library.catalogue.rulings()).ruling)
            elif act == "remove" and held:
                library.remove(chance.choice(held).work)
            elif act == "withdraw":
                gone = [r.data["work"] for r in library.register if r.kind == "removal"]
                if gone:
                    library.remove(chance.choice(gone), withdraw=True)
            elif act == "refuse" and held:
                emendations = library.document(chance.choice(held).witness).emendations
                if emendations:
                    library.rule("refuse", chance.choice(emendations).emendation)
        except NotFound:
            continue
    rebuilds(library)


@pytest.mark.parametrize("seed", range(4))
def test_kinship_does_not_depend_on_where_the_register_was_cut(
    library: Library, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A notice that becomes boilerplate while stories come in: the same kin, works and claims however many a transaction took."""
    monkeypatch.setattr(variorum.catalogue.sketches, "CAP", 5)  # so many texts make a notice boilerplate
    chance = random.Random(seed)
    notice = paragraphs(50, 2)
    for number in range(14):
        own = chance.randrange(6)
        story = [*notice, *paragraphs(60 + own, 2), *paragraphs(80 + number, chance.randrange(2))]
        write(library, f"{number:02}.txt", story)
    library.add([library.path.parent / "in"])
    first = {**state(library), "kin": kin(library)}
    for most in (1, chance.randint(2, 6), chance.randint(7, 13)):
        monkeypatch.setattr(variorum.library.entering, "CHUNK", most)
        library.rebuild()
        assert {**state(library), "kin": kin(library)} == first, most


def kin(library: Library) -> list[str]:
    """Every verdict of the catalogue on two copies, with its numbers."""
    with library.catalogue.engine.connect() as connection:
        return sorted(map(str, connection.execute(sa.select(schema.kin)).all()))
