"""Chapters run together: ``Chapter 3: Ashes``, ``IV.``, ``[Part 2/5]`` on a line or inside a flattened one.

A numbered heading counts when the numbers of its shape rise through the text one by one; a lone word such as
*Prologue* counts on a line of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from variorum.document import Emendation
from variorum.rescue.state import MOST, Passage, State, standing

__all__ = ["propose"]

_UNITS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"]
_WORDS = {word: number for number, word in enumerate(_UNITS, 1)}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}|[IVXLC]{{1,7}}|(?i:{_WORD})(?:[- ](?i:{'|'.join(_UNITS[:9])}))?)"
_TITLE = r"(?:[A-Z0-9][\w'’]*|(?:a|an|and|as|at|but|by|for|from|in|of|on|or|the|to|with|nor)\b)"
_TITLED = rf"[A-Z0-9][\w'’]*(?: {_TITLE}){{0,8}}"
_SHAPES = (
    ("starred", rf"\* \* \* (?i:chapter|part) {_NUMBER} \* \* \*"),
    (
        "chapter",
        (
            rf"(?i:chapter|chap\.|ch\.?|part|book|episode|section|act|scene|day|canto|vol\.|volume|verse) ?"
            rf"(?:{_NUMBER}(?:/\d{{1,3}}| of \d{{1,3}})?|(?i:the (?:{'|'.join(_ORDINALS)}|last)))\b\.?(?!['’])"
        ),
    ),
    ("bracket", rf"[\[(](?i:chapter|part|ch\.?|day) {_NUMBER}(?:/\d{{1,3}}| of \d{{1,3}})?[\])]"),
    ("ruled", rf"[-–—~*=]{{1,3}} ?(?i:(?:chapter|part) )?{_NUMBER} ?[-–—~*=]{{1,3}}"),
    ("number", r"(?:\d{1,3}|[IVXLC]{1,7})\."),
    ("bare", r"(?:\d{1,3}|[IVXLC]{1,7})"),
)
_ORDINAL_IN = re.compile(rf"\bthe ({'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_NUMBER_IN = re.compile(rf"\b{_NUMBER}\b")
_FLAT = standing("(?:" + "|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES) + r")(?=\s|:|$)")
_TITLE_AFTER = re.compile(rf"(?:: ?| [-–—] |\. )(?P<title>{_TITLED})")
# Small numerals and words standing alone, "2/5": a heading on a line of its own where others count on.
_COUNTED = re.compile(rf"(?:(?P<roman>[ivxlc]{{1,6}})|(?P<word>(?i:{_WORD}))|(?P<part>\d{{1,3}})(?:/| of )\d{{1,3}})\.?")
_SMALL = re.compile(r"(?i:chapter|chap\.?|ch\.?|part|volume|vol\.?) ?(?:\d{1,3}|(?i:" + _WORD + r")) ?[:–—-] ?\S.{0,60}")
# What people put around a heading: ~*~ Chapter One ~*~, { one }, **Chapter One**.
_DECORATED = re.compile(r"[\s~*_={}<>|#+.·•–—-]{1,8}")
_LINE = re.compile(
    r"(?:"
    + "|".join(shape for _, shape in _SHAPES)
    + rf"|\d{{1,3}}|[IVXLC]{{1,7}})(?:(?:: ?| [-–—] |\. )(?P<title>[^a-z].{{0,60}})| (?P<plain>{_TITLED}))?"
)
_ALONE = re.compile(
    r"(?i:prologue|epilogue|interlude|coda|preface|foreword|afterword|intermission)(?:\.|(?: \d{1,2})?:? ?[–—-]? ?[A-Z].{0,50})?"
    r"|[A-Z][\w.]*(?: [A-Z][\w.]*)?['’]s (?i:pov|point of view)|(?i:pov): ?.{1,30}"
)
_TITLE_LINE = re.compile(r"[A-Z][A-Z0-9'’ ,&:-]{3,50}|\[[A-Z][\w ,/'’-]{1,30}\]|[~*=-] ?[A-Z][\w '’-]{1,30} ?[~*=-]")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?|{_MONTH} (?:\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{4}}))"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:,? (?:morning|afternoon|evening|night))?"
)
_DATE_LINE = re.compile(rf"(?:{_DATE})|[A-Z]\w+(?: [A-Z]\w+)?, (?:{_DATE}|midnight|noon|dawn|dusk|\d{{4}}|later|night|morning)")
_LATER = (
    r"(?:A|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Several|Some|Many|Earlier|Later|\d{1,3})(?: \w+)? "
    r"(?i:(?:second|minute|hour|day|week|month|year|night)s? (?:later|earlier|before|after|ago))|The [Nn]ext (?:[Dd]ay|[Mm]orning|[Nn]ight)|Meanwhile|Elsewhere"
)
_LONELY = standing(
    rf"(?:(?i:prologue|epilogue|interlude)|[A-Z][\w.]{{1,20}}['’]s POV|\[[A-Z][\w ]{{1,24}}\]|~ [A-Z][\w '’-]{{1,30}} ~"
    rf"|{_DATE}|[A-Z][a-z]+, (?:midnight|noon|dawn|dusk)|{_LATER}|[A-Z]{{3,}}(?: [A-Z]{{2,}}){{1,6}}|Part (?:{_WORD.title()}): [A-Z]\w+)"
    r"(?=\s[\"“‘'(\[*_/<]{0,3}[A-Z][a-z'’ ]|\s[\"“‘]?[IA] )"
)
_LATER_LINE = re.compile(_LATER)
_SPOKEN = frozenset("\"'“”‘’«»")  # no heading begins with one
_WHEN_LINE = re.compile(r"(?:Then|Now|Before|After|Present [Dd]ay|The (?:[Pp]resent|[Pp]ast)|Flashback|Today|Yesterday)")
_NEW_SENTENCE = re.compile(
    r"\s[\"“‘'(\[*_]|\s(?:The|An?|It|He|She|They|We|You|There|This|That|When|If|In|On|At|No|Nobody|Then|But|And|What|Who|How|Why|His|Her|My|One|All|Some)\b"
)
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ENDED = re.compile(r"[.!?…—:\-][\"”’')\]*_]{0,3}$|[-—] [\"”]$")
_BEGINS = re.compile(r"[\"“‘'(\[*_/<]{0,3}[A-ZÀ-Þ0-9—]")


_TITLED_NAME = ("Mr.", "Mrs.", "Dr.", "St.", "Ms.", " S.", "No.")


class _Found(NamedTuple):
    passage: Passage
    start: int
    end: int
    shape: str
    number: int
    fixed: bool  #: the end is where the line ends
    named: bool = False  #: says that it is a chapter, a part


def propose(state: State) -> Iterator[Emendation]:
    """Heading emendations over chapter headings."""
    numbered: list[_Found] = []
    lonely: list[_Found] = []
    for passage in state.prose:
        text = passage.text
        if len(text) <= 90 and "\n" not in text:
            if text[:1] not in _SPOKEN:
                _line(passage, numbered, lonely)
        elif state.is_flat(passage):
            numbered.extend(islice(_flat(passage), MOST // 10))
            lonely.extend(islice(_flat_lonely(passage), MOST // 10))
    rising = [
        found
        for shape in sorted({f.shape for f in numbered})
        for found in _begun(_rise([f for f in numbered if f.shape == shape]))
    ]
    risen = {(found.passage.at, found.start) for found, _ in rising}
    # A line of its own that names its chapter is a heading, whatever its number.
    lonely.extend(f for f in numbered if f.named and (f.passage.at, f.start) not in risen)
    for found, count in rising:
        certainty = _certainty(found, count)
        if certainty:
            start, end = state.source(found.passage, found.start, found.end)
            why = f"number {found.number} of {count} headings of one shape whose numbers rise"
            yield state.emend("heading", start, end, "", "headings.numbered", why, "headings", certainty)
    several = len(lonely) + len(rising) > 1
    for found in lonely:
        start, end = state.source(found.passage, found.start, found.end)
        certainty = 0.9 if found.number else (0.66 if several else 0.5)
        why = "a short line without a sentence, as headings are written"
        yield state.emend("heading", start, end, "", "headings.line", why, "headings", certainty)


def _certainty(found: _Found, count: int) -> float:
    if found.fixed and found.shape.startswith("counted"):
        return 0.95 if count > 2 else 0.8 if count == 2 else 0.0
    if found.fixed:
        return 0.97 if count > 1 or found.shape != "number" else 0.62
    if found.shape.startswith(("number", "bare")):
        return 0.93 if count >= 3 else 0.7 if count == 2 else 0.5 if found.shape == "bare9" else 0.0
    return 0.97 if count > 1 else 0.8


def _line(passage: Passage, numbered: list[_Found], lonely: list[_Found]) -> None:
    text = passage.text.strip()
    plain = _bare(text)
    match = _LINE.fullmatch(text) or _LINE.fullmatch(plain) or _SMALL.fullmatch(plain)
    if match and not text.endswith((",", ";", '"', "”")):
        value = _value(text)
        shape = "number" if re.match(r"[\dIVXLC]", plain) else "line"
        if value:
            named = shape == "line" or bool(re.search(r"(?i)chapter|part|day", text))
            numbered.append(_Found(passage, 0, len(passage.text), shape, value, fixed=True, named=named))
            return
    counted = _COUNTED.fullmatch(plain)
    if counted:
        value = _value(counted["part"] or plain.rstrip(".").upper() if counted["roman"] else counted["part"] or plain.rstrip("."))
        if value:
            numbered.append(_Found(passage, 0, len(passage.text), f"counted {counted.lastgroup}", value, fixed=True))
            return
    if _ALONE.fullmatch(text):
        lonely.append(_Found(passage, 0, len(passage.text), "alone", 1, fixed=True))
    elif (
        _DATE_LINE.fullmatch(text)
        or _LATER_LINE.fullmatch(text)
        or _WHEN_LINE.fullmatch(text)
        or (_TITLE_LINE.fullmatch(text) and not text.endswith(("!", "?", ".")))
    ):
        lonely.append(_Found(passage, 0, len(passage.text), "alone", 0, fixed=True))


def _bare(text: str) -> str:
    """A line without what is put around it for ornament, on both sides."""
    begins, ends = _DECORATED.match(text), _DECORATED.match(text[::-1])
    if not begins or not ends or begins.end() + ends.end() >= len(text):
        return text
    return text[begins.end() : len(text) - ends.end()]


def _flat(passage: Passage) -> Iterator[_Found]:
    text = passage.text
    for start, end, named in _FLAT(text):
        left = text[max(start - 12, 0) : start].rstrip()
        if left and not _ENDED.search(left):
            continue
        found, shape = text[start:end], named or "chapter"
        value = _value(found)
        if not value:
            continue
        if shape == "chapter":
            title = _TITLE_AFTER.match(text, end)
            if title:
                end = _title_end(text, title.start("title"), title.end("title"))
            elif text[end - 1] == "." or text[end : end + 1] == ":":
                continue
        if end < len(text) and not _BEGINS.match(text[end : end + 12].lstrip()):
            continue
        if shape in ("number", "bare"):
            shape += "9" if found[0].isdigit() else "i"
            if left.endswith(_TITLED_NAME):
                continue
            yield _Found(passage, start, end, shape, value, fixed=False)
        else:
            yield _Found(passage, start, end, shape + found[:3].casefold().strip("0123456789 "), value, fixed=False, named=True)


def _flat_lonely(passage: Passage) -> Iterator[_Found]:
    """Words between two sentences that are none themselves: ``Prologue``, ``14th March``, ``Ives's POV``."""
    text = passage.text
    for start, end, _ in _LONELY(text):
        left = text[max(start - 12, 0) : start].rstrip()
        if left and not _ENDED.search(left):
            continue
        word = text[start:end]
        sure = bool(_ALONE.fullmatch(word)) or word[0] in "[~"
        if _LATER_LINE.fullmatch(word) and not _NEW_SENTENCE.match(text, end):
            continue  # "A week later Amy came": a name goes on with the sentence
        yield _Found(passage, start, end, "alone", int(sure), fixed=sure)


def _title_end(text: str, start: int, end: int) -> int:
    """Where a title inside a line ends: before the word with which a sentence begins.

    The title runs on into the capital of the story; the last capitalised word before a small one belongs to it.
    """
    if text[end : end + 1] in '"“' or text[end : end + 2].strip() in ('"', "“", "‘", "'"):
        return end
    words = [m.span() for m in re.finditer(r"\S+", text[start:end])]
    while len(words) > 1 and not text[start + words[-1][0]].isupper():
        words.pop()
    if len(words) > 1:
        words.pop()
        while len(words) > 1 and text[start + words[-1][0]].islower():
            words.pop()
    return start + words[-1][1]


def _value(text: str) -> int:
    for match in _NUMBER_IN.finditer(text):
        word = match.group()
        if word.isdigit():
            return int(word)
        if word.isupper() and _ROMAN.fullmatch(word):
            total = 0
            values = [_VALUES[c] for c in word]
            for this, after in zip(values, [*values[1:], 0], strict=True):
                total += -this if this < after else this
            return total
        parts = re.split(r"[- ]", word.casefold())
        if all(part in _WORDS for part in parts):
            return sum(_WORDS[part] for part in parts)
    ordinal = _ORDINAL_IN.search(text)
    return _ORDINALS.index(ordinal[1].casefold()) + 1 if ordinal else 0


def _rise(found: list[_Found]) -> list[tuple[_Found, int]]:
    """The longest run of rising numbers (patience sorting), each with the length of the run."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for index, one in enumerate(found):
        at = bisect_left(tails, one.number)
        back.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(one.number)
            ends.append(index)
        else:
            tails[at] = one.number
            ends[at] = index
    chain: list[_Found] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(found[index])
        index = back[index]
    return [(one, len(chain)) for one in reversed(chain)]


def _begun(run: list[tuple[_Found, int]]) -> list[tuple[_Found, int]]:
    """A run, unless it is a bare pair that begins with neither one nor two: then "Four." and "Five." were said."""
    return [] if len(run) == 2 and run[0][0].shape.startswith("counted") and run[0][0].number > 2 else run
