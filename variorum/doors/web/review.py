"""Reviewing repairs: what there is to look at, in groups, and rulings on a whole group at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.document import Emendation
from variorum.doors.web import words
from variorum.doors.web.desk import Desk, with_query

__all__ = ["VIEWS", "Group", "Tally", "groups", "rule_group", "tally", "verdict", "view"]

#: Certainty from which a repair need not be looked at (`band`: *sure*).
_SURE = 0.95


def _likely(e: Emendation) -> bool:
    return e.state == "applied" and e.ruling is None and e.certainty < _SURE


def _offered(e: Emendation) -> bool:
    return e.state == "proposed"


def _ruled(e: Emendation) -> bool:
    return e.ruling is not None


def _any(_: Emendation) -> bool:
    return True


class View(NamedTuple):
    """One choice of repairs: its name in the address, what it is called, and which belong to it."""

    name: str
    label: str
    holds: Callable[[Emendation], bool]


#: What the page can be narrowed to. *To look at* is what reads as mended and may be wrong.
VIEWS: tuple[View, ...] = (
    View("all", "All", _any),
    View("look", "To look at", _likely),
    View("offered", "Only offered", _offered),
    View("ruled", "Ruled by you", _ruled),
)


def view(name: str | None) -> View:
    """The view of this name, else the first."""
    return next((v for v in VIEWS if v.name == name), VIEWS[0])


class Tally(NamedTuple):
    """How many repairs stand in the text, how many of them to look at and how many of those wrong, as far as one can know."""

    applied: int
    look: int
    wrong: float  #: sum of 1 - certainty over those to look at
    offered: int
    ruled: int


def tally(emendations: Iterable[Emendation]) -> Tally:
    """Counts the repairs of one copy."""
    given = list(emendations)
    look = [e for e in given if _likely(e)]
    return Tally(
        applied=sum(e.state == "applied" for e in given),
        look=len(look),
        wrong=sum(1 - e.certainty for e in look),
        offered=sum(map(_offered, given)),
        ruled=sum(map(_ruled, given)),
    )


def verdict(counted: Tally) -> str:
    """The tally as one sentence: "312 repairs, 41 to look at, about 9 of them wrong; 24 more are only offered."."""
    if not (counted.applied or counted.offered or counted.ruled):
        return "Nothing in this copy looked damaged."
    said = words.count(counted.applied, "repair", "repairs")
    if counted.look:
        wrong = round(counted.wrong)
        guess = f"about {wrong} of them wrong" if wrong else "probably none of them wrong"
        said += f", {words.number(counted.look)} to look at, {guess}"
    elif counted.applied:
        said += ", none to look at"
    if counted.offered:
        more = "more is" if counted.offered == 1 else "more are"
        said += f"; {words.number(counted.offered)} {more} only offered"
    return said + "."


class Group(NamedTuple):
    """Repairs made for the same reason: they tend to be right or wrong together."""

    group: str
    kind: str
    why: str  #: the commonest reason, one sentence
    number: int
    look: int
    wrong: float
    offered: int
    ruled: int


def groups(emendations: Iterable[Emendation]) -> list[Group]:
    """The groups of a copy, those with the most to look at first."""
    found: dict[str, list[Emendation]] = {}
    for emendation in emendations:
        found.setdefault(emendation.group, []).append(emendation)
    out = []
    for name, members in found.items():
        counted = tally(members)
        why = Counter(e.why for e in members).most_common(1)[0][0]
        number = len(members)
        out.append(Group(name, members[0].kind, why, number, counted.look, counted.wrong, counted.offered, counted.ruled))
    return sorted(out, key=lambda g: (-g.look, -g.offered, -g.number, g.group))


def rule_group(desk: Desk, request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /works/ID/repairs``: one ruling for every repair of a group that the view shows and nobody has ruled on.

    ``kind`` is accept, refuse, or undo (which takes back the rulings on the group); ``group``, ``copy``, ``view``.
    """
    kind, name, shown = (form.get(field, [""])[-1] for field in ("kind", "group", "view"))
    if kind not in ("accept", "refuse", "undo") or not name:
        raise HTTPException(400, "A ruling says what is ruled and on what.")
    work = desk.work(request)
    copy = desk.copy(work, form.get("copy", [""])[-1] or None)
    members = [e for e in desk.library.document(copy.witness).emendations if e.group == name]
    desk.library.rule_all(kind, _ruled_on(kind, members, view(shown)))
    back = with_query(
        f"/works/{work.work}/repairs", copy=copy.siglum, view=shown if shown in {v.name for v in VIEWS[1:]} else None
    )
    return RedirectResponse(back, 303)


def _ruled_on(kind: str, members: Sequence[Emendation], shown: View) -> list[str]:
    """What a ruling on a group is on: repairs for accept and refuse, rulings for undo."""
    if kind == "undo":
        return [e.ruling for e in members if e.ruling is not None]
    return [e.emendation for e in members if e.ruling is None and shown.holds(e)]
