"""The text of a mail as blocks: its header block, the story, and what the list and the mailer put around it.

Nothing is changed: a signature, a list's footer, the ``>`` before a ``From`` and the writer's address are left out with
their reasons, everything else stands as it came. Hard wraps are rescue's work; ``format=flowed`` says itself which are soft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from variorum.document import Gap, Laid, Piece
from variorum.intake.headers import Header, read_header
from variorum.intake.lines import runs_of
from variorum.intake.sheets import hide, shift
from variorum.intake.text import lay_text
from variorum.model import Metadata

__all__ = ["ADDRESS", "body_end", "flowed_blocks", "laid", "quoted_share"]

ADDRESS = re.compile(r"(?:mailto:)?[^\s<>()\[\],;:\"@]{1,80}@[^\s<>()\[\],;:\"@]{1,80}\.[A-Za-z]{2,12}")
_STUFFED = re.compile(r"^>+From ", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- ?\r?$", re.MULTILINE)
_SIGNATURE_LINES = 12
_FOOTER_LINES = 45
#: How the lines begin that lists and free mailers put under a mail; seen in archives of Yahoo, eGroups, ONElist, Mailman, Topica.
_FOOTERS = re.compile(
    r"^(?:"
    r"[-~=_ ]{4,}\s*(?:Yahoo! Groups|eGroups|ONElist|FindMail|Topica|Community email)\b.{0,40}"
    r"|[-~=_ ]*>?\s*Yahoo! Groups Links"
    r"|To (?:un)?subscribe\b.{0,200}"
    r"|To unsubscribe from this (?:group|list|mailing).{0,200}"
    r"|Your use of Yahoo! Groups is subject to.{0,100}"
    r"|_{20,}\s*\n.{0,80}(?:mailing list|@).{0,80}"
    r"|(?:Do You Yahoo!\?|Get (?:Your Private, )?Free .{0,40}(?:Hotmail|email)|Sent from my ).{0,120}"
    r"|(?:Post message|Subscribe|Unsubscribe|List owner|Community email addresses):.{0,100}"
    r")\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_RULE_ABOVE = re.compile(r"(?:[-_=~*]{5,}[ \t]*\r?\n|[ \t]*\r?\n)+\Z")
_QUOTED = re.compile(r"^[ \t]{0,3}>(?!From )", re.MULTILINE)
_LABELLED = re.compile(r"[ \t]{0,4}[A-Za-z][A-Za-z '’/&-]{1,24}:[ \t]")
_INTRO_LINES = 40


def body_end(text: str) -> tuple[int, list[Gap]]:
    """Where what the writer wrote ends, and what stands after it: a signature, the footer of the list."""
    end = len(text.rstrip())
    gaps: list[Gap] = []
    footer = next((m for m in _FOOTERS.finditer(text, _line_back(text, end, _FOOTER_LINES), end)), None)
    if footer is not None:
        start = footer.start()
        above = _RULE_ABOVE.search(text, max(0, start - 200), start)
        gaps.append(Gap(start, end, "the footer of the list"))
        end = above.start() if above else start
        if end < start and re.search(r"\w", text[end:start]):
            end = start
    signs = list(_SIGNATURE.finditer(text, _line_back(text, end, _SIGNATURE_LINES), end))
    if signs and signs[-1].start() > 0:
        gaps.append(Gap(signs[-1].start(), end, "a signature"))
        end = signs[-1].start()
    return end, [g for g in gaps if re.search(r"\w", text[g.start : g.end])]


def _line_back(text: str, end: int, lines: int) -> int:
    at = end
    for _ in range(lines):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def quoted_share(text: str) -> float:
    """The share of the lines with words that quote somebody."""
    lines = sum(1 for line in text.splitlines() if line.strip())
    return len(_QUOTED.findall(text)) / lines if lines else 0.0


def laid(text: str, *, flowed: bool = False, delsp: bool = False) -> tuple[list[Laid], list[Gap], Metadata]:
    """The blocks of a body (offsets count in it), what is left out of it, and what its header block says."""
    end, gaps = body_end(text)
    said = text[:end]
    start, header = _header(said)
    below = said[start:]
    if flowed:
        rest = flowed_blocks(below[header.end :], delsp=delsp)
        blocks = [*header.blocks, *shift(rest, header.end)]
    else:
        blocks, more = lay_text(below, header)
        gaps += [Gap(g.start + start, g.end + start, g.reason) for g in more]
    blocks = list(shift(blocks, start))
    if start:
        intro, _ = lay_text(said[:start], Header(0, (), Metadata()))
        blocks = [*(block._replace(part="notes-before") for block in intro), *blocks]
    stuffed = [Gap(m.start(), m.start() + 1, "the mark a mailbox puts before From") for m in _STUFFED.finditer(said)]
    return hide(blocks, stuffed), [*gaps, *stuffed], header.metadata


def _header(text: str) -> tuple[int, Header]:
    """The header block: on top, or under a few lines to the list."""
    header = read_header(text, runs_of(text))
    if header.blocks:
        return 0, header
    lines = 0
    for run in runs_of(text):
        first = run[0]
        if lines and _LABELLED.match(text, first.start, first.end):
            found = read_header(text[first.start :], runs_of(text[first.start :]))
            if len(found.blocks) > 1:
                return first.start, found
        lines += len(run)
        if lines > _INTRO_LINES:
            break
    return 0, header


def flowed_blocks(text: str, *, delsp: bool = False) -> Iterator[Laid]:
    """The blocks of ``format=flowed`` text (RFC 3676): a line that ends with a space goes on in the next."""
    for run in runs_of(text):
        pieces: list[Piece] = []
        for at, line in enumerate(run):
            start = line.start + (1 if text.startswith(" ", line.start) else 0)
            soft = text[line.start : line.end].endswith(" ") and at + 1 < len(run)
            pieces.append(Piece(start, line.end - (1 if soft and delsp else 0)))
            if soft:
                pieces.append(Piece(line.end - (1 if delsp else 0), line.after, ""))
            else:
                yield Laid("paragraph", "story", tuple(_trimmed(text, pieces)))
                pieces = []


def _trimmed(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    last = pieces[-1]
    end = last.end
    while end > last.start and text[end - 1] in " \t":
        end -= 1
    return [*pieces[:-1], Piece(last.start, end)]
