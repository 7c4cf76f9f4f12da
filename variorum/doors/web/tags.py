"""The page of tags: suggestions to accept or refuse in bulk, groups as they stand, tables in and out. The keeper's alone (`identity`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from variorum.doors.web.desk import Desk, local, with_query
from variorum.errors import RulingError
from variorum.model import TagGroup, TagWord

__all__ = ["ACTS", "PAGES"]

_PAGE = 40  # suggestions, and groups, on one page
KINDS = {
    "fandom": "Fandoms",
    "relationship": "Relationships",
    "character": "Characters",
    "tag": "Additional tags",
    "warning": "Warnings",
    "category": "Categories",
}
_OPPOSITE = {"synonym": "not-synonym", "parent": "not-parent"}


def tags(desk: Desk, request: Request) -> Response:
    """``/tags``: what might be said, and what was."""
    return _page(desk, request, {})


def _page(desk: Desk, request: Request, more: dict[str, Any], status: int = 200) -> Response:
    query = request.query_params
    kind = query.get("kind", "") if query.get("kind", "") in KINDS else ""
    relation = query.get("relation", "") if query.get("relation", "") in _OPPOSITE else ""
    page = _number(query.get("page"))
    words = desk.library.tags.words()
    found = desk.library.tags.suggestions(kind or None, relation or None)
    groups = [group for group in desk.library.tags.groups() if not kind or group.kind == kind]
    pages = max(1, -(-len(found) // _PAGE), -(-len(groups) // _PAGE))
    page = min(page, pages)
    here = with_query("/tags", kind=kind, relation=relation, page=page if page > 1 else None)
    start = (page - 1) * _PAGE
    context = {
        "kinds": KINDS,
        "kind": kind,
        "relation": relation,
        "total": len(found),
        "suggestions": [(one, _value(one.word)) for one in found[start : start + _PAGE]],
        "groups_total": len(groups),
        "groups": [_group(group, words) for group in groups[start : start + _PAGE]],
        "at": page,
        "pages": pages,
        "to": lambda number: with_query("/tags", kind=kind, relation=relation, page=number),
        "listed": here,
        "wrong": None,
        "said": _number(query.get("said"), 0) if "said" in query else None,
        "table": "",
        **more,
    }
    return desk.page(request, "tags.html", context, status=status)


def _group(group: TagGroup, words: Sequence[TagWord]) -> dict[str, Any]:
    """A group with the very words that made it, so that each can be taken back."""
    named = {group.canonical, *(name for name, _ in group.synonyms)}
    own = [word for word in words if word.kind == group.kind and word.tag in named]
    synonyms = {word.tag: _value(word) for word in own if word.relation == "synonym"}
    return {
        "group": group,
        "synonyms": [(name, works, synonyms[name]) for name, works in group.synonyms if name in synonyms],
        "parents": [(word.of_kind, word.of, _value(word)) for word in own if word.relation == "parent"],
    }


def said(desk: Desk, request: Request, form: dict[str, list[str]]) -> Response:
    """``POST /tags``: ``act`` on each ``on`` (accept, swap, refuse, back), or one word by hand (say), or a table (take)."""
    act = _one(form, "act")
    try:
        if act == "take":
            new = desk.library.tags.take(_one(form, "table"))
        elif act == "say":
            kind = _one(form, "kind")
            word = TagWord(_one(form, "relation"), kind, _one(form, "tag"), _one(form, "of_kind") or kind, _one(form, "of"))
            new = desk.library.tags.say([word])
        else:
            words = [_turned(_word(value), act) for value in form.get("on", [])]
            new = desk.library.tags.say(words, back=act == "back") if words else 0
    except RulingError as error:
        return _page(desk, request, {"wrong": str(error), "table": _one(form, "table")[:100_000]}, 400)
    back = local(_one(form, "back") or "/tags")
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}said={new}", 303)


def table(desk: Desk, request: Request) -> Response:
    """``/tags.csv`` and ``/tags.json``: everything that stands."""
    form = request.url.path.rpartition(".")[2]
    kind = {"csv": "text/csv; charset=utf-8", "json": "application/json"}[form]
    headers = {"Content-Disposition": f'attachment; filename="tags.{form}"'}
    return Response(desk.library.tags.export(form).encode(), media_type=kind, headers=headers)


PAGES = (("/tags", tags), ("/tags.csv", table), ("/tags.json", table))
ACTS = (("/tags", said),)


def _value(word: TagWord) -> str:
    return json.dumps([word.relation, word.kind, word.tag, word.of_kind, word.of], ensure_ascii=False)


def _word(value: str) -> TagWord:
    try:
        relation, kind, tag, of_kind, of = json.loads(value)
        return TagWord(str(relation), str(kind), str(tag), str(of_kind), str(of))
    except (ValueError, TypeError, RecursionError):
        raise HTTPException(400, "What is said of tags names two of them.") from None


def _turned(word: TagWord, act: str) -> TagWord:
    """The word as the button means it."""
    if act == "swap":
        return TagWord(word.relation, word.of_kind, word.of, word.kind, word.tag)
    if act == "refuse":
        return TagWord(_OPPOSITE.get(word.relation, word.relation), word.kind, word.tag, word.of_kind, word.of)
    if act in ("accept", "back"):
        return word
    raise HTTPException(400, "One accepts, turns round, refuses or takes back.")


def _number(given: str | None, otherwise: int = 1) -> int:
    return (
        int(given)
        if given and given.isascii() and given.isdecimal() and len(given) < 7 and int(given) >= otherwise
        else otherwise
    )


def _one(form: dict[str, list[str]], name: str) -> str:
    values = form.get(name)
    return values[-1] if values else ""
