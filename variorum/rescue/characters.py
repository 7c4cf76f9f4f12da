"""Mojibake and entities left in the text: each run of wrongly decoded characters is one emendation.

What was lost by decoding bytes with the wrong code is put back by ftfy (Robyn Speer, Apache-2.0) with every
fix that is not about encoding switched off: curly quotes, ligatures and full-width forms are no damage.
ftfy sees only the suspicious run, never the paragraph, so a repair cannot touch a healthy letter. Three lossy
kinds are beyond it and have rules: U+FFFD in place of a byte, ``aEUR(tm)``, and ``â`` with its two other
bytes stripped. Question marks in place of quotes are only mended where the whole text speaks for it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

import numpy as np
from ftfy import TextFixerConfig, fix_encoding
from ftfy.badness import is_bad

from variorum.document import Emendation
from variorum.rescue.places import kinds, of
from variorum.rescue.state import Passage, State

__all__ = ["propose"]

_CONFIG = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)
_KINDS = frozenset({"paragraph", "quote", "list-item", "heading", "verse", "table", "preformatted"})
_HIGH = r"[^\x00-\x7f\ud800-\udfff]"
_ENTITY = r"&(?:amp;){0,3}#?[A-Za-z0-9]{2,8};"
_RUN = re.compile(rf"(?:{_HIGH}|{_ENTITY}){{1,400}}")
# Beyond ASCII and the marks of typography; ftfy finds nothing bad in those alone, in whatever order they stand.
_STRANGE = re.compile("[^\x00-\x7f“”‘’—–…\xa0]")
_ANY_STRANGE = of("".join(map(chr, range(0x80))).replace("&", "") + "“”‘’—–…\xa0", others=True)
_FEW, _NEAR = 12, 8  # letters looked at one by one; characters on both sides of them (ftfy's longest pattern has seven)
_HAS_ENTITY = re.compile(_ENTITY)
# Named entities a person may well have typed on purpose when writing about markup; alone they are left.
_LITERAL = frozenset({"&lt;", "&gt;", "&amp;", "&quot;", "&#60;", "&#62;", "&#38;", "&#34;"})


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations for wrongly decoded characters, in every part of the document."""
    whole = state.text.text
    rules = _lossy(state)
    if not rules and whole.isascii() and "&" not in whole:
        return
    passages = list(state.passages(story=False, kinds=_KINDS))
    if not rules:
        passages = state.holding(passages, np.flatnonzero(kinds(state.look, _ANY_STRANGE)[0]))
    for passage in passages:
        yield from _runs(state, passage)
        for rule in rules:
            yield from rule(state, passage)


def _runs(state: State, passage: Passage) -> Iterator[Emendation]:
    text = passage.text
    if not (("&" in text and _HAS_ENTITY.search(text)) or (_STRANGE.search(text) and _suspicious(text))):
        return
    for run in _RUN.finditer(text):
        found = run.group()
        mended, how = _mend(found)
        if mended != found:
            start, end, put = _trim(found, mended)
            yield from state.edit(
                passage, run.start() + start, run.start() + end, put, f"characters.{how}", _WHY[how], f"characters.{how}", 0.98
            )


_WHY = {
    "mojibake": "these characters are one character whose bytes were read with the wrong code",
    "entity": "an entity was left in the text instead of its character",
    "lost": "one byte of this character was lost, the other two show what it was",
}


def _suspicious(text: str) -> bool:
    if "\ufffd" in text or "â€" in text:
        return True
    # A few letters with accents, as in most texts: what is bad has one of them in it and is shorter than what is looked at.
    few = [match.start() for match in islice(_STRANGE.finditer(text), _FEW + 1)]
    if len(few) <= _FEW and not any(is_bad(text[max(at - _NEAR, 0) : at + _NEAR + 1]) for at in few):
        return False
    return any(is_bad(text[at : at + 65_536]) for at in range(0, len(text), 65_000))


def _trim(found: str, mended: str) -> tuple[int, int, str]:
    """The part of a run that changes; healthy characters beside it stay out of the emendation."""
    start = 0
    while start < min(len(found), len(mended)) and found[start] == mended[start]:
        start += 1
    tail = 0
    while tail < min(len(found), len(mended)) - start and found[-1 - tail] == mended[-1 - tail]:
        tail += 1
    return start, len(found) - tail, mended[start : len(mended) - tail]


@lru_cache(maxsize=1 << 14)
def _mend(run: str) -> tuple[str, str]:
    """A run as it should read, and by which rule."""
    text, how = run, "mojibake"
    for _ in range(4):
        if "&" not in text:
            break
        plain = _HAS_ENTITY.sub(_character, text)
        if plain == text:
            break
        text, how = plain, "entity"
    if text.isascii():
        return text, how
    if "\ufffd" in text:
        # Of the bytes cp1252 does not know, 9D is by far the commonest: the closing quote of UTF-8.
        text = text.replace("â€\ufffd", "”").replace("Ã¢â‚¬\ufffd", "”")
        if text != run:
            how = "lost"
    if text.endswith("â€"):
        text, how = text.removesuffix("â€") + "”", "lost"  # the byte was not even replaced, it is gone
    try:
        return fix_encoding(text, _CONFIG), how
    except (UnicodeError, ValueError):
        return text, how


def _character(match: re.Match[str]) -> str:
    entity = match.group()
    if entity in _LITERAL:
        return entity
    character = html.unescape(entity)
    # Not an entity at all (&nosuch;), or one whose character would vanish: leave it.
    return entity if not character or character == "\ufffd" else character


# ---------------------------------------------------------------- lossy kinds: by evidence of the whole text

_Rule = Callable[[State, Passage], Iterator[Emendation]]
_EURO = re.compile(r"aEUR(\(tm\)|oe|~|\"|\||)")
_LATIN = re.compile(r"(?<=[a-z])A([(][c][)]|\u00a7|\u00a8)")
_STRIPPED = re.compile(r"â+")
_STRIPPED_SIGN = re.compile(r"(?:^|[\s(—])â\S|[.,!?;:]â+(?=\s|$)|\w\wâ(?:t|s|ll|re|ve|d|m)\b|\wâ\s", re.MULTILINE)
_ASKED = re.compile(r"\?+")
_ASKED_SIGN = re.compile(r"(?:^|\s)\?+[A-Za-z]|[a-z]\?(?:t|s|ll|re|ve|d|m)\b|[.,!]\?(?=\s|$)", re.MULTILINE)
_CONTRACTED = re.compile(r"(?:t|s|ll|re|ve|d|m|em|tis|twas|clock|er|all)\b", re.IGNORECASE)


def _lossy(state: State) -> tuple[_Rule, ...]:
    """The lossy rules the text as a whole gives reason for."""
    whole, look = state.text.text, state.look
    rules: list[_Rule] = []
    if look.data.count(b"aEUR") >= 2:
        rules.append(_euro)
    if look.count("â") >= 4 and _enough(_STRIPPED_SIGN, whole, 4) and look.count("â") * 2 > len(_STRIPPED.findall(whole)):
        rules.append(_stripped)
    signs = max(5, len(whole) // 2_000)
    if look.count('“”‘’"') < 3 and look.count("?") >= signs and _enough(_ASKED_SIGN, whole, signs):
        rules.append(_asked)
    return tuple(rules)


def _enough(pattern: re.Pattern[str], text: str, count: int) -> bool:
    return any(number >= count for number, _ in enumerate(pattern.finditer(text), 1))


_EUROS = {"(tm)": "’", "oe": "“", "~": "‘", "|": "…"}


def _euro(state: State, passage: Passage) -> Iterator[Emendation]:
    """The characters of UTF-8 read as cp1252 and then spelled out in ASCII."""
    text = passage.text
    why = "these are the letters a typographic sign turns into when it is read with the wrong code and spelled out"
    for match in _EURO.finditer(text):
        sign = match.group(1)
        end = match.end()
        if sign == '"':
            # An en and an em dash look the same after this damage; between figures it is the shorter.
            left, right = text[match.start() - 1 : match.start()], text[end : end + 1]
            put = "–" if left.isdigit() and right.isdigit() else "—"
        elif sign:
            put = _EUROS[sign]
        else:
            put = "”"
        yield from state.edit(passage, match.start(), end, put, "characters.spelled-out", why, "characters.spelled-out", 0.96)
    for match in _LATIN.finditer(text):
        put = {"(c)": "é", "\u00a7": "ç", "\u00a8": "è"}[match.group(1)]
        yield from state.edit(
            passage, match.start(), match.end(), put, "characters.spelled-out", why, "characters.spelled-out", 0.9
        )


def _stripped(state: State, passage: Passage) -> Iterator[Emendation]:
    """``â`` left of a typographic sign whose other two bytes were stripped as control characters."""
    why = "â stands where the text has a quotation mark, an apostrophe or a dash; two of its bytes were stripped"
    yield from _signs(state, passage, _STRIPPED, "characters.stripped", why, asked=False)


def _asked(state: State, passage: Passage) -> Iterator[Emendation]:
    """``?`` for every sign that an old code page did not have."""
    why = "a question mark stands where a quotation mark, an apostrophe or a dash must be; the text has no such sign at all"
    yield from _signs(state, passage, _ASKED, "characters.question-mark", why, asked=True)


def _signs(state: State, passage: Passage, pattern: re.Pattern[str], rule: str, why: str, *, asked: bool) -> Iterator[Emendation]:
    text = passage.text
    opened = False
    inner = False
    for match in pattern.finditer(text):
        for at in range(match.start(), min(match.end(), match.start() + 6)):
            left = text[at - 1 : at] if at == match.start() else "·"
            put, certainty = _sign(text, at, match, left, opened=opened, inner=inner, asked=asked)
            if put in "“”":
                opened = put == "“"
                inner = inner and opened
            elif put == "‘":
                inner = True
            elif put == "’" and certainty == 0.79:
                inner = False
            if put and put != text[at]:
                yield from state.edit(passage, at, at + 1, put, rule, why, rule, certainty)


def _sign(text: str, at: int, run: re.Match[str], left: str, *, opened: bool, inner: bool, asked: bool) -> tuple[str, float]:
    """What one lost sign was, from what stands around it. Empty: leave it."""
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    right = text[run.end() : run.end() + 1]
    begins = not before or before.isspace() or before in "([—" or (at > run.start() and not (left.isalnum()) and right.isalnum())
    if begins and (right.isalnum() or right in "…."):
        first = text[run.start() - 1 : run.start()]
        if at > run.start() and first and not first.isspace() and first.isalnum() and at == run.start() + 1:
            return "“", 0.75
        if opened and _CONTRACTED.match(text, at + 1):
            return "’", 0.7
        return ("‘", 0.78) if opened else ("“", 0.85)
    if before.isalnum() and after.isalnum():
        return ("’", 0.9) if _CONTRACTED.match(text, at + 1) else ("—", 0.75)
    if asked and before.isalnum() and at == run.start():
        # A real question may end here: with two marks the first is real.
        if len(run.group()) > 1:
            return "", 0.0
        if not opened:
            return "", 0.0
        return "", 0.0
    closes = inner and at == run.start()
    if closes and opened:
        return "’", 0.79
    if opened:
        return "”", 0.82
    if before and before in "sS" and not after.strip():
        return "’", 0.6
    return ("”", 0.65) if at > run.start() or before in ".,!?—…" else ("—", 0.62)
