"""What of the source is in no block, with the reason: no run of letters disappears without a word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from variorum.document import Gap, Laid
from variorum.intake.markup.entities import decoded
from variorum.intake.markup.layout import concealed
from variorum.intake.markup.nodes import Node

__all__ = ["Covered", "left_out", "reasons"]

_LETTER = re.compile(r"\w")
_KINDS = {
    "comment": "a comment in the page's code",
    "declaration": "a declaration for programs",
    "unclosed": "a script or style sheet that is never closed",
}


class Covered(NamedTuple):
    """The stretches of the source that are in a block: once made, for every root of one source."""

    stretches: list[tuple[int, int]]
    starts: list[int]
    following: dict[int, int]  #: where a stretch begins -> where it ends

    @staticmethod
    def by(blocks: Iterable[Laid]) -> Covered:
        """What these blocks cover."""
        stretches = sorted([(start, end) for block in blocks for start, end, _ in block.pieces if end > start])
        return Covered(stretches, [start for start, _ in stretches], dict(stretches))


def left_out(
    source: str, root: Node, blocks: Iterable[Laid] | Covered, reason_of: Callable[[Node], str] | str = "not part of the work"
) -> tuple[Gap, ...]:
    """Every stretch of text below ``root`` that holds a letter and is in no block, in source order.

    ``reason_of`` says why, given the element the text stands in; what the page itself does not show
    (a comment, a hidden element, a menu) has its own reason. Neighbours with one reason are one gap.
    """
    covered, starts, following = blocks if isinstance(blocks, Covered) else Covered.by(blocks)
    why = _Why(reason_of)
    gaps: list[Gap] = []
    for text, node in root.texts():
        position = text.start
        reached: int | None = position
        while reached is not None and reached < text.end:
            reached = following.get(reached)
        if reached is not None or text.kind == "raw" or source[position : text.end].isspace():
            continue  # as nearly all: covered by pieces without a gap, or nothing but white space
        index = max(bisect_right(starts, position) - 1, 0)
        while position < text.end:
            while index < len(covered) and covered[index][1] <= position:
                index += 1
            until = text.end if index >= len(covered) else min(max(covered[index][0], position), text.end)
            if until > position and _LETTER.search(source, position, until):
                reason = _KINDS.get(text.kind) or _blank(source, position, until) or why(node)
                _add(gaps, Gap(position, until, reason), starts)
            position = until if index >= len(covered) or until >= text.end else covered[index][1]
    return tuple(gaps)


def _add(gaps: list[Gap], gap: Gap, starts: list[int]) -> None:
    """Appends a gap, or lengthens the last one when no block lies between."""
    if gaps and gaps[-1].reason == gap.reason:
        between = bisect_right(starts, gaps[-1].end - 1)
        if between == len(starts) or starts[between] >= gap.start:
            gaps[-1] = Gap(gaps[-1].start, gap.end, gap.reason)
            return
    gaps.append(gap)


def _blank(source: str, start: int, end: int) -> str | None:
    """A no-break space written as an entity holds letters, and is none."""
    if end - start <= 2000 and "&" in source[start:end] and not decoded(source[start:end]).strip():
        return "white space"
    return None


class _Why:
    """The reason for an element, from itself or the nearest ancestor that has one."""

    def __init__(self, reason_of: Callable[[Node], str] | str) -> None:
        self.reason_of = reason_of
        self.known: dict[int, str | None] = {}

    def __call__(self, node: Node) -> str:
        return self.shown(node) or (self.reason_of if isinstance(self.reason_of, str) else self.reason_of(node))

    def shown(self, node: Node) -> str | None:
        """Why the page itself does not show this, or None when it does."""
        path: list[Node] = []
        at: Node | None = node
        reason: str | None = None
        while at is not None:
            if id(at) in self.known:
                reason = self.known[id(at)]
                break
            path.append(at)
            reason = concealed(at)
            if reason is not None:
                break
            at = at.parent
        for passed in path:
            self.known[id(passed)] = reason
        return reason


def reasons(why: Mapping[int, str], otherwise: str) -> Callable[[Node], str]:
    """A ``reason_of`` from a table ``id(node) -> reason``: the node's own, or its nearest ancestor's that has one."""
    known: dict[int, str] = {}

    def reason_of(node: Node) -> str:
        path: list[Node] = []
        at: Node | None = node
        reason = otherwise
        while at is not None:
            found = known.get(id(at)) or why.get(id(at))
            if found:
                reason = found
                break
            path.append(at)
            at = at.parent
        for passed in path:
            known[id(passed)] = reason
        return reason

    return reason_of
