"""TEI P5, parallel segmentation: one running text in which every place of difference holds all its readings.

The text stands in one ``<ab>``; what parts two paragraphs is ``<milestone unit="paragraph"/>``, a line's end
``<lb/>``. Text outside any ``<app>`` is every witness's. So a witness is read out again, to the character, by
taking from each ``<app>`` the reading that names it (nothing, where none does).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from variorum.editions import safe
from variorum.editions.apparatus.request import SUBSTANTIVE, Collated, Numbered, normalisation, numbered
from variorum.model import Strand

__all__ = ["cert", "header", "render_tei", "text_xml"]

_REND = {
    "emphasis": "italic",
    "em": "italic",
    "i": "italic",
    "strong": "bold",
    "b": "bold",
    "strikethrough": "strikethrough",
    "s": "strikethrough",
    "underline": "underline",
    "u": "underline",
    "superscript": "superscript",
    "subscript": "subscript",
}
_ENDS = re.compile("\n\n|\n|\r")
_ENDED = {"\n\n": '<milestone unit="paragraph"/>', "\n": "<lb/>", "\r": "&#13;"}


def render_tei(collated: Collated) -> bytes:
    """The document, UTF-8."""
    out = [
        header(collated, '<variantEncoding method="parallel-segmentation" location="internal"/>'),
        _links(collated),
        "<text>\n<body>\n",
        f'<ab xml:space="preserve"{_language(collated)}>',
        *_Writer(collated).segments(),
        "</ab>\n</body>\n</text>\n</TEI>\n",
    ]
    return "".join(out).encode()


def header(collated: Collated, method: str) -> str:
    """The XML declaration and the header: title, witnesses, how they were compared."""
    rules = "".join(f"<item><label>{name}</label> {safe.html(value)}</item>\n" for name, value in normalisation(collated))
    witnesses = "".join(
        f'<witness xml:id="{strand.siglum}">{safe.html(collated.name(number))} '
        f'<idno type="variorum">{safe.html(strand.witness)}</idno></witness>\n'
        for number, strand in enumerate(collated.table.strands)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">\n<teiHeader>\n<fileDesc>\n'
        f"<titleStmt><title>{safe.html(safe.line(collated.title))}</title></titleStmt>\n"
        "<publicationStmt><p>Made by Variorum from copies kept by their keeper; not published.</p></publicationStmt>\n"
        f"<sourceDesc>\n<listWit>\n{witnesses}</listWit>\n</sourceDesc>\n</fileDesc>\n<encodingDesc>\n"
        f"{method}\n<editorialDecl>\n<normalization>\n<list>\n{rules}</list>\n</normalization>\n</editorialDecl>\n"
        "</encodingDesc>\n</teiHeader>\n"
    )


def cert(certainty: float) -> str:
    """TEI's words for how sure a match is."""
    return "high" if certainty >= 0.95 else "medium" if certainty >= 0.6 else "low"


def text_xml(strand: Strand, start: int, end: int) -> str:
    """Characters of a witness with paragraph ends and emphasis as elements."""
    text = strand.text
    first = bisect_right(strand.spans, (start, -1, ""))
    while first > 0 and strand.spans[first - 1][1] > start:
        first -= 1
    events: dict[int, list[tuple[str, int]]] = {end: []}
    for low, high, kind in strand.spans[first:]:
        if low >= end:
            break
        if kind in _REND and max(low, start) < min(high, end):
            events.setdefault(max(low, start), []).append((_REND[kind], 1))
            events.setdefault(min(high, end), []).append((_REND[kind], -1))
    out = []
    over: Counter[str] = Counter()
    at = start
    for cut in sorted(events):
        inner = _escaped(text[at:cut])
        rend = " ".join(sorted(name for name, count in over.items() if count > 0))
        out.append(f'<hi rend="{rend}">{inner}</hi>' if rend and inner else inner)
        for name, change in events[cut]:
            over[name] += change
        at = cut
    return "".join(out)


def _escaped(text: str) -> str:
    return _ENDS.sub(lambda found: _ENDED[found.group()], safe.html(text))


def _language(collated: Collated) -> str:
    language = safe.language(collated.language)
    return f' xml:lang="{safe.html(language)}"' if language else ""


def _links(collated: Collated) -> str:
    """The ends of each move, tied to each other."""
    ends: dict[str, list[str]] = {}
    for one in numbered(collated.table):
        if one.end is not None and one.segment.move is not None:
            ends.setdefault(one.segment.move, []).append(f"#{one.end}")
    tied = [f'<link target="{" ".join(held)}"/>\n' for held in ends.values() if len(held) > 1]
    return f'<standOff>\n<linkGrp type="move">\n{"".join(tied)}</linkGrp>\n</standOff>\n' if tied else ""


class _Writer:
    """Writes segments; remembers which witnesses are inside a lacuna."""

    def __init__(self, collated: Collated) -> None:
        self.table = collated.table
        self.gone: frozenset[str] = frozenset()

    def segments(self) -> Iterator[str]:
        every = list(numbered(self.table))
        for at, one in enumerate(every):
            if one.segment.kind is None:
                yield text_xml(self.table.strands[0], *one.segment.cells[0])
            else:
                following = every[at + 1].segment.lacks if at + 1 < len(every) else None
                yield self._app(one, following)
            self.gone = one.segment.lacks

    def _app(self, one: Numbered, following: frozenset[str] | None) -> str:
        segment = one.segment
        kind = "substantive" if segment.kind in SUBSTANTIVE else "orthographic"
        named = f' xml:id="{one.end}"' if one.end else ""
        corresponds = f' corresp="{" ".join(f"#{end}" for end in one.others)}"' if one.others else ""
        # TEI leaves unsaid what goes without saying; so do we.
        sure = "" if cert(segment.certainty) == "high" else f' cert="{cert(segment.certainty)}"'
        out = [f'<app n="{one.number}" type="{kind}" subtype="{segment.kind}"{sure}{named}{corresponds}>']
        base = self.table.base
        for sigla, inner in self._groups(one):
            name = "lem" if base in sigla else "rdg"
            out.append(f'<{name} wit="{" ".join("#" + siglum for siglum in sigla)}">{inner}</{name}>')
        for siglum in sorted(segment.lacks):
            begins = "" if siglum in self.gone else "<lacunaStart/>"
            ends = "<lacunaEnd/>" if following is not None and siglum not in following else ""
            if begins or ends:
                name = "lem" if siglum == base else "rdg"
                where = len(out) if name == "rdg" else 1
                out.insert(where, f'<{name} wit="#{siglum}">{begins}{ends}</{name}>')
        return "".join([*out, "</app>"])

    def _groups(self, one: Numbered) -> list[tuple[list[str], str]]:
        """Witnesses with the same reading, the base's first; those in a lacuna are left out."""
        groups: dict[str, tuple[list[str], str]] = {}
        for number, strand in enumerate(self.table.strands):
            if strand.siglum in one.segment.lacks:
                continue
            inner = text_xml(strand, *one.segment.cells[number])
            key = inner if one.segment.kind == "markup" else self.table.text(number, one.segment)
            groups.setdefault(key, ([], inner))[0].append(strand.siglum)
        return list(groups.values())
