"""What stands beside a file and says something about it, put together with what the file says itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from variorum.model import TRUST, Metadata

__all__ = ["enriched"]

_NOTHING = Metadata()
#: What only the file itself can say.
_OWN = frozenset({"trust", "kept", "extent", "extent_why", "chapters_held", "captured", "tool", "history", "picture", "audience"})
_TYPED = ("fandoms", "relationships", "characters", "categories", "warnings")


def enriched(own: Metadata, *others: Metadata) -> Metadata:
    """The file's own metadata with what others say, field by field from the most trusted kind of source, the file's first.

    Lists are never mixed. Of tags without types, those that are of a type already are left out.
    """
    values: dict[str, Any] = {}
    trust: dict[str, str] = dict(own.trust)
    sources = (own, *others)
    for field in dataclasses.fields(Metadata):
        name = field.name
        if name in _OWN:
            continue
        best = min((one for one in sources if _is_set(one, name)), key=lambda one: _rank(one.trust, name), default=own)
        if best is own:
            continue
        values[name] = getattr(best, name)
        trust.pop(name, None)
        if name in best.trust:
            trust[name] = best.trust[name]
    typed = {tag.casefold() for name in _TYPED for tag in values.get(name, getattr(own, name))}
    if "tags" in values and trust.get("tags") in ("opf", "calibre") and typed:
        values["tags"] = tuple(tag for tag in values["tags"] if tag.casefold() not in typed)
        if not values["tags"]:
            trust.pop("tags")
    kept = tuple(dict.fromkeys((*own.kept, *(one for other in sources[1:] for one in other.kept))))
    return dataclasses.replace(own, **values, kept=kept, trust=trust)


def _is_set(metadata: Metadata, name: str) -> bool:
    return bool(getattr(metadata, name) != getattr(_NOTHING, name))


def _rank(trust: Mapping[str, str], name: str) -> int:
    kind = trust.get(name, "")
    return TRUST.index(kind) if kind in TRUST else len(TRUST)
