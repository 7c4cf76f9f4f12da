"""Collating copies: the apparatus of CONTRACT.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from variorum.collation.accidentals import Accidental, accidentals
from variorum.collation.align import as_alignment, match
from variorum.collation.certainty import matches
from variorum.collation.collector import collector_resting, keep_freed_memory
from variorum.collation.columns import Columns, merge, worth_merging
from variorum.collation.edits import compare as edits_of
from variorum.collation.entries import write
from variorum.collation.frame import frame
from variorum.collation.script import KINDS, Script
from variorum.collation.side import Copy, Side, prepare
from variorum.collation.slide import words_of
from variorum.errors import CollationError
from variorum.model import Alignment, Apparatus, CollatedWitness, Difference, Entry, Match

__all__ = ["Compared", "collate", "compare"]

_LARGE = 1 << 20  #: characters of all copies


@dataclass(frozen=True, slots=True)
class Compared:
    """Witnesses compared with a base: every difference found and told by its kind, not yet written out as entries."""

    base: Side
    others: tuple[Side, ...]
    scripts: tuple[Script, ...]
    spelt: tuple[list[Accidental], ...]
    columns: Columns | None  #: of the base and the others, where there are three texts or more (and not too many)

    def summary(self) -> dict[str, Difference]:
        """The difference of each witness in numbers, by siglum."""
        return {
            other.copy.siglum: _difference(self.base, other, script, sum(a.kind == "typographic" for a in found))
            for other, script, found in zip(self.others, self.scripts, self.spelt, strict=True)
        }

    def alignment(self, siglum: str, against: str | None = None) -> Alignment:
        """Which words of ``against`` (the base) and of a witness are the same; KeyError for a siglum there is not."""
        sides = (self.base, *self.others)
        number = {side.copy.siglum: at for at, side in enumerate(sides)}
        one, other = number[self.base.copy.siglum if against is None else against], number[siglum]
        if one == 0 < other:
            script = self.scripts[other - 1]
            return as_alignment(script.runs, script.moved)
        if self.columns is None or one == other:
            return as_alignment(*match(words_of(sides[one]), words_of(sides[other])))
        return as_alignment(*self.columns.pair(one, other))

    def matches(self, siglum: str) -> tuple[Match, ...]:
        """Which words of the base and of a witness are the same, and how sure each match is; KeyError as `alignment`."""
        other = {side.copy.siglum: at for at, side in enumerate(self.others)}[siglum]
        return matches(self.base, self.others[other], self.scripts[other])

    def entries(self) -> tuple[Entry, ...]:
        """All differences in the order of the base."""
        return write(self.base, self.others, self.scripts, self.spelt)


def compare(copies: Sequence[Copy], base: str, *, notes: bool = False) -> Compared:
    """These copies compared with the one whose siglum is ``base``; arguments and errors as `collate`.

    Where only numbers are asked for (which of thirty copies differ, and how much), this is several times cheaper.
    """
    chosen = _check(copies, base)
    with collector_resting():
        return _compare(chosen, copies, notes=notes)


def _compare(chosen: Copy, copies: Sequence[Copy], *, notes: bool) -> Compared:
    if sum(len(copy.text.text) for copy in copies) > _LARGE:
        keep_freed_memory()
    main = prepare(chosen, notes=notes)
    others = [prepare(copy, notes=notes) for copy in sorted((c for c in copies if c is not chosen), key=_by_siglum)]
    words = [words_of(side) for side in (main, *others)]
    columns = merge(words) if worth_merging(words) else None
    scripts = [edits_of(main, other, columns.pair(0, at) if columns else None) for at, other in enumerate(others, start=1)]
    spelt = [accidentals(main, other, script) for other, script in zip(others, scripts, strict=True)]
    return Compared(main, tuple(others), tuple(scripts), tuple(spelt), columns)


def collate(copies: Sequence[Copy], base: str, *, notes: bool = False) -> Apparatus:
    """The apparatus of these copies against the one whose siglum is ``base``.

    Compares the story; with ``notes`` every part. Offsets in the result count in each witness's source. Raises
    `CollationError` for fewer than two copies, a siglum given twice or a base that is not among them; never on text.
    """
    with collector_resting():
        found = compare(copies, base, notes=notes)
        entries = found.entries()
    sides = {side.copy.siglum: side for side in (found.base, *found.others)}
    return Apparatus(
        base,
        tuple(CollatedWitness(c.siglum, c.witness, c.name, len(sides[c.siglum])) for c in copies),
        found.summary(),
        entries,
        frame(found.base.copy, [other.copy for other in found.others], notes=notes),
    )


def _check(copies: Sequence[Copy], base: str) -> Copy:
    if len(copies) < 2:
        raise CollationError("collating needs two copies or more")
    named = {copy.siglum: copy for copy in copies}
    if len(named) < len(copies):
        raise CollationError("two of the copies have the same siglum")
    if base not in named:
        raise CollationError(f"the base {base!r} is not among the copies {', '.join(sorted(named))}")
    return named[base]


def _by_siglum(copy: Copy) -> tuple[int, str]:
    """A ... Z, AA ...: shorter before longer."""
    return len(copy.siglum), copy.siglum


def _difference(base: Side, other: Side, script: Script, typographic: int) -> Difference:
    edits = script.edits
    lemma, reading = edits.i1 - edits.i0, edits.j1 - edits.j0
    counted = (edits.kind == KINDS.index("word")) | (edits.kind == KINDS.index("passage"))
    replaced = counted & (lemma > 0) & (reading > 0)
    apart = counted & ~replaced
    lacuna = apart & edits.lacuna
    changed, removed, lacking = (int(lemma[which].sum()) for which in (replaced, apart, lacuna))
    added, beyond = (int(reading[which].sum()) for which in (apart, lacuna))
    reworked = int((edits.kind == KINDS.index("sentence")).sum())
    both = len(base) + len(other)
    return Difference(
        words_changed=changed,
        words_added=added,
        words_removed=removed,
        sentences_reworked=reworked,
        moved=len(script.moves),
        typographic=typographic,
        same=round(2 * script.matched / both, 6) if both else 1.0,
        words_lacking=lacking,
        words_beyond=beyond,
    )
