"""The stray spaces that lost italics leave (``was , really``): the space goes, the place is offered as emphasis.

When inline markup is thrown away carelessly, its pieces are joined by a space. Beside a letter nothing shows;
beside punctuation a space stands where none belongs. A *habit detector* goes first: a writer who always sets a
space before ``!`` does so on purpose, and regular spacing is never touched. How long the lost emphasis was is
known only where both its ends left a trace; else the word beside the space is taken, and the certainty says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from variorum.document import Emendation, ReadingText
from variorum.rescue.state import MOST, Passage, State

__all__ = ["propose"]

# The sign after a space, as classes whose spacing is one habit.
_RIGHT = re.compile(
    r"(?<=\S)(?P<gap>[ \xa0]{1,2})(?P<sign>\.\.\.|…|[,.!?;:]|--|[—–]|[’'](?=(?:s|d|ll|re|ve|m|t)\b)|[)\]”»]|’(?!\w)|-(?=[^\W\d_]))"
)
_LEFT = re.compile(r"(?P<sign>[“‘(\[«—–]|--|(?<=[^\W\d_])-)(?P<gap>[ \xa0]{1,2})(?=\S)")
_QUOTE = re.compile(r"[\"]|(?<!\w)'|'(?!\w)")
_DOUBLE = re.compile(r"(?<=\S)(?P<gap>[ \xa0]{2,3})(?=\S)")
# Whatever a trace is made of, seen in passes over the whole text, each pair first, then what stands around it: a sign
# after a space, a space after a sign, two spaces, a straight quote with a space on the wrong side.
_PAIR = re.compile(r"[ \xa0](?=[,.!?;:…—–)\]”»\xa0 ’'\"-])|[“‘(\[«—–-](?=[ \xa0\"'])|\n(?=[\"'])")
_POSSIBLE = re.compile(
    r"[ \xa0](?:[,.!?;:…—–)\]”»\xa0 ]|--|[’'](?=(?:s|d|ll|re|ve|m|t)\b)|’(?!\w)|-(?=[^\W\d_])|[\"'](?=[ \xa0\n,.;:!?)]|\Z))"
    r"|[“‘(\[«—–-](?:[ \xa0]|[\"'](?=[ \xa0\n]|\Z))|\n?[\"'](?=[ \xa0\n,.;:!?)]|\Z)"
)
_CLASSES = {"!": "!?", "?": "!?", ";": ";:", ":": ";:", "...": "…", "…": "…", "—": "—", "--": "—", "–": "—", "-": "-"}
_COUNTED = re.compile(r"(?<=[\w\"”’')\]])(?P<gap>[ \xa0]?)(?P<sign>\.\.\.|…|[,.!?;:]|--|[—–])(?P<after>[ \xa0]?)")
_BETWEEN = re.compile(r"[.!?][\"”’')]{0,2}( {1,3})(?=\S)")  # two sentences
_INNER = re.compile(r"(?<=[\w,;])  (?=\w)")
_SMILEY = re.compile(r"[:;][-']?[()DPpoO/|3]")
_WORD_BEFORE = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*[.,!?;:…]{0,3}$")
_WORD_AFTER = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FAR = 120


class _Trace(NamedTuple):
    start: int  #: of the white space
    end: int
    side: str  #: "end" when emphasis ended here, "begin" when it began here, "both" when it cannot be told
    sign: str
    keep: str  #: what stays of the space
    certainty: float


def propose(state: State) -> Iterator[Emendation]:
    """Text emendations that close up stray spaces, emphasis emendations for what they are traces of."""
    held = _held(state.text)
    if not held:
        return
    passages = list(state.passages())
    habits = _habits(passages)
    damaged = habits.damaged
    for passage in passages:
        if passage.at not in held:
            continue
        traces = list(islice(_traces(passage.text, habits), MOST // 2))
        for trace in traces:
            start = trace.start + len(trace.keep)
            why = f"a space stands before or after {trace.sign} where this text sets none"
            if trace.sign == " ":
                why = "two spaces stand inside a sentence, as where inline markup was dropped"
            certainty = trace.certainty if damaged > 2 else trace.certainty - 0.1
            yield from state.edit(passage, start, trace.end, "", "spaces.stray", why, "spaces", certainty)
        for start, end, certainty, why in _spans(passage.text, traces):
            first, last = state.source(passage, start, end)
            yield state.emend("emphasis", first, last, "", "spaces.trace", why, "spaces.trace", certainty)


def _held(text: ReadingText) -> set[int]:
    """Where the blocks begin that hold a space a trace could be made of; most texts have none."""
    whole = text.text
    places = chain((0,), (pair.start() for pair in _PAIR.finditer(whole)))
    found = [at for at in places if _POSSIBLE.match(whole, at)]
    return {text.starts[text.block_at(at + (whole[at] == "\n"))] for at in found}


class _Habits(NamedTuple):
    classes: frozenset[str]  #: classes of signs this writer spaces on purpose
    doubled: bool  #: two spaces after a sentence are this writer's way
    damaged: int  #: stray spaces that are no habit


def _habits(passages: list[Passage]) -> _Habits:
    spaced: Counter[str] = Counter()
    total: Counter[str] = Counter()
    ends = doubled = inner = 0
    for passage in passages:
        for (gap, sign, after), count in Counter(_COUNTED.findall(passage.text)).items():
            kind = _CLASSES.get(sign, sign)
            if kind == "—" and gap and after:
                spaced["— —"] += count
            total[kind] += count
            spaced[kind] += count * bool(gap)
        sizes = Counter(map(len, _BETWEEN.findall(passage.text)))
        ends += sizes.total()
        doubled += sizes.total() - sizes[1]
        inner += len(_INNER.findall(passage.text))
    irregular = sum(count for kind, count in spaced.items() if kind != "— —" and count <= 0.4 * total[kind])
    classes = set()
    for kind in total:
        rate = spaced[kind] / total[kind]
        if rate > 0.4 and (total[kind] >= 5 or rate > 0.75) and (total[kind] >= 4 or irregular < 2):
            classes.add(kind)
    if spaced["— —"] >= 3 or (spaced["—"] and spaced["— —"] >= 0.5 * spaced["—"] and irregular < 2):
        classes.add("—")
    return _Habits(frozenset(classes), doubled > 0.25 * max(ends, 1), irregular + inner)


def _traces(text: str, habits: _Habits) -> Iterator[_Trace]:
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
        if _CLASSES.get(sign, sign) in habits.classes or not after.isalnum():
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


def _right(text: str, match: re.Match[str], habits: _Habits) -> _Trace | None:
    sign, start, end = match.group("sign"), *match.span("gap")
    before, after = text[start - 1], text[match.end() : match.end() + 1]
    if _CLASSES.get(sign, sign) in habits.classes:
        return None
    certainty = 0.97
    if sign in ("—", "–", "--", "-"):
        # Spaced on both sides is a dash as some set it; on one side only it is a trace.
        if not after or after.isspace() or after in "-—–" or not (before.isalnum() or before in "\"”’'.!?,"):
            return None
        certainty = 0.9 if sign != "-" else 0.62
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
                yield word.start(), trace.start, 0.66, why
        else:
            word = _WORD_AFTER.match(text, trace.end)
            if word:
                why = "emphasis began at the stray space; where it ended is not known, one word is taken"
                yield word.start(), word.end(), 0.62, why
        index += 1


def _one_stretch(inner: str) -> bool:
    return bool(inner.strip()) and not re.search(r"[.!?][\"”’]? +[\"“]", inner)
