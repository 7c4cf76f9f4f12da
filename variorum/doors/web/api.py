"""``/api/v1/``: the same objects that ``--json`` prints, for programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors import copies_shapes, shapes
from variorum.doors.credit_shapes import trace_json
from variorum.doors.web.desk import Desk
from variorum.errors import CollationError, NotFound, QueryError, VariorumError
from variorum.model import Sought, sought

__all__ = ["ACTS", "collate", "copies", "find", "problem", "rule_copies", "show", "status_of", "trace"]

_LIMIT = 50  # works, when nothing is said
_MOST = 1000


def find(desk: Desk, request: Request) -> Response:
    """``/api/v1/works?q=&like=&sort=&seed=&limit=&offset=&known=&hidden=``."""
    query = request.query_params
    asked = query.get("q", "")
    every = query.get("hidden") in ("1", "true", "yes")
    found = desk.library.find(
        asked if every else desk.library.own.in_sight(desk.viewer(request), asked),
        like=query.get("like"),
        sort=query.get("sort"),
        limit=min(_number(query.get("limit"), _LIMIT), _MOST),
        offset=_number(query.get("offset"), 0),
        known=query.get("known") in ("1", "true", "yes"),
        viewer=desk.viewer(request),
        seed=_number(query.get("seed"), 0),
    )
    return _json(shapes.found_json(replace(found, query=asked)))


def show(desk: Desk, request: Request) -> Response:
    """``/api/v1/works/ID``, with ``?witness=B`` that copy's own fields."""
    work = desk.work(request)
    witness = request.query_params.get("witness")
    own = desk.library.copy_fields(work, desk.copy(work, witness).witness) if witness else None
    return _json(shapes.work_json(work, own))


def collate(desk: Desk, request: Request) -> Response:
    """``/api/v1/works/ID/collate?base=A&with=B&notes=1``."""
    work = desk.work(request)
    query = request.query_params
    found = desk.library.compare(
        work, base=query.get("base") or None, with_=query.getlist("with"), notes=query.get("notes") in ("1", "true", "yes")
    )
    return _json(shapes.comparison_json(found))


def trace(desk: Desk, request: Request) -> Response:
    """``/api/v1/works/ID/trace``."""
    work = desk.work(request)
    return _json(trace_json(desk.library.trace(work, viewer=desk.viewer()), work))


def copies(desk: Desk, request: Request) -> Response:
    """``/api/v1/copies?q=&limit=&offset=``: works held more than once."""
    query = request.query_params
    limit, offset = min(_number(query.get("limit"), _LIMIT), _MOST), _number(query.get("offset"), 0)
    asked = _sought(query.get("q", ""))
    return _json(copies_shapes.duplicates_json(desk.library.copies.page(limit=limit, offset=offset, sought=asked)))


def rule_copies(desk: Desk, _request: Request, given: dict[str, Any]) -> Response:
    """``POST /api/v1/copies``: ``act`` on the groups that answer to ``q``, or on ``works``; ruled when ``sure`` is how many rulings that makes. Or ``undo``, a step."""
    if isinstance(step := given.get("undo"), str):
        return _json(copies_shapes.undone_json(step, desk.library.copies.undo(step)))
    works, asked = given.get("works"), given.get("q")
    if (works is None) == (asked is None) or not isinstance(asked or "", str):
        raise HTTPException(400, "Say which groups: q, a filter, or works, a list of ids.")
    if works is not None and not (isinstance(works, list) and all(isinstance(key, str) for key in works)):
        raise HTTPException(400, "works is a list of ids.")
    plan = desk.library.copies.plan(str(given.get("act")), None if asked is None else _sought(asked), works or ())
    if "sure" not in given or not plan.rulings:
        return _json(copies_shapes.plan_json(plan))
    if given["sure"] != len(plan.rulings):
        raise HTTPException(409, f"It would make {len(plan.rulings):,} rulings now, not that many; nothing was ruled.")
    why = given.get("why")
    done = desk.library.copies.rule(plan.rulings, why[:2000] if isinstance(why, str) else None)
    return _json(copies_shapes.plan_json(plan, done))


def _sought(text: str) -> Sought:
    try:
        return sought(text[:2000])
    except ValueError as error:
        raise HTTPException(400, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


def problem(code: str, reason: str, status: int) -> Response:
    """An error as CONTRACT.md has it."""
    return _json(shapes.error_json(code, reason), status)


def status_of(error: VariorumError) -> int:
    """The HTTP status of an error raised on purpose."""
    if isinstance(error, NotFound):
        return 404
    return 400 if isinstance(error, QueryError | CollationError) else 409


def _number(given: str | None, otherwise: int) -> int:
    if given is None or not given.isascii() or not given.isdecimal() or len(given) > 9:
        return otherwise
    return int(given)


def _json(value: object, status: int = 200) -> Response:
    return Response(shapes.dump(value).encode(), status, media_type="application/json")


#: Path, method, and what takes the JSON that was sent.
ACTS = (("/api/v1/copies", "POST", rule_copies),)
