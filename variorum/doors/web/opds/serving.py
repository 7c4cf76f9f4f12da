"""The addresses of the catalogue: which feed, in which form, and the books and covers it leads to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.doors.web import progress
from variorum.doors.web.desk import Desk
from variorum.doors.web.opds import atom, feeds, json2
from variorum.doors.web.own import asked_of, shelves_of
from variorum.doors.web.querying import PER_PAGE, question
from variorum.doors.web.series import MOST_PARTS, in_parts, series_asked
from variorum.doors.web.work import attachment
from variorum.errors import CatalogueError
from variorum.text import fold

__all__ = ["PAGES"]

Endpoint: TypeAlias = Callable[[Desk, Request], Response]

_READING = 40  # works one went on reading
_MEDIA = {"epub": "application/epub+zip", "html": "text/html; charset=utf-8", "txt": "text/plain; charset=utf-8"}


def start(desk: Desk, request: Request) -> Response:
    """``/opds``: the first feed."""
    return _feed(request, feeds.root(_updated(desk)))


def by(desk: Desk, request: Request) -> Response:
    """``/opds/by/fandom``: the values of a facet."""
    name = request.path_params["name"]
    if name not in feeds.NAVIGATION:
        raise HTTPException(404, f"The catalogue cannot be walked through by that; it can by {', '.join(feeds.NAVIGATION)}.")
    if name in ("author", "series"):
        told = desk.library.statistics.values(name, desk.viewer(request))
        values = sorted(((share.value, share.works) for share in told), key=lambda row: (fold(row[0]), row[0]))
    else:
        values = list(desk.library.find("", limit=0, viewer=desk.viewer(request)).facets.get(name, ()))
    return _feed(request, feeds.browsing(name, values, _updated(desk)))


def works(desk: Desk, request: Request) -> Response:
    """``/opds/works?q=&take=&leave=&sort=&page=``: the works that answer, as the shelf would list them."""
    params = request.query_params
    if "query" in params and "q" not in params:  # what OPDS 2.0's template calls it
        params = type(params)([("q", params["query"]), *((k, v) for k, v in params.multi_items() if k != "query")])
    asked = question(params)
    serial = series_asked(asked)
    found = desk.library.find(
        asked_of(desk, asked),
        like=asked.like.strip() or None,
        sort=asked.sort or None,
        limit=MOST_PARTS if serial else PER_PAGE,
        offset=0 if serial else (asked.page - 1) * PER_PAGE,
        viewer=desk.viewer(request),
        seed=asked.seed,
    )
    if serial:
        start = (asked.page - 1) * PER_PAGE
        found = replace(found, hits=tuple(in_parts(asked, found.hits)[start : start + PER_PAGE]))
    return _feed(request, feeds.listed(asked, found, _updated(desk)))


def shelves(desk: Desk, request: Request) -> Response:
    """``/opds/shelves``: the shelves of whoever asks."""
    return _feed(request, feeds.shelves(shelves_of(desk), _updated(desk)))


def reading(desk: Desk, request: Request) -> Response:
    """``/opds/reading``: the works one is in, the last one first."""
    viewer = desk.viewer(request)
    try:
        places = desk.library.people.recent(viewer.person, _READING)
    except CatalogueError:
        places = []
    found = (desk.library.work_of(place.witness, viewer=viewer) for place in places)
    held = list({work.work: work for work in found if work is not None}.values())
    return _feed(
        request,
        feeds.Feed("Went on reading", f"{feeds.ROOT}/reading", works=tuple(held), total=len(held), updated=_updated(desk)),
    )


def one(desk: Desk, request: Request) -> Response:
    """``/opds/works/ID``: one work, with everything known of it."""
    work = desk.work(request)
    if _wants_json(request):
        return _json(json2.publication(work), "application/opds-publication+json")
    return Response(atom.entry(work), media_type="application/atom+xml;type=entry;profile=opds-catalog")


def search(_desk: Desk, _request: Request) -> Response:
    """``/opds/search.xml``: the OpenSearch description."""
    return Response(atom.open_search(), media_type="application/opensearchdescription+xml")


def book(desk: Desk, request: Request) -> Response:
    """``/opds/books/ID.epub``: an edition for a device. What was served is remembered, so that its progress finds the copy."""
    ending = request.path_params["ending"]
    if ending not in _MEDIA:
        raise HTTPException(404, f"There is no book of that kind; there are {', '.join('.' + e for e in _MEDIA)}.")
    work = desk.work(request)
    desk.may_have(work)
    copy = desk.copy(work, request.query_params.get("copy"))
    data = desk.library.publish_bytes(work, ending, copy.witness)
    name = f"{desk.file_name(work)}.{ending}"
    progress.remember(desk, data, name, copy.witness)
    return attachment(data, name, _MEDIA[ending])


def cover(desk: Desk, request: Request) -> Response:
    """``/opds/covers/ID.png``: the cover, as a picture that every reader can show."""
    work = desk.work(request)
    small = request.query_params.get("small") == "1"
    return Response(desk.library.cover(work, width=200 if small else 600), media_type="image/png")


def picture(desk: Desk, request: Request) -> Response:
    """``/opds/pictures/ID``: the picture that a work is, with nothing in it but its drawing; its drawn cover where that cannot be."""
    work = desk.work(request)
    own = desk.library.pictures.of_edition(work.base).cover if work.witnesses and work.base.metadata.picture is not None else None
    if own is None:
        return cover(desk, request)
    return Response(own.data, media_type=own.media)


#: Path and what answers there. GET answers HEAD too: KOReader sends HEAD first.
PAGES: tuple[tuple[str, Endpoint], ...] = (
    (feeds.ROOT, start),
    (feeds.ROOT + "/", start),
    (feeds.ROOT + "/by/{name}", by),
    (feeds.ROOT + "/works", works),
    (feeds.ROOT + "/works/{work}", one),
    (feeds.ROOT + "/reading", reading),
    (feeds.ROOT + "/shelves", shelves),
    (feeds.SEARCH, search),
    (feeds.ROOT + "/books/{work}.{ending}", book),
    (feeds.ROOT + "/covers/{work}.png", cover),
    (feeds.ROOT + "/pictures/{work}", picture),
    (feeds.ROOT + "/progression/{work}", progress.progression),
)


# ---------------------------------------------------------------- which form


def _feed(request: Request, feed: feeds.Feed) -> Response:
    if _wants_json(request):
        return _json(json2.feed_json(feed), json2.FEED)
    return Response(
        atom.atom(feed), media_type=atom.ACQUISITION if feed.acquisition else atom.NAVIGATION, headers={"Vary": "Accept"}
    )


def _json(value: object, media: str) -> Response:
    return Response(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), media_type=media, headers={"Vary": "Accept"}
    )


def _wants_json(request: Request) -> bool:
    """Whether 2.0 is asked for, and not less than 1.2: ``*/*`` means a reader that knows only the old one."""
    best = {"json": 0.0, "atom": 0.0}
    for part in request.headers.get("accept", "").split(","):
        media, *parameters = (p.strip().lower() for p in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if media in ("application/opds+json", "application/opds-publication+json"):
            best["json"] = max(best["json"], weight)
        elif media in ("application/atom+xml", "application/xml", "text/xml"):
            best["atom"] = max(best["atom"], weight)
    return best["json"] > 0 and best["json"] >= best["atom"]


def _updated(desk: Desk) -> str:
    """When the library last changed, as far as a feed must know."""
    return desk.library.updated()
