"""From a document to what a person reads: the projection of blocks and emendations."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from variorum.document.values import (
    SCENE,
    Block,
    Document,
    Emendation,
    Laid,
    Piece,
    ReadingText,
    Span,
    length,
    order,
)

__all__ = ["reading", "received"]


def received(document: Document) -> ReadingText:
    """The text as it came: the blocks intake laid, no emendation applied."""
    source, spanner = document.source, _Spanner(sorted(document.spans))
    blocks: list[Block] = []
    for laid in document.blocks:
        kind, part, pieces, chapter, certainty, level, image = laid
        if not pieces:
            blocks.append(Block(kind, part, chapter, "", 0, 0, certainty, (), (), level, image))
            continue
        if kind != "preformatted":
            pieces = tuple(_trim(source, pieces))
            if not pieces:
                continue
        start, end = pieces[0][0], pieces[-1][1]
        if len(pieces) == 1 and pieces[0][2] is None:
            text = source[start:end]
        else:
            text = "".join([source[a:b] if read is None else read for a, b, read in pieces])
        spans = spanner(start, end)
        placed = _place(spans, pieces, len(text)) if spans else ()
        # As `Block(...)` makes it, without looking at what is left out: most of the time of a projection.
        blocks.append(
            tuple.__new__(Block, (kind, part, chapter, text, start, end, certainty, placed, pieces, level, image, None))
        )
    return ReadingText(tuple(blocks))


def reading(document: Document) -> ReadingText:
    """The text as it reads: the blocks with every applied emendation."""
    active = [e for e in document.emendations if e.state == "applied"]
    return _project(document, active) if active else received(document)


class _Cut(NamedTuple):
    start: int
    end: int
    kind: str  #: break scene heading edge
    by: Emendation | None


def _project(document: Document, active: Sequence[Emendation]) -> ReadingText:
    edits = _disjoint(e for e in sorted(active, key=order) if e.kind == "text")
    cuts, regions = _cuts(active)
    spans = sorted(
        [*document.spans, *(Span(e.start, e.end, "emphasis", None, e.certainty) for e in active if e.kind == "emphasis")]
    )
    spanner = _Spanner(spans)
    part_of = _Regions(regions)
    edit_starts = [e.start for e in edits]
    cut_starts = [c.start for c in cuts]
    blocks: list[Block] = []
    for laid in document.blocks:
        if not laid.pieces:
            blocks.append(Block(laid.kind, laid.part, laid.chapter, "", 0, 0, laid.certainty, (), (), laid.level, laid.image))
            continue
        start, end = laid.pieces[0].start, laid.pieces[-1].end
        pieces: Sequence[Piece] = laid.pieces
        here = edits[_first(edit_starts, start, edits) : bisect_right(edit_starts, end)] if edits else edits
        if here and here[0].end == start > here[0].start:
            here = here[1:]  # it ends where the block begins: another block's, or nobody's
        if here:
            pieces = _edit(pieces, here)
        inside = cuts[_first(cut_starts, start, cuts) : bisect_right(cut_starts, end)] if cuts else cuts
        if not inside:
            block = _block(document.source, laid, pieces, None, False, spanner, part_of)
            if block is not None:
                blocks.append(block)
            continue
        for fragment, cut, is_mark in _split(pieces, inside, start, end):
            block = _block(document.source, laid, fragment, cut, is_mark, spanner, part_of)
            if block is not None:
                blocks.append(block)
    return ReadingText(tuple(blocks))


def _first(starts: Sequence[int], start: int, things: Sequence[Emendation] | Sequence[_Cut]) -> int:
    """The first of ``things`` (sorted, disjoint) that ends at or after ``start``."""
    index = max(bisect_right(starts, start) - 1, 0)
    while index > 0 and things[index - 1].end >= start:
        index -= 1
    return index + 1 if index < len(things) and things[index].end < start else index


def _disjoint(edits: Iterable[Emendation]) -> list[Emendation]:
    """Drops an edit that overlaps the one before it: rescue promises there is none, a hand-made document may have."""
    kept: list[Emendation] = []
    for edit in edits:
        if kept and edit.start < kept[-1].end:
            continue
        kept.append(edit)
    return kept


def _cuts(active: Iterable[Emendation]) -> tuple[list[_Cut], list[Emendation]]:
    cuts: list[_Cut] = []
    regions: list[Emendation] = []
    for e in active:
        if e.kind in ("break", "scene", "heading"):
            cuts.append(_Cut(e.start, e.end, e.kind, e))
        elif e.kind == "part":
            regions.append(e)
            cuts.append(_Cut(e.start, e.start, "edge", None))
            cuts.append(_Cut(e.end, e.end, "edge", None))
    # Where several fall together the weightier wins: a scene or heading says more than the break beside it.
    weight = {"scene": 0, "heading": 0, "break": 1, "edge": 2}
    cuts.sort(key=lambda c: (c.start, weight[c.kind], -c.end))
    kept: list[_Cut] = []
    for cut in cuts:
        if kept and (cut.start < kept[-1].end or (cut.start, cut.end) == (kept[-1].start, kept[-1].end)):
            continue
        kept.append(cut)
    return kept, sorted(regions, key=order)


def _edit(pieces: Sequence[Piece], edits: Sequence[Emendation]) -> list[Piece]:
    """The pieces with these edits in them. An edit reaches over as many pieces as it covers and is read once."""
    out: list[Piece] = []
    index = 0
    said = -1  # the last edit whose reading stands already
    for piece in pieces:
        position = piece.start
        while index < len(edits) and edits[index].start < piece.end:
            edit = edits[index]
            at = max(edit.start, position)
            whole = piece.text is not None and edit.start < edit.end
            if whole and edit.end > piece.start:
                # A replaced piece (an entity, folded white space) cannot be cut: the edit takes it whole.
                at, until = piece.start, piece.end
            else:
                until = max(at, min(edit.end, piece.end)) if piece.text is None else position
                if piece.text is None and at > position:
                    out.append(Piece(position, at))
            if index != said:
                out.append(Piece(min(at, until), max(edit.end, until), edit.reading))
                said = index
            position = max(position, until)
            if edit.end > piece.end:
                break
            index += 1
        if position < piece.end:
            out.append(Piece(position, piece.end, piece.text))
    while index < len(edits) and pieces and edits[index].start == edits[index].end == pieces[-1].end and index != said:
        out.append(Piece(edits[index].start, edits[index].end, edits[index].reading))
        index += 1
    return out


def _split(
    pieces: Sequence[Piece], cuts: Sequence[_Cut], start: int, end: int
) -> Iterator[tuple[list[Piece], _Cut | None, bool]]:
    """The fragments between the cuts, and the stretches that are marks themselves."""
    position = start
    by: _Cut | None = None
    walk = _Walk(pieces)
    for cut in cuts:
        if cut.end < start or cut.start > end:
            continue
        yield walk.until(max(cut.start, position)), by, False
        if cut.kind in ("scene", "heading"):
            yield walk.until(cut.end), cut, True
        # What a break covers is white space and falls to the trimming; were it a letter, it would stay.
        if cut.kind != "edge":
            by = cut
        position = max(cut.end, position)
    yield walk.until(None), by, False


class _Walk:
    """Hands out the pieces of a block up to ever later source offsets."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.index = 0
        self.head: Piece | None = pieces[0] if pieces else None

    def until(self, offset: int | None) -> list[Piece]:
        out: list[Piece] = []
        while self.head is not None:
            piece = self.head
            if offset is None or (piece.end <= offset and (piece.end > piece.start or piece.start < offset)):
                out.append(piece)
                self.index += 1
                self.head = self.pieces[self.index] if self.index < len(self.pieces) else None
            elif piece.start >= offset or piece.text is not None:
                break
            else:
                out.append(Piece(piece.start, offset))
                self.head = Piece(offset, piece.end)
                break
        return out


class _Regions:
    """Which part a source offset was given to: by the first region that reaches beyond it."""

    def __init__(self, regions: Sequence[Emendation]) -> None:
        self.regions = regions
        self.ends = list(accumulate((r.end for r in regions), max))

    def __call__(self, offset: int, otherwise: str) -> str:
        if not self.regions:
            return otherwise
        index = bisect_right(self.ends, offset)
        if index < len(self.regions) and self.regions[index].start <= offset:
            return self.regions[index].reading
        return otherwise


class _Spanner:
    """The spans that touch a stretch of the source; quick when asked in ascending order, right in any."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.ends = list(accumulate((s.end for s in spans), max))
        self.index = 0
        self.last = 0
        self.open: list[Span] = []

    def __call__(self, start: int, end: int) -> list[Span]:
        if start < self.last:
            # Blocks out of source order (an end note printed first): back to the first span that reaches here.
            self.index, self.open = bisect_right(self.ends, start), []
        self.last = start
        if not self.open and (self.index == len(self.spans) or self.spans[self.index].start >= end):
            return []
        self.open = [s for s in self.open if s.end > start]
        while self.index < len(self.spans) and self.spans[self.index].start < end:
            if self.spans[self.index].end > start:
                self.open.append(self.spans[self.index])
            self.index += 1
        return [s for s in self.open if s.start < end]


def _block(
    source: str,
    laid: Laid,
    fragment: Sequence[Piece],
    cut: _Cut | None,
    is_mark: bool,
    spanner: _Spanner,
    part_of: _Regions,
) -> Block | None:
    pieces = fragment if laid.kind == "preformatted" else _trim(source, fragment)
    if not pieces:
        return None
    start, end = pieces[0].start, pieces[-1].end
    part = part_of(start, laid.part)
    by = cut.by if cut is not None else None
    certainty = min(laid.certainty, by.certainty) if by is not None else laid.certainty
    if is_mark and cut is not None and cut.kind == "scene":
        return Block(
            "scene-break", part, laid.chapter, SCENE, start, end, certainty, (), (Piece(start, end, SCENE),), begun_by=by
        )
    kind, level = (laid.kind, laid.level) if not (is_mark and cut is not None and cut.kind == "heading") else ("heading", 1)
    text = "".join([source[p.start : p.end] if p.text is None else p.text for p in pieces])
    spans = _place(spanner(start, end), pieces, len(text))
    return Block(kind, part, laid.chapter, text, start, end, certainty, spans, tuple(pieces), level, laid.image, by)


def _trim(source: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Drops the white space at both ends: it belongs to the place between blocks."""
    if pieces:
        first, last = pieces[0], pieces[-1]
        begins = source[first.start : min(first.start + 1, first.end)] if first.text is None else first.text[:1]
        ends = source[max(last.end - 1, last.start) : last.end] if last.text is None else last.text[-1:]
        if begins and ends and not begins.isspace() and not ends.isspace():
            return pieces  # as nearly all are
    out = deque(pieces)
    while out:
        piece = out[0]
        text = source[piece.start : piece.end] if piece.text is None else piece.text
        kept = text.lstrip()
        if kept:
            if len(kept) < len(text):
                gone = len(text) - len(kept)
                out[0] = Piece(piece.start + gone, piece.end) if piece.text is None else piece._replace(text=kept)
            break
        out.popleft()
    while out:
        piece = out[-1]
        text = source[piece.start : piece.end] if piece.text is None else piece.text
        kept = text.rstrip()
        if kept:
            if len(kept) < len(text):
                gone = len(text) - len(kept)
                out[-1] = Piece(piece.start, piece.end - gone) if piece.text is None else piece._replace(text=kept)
            break
        out.pop()
    return out


def _place(spans: Sequence[Span], pieces: Sequence[Piece], size: int) -> tuple[Span, ...]:
    """Source spans as spans of the block's text; empty ones go, equal ones are one."""
    if not spans:
        return ()
    at: list[int] = []
    position = 0
    for start, end, read in pieces:
        at.append(position)
        position += end - start if read is None else len(read)
    to_text = _mapper(pieces, at, size)
    if len(spans) == 1:
        (span,) = spans
        start, end = to_text(span.start), to_text(span.end)
        return (span._replace(start=start, end=end),) if start < end else ()
    placed: dict[tuple[int, int, str, str | None], Span] = {}
    for span in spans:
        start, end = to_text(span.start), to_text(span.end)
        if start < end:
            key = (start, end, span.kind, span.href)
            if key not in placed or placed[key].certainty < span.certainty:
                placed[key] = Span(start, end, span.kind, span.href, span.certainty)
    return tuple(sorted(placed.values(), key=lambda s: (s.start, -s.end, s.kind)))


def _mapper(pieces: Sequence[Piece], at: Sequence[int], size: int) -> Callable[[int], int]:
    starts = [p.start for p in pieces]

    def to_text(offset: int) -> int:
        index = bisect_right(starts, offset) - 1
        if index < 0:
            return 0
        piece = pieces[index]
        if offset >= piece.end:
            return min(at[index] + length(piece), size)
        if piece.text is None:
            return at[index] + offset - piece.start
        return at[index]

    return to_text
