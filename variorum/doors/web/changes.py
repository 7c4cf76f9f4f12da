"""The *what changed* page: the base's text with the other copy's words marked in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from variorum.document import Block
from variorum.doors.web import words
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.lacking import lacking
from variorum.doors.web.marked_html import (
    Page,
    element,
    insertion,
    lack,
    margin,
    overlay,
    overlays,
    passage,
    spaced,
    strikes,
    whole_paragraph,
)
from variorum.doors.web.marking import LINE, PARAGRAPH, SMALL, Change, Insert, MarkedBlock, mark, sign
from variorum.doors.web.rendering import Layer, Point, blocks_html, clip, inline, ours, span_layers
from variorum.model import Apparatus, Difference, Reading, Witness, Work

__all__ = ["Notes", "changes", "notes"]

VIEWS = (("whole", "the whole text"), ("changes", "only the changes"), ("columns", "two columns"))
_LONG = 60_000  # words: above this only the changes are shown unless the whole is asked for
_SHORT_LEMMA = 90  # characters of a lemma or reading in the apparatus at the foot
_TOUCHING = 16  # characters beside a mark that are printed with it
_APPARATUS = 300  # entries printed at the foot of the whole text


def changes(desk: Desk, request: Request) -> Response:
    """``/works/ID/changes?base=A&with=B&view=whole|changes|columns&small=1``."""
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
    apparatus = desk.library.collate(work.work, base=base.siglum, with_=[other.siglum for other in others])
    book = desk.book(base.witness)
    sigla = [other.siglum for other in others]
    marked = mark(book.text, apparatus, sigla, small=small)
    lacks = lacking(marked, book, base.siglum, partial=base.extent == "partial")
    page = Page(work, base, sigla, desk.linker(work, base), marked, book.text, lacks)
    return desk.page(
        request,
        "changes.html",
        {
            **context,
            "view": view,
            "views": VIEWS,
            "small": small,
            "address": _addresser(work, base, sigla, view, small=small),
            "summaries": [_summary(desk, apparatus, other) for other in others],
            "hidden": sum(1 for e in apparatus.entries if e.kind in SMALL) if not small else 0,
            "count": len(marked.changes),
            "edits": len(marked.changes) - len(lacks),
            "notes": notes(page)[:_APPARATUS],
            "more": max(len(marked.changes) - _APPARATUS, 0),
            **_body(page, view),
        },
    )


def _others(desk: Desk, work: Work, base: Witness, asked: Sequence[str]) -> list[Witness]:
    if asked == ["all"]:
        return [copy for copy in work.witnesses if copy.siglum != base.siglum]
    if asked:
        found = [desk.copy(work, key) for key in asked]
        return [copy for n, copy in enumerate(found) if copy.siglum != base.siglum and copy not in found[:n]]
    rest = [copy for copy in work.witnesses if copy.siglum != base.siglum]
    differing = [copy for copy in rest if copy.version != base.version]
    return (differing or rest)[:1]


def _addresser(work: Work, base: Witness, sigla: Sequence[str], view: str, *, small: bool) -> Any:
    def address(view: str = view, small: bool = small, swap: bool = False) -> str:
        pairs = [("base", base.siglum), *(("with", siglum) for siglum in sigla)]
        if swap and len(sigla) == 1:
            pairs = [("base", sigla[0]), ("with", base.siglum)]
        return with_query(f"/works/{work.work}/changes", pairs, view=view, small="1" if small else None)

    return address


def _summary(desk: Desk, apparatus: Apparatus, other: Witness) -> dict[str, Any]:
    difference = apparatus.summary.get(other.siglum, Difference())
    # How much of the words is the same says nothing of a copy that stops early.
    same = None if difference.words_lacking or difference.words_beyond else f"{difference.same * 100:.1f}"
    return {"other": other, "sentence": desk.library.summarise(difference), "same": same}


def _body(page: Page, view: str) -> dict[str, Any]:
    if view == "changes":
        return {"body": None, "rows": None, "passages": _passages(page)}
    if view == "columns":
        return {"body": None, "rows": _rows(page), "passages": None}
    numbers = [block.number for block in page.marked.blocks]
    laid = overlays(page, {block.number: block for block in page.marked.blocks if block.marked})
    return {"body": blocks_html(page.text.blocks, numbers, page.link, laid), "rows": None, "passages": None}


# ---------------------------------------------------------------- only the changes; columns


def _passages(page: Page) -> list[dict[str, Any]]:
    """Each changed paragraph cut to its changes with some words around them; what a partial copy lacks is only named."""
    out: list[dict[str, Any]] = []
    for block in page.marked.blocks:
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


def _rows(page: Page) -> list[dict[str, Any]]:
    """One row a paragraph: the base's words, and beside them the other copy's in the same paragraph."""
    rows: list[dict[str, Any]] = []
    for block in page.marked.blocks:
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
        left = inline(source.text, [*layers, *strikes(page, block)], lost)
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


# ---------------------------------------------------------------- the apparatus at the foot


class Notes(NamedTuple):
    """One line of the apparatus as editions print it: ``lemma] reading SIGLA``."""

    number: int
    lemma: str
    added_after: str | None
    readings: tuple[tuple[str, str, str], ...]  #: (what, text, sigla)


def notes(page: Page) -> list[Notes]:
    """The changes as lines of an apparatus."""
    out = []
    for change in page.marked.changes:
        entry = change.entry
        before, after = _beside(page, change) if entry.kind in SMALL else ("", "")
        mark = sign(entry.lemma)
        lemma = _shorten(before + (mark if mark in (PARAGRAPH, LINE) else entry.lemma) + after)
        out.append(
            Notes(
                change.number,
                lemma,
                _before(page, change) if not lemma else None,
                tuple(
                    (
                        what,
                        "" if what in _TOLD else _shorten(before + r.text + after if before + after else r.text),
                        " ".join(r.sigla),
                    )
                    for r in change.readings
                    for what in (_what(change, r),)
                ),
            )
        )
    return out


_TOLD = ("set otherwise", "new paragraph", "no new paragraph", "new line", "no new line", "scene break", "no scene break")


def _beside(page: Page, change: Change) -> tuple[str, str]:
    """The characters that touch a mark: a quote says little without its word."""
    text = page.text.blocks[change.block].text
    end = change.at + (len(change.entry.lemma) if text.startswith(change.entry.lemma, change.at) else 0)
    head, tail = text[max(change.at - _TOUCHING, 0) : change.at], text[end : end + _TOUCHING]
    head = head[len(head.rstrip()) - len(head.split()[-1]) if head.split() else 0 :] if head and not head[-1].isspace() else ""
    tail = tail.split()[0] if tail and not tail[0].isspace() and tail.split() else ""
    return head, tail


def _what(change: Change, reading: Reading) -> str:
    if reading.lacuna:
        return "wanting (partial copy)"
    if reading.kind == "moved":
        return "moved"
    if reading.kind == "markup":
        return _set(change.entry.lemma, reading.text)
    if reading.kind == "typographic":
        return ""
    if not reading.text:
        return "left out"
    return "" if change.entry.lemma else "added"


def _set(lemma: str, reading: str) -> str:
    """A difference of blocks or lines in words."""
    if lemma == reading:
        return "set otherwise"
    gone, come = sign(lemma), sign(reading)
    if PARAGRAPH in (gone, come):
        return "no new paragraph" if gone == PARAGRAPH else "new paragraph"
    if LINE in (gone, come):
        return "no new line" if gone == LINE else "new line"
    return "no scene break" if lemma.strip() else "scene break"


def _before(page: Page, change: Change) -> str:
    """The last words before an insertion, to say where it stands."""
    here = page.text.blocks[change.block].text[max(change.at - 60, 0) : change.at].split()
    numbers = [block.number for block in page.marked.blocks]
    at = bisect_left(numbers, change.block)
    while not here and at > 0:
        at -= 1
        here = page.text.blocks[numbers[at]].text[-60:].split()
    return " ".join(here[-2:])


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _SHORT_LEMMA:
        return text
    head = text[: _SHORT_LEMMA // 2].rsplit(" ", 1)[0]
    tail = text[-_SHORT_LEMMA // 3 :].split(" ", 1)[-1]
    return f"{head} … {tail}"
