"""What the pieces of a copy say together: one metadata out of many. Values in, values out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from variorum.model import TRUST, Audience, Extent, Metadata

__all__ = ["said_together"]

T = TypeVar("T")
_NOTHING = Metadata()
#: What a later state of the work says better than an earlier one.
_LATEST = frozenset({"updated", "words_stated", "chapters_stated", "status"})
_LOCKS: dict[Audience, int] = {"public": 0, "friends": 1, "private": 2}
_ENOUGH = 0.9  # of the words that are stated


def said_together(pieces: Sequence[tuple[int, int | None, Metadata]], words: int) -> Metadata:
    """The metadata of a copy from (number, of how many, what it says) of its pieces in reading order; at least one.

    Each field from the most trusted kind of source, within it from the first piece that says it; counts and status from
    the latest. The strictest lock counts, every wish binds.
    """
    told = [metadata for _, _, metadata in pieces]
    latest = sorted(told, key=lambda m: m.captured or m.updated or m.published or "", reverse=True)
    values: dict[str, Any] = {}
    trust: dict[str, str] = {}
    for field in dataclasses.fields(Metadata):
        name = field.name
        if name in ("trust", "extent", "chapters_held"):
            continue
        for metadata in sorted(latest if name in _LATEST else told, key=lambda m: _rank(m, name)):
            if getattr(metadata, name) != getattr(_NOTHING, name):
                values[name] = getattr(metadata, name)
                if name in metadata.trust:
                    trust[name] = metadata.trust[name]
                break
    values["published"] = min((m.published for m in told if m.published), default=None)
    values["captured"] = max((m.captured for m in told if m.captured), default=None)
    values["wishes"] = _once(w for m in told for w in m.wishes)
    values["relations"] = _once(r for m in told for r in m.relations)
    locks = [m.audience for m in told if m.audience is not None]
    values["audience"] = max(locks, key=_LOCKS.__getitem__, default=None)
    values["restricted"] = any(m.restricted for m in told)
    for name in ("restricted", "audience"):
        if any(name in m.trust for m in told):
            trust[name] = next(m.trust[name] for m in told if name in m.trust)
    numbers = {number for number, _, _ in pieces}
    extent = _extent(numbers, [of for _, of, _ in pieces if of is not None], words, values.get("words_stated"))
    return Metadata(**values, extent=extent, chapters_held=len(numbers), trust=trust)


def _rank(metadata: Metadata, name: str) -> int:
    kind = metadata.trust.get(name)
    return TRUST.index(kind) if kind in TRUST else len(TRUST)


def _extent(numbers: set[int], stated: Sequence[int], words: int, words_stated: int | None) -> Extent:
    """Whole when every number up to the largest count anybody states is there, and the words nearly are."""
    if not stated or not set(range(1, max(stated) + 1)) <= numbers:
        return "partial"
    if words_stated is not None and words < words_stated * _ENOUGH:
        return "partial"
    return "whole"


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
