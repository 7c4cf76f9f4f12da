"""`read_claims`: what one copy says of where its work comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from variorum.addresses import identify
from variorum.document import ReadingText
from variorum.model import Creator, LostWitness, Metadata, Relation, Wish
from variorum.provenance.claims import Claims
from variorum.provenance.metadata import claim_metadata, creators_of
from variorum.provenance.sentences import Link
from variorum.provenance.statements import ROLES, statements_in
from variorum.provenance.ties import Copies, Ties
from variorum.provenance.values import Mention, Provenance, Statement, is_nobody, same_name, who

__all__ = ["NOWHERE", "placed", "read_claims"]

#: In place of a work or witness that has no name yet: no text has it.
NOWHERE = "\x00"

# Roles of people who made something of the work itself; readers, the thanked and givees are claims only.
_MAKERS = frozenset(
    {"author", "co-author", "artist", "beta", "britpicker", "cheerleader", "translator", "podficcer", "prompter", "archivist"}
)
_SOURCES = frozenset({"inspired-by", "translation-of", "podfic-of"})


def read_claims(*, work: str, witness: str, item: str, metadata: Metadata, text: ReadingText) -> Provenance:
    """Claims with their evidence, and what follows from them, read out of one copy. Linear in the text; never raises on text.

    From the notes, summary and credits (or the two ends of the story, with less certainty, when no notes stand
    apart), and from the fields of the metadata. Names are written as `who` writes them.
    """
    claims = Claims(work, witness, item, text)
    creators = creators_of(metadata)
    relations, wishes = claim_metadata(claims, metadata, creators)
    statements, links = statements_in(text, metadata.site)
    credited = _credit(claims, statements, creators)
    _accounts(claims, statements, creators)
    wishes = _wishes(claims, statements, wishes)
    relations = _relations(claims, statements, relations)
    lost = _lost(claims, statements, metadata)
    shown = _links(claims, links, metadata)
    return Provenance(claims.all(), relations, credited, lost, shown, wishes)


def placed(read: Provenance, work: str, witness: str) -> Provenance:
    """What was read out of a copy whose work and witness had no names (`NOWHERE`), now that they have."""
    claims = []
    for claim in read.claims:
        subject, object_ = (work if end == NOWHERE else end for end in (claim.subject, claim.object))
        claims.append(replace(claim, subject=subject, object=object_, evidence=replace(claim.evidence, witness=witness)))
    return replace(read, claims=tuple(claims))


def _key(mention: Mention) -> str:
    return who(mention.name, mention.site)


def _credit(claims: Claims, statements: Sequence[Statement], creators: tuple[Creator, ...]) -> tuple[Creator, ...]:
    out = list(creators)
    stated = {(c.role, _folded(c.name)): c for c in reversed(creators)}
    known = set(stated)
    for s in statements:
        mention = s.mention
        if mention is None or s.relation not in ROLES or is_nobody(mention.name):
            continue
        role = (s.relation, _folded(mention.name))
        # A credit that repeats one of the metadata, same role and same name, is about the same person.
        same = stated.get(role) if not s.of_source else None
        key = who(same.name, same.site) if same else _key(mention)
        subject = claims.work
        if s.of_source and (s.url or s.title):
            subject = s.url or s.title or claims.work
        claims.text(subject, s.relation, key, s.start, s.end, s.rule, s.certainty)
        _second_names(claims, s, mention, key)
        if s.relation in _MAKERS and not s.of_source and role not in known and s.certainty >= 0.6:
            out += _creators(mention, "author" if s.relation == "co-author" else s.relation)
            known.add(role)
    return tuple(out)


def _folded(name: str) -> str:
    return name.strip().removeprefix("@").lower()


def _second_names(claims: Claims, s: Statement, mention: Mention, key: str) -> None:
    for alias in mention.aliases:
        if is_nobody(alias.name) or who(alias.name, alias.site) == key:
            continue
        other = who(alias.name, alias.site)
        claims.text(key, "also-known-as", other, s.start, s.end, "notes.two-names", min(alias.certainty, s.certainty))
        if alias.url:
            claims.text(other, "page", alias.url, s.start, s.end, "notes.page", alias.certainty)
    if mention.url and mention.site:
        claims.text(key, "page", mention.url, s.start, s.end, "notes.page", 0.95)


def _creators(mention: Mention, role: str) -> list[Creator]:
    """A person under every name the text gives; the doors show those of one agent as one."""
    names = [Creator(mention.name, role, mention.site, mention.name if mention.site else None, mention.url)]
    names += [
        Creator(a.name, role, a.site, a.name if a.site else None, a.url)
        for a in mention.aliases
        if not is_nobody(a.name) and not (same_name(a.name, mention.name) and a.site == mention.site)
    ]
    return names


def _accounts(claims: Claims, statements: Sequence[Statement], creators: tuple[Creator, ...]) -> None:
    """Makes of "find me on tumblr as X" a second name of the author, when there is exactly one to whom it can belong."""
    authors = [c for c in creators if c.role == "author" and not is_nobody(c.name)]
    for s in statements:
        if s.relation != "account" or not s.value:
            continue
        other = who(s.value, s.site)
        if len(authors) == 1:
            key = who(authors[0].name, authors[0].site)
            if key != other:
                claims.text(key, "also-known-as", other, s.start, s.end, s.rule, s.certainty)
        elif not creators:
            claims.text(claims.work, "author", other, s.start, s.end, s.rule, round(s.certainty * 0.8, 3))
        if s.url:
            claims.text(other, "page", s.url, s.start, s.end, "notes.page", s.certainty)


def _wishes(claims: Claims, statements: Sequence[Statement], wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    out = dict.fromkeys(wishes)
    for s in statements:
        if s.relation == "wish" and s.value:
            claims.text(claims.work, "wish", s.value, s.start, s.end, s.rule, s.certainty)
            out.setdefault(Wish(s.value, claims.words(s.start, s.end)))
    return tuple(out)


def _relations(claims: Claims, statements: Sequence[Statement], relations: tuple[Relation, ...]) -> tuple[Relation, ...]:
    out = Ties(relations)
    makers: dict[int, list[Statement]] = defaultdict(list)
    for s in statements:
        if s.of_source and s.mention is not None:
            makers[s.start].append(s)
    for s in statements:
        evidence = claims.words(s.start, s.end)
        if s.relation in _SOURCES:
            made = list({m.mention.start: m.mention for m in makers[s.start] if m.mention is not None}.values())
            first = made[0] if made else s.mention
            target = s.url or s.title or (_key(first) if first else None)
            if target is None:
                continue
            claims.text(claims.work, s.relation, target, s.start, s.end, s.rule, s.certainty)
            role = "artist" if any(m.relation == "artist" for m in makers[s.start]) else "author"
            people = tuple(c for m in made for c in _creators(m, role))
            out.add(Relation(s.relation, "out", s.title, s.url, None, people, s.certainty, evidence))
        elif s.relation == "gift-to" and s.mention is not None and not is_nobody(s.mention.name):
            out.add(Relation("gift-to", creators=tuple(_creators(s.mention, "giftee")), certainty=s.certainty, evidence=evidence))
        elif s.relation == "part-of" and s.title:
            claims.text(claims.work, "part-of", s.title, s.start, s.end, s.rule, s.certainty)
            out.add(Relation("part-of", title=s.title, certainty=s.certainty, evidence=evidence))
    return out.all()


def _identity(url: str) -> tuple[str, ...]:
    address = identify(url)
    return address.key if address else (url,)


def _lost(claims: Claims, statements: Sequence[Statement], metadata: Metadata) -> tuple[LostWitness, ...]:
    """The copies stated that are not this one, with the sentences that say so."""
    own = _identity(metadata.url) if metadata.url else None
    copies = Copies()
    for s in statements:
        if s.relation not in ("also-at", "differs-from"):
            continue
        address = identify(s.url) if s.url else None
        site = address.site if address else s.site
        key = _identity(s.url) if s.url else None
        if site is None or (key is not None and own == key) or (key is None and site == metadata.site):
            continue
        claims.text(claims.work, s.relation, s.url or site, s.start, s.end, s.rule, s.certainty)
        copies.add(site, s.url, key, (s.start, s.end))
    return tuple(
        LostWitness(c.site, c.url, " ".join(claims.words(*place) for place in sorted(c.places)[:3])) for c in copies.all()
    )


def _links(claims: Claims, links: Sequence[Link], metadata: Metadata) -> tuple[str, ...]:
    """The addresses of the text, each once, without the copy's own."""
    own = _identity(metadata.url) if metadata.url else None
    out: dict[tuple[str, ...], str] = {}
    for start, end, url in links:
        key = _identity(url)
        if key == own or identify(url) is None or len(out) >= 2000:
            continue
        if key not in out:
            claims.text(claims.work, "links-to", url, start, end, "links", 1.0)
        out.setdefault(key, url)
    return tuple(out.values())
