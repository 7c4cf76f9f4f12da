"""Home-made emphasis: ``*x*``, ``_x_``, ``/x/``, ``[i]x[/i]`` become emphasis, their markers go.

A convention counts when the text uses it: markers stand in pairs, outside of words, around a stretch that could
be stressed. One lone star is a footnote, one lone slash a choice. Words in capitals are only offered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

import numpy as np

from variorum.document import Emendation
from variorum.rescue.places import sorts
from variorum.rescue.state import MOST, Passage, State
from variorum.rescue.words import Words, shipped

__all__ = ["propose"]


class _Style(NamedTuple):
    name: str
    opens: str  #: what it begins with
    shown: str
    pattern: re.Pattern[str]
    alone: float  #: certainty of the only one of its kind in the text
    usual: float  #: certainty where the text uses it three times or more

    @property
    def opened(self) -> re.Pattern[str]:
        """Its opening marker before a word."""
        marker = {"html": r"<(?:i|em|b|strong)>", "bbcode": r"\[(?:i|em|b)\]"}.get(self.name, re.escape(self.opens))
        return re.compile(
            rf"(?<![^\s\"“‘'(—-]){marker}(?P<lead>)(?P<inner>[^\W\d_][^\W\d_’'-]*(?:[’'-][^\W\d_]+)*)(?P<tail>)(?![*_/~:>])"
        )


def _pair(open_: str, close: str, *, never: str) -> re.Pattern[str]:
    """Markers around at most 400 characters, outside of words on at least one side."""
    o, c = re.escape(open_), re.escape(close)
    return re.compile(rf"{o}(?P<lead> ?)(?P<inner>[^{never}\s](?:[^{never}\n]{{0,398}}?[^{never}\s])?)(?P<tail> ?){c}")


_STYLES = (
    _Style(
        "html",
        "<",
        "<i>x</i>",
        re.compile(r"<(?P<tag>i|em|b|strong)>(?P<lead> ?)(?P<inner>[^<\n]{1,2000}?)(?P<tail> ?)</(?P=tag)>", re.IGNORECASE),
        0.97,
        0.99,
    ),
    _Style(
        "bbcode",
        "[",
        "[i]x[/i]",
        re.compile(r"\[(?P<tag>i|em|b)\](?P<lead> ?)(?P<inner>[^\[\n]{1,2000}?)(?P<tail> ?)\[/(?P=tag)\]", re.IGNORECASE),
        0.97,
        0.99,
    ),
    _Style("under-slash", "_/", "_/x/_", _pair("_/", "/_", never="_/"), 0.9, 0.98),
    _Style("stars", "**", "**x**", _pair("**", "**", never="*"), 0.9, 0.98),
    _Style("colons", "::", "::x::", _pair("::", "::", never=":"), 0.7, 0.93),
    _Style("star", "*", "*x*", _pair("*", "*", never="*"), 0.85, 0.98),
    _Style("under", "_", "_x_", _pair("_", "_", never="_"), 0.85, 0.98),
    _Style("slash", "/", "/x/", _pair("/", "/", never="/"), 0.55, 0.95),
    _Style("tilde", "~", "~x~", _pair("~", "~", never="~"), 0.5, 0.93),
    _Style("angle", "<", "<x>", _pair("<", ">", never="<>=/"), 0.45, 0.9),
)
_TURN = re.compile(r"[”\"]\s+[“\"]")
_WORD = re.compile(r"[^\W_]")
_TAGS = re.compile(
    r"/?(?:[abiup]|em|br|hr|div|span|strong|font|center|blockquote|img|ul|ol|li|h[1-6]|sic)(?: ?/|(?: [\w-]+=[^<>]{0,80})+)?",
    re.IGNORECASE,
)
_CAPS = re.compile(r"(?<![\w'’.&-])[A-Z][A-Z'’]*(?:[ -][A-Z][A-Z'’]*)*(?![\w&-]|\.[A-Z])")
_CAPITAL, _SMALL, _MARK, _BETWEEN = 1, 2, 3, 4
_SORTS = sorts(ascii_uppercase, ascii_lowercase, "'’", " -")
_SIGN = re.compile(
    r"\b(?:sign|notice|telegram|wire|cable|letters|label|board|poster|placard|headline)\b[ :,\"“']*(?:\w+ ){0,2}[\"“']?$"
)
_READ = re.compile(r"\b(?:reads?|marked|said)\b[ :,\"“']*(?:\w+ ){0,2}[\"“']?$")
_LINE = re.compile(r" / [\"“‘']?(\w)")
_VOWELS = re.compile(r"[AEIOUY]\w*[AEIOUY]|[AEIOU]")
_TITLE = re.compile(r"\b(?:Mrs?|Ms|Dr|Miss)\.? $")


_UNCLOSED = 0.62


class _Found(NamedTuple):
    passage: Passage
    match: re.Match[str]
    style: _Style
    inside: bool  #: a marker stands inside a word
    spaced: bool


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations that take the markers away and emphasis emendations over what stood between them."""
    whole = state.look.data
    styles = [style for style in _STYLES if style.opens.encode() in whole]
    passages = state.prose if styles else []
    found = list(islice((one for passage in passages for one in _all(passage, styles)), MOST // 3))
    usage = Counter(one.style.name for one in found if not one.inside and not one.spaced)
    for one in found:
        certainty = _certainty(one, usage[one.style.name])
        if certainty:
            yield from _lay(state, one, certainty)
    used = [style for style in styles if usage[style.name] > 1]
    for one in islice(_opened(passages, used, found), MOST // 10):
        yield from _lay(state, one, _UNCLOSED)
    yield from _capitals(state)


def _all(passage: Passage, styles: Sequence[_Style]) -> Iterator[_Found]:
    text = passage.text
    taken: list[tuple[int, int]] = []
    for style in styles:
        if style.opens not in text:
            continue
        place = 0
        while True:
            match = style.pattern.search(text, place)
            if match is None:
                break
            place = match.end()
            if not _plausible(text, match, style):
                place = match.start() + 1
                continue
            if any(a < match.end() and match.start() < b for a, b in taken[-400:]):
                continue
            left = text[match.start() - 1 : match.start()].isalnum()
            right = text[match.end() : match.end() + 1].isalnum()
            if left and right and style.name not in ("html", "bbcode"):
                place = match.start() + 1
                continue
            spaced = bool(match.group("lead") or match.group("tail"))
            taken.append(match.span())
            yield _Found(passage, match, style, (left or right) and style.name not in ("html", "bbcode"), spaced)


def _opened(passages: Sequence[Passage], styles: Sequence[_Style], found: Sequence[_Found]) -> Iterator[_Found]:
    """Markers that open and are never closed: one word is taken, the most that can be said."""
    taken: dict[int, set[int]] = {}
    for one in found:
        taken.setdefault(one.passage.at, set()).update((one.match.start(), one.match.end("inner")))
    for style in styles:
        for passage in passages:
            for match in style.opened.finditer(passage.text):
                if match.start() in taken.get(passage.at, ()) or match.start() == 0:
                    continue
                yield _Found(passage, match, style, inside=False, spaced=False)


def _plausible(text: str, match: re.Match[str], style: _Style) -> bool:
    inner = match.group("inner")
    if not _WORD.search(inner) or _TURN.search(inner):
        return False
    if bool(match.group("lead")) != bool(match.group("tail")):
        return False
    if style.name in ("html", "bbcode"):
        return True
    if style.name == "angle" and ("@" in inner or "://" in inner or (_TAGS.fullmatch(inner) and not _spoken(text, inner))):
        return False
    if text[match.end() : match.end() + 1].isalnum() and (
        inner[-1] in '"“‘(' or text[match.end() - 1 - len(match.group("tail"))] == " "
    ):
        return False  # what would close opens the next one
    if style.name == "slash" and (
        (" " not in inner and inner.isdigit()) or "://" in text[max(match.start() - 8, 0) : match.end()]
    ):
        return False
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if (before and before == style.shown[0]) or (after and after == style.shown[-1]):
        return False
    if match.group("lead"):
        # "* x *": the markers must be set off from the words around them too.
        return (not before or before.isspace() or before in '"“(—-') and (not after or not after.isalnum())
    return style.name != "under" or not (before.isalnum() or after.isalnum()) or " " not in inner


def _spoken(text: str, inner: str) -> bool:
    """Whether ``<I>`` or ``<a>`` is a word: nothing of that name is closed in the text."""
    return inner in ("I", "a") and f"</{inner}>" not in text


def _certainty(one: _Found, usage: int) -> float:
    style = one.style
    if style.name in ("html", "bbcode"):
        return style.usual
    certainty = style.usual if usage >= 3 else style.usual - 0.08 if usage == 2 else style.alone
    if one.inside:
        certainty = certainty - 0.2 if usage >= 2 else 0.0
    if one.spaced:
        inner = one.match.group("inner")
        if style.name == "slash" and _is_verse(one.passage.text, one.match):
            return 0.0
        if any(c.isdigit() for c in inner) or (style.name == "slash" and len(inner) > 40):
            return 0.0
        certainty = certainty - 0.1 if usage >= 2 else 0.0 if style.name in ("slash", "tilde", "angle") else 0.62
    return max(certainty, 0.0)


def _is_verse(text: str, match: re.Match[str]) -> bool:
    """Whether slashes between spaces part the lines of a poem: several in a row, each before a capital."""
    near = text[max(match.start() - 160, 0) : match.end() + 160]
    begun = _LINE.findall(near)
    return len(begun) > 2 and sum(one.isupper() for one in begun) > 0.7 * len(begun)


def _lay(state: State, one: _Found, certainty: float) -> Iterator[Emendation]:
    match, rule, group = one.match, f"emphasis.{one.style.name}", f"emphasis.{one.style.name}"
    inner_start, inner_end = match.span("inner")
    start, end = state.source(one.passage, inner_start, inner_end)
    why = f"{one.style.shown} is how this text marks emphasis"
    yield state.emend("emphasis", start, end, "", rule, why, group, certainty)
    yield from state.edit(one.passage, match.start(), inner_start, "", rule, why, group, certainty)
    if inner_end < match.end():
        yield from state.edit(one.passage, inner_end, match.end(), "", rule, why, group, certainty)


# ---------------------------------------------------------------- capitals


def _capitals(state: State) -> Iterator[Emendation]:
    """Words in capitals amid small ones: offered, never applied. Acronyms are no words; signs and telegrams stand apart."""
    capitals = (
        (passage, match.start(), match.end(), _setting(passage.text, match))
        for passage in _with_capitals(state)
        for match in _CAPS.finditer(passage.text)
        if 1 < len(match.group()) <= 200
    )
    found = [one for one in islice(capitals, MOST // 10) if one[3] != "apart"]
    if not found:
        return
    known = shipped()
    plain = [_known(passage.text[start:end], known) for passage, start, end, _ in found]
    usual = sum(ok and how == "amid" for ok, (_, _, _, how) in zip(plain, found, strict=True))
    for ok, (passage, start, end, how) in zip(plain, found, strict=True):
        if how == "sentence" and (usual < 2 or not ok or "STOP" in passage.text[start:end].split()):
            continue
        if how == "name" and usual < 2:
            continue
        if not ok and how != "name" and (usual < 3 or not _VOWELS.search(passage.text, start, end) or end - start < 5):
            continue  # an acronym
        if how == "amid":
            start, end = _without_i(passage.text, start, end)
        if end - start < 2:
            continue
        first, last = state.source(passage, start, end)
        why = "words in capitals amid small ones, as stress is typed"
        yield state.emend("emphasis", first, last, "", "emphasis.capitals", why, "emphasis.capitals", 0.55)


def _with_capitals(state: State) -> list[Passage]:
    """The passages in which two capitals follow each other: nothing less can be words in capitals."""
    data = np.frombuffer(state.look.data.translate(_SORTS) + bytes(2), dtype=np.uint8)
    places = np.flatnonzero(data == _CAPITAL)
    following, then = data[places + 1], data[places + 2]
    follows = (following == _CAPITAL) | ((following == _MARK) & (then != _SMALL)) | ((following == _BETWEEN) & (then == _CAPITAL))
    return state.holding(state.prose, places[follows])


def _known(words: str, known: Words) -> bool:
    """Whether these are words; one name among several is no matter."""
    each = re.split(r"[ -]", words.replace("’", "'").lower())
    if max(map(len, each)) == 1:
        return False
    strange = [word for word in each if not known.knows(word.strip("'"))]
    return not strange or (len(each) > 2 and len(strange) < len(each) / 2)


def _without_i(text: str, start: int, end: int) -> tuple[int, int]:
    """The pronoun always has its capital: at the ends it is not part of what is stressed."""
    if text[start : start + 2] == "I ":
        start += 2
    if text[end - 2 : end] == " I":
        end -= 2
    return start, end


def _setting(text: str, match: re.Match[str]) -> str:
    """What stands around words in capitals: small ones (amid), the ends of a sentence, a title before a name, or none of it."""
    start, end = match.span()
    left = text[max(start - 30, 0) : start]
    before, after = left.rstrip(" \"“‘'(—-,;"), text[end : end + 30].lstrip(" \"”’'),;:—-")
    alone = " " not in match.group()
    if _SIGN.search(text, max(start - 40, 0), start) or (not alone and _READ.search(text, max(start - 40, 0), start)):
        return "apart"
    low_after = after[:1].islower() or (after[1:2].islower() and after[:1].isalpha())
    if _TITLE.search(left):
        return "name"
    stops = not after or after[0] in ".!?…"
    if before[-1:].islower():
        return "amid" if low_after or stops or (alone and text[end : end + 1] != ":") else "apart"
    if low_after and (before[-1:] in ".!?…:*" or not before) and not left.endswith("\n"):
        return "amid"
    if before[-1:] in ".!?…" and stops and not alone and left[-1:] not in '"“':
        return "sentence"
    return "apart"
