"""Claims made by metadata: who made it, for whom, what series, what it was inspired by, what the author wishes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from variorum.addresses import identify
from variorum.model import Creator, Metadata, Relation, Wish
from variorum.provenance.claims import Claims
from variorum.provenance.copies import wish_of_tag
from variorum.provenance.values import is_nobody, same_name, who
from variorum.provenance.words import expression

__all__ = ["claim_metadata", "creators_of"]

#: As the Archive prints an imported work: the author's name, and who brought it there.
_ARCHIVED = expression(r"(?P<name>[^\[\]]{1,200}?)\s*\[archived by\s+(?P<by>[^\[\]]{1,200})\]\s*\Z", re.IGNORECASE)

_VERSION = expression(r"(\S.{0,80}?)[\s(\[-]+v?\d", re.IGNORECASE)


def creators_of(metadata: Metadata) -> tuple[Creator, ...]:
    """The creators a copy names, "NAME [archived by X]" taken apart: X is an archivist, not the author."""
    out: list[Creator] = []
    for creator in metadata.creators:
        found = _ARCHIVED.match(creator.name.strip()[:500])
        if found is None:
            out.append(creator)
            continue
        out.append(replace(creator, name=found["name"], account=None, url=None))
        out.append(replace(creator, name=found["by"].strip(), role="archivist"))
    return tuple(_with_site(creator, metadata) for creator in out)


def _with_site(creator: Creator, metadata: Metadata) -> Creator:
    address = identify(creator.url) if creator.url else None
    site = creator.site or (address.site if address else None) or metadata.site
    account = creator.account or (address.account if address and address.kind in ("user", "blog", "pseud") else None)
    return replace(creator, site=site, account=account)


def claim_metadata(
    claims: Claims, metadata: Metadata, creators: tuple[Creator, ...]
) -> tuple[tuple[Relation, ...], tuple[Wish, ...]]:
    """Adds what the fields say; gives the relations and wishes they hold."""
    for creator in creators:
        _claim_creator(claims, creator, "creators")
    if metadata.tool:
        claims.field(claims.work, "tool", _program(metadata.tool), "tool", metadata.tool, "metadata.tool")
    relations = [*_gifts(claims, metadata), *_stated(claims, metadata), *_series(claims, metadata)]
    return tuple(relations), tuple(_wishes(claims, metadata))


def _claim_creator(
    claims: Claims, creator: Creator, field: str, *, subject: str | None = None, relation: str | None = None
) -> None:
    """One credit; an account that differs from the name is a second name, the page of the account its address."""
    if is_nobody(creator.name):
        return
    key = who(creator.name, creator.site)
    claims.field(subject or claims.work, relation or creator.role, key, field, creator.name, f"metadata.{field}")
    named = key
    if creator.account and not is_nobody(creator.account) and not same_name(creator.account, creator.name) and creator.site:
        named = who(creator.account, creator.site)
        claims.field(key, "also-known-as", named, field, f"{creator.name} ({creator.account})", "metadata.account")
    if creator.url:
        claims.field(named, "page", creator.url, field, creator.url, "metadata.page")


def _program(tool: str) -> str:
    """The name of a program without its version: "FanFicFare 4.30" -> FanFicFare."""
    found = _VERSION.match(tool[:200])
    return found[1] if found else tool[:200]


def _gifts(claims: Claims, metadata: Metadata) -> Iterator[Relation]:
    for gift in metadata.gifts:
        if is_nobody(gift):
            continue
        claims.field(claims.work, "gift-to", who(gift, metadata.site), "gifts", gift, "metadata.gifts")
        yield Relation("gift-to", creators=(Creator(gift, "giftee", metadata.site),), evidence=gift)


def _stated(claims: Claims, metadata: Metadata) -> Iterator[Relation]:
    for relation in metadata.relations:
        yield relation
        target = relation.url or relation.title or next((c.name for c in relation.creators if not is_nobody(c.name)), None)
        if target is None:
            continue
        words = relation.evidence or target
        if relation.direction == "in":
            claims.field(target, relation.relation, claims.work, "relations", words, "metadata.relations", relation.certainty)
        else:
            claims.field(claims.work, relation.relation, target, "relations", words, "metadata.relations", relation.certainty)
        for creator in relation.creators:
            sited = _with_site(creator, metadata) if not relation.url or _same_site(relation.url, metadata) else creator
            role = "author" if relation.relation == "gift-to" else (creator.role or "author")
            _claim_creator(claims, sited, "relations", subject=target, relation=role)


def _same_site(url: str, metadata: Metadata) -> bool:
    address = identify(url)
    return address is not None and address.site == metadata.site


def _series(claims: Claims, metadata: Metadata) -> Iterator[Relation]:
    for series in metadata.series:
        claims.field(claims.work, "part-of", series.url or series.title, "series", series.title, "metadata.series")
        yield Relation("part-of", title=series.title, url=series.url, evidence=series.title)


def _wishes(claims: Claims, metadata: Metadata) -> Iterator[Wish]:
    for wish in metadata.wishes:
        claims.field(claims.work, "wish", wish.kind, "wishes", wish.evidence, "metadata.wishes")
        yield wish
    for tag in metadata.tags:
        kind = wish_of_tag(tag)
        if kind is not None:
            claims.field(claims.work, "wish", kind, "tags", tag, "metadata.tags")
            yield Wish(kind, tag)
    if metadata.restricted:
        claims.field(claims.work, "wish", "locked", "restricted", "restricted", "metadata.restricted")
        yield Wish("locked", "shown to readers with an account only")
