"""What a partial copy does not have, said quietly and by chapter: where it stops, nobody took anything out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from variorum.doors.web import words
from variorum.doors.web.chapters import Book
from variorum.doors.web.marking import Change, Marked, MarkedBlock

__all__ = ["Lack", "at_the_head", "lacking"]

_WORD = re.compile(r"[^\W_]")


class Lack(NamedTuple):
    """What one change of a partial copy comes to."""

    change: int
    sentence: str
    chapter: int | None  #: the first chapter concerned, of the base; None: the words stand in the other copy
    whole: frozenset[int]  #: the blocks of the base of which nothing stands in the other copy


def lacking(marked: Marked, book: Book, base: str, *, partial: bool) -> dict[int, Lack]:
    """The changes, by number, that lie where a copy stops (or begins late); ``partial``: whether the base is such a copy."""
    covered: dict[int, list[MarkedBlock]] = {change.number: [] for change in marked.changes if change.lacuna}
    for block in marked.blocks:
        for number in {strike.change for strike in block.strikes}:
            if number in covered:
                covered[number].append(block)
    out = {number: _lack(marked.change(number), blocks, book) for number, blocks in covered.items() if blocks}
    if partial and marked.blocks:
        first, last = marked.blocks[0].number, marked.blocks[-1].number
        for change in marked.changes:
            if change.entry.kind != "passage" or change.entry.lemma:
                continue
            others = words.listed(words.unique(siglum for reading in change.readings for siglum in reading.sigla))
            if change.block == last and not _WORD.search(book.text.blocks[last].text[change.at :]):
                out[change.number] = Lack(change.number, f"Copy {base} stops here; {others} goes on.", None, frozenset())
            elif change.block == first and change.at == 0:
                out[change.number] = Lack(change.number, f"Copy {base} begins later than {others}.", None, frozenset())
    return out


def at_the_head(lack: Lack, book: Book) -> str:
    """Its sentence where the place itself is not in sight."""
    where = f" stops after chapter {book.chapters[-1].number};" if len(book.chapters) > 1 else " stops early;"
    return lack.sentence.replace(" stops here;", where)


def _lack(change: Change, blocks: Sequence[MarkedBlock], book: Book) -> Lack:
    texts = book.text.blocks
    whole = frozenset(block.number for block in blocks if _all_struck(block, texts[block.number].text))
    touched = {block.number for block in blocks}
    chapters: list[int] = []
    parts: Mapping[str, list[int]] = {"end": [], "beginning": [], "middle": []}
    for chapter in book.chapters:
        here = touched.intersection(chapter.story)
        if not here:
            continue
        if whole.issuperset(chapter.story) and len(book.chapters) > 1:
            chapters.append(chapter.number)
        else:
            parts[_part(here, chapter.story)].append(chapter.number)
    said = [_of("the end", number, book) for number in parts["end"]]
    said += [_of("a part", number, book) for number in parts["middle"]]
    if chapters:
        said.append(f"chapter {chapters[0]}" if len(chapters) == 1 else f"chapters {_range(chapters)}")
    said += [_of("the beginning", number, book) for number in parts["beginning"]]
    others = words.unique(siglum for reading in change.readings for siglum in reading.sigla)
    verb = "is" if len(said) == 1 and len(chapters) < 2 else "are"
    copy = "copy" if len(others) == 1 else "copies"
    sentence = words.sentence(f"{words.listed(said)} {verb} not in {copy} {words.listed(others)}.")
    return Lack(change.number, sentence, book.chapter_of(min(touched)), whole)


def _all_struck(block: MarkedBlock, text: str) -> bool:
    rest, at = "", 0
    for strike in block.strikes:
        rest += text[at : strike.start]
        at = strike.end
    return not _WORD.search(rest + text[at:])


def _part(here: set[int], story: Sequence[int]) -> str:
    if story[-1] in here:
        return "end"
    return "beginning" if story[0] in here else "middle"


def _of(what: str, number: int, book: Book) -> str:
    return f"{what} of chapter {number}" if len(book.chapters) > 1 else f"{what} of the text"


def _range(numbers: Sequence[int]) -> str:
    return f"{numbers[0]} and {numbers[1]}" if len(numbers) == 2 else f"{numbers[0]}–{numbers[-1]}"
