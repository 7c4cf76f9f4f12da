"""The whole library's connections in a few numbers: fandoms and who ties them, and inside one fandom the people and their works."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations
from typing import Any, TypeVar

import sqlalchemy as sa

from variorum.catalogue import read
from variorum.catalogue import schema as s
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load_names
from variorum.catalogue.viewers import for_rows
from variorum.model import Agent, Circle, Overview, Viewer

__all__ = ["makers", "of_fandom", "of_library"]

T = TypeVar("T", bound=Hashable)

_MOST = 48  # circles; what is smaller is counted
_MOST_PEOPLE_OF_A_WORK = 12
_MOST_FANDOMS_OF_A_PERSON = 12


def of_library(connection: sa.Connection, viewer: Viewer) -> Overview:
    """Fandoms by how many works they have, tied by the people who made works of both and by works of both."""
    fandom = sa.and_(s.tags.c.work == s.works.c.work, s.tags.c.kind == "fandom")
    rows = connection.execute(sa.select(s.tags.c.value, s.tags.c.work).join(s.works, fandom).where(for_rows(viewer))).all()
    works: dict[str, set[str]] = defaultdict(set)
    fandoms: dict[str, set[str]] = defaultdict(set)
    for value, work in rows:
        works[value].add(work)
        fandoms[work].add(value)
    total = connection.execute(sa.select(sa.func.count()).select_from(s.works).where(for_rows(viewer))).scalar_one()
    biggest = sorted(works, key=lambda value: (-len(works[value]), value))[:_MOST]
    kept = set(biggest)
    ties: Counter[tuple[str, str]] = Counter()
    for named in fandoms.values():
        ties.update(_pairs(named & kept, _MOST_FANDOMS_OF_A_PERSON))
    at_home: dict[str, set[str]] = defaultdict(set)
    for agent, work in _makers(connection, viewer, None):
        at_home[agent] |= fandoms.get(work, set())
    for homes in at_home.values():
        ties.update(_pairs(homes & kept, _MOST_FANDOMS_OF_A_PERSON))
    groups = tuple(Circle(value, value, len(works[value])) for value in biggest)
    return Overview(None, groups, _numbered(ties, biggest), total, total - len(fandoms), len(works) - len(biggest))


def of_fandom(connection: sa.Connection, fandom: str, viewer: Viewer) -> Overview:
    """The people of one fandom by how many of its works name them, tied by the works that name both."""
    here = sa.select(s.tags.c.work).where(s.tags.c.kind == "fandom", s.tags.c.value == s.clean(fandom))
    total = connection.execute(
        sa.select(sa.func.count()).select_from(s.works).where(s.works.c.work.in_(here), for_rows(viewer))
    ).scalar_one()
    works: dict[str, set[str]] = defaultdict(set)
    people: dict[str, set[str]] = defaultdict(set)
    for agent, work in _makers(connection, viewer, here):
        works[agent].add(work)
        people[work].add(agent)
    biggest = sorted(works, key=lambda agent: (-len(works[agent]), agent))[:_MOST]
    kept = set(biggest)
    ties: Counter[tuple[str, str]] = Counter()
    for named in people.values():
        ties.update(_pairs(named & kept, _MOST_PEOPLE_OF_A_WORK))
    names = _names(connection, biggest)
    groups = tuple(Circle(agent, names.get(agent, "?"), len(works[agent])) for agent in biggest)
    return Overview(fandom, groups, _numbered(ties, biggest), total, total - len(people), len(works) - len(biggest))


def makers(connection: sa.Connection, viewer: Viewer, offset: int, limit: int) -> tuple[int, tuple[tuple[Agent, int], ...]]:
    """How many people made works or helped with them, and a stretch of them with how many works name each."""
    named = _made(viewer).subquery()
    works = sa.func.count().label("works")
    counted = sa.select(named.c.agent, works).group_by(named.c.agent).order_by(works.desc(), named.c.agent)
    total = connection.execute(sa.select(sa.func.count(sa.distinct(named.c.agent)))).scalar_one()
    rows = connection.execute(counted.offset(offset).limit(limit)).all()
    agents = {one.agent: one for one in read.agents_with(connection, [row.agent for row in rows])}
    return total, tuple((agents[row.agent], row.works) for row in rows if row.agent in agents)


def _makers(connection: sa.Connection, viewer: Viewer, works: Any) -> Iterable[tuple[str, str]]:
    query = _made(viewer)
    if works is not None:
        query = query.where(s.witnesses.c.work.in_(works))
    for agent, work in connection.execute(query):
        yield str(agent), str(work)


def _made(viewer: Viewer) -> sa.Select[Any]:
    """Agent and work, for everybody a claim names but readers and those who are thanked."""
    return (
        sa.select(s.named.c.agent, s.witnesses.c.work)
        .join(s.witnesses, s.witnesses.c.witness == s.named.c.witness)
        .join(s.works, s.works.c.work == s.witnesses.c.work)
        .join(s.claims, sa.and_(s.claims.c.witness == s.named.c.witness, s.claims.c.position == s.named.c.position))
        .where(
            s.named.c.agent.is_not(None),
            s.claims.c.relation.not_in(("thanked", "reader", "also-known-as", "page")),
            for_rows(viewer),
        )
        .distinct()
    )


def _pairs(of: set[str], most: int) -> Iterable[tuple[str, str]]:
    return combinations(sorted(of)[:most], 2)


def _numbered(ties: Mapping[tuple[str, str], int], order: list[str]) -> tuple[tuple[int, int, int], ...]:
    """The ties between the circles by their numbers, the strongest first."""
    place = {key: number for number, key in enumerate(order)}
    found = ((*sorted((place[a], place[b])), weight) for (a, b), weight in ties.items())
    return tuple((a, b, weight) for a, b, weight in sorted(found, key=lambda tie: (-tie[2], tie[:2])))


def _names(connection: sa.Connection, agents: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for some in chunks(agents):
        for row in connection.execute(sa.select(s.agents).where(s.agents.c.agent.in_(some))):
            names = load_names(row.names)
            out[row.agent] = names[0].name if names else "?"
    return out
