"""The page of one's shelves: made, renamed, put in order, taken away; taken along as Markdown, JSON or a book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors import own_shapes, shapes
from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.desk import Desk, with_query
from variorum.doors.web.querying import Question
from variorum.errors import NotFound
from variorum.model import Owned, Shelf, Work

__all__ = ["ACTS", "PAGES", "address_of"]


def address_of(shelf: Shelf) -> str:
    """The address of what stands on a shelf."""
    return Question(sort="title").take("shelf", shelf.name).address()


def page(desk: Desk, request: Request) -> Response:
    """``/shelves``: one's shelves with what stands on them, and what one can do with each."""
    return _page(desk, request)


def _page(desk: Desk, request: Request, wrong: str = "", status: int = 200) -> Response:
    held = desk.library.own.shelves(desk.viewer())
    rows = [
        {"shelf": shelf, "address": address_of(shelf), "book": with_query("/shelf/book.epub", take=f"shelf:{shelf.name}")}
        for shelf in held
    ]
    return desk.page(request, "shelves.html", {"rows": rows, "wrong": wrong}, status=status)


def changed(desk: Desk, request: Request, form: Form) -> Response:
    """``POST /shelf/shelves``: ``make`` a name; or ``shelf`` with ``rename``, ``place`` (1 the first) or ``drop``."""
    viewer, own = desk.viewer(), desk.library.own
    given = {name: values[-1] for name, values in form.items()}
    try:
        if "make" in given:
            own.make(viewer, given["make"])
            return RedirectResponse("/shelves", 303)
        shelf = own.shelf(viewer, given.get("shelf", ""))
        if given.get("drop"):
            own.drop(viewer, shelf)
        elif given.get("place", "").isdecimal() and len(given["place"]) < 5:
            own.move(viewer, shelf, int(given["place"]) - 1)
        elif given.get("rename") is not None:
            own.rename(viewer, shelf, given["rename"])
    except NotFound:
        raise HTTPException(404, "There is no such shelf of yours.") from None
    except ValueError as error:
        return _page(desk, request, f"{words.sentence(str(error))}.", 400)
    return RedirectResponse("/shelves", 303)


def as_markdown(desk: Desk, _request: Request) -> Response:
    """``/shelves.md``: shelves, ratings and notes, to be kept or printed."""
    text = own_shapes.mine_markdown(*_mine(desk))
    return _download(text, "text/markdown; charset=utf-8", "shelves.md")


def as_json(desk: Desk, _request: Request) -> Response:
    """``/shelves.json``: the same as data (``mine --json``)."""
    text = shapes.dump(own_shapes.mine_json(*_mine(desk)), pretty=True) + "\n"
    return _download(text, "application/json", "shelves.json")


def listed(desk: Desk, _request: Request) -> Response:
    """``/api/v1/shelves``."""
    return _json(own_shapes.shelves_json(desk.library.own.shelves(desk.viewer())))


def mine(desk: Desk, _request: Request) -> Response:
    """``/api/v1/mine``: the shelves, and every work that was rated, noted or put on one."""
    return _json(own_shapes.mine_json(*_mine(desk)))


def _mine(desk: Desk) -> tuple[tuple[Shelf, ...], list[Work], Mapping[str, Owned]]:
    viewer, own = desk.viewer(), desk.library.own
    works = [desk.library.work(key, viewer=viewer) for key in own.everything(viewer)]
    return own.shelves(viewer), works, own.of(viewer, works)


def _download(text: str, media: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8", "replace"), media_type=media, headers=headers)


def _json(value: Any) -> Response:
    return Response(shapes.dump(value).encode(), media_type="application/json")


PAGES = (
    ("/shelves", page),
    ("/shelves.md", as_markdown),
    ("/shelves.json", as_json),
    ("/api/v1/shelves", listed),
    ("/api/v1/mine", mine),
)
ACTS = (("/shelf/shelves", changed),)
