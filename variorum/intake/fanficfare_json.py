"""FanFicFare's metadata without a story: its JSON (``-m -j``) and calibre's saved-metadata column.

Neither holds a text, so neither is a copy: they tell of a work. The column is a piece of HTML, a ``div`` for each
field, which the plugin keeps inside calibre's database and people save as a page.
"""

from __future__ import annotations

import json
import re
from typing import Any

from variorum.errors import MalformedItem
from variorum.intake.decode import declared, decode
from variorum.intake.fanficfare import Fields, metadata_of
from variorum.intake.markup import parse, text_of
from variorum.intake.values import Detection, Format, Opened, Sniff, Task
from variorum.model import Metadata

__all__ = ["FORMATS", "is_told", "read_column"]

_KEYS = re.compile(rb'"(?:storyUrl|siteabbrev|zchapters|storyId|numChapters)"\s*:')
_COLUMN = re.compile(rb"""<div class=["']metadata(?: datetime| list| int)?["'] id=["'](?:storyUrl|storyId|title|author)["']""")
_LARGEST = 16 << 20  # bytes: a story of ten thousand chapters has half a megabyte of metadata
_MOST = 200  # works in one file


def is_told(data: bytes) -> bool:
    """Whether bytes are this tool's metadata of a story."""
    return detect_json(Sniff("", data)).confidence > 0


def detect_json(sniff: Sniff) -> Detection:
    """A JSON object (or a list of them) with the keys that only this tool writes."""
    if sniff.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return Detection(0.0, "is no JSON")
    if len({m[0].split(b'"')[1] for m in _KEYS.finditer(sniff.searched)}) >= 4:
        return Detection(0.9, "JSON with the keys of FanFicFare's metadata")
    return Detection(0.0, "JSON without FanFicFare's keys")


def detect_column(sniff: Sniff) -> Detection:
    """HTML whose ``div.metadata`` carry the names of FanFicFare's fields."""
    if len(_COLUMN.findall(sniff.head)) >= 2:
        return Detection(0.9, "div.metadata with the names of FanFicFare's fields")
    return Detection(0.0, "no div.metadata of FanFicFare's")


def read_json(task: Task) -> Opened:
    """The works it tells of; `MalformedItem` for JSON that is cut off or is none."""
    if len(task.data) > _LARGEST:
        raise MalformedItem(task.name, "is larger than any metadata of a story", "too-large")
    text = decode(task.data)[0]
    try:
        said = json.loads(text)
    except ValueError as error:
        raise MalformedItem(task.name, "is metadata of FanFicFare's that is cut off or broken", "malformed") from error
    listed = said if isinstance(said, list) else [said]
    told = [metadata_of(_fields(one), "tool-json") for one in listed[:_MOST] if isinstance(one, dict)]
    told = [one for one in told if one.title or one.url]
    if not told:
        raise MalformedItem(task.name, "is metadata of FanFicFare's that names no story", "no-story")
    return Opened("fanficfare-json", told=tuple(told))


def read_saved_column(task: Task) -> Opened:
    """The work a saved column tells of; `MalformedItem` when it names none."""
    found = read_column(decode(task.data, declared(task.data))[0])
    if not (found.title or found.url):
        raise MalformedItem(task.name, "is metadata of FanFicFare's that names no story", "no-story")
    return Opened("fanficfare-column", told=(found,))


def read_column(html: str) -> Metadata:
    """What a saved-metadata column says: ``div.metadata`` (a text), ``.list`` (its items), ``.int``, ``.datetime``."""
    root = parse(html)
    fields: dict[str, str | list[str]] = {}
    for node in root.find_all("div"):
        if not node.is_(cls="metadata") or not node.id:
            continue
        if node.is_(cls="list"):
            fields.setdefault(node.id, [text_of(html, item) for item in node.find_all("li")])
        elif node.id in ("description", "authorHTML"):
            fields.setdefault(node.id, html[node.inner : node.close])
        else:
            fields.setdefault(node.id, text_of(html, node))
    return metadata_of(fields, "tool-json")


def _fields(said: dict[str, Any]) -> Fields:
    """Texts and lists of texts; a number as text; anything deeper is not read."""
    fields: dict[str, str | list[str]] = {}
    for name, value in said.items():
        if isinstance(value, (str, int, float)):
            fields[name] = str(value)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            fields[name] = value
    return fields


FORMATS = (
    Format("fanficfare-json", detect_json, read_json),
    Format("fanficfare-column", detect_column, read_saved_column),
)
