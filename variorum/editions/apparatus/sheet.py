"""CSV, one line a reading: for spreadsheets and statistics."""

from __future__ import annotations

import csv
import io

from variorum.editions import safe
from variorum.editions.apparatus.request import SUBSTANTIVE, Collated, normalisation

__all__ = ["COLUMNS", "render_csv"]

COLUMNS = (
    "entry",
    "type",
    "kind",
    "move",
    "base",
    "start",
    "end",
    "lemma",
    "witnesses",
    "reading_kind",
    "reading",
    "lacuna",
    "certainty",
    "places",
    "context",
    "normalisation",
    "basis",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(collated: Collated) -> bytes:
    """The sheet, UTF-8 with a byte order mark (spreadsheets guess wrong without).

    ``start``, ``end`` and ``places`` (``B:871-877``) are code points of the sources. A cell a spreadsheet would take
    for a formula has an apostrophe in front: these are strangers' words.
    """
    rules = "; ".join(f"{name}={value}" for name, value in normalisation(collated) if name != "token")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, entry in enumerate(collated.apparatus.entries, 1):
        kind = "substantive" if entry.kind in SUBSTANTIVE else "orthographic"
        for reading in entry.readings:
            places = " ".join(f"{siglum}:{place.start}-{place.end}" for siglum, place in sorted(reading.places.items()))
            row = [kind, entry.kind, entry.move or "", collated.table.base, entry.place.start, entry.place.end, entry.lemma]
            row += [" ".join(reading.sigla), reading.kind, reading.text, "yes" if reading.lacuna else "", reading.certainty]
            writer.writerow([number, *(_cell(value) for value in [*row, places, entry.context, rules, reading.basis])])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = safe.clean(value)
    return "'" + text if text.startswith(_FORMULA) else text
