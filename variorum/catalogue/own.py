"""What a person's own things answer to a query: asked for by the catalogue, given by whoever keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from variorum.catalogue.analysis import terms
from variorum.catalogue.query import Flag, Range, Term

__all__ = ["NOBODY", "Own", "says"]


class Own(Protocol):
    """What the catalogue asks of a person's own things; only when a question is about them."""

    def works(self, asked: Flag | Term | Range) -> Sequence[str]:
        """The works that ``is:read``, ``shelf:winter`` or ``rated:>3`` means for this person."""
        ...

    def order(self, name: str) -> Sequence[str]:
        """Works by ``read`` (when they were read last) or ``rated``, the earliest or lowest first; those without one are not in it."""
        ...


class _Nobody:
    """Somebody who has nothing of their own."""

    def works(self, _asked: Flag | Term | Range) -> Sequence[str]:
        return ()

    def order(self, _name: str) -> Sequence[str]:
        return ()


NOBODY: Own = _Nobody()


def says(term: Term, values: Sequence[str]) -> bool:
    """Whether one of these values answers to a word of the query, by the rules of the language (docs/search.md)."""
    if term.exact:
        return term.text in values
    words = terms(term.text)
    begins = term.begins or (term.field is not None and not term.whole)
    runs = (found[i : i + len(words)] for found in map(terms, values) for i in range(len(found) - len(words) + 1))
    return bool(words) and any(_same(run, words, begins=begins) for run in runs)


def _same(run: list[str], words: list[str], *, begins: bool) -> bool:
    return run[:-1] == words[:-1] and (run[-1].startswith(words[-1]) if begins else run[-1] == words[-1])
