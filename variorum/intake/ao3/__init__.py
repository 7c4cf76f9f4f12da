"""What AO3 writes into its downloads and pages: typed metadata and the parts of a work.

`Download` reads the HTML download and the EPUB made of it; `fields` holds what the saved page shares.
"""

from __future__ import annotations

from variorum.intake.ao3.download import Download, once
from variorum.intake.ao3.fields import (
    ARCHIVE,
    creator,
    creators,
    extent,
    field_of,
    number,
    relation,
    stats,
    status,
    tags,
    tidy_url,
    trusted,
)
from variorum.intake.ao3.flat import Flat
from variorum.intake.ao3.languages import LANGUAGES

__all__ = [
    "ARCHIVE",
    "LANGUAGES",
    "Download",
    "Flat",
    "creator",
    "creators",
    "extent",
    "field_of",
    "number",
    "once",
    "relation",
    "stats",
    "status",
    "tags",
    "tidy_url",
    "trusted",
]
