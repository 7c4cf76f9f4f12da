"""Reading: works, witnesses, claims and agents out of their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.entry import agent_key
from variorum.catalogue.fields import still_lost
from variorum.catalogue.members import IN_ORDER, standing
from variorum.catalogue.rows import KnownItem
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import load, load_evidence, load_metadata, load_names
from variorum.catalogue.viewers import for_rows
from variorum.errors import NotFound
from variorum.model import Agent, Claim, Kinship, Known, LostWitness, Metadata, Viewer, Wish, Witness, Work

__all__ = [
    "agents_called",
    "agents_in",
    "agents_of",
    "agents_with",
    "claims_of",
    "item",
    "item_named",
    "kin_of",
    "looks",
    "resolve",
    "resolve_witness",
    "still_known",
    "wishes_of",
    "with_what_is_known",
    "witnesses_of",
    "works_of",
]

_LAST = "zzzz"  # sorts after every continuation of an id, in any collation


def resolve(connection: sa.Connection, key: str, viewer: Viewer) -> str:
    """The work that answers to an id, a retired id or an unambiguous beginning of either; NotFound."""
    key = s.clean(key)
    exact = connection.execute(sa.select(s.works.c.work).where(s.works.c.work == key, for_rows(viewer))).scalar()
    if exact is not None:
        return str(exact)
    joined = sa.select(s.retired.c.kept).join(s.works, s.works.c.work == s.retired.c.kept).where(for_rows(viewer))
    kept = connection.execute(joined.where(s.retired.c.work == key)).scalar()
    if kept is not None:
        return str(kept)
    if not key:
        raise NotFound("work", key)
    found = set(
        connection.execute(sa.select(s.works.c.work).where(_begins(s.works.c.work, key), for_rows(viewer)).limit(3)).scalars()
    )
    found |= set(connection.execute(joined.where(_begins(s.retired.c.work, key)).distinct().limit(3)).scalars())
    return _only("work", key, found)


def resolve_witness(connection: sa.Connection, key: str) -> str:
    """The witness that answers to an id or an unambiguous beginning of one; NotFound."""
    key = s.clean(key)
    column = s.witnesses.c.witness
    exact = connection.execute(sa.select(column).where(column == key)).scalar()
    if exact is None:  # a piece of a copy stands for the copy
        exact = connection.execute(sa.select(s.pieces.c.copy).where(s.pieces.c.piece == key)).scalar()
    if exact is not None:
        return str(exact)
    if not key:
        raise NotFound("witness", key)
    found = set(connection.execute(sa.select(column).where(_begins(column, key)).limit(3)).scalars())
    pieces = sa.select(s.pieces.c.copy).where(_begins(s.pieces.c.piece, key)).distinct().limit(3)
    return _only("witness", key, found | set(connection.execute(pieces).scalars()))


def _begins(column: sa.Column[str], key: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= key, column < key + _LAST, sa.func.substr(column, 1, len(key)) == key)


def _only(kind: str, key: str, found: set[str]) -> str:
    if len(found) > 1:
        raise NotFound(kind, key, f"more than one {kind} begins with {key!r}; write more of the id")
    if not found:
        raise NotFound(kind, key)
    return next(iter(found))


def works_of(connection: sa.Connection, ids: Sequence[str], viewer: Viewer, *, light: bool = False) -> list[Work]:
    """Works with their witnesses, in the order of the ids; what the viewer may not see is not among them.

    ``light`` leaves out the witnesses' own metadata: enough for a list.
    """
    rows: dict[str, Any] = {}
    for some in chunks(ids):
        query = sa.select(s.works).where(s.works.c.work.in_(some), for_rows(viewer))
        rows.update({row.work: row for row in connection.execute(query)})
    wanted = [work for work in ids if work in rows]
    witnesses = witnesses_of(connection, wanted, light=light)
    return [_work(rows[work], witnesses.get(work, ())) for work in wanted]


def partial_of(connection: sa.Connection, witnesses: Sequence[str]) -> frozenset[str]:
    """Those of these witnesses that say they hold a part of their work only."""
    c = s.witnesses.c
    queries = (sa.select(c.witness).where(c.witness.in_(some), c.extent == "partial") for some in chunks(witnesses))
    return frozenset(key for query in queries for key in connection.execute(query).scalars())


def _work(row: Any, witnesses: Sequence[Witness]) -> Work:
    return Work(
        work=row.work,
        metadata=load_metadata(row.metadata),
        words=row.words,
        chapters=row.chapters,
        adult=row.adult,
        taken_from=load(row.taken_from),
        witnesses=tuple(witnesses),
    )


def witnesses_of(connection: sa.Connection, works: Sequence[str], *, light: bool = False) -> dict[str, list[Witness]]:
    """Witnesses by work, in the order of the register."""
    out: dict[str, list[Witness]] = defaultdict(list)
    left = {s.witnesses.c.metadata} if light else set()
    columns = [column for column in s.witnesses.c if column not in left]
    for some in chunks(works):
        items = _items(connection, some)
        query = sa.select(*columns).where(s.witnesses.c.work.in_(some)).order_by(*IN_ORDER)
        for row in connection.execute(query):
            metadata = Metadata() if light else load_metadata(row.metadata)
            out[row.work].append(_witness(row, items.get(row.witness, ()), metadata))
    return out


def _items(connection: sa.Connection, works: Sequence[str]) -> Mapping[str, Sequence[str]]:
    query = (
        sa.select(s.witness_items.c.witness, s.witness_items.c.digest)
        .join(s.witnesses, s.witnesses.c.witness == s.witness_items.c.witness)
        .where(s.witnesses.c.work.in_(works))
        .order_by(s.witness_items.c.witness, s.witness_items.c.position)
    )
    out: dict[str, list[str]] = defaultdict(list)
    for witness, digest in connection.execute(query):
        out[witness].append(digest)
    return out


def _witness(row: Any, items: Sequence[str], metadata: Metadata) -> Witness:
    return Witness(
        witness=row.witness,
        work=row.work,
        siglum=row.siglum,
        base=row.base,
        version=row.version,
        digest=row.digest,
        items=tuple(items),
        name=row.name,
        format=row.format,
        site=row.site,
        url=row.url,
        captured=row.captured,
        added=row.added,
        words=row.words,
        chapters=row.chapters,
        # A copy whose text is known to go on elsewhere is a part, however complete it was on its day.
        extent="partial" if row.kinship == "contained" else row.extent,
        kinship=row.kinship,
        metadata=metadata,
        look=row.look,
    )


def with_what_is_known(connection: sa.Connection, works: Sequence[Work]) -> list[Work]:
    """The works with the copies that are known of and not held, and the links in their notes, each once."""
    lost: dict[str, list[LostWitness]] = defaultdict(list)
    links: dict[str, dict[str, None]] = defaultdict(dict)
    for some in chunks([work.work for work in works]):
        query = sa.select(s.lost, s.witnesses.c.work).join(s.witnesses, s.witnesses.c.witness == s.lost.c.witness)
        for row in connection.execute(query.where(s.witnesses.c.work.in_(some)).order_by(*IN_ORDER, s.lost.c.position)):
            lost[row.work].append(LostWitness(row.site, row.url, row.evidence))
        query = sa.select(s.provenance.c.data, s.witnesses.c.work)
        query = query.join(s.witnesses, s.witnesses.c.witness == s.provenance.c.witness)
        for row in connection.execute(query.where(s.witnesses.c.work.in_(some)).order_by(*IN_ORDER)):
            links[row.work].update(dict.fromkeys(load(row.data).get("links", ())))
    return [
        replace(work, lost=still_lost(lost[work.work], [(w.site, w.url) for w in work.witnesses]), links=tuple(links[work.work]))
        if work.work in lost or work.work in links
        else work
        for work in works
    ]


def still_known(connection: sa.Connection, viewer: Viewer) -> tuple[Known, ...]:
    """Every copy stated by what is held and not held itself, each once a work, in register order."""
    columns = (s.lost, s.witnesses.c.work, s.witnesses.c.siglum, s.works.c.metadata)
    query = sa.select(*columns).join(s.witnesses, s.witnesses.c.witness == s.lost.c.witness)
    query = query.join(s.works, s.works.c.work == s.witnesses.c.work).where(s.works.c.lost > 0, for_rows(viewer))
    stated: dict[str, list[tuple[LostWitness, str]]] = defaultdict(list)
    titles: dict[str, str | None] = {}
    for row in connection.execute(query.order_by(s.works.c.order, *IN_ORDER, s.lost.c.position)):
        if row.work not in titles:
            titles[row.work] = load_metadata(row.metadata).title
        stated[row.work].append((LostWitness(row.site, row.url, row.evidence), row.siglum))
    places: dict[str, list[tuple[str | None, str | None]]] = defaultdict(list)
    for some in chunks(list(stated)):
        query = sa.select(s.witnesses.c.work, s.witnesses.c.site, s.witnesses.c.url).where(s.witnesses.c.work.in_(some))
        for row in connection.execute(query):
            places[row.work].append((row.site, row.url))
    out: list[Known] = []
    for work, found in stated.items():
        said_by = dict(reversed(found))
        out += [
            Known(work, titles[work], one.site, one.url, one.evidence, said_by.get(one, found[0][1]))
            for one in still_lost([one for one, _ in found], places[work])
        ]
    return tuple(out)


def claims_of(connection: sa.Connection, work: str | None) -> tuple[Claim, ...]:
    """Everything claimed about a work (None: about every work), in register order; the same claim of two witnesses comes twice."""
    query = sa.select(s.claims).join(s.witnesses, s.witnesses.c.witness == s.claims.c.witness)
    if work is not None:
        query = query.where(s.witnesses.c.work == work)
    query = query.order_by(*IN_ORDER, s.claims.c.position)
    ruled = {claim: ruling for claim, (_, ruling) in _ruled(connection).items()}
    return tuple(
        Claim(
            claim=row.claim,
            subject=row.subject,
            relation=row.relation,
            object=row.object,
            evidence=load_evidence(row.evidence),
            rule=row.rule,
            certainty=row.certainty,
            ruling=ruled.get(row.claim, row.ruling),
        )
        for row in connection.execute(query)
    )


def wishes_of(connection: sa.Connection, works: Sequence[str]) -> dict[str, tuple[Wish, ...]]:
    """By work, what its copies ask, in register order; a claim that was refused asks nothing."""
    refused = {claim for claim, kind in _ruled(connection).items() if kind[0] == "refuse"}
    out: dict[str, dict[str, Wish]] = defaultdict(dict)
    for some in chunks(works):
        query = sa.select(s.claims.c.claim, s.claims.c.object, s.claims.c.evidence, s.witnesses.c.work)
        query = query.join(s.witnesses, s.witnesses.c.witness == s.claims.c.witness)
        query = query.where(s.witnesses.c.work.in_(some), s.claims.c.relation == "wish").order_by(*IN_ORDER, s.claims.c.position)
        for row in connection.execute(query):
            if row.claim not in refused:
                out[row.work].setdefault(row.object, Wish(row.object, load_evidence(row.evidence).text))
    return {work: tuple(found.values()) for work, found in out.items()}


def _ruled(connection: sa.Connection) -> dict[str, tuple[str, str]]:
    """Claim or emendation -> the kind and id of the ruling that stands on it."""
    return {r.on[0]: (r.kind, r.ruling) for r in standing(connection) if r.kind in ("accept", "refuse") and r.on}


def kin_of(connection: sa.Connection, witnesses: Sequence[str]) -> list[tuple[str, str, Kinship]]:
    """The verdicts on pairs of these witnesses."""
    query = sa.select(s.kin).join(s.witnesses, s.witnesses.c.witness == s.kin.c.a)
    query = query.where(s.kin.c.a.in_(witnesses), s.kin.c.b.in_(witnesses)).order_by(*IN_ORDER, s.kin.c.b)
    return [(row.a, row.b, Kinship(row.verdict, row.resemblance, (row.a_in_b, row.b_in_a))) for row in connection.execute(query)]


def agents_of(connection: sa.Connection, work: Work) -> tuple[Agent, ...]:
    """The agents whom the claims of a work's copies name, and those of other works' people by their names at a site."""
    found = agents_in(connection, [work.work])[work.work]
    names = {(n.name.lower(), n.site) for a in found for n in a.names}
    others = (c for r in work.relations for c in r.creators if c.site and (c.name.lower(), c.site) not in names)
    abroad = {f"{c.name}@{c.site}" for c in others}
    held = {a.agent for a in found}
    return (*found, *(a for a in agents_called(connection, abroad) if a.agent not in held))


def agents_in(connection: sa.Connection, works: Sequence[str]) -> dict[str, tuple[Agent, ...]]:
    """By work, the agents whom the claims of its copies name."""
    ids: dict[str, set[str]] = {work: set() for work in works}
    for some in chunks(works):
        query = sa.select(s.witnesses.c.work, s.named.c.agent).join(s.named, s.witnesses.c.witness == s.named.c.witness)
        query = query.where(s.witnesses.c.work.in_(some), s.named.c.agent.is_not(None)).distinct()
        for work, agent in connection.execute(query):
            ids[work].add(agent)
    known = {a.agent: a for a in agents_with(connection, set().union(*ids.values()))}
    return {work: tuple(known[a] for a in sorted(found) if a in known) for work, found in ids.items()}


def agents_with(connection: sa.Connection, ids: Iterable[str]) -> tuple[Agent, ...]:
    """The agents with these ids, in the order of the ids."""
    rows: list[Any] = []
    for some in chunks(sorted(ids)):
        rows.extend(connection.execute(sa.select(s.agents).where(s.agents.c.agent.in_(some)).order_by(s.agents.c.agent)))
    return tuple(Agent(row.agent, load_names(row.names), row.certainty) for row in rows)


def agents_called(connection: sa.Connection, mentioned: set[str]) -> tuple[Agent, ...]:
    """The agents with one of these names or ids."""
    found: set[str] = set()
    for some in chunks(sorted({agent_key(text) for text in mentioned})):
        found.update(connection.execute(sa.select(s.agent_names.c.agent).where(s.agent_names.c.key.in_(some))).scalars())
    return agents_with(connection, found | mentioned)


def item(connection: sa.Connection, digest: str) -> KnownItem | None:
    """The item with these bytes, or None."""
    row = connection.execute(sa.select(s.items).where(s.items.c.digest == digest)).first()
    if row is None:
        return None
    return KnownItem(
        digest=row.digest,
        size=row.size,
        name=row.name,
        accession=row.accession,
        status=row.status,
        format=row.format,
        problem=None if row.problem_code is None else (row.problem_code, row.problem_reason or ""),
        order=row.order,
        witnesses=witnesses_from(connection, digest),
    )


def witnesses_from(connection: sa.Connection, digest: str) -> tuple[str, ...]:
    """The witnesses that were read from an item."""
    query = sa.select(s.witness_items.c.witness).join(s.witnesses, s.witnesses.c.witness == s.witness_items.c.witness)
    query = query.where(s.witness_items.c.digest == digest).order_by(*IN_ORDER)
    return tuple(dict.fromkeys(connection.execute(query).scalars()))


def looks(connection: sa.Connection) -> list[tuple[str, str]]:
    """Of every copy that is a picture: its work, and how it looks, in register order."""
    query = sa.select(s.witnesses.c.work, s.witnesses.c.metadata).where(s.witnesses.c.metadata.contains('"look":"'))
    rows = connection.execute(query.order_by(s.witnesses.c.order)).all()
    found = ((str(row.work), load_metadata(row.metadata).picture) for row in rows)
    return [(work, picture.look) for work, picture in found if picture is not None and picture.look]


def item_named(connection: sa.Connection, name: str) -> str | None:
    """The digest of the item that was last received under this name, or None."""
    query = sa.select(s.receptions.c.digest).where(s.receptions.c.name == name, s.receptions.c.digest.is_not(None))
    found: str | None = connection.execute(query.order_by(s.receptions.c.order.desc()).limit(1)).scalar()
    return found
