"""Entering: what the library hands over in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import naming, pieces, sightings, wrangled
from variorum.catalogue import schema as s
from variorum.catalogue.asking import Asking
from variorum.catalogue.blobs import DOCUMENT_SCHEMA
from variorum.catalogue.driver import Quick
from variorum.catalogue.entry import (
    RECEPTION,
    agent_keys,
    claim_row,
    item_row,
    lost_row,
    mending_row,
    relation_row,
    ruling_row,
    witness_row,
)
from variorum.catalogue.fields import address
from variorum.catalogue.naming import Naming
from variorum.catalogue.refresh import judge, refresh
from variorum.catalogue.rows import ItemRow, NewWitness, Sketch
from variorum.catalogue.sketches import Remembered
from variorum.catalogue.sql import chunks, get_state, insert, put_state, upsert
from variorum.catalogue.values import dump
from variorum.document import Document, Packed, pack, reading
from variorum.model import Agent, Claim, Creator, Kinship, LostWitness, Metadata, Relation, Ruling, Sighting, TagWord, Wish

__all__ = ["Batch"]


def _with(statement: Any, column: sa.Column[str]) -> Quick:
    return Quick(statement.where(column == sa.bindparam("one")))


_CHILDREN = [_with(sa.delete(t), t.c.witness) for t in (s.claims, s.named, s.relations, s.lost, s.provenance)]
_COUNT = _with(sa.select(sa.func.count()), s.witnesses.c.work)
_LAST = _with(sa.select(sa.func.max(s.receptions.c.number)), s.receptions.c.accession)
_PLACED = _with(sa.select(s.witnesses.c.work, s.witnesses.c.version_key), s.witnesses.c.witness)
_NOT_RETIRED = _with(sa.delete(s.retired), s.retired.c.work)


class Batch(Asking):
    """One transaction of the catalogue, from `Catalogue.batch`. Works it touches are refreshed at its end."""

    def __init__(self, connection: sa.Connection, remembered: Remembered | None = None) -> None:
        super().__init__(connection, remembered)
        self.change = int(get_state(connection, "change") or 0) + 1
        self.renamed: set[str] = set()  #: keys of names whose claims changed: their agents are to be gathered anew
        self.outdated: set[str] = set()  #: agents that stood behind names that are gone
        self._touched: dict[str, None] = {}
        self._changed = False
        self._unread: set[str] = set()  # witnesses out of which nothing was read yet

    # ------------------------------------------------------------ items

    def items(self, rows: Sequence[ItemRow]) -> None:
        """Receptions, and the items they brought (the first reception of a digest names it)."""
        if not rows:
            return
        counts: dict[str, int] = {}
        for accession in {row.accession for row in rows}:
            last = _LAST.value(self.connection, one=accession)
            counts[accession] = 0 if last is None else last + 1
        receptions: list[dict[str, Any]] = []
        items: dict[str, dict[str, Any]] = {}  # bytes may fail under one name and be read under the next
        for row in rows:
            values = item_row(row)
            number = counts[row.accession]
            counts[row.accession] += 1
            receptions.append({k: values[k] for k in RECEPTION} | {"number": number})
            if row.digest is not None and row.status in ("added", "problem"):
                items[row.digest] = values
        insert(self.connection, s.receptions, receptions)
        if items:
            upsert(self.connection, s.items, list(items.values()), ("digest",))

    # ------------------------------------------------------------ witnesses

    def witness(self, new: NewWitness) -> int:
        """Enters a witness (in place of one with this id) and gives how many its work has."""
        self._drop_witnesses([new.witness])
        self._work(new.work, new.order)
        insert(self.connection, s.witnesses, [witness_row(new)])
        items = [{"witness": new.witness, "position": n, "digest": digest} for n, digest in enumerate(new.items)]
        insert(self.connection, s.witness_items, items)
        self._document(new.witness, new.document, new.text)
        self.sketches.enter(new.version_key, new.sketch, new.tokens)
        self._unread.add(new.witness)
        self._touch(new.work)
        count: int = _COUNT.value(self.connection, one=new.work)
        return count

    def document(
        self, witness: str, document: Document, words: int, version_key: str | None = None, text: str | None = None
    ) -> None:
        """Replaces the document of a witness: it was rescued anew, or a ruling changed it."""
        row = self.connection.execute(
            sa.select(s.witnesses.c.work, s.witnesses.c.version_key).where(s.witnesses.c.witness == witness)
        ).one()
        values: dict[str, Any] = {"words": words, **mending_row(document)}
        if version_key is not None and version_key != row.version_key:
            self.sketches.respell(row.version_key, version_key)
            values["version_key"] = version_key
        self.connection.execute(sa.update(s.witnesses).where(s.witnesses.c.witness == witness).values(values))
        self.sketches.forget_unused({row.version_key})
        self._document(witness, document, text)
        self._touch(row.work)

    def piece(self, row: pieces.PieceRow, sketch: Sketch, tokens: int) -> None:
        """Enters a piece of a copy whose row is there."""
        pieces.enter(self.connection, row)
        self.sketches.enter(row.version_key, sketch, tokens)

    def rejoin(self, joined: pieces.Joined) -> None:
        """Makes a copy what its pieces make of it now."""
        pieces.rejoin(self.connection, joined)
        self._document(joined.copy, joined.document, joined.text)
        self._touch(
            self.connection.execute(sa.select(s.witnesses.c.work).where(s.witnesses.c.witness == joined.copy)).scalar_one()
        )

    def drop_piece(self, piece: str) -> None:
        """Forgets a piece of a copy that stays."""
        self.sketches.forget_unused(pieces.drop(self.connection, piece))

    def forget_kin(self, a: str, b: str) -> None:
        """Forgets the verdict on two witnesses, either way round."""
        k = s.kin.c
        self.connection.execute(sa.delete(s.kin).where(((k.a == a) & (k.b == b)) | ((k.a == b) & (k.b == a))))

    def _document(self, witness: str, document: Document | Packed, text: str | None) -> None:
        if not isinstance(document, Packed):
            document = pack(document, reading(document).part("story").text if text is None else text)
        data = {"witness": witness, "schema": DOCUMENT_SCHEMA, "data": document.data}
        upsert(self.connection, s.documents, [data], ("witness",))
        upsert(self.connection, s.texts, [{"witness": witness, "data": document.text}], ("witness",))
        upsert(self.connection, s.marks, [{"witness": witness, "emendations": document.marks}], ("witness",))

    # ------------------------------------------------------------ works

    def join(self, kept: str, retired: str, sigla: Mapping[str, str] | None = None) -> None:
        """Moves every witness of ``retired`` to ``kept`` (``sigla``: witness -> its siglum there); the old id resolves for ever."""
        if kept == retired:
            return
        query = sa.select(s.witnesses.c.witness, s.witnesses.c.siglum, s.witnesses.c.order).where(s.witnesses.c.work == retired)
        moving = self.connection.execute(query.order_by(s.witnesses.c.order)).all()
        if moving:
            self._work(kept, moving[0].order)
        for row in moving:
            siglum = (sigla or {}).get(row.witness, row.siglum)
            self.connection.execute(
                sa.update(s.witnesses).where(s.witnesses.c.witness == row.witness).values(work=kept, siglum=siglum)
            )
        self._retire(retired, kept)
        self._touch(kept)

    def move(self, witness: str, work: str, siglum: str) -> None:
        """Gives a witness to another (perhaps new) work."""
        row = self.connection.execute(
            sa.select(s.witnesses.c.work, s.witnesses.c.order).where(s.witnesses.c.witness == witness)
        ).one()
        self._work(work, row.order)
        self.connection.execute(sa.update(s.witnesses).where(s.witnesses.c.witness == witness).values(work=work, siglum=siglum))
        self._touch(row.work)
        self._touch(work)

    def remove(self, *witnesses: str) -> None:
        """Forgets witnesses; a work that has none left is forgotten too."""
        self._drop_witnesses(witnesses)

    def told(self, digest: str, order: int, works: Sequence[Metadata]) -> None:
        """What an item says of works without holding them; it replaces what it said before."""
        self.connection.execute(sa.delete(s.told).where(s.told.c.digest == digest))
        rows = [
            {"digest": digest, "position": n, "order": order, "address": address(m.url), "metadata": dump(m)}
            for n, m in enumerate(works)
        ]
        if rows:
            self.connection.execute(sa.insert(s.told), rows)
        self._changed = True

    def sightings(self, digest: str, order: int, found: Sequence[Sighting], first: int = 0) -> None:
        """What an item says of works' addresses. Its parts from ``first`` on; from 0 on it replaces what the item said before."""
        sightings.enter(self.connection, digest, order, found, first)
        self._changed = True

    def discard_items(self, digests: Iterable[str]) -> None:
        """Forgets items whose bytes are gone."""
        gone = list(digests)
        self._changed = self._changed or bool(gone)
        self.connection.execute(sa.delete(s.items).where(s.items.c.digest.in_(gone)))
        self.connection.execute(sa.delete(s.told).where(s.told.c.digest.in_(gone)))
        self.connection.execute(sa.delete(sightings.table).where(sightings.table.c.digest.in_(gone)))

    def _work(self, work: str, order: int) -> None:
        if self.has_work(work):
            return
        _NOT_RETIRED.run(self.connection, one=work)
        empty = {"words": 0, "chapters": 0, "versions": 0, "metadata": "{}", "taken_from": "{}", "lost": 0}
        row = {"work": work, "order": order, "change": self.change, **empty}
        insert(self.connection, s.works, [row])

    def _retire(self, work: str, kept: str | None) -> None:
        self.connection.execute(sa.delete(s.tags).where(s.tags.c.work == work))
        self.connection.execute(sa.delete(s.works).where(s.works.c.work == work))
        again = sa.update(s.retired).where(s.retired.c.kept == work).values(kept=kept)
        self.connection.execute(again)
        upsert(self.connection, s.retired, [{"work": work, "kept": kept, "change": self.change}], ("work",))
        self._touched.pop(work, None)
        self._changed = True

    def _drop_witnesses(self, witnesses: Sequence[str]) -> None:
        rows = [row for witness in witnesses for row in _PLACED.rows(self.connection, one=witness)]
        if not rows:
            return
        self._forget_names(witnesses)
        keys = {key for _, key in rows}
        keys.update(self.connection.execute(sa.select(s.pieces.c.version_key).where(s.pieces.c.copy.in_(witnesses))).scalars())
        self.connection.execute(sa.delete(s.witnesses).where(s.witnesses.c.witness.in_(witnesses)))
        self.sketches.forget_unused(keys)
        for work, _ in rows:
            self._touch(work)

    # ------------------------------------------------------------ credit, kinship, rulings

    def kin(self, a: str, b: str, kinship: Kinship) -> None:
        """The verdict on two witnesses, of one work or of two; it replaces an earlier one, either way round."""
        swapped = (s.kin.c.a == b) & (s.kin.c.b == a)
        self.connection.execute(sa.delete(s.kin).where(swapped))
        first, second = kinship.containment
        row = {"a": a, "b": b, "verdict": kinship.verdict, "resemblance": kinship.resemblance, "a_in_b": first, "b_in_a": second}
        upsert(self.connection, s.kin, [row], ("a", "b"))
        query = sa.select(s.witnesses.c.work).where(s.witnesses.c.witness.in_([a, b]))
        for work in self.connection.execute(query).scalars():
            self._touch(work)

    def provenance(
        self,
        witness: str,
        claims: Sequence[Claim] = (),
        relations: Sequence[Relation] = (),
        creators: Sequence[Creator] = (),
        lost: Sequence[LostWitness] = (),
        links: Sequence[str] = (),
        wishes: Sequence[Wish] = (),
        named: Sequence[Naming] = (),
    ) -> None:
        """What was read out of a witness; it replaces what was read out of it before."""
        if witness not in self._unread:
            self._forget_names([witness])
            for forget in _CHILDREN:
                forget.run(self.connection, one=witness)
        self._unread.discard(witness)
        rows: tuple[tuple[sa.Table, list[dict[str, Any]]], ...] = (
            (s.claims, [{"witness": witness, "position": n, **claim_row(c)} for n, c in enumerate(claims)]),
            (s.named, [one.row(witness) for one in named]),
            (s.relations, [{"witness": witness, "position": n, **relation_row(r)} for n, r in enumerate(relations)]),
            (s.lost, [{"witness": witness, "position": n, **lost_row(one)} for n, one in enumerate(lost)]),
            (s.provenance, [{"witness": witness, "data": dump({"creators": creators, "links": links, "wishes": wishes})}]),
        )
        for table, values in rows:
            insert(self.connection, table, values)
        self.renamed.update(one.told.key for one in named)
        work = self.work_of(witness)
        if work is not None:
            self._touch(work)

    def names(self, witness: str, named: Sequence[Naming]) -> None:
        """Enters whom the claims of a witness name; those that are there must be forgotten first."""
        if named:
            insert(self.connection, s.named, [one.row(witness) for one in named])
        self.renamed.update(one.told.key for one in named)

    def forget_agents(self) -> None:
        """Forgets every agent, and who is named where."""
        self.connection.execute(sa.delete(s.named))
        self.connection.execute(sa.delete(s.agents))
        self.outdated.clear()

    def _forget_names(self, witnesses: Sequence[str]) -> None:
        keys, agents = naming.named_in(self.connection, witnesses)
        self.renamed |= keys
        self.outdated |= agents

    def agents_behind(self, agents: Iterable[Agent], of: Mapping[str, str], keys: Collection[str]) -> None:
        """Puts the agents gathered for these keys in place of those that stood behind them; ``of``: key -> agent."""
        known = list(agents)
        old = (naming.behind(self.connection, sorted(keys)) | self.outdated) - {a.agent for a in known}
        naming.put_agents(self.connection, of, keys)
        self.agents(known)
        # An agent that others still name was only renamed elsewhere: it keeps its row until those are gathered.
        still = naming.still_behind(self.connection, sorted(old))
        for some in chunks(sorted(old - still)):
            self.connection.execute(sa.delete(s.agents).where(s.agents.c.agent.in_(some)))
        self.renamed.clear()
        self.outdated.clear()

    def agents(self, agents: Iterable[Agent], *, replace: bool = False) -> None:
        """Agents by id; ``replace`` forgets every other first."""
        if replace:
            self.connection.execute(sa.delete(s.agents))
        known = list(agents)
        if not known:
            return
        rows = [{"agent": a.agent, "certainty": a.certainty, "names": dump(a.names)} for a in known]
        upsert(self.connection, s.agents, rows, ("agent",))
        self._changed = True
        if not replace:
            self.connection.execute(sa.delete(s.agent_names).where(s.agent_names.c.agent.in_([a.agent for a in known])))
        names = [{"agent": a.agent, "position": n, "key": key} for a in known for n, key in enumerate(agent_keys(a))]
        if names:
            self.connection.execute(sa.insert(s.agent_names), names)

    def ruling(self, ruling: Ruling) -> None:
        """Mirrors a ruling of the register."""
        known = self.connection.execute(sa.select(s.rulings.c.position).where(s.rulings.c.ruling == ruling.ruling)).scalar()
        last = self.connection.execute(sa.select(sa.func.max(s.rulings.c.position))).scalar()
        position = known if known is not None else 0 if last is None else last + 1
        self._rulings = None
        upsert(self.connection, s.rulings, [ruling_row(ruling, position)], ("ruling",))
        self._changed = True

    def tag_words(self, words: Iterable[TagWord], at: str, *, back: bool = False) -> None:
        """What a person said of tags at an instant (``back``: takes back)."""
        wrangled.say(self.connection, words, at, self.change, back=back)
        self._changed = True

    # ------------------------------------------------------------ the end

    def refresh(self, works: Iterable[str]) -> None:
        """Computes merged works anew: fields, base, versions, kinship to the base, tags, what is still lost."""
        wanted = list(dict.fromkeys(works))
        for work in wanted:
            self._touched.pop(work, None)
        if wanted:
            self._changed = True
            for gone in refresh(self.connection, wanted, self.change):
                self._retire(gone, None)

    def judge(self, works: Iterable[str]) -> None:
        """Says anew of works that are not computed anew whether a person looked at their copies."""
        judge(self.connection, list(works))

    def entered(self, order: int) -> None:
        """Says up to which record the register has been entered."""
        put_state(self.connection, "order", str(order))

    def state(self, key: str, value: str) -> None:
        """Keeps a word of the library's own about the catalogue."""
        put_state(self.connection, key, value)

    def _touch(self, work: str) -> None:
        self._touched[work] = None

    def finish(self) -> None:
        """Refreshes what was touched and moves the change counter; called once, at the end of the transaction."""
        self.refresh(list(self._touched))
        self.sketches.keep()
        if self._changed:
            put_state(self.connection, "change", str(self.change))
