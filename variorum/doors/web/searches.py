"""Saved searches: a name for a question to the shelf. Each person's own, kept among their settings."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web.desk import Desk, local
from variorum.errors import CatalogueError
from variorum.text import shown

__all__ = ["ACTS", "searches_of"]

_MOST = 100
_NAME = 80  # characters


def searches_of(desk: Desk, person: str) -> list[tuple[str, str]]:
    """A person's saved searches: name and address, in the order they were saved; none when their file gives nothing."""
    try:
        held = desk.library.people.settings(person).get("searches")
    except CatalogueError:
        return []
    rows = held if isinstance(held, list) else []
    return [(str(row[0]), local(str(row[1]))) for row in rows if isinstance(row, list) and len(row) == 2]


def saved(desk: Desk, request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /shelf/searches``: ``name`` and ``address``; a name that is there gets the new address. ``drop`` forgets one."""
    person = desk.viewer(request).person
    given = {key: values[-1] for key, values in form.items()}
    address = local(given.get("address"))
    held = dict(searches_of(desk, person))
    if given.get("drop"):
        held.pop(given["drop"], None)
    else:
        name = " ".join(shown(given.get("name", "")).replace("\x00", " ").split())[:_NAME]
        if not name or not address.startswith("/?"):
            raise HTTPException(400, "A saved search is a question with a name.")
        if name not in held and len(held) >= _MOST:
            raise HTTPException(400, f"{_MOST} searches are as many as are kept.")
        held[name] = address
    desk.library.people.set_settings(person, {"searches": [list(row) for row in held.items()] or None})
    return RedirectResponse(address, 303)


ACTS = (("/shelf/searches", saved),)
