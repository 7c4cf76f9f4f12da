"""The second layer over the authors' tags: canonical names, other spellings of them, and what stands under what.

Nobody's words are changed. ``wrangled`` holds what a person said, the latest word on a pair standing; ``tag_names`` is
worked out of it: every spelling of a group of synonyms with the canonical name it is counted under. A tag is told from
another by its kind and its folded key (`key_of`), so letter case never parts two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.sql import chunks, upsert
from variorum.catalogue.viewers import TAG_KINDS, key_of
from variorum.model import TagGroup, TagWord, Viewer

__all__ = ["Names", "groups", "meant", "said", "say", "words_on"]

_MOST_SPELLINGS = 64  # of one group that a work is also found by
_DEEPEST = 16  # steps from a tag up to what it stands under
_OPPOSITE = {"synonym": "not-synonym", "not-synonym": "synonym", "parent": "not-parent", "not-parent": "parent"}

_Tag = tuple[str, str]  # kind and key


class Names:
    """What every tag is called, as it stands now: read once, asked often."""

    def __init__(self, connection: sa.Connection) -> None:
        self._canonical: dict[_Tag, tuple[str, str]] = {}
        self._spellings: dict[_Tag, list[str]] = {}
        for row in connection.execute(sa.select(s.tag_names).order_by(s.tag_names.c.kind, s.tag_names.c.key)):
            self._canonical[row.kind, row.key] = (row.canonical_key, row.canonical)
            self._spellings.setdefault((row.kind, row.canonical_key), []).append(row.value)
        self._parents: dict[_Tag, list[tuple[str, str, str]]] = {}
        query = sa.select(s.wrangled).where(s.wrangled.c.relation == "parent").order_by(s.wrangled.c.at, s.wrangled.c.of_key)
        for row in connection.execute(query):
            at = (row.kind, self._of(row.kind, row.key, row.tag)[0])
            self._parents.setdefault(at, []).append((row.of_kind, *self._of(row.of_kind, row.of_key, row.of)))

    def __bool__(self) -> bool:
        return bool(self._canonical or self._parents)

    def _of(self, kind: str, key: str, value: str) -> tuple[str, str]:
        return self._canonical.get((kind, key), (key, value))

    def canonical(self, kind: str, value: str) -> str:
        """The name a tag is counted under: its own where nobody said anything of it."""
        if not self._canonical:
            return value
        return self._of(kind, key_of(value), value)[1]

    def spellings(self, kind: str, value: str) -> tuple[str, ...]:
        """Everything the tag is also called, the canonical name first; empty where nobody said anything of it."""
        if not self._canonical:
            return ()
        key, name = self._of(kind, key_of(value), value)
        others = self._spellings.get((kind, key), [])
        return tuple(dict.fromkeys([name, *others]))[:_MOST_SPELLINGS] if others else ()

    def renamed(self) -> frozenset[tuple[str, str]]:
        """Kind and key of every tag that has another name."""
        return frozenset(self._canonical)

    def parents(self, kind: str, value: str) -> tuple[tuple[str, str], ...]:
        """What a tag stands directly under: kind and canonical name."""
        at = (kind, self._of(kind, key_of(value), value)[0])
        return tuple(dict.fromkeys((of_kind, name) for of_kind, _, name in self._parents.get(at, ())))

    def above(self, kind: str, value: str) -> tuple[str, ...]:
        """The tags of the same kind that it stands under, near ones first: a work that has it counts for them too."""
        if not self._parents:
            return ()
        found: dict[str, str] = {}
        level = [self._of(kind, key_of(value), value)[0]]
        own = level[0]
        for _ in range(_DEEPEST):
            level = [
                key
                for at in level
                for of_kind, key, name in self._parents.get((kind, at), ())
                if of_kind == kind and key != own and found.setdefault(key, name) is name
            ]
            if not level:
                break
        return tuple(found.values())


def say(connection: sa.Connection, words: Iterable[TagWord], at: str, change: int, *, back: bool = False) -> None:
    """Enters what a person said (``back``: takes it back); works it concerns are put down for the index at ``change``."""
    before = _resolved(connection)
    concerned: set[_Tag] = set()
    for word in words:
        key, of_key = key_of(word.tag), key_of(word.of)
        row = {"kind": word.kind, "key": key, "of_kind": word.of_kind, "of_key": of_key}
        w = s.wrangled.c
        this = sa.and_(*(w[name] == value for name, value in row.items()))
        if word.relation not in _OPPOSITE:
            continue  # of a later version
        if back:
            connection.execute(sa.delete(s.wrangled).where(this, w.relation == word.relation))
        else:
            connection.execute(sa.delete(s.wrangled).where(this, w.relation == _OPPOSITE[word.relation]))
            if word.relation == "synonym":
                # One canonical name each; and who becomes the canonical name of another is no longer under that one.
                connection.execute(sa.delete(s.wrangled).where(w.relation == "synonym", w.kind == word.kind, w.key == key))
            values = {**row, "relation": word.relation, "tag": s.clean(word.tag), "of": s.clean(word.of), "at": at}
            if word.relation == "synonym":
                _break_ring(connection, word.kind, key, of_key)
            upsert(connection, s.wrangled, [values], ("relation", *row))
        if word.relation in ("parent", "not-parent"):
            concerned |= {(word.kind, key)}
    after = _resolved(connection)
    concerned |= {tag for tag in before.keys() | after.keys() if before.get(tag) != after.get(tag)}
    _keep(connection, after)
    _mark(connection, _with_groups(concerned, before, after), change)


def _break_ring(connection: sa.Connection, kind: str, key: str, of_key: str) -> None:
    """Before ``key`` goes under ``of_key``: when the way up from there leads back, the last word counts and that way is cut."""
    w = s.wrangled.c
    at, seen = of_key, {key}
    if at == key:
        return
    while at not in seen:
        seen.add(at)
        step = connection.execute(
            sa.select(w.of_key).where(w.relation == "synonym", w.kind == kind, w.key == at, w.of_key != at)
        ).scalar()
        if step is None:
            return
        if step == key:
            connection.execute(sa.delete(s.wrangled).where(w.relation == "synonym", w.kind == kind, w.key == at))
            return
        at = step


def _resolved(connection: sa.Connection) -> dict[_Tag, tuple[str, str, str]]:
    """Every tag of a group: (kind, key) -> its spelling, the key and the spelling of the canonical name."""
    w = s.wrangled.c
    direct: dict[_Tag, tuple[str, str, str]] = {}
    for row in connection.execute(sa.select(s.wrangled).where(w.relation == "synonym").order_by(w.kind, w.key)):
        direct[row.kind, row.key] = (row.tag, row.of_key, row.of)
    out: dict[_Tag, tuple[str, str, str]] = {}
    for (kind, key), (value, of_key, of) in direct.items():
        at, name, seen = of_key, of, {key}
        while (kind, at) in direct and at not in seen:
            seen.add(at)
            _, at, name = direct[kind, at]
        out[kind, key] = (value, at, name)
        out.setdefault((kind, at), (name, at, name))
    return out


def _keep(connection: sa.Connection, resolved: Mapping[_Tag, tuple[str, str, str]]) -> None:
    connection.execute(sa.delete(s.tag_names))
    rows = [
        {"kind": kind, "key": key, "value": value, "canonical_key": at, "canonical": name}
        for (kind, key), (value, at, name) in resolved.items()
    ]
    for some in chunks(rows):
        connection.execute(sa.insert(s.tag_names), list(some))


def _with_groups(tags: set[_Tag], *resolved: Mapping[_Tag, tuple[str, str, str]]) -> set[_Tag]:
    """These tags and all that are or were one with them: a work is found by every name of a group."""
    out = set(tags)
    for names in resolved:
        roots = {(kind, names[kind, key][1]) for kind, key in tags if (kind, key) in names}
        out |= {(kind, key) for (kind, key), (_, at, _) in names.items() if (kind, at) in roots}
    return out


def _mark(connection: sa.Connection, tags: set[_Tag], change: int) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, key in sorted(tags):
        by_kind.setdefault(kind, []).append(key)
    for kind, keys in by_kind.items():
        for some in chunks(keys, 500):
            having = sa.select(s.tags.c.work).where(s.tags.c.kind == kind, s.tags.c.key.in_(some))
            connection.execute(sa.update(s.works).where(s.works.c.work.in_(having)).values(change=change))


# ---------------------------------------------------------------- reading it


def meant(connection: sa.Connection, viewer: Viewer) -> Viewer:
    """The viewer with all that their hidden tags mean: every other name of each, and what stands under it."""
    if not viewer.hidden:
        return viewer
    n, w = s.tag_names.c, s.wrangled.c
    hidden = {key_of(value): value for value in viewer.hidden}
    fresh = set(hidden)
    for _ in range(_DEEPEST):
        found: dict[str, str] = {}
        for some in chunks(sorted(fresh), 500):
            roots = sa.select(n.kind, n.canonical_key).where(n.key.in_(some)).distinct().subquery()
            together = sa.and_(n.kind == roots.c.kind, n.canonical_key == roots.c.canonical_key)
            found.update((key, value) for key, value in connection.execute(sa.select(n.key, n.value).join(roots, together)))
            under = sa.select(w.key, w.tag).where(w.relation == "parent", w.kind == w.of_kind, w.of_key.in_(some))
            found.update((key, value) for key, value in connection.execute(under))
        fresh = found.keys() - hidden.keys()
        hidden.update(found)
        if not fresh:
            break
    return replace(viewer, hidden=tuple(hidden.values()))


def said(connection: sa.Connection, relations: Sequence[str] = ()) -> list[TagWord]:
    """Everything that stands, in the order of kinds and names; only of these relations where some are named."""
    w = s.wrangled.c
    query = sa.select(w.relation, w.kind, w.tag, w.of_kind, w.of).order_by(w.kind, w.of_key, w.relation, w.key)
    if relations:
        query = query.where(w.relation.in_(relations))
    return [TagWord(*row) for row in connection.execute(query)]


def words_on(connection: sa.Connection) -> set[tuple[str, str, str, str]]:
    """The pairs on which a person has spoken, either way: kind, key, kind, key."""
    w = s.wrangled.c
    return {tuple(row) for row in connection.execute(sa.select(w.kind, w.key, w.of_kind, w.of_key))}


def groups(connection: sa.Connection) -> list[TagGroup]:
    """The tags that have other names or stand under something, by kind and name, with how many works have each spelling."""
    names = Names(connection)
    tops: dict[_Tag, str] = {}
    members: dict[_Tag, list[tuple[str, str]]] = {}
    for row in connection.execute(sa.select(s.tag_names)):
        at = (row.kind, row.canonical_key)
        tops[at] = row.canonical
        members.setdefault(at, []).append((row.key, row.value))
    w = s.wrangled.c
    for row in connection.execute(sa.select(w.kind, w.key, w.tag).where(w.relation == "parent")):
        name = names.canonical(row.kind, row.tag)
        tops.setdefault((row.kind, key_of(name)), name)
    out = []
    for (kind, key), name in sorted(tops.items(), key=lambda one: (list(TAG_KINDS).index(one[0][0]), one[1].casefold())):
        keys = dict(members.get((kind, key), [(key, name)]))
        t = s.tags.c
        counts: dict[str, int] = {}
        total = 0
        for some in chunks(sorted(keys), 500):
            having = sa.and_(t.kind == kind, t.key.in_(some))
            counts.update(
                connection.execute(sa.select(t.key, sa.func.count(sa.distinct(t.work))).where(having).group_by(t.key)).all()
            )
            total += connection.execute(sa.select(sa.func.count(sa.distinct(t.work))).where(having)).scalar_one()
        synonyms = sorted(
            ((value, counts.get(k, 0)) for k, value in keys.items() if k != key or value != name), key=lambda o: (-o[1], o[0])
        )
        out.append(TagGroup(kind, name, tuple(synonyms), names.parents(kind, name), total))
    return out
