"""Strangers' text made fit for markup: characters, addresses, language tags, direction.

Everything an edition writes passes through here. Nothing raises, whatever it is given.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote, urljoin, urlsplit

__all__ = ["address", "clean", "direction", "html", "is_rtl", "language", "line", "undirected"]

# What XML 1.0 or the HTML standard will not have as text: controls, surrogates, noncharacters.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_SPACES = re.compile(r"\s+")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LETTER = re.compile(r"[^\W\d_]")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_RTL_LANGUAGES = frozenset(
    re.findall(r"\w+", "ar arc arz azb bal bcc bqi ckb dv fa glk he iw khw ks lrc mzn nqo pnb prs ps sd sdh syr ug ur uzs yi")
)
_RTL_SCRIPTS = frozenset(("adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa"))
_HOST = re.compile(r"(?=.{1,253}$)(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?")
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", re.IGNORECASE)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LONGEST_ADDRESS = 8000


def clean(text: str) -> str:
    """The text with what no markup can hold as U+FFFD."""
    return _UNFIT.sub("\ufffd", text)


def html(text: str) -> str:
    """Text for an element or a quoted attribute, in HTML and XML alike."""
    return escape(clean(text), quote=True)


def line(text: str) -> str:
    """A name or a title: clean, on one line, no white space around it."""
    return _SPACES.sub(" ", clean(text)).strip()


def undirected(text: str) -> str:
    """A line for where no element can isolate it (a shelf's list): without marks that turn the text after it."""
    return _DIRECTIONS.sub("", line(text))


def address(href: str, base: str | None = None) -> str | None:
    """A web or mail address as a valid URL, joined to ``base`` if it is relative; None for what is none or may not be followed.

    Only http, https and mailto; no user names or passwords in it.
    """
    href = _SPACES.sub("", clean(href))
    if not href or href.startswith("#") or len(href) > _LONGEST_ADDRESS or "\ufffd" in href:
        return None
    if _MAIL.fullmatch(href):
        return href
    try:
        parts = urlsplit(urljoin(base, href) if base else href)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    tail = _quoted(parts.path) + (f"?{_quoted(parts.query, '?')}" if parts.query else "")
    tail += f"#{_quoted(parts.fragment, '?')}" if parts.fragment else ""
    return f"{parts.scheme.lower()}://{host}{f':{port}' if port is not None else ''}{tail}"


def _quoted(text: str, more: str = "") -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe="/%:@!$&'()*+,;=~-._" + more)


def language(tag: str | None) -> str | None:
    """The language as a well-formed BCP 47 tag; None when it is unknown or no tag."""
    tag = (tag or "").strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) and tag.lower() != "und" else None


def is_rtl(text: str) -> bool:
    """Whether there is any letter in it that is written from right to left."""
    return _RTL.search(text) is not None


def direction(tag: str | None, text: str) -> str:
    """``rtl`` or ``ltr``: by the language, or by the letters at the beginning of the text when that is unknown."""
    known = language(tag)
    if known is not None:
        first, *rest = known.lower().split("-")
        scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
        return "rtl" if (scripts and scripts[0] in _RTL_SCRIPTS) or (not scripts and first in _RTL_LANGUAGES) else "ltr"
    head = text[:4000]
    letters = sum(1 for _ in _LETTER.finditer(head))
    return "rtl" if sum(1 for _ in _RTL.finditer(head)) * 2 > letters > 0 else "ltr"
