"""Which works a person marked: ``is:read``, ``is:reading`` and ``is:later`` in a query. Marks are on copies; any copy marks its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from variorum.catalogue import Catalogue
from variorum.errors import CatalogueError
from variorum.people import MARKS, People

__all__ = ["Marked", "marked"]

Marked: TypeAlias = "Callable[[], Mapping[str, tuple[str, ...]]]"


def marked(people: People, catalogue: Catalogue, person: str) -> Marked:
    """Asks, when it is wanted, for the works of each mark; none when the people's file gives nothing."""

    def ask() -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {mark: [] for mark in MARKS}
        try:
            for one in people.marks(person):
                found[one.mark].append(one.witness)
        except CatalogueError:
            return dict.fromkeys(MARKS, ())
        return {mark: catalogue.works_of(witnesses) for mark, witnesses in found.items()}

    return ask
