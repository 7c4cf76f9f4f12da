"""How text becomes terms, the same for what is indexed and for what is asked.

Letter case, apostrophes and accents of Latin letters do not matter; words are runs of letters and digits;
in scripts that put no spaces between words every character is a term, so that any stretch is found as a
phrase. Nothing is stemmed: people look for the words they remember.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

import tantivy

from variorum.text import shown

__all__ = ["ANALYSER", "VERSION", "analyser", "folded", "pattern", "prepare", "terms", "without"]

#: The name under which the analyser is registered with an index.
ANALYSER = "variorum"
#: Changes when the terms change: the index is then made anew.
VERSION = 1

_LONGEST = 128  # bytes of a term

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_ALONE = re.compile(f"[{_UNSPACED}]")


def analyser() -> tantivy.TextAnalyzer:
    """A fresh analyser: one per index, and one for queries."""
    made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(_LONGEST))
    return made.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


def without(words: Collection[str]) -> tantivy.TextAnalyzer:
    """The same analyser, leaving some terms out."""
    made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(_LONGEST))
    made = made.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    return made.filter(tantivy.Filter.custom_stopword(sorted(words))).build()


def prepare(text: str) -> str:
    """The text as the analyser takes it: what cannot be UTF-8 replaced, unspaced scripts set apart by character."""
    text = shown(text)
    if text.isascii() or _ALONE.search(text) is None:
        return text
    return _ALONE.sub(r" \g<0> ", text)


@lru_cache(maxsize=1)
def _own() -> tantivy.TextAnalyzer:
    return analyser()


def terms(text: str) -> list[str]:
    """The terms of a text, in order."""
    found: list[str] = _own().analyze(prepare(text))
    return found


# ---------------------------------------------------------------- finding the terms in a text again


@lru_cache(maxsize=1)
def _plain_letters() -> dict[int, str]:
    """Accented letters -> the letter alone, where that is one character."""
    out = {}
    for code in range(0xC0, 0x2000):
        bare = unicodedata.normalize("NFKD", chr(code))
        if len(bare) > 1 and bare[0].isalpha() and all(unicodedata.combining(c) for c in bare[1:]):
            out[code] = bare[0].lower()
    return out


def folded(text: str) -> str:
    """The text as terms are compared, character for character as long as before."""
    if text.isascii():
        return text.lower()
    lower = text.lower()
    if len(lower) != len(text):  # İ and its like become two
        lower = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lower.translate(_plain_letters())


def pattern(phrases: Sequence[tuple[Sequence[str], bool]]) -> re.Pattern[str] | None:
    """What finds any of these phrases (terms, and whether the last may go on) in a folded text."""
    parts = []
    for words, begins in phrases:
        if not words:
            continue
        body = r"[\W_]{0,40}?".join(re.escape(word) for word in words)
        first = r"(?<![^\W_])" if not _ALONE.match(words[0]) else ""
        last = "" if _ALONE.match(words[-1]) else r"[^\W_]{0,64}" if begins else r"(?![^\W_])"
        parts.append(first + body + last)
    return re.compile("|".join(sorted(set(parts), key=len, reverse=True))) if parts else None
