"""What a person does: rule, choose how to read, pass the gate. Each is a POST that ends in a 303 back."""

from __future__ import annotations

from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import settings
from variorum.doors.web.desk import ADULT, Desk, local

__all__ = ["Form", "chosen", "gate", "rule"]

#: What a form sent: name -> value (the last one given), and every ``on``.
Form: TypeAlias = "dict[str, list[str]]"

_RULINGS = ("same", "different", "base", "alias", "not-alias", "accept", "refuse", "undo")
_YEAR = 365 * 24 * 3600


def rule(desk: Desk, _request: Request, form: Form) -> Response:
    """``POST /rulings``: kind, on (one or more), why, back."""
    kind = _one(form, "kind")
    on = [value for value in form.get("on", []) if value.strip()]
    if kind not in _RULINGS or not on:
        raise HTTPException(400, "A ruling says what is ruled and on what.")
    desk.library.rule(kind, *on, why=_one(form, "why").strip()[:2000] or None)
    back = local(_one(form, "back"))
    anchor = _one(form, "anchor")
    if anchor.replace("-", "").isalnum() and anchor.isascii():
        back += f"#{anchor}"
    return RedirectResponse(back, 303)


def chosen(desk: Desk, request: Request, form: Form) -> Response:
    """``POST /settings``: the reading settings, for whom they hold (``for``), of which work; ``reset`` forgets them.

    What is chosen is what one sees next: a choice for every work takes away what this device or this work said before.
    ``quiet`` is answered with 204, for a page that shows the choice already.
    """
    response = Response(status_code=204) if _one(form, "quiet") else RedirectResponse(local(_one(form, "back")), 303)
    scope = _one(form, "for") or "everywhere"
    if scope not in settings.SCOPES:
        raise HTTPException(400, "Settings hold everywhere, on this device or for one work.")
    people = desk.library.people
    copies = (
        [copy.witness for copy in desk.library.work(_one(form, "work"), viewer=desk.viewer()).witnesses]
        if _one(form, "work")
        else []
    )
    given = settings.taken({name: values[-1] for name, values in form.items()})
    person: dict[str, str] = people.settings(desk.person).get("reading") or {}
    device = settings.parse(request.cookies.get(settings.COOKIE))
    if _one(form, "reset"):
        given = settings.layered()
    if scope == "work" and copies:
        below = settings.layered(person, device)
        people.set_settings_for(desk.person, copies, {} if _one(form, "reset") else settings.differing(given, below))
        return response
    if copies:
        people.set_settings_for(desk.person, copies, {})
    if scope == "device" and not _one(form, "reset"):
        value = settings.dump(settings.differing(given, settings.layered(person)))
    else:
        value = ""
        people.set_settings(desk.person, {"reading": settings.differing(given, settings.layered()) or None})
    if value:
        response.set_cookie(settings.COOKIE, value, max_age=_YEAR, httponly=True, samesite="lax")
    else:
        response.delete_cookie(settings.COOKIE, httponly=True, samesite="lax")
    return response


def gate(_desk: Desk, _request: Request, form: Form) -> Response:
    """``POST /adult``: "proceed", remembered until the browser is closed."""
    response = RedirectResponse(local(_one(form, "back")), 303)
    response.set_cookie(ADULT, "yes", httponly=True, samesite="lax")
    return response


def _one(form: Form, name: str) -> str:
    values = form.get(name)
    return values[-1] if values else ""
