"""Credits: who did what, read out of one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from variorum.provenance.credit import credit, is_telling
from variorum.provenance.cues import BEFORE, LABELS
from variorum.provenance.doers import doers_of
from variorum.provenance.gifts import gifts_of
from variorum.provenance.names import Scene, is_handle, name_at, people_at
from variorum.provenance.values import Mention, Statement
from variorum.provenance.words import PURPOSES, expression

__all__ = ["credits_of", "replies_of"]

_LABEL = expression(r"(?:\A|(?<=[\n|;•]))[\s*_>~\-–—(\[]{0,8}([A-Za-z][A-Za-z' -]{1,18}?)\s{0,2}[:=]\s*[*_]{0,2}\s*")
#: The same in the middle of a flattened head: "Title: Rain Author: halfnever Rating: PG".
_INNER_LABEL = expression(
    r"(?<=[\s.])(Author|Co-author|Artist|Art|Cover art|Beta|Betas|Beta reader|Translator|Prompter|Recipient|Written for|Gift for|Brit-picker)\s?:\s+"
)
#: Programs that make files of works, named as such: they are tools, never people.
_TOOL = expression(
    r"\b(?:downloaded|converted|generated|created|made|compiled|formatted|saved|exported|grabbed)\s+(?:\w+\s+)?(?:with|by|using|via|through)\s+"
    r"(FanFicFare|FanFictionDownLoader|calibre|Sigil|pandoc|fichub|FicHub|FicLab|LibreOffice|ArchiveBox|HTTrack|SingleFile|Scrivener|InDesign)\b",
    re.IGNORECASE,
)
#: A line that is a byline and nothing else.
_BY_ALONE = expression(r"\A[\s*_(\[~-]{0,6}by:?\s+", re.IGNORECASE)
_ENDS = expression(
    r"[*_]{0,2}\s*(?:\Z|[A-Z][A-Za-z]{1,14}(?:[ -][A-Za-z]{1,12})?:|[\n|;,.!()\[\]•–—]|(?:who|for|and|because|as|with|aka|on|at|so|from)\b|https?:)"
)

_THANKS = expression(
    r"\b(?:thank(?:s|\s?you)|shout-?outs?|love|hugs)\s+to\s[^.!?\n]{1,80}?,?\s(?:(?:and\s+)?especially|particularly|in\s+particular|most\s+of\s+all|and\s+especially)\s+(?:to\s+)?"
    r"|\b(?:thanks?(?:\s*-?you)?|thankyou|thx)(?:\s+(?:so\s+much|very\s+much|again|also|as\s+always|go(?:es)?|must\s+go|is\s+due)){0,2}\s*,?\s*(?:to\s+)?"
    r"|\b(?:thanks?|credit|kudos|props)\s+for\s[^.,;:!?\n]{1,30}?\s(?:go(?:es)?|is\s+due|belongs?)\s+to\s+"
    r"|\b(?:alpha|beta|art|cover|prompt|podfic|translation)\s+(?:credits?|kudos|thanks|props|love|hugs)(?:\s+(?:go(?:es)?|is\s+due|belongs?))?\s*:?\s*to\s+"
    r"|\b(?:hugs|shout-?outs?|gratitude|kudos|credit|love|props)(?:\s+(?:also|as\s+always|go(?:es)?|must\s+go|is\s+due|and\s+\w+)){0,2}\s*,?\s*(?:to|for)\s+",
    re.IGNORECASE,
)
_FOR = expression(r"\s*,?\s*(?:for|who|whose|in\s+return\s+for)\b\s*", re.IGNORECASE)
_NEXT = expression(r"(?:,\s+(?:and\s+)?|\s+and\s+|\s*&\s+|;\s+)(?:also\s+)?(?:to\s+)?", re.IGNORECASE)
#: "Thanks to NAME, beta extraordinaire."
_SAID_BEFORE = expression(r"\sfor\s|\b(?:credits?|kudos|thanks|props|love|hugs)\b[^.]{0,20}\bto\s+\Z", re.IGNORECASE)
_A_BETA = expression(r"\s*[,(–—-]\s*(?:\w+\s+){0,3}(?:alpha|beta)\b", re.IGNORECASE)
_BETA = expression(r"\bbetas?\b", re.IGNORECASE)
_TO = expression(r"\bto\s", re.IGNORECASE)
_WHY = expression(r"\s*,?\s*(?:for|who)\b", re.IGNORECASE)
_PURPOSES = tuple((expression(words, re.IGNORECASE), role) for words, role in PURPOSES)


def credits_of(scene: Scene) -> Iterator[Statement]:
    """Every credit of a sentence, in no order; one person may come twice with different rules."""
    yield from _labels(scene)
    for rule, role, cue, certainty in BEFORE:
        for found in cue.finditer(scene.text, scene.start, scene.end):
            for mention in people_at(scene, found.end()):
                yield credit(scene, role, mention, rule, certainty)
    by = _BY_ALONE.match(scene.text, scene.start, scene.end)
    if by is not None and not scene.wary:
        people = people_at(scene, by.end())
        if people and not scene.text[people[-1].stop : scene.end].strip(" *_.)]~-\n"):
            yield from (credit(scene, "author", mention, "by", 0.85) for mention in people)
    if not scene.wary:
        for found in _TOOL.finditer(scene.text, scene.start, scene.end):
            yield Statement("tool", scene.start, scene.end, "notes.tool", 0.9, Mention(found[1], found.start(1), found.end(1)))
    yield from _thanks(scene)
    yield from doers_of(scene)
    yield from gifts_of(scene)


def _labels(scene: Scene) -> Iterator[Statement]:
    for found in (*_LABEL.finditer(scene.text), *_INNER_LABEL.finditer(scene.text)):
        known = LABELS.get(" ".join(found[1].lower().split()))
        if known is None:
            continue
        role, certainty = known
        people = people_at(scene, found.end())
        if people and _ENDS.match(scene.text, people[-1].stop):
            for mention in people:
                yield credit(scene, role, mention, f"label-{role}", certainty, of_source=role == "author-of")


def _thanks(scene: Scene) -> Iterator[Statement]:
    for found in _THANKS.finditer(scene.text, scene.start, scene.end):
        at = found.end()
        for _ in range(8):
            people = people_at(scene, at)
            if not people:
                break
            if at == found.end() and _BETA.search(scene.text, found.start(), people[0].start):
                people = _before_next_to(scene, people)
            purpose_at = people[-1].stop
            why = _FOR.match(scene.text, purpose_at, scene.end)
            then = _next_thanked(scene, why.end() if why else purpose_at)
            purpose = scene.text[purpose_at : then or scene.end]
            before = scene.text[found.start() : people[0].start] if at == found.end() else ""
            role = _role_for(purpose if why or _A_BETA.match(purpose) else "", before)
            for mention in people:
                if role != "thanked" or not scene.wary or is_telling(scene, mention):
                    yield credit(scene, role, mention, "thanks", 0.9 if role != "thanked" else 0.8)
            if then is None:
                break
            at = then


def _before_next_to(scene: Scene, people: list[Mention]) -> list[Mention]:
    """Reads "to my beta A and to B for the Brit-pick": what was said of the first is not said of whom the next "to" names."""
    for number, (one, two) in enumerate(pairwise(people), start=1):
        if _TO.search(scene.text, one.stop, two.start):
            return people[:number]
    return people


def _next_thanked(scene: Scene, at: int) -> int | None:
    """Where in a list of thanks the next one begins: "... for the beta and to Ulf for the cheerleading"."""
    for joint in _NEXT.finditer(scene.text, at, scene.end):
        people = people_at(scene, joint.end())
        if people and (_TO.search(joint[0]) or _WHY.match(scene.text, people[-1].stop, scene.end)):
            return joint.end()
    return None


def _role_for(purpose: str, before: str) -> str:
    if _BETA.search(before) or _A_BETA.match(purpose):
        return "beta"
    for words, role in _PURPOSES:
        if words.search(purpose) or (not purpose and _SAID_BEFORE.search(before) and words.search(before)):
            return role
    return "thanked"


_VOCATIVE = expression(
    r"(?:\A|(?<=[\s!.?:,(]))(\w[\w.-]*)\s*(?:,\s+(?:I\b|thank|you\b|yes\b|no\b|sorry\b|glad\b|aw+\b|that|we\b|there)|:\s)",
    re.IGNORECASE,
)
_REPLY = expression(
    r"\s*(?:thank|thx|you\b|i\b|i['’]|no\b|yes\b|yep\b|ha+h|aw+\b|oh\b|so\b|glad|sorry|well\b|really|hee|lol|welcome|hi\b|that\b|we\b|he\b|she\b|it\b"
    r"|your|don|not\b|maybe|just|good|great|never|wait|soon|of course|hugs|hello|yay|hope)",
    re.IGNORECASE,
)
REVIEWERS = expression(
    r"\b(?:reviewed|reviewers?|commented|commenters?|reviews?|replies\s+to)\b[^\n]{0,60}?[:–—-]", re.IGNORECASE
)


def replies_of(scene: Scene, *, among_replies: bool) -> Iterator[Statement]:
    """Readers who are answered: ``NAME: thank you ...``, and vocatives after "to everyone who reviewed"."""
    for found in _VOCATIVE.finditer(scene.text, scene.start, scene.end):
        colon = ":" in found[0][len(found[1]) :]
        label = " ".join(found[1].lower().split())
        if (
            label in LABELS
            or (colon and _REPLY.match(scene.text, found.end(), scene.end) is None)
            or (not colon and not among_replies)
        ):
            continue
        if colon and scene.text[found.end() - 1 : found.end()].strip():
            continue
        mention = name_at(scene, found.start(1))
        fresh = not scene.text[: found.start(1)].rstrip("([*_ \n") or scene.text[: found.start(1)].rstrip()[-1:] in '.!?:)"”'
        if mention is not None and not fresh and not (colon and (is_handle(mention.name) or not scene.wary or among_replies)):
            continue
        if mention is not None and mention.start == found.start(1) and mention.end == found.end(1):
            yield Statement("reader", scene.start, scene.end, "notes.reply", 0.8, mention)
