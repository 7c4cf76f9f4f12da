"""The nouns of keeping: items, problems, accessions, rulings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Accession", "Added", "Finding", "Item", "Problem", "Ruling", "Verification"]


@dataclass(frozen=True, slots=True)
class Item:
    """The bytes of one file as received, named by their digest."""

    digest: str  #: ``sha256:`` and 64 hexadecimal digits
    size: int  #: bytes
    name: str  #: as it was called where it came from; inside a container ``container!inner``


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that is kept and not understood."""

    item: Item
    code: str  #: lower-case words joined by hyphens, listed in docs/formats.md
    reason: str  #: one plain sentence that names the file and what is wrong with it


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file that was offered."""

    name: str
    digest: str | None  #: None when it was skipped
    status: Literal["added", "known", "problem", "skipped"]
    format: str | None = None
    witnesses: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    problem: tuple[str, str] | None = None  #: code and reason, also for what was skipped
    note: str = ""  #: what a person should know of it all the same


@dataclass(frozen=True, slots=True)
class Accession:
    """Items received from one source at one time."""

    accession: str
    source: str
    items: tuple[Added, ...] = ()
    problems: tuple[Problem, ...] = ()
    partial: int = 0  #: how many of the copies that were added hold a part of their work only

    def count(self, status: str) -> int:
        """How many items ended as ``added``, ``known``, ``problem`` or ``skipped``."""
        return sum(1 for item in self.items if item.status == status)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's decision; it outranks every machine."""

    ruling: str
    kind: str  #: same different base alias not-alias accept refuse edit set undo
    on: tuple[str, ...]
    by: str
    at: str
    why: str | None = None
    undoes: str | None = None
    contradicts: tuple[str, ...] = ()  #: standing rulings that keep this one from having its way
    step: str | None = None  #: what was ruled at once, and can be taken back at once, has one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in the vault. ``code`` is numbered in docs/vault.md."""

    kind: Literal["damaged", "missing", "stray"]
    code: str
    path: str
    reason: str
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of reading every byte."""

    items: int
    bytes: int
    intact: int
    findings: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)
