"""Two descriptions of one copy as one: the more trusted first, field by field."""

from __future__ import annotations

from typing import Any

from variorum.model import Metadata

__all__ = ["merged"]


def merged(first: Metadata, second: Metadata) -> Metadata:
    """Both metadata as one, field by field, lists never mixed: the first's where it says anything."""
    values: dict[str, Any] = {}
    trust: dict[str, str] = {}
    empty = Metadata()
    for name in Metadata.__dataclass_fields__:
        if name == "trust":
            continue
        own = getattr(first, name)
        giver = first if own != getattr(empty, name) else second
        values[name] = getattr(giver, name)
        if name in giver.trust:
            trust[name] = giver.trust[name]
    typed = {t.casefold() for name in ("fandoms", "relationships", "characters", "categories", "warnings") for t in values[name]}
    if trust.get("tags") == "opf" and typed:
        values["tags"] = tuple(t for t in values["tags"] if t.casefold() not in typed)
        if not values["tags"]:
            trust.pop("tags")
    return Metadata(**values, trust=trust)
