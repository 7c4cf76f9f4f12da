"""Which works answer a question that is made of whole values only: told from memory, where the text index would have to hand out each of them.

What the shelf asks beside its list is such a question: these values, without those. It is told where every value is one
that `Tally` has by rows; of any other the index is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from variorum.catalogue.query import All, Any, Node, Not, Term
from variorum.catalogue.tally import Tally
from variorum.catalogue.viewers import shut_out
from variorum.model import Viewer

__all__ = ["recalled"]

_Mask = npt.NDArray[np.bool_]


def recalled(tally: Tally, tree: Node, viewer: Viewer, hidden: Sequence[tuple[str, str]]) -> _Mask | None:
    """Of each row of the tally whether its work answers and exists for the viewer; None where that cannot be told.

    ``hidden`` is every value (kind, value) whose works do not exist for them. Whoever asks holds the tally's lock.
    """
    found = _mask(tally, tree)
    if found is None:
        return None
    out = found & tally.standing()
    for code in shut_out(viewer):
        out &= ~tally.rated(code)
    for kind, value in hidden:
        having = tally.having(kind, value)
        if having is None:
            return None
        out &= ~having
    return out


def _mask(tally: Tally, node: Node) -> _Mask | None:
    if isinstance(node, Term):
        return tally.having(node.field, node.text) if node.exact and node.field else None
    if isinstance(node, Not):
        inner = _mask(tally, node.node)
        return None if inner is None else ~inner
    if not isinstance(node, (All, Any)):
        return None
    every = isinstance(node, All)
    out = np.full_like(tally.standing(), every)
    for one in node.nodes:
        inner = _mask(tally, one)
        if inner is None:
            return None
        out = out & inner if every else out | inner
    return out
