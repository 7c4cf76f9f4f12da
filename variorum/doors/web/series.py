"""Series: their parts in order, and the parts that are missing, with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from variorum.doors.web import words
from variorum.doors.web.desk import Desk, leaving
from variorum.doors.web.own import asked_of
from variorum.doors.web.querying import Question
from variorum.model import Series, Work, WorkHit
from variorum.text import fold

__all__ = ["MOST_PARTS", "Part", "all_parts", "in_parts", "parts", "series_asked"]

#: Parts of one series that are looked at: a number somebody wrote must not make a thousand gaps.
MOST_PARTS = 300


class Part(NamedTuple):
    """One part: its number as it is said, its title and page where it is held or told of, where it was posted, whether it is held."""

    number: str
    title: str | None
    page: str | None
    live: str | None
    held: bool
    here: bool


def series_asked(asked: Question) -> str | None:
    """The series whose parts are asked for in their order: the only one taken, where no other order is wanted."""
    named = [value for name, value in asked.taken if name == "series"]
    return named[0] if len(named) == 1 and not asked.sort and not asked.like.strip() else None


def in_parts(asked: Question, hits: Sequence[WorkHit]) -> list[WorkHit]:
    """Hits in the order of the series asked for; parts without a number come last."""
    title = series_asked(asked) or ""
    return sorted(hits, key=lambda hit: _position(hit.work, title))


def _position(work: Work, title: str) -> float:
    at = [one.position for one in work.metadata.series if fold(one.title) == fold(title) and one.position is not None]
    return at[0] if at else float("inf")


def all_parts(desk: Desk, work: Work) -> list[dict[str, Any]]:
    """Each series of a work, with its parts; a series of which nothing but this work is known is not among them."""
    found = (parts(desk, one.title, work) for one in work.metadata.series[:6])
    return [one for one in found if one is not None]


def parts(desk: Desk, title: str, work: Work) -> dict[str, Any] | None:
    """The parts of a series of this title to which ``work`` belongs; None when it is alone in it and no part is missing."""
    here = next((one for one in work.metadata.series if fold(one.title) == fold(title)), None)
    if here is None:
        return None
    asked = Question().take("series", here.title)
    found = desk.library.find(asked_of(desk, asked), limit=MOST_PARTS, viewer=desk.viewer(), known=True)
    rows: dict[float, Part] = {}
    unnumbered: list[Part] = []
    for one in (work, *(hit.work for hit in found.hits)):
        said = next((s for s in one.metadata.series if fold(s.title) == fold(title)), None)
        if said is None or not _same(here, work, said, one):
            continue
        part = _part(work, one, said)
        if said.position is None:
            unnumbered += [part] if one.work != work.work or here.position is None else []
        elif said.position not in rows or (part.held and not rows[said.position].held):
            rows[said.position] = part
    last = max(rows, default=0)
    if last <= MOST_PARTS:
        for number in range(1, int(last) + 1):
            rows.setdefault(float(number), Part(str(number), None, None, None, held=False, here=False))
    ordered = [*(rows[at] for at in sorted(rows)), *dict.fromkeys(unnumbered)]
    missing = [part.number for part in ordered if not part.held and part.number]
    if len(ordered) < 2:
        return None
    return {
        "title": here.title,
        "address": asked.address(),
        "live": leaving(here.url, work.work),
        "parts": ordered,
        "missing": missing,
        "sentence": _sentence(missing, ordered),
    }


def _part(work: Work, one: Work, said: Series) -> Part:
    held = bool(one.witnesses)
    title = words.title_of(one) if held or one.title else None
    live = None if held else leaving(one.metadata.url, one.work)
    return Part(words.position(said.position), title, f"/works/{one.work}", live, held, one.work == work.work)


def _same(here: Series, work: Work, said: Series, one: Work) -> bool:
    """Whether two series of one title are one: by their addresses, else by somebody who made both."""
    if here.url and said.url:
        return here.url == said.url
    made = ({fold(c.name) for c in each.metadata.creators} for each in (work, one))
    first, second = made
    return not (first and second) or not first.isdisjoint(second)


def _sentence(missing: Sequence[str], ordered: Sequence[Part]) -> str:
    if not missing:
        return ""
    shown = list(missing[:12]) + ([f"{len(missing) - 12} more"] if len(missing) > 12 else [])
    numbered = [part.number for part in ordered if part.number]
    verb = "is" if len(missing) == 1 else "are"
    return f"{'Part' if len(missing) == 1 else 'Parts'} {words.listed(shown)} of {numbered[-1]} {verb} not held."
