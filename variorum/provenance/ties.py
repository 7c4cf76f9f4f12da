"""Relations and lost copies as they are gathered: what says the same thing twice becomes one, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from variorum.addresses import identify
from variorum.model import Relation

__all__ = ["Copies", "Copy", "Ties"]


class Ties:
    """Relations in the order they were first met; one that says the same completes the earlier."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._held: list[Relation] = []
        self._at: dict[tuple[object, ...], int] = {}
        for relation in relations:
            self._append(relation)

    def add(self, new: Relation) -> None:
        """Adds a relation, or lets it complete the one with its address, its title or its people."""
        for kind, key in _keys(new):
            at = self._at.get(key)
            if at is None:
                continue
            old = self._held[at]
            # People alone tie two statements only where neither says of what: one artist draws many pictures.
            if kind == "people" and ((old.url and new.url) or (old.title and new.title)):
                continue
            self._held[at] = replace(
                old,
                title=old.title or new.title,
                url=old.url or new.url,
                creators=old.creators or new.creators,
                certainty=max(old.certainty, new.certainty),
                evidence=old.evidence or new.evidence,
            )
            for _, other in _keys(self._held[at]):
                self._at.setdefault(other, at)
            return
        self._append(new)

    def _append(self, new: Relation) -> None:
        for _, key in _keys(new):
            self._at.setdefault(key, len(self._held))
        self._held.append(new)

    def all(self) -> tuple[Relation, ...]:
        """The relations, in order."""
        return tuple(self._held)


def _keys(relation: Relation) -> Iterator[tuple[str, tuple[object, ...]]]:
    tie = (relation.relation, relation.direction)
    if relation.url:
        address = identify(relation.url)
        yield "url", (*tie, "url", address.key if address else relation.url)
    if relation.title:
        yield "title", (*tie, "title", relation.title.strip().lower())
    for creator in relation.creators:
        yield "people", (*tie, "people", creator.name.lower())


@dataclass(slots=True)
class Copy:
    """A copy stated somewhere: its site, its address where one is given, and the places that state it."""

    site: str
    url: str | None
    places: list[tuple[int, int]] = field(default_factory=list)


class Copies:
    """Copies in the order they were first stated; a statement without an address is about the site's first copy."""

    def __init__(self) -> None:
        self._held: list[Copy] = []
        self._by_address: dict[tuple[str, ...], Copy] = {}
        self._by_site: dict[str, Copy] = {}

    def add(self, site: str, url: str | None, key: tuple[str, ...] | None, place: tuple[int, int]) -> None:
        """Adds a statement of a copy; ``key`` is the identity of its address."""
        first = self._by_site.get(site)
        copy = self._by_address.get(key) if key is not None else first
        if copy is None and first is not None and first.url is None:
            copy = first
        if copy is None:
            copy = Copy(site, url)
            self._held.append(copy)
            self._by_site.setdefault(site, copy)
        copy.url = copy.url or url
        if key is not None:
            self._by_address.setdefault(key, copy)
        if len(copy.places) < 8 and place not in copy.places:
            copy.places.append(place)

    def all(self) -> tuple[Copy, ...]:
        """The copies, in order."""
        return tuple(self._held)
