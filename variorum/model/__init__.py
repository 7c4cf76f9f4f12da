"""The nouns: frozen values that every room speaks of. They import nothing of ours.

Offsets are code points, ``[start, end)``. Where an offset points into is said beside it: the
*source* of a document, or the *reading text* made from it. Dates are ISO 8601 text as precise as
the source was (``"2016"``, ``"2016-02-28"``); instants are UTC with a trailing ``Z``.
Unknown is ``None`` or empty, never a guess.
"""

from __future__ import annotations

from variorum.model.ages import Branch, Newer, Progress, Versions
from variorum.model.compared import (
    Alignment,
    Apparatus,
    Basis,
    CollatedWitness,
    Difference,
    Entry,
    FrameDifference,
    Kinship,
    Match,
    Place,
    Reading,
    ReadingKind,
    Verdict,
)
from variorum.model.copies import (
    TRUST,
    Audience,
    Creator,
    Earlier,
    Extent,
    Kept,
    Mapped,
    Metadata,
    Picture,
    Relation,
    Series,
    Wish,
)
from variorum.model.counted import Holdings, Month, ReadOver, Share
from variorum.model.credited import (
    Agent,
    Circle,
    Claim,
    Departure,
    Evidence,
    Known,
    Name,
    Overview,
    Part,
    Person,
    Trace,
)
from variorum.model.duplicates import Apart, Duplicates, Group
from variorum.model.kept import Accession, Added, Finding, Item, Problem, Ruling, Verification
from variorum.model.owned import ACTS, RATINGS, Act, ActKind, Done, Owned, Shelf
from variorum.model.tabled import Segment, Strand, Table
from variorum.model.tagged import TAG_RELATIONS, TagGroup, TagRelation, TagSuggestion, TagWord, Typed
from variorum.model.works import Found, LostWitness, Viewer, Witness, Work, WorkHit

__all__ = [
    "ACTS",
    "RATINGS",
    "TAG_RELATIONS",
    "TRUST",
    "Accession",
    "Act",
    "ActKind",
    "Added",
    "Agent",
    "Alignment",
    "Apart",
    "Apparatus",
    "Audience",
    "Basis",
    "Branch",
    "Circle",
    "Claim",
    "CollatedWitness",
    "Creator",
    "Departure",
    "Difference",
    "Done",
    "Duplicates",
    "Earlier",
    "Entry",
    "Evidence",
    "Extent",
    "Finding",
    "Found",
    "FrameDifference",
    "Group",
    "Holdings",
    "Item",
    "Kept",
    "Kinship",
    "Known",
    "LostWitness",
    "Mapped",
    "Match",
    "Metadata",
    "Month",
    "Name",
    "Newer",
    "Overview",
    "Owned",
    "Part",
    "Person",
    "Picture",
    "Place",
    "Problem",
    "Progress",
    "ReadOver",
    "Reading",
    "ReadingKind",
    "Relation",
    "Ruling",
    "Segment",
    "Series",
    "Share",
    "Shelf",
    "Strand",
    "Table",
    "TagGroup",
    "TagRelation",
    "TagSuggestion",
    "TagWord",
    "Trace",
    "Typed",
    "Verdict",
    "Verification",
    "Versions",
    "Viewer",
    "Wish",
    "Witness",
    "Work",
    "WorkHit",
]
