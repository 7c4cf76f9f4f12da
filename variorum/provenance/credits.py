"""Credits: who did what, read out of one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from variorum.provenance.names import Scene, is_handle, name_at, people_at
from variorum.provenance.values import Mention, Statement
from variorum.provenance.words import ART, PURPOSES, TEXTS, between, expression

__all__ = ["credits_of", "replies_of"]

_MADE = r"(?:(?:is|was|are|were)\s+)?(?:(?:made|done|created|drawn|painted|commissioned)\s+)?"
_I = re.IGNORECASE

#: (rule, role, words before the name, certainty). The name follows at once.
_BEFORE: tuple[tuple[str, str, re.Pattern[str], float], ...] = (
    ("my-artist", "artist", expression(rf"\bmy\s+(?:\w+\s+)?artist\b{between(40)}\s+(?:is|was)\s+", _I), 0.9),
    ("prompt", "prompter", expression(r"\b(?:requested|suggested|commissioned)\s+by\s+", _I), 0.85),
    ("co-written", "author", expression(r"\A\W{0,4}[Ww]ritten\s+(?:together\s+)?with\s+(?=@?[A-Z_\d]|\S{1,30}[_\d])"), 0.8),
    ("art-by", "artist", expression(rf"\b{ART}\b(?:\s+credits?)?{between(45)}\s+{_MADE}(?:by|from|courtesy\s+of)\s+", _I), 0.9),
    ("art-by", "artist", expression(r"\b(?:illustrated|drawn|painted|sketched|inked)\s+by\s+", _I), 0.9),
    (
        "art-by",
        "artist",
        expression(rf"\b{ART}\b{between(45)}:?\s+(?:https?://\S{{1,300}}|[\w-]{{1,60}}\.[\w./-]{{1,300}})\s+by\s+", _I),
        0.9,
    ),
    ("art-is-by", "artist", expression(rf"\bart\b{between(40)},\s+(?:it['’]?s|it\s+is|which\s+is)\s+by\s+", _I), 0.85),
    ("beta", "beta", expression(rf"\bbeta(?:['’]?e?d|[- ]?read(?:er|ing)?|ing|work)?s?{between(18)}\s+by\s+", _I), 0.95),
    ("beta", "beta", expression(r"\bmy\s+(?:\w+\s+){0,3}beta(?:[- ]?reader)?s?(?:\s+(?:was|were|is|are))?,?\s+", _I), 0.9),
    ("beta", "beta", expression(r"\b(?:proof-?read|edited|looked\s+over)\s+by\s+", _I), 0.85),
    ("britpick", "britpicker", expression(r"\bbrit-?pick(?:ed|ing)?\s+by\s+", _I), 0.95),
    ("translation", "translator", expression(rf"\btranslat(?:ed|ion|ions){between(30)}\s+by\s+", _I), 0.9),
    (
        "podfic",
        "podficcer",
        expression(
            r"(?:\b(?:podfic(?:ced)?|recorded|narrated|performed|voiced)|(?:\A|(?<=[\n,;(]))\W{0,4}read(?:\s+aloud)?)(?:\s+(?:of\s+this|version))?\s+by\s+",
            _I,
        ),
        0.85,
    ),
    ("prompt", "prompter", expression(rf"\bprompt(?:ed|s)?\b{between(12)}\s*(?:by|from)\s+", _I), 0.9),
    (
        "co-written",
        "author",
        expression(r"\b(?:co-?(?:written|authored)|written\s+together|a\s+collab(?:oration)?)\s+with\s+", _I),
        0.9,
    ),
    ("archived-by", "archivist", expression(r"\b(?:archived|imported|uploaded)\s+by\s+", _I), 0.9),
    ("written-by", "author", expression(r"\b(?:written|authored)\s+by\s+", _I), 0.85),
    ("posted-by", "author", expression(r"\bposted\s+by\s+(?=\S+\s+(?:at|on)\s+\d)", _I), 0.85),
)

_LABELS: dict[str, tuple[str, float]] = {
    "author": ("author", 0.9),
    "authors": ("author", 0.9),
    "writer": ("author", 0.9),
    "written by": ("author", 0.9),
    "co-author": ("author", 0.9),
    "coauthor": ("author", 0.9),
    "fic": ("author", 0.7),
    "fic by": ("author", 0.8),
    "story by": ("author", 0.8),
    "artist": ("artist", 0.9),
    "artists": ("artist", 0.9),
    "art": ("artist", 0.85),
    "art by": ("artist", 0.9),
    "artwork": ("artist", 0.85),
    "art credit": ("artist", 0.9),
    "cover": ("artist", 0.85),
    "cover art": ("artist", 0.85),
    "cover artist": ("artist", 0.9),
    "banner": ("artist", 0.85),
    "illustrations": ("artist", 0.85),
    "illustrator": ("artist", 0.9),
    "beta": ("beta", 0.95),
    "betas": ("beta", 0.95),
    "beta reader": ("beta", 0.95),
    "beta readers": ("beta", 0.95),
    "beta-reader": ("beta", 0.95),
    "beta read by": ("beta", 0.95),
    "betaed by": ("beta", 0.95),
    "beta'd by": ("beta", 0.95),
    "editor": ("beta", 0.8),
    "brit-pick": ("britpicker", 0.9),
    "britpick": ("britpicker", 0.9),
    "brit-picker": ("britpicker", 0.9),
    "cheerleader": ("cheerleader", 0.9),
    "translator": ("translator", 0.9),
    "translation": ("translator", 0.8),
    "translated by": ("translator", 0.9),
    "podficcer": ("podficcer", 0.9),
    "reader": ("podficcer", 0.8),
    "read by": ("podficcer", 0.85),
    "prompter": ("prompter", 0.95),
    "prompt by": ("prompter", 0.95),
    "prompted by": ("prompter", 0.95),
    "requested by": ("prompter", 0.9),
    "recipient": ("gift-to", 0.95),
    "giftee": ("gift-to", 0.95),
    "gift for": ("gift-to", 0.95),
    "written for": ("gift-to", 0.9),
    "for": ("gift-to", 0.85),
    "dedicated to": ("gift-to", 0.9),
    "archivist": ("archivist", 0.9),
    "original author": ("author-of", 0.9),
    "original artist": ("artist", 0.85),
}
_LABEL = expression(r"(?:\A|(?<=[\n|;•]))[\s*_>~\-–—(\[]{0,8}([A-Za-z][A-Za-z' -]{1,18}?)\s{0,2}[:=]\s*[*_]{0,2}\s*")
#: The same in the middle of a flattened head: "Title: Rain Author: halfnever Rating: PG".
_INNER_LABEL = expression(
    r"(?<=[\s.])(Author|Co-author|Artist|Art|Cover art|Beta|Betas|Beta reader|Translator|Prompter|Recipient|Written for|Gift for|Brit-picker)\s?:\s+"
)
_ENDS = expression(
    r"[*_]{0,2}\s*(?:\Z|[A-Z][A-Za-z]{1,14}(?:[ -][A-Za-z]{1,12})?:|[\n|;,.!()\[\]•–—]|(?:who|for|and|because|as|with|aka|on|at|so|from)\b|https?:)"
)

_THANKS = expression(
    r"\b(?:thanks?(?:\s*-?you)?|thankyou|thx)(?:\s+(?:so\s+much|very\s+much|again|also|as\s+always|go(?:es)?|must\s+go|is\s+due)){0,2}\s*,?\s*(?:to\s+)?"
    r"|\b(?:thanks?|credit|kudos|props)\s+for\s[^.,;:!?\n]{1,30}?\s(?:go(?:es)?|is\s+due|belongs?)\s+to\s+"
    r"|\b(?:hugs|shout-?outs?|gratitude|kudos|credit|love|props)(?:\s+(?:also|as\s+always|go(?:es)?|must\s+go|is\s+due|and\s+\w+)){0,2}\s*,?\s*(?:to|for)\s+",
    re.IGNORECASE,
)
_FOR = expression(r"\s*,?\s*(?:for|who|whose|in\s+return\s+for)\b\s*", re.IGNORECASE)
_NEXT = expression(r"(?:,\s+(?:and\s+)?|\s+and\s+|\s*&\s+|;\s+)(?:also\s+)?(?:to\s+)?", re.IGNORECASE)
_PURPOSES = tuple((expression(words, re.IGNORECASE), role) for words, role in PURPOSES)

_DID = expression(
    rf"\s+(?:(?:has|have|had)\s+)?(?:(?:very\s+|so\s+)?(?:kindly|graciously|also)\s+)?"
    rf"(?:((?:drew|drawn|painted|illustrated|sketched|inked)\s+(?:this|it|these)(?=\s*(?:[.,;!:)(]|\Z|and\b|for\b|for\sme\b))"
    rf"|(?:made|did|created|posted|drew|painted|drawn|sketched)\s{between(45)}\b{ART})"
    rf"|(beta['’]?e?d|beta-?\s?read|proof-?read|was\s+my\s+beta)|(recorded\b|podficced)|(translated\s{between(12)}(?:this|it|fic|story))"
    rf"|(prompted|gave\s+me\s+the\s+(?:prompt|idea))|(brit-?picked))\b",
    re.IGNORECASE,
)
_S_ART = expression(rf"['’]s?\s+(?:\w[\w'’-]*,?\s+){{0,4}}{ART}(?![\w-])", re.IGNORECASE)
_S_PROMPT = expression(r"['’]s?\s+(?:\w+\s+){0,3}(?:prompt|request)\b", re.IGNORECASE)
_CAN_NAME = expression(r"(?:\A|(?<=[\s(*_\"“]))@?\w[\w.-]*")

_GIFTS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("gift", expression(r"\b(?:gift|present|treat|ficlet|giftfic)\s+for\s+", _I), 0.9),
    ("gift", expression(r"\bgift(?:ed)?\s+to\s+", _I), 0.9),
    ("dedicated", expression(r"\b(?:dedicated|dedication)\s+to\s+", _I), 0.9),
    (
        "birthday",
        expression(r"\b(?:happy|merry)\s+(?:\w+\s+)?(?:birthday|christmas|yuletide|holidays)\s*,\s*(?:to\s+)?", _I),
        0.85,
    ),
    ("written-for", expression(r"\b(?:written|made|posted|done)\s+(?:\w+\s+)?for\s+", _I), 0.8),
    ("for", expression(r"\A[\s*_(\[\"“~-]{0,6}(?:this\s+(?:one\s+|fic\s+|story\s+)?is\s+|all\s+)?for\s+", _I), 0.8),
)
_ASKED = expression(
    r"\s*,?\s*(?:who|whose)\s+(?:had\s+|has\s+)?(?:asked|wanted|requested|prompted|gave|suggested|said\s+she\s+wanted|prompt|wished)",
    _I,
)
_PROMPT_AFTER = expression(r"['’]s?\s+(?:\w+\s+){0,3}(?:prompt|request)\b", _I)
_BETA = expression(r"\bbetas?\b", _I)
_TO = expression(r"\bto\s", _I)
_WHY = expression(r"\s*,?\s*(?:for|who)\b", _I)
_WORK_AFTER = expression(rf"['’]s?\s+(?:\w+\s+){{0,3}}(?:{ART}|{TEXTS})\b", _I)
_FOR_ENDS = expression(
    r"[*_]{0,2}\s*(?:\Z|[,.!?;:)\]\n–—<♥❤(]|(?:because|who|for|on|as|with|and|in|to|at|xx?|from|always)\b|['’]s\b)", _I
)


def credits_of(scene: Scene) -> Iterator[Statement]:
    """Every credit of a sentence, in no order; one person may come twice with different rules."""
    yield from _labels(scene)
    for rule, role, cue, certainty in _BEFORE:
        for found in cue.finditer(scene.text, scene.start, scene.end):
            for mention in people_at(scene, found.end()):
                yield _credit(scene, role, mention, rule, certainty)
    yield from _thanks(scene)
    yield from _subjects(scene)
    yield from _gifts(scene)


def _credit(scene: Scene, role: str, mention: Mention, rule: str, certainty: float, *, of_source: bool = False) -> Statement:
    # A plain lower-case word is a name less surely than a handle or a capitalised name.
    plain = mention.name.islower() and mention.name.isalpha() and scene.text[mention.start - 1 : mention.start] != "@"
    return Statement(
        role, scene.start, scene.end, f"notes.{rule}", round(certainty * (0.92 if plain else 1), 3), mention, of_source=of_source
    )


def _labels(scene: Scene) -> Iterator[Statement]:
    for found in (*_LABEL.finditer(scene.text), *_INNER_LABEL.finditer(scene.text)):
        known = _LABELS.get(" ".join(found[1].lower().split()))
        if known is None:
            continue
        role, certainty = known
        people = people_at(scene, found.end())
        if people and _ENDS.match(scene.text, people[-1].stop):
            for mention in people:
                yield _credit(scene, role, mention, f"label-{role}", certainty, of_source=role == "author-of")


def _thanks(scene: Scene) -> Iterator[Statement]:
    for found in _THANKS.finditer(scene.text, scene.start, scene.end):
        at = found.end()
        for _ in range(8):
            people = people_at(scene, at)
            if not people:
                break
            purpose_at = people[-1].stop
            why = _FOR.match(scene.text, purpose_at, scene.end)
            then = _next_thanked(scene, why.end() if why else purpose_at)
            purpose = scene.text[purpose_at : then or scene.end]
            before = scene.text[found.start() : people[0].start] if at == found.end() else ""
            role = _role_for(purpose if why else "", before)
            for mention in people:
                if role != "thanked" or not scene.wary or _is_telling(scene, mention):
                    yield _credit(scene, role, mention, "thanks", 0.9 if role != "thanked" else 0.8)
            if then is None:
                break
            at = then


def _next_thanked(scene: Scene, at: int) -> int | None:
    """Where in a list of thanks the next one begins: "... for the beta and to Ulf for the cheerleading"."""
    for joint in _NEXT.finditer(scene.text, at, scene.end):
        people = people_at(scene, joint.end())
        if people and (_TO.search(joint[0]) or _WHY.match(scene.text, people[-1].stop, scene.end)):
            return joint.end()
    return None


def _role_for(purpose: str, before: str) -> str:
    if _BETA.search(before):
        return "beta"
    for words, role in _PURPOSES:
        if words.search(purpose) or (not purpose and " for " in before and words.search(before)):
            return role
    return "thanked"


def _subjects(scene: Scene) -> Iterator[Statement]:
    """A name that does or owns something: "Mirela drew this", "Yusra's beautiful fanart", "Mirela's prompt"."""
    if not any(cue.search(scene.text) for cue in (_DID, _S_ART, _S_PROMPT)):
        return
    taken = scene.start
    for found in _CAN_NAME.finditer(scene.text, scene.start, scene.end):
        text, at = scene.text, found.start()
        if at < taken:
            continue
        did = _DID.match(text, found.end() - (found[0][-1:] in ".-"), scene.end)
        owns = None if did else _owner(found[0])
        if did is None and owns is None and "'s" not in found[0] and text[found.end() : found.end() + 1] not in ("'", "’", " "):
            continue
        if found[0].lower() in ("art", "the"):
            continue
        mention = name_at(scene, at, plain=did is None)
        if mention is None or mention.start < at or mention.start > at + 1 or (scene.wary and not _is_telling(scene, mention)):
            continue
        taken = mention.stop
        did = _DID.match(text, mention.stop, scene.end)
        if did is not None:
            role = ("artist", "beta", "podficcer", "translator", "prompter", "britpicker")[(did.lastindex or 1) - 1]
            yield _credit(scene, role, mention, "did", 0.85)
        elif _S_ART.match(text, mention.stop, scene.end):
            yield _credit(scene, "artist", mention, "owns-art", 0.85)
        elif _S_PROMPT.match(text, mention.stop, scene.end):
            yield _credit(scene, "prompter", mention, "owns-prompt", 0.85)


def _is_telling(scene: Scene, mention: Mention) -> bool:
    """Whether a name could stand in no story: a handle, an ``@``, a link, a site."""
    return scene.text[mention.start - 1 : mention.start] == "@" or is_handle(mention.name) or bool(mention.site or mention.url)


def _owner(word: str) -> str | None:
    return word if word.endswith(("'s", "’s")) else None


def _gifts(scene: Scene) -> Iterator[Statement]:
    for rule, cue, certainty in _GIFTS:
        for found in cue.finditer(scene.text, scene.start, scene.end):
            people = people_at(scene, found.end(), plain=rule not in ("for", "written-for") or _handles(scene, found.end()))
            if not people or not _FOR_ENDS.match(scene.text, people[-1].stop):
                continue
            after = scene.text[people[-1].stop : scene.end]
            if (
                scene.wary
                and not _ASKED.match(after)
                and not (all(_is_telling(scene, m) for m in people) or (rule == "for" and not after.strip(" .!*_)♥<3")))
            ):
                continue
            if _PROMPT_AFTER.match(after) or _WORK_AFTER.match(after):
                continue
            asked = rule != "gift" and _ASKED.match(after)
            for mention in people:
                yield _credit(scene, "prompter" if asked else "gift-to", mention, rule, certainty)


def _handles(scene: Scene, at: int) -> bool:
    """Whether a plain word after "for" may be taken: only where it ends the clause, "For windowlight, who ..."."""
    mention = name_at(scene, at)
    return mention is not None and scene.text[mention.stop : mention.stop + 1] in ("", ",", ".", "!", "\n")


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
            label in _LABELS
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
