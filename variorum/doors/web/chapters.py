"""A reading text as a book: what stands before the story, its chapters with their own notes, what stands after."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from variorum.document import ReadingText
from variorum.doors.web.anchoring import Finder, Quote

#: Words from which a text without chapters is read in parts.
LONG = 15_000
_PART = 6_000

__all__ = ["LONG", "Book", "Chapter", "book", "reading_words"]


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
    part: bool = False  #: a stretch of a long text without chapters, divided by us to be turned like one

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
    counts: dict[int, int]  #: words of each block of the story, as a reader takes them

    @cached_property
    def words(self) -> int:
        """Words of the story as a reader takes them: for minutes, not for the record."""
        return sum(chapter.words for chapter in self.chapters)

    @cached_property
    def finder(self) -> Finder:
        """Finds quotations in this text."""
        return Finder(self.text)

    @cached_property
    def _before(self) -> dict[int, int]:
        """Words of the story before each of its blocks."""
        out, sum_ = {}, 0
        for number in self.story():
            out[number] = sum_
            sum_ += self.counts[number]
        return out

    def offset(self, block: str, at: str, said: str = "") -> int | None:
        """The offset in ``text.text`` of a place that a page names: the number of the paragraph as it is printed, code points into it.

        ``said`` are the words there: where they stand elsewhere now, that is the place. None for what is no place.
        """
        number = int(block) - 1 if block.isascii() and block.isdecimal() and len(block) < 9 else -1
        inside = int(at) if at.isascii() and at.isdecimal() and len(at) < 9 else 0
        near, offset = 0.0, None
        if 0 <= number < len(self.text.blocks):
            offset = self.text.starts[number] + min(inside, len(self.text.blocks[number].text))
            if not said or self.text.text[offset : offset + len(said)] == said:
                return offset
            near = offset / max(len(self.text.text), 1)
        found = self.finder.find(Quote(said), near=near)
        return found.start if found is not None else offset

    def progress(self, offset: int) -> float:
        """How much of the story lies before an offset of ``text.text``, 0 to 1."""
        block = self.text.block_at(offset)
        before = self._before.get(block)
        if before is None or not self.words:
            return 0.0
        inside = max(offset - self.text.starts[block], 0)
        return min((before + reading_words(self.text.blocks[block].text[:inside])) / self.words, 1.0)

    def at_progress(self, share: float) -> int:
        """The offset of the story block that has this share of the words before it."""
        wanted = share * self.words
        block = 0
        for number, before in self._before.items():
            if before > wanted:
                break
            block = number
        return self.text.starts[block] if self.text.starts else 0

    def chapter_of(self, block: int) -> int:
        """The number of the chapter in which a block stands, or the next one."""
        return _holding(self.chapters, block)

    @cached_property
    def sheets(self) -> list[Chapter]:
        """What is read at a time: the chapters; the parts of a long text that has none."""
        if len(self.chapters) == 1 and self.chapters[0].words > LONG:
            return _divided(self.text, self.chapters[0], self.counts)
        return self.chapters

    def sheet_of(self, block: int) -> int:
        """The number of the sheet in which a block stands, or the next one."""
        return _holding(self.sheets, block)

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


_ALONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)


def reading_words(text: str) -> int:
    """About how many words a reader takes this for: white space counted; in scripts without it two characters are one."""
    words = text.count(" ") + bool(text)
    return words if text.isascii() else words + len(_ALONE.findall(text)) // 2


def _holding(chapters: list[Chapter], block: int) -> int:
    firsts = [min(chapter.blocks) for chapter in chapters]
    return max(bisect_right(firsts, block), 1)


def _divided(text: ReadingText, chapter: Chapter, counts: dict[int, int]) -> list[Chapter]:
    """A chapter in parts of about `_PART` words: before a scene break or heading where one comes soon, else at a paragraph."""
    parts = [Chapter(1, before=chapter.before, part=True)]
    for number in chapter.story:
        block, now = text.blocks[number], parts[-1]
        wanted = _PART if block.kind in ("scene-break", "heading") else _PART * 5 // 4
        if now.words >= wanted:
            now = Chapter(len(parts) + 1, part=True)
            parts.append(now)
        now.story.append(number)
        now.words += counts[number]
    parts[-1].after.extend(chapter.after)
    parts[0].title, parts[0].titled = chapter.title, chapter.titled
    return parts


def book(text: ReadingText) -> Book:
    """Divides a reading text into chapters; one chapter when it names none."""
    front: dict[str, list[int]] = {}
    by_name: dict[int | None, Chapter] = {}
    chapters: list[Chapter] = []
    waiting: list[tuple[int | None, str, int]] = []
    # What stands before the first chapter (a preface, a title) is of that chapter, as everywhere else.
    current = next((b.chapter for b in text.blocks if b.part == "story" and b.chapter is not None), None)
    begun: set[int | None] = set()
    counts: dict[int, int] = {}
    for number, block in enumerate(text.blocks):
        if block.part != "story":
            waiting.append((block.chapter, block.part, number))
            continue
        current = current if block.chapter is None else block.chapter
        if current not in by_name:
            by_name[current] = Chapter(len(chapters) + 1)
            chapters.append(by_name[current])
        chapter = by_name[current]
        chapter.story.append(number)
        counts[number] = reading_words(block.text)
        chapter.words += counts[number]
        opens = len(chapter.story) == 1 or (block.chapter is not None and block.chapter not in begun)
        if opens and block.kind == "heading" and block.level <= 1:
            chapter.title, chapter.titled = block.text, True
        begun.add(block.chapter)
    for name, part, number in waiting:
        held = by_name.get(name) if name is not None and len(chapters) > 1 else None
        if held is None or part in ("title", "summary", "credits"):
            front.setdefault(part, []).append(number)
        elif part == "notes-before":
            held.before.append(number)
        else:
            held.after.append(number)
    return Book(text, front, chapters, counts)
