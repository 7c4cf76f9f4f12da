"""A name that does or owns something: "Mirela drew this", "Yusra's beautiful fanart", "Mirela's prompt", "Mirela and I wrote this"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from variorum.provenance.credit import credit, is_telling
from variorum.provenance.names import Scene, name_at
from variorum.provenance.values import Mention, Statement
from variorum.provenance.words import ART, FILLERS, between, expression

__all__ = ["doers_of"]

_I = re.IGNORECASE
_ONCE = r"(?:(?:has|have|had)\s+)?(?:(?:very\s+|so\s+)?(?:kindly|graciously|generously|also|actually|even|just|already)\s+){0,2}"
_IT = r"(?:this|it|these|the\s+(?:whole\s+)?(?:fic|story|chapter|thing|draft|first\s+draft))"

#: (role, what they did); the name stands at once before it. The first that fits is meant.
_DID: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, expression(rf"\s+{_ONCE}(?:{words})", _I))
    for role, words in (
        (
            "artist",
            r"(?:drew|drawn|painted|illustrated|sketched|inked)\s+(?:this|it|these)(?=\s*(?:[.,;!:)(]|\Z|and\b|for\b|for\sme\b))",
        ),
        ("artist", rf"(?:made|did|created|posted|drew|painted|drawn|sketched|designed|provided)\s{between(45)}\b{ART}(?![\w-])"),
        (
            "beta",
            r"(?:beta['’]?e?d|beta-?\s?read|alpha-?\s?read|proof-?read|was\s+my\s+(?:\w+\s+)?(?:alpha|beta)|(?:was|were|has\s+been)\s+(?:\w+\s+){1,3}to\s+(?:alpha|beta))\b",
        ),
        (
            "beta",
            rf"(?:looked|read|went)\s+(?:{_IT}\s+)?(?:over|through)\b(?:\s+{_IT})?|(?:read|checked|corrected|edited)\s+{_IT}\s+(?:over|through|for\s+(?:me|typos|mistakes|errors|grammar))\b",
        ),
        ("podficcer", rf"(?:recorded\b|podficced\b|(?:made|did|posted)\s{between(25)}\bpodfic\b)"),
        ("translator", rf"(?:translated\s{between(12)}(?:this|it|fic|story)|(?:made|did|posted)\s{between(25)}\btranslation\b)"),
        (
            "prompter",
            (
                r"(?:prompted\b|requested\b|gave\s+me\s+(?:the\s+|this\s+)?(?:prompt|idea)\b|sent\s+(?:me\s+)?(?:in\s+)?(?:the|this|a)\s+prompt\b|suggested\s+(?:this|the|that|i)\b"
                r"|(?:asked|wished)\s+(?:me\s+)?for\s+(?=[\"“\w])(?!(?:help|directions|money|time)\b)|wanted\s+(?:to\s+(?:see|read)|some|more|a\s+fic|fic|a\s+story)\b)"
            ),
        ),
        ("britpicker", r"(?:(?:brit|ameri|aussie|yank|scot)-?\s?picked)\b"),
        (
            "co-author",
            rf"and\s+(?:I|me)\s+(?:wrote|co-?wrote|have\s+written|made)\s+{_IT}|co-?wrote\s+{_IT}|wrote\s+{_IT}\s+with\s+me\b|wrote\s+(?:the\s+)?(?:half|other\s+half|odd|even|alternate)\b",
        ),
        (
            "thanked",
            rf"(?:made|created|put\s+together|compiled)\s{between(25)}\b(?:playlist|fan\s?mix|rec\s?list|gif\s?set|vid(?:eo)?)\b",
        ),
    )
)
_S_ART = expression(rf"['’]s?\s+(?:\w[\w'’-]*,?\s+){{0,4}}(?:{ART}|pieces?)(?![\w-])", _I)
_S_PROMPT = expression(r"['’]s?\s+(?:\w+\s+){0,3}(?:prompt|request|idea)\b", _I)
#: "The picture (that) NAME drew".
_MADE = expression(
    r"\s+(?:(?:has|have|had|recently|once)\s+)?(?:made|drew|drawn|did|done|painted|posted|created|shared|reblogged|sketched)\b",
    _I,
)
_ART_BEFORE = expression(rf"\b{ART}\s+(?:(?:that|which)\s+)?(?:(?:the|my)\s+(?:\w+\s+){{0,2}})?@?\Z", _I)
_CAN_NAME = expression(r"(?:\A|(?<=[\s(*_\"“]))@?\w[\w.-]*")
_ANY = expression(
    r"dr[ea]w|paint|illustrat|sketch|inked|made|did\b|creat|post|design|provid|beta|alpha|proof|look|read\b|went\b|check|correct|edit|record|podfic|translat"
    r"|prompt|request|gave|sent|suggest|asked|wish|want|pick|wrote|written|put\s|compil",
    _I,
)


def doers_of(scene: Scene) -> Iterator[Statement]:
    """Everybody of the sentence who did something for the work, or whose picture or prompt is spoken of."""
    if not any(cue.search(scene.text, scene.start, scene.end) for cue in (_ANY, _S_ART, _S_PROMPT)):
        return
    taken = scene.start
    for found in _CAN_NAME.finditer(scene.text, scene.start, scene.end):
        text, at = scene.text, found.start()
        if at < taken:
            continue
        did = _did(text, found.end() - (found[0][-1:] in ".-"), scene.end)
        owns = None if did else _owner(found[0])
        if did is None and owns is None and "'s" not in found[0] and text[found.end() : found.end() + 1] not in ("'", "’", " "):
            continue
        if found[0].lower() in ("art", "the"):
            continue
        mention = name_at(scene, at, plain=did is None or _begins(scene, at))
        if mention is None or mention.start < at or mention.start > at + 1 or (scene.wary and not is_telling(scene, mention)):
            continue
        taken = mention.stop
        yield from _of(scene, mention, _did(text, mention.stop, scene.end))


def _of(scene: Scene, mention: Mention, did: str | None) -> Iterator[Statement]:
    if (
        did is None
        and _MADE.match(scene.text, mention.stop, scene.end)
        and _ART_BEFORE.search(scene.text[max(0, mention.start - 80) : mention.start])
    ):
        did = "artist"
    if did is not None:
        yield credit(scene, did, mention, "did", 0.85 if did != "thanked" else 0.75)
    elif _S_ART.match(scene.text, mention.stop, scene.end):
        yield credit(scene, "artist", mention, "owns-art", 0.85)
    elif _S_PROMPT.match(scene.text, mention.stop, scene.end):
        yield credit(scene, "prompter", mention, "owns-prompt", 0.85)


def _did(text: str, at: int, end: int) -> str | None:
    """The role of whoever is named before ``at``, when a deed follows."""
    return next((role for role, words in _DID if words.match(text, at, end)), None)


def _begins(scene: Scene, at: int) -> bool:
    """Whether a sentence begins here: a lower-case word there is a name that writes itself so."""
    before = scene.text[scene.start : at].lower().replace(",", " ").split()
    return (
        not scene.wary
        and len(before) <= 6
        and all(word.strip("*_\"“'(@") in FILLERS or not word.strip("*_\"“'(@") for word in before)
    )


def _owner(word: str) -> str | None:
    return word if word.endswith(("'s", "’s")) else None
