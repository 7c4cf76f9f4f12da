"""How scripts with ways of their own are set in editions: emphasis that is not slanted, lines broken by their rules.

Chinese, Japanese and Korean mark emphasis with dots beside the characters, and Hebrew and Arabic letters have no slanted form
of their own. The rules are added to an edition's style only where its text needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from variorum.editions import safe
from variorum.editions.request import Request

__all__ = ["style_of"]

_SAMPLE = 3000
_LETTERS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.1),
    ("ko", re.compile("[\uac00-\ud7a3]"), 0.3),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]"), 0.3),
    ("he", re.compile("[\u0590-\u05ff]"), 0.3),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]"), 0.3),
)
_DOTS = "-epub-text-emphasis-style: {0}; -webkit-text-emphasis-style: {0}; text-emphasis: {0};"
_EAST = "line-break: strict; hyphens: none; -epub-hyphens: none; -webkit-hyphens: none; line-height: 1.75;"
_UPRIGHT = "font-style: normal;"

#: Language -> what its text asks for, and what its emphasis does.
_WAYS = {
    "ja": (_EAST, f"{_UPRIGHT} {_DOTS.format('sesame')}"),
    "zh": (_EAST, f"{_UPRIGHT} {_DOTS.format('dot')} text-emphasis-position: under right;"),
    "ko": (f"{_EAST} word-break: keep-all;", f"{_UPRIGHT} {_DOTS.format('dot')}"),
    "he": ("hyphens: none;", f"{_UPRIGHT} text-decoration: overline;"),
    "ar": ("hyphens: none; letter-spacing: 0; line-height: 1.8;", f"{_UPRIGHT} text-decoration: overline;"),
}
_AS = {"fa": "ar", "ur": "ar", "ps": "ar", "ckb": "ar", "yi": "he", "yue": "zh"}


def style_of(requests: Iterable[Request]) -> str:
    """The rules the texts of an edition need besides; empty for most."""
    found = {}
    for request in requests:
        said = (request.language or "").split("-")[0].lower()
        way = _AS.get(said, said) if said else _by_letters(request)
        if way in _WAYS:
            # Where nobody names the language, the page names none either ("und"): then its letters say how it is set.
            found[said or "und"] = _WAYS[way]
    return "".join(
        f":lang({said}) p, :lang({said}) li {{ {text} }}\n:lang({said}) em, :lang({said}) .byline {{ {em} }}\n"
        for said, (text, em) in sorted(found.items())
    )


def _by_letters(request: Request) -> str:
    parts: list[str] = []
    for block in request.text.blocks:
        if block.part == "story" and sum(map(len, parts)) < _SAMPLE:
            parts.append(safe.clean(block.text[:_SAMPLE]))
    sample = "".join(parts)[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    return next((name for name, of, share in _LETTERS if letters and len(of.findall(sample)) > share * letters), "")
