"""A citation of *this copy*: who, what, where it stood, when it was taken, and the digest by which it can be told from any other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from variorum.model import Creator, Witness, Work
from variorum.provenance.exports.values import dump, is_address, title_of
from variorum.provenance.values import is_nobody
from variorum.text import day, plain

__all__ = ["cite", "csl"]

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def cite(work: Work, copy: Witness | None = None) -> str:
    """One paragraph of plain text about one copy (the base, when none is named). The same for the same copy every time."""
    held = copy or _base(work)
    m = work.metadata
    by = _listed([c.name for c in _authors(work)])
    parts = [f"{by}." if by else "Anonymous.", f"\u201c{_line(title_of(work))}\u201d."]
    if m.published:
        parts.append(
            f"Published {day(m.published)}{f', updated {day(m.updated)}' if m.updated and m.updated != m.published else ''}."
        )
    if held is None:
        parts.append("No copy is held.")
        return " ".join(parts)
    where = (
        f"Copy {held.siglum}"
        + (f", {_line(held.site)}" if held.site else "")
        + (f", taken {day(held.captured)}" if held.captured else "")
    )
    parts.append(f"{where}, received {day(held.added)}.")
    if held.url and is_address(held.url):
        parts.append(f"{_line(held.url)}.")
    words = f"{held.words:,} words" + (", incomplete" if held.extent == "partial" else "")
    parts.append(f"{words}. {held.digest}.")
    return " ".join(parts)


def csl(work: Work, copy: Witness | None = None) -> bytes:
    """The same as an item of the Citation Style Language's JSON (1.0.2), which reference managers import."""
    held = copy or _base(work)
    m = work.metadata
    item: dict[str, Any] = {
        "id": held.witness if held else work.work,
        "type": "webpage" if m.url else "document",
        "title": title_of(work),
        "author": [{"literal": _line(c.name)} for c in _authors(work)],
        "translator": [{"literal": _line(c.name)} for c in m.creators if c.role == "translator" and not is_nobody(c.name)],
        "issued": _parts(m.published),
        "language": m.language,
        "container-title": held.site if held else m.site,
        "URL": held.url if held and held.url and is_address(held.url) else None,
        "accessed": _parts(held.captured if held else None),
        "version": f"copy {held.siglum}" if held else None,
        "note": f"{held.digest}; received {held.added[:10]}; {held.words} words" if held else None,
    }
    # A list of one: what reference managers take.
    return b"[\n" + dump(item).rstrip(b"\n") + b"\n]\n"


def _base(work: Work) -> Witness | None:
    return next((copy for copy in work.witnesses if copy.base), None)


def _authors(work: Work) -> Sequence[Creator]:
    return [c for c in work.metadata.creators if c.role in ("author", "co-author") and not is_nobody(c.name)]


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(_line(name) for name in names))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}" if names else ""


def _line(text: str | None) -> str:
    return plain(text or "")


def _parts(date: str | None) -> Mapping[str, Any] | None:
    found = _DATE.match(date or "")
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else None
