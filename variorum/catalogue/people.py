"""The people of a catalogue: who goes by a name, what they made, and everybody by how many works they have."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from variorum.catalogue import overview, persons, read, wrangled
from variorum.catalogue.connect import reading
from variorum.model import Agent, Overview, Person, Viewer

__all__ = ["People"]

_KEEPER = Viewer()


class People:
    """The agents of one catalogue, for reading. `Batch` writes them as works come and go."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def called(self, names: Iterable[str]) -> tuple[Agent, ...]:
        """The agents that have one of these names or ids."""
        with reading(self._engine) as connection:
            return read.agents_called(connection, set(names))

    def one(self, agent: str, viewer: Viewer = _KEEPER, offset: int = 0, limit: int = 100) -> Person:
        """An agent's names, a stretch of the works they stand in, and the claims that make them one; NotFound."""
        with reading(self._engine) as connection:
            return persons.person(connection, agent, wrangled.meant(connection, viewer), offset, limit)

    def everybody(self, viewer: Viewer = _KEEPER, offset: int = 0, limit: int = 100) -> tuple[int, tuple[tuple[Agent, int], ...]]:
        """How many agents made or helped to make a work, and a stretch of them: those with the most works first."""
        with reading(self._engine) as connection:
            return overview.makers(connection, wrangled.meant(connection, viewer), offset, limit)

    def overview(self, fandom: str | None = None, viewer: Viewer = _KEEPER) -> Overview:
        """The library's fandoms and what ties them; with a fandom its people."""
        with reading(self._engine) as connection:
            viewer = wrangled.meant(connection, viewer)
            return overview.of_library(connection, viewer) if fandom is None else overview.of_fandom(connection, fandom, viewer)
