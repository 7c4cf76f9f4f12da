"""Comparing the copies of a work: which are meant, what differs, and in which form it is handed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from variorum import collation, editions
from variorum.document import ReadingText
from variorum.errors import CollationError, NotFound
from variorum.model import Witness, Work

__all__ = ["compare", "copy_of", "export"]


def copy_of(work: Work, key: str | None = None) -> Witness:
    """The copy of a work with this letter or id (or a beginning of it), else the base; NotFound."""
    try:
        return work.base if key is None else work.witness(key)
    except LookupError:
        reason = f"work {work.work} has no copy" + (f" {key}" if key else "")
        raise NotFound("copy", key or "", reason) from None


def compare(
    work: Work, base: str | None, with_: Sequence[str], text: Callable[[str], ReadingText], *, notes: bool = False
) -> collation.Comparison:
    """The copies of a work against one of them; ``text`` gives the reading text of a copy by its id.

    CollationError with fewer than two copies. Each copy named counts once, and the base itself for nothing.
    """
    against = copy_of(work, base)
    named = [copy_of(work, key) for key in with_] or work.witnesses
    others = {w.witness: w for w in named if w.witness != against.witness}
    if not others:
        only = f"work {work.work} has only copy" if len(work.witnesses) == 1 else "the only copy named is the base,"
        raise CollationError(f"{only} {against.siglum}; collating needs two")
    copies = [
        collation.Copy(w.siglum, w.witness, w.name, text(w.witness), w.metadata, w.extent == "partial")
        for w in (against, *others.values())
    ]
    return collation.Comparison(copies, against.siglum, notes=notes)


def export(work: Work, comparison: collation.Comparison, form: str) -> bytes:
    """The apparatus as other tools read it; PublishError for a form there is not."""
    m = work.metadata
    title = m.title or copy_of(work, comparison.base).name
    return editions.render_apparatus(
        editions.Collated(comparison.apparatus, comparison.table, title, m.language, comparison.notes), form
    )
