"""Pieces of one copy, in whatever order they come: one copy, one id for ever, the same after a rebuild."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from test_histories import A, B, C, paragraphs, state, works

from variorum.document import Document, Emendation, Joint, Laid, Part, Piece, joined, piece_at, reading, starts_of
from variorum.errors import NotFound
from variorum.library import Library
from variorum.library.bundled import Bundles, Place
from variorum.library.merging import said_together
from variorum.model import Metadata, Wish

D = paragraphs(4)


pytestmark = pytest.mark.usefixtures("workers_here")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


def letter(number: int, of: int, story: list[str], *, title: str = "The Weir", sender: str = "maren", stamp: str = "") -> bytes:
    """One part of a story as it went to a list."""
    head = f"Message-ID: <{number}{stamp}@weir.example>\nFrom: Maren T. <{sender}@weir.example>\n"
    head += f"Date: Sun, {number + 1:02} Mar 2001 20:11:00 +0100\nSubject: [lampfic] FIC: {title} ({number}/{of})\n\n"
    return (head + "\n\n".join(story) + "\n").encode()


def take(library: Library, name: str, data: bytes) -> str:
    """Adds one file and gives the witness it is read in."""
    path = library.path.parent / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (item,) = library.add([path]).items
    return item.witnesses[0]


def part(library: Library, number: int, story: list[str], of: int = 3, **more: str) -> str:
    return take(library, f"{number}{more.get('stamp', '')}{more.get('sender', '')}.eml", letter(number, of, story, **more))


def told(library: Library, witness: str) -> list[str]:
    return [b.text for b in library.text(witness).blocks if b.part == "story"]


def rebuilds(library: Library) -> None:
    before = state(library)
    library.rebuild()
    after = state(library)
    for name, value in before.items():
        assert after[name] == value, name


# ---------------------------------------------------------------- the library


def test_a_later_part_completes_an_earlier_one(library: Library) -> None:
    """One copy, in reading order, whatever came first; its id, letter and work are those of its earliest piece."""
    first = part(library, 2, B)
    (work,) = works(library)
    assert (work.base.siglum, work.base.extent, work.title) == ("A", "partial", "The Weir")
    assert part(library, 1, A) == first
    assert part(library, 3, C) == first
    (now,) = works(library)
    assert now.work == work.work
    (copy,) = now.witnesses
    assert (copy.witness, copy.siglum, copy.extent, copy.chapters) == (first, "A", "whole", 3)
    assert len(copy.items) == 3
    assert told(library, first) == [*A, *B, *C]
    assert copy.words == sum(len(p.split()) for p in (*A, *B, *C))
    assert now.metadata.published == "2001-03-02"
    rebuilds(library)


def test_every_order_gives_the_same_text(library: Library, tmp_path: Path) -> None:
    """Three parts in all six orders: the same story, the same words, the same number of copies."""
    found = set()
    for number, order in enumerate(permutations([1, 2, 3])):
        with Library(tmp_path / f"l{number}", create=True) as other:
            for n in order:
                take(other, f"{n}.eml", letter(n, 3, [A, B, C][n - 1]))
            (work,) = works(other)
            (copy,) = work.witnesses
            found.add((tuple(told(other, copy.witness)), copy.words, copy.items))
    assert len(found) == 1
    assert works(library) == []


def test_the_id_of_a_later_piece_resolves_to_its_copy(library: Library) -> None:
    """What was keyed to a piece finds the copy it went into, by its whole id and by the beginning of it."""
    first = part(library, 1, A)
    part(library, 2, B)
    piece = next(p for p in library._recorded.bundles.places if p != first)
    assert library.catalogue.witness(piece).witness == first
    assert library.catalogue.witness(piece[:8]).witness == first
    held = library.work_of(piece)
    assert held is not None
    assert held.base.witness == first
    with pytest.raises(NotFound):
        library.catalogue.witness("0000000000000000000f")


def test_two_people_may_write_one_title(library: Library) -> None:
    """Another sender's parts are another copy, and no kin."""
    one, two = part(library, 1, A), part(library, 1, B, sender="odile")
    part(library, 2, C)
    assert sorted(len(w.witnesses[0].items) for w in works(library)) == [1, 2]
    assert one != two
    rebuilds(library)


def test_a_part_sent_twice_is_read_once(library: Library) -> None:
    """The same words in other bytes: kept beside the piece, in the items of the copy, not in its text."""
    first = part(library, 1, A, of=2)
    part(library, 1, A, of=2, stamp="again")
    part(library, 2, B, of=2)
    (work,) = works(library)
    (copy,) = work.witnesses
    assert (copy.witness, len(copy.items), copy.extent) == (first, 3, "whole")
    assert told(library, first) == [*A, *B]
    rebuilds(library)


def test_a_revised_part_is_a_copy_as_it_stood_then(library: Library) -> None:
    """The first copy keeps its text; the second has the revised part and inherits the others, later ones too."""
    first = part(library, 1, A)
    part(library, 2, B)
    revised = [*B[:6], *D[:2]]
    second = part(library, 2, revised, stamp="new")
    part(library, 3, C)
    (work,) = works(library)
    assert [w.witness for w in work.witnesses] == [first, second]
    assert told(library, first) == [*A, *B]
    assert told(library, second) == [*A, *revised, *C]
    assert [(w.siglum, w.extent) for w in work.witnesses] == [("A", "partial"), ("B", "whole")]
    rebuilds(library)


def test_a_second_download_is_a_second_copy(library: Library) -> None:
    """All parts again, each a little changed: two copies, each with its own text."""
    for n, story in enumerate((A, B, C), 1):
        part(library, n, story)
    for n, story in enumerate((A, B, C), 1):
        part(library, n, [*story[:7], D[n]], stamp="b")
    (work,) = works(library)
    one, two = work.witnesses
    assert told(library, one.witness) == [*A, *B, *C]
    assert told(library, two.witness) == [*A[:7], D[1], *B[:7], D[2], *C[:7], D[3]]
    assert two.kinship == "revised" or one.kinship == "revised"
    rebuilds(library)


@pytest.mark.parametrize("whole_first", [True, False])
def test_pieces_and_the_whole_are_one_work(library: Library, *, whole_first: bool) -> None:
    """A text of the whole story and its parts, whichever came first: two copies of one work, and the same when all are there."""
    whole = "\n\n".join([*A, *B, *C]).encode()
    if whole_first:
        take(library, "whole.txt", whole)
    part(library, 1, A)
    assert len(works(library)) == 1
    part(library, 2, B)
    if not whole_first:
        take(library, "whole.txt", whole)
    assert len(works(library)) == 1
    part(library, 3, C)
    (work,) = works(library)
    assert len(work.witnesses) == 2
    assert {w.kinship for w in work.witnesses} == {"same"}
    rebuilds(library)


def test_kin_of_two_chapters_is_kin_of_the_copy(library: Library) -> None:
    """A text that has only the second part's words is of the same work, and contained."""
    take(library, "second.txt", "\n\n".join(B).encode())
    part(library, 1, A)
    assert len(works(library)) == 2
    part(library, 2, B)
    (work,) = works(library)
    assert [(w.extent, w.kinship) for w in work.witnesses] == [("unknown", "same"), ("partial", "contains")]
    rebuilds(library)


def test_a_ruling_on_a_piece_outlives_the_piece_that_comes_before_it(library: Library) -> None:
    """An emendation refused in part 2 stays refused, under its id, when part 1 moves all offsets; rebuilt, the same."""
    damaged = ["It was the captainâ€™s hat, and it wasnâ€™t. " * 10, *B]
    copy = part(library, 2, damaged)
    emendation = next(e for e in library.document(copy).emendations if e.kind == "text")
    library.rule("refuse", emendation.emendation)
    part(library, 1, A)
    held = {e.emendation: e for e in library.document(copy).emendations}
    assert held[emendation.emendation].state == "refused"
    assert held[emendation.emendation].start > emendation.start
    source = library.document(copy).source
    moved = held[emendation.emendation]
    assert source[moved.start : moved.end] == emendation.source
    rebuilds(library)
    other = next(e for e in library.document(copy).emendations if e.kind == "text" and e.state == "applied")
    ruled = library.rule("refuse", other.emendation)
    part(library, 3, C)
    assert {e.emendation: e.state for e in library.document(copy).emendations}[other.emendation] == "refused"
    rebuilds(library)
    library.rule("undo", ruled.ruling)
    assert {e.emendation: e.state for e in library.document(copy).emendations}[other.emendation] == "applied"
    rebuilds(library)


def test_different_keeps_a_copy_whole(library: Library) -> None:
    """A joined copy ruled different from another keeps all its pieces, however like one of them is to the other."""
    text = take(library, "second.txt", "\n\n".join(B).encode())
    copy = part(library, 1, A)
    part(library, 2, B)
    library.rule("different", text, copy)
    part(library, 3, C)
    assert sorted(len(w.witnesses[0].items) for w in works(library)) == [1, 3]
    rebuilds(library)


def test_removing_and_adding_again(library: Library) -> None:
    """A work is removed with all its pieces; one piece that comes again is the copy with that piece alone, then the rest."""
    copy = part(library, 1, A)
    part(library, 2, B)
    (work,) = works(library)
    library.remove(work.work)
    assert works(library) == []
    rebuilds(library)
    assert part(library, 2, B) == copy
    assert told(library, copy) == B
    rebuilds(library)
    part(library, 1, A)
    assert told(library, copy) == [*A, *B]
    assert works(library)[0].work == work.work
    rebuilds(library)


def test_withdrawing_a_removal_brings_all_pieces_back(library: Library) -> None:
    """And a part that came meanwhile is in its place."""
    copy = part(library, 1, A)
    part(library, 3, C)
    (work,) = works(library)
    library.remove(work.work)
    part(library, 2, B)
    library.remove(work.work, withdraw=True)
    assert told(library, copy) == [*A, *B, *C]
    rebuilds(library)


def test_a_mailbox_gives_one_copy_of_its_parts(library: Library) -> None:
    """Parts in one mailbox, out of order, with a reply between: one copy; the last part comes by itself."""
    line = b"From a@b.example Sun Mar  4 20:11:00 2001\n"
    reply = b"Message-ID: <r@b.example>\nFrom: o@b.example\nSubject: Re: FIC: The Weir (1/3)\n\nI liked the gull.\n\n"
    mailbox = line + letter(2, 3, B) + b"\n" + line + reply + line + letter(1, 3, A)
    copy = take(library, "list.mbox", letter(3, 3, C))
    path = library.path.parent / "in" / "all.mbox"
    path.write_bytes(mailbox)
    library.add([path])
    (work,) = works(library)
    assert [w.witness for w in work.witnesses] == [copy]
    assert told(library, copy) == [*A, *B, *C]
    rebuilds(library)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_with_pieces_can_be_rebuilt(library: Library, seed: int) -> None:
    """Parts, repeats, revisions, wholes, rulings and removals in any order: rebuilt, everything is the same."""
    chance = random.Random(seed)
    stories = {1: [A, [*A[:7], D[0]]], 2: [B, [*B[:7], D[1]]], 3: [C]}
    for number in range(10):
        held = [w for work in works(library) for w in work.witnesses]
        act = chance.choice(["part", "part", "part", "part", "whole", "same", "different", "remove", "withdraw", "base"])
        try:
            if act == "part":
                n = chance.choice([1, 2, 3])
                part(
                    library,
                    n,
                    chance.choice(stories[n]),
                    stamp=str(chance.randint(0, 2)),
                    sender=chance.choice(["maren", "odile"]),
                )
            elif act == "whole":
                take(library, f"{number}.txt", "\n\n".join(chance.choice([[*A, *B], [*A, *B, *C], B])).encode())
            elif act in {"same", "different"} and len(held) > 1:
                library.rule(act, *(w.witness for w in chance.sample(held, 2)))
            elif act == "base" and held:
                library.rule("base", chance.choice(held).witness)
            elif act == "remove" and held:
                library.remove(chance.choice(held).work)
            elif act == "withdraw":
                gone = [r.data["work"] for r in library.register if r.kind == "removal"]
                if gone:
                    library.remove(chance.choice(gone), withdraw=True)
        except (NotFound, IndexError):
            continue
    rebuilds(library)


# ---------------------------------------------------------------- the rules, alone


def test_layers_inherit_what_they_have_no_piece_of_their_own_for() -> None:
    """Opened by a revised number, replaced where inherited, opened again where its own comes a third time."""
    bundles = Bundles()

    def put(piece: str, number: int, *, same: bool = False) -> Place:
        place = bundles.choose(piece, "k", number, 3, lambda _: same)
        bundles.put(piece, place)
        return place

    assert [put("a1", 1).copy, put("a2", 2).copy] == ["a1", "a1"]
    assert put("a1x", 1, same=True) == Place("k", 1, 3, "a1", repeats=True)
    assert put("b2", 2).copy == "b2"
    assert put("b1", 1).copy == "b2"
    assert put("b3", 3).copy == "b2"
    assert bundles.pieces_of("a1") == ["a1", "a2"]
    assert bundles.pieces_of("b2") == ["b1", "b2", "b3"]
    assert (bundles.beside("b2"), bundles.later("a1"), bundles.repeated_in("a1")) == ("a1", ["b2"], ["a1x"])
    assert set(bundles.all_of(["a1"])) == {"a1", "a2", "a1x"}
    assert bundles.copy_of("stranger") == "stranger"


def test_documents_are_joined_with_their_offsets_moved() -> None:
    """Blocks, emendations and parts move; ids stay; a frame that only repeats is left out with its reason; chapters are given."""

    def one(text: str, title: str) -> Document:
        source = f"{title}|{text}"
        at = len(title)
        blocks = (Laid("heading", "title", (Piece(0, at),)), Laid("paragraph", "story", (Piece(at + 1, len(source)),)))
        mark = Emendation(f"e-{text}", "text", at + 1, at + 2, text[0], "X", "r", "why", "g", 1.0)
        return Document("i", source, (Part("", 0, len(source), "utf-8"),), blocks, (), (mark,), ())

    whole = joined("i", [Joint("p1", 1, one("one", "The Weir")), Joint("p2", 2, one("two", "The Weir"))])
    assert [(b.part, b.chapter, b.text) for b in reading(whole).blocks] == [
        ("title", None, "The Weir"),
        ("story", 1, "Xne"),
        ("story", 2, "Xwo"),
    ]
    assert [e.emendation for e in whole.emendations] == ["e-one", "e-two"]
    assert [g.reason for g in whole.left_out] == ["said in another piece of this copy too"]
    assert starts_of(whole) == {"p1": 0, "p2": 12}
    assert piece_at(whole, 13) == ("p2", 12)
    assert all(whole.source[p.start : p.end] for p in whole.parts)


def test_what_pieces_say_together() -> None:
    """Trust first, then reading order; the latest counts; the strictest lock; every wish; whole only with every number."""
    one = Metadata(title="A", rating="Mature", words_stated=10, captured="2001", audience="public", trust={"title": "text"})
    wishes = (Wish("ask-first", "x"),)
    two = Metadata(
        title="B", words_stated=30, captured="2002", audience="private", restricted=True, wishes=wishes, trust={"title": "site"}
    )
    said = said_together([(1, 2, one), (2, 2, two)], 30)
    assert (said.title, said.rating, said.words_stated) == ("B", "Mature", 30)
    assert (said.audience, said.restricted, said.wishes) == ("private", True, (Wish("ask-first", "x"),))
    assert (said.extent, said.chapters_held, said.captured) == ("whole", 2, "2002")
    assert said_together([(1, 3, one), (2, 3, two)], 30).extent == "partial"
    assert said_together([(1, 2, one), (2, 2, two)], 20).extent == "partial"
    assert said_together([(1, None, one)], 10).extent == "partial"


def test_a_purge_leaves_the_piece_that_came_again(library: Library) -> None:
    """Removed, one part added again, the rest deleted for good: the part is there, after the next addition and after a rebuild."""
    for number in (1, 2, 3):
        part(library, number, A[3 * number - 3 : 3 * number])
    library.remove(next(iter(library.catalogue.works())))
    part(library, 2, A[3:6])
    assert len(library.purge(days=0)) == 2
    for again in (library.rebuild, library.rebuild):
        again()
        (work,) = library.catalogue.works()
        assert len(library.work(work).base.items) == 1
    part(library, 1, A[0:3])
    (work,) = library.catalogue.works()
    assert len(library.work(work).base.items) == 2
    rebuilds(library)


def test_a_copy_of_parts_is_compared_with_its_likeliest_kin(library: Library) -> None:
    """Of eleven copies of a work the likest is the last: what the joined copy is to it is on record, though eight came before."""
    for number in range(10):
        take(library, f"{number}.txt", "\n\n".join([*paragraphs(20 + number), *A[:2]]).encode())
    likest = take(library, "whole.txt", "\n\n".join([*A, *B, *C]).encode())
    copy = part(library, 1, A)
    for number in range(10):
        library.rule("same", likest, take(library, f"{number}.txt", "\n\n".join([*paragraphs(20 + number), *A[:2]]).encode()))
    part(library, 2, B)
    part(library, 3, C)
    (work,) = works(library)
    assert len(work.witnesses) == 12
    ((_, _, found),) = library.catalogue.kin_of([copy, likest])
    assert found.verdict == "same"


PAGE = """<html><head><title>{title} - Ada - Weirs</title></head><body>
<div id="preface"><p class="message">Posted originally on the <a href="http://archiveofourown.org/">Archive of Our Own</a> at
<a href="http://archiveofourown.org/works/{id}">http://archiveofourown.org/works/{id}</a>.</p>
<div class="meta"><dl class="tags"><dt>Fandom:</dt><dd><a href="#">Weirs</a></dd></dl><h1>{title}</h1>
<div class="byline">by <a rel="author" href="http://archiveofourown.org/users/Ada/pseuds/Ada">Ada</a></div></div></div>
<div id="chapters" class="userstuff">{text}</div></body></html>"""


@pytest.mark.parametrize("small", [0, 1, 2])
def test_a_story_printed_in_two_longer_ones_does_not_make_them_one(library: Library, small: int) -> None:
    """A drabble with a number of its own, whichever came when, stays a work."""
    drabble = A[:2]
    stories = [[*paragraphs(41), *drabble, *paragraphs(42)], [*paragraphs(43), *paragraphs(44), *drabble]]
    stories.insert(small, drabble)
    for number, story in enumerate(stories):
        page = PAGE.format(id=700 + number, title=f"Weir {number}", text="".join(f"<p>{one}</p>" for one in story))
        take(library, f"{number}.html", page.encode())
    assert len(works(library)) == 3
    rebuilds(library)
