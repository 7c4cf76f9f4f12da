"""The work's own page, its files as received, its editions, and the page that shows where a link goes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from variorum.addresses import find_urls
from variorum.doors.web import own, words
from variorum.doors.web.bookmarks import begun, mark_of
from variorum.doors.web.desk import Desk, is_web, leaving
from variorum.doors.web.highlights import noted
from variorum.doors.web.pictures import first_picture
from variorum.doors.web.security import ORIGINAL_POLICY
from variorum.doors.web.series import all_parts
from variorum.doors.web.shelf import badges, first_page
from variorum.errors import VariorumError
from variorum.library import KEEPER
from variorum.model import Picture, Relation, Trace, Witness, Work
from variorum.text import plain, shown

__all__ = ["attachment", "cover", "edition", "leave", "original", "show"]

_RELATIONS = {
    ("inspired-by", "out"): "Inspired by",
    ("inspired-by", "in"): "Inspired",
    ("translation-of", "out"): "A translation of",
    ("translation-of", "in"): "Translated as",
    ("gift-to", "out"): "A gift to",
    ("gift-to", "in"): "A gift from",
    ("part-of", "out"): "Part of",
    ("part-of", "in"): "Holds",
    ("remix-of", "out"): "A remix of",
    ("podfic-of", "out"): "A podfic of",
    ("quotes", "out"): "Quotes",
    ("quotes", "in"): "Quoted in",
    ("anthology", "out"): "Gathers",
    ("anthology", "in"): "Gathered in",
}
_ENDINGS = {"epub": "application/epub+zip", "html": "text/html; charset=utf-8"}


def show(desk: Desk, request: Request) -> Response:
    """``/works/ID``: front matter in AO3's order, copies, credits, what is known and not held."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    base = work.base if any(copy.base for copy in work.witnesses) else None
    trace = desk.library.trace(work.work, viewer=desk.viewer())
    others = {name.name: agent for agent in trace.agents for name in agent.names if len(agent.names) > 1}
    context = {
        "work": work,
        "title": words.title_of(work),
        "byline": words.byline(work.metadata),
        "picture": _picture(desk, work, base),
        "alike": [(one, words.title_of(one.work)) for one in desk.library.likenesses.of(work, desk.viewer())],
        "base": base,
        "front": _front(work),
        "badges": badges(work, keeper=desk.person == KEEPER),
        "series": all_parts(desk, work),
        "stays": desk.stays(work),
        "read": first_page(work),
        "copies": [_copy(desk, work, copy, base) for copy in work.witnesses] if base is not None else [],
        "differ": len({copy.version for copy in work.witnesses}) > 1,
        "relations": [_relation(work, relation) for relation in work.relations],
        "credits": [_credit(work, creator, others) for creator in work.metadata.creators],
        "claims": _claims(desk, work, trace),
        "sightings": trace.sightings,
        "links": [(link, leaving(link, work.work)) for link in work.links],
        "begun": begun(desk, work),
        "mark": mark_of(desk, work),
        "mine": own.of_work(desk, work),
        "noted": len(noted(desk, work)),
    }
    return desk.page(request, "work.html", context)


def _picture(desk: Desk, work: Work, base: Witness | None) -> dict[str, Any] | None:
    """The picture of a work that is one: where it is served, its pixels, and what it shows in words."""
    number = first_picture(desk, base) if base is not None else None
    if base is None or number is None:
        return None
    said, about = base.metadata.picture, base.metadata.summary or ""
    if said is None:  # a post of a picture: what it shows is said where it stands
        shown, about = desk.library.pictures.shown(base, number - 1), desk.text(base.witness).blocks[number - 1].text
        if shown is None:
            return None
        said = Picture(shown.media, shown.width, shown.height)
    return {"address": f"/works/{work.work}/picture/{number}?copy={base.siglum}", "said": said, "words": about.strip("\ufffc")}


def _front(work: Work) -> list[tuple[str, list[str]]]:
    """The front matter's rows in AO3's order and words; what is not known has no row."""
    m = work.metadata
    series = [f"Part {words.position(s.position)} of {s.title}" if s.position is not None else s.title for s in m.series]
    title = words.whole_title(work)
    rows: list[tuple[str, list[str]]] = [
        ("Title in full", [title] if words.cut(title) != title else []),
        ("Rating", [m.rating] if m.rating else []),
        ("Archive Warnings", list(m.warnings)),
        ("Categories", list(m.categories)),
        ("Fandoms", list(m.fandoms)),
        ("Relationships", list(m.relationships)),
        ("Characters", list(m.characters)),
        ("Additional Tags", list(m.tags)),
        ("Language", [words.language(m.language)] if m.language else []),
        ("Series", series),
        ("Collections", list(m.collections)),
        ("Gifts", list(m.gifts)),
    ]
    return [(label, [plain(value) for value in values]) for label, values in rows if values]


def _copy(desk: Desk, work: Work, copy: Witness, base: Witness) -> dict[str, Any]:
    emendations = desk.library.document(copy.witness).emendations
    applied = sum(1 for e in emendations if e.state == "applied")
    open_ = sum(1 for e in emendations if e.state == "proposed")
    return {
        "held": copy,
        "kinship": words.kinship(copy, base),
        "file": plain(copy.name),
        "read": first_page(work, None if copy.base else copy.siglum),
        "changes": None if copy.base else f"/works/{work.work}/changes?base={base.siglum}&with={copy.siglum}",
        "original": f"/works/{work.work}/original?copy={copy.siglum}",
        "repairs": f"/works/{work.work}/repairs?copy={copy.siglum}" if emendations else None,
        "applied": applied,
        "proposed": open_,
        "live": leaving(copy.url, work.work),
    }


def _credit(work: Work, creator: Any, others: dict[str, Any]) -> dict[str, Any]:
    agent = others.get(creator.name)
    also = words.unique(n.name for n in agent.names if n.name != creator.name) if agent is not None else []
    return {"creator": creator, "live": leaving(creator.url, work.work), "also": also, "person": creator.agent}


def _claims(desk: Desk, work: Work, trace: Trace) -> list[dict[str, Any]]:
    """Claims in words, by relation; what several copies say alike stands once, with the copies that say it.

    The work and its copies are not named by their numbers, people lead to their pages, and what is a link already is left to
    the list of links.
    """
    names = {work.work: "this work", **{copy.witness: f"copy {copy.siglum}" for copy in work.witnesses}}
    sigla = {copy.witness: copy.siglum for copy in work.witnesses}
    rulings = desk.library.credit.rulings(work)
    people = {(name.name.lower(), name.site): agent.agent for agent in trace.agents for name in agent.names}
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for claim in trace.claims:
        if not claim.evidence.text or claim.relation in ("links-to", "page"):
            continue
        key = (claim.relation, claim.subject, claim.object.lower())
        ruling = rulings.get(claim.ruling or "")
        said = {
            "claim": claim,
            "siglum": sigla.get(claim.evidence.witness),
            "ruling": ruling,
            "kin": claim.rule == "kinship",
        }
        row = found.setdefault(
            key,
            {
                "subject": _end(names, people, claim.subject),
                "relation": claim.relation.replace("-", " "),
                "object": _end(names, people, claim.object),
                "band": words.band(claim.certainty),
                "refused": ruling is not None and ruling.kind == "refuse",
                "said": [],
            },
        )
        row["said"].append(said)
        row["refused"] = row["refused"] and ruling is not None and ruling.kind == "refuse"
    return sorted(found.values(), key=lambda row: (row["refused"], row["relation"] == "thanked", row["relation"] == "reader"))


def _end(names: Mapping[str, str], people: Mapping[tuple[str, str | None], str], end: str) -> dict[str, str | None]:
    """One end of a claim: how it is said, and the page of the person it names."""
    if end in names:
        return {"said": names[end], "person": None, "site": None}
    name, at, site = end.rpartition("@")
    if at and (name.lower(), site) in people:
        return {"said": name, "person": people[name.lower(), site], "site": site}
    return {"said": end.removesuffix("@"), "person": people.get((end.lower(), None)), "site": None}


def _relation(work: Work, relation: Relation) -> dict[str, Any]:
    label = _RELATIONS.get((relation.relation, relation.direction), relation.relation.replace("-", " ").capitalize())
    return {
        "label": label,
        "relation": relation,
        "names": words.names(relation.creators),
        "live": leaving(relation.url, work.work),
        "band": words.band(relation.certainty),
    }


# ---------------------------------------------------------------- files


def original(desk: Desk, request: Request) -> Response:
    """``/works/ID/original?copy=A``: the bytes as they were received, to be kept, never to be run."""
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    copy = desk.copy(work, request.query_params.get("copy"))
    items = copy.items or (copy.digest,)
    wanted = request.query_params.get("item", "1")
    index = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 0
    if not 1 <= index <= len(items):
        raise HTTPException(404, f"This copy is made of {words.count(len(items), 'file')}.")
    name = copy.name if len(items) == 1 else f"{index:02}-{copy.name}"
    return attachment(desk.library.item_bytes(items[index - 1]), name, "application/octet-stream", ORIGINAL_POLICY)


def edition(desk: Desk, request: Request) -> Response:
    """``/publish/ID.epub`` and ``.html``: an edition made now."""
    ending = request.path_params["ending"]
    if ending not in _ENDINGS:
        raise HTTPException(404, "There is no edition of that kind; there are .epub and .html.")
    work = desk.work(request)
    gate = desk.gate(request, work)
    if gate is not None:
        return gate
    desk.may_have(work)
    copy = desk.copy(work, request.query_params.get("copy"))
    data = desk.library.publish_bytes(work, ending, copy.witness)
    return attachment(data, f"{words.title_of(work)}.{ending}", _ENDINGS[ending], ORIGINAL_POLICY)


def cover(desk: Desk, request: Request) -> Response:
    """``/works/ID/cover.svg``: the cover as a drawing, for the shelf: its title, its names, a colour of its own."""
    drawn = desk.library.cover_svg(desk.work(request))
    return Response(drawn.encode("utf-8", "replace"), media_type="image/svg+xml")


def attachment(data: bytes, name: str, media: str, policy: str = ORIGINAL_POLICY) -> Response:
    """Bytes to be kept as a file, under a name no file system minds; never shown, never run."""
    name = name.rpartition("!")[2].replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[\x00-\x1f\x7f"<>:|?*/\\]', "_", shown(name)).strip(". ")[:150] or "item"
    ascii_name = (
        unicodedata.normalize("NFKD", name[:150]).encode("ascii", "ignore").decode().replace("%", "_").strip(". ") or "item"
    )
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=media, headers={"Content-Disposition": disposition, "Content-Security-Policy": policy})


# ---------------------------------------------------------------- leaving


def leave(desk: Desk, request: Request) -> Response:
    """``/leaving?work=ID&to=ADDRESS``: shows where a link goes. Only addresses that stand in that work: nothing else is named."""
    to = request.query_params.get("to", "")
    key = request.query_params.get("work", "")
    if not key or not is_web(to):
        raise HTTPException(404, "No such link stands in this library.")
    work = desk.library.work(key, viewer=desk.viewer())
    copy = request.query_params.get("copy")
    if to not in _addresses(desk, work, copy):
        raise HTTPException(404, "No such link stands in this library.")
    context = {"work": work, "title": words.title_of(work), "to": to, "host": _host(to)}
    return desk.page(request, "leaving.html", context)


def _host(address: str) -> str:
    return address.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].rpartition("@")[2]


def _addresses(desk: Desk, work: Work, copy: str | None) -> Iterator[str | None]:
    """Every address that stands in a work: in its fields, then in the text of the copy."""
    yield from work.links
    m = work.metadata
    yield m.url
    for things in (work.witnesses, work.lost, work.relations, m.relations, m.series, m.creators):
        for thing in things:
            yield thing.url
    for claim in desk.library.trace(work).claims:
        yield from (claim.subject, claim.object)
    if copy is None:
        return
    try:
        held = desk.copy(work, copy)
    except VariorumError:
        return
    for block in desk.text(held.witness).blocks:
        yield block.image
        yield from (written for _, _, written in find_urls(block.text) if "://" in written)
        for span in block.spans:
            yield span.href
