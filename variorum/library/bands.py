"""The three bands of certainty a person sees."""

from __future__ import annotations

__all__ = ["band"]


def band(certainty: float, *, applied: bool = False) -> str:
    """Sure (.95 and more, applied), likely (applied and marked) or guess (only offered).

    A repair is likely from .60; a paragraph's break, which changes no word, is ``applied`` from .50, and then is no guess.
    """
    return "sure" if certainty >= 0.95 else "likely" if applied or certainty >= 0.60 else "guess"
