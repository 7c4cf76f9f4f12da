"""Who belongs together: the witnesses of works, retired ids, and what people ruled. Small questions, each one statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.driver import Quick
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load
from variorum.errors import NotFound
from variorum.model import Extent, Ruling

__all__ = [
    "IN_ORDER",
    "Member",
    "different_from",
    "emendation_or_claim",
    "has_work",
    "known_ids",
    "members",
    "order_of",
    "resolved",
    "ruled",
    "ruling_of",
    "rulings",
    "standing",
    "work_of",
    "work_of_claim",
]


class Member(NamedTuple):
    """A witness of a work, in brief."""

    witness: str
    siglum: str
    order: int
    words: int
    tokens: int
    extent: Extent
    version_key: str
    applied: int  #: emendations that stand


#: The order of witnesses: the register's, and inside an item by their place.
IN_ORDER = (s.witnesses.c.order, s.witnesses.c.place, s.witnesses.c.witness)

_COLUMNS = [s.witnesses.c[name] for name in Member._fields]


_WORK = Quick(sa.select(s.witnesses.c.work).where(s.witnesses.c.witness == sa.bindparam("one")))
_MEMBERS = Quick(sa.select(*_COLUMNS).where(s.witnesses.c.work == sa.bindparam("one")).order_by(*IN_ORDER))
_HAS = Quick(sa.select(s.works.c.work).where(s.works.c.work == sa.bindparam("one")))


def work_of(connection: sa.Connection, witness: str) -> str | None:
    """The work of a witness."""
    found: str | None = _WORK.value(connection, one=witness)
    return found


def members(connection: sa.Connection, work: str) -> list[Member]:
    """The witnesses of a work in register order."""
    return [Member(*row) for row in _MEMBERS.rows(connection, one=work)]


def has_work(connection: sa.Connection, work: str) -> bool:
    """Whether a work with this id is there, with a witness or not."""
    return bool(_HAS.rows(connection, one=work))


def order_of(connection: sa.Connection, work: str) -> tuple[int, str]:
    """The place of a work in the order of things; one without witness comes last."""
    query = sa.select(sa.func.min(s.witnesses.c.order)).where(s.witnesses.c.work == work)
    first = connection.execute(query).scalar()
    return (2**62 if first is None else int(first), work)


def resolved(connection: sa.Connection, work: str) -> str:
    """What a work id stands for now."""
    kept = connection.execute(sa.select(s.retired.c.kept).where(s.retired.c.work == work)).scalar()
    return work if kept is None else str(kept)


# ---------------------------------------------------------------- rulings


def ruling_of(row: Any) -> Ruling:
    """A ruling out of its row."""
    return Ruling(row.ruling, row.kind, tuple(load(row.on)), row.by, row.at, row.why, row.undoes, step=row.step)


def rulings(connection: sa.Connection) -> tuple[Ruling, ...]:
    """All rulings in the order they were made."""
    return tuple(map(ruling_of, connection.execute(sa.select(s.rulings).order_by(s.rulings.c.position))))


def ruled(connection: sa.Connection, ruling: str) -> Ruling | None:
    """One ruling."""
    row = connection.execute(sa.select(s.rulings).where(s.rulings.c.ruling == ruling)).first()
    return None if row is None else ruling_of(row)


def known_ids(connection: sa.Connection, ids: Collection[str]) -> set[str]:
    """Those of these that are the whole id of a copy or of a ruling."""
    found: set[str] = set()
    for some in chunks(sorted(ids)):
        for column in (s.witnesses.c.witness, s.rulings.c.ruling):
            found.update(connection.execute(sa.select(column).where(column.in_(some))).scalars())
    return found


def standing(connection: sa.Connection) -> list[Ruling]:
    """The rulings that are not undone, the earliest first. An undone undo lets the first stand again."""
    every = rulings(connection)
    undone: set[str] = set()
    for ruling in reversed(every):
        if ruling.kind == "undo" and ruling.ruling not in undone:
            undone.add(ruling.undoes or ruling.on[0])
    return [r for r in every if r.kind != "undo" and r.ruling not in undone]


def different_from(connection: sa.Connection, witness: str) -> set[str]:
    """Witnesses that rulings keep apart from this one: the last word on each pair counts.

    A ruling is on witnesses or on works; one on a work means each of its witnesses.
    """
    last: dict[frozenset[str], Ruling] = {}
    for ruling in standing(connection):
        if ruling.kind in ("same", "different") and len(ruling.on) == 2:
            last[frozenset(ruling.on)] = ruling
    own = {witness}
    work = work_of(connection, witness)
    if work is not None:
        own.add(work)
    out: set[str] = set()
    for ruling in last.values():
        if ruling.kind != "different":
            continue
        first, second = ruling.on
        for this, that in ((first, second), (second, first)):
            if this in own or resolved(connection, this) in own - {witness}:
                out |= _meant(connection, that)
    return out - {witness}


def _meant(connection: sa.Connection, key: str) -> set[str]:
    if work_of(connection, key) is not None:
        return {key}
    return {m.witness for m in members(connection, resolved(connection, key))}


# ---------------------------------------------------------------- claims and emendations by id


def work_of_claim(connection: sa.Connection, key: str) -> str | None:
    """The work in which a claim or an emendation with this whole id stands."""
    query = sa.select(s.witnesses.c.work).join(s.claims, s.claims.c.witness == s.witnesses.c.witness)
    work = connection.execute(query.where(s.claims.c.claim == key).order_by(*IN_ORDER)).scalar()
    if work is None:
        query = sa.select(s.witnesses.c.work).join(s.marks, s.marks.c.witness == s.witnesses.c.witness)
        here = s.marks.c.emendations.contains(f" {key}", autoescape=True)
        work = connection.execute(query.where(here).order_by(*IN_ORDER)).scalar()
    return None if work is None else str(work)


def emendation_or_claim(connection: sa.Connection, key: str) -> str:
    """The whole id that begins with ``key``; NotFound when none does, or several."""
    key = s.clean(key)
    if not key.isalnum():
        raise NotFound("emendation or claim", key)
    claim = s.claims.c.claim
    found = set(connection.execute(sa.select(claim).where(claim.startswith(key, autoescape=True)).distinct().limit(3)).scalars())
    here = s.marks.c.emendations.contains(f" {key}", autoescape=True)
    for ids in connection.execute(sa.select(s.marks.c.emendations).where(here).limit(3)).scalars():
        found.update(one for one in ids.split() if one.startswith(key))
    if key in found:
        return key
    if len(found) > 1:
        raise NotFound("emendation or claim", key, f"more than one emendation or claim begins with {key!r}; write more of the id")
    if not found:
        raise NotFound("emendation or claim", key)
    return str(found.pop())
