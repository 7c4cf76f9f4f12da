"""AO3's typed metadata, as it stands in a download's preface and on a work's page.

Values keep the source's spelling and order and are never split at commas: each is the text of one link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import unquote

from variorum.addresses import identify
from variorum.intake.ao3.languages import LANGUAGES
from variorum.intake.mapping import map_warnings
from variorum.intake.markup import Node, decoded, folded, text_of
from variorum.model import Creator, Extent, Metadata, Relation, Series

__all__ = ["creator", "creators", "extent", "field_of", "number", "relation", "stats", "status", "tags", "tidy_url", "trusted"]

#: AO3's label (singular, lower case) or class -> the field of Metadata.
_FIELDS = {
    "rating": "rating",
    "archive warning": "warnings",
    "warning": "warnings",
    "category": "categories",
    "categorie": "categories",
    "fandom": "fandoms",
    "relationship": "relationships",
    "character": "characters",
    "additional tag": "tags",
    "freeform": "tags",
    "language": "language",
    "serie": "series",
    "series": "series",
    "collection": "collections",
    "stat": "stats",
    "stats": "stats",
}
#: The site whose software made the page, where nothing else is said.
ARCHIVE = "https://archiveofourown.org"
_IN_TAG_ADDRESS = {"*s*": "/", "*a*": "&", "*d*": ".", "*q*": "?", "*h*": "#"}
_STAT = re.compile(r"(Published|Updated|Completed|Words|Chapters)\s*:\s*([0-9][0-9,.\-/?\u00a0\u202f]*)")
_POSITION = re.compile(r"[Pp]art\s+(\d{1,6}(?:\.\d{1,4})?)\s+of\s*$")
_BOTH = re.compile(r"(.+?) \(([^()\s]+)\)")
_ARCHIVED = re.compile(r"^(.*?)\s*\[archived by\s*$", re.DOTALL)
_EDGES = re.compile(r"^[\s,\]]+(?:and\s+)?|[\s,]+$|^\s*by\s+")


def number(text: str) -> int | None:
    """A count with any thousands separators."""
    digits = re.sub(r"[,.\s\u00a0\u202f']", "", text)
    return int(digits) if digits.isdigit() and len(digits) < 13 else None


def tidy_url(url: str, base: str = ARCHIVE) -> str | None:
    """An address in its site's present form; None when it is none. ``base`` completes one without a host."""
    found = identify(_join(base, url))
    return found.url if found is not None else None


def _join(base: str, url: str) -> str:
    return base + url if url.startswith("/") and not url.startswith("//") else url


def field_of(label: str) -> str | None:
    """The field of Metadata that AO3's label or class names; plural and singular are one."""
    name = folded(label).rstrip(":").strip().lower()
    return _FIELDS.get(name) or _FIELDS.get(name.rstrip("s"))


def tags(source: str, pairs: Iterable[tuple[str, Node]]) -> dict[str, Any]:
    """The fields that stand in pairs of label (or class) and ``dd``; statistics are left to `stats`."""
    found: dict[str, Any] = {}
    for label, dd in pairs:
        field = field_of(label)
        if field is None or field == "stats":
            continue
        if field == "series":
            found["series"] = found.get("series", ()) + _series(source, dd)
        elif field == "language":
            found["language"] = _language(dd.get("lang"), text_of(source, dd))
        else:
            values = _values(source, dd)
            if field == "rating":
                found["rating"] = ", ".join(values) or None
            else:
                if field == "warnings":
                    warned, others, mapped = map_warnings(values)
                    found["mapped"] = found.get("mapped", ()) + mapped
                    values = warned + others
                found[field] = found.get(field, ()) + values
    return found


def _values(source: str, dd: Node) -> tuple[str, ...]:
    links = [node for node in dd.find_all("a") if node.get("href") or node.is_(cls="tag")]
    values = [text_of(source, link) or _from_address(link.get("href")) for link in links]
    if not links:
        values = [text_of(source, dd)]
    return tuple(value for value in values if value)


def _from_address(href: str) -> str:
    """A tag's name out of its address, for a link that lost its text."""
    match = re.search(r"/tags/([^/?#]+)", href)
    if not match:
        return ""
    name = unquote(match[1])
    for written, meant in _IN_TAG_ADDRESS.items():
        name = name.replace(written, meant)
    return name


def _language(code: str, name: str) -> str | None:
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", code):
        return code
    return LANGUAGES.get(name.casefold())


def _series(source: str, dd: Node) -> tuple[Series, ...]:
    found: list[Series] = []
    before = ""
    for text, node in dd.texts():
        if text.kind != "text":
            continue
        link = next((n for n in (node, *node.ancestors()) if n.tag == "a"), None)
        words = decoded(source[text.start : text.end])
        href = link.get("href") if link is not None else ""
        if link is None or "/series/" not in href or link.is_(cls="previous") or link.is_(cls="next"):
            before = (before + words)[-200:]
            continue
        position = _POSITION.search(folded(before))
        title = text_of(source, link)
        if not found or found[-1].url != tidy_url(href):
            found.append(Series(title, float(position[1]) if position else None, tidy_url(href)))
        before = ""
    if not found:
        whole = re.fullmatch(r"Part (\d{1,6}) of (.+)", text_of(source, dd))
        if whole:
            found.append(Series(whole[2], float(whole[1])))
    return tuple(found)


def stats(text: str) -> dict[str, Any]:
    """Statistics written in a line: "Published: 2006-07-09 Updated: 2007-06-25 Words: 7,526 Chapters: 3/?"."""
    found: dict[str, Any] = {}
    finished = False
    for match in _STAT.finditer(text):
        name, value = match[1], match[2].strip("\u00a0\u202f")
        if name == "Published":
            found["published"] = value
        elif name in ("Updated", "Completed"):
            found["updated"] = value
            finished = name == "Completed"
        elif name == "Words":
            found["words_stated"] = number(value)
        else:
            found["chapters_stated"] = value.replace(",", "")
    found["status"] = status(found.get("chapters_stated"), finished=finished, has_stats=bool(found))
    return found


def status(chapters: str | None, *, finished: bool, has_stats: bool) -> Literal["complete", "in-progress", "unknown"]:
    """Complete or not: from ``3/?``, or from the date being called "Completed"; a work without chapters is whole."""
    if chapters is None:
        return "complete" if has_stats else "unknown"
    posted, _, planned = chapters.partition("/")
    if finished or (posted and posted == planned):
        return "complete"
    return "in-progress" if planned else "unknown"


def extent(
    held: int, chapters: str | None, words: int, stated: int | None, *, other_count: bool = False
) -> tuple[Extent, str | None]:
    """Whether a copy holds all that was posted when it was taken, by chapters and by words, and what that rests on.

    ``other_count``: the stated words were counted by another site's rule, which is up to a tenth off.
    """
    why = []
    posted = number(chapters.partition("/")[0]) if chapters else None
    if posted is not None:
        why.append(f"{held:,} of {posted:,} chapters")
    if stated is not None:
        why.append(f"{words:,} words found, {stated:,} stated")
    said = "; ".join(why) or None
    if posted is None:
        posted = 1
    if held < posted:
        return "partial", said
    if posted != held or stated is None:
        return "unknown", said
    if abs(words - stated) <= max(10, stated * (0.1 if other_count else 0.03)):
        return "whole", said
    return ("partial" if words < stated * 0.9 else "unknown"), said


def creator(source: str, link: Node, role: str = "author", base: str = ARCHIVE) -> Creator:
    """The pseud behind a link ``/users/USER/pseuds/PSEUD``; "pseud (user)" is how AO3 shows one that is not the user's name."""
    name = text_of(source, link)
    href = link.get("href")
    address = identify(_join(base, href)) if href else None
    account = address.account if address is not None else None
    match = re.search(r"/users/([^/?#]+)", href)
    if account is None and match:
        account = unquote(match[1])
    both = _BOTH.fullmatch(name)
    if both and account is not None and both[2].casefold() == account.casefold():
        name = both[1]
    site = address.site if address is not None else None
    return Creator(name, role, site, account, address.url if address is not None else None)


def creators(source: str, node: Node, site: str | None, base: str = ARCHIVE) -> tuple[Creator, ...]:
    """Everybody a byline names: links, the word Anonymous, "NAME [archived by X]"."""
    found: list[Creator] = []
    before = ""
    for text, inside in node.texts():
        if text.kind != "text":
            continue
        link = next((n for n in (inside, *inside.ancestors()) if n.tag == "a"), None)
        if link is None or not any(ancestor is node for ancestor in link.ancestors()):
            before += decoded(source[text.start : text.end])
            continue
        archived = _ARCHIVED.match(before)
        if archived:
            name = _bare(archived[1])
            if name:
                found.append(Creator(name, "author", site))
        who = creator(source, link, "archivist" if archived else "author", base)
        if not found or found[-1] != who:
            found.append(who)
        before = ""
    rest = _bare(before)
    if rest and rest not in ("by", "]"):
        found.extend(Creator(name, "author", site) for name in rest.split(", "))
    return tuple(found)


def _bare(text: str) -> str:
    previous, text = "", folded(text)
    while text != previous:
        previous, text = text, _EDGES.sub("", text)
    return text


_TIE = re.compile(r"^(?:Inspired by|A translation of|Translation of|Translation into .{0,80}? available:)\s+", re.IGNORECASE)
_KINDS: tuple[tuple[str, str, Literal["out", "in"]], ...] = (
    ("translation into", "translation-of", "in"),
    ("a translation of", "translation-of", "out"),
    ("translation of", "translation-of", "out"),
    ("inspired by", "inspired-by", "out"),
    ("in response to", "prompted-by", "out"),
)


def relation(
    source: str, node: Node, kind: tuple[str, Literal["out", "in"]] | None = None, base: str = ARCHIVE
) -> Relation | None:
    """The tie a list item states: "Inspired by TITLE by NAME", "Translation into X available: TITLE by NAME" ...

    A restricted, unrevealed or deleted work has no title here, only the words that say so as evidence.
    """
    evidence = text_of(source, node)
    if kind is None:
        lower = evidence.lower()
        kind = next(((name, way) for words, name, way in _KINDS if lower.startswith(words)), None)
        if kind is None:
            return None
    links = [link for link in node.find_all("a") if link.get("href")]
    people = tuple(
        creator(source, link, base=base) for link in links if link.get("rel") == "author" or "/users/" in link.get("href")
    )
    works = [link for link in links if link.get("rel") != "author" and "/users/" not in link.get("href")]
    title = text_of(source, works[0]) if works else None
    if title == "[Restricted Work]":
        title = None
    # Names without links; in "Inspired by a deleted work" the only "by" belongs to the tie.
    what = _TIE.sub("", evidence)
    if not people and " by " in what:
        name = what.rsplit(" by ", 1)[1].strip(" .")
        people = (Creator(name),) if name and len(name) < 80 else ()
    return Relation(kind[0], kind[1], title, tidy_url(works[0].get("href"), base) if works else None, None, people, 1.0, evidence)


def trusted(metadata: Metadata, kind: str) -> dict[str, str]:
    """The ``trust`` of a metadata all of whose fields that are set come from one kind of source."""
    empty = Metadata()
    skipped = {"trust", "extent", "extent_why", "mapped", "history", "chapters_held", "captured", "tool"}
    return {
        name: kind
        for name in Metadata.__dataclass_fields__
        if name not in skipped and getattr(metadata, name) != getattr(empty, name)
    }
