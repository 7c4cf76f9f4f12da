"""What a worker does with one item: open it, mend it as far as it can alone, and sketch its words.

These are the only functions that run strangers' bytes through the rooms; `variorum.workers` bounds them. They
stand apart from the library so that a worker loads nothing of catalogue, index or web.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum import collation, intake, provenance
from variorum.counting import ao3_words
from variorum.document import Document, Packed, Part, ReadingText, Sibling, pack, reading, received
from variorum.model import Metadata, Sighting
from variorum.provenance import NOWHERE, Provenance
from variorum.provenance.pictures import fingerprint
from variorum.text import Tokens, tokenise

__all__ = [
    "Member",
    "Mending",
    "Prepared",
    "PreparedCopy",
    "Shape",
    "chapters_of",
    "mend",
    "prepare",
    "shape_of",
    "shelf",
    "size_of",
    "story",
    "words_of",
]

# Rules whose emendations make up for a shape that was lost.
_INFERRED = ("paragraphs.", "siblings.", "spaces.", "scenes.flat")


class Shape(NamedTuple):
    """How many paragraphs the story of a document has, and how much of its shape is inferred: whole copies have nothing of the kind."""

    breaks: int  #: ends of paragraphs and scenes
    traces: int  #: of emphasis
    paragraphs: int


@dataclass(frozen=True, slots=True)
class PreparedCopy:
    """One witness found in an item, ready to be entered."""

    place: str
    metadata: Metadata
    packed: Packed  #: the document: who only hands it on need not open it
    parts: tuple[Part, ...]  #: of its source
    shape: Shape
    words: int  #: of the story, by AO3's rule, without titles and notes
    chapters: int
    tokens: int  #: of the story as it came
    sketch: npt.NDArray[np.uint64]
    version_key: str  #: equal for equal story text after rescue and folding
    came: Tokens  #: the words of the story as they came
    bundle: intake.Bundle | None = None  #: it is one piece of a copy that lies in several items
    credits: Provenance | None = None  #: of a work and a witness that have no names yet (`provenance.placed`); None for a piece

    @property
    def document(self) -> Document:
        """The document, opened."""
        return self.packed.document()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything one item gave: its format, its witnesses, and the items inside it."""

    format: str
    copies: tuple[PreparedCopy, ...]
    inner: tuple[intake.Inner, ...]
    skipped: tuple[tuple[str, str, str], ...]  #: name, code, reason of what was inside and not taken
    told: tuple[Metadata, ...] = ()  #: works it tells of and does not hold
    note: str = ""  #: what a person should know of it
    sightings: tuple[Sighting, ...] = ()  #: what it says of the addresses of works


@dataclass(frozen=True, slots=True)
class Mending:
    """A document to be rescued with the help of other copies: (name, reading text) each."""

    document: Document
    helpers: tuple[tuple[str, ReadingText], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a container to be got out of it again."""

    container: str  #: its name, for messages
    data: bytes  #: its bytes
    place: str  #: the member's name inside it
    files: tuple[tuple[str, bytes], ...] = ()  #: those that belong to it and lie beside it


def size_of(task: intake.Task | Mending | Member) -> int:
    """Bytes (or characters) a task is judged by when its time is measured out."""
    if isinstance(task, Mending):
        return len(task.document.source)
    return len(task.data) + sum(len(data) for _, data in task.files)


def take_out(task: Member) -> bytes:
    """The bytes of a member of a container; IntakeError when it cannot be read."""
    if task.files:
        return intake.story_of(task.container, task.data, dict(task.files), task.place)
    return intake.open_inner(task.container, task.data, task.place)


def prepare(task: intake.Task) -> Prepared:
    """Opens an item and makes its witnesses ready; raises IntakeError when it is not understood."""
    with _uncollected():
        opened = intake.open_item(task)
        copies = tuple(_ready(_seen(copy, task.data)) for copy in opened.copies)
    return Prepared(opened.format, copies, opened.inner, opened.skipped, opened.told, opened.note, opened.sightings)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps Python from looking for garbage in circles: of the trees of one item there is some, when all is done.

    Looking for it again and again among a book's paragraphs took a tenth of the time, and found nothing yet.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def shelf(task: intake.Task) -> dict[str, bytes]:
    """Folder -> what a library of calibre's keeps of the book in it; raises IntakeError for a database that is none."""
    return intake.books(task.name, task.data)


def mend(task: Mending) -> tuple[Document, int, str]:
    """The document rescued anew with its siblings, its words and its version key."""
    own = tokenise(received(task.document).text)
    siblings = [Sibling(name, text, collation.align(own, tokenise(text.text)).matches) for name, text in task.helpers]
    document = _rescue(task.document.with_emendations(()), siblings)
    text = reading(document)
    return document, words_of(text), version_key(text)


def story(document: Document) -> Tokens:
    """The words of the story as they came: what kinship works on."""
    return tokenise(received(document).part("story").text)


def _credits(metadata: Metadata, document: Document, text: ReadingText) -> Provenance:
    return provenance.read_claims(work=NOWHERE, witness=NOWHERE, item=document.item, metadata=metadata, text=text)


def shape_of(document: Document, text: ReadingText | None = None) -> Shape:
    """The shape of a document (``text``: as it reads).

    What a sibling gave counts as inferred too, so that the answer does not depend on who was mended first.
    """
    inferred = [e.kind for e in document.emendations if e.rule.startswith(_INFERRED)]
    blocks = (reading(document) if text is None else text).blocks
    paragraphs = sum(1 for block in blocks if block.part == "story" and block.kind != "scene-break")
    return Shape(inferred.count("break") + inferred.count("scene"), inferred.count("emphasis"), paragraphs)


def words_of(text: ReadingText) -> int:
    """The words of the story as AO3 counts them: body only, no titles, no notes, nothing of what describes a picture."""
    return ao3_words(*(block.text for block in text.blocks if block.part == "story" and block.kind not in ("heading", "image")))


def version_key(text: ReadingText) -> str:
    """Equal for two texts whose stories read the same after folding."""
    return collation.version_key(tokenise(text.part("story").text))


def _seen(copy: intake.Copy, data: bytes) -> intake.Copy:
    """A copy that is a whole picture, with its fingerprint."""
    picture = copy.metadata.picture
    if picture is None or copy.metadata.extent == "partial":
        return copy
    found = fingerprint(data)
    look = None if found is None else f"{found.bits:016x}{found.mirrored:016x}"
    return copy._replace(metadata=replace(copy.metadata, picture=replace(picture, look=look)))


def _rescue(document: Document, siblings: Sequence[Sibling] = (), *, came: ReadingText | None = None) -> Document:
    # Imported here: the library's own process, which hands these functions to workers, mends next to nothing itself.
    from variorum.rescue import rescue  # noqa: PLC0415

    return rescue(document, siblings, came=came)


def _ready(copy: intake.Copy) -> PreparedCopy:
    came = received(copy.document)
    words = tokenise(came.part("story").text)
    document = _rescue(copy.document, came=came)
    clean = not any(e.state == "applied" for e in document.emendations)
    text = came if clean else reading(document)  # projecting is most of what a clean copy costs
    read = text.part("story").text
    return PreparedCopy(
        place=copy.place,
        metadata=copy.metadata,
        packed=pack(document, read),
        parts=document.parts,
        shape=shape_of(document, text),
        words=words_of(text),
        chapters=chapters_of(text, copy.metadata),
        tokens=len(words),
        sketch=collation.sketch(words),
        version_key=collation.version_key(words if clean else tokenise(read)),
        came=words,
        bundle=copy.bundle,
        credits=None if copy.bundle else _credits(copy.metadata, document, text),
    )


def chapters_of(text: ReadingText, metadata: Metadata) -> int:
    """How many chapters a copy has: as it says, else as its story is numbered."""
    numbered: Sequence[int] = [b.chapter for b in text.blocks if b.part == "story" and b.chapter is not None]
    return metadata.chapters_held or len(set(numbered)) or 1
