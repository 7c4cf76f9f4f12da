"""Which classes of a style sheet mean emphasis: converters turn ``<i>`` into a class with ``font-style: italic``.

Only simple rules count (``.calibre3 {...}``, ``span.x {...}``); anything else is left to the page's own elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["class_kinds"]

_LONGEST = 2 << 20  # characters of one style sheet that are looked at
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_SIMPLE = re.compile(r"\s*[a-zA-Z0-9]{0,10}\.([A-Za-z_][\w-]{0,80})\s*\Z")
_KINDS = (
    (re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE), "emphasis"),
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE), "strong"),
    (re.compile(r"text-decoration\s*:\s*underline", re.IGNORECASE), "underline"),
    (re.compile(r"text-decoration\s*:\s*line-through", re.IGNORECASE), "strikethrough"),
    (re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE), "superscript"),
    (re.compile(r"vertical-align\s*:\s*sub\b", re.IGNORECASE), "subscript"),
)
_BLOCK = re.compile(r"display\s*:\s*block", re.IGNORECASE)


def class_kinds(sheets: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Class -> kinds of span, from the texts of style sheets; linear in their length."""
    found: dict[str, tuple[str, ...]] = {}
    for sheet in sheets:
        css = sheet[:_LONGEST]
        if "/*" in css and "*/" in css:
            css = _COMMENT.sub(" ", css)
        for rule in _RULE.finditer(css):
            kinds = tuple(kind for pattern, kind in _KINDS if pattern.search(rule[2]))
            if _BLOCK.search(rule[2]):
                # A heading that is bold is no stressed heading.
                kinds = tuple(kind for kind in kinds if kind == "emphasis")
            if not kinds:
                continue
            for selector in rule[1].split(","):
                simple = _SIMPLE.match(selector)
                if simple:
                    found[simple[1]] = tuple(dict.fromkeys((*found.get(simple[1], ()), *kinds)))
    return found
