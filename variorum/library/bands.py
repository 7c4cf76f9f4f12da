"""The three bands of certainty a person sees."""

from __future__ import annotations

__all__ = ["band"]


def band(certainty: float) -> str:
    """Sure (.95 and more, applied), likely (.60 and more, applied and marked) or guess (only offered)."""
    return "sure" if certainty >= 0.95 else "likely" if certainty >= 0.60 else "guess"
