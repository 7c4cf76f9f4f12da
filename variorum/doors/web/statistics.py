"""The page of numbers: what was read, what the library holds. Every number leads to the works it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from variorum.doors import shapes
from variorum.doors.counted_shapes import statistics_json
from variorum.doors.web import words
from variorum.doors.web.columns_svg import Column, columns_svg
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.facets import said
from variorum.doors.web.own import asked_of
from variorum.doors.web.querying import Question
from variorum.errors import CatalogueError
from variorum.model import Holdings, Month, ReadOver, Share

__all__ = ["PAGES"]

#: What is listed, in this order: name, heading, whether the longest come first (else the most), values before "more".
_LISTS = (
    ("fandom", "Words by fandom", True, 12),
    ("rating", "Ratings", False, 8),
    ("length", "Lengths", None, 8),
    ("status", "Complete or not", False, 4),
    ("state", "What else they are and have", None, 12),
    ("copies", "Copies of a work", None, 6),
    ("author", "Creators", False, 10),
    ("relationship", "Relationships", False, 8),
    ("character", "Characters", False, 8),
    ("tag", "Additional tags", False, 12),
    ("series", "Series", False, 8),
    ("site", "Sites", False, 8),
    ("format", "Formats", False, 8),
    ("language", "Languages", False, 8),
)
_STATES = {
    "is:complete": "complete",
    "is:wip": "in progress",
    "is:partial": "no copy is whole",
    "is:restricted": "restricted where they were posted",
    "is:adult": "adult",
    "has:copies": "in several copies",
    "has:versions": "in copies that differ",
    "has:lost": "with a lost copy known",
    "has:repairs": "with repairs",
    "has:doubts": "with repairs to look at",
    "has:series": "in a series",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def page(desk: Desk, request: Request) -> Response:
    """``/statistics?q=``: the library in numbers, or what answers to a question."""
    asked = Question(request.query_params.get("q", "")[:2000])
    held = desk.library.statistics.holdings(asked_of(desk, asked), desk.viewer(request))
    read = _read(desk)
    context: dict[str, Any] = {
        "asked": asked,
        "held": held,
        "size": _size(held.bytes),
        "json": with_query("/api/v1/statistics", q=asked.text.strip()),
        "lists": [row for row in (_list(asked, held, *one) for one in _LISTS) if row is not None],
        "years": _years(asked, held),
        "read": read,
        "months": _over("months", "Words read by month", read.months),
        "days": _over("days", "Words read by day", read.days),
    }
    return desk.page(request, "statistics.html", context)


def as_json(desk: Desk, request: Request) -> Response:
    """``/api/v1/statistics?q=&hidden=``."""
    query = request.query_params.get("q", "")
    every = request.query_params.get("hidden") in ("1", "true", "yes")
    asked = query if every else desk.library.own.in_sight(desk.viewer(request), query)
    held = desk.library.statistics.holdings(asked, desk.viewer(request))
    return Response(shapes.dump(statistics_json(replace(held, query=query), _read(desk))).encode(), media_type="application/json")


def _read(desk: Desk) -> ReadOver:
    try:
        return desk.library.statistics.read(desk.viewer())
    except CatalogueError:
        return ReadOver(0, 0)


def address(asked: Question, share: Share) -> str | None:
    """The shelf with exactly the works of a share."""
    if share.asks is None:
        return None
    text = asked.text.strip()
    return Question(f"({text}) {share.asks}" if text else share.asks).address()


def _list(asked: Question, held: Holdings, name: str, heading: str, by_words: bool | None, few: int) -> dict[str, Any] | None:
    shares = [share for share in held.by.get(name, ()) if share.works]
    if not shares:
        return None
    if by_words:
        shares.sort(key=lambda share: (-share.words, share.value))
    most = max((share.words if by_words else share.works) for share in shares) or 1
    rows = [
        {
            "value": _called(name, share),
            "share": share,
            "address": address(asked, share),
            "width": round(100 * (share.words if by_words else share.works) / most, 1),
        }
        for share in shares
    ]
    return {"name": name, "heading": heading, "few": rows[:few], "more": rows[few:], "by_words": by_words}


def _called(name: str, share: Share) -> str:
    if name == "state":
        return _STATES.get(share.value, share.value)
    if name not in ("length", "copies"):
        return said(name, share.value)
    low, dots, high = share.value.lstrip("<").partition("..")
    if name == "copies":
        return f"{low} or more" if dots else low
    if share.value.startswith("<"):
        return f"under {int(low):,} words"
    return f"{int(low):,} words and more" if not high else f"{int(low):,} to {int(high):,} words"


def _years(asked: Question, held: Holdings) -> dict[str, Any] | None:
    shares = held.by.get("year", ())
    if not shares:
        return None
    known = {int(share.value): share for share in shares}
    first, last = max(min(known), max(known) - 60), max(known)
    columns = [Column(str(year), known[year].words if year in known else 0) for year in range(first, last + 1)]
    top = max(shares, key=lambda share: share.words)
    about = f"Words of works posted in {first} to {last}; the most, {top.words:,} in {words.count(top.works, 'work')}, in {top.value}."
    rows = [(share.value, share, address(asked, share)) for share in reversed(shares)]
    undated = held.works - sum(share.works for share in shares)
    return {"svg": columns_svg("years", "Words by year", about, columns), "rows": rows, "undated": undated}


def _over(name: str, title: str, stretches: Sequence[Month]) -> dict[str, Any] | None:
    if not any(one.words for one in stretches):
        return None
    top = max(stretches, key=lambda one: one.words)
    about = f"{_when(stretches[0].when)} to {_when(stretches[-1].when)}; the most, {top.words:,} words, {_in(top.when)}."
    columns = [Column(_label(one.when), one.words) for one in stretches[-120:]]
    rows = [(_when(one.when), one) for one in reversed(stretches) if one.words or one.finished]
    return {"svg": columns_svg(name, title, about, columns), "rows": rows, "title": title}


def _when(when: str) -> str:
    """``November 2026``, ``24 November 2026``."""
    return words.day(when) if len(when) > 7 else f"{_MONTHS[int(when[5:7]) - 1]} {when[:4]}"


def _in(when: str) -> str:
    return f"on {_when(when)}" if len(when) > 7 else f"in {_when(when)}"


def _label(when: str) -> str:
    month = _MONTHS[int(when[5:7]) - 1][:3]
    return f"{int(when[8:])} {month}" if len(when) > 7 else f"{month} {when[2:4]}"


def _size(size: int) -> str:
    """``12.4 MB``."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return words.count(size, "byte")


PAGES = (("/statistics", page), ("/api/v1/statistics", as_json))
