"""What stands beside the shelf to narrow it: every value with its count, and the two addresses that take it in or leave it out.

There are hundreds of them on a page, so they are not made one by one: all addresses of one field begin and end alike, and
how a value is written in an address and on a page is remembered. What is made is a function of what is passed in alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

from markupsafe import escape

from variorum.doors.web import words
from variorum.doors.web.querying import FACET_NAMES, STATES, Question
from variorum.doors.web.rendering import ours
from variorum.text import plain

__all__ = ["facets", "said"]

_FEW = 8  # values of a facet shown before "more"
_PLACES = {name: place for place, name in enumerate(FACET_NAMES)}


def facets(asked: Question, counted: Mapping[str, Sequence[tuple[str, int]]]) -> list[dict[str, object]]:
    """By field, in the order they stand: name, label, the rows of the first few values and of the others, and how many others."""
    chosen = {*asked.taken, *asked.left}
    sides = _sides(asked)
    out: list[dict[str, object]] = []
    for name in sorted(counted, key=lambda name: _PLACES.get(name, len(_PLACES))):
        if name not in FACET_NAMES:
            continue
        rows = [_row(name, value, count, sides) for value, count in counted[name] if (name, value) not in chosen]
        if rows:
            few, more = ours("".join(rows[:_FEW])), ours("".join(rows[_FEW:]))
            out.append({"name": name, "label": FACET_NAMES[name], "few": few, "more": more, "others": len(rows) - _FEW})
    return out


def said(name: str, value: str) -> str:
    """A value of a facet as it is shown."""
    if name == "language":
        return words.language(value)
    if name == "status":
        return {"complete": "Complete", "in-progress": "Work in progress", "unknown": "Not known"}.get(value, value)
    return STATES.get((name, value), value)


_Sides = tuple[str, str, str, str]


def _sides(asked: Question) -> _Sides:
    """What stands before and after a value in the addresses that take it in, and in those that leave it out; escaped."""
    mark = "0"
    whole = "is:" + mark
    take = str(escape(asked.take("is", mark).address())).rsplit("take=" + quote(whole, safe=""), 1)
    leave = str(escape(asked.leave("is", mark).address())).rsplit("leave=" + quote(whole, safe=""), 1)
    return take[0] + "take=", take[1], leave[0] + "leave=", leave[1]


def _row(name: str, value: str, count: int, sides: _Sides) -> str:
    address, shown = _written(name, value)
    take, taken, leave, left = sides
    return (
        f'<li><a href="{take}{address}{taken}">{shown}</a> <span class="n">{words.number(count)}</span> '
        f'<a class="leave" href="{leave}{address}{left}" aria-label="Leave out {shown}" title="Leave out">'
        '<span aria-hidden="true">\N{MINUS SIGN}</span></a></li>'
    )


@lru_cache(20_000)
def _written(name: str, value: str) -> tuple[str, str]:
    """A value in an address, and on a page; both escaped."""
    return quote(f"{name}:{value}", safe="", errors="replace"), str(escape(plain(said(name, value))))
