"""What scholars' tools read: an apparatus as TEI P5 (two ways), as a collation table in JSON, as CSV, as a page.

`FORMS` lists them by name; a new form is one file here and one line in the list. A form is a function of a
`Collated` to bytes, the same bytes for the same value. docs/collation.md says what stands where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from variorum.editions.apparatus.foot import render_foot
from variorum.editions.apparatus.request import Collated, normalisation
from variorum.editions.apparatus.sheet import render_csv
from variorum.editions.apparatus.spine import render_spine
from variorum.editions.apparatus.table import render_collatex
from variorum.editions.apparatus.tei import render_tei
from variorum.errors import PublishError

__all__ = ["FORMS", "Collated", "Form", "normalisation", "render_apparatus"]


class Form(NamedTuple):
    """One way of writing an apparatus."""

    ending: str
    media_type: str
    render: Callable[[Collated], bytes]


FORMS: Mapping[str, Form] = {
    "tei": Form(".xml", "application/tei+xml", render_tei),
    "tei-spine": Form(".xml", "application/tei+xml", render_spine),
    "collatex": Form(".json", "application/json", render_collatex),
    "csv": Form(".csv", "text/csv; charset=utf-8", render_csv),
    "html": Form(".html", "text/html; charset=utf-8", render_foot),
}


def render_apparatus(collated: Collated, form: str) -> bytes:
    """An apparatus in one of `FORMS`; PublishError for a form there is not."""
    if form not in FORMS:
        raise PublishError(f"an apparatus cannot be written as {form!r}; there are {', '.join(FORMS)}")
    return FORMS[form].render(collated)
