"""What a work was made from: inspirations, translations, podfics, series, read out of one sentence and the links beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from variorum.provenance.names import Scene, name_at, people_at
from variorum.provenance.values import Mention, Statement
from variorum.provenance.words import ART, TEXTS, between, expression

__all__ = ["CONTINUES", "sources_of"]

_I = re.IGNORECASE
_QUOTE = r"[\"“‘*_]{1,2}([^\"”*_\n]{1,120})[\"”’*_]{1,2}"
Link = tuple[int, int, str]

_INSPIRED = expression(
    r"\b(?:inspired\s+(?:\w+\s+)?by|inspired\s+this|inspiration\b|based\s+(?:up)?on|based\s+off|go(?:es)?\s+(?:along\s+)?with|accompan(?:y|ies|ied|iment)"
    r"|companion\s+(?:piece\s+)?to|start(?:ed|s)\s+(?:all\s+)?(?:this|it\s+all|me)|(?:made|makes|got)\s+me\s+(?:want\s+to\s+)?writ(?:e|ing)|sparked|letting\s+me\s+write|happened\s+because|saw\s+(?:this|that|the|a|some)\b|(?:fic|story|words|something)\s+(?:for|to\s+go\s+with)\s+(?:the|this|that)"
    r"|in\s+response\s+to|because\s+of|wrote\s+this\s+(?:for|after|because)|written\s+(?:\w+\s+)?(?:for|after|around)|comes\s+from|remix\s+of|looking\s+at)\b",
    _I,
)
_FOR_THIS = expression(rf"\A[\s*_(\[\"“~-]{{0,6}}for\s+(?:this|that|these|the)\s+{between(30)}{ART}\b", _I)
_FOR_ONES = expression(
    rf"\bfor\s+@?\w[\w.-]{{0,40}}(?:\s\w[\w.-]{{0,40}}){{0,2}}['’]s?\s+(?:\w+\s+){{0,3}}(?:{ART}|pieces?)\b", _I
)
_SOURCE_LABEL = expression(
    r"\A[\s*_(\[>-]{0,6}(?:inspired\s+by|inspiration|based\s+on|the\s+(?:art|picture|drawing|painting|comic|post)\s+(?:it|this)\s+goes\s+with"
    r"|original\s+(?:story|fic|work|art|picture|drawing)|parent\s+(?:story|work)|remix\s+of)\s*:\s*",
    _I,
)
#: A title in quotation marks with its author, on either side of it.
_TITLE_BY = expression(
    rf"\s*(?:by\s+)?(?:the\s+|a\s+)?(?:\w{{1,40}}\s+)?(?:fic|story|work|novel|book|comic|poem|one-?shot)?\s*{_QUOTE}\s*,?\s*(?:\([^()\n]{{1,60}}\)\s*)?by\s+",
    _I,
)
_OWN_TITLE = expression(
    rf"['’]s?\s+(?:\w[\w'’-]*\s+){{0,4}}?(?:\[?{_QUOTE}|(?-i:((?:[A-Z0-9][\w'’-]*)(?:\s(?:[A-Z0-9][\w'’-]*|of|the|and|a|in|to|for|on)){{1,9}})))",
    _I,
)
_KIND_OF_TEXT = expression(r"\b(?:fic|story|one-?shot|poem|novel)\b", _I)
_TEXT_BY = expression(rf"\b{TEXTS}\b(?!/){between(40)}\s+by\s+", _I)
_S_TEXT = expression(
    rf"(?:\A|(?<=\s))(?=@?\w[\w.-]{{0,60}}?(?: \w[\w.-]{{0,40}}?){{0,2}}['’]s?\s+(?:\w[\w'’-]*\s+){{0,3}}{TEXTS}\b)", _I
)
_ABOUT = expression(rf"\b(?:{ART}|{TEXTS}|this)\b|\A\s*:?\s*\Z", _I)
_THEIR_TEXT = expression(rf"['’]s?\s+(?:\w[\w'’-]*\s+){{0,3}}{TEXTS}\b", _I)
_QUOTED = r"[\"“‘'*_]{1,2}([^\"”’*_\n]{1,120})[\"”’'*_]{1,2}"
_MADE_FROM = expression(
    rf"\b(a\s+)?((?i:podfic|translation|remix|recording|audio\s*(?:fic|book)?|podficced\s+version))\s+of\s+(?:(?:the\s+)?(?:story|fic|work)\s+)?"
    rf"(?:{_QUOTED}|(https?://\S{{1,300}})|((?:[A-Z0-9][\w'’-]*|of|the|and|a|in|to|for|on)(?:,?\s(?:[A-Z0-9][\w'’-]*|of|the|and|a|in|to|for|on)){{0,9}}))",
)
_OF_OWNER = expression(
    r"\b(podfic|translation|remix|recording|audiofic|audiobook)\]?\s+of\s+(?=@?\w[\w.-]{0,60}?(?: \w[\w.-]{0,40}?){0,2}['’])", _I
)
#: The address of what was translated or read, where the sentence speaks of both.
_ORIGINAL_OF = expression(
    r"\boriginal\b[^.!?\n]{0,60}\b(translat|podfic|record)|\b(translat|podfic|record)\w*\b[^.!?\n]{0,60}\boriginal\b", _I
)
_TRANSLATED_FROM = expression(rf"\btranslat(?:ed|ion)\s+from\s+(?:the\s+\w+\s+(?:of\s+)?)?{_QUOTE}\s*,?\s*by\s+", _I)
_TRANSLATED = expression(r"\btranslated\s+(?:from|into)\b", _I)
_ORIGINAL_BY = expression(r"\boriginal(?:ly)?\s+(?:(?:fic|story|work|text|version|written)\s+)?(?:is\s+|was\s+)?by\s+", _I)
_ORIGINAL_IS = expression(rf"\boriginal\b[^.,;:!?\n]{{0,20}}?\s(?:is|was)\s+{_QUOTED}\s*,?\s*by\s+", _I)
_BY_AFTER = expression(r"[\s,\"”’*_)(]{0,6}(?:(?:originally\s+)?written\s+)?\bby\s+", _I)
_SERIES = expression(
    r"\b(?:(?:part|number|book|story|chapter|installment|instalment|no\.?)\s+([\w-]{1,12})|(first|second|third|fourth|fifth|sixth|last))\s+(?:\w+\s+)?(?:of|in)\s+"
    r"(?:the|my|our)\s+[\"“*_]?([^\"”*_.,;:!?\n]{1,80}?)[\"”*_]?\s+(?:series|'?verse|universe|trilogy|cycle|saga)\b",
    _I,
)

#: A sentence that goes on about the thing named in the one before it, and gives its address.
CONTINUES = expression(
    r"\A\W{0,3}(?:(?:her|his|their|its|the|that|this)\s+(?:original\s+|lovely\s+|wonderful\s+)?(?:post|picture|art|artwork|drawing|painting|piece|page|comic|fic|story|work|original|link)"
    r"|(?:you\s+can\s+)?(?:see|find|look\s+at)\s+(?:it|the)|(?:go\s+(?:and\s+)?|please\s+)?(?:look|see|check|visit)|it(?:['’]s|\s+is|\s+can)|here|link|which|found)\b",
    _I,
)


def sources_of(scene: Scene, credited: Sequence[Statement], links: Sequence[Link], after: Sequence[Link]) -> Iterator[Statement]:
    """Where the work comes from. ``credited`` are those of the sentence; ``after`` the links of the sentences that continue it."""
    yield from _made_from(scene, links)
    yield from _of_owner(scene, links)
    yield from _originals(scene, links)
    yield from _series(scene)
    label = _SOURCE_LABEL.match(scene.text, scene.start, scene.end)
    cue = label or _INSPIRED.search(scene.text, scene.start, scene.end) or _FOR_THIS.match(scene.text, scene.start, scene.end)
    cue = cue or _FOR_ONES.search(scene.text, scene.start, scene.end)
    drew = [s for s in credited if s.relation == "artist" and s.rule in ("notes.did", "notes.owns-art") and (links or after)]
    if cue is None and not (drew and drew[0].rule == "notes.owns-art"):
        return
    if _MADE_FROM.search(scene.text, scene.start, scene.end) or _OF_OWNER.search(scene.text, scene.start, scene.end):
        return
    if cue is not None and not any(s.relation in ("artist", "prompter") for s in credited):
        titled = list(_titled_source(scene, cue, links))
        if titled:
            yield from titled
            return
    makers = [s for s in credited if s.relation == "artist" and s.mention is not None]
    makers += [_author(scene, m, "text-by") for m in _writers(scene)]
    if label is not None and not makers:
        makers += [_author(scene, m, "label-by") for m in _after_link(scene, links)]
    links = [x for x in links if cue is None or label or x[0] >= cue.start() or (makers and x[0] > makers[0].start)]
    url = _nearest([*links, *after])
    named = {s.mention.start: s for s in makers if s.mention is not None}
    if not named and not (url and (label or _near(scene, cue, url))):
        direct = _direct(scene, cue)
        if direct is None:
            return
        named = {direct.start: _author(scene, direct, "inspired-by-name")._replace(relation="artist", certainty=0.6)}
    for made in named.values():
        yield made._replace(of_source=True, url=url[2] if url else None)
    first = next(iter(named.values()), None)
    yield Statement(
        "inspired-by",
        scene.start,
        scene.end,
        "notes.original" if label and "original" in label[0].lower() else "notes.inspired",
        0.9 if url or first else 0.7,
        first.mention if first else None,
        url[2] if url else None,
    )


def _after_link(scene: Scene, links: Sequence[Link]) -> Iterator[Mention]:
    """Reads "Original work: URL by NAME"."""
    for _, end, _ in links[:1]:
        by = _BY_AFTER.match(scene.text, end, scene.end)
        yield from people_at(scene, by.end()) if by else ()


def _titled_source(scene: Scene, cue: re.Match[str], links: Sequence[Link]) -> Iterator[Statement]:
    """Reads "inspired by "Salt Roads" by NAME", "inspired by NAME's "Nine Knots"": a title beside its author."""
    found = _TITLE_BY.match(scene.text, cue.end(), scene.end)
    if found is not None:
        title, people = found[1], people_at(scene, found.end())
    else:
        owner = name_at(scene, cue.end())
        own = _OWN_TITLE.match(scene.text, owner.stop, scene.end) if owner else None
        if owner is None or own is None or not (own[1] or _KIND_OF_TEXT.search(own[0])):
            return
        title, people = own[1] or _titled(own[2]), [owner]
    if not people:
        return
    title = title.strip().rstrip(",")
    url = next((x[2] for x in links if x[0] >= cue.end()), None)
    for mention in people:
        yield _author(scene, mention, "titled-by")._replace(url=url, title=title)
    yield Statement("inspired-by", scene.start, scene.end, "notes.inspired-title", 0.85, people[0], url, title)


def _of_owner(scene: Scene, links: Sequence[Link]) -> Iterator[Statement]:
    """Reads "Remix of NAME's Low Tide Letters", "translation of NAME's wonderful fic: URL"."""
    for found in _OF_OWNER.finditer(scene.text, scene.start, scene.end):
        owner = name_at(scene, found.end())
        if owner is None or not scene.text.startswith(("'s", "’s", "'", "’"), owner.stop):
            continue
        own = _OWN_TITLE.match(scene.text, owner.stop, scene.end)
        title = _titled((own[1] or own[2]).strip()) if own else None
        url = next((link[2] for link in links if link[0] >= found.start()), None)
        if not title and not url:
            continue
        yield _author(scene, owner, "of-owner")._replace(url=url, title=title)
        yield Statement(_relation_of(found[1]), scene.start, scene.end, "notes.of-owner", 0.9, owner, url, title)


def _author(scene: Scene, mention: Mention, rule: str) -> Statement:
    return Statement("author-of", scene.start, scene.end, f"notes.{rule}", 0.85, mention, of_source=True)


def _writers(scene: Scene) -> Iterator[Mention]:
    for found in _TEXT_BY.finditer(scene.text, scene.start, scene.end):
        yield from people_at(scene, found.end())
    for found in _S_TEXT.finditer(scene.text, scene.start, scene.end):
        mention = name_at(scene, found.start(), plain=False)
        if mention is not None and _THEIR_TEXT.match(scene.text, mention.stop, scene.end):
            yield mention


def _direct(scene: Scene, cue: re.Match[str] | None) -> Mention | None:
    """The person in "inspired by @handle", with nothing else said: only a handle is believed there."""
    if cue is None or not cue[0].lower().rstrip().endswith(("by", "on", ":")):
        return None
    mention = name_at(scene, cue.end() + 1, plain=False)
    if mention is None or not (scene.text[mention.start - 1] == "@" or "_" in mention.name or mention.url):
        return None
    return mention


def _near(scene: Scene, cue: re.Match[str] | None, link: Link) -> bool:
    """Whether an address follows "inspired by" closely enough to be what it is about."""
    if cue is None:
        return False
    return 0 <= link[0] - cue.end() <= 90 and _ABOUT.search(scene.text[cue.end() : link[0]]) is not None


def _nearest(links: Sequence[Link]) -> Link | None:
    return links[0] if links else None


def _made_from(scene: Scene, links: Sequence[Link]) -> Iterator[Statement]:
    relations = {
        "podfic": "podfic-of",
        "recording": "podfic-of",
        "audio": "podfic-of",
        "translation": "translation-of",
        "remix": "inspired-by",
    }
    for found in _MADE_FROM.finditer(scene.text, scene.start, scene.end):
        relation = relations[
            found[2].lower().split()[0].replace("audiofic", "audio").replace("audiobook", "audio").replace("podficced", "podfic")
        ]
        title, at = found[3], found.end()
        if found[5]:
            title = _titled(found[5])
            at = found.start(5) + len(title)
        by = _BY_AFTER.match(scene.text, at, scene.end)
        makers = people_at(scene, by.end()) if by else []
        if (title or "").lower().split(" ")[0] in ("this", "my", "it", "mine") or not (title or found[4] or makers):
            continue
        url = next((link[2] for link in links if link[0] >= found.start()), None)
        if not url and not makers and not found[3]:
            continue  # "a translation of The" is prose
        for mention in makers:
            yield _author(scene, mention, "of-by")._replace(url=url, title=title)
        yield Statement(relation, scene.start, scene.end, f"notes.{relation}", 0.9, makers[0] if makers else None, url, title)
    by = _ORIGINAL_BY.search(scene.text, scene.start, scene.end) or _ORIGINAL_IS.search(scene.text, scene.start, scene.end)
    if by is not None:
        for mention in people_at(scene, by.end()):
            yield _author(scene, mention, "original-by")


def _relation_of(word: str) -> str:
    kind = word.lower()
    return "translation-of" if kind.startswith("transl") else "inspired-by" if kind == "remix" else "podfic-of"


def _originals(scene: Scene, links: Sequence[Link]) -> Iterator[Statement]:
    found = _TRANSLATED_FROM.search(scene.text, scene.start, scene.end)
    if found is not None:
        people = people_at(scene, found.end())
        title = found[1].strip().rstrip(",")
        url = next((x[2] for x in links if x[0] >= found.start()), None)
        for mention in people:
            yield _author(scene, mention, "titled-by")._replace(url=url, title=title)
        if people:
            yield Statement("translation-of", scene.start, scene.end, "notes.translated-from", 0.9, people[0], url, title)
        return
    original = _ORIGINAL_OF.search(scene.text, scene.start, scene.end)
    if original is not None and links and not _MADE_FROM.search(scene.text, scene.start, scene.end):
        relation = "translation-of" if "translat" in original[0].lower() else "podfic-of"
        yield Statement(relation, scene.start, scene.end, "notes.original", 0.85, url=links[0][2])


def _titled(words: str) -> str:
    """A title without the small words at its end."""
    parts = words.split(" ")
    while parts and parts[-1].strip(",").lower() in ("of", "the", "and", "a", "in", "to", "for", "on"):
        parts.pop()
    return " ".join(parts).rstrip(",")


_CARDINALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_CARDINALS)}
_NUMBERS |= {word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), start=1)}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


def _series(scene: Scene) -> Iterator[Statement]:
    for found in _SERIES.finditer(scene.text, scene.start, scene.end):
        word = (found[1] or found[2] or "").lower()
        number = int(word) if word.isdigit() else _NUMBERS.get(word, _ROMAN.get(word))
        yield Statement("part-of", scene.start, scene.end, "notes.series", 0.85, title=found[3].strip(), value=str(number or ""))
