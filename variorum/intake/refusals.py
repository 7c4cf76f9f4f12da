"""Pages that stand where a work should be: log-in walls, adult gates, "not found", challenges, rate limits.

A page is refused when it says so in a title, a heading or a short message of its own and holds hardly any
prose besides. A story that mentions the words is a story: what stands in quotation marks, or beside a few
sentences of anything else, refuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from variorum.addresses import site_named
from variorum.document import Laid
from variorum.errors import MalformedItem
from variorum.intake.markup import Root, lay, text_of

__all__ = ["Refusal", "check", "refusal"]


class Refusal(NamedTuple):
    """Why a page is no work; ``reason`` completes "NAME ..."."""

    code: str
    reason: str


class _Sign(NamedTuple):
    code: str
    what: str  #: "is WHAT, not a work", the site in place of {}
    certain: re.Pattern[str]  #: sentences only such a page has
    usual: re.Pattern[str]  #: words such a page has, and others too


def _sign(code: str, what: str, certain: Sequence[str], usual: Sequence[str]) -> _Sign:
    return _Sign(code, what, re.compile("|".join(certain), re.IGNORECASE), re.compile("|".join(usual), re.IGNORECASE))


_TO_TALK = r"(?!.{0,20}\b(?:comment|reply|vote|rate|follow|review|leave|post|like|reblog|kudos|bookmark|subscribe)\b)"
# In the order in which they are asked: a challenge says more than the words on it.
_SIGNS = (
    _sign(
        "challenge",
        "a check for robots by {}",
        (
            r"checking (?:if the site connection is secure|your browser before accessing)",
            r"enable javascript and cookies to continue",
            r"attention required! \| cloudflare",
            r"needs to review the security of your connection",
        ),
        (
            r"^just a moment(?:\.\.\.|…)$",
            r"^shields are up",
            r"verify(?:ing)? (?:that )?you are (?:a )?human",
            r"ddos protection by",
        ),
    ),
    _sign(
        "rate-limited",
        "a notice of {} that too many pages were asked for",
        (r"429:? too many requests", r"you are sending requests too quickly"),
        (r"^retry later\.?$", r"^(?:error )?429$", r"^too many requests", r"you (?:have been|are being) rate.?limited"),
    ),
    _sign(
        "unrevealed",
        "a page of {} for a work that is not yet revealed",
        (r"this work is part of an ongoing challenge and will be revealed soon",),
        (r"^mystery work$", r"^this (?:work|story) (?:has not (?:yet )?been|is not yet) revealed"),
    ),
    _sign(
        "adult-gate",
        "a page of {} that asks for one's age",
        (
            r"this work could have adult content\. if you continue",
            r"you are about to view content that may (?:only )?(?:not )?be (?:appropriate|suitable)",
            r"(?:entry|journal|community|post) (?:has been |is |as )?(?:marked|flagged|designated)?.{0,40}(?:adult (?:content|concepts)|18\+)",
            r"this (?:tumblr|blog) may contain (?:sensitive media|explicit)",
            r"may contain content inappropriate for minors",
        ),
        (
            r"^(?:please )?confirm (?:that )?you are (?:at least|over) (?:18|eighteen)",
            r"^age verification",
            r"you (?:must|have to) be (?:at least |over )?(?:18|eighteen)\b.{0,40}to (?:view|read|enter|continue)",
            r"^(?:adult|mature) content warning",
        ),
    ),
    _sign(
        "login-wall",
        "a log-in page of {}",
        (
            r"this work is only available to registered users",
            r"sorry, you don(?:'|’)t have permission to access the page you were trying to reach",
            r"you(?:'|’)?(?: a|')?re not authorized to view this (?:protected )?(?:entry|post|page|journal)",
            r"(?:entry|page|post) (?:you(?:'|’)re trying to view )?is (?:protected|friends.only|private)\b",
        ),
        (
            rf"(?:you (?:must|need to|have to)|please) (?:be )?log(?:ged)? ?in (?:to|before|with|first){_TO_TALK}",
            r"^(?:this )?(?:content|page|story|work|community) is only available to (?:registered|logged.in) (?:users|members)",
            r"^this (?:entry|post|journal|tumblr|blog) is (?:friends.only|protected|private|locked|hidden|password protected)",
            r"you do not have (?:access|permission) to view this (?:entry|post|journal|page|story)",
            r"^log in to (?:see|view|continue|read|dreamwidth|livejournal|tumblr|wattpad)",
            r"^(?:log ?in|sign ?in)(?: [|–-].*)?$",
        ),
    ),
    _sign(
        "not-found",
        "a page of {} that says there is nothing here",
        (
            r"sorry, we couldn(?:'|’)t find the (?:work|page|chapter) you were looking for",
            r"whatever you were looking for doesn(?:'|’)t currently exist at this address",
            r"unable to locate story\b.{0,40}(?:code|id)",
        ),
        (
            r"^(?:error )?404\b",
            r"\b404 (?:not found|error|page)",
            r"^(?:page|file|story|work|entry|post|chapter) (?:was )?not found",
            r"the page you were looking for doesn(?:'|’)t exist",
            r"^there(?:'|’)s nothing here\.?$",
            r"^this (?:journal|account|page|blog|story|work|community) (?:has been|was) (?:deleted|suspended|purged|removed)",
            r"^this page (?:isn(?:'|’)t|is not) available",
        ),
    ),
)
_BESIDES = 70  # words of other prose beside the usual words of such a page, at most
_BESIDES_CONTAINED = 12
_BESIDES_CERTAIN = 450  # beside a certain sentence: the summary of the work behind the gate
_ENOUGH = 1500  # words: no wall says so much
_MESSAGE = 60  # words: a longer paragraph is no message
_PROSE = 9  # words: a shorter one counts as no prose
_BARS = re.compile(r"\s[|–—»·-]\s")
_TITLES = frozenset(("h1", "h2", "h3", "h4", "title"))
_QUOTED = frozenset("\"'“‘«„")
_PASSWORD = re.compile(r"""type\s*=\s*["']?password""", re.IGNORECASE)


def _named(titles: Iterable[str]) -> str | None:
    """The site that a title ends in: "Log In | Archive of Our Own"."""
    parts = (part.strip() for title in titles for part in _BARS.split(title))
    return next((found for found in map(site_named, parts) if found), None)


def refusal(
    source: str, root: Root, site: str | None, blocks: Iterable[Laid] | None = None, *, contained: bool = False
) -> Refusal | None:
    """Why a page is no work, or None. ``blocks`` are all of its blocks, where they are laid already;
    ``contained``: the page has a container known to hold stories, so the usual words refuse it only when it is all but empty.
    """
    if blocks is None:
        blocks = lay(source, root.children)[0]
    said = ["".join([source[p.start : p.end] if p.text is None else p.text for p in block.pieces]) for block in blocks]
    if sum(words.count(" ") for words in said) > _ENOUGH:
        return None
    said = [" ".join(words.split()) for words in said]
    titles = [text_of(source, node) for node in root.walk() if node.tag in _TITLES][:60]
    where = site or _named(titles) or "an unnamed site"
    messages = [words for words in said if words.count(" ") < _MESSAGE]
    for sign in _SIGNS:
        if any(_says(sign.certain, words) for words in (*titles, *messages)):
            limit = _BESIDES_CERTAIN
        elif any(_says(sign.usual, words) for words in (*titles, *messages)):
            limit = _BESIDES_CONTAINED if contained else _BESIDES
        else:
            continue
        if _besides(sign, said) <= limit:
            return Refusal(sign.code, f"is {sign.what.format(where)}, not a work")
    if (
        not contained
        and any(node.tag == "input" and _PASSWORD.search(node.raw) for node in root.walk())
        and _besides(None, said) <= 40
    ):
        return Refusal("login-wall", f"is a log-in page of {where}, not a work")
    return None


def _says(pattern: re.Pattern[str], words: str) -> bool:
    """Whether a message says this itself, not in quotation marks."""
    match = pattern.search(words)
    return match is not None and words[:1] not in _QUOTED and not any(mark in words[: match.start()] for mark in '“"«')


def _besides(sign: _Sign | None, said: list[str]) -> int:
    """The words of the paragraphs that are prose and not this message."""
    count = 0
    for words in said:
        size = words.count(" ") + 1
        if size < _PROSE:
            continue
        if sign is not None and size < _MESSAGE and (_says(sign.certain, words) or _says(sign.usual, words)):
            continue
        count += size
    return count


def check(
    name: str, source: str, root: Root, site: str | None, blocks: Iterable[Laid] | None = None, *, contained: bool = False
) -> None:
    """Raises MalformedItem with the code and reason when the page is no work."""
    found = refusal(source, root, site, blocks, contained=contained)
    if found is not None:
        raise MalformedItem(name, found.reason, found.code)
