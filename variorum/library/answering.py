"""Finding and reading works, each answer kept until the catalogue changes: many ask for the same few."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from variorum.catalogue import Catalogue, Flag, Range, Term, Voice
from variorum.errors import NotFound
from variorum.library.crediting import by_name, credited
from variorum.library.leaving import sees_agents
from variorum.library.marked import Marked
from variorum.model import Found, Viewer, Work, WorkHit
from variorum.people import People

__all__ = ["Answering"]


_LISTED = 100  # works of one answer that are kept


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
            state = self._catalogue.kept.state()
            found = self._catalogue.find(*asked, own, seed, voices)
            return replace(found, hits=tuple(self._named(state, viewer, found.hits))) if sees_agents(viewer) else found

        held = self._catalogue.kept.get(
            ("find", *asked, seed, len(voices)),
            answer,
            lambda found: 5 + len(found.hits),  # the counts beside it are as long as a few works
            only=lambda: not own.was_asked and not voices and self._catalogue.is_caught_up(),
        )
        return replace(held, facets=dict(held.facets), _next=0)  # what is walked through is the asker's own

    def _named(self, state: tuple[str, ...], viewer: Viewer, hits: Sequence[WorkHit]) -> Iterator[WorkHit]:
        """The hits with the agent behind each name, of works as they stood at ``state`` or later."""
        works = {hit.work.work: hit.work for hit in hits}

        def name(missing: Sequence[tuple[str, Viewer, str]]) -> dict[tuple[str, Viewer, str], Work]:
            behind = self._catalogue.agents_in([work for *_, work in missing])
            return {key: credited(works[key[2]], by_name(behind[key[2]])) for key in missing}

        keys = [("named", viewer, work) for work in works]
        named = self._catalogue.kept.several(state, keys, name) if len(keys) <= _LISTED else name(keys)
        return (replace(hit, work=named["named", viewer, hit.work.work]) for hit in hits)

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
