"""A few records of the register, entered in one transaction: items opened, kin found, copies placed, mended and credited."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from variorum import collation, intake, provenance
from variorum.addresses import identify
from variorum.catalogue import Batch, ItemRow, NewWitness
from variorum.document import reading
from variorum.errors import FixityError, NotFound
from variorum.library import gathering
from variorum.library.converting import Converted, Converting, by_converter
from variorum.library.dumps import chapter_files
from variorum.library.families import Families
from variorum.library.joining import Joining
from variorum.library.mending import Mender
from variorum.library.recorded import Recorded, book_of, sequence_of, witness_id
from variorum.library.streaming import Batchful, is_listed
from variorum.library.wrangling import enter_words
from variorum.model import Added, Kinship
from variorum.preparing import Prepared, PreparedCopy, prepare, size_of
from variorum.text import NO_WORDS, plain
from variorum.vault import Record
from variorum.workers import Failure, Outcome

if TYPE_CHECKING:
    from variorum.library.entering import Entering

__all__ = ["Chunk"]

_MOST_CANDIDATES = 24
_SMALL = 0.2  # of a text, which a story with a number of its own makes up
#: What may come of a name that belies the bytes: under another one they may be read.
_BY_NAME = frozenset({"malformed", "unknown-format", "not-a-work", "not-yet-read", "no-converter", "converter-failed"})


class Chunk:
    """A few records, entered together or not at all."""

    def __init__(self, entering: Entering, records: Sequence[Record], batch: Batch) -> None:
        self.all = entering
        self.records = [r for r in records if self.counts(entering.recorded, r)]
        self.batch = batch
        self.out: list[dict[str, Any]] = []  # records to append
        self.families = Families(batch, entering.recorded, self.out)
        self.joining = Joining(entering, batch, self.families, self.out)
        self.rows: list[ItemRow] = []
        self.added: list[tuple[str, Added]] = []
        self.fresh: dict[str, PreparedCopy] = {}
        self.ruled: dict[str, bool] = {}  # witnesses with new rulings on their emendations; True: mend from the start
        self.seen: dict[str, tuple[str, ...]] = {}  # digests met in this chunk -> their witnesses
        self.failed: dict[str, tuple[str, str]] = {}  # digest -> the problem's code in this chunk, and the name it had
        self.damaged: dict[str, str] = {}  # digest -> why the vault could not give its bytes
        self.converted: dict[str, Converted] = {}  # digest -> what an outside program made of an item
        self.converting = Converting(entering.store, entering.register, entering.recorded.derived)
        self.position = 0  # of the next witness inside the item that is being entered

    @staticmethod
    def counts(recorded: Recorded, record: Record) -> bool:
        """Not what was removed, nor the first reception of what was removed and came again."""
        digest = record.data.get("digest")
        if record.kind == "received" and recorded.received.get(digest or "", record.order) != record.order:
            return False
        return digest not in recorded.removed

    def enter(self, step: Callable[[int, str], None]) -> None:
        """Everything the records ask for, but the transaction itself."""
        received = [r for r in self.records if r.kind == "received"]
        outcomes = self.all.workers.run(prepare, self._tasks(received), size_of)
        done = 0
        for record in self.records:
            data = record.data
            if record.kind == "received":
                self.position = 0
                self._item(record, next(outcomes), data["name"], data["digest"], data["size"])
            elif record.kind == "known" and self._again(data["digest"], data["name"]):
                self.position = 0
                (outcome,) = self.all.workers.run(prepare, self._tasks([record]), size_of)
                self._item(record, outcome, data["name"], data["digest"], data["size"])
            elif record.kind == "known":
                row = ItemRow(data["digest"], data["size"], data["name"], data["accession"], "known", order=record.order)
                self.rows.append(row)
            elif record.kind == "ruling":
                self._ruling(record)
            elif record.kind == "wrangled":
                enter_words(self.batch, record)
            elif record.kind == "removal":
                gone = [w for w in data["witnesses"] if w in self.all.recorded.hidden]
                self.families.remove(w for w in gone if not self.joining.keeps(w))
                self.joining.remove(gone)
                self.batch.discard_items(d for d in data["digests"] if d in self.all.recorded.removed)
            if record.kind in ("received", "ruling"):
                done += 1
                step(done, data.get("name", ""))
        self._finish()

    def enter_members(self, record: Record, some: Batchful) -> None:
        """Some members of a container that is read as a stream, and with the last of them the container itself."""
        data = record.data
        before = len(self.added)
        self._skipped(data["accession"], some.skipped)
        self.batch.sightings(data["digest"], record.order, some.sightings, some.first)
        self._inner(record, some.members)
        # A list of a million messages is no answer: what is wrong is named, and what is evidence of a work's address.
        if not is_listed(data["size"]):
            self.added[before:] = [one for one in self.added[before:] if one[1].status == "problem" or _is_evidence(one[1])]
        if some.sound is False:
            reason = Failure("damaged", "is damaged in the vault: its bytes are not those that were received")
            self._problem(record, data["name"], data["digest"], data["size"], reason)
        elif some.sound:
            row = ItemRow(data["digest"], data["size"], data["name"], data["accession"], "added", some.form, order=record.order)
            self.rows.append(row)
            self.added.append((data["accession"], Added(data["name"], data["digest"], "added", some.form)))
        self._finish()

    def _finish(self) -> None:
        joined = self.joining.join()
        mended = Mender(self.all, self.batch, self.families, {*self.fresh, *joined}, self.ruled, self.joining).mend()
        self.joining.compare()
        self._credit([*joined, *mended])
        self.batch.items(self.rows)
        self.families.refresh()

    def _tasks(self, received: Iterable[Record]) -> Iterator[intake.Task]:
        for record in received:
            digest = record.data["digest"]
            try:
                data = self.all.store.read(digest)
            except (FixityError, NotFound, OSError) as error:
                self.damaged[digest] = str(error)
                data = b""
            converted = self.converting.read(record.data["name"], digest, data)
            if converted is not None:
                self.converted[digest] = converted._replace(data=b"")
                data = converted.data
            decode = self.all.recorded.decodes.get(digest)
            about = self.all.shelves.of(record)
            beside, files = record.data.get("beside", ""), chapter_files(self.all.store, record)
            yield intake.Task(record.data["name"], digest, data, decode, beside=beside, about=about, files=files)

    # ------------------------------------------------------------ one item

    def _item(self, record: Record, outcome: Outcome[intake.Task, Prepared], name: str, digest: str, size: int) -> None:
        failure = outcome.failure
        if digest in self.damaged:
            failure = Failure("damaged", f"is damaged in the vault ({self.damaged[digest]})")
        if digest in self.converted:
            failure = self.converted[digest].failure or failure
        accession = record.data["accession"]
        if failure is not None or outcome.result is None:
            self._problem(record, name, digest, size, failure or Failure("empty", "gave nothing"))
            return
        prepared = by_converter(outcome.result, self.converted.get(digest))
        copies = [(copy, witness_id([digest], copy.place)) for copy in prepared.copies]
        hidden = self.all.recorded.hidden
        held = bool(copies) and all(self.families.knows(w) for _, w in copies)
        witnesses = tuple(self._witness(record, name, digest, prepared.format, c, w) for c, w in copies if w not in hidden)
        self.seen[digest] = witnesses
        self.failed.pop(digest, None)
        if digest not in self.all.recorded.decodes and prepared.copies:
            parts = dict.fromkeys((p.name, p.encoding, p.bom) for copy in prepared.copies for p in copy.parts)
            opened = {"kind": "opened", "digest": digest, "name": name, "format": prepared.format}
            self.out.append({**opened, "decode": [list(p) for p in parts], "witnesses": list(witnesses)})
        if prepared.told:
            self.batch.told(digest, record.order, prepared.told)
        if prepared.sightings:
            self.batch.sightings(digest, record.order, prepared.sightings)
        status: Literal["added", "known"] = "known" if held else "added"  # held: inside a container, until now
        self.rows.append(ItemRow(digest, size, name, accession, status, prepared.format, order=record.order))
        works = self.families.works_of(witnesses)
        self.added.append((accession, Added(name, digest, status, prepared.format, witnesses, works, note=prepared.note)))
        self._skipped(accession, prepared.skipped)
        self._inner(record, prepared.inner)

    def _again(self, digest: str, name: str) -> bool:
        """Whether bytes that could not be read as what their name said are to be read under this other name."""
        code, before = self.failed.get(digest, ("", ""))
        if not code and digest not in self.seen:
            held = self.all.catalogue.item(digest)
            if held is not None and held.problem is not None:
                code, before = held.problem[0], held.name
        return code in _BY_NAME and PurePath(before).suffix.lower() != PurePath(name).suffix.lower()

    def _skipped(self, accession: str, parts: Iterable[tuple[str, str, str]]) -> None:
        for part, code, reason in parts:
            kind: Literal["problem", "skipped"] = "problem" if code in intake.FAULTS else "skipped"
            self.added.append((accession, Added(part, None, kind, problem=(code, f"{plain(part)} {reason}"))))

    def _inner(self, record: Record, members: Sequence[intake.Inner]) -> None:
        """Members of a container: items of their own, whose bytes are those inside the container."""
        accession = record.data["accession"]
        fresh = []
        for inner in members:
            digest = "sha256:" + hashlib.sha256(inner.data).hexdigest()
            if digest in self.all.recorded.removed:
                continue
            known = None if digest in self.seen else self.all.catalogue.item(digest)
            if (digest not in self.seen and known is None) or self._again(digest, inner.name):
                self.failed.pop(digest, None)  # once a container
                self.seen[digest] = ()
                decode = self.all.recorded.decodes.get(digest)
                fresh.append(intake.Task(inner.name, digest, inner.data, decode, True, inner.beside, inner.taken))
                continue
            witnesses = known.witnesses if known else self.seen[digest]
            form = known.format if known else None
            self.added.append((accession, Added(inner.name, digest, "known", form, witnesses, self.families.works_of(witnesses))))
            self.rows.append(ItemRow(digest, len(inner.data), inner.name, accession, "known", form, order=record.order))
        for outcome in self.all.workers.run(prepare, iter(fresh), size_of):
            task = outcome.task
            self._item(record, outcome, task.name, task.digest, len(task.data))
            if outcome.failure and (seen := intake.sighting(task, outcome.failure.code)):
                self.batch.sightings(task.digest, record.order, [seen])

    def _problem(self, record: Record, name: str, digest: str, size: int, failure: Failure) -> None:
        accession = record.data["accession"]
        reason = f"{plain(name)} {failure.reason}"
        self.seen.setdefault(digest, ())
        self.failed[digest] = (failure.code, name)
        self.rows.append(ItemRow(digest, size, name, accession, "problem", None, failure.code, reason, record.order))
        self.added.append((accession, Added(name, digest, "problem", problem=(failure.code, reason))))
        if digest not in self.all.recorded.problems:
            said = {"kind": "problem", "accession": accession, "digest": digest, "name": name}
            self.out.append({**said, "code": failure.code, "reason": reason})

    def _witness(self, record: Record, name: str, digest: str, form: str, copy: PreparedCopy, witness: str) -> str:
        bundles = self.all.recorded.bundles
        if self.families.knows(witness):
            return bundles.copy_of(witness)
        kin = self._kin(witness, copy)
        place = self.joining.place(witness, copy)
        sequence = sequence_of(record.order, self.position)
        self.position += 1
        if place is not None:
            self.joining.tie(witness, place, digest, sequence, kin)
        own = witness if place is None else place.copy
        if place is None or self.batch.work_of(own) is None:
            tied = self._formats_beside(record, digest, copy) if place is None else []
            self._row(record, name, digest, form, copy, own, sequence, kin if own == witness else {}, tied)
        if place is not None:
            self.joining.enter(witness, place, digest, form, copy)
        else:
            self.all.keep_words(witness, copy.came)
            for other, kinship in kin.items():
                if other not in bundles.places:  # what a joined copy is to this one shows when its pieces are together
                    self.batch.kin(witness, other, kinship)
        self.families.regroup([witness])
        return own

    def _formats_beside(self, record: Record, digest: str, copy: PreparedCopy) -> list[str]:
        """The copies that are other formats of the same book of calibre's: one work, whatever their words."""
        book = book_of(record)
        if book is None or copy.place or digest != record.data["digest"]:
            return []
        found: list[str] = []
        for other in self.all.recorded.books.get(book, ()):
            held = self.all.catalogue.item(other) if other not in self.seen else None
            found += self.seen.get(other, ()) if held is None else held.witnesses
        return [w for w in dict.fromkeys(found) if self.families.knows(w)]

    def _row(
        self,
        record: Record,
        name: str,
        digest: str,
        form: str,
        copy: PreparedCopy,
        witness: str,
        sequence: int,
        kin: Mapping[str, Kinship],
        tied: Sequence[str],
    ) -> None:
        """The row of a copy, or of one of whose pieces this is the first to be entered."""
        work, siglum = self.families.place(witness, self.all.recorded.digests.get(witness, digest), sequence, kin, tied)
        self.all.keep(witness, copy.packed, copy.shape)
        new = NewWitness(
            witness=witness,
            order=self.all.recorded.sequences[witness],
            digest=digest,
            items=(digest,),
            place=copy.place,
            name=name,
            format=form,
            accession=record.data["accession"],
            added=record.at,
            metadata=copy.metadata,
            document=copy.packed,
            words=copy.words,
            chapters=copy.chapters,
            extent=copy.metadata.extent,
            version_key=copy.version_key,
            sketch=copy.sketch,
            tokens=copy.tokens,
            work=work,
            siglum=siglum,
        )
        self.batch.witness(new)
        self.fresh[witness] = replace(copy, came=NO_WORDS)  # they are kept apart, as many as may be

    def _kin(self, witness: str, copy: PreparedCopy) -> Mapping[str, Kinship]:
        """Everything entered before that shares this copy's words."""
        candidates = self.batch.candidates(copy.sketch, copy.version_key)[:_MOST_CANDIDATES]
        known = self.batch.boilerplate() if candidates else None
        found: dict[str, Kinship] = {}
        for other, _shared, _tokens in candidates:
            if other != witness:
                theirs = self.joining.words(other)
                theirs = self.all.words(other) if theirs is None else theirs
                kinship = collation.kinship(copy.came, theirs, boilerplate=known)
                if kinship is not None:
                    found[other] = self._by_address(copy.metadata.url, other, kinship)
        return found

    def _by_address(self, url: str | None, other: str, kinship: Kinship) -> Kinship:
        """What words alone take for a collection is the finished work when both copies come from one address.

        And a small part of a large text is a work of its own when the site has both under numbers of their own: else a story of
        a hundred words, printed in many, would make one work of them all.
        """
        if kinship.verdict in {"same", "revised"} or url is None:
            return kinship
        if other in self.all.recorded.bundles.places:
            theirs = self.joining.address(other)
        else:
            fresh = self.fresh.get(other)
            theirs = (fresh.metadata if fresh else self.all.catalogue.witness(other).metadata).url
        mine, yours = identify(url), identify(theirs or "")
        if mine is None or yours is None or (mine.site, mine.kind) != (yours.site, yours.kind):
            return kinship
        in_other, in_own = kinship.containment
        if mine.id != yours.id:
            apart = mine.kind == "work" and kinship.verdict != "quotes" and min(in_other, in_own) <= _SMALL
            return replace(kinship, verdict="anthology") if apart else kinship
        if kinship.verdict in {"anthology", "quotes"}:
            return replace(kinship, verdict="contained" if in_other > in_own else "contains")
        return kinship

    # ------------------------------------------------------------ rulings and credits

    def _ruling(self, record: Record) -> None:
        chain = self.families.rule(record)
        gathering.names_ruled(self.batch, chain)
        subject = chain[-1]
        if subject.kind not in {"accept", "refuse", "edit"}:
            return
        witness = self.all.recorded.ruled_on.get(subject.on[0])
        copy = self.all.recorded.bundles.copy_of(witness) if witness else ""
        work = self.batch.work_of(copy) if witness else self.batch.work_of_claim(subject.on[0])
        if work is not None:
            self.families.touch(work)
        if witness is not None and witness in self.all.recorded.bundles.places:
            self.joining.touch(copy)
        elif witness is not None and work is not None:
            self.ruled[witness] = self.ruled.get(witness, False) or len(chain) > 1

    def _credit(self, mended: Iterable[str]) -> None:
        """Reads claims out of every copy that is new or reads differently now."""
        changed = list(mended)
        moved = (m.witness for work in self.families.regrouped for m in self.families.members(work))
        for witness in dict.fromkeys([*self.fresh, *changed, *moved]):
            if self.batch.work_of(witness) is None:
                continue
            if witness in self.all.recorded.bundles.by_copy:
                self.joining.credit(witness)
                continue
            work = self.families.work_of(witness)
            fresh = self.fresh.get(witness)
            if fresh is not None and fresh.credits is not None and witness not in changed:
                read = provenance.placed(fresh.credits, work, witness)
            else:
                metadata = fresh.metadata if fresh is not None else self.all.catalogue.witness(witness).metadata
                document = self.all.document(witness)
                read = provenance.read_claims(
                    work=work, witness=witness, item=document.item, metadata=metadata, text=reading(document)
                )
            self.batch.provenance(
                witness,
                claims=read.claims,
                relations=read.relations,
                creators=read.creators,
                lost=read.lost,
                links=read.links,
                wishes=read.wishes,
                named=gathering.names_in(read.claims, work),
            )


def _is_evidence(added: Added) -> bool:
    """Whether a page was passed over that says something of the address of a work: gone, moved or unchanged on a day."""
    return added.status == "skipped" and intake.is_works(added.name.rpartition("!")[2].partition(" ")[0])
