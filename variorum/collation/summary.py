"""A difference in plain words."""

from __future__ import annotations

from variorum.model import Difference

__all__ = ["summarise"]


def summarise(difference: Difference) -> str:
    """One line for a person: ``2 words changed, 1 sentence reworked; quotes and spacing differ in 14 places``.

    What a partial copy lacks is said apart: ``stops early: 168 words are not in this copy``.
    """
    d = difference
    edits = (
        _count(d.words_changed, "word changed", "words changed"),
        _count(d.words_added - d.words_beyond, "word added", "words added"),
        _count(d.words_removed - d.words_lacking, "word removed", "words removed"),
        _count(d.sentences_reworked, "sentence reworked", "sentences reworked"),
        _count(d.moved, "passage moved", "passages moved"),
    )
    lacking = _count(d.words_lacking, "word is not in this copy", "words are not in this copy")
    beyond = _count(d.words_beyond, "word", "words")
    places = _count(d.typographic, "place", "places")
    said = (
        ", ".join(edit for edit in edits if edit),
        f"stops early: {lacking}" if lacking else "",
        f"goes on for {beyond} where the base stops" if beyond else "",
    )
    words = "; ".join(one for one in said if one) or "the same words"
    return f"{words}; quotes and spacing differ in {places}" if places else words


def _count(number: int, one: str, many: str) -> str:
    return "" if not number else f"{number:,} {one if number == 1 else many}"
