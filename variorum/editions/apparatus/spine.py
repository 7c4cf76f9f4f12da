"""TEI P5, stand-off: a spine of entries that point into the untouched sources.

Nothing of the texts is changed or repeated but the words that differ. A pointer ``A:871,877`` is code points
``[871, 877)`` of the source of witness A as it was received and decoded (a ``prefixDef`` turns it into RFC 5147's
``char=`` of the file); the apparatus is negative: a witness that is not named in an entry reads as the lemma.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from variorum.editions import safe
from variorum.editions.apparatus.request import SUBSTANTIVE, Collated
from variorum.editions.apparatus.tei import cert, header
from variorum.model import Entry, Reading

__all__ = ["render_spine"]


def render_spine(collated: Collated) -> bytes:
    """The document, UTF-8."""
    prefixes = "".join(
        f'<prefixDef ident="{strand.siglum}" matchPattern="([0-9]+),([0-9]+)" '
        f'replacementPattern="{_file(collated, number)}#char=$1,$2"><p>Code points of the '
        f"source of {strand.siglum}, as received and decoded.</p></prefixDef>\n"
        for number, strand in enumerate(collated.table.strands)
    )
    method = f'<listPrefixDef>\n{prefixes}</listPrefixDef>\n<variantEncoding method="location-referenced" location="external"/>'
    entries = list(_entries(collated))
    out = [
        header(collated, method),
        "<standOff>\n<listApp>\n",
        *entries,
        "</listApp>\n",
        _links(collated),
        "</standOff>\n</TEI>\n",
    ]
    return "".join(out).encode()


def _ends(collated: Collated) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Entry number -> its name as the end of a move, and the names of the other ends."""
    held: dict[str, list[int]] = {}
    for number, entry in enumerate(collated.apparatus.entries):
        if entry.move is not None:
            held.setdefault(entry.move, []).append(number)
    out = {}
    for move, numbers in held.items():
        names = {number: f"{move}.{at}" for at, number in enumerate(numbers, 1)}
        for number, name in names.items():
            out[number] = (name, tuple(other for other in names.values() if other != name))
    return out


def _links(collated: Collated) -> str:
    seen: dict[frozenset[str], str] = {}
    for name, others in _ends(collated).values():
        if others:
            every = sorted({name, *others}, key=lambda end: int(end.rpartition(".")[2]))
            seen[frozenset(every)] = " ".join("#" + end for end in every)
    tied = "".join(f'<link target="{target}"/>\n' for target in seen.values())
    return f'<linkGrp type="move">\n{tied}</linkGrp>\n' if tied else ""


def _entries(collated: Collated) -> Iterator[str]:
    base = collated.table.base
    ends = _ends(collated)
    for number, entry in enumerate(collated.apparatus.entries):
        name, others = ends.get(number, ("", ()))
        kind = "substantive" if entry.kind in SUBSTANTIVE else "orthographic"
        named = f' xml:id="{name}"' if name else ""
        corresponds = f' corresp="{" ".join("#" + other for other in others)}"' if others else ""
        yield f'<app n="{number + 1}" type="{kind}" subtype="{entry.kind}"{named}{corresponds}>\n'
        yield f'<lem wit="#{base}"><ptr target="{base}:{entry.place.start},{entry.place.end}"/>{_words(entry.lemma)}</lem>\n'
        for reading in entry.readings:
            yield _reading(entry, reading)
        yield "</app>\n"


def _reading(entry: Entry, reading: Reading) -> str:
    kind = f' type="{reading.kind}"' if reading.kind != entry.kind else ""
    sure = f' cert="{cert(reading.certainty)}"'
    sigla = " ".join("#" + siglum for siglum in reading.sigla)
    if reading.lacuna:
        return f'<rdg wit="{sigla}"{kind}{sure}><lacunaStart/></rdg>\n'
    pointers = "".join(f'<ptr target="{siglum}:{place.start},{place.end}"/>' for siglum, place in sorted(reading.places.items()))
    return f'<rdg wit="{sigla}"{kind}{sure}>{pointers}{_words(reading.text)}</rdg>\n'


def _words(text: str) -> str:
    """The words themselves, for whoever has not the files; white space kept."""
    return f'<seg xml:space="preserve">{safe.html(text).replace(chr(13), "&#13;")}</seg>' if text else ""


def _file(collated: Collated, number: int) -> str:
    """The name of a witness's file as an address."""
    return quote(collated.name(number), safe="")
