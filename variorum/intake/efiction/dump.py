"""An eFiction dump as a container: each story is a member, packed with its chapters, notes, series and reviews.

Tables may have any prefix. Chapter texts stand in the table or in ``stories/UID/CHAPID.txt`` beside it. Of the table of
authors only pen names are ever taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from variorum.errors import MalformedItem, UnknownFormat
from variorum.intake.decode import decode
from variorum.intake.efiction.packed import pack
from variorum.intake.efiction.sql import Table, tables
from variorum.intake.values import Detection, Format, Inner, Opened, Sniff, Task

__all__ = ["CHAPTER_FILE", "FORMATS", "detect", "members", "used_files"]

_NAMES = frozenset(
    [
        *("stories", "chapters", "authors", "coauthors", "series", "inseries", "categories", "classes", "classtypes"),
        *("ratings", "characters", "reviews", "challenges", "settings"),
    ]
)
#: Where eFiction keeps a chapter: ``stories/UID/CHAPID.txt``, the folder under any name.
CHAPTER_FILE = re.compile(r"(?:^|[/!])(\d{1,10})/(\d{1,10})\.txt\Z")
_STORIES = re.compile(rb"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?(?:INTO\s+)?[`\"]?[\w$.`-]{0,80}stories[`\"]?[\s(]", re.IGNORECASE)
_CHAPTERS = re.compile(rb"(?:CREATE\s+TABLE|INTO)\s+(?:IF NOT EXISTS )?[`\"]?[\w$.`-]{0,80}chapters[`\"]?[\s(]", re.IGNORECASE)
_COLUMNS = re.compile(rb"\b(?:storynotes|storytext|inorder|coauthors|charid)\b")
_MOST_BYTES = 128 << 20  # of packed stories: a worker holds the dump, these and their copy
_MAIL = re.compile(r"\S{1,80}@[^\s@]{1,80}\.[A-Za-z]{2,12}")
_ANY_DUMP = re.compile(rb"^(?:-- (?:MySQL|MariaDB|phpMyAdmin|PostgreSQL|Adminer)|# .{0,40}(?:SQL|Dump of table))", re.MULTILINE)
_MAKES = re.compile(rb"^\s*CREATE\s+TABLE\s", re.MULTILINE | re.IGNORECASE)
_FILLS = re.compile(rb"^\s*INSERT\s+(?:IGNORE\s+)?INTO\s", re.MULTILINE | re.IGNORECASE)
_MOST_REVIEWS = 20_000  # of one story
_SITE = re.compile(r"https?://[^\s\"'<>]{3,200}")


def detect(sniff: Sniff) -> Detection:
    """SQL that fills a table of stories, beside a table of chapters with eFiction's columns."""
    data = sniff.data
    if sniff.head[:1] == b"<" or b"stories" not in data or b"chapters" not in data:
        return Detection(0.0, "no SQL of an archive")
    if _STORIES.search(data) and _CHAPTERS.search(data) and _COLUMNS.search(data):
        return Detection(0.9, "SQL that fills eFiction's tables of stories and chapters")
    return Detection(0.0, "no SQL of eFiction's")


def read(task: Task) -> Opened:
    """The stories, each an item of its own; `MalformedItem` when not one can be read."""
    inner: list[Inner] = []
    skipped: list[tuple[str, str, str]] = []
    size = 0
    archive = _Archive(task.data, dict(task.files))
    for label, data in archive.members():
        size += len(data)
        if size > _MOST_BYTES:
            skipped.append((f"{task.name}!{label}", "too-large", "and those after it are more than may come out of one dump"))
            break
        inner.append(Inner(f"{task.name}!{label}", data))
    if not inner:
        raise MalformedItem(task.name, "is a dump of eFiction's in which not one story can be read", "truncated")
    if archive.torn:
        skipped.append((f"{task.name}!(end)", "truncated", "is lost: the dump is cut off; what came whole was taken"))
    return Opened("efiction-dump", (), tuple(inner), tuple(skipped))


def members(data: bytes, files: Mapping[str, bytes] | None = None) -> Iterator[tuple[str, bytes]]:
    """Each story of a dump as (label, packed bytes), in the order of their numbers; ``files``: chapter files by name."""
    return _Archive(data, files or {}).members()


def used_files(names: Sequence[str]) -> list[str]:
    """Which of these names are chapter files."""
    return [name for name in names if CHAPTER_FILE.search(name)]


def _text(value: bytes | None) -> str:
    """A short value as text: UTF-8 where it is, else what `decode` finds."""
    if not value:
        return ""
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return decode(value).text.encode("utf-8", "replace").decode("utf-8").strip()


def _ids(value: bytes | None) -> list[str]:
    """A list of numbers as eFiction writes it: ``1,5,7``, with zeros and empty places among them."""
    return [n for n in dict.fromkeys(re.findall(r"\d{1,10}", _text(value))) if n != "0"]


def _moment(value: bytes | None) -> str | None:
    """Unix seconds or MySQL's date as a day."""
    text = _text(value)
    if re.match(r"(?:19|20)\d\d-\d\d-\d\d", text):
        return text[:10]
    if text.isdecimal() and 0 < int(text) < 1 << 32 and len(text) > 5:
        return datetime.fromtimestamp(int(text), UTC).date().isoformat()
    return None


class _Archive:
    """The tables of one dump, looked up by their numbers."""

    def __init__(self, data: bytes, files: Mapping[str, bytes]) -> None:
        found, self.torn = tables(data, _NAMES)
        self.data = data
        prefix = next((name.removesuffix("stories") for name in found if name.endswith("stories") and len(found[name])), "")
        self.tables = {name: found.get(prefix + name, Table(prefix + name, data)) for name in _NAMES}
        self.files = {(m[1], m[2]): name for name in files if (m := CHAPTER_FILE.search(name))}
        self.bytes_of = files
        self.names = self.plain("authors", "uid", "penname")
        self.characters = self.plain("characters", "charid", "charname")
        self.ratings = self.plain("ratings", "rid", "rating")
        self.challenges = self.plain("challenges", "chalid", "title")
        self.types = self.plain("classtypes", "classtype_id", "classtype_title")
        self.chapters = self.by("chapters", "sid")
        self.reviews = self.by("reviews", "item")
        self.coauthors = self.by("coauthors", "sid")
        self.inseries = self.by("inseries", "sid")
        self.classes = {_text(r.get("class_id")): r for r in self.tables["classes"].rows()}
        self.categories = {_text(r.get("catid")): r for r in self.tables["categories"].rows("catid", "parentcatid", "category")}
        wanted = ("seriesid", "title", "summary")
        self.series = {_text(r.get("seriesid")): r for r in self.tables["series"].rows(*wanted)}
        settings = next(self.tables["settings"].rows("sitename", "url"), {})
        address = _SITE.match(_text(settings.get("url")))
        self.site = (_text(settings.get("sitename")), address[0].rstrip("/") if address else "")

    def plain(self, table: str, key: str, value: str) -> dict[str, str]:
        rows = self.tables[table].rows(key, value)
        return {_text(row.get(key)): _text(row.get(value)) for row in rows}

    def by(self, table: str, key: str) -> dict[str, list[int]]:
        """The numbers of the rows of a table by the number they belong to."""
        found: dict[str, list[int]] = {}
        for number, row in enumerate(self.tables[table].rows(key)):
            found.setdefault(_text(row.get(key)), []).append(number)
        return found

    def members(self) -> Iterator[tuple[str, bytes]]:
        order: list[tuple[int, int]] = []
        for number, row in enumerate(self.tables["stories"].rows("sid")):
            sid = _text(row.get("sid"))
            if sid.isdecimal():
                order.append((int(sid), number))
        seen = set()
        for sid_, number in sorted(order):
            if sid_ not in seen:
                seen.add(sid_)
                yield f"stories/{sid_}", pack(self.story(self.tables["stories"].row(number)))

    def story(self, row: Mapping[str, bytes | None]) -> list[tuple[str, bytes]]:
        """The parts of one story: ``story.json`` with what is typed, then the texts as they are."""
        sid = _text(row.get("sid"))
        texts = [(name, value) for name in ("summary", "storynotes") if (value := row.get(name))]
        chapters = self.chapters_of(sid, texts)
        about: dict[str, Any] = {
            "sid": sid,
            "title": _text(row.get("title")),
            "site": self.site[0],
            "url": self.site[1],
            "authors": [{"uid": uid, "name": self.names.get(uid, "")} for uid in self.authors_of(row)],
            "categories": [path for c in _ids(row.get("catid")) if (path := self.path(c))],
            "classes": [found for c in _ids(row.get("classes")) if (found := self.class_(c))],
            "characters": list(filter(None, map(self.characters.get, _ids(row.get("charid"))))),
            "rating": self.ratings.get(_text(row.get("rid"))) or ("" if self.ratings else _text(row.get("rid"))),
            "challenges": list(filter(None, map(self.challenges.get, _ids(row.get("challenges"))))),
            "series": self.series_of(sid),
            "published": _moment(row.get("date")),
            "updated": _moment(row.get("updated")),
            "completed": _text(row.get("completed")),
            "validated": _text(row.get("validated")),
            "round_robin": _text(row.get("rr")) == "1",
            "words": _text(row.get("wordcount")),
            "chapters": chapters,
            "reviews": self.reviews_of(sid, texts),
        }
        return [("story.json", json.dumps(about, ensure_ascii=True, sort_keys=True).encode("ascii")), *texts]

    def authors_of(self, row: Mapping[str, bytes | None]) -> list[str]:
        """The author, then the co-authors: said in a column, in a table, or in both, each once.

        In later versions the column only says that there are some (``1``); the table then names them.
        """
        sid, uid = _text(row.get("sid")), _text(row.get("uid"))
        listed = [_text(self.tables["coauthors"].row(n, "uid").get("uid")) for n in self.coauthors.get(sid, ())]
        said = _ids(row.get("coauthors"))
        if len(self.tables["coauthors"]) and said == ["1"]:
            said = []
        return [u for u in dict.fromkeys((uid, *said, *listed)) if u and u != "0"]

    def path(self, category: str) -> list[str]:
        """A category with those it stands below, the outermost first; a ring ends where it begins again."""
        path: list[str] = []
        seen = set()
        while category in self.categories and category not in seen and len(path) < 20:
            seen.add(category)
            row = self.categories[category]
            path.insert(0, _text(row.get("category")))
            category = _text(row.get("parentcatid"))
        return [name for name in path if name]

    def class_(self, number: str) -> dict[str, str] | None:
        row = self.classes.get(number)
        if row is None or not _text(row.get("class_name")):
            return None
        return {"type": self.types.get(_text(row.get("class_type")), ""), "name": _text(row.get("class_name"))}

    def series_of(self, sid: str) -> list[dict[str, str]]:
        found = []
        for number in self.inseries.get(sid, ()):
            row = self.tables["inseries"].row(number, "seriesid", "inorder")
            key = _text(row.get("seriesid"))
            if key in self.series:
                title = _text(self.series[key].get("title"))
                found.append({"seriesid": key, "title": title, "inorder": _text(row.get("inorder"))})
        return found

    def chapters_of(self, sid: str, texts: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
        """The chapters in their order; two that claim one place keep the order of their numbers."""
        rows = [self.tables["chapters"].row(n) for n in self.chapters.get(sid, ())]
        rows.sort(key=lambda r: (_number(r.get("inorder")), _number(r.get("chapid"))))
        found = []
        for n, row in enumerate(rows, 1):
            uid, chapid = _text(row.get("uid")), _text(row.get("chapid"))
            cell = row.get("storytext")
            text = cell if cell and cell.strip() else self.file(uid, chapid)
            for part, value in (("notes", row.get("notes")), ("text", text), ("endnotes", row.get("endnotes"))):
                if value and value.strip():
                    texts.append((f"chapters/{n}/{part}", value))
            said = {"n": n, "chapid": chapid, "uid": uid, "name": self.names.get(uid, ""), "title": _text(row.get("title"))}
            found.append({**said, "words": _text(row.get("wordcount")), "held": bool(text and text.strip())})
        return found

    def file(self, uid: str, chapid: str) -> bytes | None:
        """The file of a chapter: in its author's folder, or in the only folder that has its number."""
        name = self.files.get((uid, chapid))
        if name is None:
            names = [n for (_, c), n in self.files.items() if c == chapid] if self.files else []
            name = names[0] if len(names) == 1 else None
        return self.bytes_of[name] if name is not None else None

    def reviews_of(self, sid: str, texts: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
        """Reviews of the story and its chapters; those of series are of no story."""
        found: list[dict[str, Any]] = []
        for number in self.reviews.get(sid, ())[:_MOST_REVIEWS]:
            row = self.tables["reviews"].row(number)
            if _text(row.get("type")) not in ("ST", ""):
                continue
            n = len(found) + 1
            texts.append((f"reviews/{n}", row.get("review") or b""))
            name = self.names.get(_text(row.get("uid"))) or _MAIL.sub("", _text(row.get("reviewer"))).strip()
            found.append({"n": n, "name": name, "chapid": _text(row.get("chapid")), "date": _moment(row.get("date"))})
        return found


def _number(value: bytes | None) -> int:
    text = _text(value)
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def detect_other(sniff: Sniff) -> Detection:
    """Any other dump of a database: never read as a text, for there may be anything about people in it."""
    low = sniff.head.lower()
    made = b"create" in low and _MAKES.search(sniff.head) is not None
    filled = b"insert" in low and _FILLS.search(sniff.head) is not None
    if _ANY_DUMP.match(sniff.head.lstrip()) or (made and filled) or (sniff.suffix == ".sql" and (made or filled)):
        return Detection(0.7, "a database's dump")
    return Detection(0.0, "no dump of a database")


def refuse(task: Task) -> Opened:
    """It is kept, and nothing of it is shown."""
    reason = "is a database's dump in which no archive is found that Variorum knows; it is kept, and nothing of it is shown"
    raise UnknownFormat(task.name, reason, "not-yet-read")


FORMATS = (Format("efiction-dump", detect, read), Format("sql-dump", detect_other, refuse))
