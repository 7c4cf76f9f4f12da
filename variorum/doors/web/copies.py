"""Duplicates over the whole library: groups to look through by what one asks, what is related and kept apart, what was ruled.

Nothing is deleted here: a ruling says which copies are one work and which one the others are compared with, and can be
taken back. `copies_ruling` makes the rulings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.desk import Desk, with_query
from variorum.library import COPY_ACTS
from variorum.model import DIFFERS, GROUP_ORDERS, SURENESS, Apart, Duplicates, Group, Ruled, Ruling, Sought
from variorum.text import plain

__all__ = ["PAGES", "address_of", "copies", "sought_of"]

_PAGE = 20  #: groups on a page
_VIEWS = ("groups", "apart", "ruled")
_LONGEST = 200  # characters that are looked for

_LABELS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "differ": ("They differ in", {"marks": "marks at most", "words": "words", "part": "one is a part"}),
    "sure": ("One work by their words", {"sure": "surely", "likely": "likely", "doubtful": "doubtful"}),
    "copies": ("Copies", {"2": "two", "3": "three", "4": "four and more"}),
    "ruled": ("You", {"no": "have not ruled", "yes": "have ruled"}),
}
_ORDERS = {"title": "title", "sure": "the least sure first", "copies": "the most copies first", "added": "the latest first"}


def sought_of(params: Mapping[str, str]) -> Sought:
    """What is asked: ``q``, ``differ``, ``sure``, ``copies``, ``ruled``, ``sort``; what makes no sense is not asked."""
    chosen = {name: params.get(name, "") for name in ("differ", "sure", "copies", "ruled", "sort")}
    return Sought(
        words=" ".join(params.get("q", "").split())[:_LONGEST],
        differ=chosen["differ"] if chosen["differ"] in DIFFERS else None,
        sure=chosen["sure"] if chosen["sure"] in SURENESS else None,
        copies=int(chosen["copies"]) if chosen["copies"] in ("2", "3", "4") else None,
        ruled={"yes": True, "no": False}.get(chosen["ruled"]),
        sort=chosen["sort"] if chosen["sort"] in GROUP_ORDERS else "title",
    )


def address_of(sought: Sought, path: str = "/copies", **more: str | int | None) -> str:
    """The address of what is asked."""
    ruled = {True: "yes", False: "no", None: None}[sought.ruled]
    sort = sought.sort if sought.sort != "title" else None
    asked = {
        "q": sought.words,
        "differ": sought.differ,
        "sure": sought.sure,
        "copies": sought.copies,
        "ruled": ruled,
        "sort": sort,
    }
    return with_query(path, [*asked.items(), *more.items()])


def copies(desk: Desk, request: Request) -> Response:
    """``/copies?page=2``, with what is asked; ``view=apart`` and ``view=ruled`` are the other two lists."""
    params = request.query_params
    asked = params.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 7 else 1
    page = max(page, 1)
    view = params.get("view", "")
    view = view if view in _VIEWS else "groups"
    context = {"groups": _groups, "apart": _apart, "ruled": _ruled}[view](desk, params, page)
    context |= {"view": view, "page": page, "pages": max(-(-context["total"] // _PAGE), 1), "done": _done(desk, params)}
    return desk.page(request, "copies.html", context)


def following(desk: Desk, request: Request) -> Response:
    """``/copies/next?after=WORK``: to the next group nobody ruled on, in the order and with what is asked."""
    sought = sought_of(request.query_params)
    found = desk.library.copies.following(sought, request.query_params.get("after"), desk.viewer())
    if found is None:
        return RedirectResponse(address_of(sought, none=1), 303)
    place, work = found
    page = place // _PAGE + 1
    if sought.ruled is not None:  # the next one is counted among all
        sought = sought_of({**request.query_params, "ruled": ""})
    return RedirectResponse(address_of(sought, page=page if page > 1 else None) + f"#g-{work}", 303)


PAGES = (("/copies", copies), ("/copies/next", following))


# ---------------------------------------------------------------- groups


def _groups(desk: Desk, params: Mapping[str, str], page: int) -> dict[str, Any]:
    sought = sought_of(params)
    found = desk.library.copies.page(limit=_PAGE, offset=(page - 1) * _PAGE, viewer=desk.viewer(), sought=sought)
    return {
        "sought": sought,
        "groups": [_group(group, sought) for group in found.groups],
        "total": found.total,
        "every": found.every,
        "undecided": found.counts.get("ruled", {}).get("no", 0),
        "filters": [_filter(name, sought, found, params) for name in _LABELS],
        "orders": _ORDERS,
        "acts_said": {act: f"Their copies {said}" for act, said in COPY_ACTS.items()},
        "asked": address_of(sought, page=page if page > 1 else None),
        "following": address_of(sought, "/copies/next"),
        "all_ruled": "none" in params,
        "address": lambda number: address_of(sought, page=number if number > 1 else None),
    }


def _filter(name: str, sought: Sought, found: Duplicates, params: Mapping[str, str]) -> dict[str, Any]:
    """One thing that can be asked, each answer with how many groups it would find."""
    label, values = _LABELS[name]
    counts = found.counts.get(name, {})
    said_now = getattr(sought, name)
    now = {True: "yes", False: "no"}[said_now] if isinstance(said_now, bool) else None if said_now is None else str(said_now)
    rows = [
        {
            "said": said,
            "count": counts.get(value, 0),
            "chosen": value == now,
            "href": address_of(sought_of({**params, name: "" if value == now else value})),
        }
        for value, said in values.items()
        if counts.get(value) or value == now
    ]
    return {"label": label, "rows": rows}


def _group(group: Group, sought: Sought) -> dict[str, Any]:
    work = group.work
    return {
        "work": work,
        "title": words.title_of(work),
        "byline": words.byline(work.metadata),
        "same": len({copy.version for copy in work.witnesses}) == 1,
        "ruled": group.ruled,
        "doubt": _doubt(group.sure),
        "following": address_of(sought, "/copies/next", after=work.work),
        "copies": [
            {
                "held": copy,
                "said": words.sentence(group.said.get(copy.siglum, "")),
                "file": plain(copy.name.rpartition("/")[2]),
                "changes": None
                if copy.base or copy.version == work.base.version
                else f"/works/{work.work}/changes?base={work.base.siglum}&with={copy.siglum}",
            }
            for copy in work.witnesses
        ],
    }


def _doubt(sure: float) -> str:
    """What makes one look twice."""
    if sure == 0:
        return "one work by other signs than its words"
    return f"of one copy only {sure:.0%} stand in another" if sure < 0.6 else ""


# ---------------------------------------------------------------- related and kept apart, and what was ruled

_SAID = {
    "anthology": "gathers, among others,",
    "quotes": "shares a passage with",
    "same": "has the words of",
    "revised": "has most words of",
    "contained": "is a part of",
    "contains": "holds all of",
}


def _apart(desk: Desk, _params: Mapping[str, str], page: int) -> dict[str, Any]:
    total, pairs = desk.library.copies.apart(limit=_PAGE, offset=(page - 1) * _PAGE, viewer=desk.viewer())
    return {"total": total, "apart": [_pair(pair) for pair in pairs], "address": _paged("apart"), "asked": _paged("apart")(page)}


def _pair(pair: Apart) -> dict[str, Any]:
    first, second = pair.kinship.containment
    return {
        "copies": pair.copies,
        "works": pair.works,
        "titles": [plain(title or "") or "Untitled" for title in pair.titles],
        "said": _SAID[pair.kinship.verdict],
        "numbers": f"{first:.0%} of it stands there, {second:.0%} of that here",
    }


def _ruled(desk: Desk, _params: Mapping[str, str], page: int) -> dict[str, Any]:
    total, steps = desk.library.copies.ruled(limit=_PAGE, offset=(page - 1) * _PAGE)
    rows = [{"step": step, "said": _step(desk, step)} for step in steps]
    return {"total": total, "ruled": rows, "address": _paged("ruled"), "asked": _paged("ruled")(page)}


def _paged(view: str) -> Any:
    return lambda number: with_query("/copies", view=view, page=number if number > 1 else None)


_VERBS = {
    "same": ("are one work", "what is one work"),
    "different": ("are not one work", "what is not one work"),
    "base": ("is what the others are compared with", "what the others are compared with"),
    "several": ("", "copies"),
}


def _step(desk: Desk, step: Ruled) -> str:
    """A step in words: a few rulings one by one, many by their number."""
    if step.count > len(step.rulings) or step.kind == "several":
        return f"{words.count(step.count, 'ruling')} at once on {_VERBS[step.kind][1]}"
    return "; ".join(_one(desk, ruling) for ruling in step.rulings)


def _one(desk: Desk, ruling: Ruling) -> str:
    """A ruling in words: copies by work and letter, where they are still held."""
    names = []
    for key in ruling.on:
        work = desk.work_of(key)
        copy = next((c for c in work.witnesses if c.witness == key), None) if work else None
        names.append(f"{words.title_of(work)}, copy {copy.siglum}" if work and copy else f"a copy not held now ({key[:8]})")
    return f"{words.listed(names)} {_VERBS[ruling.kind][0]}"


def _done(desk: Desk, params: Mapping[str, str]) -> dict[str, Any] | None:
    """What was ruled just now, with what takes it back; or that it was taken back."""
    undone = params.get("undone", "")
    if undone.isascii() and undone.isdecimal() and len(undone) < 7:
        return {"said": f"{words.count(int(undone), 'ruling')} taken back.", "step": None}
    step = desk.library.copies.step(params["done"]) if params.get("done") else None
    return {"said": f"{words.count(step.count, 'ruling')} kept.", "step": step.step} if step is not None else None
