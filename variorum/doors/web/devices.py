"""Devices and profiles: who reads here, what exists for them, and a password for each device.

``/devices`` is the keeper's page; ``/who`` is where a browser says whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web.desk import Desk, local
from variorum.doors.web.identity import COOKIE
from variorum.library import KEEPER, Profile

__all__ = ["ACTS", "PAGES"]

_YEAR = 365 * 24 * 3600
_RATINGS = ("Not Rated", "General Audiences", "Teen And Up Audiences", "Mature", "Explicit")


def devices(desk: Desk, request: Request) -> Response:
    """``/devices``: profiles, passwords, and what to write into an e-reader."""
    return _page(desk, request, {})


def _page(desk: Desk, request: Request, more: Mapping[str, Any], status: int = 200) -> Response:
    held = desk.library.people.devices
    profiles = held.profiles()
    context = {
        "profiles": [(profile, held.passwords(profile.person)) for profile in profiles],
        "has_word": held.has_word(),
        "address": f"{request.url.scheme}://{request.headers.get('host', '')}",
        "ratings": _RATINGS,
        "fresh": None,
        "wrong": None,
        **more,
    }
    return desk.page(request, "devices.html", context, status=status)


def profile(desk: Desk, request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /devices/profiles``: makes, changes or (``drop``) forgets a profile."""
    held = desk.library.people.devices
    person = _one(form, "person") or None
    if person is not None and held.profile(person) is None:
        raise HTTPException(404, "There is no such profile.")
    if _one(form, "drop") and person is not None:
        desk.library.people.forget(person)
        return RedirectResponse("/devices", 303)
    hidden = [line for line in _one(form, "hidden").splitlines() if line.strip()]
    hidden += [rating for rating in form.get("rating", []) if rating in _RATINGS]
    try:
        held.set_profile(_one(form, "name"), adult=bool(_one(form, "adult")), hidden=hidden, person=person)
    except ValueError as error:
        return _page(desk, request, {"wrong": str(error)}, 400)
    return RedirectResponse("/devices", 303)


def password(desk: Desk, request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /devices/passwords``: makes one for a device and shows it this once, or (``revoke``) makes one worthless."""
    held = desk.library.people.devices
    if _one(form, "revoke"):
        held.revoke(_one(form, "revoke"))
        return RedirectResponse("/devices", 303)
    owner = held.profile(_one(form, "person") or KEEPER)
    if owner is None:
        raise HTTPException(404, "There is no such profile.")
    made, word = held.make_password(owner.person, _one(form, "label"))
    return _page(desk, request, {"fresh": {"label": made.label, "name": owner.name, "word": word}})


def word(desk: Desk, _request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /devices/word``: the keeper's own word, or (empty) none. This browser stays the keeper's."""
    said = _one(form, "word")
    desk.library.people.devices.set_word(said or None)
    response = RedirectResponse("/devices", 303)
    if said:
        _mark(response, desk.library.people.devices.token(KEEPER))
    else:
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def who(desk: Desk, request: Request) -> Response:
    """``/who``: whose browser this is."""
    return _who(desk, request, None)


def _who(desk: Desk, request: Request, wrong: str | None, status: int = 200) -> Response:
    held = desk.library.people.devices
    context = {
        "profiles": held.profiles(),
        "has_word": held.has_word(),
        "now": held.person_of(request.cookies.get(COOKIE, "")),
        "back": local(request.query_params.get("back")),
        "wrong": wrong,
    }
    return desk.page(request, "who.html", context, status=status)


def chosen(desk: Desk, request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /who``: gives the browser to a profile; to become the keeper takes the keeper's word, where there is one."""
    held = desk.library.people.devices
    profile: Profile | None = held.profile(_one(form, "person"))
    if profile is None:
        raise HTTPException(404, "There is no such profile.")
    if profile.person == KEEPER and not held.is_word(_one(form, "word")):
        return _who(desk, request, "That is not the keeper’s word.", 403)
    response = RedirectResponse(local(_one(form, "back")), 303)
    if profile.person == KEEPER and not held.has_word():
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    else:
        _mark(response, held.token(profile.person))
    return response


def _mark(response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, max_age=_YEAR, httponly=True, samesite="lax")


def _one(form: Mapping[str, list[str]], name: str) -> str:
    values = form.get(name)
    return values[-1].strip() if values else ""


PAGES = (("/devices", devices), ("/who", who))
ACTS = (
    ("/devices/profiles", profile),
    ("/devices/passwords", password),
    ("/devices/word", word),
    ("/who", chosen),
)
