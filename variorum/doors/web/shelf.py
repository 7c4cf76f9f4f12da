"""The shelf: every work as a blurb, the search box, facets, and what to look at first."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import meaning, words
from variorum.doors.web.bookmarks import begun
from variorum.doors.web.chapters import LONG
from variorum.doors.web.desk import Desk, local, with_query
from variorum.doors.web.facets import facets, said
from variorum.doors.web.own import asked_of, kept, owned, shelves_of
from variorum.doors.web.querying import PER_PAGE, SORTS, STATES, Question, question
from variorum.doors.web.rendering import ours
from variorum.doors.web.searches import searches_of
from variorum.doors.web.series import MOST_PARTS, in_parts, parts, series_asked
from variorum.errors import CatalogueError, QueryError
from variorum.library import KEEPER, MOST_TOGETHER
from variorum.model import RATINGS, Done, Found, Owned, Shelf, Work, WorkHit

__all__ = ["ACTS", "shelf"]

#: How the shelf can be shown, with the words for it.
VIEWS = {"blurbs": "Blurbs", "covers": "Covers", "list": "List"}
_ROWS = 50  # works on a page of the list

_CONTINUED = 3  # works to go on with
_GUIDED = 40  # a sample library is small; nobody waits for a guided tour through a large one


def shelf(desk: Desk, request: Request) -> Response:
    """``/``: the works that answer the question; all of them when nothing is asked."""
    asked = question(request.query_params)
    if asked.sort == "random" and not asked.seed:
        asked = asked.shuffled(secrets.randbelow(999_999) + 1)
    view = view_of(desk)
    per_page = _ROWS if view == "list" else PER_PAGE
    serial = series_asked(asked)
    context: dict[str, Any] = {"asked": asked, "sorts": _sorts(asked), "query_error": None}
    try:
        found = desk.library.find(
            asked_of(desk, asked),
            like=asked.like.strip() or None,
            sort=None if asked.like.strip() else asked.sort or None,
            limit=MOST_PARTS if serial else per_page,
            offset=0 if serial else (asked.page - 1) * per_page,
            viewer=desk.viewer(request),
            seed=asked.seed,
        )
    except QueryError as error:
        context["query_error"] = _where(asked, error)
        return desk.page(request, "query_error.html", context, status=400)
    if asked.plain and found.total == 0 and desk.library.counts(viewer=desk.viewer(request)).works == 0:
        return desk.page(request, "empty.html", context)
    pages = max((found.total + per_page - 1) // per_page, 1)
    hits = in_parts(asked, found.hits) if serial else found.hits
    hits = hits[(asked.page - 1) * per_page : asked.page * per_page] if serial else hits
    mine = owned(desk, [hit.work for hit in hits])
    choose = request.query_params.get("choose") or ""
    context |= {
        "total": found.total,
        "first": (asked.page - 1) * per_page + 1,
        "pages": pages,
        "blurbs": [blurb(hit, mine.get(hit.work.work), keeper=desk.person == KEEPER) for hit in hits],
        "printed": _printer(desk, asked, choose),
        "view": view,
        "views": VIEWS,
        "choose": choose,
        "choosing": _with_choose(asked),
        "ratings": RATINGS,
        "shelves": [_beside(asked, shelf) for shelf in shelves_of(desk)],
        "done": _done(desk, request),
        "book": _book(asked, found.total),
        "series": parts(desk, serial, found.hits[0].work) if serial and found.hits else None,
        "facets": facets(asked, found.facets),
        "chosen_facets": [
            *((said(name, value), True, asked.drop(name, value).address()) for name, value in asked.taken),
            *((said(name, value), False, asked.drop(name, value).address()) for name, value in asked.left),
        ],
        "states": [
            {"value": text, "take": asked.take(*pair).address(), "leave": asked.leave(*pair).address()}
            for pair, text in STATES.items()
            if pair not in {*asked.taken, *asked.left}
        ],
        "meaning": meaning.standing(desk, asked.like),
        "searches": searches_of(desk, desk.viewer(request).person),
        "continue_reading": _continue(desk) if asked.plain and asked.page == 1 else [],
        "tour": _tour(desk, found) if desk.sample and asked.plain and asked.page == 1 else None,
    }
    return desk.page(request, "shelf.html", context)


def _printer(desk: Desk, asked: Question, choose: str) -> Callable[[dict[str, Any], int], Markup]:
    """Prints a blurb, the so-and-so-many-th of its page."""

    def printed(b: dict[str, Any], number: int) -> Markup:
        key = (b["work"].work, desk.person, number, asked.sort, choose)
        return desk.piece("blurb.html", key, tuple(b.values()), b=b, number=number, asked=asked, choose=choose)

    return printed


def _where(asked: Question, error: QueryError) -> dict[str, str]:
    """The question with the place where it cannot be read."""
    text = asked.query if error.text == asked.query else error.text
    at = min(max(error.position, 0), len(text))
    end = at + 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return {"reason": error.reason, "before": text[:at], "here": text[at:end] or " ", "after": text[end:]}


def blurb(hit: WorkHit, own: Owned | None = None, *, keeper: bool = True) -> dict[str, Any]:
    """What the list shows of one work, and what it is to whoever asks."""
    work = hit.work
    return {
        "work": work,
        "title": words.title_of(work),
        "snippet": ours(hit.snippet) if hit.snippet else None,  # escaped by the catalogue (CONTRACT.md)
        "there": f"/works/{work.work}/passage?at={hit.place[0]}" if hit.snippet and hit.place else None,
        "badges": badges(work, keeper=keeper),
        "sigla": [copy.siglum for copy in work.witnesses][:8],
        "read": first_page(work),
        "own": own or Owned(),
        "kept": kept(own),
    }


def view_of(desk: Desk) -> str:
    """How whoever asks wants the shelf: one of `VIEWS`."""
    try:
        said = desk.library.people.settings(desk.person).get("shelf_view")
    except CatalogueError:
        said = None
    return said if said in VIEWS else "blurbs"


def viewed(desk: Desk, _request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /shelf/view``: blurbs, covers or a list, from now on."""
    view = (form.get("view") or [""])[-1]
    if view not in VIEWS:
        raise HTTPException(400, f"The shelf is shown as {words.listed(list(VIEWS))}.")
    desk.library.people.set_settings(desk.person, {"shelf_view": None if view == "blurbs" else view})
    return RedirectResponse(local((form.get("back") or ["/"])[-1]), 303)


ACTS = (("/shelf/view", viewed),)


def _sorts(asked: Question) -> list[tuple[str, str]]:
    """The orders to choose from; the present one too where it is turned round."""
    names = {name for name, _ in SORTS}
    turned = [
        (asked.sort, f"{label}, turned round")
        for name, label in SORTS
        if name and asked.turned() and asked.sort not in names and name.lstrip("-") == asked.sort.lstrip("-")
    ]
    return [*SORTS, *turned]


def _with_choose(asked: Question) -> dict[str, str]:
    """The addresses of the same page with boxes to tick, with all of them ticked, and without."""
    here = asked.address()
    more = here + ("&" if "?" in here else "?")
    return {"some": more + "choose=1", "page": more + "choose=page", "none": here}


def _beside(asked: Question, shelf: Shelf) -> dict[str, Any]:
    pair = ("shelf", shelf.name)
    return {
        "shelf": shelf,
        "take": asked.take(*pair).address(),
        "leave": asked.leave(*pair).address(),
        "here": pair in asked.taken,
    }


def _done(desk: Desk, request: Request) -> Done | None:
    """The step that was just done, as long as it can be taken back."""
    undo = request.query_params.get("done")
    try:
        return desk.library.own.done(desk.viewer(), undo) if undo else None
    except CatalogueError:
        return None


def _book(asked: Question, total: int) -> str | None:
    """The address of one EPUB of all that answer, where something was asked and a book would take them."""
    if asked.plain or not 1 <= total <= MOST_TOGETHER:
        return None
    return "/shelf/book.epub" + asked.at(1).address().removeprefix("/")


def first_page(work: Work, siglum: str | None = None) -> str:
    """Where reading begins: chapter by chapter when there are several, as on AO3; a long text without chapters by its parts."""
    chapter = "/1" if work.chapters > 1 or work.words > LONG else ""
    return with_query(f"/works/{work.work}/read{chapter}", copy=siglum)


def badges(work: Work, *, keeper: bool = True) -> list[tuple[str, str | None]]:
    """Plain words for what is special about a work's copies, each with where it leads; what is the ``keeper``'s leads nobody else."""
    here = f"/works/{work.work}"
    out: list[tuple[str, str | None]] = []
    versions = {copy.version for copy in work.witnesses}
    if len(work.witnesses) > 1:
        out.append((words.count(len(work.witnesses), "copy", "copies"), f"{here}#copies"))
        out.append(("they differ", f"{here}/changes") if len(versions) > 1 else ("word for word the same", None))
    if work.witnesses and all(copy.extent == "partial" for copy in work.witnesses):
        out.append(("partial", f"{here}#copies"))
    looked = max(work.witnesses, key=lambda copy: (copy.base and copy.look > 0, copy.look), default=None)
    if looked is not None and looked.look:
        there = with_query(f"{here}/repairs", copy=looked.siglum, view="look") if keeper else None
        out.append((words.count(looked.look, "repair", "repairs") + " to look at", there))
    if work.lost:
        out.append((words.count(len(work.lost), "lost copy known", "lost copies known"), f"{here}#lost"))
    if work.metadata.restricted:
        out.append(("restricted", None))
    if work.metadata.wishes:
        out.append(("author’s wishes", f"{here}#wishes"))
    if work.adult:
        out.append(("adult", None))
    elif work.adult is None:
        out.append(("not rated here", None))
    return out


def _continue(desk: Desk) -> list[dict[str, str]]:
    """The works the keeper read last."""
    try:
        places = desk.library.people.recent(desk.person, 12)
    except CatalogueError:
        return []
    out: list[dict[str, str]] = []
    seen: set[str] = set()
    for place in places:
        work = desk.work_of(place.witness)
        if work is None or work.work in seen or len(out) == _CONTINUED:
            continue
        seen.add(work.work)
        held = begun(desk, work)
        if held is None or held.finished:
            continue
        quote = " ".join(place.quote.split()[:9])
        out.append({"title": words.title_of(work), "address": held.address, "quote": quote, "share": f"{held.progress:.0%}"})
    return out


def _tour(desk: Desk, found: Found) -> dict[str, Any] | None:
    """Three things to look at in the sample library: a rescue, copies that stand together, what changed."""
    if found.total > _GUIDED:
        return None
    most: tuple[int, str, str] | None = None
    pair: Work | None = None
    for hit in found.hits:
        work = hit.work
        if len({copy.version for copy in work.witnesses}) > 1 and (pair is None or len(work.witnesses) > len(pair.witnesses)):
            pair = work
        for copy in work.witnesses:
            repairs = sum(1 for e in desk.library.document(copy.witness).emendations if e.state == "applied")
            if repairs and (most is None or repairs > most[0]):
                most = (repairs, with_query(f"/works/{work.work}/repairs", copy=copy.siglum), words.title_of(work))
    if most is None and pair is None:
        return None
    return {
        "rescue": most,
        "copies": None if pair is None else (f"/works/{pair.work}#copies", words.title_of(pair), len(pair.witnesses)),
        "changed": None if pair is None else (f"/works/{pair.work}/changes", words.title_of(pair)),
    }
