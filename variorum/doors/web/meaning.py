"""Searching by meaning: how it stands and its switch, the keeper's alone; and the way from an answer to the words that made it one."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.anchoring import Quote
from variorum.doors.web.bookmarks import address_of_spot
from variorum.doors.web.desk import Desk, with_query
from variorum.errors import CatalogueError
from variorum.library import KEEPER

__all__ = ["ACTS", "PAGES", "standing", "there"]

_EXACT, _AROUND = 120, 48  # characters of the passage that are looked for, and of what stands before it


def page(desk: Desk, request: Request) -> Response:
    """``/meaning``: what it is, how far it is, on and off."""
    return desk.page(request, "meaning.html", {"state": desk.library.meaning.state()})


def switched(desk: Desk, request: Request, form: Form) -> Response:
    """``POST /meaning``: do is on, off or forget."""
    act = (form.get("do") or [""])[-1]
    if act not in ("on", "off", "forget"):
        raise HTTPException(400, "Searching by meaning is switched on or off, or what was made for it is deleted.")
    if act == "forget":
        if not desk.library.meaning.forget():
            # The process that makes more stops by itself, now that it is off.
            state = desk.library.meaning.state()
            return desk.page(request, "meaning.html", {"state": state, "wrong": True}, status=409)
    else:
        desk.library.meaning.switch(on=act == "on")
    return RedirectResponse("/meaning", 303)


def standing(desk: Desk, like: str) -> str | None:
    """What the keeper is told beside the answers to "that fic where"; None when nothing is asked, or it is switched off."""
    if not like.strip() or desk.person != KEEPER:
        return None
    try:
        state = desk.library.meaning.lately()
    except CatalogueError as error:
        return words.sentence(str(error)) + "."
    if not state.wanted:
        return None
    if state.lacking:
        return "Found by words alone: the model of meaning cannot be used."
    if state.ready and not desk.library.meaning.is_ready():
        return "Found by words. Meaning is being made ready, and helps with the next question."
    if state.ready < state.works:
        read = f"{words.number(state.ready)} of {words.count(state.works, 'work')}"
        return f"Found by words, and by meaning as far as it is read: {read} so far."
    return "Found by words and by meaning."


def there(desk: Desk, request: Request) -> Response:
    """``/works/ID/passage?at=N``: to the paragraph of the base copy where this stretch of its story stands now."""
    work = desk.work(request)
    copy = desk.copy(work, None)
    said = request.query_params.get("at", "")
    story = desk.library.story(copy.witness)
    at = int(said) if said.isascii() and said.isdecimal() and len(said) < 12 else len(story)
    if at >= len(story):
        raise HTTPException(404, "This work has no such passage.")
    exact, before = story[at : at + _EXACT], story[max(at - _AROUND, 0) : at]
    book = desk.book(copy.witness)
    spot = book.finder.find(Quote(exact, before), near=at / len(story))
    if spot is None:
        return RedirectResponse(with_query(f"/works/{work.work}/read"), 303)
    return RedirectResponse(address_of_spot(work, copy, book, spot.start), 303)


PAGES = (("/meaning", page), ("/works/{work}/passage", there))
ACTS = (("/meaning", switched),)
