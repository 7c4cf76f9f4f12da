"""Mending with siblings: a damaged copy is rescued anew when a better copy of its work is held.

Also the place where a person's rulings on emendations are laid over a document: they stand whatever a
later rescue proposes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from variorum.catalogue import Batch, Member
from variorum.document import Document, ReadingText, reading, rule_on
from variorum.library.families import Families
from variorum.library.rulings import Decided, decided
from variorum.preparing import Mending, mend, size_of, version_key, words_of

if TYPE_CHECKING:
    from variorum.library.entering import Entering

__all__ = ["Mender", "damage"]

_MOST_HELPERS = 3
_BETTER = 4  # a helper rests on at most a quarter as many inferences
_INLINE = 1 << 20  # characters up to which a ruling is worth no new process


class Mender:
    """Mends the works one transaction has touched. ``ruled``: witness -> whether it must be mended from the start."""

    def __init__(self, entering: Entering, batch: Batch, families: Families, fresh: set[str], ruled: Mapping[str, bool]) -> None:
        self.all = entering
        self.batch = batch
        self.families = families
        self.fresh = fresh
        self.ruled = ruled
        self._decided: Decided | None = None

    def mend(self) -> list[str]:
        """Does it; gives the witnesses whose document changed."""
        tasks = dict(self._tasks())
        done = []
        if tasks:
            for witness, result in self._run(tasks):
                if result is not None:
                    self._replace(witness, *result)
                    done.append(witness)
        for witness in self.ruled:
            if witness not in done:
                document = self.all.document(witness)
                text = reading(rule_on(document, self.decided))
                self._replace(witness, document, words_of(text), version_key(text))
                done.append(witness)
        return done

    @property
    def decided(self) -> Decided:
        """What stands about emendations, rulings of this transaction included."""
        if self._decided is None:
            self._decided = decided(self.batch.rulings())
        return self._decided

    def _run(self, tasks: Mapping[str, Mending]) -> Iterator[tuple[str, tuple[Document, int, str] | None]]:
        small = sum(len(task.document.source) for task in tasks.values()) < _INLINE and not self.fresh
        if small:
            yield from ((witness, mend(task)) for witness, task in tasks.items())
        else:
            outcomes = self.all.workers.run(mend, iter(tasks.values()), size_of)
            yield from ((witness, outcome.result) for witness, outcome in zip(tasks, outcomes, strict=True))

    def _tasks(self) -> Iterator[tuple[str, Mending]]:
        for work in list(self.families.touched):
            members = self.families.members(work)
            again = [m for m in members if self.ruled.get(m.witness)]
            if len(members) < 2 or not (again or any(m.witness in self.fresh for m in members)):
                yield from ((m.witness, Mending(self.all.document(m.witness), ())) for m in again)
                continue
            hurt = {m.witness: damage(self.all.document(m.witness)) for m in members}
            for member in members:
                helpers = [h for h in members if hurt[h.witness] * _BETTER < hurt[member.witness]][:_MOST_HELPERS]
                new = member.witness in self.fresh or any(h.witness in self.fresh for h in helpers)
                if (helpers and new) or member in again:
                    yield member.witness, Mending(self.all.document(member.witness), tuple(map(self._helper, helpers)))

    def _helper(self, member: Member) -> tuple[str, ReadingText]:
        return member.siglum, reading(self.all.document(member.witness))

    def _replace(self, witness: str, document: Document, words: int, key: str) -> None:
        if self.decided:
            document = rule_on(document, self.decided)
            text = reading(document)
            words, key = words_of(text), version_key(text)
        self.all.keep(witness, document)
        self.batch.document(witness, document, words, key)


def damage(document: Document) -> int:
    """How much of a document's shape is not its own: the measure by which one copy may help another.

    What a sibling gave counts too, so that the answer does not depend on who was mended first.
    """
    return sum(1 for e in document.emendations if e.kind in {"break", "scene", "emphasis"})
