"""Many works at once: ticked on the shelf, or all that answer; how many is said before, and a step can be taken back after.

One form, which works without script: its answer is a page that says how many works are meant and asks. Where the form itself
could say the number (a script counted the ticks, or all that answer were meant), and it still holds, nothing is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.desk import Desk, local, with_query
from variorum.doors.web.own import asked_of, chosen_shelf
from variorum.doors.web.querying import Question, of_address, question
from variorum.doors.web.work import attachment
from variorum.errors import NotFound, PublishError
from variorum.library import MOST_TOGETHER, book_of, in_series
from variorum.model import RATINGS, ActKind, Work
from variorum.text import plain

__all__ = ["ACTS", "MOST", "PAGES"]

#: Works that one step takes.
MOST = 5000
_NAMED = 12  # works whose titles stand on the page that asks
_MARKS = {"read": "read", "later": "later", "unread": None}


class _Doing(NamedTuple):
    """What is to be done: the act and its value, and how it is said before it is done, the number of works in the middle."""

    kind: ActKind
    value: str | None
    before: str
    after: str


def act(desk: Desk, request: Request, form: Form) -> Response:
    """``POST /shelf/act``: ``do`` to the ticked works (``work``) or, with ``which=all``, to all that answer to ``address``."""
    given = {name: values[-1] for name, values in form.items()}
    address = local(given.get("address"))
    if not address.startswith("/?") and address != "/":
        raise HTTPException(400, "Works are chosen on the shelf.")
    if given.get("do") == "book":
        if given.get("which") == "all":
            return RedirectResponse("/shelf/book.epub" + address.removeprefix("/"), 303)
        return RedirectResponse(with_query("/shelf/book.epub", [("work", key) for key in form.get("work", [])]), 303)
    works = _meant(desk, form, of_address(address))
    if not works:
        raise HTTPException(400, "No work was ticked.")
    doing = _doing(desk, form)
    if given.get("sure") != str(len(works)):
        return _ask(desk, request, form, doing, works)
    try:
        done = desk.library.own.act(desk.viewer(), doing.kind, doing.value, works)
    except ValueError as error:
        raise HTTPException(400, f"{words.sentence(str(error))}.") from None
    return RedirectResponse(address + ("&" if "?" in address else "?") + f"done={done.undo}", 303)


def _meant(desk: Desk, form: Form, asked: Question) -> list[Work]:
    viewer = desk.viewer()
    if (form.get("which") or [""])[-1] != "all":
        out = []
        for key in dict.fromkeys(form.get("work", [])):
            try:
                out.append(desk.library.work(key, viewer=viewer))
            except NotFound:
                continue  # it went between the page and the form, or does not exist for whoever asks
        return [work for work in out if work.witnesses]
    found = desk.library.find(asked_of(desk, asked), like=asked.like.strip() or None, limit=MOST + 1, viewer=viewer, known=False)
    if found.total > MOST:
        raise HTTPException(400, f"One step takes {MOST:,} works, and these are {found.total:,}; ask for fewer.")
    return [hit.work for hit in found.hits if hit.work.witnesses]


def _doing(desk: Desk, form: Form) -> _Doing:
    do, _, value = (form.get("do") or [""])[-1].partition(":")
    if do in ("put", "take"):
        shelf = chosen_shelf(desk, form)
        name = f"“{plain(shelf.name)}”"
        return _Doing(do, shelf.shelf, "Put" if do == "put" else "Take", f"on {name}" if do == "put" else f"off {name}")  # type: ignore[arg-type]
    if do == "mark" and value in _MARKS:
        return _Doing("mark", _MARKS[value], "Mark", {"later": "for later"}.get(value, f"as {value}"))
    if do == "rate":
        rating = (form.get("rating") or [""])[-1]
        if rating in map(str, RATINGS):
            return _Doing("rate", rating, "Rate", f"{rating} of 5")
        return _Doing("rate", None, "Take away your rating of", "")
    if do == "hide":
        return _Doing("hide", None, "Hide", "on the shelf, until you ask for what is hidden")
    if do == "show":
        return _Doing("show", None, "Show", "on the shelf again")
    raise HTTPException(400, "There is nothing to be done with them by that name.")


def _ask(desk: Desk, request: Request, form: Form, doing: _Doing, works: Sequence[Work]) -> Response:
    hidden = [(name, value) for name in ("which", "do", "rating", "address", "work") for value in form.get(name, [])]
    if doing.kind in ("put", "take"):
        hidden.append(("shelf", doing.value or ""))
    hidden.append(("sure", str(len(works))))
    context: dict[str, Any] = {
        "doing": doing,
        "number": len(works),
        "titles": [words.title_of(work) for work in works[:_NAMED]],
        "more": max(len(works) - _NAMED, 0),
        "hidden": hidden,
        "back": local((form.get("address") or ["/"])[-1]),
    }
    return desk.page(request, "sure.html", context)


def undone(desk: Desk, _request: Request, form: Form) -> Response:
    """``POST /shelf/undo``: takes back a step; back to where it was done."""
    if not desk.library.own.undo(desk.viewer(), (form.get("undo") or [""])[-1]):
        raise HTTPException(404, "This step cannot be taken back any more; the last ten can.")
    return RedirectResponse(local((form.get("back") or ["/"])[-1]), 303)


def book(desk: Desk, request: Request) -> Response:
    """``/shelf/book.epub``: the works named (``work``), or all that answer to the shelf's question, as one EPUB."""
    viewer, params = desk.viewer(), request.query_params
    named = params.getlist("work")[:MOST_TOGETHER]
    if named:
        works = [desk.library.work(key, viewer=viewer) for key in dict.fromkeys(named)]
        title = "Works"
    else:
        asked = question(params)
        found = desk.library.find(
            asked_of(desk, asked), like=asked.like.strip() or None, sort="title", limit=MOST_TOGETHER + 1, viewer=viewer
        )
        works = [hit.work for hit in found.hits if hit.work.witnesses]
        alone = asked.taken[0][1] if len(asked.taken) == 1 and not asked.text.strip() else ""
        title = alone or asked.text.strip() or "Works"
        works = in_series(works, title)
    for work in works:
        desk.may_have(work)
        gate = desk.gate(request, work)
        if gate is not None:
            return gate
    try:
        data = book_of(desk.library, works, title)
    except PublishError as error:
        raise HTTPException(400, f"{words.sentence(str(error))}.") from None
    return attachment(data, f"{title}.epub", "application/epub+zip")


PAGES = (("/shelf/book.epub", book),)
ACTS = (("/shelf/act", act), ("/shelf/undo", undone))
