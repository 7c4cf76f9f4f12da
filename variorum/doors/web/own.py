"""What is one's own, on pages: the stars and shelves in a blurb, the form on a work's page, and what is hidden on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.desk import Desk, local
from variorum.doors.web.querying import Question
from variorum.errors import CatalogueError, NotFound
from variorum.model import RATINGS, Owned, Shelf, Work
from variorum.text import plain

__all__ = ["ACTS", "asked_of", "chosen_shelf", "kept", "of_work", "owned", "shelves_of"]

_STARS = "★★★★★☆☆☆☆☆"
_MARKS = {"read": "read", "reading": "reading", "later": "for later"}


def owned(desk: Desk, works: Sequence[Work]) -> dict[str, Owned]:
    """What works are to whoever asks; nothing, when their file gives nothing."""
    try:
        return desk.library.own.of(desk.viewer(), works)
    except CatalogueError:
        return {}


def shelves_of(desk: Desk) -> tuple[Shelf, ...]:
    """The shelves of whoever asks; none, when their file gives none."""
    try:
        return desk.library.own.shelves(desk.viewer())
    except CatalogueError:
        return ()


def kept(own: Owned | None) -> list[tuple[str, str | None]]:
    """What a blurb says of it: the words, and what a screen reader says in place of signs."""
    if own is None:
        return []
    out: list[tuple[str, str | None]] = []
    if own.rating:
        out.append((_STARS[5 - own.rating : 10 - own.rating], f"you gave it {own.rating} of 5"))
    if own.mark:
        out.append((_MARKS.get(own.mark, own.mark), None))
    if own.note:
        out.append(("your note", None))
    out += [(f"on {plain(name)}", None) for name in own.shelves]
    if own.hidden:
        out.append(("hidden", None))
    return out


def asked_of(desk: Desk, asked: Question) -> str:
    """The query of a question, without what is hidden by whoever asks, unless the question is about that."""
    return desk.library.own.in_sight(desk.viewer(), asked.query)


def of_work(desk: Desk, work: Work) -> dict[str, Any] | None:
    """What the form on a work's page shows; None for a work of which no copy is held."""
    if not work.witnesses:
        return None
    held = owned(desk, [work]).get(work.work, Owned())
    return {"own": held, "ratings": RATINGS, "shelves": [(shelf, shelf.name in held.shelves) for shelf in shelves_of(desk)]}


def chosen_shelf(desk: Desk, form: Form) -> Shelf:
    """The shelf a form names by its id, or a new one of the name written beside it; 400 for none, or a name that will not do."""
    name = " ".join((form.get("new") or [""])[-1].split())
    viewer = desk.viewer()
    try:
        if name:
            held = [shelf for shelf in desk.library.own.shelves(viewer) if shelf.name.casefold() == name.casefold()]
            return held[0] if held else desk.library.own.make(viewer, name)
        return desk.library.own.shelf(viewer, (form.get("shelf") or [""])[-1])
    except NotFound:
        raise HTTPException(400, "Say which shelf is meant, or write the name of a new one.") from None
    except ValueError as error:
        raise HTTPException(400, f"{words.sentence(str(error))}.") from None


def saved(desk: Desk, request: Request, form: Form) -> Response:
    """``POST /works/ID/own``: rating, note, every shelf it stands on, ``new`` for one more; back to the work's page."""
    work = desk.work(request)
    if not work.witnesses:
        raise HTTPException(400, "Of this work no copy is held; it is only known of.")
    viewer, own = desk.viewer(), desk.library.own
    held = own.of(viewer, [work])[work.work]
    rating = (form.get("rating") or [""])[-1]
    if rating not in ("", *map(str, RATINGS)):
        raise HTTPException(400, f"A rating is {RATINGS[0]} to {RATINGS[-1]}, or none.")
    wanted = set(form.get("shelf", []))
    if any(form.get("new", [])) and "".join(form["new"]).strip():
        wanted.add(chosen_shelf(desk, {"new": form["new"]}).shelf)
    if rating != str(held.rating or ""):
        own.act(viewer, "rate", rating or None, [work])
    for shelf in own.shelves(viewer):
        if (shelf.shelf in wanted) != (shelf.name in held.shelves):
            own.act(viewer, "put" if shelf.shelf in wanted else "take", shelf.shelf, [work])
    own.note(viewer, work, (form.get("note") or [""])[-1])
    if held.hidden != bool(form.get("hidden")):
        own.act(viewer, "show" if held.hidden else "hide", None, [work])
    return RedirectResponse(local((form.get("back") or [f"/works/{work.work}"])[-1]) + "#own", 303)


ACTS = (("/works/{work}/own", saved),)
