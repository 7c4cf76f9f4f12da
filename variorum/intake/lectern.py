"""Lays the pages of an EPUB one after another as one work: story, frame, and what a tool put around them.

What is known only at the end (which pages are chapters) is settled then. What a tool writes on its title page and
into its notes is known to its `Maker`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from variorum.document import Gap, Laid, Span
from variorum.intake.book import Book, Page
from variorum.intake.labelled import labelled
from variorum.intake.labels import read_labels
from variorum.intake.markup import Node, Root, Text, lay, left_out, parse, reasons
from variorum.intake.merging import merged
from variorum.intake.roles import Role, role_of
from variorum.model import Earlier, Metadata, Relation

__all__ = ["Laying", "Lectern", "Maker", "Notes", "laid_text"]

_LINE = re.compile(r"\s*([^:\n]{1,30}):[ \t]*(.*)")
_LOG = "the download tool's own log, read as the history of the file"


class Laying(NamedTuple):
    """Some nodes and the part they are; ``whole``: of the work, not of the chapter they stand in."""

    nodes: tuple[Node | Text, ...]
    part: str
    whole: bool = False


class Notes(NamedTuple):
    """What a maker put into a chapter: parts to lay, nodes that are no story with the reason, ties, where its title begins."""

    laid: tuple[Laying, ...] = ()
    why: tuple[tuple[Node, str], ...] = ()
    relations: tuple[Relation, ...] = ()
    title: tuple[Node, int] | None = None  #: the heading and where in the source the author's words begin


class Maker(NamedTuple):
    """A tool that makes books: what its title page, its chapters and its log say."""

    tool: str
    title_page: Callable[[str, Root, Sequence[str]], tuple[Metadata, tuple[Laying, ...]]]  #: given the package's subjects too
    notes: Callable[[str, Root], Notes] | None = None
    log: Callable[[str, Root], tuple[Earlier, ...]] | None = None


def laid_text(source: str, block: Laid) -> str:
    """A block's text as it was laid."""
    return "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)


class Lectern:
    """Lays one page after another; what is known only at the end (chapter numbers) is settled then."""

    def __init__(self, book: Book, maker: Maker | None = None) -> None:
        self.book = book
        self.source = book.source
        self.maker = maker
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.title_page = Metadata()
        self.header: Metadata | None = None  #: what an author wrote above the first chapter
        self.tool: str | None = None
        self.chapter = 0
        self.relations: list[Relation] = []
        self.history: tuple[Earlier, ...] = ()
        self._story: list[tuple[Page, list[Laid]]] = []  # pages of the story with their blocks
        self._before: list[Laid] = []
        self._after: list[Laid] = []
        self._parsed: list[tuple[Root, list[Laid], Callable[[Node], str]]] = []
        self._whole: set[int] = set()  # where blocks begin that are of the work, whatever chapter they stand in

    def page(self, page: Page) -> None:
        """Lays one page by its role."""
        root = parse(self.source, page.start, page.end)
        role = role_of(self.book, page, root, any_story=bool(self._story))
        why: dict[int, str] = {}
        if role.part is None:
            reason = role.reason
            if self.maker is not None and self.maker.log is not None and role.tool == self.maker.tool:
                self.history, reason = self.maker.log(self.source, root), _LOG
            self._parsed.append((root, [], reasons(why, reason)))
            return
        blocks: list[Laid] = []
        otherwise = "not part of the work"
        if role.part == "title" and self.maker is not None and role.tool in (None, self.maker.tool):
            blocks = self.made(root)
            otherwise = f"written by {self.maker.tool}, read as metadata"
        elif role.part == "story":
            blocks = self.story(root, why)
        else:
            blocks = self.lay(root.children, role.part)
            if role.part == "title":
                blocks = self.titles(blocks, role)
        self._parsed.append((root, blocks, reasons(why, otherwise)))
        if role.part == "story":
            self._story.append((page, blocks))
        else:
            (self._after if self._story else self._before).extend(blocks)

    def lay(self, nodes: Iterable[Any], part: str, skip: frozenset[int] = frozenset()) -> list[Laid]:
        """Blocks of one part; their spans are kept."""
        blocks, spans = lay(self.source, nodes, part, skip=skip, classes=self.book.classes)
        self.spans.extend(spans)
        return [b for b in blocks if b.pieces]

    def story(self, root: Root, why: dict[int, str]) -> list[Laid]:
        """A page of the story; what the maker marked as notes in it is laid as notes."""
        notes = self.maker.notes(self.source, root) if self.maker is not None and self.maker.notes is not None else Notes()
        self.relations += notes.relations
        skip = {id(node) for node, _ in notes.why}
        why.update({id(node): reason for node, reason in notes.why})
        blocks = self.lay(root.children, "story", frozenset(skip))
        if notes.title is not None:
            heading, begins = notes.title
            why[id(heading)] = "the number of the chapter, written by the download tool"
            blocks = [b for block in blocks if (b := _from(block, heading, begins)).pieces]
        for laying in notes.laid:
            own = self.lay(laying.nodes, laying.part)
            blocks += own
            if laying.whole:
                self._whole |= {b.pieces[0].start for b in own}
        return sorted(blocks, key=lambda b: b.pieces[0].start)

    def made(self, root: Root) -> list[Laid]:
        """A title page whose maker is known."""
        assert self.maker is not None
        metadata, layings = self.maker.title_page(self.source, root, self.book.package.metadata.tags)
        self.title_page = merged(self.title_page, metadata)
        self.tool = self.maker.tool
        blocks = [block for laying in layings for block in self.lay(laying.nodes, laying.part)]
        return sorted(blocks, key=lambda b: b.pieces[0].start)

    def titles(self, blocks: list[Laid], role: Role) -> list[Laid]:
        """A title page that says something: its labels are read, its summary is the summary."""
        pairs: list[tuple[str, str]] = []
        out: list[Laid] = []
        summary = False  # whether the label of the summary stood last, alone
        for block in blocks:
            lines = [m for m in map(_LINE.match, laid_text(self.source, block).split("\n")) if m]
            found = [(m[1], m[2]) for m in lines]
            if summary and not lines:
                pairs.append(("summary", laid_text(self.source, block)))
            begins = bool(found) and found[0][0].strip().casefold() == "summary"
            out.append(block._replace(part="summary") if begins or (summary and not lines) else block)
            pairs.extend(found)
            summary = summary if not lines else found[-1][0].strip().casefold() == "summary" and not found[-1][1].strip()
        self.title_page = merged(self.title_page, read_labels(pairs, "title-page"))
        self.tool = self.tool or role.tool
        return out

    # ------------------------------------------------------------ at the end

    def settle(self) -> None:
        """Puts all blocks in reading order and numbers the chapters."""
        if not self._story and self._before:
            # Nothing looked like a story: then what there is, is one.
            self._story = [(self.book.pages[0], [b._replace(part="story") for b in self._before])]
            self._before = []
        if self._story:
            page, blocks = self._story[0]
            blocks, self.header = labelled(self.source, blocks, book=True)
            self._story[0] = (page, blocks)
        title = (self.title_page.title or self.book.package.metadata.title or "").casefold()
        headed = sum(1 for _, blocks in self._story if _first_story(blocks) is not None and _heads(blocks))
        listed = sum(1 for page, _ in self._story if page.path in self.book.toc)
        self.blocks = list(self._before)
        for page, blocks in self._story:
            heads = _heads(blocks)
            begins = not self.chapter or heads or (listed > 1 and page.path in self.book.toc) or (headed == 0 and listed <= 1)
            # A known tool writes a file for each chapter, whatever headings stand inside.
            alone = len(self._story) == 1 and (self.maker is None or self.maker.notes is None)
            self.number(blocks, title, begins=bool(begins), alone=alone)
        self.blocks.extend(self._after)

    def number(self, blocks: Sequence[Laid], title: str, *, begins: bool, alone: bool) -> None:
        """Gives the blocks of one page their chapter."""
        headings = [n for n, b in enumerate(blocks) if b.kind == "heading" and b.part == "story"]
        top = min((blocks[n].level for n in headings), default=0)
        first_is_title = (
            bool(headings)
            and headings[0] == 0
            and not self.chapter
            and laid_text(self.source, blocks[0]).strip().casefold() == title
        )
        rest = headings[1:] if first_is_title else headings
        if first_is_title:
            top = min((blocks[n].level for n in rest), default=0)
        tops = [n for n in rest if blocks[n].level == top]
        # One file with several headings of one rank is a book of chapters; else a file is a chapter.
        several = len(tops) > 1 and (alone or tops[0] <= (1 if first_is_title else 0))
        inside = set(tops[1:]) if several and (self.maker is None or self.maker.notes is None) else set()
        if begins:
            self.chapter += 1
        for n, block in enumerate(blocks):
            if n in inside:
                self.chapter += 1
            if n == 0 and first_is_title:
                self.blocks.append(block._replace(part="title", level=1))
                continue
            if block.pieces[0].start in self._whole:
                self.blocks.append(block)
                continue
            heads = n in inside or (tops and n == tops[0])
            self.blocks.append(block._replace(chapter=self.chapter, level=1 if heads else block.level))

    def gaps(self) -> tuple[Gap, ...]:
        """What is left out of all pages."""
        found = list(self.book.gaps)
        for root, blocks, reason in self._parsed:
            found.extend(left_out(self.source, root, blocks, reason))
        return tuple(sorted(found))


def _from(block: Laid, heading: Node, begins: int) -> Laid:
    """A heading's block without what stands before ``begins`` in it."""
    if not (heading.start <= block.pieces[0].start and block.pieces[-1].end <= heading.end):
        return block
    pieces = [p._replace(start=max(p.start, begins)) if p.text is None else p for p in block.pieces if p.end > begins]
    return block._replace(pieces=tuple(pieces))


def _first_story(blocks: Sequence[Laid]) -> Laid | None:
    return next((b for b in blocks if b.part == "story"), None)


def _heads(blocks: Sequence[Laid]) -> bool:
    """Whether a page's story begins with a heading."""
    first = _first_story(blocks)
    return first is not None and first.kind == "heading"
