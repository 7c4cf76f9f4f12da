"""Several rankings of works made into one, by reciprocal rank (Cormack and others 2009).

Some voters know every work, some only part of them: vectors are made over days. Votes of one that knows a part decide among the
works it knows and nothing else: those keep, together, the places they had without it, and every other work keeps its own. (Added
plainly, its votes would put a work it never saw below every one that it saw: with half of the library known, the right answer was
among the first five in 46 of 100 questions about the other half, in place of 91. Measured: docs/benchmarks.md.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

__all__ = ["Heard", "Passage", "Ranking", "Voice", "fuse"]

_FUSED = 20  # the k of reciprocal rank fusion


class Passage(NamedTuple):
    """Where in the text of a work's base copy it is; ``text`` is its digest (`based.digest_of`) where it may be another's by now."""

    start: int
    end: int
    text: bytes | None = None


class Heard(NamedTuple):
    """What one voter says: works, the likeliest first, with the passage that made it; ``knows`` None is every work."""

    works: Iterable[tuple[str, Passage | None]]
    knows: Collection[str] | None = None


class Voice(Protocol):
    """A voter that does not go by words alone."""

    def hear(self, memory: str) -> Heard | None:
        """What it says of a description; None when it is not ready to say anything."""
        ...


class Ranking(NamedTuple):
    """Works in order, each with its score and the passage that made it, from the voter that ranked it highest."""

    works: Sequence[tuple[str, float]]
    passages: Mapping[str, Passage]


def fuse(voters: Sequence[Heard]) -> Ranking:
    """The rankings as one; of equals the one with the lower id."""
    scores: dict[str, float] = {}
    order: list[str] = []
    best: dict[str, tuple[int, Passage]] = {}
    for voter in sorted(voters, key=lambda one: one.knows is not None):
        for rank, (work, passage) in enumerate(voter.works):
            scores[work] = scores.get(work, 0.0) + 1.0 / (_FUSED + rank + 1)
            if passage is not None and (work not in best or rank < best[work][0]):
                best[work] = (rank, passage)
        again = sorted(scores, key=lambda work: (-scores[work], work))
        order = again if voter.knows is None else list(_within(order, again, voter.knows))
    # A place is worth what the best, the second ... of all scores is: the numbers fall from the first to the last.
    falling = sorted(scores.values(), reverse=True)
    return Ranking(list(zip(order, falling, strict=True)), {work: passage for work, (_, passage) in best.items()})


def _within(before: Sequence[str], again: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """The order before, with the known works in their new order in the places they have; those that are new come last."""
    inside = iter([work for work in again if work in known])
    for work in before:
        yield next(inside) if work in known else work
    yield from inside
