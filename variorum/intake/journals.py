"""What LiveJournal, Dreamwidth and their kin export: a month or year of entries as XML, or a file for each (ljdump).

An export is a container: each ``<entry>`` is an item of its own. An entry's subject and text are the parts of its
source, unpacked out of the XML. Public, friends-locked and private stay three different things. Comments are kept
and are no works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from variorum.addresses import identify
from variorum.errors import MalformedItem
from variorum.intake.bundles import as_piece, bundle
from variorum.intake.decode import declared, decode
from variorum.intake.labelled import labelled, lacking
from variorum.intake.labels import date_of
from variorum.intake.sheets import Sheet, words_in
from variorum.intake.tails import closing
from variorum.intake.values import Copy, Detection, Format, Inner, Opened, Sniff, Task
from variorum.intake.xmlish import texts
from variorum.model import Audience, Creator, Metadata

__all__ = ["FORMATS", "entry_fields", "members"]

_DECLARATION = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s{0,20}(<\?xml[^>]{0,200}\?>)?\s{0,200}(?:<!--.{0,2000}?-->\s{0,200})?", re.DOTALL
)
_ROOT = re.compile(rb"<([A-Za-z_]\w{0,30})[\s>]")
_UTF8 = re.compile(rb"encoding\s*=\s*[\"']?\s*(?:utf-?8|us-ascii|ascii)\b", re.IGNORECASE)
_ENTRY, _ENTRY_END = b"<entry>", b"</entry>"
_ITEM = re.compile(rb"<(?:itemid|jitemid)>\s{0,20}(\d{1,20})\s{0,20}<")

#: What a journal says of an entry's security, in our words. A custom group is a circle of friends, only a smaller one.
AUDIENCES: dict[str, Audience] = {
    "": "public",
    "public": "public",
    "usemask": "friends",
    "friends": "friends",
    "custom": "friends",
    "protected": "friends",
    "access": "friends",
    "private": "private",
}
_ASIDES = ("current_mood", "current_music", "current_location", "current_coords")
_PREFORMATTED = frozenset({"1", "true", "yes"})


def _root(data: bytes) -> tuple[str, bytes]:
    """The name of the root element, lower case, and the declaration above it."""
    head = data[:8192]
    start = _DECLARATION.match(head)
    match = _ROOT.match(head, start.end()) if start else None
    return (match[1].decode("ascii").lower() if match else ""), (start[1] or b"" if start else b"")


def detect_export(sniff: Sniff) -> Detection:
    """``<livejournal>`` with entries."""
    if _root(sniff.searched)[0] == "livejournal" and _ENTRY in sniff.searched:
        return Detection(0.95, "a journal's export: <livejournal> with <entry>")
    return Detection(0.0, "no export of a journal")


def detect_entry(sniff: Sniff) -> Detection:
    """One ``<entry>`` of an export, or one ``<event>`` of ljdump."""
    root = _root(sniff.head)[0]
    if root in ("entry", "event") and b"<itemid>" in sniff.head and (b"<eventtime>" in sniff.head or b"<logtime>" in sniff.head):
        return Detection(0.95, f"one entry of a journal: <{root}> with an itemid and a time")
    if root == "entry" and b"<event>" in sniff.searched:
        return Detection(0.85, "one entry of a journal: <entry> with <event>")
    return Detection(0.0, "no entry of a journal")


def detect_comments(sniff: Sniff) -> Detection:
    """The comments of ljdump (a file for each entry) and of ``export_comments.bml``."""
    root = _root(sniff.head)[0]
    if root == "comments" and (b"<comment>" in sniff.head or b"<comment " in sniff.head or len(sniff.data) < 200):
        return Detection(0.95, "the comments on a journal's entry")
    if root == "livejournal" and _ENTRY not in sniff.searched and (b"<maxid>" in sniff.head or b"<comments>" in sniff.head):
        return Detection(0.95, "a journal's comments, exported")
    return Detection(0.0, "no comments of a journal")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The entries of an export in its order: a name and the bytes from ``<entry>`` to ``</entry>``.

    Where the export says that it is not UTF-8 its declaration is put before each, so that it still says so.
    """
    _, declaration = _root(data)
    head = b"" if not declaration or not declared(declaration) or _UTF8.search(declaration) else declaration + b"\n"
    seen: dict[str, int] = {}
    for start, end in _entries(data):
        content = data[start:end]
        found = _ITEM.search(content, 0, 4096)
        name = f"entry-{found[1].decode('ascii') if found else len(seen) + 1}"
        seen[name] = seen.get(name, 0) + 1
        yield f"{name}.xml" if seen[name] == 1 else f"{name} ({seen[name]}).xml", head + content


def _entries(data: bytes) -> Iterator[tuple[int, int]]:
    start = data.find(_ENTRY)
    while start >= 0:
        following = data.find(_ENTRY, start + 1)
        end = data.find(_ENTRY_END, start, following if following >= 0 else len(data))
        if end >= 0:
            yield start, end + len(_ENTRY_END)
        start = following


def read_export(task: Task) -> Opened:
    """The entries of an export, each an item of its own; MalformedItem when none came whole."""
    inner = tuple(Inner(f"{task.name}!{name}", content) for name, content in members(task.data))
    begun = task.data.count(_ENTRY)
    if not inner:
        raise MalformedItem(task.name, "is a journal's export that is cut off before its first entry ends", "truncated")
    skipped: tuple[tuple[str, str, str], ...] = ()
    if begun > len(inner):
        skipped = ((f"{task.name}!(end)", "truncated", "is lost: the export is cut off; its entries that came whole were taken"),)
    return Opened("journal-export", (), inner, skipped)


def read_comments(_task: Task) -> Opened:
    """Comments are kept beside the entries and are no works."""
    return Opened("journal-comments", note="comments on a journal: kept, and no work")


def read_entry(task: Task) -> Opened:
    """One entry; `MalformedItem` when it has no text."""
    text = decode(task.data, declared(task.data)).text
    start = max(text.find("<entry>"), text.find("<event>") if text.find("<entry>") < 0 else -1) + len("<entry>")
    said = entry_fields(text[start:])
    event = said.get("event", "")
    sheet = Sheet()
    sheet.line("subject", said.get("subject", ""), "heading", "title", level=1)
    breaks = said.get("opt_preformatted", "").strip().lower() not in _PREFORMATTED and "<lj-raw" not in event
    sheet.html("event", event, breaks=breaks)
    if not any(block.part == "story" and block.kind != "scene-break" for block in sheet.blocks):
        raise MalformedItem(task.name, "is an entry of a journal without any text", "no-text")
    for name in _ASIDES:
        if said.get(name):
            sheet.aside(name, said[name], "mood and music")
    sheet.blocks, header = labelled(sheet.source, closing(sheet.source, sheet.blocks))
    metadata = _metadata(said)
    if header is not None:
        metadata = lacking(metadata, header)
    scope = metadata.creators[0].account or "" if metadata.creators else ""
    where = f"journal {metadata.site} {scope}" if scope else f"journal in {task.name.rpartition('!')[0].rpartition('/')[0]}"
    piece = bundle(where if scope or "!" in task.name else "", said.get("subject"))
    return Opened(
        "journal-entry", (Copy("", as_piece(metadata, piece, said.get("subject")), sheet.document(task.digest), piece),)
    )


def entry_fields(text: str) -> dict[str, str]:
    """What an entry says, by name; what ljdump nests in ``<props>`` beside the rest."""
    said = texts(text)
    if "props" in said:
        start = text.find("<props>")
        end = text.find("</props>", start)
        props = texts(text, start + len("<props>"), end) if 0 <= start < end else {}
        said = {**props, **said}
    return said


def _metadata(said: dict[str, str]) -> Metadata:
    found: dict[str, Any] = {}
    address = identify(said["url"].strip()) if said.get("url") else None
    if address is not None and address.kind == "post":
        found |= {"url": address.url, "site": address.site}
    name = said.get("poster", "").strip() or (address.account if address is not None else None) or ""
    if name:
        site = address.site if address is not None else None
        found["creators"] = (Creator(name, "author", site, name),)
    if words_in(said.get("subject", "")):
        found["title"] = " ".join(said["subject"].split())
    found["published"] = date_of(said.get("eventtime", "") or said.get("logtime", ""))
    found["tags"] = tuple(dict.fromkeys(t.strip() for t in said.get("taglist", "").split(",") if t.strip()))
    audience = audience_of(said)
    if audience is not None:
        found |= {"audience": audience, "restricted": audience != "public"}
    found = {k: v for k, v in found.items() if v not in (None, ())}
    return Metadata(**found, tool="ljdump" if "anum" in said else None, trust=dict.fromkeys(found, "site"))


def audience_of(said: dict[str, str]) -> Audience | None:
    """Whom the entry was shown to; None where the export does not say. ljdump writes no security for a public entry."""
    if "security" not in said and "allowmask" not in said:
        return "public" if "anum" in said else None
    security = said.get("security", "").strip().lower()
    if not security and said.get("allowmask", "0").strip() not in ("", "0"):
        return "friends"
    # A word we do not know is a lock we do not know: never shown as public.
    return AUDIENCES.get(security, "private")


FORMATS = (
    Format("journal-export", detect_export, read_export),
    Format("journal-entry", detect_entry, read_entry),
    Format("journal-comments", detect_comments, read_comments),
)
