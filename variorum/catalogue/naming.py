"""Who is named where: the rows by which agents are kept in step with the claims that change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.members import IN_ORDER
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load_evidence
from variorum.model import Claim

__all__ = [
    "Naming",
    "Told",
    "behind",
    "beside",
    "claims_naming",
    "every_claim",
    "keys_called",
    "named_in",
    "put_agents",
    "still_behind",
]


class Told(NamedTuple):
    """A name as it is told apart. In the table its name is cut: what is longer than a hundred characters is compared anew by whoever reads the claims."""

    name: str
    site: str | None
    home: str

    @property
    def key(self) -> str:
        """As the table has it; site and home hold no ``@``, so that it reads back."""
        return f"{self.short}@{s.clean(self.site or '')[:100]}@{self.home}"

    @property
    def short(self) -> str:
        """The name as the table has it."""
        return s.clean(self.name)[:100]

    @classmethod
    def of_key(cls, key: str) -> Told:
        """The name (cut) that stands under a key."""
        name, site, home = key.rsplit("@", 2)
        return cls(name, site or None, home)


class Naming(NamedTuple):
    """One end of one claim that names somebody."""

    position: int  #: of the claim in its witness
    side: int
    told: Told

    def row(self, witness: str) -> dict[str, object]:
        """Its row, with no agent yet."""
        return {
            "witness": witness,
            "position": self.position,
            "side": self.side,
            "key": self.told.key,
            "name": self.told.short,
            "agent": None,
        }


def named_in(connection: sa.Connection, witnesses: Sequence[str]) -> tuple[set[str], set[str]]:
    """The keys that witnesses name, and the agents behind them so far."""
    keys: set[str] = set()
    agents: set[str] = set()
    for some in chunks(witnesses):
        for row in connection.execute(sa.select(s.named.c.key, s.named.c.agent).where(s.named.c.witness.in_(some))):
            keys.add(row.key)
            agents.update((row.agent,) if row.agent else ())
    return keys, agents


def keys_called(connection: sa.Connection, name: str) -> set[str]:
    """Every key of a name (lower case), whatever its site or work."""
    query = sa.select(s.named.c.key).where(s.named.c.name == s.clean(name)[:100]).distinct()
    return set(connection.execute(query).scalars())


def beside(connection: sa.Connection, keys: Sequence[str]) -> set[str]:
    """The keys that stand in one claim with one of these: their second names, as the notes state them."""
    out: set[str] = set()
    other = s.named.alias("other")
    for some in chunks(keys):
        query = sa.select(other.c.key).distinct().select_from(s.named)
        query = query.join(other, sa.and_(other.c.witness == s.named.c.witness, other.c.position == s.named.c.position))
        out.update(connection.execute(query.where(s.named.c.key.in_(some), other.c.side != s.named.c.side)).scalars())
    return out


def behind(connection: sa.Connection, keys: Sequence[str]) -> set[str]:
    """The agents that stand behind these keys so far."""
    out: set[str] = set()
    for some in chunks(keys):
        query = sa.select(s.named.c.agent).where(s.named.c.key.in_(some), s.named.c.agent.is_not(None)).distinct()
        out.update(connection.execute(query).scalars())
    return out


def still_behind(connection: sa.Connection, agents: Sequence[str]) -> set[str]:
    """Those of these agents behind whom a name still stands."""
    out: set[str] = set()
    for some in chunks(agents):
        out.update(connection.execute(sa.select(s.named.c.agent).where(s.named.c.agent.in_(some)).distinct()).scalars())
    return out


def _claims(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> Iterator[tuple[int, str, Claim]]:
    for row in connection.execute(query):
        evidence = load_evidence(row.evidence)
        claim = Claim(row.claim, row.subject, row.relation, row.object, evidence, row.rule, row.certainty, row.ruling)
        yield row.position, row.work, claim


def every_claim(connection: sa.Connection) -> Iterator[tuple[int, str, Claim]]:
    """All claims in the order of the register: position, work, claim."""
    query = sa.select(s.claims, s.witnesses.c.work).join(s.witnesses, s.witnesses.c.witness == s.claims.c.witness)
    return _claims(connection, query.order_by(*IN_ORDER, s.claims.c.position))


def claims_naming(connection: sa.Connection, keys: Sequence[str]) -> list[tuple[int, str, Claim]]:
    """The claims that name one of these, in the order of the register, each once: position, work, claim."""
    found: dict[tuple[str, int], tuple[tuple[int, str, str, int], tuple[int, str, Claim]]] = {}
    columns = (s.claims, s.witnesses.c.work, s.witnesses.c.order, s.witnesses.c.place)
    for some in chunks(keys):
        query = (
            sa.select(*columns)
            .join(s.named, sa.and_(s.named.c.witness == s.claims.c.witness, s.named.c.position == s.claims.c.position))
            .join(s.witnesses, s.witnesses.c.witness == s.claims.c.witness)
            .where(s.named.c.key.in_(some))
        )
        for row in connection.execute(query):
            place = (row.order, row.place, row.witness, row.position)
            if (row.witness, row.position) not in found:
                claim = Claim(
                    row.claim,
                    row.subject,
                    row.relation,
                    row.object,
                    load_evidence(row.evidence),
                    row.rule,
                    row.certainty,
                    row.ruling,
                )
                found[row.witness, row.position] = (place, (row.position, row.work, claim))
    return [value for _, value in sorted(found.values(), key=lambda x: x[0])]


def put_agents(connection: sa.Connection, of: Mapping[str, str], unnamed: Iterable[str]) -> None:
    """Says who stands behind each key; keys that name nobody any more (their claims are refused) have no agent."""
    rows: list[dict[str, str | None]] = [{"the_key": key, "the_agent": agent} for key, agent in of.items()]
    rows += [{"the_key": key, "the_agent": None} for key in unnamed if key not in of]
    if rows:
        changed = sa.or_(
            s.named.c.agent.is_(None), s.named.c.agent != sa.bindparam("the_agent"), sa.bindparam("the_agent").is_(None)
        )
        where = sa.and_(s.named.c.key == sa.bindparam("the_key"), changed)
        connection.execute(sa.update(s.named).where(where).values(agent=sa.bindparam("the_agent")), rows)
