"""Finding and reading works, each answer kept until the catalogue changes: many ask for the same few."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from variorum.catalogue import Catalogue, Flag, Range, Term, Voice
from variorum.errors import NotFound
from variorum.library.crediting import by_name, credited
from variorum.library.leaving import sees_agents
from variorum.library.marked import Marked
from variorum.model import Found, Viewer, Work
from variorum.people import People

__all__ = ["Answering"]


class _Watched:
    """What is a person's own, and whether it was asked for at all."""

    def __init__(self, own: Marked) -> None:
        self._own = own
        self.was_asked = False

    def works(self, asked: Flag | Term | Range) -> list[str]:
        self.was_asked = True
        return list(self._own.works(asked))

    def order(self, name: str) -> list[str]:
        self.was_asked = True
        return list(self._own.order(name))


class Answering:
    """What `Library.find` and `Library.work` answer with. Safe to use from several threads."""

    def __init__(self, people: People, catalogue: Catalogue) -> None:
        self._people, self._catalogue = people, catalogue

    def find(
        self,
        query: str,
        like: str | None,
        sort: str | None,
        limit: int | None,
        offset: int,
        known: bool,
        viewer: Viewer,
        seed: int,
        voices: tuple[Voice, ...] = (),
    ) -> Found:
        """As `Library.find`; the text index must have been caught up before. An answer that a person's own things or other ``voices`` went into is not kept."""
        asked = (query, like, sort, limit, offset, known, viewer)
        own = _Watched(Marked(self._people, self._catalogue, viewer.person))

        def answer() -> Found:
            found = self._catalogue.find(*asked, own, seed, voices)
            if not sees_agents(viewer):
                return found
            behind = self._catalogue.agents_in([hit.work.work for hit in found.hits])
            named = (replace(hit, work=credited(hit.work, by_name(behind[hit.work.work]))) for hit in found.hits)
            return replace(found, hits=tuple(named))

        held = self._catalogue.kept.get(
            ("find", *asked, seed, len(voices)),
            answer,
            lambda found: 5 + len(found.hits),  # the counts beside it are as long as a few works
            only=lambda: not own.was_asked and not voices and self._catalogue.is_caught_up(),
        )
        return replace(held, facets=dict(held.facets), _next=0)  # what is walked through is the asker's own

    def work(self, key: str, viewer: Viewer) -> Work:
        """As `Library.work`."""

        def read() -> Work:
            work = self._catalogue.work(key, viewer=viewer)
            return credited(work, by_name(self._catalogue.agents(work))) if sees_agents(viewer) else work

        return self._catalogue.kept.get(("work", key, viewer), read, lambda work: 1 + len(work.witnesses))

    def work_of(self, witness: str, viewer: Viewer) -> Work | None:
        """As `Library.work_of`."""

        def read() -> Work | None:
            for key in self._catalogue.works_of([witness]):
                with contextlib.suppress(NotFound):
                    return self.work(key, viewer)
            return None

        return self._catalogue.kept.get(("of", witness, viewer), read)
