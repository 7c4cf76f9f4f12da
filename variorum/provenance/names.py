"""People as notes name them: a handle, a name, several of them, and the second names given beside a first.

The grammar walks word by word from a place where a rule expects somebody; it never searches. Nothing here is
decided by likeness: two names become one only where the text says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from variorum.addresses import find_urls, identify, site_named
from variorum.provenance.values import Alias, Mention, is_nobody
from variorum.provenance.words import COMMON, FILLERS, NOT_NAMES, PARTICLES, SITE, expression

__all__ = ["Scene", "is_handle", "name_at", "people_at"]

LONGEST_NAME = 60  # code points; longer "names" are prose or a joke


class Scene(NamedTuple):
    """A sentence and what surrounds it: ``text[start:end]`` is read, ``story_word`` knows the words of the story itself."""

    text: str
    start: int
    end: int
    site: str | None = None  #: the site the copy comes from
    wary: bool = False  #: the sentence may belong to the story itself
    story_word: Callable[[str], bool] = lambda _: False
    link_at: Callable[[int], str | None] = lambda _: None  #: the address a place of the text is linked to


_WORD = expression(r"\w[\w.'’-]*")
_GAP = expression(r"[ \t\u00a0]*[*_\"“‘'(\[]?[ \t\u00a0]*")
_INITIAL = expression(r"[^\W\d_]\Z")
_AND = expression(r"\s*(?:,\s*(?:and|&)?|\band\b|&|\+)\s*(?:to\s+)?", re.IGNORECASE)
_AKA = r"(?:also\s+(?:known|goes)\s+(?:as|by)|also\s+called|(?:better\s+|formerly\s+|now\s+)?known\s+as|aka|a\.k\.a\.?|alias|formerly)"
_AKA_AFTER = expression(
    rf"\s*,?\s*(?:(?:who(?:\s+is|'s|’s)\s+)(?:also\s+)?(?:(?:better\s+|formerly\s+|now\s+)?known\s+as\s+)?|(?:{_AKA})\s+)@?",
    re.IGNORECASE,
)
_AKA_INSIDE = expression(rf"\s*(?:{_AKA})\s+@?", re.IGNORECASE)
_SITE_INSIDE = expression(rf"\s*(?:over\s+)?(?:on|at|@|from)?\s*({SITE})\s*\Z", re.IGNORECASE)
_ON_SITE = expression(rf"\s*,?\s*(?:(?:over\s+)?(?:on|at|@|from|of)\s*|@)(?:the\s+)?({SITE})", re.IGNORECASE)
_ELSEWHERE = expression(r"\s*(?:over\s+)?(?:on|at)\s+(?:the\s+)?(?:other|another)\s+(?:site|account|blog)", re.IGNORECASE)
_SITE_LABEL = expression(rf"[\s,(\[–—-]{{0,4}}(?:on\s+)?({SITE})\s?(?:user\s?)?[:=]\s*@?", re.IGNORECASE)
#: A second name after a stroke; with spaces around it only a handle with its mark is one.
_SLASH = expression(r"/(?=\S)|\s/\s(?=@)")
_PAREN = expression(r"\s*[(\[]([^()\[\]\n]{1,100})[)\]]")
_PRONOUNS = expression(r"(?:s?he|they|it|xe|ze|any|all)(?:\s*/\s*\w{1,6}){1,3}\Z", re.IGNORECASE)
_FOLLOWS = expression(
    r"\s*(?:\Z|(?-i:[A-Z@“\"])|['’]s\b|[.,;:!?()\[\]\"”*/&+—–|\n<♥❤-]|(?:for|and|on|who|which|at|over|as|because|to|from|is|was|are|were|aka|now|in|with|when|drew|made|did"
    r"|that|about|available|this|last|all|both|my|can|through|during|after|before|while|then|until|if|it|back|too|already|always|will|would|could|not|please|thanks?|yesterday|today|by|under|via|of|or|we|has|had|here|also|for|again|bid|won|so|without|wrote|asked|looked|prompted|requested|recorded|translated|betaed|beta|alpha|brit|suggested|sent|gave|checked|edited|proofread|created|designed|painted|illustrated|drawn|kindly|podficced|went|corrected|provided|compiled|wanted|read|co-?wrote|posted|put|shared|\'d|let|said|told|helped)\b)",
    re.IGNORECASE,
)
_ONLY_ARTICLE = expression(r"\s*(?:the|an?|my|our|this|that)\s+\Z", re.IGNORECASE)
#: What many names end in that are feasts, fests and places, not people.
_EVENT = expression(
    r"(?:\A|\s)(?:Exchange|Swap|Fest|Festival|Bang|Revival|Challenge|Week|Weekend|Month|Bingo|Zine|Archive|Collection|Madness|Event|Meme|Awards?|Santa|Calendar|Reveals|Prompts?|Auction|Discord|Server|Community)\Z"
)
_HANDLE = expression(r"[\w][\w.-]*")


def people_at(scene: Scene, at: int, *, plain: bool = True, most: int = 12) -> list[Mention]:
    """The people named from ``at`` on: one, or several joined by commas, "and", "&". Empty when there is none."""
    people: list[Mention] = []
    while len(people) < most:
        mention = name_at(scene, at, plain=plain)
        if mention is None:
            break
        people.append(mention)
        joint = _AND.match(scene.text, mention.stop, scene.end)
        if joint is None or joint.end() == mention.stop:
            break
        at = joint.end()
    return people


def name_at(scene: Scene, at: int, *, plain: bool = True) -> Mention | None:
    """The person named at ``at``, articles and praise skipped. ``plain`` also takes a lower-case word that looks like no word."""
    begin, at = at, _skip(scene, at)
    start, end, site = _bare_name(scene, at, plain=plain)
    if end <= start:
        return None
    name = scene.text[start:end]
    if _ONLY_ARTICLE.match(scene.text, begin, start) and name.islower() and name.isalpha() and scene.text[start - 1] != "@":
        return None  # "by the door"
    linked = scene.link_at(start)
    host = identify(name) if "." in name else None
    if host is not None and host.account and host.kind in ("user", "blog", "pseud"):
        # "marrowquill.tumblr.com" names a person by their page.
        name, site = host.account, host.site
        end = start + len(name) if scene.text[start : start + len(name)].lower() == name.lower() else end
    elif host is not None and host.site in (name.lower(), "www." + name.lower()) and site_named(name):
        return None
    if is_nobody(name) or len(name) > LONGEST_NAME or _EVENT.search(name):
        return None
    mention = Mention(name, start, end, site, (), None, max(end, start + len(scene.text[start:end])))
    mention = _second_names(scene, mention)
    return _by_link(mention, linked) if linked else mention


def _skip(scene: Scene, at: int) -> int:
    """Past white space, opening quotes, articles and praise."""
    text = scene.text
    for _ in range(9):
        gap = _GAP.match(text, at, scene.end)
        start = gap.end() if gap else at
        word = _WORD.match(text, start, scene.end)
        if word is None:
            return start
        plain = word[0].rstrip(".'’-")
        following = text[start + len(plain) : start + len(plain) + 1]
        if plain.lower() not in FILLERS or following not in (" ", ",", "\u00a0"):
            return start
        if plain[0].isupper() and plain.lower() not in (
            "the",
            "my",
            "tumblr",
            "twitter",
            "livejournal",
            "dreamwidth",
            "deviantart",
            "ao3",
        ):
            return start
        at = start + len(plain) + (following == ",")
    return at


def _bare_name(scene: Scene, at: int, *, plain: bool) -> tuple[int, int, str | None]:
    text = scene.text
    if text[at : at + 1] == "@":
        handle = _HANDLE.match(text, at + 1, scene.end)
        if handle is None:
            return at, at, None
        end = at + 1 + len(handle[0].rstrip(".-"))
        return at + 1, end, "tumblr.com" if scene.site == "tumblr.com" else None
    word = _WORD.match(text, at, scene.end)
    if word is None:
        return at, at, None
    first = _trimmed(word[0])
    if not first or first.lower() in NOT_NAMES or site_named(first):
        return at, at, None
    end = at + len(first)
    if is_handle(first):
        return at, end, None
    if not first[0].islower() and not first[0].isdigit():
        return at, _full_name(scene, at, end), None
    if (
        not plain
        or len(first) < 3
        or first.lower() in COMMON
        or not first[0].isalpha()
        or "." in first
        or "'" in first
        or "’" in first
    ):
        return at, at, None
    if scene.story_word(first) or _FOLLOWS.match(text, end, scene.end) is None:
        return at, at, None
    return at, end, None


def _trimmed(word: str) -> str:
    word = word.rstrip(".'’-")
    for mark in ("'s", "’s", "'S", "’S"):
        word = word.removesuffix(mark)
    return word.rstrip(".'’-")


def is_handle(word: str) -> bool:
    """A word no prose has: an underscore, a digit beside letters, a hyphen in lower case, capitals inside."""
    if "_" in word:
        return True
    letters = any(c.isalpha() for c in word)
    if letters and any(c.isdigit() for c in word):
        return True
    if "-" in word and word == word.lower():
        return not any(part in NOT_NAMES or part in COMMON for part in (word, word.partition("-")[0]))
    return word[1:] != word[1:].lower() and word != word.upper() and "'" not in word and "’" not in word


def _full_name(scene: Scene, at: int, end: int) -> int:
    """Extends a capitalised word by the ones that follow: Mara Quill, Ines de la Vega, Aino K."""
    text = scene.text
    words = 1
    while words < 5:
        if (
            _INITIAL.match(text[end - 1 : end])
            and (end - at == 1 or text[end - 2 : end - 1] == " ")
            and text[end : end + 1] == "."
        ):
            end += 1
        if text[end : end + 1] != " ":
            break
        word = _WORD.match(text, end + 1, scene.end)
        if word is None:
            break
        plain = _trimmed(word[0])
        stop = end + 1 + len(plain)
        if plain in PARTICLES:
            after = _WORD.match(text, stop + 1, scene.end) if text[stop : stop + 1] == " " else None
            if after is None or not after[0][0].isupper() or after[0].lower() in NOT_NAMES or site_named(_trimmed(after[0])):
                break
        elif not plain or not plain[0].isupper() or plain.lower() in NOT_NAMES or site_named(plain):
            break
        end = stop
        words += 1
        if _WORD.match(text, end) and text[end : end + 2] in ("'s", "’s"):
            break
    return end


def _second_names(scene: Scene, mention: Mention) -> Mention:
    for _ in range(3):
        longer = _in_brackets(scene, mention) or _beside(scene, mention)
        if longer is None:
            return mention
        mention = longer
    return mention


def _beside(scene: Scene, mention: Mention) -> Mention | None:
    text, at = scene.text, mention.stop
    on = _ON_SITE.match(text, at, scene.end)
    if on and mention.site is None and not mention.aliases:
        return mention._replace(site=site_named(_squeezed(on[1])), stop=on.end())
    aka = _AKA_AFTER.match(text, at, scene.end) or _SITE_LABEL.match(text, at, scene.end)
    if aka:
        label = site_named(_squeezed(aka[1])) if aka.re.pattern == _SITE_LABEL.pattern else None
        alias = _alias(scene, aka.end(), 0.95, label)
        # "who is a saint": only a name on a site, or a name after "known as", is a second name.
        loose = (
            "known" not in aka[0].lower()
            and aka.re.pattern == _AKA_AFTER.pattern
            and aka[0].lower().strip(" ,@").startswith("who")
        )
        if alias is not None and not (loose and alias.site is None):
            return mention._replace(aliases=(*mention.aliases, alias), stop=_stop(scene, alias))
        return None
    slash = _SLASH.match(text, at, scene.end)
    if slash and not mention.aliases:
        alias = _alias(scene, slash.end(), 0.75, None)
        if alias is not None:
            return mention._replace(aliases=(alias,), stop=_stop(scene, alias))
    return None


def _in_brackets(scene: Scene, mention: Mention) -> Mention | None:
    inside = _PAREN.match(scene.text, mention.stop, scene.end)
    if inside is None or _PRONOUNS.match(inside[1].strip()):
        return None
    start, end = inside.span(1)
    room = scene._replace(start=start, end=end)
    label = _SITE_LABEL.match(scene.text, start, end)
    aka = _AKA_INSIDE.match(scene.text, start, end)
    certainty = 0.95
    if label:
        alias = _alias(room, label.end(), certainty, site_named(_squeezed(label[1])))
    elif aka:
        alias = _alias(room, aka.end(), certainty, None)
    else:
        site = _SITE_INSIDE.match(inside[1])
        if site:
            return mention._replace(site=site_named(_squeezed(site[1])), stop=inside.end()) if mention.site is None else None
        address = next(iter(_accounts(inside[1], start)), None)
        if address is not None:
            alias = address
        else:
            alias = _alias(room, start + (scene.text[start : start + 1] == "@"), 0.9, None)
            # "(marrowquill)" alone is a name when it fills the brackets; "(best person ever)" is praise.
            if alias is not None and scene.text[_stop(room, alias) : end].strip():
                alias = None
            elif alias is not None and alias.site is None:
                alias = alias._replace(certainty=0.7) if " " not in alias.name else None
    if alias is None:
        return None
    return mention._replace(aliases=(*mention.aliases, alias), stop=inside.end())


def _alias(scene: Scene, at: int, certainty: float, site: str | None) -> Alias | None:
    at += len(scene.text[at : at + 1].removesuffix("@")) == 0 and scene.text[at : at + 1] == "@"
    start, end, own = _bare_name(scene, at, plain=True)
    if end <= start or is_nobody(scene.text[start:end]) or end - start > LONGEST_NAME:
        return None
    site = site or own
    if site is None:
        on = _ON_SITE.match(scene.text, end, scene.end)
        site = site_named(_squeezed(on[1])) if on else None
    return Alias(scene.text[start:end], site, start, end, certainty)


def _stop(scene: Scene, alias: Alias) -> int:
    on = _ON_SITE.match(scene.text, alias.end, scene.end) or _ELSEWHERE.match(scene.text, alias.end, scene.end)
    return on.end() if on else alias.end


def _accounts(text: str, offset: int) -> Iterator[Alias]:
    for start, end, url in find_urls(text):
        address = identify(url)
        if address is not None and address.account and address.kind in ("user", "blog", "pseud"):
            yield Alias(address.account, address.site, offset + start, offset + end, 0.95, address.url)


def _by_link(mention: Mention, url: str) -> Mention:
    """A name that is itself a link to somebody's page is that account."""
    address = identify(url)
    if address is None or not address.account or address.kind not in ("user", "blog", "pseud"):
        return mention
    if mention.site is None and address.account.lower() == mention.name.lower():
        return mention._replace(site=address.site, url=address.url)
    alias = Alias(address.account, address.site, mention.start, mention.end, 0.95, address.url)
    return mention._replace(aliases=(*mention.aliases, alias), url=address.url)


def _squeezed(text: str) -> str:
    return " ".join(text.lower().split())
