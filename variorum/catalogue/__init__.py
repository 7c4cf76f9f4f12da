"""FIND: works, witnesses and what they claim, in one SQL schema; the query language; the text index.

Everything here is rebuilt from the vault by `clear` and entering again. `Catalogue` is the way in.
"""

from __future__ import annotations

from variorum.catalogue.based import BasedWork, Bases, digest_of
from variorum.catalogue.batch import Batch
from variorum.catalogue.catalogue import Catalogue
from variorum.catalogue.fusing import Heard, Passage, Voice
from variorum.catalogue.index import FACETS
from variorum.catalogue.members import Member
from variorum.catalogue.naming import Naming, Told
from variorum.catalogue.own import says
from variorum.catalogue.pieces import Joined, PieceRow
from variorum.catalogue.query import Flag, Range, Term, parse
from variorum.catalogue.rows import Counts, ItemRow, KnownItem, NewWitness, Sketch
from variorum.catalogue.sightings import seen_at
from variorum.catalogue.viewers import TAG_KINDS

__all__ = [
    "FACETS",
    "TAG_KINDS",
    "BasedWork",
    "Bases",
    "Batch",
    "Catalogue",
    "Counts",
    "Flag",
    "Heard",
    "ItemRow",
    "Joined",
    "KnownItem",
    "Member",
    "Naming",
    "NewWitness",
    "Passage",
    "PieceRow",
    "Range",
    "Sketch",
    "Term",
    "Told",
    "Voice",
    "digest_of",
    "parse",
    "says",
    "seen_at",
]
