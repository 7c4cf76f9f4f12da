"""What the forms share: names for things that need none of our addresses, and JSON that is the same every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from variorum.addresses import identify
from variorum.model import Work
from variorum.provenance.values import split_key
from variorum.text import shown

__all__ = ["agent_of", "copy_id", "dump", "is_address", "thing_id", "title_of", "work_id"]


def work_id(work: Work) -> str:
    """The work, by its id here."""
    return f"urn:variorum:work:{work.work}"


def copy_id(witness: str) -> str:
    """A copy, by its id here."""
    return f"urn:variorum:copy:{witness}"


def is_address(text: str) -> bool:
    """Whether a text is a web address that can stand as the name of a thing."""
    if not text[:8].lower().startswith(("http://", "https://")) or any(c.isspace() or c in '<>"{}|\\^`' or c < " " for c in text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def thing_id(work: Work, text: str) -> str:
    """What stands at an end of a claim: the work, a copy of it, an address, else a name of our own for these words."""
    if text == work.work:
        return work_id(work)
    if any(text == copy.witness for copy in work.witnesses):
        return copy_id(text)
    if is_address(text):
        return text
    return "urn:variorum:said:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def agent_of(work: Work, key: str) -> dict[str, Any]:
    """A name as a person of its own: two names are two, whatever is known of them here."""
    name, site = split_key(key)
    return {"@id": thing_id(work, key), "name": name, "site": site}


def title_of(work: Work) -> str:
    """The title, else the name of the file."""
    return work.metadata.title or (work.witnesses[0].name if work.witnesses else identified(work) or "untitled")


def identified(work: Work) -> str | None:
    """The address of a work that is only known of, as its site writes it."""
    address = identify(work.metadata.url) if work.metadata.url else None
    return address.url if address else None


def dump(value: Mapping[str, Any]) -> bytes:
    """JSON, UTF-8, two spaces, the order in which it was made; what cannot stand in UTF-8 is U+FFFD."""
    return (json.dumps(_clean(value), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items() if inner is not None and inner != [] and inner != {}}
    if isinstance(value, Sequence):
        return [_clean(inner) for inner in value]
    return value
