"""A person's decisions, written into the register: rulings, and the two steps of removing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from variorum.catalogue import Catalogue
from variorum.document import Document, Emendation, moved, piece_at
from variorum.errors import NotFound, RulingError
from variorum.library.recorded import Recorded
from variorum.library.rulings import checked, standing
from variorum.model import Ruling, Work
from variorum.vault import Record, Register, Store

__all__ = ["Deciding"]


class Deciding:
    """Checks what a person wants and appends it to the register. Called under its writer lock, caught up."""

    def __init__(self, store: Store, register: Register, catalogue: Catalogue, recorded: Recorded) -> None:
        self.store = store
        self.register = register
        self.catalogue = catalogue
        self.recorded = recorded

    # ------------------------------------------------------------ ruling

    def rule(self, kind: str, on: Sequence[str], why: str | None) -> str:
        """Appends a ruling and gives its id; see `Library.rule`."""
        return self.rule_all(kind, [on], why)[0]

    def rule_all(self, kind: str, each: Sequence[Sequence[str]], why: str | None) -> list[str]:
        """Appends one ruling for each of these, all of them or none; gives their ids."""
        before = self.catalogue.several.rulings()
        documents: dict[str, Document] = {}
        made: list[str] = []
        events: list[dict[str, Any]] = []
        for number, on in enumerate(each, before):
            whole = checked(kind, on, self._resolve)
            ruling = hashlib.sha256(f"{number} {kind} {whole}".encode()).hexdigest()[:16]
            event = {"kind": "ruling", "ruling": ruling, "kind_of": kind, "on": list(whole), "why": why}
            undoes = whole[0] if kind == "undo" else None
            events.append({**event, "undoes": undoes, **self._subject(kind, whole, documents)})
            made.append(ruling)
        self.register.append(events)
        return made

    def rule_in_step(self, rulings: Sequence[tuple[str, Sequence[str]]], why: str | None) -> str:
        """Appends rulings on copies, or undos, as one step, all of them or none; gives the step. Whole ids cost nothing to check."""
        known = self.catalogue.several.known({key for _, on in rulings for key in on})
        before = self.catalogue.several.rulings()
        step = ""
        events: list[dict[str, Any]] = []
        for number, (kind, on) in enumerate(rulings, before):
            whole = checked(kind, on, lambda what, key: key if key in known else self._resolve(what, key))
            ruling = hashlib.sha256(f"{number} {kind} {whole}".encode()).hexdigest()[:16]
            step = step or f"s{ruling}"
            undoes = whole[0] if kind == "undo" else None
            event = {"kind": "ruling", "ruling": ruling, "kind_of": kind, "on": list(whole), "why": why, "undoes": undoes}
            events.append({**event, "step": step})
        self.register.append(events)
        return step

    def contradictions(self, made: Ruling, before: Sequence[Ruling]) -> tuple[str, ...]:
        """The rulings that stood before and keep this one from having its way."""
        if made.kind not in {"same", "different"}:
            return ()
        together = len(set(self.catalogue.works_of(made.on))) == 1
        if together == (made.kind == "same"):
            return ()
        return tuple(r.ruling for r in standing(before) if r.kind in {"same", "different"} and r.kind != made.kind)

    def _subject(self, kind: str, on: Sequence[str], documents: dict[str, Document]) -> dict[str, Any]:
        """For the record: the emendation itself, so that the ruling means something when nothing proposes it any more."""
        if kind == "set":
            try:
                self.catalogue.check_value(on[1], on[2])
            except ValueError as error:
                raise RulingError(str(error)) from None
        if kind not in {"accept", "refuse", "edit"}:
            return {}
        known = self.recorded.emendations.get(on[0])
        witness = self.recorded.ruled_on.get(on[0])
        if known is None:
            work = self.catalogue.work_of_emendation(on[0])
            for copy in self.catalogue.work(work).witnesses if work else ():
                if copy.witness not in documents:
                    documents[copy.witness] = self.catalogue.document(copy.witness)
                for e in documents[copy.witness].emendations:
                    if e.emendation == on[0]:
                        known, witness = self._in_its_piece(e, copy.witness, documents[copy.witness])
        if known is None:
            if kind == "edit":
                raise RulingError(f"{on[0]} is a claim; only an emendation can be edited")
            return {}
        if kind == "edit" and known.kind != "text":
            raise RulingError(f"only a change of text can be edited; {on[0]} is a {known.kind}: accept or refuse it")
        return {"emendation": known._replace(ruling=None)._asdict(), "witness": witness}

    def _in_its_piece(self, emendation: Emendation, witness: str, document: Document) -> tuple[Emendation, str]:
        """An emendation over a joined copy in the offsets of its piece: another piece may come to stand before it."""
        if witness not in self.recorded.bundles.by_copy:
            return emendation, witness
        piece, start = piece_at(document, emendation.start)
        return moved([emendation], -start)[0], piece

    def _resolve(self, what: str, key: str) -> str:
        """A key of a ruling made whole: an id of a witness, an emendation or claim, a ruling."""
        if what == "emendation":
            return self.catalogue.emendation_or_claim(key)
        if what == "ruling":
            close = {r.ruling for r in self.catalogue.rulings() if key and r.ruling.startswith(key)}
            if len(close) != 1:
                raise NotFound("ruling", key, f"more than one ruling begins with {key!r}" if close else None)
            return close.pop()
        if ":" in key:
            return self._lettered(key)
        if what == "work":
            # Rulings are on witnesses: a work is meant by its earliest one.
            try:
                work = self.catalogue.work(key)
            except NotFound as unknown:
                try:
                    return self.catalogue.witness(key).witness
                except NotFound:
                    raise unknown from None
            if not work.witnesses:
                raise RulingError(f"of work {work.work} no copy is held; a ruling needs one")
            return work.witnesses[0].witness
        return self.catalogue.witness(key).witness

    def _lettered(self, key: str) -> str:
        """``WORK:B``: a copy by its letter."""
        work, _, siglum = key.partition(":")
        try:
            return self.catalogue.work(work).witness(siglum).witness
        except KeyError:
            raise NotFound("copy", key) from None

    # ------------------------------------------------------------ removing

    def remove(self, work: Work, why: str | None) -> str:
        """The first step; see `Library.remove`."""
        if not work.witnesses:
            raise NotFound("work", work.work, f"of work {work.work} no copy is held, so there is nothing to remove")
        witnesses = [w.witness for w in work.witnesses]
        witnesses += [p for p in self.recorded.bundles.all_of(witnesses) if p not in witnesses]
        held = {d for w in work.witnesses for d in w.items}
        alone = sorted(d for d in held if not set(self.catalogue.witnesses_from(d)) - set(witnesses))
        # What came out of a container has no bytes of its own in the vault: they stay inside it.
        inside = [d for d in alone if not self.store.has(d)]
        # What a program made of them goes with them.
        alone += [made.digest for d in alone if (made := self.recorded.derived.get(d)) is not None]
        event = {"kind": "removal", "work": work.work, "witnesses": witnesses, "digests": alone, "inside": inside}
        self.register.append([{**event, "state": "asked", "why": why}])
        return work.work

    def withdraw(self, key: str) -> str:
        """Takes a first step back; the caller rebuilds."""
        events: dict[str, Record] = {}
        for record in self.register:
            if record.kind == "removal":
                events[record.data["work"]] = record
        found = [record for work, record in events.items() if work.startswith(key) and record.data["state"] != "withdrawn"]
        if len(found) != 1:
            raise NotFound("removal", key)
        event = dict(found[0].data)
        if event["state"] == "done":
            raise NotFound("removal", key, f"work {event['work']} was deleted for good; only its line in the register is left")
        self.register.append([{**event, "kind": "removal", "state": "withdrawn"}])
        return str(event["work"])

    def purge(self, days: int) -> list[str]:
        """See `Library.purge`. The event is written before the bytes go, so that `verify` never misses them."""
        limit = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        due: dict[str, dict[str, Any]] = {}
        for record in self.register:
            if record.kind == "removal":
                key = record.data["work"]
                old = dt.datetime.fromisoformat(record.at) <= limit
                if record.data["state"] == "asked" and old:
                    due[key] = dict(record.data)
                elif record.data["state"] != "asked":
                    due.pop(key, None)
            elif record.kind == "received":
                for event in due.values():  # what was added again since is wanted again
                    event["digests"] = [d for d in event["digests"] if d != record.data["digest"]]
        gone: list[str] = []
        for event in due.values():
            event["witnesses"] = [w for w in event["witnesses"] if w in self.recorded.hidden]
            if not event["witnesses"]:
                continue  # all of it was added again since
            self.register.append([{**event, "kind": "removal", "state": "done"}])
            for digest in event["digests"]:
                if self.store.has(digest):
                    self.store.discard(digest)
                    gone.append(digest)
        return gone
