"""The pages of credit: a work's family, a person, what is known and not held, and credit handed on as files."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.desk import Desk, leaving, with_query
from variorum.doors.web.family_svg import family_svg
from variorum.doors.web.map_svg import map_svg
from variorum.doors.web.security import ORIGINAL_POLICY
from variorum.doors.web.work import attachment
from variorum.library import CREDIT_FORMS, Family, Relative
from variorum.model import Agent, Circle, Claim, Known, Name, Work
from variorum.text import plain

__all__ = ["family", "handed_on", "known", "known_addresses", "people", "person", "whole"]

_PAGE = 100


def family(desk: Desk, request: Request) -> Response:
    """``/works/ID/family``: the picture and, beneath it, the same as a list."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    held = desk.library.credit.family(work)

    def where(one: Relative) -> str:
        return _address(work, one) or f"/works/{work.work}/family#{_anchor(held, one)}"

    title = words.title_of(work)
    parts = [
        ("Made from", "sources", held.sources),
        ("Copies", "copies", held.copies),
        ("Series", "series", held.series),
        ("Made from it", "made", held.made),
        ("Other ties", "others", held.others),
    ]
    context = {
        "work": work,
        "title": title,
        "picture": family_svg(held, where, title),
        "sections": [
            (label, name, [{"one": one, "where": _address(work, one), "anchor": _anchor(held, one)} for one in found])
            for label, name, found in parts
            if found
        ],
        "forms": [(form, made.ending) for form, made in CREDIT_FORMS.items()],
        "cited": [(copy, desk.library.credit.cite(work, copy)) for copy in work.witnesses],
    }
    return desk.page(request, "family.html", context)


def _address(work: Work, one: Relative) -> str | None:
    if one.kind == "copy":
        return f"/works/{work.work}#copy-{one.siglum}"
    if one.work and not one.work.startswith("k"):
        return f"/works/{one.work}"
    return leaving(one.url, work.work)


def _anchor(family: Family, one: Relative) -> str:
    """Where a member stands in the list, for those that lead nowhere else."""
    every = (*family.sources, *family.copies, *family.series, *family.made, *family.others)
    return f"r{next(number for number, other in enumerate(every) if other is one)}"


def handed_on(desk: Desk, request: Request) -> Response:
    """``/works/ID/credit/FORM``: the credit of a work as a file; never with what joins two names."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    form = request.path_params["form"]
    if form not in CREDIT_FORMS:
        raise HTTPException(404, f"There is no such form; there are {', '.join(CREDIT_FORMS)}.")
    data = desk.library.credit.export(work, form)
    made = CREDIT_FORMS[form]
    return attachment(data, words.title_of(work) + made.ending, made.media_type, ORIGINAL_POLICY)


# ---------------------------------------------------------------- a person


def person(desk: Desk, request: Request) -> Response:
    """``/people/ID``: every name, every work with what was done for it, and why the names are one."""
    page = _number(request.query_params.get("page"))
    found = desk.library.credit.person(request.path_params["agent"], (page - 1) * _PAGE, _PAGE, desk.viewer())
    pages = max(1, -(-found.total // _PAGE))
    names = found.agent.names
    context = {
        "person": found,
        "title": plain(names[0].name),
        "names": [_name(name) for name in names],
        "key": _key(names[0]),
        "works": [
            {"work": part.work, "title": plain(part.title or "untitled"), "roles": words.listed([_role(r) for r in part.roles])}
            for part in found.parts
        ],
        "joins": list({(c.subject, c.object, c.evidence.text): _join(w, c) for w, c in found.joins}.values()),
        "rulings": [_ruling(r) for r in desk.library.credit.rulings_on_names(found.agent)],
        "page": page,
        "pages": pages,
        "address": f"/people/{found.agent.agent}",
    }
    return desk.page(request, "person.html", context)


def people(desk: Desk, request: Request) -> Response:
    """``/people``: everybody who made something here; with ``?name=NAME@SITE`` on to that person, or to choose from several."""
    key = request.query_params.get("name", "").strip()[:300]
    found = desk.library.credit.called(key, desk.viewer()) if key else ()
    if len(found) == 1:
        return RedirectResponse(f"/people/{found[0].agent}", 303)
    listed = [{"agent": a.agent, "names": _names(a)} for a in found[:_PAGE]]
    page = _number(request.query_params.get("page"))
    total, makers = (0, ()) if key else desk.library.credit.everybody((page - 1) * _PAGE, _PAGE, desk.viewer())
    context = {
        "asked": plain(key),
        "found": listed,
        "total": total,
        "makers": [{"agent": a.agent, "names": _names(a), "works": works} for a, works in makers],
        "page": page,
        "pages": max(1, -(-total // _PAGE)),
    }
    return desk.page(request, "people.html", context, status=200 if found or not key else 404)


def _names(agent: Agent) -> str:
    return words.listed(words.unique(plain(n.name) + (f" on {plain(n.site)}" if n.site else "") for n in agent.names))


def _name(name: Name) -> dict[str, Any]:
    return {
        "name": plain(name.name),
        "site": plain(name.site) if name.site else None,
        "url": plain(name.url) if name.url else None,
    }


def _key(name: Name) -> str:
    return f"{name.name}@{name.site}" if name.site else name.name


def _role(relation: str) -> str:
    return {"gift-to": "a gift to", "author-of": "made its source"}.get(relation, relation.replace("-", " "))


def _join(work: str, claim: Claim) -> dict[str, Any]:
    """Two names that a text gives as one, its words, and the names a ruling would be on: without a site that work's alone."""
    ends = [end if "@" in end else f"{end}@{work}" for end in (claim.subject, claim.object)]
    return {
        "work": work,
        "claim": claim,
        "names": [plain(claim.subject), plain(claim.object)],
        "ends": ends,
        "band": words.band(claim.certainty),
    }


def _ruling(ruling: Any) -> dict[str, Any]:
    said = "are one person" if ruling.kind == "alias" else "are not one person"
    names = " and ".join(plain(key) for key in ruling.on)
    return {"ruling": ruling.ruling, "said": f"{names} {said}", "at": ruling.at, "why": plain(ruling.why or "")}


def _number(given: str | None) -> int:
    return max(1, int(given)) if given and given.isascii() and given.isdecimal() and len(given) < 7 else 1


# ---------------------------------------------------------------- the whole library


def whole(desk: Desk, request: Request) -> Response:
    """``/map``: the library's fandoms and what ties them; ``/map?fandom=NAME`` the people of one."""
    fandom = request.query_params.get("fandom") or None
    found = desk.library.credit.overview(fandom, desk.viewer())

    def where(circle: Circle) -> str:
        return f"/people/{circle.key}" if fandom else with_query("/map", fandom=circle.key)

    tied: dict[int, list[int]] = {}
    for a, b, _ in found.ties:
        tied.setdefault(a, []).append(b)
        tied.setdefault(b, []).append(a)
    title = plain(fandom) if fandom else "The whole library"
    context = {
        "title": title,
        "fandom": fandom,
        "total": found.total,
        "without": found.without,
        "rest": found.rest,
        "shelf": with_query("/", q=f'fandom:="{fandom}"') if fandom and '"' not in fandom else "/",
        "picture": map_svg(found, where, f"The connections of {title}"),
        "circles": [
            {
                "name": plain(circle.name),
                "works": circle.works,
                "where": where(circle),
                "tied": words.listed([plain(found.circles[other].name) for other in tied.get(number, ())[:5]]),
            }
            for number, circle in enumerate(found.circles)
        ],
    }
    return desk.page(request, "map.html", context)


# ---------------------------------------------------------------- known, not held


def known(desk: Desk, request: Request) -> Response:
    """``/known``: every copy that is stated and not held, by work, with the sentence that says so."""
    found = desk.library.credit.known(desk.viewer())
    page = _number(request.query_params.get("page"))
    works: dict[str, list[Known]] = {}
    for one in found:
        works.setdefault(one.work, []).append(one)
    shown = list(works.items())[(page - 1) * _PAGE : page * _PAGE]
    context = {
        "total": len(found),
        "works": [
            {
                "work": work,
                "title": plain(lost[0].title or "untitled"),
                "lost": [{"known": one, "live": leaving(one.url, work)} for one in lost],
            }
            for work, lost in shown
        ],
        "count": len(works),
        "addresses": len({one.url for one in found if one.url}),
        "page": page,
        "pages": max(1, -(-len(works) // _PAGE)),
    }
    return desk.page(request, "known.html", context)


def known_addresses(desk: Desk, _request: Request) -> Response:
    """``/known.txt``: the addresses alone, one a line, for a search."""
    found = dict.fromkeys(plain(one.url) for one in desk.library.credit.known(desk.viewer()) if one.url)
    data = "".join(f"{url}\n" for url in found).encode("utf-8", "replace")
    return attachment(data, "known-not-held.txt", "text/plain; charset=utf-8", ORIGINAL_POLICY)
