"""``/api/v1/``: the same objects that ``--json`` prints, for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from variorum.doors import shapes
from variorum.doors.credit_shapes import trace_json
from variorum.doors.web.desk import Desk
from variorum.errors import CollationError, NotFound, QueryError, VariorumError

__all__ = ["collate", "find", "problem", "show", "status_of", "trace"]

_LIMIT = 50  # works, when nothing is said
_MOST = 1000


def find(desk: Desk, request: Request) -> Response:
    """``/api/v1/works?q=&like=&sort=&seed=&limit=&offset=&known=``."""
    query = request.query_params
    found = desk.library.find(
        query.get("q", ""),
        like=query.get("like"),
        sort=query.get("sort"),
        limit=min(_number(query.get("limit"), _LIMIT), _MOST),
        offset=_number(query.get("offset"), 0),
        known=query.get("known") in ("1", "true", "yes"),
        viewer=desk.viewer(request),
        seed=_number(query.get("seed"), 0),
    )
    return _json(shapes.found_json(found))


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
