"""OPDS 2.0: the same feeds as JSON, in the words of the Readium Web Publication Manifest (schema.org's)."""

from __future__ import annotations

from typing import Any

from variorum.doors.web import words
from variorum.doors.web.opds.atom import about, updated_of
from variorum.doors.web.opds.feeds import ROOT, Feed, edition, images
from variorum.model import Creator, Work
from variorum.text import plain, shown

__all__ = ["FEED", "feed_json", "publication"]

FEED = "application/opds+json"
_PUBLICATION = "application/opds-publication+json"

#: Our roles -> the manifest's.
_ROLES = {"author": "author", "co-author": "author", "artist": "illustrator", "translator": "translator", "podficcer": "narrator"}


def feed_json(feed: Feed) -> dict[str, Any]:
    """The feed as a JSON object."""
    links = [_link("self", feed.address), _link("start", ROOT)]
    links.append({"rel": "search", "href": f"{ROOT}/works{{?query,page}}", "type": FEED, "templated": True})
    links += [_link(rel, address) for rel, address in feed.pages.items()]
    told: dict[str, Any] = {"title": shown(feed.title), "modified": feed.updated}
    out: dict[str, Any] = {"metadata": told, "links": links}
    if not feed.acquisition:
        out["navigation"] = [
            {"title": shown(step.title), "href": step.address, "rel": step.rel, "type": FEED}
            | ({"properties": {"numberOfItems": step.number}} if step.number is not None else {})
            for step in feed.steps
        ]
        return out
    told |= {"numberOfItems": feed.total, "currentPage": feed.page}
    out["publications"] = [publication(work) for work in feed.works]
    out["facets"] = [
        {
            "metadata": {"title": group.title},
            "links": [_facet(facet.title, facet.address, facet.number, active=facet.active) for facet in group.facets],
        }
        for group in feed.groups
    ]
    return out


def publication(work: Work) -> dict[str, Any]:
    """One work as a publication object."""
    m = work.metadata
    about_it: dict[str, Any] = {
        "@type": "http://schema.org/Book",
        "identifier": f"urn:variorum:work:{work.work}",
        "title": shown(words.title_of(work)),
        "modified": updated_of(work),
        "subject": [{"name": shown(name)} for name in (*m.fandoms, *m.relationships, *m.characters, *m.tags)],
    }
    for creator in m.creators:
        role = _ROLES.get(creator.role)
        if role is not None:
            about_it.setdefault(role, []).append(_contributor(creator))
    if m.language:
        about_it["language"] = m.language
    if m.published:
        about_it["published"] = m.published
    about_it["description"] = "\n\n".join(filter(None, (plain(m.summary or ""), about(work))))
    if m.series:
        about_it["belongsTo"] = {
            "series": [{"name": shown(s.title)} | ({"position": s.position} if s.position is not None else {}) for s in m.series]
        }
    return {
        "metadata": about_it,
        "links": [
            {"rel": "self", "href": f"{ROOT}/works/{work.work}", "type": _PUBLICATION},
            {"rel": "http://opds-spec.org/acquisition", "href": edition(work), "type": "application/epub+zip"},
            {"rel": "http://opds-spec.org/acquisition", "href": edition(work, "html"), "type": "text/html"},
            {
                "rel": "http://opds-spec.org/progression",
                "href": f"{ROOT}/progression/{work.work}",
                "type": "application/opds-progression+json",
            },
        ],
        "images": [
            {"href": one.address, "type": one.media} | ({"width": one.width, "height": one.height} if one.width else {})
            for one in dict.fromkeys(images(work))
        ],
    }


def _contributor(creator: Creator) -> dict[str, Any]:
    """A name as it is shown. Who else this name may be stays here: what we joined does not leave."""
    return {"name": shown(creator.name)}


def _link(rel: str, address: str) -> dict[str, Any]:
    return {"rel": rel, "href": address, "type": FEED}


def _facet(title: str, address: str, count: int | None, *, active: bool) -> dict[str, Any]:
    out: dict[str, Any] = {"title": shown(title), "href": address, "type": FEED}
    if active:
        out["rel"] = "self"
    if count is not None:
        out["properties"] = {"numberOfItems": count}
    return out
