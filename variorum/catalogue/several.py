"""Works held more than once: a row for each, made anew with the work, so that their page costs what they are and not the library."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.fields import Held, Merged
from variorum.catalogue.viewers import for_rows
from variorum.model import Kinship, Ruling, Sought, Viewer
from variorum.text import fold

__all__ = ["Judged", "Row", "answering", "cube", "following", "judge", "page", "put", "row_of"]

_SURE, _LIKELY = 0.9, 0.6  # from where on `SURENESS` counts
_MOST = 4  # copies that are told apart


@dataclass(frozen=True, slots=True)
class Row:
    """A work held more than once, as the page lists it."""

    work: str
    ruled: bool
    sure: float
    change: int  #: of the catalogue, when the work was last made anew


@dataclass(slots=True)
class Judged:
    """What people ruled of copies: by copy those that are one work with it, and when it was made a base."""

    same: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    based: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, standing: Iterable[Ruling]) -> Judged:
        """From the rulings that stand, the earliest first; the last word on a pair counts."""
        found = cls()
        last: dict[frozenset[str], str] = {}
        for ruling in standing:
            if ruling.kind in ("same", "different"):
                last[frozenset(ruling.on)] = ruling.kind
            elif ruling.kind == "base":
                found.based[ruling.on[-1]] = ruling.at
        for pair, kind in last.items():
            if kind == "same":
                for one in pair:
                    found.same[one] |= pair
        return found

    def on(self, copies: Sequence[str], added: str) -> bool:
        """Whether a person looked at this group as it is: said that its copies are one work, or chose a base after the latest came."""
        if any(self.based.get(one, "") >= added for one in copies):
            return True
        here = set(copies)
        reached, todo = {copies[0]}, [copies[0]]
        while todo:
            fresh = (self.same.get(todo.pop(), set()) & here) - reached
            reached |= fresh
            todo += fresh
        return reached == here


# ---------------------------------------------------------------- the rows


def row_of(
    work: str, rows: Sequence[Any], held: Sequence[Held], merged: Merged, kin: Mapping[tuple[str, str], Kinship], judged: Judged
) -> dict[str, Any]:
    """The row of a work from its witnesses' rows (two at least) and what was merged of them."""
    base = next(h for h in held if h.witness == merged.base)
    name = next(row.name for row in rows if row.witness == merged.base)
    title = s.clean(merged.metadata.title or name.rpartition("/")[2])
    parts = any(merged.kinship[h.witness] in ("contained", "contains") for h in held)
    parts = parts or any((h.extent == "partial") != (base.extent == "partial") for h in held)
    added = max(row.added for row in rows)
    return {
        "work": work,
        "title": fold(title)[:100],
        "said": fold(" ".join([title, *(s.clean(creator.name) for creator in merged.metadata.creators)])),
        "copies": len(held),
        "differ": "marks" if len(set(merged.versions.values())) == 1 else "part" if parts else "words",
        "sure": min(_near(h, held, kin) for h in held),
        "ruled": judged.on([h.witness for h in held], added),
        "added": added,
    }


def _near(one: Held, held: Sequence[Held], kin: Mapping[tuple[str, str], Kinship]) -> float:
    """How much of a copy stands in another one, or of another in it; nothing where they are one work by other signs."""
    best = 0.0
    for other in held:
        if other.witness != one.witness:
            if other.version_key == one.version_key:
                return 1.0
            told = kin.get((one.witness, other.witness)) or kin.get((other.witness, one.witness))
            if told is not None:
                best = max(best, told.resemblance, *told.containment)
    return best


def put(connection: sa.Connection, works: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """These rows in place of those of these works."""
    connection.execute(sa.delete(s.several).where(s.several.c.work.in_(works)))
    if rows:
        connection.execute(sa.insert(s.several), list(rows))


def judge(connection: sa.Connection, works: Sequence[str], judged: Judged) -> None:
    """Says anew of these works whether a person looked at them: a ruling came that changes nothing else of them."""
    w = s.witnesses.c
    query = sa.select(w.work, w.witness, w.added).join(s.several, s.several.c.work == w.work).where(w.work.in_(works))
    by_work: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query.order_by(w.work, w.witness)):
        by_work[row.work].append(row)
    said = [
        {"the_work": work, "to_ruled": judged.on([row.witness for row in rows], max(row.added for row in rows))}
        for work, rows in by_work.items()
    ]
    if said:
        change = sa.update(s.several).where(s.several.c.work == sa.bindparam("the_work"))
        connection.execute(change.values(ruled=sa.bindparam("to_ruled")), said)


# ---------------------------------------------------------------- asking

_S = s.several.c
_BAND = sa.case((_S.sure >= _SURE, "sure"), (_S.sure >= _LIKELY, "likely"), else_="doubtful")
_MANY = sa.case((_S.copies >= _MOST, _MOST), else_=_S.copies)
_ORDERS: Mapping[str, tuple[Any, ...]] = {
    "title": (_S.title, _S.work),
    "sure": (_S.sure, _S.title, _S.work),
    "copies": (_S.copies.desc(), _S.title, _S.work),
    "added": (_S.added.desc(), _S.title, _S.work),
}


def _seen(query: sa.Select[Any], viewer: Viewer, words: str) -> sa.Select[Any]:
    """What exists for a viewer and has these words."""
    if not viewer.adult or viewer.hidden:
        query = query.join(s.works, s.works.c.work == _S.work).where(for_rows(viewer))
    for word in fold(s.clean(words)).split()[:16]:
        query = query.where(_S.said.contains(word, autoescape=True))
    return query


def _asked(query: sa.Select[Any], viewer: Viewer, sought: Sought) -> sa.Select[Any]:
    query = _seen(query, viewer, sought.words)
    if sought.differ is not None:
        query = query.where(_S.differ == sought.differ)
    if sought.copies is not None:
        query = query.where(_S.copies >= _MOST if sought.copies >= _MOST else _S.copies == sought.copies)
    if sought.sure is not None:
        query = query.where(_BAND == sa.literal(sought.sure))  # noqa: SIM300 (a column)
    if sought.ruled is not None:
        query = query.where(_S.ruled.is_(sought.ruled))
    return query.order_by(*_ORDERS.get(sought.sort, _ORDERS["title"]))


def page(connection: sa.Connection, viewer: Viewer, sought: Sought, limit: int, offset: int) -> list[Row]:
    """Some of the groups that answer."""
    query = _asked(sa.select(_S.work, _S.ruled, _S.sure).select_from(s.several), viewer, sought)
    cut = query.limit(limit).offset(offset).subquery()
    changes = sa.select(s.works.c.work, s.works.c.change).where(s.works.c.work.in_(sa.select(cut.c.work)))
    changed = {row.work: row.change for row in connection.execute(changes)}
    found = connection.execute(query.limit(limit).offset(offset))
    return [Row(row.work, row.ruled, row.sure, changed[row.work]) for row in found]


def answering(connection: sa.Connection, viewer: Viewer, sought: Sought) -> list[str]:
    """All of them, by their works."""
    query = _asked(sa.select(_S.work).select_from(s.several), viewer, sought)
    return list(connection.execute(query).scalars())


def following(connection: sa.Connection, viewer: Viewer, sought: Sought, after: str | None) -> tuple[int, str] | None:
    """The next group nobody ruled on after the one of this work (from the beginning without): its place, and its work; else the first."""
    query = _asked(sa.select(_S.work, _S.ruled).select_from(s.several), viewer, replace(sought, ruled=None))
    found = [(place, work, ruled) for place, (work, ruled) in enumerate(connection.execute(query))]
    start = next((place for place, work, _ in found if work == after), -1)
    turned = (*found[start + 1 :], *found[: start + 1])
    return next(((place, work) for place, work, ruled in turned if not ruled), None)


def cube(connection: sa.Connection, viewer: Viewer, sought: Sought) -> tuple[int, int, dict[str, dict[str, int]]]:
    """How many groups there are and how many answer; and by what may be asked, how many each answer would find beside the rest."""
    cells = [("differ", _S.differ), ("copies", _MANY), ("sure", _BAND), ("ruled", _S.ruled)]
    columns = [column.label(f"c{n}") for n, (_, column) in enumerate(cells)]
    query = _seen(sa.select(*columns, sa.func.count().label("n")).select_from(s.several), viewer, sought.words)
    ruled = {None: None, True: "yes", False: "no"}[sought.ruled]
    copies = None if sought.copies is None else str(min(sought.copies, _MOST))
    wanted = {"differ": sought.differ, "copies": copies, "sure": sought.sure, "ruled": ruled}
    counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    every = total = 0
    for row in connection.execute(query.group_by(*(sa.text(f"c{n}") for n in range(len(cells))))):
        cell = {"differ": row.c0, "copies": str(row.c1), "sure": row.c2, "ruled": "yes" if row.c3 else "no"}
        missed = [name for name, value in wanted.items() if value is not None and cell[name] != value]
        every += row.n
        total += 0 if missed else row.n
        for name in wanted:
            if missed in ([], [name]):
                counts[name][cell[name]] += row.n
    if sought.words:
        seen = sa.select(sa.func.count()).select_from(s.several)
        every = int(connection.execute(_seen(seen, viewer, "")).scalar_one())
    return every, total, {name: dict(found) for name, found in counts.items()}
