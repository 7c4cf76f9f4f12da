"""Highlights and notes: made on a page of a work, gathered in one list over the library, taken away as Markdown and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote as quoted

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.anchoring import Quote
from variorum.doors.web.annotating import collection, markdown
from variorum.doors.web.bookmarks import address_of_spot
from variorum.doors.web.chapters import Book
from variorum.doors.web.desk import ADULT, Desk, local, with_query
from variorum.doors.web.highlights import locate
from variorum.library import COLOURS, MARKS, Annotation
from variorum.model import Witness, Work
from variorum.text import fold

_SPACE = re.compile(r"\s+")

__all__ = ["Listed", "added", "as_json", "as_markdown", "changed", "form", "listing", "marked", "one", "there"]


class Listed(NamedTuple):
    """An annotation and the copy it is in; where no such copy is held any more, only what it says."""

    held: Annotation
    work: Work | None
    copy: Witness | None
    hidden: bool  #: of an adult work, and nobody has said yet that it may be shown


def form(desk: Desk, request: Request) -> Response:
    """``/works/ID/note?copy=A&p=12``: the form for marking words of one paragraph, where there is no script."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    copy = desk.copy(work, request.query_params.get("copy"))
    book = desk.book(copy.witness)
    offset = book.offset(request.query_params.get("p", ""), "0")
    if offset is None:
        raise HTTPException(404, "This copy has no such paragraph.")
    block = book.text.block_at(offset)
    context = {
        "work": work,
        "title": words.title_of(work),
        "copy": copy,
        "number": block + 1,
        "text": book.text.blocks[block].text,
        "colours": COLOURS,
        "back": address_of_spot(work, copy, book, book.text.starts[block]),
    }
    return desk.page(request, "mark.html", context)


def added(desk: Desk, request: Request, sent: Form) -> Response:
    """``POST /works/ID/notes``: copy, p, at, said (the words), note, colour; back to where the words stand."""
    work = desk.work(request)
    copy = desk.copy(work, _one(sent, "copy") or None)
    book = desk.book(copy.witness)
    start, end = _stretch(book, sent)
    quote = book.finder.quote(start, end)
    colour = _one(sent, "colour") or COLOURS[0]
    try:
        made = desk.library.people.annotations.add(
            desk.person,
            copy.witness,
            book.text.source_of(start),
            book.text.source_of(end, end=True),
            quote.exact,
            prefix=quote.prefix,
            suffix=quote.suffix,
            note=_one(sent, "note").replace("\r\n", "\n").strip(),
            colour=colour,
        )
    except ValueError as error:
        raise HTTPException(400, f"{words.sentence(str(error))}.") from None
    back = local(_one(sent, "back")) if _one(sent, "back") else address_of_spot(work, copy, book, start)
    return RedirectResponse(back.partition("#")[0] + f"#note-{made.annotation}", 303)


def _stretch(book: Book, sent: Form) -> tuple[int, int]:
    """The words that were marked, as offsets of the reading text: by the places a page named, if the words stand there; else by the words."""
    said = _SPACE.sub(" ", fold(_one(sent, "said"))).strip()
    start = book.offset(_one(sent, "p"), _one(sent, "at"))
    if start is None or not said:
        raise HTTPException(400, "A highlight is of some words of a paragraph.")
    text = book.text.text
    if _one(sent, "to_p"):
        end = book.offset(_one(sent, "to_p"), _one(sent, "to"))
        if end is not None and start < end and _SPACE.sub(" ", fold(text[start:end])).strip() == said:
            return start, end
        spot = book.finder.find(Quote(_one(sent, "said")), near=start / max(len(text), 1))
        if spot is None:
            raise HTTPException(400, "These words do not stand in this copy.")
        return spot.start, spot.end
    # The form without script: the words, wherever in that paragraph they are.
    block = book.text.block_at(start)
    pattern = r"\s+".join(re.escape(word) for word in said.split())
    found = re.search(pattern, fold(book.text.blocks[block].text))
    if found is None:
        raise HTTPException(400, "These words do not stand in that paragraph.")
    return book.text.starts[block] + found.start(), book.text.starts[block] + found.end()


def one(desk: Desk, request: Request) -> Response:
    """``/notes/ID``: one note, to be changed or taken away."""
    held = _held(desk, request)
    listed = _listed(desk, request, held)
    if listed.work is not None and listed.hidden:
        gate = desk.gate(request, listed.work)
        if gate is not None:
            return gate
    where = _where(desk, listed)
    title = words.title_of(listed.work) if listed.work is not None else None
    context = {"held": held, "title": title, "colours": COLOURS, "where": where, "work": listed.work}
    return desk.page(request, "note.html", context)


def changed(desk: Desk, request: Request, sent: Form) -> Response:
    """``POST /notes/ID``: note and colour anew, or ``remove``; back to the words, or to the list."""
    held = _held(desk, request)
    people = desk.library.people
    back = local(_one(sent, "back") or "/notes")
    if _one(sent, "remove"):
        people.annotations.remove(desk.person, held.annotation)
        return RedirectResponse(back.partition("#")[0], 303)
    colour = _one(sent, "colour") or held.colour
    if colour not in COLOURS:
        raise HTTPException(400, f"A colour is one of {words.listed(COLOURS)}.")
    people.annotations.change(desk.person, held.annotation, note=_one(sent, "note").replace("\r\n", "\n").strip(), colour=colour)
    return RedirectResponse(back, 303)


def listing(desk: Desk, request: Request) -> Response:
    """``/notes``: every highlight and note, by work, the latest first; ``q`` looks in their words, ``work`` takes one work's."""
    asked = request.query_params.get("q", "").strip()
    groups: dict[str, dict[str, Any]] = {}
    shown = 0
    for listed in _all(desk, request):
        held = listed.held
        if asked and fold(asked) not in fold(f"{held.exact}\n{held.note}"):
            continue
        key = listed.work.work if listed.work is not None else ""
        title = words.title_of(listed.work) if listed.work is not None else "No longer held"
        group = groups.setdefault(key, {"title": title, "work": listed.work, "hidden": listed.hidden, "notes": []})
        group["notes"].append({"held": held, "where": _where(desk, listed, cheap=True)})
        shown += 1
    one_work = request.query_params.get("work")
    context = {
        "groups": list(groups.values()),
        "asked": asked,
        "shown": shown,
        "markdown": with_query("/notes.md", work=one_work),
        "json": with_query("/notes.json", work=one_work),
    }
    return desk.page(request, "notes.html", context)


def as_markdown(desk: Desk, request: Request) -> Response:
    """``/notes.md``: the list as Markdown, by work, to be kept or printed."""
    listed = [(x.held, x.work, x.copy) for x in _all(desk, request) if not x.hidden]
    return _download(markdown(listed), "text/markdown; charset=utf-8", "notes.md")


def as_json(desk: Desk, request: Request) -> Response:
    """``/notes.json``: an AnnotationCollection of the W3C Web Annotation model."""
    listed = [(x.held, x.work, x.copy) for x in _all(desk, request) if not x.hidden]
    text = json.dumps(collection(listed), ensure_ascii=False, indent=2) + "\n"
    return _download(text, "application/ld+json; charset=utf-8", "notes.json")


def marked(desk: Desk, request: Request, sent: Form) -> Response:
    """``POST /works/ID/mark``: what somebody marks a work as: later, reading, read; nothing takes the mark away."""
    work = desk.work(request)
    mark = _one(sent, "mark") or None
    if mark is not None and mark not in MARKS:
        raise HTTPException(400, f"A work is marked as {words.listed(MARKS)}.")
    people = desk.library.people
    for copy in work.witnesses:
        people.mark(desk.person, copy.witness, None)
    if mark is not None:
        people.mark(desk.person, work.base.witness, mark)
    return RedirectResponse(local(_one(sent, "back")), 303)


# ---------------------------------------------------------------- what they stand on


def _held(desk: Desk, request: Request) -> Annotation:
    held = desk.library.people.annotations.one(desk.person, request.path_params["note"])
    if held is None:
        raise HTTPException(404, "There is no such note of yours.")
    return held


def _all(desk: Desk, request: Request) -> Iterator[Listed]:
    wanted = request.query_params.get("work")
    seen: dict[str, Listed] = {}
    for held in desk.library.people.annotations.all(desk.person):
        if held.witness not in seen:
            seen[held.witness] = _listed(desk, request, held)
        listed = seen[held.witness]._replace(held=held)
        if not wanted or (listed.work is not None and listed.work.work == wanted):
            yield listed


def _listed(desk: Desk, request: Request, held: Annotation) -> Listed:
    work = desk.work_of(held.witness)
    copy = next((c for c in work.witnesses if c.witness == held.witness), None) if work is not None else None
    hidden = work is not None and work.adult is not False and request.cookies.get(ADULT) != "yes"
    return Listed(held, work, copy, hidden)


def _where(desk: Desk, listed: Listed, *, cheap: bool = False) -> str | None:
    """Where the words stand; ``cheap`` does not open the text but leads through ``/notes/ID/there``."""
    if listed.work is None or listed.copy is None:
        return None
    if cheap:
        return f"/notes/{quoted(listed.held.annotation)}/there"
    book = desk.book(listed.copy.witness)
    spot = locate(book, listed.held, listed.copy.witness)
    if spot is None:
        return None
    return address_of_spot(listed.work, listed.copy, book, spot.start).partition("#")[0] + f"#note-{listed.held.annotation}"


def there(desk: Desk, request: Request) -> Response:
    """``/notes/ID/there``: to the words of a note, in the copy it was made in."""
    listed = _listed(desk, request, _held(desk, request))
    where = _where(desk, listed)
    if where is None:
        raise HTTPException(404, "The words of this note stand in no copy that is held.")
    return RedirectResponse(where, 303)


def _download(text: str, media: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8", "replace"), media_type=media, headers=headers)


def _one(sent: Mapping[str, list[str]], name: str) -> str:
    values = sent.get(name)
    return values[-1] if values else ""
