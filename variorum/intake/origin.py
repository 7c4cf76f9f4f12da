"""Where a saved page came from and when: what the page, or the program that saved it, says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from variorum.addresses import Address, identify
from variorum.intake.markup import Node, Root

__all__ = ["Origin", "moment", "origin"]

# SingleFile: " Page saved with SingleFile \n url: https://... \n saved date: Sun Feb 28 2016 12:00:00 GMT+0100 (CET)"
_SINGLE_FILE = re.compile(
    r"(?:Page saved with|Archive processed by) SingleFile\s+url:\s*(\S{1,2000})(?:\s+saved date:\s*([^\n]{1,100}))?"
)
_SAVED_FROM = re.compile(r"saved from url=\(\d{1,8}\)\s*(\S{1,2000})")  # Internet Explorer, Chrome
_SCRAPBOOK = re.compile(r"(?:mirrored from|Mirrored from)\s+(\S{1,500}) by HTTrack[^,\n]{0,100},\s*([^\n]{1,60}?)\s*-->")
_BROWSER = re.compile(  # JavaScript's Date as text
    r"[A-Z][a-z]{2},? (?:([A-Z][a-z]{2}) (\d{1,2})|(\d{1,2}) ([A-Z][a-z]{2})) (\d{4}) (\d\d):(\d\d):(\d\d)(?: GMT)?(?:([+-])(\d\d):?(\d\d))?"
)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?")
_MONTHS = {m: n for n, m in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)}


class Origin(NamedTuple):
    """``url`` in the site's present form when the site is known; ``captured`` in UTC; ``tool`` made the file."""

    url: str | None = None
    site: str | None = None
    captured: str | None = None
    tool: str | None = None
    address: Address | None = None


def origin(source: str, root: Root) -> Origin:
    """The page's address: the saving program's comment first, then canonical link, og:url, base."""
    tool = written = captured = None
    for text, _ in _comments(root):
        comment = source[text[0] : text[1]]
        found = _SINGLE_FILE.search(comment)
        if found:
            written, captured, tool = found[1], moment(found[2] or ""), "SingleFile"
            break
        found = _SAVED_FROM.search(comment)
        if found:
            written = found[1]
            break
        found = _SCRAPBOOK.search(comment)
        if found:
            written, captured, tool = "http://" + found[1], moment(found[2]), "HTTrack"
            break
    for url in (written, *_declared(root)):
        address = identify(url.strip()) if url else None
        if address is not None and address.url.startswith("http"):
            return Origin(address.url, address.site, captured or address.captured, tool, address)
    return Origin(None, None, captured, tool, None)


def _comments(root: Root) -> list[tuple[tuple[int, int], Node]]:
    """The comments at the top of the page: before the body's content, or right below the root."""
    found: list[tuple[tuple[int, int], Node]] = []
    for node in (root, *[n for n in root.elements() if n.tag in ("html", "head")]):
        found.extend(((c.start, c.end), node) for c in node.children if not isinstance(c, Node) and c.kind == "comment")
        for inner in node.elements() if node.tag == "html" else ():
            if inner.tag in ("head", "body"):
                found.extend(((c.start, c.end), inner) for c in inner.children if not isinstance(c, Node) and c.kind == "comment")
    return found[:200]


def _declared(root: Root) -> list[str]:
    canonical: list[str] = []
    graph: list[str] = []
    base: list[str] = []
    for node in root.walk():
        if node.tag == "link" and "canonical" in node.get("rel").lower().split():
            canonical.append(node.get("href"))
        elif node.tag == "meta" and "og:url" in (node.get("property"), node.get("name")):
            graph.append(node.get("content"))
        elif node.tag == "base" and node.get("href"):
            base.append(node.get("href"))
    return [*canonical, *graph, *base]


def moment(text: str) -> str | None:
    """A moment as programs write it (JavaScript's Date, HTTP, ISO 8601) in UTC; a bare date stays a date."""
    match = _BROWSER.search(text)
    try:
        if match:
            month = _MONTHS.get(match[1] or match[4])
            if month is None:
                return None
            day = int(match[2] or match[3])
            at = datetime(int(match[5]), month, day, int(match[6]), int(match[7]), int(match[8]), tzinfo=UTC)
            if match[9]:
                shift = timedelta(hours=int(match[10]), minutes=int(match[11]))
                at = at - shift if match[9] == "+" else at + shift
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        match = _ISO.search(text)
        if match:
            if not match[2] or not match[3]:
                return match[1]
            at = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].replace('Z', '+00:00')}")
            return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None
    return None
