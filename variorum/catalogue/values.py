"""Nouns as JSON text and back, for columns that are read whole.

Only what is set is written. Every string passes `schema.clean` on the way in.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from variorum.catalogue.schema import clean
from variorum.model import Creator, Earlier, Evidence, Kept, Mapped, Metadata, Name, Picture, Relation, Series, Wish

__all__ = ["dump", "load", "load_creators", "load_evidence", "load_metadata", "load_names", "load_relation", "load_wishes"]


def dump(value: Any) -> str:
    """A noun, a tuple of nouns or a mapping as JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Any:
    """What `dump` wrote, as dictionaries and lists."""
    return json.loads(text)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {clean(key): _plain(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(own)
            for field in dataclasses.fields(value)
            if (own := getattr(value, field.name)) is not None and own != () and own != {}
        }
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no place in the catalogue")


def load_creators(values: Iterable[Mapping[str, Any]]) -> tuple[Creator, ...]:
    """Creators out of their dictionaries."""
    return tuple(Creator(**value) for value in values)


def load_relation(value: Mapping[str, Any]) -> Relation:
    """A relation out of its dictionary."""
    return Relation(**{**value, "creators": load_creators(value.get("creators", ()))})


def load_wishes(values: Iterable[Mapping[str, Any]]) -> tuple[Wish, ...]:
    """Wishes out of their dictionaries."""
    return tuple(Wish(**value) for value in values)


def load_names(text: str) -> tuple[Name, ...]:
    """An agent's names."""
    return tuple(Name(**value) for value in json.loads(text))


def load_evidence(text: str) -> Evidence:
    """A claim's evidence."""
    return Evidence(**json.loads(text))


_NESTED: Mapping[str, Callable[[Any], Any]] = {
    "creators": load_creators,
    "series": lambda values: tuple(Series(**value) for value in values),
    "wishes": load_wishes,
    "relations": lambda values: tuple(map(load_relation, values)),
    "mapped": lambda values: tuple(Mapped(**value) for value in values),
    "kept": lambda values: tuple(Kept(**{**v, "values": tuple(v["values"])}) for v in values),
    "history": lambda values: tuple(Earlier(v.get("at"), tuple((n, s) for n, s in v.get("fields", ()))) for v in values),
}


def load_metadata(text: str) -> Metadata:
    """A copy's or a work's metadata."""
    values = json.loads(text)
    for name, value in values.items():
        if type(value) is list:
            values[name] = _NESTED[name](value) if name in _NESTED else tuple(value)
    if values.get("picture"):
        values["picture"] = Picture(**values["picture"])
    return Metadata(**values)
