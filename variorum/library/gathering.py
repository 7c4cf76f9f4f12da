"""Agents kept in step with what changed: only names that a change leads to are gathered anew.

Which names are one agent is a question to the whole library: one sentence about a name can join two works. But it
leads no further than from name to name, by statements that give two and by rulings. So after a change the names it
touched, and all they are tied to, are gathered; everybody else stays. `provenance.gather` decides, the table ``named``
of the catalogue finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from variorum import provenance
from variorum.catalogue import Batch, Naming, Told
from variorum.model import Claim, Ruling

__all__ = ["VERSION", "gather", "is_current", "names_in", "names_ruled"]

#: Of the rows of ``named``; a catalogue that has another reads them out of its claims again.
VERSION = "1"


def is_current(state: Mapping[str, str]) -> bool:
    """Whether a catalogue in this state knows who is named where, or holds nothing yet."""
    return state.get("named") == VERSION or "order" not in state


def names_in(claims: Sequence[Claim], home: str) -> list[Naming]:
    """The people that the claims of one copy name; ``home`` is its work."""
    out = []
    for position, claim in enumerate(claims):
        for side, end in enumerate(provenance.ends_of(claim)):
            node = provenance.node_of(end, home)
            if node is not None:
                out.append(Naming(position, side, Told(*node)))
    return out


def names_ruled(batch: Batch, rulings: Iterable[Ruling]) -> None:
    """Notes whose agents a ruling, or one that was taken back, is about."""
    for ruling in rulings:
        if ruling.kind in ("alias", "not-alias"):
            for key in ruling.on[:2]:
                batch.renamed |= _meant(batch, key)
        elif ruling.kind in ("accept", "refuse") and ruling.on:
            batch.renamed |= batch.keys_of_claim(ruling.on[0])


def gather(batch: Batch) -> None:
    """Gathers the agents behind every name the batch touched. Called once, at the end of its transaction."""
    if batch.word("named") != VERSION:
        _read_names(batch)
    if not batch.renamed and not batch.outdated:
        return
    rulings = batch.rulings()
    keys = _tied(batch, provenance.ruled(rulings)[1])
    found = batch.claims_naming(sorted(keys))
    homes = {claim.evidence.witness: work for _, work, claim in found}
    gathered = provenance.gather((claim for _, _, claim in found), rulings, homes)
    # A claim may name somebody outside at its other end only by an alias, and aliases are followed: none is left out.
    of = {Told(*node).key: agent for node, agent in gathered.of.items()}
    batch.agents_behind(gathered.agents, of, keys)


def _tied(batch: Batch, together: Sequence[tuple[str, str]]) -> set[str]:
    """The touched names and all they are tied to, by statements that give two names and by rulings."""
    known: set[str] = set()
    reached = set(batch.renamed)
    joined = [(provenance.meant_by(a), provenance.meant_by(b), a, b) for a, b in together]
    while reached:
        known |= reached
        found = batch.beside(sorted(reached))
        told = [provenance.Node(*Told.of_key(key)) for key in reached]
        for (name_a, is_a), (name_b, is_b), a, b in joined:
            if any((node.name == name_a[:100] and is_a(node)) or (node.name == name_b[:100] and is_b(node)) for node in told):
                found |= _meant(batch, a) | _meant(batch, b)
        reached = found - known
    return known


def _meant(batch: Batch, key: str) -> set[str]:
    """The names (by key) that a name in a ruling means."""
    name, is_meant = provenance.meant_by(key)
    return {k for k in batch.keys_called(name) if is_meant(provenance.Node(*Told.of_key(k)))}


def _read_names(batch: Batch) -> None:
    """Fills the table of names from the claims: for a catalogue that is new, or was made before there was one."""
    batch.forget_agents()
    for (witness, work), claims in groupby(list(batch.every_claim()), key=lambda c: (c[2].evidence.witness, c[1])):
        held = list(claims)
        rows = names_in([claim for _, _, claim in held], work)
        batch.names(witness, [one._replace(position=held[one.position][0]) for one in rows])
    batch.state("named", VERSION)
