"""Which names are one agent: by evidence or by ruling, never by likeness.

A union-find over names. A *not-alias* ruling holds its two names apart whatever else would join them;
rulings join first, then evidence, the surest first. Cost: near linear in claims.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from variorum.model import Agent, Claim, Name, Ruling
from variorum.provenance.statements import ROLES
from variorum.provenance.values import is_nobody, split_key

__all__ = ["agents", "find_agent"]

#: Relations whose object is a person.
PEOPLE = frozenset({*ROLES, "vidder", "editor", "giftee", "person"} - {"tool"})

# A name: as written, its site, and where a name without a site belongs: the work it was named for.
_Node = tuple[str, str | None, str]


def agents(claims: Iterable[Claim], rulings: Iterable[Ruling] = ()) -> tuple[Agent, ...]:
    """The people, groups and programs that claims name, each with all its names; in the order they were first named.

    A name on a site is one name wherever it is met. A name without a site is one name within the work it is
    named for, and another in the next work: two people may both sign "Anna". ``rulings`` are *alias*,
    *not-alias*, *refuse* and *accept* on a claim, and *undo*; a later one on the same pair replaces the earlier.
    """
    claims = tuple(claims)
    apart, together, refused = _ruled(rulings)
    homes = {c.evidence.witness: c.subject for c in claims if c.relation in PEOPLE and not _names_a_page(c.subject)}
    homes |= {
        c.evidence.witness: c.subject for c in claims if c.relation in ("inspired-by", "links-to", "part-of", "wish", "also-at")
    }
    nodes: dict[_Node, int] = {}
    spelled: dict[int, str] = {}
    pages: dict[int, str] = {}
    joins: list[tuple[float, int, int, int]] = []

    def node(key: str, claim: Claim) -> int | None:
        name, site = split_key(key)
        if is_nobody(name):
            return None
        found: _Node = (name.lower(), site, "" if site else homes.get(claim.evidence.witness, claim.evidence.witness))
        number = nodes.setdefault(found, len(nodes))
        spelled.setdefault(number, name)
        return number

    for order, claim in enumerate(claims):
        if claim.claim in refused:
            continue
        if claim.relation in PEOPLE:
            node(claim.object, claim)
        elif claim.relation == "also-known-as":
            first, second = node(claim.subject, claim), node(claim.object, claim)
            if first is not None and second is not None:
                joins.append((-claim.certainty, order, first, second))
        elif claim.relation == "page":
            number = node(claim.subject, claim)
            if number is not None:
                pages.setdefault(number, claim.object)
    sets = _Sets(len(nodes))
    for a, b in _pairs(apart, nodes):
        sets.hold_apart(a, b)
    for a, b in _pairs(together, nodes):
        sets.join(a, b, 1.0)
    for certainty, _, a, b in sorted(joins):
        sets.join(a, b, -certainty)
    return _gathered(nodes, spelled, pages, sets)


def _names_a_page(subject: str) -> bool:
    return "://" in subject[:9]


def _gathered(nodes: Mapping[_Node, int], spelled: Mapping[int, str], pages: Mapping[int, str], sets: _Sets) -> tuple[Agent, ...]:
    members: dict[int, list[tuple[_Node, int]]] = defaultdict(list)
    for node, number in nodes.items():
        members[sets.find(number)].append((node, number))
    out = []
    for root, found in members.items():
        names = tuple(Name(spelled[number], node[1], pages.get(number)) for node, number in found)
        seed = "\x1f".join(("agent", found[0][0][0], found[0][0][1] or "", found[0][0][2]))
        name = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        out.append(Agent(name, names, sets.certainty[root]))
    return tuple(out)


class _Sets:
    """Union-find with pairs that must stay apart."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._size = [1] * size
        self._enemies: dict[int, set[int]] = defaultdict(set)
        self.certainty = [1.0] * size

    def find(self, a: int) -> int:
        parent = self._parent
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        return a

    def hold_apart(self, a: int, b: int) -> None:
        if a != b:
            self._enemies[a].add(b)
            self._enemies[b].add(a)

    def join(self, a: int, b: int, certainty: float) -> bool:
        """Makes one of two sets; False when a ruling holds two of their names apart."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        if len(self._enemies[a]) > len(self._enemies[b]):
            a, b = b, a
        if any(self.find(enemy) == b for enemy in self._enemies[a]):
            return False
        if self._size[a] > self._size[b]:
            a, b = b, a
        self._parent[a] = b
        self._size[b] += self._size[a]
        self._enemies[b] |= self._enemies.pop(a, set())
        self.certainty[b] = min(self.certainty[a], self.certainty[b], certainty)
        return True


# ---------------------------------------------------------------- rulings


def _ruled(rulings: Iterable[Ruling]) -> tuple[list[tuple[str, str]], list[tuple[str, str]], set[str]]:
    """Pairs held apart, pairs joined, claims refused: what stands after later rulings replaced earlier ones."""
    given = list(rulings)
    undone = {r.undoes for r in given if r.kind == "undo" and r.undoes} | {r.on[0] for r in given if r.kind == "undo" and r.on}
    pairs: dict[frozenset[str], tuple[str, tuple[str, str]]] = {}
    refused: set[str] = set()
    for ruling in given:
        if ruling.ruling in undone:
            continue
        if ruling.kind in ("alias", "not-alias") and len(ruling.on) == 2:
            first, second = ruling.on[0], ruling.on[1]
            key = frozenset((first.lower(), second.lower()))
            pairs.pop(key, None)
            pairs[key] = (ruling.kind, (first, second))
        elif ruling.kind in ("accept", "refuse") and ruling.on:
            (refused.add if ruling.kind == "refuse" else refused.discard)(ruling.on[0])
    apart = [pair for kind, pair in pairs.values() if kind == "not-alias"]
    together = [pair for kind, pair in pairs.values() if kind == "alias"]
    return apart, together, refused


def _pairs(pairs: Iterable[tuple[str, str]], nodes: Mapping[_Node, int]) -> Iterator[tuple[int, int]]:
    """The nodes two ruled names mean: with a site that very name, without one every name so spelled."""
    wanted = list(pairs)
    if not wanted:
        return
    by_name: dict[str, list[tuple[str | None, int]]] = defaultdict(list)
    for (name, site, _), number in nodes.items():
        by_name[name].append((site, number))

    def meant(key: str) -> list[int]:
        name, site = split_key(key)
        found = by_name.get(name.lower().removeprefix("@"), []) + (by_name.get(key.lower(), []) if site else [])
        return [number for on, number in found if site is None or on == site]

    for first, second in wanted:
        for a in meant(first):
            for b in meant(second):
                yield a, b


def find_agent(people: Iterable[Agent], name: str, site: str | None = None) -> Agent | None:
    """The agent that goes by this name (on this site, when one is given); None when there is none, or more than one."""
    found = [a for a in people if any(n.name.lower() == name.lower() and (site is None or n.site == site) for n in a.names)]
    return found[0] if len(found) == 1 else None
