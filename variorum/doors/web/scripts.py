"""The language and direction of a text: what its metadata say, else what its letters say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from variorum.document import Block
from variorum.doors.web import words

__all__ = ["Script", "script_of"]

_SAMPLE = 3000  # code points looked at
_ENOUGH = 0.3  # of the letters: a text with names in another script is still its own

#: Letters that tell a script, and the language they are set as when nobody says which it is.
_LETTERS = (
    ("ja", re.compile("[\u3040-\u30ff\u31f0-\u31ff]")),
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]")),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
)


class Script(NamedTuple):
    """How a text is set: ``lang`` for the browser's hyphens, fonts and voices (or None), ``dir`` (``ltr`` or ``rtl``)."""

    lang: str | None
    dir: str


def script_of(blocks: Sequence[Block], language: str | None) -> Script:
    """The script of a text in a language as its metadata name it; by its letters where they name none."""
    sample = _sample(blocks)
    lang = words.tag(language) or _by_letters(sample)
    if lang is not None and lang.split("-")[0].lower() in words.RIGHT_TO_LEFT:
        return Script(lang, "rtl")
    strong = [unicodedata.bidirectional(c) for c in sample]
    to_left = sum(1 for kind in strong if kind in ("R", "AL"))
    return Script(lang, "rtl" if to_left > sum(1 for kind in strong if kind == "L") else "ltr")


def _sample(blocks: Sequence[Block]) -> str:
    parts, size = [], 0
    for block in blocks:
        if block.part == "story" and size < _SAMPLE:
            parts.append(block.text[: _SAMPLE - size])
            size += len(parts[-1])
    return "".join(parts)


def _by_letters(sample: str) -> str | None:
    letters = sum(1 for c in sample if c.isalpha())
    for lang, pattern in _LETTERS:
        if letters and len(pattern.findall(sample)) > _ENOUGH * letters * (0.3 if lang == "ja" else 1):
            return lang
    return None
