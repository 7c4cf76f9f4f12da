"""Orders that stand in no field of the index: when one read a work last, what one gave it, and chance.

A person's own order names the works that have one; they come first, in that order, and after them the others, as they were
added. Chance is a fixed shuffle of the library (a number of each work's own, in the index), begun at a place that the seed
names: the same seed gives the same pages, and no page needs to look at every work.
"""

from __future__ import annotations

from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from variorum.catalogue.index import LOTS, TextIndex
from variorum.catalogue.own import Own

__all__ = ["in_order", "within"]

_SCHEMA = TextIndex.works_schema


def within(works: Any, ids: list[str], asked: Query) -> set[str]:
    """Which of these works answer."""
    if not ids:
        return set()
    both = Query.boolean_query([(Occur.Must, Query.term_set_query(_SCHEMA, "work", ids)), (Occur.Must, asked)])
    return {works.doc(at)["work"][0] for _, at in works.search(both, len(ids), count=False).hits}


def in_order(
    works: Any, asked: Query, order: tuple[str, bool], own: Own, seed: int, offset: int, limit: int
) -> tuple[int, list[str]]:
    """How many works answer, and the ids of one stretch of them in this order (``read``, ``rated`` or ``random``, and whether it descends)."""
    name, descending = order
    if name == "random":
        at = (seed * 2_654_435_761 + 97) % LOTS  # neighbouring seeds lie far apart
        ranges = ((at, LOTS), (0, at - 1)) if at else ((0, LOTS),)
        parts = [
            Query.boolean_query(
                [(Occur.Must, asked), (Occur.Must, Query.range_query(_SCHEMA, "lot", tantivy.FieldType.Unsigned, low, high))]
            )
            for low, high in ranges
        ]
        first: list[str] = []
        field = "lot"
    else:
        named = list(dict.fromkeys(own.order(name)))
        answering = within(works, named, asked)
        first = [work for work in (reversed(named) if descending else named) if work in answering]
        others = Query.term_set_query(_SCHEMA, "work", first) if first else Query.empty_query()
        parts = [Query.boolean_query([(Occur.Must, asked), (Occur.MustNot, others)])]
        field = "added"
    total, ids = len(first), first[offset : offset + limit]
    for part in parts:
        found = works.search(
            part, max(limit - len(ids), 1), count=True, offset=max(offset - total, 0), order_by_field=field, order=Order.Asc
        )
        ids += [works.doc(at)["work"][0] for _, at in found.hits][: max(limit - len(ids), 0)]
        total += found.count
    return total, ids
