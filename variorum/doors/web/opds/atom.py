"""OPDS 1.2: a feed as Atom. Written with lxml, so that a stranger's words cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from variorum.doors.web import words
from variorum.doors.web.opds.feeds import ROOT, SEARCH, Feed, Step, edition, images
from variorum.model import Work
from variorum.text import plain

__all__ = ["ACQUISITION", "NAVIGATION", "atom", "entry", "open_search"]

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/terms/"
_OPDS = "http://opds-spec.org/2010/catalog"
_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_THREAD = "http://purl.org/syndication/thread/1.0"
_NAMES: Any = {None: _ATOM, "dc": _DC, "opds": _OPDS, "os": _SEARCH, "thr": _THREAD}

_PLAIN: Any = {None: _SEARCH}

NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
_ENTRY = "application/atom+xml;type=entry;profile=opds-catalog"
_EPUB = "application/epub+zip"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def atom(feed: Feed) -> bytes:
    """The feed as an XML document."""
    top = _feed_head(feed)
    for step in feed.steps:
        _step(top, step, feed.updated)
    for work in feed.works:
        _publication(top, work)
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8")


def entry(work: Work) -> bytes:
    """One work as a document of its own, with everything that is known of it."""
    top = etree.Element(f"{{{_ATOM}}}entry", nsmap=_NAMES)
    _publication(top, work, into=top)
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8")


def open_search() -> bytes:
    """How to search: the description that a reader's search box is made from."""
    top = etree.Element(f"{{{_SEARCH}}}OpenSearchDescription", nsmap=_PLAIN)
    for name, text in (
        ("ShortName", "Variorum"),
        ("Description", "Words, phrases and fields, as in the reader"),
        ("InputEncoding", "UTF-8"),
    ):
        etree.SubElement(top, f"{{{_SEARCH}}}{name}").text = text
    address = f"{ROOT}/works?q={{searchTerms}}&page={{startPage?}}"
    for kind in (ACQUISITION, "application/opds+json"):
        etree.SubElement(top, f"{{{_SEARCH}}}Url", {"type": kind, "template": address})
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8")


def _feed_head(feed: Feed) -> etree._Element:
    top = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMES)
    _text(top, "id", f"urn:variorum:opds:{feed.address}")
    _text(top, "title", feed.title)
    _text(top, "updated", feed.updated)
    author = etree.SubElement(top, f"{{{_ATOM}}}author")
    _text(author, "name", "Variorum")
    kind = ACQUISITION if feed.acquisition else NAVIGATION
    _link(top, "self", feed.address, kind)
    _link(top, "start", ROOT, NAVIGATION)
    if feed.address != ROOT:
        _link(top, "up", ROOT, NAVIGATION)
    _link(top, "search", SEARCH, "application/opensearchdescription+xml")
    for rel, address in feed.pages.items():
        _link(top, rel, address, ACQUISITION)
    for group in feed.groups:
        for facet in group.facets:
            more = {f"{{{_OPDS}}}facetGroup": group.title}
            if facet.number is not None:
                more[f"{{{_THREAD}}}count"] = str(facet.number)
            if facet.active:
                more[f"{{{_OPDS}}}activeFacet"] = "true"
            _link(top, "http://opds-spec.org/facet", facet.address, ACQUISITION, facet.title, more)
    if feed.total is not None:
        for name, number in (("totalResults", feed.total), ("itemsPerPage", len(feed.works))):
            etree.SubElement(top, f"{{{_SEARCH}}}{name}").text = str(number)
    return top


def _step(top: etree._Element, step: Step, updated: str) -> None:
    one = etree.SubElement(top, f"{{{_ATOM}}}entry")
    _text(one, "id", f"urn:variorum:opds:{step.address}")
    _text(one, "title", step.title)
    _text(one, "updated", updated)
    _text(one, "content", step.about, {"type": "text"})
    more = {f"{{{_THREAD}}}count": str(step.number)} if step.number is not None else {}
    _link(one, step.rel, step.address, ACQUISITION if step.acquisition else NAVIGATION, None, more)


def _publication(top: etree._Element, work: Work, into: etree._Element | None = None) -> None:
    one = etree.SubElement(top, f"{{{_ATOM}}}entry") if into is None else into
    m = work.metadata
    _text(one, "id", f"urn:variorum:work:{work.work}")
    _text(one, "title", words.title_of(work))
    _text(one, "updated", updated_of(work))
    for creator in m.creators:
        if creator.role in ("author", "co-author", "artist"):
            _text(etree.SubElement(one, f"{{{_ATOM}}}author"), "name", creator.name)
    if m.language:
        _text(one, "language", m.language, space=_DC)
    if m.published:
        _text(one, "issued", m.published, space=_DC)
    for name in (*m.fandoms, m.rating or "", *m.warnings, *m.relationships, *m.characters, *m.tags):
        if name:
            etree.SubElement(one, f"{{{_ATOM}}}category", {"term": _fit(name), "label": _fit(name)})
    if m.summary:
        _text(one, "summary", plain(m.summary), {"type": "text"})
    _text(one, "content", about(work), {"type": "text"})
    large, small = images(work)
    _link(one, "http://opds-spec.org/image", large.address, large.media)
    _link(one, "http://opds-spec.org/image/thumbnail", small.address, small.media)
    _link(one, "http://opds-spec.org/acquisition", edition(work), _EPUB, "EPUB")
    _link(one, "http://opds-spec.org/acquisition", edition(work, "html"), "text/html", "One page")
    _link(one, "alternate", f"{ROOT}/works/{work.work}", _ENTRY)
    _link(one, "http://opds-spec.org/progression", f"{ROOT}/progression/{work.work}", "application/opds-progression+json")


def about(work: Work) -> str:
    """One line as under an AO3 blurb: words, chapters, copies."""
    m = work.metadata
    parts = [words.count(work.words, "word"), f"chapters {m.chapters_stated or work.chapters}"]
    if work.witnesses and len(work.witnesses) > 1:
        parts.append(words.count(len(work.witnesses), "copy", "copies"))
    return ", ".join(parts)


def updated_of(work: Work) -> str:
    """When the work got its present form, as far as it says so; an instant, as Atom wants it."""
    m = work.metadata
    for said in (m.updated, m.published, *(w.captured for w in work.witnesses), *(w.added for w in work.witnesses)):
        match = re.match(r"\d{4}-\d{2}-\d{2}", said or "")
        if match is not None:
            return f"{match[0]}T00:00:00Z"
    return "2000-01-01T00:00:00Z"


def _text(parent: etree._Element, name: str, text: str, attributes: Mapping[str, str] | None = None, space: str = _ATOM) -> None:
    etree.SubElement(parent, f"{{{space}}}{name}", dict(attributes or {})).text = _fit(text)


def _link(
    parent: etree._Element, rel: str, href: str, kind: str, title: str | None = None, more: Mapping[str, str] | None = None
) -> etree._Element:
    attributes = {"rel": rel, "href": href, "type": kind, **(more or {})}
    if title is not None:
        attributes["title"] = _fit(title)
    return etree.SubElement(parent, f"{{{_ATOM}}}link", {name: _fit(value) for name, value in attributes.items()})


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
