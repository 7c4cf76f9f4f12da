"""A reading text as a book: what stands before the story, its chapters with their own notes, what stands after."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from variorum.document import ReadingText

__all__ = ["Book", "Chapter", "book"]


@dataclass(slots=True)
class Chapter:
    """One chapter: block numbers (0 is the first of the whole reading text) of its notes and its story."""

    number: int  #: 1, 2, 3 … in the order of the text, whatever the source called it
    title: str | None = None
    titled: bool = False  #: whether the text itself has the title as a heading
    before: list[int] = field(default_factory=list)
    story: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    words: int = 0

    @property
    def blocks(self) -> list[int]:
        """Every block of the chapter, notes too."""
        return [*self.before, *self.story, *self.after]


@dataclass(frozen=True)
class Book:
    """The parts of a reading text, by block number."""

    text: ReadingText
    front: dict[str, list[int]]  #: title, summary, notes-before, notes-after, credits of the whole work
    chapters: list[Chapter]

    @cached_property
    def words(self) -> int:
        """Words of the story, white space counted: for minutes, not for the record."""
        return sum(chapter.words for chapter in self.chapters)

    def chapter_of(self, block: int) -> int:
        """The number of the chapter in which a block stands, or the next one."""
        firsts = [min(chapter.blocks) for chapter in self.chapters]
        return max(bisect_right(firsts, block), 1)

    def block_at(self, source_offset: int) -> int:
        """The number of the story block that holds this place of the source, or stands nearest before it."""
        nearest, distance = 0, -1
        for number in self.story():
            block = self.text.blocks[number]
            if block.start <= source_offset and block.start > distance:
                nearest, distance = number, block.start
        return nearest

    def story(self) -> Iterator[int]:
        """The block numbers of the whole story, in order."""
        for chapter in self.chapters:
            yield from chapter.story


def book(text: ReadingText) -> Book:
    """Divides a reading text into chapters; one chapter when it names none."""
    front: dict[str, list[int]] = {}
    by_name: dict[int | None, Chapter] = {}
    chapters: list[Chapter] = []
    waiting: list[tuple[int | None, str, int]] = []
    current: int | None = None
    for number, block in enumerate(text.blocks):
        if block.part != "story":
            waiting.append((block.chapter, block.part, number))
            continue
        if block.chapter is not None or not chapters:
            current = block.chapter
        if current not in by_name:
            by_name[current] = Chapter(len(chapters) + 1)
            chapters.append(by_name[current])
        chapter = by_name[current]
        chapter.story.append(number)
        chapter.words += block.text.count(" ") + bool(block.text)
        if chapter.title is None and block.kind == "heading" and block.level <= 1 and len(chapter.story) == 1:
            chapter.title, chapter.titled = block.text, True
    for name, part, number in waiting:
        held = by_name.get(name) if name is not None and len(chapters) > 1 else None
        if held is None or part in ("title", "summary", "credits"):
            front.setdefault(part, []).append(number)
        elif part == "notes-before":
            held.before.append(number)
        else:
            held.after.append(number)
    return Book(text, front, chapters)
