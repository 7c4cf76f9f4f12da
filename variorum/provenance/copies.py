"""Other copies of the work, the author's own accounts, and what the author asked of those who keep it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from variorum.addresses import Address, identify, site_named
from variorum.provenance.names import Scene, name_at
from variorum.provenance.values import Statement, is_nobody
from variorum.provenance.words import SITE, expression

__all__ = ["accounts_of", "copies_of", "wish_of_tag", "wishes_of"]

_I = re.IGNORECASE
Link = tuple[int, int, str]

_ALSO = expression(
    r"\b(?:(?:x|cross)-?\s?(?:post(?:ed|ing)?)|(?<!you\s)(?<!if\s)(?:read|find)\s+(?:it|this(?:\s+\w+)?)\s+(?:here\s+)?(?:on|at|over\s+on)\b|also\s+(?:(?:been\s+)?posted|available|up\b|hosted|archived|found|be\s+found|be\s+read|on\b|at\b)"
    r"|(?:can|may)\s+(?:also\s+)?be\s+(?:found|read)|also\s+(?:posted|put)\s+this|mirror(?:ed)?\b|re-?posted\s+(?:from|here\s+from)|(?:ported|imported|moved|transferred|copied|brought|rescued|saved)\s+(?:(?:over|here|across)\s+)?from|reblog(?:gable|able)?\s+(?:version|post|link|here)|used\s+to\s+(?:post|host|have|keep|be)\b)",
    _I,
)
_FIRST = expression(
    r"\b(?:(?:originally|orig\.?|first|previously|initially)\s+(?:been\s+)?(?:posted|published|appeared|put\s+up|shared|uploaded|archived|on\b|at\b)|original\s+(?:post|posting|version|entry|thread)\b"
    r"|(?:originally|began\s+(?:life\s+)?as|started\s+(?:out\s+)?(?:life\s+)?as)\s+(?:an?|on)\b|first\s+put\s+(?:this|it)\s+up|went\s+up\s+on|posted\s+(?:this\s+)?(?:to|on|at)\s+(?:my\s+)?(?:blog|tumblr|livejournal|dreamwidth))",
    _I,
)
#: A link named for its site, at the beginning: "[AO3 link](...)", "Tumblr version: ...", "Tumblr post here: ...".
_SITE_LINK = expression(
    rf"\A[\s*_(\[>~-]{{0,6}}(?:also:?\s+|and\s+)?(?:(?:on|at)\s+)?(?:{SITE})(?:\s+(?:link|version|post|mirror|copy|posting|thread|entry))?(?:\s+(?:is\s+)?here)?\s*[:\])(–—-]",
    _I,
)
_OF_SITE = expression(rf"(?<![\w@/.-])({SITE})", _I)
_VERSION = expression(
    r"\b(?:(?:this|that|the)\s+(?:version|copy|one|posting)\b[^.\n]{0,60}?\b(?:has|have|had|differs?|is|contains?|was|includes)\b[^.\n]{0,40}?"
    r"\b(?:chang|differ|rework|rewrit|rewrote|revis|edit|polish|longer|shorter|correct|word)"
    r"|\b(?:new|added|gone|different|changed)\s+(?:here\s+)?since\s+(?:the|my)\b|\b(?:longer|shorter|expanded|revised|edited|polished|uncut|cleaned-?\s?up|extended)\s+version\s+of\s+(?:the|my|what|something)\b"
    r"|\b(?:changes?|differences?)\b[^.\n]{0,40}?\bbetween\b[^.\n]{0,60}?\b(?:version|copy|one|posting|original)\b"
    r"|\b(?:version|copy|posting|one)\s+(?:on|at|over\s+on)\b(?:[^.\n]|\.(?=\w)){0,40}?\b(?:has|is|was|had)\b[^\n]{0,30}?\b(?:censored|cut|shorten|trimmed|abridged|edited|changed|longer|shorter|different|incomplete|outdated|older|uncut)"
    r"|\bdifferent\s+(?:from|to|than)\s+the\s+(?:\w+\s+)?(?:version|one|copy|original)"
    r"|(?:chang|rework|rewrote|rewritten|revis|edit|fix|polish|correct|expand)\w*\s[^.\n]{0,80}?\b(?:since|from|than)\s+(?:i\s+(?:first\s+)?(?:put|posted)|it\s+(?:first\s+)?(?:went|was|appeared)|(?:the|my)\s+(?:\w+\s+)?(?:one|version|original|post(?:ing)?|thread)|when)"
    r"|(?:same\s+as|differ\w*\s+(?:\w+\s+){0,4}from|chang\w*\s+from)\s+the\s+(?:one|version|original))",
    _I,
)
_VERSION_ON = expression(
    rf"\b(?:version|one|copy|it\s+went\s+up|posted|put\s+(?:this|it)\s+up|(?:one|what)\s+i\s+(?:put|posted))\s+(?:\w+\s+){{0,3}}?(?:on|at|to|over\s+on)\s+(?:my\s+|the\s+)?({SITE})|\b(?:the|my)\s+({SITE})\s+(?:version|copy|post(?:ing)?|thread|one)",
    _I,
)
_NOT_A_COPY = expression(r"\b(?:part|chapter)\s+\w+\s+is\b|\b(?:prompt|kink\s*meme|challenge)\b", _I)


#: What a sentence may say besides where a copy stands: whom it owes what.
_OWED = r"(?:inspired|based\s+(?:up)?on|in\s+response\s+to|accompan(?:y|ies|ied)|go(?:es)?\s+with|remix(?:ed)?\s+(?:of|from)|(?:written|made)\s+(?:for|after)|dedicated|thank(?:s|ed)?|illustrated|beta(?:ed|d)?\b|(?:cover\s+)?art(?:work)?\s+(?:is\s+)?by)"
_OTHER_CUE = expression(rf"\b{_OWED}", _I)
_OTHER_CLAUSE = expression(
    rf"(?:[,;:(–—-]|\b(?:and|but|with|which|while))\s*(?:(?:it|this|is|was|were|also|all|partly|the|a|and|but)\s+){{0,4}}{_OWED}",
    _I,
)

_OTHERS = expression(
    r"\b(?:art|picture|drawing|prompt|podfic|translation|song|poem|quote)s?\s+(?:by\s+)?(?:@?[\w.-]+\s+){0,4}\Z", _I
)


def copies_of(scene: Scene, links: Sequence[Link], after: Sequence[Link]) -> Iterator[Statement]:
    """Copies stated or linked: each with its site or address. ``after`` are the links of the sentences that continue it."""
    text, start, end = scene.text, scene.start, scene.end
    differs = _VERSION.search(text, start, end)
    cue = _FIRST.search(text, start, end) or _ALSO.search(text, start, end)
    if cue is not None and (_NOT_A_COPY.search(text, start, cue.start()) or _is_about_others(text, start, cue)):
        cue = None
    if cue is None:
        cue = _site_link(scene, links)
    if cue is None and differs is None:
        return
    relation = "also-at"
    places: list[Statement] = []
    if cue is not None:
        near, stop = _of_clause(scene, cue, links, after)
        places += [Statement(relation, start, end, "notes.copy-link", 0.95, url=link[2]) for link in near]
        linked = {a.site for a in (identify(x[2]) for x in near) if a is not None}
        words = {site_named(" ".join(m[1].lower().split())) for m in _OF_SITE.finditer(text, cue.start(), stop)}
        named = sorted(w for w in words if w and w not in linked)
        places += [Statement(relation, start, end, "notes.copy-named", 0.85, site=site) for site in named]
    if differs is not None:
        spoken = {site_named(" ".join((m[1] or m[2]).lower().split())) for m in _VERSION_ON.finditer(text, start, end)}
        for site in sorted(w for w in spoken if w):
            if not any(p.site == site or (p.url and _site(p.url) == site) for p in places):
                places.append(Statement(relation, start, end, "notes.version-named", 0.85, site=site))
    yield from places
    if differs is not None:
        yield from (p._replace(relation="differs-from", rule="notes.version") for p in places)
        if not places:
            yield Statement("differs-from", start, end, "notes.version", 0.8)


def _site_link(scene: Scene, links: Sequence[Link]) -> re.Match[str] | None:
    """A site named before the address of a work or post of it: of a page of somebody it would say where they are to be found."""
    cue = _SITE_LINK.match(scene.text, scene.start, scene.end)
    if cue is None or not links:
        return None
    address = identify(links[0][2])
    return cue if address is not None and address.kind in ("work", "post", "chapter", "picture") else None


def _of_clause(scene: Scene, cue: re.Match[str], links: Sequence[Link], after: Sequence[Link]) -> tuple[list[Link], int]:
    """The links of the clause that speaks of a copy, and where it ends: "..., and inspired by" speaks of something else."""
    other = _OTHER_CLAUSE.search(scene.text, cue.end(), scene.end)
    stop = scene.end if other is None else other.start()
    near = [x for x in links if cue.start() <= x[0] < stop]
    if near:
        return near, stop
    # What goes before, or comes in the sentences after, belongs to the other thing where there is one.
    later = [] if other is not None else [x for x in after if not _account_page(x[2])]
    if later or _OTHER_CUE.search(scene.text, scene.start, cue.start()):
        return later, stop
    return [x for x in links if x[0] < cue.start()] if other is not None else list(links), stop


def _is_about_others(text: str, start: int, cue: re.Match[str]) -> bool:
    """Whether a copy of something else is spoken of: "The art was first posted on ..."."""
    return _OTHERS.search(text[max(start, cue.start() - 40) : cue.start()]) is not None


def _site(url: str) -> str | None:
    address = identify(url)
    return address.site if address else None


def _account_page(url: str) -> bool:
    address = identify(url)
    return address is not None and address.kind in ("user", "blog", "pseud", "site")


# ---------------------------------------------------------------- the author's own accounts

_FIND_ME = expression(
    r"\b(?:(?:find|follow|catch|visit|reach|contact|see|poke|bother|message|join)\s+me|(?:yell|scream|shout|flail|cry|talk|chat|ramble|squee|gush)\s+(?:at|to|with)\s+me|(?:write|wrote|written|writing|posted?)\s+(?:here\s+)?as\s+(?=[\w@])|hit\s+me\s+up|hang\s+(?:out\s+)?with\s+me|i\s+(?:live|lurk|am\s+also|also\s+(?:write|post))\b|i['’]?\s?a?m\s+(?:also\s+)?(?:\w+\s+)?(?=@?[\w.-]+\s+(?:on|at|over)\b)|i['’]?\s?a?m\s+(?:also\s+)?on\b|i\s+am\s+(?=@?[\w.-]+\s+(?:on|at|over)\b)|come\s+(?:and\s+)?(?:say|talk|chat|yell|scream|hang|shout|cry|visit|find)"
    r"|say\s+(?:hi|hello)|talk\s+to\s+me|my\s+(?:\w+\s+)?(?:tumblr|blog|twitter|livejournal|lj|dreamwidth|bluesky|bsky|instagram|insta|pillowfort|mastodon|cohost)(?:\s+is|\s*:)|under\s+the\s+(?:name|username|pen\s?name|pseud)|i\s+go\s+by|i\s+post\s+as|where\s+i\s?(?:['’]m|am))(?:(?<=\W)|(?!\w))",
    _I,
)
_AS = expression(
    rf"(?:(?:on|at|over\s+on)\s+(?:the\s+|my\s+)?)?({SITE})(?:\s+(?:now|too|these\s+days))?\s*(?:as|at|under|:|,(?:\s+where\s+i\s?(?:['’]m|am)(?:\s+also)?)?)?\s*(?:the\s+name\s+)?(?=@|\w)",
    _I,
)
_NAME_ON = expression(rf"(?<![\w@])@?([\w][\w.-]*)\s+(?:over\s+)?(?:on|at)\s+({SITE})", _I)
_JOINED = expression(r"(?:as|at|under|:|,|also|am)\s*(?:the\s+name\s+)?\Z", _I)
_WITHOUT = expression(r"\bwithout\b[^.\n]{0,40}\b(?:permission|asking)", _I)
_UNDER = expression(r"\bunder\s+the\s+(?:name|username|pen\s?name|pseud)\s+", _I)


#: A line of sites with names, as a business card has it: "tumblr: rivensalt | twitter: riven_salt", "Twitter: @fern_wick".
_CARD = expression(rf"\A[\s*_(\[>~•-]{{0,6}}(?:my\s+)?({SITE})\s*[:=]\s*(?=@[\w]|\w+\s*(?:\||/|\Z|,\s|•))", _I)
_BRACKETED = expression(rf"({SITE})\s*\(\s*@?([\w][\w.-]*)\s*\)", _I)
_FORMER = expression(
    r"(?:\A\W{0,4}(?:formerly|previously)\s+(?:known\s+as\s+|(?=@?\w+[_\d]\w*\W*\Z))|\b(?:used\s+to\s+(?:write|post|be\s+known)|formerly\s+known|(?:wrote|posted)\s+(?:this\s+)?(?:back\s+then\s+)?)\s+as\s+)@?(?=[\w])",
    _I,
)


def accounts_of(scene: Scene, links: Sequence[Link]) -> Iterator[Statement]:
    """Where the author says to be found: ``value`` is the name, ``site`` the site."""
    text, start, end = scene.text, scene.start, scene.end
    cue = _FIND_ME.search(text, start, end)
    cue = cue or _CARD.match(text, start, end)
    former = _FORMER.search(text, start, end)
    if former is not None:
        mention = name_at(scene, former.end())
        if mention is not None and mention.start <= former.end() + 1:
            yield _account(scene, mention.name, mention.site, None)
            return
    if cue is None:
        return
    seen: set[tuple[str, str]] = set()
    for link in links:
        address = identify(link[2])
        if address is not None and address.account and address.kind in ("user", "blog", "pseud"):
            seen.add((address.account.lower(), address.site))
            yield _account(scene, address.account, address.site, address)
    for name, site in _named_accounts(scene, cue):
        if site is not None and not is_nobody(name) and (name.lower(), site) not in seen and not _covered(text, name, links):
            seen.add((name.lower(), site))
            yield _account(scene, name, site, None)


def _account(scene: Scene, name: str, site: str | None, address: Address | None) -> Statement:
    return Statement(
        "account", scene.start, scene.end, "notes.find-me", 0.9, url=address.url if address else None, site=site, value=name
    )


def _covered(text: str, name: str, links: Sequence[Link]) -> bool:
    return any(name.lower() in text[a:b].lower() for a, b, _ in links)


def _named_accounts(scene: Scene, cue: re.Match[str]) -> Iterator[tuple[str, str | None]]:
    text, end = scene.text, scene.end
    under = _UNDER.search(text, scene.start, end)
    if under is not None:
        mention = name_at(scene, under.end())
        if mention is not None:
            for word in _OF_SITE.finditer(text, scene.start, under.start()):
                yield mention.name, site_named(" ".join(word[1].lower().split()))
        return
    for found in _AS.finditer(text, cue.start(), end):
        joined = _JOINED.search(found[0])
        mention = name_at(scene._replace(site=None), found.end(), plain=joined is not None)
        if mention is not None and (joined or text[mention.start - 1] == "@"):
            yield mention.name, site_named(" ".join(found[1].lower().split()))
    for found in _BRACKETED.finditer(text, scene.start, end):
        yield found[2], site_named(" ".join(found[1].lower().split()))
    for found in _NAME_ON.finditer(text, cue.start(), end):
        mention = name_at(scene._replace(site=None), found.start())
        if mention is not None and mention.end == found.end(1):
            yield mention.name, site_named(" ".join(found[2].lower().split()))


# ---------------------------------------------------------------- wishes

_AGREED = r"(?:welcome|allowed|fine|ok(?:ay)?|encouraged|permitted)"
_FANWORKS = r"(?:podfics?|translations?|remix(?:es)?|fan\s?works?|transformative\s+works|fanart|recordings?)"
_ELSEWHERE = r"(?:re-?post|re-?upload|copy|cop(?:y|ied)|archive|mirror|host|post|publish|put|upload|share|take|steal|reproduce)"
_DONT = r"(?:please\s+)?(?:do\s+not|don['’]?t|never|no)\s+"
_WISHES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "no-machine-learning",
        expression(rf"\b{_DONT}[^.\n]{{0,60}}?\b(?:AI\b|machine\s+learning|LLMs?\b|chat\s?gpt|training\s+data)|\bno\s+AI\b", _I),
    ),
    (
        "no-reposting",
        expression(
            rf"\b{_DONT}(?:\w+,?\s+(?:or\s+)?){{0,2}}?(?:steal|plagiari[sz]e|take)\s+(?:my|this|these|any|our)\b(?!\s+(?:too|so|very|seriously))",
            _I,
        ),
    ),
    ("no-goodreads", expression(rf"\b{_DONT}[^.\n]{{0,40}}?\bgoodreads\b", _I)),
    ("do-not-import", expression(rf"\b{_DONT}(?:\w+,?\s+(?:or\s+)?){{0,2}}?import\b", _I)),
    ("no-reposting", expression(rf"\b{_DONT}(?:\w+,?\s+(?:or\s+)?){{0,4}}?(?:re-?post|re-?upload)(?:s|ing|ed)?\b", _I)),
    (
        "no-reposting",
        expression(
            rf"\b{_DONT}(?:\w+,?\s+(?:or\s+)?){{0,3}}?{_ELSEWHERE}(?:ing)?\b[^.\n]{{0,40}}?\b(?:else-?where|anywhere|other\s+(?:web)?\s?sites?|another\s+(?:web)?\s?site|any\s+other)\b",
            _I,
        ),
    ),
    (
        "no-reposting",
        expression(
            rf"\b{_DONT}(?:give|grant|consent|allow|authori[sz]e)\b[^.\n]{{0,60}}?\b(?:re-?post|re-?upload|copied|archived)", _I
        ),
    ),
    ("no-reposting", expression(rf"\b{_DONT}archive\b(?![^.\n]{{0,40}}\bwithout\b)", _I)),
    (
        "ask-first",
        expression(
            r"\bask\s+(?:me\s+)?(?:first|before|permission|nicely|for\s+permission)\b|\b(?:only\s+)?with\s+(?:my\s+|prior\s+)?permission\b(?=[^.\n]{0,10}\Z)",
            _I,
        ),
    ),
    (
        "ask-first",
        expression(
            rf"\b{_DONT}[^.\n]{{0,60}}?\bwithout\s+(?:my\s+|asking|the\s+author|explicit|express|prior)?\s*(?:\w+['’]?s?\s+)?(?:permission|consent|asking)",
            _I,
        ),
    ),
    ("ask-first", expression(r"\bwithout\s+(?:my\s+)?(?:\w+\s+)?permission\b", _I)),
    (
        "tell-first",
        expression(
            r"\b(?:let\s+me\s+know|tell\s+me|drop\s+me\s+a\s+(?:line|note))\s+(?:if|where|when|first)[^.\n]{0,30}\b(?:archive|going|put|post|want\s+it|take)",
            _I,
        ),
    ),
    (
        "blanket-permission",
        expression(
            r"\bblanket\s+permission\b|\bfeel\s+free\s+to\s+(?:podfic|translate|remix|make|draw|record|create)\b(?![^.\n]{0,60}\bask\b)",
            _I,
        ),
    ),
    (
        "blanket-permission",
        expression(
            rf"\b(?:may|can|(?:are\s+)?welcome\s+to|free\s+to)\s+(?:podfic|translate|remix|record|draw|make)\b[^.\n]{{0,80}}?\b(?:without\s+asking|no\s+need\s+to\s+ask|don['’]?t\s+need\s+to\s+ask)"
            rf"|\b{_FANWORKS}\b[^.\n]{{0,60}}?\b(?:are\s+|is\s+)?(?:always\s+|very\s+)?{_AGREED}\b[^.\n]{{0,80}}?\b(?:without\s+asking|no\s+need\s+to\s+ask|don['’]?t\s+(?:need|have)\s+to\s+ask|no\s+permission\s+needed)",
            _I,
        ),
    ),
    (
        "no-reposting",
        expression(
            rf"\b(?:re-?post|re-?upload)(?:s|ing|ed)?\b[^.\n]{{0,30}}?\b(?:is|are|be)\s+(?:not|never|strictly\s+not)\s+{_AGREED}|\b(?:re-?post|re-?upload)(?:s|ing)?\s+(?:is\s+|are\s+)?(?:prohibited|forbidden|unwelcome)",
            _I,
        ),
    ),
    (
        "no-machine-learning",
        expression(
            r"\b(?:not|never|n['’]t)\s+(?:\w+\s+){0,2}?(?:consent|agree|allow|want)\b[^.\n]{0,80}?\b(?:AI\b|machine\s+learning|LLMs?\b|language\s+models?)",
            _I,
        ),
    ),
    ("orphaned", expression(r"\A\W{0,4}(?:this|the)\s+(?:work|fic|story)\s+(?:is|has\s+been|was)\s+orphaned\b", _I)),
    ("no-translation", expression(rf"\b{_DONT}translat(?:e|ions?)\b(?![^.\n]{{0,60}}\bwithout\b)", _I)),
    ("locked", expression(r"\A\W*(?:friends[- ]?(?:locked|only)|f-?locked|locked\s+entry)\W*\Z", _I)),
)
_ARCHIVE_LINE = expression(
    r"(?:\A|(?<=\n))[\s*_]{0,4}(?:archiv(?:e|ing)|distribution|permission\s+to\s+archive)\s*[:=]\s*([^\n]{1,200})", _I
)
_ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("tell-first", expression(r"\b(?:tell|let\s+me\s+know|drop\s+me|inform|e-?mail\s+me|notify)\b", _I)),
    ("ask-first", expression(r"\bask\b|\bpermission\b|\brequest\b", _I)),
    ("no-reposting", expression(r"\A\W*(?:no\b|nowhere|please\s+(?:do\s+not|don)|do\s+not|don['’]?t|never)", _I)),
    (
        "archive-freely",
        expression(
            r"\b(?:yes|sure|any(?:where|one|body)|okay|ok|go\s+ahead|fine|help\s+yourself|wherever|if\s+you\s+(?:want|like)|feel\s+free)\b",
            _I,
        ),
    ),
)
_COPY_TAG = expression(r"\b(?:do\s*n['’]?o?t|don['’]?t)\s+copy\s+to\s+another\s+(?:site|website)\b", _I)


def wishes_of(scene: Scene) -> Iterator[Statement]:
    """What the sentence asks for; ``value`` is the kind of wish."""
    line = _ARCHIVE_LINE.search(scene.text, scene.start, scene.end)
    if line is not None:
        kind = next((kind for kind, words in _ANSWERS if words.search(line[1])), None)
        if kind:
            yield Statement("wish", scene.start, scene.end, "notes.archive-line", 0.95, value=kind)
        return
    seen: set[str] = set()
    for kind, words in _WISHES:
        found = words.search(scene.text, scene.start, scene.end)
        if found is None or kind in seen:
            continue
        if kind == "no-reposting" and _WITHOUT.search(scene.text, found.end(), scene.end) and "repost" not in found[0].lower():
            continue
        seen.add(kind)
        yield Statement("wish", scene.start, scene.end, f"notes.{kind}", 0.9, value=kind)


def wish_of_tag(tag: str) -> str | None:
    """The wish a tag expresses, or None: "Don't copy to another site" is one."""
    return "no-reposting" if _COPY_TAG.search(tag[:200]) else None
