"""One comparison with everything that follows from it, each worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from variorum.collation.collate import collate, compare
from variorum.collation.newer import newer
from variorum.collation.side import Copy
from variorum.collation.table import tabulate
from variorum.collation.tree import versions
from variorum.model import Apparatus, Match, Newer, Table, Versions

__all__ = ["Comparison"]


class Comparison:
    """These copies against the one whose siglum is ``base``; errors as `collate`."""

    def __init__(self, copies: Sequence[Copy], base: str, *, notes: bool = False) -> None:
        self.copies = tuple(copies)
        self.base = base
        self.notes = notes

    @cached_property
    def apparatus(self) -> Apparatus:
        """What differs, to the word."""
        return collate(self.copies, self.base, notes=self.notes)

    @cached_property
    def matches(self) -> Mapping[str, tuple[Match, ...]]:
        """For each copy but the base: which words are the same, and how sure each match is."""
        found = compare(self.copies, self.base, notes=self.notes)
        return {copy.siglum: found.matches(copy.siglum) for copy in self.copies if copy.siglum != self.base}

    @cached_property
    def table(self) -> Table:
        """The whole texts side by side, cut where they differ."""
        return tabulate(self.apparatus, self.copies, notes=self.notes)

    @cached_property
    def newer(self) -> Mapping[str, Newer]:
        """For each copy but the base: which of the two is newer, and why. By the story, whatever else was compared."""
        named = {copy.siglum: copy for copy in self.copies}
        apparatus = collate(self.copies, self.base) if self.notes else self.apparatus
        return {siglum: newer(apparatus, named[self.base], copy) for siglum, copy in named.items() if siglum != self.base}

    @cached_property
    def versions(self) -> Versions:
        """The tree of their versions."""
        return versions(self.copies)
