"""A person's works: whom the claims name, asked from the agent's side."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.members import IN_ORDER, standing
from variorum.catalogue.values import load_evidence, load_metadata, load_names
from variorum.catalogue.viewers import for_rows
from variorum.errors import NotFound
from variorum.model import Agent, Claim, Part, Person, Viewer

__all__ = ["person"]

_MOST_JOINS = 60


def person(connection: sa.Connection, agent: str, viewer: Viewer, offset: int, limit: int) -> Person:
    """The names of an agent and a stretch of the works its names stand in, in register order; NotFound."""
    row = connection.execute(sa.select(s.agents).where(s.agents.c.agent == s.clean(agent))).first()
    if row is None:
        raise NotFound("person", agent)
    known = Agent(row.agent, load_names(row.names), row.certainty)
    here = (
        sa.select(s.works.c.work, s.works.c.order)
        .join(s.witnesses, s.witnesses.c.work == s.works.c.work)
        .join(s.named, s.named.c.witness == s.witnesses.c.witness)
        .join(s.claims, sa.and_(s.claims.c.witness == s.named.c.witness, s.claims.c.position == s.named.c.position))
        .where(s.named.c.agent == known.agent, s.claims.c.relation.not_in(("also-known-as", "page")), for_rows(viewer))
        .distinct()
    )
    total = connection.execute(sa.select(sa.func.count()).select_from(here.subquery())).scalar_one()
    works = [r.work for r in connection.execute(here.order_by(s.works.c.order, s.works.c.work).offset(offset).limit(limit))]
    return Person(known, _parts(connection, known.agent, works), total, _joins(connection, known.agent, viewer))


def _claims(agent: str) -> sa.Select[Any]:
    query = sa.select(s.claims, s.witnesses.c.work).join(s.witnesses, s.witnesses.c.witness == s.claims.c.witness)
    named = sa.and_(s.named.c.witness == s.claims.c.witness, s.named.c.position == s.claims.c.position)
    return query.join(s.named, named).where(s.named.c.agent == agent).order_by(*IN_ORDER, s.claims.c.position)


def _parts(connection: sa.Connection, agent: str, works: list[str]) -> tuple[Part, ...]:
    refused = {r.on[0] for r in standing(connection) if r.kind == "refuse" and r.on}
    roles: dict[str, dict[str, None]] = defaultdict(dict)
    query = _claims(agent).where(s.witnesses.c.work.in_(works), s.claims.c.relation.not_in(("also-known-as", "page")))
    for row in connection.execute(query):
        if row.claim not in refused:
            roles[row.work][row.relation] = None
    about = {row.work: row for row in connection.execute(sa.select(s.works).where(s.works.c.work.in_(works)))}
    return tuple(
        Part(work, load_metadata(about[work].metadata).title, tuple(roles[work]), about[work].adult)
        for work in works
        if roles[work]
    )


def _joins(connection: sa.Connection, agent: str, viewer: Viewer) -> tuple[tuple[str, Claim], ...]:
    query = _claims(agent).join(s.works, s.works.c.work == s.witnesses.c.work)
    query = query.where(s.claims.c.relation == "also-known-as", s.named.c.side == 0, for_rows(viewer)).limit(_MOST_JOINS)
    ruled = {r.on[0]: r.ruling for r in standing(connection) if r.kind in ("accept", "refuse") and r.on}
    out = []
    for row in connection.execute(query):
        evidence = load_evidence(row.evidence)
        claim = Claim(
            row.claim, row.subject, row.relation, row.object, evidence, row.rule, row.certainty, ruled.get(row.claim, row.ruling)
        )
        out.append((row.work, claim))
    return tuple(out)
