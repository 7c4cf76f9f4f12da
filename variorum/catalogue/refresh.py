"""Works anew from their witnesses, in bulk: what a batch does at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue import several
from variorum.catalogue.fields import Held, Merged, merge, still_lost, value_of
from variorum.catalogue.members import IN_ORDER, standing
from variorum.catalogue.sql import chunks
from variorum.catalogue.values import dump, load, load_creators, load_metadata, load_wishes
from variorum.catalogue.viewers import key_of, tags_of
from variorum.errors import NotFound
from variorum.model import Kinship, LostWitness

__all__ = ["judge", "own", "refresh"]


@dataclass(slots=True)
class _Decided:
    """What people ruled about works: witness ids of bases, and values by work or witness id."""

    bases: set[str] = field(default_factory=set)
    values: dict[str, dict[str, tuple[int, Any]]] = field(default_factory=dict)  #: field -> when it was ruled, and what
    judged: several.Judged = field(default_factory=several.Judged)


def refresh(connection: sa.Connection, works: Sequence[str], change: int) -> list[str]:
    """Computes these works anew and gives those that have no witness left."""
    decided = _rulings(connection)
    gone: list[str] = []
    for some in chunks(works, 200):
        gone.extend(_refresh(connection, some, change, decided))
    return gone


def _refresh(connection: sa.Connection, works: Sequence[str], change: int, decided: _Decided) -> list[str]:
    rows = _by_work(connection, s.witnesses, works)
    noted = {row.witness: load(row.data) for one in _by_work(connection, s.provenance, works).values() for row in one}
    lost = _by_work(connection, s.lost, works)
    kin = _kin(connection, works)
    held_before = connection.execute(sa.select(s.works.c.work).where(s.works.c.work.in_(works))).scalars()
    work_rows: list[dict[str, Any]] = []
    witness_rows: list[dict[str, Any]] = []
    tag_rows: list[dict[str, Any]] = []
    several_rows: list[dict[str, Any]] = []
    gone: list[str] = []
    for work in held_before:
        if not rows[work]:
            gone.append(work)
            continue
        held = [_held(row, noted.get(row.witness, {})) for row in rows[work]]
        ruled = next((h.witness for h in held if h.witness in decided.bases), None)
        values = _latest(decided.values.get(key, {}) for key in (*(h.witness for h in held), work))
        merged = merge(held, values, ruled, kin)
        places = [(row.site, row.url) for row in rows[work]]
        missing = still_lost([LostWitness(one.site, one.url, one.evidence) for one in lost[work]], places)
        work_rows.append(_work(work, held, merged, len(missing), change))
        witness_rows.extend(_witness(h, merged) for h in held)
        tag_rows.extend(_tags(work, merged))
        if len(held) > 1:
            several_rows.append(several.row_of(work, rows[work], held, merged, kin, decided.judged))
    several.put(connection, works, several_rows)
    _write(connection, work_rows, witness_rows, tag_rows)
    return gone


def judge(connection: sa.Connection, works: Sequence[str]) -> None:
    """Says of these works anew whether a person looked at their copies: what came changes nothing else of them."""
    judged = several.Judged.of(standing(connection))
    for some in chunks(works, 500):
        several.judge(connection, some, judged)


def own(connection: sa.Connection, witness: str) -> Merged:
    """What one copy (its whole id) says by itself, by the rules for a work that has no other and no ruling; NotFound."""
    row = connection.execute(sa.select(s.witnesses).where(s.witnesses.c.witness == witness)).first()
    if row is None:
        raise NotFound("witness", witness)
    noted = connection.execute(sa.select(s.provenance.c.data).where(s.provenance.c.witness == witness)).scalar()
    return merge([_held(row, load(noted) if noted else {})])


def _by_work(connection: sa.Connection, table: sa.Table, works: Sequence[str]) -> dict[str, list[Any]]:
    """The rows of a table that hangs on witnesses, by work, in register order."""
    query = sa.select(table, s.witnesses.c.work.label("of_work"))
    if table is not s.witnesses:
        query = query.join(s.witnesses, table.c.witness == s.witnesses.c.witness)
    order = [*IN_ORDER, *([table.c.position] if "position" in table.c else [])]
    out: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query.where(s.witnesses.c.work.in_(works)).order_by(*order)):
        out[row.of_work].append(row)
    return out


def _kin(connection: sa.Connection, works: Sequence[str]) -> dict[tuple[str, str], Kinship]:
    query = sa.select(s.kin).join(s.witnesses, s.kin.c.a == s.witnesses.c.witness).where(s.witnesses.c.work.in_(works))
    return {(row.a, row.b): Kinship(row.verdict, row.resemblance, (row.a_in_b, row.b_in_a)) for row in connection.execute(query)}


def _rulings(connection: sa.Connection) -> _Decided:
    """The rulings that stand: an undone one counts for nothing, a later one replaces an earlier."""
    stands = standing(connection)
    decided = _Decided(judged=several.Judged.of(stands))
    latest: dict[str, int] = {}
    for position, ruling in enumerate(stands):
        on = ruling.on
        if ruling.kind == "base" and on:
            latest[on[-1]] = position
        elif ruling.kind == "set" and len(on) >= 3:
            try:
                decided.values.setdefault(on[0], {})[on[1]] = (position, value_of(on[1], on[2]))
            except ValueError:
                continue  # the library refuses such a ruling; one from a later version is not ours to judge
    decided.bases = set(latest)
    if len(latest) > 1:
        decided.bases = _last_of_each(connection, latest)
    return decided


def _latest(given: Iterable[Mapping[str, tuple[int, Any]]]) -> dict[str, Any]:
    """Of several values for a field, the one ruled last, on whichever copy it was ruled."""
    best: dict[str, tuple[int, Any]] = {}
    for values in given:
        for name, (position, value) in values.items():
            if name not in best or best[name][0] < position:
                best[name] = (position, value)
    return {name: value for name, (_, value) in best.items()}


def _last_of_each(connection: sa.Connection, latest: Mapping[str, int]) -> set[str]:
    """Of several witnesses ruled base of what is one work now, the one ruled last."""
    best: dict[str, tuple[int, str]] = {}
    for some in chunks(list(latest)):
        query = sa.select(s.witnesses.c.witness, s.witnesses.c.work).where(s.witnesses.c.witness.in_(some))
        for witness, work in connection.execute(query):
            best[work] = max(best.get(work, (-1, "")), (latest[witness], witness))
    return {witness for _, witness in best.values()}


def _held(row: Any, noted: Mapping[str, Any]) -> Held:
    return Held(
        witness=row.witness,
        siglum=row.siglum,
        order=row.order,
        metadata=load_metadata(row.metadata),
        extent=row.extent,
        version_key=row.version_key,
        words=row.words,
        chapters=row.chapters,
        applied=row.applied,
        creators=load_creators(noted.get("creators", ())),
        wishes=load_wishes(noted.get("wishes", ())),
    )


def _work(work: str, held: Sequence[Held], merged: Merged, lost: int, change: int) -> dict[str, Any]:
    return {
        "key": work,
        "order": min(h.order for h in held),
        "adult": merged.adult,
        "base": merged.base,
        "words": merged.words,
        "chapters": merged.chapters,
        "versions": max(merged.versions.values()),
        "metadata": dump(merged.metadata),
        "taken_from": dump(merged.taken_from),
        "lost": lost,
        "change": change,
    }


def _witness(h: Held, merged: Merged) -> dict[str, Any]:
    return {
        "key": h.witness,
        "base": h.witness == merged.base,
        "version": merged.versions[h.witness],
        "kinship": merged.kinship[h.witness],
    }


def _tags(work: str, merged: Merged) -> list[dict[str, Any]]:
    return [
        {"work": work, "kind": kind, "position": n, "value": s.clean(value), "key": key_of(value)}
        for kind, values in tags_of(merged.metadata)
        for n, value in enumerate(values)
    ]


def _write(
    connection: sa.Connection, works: list[dict[str, Any]], witnesses: list[dict[str, Any]], tags: list[dict[str, Any]]
) -> None:
    if works:
        _update(connection, s.works, s.works.c.work, works)
        _update(connection, s.witnesses, s.witnesses.c.witness, witnesses)
        connection.execute(sa.delete(s.tags).where(s.tags.c.work.in_([row["key"] for row in works])))
    if tags:
        connection.execute(sa.insert(s.tags), tags)


def _update(connection: sa.Connection, table: sa.Table, key: sa.Column[str], rows: list[dict[str, Any]]) -> None:
    """One statement, run for every row; each row has its ``key`` and the columns to be set."""
    names = [name for name in rows[0] if name != "key"]
    # A column's own name as a bound parameter is SQLAlchemy's; ours are set apart.
    values: dict[str, Any] = {name: sa.bindparam(f"to_{name}") for name in names}
    statement = sa.update(table).where(key == sa.bindparam("the_key")).values(values)
    connection.execute(statement, [{"the_key": row["key"]} | {f"to_{name}": row[name] for name in names} for row in rows])
