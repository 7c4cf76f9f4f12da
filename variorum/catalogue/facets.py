"""What is counted beside an answer: how many of the works found have each rating, fandom, tag ...

The few values of some fields are counted by the text index. Of fandoms, people and tags there are so many that it would
take longest where most is found; they are counted from `tally`, by way of the numbers of the works found or of those
not found, whichever are fewer. While tally and index do not stand at the same change, the index counts everything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from tantivy import Occur, Order, Query

from variorum.catalogue.index import FACETS
from variorum.catalogue.tally import Tally

__all__ = ["Facets", "facets"]

Facets = dict[str, tuple[tuple[str, int], ...]]

_VALUES = 100  # of one facet
_MANY = ("fandom", "relationship", "character", "tag")
_KEPT = 2000  # answers kept until something changes


Recalled = Callable[[Tally], npt.NDArray[np.bool_] | None]


def facets(
    works: Any, asked: Query, tally: Tally | None, change: int, said: Hashable = None, recall: Recalled = lambda _: None
) -> Facets:
    """For each field the commonest values among the works that answer, the commonest first. ``change``: how far the index goes.
    ``said`` is the question as a value (tantivy's own cannot be compared): its counts are kept until something changes.
    ``recall`` tells which rows of the tally answer, where memory can tell.
    """
    if tally is None:
        return _by_index(works, asked, FACETS)
    key = ("facets", said)
    with tally.lock:
        held = tally.ready(wait=False) and tally.at() == change
        if held and said is not None and key in tally.known:
            return dict(tally.known[key])
        mask = recall(tally) if held else None
    if not held:
        return _by_index(works, asked, FACETS)
    numbers, others = (
        (np.zeros(0, dtype=np.uint64), 2 * int(mask.sum()) > len(mask)) if mask is not None else _numbers(works, asked)
    )
    few = _by_index(works, asked, [name for name in FACETS if name not in _MANY])
    with tally.lock:
        if tally.at() != change:
            return _by_index(works, asked, FACETS)
        if mask is not None:
            rows = np.flatnonzero(tally.standing() & ~mask if others else mask)
        else:
            rows = tally.rows_of(numbers)
        many = tally.commonest(_MANY, rows, _VALUES, others=others)
        found = {name: tuple(many[name]) if name in many else few[name] for name in FACETS}
        if said is not None:
            if len(tally.known) > _KEPT:
                tally.known.clear()
            tally.known[key] = found
    return dict(found)


def _numbers(works: Any, asked: Query) -> tuple[npt.NDArray[np.uint64], bool]:
    """The numbers of the works that answer, or (True) of the others where these are fewer."""
    everything = works.num_docs
    total = works.search(asked, 1, count=True).count
    others = 2 * total > everything
    query = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, asked)]) if others else asked
    count = everything - total if others else total
    if count == 0:
        return np.zeros(0, dtype=np.uint64), others
    hits = works.search(query, count, count=False, order_by_field="number", order=Order.Asc).hits
    return np.fromiter((value for value, _ in hits), dtype=np.uint64, count=len(hits)), others


def _by_index(works: Any, asked: Query, names: Iterable[str]) -> Facets:
    counting = {
        name: {"terms": {"field": f"facet_{name}", "size": _VALUES, "segment_size": 20 * _VALUES, "order": {"_count": "desc"}}}
        for name in names
    }
    found = works.aggregate(asked, counting)
    return {
        name: tuple(sorted(((b["key"], b["doc_count"]) for b in found[name]["buckets"]), key=lambda one: (-one[1], one[0])))
        for name in counting
    }
