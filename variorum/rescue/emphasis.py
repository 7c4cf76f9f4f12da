"""Home-made emphasis: ``*x*``, ``_x_``, ``/x/``, ``[i]x[/i]`` become emphasis, their markers go.

A convention counts when the text uses it: markers stand in pairs, outside of words, around a stretch that could
be stressed. One lone star is a footnote, one lone slash a choice. Words in capitals are only offered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from variorum.document import Emendation
from variorum.rescue.state import MOST, Passage, State

__all__ = ["propose"]


class _Style(NamedTuple):
    name: str
    opens: str  #: what it begins with
    shown: str
    pattern: re.Pattern[str]
    alone: float  #: certainty of the only one of its kind in the text
    usual: float  #: certainty where the text uses it three times or more


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
    r"/?(?:a|b|i|u|p|em|br|hr|div|span|strong|font|center|blockquote|img|ul|ol|li|h[1-6]|sic)\b.{0,80}", re.IGNORECASE
)
_CAPS = re.compile(r"(?<![\w'’.&-])[A-Z][A-Z'’]*(?:[ -][A-Z][A-Z'’]*)*(?![\w&-]|\.[A-Z])")
_SIGN = re.compile(
    r"\b(?:sign|notice|telegram|wire|cable|letters|label|board|poster|placard|headline|read|reads|marked|said)\b[ :,\"“']*(?:\w+ ){0,2}[\"“']?$"
)
_LOWER = re.compile(r"[a-z][a-z'’]+")


class _Found(NamedTuple):
    passage: Passage
    match: re.Match[str]
    style: _Style
    inside: bool  #: a marker stands inside a word
    spaced: bool


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations that take the markers away and emphasis emendations over what stood between them."""
    whole = state.text.text
    styles = [style for style in _STYLES if style.opens in whole]
    passages = state.passages() if styles else ()
    found = list(islice((one for passage in passages for one in _all(passage, styles)), MOST // 3))
    usage = Counter(one.style.name for one in found if not one.inside and not one.spaced)
    for one in found:
        certainty = _certainty(one, usage[one.style.name])
        if certainty:
            yield from _lay(state, one, certainty)
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


def _plausible(text: str, match: re.Match[str], style: _Style) -> bool:
    inner = match.group("inner")
    if not _WORD.search(inner) or _TURN.search(inner):
        return False
    if bool(match.group("lead")) != bool(match.group("tail")):
        return False
    if style.name in ("html", "bbcode"):
        return True
    if style.name == "angle" and (_TAGS.fullmatch(inner) or "@" in inner or "://" in inner):
        return False
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


def _certainty(one: _Found, usage: int) -> float:
    style = one.style
    if style.name in ("html", "bbcode"):
        return style.usual
    certainty = style.usual if usage >= 3 else style.usual - 0.08 if usage == 2 else style.alone
    if one.inside:
        certainty = certainty - 0.2 if usage >= 2 else 0.0
    if one.spaced:
        inner = one.match.group("inner")
        if any(c.isdigit() for c in inner) or (style.name == "slash" and len(inner) > 40):
            return 0.0
        certainty = certainty - 0.1 if usage >= 2 else 0.0 if style.name in ("slash", "tilde", "angle") else 0.62
    return max(certainty, 0.0)


def _lay(state: State, one: _Found, certainty: float) -> Iterator[Emendation]:
    match, rule, group = one.match, f"emphasis.{one.style.name}", f"emphasis.{one.style.name}"
    inner_start, inner_end = match.span("inner")
    start, end = state.source(one.passage, inner_start, inner_end)
    why = f"{one.style.shown} is how this text marks emphasis"
    yield state.emend("emphasis", start, end, "", rule, why, group, certainty)
    yield from state.edit(one.passage, match.start(), inner_start, "", rule, why, group, certainty)
    yield from state.edit(one.passage, inner_end, match.end(), "", rule, why, group, certainty)


# ---------------------------------------------------------------- capitals


def _capitals(state: State) -> Iterator[Emendation]:
    """Words in capitals amid small ones, where the text has them as a habit: offered, never applied."""
    capitals = (
        (passage, match)
        for passage in state.passages()
        for match in _CAPS.finditer(passage.text)
        if _stressed(passage.text, match)
    )
    found = list(islice(capitals, MOST // 10))
    if len(found) < 3:
        return
    small = {word for passage in state.passages() for word in _LOWER.findall(passage.text)}
    often = Counter(match.group() for _, match in found)
    known = [any(word.casefold() in small for word in re.split(r"[ -]", m.group()) if len(word) > 1) for _, m in found]
    if sum(known) < 3 or sum(known) < 0.4 * len(found):
        return
    common = [f for f, is_word in zip(found, known, strict=True) if is_word or often[f[1].group()] < 3]
    for passage, match in common:
        start, end = state.source(passage, *match.span())
        why = "words in capitals amid small ones, which this text uses for stress"
        yield state.emend("emphasis", start, end, "", "emphasis.capitals", why, "emphasis.capitals", 0.55)


def _stressed(text: str, match: re.Match[str]) -> bool:
    word = match.group()
    if not 1 < len(word) <= 200 or sum(c.isalpha() for c in word) < 2:
        return False
    before = text[max(match.start() - 30, 0) : match.start()].rstrip(" \"“‘'(—-,")
    after = text[match.end() : match.end() + 30].lstrip(" \"”’'),.;:!?—-")
    if _SIGN.search(text, max(match.start() - 40, 0), match.start()):
        return False
    small_before = before[-1:].islower()
    small_after = after[:1].islower() or after[1:2].islower()
    return (small_before and (small_after or not after)) or (not before and small_after)
