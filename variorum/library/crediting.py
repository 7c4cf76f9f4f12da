"""Which agent stands behind each name in a work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from variorum import provenance
from variorum.model import Agent, Creator, Work

__all__ = ["by_name", "credited"]


def by_name(agents: Iterable[Agent]) -> dict[str, list[Agent]]:
    """Agents by what they are called, without letter case."""
    called: dict[str, list[Agent]] = {}
    for agent in agents:
        for name in {n.name.lower() for n in agent.names}:
            called.setdefault(name, []).append(agent)
    return called


def credited(work: Work, called: Mapping[str, Sequence[Agent]]) -> Work:
    """The work with the agent behind each name in it."""
    relations = tuple(replace(r, creators=_people(r.creators, called)) for r in work.relations)
    metadata = replace(work.metadata, creators=_people(work.metadata.creators, called))
    return replace(work, metadata=metadata, relations=relations)


def _people(creators: Sequence[Creator], called: Mapping[str, Sequence[Agent]]) -> tuple[Creator, ...]:
    """The creators with the agent behind each name, where there is exactly one."""
    found = ((c, provenance.find_agent(called.get(c.name.lower(), ()), c.name, c.site)) for c in creators)
    return tuple(replace(c, agent=agent.agent) if agent and c.agent is None else c for c, agent in found)
