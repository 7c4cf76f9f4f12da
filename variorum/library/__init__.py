"""The library: the whole journey of a work, from bytes to what is read, compared and credited.

``add`` keeps every byte in the vault, writes it into the register, and then brings the catalogue up to
the register (`entering`): items are opened by intake and mended by rescue in bounded workers, find their
kin, get a work and a siglum, and are searched, collated, traced and published from there. Everything but
``vault/`` and ``people/`` can be deleted; ``rebuild`` makes it again.
"""

from __future__ import annotations

from variorum.collation import Comparison
from variorum.editions import FORMS
from variorum.library.bands import band
from variorum.library.behind import Behind
from variorum.library.devices import BookPlace, names_of
from variorum.library.duplicates import ACTS as COPY_ACTS
from variorum.library.family import Family, Relative
from variorum.library.folder import LAYOUT_VERSION, is_library
from variorum.library.keeper import Library
from variorum.library.meaning import Meaning, MeaningState
from variorum.library.owning import Owning
from variorum.library.publishing import Published, put
from variorum.library.together import MOST as MOST_TOGETHER
from variorum.library.together import book_of, in_series
from variorum.people import COLOURS, KEEPER, MARKS, Annotation, DevicePlace, Devices, Profile, ReadingPlace
from variorum.provenance import EXPORTS as CREDIT_FORMS

__all__ = [
    "COLOURS",
    "COPY_ACTS",
    "CREDIT_FORMS",
    "FORMS",
    "KEEPER",
    "LAYOUT_VERSION",
    "MARKS",
    "MOST_TOGETHER",
    "Annotation",
    "Behind",
    "BookPlace",
    "Comparison",
    "DevicePlace",
    "Devices",
    "Family",
    "Library",
    "Meaning",
    "MeaningState",
    "Owning",
    "Profile",
    "Published",
    "ReadingPlace",
    "Relative",
    "band",
    "book_of",
    "in_series",
    "is_library",
    "names_of",
    "put",
]
