"""Wattpad's API JSON of a story: typed metadata, and the text where a tool kept it with the parts.

Keys as FanFicFare's adapter asks for them (title, user, description, tags, mature, completed, parts ...). The API gives
no text with them: without one the file tells of a work. Some tools put each part's HTML under ``text``.
Unproven: no file of a reader's was seen. What differs from this is a problem with a sentence, never a guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from variorum.errors import MalformedItem
from variorum.intake.ao3 import trusted
from variorum.intake.decode import decode
from variorum.intake.labels import date_of, language_of
from variorum.intake.sheets import Sheet, sound
from variorum.intake.values import Copy, Detection, Format, Opened, Sniff, Task
from variorum.model import Creator, Mapped, Metadata

__all__ = ["FORMATS"]

_KEYS = (b'"parts"', b'"user"', b'"mature"', b'"completed"')
_ADDRESS = re.compile(r"https?://(?:www\.|m\.)?wattpad\.com/story/(\d{1,12})")
_LARGEST = 64 << 20
_MOST_PARTS = 10_000


def detect(sniff: Sniff) -> Detection:
    """A JSON object with the keys of a story, and Wattpad's address or the shape of its user."""
    if sniff.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{" or not sniff.holds(*_KEYS):
        return Detection(0.0, "no JSON of a story on Wattpad")
    if b"wattpad.com" in sniff.searched or sniff.holds(b'"modifyDate"', b'"createDate"'):
        return Detection(0.88, "JSON with the keys of Wattpad's API")
    return Detection(0.0, "JSON of something else")


def read(task: Task) -> Opened:
    """The copy its parts make, or the work it tells of; `MalformedItem` when it is cut off or names no story."""
    if len(task.data) > _LARGEST:
        raise MalformedItem(task.name, "is larger than any story's metadata", "too-large")
    try:
        said = json.loads(decode(task.data)[0])
    except ValueError as error:
        raise MalformedItem(task.name, "is JSON of Wattpad's that is cut off or broken", "malformed") from error
    if not isinstance(said, dict):
        raise MalformedItem(task.name, "is JSON of Wattpad's that holds no story", "no-story")
    found = _metadata(said)
    if not found.title:
        raise MalformedItem(task.name, "is JSON of Wattpad's that names no story", "no-story")
    parts = [one for one in _list(said.get("parts"))[:_MOST_PARTS] if isinstance(one, dict)]
    texts = [(_text(one.get("title")), _text(one.get("text")) or _text(one.get("html"))) for one in parts]
    if not any(text.strip() for _, text in texts):
        return Opened("wattpad-json", told=(found,))
    return Opened("wattpad-json", (_copy(task, found, texts),))


def _copy(task: Task, found: Metadata, texts: list[tuple[str, str]]) -> Copy:
    sheet = Sheet()
    held = 0
    for number, (title, text) in enumerate(texts, 1):
        if not text.strip():
            continue
        held += 1
        before = len(sheet.blocks)
        if title.strip():
            sheet.line(f"parts/{number}/title", title, "heading", "story", level=1)
        sheet.html(f"parts/{number}/text", text)
        for at in range(before, len(sheet.blocks)):
            block = sheet.blocks[at]
            inner = block.kind == "heading" and (at > before or not title.strip())
            sheet.blocks[at] = block._replace(chapter=number, level=max(block.level, 2) if inner else block.level)
    whole = held == len(texts)
    why = f"{held:,} of {len(texts):,} chapters"
    m = replace(found, chapters_held=held, extent="whole" if whole else "partial", extent_why=why)
    return Copy("", m, sheet.document(task.digest))


def _metadata(said: Mapping[str, Any]) -> Metadata:
    parts = _list(said.get("parts"))
    complete = said.get("completed")
    address = _ADDRESS.match(_text(said.get("url")))
    key = address[1] if address else _text(said.get("id"))
    mature = said.get("mature") is True
    language = said.get("language")
    name = _text(language.get("name")) if isinstance(language, dict) else _text(language)
    count = len(parts)
    found = Metadata(
        title=_text(said.get("title")).strip() or None,
        creators=_creators(said.get("user")),
        rating="Mature" if mature else None,
        mapped=(Mapped("rating", "Mature", "mature", "Wattpad marks works as mature or not"),) if mature else (),
        tags=tuple(dict.fromkeys(t for t in (_text(one).strip() for one in _list(said.get("tags"))) if t)),
        language=language_of(name) if name else None,
        summary=_text(said.get("description")).strip() or None,
        published=date_of(_text(said.get("createDate"))[:10]),
        updated=date_of(_text(said.get("modifyDate"))[:10]),
        chapters_stated=f"{count}/{count if complete is True else '?'}" if count else None,
        status="complete" if complete is True else "in-progress" if complete is False else "unknown",
        site="wattpad.com",
        url=f"https://www.wattpad.com/story/{key}" if key.isdecimal() else None,
    )
    return replace(found, trust=trusted(found, "tool-json"))


def _creators(user: object) -> tuple[Creator, ...]:
    name = _text(user.get("name")) if isinstance(user, dict) else _text(user)
    if not name.strip():
        return ()
    # The name is the account and what pages show. A full name stands there too: it may be a real one, and is not read.
    return (Creator(name, "author", "wattpad.com", name, f"https://www.wattpad.com/user/{name}"),)


def _text(value: object) -> str:
    return sound(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


FORMATS = (Format("wattpad-json", detect, read),)
