"""The library in numbers as JSON. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from variorum.model import Holdings, Month, ReadOver

__all__ = ["statistics_json"]


def statistics_json(held: Holdings, read: ReadOver) -> dict[str, Any]:
    """``statistics``: each share with the query that finds its works."""
    return {
        "query": held.query,
        "works": held.works,
        "words": held.words,
        "copies": held.copies,
        "files": held.files,
        "bytes": held.bytes,
        "look": held.look,
        "by": {
            name: [{"value": share.value, "works": share.works, "words": share.words, "query": share.asks} for share in shares]
            for name, shares in held.by.items()
        },
        "read": {"words": read.words, "works": read.works, "months": _over(read.months), "days": _over(read.days)},
    }


def _over(stretches: Iterable[Month]) -> list[dict[str, Any]]:
    return [{"when": one.when, "words": one.words, "works": one.works, "finished": one.finished} for one in stretches]
