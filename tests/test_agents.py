"""Agents kept in step: whatever changed and in whatever order, they are those that all claims together give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_catalogue import new

from variorum import provenance
from variorum.catalogue import Catalogue
from variorum.library import gathering
from variorum.model import Agent, Claim, Evidence, Ruling

NAMES = st.sampled_from(
    ["anna", "Anna", "mara", "marrow@tumblr.com", "mara@tumblr.com", "reed@archiveofourown.org", "Guest", "x" * 150]
)


def shape(agents: tuple[Agent, ...]) -> set[tuple[object, ...]]:
    """Agents without the order in which they come."""
    return {(a.agent, frozenset((n.name, n.site, n.url) for n in a.names), a.certainty) for a in agents}


def whole(catalogue: Catalogue) -> tuple[Agent, ...]:
    """What gathering over every claim at once gives."""
    claims = catalogue.claims(None)
    homes = {c.evidence.witness: catalogue.works_of([c.evidence.witness])[0] for c in claims}
    return provenance.agents(claims, catalogue.rulings(), homes)


def held(catalogue: Catalogue) -> tuple[Agent, ...]:
    """What the catalogue has."""
    return tuple({a.agent: a for work in catalogue.works() for a in catalogue.agents_in([work])[work]}.values())


def claims_of(witness: str, work: str, said: list[tuple[str, str, str]]) -> list[Claim]:
    out = []
    for number, (first, relation, second) in enumerate(said):
        subject = work if relation in ("author", "beta") else first
        evidence = Evidence(witness, "words")
        out.append(Claim(f"c{witness[:4]}{number}", subject, relation, second, evidence, "test", 0.5 + 0.05 * (number % 9)))
    return out


STEP = st.one_of(
    st.tuples(
        st.just("say"),
        st.integers(0, 4),
        st.lists(st.tuples(NAMES, st.sampled_from(["author", "beta", "also-known-as"]), NAMES), max_size=4),
    ),
    st.tuples(st.just("rule"), st.sampled_from(["alias", "not-alias"]), NAMES, NAMES),
    st.tuples(st.just("refuse"), st.integers(0, 4), st.integers(0, 3)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("drop"), st.integers(0, 4)),
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """A catalogue that each example empties."""
    folder: Path = tmp_path_factory.mktemp("agents")
    with_works = Catalogue(folder / "catalogue.sqlite3", folder / "index")
    yield with_works
    with_works.close()


@settings(max_examples=40)
@given(st.lists(STEP, min_size=1, max_size=7))
def test_what_changed_is_gathered_and_nothing_is_lost(fresh: Catalogue, steps) -> None:
    """After every step the agents are those of a gathering over all claims: with rulings, refusals, undoing and removals."""
    fresh.clear()
    witnesses = [new(number, f"Story number {number} by the sea.") for number in range(5)]
    with fresh.batch() as batch:
        for witness in witnesses:
            batch.witness(witness)
        gathering.gather(batch)
    ruled = 0
    for step in steps:
        with fresh.batch() as batch:
            if step[0] == "say":
                witness = witnesses[step[1]]
                claims = claims_of(witness.witness, witness.work, step[2])
                if batch.work_of(witness.witness):
                    batch.provenance(witness.witness, claims=claims, named=gathering.names_in(claims, witness.work))
            elif step[0] == "drop":
                batch.remove(witnesses[step[1]].witness)
            else:
                on = (
                    step[2:]
                    if step[0] == "rule"
                    else (f"c{witnesses[step[1]].witness[:4]}{step[2]}",)
                    if step[0] == "refuse"
                    else (f"r{step[1]}",)
                )
                kind = step[1] if step[0] == "rule" else step[0]
                ruling = Ruling(
                    f"r{ruled}", kind, tuple(on), "keeper", "2026-01-01T00:00:00Z", None, on[0] if kind == "undo" else None
                )
                ruled += 1
                batch.ruling(ruling)
                chain = [ruling]
                while chain[-1].kind == "undo" and (undone := batch.ruled(chain[-1].on[0])) is not None and undone not in chain:
                    chain.append(undone)
                gathering.names_ruled(batch, chain)
            gathering.gather(batch)
        assert shape(held(fresh)) == shape(whole(fresh)), step


def test_an_older_catalogue_is_read_anew(tmp_path: Path) -> None:
    """A catalogue made before names had a table of their own gets it when it is next written to, with the same agents."""
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3", tmp_path / "index")
    witness = new(1, "A story by the sea.")
    claims = claims_of(witness.witness, witness.work, [("", "author", "anna"), ("anna", "also-known-as", "marrow@tumblr.com")])
    with catalogue.batch() as batch:
        batch.witness(witness)
        batch.provenance(witness.witness, claims=claims)
        batch.entered(3)
    assert not gathering.is_current(catalogue.state)
    assert held(catalogue) == ()
    with catalogue.batch() as batch:
        gathering.gather(batch)
    assert gathering.is_current(catalogue.state)
    assert shape(held(catalogue)) == shape(whole(catalogue))
    assert [len(a.names) for a in held(catalogue)] == [2]
    catalogue.close()
