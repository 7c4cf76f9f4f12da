"""The *what changed* page: the base's text with the other copy's words marked in it, a portion of a long one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from variorum.document import Block
from variorum.doors.web import words
from variorum.doors.web.chapters import Book
from variorum.doors.web.compared import Held
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.export import LABELS
from variorum.doors.web.foot import notes
from variorum.doors.web.lacking import at_the_head, lacking
from variorum.doors.web.marked_html import (
    Page,
    element,
    insertion,
    lack,
    leads,
    margin,
    overlay,
    overlays,
    passage,
    spaced,
    strikes,
    whole_paragraph,
)
from variorum.doors.web.marking import SMALL, Change, Insert, Marked, MarkedBlock
from variorum.doors.web.portions import Portion, Portions, portions
from variorum.doors.web.rendering import Layer, Point, blocks_html, clip, inline, ours, span_layers
from variorum.doors.web.strip import by_chapter, strip_svg
from variorum.model import Difference, Witness, Work

__all__ = ["VIEWS", "changes"]

VIEWS = (("whole", "the whole text"), ("columns", "two columns"), ("changes", "only the changes"))
_LONG = 60_000  # words: above this only the changes are shown unless the whole is asked for
_PASSAGE = 60  # what one change weighs where only changes are shown, in words


def changes(desk: Desk, request: Request) -> Response:
    """``/works/ID/changes?base=A&with=B&view=whole|columns|changes&small=1&part=1``."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    query = request.query_params
    base = desk.copy(work, query.get("base"))
    others = _others(desk, work, base, query.getlist("with"))
    context: dict[str, Any] = {"work": work, "title": words.title_of(work), "base": base, "others": others}
    if not others:
        return desk.page(request, "one_copy.html", context)
    small = query.get("small") == "1"
    view = query.get("view")
    if view not in [name for name, _ in VIEWS]:
        view = "changes" if base.words > _LONG else "whole"
    held = desk.comparisons.get(work, base, others)
    sigla = [other.siglum for other in others]
    asked = _Asked(work, base, sigla, view, small)
    marked, book = held.marked(sigla, small=small), desk.book(base.witness)
    divided = _divided(marked, book, view)
    part = divided.all[min(max(_number(query.get("part")), 1), len(divided.all)) - 1]
    shown = _Shown(marked, divided, part, asked)
    lacks = lacking(marked, book, base.siglum, partial=base.extent == "partial")
    page = Page(work, base, sigla, desk.linker(work, base), marked, book.text, lacks, shown.href)
    context |= {"view": view, "small": small, "address": asked.address, "views": VIEWS, **_heads(desk, held, others, small=small)}
    context |= {
        "count": len(marked.changes),
        "edits": len(marked.changes) - len(lacks),
        "lacks": [(at_the_head(lack, book), shown.href(number)) for number, lack in lacks.items()],
        "first": shown.href(1),
        "moved": any(change.entry.move is not None for change in marked.changes),
        "unsure": any(change.unsure for change in shown.changes()),
        "strip": strip_svg(marked, book, lacks, part if len(divided.all) > 1 else None, shown.href) if marked.changes else None,
        "chapters": by_chapter(marked, book, shown.href) if len(book.chapters) > 1 else [],
        "part": part,
        "portions": divided.all,
        "forms": LABELS,
        "notes": notes(page, shown.changes()) if view == "whole" else [],
        **_body(page, view, shown.blocks()),
    }
    return desk.page(request, "changes.html", context)


class _Asked(NamedTuple):
    """What the address asks for; `address` makes others that ask for the same but one thing."""

    work: Work
    base: Witness
    sigla: Sequence[str]
    view: str
    small: bool

    def address(self, view: str | None = None, small: bool | None = None, part: int | None = None, swap: bool = False) -> str:
        pairs = [("base", self.base.siglum), *(("with", siglum) for siglum in self.sigla)]
        if swap and len(self.sigla) == 1:
            pairs = [("base", self.sigla[0]), ("with", self.base.siglum)]
        wanted = self.small if small is None else small
        more = {"view": view or self.view, "small": "1" if wanted else None, "part": part if part and part > 1 else None}
        return with_query(f"/works/{self.work.work}/changes", pairs, **more)


class _Shown:
    """The portion on this page, and where every change is, here or on another."""

    def __init__(self, marked: Marked, divided: Portions, part: Portion, asked: _Asked) -> None:
        self.marked, self.divided, self.part, self.asked = marked, divided, part, asked
        self._order = {block.number: place for place, block in enumerate(marked.blocks)}

    def blocks(self) -> Sequence[MarkedBlock]:
        """The blocks of this page."""
        return self.marked.blocks[self.part.first : self.part.last + 1]

    def changes(self) -> list[Change]:
        """The changes that stand on this page."""
        return [change for change in self.marked.changes if self._part_of(change) == self.part]

    def href(self, number: int) -> str:
        """The address of a change."""
        part = self._part_of(self.marked.change(number)) if 1 <= number <= len(self.marked.changes) else self.part
        return f"#c{number}" if part == self.part else f"{self.asked.address(part=part.number)}#c{number}"

    def _part_of(self, change: Change) -> Portion:
        return self.divided.of(self._order[change.block])


def _divided(marked: Marked, book: Book, view: str) -> Portions:
    numbers = [block.number for block in marked.blocks]
    texts = book.text.blocks
    if view != "changes":
        return portions(numbers, book, lambda number: texts[number].text.count(" ") + 1)
    counts = {block.number: len(block.changes) for block in marked.blocks if block.marked}
    return portions(numbers, book, lambda number: counts.get(number, 0) * _PASSAGE)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _others(desk: Desk, work: Work, base: Witness, asked: Sequence[str]) -> list[Witness]:
    if asked == ["all"]:
        return [copy for copy in work.witnesses if copy.siglum != base.siglum]
    if asked:
        found = [desk.copy(work, key) for key in asked]
        return [copy for n, copy in enumerate(found) if copy.siglum != base.siglum and copy not in found[:n]]
    rest = [copy for copy in work.witnesses if copy.siglum != base.siglum]
    differing = [copy for copy in rest if copy.version != base.version]
    return (differing or rest)[:1]


def _heads(desk: Desk, held: Held, others: Sequence[Witness], *, small: bool) -> dict[str, Any]:
    """The verdicts: what differs in a sentence, which copy is newer, the tree of versions."""
    found = held.comparison
    summaries = []
    for other in others:
        difference = found.apparatus.summary.get(other.siglum, Difference())
        # How much of the words is the same says nothing of a copy that stops early.
        same = None if difference.words_lacking or difference.words_beyond else f"{difference.same * 100:.1f}"
        age = found.newer.get(other.siglum)
        summaries.append({"other": other, "sentence": desk.library.summarise(difference), "same": same, "age": age})
    hidden = 0 if small else sum(1 for e in found.apparatus.entries if e.kind in SMALL)
    return {"summaries": summaries, "hidden": hidden, "versions": found.versions if len(others) > 1 else None}


def _body(page: Page, view: str, blocks: Sequence[MarkedBlock]) -> dict[str, Any]:
    if view == "changes":
        return {"body": None, "rows": None, "passages": _passages(page, blocks)}
    if view == "columns":
        return {"body": None, "rows": _rows(page, blocks), "passages": None}
    laid = overlays(page, {block.number: block for block in blocks if block.marked})
    body = blocks_html(page.text.blocks, [block.number for block in blocks], page.link, laid)
    return {"body": body, "rows": None, "passages": None}


# ---------------------------------------------------------------- only the changes; columns


def _passages(page: Page, blocks: Sequence[MarkedBlock]) -> list[dict[str, Any]]:
    """Each changed paragraph cut to its changes with some words around them; what a partial copy lacks is only named."""
    out: list[dict[str, Any]] = []
    for block in blocks:
        if not block.marked:
            continue
        lacks = [page.lacks[number] for number in {strike.change for strike in block.strikes} if number in page.lacks]
        named = [said.change for said in lacks if said.change in block.changes]
        named += [i.change for i in (*block.before, *block.after) if i.change in page.lacks]
        out.extend({"number": 0, "html": "", "after": "", "before": ours(_named(page, number))} for number in named)
        if any(block.number in said.whole for said in lacks):
            continue
        before = "".join(passage(page, i) for i in block.before if i.change not in page.lacks)
        after = "".join(passage(page, i) for i in block.after if i.change not in page.lacks)
        html = _window(page, block)
        if before or html or after:
            out.append({"number": block.number + 1, "before": ours(before), "html": ours(html), "after": ours(after)})
    return out


def _named(page: Page, number: int) -> str:
    return f'<div id="c{number}">{lack(page, number, link=True)}</div>'


def _window(page: Page, block: MarkedBlock) -> str:
    """The changes inside one block with some words around them."""
    text = page.text.blocks[block.number].text
    ends = [(s.start, s.end) for s in block.strikes if s.change not in page.lacks] + [(i.at, i.at) for i in block.inserts]
    if not ends:
        return ""
    low, high = clip(text, min(e[0] for e in ends), max(e[1] for e in ends))
    laid = overlay(page, block)
    layers = [*span_layers(page.text.blocks[block.number], page.link), *laid.layers]
    cut = inline(text, layers, laid.points, low, high)
    return ("… " if low else "") + cut + (" …" if high < len(text) else "") + laid.tail


def _rows(page: Page, blocks: Sequence[MarkedBlock]) -> list[dict[str, Any]]:
    """One row a paragraph: the base's words, and beside them the other copy's in the same paragraph."""
    rows: list[dict[str, Any]] = []
    for block in blocks:
        source = page.text.blocks[block.number]
        if not block.marked:
            same = blocks_html(page.text.blocks, [block.number], page.link)
            rows.append(
                {"left": same, "right": ours(same.replace(f' id="p{block.number + 1}"', "")), "margin": "", "css": "same"}
            )
            continue
        rows.extend(_added(page, insert) for insert in block.before)
        layers = span_layers(source, page.link)
        lost = [Point(insert.at, insertion(page, insert)) for insert in block.inserts if insert.lost]
        left = inline(source.text, [*layers, *strikes(page, block)], [*lost, *leads(page, block)])
        beside = margin(page, [n for n in block.changes if not whole_paragraph(block, n)])
        lacks = [page.lacks[n] for n in {strike.change for strike in block.strikes} if n in page.lacks]
        whole = any(block.number in said.whole for said in lacks)
        told = "".join(lack(page, said.change) for said in lacks if said.change in block.changes)
        right = "" if whole else element(source, _other_side(page, block, source, layers))
        rows.append(
            {
                "left": ours(element(source, left, f' id="p{block.number + 1}"')),
                "right": ours(right + told),
                "margin": ours(beside),
                "css": "lacking" if whole and not told else "changed",
            }
        )
        rows.extend(_added(page, insert) for insert in block.after)
    return rows


def _added(page: Page, insert: Insert) -> dict[str, Any]:
    html = passage(page, insert)
    beside = margin(page, [insert.change]) if insert.first else ""
    left, right = Markup(), ours(html.replace(beside, "") if beside else html)
    if insert.change in page.lacks:
        said = lack(page, insert.change)
        left, right = ours(said), ours(str(right).replace(said, ""))
    return {"left": left, "right": right, "margin": ours(beside), "css": "changed"}


def _other_side(page: Page, block: MarkedBlock, source: Block, layers: Sequence[Layer]) -> str:
    """The base's paragraph with the other copy's words in the places of its own."""
    out = []
    position = 0
    layers = _set_there(page, block, source, layers)
    # What is only set otherwise (the same words, in italics) stays.
    kept = {s.change for s in block.strikes if _set_otherwise(page.marked.change(s.change))}
    waiting = sorted((i for i in spaced(page, block) if not i.lost), key=lambda i: i.at)
    for strike in [*(s for s in block.strikes if s.change not in kept), None]:
        end = len(source.text) if strike is None else strike.start
        here = [i for i in waiting if i.at <= end]
        waiting = waiting[len(here) :]
        points = [Point(max(i.at, position), insertion(page, i._replace(first=False))) for i in here]
        out.append(inline(source.text, layers, points, position, end))
        position = end if strike is None else strike.end
    return "".join(out)


def _set_there(page: Page, block: MarkedBlock, source: Block, layers: Sequence[Layer]) -> list[Layer]:
    """The base's elements as the other copy has them: no italics where only the base has some, and the other way round."""
    out = list(layers)
    for strike in block.strikes:
        whole = strike.end - strike.start == len(source.text)  # another kind of block, more likely
        if whole or not _set_otherwise(page.marked.change(strike.change)):
            continue
        kept = [x for x in out if x.opening.startswith("<a ") or x.start < strike.start or x.end > strike.end]
        if len(kept) == len(out):
            kept.append(Layer(strike.start, strike.end, "<em>", "</em>"))
        out = kept
    return out


def _set_otherwise(change: Change) -> bool:
    return change.entry.kind == "markup" and all(reading.text == change.entry.lemma for reading in change.readings)
