"""From the register into the catalogue: one code path for `add`, for what a kill left undone, and for `rebuild`.

The register says what was received, in order. `Entering.catch_up` opens each item in a worker, finds its
kin among everything entered before, gives it a work and a siglum (recorded ones first, so that ids outlive
a rebuild), mends damaged copies with their better siblings, reads the credits, and enters it all in one
transaction a chunk.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from variorum import collation, intake, provenance
from variorum.catalogue import Batch, Catalogue, ItemRow, NewWitness
from variorum.document import Document, reading
from variorum.errors import FixityError, NotFound
from variorum.library.families import Families
from variorum.library.preparing import Mending, Prepared, PreparedCopy, mend, prepare, size_of, story
from variorum.library.recorded import Recorded, witness_id
from variorum.model import Added, Kinship
from variorum.text import Tokens, plain
from variorum.vault import Record, Register, Store
from variorum.workers import Failure, Outcome, Workers

__all__ = ["CHUNK", "Entering", "Progress"]

Progress = Callable[[int, int, str], None]

#: Records entered in one transaction.
CHUNK = 64

_MOST_CANDIDATES = 24
_KEPT_DOCUMENTS = 128
_KEPT_CHARACTERS = 64 << 20
_MOST_HELPERS = 3


class Entering:
    """Enters what the register has and the catalogue has not. Used under the register's writer lock."""

    def __init__(self, store: Store, register: Register, catalogue: Catalogue, recorded: Recorded, workers: Workers) -> None:
        self.store = store
        self.register = register
        self.catalogue = catalogue
        self.recorded = recorded
        self.workers = workers
        self.added: list[tuple[str, Added]] = []  #: (accession, what became of it), in order
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._tokens: OrderedDict[str, Tokens] = OrderedDict()

    def catch_up(self, progress: Progress | None = None) -> None:
        """Enters every record the catalogue has not seen. Stops cleanly between chunks, goes on the next time."""
        since = self.catalogue.highest_order()
        records = list(self.register.since(since))
        self.recorded.note(self.register.since(self.recorded.order) if self.recorded.order < since else records)
        total = sum(1 for record in records if record.kind == "received")
        done = 0
        while records:
            for chunk in _chunks(records):
                Chunk(self, chunk).enter(lambda step, name: progress(done + step, total, name) if progress else None)  # noqa: B023
                done += sum(1 for record in chunk if record.kind == "received")
            # What the chunks themselves recorded comes last and enters nothing new.
            records = list(self.register.since(records[-1].order))
            self.recorded.note(records)

    # ------------------------------------------------------------ documents at hand

    def document(self, witness: str) -> Document:
        """The document of a witness, from this run or from the catalogue."""
        found = self._documents.get(witness)
        if found is None:
            found = self.catalogue.document(witness)
            self.keep(witness, found)
        else:
            self._documents.move_to_end(witness)
        return found

    def keep(self, witness: str, document: Document) -> None:
        """Holds a document that the open transaction has and other connections cannot see yet."""
        self._documents[witness] = document
        self._documents.move_to_end(witness)

    def forget(self) -> None:
        """Lets go of old documents, after a transaction; never in one."""
        size = sum(len(d.source) for d in self._documents.values())
        while self._documents and (len(self._documents) > _KEPT_DOCUMENTS or size > _KEPT_CHARACTERS):
            _, document = self._documents.popitem(last=False)
            size -= len(document.source)
        while len(self._tokens) > _KEPT_DOCUMENTS:
            self._tokens.popitem(last=False)

    def words(self, witness: str) -> Tokens:
        """The words of a witness's story as they came."""
        tokens = self._tokens.get(witness)
        if tokens is None:
            tokens = self._tokens[witness] = story(self.document(witness))
        return tokens


class Chunk:
    """A few records, entered together or not at all."""

    def __init__(self, entering: Entering, records: Sequence[Record]) -> None:
        self.all = entering
        self.records = records
        self.out: list[dict[str, Any]] = []  # records to append
        self.rows: list[ItemRow] = []
        self.added: list[tuple[str, Added]] = []
        self.fresh: dict[str, PreparedCopy] = {}
        self.seen: dict[str, tuple[str, ...]] = {}  # digest -> witnesses, of this chunk
        self.families: Families

    def enter(self, step: Callable[[int, str], None]) -> None:
        """Does it all: register first, then the catalogue's transaction."""
        recorded = self.all.recorded
        with self.all.catalogue.batch() as batch:
            self.families = Families(batch, recorded, self.out)
            received = [r for r in self.records if r.kind == "received" and r.data["digest"] not in recorded.removed]
            outcomes = self.all.workers.run(prepare, self._tasks(received), size_of)
            done = 0
            for record in self.records:
                if record.kind == "received" and record.data["digest"] not in recorded.removed:
                    self._item(batch, record, record.data["name"], record.data["digest"], record.data["size"], next(outcomes))
                    done += 1
                    step(done, record.data["name"])
                else:
                    self._other(batch, record)
            self._mend(batch)
            self._credit(batch)
            batch.items(self.rows)
            batch.refresh(self.families.touched)
            if self.out:
                self.all.register.append(self.out)
            batch.entered(self.records[-1].order)
        self.all.added += self.added
        self.all.forget()

    def _tasks(self, received: Iterable[Record]) -> Iterator[intake.Task]:
        for record in received:
            digest = record.data["digest"]
            try:
                data = self.all.store.read(digest)
            except (FixityError, NotFound, OSError) as error:
                data = b""
                self.seen[f"damaged {digest}"] = (str(error),)
            yield intake.Task(record.data["name"], digest, data, self.all.recorded.decodes.get(digest))

    # ------------------------------------------------------------ one item

    def _item(
        self, batch: Batch, record: Record, name: str, digest: str, size: int, outcome: Outcome[intake.Task, Prepared]
    ) -> None:
        damaged = self.seen.get(f"damaged {digest}")
        failure = Failure("damaged", f"is damaged in the vault ({damaged[0]})") if damaged else outcome.failure
        accession = record.data["accession"]
        if failure is not None or outcome.result is None:
            assert failure is not None
            self._problem(accession, name, digest, size, failure, record.order)
            return
        prepared = outcome.result
        witnesses = tuple(self._witness(batch, record, name, digest, prepared.format, copy) for copy in prepared.copies)
        self.seen[digest] = witnesses
        if digest not in self.all.recorded.decodes and prepared.copies:
            parts = [[p.name, p.encoding, p.bom] for copy in prepared.copies for p in copy.document.parts]
            self.out.append(
                {
                    "kind": "opened",
                    "digest": digest,
                    "name": name,
                    "format": prepared.format,
                    "decode": parts,
                    "witnesses": list(witnesses),
                }
            )
        self.rows.append(ItemRow(digest, size, name, accession, "added", prepared.format, order=record.order))
        works = tuple(dict.fromkeys(self.families.work_of(w) for w in witnesses))
        self.added.append((accession, Added(name, digest, "added", prepared.format, witnesses, works)))
        for inner, code, reason in prepared.skipped:
            self.added.append((accession, Added(inner, None, "skipped", problem=(code, reason))))
        self._inner(batch, record, prepared.inner)

    def _inner(self, batch: Batch, record: Record, members: Sequence[intake.Inner]) -> None:
        """Members of a container: items of their own, whose bytes are those inside the container."""
        fresh = []
        for inner in members:
            digest = "sha256:" + hashlib.sha256(inner.data).hexdigest()
            held = self.seen.get(digest)
            known = self.all.catalogue.item(digest) if held is None else None
            if held is None and (known is None or known.name == inner.name):
                self.seen[digest] = ()
                fresh.append(intake.Task(inner.name, digest, inner.data, self.all.recorded.decodes.get(digest), inner=True))
                continue
            witnesses = held if held is not None else known.witnesses if known else ()
            works = tuple(dict.fromkeys(self.families.work_of(w) for w in witnesses))
            self.added.append((record.data["accession"], Added(inner.name, digest, "known", None, witnesses, works)))
            self.rows.append(ItemRow(digest, len(inner.data), inner.name, record.data["accession"], "known", order=record.order))
        for outcome in self.all.workers.run(prepare, iter(fresh), size_of):
            task = outcome.task
            self._item(batch, record, task.name, task.digest, len(task.data), outcome)

    def _problem(self, accession: str, name: str, digest: str, size: int, failure: Failure, order: int) -> None:
        reason = f"{plain(name)} {failure.reason}"
        self.rows.append(ItemRow(digest, size, name, accession, "problem", None, failure.code, reason, order))
        self.added.append((accession, Added(name, digest, "problem", problem=(failure.code, reason))))
        if digest not in self.all.recorded.decodes:
            self.out.append(
                {
                    "kind": "problem",
                    "accession": accession,
                    "digest": digest,
                    "name": name,
                    "code": failure.code,
                    "reason": reason,
                }
            )

    def _witness(self, batch: Batch, record: Record, name: str, digest: str, form: str, copy: PreparedCopy) -> str:
        witness = witness_id([digest], copy.place)
        if self.families.knows(witness):
            return witness
        kin = self._kin(batch, witness, copy)
        work, siglum = self.families.place(witness, kin)
        self.all.keep(witness, copy.document)
        batch.witness(
            NewWitness(
                witness=witness,
                order=record.order,
                digest=digest,
                items=(digest,),
                place=copy.place,
                name=name,
                format=form,
                accession=record.data["accession"],
                added=record.at,
                metadata=copy.metadata,
                document=copy.document,
                words=copy.words,
                chapters=copy.chapters,
                extent=copy.metadata.extent,
                version_key=copy.version_key,
                sketch=copy.sketch,
                tokens=copy.tokens,
                work=work,
                siglum=siglum,
            )
        )
        self.families.settle(witness, work)
        for other, kinship in kin.items():
            batch.kin(witness, other, kinship)
        self.fresh[witness] = copy
        return witness

    def _kin(self, batch: Batch, witness: str, copy: PreparedCopy) -> Mapping[str, Kinship]:
        """Everything entered before that shares this copy's words, nearest candidates first."""
        own = story(copy.document)
        found: dict[str, Kinship] = {}
        for other, _shared, _tokens in batch.candidates(copy.sketch, copy.version_key)[:_MOST_CANDIDATES]:
            if other == witness:
                continue
            kinship = collation.kinship(own, self.all.words(other))
            if kinship is not None:
                found[other] = kinship
        return found

    # ------------------------------------------------------------ everything else

    def _other(self, batch: Batch, record: Record) -> None:
        """Records that change the catalogue without bringing bytes."""
        data = record.data
        if record.kind == "known":
            self.rows.append(
                ItemRow(data["digest"], data.get("size", 0), data["name"], data["accession"], "known", order=record.order)
            )
        elif record.kind == "ruling":
            self.families.rule(record)
        elif record.kind == "removal" and data["state"] == "asked":
            self.families.remove(data["witnesses"])

    def _mend(self, batch: Batch) -> None:
        """Rescues damaged copies anew where a better copy of the same work is held."""
        tasks: list[Mending] = []
        whose: list[str] = []
        for work in list(self.families.touched):
            members = self.families.members(work)
            if len(members) < 2:
                continue
            damage = {m.witness: _damage(self.all.document(m.witness)) for m in members}
            for m in members:
                helpers = [h for h in members if h.witness != m.witness and damage[h.witness] * 4 < damage[m.witness]]
                if helpers:
                    texts = tuple((h.siglum, reading(self.all.document(h.witness))) for h in helpers[:_MOST_HELPERS])
                    tasks.append(Mending(self.all.document(m.witness), texts))
                    whose.append(m.witness)
        for witness, outcome in zip(whose, self.all.workers.run(mend, iter(tasks), size_of), strict=True):
            if outcome.result is not None:
                document, words, key = outcome.result
                self.all.keep(witness, document)
                batch.document(witness, document, words, key)
                self.families.mended.add(witness)

    def _credit(self, batch: Batch) -> None:
        """Reads claims out of every copy that is new or reads differently now."""
        for witness in [*self.fresh, *(w for w in sorted(self.families.mended) if w not in self.fresh)]:
            if not self.families.knows(witness):
                continue
            copy = self.fresh.get(witness)
            metadata = copy.metadata if copy else self.all.catalogue.witness(witness).metadata
            document = self.all.document(witness)
            work = self.families.work_of(witness)
            read = provenance.read_claims(
                work=work, witness=witness, item=document.item, metadata=metadata, text=reading(document)
            )
            batch.provenance(
                witness,
                claims=read.claims,
                relations=read.relations,
                creators=read.creators,
                lost=read.lost,
                links=read.links,
                wishes=read.wishes,
            )


def _damage(document: Document) -> int:
    """How much of a document rests on inference: the measure by which a copy may help another."""
    return sum(1 for e in document.emendations if e.kind in ("break", "scene", "emphasis") and not e.rule.startswith("sibling."))


def _chunks(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    for start in range(0, len(records), CHUNK):
        yield records[start : start + CHUNK]
