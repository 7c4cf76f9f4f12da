"""The application: every address of the reader in one list, and what a person sees when something is wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from variorum.doors.web import (
    acts,
    api,
    choosing,
    colours,
    copies,
    copies_ruling,
    credit,
    devices,
    meaning,
    notes,
    opds,
    openapi,
    own,
    progress,
    searches,
    shelves,
    statistics,
    tags,
    work,
)
from variorum.doors.web.assets import Static
from variorum.doors.web.changes import changes
from variorum.doors.web.compressing import Compressed
from variorum.doors.web.desk import Desk, local, with_query
from variorum.doors.web.export import apparatus
from variorum.doors.web.identity import Unknown, admit, viewer_of
from variorum.doors.web.manifest import manifest
from variorum.doors.web.pictures import picture
from variorum.doors.web.reading import continued, placed, read
from variorum.doors.web.repairs import repairs
from variorum.doors.web.review import rule_group
from variorum.doors.web.security import Guard
from variorum.doors.web.shelf import ACTS as SHELF_ACTS
from variorum.doors.web.shelf import shelf
from variorum.doors.web.suggest import suggest
from variorum.errors import VariorumError
from variorum.model import Viewer

if TYPE_CHECKING:
    from variorum.library import Library

__all__ = ["create_app"]

_log = logging.getLogger("variorum.web")

Endpoint: TypeAlias = Callable[[Desk, Request], Response]
Act: TypeAlias = Callable[[Desk, Request, acts.Form], Response]

_PAGES: tuple[tuple[str, Endpoint], ...] = (
    ("/", shelf),
    ("/manifest.webmanifest", manifest),
    ("/colours/{ground}-{ink}.css", colours.sheet),
    ("/works/{work}", work.show),
    ("/works/{work}/read", read),
    ("/works/{work}/read/{chapter:int}", read),
    ("/works/{work}/continue", continued),
    ("/works/{work}/note", notes.form),
    ("/works/{work}/changes", changes),
    ("/works/{work}/apparatus", apparatus),
    ("/works/{work}/repairs", repairs),
    ("/works/{work}/original", work.original),
    ("/works/{work}/picture/{number:int}", picture),
    ("/works/{work}/cover.svg", work.cover),
    ("/works/{work}/family", credit.family),
    ("/works/{work}/credit/{form}", credit.handed_on),
    ("/people", credit.people),
    ("/people/{agent}", credit.person),
    ("/map", credit.whole),
    ("/known", credit.known),
    ("/known.txt", credit.known_addresses),
    ("/publish/{work}.{ending}", work.edition),
    ("/notes", notes.listing),
    ("/notes.md", notes.as_markdown),
    ("/notes.json", notes.as_json),
    ("/notes/{note}", notes.one),
    ("/notes/{note}/there", notes.there),
    ("/leaving", work.leave),
    ("/api/v1/works", api.find),
    ("/api/v1/suggest", suggest),
    ("/api/v1/works/{work}", api.show),
    ("/api/v1/works/{work}/collate", api.collate),
    ("/api/v1/works/{work}/trace", api.trace),
    ("/api/v1/copies", api.copies),
    ("/api/v1/openapi.json", openapi.openapi),
    *copies.PAGES,
    *devices.PAGES,
    *meaning.PAGES,
    *opds.PAGES,
    *progress.PAGES,
    *tags.PAGES,
    *choosing.PAGES,
    *shelves.PAGES,
    *statistics.PAGES,
)
_ACTS: tuple[tuple[str, Act], ...] = (
    ("/rulings", acts.rule),
    ("/settings", acts.chosen),
    ("/adult", acts.gate),
    ("/works/{work}/repairs", rule_group),
    ("/works/{work}/place", placed),
    ("/works/{work}/mark", notes.marked),
    ("/works/{work}/notes", notes.added),
    ("/notes/{note}", notes.changed),
    *copies_ruling.ACTS,
    *devices.ACTS,
    *meaning.ACTS,
    *searches.ACTS,
    *tags.ACTS,
    *choosing.ACTS,
    *own.ACTS,
    *shelves.ACTS,
    *SHELF_ACTS,
)


def create_app(
    library: Library, *, hint: str = "variorum add FOLDER", sample: bool = False, hosts: Collection[str] = ()
) -> Starlette:
    """The reader over one library.

    ``hint`` is the command line that adds a folder of one's own; ``sample`` says that this is the sample library
    and switches on the short tour. ``hosts`` are names or addresses the server was told to listen on.
    """
    desk = Desk(library, hint, sample=sample)
    routes: list[Route | Mount] = [Route(path, _page(desk, endpoint), methods=["GET"]) for path, endpoint in _PAGES]
    routes += [Route(path, _act(desk, act), methods=["POST"]) for path, act in _ACTS]
    routes += [Route(path, _told(desk, act), methods=[method]) for path, method, act in (*progress.ACTS, *api.ACTS)]
    for name in ("settings", "about", "offline"):
        routes.append(Route(f"/{name}", _page(desk, _plain_page(name)), methods=["GET"]))
    routes.append(Mount("/static", Static()))
    failed = partial(_failed, desk)
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, hosts=hosts), Middleware(Compressed)],
        exception_handlers={VariorumError: failed, HTTPException: failed},
    )


def _page(desk: Desk, endpoint: Endpoint) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            return endpoint(desk.seen_by(admit(desk.library.people.devices, request)), request)
        except Unknown:
            back = local(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
            return RedirectResponse(with_query("/who", back=back if request.method == "GET" else "/"), 303)
        except (VariorumError, HTTPException):
            raise
        except Exception as error:
            # Here, inside the guard: an answer about a fault carries the same headers as any other.
            _log.exception("a fault while answering")
            return _failed(desk, request, error)

    return answer


def _act(desk: Desk, act: Act) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise HTTPException(415, "A form was expected.")
        body = (await request.body()).decode("utf-8", "replace")
        try:
            form = parse_qs(body, keep_blank_values=True, max_num_fields=500)
        except ValueError:
            raise HTTPException(400, "This form cannot be read.") from None
        return await run_in_threadpool(_page(desk, lambda desk, request: act(desk, request, form)), request)

    return answer


def _told(desk: Desk, act: Callable[[Desk, Request, dict[str, Any]], Response]) -> Callable[[Request], Any]:
    """What takes JSON, as programs and devices send it."""

    async def answer(request: Request) -> Response:
        try:
            value = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise HTTPException(400, "This JSON cannot be read.") from None
        if not isinstance(value, dict):
            raise HTTPException(400, "A JSON object was expected.")
        return await run_in_threadpool(_page(desk, lambda desk, request: act(desk, request, value)), request)

    return answer


def _plain_page(name: str) -> Endpoint:
    def page(desk: Desk, request: Request) -> Response:
        context: dict[str, Any] = {"back": local(request.query_params.get("back"))}
        if name == "about":
            held = desk.library.counts(viewer=desk.viewer())
            counts = {"works": held.works, "copies": held.witnesses, "files": held.items, "not understood yet": held.problems}
            context |= {"counts": counts, "folder": str(desk.library.path)}
        return desk.page(request, f"{name}.html", context)

    return page


# ---------------------------------------------------------------- what goes wrong

_NOBODY = Viewer("", adult=False)
_TITLES = {400: "That cannot be read", 403: "Not from there", 404: "Not here", 405: "Not like that", 500: "A fault of ours"}


def _failed(desk: Desk, request: Request, error: Exception) -> Response:
    status, code, reason = _reading(error)
    if request.url.path.startswith(("/api/", "/kosync/")):
        answer: Response = api.problem(code, reason, status)
    else:
        answer = _said(desk, request, status, reason)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _said(desk: Desk, request: Request, status: int, reason: str) -> Response:
    if status == 401:
        return PlainTextResponse(reason + "\n", status)
    sentence = reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "!", "?", ")")) else ".")
    context = {"status": status, "heading": _TITLES.get(status, "That did not work"), "reason": sentence}
    try:
        desk = desk.seen_by(viewer_of(desk.library.people.devices, request))
    except (Unknown, VariorumError, HTTPException):
        request.scope["variorum.viewer"] = _NOBODY  # the page of the error is not the keeper's because nobody said who asks
        desk = desk.seen_by(_NOBODY)
    return desk.page(request, "error.html", context, status=status)


def _reading(error: Exception) -> tuple[int, str, str]:
    """Status, code and one plain sentence. What we did not foresee says nothing of our insides: those go to the log."""
    if isinstance(error, VariorumError):
        return api.status_of(error), error.code, str(error)
    if isinstance(error, HTTPException):
        said = {404: "There is nothing at this address.", 405: "This address does not take that."}
        standard = error.detail in ("Not Found", "Method Not Allowed", "")
        reason = said.get(error.status_code, "This address was asked for something it does not do.") if standard else error.detail
        code = {404: "not-found", 405: "not-allowed"}.get(error.status_code, "bad-request")
        return error.status_code, code, reason
    return 500, "fault", "Variorum met a fault of its own. Nothing was changed; the details are in its log."
