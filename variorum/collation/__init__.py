"""Collation: which texts are kin, which words are the same, what differs and where.

Values in, values out; nothing here touches the disk or the network or raises on text. The way through the room:
`sketch` finds candidates, `align` matches two texts word by word, `kinship` gives the verdict, `collate` writes the
apparatus, `rebuild` proves it, `summarise` says it in a line.
"""

from __future__ import annotations

from variorum.collation.align import align
from variorum.collation.collate import Compared, collate, compare
from variorum.collation.columns import Columns, merge
from variorum.collation.comparison import Comparison
from variorum.collation.kinship import CONTAINED, LEAST_PASSAGE, REVISED, kinship, measures
from variorum.collation.newer import newer
from variorum.collation.rebuild import rebuild
from variorum.collation.related import Related, boilerplate, candidates, related, tokenise_many
from variorum.collation.side import Copy
from variorum.collation.sketch import FREQUENT, LEAST_SHARED, least_shared, sketch, version_key
from variorum.collation.summary import summarise
from variorum.collation.table import tabulate
from variorum.collation.tree import versions

__all__ = [
    "CONTAINED",
    "FREQUENT",
    "LEAST_PASSAGE",
    "LEAST_SHARED",
    "REVISED",
    "Columns",
    "Compared",
    "Comparison",
    "Copy",
    "Related",
    "align",
    "boilerplate",
    "candidates",
    "collate",
    "compare",
    "kinship",
    "least_shared",
    "measures",
    "merge",
    "newer",
    "rebuild",
    "related",
    "sketch",
    "summarise",
    "tabulate",
    "tokenise_many",
    "version_key",
    "versions",
]
