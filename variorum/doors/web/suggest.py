"""Suggestions while one types in the search box: ``/api/v1/suggest``."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from variorum.doors import shapes
from variorum.doors.web.desk import Desk
from variorum.doors.web.own import shelves_of
from variorum.doors.web.querying import condition
from variorum.model import Typed
from variorum.text import fold

__all__ = ["suggest"]

_FIELDS = ("fandom", "relationship", "character", "tag", "warning", "category", "author", "title", "rating", "shelf")
_FIELD = re.compile(rf"(?:^|(?<=[\s(-]))({'|'.join(_FIELDS)}):=?[\"'“‘]?([^\"“”:]*)$", re.IGNORECASE)
_MOST_WORDS = 4  # typed last, taken as the beginning of one value
_LEAST = 2  # letters
_MOST_SHELVES = 8


def suggest(desk: Desk, request: Request) -> Response:
    """``/api/v1/suggest?q=``: what the end of the box may mean, and what to write in its place."""
    text = request.query_params.get("q", "")[:500]
    viewer = desk.viewer(request)
    named = _FIELD.search(text)
    start, found = len(text), list[Typed]()
    if named is not None and named[1].lower() == "shelf":
        start, found = named.start(1), _shelves(desk, named[2])
    elif named is not None:
        start = named.start(1)
        found = desk.library.suggest(named[2], viewer=viewer, field=named[1].lower())
    else:
        words = list(re.finditer(r"\S+", text))[-_MOST_WORDS:]
        for word in words:
            typed = text[word.start() :].lstrip("-(\"'“")
            if len(typed.strip()) >= _LEAST and not text[-1:].isspace():
                start = len(text) - len(typed)
                found = desk.library.suggest(typed, viewer=viewer)
            if found:
                break
    answer = {
        "query": text,
        "before": text[:start].rstrip("\"'“"),
        "suggestions": [
            {"field": one.field, "value": one.value, "works": one.works, "insert": condition(one.field, one.value)}
            for one in found
        ],
    }
    return Response(shapes.dump(answer).encode(), media_type="application/json")


def _shelves(desk: Desk, typed: str) -> list[Typed]:
    """The shelves of whoever asks that have a word which begins so."""
    wanted = " ".join(fold(typed).split())
    held = [shelf for shelf in shelves_of(desk) if f" {wanted}" in f" {fold(shelf.name)}"]
    return [Typed("shelf", shelf.name, shelf.works) for shelf in held[:_MOST_SHELVES]]
