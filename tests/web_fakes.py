"""A library made by hand, for the tests and pictures of the web reader: no disk, no parsing, the same methods.

The stories are invented. `page` lays a document over markup that is written here; `flat` lays one over a
single line with the repairs that bring its paragraphs back, so that every page has something real to show.
"""

from __future__ import annotations

import difflib
import html
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from variorum.collation import Comparison, Copy
from variorum.document import (
    Block,
    Document,
    Emendation,
    Gap,
    Laid,
    Piece,
    ReadingText,
    Span,
    emendation_id,
    reading,
    rule_on,
)
from variorum.editions import drawn_cover
from variorum.errors import CollationError, NotFound, QueryError
from variorum.library import Library, Owning
from variorum.model import (
    Agent,
    Apart,
    Apparatus,
    Claim,
    CollatedWitness,
    Creator,
    Difference,
    Duplicates,
    Entry,
    Evidence,
    Found,
    Group,
    Kinship,
    LostWitness,
    Metadata,
    Name,
    Place,
    Plan,
    Reading,
    Relation,
    Ruled,
    Ruling,
    Series,
    Trace,
    Typed,
    Wish,
    Witness,
    Work,
    WorkHit,
)
from variorum.people import People
from variorum.text import tokenise

ART = "https://pictures.example/inkwell/post/4471"

BEES = """\
Somebody has to tell the bees, and in the house on Lantern Street it had always been Tamsin.

She went down the garden with a *black ribbon* and the good scissors. It was the hour before supper, when the hives hum on one note, and the light came through the pear tree in pieces.

“I don’t know how to say this,” she told the first hive, “so I shall say it quickly. The clock has stopped.”

The bees went on as they were. They had been told of two weddings, a flood and the price of sugar, and they had opinions about none of it.

“The *big* clock,” said Tamsin. “The one on the landing. It stopped at a quarter past four, and nobody was there to see.”

* * *

Mr. Harrow arrived at seven with his bag of tools and his air of having been called away from something better.

He opened the case. He listened at it, as a doctor listens, and he moved one finger, and the pendulum swung twice and gave up.

“Well,” he said, “there’s your trouble,” and drew out between finger and thumb a single brown wing.

They looked at it together for some time.

“I only told them it had stopped,” said Tamsin. “I never told them to *look into it*.”

“That’s the way with bees,” said Mr. Harrow. He wound the clock, and shut the door on it gently, and put the wing in his watch pocket, where he kept the things he meant to return. “You must be careful what you mention.”

In the morning there was honey on the minute hand. The clock kept perfect time after that, and on warm evenings, if one stood quite still upon the landing, it hummed."""

EARLIER = (
    ("the light came through the pear tree in pieces", "the light came through the plum tree in pieces"),
    ("his air of having been called away", "his look of having been called away"),
    (
        "They had been told of two weddings, a flood and the price of sugar, and they had opinions about none of it.",
        "Nothing in her experience had ever made the least impression on them, and this did not either.",
    ),
    ("They looked at it together for some time.\n\n", ""),
    ("“Well,”", '"Well,"'),
)

NOTES = (
    f"Inspired by [The Hive at Dusk]({ART}) by Inkwell, also known as Ada Merriweather. Please look at it first; it is better than this.",
    "An earlier version stood on my journal, which is gone now.",
)

LETTERS = (
    ("The First Letter", "It was addressed to the lighthouse, which could not read.", 9),
    ("The Second Letter", "The second came by gull, and was brief.", 12),
    ("What the Tide Said", "Nobody had asked the tide, and so it had been saving things up.", 15),
    ("An Answer", "She wrote her answer on the back of the harbour, in chalk, before the water came.", 7),
)

HOSTILE_MARK = "zzhostilezz"
HOSTILE = (
    f"<script>document.title='{HOSTILE_MARK}'</script>",
    f"<img src=x onerror=\"document.title='{HOSTILE_MARK}'\">",
    "<style>body{background:url(http://elsewhere.invalid/x)}</style>",
    '<meta http-equiv="refresh" content="0;url=http://elsewhere.invalid/">',
    f'<svg onload="document.title=\'{HOSTILE_MARK}\'"><a href="javascript:alert(1)">x</a></svg>',
    '"><img src="http://elsewhere.invalid/pixel.gif">',
    "{{ 7 * 7 }}{% for x in (1,) %}",
    "</textarea></title></style><h1>free</h1>",
    "\u202eevil\x00\ud800",
)


# ---------------------------------------------------------------- documents


_INLINE = re.compile(r"\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)")


class Writer:
    """Writes a source and lays blocks over it at the same time."""

    def __init__(self) -> None:
        self.source = ""
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []

    def add(self, text: str, part: str = "story", chapter: int | None = None, kind: str = "paragraph", level: int = 0) -> None:
        name = "h2" if kind == "heading" else "p"
        if text == "* * *" and kind == "paragraph":
            start = len(self.source)
            self.source += "<hr>\n"
            self.blocks.append(Laid("scene-break", part, (Piece(start, start + 4, "* * *"),), chapter))
            return
        self.source += f"<{name}>"
        pieces: list[Piece] = []
        position = 0
        for found in _INLINE.finditer(text):
            self._write(text[position : found.start()], pieces)
            href = found[3]
            self.source += f'<a href="{html.escape(href)}">' if href else "<em>"
            start = len(self.source)
            self._write(found[1] or found[2], pieces)
            self.spans.append(Span(start, len(self.source), "link" if href else "emphasis", href))
            self.source += "</a>" if href else "</em>"
            position = found.end()
        self._write(text[position:], pieces)
        self.source += f"</{name}>\n"
        self.blocks.append(Laid(kind, part, tuple(pieces), chapter, level=level))

    def _write(self, text: str, pieces: list[Piece]) -> None:
        for run in re.split(r"([&<>])", text):
            if not run:
                continue
            start = len(self.source)
            self.source += html.escape(run, quote=False)
            pieces.append(Piece(start, len(self.source), run if run in "&<>" else None))

    def document(self, item: str) -> Document:
        return Document(item, self.source, (), tuple(self.blocks), tuple(self.spans))


def page(item: str, story: str, notes: Sequence[str] = (), summary: str | None = None) -> Document:
    """A story of one chapter as a saved page: paragraphs, emphasis, links, a scene break."""
    writer = Writer()
    if summary:
        writer.add(summary, "summary")
    for paragraph in story.split("\n\n"):
        writer.add(paragraph)
    for note in notes:
        writer.add(note, "notes-after")
    return writer.document(item)


def chaptered(item: str, chapters: Iterable[tuple[str, Sequence[str]]]) -> Document:
    """A story of several chapters, each with its title and a note before it."""
    writer = Writer()
    for number, (title, paragraphs) in enumerate(chapters, 1):
        writer.add(title, chapter=number, kind="heading", level=1)
        writer.add(f"A note before chapter {number}.", "notes-before", number)
        for paragraph in paragraphs:
            writer.add(paragraph, chapter=number)
    return writer.document(item)


def flat(item: str, story: str) -> Document:
    """The story as one line without emphasis, with the repairs that bring back what was lost."""
    plain = [p if p == "* * *" else re.sub(r"\*([^*]+)\*", r"\1", p) for p in story.split("\n\n")]
    plain[2] = plain[2].replace("don’t", "donâ€™t")
    source = " ".join("-" if p == "* * *" else p for p in plain) + " Inspired by a picture by Inkwell."
    emendations = []
    position = 0

    def mend(kind: str, start: int, end: int, reads: str, rule: str, why: str, certainty: float, state: str = "applied") -> None:
        name = emendation_id(item, start, end, kind, reads)
        emendations.append(
            Emendation(name, kind, start, end, source[start:end], reads, rule, why, rule, certainty, state)  # type: ignore[arg-type]
        )

    for number, paragraph in enumerate(plain):
        length = 1 if paragraph == "* * *" else len(paragraph)
        if paragraph == "* * *":
            mend("scene", position - 1, position + 2, "* * *", "scenes.homemade", "A lone dash between two paragraphs.", 0.93)
        elif number and plain[number - 1] != "* * *":
            speech = paragraph.startswith("“")
            why = "Another person begins to speak." if speech else "A sentence ends and the place changes."
            mend(
                "break",
                position - 1,
                position,
                "",
                "paragraphs.turn" if speech else "paragraphs.place",
                why,
                0.97 if speech else 0.71,
            )
        position += length + 1
    at = source.index("donâ€™t")
    mend("text", at + 3, at + 6, "’", "characters.mojibake", "UTF-8 read as Windows-1252.", 0.99)
    at = source.index("black ribbon")
    mend("emphasis", at, at + 12, "", "emphasis.sibling", "The archive copy has these words in italics.", 0.9)
    at = source.index("look into it")
    mend("emphasis", at, at + 12, "", "emphasis.trace", "Two spaces stood here, as where a tag was taken out.", 0.55, "proposed")
    at = source.index("Inspired by")
    mend("break", at - 1, at, "", "notes.begin", "The story is over; this speaks of the story.", 0.92)
    mend("part", at, len(source), "notes-after", "notes.run-in", "It names a picture and an artist.", 0.88)
    document = Document(
        item, source, (), (Laid("paragraph", "story", (Piece(0, len(source)),)),), left_out=(Gap(0, 0, "a site’s menu"),)
    )
    return document.with_emendations(emendations)


# ---------------------------------------------------------------- collation, the slow and simple way


def collate_texts(base: Document, other: Document, sigla: tuple[str, str]) -> tuple[tuple[Entry, ...], Difference]:
    """Entries by difflib over the words of the two reading texts, and by comparing what stands between equal words."""
    a, b = reading(base).part("story"), reading(other).part("story")
    words_a, words_b = tokenise(a.text), tokenise(b.text)
    left = [a.text[s:e].casefold() for s, e in zip(words_a.starts, words_a.ends, strict=True)]
    right = [b.text[s:e].casefold() for s, e in zip(words_b.starts, words_b.ends, strict=True)]
    entries = []
    counted = {"words_changed": 0, "words_added": 0, "words_removed": 0, "sentences_reworked": 0, "typographic": 0}
    matched = 0
    blocks = _merged(difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes())
    for kind, i1, i2, j1, j2 in blocks:
        if kind == "equal":
            matched += i2 - i1
            entries += _small(a, b, words_a, words_b, (i1, i2, j1), sigla[1])
            continue
        start, end = _run(words_a, i1, i2)
        low, high = _run(words_b, j1, j2)
        long = max(i2 - i1, j2 - j1) > 5
        grave = "sentence" if long and i1 < i2 and j1 < j2 else "passage" if long else "word"
        if grave == "sentence":
            counted["sentences_reworked"] += 1
        else:
            counted["words_changed"] += i2 - i1 if j1 < j2 else 0
            counted["words_removed"] += i2 - i1 if j1 == j2 else 0
            counted["words_added"] += j2 - j1 if i1 == i2 else 0
        place = (
            Place(a.source_of(start), a.source_of(end, end=True)) if start < end else Place(*[a.source_of(start, end=True)] * 2)
        )
        other_place = Place(b.source_of(low), b.source_of(high, end=True))
        found = Reading((sigla[1],), grave, b.text[low:high], 1.0, False, {sigla[1]: other_place})  # type: ignore[arg-type]
        entries.append(Entry(grave, place, a.text[start:end], a.text[max(start - 40, 0) : end + 40], (found,)))  # type: ignore[arg-type]
    counted["typographic"] = sum(1 for e in entries if e.kind == "typographic")
    return tuple(entries), Difference(**counted, same=2 * matched / max(len(left) + len(right), 1))


def _merged(opcodes: list[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """A reworked sentence is one place, not a dozen: short stretches that happen to be equal are no anchor."""
    out: list[tuple[str, int, int, int, int]] = []
    for n, (kind, i1, i2, j1, j2) in enumerate(opcodes):
        if kind == "equal" and i2 - i1 < 4 and 0 < n < len(opcodes) - 1:
            kind = "replace"
        if out and kind != "equal" and out[-1][0] != "equal":
            _, p1, _, q1, _ = out[-1]
            out[-1] = ("replace", p1, i2, q1, j2)
        else:
            out.append((kind, i1, i2, j1, j2))
    return out


def _run(words, first: int, last: int) -> tuple[int, int]:
    if first < last:
        return int(words.starts[first]), int(words.ends[last - 1])
    at = int(words.ends[first - 1]) if first else 0
    return at, at


def _small(a: ReadingText, b: ReadingText, words_a, words_b, run: tuple[int, int, int], siglum: str) -> list[Entry]:
    """Quotes and dashes between words that are equal."""
    i1, i2, j1 = run
    out = []
    for n in range(i2 - i1 - 1):
        start, end = int(words_a.ends[i1 + n]), int(words_a.starts[i1 + n + 1])
        low, high = int(words_b.ends[j1 + n]), int(words_b.starts[j1 + n + 1])
        here, there = a.text[start:end], b.text[low:high]
        if here.strip() and here != there and "\n" not in here + there:
            place = Place(a.source_of(start), a.source_of(end, end=True))
            found = Reading((siglum,), "typographic", there, 1.0, False, {siglum: Place(0, 0)})
            out.append(Entry("typographic", place, here, here, (found,)))
    return out


# ---------------------------------------------------------------- the library


def witness(name: str, work: str, siglum: str, document: Document, **more) -> Witness:
    text = reading(document).part("story").text
    given = {
        "base": siglum == "A",
        "version": ord(siglum) - 64,
        "digest": "sha256:" + f"{abs(hash(name)):064x}"[:64],
        "items": (),
        "name": name,
        "format": "html",
        "site": None,
        "url": None,
        "captured": None,
        "added": "2024-05-01T10:00:00Z",
        "words": len(tokenise(text)),
        "chapters": max((b.chapter or 1 for b in reading(document).blocks), default=1),
        "extent": "whole",
        "kinship": "same",
        **more,
    }
    return Witness(f"wit-{work}-{siglum}", work, siglum, **given)


def bees() -> tuple[Work, dict[str, Document]]:
    """The story in three copies: the archive's, the journal's (two words and a sentence differ), a flattened line."""
    earlier = BEES
    for now, then in EARLIER:
        assert now in earlier
        earlier = earlier.replace(now, then)
    documents = {"A": page("bees-a", BEES, NOTES), "B": page("bees-b", earlier), "C": flat("bees-c", BEES)}
    creators = (
        Creator("hiveminder", site="archiveofourown.org", url="https://archiveofourown.org/users/hiveminder"),
        Creator("Inkwell", "artist", "pictures.example", url="https://pictures.example/inkwell"),
    )
    metadata = Metadata(
        title="What the Bees Were Told",
        creators=creators,
        fandoms=("Harrow & Finch, Clockmenders (Radio)",),
        rating="General Audiences",
        warnings=("No Archive Warnings Apply",),
        categories=("Gen",),
        relationships=("Tamsin Finch & Mr. Harrow",),
        characters=("Tamsin Finch", "Mr. Harrow", "The Bees"),
        tags=("Beekeeping", "Clocks", "Small Magic", "The bees are fine", "Telling the Bees"),
        language="en",
        summary="Somebody has to tell the bees. Nobody said anything about what the bees would do about it.",
        series=(Series("Lantern Street", 2, None),),
        published="2014-06-11",
        chapters_stated="1/1",
        status="complete",
        wishes=(Wish("ask-first", "Please ask before you archive this elsewhere."),),
        site="archiveofourown.org",
    )
    copies = (
        witness("What the Bees Were Told.html", "w1", "A", documents["A"], site="archiveofourown.org", format="ao3-html",
                url="https://archiveofourown.org/works/5550001", captured="2019-03-02"),
        witness("saved pages/journal 11 june.html", "w1", "B", documents["B"], site="dreamwidth.org", captured="2014-06-11", kinship="revised"),
        witness("old laptop/bees.txt", "w1", "C", documents["C"], format="text", version=1),
    )  # fmt: skip
    relation = Relation("inspired-by", "out", "The Hive at Dusk", ART, None, (creators[1],), 0.95, NOTES[0][:120])
    lost = (LostWitness("tumblr.com", None, "I first posted the opening of this on Tumblr, under another title."),)
    work = Work(
        "w1", metadata, copies[0].words, 1, False, {"title": "A"}, copies, lost, (relation,), (ART, "ftp://old.example/bees")
    )
    return work, documents


def letters(paragraphs: int = 0) -> tuple[Work, dict[str, Document]]:
    """A work in progress in four chapters, of which a second copy holds two; ``paragraphs`` makes it long."""
    chapters = [
        (
            title,
            [
                first,
                *(
                    f"Paragraph {n} of the letter ran on about the weather and the price of rope."
                    for n in range(paragraphs or more)
                ),
            ],
        )
        for title, first, more in LETTERS
    ]
    documents = {"A": chaptered("letters-a", chapters), "B": chaptered("letters-b", chapters[:2])}
    metadata = Metadata(
        title="Letters to a Lighthouse",
        creators=(Creator("saltmarsh"),),
        fandoms=("The Sorrel Shore", "Original Work"),
        rating="Teen And Up Audiences",
        warnings=("Creator Chose Not To Use Archive Warnings",),
        categories=("F/F", "Multi"),
        characters=("The Lighthouse",),
        tags=("Epistolary", "Slow Burn", "Weather"),
        language="en",
        summary="Somebody is writing to the lighthouse.\n\nSomebody is answering.",
        published="2019-01-04",
        updated="2021-09-30",
        chapters_stated="4/?",
        status="in-progress",
        restricted=True,
    )
    copies = (
        witness("letters.epub", "w2", "A", documents["A"], format="ao3-epub"),
        witness("letters-half.html", "w2", "B", documents["B"], extent="partial", kinship="contained"),
    )
    return Work("w2", metadata, copies[0].words, 4, False, {}, copies), documents


def night() -> tuple[Work, dict[str, Document]]:
    """A work rated Mature: behind the gate."""
    documents = {"A": page("night-a", "The lamps went out one after another.\n\nNobody minded very much.")}
    metadata = Metadata(title="After the Lamps", creators=(Creator("Anonymous"),), rating="Mature", fandoms=("The Sorrel Shore",))
    return Work("w3", metadata, 11, 1, True, {}, (witness("lamps.html", "w3", "A", documents["A"]),)), documents


def hostile() -> tuple[Work, dict[str, Document]]:
    """Everything a stranger could write into a work, in every field it can stand in."""
    writer = Writer()
    for text in HOSTILE:
        writer.add(text.replace("*", ""))
    writer.add(
        "[click me](javascript:document.title='zzhostilezz') and [here](data:text/html,x) and [there](https://elsewhere.invalid/a?b=\"c)"
    )
    writer.blocks.append(Laid("image", "story", (), None, image="http://elsewhere.invalid/picture.png"))
    documents = {"A": writer.document("hostile-a")}
    evil = " ".join(HOSTILE)
    metadata = Metadata(
        title=HOSTILE[0],
        creators=(Creator(HOSTILE[1], url="javascript:alert(1)"),),
        fandoms=HOSTILE,
        rating=HOSTILE[3],
        warnings=HOSTILE,
        relationships=HOSTILE,
        characters=HOSTILE,
        tags=HOSTILE,
        language='en" onload="x',
        summary=evil,
        series=(Series(HOSTILE[5], 1.5, "javascript:1"),),
        chapters_stated=HOSTILE[4],
        wishes=(Wish(HOSTILE[5], evil),),
    )
    relation = Relation("inspired-by", "out", HOSTILE[0], "javascript:alert(1)", None, (Creator(HOSTILE[4]),), 1.0, evil)
    copy = witness(
        HOSTILE[5] + "\r\nX-Evil: 1.html", "w4", "A", documents["A"], site=HOSTILE[1], url="javascript:1", format=HOSTILE[2]
    )
    return Work(
        "w4", metadata, 40, 1, False, {}, (copy,), (LostWitness(HOSTILE[1], "javascript:1", evil),), (relation,), HOSTILE
    ), documents


def plain_work(number: int) -> tuple[Work, dict[str, Document]]:
    """One more on the shelf, with little known of it."""
    name = f"w{number}"
    documents = {"A": page(name, "A short story.\n\nIt was *very* short.")}
    return Work(
        name, Metadata(), 7, 1, False, {}, (witness(f"untitled {number}.txt", name, "A", documents["A"], format="text"),)
    ), documents


class FakeCredit:
    """What the work's own page asks of the desk of credit: nothing is ruled on."""

    def rulings(self, _work: Work) -> dict[str, Ruling]:
        return {}


class FakePictures:
    """No picture is held with any copy."""

    def held(self, copy: Witness, block: Block) -> bool:
        return False


class FakeLibrary:
    """The methods of `variorum.library.Library` that the reader uses, over works made above."""

    def __init__(self, *made: tuple[Work, dict[str, Document]]) -> None:
        self.path = Path("/home/somebody/fic")
        folder = tempfile.mkdtemp(prefix="variorum-people-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.people = People(Path(folder))
        self.likenesses = SimpleNamespace(of=lambda _work, _viewer: ())
        self.credit = FakeCredit()
        self.copies = FakeCopies(self)
        self.own = Owning(self.people, SimpleNamespace(seen=self.seen))
        self.pictures = FakePictures()
        self.works: dict[str, Work] = {}
        self.documents: dict[str, Document] = {}
        self.texts: dict[str, ReadingText] = {}
        self.rulings: list[Ruling] = []
        self.asked: list[str] = []
        for work, documents in made:
            self.works[work.work] = work
            for copy in work.witnesses:
                self.documents[copy.witness] = documents[copy.siglum]

    @classmethod
    def full(cls) -> FakeLibrary:
        return cls(bees(), letters(), night(), hostile(), *(plain_work(n) for n in range(5, 8)))

    def seen(self, witnesses, viewer=None) -> dict[str, str]:
        held = {copy.witness: work.work for work in self.works.values() for copy in work.witnesses}
        return {witness: held[witness] for witness in witnesses if witness in held}

    def suggest(self, text: str, viewer=None, field=None, limit=8) -> list[Typed]:
        return []

    def cover_svg(self, work: Work) -> str:
        return drawn_cover(work)

    def work_of(self, witness: str, *, viewer=None) -> Work | None:
        return next((w for w in self.works.values() for c in w.witnesses if c.witness == witness), None)

    def work(self, key: str, *, viewer=None) -> Work:
        if key not in self.works:
            raise NotFound("work", key)
        return self.works[key]

    def find(self, query: str = "", *, like=None, sort=None, limit=None, offset=0, known=False, viewer=None, seed=0) -> Found:
        self.asked.append(query)
        if "(" in query:
            raise QueryError(query, query.index("("), "a bracket is opened and never closed")
        words = [w for w in query.split() if ":" not in w and not w.startswith("-")]
        hits = [w for w in self.works.values() if all(q.lower() in (w.title or "").lower() for q in words)]
        if sort == "title":
            hits.sort(key=lambda w: w.title or "")
        shown = hits[offset:] if limit is None else hits[offset : offset + limit]
        snippet = "and the light came through the <mark>pear tree</mark> in pieces" if query else ""
        facets = {}
        for name, field in (("rating", "rating"), ("fandom", "fandoms"), ("character", "characters"), ("tag", "tags")):
            counted: dict[str, int] = {}
            for work in hits:
                values = getattr(work.metadata, field)
                for value in (values,) if isinstance(values, str) else values or ():
                    counted[value] = counted.get(value, 0) + 1
            facets[name] = tuple(counted.items())
        return Found(query, len(hits), tuple(WorkHit(w, 1.0, snippet) for w in shown), facets)

    def document(self, witness: str) -> Document:
        decided = {}
        for ruling in self.rulings:
            decided[ruling.on[0]] = ("applied" if ruling.kind == "accept" else "refused", ruling.ruling, None)
        return rule_on(self.documents[witness], decided)

    def text(self, witness: str) -> ReadingText:
        if self.rulings:
            return reading(self.document(witness))
        if witness not in self.texts:
            self.texts[witness] = reading(self.documents[witness])
        return self.texts[witness]

    def collate(self, work, base=None, with_=(), *, notes=False, viewer=None) -> Apparatus:
        held = self.work(work) if isinstance(work, str) else work
        first = held.witness(base) if base else held.base
        others = [held.witness(key) for key in with_] or [c for c in held.witnesses if c.siglum != first.siglum]
        if not others:
            raise CollationError("there is one copy only")
        entries: list[Entry] = []
        summary = {}
        for other in others:
            found, summary[other.siglum] = collate_texts(
                self.document(first.witness), self.document(other.witness), (first.siglum, other.siglum)
            )
            if other.extent == "partial":
                found = tuple(replace(e, readings=tuple(replace(r, lacuna=not r.text) for r in e.readings)) for e in found)
            entries += found
        copies = tuple(CollatedWitness(c.siglum, c.witness, c.name, c.words) for c in (first, *others))
        return Apparatus(first.siglum, copies, summary, tuple(sorted(entries, key=lambda e: e.place.start)))

    def compare(self, work, base=None, with_=(), *, notes=False, viewer=None) -> Comparison:
        """The real comparison of these copies with the simple collation in its place."""
        held = self.work(work) if isinstance(work, str) else work
        apparatus = self.collate(held, base, with_)
        copies = [
            Copy(
                w.siglum,
                w.witness,
                w.name,
                self.text(w.witness),
                replace(held.metadata, captured=w.captured),
                w.extent == "partial",
            )
            for w in (held.witness(c.siglum) for c in apparatus.witnesses)
        ]
        found = Comparison(copies, apparatus.base)
        found.__dict__["apparatus"] = apparatus
        return found

    def export(self, work, comparison, form) -> bytes:
        return Library.export(work, comparison, form)

    def summarise(self, difference: Difference) -> str:
        d = difference
        said = [
            (d.words_changed, "word changed", "words changed"),
            (d.words_added, "word added", "words added"),
            (d.words_removed, "word removed", "words removed"),
            (d.sentences_reworked, "sentence reworked", "sentences reworked"),
        ]
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in said if n) or "word for word the same"

    def trace(self, work, *, viewer=None) -> Trace:
        key = work if isinstance(work, str) else work.work
        if key != "w1":
            return Trace((), ())
        evidence = Evidence("wit-w1-A", NOTES[0], 10, 90)
        claim = Claim("c1a1m", "What the Bees Were Told", "inspired-by", "The Hive at Dusk", evidence, "notes.inspired", 0.95)
        return Trace((claim,), (Agent("agent-1", (Name("Inkwell", "pictures.example"), Name("Ada Merriweather")), 0.9),))

    def rule(self, kind: str, *on: str, why: str | None = None) -> Ruling:
        if kind == "undo":
            self.rulings = [r for r in self.rulings if r.ruling != on[0]]
            return Ruling("undone", kind, on, "keeper", "2024-05-01T10:00:00Z", why, on[0])
        self.rulings.append(Ruling(f"rul{len(self.rulings)}", kind, on, "keeper", "2024-05-01T10:00:00Z", why))
        return self.rulings[-1]

    def publish_bytes(self, work: Work, ending: str, witness: str | None = None) -> bytes:
        return b"an edition: " + ending.encode()

    def item_bytes(self, digest: str) -> bytes:
        return b"<script>document.title='zzhostilezz'</script>"

    def counts(self, *, viewer=None):
        return SimpleNamespace(
            works=len(self.works), witnesses=len(self.documents), items=len(self.documents), problems=0, known=0, bytes=9
        )


class FakeCopies:
    """The page of copies over the fakes."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library

    def page(self, *, limit=20, offset=0, viewer=None, sought=None) -> Duplicates:
        several = [w for w in self.library.works.values() if len(w.witnesses) > 1]
        on = {key for ruling in self.library.rulings for key in ruling.on}
        groups = tuple(
            Group(w, {c.siglum: "2 words changed" for c in w.witnesses if not c.base}, w.witnesses[0].witness in on, 0.4)
            for w in several[offset : offset + limit]
        )
        counts = {"differ": {"words": len(several)}, "ruled": {"no": len(several)}}
        return Duplicates(len(several), groups, len(several), counts)

    def apart(self, *, limit=20, offset=0, viewer=None):
        first, second = (w for w in list(self.library.works.values())[:2])
        pair = Apart(
            (first.base.witness, second.base.witness),
            (first.work, second.work),
            (first.title, second.title),
            Kinship("quotes", 0.1, (0.2, 0.1)),
        )
        return 1, [pair][offset:limit]

    def ruled(self, *, limit=20, offset=0):
        by_step: dict[str, list[Ruling]] = {}
        for r in self.library.rulings:
            if r.kind in ("same", "different", "base"):
                by_step.setdefault(r.step or r.ruling, []).append(r)
        steps = [Ruled(step, rs[0].kind, len(rs), rs[0].at, rs[0].why, tuple(rs[:4])) for step, rs in by_step.items()]
        return len(steps), steps[::-1][offset : offset + limit]

    def step(self, step):
        return next((one for one in self.ruled()[1] if one.step == step), None)

    def plan(self, act, sought=None, works=(), viewer=None, most=0):
        held = [w for w in self.library.works.values() if w.work in works or (sought is not None and len(w.witnesses) > 1)]
        pairs = tuple((act, (w.witnesses[0].witness, c.witness)) for w in held for c in w.witnesses[1:])
        return Plan(act, tuple(w.work for w in held), tuple(w.title or "" for w in held), pairs)

    def rule(self, rulings, why=None, progress=None):
        made = [self.library.rule(kind, *on, why=why) for kind, on in rulings]
        self.library.rulings[-len(made) :] = [replace(one, step=f"s{made[0].ruling}") for one in made]
        return Ruled(f"s{made[0].ruling}", made[0].kind, len(made), made[0].at, why, tuple(made))

    def undo(self, step, progress=None):
        gone = [r for r in self.library.rulings if (r.step or r.ruling) == step]
        self.library.rulings = [r for r in self.library.rulings if r not in gone]
        return len(gone)

    def following(self, sought, after, viewer=None):
        return next(((0, w.work) for w in self.library.works.values() if len(w.witnesses) > 1), None)


def every_block(blocks: Sequence[Block]) -> str:
    return "\n\n".join(b.text for b in blocks)
