"""What is a person's own, as JSON objects and as Markdown: shelves, ratings, notes, marks. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from variorum.model import Done, Owned, Shelf, Work
from variorum.text import day, plain

__all__ = ["done_json", "mine_json", "mine_markdown", "owned_json", "shelf_json", "shelves_json"]

Json = dict[str, Any]

_MARKS = str.maketrans({c: "\\" + c for c in "\\`*_[]<>#"})
_SAID = {"read": "read", "reading": "reading", "later": "for later"}


def shelf_json(shelf: Shelf) -> Json:
    """One shelf."""
    return {"shelf": shelf.shelf, "name": shelf.name, "works": shelf.works}


def shelves_json(shelves: Sequence[Shelf]) -> Json:
    """``shelves``: in the person's order."""
    return {"shelves": [shelf_json(shelf) for shelf in shelves]}


def owned_json(work: Work, own: Owned) -> Json:
    """``mine WORK``: one work as it is to whoever asks."""
    return {
        "work": work.work,
        "title": work.title,
        "creators": [creator.name for creator in work.metadata.creators if creator.role == "author"],
        "url": work.metadata.url,
        "rating": own.rating,
        "note": own.note,
        "at": own.at,
        "mark": own.mark,
        "shelves": own.shelves,
        "hidden": own.hidden,
    }


def done_json(done: Done) -> Json:
    """What was done to works, and the id that takes it back."""
    return {"done": done.said, "undo": done.undo}


def mine_json(shelves: Sequence[Shelf], works: Sequence[Work], own: Mapping[str, Owned]) -> Json:
    """``mine``: the shelves, and every work that was rated, noted or put on one."""
    return {**shelves_json(shelves), "works": [owned_json(work, own[work.work]) for work in works]}


def mine_markdown(shelves: Sequence[Shelf], works: Sequence[Work], own: Mapping[str, Owned]) -> str:
    """The same to be kept or printed: shelf by shelf, then what stands on none; a work's rating and note where it stands first."""
    out = ["# Shelves, ratings and notes", ""]
    told: set[str] = set()
    groups = [(shelf.name, [work for work in works if shelf.name in own[work.work].shelves]) for shelf in shelves]
    groups.append(("On no shelf", [work for work in works if not own[work.work].shelves]))
    for name, held in groups:
        if not held and name == "On no shelf":
            continue
        out += [f"## {_safe(name)}", ""]
        for work in held:
            out += _lines(work, own[work.work], again=work.work in told)
            told.add(work.work)
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def _lines(work: Work, own: Owned, *, again: bool) -> Iterable[str]:
    names = [plain(creator.name) for creator in work.metadata.creators if creator.role == "author"]
    title = plain(work.title or (work.witnesses[0].name.rpartition("/")[2] if work.witnesses else "") or "Untitled")
    said = [f"{own.rating} of 5" if own.rating else "", _SAID.get(own.mark or "", "")]
    facts = ", ".join(filter(None, said))
    yield f"- **{_safe(title)}**" + (f", by {_safe(', '.join(names))}" if names else "") + (f" ({facts})" if facts else "")
    if own.note and not again:
        yield ""
        for line in own.note.splitlines():
            yield f"  > {_safe(plain(line))}".rstrip()
        yield f"  > <small>{day((own.at or '')[:10])}</small>"
        yield ""


def _safe(text: str) -> str:
    return text.translate(_MARKS)
