"""Collating copies: the apparatus of CONTRACT.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from variorum.collation.accidentals import accidentals
from variorum.collation.edits import Script, compare
from variorum.collation.entries import write
from variorum.collation.frame import frame
from variorum.collation.side import Copy, Side, prepare
from variorum.errors import CollationError
from variorum.model import Alignment, Apparatus, CollatedWitness, Difference

__all__ = ["collate"]


def collate(
    copies: Sequence[Copy], base: str, *, notes: bool = False, alignments: Mapping[str, Alignment] | None = None
) -> Apparatus:
    """The apparatus of these copies against the one whose siglum is ``base``.

    Compares the story; with ``notes`` every part. ``alignments`` are those already made of the compared tokens, by the
    siglum of the other witness (the base first). Offsets in the result count in each witness's source. Raises
    `CollationError` for fewer than two copies, a siglum given twice or a base that is not among them; never on text.
    """
    chosen = _check(copies, base)
    main = prepare(chosen, notes=notes)
    others = [prepare(copy, notes=notes) for copy in sorted((c for c in copies if c is not chosen), key=_by_siglum)]
    scripts = [compare(main, other, (alignments or {}).get(other.copy.siglum)) for other in others]
    spelt = [accidentals(main, other, script) for other, script in zip(others, scripts, strict=True)]
    entries = write(main, others, scripts, spelt)
    sides = {side.copy.siglum: side for side in (main, *others)}
    return Apparatus(
        base,
        tuple(CollatedWitness(c.siglum, c.witness, c.name, len(sides[c.siglum])) for c in copies),
        {
            other.copy.siglum: _difference(main, other, script, sum(a.kind == "typographic" for a in found))
            for other, script, found in zip(others, scripts, spelt, strict=True)
        },
        entries,
        frame(chosen, [other.copy for other in others], notes=notes),
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
    changed = added = removed = reworked = lacking = beyond = 0
    for edit in script.edits:
        lemma, reading = edit.i1 - edit.i0, edit.j1 - edit.j0
        if edit.kind == "sentence":
            reworked += 1
        elif edit.kind in ("word", "passage"):
            if lemma and reading:
                changed += lemma
            else:
                added += reading
                removed += lemma
                lacking += lemma if edit.lacuna else 0
                beyond += reading if edit.lacuna else 0
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
