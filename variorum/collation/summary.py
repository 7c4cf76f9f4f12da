"""A difference in plain words."""

from __future__ import annotations

from variorum.model import Difference

__all__ = ["summarise"]


def summarise(difference: Difference) -> str:
    """One line for a person: ``2 words changed, 1 sentence reworked; quotes and spacing differ in 14 places``."""
    parts = [
        _count(difference.words_changed, "word changed", "words changed"),
        _count(difference.words_added, "word added", "words added"),
        _count(difference.words_removed, "word removed", "words removed"),
        _count(difference.sentences_reworked, "sentence reworked", "sentences reworked"),
        _count(difference.moved, "passage moved", "passages moved"),
    ]
    words = ", ".join(part for part in parts if part) or "the same words"
    places = _count(difference.typographic, "place", "places")
    return f"{words}; quotes and spacing differ in {places}" if places else words


def _count(number: int, one: str, many: str) -> str:
    return "" if not number else f"{number:,} {one if number == 1 else many}"
