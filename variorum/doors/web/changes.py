"""The *what changed* page: the base's text with the other copy's words marked in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web import words
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.marking import SMALL, Change, Insert, Marked, MarkedBlock, mark
from variorum.doors.web.rendering import Layer, Link, Overlay, Point, blocks_html, clip, inline, span_layers, text_html
from variorum.document import Block, ReadingText
from variorum.model import Apparatus, Difference, Reading, Witness, Work

__all__ = ["Notes", "changes", "notes", "overlays"]

VIEWS = (("whole", "the whole text"), ("changes", "only the changes"), ("columns", "two columns"))
_LONG = 60_000  # words: above this only the changes are shown unless the whole is asked for
_SHORT_LEMMA = 90  # characters of a lemma or reading in the apparatus at the foot
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
    page = _Page(work, base, sigla, desk.linker(work, base), marked, book.text)
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
            "notes": notes(page)[:_APPARATUS],
            "more": max(len(marked.changes) - _APPARATUS, 0),
            **_body(page, view),
        },
        sandbox=True,
    )


class _Page(NamedTuple):
    """What the HTML of one comparison is made from."""

    work: Work
    base: Witness
    sigla: Sequence[str]
    link: Link
    marked: Marked
    text: ReadingText


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
    return {"other": other, "sentence": desk.library.summarise(difference), "same": f"{difference.same * 100:.1f}"}


def _body(page: _Page, view: str) -> dict[str, Any]:
    if view == "changes":
        return {"body": None, "rows": None, "passages": _passages(page)}
    if view == "columns":
        return {"body": None, "rows": _rows(page), "passages": None}
    numbers = [block.number for block in page.marked.blocks]
    laid = overlays(page, {block.number: block for block in page.marked.blocks if block.marked})
    return {"body": blocks_html(page.text.blocks, numbers, page.link, laid), "rows": None, "passages": None}


# ---------------------------------------------------------------- marks as HTML


def overlays(page: _Page, blocks: Mapping[int, MarkedBlock]) -> dict[int, Overlay]:
    """The marks of each block for `blocks_html`."""
    return {number: _overlay(page, block) for number, block in blocks.items()}


def _overlay(page: _Page, block: MarkedBlock) -> Overlay:
    css = " changed" if block.changes else ""
    return Overlay(
        layers=_strikes(page, block),
        points=[Point(insert.at, _insert(page, insert)) for insert in _spaced(page.text.blocks[block.number], block.inserts)],
        before="".join(_paragraphs(page, insert) for insert in block.before),
        after="".join(_paragraphs(page, insert) for insert in block.after),
        margin=_margin(page, [n for n in block.changes if not _whole_paragraph(block, n)]),
        css=css,
    )


def _whole_paragraph(block: MarkedBlock, number: int) -> bool:
    return any(insert.change == number and insert.first for insert in (*block.before, *block.after))


def _strikes(page: _Page, block: MarkedBlock) -> list[Layer]:
    layers = []
    for strike in block.strikes:
        change = page.marked.change(strike.change)
        anchor = f' id="c{change.number}"' if strike.first else ""
        name, css, said = _manner(page, change)
        lead = f'<span class="vh">[{said}] </span>'
        layers.append(Layer(strike.start, strike.end, f'<{name} class="{css}">', f"</{name}>", lead))
        if anchor:
            layers[-1] = layers[-1]._replace(lead=f"<span{anchor} class=\"at\"></span>{lead}")
    return layers


def _manner(page: _Page, change: Change) -> tuple[str, str, str]:
    """Element, class and the words a screen reader hears for what the base has."""
    base = page.base.siglum
    others = words.listed(_sigla(change))
    if change.lacuna:
        return "span", "lacuna", f"not in {others}, whose copy is partial:"
    if change.entry.kind == "markup":
        return "span", "setting", f"set otherwise in {others}:"
    if change.entry.kind == "moved":
        return "del", "moved", f"{base} has here, {others} elsewhere:"
    if change.entry.kind == "typographic":
        return "del", "small", f"{base}:"
    return "del", "old", f"{base}:"


def _sigla(change: Change) -> list[str]:
    return words.unique(siglum for reading in change.readings for siglum in reading.sigla)


def _spaced(block: Block, inserts: Sequence[Insert]) -> list[Insert]:
    """Insertions with the space they need beside the words that stay."""
    out = []
    for insert in inserts:
        text = insert.text
        if text:
            before = block.text[insert.at - 1 : insert.at]
            after = block.text[insert.at : insert.at + 1]
            if before and not before.isspace() and _wordlike(text[0]):
                text = " " + text
            if after and _wordlike(after) and not text[-1].isspace():
                text += " "
        out.append(insert._replace(text=text))
    return out


def _wordlike(character: str) -> bool:
    return character.isalnum() or character in "“‘\"'(["


def _insert(page: _Page, insert: Insert) -> str:
    change = page.marked.change(insert.change)
    anchor = f'<span id="c{change.number}" class="at"></span>' if insert.first else ""
    if not insert.text:
        return anchor
    reading = change.readings[insert.reading]
    css = {"moved": "moved", "typographic": "small"}.get(reading.kind, "new")
    lead, text, tail = _trimmed(insert.text)
    said = f'<span class="vh">[{words.listed(reading.sigla)}:] </span>'
    body = text_html(text).replace("\n", "").replace("<br><br>", '<span class="pilcrow"> ¶ </span>')
    named = f'<sup class="sig">{escape(" ".join(reading.sigla))}</sup>' if len(page.sigla) > 1 else ""
    return f'{anchor}{lead}<ins class="{css}">{said}{body}</ins>{named}{_partner(change)}{tail}'


def _trimmed(text: str) -> tuple[str, str, str]:
    core = text.strip()
    if not core:
        return text, "", ""
    lead = text[: len(text) - len(text.lstrip())]
    return " " if lead else "", core, " " if len(text.rstrip()) < len(text) else ""


def _partner(change: Change) -> str:
    if change.partner is None:
        return ""
    up = change.partner < change.number
    return f'<a class="move" href="#c{change.partner}">{"↑" if up else "↓"}&nbsp;the other place</a>'


def _paragraphs(page: _Page, insert: Insert) -> str:
    """A passage that only the other copies have, as paragraphs of its own."""
    change = page.marked.change(insert.change)
    reading = change.readings[insert.reading]
    css = "moved" if reading.kind == "moved" else "new"
    out = []
    for number, part in enumerate(p.strip() for p in insert.text.split("\n\n") if p.strip()):
        anchor = f' id="c{change.number}"' if insert.first and number == 0 else ""
        margin = _margin(page, [change.number]) if anchor else ""
        tail = _partner(change) if number == 0 else ""
        said = f'<span class="vh">[{words.listed(reading.sigla)}:] </span>'
        out.append(f'<p{anchor} class="changed whole">{margin}<ins class="{css}">{said}{text_html(part)}</ins>{tail}</p>\n')
    return "".join(out)


def _margin(page: _Page, numbers: Sequence[int]) -> str:
    """What hangs beside a changed paragraph: the sigla, and the way to the change before and after."""
    if not numbers:
        return ""
    total = len(page.marked.changes)
    sigla = words.unique(s for n in numbers for s in _sigla(page.marked.change(n)))
    up = f'<a class="up" href="#c{numbers[0] - 1}" aria-label="Previous change">↑</a>' if numbers[0] > 1 else ""
    said = f"change {numbers[0]} of {total}" if len(numbers) == 1 else f"changes {numbers[0]} to {numbers[-1]} of {total}"
    following = numbers[-1] + 1 if numbers[-1] < total else None
    name = f'<b aria-hidden="true">{escape(" ".join(sigla))}</b>'
    if following is None:
        down = f'<span class="down">{name}</span>'
    else:
        label = f"Copy {words.listed(sigla)}, {said}. To the next change"
        down = f'<a class="down" href="#c{following}" aria-label="{escape(label)}">{name}<span aria-hidden="true">↓</span></a>'
    return f'<span class="hang">{down}{up}</span>'


# ---------------------------------------------------------------- only the changes; columns


def _passages(page: _Page) -> list[dict[str, Any]]:
    """Each changed paragraph cut to its changes with some words around them."""
    out = []
    for block in page.marked.blocks:
        if not block.marked:
            continue
        text = page.text.blocks[block.number].text
        ends = [(s.start, s.end) for s in block.strikes] + [(i.at, i.at) for i in block.inserts]
        html = ""
        if ends:
            low, high = clip(text, min(e[0] for e in ends), max(e[1] for e in ends))
            overlay = _overlay(page, block)
            layers = [*span_layers(page.text.blocks[block.number], page.link), *overlay.layers]
            cut = inline(text, layers, overlay.points, low, high)
            html = overlay.margin + ("… " if low else "") + cut + (" …" if high < len(text) else "")
        out.append(
            {
                "number": block.number + 1,
                "before": Markup("".join(_paragraphs(page, i) for i in block.before)),
                "html": Markup(html),
                "after": Markup("".join(_paragraphs(page, i) for i in block.after)),
            }
        )
    return out


def _rows(page: _Page) -> list[dict[str, Any]]:
    """One row a paragraph: the base's words, and beside them the other copy's in the same paragraph."""
    rows: list[dict[str, Any]] = []
    for block in page.marked.blocks:
        source = page.text.blocks[block.number]
        if not block.marked:
            same = blocks_html(page.text.blocks, [block.number], page.link)
            rows.append({"left": same, "right": Markup(same.replace(f' id="p{block.number + 1}"', "")), "margin": "", "same": True})
            continue
        rows.extend(_added(page, insert) for insert in block.before)
        layers = span_layers(source, page.link)
        left = inline(source.text, [*layers, *_strikes(page, block)])
        margin = _margin(page, [n for n in block.changes if not _whole_paragraph(block, n)])
        rows.append(
            {
                "left": Markup(f'<p id="p{block.number + 1}">{left}</p>'),
                "right": Markup(f"<p>{_other_side(page, block, source, layers)}</p>"),
                "margin": Markup(margin),
                "same": False,
            }
        )
        rows.extend(_added(page, insert) for insert in block.after)
    return rows


def _added(page: _Page, insert: Insert) -> dict[str, Any]:
    html = _paragraphs(page, insert)
    margin = _margin(page, [insert.change]) if insert.first else ""
    return {"left": Markup(), "right": Markup(html.replace(margin, "") if margin else html), "margin": Markup(margin), "same": False}


def _other_side(page: _Page, block: MarkedBlock, source: Block, layers: Sequence[Layer]) -> str:
    """The base's paragraph with the other copy's words in the places of its own."""
    out = []
    position = 0
    inserts = _spaced(source, block.inserts)
    kept = {s.change for s in block.strikes if page.marked.change(s.change).entry.kind == "markup"}
    waiting = sorted(inserts, key=lambda i: i.at)
    for strike in [*(s for s in block.strikes if s.change not in kept), None]:
        end = len(source.text) if strike is None else strike.start
        here = [i for i in waiting if i.at <= end]
        waiting = waiting[len(here) :]
        points = [Point(max(i.at, position), _insert(page, i._replace(first=False))) for i in here]
        out.append(inline(source.text, layers, points, position, end))
        position = end if strike is None else strike.end
    return "".join(out)


# ---------------------------------------------------------------- the apparatus at the foot


class Notes(NamedTuple):
    """One line of the apparatus as editions print it: ``lemma] reading SIGLA``."""

    number: int
    lemma: str
    added_after: str | None
    readings: tuple[tuple[str, str, str], ...]  #: (what, text, sigla)


def notes(page: _Page) -> list[Notes]:
    """The changes as lines of an apparatus."""
    out = []
    for change in page.marked.changes:
        entry = change.entry
        lemma = _shorten(entry.lemma)
        after = None
        if not lemma:
            after = _before(page, change)
        out.append(
            Notes(change.number, lemma, after, tuple((_what(change, r), _shorten(r.text), " ".join(r.sigla)) for r in change.readings))
        )
    return out


def _what(change: Change, reading: Reading) -> str:
    if reading.lacuna:
        return "wanting (partial copy)"
    if reading.kind == "moved":
        return "moved"
    if reading.kind == "markup":
        return "set otherwise"
    if not reading.text:
        return "left out"
    return "" if change.entry.lemma else "added"


def _before(page: _Page, change: Change) -> str:
    """The last words before an insertion, to say where it stands."""
    return " ".join(page.text.blocks[change.block].text[max(change.at - 60, 0) : change.at].split()[-2:])


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _SHORT_LEMMA:
        return text
    head = text[: _SHORT_LEMMA // 2].rsplit(" ", 1)[0]
    tail = text[-_SHORT_LEMMA // 3 :].split(" ", 1)[-1]
    return f"{head} … {tail}"
