"""Claims as a table (RFC 4180), one row a claim."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from variorum.model import Claim, Work
from variorum.text import plain

__all__ = ["COLUMNS", "sheet"]

COLUMNS = (
    "work",
    "title",
    "claim",
    "subject",
    "relation",
    "object",
    "certainty",
    "rule",
    "ruling",
    "copy",
    "field",
    "start",
    "end",
    "evidence",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(works: Iterable[tuple[Work, Sequence[Claim]]]) -> bytes:
    """The table, UTF-8 with a byte order mark (spreadsheets guess wrong without).

    ``subject`` and ``object`` name the work by its id. ``start`` and ``end`` count code points of the copy's source. A cell a
    spreadsheet would take for a formula has an apostrophe in front: these are strangers' words.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for work, claims in works:
        sigla = {copy.witness: copy.siglum for copy in work.witnesses}
        for c in claims:
            e = c.evidence
            row = [
                work.work,
                work.metadata.title or "",
                c.claim,
                c.subject,
                c.relation,
                c.object,
                c.certainty,
                c.rule,
                c.ruling or "",
            ]
            row += [sigla.get(e.witness, e.witness), e.field or "", e.start, e.end, e.text]
            writer.writerow([_cell(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = plain(value)
    return "'" + text if text.startswith(_FORMULA) else text
