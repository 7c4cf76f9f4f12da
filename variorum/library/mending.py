"""Mending with siblings: a damaged copy is rescued anew when a better copy of its work is held.

Also the place where a person's rulings on emendations are laid over a document: they stand whatever a
later rescue proposes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from variorum.catalogue import Batch, Member
from variorum.document import Document, ReadingText, reading, rule_on
from variorum.library.families import Families
from variorum.library.rulings import Decided, decided
from variorum.preparing import Mending, mend, size_of, version_key, words_of

if TYPE_CHECKING:
    from variorum.library.entering import Entering
    from variorum.library.joining import Joining

__all__ = ["Mender"]

_MOST_HELPERS = 3
_WALL = 3  # so many times fewer paragraphs than a sibling has
_INLINE = 1 << 20  # characters up to which a ruling is worth no new process


class Mender:
    """Mends the works one transaction has touched. ``ruled``: witness -> whether it must be mended from the start."""

    def __init__(
        self,
        entering: Entering,
        batch: Batch,
        families: Families,
        fresh: set[str],
        ruled: Mapping[str, bool],
        joining: Joining,
    ) -> None:
        self.all = entering
        self.batch = batch
        self.families = families
        self.fresh = fresh
        self.ruled = ruled
        self.joining = joining
        self._pieces: dict[str, str] = {}  # pieces to be mended -> their copies
        self._decided: Decided | None = None

    def mend(self) -> list[str]:
        """Does it; gives the witnesses whose document changed."""
        tasks = dict(self._tasks())
        done = []
        mended: dict[str, dict[str, Document]] = {}
        if tasks:
            for witness, result in self._run(tasks):
                copy = self._pieces.get(witness)
                if result is not None and copy is not None:
                    mended.setdefault(copy, {})[witness] = result[0]
                elif result is not None:
                    self._replace(witness, *result)
                    done.append(witness)
        for copy, documents in mended.items():
            self.joining.put(copy, documents)
            done.append(copy)
        for witness in self.ruled:
            if witness not in done and self.families.knows(witness):
                document = self.all.document(witness)
                self._replace(witness, document)
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
        """Whom to mend, and with whose help: a function of who is in the work, not of who came when."""
        for work in dict.fromkeys([*self.families.touched, *self.families.regrouped]):
            members = self.families.members(work)
            changed = work in self.families.regrouped or any(m.witness in self.fresh for m in members)
            hurt = self._hurt(members) if changed or self.ruled else {}
            for member in members if hurt else ():
                again = self.ruled.get(member.witness, False)
                helpers = self._helpers(member, members, hurt)
                alone = member.witness in self.fresh and not helpers
                if not again and not (changed and any(hurt[member.witness]) and not alone):
                    continue
                given = tuple(map(self._helper, helpers))
                pieces = self.joining.documents(member.witness)
                self._pieces.update((piece, member.witness) for piece, _ in pieces)
                for witness, document in pieces or [(member.witness, self.all.document(member.witness))]:
                    yield witness, Mending(document, given)

    def _hurt(self, members: Sequence[Member]) -> dict[str, tuple[int, int]]:
        """The damage of each copy: paragraph breaks, and traces of emphasis, that are inferred.

        A wall of text that nothing could be inferred about (too short, no dialogue) shows only beside its siblings: about
        as many words in far fewer paragraphs.
        """
        shapes = {m.witness: self.all.shape(m.witness) for m in members}
        hurt = {witness: (shape.breaks, shape.traces) for witness, shape in shapes.items()}
        if len(members) < 2:
            return hurt
        count = {witness: shape.paragraphs for witness, shape in shapes.items()}
        for m in members:
            like = [o for o in members if not any(hurt[o.witness]) and abs(o.tokens - m.tokens) * 4 < m.tokens]
            if not any(hurt[m.witness]) and any(count[m.witness] * _WALL < count[o.witness] for o in like):
                hurt[m.witness] = (1, 0)
        return hurt

    @staticmethod
    def _helpers(target: Member, members: Sequence[Member], hurt: Mapping[str, tuple[int, int]]) -> list[Member]:
        """The first copies in register order that need no help themselves; to one that lost its paragraphs also those
        that lost no more than emphasis.
        """
        breaks, traces = hurt[target.witness]
        whole = [m for m in members if not any(hurt[m.witness])]
        if not whole and breaks:
            whole = [m for m in members if not hurt[m.witness][0]]
        return whole[:_MOST_HELPERS] if breaks or traces else []

    def _helper(self, member: Member) -> tuple[str, ReadingText]:
        return member.siglum, reading(self.all.document(member.witness))

    def _replace(self, witness: str, document: Document, words: int | None = None, key: str | None = None) -> None:
        if self.decided or words is None or key is None:
            kept = (e for e in self.all.recorded.emendations.values() if self.all.recorded.ruled_on[e.emendation] == witness)
            document = rule_on(document, self.decided, kept)
            text = reading(document)
            words, key = words_of(text), version_key(text)
        self.all.keep(witness, document)
        self.batch.document(witness, document, words, key)
