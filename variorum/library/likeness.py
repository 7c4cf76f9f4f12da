"""Pictures that look alike: the same picture at another place, and what its credits say there."""

from __future__ import annotations

import contextlib
import threading
from typing import NamedTuple

from variorum.catalogue import Catalogue
from variorum.errors import NotFound
from variorum.model import Viewer, Work
from variorum.provenance.pictures import NEAR, Fingerprint, Pictured, distance, reposts

__all__ = ["Alike", "Likenesses"]

_MOST = 50  # other places that are told


class Alike(NamedTuple):
    """Another work that shows what looks like the same picture."""

    work: Work
    distance: int  #: bits of 64 that differ
    says: str  #: what the credits of the two say of each other


class Likenesses:
    """Asks the whole library for pictures that look like one; remembers how all of them look until something changes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._guard = threading.Lock()
        self._change = -1
        self._held: list[tuple[str, Fingerprint]] = []

    def of(self, work: Work, viewer: Viewer) -> tuple[Alike, ...]:
        """The works, other than this one, with a picture that looks like one of its own, the likest first; nearly always none."""
        pictures = [copy.metadata.picture for copy in work.witnesses if copy.metadata.picture is not None]
        own = [found for picture in pictures if (found := _read(picture.look)) is not None]
        if not own:
            return ()
        near: dict[str, int] = {}
        for other, look in self._all():
            apart = min(distance(one, look) for one in own)
            if other != work.work and apart <= NEAR and apart < near.get(other, NEAR + 1):
                near[other] = apart
        out = []
        for key, apart in sorted(near.items(), key=lambda pair: (pair[1], pair[0]))[:_MOST]:
            with contextlib.suppress(NotFound):
                other_work = self._catalogue.work(key, viewer)
                out.append(Alike(other_work, apart, _says(work, own[0], other_work)))
        return tuple(out)

    def _all(self) -> list[tuple[str, Fingerprint]]:
        change = self._catalogue.change()
        with self._guard:
            if change != self._change:
                looks = ((work, _read(look)) for work, look in self._catalogue.looks())
                self._held = [(work, look) for work, look in looks if look is not None]
                self._change = change
            return self._held


def _read(look: str | None) -> Fingerprint | None:
    return Fingerprint(int(look[:16], 16), int(look[16:], 16)) if look and len(look) == 32 else None


def _says(work: Work, look: Fingerprint, other: Work) -> str:
    """The comparison of the credits: both are given one look, so that only the names are compared."""
    one = Pictured(work.work, look, _names(work))
    (found,) = reposts([one, Pictured(other.work, look, _names(other))])
    said = []
    for key, names in found.missing:
        lacks, has = ("here", "there") if key == work.work else ("there", "here")
        said.append(f"{lacks} it is not credited to {', '.join(names)}, as it is {has}")
    return "; ".join(said) or "credited alike"


def _names(work: Work) -> tuple[str, ...]:
    return tuple(c.name for c in work.metadata.creators if c.role in ("artist", "author", "co-author"))
