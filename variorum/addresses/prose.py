"""Addresses written in prose, with or without ``http://``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from variorum.addresses.identify import known_host

__all__ = ["find_urls"]

#: Code points that end an address in prose: white space, controls, quotes, brackets of other scripts, bidi marks.
_STOP = (
    '\\s\x00-\x20\x7f-\xa0<>"`{}|\\\\^\u00ab\u00bb\u2013-\u201f\u2026\u2028-\u202f\u2039\u203a\u2060-\u206f\u200b-\u200f\ufeff'
    "\u3000-\u3003\u3008-\u3011\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\ud800-\udfff"
)
_WITH_SCHEME = re.compile(rf"https?:/{{1,3}}[^{_STOP}]+", re.IGNORECASE)
_DOT = re.compile(r"\.(?=[A-Za-z0-9])")  # begins with what is quickly found; what stands before it is asked afterwards
_BEFORE_DOT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_HOST_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
_HOST_AFTER = re.compile(r"[A-Za-z0-9._-]*")
_AFTER_HOST = re.compile(rf"(?::[0-9]{{1,5}}(?![0-9]))?(?:[/?#][^{_STOP}]*)?")
_TRAILING = ".,;:!?'*\u2018\u2019~=&"
_CLOSERS = {")": "(", "]": "["}

# Endings believed in prose when a path follows; English words that are endings too (in, is, so ...) are left out.
_ENDINGS = (
    " com org net edu gov info biz name example test io tv cc ws uk ca au de fr nl se dk fi es pt br mx ar cl jp kr cn tw hk ru"
    " ua pl cz ch nz za eu co moe art blog page site online xyz app dev space cafe ink gay social club fandom wiki link live fm"
    " ly gl nu hu gr ro hr sk lt lv ee ie cat ph vn th sg my id "
)


def find_urls(text: str) -> list[tuple[int, int, str]]:
    """The addresses in a text: ``(start, end, as written)``, ascending, never overlapping. Linear in the text.

    Without a scheme a host counts when it is in the table of sites, begins with ``www.``, or has a path and a
    believable ending. Closing brackets and punctuation that belong to the sentence stay outside.
    """
    found: list[tuple[int, int, str]] = []
    for match in _with_scheme(text):
        end = _end(text, match.start(), match.end())
        if end - match.start() > len("https://x"):
            found.append((match.start(), end, text[match.start() : end]))
    taken = 0
    bare: list[tuple[int, int, str]] = []
    last = 0
    for dot in _DOT.finditer(text):
        at = dot.start()
        if at < last or not at or text[at - 1] not in _BEFORE_DOT:
            continue
        while taken < len(found) and found[taken][1] <= at:
            taken += 1
        if taken < len(found) and found[taken][0] <= at:
            continue
        start, stop = _run(text, max(last, at - 254), at)
        end = _bare(text, start, stop)
        if end:
            bare.append((start, end, text[start:end]))
        last = max(end, stop)
    return sorted(found + bare) if bare else found


def _with_scheme(text: str) -> Iterator[re.Match[str]]:
    """What `_WITH_SCHEME` finds, looked for where its colon and slash stand."""
    last, colon = 0, text.find(":/")
    while colon >= 0:
        for start in (colon - len("https"), colon - len("http")):
            match = _WITH_SCHEME.match(text, start) if start >= last else None
            if match is not None:
                yield match
                last = match.end()
                break
        colon = text.find(":/", max(colon + 1, last))


def _run(text: str, floor: int, at: int) -> tuple[int, int]:
    """The run of host characters around a dot, begun with a letter or digit."""
    start = floor + len(text[floor:at].rstrip(_HOST_CHARACTERS))
    while start < at and text[start] in "._-":
        start += 1
    after = _HOST_AFTER.match(text, at)
    return start, after.end() if after else at


def _bare(text: str, start: int, stop: int) -> int:
    """Where the address without a scheme ends that begins at ``start``; 0 when there is none."""
    if stop - start > 253 or (start and text[start - 1] in "@/") or text[stop : stop + 1] == "@":
        return 0
    host = text[start:stop].rstrip(".-_").lower()
    if ".." in host or "." not in host:
        return 0
    after = start + len(host)
    rest = _AFTER_HOST.match(text, after) if after == stop else None
    end = _end(text, start, rest.end()) if rest else after
    if host.startswith("www.") or known_host(host):
        return end
    has_path = end > after + 1 and "/" in text[after:end]
    return end if has_path and f" {host.rpartition('.')[2]} " in _ENDINGS else 0


def _end(text: str, start: int, end: int) -> int:
    """Cuts at the first closing bracket that was not opened inside, then the punctuation at the end."""
    open_: dict[str, int] = {"(": 0, "[": 0}
    for at in range(start, end):
        character = text[at]
        if character in open_:
            open_[character] += 1
        elif character in _CLOSERS:
            opener = _CLOSERS[character]
            if not open_[opener]:
                end = at
                break
            open_[opener] -= 1
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    if text[start - 1 : start] == "_" and text[end - 1] == "_":
        end -= 1
    return end
