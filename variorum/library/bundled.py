"""Which pieces make up which copy: the rules, and what the register has settled by them.

A bundle is all pieces of one key. Its copies are its *layers*: each number has one piece in a layer. A layer that was
opened later inherits every piece of the one before it that it has none of its own for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

__all__ = ["TIE", "Bundles", "Layer", "Place"]

#: How near two pieces of one copy are in the graph of kin: nearer than any two texts.
TIE = 2.0


class Place(NamedTuple):
    """Where a piece stands: its bundle, its number, of how many; the copy it went into; whether it only repeats a piece there."""

    key: str
    number: int
    of: int | None
    copy: str
    repeats: bool = False


@dataclass(slots=True)
class Layer:
    """One copy: number -> the piece that is read there. ``own``: the numbers it did not inherit."""

    copy: str
    pieces: dict[int, str] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    repeated: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bundles:
    """Every piece ever met, in the order of the register."""

    places: dict[str, Place] = field(default_factory=dict)  #: piece -> where it stands
    layers: dict[str, list[Layer]] = field(default_factory=dict)  #: key -> its copies, the earliest first
    by_copy: dict[str, Layer] = field(default_factory=dict)

    def clear(self) -> None:
        """Forgets everything."""
        self.places.clear()
        self.layers.clear()
        self.by_copy.clear()

    def choose(self, piece: str, key: str, number: int, of: int | None, same: Callable[[str], bool]) -> Place:
        """Where a piece that was never met goes. ``same``: whether a piece that is held has the same words."""
        layers = self.layers.get(key)
        if not layers:
            return Place(key, number, of, piece)
        last = layers[-1]
        if number not in last.own:
            return Place(key, number, of, last.copy)
        if same(last.pieces[number]):
            return Place(key, number, of, last.copy, repeats=True)
        return Place(key, number, of, piece)

    def put(self, piece: str, place: Place) -> None:
        """Takes in where a piece stands; one that was met before stays where it was."""
        if piece in self.places:
            return
        self.places[piece] = place
        layers = self.layers.setdefault(place.key, [])
        layer = self.by_copy.get(place.copy)
        if layer is None:
            layer = Layer(place.copy, dict(layers[-1].pieces) if layers else {})
            layers.append(layer)
            self.by_copy[place.copy] = layer
        if place.repeats:
            layer.repeated.append(piece)
        else:
            layer.pieces[place.number] = piece
            layer.own.add(place.number)

    def note(self, data: Mapping[str, Any]) -> None:
        """Takes in a ``joined`` record."""
        of = data.get("of")
        place = Place(str(data["key"]), int(data["number"]), of, str(data["copy"]), bool(data.get("repeats")))
        self.put(str(data["witness"]), place)

    def copy_of(self, witness: str) -> str:
        """The copy a piece went into; any other witness is its own."""
        place = self.places.get(witness)
        return witness if place is None else place.copy

    def pieces_of(self, copy: str) -> list[str]:
        """The pieces of a copy in reading order, inherited ones too; empty for a copy that is none."""
        layer = self.by_copy.get(copy)
        return [] if layer is None else [layer.pieces[number] for number in sorted(layer.pieces)]

    def repeated_in(self, copy: str) -> list[str]:
        """The pieces that only repeat one of a copy."""
        layer = self.by_copy.get(copy)
        return [] if layer is None else list(layer.repeated)

    def beside(self, copy: str) -> str | None:
        """The copy from which this one inherited, if any."""
        layers = self.layers.get(self.places[copy].key, []) if copy in self.places else []
        for before, layer in pairwise(layers):
            if layer.copy == copy:
                return before.copy
        return None

    def later(self, copy: str) -> list[str]:
        """The copies of the same bundle that were opened after this one: what they inherited may have changed."""
        layers = self.layers.get(self.places[copy].key, []) if copy in self.places else []
        names = [layer.copy for layer in layers]
        return names[names.index(copy) + 1 :] if copy in names else []

    def all_of(self, copies: Iterable[str]) -> list[str]:
        """Every piece that went into one of these copies, repeats too."""
        wanted = set(copies)
        return [piece for piece, place in self.places.items() if place.copy in wanted]
