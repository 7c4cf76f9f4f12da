"""What an edition is made from, and the order in which it is read: front matter, chapters, back matter."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from variorum.document import Block, Emendation, ReadingText
from variorum.editions import safe
from variorum.editions.pictured import NO_PICTURES, Pictured
from variorum.model import Metadata, Witness, Work

__all__ = ["Chapter", "Outline", "Request", "outline", "story_blocks"]

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?.*")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}")


@dataclass(frozen=True, slots=True)
class Request:
    """A work, the copy of it that is published, how that copy reads, the corrections it was read with, its pictures."""

    work: Work
    witness: Witness
    text: ReadingText
    emendations: Sequence[Emendation] = ()
    pictures: Pictured = NO_PICTURES

    @property
    def metadata(self) -> Metadata:
        """What is said of the work."""
        return self.work.metadata

    @property
    def title(self) -> str:
        """The title on one line; without one, the name of the file it came in (never its folder)."""
        title = safe.line(self.metadata.title or "")
        if title:
            return title
        inner = self.witness.name.replace("\\", "/").rpartition("!")[2]
        return safe.line(PurePosixPath(inner).stem) or "Untitled"

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote it."""
        return tuple(safe.line(c.name) for c in self.metadata.creators if c.role == "author" and safe.line(c.name))

    @property
    def byline(self) -> str:
        """``by A, B and C``'s names; empty when nobody is known."""
        *most, last = self.authors or ("",)
        return f"{', '.join(most)} and {last}" if most else last

    @property
    def language(self) -> str | None:
        """BCP 47, or None."""
        return safe.language(self.metadata.language)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return safe.direction(self.metadata.language, self.text.part("story").text)

    @property
    def identifier(self) -> str:
        """64 hexadecimal digits that stand for this copy read in this way: the same for the same, wherever it is made."""
        seed = f"{self.witness.witness}\n{self.text.text}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(seed).hexdigest()

    @property
    def uuid(self) -> str:
        """The identifier as a URN, as books want it."""
        return f"urn:uuid:{uuid.UUID(self.identifier[:32], version=5)}"

    @property
    def modified(self) -> str:
        """When this copy got its present form, as far as it says so itself: never the clock. ``YYYY-MM-DDThh:mm:ssZ``."""
        for said in (self.witness.captured, self.metadata.updated, self.metadata.published, self.witness.added):
            match = _INSTANT.fullmatch(said or "")
            if match is None or not _is_calendar(match[1]):
                continue
            time = match[2] or "00:00"
            time = time if len(time) == 8 else time + ":00"
            return f"{match[1]}T{time if _TIME.fullmatch(time) else '00:00:00'}Z"
        return "2000-01-01T00:00:00Z"

    @property
    def repairs(self) -> int:
        """How many corrections the text was read with."""
        return sum(1 for emendation in self.emendations if emendation.state == "applied")


def date(said: str | None) -> str | None:
    """A date as precise as it is known, or None for what is no date of the calendar."""
    match = _DATE.match(said or "")
    return match[0] if match is not None and _is_calendar(match[0]) else None


def _is_calendar(said: str) -> bool:
    """Whether a year, year and month, or day exists: EPUB readers refuse the 99th of anything (OPF-053)."""
    try:
        dt.date.fromisoformat((said + "-01-01")[:10])
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class Chapter:
    """One chapter with what stands around its story."""

    title: str | None = None  #: as the text has it
    heading: Block | None = None  #: the block that is the title
    before: dict[str, list[Block]] = field(default_factory=dict)  #: part -> blocks: credits, summary, notes-before
    story: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A reading text in the order it is printed."""

    front: dict[str, list[Block]] = field(default_factory=dict)  #: summary, notes-before
    chapters: list[Chapter] = field(default_factory=list)
    back: dict[str, list[Block]] = field(default_factory=dict)  #: notes-after, credits, title

    def name(self, index: int) -> str:
        """What the table of contents calls a chapter: its title, else its number."""
        return safe.line(self.chapters[index].title or "") or f"Chapter {index + 1}"


def outline(text: ReadingText) -> Outline:
    """Divides a reading text. What has a chapter's number goes with that chapter, the rest around the whole."""
    out = Outline()
    by_number: dict[int | None, Chapter] = {}
    current: int | None = None
    for block in text.blocks:
        if block.part != "story":
            continue
        if block.chapter is not None or not out.chapters:
            current = block.chapter
        chapter = by_number.get(current)
        if chapter is None:
            chapter = by_number[current] = Chapter()
            out.chapters.append(chapter)
            if block.kind == "heading" and block.level <= 1:
                chapter.heading, chapter.title = block, block.text
                continue
        chapter.story.append(block)
    for block in text.blocks:
        if block.part == "story":
            continue
        held = by_number.get(block.chapter) if block.chapter is not None else None
        if held is not None and block.part in ("credits", "summary", "notes-before"):
            held.before.setdefault(block.part, []).append(block)
        elif held is not None and block.part == "notes-after":
            held.after.append(block)
        elif block.part in ("summary", "notes-before"):
            out.front.setdefault(block.part, []).append(block)
        else:
            out.back.setdefault(block.part, []).append(block)
    return out


def story_blocks(text: ReadingText) -> list[Block]:
    """The blocks of the story in the order they are printed: number ``n`` (from 1) has the id ``p<n>`` in our books."""
    return [block for chapter in outline(text).chapters for block in chapter.story]
