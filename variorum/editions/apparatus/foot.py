"""A page as printed editions have it: the base's text, numbers where it varies, the apparatus at the foot.

Substantive readings stand at the foot of each chapter, numbered; spelling, punctuation and layout in a second
apparatus behind. One page that stands alone, without script; every stranger's character escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from variorum.editions import safe
from variorum.editions.apparatus.request import SUBSTANTIVE, Collated, normalisation
from variorum.editions.apparatus.tei import text_xml
from variorum.model import Segment
from variorum.text import TOKEN, fold

__all__ = ["render_foot"]

_STYLE = """\
:root { color-scheme: light dark; --ink: #23211d; --paper: #fbf9f4; --quiet: #665b4e; --line: #ddd6c8; --mark: #a02c18; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d9d4c9; --paper: #1b1a18; --quiet: #a99d8b; --line: #3a3731; --mark: #ec8a6c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3rem 1.25rem 5rem; max-width: 38rem; overflow-wrap: break-word; color: var(--ink);
  background: var(--paper); font: 1.125rem/1.6 "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, serif; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 1rem; }
p { margin: 0; } .text p + p { text-indent: 1.4em; }
.scene { text-align: center; margin: 1.6em 0; color: var(--quiet); letter-spacing: .5em; }
.verse { padding-inline-start: 2em; white-space: pre-line; }
sup { line-height: 0; } a { color: var(--mark); text-decoration: none; } a:hover { text-decoration: underline; }
dl, .apparatus, footer { font-size: .92rem; line-height: 1.45; }
dl div { display: flex; gap: .8rem; } dt { color: var(--mark); min-width: 1.2rem; } dd { margin: 0; }
.apparatus { border-top: 1px solid var(--ink); margin: 2.2rem 0 0; padding-top: .6rem; }
.apparatus h3 { font-size: 1em; margin: 0 0 .3rem; color: var(--quiet); }
.apparatus ol { margin: 0; padding: 0; list-style: none; } .apparatus li { display: inline; margin-inline-end: 1.1em; }
.bracket, .sig { color: var(--mark); } .sig { letter-spacing: .05em; } i.said { color: var(--quiet); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
footer dt { min-width: 7rem; color: inherit; }
@media print { body { max-width: none; background: none; color: #000; } .apparatus { break-before: avoid; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_HI = re.compile(r'<hi rend="([a-z ]+)">|</hi>')
_TAGS = {"italic": "em", "bold": "strong", "strikethrough": "s", "underline": "u", "superscript": "sup", "subscript": "sub"}
_WORDS = re.compile(r"\w.*\w|\w", re.DOTALL)
_LONG = 8  # words of a lemma that are printed; of a longer one the first and last three
_NEAR = 2  # words before an addition that say where it stands


class _Note(NamedTuple):
    """One line of an apparatus: its number, where its number hangs in the base's text, and what it says."""

    number: int
    at: int
    html: str


def render_foot(collated: Collated) -> bytes:
    """The page, UTF-8."""
    language = safe.language(collated.language)
    base = collated.table.strands[0]
    title = safe.html(safe.line(collated.title))
    words = [s for s in collated.table.segments if s.kind in SUBSTANTIVE]
    small = [s for s in collated.table.segments if s.kind is not None and s.kind not in SUBSTANTIVE]
    notes = [_note(collated, segment, number) for number, segment in enumerate(words, 1)]
    spelt = [_note(collated, segment, number) for number, segment in enumerate(small, 1)]
    tongue = f' lang="{safe.html(language)}"' if language else ""
    out = [
        f'<!DOCTYPE html>\n<html{tongue} dir="{safe.direction(collated.language, base.text)}">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
        f"<title>{title}: an edition with apparatus</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        _witnesses(collated),
        *_text(collated, notes),
        _apparatus("Spelling, punctuation, layout", spelt, "s") if spelt else "",
        "</main>\n",
        _rules(collated),
        "</body>\n</html>\n",
    ]
    return "".join(out).encode()


def _witnesses(collated: Collated) -> str:
    rows = "".join(
        f"<div><dt>{strand.siglum}</dt><dd><bdi>{safe.html(collated.name(number))}</bdi>"
        f"{', the text printed here' if number == 0 else ''}</dd></div>\n"
        for number, strand in enumerate(collated.table.strands)
    )
    return f"<dl>\n{rows}</dl>\n"


def _rules(collated: Collated) -> str:
    rows = "".join(f"<div><dt>{name}</dt><dd>{safe.html(value)}</dd></div>\n" for name, value in normalisation(collated))
    return f"<footer>\n<p>How words were compared</p>\n<dl>\n{rows}</dl>\n</footer>\n"


# ---------------------------------------------------------------- the text


def _text(collated: Collated, notes: Sequence[_Note]) -> Iterator[str]:
    """The base's blocks with the numbers of the notes; each chapter's apparatus at its foot."""
    base = collated.table.strands[0]
    blocks = base.blocks or ((0, "paragraph", 0, None),)
    ends = [*(block[0] - 2 for block in blocks[1:]), len(base.text)]
    waiting = iter([*notes, _Note(0, len(base.text) + 9, "")])
    note = next(waiting)
    held: list[_Note] = []
    open_ = False
    for (start, kind, level, _), end in zip(blocks, ends, strict=True):
        if kind == "heading" and level <= 1 and held:
            yield from (("</section>\n",) if open_ else ())
            open_ = False
            yield _apparatus("Apparatus", held, "a")
            held = []
        if not open_:
            yield '<section class="text">\n'
            open_ = True
        here: list[_Note] = []
        while note.at <= end:
            here.append(note)
            note = next(waiting)
        held += here
        yield _block(collated, (start, end), kind, level, here)
    if open_:
        yield "</section>\n"
    held += [one for one in (note, *waiting) if one.number]
    if held:
        yield _apparatus("Apparatus", held, "a")


def _block(collated: Collated, place: tuple[int, int], kind: str, level: int, notes: Sequence[_Note]) -> str:
    start, end = place
    base = collated.table.strands[0]
    out = []
    at = start
    for note in notes:
        cut = min(max(note.at, at), end)
        out.append(_inline(text_xml(base, at, cut)))
        out.append(f'<sup><a id="t{note.number}" href="#a{note.number}">{note.number}</a></sup>')
        at = cut
    out.append(_inline(text_xml(base, at, end)))
    inner = "".join(out)
    if kind == "scene-break":
        return f'<div class="scene">{inner}</div>\n'
    if kind == "heading":
        name = f"h{min(max(level, 1) + 1, 6)}"
        return f"<{name}>{inner}</{name}>\n"
    return f"<p{' class=' + chr(34) + 'verse' + chr(34) if kind == 'verse' else ''}>{inner}</p>\n"


def _inline(xml: str) -> str:
    """Our own few TEI elements as HTML's."""
    opened: list[str] = []

    def turn(found: re.Match[str]) -> str:
        if found[1] is not None:
            names = [_TAGS[name] for name in found[1].split()]
            opened.append("".join(f"</{name}>" for name in reversed(names)))
            return "".join(f"<{name}>" for name in names)
        return opened.pop()

    html = _HI.sub(turn, xml).replace('<milestone unit="paragraph"/>', '<span class="bracket"> ¶ </span>')
    return html.replace("<lb/>", "<br>\n").replace("&#13;", "")


# ---------------------------------------------------------------- the apparatus


def _apparatus(heading: str, notes: Sequence[_Note], prefix: str) -> str:
    lines = "".join(
        f'<li id="{prefix}{note.number}">'
        + (f'<a href="#t{note.number}" aria-label="Note {note.number} in the text">{note.number}</a>' if prefix == "a" else "")
        + f" {note.html}</li>\n"
        for note in notes
    )
    return f'<section class="apparatus">\n<h3>{heading}</h3>\n<ol>\n{lines}</ol>\n</section>\n'


def _note(collated: Collated, segment: Segment, number: int) -> _Note:
    table = collated.table
    base = table.strands[0]
    start, end = segment.cells[0]
    whole = base.text[start:end]
    at = start + len(whole.rstrip()) if whole.strip() else start - len(base.text[:start]) + len(base.text[:start].rstrip())
    groups: dict[str, tuple[str, list[int]]] = {}
    own = _key(collated, segment, 0)
    for row in range(1, len(table.strands)):
        lacks = table.strands[row].siglum in segment.lacks
        key = "\0" if lacks else _key(collated, segment, row)
        if key != own:
            groups.setdefault(key, ("\0" if lacks else _words(table.text(row, segment), segment), []))[1].append(row)
    said = "; ".join(_reading(collated, segment, text, rows) for text, rows in groups.values())
    lemma = _lemma(collated, start, _words(whole, segment))
    return _Note(number, at, f'{lemma}<span class="bracket">]</span> {said}')


def _key(collated: Collated, segment: Segment, row: int) -> str:
    """What makes two readings one: the words; of spelling the characters; of layout what is laid over them too."""
    if segment.kind == "markup":
        return text_xml(collated.table.strands[row], *segment.cells[row])
    text = collated.table.text(row, segment)
    return " ".join(TOKEN.findall(fold(text))) if segment.kind in SUBSTANTIVE else text


def _words(text: str, segment: Segment) -> str:
    """A reading as it is printed: of a few words without the marks that hang on them."""
    if segment.kind == "word":
        found = _WORDS.search(text)
        text = found.group() if found else text
    return _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"\n\n+", " ¶ ", text.strip()).replace("\n", " / ")


def _lemma(collated: Collated, start: int, whole: str) -> str:
    words = whole.split()
    if not words:
        before = collated.table.strands[0].text[max(start - 80, 0) : start].split()[-_NEAR:]
        return f"<bdi>{safe.html(' '.join(before))}</bdi>" if before else '<i class="said">at the beginning</i>'
    if len(words) > _LONG:
        words = [*words[:3], "…", *words[-3:]]
    return f"<bdi>{safe.html(' '.join(words))}</bdi>"


def _reading(collated: Collated, segment: Segment, text: str, rows: Sequence[int]) -> str:
    sigla = " ".join(collated.table.strands[row].siglum for row in rows)
    lemma = segment.cells[0][0] < segment.cells[0][1]
    if text == "\0":
        said = '<i class="said">wanting</i>'
    elif segment.kind == "markup" and text == _words(collated.table.text(0, segment), segment):
        said = '<i class="said">set otherwise</i>'
    elif not text:
        said = f'<i class="said">{"elsewhere" if segment.move else "om."}</i>'
    else:
        told = "moved here" if segment.move else "" if lemma else "add."
        said = (f'<i class="said">{told}</i> ' if told else "") + f"<bdi>{safe.html(text)}</bdi>"
    return f'{said} <span class="sig">{sigla}</span>'
