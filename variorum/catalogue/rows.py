"""What is handed to the catalogue to be entered: one value per item and per witness."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from variorum.document import Document, Packed
from variorum.model import Extent, Metadata

__all__ = ["Counts", "ItemRow", "KnownItem", "NewWitness", "Sketch"]

Sketch = npt.NDArray[np.uint64]

#: What became of an item that was offered.
Status = Literal["added", "known", "problem", "skipped"]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One reception: a file that was offered, and what became of it. ``order`` is the register's."""

    digest: str | None  #: None when it was skipped
    size: int
    name: str
    accession: str
    status: Status
    format: str | None = None
    problem_code: str | None = None
    problem_reason: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item that is held: its first reception, and the witnesses read from it."""

    digest: str
    size: int
    name: str
    accession: str
    status: Status
    format: str | None
    problem: tuple[str, str] | None  #: code and reason
    order: int
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewWitness:
    """A witness to be entered. ``order`` is the register's; ``added`` a UTC instant."""

    witness: str
    order: int
    digest: str
    items: tuple[str, ...]
    place: str
    name: str
    format: str
    accession: str
    added: str
    metadata: Metadata
    document: Document | Packed
    words: int  #: of the story, by AO3's rule
    chapters: int
    extent: Extent
    version_key: str  #: equal for equal normalised story text
    sketch: Sketch  #: sorted distinct uint64
    tokens: int  #: of the story
    work: str
    siglum: str
    text: str | None = field(
        default=None, repr=False
    )  #: the story's reading text, where it is at hand and the document not packed; else it is projected


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is held."""

    works: int  #: of which a copy is held
    witnesses: int
    items: int
    bytes: int
    problems: int
