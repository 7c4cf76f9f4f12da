"""From the register into the catalogue: one code path for `add`, for what a kill left undone, and for `rebuild`.

The register says what was received, in order. `Entering.catch_up` opens each item in a worker, finds its
kin among everything entered before, gives it a work and a siglum (recorded ones first, so that ids outlive
a rebuild), mends damaged copies with their better siblings, reads the credits, and enters it all in one
transaction a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from variorum.catalogue import Catalogue
from variorum.library import gathering
from variorum.library.about import Shelves
from variorum.library.athand import AtHand
from variorum.library.chunk import Chunk
from variorum.library.recorded import Recorded
from variorum.library.streaming import batches, is_large, streamed
from variorum.model import Added
from variorum.vault import Record, Register, Store
from variorum.workers import Workers

__all__ = ["CHUNK", "CHUNK_BYTES", "Entering", "Progress"]

Progress = Callable[[int, int, str], None]

#: Records entered in one transaction.
CHUNK = 64

#: Bytes of items after which a transaction takes no more.
CHUNK_BYTES = 64 << 20

#: Rulings and the like entered in one transaction: each is a few rows.
_CHUNK_OF_WORDS = 8192

_STEPS = ("received", "ruling")  # what progress is told of
_WITHIN = "within"  # the catalogue's word for how far a streamed container has come: order, members, witnesses


class Entering(AtHand):
    """Enters what the register has and the catalogue has not. Used under the register's writer lock."""

    def __init__(self, store: Store, register: Register, catalogue: Catalogue, recorded: Recorded, workers: Workers) -> None:
        super().__init__(catalogue)
        self.store = store
        self.register = register
        self.recorded = recorded
        self.workers = workers
        self.shelves = Shelves(store, workers)
        self.added: list[tuple[str, Added]] = []  #: (accession, what became of it), in order

    def catch_up(self, progress: Progress | None = None) -> None:
        """Enters every record the catalogue has not seen. Stops cleanly between chunks, goes on the next time."""
        reached = self.catalogue.highest_order()
        records = list(self.register.since(reached + 1))
        # Of what another process has entered meanwhile only the settled facts are needed.
        behind = self.recorded.order < reached
        if behind:
            self.forget_documents()  # another process may have mended or ruled on them
        self.recorded.note(self.register.since(self.recorded.order + 1) if behind else records)
        total = sum(1 for record in records if record.kind in _STEPS)
        done = 0
        while records:
            for some in _chunks(records):
                base = done
                form = self._streamed(some[0]) if len(some) == 1 else None
                if form is not None:
                    self._stream(some[0], form)
                    done += 1
                    continue
                self._enter(some, lambda step, name: progress(base + step, total, name) if progress else None)  # noqa: B023
                done += sum(1 for record in some if record.kind in _STEPS)
            # What the chunks themselves recorded comes last and enters nothing new.
            records = list(self.register.since(records[-1].order + 1))
            self.recorded.note(records)

    def _enter(self, records: Sequence[Record], step: Callable[[int, str], None]) -> None:
        """One transaction. What it settles goes to the register first, so that the catalogue is never ahead of it."""
        with self._transaction(records) as chunk:
            chunk.enter(step)
            chunk.batch.entered(records[-1].order)

    def _streamed(self, record: Record) -> str | None:
        data = record.data
        if record.kind != "received" or not Chunk.counts(self.recorded, record):
            return None
        return streamed(self.store, data["name"], data["digest"], data["size"])

    def _stream(self, record: Record, form: str) -> None:
        """A container that is entered a few members at a time, each time a transaction that says how far it came."""
        said = self.catalogue.state.get(_WITHIN, "").split(":")
        passed, position = (int(said[1]), int(said[2])) if said[0] == str(record.order) else (0, 0)
        for some in batches(self.store, record, form, passed):
            with self._transaction([record]) as chunk:
                chunk.position = position
                chunk.enter_members(record, some)
                position = chunk.position
                reached = some.first + len(some.members) + len(some.skipped)
                chunk.batch.state(_WITHIN, f"{record.order}:{reached}:{position}")
                if some.sound is not None:
                    chunk.batch.entered(record.order)

    @contextmanager
    def _transaction(self, records: Sequence[Record]) -> Iterator[Chunk]:
        try:
            with self.catalogue.batch() as batch:
                chunk = Chunk(self, records, batch)
                yield chunk
                gathering.gather(batch)
                if chunk.out:
                    self.register.append(chunk.out)
        except BaseException:
            # What was settled in memory was not written down, or not entered: the register is read again.
            self.recorded.reset()
            self.forget_all()
            raise
        self.added += chunk.added
        self.forget()


def _chunks(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """So many records, or so many bytes to open, as one transaction shall hold."""
    start = size = items = 0
    large = False
    for end, record in enumerate(records):
        # A large item has a transaction for itself: it may need several.
        before, large = large, record.kind == "received" and is_large(record.data["name"], record.data["size"])
        full = items == CHUNK or end - start == _CHUNK_OF_WORDS
        if end > start and (full or size >= CHUNK_BYTES or large or before):
            yield records[start:end]
            start, size, items = end, 0, 0
        items += record.kind not in ("ruling", "wrangled")
        size += record.data["size"] if record.kind == "received" else 0
    if start < len(records):
        yield records[start:]
