"""A book of claims while a copy is read: every claim gets its evidence, its place and its id here."""

from __future__ import annotations

from variorum.document import ReadingText
from variorum.model import Claim, Evidence
from variorum.provenance.values import claim_id

__all__ = ["Claims"]

_LONGEST = 600  # code points of evidence kept in a claim; the place covers the whole sentence


class Claims:
    """Claims of one copy of one work, in the order they were made, none twice."""

    def __init__(self, work: str, witness: str, item: str, text: ReadingText) -> None:
        self.work = work
        self._witness = witness
        self._item = item
        self._text = text
        self._made: dict[str, Claim] = {}

    def text(self, subject: str, relation: str, object_: str, start: int, end: int, rule: str, certainty: float) -> None:
        """A claim made by the words ``[start, end)`` of the reading text."""
        a, b = self._text.source_of(start), self._text.source_of(end, end=True)
        evidence = Evidence(self._witness, self._text.text[start:end][:_LONGEST], a, b)
        self._add(f"{a}-{b}", subject, relation, object_, evidence, rule, certainty)

    def words(self, start: int, end: int) -> str:
        """The words of a stretch, as evidence quotes them: white space folded."""
        return " ".join(self._text.text[start:end][:_LONGEST].split())

    def field(self, subject: str, relation: str, object_: str, field: str, words: str, rule: str, certainty: float = 1.0) -> None:
        """A claim made by a field of the metadata."""
        self._add(
            f"field:{field}", subject, relation, object_, Evidence(self._witness, words[:_LONGEST], field=field), rule, certainty
        )

    def _add(
        self, place: str, subject: str, relation: str, object_: str, evidence: Evidence, rule: str, certainty: float
    ) -> None:
        # The work's own id is left out of a claim's id: works are joined and split, rulings on claims must outlive that.
        reading = "\x1e".join("work" if end == self.work else f"={end}" for end in (subject, object_))
        key = claim_id(self._item, place, relation, reading)
        kept = self._made.get(key)
        if kept is None or kept.certainty < certainty:
            self._made[key] = Claim(key, subject, relation, object_, evidence, rule, round(certainty, 3))

    def all(self) -> tuple[Claim, ...]:
        """The claims so far."""
        return tuple(self._made.values())
