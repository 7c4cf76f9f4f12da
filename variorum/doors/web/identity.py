"""Who is asking, and what exists for them.

Alone, on one's own machine, nobody is asked anything: whoever is there is the keeper. Three things change that:

- a browser that was given to a profile (cookie, signed by us) sees what that profile sees;
- once the keeper has a word of their own, a browser without such a cookie is asked who it is;
- once there is any password or word, a request from another machine needs a password of a device (HTTP Basic).

A profile other than the keeper may read and keep its own places and notes; what decides about the library (rulings,
files as received, people's names joined) is the keeper's alone (`OPEN` lists what is not).
"""

from __future__ import annotations

import base64
import binascii
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request

from variorum.errors import CatalogueError
from variorum.library import KEEPER, Devices, Profile
from variorum.model import Viewer

__all__ = ["COOKIE", "OPEN", "Unknown", "admit", "viewer_of"]

#: The cookie that says whose browser this is.
COOKIE = "variorum_who"

_LOCAL = re.compile(r"127(?:\.[0-9]{1,3}){3}|::1|::ffff:127(?:\.[0-9]{1,3}){3}")
_ASK = {"WWW-Authenticate": 'Basic realm="Variorum", charset="UTF-8"'}

#: Where everybody may go: paths that ask the library for this viewer and for nobody else.
OPEN = re.compile(
    r"/|/who|/adult|/settings|/about|/leaving|/notes(?:[/.].*)?|/opds(?:/.*)?|/kosync/.*|/shelf/.*|/shelves(?:\.md|\.json)?|/statistics"
    r"|/works/[^/]+(?:/(?:read(?:/\d+)?|continue|passage|place|mark|note|notes|changes|keep|own|cover\.svg|picture/\d+))?"
    r"|/publish/[^/]+|/api/v1/works(?:/[^/]+(?:/collate)?)?|/api/v1/(?:openapi\.json|suggest|shelves|mine|statistics)"
    r"|/offline|/sw\.js|/manifest\.webmanifest|/colours/[^/]+\.css"
)


class Unknown(Exception):
    """A browser that has to say who it is first."""


def viewer_of(devices: Devices, request: Request) -> Viewer:
    """For whom this request asks. HTTPException 401 for a password that is none, `Unknown` for a browser that must say."""
    held = request.scope.get("variorum.viewer")
    if isinstance(held, Viewer):
        return held
    try:
        profile = _profile(devices, request)
    except CatalogueError:
        if devices.asked or not _here(request) or COOKIE in request.cookies or "authorization" in request.headers:
            raise  # somebody's browser or device: it does not become the keeper's because a file cannot be read
        profile = Profile(KEEPER, "Keeper", adult=True, hidden=())  # a disk that gives nothing stops nobody on this machine
    viewer = Viewer(profile.person, profile.adult, profile.hidden)
    request.scope["variorum.viewer"] = viewer
    return viewer


def admit(devices: Devices, request: Request) -> Viewer:
    """For whom a request may go on, or why not: 401, 403 for what is the keeper's alone, `Unknown`."""
    if request.url.path.startswith("/kosync/"):
        return Viewer()  # its own protocol says who it is
    if request.url.path == "/who" and _here(request):
        return Viewer()
    viewer = viewer_of(devices, request)
    if viewer.person != KEEPER and OPEN.fullmatch(request.url.path) is None:
        raise HTTPException(403, "This is the keeper’s affair.")
    return viewer


def _profile(devices: Devices, request: Request) -> Profile:
    said = request.headers.get("authorization")
    if said is not None:
        name, word = _basic(said)
        found = devices.who(name, word)
        if found is None:
            raise HTTPException(401, "This name and password belong to nobody here.", _ASK)
        return found
    if not _here(request) and devices.guarded():
        raise HTTPException(401, "From another machine this library wants a name and a password.", _ASK)
    cookie = request.cookies.get(COOKIE)
    person = devices.person_of(cookie) if cookie else None
    profile = devices.profile(person) if person is not None else None
    if profile is not None:
        return profile
    if devices.has_word():
        raise Unknown
    return Profile(KEEPER, "Keeper", adult=True, hidden=())


def _here(request: Request) -> bool:
    """Whether the request comes from this machine. A proxy on this machine has to ask for the password itself."""
    client = request.client
    return client is None or _LOCAL.fullmatch(client.host) is not None


def _basic(said: str) -> tuple[str, str]:
    scheme, _, rest = said.partition(" ")
    if scheme.lower() != "basic":
        raise HTTPException(401, "Variorum knows HTTP Basic alone.", _ASK)
    try:
        name, colon, word = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise HTTPException(401, "This name and password cannot be read.", _ASK) from None
    if not colon:
        raise HTTPException(401, "This name and password cannot be read.", _ASK)
    return name, word
