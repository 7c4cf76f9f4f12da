"""A saved list of AO3's: bookmarks, marked for later, history, a tag's or a person's works. It tells of works it does not hold.

Each work is ``li.blurb.work-ID`` (``_blurb`` templates of otwarchive). What the owner of a list wrote about a work (tags and
notes of a bookmark) is theirs and stays in the file; lines for series, for deleted works and mystery works tell of no work.
"""

from __future__ import annotations

import re
from typing import Any

from variorum.errors import MalformedItem
from variorum.intake import refusals
from variorum.intake.ao3 import ARCHIVE, creators, number, status, tidy_url, trusted
from variorum.intake.decode import declared, decode
from variorum.intake.labels import date_of
from variorum.intake.mapping import map_warnings
from variorum.intake.markup import Node, Root, lay, parse, text_of
from variorum.intake.origin import origin
from variorum.intake.values import Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Metadata, Series

__all__ = ["FORMATS"]

_BLURB = re.compile(rb"""<li\b[^>]{0,400}class=["'][^"']{0,300}\bblurb\b[^"']{0,300}["']""")
_WORK = re.compile(r"work-(\d{1,12})\Z")
_HREF = re.compile(r"(?:https?://[^/]{1,80})?/works/(\d{1,12})(?:[/?#]|\Z)")
_TAGS = {"relationships": "relationships", "characters": "characters", "freeforms": "tags"}
_POSITION = re.compile(r"Part (\d{1,6}) of")
_MOST = 20_000  # works of one page


def detect(sniff: Sniff) -> Detection:
    """Blurbs of works, and no text of one."""
    if sniff.data.startswith(b"PK") or b"blurb" not in sniff.searched:
        return Detection(0.0, "no li.blurb")
    data = sniff.searched
    if _BLURB.search(data) and b"workskin" not in data and (b"required-tags" in data or b"/works/" in data):
        return Detection(0.9, "li.blurb of a list on AO3, and no work")
    return Detection(0.0, "no list of works")


def read(task: Task) -> Opened:
    """The works a list tells of, each once, in its order."""
    text = decode(task.data, declared(task.data), recorded(task, ""))[0]
    root = parse(text)
    where = origin(text, root)
    base = "/".join(where.url.split("/")[:3]) if where.url and "archiveofourown" not in where.url else ARCHIVE
    told: dict[str | None, Metadata] = {}
    passed = 0
    for node in root.walk():
        if node.tag != "li" or not node.is_(cls="blurb") or node.start < passed:
            continue
        passed = node.end
        found = _blurb(text, node, where.site or "archiveofourown.org", base, where.captured)
        if found is not None:
            told.setdefault(found.url, found)
        if len(told) >= _MOST:
            break
    if not told:
        refusals.check(task.name, text, root, where.site)
        raise MalformedItem(task.name, "is a list of an archive that tells of no work", "no-story")
    return Opened(
        "ao3-list",
        told=tuple(told.values()),
        note=f"A list that tells of {len(told):,} work{'s' * (len(told) != 1)}, and holds none.",
    )


def _blurb(source: str, node: Node, site: str, base: str, captured: str | None) -> Metadata | None:
    """One line of a list: what it says of its work; None for a series, a deleted or mystery work."""
    heading = next((h for h in node.find_all("h4") if h.is_(cls="heading")), None)
    links = heading.find_all("a") if heading is not None else []
    title = next((a for a in links if _HREF.match(a.get("href"))), None)
    if heading is None or title is None:
        return None
    fields: dict[str, Any] = {"title": text_of(source, title) or None, "site": site}
    fields["url"] = tidy_url(f"{base}/works/{_HREF.match(title.get('href'))[1]}")  # type: ignore[index]
    fields["creators"] = creators(source, _byline(heading, title), site, base)
    fields["gifts"] = tuple(text_of(source, a) for a in links if a.get("href").rstrip("/").endswith("/gifts"))
    fields["restricted"] = any("restricted" in i.get("alt", i.get("title")).lower() for i in heading.find_all("img"))
    fandoms = next((h for h in node.find_all("h5") if h.is_(cls="fandoms")), None)
    fields["fandoms"] = _links(source, fandoms) if fandoms is not None else ()
    _required(source, node, fields)
    listed = next((u for u in node.find_all("ul") if u.is_(cls="tags") and u.is_(cls="commas") and not _own(u)), None)
    for item in listed.elements() if listed is not None else ():
        field = next((_TAGS[c] for c in item.classes if c in _TAGS), None)
        if field is not None:
            fields[field] = fields.get(field, ()) + _links(source, item)
        elif item.is_(cls="warnings"):
            fields["warnings"] = fields.get("warnings", ()) + _links(source, item)
    fields["warnings"], _, fields["mapped"] = map_warnings(fields.get("warnings", ()))
    summary = next((q for q in node.find_all("blockquote") if q.is_(cls="summary")), None)
    if summary is not None:
        blocks, _ = lay(source, summary.children)
        said = ("".join(source[p.start : p.end] if p.text is None else p.text for p in b.pieces) for b in blocks)
        fields["summary"] = "\n\n".join(said) or None
    fields["series"] = tuple(_series(source, node, base))
    _stats(source, node, fields)
    found = Metadata(**{name: value for name, value in fields.items() if value}, captured=captured)
    return Metadata(**{n: getattr(found, n) for n in Metadata.__dataclass_fields__ if n != "trust"}, trust=trusted(found, "site"))


def _byline(heading: Node, title: Node) -> Node:
    """What stands after the title, as a node of its own: names, or the word Anonymous; without the receivers of gifts."""
    line = Root(title.end, heading.close)
    for child in heading.children:
        if child.start < title.end or (isinstance(child, Node) and child.tag == "img"):
            continue
        if isinstance(child, Node) and child.get("href").rstrip("/").endswith("/gifts"):
            break
        line.children.append(child)
    # The links still know their heading as parent; a byline of its own needs them to know it.
    for child in line.children:
        if isinstance(child, Node):
            child.parent = line
    while line.children and not isinstance(line.children[-1], Node) and len(line.children) > 1:
        line.children.pop()  # "for", white space
    return line


def _own(tags: Node) -> bool:
    """Whether tags are those of the bookmark's owner, not of the work."""
    return tags.is_(cls="meta") or any(a.is_(cls="user") and a.is_(cls="module") for a in tags.ancestors())


def _links(source: str, node: Node) -> tuple[str, ...]:
    return tuple(name for name in (text_of(source, a) for a in node.find_all("a")) if name)


def _required(source: str, node: Node, fields: dict[str, Any]) -> None:
    """The four squares: rating, warnings, categories, whether it is complete."""
    box = next((u for u in node.find_all("ul") if u.is_(cls="required-tags")), None)
    for square in box.find_all("span") if box is not None else ():
        said = square.get("title") or text_of(source, square)
        if square.is_(cls="rating"):
            fields["rating"] = None if said == "No rating" else said
        elif square.is_(cls="category") and said != "No category":
            fields["categories"] = tuple(said.split(", "))
        elif square.is_(cls="iswip"):
            fields["status"] = "complete" if square.is_(cls="complete-yes") else "in-progress"


def _series(source: str, node: Node, base: str) -> list[Series]:
    found = []
    for box in (u for u in node.find_all("ul") if u.is_(cls="series")):
        for item in box.find_all("li"):
            link = item.find("a")
            if link is not None:
                place = _POSITION.search(text_of(source, item))
                found.append(Series(text_of(source, link), float(place[1]) if place else None, tidy_url(link.get("href"), base)))
    return found


def _stats(source: str, node: Node, fields: dict[str, Any]) -> None:
    date = next((p for p in node.find_all("p") if p.is_(cls="datetime")), None)
    fields["updated"] = date_of(text_of(source, date)) if date is not None else None
    stats = next((d for d in node.find_all("dl") if d.is_(cls="stats")), None)
    for dd in stats.find_all("dd") if stats is not None else ():
        value = text_of(source, dd)
        if dd.is_(cls="words"):
            fields["words_stated"] = number(value)
        elif dd.is_(cls="chapters"):
            fields["chapters_stated"] = value.replace(",", "").replace(" ", "")
        elif dd.is_(cls="language"):
            fields["language"] = dd.get("lang") or None
    if "status" not in fields:
        fields["status"] = status(fields.get("chapters_stated"), finished=False, has_stats=stats is not None)
    if fields["status"] == "unknown":
        fields.pop("status")


FORMATS = (Format("ao3-list", detect, read),)
