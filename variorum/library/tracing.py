"""Where a work comes from: the claims of its copies, what the texts themselves say, and who stands behind the names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from variorum.catalogue import Catalogue, seen_at
from variorum.model import Claim, Evidence, Sighting, Trace, Work

__all__ = ["sightings", "trace"]


def trace(catalogue: Catalogue, work: Work) -> Trace:
    """Everything claimed about a work, with its evidence, the agents its copies name, and what became of its addresses."""
    claims = (*catalogue.claims(work.work), *_by_kinship(catalogue, work))
    return Trace(claims, catalogue.agents(work), sightings(catalogue, [work])[work.work])


def sightings(catalogue: Catalogue, works: Sequence[Work]) -> Mapping[str, tuple[Sighting, ...]]:
    """By work, what archives say of the addresses of its copies, held and lost, the earliest day first."""
    places = {
        work.work: [url for url in (work.metadata.url, *(w.url for w in work.witnesses), *(one.url for one in work.lost)) if url]
        for work in works
    }
    found = seen_at(catalogue.engine, [url for urls in places.values() for url in urls])
    out = {}
    for work, urls in places.items():
        each = dict.fromkeys(one for url in urls for one in found.get(url, ()))
        out[work] = tuple(sorted(each, key=lambda one: (one.day or "~", one.url, one.name)))
    return out


def _by_kinship(catalogue: Catalogue, work: Work) -> Iterator[Claim]:
    """What the texts say: a copy that has the words of another is a copy of the same work, and how much of them it has."""
    if len(work.witnesses) < 2:
        return
    names = {w.witness: w.siglum for w in work.witnesses}
    for a, b, kin in catalogue.kin_of([*names]):
        if a not in names or b not in names:
            continue
        in_b, in_a = kin.containment
        said = f"{in_b:.0%} of the words of copy {names[a]} stand in copy {names[b]}, {in_a:.0%} the other way round"
        key = hashlib.sha256(f"kinship\x1f{a}\x1f{b}\x1f{kin.verdict}".encode()).hexdigest()[:20]
        yield Claim(key, a, kin.verdict, b, Evidence(a, said), "kinship", round(max(kin.resemblance, in_b, in_a), 3))
