"""Notes in forms others read: the W3C Web Annotation model, and Markdown. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from variorum.doors.web import words
from variorum.library import Annotation
from variorum.model import Witness, Work
from variorum.text import plain, shown

__all__ = ["Kept", "annotation", "collection", "markdown"]

#: An annotation, and the work and copy it is in where they are held.
Kept: TypeAlias = "tuple[Annotation, Work | None, Witness | None]"

_MARKS = str.maketrans({c: "\\" + c for c in "\\`*_[]<>#"})


def collection(kept: Iterable[Kept]) -> dict[str, Any]:
    """An AnnotationCollection with one page, the latest first (https://www.w3.org/TR/annotation-model/)."""
    items = [annotation(*one) for one in kept]
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:variorum:notes",
        "type": "AnnotationCollection",
        "label": "Highlights and notes, Variorum",
        "total": len(items),
        "first": {"id": "urn:variorum:notes:1", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def annotation(held: Annotation, work: Work | None, copy: Witness | None) -> dict[str, Any]:
    """One Annotation: its words as a TextQuoteSelector, its place as a TextPositionSelector over the copy's decoded source."""
    source: dict[str, Any] = {"id": f"urn:variorum:witness:{held.witness}", "type": "Text"}
    if work is not None:
        source["title"] = words.title_of(work)
        source["creator"] = [plain(c.name) for c in work.metadata.creators if c.role == "author"]
    if copy is not None and copy.url:
        source["canonical"] = shown(copy.url)
    made: dict[str, Any] = {
        "id": f"urn:uuid:{_uuid(held.annotation)}",
        "type": "Annotation",
        "motivation": "commenting" if held.note else "highlighting",
        "created": held.created,
        "modified": held.modified,
        "target": {
            "type": "SpecificResource",
            "source": source,
            "styleClass": held.colour,
            "selector": [
                {"type": "TextQuoteSelector", "exact": held.exact, "prefix": held.prefix, "suffix": held.suffix},
                {"type": "TextPositionSelector", "start": held.start, "end": held.stop},
            ],
        },
    }
    if held.note:
        made["body"] = [{"type": "TextualBody", "value": held.note, "format": "text/plain", "purpose": "commenting"}]
    return made


def markdown(kept: Iterable[Kept]) -> str:
    """By work, in the order in which works were last noted in: the words as a quotation, the note beneath, the day."""
    groups: dict[str, list[Kept]] = {}
    for one in kept:
        groups.setdefault(one[1].work if one[1] is not None else "", []).append(one)
    out = ["# Highlights and notes", ""]
    for group in groups.values():
        work = group[0][1]
        title = words.title_of(work) if work is not None else "Of works no longer held"
        by = words.byline(work.metadata) if work is not None else ""
        out += [f"## {title.translate(_MARKS)}" + (f", by {by.translate(_MARKS)}" if by else ""), ""]
        for held, _, copy in sorted(group, key=lambda one: (one[0].witness, one[0].start)):
            out += [f"> {line.translate(_MARKS)}".rstrip() for line in held.exact.splitlines() if line.strip()]
            out.append("")
            if held.note:
                out += [*(line.translate(_MARKS) for line in held.note.splitlines()), ""]
            said = [words.day(held.created[:10]), f"copy {copy.siglum}" if copy is not None else "", held.colour]
            out += [f"<small>{', '.join(part for part in said if part)}</small>", ""]
    return "\n".join(out)


def _uuid(name: str) -> str:
    """Thirty-two hexadecimal digits as a UUID is written."""
    return "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))
