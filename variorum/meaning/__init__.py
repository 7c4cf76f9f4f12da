"""MEANING: passages as vectors, by an optional model; which texts say what somebody remembers, in whatever words.

The model is brought by a package of its own, whose weights are checked against known digests and never fetched. What is made
of a text is kept in one file, a cache; nothing of it is shown. docs/search.md says what it costs and what it gives.
"""

from __future__ import annotations

from variorum.meaning.encoder import Encoder, made_by
from variorum.meaning.nearest import Near, Nearest
from variorum.meaning.vectors import PART, Made, Stand, Vectors
from variorum.meaning.weights import Known, Weights, find, known, lacking
from variorum.meaning.windows import windows

__all__ = [
    "PART",
    "Encoder",
    "Known",
    "Made",
    "Near",
    "Nearest",
    "Stand",
    "Vectors",
    "Weights",
    "find",
    "known",
    "lacking",
    "made_by",
    "windows",
]
