"""One story out of an eFiction dump: its chapters with notes and end notes apart, its frame typed, its reviews beside it.

A text without any tags has its line ends as breaks, as the archive showed it. Reviews are blocks of the part
``comments``; the author's answer stands inside them as the archive kept it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from variorum.addresses import identify
from variorum.counting import ao3_words
from variorum.document import Document, Gap, Laid, Part, Piece, Span
from variorum.errors import MalformedItem
from variorum.intake.ao3 import extent, trusted
from variorum.intake.decode import decode
from variorum.intake.efiction.packed import MAGIC, unpack
from variorum.intake.mapping import CATEGORIES, map_rating, map_warnings
from variorum.intake.markup import lay, left_out, parse
from variorum.intake.markup.newlines import breaks_for_newlines
from variorum.intake.sheets import hide, shift
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task, recorded
from variorum.model import Creator, Mapped, Metadata, Series

__all__ = ["FORMATS"]

_TAG = re.compile(r"<(?:p|br|div|table|blockquote|ul|ol|pre|center|h[1-6])\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:mailto:)?[^\s<>()\[\],;:\"'@]{1,80}@[^\s<>()\[\],;:\"'@]{1,80}\.[A-Za-z]{2,12}")
_PAIR = re.compile(r"\S\s?/\s?\S")
_HIDDEN = "an e-mail address"
_FRAME = {"summary": "summary", "storynotes": "notes-before"}
_PARTS = {"notes": "notes-before", "text": "story", "endnotes": "notes-after"}


def detect(sniff: Sniff) -> Detection:
    """By its first line."""
    if sniff.data.startswith(MAGIC):
        return Detection(0.99, "a story out of an eFiction dump")
    return Detection(0.0, "no story out of a dump")


def read(task: Task) -> Opened:
    """The copy; `MalformedItem` when no chapter of it has a text."""
    parts = dict(unpack(task.name, task.data))
    try:
        about = json.loads(parts.pop("story.json", b"{}"))
    except ValueError as error:
        raise MalformedItem(task.name, "is a story out of an archive's dump that is broken", "malformed") from error
    if not isinstance(about, dict):
        raise MalformedItem(task.name, "is a story out of an archive's dump that is broken", "malformed")
    reader = _Story(task, about)
    for name, data in parts.items():
        reader.part(name, data)
    if not any(block.part == "story" and block.kind != "heading" for block in reader.blocks):
        raise MalformedItem(task.name, "is a story whose text is not in the dump (it lay in files beside it)", "no-text")
    return Opened("efiction-story", (Copy("", reader.metadata(), reader.document()),))


class _Story:
    def __init__(self, task: Task, about: Mapping[str, Any]) -> None:
        self.task = task
        self.about = about
        self.texts: list[str] = []
        self.position = 0
        self.parts: list[Part] = []
        self.blocks: list[Laid] = []
        self.spans: list[Span] = []
        self.gaps: list[Gap] = []
        self.chapters = {str(c.get("n")): c for c in _dicts(about.get("chapters"))}
        self.reviews = {str(r.get("n")): r for r in _dicts(about.get("reviews"))}
        self.order = {str(c.get("chapid")): n for n, c in self.chapters.items()}
        self.titled: set[str] = set()

    def part(self, name: str, data: bytes) -> None:
        """Lays one text under its own encoding."""
        text, encoding, bom = decode(data, None, recorded(self.task, name))
        kind, _, rest = name.partition("/")
        if kind == "chapters":
            number, _, which = rest.partition("/")
            self.chapter(number, _PARTS.get(which, "notes-after"), name, text, encoding, bom)
        elif kind == "reviews":
            self.review(rest, name, text, encoding, bom)
        else:
            self.html(name, text, _FRAME.get(name, "notes-before"), None, encoding, bom)

    def add(self, name: str, text: str, encoding: str = "utf-8", bom: str = "") -> int:
        """Appends a text as a part of the source; where it begins. Parts stand a line end apart."""
        start = self.position
        self.parts.append(Part(name, start, start + len(text), encoding, bom))
        self.texts.append(text)
        self.position = start + len(text) + 1
        return start

    def line(self, name: str, text: str, kind: str, part: str, chapter: int | None = None) -> None:
        """A part that is one block as it stands."""
        text = text.encode("utf-8", "replace").decode("utf-8")
        start = self.add(name, text)
        if stripped := text.strip():
            first = start + text.index(stripped)
            piece = Piece(first, first + len(stripped))
            self.blocks.append(Laid(kind, part, (piece,), chapter, 1.0, int(kind == "heading")))

    def html(self, name: str, text: str, part: str, chapter: int | None, encoding: str, bom: str) -> None:
        """A part that is HTML; outside the story addresses of people are not shown."""
        start = self.add(name, text, encoding, bom)
        root = parse(text, xml=False)
        if not _TAG.search(text):
            breaks_for_newlines(text, root)
        blocks, spans = lay(text, root.children, part, chapter)
        gaps = list(left_out(text, root, blocks, "not part of the work"))
        if part != "story":
            hidden = [Gap(m.start(), m.end(), _HIDDEN) for m in _ADDRESS.finditer(text)]
            hidden = [g for g in hidden if not any(o.start < g.end and g.start < o.end for o in gaps)]
            blocks = hide(blocks, hidden)
            gaps += hidden
        # Headings inside a chapter are below its title.
        blocks = [b._replace(level=max(b.level, 2)) if b.kind == "heading" else b for b in blocks]
        self.blocks += shift(blocks, start)
        self.spans += [s._replace(start=s.start + start, end=s.end + start) for s in spans]
        self.gaps += [Gap(g.start + start, g.end + start, g.reason) for g in gaps]

    def chapter(self, number: str, part: str, name: str, text: str, encoding: str, bom: str) -> None:
        count = int(number) if number.isdecimal() and len(number) < 7 else None
        title = str(self.chapters.get(number, {}).get("title") or "")
        if number not in self.titled and title.strip():
            self.titled.add(number)
            self.line(f"chapters/{number}/title", title, "heading", "story", count)
        self.html(name, text, part, count, encoding, bom)

    def review(self, number: str, name: str, text: str, encoding: str, bom: str) -> None:
        """``NAME, DAY, on chapter N`` and what was said."""
        said = self.reviews.get(number, {})
        who = _ADDRESS.sub("somebody", str(said.get("name") or "somebody"))
        on = self.order.get(str(said.get("chapid")))
        head = ", ".join(filter(None, (who, str(said.get("date") or ""), f"on chapter {on}" if on else "")))
        self.line(f"{name}/by", head, "paragraph", "comments")
        self.html(name, text, "comments", None, encoding, bom)

    def document(self) -> Document:
        """The document over all parts."""
        spans = tuple(sorted(self.spans, key=lambda s: s[:2]))
        source = "\n".join(self.texts)
        return Document(self.task.digest, source, tuple(self.parts), tuple(self.blocks), spans, (), tuple(sorted(self.gaps)))

    # ---------------------------------------------------------------- what the tables say

    def metadata(self) -> Metadata:
        about = self.about
        base = str(about.get("url") or "")
        address = identify(f"{base}/viewstory.php?sid={about.get('sid')}") if base else None
        site = address.site if address is not None else None
        fields: dict[str, Any] = {"title": str(about.get("title") or "") or None, "site": site}
        fields["url"] = address.url if address is not None else None
        fields["creators"] = tuple(dict.fromkeys(self.creators(base, site)))
        rating, mapped = map_rating(str(about.get("rating") or ""), site)
        fields["rating"] = rating
        self.classes(fields)
        fields["mapped"] = (*mapped, *fields["mapped"], *self.categories(fields))
        fields["characters"] = _strings(about.get("characters"))
        fields["collections"] = _strings(about.get("challenges"))
        fields["series"] = tuple(self.series(base))
        fields["published"], fields["updated"] = about.get("published"), about.get("updated")
        done = str(about.get("completed")) == "1"
        fields["status"] = "complete" if done else "in-progress"
        stated = len(self.chapters)
        fields["chapters_stated"] = f"{stated}/{stated if done else '?'}" if stated else None
        words = str(about.get("words") or "")
        fields["words_stated"] = int(words) if words.isdecimal() and len(words) < 12 and int(words) else None
        fields["restricted"] = str(about.get("validated")) == "0"
        source = "\n".join(self.texts)
        fields["summary"] = self.said(source, "summary") or None
        found = Metadata(**{name: value for name, value in fields.items() if value})
        held = sorted(n for n, c in self.chapters.items() if c.get("held"))
        told = (b for b in self.blocks if b.part == "story" and (b.kind, b.level) != ("heading", 1))
        counted = ao3_words(*(_said(source, b) for b in told))
        whole, why = extent(len(held), found.chapters_stated, counted, found.words_stated, other_count=True)
        trust = trusted(found, "site")
        return replace(found, chapters_held=len(held) or None, extent=whole, extent_why=why, trust=trust)

    def said(self, source: str, part: str) -> str:
        return "\n\n".join(_said(source, b) for b in self.blocks if b.part == part and b.chapter is None)

    def creators(self, base: str, site: str | None) -> list[Creator]:
        found = []
        authors = _dicts(self.about.get("authors"))
        more = ({"uid": c.get("uid"), "name": c.get("name")} for c in self.chapters.values())
        for author in (*authors, *more):  # a round robin's chapters have authors of their own
            name = _ADDRESS.sub("", str(author.get("name") or "")).strip()
            uid = str(author.get("uid") or "")
            address = identify(f"{base}/viewuser.php?uid={uid}") if base and uid.isdecimal() else None
            if name:
                found.append(Creator(name, "author", site, uid or None, address.url if address is not None else None))
        return found

    def classes(self, fields: dict[str, Any]) -> None:
        warned: list[str] = []
        tags: list[str] = []
        for one in _dicts(self.about.get("classes")):
            (warned if "warning" in str(one.get("type")).casefold() else tags).append(str(one.get("name") or ""))
        fields["warnings"], others, fields["mapped"] = map_warnings(warned)
        if self.about.get("round_robin"):
            tags.append("Round Robin")
        fields["tags"] = tuple(dict.fromkeys(filter(None, (*tags, *others))))

    def categories(self, fields: dict[str, Any]) -> list[Mapped]:
        """A pair is a relationship, AO3's word a category, what stands below another a fandom, the rest a tag; each is kept whole."""
        mapped: list[Mapped] = []
        for path in (_strings(p) for p in self.about.get("categories") or () if isinstance(p, list)):
            if not path:
                continue
            leaf, whole = path[-1], " > ".join(path)
            if leaf.casefold() in CATEGORIES:
                field, value, why = "categories", CATEGORIES[leaf.casefold()], "the archive's category is AO3's word"
            elif _PAIR.search(leaf):
                field, value, why = "relationships", leaf, "the archive's category names a pair"
            elif len(path) > 1:
                field, value, why = "fandoms", leaf, "a category that stands below another"
            else:
                field, value, why = "tags", leaf, "a category of the archive"
            fields[field] = tuple(dict.fromkeys((*fields.get(field, ()), value)))
            mapped.append(Mapped(field, value, whole, why))
        return mapped

    def series(self, base: str) -> list[Series]:
        found = []
        for one in _dicts(self.about.get("series")):
            order = str(one.get("inorder") or "")
            address = identify(f"{base}/viewseries.php?seriesid={one.get('seriesid')}") if base else None
            place = float(order) if order.isdecimal() and 0 < int(order) < 100_000 else None
            found.append(Series(str(one.get("title") or ""), place, address.url if address is not None else None))
        return [one for one in found if one.title]


def _said(source: str, block: Laid) -> str:
    return "".join(source[p.start : p.end] if p.text is None else p.text for p in block.pieces)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _strings(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in value if isinstance(one, str) and one)) if isinstance(value, list) else ()


FORMATS = (Format("efiction-story", detect, read),)
