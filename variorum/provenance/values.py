"""The values of this room: what a sentence states, how a name is written as one word, and the ids of claims."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from variorum.addresses import SITES
from variorum.model import Claim, Creator, LostWitness, Relation, Wish

__all__ = ["Alias", "Mention", "Provenance", "Statement", "claim_id", "is_nobody", "same_name", "split_key", "who"]

_SITE_NAMES = frozenset(site.name for site in SITES)
_NOBODY = frozenset(
    {
        "anonymous",
        "anon",
        "orphan_account",
        "orphan account",
        "orphan-account",
        "guest",
        "nobody",
        "no one",
        "unknown",
        "none",
        "",
    }
    | {"n/a", "na", "unknown author", "various", "various authors", "deleted", "deleted user", "[deleted]"}
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What one copy says of where its work comes from."""

    claims: tuple[Claim, ...] = ()
    relations: tuple[Relation, ...] = ()
    creators: tuple[Creator, ...] = ()
    lost: tuple[LostWitness, ...] = ()
    links: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()


class Alias(NamedTuple):
    """A second name given beside a first one."""

    name: str
    site: str | None
    start: int
    end: int
    certainty: float
    url: str | None = None


class Mention(NamedTuple):
    """A person as named at one place of the reading text; ``start`` and ``end`` cover the name alone."""

    name: str
    start: int
    end: int
    site: str | None = None
    aliases: tuple[Alias, ...] = ()
    url: str | None = None
    stop: int = 0  #: where the naming ends, second names included


class Statement(NamedTuple):
    """What one sentence states.

    ``relation`` is the relation of the claim; ``mention`` the person, ``url``, ``title``, ``site`` or ``value`` the
    other things it may be about. ``of_source`` marks a person who made what inspired the work, not the work.
    """

    relation: str
    start: int  #: of the sentence, in the reading text
    end: int
    rule: str
    certainty: float
    mention: Mention | None = None
    url: str | None = None
    title: str | None = None
    site: str | None = None
    value: str | None = None
    of_source: bool = False


def claim_id(item: str, place: str, kind: str, reading: str) -> str:
    """The id of a claim: item, place, kind and reading, without rule or certainty, so that a refusal outlives a better rule."""
    seed = f"{item}\x1f{place}\x1f{kind}\x1f{reading}"
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def is_nobody(name: str) -> bool:
    """Whether a name says that there is none: Anonymous, orphan_account, Guest."""
    return " ".join(name.split()).strip(".,;:!").lower() in _NOBODY


def who(name: str, site: str | None = None) -> str:
    """A name as claims write it: ``marrowquill@tumblr.com``, or the name alone where no site is known.

    A name that itself holds an ``@`` and has no site is closed by one, so that it can never pose as another's account.
    """
    if site:
        return f"{name}@{site}"
    return f"{name}@" if "@" in name else name


def split_key(key: str) -> tuple[str, str | None]:
    """The name and the site of what `who` wrote."""
    name, at, site = key.rpartition("@")
    if not at:
        return key, None
    if not site:
        return name, None
    return (name, site) if site in _SITE_NAMES or "." in site else (key, None)


def same_name(a: str, b: str) -> bool:
    """Whether two spellings are one name: letter case, ``@`` and white space at the ends aside, nothing more."""
    return a.strip().removeprefix("@").lower() == b.strip().removeprefix("@").lower()
