"""Entries of an apparatus: edits and accidentals as lemma, readings, places and context."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from variorum.collation.accidentals import Accidental
from variorum.collation.edits import Edit, Script
from variorum.collation.merge import Cluster, Stands, clusters
from variorum.collation.side import Side
from variorum.model import Entry, Place, Reading, ReadingKind

__all__ = ["GRAVITY", "Writer"]

#: The lightest kind of difference first.
GRAVITY: tuple[ReadingKind, ...] = ("markup", "typographic", "word", "moved", "sentence", "passage")
_WEIGHT = {kind: number for number, kind in enumerate(GRAVITY)}
_AROUND = 240  #: characters of context on each side of an entry at most (a text without stops is one sentence)
_WHOLE = ("sentence", "passage", "moved")  #: kinds whose text takes the punctuation that is joined to it
_JOINED = 8  #: characters of punctuation at most


class Writer:
    """Writes entries for one base and its witnesses."""

    def __init__(self, base: Side, others: Sequence[Side]) -> None:
        self.base, self.others = base, others

    def entries(self, scripts: Sequence[Script], spelt: Sequence[Sequence[Accidental]]) -> tuple[Entry, ...]:
        """All entries in the order of the base; at one place what changes words stands before what does not."""
        self.move_ids: dict[tuple[int, int], str] = {}
        self.scripts = scripts
        placed = [((cluster.i0, 0), self._entry(cluster)) for cluster in clusters(self.base, scripts)]
        placed += self._accidentals(spelt)
        placed.sort(key=lambda pair: pair[0])
        return tuple(entry for _, entry in placed)

    # ------------------------------------------------------------ words

    def _entry(self, cluster: Cluster) -> Entry:
        agreed: dict[tuple[object, ...], list[Stands]] = {}
        for stands in cluster.stands:
            side = self.others[stands.witness]
            kind = max((edit.kind for edit in stands.edits), key=_WEIGHT.__getitem__)
            lacuna = stands.j0 == stands.j1 and any(edit.lacuna for edit in stands.edits)
            words = side.tokens.hashes[stands.j0 : stands.j1].tobytes()
            agreed.setdefault((kind, lacuna, words), []).append(stands)
        readings = tuple(self._reading(key, alike) for key, alike in agreed.items())
        kind = max((reading.kind for reading in readings), key=_WEIGHT.__getitem__)
        c0, c1 = _extent(self.base, cluster.i0, cluster.i1, kind)
        return Entry(
            kind,
            _place(self.base, cluster.i0, c0, c1),
            self.base.text.text[c0:c1],
            self._context(cluster.i0, cluster.i1, c0, c1),
            readings,
            self._move(cluster),
        )

    def _reading(self, key: tuple[object, ...], alike: Sequence[Stands]) -> Reading:
        kind, lacuna = key[0], key[1]
        text: str | None = None
        places: dict[str, Place] = {}
        certainty = 1.0
        for stands in alike:
            side = self.others[stands.witness]
            c0, c1 = _extent(side, stands.j0, stands.j1, kind)
            places[side.copy.siglum] = _place(side, stands.j0, c0, c1)
            text = side.text.text[c0:c1] if text is None else text
            certainty = min(certainty, *(edit.certainty for edit in stands.edits))
        return Reading(tuple(places), kind, text or "", certainty, bool(lacuna), places)  # type: ignore[arg-type]

    def _move(self, cluster: Cluster) -> str | None:
        for stands in cluster.stands:
            for edit in stands.edits:
                if edit.move is not None:
                    return self._move_id(stands.witness, edit)
        return None

    def _move_id(self, witness: int, edit: Edit) -> str:
        """One id for both ends of a move, and for the same move in several witnesses."""
        assert edit.move is not None
        key = (witness, edit.move)
        if key not in self.move_ids:
            moved = self.scripts[witness].moves[edit.move]
            shared = next(
                (
                    name
                    for (other, number), name in self.move_ids.items()
                    if other != witness and self.scripts[other].moves[number][:2] == moved[:2]
                ),
                None,
            )
            self.move_ids[key] = shared or f"m{len(set(self.move_ids.values())) + 1}"
        return self.move_ids[key]

    def _context(self, i0: int, i1: int, c0: int, c1: int) -> str:
        """The sentence around an entry, as the base has it."""
        side, text = self.base, self.base.text.text
        if not len(side):
            return text[:_AROUND].strip()
        first = int(side.edges[np.searchsorted(side.edges, min(i0, len(side) - 1), side="right") - 1])
        last = int(side.edges[np.searchsorted(side.edges, min(max(i1, i0 + 1), len(side)))])
        low = max(int(side.starts[first]), c0 - _AROUND)
        high = min(int(side.starts[last]) if last < len(side) else len(text), c1 + _AROUND)
        while low > 0 and c0 - low < _AROUND and not text[low - 1].isspace():
            low -= 1
        if high - low > 4 * _AROUND:
            high = low + 4 * _AROUND
        return text[low:high].strip()

    # ------------------------------------------------------------ accidentals

    def _accidentals(self, spelt: Sequence[Sequence[Accidental]]) -> list[tuple[tuple[int, int], Entry]]:
        """Accidentals of all witnesses, those at one and the same place of the base in one entry."""
        places: dict[tuple[int, int, int], list[tuple[int, Accidental]]] = {}
        for witness, found in enumerate(spelt):
            for one in found:
                places.setdefault((one.token, one.a0, one.a1), []).append((witness, one))
        return [((max(token, 0), 1), self._accidental(a0, a1, there)) for (token, a0, a1), there in sorted(places.items())]

    def _accidental(self, a0: int, a1: int, there: Sequence[tuple[int, Accidental]]) -> Entry:
        agreed: dict[tuple[str, str], Reading] = {}
        for witness, one in there:
            side = self.others[witness]
            text, siglum = side.text.text[one.b0 : one.b1], side.copy.siglum
            place = Place(side.text.source_of(one.b0), side.text.source_of(one.b1, end=True))
            place = place if place.end >= place.start else Place(place.end, place.start)
            before = agreed.get((one.kind, text))
            if before is None:
                agreed[one.kind, text] = Reading((siglum,), one.kind, text, one.certainty, False, {siglum: place})
            else:
                agreed[one.kind, text] = Reading(
                    (*before.sigla, siglum),
                    one.kind,
                    text,
                    min(before.certainty, one.certainty),
                    False,
                    {**before.places, siglum: place},
                )
        kind = max((reading.kind for reading in agreed.values()), key=_WEIGHT.__getitem__)
        token = int(np.searchsorted(self.base.starts, a0, side="right")) - 1
        place = Place(self.base.text.source_of(a0), self.base.text.source_of(a1, end=True))
        place = place if place.end >= place.start else Place(place.end, place.start)
        context = self._context(max(token, 0), max(token, 0) + 1, a0, a1)
        return Entry(kind, place, self.base.text.text[a0:a1], context, tuple(agreed.values()))


def _extent(side: Side, first: int, last: int, kind: object) -> tuple[int, int]:
    """The characters of some tokens; whole sentences with the marks that stand close to them."""
    if first == last:
        at = int(side.starts[first]) if first < len(side) else len(side.text.text)
        return at, at
    low, high = int(side.starts[first]), int(side.ends[last - 1])
    if kind in _WHOLE:
        text = side.text.text
        floor = max(int(side.ends[first - 1]) if first else 0, low - _JOINED)
        ceiling = min(int(side.starts[last]) if last < len(side) else len(text), high + _JOINED)
        while low > floor and not text[low - 1].isspace():
            low -= 1
        while high < ceiling and not text[high].isspace():
            high += 1
    return low, high


def _place(side: Side, first: int, low: int, high: int) -> Place:
    """Where it stands in the source; an empty one stands before the token it would precede."""
    if low < high:
        return Place(side.text.source_of(low), side.text.source_of(high, end=True))
    at = side.text.source_of(low) if first < len(side) else side.text.source_of(low, end=True)
    return Place(at, at)
