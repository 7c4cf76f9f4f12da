"""Entries of an apparatus: edits and accidentals as lemma, readings, places and context."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from variorum.collation.accidentals import Accidental
from variorum.collation.certainty import BASES, Weighed, weigh
from variorum.collation.merge import Cluster, Stands, clusters
from variorum.collation.placing import Locator, contexts, stretches
from variorum.collation.script import Script
from variorum.collation.side import Side
from variorum.model import Basis, Entry, Place, Reading, ReadingKind

__all__ = ["GRAVITY", "write"]

#: The lightest kind of difference first.
GRAVITY: tuple[ReadingKind, ...] = ("markup", "typographic", "word", "moved", "sentence", "passage")
_WEIGHT = {kind: number for number, kind in enumerate(GRAVITY)}

_Ordered = tuple[int, int, Entry]  # the token it stands at, words before accidentals


def write(
    base: Side, others: Sequence[Side], scripts: Sequence[Script], spelt: Sequence[Sequence[Accidental]]
) -> tuple[Entry, ...]:
    """All entries in the order of the base; at one place what changes words stands before what does not."""
    locators = [Locator(side.text) for side in (base, *others)]
    weighed = [weigh(base, other, script) for other, script in zip(others, scripts, strict=True)]
    found = list(clusters(base, [one.edits.listed() for one in weighed]))
    out = _worded(base, others, scripts, found, locators) + _spelt(base, others, spelt, weighed, locators)
    out.sort(key=lambda one: one[:2])
    return tuple(entry for _, _, entry in out)


# ---------------------------------------------------------------- words


def _worded(
    base: Side, others: Sequence[Side], scripts: Sequence[Script], found: Sequence[Cluster], locators: Sequence[Locator]
) -> list[_Ordered]:
    if not found:
        return []
    readings = _readings(others, found, locators[1:])
    kinds = [max((reading.kind for reading in there), key=_WEIGHT.__getitem__) for there in readings]
    first, last = (np.array([cluster[edge] for cluster in found], dtype=np.int64) for edge in (0, 1))
    low, high = stretches(base, first, last, kinds)
    places = locators[0].places(low, high, len(base.text.text) if not len(base) else int(base.ends[-1]))
    around = contexts(base, first, last, low, high)
    text = base.text.text
    names = _MoveNames(scripts)
    columns = zip(found, kinds, places, low.tolist(), high.tolist(), around, readings, strict=True)
    return [(c.i0, 0, Entry(kind, place, text[a:b], context, r, names(c))) for c, kind, place, a, b, context, r in columns]


def _readings(others: Sequence[Side], found: Sequence[Cluster], locators: Sequence[Locator]) -> list[tuple[Reading, ...]]:
    """The readings of every cluster; witnesses with the same words there share one."""
    texts: dict[tuple[int, int], tuple[ReadingKind, str, Place]] = {}
    for witness, (side, locator) in enumerate(zip(others, locators, strict=True)):
        there = [
            (number, stands) for number, cluster in enumerate(found) for stands in cluster.stands if stands.witness == witness
        ]
        first, last = (np.array([stands[edge] for _, stands in there], dtype=np.int64) for edge in (1, 2))
        kinds = [_gravest(stands) for _, stands in there]
        low, high = stretches(side, first, last, kinds)
        places = locator.places(low, high, len(side.text.text) if not len(side) else int(side.ends[-1]))
        text = side.text.text
        for (number, _), kind, a, b, place in zip(there, kinds, low.tolist(), high.tolist(), places, strict=True):
            texts[number, witness] = (kind, text[a:b], place)
    out: list[tuple[Reading, ...]] = []
    for number, cluster in enumerate(found):
        if len(cluster.stands) == 1:
            out.append((_reading(others, cluster.stands, [texts[number, cluster.stands[0].witness]]),))
            continue
        agreed: dict[tuple[object, ...], list[Stands]] = {}
        for stands in cluster.stands:
            words = others[stands.witness].tokens.hashes[stands.j0 : stands.j1].tobytes()
            agreed.setdefault((_gravest(stands), _lacuna(stands), words), []).append(stands)
        out.append(tuple(_reading(others, same, [texts[number, s.witness] for s in same]) for same in agreed.values()))
    return out


def _reading(others: Sequence[Side], same: Sequence[Stands], told: Sequence[tuple[ReadingKind, str, Place]]) -> Reading:
    sigla = tuple(others[stands.witness].copy.siglum for stands in same)
    kind, text, _ = told[0]
    weakest = min((edit for stands in same for edit in stands.edits), key=lambda edit: edit.certainty)
    places = {siglum: place for siglum, (_, _, place) in zip(sigla, told, strict=True)}
    return Reading(sigla, kind, text, weakest.certainty, _lacuna(same[0]), places, BASES[weakest.basis])


def _gravest(stands: Stands) -> ReadingKind:
    if len(stands.edits) == 1:
        return stands.edits[0].kind
    return max((edit.kind for edit in stands.edits), key=_WEIGHT.__getitem__)


def _lacuna(stands: Stands) -> bool:
    return stands.j0 == stands.j1 and any(edit.lacuna for edit in stands.edits)


class _MoveNames:
    """One id for both ends of a move, and for the same passage moved in several witnesses."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        self.scripts = scripts
        self.names: dict[tuple[int, int], str] = {}

    def __call__(self, cluster: Cluster) -> str | None:
        for stands in cluster.stands:
            for edit in stands.edits:
                if edit.move is not None:
                    moved = self.scripts[stands.witness].moves[edit.move]
                    return self.names.setdefault((moved.a0, moved.a1), f"m{len(self.names) + 1}")
        return None


# ---------------------------------------------------------------- accidentals


class _Spelling(NamedTuple):
    """One accidental as a witness has it, with what its match rests on."""

    witness: int
    accidental: Accidental
    place: Place
    certainty: float
    basis: Basis


def _spelt(
    base: Side,
    others: Sequence[Side],
    spelt: Sequence[Sequence[Accidental]],
    weighed: Sequence[Weighed],
    locators: Sequence[Locator],
) -> list[_Ordered]:
    """Accidentals of all witnesses, those at one and the same place of the base in one entry."""
    places: dict[tuple[int, int, int], list[_Spelling]] = {}
    for witness, found in enumerate(spelt):
        if found:
            low, high = (np.array([one[edge] for one in found], dtype=np.int64) for edge in (3, 4))
            there = locators[witness + 1].places(low, high, len(others[witness].text.text))
            sure = weighed[witness].at(np.array([one.token for one in found], dtype=np.int64))
            for one, place, certainty, basis in zip(found, there, *sure, strict=True):
                spelling = _Spelling(witness, one, place, min(certainty, one.certainty), basis)
                places.setdefault(one[:3], []).append(spelling)
    if not places:
        return []
    keys = sorted(places)
    token, low, high = np.array(keys, dtype=np.int64).T
    token = np.maximum(token, 0)
    own = locators[0].places(low, high, len(base.text.text))
    # What stands close before the next word and apart from this one (an opening quote) is of the next word's sentence.
    beside = token
    if len(base):
        following = np.minimum(token + 1, len(base) - 1)
        beside = np.where((low > base.ends[token]) & (high == base.starts[following]), following, token)
    around = contexts(base, beside, beside + 1, low, high)
    text = base.text.text
    out = []
    for key, at, place, context in zip(keys, token.tolist(), own, around, strict=True):
        readings = _spellings(others, places[key])
        kind = readings[0].kind if len(readings) == 1 else max((r.kind for r in readings), key=_WEIGHT.__getitem__)
        out.append((at, 1, Entry(kind, place, text[key[1] : key[2]], context, readings)))
    return out


def _spellings(others: Sequence[Side], there: Sequence[_Spelling]) -> tuple[Reading, ...]:
    agreed: dict[tuple[ReadingKind, str], list[_Spelling]] = {}
    for spelling in there:
        one = spelling.accidental
        agreed.setdefault((one.kind, others[spelling.witness].text.text[one.b0 : one.b1]), []).append(spelling)
    out = []
    for (kind, text), same in agreed.items():
        places = {others[spelling.witness].copy.siglum: spelling.place for spelling in same}
        weakest = min(same, key=lambda spelling: spelling.certainty)
        out.append(Reading(tuple(places), kind, text, weakest.certainty, False, places, weakest.basis))
    return tuple(out)
