"""Pieces of one copy: entered one by one, read as one. What was decided about a piece holds wherever it comes to stand.

A piece is a node of the graph and is compared, mended and credited alone. Readers see the copy: at the end of a
transaction it is put together anew from its pieces, in reading order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from variorum import collation, provenance
from variorum.catalogue import Batch, Joined, PieceRow
from variorum.document import Document, Joint, joined, moved, reading, rule_on, starts_of
from variorum.library import gathering
from variorum.library.bundled import TIE, Place
from variorum.library.families import Families
from variorum.library.merging import said_together
from variorum.library.rulings import decided
from variorum.model import Evidence, Kinship, Metadata
from variorum.preparing import PreparedCopy, chapters_of, story, version_key, words_of
from variorum.text import Tokens

if TYPE_CHECKING:
    from variorum.library.entering import Entering

__all__ = ["Joining"]

_ONE_WORK = frozenset({"same", "revised", "contained", "contains"})
_COMPARED = 8  # other copies of its work that a joined copy is compared with, those with the most words of it first


class Joining:
    """The pieces of one transaction."""

    def __init__(self, entering: Entering, batch: Batch, families: Families, out: list[dict[str, Any]]) -> None:
        self.all = entering
        self.batch = batch
        self.families = families
        self.out = out
        self.bundles = entering.recorded.bundles
        self.touched: dict[str, None] = {}  # copies to put together anew
        self.metadata: dict[str, Metadata] = {}  # of the copies that were

    # ------------------------------------------------------------ entering

    def place(self, witness: str, copy: PreparedCopy) -> Place | None:
        """Where a copy belongs as a piece; None when it is a copy by itself."""
        known = self.bundles.places.get(witness)
        if known is not None or copy.bundle is None:
            return known

        def same(piece: str) -> bool:
            row = self.batch.pieces([piece]).get(piece)
            return row is not None and row.version_key == copy.version_key

        key, number, of = copy.bundle
        return self.bundles.choose(witness, key, number, of, same)

    def tie(self, witness: str, place: Place, digest: str, sequence: int, kin: Mapping[str, Kinship]) -> None:
        """Makes a piece a node of the graph, tied to its copy, and writes down what is new about it."""
        near = {other: k.resemblance for other, k in kin.items() if k.verdict in _ONE_WORK}
        fresh = witness not in self.bundles.places
        self.bundles.put(witness, place)
        beside = place.copy if place.copy != witness else self.bundles.beside(witness)
        if beside is not None:
            near[beside] = TIE
        edges = self.all.recorded.learn(witness, sequence, near)
        self.all.recorded.digests.setdefault(witness, digest)
        if fresh or edges:
            event = {"kind": "joined", "witness": witness, "copy": place.copy, "key": place.key, "number": place.number}
            more = {"of": place.of, "repeats": place.repeats, "digest": digest}
            self.out.append({**event, **more, "sequence": self.all.recorded.sequences[witness], "kin": edges})

    def enter(self, witness: str, place: Place, digest: str, form: str, copy: PreparedCopy) -> None:
        """Enters a piece whose copy has its row."""
        order = self.all.recorded.sequences[witness]
        row = PieceRow(witness, place.copy, order, digest, form, copy.version_key, copy.metadata, copy.document)
        self.batch.piece(row, copy.sketch, copy.tokens)
        self.touch(place.copy)

    def touch(self, copy: str) -> None:
        """Notes a copy to be put together anew, with those that inherit from it."""
        for one in (copy, *self.bundles.later(copy)):
            if self.batch.work_of(one) is not None:
                self.touched[one] = None

    def remove(self, witnesses: Iterable[str]) -> None:
        """Takes pieces out of copies that stay."""
        for witness in witnesses:
            if witness in self.bundles.places and self.batch.has_piece(witness):
                self.batch.drop_piece(witness)
                self.touch(self.bundles.copy_of(witness))

    def keeps(self, copy: str) -> bool:
        """Whether a copy stays although the piece that gave it its id was removed: another of its pieces came again since."""
        own = self.bundles.all_of([copy]) if copy in self.bundles.by_copy else ()
        return any(piece not in self.all.recorded.hidden and self.batch.has_piece(piece) for piece in own)

    def words(self, piece: str) -> Tokens | None:
        """The words of a piece's story as they came; None for what is no piece."""
        if piece not in self.bundles.places:
            return None
        return self.all.words_of_piece(piece, lambda: self.batch.pieces([piece])[piece].document)

    def address(self, piece: str) -> str | None:
        """The address a piece says it is from."""
        return self.batch.pieces([piece])[piece].metadata.url

    # ------------------------------------------------------------ putting together

    def rows(self, copy: str) -> list[PieceRow]:
        """The pieces of a copy that are entered, in reading order."""
        ids = self.bundles.pieces_of(copy)
        held = self.batch.pieces(ids)
        return [held[piece] for piece in ids if piece in held]

    def join(self) -> list[str]:
        """Puts together every copy that was touched; gives them."""
        return [copy for copy in self.touched if self.batch.work_of(copy) is not None and self.put(copy)]

    def put(self, copy: str, mended: Mapping[str, Document] | None = None) -> bool:
        """Puts one copy together, from documents that were mended anew where there are some; whether it has pieces."""
        rows = self.rows(copy)
        if not rows:
            return False
        numbers = {piece: self.bundles.places[piece].number for piece in (row.piece for row in rows)}
        joints = [Joint(row.piece, numbers[row.piece], (mended or {}).get(row.piece, row.document)) for row in rows]
        head = next((row for row in rows if row.piece == copy), rows[0])
        document = self._ruled(joined(head.document.item, joints))
        text = reading(document)
        words = words_of(text)
        said = [(numbers[row.piece], self.bundles.places[row.piece].of, row.metadata) for row in rows]
        metadata = said_together(said, words)
        repeated = self.batch.pieces(self.bundles.repeated_in(copy))
        items = dict.fromkeys([*(row.digest for row in rows), *(row.digest for row in repeated.values())])
        self.batch.rejoin(
            Joined(
                copy=copy,
                items=tuple(items),
                metadata=metadata,
                document=document,
                words=words,
                chapters=chapters_of(text, replace(metadata, chapters_held=None)),
                tokens=len(story(document)),
                version_key=version_key(text),
                text=text.part("story").text,
            )
        )
        self.metadata[copy] = metadata
        self.all.keep(copy, document)
        return True

    def _ruled(self, document: Document) -> Document:
        """The document with a person's rulings, each written down in the offsets of its piece."""
        recorded = self.all.recorded
        starts = starts_of(document)
        kept = [
            moved([e], starts[recorded.ruled_on[e.emendation]])[0]
            for e in recorded.emendations.values()
            if recorded.ruled_on[e.emendation] in starts
        ]
        return rule_on(document, decided(self.batch.rulings()), kept)

    def documents(self, copy: str) -> list[tuple[str, Document]]:
        """The documents of a copy's pieces, as each was mended alone; empty for a copy that has none."""
        return [(row.piece, row.document) for row in self.rows(copy)] if copy in self.bundles.by_copy else []

    # ------------------------------------------------------------ comparing and crediting

    def compare(self) -> None:
        """What joined copies are to the others of their works, from the texts as they are now: the later against the earlier.

        What was found about a copy before it grew is forgotten, also where a ruling keeps the two in different works.
        """
        for copy in self.touched:
            for other in self.batch.kin_of(copy):
                self.batch.forget_kin(copy, other)
        for work in dict.fromkeys([*self.families.works_of(self.touched), *self.families.touched]):
            members = self.families.members(work)
            pieced = self.batch.of_pieces([m.witness for m in members]) if len(members) > 1 else set()
            words: dict[str, Tokens] = {}
            for one in (m.witness for m in members if m.witness in pieced):
                known = self.batch.kin_of(one)
                for other in self._likeliest(one, [m.witness for m in members if m.witness != one]):
                    if other in known:
                        continue
                    later, earlier = sorted((one, other), key=self._sequence, reverse=True)
                    for witness in (later, earlier):
                        if witness not in words:
                            words[witness] = story(self.all.document(witness))
                    found = collation.kinship(words[later], words[earlier])
                    if found is not None and found.verdict in _ONE_WORK:
                        self.batch.kin(later, earlier, found)

    def _likeliest(self, copy: str, others: Sequence[str]) -> Sequence[str]:
        """Those of many that share the most of its words; then the earliest."""
        if len(others) <= _COMPARED:
            return others
        sketch = collation.sketch(story(self.all.document(copy)))
        near = (self.bundles.copy_of(witness) for witness, _, _ in self.batch.candidates(sketch, None))
        return [other for other in dict.fromkeys([*near, *others]) if other in others][:_COMPARED]

    def _sequence(self, witness: str) -> tuple[int, str]:
        return (self.all.recorded.sequences.get(witness, 1 << 62), witness)

    def credit(self, copy: str) -> None:
        """Reads claims out of each piece, so that they keep their ids; what the copy says as a whole is said by the first met."""
        work = self.families.work_of(copy)
        starts = starts_of(self.all.document(copy))
        rows = self.rows(copy)
        head = min(rows, key=lambda row: row.order, default=None)
        metadata = self.metadata.get(copy) or said_together(
            [(self.bundles.places[r.piece].number, self.bundles.places[r.piece].of, r.metadata) for r in rows], 0
        )
        read = []
        for row in rows:
            own = metadata if row is head else Metadata(site=row.metadata.site, url=row.metadata.url)
            text, item = reading(row.document), row.document.item
            found = provenance.read_claims(work=work, witness=copy, item=item, metadata=own, text=text)
            by = starts.get(row.piece, 0)
            read.append(replace(found, claims=tuple(replace(c, evidence=_moved(c.evidence, by)) for c in found.claims)))
        claims = [claim for one in read for claim in one.claims]
        self.batch.provenance(
            copy,
            claims=claims,
            relations=tuple(dict.fromkeys(r for one in read for r in one.relations)),
            creators=tuple(dict.fromkeys(c for one in read for c in one.creators)),
            lost=tuple(dict.fromkeys(c for one in read for c in one.lost)),
            links=tuple(dict.fromkeys(link for one in read for link in one.links)),
            wishes=tuple(dict.fromkeys(w for one in read for w in one.wishes)),
            named=gathering.names_in(claims, work),
        )


def _moved(evidence: Evidence, by: int) -> Evidence:
    if evidence.start is None or evidence.end is None:
        return evidence
    return replace(evidence, start=evidence.start + by, end=evidence.end + by)
