"""Every work of which several copies are held, page by page: what is the same, what differs, and what a person ruled.

A page costs what stands on it, not what the library holds: groups come from the text index, sentences from the
collation of short works and from the kinship on record for long ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from variorum import collation
from variorum.catalogue import Catalogue
from variorum.document import ReadingText
from variorum.library.collating import compare
from variorum.library.rulings import standing
from variorum.model import Duplicates, Found, Group, Kinship, Ruling, Viewer, Work

__all__ = ["duplicates"]

_COLLATED = 40_000  #: words of all copies together up to which they are collated for the page
_RULINGS = 20  #: rulings shown


def duplicates(
    catalogue: Catalogue,
    found: Found,
    text: Callable[[str], ReadingText],
    *,
    viewer: Viewer,
    limit: int,
    offset: int,
) -> Duplicates:
    """The page from ``found``, the works with several copies that it shows; ``limit`` and ``offset`` also cut the pairs apart."""
    total, pairs = catalogue.apart(limit, offset, viewer)
    ruled = [ruling for ruling in standing(catalogue.rulings()) if ruling.kind in ("same", "different", "base")]
    groups = tuple(Group(hit.work, _said(catalogue, hit.work, text)) for hit in found.hits)
    return Duplicates(found.total, groups, total, tuple(pairs), _latest(ruled))


def _latest(ruled: Sequence[Ruling]) -> tuple[Ruling, ...]:
    return tuple(reversed(ruled[-_RULINGS:]))


def _said(catalogue: Catalogue, work: Work, text: Callable[[str], ReadingText]) -> dict[str, str]:
    """How each copy stands to the base, as a sentence part."""
    base = work.base
    others = [copy for copy in work.witnesses if copy.siglum != base.siglum]
    differing = [copy for copy in others if copy.version != base.version]
    said = {copy.siglum: "word for word the same" for copy in others if copy.version == base.version}
    if not differing:
        return said
    if base.words + sum(copy.words for copy in differing) <= _COLLATED:
        found = compare(work, base.siglum, [copy.siglum for copy in differing], text).apparatus
        return said | {siglum: collation.summarise(difference) for siglum, difference in found.summary.items()}
    kin = {(a, b): kinship for a, b, kinship in catalogue.kin_of([copy.witness for copy in work.witnesses])}
    for copy in differing:
        one, two = kin.get((base.witness, copy.witness)), kin.get((copy.witness, base.witness))
        said[copy.siglum] = _shares(one, two)
    return said


def _shares(base_first: Kinship | None, copy_first: Kinship | None) -> str:
    """The two numbers of a verdict in words."""
    if base_first is not None:
        in_copy, in_base = base_first.containment
    elif copy_first is not None:
        in_base, in_copy = copy_first.containment
    else:
        return "the same work by way of another copy, or by your ruling"
    return f"{in_base:.1%} of its words stand in the base, {in_copy:.1%} of the base’s in it"
