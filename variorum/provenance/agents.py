"""Which names are one agent: by evidence or by ruling, never by likeness.

A union-find over names. A *not-alias* ruling holds its two names apart whatever else would join them;
rulings join first, then evidence, the surest first. Cost: near linear in claims. What is one agent depends
only on the names that statements and rulings lead to from each other, so a part of a library that is closed
under them can be gathered alone (`ends_of`, `meant_by`).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from variorum.model import Agent, Claim, Name, Ruling
from variorum.provenance.statements import ROLES
from variorum.provenance.values import is_nobody, split_key

__all__ = ["PEOPLE", "Gathered", "Node", "agents", "ends_of", "find_agent", "gather", "meant_by", "node_of", "ruled"]

#: Relations whose object is a person. A tool is none: every library has its own FanFicFare.
PEOPLE = frozenset({*ROLES, "vidder", "editor", "giftee", "person"} - {"tool"})


class Node(NamedTuple):
    """A name as it is told apart: lower case, its site, and for a name without one the work it was named for."""

    name: str
    site: str | None
    home: str


class Gathered(NamedTuple):
    """The agents, in the order they were first named, and whose each name is."""

    agents: tuple[Agent, ...]
    of: Mapping[Node, str]


def agents(claims: Iterable[Claim], rulings: Iterable[Ruling] = (), homes: Mapping[str, str] | None = None) -> tuple[Agent, ...]:
    """The people and groups that claims name, each with all its names; in the order they were first named.

    A name on a site is one name wherever it is met. A name without a site is one name within the work it is
    named for, and another in the next work: two people may both sign "Anna". ``homes`` says to which work a
    witness belongs (else the claims do). ``rulings`` are *alias*, *not-alias*, *refuse* and *accept* on a claim,
    and *undo*; a later one on the same pair replaces the earlier.
    """
    return gather(claims, rulings, homes).agents


def gather(claims: Iterable[Claim], rulings: Iterable[Ruling] = (), homes: Mapping[str, str] | None = None) -> Gathered:
    """As `agents`, with the agent behind every name."""
    claims = tuple(claims)
    apart, together, refused = ruled(rulings)
    where = _homes(claims) if homes is None else homes
    nodes: dict[Node, int] = {}
    spelled: dict[int, str] = {}
    pages: dict[int, str] = {}
    joins: list[tuple[float, int, int, int]] = []

    def number(key: str, claim: Claim) -> int | None:
        node = node_of(key, where.get(claim.evidence.witness, claim.evidence.witness))
        if node is None:
            return None
        found = nodes.setdefault(node, len(nodes))
        spelled.setdefault(found, split_key(key)[0])
        return found

    for order, claim in enumerate(claims):
        if claim.claim in refused:
            continue
        ends = [number(end, claim) for end in ends_of(claim)]
        if claim.relation == "also-known-as" and ends[0] is not None and ends[1] is not None:
            joins.append((-claim.certainty, order, ends[0], ends[1]))
        elif claim.relation == "page" and ends[0] is not None:
            pages.setdefault(ends[0], claim.object)
    sets = _Sets(len(nodes))
    for a, b in _pairs(apart, nodes):
        sets.hold_apart(a, b)
    for a, b in _pairs(together, nodes, chained=True):
        sets.join(a, b, 1.0)
    for certainty, _, a, b in sorted(joins):
        sets.join(a, b, -certainty)
    return _gathered(nodes, spelled, pages, sets)


def ends_of(claim: Claim) -> tuple[str, ...]:
    """The names of people in a claim, as `who` writes them: none, its object, its subject, or both ends of an alias."""
    if claim.relation in PEOPLE:
        return (claim.object,)
    if claim.relation == "also-known-as":
        return (claim.subject, claim.object)
    return (claim.subject,) if claim.relation == "page" else ()


def node_of(key: str, home: str) -> Node | None:
    """The name that `who` wrote, told apart; None for nobody. ``home`` is the work it was named for."""
    name, site = split_key(key)
    return None if is_nobody(name) else Node(name.lower(), site, "" if site else home)


def _homes(claims: Iterable[Claim]) -> dict[str, str]:
    """Witness -> work, as the claims themselves have it."""
    said = [c for c in claims if c.relation in PEOPLE and not _names_a_page(c.subject)]
    said += [c for c in claims if c.relation in ("inspired-by", "links-to", "part-of", "wish", "also-at")]
    return {c.evidence.witness: c.subject for c in said}


def _names_a_page(subject: str) -> bool:
    return "://" in subject[:9]


def _gathered(nodes: Mapping[Node, int], spelled: Mapping[int, str], pages: Mapping[int, str], sets: _Sets) -> Gathered:
    members: dict[int, list[tuple[Node, int]]] = defaultdict(list)
    for node, number in nodes.items():
        members[sets.find(number)].append((node, number))
    out = []
    of: dict[Node, str] = {}
    for root, found in members.items():
        # A name without a site that several works have is one name to whoever reads the list.
        names: dict[tuple[str, str | None], Name] = {}
        for node, number in found:
            names.setdefault((node.name, node.site), Name(spelled[number], node.site, pages.get(number)))
        first = found[0][0]
        seed = "\x1f".join(("agent", first.name, first.site or "", first.home))
        agent = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        of.update((node, agent) for node, _ in found)
        out.append(Agent(agent, tuple(names.values()), sets.certainty[root]))
    return Gathered(tuple(out), of)


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


def ruled(rulings: Iterable[Ruling]) -> tuple[list[tuple[str, str]], list[tuple[str, str]], set[str]]:
    """Pairs held apart, pairs joined, claims refused: what stands after later rulings replaced earlier ones."""
    given = list(rulings)
    undone: set[str] = set()
    for ruling in reversed(given):  # an undone undo lets the first stand again
        if ruling.kind == "undo" and ruling.ruling not in undone:
            undone.add(ruling.undoes or (ruling.on[0] if ruling.on else ""))
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


_MOST_PAIRS = 1_000_000  # two names without a site, each in a thousand works
_SCOPE = re.compile(r"[0-9a-f]{8,64}\Z")


def meant_by(key: str) -> tuple[str, Callable[[Node], bool]]:
    """What a name in a ruling means: its lower-case form, and whether a name so spelled is meant.

    ``name@site`` is that very name, ``name@WORK`` (eight or more digits of a work's id) the name without a site in that
    work, and a name alone every name so spelled.
    """
    name, site = split_key(key)
    if site is not None:
        return name.lower().removeprefix("@"), lambda node: node.site == site
    before, at, scope = key.rpartition("@")
    if at and before and _SCOPE.match(scope):
        return before.lower().removeprefix("@"), lambda node: node.site is None and node.home.startswith(scope)
    return name.lower().removeprefix("@"), lambda _: True


def _pairs(pairs: Iterable[tuple[str, str]], nodes: Mapping[Node, int], *, chained: bool = False) -> Iterator[tuple[int, int]]:
    """The nodes two ruled names mean: every pair of them, or (``chained``) as many as tie them all together."""
    wanted = list(pairs)
    if not wanted:
        return
    by_name: dict[str, list[tuple[Node, int]]] = defaultdict(list)
    for node, number in nodes.items():
        by_name[node.name].append((node, number))

    def meant(key: str) -> list[int]:
        name, is_meant = meant_by(key)
        return [number for node, number in by_name.get(name, ()) if is_meant(node)]

    for first, second in wanted:
        firsts, seconds = meant(first), meant(second)
        if chained or len(firsts) * len(seconds) > _MOST_PAIRS:
            yield from ((a, b) for a in firsts for b in seconds[:1])
            yield from ((a, b) for b in seconds[1:] for a in firsts[:1])
        else:
            yield from ((a, b) for a in firsts for b in seconds)


def find_agent(people: Iterable[Agent], name: str, site: str | None = None) -> Agent | None:
    """The agent that goes by this name (on this site, when one is given); None when there is none, or more than one."""
    found = [a for a in people if any(n.name.lower() == name.lower() and (site is None or n.site == site) for n in a.names)]
    return found[0] if len(found) == 1 else None
