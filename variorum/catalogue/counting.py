"""What the works that answer a question are, in numbers: counted by the text index, exactly as a search would count them.

Each number stands beside the condition that finds its works, so that whoever doubts it can look. Sizes and files are the
database's, and are told of all that a viewer may see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from tantivy import Occur, Query

from variorum.catalogue import schema as s
from variorum.catalogue.compiling import compile_query
from variorum.catalogue.index import COUNTED, FACETS
from variorum.catalogue.query import Flag
from variorum.catalogue.viewers import for_rows
from variorum.model import Share, Viewer

__all__ = ["FLAGS_COUNTED", "LENGTHS", "counted", "files_of", "values_of"]

_TOP = 25  # values of one field
_WORDS: Mapping[str, Any] = {"words": {"sum": {"field": "words"}}}
#: Lengths in words: at least, and less than (None: open).
LENGTHS = ((0, 1000), (1000, 5000), (5000, 10_000), (10_000, 50_000), (50_000, 100_000), (100_000, None))
_COPIES = ((1, 2), (2, 3), (3, 4), (4, None))
#: What is counted of flags, in this order.
FLAGS_COUNTED = (
    *(("is", name) for name in ("complete", "wip", "partial", "restricted", "adult")),
    *(("has", name) for name in ("copies", "versions", "lost", "repairs", "doubts", "series")),
)


def counted(works: Any, asked: Query) -> tuple[int, int, dict[str, tuple[Share, ...]]]:
    """How many works answer, their words, and shares by field, year, length, copies and flags."""
    fields = (*FACETS, *COUNTED)
    asking: dict[str, Any] = {
        name: {
            "terms": {"field": f"facet_{name}", "size": _TOP, "segment_size": 40 * _TOP, "order": {"_count": "desc"}},
            "aggs": _WORDS,
        }
        for name in fields
    }
    asking |= {
        "words": {"sum": {"field": "words"}},
        "year": {"histogram": {"field": "published", "interval": 10_000}, "aggs": _WORDS},
        "length": {"range": {"field": "words", "ranges": _ranges(LENGTHS)}, "aggs": _WORDS},
        "copies": {"range": {"field": "copies", "ranges": _ranges(_COPIES)}, "aggs": _WORDS},
    }
    found = works.aggregate(asked, asking)
    by: dict[str, tuple[Share, ...]] = {}
    for name in fields:
        rows = [
            Share(b["key"], b["doc_count"], int(b["words"]["value"] or 0), _exactly(name, b["key"]))
            for b in found[name]["buckets"]
        ]
        by[name] = tuple(sorted(rows, key=lambda row: (-row.works, row.value)))
    years = [(int(b["key"]) // 10_000, b) for b in found["year"]["buckets"] if b["doc_count"]]
    by["year"] = tuple(
        Share(f"{year:04}", b["doc_count"], int(b["words"]["value"] or 0), f"published:{year:04}")
        for year, b in sorted(years, key=lambda one: one[0])
    )
    for name, field, bounds in (("length", "words", LENGTHS), ("copies", "copies", _COPIES)):
        by[name] = tuple(_within(field, bounds, found[name]["buckets"]))
    by["state"] = tuple(_flags(works, asked))
    return works.search(asked, 1, count=True).count, int(found["words"]["value"] or 0), by


def _ranges(bounds: tuple[tuple[int, int | None], ...]) -> list[dict[str, float]]:
    return [{name: float(end) for name, end in (("from", low), ("to", high)) if end} for low, high in bounds]


def _within(field: str, bounds: tuple[tuple[int, int | None], ...], buckets: list[Any]) -> Iterator[Share]:
    held = {int(b.get("from") or 0): b for b in buckets}
    for low, high in bounds:
        b = held.get(low)
        ends = f"{low}.." if high is None else f"<{high}" if not low else f"{low}..{high - 1}" if high - low > 1 else f"{low}"
        if b is not None:
            yield Share(ends, b["doc_count"], int(b["words"]["value"] or 0), f"{field}:{ends}")


def _flags(works: Any, asked: Query) -> Iterator[Share]:
    for kind, name in FLAGS_COUNTED:
        both = Query.boolean_query([(Occur.Must, asked), (Occur.Must, compile_query(Flag(kind, name)))])
        found = works.aggregate(both, _WORDS)
        count = works.search(both, 1, count=True).count
        yield Share(f"{kind}:{name}", count, int(found["words"]["value"] or 0), f"{kind}:{name}")


def _exactly(name: str, value: str) -> str | None:
    """The condition for a whole value; None where both kinds of quote stand in it."""
    for quote, others in (('"', '"“”'), ("'", "'‘’")):
        if not any(mark in value for mark in others):
            return f"{name}:={quote}{value}{quote}"
    return None


def values_of(works: Any, asked: Query, name: str, most: int) -> tuple[Share, ...]:
    """The values of one field among the works that answer, the commonest first, ``most`` of them at most."""
    size = {"field": f"facet_{name}", "size": most, "segment_size": 4 * most, "order": {"_count": "desc"}}
    buckets = works.aggregate(asked, {name: {"terms": size, "aggs": _WORDS}})[name]["buckets"]
    return tuple(Share(b["key"], b["doc_count"], int(b["words"]["value"] or 0), _exactly(name, b["key"])) for b in buckets)


def files_of(connection: sa.Connection, viewer: Viewer) -> tuple[int, int, int, int]:
    """Copies, files, bytes and repairs to look at of all works that exist for a viewer; each file once."""
    w = s.witnesses.c
    seen = s.witnesses.join(s.works, s.works.c.work == w.work)
    totals = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(w.look), 0))
    copies, look = connection.execute(totals.select_from(seen).where(for_rows(viewer))).one()
    i = s.witness_items.c
    parts = sa.select(i.digest).select_from(s.witness_items.join(seen, w.witness == i.witness)).where(for_rows(viewer))
    whole = sa.select(w.digest).select_from(seen).where(for_rows(viewer))
    mine = sa.union(parts, whole).subquery()
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(s.items.c.size), 0))
    files, size = connection.execute(query.where(s.items.c.digest.in_(sa.select(mine.c.digest)))).one()
    return int(copies), int(files), int(size), int(look)
