"""Rulings from the page of copies: on ticked copies, on ticked groups, or on every group that answers what is asked.

What is ruled at once is one step, written down whole or not at all, and taken back at once. Of many groups the number is
said before, on a page that asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.copies import sought_of
from variorum.doors.web.desk import Desk, local, with_query
from variorum.errors import NotFound, RulingError
from variorum.library import COPY_ACTS
from variorum.model import Plan, Witness, Work

__all__ = ["ACTS", "rule_copies"]

_MOST = 200  #: copies ruled on at once
_MOST_GROUPS = 20_000  #: groups ruled on at once

_Pairs = list[tuple[str, tuple[str, ...]]]


def rule_copies(desk: Desk, request: Request, form: Form) -> Response:
    """``POST /copies``: ``copy`` (one or more) and ``act`` (same, different, base); or ``many`` (ticked groups, all) and ``what``."""
    if form.get("many"):
        return _many(desk, request, form)
    keys = list(dict.fromkeys(key for key in form.get("copy", []) if key.strip()))[: _MOST + 1]
    act = _last(form, "act")
    if act not in ("same", "different", "base") or not keys:
        raise HTTPException(400, "Tick the copies you mean, then say what they are.")
    if len(keys) > _MOST:
        raise HTTPException(400, f"At most {_MOST} copies at once.")
    chosen = [_held(desk, key) for key in keys]
    rulings = {"same": _join, "different": _part, "base": _base}[act](chosen)
    return _back(form, done=desk.library.copies.rule(rulings).step)


def _held(desk: Desk, key: str) -> tuple[Work, Witness]:
    work = desk.work_of(key)
    copy = next((c for c in work.witnesses if c.witness == key), None) if work is not None else None
    if work is None or copy is None:
        raise NotFound("copy", key)
    return work, copy


def _join(chosen: Sequence[tuple[Work, Witness]]) -> _Pairs:
    """All of them are one work."""
    if len(chosen) < 2:
        raise HTTPException(400, "One work takes two copies or more.")
    first = chosen[0][1]
    return [("same", (first.witness, copy.witness)) for _, copy in chosen[1:]]


def _part(chosen: Sequence[tuple[Work, Witness]]) -> _Pairs:
    """Those of one work that are ticked are another story than those of it that are not, and stay together."""
    ticked = {copy.witness for _, copy in chosen}
    out: _Pairs = []
    first: dict[str, str] = {}
    left = {work.work: [other for other in work.witnesses if other.witness not in ticked] for work, _ in chosen}
    for work, _ in chosen:
        if not left[work.work]:
            raise HTTPException(400, f"Every copy of {words.title_of(work)} is ticked; leave those that stay together.")
    for work, copy in chosen:
        if work.work in first:
            # Two that were one work by way of a third would fall apart with it.
            out.append(("same", (first[work.work], copy.witness)))
        first.setdefault(work.work, copy.witness)
        out += [("different", (copy.witness, other.witness)) for other in left[work.work]]
    return out


def _base(chosen: Sequence[tuple[Work, Witness]]) -> _Pairs:
    """The others of its work are compared with each of these: one a work."""
    works = [work.work for work, _ in chosen]
    if len(set(works)) < len(works):
        raise HTTPException(400, "One copy of a work can be what the others are compared with; two of one work are ticked.")
    return [("base", (copy.witness,)) for _, copy in chosen]


# ---------------------------------------------------------------- many groups


def _many(desk: Desk, request: Request, form: Form) -> Response:
    """A page that says how many are meant and asks; then, when the number still holds, the rulings."""
    what = _last(form, "what")
    asked = urlsplit(local(_last(form, "asked")))
    everything = _last(form, "many") == "all"
    sought = sought_of(dict(parse_qsl(asked.query))) if everything else None
    try:
        plan = desk.library.copies.plan(what, sought, form.get("group", []), desk.viewer(), _MOST_GROUPS)
    except RulingError as error:
        raise HTTPException(400, f"{words.sentence(str(error))}.") from None
    if not plan.works:
        raise HTTPException(400, "No group was ticked.")
    if _last(form, "sure") != str(len(plan.rulings)):
        return _ask(desk, request, form, plan)
    return _back(form, done=desk.library.copies.rule(plan.rulings).step)


def _ask(desk: Desk, request: Request, form: Form, plan: Plan) -> Response:
    hidden = [(name, value) for name in ("many", "what", "asked", "group") for value in form.get(name, [])]
    context: dict[str, Any] = {
        "number": len(plan.works),
        "rulings": len(plan.rulings),
        "does": COPY_ACTS[plan.act],
        "titles": plan.titles,
        "more": len(plan.works) - len(plan.titles),
        "hidden": [*hidden, ("sure", str(len(plan.rulings)))],
        "back": local(_last(form, "asked")),
    }
    return desk.page(request, "copies_sure.html", context)


def undo(desk: Desk, _request: Request, form: Form) -> Response:
    """``POST /copies/undo``: takes a step back."""
    return _back(form, undone=desk.library.copies.undo(_last(form, "step")))


def _back(form: Form, **more: str | int) -> Response:
    """To the page it was done on, which says what was done."""
    address = urlsplit(local(_last(form, "asked") or "/copies"))
    kept = [(name, value) for name, value in parse_qsl(address.query) if name not in ("done", "undone", "none")]
    return RedirectResponse(with_query("/copies", [*kept, *more.items()]), 303)


def _last(form: Form, name: str) -> str:
    return (form.get(name) or [""])[-1]


ACTS = (("/copies", rule_copies), ("/copies/undo", undo))
