"""A collation table in JSON as CollateX writes it: one row a witness, one column a stretch, ``t`` and ``n`` a token.

``{"witnesses": ["A", "B"], "table": [[[{"t", "n"}, ...], null, ...], ...]}``: rows in the order of the witnesses, a
cell is a list of tokens or null. The ``t`` of a row one after another are the witness's whole text. Besides stand
``columns`` (what kind of difference each is, and which are ends of one move), ``names``, ``title`` and ``normalisation``.
"""

from __future__ import annotations

import json

from variorum.editions import safe
from variorum.editions.apparatus.request import Collated, normalisation
from variorum.model import Strand
from variorum.text import fold, tokenise

__all__ = ["render_collatex"]


def render_collatex(collated: Collated) -> bytes:
    """The table, UTF-8."""
    table = collated.table
    value = {
        "witnesses": [strand.siglum for strand in table.strands],
        "table": [
            _row(strand, [segment.cells[number] for segment in table.segments]) for number, strand in enumerate(table.strands)
        ],
        "columns": [{"kind": segment.kind, "move": segment.move, "lacks": sorted(segment.lacks)} for segment in table.segments],
        "names": [collated.name(number) for number in range(len(table.strands))],
        "title": safe.line(collated.title),
        "normalisation": dict(normalisation(collated)),
    }
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "replace")


def _row(strand: Strand, cells: list[tuple[int, int]]) -> list[list[dict[str, str]] | None]:
    text = strand.text
    tokens = tokenise(text)
    folded = fold(text)
    starts = tokens.starts.tolist()
    begins = [0, *starts[1:], len(text)] if starts else [0, len(text)]
    ns = [folded[a:b] for a, b in zip(starts, tokens.ends.tolist(), strict=True)] or [""]
    out: list[list[dict[str, str]] | None] = []
    at = 0
    for start, end in cells:
        cell = []
        while at < len(ns) and begins[at] < end:
            cell.append({"t": text[max(begins[at], start) : begins[at + 1]], "n": ns[at]})
            at += 1
        out.append(cell or None)
    return out
