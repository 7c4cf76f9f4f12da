"""How works are tied to each other: what their copies say, what other works' copies say of them, and kinship of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.fields import address
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load, load_metadata, load_relation
from variorum.catalogue.viewers import for_rows
from variorum.model import Apart, Kinship, Metadata, Relation, Viewer, Work

__all__ = ["apart", "relations_of"]

_Key = tuple[str, str, str, tuple[str, ...]]


def relations_of(connection: sa.Connection, work: Work, viewer: Viewer) -> tuple[Relation, ...]:
    """Every tie of a work, each once: outward ones first. A work that does not exist for the viewer is not named."""
    own = _own(connection, work)
    targets = _held_at(connection, [where for _, where in own if where], viewer)
    out: dict[_Key, Relation] = {}
    for relation, where in own:
        held, about = targets.get(where or "", (None, Metadata()))
        if held is None:
            _put(out, relation)
        elif held != work.work:  # one that is named by its address alone has the title and the makers we know it by
            title, makers = relation.title or about.title, relation.creators or about.creators
            _put(out, replace(relation, work=held, title=title, creators=makers))
    for relation in (*_incoming(connection, work, viewer), *_kin(connection, work, viewer)):
        _put(out, relation)
    return tuple(out.values())


def _put(out: dict[_Key, Relation], relation: Relation) -> None:
    where = relation.work or address(relation.url) or relation.url or ""
    names = () if where else tuple(c.name for c in relation.creators)
    out.setdefault((relation.relation, relation.direction, where or relation.title or "", names), relation)


def _own(connection: sa.Connection, work: Work) -> list[tuple[Relation, str | None]]:
    query = sa.select(s.relations).join(s.witnesses, s.witnesses.c.witness == s.relations.c.witness)
    query = query.where(s.witnesses.c.work == work.work).order_by(s.witnesses.c.order, s.relations.c.position)
    read = [(load_relation(load(row.relation)), row.address) for row in connection.execute(query)]
    return [*read, *((relation, address(relation.url)) for relation in work.metadata.relations)]


def _held_at(connection: sa.Connection, places: Sequence[str], viewer: Viewer) -> dict[str, tuple[str, Metadata]]:
    """Address -> the work of which a copy from there is held, and what is known of it."""
    out: dict[str, tuple[str, Metadata]] = {}
    for some in chunks(list(dict.fromkeys(places))):
        query = sa.select(s.witnesses.c.address, s.witnesses.c.work, s.works.c.metadata).join(
            s.works, s.works.c.work == s.witnesses.c.work
        )
        query = query.where(s.witnesses.c.address.in_(some), for_rows(viewer)).order_by(s.witnesses.c.order.desc())
        out.update((row.address, (row.work, load_metadata(row.metadata))) for row in connection.execute(query))
    return out


def _incoming(connection: sa.Connection, work: Work, viewer: Viewer) -> Iterable[Relation]:
    places = {where for url in (work.metadata.url, *(w.url for w in work.witnesses)) if (where := address(url))}
    if not places:
        return
    query = (
        sa.select(s.relations.c.relation, s.works.c.work, s.works.c.metadata)
        .join(s.witnesses, s.witnesses.c.witness == s.relations.c.witness)
        .join(s.works, s.works.c.work == s.witnesses.c.work)
        .where(s.relations.c.address.in_(sorted(places)), s.works.c.work != work.work, for_rows(viewer))
        .order_by(s.works.c.order, s.witnesses.c.order)
    )
    for row in connection.execute(query):
        said = load_relation(load(row.relation))
        if said.direction == "out":
            about = load_metadata(row.metadata)
            yield replace(said, direction="in", title=about.title, url=about.url, work=row.work, creators=about.creators)


def _kin(connection: sa.Connection, work: Work, viewer: Viewer) -> Iterable[Relation]:
    """Other works whose text quotes this one or holds it, and the other way round."""
    own = {w.witness for w in work.witnesses}
    mine = sa.select(s.witnesses.c.witness).where(s.witnesses.c.work == work.work)
    for this, that in ((s.kin.c.a, s.kin.c.b), (s.kin.c.b, s.kin.c.a)):
        query = (
            sa.select(s.kin, s.works.c.work, s.works.c.metadata)
            .join(s.witnesses, s.witnesses.c.witness == that)
            .join(s.works, s.works.c.work == s.witnesses.c.work)
            .where(this.in_(mine), s.works.c.work != work.work, for_rows(viewer), s.kin.c.verdict.in_(("anthology", "quotes")))
            .order_by(s.works.c.order)
        )
        for row in connection.execute(query):
            yield _as_relation(row, first=row.a in own)


def _as_relation(row: Any, *, first: bool) -> Relation:
    about = load_metadata(row.metadata)
    # The verdict is the first's to the second; "anthology" and "quotes" say what the first is or does.
    share: Mapping[str, float] = {"anthology": row.b_in_a, "quotes": row.a_in_b}
    return Relation(
        relation=row.verdict,
        direction="out" if first else "in",
        title=about.title,
        url=about.url,
        work=row.work,
        creators=about.creators,
        certainty=round(min(1.0, max(share[row.verdict], row.resemblance)), 3),
        evidence=f"{round(100 * row.a_in_b)} % of its words stand in the other, {round(100 * row.b_in_a)} % the other way round",
    )


def apart(connection: sa.Connection, viewer: Viewer, limit: int, offset: int) -> tuple[int, list[Apart]]:
    """Kin that are not one work (an anthology and its members, quotations, works that were ruled different); how many, and some."""
    one, two = s.witnesses.alias("one"), s.witnesses.alias("two")
    mine, other = s.works.alias("mine"), s.works.alias("other")
    joined = (
        sa.select(
            s.kin,
            mine.c.work.label("work_a"),
            other.c.work.label("work_b"),
            mine.c.metadata.label("m_a"),
            other.c.metadata.label("m_b"),
        )
        .join(one, one.c.witness == s.kin.c.a)
        .join(two, two.c.witness == s.kin.c.b)
        .join(mine, mine.c.work == one.c.work)
        .join(other, other.c.work == two.c.work)
        .where(mine.c.work != other.c.work)
    )
    if not viewer.adult or viewer.hidden:
        seen = sa.select(s.works.c.work).where(for_rows(viewer))
        joined = joined.where(mine.c.work.in_(seen), other.c.work.in_(seen))
    total = int(connection.scalar(sa.select(sa.func.count()).select_from(joined.subquery())) or 0)
    rows = connection.execute(joined.order_by(mine.c.order, other.c.order, s.kin.c.a, s.kin.c.b).limit(limit).offset(offset))
    found = [
        Apart(
            (row.a, row.b),
            (row.work_a, row.work_b),
            (load_metadata(row.m_a).title, load_metadata(row.m_b).title),
            Kinship(row.verdict, row.resemblance, (row.a_in_b, row.b_in_a)),
        )
        for row in rows
    ]
    return total, found
