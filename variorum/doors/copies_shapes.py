"""Works held more than once, and what is ruled on many of them, as JSON objects. Values in, values out."""

from __future__ import annotations

from typing import Any

from variorum.model import Duplicates, Group, Plan, Ruled

__all__ = ["duplicates_json", "plan_json", "undone_json"]

Json = dict[str, Any]


def duplicates_json(found: Duplicates) -> Json:
    """``/api/v1/copies``: one page of groups."""
    counts = {name: dict(values) for name, values in found.counts.items()}
    return {"total": found.total, "every": found.every, "counts": counts, "groups": [_group(group) for group in found.groups]}


def _group(group: Group) -> Json:
    work = group.work
    copies = [
        {
            "witness": copy.witness,
            "siglum": copy.siglum,
            "base": copy.base,
            "version": copy.version,
            "name": copy.name,
            "words": copy.words,
            "extent": copy.extent,
            "said": group.said.get(copy.siglum),
        }
        for copy in work.witnesses
    ]
    return {"work": work.work, "title": work.title, "ruled": group.ruled, "sure": round(group.sure, 4), "copies": copies}


def plan_json(plan: Plan, done: Ruled | None = None) -> Json:
    """``rule KIND --groups``: what would be ruled, and when it was, the step that takes it back."""
    return {
        "act": plan.act,
        "groups": len(plan.works),
        "rulings": len(plan.rulings),
        "titles": plan.titles,
        "step": done.step if done is not None else None,
    }


def undone_json(step: str, count: int) -> Json:
    """``rule undo STEP``."""
    return {"undone": step, "rulings": count}
