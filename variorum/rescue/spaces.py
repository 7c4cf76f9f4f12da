"""The stray spaces that lost italics leave (``was , really``): the space goes, the place is offered as emphasis.

When inline markup is thrown away carelessly, its pieces are joined by a space. Beside a letter nothing shows;
beside punctuation a space stands where none belongs. A *habit detector* goes first: a writer who always sets a
space before ``!`` does so on purpose, and regular spacing is never touched. How long the lost emphasis was is
known only where both its ends left a trace; else the word beside the space is taken, and the certainty says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from variorum.document import Emendation
from variorum.rescue.habits import CLASSES, NO_HABITS, Habits
from variorum.rescue.habits import habits as habits_of
from variorum.rescue.places import ahead, kinds, of
from variorum.rescue.state import MOST, State

__all__ = ["propose"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The sign after a space, as classes whose spacing is one habit.
_RIGHT = re.compile(
    r"(?<=\S)(?P<gap>[ \xa0]{1,2})(?P<sign>\.\.\.|…|[,.!?;:]|--|[—–]|[’'](?=(?:s|d|ll|re|ve|m|t)\b)|[)\]”»]|’(?!\w)|-(?=[^\W\d_]))"
)
_LEFT = re.compile(r"(?P<sign>[“‘(\[«—–]|--|(?<=[^\W\d_])-)(?P<gap>[ \xa0]{1,2})(?=\S)")
_QUOTE = re.compile(r"[\"]|(?<!\w)'|'(?!\w)")
_DOUBLE = re.compile(r"(?<=\S)(?P<gap>[ \xa0]{2,3})(?=\S)")
# Whatever a trace is made of, seen in passes over the whole text, each pair first, then what stands around it: a sign
# after a space, a space after a sign, two spaces, a straight quote with a space on the wrong side.
# Where a trace could be: a space before what closes or joins, what opens or joins before a space or a straight mark.
_SPACE, _CLOSING, _OPENING, _WIDE = of(" \xa0"), of(",.!?;:…—–)]”»\xa0 ’'\"-"), of("“‘([«—–-"), of(" \xa0\"'")
_LINE_END, _STRAIGHT = of("\n"), of("\"'")
_POSSIBLE = re.compile(
    r"[ \xa0](?:[,.!?;:…—–)\]”»\xa0 ]|--|[’'](?=(?:s|d|ll|re|ve|m|t)\b)|’(?!\w)|-(?=[^\W\d_])|[\"'](?=[ \xa0\n,.;:!?)]|\Z))"
    r"|[“‘(\[«—–-](?:[ \xa0]|[\"'](?=[ \xa0\n]|\Z))|\n?[\"'](?=[ \xa0\n,.;:!?)]|\Z)"
)
_SPELLED = re.compile(r"(?<![\w-])[^\W\d_](?: - [^\W\d_]){2,}(?![\w-])")  # "A - n - n - e": letters spelled out
_SMILEY = re.compile(r"[:;][-']?[()DPpoO/|3]")
_WORD_BEFORE = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*[.,!?;:…]{0,3}$")
_WORD_AFTER = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FAR = 120
# Stresses that are longer than a word tell it themselves: a title has its capitals, a phrase of another language its words.
_TITLED = re.compile(
    r"(?:(?<![^\s\"“‘'(—–-])(?:The|An?) )?(?:[A-ZÀ-Þ][\w’'.-]*,? (?:(?:of|the|and|in|at|on|to|for|a|an|de|la|or) ){0,2}){1,7}$"
)
_HONOURED = re.compile(
    r"\b(?:Mrs?|Miss|Ms|Dr|Sir|Lady|Lord|Madame|Monsieur|Mme|Captain|Colonel|Professor|Aunt|Uncle|Inspector|Doctor)\b\.?"
)
_OTHER = _set(
    "mon ma mes le les un une des du en au aux et est vous je il elle ce c'est que qui très pas ami amie amis foi voilà comme ça sur s'il moi "
    "tout toute bien bon bonne chère cher petite petit pauvre mademoiselle merci mais oui non avec dans der das und ist ein eine mein "
    "ich nicht gott ach wie auf von zu mit sehr el los las una por como muy mi señor señora il della di che cara caro mio mia bella et cum "
    "ad ex ipso facto vice versa inter alia ca j'ai n'est qu'est au revoir"
)
_LAST = re.compile(r"([^\W\d_]+(?:['’-][^\W\d_]+)*),? $")
_NEXT = re.compile(r",? ([^\W\d_]+(?:['’-][^\W\d_]+)*)")


class _Trace(NamedTuple):
    start: int  #: of the white space
    end: int
    side: str  #: "end" when emphasis ended here, "begin" when it began here, "both" when it cannot be told, "none" of letters
    sign: str
    keep: str  #: what stays of the space
    certainty: float


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations that close up stray spaces, emphasis emendations for what they are traces of."""
    held = _held(state)
    suspects = [p for p in state.prose if p.at in held] if held else []
    if not any(True for passage in suspects for _ in _traces(passage.text, NO_HABITS)):
        return  # a habit only takes traces away
    habits = habits_of(state)
    damaged = habits.damaged
    for passage in suspects:
        traces = list(islice(_traces(passage.text, habits), MOST // 2))
        for trace in traces:
            start = trace.start + len(trace.keep)
            why = f"a space stands before or after “{trace.sign}” where this text sets none"
            if trace.sign == " ":
                why = "two spaces stand inside a sentence, as where inline markup was dropped"
            certainty = trace.certainty if damaged > 2 else trace.certainty - 0.1
            yield from state.edit(passage, start, trace.end, "", "spaces.stray", why, "spaces", certainty)
        for start, end, certainty, why in _spans(passage.text, traces):
            first, last = state.source(passage, start, end)
            yield state.emend("emphasis", first, last, "", "spaces.trace", why, "spaces.trace", certainty)


def _held(state: State) -> set[int]:
    """Where the blocks begin that hold a space a trace could be made of; most texts have none."""
    text, whole = state.text, state.text.text
    space, closing, opening, wide, ended, straight = kinds(state.look, _SPACE, _CLOSING, _OPENING, _WIDE, _LINE_END, _STRAIGHT)
    pairs = (space & ahead(closing)) | (opening & ahead(wide)) | (ended & ahead(straight))
    found = [at for at in chain((0,), np.flatnonzero(pairs).tolist()) if _POSSIBLE.match(whole, at)]
    return {text.starts[text.block_at(at + (whole[at] == "\n"))] for at in found}


def _traces(text: str, habits: Habits) -> Iterator[_Trace]:
    found: dict[int, _Trace] = {}
    for match in _RIGHT.finditer(text):
        if len(found) > MOST:
            break
        trace = _right(text, match, habits)
        if trace is not None:
            found[trace.start] = trace
    for match in _LEFT.finditer(text):
        sign = match.group("sign")
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if CLASSES.get(sign, sign) in habits.classes or not after.isalnum():
            continue
        if sign in "—–--" and (not before or (not before.isalnum() and before not in "\"”,.!?'’")):
            continue
        if sign == "-" and not before.isalpha():
            continue
        if sign in "—–--" and (habits.damaged < 3 or after.isupper()):
            continue  # "Gil— I mean": a writer's own pause
        certainty = {"-": 0.6, "—": 0.85, "--": 0.85, "–": 0.75}.get(sign, 0.95)
        # A hanging hyphen ("two- and threefold") is no trace.
        if sign == "-" and re.match(r"(?:and|or|to)\b", text[match.end() : match.end() + 4]):
            continue
        found.setdefault(match.start("gap"), _Trace(*match.span("gap"), "begin", sign, "", certainty))
    for match in _SPELLED.finditer(text):
        for at in range(match.start() + 1, match.end(), 4):
            found[at] = _Trace(at, at + 1, "none", "-", "", 0.8)
            found[at + 2] = _Trace(at + 2, at + 3, "none", "-", "", 0.8)
    for trace in _quotes(text):
        found.setdefault(trace.start, trace)
    for match in _DOUBLE.finditer(text):
        ended = bool(re.search(r"[.!?:…][\"”’')]{0,2}$", text[max(match.start() - 4, 0) : match.start()]))
        if ended and habits.doubled:
            continue
        if match.start() not in found:
            found[match.start()] = _Trace(*match.span("gap"), "both", " ", " ", 0.97 if not ended else 0.7)
    for start in sorted(found):
        yield found[start]


def _right(text: str, match: re.Match[str], habits: Habits) -> _Trace | None:
    sign, start, end = match.group("sign"), *match.span("gap")
    before, after = text[start - 1], text[match.end() : match.end() + 1]
    if CLASSES.get(sign, sign) in habits.classes:
        return None
    certainty = 0.97
    if sign in ("—", "–", "--", "-"):
        # Spaced on both sides is a dash as some set it; on one side only it is a trace.
        if not after or after.isspace() or after in "-—–" or not (before.isalnum() or before in "\"”’'.!?,"):
            return None
        certainty = 0.9 if sign != "-" else 0.72
    elif sign in ("...", "…"):
        if not before.isalnum():
            return None
        certainty = 0.75 if after.isspace() or after in '"”' else 0.6
    elif sign in ",.!?;:":
        if (
            (after.isalnum() and sign in ".:,")
            or _SMILEY.match(text, match.start("sign"))
            or not (before.isalnum() or before in "\"”’'.!?,…)")
        ):
            return None
        if after == sign or (sign == "." and before == "."):
            return None
    elif (sign in "’'" and after and not before.isalnum()) or (sign in ")]”’»" and before in "([“‘«"):
        return None
    return _Trace(start, end, "end", sign, "", certainty)


def _quotes(text: str) -> Iterator[_Trace]:
    """Straight quotes with a space on the wrong side; which side is told from the last quote that was plain."""
    state = {'"': False, "'": False}
    for match in _QUOTE.finditer(text):
        at, sign = match.start(), match.group()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        space_before, space_after = not before or before in " \xa0\n", not after or after in " \xa0\n"
        dash_before = before in ("-", "—", "–", "(")
        if space_before and not space_after:
            if after in ",.;:!?)" and before:
                # ' " ,': a closing quote with stray space before it
                if state[sign]:
                    yield _Trace(at - 1, at, "end", sign, "", 0.9)
                    state[sign] = False
                continue
            if sign == "'" and re.match(r"'(?:em|tis|twas|til|cause|bout|n)\b", text[at : at + 6]):
                continue
            state[sign] = True
        elif space_after and not space_before:
            if dash_before and not state[sign] and after:
                yield _Trace(at + 1, at + 2, "begin", sign, "", 0.75)
                state[sign] = True
            elif sign == '"' or state[sign]:
                state[sign] = False
        elif space_before and space_after:
            if state[sign] and before:
                yield _Trace(at - 1, at, "end", sign, "", 0.95)
                state[sign] = False
            elif after:
                yield _Trace(at + 1, at + 2, "begin", sign, "", 0.93 if sign == '"' else 0.85)
                state[sign] = True
        elif sign == '"':
            # Between two letters or signs: a word character on the right means it opens.
            state[sign] = after.isalnum()


def _spans(text: str, traces: list[_Trace]) -> Iterator[tuple[int, int, float, str]]:
    """The lost emphasis the traces speak of: start, end, certainty, why."""
    index = 0
    while index < len(traces):
        trace = traces[index]
        if trace.side == "none":
            index += 1
            continue
        following = traces[index + 1] if index + 1 < len(traces) else None
        opens = trace.side in ("begin", "both")
        if opens and following is not None and following.side in ("end", "both") and following.start - trace.end <= 400:
            inner = text[trace.end : following.start]
            if _one_stretch(inner) and (trace.side == "begin" or following.start - trace.end <= _FAR or following.side == "both"):
                yield trace.end, following.start, 0.9, "both ends of the lost emphasis left a stray space"
                index += 2
                continue
        if trace.side == "end":
            word = _WORD_BEFORE.search(text, max(trace.start - 60, 0), trace.start)
            if word:
                why = "emphasis ended at the stray space; where it began is not known, one word is taken"
                first = _back(text, word.start(), word.group())
                if first < word.start():
                    why = "emphasis ended at the stray space; it began where the title or the phrase of another language does"
                yield first, trace.start, 0.72 if first < word.start() else 0.66, why
        else:
            word = _WORD_AFTER.match(text, trace.end)
            if word:
                why = "emphasis began at the stray space; where it ended is not known, one word is taken"
                yield word.start(), _on(text, word.end(), word.group()), 0.62, why
        index += 1


def _foreign(word: str) -> bool:
    low = word.lower().replace("’", "'")
    return low in _OTHER or not low.isascii()


def _back(text: str, start: int, word: str) -> int:
    """Where a stress began whose last word begins at ``start``: a title or a phrase of another language is taken whole."""
    if word[:1].isupper():
        titled = _TITLED.search(text, max(start - _FAR, 0), start)
        if titled and not _HONOURED.search(titled.group()):
            before = text[titled.start() - 2 : titled.start()]
            begins = not before.strip() or before[-2:-1] in ".!?:" or before[-1:] in "\"“‘'"
            # The first word of a sentence has its capital anyway.
            first = titled.group().split(" ", 1)[0]
            return titled.start() + (len(first) + 1 if begins and first not in ("The", "A", "An") else 0)
        return start
    if _foreign(word.rstrip(".,!?;:…")):
        while (last := _LAST.search(text, max(start - 40, 0), start)) and _foreign(last.group(1)):
            start = last.start()
    return start


def _on(text: str, end: int, word: str) -> int:
    """Where a stress ended whose first word ends at ``end``."""
    if _foreign(word):
        while (following := _NEXT.match(text, end)) and _foreign(following.group(1)):
            end = following.end()
    return end


def _one_stretch(inner: str) -> bool:
    return bool(inner.strip()) and not re.search(r"[.!?][\"”’]? +[\"“]", inner)
