"""For whom a work was made: gifts, dedications, birthdays, and those who had asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from variorum.provenance.credit import credit, is_telling
from variorum.provenance.names import Scene, name_at, people_at
from variorum.provenance.values import Statement
from variorum.provenance.words import ART, TEXTS, expression

__all__ = ["gifts_of"]

_I = re.IGNORECASE
_FEASTS = r"(?:birthday|b-?day|christmas|xmas|yuletide|yule|holidays?|hanukkah|chanukah|new\s+year|valentine['’]?s(?:\s+day)?|solstice|easter|halloween|reveals?|anniversary)"

_GIFTS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    (
        "gift",
        expression(
            r"\b(?:gift|present|treat|ficlet|gift-?\s?fic|stocking\s+stuffer|pinch\s+hit|surprise)\s+(?:is\s+)?for\s+", _I
        ),
        0.9,
    ),
    ("gift", expression(r"\b(?:gift(?:ed)?|present)\s+to\s+", _I), 0.9),
    ("dedicated", expression(r"\b(?:dedicated|dedication)\s+to\s+", _I), 0.9),
    ("birthday", expression(rf"\b(?:happy|merry)\s+(?:\w+\s+)?{_FEASTS}\s*,\s*(?:to\s+)?", _I), 0.85),
    (
        "birthday",
        expression(
            rf"\b(?:happy|merry)\s+(?:\w+\s+)?{_FEASTS}\s+(?:to\s+)?(?=(?:dear|darling|my|the)\s|@|(?-i:[A-Z])|\w+[_\d])", _I
        ),
        0.8,
    ),
    ("written-for", expression(r"\b(?:written|made|posted|done|wrote\s+this)\s+(?:\w+\s+)?for\s+", _I), 0.8),
    ("for-you", expression(r"\b(?:this\s+(?:one\s*|fic\s+|story\s+)?(?:is|['’]s)|all)\s+for\s+you\s*,\s*", _I), 0.85),
    ("dear", expression(r"\A[\s*_(\[\"“~-]{0,6}dear(?:est)?\s+", _I), 0.8),
    (
        "to-with-love",
        expression(
            r"\A[\s*_(\[\"“~-]{0,6}(?:to|for)\s+(?=[^,\n]{1,60},?\s+with\s+(?:all\s+)?(?:my\s+)?(?:much\s+)?(?:love|thanks|gratitude|hugs))",
            _I,
        ),
        0.85,
    ),
    ("for", expression(r"\A[\s*_(\[\"“~-]{0,6}(?:this\s+(?:one\s*|fic\s+|story\s+)?(?:is|['’]s)\s+|all\s+)?for\s+", _I), 0.8),
)
_ASKED = expression(
    r"\s*,?\s*(?:who|whose)\s+(?:had\s+|has\s+)?(?:kindly\s+)?(?:asked|wanted|requested|prompted|gave|suggested|said\s+she\s+wanted|prompt|wished|sent)",
    _I,
)
_PROMPT_AFTER = expression(r"['’]s?\s+(?:\w+\s+){0,3}(?:prompt|request|idea)\b", _I)
_WORK_AFTER = expression(rf"['’]s?\s+(?:\w+\s+){{0,3}}(?:{ART}|{TEXTS}|pieces?)\b", _I)
_FOR_ENDS = expression(
    r"[*_]{0,2}\s*(?:\Z|[,.!?;:)\]\n–—<♥❤(]|(?:because|who|for|on|as|with|and|in|to|at|xx?|from|always|i\s+hope|enjoy)\b|['’]s\b)",
    _I,
)
_THEN_FOR = expression(r"\s+(?:for|in|as\s+part\s+of)\s+(?:the\s+)?(?:\d|[A-Z])")
_DEAR_ENDS = expression(r"\s*[,:!–—-]", _I)


def gifts_of(scene: Scene) -> Iterator[Statement]:
    """Whom the sentence gives the work to; who had asked for it is a prompter."""
    for rule, cue, certainty in _GIFTS:
        for found in cue.finditer(scene.text, scene.start, scene.end):
            if rule == "for-you" or rule == "dear":
                yield from _spoken_to(scene, rule, found.end(), certainty)
                continue
            people = people_at(scene, found.end(), plain=rule not in ("for", "written-for") or _handles(scene, found.end()))
            if not people or not _FOR_ENDS.match(scene.text, people[-1].stop):
                continue
            after = scene.text[people[-1].stop : scene.end]
            if (
                scene.wary
                and not _ASKED.match(after)
                and not (all(is_telling(scene, m) for m in people) or (rule == "for" and not after.strip(" .!*_)♥<3")))
            ):
                continue
            if _PROMPT_AFTER.match(after) or _WORK_AFTER.match(after):
                continue
            asked = rule != "gift" and _ASKED.match(after)
            for mention in people:
                yield credit(scene, "prompter" if asked else "gift-to", mention, rule, certainty)


def _spoken_to(scene: Scene, rule: str, at: int, certainty: float) -> Iterator[Statement]:
    """Reads "This one's for you, NAME", "Dear NAME, ...": the work is given to whoever is spoken to; not in a story, where people write letters."""
    mention = None if scene.wary else name_at(scene, at)
    if mention is not None and (rule != "dear" or _DEAR_ENDS.match(scene.text, mention.stop, scene.end)):
        yield credit(scene, "gift-to", mention, rule, certainty)


def _handles(scene: Scene, at: int) -> bool:
    """Whether a plain word after "for" may be taken: only where it ends the clause, "For windowlight, who ..."."""
    mention = name_at(scene, at)
    if mention is not None and _THEN_FOR.match(scene.text, mention.stop, scene.end):
        return True
    return (
        mention is not None
        and scene.text[mention.stop : mention.stop + 1].strip() in ("", ",", ".", "!", "<", "♥", "❤")
        and (
            scene.text[mention.stop : mention.stop + 1] != " "
            or scene.text[mention.stop : mention.stop + 2] in (" <", " ♥", " ❤")
        )
    )
