"""Duplicates over the whole library: what stands together, how it differs, and rulings on many at once.

Nothing is deleted here: a ruling says which copies are one work and which one the others are compared with, and can be
taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web import words
from variorum.doors.web.acts import Form
from variorum.doors.web.desk import Desk, with_query
from variorum.errors import NotFound
from variorum.model import Apart, Group, Ruling, Witness, Work
from variorum.text import plain

__all__ = ["copies", "rule_copies"]

_PAGE = 20  #: groups on a page
_MOST = 200  #: copies ruled on at once


def copies(desk: Desk, request: Request) -> Response:
    """``/copies?page=2``."""
    asked = request.query_params.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 7 else 1
    page = max(page, 1)
    found = desk.library.duplicates(limit=_PAGE, offset=(page - 1) * _PAGE, viewer=desk.viewer())
    context = {
        "groups": [_group(group) for group in found.groups],
        "total": found.total,
        "apart": [_apart(pair) for pair in found.apart],
        "apart_total": found.apart_total,
        "ruled": [_ruled(desk, ruling) for ruling in found.rulings],
        "page": page,
        "pages": max(-(-max(found.total, found.apart_total) // _PAGE), 1),
        "address": lambda number: with_query("/copies", page=number if number > 1 else None),
        "done": _done(request.query_params.get("done")),
    }
    return desk.page(request, "copies.html", context)


def _group(group: Group) -> dict[str, Any]:
    work = group.work
    return {
        "work": work,
        "title": words.title_of(work),
        "byline": words.byline(work.metadata),
        "same": len({copy.version for copy in work.witnesses}) == 1,
        "copies": [
            {
                "held": copy,
                "said": words.sentence(group.said.get(copy.siglum, "")),
                "file": plain(copy.name.rpartition("/")[2]),
                "changes": None
                if copy.base or copy.version == work.base.version
                else f"/works/{work.work}/changes?base={work.base.siglum}&with={copy.siglum}",
            }
            for copy in work.witnesses
        ],
    }


_SAID = {
    "anthology": "gathers, among others,",
    "quotes": "shares a passage with",
    "same": "has the words of",
    "revised": "has most words of",
    "contained": "is a part of",
    "contains": "holds all of",
}


def _apart(pair: Apart) -> dict[str, Any]:
    first, second = pair.kinship.containment
    return {
        "copies": pair.copies,
        "works": pair.works,
        "titles": [plain(title or "") or "Untitled" for title in pair.titles],
        "said": _SAID[pair.kinship.verdict],
        "numbers": f"{first:.0%} of it stands there, {second:.0%} of that here",
    }


def _ruled(desk: Desk, ruling: Ruling) -> dict[str, Any]:
    """A ruling in words: copies by work and letter, where they are still held."""
    names = []
    for key in ruling.on:
        work = desk.work_of(key)
        copy = next((c for c in work.witnesses if c.witness == key), None) if work else None
        names.append(f"{words.title_of(work)}, copy {copy.siglum}" if work and copy else f"a copy not held now ({key[:8]})")
    verb = {"same": "are one work", "different": "are not one work", "base": "is what the others are compared with"}[ruling.kind]
    return {"ruling": ruling, "said": f"{words.listed(names)} {verb}"}


# ---------------------------------------------------------------- ruling on many


def rule_copies(desk: Desk, _request: Request, form: Form) -> Response:
    """``POST /copies``: ``copy`` (one or more), ``act`` (same, different, base), ``page``."""
    keys = list(dict.fromkeys(key for key in form.get("copy", []) if key.strip()))[: _MOST + 1]
    act = (form.get("act") or [""])[-1]
    if act not in ("same", "different", "base") or not keys:
        raise HTTPException(400, "Tick the copies you mean, then say what they are.")
    if len(keys) > _MOST:
        raise HTTPException(400, f"At most {_MOST} copies at once.")
    chosen = [_held(desk, key) for key in keys]
    done = {"same": _join, "different": _part, "base": _base}[act](desk, chosen)
    page = (form.get("page") or ["1"])[-1]
    return RedirectResponse(with_query("/copies", page=page if page.isdecimal() and page != "1" else None, done=done), 303)


def _held(desk: Desk, key: str) -> tuple[Work, Witness]:
    work = desk.work_of(key)
    copy = next((c for c in work.witnesses if c.witness == key), None) if work is not None else None
    if work is None or copy is None:
        raise NotFound("copy", key)
    return work, copy


def _join(desk: Desk, chosen: Sequence[tuple[Work, Witness]]) -> int:
    """All of them are one work."""
    if len(chosen) < 2:
        raise HTTPException(400, "One work takes two copies or more.")
    first = chosen[0][1]
    for _, copy in chosen[1:]:
        desk.library.rule("same", first.witness, copy.witness)
    return len(chosen) - 1


def _part(desk: Desk, chosen: Sequence[tuple[Work, Witness]]) -> int:
    """Those of one work that are ticked are another story than those of it that are not, and stay together."""
    ticked = {copy.witness for _, copy in chosen}
    done = 0
    first: dict[str, str] = {}
    left = {work.work: [other for other in work.witnesses if other.witness not in ticked] for work, _ in chosen}
    for work, _ in chosen:
        if not left[work.work]:
            raise HTTPException(400, f"Every copy of {words.title_of(work)} is ticked; leave those that stay together.")
    for work, copy in chosen:
        if work.work in first:
            # Two that were one work by way of a third would fall apart with it.
            desk.library.rule("same", first[work.work], copy.witness)
            done += 1
        first.setdefault(work.work, copy.witness)
        for other in left[work.work]:
            desk.library.rule("different", copy.witness, other.witness)
            done += 1
    return done


def _base(desk: Desk, chosen: Sequence[tuple[Work, Witness]]) -> int:
    """The others of its work are compared with each of these: one a work."""
    works = [work.work for work, _ in chosen]
    if len(set(works)) < len(works):
        raise HTTPException(400, "One copy of a work can be what the others are compared with; two of one work are ticked.")
    for _, copy in chosen:
        desk.library.rule("base", copy.witness)
    return len(chosen)


def _done(asked: str | None) -> str:
    if not asked or not asked.isdecimal() or len(asked) > 6:
        return ""
    return f"{words.count(int(asked), 'ruling')} kept. Each can be taken back below."
