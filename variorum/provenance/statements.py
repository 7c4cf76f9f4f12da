"""What the notes of a copy state: every rule over every sentence, then what contradicts or repeats itself is settled."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from variorum.addresses import identify
from variorum.document import ReadingText
from variorum.provenance.copies import accounts_of, copies_of, wishes_of
from variorum.provenance.credits import REVIEWERS, credits_of, replies_of
from variorum.provenance.names import Scene, name_at
from variorum.provenance.sentences import Link, Sentence, links_in, sentences_in, zones_of
from variorum.provenance.sources import sources_of
from variorum.provenance.values import Mention, Statement, same_name
from variorum.provenance.words import ART, expression

__all__ = ["ROLES", "statements_in"]

#: Relations that say what a person did for the work.
ROLES = (
    "author",
    "co-author",
    "artist",
    "beta",
    "britpicker",
    "cheerleader",
    "translator",
    "podficcer",
    "prompter",
    "gift-to",
    "archivist",
    "tool",
    "author-of",
    "thanked",
    "reader",
)
#: Without one of these a sentence states nothing: the cheap question before the dear ones.
_HINTS = expression(
    r"art|draw|drew|paint|pic|illustr|sketch|comic|cover|banner|graphic|photo|gif|edit|mood|image|portrait|beta|brit|translat|podfic|record|read|prompt|written"
    r"|author|writ|archiv|import|upload|post|thank|thx|hug|shout|gratitude|kudos|credit|love|props|for|gift|dedicat|happy|merry|inspir|based|remix|original|series"
    r"|verse|trilogy|cycle|saga|found|available|mirror|version|chang|tumblr|find|follow|talk|say|come|visit|ask|permission|free|copy|steal|lock|ai\b|goodreads|distribution|i'm|i’m|:|by|recipient|"
    r"proof|idea|request|hello|publish|read\b|love|dear|wrote|writt|collab|gave|suggest|pick|yell|scream|hit\s+me|orphan|welcome|between|moved|download|convert|saw\b|also\b|formerly|previous|transfer|mov(?:ed|ing)|ported|asked|want|look|check|cheer",
    re.IGNORECASE,
)
#: The same for a sentence that may be the story's own, where "for" and "come" say nothing.
_WARY_HINTS = expression(
    rf"\b(?:{ART}|drew|painted|illustrated|drawn|beta|brit-?pick|translat|podfic|prompt|written\s+(?:for|by|with)|author|archiv|upload|(?:re|x-?|cross-?)?post|thank|thx|hugs|shout"
    r"|gratitude|kudos|credit|gift|dedicated|happy|merry|inspired|based\s+(?:up)?on|remix|original|series|trilogy|also\b|version|tumblr|talk\s+to|say\s+(?:hi|hello)|find\s+me|follow"
    r"|publish|ask\b|permission|do\s?n['’o]t|goodreads|distribution|recipient|proof|review|comment|cowritten|co-?writ|fic\b)|\A\W*(?:for|by)\b|https?:|www\.|@|\.(?:com|org|net)\b|\w:\s|_\w",
    re.IGNORECASE,
)
_BESIDE = 600  # code points between a statement of a copy and one of its changes
_HEADING = 120  # code points from the beginning of a text in which its byline stands
_SPEECH = expression(r"[\"“”]")
_BYLINE = expression(r"\A[\s*_(\[~-]{0,6}(?:(?P<title>[^\n]{1,80}?)[\s,–—-]{1,3})?by:?\s+", re.IGNORECASE)
_HER_ART = expression(rf"\b(?:her|his|their)\s+(?:\w[\w'’-]*,?\s+){{0,3}}{ART}\b", re.IGNORECASE)


def statements_in(text: ReadingText, site: str | None = None) -> tuple[list[Statement], list[Link]]:
    """Everything the notes state, in reading order, and every link of the text. Offsets count in ``text.text``.

    Linear in the text; never raises on any text. ``site`` is the site of the copy: there ``@name`` is a name of it.
    """
    links = links_in(text)
    sentences = sentences_in(text, zones_of(text), links, site)
    found: list[Statement] = []
    replies_until = -1
    for sentence in sentences:
        scene, zone = sentence.scene, sentence.zone
        heading = zone.part == "title" or (zone.part == "story" and sentence.base - sentences[0].base < _HEADING)
        if not heading and (_WARY_HINTS if scene.wary else _HINTS).search(scene.text) is None and replies_until < sentence.base:
            continue
        if zone.part == "title":
            found += _placed(_byline(scene), sentence)
            continue
        if zone.part == "story" and _is_story(sentence):
            found += _placed(_byline(scene), sentence) if sentence.base - sentences[0].base < _HEADING else ()
            continue
        if REVIEWERS.search(scene.text, scene.start, scene.end):
            replies_until = sentence.base + 600
        stated = _settled(_of_sentence(sentence, among_replies=sentence.base <= replies_until))
        if zone.part == "story" and sentence.base - sentences[0].base < _HEADING:
            taken = {s.mention.start for s in stated if s.mention is not None}
            stated += [s for s in _byline(scene) if s.mention is not None and s.mention.start not in taken]
        found += _placed(stated, sentence)
    return _resolved(_versions(_originals(found, text.text)), links), links


def _placed(statements: Iterable[Statement], sentence: Sentence) -> list[Statement]:
    """The statements with offsets in the reading text and the certainty of their zone."""
    base, factor = sentence.base, sentence.zone.factor
    return [
        s._replace(
            start=base + s.start,
            end=base + s.end,
            certainty=round(s.certainty * factor, 3),
            mention=s.mention and _moved(s.mention, base),
        )
        for s in statements
    ]


def _moved(mention: Mention, base: int) -> Mention:
    aliases = tuple(a._replace(start=a.start + base, end=a.end + base) for a in mention.aliases)
    return mention._replace(start=mention.start + base, end=mention.end + base, stop=mention.stop + base, aliases=aliases)


def _is_story(sentence: Sentence) -> bool:
    """Dialogue is no note; neither is narration without any of the plain words of credit."""
    scene = sentence.scene
    return (
        _SPEECH.search(scene.text, scene.start, scene.end) is not None
        and not sentence.links
        and _STRONG.search(scene.text, scene.start, scene.end) is None
    )


_STRONG = expression(
    r"\b(?:beta|betas|prompt|fanart|written\s+for|inspired\s+by|podfic|translated|posted|cover\s+art|art\s+by|author|archive)\b",
    re.IGNORECASE,
)


def _of_sentence(sentence: Sentence, *, among_replies: bool) -> Iterator[Statement]:
    scene = sentence.scene
    summary = sentence.zone.part == "summary"
    credited = [s for s in credits_of(scene) if not (summary and s.relation in ("gift-to", "thanked", "prompter", "reader"))]
    credited += list(_her_art(scene, credited))
    yield from sources_of(scene, credited, sentence.links, sentence.after)
    yield from credited
    yield from copies_of(scene, sentence.links, sentence.after)
    yield from accounts_of(scene, sentence.links)
    yield from wishes_of(scene)
    if not summary:
        yield from replies_of(scene, among_replies=among_replies)


def _her_art(scene: Scene, credited: list[Statement]) -> Iterator[Statement]:
    """After "... and @nightferry for letting me write something for her drawing" the last person named drew it."""
    her = _HER_ART.search(scene.text, scene.start, scene.end)
    if her is None:
        return
    before = [s for s in credited if s.mention is not None and s.mention.stop <= her.start()]
    last = max((s.mention.start for s in before if s.mention is not None), default=None)
    for statement in before:
        if (
            statement.mention is not None
            and statement.mention.start == last
            and statement.relation in ("thanked", "gift-to", "prompter")
        ):
            yield statement._replace(relation="artist", rule="notes.their-art", certainty=0.8)
            return


def _byline(scene: Scene) -> Iterator[Statement]:
    """Reads "Title by NAME" or "by NAME" at the head of a text."""
    found = _BYLINE.match(scene.text, scene.start, min(scene.end, scene.start + 160))
    if found is None:
        return
    title = found["title"]
    if title is not None and not _is_title(title):
        return
    mention = name_at(scene, found.end(), plain=True)
    if mention is None or mention.start != found.end() + (scene.text[found.end()] == "@"):
        return
    rest = scene.text[mention.stop : mention.stop + 1]
    alone = not scene.text[mention.stop : scene.end].strip(" *_.)]~-")
    handle = mention.name[:1].islower() or "_" in mention.name
    if alone or (handle and (rest in ("", "\n") or re.match(r"\s+[A-Z\"“'‘(]", scene.text[mention.stop : mention.stop + 4]))):
        yield Statement("author", scene.start, mention.stop, "notes.byline", 0.85, mention, title=title)


def _is_title(words: str) -> bool:
    """Whether the words before "by" are written as a title: every longer word with a capital."""
    parts = words.split()
    return (
        len(parts) <= 10 and all(p[:1].isupper() or not p[:1].isalpha() or len(p) <= 4 for p in parts) and parts[0][:1].isupper()
    )


# ---------------------------------------------------------------- settling

#: Rules that name who made the thing translated, read aloud or remixed: that outweighs "translation ... by".
_OF_THE_SOURCE = frozenset(f"notes.{rule}" for rule in ("titled-by", "of-by", "of-owner", "original-by", "label-by"))
_TRANSLATES = expression(r"\btranslat(?:or|ion|ed|ing)\b", re.IGNORECASE)


def _settled(statements: Iterable[Statement]) -> list[Statement]:
    """One role per naming: the more telling one stays; what was said of the source stays beside a gift."""
    best: dict[tuple[int, str], Statement] = {}
    others: list[Statement] = []
    for s in statements:
        if s.mention is None or s.relation not in ROLES:
            others.append(s)
            continue
        key = (s.mention.start, s.relation)
        kept = best.get(key)
        if kept is None or (s.of_source, s.certainty) > (kept.of_source, kept.certainty):
            best[key] = s
    roles: dict[int, set[str]] = {}
    for at, relation in best:
        roles.setdefault(at, set()).add(relation)
    for (at, relation), statement in best.items():
        beside = roles[at] - {relation}
        made = best.get((at, "author-of"))
        if made is not None and made.rule in _OF_THE_SOURCE:
            if relation == "author-of":
                others.append(statement)
            if relation in ("author", "translator", "podficcer", "author-of"):
                continue
        if relation in ("thanked", "reader") and beside:
            continue
        if relation == "gift-to" and "prompter" in beside:
            continue
        if relation in ("author", "author-of") and beside & {"artist", "translator", "podficcer", "beta", "co-author"}:
            continue
        if relation == "author" and "author-of" in beside:
            continue
        if relation == "artist" and statement.rule == "notes.art-by" and beside & {"translator", "podficcer"}:
            continue
        others.append(statement)
    return _distinct(others)


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    seen: set[tuple[object, ...]] = set()
    out = []
    for s in statements:
        key = (s.relation, s.start, s.mention and (s.mention.start, s.mention.name), s.url, s.title, s.site, s.value)
        if key not in seen:
            seen.add(key)
            out.append(s)
    return out


def _originals(statements: list[Statement], text: str) -> list[Statement]:
    """Reads "Original work: ..." in notes that speak of translating is what was translated."""
    return [
        s._replace(relation="translation-of")
        if s.rule == "notes.original"
        and s.relation == "inspired-by"
        and _TRANSLATES.search(text, max(0, s.start - 300), s.end + 300)
        else s
        for s in statements
    ]


def _versions(statements: list[Statement]) -> list[Statement]:
    """Gives "this version has ... changes" the copy it speaks of: the nearest one stated beside it."""
    copies = [s for s in statements if s.relation == "also-at"]
    starts = [c.start for c in copies]
    out = []
    for s in statements:
        if s.relation == "differs-from" and s.url is None and s.site is None:
            at = bisect_left(starts, s.start)
            near = [c for c in copies[max(0, at - 2) : at + 2] if abs(c.start - s.start) < _BESIDE]
            if not near:
                continue
            chosen = min(near, key=lambda c: (abs(c.start - s.start), c.start))
            s = s._replace(url=chosen.url, site=chosen.site)
        out.append(s)
    return out


def _resolved(statements: list[Statement], links: list[Link]) -> list[Statement]:
    """Gives a bare name the site its own link or another naming in the same notes gives it."""
    out: list[Statement] = []
    starts = [a for a, _, _ in links]
    for s in statements:
        if s.mention is not None and s.mention.site is None:
            s = s._replace(mention=_sited(s, s.mention, links, starts))
        out.append(s)
    sites: dict[str, set[str]] = {}
    for s in out:
        if s.mention is not None and s.mention.site:
            sites.setdefault(s.mention.name.lower(), set()).add(s.mention.site)
    for number, s in enumerate(out):
        if s.mention is not None and s.mention.site is None and not s.mention.aliases:
            known = sites.get(s.mention.name.lower(), set())
            if len(known) == 1:
                out[number] = s._replace(mention=s.mention._replace(site=next(iter(known))))
    return out


def _sited(statement: Statement, mention: Mention, links: list[Link], starts: list[int]) -> Mention:
    """A link of the same statement whose account is spelled as the name says on which site the name stands."""
    urls = (
        [statement.url]
        if statement.url
        else [x[2] for x in links[bisect_left(starts, statement.start) : bisect_left(starts, statement.end)]]
    )
    for url in urls[:8]:
        address = identify(url) if url else None
        if address is not None and address.account and same_name(address.account, mention.name):
            page = address.url if address.kind in ("user", "blog", "pseud") else None
            return mention._replace(site=address.site, url=mention.url or page)
    return mention
