"""The marks of one comparison as HTML: what is struck, what stands there instead, what hangs in the margin.

Marks are told by decoration and colour together, and to a screen reader in words; nothing rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import escape

from variorum.document import Block, ReadingText
from variorum.doors.web import words
from variorum.doors.web.lacking import Lack
from variorum.doors.web.marking import LINE, PARAGRAPH, SMALL, SPACE, Change, Insert, Marked, MarkedBlock
from variorum.doors.web.rendering import Layer, Link, Overlay, Point, text_html
from variorum.model import Witness, Work

__all__ = [
    "Page",
    "element",
    "insertion",
    "lack",
    "leads",
    "margin",
    "overlay",
    "overlays",
    "passage",
    "spaced",
    "strikes",
    "whole_paragraph",
]


class Page(NamedTuple):
    """What the HTML of one comparison is made from."""

    work: Work
    base: Witness
    sigla: Sequence[str]
    link: Link
    marked: Marked
    text: ReadingText
    lacks: Mapping[int, Lack] = {}  #: what partial copies lack, by the number of the change
    href: Callable[[int], str] = "#c{}".format  #: the address of a change: on this page, or on another portion of the text


def overlays(page: Page, blocks: Mapping[int, MarkedBlock]) -> dict[int, Overlay]:
    """The marks of each block for `blocks_html`."""
    return {number: overlay(page, block) for number, block in blocks.items()}


def overlay(page: Page, block: MarkedBlock) -> Overlay:
    """The marks of one block."""
    css = " changed" if block.changes else ""
    if page.text.blocks[block.number].kind == "scene-break" and block.strikes:
        css += " gone"  # nothing can be laid over three asterisks
    told = "".join(lack(page, number) for number in block.changes if number in page.lacks and not whole_paragraph(block, number))
    return Overlay(
        layers=strikes(page, block),
        points=[*(Point(insert.at, insertion(page, insert)) for insert in spaced(page, block)), *leads(page, block)],
        before="".join(passage(page, insert) for insert in block.before) + told,
        after="".join(passage(page, insert) for insert in block.after),
        tail=margin(page, [n for n in block.changes if not whole_paragraph(block, n)]),
        css=css,
    )


def lack(page: Page, number: int, *, link: bool = False) -> str:
    """The sentence that says what a partial copy has not, with the way to read it."""
    said = page.lacks[number]
    more = ""
    if link:
        copy = page.base.siglum if said.chapter is not None else page.sigla[0]
        place = f"/{said.chapter}" if said.chapter is not None else ""
        address = f"/works/{page.work.work}/read{place}?copy={copy}"
        more = f' <a href="{escape(address)}">Read {"it" if said.chapter is None else "on"} in {escape(copy)}</a>'
    return f'<p class="lacks">{escape(said.sentence)}{more}</p>\n'


def element(block: Block, inner: str, attributes: str = "") -> str:
    """A block's own element around HTML, for the places that print it beside others."""
    if block.kind == "scene-break":
        return f'<div{attributes} class="scene"><span>{inner}</span></div>'
    if block.kind == "heading":
        name = f"h{min(max(block.level, 1) + 1, 6)}"
        return f"<{name}{attributes}>{inner}</{name}>"
    css = ' class="verse"' if block.kind == "verse" else ""
    return f"<p{attributes}{css}>{inner}</p>"


def whole_paragraph(block: MarkedBlock, number: int) -> bool:
    """Whether a change is a paragraph of its own beside this block: its sigla hang there."""
    return any(insert.change == number and insert.first for insert in (*block.before, *block.after))


def strikes(page: Page, block: MarkedBlock) -> list[Layer]:
    """What the base alone has, as elements over its words."""
    layers = []
    for strike in block.strikes:
        change = page.marked.change(strike.change)
        anchor = f' id="c{change.number}"' if strike.first else ""
        name, css, said = _manner(page, change)
        lead = f'<span class="vh">[{said}] </span>' if said else ""
        layers.append(Layer(strike.start, strike.end, f'<{name} class="{css}">', f"</{name}>", lead))
        if anchor:
            layers[-1] = layers[-1]._replace(lead=f'<span{anchor} class="at"></span>{lead}')
    return layers


def leads(page: Page, block: MarkedBlock) -> list[Point]:
    """Behind what the base has here and others elsewhere: the way to the other place."""
    moved = [(strike, page.marked.change(strike.change)) for strike in block.strikes if strike.first]
    return [Point(strike.end, _partner(page, change)) for strike, change in moved if change.entry.kind == "moved"]


def _manner(page: Page, change: Change) -> tuple[str, str, str]:
    """Element, class and the words a screen reader hears for what the base has."""
    base = page.base.siglum
    others = words.listed(_sigla(change))
    if change.lacuna:
        return "span", "lacuna", f"not in {others}, whose copy is partial:"
    if change.entry.kind == "markup" and not change.entry.lemma.strip():
        return "span", "unseen", ""  # a sign stands for it
    if change.entry.kind == "markup" and any(reading.text == change.entry.lemma for reading in change.readings):
        return "span", "setting", f"set otherwise in {others}:"
    if change.entry.kind == "moved":
        return "del", "moved", f"{base} has here, {others} elsewhere:"
    if change.entry.kind in SMALL:
        return "del", "small", f"{base}:"
    return ("del", "old unsure", f"{base}, perhaps:") if change.unsure else ("del", "old", f"{base}:")


def _sigla(change: Change) -> list[str]:
    return words.unique(siglum for reading in change.readings for siglum in reading.sigla)


def spaced(page: Page, block: MarkedBlock) -> list[Insert]:
    """Insertions with the space they need beside the words that stay; small ones are characters, and need none."""
    text = page.text.blocks[block.number].text
    return [
        insert
        if not insert.text or page.marked.change(insert.change).readings[insert.reading].kind in SMALL
        else insert._replace(text=_apart(text, insert))
        for insert in block.inserts
    ]


def _apart(around: str, insert: Insert) -> str:
    text = insert.text
    before, after = around[insert.at - 1 : insert.at], around[insert.at : insert.at + 1]
    if before and not before.isspace() and _wordlike(text[0]):
        text = " " + text
    if after and _wordlike(after) and not text[-1].isspace():
        text += " "
    return text


def _wordlike(character: str) -> bool:
    return character.isalnum() or character in "“‘\"'(["


def insertion(page: Page, insert: Insert) -> str:
    """What another copy has, as an element between the base's words."""
    change = page.marked.change(insert.change)
    anchor = f'<span id="c{change.number}" class="at"></span>' if insert.first else ""
    if insert.lost:
        return f'{anchor}<del class="small sign"><span class="vh">[{page.base.siglum}: {_SIGNS[insert.sign]}]</span>{_mark(insert)}</del>'
    if not insert.text:
        return anchor
    reading = change.readings[insert.reading]
    css = {"moved": "moved", "typographic": "small", "markup": "small"}.get(reading.kind, "new")
    # The margin says whose a small difference is, unless two copies differ in two ways.
    name_it = len(page.sigla) > 1 and (reading.kind not in SMALL or len(change.readings) > 1)
    named = f'<sup class="sig">{escape(" ".join(reading.sigla))}</sup>' if name_it else ""
    if insert.sign:
        told = f"{words.listed(reading.sigla)}: {_SIGNS[insert.sign]}"
        return f'{anchor}<ins class="small sign"><span class="vh">[{told}]</span>{_mark(insert)}</ins>{named}'
    lead, text, tail = _trimmed(insert.text)
    if not text:
        return anchor + lead
    css += " beyond" if insert.change in page.lacks else " unsure" if change.unsure else ""
    said = f'<span class="vh">[{words.listed(reading.sigla)}{", perhaps" if change.unsure else ""}:] </span>'
    body = text_html(text).replace("\n", "").replace("<br><br>", '<span class="pilcrow"> ¶ </span>')
    return f'{anchor}{lead}<ins class="{css}">{said}{body}</ins>{named}{_partner(page, change)}{tail}'


_SIGNS = {PARAGRAPH: "a new paragraph", LINE: "a new line", SPACE: "a space"}


def _mark(insert: Insert) -> str:
    """A sign, for the eye alone."""
    return f'<span aria-hidden="true">{insert.sign}</span>'


def _trimmed(text: str) -> tuple[str, str, str]:
    core = text.strip()
    if not core:
        return text, "", ""
    lead = text[: len(text) - len(text.lstrip())]
    return " " if lead else "", core, " " if len(text.rstrip()) < len(text) else ""


def _partner(page: Page, change: Change) -> str:
    if change.partner is None:
        return ""
    up = change.partner < change.number
    return f'<a class="move" href="{escape(page.href(change.partner))}">{"↑" if up else "↓"}&nbsp;the other place</a>'


def passage(page: Page, insert: Insert) -> str:
    """A passage that only the other copies have, as paragraphs of its own."""
    change = page.marked.change(insert.change)
    reading = change.readings[insert.reading]
    css = {"moved": "moved", "markup": "small"}.get(reading.kind, "new")
    out = []
    if insert.change in page.lacks:
        css += " beyond"
        out.append(lack(page, insert.change))
    for number, part in enumerate(p.strip() for p in insert.text.split("\n\n") if p.strip()):
        anchor = f' id="c{change.number}"' if insert.first and number == 0 else ""
        beside = margin(page, [change.number]) if anchor else ""
        tail = _partner(page, change) if number == 0 else ""
        said = f'<span class="vh">[{words.listed(reading.sigla)}:] </span>'
        name, kind = ("div", "scene") if reading.kind == "markup" else ("p", "whole")
        out.append(
            f'<{name}{anchor} class="changed {kind}"><ins class="{css}">{said}{text_html(part)}</ins>{tail}{beside}</{name}>\n'
        )
    return "".join(out)


def margin(page: Page, numbers: Sequence[int]) -> str:
    """What hangs beside a changed paragraph: the sigla, and the way to the change before and after."""
    if not numbers:
        return ""
    total = len(page.marked.changes)
    sigla = words.unique(s for n in numbers for s in _sigla(page.marked.change(n)))
    up = f'<a class="up" href="{escape(page.href(numbers[0] - 1))}" aria-label="Previous change">↑</a>' if numbers[0] > 1 else ""
    said = f"change {numbers[0]} of {total}" if len(numbers) == 1 else f"changes {numbers[0]} to {numbers[-1]} of {total}"
    following = numbers[-1] + 1 if numbers[-1] < total else None
    name = f'<b aria-hidden="true">{escape(" ".join(sigla))}</b>'
    if following is None:
        down = f'<span class="down">{name}</span>'
    else:
        label = f"Copy {words.listed(sigla)}, {said}. To the next change"
        down = f'<a class="down" href="{escape(page.href(following))}" aria-label="{escape(label)}">{name}<span aria-hidden="true">↓</span></a>'
    return f'<span class="hang">{down}{up}</span>'
