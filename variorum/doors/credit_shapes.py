"""Credit as JSON: where a work comes from, which copies are known and not held. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from variorum.model import Claim, Known, Sighting, Trace, Work

__all__ = ["known_json", "trace_json"]


def trace_json(trace: Trace, work: Work) -> dict[str, Any]:
    """``trace``; evidence names the copy by its letter, as the other shapes do."""
    sigla = {w.witness: w.siglum for w in work.witnesses}
    return {
        "claims": [_claim(c, sigla) for c in trace.claims],
        "agents": [
            {
                "agent": a.agent,
                "names": [{"name": n.name, "site": n.site, "url": n.url} for n in a.names],
                "certainty": a.certainty,
            }
            for a in trace.agents
        ],
        "sightings": _sightings(trace.sightings),
    }


def _claim(c: Claim, sigla: Mapping[str, str]) -> dict[str, Any]:
    return {
        "claim": c.claim,
        "subject": c.subject,
        "relation": c.relation,
        "object": c.object,
        "evidence": {
            "witness": sigla.get(c.evidence.witness, c.evidence.witness),
            "copy": c.evidence.witness,
            "start": c.evidence.start,
            "end": c.evidence.end,
            "text": c.evidence.text,
            "field": c.evidence.field,
        },
        "rule": c.rule,
        "certainty": c.certainty,
        "ruling": c.ruling,
    }


def known_json(known: Sequence[Known]) -> dict[str, Any]:
    """``known``; the copy that says so by its letter."""
    return {
        "known": [
            {
                "work": k.work,
                "title": k.title,
                "site": k.site,
                "url": k.url,
                "evidence": k.evidence,
                "witness": k.copy,
                "sightings": _sightings(k.sightings),
            }
            for k in known
        ]
    }


def _sightings(found: Sequence[Sighting]) -> list[dict[str, Any]]:
    return [
        {"url": one.url, "day": one.day, "outcome": one.outcome, "said": one.said, "item": one.item, "name": one.name}
        for one in found
    ]
