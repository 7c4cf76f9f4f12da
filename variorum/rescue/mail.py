"""What a mail or a news article has around its text: header, quoted question, signature, the footer of a list.

Also the quoted-printable that was never decoded: ``=20``, ``=92``, and the ``=`` at the end of a cut line. Nothing
here looks at a text that shows no trace of mail. A text quoted as a whole (a story passed on) is the text, not a quote;
what a footer or signature is must say so: the rule alone is a scene break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from variorum.document import Emendation
from variorum.rescue.state import Passage, State

__all__ = ["propose"]

# What shows mail: the beginning of a line, and what may stand anywhere. Each pattern begins with a letter that is quickly found.
_BEGUN = r"(?:> ?){0,3}(?:--[ \t]?$|From: |[_=*~-]{10,}[ \t]?$|To unsubscribe)"
_FIRST_LINE, _LATER_LINE = re.compile(_BEGUN, re.MULTILINE), re.compile("\n" + _BEGUN, re.MULTILINE)
_ANYWHERE = (
    ("wrote:", re.compile(r"wrote:[ \t]*$", re.MULTILINE)),
    ("writes:", re.compile(r"writes:[ \t]*$", re.MULTILINE)),
    ("Original Message", re.compile("Original Message")),
    ("=", re.compile(r"=(?:\n|[0-9A-F]{2})")),
)
_FIELD = re.compile(
    r"(?:From|To|Cc|Bcc|Subject|Date|Sent|Message-I[Dd]|In-Reply-To|References|Reply-To|Sender|Newsgroups|Organi[sz]ation|Lines|Path|Xref"
    r"|NNTP-Posting-\w+|Received|Return-Path|MIME-Version|Content-[\w-]+|X-[\w-]+|Mailing-List|List-[\w-]+|Approved|Followup-To|Summary|Keywords)"
    r": ?\S?"
)
# What only a machine writes; a letter in a story has From and To as well.
_MACHINE = re.compile(
    r"(?:Message-I[Dd]|Newsgroups|Received|Return-Path|MIME-Version|Content-[\w-]+|NNTP-\S+|X-\w[\w-]*|References|Path|Xref|Mailing-List): "
    r"|Date: (?:\w{3}, )?\d{1,2} \w{3} \d{2,4} \d{1,2}:\d\d(?::\d\d)? ?(?:[+-]\d{4}|GMT|UTC|[A-Z]{3})"
)
_ORIGINAL = re.compile(r"-{2,}[ ]?(?:Original|Forwarded) [Mm]essage[ ]?-{2,}|Begin forwarded message:")
_WROTE = re.compile(
    r"(?:> ?){0,3}(?:(?:On|At|In article|In a message|In|Quoting|---) .{3,160}|.{2,80}(?:<[^<>\s]+>|\([^()]*@[^()]*\)).{0,20}|\S{2,40}) (?:wrote|writes|schrieb|said)(?: \S{1,30})?:[ \t]*"
)
_WROTE_BEGUN = re.compile(r"(?:> ?){0,3}(?:On|In article|In a message|Quoting|---) .{8,160}")
_WROTE_LAST = re.compile(r"(?:> ?){0,3}(?:.{0,60} )?(?:wrote|writes):[ \t]*")
_QUOTED = re.compile(r"[ ]?(?:[>|][ \t]?){1,8}")
_RULE = re.compile(r"[_=*~+#-]{10,}(?:~+>)?")
_LIST = re.compile(
    r"unsubscribe|subscri(?:be|ption)|mailing[- ]?list|list (?:archives?|info|owner|rules|home|web)|\barchives?\b.{0,30}(?:https?:|www\.|@)|Yahoo!? ?Groups|eGroups|Topica|ONElist"
    r"|Do You Yahoo|Get your (?:free|private)|To (?:post|contact|leave|join|reach)\b.{0,60}(?:@|list|group|message|mail)|Community email addresses|https?://\S*(?:list|group)|\w+@(?:lists?|groups)\.",
    re.IGNORECASE,
)
_SIGNED = 10  # lines of a signature at most
_FOOT = 14  # and of the footer of a list
_WIDE = 90


class _Line(NamedTuple):
    """A line with something in it; ``edge`` when it begins a block."""

    passage: int
    start: int
    end: int
    text: str
    edge: bool


class _Stretch(NamedTuple):
    first: int
    after: int
    rule: str
    certainty: float


def propose(state: State) -> Iterator[Emendation]:
    """Part emendations over what mail puts around a text, text emendations over what was left encoded."""
    if not _hinted(state.text.text):
        return
    passages = state.prose
    lines = [line for number, passage in enumerate(passages) for line in _lines(number, passage)]
    mail = _is_mail(state, lines)
    taken: set[int] = set()
    for stretch in (*_headers(lines), *_quotes(lines, mail=mail), *_footers(lines), *_signatures(lines, mail=mail)):
        stretch = _free(stretch, taken)
        if stretch.first < stretch.after:
            taken.update(range(stretch.first, stretch.after))
            yield from _emend(state, passages, lines, stretch)
    yield from _encoded(state)


def _hinted(text: str) -> bool:
    """Whether anything here can be mail's."""
    return bool(
        _FIRST_LINE.match(text)
        or _LATER_LINE.search(text)
        or any(sign in text and pattern.search(text) for sign, pattern in _ANYWHERE)
    )


def _lines(number: int, passage: Passage) -> Iterator[_Line]:
    position, edge = 0, True
    for line in passage.text.split("\n"):
        if line.strip(" \t>"):
            yield _Line(number, position, position + len(line), line, edge)
            edge = False
        else:
            edge = True
        position += len(line) + 1


def _is_mail(state: State, lines: Sequence[_Line]) -> bool:
    """Whether the text has the header of a mail, read by intake or standing in it."""
    frame = (b.text for b in state.text.blocks[:80] if b.part == "title")
    found = sum(1 for text in (*frame, *(line.text for line in lines[:12])) if _FIELD.match(text))
    return found >= 2


def _free(stretch: _Stretch, taken: set[int]) -> _Stretch:
    """What of a stretch no other has taken: its beginning."""
    after = next((n for n in range(stretch.first, stretch.after) if n in taken), stretch.after)
    return stretch._replace(after=after)


_PARTS = {"header": "title", "quote": "notes-before", "signature": "notes-after", "footer": "notes-after"}
_WHY = {
    "header": "the header of a mail or a news article",
    "quote": "somebody else's mail is quoted here and answered",
    "signature": "the signature of a mail, below its two hyphens",
    "footer": "what a mailing list writes under every mail",
}


def _emend(state: State, passages: Sequence[Passage], lines: Sequence[_Line], stretch: _Stretch) -> Iterator[Emendation]:
    """One emendation for every block the stretch runs over."""
    first = stretch.first
    while first < stretch.after:
        last = first
        while last + 1 < stretch.after and lines[last + 1].passage == lines[first].passage:
            last += 1
        start, end = state.source(passages[lines[first].passage], lines[first].start, lines[last].end)
        rule = f"mail.{stretch.rule}"
        yield state.emend("part", start, end, _PARTS[stretch.rule], rule, _WHY[stretch.rule], rule, stretch.certainty)
        first = last + 1


# ---------------------------------------------------------------- header and quote


def _headers(lines: Sequence[_Line]) -> Iterator[_Stretch]:
    """Headers at the beginning and, in a file of several mails, between them."""
    number = 0
    while number < len(lines):
        line = lines[number]
        original = bool(line.edge and _ORIGINAL.fullmatch(line.text.strip()))
        begins = number + original
        after = begins
        fields = 0
        while after < len(lines) and (after == begins or not lines[after].edge):
            if _FIELD.match(lines[after].text):
                fields += 1
            elif not (after > begins and lines[after].text[:1] in " \t"):
                break
            after += 1
        whole = after >= len(lines) or lines[after].edge
        machine = any(_MACHINE.match(one.text) for one in lines[begins:after])
        if line.edge and fields >= 2 and (original or (machine and whole)):
            yield _Stretch(number, after, "header", 0.97)
        number = max(after, number + 1) if line.edge else number + 1


def _quotes(lines: Sequence[_Line], *, mail: bool) -> Iterator[_Stretch]:
    """Quoted lines and the line that says whose they are; not where the text itself is quoted."""
    marked = [bool(_QUOTED.match(line.text)) for line in lines]
    whole = sum(len(line.text) for line in lines)
    quoted = sum(len(line.text) for line, mark in zip(lines, marked, strict=True) if mark)
    number = 0
    while number < len(lines):
        head = _attribution(lines, number)
        after = number + head
        while after < len(lines) and marked[after]:
            after += 1
        size = sum(len(line.text) for line in lines[number + head : after])
        if after == number + head:
            number += 1
            continue
        if head and (2 * size < whole or len(lines) < 6):
            yield _Stretch(number, after, "quote", 0.96)
        elif head:
            yield _Stretch(number, number + head, "quote", 0.9)
        elif mail and 4 * quoted < whole and after - number < 40:
            yield _Stretch(number, after, "quote", 0.8)
        number = after


def _attribution(lines: Sequence[_Line], number: int) -> int:
    """How many lines say who wrote what follows: one, two, or none."""
    text = lines[number].text
    if _WROTE.fullmatch(text):
        return 1
    if number + 1 < len(lines) and _WROTE_BEGUN.fullmatch(text) and _WROTE_LAST.fullmatch(lines[number + 1].text):
        return 2
    return 0


# ---------------------------------------------------------------- signature and footer


def _footers(lines: Sequence[_Line]) -> Iterator[_Stretch]:
    """A rule and below it what lists write; at the end, or before the header of the next mail."""
    for number, line in enumerate(lines):
        if not _RULE.match(line.text.strip()):
            continue
        after = _end_of_mail(lines, number, _FOOT)
        if after and any(_LIST.search(one.text) for one in lines[number + 1 : after]):
            yield _Stretch(number, after, "footer", 0.95)
    for number in range(max(len(lines) - 4, 0), len(lines)):  # without a rule: the very last lines
        if re.match(r"To unsubscribe\b", lines[number].text) and lines[number].edge:
            yield _Stretch(number, len(lines), "footer", 0.9)
            break


def _signatures(lines: Sequence[_Line], *, mail: bool) -> Iterator[_Stretch]:
    for number, line in enumerate(lines):
        if line.text.rstrip() != "--" or number + 1 >= len(lines) or lines[number + 1].edge:
            continue
        after = number + 1
        while after < min(len(lines), number + _SIGNED + 1) and not lines[after].edge and len(lines[after].text) <= _WIDE:
            if _RULE.match(lines[after].text):
                break
            after += 1
        short = after - number <= _SIGNED and (after >= len(lines) or lines[after].edge or bool(_RULE.match(lines[after].text)))
        if short and (mail or line.text == "-- ") and _end_of_mail(lines, after - 1, _FOOT + 2):
            yield _Stretch(number, after, "signature", 0.97 if line.text == "-- " else 0.85)


def _end_of_mail(lines: Sequence[_Line], number: int, most: int) -> int:
    """Where the mail of this line ends, 0 when it goes on for more than ``most`` lines."""
    for after in range(number + 1, min(number + most + 2, len(lines) + 1)):
        if after == len(lines):
            return after
        if (
            lines[after].edge
            and after + 1 < len(lines)
            and re.match("From:? ", lines[after].text)
            and _FIELD.match(lines[after + 1].text)
        ):
            return after
    return 0


# ---------------------------------------------------------------- quoted-printable

_SOFT = re.compile(r"=[ \t]{0,3}\n")
_CODED = re.compile(r"(?:=[0-9A-F]{2}(?:=[ \t]{0,3}\n(?==[0-9A-F]{2}))?)+|=[ \t]{0,3}\n")
_CUT = re.compile(r"[^\n]{50,78}=[ \t]{0,3}\n")
_COMMON = re.compile(r"=(?:20[ \t]*$|3D|0A|A0|E2=80=[0-9A-F]{2}|C[23]=[0-9A-F]{2}|9[1-7]|85)", re.MULTILINE)


def _encoded(state: State) -> Iterator[Emendation]:
    """Quoted-printable left in: by the evidence of the whole text, then every code and every cut line."""
    text = state.text.text
    if (
        sum(1 for _ in zip(_CUT.finditer(text), range(3), strict=False)) < 2
        and sum(1 for _ in zip(_COMMON.finditer(text), range(6), strict=False)) < 4
    ):
        return
    for passage in state.passages(story=False):
        for match in _CODED.finditer(passage.text):
            found = match.group()
            if _SOFT.fullmatch(found):
                why = "the line was cut here for the mail, with = to say that it goes on"
                yield from state.edit(passage, match.start(), match.end(), "", "mail.soft-break", why, "mail.encoded", 0.96)
                continue
            put = _decoded(bytes.fromhex(_SOFT.sub("", found).replace("=", "")))
            if put is not None:
                why = "a character as mail writes it, never put back"
                yield from state.edit(passage, match.start(), match.end(), put, "mail.encoded", why, "mail.encoded", 0.96)


def _decoded(data: bytes) -> str | None:
    for code in ("utf-8", "cp1252"):
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() or text in ("\t", "\n") else None
    return None
