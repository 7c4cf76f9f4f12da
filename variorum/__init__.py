"""Variorum keeps fan works on their keeper's own machine: every byte, every copy, every credit.

    import variorum

    library = variorum.open("fic")
    accession = library.add(["saved-pages/"], source="my laptop, 2009")
    work = next(library.find("fandom:'The Keepers of Sorrel Point (Radio)'"))
    for entry in library.collate(work, base="A"):
        print(entry.place, entry.lemma, {r.sigla: r.text for r in entry.readings})

Names are looked up when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from variorum.document import Document as Document
    from variorum.document import Emendation as Emendation
    from variorum.document import ReadingText as ReadingText
    from variorum.document import Span as Span
    from variorum.errors import CatalogueError as CatalogueError
    from variorum.errors import CollationError as CollationError
    from variorum.errors import FixityError as FixityError
    from variorum.errors import IntakeError as IntakeError
    from variorum.errors import MalformedItem as MalformedItem
    from variorum.errors import NotALibrary as NotALibrary
    from variorum.errors import NotFound as NotFound
    from variorum.errors import PublishError as PublishError
    from variorum.errors import QueryError as QueryError
    from variorum.errors import RegisterError as RegisterError
    from variorum.errors import RulingError as RulingError
    from variorum.errors import SchemaTooNew as SchemaTooNew
    from variorum.errors import UnknownFormat as UnknownFormat
    from variorum.errors import VariorumError as VariorumError
    from variorum.library import Library as Library
    from variorum.model import Accession as Accession
    from variorum.model import Apparatus as Apparatus
    from variorum.model import Claim as Claim
    from variorum.model import Entry as Entry
    from variorum.model import Metadata as Metadata
    from variorum.model import Reading as Reading
    from variorum.model import Viewer as Viewer
    from variorum.model import Witness as Witness
    from variorum.model import Work as Work
    from variorum.workbench import collate as collate
    from variorum.workbench import compare as compare
    from variorum.workbench import export as export
    from variorum.workbench import kin as kin
    from variorum.workbench import read as read

_HOMES = {
    "variorum.document": ("Document", "Emendation", "ReadingText", "Span"),
    "variorum.errors": (
        "CatalogueError",
        "CollationError",
        "FixityError",
        "IntakeError",
        "MalformedItem",
        "NotALibrary",
        "NotFound",
        "PublishError",
        "QueryError",
        "RegisterError",
        "RulingError",
        "SchemaTooNew",
        "UnknownFormat",
        "VariorumError",
    ),
    "variorum.library": ("Library",),
    "variorum.model": ("Accession", "Apparatus", "Claim", "Entry", "Metadata", "Reading", "Viewer", "Witness", "Work"),
    "variorum.workbench": ("collate", "compare", "export", "kin", "read"),
}
_NAMES = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: PLE0604  (built from the one list above; test_house compares it with the imports)
    "open",
    *_NAMES,
]


def open(path: str, *, create: bool = False) -> Library:  # noqa: A001  (variorum.open reads as it should)
    """Opens the library in a folder; with ``create``, makes one in an absent or empty folder first."""
    library: type[Library] = import_module("variorum.library").Library
    return library(path, create=create)


def __getattr__(name: str) -> Any:
    home = _NAMES.get(name)
    if home is None:
        raise AttributeError(f"module 'variorum' has no attribute {name!r}")
    return getattr(import_module(home), name)
