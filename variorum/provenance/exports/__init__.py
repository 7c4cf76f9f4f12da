"""Credit as others read it: W3C PROV-O, schema.org, a table of claims, a citation of one copy.

What a text states goes out with its evidence. Which names *we* made one agent does not: that link is private, so no form
here is given any agents. Names are strangers' words: they go out as values, never as markup, formulas or addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from variorum.errors import PublishError
from variorum.model import Claim, Work
from variorum.provenance.exports.citing import cite, csl
from variorum.provenance.exports.prov import prov
from variorum.provenance.exports.schema_org import schema_org
from variorum.provenance.exports.sheet import COLUMNS, sheet

__all__ = ["COLUMNS", "EXPORTS", "Export", "cite", "csl", "export", "prov", "schema_org", "sheet"]


class Export(NamedTuple):
    """One form: how its file ends, what it is served as, who makes it."""

    ending: str
    media_type: str
    make: Callable[[Work, Sequence[Claim]], bytes]


#: Name of the form -> form.
EXPORTS: Mapping[str, Export] = {
    "prov": Export(".prov.jsonld", "application/ld+json", prov),
    "schema": Export(".schema.jsonld", "application/ld+json", schema_org),
    "csv": Export(".claims.csv", "text/csv; charset=utf-8", lambda work, claims: sheet([(work, claims)])),
    "cite": Export(".citation.txt", "text/plain; charset=utf-8", lambda work, _: (cite(work) + "\n").encode("utf-8", "replace")),
    "csl": Export(".csl.json", "application/vnd.citationstyles.csl+json", lambda work, _: csl(work)),
}


def export(work: Work, claims: Sequence[Claim], form: str) -> bytes:
    """The credit of a work in a form, the same bytes for the same work; PublishError for a form there is not."""
    made = EXPORTS.get(form)
    if made is None:
        raise PublishError(f"there is no form {form!r}; there are {', '.join(EXPORTS)}")
    return made.make(work, claims)
