"""Words and letters: one tokeniser for sketching, aligning, counting and display; folding; what may be shown.

`tokens` makes arrays of a text, `letters` has the tables behind them, `showing` is for people's eyes.
"""

from __future__ import annotations

from variorum.text.letters import Units, codepoints, every_letter, fold, units
from variorum.text.showing import day, plain, shown
from variorum.text.tokens import NO_WORDS, TOKEN, Tokens, mix, tokenise

__all__ = [
    "NO_WORDS",
    "TOKEN",
    "Tokens",
    "Units",
    "codepoints",
    "day",
    "every_letter",
    "fold",
    "mix",
    "plain",
    "shown",
    "tokenise",
    "units",
]
